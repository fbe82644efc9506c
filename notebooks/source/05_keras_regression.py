# %% [markdown]
# # 05 Keras regression
# *How do you predict a number from a real table, and how do you know that it is any good?*
#
# By the end you can
# - build a network with the Sequential and with the Functional API
# - split, normalise, compile, fit, evaluate and predict
# - choose batch size and number of epochs from pictures
# - compare a network honestly with a straight line
# - find where a model is wrong, save it and load it
#
# **Time** about 120 minutes · **Data** 392 cars, 1,461 days of weather · **Builds on**
# [03 Backpropagation](03_backpropagation.ipynb), [04 The playground](04_playground.ipynb)

# %%
from course_utils import check, data, plotting, results

import ipywidgets
import keras
import matplotlib.pyplot as plt
import numpy as np
import tempfile
import time
from keras import layers
from mlxtend import data as mlxtend_data
from sklearn import linear_model, model_selection

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D0-08", "D2-15"]
# ## Keras. What does it do for you?
# In lesson 03 you wrote forward pass, backward pass and update yourself. **Keras** is an
# open-source library that has all this ready, behind a few words: layers, `compile`, `fit`,
# `evaluate`, `predict`. It has been called "scikit for neural networks", since `fit` and `predict`
# are also what scikit-learn's models have.
#
# Keras does not multiply matrices itself. A **back end** does, on the processor or, without a
# change to your code, on GPUs and TPUs (chips that do many multiplications at once). Keras 3 lets
# you choose among three:
#
# | back end | from | known for |
# |---|---|---|
# | TensorFlow | Google, 2015 | data-flow graphs, a large community; what this course installs |
# | PyTorch | Meta, 2016 | most research code |
# | JAX | Google, 2018 | compiled array mathematics, TPUs |
#
# (NumPy and OpenVINO work as well, for prediction only.) Older slides list Theano, CNTK and MXNet
# as back ends or alternatives to TensorFlow; nobody develops them any more. An environment
# variable, `KERAS_BACKEND`, chooses before Keras is imported. What you write stays the same.

# %% tags=["D0-08", "D2-15"]
f"Keras {keras.__version__} on {keras.backend.backend()}"

# %% [markdown] tags=["D4-13"]
# Libraries on top go further: **fastai**, built on PyTorch, covers pictures and text, but also
# *tabular data*, such as the tables of this lesson, and *collaborative filtering*, which guesses
# what you will like from what people like you liked. Both are layers and a loss, as here.

# %% [markdown] tags=["D2-17", "D0-08"]
# ## Two APIs. When is a list of layers not enough?
# The **Sequential API** takes layers as a list, each fed by the one before. It does for most
# models. This is the classic beginning, in today's form: `keras.Input` says how many columns come
# in, where older code has `input_dim=` or `input_shape=` in the first layer.

# %% tags=["D2-17"]
n_cols = 2
small_model = keras.Sequential([
    keras.Input(shape=(n_cols,)),
    layers.Dense(15, activation="relu"),
    layers.Dense(5, activation="relu"),
    layers.Dense(1, activation="linear"),
])
assert small_model.count_params() == (2 * 15 + 15) + (15 * 5 + 5) + (5 * 1 + 1)
small_model.count_params()

# %% [markdown] tags=["D0-08"]
# `linear` means no activation: the output may be any number, as regression needs.
#
# Now a question that no list can answer. Two cars come in, and the network shall say how much
# better the first one is. A fair judge looks at both with the *same* eyes: one **shared layer**,
# used twice. In the **Functional API** you call layers like functions, so that inputs and outputs
# may branch and meet as you like:

# %% tags=["D0-08"]
first, second = keras.Input(shape=(3,)), keras.Input(shape=(3,))
look = layers.Dense(4, activation="relu")
judge = layers.Dense(1)
difference = layers.Subtract()([judge(look(first)), judge(look(second))])
comparison = keras.Model([first, second], difference)

# %% [markdown]
# **Predict.** What does it say, untrained, for two equal cars? What if you swap the two? How many
# parameters does it have?

# %% tags=["D0-08"]
car, other_car = np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 0.0, 1.0]])
there, back = float(comparison([car, other_car])[0, 0]), float(comparison([other_car, car])[0, 0])
assert float(comparison([car, car])[0, 0]) == 0 and np.isclose(there, -back)
comparison.count_params(), there, back

# %% [markdown]
# Equal cars give exactly 0, swapped cars the same number with the other sign, whatever the
# weights: the wiring promises it. And 3 · 4 + 4 + 4 · 1 + 1 = 21 parameters, not 42. A shared
# layer is one layer; what it learns from one input it knows for the other.

# %% [markdown]
# ### Exercise 1: Shared parameters
# Two pictures of 100 numbers each go through the same `Dense(8)`. The two results are joined, 16
# numbers, and a `Dense(1)` follows. How many parameters has the model?
#
# <details><summary>Hint</summary>
#
# Count each layer object once. A layer has a weight for each pair of input and unit, and a bias a
# unit. Joining has none.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
shared_parameters = (100 * 8 + 8) + (16 * 1 + 1)
### END SOLUTION

# %% tags=["check"]
check.value(
    shared_parameters,
    expected=825,
    mistakes={
        "the shared layer is counted twice": 2 * 808 + 17,
        "the biases are not counted": 800 + 16,
        "the last layer hears 8 numbers only: both results reach it": 808 + 9,
        "both pictures are joined before the shared layer": (200 * 8 + 8) + 9,
    },
)

# %% [markdown] tags=["D0-14"]
# ## A real table. What is in it?
# How far does a car get on a gallon of petrol? 392 cars of the years 1970 to 1982. The target is
# `mpg`, miles per gallon; 20 mpg are about 12 litres per 100 km, 40 mpg about 6.

# %% tags=["D0-14"]
cars = data.load_auto_mpg()
cars

# %% [markdown] tags=["D0-14"]
# Look before you build. Two of the nine columns are traps.
#
# - **`origin`** is 1, 2 or 3, a code. Japan is not three times the USA.
# - **`name`** is text, and no number. Our file comes with the library mlxtend, whose own loader
#   reads all eight feature columns as numbers. Count what it could not read: a missing value is
#   NaN, *not a number*.

# %% tags=["D0-14"]
their_features, _ = mlxtend_data.autompg_data()
missing = np.isnan(their_features).sum(axis=0)
assert missing.tolist() == [0] * 7 + [392]
missing

# %% [markdown] tags=["D0-14"]
# The eighth column is NaN from top to bottom. A single NaN is enough: the mean of its column
# becomes NaN, then each row, and after one step the weights. Nobody warns you. Even the loss may
# look like a number that hardly falls, since ReLU can make 0 of a NaN. So ask before you train.
# **Two errors are announced**: a table with NaN is refused, and text does not become a number by
# itself.

# %% tags=["D0-14"]
with check.expect_error(ValueError, "missing or infinite values in 392 of 392 rows"):
    data.require_table(their_features)
with check.expect_error(ValueError, "'name' holds text"):
    cars.matrix("weight", "name")

# %% [markdown] tags=["D0-14"]
# Our loader keeps the names as text, and we leave them out of the features: with 301 names for 392
# cars a network could only learn them by heart.
#
# A code with three values becomes three columns, in each row one 1 and two 0: **one-hot**. Then
# each origin has a weight of its own. For 3, Japan: (0, 0, 1).

# %% tags=["D0-14"]
measured = ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"]
origins = (cars["origin"][:, None] == [1, 2, 3]).astype(float)
features = np.column_stack([cars.matrix(*measured), origins])
names = [*measured, "USA", "Europe", "Japan"]
mpg = cars["mpg"]
data.require_table(features, mpg)  # says nothing where all is well
origins[[0, 14, 19]]

# %%
regions = dict(zip(names[6:], origins.T, strict=True))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
plotting.plot_groups(cars["weight"], mpg, regions, left)
plotting.plot_groups(cars["year"] + origins @ [-0.25, 0, 0.25], mpg, regions, right)
left.set(xlabel="weight in pounds", ylabel="miles per gallon", title="Heavy is thirsty, in a curve")
right.set(xlabel="model year, 19…", title="Year by year it gets better")
plotting.show(figure, alt="Left: miles per gallon against weight falls in a curve, steeply first; "
              "American cars are the heaviest. Right: against model year it rises.")

# %% [markdown]
# Weight explains much, along a bent curve; the year helps; the origins differ. A straight line
# will not be perfect. Remember the picture on the right: the file is sorted by year.

# %% [markdown]
# ## Three parts. Who may see which cars?
# A model is judged by cars that it has not seen. So the table is cut into three, after shuffling:
#
# | part | cars | for |
# |---|---|---|
# | training set | 236 | weights, means and everything else that is learnt |
# | validation set | 78 | our choices: batch size, epochs, units |
# | test set | 78 | the verdict, once, at the end |
#
# Why two parts besides training? Each time you choose what looks best on the validation set, you
# also choose what is lucky there. The test set is fresh, because nobody has chosen by it.

# %%
order = np.random.default_rng(0).permutation(392)  # the same split, whatever the seed of the nets
train, validation, test = np.split(order, [236, 314])
x_train, x_validation, x_test = features[train], features[validation], features[test]
y_train, y_validation, y_test = mpg[train], mpg[validation], mpg[test]
guess_mae = np.mean(np.abs(y_validation - np.median(y_train)))
f"always saying {np.median(y_train):.1f} mpg is off by {guess_mae:.1f} mpg on average"

# %% [markdown]
# This is the poorest model of all, and the first number to beat: one answer for every car. (The
# median, because the mean absolute error, MAE, is what we count, as in lesson 03.)

# %% [markdown]
# ## Normalising. What if one column is a thousand times larger?
# Cars weigh thousands of pounds, an origin is 0 or 1. In lesson 03 you saw a ravine: what
# is a good learning rate for one direction is far too small for the other. So give all columns the
# same scale: subtract the mean, divide by the standard deviation. Three cars on paper:
#
# | weight | minus mean 3000 | divided by 816 |
# |---|---|---|
# | 2000 | −1000 | −1.22 |
# | 3000 | 0 | 0 |
# | 4000 | 1000 | 1.22 |
#
# $$z = \frac{x - \mu}{\sigma}, \qquad
# \sigma = \sqrt{\tfrac{1}{3}(1000^2 + 0^2 + 1000^2)} \approx 816$$
#
# The mean $\mu$ and the deviation $\sigma$ are learnt from the **training set only**, column by
# column, and used for every car from then on. Keras has a layer for it, which becomes part of the
# model: whoever uses the model later passes pounds and need not know the means. `adapt` is its
# training.

# %%
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
normalise = layers.Normalization()
normalise.adapt(x_train)
assert np.allclose(normalise(x_validation), (x_validation - mean) / deviation, atol=1e-4)
dict(zip(names, mean.round(1).tolist(), strict=True))

# %% [markdown]
# ### Exercise 2: Normalise
# Write it in NumPy: learn mean and deviation of each column from `train`, and return both arrays
# normalised with them, `(train, other)`.
#
# <details><summary>Hint</summary>
#
# `train.mean(axis=0)` gives a number a column. The second array is treated with the numbers of the
# first, not with its own.
# </details>

# %% tags=["exercise"]
def normalise_both(train, other):
    """Return both arrays, normalised column by column with mean and deviation of `train`."""
    ### BEGIN SOLUTION
    column_mean, column_deviation = train.mean(axis=0), train.std(axis=0)
    return (train - column_mean) / column_deviation, (other - column_mean) / column_deviation
    ### END SOLUTION


# %% tags=["check"]
def by(a, mean, deviation):
    return (a - mean) / deviation


check.function(
    normalise_both,
    inputs=[
        (np.array([[2000.0, 1.0], [3000.0, 0.0], [4000.0, 0.0]]),
         np.array([[3500.0, 1.0], [2500.0, 0.5]])),
        (np.array([[1.0, 5.0], [3.0, 9.0]]), np.array([[2.0, 6.0], [4.0, 8.0], [9.0, 1.0]])),
    ],
    expected=lambda a, b: (by(a, a.mean(0), a.std(0)), by(b, a.mean(0), a.std(0))),
    mistakes={
        "the second array is normalised with its own numbers: it must not teach anything": (
            lambda a, b: (by(a, a.mean(0), a.std(0)), by(b, b.mean(0), b.std(0)))),
        "one mean is taken of the whole table: axis=0 is missing": (
            lambda a, b: (by(a, a.mean(), a.std()), by(b, a.mean(), a.std()))),
        "it is not divided by the deviation": lambda a, b: (a - a.mean(0), b - a.mean(0)),
        "it is divided by the variance: the deviation is its root": (
            lambda a, b: (by(a, a.mean(0), a.var(0)), by(b, a.mean(0), a.var(0)))),
        "mean and deviation come from both arrays together: the second one leaks": (
            lambda a, b: tuple(by(c, np.vstack([a, b]).mean(0), np.vstack([a, b]).std(0))
                               for c in (a, b))),
    },
)

# %% [markdown] tags=["D0-09"]
# ## The network. Who adjusts the weights?
# Two hidden layers of 16 units and one output, and then `compile`, which adds what training needs:
# `loss`, what is made small; `metrics`, what is written down besides; `optimizer`. The
# **optimizer** is the component that adjusts weights and biases during training. The gradients say
# in which direction; the optimizer decides how far.

# %% tags=["D0-09"]
model = keras.Sequential([
    keras.Input(shape=(9,)),
    normalise,
    layers.Dense(16, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1),  # a single number, no activation
])
model.compile(loss="mae", optimizer="adam", metrics=["mae"])

# %% [markdown] tags=["D0-09"]
# ### Adam
# The usual optimizer is **Adam**. For each weight it keeps two running means: $m$ of its
# gradients, as momentum does, and $v$ of their squares. It steps by $m / \sqrt{v}$ times the
# learning rate $l$, so that a weight with large gradients takes no larger steps than one with
# small ones. Both means start at 0 and are too small at first, so they are divided by what they
# lack, $1 - 0.9^t$ and $1 - 0.999^t$ in step $t$ (and Keras adds 10⁻⁷ below the fraction line,
# lest it divide by 0):
#
# $$m' = 0.9\,m + 0.1\,g, \quad v' = 0.999\,v + 0.001\,g^2, \quad
# w' = w - l\, \frac{m' / (1 - 0.9^t)}{\sqrt{v' / (1 - 0.999^t)}}$$
#
# On paper, with a gradient of 4 and then of 2:
#
# | $t$ | $g$ | $m'$ | corrected | $v'$ | corrected | step in units of $l$ |
# |---|---|---|---|---|---|---|
# | 1 | 4 | 0.4 | 4 | 0.016 | 16 | 4 / √16 = 1 |
# | 2 | 2 | 0.56 | 2.947 | 0.01998 | 9.997 | 2.947 / √9.997 ≈ 0.932 |
#
# **Predict.** Another weight has gradients a hundred times smaller, 0.04 and 0.02. How far does it
# go?

# %% tags=["D0-09"]
gradients = np.array([[4.0, 0.04], [2.0, 0.02]])  # a row per step, a column per weight
weights, m, v = np.ones(2), np.zeros(2), np.zeros(2)
for t, gradient in enumerate(gradients, 1):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    weights = weights - 0.1 * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t))

variable, adam = keras.Variable(np.ones(2)), keras.optimizers.Adam(learning_rate=0.1)
for gradient in gradients:
    adam.apply([keras.ops.convert_to_tensor(gradient, "float32")], [variable])
assert np.allclose(variable, weights, atol=1e-4) and np.allclose(weights, 1 - 0.1932, atol=1e-4)
weights

# %% [markdown]
# Just as far. The size of the gradients cancels; their direction and steadiness stay. This is why
# Adam works on so many problems with the same learning rate, 0.001 if you do not choose one.

# %% [markdown]
# ## Fit and evaluate. How good is it after ten epochs?
# Ten epochs in mini-batches of 50 cars, a habit of many slides.
#
# **Predict.** How many steps is that? Each moves a weight by about 0.001. Will it be enough?

# %% tags=["D0-10"]
history = model.fit(x_train, y_train, epochs=10, batch_size=50, verbose=0)
loss, mae = model.evaluate(x_validation, y_validation, verbose=0)
steps = int(model.optimizer.iterations)
assert steps == 50 and np.isclose(loss, mae) and mae > guess_mae
f"{steps} steps, off by {mae:.1f} mpg"

# %% [markdown]
# Worse than saying the same for every car. Nothing is broken: 236 cars are 5 mini-batches an
# epoch, so 50 steps, and in 50 steps of 0.001 no weight gets far. (`evaluate` returns the loss and
# then the metrics; here both are the MAE.) We take a larger learning rate, 0.01, and go on longer.
# A function builds the network afresh each time, with the normalisation learnt from the cars that
# it is given; another counts the error. (A network called like a function returns its outputs, of
# shape (rows, 1); `[:, 0]` makes a row of this column.)

# %%
def build_model(x, units=(16, 16), learning_rate=0.01):
    """Return a new compiled network that normalises its input as x, shape (rows, columns)."""
    scale = layers.Normalization()
    scale.adapt(x)
    network = keras.Sequential([
        keras.Input(shape=(x.shape[1],)),
        scale,
        *[layers.Dense(number, activation="relu") for number in units],
        layers.Dense(1),
    ])
    network.compile(loss="mae", optimizer=keras.optimizers.Adam(learning_rate), metrics=["mae"])
    return network


def errors_of(network, x, y):
    """Return prediction minus target for each row of x, shape (rows,)."""
    return np.array(network(x))[:, 0] - y


def mae_of(errors):
    """Return the mean absolute error."""
    return float(np.mean(np.abs(errors)))

# %% [markdown]
# ### Without normalising
# Same network, same training, 20 epochs; once with the layer, once with it taken out: a
# normalisation that learnt from mean 0 and deviation 1 changes nothing.
#
# **Predict.** Which one is better, and by how much?

# %%
neutral = np.array([-1.0, 1.0])[:, None] * np.ones(9)
validation_mae = {}
for name, scale_from in {"normalised": x_train, "raw": neutral}.items():
    network = build_model(scale_from)
    network.fit(x_train, y_train, epochs=20, batch_size=32, verbose=0)
    validation_mae[name] = mae_of(errors_of(network, x_validation, y_validation))
assert validation_mae["raw"] > 1.3 * validation_mae["normalised"]
{name: round(value, 2) for name, value in validation_mae.items()}

# %% [markdown]
# Without normalising it is far worse, and by how much is luck: inputs of thousands of pounds make
# outputs of hundreds of mpg, the first steps are wild, and units may die on the way, as in lesson
# 04. It is not an error that anybody reports to you.

# %% [markdown] tags=["D0-13"]
# ### Predict
# `predict` takes many examples at once, shape (examples, columns), and returns (examples, outputs).
# A single example is a table with one row. For a network with two inputs, such as our
# `small_model`, one is tempted to write `model.predict([[1.0, 2.0]])`. Keras 3 wants an array;
# **the message is announced**:

# %% tags=["D0-13"]
with check.expect_error(ValueError, "Unrecognized data type"):
    small_model.predict([[1.0, 2.0]], verbose=0)

one_row = small_model.predict(np.array([[1.0, 2.0]]), verbose=0)
one_row

# %% [markdown] tags=["D0-13"]
# (`small_model` has learnt nothing, so only the shape says something.) A list would be ambiguous:
# it could also mean two inputs of one number each, as `comparison` above has two inputs.

# %% [markdown] tags=["D0-10"]
# ## Validation. Four ways to look?
# Keras shows you four ways to train and to judge:
#
# ```python
# model.fit(x, y, epochs=10, batch_size=50)                               # 1 without validation
# model.fit(x, y, validation_split=0.2, epochs=10, batch_size=50)         # 2 Keras splits
# model.fit(x_train, y_train, validation_data=(x_validation, y_validation), ...)   # 3 you split
# scores = model.evaluate(x_test, y_test, verbose=0)                      # 4 afterwards, separately
# ```
#
# - The first tells how well the network knows what it has seen, and no more.
# - The second has a trap: `validation_split=0.2` takes **the last 20 %**, before any shuffling. And
#   our file is sorted by year.
# - The third is the clearest, and what we use: at the end of each epoch the network is evaluated on
#   the cars that you name. (Slides pass `(x_test, y_test)` there. Then it is a validation set, and
#   you have no test set any more.)
# - The fourth is for the end.
#
# **Predict.** What are the last 20 % of the file? Will the validation error be better or worse
# than with shuffled cars?

# %% tags=["D0-10"]
learning = np.concatenate([train, validation])  # all but the test set, in random order
orders = {"shuffled": learning, "as in the file": np.sort(learning)}
split_mae = {}
for name, rows in orders.items():
    x, y = features[rows], mpg[rows]
    network = build_model(x[: round(0.8 * len(x))])
    history = network.fit(x, y, validation_split=0.2, epochs=20, batch_size=32, verbose=0)
    split_mae[name] = history.history["val_mae"][-1]
assert split_mae["as in the file"] > split_mae["shuffled"]
{name: round(value, 2) for name, value in split_mae.items()}

# %% [markdown]
# The last 20 % are the newest cars, from 1980 on: the network is asked for years that it has never
# seen. Which of the two is right? It depends on the question. Random rows ask "how well does it
# know cars of these years?", the last rows ask "how well does it know next year's?". Choose
# knowingly; shuffle first if you do not mean the second.

# %% [markdown] tags=["D0-11"]
# ## Batch size. How often shall the weights be adjusted?
# After every example? After every $n$ examples? After every epoch? With 236 training cars and 10
# epochs:
#
# | batch size | steps an epoch | steps in 10 epochs |
# |---|---|---|
# | 1, every example | 236 | 2360 |
# | 8 | 30 | 300 |
# | 32 | 8 | 80 |
# | 256 or all, once an epoch | 1 | 10 |
#
# **Predict.** Which is fastest? Which is best after 10 epochs? Why are 256 and all the same here?

# %% tags=["D0-11"]
batch_sizes = {"1": 1, "8": 8, "32": 32, "256": 256, "all": len(x_train)}
batch_steps, batch_seconds, batch_errors = [], [], []
for size in batch_sizes.values():
    network = build_model(x_train)
    started = time.perf_counter()
    network.fit(x_train, y_train, epochs=10, batch_size=size, verbose=0)
    batch_seconds.append(time.perf_counter() - started)
    batch_steps.append(int(network.optimizer.iterations))
    batch_errors.append(mae_of(errors_of(network, x_validation, y_validation)))
assert batch_steps == [2360, 300, 80, 10, 10] and batch_errors[1] < batch_errors[-1]

# %% tags=["D0-11"]
row = plotting.plot_batch_results(list(batch_sizes), batch_steps, batch_seconds, batch_errors,
                                  "validation MAE in mpg")
plotting.show(row[0].figure, alt="Bars for five batch sizes. Steps fall from 2360 to 10; seconds "
              "are most for 1; the validation error is far higher for 256 and all than up to 32.")

# %% [markdown] tags=["D0-11"]
# The trade-off in one picture. **Small** batches: many steps, each from a noisy gradient (with 1,
# so is the result); slow, since each step has a fixed price. **Large** ones: a smooth gradient and
# quick epochs, but so few steps that 10 epochs are hardly a beginning. (There are only 236 cars, so
# 256 is the same as all.) So the answer is $n$: some tens of examples. 32 is what `fit` takes when
# you say nothing. Each bar of time includes a part in which Keras gets ready, and what else your
# machine was doing.

# %% [markdown] tags=["D0-12", "D2-17"]
# ## Epochs. When is it time to stop?
# Slides say `epochs=10` here, and there `epochs=1000` with `validation_split=0.25` and the loss
# `"mse"`, the mean squared error (we take `"mae"`, which is in mpg and less moved by single large
# errors); another draws 100 epochs. You need not guess: train for 70 and look. `fit` returns a
# history, with one value an epoch of each metric, `val_` for validation.

# %% tags=["D0-12"]
network = build_model(x_train)
history = network.fit(x_train, y_train, epochs=70, batch_size=32, verbose=0,
                      validation_data=(x_validation, y_validation))
axes = plotting.plot_history(history, "mae")
axes.set(ylim=(0, 8), ylabel="MAE in mpg", title="Both fall; validation levels off first")
plotting.show(axes.figure, alt="MAE in mpg over 70 epochs. Training, solid, and validation, "
              "dotted, fall steeply in the first ten epochs; later validation is flat.")

# %% [markdown] tags=["D0-12"]
# Find the number of epochs, and check for overfitting: where the dotted curve stops falling, more
# epochs buy nothing. Here little happens after about epoch 20; we take 40 from now on, to be on the
# safe side. Do not take the single best epoch: the curve jitters, and its lowest point is luck.
#
# Now the same with a much larger network and only 20 cars to learn from, all in one mini-batch.
#
# **Predict.** Where will the solid curve go, and where the dotted one?

# %% tags=["D0-12"]
large = build_model(x_train[:20], units=(128, 128))
large_history = large.fit(x_train[:20], y_train[:20], epochs=70, batch_size=20, verbose=0,
                          validation_data=(x_validation, y_validation))
axes = plotting.plot_history(large_history, "mae")
axes.set(ylim=(0, 8), ylabel="MAE in mpg", title="20 cars nearly by heart, the others not")
plotting.show(axes.figure, alt="MAE over 70 epochs with 20 training cars. Training falls below "
              "1 mpg; validation stays near 3 mpg, a wide gap between the two.")
last_mae, last_val_mae = [np.mean(large_history.history[key][-10:]) for key in ("mae", "val_mae")]
assert last_mae < 0.5 * last_val_mae

# %% [markdown]
# Overfitting, as in lesson 04, on real data: the training error falls and falls, and new cars gain
# nothing from it. More data helps, fewer units help, stopping helps. Lesson 07 is about cures.

# %% [markdown] tags=["D0-12"]
# ### A plot with three bugs
# This code shall draw such a picture, `history` being the dictionary. It runs, and shows something.
# **Predict.** Which three lines are wrong?
#
# ```python
# plt.plot(history["mae"], "-", label="Training")
# plt.plot(history["mae"], ":", label="Validation")
# plt.title("Accuracy")
# plt.xlabel("Epoch")
# plt.ylabel("MAE")
# plt.legend(loc="upper right")
# plt.plot()
# ```
#
# <details><summary>Answer</summary>
#
# Line 2 draws the training error a second time: the key is `val_mae`. Line 3 calls it accuracy, but
# an MAE is an error, and here low is good. The last line draws nothing; `plt.show()` was meant, and
# in a notebook nobody notices. (Lines 3 and 7 are from a slide, line 2 is what copying does.)
# </details>

# %% [markdown]
# ## Baseline. Does the network earn its keep?
# A straight line needs no epochs and no learning rate, and its weights can be read. A network that
# is no better is a waste. So compare, and honestly: the same cars, the same features, the same
# one-hot origins. 78 validation cars are few; with others the figures would differ. In
# **cross-validation** the cars are cut into five parts, the *folds*; each is predicted once, by
# a model that learnt from the other four. So every car is judged, and never by a model that knew
# it. (`KFold(5)` cuts the rows in their order; ours are shuffled already.) The test set stays
# aside.
#
# | round | learn from | predict |
# |---|---|---|
# | 1 | folds 2, 3, 4, 5 | fold 1 |
# | 2 | folds 1, 3, 4, 5 | fold 2 |
# | … | | |
#
# We count MAE and RMSE, the root of the mean squared error, in mpg like the MAE, but harder on
# large errors.
#
# The network has one hidden layer of 64 units now. We had compared it with the two layers of 16 in
# this very way beforehand, and there was little to choose (try it: `units=(16, 16)`).
#
# **Predict.** By how much will a network be better than the line: not at all, by a fifth, by half?

# %%
fold_errors = {"line": [], "network": []}
for seen, unseen in model_selection.KFold(5).split(learning):
    x, y = features[learning[seen]], mpg[learning[seen]]
    x_new, y_new = features[learning[unseen]], mpg[learning[unseen]]
    line = linear_model.LinearRegression().fit(x, y)
    network = build_model(x, units=(64,))
    network.fit(x, y, epochs=40, batch_size=32, verbose=0)
    fold_errors["line"].append(line.predict(x_new) - y_new)
    fold_errors["network"].append(errors_of(network, x_new, y_new))

# %%
def rmse_of(errors):
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean(errors**2)))


fold_mae = {name: [mae_of(fold) for fold in folds] for name, folds in fold_errors.items()}
fold_rmse = {name: [rmse_of(fold) for fold in folds] for name, folds in fold_errors.items()}
line_mae, net_mae = np.mean(fold_mae["line"]), np.mean(fold_mae["network"])
line_rmse, net_rmse = np.mean(fold_rmse["line"]), np.mean(fold_rmse["network"])
assert net_mae < 0.85 * line_mae and net_rmse < 0.85 * line_rmse
f"MAE {line_mae:.2f} → {net_mae:.2f}, RMSE {line_rmse:.2f} → {net_rmse:.2f}"

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
plotting.plot_fold_errors(fold_mae, "MAE in mpg", left)
plotting.plot_fold_errors(fold_rmse, "RMSE in mpg", right)
figure.suptitle("By either measure, the network is better than the line")
plotting.show(figure, alt="MAE and RMSE in mpg of five folds, joined, for the line and the "
              "network: in nearly every fold they fall from the line to the network.")

# %% [markdown]
# Each grey line is a fold, each black mark a mean. Both errors are lower by more than 15 %, and
# nearly every fold says so. The bent curve of weight, and interactions such as weight with year,
# are what the line cannot follow. (Give it the squares and products of all columns, and it is about
# as good as the network, which finds for itself what you would otherwise have to think of; in small
# tables there is often little more to gain.) Whoever chooses by such figures, as we did, takes a
# little luck along: a winner's own figure always flatters. So the verdict is the test set's.

# %% [markdown]
# ## Residuals. Where is it wrong?
# Choices are made; now the test set, once. The final network learns from all 314 other cars.

# %%
final_model = build_model(features[learning], units=(64,))
final_model.fit(features[learning], mpg[learning], epochs=40, batch_size=32, verbose=0)
predictions = final_model.predict(x_test, verbose=0)[:, 0]
residuals = predictions - y_test
test_mae = mae_of(residuals)
low, high = results.band("05_keras_regression/test_mae")
assert low <= test_mae <= high
f"test MAE {test_mae:.2f} mpg, RMSE {rmse_of(residuals):.2f} mpg"

# %% [markdown]
# One number hides much. A **residual** is the error of one example, prediction minus target. Look
# at all of them.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
plotting.plot_predictions(y_test, predictions, axes=left)
plotting.plot_residuals(y_test, residuals, axes=right)
left.set(xlabel="miles per gallon", ylabel="predicted", title="Close below 20, wide above 30")
right.set(xlabel="miles per gallon", ylabel="residual in mpg", title="Thrifty cars: mostly too low")
plotting.show(figure, alt="Left: predictions of 78 test cars lie along the diagonal, scattered "
              "above 30 mpg. Right: residuals spread wider there, most of them below 0.")

# %%
bounds = {"below 20": (0, 20), "20 to 30": (20, 30), "from 30": (30, 50)}
groups, by_prediction = (
    {name: residuals[(least <= by) & (by < most)] for name, (least, most) in bounds.items()}
    for by in (y_test, predictions))
assert mae_of(groups["from 30"]) > 1.5 * mae_of(groups["below 20"])
assert np.mean(groups["from 30"]) < min(0, np.mean(by_prediction["from 30"]) - 0.5)
{name: f"{len(group)} cars, MAE {mae_of(group):.1f}, mean residual {np.mean(group):+.1f}"
 for name, group in groups.items()}

# %%
worst = np.argsort(-np.abs(residuals))[:5]
[f"{cars['name'][test[i]]}, 19{cars['year'][test[i]]}: {y_test[i]:.0f} mpg, predicted "
 f"{predictions[i]:.0f}" for i in worst]

# %% [markdown]
# Thirsty cars are predicted to about one mpg; thrifty ones are off by three or more, and mostly too
# low. Some may have what no column tells, such as a diesel engine or a fifth gear; then the name,
# useless as an input, is a clue. Also, the unit exaggerates: from 15 to 16 mpg saves about as much
# petrol as from 30 to 34.
#
# But is "too low" the network's fault? We grouped by what the cars really did. Among cars that look
# alike in all columns some get farther than others, and the best prediction for all of them is in
# the middle: too low for those that end up on top. Whoever asks the network has only its answer. So
# group by that:

# %%
{name: f"mean residual {np.mean(group):+.1f}" for name, group in by_prediction.items()}

# %% [markdown]
# The thrifty group is less too low now. Residuals grouped by the target tilt like this for every
# model that is not perfect. What is left when you group by the prediction may be its own fault, or,
# with so few cars, luck.

# %% [markdown]
# ## Saving. How does a model leave the notebook?
# One file with the ending `.keras` holds layers, weights, normalisation and the optimizer's state.
# A loaded model predicts the same to the last bit, from pounds and horsepower. (We save into a
# temporary folder, so that nothing is left behind; in your own work, `model.save("cars.keras")`.)
#
# Then ask it about cars of your own. **Predict.** What does 500 pounds more cost? And a car of
# 1999, which the model never saw?

# %%
with tempfile.TemporaryDirectory() as folder:
    file = "/".join([folder, "cars.keras"])
    final_model.save(file)
    loaded = keras.saving.load_model(file)
assert np.array_equal(loaded(x_test), final_model(x_test))


def ask_about(weight=2200, horsepower=75, year=82):
    """Print the loaded model's answer for a European car of four cylinders."""
    my_car = np.array([[4, 98.0, horsepower, weight, 16.0, year, 0, 1, 0]])  # as in `names`
    print(f"{loaded.predict(my_car, verbose=0)[0, 0]:.1f} mpg")


ask_about()
controls = ipywidgets.interact(
    ask_about, weight=(1600, 4800, 100), horsepower=(50, 200, 5), year=(70, 99))

# %% [markdown]
# Heavier is thirstier, later is thriftier, as in the table. Beyond 1982 the network goes on in the
# direction in which it was going, and 1999 gets about 60 mpg, which no such car had. It answers as
# readily as for a car it knows well and says nothing of having left its data. Four cylinders, 4,800
# pounds and 50 hp is no car at all, and gets an answer, too.

# %% [markdown] tags=["D2-18"]
# ## Lab 9.1. Can a network stand in for a broken thermometer?
# Your turn: a whole task, from raw data to a report, in seven steps. In Seattle, the thermometer
# for the day's maximum fails. Night minimum, rain and wind are still measured. How warm was it?
# Four exercises check the steps. Where you are stuck, go on: no later cell needs your answer.
#
# ### Step 1: look
# **Predict** from the picture: which columns will help, and how? Does rain cool?

# %% tags=["D2-18"]
weather = data.load_seattle_weather()
weather

# %%
warmest, rain = weather["temp_max"], weather["precipitation"]
january_1 = weather["date"].astype("datetime64[Y]")
day = (weather["date"] - january_1).astype(int)  # 0 is 1 January
weathers = {"dry": rain == 0, "wet": rain > 0}
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
plotting.plot_groups(day, warmest, weathers, left, markersize=4)
plotting.plot_groups(weather["temp_min"], warmest, weathers, right, markersize=4)
left.set(xlabel="day of the year", ylabel="maximum in °C", title="A wave; dry summer days on top")
right.set(xlabel="minimum in °C", title="Warm nights, warm days")
plotting.show(figure, alt="Left: the maximum over the day of the year rises from about 7 °C in "
              "January to 27 °C in July and falls again; dry summer days lie on top. Right: it "
              "rises with the night's minimum.")

# %% [markdown] tags=["D2-18"]
# ### Step 2: make features
# The day of the year is a code, too: 31 December is day 364, the next day is 0, and the weather is
# the same. Put the year on a circle: a day becomes an angle, the angle two numbers, its sine and
# cosine. Neighbours stay neighbours.

# %% [markdown] tags=["D2-18"]
# ### Exercise 3: Look, and make features
# For step 1, `rain_gap(warmest, rain)`: the mean maximum of the dry days (`rain` is 0) minus that
# of the wet ones. For step 2, `on_circle(day)`: two columns, sine and cosine of the angle of each
# day; a year has 365.25 days and is a full turn, $2\pi$.
#
# <details><summary>Hint</summary>
#
# `warmest[rain == 0]` picks the dry days. The angle is `2 * np.pi * day / 365.25`.
# `np.column_stack([a, b])` puts two rows side by side as columns.
# </details>

# %% tags=["exercise"]
def rain_gap(warmest, rain):
    """Return by how many degrees the dry days are warmer on average than the wet ones."""
    ### BEGIN SOLUTION
    return warmest[rain == 0].mean() - warmest[rain > 0].mean()
    ### END SOLUTION


def on_circle(day):
    """Return sine and cosine of the angle of each day of the year, shape (days, 2)."""
    ### BEGIN SOLUTION
    turn = 2 * np.pi * day / 365.25
    return np.column_stack([np.sin(turn), np.cos(turn)])
    ### END SOLUTION


# %% tags=["check"]
def circle(day, factor=2 * np.pi / 365.25):
    return np.stack([np.sin(factor * day), np.cos(factor * day)], axis=-1)


check.function(
    rain_gap,
    inputs=[(np.array([20.0, 10.0, 34.0, 5.0, 9.0]), np.array([0.0, 3.0, 0.0, 0.2, 0.0])),
            (np.array([4.0, 6.0, 7.0, 12.0]), np.array([0.0, 8.0, 0.5, 2.0]))],
    expected=lambda t, r: t[r == 0].mean() - t[r > 0].mean(),
    mistakes={
        "it is wet minus dry": lambda t, r: t[r > 0].mean() - t[r == 0].mean(),
        "the dry days are compared with all days": lambda t, r: t[r == 0].mean() - t.mean(),
        "it is the median, not the mean": lambda t, r: np.median(t[r == 0]) - np.median(t[r > 0]),
    },
)
check.function(
    on_circle,
    inputs=[np.array([0, 91, 182, 364]), np.array([10, 200])],
    expected=circle,
    mistakes={
        "the angle is in degrees: a full turn is 2π": lambda day: circle(day, 360 / 365.25),
        "the year is half a turn: 2π is a full one": lambda day: circle(day, np.pi / 365.25),
        "a year has 365 days: on average it has 365.25": lambda day: circle(day, 2 * np.pi / 365),
        "the two are rows: put them side by side, a row per day": lambda day: circle(day).T,
        "cosine comes first": lambda day: circle(day)[:, ::-1],
    },
)

# %% tags=["D2-18"]
month = weather["date"].astype("datetime64[M]").astype(int) % 12  # 0 is January
winter, summer = np.isin(month, [11, 0, 1]), np.isin(month, [5, 6, 7])
gaps = {name: warmest[rows & (rain == 0)].mean() - warmest[rows & (rain > 0)].mean()
        for name, rows in {"summer": summer, "winter": winter}.items()}
angle = 2 * np.pi * day / 365.25
days = np.column_stack([weather.matrix("temp_min", "precipitation", "wind"),
                        np.sin(angle), np.cos(angle)])
assert gaps["summer"] > 4 and gaps["winter"] < 0
{name: f"dry days are {gap:+.1f} °C warmer" for name, gap in gaps.items()}

# %% [markdown] tags=["D2-18"]
# In summer dry days are far warmer, in winter a little colder: clouds keep the sun away, and they
# keep the warmth in. What rain means depends on the season, the *interaction* of lesson 02. No
# straight line can say that.
#
# ### Step 3: split
# By year, since the broken thermometer will be next year's: training 2012 and 2013, validation
# 2014, test 2015. Neighbouring days are alike; had we shuffled, the network could peep at yesterday
# and tomorrow of each test day.
#
# ### Step 4: set baselines
# The climate: for each day, what was usual in its month. And a straight line, from the five
# columns: minimum, rain, wind, sine, cosine.

# %% [markdown] tags=["D2-18"]
# ### Exercise 4: Split, and a baseline
# `climate(warmest, month, year)` predicts every day of all years: the mean maximum of its month,
# learnt from the training years only, 2012 and 2013. `month` counts from 0 to 11.
#
# <details><summary>Hint</summary>
#
# `learn = year <= 2013`. The mean of one month is `warmest[learn & (month == number)].mean()`; make
# an array `usual` of twelve. Then `usual[month]` has one number a day.
# </details>

# %% tags=["exercise"]
def climate(warmest, month, year):
    """Return for each day the mean maximum of its month in 2012 and 2013, shape (days,)."""
    ### BEGIN SOLUTION
    learn = year <= 2013
    usual = [warmest[learn & (month == number)].mean() for number in range(12)]
    return np.array(usual)[month]
    ### END SOLUTION


# %% tags=["check"]
def monthly(warmest, month, learn):
    return np.array([warmest[learn & (month == number)].mean() for number in range(12)])


months, years = np.tile(np.arange(12), 12), np.repeat([2012, 2013, 2014, 2015], 36)
degrees = 10 + 3.0 * (years - 2012) ** 2 + months * (months - 5.0) + np.arange(144) ** 2 % 7
check.function(
    climate,
    inputs=[(degrees, months, years), (degrees[::-1] + months, months, years),
            (degrees, np.r_[months[:36], months[35::-1], months[72:]], years),
            (degrees, months, years[::-1])],
    expected=lambda t, m, y: monthly(t, m, y <= 2013)[m],
    mistakes={
        "all years are learnt from: the test year leaks": lambda t, m, y: monthly(t, m, y > 0)[m],
        "the validation year is learnt from, too": lambda t, m, y: monthly(t, m, y <= 2014)[m],
        "2013 is missing from the training years": lambda t, m, y: monthly(t, m, y <= 2012)[m],
        "the twelve means come out, not one a day": lambda t, m, y: monthly(t, m, y <= 2013),
    },
)

# %% tags=["D2-18"]
year = january_1.astype(int) + 1970
early, middle, late = year <= 2013, year == 2014, year == 2015
usual = np.array([warmest[early & (month == number)].mean() for number in range(12)])
weather_line = linear_model.LinearRegression().fit(days[early], warmest[early])
guesses = {"climate": usual[month], "line": weather_line.predict(days)}
{name: f"validation MAE {mae_of((guess - warmest)[middle]):.2f} °C"
 for name, guess in guesses.items()}

# %% [markdown] tags=["D2-18"]
# Sine and cosine have made the wave easy even for a line: on this table it is hard to beat.
#
# ### Step 5: train a network
# Now build what lies between raw data and answer yourself.

# %% [markdown] tags=["D2-18"]
# ### Exercise 5: Your own network
# Build, compile and train `my_model` on `days[early]`, `warmest[early]`, so that its MAE on the
# validation year, `days[middle]`, is below that of the climate by at least 0.5 °C. `build_model`
# is not allowed: write the layers yourself. Do not touch 2015.
#
# <details><summary>Hint</summary>
#
# `layers.Normalization()` and `adapt`; a `Dense` layer of 64 units with ReLU; `Dense(1)` without
# an activation. Loss `"mae"`, Adam with 0.01, 20 to 40 epochs.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_model = keras.Sequential([
    keras.Input(shape=(5,)),
    layers.Normalization(),
    layers.Dense(64, activation="relu"),
    layers.Dense(1),
])
my_model.layers[0].adapt(days[early])
my_model.compile(loss="mae", optimizer=keras.optimizers.Adam(0.01), metrics=["mae"])
my_model.fit(days[early], warmest[early], epochs=20, batch_size=32, verbose=0)
### END SOLUTION

# %% tags=["check"]
climate_mae = np.mean(np.abs(usual[month] - warmest)[middle])


def stack(*parts):
    return keras.Sequential([keras.Input(shape=(5,)), *parts])


def read_model(network):
    """Return last layer, MAE of 2014 (infinite for another shape), and how much it bends."""
    x = days[middle]
    outputs, others, between = (np.array(network(at)) for at in (x, x[::-1], (x + x[::-1]) / 2))
    error = mae_of(outputs[:, 0] - warmest[middle]) if outputs.shape == (365, 1) else np.inf
    return network.layers[-1], error, np.abs(outputs + others - 2 * between).max()


linear = keras.activations.linear
check.meets(
    my_model,
    read=read_model,
    summary=lambda seen: f"Validation MAE {seen[1]:.2f} °C; the climate has {climate_mae:.2f} °C.",
    mistakes={
        "it must give one number a day: end with Dense(1)": (
            lambda seen: seen[1] == np.inf, stack(layers.Dense(2))),
        "the output has an activation: a temperature may be any number": (
            lambda seen: getattr(seen[0], "activation", linear) is not linear,
            stack(layers.Dense(1, activation="relu"))),
        "nothing in it bends: it is a straight line": (
            lambda seen: seen[2] < 1e-3, stack(layers.Dense(4), layers.Dense(1))),
        "it is hardly trained, or it does not normalise the raw columns itself": (
            lambda seen: not seen[1] <= climate_mae - 0.5,
            stack(layers.Dense(64, activation="relu"), layers.Dense(1))),
    },
)

# %% [markdown] tags=["D2-18"]
# ### Step 6: ask what it has learnt
# Here is ours, from the training years: one layer of 64 units, which the validation year prefers to
# two of 16, though not with every seed. We take every day of 2012 and 2013 and ask about it twice:
# without rain, and with 10 mm, all else equal. By how many degrees does the prediction fall?
#
# **Predict.** What will the straight line say in January, and in July? And the network?

# %% tags=["D2-18"]
weather_model = build_model(days[early], (64,))
weather_model.fit(days[early], warmest[early], epochs=20, batch_size=32, verbose=0)
predictors = {"line": weather_line.predict,
              "network": lambda rows: np.array(weather_model(rows))[:, 0]}
dry, wet = days[early].copy(), days[early].copy()
dry[:, 1], wet[:, 1] = 0, 10
cooling = {name: np.array([(predict(dry) - predict(wet))[month[early] == number].mean()
                           for number in range(12)]) for name, predict in predictors.items()}
assert cooling["network"][[5, 6, 7]].mean() > 2 + cooling["network"][[11, 0, 1]].mean()

# %% tags=["D2-18"]
axes = plotting.plot_curves(range(1, 13), cooling)
axes.set(xlabel="month", ylabel="cooler by … °C", title="What 10 mm of rain do")
plotting.show(axes.figure, alt="By how many °C 10 mm of rain lower the prediction, by "
              "month. Line: flat, a little above 1. Network: small in winter, about 5 in summer.")

# %% [markdown] tags=["D2-18"]
# For the line, rain costs the same every day of the year. The network has found what we saw in the
# raw data: it depends on the season.
#
# And which column does it need most? Shuffle one column among the days, so that it is still
# plausible and no longer true, and see how much worse the predictions become. This **permutation
# importance** works with any model.

# %% [markdown] tags=["D2-18"]
# ### Exercise 6: Permutation importance
# Return by how much the MAE grows when column number `column` of `x` is put into the order
# `order`, a permutation of the row numbers. `predict` is a function: rows in, predictions out.
# Then write down the two findings of your report: the season in which the network lets rain cool
# more ("summer" or "winter"), and what it needs more, "minimum" (column 0) or "rain" (column 1).
# Ask `importance(predictors["network"], days[middle], warmest[middle], 0, order)`, with
# `order = np.random.default_rng(0).permutation(365)`, then for column 1.
#
# <details><summary>Hint</summary>
#
# Work on `x.copy()`; replace its column by `x[order, column]`. MAE after minus MAE before. The
# targets stay in their order.
# </details>

# %% tags=["exercise"]
def importance(predict, x, y, column, order):
    """Return the growth of the MAE when one column is shuffled."""
    ### BEGIN SOLUTION
    shuffled = x.copy()
    shuffled[:, column] = x[order, column]
    return np.mean(np.abs(predict(shuffled) - y)) - np.mean(np.abs(predict(x) - y))
    ### END SOLUTION


### BEGIN SOLUTION
report = ["summer", "minimum"]
### END SOLUTION

# %% tags=["check"]
def swap(x, column, order):
    return np.column_stack([c[order] if place == column else c for place, c in enumerate(x.T)])


table = np.array([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0], [8.0, 50.0]])
total = np.array([11.0, 33.0, 24.0, 60.0])
check.function(
    importance,
    inputs=[
        (lambda x: x.sum(axis=1), table, total, 0, np.array([1, 0, 3, 2])),
        (lambda x: x[:, 0], table, total, 1, np.array([1, 0, 3, 2])),
        (lambda x: x.sum(axis=1), table[::-1], total + 1, 1, np.array([3, 0, 1, 2])),
        (lambda x: x.sum(axis=1), table, total[::-1], 1, np.array([2, 3, 1, 0])),
    ],
    expected=lambda f, x, y, c, o: mae_of(f(swap(x, c, o)) - y) - mae_of(f(x) - y),
    mistakes={
        "the MAE before is missing": lambda f, x, y, c, o: mae_of(f(swap(x, c, o)) - y),
        "it is before minus after: the sign is flipped": (
            lambda f, x, y, c, o: mae_of(f(x) - y) - mae_of(f(swap(x, c, o)) - y)),
        "whole rows are shuffled: only one column shall be": (
            lambda f, x, y, c, o: mae_of(f(x[o]) - y) - mae_of(f(x) - y)),
        "the targets are shuffled along": (
            lambda f, x, y, c, o: mae_of(f(swap(x, c, o)) - y[o]) - mae_of(f(x) - y)),
    },
)
check.value(
    report,
    expected=["summer", "minimum"],
    mistakes={
        "the dashed curve is read upside down: high is cooler": ["winter", "minimum"],
        "the smaller growth is taken: what is needed more costs more": ["summer", "rain"],
    },
)

# %% [markdown] tags=["D2-18"]
# ### Step 7: report
# Now 2015, once. Sine and cosine are shuffled together: apart they would name days that do not
# exist.

# %% tags=["D2-18"]
guesses["network"] = predictors["network"](days)
weather_mae = {name: mae_of((guess - warmest)[late]) for name, guess in guesses.items()}
weather_net_mae = weather_mae["network"]
low, high = results.band("05_keras_regression/weather_net_mae")
assert low <= weather_net_mae <= high and weather_net_mae < weather_mae["climate"]
{name: f"test MAE {value:.2f} °C" for name, value in weather_mae.items()}

# %% tags=["D2-18"]
columns = {"minimum": [0], "rain": [1], "wind": [2], "season": [3, 4]}
mixed = np.random.default_rng(0).permutation(365)
growth = {}
for name, numbers in columns.items():
    shuffled = days[late].copy()
    shuffled[:, numbers] = shuffled[mixed][:, numbers]
    growth[name] = mae_of(errors_of(weather_model, shuffled, warmest[late])) - weather_net_mae
assert min(growth["minimum"], growth["season"]) > growth["rain"] > growth["wind"]
{name: f"MAE + {value:.2f} °C" for name, value in growth.items()}

# %% [markdown] tags=["D2-18"]
# Network and line lie within a few tenths of a degree of each other; mostly the network is ahead,
# with some seeds the line. Sine and cosine did by hand what hidden layers would have had to learn,
# and wet days are rare in summer, when they matter. Whoever needs a simple rule may take the line.
# What the network adds is the finding of step 6.
#
# A report that a reader can check says: the task and the data (four years of one city); the split
# (by year, test 2015, used once); the baselines and the result in the unit of the target; what the
# model needs (the night's minimum and the season before rain and wind) and what it has learnt that
# a line cannot (rain cools in summer); and where it ends: another city, another climate, or a day
# hotter than any of 2012 and 2013, is outside of what it has seen.

# %% [markdown]
# ## Summary
# - Keras: build, `compile` (loss, optimizer, metrics), `fit`, `evaluate`, `predict`; the Functional
#   API where layers are shared or paths branch.
# - Look at the table, write codes as one-hot, normalise with the training set's numbers.
# - Three parts: training for weights, validation for choices, test once. How you split is what you
#   ask.
# - Small batches make many noisy steps, large ones few smooth ones; the curves over epochs say when
#   to stop.
# - A model is worth what it gains on a baseline, in cross-validation; residuals say where it fails.
#
# ## What can go wrong in practice
# - **A NaN** gets in: the loss is `nan`, or, with ReLU, a number that hardly falls, since each row
#   gets the same answer. Nobody raises an error: ask `data.require_table` before training.
# - **Leakage**: means, choices or near-copies of test rows reach the training. The result is
#   splendid until somebody uses it.
# - **`validation_split` on sorted rows**: the last rows are another world.
# - **Target of shape (n, 1), prediction of shape (n,)**, subtracted: NumPy makes an n × n table of
#   it, without a word.
# - **A small test set**: between parts of 60 to 80 cars the MAE differs by some tenths, as
#   the folds show.
#
# ## Read more
# - F. Chollet, [Deep Learning with Python](https://deeplearningwithpython.io/): the book by the
#   author of Keras, free to read; chapter 4 has regression.
# - [Keras guides](https://keras.io/guides/): the Sequential and the Functional API.
# - D. Kingma, J. Ba, [Adam: A Method for Stochastic Optimization](https://arxiv.org/abs/1412.6980),
#   2014.
# - L. Grinsztajn, E. Oyallon, G. Varoquaux, [Why do tree-based models still outperform deep
#   learning on tabular data?](https://arxiv.org/abs/2207.08815), 2022.
#
# ## Next
# [06 Keras classification](06_keras_classification.ipynb): from numbers to classes, and
# from a loss to a decision.
