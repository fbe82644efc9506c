"""Figures of losses, of the way down to a smaller one, and of gradients on their way back."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import ticker

from .common import CLASS_COLORS

# A path is more than a colour: each also has its own marker.
PATH_LOOKS = (("#D55E00", "o"), ("#0072B2", "s"), ("#000000", "^"), ("#009E73", "D"))
OUTLINE = {"color": "white", "linestyle": "-", "linewidth": 4.5}  # below a path, on a dark ground
SMALLEST_LOSS = 1e-16  # a loss of exactly 0 has no place on a logarithmic scale


def plot_prediction_errors(targets, predictions, axes=None):
    """Draw n targets and n predictions, with the error of each pair between them; return Axes.

    Raises:
        ValueError: the two are not rows of the same length.
    """
    targets, predictions = np.asarray(targets, dtype=float), np.asarray(predictions, dtype=float)
    if targets.ndim != 1 or targets.shape != predictions.shape:
        shapes = f"{targets.shape} and {predictions.shape}"
        raise ValueError(f"expected n targets and n predictions, got shapes {shapes}.")
    axes = axes or plt.subplots(figsize=(10, 4.2))[1]
    places = np.arange(1, len(targets) + 1)
    axes.vlines(places, targets, predictions, color="#888888", linewidth=3, zorder=1)
    axes.plot(places, targets, "s", color=CLASS_COLORS[1], label="target $y$")
    axes.plot(places, predictions, "o", color=CLASS_COLORS[0], label=r"prediction $\hat{y}$")
    for place, target, prediction in zip(places, targets, predictions, strict=True):
        sign = {1: "+", -1: "−"}.get(np.sign(prediction - target), "")
        axes.annotate(f"{sign}{abs(prediction - target):g}", (place, (target + prediction) / 2),
                      xytext=(9, 0), textcoords="offset points", va="center", fontsize=13)
    axes.set(xlabel="example", ylabel="value", xticks=places, xlim=(0.4, len(places) + 0.8))
    axes.legend(loc="upper right")
    return axes


def plot_error_losses(largest=3, axes=None):
    """Draw squared and absolute error of one example, for errors up to `largest`; return Axes."""
    axes = axes or plt.subplots(figsize=(6, 4))[1]
    errors = np.linspace(-largest, largest, 121)
    axes.plot(errors, errors**2, label="squared")
    axes.plot(errors, np.abs(errors), label="absolute")
    axes.set(xlabel=r"error $\hat{y} - y$", ylabel="loss of one example")
    axes.legend(loc="upper center")
    return axes


def plot_cross_entropy(marks=(), axes=None):
    """Draw the cross-entropy of one example over its predicted probability p, for both labels.

    `marks` are probabilities whose loss for label 1 is written at the curve. Return Axes.
    """
    axes = axes or plt.subplots(figsize=(6, 4))[1]
    p = np.linspace(0.005, 0.995, 199)
    axes.plot(p, -np.log(p), label="label 1: −ln p")
    axes.plot(p, -np.log(1 - p), label="label 0: −ln(1 − p)")
    for mark in marks:
        axes.plot(mark, -np.log(mark), "o", color="black")
        axes.annotate(f"{-np.log(mark):.2f}", (mark, -np.log(mark)), xytext=(8, 6),
                      textcoords="offset points", fontsize=13)
    axes.set(xlabel="predicted probability p of class 1", ylabel="loss of one example",
             xlim=(0, 1), ylim=(0, 5.6))
    axes.legend(loc="upper center")
    return axes


def plot_descent(loss, path, limits, top=None, title="", axes=None):
    """Draw the curve `loss` over one weight, and the steps of `path` down (or up) it; return Axes.

    path: the weights before the first step and after each. What leaves `limits` or rises above
    `top` is cut off.
    """
    axes = axes or plt.subplots(figsize=(4, 3.6))[1]
    w, path = np.linspace(*limits, 301), np.asarray(path, dtype=float)
    curve, heights = loss(w), loss(path)
    top = 1.05 * curve.max() if top is None else top
    axes.plot(w, curve, color="#888888", linestyle="-", linewidth=2, zorder=1)
    axes.plot(path, heights, color=PATH_LOOKS[0][0], linestyle="--", linewidth=1.2, zorder=2)
    axes.scatter(path, heights, s=38, color=PATH_LOOKS[0][0], edgecolor="black", zorder=3)
    axes.scatter(path[:1], heights[:1], s=95, color="white", edgecolor="black", zorder=4)
    axes.set(xlabel="weight $w$", ylabel="loss", xlim=limits, ylim=(-0.04 * top, top))
    axes.set_title(title)
    return axes


def plot_descents(loss, paths, limits, top=None):
    """Draw `paths`, {title: weights}, each in a picture of its own as `plot_descent` does.

    Return an array of Axes, all with the same scales.
    """
    size = (3.6 * len(paths), 3.8)
    _, row = plt.subplots(1, len(paths), figsize=size, sharex=True, sharey=True, squeeze=False)
    for axes, (title, path) in zip(row[0], paths.items(), strict=True):
        plot_descent(loss, path, limits, top, title, axes)
        axes.label_outer()
    return row[0]


def plot_landscape(landscape, paths, levels=14, axes=None):
    """Draw contour lines of a loss of two weights and `paths`, {name: (steps, 2)}, on it.

    `landscape` is one of `explorables.LANDSCAPES`: it has a `function` of w1 and w2, `limits` and
    `minima`, which are drawn as stars. The darker, the lower. A path starts at its white mark.
    Return Axes.
    """
    axes = axes or plt.subplots(figsize=(5.6, 4.8))[1]
    grid = np.meshgrid(*[np.linspace(*landscape.limits, 161)] * 2)
    heights = landscape.function(*grid)
    levels = np.linspace(heights.min(), heights.max(), levels + 1)
    axes.contourf(*grid, heights, levels=levels, cmap="cividis", alpha=0.75)
    axes.contour(*grid, heights, levels=levels, colors="white", linewidths=0.7)
    for (name, path), (color, marker) in zip(paths.items(), PATH_LOOKS, strict=False):
        w1, w2 = np.transpose(path)
        axes.plot(w1, w2, **OUTLINE)
        axes.plot(w1, w2, marker=marker, color=color, linestyle="-", linewidth=1.8, markersize=6,
                  markeredgecolor="white", markeredgewidth=0.4, label=name)
        axes.plot(w1[:1], w2[:1], marker=marker, color="white", markersize=10,
                  markeredgecolor="black", zorder=4)
    for minimum in landscape.minima:
        axes.plot(*minimum, "*", color="white", markersize=19, markeredgecolor="black", zorder=5)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=landscape.limits, ylim=landscape.limits)
    if paths:
        axes.legend(loc="lower left", frameon=True, facecolor="white", framealpha=0.9)
    return axes


def plot_surface(landscape, paths, azimuth=-100, axes=None):
    """Draw the same as `plot_landscape` as a surface in space; return Axes.

    `azimuth` turns it, in degrees. `axes` must have been made with `projection="3d"`.
    """
    axes = axes or plt.subplots(figsize=(6, 5), subplot_kw={"projection": "3d"})[1]
    axes.computed_zorder = False  # else the surface hides the paths that lie on it
    grid = np.meshgrid(*[0.92 * np.linspace(*landscape.limits, 81)] * 2)
    axes.plot_surface(*grid, landscape.function(*grid), cmap="cividis", rstride=2, cstride=2,
                      alpha=0.85, edgecolor="white", linewidth=0.25, zorder=1)
    for (name, path), (color, marker) in zip(paths.items(), PATH_LOOKS, strict=False):
        w1, w2 = np.transpose(path)
        axes.plot(w1, w2, landscape.function(w1, w2), **OUTLINE, zorder=10)
        axes.plot(w1, w2, landscape.function(w1, w2), marker=marker, linestyle="-", color=color,
                  label=name, markeredgecolor="white", markeredgewidth=0.4, markersize=6,
                  linewidth=1.8, zorder=10)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xticks=(), yticks=(), zticks=())
    axes.set_zlabel("loss", labelpad=-12)
    axes.view_init(elev=42, azim=azimuth)
    return axes


def plot_surface_and_contours(landscape, paths):
    """Draw `plot_surface` and beside it `plot_landscape`; return both Axes."""
    figure = plt.figure(figsize=(12, 4.8))
    surface = figure.add_subplot(1, 2, 1, projection="3d")
    contours = figure.add_subplot(1, 2, 2)
    return np.array([plot_surface(landscape, paths, axes=surface),
                     plot_landscape(landscape, paths, axes=contours)])


def plot_chain_rule(x=2.0, w=1.0, w_0=-2.0, y=1.0, backward=True, axes=None):
    """Draw the chain rule on a sigmoid neuron with a squared error, all numbers computed.

    Above each quantity stands its value, below it the gradient of the loss, on the arrows the
    slopes. Without `backward` there are only values, and what is computed. Return Axes.
    """
    z = w_0 + x * w
    prediction = 1 / (1 + np.exp(-z))
    slope, blame = prediction * (1 - prediction), 2 * (prediction - y)
    delta = blame * slope
    numbers = {"$w$": (w, delta * x), "$w_0$": (w_0, delta), "$z$": (z, delta),
               r"$\hat{y}$": (prediction, blame), "$L$": ((prediction - y) ** 2, 1)}
    places = ((0, 0), (0, 1), (1.3, 0.5), (2.6, 0.5), (3.9, 0.5))
    nodes = {name: (*place, *map(_write, pair))
             for place, (name, pair) in zip(places, numbers.items(), strict=True)}
    edges = [("$w$", "$z$", f"$x =$ {_write(x)}"), ("$w_0$", "$z$", "1"),
             ("$z$", r"$\hat{y}$", f"$g'(z) =$ {_write(slope)}"),
             (r"$\hat{y}$", "$L$", rf"$2(\hat{{y}} - y) =$ {_write(blame)}")]
    if not backward:
        nodes = {name: (*node[:3], "") for name, node in nodes.items()}
        names = (edges[0][2], "1", "sigmoid", r"$(\hat{y} - y)^2$")
        edges = [(*edge[:2], name) for edge, name in zip(edges, names, strict=True)]
    return plot_computation(nodes, edges, axes or plt.subplots(figsize=(9.5, 3.8))[1])


def plot_reuse(x=3.0, axes=None):
    """Draw y = x · x + x as a graph: three ways lead to x, and their gradients add up; return Axes.

    Above each quantity stands its value, below it the gradient of y.
    """
    number = _write(x)
    total = f"{number} + {number} + 1 = {_write(2 * x + 1)}"
    nodes = {"$x$": (0, 0.5, number, total), r"$x \cdot x$": (1.5, 0, _write(x * x), "1"),
             "$y$": (3, 0.5, _write(x * x + x), "1")}
    edges = [("$x$", r"$x \cdot x$", f"{number} and {number}"), (r"$x \cdot x$", "$y$", "1"),
             ("$x$", "$y$", "1")]
    return plot_computation(nodes, edges, axes or plt.subplots(figsize=(8, 3.4))[1])


def _write(number):
    return f"{number:.3g}".replace("-", "−")


def plot_computation(nodes, edges, axes=None):
    """Draw a computation as a graph: values flow to the right, gradients to the left; return Axes.

    nodes: {name: (column, row, value, gradient)}; value and gradient are texts, "" for none.
    edges: [(name, name, slope)], the slope a text beside the arrow.
    """
    columns, rows, *_ = np.array([node[:2] for node in nodes.values()], dtype=float).T
    size = (1.9 * (np.ptp(columns) + 1), 1.75 * (np.ptp(rows) + 1) + 0.3)
    axes = axes or plt.subplots(figsize=size)[1]
    boxes = {}
    for name, (column, row, value, gradient) in nodes.items():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black"}
        boxes[name] = axes.text(column, -row, name, ha="center", va="center", fontsize=15, bbox=box)
        _write_beside(axes, column, -row, value, 27, CLASS_COLORS[1])
        _write_beside(axes, column, -row, gradient, -27, "#A84A00")
    for start, end, slope in edges:
        arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.4, "shrinkA": 1,
                 "shrinkB": 1, "patchA": boxes[start].get_bbox_patch(),
                 "patchB": boxes[end].get_bbox_patch()}
        first, last = boxes[start].get_position(), boxes[end].get_position()
        axes.annotate("", last, first, arrowprops=arrow)
        axes.text(*np.mean([first, last], axis=0), slope, fontsize=13, ha="center", va="center",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
    axes.set(xlim=(columns.min() - 0.5, columns.max() + 0.5),
             ylim=(-rows.max() - 0.55, -rows.min() + 0.55))
    axes.set_axis_off()
    return axes


def _write_beside(axes, x, y, text, points, color):
    """Write a text so many points above (or, negative, below) a place."""
    axes.annotate(text, (x, y), xytext=(0, points), textcoords="offset points", ha="center",
                  va="bottom" if points > 0 else "top", fontsize=13, color=color, weight="bold")


def plot_losses(losses, x=None, xlabel="step", axes=None):
    """Draw `losses`, {name: one value a step}, on a logarithmic scale; return Axes.

    `x` maps each name to its places on the x axis; without it the steps are counted from 0.
    """
    axes = axes or plt.subplots(figsize=(7, 4))[1]
    for name, values in losses.items():
        places = range(len(values)) if x is None else x[name]
        axes.plot(places, np.maximum(values, SMALLEST_LOSS), label=name, linewidth=1.8)
    axes.set(xlabel=xlabel, ylabel="loss (logarithmic)", yscale="log")
    axes.grid(axis="y")
    axes.legend()
    return axes


def plot_gradient_sizes(sizes, axes=None):
    """Draw the size of the deltas of each layer, {name: one value a layer}; return Axes.

    Layers count from 1, the first after the inputs; the scale is logarithmic.
    """
    axes = axes or plt.subplots(figsize=(6, 4))[1]
    for (name, values), (_, marker) in zip(sizes.items(), PATH_LOOKS, strict=False):
        axes.plot(range(1, len(values) + 1), values, marker=marker, markersize=6, label=name)
    axes.set(xlabel="layer (1 is next to the inputs)", ylabel="size of the deltas", yscale="log")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(sizes), columnspacing=1.2)
    return axes


def plot_batch_sizes(batch_sizes, noise, microseconds):
    """Draw, over the batch size, the error of the gradient and the time an example takes.

    The error is compared with one over the square root of the size. All scales are logarithmic.
    Return an array of two Axes.
    """
    _, row = plt.subplots(1, 2, figsize=(11.5, 4))
    expected = noise[0] * np.sqrt(batch_sizes[0] / np.asarray(batch_sizes))
    row[0].plot(batch_sizes, noise, "o", label="measured")
    row[0].plot(batch_sizes, expected, color="#666666", linestyle="--", label="∝ 1 / √examples")
    row[0].legend()
    row[1].plot(batch_sizes, microseconds, "o")
    for axes, label in zip(row, ("relative error of the gradient", "microseconds an example"),
                           strict=True):
        axes.set(xscale="log", yscale="log", xlabel="examples in a mini-batch", ylabel=label)
        axes.set_xticks(batch_sizes, [f"{size}" for size in batch_sizes])
        axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(axis="y")
    return row
