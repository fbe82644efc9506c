# %% [markdown]
# # 04 The playground
# *What makes a network learn, fail or memorise?*
#
# By the end you can
# - check a step of training with paper and NumPy
# - say before training why a network must fail, and prove it
# - recognise dead units, overfitting and a learning rate that is too large
# - choose between features, units, layers and penalties
# - pass on a trained network as one line of text
#
# **Time** about 100 minutes · **Data** made by the playground, and four points of ours ·
# **Builds on** [02 Multilayer networks](02_multilayer_networks.ipynb),
# [03 Backpropagation](03_backpropagation.ipynb)

# %%
from course_utils import check, explorables, plotting

import matplotlib.pyplot as plt
import numpy as np

plt.style.use("course_utils.course")

# %% [markdown] tags=["D2-16"]
# ## The playground. What do you see?
# A network that learns before your eyes. The idea is that of the
# [TensorFlow Playground](https://playground.tensorflow.org) (Smilkov and Carter, 2016). Ours also
# shows each number, works without a mouse, and says in one line where it stands. It runs in the
# browser, so nothing has to be installed and nothing leaves your machine.
#
# | part | what it shows |
# |---|---|
# | data | examples with two inputs: $x_1$ to the right, $x_2$ upwards. Circles are class 0, squares class 1 |
# | features | what the network is given: $x_1$ and $x_2$, or numbers computed from them |
# | hidden layers | each unit as a small picture: where in the plane its activation is high, where low |
# | output | behind the examples: which class the network answers there, class 0 hatched. On the black line it is undecided, probability 0.5 |
# | curves | the loss after each epoch, on the training examples and on the test examples |
# | numbers | of the unit you click on: its inputs, weights, sum, activation, gradients |
# | state | all of this as one line, to copy and to paste |
#
# Half of the examples are the **test set**: the network never learns from them. They tell how good
# it is on examples it has not seen.
#
# Press *Play* and watch; then *Pause*. *One step* trains on one mini-batch of ten examples,
# *One epoch* on all 250, *Reset* forgets; *speed* makes it slower or faster. Below the picture of
# the output, *test examples* shows them, too, and *discretise* leaves out how sure the network is.
# Take two minutes: other data, more units, another activation. Nothing can break.

# %%
explorables.Playground("pg1;data=circle;hidden=4,2;end", speed="25 epochs/s")

# %% [markdown]
# **A network as a line.** Open *Copy or paste the state*. You find something like
# `pg1;rate=0.1;steps=800;end`: all that differs from the start, and how many steps were trained.
# The random numbers are drawn by a rule that every computer follows in the same way; the `seed`
# says where the rule begins. So the same line gives the same network, to the last digit, in your
# browser, in your neighbour's and in Python, where `explorables.replay` trains it again. (Where
# you changed a setting half-way, the line carries the weights.)

# %%
run = explorables.replay("pg1;data=circle;hidden=4;rate=0.3;steps=250;end")
f"{run.steps} steps, test loss {run.test_loss:.3f}, test accuracy {run.test_accuracy:.1%}"

# %% [markdown]
# In the exercises below you train in the playground, copy the line, and paste it as a text, between
# quotation marks. The check trains your network again and looks at it.
#
# Another seed draws other examples and other first weights. A single run may be luck, so we
# always look at five.

# %%
def replay_seeds(state, seeds=(1, 2, 3, 4, 5)):
    """Return the runs of a state that names no seed, one run a seed."""
    return [explorables.replay(state.replace("end", f"seed={seed};end")) for seed in seeds]


five = replay_seeds("pg1;data=circle;hidden=4;rate=0.3;steps=250;end")
[round(run.test_accuracy, 3) for run in five]

# %% [markdown]
# ## One step. What changes, and by how much?
# Four points, no hidden layer, one unit. The points are the inputs of OR from lesson 01, four
# times as far apart; a mini-batch is a single example and the learning rate is 1, so that you can
# follow on paper. (The playground takes points of your own as an array with two columns.)
#
# Open *Numbers: output* and press *First of the next mini-batch*: the next example is $x = (0, 4)$
# with label $y = 1$. The weights of this seed are $w_1 \approx -0.296$ and $w_2 \approx 0.322$, the
# bias is 0. The output unit is a sigmoid.
#
# $$z = 0 + 0 \cdot (-0.296) + 4 \cdot 0.322 = 1.288, \qquad
# \hat{y} = \frac{1}{1 + e^{-1.288}} \approx 0.784$$
#
# With cross-entropy behind a sigmoid, the slope of the loss in $z$ is
# $\delta = \hat{y} - y = -0.216$ (lesson 03). Each weight moves against its gradient $x_i\,\delta$:
#
# | | before | gradient | after |
# |---|---|---|---|
# | $w_1$ | −0.296 | 0 · (−0.216) = 0 | −0.296 |
# | $w_2$ | 0.322 | 4 · (−0.216) = −0.864 | 0.322 + 0.864 = 1.186 |
# | bias | 0 | −0.216 | 0.216 |
#
# The panel says the same, up to the last decimal: the playground computes with more of them. Its
# *gradient* is that of the chosen example, its *batch mean* the mean over the next mini-batch (the
# two are equal here, where a mini-batch is one example), its *next update* what *One step* adds.
#
# **Predict.** How large is $z$ for the same example after the step? Then press *One step* and
# look.
#
# <details><summary>Answer</summary>
#
# $z = 0.216 + 4 \cdot 1.186 = 4.96$, and $\hat{y} \approx 0.993$. Compare with the rule of the
# perceptron, $w_i \leftarrow w_i + (y - \hat{y})\,x_i$: it is the same rule, only that $\hat{y}$
# is now a probability instead of 0 or 1.
# </details>

# %%
corners = 4 * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
playground = explorables.Playground(
    "pg1;data=own;test=10;seed=7;hidden=none;rate=1;batch=1;end",
    points=corners, labels=[0, 1, 1, 1], hide=("layers", "activation", "regularisation"),
    speed="10 steps/s",
)
start = playground.state
playground

# %%
before = explorables.replay(start)
after = explorables.replay(start.replace("end", "steps=1;end"))
x, y = np.array([0.0, 4.0]), 1
weights, bias = before.weights[0][:, 0], before.biases[0][0]
delta = 1 / (1 + np.exp(-(bias + x @ weights))) - y
assert np.allclose(after.weights[0][:, 0], weights - 1.0 * x * delta)
assert np.allclose(after.biases[0], bias - 1.0 * delta)
after.weights[0][:, 0].round(3), after.biases[0].round(3)

# %% [markdown]
# Our three lines of NumPy and the playground agree. With hidden layers the same happens to each
# unit, with the $\delta$ that backpropagation brings it.

# %% [markdown] tags=["D1-08"]
# ## A straight line. Why does a linear net fail on the circle?
# One class in the middle, the other around it. The network has two hidden layers of four units
# with a **linear** activation: each unit passes its weighted sum on as it is.
#
# **Predict.** How many of the test examples will it get right? What if you give it six layers of
# eight units? What shape has the black line?
#
# <details><summary>Answer</summary>
#
# About half, like a coin; with some luck up to two thirds, without it less than half. More layers
# and units change nothing: the black line is a straight line, always.
# </details>

# %%
explorables.Playground(
    "pg1;data=circle;hidden=4,4;activation=linear;end",
    hide=("data", "problem", "features", "regularisation", "noise"), speed="25 epochs/s",
)

# %% [markdown] tags=["D1-08"]
# Lesson 02 gave the reason: a linear net makes a **linear decision, whatever its size**. Put the
# layers one into the other, and what remains is one weighted sum. We take a trained net of
# 37 parameters, multiply its matrices, and get the same answers from 3 numbers.

# %%
linear_runs = replay_seeds("pg1;data=circle;hidden=4,4;activation=linear;steps=250;end")
run = linear_runs[0]
first, second, last = run.weights
first_bias, second_bias, last_bias = run.biases
weights = first @ second @ last
bias = (first_bias @ second + second_bias) @ last + last_bias

points = run.test_examples.points
sums = (points @ weights + bias)[:, 0]
assert np.allclose(1 / (1 + np.exp(-sums)), run.predict(points))
weights[:, 0].round(3), bias.round(3), [round(run.test_accuracy, 2) for run in linear_runs]

# %% [markdown]
# Can another line do better? We try 180 directions with 61 lines each. The best cuts off a part of
# the ring and gets about two thirds right; training does not even find it, since its loss is hardly
# better. No training can beat the best line.

# %%
labels = run.test_examples.targets
turns = np.linspace(0, 2 * np.pi, 180, endpoint=False)
directions = np.stack([np.cos(turns), np.sin(turns)])
offsets = np.linspace(-6, 6, 61)
answers = (points @ directions)[:, :, None] > offsets
best = (answers == labels[:, None, None]).mean(axis=0).max()
assert max(run.test_accuracy for run in linear_runs) < 0.75 and best < 0.75
f"best line {best:.0%}"

# %% [markdown]
# Back to the playground above. Choose one hidden layer and the activation tanh, which bends.
# **Predict.** How many hidden units does it take to go round the middle?
#
# <details><summary>Answer</summary>
#
# Three: three bent lines close a triangle with round corners. With two the picture stays open on
# one side. (At learning rate 0.03 it takes about two thousand steps; at 0.3 a few hundred.)
# </details>

# %% [markdown]
# ## Hidden units. How few solve XOR?
# Here XOR is a cloud in each quadrant. **Solved** shall mean: at least 95 % of the test examples
# are right. The hidden units are ReLU.
#
# **Predict.** Is one hidden unit enough? Two, as for the four corners of lesson 02? Three? Will
# another seed come to the same? Write four answers down, then change the number of units, press
# *Play*, and *New seed* several times (open *Test share and seed*).

# %%
explorables.Playground(
    "pg1;data=xor;hidden=1;activation=relu;rate=0.3;end",
    hide=("activation", "data", "problem", "features", "regularisation", "noise"),
    speed="5 epochs/s",
)

# %% [markdown]
# Twenty runs: one to four units, five seeds each, 300 steps. Each small picture is the plane, blue
# where the network answers class 1; above it stands the share of test examples that are right.

# %%
xor_runs = {
    units: replay_seeds(f"pg1;data=xor;hidden={units};activation=relu;rate=0.3;steps=300;end")
    for units in (1, 2, 3, 4)
}
axes = plotting.plot_answers_table({
    f"{units} hidden": [(run.predict, f"{run.test_accuracy:.0%}") for run in runs]
    for units, runs in xor_runs.items()
})
plotting.show(axes.figure, alt="What twenty networks answer on XOR over x1 and x2: rows for 1 "
              "to 4 hidden units, five seeds each. One and two units never part the quadrants, "
              "three sometimes, four mostly.")

# %%
solved = {units: sum(run.test_accuracy >= 0.95 for run in runs) for units, runs in xor_runs.items()}
assert solved[1] == solved[2] == 0 and 0 < solved[3] < 5 and solved[4] > solved[3]
solved

# %% [markdown]
# One unit draws a straight line. Two can bend it once and cut out a corner, or a strip; XOR needs
# two corners, and more training does not help. Three can do it, but whether they **do** is luck:
# it depends on the weights that the seed drew. Of a hundred seeds, about half succeed with three
# units, four in five with four, nearly all with eight. So there are two answers to *how many
# units?* Fewer units **can** solve a problem than **will**. Spare units buy luck.

# %% [markdown]
# ### Exercise 1: XOR with three units
# Train a network with one hidden layer of three units, from $x_1$ and $x_2$ alone, until at least
# 95 % of the test examples are right. Copy its line from the playground above and put it in place
# of the `...`, between quotation marks: `my_xor = "pg1;…;end"`.
#
# <details><summary>Hint</summary>
#
# Where the loss stands still far from 0, more steps will not help: *New seed*. The activation is
# free; ReLU is the quickest here. Press *Pause* before you copy.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_xor = "pg1;data=xor;hidden=3;activation=relu;rate=0.3;steps=500;end"
### END SOLUTION

# %% tags=["check"]
def describe(run):
    accuracy = "" if run.test_accuracy is None else f", test accuracy {run.test_accuracy:.1%}"
    return f"After {run.steps:,} steps: test loss {run.test_loss:.3f}{accuracy}."


check.meets(
    my_xor,
    read=explorables.replay,
    summary=describe,
    mistakes={
        "the data are not XOR: choose XOR and train again": (
            lambda run: run.settings.data != "xor", "pg1;hidden=3;steps=9;end"),
        "the features help: x1x2 alone is XOR; untick all but x1 and x2": (
            lambda run: run.settings.features != ("x1", "x2"),
            "pg1;data=xor;features=x1,x2,x1x2;hidden=3;steps=9;end"),
        "there are fewer than 100 test examples: with so few, luck decides": (
            lambda run: len(run.test_examples.points) < 100,
            "pg1;data=xor;examples=100;hidden=3;steps=9;end"),
        "there are several hidden layers; three units in ONE layer are enough": (
            lambda run: len(run.settings.hidden) > 1, "pg1;data=xor;hidden=2,1;steps=9;end"),
        "the activation is linear: whatever the units, a straight line comes out": (
            lambda run: run.settings.activation == "linear",
            "pg1;data=xor;hidden=3;activation=linear;steps=9;end"),
        "the layer has more than three units: take some away": (
            lambda run: sum(run.settings.hidden) > 3, "pg1;data=xor;hidden=4;steps=9;end"),
        "the layer has fewer than three units; no seed we tried solves it with two": (
            lambda run: sum(run.settings.hidden) < 3, "pg1;data=xor;hidden=2;steps=9;end"),
        "the run has diverged, its loss is huge: lower the learning rate, Reset, Play": (
            lambda run: run.train_loss > 100,
            "pg1;data=xor;hidden=3;activation=relu;rate=10;steps=7;end"),
        "it has hardly been trained: press Play, and copy the line afterwards": (
            lambda run: run.steps < 50, "pg1;data=xor;hidden=3;steps=9;end"),
        "it is not solved: train on, or if the loss stands still take a new seed": (
            lambda run: run.test_accuracy < 0.95, "pg1;data=xor;hidden=3;steps=60;end"),
    },
)

# %% [markdown]
# ## Dead units. When does a ReLU stop learning?
# A ReLU gives 0 for a negative sum, and its slope there is 0. If its sum is negative for **every**
# training example, it always answers 0, no gradient reaches its weights, and it stays as it is: the
# unit is **dead**. On paper: a unit with $w = (0.5, 0.5)$ and bias 0 meets $x = (3, 4)$ with
# $\delta = 2$. At learning rate 0.01 the bias moves to −0.02 and the weights to 0.44 and 0.42: no
# harm. At learning rate 3 the bias becomes −6 and the weights −17.5 and −23.5. All examples to the
# upper right now give a negative sum, and a few such steps silence the unit everywhere.
#
# **Predict.** Eight ReLU units on the circle. How many die within 100 steps at learning rate 0.3,
# how many at 3? It trains ten steps a second here: press *Play*, then *Reset*, set the rate to 3,
# and *Play* again. A dead unit is marked ×. Do dead units come back if you then lower the rate?

# %%
explorables.Playground(
    "pg1;data=circle;hidden=8;activation=relu;rate=0.3;end",
    hide=("activation", "data", "problem", "features", "regularisation", "noise"),
    speed="10 steps/s",
)

# %%
dead = {
    rate: [len(run.dead_units()) for run in replay_seeds(
        f"pg1;data=circle;hidden=8;activation=relu;rate={rate};steps=100;end")]
    for rate in (0.3, 3)
}
assert sum(dead[0.3]) <= 2 and sum(dead[3]) >= 10
dead

# %% [markdown]
# At 0.3 hardly one dies, at 3 often more than half of the eight, and the rest must do the work.
# Lowering the rate does not wake them: nothing moves a weight whose gradient is 0. It takes new
# weights, a *Reset*. Dead units do no harm as long as enough are left; many of them say that the
# learning rate is too large, or the inputs are (here up to 5).

# %% [markdown]
# ### Exercise 2: A graveyard
# Sometimes the best way to know a fault is to build it. Train eight ReLU units on the circle so
# that at least four are dead, and paste the line.
#
# <details><summary>Hint</summary>
#
# Learning rate 3, *Reset*, *Play*. If too few die: a new seed. At rate 10 the run may stop because
# its weights have grown without end.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_graveyard = "pg1;data=circle;hidden=8;activation=relu;rate=3;steps=100;end"
### END SOLUTION

# %% tags=["check"]
check.meets(
    my_graveyard,
    read=explorables.replay,
    summary=lambda run: f"Dead units: {len(run.dead_units())} of {sum(run.settings.hidden)}.",
    mistakes={
        "the data are not the circle": (
            lambda run: run.settings.data != "circle", "pg1;data=xor;hidden=8;steps=9;end"),
        "the activation is not ReLU; other activations never give 0 for all examples": (
            lambda run: run.settings.activation != "relu", "pg1;hidden=8;steps=9;end"),
        "the network does not have one hidden layer of eight units": (
            lambda run: run.settings.hidden != (8,), "pg1;hidden=4;activation=relu;steps=9;end"),
        "it is not trained: with a bias of 0 each unit still fires somewhere; press Play": (
            lambda run: run.steps == 0, "pg1;hidden=8;activation=relu;end"),
        "the learning rate is too small to kill: raise it, Reset, Play": (
            lambda run: run.settings.learning_rate < 1,
            "pg1;hidden=8;activation=relu;rate=0.3;steps=9;end"),
        "the run has diverged before enough units died: at rate 3 it need not": (
            lambda run: len(run.dead_units()) < 4 and run.train_loss > 100,
            "pg1;hidden=8;activation=relu;rate=10;steps=5;end"),
        "too few units are dead: train on, or take a new seed": (
            lambda run: len(run.dead_units()) < 4,
            "pg1;hidden=8;activation=relu;rate=3;steps=1;end"),
    },
)

# %% [markdown]
# ## Overfitting. What do ten examples teach?
# Twenty examples of the circle, moved about by noise: ten for training, ten for the test. The
# network has two hidden layers of eight units, 105 parameters.
#
# **Predict.** How small does the training loss get, how small the test loss? Draw both curves on
# paper before you press *Play*.
#
# <details><summary>Answer</summary>
#
# The training loss goes to 0. The test loss falls at first, turns, and rises beyond where it
# began. A network that says 50 % to everything has a loss of 0.69; this one ends above it, since
# it is not only wrong on some examples, it is sure of itself.
# </details>

# %%
explorables.Playground(
    "pg1;data=circle;noise=30;examples=20;seed=10;hidden=8,8;rate=0.3;end",
    hide=("data", "problem", "features", "regularisation"), speed="25 epochs/s",
)

# %%
net = "hidden=8,8;rate=0.3;steps=200;end"
few = replay_seeds(f"pg1;data=circle;noise=30;examples=20;{net}")
many = replay_seeds(f"pg1;data=circle;noise=30;examples=1000;{net}")
run = explorables.replay(
    "pg1;data=circle;noise=30;examples=20;seed=10;hidden=8,8;rate=0.3;steps=300;end")
assert all(run.train_accuracy == 1 and run.test_loss > 20 * run.train_loss for run in few)
assert all(run.test_loss < 1.5 * run.train_loss for run in many)

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), width_ratios=(1.5, 1))
losses = {"training": run.history["train"], "test": run.history["test"]}
plotting.plot_losses(losses, xlabel="epoch", axes=left)
left.set_title("Ten examples, memorised")
train = run.train_examples
plotting.plot_answers(run.predict, train.points, train.targets, axes=right)
plotting.show(figure, alt="Left: over 300 epochs the training loss falls to about 0.01; the test "
              "loss turns after about 60 and rises above 1. Right: the answers in the plane of x1 "
              "and x2, wound around the ten training examples.")

# %% [markdown]
# This is **overfitting**: learning the examples instead of what they have in common. The sign is a
# gap between the curves, not a large loss. In all five runs every training example is right, and
# the test loss is more than twenty times the training loss.
#
# With 500 training examples, the same network and as many steps, the two losses lie close together:
# no single example counts for much, what they share counts. **More examples** are the best
# medicine. Where you cannot get them: fewer units, stopping where the test curve turns (lesson 07,
# with a validation set), or a penalty, which comes next.

# %% [markdown]
# ## Regularisation. What does a penalty do to the weights?
# **Regularisation** is whatever keeps a network from fitting its examples too closely. The usual
# way is to make large weights expensive: a penalty is added to the loss, with a rate $\lambda$
# (lambda) that says how much it counts.
#
# $$\text{L1:}\quad \lambda \sum |w| \qquad\qquad \text{L2:}\quad \lambda \sum w^2$$
#
# What does each do in one step? The slope of $\lambda |w|$ is $\pm\lambda$, that of $\lambda w^2$
# is $2 \lambda w$. With $\lambda = 0.01$ and learning rate 0.3:
#
# | weight | L1 takes $0.3 \cdot 0.01$ | L2 takes $0.3 \cdot 2 \cdot 0.01 \cdot w$ |
# |---|---|---|
# | 2 | 0.003 | 0.012 |
# | 0.1 | 0.003 | 0.0006 |
#
# L2 pulls hard on large weights and hardly on small ones; L1 pulls on all alike. Biases stay free.
#
# **Predict.** The ten examples again. Which of the two leaves many weights at 0? Which has the
# smallest largest weight? And what does the gap between the curves do?

# %%
explorables.Playground(
    "pg1;data=circle;noise=30;examples=20;seed=10;hidden=8,8;rate=0.3;l1=0.01;end",
    hide=("data", "problem", "features", "noise", "activation"), speed="25 epochs/s",
)

# %%
ten = "pg1;data=circle;noise=30;examples=20"
penalised = {
    "none": few,
    "L1": replay_seeds(f"{ten};l1=0.01;{net}"),
    "L2": replay_seeds(f"{ten};l2=0.01;{net}"),
}
sizes = {
    name: [np.abs(np.concatenate([w.ravel() for w in run.weights])) for run in runs]
    for name, runs in penalised.items()
}
near_zero = {name: [float(np.mean(s < 0.02)) for s in sizes[name]] for name in sizes}
largest = {name: [float(s.max()) for s in sizes[name]] for name in sizes}
assert min(near_zero["L1"]) > 0.5 > max(near_zero["none"] + near_zero["L2"])
assert max(largest["L2"]) < min(largest["none"] + largest["L1"])
for name in ("L1", "L2"):
    pairs = zip(penalised[name], few, strict=True)
    for run, free in pairs:
        assert run.test_loss < free.test_loss and run.train_loss > free.train_loss

# %%
axes = plotting.plot_weight_sizes({name: values[0] for name, values in sizes.items()})
axes.set_title("L1 makes many weights nothing, L2 all of them small")
plotting.show(axes.figure, alt="The sizes of the 88 weights, largest first, for training without "
              "penalty, with L1 and with L2. L1 ends at 0 after about a third of them and keeps "
              "some large; L2 has no large ones and few at 0.")

# %% [markdown]
# With L1 more than half of the 88 weights end next to 0 (smaller than 0.02); the rest stay large.
# The network drops inputs and whole units: in the playground an edge this close to 0 is only a
# faint dotted line. L2 keeps nearly all
# weights, but none gets large, so the answers change more gently over the plane. In all five runs
# both lower the test loss, and both raise the training loss: what a penalty buys is a smaller gap.
# Too much of it, and nothing is learnt: try L2 at 0.1.

# %% [markdown]
# ### Exercise 3: Ten examples, less wrong
# The ten examples in the playground above (seed 10) end with a test loss above 1. Bring it below
# 0.7 with a penalty. Data, noise, seed and units stay as they are, at least 200 steps are trained,
# and all ten training examples must still be right. Paste the line.
#
# <details><summary>Hint</summary>
#
# The test loss is large because the network is sure where it should not be, and it is sure because
# some weights are large. Which of the two penalties goes for the large ones? Press *Reset* after
# each change, so that the penalty counts from the first step.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_ten = "pg1;data=circle;noise=30;examples=20;seed=10;hidden=8,8;rate=0.3;l2=0.03;steps=300;end"
### END SOLUTION

# %% tags=["check"]
ten_start = "pg1;data=circle;noise=30;examples=20;seed=10;hidden=8,8;rate=0.3"


def is_other_data(run):
    same = ("circle", 30, 20, 50, 10, ("x1", "x2"))
    it = run.settings
    return (it.data, it.noise, it.examples, it.test_share, it.seed, it.features) != same


check.meets(
    my_ten,
    read=explorables.replay,
    summary=lambda run: f"Training loss {run.train_loss:.3f}, test loss {run.test_loss:.3f}.",
    mistakes={
        "the data are others (circle, noise 30 %, 20 examples, half for the test, seed 10)": (
            is_other_data, "pg1;data=circle;noise=30;hidden=8,8;l2=0.01;steps=9;end"),
        "the network is another one: that helps too, but here two layers of 8 units stay": (
            lambda run: run.settings.hidden != (8, 8),
            "pg1;data=circle;noise=30;examples=20;seed=10;hidden=2;l2=0.01;steps=9;end"),
        "there is no penalty: choose L1 or L2 under regularisation": (
            lambda run: run.settings.l1 == run.settings.l2 == 0, f"{ten_start};steps=9;end"),
        "the run has diverged: penalty times learning rate is far too large; lower it, Reset": (
            lambda run: run.train_loss > 100, f"{ten_start};l2=10;steps=9;end"),
        "it stops early, before it can overfit: also a cure, but train 200 steps or more": (
            lambda run: run.steps < 200, f"{ten_start};l2=0.01;steps=9;end"),
        "the learning rate is so small that 200 steps do not get far: go back to 0.3, Reset": (
            lambda run: run.train_accuracy < 1 and run.settings.learning_rate < 0.1,
            f"{ten_start.replace('rate=0.3', 'rate=0.01')};l2=0.01;steps=200;end"),
        "the penalty is so large that not all ten training examples are right: lower its rate": (
            lambda run: run.train_accuracy < 1, f"{ten_start};l2=0.3;steps=200;end"),
        "the penalty is L1 alone: it leaves some weights large; try L2": (
            lambda run: run.test_loss >= 0.7 and run.settings.l2 == 0,
            f"{ten_start};l1=0.01;steps=200;end"),
        "the test loss is 0.7 or more: raise the rate of the penalty and press Reset": (
            lambda run: run.test_loss >= 0.7, f"{ten_start};l2=0.001;steps=200;end"),
    },
)

# %% [markdown]
# ## The learning rate. How large is too large?
# A problem small enough for paper: regression on a plane, one unit without activation, no hidden
# layer. The target is $0.1 x_1 + 0.1 x_2$, so both weights should become 0.1.
#
# Look at one weight. It is off by $e$. Then the prediction is off by $e\,x_1$, the loss is the mean
# of $e^2 x_1^2$, and its slope is $2 e \cdot \text{mean of } x_1^2$. The inputs lie evenly between
# −5 and 5, where the mean of the squares is 25/3. (The error of the other weight hardly matters
# here: the mean of $x_1 x_2$ is about 0.) One step leaves
#
# $$e - \text{rate} \cdot 2 e \cdot \tfrac{25}{3} \approx (1 - 16.7 \cdot \text{rate})\, e$$
#
# | learning rate | factor | |
# |---|---|---|
# | 0.001 | 0.98 | crawls |
# | 0.01 | 0.83 | converges |
# | 0.1 | −0.67 | jumps from side to side, and converges |
# | 0.3 | −4 | four times as far off after each step |
#
# **Predict.** After how many steps at rate 0.3 does a weight pass a million? (The playground stops
# there and says so.)
#
# <details><summary>Answer</summary>
#
# $4^{10}$ is about a million: from an error around 1, about ten steps.
# </details>

# %%
explorables.Playground(
    "pg1;data=plane;seed=2;hidden=none;activation=linear;rate=0.3;batch=250;end",
    hide=("problem", "layers", "features", "activation", "regularisation"),
    speed="10 steps/s",
)

# %%
flat = "pg1;data=plane;hidden=none;activation=linear;batch=250;steps=30"
rates = {rate: replay_seeds(f"{flat};rate={rate};end") for rate in (0.001, 0.01, 0.1, 0.3)}
assert all(8 <= run.diverged <= 14 for run in rates[0.3])
final = {rate: max(run.train_loss for run in runs) for rate, runs in rates.items()}
assert final[0.1] < 0.1 and final[0.01] < 0.1 < final[0.001]

figure, axes = plt.subplots(figsize=(7, 4.2))
plotting.plot_losses({f"rate {rate}": runs[1].history["train"] for rate, runs in rates.items()},
                     axes=axes)
axes.set(ylim=(1e-7, 1e7), title="At 0.3 each step makes it worse")
plotting.show(figure, alt="Training loss over 30 steps for four learning rates, logarithmic: at "
              "0.001 it hardly falls, at 0.01 and 0.1 it falls, at 0.3 it grows about sixteenfold "
              "with each step.")

# %% [markdown]
# So the border is where the factor is −1, at $2 / 16.7 \approx 0.12$: lesson 03 found the same on
# a parabola. (0.1 is close to it: one of our five runs, whose inputs lie further out in one
# direction, settles slowly.) The border depends on the inputs. Halve them, and it is four times as
# high: one reason to scale inputs. In a network with hidden layers the border moves while the
# weights move; there one watches the curve. The signs, from small to large: a curve that still
# falls when you lose patience; a curve that falls and rests; one that jumps; dead units; a run that
# diverges.

# %% [markdown]
# ## Features or depth. Who does the work?
# The circle once more: no hidden layer at all, but other features, $x_1^2$ and $x_2^2$ instead of
# $x_1$ and $x_2$. (A **feature** is a number that the network is given about an example, lesson
# 00.)
#
# **Predict.** Can a single unit with these two features solve the circle? What sign will its
# weights have, if the class in the middle is 1?
#
# <details><summary>Answer</summary>
#
# It can: $w_0 + w_1 x_1^2 + w_2 x_2^2 = 0$ with equal weights is a circle. Both weights become
# negative (far from the middle speaks against class 1), the bias positive.
# </details>

# %%
explorables.Playground(
    "pg1;data=circle;features=x1^2,x2^2;hidden=none;rate=0.1;end",
    hide=("problem", "activation", "regularisation", "noise"), speed="5 epochs/s",
)

# %%
squares = replay_seeds("pg1;data=circle;features=x1^2,x2^2;hidden=none;rate=0.1;steps=250;end")
units = replay_seeds("pg1;data=circle;hidden=3;rate=0.3;steps=300;end")
assert all(run.test_accuracy > 0.9 for run in squares + units)
assert all((run.weights[0] < 0).all() and run.biases[0] > 0 for run in squares)

figure, axes = plt.subplots(1, 2, figsize=(9, 4.2))
for run, ax, name in zip((squares[0], units[0]), axes, ("Squares, no hidden unit",
                         "x₁ and x₂, three hidden units"), strict=True):
    test = run.test_examples
    plotting.plot_answers(run.predict, test.points, test.targets, axes=ax)
    ax.set_title(name)
plotting.show(figure, alt="What two networks answer on the circle over x1 and x2, with test "
              "examples: with squares an ellipse, with three hidden units a rounded triangle.")

# %% [markdown]
# Both are right nearly everywhere. The unit with squares has 3 parameters and a round border; the
# network has 13 and borders of bent lines. Somebody who **knows** that distance matters can put
# this knowledge into a feature, and the network has little left to learn. Hidden layers **find**
# useful features themselves, at the price of more parameters, steps and examples. Where nobody
# knows the right features, in pictures, sound or text, depth wins.

# %% [markdown]
# ### Exercise 4: XOR without a hidden layer
# In lesson 01 no single neuron could compute XOR from $x_1$ and $x_2$. Give it a better feature,
# no hidden layer, and reach a test accuracy of at least 95 %. Choose XOR in the playground above,
# and paste the line.
#
# <details><summary>Hint</summary>
#
# In which quadrants is the class 1? What do $x_1$ and $x_2$ have in common there? Think of signs.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_feature = "pg1;data=xor;features=x1x2;hidden=none;rate=0.1;steps=250;end"
### END SOLUTION

# %% tags=["check"]
check.meets(
    my_feature,
    read=explorables.replay,
    summary=describe,
    mistakes={
        "the data are not XOR: choose XOR and train again": (
            lambda run: run.settings.data != "xor", "pg1;hidden=none;steps=9;end"),
        "there are hidden layers: remove them all (the − beside hidden layers)": (
            lambda run: run.settings.hidden, "pg1;data=xor;features=x1x2;hidden=2;steps=9;end"),
        "x1 and x2 alone give a straight line: find a feature whose sign tells the class": (
            lambda run: set(run.settings.features) <= {"x1", "x2"},
            "pg1;data=xor;hidden=none;steps=9;end"),
        "squares forget the sign, and XOR is all about signs": (
            lambda run: "x1x2" not in run.settings.features
            and {"x1^2", "x2^2"} & set(run.settings.features),
            "pg1;data=xor;features=x1^2,x2^2;hidden=none;steps=9;end"),
        "sines of one input each cannot see both signs at once": (
            lambda run: "x1x2" not in run.settings.features,
            "pg1;data=xor;features=sin(x1),sin(x2);hidden=none;steps=9;end"),
        "there is noise: some examples lie on the wrong side; set it to 0": (
            lambda run: run.test_accuracy < 0.95 and run.settings.noise > 0,
            "pg1;data=xor;noise=50;features=x1x2;hidden=none;rate=0.1;steps=500;end"),
        "the feature is right, but it is hardly trained: press Play": (
            lambda run: run.test_accuracy < 0.95 and run.steps < 200,
            "pg1;data=xor;features=x1x2;hidden=none;steps=0;end"),
        "the feature is right, but the learning rate does not fit: 0.1 is a good one": (
            lambda run: run.test_accuracy < 0.95,
            "pg1;data=xor;features=x1x2;hidden=none;rate=0.00001;steps=200;end"),
    },
)

# %% [markdown]
# ## The spiral. How far do you get?
# Two arms, wound around each other. All you have learnt comes together: features, units, layers,
# activation, learning rate, patience. Nothing is hidden this time.
#
# **Predict.** What is the least that it takes? Write your guess down: features, units in each
# layer, activation, learning rate, steps.

# %%
explorables.Playground("pg1;data=spiral;hidden=4;end")

# %%
rough = replay_seeds("pg1;data=spiral;hidden=8;rate=0.3;steps=500;end")
waves = replay_seeds(
    "pg1;data=spiral;features=x1,x2,sin(x1),sin(x2);hidden=8;rate=0.3;steps=500;end")
assert max(run.test_accuracy for run in rough) < 0.75 < min(run.test_accuracy for run in waves)
[[round(run.test_accuracy, 2) for run in runs] for runs in (rough, waves)]

# %% [markdown]
# Eight units are lost with $x_1$ and $x_2$ alone and do well with the sines besides, since along
# each axis the arms alternate like waves. Without sines it takes depth: two or more layers of
# eight, thousands of steps, and luck.

# %% [markdown]
# ### Exercise 5: Your spiral
# Reach a test accuracy of at least 95 % on the spiral, without noise, with at least 250 test
# examples. Any features, any network. Paste the line, and compare it with your guess.
#
# <details><summary>Hint</summary>
#
# Begin with $x_1$, $x_2$ and both sines, two hidden layers of eight units, tanh, learning rate 0.1.
# Watch the curve: still falling, resting, or jumping?
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_spiral = (
    "pg1;data=spiral;features=x1,x2,sin(x1),sin(x2);hidden=8,8;rate=0.3;steps=1500;end"
)
### END SOLUTION

# %% tags=["check"]
spiral = "pg1;data=spiral;features=x1,x2,sin(x1),sin(x2)"

check.meets(
    my_spiral,
    read=explorables.replay,
    summary=describe,
    mistakes={
        "the data are not the spiral": (
            lambda run: run.settings.data != "spiral", "pg1;hidden=8;steps=9;end"),
        "there is noise: set it to 0": (
            lambda run: run.settings.noise > 0, "pg1;data=spiral;noise=10;hidden=8;steps=9;end"),
        "there are fewer than 250 test examples: with so few, luck decides": (
            lambda run: len(run.test_examples.points) < 250,
            "pg1;data=spiral;examples=100;hidden=8;steps=9;end"),
        "every layer is linear, or there is no hidden layer: nothing can wind": (
            lambda run: run.settings.activation == "linear" or not run.settings.hidden,
            f"{spiral};hidden=8;activation=linear;steps=9;end"),
        "the learning rate is so large that the weights jump about or grow without end": (
            lambda run: run.test_accuracy < 0.95
            and (run.settings.learning_rate > 1 or run.train_loss > 10),
            f"{spiral};hidden=8;rate=10;steps=9;end"),
        "the learning rate is so small that it would take for ever": (
            lambda run: run.test_accuracy < 0.95 and run.settings.learning_rate < 0.003,
            f"{spiral};hidden=8;rate=0.001;steps=9;end"),
        "it is hardly trained: press Play and give it time": (
            lambda run: run.test_accuracy < 0.95 and run.steps < 500,
            f"{spiral};hidden=8;steps=9;end"),
        "it is not there yet: more steps, units, layers or features": (
            lambda run: run.test_accuracy < 0.95, f"{spiral};hidden=2;batch=1;steps=500;end"),
    },
)

# %% [markdown]
# ## Your own points. What do you want to see separated?
# The diary of lesson 01: hours of sun, mm of rain, bike or bus. One unit without a hidden layer is
# the perceptron's heir. Choose the pen *class 1*, and add a bike day among the bus days at the
# lower left. What does the line do, what a hidden layer of eight units? You can also clear the
# points and draw your own, with mouse, pen or finger, or with the arrow keys and Enter.
#
# <details><summary>Answer</summary>
#
# Without the odd day a line is enough, as in lesson 01. With it, the line stays wrong on some days;
# eight units bend around the odd one within some thousand steps. Whether that day was an accident
# or a rule, no loss here can tell: a tenth of the days, one or two, is all the test there is.
# </details>

# %%
diary = np.array([
    [4.0, 1.5], [3.0, 1.0], [3.0, 2.5], [0.5, 0.0], [1.5, 3.5], [4.0, 3.0], [3.5, 1.5],
    [3.5, 0.0], [2.0, 1.0], [2.0, 0.0], [2.5, 0.5], [0.5, 2.0], [1.0, 0.5], [4.0, 0.5],
])
cycled = np.array([1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1])
explorables.Playground(
    "pg1;data=own;test=10;hidden=none;rate=0.1;end", points=diary, labels=cycled,
)

# %% [markdown]
# Not everything can be learnt from. Somebody passes only the bike days; **the message is
# announced**.

# %%
with check.expect_error(ValueError, "only one class"):
    explorables.Playground(points=diary[cycled == 1], labels=cycled[cycled == 1])

# %% [markdown]
# ## Summary
# - A step is arithmetic: each weight moves by the learning rate times its gradient. One line of
#   text is enough to repeat thousands of them exactly.
# - A linear net decides along a straight line, whatever its size; its matrices multiply to one.
# - Fewer units can solve a problem than will: look at several seeds.
# - The curves tell what is wrong: a gap is overfitting; jumps are a learning rate that is too
#   large; a flat line is too small a rate, dead units, or a net that cannot do it.
# - L1 leaves few weights, L2 leaves all of them small. Features bring knowledge in, depth finds it.
#
# ## What can go wrong in practice
# - **One run is taken for the truth.** Another seed can fail or shine. Report several.
# - **The test set is used to choose.** We looked at it all the time; with many tries one fits the
#   test, too. Serious work chooses by a third part, the validation set of lesson 00.
# - **A large rate and dead units** hide behind a loss that still falls a little: look inside.
# - **A penalty is copied from elsewhere.** Its rate depends on loss, data and size of the network.
# - **A plane is not the world.** With two inputs one sees everything; with thousands the same
#   faults occur, and only the curves show them.
#
# ## Read more
# - D. Smilkov, S. Carter et al., [Direct-Manipulation Visualization of Deep
#   Networks](https://arxiv.org/abs/1708.03788), 2017: the TensorFlow Playground and its ideas.
# - I. Goodfellow, Y. Bengio, A. Courville, [Deep Learning, chapter
#   7](https://www.deeplearningbook.org/contents/regularization.html): regularisation.
# - L. Lu, Y. Shin, Y. Su, G. E. Karniadakis, [Dying ReLU and
#   Initialization](https://arxiv.org/abs/1903.06733), 2019.
# - J. Frankle, M. Carbin, [The Lottery Ticket Hypothesis](https://arxiv.org/abs/1803.03635), 2019:
#   why spare units buy luck.
#
# ## Next
# [05 Keras regression](05_keras_regression.ipynb): the same ideas with real data, in a few lines of
# Keras.
