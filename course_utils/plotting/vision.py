"""Figures of convolutional networks: what their layers hold, where they look, how deep they are."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS, CLASS_MARKERS, plot_images

INPUT_COLOR, MAP_COLOR, VECTOR_COLOR = "#FFFFFF", "#CFE3F1", "#F9D9C7"


def plot_volumes(shapes, axes=None):
    """Draw the outputs of layers, [(name, (height, width, channels)), …], as blocks; return Axes.

    A block is as high as its maps, and the deeper the more channels there are (by the logarithm);
    outputs of one axis, (units,), are tall and thin. The shape stands below, the name above.

    Raises:
        ValueError: a shape has neither one number nor three.
    """
    axes = axes or plt.subplots(figsize=(min(13, 1.75 * len(shapes) + 0.6), 3.6))[1]
    left, tallest = 0.0, max(shape[0] for _, shape in shapes if len(shape) == 3)
    for name, shape in shapes:
        if len(shape) not in (1, 3):
            raise ValueError(f"expected (height, width, channels) or (units,), got {shape}.")
        maps = len(shape) == 3
        height = shape[0] / tallest if maps else 0.2 + 0.08 * np.log2(shape[0])
        sheets = 1 + int(np.log2(shape[-1])) if maps else 1
        width = 0.75 * height if maps else 0.1
        color = INPUT_COLOR if not left else MAP_COLOR if maps else VECTOR_COLOR
        for sheet in range(sheets):
            corner = left + 0.06 * sheet, -height / 2 - 0.04 * sheet
            axes.add_patch(patches.Rectangle(corner, width, height, facecolor=color,
                                             edgecolor="black", linewidth=1))
        middle = left + width / 2 + 0.03 * sheets
        axes.text(middle, 0.62, name, ha="center", va="bottom", fontsize=12)
        axes.text(middle, -0.86, " × ".join(map(str, shape)), ha="center", va="top", fontsize=12)
        left += max(width + 0.06 * sheets, 0.72) + 0.42
    axes.set(xlim=(-0.3, left), ylim=(-1.1, 1.05))
    axes.set_axis_off()
    return axes


def plot_overlays(images, maps, titles=None, columns=6):
    """Draw pictures, shape (n, h, w), each under its map (n, rows, columns); return Axes.

    A map may be coarser than its picture; it is stretched over it. The larger its value, the
    stronger the orange; each map has its own scale.

    Raises:
        ValueError: there is not one map for each picture.
    """
    images, maps = np.asarray(images), np.asarray(maps, dtype=float)
    if len(images) != len(maps):
        raise ValueError(f"expected one map a picture, got {len(images)} and {len(maps)}.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    _, grid = plt.subplots(rows, columns, figsize=(1.75 * columns, 2.0 * rows), squeeze=False)
    axes = plot_images(images, titles, axes=grid)
    for ax, picture, values in zip(axes, images, maps, strict=False):
        height, width = picture.shape
        largest = max(values.max(), 1e-9)
        ax.imshow(np.clip(values, 0, None), cmap="Oranges", vmin=0, vmax=largest, alpha=0.6,
                  extent=(-0.5, width - 0.5, height - 0.5, -0.5), interpolation="bilinear")
    return axes


def plot_top_losses(images, labels, probabilities, number=10, names=None):
    """Draw the examples with the largest losses, the worst first; return an array of Axes.

    `images` have the shape (n, h, w), `labels` (n,), `probabilities` (n, classes). Above each stand
    the answer, the truth and the probability that the truth was given.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    given = probabilities[np.arange(len(labels)), labels]
    worst = np.argsort(given, kind="stable")[:number]
    names = range(probabilities.shape[1]) if names is None else names
    titles = [f"{names[probabilities[i].argmax()]}, truly {names[labels[i]]}\n{given[i]:.1%}"
              for i in worst]
    columns = min(5, len(worst))
    rows = -(-len(worst) // columns)
    _, grid = plt.subplots(rows, columns, figsize=(1.9 * columns, 2.15 * rows), squeeze=False)
    return plot_images(np.asarray(images)[worst], titles, axes=grid)


def plot_photographs(pictures, titles, columns=6):
    """Draw n colour pictures, shape (n, rows, columns, 3), with their titles; return Axes."""
    rows = -(-len(pictures) // columns)
    _, grid = plt.subplots(rows, columns, figsize=(1.6 * columns, 1.85 * rows), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, title in zip(grid.flat, pictures, titles, strict=False):
        axes.imshow(picture)
        axes.set_title(title, fontsize=13, loc="center", pad=4)
    return grid.ravel()[: len(pictures)]


def plot_preparation(photograph, pictures, titles):
    """Draw a photograph in colour, then n grey pictures made of it; return their Axes."""
    count = 1 + len(pictures)
    _, row = plt.subplots(1, count, figsize=(2.7 * count, 3.5))
    row[0].imshow(photograph)
    row[0].set_title("photograph\n", fontsize=13, loc="center", pad=4)
    row[0].set_axis_off()
    for axes, picture, title in zip(row[1:], pictures, titles, strict=True):
        plot_images(np.asarray(picture)[np.newaxis], [title], axes=[axes])
    return row


def plot_block(shortcut=True, layers=("3 × 3 conv", "norm, ReLU", "3 × 3 conv", "norm"), axes=None):
    """Draw a block of layers, with a shortcut around it or plain; return Axes."""
    axes = axes or plt.subplots(figsize=(10.5, 2.5))[1]
    names = ["x", *layers, *(["+"] if shortcut else []), "ReLU"]
    places = np.arange(len(names)) * 1.5
    boxes = []
    for name, place in zip(names, places, strict=True):
        style = "circle,pad=0.3" if name == "+" else "round,pad=0.45"
        color = VECTOR_COLOR if name == "+" else "white" if name == "x" else MAP_COLOR
        box = {"boxstyle": style, "facecolor": color, "edgecolor": "black"}
        boxes.append(axes.text(place, 0, name, ha="center", va="center", fontsize=13, bbox=box))
    arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.5, "shrinkA": 1, "shrinkB": 1}
    for start, end in pairwise(boxes):
        ends = {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
        axes.annotate("", end.get_position(), start.get_position(), arrowprops=arrow | ends)
    if shortcut:
        bend = {"connectionstyle": "arc3,rad=-0.28", "color": CLASS_COLORS[0], "linewidth": 2.5}
        ends = {"patchA": boxes[0].get_bbox_patch(), "patchB": boxes[-2].get_bbox_patch()}
        axes.annotate("", (places[-2], 0), (places[0], 0), arrowprops=arrow | bend | ends)
        axes.text(places[-2] / 2, 1.32, "shortcut: x as it is", ha="center", fontsize=13)
        axes.text(places[2], -0.62, "F(x), the residual", ha="center", va="top", fontsize=13)
    axes.set(xlim=(-0.6, places[-1] + 0.7), ylim=(-1.0, 1.7 if shortcut else 0.7))
    axes.set_axis_off()
    return axes


def plot_depths(networks, axes=None):
    """Draw networks, {name: (layers, parameters, group)}, by depth and parameters; return Axes.

    Both scales are logarithmic; each group has its own marker and colour.
    """
    axes = axes or plt.subplots(figsize=(9, 4.6))[1]
    groups = list(dict.fromkeys(group for _, _, group in networks.values()))
    for group, marker, color in zip(groups, (*CLASS_MARKERS, "^", "D"),
                                    (*CLASS_COLORS, "#009E73", "#000000"), strict=False):
        members = {name: (x, y) for name, (x, y, other) in networks.items() if other == group}
        axes.plot(*zip(*members.values(), strict=True), marker, color=color, label=group)
        for number, (name, place) in enumerate(members.items()):  # by turns above and below
            axes.annotate(name, place, xytext=(0, -22 if number % 2 else 11), ha="center",
                          textcoords="offset points", fontsize=12)
    axes.set(xscale="log", yscale="log", xlabel="layers with weights (logarithmic)",
             ylabel="parameters (logarithmic)")
    ticks = [2, 5, 10, 20, 50, 100]
    axes.set_xticks(ticks, ticks)
    axes.minorticks_off()
    axes.set(xlim=(1.4, 230), ylim=(1e4, 1e9))
    axes.grid()
    axes.legend(loc="lower right")
    return axes
