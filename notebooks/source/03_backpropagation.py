# %% [markdown]
# # 03 Backpropagation
# *How does each weight find out in which direction to change?*
#
# By the end you can
# - compute an error, a loss and every gradient of a small network on paper
# - tell from its path whether a learning rate is too small, right or too large
# - write backpropagation in NumPy for any depth, and check it numerically
# - build automatic differentiation in less than a hundred lines
# - repair a broken training loop
#
# **Time** about 150 minutes, good for two sittings · **Data** numbers made below · **Builds on**
# [01 The perceptron](01_perceptron.ipynb),
# [02 Multilayer networks](02_multilayer_networks.ipynb)

# %%
from course_utils import check, explorables, plotting, results

import itertools
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
import time
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)
random = np.random.default_rng(np.random.randint(1000))  # follows the seed above

# %% [markdown] tags=["D2-10"]
# ## Target and error. How wrong is one prediction?
# A network predicts 67. The right answer, the **target** $y$, is 56. Predicted minus actual:
#
# $$\text{error} = \hat{y} - y = 67 - 56 = 11$$
#
# The prediction is 11 too high. Mind the order: lesson 01 used label minus output, the way the
# perceptron rule wants it, and many texts do the same. Both are right, but you have to stay with
# one. From here on a positive error means *too high*.
#
# And mind what is compared: the prediction and the **target**. Some slides say that the error is
# the difference between the output and the *input*. It is not: the input is where the prediction
# comes from; what it should have been, only the target knows.

# %% [markdown] tags=["D2-11"]
# ### Ten predictions
# One example says little about a model. Here are ten:
#
# | actual $y$ | predicted $\hat{y}$ | error $\hat{y} - y$ | squared error |
# |---|---|---|---|
# | 56 | 67 | 11 | 121 |
# | 67 | 50 | −17 | 289 |
# | 149 | 148 | −1 | 1 |
# | 117 | 99 | −18 | 324 |
# | 29 | 9 | −20 | 400 |
# | 23 | 42 | 19 | 361 |
# | 64 | 28 | −36 | 1296 |
# | 57 | 39 | −18 | 324 |
# | 36 | 7 | −29 | 841 |
# | 56 | 23 | −33 | 1089 |
# | | | total | 5046 |
#
# Why squares? Look at the first and the sixth row against the others: errors of both signs cancel
# when you add them. A model that is 100 too high once and 100 too low once would look perfect.
# Squares are never negative. And they weigh: one error of 10 counts as much as a hundred of 1.

# %% tags=["D2-11"]
actual = np.array([56, 67, 149, 117, 29, 23, 64, 57, 36, 56])
predicted = np.array([67, 50, 148, 99, 9, 42, 28, 39, 7, 23])
errors = predicted - actual
assert np.sum(errors**2) == 5046 and np.isclose(np.mean(errors**2), 504.6)

axes = plotting.plot_prediction_errors(actual, predicted)
plotting.show(axes.figure, alt="Ten examples with target and prediction as two marks, and the "
              "error as a bar between them: eight predictions are too low, two too high.")
f"sum of the errors {np.sum(errors)}, of their squares {np.sum(errors**2)}"

# %% [markdown] tags=["D2-12", "D1-02"]
# ## Loss functions. Why one number?
# Is a model with the errors 11 and −17 better than one with −3 and 20? You cannot say before you
# have decided how to make **one** number out of many errors. A **loss function** is that decision:
# it calculates a single number, the **loss**, from the predictions and targets of many examples.
# The lower, the better. Only with a single number are "better" and "best" defined, and only then
# can a program go looking for the best.
#
# The most used one for numbers is the **mean squared error**, MSE (some slides call it "mean
# *standard* error", which is something else). For $n$ examples, the $i$-th with target $y_i$:
#
# $$\text{MSE} = \frac{1}{n} \sum_{i=1}^{n} (\hat{y}_i - y_i)^2 = \frac{5046}{10} = 504.6$$
#
# Its unit is squared: if the targets are euros, 504.6 are square euros. The **mean absolute
# error**, MAE, drops the signs instead: $\frac{1}{n} \sum |\hat{y}_i - y_i|$, here 202 / 10 = 20.2
# euros.
#
# Does it matter which one you take? Suppose a model may only predict one and the same number for
# all ten examples.
#
# **Predict.** One target is 149, far above the rest. Which loss lets it pull the best number up
# more?

# %%
assert np.isclose(keras.losses.mean_squared_error(actual, predicted), 504.6)
assert np.isclose(keras.losses.mean_absolute_error(actual, predicted), 20.2)

guesses = np.arange(0, 150, 0.1)
misses = guesses[:, None] - actual  # a row per guess, a column per target
best = {"MSE": guesses[np.mean(misses**2, axis=1).argmin()],
        "MAE": guesses[np.mean(np.abs(misses), axis=1).argmin()]}
{name: round(float(value), 1) for name, value in best.items()}

# %% [markdown]
# MSE chooses the mean of the targets, MAE their median: the one in the middle when they are sorted
# (with ten of them, any number between the fifth and the sixth, 56 and 57). An exceptional example
# pulls the first up and leaves the second where it is. If it is a typing error, take MAE; if it is
# the case that costs you money, take MSE.
#
# ### When the answer is a class
# Now let the output be a probability, from a sigmoid: $p$ = 0.8 for "class 1". If the label is 1,
# how bad is that? The **binary cross-entropy** takes the probability that was given to the truth,
# and of that, minus the natural logarithm. ($\ln$ has the base 2.718; $\ln 1 = 0$, and towards
# $\ln 0$ it falls without limit.)
#
# | label | $p$ for class 1 | given to the truth | loss |
# |---|---|---|---|
# | 1 | 0.8 | 0.8 | $-\ln 0.8 \approx 0.22$ |
# | 1 | 0.1 | 0.1 | $-\ln 0.1 \approx 2.30$ |
# | 0 | 0.1 | 1 − 0.1 = 0.9 | $-\ln 0.9 \approx 0.11$ |
#
# In one line, for labels $y$ of 0 or 1 (the factor that is 0 switches one term off):
#
# $$\frac{1}{n} \sum_{i=1}^{n} -\bigl( y_i \ln p_i + (1 - y_i) \ln (1 - p_i) \bigr)$$
#
# With several classes it is the **categorical cross-entropy**: again minus the logarithm of the
# probability of the true class. For $p$ = (0.7, 0.2, 0.1) and the first class: $-\ln 0.7 \approx
# 0.36$. The other two do not appear; they matter only because all three must sum to 1.
#
# **Predict.** A model is quite sure of class 1, $p$ = 0.999, and the label is 0. How large is its
# squared error, and how large, about, its cross-entropy?

# %%
binary = keras.losses.binary_crossentropy([[1], [1], [0]], [[0.8], [0.1], [0.1]])
categorical = keras.losses.categorical_crossentropy([[1, 0, 0]], [[0.7, 0.2, 0.1]])
assert np.allclose([*binary, *categorical], -np.log([0.8, 0.1, 0.9, 0.7]), atol=1e-5)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
plotting.plot_error_losses(axes=left)
plotting.plot_cross_entropy(marks=(0.8, 0.1), axes=right)
plotting.show(figure, alt="Left: squared error, a parabola, and absolute error, a V. Right: "
              "cross-entropy against p; without limit as the probability of the truth nears 0.")

# %% [markdown]
# The squared error of the sure and wrong model is just below 1, the most it can ever be. Its
# cross-entropy is $-\ln 0.001$, about 6.9, and has no upper limit: being sure and wrong is
# expensive, and the slope of the curve says so to the weights.

# %% [markdown]
# ### Exercise 1: Binary cross-entropy
# Write the loss for vectors of labels (0 or 1) and probabilities. Return one number.
#
# <details><summary>Hint</summary>
#
# `np.log` is the natural logarithm and takes whole vectors. Compute the bracket of the formula for
# all examples at once, then `np.mean`, and mind the minus.
# </details>

# %% tags=["exercise"]
def binary_cross_entropy(labels, probabilities):
    """Return the mean binary cross-entropy of labels 0 or 1 and probabilities of class 1."""
    ### BEGIN SOLUTION
    logarithms = labels * np.log(probabilities) + (1 - labels) * np.log(1 - probabilities)
    return -np.mean(logarithms)
    ### END SOLUTION


# %% tags=["check"]
check.function(
    binary_cross_entropy,
    inputs=[(np.array([1, 1, 0]), np.array([0.8, 0.1, 0.3])), (np.array([0]), np.array([0.6]))],
    expected=lambda y, p: -np.mean(np.log(np.where(y == 1, p, 1 - p))),
    mistakes={
        "the minus is missing": lambda y, p: np.mean(np.log(np.where(y == 1, p, 1 - p))),
        "the losses are added, not averaged": lambda y, p: -np.log(np.abs(1 - y - p)).sum(),
        "the term for label 0 is missing": lambda y, p: -np.mean(y * np.log(p)),
        "the logarithm has base 10": lambda y, p: -np.mean(np.log10(np.abs(1 - y - p))),
        "label 0 uses p where 1 - p belongs": lambda y, p: -np.mean(np.log(p)),
        "it is not averaged: one loss an example": lambda y, p: -np.log(np.abs(1 - y - p)),
    },
)

# %% [markdown] tags=["D1-12"]
# ## The best weights. What does training look for?
# Take the smallest model that can learn, one weight and no bias: $f(x; w) = w x$. There are two
# examples, $x = 1$ with target 3 and $x = 2$ with target 4. No $w$ fits both: the first asks for 3,
# the second for 2. The loss of the model is the mean of both squared errors. Fill in some values
# of $w$:
#
# | $w$ | errors $1w - 3$ and $2w - 4$ | loss |
# |---|---|---|
# | 0 | −3, −4 | (9 + 16) / 2 = 12.5 |
# | 1 | −2, −2 | (4 + 4) / 2 = 4 |
# | 2 | −1, 0 | (1 + 0) / 2 = 0.5 |
# | 2.2 | −0.8, 0.4 | (0.64 + 0.16) / 2 = **0.4** |
# | 3 | 0, 2 | (0 + 4) / 2 = 2 |
#
# The data stay; what changes is the weight. So the loss is a function of the weights, and training
# looks for those at which it is lowest:
#
# $$W^* = \operatorname{argmin}_W \frac{1}{n} \sum_{i=1}^{n} \mathcal{L}\bigl(f(x^{(i)}; W),
# y^{(i)}\bigr) = \operatorname{argmin}_W J(W)$$
#
# | part | name | here |
# |---|---|---|
# | $x^{(i)}, y^{(i)}$ | the $i$-th example and its target | (1, 3) and (2, 4) |
# | $f(x; W)$ | the model's prediction with the weights $W$ | $wx$ |
# | $\mathcal{L}$ | loss of one example | squared error |
# | $J(W)$ | mean loss over all $n$ examples | $(5w^2 - 22w + 25) / 2$ |
# | $\operatorname{argmin}$ | *where* it is lowest, not how low | $W^*$ = 2.2, where $J$ = 0.4 |
#
# $W$ stands for all weights and biases of all layers together. Two are easily confused: the
# minimum is 0.4, the argmin is 2.2. You train to get the weights, so you want the argmin.

# %% tags=["D1-12"]
def mean_loss(w):
    return ((1 * w - 3) ** 2 + (2 * w - 4) ** 2) / 2


weights = np.linspace(0, 4, 401)
losses = mean_loss(weights)
assert np.isclose(weights[losses.argmin()], 2.2) and np.isclose(losses.min(), 0.4)
mean_loss(np.array([0, 1, 2, 2.2, 3]))

# %% [markdown] tags=["D2-13", "D1-13"]
# ## Gradient descent. Which way is down?
# Trying out 401 values works for one weight. With 13 weights, a very small network, there are
# $401^{13}$ combinations; at a billion a second that takes millions of times the age of the
# universe. You need to know which way is down without looking everywhere, like a walker in fog:
#
# 1. Start at a random point.
# 2. Find the slope under your feet.
# 3. Move a step down.
# 4. Repeat 2 and 3 until the slope is zero.
#
# The slope of $w^2$ is $2w$, that of $w$ is 1 and that of a constant 0. So the slope of
# $J(w) = (5w^2 - 22w + 25)/2$ is $(5 \cdot 2w - 22)/2 = 5w - 11$. At $w = 0$ it is −11: to the
# right it goes down, steeply. So step *against* the slope, by a small share of it. How small is
# said by the **learning rate**:
#
# $$w' = w - l\, \frac{\partial E}{\partial w}$$
#
# | | |
# |---|---|
# | $w'$ | new weight |
# | $w$ | old weight |
# | $l$ | learning rate, `learning_rate` in Keras, often written $\eta$ (eta) |
# | $\frac{\partial E}{\partial w}$ | derivative of the error $E$, our loss $J$, with respect to $w$ |
#
# Texts use $E$, $J$ or $L$ for a loss. Here $J$ is the mean over all examples, and $L$, further
# down, the loss of one.
#
# With $l = 0.1$, on paper:
#
# | step | $w$ | slope $5w - 11$ | new $w$ |
# |---|---|---|---|
# | 1 | 0 | −11 | 0 + 1.1 = 1.1 |
# | 2 | 1.1 | −5.5 | 1.1 + 0.55 = 1.65 |
# | 3 | 1.65 | −2.75 | 1.65 + 0.275 = 1.925 |
#
# The steps shrink by themselves, because the slope does. Each halves the distance to 2.2.

# %% tags=["D2-13"]
def walk(learning_rate, steps):
    path = [0.0]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * (5 * path[-1] - 11))
    return np.array(path)


assert np.allclose(walk(0.1, steps=3), [0, 1.1, 1.65, 1.925])
walk(0.1, steps=12).round(4)

# %% [markdown]
# **Predict.** What happens with a learning rate of 0.01? Of 0.2? Of 0.38? Of 0.42? One of the four
# arrives in a single step, and one never does.

# %%
verdicts = {0.01: "crawls", 0.2: "arrives", 0.38: "swings", 0.42: "diverges"}
paths = {f"rate {rate}: {verdict}": walk(rate, steps=8) for rate, verdict in verdicts.items()}
row = plotting.plot_descents(mean_loss, paths, limits=(-1, 5.4), top=28)
plotting.show(row[0].figure, alt="A parabola with its lowest point at 2.2, four times, and eight "
              "steps from 0: short ones, a single one, jumps that shrink, jumps that grow.")

# %% [markdown] tags=["D1-13"]
# The distance to 2.2 is multiplied by $1 - 5l$ in each step: by 0.95, 0, −0.9 and −1.1. A negative
# factor jumps over the valley; beyond −1 each jump lands higher than the last, and the loss
# explodes. **Too small wastes time, too large destroys.** For a real network you do not know the
# factor. You try rates, each about three times the last, and watch the loss.
#
# ### The algorithm
# For a whole network, in five steps. This is the form you find in books:
#
# 1. **Initialise** the weights randomly, $W \sim \mathcal{N}(0, \sigma^2)$: drawn from the normal
#    distribution around 0 with a spread of $\sigma$ (sigma).
# 2. **Loop** until it no longer gets better:
# 3. compute the **gradient** $\frac{\partial J(W)}{\partial W}$: one slope for each weight,
# 4. **update** the weights, $W \leftarrow W - \eta \frac{\partial J(W)}{\partial W}$.
# 5. **Return** the weights.
#
# Why randomly? If two hidden units start with the same weights, in and out, they get the same
# gradient and stay the same forever: you pay for two and have one. Now try the walk yourself, on a
# curve with two valleys.
#
# **Predict.** From which starts does the walker end in the deeper valley? From the start given
# below, can a larger learning rate help?
#
# <details><summary>Answer</summary>
#
# Those left of the hilltop at 0.5, as long as the steps are small. From 3 it ends in the shallow
# valley. With a rate of 0.35 the first step jumps over the hill; but such large steps do not
# settle on the other side, they swing around the bottom. The slider *momentum* is explained in the
# next section: try 0.9 with a rate of 0.1 then.
# </details>

# %%
explorables.Descent(landscape="two valleys", learning_rate=0.1)

# %% [markdown] tags=["D0-07"]
# ## Landscapes. What can happen with many weights?
# With two weights the loss is a **landscape**: two directions to walk, and the height is the loss.
# How can one have a slope where there are many directions? One for each weight. The **partial
# derivative** $\frac{\partial J}{\partial w_1}$ is the slope when only $w_1$ moves and all else
# stands still. All partial derivatives together are the **gradient**. On paper, for
# $J = 0.05\, w_1^2 + 2\, w_2^2$:
#
# | | $w_1$ | $w_2$ |
# |---|---|---|
# | at the point | −4 | 1 |
# | partial derivative | $0.1\, w_1$ = −0.4 | $4\, w_2$ = 4 |
# | times the learning rate 0.1 | −0.04 | 0.4 |
# | new point | −4 + 0.04 = −3.96 | 1 − 0.4 = 0.6 |
#
# The gradient points to where it is steepest *up*; minus the gradient is the steepest way down.
# But look at the numbers: the minimum is at (0, 0), four to the right and one down, and the step
# goes nearly straight down. This landscape is a **ravine**: steep across, nearly flat along.
#
# First a landscape with two valleys, seen from the side and, as on a hiking map, from above: a
# white line joins places of equal loss, and the darker, the lower. On the map, large white marks
# are starts, the stars are the lowest points of the valleys.

# %% tags=["D0-07"]
def path_on(name, start, learning_rate, momentum=0.0):
    return explorables.descend(name, start, learning_rate, momentum, steps=40).positions


valleys = explorables.LANDSCAPES["valleys"]
paths = {f"start {n}": path_on("valleys", w, 0.3) for n, w in (("A", (-0.5, 4)), ("B", (4.5, -3)))}
axes = plotting.plot_surface_and_contours(valleys, paths)
plotting.show(axes[0].figure, alt="A loss over w1 and w2 with two valleys, as a surface and as "
              "contour lines. The walk from A ends in the deep valley, that from B in the other.")
loss_a, loss_b = (valleys.function(*path[-1]) for path in paths.values())
assert loss_a < 0.01 and loss_b > 2.99

# %% [markdown] tags=["D0-07"]
# Each walk stops where the slope is zero, at the bottom of *its* valley: a **local minimum**. The
# deepest of all is the **global minimum**. Slides say that training searches for the global
# minimum. It cannot: nothing in the formula knows of other valleys. In practice one is content
# with a good local one. Large networks have very many of them, most of them about equally good, as
# far as anybody can tell. Small ones have bad ones too, so you try several starts.
#
# A zero slope need not even be a minimum. On a **saddle** it goes up along one weight and down
# along the other, as on the saddle of a horse or a mountain pass. And in the ravine, the learning
# rate that suits the steep direction is far too small for the flat one. $4\, w_2$ allows at most
# $l$ = 0.5 (beyond it, $1 - 4l$ is below −1); but with $0.1\, w_1$ each step then shortens the way
# along only by a twentieth.
#
# ### Momentum
# A ball would do better: it gathers speed along the ravine, and its swings across cancel. So give
# the walker a **velocity** $v$ that keeps a share $\beta$ (beta), the **momentum**, of what it was:
#
# $$v' = \beta v - l\, \frac{\partial J}{\partial w}, \qquad w' = w + v'$$
#
# Along $w_1$ in the ravine, from −4 with $l$ = 0.1, $\beta$ = 0.8 and velocity 0 at the start:
#
# | step | slope $0.1\, w_1$ | $v'$ | new $w_1$ |
# |---|---|---|---|
# | 1 | −0.4 | 0 + 0.04 = 0.04 | −3.96 |
# | 2 | −0.396 | 0.032 + 0.0396 = 0.0716 | −3.8884 |
#
# The second step is nearly twice the first, under almost the same slope. Where the slope stays the
# same, speed grows up to $1/(1 - \beta)$ times a plain step: five times here.
#
# **Predict.** On the saddle below, two walkers start at the left: one exactly on the ridge, at
# height $w_2 = 0$, the other a hair beside it, at 0.01. Where do they end?

# %%
on_saddle = {f"start at height {w2}": path_on("saddle", (-4.0, w2), 0.2) for w2 in (0.0, 0.01)}
in_ravine = {f"momentum {beta}": path_on("ravine", (-4.5, 2.5), 0.3, beta) for beta in (0.0, 0.8)}
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8))
plotting.plot_landscape(explorables.LANDSCAPES["saddle"], on_saddle, axes=left)
plotting.plot_landscape(explorables.LANDSCAPES["ravine"], in_ravine, axes=right)
plotting.show(figure, alt="Contour lines over w1 and w2. Left, a saddle: one walk stops in the "
              "middle, one leaves it. Right, a ravine: the walk with momentum arrives first.")

# %% [markdown]
# Exactly on the ridge the walker ends on the saddle, where nothing tells it to move. A hundredth
# beside it, it slows down, then finds the way out. In training the steps are a little random (see
# *Batches* below), which mostly does for a push. Now steer yourself. **Predict**: from which
# learning rate on does the walk in the ravine diverge, without momentum? And with a momentum of
# 0.8, earlier or later?
#
# <details><summary>Answer</summary>
#
# Beyond 0.5 without momentum, as computed above. With 0.8 only beyond 0.9: the velocity brakes the
# swings across, since it still points the other way. The limit is $2(1 + \beta)$ divided by the
# steepest factor, here 4.
# </details>

# %%
explorables.Descent(landscape="ravine", learning_rate=0.1)

# %% [markdown] tags=["D2-13", "D0-06"]
# ## The chain rule. How does one neuron pass the blame on?
# Descent needs a slope for every weight. For one neuron you can find them with a pencil. Take
# input $x = 2$, weight $w = 1$, bias $w_0 = -2$, sigmoid, target $y = 1$:
#
# $$z = w_0 + x w = -2 + 2 = 0, \qquad \hat{y} = \text{sigmoid}(0) = 0.5, \qquad
# L = (\hat{y} - y)^2 = (-0.5)^2 = 0.25$$
#
# How does $L$ change if $w$ grows a little, by 0.01? Follow the change through the chain: $z$ grows
# by $x$ times as much, 0.02. Then $\hat{y}$ grows by about $g'(z)$ times that, and the slope of the
# sigmoid at 0 is 0.25: by 0.005. Then $L$ changes by about $2(\hat{y} - y) = -1$ times that:
# −0.005. (The smaller the change, the more exactly.) So the slope is −0.005 / 0.01 = −0.5. The
# factors multiply. That is the **chain rule**:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial \hat{y}} \cdot
# \frac{\partial \hat{y}}{\partial z} \cdot \frac{\partial z}{\partial w}
# = 2(\hat{y} - y) \cdot g'(z) \cdot x = -1 \cdot 0.25 \cdot 2 = -0.5$$
#
# Compute it from the left: first what the *output* is worth, −1; then what $z$ is worth, −0.25;
# then what the weight is worth. You walk **backwards** through the neuron, and everything but the
# last factor is used again: the bias needs the same −0.25, times 1.

# %%
axes = plotting.plot_chain_rule(x=2, w=1, w_0=-2, y=1)
plotting.show(axes.figure, alt="From w and w0 over z and the output to L: values 1, −2, 0, 0.5, "
              "0.25, and from right to left the gradients 1, −1, −0.25, then −0.5 and −0.25.")

# %% [markdown]
# Above each quantity stands its value, below it the slope of $L$ with respect to it: its
# gradient. Check with a finite difference, as in lesson 01. Then take one step with learning rate
# 1: both gradients are negative, so weight and bias grow, and the loss falls.

# %%
def loss_of_neuron(w, w_0):
    return (1 / (1 + np.exp(-(w_0 + 2 * w))) - 1) ** 2


h = 1e-5
assert np.isclose((loss_of_neuron(1 + h, -2) - loss_of_neuron(1 - h, -2)) / (2 * h), -0.5)
assert np.isclose((loss_of_neuron(1, -2 + h) - loss_of_neuron(1, -2 - h)) / (2 * h), -0.25)
f"loss before {loss_of_neuron(1, -2)}, after one step {loss_of_neuron(1 + 0.5, -2 + 0.25):.4f}"

# %% [markdown] tags=["D0-06", "D2-14"]
# ## The backward pass on paper. Which weight is to blame?
# Now a network: two inputs, three hidden units with ReLU, one linear output, 13 parameters. It is
# to add two numbers and has not learnt it yet. $w_{j,i}^{(k)}$ leads to unit $i$ of layer $k$ from
# unit $j$ of the layer before, $z_{k,i}$ is a weighted sum, as in lesson 02. All numbers here fit
# on paper; take one, and a pencil. The example is $x = (2, 3)$ with target 5.
#
# **Forward.** Multiply, add, apply ReLU:
#
# | hidden unit | from $x_1 = 2$ | from $x_2 = 3$ | bias | $z_{1,i}$ | ReLU |
# |---|---|---|---|---|---|
# | 1 | 2 · 0.5 | 3 · 1 | 0 | 4 | 4 |
# | 2 | 2 · 1 | 3 · (−1) | 0 | −1 | **0** |
# | 3 | 2 · (−1) | 3 · 1 | 1 | 2 | 2 |
#
# | | from unit 1 | from unit 2 | from unit 3 | bias | $\hat{y}$ |
# |---|---|---|---|---|---|
# | output | 4 · 1 | 0 · 2 | 2 · (−0.5) | 1 | **4** |
#
# The prediction is 4 instead of 5: error −1, loss $L = (-1)^2 = 1$.
#
# **Backward.** For each unit we ask: how steeply does $L$ rise with its weighted sum $z$? This
# slope is its **delta**, $\delta_{k,i} = \partial L / \partial z_{k,i}$, the blame. The output has
# no activation, so its delta is $2(\hat{y} - y) = -2$: a larger output would *lower* the loss. The
# hidden units get their share through the weight that leads to the output, times the slope of their
# ReLU, which is 1 where $z > 0$ and 0 elsewhere:
#
# | hidden unit | delta of the output | · weight to it | · slope of ReLU | $\delta_{1,i}$ |
# |---|---|---|---|---|
# | 1 | −2 | 1 | 1 | −2 |
# | 2 | −2 | 2 | **0** | **0** |
# | 3 | −2 | −0.5 | 1 | 1 |
#
# Now every weight. Its gradient is **what came in, times the delta of the unit it leads to**; a
# bias has the input 1:
#
# | to unit | delta | from 1st | from 2nd | from 3rd | bias |
# |---|---|---|---|---|---|
# | hidden 1 | −2 | 2 · (−2) = −4 | 3 · (−2) = −6 | | −2 |
# | hidden 2 | 0 | 2 · 0 = 0 | 3 · 0 = 0 | | 0 |
# | hidden 3 | 1 | 2 · 1 = 2 | 3 · 1 = 3 | | 1 |
# | output | −2 | 4 · (−2) = −8 | 0 · (−2) = 0 | 2 · (−2) = −4 | −2 |
#
# That was **backpropagation**: one pass forwards, one pass backwards, and you know for each of the
# 13 parameters how the loss answers to it. Unit 2 is silent for this example, so it takes no part
# in the error, gets no delta, and none of its weights moves.

# %% tags=["D0-06"]
W1, b1 = np.array([[0.5, 1.0, -1.0], [1.0, -1.0, 1.0]]), np.array([0.0, 0.0, 1.0])
W2, b2 = np.array([[1.0], [2.0], [-0.5]]), np.array([1.0])

axes = plotting.plot_backward_pass([W1, W2], [b1, b2], inputs=(2, 3), target=5)
plotting.show(axes.figure, alt="The network with the delta of each unit, −2 for the output and −2, "
              "0, 1 for the hidden units, and the gradient of each weight at its edge.")

# %% [markdown]
# The same, for your hands. Select a unit or an edge to see its arithmetic. **Predict**: the target
# becomes 4, what the network says anyway. What are the gradients then? And what must the inputs be
# for unit 2 to wake up? Then set the target back to 5 and press *One step*, a step of gradient
# descent, again and again.
#
# <details><summary>Answer</summary>
#
# With target 4 the error is 0, so every delta and every gradient is 0: there is nothing to learn.
# Unit 2 computes $x_1 - x_2$: it wakes as soon as $x_1$ is larger than $x_2$, and its weights get
# gradients at once.
# </details>

# %%
explorables.NetworkPass([W1, W2], [b1, b2], inputs=(2.0, 3.0), target=5.0)

# %% [markdown]
# ### A second example
# The gradient of the mean loss is the mean of the gradients of the examples. Take $x = (4, 1)$,
# target 5, with the same weights. Forward: $z$ = 3, 3 and −2, so now unit 2 works and unit 3 is
# silent; $\hat{y} = 3 + 6 + 0 + 1 = 10$, error 5, $L$ = 25. Backward: delta of the output 10, of
# the hidden units 10, 20 and 0. All gradients side by side; those of the mean in bold:
#
# | parameter | (2, 3) | (4, 1) | mean | | parameter | (2, 3) | (4, 1) | mean |
# |---|---|---|---|---|---|---|---|---|
# | $w_{1,1}^{(1)}$ | −4 | 40 | **18** | | $w_{0,1}^{(1)}$ | −2 | 10 | **4** |
# | $w_{1,2}^{(1)}$ | 0 | 80 | **40** | | $w_{0,2}^{(1)}$ | 0 | 20 | **10** |
# | $w_{1,3}^{(1)}$ | 2 | 0 | **1** | | $w_{0,3}^{(1)}$ | 1 | 0 | **0.5** |
# | $w_{2,1}^{(1)}$ | −6 | 10 | **2** | | $w_{1,1}^{(2)}$ | −8 | 30 | **11** |
# | $w_{2,2}^{(1)}$ | 0 | 20 | **10** | | $w_{2,1}^{(2)}$ | 0 | 30 | **15** |
# | $w_{2,3}^{(1)}$ | 3 | 0 | **1.5** | | $w_{3,1}^{(2)}$ | −4 | 0 | **−2** |
# | | | | | | $w_{0,1}^{(2)}$ | −2 | 10 | **4** |
#
# The two examples disagree about $w_{1,1}^{(1)}$: one wants it larger, the other smaller. A step
# along the mean is a compromise. The mean loss is (1 + 25) / 2 = 13. We keep the bold numbers:
# the programs below must find the same.

# %%
table_loss = 13.0
table = [[np.array([[18, 40, 1], [2, 10, 1.5]]), np.array([4, 10, 0.5])],
         [np.array([[11], [15], [-2]]), np.array([4])]]

# %% [markdown]
# ### Exercise 2: A backward pass by hand
# Same weights, new example: $x = (4, 2)$, target 6. On paper: forward, delta of the output, deltas
# of the hidden units, then the gradients of the six weights of the first layer. Write these as a
# table, a row per input and a column per hidden unit.
#
# <details><summary>Hint</summary>
#
# Forward: $z_{1,i}$ = 4, 2 and −1. The prediction is 9. The delta of the output is twice the
# error. Which unit is silent?
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
gradients_of_layer_1 = np.array([[24, 48, 0], [12, 24, 0]])
### END SOLUTION

# %% tags=["check"]
check.value(
    gradients_of_layer_1,
    np.outer([4.0, 2], [6, 12, 0]),
    mistakes={
        "rows and columns are swapped: a row per input": np.outer([6.0, 12, 0], [4, 2]),
        "the slope of ReLU is forgotten: unit 3 is silent": np.outer([4.0, 2], [6, 12, -3]),
        "the factor 2 of the square is forgotten": np.outer([4.0, 2], [3, 6, 0]),
        "the error is target minus prediction": np.outer([4.0, 2], [-6, -12, 0]),
        "the weights to the output are forgotten": np.outer([4.0, 2], [6, 6, 0]),
        "the two inputs are swapped": np.outer([2.0, 4], [6, 12, 0]),
        "the target is still 5: here it is 6": np.outer([4.0, 2], [8, 16, 0]),
    },
)

# %% [markdown] tags=["D0-06", "D2-14"]
# ## Backpropagation in NumPy. What changes for any depth?
# Nothing changes but the number of times. The two rules you used, with letters:
#
# $$\delta_{k,j} = g'(z_{k,j}) \sum_i w_{j,i}^{(k+1)}\, \delta_{k+1,i} \qquad\qquad
# \frac{\partial L}{\partial w_{j,i}^{(k)}} = g(z_{k-1,j})\, \delta_{k,i} \qquad\qquad
# \frac{\partial L}{\partial w_{0,i}^{(k)}} = \delta_{k,i}$$
#
# A unit of layer $k$ gathers the deltas of all units it feeds, each through its weight. For $k = 1$
# the inputs $x_j$ stand for $g(z_{0,j})$. For a table with one example a row, the sums become
# matrix products. $Z^{(k)}$ holds the weighted sums, $A^{(k)} = g(Z^{(k)})$ the outputs,
# $\Delta^{(k)}$ (capital delta) the deltas of layer $k$; $T$ swaps rows and columns; $*$ multiplies
# place by place:
#
# $$\Delta^{(k)} = \bigl(\Delta^{(k+1)}\, W^{(k+1)T}\bigr) * g'(Z^{(k)}) \qquad\qquad
# \frac{\partial J}{\partial W^{(k)}} = A^{(k-1)T} \Delta^{(k)}$$
#
# Check the shapes with 2 examples: $\Delta^{(2)}$ is 2 × 1, $W^{(2)T}$ is 1 × 3, so $\Delta^{(1)}$
# is 2 × 3, a delta for each example and hidden unit. $A^{(0)T}$ is 2 × 2 (inputs × examples), the
# gradient 2 × 3, as $W^{(1)}$ must be. The product adds over the examples.
#
# First a small table with each activation and its slope, and the random start, step 1 of the
# algorithm.

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {  # name: (function, slope)
    "linear": (lambda z: z, lambda z: np.ones_like(z)),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
}


def initialize(units, random, scale=1.0):
    """Return [[W, b], …], W from N(0, scale² / inputs), b all 0; `units` as (2, 3, 1)."""
    pairs = itertools.pairwise(units)
    return [[random.normal(0, scale / np.sqrt(m), (m, n)), np.zeros(n)] for m, n in pairs]

# %% [markdown]
# Forwards, keep all weighted sums and all outputs: the way back needs them. That is why training
# takes so much more memory than using a network.

# %%
def forward(parameters, inputs, activation="relu", output="linear"):
    """Return (sums, outputs): z of each layer; the inputs (one example a row), then g(z)."""
    sums, outputs = [], [inputs]
    for W, b in parameters:
        sums.append(outputs[-1] @ W + b)
        name = activation if len(sums) < len(parameters) else output
        outputs.append(ACTIVATIONS[name][0](sums[-1]))
    return sums, outputs


def compute_loss(predictions, targets, output="linear"):
    """Return the mean squared error; for the output "sigmoid" the binary cross-entropy."""
    if output == "sigmoid":
        return -np.mean(targets * np.log(predictions) + (1 - targets) * np.log(1 - predictions))
    return np.mean((predictions - targets) ** 2)


def loss_of(parameters, inputs, targets, activation="relu", output="linear"):
    """Return the loss of a network on these examples."""
    return compute_loss(forward(parameters, inputs, activation, output)[1][-1], targets, output)

# %% [markdown]
# Backwards. The delta of the output is the only line that knows the loss: $2(\hat{y} - y)/n$ for
# the mean squared error. For sigmoid with cross-entropy the slope of the sigmoid cancels, and what
# is left is $(\hat{y} - y)/n$. That is why the two are used together: no flat ends, however wrong
# the network is.

# %%
def backward(parameters, inputs, targets, activation="relu", output="linear"):
    """Return the gradient of the loss, [[dW, db], …]; targets have the shape of the predictions."""
    sums, outputs = forward(parameters, inputs, activation, output)
    delta = (1 if output == "sigmoid" else 2) * (outputs[-1] - targets) / targets.size
    gradients = []
    for layer in reversed(range(len(parameters))):
        gradients.insert(0, [outputs[layer].T @ delta, delta.sum(axis=0)])
        if layer > 0:
            slope = ACTIVATIONS[activation][1]
            delta = (delta @ parameters[layer][0].T) * slope(sums[layer - 1])
    return gradients


def compare(gradients, others):
    """Return the largest difference of two gradients in each layer."""
    both = zip(gradients, others, strict=True)
    return [max(np.abs(p - q).max() for p, q in zip(*pairs, strict=True)) for pairs in both]

# %%
parameters = [[W1, b1], [W2, b2]]
inputs, targets = np.array([[2.0, 3.0], [4.0, 1.0]]), np.array([[5.0], [5.0]])
gradients = backward(parameters, inputs, targets)
assert loss_of(parameters, inputs, targets) == table_loss and max(compare(gradients, table)) == 0
gradients[0]

# %% [markdown]
# The table, number by number. Nine lines, and they hold for a hundred layers.
#
# ### The gradient check
# But who guarantees that for a hundred layers? A wrong gradient raises no error. The network learns
# anyway, only worse, and you search for weeks. So measure: move one parameter by $h$ to both sides
# and divide the difference of the losses by $2h$. That needs two forward passes for *every*
# parameter, far too slow for training, and just right for a test.

# %%
def measure_gradient(parameters, *case, h=1e-5):
    """Return the gradient by central differences; `case` as for `backward`."""
    measured = [[np.zeros_like(array) for array in pair] for pair in parameters]
    for layer, part in itertools.product(range(len(parameters)), (0, 1)):
        array = parameters[layer][part]
        for place in np.ndindex(array.shape):
            value = array[place]
            array[place] = value + h
            above = loss_of(parameters, *case)
            array[place] = value - h
            measured[layer][part][place] = (above - loss_of(parameters, *case)) / (2 * h)
            array[place] = value
    return measured


deep = [[W, random.normal(size=b.shape)] for W, b in initialize((2, 4, 3, 1), random)]
points, answers = random.normal(size=(6, 2)), random.integers(0, 2, (6, 1)).astype(float)
kinds = itertools.product(ACTIVATIONS, ("linear", "sigmoid"))
cases = [(deep, points, answers, *kind) for kind in kinds]
off = [max(compare(backward(*case), measure_gradient(*case))) for case in cases]
assert max(off) < 1e-8
f"largest difference in {len(cases)} networks: {max(off):.0e}"

# %% [markdown]
# No difference above rounding. Such a check belongs beside every gradient you write by hand. Here
# is a backward pass in which one line is wrong. It runs, and networks learn with it. The cell
# prints how far its gradients are off, layer by layer (the last is the output), for three
# activations.

# %%
def broken_backward(parameters, inputs, targets, activation):
    _, outputs = forward(parameters, inputs, activation)
    delta = 2 * (outputs[-1] - targets) / targets.size  # line A
    gradients = []
    for layer in reversed(range(len(parameters))):
        gradients.insert(0, [outputs[layer].T @ delta,  # line B
                             delta.sum(axis=0)])  # line C
        if layer > 0:
            returned = delta @ parameters[layer][0].T  # line D
            delta = returned * ACTIVATIONS[activation][1](outputs[layer])  # line E
    return gradients


for activation in ("linear", "relu", "tanh"):
    case = (deep, points, answers, activation)
    off = compare(broken_backward(*case), measure_gradient(*case))
    print(f"{activation:7}", *(f"layer {k}: {value:.0e}  " for k, value in enumerate(off, start=1)))

# %% [markdown]
# ### Exercise 3: Find the wrong line
# Which of the lines A to E is wrong? Give its letter, in quotes, such as `"A"`. And say to yourself
# how the line must read.
#
# <details><summary>Hint</summary>
#
# The last layer is always right; so which lines are acquitted? And linear and ReLU networks are
# right everywhere: what do these two activations have in common that tanh has not? Compute the
# slope of ReLU for $z$ = −1 and 2 and for its *outputs* 0 and 2; then the same for tanh.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
wrong_line = "E"
### END SOLUTION

# %% tags=["check"]
check.value(
    wrong_line,
    "E",
    mistakes={
        "A is suspected; a wrong A would spoil the last layer, too": "A",
        "B is suspected; it makes the last layer's weights as well, and they are right": "B",
        "C is suspected; it makes the last layer's biases as well, and they are right": "C",
        "D is suspected; a wrong D would spoil linear networks, too": "D",
    },
)

# %% [markdown] tags=["D1-13", "D2-14"]
# Line E takes the slope at the *output* of the hidden layer; it belongs at the weighted sum,
# `sums[layer - 1]`. ReLU does not notice: its output is positive where $z$ is. So check with the
# activation that you use. With ReLU alone nobody would have found it.
#
# ### Training: the five steps
# Everything is there. The algorithm of above, word by word; and the task that the paper network
# could not do yet: add two numbers. All 100 pairs of digits are the examples, divided by 10 so
# that one learning rate suits all weights.
#
# **Predict.** Thirty networks with 3 hidden units start at thirty random places. Do all of them
# learn to add?

# %%
def update(parameters, gradients, learning_rate):
    pairs = zip(parameters, gradients, strict=True)
    return [[W - learning_rate * dW, b - learning_rate * db] for (W, b), (dW, db) in pairs]


def train(parameters, inputs, targets, learning_rate, steps, batch_size=None):
    """Return (parameters, losses); each step uses `batch_size` random examples, None for all."""
    losses = []
    for _ in range(steps):  # 2 loop
        rows = random.permutation(len(inputs))[:batch_size]
        gradients = backward(parameters, inputs[rows], targets[rows])  # 3 gradient
        parameters = update(parameters, gradients, learning_rate)  # 4 update
        losses.append(loss_of(parameters, inputs, targets))
    return parameters, losses  # 5 return

# %%
digits = np.array(list(itertools.product(range(10), repeat=2))) / 10
digit_sums = digits.sum(axis=1, keepdims=True)
starts = [initialize((2, 3, 1), random) for _ in range(30)]  # 1 initialise
runs = [train(start, digits, digit_sums, learning_rate=0.1, steps=1000) for start in starts]
runs.sort(key=lambda run: run[1][-1])
networks_that_add = sum(losses[-1] < 0.01 for _, losses in runs)
low, high = results.band("03_backpropagation/networks_that_add")
assert low <= networks_that_add <= high

axes = plotting.plot_losses({"best": runs[0][1], "median": runs[15][1], "worst": runs[29][1]})
plotting.show(axes.figure, alt="Loss against step, logarithmic, for three of thirty networks. The "
              "best and the median fall by many powers of ten, the worst stays flat.")
seven_plus_eight = 10 * forward(runs[0][0], np.array([[0.7, 0.8]]))[1][-1].item()
f"{networks_that_add} of 30 networks add; the best says 7 + 8 = {seven_plus_eight:.3f}"

# %% [markdown]
# The best add almost perfectly. But usually some of the thirty do not: their loss stays near 0.165,
# the variance of the targets, which is what you get by always answering with the mean. In them the
# hidden units are silent, as unit 2 was for one example: for all examples, or for nearly all. Where
# no unit speaks no delta comes through, and no step will ever wake them. (Where one still answers
# to a few examples, it sometimes wakes after thousands of steps more.) It is a bad place to end,
# and a plain reason not to say that training "finds the global minimum". More units help: it is
# unlikely that all of them fall silent.
#
# ## Automatic differentiation. Can a program find the derivatives by itself?
# `backward` knows dense layers and nothing else. For every new kind of layer you would derive
# formulas again. There is a better way. Whatever a network computes, it consists of additions,
# multiplications and a few functions, and for each of *those* the slope is one line:
#
# | result | slope for $a$ | slope for $b$ |
# |---|---|---|
# | $a + b$ | 1 | 1 |
# | $a \cdot b$ | $b$ | $a$ |
# | $a^n$ | $n\, a^{n-1}$ | |
#
# So let every number remember what it was computed from, and with which slopes. Then a program can
# run the chain rule backwards. That is **automatic differentiation** in reverse mode,
# the engine under TensorFlow, PyTorch and JAX. Take $y = x \cdot x + x$ at $x = 3$:
#
# - forwards: $x \cdot x = 9$, $y = 9 + 3 = 12$
# - backwards: $y$ has gradient 1; so the product has 1; so $x$ gets 3 · 1 as the left factor, 3 · 1
#   as the right factor, and 1 directly: **7 in all**. (And the slope of $x^2 + x$ is $2x + 1 = 7$.)
#
# Two rules are in it. What is used several times **adds up** its gradients. And nobody may pass a
# gradient on before it is complete: $x$ has to wait for all three.
#
# The code below is a **class**, a kind of object of our own. `Value(3.0)` makes one and calls
# `__init__`, where `self` is the new object. For `a + b` Python calls `__add__`, for `a * b`
# `__mul__`, and so on. Each operation is a line with its slopes at the end.

# %%
axes = plotting.plot_reuse(x=3)
plotting.show(axes.figure, alt="x leads to x · x by two factors, and directly to y. Below, from "
              "the right, the gradients: 1 for y, 1 for x · x, and 3 + 3 + 1 = 7 for x.")

# %%
class Value:
    """A number that remembers what it was computed from, and its slopes."""

    def __init__(self, number, parents=(), slopes=()):
        self.number = float(number)
        self.parents = parents  # the values it was computed from
        self.slopes = slopes  # how much it changes with each of them
        self.gradient = 0.0  # how much the final result changes with it

    def __add__(self, other):
        other = as_value(other)
        return Value(self.number + other.number, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.number * other.number, (self, other), (other.number, self.number))

    def __pow__(self, n):
        return Value(self.number**n, (self,), (n * self.number ** (n - 1),))

    def __sub__(self, other):
        return self + as_value(other) * -1.0

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    __radd__, __rmul__ = __add__, __mul__  # 2 + x, 2 * x

# %% [markdown]
# Subtraction and division are composed of the others: their slopes come for free. Functions have
# one parent. (`as_value` makes a `Value` of a plain number, as in `x + 2`.)

# %%
def as_value(number):
    return number if isinstance(number, Value) else Value(number)


def relu(a):
    return Value(max(a.number, 0.0), (a,), (1.0 if a.number > 0 else 0.0,))


def exp(a):
    return Value(np.exp(a.number), (a,), (np.exp(a.number),))


# %% [markdown]
# For the way back we need an order in which each value comes after those it was computed from,
# called a **topological** order. `visit` goes to the parents first and notes a value when all of
# them are noted. Then run through the notes from the end: no value passes its gradient on before
# all that used it have added their share.

# %%
def run_backward(result):
    """Fill `gradient` of every value behind `result` with d result / d value."""
    order = {}  # a dict keeps the order in which its keys come in

    def visit(value):
        if value not in order:
            for parent in value.parents:
                visit(parent)
            value.gradient = 0.0
            order[value] = True

    visit(result)
    result.gradient = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.gradient += slope * value.gradient

# %%
x = Value(3.0)
y = x * x + x
run_backward(y)
assert (y.number, x.gradient) == (12, 7)


def recipe(v):
    return (exp(v * 2) - 1) / (relu(v) + v**3)


x = Value(0.7)
run_backward(recipe(x))
assert np.isclose(x.gradient, (recipe(Value(0.7 + h)) - recipe(Value(0.7 - h))).number / (2 * h))

# %% [markdown]
# Less than a hundred lines, and they differentiate whatever you compose of these operations. What
# does it cost? A pass back takes about as long as one or two passes forwards, for *all* parameters
# together. The gradient check needs two passes for *each*.
#
# **Try.** Write `tanh`, in two lines like `exp`. Its slope is $1 - \tanh^2$. Then put it into a
# recipe of the check. And see what Python says to `2 - x`, with the plain number first: a method is
# still missing, `__rsub__`. What must it return?

# %% [markdown] tags=["D2-14"]
# ## One network, five implementations. Do they agree?
# You have the gradients of one network from a pencil, from NumPy and, in a moment, from `Value`.
# TensorFlow has the same machine: a `GradientTape` writes down each operation on its variables
# while the block runs, and `tape.gradient` walks back. And Keras' `fit` hides all of it. Do five
# implementations agree on the loss and on all 13 gradients?
#
# `tf.Variable` is a number, or a table of them, that may change. And NumPy does not mind what it
# multiplies and adds: a table of `Value` objects goes through `@`. `np.vectorize(f)` is $f$ for
# each element of a table.

# %%
def predict(network, outputs, relu):
    """Return the outputs of a network with ReLU in its hidden layers, whatever it is made of."""
    for W, b in network[:-1]:
        outputs = relu(outputs @ W + b)
    return outputs @ network[-1][0] + network[-1][1]


def by_values(parameters, inputs, targets):
    network = [[np.vectorize(Value)(array) for array in pair] for pair in parameters]
    loss = np.mean((predict(network, inputs, np.vectorize(relu)) - targets) ** 2)
    run_backward(loss)
    gradient_of = np.vectorize(lambda value: value.gradient)
    return loss.number, [[gradient_of(array) for array in pair] for pair in network]


def by_tape(parameters, inputs, targets):
    network = [[tf.Variable(array) for array in pair] for pair in parameters]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(network, tf.constant(inputs), tf.nn.relu) - targets) ** 2)
    return float(loss), tape.gradient(loss, network)

# %% [markdown]
# `fit` shows no gradient, but its deed: one step of plain descent, with all examples at once,
# subtracts learning rate times gradient. So compare the weights before and after. Keras
# computes with 32 bits, about seven digits; to compare more, we ask for 64, for data (`floatx`) and
# layers, and switch back.

# %%
def by_fit(parameters, inputs, targets):
    for set_precision in (keras.config.set_floatx, keras.config.set_dtype_policy):
        set_precision("float64")
    hidden = [layers.Dense(len(b), activation="relu") for _, b in parameters[:-1]]
    output = layers.Dense(targets.shape[1])
    model = keras.Sequential([keras.Input(inputs.shape[1:]), *hidden, output])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=1.0), loss="mse")
    before = [array for pair in parameters for array in pair]
    model.set_weights(before)
    history = model.fit(inputs, targets, batch_size=len(inputs), verbose=0)
    steps = [old - new for old, new in zip(before, model.get_weights(), strict=True)]
    for set_precision in (keras.config.set_floatx, keras.config.set_dtype_policy):
        set_precision("float32")
    return history.history["loss"][0], list(zip(steps[::2], steps[1::2], strict=True))

# %%
implementations = {
    "table": (table_loss, table),
    "NumPy": (loss_of(parameters, inputs, targets), backward(parameters, inputs, targets)),
    "Value": by_values(parameters, inputs, targets),
    "GradientTape": by_tape(parameters, inputs, targets),
    "Keras fit": by_fit(parameters, inputs, targets),
}
for name, (loss, found) in implementations.items():
    assert abs(loss - table_loss) < 1e-6 and max(compare(found, table)) < 1e-6
    print(f"{name:13} loss {loss}, largest difference {max(compare(found, table)):.0e}")

# %%
case = initialize((3, 5, 4, 2), random), random.normal(size=(7, 3)), random.normal(size=(7, 2))
for loss, found in (by_values(*case), by_tape(*case), by_fit(*case)):
    assert abs(loss - loss_of(*case)) < 1e-6 and max(compare(found, backward(*case))) < 1e-6

# %% [markdown]
# They agree, on the network from paper and on a random deeper one. What you computed with a pencil
# *is* what Keras does.
#
# So why are there five? The table is for understanding. `Value` makes a Python object for every
# single product and sum: some forty for one example here, some two hundred thousand for a digit of
# lesson 00. NumPy does a layer in one call. The tape does it for any network without a written
# backward pass, and on a GPU. `fit` adds what goes with it: shuffling, measuring the accuracy, and
# more.
#
# That has a price. On a network as small as this, NumPy's step is many times cheaper than a step of
# `fit`. There is next to nothing to multiply; what takes time is the way there. NumPy calls some
# twenty functions. `fit` fetches its examples, enters a compiled copy of the whole computation,
# keeps its records, and comes back. This overhead hardly depends on the size of the network. With
# layers of a thousand units the products themselves take most of the time in both, and little is
# left of the difference. On the two cores of our benchmark a step of `fit` took about thirty times
# as long as NumPy's for a 2-8-8-1 network, about twice as long for 784-256-10, and about as long
# with two hidden layers of 1,024. On another machine it will be other factors. (All runs
# are in `benchmarks/results.csv`.)

# %% [markdown] tags=["D1-13", "D1-14"]
# ## Training loops. What is wrong with this one?
# `fit` is right for almost everything. For the rest you write the loop yourself, as on two slides
# of a real course. The first minimizes any loss of some weights, the second trains a model:
#
# ```python
# weights = tf.Variable([tf.random.normal()])             # 1
# while True:                                             # 2
#     with tf.GradientTape() as tape:                     # 3
#         loss = compute_loss(weights)                    # 4
#         gradient = tape.gradient(loss, weights)         # 5
#     weights = weights - lr * gradient                   # 6
#
# optimizer = tf.keras.optimizer.SGD()                    # 7
# while True:                                             # 8
#     prediction = model(x)                               # 9
#     with tf.GradientTape() as tape:                     # 10
#         loss = compute_loss(y, prediction)              # 11
#     gradients = tape.gradient(loss, model.trainable_variables)               # 12
#     optimizer.apply_gradients(zip(gradients, model.trainable_variables))     # 13
# ```
#
# Seven of the thirteen lines need a repair, and one mistake occurs twice. Which, and what is wrong?
# Decide before you read on. Then run them, and read what Python says. (A box that begins with *As
# announced* shows an error that we expect; the notebook goes on.)

# %%
with check.expect_error(TypeError, "Missing required positional argument"):
    tf.Variable([tf.random.normal()])

with check.expect_error(AttributeError, "optimizer"):
    tf.keras.optimizer.SGD()

# %% [markdown]
# **1**: `normal` wants to know how many numbers, as in `tf.random.normal((2,))`. The message does
# not say which argument is missing; look into the documentation. **7**: the module is called
# `optimizers`. **2** and **8**: `while True` never ends, and there is no message for that; loop for
# a number of steps. **5** works, but `tape.gradient` ends the recording: a line below it looks as
# if it were on the tape, and is not. Take the gradient after the block.
#
# **9** hurts more. The prediction is made *before* the tape runs, and what a tape has not seen, it
# cannot walk back.
#
# **Predict.** What does `tape.gradient` return then?

# %%
model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
prediction = model(digits)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((prediction - digit_sums) ** 2)
nothing = tape.gradient(loss, model.trainable_variables)
assert nothing == [None, None]

with check.expect_error(ValueError, "No gradients provided for any variable"):
    keras.optimizers.SGD().apply_gradients(zip(nothing, model.trainable_variables, strict=True))

# %% [markdown]
# A list of `None`, and no error: that comes only when somebody uses it.
#
# **6** survives the first turn. `weights - …` is a plain array of TensorFlow (a *tensor*), no
# longer a `tf.Variable`, and tapes by themselves watch only variables. In the second turn the
# gradient is `None`. A variable must be changed *in place*: `weights.assign_sub(learning_rate *
# gradient)` subtracts from what is there.

# %%
weights = tf.Variable([1.0, 2.0])
with check.expect_error(TypeError, "NoneType"):
    for turn in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(weights**2)
        gradient = tape.gradient(loss, weights)
        print(f"turn {turn}: {type(weights).__name__}, gradient {gradient}")
        weights = weights - 0.1 * gradient

# %% [markdown]
# ### Exercise 4: Repair the loop
# Repair the first slide. `compute_loss` is a function of the weights, such as
# `lambda w: (w - 3) ** 2`. Begin at `start`, make `steps` steps, and return the weights with
# `.numpy()`, which turns a variable into plain numbers.
#
# <details><summary>Hint</summary>
#
# `weights = tf.Variable(start)` before the loop, `for` instead of `while`. In the tape's block only
# the loss. After the block the gradient, then `assign_sub`.
# </details>

# %% tags=["exercise"]
def minimize(compute_loss, start, learning_rate, steps):
    """Return the weights after so many steps of gradient descent on compute_loss(weights)."""
    ### BEGIN SOLUTION
    weights = tf.Variable(start)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = compute_loss(weights)
        gradient = tape.gradient(loss, weights)
        weights.assign_sub(learning_rate * gradient)
    return weights.numpy()
    ### END SOLUTION


# %% tags=["check"]
cases = [(3.0, 1.0, 0.5, 0.1, 3), (-1.0, 2.0, 4.0, 0.05, 2)]  # minimum c, k, start, rate, steps


def after(factor=2.0, turns=0):  # each step multiplies the distance to the minimum
    return [c + (w - c) * (1 - factor * k * rate) ** (n + turns) for c, k, w, rate, n in cases]


check.function(
    minimize,
    inputs=[(lambda v, c=c, k=k: k * (v - c) ** 2, w, rate, n) for c, k, w, rate, n in cases],
    expected=after(),
    tolerance=1e-5,
    mistakes={
        "the gradient is None: the loss stands outside the tape, or `weights = …` has replaced the "
        "Variable": lambda f, w, rate, n: rate * None,
        "it goes uphill: subtract": after(factor=-2.0),
        "one step is missing": after(turns=-1),
        "the learning rate is missing": [c + (w - c) * (1 - 2 * k) ** n for c, k, w, _, n in cases],
        "only one step counts, because `return` or `tf.Variable(start)` stands inside the loop":
            [c + (w - c) * (1 - 2 * k * rate) for c, k, w, rate, _ in cases],
    },
)

# %% [markdown] tags=["D1-14"]
# ### Any optimizer
# And the second slide, repaired: the prediction inside the tape, and a number of steps. The update
# is the work of an **optimizer**, the component that turns gradients into steps. You can replace it
# with any optimizer that Keras knows. Momentum you have met. Adam also gives each weight a step
# size of its own, by the size of its last gradients; later lessons look into that.

# %% tags=["D1-14"]
hidden, last = layers.Dense(8, activation="tanh"), layers.Dense(1)
network = keras.Sequential([keras.Input((2,)), hidden, last])
start_weights = network.get_weights()


def train_with(optimizer, steps):
    """Return the loss before each step, always from the same start."""
    network.set_weights(start_weights)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network(digits) - digit_sums) ** 2)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        losses.append(float(loss))
    return losses

# %%
curves = {
    "SGD": train_with(keras.optimizers.SGD(0.05), steps=100),
    "SGD, momentum 0.8": train_with(keras.optimizers.SGD(0.05, momentum=0.8), steps=100),
    "Adam": train_with(keras.optimizers.Adam(0.02), steps=100),
}
adam_loss = curves["Adam"][-1]
low, high = results.band("03_backpropagation/adam_loss")
assert low <= adam_loss <= high

axes = plotting.plot_losses(curves)
plotting.show(axes.figure, alt="Loss against step, logarithmic, for three optimizers from one "
              "start. All fall by more than a factor of ten in a hundred steps, each its own way.")

# %% [markdown]
# One loop, three ways of walking. Do not read a ranking out of it: each has a learning rate of its
# own, and with others the order changes.
#
# ## Batches. How many examples for one step?
# So far each step looked at all examples: **batch** gradient descent. With a million examples that
# is a million passes for one small step. **Stochastic** gradient descent takes one example, drawn
# at random, and steps at once; **mini-batch** descent takes a few dozen. The gradient of a few is
# only an estimate of the gradient of all, as a poll is of an election. How good is it, and what
# does it cost?
#
# **Predict.** Four times the examples: how much smaller is the error of the estimate? And how much
# longer does the step take?

# %%
examples = random.uniform(size=(512, 2))
noisy_sums = examples.sum(axis=1, keepdims=True) + random.normal(0, 0.1, (512, 1))
net = initialize((2, 8, 1), random)
full = backward(net, examples, noisy_sums)[0][0]  # the gradient of W of layer 1

batch_sizes, noise, microseconds = [1, 4, 16, 64, 256], [], []
for size in batch_sizes:
    misses, started = [], time.perf_counter()
    for _ in range(500):
        rows = random.integers(0, 512, size)
        estimate = backward(net, examples[rows], noisy_sums[rows])[0][0]
        misses.append(np.linalg.norm(estimate - full))
    microseconds.append(1e6 * (time.perf_counter() - started) / 500 / size)
    noise.append(np.sqrt(np.mean(np.square(misses))) / np.linalg.norm(full))
assert np.allclose(noise * np.sqrt(batch_sizes), noise[0], rtol=0.3)

row = plotting.plot_batch_sizes(batch_sizes, noise, microseconds)
plotting.show(row[0].figure, alt="Over the size of the mini-batch, logarithmic: the error of the "
              "gradient falls as one over its square root; the time for an example falls steeply.")

# %% [markdown]
# The error is halved: it falls with the square root of the number of examples, sixteen times the
# work for a direction four times as good. And a step with four examples takes hardly more time than
# with one, because NumPy handles a small table nearly as fast as a row; only with hundreds the
# products begin to count. Together they favour something in the middle.
#
# Now train three ways on the same examples, with the same learning rate, for the same number of
# **epochs**. (An epoch is one pass through all examples: 512 steps, or 16, or a single one.)

# %%
curves, passes = {}, {}
for name, size in {"stochastic: 1": 1, "mini-batch: 32": 32, "batch: all 512": 512}.items():
    steps = 8 * 512 // size
    curves[name] = train(net, examples, noisy_sums, 0.05, steps, size)[1]
    passes[name] = np.arange(1, steps + 1) * size / 512
mini_batch_loss = curves["mini-batch: 32"][-1]
low, high = results.band("03_backpropagation/mini_batch_loss")
assert low <= mini_batch_loss <= high

axes = plotting.plot_losses(curves, passes, "epochs")
plotting.show(axes.figure, alt="Loss against epochs, logarithmic. Batch descent falls slowly, "
              "mini-batches steadily; stochastic descent falls at once, then jumps up and down.")

# %% [markdown]
# For the same number of looks at the data, more steps get further: single examples are down within
# half an epoch. But they never come to rest. Each example pulls to its own side, and since noise
# of 0.1 was added to the targets, their pulls never agree; a smaller learning rate would calm
# that. Batch descent is as smooth as it is slow. In practice mini-batches of 16 to 256 are common,
# for the noise *and* for the price of an example. (SGD stands for stochastic gradient
# descent; nearly everybody says it and means mini-batches.)
#
# ## Vanishing gradients. What reaches the first layer?
# On the way back each layer multiplies the deltas by weights and by the slope $g'(z)$. The slope of
# the sigmoid is at most 0.25. Twenty layers of that, even with weights of 1, give $0.25^{20}
# \approx 10^{-12}$, a millionth of a millionth: the gradient **vanishes**, and the first layers
# learn nothing. With factors above 1 it is the opposite. $2^{20}$ is about a million: the gradient
# **explodes**.
#
# Measure it. A network with 20 hidden layers of 100 units, one random example, and the deltas of
# every layer (the gradient of a bias *is* the delta). The size of a layer's deltas is their root
# mean square. How large the random weights are, is the `scale` of `initialize`.
#
# **Predict.** ReLU's slope is 1 for about half of the units and 0 for the others. Does the size
# stay the same with scale 1? Or which scale would make up for the lost half?

# %%
def delta_sizes(activation, scale):
    """Return the root mean square of the deltas of each hidden layer."""
    deep_network = initialize((100,) * 21 + (1,), random, scale)
    example, target = random.normal(size=(1, 100)), np.ones((1, 1))
    gradients = backward(deep_network, example, target, activation)
    return [np.sqrt(np.mean(db**2)) for _, db in gradients[:-1]]


by_activation = {name: delta_sizes(name, scale=1.0) for name in ("sigmoid", "tanh", "relu")}
by_scale = {f"scale {root**0.5:.2f}": delta_sizes("relu", root**0.5) for root in (8, 2, 0.5)}
shrinking = {name: sizes[0] / sizes[-1] for name, sizes in (by_activation | by_scale).items()}
assert shrinking["sigmoid"] < 1e-8 and shrinking["scale 2.83"] > 1e3
assert shrinking["scale 0.71"] < 1e-3 < 0.01 < shrinking["scale 1.41"] < 100

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6))
plotting.plot_gradient_sizes(by_activation, axes=left)
plotting.plot_gradient_sizes(by_scale, axes=right)
plotting.show(figure, alt="Deltas over the layers, logarithmic. Left: towards layer 1 they vanish "
              "with sigmoid. Right, ReLU: they grow with scale 2.83, stay with 1.41, else vanish.")
{name: f"{value:.0e}" for name, value in shrinking.items()}

# %% [markdown]
# The numbers below the figure are layer 1 divided by layer 20. With the sigmoid, next to nothing
# reaches the first layer, one reason why deep networks could hardly be trained for a long time.
# ReLU loses half of the *squares* in each layer. So weights with twice the square, a scale of
# $\sqrt{2} \approx 1.41$, keep the size: that is He initialization. For tanh, scale 1 is nearly
# right; with layers of equal size it is the spread of Keras' default, Glorot initialization. Twice
# the scale of $\sqrt{2}$, and each of the nineteen steps from layer 20 to layer 1 doubles the
# deltas: half a million times too much. Half of it, and they are halved as often. Twenty layers
# forgive nothing. Lesson 07 comes back to it.
#
# ## Summary
# - A loss makes one number of all errors. Training looks for the weights where it is lowest, and in
#   practice is content with a good local minimum.
# - Gradient descent steps against the slope: $w' = w - l\, \partial E / \partial w$. Too small a
#   learning rate wastes time, too large a one destroys; momentum helps in ravines.
# - Backpropagation is the chain rule from the output to the inputs. The gradient of a weight is
#   what came in, times the delta of the unit it leads to.
# - Table, NumPy, a small `Value` class, `GradientTape` and `fit` find the same gradients, to more
#   than six digits. A gradient written by hand deserves a check by central differences.
# - A mini-batch trades noise for speed. In deep networks deltas vanish or explode unless activation
#   and initial scale keep their size.
#
# ## What can go wrong in practice
# - **Shapes that fit by accident**: predictions of shape (n, 1) minus targets of shape (n,) give a
#   table of n × n errors, no error message, and a network that learns the mean. Compare shapes
#   first.
# - **The loss is NaN**: mostly the learning rate is too large, or a logarithm meets 0. Keras
#   computes cross-entropy from the weighted sums if you say `from_logits=True`, which is safe.
# - **The loss does not fall**: learning rate, dead ReLUs, variables outside the tape. Try to learn
#   four examples by heart first. A network that cannot do that has a bug.
# - **Gradients that are None** come from what the tape has not seen: NumPy in between, a replaced
#   variable, a forward pass outside the block.
# - **A check at a kink**: near $z = 0$ the finite difference of ReLU is the mean of two slopes, and
#   the check complains about a gradient that is right.
#
# ## Read more
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams,
#   [Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0),
#   *Nature* 323, 1986.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind,
#   [Automatic differentiation in machine learning: a survey](https://arxiv.org/abs/1502.05767),
#   2018.
# - K. He, X. Zhang, S. Ren and J. Sun,
#   [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852), 2015: the scale $\sqrt{2}$.
# - H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein,
#   [Visualizing the loss landscape of neural nets](https://arxiv.org/abs/1712.09913), 2018.
# - A. Amini, A. Soleimany, S. Karaman and D. Rus,
#   [Spatial uncertainty sampling for end-to-end control](https://arxiv.org/abs/1805.04829), 2018:
#   what slides name as the source of their picture of a landscape.
# - M. Nielsen,
#   [Neural Networks and Deep Learning](http://neuralnetworksanddeeplearning.com/chap2.html),
#   chapter 2: how the backpropagation algorithm works.
#
# ## Next
# [04 Playground](04_playground.ipynb): watch all of this at work, on data that you can draw.
