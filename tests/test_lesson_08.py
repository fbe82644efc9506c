"""Lesson 08: its convolution is Keras', its gradients are right, it refuses what cannot work."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import signal

from course_utils import data, deck

MOVES = ((1, 1), (2, 1), (3, 1), (1, 2), (1, 3))  # stride, dilation
SIZES = (((9, 9), (3, 3)), ((12, 10), (2, 5)), ((7, 8), (1, 1)), ((6, 11), (4, 3)))


@pytest.fixture(scope="module")
def lesson():
    """The functions of lesson 08, by name."""
    space = {"data": data, "itertools": itertools, "keras": keras, "layers": keras.layers, "np": np,
             "random": np.random.default_rng(0)}
    deck.Lesson("08_convolution_by_hand", space).take(
        "slide", "KERNELS", "find_rim", "conv2d_loops", "slices", "unroll", "conv2d", "pool2d",
        "shift", "conv2d_backward", "finite_differences", "output_size", "receptive_field",
        "count_parameters", "line_kernel", "kernel_gradient", "images", "x_digits")
    return space


def numbers(*shape, kind="float32"):
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(kind)


# Forwards


@pytest.mark.parametrize("channels, filters", [(1, 1), (3, 4), (4, 2)])
@pytest.mark.parametrize("stride, dilation", MOVES)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size, kernel_size", SIZES)
def test_conv2d_equals_keras(lesson, size, kernel_size, padding, stride, dilation, channels,
                             filters):
    images, kernel = numbers(2, *size, channels), numbers(*kernel_size, channels, filters)
    layer = keras.layers.Conv2D(filters, kernel_size, stride, padding, dilation_rate=dilation)
    if padding == "valid" and any(dilation * (k - 1) >= n for n, k in
                                  zip(size, kernel_size, strict=True)):
        with pytest.raises(ValueError, match="does not fit"):
            lesson["conv2d"](images, kernel, 0.0, stride, dilation, padding)
        return
    layer.build(images.shape)
    bias = numbers(filters)
    layer.set_weights([kernel, bias])
    ours = lesson["conv2d"](images, kernel, bias, stride, dilation, padding)
    theirs = layer(images).numpy()
    assert ours.shape == theirs.shape and ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    sides = [lesson["output_size"](n, k, stride, dilation, padding) for n, k in
             zip(size, kernel_size, strict=True)]
    assert tuple(sides) == ours.shape[1:3]


@pytest.mark.parametrize("way", [*itertools.product((1, 2, 3), (1, 2), ("valid", "same"))])
def test_loops_and_product_agree_where_keras_refuses_too(lesson, way):
    images, kernel, bias = numbers(2, 8, 9, 2), numbers(3, 2, 2, 3), numbers(3)
    np.testing.assert_allclose(lesson["conv2d_loops"](images, kernel, bias, *way),
                               lesson["conv2d"](images, kernel, bias, *way), atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", ["Max", "Average"])
def test_pooling_equals_keras(lesson, kind, size, stride, padding):
    images = numbers(2, 9, 6, 3) - 2  # mostly negative: a rim of zeros would show
    summarise = {"Max": np.nanmax, "Average": np.nanmean}[kind]
    ours = lesson["pool2d"](images, size, stride, padding, summarise)
    theirs = getattr(keras.layers, f"{kind}Pooling2D")(size, stride, padding)(images).numpy()
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_slide_is_a_cross_correlation(lesson):
    picture, kernel = numbers(7, 9), numbers(2, 3)
    ours = lesson["slide"](picture, kernel)
    np.testing.assert_allclose(ours, signal.correlate2d(picture, kernel, "valid"), atol=1e-5)
    turned = lesson["slide"](picture, kernel[::-1, ::-1])
    np.testing.assert_allclose(turned, signal.convolve2d(picture, kernel, "valid"), atol=1e-5)


# Backwards


@pytest.mark.parametrize("way", [*itertools.product((1, 2, 3), (1, 2, 3), ("valid", "same"))])
def test_gradients_equal_finite_differences(lesson, way):
    x, k, b = (numbers(*shape, kind="float64") for shape in ((2, 7, 8, 2), (3, 2, 2, 3), (3,)))

    def loss(*arrays):
        return np.sum(np.tanh(lesson["conv2d"](*arrays, *way)))

    slope = 1 - np.tanh(lesson["conv2d"](x, k, b, *way)) ** 2
    by_hand = lesson["conv2d_backward"](slope, x, k, *way)
    for number, ours in enumerate(by_hand):
        numerical = lesson["finite_differences"](loss, (x, k, b), number)
        np.testing.assert_allclose(ours, numerical, atol=1e-6)


@pytest.mark.parametrize("stride, dilation", MOVES)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_gradients_equal_tensorflow(lesson, stride, dilation, padding):
    if stride > 1 and dilation > 1:
        pytest.skip("Keras refuses both.")
    x, k = (tf.Variable(numbers(*shape, kind="float64")) for shape in ((2, 9, 8, 2), (3, 3, 2, 4)))
    with tf.GradientTape() as tape:
        output = keras.ops.conv(x, k, stride, padding, dilation_rate=dilation)
        loss = tf.reduce_sum(output**3)
    theirs = tape.gradient(loss, [x, k])
    ours = lesson["conv2d_backward"](3 * output.numpy() ** 2, x.numpy(), k.numpy(), stride,
                                     dilation, padding)
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-6)
    np.testing.assert_allclose(ours[1], theirs[1], atol=1e-6)


def test_the_example_on_paper(lesson):
    picture, kernel = np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 0], [0, -1]])
    gradient = np.array([[1.0, 0], [0, 2]])
    to_picture, to_kernel, to_bias = lesson["conv2d_backward"](
        gradient[None, :, :, None], picture[None, :, :, None], kernel[:, :, None, None])
    assert to_kernel[:, :, 0, 0].tolist() == [[11, 14], [20, 23]] and to_bias.tolist() == [3]
    assert to_picture[0, 0, 0, 0] == 1 and to_picture[0, 1, 1, 0] == 1
    turned = signal.convolve2d(gradient, kernel, "full")
    assert np.array_equal(to_picture[0, :, :, 0], turned), "the true convolution of the text"
    assert np.array_equal(lesson["kernel_gradient"](picture, gradient), to_kernel[:, :, 0, 0])


# Bad input

PICTURES, KERNEL = np.zeros((2, 6, 5, 3)), np.zeros((3, 3, 3, 4))


@pytest.mark.parametrize("name", ["conv2d", "conv2d_loops"])
@pytest.mark.parametrize(
    ("images", "kernel", "way", "message"),
    [
        (np.zeros((2, 6, 5, 4)), KERNEL, {}, r"4 channels.*transparency \(alpha\).*\[\.\.\., :3\]"),
        (PICTURES, np.zeros((3, 3, 1, 4)), {}, "3 channels.*Make colour grey"),
        (np.zeros((2, 6, 5, 1)), KERNEL, {}, "1 channels.*Repeat the grey channel"),
        (np.zeros((2, 3, 6, 5)), KERNEL, {}, "channels stand first here"),
        (np.zeros((2, 6, 5, 7)), KERNEL, {}, "have to be the same"),
        ([[1, 2], [3, 4]], KERNEL, {}, r"pictures as an array, got a list: np\.array"),
        (PICTURES, [[1, 2], [3, 4]], {}, "the kernel as an array, got a list"),
        (PICTURES[0], KERNEL, {}, r"One grey picture: picture\[None, :, :, None\]"),
        (PICTURES, KERNEL[..., 0], {}, "a kernel .height, width, channels, filters."),
        (PICTURES[:0], KERNEL, {}, "nothing to compute"),
        (PICTURES[:, :, :0], KERNEL, {}, "nothing to compute"),
        (PICTURES, KERNEL, {"stride": 0}, "stride is 0; it has to be a whole number from 1 on"),
        (PICTURES, KERNEL, {"stride": -1}, "stride is -1"),
        (PICTURES, KERNEL, {"stride": 1.5}, "stride is 1.5"),
        (PICTURES, KERNEL, {"stride": (2, 2)}, r"stride is \(2, 2\)"),
        (PICTURES, KERNEL, {"stride": True}, "stride is True"),
        (PICTURES, KERNEL, {"dilation": 0}, "dilation is 0"),
        (PICTURES, KERNEL, {"padding": "full"}, "padding is 'full'"),
        (PICTURES, KERNEL, {"dilation": 3}, "spans 7 × 7 .* fit into pictures of 6 × 5"),
        (PICTURES, np.zeros((7, 1, 3, 4)), {}, "spans 7 × 1 .* smaller kernel"),
    ],
)
def test_what_cannot_work_is_refused(lesson, name, images, kernel, way, message):
    with pytest.raises(ValueError, match=message):
        lesson[name](images, kernel, **way)


def test_whole_numbers_of_numpy_and_large_kernels_with_padding_pass(lesson):
    assert lesson["conv2d"](PICTURES, KERNEL, stride=np.int64(2)).shape == (2, 2, 2, 4)
    assert lesson["conv2d"](PICTURES, np.zeros((9, 9, 3, 4)), padding="same").shape[1:3] == (6, 5)


def test_pooling_refuses_a_window_that_does_not_fit(lesson):
    with pytest.raises(ValueError, match="spans 7 × 7"):
        lesson["pool2d"](PICTURES, 7)
    with pytest.raises(ValueError, match="stride is 0"):
        lesson["pool2d"](PICTURES, 2, 0)


@pytest.mark.parametrize("picture, kernel", [(np.ones((2, 5)), np.ones((3, 3))),
                                             (np.ones((6, 6, 3)), np.ones((3, 3)))])
def test_the_first_loop_refuses_colour_and_large_kernels(lesson, picture, kernel):
    with pytest.raises(ValueError, match="has no place in"):
        lesson["slide"](picture, kernel)


def test_pictures_may_be_whole_numbers(lesson):
    pictures = lesson["images"][:2, ..., None]
    kernel = numbers(3, 3, 1, 2)
    np.testing.assert_allclose(lesson["conv2d_loops"](pictures, kernel),
                               lesson["conv2d"](pictures, kernel), rtol=1e-4, atol=1e-2)
    assert lesson["pool2d"](pictures).max() == pictures.max()


# What the text says


def test_kernels_are_the_classics(lesson):
    picture = numbers(12, 12)
    sobel = lesson["slide"](picture, lesson["KERNELS"]["Sobel, left to right"])
    np.testing.assert_allclose(sobel, signal.correlate2d(
        picture, np.outer([1, 2, 1], [-1, 0, 1]), "valid"), atol=1e-5)
    sums = {name: kernel.sum() for name, kernel in lesson["KERNELS"].items()}
    flat = {name for name, value in sums.items() if np.isclose(value, 0)}
    assert flat == {"edges", "Sobel, left to right", "Sobel, top to bottom"}
    assert all(np.isclose(value, 1) for name, value in sums.items() if name not in flat)


def test_the_line_kernel_answers_flat_lines_only(lesson):
    kernel, line = np.array(lesson["line_kernel"]), np.zeros((5, 5))
    line[2] = 1
    assert lesson["slide"](line, kernel)[1].min() > 0
    assert not lesson["slide"](line.T, kernel).any()
    assert not lesson["slide"](np.ones((5, 5)), kernel).any()


@pytest.mark.parametrize("stack", [[(3, 1, 1)] * 3, [(3, 2, 1), (3, 2, 1), (3, 1, 1)],
                                   [(5, 1, 1), (2, 2, 1), (3, 1, 2)]])
def test_the_receptive_field_is_what_can_change_a_unit(lesson, stack):
    side = 40
    maps = np.zeros((side, side, 1, 1))
    maps[range(side), range(side)] = np.nan
    for size, stride, dilation in stack:
        maps = lesson["conv2d"](maps, np.ones((size, 1, 1, 1)), 0.0, stride, dilation)
    assert np.isnan(maps[:, 1, 0, 0]).sum() == lesson["receptive_field"](stack)


@pytest.mark.parametrize("numbers_of_layer", [(28, 1, 3, 8), (9, 3, 5, 4)])
def test_parameters_are_those_of_keras(lesson, numbers_of_layer):
    side, channels, size, filters = numbers_of_layer
    convolution = keras.layers.Conv2D(filters, size, padding="same")
    convolution.build((None, side, side, channels))
    dense = keras.layers.Dense(side * side * filters)
    dense.build((None, side * side * channels))
    expected = convolution.count_params(), dense.count_params()
    assert lesson["count_parameters"](*numbers_of_layer) == expected


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_a_convolution_follows_a_shift_away_from_the_border(lesson, distance):
    digits, kernel = lesson["x_digits"][:20], numbers(3, 3, 1, 4)
    before = lesson["conv2d"](lesson["shift"](digits, distance), kernel, padding="same")
    after = lesson["shift"](lesson["conv2d"](digits, kernel, padding="same"), distance)
    np.testing.assert_allclose(before, after, atol=1e-5)
