"""Figures of one neuron: its parts, its activation, its gates and its learning rule."""


import matplotlib.pyplot as plt
import numpy as np

from .common import CLASS_COLORS, plot_line, plot_points


def plot_neuron(
    inputs=("$x_1$", "$x_2$"), weights=("$w_1$", "$w_2$"), bias="$w_0$",
    weighted_sum="$z$", activation="$g$", output=r"$\hat{y}$", axes=None,
):
    """Draw a neuron from left to right, each part with its name; return Axes.

    The arguments are what stands in the parts: symbols, or numbers to follow on paper.
    """
    axes = axes or plt.subplots(figsize=(10, 3.8))[1]
    half = (len(inputs) - 1) / 2
    total = _draw_part(axes, 4.6, 0, weighted_sum, "#F9D9C7")
    function = _draw_part(axes, 7, 0, activation, "#FBE7B5")
    for row, (value, weight) in enumerate(zip(inputs, weights, strict=True)):
        height = 1.6 * (half - row)
        _draw_arrow(axes, _draw_part(axes, 1, height, value, "white"), total)
        axes.text(2.6, 0.56 * height, f"{weight}", ha="center", va="center",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
    _draw_arrow(axes, _draw_part(axes, 4.6, 1.5, bias, "#CFEBDF"), total)
    _draw_arrow(axes, total, function)
    _draw_arrow(axes, function, _draw_part(axes, 9.2, 0, output, "#CFE3F1"))
    bottom = -1.6 * half - 0.9
    names = {1: "inputs", 2.6: "weights", 4.6: "linear\ncombination",
             7: "activation\n(non-linear)", 9.2: "output"}
    for x, name in names.items():
        axes.text(x, bottom, name, ha="center", va="center", weight="bold", fontsize=13)
    axes.text(5.4, 1.5, "bias", va="center", weight="bold", fontsize=13)
    axes.set(xlim=(0.2, 10), ylim=(bottom - 0.4, max(1.6 * half, 1.5) + 0.45))
    axes.set_axis_off()
    return axes


def _draw_part(axes, x, y, text, color):
    box = {"boxstyle": "round,pad=0.5", "facecolor": color, "edgecolor": "black"}
    return axes.text(x, y, f"{text}", ha="center", va="center", fontsize=16, bbox=box, zorder=3)


def _draw_arrow(axes, start, end):
    style = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 2,
             "patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    axes.annotate("", end.get_position(), start.get_position(), arrowprops=style)


def plot_activation(function, slope=None, name="g", at=None, axes=None):
    """Draw an activation over -4 to 4, its `slope` if given, and its tangent at the point `at`.

    `function` and `slope` take and return arrays. Return Axes.
    """
    axes = axes or plt.subplots(figsize=(7, 4))[1]
    z = np.linspace(-4, 4, 401)
    axes.axhline(0, color="#BBBBBB", linewidth=1, linestyle="-", zorder=0)
    axes.plot(z, function(z), color=CLASS_COLORS[1], linestyle="-", label=f"{name}(z)")
    if slope is not None:
        axes.plot(z, slope(z), color=CLASS_COLORS[0], linestyle="--", label=f"slope of {name}")
    if slope is not None and at is not None:
        height, steepness = float(function(at)), float(slope(at))
        axes.plot(z, height + steepness * (z - at), color="black", linestyle=":", label="tangent")
        axes.plot(at, height, "o", color="black")
    top = max(2.2, 1.1 * np.max(function(z)))
    axes.set(xlabel="weighted sum z", ylabel="value", xlim=(-4.1, 4.1), ylim=(-1.2, top))
    axes.legend(loc="upper left")
    return axes


def plot_gate(outputs, weights=None, bias=0.0, name="", axes=None):
    """Draw the four inputs (0, 0), (0, 1), (1, 0), (1, 1) with the `outputs` that a gate gives.

    With `weights`, also the line of a neuron. Return Axes.
    """
    axes = axes or plt.subplots(figsize=(3.6, 3.6))[1]
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    plot_points(corners, outputs, names=("output 0", "output 1"), axes=axes)
    axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), title=name)
    return axes if weights is None else plot_line(weights, bias, axes)


def plot_line_history(points, labels, history, errors, names=("class 0", "class 1")):
    """Draw, one picture an epoch, how the line of a perceptron moves; return an array of Axes.

    `history` has a row (weight 1, weight 2, bias) for each update, `errors` the number of updates
    in each epoch. The lines of an epoch are drawn the darker the later, its last by `plot_line`.
    """
    counts = [count for count in errors if count]
    size = (4.1 * len(counts), 4.4)
    _, row = plt.subplots(1, len(counts), figsize=size, sharex=True, sharey=True, squeeze=False)
    margin = 0.1 * np.ptp(points, axis=0)
    lower, upper = np.min(points, axis=0) - margin, np.max(points, axis=0) + margin
    for epoch, axes in enumerate(row[0]):
        plot_points(points, labels, names, axes)
        axes.set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))
        lines = np.split(history, np.cumsum(counts))[epoch]
        for order, (weight_1, weight_2, bias) in enumerate(lines[:-1]):
            _draw_straight_line(axes, weight_1, weight_2, bias, str(0.8 - 0.5 * order / len(lines)))
        plot_line(lines[-1][:2], lines[-1][2], axes)
        axes.set_title(f"Epoch {epoch + 1}: {counts[epoch]} error{'s' * (counts[epoch] > 1)}")
        axes.set_xlabel("")
        axes.set_ylabel("")
    return row[0]


def _draw_straight_line(axes, weight_1, weight_2, bias, color):
    if weight_1 == weight_2 == 0:
        return
    nearest = -bias * np.array([weight_1, weight_2]) / (weight_1**2 + weight_2**2)
    direction = np.array([-weight_2, weight_1])
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
    axes.axline(nearest, nearest + direction, color=color, linewidth=1.4, linestyle="-", zorder=1)
    axes.set(**limits)


def plot_errors(errors, axes=None):
    """Draw the errors of each epoch: `errors` maps a name to one number per epoch; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.6))[1]
    for marker, (name, counts) in zip("osD^v", errors.items(), strict=False):
        axes.plot(range(1, len(counts) + 1), counts, marker=marker, label=name)
    axes.set(xlabel="epoch", ylabel="errors in the epoch", ylim=(-0.3, None))
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_locator().set_params(integer=True)
    axes.legend()
    return axes
