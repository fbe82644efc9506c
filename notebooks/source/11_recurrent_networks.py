# %% [markdown]
# # 11 Recurrent networks
# *How does a network read step by step, and what does it remember?*
#
# By the end you can
# - carry a state through a sequence: by hand, in NumPy, in Keras
# - measure why a plain recurrent network forgets
# - compute the four steps of an LSTM, and set its gates by hand
# - train a reader of reviews in which one *not* decides
# - judge forecasts by honest baselines
# - train a language model, let it write, turn it into a classifier
#
# **Time** about 120 minutes · **Data** generated texts and numbers; Seattle's weather ·
# **Builds on** [07 Training better](07_training_better.ipynb),
# [10 Text as numbers](10_text_as_numbers.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
import tempfile
import tensorflow as tf
from keras import layers
from sklearn import feature_extraction, linear_model, pipeline

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D0-29", "D2-23", "D4-07"]
# ## A loop with a state. What is left when a word has passed?
# The networks so far are **stateless**: what they say of an example does not depend on the one
# before. For a sentence that is not enough, since words mean something together. A **recurrent
# neural network** (RNN) is a feed-forward network with a *time twist*: it is **not stateless**. Its
# units are fed by the layer below *and by themselves*, by what they put out one step earlier. So
# previous outputs are used as inputs. What is carried on is the **hidden state** $h$.
#
# Three captions for the picture, from below:
#
# 1. A sentence arrives as a **sequence of word indices**, the numbers of its words.
# 2. Each becomes an **embedding**, the vector of lesson 10.
# 3. A recurrent layer **loops** through the embeddings. At each step it computes a value that
#    factors in **the output of the previous iteration** (orange).

# %% tags=["D0-29", "D4-07"]
random = np.random.default_rng(0)
words = ["the", "film", "was", "not", "dull"]
axes = plotting.plot_unrolled(words, [4, 31, 5, 9, 112], random.normal(size=(5, 4)))
plotting.show(axes.figure, alt="Five columns, one a word: below the word, its number and its "
              "embedding as four coloured fields, then a box named loop, above it the state h 1 to "
              "h 5. Orange arrows lead from each box to the next one.")

# %% [markdown] tags=["D0-29", "D2-23"]
# The five boxes are **one** layer, drawn five times: the same weights at each step. On paper, one
# unit with the input weight $w = 1$, the weight of its own state $u = 0.5$ and no bias. It begins
# with $h_0 = 0$.
#
# $$h_t = \tanh(w\,x_t + u\,h_{t-1} + b)$$
#
# Let A be the number 1 and B the number 0. Does **A then B** give the same as **B then A**?
#
# | | step 1 | step 2 |
# |---|---|---|
# | A then B | $\tanh(1 + 0.5 \cdot 0) = 0.76$ | $\tanh(0 + 0.5 \cdot 0.76) = 0.36$ |
# | B then A | $\tanh(0 + 0.5 \cdot 0) = 0$ | $\tanh(1 + 0.5 \cdot 0) = 0.76$ |
#
# No: **the order matters**. What came last counts most; what came before has faded, but has left a
# trace. A bag of words has neither.
#
# With several units $x_t$ and $h_t$ are rows of numbers, $w$ and $u$ become matrices $W$ and $U$:

# %% tags=["D2-23"]
def simple_rnn(x, W, U, b):
    """Return the state after each step, shape (steps, units); x has the shape (steps, inputs)."""
    h, states = np.zeros(len(U)), []
    for x_t in x:
        h = np.tanh(x_t @ W + h @ U + b)
        states.append(h)
    return np.array(states)


A, B, one, half = np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.full((1, 1), 0.5)
a_then_b, b_then_a = (simple_rnn(np.vstack(pair), one, half, 0) for pair in ((A, B), (B, A)))
assert np.allclose([*a_then_b, *b_then_a], [[0.762], [0.364], [0], [0.762]], atol=0.001)

# %% [markdown]
# Keras has the layer: `SimpleRNN`. With `return_sequences=True` it gives all states, otherwise the
# last one only. Do both loops agree?

# %%
layer = layers.SimpleRNN(4, return_sequences=True, bias_initializer="uniform")
x = random.normal(size=(7, 3)).astype("float32")
theirs = np.array(layer(x[None]))[0]
assert np.allclose(simple_rnn(x, *layer.get_weights()), theirs, atol=1e-5)
[weights.shape for weights in layer.get_weights()]

# %% [markdown]
# They do, to five decimals. $W$ has a row for each input, $U$ one for each unit. (Between two
# sequences Keras begins with zeros again: reviews must not leak into each other. `stateful=True`
# would carry the state over.)

# %% [markdown] tags=["D2-34"]
# **Sequences without a time line.** Nothing in the loop knows about seconds. "Before" means what
# came earlier *in the sequence of processing*. So RNNs suit most forms of data that do not have a
# time line but an order: letters of a word, bases of a gene, moves of a game, rows of a picture.

# %% [markdown]
# ### Exercise 1: Skip the padding
# Reviews differ in length, so short ones are padded (lesson 10). A **mask** says which steps are
# real, 1, and which are padding, 0. At a padded step the state has to stay what it is. Write it:
# return the *last* state, shape (units,). `weights` is the list of W, U and b.
#
# <details><summary>Hint</summary>
#
# The loop of `simple_rnn`, over `zip(x, mask)`. Compute the new state only `if` the step is real.
# Padding may stand at the front, at the end or in the middle.
# </details>

# %% tags=["exercise"]
def read_masked(x, mask, weights):
    """Return the state after the last step; where the mask is 0 it stays as it is."""
    ### BEGIN SOLUTION
    W, U, b = weights
    h = np.zeros(len(U))
    for x_t, is_real in zip(x, mask, strict=True):
        if is_real:
            h = np.tanh(x_t @ W + h @ U + b)
    return h
    ### END SOLUTION


# %% tags=["check"]
def last(x, weights):
    return simple_rnn(x, *weights)[-1] if len(x) else np.zeros(len(weights[1]))


x_5 = np.cos(np.arange(15.0)).reshape(5, 3)
weights = [np.sin(np.arange(size)).reshape(-1, 4) for size in (12.0, 16.0)] + [np.arange(4) / 4]
padded = [np.array(mask) for mask in ([1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [1, 0, 1, 1, 0])]
check.function(
    read_masked,
    inputs=[*((x_5, mask, weights) for mask in padded), (1 - x_5, padded[0], weights),
            (x_5, padded[1], [2 * weight for weight in weights])],
    expected=lambda x, m, w: last(x[m == 1], w), mistakes={
        "padding is read like words": lambda x, m, w: last(x, w),
        "padding sets the state to 0": lambda x, m, w: last(
            x[np.flatnonzero(m == 0)[-1] + 1:], w),
        "padding becomes an input of 0": lambda x, m, w: last(x * m[:, None], w),
        "reading ends at the first padding": lambda x, m, w: last(x[:np.argmin(m)], w),
    })

# %% [markdown]
# ## Backpropagation through time. Why does a plain RNN forget?
# Unrolled, an RNN that reads 50 words is a network of 50 layers with the same weights. Training it
# is the backpropagation of lesson 03 through all of them: **backpropagation through time**. On its
# way back the gradient is multiplied at each step by $u$ and by the slope of tanh, $1 - h^2$, which
# is at most 1:
#
# $$\frac{\partial h_t}{\partial h_{t-1}} = u\,(1 - h_t^2)$$
#
# | | after 1 step | 10 steps | 20 steps |
# |---|---|---|---|
# | $u = 0.5$: at most $0.5^n$ | 0.5 | 0.001 | 0.000001 |
# | $u = 1.5$, if the slope were 1: $1.5^n$ | 1.5 | 58 | 3325 |
#
# **Vanishing** below 1, **exploding** above. For one unit, by hand and by TensorFlow's tape:

# %%
def slopes_by_tape(layer, x):
    """Return the slopes of the sum of the last state in each input, the shape of x."""
    x = tf.constant(x, dtype="float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        last = keras.ops.sum(layer(x))
    return tape.gradient(last, x).numpy()


layer, x = layers.SimpleRNN(1), random.normal(size=(1, 12, 1)).astype("float32")
layer.build(x.shape)
layer.set_weights([np.full((1, 1), 0.8), np.full((1, 1), 0.5), np.zeros(1)])
bends = 1 - simple_rnn(x[0], *layer.get_weights())[::-1, 0] ** 2  # of the last step first
by_hand = 0.8 * np.cumprod(bends) * 0.5 ** np.arange(12)
assert np.allclose(slopes_by_tape(layer, x)[0, ::-1, 0], by_hand, atol=1e-6)
[f"{slope:.0e}" for slope in by_hand]

# %% [markdown]
# From left to right: the last input, the one before it, and so on. The one 11 steps back hardly
# counts any more. With many units the matrix $U$ decides. Keras begins with an **orthogonal** one,
# which keeps lengths (gain 1); we stretch it by 0.5 and 1.5, too. Measured over 60 steps, three
# draws each. **Predict** the order of the three lines.

# %%
def measure_fading(build, steps=60):
    """Return the mean size of the slopes by distance from the end, of three new layers."""
    x = random.normal(size=(16, steps, 8)) / 3
    return [np.linalg.norm(slopes_by_tape(build(), x), axis=-1).mean(axis=0)[::-1]
            for _ in range(3)]


fading = {f"SimpleRNN, gain {gain}": measure_fading(lambda gain=gain: layers.SimpleRNN(
    32, recurrent_initializer=keras.initializers.Orthogonal(gain))) for gain in (0.5, 1.0, 1.5)}

# %%
axes = plotting.plot_distances(range(60), fading, "size of the slope (logarithmic)", log=True)
plotting.show(axes.figure, alt="Size of the slope over 0 to 60 steps, logarithmic: gain 0.5 falls "
              "steeply to below a billionth, gain 1 falls slowly, gain 1.5 rises.")
ends = [np.median(runs, axis=0)[-1] for runs in fading.values()]
assert ends[0] < 1e-10 < ends[1] < 0.1 and ends[2] > 1

# %% [markdown]
# A straight line on a logarithmic scale: so many per cent are lost, or gained, at each step. At
# gain 0.5 a word 40 steps back teaches nothing: no rate is high enough for a slope of $10^{-12}$.
# At 1.5 the slopes explode; the cure is to cut long gradients, `clipnorm=1` in the optimizer, as
# all nets below do. For the vanishing there is no such simple cure. Orthogonal weights put it off.

# %% [markdown] tags=["D2-24", "D4-07"]
# ## LSTM. How can a cell keep what it needs?
# Give the network a second state that nothing has to squeeze through a tanh at each step: the
# **memory cell** $c$ of the *long short-term memory*, LSTM (Hochreiter and Schmidhuber, 1997), a
# special kind of RNN. Three **gates** guard it, each a number from 0, shut, to 1, open, that the
# network computes anew at each step from $x_t$ and $h_{t-1}$. The **forget gate** $f$ says how much
# is retained, the **input gate** $i$ how much of the new is stored, the **output gate** $o$ how
# much the next layer gets to know. Each is the sigmoid $\sigma$ of a weighted sum of its own, such
# as $f = \sigma(x_t W_f + h_{t-1} U_f + b_f)$. It takes **four steps**:
#
# 1. Decide what to throw away: $f$.
# 2. Decide what new information to store: $i$, and the candidate $g$ (tanh, −1 to 1).
# 3. Update the cell state: $c_t = f \, c_{t-1} + i \, g$. (Some slides say "update the weights".
#    They do not change here: weights change in training only.)
# 4. Output to the next layer, and to the next step: $h_t = o \tanh c_t$.
#
# On paper: $c_{t-1} = 2$, and the weighted sums of the four are 2 for $f$, 0 for $i$, 1 for $g$ and
# 1 for $o$.
#
# | step | | |
# |---|---|---|
# | 1 | $f = \sigma(2)$ | 0.88 |
# | 2 | $i = \sigma(0)$, $g = \tanh(1)$ | 0.50, 0.76 |
# | 3 | $c_t = 0.88 \cdot 2 + 0.50 \cdot 0.76$ | 2.14 |
# | 4 | $o = \sigma(1)$, $h_t = 0.73 \cdot \tanh 2.14$ | 0.73, 0.71 |

# %% tags=["D2-24", "D4-07"]
axes = plotting.plot_lstm_steps({
    "f": "0.88", "i": "0.50", "g": "0.76", "o": "0.73", "c_before": "2", "c": "2.14", "h": "0.71"})
plotting.show(axes[0].figure, alt="The cell of an LSTM four times. Step 1: the forget gate times "
              "the old cell on the line at the top. Step 2: input gate times candidate. Step 3: "
              "the product is added to that line. Step 4: output gate times tanh of it leaves.")

# %% tags=["D2-24"]
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step(x, h, c, W, U, b):
    """Return the new h and c, and the gates f, i, o; columns of W, U and b are for i, f, g, o."""
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c, (f, i, o)


def lstm(x, W, U, b):
    """Return the states h, the cells c, each (steps, units), and the gates, (steps, 3, units)."""
    h = c = np.zeros(len(U))
    steps = []
    for x_t in x:
        h, c, gates = lstm_step(x_t, h, c, W, U, b)
        steps.append((h, c, gates))
    return [np.array(part) for part in zip(*steps, strict=True)]

# %% tags=["D2-24"]
zero, zeros = np.zeros(1), np.zeros((1, 4))
h, c, _ = lstm_step(zero, zero, 2, zeros, zeros, np.array([0, 2, 1, 1]))
assert np.allclose([*h, *c], [0.711, 2.143], atol=0.001)

layer = layers.LSTM(5, return_sequences=True, bias_initializer="uniform", unit_forget_bias=False)
x = random.normal(size=(9, 3)).astype("float32")
theirs = np.array(layer(x[None]))[0]
assert np.allclose(lstm(x, *layer.get_weights())[0], theirs, atol=1e-5)

# %% [markdown] tags=["D2-34", "D2-24"]
# NumPy and Keras agree. $W$, $U$ and $b$ are four times as wide as in `simple_rnn`: **each gate
# costs weights and computation**. With 32 inputs and 32 units a plain RNN has $32 \cdot 32 + 32
# \cdot 32 + 32 = 2{,}080$ weights, the LSTM four times as many, 8,320, and at each step it
# multiplies with (nearly) each of them once. So it needs more resources; many of its ideas come
# from circuitry, not from biology. The **GRU** (gated recurrent unit, Cho and others, 2014) makes
# do with two gates and no cell of its own: what one gate throws away, the same gate fills with new.
# Three quarters of the cost, and in many tasks as good. (Keras' GRU has a second row of biases.)

# %% tags=["D2-34"]
sizes = {kind.__name__: keras.Sequential([keras.Input((None, 32)), kind(32)]).count_params()
         for kind in (layers.SimpleRNN, layers.GRU, layers.LSTM)}
sizes

# %% [markdown]
# ### Exercise 2: Set the gates
# Build a memory without training, from one LSTM unit with two inputs, a `value` from −1 to 1 and a
# `mark`, 0 or 1. Where the mark is 1, the cell has to drop what it holds and take the value
# (squeezed by tanh). Where it is 0, it has to keep what it holds. Its output gate is always open.
# $U$ is 0. Give `my_memory = (W, b)`: W has two rows (value, mark) of four columns (i, f, g, o), b
# has four numbers. An open gate needs a weighted sum of 5 or more, a shut one −5 or less.
#
# <details><summary>Hint</summary>
#
# One column at a time. The input gate has to be shut without a mark, so $b_i = -10$, and open with
# one, $-10 + w \cdot 1 = 10$: what is $w$? The forget gate does the opposite. $g$ needs only the
# value, with weight 1.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_memory = (
    [[0, 0, 1, 0], [20, -20, 0, 0]],
    [-10, 10, 0, 10],
)
### END SOLUTION

# %% tags=["check"]
marks, given_values = np.array([1, 0, 0, 1, 0, 1, 0]), np.array([10, 9, -10, -10, 10, 4, 2]) / 10
of_ours = np.array([[0, 0, 1, 0], [20, -20, 0, 0], [-10, 10, 0, 10.0]])


def sums_of(given):
    table = [*given[0], given[1]] if isinstance(given, tuple | list) and len(given) == 2 else []
    if [np.shape(row) for row in table] != [(4,)] * 3 or not np.isfinite(table).all():
        raise ValueError("wanted is a pair, W of two rows of four numbers, and b of four numbers.")
    return np.stack([given_values, marks, np.ones(7)], axis=1) @ np.array(table)


def slip(row, column, number):
    table = of_ours.copy()
    table[row, column] = number
    return table[:2], table[2]


check.meets(my_memory, read=sums_of, mistakes={
    "without a mark the input gate has to be shut: other numbers get in": (
        lambda z: z[marks == 0, 0].max() > -5, slip(2, 0, 10)),
    "at a mark the input gate has to be open: the number does not get in": (
        lambda z: z[marks == 1, 0].min() < 5, slip(1, 0, 0)),
    "without a mark the forget gate has to be open (it says what stays): what is stored fades": (
        lambda z: z[marks == 0, 1].min() < 5, slip(2, 1, -10)),
    "at a mark the forget gate has to be shut: the old number is not dropped": (
        lambda z: z[marks == 1, 1].max() > -5, slip(1, 1, 0)),
    "the candidate g is not the value: weight 1 for it, 0 for the mark, bias 0": (
        lambda z: np.abs(z[:, 2] - given_values).max() > 1e-6, slip(1, 2, 1)),
    "the output gate is not always open": (lambda z: z[:, 3].min() < 5, slip(2, 3, 0)),
})

# %% [markdown]
# ### Does the gradient survive in it?
# Along the cell $\partial c_t / \partial c_{t-1} = f$, if one leaves out the detour through the
# gates (they read $h_{t-1}$, which came from the cell): no $u$, no slope of tanh. An open forget
# gate lets the gradient pass. But is it open? Keras begins with a bias of 1 in it,
# $\sigma(1) = 0.73$. **Predict** what 60 steps at 0.73 leave, and where the line of an LSTM lies
# whose forget gates begin with a bias of 4, $\sigma(4) = 0.98$.

# %%
def open_lstm(units):
    """Return an LSTM whose forget gates, the second quarter, begin with a bias of 4."""
    return layers.LSTM(units, unit_forget_bias=False, bias_initializer=(
        lambda shape, dtype: 4 * np.repeat([0.0, 1.0, 0.0, 0.0], units)))


fading["LSTM, as it begins"] = measure_fading(lambda: layers.LSTM(32))
fading["LSTM, gates open"] = measure_fading(lambda: open_lstm(32))
axes = plotting.plot_distances(range(60), fading, "size of the slope (logarithmic)", log=True)
plotting.show(axes.figure, alt="Two lines more: a new LSTM fades, one with open gates not.")
fresh, opened = (np.median(runs, axis=0)[-1] for runs in list(fading.values())[-2:])
assert fresh < ends[1] < opened

# %% [markdown]
# Along the cell alone $0.73^{60} \approx 10^{-8}$ would be left; the detour adds a little. A
# surprise for many: **a new LSTM forgets as well**, faster than an orthogonal RNN. Nothing is
# remembered by construction. What an LSTM has is a *door*: where the task rewards it, training
# opens it, for the inputs that matter and in the units that need it. A plain RNN has no door.

# %% [markdown]
# ## A task that needs memory. Who adds what was marked?
# The **adding problem** (Hochreiter and Schmidhuber, 1997): at each of 30 steps comes a random
# number from 0 to 1 and a mark. Two of the 30 are marked, one in each half. At the end the answer
# is their sum. Whoever knows nothing says 1 and has a mean squared error of 1/6 = 0.167 (twice
# the variance of such a number, 1/12). Both nets have 32 units, the same examples, the same steps.
# **Predict** both errors.

# %%
OneCycle, RangeTest = deck.Lesson("07_training_better", globals()).take("OneCycle", "RangeTest")


def fit_one_cycle(model, x, y, loss, epochs, peak=0.01, batch_size=64):
    """Train with one cycle of Adam (lesson 07), long gradients cut; return the model."""
    cycle = OneCycle(peak, epochs * -(-len(x) // batch_size))
    model.compile(keras.optimizers.Adam(cycle, clipnorm=1), loss)
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


def fit_adder(kind, steps=30, epochs=6, seed=0):
    """Train 32 units of this kind on 8,000 sums; return the net and its error on new ones."""
    model = keras.Sequential([keras.Input((steps, 2)), kind(32), layers.Dense(1)])
    fit_one_cycle(model, *data.generate_sums(8000, steps, seed), "mse", epochs)
    return model, model.evaluate(*data.generate_sums(1000, steps, seed + 1000), verbose=0)


(adder, lstm_error), (_, rnn_error) = fit_adder(layers.LSTM), fit_adder(layers.SimpleRNN)
low, high = results.band("11_recurrent_networks/lstm_error")
assert low <= lstm_error <= high and lstm_error < rnn_error
lstm_error, rnn_error

# %% [markdown]
# The LSTM adds well; the error of the plain RNN is mostly several times as large. It has no gate
# to keep out the 28 numbers that do not count. What do the gates of the LSTM do? A new sequence,
# read by our own `lstm` with the weights of the net. Of the 32 units we look at the one whose cell
# changes most at the marks, compared with the other steps.

# %%
x, target = (part[0] for part in data.generate_sums(1, 30, seed=7))
h, c, gates = lstm(x, *adder.layers[0].get_weights())
marked, change = np.flatnonzero(x[:, 1]), np.abs(np.diff(c, axis=0, prepend=0))
unit = int(np.argmax(change[marked].min(axis=0) - change.mean(axis=0)))
rows = {"value": x[:, 0], "forget gate": gates[:, 0, unit], "input gate": gates[:, 1, unit],
        "change of the cell": change[:, unit] / change[:, unit].max()}
axes = plotting.plot_gates(list(range(1, 31)), rows, marked)
plotting.show(axes.figure, alt="Thirty steps of one unit, values, two gates and the change of the "
              "cell, which is largest at the two marked steps and small at most others.")
float(adder(x[None])[0, 0]), float(target)

# %% [markdown]
# (Dark is 1, white 0; the change is divided by its largest. The two numbers: the answer of the net
# and the true sum.) Nobody told it what a mark means. At the marks the cell jumps, elsewhere it
# moves much less: as in exercise 2. Now look at the gates: which of them open and shut with the
# marks? With another seed it may be others, or none: what comes in is $i \cdot g$, and a candidate
# $g$ near 0 keeps a number out as well. 32 units share the work, and training finds *a* way, not
# always the one that you would build.
#
# How far does it carry? The course's benchmark trained three layers on sequences of 10 to 60 steps,
# the same number of updates each, three seeds (`course.py bench sequences`).

# %%
steps = (10, 30, 60)
errors = {kind: np.transpose([results.read(f"sequences, adding, {kind}, {n} steps") for n in steps])
          for kind in ("SimpleRNN", "LSTM", "GRU")}
axes = plotting.plot_distances(steps, errors, "mean squared error", chance=("says 1", 1 / 6))
axes.set(xlabel="length of the sequence", ylim=(0, 0.22))
plotting.show(axes.figure, alt="Error against length: the SimpleRNN rises first; at 60 steps it "
              "and two of three LSTMs are near the dashed line; the GRU stays near 0.")

# %% [markdown]
# At 10 steps all three add. At 60 the plain RNN is hardly better than who says 1, and the LSTM came
# close to the sum in one of three runs. The GRU adds each time, although the gate that keeps its
# state begins at only $\sigma(0) = 0.5$, so that its slopes fade even faster at first. What a net
# begins with does not decide alone; what training makes of it does. No layer is the best
# everywhere: try more than one, with more than one seed.

# %% [markdown]
# ## Reviews with negation. Who reads the *not*?
# Lesson 06 ended with a promise. In these generated film reviews a negation turns 30 % round, and
# the *same words*, in another order, mean the opposite. So no bag of words gets beyond 70 %, but
# for luck. Pairs of neighbouring words, **bigrams**, see "not dull", but not "I would not say that
# the plot was dull". **Predict** what an LSTM reaches that reads the words one by one.
#
# 6,000 reviews train, 2,000 validate, 2,000 test; the test's sentences are built on **frames**
# (sentences with gaps) that the training never saw, from the same words.

# %%
(train_texts, train_labels), (test_texts, test_labels) = data.load_reviews(negation_rate=0.3)
END, UNKNOWN, LENGTH = 0, 1, 84
vocabulary = sorted({word for text in train_texts for word in data.split_words(text)})
vocabulary = ["[END]", "[UNK]", *vocabulary]
number_of = {word: number for number, word in enumerate(vocabulary)}


def number_words(text):
    """Return the numbers of a text's words and marks; 1 for those that the reviews do not have."""
    return [number_of.get(word, UNKNOWN) for word in data.split_words(text)]


def encode(texts):
    """Return rows of 84 numbers: 0 in front of a short text, and of a long one the last 84."""
    return keras.utils.pad_sequences([number_words(text) for text in texts], LENGTH)


x_train, x_validation, x_test = map(encode, (train_texts[2000:], train_texts[:2000], test_texts))
y_train, y_validation = train_labels[2000:], train_labels[:2000]
len(vocabulary), x_train[0, -20:]

# %% [markdown]
# Padding stands *in front* here (`pad_sequences` does so unless told otherwise), and is read like
# a word, number 0, so that no mask is needed. (Later 0 will mean the end of a review, too.) First
# the two baselines, each a single sigmoid unit (scikit-learn's logistic regression) on which
# words, or words and bigrams, occur.

# %%
review_accuracies = {}
for name, longest in (("bag of words", 1), ("bigrams", 2)):
    counter = feature_extraction.text.CountVectorizer(binary=True, ngram_range=(1, longest))
    model = pipeline.make_pipeline(counter, linear_model.LogisticRegression(max_iter=500))
    model.fit(train_texts[2000:], y_train)
    review_accuracies[name] = model.score(test_texts, test_labels)
review_accuracies

# %% [markdown]
# Now the LSTM. Its last state would be enough for an answer, but the gradient from there to the
# opinion is long. We take from each unit the **largest value it had at any step**, max pooling as
# in lesson 08, over time: so each word has a short way to the answer. (It matters: with the last
# state alone, and every second review turned round, five epochs did not get beyond guessing.)

# %%
def build_reader(units=32):
    """Return embedding, LSTM, maximum, and a unit for the probability that a review praises."""
    return keras.Sequential([
        keras.Input((None,), dtype="int32"), layers.Embedding(len(vocabulary), 32),
        layers.LSTM(units, return_sequences=True), layers.GlobalMaxPooling1D(),
        layers.Dense(1, activation="sigmoid")])


def accuracy_of(model, x, labels):
    """Return the share of reviews whose class is right."""
    return float(np.mean((np.array(model(x))[:, 0] > 0.5) == labels))


reader = fit_one_cycle(build_reader(), x_train, y_train, "binary_crossentropy", epochs=4)
accuracy_of(reader, x_validation, y_validation)

# %%
review_accuracy = accuracy_of(reader, x_test, test_labels)
low, high = results.band("11_recurrent_networks/review_accuracy")
assert low - 0.01 <= review_accuracy <= high and review_accuracy >= 0.97
pairs = data.generate_review_pairs(1000, held_out=True)
praised = [np.array(reader(encode(texts)))[:, 0] > 0.5 for texts in pairs.T]
{**review_accuracies, "LSTM": review_accuracy, "both of a pair right": np.mean(
    praised[0] & ~praised[1])}

# %% [markdown]
# **The promise is kept**: all or nearly all right, on sentences of a kind that it never saw, where
# bigrams are right in about three of four. The last number is that of lesson 06's pairs: the same
# words, the negation moved. No bag of words can have both right.
#
# Over five negation rates, three seeds each (the course's benchmark; the LSTM is this one, trained
# on all 8,000):

# %%
rates = (0, 0.25, 0.5, 0.75, 1)
by_rate = {name: np.transpose([results.read(f"sequences, negation, {name}, rate {rate}")
                               for rate in rates]) for name in ("bag of words", "bigrams", "LSTM")}
axes = plotting.plot_negation(rates, by_rate)
plotting.show(axes.figure, alt="Test accuracy against negation rate: the bag of words lies on or "
              "below a dashed V, at 50 % in its middle, bigrams above it, the LSTM near 100 %.")

# %% [markdown]
# ### Word by word
# Nothing stops us from asking after each word: from the largest values so far. We run our own
# `lstm` with the trained weights, as we did with the adder: it gives the gates, too.

# %%
def read_review(text):
    """Return words, the logit of praise after each, and the gates, (words, 3, units)."""
    words = data.split_words(text)[-LENGTH:]
    if not any(word in number_of for word in words):
        raise ValueError("It knows none of these words. Try: The plot was not dull.")
    table, W, U, b, kernel, bias = reader.get_weights()
    h, _, gates = lstm(table[encode([text])[0]], W, U, b)
    logits = np.maximum.accumulate(h) @ kernel + bias
    return words, logits[-len(words):, 0], gates[-len(words):]


sentence = "I would not say that the dialogue was witty. The film is set in 1999."
words, logits, gates = read_review(sentence)
unit = int(np.abs(reader.layers[-1].get_weights()[0]).argmax())
figure, (top, bottom) = plt.subplots(2, 1, figsize=(12, 6.4), height_ratios=[3, 2])
plotting.plot_reading(words, sigmoid(logits), axes=top)
rows = {name: gates[:, place, unit] for place, name in enumerate(("forget", "input", "output"))}
plotting.plot_gates(words, rows, axes=bottom)
plotting.show(figure, alt="The probability of praise after each word of a review with 'not' before "
              "'witty': it goes down at 'witty' and ends near 0. Below, three gates of one unit.")
assert logits[-1] < 0 and logits[words.index("witty")] < logits[words.index("was")]

# %% [markdown]
# Before the opinion there is nothing to go by. Where the path stands there is chance, above one
# half with one seed and below it with another: training asked at the end only. The opinion decides.
# The word *witty* alone is praise, but the state knows that a *not* is open: the path goes *down*.
# The gates are those of the unit that counts most in the answer: see at which words it lets
# something in. Do not read too much into one unit.
#
# Now yours. A word's colour is by how much it moves the logit, given all before it (so that the
# first word has none).

# %%
def weigh_words(text):
    """Return the probability of praise and, for each word, by how much it moves the logit."""
    words, logits, _ = read_review(text)
    moves = np.diff(logits, prepend=logits[0])
    return sigmoid(logits[-1]), [(word, move if word in number_of else None)
                                 for word, move in zip(words, moves, strict=True)]


explorables.WordWeights(weigh_words, "Nobody in our row found the jokes witty.",
                        ("negative", "positive"))

# %% [markdown]
# Try to fool it: two negations, irony, a word that it does not know. It knows the grammar of a
# small program and nothing else. And try to break it: emoji, Arabic, HTML, ten thousand words. What
# it cannot read it says in a sentence; of a long text it reads the end; tags are words like others.

# %%
for text in ("", "🎬 🎬", "فيلم رائع", "xyzzy"):
    with check.expect_error(ValueError, "none of these words"):
        read_review(text)
[len(read_review(text)[0]) for text in ("<b>The plot was dull.</b>", "The plot was dull. " * 2500)]

# %% [markdown] tags=["D4-07"]
# ## Tomorrow's temperature. Is the forecast worth anything?
# **LSTMs work very well at** robot control, music composition, **time series prediction**, speech
# recognition, machine translation and language modelling, say the slides. True until about 2017;
# since then transformers have mostly replaced them in language and speech (lesson 13). With
# time series most people meet them first, and there most mistakes hide.
#
# The data: the highest temperature of each day in Seattle, 2012 to 2015, measured. 2012 and 2013
# train, 2014 validates, 2015 is the test. Never shuffle time: the net would be asked about days
# between days that it knows.
#
# Before any network, **honest baselines**. *Same as today*: tomorrow is as warm as today. *The
# season's mean*: as warm as usual on that date. A forecast that beats neither is worth nothing,
# however good its curve looks. "Usual" is a wave of one year, fitted by least
# squares (lesson 05) to the **training years only**.

# %%
weather = data.load_seattle_weather()
temperature, dates = weather["temp_max"], weather["date"]
years = dates.astype("datetime64[Y]")
is_training = years < np.datetime64("2014")
usual = data.fit_usual(temperature, (365.25,), is_training)
anomaly = temperature - usual
scale = anomaly[is_training].std()

# %%
axes = plotting.plot_forecasts(dates, temperature, {"usual on that date": usual})
axes.axvspan(dates[1096], dates[-1], color="#E4E4E4", zorder=0)  # the test
plotting.show(axes.figure, alt="Daily highest temperature of four years as dots, from about 0 to "
              "35 °C, around a wave, low in January, high in August. 2015, the test, is shaded.")

# %% [markdown]
# The net gets what is *not* usual, the **anomaly**: temperature minus usual. (From two years it
# would have to guess the season.) Divided by its standard deviation *in the training years*: that
# of all four years would tell the net something of the future. Such **leakage** makes every score
# too good.
#
# A **window** is what the net sees: the last 14 anomalies. On paper, with windows of 3 and a target
# one day ahead, 5 4 6 8 7 becomes
#
# | window | target |
# |---|---|
# | 5 4 6 | 8 |
# | 4 6 8 | 7 |

# %%
def make_windows(series, length, ahead):
    """Return windows (n, length, 1), targets (n, horizons), and the places of "today", (n,)."""
    today = np.arange(length - 1, len(series) - max(ahead))
    windows = series[today[:, None] + np.arange(1 - length, 1)]
    targets = series[today[:, None] + np.array(ahead)]
    return windows[..., None].astype("float32"), targets.astype("float32"), today


assert make_windows(np.array([5, 4, 6, 8, 7]), 3, [1])[0][..., 0].tolist() == [[5, 4, 6], [4, 6, 8]]
x, y, today = make_windows(anomaly / scale, 14, ahead=(1, 7))
in_year = years[today + 7]
rows, tested = in_year < np.datetime64("2014"), in_year == np.datetime64("2015")


def build_forecaster(units, outputs):
    """Return an LSTM that reads a window and gives so many forecasts."""
    return keras.Sequential([keras.Input((None, 1)), layers.LSTM(units), layers.Dense(outputs)])


daily_net = fit_one_cycle(build_forecaster(8, outputs=2), x[rows], y[rows], "mse", 10, 0.01, 32)

# %% [markdown]
# One net, two outputs: 1 and 7 days ahead. (Units, epochs and rate were chosen by 2014.) A third
# baseline has two numbers a horizon, fitted by least squares to the training years: which **share**
# of today's anomaly is left by then, and which share of the fortnight's mean anomaly. **Predict**
# which of the four wins at one day, and which at seven. The error is the root of the mean squared
# error, RMSE, in degrees.

# %%
def rmse(errors):
    """Return the root of the mean of the squares, along the first axis."""
    return np.sqrt(np.mean(np.square(errors), axis=0))


table = np.stack([x[:, -1, 0], x[:, :, 0].mean(axis=1)], axis=1)  # today's anomaly, the mean
shares = np.linalg.lstsq(table[rows], y[rows], rcond=None)[0]
days = today[tested, None] + [1, 7]
guesses = {"same as today": temperature[today[tested], None], "season's mean": usual[days],
           "two shares": usual[days] + scale * (table @ shares)[tested],
           "*LSTM": usual[days] + scale * np.array(daily_net(x[tested]))}
daily_errors = {name: rmse(guess - temperature[days]) for name, guess in guesses.items()}
row = plotting.plot_horizons(daily_errors, ("1 day ahead", "7 days ahead"))
plotting.show(row[0].figure, alt="Errors in 2015 of four forecasts. At one day LSTM and shares "
              "are best, and alike; at seven days all but 'same as today' are close together.")
same_day, season_day, shares_day, lstm_day = (errors[0] for errors in daily_errors.values())
low, high = results.band("11_recurrent_networks/lstm_day")
assert low <= lstm_day <= high and shares_day - 0.1 < lstm_day < min(same_day, season_day)

# %% [markdown]
# At one day the net beats both simple baselines. But **it gains nothing over two numbers** that
# are fitted in a moment. At seven days both come out near the season's mean: what decides next
# week's weather does not stand in the last fortnight of one thermometer. They gain a third of a
# degree, since 2015 was nearly 2 °C too warm, which a mean of 14 days notices, too; in the other
# three years the two shares gained less than a tenth. Whoever shows only the first comparison
# sells you an LSTM that nobody needs.

# %% [markdown]
# ### Exercise 3: No leakage
# Prepare any series: windows of `length` values, the target one step ahead, both scaled by mean and
# standard deviation of `series[:first_test]`. Targets from place `first_test` on belong to the
# test. A test window may reach back into the training part: on that day these values are known.
# Return `x_train, y_train, x_test, y_test`.
#
# <details><summary>Hint</summary>
#
# Scale the whole series first.
# `np.lib.stride_tricks.sliding_window_view(scaled[:-1], length)` gives all windows; the target of
# window 0 is `scaled[length]`. How many targets come before `first_test`?
# </details>

# %% tags=["exercise"]
def prepare(series, first_test, length):
    """Return windows (n, length) and targets (n,) for training, then for the test."""
    ### BEGIN SOLUTION
    known = series[:first_test]
    scaled = (series - known.mean()) / known.std()
    windows = np.lib.stride_tricks.sliding_window_view(scaled[:-1], length)
    targets = scaled[length:]
    split = first_test - length
    return windows[:split], targets[:split], windows[split:], targets[split:]
    ### END SOLUTION


# %% tags=["check"]
def cut_at(scaled, split, length, shift=0):
    x = np.array([scaled[i:i + length] for i in range(len(scaled) - length)])
    y = scaled[length - shift:][:len(x)]
    return x[:split], y[:split], x[split:], y[split:]


check.function(
    prepare,
    inputs=[(np.array([5.0, 4, 6, 8, 7, 9, 3, 2]), 5, 3), (np.arange(9.0) ** 2, 7, 2),
            (np.cos(np.arange(12.0)), 6, 2), (np.cos(np.arange(12.0)), 8, 4)],
    expected=lambda s, n, k: cut_at((s - s[:n].mean()) / s[:n].std(), n - k, k), mistakes={
        "mean and deviation are those of the whole series: leakage": (
            lambda s, n, k: cut_at((s - s.mean()) / s.std(), n - k, k)),
        "windows whose targets lie in the test are trained on": (
            lambda s, n, k: cut_at((s - s[:n].mean()) / s[:n].std(), n, k)),
        "the target is the last value of the window itself": (
            lambda s, n, k: cut_at((s - s[:n].mean()) / s[:n].std(), n - k, k, shift=1)),
    })

# %% [markdown]
# ## A year of hours. How good can a forecast be at all?
# Of Seattle nobody knows the best possible forecast. So here is a series of our own making,
# temperatures of every hour (`data.generate_hourly_temperature`): season and time of day, noise
# that forgets slowly, and weather fronts that begin when they like and then take their course. What
# cannot be foreseen is exactly known, and with it the **floor**: the error of a forecaster who
# knows the rule. The net sees the last 24 hours, less what is usual for season and hour, and
# forecasts the next hour. Training: all but the last nine months; test: the last half year.
# (The three months between served to choose units and epochs.) **Predict**: how close to the floor?

# %%
hours = data.generate_hourly_temperature()
hourly = hours["temperature"]
training, first_test = np.arange(len(hourly)) < len(hourly) - 6574, len(hourly) - 4383
unusual = hourly - data.fit_usual(hourly, (24, 8766), training)
hourly_scale = unusual[training].std()
x, y, now = make_windows(unusual / hourly_scale, 24, [1])
rows = training[now + 1]
hourly_net = fit_one_cycle(build_forecaster(32, outputs=1), x[rows], y[rows], "mse", epochs=5)

# %%
tested = now + 1 >= first_test
truth, before = hourly[now[tested] + 1], hourly[now[tested]]
forecast = truth - hourly_scale * (y[tested] - np.array(hourly_net(x[tested])))[:, 0]
floor_here = rmse(data.best_hourly_forecast(hours)[now[tested]] - truth)
hourly_errors = {"same as now": rmse(before - truth), "usual at that hour": rmse(
    unusual[now[tested] + 1]), "*LSTM": rmse(forecast - truth)}
floor_ratio = hourly_errors["*LSTM"] / floor_here
low, high = results.band("11_recurrent_networks/floor_ratio")
assert low <= floor_ratio <= high and floor_ratio <= 1.1
axes = plotting.plot_forecast_errors(hourly_errors, ("who knows the rule", floor_here))
plotting.show(axes.figure, alt="The LSTM ends just right of the dashed floor, others at twice it.")
data.best_hourly_error(1), floor_here, floor_ratio

# %% [markdown]
# Within 10 % of what is possible at all: it has found out fronts and noise from the data. The first
# two numbers are the floor by theory and on these very months, measured with the rule known; they
# agree within a few per cent. Without such a floor the same error could mean anything.
#
# ### A score that means nothing
# Many demonstrations on the web forecast a *smoothed* series and show two curves that lie on each
# other. We smooth by the mean of 24 hours and let the laziest forecast of all, *same as now*, try.
# **Predict** which share of the variance it explains.

# %%
smooth = data.smooth(hourly)
lazy = smooth[1:] - smooth[:-1]
explained = 1 - np.mean(lazy**2) / smooth.var()
assert explained > 0.999
explained, rmse(lazy), rmse(hourly[24:] - hourly[:-24]) / 24

# %% [markdown]
# More than 99.9 %, and nothing has been forecast. From one hour to the next only one of the 24
# values is new, so every error is divided by 24 (the last two numbers). Of such a picture ask: what
# does *same as now* score? Was the series smoothed, and over hours that lie in the future?

# %% [markdown] tags=["D4-11"]
# ## A language model. What comes next?
# A **language model** gives a probability to each next word. It needs no labels: the text is its
# own answer. A well-known demonstration of the fastai library, on older slides, starts from a
# sample of IMDB; `df.head()` shows five rows, "Un-bleeping-believable! Meg Ryan doesn't even …",
# negative, and so on. Ours are the generated reviews:

# %% tags=["D4-11"]
names = ("negative", "positive")
deck.table_of(("", "label", "text"), *((row, names[train_labels[row]], f"{train_texts[row][:60]} …")
                                       for row in range(5)))

# %% [markdown] tags=["D4-11"]
# All reviews are put one after another, with [END] (number 0) between them, and cut into pieces of
# 40 words. The target of each word is the next one: the same row, moved by one place. The
# **encoder**, embedding and LSTM, gives a state for each word; a Dense layer gives a logit for each
# word that may come next.

# %% tags=["D4-11"]
def cut(texts, length=40):
    """Return pieces of the texts, (n, length), and the same moved on by one word."""
    stream = np.array([number for text in texts for number in (END, *number_words(text))])
    number = (len(stream) - 1) // length * length
    return stream[:number].reshape(-1, length), stream[1:number + 1].reshape(-1, length)


def build_encoder():
    """Return embedding and LSTM, a state for each word."""
    return keras.Sequential([
        keras.Input((None,), dtype="int32"), layers.Embedding(len(vocabulary), 32),
        layers.LSTM(48, return_sequences=True)])


x_words, y_words = cut(train_texts[2000:])
encoder = build_encoder()
language_model = keras.Sequential([encoder, layers.Dense(len(vocabulary))])
next_word_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
x_words.shape, x_words[0, :8], y_words[0, :8]

# %% [markdown] tags=["D4-11"]
# fastai's next step is the **LR finder**, lesson 07's range test. On a second net, so that ours is
# still new:

# %% tags=["D4-11"]
tried = keras.models.clone_model(language_model)
range_test = RangeTest(1e-4, 1.0, steps=60)
tried.compile("adam", next_word_loss)
tried.fit(x_words, y_words, batch_size=64, callbacks=[range_test], verbose=0)
axes = plotting.plot_range_test(range_test.rates, range_test.losses)
axes.set_ylim(2, 8)
plotting.show(axes.figure, alt="Flat below 0.001, the loss falls, is lowest above 0.1, and rises.")

# %% [markdown] tags=["D4-11"]
# By lesson 07's rule, a tenth of the rate at which the loss is lowest, a few hundredths would do.
# We take 0.02, with one cycle:

# %% tags=["D4-11"]
fit_one_cycle(language_model, x_words, y_words, next_word_loss, epochs=2, peak=0.02)
perplexity, new_perplexity = (float(np.exp(language_model.evaluate(
    *cut(texts), batch_size=200, verbose=0))) for texts in (train_texts[:2000], test_texts))
low, high = results.band("11_recurrent_networks/perplexity")
assert low <= perplexity <= high
perplexity, new_perplexity

# %% [markdown] tags=["D4-11"]
# The loss of a language model is hard to read, so one takes the **perplexity**, $e^{\text{loss}}$:
# the model is as unsure as if it had to guess among so many equally likely words. On paper: three
# words came to which it gave 0.5, 0.25 and 0.125. The mean of $-\ln p$ is 1.386, and
# $e^{1.386} = 4$. To guess among all our words would give a perplexity of 311. Ours is below 6 on
# reviews of the same frames, and several times as high on frames that it has never seen: a little
# program wrote these texts, and the net has learnt *its* sentences. (fastai's demonstration, a net
# called AWD_LSTM trained on Wikipedia before, one epoch on real reviews:
#
# | epoch | train_loss | valid_loss | accuracy | time |
# |---|---|---|---|---|
# | 0 | 4.478594 | 4.225167 | 0.261193 | 00:06 |
#
# a perplexity of 68: real reviews are not so easily guessed. Their net, their numbers.)

# %% [markdown]
# ### Exercise 4: Perplexity
# Four words came, and a model had given them the probabilities in `given`. Compute its perplexity,
# by NumPy.
#
# <details><summary>Hint</summary>
#
# From the inside out: `np.log` of the probabilities, the mean, the minus, `np.exp` of it. The
# result lies between 1 / 0.5 and 1 / 0.01.
# </details>

# %% tags=["exercise"]
given = np.array([0.5, 0.04, 0.2, 0.01])
### BEGIN SOLUTION
my_perplexity = np.exp(-np.mean(np.log(given)))
### END SOLUTION

# %% tags=["check"]
of_words = np.array([0.5, 0.04, 0.2, 0.01])
check.value(my_perplexity, expected=np.prod(of_words) ** -0.25, mistakes={
    "the minus is missing: a perplexity is at least 1": np.prod(of_words) ** 0.25,
    "it is the loss, not e to its power": -np.mean(np.log(of_words)),
    "the losses are added up, not averaged": 1 / np.prod(of_words),
    "the mean is taken before the logarithm": 1 / np.mean(of_words),
})

# %% [markdown] tags=["D4-11"]
# ### Writing with a temperature
# To let it write, draw the next word by its probability, append it, ask again. Before softmax the
# logits are divided by a **temperature** $T$. With the logits 2, 1 and 0:
#
# | | | | |
# |---|---|---|---|
# | $T = 0.5$, logits 4, 2, 0 | 0.87 | 0.12 | 0.02 |
# | $T = 1$ | 0.67 | 0.24 | 0.09 |
# | $T = 2$, logits 1, 0.5, 0 | 0.51 | 0.31 | 0.19 |
#
# Cold is sure and repeats itself; hot is varied and loses the thread.

# %% tags=["D4-11"]
def softmax(logits, temperature=1.0):
    exponentials = np.exp((logits - logits.max()) / temperature)
    return exponentials / exponentials.sum()


def next_logits(numbers):
    """Return a logit for each word after these, by our own LSTM; [UNK] never comes."""
    table, W, U, b, kernel, bias = language_model.get_weights()
    logits = lstm(table[numbers], W, U, b)[0][-1] @ kernel + bias
    logits[UNKNOWN] = -np.inf
    return logits


def write_on(text, number=20, temperature=1.0):
    """Return the text with so many words more."""
    numbers = [END, *number_words(text)]
    for _ in range(number):
        probabilities = softmax(next_logits(numbers), temperature)
        numbers.append(random.choice(len(vocabulary), p=probabilities))
    return data.join_words([text, *(vocabulary[n] for n in numbers[-number:])])


assert np.allclose(softmax(np.array([2, 1, 0]), 0.5), [0.867, 0.117, 0.016], atol=0.001)
for temperature in (0.3, 1.0, 2.0):
    print(temperature, write_on("This is a review about", temperature=temperature))

# %% [markdown] tags=["D4-11"]
# (*This* and *review* do not occur in our reviews. The net reads [UNK], whose vector no training
# has moved: it is as random as on the first day. Their net wrote
# `learn.predict("This is a review about", n_words=20)`: "This is a review about European history ,
# even Hamilton Award laws".) At 0.3 it takes the likeliest word nearly always, and may go round in
# circles; at 2 the sentences fall apart. Choose the temperature by what you need: near 0 for facts,
# near 1 for variety.

# %% [markdown] tags=["D2-23"]
# ### Autocompletion
# RNNs are a good choice for advancing or completing information, such as **autocompletion**: your
# phone does it at each word. Type, and pick a word by a click or by the keys 1 to 5. **Predict**
# first: after "nobody in our", which word?

# %% tags=["D2-23"]
def suggest(text):
    """Return the five most probable next words and their probabilities."""
    numbers = number_words(text)
    if numbers and not any(number != UNKNOWN for number in numbers):
        raise ValueError("It knows none of these words. Try: The plot was")
    probabilities = softmax(next_logits([END, *numbers[-LENGTH:]]))
    return [(vocabulary[n], float(probabilities[n])) for n in np.argsort(-probabilities)[:5]]


explorables.NextWords(suggest, "Nobody in our")

# %% [markdown]
# It takes whatever one types: nothing at all (how does a review begin?), a word that it does not
# know among others, ten thousand words (of which it reads the last 84), HTML, which stays text.
# Only where it knows no word at all it says so.

# %% [markdown] tags=["D4-12"]
# ## From language model to classifier. What does an encoder know?
# ULMFiT (Howard and Ruder, 2018), the idea behind fastai's demonstration: first train a language
# model, **save the encoder**, then put a classifier's head on it and train with few labels.
# `learn.save_encoder('ft_enc')` and `load_encoder` in Keras (in a temporary folder, so that nothing
# is left behind):

# %% tags=["D4-11", "D4-12"]
reused = build_encoder()
with tempfile.TemporaryDirectory() as folder:
    file = "/".join([folder, "encoder.weights.h5"])
    encoder.save_weights(file)
    reused.load_weights(file)

# %% [markdown] tags=["D4-12"]
# The head is new and random; its first gradients would spoil what the encoder knows. So **gradual
# unfreezing**: train the head alone; unfreeze the LSTM, too, `freeze_to(-2)`; then all of it,
# `unfreeze()`, with a lower rate, and compile anew each time, as in lesson 09. In the demonstration
# the accuracy rose from 0.412935 (head) to 0.676617 and 0.810945.
#
# We have 200 labelled reviews, of which a negation turns every second one round (so that a bag of
# words can only guess). Two encoders compete: that of the language model, and that of our *reader*,
# which has seen 6,000 labels. **Predict** both columns.

# %% tags=["D4-12"]
few_texts, few_labels = data.load_reviews(negation_rate=0.5, seed=1)[0]
x_few, x_new, y_new = encode(few_texts[:200]), encode(few_texts[200:1200]), few_labels[200:1200]


def unfreeze_gradually(table, W, U, b):
    """Return a classifier on these weights, and its accuracy before and after each stage."""
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"), layers.Embedding(*table.shape),
        layers.LSTM(len(U), return_sequences=True), layers.GlobalMaxPooling1D(),
        layers.Dense(1, activation="sigmoid")])
    embedding, memory, _, head = model.layers
    embedding.set_weights([table])
    memory.set_weights([W, U, b])
    accuracies = [accuracy_of(model, x_new, y_new)]
    stages = ([head], 0.02, 10), ([memory, head], 0.002, 5), (model.layers, 0.002, 5)
    for trained, peak, epochs in stages:
        for layer in model.layers:
            layer.trainable = layer in trained
        fit_one_cycle(model, x_few, few_labels[:200], "binary_crossentropy", epochs, peak, 20)
        accuracies.append(accuracy_of(model, x_new, y_new))
    return model, accuracies

# %% tags=["D4-12"]
_, from_words = unfreeze_gradually(*reused.get_weights())
classifier, from_labels = unfreeze_gradually(*reader.get_weights()[:4])
pretrained_accuracy = from_labels[1]
low, high = results.band("11_recurrent_networks/pretrained_accuracy")
assert low - 0.01 <= pretrained_accuracy <= high and pretrained_accuracy > max(from_words) + 0.2
deck.table_of(("stage", "from the language model", "from the reader", "fastai's"), *zip(
    ("before training", "head alone", "LSTM, too", "all of it"), from_words, from_labels,
    ("", "0.412935", "0.676617", "0.810945"), strict=True))

# %% tags=["D4-12"]
praise = float(classifier(encode(["This was a great movie!"]))[0, 0])
{"negative": 0, "positive": 1}, [round(1 - praise, 4), round(praise, 4)]

# %% [markdown] tags=["D4-12"]
# `learn.predict("This was a great movie!")` gave [0.0020, 0.9980], positive, with the class map
# {'negative': 0, 'positive': 1}. (Ours has never met *this* and *movie*, nor a review so short; it
# is less sure; with another seed it may say negative.)
#
# **Pre-training is no magic.** The reader's encoder needs no more than a head and 200 labels. To
# unfreeze it does not help here and can hurt: 200 reviews overwrite a part of what 6,000 taught.
# The language model's encoder gives nothing at any stage: no better than a coin. Why? It learns
# what helps to predict the next word. In our texts hardly anything that follows depends on whether
# a film is praised: only a second opinion, in one review of three. That was too little for it to
# tell *dull* from *witty*. Real reviews are full of such traces ("I want my money back"), and so
# fastai's column rises. Ask of each encoder: what did it have to care about?

# %% [markdown]
# ## Summary
# - A recurrent layer is a loop: the new state comes from the input and the last state. So order
#   counts, and the same weights serve every step.
# - Its gradient is multiplied at each step: it vanishes or explodes. An LSTM's cell lets it pass
#   where training has opened the forget gate.
# - Four steps: throw away, store, update the cell, output. Four times the weights of a plain RNN.
# - A forecast is worth what it gains over honest baselines, on later data, without leakage.
# - A language model predicts the next word; its encoder can start a classifier, whose layers are
#   unfrozen from the top.
#
# ## What can go wrong in practice
# - **Padding read like words**: no mask, or padding behind and the last state taken.
# - **Windows shuffled before the split**, or scaled with the mean of all: the future leaks.
# - **No baseline**, or a smoothed series: two curves that lie on each other, and nothing forecast.
# - **Gradients that explode**: the loss becomes NaN. `clipnorm=1`.
# - **States of one sequence that leak into the next** (`stateful=True`), or of the test.
# - **The gates of one unit told as a story** about the whole net.
#
# ## Read more
# - S. Hochreiter and J. Schmidhuber,
#   [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735), *Neural Computation* 9,
#   1997: the cell, and the adding problem.
# - F. Gers, J. Schmidhuber and F. Cummins,
#   [Learning to forget](https://doi.org/10.1162/089976600300015015), 2000: the forget gate.
# - K. Cho and others, [Learning phrase representations](https://arxiv.org/abs/1406.1078), 2014: the
#   GRU, and the encoder-decoder of lesson 12.
# - R. Pascanu, T. Mikolov and Y. Bengio,
#   [On the difficulty of training recurrent networks](https://arxiv.org/abs/1211.5063), 2013.
# - J. Howard and S. Ruder,
#   [Universal language model fine-tuning](https://arxiv.org/abs/1801.06146), 2018: ULMFiT.
# - F. Chollet, *Deep Learning with Python*, 2nd edition, Manning, 2021, chapters 10 and 11.
#
# ## Next
# [12 Translation with LSTMs](12_translation_with_lstms.ipynb): one LSTM reads English, another
# writes French.
