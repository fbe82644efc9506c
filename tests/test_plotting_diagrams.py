"""Network diagrams: every number is there, right, large enough and in nobody's way."""

import math
import re
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle

from course_utils import plotting, small_network
from course_utils.small_network import SmallNetwork, write_number

SHAPES = [(2, 1), (1, 1, 1), (2, 3, 1), (4, 1), (3, 4, 2), (4, 4, 4, 4), (4, 4, 4, 4, 4)]
ADDER = ([[[1, 0.5, -1], [1, 0.5, 2]], [[0.5], [1], [-0.25]]], [[0, 1, -1.5], [-1]])

pytestmark = pytest.mark.usefixtures("course_style")


def make_network(sizes, seed=0, scale=1.0):
    """Return weights, biases and inputs, drawn at random."""
    random = np.random.default_rng(seed)
    shapes = list(pairwise(sizes))
    weights = [random.normal(0, scale, shape) for shape in shapes]
    return weights, [random.normal(0, scale, units) for _, units in shapes], random.normal(
        0, 3 * scale, sizes[0])


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def draw(sizes, backward, **options):
    """Return the axes of a random network's diagram."""
    weights, biases, inputs = make_network(sizes, scale=options.pop("scale", 1.0))
    if backward:
        target = np.ones(sizes[-1])
        return plotting.plot_backward_pass(weights, biases, inputs, target, **options)
    return plotting.plot_forward_pass(weights, biases, inputs, **options)


@pytest.mark.parametrize("scale", [1, 0.01, 30])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("sizes", SHAPES)
def test_no_text_meets_another_or_a_circle_that_is_not_its_own(sizes, backward, scale):
    axes = draw(sizes, backward, scale=scale, activation="tanh")
    figure = axes.get_figure()
    figure.canvas.draw()
    boxes = {text: text.get_window_extent() for text in axes.texts}
    for (first, box), (second, other) in combinations(boxes.items(), 2):
        width = min(box.x1, other.x1) - max(box.x0, other.x0)
        height = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert width <= 0.5 or height <= 1, (first.get_text(), second.get_text())
    for text, box in boxes.items():
        assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1 and box.y0 >= -1, text.get_text()
    for circle in (patch for patch in axes.patches if isinstance(patch, Circle)):
        x, y = axes.transData.transform(circle.center)
        edge = axes.transData.transform((circle.center[0] + circle.radius, 0))[0] - x
        for text, box in boxes.items():
            across, up = sum(box.intervalx) / 2 - x, sum(box.intervaly) / 2 - y
            if math.hypot(across, up) < edge:
                assert math.hypot(box.width / 2, up) <= edge, text.get_text()
            else:
                gap = max(box.x0 - x, x - box.x1, 0), max(box.y0 - y, y - box.y1, 0)
                assert math.hypot(*gap) >= edge - 2, text.get_text()


@pytest.mark.parametrize("sizes", SHAPES)
def test_letters_are_large_enough_and_figures_fit_a_slide(sizes):
    axes = draw(sizes, backward=False)
    assert min(text.get_fontsize() for text in axes.texts if "=" in text.get_text()) >= 12
    width, height = axes.get_figure().get_size_inches()
    assert width <= 11.21 and height <= 5.61


def test_all_thirteen_parameters_can_be_read():
    axes = plotting.plot_forward_pass(*ADDER, [2, 3])
    texts = texts_of(axes)
    for number in ("1", "0.5", "−1", "2", "−0.25"):
        assert number in texts
    assert [text for text in texts if text.startswith("b = ")] == [
        "b = 0", "b = 1", "b = −1.5", "b = −1"]
    assert {"z 5", "a 5", "z 3.5", "z 2.5", "z 4.38", "ŷ 4.38"} <= set(texts)
    assert {"a = relu(z)", "ŷ = z"} <= set(texts)
    sizes = {text.get_text(): text.get_fontsize() for text in axes.texts}
    assert min(sizes[text] for text in ("0.5", "−0.25", "b = −1.5", "z 5")) >= 12


def test_axes_of_others_are_used_and_letters_follow_their_size():
    _, (small, _) = plt.subplots(1, 2, figsize=(10, 4))
    assert plotting.plot_forward_pass(*ADDER, [2, 3], axes=small) is small
    large = plotting.plot_forward_pass(*ADDER, [2, 3])
    assert small.texts[0].get_fontsize() < 0.8 * large.texts[0].get_fontsize()


def test_signs_differ_in_colour_and_dashes():
    axes = plotting.plot_forward_pass([[[1.0], [-1.0], [0.0]]], [[0.0]], [1, 1, 1])
    lines = [patch for patch in axes.patches if not isinstance(patch, Circle)]
    assert len({line.get_edgecolor() for line in lines}) == 3
    assert len({str(line.get_linestyle()) for line in lines}) == 3


def test_inputs_have_their_names():
    weights, biases, inputs = make_network((3, 2))
    names = ["square feet", "rooms", "age"]
    assert set(names) <= set(texts_of(plotting.plot_forward_pass(
        weights, biases, inputs, input_names=names)))
    assert "x₃" in texts_of(plotting.plot_forward_pass(weights, biases, inputs))


def test_backward_shows_deltas_gradients_target_and_loss():
    texts = texts_of(plotting.plot_backward_pass(*ADDER, [2, 3], 5))
    # ŷ = 4.375, so δ = 2 · (4.375 − 5) = −1.25, and 5 · (−1.25) on the first weight of the output.
    assert {"δ −1.25", "−6.25", "−4.38", "−3.13", "∂b = −1.25", "loss L = 0.39", "5"} <= set(texts)
    assert {"δ −0.63", "δ 0.31", "−1.88", "0.94"} <= set(texts)


def numeric_gradient(function, array, step=1e-6):
    """Return the central differences of a function of an array that is changed in place."""
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = function()
        array[index] = kept - step
        gradient[index] = (above - function()) / (2 * step)
        array[index] = kept
    return gradient


@pytest.mark.parametrize("activation", small_network.ACTIVATIONS)
@pytest.mark.parametrize(
    ("output", "loss"), [("linear", "mse"), ("tanh", "mse"), ("sigmoid", "mse"), ("sigmoid", None)]
)
def test_gradients_agree_with_central_differences(activation, output, loss):
    for seed, sizes in enumerate(SHAPES):
        weights, biases, inputs = make_network(sizes, seed, scale=0.6)
        network = SmallNetwork(weights, biases, activation, output, loss)
        target = np.linspace(0.2, 0.9, sizes[-1])
        passes = network.run(inputs, target)
        for layer in range(len(weights)):
            for array, gradient in (
                (network.weights[layer], passes.weight_gradients[layer]),
                (network.biases[layer], passes.bias_gradients[layer]),
            ):
                numeric = numeric_gradient(lambda: network.run(inputs, target).loss, array)  # noqa: B023
                np.testing.assert_allclose(gradient, numeric, atol=2e-7, rtol=1e-5)


def test_large_sums_do_not_overflow():
    network = SmallNetwork([[[1.0]]], [[0.0]], output="sigmoid")
    with np.errstate(over="raise"):
        for value in (-5000.0, 5000.0):
            passes = network.run([value], 0.5)
            assert passes.loss == pytest.approx(2500) and abs(passes.deltas[0][0]) == 0.5


GOOD = {"weights": [np.ones((2, 3)), np.ones((3, 1))], "biases": [np.ones(3), np.ones(1)],
        "inputs": [1, 2]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [np.ones((2, 3)), np.ones((2, 1))]},
         r"layer 2, must have shape \(3, units\), because layer 1 has 3 units; got \(2, 1\)"),
        ({"weights": [np.ones(2), np.ones((3, 1))]}, r"layer 1, must have shape \(inputs, units\)"),
        ({"weights": [np.ones((2, 5)), np.ones((5, 1))]}, "1 to 4 units.*got 5"),
        ({"weights": [np.ones((2, 0)), np.ones((0, 1))]}, "1 to 4 units.*got 0"),
        ({"weights": [np.ones((9, 3)), np.ones((3, 1))]}, "1 to 4 inputs.*got 9"),
        ({"weights": [np.ones((2, 3)), [[1], ["a"], [2]]]}, r"weights\[1\] must be an array"),
        ({"weights": [np.full((2, 3), np.nan), np.ones((3, 1))]}, r"weights\[0\] must be.*nan"),
        ({"weights": [np.eye(2)] * 5, "biases": [np.ones(2)] * 5}, "1 to 4 layers.*got 5"),
        ({"weights": []}, "got 0"),
        ({"weights": 3}, "list of arrays"),
        ({"biases": [np.ones(3)]}, "2 layers of weights and 1 of biases"),
        ({"biases": [np.ones(2), np.ones(1)]}, r"biases\[0\] must have shape \(3,\).*layer 1"),
        ({"biases": [np.ones(3), np.inf * np.ones(1)]}, r"biases\[1\] must be finite"),
        ({"inputs": [1, 2, 3]}, r"inputs must have shape \(2,\).*got \(3,\)"),
        ({"inputs": "ab"}, "inputs must be an array of numbers"),
        ({"inputs": [1, math.nan]}, "inputs must be finite"),
        ({"activation": "swish"}, "linear, relu, tanh, sigmoid; got 'swish'"),
        ({"output": np.tanh}, "output must be one of"),
        ({"input_names": ["a"]}, "expected 2 input_names.*got 1"),
        ({"input_names": "ab"}, "list of texts"),
        ({"input_names": ["a", "b" * 17]}, "1 to 16 characters"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_forward_pass(**(GOOD | arguments))
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": [1, 2]}, r"target must have shape \(1,\), one an output; got \(2,\)"),
        ({"target": math.inf}, "target must be finite"),
        ({"target": None}, "target"),
        ({"target": 2, "output": "sigmoid"}, "between 0 and 1, got 2"),
        ({"target": 2, "loss": "crossentropy"}, "needs output='sigmoid', got output='linear'"),
        ({"target": 2, "loss": "mae"}, "mse, crossentropy; got 'mae'"),
    ],
)
def test_wrong_targets_and_losses_are_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_backward_pass(**(GOOD | arguments))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (-0.0, "0"), (2.0, "2"), (-1.25, "−1.25"), (0.1 + 0.2, "0.3"), (10.0, "10"),
        (100.0, "100"), (123.46, "123.5"), (1234.5, "1235"), (9999.4, "9999"), (12345, "1.2e4"),
        (0.05, "0.05"), (0.0123, "0.012"), (-0.00337, "−0.0034"), (0.000337, "3.4e−4"),
        (1e300, "1e300"), (5e-17, "0"), (4.375, "4.38"), (-0.125, "−0.13"),
        (math.nan, "not a number"), (-math.inf, "−∞"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_never_lost(number, text):
    assert write_number(number) == text


def test_a_text_is_close_to_its_number():
    random = np.random.default_rng(0)
    numbers = random.normal(0, 1, 3000) * 10.0 ** random.uniform(-8, 8, 3000)
    for number in numbers.tolist():
        text = write_number(number)
        assert len(text) <= 8 and re.fullmatch(r"−?[\d.]+(e−?\d+)?", text), text
        value = float(text.replace("−", "-"))
        assert abs(value - number) <= max(0.0051 * (abs(number) >= 0.095), 0.051 * abs(number))
