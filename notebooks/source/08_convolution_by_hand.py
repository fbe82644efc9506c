# %% [markdown]
# # 08 Convolution by hand
# *How does a network look at a picture?*
#
# By the end you can
# - compute a convolution, its output size and a pooling on paper
# - write `conv2d` with loops, then as one matrix product, and get what Keras gets
# - find edges in a photograph with nine numbers
# - count the weights of a layer and the pixels that its units see
# - tell when a network minds that a digit has moved
# - derive the gradients of a convolution
#
# **Time** about 120 minutes · **Data** 4,000 digits and two photographs, bundled · **Builds on**
# [03 Backpropagation](03_backpropagation.ipynb),
# [07 Training better](07_training_better.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import itertools
import keras
import matplotlib.pyplot as plt
import numpy as np
import timeit
from keras import layers
from sklearn import datasets

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)
random = np.random.default_rng(np.random.randint(1000))  # follows the seed above

# %% [markdown] tags=["D2-21"]
# ## Pictures as arrays. What does a network get to see?
# Numbers. A grey picture is a matrix: the first index counts rows from the top, the second columns
# from the left. Here is a digit, and 8 × 8 of its pixels, near its upper end: 0 is paper, 255 ink.

# %% tags=["D2-21"]
(images, y_digits), _ = data.load_mnist()
digit = images[3]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5))
plotting.plot_images(digit[None], axes=[left])
plotting.plot_pixels(digit[3:11, 9:17], axes=right)
plotting.show(figure, alt="Left: a handwritten 2. Right: rows 3 to 10 and columns 9 to 16 of it as "
              "numbers, 0 where there is paper, up to 255 where there is ink.")

# %% [markdown] tags=["D2-21"]
# A colour picture has three numbers a pixel: red, green, blue. They are its **channels**, and Keras
# wants them last: (height, width, channels). A grey picture has one channel. Pictures with
# transparency have a fourth, **alpha**.

# %% tags=["D2-21"]
china, flower = (datasets.load_sample_image(f"{name}.jpg")[::2, ::2] for name in
                 ("china", "flower"))
axes = plotting.plot_channels(china)
plotting.show(axes[0].figure, alt="A photograph of a temple, and its three channels in grey: red "
              "walls are bright in the first, the blue sky in the third.")
china.shape, china[0, 0]

# %% [markdown] tags=["D2-21"]
# ### Two dimensions, or a row
# So far our first layer was `Flatten`: the **2-D** picture became a **flattened**, one-dimensional
# row of 784 numbers. Pixel (row, column) moves to place $28 \cdot \text{row} + \text{column}$. The
# neighbour on the right is then one further; the neighbour below is 28 further.

# %% tags=["D2-21"]
left, right = plotting.plot_flattening(digit, row=8, column=12)
plotting.show(left.figure, alt="A digit with a window of 3 by 3 pixels; the same pixels in one row "
              "of 784 lie in three places: 236, 264 and 292.")

# %% [markdown] tags=["D2-21"]
# Does it matter? **Predict**: we shuffle the 784 pixels of all digits, each picture in the same
# way, until nobody can read them. How much worse does a dense network get?
#
# A `Dense` unit adds up 784 products. A sum does not mind the order of its terms: shuffle the
# pixels *and* the rows of the weight matrix, and the same numbers come out.

# %% tags=["D2-21"]
rows, weights = images[:5].reshape(5, 784) / 255, random.normal(size=(784, 16))
order = random.permutation(784)
assert np.allclose(rows @ weights, rows[:, order] @ weights[order])

# %% [markdown] tags=["D2-21"]
# So it gets no worse: to a dense network your handwriting *is* a shuffled picture. It does not know
# which pixels are neighbours and has to learn it, weight by weight. **A convolutional neural
# network (CNN) maintains the relationship between adjacent data elements**: its pictures keep their
# 2-D structure. Further down both kinds meet shuffled digits.

# %% [markdown] tags=["D2-21", "D2-22", "D4-05"]
# ## The window. What does a convolution compute?
# Imagine a **scanner** that does not take in the whole picture at once. It looks at a few pixels
# through a small window, notes **one number**, moves **one pixel to the right**, and notes the
# next. At the end of the row it starts again one pixel further down. A **convolution layer
# defines a window and scans the entire input through it**.
#
# What number? A weighted sum, as always. The weights are the **kernel** (or *filter*), as large as
# the window, and **the same at every position**. On paper, with a kernel of 3 × 3:
#
# | pixels in the window | kernel | products | sum of the row |
# |---|---|---|---|
# | 0, 0, 2 | −1, 0, 1 | 0, 0, 2 | 2 |
# | 0, 0, 2 | −1, 0, 1 | 0, 0, 2 | 2 |
# | 0, 1, 2 | −1, 0, 1 | 0, 0, 2 | 2 |
# | | | **sum** | **6** |
#
# Left dark and right bright gives a large number. **Predict** the next one, when the window has
# moved by one pixel, in the figure below; then the last of the row.

# %% tags=["D2-22", "D4-05"]
picture = np.array([[0, 0, 2, 2, 2], [0, 0, 2, 2, 2],
                    [0, 1, 2, 2, 0], [0, 0, 0, 1, 0]])
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
axes = plotting.plot_window_step(picture, kernel, row=0, column=0)
plotting.show(axes[0].figure, alt="A picture of 4 by 5 numbers with a window in its corner, the "
              "kernel, nine products, and the result: 6, then five question marks.")

# %% [markdown] tags=["D2-22"]
# In one line, for the pixels $x$, the kernel $k$ and a bias $b$ (one number, 0 in our figures):
#
# $$y_{r,c} = b + \sum_{i} \sum_{j} x_{r+i,\;c+j} \; k_{i,j}$$
#
# The result is a **feature map**: a picture of *where* the kernel's pattern was found. In NumPy the
# window is a slice, and the scanner two loops:

# %% tags=["D2-22"]
def slide(picture, kernel):
    """Return what one kernel makes of one grey picture: (height, width) of the feature map."""
    height, width = kernel.shape
    rows, columns = picture.shape[0] - height + 1, picture.shape[1] - width + 1
    if picture.ndim != 2 or min(rows, columns) < 1:
        raise ValueError(f"a kernel of {kernel.shape} has no place in {picture.shape} pixels.")
    result = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = picture[row:row + height, column:column + width]
            result[row, column] = np.sum(window * kernel)
    return result


assert slide(picture, kernel)[0].tolist() == [6, 5, -2]
slide(picture, kernel)

# %% [markdown] tags=["D2-22"]
# The second is 5, since one pixel on its left is not dark any more. The last is −2: bright on the
# left, dark on the right. Now let the window slide yourself, step by step, and change the numbers.
# *Padding*, *stride*, *dilation* and *pooling* are explained further down: leave them for now.

# %% tags=["D2-22"]
explorables.Convolution(picture, kernel)

# %% [markdown] tags=["D2-21", "D2-22"]
# ## Cross-correlation. Is it a convolution at all?
# Strictly speaking: no. In mathematics **convolution is a function derived from two functions
# $f$ and $g$ that expresses how the shape of one is modified by the other**, and one of them runs
# backwards: $(f * g)_t = \sum_s f_{t-s}\, g_s$. (The word means both the process and the result.)
# What deep learning calls a convolution does not turn the kernel; its right name is
# **cross-correlation**.
#
# **Predict**: a picture is 0 everywhere but for a single 1 in its middle. What does each of the two
# make of it, with the kernel 1, 2, …, 9?

# %% tags=["D2-22"]
impulse = np.pad([[1.0]], 2)
numbers = np.arange(1.0, 10.0).reshape(3, 3)
turned = numbers[::-1, ::-1]
panels = {"picture": impulse, "kernel": numbers, "cross-correlation": slide(impulse, numbers),
          "convolution": slide(impulse, turned)}
row = plotting.plot_panels(panels)
plotting.show(row[0].figure, alt="A single 1 among zeros; the kernel 1 to 9; the cross-correlation "
              "is the kernel turned, 9 to 1; the convolution is the kernel itself.")

# %% [markdown] tags=["D2-22"]
# Cross-correlation answers with the kernel turned by half a turn, a convolution with the kernel
# itself. Who computes which? In NumPy and SciPy `convolve` turns the kernel. Keras' `ops.conv`,
# which its layers use, does not.

# %% tags=["D2-22"]
assert np.allclose(np.convolve([0, 0, 1, 0, 0], [1, 2, 3], mode="valid"), [1, 2, 3])
by_keras = keras.ops.conv(impulse[None, :, :, None], numbers[:, :, None, None])[0, :, :, 0]
assert np.allclose(by_keras, slide(impulse, numbers))

# %% [markdown] tags=["D2-22"]
# For training it makes no difference: a network that learns its kernels learns them turned, if need
# be. For a kernel that you type in yourself it does. From here on we say *convolution* as everybody
# does, and mean cross-correlation.

# %% [markdown] tags=["D2-21"]
# ## Kernels. What can nine numbers find?
# A convolution looks for **changes, and so for continuity or edges**: places where bright meets
# dark, lines, curves. Eight classics, chosen by people long before networks learnt their own:

# %% tags=["D2-21"]
KERNELS = {
    "as it is": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "box blur": np.ones((3, 3)) / 9,
    "Gaussian blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "edges": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "Sobel, left to right": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "Sobel, top to bottom": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
}
{name: float(kernel.sum().round(6)) for name, kernel in KERNELS.items()}

# %% [markdown] tags=["D2-21"]
# The sum of a kernel says what becomes of an even surface, such as the sky. With a sum of 1 it
# stays as bright as it was. With a sum of 0 it vanishes, and only changes are left.

# %% tags=["D2-21"]
def to_grey(photograph):
    """Return a colour picture, 0 to 255, as grey values 0 to 1, as bright as an eye sees them."""
    return photograph @ np.array([0.299, 0.587, 0.114]) / 255


temple, garden = to_grey(china), to_grey(flower)
shown = ("Gaussian blur", "sharpen", "edges", "Sobel, left to right", "Sobel, top to bottom")
responses = {name: slide(temple, KERNELS[name]) for name in shown}
responses["sharpen"] = responses["sharpen"].clip(0, 1)  # as a screen does
responses["Sobel, both"] = np.hypot(*(responses[name] for name in shown[-2:]))
axes = plotting.plot_responses(responses)
plotting.show(axes[0].figure, alt="The temple six times: softer, crisper, all edges, those of "
              "posts, those of roofs and steps, and how steep they are, bright on black.")

# %% [markdown] tags=["D2-21"]
# Purple is positive, orange negative. Sobel's kernel from left to right sees posts and walls, the
# one from top to bottom roofs and steps: an edge goes unseen where the brightness does not change
# along the kernel's direction. Together they tell how steep it is, by Pythagoras:
# $\sqrt{a^2 + b^2}$.
#
# ### The visual cortex
# From 1959 on, David Hubel and Torsten Wiesel showed bright bars to cats and listened to single
# neurons of their **visual cortex**, the part of the brain that sees. **A neuron answers only to
# what happens in a restricted region of the visual field, its receptive field.** *Simple* cells
# answer to an edge of one direction at one place: that is how our kernels work. *Complex* cells
# answer to it, too, when it has moved a little: so does *pooling*, below. Fukushima built a network
# after this plan in 1980 (the neocognitron); LeCun trained one by backpropagation in 1989. It is an
# inspiration and not a copy: no cortex shares its weights between all places.
#
# Now make a kernel of your own: choose one, change its numbers, and watch the photograph. (The
# *laplacian* is our *edges*.) What finds edges that run from lower left to upper right, like a
# slash? What moves the picture by a pixel?
#
# <details><summary>Answer</summary>
#
# −2, −1, 0; −1, 0, 1; 0, 1, 2: across a slash, brightness changes towards the lower right. And a
# single 1 that is not in the middle moves the picture.
# </details>

# %% tags=["D2-21"]
photographs = {"temple": temple[:, :256], "flower": garden[:, 32:288], "digit": digit}
explorables.Convolution(photo=photographs, kernel="sobel x")

# %% [markdown]
# ### Exercise 1: A kernel of your own
# Find nine numbers for **thin bright lines that lie flat**, one pixel high: more than 0 when such a
# line runs through the middle of the window, and 0 on even surfaces and on upright lines, wherever
# they are.
#
# <details><summary>Hint</summary>
#
# An upright line fills one column of the window, so what must each column add up to? A flat line in
# the middle fills the middle row. Start with `[[?, ?, ?], [2, 2, 2], [?, ?, ?]]`.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
line_kernel = [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]
### END SOLUTION

# %% tags=["check"]
check.meets(
    line_kernel,
    read=lambda given: np.array(given, dtype=float),
    summary=lambda k: f"A flat line in the middle gives {k[1].sum():g}." if k.ndim == 2 else "",
    mistakes={
        "nine numbers are wanted, in three rows of three": (
            lambda k: k.shape != (3, 3), [-1, 2, -1]),
        "not all are finite numbers": (lambda k: not np.isfinite(k).all(), [[np.nan] * 3] * 3),
        "on an even surface it does not give 0: the nine numbers must add up to 0": (
            lambda k: abs(k.sum()) > 1e-9, [[0, 0, 0], [1, 1, 1], [0, 0, 0]]),
        "it answers to upright lines, too: each column must add up to 0": (
            lambda k: np.abs(k.sum(axis=0)).max() > 1e-9, [[-1, 2, -1]] * 3),
        "a flat line in the middle gives less than 0: a dark line would give more": (
            lambda k: k[1].sum() < -1e-9, [[1, 1, 1], [-2, -2, -2], [1, 1, 1]]),
        "a flat line in the middle gives 0, as with Sobel: the middle row must add up to more": (
            lambda k: k[1].sum() <= 1e-9, [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    },
)

# %% [markdown] tags=["D2-22"]
# ## Padding, stride, dilation. How large is the result?
# A window of 3 fits into 7 pixels at $7 - 3 + 1 = 5$ places: the picture **shrinks** by two pixels
# a layer, and the outermost pixels are seen least, a corner only once.
#
# In the figures below, the solid blue frame is the first window, with a dot on each pixel that it
# multiplies; the dashed orange one is the second. On the right are their results.
#
# ### Padding
# Put a rim of zeros around the picture, one pixel wide, and the result stays as large as the
# picture. In Keras: `padding="same"`; without a rim it is `"valid"`, the default. The price: the
# window sees a dark frame that is not there.

# %% tags=["D2-22"]
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.9), width_ratios=(13.6, 17.6))
plotting.plot_scan(7, axes=left)
plotting.plot_scan(7, padding="same", axes=right)
plotting.show(figure, alt="Left: a window of 3 by 3 over 7 by 7 pixels gives 5 by 5. Right, with "
              "padding: it begins in a hatched rim of zeros and gives 7 by 7.")

# %% [markdown] tags=["D2-22"]
# ### Strides
# Move the window by two pixels instead of one, to the right and down: a **stride** of 2 about
# halves each side, and saves about three quarters of the work.

# %% tags=["D2-22"]
axes = plotting.plot_scan(7, stride=2)
plotting.show(axes.figure, alt="Stride 2: the second window begins two pixels on; 3 by 3 results.")

# %% [markdown] tags=["D2-22"]
# ### Dilation
# Leave gaps in the window: with a **dilation** of 2 the nine weights look at every second pixel.
# The window **spans** 5 pixels and still has nine weights: more view for the same price. It is used
# where a wide view is needed and the picture must not shrink: to give each pixel of a scene a
# label, or for sound.

# %% tags=["D2-22"]
axes = plotting.plot_scan(7, dilation=2)
plotting.show(axes.figure, alt="Dilation 2: nine dots span a window of 5 by 5; 3 by 3 results.")

# %% [markdown] tags=["D2-22"]
# ### The formula
# With $n$ pixels, a kernel of $k$, stride $s$, dilation $d$ and $p$ pixels of padding in all (both
# sides together):
#
# $$\text{span} = d\,(k - 1) + 1, \qquad
# \text{output} = \left\lfloor \frac{n + p - \text{span}}{s} \right\rfloor + 1$$
#
# $\lfloor\;\rfloor$ rounds down: a step that would leave the picture is not made. `"valid"` is
# $p = 0$. `"same"` takes as much as is needed for $\lceil n / s \rceil$ steps, rounded up: half of
# it before, half after. Where it is odd, Keras puts the pixel more **after** (right and below).
#
# | $n$ | $k$ | $s$ | $d$ | padding | span | output |
# |---|---|---|---|---|---|---|
# | 28 | 3 | 1 | 1 | valid | 3 | 25 + 1 = 26 |
# | 28 | 5 | 2 | 1 | valid | 5 | ⌊11.5⌋ + 1 = 12 |
# | 28 | 3 | 1 | 4 | valid | 9 | 19 + 1 = 20 |
# | 28 | 5 | 3 | 1 | same | 5 | ⌈9.3⌉ = 10 |
#
# Turn the knobs and watch the formula. **Predict** each size before you look: 8 pixels, kernel 3,
# stride 2; dilation 3; `"same"` with stride 3.

# %% tags=["D2-22"]
explorables.Convolution(datasets.load_digits().images[3], padding="same")

# %% [markdown]
# ### Exercise 2: Output size
# Write the formula, for `padding` `"valid"` and `"same"`.
#
# <details><summary>Hint</summary>
#
# `//` divides and rounds down; `-(-a // b)` rounds up. For `"same"`, kernel and dilation do not
# matter at all.
# </details>

# %% tags=["exercise"]
def output_size(size, kernel_size, stride, dilation, padding):
    """Return how many places a window takes along one side."""
    ### BEGIN SOLUTION
    if padding == "same":
        return -(-size // stride)
    span = dilation * (kernel_size - 1) + 1
    return (size - span) // stride + 1
    ### END SOLUTION


# %% tags=["check"]
check.function(
    output_size,
    inputs=[(28, 3, 1, 1, "valid"), (28, 5, 2, 1, "valid"), (28, 3, 1, 4, "valid"),
            (10, 3, 3, 1, "valid"), (28, 5, 3, 1, "same"), (28, 4, 2, 1, "same")],
    expected=[26, 12, 20, 3, 10, 14],
    mistakes={
        "the 1 at the end is missing": [25, 11, 19, 2, 10, 14],
        "half steps are rounded up, not down": [26, 13, 20, 4, 10, 14],
        "dilation is ignored": [26, 12, 26, 3, 10, 14],
        "the span is taken for dilation times kernel size": [26, 12, 17, 3, 10, 14],
        "“same” is taken for the size of the picture, whatever the stride": [26, 12, 20, 3, 28, 28],
        "“same” is rounded down": [26, 12, 20, 3, 9, 14],
        "“same” has one place too many where the stride divides n": [26, 12, 20, 3, 10, 15],
        "“same” is computed like “valid”, without the rim": [26, 12, 20, 3, 8, 13],
    },
)

# %% [markdown] tags=["D2-31"]
# ## Channels. How does a kernel see colour?
# It gets one matrix for each channel. The window is a box of 3 × 3 pixels × 3 channels, and **all**
# 27 products are added to one number: channels are mixed, not kept apart. The smallest case is a
# kernel of 1 × 1. On paper, a pixel of red 200, green 100, blue 50, and the weights that made grey
# of our photographs:
#
# $$0.299 \cdot 200 + 0.587 \cdot 100 + 0.114 \cdot 50 = 59.8 + 58.7 + 5.7 = 124.2$$
#
# A window of 3 × 3 in a corner of the temple: three channels, 27 products, one sum.

# %% tags=["D2-31"]
explorables.Convolution(china[60:66, 100:106], kernel="sobel y")

# %% [markdown] tags=["D2-31"]
# A layer has many kernels, and each makes one channel of the result. So three of these arrays have
# four axes:
#
# | | shape |
# |---|---|
# | pictures | (examples, height, width, channels) |
# | kernel | (height, width, channels, **filters**) |
# | bias | (filters,) |
# | result | (examples, rows, columns, filters) |
#
# Nearly every error with pictures is one of shape, so our function checks first
# (`data.require_window`). Then the rim of zeros, then loops over examples, rows, columns and
# filters. The slice's third number, `start:stop:step`, makes the gaps of the dilation.

# %% tags=["D2-31"]
def find_rim(images, kernel_size, stride=1, dilation=1, padding="valid"):
    """Return how many pixels Keras adds, (before, after) for each of the four axes."""
    rim = [(0, 0)]
    for size, k in zip(images.shape[1:3], kernel_size, strict=True):
        missing = (-(-size // stride) - 1) * stride + dilation * (k - 1) + 1 - size
        missing = max(missing, 0) if padding == "same" else 0
        rim.append((missing // 2, missing - missing // 2))
    return [*rim, (0, 0)]


def conv2d_loops(images, kernel, bias=0.0, stride=1, dilation=1, padding="valid"):
    """Return the feature maps, shape (examples, rows, columns, filters)."""
    data.require_window(images, kernel, stride, dilation, padding)
    size, filters = kernel.shape[:2], kernel.shape[3]
    images = np.pad(images, find_rim(images, size, stride, dilation, padding))
    height, width = (dilation * (k - 1) + 1 for k in size)
    rows = (images.shape[1] - height) // stride + 1
    columns = (images.shape[2] - width) // stride + 1
    result = np.zeros((len(images), rows, columns, filters), np.result_type(images, kernel))
    for example, row, column, f in np.ndindex(result.shape):
        top, left = row * stride, column * stride
        window = images[example, top:top + height:dilation, left:left + width:dilation]
        result[example, row, column, f] = np.sum(window * kernel[..., f])
    return result + bias


pixel = np.array([[[[200.0, 100, 50]]]])
grey_weights = np.array([0.299, 0.587, 0.114]).reshape(1, 1, 3, 1)
assert np.isclose(conv2d_loops(pixel, grey_weights).item(), 124.2)

# %% [markdown] tags=["D2-31"]
# Four inputs of the kind that happens every day: a picture with transparency, a kernel that is
# larger than the picture, a stride of 0, a picture without axes for examples and channels.

# %% tags=["D2-31"]
colour_kernel = random.normal(size=(3, 3, 3, 8))
with_alpha = np.concatenate([china, np.full((*china.shape[:2], 1), 255)], axis=2)[None] / 255
with check.expect_error(ValueError, "the pictures have 4 channels, the kernel is made for 3"):
    conv2d_loops(with_alpha, colour_kernel)
with check.expect_error(ValueError, "does not fit into pictures of 2 × 2"):
    conv2d_loops(with_alpha[:, :2, :2, :3], colour_kernel)
with check.expect_error(ValueError, "stride is 0"):
    conv2d_loops(with_alpha[..., :3], colour_kernel, stride=0)
with check.expect_error(ValueError, "picture[None, :, :, None]"):
    conv2d_loops(temple, colour_kernel)

# %% [markdown] tags=["D2-31"]
# ## One matrix product. How is it made fast?
# Python needs microseconds for each step of a loop, and there are millions. The trick is called
# **im2col** (image to columns): write every window as a **row** of a matrix (or, as the name says,
# a column), the kernel as a column, and all sums are one product of matrices. On paper, a picture
# of 3 × 3 and a kernel of 2 × 2, which fits at four places:

# %% tags=["D2-31"]
small_picture, small_kernel = np.arange(1, 10).reshape(3, 3), np.array([[1, 0], [0, -1]])
windows = [small_picture[r:r + 2, c:c + 2].ravel() for r in (0, 1) for c in (0, 1)]
axes = plotting.plot_matrix_product(windows, small_kernel.reshape(4, 1),
                                    names=("windows", "kernel", "result"))
plotting.show(axes.figure, alt="A matrix whose four rows are the windows 1 2 4 5, 2 3 5 6, 4 5 7 8 "
              "and 5 6 8 9, times the kernel 1 0 0 −1 as a column: four times −4.")

# %% [markdown] tags=["D2-31"]
# (Four times −4: this picture grows evenly, and the kernel takes the difference along the
# diagonal.) A pixel is copied into each window that it belongs to: memory is traded for speed.
# `unroll` makes all rows with a loop over the few places *of the kernel*, not over the many of the
# picture. In one dimension, 7 pixels, a kernel of 3 and stride 2 make three windows: 0 to 2, 2 to
# 4, 4 to 6. Their first places together are the pixels 0, 2, 4; the second 1, 3, 5; the third 2, 4,
# 6. Each of these is one slice with a step.

# %% tags=["D2-31"]
def slices(shape, kernel_size, stride, dilation):
    """Yield (i, j, rows, columns): which pixels the place (i, j) of the kernel sees, as slices."""
    last = [(side - dilation * (k - 1) - 1) // stride * stride for side, k in
            zip(shape[1:3], kernel_size, strict=True)]
    for i, j in np.ndindex(*kernel_size):
        yield i, j, *(slice(start, start + end + 1, stride) for start, end in
                      zip((i * dilation, j * dilation), last, strict=True))


def unroll(images, kernel_size, stride=1, dilation=1):
    """Return the windows, shape (examples, rows, columns, height · width · channels)."""
    seen = [images[:, rows, columns] for _, _, rows, columns in
            slices(images.shape, kernel_size, stride, dilation)]
    return np.concatenate(seen, axis=-1)


def conv2d(images, kernel, bias=0.0, stride=1, dilation=1, padding="valid"):
    """Return the feature maps, shape (examples, rows, columns, filters), by one product."""
    data.require_window(images, kernel, stride, dilation, padding)
    size, filters = kernel.shape[:2], kernel.shape[3]
    images = np.pad(images, find_rim(images, size, stride, dilation, padding))
    return unroll(images, size, stride, dilation) @ kernel.reshape(-1, filters) + bias

# %% [markdown] tags=["D2-31"]
# **Predict**: how many times as fast, about 10, 100 or 1,000?

# %% tags=["D2-31"]
x_digits = images[..., None].astype("float32") / 255
digit_kernel = random.normal(size=(3, 3, 1, 8)).astype("float32")

slow = timeit.timeit(lambda: conv2d_loops(x_digits[:8], digit_kernel), number=1)
fast = min(timeit.repeat(lambda: conv2d(x_digits[:8], digit_kernel), number=1, repeat=9))
assert slow > 20 * fast and np.allclose(
    conv2d_loops(x_digits[:1], digit_kernel), conv2d(x_digits[:1], digit_kernel), atol=1e-5)
f"{1000 * slow:.0f} ms and {1000 * fast:.1f} ms: {slow / fast:.0f} times as fast"

# %% [markdown] tags=["D2-31"]
# Same numbers, a fraction of the time. Many libraries work on this idea, with care for memory.
#
# ### Does Keras get the same?
# We give a layer's random weights to `conv2d` and let both compute 48 cases: pictures and kernels
# of two sizes, square or not; both paddings; strides 1 to 3, or a dilation of 2; three numbers of
# channels and filters. Stride *and* dilation above 1 are missing. Ours computes it; **Keras
# refuses** it, and says so:

# %% tags=["D2-31"]
def draw_numbers(*shape):
    return random.normal(size=shape).astype("float32")


cases = list(itertools.product(
    (((9, 9), (3, 3)), ((12, 10), (2, 5))), ("valid", "same"), ((1, 1), (2, 1), (3, 1), (1, 2)),
    ((1, 1), (3, 4), (4, 2))))


def compare_with_keras(sizes, padding, steps, channels):
    """Return the largest difference of our convolution and Keras' layer in one case."""
    (size, kernel_size), (stride, dilation), (depth, filters) = sizes, steps, channels
    layer = layers.Conv2D(filters, kernel_size, stride, padding, dilation_rate=dilation,
                          bias_initializer="random_normal")
    x = draw_numbers(2, *size, depth)
    theirs = layer(x).numpy()
    ours = conv2d(x, *layer.get_weights(), stride, dilation, padding)
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    return np.abs(ours - theirs).max()


differences = [compare_with_keras(*case) for case in cases]
assert len(cases) == 48 and max(differences) < 1e-4
with check.expect_error(ValueError, "not supported in conjunction"):
    layers.Conv2D(8, 3, strides=2, dilation_rate=2)
f"{len(cases)} cases, the largest difference is {max(differences):.1e}"

# %% [markdown] tags=["D2-21", "D2-22", "D4-05"]
# ## Pooling. What is left out on purpose?
# A feature map says *where* a pattern is, to the pixel. For a digit it is enough to know that there
# is a stroke about here. **Pooling filters out details**: of each block of 2 × 2 numbers, only one
# is kept. **Max pooling** keeps the largest (is the pattern anywhere in here?), **average pooling**
# the mean.

# %% tags=["D2-22", "D4-05"]
feature_map = np.array([[1, 3, 2, 0], [5, 2, 0, 2], [0, 0, 7, 4], [1, 0, 3, 6]])
axes = plotting.plot_pooling(feature_map)
plotting.show(axes[0].figure, alt="4 by 4 numbers in four blocks. Max pooling keeps 5, 2, 1 and 7; "
              "average pooling 2.75, 1, 0.25 and 5.")

# %% [markdown] tags=["D2-22", "D4-05"]
# **Pooling compresses the spatial dimensions.** It has no weights, and it works on each channel by
# itself: channels stay as they are. A window as before, so it has stride and padding, too. Keras
# moves it by its own size unless told otherwise; and with `padding="same"` the rim does not count:
# no zero can be the largest, none is averaged. With NaN (*not a number*) in the rim, NumPy's
# `nanmax` and `nanmean` do the same.

# %% tags=["D2-22", "D2-31"]
def pool2d(images, size=2, stride=2, padding="valid", summarise=np.nanmax):
    """Return one number a window and channel: (examples, rows, columns, channels)."""
    data.require_window(images, np.ones((size, size, images.shape[-1], 1)), stride, 1, padding)
    rim = find_rim(images, (size, size), stride, 1, padding)
    padded = np.pad(images * 1.0, rim, constant_values=np.nan)  # whole numbers know no NaN
    windows = unroll(padded, (size, size), stride)
    return summarise(windows.reshape(*windows.shape[:3], size * size, -1), axis=3)


for size, stride, padding, side in itertools.product((2, 3), (1, 2, 3), ("valid", "same"), (9, 10)):
    x = draw_numbers(2, side, 8, 3)
    assert np.allclose(pool2d(x, size, stride, padding),
                       layers.MaxPooling2D(size, stride, padding)(x), atol=1e-5)
    assert np.allclose(pool2d(x, size, stride, padding, np.nanmean),
                       layers.AveragePooling2D(size, stride, padding)(x), atol=1e-5)

# %% [markdown] tags=["D2-21", "D4-05"]
# Both agree with Keras in 24 cases each. What does it save? Work for all later layers, since there
# are fewer places; weights only where a *dense* layer follows. (A convolution has as many weights
# for a small picture as for a large one.)
#
# ### Go deep
# One layer finds edges. A second convolution works on the feature maps of the first and finds
# patterns *of edges*: corners, arcs. A third finds patterns of those. So **the layers tend to
# shrink as they become deeper**, often by a factor of two, while the number of channels grows:
# less *where*, more *what*. The last feature maps are flattened, and a dense layer decides.

# %% tags=["D2-21", "D4-05"]
cnn = keras.Sequential([
    keras.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
    layers.Dense(10, activation="softmax")])
shapes = [(28, 28, 1), *(layer.output.shape[1:] for layer in cnn.layers[:4]), (1, 1, 10)]
names = ("digit", "convolution", "max pooling", "convolution", "max pooling", "dense")
axes = plotting.plot_shrinking(shapes, names)
plotting.show(axes.figure, alt="Stacks of squares from left to right: 28 by 28 by 1, 26 by 26 by "
              "16, 13 by 13 by 16, 11 by 11 by 32, 5 by 5 by 32, and ten outputs.")

# %% [markdown] tags=["D2-21"]
# ## Weights. How many does a layer need?
# In a dense layer each unit is connected to **all** inputs. In a convolution it is connected to its
# window only: **sparse connections**. And all units of a feature map use the same kernel: **shared
# weights**. In one dimension, six pixels and four outputs:

# %% tags=["D2-21"]
axes = plotting.plot_connections(inputs=6, kernel_size=3)
plotting.show(axes[0].figure, alt="Six inputs, four outputs, three times: dense with 24 weights, "
              "sparse with 12, shared with three, told apart by colour and line.")

# %% [markdown] tags=["D2-21"]
# So a convolution is a dense layer with most of its weights fixed at 0 and the others equal in
# groups: it can do less, and has less to learn.
#
# In numbers, for our digits: eight feature maps of 26 × 26 are 5,408 outputs.
#
# | | weights | biases | sum |
# |---|---|---|---|
# | dense | 784 · 5,408 = 4,239,872 | 5,408 | 4,245,280 |
# | convolution | 3 · 3 · 1 · 8 = 72 | 8 | 80 |

# %% [markdown]
# ### Exercise 3: Count parameters
# A layer gets a picture of `side` × `side` pixels with `channels`, and has square kernels with
# `padding="same"`. Return two numbers: the parameters of this convolution, biases included, and
# those of a dense layer with as many outputs.
#
# <details><summary>Hint</summary>
#
# One kernel has $k \cdot k \cdot \text{channels}$ weights and one bias. The dense layer has
# side² · channels inputs and side² · filters outputs.
# </details>

# %% tags=["exercise"]
def count_parameters(side, channels, kernel_size, filters):
    """Return the parameters of a convolution and of a dense layer in its place."""
    ### BEGIN SOLUTION
    convolution = (kernel_size**2 * channels + 1) * filters
    dense = (side**2 * channels + 1) * side**2 * filters
    return convolution, dense
    ### END SOLUTION


# %% tags=["check"]
check.function(
    count_parameters,
    inputs=[(28, 1, 3, 8), (32, 3, 5, 16)],
    expected=[(80, 4_923_520), (1216, 50_348_032)],
    mistakes={
        "the biases are forgotten": [(72, 4_917_248), (1200, 50_331_648)],
        "the channels of the picture are forgotten": [(80, 4_923_520), (416, 16_793_600)],
        "the convolution ignores the channels": [(80, 4_923_520), (416, 50_348_032)],
        "the convolution has one bias in all: it is one a filter": (
            [(73, 4_923_520), (1201, 50_348_032)]),
        "the dense layer has one output a filter: it is one a filter and pixel": (
            [(80, 6280), (1216, 49_168)]),
        "the kernel is counted anew at each place: it is shared": (
            [(62_720, 4_923_520), (1_245_184, 50_348_032)]),
    },
)

# %% [markdown] tags=["D2-21", "D4-05"]
# ## Receptive field. How much does a deep unit see?
# A unit of the first layer sees 3 × 3 pixels. A unit of the second sees 3 × 3 units of the first,
# each of which sees 3 × 3 pixels, and they overlap. Its **receptive field** are all pixels that can
# change its value. Count in one dimension; two keep the same numbers in both directions:

# %% tags=["D2-21"]
axes = plotting.plot_receptive_field([(3, 1, 1), (3, 1, 1), (3, 1, 1)])
plotting.show(axes.figure, alt="One unit of layer 3 is joined to 3 of 2, 5 of 1, and 7 pixels.")

# %% [markdown] tags=["D2-21"]
# Three layers see 7 pixels: each adds two. Now a stride of 2 in the first two. **Predict**: more or
# less, and by how much?

# %% tags=["D2-21"]
axes = plotting.plot_receptive_field([(3, 2, 1), (3, 2, 1), (3, 1, 1)])
plotting.show(axes.figure, alt="With strides of 2, units lie ever wider apart; one sees 15 pixels.")

# %% [markdown] tags=["D2-21"]
# With a stride, neighbouring units of the next layer lie further apart in the picture: their
# **jump** doubles, and with it all that later layers add. Layer by layer, for kernel $k$, stride
# $s$, dilation $d$, from field 1 and jump 1 at the pixels:
#
# $$\text{field} \leftarrow \text{field} + (k - 1) \cdot d \cdot \text{jump}, \qquad
# \text{then}\quad \text{jump} \leftarrow \text{jump} \cdot s$$
#
# | layer | $k, s, d$ | field | jump after it |
# |---|---|---|---|
# | pixels | | 1 | 1 |
# | 1 | 3, 2, 1 | 1 + 2 · 1 = 3 | 2 |
# | 2 | 3, 2, 1 | 3 + 2 · 2 = 7 | 4 |
# | 3 | 3, 1, 1 | 7 + 2 · 4 = 15 | 4 |
#
# Pooling counts like a convolution of its size and stride. Now the network above, without trust in
# the formula. NaN, *not a number*, is contagious: whatever is computed from it is NaN (but for
# `nanmax` and its kind, so we pool with `np.max` here). Spoil one row of pixels and see whether a
# unit in the middle of a layer is spoilt, row after row. As many as spoil it, so large is its
# field:

# %% tags=["D2-21"]
maps = np.zeros((28, 28, 28, 1))
maps[range(28), range(28)] = np.nan  # picture r is spoilt in row r
ones, fields = np.ones((3, 3, 1, 1)), {}
for depth, middle in ((1, 13), (2, 6), (3, 5), (4, 2)):
    maps = conv2d(maps, ones) if depth % 2 else pool2d(maps, summarise=np.max)
    fields[f"layer {depth}, {names[depth]}"] = int(np.isnan(maps[:, middle, middle, 0]).sum())
assert list(fields.values()) == [3, 4, 8, 10]
axes = plotting.plot_seen(digit, fields)
plotting.show(axes.figure, alt="A digit with nested squares, 3, 4, 8 and 10 pixels wide.")

# %% [markdown] tags=["D2-21"]
# A unit before the dense layer sees 10 × 10 pixels, a third of each side: enough for a
# stroke and its bend, not for the whole digit. To put the pieces together is left to the dense
# layer. (Not all pixels of the field weigh the same: those in the middle reach the unit on many
# ways, those at the rim on few.)

# %% [markdown]
# ### Exercise 4: Receptive field
# `layers_below` is a list of (kernel size, stride, dilation), from the pixels upwards. Return the
# side of the receptive field of a unit in the last layer.
#
# <details><summary>Hint</summary>
#
# Two variables, `field = jump = 1`, and one loop. First the field grows, with the jump that the
# layers *before* have made; then the jump.
# </details>

# %% tags=["exercise"]
def receptive_field(layers_below):
    """Return how many pixels a unit sees along one side."""
    ### BEGIN SOLUTION
    field = jump = 1
    for kernel_size, stride, dilation in layers_below:
        field += (kernel_size - 1) * dilation * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% tags=["check"]
check.function(
    receptive_field,
    inputs=[[(3, 1, 2), (3, 1, 1)], [(3, 2, 1), (3, 2, 1), (3, 1, 1)],
            [(5, 1, 1), (2, 2, 1), (3, 1, 2)], [(7, 2, 1), (3, 2, 1), (1, 1, 1)]],
    expected=[7, 15, 14, 11],
    mistakes={
        "the strides are ignored": [7, 7, 10, 9],
        "the dilation is ignored": [5, 15, 10, 11],
        "dilation widens the jump: it acts on its own layer only": [9, 15, 14, 11],
        "a layer's own stride widens its own field: it acts on later layers": [7, 21, 15, 21],
        "the kernel sizes are added: windows overlap": [6, 9, 10, 11],
        "a stride counts for its own layer only, not for all later ones": [7, 11, 11, 17],
    },
)

# %% [markdown] tags=["D2-31", "D2-33"]
# ## Neighbours. What does a convolution know beforehand?
# Two things that a dense network must learn: pixels close together belong together, and what is
# useful here is useful there. If that is what helps, a CNN must suffer where it is not true. So
# now in Keras: the `cnn` from above against a dense network with about as many parameters, both on
# digits as they are and on digits whose 784 pixels are shuffled.
#
# **Predict** four accuracies, on 800 digits for validation.

# %% tags=["D2-31"]
def build_dense(*hidden_layers, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape), layers.Flatten(), *hidden_layers,
                             layers.Dense(10, activation="softmax")])


def train(model, x, epochs=5):
    """Train on the first 3,200 digits; return the accuracy on the other 800."""
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[:3200], y_digits[:3200], batch_size=32, epochs=epochs, verbose=0)
    return model.evaluate(x[3200:], y_digits[3200:], batch_size=800, verbose=0)[1]


x_shuffled = x_digits.reshape(-1, 784)[:, order].reshape(-1, 28, 28, 1)
axes = plotting.plot_images(np.concatenate([x_digits[:5], x_shuffled[:5]])[..., 0], columns=5)
plotting.show(axes[0].figure, alt="Five digits, and the same five as unreadable speckles.")

# %% tags=["D2-31"]
dense = build_dense(layers.Dense(16, activation="relu"))
dense_accuracy = train(dense, x_digits)
dense_shuffled = train(keras.models.clone_model(dense), x_shuffled)
cnn_accuracy = train(cnn, x_digits)
cnn_shuffled = train(keras.models.clone_model(cnn), x_shuffled)
low, high = results.band("08_convolution_by_hand/cnn_accuracy")
assert low < cnn_accuracy < high and cnn_accuracy > max(dense_accuracy, cnn_shuffled) + 0.02
assert abs(dense_accuracy - dense_shuffled) < 0.04
deck.table_of(
    ("", "parameters", "digits", "shuffled digits"),
    ("dense", f"{dense.count_params():,}", f"{dense_accuracy:.1%}", f"{dense_shuffled:.1%}"),
    ("CNN", f"{cnn.count_params():,}", f"{cnn_accuracy:.1%}", f"{cnn_shuffled:.1%}"))

# %% [markdown] tags=["D2-31"]
# The dense network is as good on the one as on the other: the difference is luck. The CNN is the
# better one on digits and loses what it was ahead, or more, on shuffled ones: its windows hold
# pixels that have nothing to do with each other. **What a network assumes helps where it is true.**
#
# ### Less pre-processing?
# Slides say: **CNNs use less pre-processing than other image classifiers; the independence from
# prior knowledge and human effort in feature design is a great advantage.** Let us see. Before
# CNNs, people designed features by hand: for example, Sobel in eight directions, cut off at 0,
# pooled by 4. Then a softmax layer alone decides, with these features or with raw pixels:

# %% tags=["D2-33"]
sobel = KERNELS["Sobel, left to right"][:, :, None, None].astype("float32")
slanting = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], "float32")[:, :, None, None]
eight_edges = np.concatenate(
    [np.rot90(kernel, turn) for kernel in (sobel, slanting) for turn in range(4)], axis=-1)
edge_maps = pool2d(np.maximum(conv2d(x_digits, eight_edges, padding="same"), 0), 4, 4)

pixel_accuracy = train(build_dense(), x_digits, epochs=10)
edge_accuracy = train(build_dense(shape=edge_maps.shape[1:]), edge_maps, epochs=10)
assert pixel_accuracy + 0.01 < edge_accuracy < cnn_accuracy + 0.02
f"raw pixels {pixel_accuracy:.1%}, edges by hand {edge_accuracy:.1%}, CNN {cnn_accuracy:.1%}"

# %% [markdown] tags=["D2-33"]
# Features by hand help, by three to five points, and somebody had to know that edges matter. The
# CNN gets about as far from raw pixels, or a little further, in half the epochs: it designs its
# features itself. So that much is true. But *less* is not *none*. These digits were scaled and
# centred before we got them; pixels still have to be between 0 and 1, and all pictures of one size;
# light, noise and position are still a matter of the data. And knowledge there is: it went into the
# architecture.

# %% [markdown] tags=["D2-21"]
# ## A shifted digit. Does the network mind?
# Move a picture by two pixels, and its feature map moves by two pixels: **translation
# equivariance** (*equi*: the same happens to both). First shift, then convolve; or first convolve,
# then shift: the same. That is what shared weights give. But the law has limits.
#
# **Predict**: where in the picture is it broken? What if the stride is 2 and the digit moves by 1?

# %% tags=["D2-21"]
def shift(maps, pixels):
    """Return (examples, height, width, channels) moved to the right; zeros come in on the left."""
    return np.pad(maps, [(0, 0), (0, 0), (pixels, 0), (0, 0)])[:, :, :maps.shape[2]]


def compare(images, pixels, kernel, stride=1):
    """Return the map of the moved picture, the moved map, and where they differ, as matrices."""
    moved_first = conv2d(shift(images, pixels), kernel, stride=stride, padding="same")
    moved_later = shift(conv2d(images, kernel, stride=stride, padding="same"), pixels // stride)
    return [m[0, :, :, 0] for m in (moved_first, moved_later, moved_first - moved_later)]


one_digit = x_digits[3:4]
cases = {"shift by 2": compare(one_digit, 2, sobel),
         "shift by 12": compare(one_digit, 12, sobel),
         "stride 2, shift by 2": compare(one_digit, 2, sobel, stride=2),
         "stride 2, shift by 1": compare(one_digit, 1, sobel, stride=2)}
assert not cases["shift by 2"][2].any() and not cases["stride 2, shift by 2"][2].any()
grid = plotting.plot_equivariance(cases)
plotting.show(grid[0, 0].figure, alt="Feature maps of a digit moved before or after. They differ "
              "at the right rim for a shift by 12, and with stride 2 for a shift by 1.")

# %% [markdown] tags=["D2-21"]
# Three limits show. **The border**: as long as the digit stays away from it, both are equal; when
# the shift pushes it over the edge, what is cut off makes an edge of its own. **Stride**: with 2,
# the law holds for shifts by 2, 4, … only. **Pooling** moves by its size, so it has the same limit;
# within a block, the largest number may move without any effect. That is **invariance**: nothing
# happens at all, and a classifier wants that. Does it get it? We move the 800 validation digits.
#
# **Predict** for 4 pixels to the right: dense network and CNN, trained on centred digits.

# %% tags=["D2-21"]
pooled = keras.Sequential([*keras.models.clone_model(cnn).layers[:3],
                           layers.GlobalMaxPooling2D(), layers.Dense(10, activation="softmax")])
train(pooled, x_digits)
moved = {name: [model.evaluate(shift(x_digits[3200:], pixels), y_digits[3200:], batch_size=800,
                               verbose=0)[1] for pixels in range(7)]
         for name, model in (("dense", dense), ("CNN", cnn), ("CNN, global pooling", pooled))}
assert moved["dense"][4] < moved["CNN"][4] < moved["CNN, global pooling"][4]
axes = plotting.plot_moved(moved)
plotting.show(axes.figure, alt="Accuracy over the shift, 0 to 6 pixels: the dense network falls "
              "the fastest, the CNN a little later, the one with global pooling by little.")

# %% [markdown] tags=["D2-21"]
# Many believe that a CNN does not mind shifts. It does: its convolutions are equivariant, but
# `Flatten` and `Dense` at the end learn *where* a stroke has to be. It only minds less, thanks to
# its pooling. The third network takes the largest value of each channel over the **whole** map
# (**global pooling**) before the dense layer. Place hardly counts any more, and it holds out, shift
# after shift. It pays for it: on centred digits, after as many epochs, it is worse than the CNN,
# since place is knowledge, too. (With more epochs it comes closer.)
# The other way is to show shifted digits in training: augmentation (lesson 07).

# %% [markdown]
# ## The way back. How does a kernel learn?
# Like all weights: by the gradient of the loss. Suppose that the layers above tell us
# $g = \partial L / \partial y$, a number for each output (lesson 03). On paper, with the picture of
# 3 × 3 from above, a kernel of 2 × 2, and $g$ = 1, 0, 0, 2:
#
# | | who sends gradient | |
# |---|---|---|
# | bias | each output contains it once | 1 + 0 + 0 + 2 = 3 |
# | kernel, upper left | it met pixels 1, 2, 4, 5, one for each output | 1·1 + 0·2 + 0·4 + 2·5 = 11 |
# | kernel, lower right | it met 5, 6, 8, 9 | 1·5 + 0·6 + 0·8 + 2·9 = 23 |
# | pixel in the corner | one window, with kernel upper left (1) | 1 · 1 = 1 |
# | pixel in the middle | four windows, with all four weights 1, 0, 0, −1 | 1·(−1) + 0·0 + 0·0 + 2·1 = 1 |
#
# A weight that is shared **adds up the gradients of all places**. Written as formulas, both are
# again windows that slide:
#
# $$\frac{\partial L}{\partial k_{i,j}} = \sum_{r,c} g_{r,c}\; x_{r+i,\;c+j}, \qquad
# \frac{\partial L}{\partial x_{r,c}} = \sum_{i,j} g_{r-i,\;c-j}\; k_{i,j}$$
#
# The first is a cross-correlation of the picture with $g$. The second has minus signs: there it is,
# the true convolution, with the kernel turned. (Outside of its matrix, $g$ counts as 0.)

# %% [markdown]
# ### Exercise 5: Gradient of the kernel
# One grey picture, one kernel, stride 1, no padding. You get the picture and the gradient $g$ of
# the output. Return that of the kernel. How large it is follows from the two. For the example
# above: [[11, 14], [20, 23]].
#
# <details><summary>Hint</summary>
#
# Read the first formula as a window: which matrix slides over which? A function above does it.
# </details>

# %% tags=["exercise"]
def kernel_gradient(picture, gradient):
    """Return the gradient with respect to the kernel, a matrix."""
    ### BEGIN SOLUTION
    return slide(picture, gradient)
    ### END SOLUTION


# %% tags=["check"]
gradient = np.array([[1.0, 0], [0, 2]])
check.function(
    kernel_gradient,
    inputs=[(small_picture, gradient), (picture, np.arange(6.0).reshape(2, 3) - 2),
            (picture.T, np.array([[1.0, 2], [0, -1]]))],
    expected=slide,
    mistakes={
        "the gradient is turned by half a turn, as in a true convolution": (
            lambda x, g: slide(x, g[::-1, ::-1])),
        "the picture slides over the gradient": lambda x, g: slide(g, x),
        "the places are averaged, not added": lambda x, g: slide(x, g) / g.size,
        "all outputs count the same, whatever their gradient": (
            lambda x, g: slide(x, np.ones_like(g))),
        "it is the gradient of the bias: one number, the sum": lambda x, g: np.sum(g),
    },
)

# %% [markdown]
# Now in full, with stride, dilation, padding, channels and examples. As a matrix product it is
# short: for $Y = XK$, lesson 03 found $X^\top G$ for the kernel and $G K^\top$ for the input. The
# second gives gradients of *windows*; each goes back to the pixels it was copied from, and there
# they are added: `unroll` backwards.

# %%
def conv2d_backward(gradient, images, kernel, stride=1, dilation=1, padding="valid"):
    """Return the gradients with respect to the pictures, the kernel and the bias."""
    size, filters = kernel.shape[:2], kernel.shape[3]
    rim = find_rim(images, size, stride, dilation, padding)
    padded = np.pad(images, rim)
    windows = unroll(padded, size, stride, dilation)
    rows = gradient.reshape(-1, filters)
    to_kernel = windows.reshape(len(rows), -1).T @ rows
    to_windows = (gradient @ kernel.reshape(-1, filters).T).reshape(
        *gradient.shape[:3], *kernel.shape[:3])
    to_padded = np.zeros(padded.shape)
    for i, j, rows_seen, columns_seen in slices(padded.shape, size, stride, dilation):
        to_padded[:, rows_seen, columns_seen] += to_windows[:, :, :, i, j]
    inner = tuple(slice(before, before + side) for (before, _), side in
                  zip(rim, images.shape, strict=True))
    return to_padded[inner], to_kernel.reshape(kernel.shape), rows.sum(axis=0)

# %% [markdown]
# Trust is good, **finite differences** are better (lesson 03): move each number up and down by a
# little and see how the loss changes. As loss we take half the sum of all squared outputs; its
# gradient is the output itself.

# %%
def finite_differences(loss, arrays, number, step=1e-5):
    """Return the gradient of loss(*arrays) with respect to the array of this number."""
    slopes = np.zeros_like(arrays[number])
    for place in np.ndindex(slopes.shape):
        move = np.zeros_like(slopes)
        move[place] = step
        above, below = (loss(*arrays[:number], arrays[number] + change, *arrays[number + 1:])
                        for change in (move, -move))
        slopes[place] = (above - below) / (2 * step)
    return slopes


def compare_gradients(*way):
    """Return the largest difference between our gradients and finite differences."""
    arrays = random.normal(size=(2, 6, 7, 2)), random.normal(size=(3, 2, 2, 3)), np.ones(3)
    by_hand = conv2d_backward(conv2d(*arrays, *way), *arrays[:2], *way)

    def loss(*arrays):
        return np.sum(conv2d(*arrays, *way)**2) / 2

    return max(np.abs(finite_differences(loss, arrays, number) - gradient).max()
               for number, gradient in enumerate(by_hand))


ways = itertools.product((1, 2, 3), (1, 2), ("valid", "same"))  # stride, dilation, padding
largest = max(compare_gradients(*way) for way in ways)
assert largest < 1e-6
f"12 cases, 3 gradients each; the largest difference is {largest:.0e}"

# %% [markdown]
# ### A kernel that learns
# We know Sobel's kernel. Does gradient descent find it, when it only sees digits and what Sobel
# makes of them? It starts from nine random numbers; the loss is the mean squared error, the
# learning rate 0.5 and the momentum 0.9.

# %%
some_digits = x_digits[:64].astype("float64")
target = conv2d(some_digits, sobel)


def learn_kernel(pictures, target, kernel, steps=200):
    """Return the kernel, shape (3, 3), before each step of gradient descent, and after the last."""
    velocity, history = 0.0, [kernel[..., 0, 0]]
    for _ in range(steps):
        error = conv2d(pictures, kernel) - target
        velocity = 0.9 * velocity - 0.5 * conv2d_backward(
            2 * error / error.size, pictures, kernel)[1]
        kernel = kernel + velocity
        history.append(kernel[..., 0, 0])
    return history


history = learn_kernel(some_digits, target, random.normal(size=(3, 3, 1, 1)))
assert np.abs(history[-1] - sobel[..., 0, 0]).max() < 0.05
row = plotting.plot_panels({f"step {n}": history[n].round(1) for n in (0, 5, 50, 200)})
plotting.show(row[0].figure, alt="A kernel of nine random numbers after 0, 5, 50 and 200 steps: "
              "it becomes Sobel's, −1 0 1, −2 0 2, −1 0 1.")

# %% [markdown]
# Nobody told it what an edge is. What a network finds when nobody gives it the *maps*, only the
# labels, is the first question of lesson 09.

# %% [markdown] tags=["D2-33"]
# ## Uses. Where else do windows slide?
# Wherever neighbours belong together, in space or time, and where the same pattern may occur at any
# place:
#
# | use | what the window slides over |
# |---|---|
# | **image classification** | rows and columns |
# | **video recognition** | rows, columns and time: `Conv3D` |
# | **medical image analysis** | slices of a scan; often each pixel gets a label of its own |
# | **recommender systems** | the sequence of what somebody bought, or the pictures of products |
# | **natural language processing** | a sentence, word by word: `Conv1D` |
# | **sound** | time; or the picture of a sound, frequency over time |
#
# In one dimension it is the same computation on pictures of one row. Ours does it without a change:

# %% tags=["D2-33"]
layer, sequence = layers.Conv1D(5, 3), draw_numbers(2, 20, 4)
by_keras, weights = layer(sequence), layer.get_weights()
assert np.allclose(by_keras, conv2d(sequence[:, None], weights[0][None])[:, 0], atol=1e-5)

# %% [markdown] tags=["D2-33"]
# And where not? In a table, age and income are no neighbours: shuffle the columns, and nothing is
# lost. Take a dense network there. For language and more and more pictures, transformers have taken
# over (lesson 13): they assume less, and need more data.

# %% [markdown]
# ## Summary
# - A convolution slides one small kernel over a picture and notes weighted sums: a feature map. It
#   is a cross-correlation; the kernel is not turned.
# - Padding, stride and dilation decide how large the result is and how much a unit sees; pooling
#   keeps one number a block.
# - Sparse connections and shared weights: 80 parameters instead of 4,245,280. It pays where
#   neighbours belong together.
# - As a matrix product of windows and kernel it is fast, and its gradients are those of lesson 03.
# - Equivariant is not invariant: borders, strides and the dense layer at the end mind a shift.
#
# ## What can go wrong in practice
# - **The shape**: channels first or last, no axis for the examples, transparency as a fourth
#   channel. Check before you compute.
# - **The scale**: a photograph from 0 to 255, or white paper where the network learnt white ink.
# - **A window larger than what is left** of the picture after much pooling.
# - **Kernels from a book** in a library that turns them, or does not.
# - **A field that is too small** for what is to be found: no unit ever sees the whole.
# - **Shifted pictures** when all in the training set were centred.
#
# ## Read more
# - V. Dumoulin and F. Visin, [A guide to convolution arithmetic](https://arxiv.org/abs/1603.07285),
#   2016: padding, stride and dilation, drawn.
# - I. Goodfellow, Y. Bengio and A. Courville,
#   [Deep Learning](https://www.deeplearningbook.org/contents/convnets.html), chapter 9, 2016.
# - D. Hubel and T. Wiesel, *Receptive fields of single neurones in the cat's striate cortex*,
#   *Journal of Physiology* 148, 1959.
# - Y. LeCun and others, *Backpropagation applied to handwritten zip code recognition*, *Neural
#   Computation* 1, 1989.
# - R. Zhang,
#   [Making convolutional networks shift-invariant again](https://arxiv.org/abs/1904.11486), 2019.
#
# ## Next
# [09 Convolutional networks](09_convolutional_networks.ipynb): networks that see, trained on
# digits, and what their filters look for.
