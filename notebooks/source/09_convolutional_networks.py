# %% [markdown]
# # 09 Convolutional networks
# *How does a network see, and how deep should it be?*
#
# By the end you can
# - build and train a convolutional network, and count its parameters
# - show what its filters find and where it looks
# - write a residual block, and say why depth needs it
# - find the errors of which a network is sure
# - adapt a trained network to a new class with 20 examples
# - run a small competition with one test at its end
#
# **Time** about 120 minutes · **Data** 5,000 digits, bundled; generated shapes · **Builds on**
# [07 Training better](07_training_better.ipynb),
# [08 Convolution by hand](08_convolution_by_hand.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
import time
from keras import applications, layers, ops
from sklearn import metrics

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D1-16", "D4-05"]
# ## Layers for pictures. What does a small CNN consist of?
# Two families of networks changed the field: the **CNN for vision** (convolutional neural network),
# and the **RNN for NLP** (recurrent neural network; natural language processing), which comes in
# lesson 11. The CNN does two things that you wrote by hand in lesson 08. A **convolution layer**
# scans the picture through a small window, everywhere with the same weights. A **pooling layer**
# compresses: it keeps the largest value of each 2 × 2, so that the next window sees twice as much
# of the picture. Repeat both to **go deep**: edges become strokes, strokes become loops. At the end
# `Flatten` makes one row of numbers, and dense layers decide.
#
# The data are those of lesson 07: 3,200 digits for **training**, 800 for **validation**, by which
# everything is chosen; 1,000 for the **test**, which each net that the lesson judges meets once.

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

# %% tags=["D2-31", "D4-05"]
def build_pooled(units=64):
    """Return a CNN with pooling for pictures of shape (28, 28, 1)."""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


# %% tags=["D2-31", "D4-05"]
model = build_pooled()
shapes = [(type(layer).__name__, layer.output.shape[1:]) for layer in model.layers]
axes = plotting.plot_volumes([("picture", (28, 28, 1)), *shapes])
plotting.show(axes.figure, alt="Blocks from left to right: a picture of 28 × 28 × 1, 16 maps, then "
              "half as high, 32 maps, 7 × 7, then 1,568 numbers, 64 units, 10 probabilities.")
[layer.count_params() for layer in model.layers]

# %% [markdown] tags=["D2-31", "D4-05"]
# The pictures grow smaller and their number grows. What is lost in place is gained in kind: 28 × 28
# grey values become 7 × 7 places with 32 features each. The parameters (the list), on paper:
#
# | layer | weights | biases | sum |
# |---|---|---|---|
# | convolution, 16 | 3 · 3 · **1** · 16 = 144 | 16 | 160 |
# | convolution, 32 | 3 · 3 · **16** · 32 = 4,608 | 32 | 4,640 |
# | dense, 64 | 7 · 7 · 32 · 64 = 100,352 | 64 | 100,416 |
# | softmax, 10 | 64 · 10 = 640 | 10 | 650 |
#
# A window of the second convolution reaches through all 16 maps. Pooling and flattening have
# nothing to learn. More than nine of ten parameters sit in the dense layer: convolutions are
# thrifty.

# %% [markdown]
# ## Dense or convolutional. Which makes more of the same digits?
# Lesson 06 had 512 units and 407,050 parameters. Give a CNN as many: with 254 units in its dense
# layer it has 405,876. Both get the same digits, the same optimizer, five epochs. **Predict** both
# validation accuracies.

# %%
def build_dense(units=512, input_shape=(28, 28, 1), num_classes=10):
    """Return the network of lesson 06."""
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dense(num_classes, activation="softmax"),
    ])


def fit_plain(model, epochs=5):
    """Train with Adam on the 3,200 digits; return the validation accuracy of each epoch."""
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(
        x_train, y_train, batch_size=64, epochs=epochs, verbose=0,
        validation_data=(x_validation, y_validation), validation_batch_size=800,
    ).history["val_accuracy"]


dense_net = build_dense()
contenders = {"512 units": dense_net, "CNN": build_pooled(254)}
last = {name: fit_plain(model)[-1] for name, model in contenders.items()}
assert last["CNN"] > last["512 units"]
{name: (model.count_params(), round(last[name], 3)) for name, model in contenders.items()}

# %% [markdown]
# The CNN wins. A dense net has to learn a stroke anew at each place; a CNN
# learns it once, for all places (lesson 08). That is knowledge about pictures, built in.
#
# But an epoch of a CNN takes longer: each weight is used at many places. Is it a fair match, then?
# The course's benchmark trained both on all 4,000 digits, five seeds each: the CNN with as many
# parameters, and once more with only **as much time** as the 512 units need
# (`course.py bench convolution`). **Predict**: does it still win then?

# %%
measured = {f"{name}, {fair}": results.read("/".join(("convolution", fair, name, "test_accuracy")))
            for fair in ("equal parameters", "equal time") for name in ("512 units", "CNN")}
axes = plotting.plot_ingredients(measured)
plotting.show(axes.figure, alt="Test accuracy, five runs each: both times the CNN's mean is above.")
assert np.mean(measured["CNN, equal time"]) > np.mean(measured["512 units, equal time"])

# %% [markdown]
# Each circle is a run, the long mark the mean. At equal time the CNN passes over the digits less
# often, and loses a part of its lead; on average it is still ahead. What is built in need not be
# learnt.

# %% [markdown]
# ## The recipe. How far do 4,000 digits carry?
# Others use all 60,000 digits of MNIST, and often a GPU, to reach 99 %. We have 4,000 and a minute.
# Four ingredients, each known to you:
#
# - **Strides instead of pooling.** A convolution that moves by 2 computes a quarter of the places,
#   instead of computing all and throwing three of four away.
# - **Batch normalisation** after each convolution (lesson 07). Its moving averages forget faster
#   here, momentum 0.9 instead of 0.99: at a high rate the sums change faster than a slow average
#   can follow. A layer before it needs no bias.
# - **Augmentation**, below.
# - **One cycle** with Adam. `deck.Lesson` fetches `OneCycle` and `RangeTest` from lesson 07, so
#   that there is one copy of them.

# %%
OneCycle, RangeTest = deck.Lesson("07_training_better", globals()).take("OneCycle", "RangeTest")


def build_cnn(num_classes=10):
    """Return a small convolutional net for pictures of shape (28, 28, 1)."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters, size in ((16, 5), (32, 3), (64, 3)):
        model.add(layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(num_classes, activation="softmax"))
    return model


build_cnn().count_params()

# %% [markdown]
# ### Augmentation in one step
# Lesson 07 turned, zoomed and moved each picture by three layers, one after the other. All of this,
# and a slant besides, is one **affine map**: the new pixel at $(x, y)$, measured from the middle,
# shows the old picture at
#
# $$x' = a x + b y + e, \qquad y' = c x + d y + f$$
#
# On paper: with $a = d = 1$, $b = c = 0$, $e = 2$ each pixel shows what stood two to the right, so
# the picture moves two to the left. With $b = 0.25$ it is slanted, since rows far from the middle
# move further. Each picture draws its own angle (in radians), slant, stretches and shifts.

# %%
def augment(images, turn=0.3, slant=0.25, stretch=0.15, shift=2.0):
    """Return pictures, shape (n, 28, 28, 1), each under a small affine map of its own."""
    sizes = np.array([turn, slant, stretch, stretch, shift, shift], dtype="float32")
    numbers = sizes * keras.random.uniform((ops.shape(images)[0], 6), -1, 1)
    angle, lean, wide, high, right, down = ops.unstack(numbers, 6, axis=1)
    cosine, sine, wide, high = ops.cos(angle), ops.sin(angle), 1 + wide, 1 + high
    a, b = wide * cosine, wide * (lean * cosine - sine)
    c, d = high * sine, high * (lean * sine + cosine)
    e, f = 13.5 * (1 - a - b) + right, 13.5 * (1 - c - d) + down  # (13.5, 13.5): the middle
    maps = ops.stack([a, b, e, c, d, f, 0 * a, 0 * a], axis=1)
    return ops.image.affine_transform(images, maps)

# %%
variants = [augment(x_train[:10]).numpy()[..., 0] for _ in range(2)]
axes = plotting.plot_images(np.concatenate([x_train[:10, ..., 0], *variants]))
plotting.show(axes[0].figure, alt="Ten digits, and below each two legible variants of it.")

# %% [markdown]
# All of them are legible: the labels stay true. In 45 epochs the net sees each digit in 45
# variants.

# %%
def fit_one_cycle(model, pictures, labels, epochs=45, peak=0.01, batch_size=64, augmentation=True):
    """Compile with one cycle of Adam, train on ever new variants; return the model."""
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(len(labels))
    batches = batches.batch(batch_size)
    if augmentation:
        batches = batches.map(lambda x, y: (augment(x), y))
    optimizer = keras.optimizers.Adam(OneCycle(peak, epochs * len(batches)))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(batches.prefetch(2), epochs=epochs, shuffle=False, verbose=0)
    return model

# %% [markdown]
# The net and the number of epochs were chosen by validation: trained on 3,200, measured on 800.
# Nothing is left to choose, so that the 800 may join the training: all 4,000. **Predict**: of 1,000
# test digits, how many does it miss? (Lesson 06: 60 to 70.) Then the test, once.

# %%
started = time.perf_counter()
digit_net = fit_one_cycle(build_cnn(), x_digits, y_digits)
seconds = time.perf_counter() - started
test_accuracy = digit_net.evaluate(x_test, y_test, verbose=0)[1]
low, high = results.band("09_convolutional_networks/test_accuracy")
assert low <= test_accuracy <= high
f"{test_accuracy:.1%} of the test digits, after {seconds:.0f} s"

# %% [markdown]
# ## Filters and feature maps. What does it look for?
# The 16 filters of the first layer are pictures of 5 × 5 weights. Purple where ink speaks for it,
# orange where it speaks against it. A **feature map** is what a filter makes of a picture: dark
# where it fires.

# %%
kernels = np.moveaxis(digit_net.layers[0].kernel.numpy()[..., 0, :], -1, 0)
axes = plotting.plot_weights(kernels, columns=16)
plotting.show(axes[0].figure, alt="Sixteen pictures of 5 × 5 weights, many purple at one side.")

# %%
four = x_train[np.flatnonzero(y_train == 4)[1]]
for number in (1, 2, 3):  # three layers each: convolution, normalisation, ReLU
    maps = np.array(keras.Sequential(digit_net.layers[:3 * number])(four[None]))[0]
    axes = plotting.plot_images(np.moveaxis(maps, -1, 0)[:16], columns=16)
    plotting.show(axes[0].figure, alt=f"16 maps of layer {number} for a 4, dark where it fires.")

# %% [markdown]
# Many filters of the first layer have a purple and an orange side, or a bar: they look for **edges
# and strokes of one direction**, as the Sobel filters of lesson 08, though nobody told them to. In
# the first maps one still recognises the 4; some fire on its strokes, others everywhere else. The
# second layer has coarser maps; the third says in 4 × 4 fields *that* something is there, hardly
# what it looks like. We cannot name what it is. Stories about deep layers are easily told, so test
# them.

# %% [markdown]
# ## Attention to places. Where does it look?
# Two methods. The first needs nothing but the network's answers: **erase a part of the picture and
# see whether the probability of the true class falls** (occlusion, Zeiler and Fergus, 2014).
# Squares of 8 × 8 pixels are erased, 7 × 7 of them, every 4 pixels.

# %%
def occlusion_map(model, picture, label):
    """Return by how much erasing each place lowers the probability of `label`, shape (7, 7)."""
    places = [(row, column) for row in range(0, 28, 4) for column in range(0, 28, 4)]
    erased = np.repeat(picture[None], len(places), axis=0)
    for copy, (row, column) in zip(erased, places, strict=True):
        copy[max(row - 2, 0):row + 6, max(column - 2, 0):column + 6] = 0
    drops = model(picture[None])[0, label] - model(erased)[:, label]
    return np.array(drops).reshape(7, 7)

# %% [markdown]
# The second, **Grad-CAM** (Selvaraju and others, 2017), asks the gradient. Take the maps $A_k$ of a
# convolution layer and the logit $z$ of a class, its weighted sum before softmax.
#
# 1. How important is map $k$? The mean of $\partial z / \partial A_k$ over all its places.
# 2. Add up the maps, each times its importance.
# 3. Keep what is positive: what speaks *for* the class.
#
# On paper, with two maps of 2 × 2: $A_1 = (1, 0; 2, 0)$ with importance 0.5 and
# $A_2 = (0, 3; 0, 1)$ with −1 give $(0.5, -3; 1, -1)$, hence $(0.5, 0; 1, 0)$: it looks to the
# left. We take the second layer, 7 × 7. (Often it is the last one; ours has only 4 × 4 places.)

# %%
def grad_cam(model, picture, label, place=6):
    """Return where the maps after the first six layers speak for `label`, shape (7, 7)."""
    head = model.layers[-1]
    x = maps = keras.Sequential(model.layers[:place])(picture[None])
    with tf.GradientTape() as tape:
        tape.watch(maps)
        for layer in model.layers[place:-1]:
            x = layer(x)
        logit = (ops.matmul(x, head.kernel) + head.bias)[0, label]
    importance = ops.mean(tape.gradient(logit, maps), axis=(0, 1, 2))
    return np.array(ops.relu(ops.sum(maps[0] * importance, axis=-1)))

# %%
chosen = [int(np.flatnonzero(y_validation == digit)[2]) for digit in (0, 2, 4, 6, 7, 9)]
pictures, truths = x_validation[chosen], y_validation[chosen]
for name, look in (("occlusion", occlusion_map), ("Grad-CAM", grad_cam)):
    maps = [look(digit_net, *pair) for pair in zip(pictures, truths, strict=True)]
    axes = plotting.plot_overlays(pictures[..., 0], maps, [f"{name}: {y}" for y in truths])
    plotting.show(axes[0].figure, alt=f"Six digits under their {name} maps, orange in places.")

# %% [markdown]
# The maps are no copies of each other. Occlusion asks what happens *without* a place; so it marks
# ink only, and where another stroke says the same, nothing happens. Grad-CAM asks what speaks *for*
# the class; it is coarse, and may mark a place without ink: the opening of a 4 speaks for a 4.
# Neither says *why*. They are good for a suspicion: a net that tells wolves from dogs and looks at
# the snow has learnt the wrong thing.

# %% [markdown]
# ## Your own digits. Does it read yours?
# MNIST's digits were prepared: scaled into a box of 20 × 20 and moved so that their centre of mass
# lies in the middle, light ink on dark ground. The net knows no others. `data.center_digit` does
# the same to any drawing. First, what happens without it, with digits that the net *knows*, since
# it was trained with them:

# %%
def read_digits(pictures):
    """Return the net's probabilities for pictures (n, 28, 28), 0 to 255, shape (n, 10)."""
    return np.array(digit_net(pictures[..., None].astype("float32") / 255))


known, truth = images[:500], y_digits[:500]
small = np.pad(known[:, ::2, ::2], ((0, 0), (7, 7), (7, 7)))
ruined = {"as they are": known, "dark on light": 255 - known,
          "moved by 4 pixels": np.pad(known, ((0, 0), (4, 0), (4, 0)))[:, :28, :28],
          "half as large": small, "then centred": np.array([data.center_digit(it) for it in small])}
{name: np.mean(read_digits(it).argmax(axis=-1) == truth) for name, it in ruined.items()}

# %% [markdown]
# (`prepare` would have refused the inverted ones: `data.require_images` looks at their borders.) A
# convolution does the same at each place, but the flattened row at the end knows places: so the
# net is not indifferent to a shift. Inverted pictures are another world. And a photograph is worse:
# it has colours, perhaps an alpha channel (how opaque each pixel is), paper instead of 0, and
# light from one side. (This one is imitated: a 7 of ours, enlarged, on "paper".) `center_digit`
# refuses to guess:

# %%
page = np.pad(np.kron(images[y_digits == 7][0] / 255, np.ones((3, 3))), ((50, 16), (60, 6)))
light = 170 + 60 * np.linspace(0, 1, 150) + np.random.default_rng(0).normal(0, 4, (150, 150))
colours = [light - page * fade for fade in (150, 140, 60)]  # blue ink, light from the right
photo = np.stack([*colours, np.full_like(light, 255)], axis=-1).clip(0, 255).astype("uint8")
with check.expect_error(ValueError, "center_digit"):
    data.center_digit(photo)

# %% [markdown]
# `data.find_ink` prepares it: what is transparent shows white paper; the mean of the three colours
# is a grey value; most of the picture is paper, so that ink is what differs from the median grey,
# be it darker or lighter; faint differences are shadows. Then `center_digit` can do its work.
# **Predict** what the net says without.

# %%
squeezed = photo[:140, :140, :3].mean(axis=-1).reshape(28, 5, 28, 5).mean(axis=(1, 3))
tries = {"squeezed": squeezed, "and inverted": 255 - squeezed,
         "prepared": data.center_digit(data.find_ink(photo))}
answers = read_digits(np.array(list(tries.values())))
titles = [f"{name}:\n{p.argmax()}, {p.max():.0%}" for name, p in zip(tries, answers, strict=True)]
axes = plotting.plot_preparation(photo, list(tries.values()), titles)
plotting.show(axes[0].figure, alt="A blue 7 on unevenly lit paper, low on the right; the same as "
              "28 × 28 grey values, inverted, and prepared: ink alone, in the middle.")
assert answers[-1].argmax() == 7

# %% [markdown]
# Only the prepared picture lies in the world that the net knows. Look at its answers to the others:
# ten probabilities that add up to one know no "this is no digit of mine".
#
# Now you. Photograph a digit, then in a cell of your own
# `read_digits(data.center_digit(data.find_ink(plt.imread("my_digit.jpg")))[None])`. (Does the
# photograph lie on its side? `np.rot90` turns it.) Or draw one here. The bars are those of the
# dense net; the next cell asks the CNN about the same drawing. Run it again after each drawing.

# %%
pad = explorables.DigitReader(dense_net.get_weights(), examples=images[:10])
pad

# %%
"Draw a digit first." if pad.image is None else read_digits(pad.image[None]).round(3)

# %% [markdown] tags=["D4-05", "D4-06"]
# ## Depth and shortcuts. Is deeper better?
# "Go deep", say the slides: more layers find more. The classic surprise is that at some point *more
# layers give a worse network*, in training, too, so that it is no overfitting. He and others (2015)
# on ImageNet, 1.3 million photographs of 1,000 classes: 18 plain layers 27.94 % errors, 34 plain
# layers 28.54 %. The deeper one could do the same, if its additional layers just passed on what
# they get. Training does not find this.
#
# So build it in. A block of layers computes $F(x)$; the **shortcut** adds the input: $F(x) + x$.
# Now doing nothing is easy, $F = 0$; the layers learn only the difference, the **residual**. And
# the gradient has a way back past them: the slope of $x + F(x)$ is $1 + F'(x)$. On paper, through
# 20 layers with $F' = 0.1$ each: $0.1^{20} = 10^{-20}$ is left without shortcuts, and
# $(1 + 0.1)^{20} = 6.7$ with them.

# %% tags=["D4-06"]
axes = plotting.plot_block()
plotting.show(axes.figure, alt="x passes two convolutions, each with a normalisation, to a plus "
              "sign; an arrow leads from x around them to the plus; a ReLU follows.")

# %% tags=["D4-06"]
def conv_norm(x, filters, size=3, strides=1):
    """Return x after a convolution and a batch normalisation."""
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


def block(x, filters, strides=1, shortcut=True):
    """Return relu(F(x) + x), F two convolutions of 3 × 3; without the shortcut relu(F(x))."""
    y = layers.ReLU()(conv_norm(x, filters, 3, strides))
    y = conv_norm(y, filters)
    if shortcut:
        if y.shape != x.shape:  # take every second place, and as many maps by 1 × 1
            x = conv_norm(x[:, ::strides, ::strides], filters, 1)
        y = layers.Add()([y, x])
    return layers.ReLU()(y)

# %% [markdown] tags=["D4-06"]
# A shortcut that leaves x as it is, is an **identity shortcut**. Set gamma of the last
# normalisation to 0: the residual is 0, and the block lets pass what is positive. (Where places or
# maps differ, x is made to fit. The paper has a 1 × 1 convolution with stride 2 there; taking every
# second place first is the same. In the gradient of the former TensorFlow 2.21 crashed here, for
# some odd batches.)
#
# Now a network: a first convolution, stages of blocks, the mean of each map
# (`GlobalAveragePooling2D`, in place of flattening), dense. In each stage after the first the first
# block has stride 2.

# %% tags=["D4-06"]
def build_resnet(stages, input_shape, num_classes, stem=(5, 4), shortcut=True):
    """Return a ResNet of `stages`, (filters, blocks); `stem`: first layer's size and stride."""
    inputs = keras.Input(input_shape)
    x = layers.ReLU()(conv_norm(inputs, stages[0][0], *stem))
    if stem[0] == 7:  # as in the paper, for large pictures
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for stage, (filters, blocks) in enumerate(stages):
        for number in range(blocks):
            x = block(x, filters, 2 if stage and not number else 1, shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes, activation="softmax")(x))


def fit_deep(blocks, shortcut):
    """Return the loss of each epoch of a net with so many blocks of 16 maps, 7 × 7."""
    model = build_resnet([(16, blocks)], (28, 28, 1), 10, shortcut=shortcut)
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    history = model.fit(x_train[:1500], y_train[:1500], batch_size=64, epochs=3, verbose=0)
    return history.history["loss"]

# %% [markdown] tags=["D4-06"]
# **Predict** the order of the training loss after three epochs with 1,500 digits: plain with 6
# layers, plain with 22, residual with 22 (counted are layers with weights: the first, two a block,
# the last).

# %% tags=["D4-06"]
deep_losses = {"plain, 6 layers": fit_deep(2, False), "plain, 22 layers": fit_deep(10, False),
               "residual, 22 layers": fit_deep(10, True)}
axes = plotting.plot_curves(range(1, 4), deep_losses)
axes.set(xlabel="epoch", ylabel="training loss", ylim=(0, 2.4), xticks=range(1, 4))
plotting.show(axes.figure, alt="Training loss over three epochs: plain nets of 6 and 22 layers, "
              "and one of 22 with shortcuts, which falls fastest.")
assert min(deep_losses, key=lambda name: deep_losses[name][-1]) == "residual, 22 layers"

# %% [markdown] tags=["D4-06"]
# The same digits, the same number of epochs. 22 plain layers are hardly better than 6, and with
# most seeds worse, though each has its batch normalisation; with shortcuts 22 are far ahead. (The
# loss of the plain net is still falling: on so easy a task it may get there later. On ImageNet it
# never did: with shortcuts 34 layers had 25.03 % errors, fewer than 18, 27.88 %.)
#
# Older slides say that a ResNet "compresses the network into a few layers and expands it when it
# trains again". That is folklore: all layers are there from the first step, and all are trained.
# True is that a block can begin close to doing nothing.
#
# ### ResNet-34, 50 and 101
# Our functions build the smaller of the famous ones, too; the largest had 152 layers, and nets like
# it won the ImageNet competition of 2015. **ResNet-34** is ours with four stages. It has 21.8
# million weights, 21.3 million without its last layer for 1,000 classes. We count them and do not
# train: on ImageNet that is work for GPUs and days. From 50 layers on each block is a
# **bottleneck**: 1 × 1 to few maps, 3 × 3, 1 × 1 back to four times as many. Keras has ResNet-50
# and ResNet-101, with trained weights (about 100 and 170 MB to download) or without,
# `weights=None`.

# %% tags=["D4-06"]
stages_34 = [(64, 3), (128, 4), (256, 6), (512, 3)]
resnet_34 = build_resnet(stages_34, (224, 224, 3), num_classes=1000, stem=(7, 2))
sizes = {"ResNet-34": sum(int(np.prod(w.shape)) for w in resnet_34.trainable_weights)}
assert sizes["ResNet-34"] == 21_797_672  # as published with PyTorch's
del resnet_34  # 90 MB
for name, builder in (("ResNet-50", applications.ResNet50), ("ResNet-101", applications.ResNet101)):
    keras.backend.clear_session()
    sizes[name] = builder(weights=None).count_params()
sizes, sizes["ResNet-34"] - (512 + 1) * 1000

# %% tags=["D4-06"]
assert (sizes["ResNet-50"], sizes["ResNet-101"]) == (25_636_712, 44_707_176)  # Keras' own table
networks = {"lesson 06": (2, 407_050, "digits"), "our recipe": (4, 34_138, "digits"),
            "LeNet-5, 1998": (5, 60_000, "digits"), "AlexNet, 2012": (8, 60e6, "ImageNet, plain"),
            "VGG-16, 2014": (16, 138e6, "ImageNet, plain")}
networks |= {name: (int(name[7:]), size, "ImageNet, residual") for name, size in sizes.items()}
axes = plotting.plot_depths(networks)
plotting.show(axes.figure, alt="Parameters over layers, both logarithmic: digit nets of up to "
              "400,000; AlexNet and VGG-16, 60 and 138 million; ResNets, 22 to 45 million.")

# %% [markdown] tags=["D4-06"]
# ResNet-34, 50 and 101: deeper than VGG-16 and yet a third of its parameters or less, since one
# mean for each map replaces its dense layers. (Keras counts moving averages and biases, too; the
# numbers of LeNet-5, AlexNet and VGG-16 are the rounded ones of their papers.) For a thousand
# digits such a net would be absurd: choose the size by the data.

# %% [markdown] tags=["D4-06"]
# ### Exercise 1: The bottleneck
# Write the block of ResNet-50: `conv_norm` 1 × 1 to `filters` maps, ReLU, `conv_norm` 3 × 3, ReLU,
# `conv_norm` 1 × 1 to `4 * filters` maps; then the shortcut, and the last ReLU *after* the
# addition. Stride 1. The shortcut needs a `conv_norm` of 1 × 1 where the number of maps changes,
# and only there.
#
# <details><summary>Hint</summary>
#
# Start from `block` above. `conv_norm(x, filters, 1)` is a 1 × 1 convolution. Compare
# `y.shape != x.shape` before `layers.Add()([y, x])`.
# </details>

# %% tags=["exercise"]
def bottleneck(x, filters):
    """Return the output of the block for the Keras tensor x; it has 4 * filters maps."""
    ### BEGIN SOLUTION
    y = layers.ReLU()(conv_norm(x, filters, 1))
    y = layers.ReLU()(conv_norm(y, filters, 3))
    y = conv_norm(y, 4 * filters, 1)
    if y.shape != x.shape:
        x = conv_norm(x, 4 * filters, 1)
    return layers.ReLU()(layers.Add()([y, x]))
    ### END SOLUTION


# %% tags=["check"]
def on_maps(build_block):
    def bottleneck(maps, filters):
        x = keras.Input((5, 5, maps))
        model = keras.Model(x, build_block(x, filters))
        for weight in (it for it in model.weights if len(it.shape) == 4):  # known by its shape
            weight.assign(np.sin(np.arange(np.prod(weight.shape))).reshape(weight.shape))
        return np.array(model(np.cos(np.arange(25 * maps)).reshape(1, 5, 5, maps)))
    bottleneck.__wrapped__ = build_block
    return bottleneck


def variant(inner="relu", early="linear", last="relu", size=1, always=False, skip=True):
    def build_block(x, filters):
        relu = layers.Activation(inner)
        y = conv_norm(relu(conv_norm(relu(conv_norm(x, filters, 1)), filters)), 4 * filters, 1)
        x = conv_norm(x, 4 * filters, size) if always or y.shape != x.shape else x
        y = layers.Activation(early)(y)
        return layers.Activation(last)(layers.Add()([y, x]) if skip else y)
    return on_maps(build_block)


check.function(
    on_maps(bottleneck), [(6, 2), (8, 2), (12, 3)], expected=variant(), tolerance=1e-4, mistakes={
        "nothing is added: there is no shortcut": variant(skip=False),
        "the last ReLU comes before the addition": variant(early="relu", last="linear"),
        "the three convolutions have no ReLU between them": variant(inner="linear"),
        "the shortcut has a convolution though the maps stay as many": variant(always=True),
        "the convolution of the shortcut is not 1 × 1": variant(size=3),
    })

# %% [markdown] tags=["D4-10"]
# ## 3s and 7s. What does a small ResNet learn in 160 steps?
# A famous demonstration of the fastai library, on older slides: 3s and 7s of MNIST, some 12,400 for
# training; a ResNet-18 whose weights come from photographs; a **learning-rate finder**; one epoch
# of one cycle on a GPU:
#
# | epoch | train_loss | valid_loss | accuracy | time |
# |---|---|---|---|---|
# | 0 | 0.055897 | 0.018004 | 0.994112 | 00:09 |
#
# (their network, their numbers), then a **confusion matrix**. We repeat it in Keras with what there
# is: the 3s and 7s of our 3,200 training digits, some 640, a small ResNet from our own block, and
# no GPU. First the finder, which is lesson 07's range test.

# %% tags=["D4-10"]
x_37, x_37_validation = (x[np.isin(y, (3, 7))] for x, y in (
    (x_train, y_train), (x_validation, y_validation)))
y_37, y_37_validation = ((y[np.isin(y, (3, 7))] == 7).astype(int) for y in (y_train, y_validation))


def build_small_resnet(num_classes=2, input_shape=(28, 28, 1)):
    """Return a ResNet of 8 layers."""
    return build_resnet([(8, 1), (16, 1), (32, 1)], input_shape, num_classes, stem=(3, 2))


range_model, range_test = build_small_resnet(), RangeTest(1e-5, 1.0, steps=80)
range_model.compile("adam", "sparse_categorical_crossentropy")
range_model.fit(x_37, y_37, batch_size=16, epochs=2, callbacks=[range_test], verbose=0)
axes = plotting.plot_range_test(range_test.rates, range_test.losses)
plotting.show(axes.figure, alt="Loss over the learning rate: lowest between 0.01 and 0.1.")

# %% [markdown] tags=["D4-10"]
# The loss is smallest somewhere between 0.01 and 0.1, and unsteady beyond. A tenth of the largest
# good rate is cautious (lesson 07), and will do for the peak of a cycle: 0.01. **Predict** the
# accuracy after four epochs of 40 batches. (Theirs is one epoch, but of some 12,400 pictures.)

# %% tags=["D4-10"]
started = time.perf_counter()
net_37 = fit_one_cycle(build_small_resnet(), x_37, y_37, 4, 0.01, 16, augmentation=False)
seconds = time.perf_counter() - started
probabilities_37 = np.array(net_37(x_37_validation))
counts = metrics.confusion_matrix(y_37_validation, probabilities_37.argmax(axis=-1))
accuracy_37 = np.trace(counts) / counts.sum()
low, high = results.band("09_convolutional_networks/accuracy_37")
assert low <= accuracy_37 <= high
axes = plotting.plot_confusion_matrix(counts, names=("3", "7"))
plotting.show(axes.figure, alt="Confusion matrix of 3s and 7s: nearly all are on the diagonal.")
f"{accuracy_37:.1%} after {seconds:.1f} s, on {len(x_37)} pictures"

# %% [markdown] tags=["D4-10"]
# ### Top losses
# Which examples have the largest loss, $-\ln p$ of the truth? At first they show where the net is
# wrong or unsure. In practice they also show **wrong labels** and broken pictures: look at them
# before you try another network.

# %% tags=["D4-10"]
axes = plotting.plot_top_losses(x_37_validation[..., 0], y_37_validation, probabilities_37,
                                names="37")
plotting.show(axes[0].figure, alt="Ten 3s and 7s, each with answer, truth and the probability that "
              "the truth was given, beginning with the lowest; several are oddly written.")

# %% [markdown]
# ### Exercise 2: Top losses
# Find them yourself, for any number of classes: return the *places* of the `number` examples with
# the largest cross-entropy, the worst first.
#
# <details><summary>Hint</summary>
#
# `probabilities[np.arange(len(labels)), labels]` is what each true class was given.
# `np.argsort` puts the smallest first, and the smallest probability is the largest loss.
# </details>

# %% tags=["exercise"]
def top_losses(probabilities, labels, number):
    """Return the places of the largest losses, whole numbers of shape (number,)."""
    ### BEGIN SOLUTION
    given = probabilities[np.arange(len(labels)), labels]
    return np.argsort(given)[:number]
    ### END SOLUTION


# %% tags=["check"]
def of_true(p, y):
    return -np.log(p[np.arange(len(y)), y])


three = np.array([[0.7, 0.2, 0.1], [0.25, 0.35, 0.4], [0.04, 0.9, 0.06], [0.55, 0.15, 0.3],
                  [0.3, 0.22, 0.48]])
check.function(
    top_losses,
    inputs=[(three, np.array([0, 1, 2, 1, 2]), 3), (three[::-1], np.array([0, 1, 2, 1, 2]), 2),
            (three, np.array([2, 0, 2, 1, 1]), 2)],
    expected=lambda p, y, n: np.argsort(-of_true(p, y))[:n],
    mistakes={
        "the smallest losses come first": lambda p, y, n: np.argsort(of_true(p, y))[:n],
        "the truth is not asked, only how unsure the net is": (
            lambda p, y, n: np.argsort(p.max(axis=-1))[:n]),
        "it is asked where the net is surest, right or wrong": (
            lambda p, y, n: np.argsort(-p.max(axis=-1))[:n]),
        "the worst stands last": lambda p, y, n: np.argsort(of_true(p, y))[-n:],
        "losses are returned, not places": lambda p, y, n: -np.sort(-of_true(p, y))[:n],
    },
)

# %% [markdown]
# ## Transfer learning. What do nine digits teach about the tenth?
# Suppose that a net knows 0 to 8 and now there are nines, but only **20** of them. The course ships
# such a net: `build_cnn` with nine outputs, trained on the 3,600 digits 0 to 8 among our 4,000; it
# has never seen a 9 (its card, in `training`, says how). Two ways to a net for all ten digits, with
# exactly the same 200 pictures, 20 of each:
#
# - **from scratch**: random weights;
# - **transfer**: take over what the nine digits have taught. The convolutions keep their weights,
#   the last layer keeps its nine columns and gets a new one.
#
# Why should it help? Strokes and loops look the same in a 9 as in a 4 and an 8. **Predict** the
# accuracy of both on the 1,000 test digits, 100 of each class, so that it is balanced.

# %%
def build_transferred():
    """Return a net for ten classes with the weights of the one for nine."""
    nine, ten = build_cnn(num_classes=9), build_cnn(num_classes=10)
    nine.load_weights(data.load_checkpoint("nine_digits"))
    for old, new in zip(nine.layers[:-1], ten.layers[:-1], strict=True):
        new.set_weights(old.get_weights())
    kernel, bias = ten.layers[-1].get_weights()
    kernel[:, :9], bias[:9] = nine.layers[-1].get_weights()
    ten.layers[-1].set_weights([kernel, bias])
    return ten


# %% [markdown]
# ### Frozen, then gradually unfrozen
# A new column of random weights makes large errors at first; their gradients would spoil the good
# convolutions. So **freeze** them: `layer.trainable = False`. Train the last layer alone. Then
# unfreeze from the top down, with a **low rate**, so that what is known is only adjusted. Two
# traps:
#
# - `compile` again after each change: what is trained is fixed then, for the optimizer, too.
# - **Batch normalisation stays in inference mode.** With 200 pictures its averages would be torn
#   away from those of 3,600. In Keras a frozen `BatchNormalization` uses its moving averages and
#   does not change them, even while the rest of the net trains. So we leave it frozen.

# %%
def unfreeze(model, number):
    """Make the last `number` convolutions and dense layers trainable, and nothing else."""
    weighted = [it for it in model.layers if isinstance(it, layers.Conv2D | layers.Dense)]
    for layer in model.layers:
        layer.trainable = layer in weighted[len(weighted) - number:]


def adapt(pictures, labels, epochs=(20, 20), rates=(0.01, 0.001), augmentation=True):
    """Return the transferred net: first its last layer is trained, then the last two."""
    model = build_transferred()
    for stage, (count, rate) in enumerate(zip(epochs, rates, strict=True), 1):
        unfreeze(model, stage)
        fit_one_cycle(model, pictures, labels, count, rate, 20, augmentation)
    return model


# %%
few = np.concatenate([np.flatnonzero(y_digits == digit)[:20] for digit in range(10)])
x_few, y_few = x_digits[few], y_digits[few]
nets = {"from scratch": fit_one_cycle(build_cnn(), x_few, y_few, 40, 0.03, 20, augmentation=False),
        "transfer": adapt(x_few, y_few, augmentation=False)}
{name: net.evaluate(x_test, y_test, verbose=0)[1] for name, net in nets.items()}

# %%
curves = {f"{way}, {kind}": [np.mean(results.read("/".join(
    ["convolution/transfer", f"{number} of each, {kind}", way]))) for number in (2, 5, 20)]
    for kind in ("plain", "augmented") for way in ("from scratch", "transfer")}
axes = plotting.plot_learning_curves([20, 50, 200], curves)
plotting.show(axes.figure, alt="Accuracy against 20, 50 and 200 pictures, mean of five seeds: the "
              "two transfer curves lie above those from scratch, far above on the left.")
assert curves["transfer, plain"][2] - curves["from scratch, plain"][2] > 0.1

# %% [markdown]
# Solid and dashed: pictures as they are. Transfer gains more than ten points from 200 pictures, and
# far more from 20, two of each class: from scratch there is hardly anything to learn from, while
# the adapted net knows nine classes and has to fit in the tenth. **Augmentation narrows the gap**:
# it gives a part of the same help, knowledge that need not come from examples. With 20 of each
# class little is left of the advantage; with two of each it is still large.
#
# (Five seeds, other pictures each; all nets make 400 steps. The peak from scratch was chosen by
# validation.) And 3,600 digits of the *right kind* stand behind our checkpoint. From other pictures
# less comes over (Yosinski and others, 2014): the first layers, edges and strokes, fit nearly
# everything, the last ones do not.

# %% [markdown]
# ### Exercise 3: Freeze correctly
# Write the preparation of a third stage. In the net that comes in (as of `build_cnn`), the last
# **three** layers with weights of their own, two convolutions and the dense layer, can learn; the
# first convolution and **all** batch normalisations cannot. Compile it with Adam at a rate of at
# most 0.001, after that. Return the net.
#
# <details><summary>Hint</summary>
#
# `layer.trainable = False` in a loop over `model.layers`, then `True` for some of them.
# `isinstance(layer, layers.BatchNormalization)` tells the normalisations. `compile` comes last.
# </details>

# %% tags=["exercise"]
def thaw(model):
    """Return the model, ready for the third stage."""
    ### BEGIN SOLUTION
    first = model.layers[0]
    for layer in model.layers:
        layer.trainable = layer is not first and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    return model
    ### END SOLUTION


# %% tags=["check"]
def states(kind, model):
    return [layer.trainable for layer in model.layers if isinstance(layer, kind)]


def slip(number=3, kind=layers.BatchNormalization, state=False, rate=0.001):
    def wrong(model):
        unfreeze(model, number)
        for layer in model.layers:
            layer.trainable = state if isinstance(layer, kind) else layer.trainable
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        return model
    return wrong


check.meets(thaw, read=lambda candidate: candidate(build_cnn()), mistakes={
    "the net is not returned": (lambda m: m is None, lambda m: None),
    "the last layer is frozen": (lambda m: not all(states(layers.Dense, m)), slip(3, layers.Dense)),
    "the first convolution can learn": (lambda m: states(layers.Conv2D, m)[0], slip(number=4)),
    "the second and the third convolution have to learn, too": (
        lambda m: not all(states(layers.Conv2D, m)[1:]), slip(number=2)),
    "a batch normalisation can learn: 200 pictures would move its averages": (
        lambda m: any(states(layers.BatchNormalization, m)), slip(state=True)),
    "compile needs a loss": (lambda m: not (m.compiled and m.loss), lambda m: unfreeze(m, 3) or m),
    "it is not Adam with a rate above 0 and at most 0.001": (
        lambda m: type(m.optimizer) is not keras.optimizers.Adam
        or not 0 < float(m.optimizer.learning_rate) < 0.00101, slip(rate=0.1)),
})

# %% [markdown] tags=["D2-31"]
# ## Data pipelines. Who waits for whom?
# Real pictures lie on a disk, and each must be read, decoded and made smaller before the network
# sees it. `tf.data` describes this as a chain: `map` does something with each example, **`cache`**
# keeps the results of the first epoch in memory, **`prefetch`** makes the next batches while the
# network works at this one. We imitate decoding by making each digit 4 times as large and small
# again, and time an epoch of the net for each chain. **Predict** which of them helps most.

# %%
def decode(picture, label):
    """Return a picture (28, 28, 1), 0 to 1, after a detour that takes time."""
    picture = ops.cast(picture, "float32")[..., None] / 255
    return ops.image.resize(ops.image.resize(picture, (112, 112)), (28, 28)), label


ready = tf.data.Dataset.from_tensor_slices((images[:2000], y_digits[:2000])).map(decode)
pipelines = {"map": ready.batch(50), "map, cache": ready.cache().batch(50)}
pipelines |= {f"{name}, prefetch": chain.prefetch(4) for name, chain in pipelines.items()}
net = build_cnn()
net.compile("adam", "sparse_categorical_crossentropy")
seconds = {}
for name, batches in pipelines.items():
    net.fit(batches, verbose=0)  # the first epoch fills the cache, and is not timed
    started = time.perf_counter()
    net.fit(batches, epochs=2, verbose=0)
    seconds[name] = round((time.perf_counter() - started) / 2, 2)
seconds

# %% [markdown]
# Your numbers are those of your machine. `cache` saves the whole detour from the second epoch on.
# `prefetch` can hide at most the shorter of the two, preparing or training, and only as far as
# cores are free; where the pictures are in memory already, it has nothing to hide. For our 4,000
# ready digits neither is needed. With a GPU that waits for its pictures, both are.
#
# **Predict**: what happens if augmentation stands *before* `cache`?

# %%
digits = tf.data.Dataset.from_tensor_slices(x_train[:64]).batch(64)
before, after = digits.map(augment).cache(), digits.cache().map(augment)
twice = [[next(iter(chain)).numpy() for _ in range(2)] for chain in (before, after)]
[bool(np.array_equal(*epochs)) for epochs in twice]

# %% [markdown]
# Before the cache, the variants of the first epoch are kept: the same ones for ever. So: decode,
# cache, shuffle, batch, augment, prefetch. (The second trap: `tf.random` inside `map` with a fixed
# seed begins again with the same numbers in each epoch; `keras.random`, used above, does not.)

# %% [markdown] tags=["D2-31"]
# ## Lab 9.2. Can you train a classifier from end to end?
# Pictures that you have not seen: six shapes, drawn by a program, in colour, turned, on noisy
# ground.

# %% tags=["D2-31"]
shape_pictures, shape_labels = data.generate_shapes(2400)
axes = plotting.plot_photographs(shape_pictures[:12], [data.SHAPES[it] for it in shape_labels[:12]])
plotting.show(axes[0].figure, alt="Twelve small pictures of coloured shapes on noisy ground.")
shape_pictures.shape, shape_pictures.dtype

# %% [markdown] tags=["D2-31"]
# A leaderboard keeps all your runs: name, parameters, seconds, validation accuracy (and the net, so
# that it can be used). Only the next cell empties it. `enter` trains a net on your parts and adds a
# line. `open_test` measures the net of one line on 1,000 pictures that nobody has trained with.

# %% tags=["D2-31"]
leaderboard, head = [], ("run", "parameters", "seconds", "validation accuracy")

# %% tags=["D2-31"]
def enter(name, model, parts, epochs=6, peak=0.01):
    """Train on (x, y, validation x, validation y); add a line to the leaderboard, return it."""
    x, y, *validation = parts
    started = time.perf_counter()
    fit_one_cycle(model, x, y, epochs, peak, batch_size=32, augmentation=False)
    seconds = round(time.perf_counter() - started, 1)
    accuracy = round(model.evaluate(*validation, verbose=0)[1], 3)
    leaderboard.append((name, model.count_params(), seconds, accuracy, model))
    return leaderboard[-1]


def open_test(run):
    """Return a run's name and its accuracy on 1,000 pictures that nobody has trained with."""
    pictures, labels = data.generate_shapes(1000, held_out=True)
    return run[0], run[-1].evaluate(pictures / np.float32(255), labels, verbose=0)[1]

# %% tags=["D2-31"]
pixels = shape_pictures / np.float32(255)
enter("dense, 64 units", build_dense(64, (32, 32, 3), 6), (
    pixels[:1800], shape_labels[:1800], pixels[1800:], shape_labels[1800:]))
deck.table_of(head, *(line[:4] for line in leaderboard))

# %% [markdown] tags=["D2-31"]
# ### Exercise 4: Lab 9.2, train a classifier
# Three names, one after the other; each has its check.
#
# 1. `my_parts`: a tuple (x, y, validation x, validation y) made of `shape_pictures` and
#    `shape_labels`: `float32`, 0 to 1, no picture in both parts, 200 to 1,000 for validation.
# 2. `my_runs`: a list of at least two calls of `enter("a name of its own", your_net, my_parts)`. At
#    least one reaches 90 % in validation, with at most 100,000 parameters.
# 3. `my_test = open_test(…)` for the one of `my_runs` that is best **in validation**. Once, at the
#    end.
#
# <details><summary>Hint</summary>
#
# `shape_pictures[:1800] / np.float32(255)` keeps `float32`. Input `(32, 32, 3)`, six outputs.
# `build_resnet` above is a good start; so is a net like `build_cnn` with another input. Each run
# takes some seconds. `deck.table_of(head, *(line[:4] for line in leaderboard))` shows where you
# stand.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_parts = (shape_pictures[:1900] / np.float32(255), shape_labels[:1900],
            shape_pictures[1900:] / np.float32(255), shape_labels[1900:])
my_runs = [
    enter("ours: ResNet of 6 layers",
          build_resnet([(16, 1), (32, 1)], (32, 32, 3), 6, stem=(3, 2)), my_parts, epochs=3),
    enter("ours: ResNet of 8 layers", build_small_resnet(6, (32, 32, 3)), my_parts, epochs=4),
]
my_test = open_test(max(my_runs, key=lambda line: line[3]))
### END SOLUTION

# %% tags=["check"]
known_shapes = dict(zip(map(bytes, shape_pictures), shape_labels, strict=True))


def parts_like(start=900, end=1200, shift=0, kind="float32"):
    x, y = (shape_pictures[:1200] / 255).astype(kind), np.roll(shape_labels[:1200], shift)
    return x[:900], y[:900], x[start:end], y[start:end]


def belong(x, y):
    return [known_shapes.get(bytes(np.uint8(np.round(255 * it)))) for it in x] == list(y)


check.meets(my_parts, mistakes={
    "four arrays are needed, the pictures of type float32": (
        lambda p: [x.dtype.name for x in p[::2]] != ["float32"] * 2, parts_like(kind=float)),
    "each part needs pictures of ours, from 0 to 1, and their own labels": (
        lambda p: not (belong(*p[:2]) and belong(*p[2:])), parts_like(shift=1)),
    "a validation picture is among those for training": (
        lambda p: {*map(bytes, p[0])} & {*map(bytes, p[2])}, parts_like(start=800)),
    "200 to 1,000 pictures are needed for validation": (
        lambda p: not 200 <= len(p[2]) <= 1000, parts_like(end=950)),
})
check.meets(my_runs, mistakes={
    "a list of two runs or more is needed, each with a name of its own": (
        lambda runs: type(runs) is not list or len({run[0] for run in runs}) < max(2, len(runs)),
        [("a", 9, 1, 0.9)] * 2),
    "no run with at most 100,000 parameters reaches 90 % in validation": (
        lambda runs: all(run[1] > 100_000 or run[3] < 0.9 for run in runs),
        [("a", 9, 1, 0.5), ("b", 10**6, 1, 0.9)]),
})
check.meets(my_test, mistakes={
    "it is (name, accuracy), as open_test returns it": (
        lambda test: not isinstance(test, tuple) or len(test) != 2, ("a",)),
    "another of your runs was better in validation": (
        lambda test: my_runs is ... or max(run[3] for run in my_runs) != (
            {run[0]: run[3] for run in my_runs}.get(test[0])), ("?", 0.9)),
})

# %% tags=["D2-31"]
deck.table_of(head, *sorted((line[:4] for line in leaderboard), key=lambda line: -line[3]))

# %% [markdown]
# ## Summary
# - A CNN scans with small windows and compresses; it needs fewer parameters than a dense net and
#   reads more from the same digits.
# - 4,000 digits and a minute reach over 98 %, with batch normalisation, augmentation, one cycle.
# - Depth needs shortcuts: a residual block adds its input to what it computes.
# - Transfer: take over trained layers, train the head first, then unfreeze from the top with a low
#   rate; batch normalisation stays frozen.
# - Ask a net where it looks, and look at its top losses, before you make it larger.
#
# ## What can go wrong in practice
# - **Pictures that are prepared differently** at prediction: inverted, uncentred, 0 to 255.
# - **Augmentation before the cache**, or one that changes the label.
# - **A frozen net whose batch normalisations still learn**, or no new `compile` after freezing.
# - **A heat map taken for a reason.**
# - **Depth without shortcuts**, and a large network for a small problem.
# - **A leaderboard on the test set**: the best of many is partly luck.
#
# ## Read more
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner,
#   [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791),
#   *Proceedings of the IEEE* 86, 1998: LeNet-5 and MNIST.
# - K. He, X. Zhang, S. Ren and J. Sun,
#   [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385), 2015.
# - M. Zeiler and R. Fergus,
#   [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901), 2014;
#   R. Selvaraju and others, [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# - J. Yosinski and others,
#   [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792), 2014.
# - F. Chollet, *Deep Learning with Python*, 2nd edition, Manning, 2021, chapters 8 and 9.
#
# ## Next
# [10 Text as numbers](10_text_as_numbers.ipynb): from pictures to words.
