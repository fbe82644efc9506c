"""Figures of networks with several layers: their wiring, their outputs, what their units see."""

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches, ticker

from .common import CLASS_COLORS, CLASS_MARKERS, plot_line
from .diagrams import plot_forward_pass

UNIT_COLORS = {"input": "white", "hidden": "#F9D9C7", "output": "#CFE3F1"}
MARKED = "#FBE7B5"
RESULT = re.compile(r"(z|a|ŷ) [−\d]")


def plot_partial_pass(weights, biases, inputs, known=0, **options):
    """Draw a forward pass that is computed as far as the first `known` units; return Axes.

    The units are counted layer by layer, from the top; those after them say "z ?", for the room
    to compute. The other arguments are those of `plot_forward_pass`.
    """
    axes = plot_forward_pass(weights, biases, inputs, **options)
    results = [text for text in axes.texts if RESULT.match(text.get_text())]
    for text in results[2 * known :]:
        text.set_text(f"{text.get_text()[0]} ?")
    return axes


def plot_effects(models, others=(0, 1, 2, 3), names=("water", "fertiliser", "growth"), axes=None):
    """Draw each model's output over its first input, a line for each value of the second.

    `models` is {name: function of (x1, x2)}; `others` are the values of the second input, at
    most five; `names` are those of both inputs and of the output. Where the lines are parallel,
    the title says that the inputs do not interact. Return an array of Axes, one a model.
    """
    if axes is None:
        size = (4.3 * len(models), 4)
        axes = plt.subplots(1, len(models), figsize=size, sharey=True, squeeze=False)[1]
    axes, first = np.ravel(axes), np.linspace(0, 4, 81)
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        lines = np.array([[float(model(x1, other)) for x1 in first] for other in others])
        for values, other, marker in zip(lines, others, "osD^v", strict=False):
            ax.plot(first, values, marker=marker, markevery=20, label=f"{other}")
        parallel = np.allclose(np.ptp(lines - lines[0], axis=1), 0)
        ax.set_title(f"{name}: {'no ' * parallel}interaction", fontsize=14)
        ax.set(xlabel=names[0], xticks=range(5))
    axes[0].set_ylabel(names[2])
    axes[-1].legend(title=names[1], loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def plot_wirings(axes=None):
    """Draw three ways to wire 2 inputs, 3 hidden units and an output; return three Axes."""
    if axes is None:
        axes = plt.subplots(1, 3, figsize=(11, 3.6))[1]
    dense = [(i, h) for i in "ab" for h in "cde"] + [(h, "f") for h in "cde"]
    sparse = [edge for edge in dense if edge not in (("a", "e"), ("b", "c"))]
    wirings = {"dense: all edges": dense, "sparse: some are missing": sparse,
               "skip: past a layer": [*dense, ("a", "f")]}
    for ax, (title, edges) in zip(axes, wirings.items(), strict=True):
        _draw_graph(ax, edges)
        ax.set_title(title, loc="center", fontsize=14)
    return axes


def _draw_graph(axes, edges):
    places = {"a": (0, 0.5), "b": (0, -0.5), "c": (1, 1), "d": (1, 0), "e": (1, -1), "f": (2, 0)}
    kinds = dict(zip("abcdef", ["input"] * 2 + ["hidden"] * 3 + ["output"], strict=True))
    for start, end in edges:
        skips = kinds[start] == "input" and kinds[end] == "output"
        style = {"arrowstyle": "-|>", "shrinkA": 13, "shrinkB": 13, "linewidth": 1.5,
                 "color": CLASS_COLORS[0] if skips else "#444444",
                 "linestyle": "--" if skips else "-",
                 "connectionstyle": f"arc3,rad={-0.75 if skips else 0}"}
        axes.annotate("", places[end], places[start], arrowprops=style)
    for name, (x, y) in places.items():
        color = UNIT_COLORS[kinds[name]]
        axes.scatter(x, y, s=560, color=color, edgecolor="black", zorder=3)
    axes.set(xlim=(-0.25, 2.25), ylim=(-1.35, 1.75))
    axes.set_axis_off()


def plot_matrix_product(left, right, row=0, column=0, names=None, solved=True, axes=None):
    """Draw left · right = product with their numbers and shapes; return Axes.

    The `row` of the left matrix, the `column` of the right one and the number that they make are
    marked. `names` are three texts to stand above the matrices. Where not `solved`, the product
    has question marks, for the room to compute.

    Raises:
        ValueError: the matrices cannot be multiplied, or one has more than 5 rows or columns.
    """
    left, right = np.atleast_2d(left), np.atleast_2d(right)
    if left.shape[1] != right.shape[0] or max(*left.shape, *right.shape) > 5:
        shapes = f"{left.shape} and {right.shape}"
        raise ValueError(f"expected shapes (m, n) and (n, p), none above 5, got {shapes}.")
    matrices = (left, right, left @ right)
    marks = (lambda i, j: i == row, lambda i, j: j == column, lambda i, j: (i, j) == (row, column))
    width = sum(matrix.shape[1] for matrix in matrices) + 2.4
    height = max(len(matrix) for matrix in matrices)
    axes = axes or plt.subplots(figsize=(0.78 * width, 0.66 * height + 1.5))[1]
    start = 0
    for index, (matrix, marked) in enumerate(zip(matrices, marks, strict=True)):
        name = names[index] if names else ""
        _draw_matrix(axes, matrix, start, marked, name, is_known=solved or index < 2)
        start += matrix.shape[1]
        if index < 2:
            axes.text(start + 0.6, 0, "·="[index], ha="center", va="center", fontsize=30)
        start += 1.2
    axes.set(xlim=(-0.6, width + 0.6), ylim=(-height / 2 - 0.9, height / 2 + 0.9))
    axes.set_axis_off()
    return axes


def _draw_matrix(axes, matrix, start, marked, name, is_known):
    rows, columns = matrix.shape
    for (i, j), number in np.ndenumerate(matrix):
        x, y = start + j, rows / 2 - i - 1
        style = {"facecolor": MARKED if marked(i, j) else "white", "edgecolor": "black"}
        axes.add_patch(patches.Rectangle((x, y), 1, 1, **style))
        text = f"{number:g}".replace("-", "−") if is_known else "?"
        weight = "bold" if marked(i, j) else "normal"
        axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=15, weight=weight)
    middle = start + columns / 2
    axes.text(middle, rows / 2 + 0.3, name, ha="center", va="bottom", fontsize=13, weight="bold")
    shape = f"{rows} × {columns}"
    axes.text(middle, -rows / 2 - 0.25, shape, ha="center", va="top", fontsize=14)


def plot_output_maps(outputs, limit=4.0, axes=None):
    """Draw the output of networks over the plane of two inputs; return an array of Axes.

    `outputs` is {title: square array of outputs, x1 to the right, x2 upwards, from -limit to
    limit}. Thin lines join places of equal output, the thick one those of output 0; where the
    output is positive, the plane is shaded.
    """
    if axes is None:
        size = (4 * len(outputs), 4.8)
        axes = plt.subplots(1, len(outputs), figsize=size, sharey=True, squeeze=False)[1]
    axes = np.ravel(axes)
    for ax, (title, values) in zip(axes, outputs.items(), strict=True):
        side = np.linspace(-limit, limit, len(values))
        if np.max(values) > 0:
            shade = {"colors": [CLASS_COLORS[1]], "alpha": 0.2}
            ax.contourf(side, side, values > 0, levels=[0.5, 1.5], **shade)
        if np.ptp(values) > 0:
            ax.contour(side, side, values, levels=9, colors="#666666", linewidths=0.9,
                       linestyles="solid")
        if np.min(values) < 0 < np.max(values):
            ax.contour(side, side, values, levels=[0], colors="black", linewidths=3)
        ax.set_title(title, fontsize=14)
        ax.set(xlabel="$x_1$", aspect="equal")
    axes[0].set_ylabel("$x_2$")
    return axes


def plot_sum_errors(errors, limit=10, axes=None):
    """Draw where networks add two integers rightly: dots; elsewhere the size of the error.

    `errors` is {title: square array of predicted minus true sum, x1 to the right, x2 upwards, for
    the integers from -limit to limit}. Return an array of Axes.
    """
    if axes is None:
        size = (4 * len(errors) + 1, 4.6)
        axes = plt.subplots(1, len(errors), figsize=size, sharey=True, squeeze=False)[1]
    axes, integers = np.ravel(axes), np.arange(-limit, limit + 1)
    sizes = {title: np.abs(values) for title, values in errors.items()}
    largest = max(1, *(values.max() for values in sizes.values()))
    for ax, (title, values) in zip(axes, sizes.items(), strict=True):
        edges = (-limit - 0.5, limit + 0.5)
        picture = ax.imshow(values, cmap="Oranges", origin="lower", vmin=0, vmax=largest,
                            extent=(*edges, *edges))
        x2, x1 = np.nonzero(values < 1e-9)
        ax.plot(integers[x1], integers[x2], "o", markersize=3, color=CLASS_COLORS[1])
        ax.set_title(title, fontsize=14)
        ax.set(xlabel="$x_1$", xticks=integers[::5], yticks=integers[::5])
    axes[0].set_ylabel("$x_2$")
    whole = ticker.MaxNLocator(integer=True)  # else 2.5 would stand there, or a 2 for it
    bar = axes[0].figure.colorbar(picture, ax=list(axes), shrink=0.9, ticks=whole)
    bar.set_label("error (dots: none)")
    return axes


def plot_learning_loop(axes=None):
    """Draw the four steps of learning as a circle; return Axes."""
    axes = axes or plt.subplots(figsize=(9, 4))[1]
    steps = (
        (0, 1, "1 forward pass", "inputs to prediction", "#F9D9C7"),
        (1, 0, "2 error", "prediction against label", MARKED),
        (0, -1, "3 backward pass", "adjust every weight a little", "#CFE3F1"),
        (-1, 0, "4 repeat", "until the error is small", "#CFEBDF"),
    )
    for x, y, name, text, color in steps:
        box = {"boxstyle": "round,pad=0.5", "facecolor": color, "edgecolor": "black"}
        axes.text(x, y, f"{name}\n{text}", ha="center", va="center", fontsize=14, bbox=box)
    bends = ((0.62, 1, 1, 0.33), (1, -0.33, 0.62, -1), (-0.62, -1, -1, -0.33),
             (-1, 0.33, -0.62, 1))
    style = {"arrowstyle": "-|>", "linewidth": 2, "color": "black",
             "connectionstyle": "arc3,rad=-0.35"}
    for x1, y1, x2, y2 in bends:
        axes.annotate("", (x2, y2), (x1, y1), arrowprops=style)
    axes.set(xlim=(-1.6, 1.6), ylim=(-1.4, 1.4))
    axes.set_axis_off()
    return axes


def plot_unit_maps(maps, names=None, limit=1.0):
    """Draw what each unit answers over the plane of the inputs, a row of pictures a layer.

    `maps` is a list of arrays, one a layer, of shape (units, side, side): x1 to the right, x2
    upwards, from -limit to limit. Each picture has its own scale: orange low, purple high. `names`
    are texts, one a layer. Return an array of Axes, shape (layers, most units).
    """
    most = max(map(len, maps))
    size = (1.15 * most + 1.4, 1.25 * len(maps) + 0.2)
    grid = plt.subplots(len(maps), most, figsize=size, squeeze=False)[1]
    for row, (axes, layer) in enumerate(zip(grid, maps, strict=True)):
        for index, ax in enumerate(axes):
            ax.set(xticks=[], yticks=[])
            if index >= len(layer):
                ax.set_axis_off()
                continue
            values = layer[index]
            ax.imshow(values, cmap="PuOr", origin="lower", extent=(-limit, limit) * 2)
            if values.min() < 0 < values.max():
                side = np.linspace(-limit, limit, len(values))
                ax.contour(side, side, values, levels=[0], colors="black", linewidths=1.2)
        if names is not None:
            axes[0].set_ylabel(names[row], rotation=0, ha="right", va="center", fontsize=13)
    return grid


def plot_representation(points, labels, weights=None, bias=0.0, axes=None):
    """Draw many examples of two classes where two units put them, shape (n, 2); return Axes.

    With the two `weights` and the `bias` of the unit that listens to these two, also its line.
    """
    axes = axes or plt.subplots(figsize=(4.6, 4.4))[1]
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    for label in (0, 1):
        axes.scatter(*points[labels == label].T, s=26, color=CLASS_COLORS[label],
                     marker=CLASS_MARKERS[label], edgecolor="black", linewidth=0.4,
                     label=f"class {label}", zorder=3)
    if weights is not None:
        axes.margins(0.08)
        plot_line(weights, bias, axes)
    return axes
