"""Figures of every kind of lesson: pictures, points, lines, curves, bars."""

from itertools import pairwise, product

import matplotlib.pyplot as plt
import numpy as np

# Class 0 and class 1, everywhere: a colour, a marker and a name, so that colour is never alone.
CLASS_COLORS = ("#D55E00", "#0072B2")


CLASS_MARKERS = ("o", "s")


def plot_images(images, titles=None, columns=10, axes=None):
    """Draw grey pictures, shape (n, height, width), dark ink on white; return an array of Axes.

    `titles` are n short texts above the pictures; `axes` are at least n Axes.

    Raises:
        ValueError: `images` has another shape, or `titles` another length.
    """
    images = np.asarray(images)
    if images.ndim != 3 or not len(images):
        raise ValueError(f"expected images of shape (n, height, width), got {images.shape}.")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"expected {len(images)} titles, one a picture, got {len(titles)}.")
    if axes is None:
        columns = min(columns, len(images))
        rows = -(-len(images) // columns)
        size = (0.9 * columns, (1.15 if titles is not None else 0.95) * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = np.asarray(axes).ravel()
    for index, ax in enumerate(axes):
        ax.set_axis_off()
        if index < len(images):
            ax.imshow(images[index], cmap="gray_r", vmin=0, vmax=max(images.max(), 1e-9))
            if titles is not None:
                ax.set_title(titles[index], fontsize=13, loc="center", pad=4)
    return axes


def plot_points(points, labels, names=("class 0", "class 1"), axes=None):
    """Draw points of two classes, shape (n, 2) with `labels` 0 or 1; return Axes.

    Raises:
        ValueError: the shapes do not fit or a label is neither 0 nor 1.
    """
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != (len(points),):
        shapes = f"{points.shape} and {labels.shape}"
        raise ValueError(f"expected points of shape (n, 2) and n labels, got {shapes}.")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"expected labels 0 and 1, got {sorted(set(labels.tolist()))}.")
    axes = axes or plt.subplots(figsize=(5.5, 5))[1]
    for label in (0, 1):
        x1, x2 = points[labels == label].T
        axes.scatter(x1, x2, s=110, color=CLASS_COLORS[label], marker=CLASS_MARKERS[label],
                     edgecolor="black", label=names[label], zorder=3)
    axes.set(xlabel="$x_1$", ylabel="$x_2$")
    return axes


def plot_line(weights, bias, axes, **style):
    """Draw where `weights[0]·x1 + weights[1]·x2 + bias` is 0 within the limits of `axes`.

    Shade the side where it is not negative, where a neuron with a step fires. With both weights 0
    there is no line, and all or nothing is shaded. Further arguments are Matplotlib's for the
    line. Return Axes.
    """
    weight_1, weight_2 = np.asarray(weights, dtype=float)
    x_limits, y_limits = axes.get_xlim(), axes.get_ylim()
    x1, x2 = np.meshgrid(np.linspace(*x_limits, 201), np.linspace(*y_limits, 201))
    score = weight_1 * x1 + weight_2 * x2 + bias
    if score.min() < 0 < score.max():
        axes.contour(x1, x2, score, levels=[0], colors=style.pop("color", "black"), **style)
    if score.max() >= 0:
        side = {"colors": [CLASS_COLORS[1]], "alpha": 0.12}
        axes.contourf(x1, x2, score >= 0, levels=[0.5, 1.5], **side)
    axes.set(xlim=x_limits, ylim=y_limits)
    return axes


def plot_probabilities(probabilities, names=None, axes=None):
    """Draw one bar per class, the largest one dark and with its value; return Axes.

    Raises:
        ValueError: `probabilities` is not one row of numbers between 0 and 1.
    """
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.ndim != 1 or not ((probabilities >= 0) & (probabilities <= 1)).all():
        shape = probabilities.shape
        raise ValueError(f"expected one row of numbers between 0 and 1, got shape {shape}.")
    axes = axes or plt.subplots(figsize=(7, 3))[1]
    best = int(probabilities.argmax())
    names = [str(index) for index in range(len(probabilities))] if names is None else names
    colors = ["#9BB8CC"] * len(probabilities)
    colors[best] = CLASS_COLORS[1]
    axes.bar(names, probabilities, color=colors)
    axes.annotate(f"{probabilities[best]:.0%}", (best, probabilities[best]), ha="center",
                  va="bottom", xytext=(0, 2), textcoords="offset points")
    axes.set(ylim=(0, 1.12), yticks=(0, 0.5, 1), xlabel="class", ylabel="probability")
    return axes


def plot_curves(x, curves, axes=None):
    """Draw `curves`, {name: values at `x`}, each in its own colour and line style; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.6))[1]
    for name, values in curves.items():
        axes.plot(x, values, label=name)
    axes.legend()
    return axes


def plot_network(units, names=None, axes=None):
    """Draw a feed-forward network, one column of circles a layer; return Axes.

    `units` are the numbers of units of the layers, inputs first; `names` are one text a layer.

    Raises:
        ValueError: fewer than two layers, or another number of names.
    """
    if len(units) < 2 or (names is not None and len(names) != len(units)):
        raise ValueError(f"expected two layers or more, one name a layer; got {units}, {names}.")
    axes = axes or plt.subplots(figsize=(1.9 * len(units) + 0.5, 4))[1]
    half, last = max(units) / 2, len(units) - 1
    columns = [[(layer, (count - 1) / 2 - row) for row in range(count)]
               for layer, count in enumerate(units)]
    for left, right in pairwise(columns):
        for (x1, y1), (x2, y2) in product(left, right):
            axes.plot((x1, x2), (y1, y2), "-", color="#999999", linewidth=0.8, zorder=1)
    for layer, column in enumerate(columns):
        color = {0: "white", last: "#CFE3F1"}.get(layer, "#F9D9C7")
        axes.scatter(*zip(*column, strict=True), s=260, color=color, edgecolor="black", zorder=2)
        if names is not None:
            axes.text(layer, -half - 0.25, names[layer], ha="center", va="top", fontsize=13)
    axes.set(xlim=(-0.45, last + 0.45), ylim=(-half - (1.3 if names else 0.2), half + 0.2))
    axes.set_axis_off()
    return axes


def plot_weights(weights, columns=8, axes=None):
    """Draw weights, shape (n, height, width), one picture a unit; return an array of Axes.

    Purple where ink speaks for the unit, orange where it speaks against it, white where it does
    not matter. Each picture has its own scale.

    Raises:
        ValueError: `weights` has another shape.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 3 or not len(weights):
        raise ValueError(f"expected weights of shape (n, height, width), got {weights.shape}.")
    if axes is None:
        columns = min(columns, len(weights))
        rows = -(-len(weights) // columns)
        size = (1.1 * columns, 1.15 * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = np.asarray(axes).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, picture in zip(axes, weights, strict=False):
        largest = max(np.abs(picture).max(), 1e-9)
        ax.imshow(picture, cmap="PuOr", vmin=-largest, vmax=largest)
    return axes


def plot_learning_curves(sizes, accuracies, axes=None):
    """Draw `accuracies`, {name: one value a size}, over the number of examples; return Axes."""
    axes = axes or plt.subplots(figsize=(9, 4.8))[1]
    for (name, values), marker in zip(accuracies.items(), "osD^vP", strict=False):
        axes.plot(sizes, values, marker=marker, label=name)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set(xlabel="training examples (logarithmic)", ylabel="accuracy on other digits")
    axes.grid(axis="y")
    axes.legend(loc="lower right")
    return axes
