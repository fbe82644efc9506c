"""Figures of the playground's runs: what a network answers where, and how large its weights are."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from .common import CLASS_COLORS, CLASS_MARKERS

EDGE = 6  # the playground shows x1 and x2 from −6 to 6


def plot_answers(predict, points=(), labels=(), resolution=121, axes=None):
    """Shade where a network answers class 1 and draw the border, with points on it; return Axes.

    `predict` takes points of shape (n, 2) and returns n probabilities of class 1; `labels` are
    0 or 1, one a point.
    """
    axes = axes or plt.subplots(figsize=(4.5, 4.5))[1]
    places = np.linspace(-EDGE, EDGE, resolution)
    x1, x2 = np.meshgrid(places, places)
    answers = np.asarray(predict(np.column_stack([x1.ravel(), x2.ravel()]))).reshape(x1.shape)
    shades = [*(color + "55" for color in CLASS_COLORS)]  # with transparency
    axes.contourf(x1, x2, answers >= 0.5, levels=[-0.5, 0.5, 1.5], colors=shades)
    if answers.min() < 0.5 <= answers.max():
        axes.contour(x1, x2, answers, levels=[0.5], colors="black", linewidths=1.5)
    points, labels = np.reshape(points, (-1, 2)), np.asarray(labels)
    size = 90 if len(points) <= 40 else 16
    for label, color, marker in zip((0, 1), CLASS_COLORS, CLASS_MARKERS, strict=True):
        axes.scatter(*points[labels == label].T, s=size, color=color, marker=marker,
                     edgecolor="black", linewidth=0.5, zorder=3)
    axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), aspect="equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xticks=(-5, 0, 5), yticks=(-5, 0, 5))
    return axes


def plot_answers_table(runs, axes=None):
    """Draw what each network answers as small maps over x1 and x2, one row a name; return Axes.

    `runs` is {name: [(predict, title), …]}, with as many networks in each row; `predict` is as in
    `plot_answers`, the title stands above its map.

    Raises:
        ValueError: the rows have different lengths.
    """
    count, pixels, gap = len(next(iter(runs.values()))), 61, 17
    if any(len(row) != count for row in runs.values()):
        raise ValueError(f"expected {count} networks in each row, as in the first.")
    axes = axes or plt.subplots(figsize=(1.35 * count + 1.1, 1.37 * len(runs)))[1]
    places = np.linspace(-EDGE, EDGE, pixels)
    points = np.stack(np.meshgrid(places, -places), axis=-1).reshape(-1, 2)
    size = pixels + gap
    table = np.full((len(runs) * size, count * size - gap), np.nan)
    for number, row in enumerate(runs.values()):
        top = number * size + gap
        for column, (predict, title) in enumerate(row):
            answers = np.reshape(predict(points), (pixels, pixels)) >= 0.5
            table[top : top + pixels, column * size : column * size + pixels] = answers
            axes.text(column * size + pixels / 2, top - 2, title, ha="center", va="bottom",
                      fontsize=13)
    shades = [*(color + "77" for color in CLASS_COLORS)]  # with transparency
    axes.imshow(table, cmap=ListedColormap(shades), vmin=0, vmax=1)
    axes.set_yticks([number * size + gap + pixels / 2 for number in range(len(runs))], runs)
    axes.tick_params(length=0)
    axes.set_xticks(())
    axes.spines[:].set_visible(False)
    axes.set_anchor("E")  # room that the maps leave is on the side of the names
    return axes


def plot_weight_sizes(weights, axes=None):
    """Draw the sizes of weights, largest first: {name: array of weights}; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.8))[1]
    for (name, values), marker in zip(weights.items(), "osD^v", strict=False):
        sizes = np.sort(np.abs(np.ravel(values)))[::-1]
        axes.plot(np.arange(1, len(sizes) + 1), sizes, marker=marker, markersize=5, label=name)
    axes.set(xlabel="weights, largest first", ylabel="size of the weight", ylim=(0, None))
    axes.legend()
    return axes
