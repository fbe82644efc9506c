# %% [markdown]
# # 02 Multilayer networks
# *What can several layers of neurons do that one cannot?*
#
# By the end you can
# - compute a forward pass on paper, with loops, as matrices and with Keras
# - read and write the index formulas of a deep network
# - multiply a network without activations out to a single layer
# - choose weights by hand that add two integers or compute XOR
# - draw what hidden layers make of their inputs
#
# **Time** about 90 minutes · **Data** none · **Builds on**
# [01 The perceptron](01_perceptron.ipynb)

# %%
from course_utils import check, explorables, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D2-06", "D2-14"]
# ## A network with numbers. What happens between input and output?
# How many centimetres will a tomato plant grow this week? You give it 3 cans of water and 1 spoon
# of fertiliser. The answer comes from a network of four neurons. The two **inputs** go to three
# units, the **hidden layer**; what these say goes to one more, the **output layer**. *Hidden*
# means no more than: neither input nor output.
#
# Each unit does what the neuron of lesson 01 did: multiply each input by a weight, add the
# products and the bias, apply an activation. Here that is ReLU in the hidden layer (below 0 it
# gives 0, else the number itself) and none in the output. Take a pencil:
#
# | unit | from water, 3 | from fertiliser, 1 | bias | sum $z$ | ReLU |
# |---|---|---|---|---|---|
# | hidden 1 | 3 · 1 | 1 · 1 | 0 | 4 | 4 |
# | hidden 2 | 3 · 1 | 1 · (−1) | 0 | 2 | 2 |
# | hidden 3 | 3 · (−1) | 1 · 1 | 0 | −2 | 0 |
#
# | unit | from hidden 1 | from hidden 2 | from hidden 3 | bias | sum |
# |---|---|---|---|---|---|
# | output | 4 · 1 | 2 · (−1) | 0 · (−1) | 1 | **3** |
#
# The plant will grow 3 cm: the output is the **prediction**. This is **forward propagation**, or
# the *forward pass*: multiply, then add, unit by unit and layer by layer, from the inputs to the
# output, for one example at a time. In NumPy, with the weights in tables as in lesson 01, a row
# per input and a column per unit:

# %%
W1 = np.array([[1.0, 1.0, -1.0], [1.0, -1.0, 1.0]])
b1 = np.array([0.0, 0.0, 0.0])
W2 = np.array([[1.0], [-1.0], [-1.0]])
b2 = np.array([1.0])


def relu(z):
    return np.maximum(z, 0)  # the larger of z and 0, number by number


def grow(water, fertiliser):
    """Return the predicted growth of one plant, in cm."""
    hidden = [relu(b1[i] + water * W1[0, i] + fertiliser * W1[1, i]) for i in range(3)]
    return float(b2[0] + sum(hidden[i] * W2[i, 0] for i in range(3)))


grow(3, 1)

# %% [markdown] tags=["D2-06", "D2-14"]
# The whole forward pass in one picture. On each line stands its weight; blue and solid is
# positive, orange and dashed negative. Under each unit stands its bias, in it the weighted sum
# $z$ and what comes out, $a$ or $\hat{y}$. Find every number of the tables.

# %%
figure, axes = plt.subplots(figsize=(10, 5))
plotting.plot_forward_pass([W1, W2], [b1, b2], (3, 1), input_names=("water", "fertiliser"),
                           axes=axes)
plotting.show(figure, alt="From left to right: water 3 and fertiliser 1; three hidden units with "
              "the sums 4, 2 and −2 and the activations 4, 2 and 0; the output 3. Each line "
              "carries its weight, each unit its bias.")

# %% [markdown]
# **Predict, then move.** Start with 3 cans and 1 spoon. What do more cans do? And more spoons?
# Which hidden units are at 0 when there are exactly as many spoons as cans? Select a unit to see
# its arithmetic written out.
#
# <details><summary>Answer</summary>
#
# More water changes nothing: hidden 1 gains 1 and hidden 2 takes it away again. One more spoon
# gives 2 cm, until there are as many spoons as cans. There, hidden 2 and hidden 3 are both at 0.
# The plant grows with whatever is scarcer: 1 cm plus 2 cm for each pair of can and spoon. (Plants
# do; farmers call it the law of the minimum.)
# </details>

# %%
explorables.NetworkPass([W1, W2], [b1, b2], (3, 1), input_names=("water", "fertiliser"))

# %% [markdown] tags=["D2-05"]
# ## Interaction. When is adding up not enough?
# What is one more can of water worth? Compare three models, with no spoon of fertiliser and with
# one. A single unit without an activation can only add up: growth = 1 + water + fertiliser.
#
# | growth | first can, no spoon | first can, one spoon | difference |
# |---|---|---|---|
# | adds up: 1 + water + fertiliser | 2 − 1 = 1 | 3 − 2 = 1 | 0 |
# | our network | 1 − 1 = 0 | 3 − 1 = 2 | 2 |
# | product: 1 + water · fertiliser | 1 − 1 = 0 | 2 − 1 = 1 | 1 |
#
# In a model with **no interaction**, the effect of an input is the same whatever the other inputs
# are. In a **model with interaction** it depends on them, and the last column is not 0. A
# product is the classic case: what a shop earns is customers times price.
#
# **Predict.** Draw growth against water, a line for each number of spoons. How do you see from
# the lines whether the two interact?

# %%
def interaction(model):
    """Return what 1 more of x1 is worth where x2 = 1, less what it is worth where x2 = 0."""
    return (model(1, 1) - model(0, 1)) - (model(1, 0) - model(0, 0))


models = {
    "adds up": lambda water, fertiliser: 1 + water + fertiliser,
    "our network": grow,
    "product": lambda water, fertiliser: 1 + water * fertiliser,
}
{name: interaction(model) for name, model in models.items()}

# %%
panels = plotting.plot_effects(models)
plotting.show(panels[0].figure, alt="Growth against water, one line for 0, 1, 2 and 3 spoons of "
              "fertiliser. Adds up: four parallel lines. Our network: each line rises until "
              "water equals fertiliser, then stays flat. Product: lines fan out from one point.")

# %% [markdown] tags=["D2-05"]
# Parallel lines: no interaction. Where the lines bend or fan out, no weights of a single linear
# unit will do. Our network manages because a ReLU is on or off, and which of them is on depends on
# both inputs together. In real data interactions can be very complex: what one pixel of a photo
# means depends on thousands of others. Hidden layers are there to learn them.

# %% [markdown] tags=["D2-04"]
# ## Graph. How is a network wired?
# Mathematicians call such a picture a **directed weighted graph**: dots joined by arrows
# (*edges*), with a number on each. *Directed*, since signals run one way; *weighted*, since each
# edge has its weight. Which edges there are is a choice; **connectivity varies** from one kind of
# network to the next.
#
# - **Dense**: each unit hears every unit of the layer before. All networks of this lesson are.
# - **Sparse**: some edges are missing. That is the same as weights that are 0 and stay 0.
#   Networks for images (lesson 08) connect each unit with a small patch only.
# - **Skip connection**: an edge past a layer (lesson 09).
#
# As long as no path of arrows leads back to where it began, the network is *feed-forward* and one
# pass from left to right is enough. Lesson 11 has arrows that lead back.

# %%
panels = plotting.plot_wirings()
plotting.show(panels[0].figure, alt="Three graphs of two inputs, three hidden units and an output. "
              "Dense: an arrow from each to each of the next layer. Sparse: two arrows missing. "
              "Skip: one more arrow leads from an input past the hidden layer to the output.")

# %% [markdown] tags=["D4-03", "D2-06"]
# ## Matrices. How does one product compute a whole layer?
# The inputs are a row of two numbers, a matrix of shape $[1 \times 2]$ (rows × columns). The
# weights into the hidden layer, $W^{(1)}$ (a number for the layer, no power; in the code `W1`),
# have the shape $[2 \times 3]$. The **matrix product** takes a row of the left and a column of the
# right, multiplies them pair by pair and adds up: multiply, then add, once for each unit. In
# general:
#
# $$[m \times n]\,[n \times p] = [m \times p]$$
#
# The two inner numbers must be equal, since row and column are walked through together; the outer
# ones are the shape of the result. Here $[1 \times 2][2 \times 3] = [1 \times 3]$, three sums. The
# next layer: $[1 \times 3][3 \times 1] = [1 \times 1]$, one prediction.
#
# With several plants the left matrix has a row per plant, a **batch**. Nothing else changes: the
# bias is added to every row, ReLU applied to every number. Here are four plants. **Predict.**
# What are the shapes on the way, and does the second plant's growth depend on the first's water?

# %%
def predict(parameters, X):
    """Return what a network with one hidden layer gives, shape (examples, outputs).

    parameters are W1, b1, W2, b2; X has a row per example.
    """
    W1, b1, W2, b2 = parameters
    return relu(X @ W1 + b1) @ W2 + b2


X = np.array([[3.0, 1.0], [4.0, 3.0], [1.0, 3.0], [0.0, 2.0]])
plants = predict([W1, b1, W2, b2], X)
assert np.array_equal(plants[:, 0], [grow(water, fertiliser) for water, fertiliser in X])
plants

# %%
axes = plotting.plot_matrix_product(X, W1, row=1, column=1, names=("inputs", "weights", "sums"))
plotting.show(axes.figure, alt="The inputs of four plants, 4 × 2, times the weights, 2 × 3, give "
              "sums, 4 × 3. Marked: the row (4, 3), the column (1, −1) and the sum 1 they make.")

# %% [markdown] tags=["D4-03"]
# $[4 \times 2][2 \times 3] = [4 \times 3]$ and $[4 \times 3][3 \times 1] = [4 \times 1]$. Marked
# is what hidden unit 2 computes for the second plant: 4 · 1 + 3 · (−1) = 1. No plant knows of
# another: each row of the result comes from one row of the inputs, as the assert has shown.
#
# And with the factors turned round? The inner numbers of $[2 \times 3][4 \times 2]$ are 3 and 4.
# NumPy names them too, at the end of its message:

# %%
with check.expect_error(ValueError, "mismatch"):
    W1 @ X

# %% [markdown] tags=["D2-08"]
# ## Two hidden layers. How do you calculate with ReLU?
# In a small pot nothing grows more than 5 cm. "Not more than" is another bend, so we put a second
# hidden layer behind the first, which stays as it is. The new layer has two units. Both have the
# weights 1, −1 and −1; their biases are 0 and −4. The output takes the first minus the second,
# plus 1. For 4 cans and 3 spoons:
#
# | layer | sums | ReLU |
# |---|---|---|
# | hidden 1 | 4 + 3 = 7, 4 − 3 = 1, −4 + 3 = −1 | 7, 1, 0 |
# | hidden 2 | 7 − 1 − 0 + 0 = 6, 7 − 1 − 0 − 4 = 2 | 6, 2 |
# | output | 6 − 2 + 1 = **5** | none |
#
# Without the pot it would have been 7. Note how the work is shared: the first hidden layer finds
# what is scarce, the second uses that and knows nothing of water and fertiliser.

# %%
V2, c2 = np.array([[1.0, 1.0], [-1.0, -1.0], [-1.0, -1.0]]), np.array([0.0, -4.0])
V3, c3 = np.array([[1.0], [-1.0]]), np.array([1.0])

figure, axes = plt.subplots(figsize=(11, 4.6))
plotting.plot_forward_pass([W1, V2, V3], [b1, c2, c3], (4, 3), axes=axes,
                           input_names=("water", "fertiliser"))
plotting.show(figure, alt="Water 4 and fertiliser 3 pass two hidden layers: 7, 1, 0 in the first, "
              "6, 2 in the second; the output is 5.")

# %% [markdown]
# ### Exercise 1: Calculate with ReLU
# Same network, 1 can and 3 spoons. Compute on paper what comes out of each unit, after its ReLU,
# in this order: the three of hidden layer 1, the two of hidden layer 2, the output.
#
# <details><summary>Hint</summary>
#
# Layer 1 first: 1 + 3, then 1 − 3, then −1 + 3. A negative sum becomes 0 *before* it goes on.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
on_paper = [4, 0, 2, 2, 0, 3]
### END SOLUTION

# %% tags=["check"]
check.value(
    on_paper,
    [4, 0, 2, 2, 0, 3],
    mistakes={
        "ReLU is left out: −2 goes on as it is": [4, -2, 2, 4, 0, 5],
        "the sums are listed as they are before ReLU": [4, -2, 2, 2, -2, 3],
        "ReLU is left out in the second hidden layer": [4, 0, 2, 2, -2, 5],
        "negative sums lose their sign instead of becoming 0": [4, 2, 2, 0, 4, -3],
        "the weights −1 into the second hidden layer lose their sign": [4, 0, 2, 6, 2, 5],
        "the bias −4 is forgotten": [4, 0, 2, 2, 2, 1],
        "the output's bias 1 is forgotten": [4, 0, 2, 2, 0, 2],
        "the two inputs are swapped": [4, 2, 0, 2, 0, 3],
    },
)

# %% [markdown] tags=["D1-10"]
# ## Index formulas. Which weight leads where?
# Books write all this in two lines. For a **single hidden layer** with $d_1$ units:
#
# $$z_i = w_{0,i}^{(1)} + \sum_{j=1}^{m} x_j\, w_{j,i}^{(1)} \qquad
# \hat{y}_i = g\left(w_{0,i}^{(2)} + \sum_{j=1}^{d_1} g(z_j)\, w_{j,i}^{(2)}\right)$$
#
# In the plant network, $m = 2$ and $d_1 = 3$. For a **deep** network, sum $i$ of layer $k$:
#
# $$z_{k,i} = w_{0,i}^{(k)} + \sum_{j=1}^{n_{k-1}} g(z_{k-1,j})\, w_{j,i}^{(k)}$$
#
# | sign | read it as | in the small pot |
# |---|---|---|
# | $k$ | the layer; hidden 1 is 1 | 1, 2, 3 |
# | $z_{k,i}$ | weighted sum of unit $i$ in layer $k$ | $z_{2,1} = 6$ |
# | $w_{j,i}^{(k)}$ | weight *from* unit $j$ of layer $k-1$ *to* unit $i$ of layer $k$; the $(k)$ is no power | $w_{2,1}^{(2)} = -1$ |
# | $w_{0,i}^{(k)}$ | bias of that unit | $w_{0,2}^{(2)} = -4$ |
# | $n_{k-1}$ | number of units in the layer before; $n_0$ is the number of inputs | $n_1 = 3$ |
# | $g(z_{k-1,j})$ | what unit $j$ of the layer before gives out; for $k = 1$ it is the input $x_j$ | $g(z_{1,1}) = 7$ |
#
# The first unit of the second layer, for 4 cans and 3 spoons, letter by letter:
#
# $$z_{2,1} = 0 + 7 \cdot 1 + 1 \cdot (-1) + 0 \cdot (-1) = 6$$
#
# (One thing the formulas leave out: the output may have another $g$. Ours is linear, $g(z) = z$.)
# Below, the formula as it stands. It asks for the layer before, which asks for the layer before
# it, until $k = 1$. Python counts from 0, the formula from 1.

# %%
pot = [(W1, b1), (V2, c2), (V3, c3)]


def weighted_sum(k, i, x):
    """Return z of unit i in layer k of the small pot; both count from 1."""
    W, b = pot[k - 1]
    before = x if k == 1 else [relu(weighted_sum(k - 1, j + 1, x)) for j in range(len(W))]
    return float(b[i - 1] + sum(before[j] * W[j, i - 1] for j in range(len(W))))


assert weighted_sum(2, 1, (4, 3)) == 6
weighted_sum(2, 2, (4, 3)), weighted_sum(3, 1, (4, 3))

# %% [markdown]
# ### Exercise 2: Any number of layers
# `weighted_sum` computes the same sums again and again, and for one example only. Write forward
# propagation for a batch and any depth, with matrices. `parameters` is a list of pairs `(W, b)`,
# one a layer, like `pot`. ReLU follows each layer but the last.
#
# <details><summary>Hint</summary>
#
# A loop over `parameters[:-1]` overwrites `X` with the outputs of the layer. The last pair,
# `W, b = parameters[-1]`, comes after the loop.
# </details>

# %% tags=["exercise"]
def forward(parameters, X):
    """Return the outputs of the last layer, shape (examples, outputs); X has a row per example."""
    ### BEGIN SOLUTION
    for W, b in parameters[:-1]:
        X = relu(X @ W + b)
    W, b = parameters[-1]
    return X @ W + b
    ### END SOLUTION


# %% tags=["check"]
signs = np.array([[1.0, -1.0], [-2.0, 1.0]])
square = [(signs, np.array([0.5, -1.0])), (signs + 1, np.ones(2)), (-signs, np.array([0.0, 2.0]))]


def run(parameters, X, hidden=relu, last=lambda z: z):
    for (W, b), g in zip(parameters, [hidden] * (len(parameters) - 1) + [last], strict=True):
        X = g(X @ W + b)
    return X


def late(parameters, X):
    for W, b in parameters[:-1]:
        X = relu(X @ W) + b
    return run(parameters[-1:], X)


check.function(
    forward,
    inputs=[(pot, X), (square, X[::-1]), (square[:2], -X)],
    expected=lambda p, X: np.array([run(p, x) for x in X]),
    mistakes={
        "ReLU follows the last layer, too": lambda p, X: run(p, X, last=relu),
        "there is no ReLU": lambda p, X: run(p, X, hidden=lambda z: z),
        "the biases are missing": lambda p, X: run([(W, 0 * b) for W, b in p], X),
        "the last bias is missing": lambda p, X: run(p, X) - p[-1][1],
        "the last layer is missing": lambda p, X: run(p[:-1], X, last=relu),
        "the bias is added after ReLU": late,
        "each layer is given the inputs: overwrite X in the loop": lambda p, X: run(p[-2:], X),
        "the outputs of the layers get lost: the loop has to overwrite X": lambda p, X: (
            [relu(X @ W + b) for W, b in p[:-1]] and run(p[-1:], X)
        ),
        "W and b after the loop are those of its last round": lambda p, X: (
            run(p[:-1], X, last=relu) @ p[-2][0] + p[-2][1]
        ),
        "`*` multiplies place by place: use `@`": lambda p, X: X * p[0][0],
        "W stands to the left: a batch comes first, X @ W": lambda p, X: p[0][0] @ X,
    },
)

# %% [markdown] tags=["D4-03", "D3-01"]
# ## Depth. When is a network deep?
# A **multilayer perceptron**, MLP for short, has **at least three layers of nodes**: an input
# layer, a hidden layer, an output layer. (*Node* is the graph's word for a dot. Except for the
# inputs, which compute nothing, each is a unit, and most have a non-linear activation.)
#
# So how many layers has our first network, 2 inputs, 3 hidden units, 1 output? Three if you count
# dots. Two if you count what computes, as Keras does: there are two weight matrices. One if you
# count hidden layers. All three ways are in use, so say what you count.
#
# **Deep** means: **many hidden layers**. There is no official number; from two on, people say it.
# Why should depth help? Bends in a row can do more than bends side by side: the second hidden
# layer of the small pot calculates with what the first has found. At the end of this lesson you
# see that at work.

# %% [markdown] tags=["D1-11"]
# ## Keras. Which lines build the same network?
# `Sequential` takes the layers from left to right: `Dense(n1)`, `Dense(n2)`, …, `Dense(2)`, where
# each number says how many units the layer has, and the last how many outputs. `Input` says how
# many inputs there are; with it, Keras can make the weights at once. Here is the small pot.
#
# **Predict.** How many parameters has each layer?

# %%
model = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(3, activation="relu"),
    layers.Dense(2, activation="relu"),
    layers.Dense(1),
])
[layer.count_params() for layer in model.layers], model.count_params()

# %% [markdown] tags=["D1-11"]
# Units times inputs, plus a bias a unit: 3 · 2 + 3 = 9, 2 · 3 + 2 = 8, 1 · 2 + 1 = 3. Keras has
# filled the weights with random numbers (the biases with 0), so it says something else than we
# do, until it gets our weights:

# %%
before = model(X)
model.set_weights([W1, b1, V2, c2, V3, c3])
assert not np.allclose(before, model(X))
assert np.allclose(model(X)[:, 0], [weighted_sum(3, 1, x) for x in X])
np.array(model(X))

# %% [markdown] tags=["D1-08"]
# ## Linear layers. Does depth help without an activation?
# Take ReLU out of our first network. Then an input reaches the output by products and sums alone.
# A can of water has three ways there, one through each hidden unit. Multiply along each way, add
# the ways up: 1 · 1 + 1 · (−1) + (−1) · (−1) = 1. That is a row times a column, so the product of
# the two weight matrices tells what each input is worth in the end:
#
# $$W^{(1)} W^{(2)} = \begin{pmatrix} 1 & 1 & -1 \\ 1 & -1 & 1 \end{pmatrix}
# \begin{pmatrix} 1 \\ -1 \\ -1 \end{pmatrix} = \begin{pmatrix} 1 - 1 + 1 \\ 1 + 1 - 1
# \end{pmatrix} = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$$
#
# With the bias of the output, what is left is 1 + water + fertiliser: the model that only adds up.
# Three hidden units, and nothing gained. It is so for all weights. Multiply out two linear layers:
#
# $$(X W^{(1)} + b^{(1)})\, W^{(2)} + b^{(2)} =
# X\, (W^{(1)} W^{(2)}) + (b^{(1)} W^{(2)} + b^{(2)})$$
#
# Call the first bracket on the right $W$, the second $b$, and it reads $X W + b$. Two linear layers
# are one linear layer, with other weights. Then so are three, and a hundred: a linear network
# gives **linear decisions no matter its size**. Look at it: a network says "yes" where its output
# is above 0. Below are three, with random weights and 8 units a layer; the last two have the same
# weights. (`HeNormal` draws random weights of a size that suits ReLU.)
#
# **Predict.** What does the border between yes and no look like in each?

# %%
def build_network(hidden_layers, activation):
    """Return a network of 8 units a layer; its weights do not depend on the activation."""
    network = keras.Sequential([keras.Input(shape=(2,))])
    for seed in range(10, 10 + hidden_layers):
        network.add(layers.Dense(
            8,
            activation=activation,
            kernel_initializer=keras.initializers.HeNormal(seed=seed),
            bias_initializer=keras.initializers.RandomNormal(stddev=1.0, seed=seed),
        ))
    network.add(layers.Dense(1, kernel_initializer=keras.initializers.HeNormal(seed=109)))
    return network


side = np.linspace(-4, 4, 161)
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
outputs = {
    "linear, 1 hidden layer": build_network(1, "linear")(plane),
    "linear, 6 hidden layers": build_network(6, "linear")(plane),
    "ReLU, 6 hidden layers": build_network(6, "relu")(plane),
}

# %%
panels = plotting.plot_output_maps({name: np.reshape(z, (161, 161)) for name, z in outputs.items()})
plotting.show(panels[0].figure, alt="Three planes with axes x1 and x2, shaded where the output is "
              "positive. With one and with six linear layers the border is one straight line and "
              "the lines of equal output are parallel; with six ReLU layers it bends many times.")

# %% [markdown] tags=["D1-08"]
# Six linear layers with 393 parameters draw one straight line, and the thin lines of equal output
# run parallel to it: a plane, tilted. The same weights with ReLU bend it again and again. The
# next exercise is the proof by computation.

# %% [markdown]
# ### Exercise 3: Multiply it out
# Write a function that turns any number of linear layers into one. `parameters` is a list of
# pairs `(W, b)`.
#
# <details><summary>Hint</summary>
#
# Begin with the first pair and take in one layer at a time. The formula above says what becomes of
# `W` and of `b`. The bias so far passes through the next weights, too.
# </details>

# %% tags=["exercise"]
def collapse(parameters):
    """Return the one pair (W, b) that computes the same as these linear layers."""
    ### BEGIN SOLUTION
    W, b = parameters[0]
    for next_W, next_b in parameters[1:]:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b
    ### END SOLUTION


# %% tags=["check"]
A, B, C = np.array([[1.0, -1.0], [-2.0, 1.0]]), np.eye(2) + 1, np.array([[0.0, 3.0], [1.0, 1.0]])
squares = [(A, np.array([0.5, -1.0])), (B, np.array([1.0, 2.0])), (C, np.array([-1.0, 3.0]))]


def probe(parameters):
    """Put in (0, 0), (1, 0) and (0, 1): the answers give away bias and weights."""
    Z = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    for W, b in parameters:
        Z = Z @ W + b
    return Z[1:] - Z[0], Z[0]


def fold(join):
    def collapse_wrongly(parameters):
        pair = parameters[0]
        for following in parameters[1:]:
            pair = join(*pair, *following)
        return pair

    return collapse_wrongly


check.function(
    collapse,
    inputs=[squares, squares[::-1], squares[:2]],
    expected=probe,
    mistakes={
        "the biases are just added up": lambda p: (probe(p)[0], sum(b for _, b in p)),
        "only the last bias is kept": lambda p: (probe(p)[0], p[-1][1]),
        "the biases are lost": lambda p: (probe(p)[0], 0 * p[-1][1]),
        "the bias meets the weights before it, not the next ones": fold(
            lambda W, b, V, c: (W @ V, b @ W + c)
        ),
        "the bias meets W when W is already the new one": fold(
            lambda W, b, V, c: (W @ V, b @ (W @ V) + c)
        ),
        "the bias stands to the right of W": fold(lambda W, b, V, c: (W @ V, V @ b + c)),
        "`*` multiplies place by place: use `@`": fold(lambda W, b, V, c: (W * V, b * V + c)),
        "the first layer is taken twice: go on with the second": lambda p: probe([p[0], *p]),
        "each new matrix is multiplied from the left": lambda p: (
            probe([(W.T, b) for W, b in p])[0].T, probe(p)[1]
        ),
        "only the first two layers are taken": lambda p: probe(p[:2]),
        "only the last layer is taken": lambda p: p[-1],
    },
)

# %% [markdown] tags=["D1-11", "D1-08"]
# ### A bug on a slide
# A slide shows `Sequential([Dense(n1), Dense(n2), …, Dense(2)])` as a deep network, a few slides
# after another on why activations matter. Here it is with 16 and 8 units, for two outputs: the
# growth of a plant and the number of its tomatoes. Where is the bug? Ask for the interaction of
# the inputs in its first output.

# %%
deck_model = keras.Sequential([
    keras.Input(shape=(2,)), layers.Dense(16), layers.Dense(8), layers.Dense(2),
])
deck_interaction = interaction(lambda x1, x2: deck_model(np.array([[x1, x2]]))[0, 0])
assert np.isclose(deck_interaction, 0, atol=1e-5)
f"interaction {abs(float(deck_interaction)):.4f}"

# %% [markdown]
# ### Exercise 4: Repair it
# No interaction, whatever the random weights are: without `activation=` a `Dense` layer is linear,
# and so is the whole. Build the same sizes, this time with ReLU where it belongs. Both outputs may
# be any number, negative ones too.
#
# <details><summary>Hint</summary>
#
# `layers.Dense(16, activation="relu")`. ReLU never gives a negative number: which layer must do
# without? And keep the line with `Input`.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
repaired = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(8, activation="relu"),
    layers.Dense(2),
])
### END SOLUTION

# %% tags=["check"]
def stack(*activations, units=(16, 8, 2), inputs=2):
    first = [keras.Input(shape=(inputs,))] if inputs else []
    return keras.Sequential([*first, *map(layers.Dense, units, activations)])


def kinds(model):
    return [layer.activation.__name__ for layer in model.layers]


def sizes(model):
    return [layer.units for layer in model.layers]


def read_model(model):
    if not isinstance(model, keras.Model):
        raise ValueError("it is no model: put the layers into `keras.Sequential([...])`")
    return model


check.meets(
    repaired,
    read=read_model,
    mistakes={
        "there are layers that are not Dense: write `activation=` into Dense": (
            lambda m: {type(layer) for layer in m.layers} - {layers.Dense},
            keras.Sequential([keras.Input(shape=(2,)), layers.Dense(16), layers.ReLU()]),
        ),
        "Keras cannot know the number of inputs: begin with `keras.Input(shape=(2,))`": (
            lambda m: not m.built, stack("relu", "relu", None, inputs=0),
        ),
        "there are not 2 inputs": (
            lambda m: m.input_shape != (None, 2), stack("relu", "relu", None, inputs=1),
        ),
        "the layers have other sizes than 16, 8 and 2": (
            lambda m: sizes(m) != [16, 8, 2], stack("relu", "relu", None, units=(8, 16, 2)),
        ),
        "all layers are linear": (lambda m: set(kinds(m)) == {"linear"}, stack(None, None, None)),
        "the output has an activation: then it cannot be any number": (
            lambda m: kinds(m)[-1] != "linear", stack("relu", "relu", "relu"),
        ),
        "one hidden layer is still linear, so it melts into the next": (
            lambda m: "linear" in kinds(m)[:2], stack("relu", None, None),
        ),
        "a hidden activation is not ReLU": (
            lambda m: kinds(m)[:2] != ["relu", "relu"], stack("sigmoid", "relu", None),
        ),
    },
)

# %% [markdown] tags=["D0-03"]
# ## Adding. Which 13 parameters add two integers?
# Now a task whose answers you know: two integers in, their sum out. Two inputs, three hidden units
# with ReLU, one linear output: 2 · 3 weights and 3 biases, then 3 · 1 weights and 1 bias, **13
# parameters**. We build two such networks by hand, step by step.
#
# **Network A.** One unit is enough: weights 1 and 1, bias 0, and the output takes it once. The
# other nine parameters are 0. For 2 and 5: hidden 1 is 2 + 5 = 7, the others 0, the output 7.
#
# **Network B.** None of its 13 parameters is 0:
#
# | unit | from 2 | from 5 | bias | sum | ReLU |
# |---|---|---|---|---|---|
# | hidden 1 | 2 · 1 | 5 · 2 | 1 | 13 | 13 |
# | hidden 2 | 2 · 2 | 5 · 1 | 2 | 11 | 11 |
# | hidden 3 | 2 · 0.5 | 5 · 0.5 | 3 | 6.5 | 6.5 |
#
# Output: 13 · 0.5 + 11 · 0.5 + 6.5 · (−1) + 1.5 = **7**.

# %% tags=["D0-03", "D0-04"]
network_a = [np.array([[1.0, 0, 0], [1.0, 0, 0]]), np.zeros(3), np.array([[1.0], [0], [0]]),
             np.zeros(1)]
network_b = [np.array([[1, 2, 0.5], [2, 1, 0.5]]), np.array([1.0, 2, 3]),
             np.array([[0.5], [0.5], [-1]]), np.array([1.5])]
assert sum(part.size for part in network_a) == sum(part.size for part in network_b) == 13
assert np.all(np.concatenate([part.ravel() for part in network_b]) != 0)

two_and_five = np.array([[2.0, 5.0]])
predict(network_a, two_and_five), predict(network_b, two_and_five)

# %% [markdown] tags=["D0-04", "D0-05"]
# **Different weights and biases, same result.** Luck? No: as long as all three units of B are on,
# ReLU changes nothing, and we may multiply out. From the first input
# 1 · 0.5 + 2 · 0.5 + 0.5 · (−1) = 1, from the second the same, and of the biases
# 1 · 0.5 + 2 · 0.5 + 3 · (−1) + 1.5 = 0 is left. B computes $1 \cdot x_1 + 1 \cdot x_2 + 0$.
#
# There are endlessly many such sets. Swap two hidden units with all their weights: same result.
# Double all that leads into a hidden unit, its bias too, and halve what leads out of it: same
# result. So to compare two networks, compare their outputs, not their weights.
#
# **Changing the inputs, same net.** Below is B. Before you move anything, **predict**: for which
# of these pairs will A and B be right? (10, 20), (0, 0), (200, 300), (−2, 5), (−3, −4). (A slider
# that you let go at its end makes room beyond it. The arrow keys hit a number exactly. A table of
# all pairs follows.)

# %%
explorables.NetworkPass(network_b[0::2], network_b[1::2], inputs=(2, 5))

# %% tags=["D0-05"]
pairs = np.array([[10, 20], [0, 0], [200, 300], [-2, 5], [-3, -4]])
table = np.column_stack([pairs.sum(axis=1), predict(network_a, pairs), predict(network_b, pairs)])
assert np.array_equal(table[:4, 0], table[:4, 1]) and np.array_equal(table[:4, 0], table[:4, 2])
table

# %% [markdown] tags=["D0-05"]
# The columns are the true sum, A and B. Both add numbers as large as you like, and even −2 and 5.
# Both fail for −3 and −4: A says 0 and B 1.5 instead of −7. ReLU has turned the negative sums of
# their hidden units into 0.
#
# Which 13 parameters add **all** integers? Think of what a unit with the weights −1 and −1 would
# say about −3 and −4, before you unfold the answer. Then we ask all three for every pair from −10
# to 10.
#
# <details><summary>Answer</summary>
#
# One unit for sums above 0 and one for sums below: $\text{ReLU}(s) - \text{ReLU}(-s) = s$ for
# every $s$. Weights 1, 1 into hidden 1 and −1, −1 into hidden 2, output weights 1 and −1, all else
# 0. This is network C.
# </details>

# %% tags=["D0-05"]
network_c = [np.array([[1.0, -1, 0], [1.0, -1, 0]]), np.zeros(3), np.array([[1.0], [-1], [0]]),
             np.zeros(1)]
integers = np.arange(-10, 11)
all_pairs = np.stack(np.meshgrid(integers, integers), axis=-1).reshape(-1, 2)
errors = {
    name: np.reshape(predict(network, all_pairs)[:, 0] - all_pairs.sum(axis=1), (21, 21))
    for name, network in {
        "A: sums from 0 on": network_a, "B: all units on": network_b, "C: all": network_c
    }.items()
}
assert [(error == 0).sum() for error in errors.values()] == [231, 187, 441]

# %%
panels = plotting.plot_sum_errors(errors)
plotting.show(panels[0].figure, alt="Integer pairs from −10 to 10. Dots mean no error: in A on and "
              "above the falling diagonal, in B in a wedge that opens to the upper right, in C "
              "everywhere. In A and B the error grows to about 20 towards (−10, −10).")

# %% [markdown] tags=["D0-05"]
# A is right where the sum is not negative, B where none of its sums $z$ is. Neither knows what
# adding is: each is made of a few flat pieces, and one of them is the sum. Had you tried positive
# integers only, you would never have noticed. Networks that learn are no different: outside the
# range of their examples nothing is promised.

# %% [markdown] tags=["D3-01"]
# ## Learning. Where do weights come from?
# So far all weights were chosen by hand. An artificial neural network is meant to be a **model
# learned from data**, just as a decision tree is: nobody writes its rules down. It learns in four
# steps, over and over:

# %% tags=["D3-01"]
axes = plotting.plot_learning_loop()
plotting.show(axes.figure, alt="A circle of four steps: forward pass, from inputs to prediction; "
              "error, from prediction and label; backward pass, which adjusts every weight a "
              "little; repeat, until the error is small.")

# %% [markdown] tags=["D3-01"]
# 1. **Forward pass**: examples go in, predictions come out. That was this lesson.
# 2. **Error**: compare each prediction with its label.
# 3. **Backward pass**: send the error back through the network and adjust each weight a little, so
#    that the error becomes smaller. How each weight learns its share is lesson 03.
# 4. **Repeat** until the error is small enough.
#
# Keras does all four in `fit`. For the rest of this lesson we use it as in lesson 00 and look at
# one thing only: what becomes of the hidden layers.

# %% [markdown] tags=["D2-09"]
# ## Representation. What do hidden layers see?
# Two spirals lie in each other, one a class, 300 examples. No straight line parts them, and nobody
# would like to choose these weights by hand. The network has hidden layers of 8, 8 and 2 units.
# The last has two so that we can draw it: what it gives out for an example is a point in a plane.
# (tanh, since two units with ReLU are easily both 0 for everything. What the loss and the
# optimizer Adam do, says lesson 03.) We keep what the layers give out before the training.

# %%
def make_spirals(random, examples=300):
    """Return points on two spirals, shape (examples, 2), and their labels 0 or 1."""
    labels = np.arange(examples) % 2
    radius = 2 * np.sqrt(random.uniform(0.02, 1, examples))
    angle = 1.25 * np.pi * radius + np.pi * labels
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return points + random.normal(0, 0.05, points.shape), labels


random = np.random.default_rng(0)
x_train, y_train = make_spirals(random)
x_test, y_test = make_spirals(random)

# %%
keras.utils.set_random_seed(0)
spiral_model = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(8, activation="tanh"),
    layers.Dense(8, activation="tanh"),
    layers.Dense(2, activation="tanh"),
    layers.Dense(1, activation="sigmoid"),
])


def represent(X):
    """Return the inputs and what each layer makes of them, a list of arrays."""
    outputs = [np.array(X)]
    for layer in spiral_model.layers:
        outputs.append(np.array(layer(outputs[-1])))
    return outputs


before = represent(x_test)

# %%
spiral_model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.02),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
spiral_model.fit(x_train, y_train, batch_size=20, epochs=100, verbose=0)
test_accuracy = spiral_model.evaluate(x_test, y_test, verbose=0)[1]
low, high = results.band("02_multilayer_networks/test_accuracy")
assert low <= test_accuracy <= high
after = represent(x_test)
test_accuracy

# %% [markdown] tags=["D2-09"]
# Nearly all of 300 new examples are right. Here they are three times: as points of the plane, and
# as the last hidden layer sees them before and after training. The line in the last picture is
# the output unit's: on its shaded side the weighted sum is above 0, so the sigmoid above 0.5.

# %% tags=["D2-09"]
output_weights, output_bias = spiral_model.get_weights()[-2:]
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4.4))
plotting.plot_representation(x_test, y_test, axes=left)
plotting.plot_representation(before[3], y_test, axes=middle)
plotting.plot_representation(after[3], y_test, output_weights[:, 0], output_bias[0], axes=right)
left.set(title="Inputs: two spirals", xlabel="$x_1$", ylabel="$x_2$")
middle.set(title="Before training: a tangle", xlabel="unit 1", ylabel="unit 2")
right.set(title="After: one line is enough", xlabel="unit 1", ylabel="unit 2")
plotting.show(figure, alt="Left: two spirals in each other, circles and squares. Middle: the two "
              "units of the last hidden layer before training, both classes mixed on a narrow "
              "band. Right: after training, circles and squares lie apart, a straight line between "
              "them.")

# %% [markdown] tags=["D2-09"]
# The output unit is one neuron and can draw one line, as in lesson 01. Before training no line
# would do. Learning has not changed the line so much as moved the examples: what the hidden layers
# give out has become an **internal representation** in which the task is easy. That used to be
# people's work, **feature engineering**: measure radius and angle, say, and pass those on.
# *Representation learning*, the name for what you have just seen, partly replaces it.
#
# How does it come about, layer by layer? For each unit we colour the plane of the inputs by what
# the unit gives out: orange low, purple high, a black line where it is 0 (the output, a sigmoid,
# never is). **Predict.** What can the pictures of hidden layer 1 look like, and what can they not?

# %% tags=["D2-09"]
side = np.linspace(-2.3, 2.3, 81)
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
maps = [outputs.T.reshape(-1, 81, 81) for outputs in represent(plane)[1:]]
names = ["hidden 1", "hidden 2", "hidden 3", "output"]
panels = plotting.plot_unit_maps(maps, names, limit=2.3)
plotting.show(panels[0, 0].figure, alt="One picture a unit over the plane of x1 and x2. Hidden 1: "
              "eight straight borders. Hidden 2: eight curved borders, some closed. Hidden 3: two "
              "hooks. Output: two spiral arms.")

# %% [markdown] tags=["D2-09"]
# Layer 1 sees the inputs only: one line per unit, softened by tanh. Layer 2 adds lines up to
# curves, layer 3 curves to arms of a spiral. **Later layers create more sophisticated
# representations** of the raw data. In numbers: how many examples does the best single unit of
# each layer sort rightly, cut at its best place?

# %%
def best_unit(outputs, labels):
    """Return the share of examples on the right side of the best cut through one unit."""
    shares = [np.mean((unit > cut) == labels) for unit in outputs.T for cut in unit]
    return round(float(max(max(shares), 1 - min(shares))), 3)


best_in_layer_1, best_in_layer_2, best_in_layer_3 = (best_unit(z, y_test) for z in after[1:4])
low, high = results.band("02_multilayer_networks/best_in_layer_3")
assert best_in_layer_1 < best_in_layer_3 and low <= best_in_layer_3 <= high
[best_unit(z, y_test) for z in before[1:4]], [best_in_layer_1, best_in_layer_2, best_in_layer_3]

# %% [markdown]
# Before training, no unit of any layer gets much further than three in four. After it, one straight
# line still does not; but the later the layer, the more of the answer a single unit holds.

# %% [markdown]
# ### Exercise 5: XOR by hand
# XOR is 1 for (0, 1) and (1, 0), else 0. One line could not do it (lesson 01); two hidden units
# with ReLU and a linear output can. Choose the nine parameters `[W1, b1, W2, b2]`, in the shapes
# (2, 2), (2,), (2, 1) and (1,), so that `predict` gives exactly 0, 1, 1, 0. `W2` is a column:
# `np.array([[…], […]])`.
#
# <details><summary>Hint</summary>
#
# Let both hidden units add the inputs: that puts (0, 1) and (1, 0) on the same spot. You need a
# function of the sum that is 0, 1, 0 at 0, 1, 2: it goes up, then down. The first unit goes up
# from 0 on; a second one, with a bias, starts at 1. How strongly must it pull down?
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
xor_network = [
    np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0]),
    np.array([[1.0], [-2.0]]), np.array([0.0]),
]
### END SOLUTION

# %% tags=["check"]
def read_xor(parameters):
    """Return what the network gives for (0, 0), (0, 1), (1, 0), (1, 1)."""
    shapes = [np.shape(part) for part in parameters] if len(parameters) == 4 else len(parameters)
    if shapes != [(2, 2), (2,), (2, 1), (1,)]:
        raise ValueError(f"it takes four arrays of shapes (2, 2), (2,), (2, 1), (1,), not {shapes}")
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return predict([np.array(part, dtype=float) for part in parameters], corners)[:, 0]


def choose(b1=(0, -1), W2=(1, -2), b2=0, W1=((1, 1), (1, 1))):
    return [np.array(W1), np.array(b1), np.array(W2)[:, None], np.array([b2])]


def gives(*outputs):
    return lambda z: np.allclose(z[:len(outputs)], outputs, atol=1e-6)


check.meets(
    xor_network,
    read=read_xor,
    summary=lambda z: f"It gives {', '.join(f'{number:g}' for number in z)}.",
    mistakes={
        "this is OR: (1, 1) must come back to 0": (gives(0, 1, 1, 1), choose(W2=(1, -1))),
        "the output follows the sum of the inputs: a second unit must turn it from sum 1 on": (
            lambda z: gives(0, z[2], z[2], 2 * z[2])(z) and abs(z[2]) > 1e-6, choose(W2=(1, 0)),
        ),
        "the bias of the second unit has the wrong sign": (gives(-2, -3, -3, -4), choose((0, 1))),
        "this is the opposite of XOR": (gives(1, 0, 0, 1), choose(W2=(-1, 2), b2=1)),
        "all four are shifted by the same number: look at the bias of the output": (
            lambda z: gives(0, 1, 1, 0)(z - z[0]) and abs(z[0]) > 1e-6, choose(b2=1),
        ),
        "these weights suit a step, as in lesson 01: ReLU has its kink elsewhere": (
            gives(-0.5, 0, 0, 0), choose(b1=(-0.5, -1.5), b2=-0.5),
        ),
        "(0, 1) and (1, 0) come out differently: treat both inputs alike": (
            lambda z: abs(z[1] - z[2]) > 1e-6, choose((0, 0), (1, 0), W1=((1, -1), (-1, 1))),
        ),
        "only (1, 1) is wrong: the second unit pulls too little or too much": (
            lambda z: gives(0, 1, 1)(z) and not gives(0, 1, 1, 0)(z), choose(W2=(1, -3)),
        ),
        "the pattern is right, its size is not: (0, 1) and (1, 0) must give exactly 1": (
            lambda z: gives(0, 1, 1, 0)(z / (z[1] or 1)) and not gives(0, 1)(z), choose(W2=(2, -4)),
        ),
        "the outputs are not 0, 1, 1, 0": (lambda z: not gives(0, 1, 1, 0)(z), choose(b1=(1, 1))),
    },
)

# %% [markdown]
# ## Summary
# - Forward propagation is multiply, then add, then activate, layer by layer:
#   $z_{k,i} = w_{0,i}^{(k)} + \sum_j g(z_{k-1,j})\, w_{j,i}^{(k)}$, or `relu(X @ W + b)`.
# - A hidden layer with a bend lets inputs interact; a single linear unit can only add up.
# - Without activations any depth is one linear layer: the matrices multiply out.
# - Different weights can compute the same; and what holds on some inputs need not hold on others.
# - Hidden layers re-represent the inputs until one line is enough. Deep means many of them.
#
# ## What can go wrong in practice
# - **The activation is forgotten**: no error, no warning, a linear model. Look at
#   `layer.activation`.
# - **ReLU at the output**: the network can never predict a negative number.
# - **Shapes that fit by accident**: with as many units as inputs a transposed $W$ multiplies
#   without complaint. Compare one example with paper.
# - **Outside the range of the examples** a network with ReLU goes on in straight pieces, whatever
#   the world does there.
# - **Weights are compared instead of outputs**: two good networks can have nothing in common.
#
# ## Read more
# - I. Goodfellow, Y. Bengio and A. Courville,
#   [Deep Learning, chapter 6](https://www.deeplearningbook.org/contents/mlp.html): feed-forward
#   networks, with XOR worked out.
# - K. Hornik, M. Stinchcombe and H. White,
#   [Multilayer feedforward networks are universal approximators](https://doi.org/10.1016/0893-6080(89)90020-8),
#   *Neural Networks* 2, 1989: one hidden layer, wide enough, comes as close as you like to any
#   continuous function on a bounded range.
# - D. Rumelhart, G. Hinton and R. Williams,
#   [Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0),
#   *Nature* 323, 1986.
# - C. Olah,
#   [Neural networks, manifolds, and topology](https://colah.github.io/posts/2014-03-NN-Manifolds-Topology/),
#   2014: hidden layers that bend the plane, animated.
#
# ## Next
# [03 Backpropagation](03_backpropagation.ipynb): how each weight learns in which direction to
# change.
