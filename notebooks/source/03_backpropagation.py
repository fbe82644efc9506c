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
# [01 The perceptron](01_perceptron.ipynb), 02 Multilayer networks

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
# Squares are never negative, and a large error counts much more than two small ones.

# %% tags=["D2-11"]
actual = np.array([56, 67, 149, 117, 29, 23, 64, 57, 36, 56])
predicted = np.array([67, 50, 148, 99, 9, 42, 28, 39, 7, 23])
errors = predicted - actual
total_squared_error = np.sum(errors**2)
mean_squared_error = np.mean(errors**2)

assert total_squared_error == 5046
assert np.isclose(mean_squared_error, 504.6)
print(f"total squared error {total_squared_error}, mean squared error {mean_squared_error}")

figure, axes = plt.subplots(figsize=(10, 4.2))
plotting.plot_prediction_errors(actual, predicted, axes=axes)
plotting.show(figure, alt="Ten examples with target and prediction as two marks, and the error as "
              "a bar between them: eight predictions are too low, two too high.")

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
mean_absolute_error = np.mean(np.abs(errors))
assert np.isclose(mean_absolute_error, 20.2)
assert np.isclose(keras.losses.mean_squared_error(actual, predicted), mean_squared_error)
assert np.isclose(keras.losses.mean_absolute_error(actual, predicted), mean_absolute_error)

candidates = np.arange(0, 150, 0.1)[:, None]  # a column: each one against all ten targets
best_for_mse = candidates[np.mean((candidates - actual) ** 2, axis=1).argmin(), 0]
best_for_mae = candidates[np.mean(np.abs(candidates - actual), axis=1).argmin(), 0]
assert np.isclose(best_for_mse, actual.mean()) and 56 <= round(best_for_mae, 1) <= 57
f"best number for MSE {best_for_mse:.1f}, for MAE {best_for_mae:.1f}"

# %% [markdown]
# MSE chooses the mean of the targets, MAE their median: the one in the middle when they are sorted
# (with ten of them, any number between the fifth and the sixth, 56 and 57). An exceptional example
# pulls the first up and leaves the second where it is. If it is a typing error, take MAE; if it is
# the case that costs you money, take MSE.
#
# ### When the answer is a class
# Now let the output be a probability, from a sigmoid: $p$ = 0.8 for "class 1". If the label is 1,
# how bad is that? The **binary cross-entropy** takes minus the natural logarithm of the probability
# that was given to the truth:
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
labels, probabilities = np.array([[1.0], [1.0], [0.0]]), np.array([[0.8], [0.1], [0.1]])
losses_of_examples = keras.losses.binary_crossentropy(labels, probabilities)
assert np.allclose(losses_of_examples, -np.log([0.8, 0.1, 0.9]), atol=1e-5)
three_classes = keras.losses.categorical_crossentropy([[1.0, 0, 0]], [[0.7, 0.2, 0.1]])
assert np.isclose(three_classes[0], -np.log(0.7), atol=1e-5)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
error = np.linspace(-3, 3, 121)
plotting.plot_error_losses(error, {"squared": error**2, "absolute": np.abs(error)}, axes=left)
plotting.plot_cross_entropy(marks=(0.8, 0.1), axes=right)
plotting.show(figure, alt="Left: loss against error, a parabola for the squared and a V for the "
              "absolute error. Right: cross-entropy against p; it grows without limit as the "
              "probability of the truth goes to 0.")

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
    for_ones = labels * np.log(probabilities)
    for_zeros = (1 - labels) * np.log(1 - probabilities)
    return -np.mean(for_ones + for_zeros)
    ### END SOLUTION


# %% tags=["check"]
check.function(
    binary_cross_entropy,
    inputs=[
        (np.array([1, 1, 0]), np.array([0.8, 0.1, 0.1])),
        (np.array([0, 1, 0, 0]), np.array([0.6, 0.7, 0.25, 0.5])),
    ],
    expected=lambda y, p: -np.mean(np.log(np.where(y == 1, p, 1 - p))),
    mistakes={
        "the minus is missing": lambda y, p: np.mean(np.log(np.where(y == 1, p, 1 - p))),
        "the losses are added, not averaged": lambda y, p: -np.log(np.abs(1 - y - p)).sum(),
        "the term for label 0 is missing": lambda y, p: -np.mean(y * np.log(p)),
        "the term for label 1 is missing": lambda y, p: -np.mean((1 - y) * np.log(1 - p)),
        "the logarithm has base 10": lambda y, p: -np.mean(np.log10(np.abs(1 - y - p))),
        "the logarithm has base 2": lambda y, p: -np.mean(np.log2(np.abs(1 - y - p))),
        "label 0 uses p where 1 - p belongs": lambda y, p: -np.mean(np.log(p)),
        "labels and probabilities have changed places, and ln 0 is infinite":
            lambda y, p: -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y)),
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
x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])


def J(w):
    """Return the mean squared error of the model w * x, for a number or a vector of weights."""
    return np.mean((np.multiply.outer(w, x) - y) ** 2, axis=-1)


weights = np.linspace(0, 4, 401)
assert np.isclose(weights[J(weights).argmin()], 2.2) and np.isclose(J(2.2), 0.4)
J(np.array([0, 1, 2, 2.2, 3]))

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
# The slope of $J(w) = (5w^2 - 22w + 25)/2$ is $5w - 11$ (each $w^2$ gives $2w$, each $w$ gives 1).
# At $w = 0$ it is −11: going right goes down, steeply. So step *against* the slope, and not the
# whole way but a small share of it, the **learning rate**:
#
# $$w' = w - l\, \frac{\partial E}{\partial w}$$
#
# | | |
# |---|---|
# | $w'$ | new weight |
# | $w$ | old weight |
# | $l$ | learning rate, `learning_rate` in Keras, often written $\eta$ (eta) |
# | $\frac{\partial E}{\partial w}$ | derivative of the error $E$, our loss $J$, with respect to the weight |
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
def descend_slope(slope, start, learning_rate, steps):
    """Return the weights before the first step and after each."""
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * slope(path[-1]))
    return np.array(path)


path = descend_slope(lambda w: 5 * w - 11, start=0.0, learning_rate=0.1, steps=20)
assert np.allclose(path[:4], [0, 1.1, 1.65, 1.925]) and np.isclose(path[-1], 2.2, atol=1e-5)
path[:6]

# %% [markdown]
# **Predict.** What happens with a learning rate of 0.01? Of 0.2? Of 0.38? Of 0.42? One of the four
# arrives in a single step, and one never does.

# %%
figure, row = plt.subplots(1, 4, figsize=(14, 3.8), sharey=True)
for rate, verdict, axes in zip((0.01, 0.2, 0.38, 0.42), ("crawls", "arrives", "swings", "diverges"),
                               row, strict=True):
    path = descend_slope(lambda w: 5 * w - 11, start=0.0, learning_rate=rate, steps=8)
    plotting.plot_descent(J, path, limits=(-1, 5.4), top=28, title=f"rate {rate}: {verdict}", axes=axes)
    axes.set_ylabel("loss" if rate == 0.01 else "")
plotting.show(figure, alt="Loss against weight four times, a parabola with its lowest point at "
              "2.2, and eight steps from 0: short steps, one step, jumps from side to side that "
              "shrink, and jumps that grow.")

# %% [markdown] tags=["D1-13"]
# The distance to 2.2 is multiplied by $1 - 5l$ in each step: by 0.95, 0, −0.9 and −1.1. A negative
# factor jumps over the valley; beyond −1 each jump lands higher than the last, and the loss
# explodes. **Too small wastes time, too large destroys.** For a real network nobody knows the
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
# Why randomly? If two hidden units start with the same weights, they get the same gradient and stay
# the same forever: you pay for two and have one. Now try the walk yourself, on a curve with two
# valleys.
#
# **Predict.** From which starts does the walker end in the deeper valley? Can a larger learning
# rate help?

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

# %% [markdown]
# What happens then? First a landscape with two valleys, seen from the side and from above. White
# marks are starts, the stars are the lowest points of the valleys.

# %% tags=["D0-07"]
valleys = explorables.LANDSCAPES["valleys"]
limits = (valleys.limits, valleys.limits)
paths = {
    f"from {start}": explorables.descend("valleys", start, learning_rate=0.3, steps=50).positions
    for start in ((-0.5, 4.0), (4.5, -3.0))
}
figure = plt.figure(figsize=(13, 4.8))
left = figure.add_subplot(1, 2, 1, projection="3d")
plotting.plot_surface(valleys.function, [(-4.7, 4.7), (-4.2, 4.2)], paths, axes=left)
right = figure.add_subplot(1, 2, 2)
plotting.plot_landscape(valleys.function, paths, limits, minima=valleys.minima, axes=right)
right.legend(loc="upper left", bbox_to_anchor=(1, 1))
plotting.show(figure, alt="A loss landscape over w1 and w2 with two valleys, as a surface and as "
              "contour lines. The walk from the upper left ends in the deep valley, the walk from "
              "the lower right in the shallow one.")

losses_at_the_end = [float(valleys.function(*path[-1])) for path in paths.values()]
assert losses_at_the_end[0] < 0.01 and losses_at_the_end[1] > 2.99
f"losses {losses_at_the_end[0]:.2f} and {losses_at_the_end[1]:.2f}"

# %% [markdown] tags=["D0-07"]
# Each walk stops where the slope is zero, at the bottom of *its* valley: a **local minimum**. The
# deepest of all is the **global minimum**. Slides say that training searches for the global
# minimum. It cannot: nothing in the formula knows of other valleys. In practice one is content
# with a good local one. Large networks have very many of them, most nearly equally good, and you
# try several starts.
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
# **Predict.** The middle start below lies exactly on the ridge of the saddle, the other a hair
# beside it. Where do they end?

# %%
saddle, ravine = explorables.LANDSCAPES["saddle"], explorables.LANDSCAPES["ravine"]
paths_on_saddle = {
    "on the ridge": explorables.descend("saddle", (-4.0, 0.0), 0.2, steps=40).positions,
    "0.01 beside it": explorables.descend("saddle", (-4.0, 0.01), 0.2, steps=40).positions,
}
paths_in_ravine = {
    f"momentum {momentum}": explorables.descend("ravine", (-4.5, 2.5), 0.3, momentum, 40).positions
    for momentum in (0.0, 0.8)
}
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8))
plotting.plot_landscape(saddle.function, paths_on_saddle, limits, minima=saddle.minima, axes=left)
plotting.plot_landscape(ravine.function, paths_in_ravine, limits, minima=ravine.minima, axes=right)
for axes, title in ((left, "Saddle: flat, and no minimum"), (right, "Ravine: momentum helps")):
    axes.set_title(title)
    axes.legend(loc="lower right", facecolor="white", frameon=True)
plotting.show(figure, alt="Contour lines over w1 and w2. Left, a saddle: one walk stops in the "
              "middle, one leaves it for a minimum above. Right, a ravine: without momentum the "
              "walk is slow along it, with momentum it arrives.")
assert np.abs(paths_on_saddle["on the ridge"][-1]).max() < 0.01
assert ravine.function(*paths_in_ravine["momentum 0.8"][-1]) < 0.01

# %% [markdown]
# Exactly on the ridge the walker ends on the saddle, where nothing tells it to move. A hundredth
# beside it, it slows down, then finds the way out. In training, the noise of mini-batches (below)
# does that push. Now steer yourself. In the ravine: which learning rate diverges, and what does
# momentum change?

# %%
explorables.Descent(landscape="ravine", learning_rate=0.1)

# %% [markdown]
# ### Exercise 2: Descent with momentum
# Write the loop. `gradient` is a function of the weights. Return the weights after `steps` steps.
# The velocity starts at 0.
#
# <details><summary>Hint</summary>
#
# Before the loop: `weights = start` and `velocity = 0.0`. In it, first the new velocity, with the
# slope where you stand *now*; then the new weights. Make new ones, `weights = weights + …`, and
# leave `start` as it is.
# </details>

# %% tags=["exercise"]
def descend_with_momentum(gradient, start, learning_rate, momentum, steps):
    """Return the weights after so many steps of gradient descent with momentum."""
    ### BEGIN SOLUTION
    weights, velocity = start, 0.0
    for _ in range(steps):
        velocity = momentum * velocity - learning_rate * gradient(weights)
        weights = weights + velocity
    return weights
    ### END SOLUTION


# %% tags=["check"]
def loop(change, rest=1.0, turns=0, from_start=False, late=False):
    def run(gradient, w, rate, momentum, steps):
        start, v = w, 0.0
        for _ in range(steps + turns):
            new = change(rest * v, momentum, rate, gradient(start if from_start else w))
            w, v = w + (v if late else new), new
        return w
    return run


def right_way(v, beta, rate, slope):
    return beta * v - rate * slope


def bowl(w):
    return 2 * w


def ravine_slope(w):
    return np.array([0.1, 4.0]) * w - 0.2


corner = np.array([-4.5, 2.5])
check.function(
    descend_with_momentum,
    inputs=[(bowl, 3.0, 0.2, 0.5, 4), (ravine_slope, corner, 0.1, 0.8, 3), (bowl, 1.0, 0.3, 0.9, 1)],
    expected=loop(right_way),
    mistakes={
        "it goes uphill: a minus is missing": loop(lambda v, b, l, s: b * v + l * s),
        "the velocity is forgotten after each step": loop(right_way, rest=0.0),
        "nothing of the velocity is lost: times momentum": loop(lambda v, b, l, s: v - l * s),
        "the learning rate is missing": loop(lambda v, b, l, s: b * v - s),
        "the momentum multiplies the gradient, too": loop(lambda v, b, l, s: b * (v - l * s)),
        "the slope is always that of the start": loop(right_way, from_start=True),
        "the weights move before the velocity is renewed": loop(right_way, late=True),
        "one step is missing": loop(right_way, turns=-1),
        "there is one step too many": loop(right_way, turns=1),
    },
)

# %% [markdown] tags=["D2-13"]
# ## The chain rule. How does one neuron pass the blame on?
# Descent needs a slope for every weight. For one neuron you can find them with a pencil. Take
# input $x = 2$, weight $w = 1$, bias $w_0 = -2$, sigmoid, target $y = 1$:
#
# $$z = w_0 + x w = -2 + 2 = 0, \qquad \hat{y} = \text{sigmoid}(0) = 0.5, \qquad
# L = (\hat{y} - y)^2 = (-0.5)^2 = 0.25$$
#
# How does $L$ change if $w$ grows a little, by 0.01? Follow the change through the chain:
# $z$ grows by $x$ times as much, 0.02. Then $\hat{y}$ grows by $g'(z)$ times that, and the slope of
# the sigmoid at 0 is 0.25: by 0.005. Then $L$ changes by $2(\hat{y} - y) = -1$ times that: −0.005.
# So the slope is −0.005 / 0.01 = −0.5. The factors multiply. That is the **chain rule**:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial \hat{y}} \cdot
# \frac{\partial \hat{y}}{\partial z} \cdot \frac{\partial z}{\partial w}
# = 2(\hat{y} - y) \cdot g'(z) \cdot x = -1 \cdot 0.25 \cdot 2 = -0.5$$
#
# Compute it from the left: first what the *output* is worth, −1; then what $z$ is worth, −0.25;
# then what the weight is worth. You walk **backwards** through the neuron, and everything but the
# last factor is used again: the bias needs the same −0.25, times 1.

# %%
figure, axes = plt.subplots(figsize=(9.5, 3.8))
plotting.plot_computation(
    nodes={"$w$": (0, 0, "1", "−0.5"), "$w_0$": (0, 1, "−2", "−0.25"), "$z$": (1.3, 0.5, "0", "−0.25"),
           r"$\hat{y}$": (2.6, 0.5, "0.5", "−1"), "$L$": (3.9, 0.5, "0.25", "1")},
    edges=[("$w$", "$z$", "$x = 2$"), ("$w_0$", "$z$", "1"),
           ("$z$", r"$\hat{y}$", "$g'(z) = 0.25$"), (r"$\hat{y}$", "$L$", r"$2(\hat{y} - y) = -1$")],
    axes=axes,
)
plotting.show(figure, alt="From left to right w and w0, z, the output and L, with the values 1, −2, "
              "0, 0.5 and 0.25 above. Below, from right to left, the gradients 1, −1, −0.25, then "
              "−0.5 for w and −0.25 for w0.")

# %% [markdown]
# Above each quantity stands its value, below it what $L$ gains if it grows by one unit: its
# gradient. Check with a finite difference, as in lesson 01. Then take one step with learning rate
# 1: both gradients are negative, so weight and bias grow, and the loss falls.

# %%
def loss_of_neuron(w, w_0, x=2.0, y=1.0):
    return (1 / (1 + np.exp(-(w_0 + x * w))) - y) ** 2


h = 1e-5
slope_of_w = (loss_of_neuron(1 + h, -2) - loss_of_neuron(1 - h, -2)) / (2 * h)
slope_of_bias = (loss_of_neuron(1, -2 + h) - loss_of_neuron(1, -2 - h)) / (2 * h)
assert np.allclose([slope_of_w, slope_of_bias], [-0.5, -0.25])
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
# **Backward.** For each unit we ask: what does $L$ gain if its weighted sum $z$ grows by one? This
# is its **delta**, $\delta_{k,i} = \partial L / \partial z_{k,i}$, the blame. The output has
# no activation, so its delta is $2(\hat{y} - y) = -2$: a larger output would *lower* the loss. The
# hidden units get their share through the weight that leads to the output, times the slope of
# their ReLU, which is 1 where $z > 0$ and 0 elsewhere:
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

figure, axes = plt.subplots(figsize=(11, 6.5))
plotting.plot_backward_pass([W1, W2], [b1, b2], inputs=(2, 3), target=5, axes=axes)
plotting.show(figure, alt="The backward pass of the 2-3-1 network: the delta of each unit, −2 for "
              "the output and −2, 0 and 1 for the hidden ones, and the gradient on every edge, as "
              "in the tables.")

# %% [markdown]
# The same, for your hands. Select a unit or an edge to see its arithmetic. **Predict**: the target
# becomes 4, what the network says anyway. What are the gradients then? Which input wakes unit 2?
# Then press *one step of gradient descent* with the target 5, again and again.

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
table = [
    [np.array([[18, 40, 1], [2, 10, 1.5]]), np.array([4, 10, 0.5])],
    [np.array([[11.0], [15], [-2]]), np.array([4.0])],
]

# %% [markdown]
# ### Exercise 3: A backward pass by hand
# Same weights, new example: $x = (4, 2)$, target 6. On paper: forward, delta of the output, deltas
# of the hidden units, gradients of the six weights of the first layer. Write the three deltas as a
# vector, the six gradients as a table with a row per input and a column per unit.
#
# <details><summary>Hint</summary>
#
# Forward: $z_{1,i}$ = 4, 2 and −1. The prediction is 9. The delta of the output is twice the
# error. Which unit is silent?
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
hidden_deltas = np.array([6, 12, 0])
gradients_of_layer_1 = np.array([[24, 48, 0], [12, 24, 0]])
### END SOLUTION

# %% tags=["check"]
check.value(
    hidden_deltas,
    np.array([6.0, 12, 0]),
    mistakes={
        "the slope of ReLU is forgotten: unit 3 is silent": np.array([6.0, 12, -3]),
        "the factor 2 of the square is forgotten": np.array([3.0, 6, 0]),
        "the error is target minus prediction": np.array([-6.0, -12, 0]),
        "the weights to the output are forgotten": np.array([6.0, 6, 0]),
        "the outputs of the units stand for their slopes": np.array([24.0, 24, 0]),
        "the delta of the output is the squared error": np.array([9.0, 18, 0]),
        "the step of the output's weights is meant: those gradients are outputs times delta":
            np.array([24.0, 12, 0]),
    },
)
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
        "the inputs of the first example, (2, 3), are used": np.outer([2.0, 3], [6, 12, 0]),
        "the deltas are not multiplied by the inputs": np.outer([1.0, 1], [6, 12, 0]),
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
    """Return [[W, b], …], one pair a layer: W from N(0, scale² / inputs), b all 0.

    `units` counts inputs, hidden units and outputs, as (2, 3, 1); `random` is a NumPy generator.
    """
    return [
        [random.normal(0, scale / np.sqrt(inputs), (inputs, outputs)), np.zeros(outputs)]
        for inputs, outputs in itertools.pairwise(units)
    ]

# %% [markdown]
# Forwards, keep all weighted sums and all outputs: the way back needs them. That is why training
# takes so much more memory than using a network.

# %%
def forward(parameters, inputs, activation="relu", output="linear"):
    """Return (sums, outputs): the table z of each layer, and [inputs, outputs of each layer].

    inputs: one example a row. The predictions are outputs[-1]. `activation` is that of all
    hidden layers, `output` that of the last one.
    """
    sums, outputs = [], [inputs]
    for layer, (W, b) in enumerate(parameters, start=1):
        name = output if layer == len(parameters) else activation
        sums.append(outputs[-1] @ W + b)
        outputs.append(ACTIVATIONS[name][0](sums[-1]))
    return sums, outputs


def compute_loss(predictions, targets, output="linear"):
    """Return the mean squared error; for the output "sigmoid" the binary cross-entropy."""
    if output == "sigmoid":
        return -np.mean(targets * np.log(predictions) + (1 - targets) * np.log(1 - predictions))
    return np.mean((predictions - targets) ** 2)

# %% [markdown]
# Backwards. The delta of the output is the only line that knows the loss: $2(\hat{y} - y)/n$ for
# the mean squared error. For sigmoid with cross-entropy the slope of the sigmoid cancels, and what
# is left is $(\hat{y} - y)/n$. That is why the two are used together: no flat ends, however wrong
# the network is.

# %%
def backward(parameters, inputs, targets, activation="relu", output="linear"):
    """Return the gradient of `compute_loss`, [[dW, db], …] in the shapes of `parameters`.

    targets: the same shape as the predictions, (examples, units of the last layer).
    """
    sums, outputs = forward(parameters, inputs, activation, output)
    factor = 1 if output == "sigmoid" else 2
    delta = factor * (outputs[-1] - targets) / targets.size
    gradients = []
    for layer in reversed(range(len(parameters))):
        gradients.insert(0, [outputs[layer].T @ delta, delta.sum(axis=0)])
        if layer > 0:
            slope = ACTIVATIONS[activation][1]
            delta = (delta @ parameters[layer][0].T) * slope(sums[layer - 1])
    return gradients

# %%
parameters = [[W1, b1], [W2, b2]]
inputs, targets = np.array([[2.0, 3.0], [4.0, 1.0]]), np.array([[5.0], [5.0]])


def differences(gradients, others):
    """Return the largest difference of two gradients in each layer."""
    return [
        max(np.abs(one - other).max() for one, other in zip(pair, pair_of_other, strict=True))
        for pair, pair_of_other in zip(gradients, others, strict=True)
    ]


gradients = backward(parameters, inputs, targets)
assert compute_loss(forward(parameters, inputs)[1][-1], targets) == table_loss
assert max(differences(gradients, table)) == 0
gradients[0]

# %% [markdown]
# The table, number by number. Twelve lines, and they hold for a hundred layers.
#
# ### The gradient check
# But who guarantees that for a hundred layers? A wrong gradient raises no error. The network learns
# anyway, only worse, and you search for weeks. So measure: move one parameter by $h$ to both sides
# and divide the difference of the losses by $2h$. That needs two forward passes for *every*
# parameter, far too slow for training, and just right for a test.

# %%
def measure_gradient(parameters, inputs, targets, activation="relu", output="linear", h=1e-5):
    """Return the gradient by central differences, in the shapes of `parameters`."""
    measured = [[np.zeros_like(array) for array in pair] for pair in parameters]
    for pair, pair_measured in zip(parameters, measured, strict=True):
        for array, slopes in zip(pair, pair_measured, strict=True):
            for place in np.ndindex(array.shape):
                losses, value = [], array[place]
                for moved in (value + h, value - h):
                    array[place] = moved
                    predictions = forward(parameters, inputs, activation, output)[1][-1]
                    losses.append(compute_loss(predictions, targets, output))
                array[place] = value
                slopes[place] = (losses[0] - losses[1]) / (2 * h)
    return measured


deep = initialize((2, 4, 3, 1), random)
points, answers = random.normal(size=(6, 2)), random.integers(0, 2, (6, 1)).astype(float)
for activation, output in itertools.product(ACTIVATIONS, ("linear", "sigmoid")):
    case = (deep, points, answers, activation, output)
    worst = max(differences(backward(*case), measure_gradient(*case)))
    assert worst < 1e-8
    print(f"{activation:8} output {output:8} largest difference {worst:.0e}")

# %% [markdown]
# No difference above rounding. Such a check belongs beside every gradient you write by hand. Here
# is a backward pass in which one line is wrong. It runs, and networks learn with it. The cell
# prints how far its gradients are off, layer by layer (the last is the output), for three
# activations.

# %%
def broken_backward(parameters, inputs, targets, activation):
    sums, outputs = forward(parameters, inputs, activation)
    delta = 2 * (outputs[-1] - targets) / targets.size  # line A
    gradients = []
    for layer in reversed(range(len(parameters))):
        dW = outputs[layer].T @ delta  # line B
        db = delta.sum(axis=0)  # line C
        gradients.insert(0, [dW, db])
        if layer > 0:
            returned = delta @ parameters[layer][0].T  # line D
            delta = returned * ACTIVATIONS[activation][1](outputs[layer])  # line E
    return gradients


for activation in ("linear", "relu", "tanh"):
    case = (deep, points, answers, activation)
    off = differences(broken_backward(*case), measure_gradient(*case))
    print(f"{activation:7}", *(f"layer {k}: {value:.0e}  " for k, value in enumerate(off, start=1)))

# %% [markdown]
# ### Exercise 4: Find the wrong line
# Which of the lines A to E is wrong? Give its letter. Then write lines D and E as they should be:
# the delta of a hidden layer, from `delta` and `W` of the layer *after* it, its own weighted sums
# `z` and the function `slope` of its activation.
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


def hidden_delta(delta, W, z, slope):
    """Return the delta of a hidden layer, shape (examples, units)."""
    ### BEGIN SOLUTION
    return (delta @ W.T) * slope(z)
    ### END SOLUTION


# %% tags=["check"]
check.value(
    wrong_line,
    "E",
    mistakes={
        "A is suspected; a wrong A would spoil the last layer, too": "A",
        "B is suspected; it makes the gradient of the last layer as well, and that is right": "B",
        "C is suspected; it makes the biases of the last layer as well, and they are right": "C",
        "D is suspected; a wrong D would spoil linear networks, too": "D",
    },
)
W_next = np.array([[0.5, 2.0], [-1.0, 0.25]])
z_tanh, z_other = np.array([[0.5, -1.0], [2.0, 0.25]]), np.array([[-0.75, 1.5], [1.0, 0.1]])
check.function(
    hidden_delta,
    inputs=[
        (np.array([[1.0, -2.0], [0.5, 3.0]]), W_next, z_tanh, ACTIVATIONS["tanh"][1]),
        (np.array([[-1.0, 0.5], [2.0, 1.0]]), W_next + 1, z_other, lambda z: z**2 + 1),
    ],
    expected=lambda d, W, z, s: np.einsum("ei,ji,ej->ej", d, W, s(z)),
    mistakes={
        "the slope is taken at the output, as before": lambda d, W, z, s: d @ W.T * s(np.tanh(z)),
        "the slope is missing": lambda d, W, z, s: d @ W.T,
        "z stands where its slope belongs": lambda d, W, z, s: d @ W.T * z,
        "the slope of tanh is built in: use `slope`":
            lambda d, W, z, s: d @ W.T * (1 - np.tanh(z) ** 2),
        "W is not transposed: backwards its columns become rows": lambda d, W, z, s: d @ W * s(z),
        "the weights are missing": lambda d, W, z, s: d * s(z),
        "`@` stands before the slope: multiply place by place": lambda d, W, z, s: d @ W.T @ s(z),
        "the slope is multiplied before the weights": lambda d, W, z, s: (d * s(z)) @ W.T,
        "`*` stands before the weights: use `@`": lambda d, W, z, s: d * W.T * s(z),
        "it is divided by the slope": lambda d, W, z, s: d @ W.T / s(z),
    },
)

# %% [markdown]
# The moral: check with the activation that you use. With ReLU alone nobody would have found it.

# %% [markdown] tags=["D1-13", "D2-14"]
# ### Training: the five steps
# Everything is there. The algorithm of above, word by word; and the task that the paper network
# could not do yet: add two numbers. All 100 pairs of digits are the examples, divided by 10 so
# that one learning rate suits all weights.
#
# **Predict.** Thirty networks with 3 hidden units start from thirty random places. Do all of them learn
# to add?

# %%
def update(parameters, gradients, learning_rate):
    """Return new parameters, one step down."""
    return [
        [W - learning_rate * dW, b - learning_rate * db]
        for (W, b), (dW, db) in zip(parameters, gradients, strict=True)
    ]


def train(units, inputs, targets, learning_rate, steps, random):
    """Return (parameters, losses): gradient descent with all examples in each step."""
    parameters = initialize(units, random)  # 1 initialise
    losses = []
    for _ in range(steps):  # 2 loop
        losses.append(compute_loss(forward(parameters, inputs)[1][-1], targets))
        gradients = backward(parameters, inputs, targets)  # 3 gradient
        parameters = update(parameters, gradients, learning_rate)  # 4 update
    return parameters, losses  # 5 return

# %%
digits = np.array(list(itertools.product(range(10), repeat=2))) / 10
digit_sums = digits.sum(axis=1, keepdims=True)
runs = [train((2, 3, 1), digits, digit_sums, 0.1, 1000, random) for _ in range(30)]
runs.sort(key=lambda run: run[1][-1])
networks_that_add = int(sum(losses[-1] < 0.01 for _, losses in runs))

figure, axes = plt.subplots(figsize=(8, 4))
chosen = {"best of 30": runs[0], "median": runs[15], "worst": runs[-1]}
plotting.plot_losses({name: losses for name, (_, losses) in chosen.items()}, axes=axes)
plotting.show(figure, alt="Loss against step on a logarithmic scale for three of ten runs.")
f"{networks_that_add} of 30 networks add"

# %%
low, high = results.band("03_backpropagation/networks_that_add")
assert low <= networks_that_add <= high
best_network = runs[0][0]
10 * forward(best_network, np.array([[0.2, 0.3], [0.7, 0.8]]))[1][-1]

# %% [markdown]
# The best add almost perfectly. But usually some of ten do not: their loss stays near 0.165, the
# variance of the targets, which is what you get when you always answer with the mean. In
# them all hidden units are silent for (nearly) all examples, as unit 2 was for one: no delta
# comes through, and no step will ever wake them. That is a bad place to end, and a plain example of
# why "finds the global minimum" is not true. More units help: it is unlikely that all of them fall
# silent.

# %% [markdown]
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
# So let every number remember what it was computed from, and with which slopes. Then the chain
# rule can be run backwards by a program. That is **automatic differentiation** in reverse mode,
# the engine under TensorFlow, PyTorch and JAX. Take $y = x \cdot x + x$ at $x = 3$:
#
# - forwards: $x \cdot x = 9$, $y = 9 + 3 = 12$
# - backwards: $y$ has gradient 1; so the product has 1; so $x$ gets 3 · 1 as the left factor, 3 · 1
#   as the right factor, and 1 directly: **7 in all**. (And the slope of $x^2 + x$ is $2x + 1 = 7$.)
#
# Two rules are in it. What is used several times **adds up** its gradients. And nobody may pass a
# gradient on before it is complete: $x$ has to wait for all three.

# %%
figure, axes = plt.subplots(figsize=(8, 3.4))
plotting.plot_computation(
    nodes={"$x$": (0, 0.5, "3", "3 + 3 + 1 = 7"), r"$x \cdot x$": (1.5, 0, "9", "1"),
           "$y$": (3, 0.5, "12", "1")},
    edges=[("$x$", r"$x \cdot x$", "3 and 3"), (r"$x \cdot x$", "$y$", "1"), ("$x$", "$y$", "1")],
    axes=axes,
)
plotting.show(figure, alt="x with value 3 leads to the product with value 9 by two factors, and "
              "directly to y with value 12. Gradients from the right: 1 for y, 1 for the product, "
              "3 + 3 + 1 = 7 for x.")

# %%
class Value:
    """A number that remembers what it was computed from, and its slopes."""

    def __init__(self, number, parents=(), slopes=()):
        self.number = number
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
# Python calls `__add__` for `a + b`, and so on. Subtraction and division are composed of the
# others: their slopes come for free. Functions have one parent:

# %%
def as_value(number):
    return number if isinstance(number, Value) else Value(number)


def relu(a):
    return Value(max(a.number, 0.0), (a,), (1.0 if a.number > 0 else 0.0,))


def tanh(a):
    t = np.tanh(a.number)
    return Value(t, (a,), (1 - t**2,))


def exp(a):
    e = np.exp(a.number)
    return Value(e, (a,), (e,))


def log(a):
    return Value(np.log(a.number), (a,), (1 / a.number,))

# %% [markdown]
# For the way back, an order in which every value comes after all that was computed from it. It is
# called a **topological** order. `visit` goes to the parents first and notes a value when all of
# them are noted; the way back runs through the notes from the end.

# %%
def topological_order(result):
    """Return all values behind `result`, each after its parents."""
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(result)
    return order


def run_backward(result):
    """Fill `gradient` of every value behind `result` with d result / d value."""
    order = topological_order(result)
    for value in order:
        value.gradient = 0.0
    result.gradient = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.gradient += slope * value.gradient

# %%
x = Value(3.0)
y = x * x + x
run_backward(y)
assert (y.number, x.gradient) == (12, 7)

recipes = {
    "tanh": lambda v: tanh(2 * v) - v,
    "exp, log": lambda v: log(exp(v) + 3) * v,
    "powers": lambda v: (v**2 + 1) / (v**3 + 5),
}
for name, recipe in recipes.items():
    x = Value(0.7)
    run_backward(recipe(x))
    measured = (recipe(Value(0.7 + h)).number - recipe(Value(0.7 - h)).number) / (2 * h)
    assert np.isclose(x.gradient, measured)
    print(f"{name:9} {x.gradient:.6f}")

# %% [markdown]
# Less than a hundred lines, and they differentiate whatever you compose of these operations. The
# order of magnitude of the work: one pass back costs about as much as one pass forwards, for any
# number of parameters. The gradient check needs two passes for *each*.
#
# ### Exercise 5: A new operation
# Division was composed of a product and a power, two values for one. Make it an operation of its
# own: for $a / b$, return the result and the slopes for $a$ and for $b$.
#
# <details><summary>Hint</summary>
#
# $a / b = a \cdot b^{-1}$. With $b$ fixed, $a$ is multiplied by a number: which? With $a$ fixed, use
# the rule of $b^n$ with $n = -1$. Check: at $a$ = 6, $b$ = 2 a bit more of $b$ makes the result
# smaller.
# </details>

# %% tags=["exercise"]
def divide(a, b):
    """Return (a / b, its slope for a, its slope for b), three numbers."""
    ### BEGIN SOLUTION
    return a / b, 1 / b, -a / b**2
    ### END SOLUTION


# %% tags=["check"]
def quotient(slope_a, slope_b):
    return lambda a, b: (a / b, slope_a(a, b), slope_b(a, b))


for_a, for_b = (lambda a, b: b**-1), (lambda a, b: -a * b**-2)
check.function(
    divide,
    inputs=[(6.0, 2.0), (1.5, -0.5), (-3.0, 4.0)],
    expected=quotient(for_a, for_b),
    mistakes={
        "the slope for b has lost its minus": quotient(for_a, lambda a, b: a / b**2),
        "the two slopes are swapped": quotient(for_b, for_a),
        "the slopes of a product are used": quotient(lambda a, b: b, lambda a, b: a),
        "b is not squared in its slope": quotient(for_a, lambda a, b: -a / b),
        "the factor a is missing in the slope for b": quotient(for_a, lambda a, b: -1 / b**2),
        "the slope for a is 1, as in a sum": quotient(lambda a, b: 1.0, for_b),
        "the slopes are those of b / a": quotient(lambda a, b: -b / a**2, lambda a, b: 1 / a),
        "only the result is returned, without the slopes": lambda a, b: a / b,
    },
)

# %% [markdown] tags=["D2-14"]
# ## One network, five implementations. Do they agree?
# You have the gradients of one network from a pencil, from NumPy and, in a moment, from `Value`.
# TensorFlow has the same machine: a `GradientTape` writes down each operation on its variables
# while the block runs, and `tape.gradient` walks back. And Keras' `fit` hides all of it. Do five
# implementations agree on the loss and on all 13 gradients?
#
# NumPy does not mind what it multiplies and adds: a table of `Value` objects goes through `@`.

# %%
as_values = np.vectorize(Value, otypes=[object])
number_of = np.vectorize(lambda value: value.number, otypes=[float])
gradient_of = np.vectorize(lambda value: value.gradient, otypes=[float])


def by_values(parameters, inputs, targets):
    """Return (loss, gradients) from our own automatic differentiation."""
    network = [[as_values(array) for array in pair] for pair in parameters]
    outputs = inputs
    for layer, (W, b) in enumerate(network, start=1):
        outputs = outputs @ W + b
        if layer < len(network):
            outputs = np.vectorize(relu, otypes=[object])(outputs)
    loss = np.sum((outputs - targets) ** 2) / targets.size
    run_backward(loss)
    return loss.number, [[gradient_of(array) for array in pair] for pair in network]


def by_tape(parameters, inputs, targets):
    """Return (loss, gradients) from TensorFlow's tape."""
    network = [[tf.Variable(array) for array in pair] for pair in parameters]
    with tf.GradientTape() as tape:
        outputs = tf.constant(inputs)
        for layer, (W, b) in enumerate(network, start=1):
            outputs = outputs @ W + b
            if layer < len(network):
                outputs = tf.nn.relu(outputs)
        loss = tf.reduce_mean((outputs - targets) ** 2)
    return float(loss), tape.gradient(loss, network)

# %% [markdown]
# `fit` shows no gradient, but its deed: one step of plain descent, with all examples in one
# mini-batch, subtracts learning rate times gradient. So compare the weights before and after. Keras
# computes with 32 bits, about seven digits; to compare more, we ask for 64 and switch back.

# %%
def by_fit(parameters, inputs, targets, learning_rate=1.0):
    """Return (loss, gradients), read off one full-batch step of Keras."""
    keras.config.set_floatx("float64")
    model = keras.Sequential([keras.Input((inputs.shape[1],))])
    for layer, (W, b) in enumerate(parameters, start=1):
        last = layer == len(parameters)
        model.add(layers.Dense(len(b), activation="linear" if last else "relu"))
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss="mse")
    before = [array.copy() for pair in parameters for array in pair]
    model.set_weights(before)
    history = model.fit(inputs, targets, batch_size=len(inputs), epochs=1, verbose=0)
    steps = [old - new for old, new in zip(before, model.get_weights(), strict=True)]
    keras.config.set_floatx("float32")
    gradients = [step / learning_rate for step in steps]
    return history.history["loss"][0], list(zip(gradients[::2], gradients[1::2], strict=True))

# %%
implementations = {
    "table": (table_loss, table),
    "NumPy": (compute_loss(forward(parameters, inputs)[1][-1], targets), gradients),
    "Value": by_values(parameters, inputs, targets),
    "GradientTape": by_tape(parameters, inputs, targets),
    "Keras fit": by_fit(parameters, inputs, targets),
}
for name, (loss, found) in implementations.items():
    assert abs(loss - table_loss) < 1e-6 and max(differences(found, table)) < 1e-6
    print(f"{name:13} loss {loss}, largest difference {max(differences(found, table)):.0e}")

# %%
deeper = initialize((3, 5, 4, 2), random)
many, many_targets = random.normal(size=(7, 3)), random.normal(size=(7, 2))
expected = backward(deeper, many, many_targets)
expected_loss = compute_loss(forward(deeper, many)[1][-1], many_targets)
for implementation in (by_values, by_tape, by_fit):
    loss, found = implementation(deeper, many, many_targets)
    assert abs(loss - expected_loss) < 1e-6 and max(differences(found, expected)) < 1e-6

# %% [markdown]
# They agree, on the network from paper and on a random deeper one. What you computed with a pencil
# *is* what Keras does.
#
# So why are there five? The table is for understanding. `Value` makes a Python object for every
# single product, thousands for one example. NumPy does a layer in one call. The tape does it
# for any network without a written backward pass, and on a GPU. `fit` adds mini-batches,
# shuffling, metrics and callbacks.
#
# That has a price. On a network as small as this, NumPy's step is several times cheaper than a
# step of `fit`: a step multiplies a few hundred numbers, which takes no time at all, and what you
# measure is the way to get there: NumPy calls some twenty functions, `fit` fetches a mini-batch,
# enters a compiled graph, updates its metrics. This overhead hardly depends on the size of the
# network. With layers of a thousand units the products take nearly all the time in both, and the
# ratio goes towards one, or turns in favour of Keras, which computes with 32 bits.

# %% [markdown] tags=["D1-13", "D1-14"]
# ## Training loops. What is wrong with this one?
# `fit` is right for almost everything. For the rest you write the loop yourself, as on this slide
# from a real course:
#
# ```python
# weights = tf.Variable([tf.random.normal()])    # 1
# optimizer = tf.keras.optimizer.SGD()           # 2
#
# while True:                                    # 3
#     prediction = model(x)                      # 4
#     with tf.GradientTape() as tape:
#         loss = compute_loss(y, prediction)
#     gradient = tape.gradient(loss, weights)
#     weights = weights - lr * gradient          # 5
# ```
#
# Five of its lines have a bug. Before you read on: which ones do you find? Then run them one by
# one, and read what Python says. A line that begins with *As announced* is an error that we expect.

# %%
with check.expect_error(TypeError, "Missing required positional argument"):
    tf.Variable([tf.random.normal()])

with check.expect_error(AttributeError, "optimizer"):
    tf.keras.optimizer.SGD()

# %% [markdown]
# **1**: `normal` has to know how many numbers: `tf.random.normal((2,))`. **2**: the module is
# called `optimizers`. **3**: `while True` never ends; loop for a number of steps.
#
# **4** hurts more. The prediction is made *before* the tape runs. What a tape has not seen it
# cannot walk back.
#
# **Predict.** What does `tape.gradient` return then?

# %%
model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
optimizer = keras.optimizers.SGD(learning_rate=0.1)
prediction = model(digits)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((prediction - digit_sums) ** 2)
gradients_without_tape = tape.gradient(loss, model.trainable_variables)
assert gradients_without_tape == [None, None]

with check.expect_error(ValueError, "No gradients provided for any variable"):
    optimizer.apply_gradients(zip(gradients_without_tape, model.trainable_variables))

# %% [markdown]
# A list of `None`, and no error: that comes only when somebody uses it.
#
# **5** survives the first turn. `weights - …` is a new tensor, no longer a `tf.Variable`, and tapes
# watch only variables. In the second turn the gradient is `None`. A variable has to be changed *in
# place*: `weights.assign_sub(learning_rate * gradient)`.

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
# ### Exercise 6: Repair the loop
# Fit the line $\hat{y} = w_0 + w_1 x$, by gradient descent on the mean squared error, with a tape.
# `start` holds $w_0$ and $w_1$. Return both after `steps` steps, as a NumPy vector.
#
# <details><summary>Hint</summary>
#
# `weights = tf.Variable(start)` before the loop. In the tape's block: the prediction `weights[0] +
# weights[1] * x` *and* the loss, `tf.reduce_mean`. After the block: the gradient, `assign_sub`.
# At the end `weights.numpy()`.
# </details>

# %% tags=["exercise"]
def fit_line(start, x, y, learning_rate, steps):
    """Return (w_0, w_1) after so many steps of gradient descent."""
    ### BEGIN SOLUTION
    weights = tf.Variable(start)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            prediction = weights[0] + weights[1] * x
            loss = tf.reduce_mean((prediction - y) ** 2)
        gradient = tape.gradient(loss, weights)
        weights.assign_sub(learning_rate * gradient)
    return weights.numpy()
    ### END SOLUTION


# %% tags=["check"]
def by_hand(slope, turns=0):
    def run(start, x, y, rate, steps):
        w = start
        for _ in range(steps + turns):
            w = w - rate * slope(np.stack([np.ones_like(x), x]), w[0] + w[1] * x - y)
        return w
    return run


def taped(outside, replaced):
    def run(start, x, y, rate, steps):
        weights = tf.Variable(start)
        for _ in range(steps):
            prediction = weights[0] + weights[1] * x
            with tf.GradientTape() as tape:
                prediction = prediction if outside else weights[0] + weights[1] * x
                loss = tf.reduce_mean((prediction - y) ** 2)
            moved = rate * tape.gradient(loss, weights)
            weights = weights - moved if replaced else weights.assign_sub(moved)
        return weights.numpy()
    return run


xs, ys = np.array([0.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.5, 5.0, 9.5])
start = np.array([0.5, -1.0])
check.function(
    fit_line,
    inputs=[(start, xs, ys, 0.05, 3), (-start, xs[:3], 2 * ys[:3], 0.1, 1)],
    expected=by_hand(lambda rows, error: 2 * rows @ error / len(error)),
    mistakes={
        "the prediction is made outside the tape": taped(outside=True, replaced=False),
        "`weights = weights - …` replaces the Variable": taped(outside=False, replaced=True),
        "it goes uphill: subtract": by_hand(lambda rows, error: -2 * rows @ error / len(error)),
        "the errors are added, not averaged": by_hand(lambda rows, error: 2 * rows @ error),
        "the loss is the absolute error": by_hand(lambda r, e: r @ np.sign(e) / len(e)),
        "one step is missing": by_hand(lambda r, e: 2 * r @ e / len(e), turns=-1),
        "there is one step too many": by_hand(lambda r, e: 2 * r @ e / len(e), turns=1),
        "the weights never change": lambda start, x, y, rate, steps: start,
    },
)

# %% [markdown] tags=["D1-14"]
# ### Any optimizer
# In a whole, the repaired slide: the prediction inside the tape, a number of steps, and instead of
# a line for the update an **optimizer**, the component that turns gradients into steps. You can
# replace it with any optimizer that Keras knows. Momentum you have met. RMSprop and Adam give each
# weight a step size of its own, measured by its last gradients; lesson 07 looks into them.

# %% tags=["D1-14"]
network = keras.Sequential(
    [keras.Input((2,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
)
start_weights = network.get_weights()


def train_with(optimizer, steps=100):
    """Return the loss before each step, always from the same start."""
    network.set_weights(start_weights)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            prediction = network(digits)
            loss = tf.reduce_mean((prediction - digit_sums) ** 2)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        losses.append(float(loss))
    return losses

# %%
optimizers = {
    "SGD": keras.optimizers.SGD(0.05),
    "SGD, momentum 0.8": keras.optimizers.SGD(0.05, momentum=0.8),
    "RMSprop": keras.optimizers.RMSprop(0.01),
    "Adam": keras.optimizers.Adam(0.02),
}
losses_of_optimizers = {name: train_with(optimizer) for name, optimizer in optimizers.items()}
adam_loss = losses_of_optimizers["Adam"][-1]

figure, axes = plt.subplots(figsize=(8, 4))
plotting.plot_losses(losses_of_optimizers, axes=axes)
plotting.show(figure, alt="Loss against step on a logarithmic scale for four optimizers from one "
              "start. All fall by a factor of ten or more within a hundred steps, each in its own "
              "way.")
low, high = results.band("03_backpropagation/adam_loss")
assert low <= adam_loss <= high

# %% [markdown]
# Same loop, same gradients, four ways of walking. Do not read a ranking out of it: each has its
# learning rate, and with others the order changes.

# %% [markdown]
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


def flat_gradient(rows):
    """Return the gradient for these examples as one long vector."""
    pairs = backward(net, examples[rows], noisy_sums[rows], "tanh")
    return np.concatenate([array.ravel() for pair in pairs for array in pair])


full_gradient = flat_gradient(np.arange(512))
batch_sizes = [1, 4, 16, 64, 256]
noise, microseconds = [], []
for size in batch_sizes:
    distances, durations = [], []
    for _ in range(400):
        rows = random.integers(0, 512, size)
        started = time.perf_counter()
        estimate = flat_gradient(rows)
        durations.append(time.perf_counter() - started)
        distances.append(np.linalg.norm(estimate - full_gradient))
    noise.append(np.sqrt(np.mean(np.square(distances))) / np.linalg.norm(full_gradient))
    microseconds.append(1e6 * np.median(durations) / size)

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4))
theory = ("∝ 1 / √examples", noise[0] / np.sqrt(batch_sizes))
plotting.plot_batch_sizes(batch_sizes, noise, "relative error of the gradient", theory, axes=left)
plotting.plot_batch_sizes(batch_sizes, microseconds, "microseconds an example", axes=right)
plotting.show(figure, alt="Against the examples in a mini-batch, all scales logarithmic. Left: the "
              "error of the gradient falls along a straight line, as one over the square root. "
              "Right: the time an example falls steeply, then levels off.")
assert np.allclose(np.array(noise) * np.sqrt(batch_sizes), noise[0], rtol=0.25)
assert microseconds[-1] < microseconds[0]

# %% [markdown]
# The error is halved: it falls with the square root of the number of examples, sixteen times the
# work for a direction four times as good. And four times the examples take hardly more time than
# one, because NumPy handles a small table nearly as fast as a row; only with hundreds the products
# begin to count. Together they favour something in the middle.
#
# Now train three ways on the same examples, with the same learning rate, for the same number of
# **epochs**. (An epoch is one pass through all examples: 512 steps, or 16, or a single one.)

# %%
def train_in_batches(batch_size, epochs, learning_rate=0.05):
    """Return the loss on all examples after each step, always from the same start."""
    parameters, losses = net, []
    for _ in range(epochs):
        order = random.permutation(len(examples))
        for first in range(0, len(examples), batch_size):
            rows = order[first : first + batch_size]
            gradients = backward(parameters, examples[rows], noisy_sums[rows], "tanh")
            parameters = update(parameters, gradients, learning_rate)
            predictions = forward(parameters, examples, "tanh")[1][-1]
            losses.append(compute_loss(predictions, noisy_sums))
    return losses


names = {512: "batch: all 512", 32: "mini-batch: 32", 1: "stochastic: 1"}
curves = {name: train_in_batches(size, epochs=8) for size, name in names.items()}
passes = {name: 8 * np.arange(1, len(losses) + 1) / len(losses) for name, losses in curves.items()}
mini_batch_loss = curves["mini-batch: 32"][-1]

figure, axes = plt.subplots(figsize=(9, 4.4))
plotting.plot_losses(curves, passes, "epochs", axes=axes)
plotting.show(figure, alt="Loss against epochs, logarithmic. Batch descent makes eight steps and "
              "hardly falls, mini-batches fall steadily, stochastic descent falls within half an "
              "epoch and then jumps up and down at a low level.")
low, high = results.band("03_backpropagation/mini_batch_loss")
assert low <= mini_batch_loss <= high
{name: f"{len(losses)} steps, loss {losses[-1]:.3f}" for name, losses in curves.items()}

# %% [markdown]
# For the same number of looks at the data, more steps get further: single examples are down within
# half an epoch. But they never come to rest. Each example pulls to its own side, and since a tenth
# of noise was added to the targets, their pulls never agree; a smaller learning rate would calm
# that. Batch descent is as smooth as it is slow. Mini-batches of 16 to 256 are what practice has
# settled on, for the noise *and* for the price of an example. (Almost everybody now says SGD, for
# stochastic gradient descent, and means mini-batches.)

# %% [markdown]
# ## Vanishing gradients. What reaches the first layer?
# On the way back each layer multiplies the deltas by weights and by the slope $g'(z)$. The slope of
# the sigmoid is at most 0.25. Twenty layers of that, even with weights of 1, give $0.25^{20}
# \approx 10^{-12}$, a millionth of a millionth: the gradient **vanishes**, and the first layers learn
# nothing. With factors above 1 it is the opposite. $2^{20}$ is about a million: the gradient
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
    example, target = random.normal(size=(1, 100)), np.zeros((1, 1))
    gradients = backward(deep_network, example, target, activation)
    return [np.sqrt(np.mean(db**2)) for _, db in gradients[:-1]]


by_activation = {
    "sigmoid": delta_sizes("sigmoid", 1.0),
    "tanh": delta_sizes("tanh", 1.0),
    "ReLU": delta_sizes("relu", 1.0),
}
by_scale = {
    f"scale {scale:.2f}": delta_sizes("relu", scale)
    for scale in (2 * np.sqrt(2), np.sqrt(2), np.sqrt(2) / 2)
}
shrinking = {name: sizes[0] / sizes[-1] for name, sizes in (by_activation | by_scale).items()}
assert shrinking["sigmoid"] < 1e-8 and shrinking["scale 0.71"] < 1e-3
assert 0.01 < shrinking["scale 1.41"] < 100 and shrinking["scale 2.83"] > 1e3
{name: f"{value:.0e}" for name, value in shrinking.items()}

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6))
plotting.plot_gradient_sizes(by_activation, axes=left)
plotting.plot_gradient_sizes(by_scale, axes=right)
right.set_ylabel("")
plotting.show(figure, alt="Size of the deltas against layer, logarithmic. Left: with sigmoid it "
              "falls by more than ten powers of ten from layer 20 to layer 1, with tanh hardly. "
              "Right: with ReLU it grows, stays or falls towards layer 1, for the scales 2.83, "
              "1.41 and 0.71.")

# %% [markdown]
# The numbers above the figure are layer 1 against layer 20. With sigmoid, next to nothing reaches
# the first layer: for decades deep networks could not be trained. ReLU loses half of the *squares*
# in each layer, so weights with twice the square, a scale of $\sqrt{2} \approx 1.41$, keep the size.
# That is He initialization; for tanh, scale 1 is right (Keras' default, Glorot initialization, comes
# close to it). Twice the scale, and it is a million times too much at the first layer; half, and it
# is a millionth. Twenty layers forgive nothing. Lesson 07 comes back to it.

# %% [markdown]
# ## Summary
# - A loss makes one number of all errors. Training looks for the weights where it is lowest, and in
#   practice is content with a good local minimum.
# - Gradient descent steps against the slope: $w' = w - l\, \partial E / \partial w$. Too small a
#   learning rate wastes time, too large a one destroys; momentum helps in ravines.
# - Backpropagation is the chain rule from the output to the inputs. The gradient of a weight is what
#   came in, times the delta of the unit it leads to.
# - Table, NumPy, a small `Value` class, `GradientTape` and `fit` find the same gradients, to more
#   than six digits. A gradient written by hand deserves a check by central differences.
# - A mini-batch trades noise for speed. In deep networks deltas vanish or explode unless activation
#   and initial scale keep their size.
#
# ## What can go wrong in practice
# - **Shapes that fit by accident**: predictions of shape (n, 1) minus targets of shape (n,) give a
#   table of n × n errors, no error message, and a network that learns the mean. Compare shapes first.
# - **The loss is NaN**: mostly the learning rate is too large, or a logarithm meets 0. Keras computes
#   cross-entropy from the weighted sums if you say `from_logits=True`, which is safe.
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
# - M. Nielsen,
#   [Neural Networks and Deep Learning](http://neuralnetworksanddeeplearning.com/chap2.html),
#   chapter 2: how the backpropagation algorithm works.
#
# ## Next
# **04 Playground**: watch all of this at work, on data that you can draw.
