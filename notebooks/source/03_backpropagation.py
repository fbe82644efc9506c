# %% [markdown]
# # 03 Backpropagation
# *How does each weight find out in which direction to change?*
#
# By the end you can
# - compute an error, a loss and every gradient of a small network on paper
# - tell from its path whether a learning rate is too small, right or too large
# - write backpropagation in NumPy for any depth, and check it numerically
# - build automatic differentiation in about a hundred lines
# - repair a broken training loop
#
# **Time** about 120 minutes · **Data** computed below · **Builds on**
# [01 The perceptron](01_perceptron.ipynb), 02 Multilayer networks

# %%
from course_utils import check, explorables, plotting

import itertools
import keras
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown]
# ## Backpropagation in NumPy. What changes for any depth?
# A small table holds each activation and its slope, both as functions of the weighted sum $z$.

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
# Forwards we keep everything, since the way back needs it.

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
