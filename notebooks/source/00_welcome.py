# %% [markdown]
# # 00 Welcome
# *Can a machine learn to read your handwriting in a few seconds?*
#
# By the end you can
# - train a small network and judge what it reads
# - tell artificial intelligence, machine learning and deep learning apart
# - compute a mean squared error and an accuracy, and count parameters
# - name the kinds of networks
# - use this course's notebooks and exercises
#
# **Time** about 75 minutes · **Data** 5,000 digits, bundled · **Builds on** nothing
#
# Click into the first cell of code and press **Shift+Enter**. Go on like this.

# %%
from course_utils import check, data, explorables, gpu, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown]
# ## A digit reader. Can a machine learn to read in a few seconds?
#
# Here are pictures of handwritten digits. Each comes with its **label**, the digit that
# somebody meant to write.

# %%
(x_train, y_train), (x_test, y_test) = data.load_mnist()
axes = plotting.plot_images(x_train[:20], titles=y_train[:20])
plotting.show(axes[0].figure, alt="Twenty handwritten digits, each with its label above it.")

# %% [markdown]
# The collection has 5,000 digits. 1,000 of them are for an exam at the end (**test set**). 800 we
# keep aside, to examine the network while it learns (**validation set**). From the other 3,200 it
# learns (**training set**). It shall also read what you draw a little off
# the middle, so we show it each digit five times: as it is, and moved by two pixels up, down,
# right and left. (`np.roll` does it. What leaves the picture on one side comes back on the other,
# which hardly matters: the rim is white.)
#
# Then we build a **network**: a chain of simple calculations, the **layers**. Nobody tells it
# what a 7 looks like. You need not understand the lines yet; each has its lesson.

# %%
x_train, x_validation = x_train[:3200], x_train[3200:]
y_train, y_validation = y_train[:3200], y_train[3200:]
moves = [(0, 0), (-2, 0), (2, 0), (0, 2), (0, -2)]
x_moved = np.concatenate([np.roll(x_train, move, axis=(1, 2)) for move in moves])
y_moved = np.tile(y_train, len(moves))

# %%
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    layers.Rescaling(1 / 255),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
untrained_weights = model.get_weights()

# %% [markdown]
# **Predict first.** The network starts with random numbers, so it guesses. How often is a guess
# among ten digits right?
#
# Now let it learn. It goes through its pictures six times; each time is an **epoch**. After each
# epoch it is examined: `val_accuracy` is the share of the 800 validation digits that it reads
# correctly. Watch that number. (`loss` says how wrong the network is: the smaller, the better.)

# %%
history = model.fit(
    x_moved, y_moved, epochs=6, batch_size=64, verbose=2,
    validation_data=(x_validation, y_validation),
)

# %% [markdown]
# From about one in ten, the guess, to more than nine in ten, in seconds. Now it is your turn:
# **draw a digit** with the mouse, a pen or a finger, large and in the middle. Or pick one of the
# test digits, which the network has never seen.

# %%
explorables.DigitReader(weights=model.get_weights(), examples=x_test[:20])

# %% [markdown]
# The bars are ten **probabilities**, one for each digit; together they make 1. The longest bar is
# the answer.
#
# Try to break it:
# - Draw a 1 with a foot and a flag, a 7 with a bar, a 4 that is open at the top.
# - Draw a digit tiny, or in a corner. It is moved and enlarged before the network sees it.
# - Draw a house. **Predict first:** what will it say?
#
# It says a digit, often with confidence: it has ten answers, and *none of these* is not among
# them. A high probability is not knowledge. We come back to that at the end.
#
# ### What just happened
#
# Nobody wrote a rule for any digit. The network has about a hundred thousand adjustable numbers,
# the **parameters**. For each digit it computed ten probabilities, compared them with the label,
# and every parameter moved a little in the direction that would have made the right answer more
# probable. That is **training**, and it is the whole trick. Lessons 01 to 03 take it apart until
# you can do each step on paper.

# %% [markdown]
# ## This course. How does one work with it?
#
# A notebook is a row of **cells**: text like this one, and Python code.
#
# | you want to | you do |
# |---|---|
# | run a cell | click into it, **Shift+Enter** |
# | change a cell | click into it, type, run it again. You cannot break anything: this is your own copy |
# | run everything | menu *Run*, *Run All Cells* |
# | begin afresh | menu *Kernel*, *Restart Kernel* (the kernel is the Python behind this page), then run from the top |
# | move a slider | with the mouse, or with Tab and the arrow keys |
# | see a folded cell | click on the three dots |
#
# Cells share their names: what one cell defines, the later ones use. So run them from top to
# bottom. When something is odd, restart and run all: that mends most things.
#
# **Exercises.** You replace `...` by your answer, run the cell, and run the check below it. A
# check does not only say *wrong*; it tries to say what went wrong. Above the cell is a hint, below
# the check is our answer; both are folded. Skip what you like: no later cell needs your answer.
#
# Here is what a wrong answer looks like. The question: how many pixels (picture dots) does a
# picture of 28 rows and 28 columns have? Somebody answers 56. **The red message is announced**;
# it is part of the lesson.

# %%
with check.expect_error(check.CheckFailed, "the two sides are added"):
    check.value(56, 28 * 28, mistakes={"the two sides are added instead of multiplied": 56})

# %% [markdown]
# ### Exercise 1: Warm-up
#
# How many pixels does a picture of 28 rows and 28 columns have? Try a wrong answer first, and
# read what the check says.
#
# <details><summary>Hint</summary>
#
# Each of the 28 rows has 28 pixels. Python multiplies with `*`.
#
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
pixels = 28 * 28
### END SOLUTION

# %% tags=["check"]
check.value(
    pixels,
    expected=28 * 28,
    mistakes={
        "the two sides are added instead of multiplied": 28 + 28,
        "only one row is counted": 28,
        "grey values are counted: a pixel can have 256 of them, but it is one pixel": 256,
        "all four sides are added: that is the way around the picture": 4 * 28,
        "`^` stands for a power: Python writes it `**`": 28 ^ 2,
    },
)

# %% [markdown]
# ### The machine you have
#
# A **CPU** is the processor that every computer has; a **GPU** is a graphics processor, which
# does thousands of simple sums at once. All lessons run on two CPU cores. What is in yours?
#
# If something does not work: close JupyterLab and type `python3 course.py doctor` in the
# project's folder (on Windows `py course.py doctor`). It tests one thing a line and says what to
# do.

# %%
gpu.describe_device()

# %% [markdown] tags=["D1-01", "D4-01"]
# ## Three words. What are AI, machine learning and deep learning?
#
# They lie inside each other:
#
# - **Artificial intelligence (AI)** is any technique by which a machine does what we would call
#   intelligent in a person. It need not learn: a chess program may follow rules that people
#   wrote.
# - **Machine learning (ML)** is the part of AI where nobody writes the rules: a general recipe is
#   fitted to examples, and the examples decide what the program does.
# - **Deep learning (DL)** is the part of machine learning whose recipes are **neural networks**
#   with several layers. They take raw data (pixels, letters, sound) and learn for themselves
#   what to look at.
#
# Definitions like "imitates human behaviour" or "works like the brain" promise too much: a spam
# filter imitates nobody, and our digit reader is arithmetic.
#
# The second picture shows a good test case for the difference. Could you write rules, in words,
# that tell every 1 from every 7 and every 3 from every 5? People tried for years. Examples do it
# better.

# %% tags=["D1-01"]
axes = plotting.plot_nested_fields()
plotting.show(
    axes.figure,
    alt="Three nested ellipses: deep learning inside machine learning inside artificial "
    "intelligence, with one example each.",
)

# %% tags=["D1-01"]
strip = [3, 1, 3, 4, 7, 2, 1, 7, 4, 2, 3, 5]
examples = [x_train[y_train == digit][place] for place, digit in enumerate(strip)]
axes = plotting.plot_images(examples, columns=6)
plotting.show(axes[0].figure, alt="Handwritten digits: 3 1 3 4 7 2 above, 1 7 4 2 3 5 below.")

# %% [markdown] tags=["D1-02"]
# ## Examples. What goes in, what comes out?
#
# Like most of machine learning, a network computes a prediction from an input. The input is called
# $X$, the right answer (the **target**) $Y$, and the prediction $\hat{Y}$, read "Y hat".
#
# | task | input $X$ | target $Y$ | kind |
# |---|---|---|---|
# | find spam | the text of an e-mail | spam or not | classification |
# | follow a share (a stock) | its prices of the last week | its price tomorrow | regression |
# | tell cat from dog | the pixels of a photograph | cat or dog | classification |
# | read a digit | 784 pixels | one of 0 to 9 | classification |
#
# **Classification** chooses among classes, **regression** predicts a number. (The share is the
# classic example, and a hard one: last week's prices hardly tell tomorrow's.)
#
# How wrong is a regression? Take three days. The share costs 10, 12 and 9; we predicted 11, 10
# and 12. Target minus prediction, the errors are −1, 2 and −3. We square them, so that −3 counts
# as much as 3 and large errors count more: 1, 4 and 9. Their mean is 14 / 3 = 4.67. This is the
# **mean squared error (MSE)**:
#
# $$\mathrm{MSE} = \frac{1}{n} \sum_{i=1}^{n} (Y_i - \hat{Y}_i)^2$$
#
# $\sum$ means: add up over all $n$ examples.

# %% tags=["D1-02"]
prices = np.array([10, 12, 9])
predicted_prices = np.array([11, 10, 12])
axes = plotting.plot_squared_errors(prices, predicted_prices)
plotting.show(axes.figure, alt="Three errors as squares: areas 1, 4 and 9; their mean is 4.67.")

# %% [markdown]
# ### Exercise 2: Mean squared error
#
# Write the formula as a function of two arrays. NumPy computes with whole arrays: `a - b`
# subtracts them number by number, `a**2` squares each.
#
# <details><summary>Hint</summary>
#
# From the inside out: the difference, its square, then `np.mean(...)` of the squares.
#
# </details>

# %% tags=["exercise"]
def mean_squared_error(targets, predictions):
    """Return the mean of the squared differences."""
    ### BEGIN SOLUTION
    return np.mean((targets - predictions) ** 2)
    ### END SOLUTION

# %% tags=["check"]
check.function(
    mean_squared_error,
    inputs=[(prices, predicted_prices), (np.array([0.5, 1.5]), np.array([0.0, 4.0]))],
    expected=lambda y, p: np.mean((y - p) ** 2),
    mistakes={
        "positive and negative errors cancel: square them": lambda y, p: np.mean(y - p),
        "the mean is missing: here is one square an example": lambda y, p: (y - p) ** 2,
        "the squares are added but not divided by their number": lambda y, p: np.sum((y - p) ** 2),
        "the sum is divided by 3, however many there are": lambda y, p: np.sum((y - p) ** 2) / 3,
        "absolute values are taken instead of squares": lambda y, p: np.mean(np.abs(y - p)),
        "the mean is squared: square first, then take the mean": lambda y, p: np.mean(y - p) ** 2,
        "the square root is taken as well": lambda y, p: np.sqrt(np.mean((y - p) ** 2)),
        "only the predictions are squared: use brackets": lambda y, p: np.mean(y - p**2),
        "the arrays are squared before they are subtracted": lambda y, p: np.mean(y**2 - p**2),
        "`^` stands for a power: Python writes it `**`": lambda y, p: np.mean((y - p) ^ 2),
        "`prices` stands in it: use the names in the brackets after `def`": [14 / 3, 14 / 3],
    },
)

# %% [markdown] tags=["D1-03"]
# ## Features. Who decides what to look at?
#
# A **feature** is a number that says something useful about an example: how much ink a digit
# has, how long an e-mail is. For decades, people invented features by hand and learning came
# last. Finding good ones (**feature extraction**) was the hard part of the work.
#
# Let us try. We measure two features of each digit: its ink, and how much it differs from its
# mirror image. That should tell a 0 from a 1.

# %% tags=["D1-03"]
def measure_by_hand(pictures):
    """Return two features of each picture: its ink and its asymmetry, shape (n, 2)."""
    grey = pictures / 255
    ink = grey.mean(axis=(1, 2))
    asymmetry = np.abs(grey - grey[:, :, ::-1]).mean(axis=(1, 2))
    return np.stack([ink, asymmetry], axis=1)


figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), sharex=True, sharey=True)
for ax, pair in zip(axes, [(0, 1), (3, 8)], strict=True):
    shown = np.flatnonzero(np.isin(y_train, pair))[:120]
    features, labels = measure_by_hand(x_train[shown]), y_train[shown] == pair[1]
    plotting.plot_points(features, labels.astype(int), names=pair, axes=ax).legend()
    ax.set(xlabel="ink", ylabel="asymmetry", title=f"{pair[0]} against {pair[1]}")
plotting.show(figure, alt="Ink and asymmetry: 0 and 1 form two clouds, 3 and 8 lie mixed.")

# %% [markdown] tags=["D1-03"]
# Two features part the 0 from the 1 quite well and are useless for 3 and 8. The next pair needs
# new ideas, and so does the next alphabet. Hand-made features take time, break easily, and do not
# carry over to new problems.
#
# Deep learning's answer: **learn the features too.** The raw pixels go in; the first layers
# become simple feature detectors, and later layers combine what earlier ones found:
#
# - **low level**: lines and edges
# - **mid level**: eyes, noses, ears
# - **high level**: the structure of a whole face

# %% tags=["D1-03"]
axes = plotting.plot_feature_levels()
plotting.show(
    axes[0].figure,
    alt="Three levels of features: strokes; an eye, an ear, a nose and a mouth made of strokes; "
    "a face made of these parts.",
)

# %% [markdown] tags=["D1-03"]
# That drawing is the textbook's idea. What did *our* network learn? Between pixels and answer it
# has 128 **hidden units**. Each multiplies every pixel by a number of its own, its **weight**, and
# adds up. One weight a pixel: so the weights of a unit are a picture, too. Purple: ink here
# speaks for the unit. Orange: ink here speaks against it. Above: the eight units
# that changed most, before training; below: the same eight afterwards.

# %% tags=["D1-03"]
before, after = untrained_weights[0].T, model.get_weights()[0].T
units = np.argsort(np.abs(after - before).sum(axis=1))[-8:]
weights = np.concatenate([before[units], after[units]]).reshape(-1, 28, 28)
axes = plotting.plot_weights(weights)
plotting.show(axes[0].figure, alt="Weights of eight units: noise before, blobs and strokes after.")

# %% [markdown] tags=["D1-03"]
# Pure noise became strokes and blobs, with a good deal of noise left. Honestly: a few look for a
# stroke at some place, most are hard to name, and no unit is "the unit for 7". One hidden layer on
# 3,200 digits finds low-level features at best. The tidy edges, eyes and faces of the drawing
# need more layers, more pictures, and convolutions; you look for them in lesson 09.

# %% [markdown] tags=["D2-01", "D2-02", "D4-01"]
# ## Neural networks. What is one?
#
# A **neural network** is a set of simple units, in layers, that are joined by weighted
# connections. Each unit multiplies what it receives by its **weights**, adds it up with one more
# number, its **bias**, and passes on the result after a simple bend, its **activation**. Weights
# and biases are the parameters: training finds them. Networks are most useful where we can
# give examples but no rules.
#
# The idea came from the **brain**: a nerve cell collects signals and fires when there are
# enough. The likeness is loose:
#
# | | brain | our networks |
# |---|---|---|
# | signal | short pulses, in time | a number |
# | learning | local, still being researched | backpropagation: the error is passed backwards through the whole network; no brain is known to do so |
# | wiring | loops everywhere, it grows and prunes | fixed layers, mostly one way |
# | examples needed | few | thousands to billions |
#
# An aeroplane was inspired by birds, too, and does not flap.
#
# ### What is deep about it?
#
# Layers between input and output are called **hidden**. A network with more than one or two of
# them is **deep**; today's have dozens to hundreds. Ours has a single one, so strictly speaking it
# is a shallow network: it learns like the deep ones, which is why we begin with it.
#
# Think of naming a dog's breed from a photograph. Layer by layer, the pixels are turned
# into something closer to the answer; the last layer gives one probability for each breed. Each
# layer bends its input a little, so that the whole can be a **non-linear** relationship
# (one that is no weighted sum), however crooked. What each layer finds is its own affair: the
# names below are a hope, not an order.

# %% tags=["D2-02"]
names = ("pixels", "edges,\nfur", "ears,\nmuzzles", "heads,\nbodies", "breeds")
axes = plotting.plot_network((4, 6, 6, 5, 3), names=names)
plotting.show(
    axes.figure,
    alt="A network with three hidden layers that names a dog's breed: pixels, edges and fur, "
    "ears and muzzles, heads and bodies, breeds.",
)

# %% [markdown]
# ### Exercise 3: Count the parameters
#
# How many parameters has *our* digit reader? It takes 28 × 28 pixels, has 128 hidden units and 10
# output units. Every unit has one weight for each number that it receives, and one bias.
#
# <details><summary>Hint</summary>
#
# Two layers, and for each: inputs × units weights, plus one bias a unit. The outputs of the first
# layer are the inputs of the second. A smaller case: 2 inputs, 3 hidden units, 1 output has
# (2 × 3 + 3) + (3 × 1 + 1) = 13.
#
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
parameters = (28 * 28 * 128 + 128) + (128 * 10 + 10)
### END SOLUTION

# %% tags=["check"]
check.value(
    parameters,
    expected=model.count_params(),
    mistakes={
        "the biases are forgotten": 784 * 128 + 128 * 10,
        "the second layer is forgotten": 784 * 128 + 128,
        "the picture's side is taken for its number of pixels": (28 * 128 + 128) + (128 * 10 + 10),
        "the layers are multiplied with each other instead of added": 784 * 128 * 10,
        "the sizes of the layers are added up: weights join each with each": 784 + 128 + 10,
        "there is one bias a layer instead of one a unit": 784 * 128 + 1 + 128 * 10 + 1,
        "there is one bias an input instead of one a unit": 784 * 128 + 784 + 128 * 10 + 128,
        "the output units receive the pixels: they receive 128 numbers": 785 * 128 + 785 * 10,
    },
)

# %% [markdown] tags=["D1-04"]
# ## Classic or deep? When is which the better choice?
#
# A rival first, one of the oldest in machine learning. **Nearest neighbour** does not train at
# all: it keeps every example, and reads a new digit by looking up the most similar one. Here it
# is, whole. (It leaves out one term of the squared distance. That term is the same for all
# examples, so the nearest one stays the nearest.) Below it we count what one answer costs, in
# multiplications.

# %% tags=["D1-04"]
def nearest_neighbour(examples, labels, pictures):
    """Return for each picture the label of the most similar example."""
    examples = examples.reshape(len(examples), -1) / 255
    pictures = pictures.reshape(len(pictures), -1) / 255
    squared_distances = (examples**2).sum(axis=1) - 2 * pictures @ examples.T
    return labels[squared_distances.argmin(axis=1)]


neighbours = nearest_neighbour(x_train, y_train, x_validation)
network_accuracy = history.history["val_accuracy"][-1]
f"nearest neighbour {np.mean(neighbours == y_validation):.1%}, network {network_accuracy:.1%}"

# %% tags=["D1-04"]
multiplications = {
    "network": 784 * 128 + 128 * 10,
    "nearest neighbour, 3,200 examples": 784 * 3200,
    "nearest neighbour, 60,000 examples": 784 * 60_000,
}
for name, number in multiplications.items():
    print(f"{number:>12,}  {name}")

# %% [markdown] tags=["D1-04"]
# Both were asked about the same 800 digits. The old method, four lines long, comes within a few
# points of the network, which also had the moved copies to learn from. With so few examples deep
# learning has no great advantage.
#
# You often see a table like the following. Its last row usually says that machine learning
# takes *more* time to test (to use) than deep learning. Our count shows where that comes
# from and why it is only half true:
#
# | | classic machine learning | deep learning |
# |---|---|---|
# | **data size** | good with hundreds or thousands of examples | shines with many thousands and more |
# | **hardware** | any computer | small networks: any computer; large ones need GPUs |
# | **train time** | mostly seconds to minutes | seconds (here) to months |
# | **test time** | depends: nearest neighbour compares with every example it keeps; a decision tree asks a few questions (about ten for our digits) and is the fastest of all | the same for each example, whatever the size of the training set; large networks are slow |
#
# A **decision tree** asks questions like in a guessing game: is this pixel dark? Then is that
# one? For tables with a few dozen columns, many trees together (a **forest**) are still hard to
# beat.

# %% [markdown] tags=["D1-05", "D4-08", "D4-01"]
# ## Why now? The idea is old: what changed?
#
# Artificial neurons date from 1943. Three things came together around 2012:
#
# 1. **Big data.** The web made it easy to collect and store examples. **ImageNet** (2009)
#    brought millions of labelled photographs.
# 2. **Hardware.** A graphics processor (**GPU**), made for games, does thousands of
#    multiplications at once. A network is mostly multiplications, and they can run in parallel.
# 3. **Software.** Better techniques, new kinds of networks, and free tool boxes: what took a
#    doctoral student a year is ten lines today.
#
# Jeff Dean of Google put the consequence into one line: *results get better with more data +
# bigger models + more computation*. Andrew Ng drew it as a famous curve: performance over amount
# of data, where old methods level off and larger networks keep climbing. His curve was a sketch
# without numbers. We can measure ours.
#
# **Predict first.** Three networks learn from 50 to 3,200 digits: one without a hidden layer, one
# with 8 hidden units, one with 256. How will the curves lie?
#
# Each sees 38,400 pictures in all, the same few again and again where there are few: only the
# number of *different* examples changes. This takes half a minute at most.

# %% tags=["D4-08"]
def build_network(units):
    """Return a digit reader with `units` hidden units, or without a hidden layer for 0."""
    hidden = [layers.Dense(units, activation="relu")] if units else []
    start = [keras.Input(shape=(28, 28)), layers.Rescaling(1 / 255), layers.Flatten()]
    network = keras.Sequential([*start, *hidden, layers.Dense(10, activation="softmax")])
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def measure_accuracy(units, size):
    """Train on the first `size` digits, 38,400 pictures in all; return the accuracy on others."""
    network = build_network(units)
    rows = np.random.default_rng(0).integers(size, size=300 * 128)
    network.fit(x_train[rows], y_train[rows], batch_size=128, verbose=0)
    return network.evaluate(x_validation, y_validation, verbose=0)[1]

# %% tags=["D4-08"]
sizes = [50, 200, 800, 3200]
kinds = {"no hidden layer": 0, "8 hidden units": 8, "256 hidden units": 256}
curves = {
    name: [measure_accuracy(units, size) for size in sizes] for name, units in kinds.items()
}
curves["nearest neighbour"] = [
    np.mean(nearest_neighbour(x_train[:size], y_train[:size], x_validation) == y_validation)
    for size in sizes
]

# %% tags=["D4-08", "D4-01"]
axes = plotting.plot_learning_curves(sizes, curves)
axes.set_title("More examples help; the large network makes the most of them")
plotting.show(
    axes.figure,
    alt="Accuracy over number of examples: all rise from 50 to 3,200; the networks with none or "
    "few hidden units level off, the one with 256 and the nearest neighbour keep rising.",
)
assert all(curve[-1] > curve[0] + 0.1 for curve in curves.values())
assert curves["256 hidden units"][-1] > curves["8 hidden units"][-1]

# %% [markdown] tags=["D4-08"]
# Three things to see:
#
# - **More data** helps everyone: from 50 to 3,200 digits each curve climbs by about 25 percentage
#   points or more.
# - **A bigger model** makes use of it: with 50 digits the large network is hardly better than the
#   one without a hidden layer; with 3,200 the small ones level off and the large one leads. The
#   one with 8 hidden units lies lowest: all that it knows of a picture must pass through eight
#   numbers. It has fewer parameters than the one without a hidden layer.
# - **The picture is not a law.** The nearest neighbour climbs too, close to the large network. On
#   photographs it fails: pixel by pixel, two pictures of the same dog are nothing alike. Better
#   ideas, such as the convolutions of lesson 09, count as much as size. (Differences of a point
#   mean nothing here: 800 digits are too few to tell.)

# %% [markdown]
# ## The exam. How good is the digit reader really?
#
# We looked at the 800 validation digits several times and could have chosen what suits them. So
# there is a third set, by which nothing was learnt and nothing was chosen: the 1,000 digits of the
# **test set**. We use them once. **Accuracy** is the share of right answers.
#
# `predictions` takes the most probable digit of each row. The `assert` compares the result with
# what was seen over several seeds, that is, with other random numbers at the start.

# %%
probabilities = model.predict(x_test, verbose=0)
predictions = np.argmax(probabilities, axis=1)
test_accuracy = np.mean(predictions == y_test)
low, high = results.band("00_welcome/test_accuracy")
assert low <= test_accuracy <= high, f"{test_accuracy:.1%} is outside {low:.1%} to {high:.1%}"
f"{test_accuracy:.1%} of 1,000 test digits are right"

# %% [markdown]
# ### Exercise 4: Read the bars
#
# Write a function that takes the ten probabilities of one picture and returns two things: the
# digit that the network reads, and how sure it is. For `[0.1, 0.0, 0.6, 0.3, …]` that is
# `(2, 0.6)`: the largest probability is 0.6, and it stands at place 2, counted from 0.
#
# <details><summary>Hint</summary>
#
# `np.argmax(probabilities)` gives the place of the largest number, `np.max(probabilities)` the
# number itself. Return both, the place first.
#
# </details>

# %% tags=["exercise"]
def read_digit(probabilities):
    """Return the most probable digit and its probability."""
    ### BEGIN SOLUTION
    return np.argmax(probabilities), np.max(probabilities)
    ### END SOLUTION

# %% tags=["check"]
check.function(
    read_digit,
    inputs=list(model.predict(x_test[:3], verbose=0)),
    expected=lambda p: (np.argmax(p), np.max(p)),
    mistakes={
        "the two are swapped: the digit comes first": lambda p: (np.max(p), np.argmax(p)),
        "digits are counted from 1 instead of 0": lambda p: (np.argmax(p) + 1, np.max(p)),
        "the smallest probability is taken": lambda p: (np.argmin(p), np.min(p)),
        "the digit is missing: only the probability is returned": np.max,
        "the probability is missing: only the digit is returned": np.argmax,
        "the probability is given in per cent": lambda p: (np.argmax(p), 100 * np.max(p)),
    },
)

# %% [markdown]
# ### Exercise 5: Accuracy
#
# Write accuracy yourself. `labels == predictions` compares two arrays place by place and gives
# `True` or `False`; in a mean, `True` counts as 1 and `False` as 0.
#
# <details><summary>Hint</summary>
#
# The mean of `labels == predictions` is a share between 0 and 1.
#
# </details>

# %% tags=["exercise"]
def accuracy(labels, predictions):
    """Return the share of predictions that equal their labels."""
    ### BEGIN SOLUTION
    return np.mean(labels == predictions)
    ### END SOLUTION

# %% tags=["check"]
check.function(
    accuracy,
    inputs=[(y_test, predictions), (np.array([3, 1, 4, 1]), np.array([3, 1, 4, 7]))],
    expected=lambda y, p: np.mean(y == p),
    mistakes={
        "the wrong ones are counted: that is the error rate": lambda y, p: np.mean(y != p),
        "the right ones are counted but not divided by their number": lambda y, p: np.sum(y == p),
        "it is given in per cent: a share lies between 0 and 1": lambda y, p: 100 * np.mean(y == p),
        "the mean is missing: here is one answer an example": lambda y, p: y == p,
        "the number of examples is taken to be 1,000": lambda y, p: np.sum(y == p) / 1000,
        "digits are subtracted: compare them with `==`": lambda y, p: np.mean(y - p),
    },
)

# %% [markdown] tags=["D4-01"]
# ### Something to smile about
#
# Which mistakes is the network most sure of? Here are six. Would you have read them all? Some are
# unfair, some plainly embarrassing, and none of them made it hesitate. Where a mistake costs
# money or health, "99 % sure" must be checked before anybody trusts it.
#
# More examples would help: with all 60,000 digits of MNIST (`data.load_mnist(full=True)`, a
# download) a network like ours is right on about 98 %. You train it in lesson 06.

# %% tags=["D4-01"]
wrong = np.flatnonzero(predictions != y_test)
wrong = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:6]
titles = [f"says {predictions[i]}, {probabilities[i].max():.0%}\nmeant: {y_test[i]}" for i in wrong]
figure, axes = plt.subplots(1, 6, figsize=(10, 2.2))
plotting.plot_images(x_test[wrong], titles=titles, axes=axes)
plotting.show(figure, alt="Six misread digits with the answer, its probability and the label.")

# %% [markdown] tags=["D0-02", "D2-19"]
# ## History. How did we get here?
#
# The big picture, decade by decade:
#
# | decade | what happened |
# |---|---|
# | **1950s** | Can machines think? **Symbolic AI**: programs reason with rules that people wrote, for example about chess. The perceptron learns from examples |
# | **1960s** | First **neural networks**, too small and too slow to be useful; by 1969 their limits are known |
# | **1980s** | **Backpropagation** trains networks with hidden layers; it is applied to **convolutional networks**, which read postcodes by 1989 |
# | **1990s** | Bell Labs develops the **support vector machine (SVM)**, which draws the boundary between classes with the widest margin; networks go out of fashion |
# | **2000s** | **Decision trees** by the hundred: **random forests** and **gradient-boosting machines (GBM)** |
# | **2010s** | Deep learning breaks through with **GPUs**, large data sets and a great deal of funding |
#
# (The 1970s are missing: after 1969 little was funded. Decision trees themselves are older than
# the 2000s.) And the 2020s? Language models, which you meet in lessons 13 to 16.

# %% tags=["D2-19"]
events = data.load_history()
axes = plotting.plot_timeline(events)
plotting.show(
    axes.figure,
    alt="Timeline. " + "; ".join(f"{year}: {label}" for year, label, _ in events) + ".",
)

# %% [markdown] tags=["D2-19"]
# Two stretches are marked as **winters**. Twice, promises ran ahead of results, money left and
# the field froze: after 1969, when Minsky and Papert showed what a single layer cannot compute
# (you do the simplest case in lesson 01), and after 1987.
#
# The consultancy Gartner tells a similar story about every new technology, as its **hype
# cycle**. In August 2018 it saw deep learning at the top of expectations.
#
# **What would you say:** where on the curve are we now? Nobody can know from the inside, and few
# technologies follow it. What did come after that August: BERT, GPT-3, DALL-E, ChatGPT, and no
# winter so far. The large questions of artificial intelligence are still open, among them what it
# means to understand.

# %% tags=["D2-19"]
axes = plotting.plot_hype_cycle()
axes.set_title("The hype cycle: a story with a curve, not a measurement")
plotting.show(
    axes.figure,
    alt="Expectations over time: a trigger, a peak of inflated expectations with deep learning "
    "in August 2018, a trough, a slope, a plateau.",
)

# %% [markdown] tags=["D4-02", "D0-22", "D2-19", "D0-01"]
# ## Applications. What is it used for?
#
# > "Deep learning is a superpower. With it you can make a computer see, synthesize novel art,
# > translate languages, render a medical diagnosis, or build pieces of a car that can drive
# > itself." (Andrew Ng)
#
# A lecture of about 2020 would have listed the left columns. The right one is what became of it:
#
# | field | the example then | today |
# |---|---|---|
# | **speech** | Microsoft Cortana, Amazon Alexa, Google Now, Apple Siri | Cortana was retired in 2023; Google Now became the Google Assistant, whose place Gemini takes; Alexa and Siri are being rebuilt on language models |
# | **images** | "superhuman" on ImageNet | true of one contest: with five guesses a picture, about 5 % errors for a trained person, less for networks since 2015, on 1,000 fixed classes, some 120 of them dog breeds. In fog, or on a drawing, those networks were far behind people; the gap has closed since, but networks err on other pictures than we do |
# | **art** | deepart.io painted photographs in a painter's style (2015) | that site is gone; DALL-E and its kin draw from a sentence; who owns the result is disputed |
# | **language** | GPT-3 continues any text (2020) | ChatGPT (2022) and its rivals answer, summarise, write programs, and invent facts |
#
# **Natural language processing (NLP)**, the work with human language, has standard tasks:
# classify a text or document; find names of people, places and firms (**named entity
# recognition, NER**); extract keywords; answer questions (**QA**); translate (**neural machine
# translation, NMT**). The tools are **embeddings** (words as lists of numbers, lesson 10),
# **attention** (which words matter for this one) and **self-attention** (a sentence's words
# attend to each other), both in lesson 13.
#
# Eleven things that deep learning does well enough to be in daily use:
#
# 1. recognise faces (and, wrongly used, watch people)
# 2. classify images
# 3. turn speech into text
# 4. turn text into speech
# 5. transcribe handwriting, as ours does
# 6. translate
# 7. help with medical diagnosis, beside a doctor
# 8. see for driverless cars: the perception is learnt; how much of the driving is differs
# 9. drive digital assistants
# 10. choose advertisements, search results and what a feed shows
# 11. play games, with **reinforcement learning** (learning from reward)

# %% [markdown] tags=["D2-20"]
# ## Kinds of networks. Which shapes are there?
#
# Five shapes carry most of deep learning. Find each one's idea in its drawing:
#
# | kind | idea | made for | lessons |
# |---|---|---|---|
# | **feed-forward (FF)** | layer after layer, one way; the perceptron is the smallest | tables, and as a part of all others | 01 to 07 |
# | **convolutional (CNN)** | a small window slides over the picture | images, sound | 08, 09 |
# | **recurrent (RNN)** | reads word by word and keeps a summary | sequences | 11 |
# | **long short-term memory (LSTM)** | an RNN with a memory and gates that guard it | longer sequences, translation | 11, 12 |
# | **transformer** | every word looks at all others at once | language, and by now nearly everything | 13, 14, 16 |
#
# There are many more. Fjodor van Veen's poster *The Neural Network Zoo* (Asimov Institute, 2016)
# draws more than two dozen; you meet autoencoders, generative adversarial networks and diffusion
# models in lesson 15.

# %% tags=["D2-20"]
axes = plotting.plot_network_kinds()
plotting.show(
    axes[0].figure,
    alt="Five diagrams: a feed-forward network of three layers; a convolution, whose window slides "
    "over a picture; a recurrent network, which passes something on from word to word; an LSTM, "
    "which adds a memory line; a transformer, in which every word is joined to every word.",
)

# %% [markdown] tags=["D4-09"]
# ## Tools. Which libraries are there, and which are alive?
#
# | library | by | state |
# |---|---|---|
# | **TensorFlow** | Google, 2015 | alive; computes underneath Keras in this course |
# | **PyTorch** | Meta, 2016 | alive; the most used in research |
# | **JAX** | Google, 2018 | alive; strong on large machines |
# | **Keras** | François Chollet, 2015 | alive; since version 3 it runs on TensorFlow, JAX or PyTorch. **We use it** |
# | **fastai** | fast.ai, 2018 | alive; training recipes on top of PyTorch, with a course |
# | **MXNet** | DMLC, later Apache, 2015 | retired in 2023 |
# | **CNTK** | Microsoft, 2016 | retired; last release in 2019 |
# | **Caffe** | Berkeley, 2014 | historic; its ideas live on |
#
# Libraries die, ideas stay. So each lesson builds an idea by hand first and calls the library
# second.

# %% [markdown]
# ## Summary
#
# - Deep learning is the part of machine learning that learns its own features, with networks of
#   many layers. Machine learning is the part of AI that learns from examples.
# - Training moves every parameter a little towards fewer errors, again and again. One number
#   says how wrong the network is, for example the mean squared error.
# - More data, bigger models and more computation help, together. With little data a simple
#   method is often as good: always ask it first.
# - A network is examined on data that it never learnt from, once.
# - A high probability is not knowledge.
#
# ## What can go wrong in practice
#
# - **Other data than in training.** Our reader knows centred, dark digits on white. Real pictures
#   are crooked, dirty, and of something else.
# - **The exam leaks.** Who tunes on the test set has no exam left.
# - **Labels are wrong or unfair.** The network learns them faithfully.
# - **A simple method would have done.** Try one first.

# %% [markdown] tags=["D1-22"]
# ## Read more
#
# **Deep learning**
# 1. Michael Nielsen, *Neural Networks and Deep Learning*: the gentlest book, free,
#    <http://neuralnetworksanddeeplearning.com>
# 2. MIT, *6.S191 Introduction to Deep Learning*: lectures every year, <https://introtodeeplearning.com>
# 3. Ian Goodfellow, Yoshua Bengio, Aaron Courville, *Deep Learning* (2016), <https://www.deeplearningbook.org>
# 4. Simon Prince, *Understanding Deep Learning* (2023): the best figures, <https://udlbook.github.io/udlbook/>
# 5. François Chollet and Matthew Watson, *Deep Learning with Python*, third edition (2025), by
#    the author of Keras
# 6. Aston Zhang and others, *Dive into Deep Learning*, <https://d2l.ai>
# 7. Stanford CS 230, cheatsheets, also on recurrent networks,
#    <https://stanford.edu/~shervine/teaching/cs-230/>
#
# **Natural language processing**
# 1. Steven Bird and others, *Natural Language Processing with Python*, the book of **NLTK**, the
#    Natural Language Toolkit, <https://www.nltk.org/book/>
# 2. **scikit-learn**, user guide, *Text feature extraction*,
#    <https://scikit-learn.org/stable/modules/feature_extraction.html>
# 3. **gensim**, *Word2Vec model*, <https://radimrehurek.com/gensim/models/word2vec.html>
# 4. Chris McCormick, *Word2Vec Tutorial: The Skip-Gram Model* (2016)
# 5. Jay Alammar, *The Illustrated Word2vec* and *The Illustrated Transformer*,
#    <https://jalammar.github.io>
# 6. Dan Jurafsky and James Martin, *Speech and Language Processing*, third edition, draft,
#    <https://web.stanford.edu/~jurafsky/slp3/>
# 7. Stanford CS 224N, *Natural Language Processing with Deep Learning*,
#    <https://web.stanford.edu/class/cs224n/>
# 8. Hugging Face, *LLM Course*, <https://huggingface.co/learn>

# %% [markdown]
# ## Next
#
# [01 The perceptron](01_perceptron.ipynb): one single neuron, with numbers to follow on paper. It
# can decide, it can learn, and it fails at a question that a child can answer.
