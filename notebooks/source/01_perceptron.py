# %% [markdown]
# # 01 The perceptron
# *How can a weighted sum and a threshold make a decision?*
#
# By the end you can
# - compute the output of a neuron on paper, in NumPy and in Keras
# - choose weights for AND, OR and NOT by hand
# - train a perceptron from scratch, and say when it must fail
# - compute the slopes of sigmoid, tanh and ReLU and check them numerically
# - write several neurons as one matrix product
#
# **Time** about 75 minutes · **Data** a diary of 14 days, printed below · **Builds on**
# [00 Welcome](00_welcome.ipynb)

# %%
from course_utils import check, explorables, plotting

import ipywidgets
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D1-06"]
# ## A neuron with numbers. How do inputs become one output?
# It is morning. Do you cycle to work, or take the bus? You look at two numbers of the forecast,
# the **inputs**: $x_1 = 1$ hour of sun and $x_2 = 2$ mm of rain.
#
# How much each input counts is its **weight**. Sun speaks a little for cycling, rain a lot
# against it: $w_1 = 0.5$ and $w_2 = -1$. And you like cycling anyway, before you look out of the
# window. That is the **bias**, $w_0 = 0.25$: what the sum starts from, whatever the weather.
#
# Take a pencil. Multiply each input by its weight, add the products, add the bias:
#
# $$z = 0.25 + 1 \cdot 0.5 + 2 \cdot (-1) = -1.25$$
#
# The **weighted sum** $z$ is negative: on the whole, the morning speaks against cycling. To turn
# it into a number between 0 and 1 we pass it through a function, here the **sigmoid**,
# $g(z) = 1 / (1 + e^{-z})$ with $e \approx 2.718$:
#
# $$\hat{y} = \frac{1}{1 + e^{1.25}} \approx \frac{1}{1 + 3.49} \approx 0.22$$
#
# Read 0.22 as "rather not". These few steps are an artificial **neuron**, and there is nothing
# else in it.
#
# ### The formula, part by part
# Now with letters, for any number $m$ of inputs:
#
# $$\hat{y} = g\left(w_0 + \sum_{i=1}^{m} x_i w_i\right)$$
#
# | part | name | on our morning |
# |---|---|---|
# | $\hat{y}$ (say "y hat") | **output**, also called the prediction | 0.22 |
# | $g$ | non-linear **activation function** | sigmoid |
# | $w_0$ | **bias** | 0.25 |
# | $\sum_{i=1}^{m} x_i w_i$ | **linear combination** of the inputs | 0.5 − 2 = −1.5 |
#
# $\sum$ means "add up for $i = 1, 2, \dots, m$". Inputs change from morning to morning. Weights
# and bias belong to the neuron: they are its **parameters**, and learning means changing them.
# Below, the neuron as a picture, then in NumPy, where `@` between two vectors multiplies them
# pair by pair and adds up.

# %%
figure, axes = plt.subplots(figsize=(10, 3.8))
plotting.plot_neuron(axes=axes)
plotting.show(figure, alt="A neuron from left to right: the inputs x1 and x2, each times its "
              "weight, and the bias w0 add up to z; the activation g turns z into the output.")

# %%
inputs = np.array([1.0, 2.0])
weights = np.array([0.5, -1.0])
bias = 0.25

z = bias + inputs @ weights
output = 1 / (1 + np.exp(-z))
f"weighted sum {z}, output {output:.4f}"

# %% [markdown]
# Keras, the library of this course, calls a group of neurons a **layer**. A `Dense` layer with
# `units=1` is one neuron. It wants its inputs as rows of a table, one row per morning, hence the
# brackets around `inputs`. `build((None, 2))` announces two inputs, for any number of mornings.
# Normally Keras draws the weights at random; we put in ours, as a table with one column per
# neuron. The last line, `assert`, stops with an error if Keras and NumPy do not agree
# (`np.allclose`: equal but for rounding).

# %%
neuron_layer = layers.Dense(units=1, activation="sigmoid")
neuron_layer.build((None, 2))
neuron_layer.set_weights([weights.reshape(2, 1), np.array([bias])])
assert np.allclose(neuron_layer(np.array([inputs])), output, atol=1e-6)

# %% [markdown]
# **Predict, then move.** What happens to the output if the rain weight goes from −1 to 0? And
# which one slider alone can take the output from 0.22 to more than 0.9? Say it first, then try:
# click a slider, then use the arrow keys or the mouse. (The picture writes $b$ for the bias
# $w_0$.)
#
# <details><summary>Answer</summary>
#
# With 0 for the rain weight, the sum is 0.25 + 0.5 = 0.75 and the output about 0.68. For 0.9 the
# sum must be about 2.2. Of the sliders within their range only the rain weight can do that, at
# about 0.75: then rain speaks *for* cycling. (Negative rain does not count.)
# </details>

# %%
explorables.Neuron(inputs=(1.0, 2.0), weights=(0.5, -1.0), bias=0.25, activation="sigmoid")

# %% [markdown] tags=["D3-02"]
# ## The step. When does a neuron fire?
# "Rather not" does not get you to work: you need a yes or a no. The first artificial neurons
# (McCulloch and Pitts, 1943) knew nothing else, and had no weights yet. Their activation is a
# **step**: the neuron **fires**, it outputs 1, if the weighted sum of the inputs is greater than
# or equal to a **threshold** $\theta$ (theta), and outputs 0 otherwise.
#
# $$\hat{y} = \begin{cases} 1 & \text{if } \sum x_i w_i \ge \theta \\
# 0 & \text{otherwise} \end{cases}$$
#
# Take $\theta$ over to the other side and the condition reads $-\theta + \sum x_i w_i \ge 0$.
# Compare it with $w_0 + \sum x_i w_i$: a threshold is a bias with the sign turned,
# $w_0 = -\theta$. High threshold, low bias, hard to convince. From now on we use the bias and
# always compare with 0. In NumPy, `np.where(condition, 1, 0)` gives 1 where the condition holds,
# else 0, number by number.

# %%
def step(z):
    """Return 1 where z is at least 0, else 0."""
    return np.where(np.asarray(z) >= 0, 1, 0)


step([-1.25, -0.01, 0.0, 0.01])

# %% [markdown]
# ### Exercise 1: Fire at the threshold
# Exactly at 0 the neuron fires: "greater than *or equal*". Such details decide whether two
# programs agree. Write the neuron with a threshold and without a bias. `inputs` and `weights` are
# NumPy vectors. Then run the check below (Shift+Enter).
#
# <details><summary>Hint</summary>
#
# Compare `inputs @ weights` with `threshold`; or call `step` with the bias that belongs to this
# threshold. What should happen if the two are equal?
# </details>

# %% tags=["exercise"]
def fires(inputs, weights, threshold):
    """Return 1 if the weighted sum of the inputs reaches the threshold, else 0."""
    ### BEGIN SOLUTION
    return step(inputs @ weights - threshold)
    ### END SOLUTION


# %% tags=["check"]
x, w = np.array([1.0, 4.0]), np.array([3.0, -0.25])
check.function(
    fires,
    inputs=[*((x, w, t) for t in (2.0, 1.0, 3.0, -3.0, 6.0)), (x[::-1], w, 6.0), (x, -w, -1.0)],
    expected=lambda x, w, t: int(np.sum(x * w) >= t),
    mistakes={
        "`>` stands for `>=`: exactly at the threshold it fires": lambda x, w, t: int(x @ w > t),
        "the threshold is added: the bias is MINUS the threshold": lambda x, w, t: step(x @ w + t),
        "the sum is compared with 0 instead of the threshold": lambda x, w, t: step(x @ w),
        "the difference is returned, not 0 or 1: put `step` around it": lambda x, w, t: x @ w - t,
        "the two sides are swapped": lambda x, w, t: step(t - x @ w),
        "the weights are missing": lambda x, w, t: step(np.sum(x) - t),
        "the products are not added up: `@` does both": lambda x, w, t: step(x * w - t),
        "the products are not added up, so `if` gets two answers": lambda x, w, t: bool(x * w >= t),
    },
)

# %% [markdown]
# ## Logic gates. Which decisions fit into one neuron?
# Let inputs be 0 (false) or 1 (true). **AND** is true if both inputs are, **OR** if at least one
# is, **NOT** turns its one input round. Can a neuron with a step do that?
#
# For AND give both inputs the weight 1. The sum is 2 if both are on, else 0 or 1. The bias must
# let 2 pass and hold 1 back: $-1.5$ lies in the middle. OR must let 1 pass: $-0.5$. NOT needs a
# negative weight: an input of 1 has to push the sum down. Check each row on paper:
#
# | $x_1$ | $x_2$ | AND: $-1.5 + x_1 + x_2$ | fires | OR: $-0.5 + x_1 + x_2$ | fires |
# |---|---|---|---|---|---|
# | 0 | 0 | −1.5 | 0 | −0.5 | 0 |
# | 0 | 1 | −0.5 | 0 | 0.5 | 1 |
# | 1 | 0 | −0.5 | 0 | 0.5 | 1 |
# | 1 | 1 | 0.5 | 1 | 1.5 | 1 |
#
# NOT is $0.5 - x$: an input of 0 gives 0.5 and fires, an input of 1 gives −0.5 and does not.
#
# Four rows of inputs are four points in a plane. Where does the answer of the neuron change? Where
# $w_0 + x_1 w_1 + x_2 w_2 = 0$, and that is the equation of a straight line; for AND it is
# $x_2 = 1.5 - x_1$. On one side of the line, shaded below, the neuron fires. Circles are output 0,
# squares output 1. The bias shifts the line, the weights turn it. For AND and OR it is the same
# line, moved. (`rows @ [1, 1]` computes the sum for every row.)

# %%
rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
and_outputs = step(-1.5 + rows @ [1, 1])
or_outputs = step(-0.5 + rows @ [1, 1])
assert and_outputs.tolist() == [0, 0, 0, 1] and or_outputs.tolist() == [0, 1, 1, 1]
assert step(0.5 - np.array([0, 1])).tolist() == [1, 0]  # NOT

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4), sharey=True)
plotting.plot_gate(and_outputs, weights=(1, 1), bias=-1.5, name="AND: bias −1.5", axes=left)
plotting.plot_gate(or_outputs, weights=(1, 1), bias=-0.5, name="OR: bias −0.5", axes=right)
plotting.show(figure, alt="The four inputs of a gate as points in a plane with axes x1 and x2. The "
              "line of AND cuts off the corner (1, 1); that of OR cuts off the corner (0, 0).")

# %% [markdown]
# ### Exercise 2: NAND
# **NAND** is "not and": 0 if both inputs are 1, else 1. Find weights and a bias, put them in.
# (Every computation of a digital computer can be built of NAND gates alone, so of neurons too.)
#
# <details><summary>Hint</summary>
#
# NAND fires exactly where AND does not. What happens to AND's weighted sums, −1.5, −0.5, −0.5,
# 0.5, if you turn the sign of both weights and of the bias?
# </details>

# %% tags=["exercise"]
def nand(x1, x2):
    """Return 0 if x1 and x2 are both 1, else 1, as a neuron: step(bias + weights times inputs)."""
    ### BEGIN SOLUTION
    return step(1.5 - x1 - x2)
    ### END SOLUTION


# %% tags=["check"]
check.function(
    nand,
    inputs=[(0, 0), (0, 1), (1, 0), (1, 1)],
    expected=[1, 1, 1, 0],
    mistakes={
        "the neuron is AND: turn the signs of weights and bias": lambda a, b: step(-1.5 + a + b),
        "the neuron is OR: NAND is 0 only if both are 1": lambda a, b: step(-0.5 + a + b),
        "one input alone turns the neuron off (NOR): raise the bias": lambda a, b: int(a + b == 0),
        "the neuron always fires: two inputs must pull the sum below 0": lambda a, b: 1,
        "the neuron never fires: with both inputs 0 only the bias is left": lambda a, b: 0,
        "the weighted sum is returned: put `step` around it": lambda a, b: 1.5 - a - b,
    },
)

# %% [markdown] tags=["D2-03"]
# ## The learning rule. What does one mistake change?
# You found weights by thinking. A **perceptron** (Frank Rosenblatt, 1957) finds them from
# examples: it is a neuron with a step, and a rule that changes its weights. (Many texts call
# every single neuron a perceptron, whatever its activation.) This is **supervised learning**:
# each example comes with the right answer, its **label**. Here are fourteen days of somebody's
# diary, hours of sun and mm of rain, and the label: 1 if the writer cycled, 0 for the bus.

# %%
diary = np.array([
    [4.0, 1.5], [3.0, 1.0], [3.0, 2.5], [0.5, 0.0], [1.5, 3.5], [4.0, 3.0], [3.5, 1.5],
    [3.5, 0.0], [2.0, 1.0], [2.0, 0.0], [2.5, 0.5], [0.5, 2.0], [1.0, 0.5], [4.0, 0.5],
])
cycled = np.array([1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1])

figure, axes = plt.subplots(figsize=(5.5, 4.5))
plotting.plot_points(diary, cycled, names=("bus (0)", "bike (1)"), axes=axes)
axes.set(xlabel="hours of sun", ylabel="mm of rain", title="A line can part the two")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
plotting.show(figure, alt="Fourteen days: hours of sun to the right, millimetres of rain upwards. "
              "Bike days lie at the lower right, bus days at the upper left, with a gap between.")

# %% [markdown]
# The rule looks at one day after the other. The **error** is label minus output, so it can be 1,
# 0 or −1 (the arrow means *becomes*):
#
# $$\text{error} = y - \hat{y}, \qquad w_i \leftarrow w_i + \text{error} \cdot x_i, \qquad
# w_0 \leftarrow w_0 + \text{error}$$
#
# - **Right** (error 0): nothing changes.
# - **Should have fired, did not** (error 1): add the example to the weights and 1 to the bias, so
#   that next time the sum for this example is larger.
# - **Fired, should not have** (error −1): subtract, so that it is smaller.
#
# Follow it on paper. Start with all weights and the bias at 0: the sum is 0, the neuron fires.
# The first two days are bike days: right, by luck. The third, $(3, 2.5)$, is a bus day: error −1.
#
# | | $w_1$ | $w_2$ | $w_0$ | sum for $(3, 2.5)$ | output |
# |---|---|---|---|---|---|
# | before | 0 | 0 | 0 | 0 | 1, wrong |
# | after | 0 − 3 = −3 | 0 − 2.5 = −2.5 | 0 − 1 = −1 | −1 − 9 − 6.25 = −16.25 | 0, right |
#
# One step changed this sum from 0 to −16.25: a correction, and an exaggerated one. Will it spoil
# the other days? Try the rule with your own hands. The first button applies it to the next day
# that is wrong, the second repeats that until no day is wrong, or 100 times. The sliders and the
# points are yours.

# %%
explorables.PerceptronLine(diary, cycled, weights=(0.0, 0.0), bias=0.0)

# %% [markdown]
# ### Exercise 3: One learning step
# Write the rule for one example. Return the new weights and the new bias, both also where nothing
# changes. Do not change the vector you were given: `weights + …` makes a new one, `weights += …`
# overwrites the old one.
#
# <details><summary>Hint</summary>
#
# Three lines: the error is `label - step(…)` with the sum of this example inside; then `return`
# two things with a comma between. The bias behaves like a weight whose input is always 1.
# </details>

# %% tags=["exercise"]
def update(weights, bias, example, label):
    """Return (weights, bias) after one step of the perceptron rule on one example."""
    ### BEGIN SOLUTION
    error = label - step(bias + example @ weights)
    return weights + error * example, bias + error
    ### END SOLUTION


# %% tags=["check"]
points = [[3.0, 2.5], [1.0, 4.0], [1.0, 1.25], [1.0, 1.5]]  # sums 1, -2.5, 0.25 and 0


def fault(w, b, x, y):
    return y - step(b + x @ w)


def rule(error, on_bias=1):
    return lambda w, b, x, y: (w + error(w, b, x, y) * x, b + on_bias * error(w, b, x, y))


check.function(
    update,
    inputs=[
        (np.array(weights), bias, np.array(x), y)
        for weights, bias in [([1.0, -1.0], 0.5), ([-2.0, 1.0], -0.5)]
        for x in points
        for y in (0, 1)
    ],
    expected=rule(fault),
    mistakes={
        "the sign is turned: the error is label minus output": rule(lambda *day: -fault(*day)),
        "the bias is left out of the decision": rule(lambda w, b, x, y: y - step(x @ w)),
        "the bias stays as it is: add the error to it": rule(fault, on_bias=0),
        "the label is used instead of the error": rule(lambda w, b, x, y: y),
        "`step` is missing: an output is 0 or 1": rule(lambda w, b, x, y: y - b - x @ w),
        "the products are not added up: use `@`": rule(lambda w, b, x, y: y - step(b + x * w)),
        "exactly at 0 the neuron does not fire": rule(lambda w, b, x, y: y - (b + x @ w > 0)),
        "`* example` is missing": lambda w, b, *day: (w + fault(w, b, *day), b + fault(w, b, *day)),
    },
)

# %% [markdown]
# ## Training. Does the line come to rest?
# One pass through all examples is an **epoch**. We repeat epochs until one passes without an
# error, and keep every position of the line.
#
# **Predict.** Each step repairs a mistake. So does the number of errors fall from epoch to epoch?

# %%
def learn(inputs, labels, epochs):
    """Train a perceptron; return its history (rows w1, w2, bias) and the errors of each epoch."""
    weights, bias = np.zeros(2), 0.0
    history, errors = [], []
    for _ in range(epochs):
        errors.append(0)
        for example, label in zip(inputs, labels, strict=True):
            error = label - step(bias + example @ weights)
            if error != 0:
                weights, bias = weights + error * example, bias + error
                history.append([*weights, bias])
                errors[-1] += 1
        if errors[-1] == 0:
            break
    return np.array(history), errors


history, errors = learn(diary, cycled, epochs=100)
assert np.array_equal(step(history[-1, 2] + diary @ history[-1, :2]), cycled)
errors

# %% [markdown]
# It does not fall: the second epoch has more errors than the first. A step that helps one day can
# spoil another. And yet it ends: the fourth epoch passes without an error. Each picture shows the
# positions of the line during one epoch, the later the darker; black is where the epoch ended.

# %%
panels = plotting.plot_line_history(diary, cycled, history, errors, names=("bus", "bike"))
panels[0].set(xlabel="hours of sun", ylabel="mm of rain")
plotting.show(panels[0].figure, alt="The diary three times: the line swings widely in the first "
              "two epochs and parts bike days from bus days after the third.")

# %% [markdown]
# ### Why it must end
# Examples that some line can part are called **linearly separable**. For them Novikoff (1962)
# proved that the rule, started with zeros, makes at most $(R / \gamma)^2$ steps, wherever the
# examples lie and in whatever order they come. You can take that on trust and go on to XOR, or
# compute the two numbers.
#
# To count the bias as a weight, give each example the constant 1 as a third input. Then $R$ is the
# length of the longest example, $(4, 3, 1)$: $\sqrt{4^2 + 3^2 + 1^2} \approx 5.1$. The line
# becomes a plane through zero, and $\gamma$ (gamma), the **margin**, is how far the nearest
# example stays from such a plane that parts the two classes. Any of them will do; "sun minus rain
# is at least 1.5" is one, with the weights 1, −1 and −1.5. The distance is the weighted sum,
# divided by the length of the weights: here $0.5 / \sqrt{1^2 + 1^2 + 1.5^2} \approx 0.24$. A
# narrow gap means many steps.

# %%
extended = np.column_stack([diary, np.ones(len(diary))])
parting = np.array([1.0, -1.0, -1.5])
distances = np.where(cycled == 1, 1, -1) * (extended @ parting) / np.linalg.norm(parting)
bound = (np.linalg.norm(extended, axis=1).max() / distances.min()) ** 2
assert distances.min() > 0 and len(history) <= bound
f"at most {bound:.0f} steps; it took {len(history)}"

# %% [markdown]
# The bound is far from tight, as it must hold for the worst case. What counts is that there is
# one.
#
# ## XOR. What can no line do?
# **XOR**, "either, or", is 1 if exactly one input is 1. We train on AND and on XOR, 12 epochs
# each.
#
# **Predict.** After how many epochs does each come to rest?

# %%
xor_outputs = np.array([0, 1, 1, 0])
_, and_errors = learn(rows, and_outputs, epochs=12)
xor_history, xor_errors = learn(rows, xor_outputs, epochs=12)
assert min(learn(rows, xor_outputs, epochs=1000)[1]) > 0
assert np.array_equal(xor_history[-4:], xor_history[-8:-4])

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(1, 2))
plotting.plot_gate(xor_outputs, name="XOR", axes=left)
plotting.plot_errors({"AND": and_errors, "XOR": xor_errors}, axes=right)
plotting.show(figure, alt="Left: XOR in the plane, equal outputs at opposite corners. Right: "
              "errors against epochs; AND falls to 0 and stops, XOR rises to 4 of 4 and stays.")
xor_history[-8:]

# %% [markdown]
# AND comes to rest. XOR never gets to 0, not in 1,000 epochs either. The table shows its last
# eight steps, a row $w_1, w_2, w_0$ each: the last four repeat the four before. The perceptron
# walks in a circle.
#
# And no other rule could do better with one line, because no weights exist. Suppose there were
# some. Then all four rows must hold:
#
# | input | must it fire? | so |
# |---|---|---|
# | (0, 0) | no | $w_0 < 0$ |
# | (0, 1) | yes | $w_0 + w_2 \ge 0$ |
# | (1, 0) | yes | $w_0 + w_1 \ge 0$ |
# | (1, 1) | no | $w_0 + w_1 + w_2 < 0$ |
#
# Add the two rows with "yes": $2 w_0 + w_1 + w_2 \ge 0$. Add the two with "no":
# $2 w_0 + w_1 + w_2 < 0$. The same number cannot be both. Minsky and Papert (1969) worked out
# many such limits of single perceptrons; interest in neural networks dropped for years.
#
# The way out is a second layer. XOR is "OR, but not AND", so let a third neuron listen to those
# two, with weights 1 and −2 and bias −0.5. Check a row on paper. Three neurons in two layers do
# what one cannot; lesson 02 goes on from here. But first, how few errors can you reach by hand on
# the four points of XOR, with one line?
#
# <details><summary>Answer</summary>
#
# One. A line can cut off one corner, but never two opposite ones from the other two.
# </details>

# %%
explorables.PerceptronLine(rows, xor_outputs, weights=(1.0, -1.0), bias=0.5)

# %%
hidden_outputs = np.column_stack([or_outputs, and_outputs])
two_layers = step(-0.5 + hidden_outputs @ [1, -2])
assert np.array_equal(two_layers, xor_outputs)
two_layers

# %% [markdown] tags=["D2-07", "D1-07"]
# ## Activations. What comes after the sum?
# If a network of many neurons is wrong, which of them should change? The perceptron rule cannot
# tell, and the step is to blame. It throws away how close the decision was, and it is flat on
# both sides: change a weight a little and the output mostly does not move at all, so nothing says
# in which direction to go. Modern networks put other functions in its place:
#
# $$\text{sigmoid}(z) = \frac{1}{1 + e^{-z}} \qquad
# \tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}} \qquad
# \text{ReLU}(z) = \begin{cases} 0 & \text{if } z < 0 \\ z & \text{if } z \ge 0 \end{cases}$$
#
# - **Sigmoid**: between 0 and 1, good for a probability at the output.
# - **Hyperbolic tangent**, `tanh`: between −1 and 1, with 0 in the middle.
# - **ReLU**, *rectified linear unit*: nothing below 0, unchanged above it. It is defined
#   **piecewise**, by cases. It costs next to nothing to compute and is a usual choice inside
#   networks.
#
# On paper, for $z = -1$, 0 and 2: ReLU gives 0, 0, 2.

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.where(z >= 0, z, 0.0)


z = np.array([-1.0, 0.0, 2.0])
assert np.allclose(sigmoid(z), keras.ops.sigmoid(z), atol=1e-6)
assert np.allclose(relu(z), keras.ops.relu(z))
sigmoid(z).round(3), np.tanh(z).round(3), relu(z)

# %% [markdown] tags=["D2-07"]
# ### Linear or non-linear?
# Why a function at all, why not output the weighted sum itself? That is called a **linear**
# activation, $g(z) = z$. Put two such neurons in a row: the first computes $2x + 1$, the second
# takes that times 0.5, less 3:
#
# $$0.5 \cdot (2x + 1) - 3 = x - 2.5$$
#
# Two neurons, and the result is what one neuron with weight 1 and bias −2.5 computes. Any number
# of linear layers is still one linear layer: a straight line stays a straight line. With ReLU in
# between the line gets a bend, and out of many bends any unbroken curve can be approximated.

# %%
x = np.linspace(-3, 3, 121)
linear = 0.5 * (2 * x + 1) - 3
bent = 0.5 * relu(2 * x + 1) - 3
assert np.allclose(linear, x - 2.5)

figure, axes = plt.subplots(figsize=(7, 3.6))
plotting.plot_curves(x, {"linear in between": linear, "ReLU in between": bent}, axes=axes)
axes.set(xlabel="input x", ylabel="output", title="ReLU bends the line at x = −0.5")
plotting.show(figure, alt="Output against input x of two neurons in a row: a straight line without "
              "an activation; with ReLU flat at −3 up to x = −0.5, then the same line.")

# %% [markdown] tags=["D1-07"]
# ## Slopes. How steep is an activation?
# The **derivative** $g'(z)$ is the slope of the curve at $z$: how much the output moves per bit
# of movement of $z$. Training by gradient descent (lesson 03) asks for it at every neuron. All
# three are cheap, because they can be computed from the output $g = g(z)$ itself or from the sign
# of $z$:
#
# | | derivative | at $z = 0$ |
# |---|---|---|
# | sigmoid | $g'(z) = g(z)(1 - g(z))$ | 0.5 · 0.5 = 0.25 |
# | tanh | $g'(z) = 1 - g(z)^2$ | 1 − 0 = 1 |
# | ReLU | $g'(z) = 1$ if $z > 0$, else $0$ | a convention, see below |
#
# How would you check a formula for a slope? Measure it. Go a small step $h$ to both sides and
# divide height by width. For the sigmoid at 0 with $h = 0.1$:
#
# $$\frac{g(0.1) - g(-0.1)}{0.2} \approx \frac{0.52498 - 0.47502}{0.2} = 0.2498$$
#
# Close to 0.25. This is called a **finite difference**; with a smaller $h$ it comes closer still,
# until the computer's rounding gets in the way.

# %%
functions = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": relu}
slopes = {
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: np.where(z > 0, 1.0, 0.0),
}


def finite_difference(function, z, h=1e-5):
    """Return the slope of `function` at z, measured from z - h to z + h."""
    return (function(z + h) - function(z - h)) / (2 * h)


z = np.linspace(-4, 4, 80)  # an even number of points: 0 is not among them
for name, function in functions.items():
    error = np.abs(slopes[name](z) - finite_difference(function, z)).max()
    print(f"{name:8} largest difference {error:.0e}")
    assert error < 1e-9

# %% [markdown]
# The formulas hold, to nine decimal places. Now look at the slopes. The draw function is plain
# Python; the controls only call it.
#
# **Predict.** Where is the sigmoid steepest, and how steep is it at 4? Which of the three never
# gets flat on the right?

# %%
def draw_tangent(name, z):
    """Draw an activation, its slope and its tangent at z."""
    figure, axes = plt.subplots(figsize=(7, 3.2))
    plotting.plot_activation(functions[name], slopes[name], name, at=z, axes=axes)
    slope = float(slopes[name](z))
    axes.set_title(f"At z = {z:g} the slope of {name} is {slope:.2f}")
    plotting.show(figure, alt=f"{name} and its slope against z from −4 to 4, with the tangent at "
                  f"z = {z:g}, slope {slope:.2f}.")


draw_tangent("sigmoid", 2.0)
controls = ipywidgets.interact(draw_tangent, name=list(functions), z=(-4.0, 4.0, 0.5))

# %% [markdown]
# The sigmoid's slope is never more than 0.25 and nearly 0 far out: there it **saturates**, and
# learning crawls. tanh saturates too. ReLU keeps its slope of 1 however large $z$ becomes, one
# reason why deep networks use it.
#
# We left out one point on purpose. **Predict.** What does the finite difference say about ReLU at
# $z = 0$, where the formula says 0?

# %%
h = 1e-5
left_slope = (relu(0.0) - relu(-h)) / h
right_slope = (relu(h) - relu(0.0)) / h
f"from the left {left_slope}, from the right {right_slope}, measured {finite_difference(relu, 0.0)}"

# %% [markdown]
# Three answers. At its **kink** ReLU has no slope: 0 when you come from the left, 1 from the
# right, and the finite difference takes the mean. Programs must return something, and take 0. In
# practice it hardly matters, since a weighted sum is almost never exactly 0.

# %% [markdown]
# ### Exercise 4: The slope of a neuron
# A neuron with one input computes $\hat{y} = \mathrm{sigmoid}(w_0 + w x)$. How fast does its
# output change if its **input** $x$ changes? Write that slope. Lesson 03 is built out of this
# step.
#
# <details><summary>Hint</summary>
#
# If $x$ grows by a little, $z = w_0 + w x$ grows $w$ times as much, and the output $g'(z)$ times
# as much as $z$. Multiply the two: this is the chain rule. Not sure? Compare with
# `finite_difference(lambda x: sigmoid(0.5 + 3.0 * x), 1.0)`.
# </details>

# %% tags=["exercise"]
def slope_in_input(x, weight, bias):
    """Return the derivative with respect to x of sigmoid(bias + weight * x)."""
    ### BEGIN SOLUTION
    g = sigmoid(bias + weight * x)
    return weight * g * (1 - g)
    ### END SOLUTION


# %% tags=["check"]
slope = slopes["sigmoid"]


def chain(slope):
    return lambda x, w, b: w * slope(b + w * x)


check.function(
    slope_in_input,
    inputs=[(2.0, 3.0, -5.5), (0.5, -2.0, 0.3)],
    expected=lambda x, w, b: finite_difference(lambda t: sigmoid(b + w * t), x),
    mistakes={
        "the factor weight is missing (chain rule)": lambda x, w, b: slope(b + w * x),
        "the factor is x: that is the slope in the weight": lambda x, w, b: x * slope(b + w * x),
        "the slope is taken at x instead of at z": lambda x, w, b: w * slope(x),
        "the bias is forgotten in z = bias + weight * x": lambda x, w, b: w * slope(w * x),
        "g stands where its slope, g * (1 - g), belongs": chain(sigmoid),
        "z stands where g = sigmoid(z) belongs": chain(lambda z: z * (1 - z)),
        "1 - g², the slope of tanh, is used: g is a sigmoid": chain(lambda z: 1 - sigmoid(z) ** 2),
        "g is tanh with its slope: here it is the sigmoid": chain(slopes["tanh"]),
        "g is tanh: here it is the sigmoid": chain(lambda z: np.tanh(z) * (1 - np.tanh(z))),
    },
)

# %% [markdown] tags=["D1-09"]
# ## Several outputs. How do neurons share their inputs?
# From the same forecast you decide a second thing: take the umbrella? That is a second neuron,
# with weights of its own: $-0.5$ for sun, $1$ for rain, bias $-1$. Two neurons side by side are a
# **layer** with two **units**. Each input is connected with each unit, so the layer is called
# **dense**.
#
# $$z_i = w_{0,i} + \sum_{j=1}^{m} x_j\, w_{j,i}$$
#
# Mind the letters: with one neuron $i$ counted the inputs. Now $j$ counts the inputs and $i$ the
# outputs; $w_{j,i}$ leads *from* input $j$ *to* unit $i$. The weights become a table $W$, a
# **matrix**, with a row per input and a column per unit. On paper, for our morning $x = (1, 2)$:
#
# | | unit 1: cycle | unit 2: umbrella |
# |---|---|---|
# | bias $w_{0,i}$ | 0.25 | −1 |
# | from sun, $x_1 = 1$ | 1 · 0.5 | 1 · (−0.5) |
# | from rain, $x_2 = 2$ | 2 · (−1) | 2 · 1 |
# | $z_i$ | −1.25 | 0.5 |
#
# A layer takes many mornings at once, one per row of a table $X$, and gives a row of outputs for
# each: $XW + b$, where $b$ holds the biases and is added to every row. Each number of $XW$ comes
# from a row of $X$ and a column of $W$: multiply pair by pair, add up. Keras calls $W$ the
# **kernel**. We compute the formula for the first morning as it stands, with loops; then
# `Dense(units=2)` on three.
#
# **Predict.** How many parameters has this layer, with two inputs and two units?

# %%
W = np.array([[0.5, -0.5], [-1.0, 1.0]])
b = np.array([0.25, -1.0])
z_loops = b.copy()
for i in range(2):
    for j in range(2):
        z_loops[i] += inputs[j] * W[j, i]
z_loops

# %%
mornings = np.array([[1.0, 2.0], [4.0, 0.0], [0.0, 3.0]])
layer = layers.Dense(units=2)
layer.build((None, 2))
layer.set_weights([W, b])
assert np.allclose(layer(mornings)[0], z_loops)
assert np.allclose(layer(mornings), mornings @ W + b)
f"kernel {layer.kernel.shape}, bias {layer.bias.shape}, {layer.count_params()} parameters"

# %% [markdown] tags=["D1-09"]
# Four weights and two biases: six. The asserts prove that `Dense(units=2)` computes exactly our
# formula, and nothing else as long as no activation is given.

# %% [markdown]
# ### Exercise 5: A layer by yourself
# Write what `Dense` computes, with an activation function as its last step. `X` has the shape
# (examples, inputs), `W` (inputs, units), `b` (units,).
#
# <details><summary>Hint</summary>
#
# `activation` is a function: call it with the whole table of weighted sums. Which of `X @ W` and
# `X @ W.T` has a column per unit?
# </details>

# %% tags=["exercise"]
def dense(X, W, b, activation):
    """Return the outputs of a dense layer, shape (examples, units)."""
    ### BEGIN SOLUTION
    return activation(X @ W + b)
    ### END SOLUTION


# %% tags=["check"]
check.function(
    dense,
    inputs=[(mornings, W, b, relu), (mornings[::-1], 2 * W, -b, np.tanh)],
    expected=lambda X, W, b, g: g(np.array([[b[i] + sum(x * W[:, i]) for i in (0, 1)] for x in X])),
    mistakes={
        "W is transposed: W has a row per input already": lambda X, W, b, g: g(X @ W.T + b),
        "the bias is missing": lambda X, W, b, g: g(X @ W),
        "the bias is added to the inputs, before the product": lambda X, W, b, g: g((X + b) @ W),
        "the bias is added after the activation": lambda X, W, b, g: g(X @ W) + b,
        "the activation is missing": lambda X, W, b, g: X @ W + b,
        "`*` multiplies place by place: use `@`": lambda X, W, b, g: g(X * W + b),
        "the order is turned: X comes first": lambda X, W, b, g: g(W @ X + b),
    },
)

# %% [markdown] tags=["D2-03"]
# ## Neurons and networks. What is a neuron, and what is it not?
# The name comes from biology, where a nerve cell collects signals from others through contacts of
# different strength and, if there is enough, sends a signal on. The artificial neuron keeps three
# ideas of it: many inputs, a strength for each, one output. It is arithmetic, **inspired** by a
# nerve cell, and no model of one. A living neuron sends pulses in time, grows and loses
# connections, and depends on chemistry; whether brains learn by anything like our rules is an
# open question.
#
# Three words that you will meet in every lesson:
# - **Feed-forward**: signals run from the inputs to the outputs, layer by layer, and never back.
#   All networks up to lesson 09 are of this kind.
# - **Supervised learning**: from examples with labels. The error compares the prediction with the
#   *label* (also called the target), never with the input.
# - **Backpropagation**: how a network of many layers finds out, from the error at its output, how
#   each weight should change. The signals of the network run forwards; only this calculation runs
#   backwards, and only in training. It needs the slopes $g'(z)$ you have just checked, and it is
#   what lesson 03 is about.

# %% [markdown]
# ## Summary
# - A neuron multiplies each input by a weight, adds the bias and applies an activation:
#   $\hat{y} = g(w_0 + \sum x_i w_i)$.
# - A threshold is a bias with its sign turned. With a step, a neuron cuts the plane along a
#   straight line.
# - The perceptron rule adds error times input. It ends if some line parts the examples, and never
#   comes to rest if none does: XOR.
# - Sigmoid, tanh and ReLU are not straight, which makes layers worth stacking, and they have
#   slopes, which makes them trainable.
# - `Dense(units=n)` is $n$ neurons on the same inputs: `activation(X @ W + b)`.
#
# ## What can go wrong in practice
# - **Real data is rarely separable**: one wrong label can be enough, and the perceptron never
#   stops. Always limit the epochs.
# - **Inputs of different size**: 30 °C and 0.002 m of rain in one sum; the large one rules for
#   many steps. Scale the inputs first (lesson 05).
# - **Any line will do**: the rule stops at the first line without an error, however close to an
#   example it runs.
# - **All activations linear**, or forgotten, as `Dense(units)` without `activation=` is: the
#   deepest network is then one linear layer.
# - **Saturation**: sigmoid neurons with large sums have nearly no slope and stop learning. ReLU
#   neurons whose sum is negative for every example have none at all, and seldom come back.
#
# ## Read more
# - F. Rosenblatt, [The perceptron](https://doi.org/10.1037/h0042519): a probabilistic model for
#   information storage and organization in the brain, *Psychological Review* 65, 1958.
# - A. B. J. Novikoff, *On convergence proofs on perceptrons*, Symposium on the Mathematical
#   Theory of Automata, 1962.
# - M. Minsky and S. Papert, *Perceptrons*, MIT Press, 1969.
# - M. Nielsen,
#   [Neural Networks and Deep Learning](http://neuralnetworksanddeeplearning.com/chap1.html),
#   chapter 1: from perceptrons to sigmoid neurons.
#
# ## Next
# [02 Multilayer networks](02_multilayer_networks.ipynb): several layers, and what they can do that
# one line cannot.
