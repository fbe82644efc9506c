"""Diagrams of small networks in which every number can be read: the forward and backward pass.

Lengths are in the units of the live twin (`explorables.NetworkPass`), where a letter is 16 high;
the letters grow with the axes. The y axis points down, as on a screen.
"""

import math
from itertools import product

import matplotlib.pyplot as plt
from matplotlib import patches
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from course_utils.small_network import SmallNetwork, check_names, write_number

from .common import CLASS_COLORS

LETTER, RADIUS, ROW = 16, 44, 112
LABEL_WIDTH, LABEL_DISTANCE = 60, 88  # of a weight; from its middle to that of the unit
LEAST_WIDTH, FOOT = 780, 84  # of the whole diagram; what stands below the units
LARGEST_FIGURE, LARGEST_LETTER = (11.2, 5.6), 17  # inches; points
UNIT_COLORS = ("white", "#F9D9C7", "#CFE3F1")  # inputs, hidden, output, as in plot_network
ZERO_COLOR = "#777777"


def plot_forward_pass(
    weights, biases, inputs, activation="relu", output="linear", input_names=None, axes=None,
):
    """Draw a network with every weight, bias, weighted sum and activation of one example.

    `weights` is a list of arrays of shape (inputs, units), one a layer, `biases` one of shape
    (units,) each; up to 4 layers of up to 4 units. `activation` is that of the hidden layers,
    `output` that of the last: "relu", "tanh", "sigmoid" or "linear". Return Axes.

    Raises:
        ValueError: shapes do not chain, a layer is too large to be read, a number is not finite.
    """
    network = SmallNetwork(weights, biases, activation, output)
    passes = network.run(inputs)
    diagram = _Diagram(network, check_names(input_names, network.sizes[0]), axes)
    diagram.draw_edges(network.weights)
    diagram.draw_inputs(passes.values[0])
    for layer in range(len(network.weights)):
        diagram.draw_layer(
            layer,
            top=("z", passes.sums[layer]),
            below=(diagram.name_output(layer), passes.values[layer + 1]),
            under=("b =", network.biases[layer]),
        )
    diagram.draw_note("on a line: weight w    under a unit: bias b    z: weighted sum")
    return diagram.axes


def plot_backward_pass(
    weights, biases, inputs, target, activation="relu", output="linear", input_names=None,
    axes=None, loss=None,
):
    """Draw the same network with the gradients of one example: delta of each unit, each edge's.

    The delta of a unit is ∂L/∂z. `target` is a number, or one for each output. `loss` is "mse"
    or "crossentropy" (the default where `output` is "sigmoid"); both are means over the outputs.
    The other arguments are those of `plot_forward_pass`. Return Axes.

    Raises:
        ValueError: as `plot_forward_pass`, and where target or loss do not fit the output.
    """
    network = SmallNetwork(weights, biases, activation, output, loss)
    passes = network.run(inputs, network.check_target(target))
    diagram = _Diagram(network, check_names(input_names, network.sizes[0]), axes)
    diagram.draw_edges(passes.weight_gradients)
    diagram.draw_inputs(passes.values[0])
    for layer in range(len(network.weights)):
        diagram.draw_layer(
            layer,
            top=(diagram.name_output(layer), passes.values[layer + 1]),
            below=("δ", passes.deltas[layer]),
            under=("∂b =", passes.bias_gradients[layer]),
        )
    diagram.draw_targets(network.check_target(target), passes.loss)
    diagram.draw_note("on a line: ∂L/∂w    under a unit: ∂b is ∂L/∂b    in a unit: δ is ∂L/∂z")
    return diagram.axes


def place_units(sizes):
    """Return the middles (x, y) of the units of each layer, and the width and height they need."""
    column = max(220, min(300, 900 / (len(sizes) - 1)))
    height = max(sizes) * ROW
    places = [
        [(layer * column, height / 2 + (row - (count - 1) / 2) * ROW) for row in range(count)]
        for layer, count in enumerate(sizes)
    ]
    return places, (len(sizes) - 1) * column, height


def place_label(unit, index, count):
    """Return the middle of the label of the weight from input `index` of `count` to the `unit`.

    The labels stand in front of the unit, in the order of the inputs, as on paper: so no two of
    them ever meet, however many lines cross.
    """
    spread = min(34, 90 / count)
    return unit[0] - LABEL_DISTANCE, unit[1] + (index - (count - 1) / 2) * spread


class _Diagram:
    """Axes, places and letters of one diagram."""

    def __init__(self, network, names, axes):
        self.network, self.names, self.last = network, names, len(network.weights) - 1
        self.places, _, height = place_units(network.sizes)
        limits = _find_limits(network.sizes, names)
        if axes is None:
            axes = plt.subplots(figsize=figure_size(network.sizes, names))[1]
        size = _prepare_axes(axes, limits)
        self.axes = axes
        self.points = min(size[0] / (limits[0][1] - limits[0][0]),
                          size[1] / (limits[1][0] - limits[1][1])) * 72
        self.bottom, self.left = height + 24, limits[0][0]

    def write(self, x, y, text, size=LETTER, **style):
        style = {"ha": "center", "va": "center", "color": "black", "zorder": 4} | style
        self.axes.text(x, y, text, fontsize=size * self.points, **style)

    def draw_edges(self, strengths):
        for layer, matrix in enumerate(strengths):
            starts, ends = self.places[layer], self.places[layer + 1]
            for row, column in product(range(len(starts)), range(len(ends))):
                label = place_label(ends[column], row, len(starts))
                self._draw_edge(starts[row], label, ends[column], matrix[row, column])
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2 * self.points}
                text = write_number(matrix[row, column])
                self.write(*label, text, size=_fit(text), bbox=box, weight="bold")

    def _draw_edge(self, start, label, end, strength):
        (x, y), near = start, label[0] - LABEL_WIDTH / 2
        bend = 0.55 * (near - x - RADIUS)
        corners = [(x, y), (x + RADIUS, y), (x + RADIUS + bend, y), (near - bend, label[1]),
                   (near, label[1]), label, end]
        codes = [Path.MOVETO, Path.LINETO, *[Path.CURVE4] * 3, Path.LINETO, Path.LINETO]
        kind = int(strength > 0) - int(strength < 0)
        color = {1: CLASS_COLORS[1], -1: CLASS_COLORS[0], 0: ZERO_COLOR}[kind]
        style = {1: "-", -1: (0, (4, 2)), 0: (0, (1, 2))}[kind]
        width = min(4, 1.2 + 0.9 * math.sqrt(abs(strength))) if kind else 1.2
        self.axes.add_patch(patches.PathPatch(
            Path(corners, codes), facecolor="none", edgecolor=color, linestyle=style,
            linewidth=width * self.points * 1.3, capstyle="butt", zorder=1))

    def _draw_circle(self, place, color):
        style = {"facecolor": color, "edgecolor": "black", "linewidth": 1.6, "zorder": 3}
        self.axes.add_patch(patches.Circle(place, RADIUS, **style))

    def draw_inputs(self, values):
        short = max(map(len, self.names)) <= 3
        for place, name, value in zip(self.places[0], self.names, values, strict=True):
            self._draw_circle(place, UNIT_COLORS[0])
            self.write(place[0], place[1] + (13 if short else 0), write_number(value),
                       size=_fit(write_number(value), 1.06), weight="bold")
            self.write(place[0], place[1] + (-12 if short else RADIUS + 13), name)
        self.write(0, self.bottom + 10, "input", weight="bold")

    def name_output(self, layer):
        return "ŷ" if layer == self.last else "a"

    def draw_layer(self, layer, top, below, under):
        """Draw the units of a layer: each of the last three is a name with a number a unit."""
        color = UNIT_COLORS[2 if layer == self.last else 1]
        texts = [
            [f"{name} {write_number(number)}" for number in numbers]
            for name, numbers in (top, below, under)
        ]
        for (x, y), first, second, third in zip(self.places[layer + 1], *texts, strict=True):
            self._draw_circle((x, y), color)
            self.write(x, y - 13, first, size=_fit(first))
            self.write(x, y + 12, second, size=_fit(second, 1.06), weight="bold")
            self.write(x, y + RADIUS + 13, third)
        number = f" {layer + 1}" if self.last > 1 else ""
        name = "output" if layer == self.last else f"hidden{number}"
        x = self.places[layer + 1][0][0]
        self.write(x, self.bottom + 10, name, weight="bold")
        activation = self.network.activation_of(layer)
        formula = "z" if activation == "linear" else f"{activation}(z)"
        self.write(x, self.bottom + 31, f"{self.name_output(layer)} = {formula}")

    def draw_targets(self, targets, loss):
        for (x, y), target in zip(self.places[-1], targets, strict=True):
            style = {"ha": "left"}
            self.write(x + RADIUS + 8, y - 13, "target", **style)
            self.write(x + RADIUS + 8, y + 12, write_number(target), weight="bold", **style)
        x = self.axes.get_xlim()[1]
        self.write(x, self.bottom + 53, f"loss L = {write_number(loss)}", ha="right", weight="bold")

    def draw_note(self, text):
        self.write(self.left, self.bottom + 53, text, size=0.9 * LETTER, ha="left")


def _fit(text, largest=1.0):
    """Return the size of letters at which a text fits into a circle, or beside it."""
    return LETTER * min(largest, 7.1 / len(text))


def _find_limits(sizes, names):
    """Return the limits of both axes: left and right, bottom and top."""
    _, width, height = place_units(sizes)
    longest = max(map(len, names))
    left = max(RADIUS, 4.9 * longest * (longest > 3)) + 8
    right = width + RADIUS + 66
    spare = max(0, LEAST_WIDTH - left - right) / 2
    return (-left - spare, right + spare), (height + FOOT, -4)


def figure_size(sizes, names):
    """Return the width and height, in inches, of a figure for a network with these input names."""
    (left, right), (bottom, top) = _find_limits(sizes, names)
    width, height = right - left, bottom - top
    largest = LARGEST_FIGURE[0] / width, LARGEST_FIGURE[1] / height, LARGEST_LETTER / 72 / LETTER
    return width * min(largest), height * min(largest)


def _prepare_axes(axes, limits):
    """Give axes these limits; return their size in inches."""
    box, figure = axes.get_position(), axes.get_figure()
    if figure.get_layout_engine() is not None and len(figure.axes) == 1:
        box = Bbox.unit()  # the layout will give them all there is
    axes.set(xlim=limits[0], ylim=limits[1], aspect="equal")
    axes.set_axis_off()
    return box.width * figure.get_figwidth(), box.height * figure.get_figheight()
