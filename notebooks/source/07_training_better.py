# %% [markdown]
# # 07 Training better
# *How do you get more out of the same examples?*
#
# By the end you can
# - count epochs, batches and iterations
# - change one hyperparameter at a time and tell an effect from luck
# - find a learning rate by a range test and vary it by a schedule
# - try six cures of overfitting, and compare them
# - write dropout and batch normalisation by hand
# - diagnose ten failures from their curves, and repair them
#
# **Time** about 120 minutes · **Data** 5,000 digits, bundled · **Builds on**
# [05 Keras regression](05_keras_regression.ipynb),
# [06 Keras classification](06_keras_classification.ipynb)

# %%
from course_utils import check, data, deck, failures, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
import time
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D2-28"]
# ## Epoch, batch, iteration. What is counted?
# The digits of lesson 06 again: 3,200 for **training**, 800 for **validation**, by which we choose,
# and 1,000 for the **test**, which stays shut until one recipe is chosen. A picture has
# the shape (28, 28, 1): the last axis holds one grey value, where a colour picture has three. Many
# runs come; to keep them short, most use only the first 1,000 training digits.

# %%
def prepare(images):
    """Return pictures of shape (n, 28, 28), 0 to 255, as float32 of (n, 28, 28, 1), 0 to 1."""
    images = images.astype("float32") / 255
    data.require_images(images)
    return images[..., None]


(images, y_digits), (test_images, y_test) = data.load_mnist()
x_digits, x_test = prepare(images), prepare(test_images)
x_train, x_validation = x_digits[:3200], x_digits[3200:]
y_train, y_validation = y_digits[:3200], y_digits[3200:]
x_small, y_small = x_train[:1000], y_train[:1000]

# %% [markdown] tags=["D2-28"]
# Three words are mixed up all the time.
#
# - A **batch** (in full: mini-batch) is a part of the training set, say 32 examples.
# - An **iteration** passes one batch through the network, forwards and backwards, and ends with one
#   update of the weights. It is what we called a *step*.
# - An **epoch** is one pass over the entire training set: as many iterations as there are batches.
#
# On paper, with batches of 32:
#
# | examples | batches an epoch | the last batch | iterations in 10 epochs |
# |---|---|---|---|
# | 3,200 | 3,200 / 32 = 100 | 32 | 1,000 |
# | 1,000 | 1,000 / 32 = 31.25, so 32 | 1,000 − 31 · 32 = 8 | 320 |
#
# The network of this lesson's experiments, with a name for everything that we may choose:

# %% tags=["D2-28"]
def build_model(hidden_layers=1, units=64, activation="relu", initializer="glorot_uniform",
                learning_rate=0.1, momentum=0.0):
    """Return a compiled network for digits; the defaults are our base recipe."""
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
    for _ in range(hidden_layers):
        model.add(layers.Dense(units, activation=activation, kernel_initializer=initializer))
    model.add(layers.Dense(10, activation="softmax", kernel_initializer=initializer))
    optimizer = keras.optimizers.SGD(learning_rate, momentum=momentum)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit_small(model, epochs=10, batch_size=32):
    """Train on 1,000 digits; return the curves, {name: one value an epoch}."""
    return model.fit(
        x_small, y_small, epochs=epochs, batch_size=batch_size, verbose=0,
        validation_data=(x_validation, y_validation), validation_batch_size=800,
    ).history

# %% tags=["D2-28"]
model = build_model()
fit_small(model, epochs=10)
int(model.optimizer.iterations)

# %% [markdown] tags=["D2-28"]
# The optimizer counts its iterations. Validation digits are not among them: they pass forwards
# only, and nothing is updated.

# %% [markdown]
# ### Exercise 1: Count iterations
# How many iterations does `fit` make? `validation_split` is the share of the examples that is set
# apart for validation first. What is left for training, `examples * (1 - validation_split)`, is
# rounded down: so does Keras.
#
# <details><summary>Hint</summary>
#
# Examples for training: `int(examples * (1 - validation_split))`. The last batch of an epoch may be
# smaller, but it is an iteration, too: `math.ceil`, or `-(-a // b)`.
# </details>

# %% tags=["exercise"]
def count_iterations(examples, batch_size, epochs, validation_split):
    """Return the number of updates, a whole number."""
    ### BEGIN SOLUTION
    training = int(examples * (1 - validation_split))
    return -(-training // batch_size) * epochs
    ### END SOLUTION


# %% tags=["check"]
def updates(n, size, epochs, split, round_batches=np.ceil):
    return int(round_batches(int(n * (1 - split)) / size)) * epochs


check.function(
    count_iterations,
    inputs=[(1000, 32, 10, 0.0), (4000, 64, 5, 0.2), (500, 128, 3, 0.1), (1001, 100, 2, 0.1)],
    expected=updates,
    mistakes={
        "the last, smaller batch is left out": lambda *a: updates(*a, round_batches=np.floor),
        "the validation examples are trained on": lambda n, size, e, s: updates(n, size, e, 0),
        "the validation examples are rounded down, not those for training": (
            lambda n, size, e, s: int(np.ceil((n - int(n * s)) / size)) * e),
        "the epochs run on without a gap: each of them begins with a new batch": (
            lambda n, size, e, s: int(np.ceil(int(n * (1 - s)) * e / size))),
    },
)

# %% [markdown] tags=["D4-04"]
# ## Hyperparameters. What do you choose, and does it matter?
# Weights and biases are **parameters**: training finds them. All else is chosen by you, before
# training: **hyperparameters**.
#
# | hyperparameter | base recipe | values that people try |
# |---|---|---|
# | learning rate | 0.1 | 0.001 to 1, by factors |
# | momentum | 0 | 0.5 to 0.9 |
# | batch size | 32 | 32, 64, 128, 256 |
# | epochs | 10 | until the validation curve turns |
# | units in a hidden layer | 64 | powers of 2 |
# | hidden layers | 1 | 1, 2, 3, … |
# | activation function | ReLU | ReLU and its relatives, tanh |
# | weight initialisation | Glorot, uniform | Glorot, He |
#
# We change **one at a time** and leave the others as they are. First of all: how much do two runs
# differ when *nothing* is changed but the random numbers? **Predict**: by 0.1 %, 1 % or 10 % of
# validation accuracy?

# %% tags=["D4-04"]
base_runs = [fit_small(build_model()) for _ in range(5)]
base_accuracies = [curves["val_accuracy"][-1] for curves in base_runs]
luck = min(base_accuracies), max(base_accuracies)
f"five equal recipes: {luck[0]:.1%} to {luck[1]:.1%}"

# %% [markdown] tags=["D4-04"]
# One or two per cent are luck: other first weights, other batches. In the pictures below a grey
# band shows it. A difference within the band means nothing, and one just beyond it not much: of six
# equal runs each may be the best or the worst, so that a sixth lies outside the band of the other
# five one time in three. (The choice of the 800 validation digits adds a luck of its own, about one
# per cent.)

# %% tags=["D4-04"]
def sweep(name, values, known=(), **fixed):
    """Train with each value of one hyperparameter not yet `known`; return {value: curves}."""
    return {value: known[value] if value in known else
            fit_small(build_model(**fixed, **{name: value})) for value in values}


# %% [markdown] tags=["D4-04"]
# ### Learning rate
# How quickly the network updates its parameters. **Predict** for 0.001, 0.01, 0.1, 1 and 3: which
# crawls, which is best, which learns nothing?

# %% tags=["D4-04"]
rate_runs = sweep("learning_rate", [0.001, 0.01, 0.1, 1.0, 3.0], known={0.1: base_runs[0]})
row = plotting.plot_sweep(rate_runs, "learning rate", luck)
plotting.show(row[0].figure, alt="Training loss hardly falls at 0.001, fast at 0.1, slowly and "
              "unevenly at 1; at 3 it begins far above and stays at 2.3. Validation accuracy is "
              "highest at 0.1; at 3 it is that of guessing.")

# %% [markdown] tags=["D4-04"]
# **Low: slow but smooth. Large: quick, until it does not converge.** At 1 the loss falls
# unevenly, and the result is a matter of luck. Between the rate that crawls and the one that fails
# lies a factor of a thousand, so try rates by factors of 3 or 10. The rate is the first
# hyperparameter to set, and the next section finds it in one run.
#
# ### Momentum
# The velocity of lesson 03: each step remembers the ones before it, which damps swings and speeds
# up where the slope stays the same. **A typical choice is 0.5 to 0.9.** We start where plain steps
# crawl, at a rate of 0.01.

# %% tags=["D4-04"]
momentum_runs = sweep("momentum", [0.0, 0.9, 0.99], learning_rate=0.01)
row = plotting.plot_sweep(momentum_runs, "momentum", luck)
plotting.show(row[0].figure, alt="Training loss falls faster the larger the momentum, with swings "
              "at 0.99. Validation accuracy rises and reaches the grey band at 0.9.")

# %% [markdown] tags=["D4-04"]
# 0.9 at a rate of 0.01 does what 0.1 does without: velocity grows up to $1/(1 - 0.9) = 10$ times a
# plain step. At 0.99 it would be 100 times, and the loss swings. So momentum and rate belong
# together; who raises one lowers the other.
#
# ### Batch size
# **A good default is 32. Also try 64, 128, 256.** The rate stays at 0.1. **Predict**: ten epochs
# with batches of 256 are how many updates?

# %% tags=["D4-04", "D2-28"]
batch_runs = {32: base_runs[0]} | {n: fit_small(build_model(), 10, n) for n in (64, 128, 256)}
row = plotting.plot_sweep(batch_runs, "batch size", luck)
plotting.show(row[0].figure, alt="Training loss falls fastest with batches of 32 and slowest with "
              "256; after ten epochs, accuracy falls from 32 to 256.")

# %% [markdown] tags=["D4-04", "D2-28"]
# 40 updates instead of 320. **Larger batches: a faster epoch, smaller ones: empirically, better
# generalisation**, say older slides. The first half is true, where the processor can do more at
# once. The second half needs care: here large batches are worse because they make fewer steps, and
# a larger rate makes up for much of it (try 256 with a rate of 0.4). How much remains when both are
# tuned is disputed.
#
# ### Units
# **Predict**: how good are two units in the hidden layer, and 256? For which number is the gap
# between training and validation the widest?

# %% tags=["D4-04"]
unit_runs = sweep("units", [2, 8, 64, 256], known={64: base_runs[0]})
row = plotting.plot_sweep(unit_runs, "units in the hidden layer", luck)
plotting.show(row[0].figure, alt="Training loss stays high with 2 units and is lowest with 64 and "
              "256. Accuracy is poor with 2, in training, too; 64 and 256 lie near the grey "
              "band.")

# %% [markdown] tags=["D4-04"]
# **Too few units underfit**: all that the last layer gets to know of a picture are two numbers, and
# even the training digits stay wrong. **Many units can increase accuracy**, but from 64 to 256 the
# validation accuracy hardly moves, while the gap to training is the widest. With regularisation
# (below) large layers are safe.
#
# ### Hidden layers
# **Predict**: what do 0, 1, 2 and 8 hidden layers give?

# %% tags=["D4-04"]
layer_runs = sweep("hidden_layers", [0, 1, 2, 8], known={1: base_runs[0]})
row = plotting.plot_sweep(layer_runs, "number of hidden layers", luck)
plotting.show(row[0].figure, alt="Training loss for 0 to 8 hidden layers; with 8 it falls late. "
              "Validation accuracy stays near the grey band up to 2 layers, lower with 8.")

# %% [markdown] tags=["D4-04"]
# Without a hidden layer it is nearly as good: 1,000 digits do not say more. Depth makes the
# training digits easier to learn by heart; eight layers are hard to train at this rate, since the
# gradient has to pass through all of them. Depth pays with more data, and with layers made for
# pictures (lesson 09).
#
# ### Activation function
# It **introduces nonlinearity**, so that the model **can learn nonlinear prediction boundaries**.
# With two hidden layers, where it matters more:

# %% tags=["D4-04"]
activation_runs = sweep("activation", ["linear", "sigmoid", "tanh", "relu"], hidden_layers=2)
row = plotting.plot_sweep(activation_runs, "activation function", luck)
plotting.show(row[0].figure, alt="Training loss falls late and slowly with sigmoid, quickly with "
              "tanh, ReLU and linear. Sigmoid is far below the others, near the grey band.")

# %% [markdown] tags=["D4-04"]
# The sigmoid is slow: its slope is 0.25 at most, and each layer multiplies by it (lesson 03). And
# linear? Nearly as good as ReLU. For 1,000 digits straight boundaries are nearly enough, as without
# a hidden layer. On the circle of lesson 04 it would fail.
#
# ### Initialisation
# The random first weights, in a network of two hidden layers. All zero; normal numbers with
# standard deviation 0.01; Glorot's uniform numbers (Keras' default); He's, made for ReLU; normal
# numbers with deviation 1. **Predict**: which of these learn within ten epochs?

# %% tags=["D4-04"]
small, large = (keras.initializers.RandomNormal(stddev=size) for size in (0.01, 1.0))
initializer_runs = sweep("initializer", ["zeros", small, "glorot_uniform", "he_normal", large],
                         known={"glorot_uniform": activation_runs["relu"]}, hidden_layers=2)
names = ("zeros", "0.01", "Glorot", "He", "1")
initializer_runs = dict(zip(names, initializer_runs.values(), strict=True))
row = plotting.plot_sweep(initializer_runs, "initialisation", luck)
plotting.show(row[0].figure, alt="Training loss stays at 2.3 with zeros and 0.01, falls with "
              "Glorot and He, begins huge with 1. Only Glorot and He reach the grey band.")

# %% [markdown] tags=["D4-04"]
# Two of the five. With zeros all units of a layer compute the same, get the same gradient and stay
# equal. With 0.01 each layer makes the numbers smaller, and the gradients on their way back, too.
# With 1 the sums are huge; the network is sure of nonsense from the start, and its first loss is
# far off the picture. The right size depends on the number of inputs $n$: uniform numbers between
# $\pm\sqrt{6/(n + m)}$ for $m$ units (Glorot), normal ones with deviation $\sqrt{2/n}$ (He). Here,
# with $n$ = 784, that is 0.05. **Ideally, the scheme fits the activation function**: the 2 in He's
# makes up for the half that ReLU cuts off (lesson 03). Keras' default is uniform and mostly fine.
#
# ### Number of epochs
# How many times the whole training set is shown. The usual advice: **increase it until the
# validation accuracy starts decreasing even when training accuracy is increasing**. **Predict** the
# two curves over 30 epochs.

# %% tags=["D4-04"]
epoch_curves = fit_small(build_model(), epochs=30)
axes = plotting.plot_history(epoch_curves, "accuracy")
axes.legend(loc="lower right")
plotting.show(axes.figure, alt="Accuracy over 30 epochs: training rises to 100 %; validation "
              "rises quickly for about ten epochs, then hardly, and ends far below.")

# %% [markdown] tags=["D4-04"]
# Training reaches 100 %. Validation rises quickly for about ten epochs; the next twenty add about
# a point or two. So it does not always decrease. How to make it, and what to do then, is the
# question of *Overfitting* below.

# %% [markdown]
# ## The range test. Which learning rate is right?
# One run instead of five: begin with a tiny rate and multiply it after each batch, so that it grows
# from $10^{-4}$ to 10 in 200 iterations. Write down the loss of each batch. At first nothing
# happens; then the loss falls; then it explodes. The right rate lies below the explosion (Smith,
# 2015).
#
# The factor: $(10 / 10^{-4})^{1/199} = 10^{5/199} \approx 1.06$. Six per cent more each time.
#
# A **callback** is an object whose methods Keras calls during `fit`: at the beginning and the end
# of each batch, epoch and training. `EarlyStopping` was one. Now we write our own. (Keras reports
# the *mean* loss of an epoch so far; `reset_metrics` makes that the loss of this batch alone.)

# %%
class RangeTest(keras.callbacks.Callback):
    """Raise the rate from `lowest` to `highest` in so many steps, keep each loss, then stop."""

    def __init__(self, lowest=1e-4, highest=10.0, steps=200):
        super().__init__()
        self.rates = np.geomspace(lowest, highest, steps)
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()
        self.model.optimizer.learning_rate = float(self.rates[len(self.losses)])

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])
        if len(self.losses) == len(self.rates):
            self.model.stop_training = True

# %%
range_test = RangeTest()
range_model = build_model()
range_model.fit(x_train, y_train, batch_size=32, epochs=2, callbacks=[range_test], verbose=0)
smooth_losses = np.convolve(range_test.losses, np.ones(9) / 9, mode="valid")
lowest_at = float(range_test.rates[4 + np.argmin(smooth_losses)])

# %%
marks = {f"smallest loss: {lowest_at:.2f}": lowest_at,
         f"a tenth of it: {lowest_at / 10:.3f}": lowest_at / 10}
axes = plotting.plot_range_test(range_test.rates, range_test.losses, marks)
plotting.show(axes.figure, alt="Loss of each batch over its learning rate, logarithmic: flat at "
              "2.3 up to about 0.01, then falling, and around 1 it leaps up.")

# %% [markdown]
# The place of the smallest loss is too far right: the next step there goes wrong. The usual choice
# is **a tenth of it**, or where the curve falls most steeply. A tenth is cautious: the best rate of
# the sweep above, 0.1, lies between the two lines. So try three times as much, too. The price: two
# epochs. The single losses are jagged, since each is that of 32 digits; so a mean
# over nine neighbours is taken before the smallest is sought.

# %% [markdown]
# ## One cycle. Why change the rate while training?
# A large rate covers ground, a small one settles. So use both: rise during the first 30 % of the
# steps, since the first random weights bear no long steps; then fall to almost 0 along a cosine.
# This is the **one-cycle schedule** (Smith, 2018, on straight lines; the cosine came later). With a
# peak of 1 and 100 steps:
#
# | step | share done | rate |
# |---|---|---|
# | 0 | 0 | 0 |
# | 15 | 0.15, half of the rise | 0.15 / 0.3 = 0.5 |
# | 30 | 0.3 | 1 |
# | 65 | 0.65, half of the fall | (1 + cos(π / 2)) / 2 = 0.5 |
# | 99 | 0.99 | (1 + cos(0.986 π)) / 2 ≈ 0.0005 |
#
# A **schedule** is an object that gives the rate of each step; an optimizer takes it in place of a
# number. With the share done $s$ and the warm-up share $w = 0.3$:
#
# $$\text{rate} = \text{peak} \cdot \begin{cases} s / w & s < w \\[4pt]
# \dfrac{1}{2}\left(1 + \cos \pi \dfrac{s - w}{1 - w}\right) & s \ge w \end{cases}$$

# %%
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Raise the rate to `peak` in the first 30 % of the steps, then lower it to almost 0."""

    def __init__(self, peak, steps, warmup=0.3):
        self.peak, self.steps, self.warmup = peak, steps, warmup

    def __call__(self, step):
        done = keras.ops.cast(step, "float32") / self.steps
        rise = done / self.warmup
        fall = (1 + keras.ops.cos(np.pi * (done - self.warmup) / (1 - self.warmup))) / 2
        return self.peak * keras.ops.where(done < self.warmup, rise, fall)

    def get_config(self):  # so that a model with this schedule can be saved
        return {"peak": self.peak, "steps": self.steps, "warmup": self.warmup}


by_hand = [0, 0.5, 1, 0.5, (1 + np.cos(np.pi * 0.69 / 0.7)) / 2]
assert np.allclose([OneCycle(1.0, 100)(step) for step in (0, 15, 30, 65, 99)], by_hand, atol=1e-6)

# %% [markdown]
# The same network, the same 320 steps: the base rate, 0.1; a constant 1, which the sweep found too
# large; and one cycle up to 1. **Predict**: which is best in the middle, and which at the end?

# %%
cycle = OneCycle(peak=1.0, steps=320)
cycle_runs = {"constant 0.1": base_runs[0], "constant 1": fit_small(build_model(
    learning_rate=1.0)), "one cycle": fit_small(build_model(learning_rate=cycle))}
cycle_rates = {"constant 0.1": [0.1] * 320, "constant 1": [1.0] * 320,
               "one cycle": [float(cycle(step)) for step in range(320)]}
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
plotting.plot_schedules(cycle_rates, left)
validation_losses = {name: run["val_loss"] for name, run in cycle_runs.items()}
plotting.plot_curves(range(1, 11), validation_losses, axes=right)
right.set(xlabel="epoch", ylabel="validation loss", ylim=(0, 2.5))
plotting.show(figure, alt="Left: two constant learning rates over 320 steps, and one that rises "
              "to 1 in 96 steps and falls to 0 along a cosine. Right: validation loss, the cycle "
              "jumps in the middle and ends lowest, or next to it.")

# %% [markdown]
# While the rate is high, the cycle jumps as the constant 1 does, and is worse than plain 0.1. What
# counts is the end: with ever smaller steps it settles, as low as 0.1 or lower, though its peak is
# a rate that by itself spoils the network. So the choice of the rate matters less: one may dare
# more. For Adam the same schedule works with a lower peak. What it is worth in a long training is
# measured below.

# %% [markdown] tags=["D1-15", "D2-28"]
# ## Overfitting. How is it made?
# By too many weights for too few, too poor examples. We give a network of two layers with 128 units
# only 800 digits, and **every fifth label is wrong**, as happens where labels are typed by hand.
# The validation labels are right.
#
# **Predict.** What will it do with the wrong labels? Where will both loss curves go?

# %% tags=["D1-15"]
def mislabel(labels, share=0.2):
    """Return a copy in which this share of the labels is another digit."""
    random = np.random.default_rng(0)
    wrong = random.uniform(size=len(labels)) < share
    return (labels + wrong * random.integers(1, 10, len(labels))) % 10


y_poor = mislabel(y_train)
f"{np.mean(y_poor[:800] != y_train[:800]):.1%} of 800 labels are wrong"

# %% tags=["D1-15", "D2-28"]
def build_large(penalty=0.0, dropout=0.0, batch_norm=False, augmentation=False):
    """Return a compiled network of 128 and 128 units with the cures that are asked for."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    if augmentation:
        model.add(build_augmentation())
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, kernel_regularizer=keras.regularizers.L2(penalty)))
        if batch_norm:
            model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit_poor(model, examples=800, epochs=20, callbacks=None):
    """Train on the first digits with poor labels; return the curves."""
    return model.fit(
        x_train[:examples], y_poor[:examples], epochs=epochs, callbacks=callbacks, verbose=0,
        validation_data=(x_validation, y_validation), validation_batch_size=800,
    ).history


def last(curves):
    """Return training and validation accuracy after the last epoch."""
    return curves["accuracy"][-1], curves["val_accuracy"][-1]

# %% tags=["D1-15"]
overfitted = build_large()
overfitted_curves = fit_poor(overfitted)
cures = {"nothing": last(overfitted_curves)}
axes = plotting.plot_early_stopping(overfitted_curves, patience=3)
plotting.show(axes.figure, alt="Loss over 20 epochs. Training falls to the end. Validation falls "
              "to a star, then rises; the time after early stopping is shaded.")

# %% [markdown] tags=["D1-15"]
# The network learns the wrong labels by heart: training accuracy ends close to 100 %, though a
# fifth of it is nonsense. On validation digits the loss stands still around the star, then rises.
#
# ### Early stopping
# **Prevent overfitting: stop training before we have a chance to overfit.** Watch the validation
# loss; when it has not improved for so many epochs, the **patience**, stop, and bring back the
# weights of the best epoch.

# %% tags=["D1-15"]
stopping = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
stopped = build_large()
stopped_curves = fit_poor(stopped, callbacks=[stopping])
best_epoch = stopping.best_epoch
cures["early stopping"] = [stopped_curves[key][best_epoch] for key in ("accuracy", "val_accuracy")]
len(stopped_curves["loss"]), best_epoch + 1

# %% [markdown]
# The two numbers: the epoch after which it stopped, and the best one. (A new run with other random
# numbers, so they need not be those of the picture.) It is the cheapest cure: it saves time, too.
# But the validation set has now been used for a choice, so that its accuracy flatters a little.

# %% [markdown]
# ### Exercise 2: Patience
# Write the rule: go through the validation losses and return `(best, stop)`, the epoch with the
# smallest loss so far and the epoch after which training stops, both counted from 1. Training stops
# when `patience` epochs in a row have not been better than the best. If that never happens, it
# stops with the last epoch.
#
# <details><summary>Hint</summary>
#
# Keep `best` and the smallest loss. A better loss sets both anew. Stop as soon as
# `epoch - best == patience`. Losses: 5, 4, 4.5, 4.2, 3 with patience 2: best 2, stop 4; nobody
# ever sees the 3.
# </details>

# %% tags=["exercise"]
def stop_early(losses, patience):
    """Return the best epoch and the epoch after which training stops, counted from 1."""
    ### BEGIN SOLUTION
    smallest, best = np.inf, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < smallest:
            smallest, best = loss, epoch
        if epoch - best == patience:
            break
    return best, epoch
    ### END SOLUTION


# %% tags=["check"]
def wait(losses, patience, first=1, extra=0, anew=True,
         better=lambda i, losses: losses[i] < min(losses[:i])):
    best = bad = 0
    for i in range(1, len(losses)):
        best, bad = (i, 0 if anew else bad) if better(i, losses) else (best, bad + 1)
        if bad == patience + extra:
            return best + first, i + first
    return best + first, len(losses) - 1 + first


check.function(
    stop_early,
    inputs=[([5, 4, 4.5, 4.2, 3], 2), ([3, 2, 1], 1), ([2, 3, 1, 4, 3.5, 3, 9], 3),
            ([2, 2.5, 2.2, 1.9, 2.6, 2.1, 2.0], 2), ([9, 8, 8, 7, 7.5], 1)],
    expected=wait,
    mistakes={
        "epochs are counted from 0": lambda *a: wait(*a, first=0),
        "one epoch too many is waited": lambda *a: wait(*a, extra=1),
        "a better epoch does not start the count anew": lambda *a: wait(*a, anew=False),
        "an equal loss is taken for a better one": (
            lambda *a: wait(*a, better=lambda i, losses: losses[i] <= min(losses[:i]))),
        "each loss is compared with the one before, not with the best": (
            lambda *a: wait(*a, better=lambda i, losses: losses[i] < losses[i - 1])),
        "the best of all epochs is returned: it comes after the stop": (
            lambda losses, p: (int(np.argmin(losses)) + 1, wait(losses, p)[1])),
    },
)

# %% [markdown] tags=["D2-28"]
# ## More data, smaller weights. What else helps?
# **More data**: all 3,200 digits, a fifth of their labels wrong as well, and only 5 epochs, so that
# the number of updates is the same. **Predict**: with four times as many wrong labels, better or
# worse?

# %% tags=["D2-28"]
cures["more data"] = last(fit_poor(build_large(), examples=3200, epochs=5))

# %% [markdown] tags=["D2-28"]
# ### Kernel regularisation
# The matrix $W$ of a layer is its **kernel** in Keras. **Kernel regularisation applies penalties on
# layer parameters; the loss function incorporates them.** L2 from lesson 04 adds
# $\lambda \sum w^2$. For weights 3, −1 and 0.5 and $\lambda = 0.01$:
# $0.01 \cdot (9 + 1 + 0.25) = 0.1025$, most of it from the 3. So it **penalises peaky
# weights** and makes the network consider all its inputs instead of a few.

# %% tags=["D2-28"]
penalised = build_large(penalty=0.03)
cures["L2 penalty"] = last(fit_poor(penalised))
by_hand = sum(0.03 * np.sum(penalised.layers[i].kernel.numpy()**2) for i in (1, 3))
assert np.isclose(sum(map(float, penalised.losses)), by_hand, rtol=1e-5)

sizes = {name: np.abs(model.layers[1].kernel.numpy()).ravel()[::50]
         for name, model in (("without", overfitted), ("with L2", penalised))}
axes = plotting.plot_weight_sizes(sizes)
plotting.show(axes.figure, alt="Sizes of every fiftieth weight of the first layer, largest first: "
              "without a penalty many are large; with L2 nearly all are close to 0.")

# %% [markdown] tags=["D2-28"]
# Keras adds the penalty to the loss that it reports, for validation as well. So **do not compare
# losses with and without a penalty**: compare accuracies.

# %% [markdown] tags=["D2-28"]
# ## Dropout. Why does switching units off at random help?
# **In each training step, a random subset of the units is ignored**, in the forward pass and in the
# backpropagation of the error. Next step, another subset. A unit cannot rely on a certain
# neighbour, so each has to be useful by itself; in effect many thinner networks are trained, which
# share their weights, and used together.

# %% tags=["D2-28"]
random = np.random.default_rng(2)
masks = [{1: random.uniform(size=6) > 0.5, 2: random.uniform(size=4) > 0.5} for _ in range(3)]
row = plotting.plot_dropout((3, 6, 4, 2), masks)
plotting.show(row[0].figure, alt="A network of 3, 6, 4 and 2 units, three times. In each step "
              "other hidden units are crossed out and their connections gone.")

# %% [markdown] tags=["D2-28"]
# If half of the units are silent, the next layer hears half as much as at prediction time, when all
# speak. **Inverted scaling** makes up for it in training: what stays is divided by the share that
# stays, 1 − rate. On paper, four activations and a rate of 0.5:
#
# | | | | | | sum |
# |---|---|---|---|---|---|
# | activations | 2 | 1 | 4 | 3 | 10 |
# | stays? | 1 | 0 | 0 | 1 | |
# | divided by 0.5 | 4 | 0 | 0 | 6 | 10 |
#
# (The sums agree exactly only by chance; on average over many masks they do.) At prediction time
# nothing is dropped and nothing is scaled.

# %% tags=["D2-28"]
def drop(x, stays, rate, training):
    """Return x after dropout; `stays` is 1 where a value stays and 0 where it is dropped."""
    return x * stays / (1 - rate) if training else x


activations = np.array([2.0, 1.0, 4.0, 3.0])
assert drop(activations, np.array([1, 0, 0, 1]), 0.5, training=True).tolist() == [4, 0, 0, 6]
many_masks = random.uniform(size=(100_000, 4)) > 0.5
drop(activations, many_masks, 0.5, training=True).mean(axis=0).round(2)

# %% [markdown] tags=["D2-28"]
# The mean over 100,000 masks is the activations themselves. Now Keras: two layers with the same
# seed draw the same mask. The first one, fed with ones, gives it away.

# %% tags=["D2-28"]
x = random.normal(size=(5, 8)).astype("float32")
stays = layers.Dropout(0.25, seed=7)(np.ones_like(x), training=True).numpy() > 0
keras_output = layers.Dropout(0.25, seed=7)(x, training=True)
assert np.allclose(drop(x, stays, 0.25, training=True), keras_output, atol=1e-6)
assert np.array_equal(drop(x, stays, 0.25, training=False), layers.Dropout(0.25)(x, training=False))

cures["dropout"] = last(fit_poor(build_large(dropout=0.5)))

# %% [markdown] tags=["D2-28"]
# ## Batch normalisation. What if each layer rescales its input?
# In lesson 05 the inputs were normalised: mean 0, deviation 1. **Batch normalisation** does it with
# the weighted sums inside the network, unit by unit, **at each batch**. One unit, four examples,
# on paper:
#
# | | | | | | mean | variance |
# |---|---|---|---|---|---|---|
# | sums $z$ | 2 | 4 | 6 | 8 | 5 | 5 |
# | $(z - 5)/\sqrt{5}$ | −1.34 | −0.45 | 0.45 | 1.34 | 0 | 1 |
#
# $$\hat{z} = \gamma\, \frac{z - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# $\gamma$ (gamma, starts at 1) and $\beta$ (beta, starts at 0) are learnt, so that the layer can
# undo it where that is better. A small $\varepsilon$, 0.001, prevents a division by 0.
#
# At **prediction** time there may be one example only, and its answer must not depend on its
# neighbours. So the layer keeps **moving averages** of mean and variance while it trains, and uses
# these. With momentum 0.99, from 0 and 1 at the start:
#
# $$\mu_{\text{moving}}' = 0.99\, \mu_{\text{moving}} + 0.01\, \mu = 0.99 \cdot 0 + 0.01 \cdot 5
# = 0.05, \qquad \sigma^2_{\text{moving}}{}' = 0.99 \cdot 1 + 0.01 \cdot 5 = 1.04$$

# %% tags=["D2-28"]
class BatchNorm:
    """Batch normalisation of sums of shape (examples, units), as in Keras."""

    def __init__(self, units, momentum=0.99, epsilon=0.001):
        self.gamma, self.beta = np.ones(units), np.zeros(units)
        self.moving_mean, self.moving_variance = np.zeros(units), np.ones(units)
        self.momentum, self.epsilon = momentum, epsilon

    def __call__(self, z, training):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean, variance = z.mean(axis=0), z.var(axis=0)
            old, new = self.momentum, 1 - self.momentum
            self.moving_mean = old * self.moving_mean + new * mean
            self.moving_variance = old * self.moving_variance + new * variance
        return self.gamma * (z - mean) / np.sqrt(variance + self.epsilon) + self.beta

# %% tags=["D2-28"]
ours = BatchNorm(units=1)
z = np.array([[2.0], [4.0], [6.0], [8.0]])
assert np.allclose(ours(z, training=True)[:, 0], [-1.34, -0.45, 0.45, 1.34], atol=0.01)
assert np.allclose([ours.moving_mean, ours.moving_variance], [[0.05], [1.04]])

ours, theirs = BatchNorm(units=6), layers.BatchNormalization()
scales, shifts = np.geomspace(0.1, 10, 6), np.linspace(-8, 8, 6)
for _ in range(50):
    z = (random.normal(size=(64, 6)) * scales + shifts).astype("float32")
    assert np.allclose(ours(z, training=True), theirs(z, training=True), atol=1e-5)
assert np.allclose(ours(z, training=False), theirs(z, training=False), atol=1e-5)

# %% tags=["D2-28"]
row = plotting.plot_normalisation(z, ours(z, training=True))
plotting.show(row[0].figure, alt="Weighted sums of six units, a box each. Before: other means and "
              "very different spreads. After: all around 0 with the same spread.")
np.abs(ours(z[:1], training=False)).max().round(2), np.abs(ours(z[:1], training=True)).max()

# %% [markdown] tags=["D2-28"]
# Fifty batches, and NumPy and Keras agree in training and at prediction. The two numbers show the
# classic trap. Both are the largest of six answers to **one** example. The first is that of
# prediction mode. In training mode a batch of one is its own mean, so that whatever comes in, 0
# goes out (plus beta).
#
# Why does it help? Gradients stay of the same size through many layers, larger rates are possible,
# and **similar accuracy is reached in fewer steps**. Many slides say that it addresses **internal
# covariate shift**: that each layer's inputs change their distribution while the layers below
# learn. This was the inventors' reason (2015), and it is **contested**: Santurkar and others (2018)
# added such shifts on purpose, *after* the normalisation, and it helped as before; they say that it
# makes the landscape of the loss smoother. That it helps is measured; why, is open.
#
# **It also acts as a regulariser**: what an example gives depends on the chance companions in its
# batch, a little noise, as with dropout. Does it cure our overfitting?

# %% tags=["D2-28"]
cures["batch norm"] = last(fit_poor(build_large(batch_norm=True)))
cures["batch norm"]

# %% [markdown]
# ### Exercise 3: Make batch normalisation disappear
# At prediction time it is only a scaling and a shift, so it can be put into the Dense layer before
# it, and phones do so. Return $W'$ and $b'$ such that $x W' + b'$ equals the batch normalisation
# (prediction mode) of $x W + b$.
#
# <details><summary>Hint</summary>
#
# With $s = \gamma / \sqrt{\sigma^2 + \varepsilon}$, one number a unit, the two layers compute
# $(xW + b - \mu)\, s + \beta$. Multiply out: what stands beside $x$, what alone? Columns of $W$ are
# units, so `W * s` scales each by its own.
# </details>

# %% tags=["exercise"]
def fold(W, b, gamma, beta, mean, variance, epsilon=0.001):
    """Return the weights, shape (inputs, units), and biases, shape (units,), of the one layer."""
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, (b - mean) * scale + beta
    ### END SOLUTION


# %% tags=["check"]
def folded(W, b, gamma, beta, mean, variance, root=0.5, e=0.001):
    s = gamma / (variance + e) ** root
    return W * s, (b - mean) * s + beta


def numbers(*shapes):
    random = np.random.default_rng(np.prod(shapes[0]))
    return tuple(random.uniform(0.5, 2, shape) for shape in shapes)


check.function(
    fold,
    inputs=[numbers((2, 3), 3, 3, 3, 3, 3), numbers((3, 3), 3, 3, 3, 3, 3)],
    expected=folded,
    mistakes={
        "it is divided by the variance: take its root": lambda *a: folded(*a, root=1),
        "epsilon is forgotten": lambda *a: folded(*a, e=0),
        "the old bias is forgotten": lambda W, b, *a: folded(W, 0 * b, *a),
        "the mean is not subtracted": lambda W, b, g, be, m, v: folded(W, b, g, be, 0 * m, v),
        "beta is scaled, too: it is added at the very end": (
            lambda W, b, g, be, m, v: folded(W, b + be, g, 0 * be, m, v)),
    },
)

# %% [markdown]
# ## Augmentation. How do 800 digits become many more?
# A 4 that is turned by ten degrees and moved by a pixel is still a 4. So show the network such a
# variant each time, never twice the same: **augmentation**. In Keras these are layers; they work
# in training only and pass pictures on unchanged at prediction.

# %%
def build_augmentation():
    """Return layers that turn, zoom and shift each picture a little, differently each time."""
    return keras.Sequential([
        layers.RandomRotation(0.05, fill_mode="constant"),  # up to 5 % of a full turn, 18 degrees
        layers.RandomZoom(0.15, 0.15, fill_mode="constant"),
        layers.RandomTranslation(0.05, 0.05, fill_mode="constant"),  # up to 1.4 pixels
    ])


augment = build_augmentation()
variants = [augment(x_train[:10], training=True).numpy()[..., 0] for _ in range(2)]
assert np.array_equal(augment(x_train[:10], training=False), x_train[:10])
axes = plotting.plot_images(np.concatenate([x_train[:10, ..., 0], *variants]))
plotting.show(axes[0].figure, alt="First row: ten digits. Second and third row: the same digits, "
              "each a little turned, resized and moved.")

# %% [markdown]
# Only change what leaves the label true. A mirrored 2 is no 2, and a 6 upside down is a 9: so no
# flips, no half turns. For photographs of cats a mirror is fine. And only training pictures are
# changed; validation and test stay as they are.

# %%
cures["augmentation"] = last(fit_poor(build_large(augmentation=True)))
axes = plotting.plot_cures(cures)
plotting.show(axes.figure, alt="Training and validation accuracy of each cure. Without one: "
              "training near 100 %, validation far below. More data and augmentation gain most.")

# %% [markdown]
# All in one picture. Without a cure, training is near 100 % and validation below 80 %. Early
# stopping, L2 and dropout each save several points. More data and augmentation save most: **data
# beat tricks**. Batch normalisation is hardly a cure here; its strength is speed.
#
# Why does validation lie *above* training with the best ones? A fifth of the training labels is
# wrong. A network that knows all digits and learns no nonsense is "wrong" there in a fifth of the
# cases, 80 % right at most. The validation labels are right.

# %%
overfitted_accuracy, augmented_accuracy = cures["nothing"][1], cures["augmentation"][1]
low, high = results.band("07_training_better/overfitted_accuracy")
assert low <= overfitted_accuracy <= high
low, high = results.band("07_training_better/augmented_accuracy")
assert low <= augmented_accuracy <= high
assert min(cures[name][1] for name in cures if name != "batch norm") == overfitted_accuracy

# %% [markdown]
# ## One recipe. How far do the same digits carry?
# Lesson 06 had 93 to 94 % with 512 units. Now with right labels and three ingredients:
# augmentation, batch normalisation, one cycle. The net is small, 106,000 weights, a quarter of
# lesson 06's, and made for pictures, a preview of lessons 08 and 09. A `Conv2D` layer looks at each
# place of the picture through a window of 3 × 3 pixels, everywhere with the same weights;
# `MaxPooling2D` keeps the largest of each 2 × 2 values, so that the picture shrinks to a quarter.
#
# Net, peak of the rate, number of epochs and strength of the augmentation were chosen by
# validation, in the way of this lesson. Two details: a layer before a batch normalisation needs no
# bias, which would be subtracted again with the mean; beta takes its place. And `tf.data` makes the
# batches here, shuffled anew in each epoch, with other variants of each picture; `prefetch` makes
# the next ones ready meanwhile.

# %%
def build_digit_net(batch_norm=True):
    """Return a small convolutional net for pictures of shape (28, 28, 1)."""
    def add(layer):
        model.add(layer)
        if batch_norm:
            model.add(layers.BatchNormalization())
        model.add(layers.ReLU())

    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (16, 32):
        add(layers.Conv2D(filters, 3, padding="same", use_bias=not batch_norm))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    add(layers.Dense(64, use_bias=not batch_norm))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def train_recipe(images, labels, augmentation=True, batch_norm=True, one_cycle=True, epochs=30):
    """Return the trained net and its history."""
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(64)
    if augmentation:
        augment = build_augmentation()
        batches = batches.map(lambda x, y: (augment(x, training=True), y))
    model = build_digit_net(batch_norm)
    rate = OneCycle(0.005, epochs * len(batches)) if one_cycle else 0.001
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(batches.prefetch(2), epochs=epochs, shuffle=False, verbose=0)
    return model, history

# %% [markdown]
# Which ingredient does the work? Leave out one at a time, and see what is missed; and leave out all
# three. Each combination was trained with five seeds, and each net met the 1,000 test digits once.
# That takes minutes, so that the course's benchmark does it, with the functions above
# (`course.py bench ingredients`); here we read its results. **Predict**: which of the three is
# missed most?

# %%
missing = [f"without {name}" for name in ("one-cycle", "batch normalisation", "augmentation")]
measured = {name: results.read("/".join(["ingredients", name, "test_accuracy"]))
            for name in ("none", *missing, "all")}
axes = plotting.plot_ingredients(measured, goal=0.975)
plotting.show(axes.figure, alt="Test accuracy of five runs each: with none of the ingredients, "
              "with one left out at a time, and with all; the goal of 97.5 % is a dashed line.")
whole, plain = np.mean(measured["all"]), measured["without one-cycle"]
assert whole - np.mean(plain) > 0.005 and np.ptp(plain) > 0.01
{name: f"{100 * (whole - np.mean(measured[name])):.1f} points missed" for name in missing}

# %% [markdown]
# The dictionary says by how many points the accuracy falls without each. Without one cycle it is
# about a point, and equal runs lie far apart: at a constant rate the last steps are as long as the
# first. Without augmentation it is about half a point. Without batch normalisation, nothing that
# could be told from luck: in a net of three layers the schedule tames it as well, and leaving it
# out saves a third of the time. **What everybody uses need not help you**: leave it out and look.
#
# The points need not add up to the distance from *none* to *all*, for what one ingredient has
# mended, another cannot mend again. The net has its share, too: compare *none* with lesson 06.
#
# Once more, here and now: all three ingredients, on all 4,000 digits, those for validation too,
# since there is nothing left to choose. Then the test, once.

# %%
started = time.perf_counter()
digit_net, history = train_recipe(x_digits, y_digits)
seconds = time.perf_counter() - started
recipe_accuracy = digit_net.evaluate(x_test, y_test, verbose=0)[1]
assert recipe_accuracy >= 0.975  # five seeds: 0.984 to 0.987
f"{recipe_accuracy:.1%} of the test digits, after {seconds:.0f} s"

# %% [markdown]
# ## The clinic. What is wrong with these ten?
# Ten networks, A to J. Each is trained with the recipe below, but **one entry makes it ill**. (Two
# have another number of hidden layers besides, which does no harm.) These are real runs, made in
# this notebook, right now; only the list of what was changed is kept in `course_utils.failures`, so
# that you do not see it by accident. A healthy run stands first, for comparison. The grey line is
# the loss of guessing among ten classes, $\ln 10 \approx 2.3$; losses beyond 40 are drawn at the
# upper edge.

# %%
failures.HEALTHY

# %%
def treat(recipe, epochs=10):
    """Return the network that comes of a recipe, and its curves."""
    x, y, new_x, new_y = failures.make_digits(recipe, x_digits, y_digits)
    model = keras.Sequential([keras.Input((784,))])
    bias = keras.initializers.Constant(recipe["first_bias"])
    for _ in range(recipe["hidden_layers"]):
        model.add(layers.Dense(recipe["units"], recipe["activation"], bias_initializer=bias))
    model.add(layers.Dense(10, activation="softmax"))
    optimizer = keras.optimizers.SGD(recipe["learning_rate"])
    model.compile(optimizer, recipe["loss"], metrics=["accuracy"])
    history = model.fit(x, y, epochs=epochs, shuffle=recipe["shuffle"], verbose=0,
                        validation_data=(new_x, new_y), validation_batch_size=1000)
    return model, history.history

# %%
recipes = {"healthy": failures.HEALTHY} | {n: failures.recipe(n) for n in failures.PATIENTS}
runs = {name: treat(recipe) for name, recipe in recipes.items()}
panels = plotting.plot_gallery({name: curves for name, (_, curves) in runs.items()}, columns=4)
plotting.show(panels[0].figure, alt="Eleven small pictures, a healthy run and A to J: training "
              "loss, solid, and validation loss, dotted, over ten epochs; a grey line at 2.3.")

# %% [markdown]
# **Predict**: which of them can you name already? Several look alike. So a good doctor measures.
# Four **vital signs** of each (`examine` feeds the training digits through the layers inside a
# `GradientTape`, as in lesson 03):
#
# - the training loss in epoch 1 (guessing: 2.3);
# - the share of hidden units that are 0 for every training digit;
# - the size of the gradient at layer 1, and at the last layer;
# - validation accuracy, and the accuracy on 1,000 **fresh** digits, which none of them has seen.

# %%
signs = {n: failures.examine(*run, recipes[n], x_digits, y_digits) for n, run in runs.items()}
deck.table_of(("", *signs["A"]), *((name, *row.values()) for name, row in signs.items()))

# %% [markdown]
# ### Exercise 4: Diagnose
# Give each patient one of these ten causes; each occurs once. Write a dictionary in place of the
# `...`: `diagnosis = {"A": "leakage", "B": "dead ReLUs", …, "J": "no shuffling"}`.
#
# | cause | what it means |
# |---|---|
# | dead ReLUs | the biases start so low that no hidden unit ever fires |
# | leakage | validation digits are among the training digits |
# | no shuffling | the digits come class by class, all 0 first, all 9 last, in each epoch |
# | rate too high, rate too low | the learning rate |
# | shuffled labels | pictures and labels no longer belong together |
# | too small a model | too few units |
# | unscaled input | pixels from 0 to 255 |
# | vanishing gradients | several sigmoid layers, one upon the other |
# | wrong loss | mean squared error between ten probabilities and the *number* of the class |
#
# <details><summary>Hint</summary>
#
# Begin with those where one number settles it: a loss far from 2.3 in epoch 1 (what could make it
# thousands? what 28?), silent units, gradients. Then compare training with validation, and
# validation with fresh digits.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
diagnosis = {
    "A": "unscaled input", "B": "vanishing gradients", "C": "leakage", "D": "rate too low",
    "E": "wrong loss", "F": "dead ReLUs", "G": "no shuffling", "H": "rate too high",
    "I": "too small a model", "J": "shuffled labels",
}
### END SOLUTION

# %% tags=["check"]
truth = {name: failures.cause(name) for name in failures.PATIENTS}

check.meets(
    diagnosis,
    summary=lambda given: f"{sum(truth[n] == given.get(n) for n in truth)} of 10 are right.",
    mistakes={
        "there must be a diagnosis for each patient, A to J, and for nobody else": (
            lambda given: set(given) != set(truth), {"A": truth["A"]}),
        "a cause is not on the list; copy it letter by letter": (
            lambda given: not set(given.values()) <= set(truth.values()), truth | {"B": "?"}),
        "a cause is given twice, so another is missing": (
            lambda given: len(set(given.values())) < 10, truth | {"A": truth["B"]}),
        **{f"look at {name} again: {failures.clue(name)}": (
            lambda given, name=name: given.get(name) != truth[name],
            truth | {name: truth["J"], "J": truth[name]}) for name in failures.PATIENTS[:-1]},
    },
)

# %% [markdown]
# ### Exercise 5: Repair
# Give each patient the **one** entry of the recipe that has to change, with a value that helps:
# `repairs = {"A": {"units": 64}, …}`. What is healthy stands in `failures.HEALTHY`. Rerun one as
# often as you like, in a cell of your own, in about a second:
# `model, curves = treat(failures.recipe("A") | {"units": 64})`, then
# `plotting.plot_gallery({"A": curves})`. The check reruns all ten and asks for at least 75 % of the
# validation digits.
#
# <details><summary>Hint</summary>
#
# Ten causes, but two patients share an entry: the learning rate. For several sigmoid layers it is
# the activation function. The patient that cheated gets *worse* by its repair, and honest.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
repairs = {
    "A": {"divide_by": 255}, "B": {"activation": "relu"}, "C": {"training": "own digits"},
    "D": {"learning_rate": 0.1}, "E": {"loss": "sparse_categorical_crossentropy"},
    "F": {"first_bias": 0.0}, "G": {"shuffle": True}, "H": {"learning_rate": 0.1},
    "I": {"units": 64}, "J": {"labels": "true"},
}
### END SOLUTION

# %% tags=["check"]
import functools

entries = {name: [failures.culprit(name)] for name in failures.PATIENTS}
healthy = {name: {entry: failures.HEALTHY[entry]} for name, (entry,) in entries.items()}
rerun = functools.cache(lambda recipe: treat(dict(recipe))[1]["val_accuracy"][-1])


def still_ill(given):
    if {name: list(change) for name, change in given.items()} != entries:
        return ""
    repaired = {name: failures.recipe(name) | given[name] for name in sorted(given)}
    return next((name for name in repaired if rerun(tuple(repaired[name].items())) < 0.75), "")


check.meets(
    repairs,
    summary=lambda given: f"Patient {still_ill(given)} is not healed." * bool(still_ill(given)),
    mistakes={
        "there must be a dictionary for each patient, A to J": (
            lambda given: set(given) != set(healthy), {"A": {"units": 64}}),
        "change exactly one entry of each recipe: the one that matters": (
            lambda given: any(len(change) != 1 for change in given.values()),
            healthy | {"A": failures.HEALTHY}),
        **{f"patient {name}: it is another entry that makes it ill": (
            lambda given, name=name: failures.culprit(name) not in given[name],
            healthy | {name: {"momentum": 0.9}}) for name in healthy},
        "the right entries, but a patient is still ill: give a healthier value": (
            still_ill, healthy | {"A": {"divide_by": 1}}),
    },
)

# %% [markdown] tags=["D2-29"]
# ## Open questions. What does nobody know?
# You have turned many knobs, and for most the reason was "it works". Three groups of questions are
# open in theory. For some there are partial answers.
#
# | | questions | what is known |
# |---|---|---|
# | **architecture** | Are there principled ways to design networks? How many layers, of which size, of which type? What classes of functions can a feedforward network approximate, and how does the architecture impact its expressiveness? | One hidden layer with enough units approximates any continuous function on a closed, bounded region (Cybenko, 1989; Hornik, 1991). How many are enough, and whether training finds them, it does not say. Some functions need exponentially more units in a shallow network than in a deep one (Telgarsky, 2016). |
# | **optimisation** | What does the error surface look like? When does local descent succeed? How to guarantee optimality? | No guarantee in general: training even a network of three units is NP-complete (Blum and Rivest, 1992): nobody knows a quick method that always succeeds. In practice descent finds a low loss, the more easily the larger the network. Very wide ones behave almost like linear models (Jacot and others, 2018). |
# | **generalisation** | How well do deep networks generalise, and why? How should they be regularised? How to prevent under- and overfitting? | The network of *Overfitting* learnt wrong labels by heart. With right labels it *could* do the same, and yet it reads new digits. So counting weights does not explain it (Zhang and others, 2017). With still more weights the test error often falls *again* (double descent; Belkin and others, 2019). |
#
# So the picture of lesson 04, few weights generalise and many overfit, is a rule of thumb and not
# a law. Measure, with a validation set and more than one seed.

# %% [markdown]
# ## Summary
# - An epoch is one pass over the training set; a batch is a part of it; an iteration is one update.
# - One hyperparameter at a time, and never without the spread of equal runs: within it is luck.
# - The learning rate comes first: a range test finds it, one cycle makes the most of it.
# - Against overfitting: more data and augmentation before early stopping, L2 and dropout. Batch
#   normalisation makes training faster. Dropout and batch normalisation behave differently in
#   training and at prediction.
# - When training fails, look at both curves, then at numbers: first loss, silent units, gradients,
#   fresh examples. Change one thing, run again.
#
# ## What can go wrong in practice
# - **A choice made on the test set.** Each look at it spends it.
# - **One lucky seed**, reported as a result.
# - **`training=True` at prediction**, or a frozen layer with batch normalisation whose moving
#   averages belong to other data.
# - **A batch of one** in training mode with batch normalisation.
# - **Losses compared that hold different penalties.**
# - **Augmentation that changes the label**, or that is applied to the validation set.
# - **A schedule that is longer than the training**: the rate never gets small.
#
# ## Read more
# - L. Smith, [Cyclical learning rates](https://arxiv.org/abs/1506.01186), 2015, and
#   [A disciplined approach to hyper-parameters](https://arxiv.org/abs/1803.09820), 2018: range test
#   and one cycle.
# - N. Srivastava and others,
#   [Dropout](https://jmlr.org/papers/v15/srivastava14a.html), *JMLR* 15, 2014.
# - S. Ioffe and C. Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015; and
#   S. Santurkar and others,
#   [How does batch normalization help optimization?](https://arxiv.org/abs/1805.11604), 2018.
# - C. Zhang and others,
#   [Understanding deep learning requires rethinking generalization](https://arxiv.org/abs/1611.03530),
#   2017.
# - A. Karpathy,
#   [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/), 2019.
#
# ## Next
# [08 Convolution by hand](08_convolution_by_hand.ipynb): layers that are made for pictures.
