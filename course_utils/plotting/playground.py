"""Figures of the playground's runs: what a network answers where, and how large its weights are."""

import matplotlib.pyplot as plt
import numpy as np

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
    for label, color, marker in zip((0, 1), CLASS_COLORS, CLASS_MARKERS, strict=True):
        axes.scatter(*points[labels == label].T, s=16, color=color, marker=marker,
                     edgecolor="black", linewidth=0.5, zorder=3)
    axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), aspect="equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xticks=(-5, 0, 5), yticks=(-5, 0, 5))
    return axes


def plot_answers_table(runs, axes):
    """Draw what each network answers, one row a name of `runs`; return the array of `axes`.

    `runs` is {name: [(predict, title), …]}, `axes` an array of Axes with as many rows and columns;
    a row's name stands on its left.
    """
    axes = np.asarray(axes)
    for (name, row), row_axes in zip(runs.items(), axes, strict=True):
        for (predict, title), ax in zip(row, row_axes, strict=True):
            plot_answers(predict, resolution=61, axes=ax)
            ax.set(xticks=(), yticks=(), xlabel="", ylabel="")
            ax.set_title(title, fontsize=12, loc="center", pad=3)
        row_axes[0].set_ylabel(name, fontsize=13)
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
