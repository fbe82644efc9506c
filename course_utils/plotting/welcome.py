"""Figures of the welcome: history, fields, squared errors, features, kinds of networks."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS, plot_network


def plot_timeline(events, axes=None, kinds=None):
    """Draw `events`, a list of (year, label, kind), from top to bottom; return Axes.

    Each kind has a colour and a marker of its own, named in the legend. `kinds` fixes their order,
    so that parts of one timeline agree.

    Raises:
        ValueError: there is no event.
    """
    if not events:
        raise ValueError("expected at least one event (year, label, kind), got none.")
    axes = axes or plt.subplots(figsize=(10, 0.36 * len(events) + 1))[1]
    found = list(dict.fromkeys(kind for _, _, kind in events))
    kinds = found if kinds is None else list(kinds)
    markers = dict(zip(kinds, "osD^vPX*", strict=False))
    colors = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    axes.axvline(0, color="#999999", linewidth=2, zorder=0)
    for row, (year, label, kind) in enumerate(sorted(events)):
        color = colors[kinds.index(kind) % len(colors)]
        axes.scatter(0, row, s=130, color=color, marker=markers[kind], zorder=2)
        axes.annotate(f"{year}", (-0.025, row), ha="right", va="center", weight="bold")
        axes.annotate(label, (0.025, row), ha="left", va="center")
    for kind in filter(found.__contains__, kinds):
        axes.scatter([], [], s=90, color=colors[kinds.index(kind) % len(colors)],
                     marker=markers[kind], label=kind)
    axes.set(xlim=(-0.12, 1), ylim=(len(events) - 0.4, -0.6))
    axes.set_axis_off()
    axes.legend(loc="lower right")
    return axes


def plot_nested_fields(axes=None):
    """Draw deep learning inside machine learning inside artificial intelligence; return Axes."""
    axes = axes or plt.subplots(figsize=(9, 5))[1]
    fields = (
        (10, 6, 5.2, "#EEEEEE", "Artificial intelligence", "a chess program with fixed rules"),
        (7.6, 4.2, 3.4, "#CFE3F1", "Machine learning", "a spam filter that counts words"),
        (5.2, 2.4, 1.35, "#F9D9C7", "Deep learning", "a digit reader made of layers"),
    )
    for width, height, top, color, name, example in fields:
        place = {"xy": (0, height / 2), "width": width, "height": height}
        axes.add_patch(patches.Ellipse(**place, facecolor=color, edgecolor="black"))
        axes.text(0, top, name, ha="center", weight="bold", fontsize=16)
        axes.text(0, top - 0.42, example, ha="center", fontsize=13)
    axes.set(xlim=(-5.1, 5.1), ylim=(-0.1, 6.1))
    axes.set_axis_off()
    return axes


def plot_squared_errors(targets, predictions, axes=None):
    """Draw n targets, n predictions and each error's square as a square; return Axes.

    Raises:
        ValueError: the two do not have the same shape (n,).
    """
    targets, predictions = np.asarray(targets, float), np.asarray(predictions, float)
    if targets.ndim != 1 or targets.shape != predictions.shape:
        raise ValueError(f"expected two rows of n, got {targets.shape} and {predictions.shape}.")
    axes = axes or plt.subplots(figsize=(9, 4))[1]
    errors = targets - predictions
    places = np.cumsum(np.abs(errors) + 1.5) - np.abs(errors)
    for x, target, prediction, error in zip(places, targets, predictions, errors, strict=True):
        side, top = abs(error), max(target, prediction)
        corner = (x, min(target, prediction))
        style = {"facecolor": "#FBE7B5", "edgecolor": "black"}
        axes.add_patch(patches.Rectangle(corner, side, side, **style))
        signed = f"{error:g}".replace("-", "−")
        axes.annotate(f"({signed})² = {error**2:g}", (x + side / 2, top), xytext=(0, 9),
                      textcoords="offset points", ha="center", va="bottom")
    dots = {"s": 110, "edgecolor": "black", "zorder": 3}
    axes.scatter(places, targets, color=CLASS_COLORS[1], marker="s", label="target", **dots)
    axes.scatter(places, predictions, color=CLASS_COLORS[0], label="prediction", **dots)
    axes.set(aspect="equal", xticks=places, xticklabels=range(1, len(places) + 1),
             xlabel="example", ylabel="value")
    axes.margins(0.15)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def plot_hype_cycle(axes=None):
    """Draw expectations over time as the consultancy Gartner tells the story; return Axes."""
    axes = axes or plt.subplots(figsize=(10, 4.6))[1]
    time = np.linspace(0, 10, 400)
    hype = 1.9 * np.exp(-((time - 2.2) ** 2) / 0.9)
    expectations = hype + 1.15 / (1 + np.exp(-1.3 * (time - 6.3)))
    axes.plot(time, expectations, color=CLASS_COLORS[1])
    phases = (
        (0.2, 0.6, "trigger"), (2.2, 2.05, "peak of inflated\nexpectations"),
        (4.4, 0.3, "trough of\ndisillusionment"), (6.0, 1.0, "slope of\nenlightenment"),
        (9.0, 1.3, "plateau of\nproductivity"),
    )
    for x, y, name in phases:
        axes.text(x, y, name, ha="center", va="bottom")
    spot = (2.5, np.interp(2.5, time, expectations))
    axes.scatter(*spot, s=130, color=CLASS_COLORS[0], edgecolor="black", zorder=3)
    axes.annotate("deep learning\nin August 2018", spot, xytext=(3.5, 1.6),
                  arrowprops={"arrowstyle": "-"})
    axes.set(xlabel="time", ylabel="expectations", xticks=[], yticks=[], ylim=(0, 2.7))
    return axes


def plot_feature_levels(axes=None):
    """Draw strokes, the parts made of them, and the face made of these; return three Axes."""
    if axes is None:
        _, axes = plt.subplots(1, 3, figsize=(10, 4))
    turn = np.linspace(0, 2 * np.pi, 60)
    x, y = np.cos(turn), np.sin(turn)
    eye = [(x, 0.5 * y), (0.25 * x, 0.25 * y)]
    nose = [([0.1, -0.35, 0.3], [0.9, -0.6, -0.6])]
    mouth = [(0.9 * x[32:58], 0.5 * y[32:58])]
    ear = [(0.45 * x[10:50], y[10:50]), (0.2 * x[12:48], 0.5 * y[12:48])]
    other_ear = [(-np.asarray(across), up) for across, up in ear]
    strokes = (
        ([([-0.5, 0.5], [-0.8, 0.8])], (-2, 1.6), 1), ([([-0.5, 0.5], [0.8, -0.8])], (0, 1.6), 1),
        ([([0, 0], [-0.9, 0.9])], (2, 1.6), 1), ([([-0.8, 0.8], [0, 0])], (-2, -1.2), 1),
        ([(0.8 * x[:31], 0.8 * y[:31])], (0, -1.6), 1),
        ([(0.8 * x[15:46], 0.8 * y[15:46])], (2.2, -1.2), 1),
    )
    parts = ((eye, (-1.6, 1.5), 1), (ear, (1.8, 1.5), 1), (nose, (-1.6, -1.4), 1),
             (mouth, (1.6, -1.2), 1))
    face = (([(x, y)], (0, 0), 2.6), (eye, (-1, 0.8), 0.6), (eye, (1, 0.8), 0.6),
            (nose, (0, -0.3), 0.7), (mouth, (0, -1.3), 1), (ear, (-2.7, 0.2), 0.7),
            (other_ear, (2.7, 0.2), 0.7))
    titles = ("low: lines and edges", "mid: eye, ear, nose, mouth", "high: a face")
    for ax, shapes, title in zip(axes, (strokes, parts, face), titles, strict=True):
        for lines, (left, up), scale in shapes:
            for across, along in lines:
                ax.plot(left + scale * np.asarray(across), up + scale * np.asarray(along),
                        color="black", linestyle="-", linewidth=3)
        ax.set(xlim=(-3.4, 3.4), ylim=(-3.2, 3.2), aspect="equal")
        ax.set_title(title, loc="center", fontsize=14)
        ax.set_axis_off()
    return axes


def plot_network_kinds(axes=None):
    """Draw five kinds of networks as small diagrams; return the five Axes."""
    if axes is None:
        _, axes = plt.subplots(1, 5, figsize=(14, 4.2))
    kinds = {
        "feed-forward": lambda ax: plot_network((3, 4, 2), axes=ax),
        "convolutional\n(CNN)": _draw_convolution,
        "recurrent\n(RNN)": _draw_recurrence,
        "long short-term\nmemory (LSTM)": lambda ax: _draw_recurrence(ax, memory=True),
        "transformer": _draw_attention,
    }
    for ax, (title, draw) in zip(axes, kinds.items(), strict=True):
        draw(ax)
        ax.set_title(title, loc="center", fontsize=14)
        ax.set_axis_off()
    return axes


def _draw_convolution(axes):
    """Draw a window that slides over a picture; each position gives one pixel of the next."""
    for x, y, cells, color in ((0, 0, 6, "white"), (5, 1, 4, "#F9D9C7"), (8.6, 2, 2, "#CFE3F1")):
        for row, column in product(range(cells), repeat=2):
            corner = (x + 0.7 * column, 0.7 * (y + row))
            style = {"facecolor": color, "edgecolor": "#777777"}
            axes.add_patch(patches.Rectangle(corner, 0.7, 0.7, **style))
    style = {"facecolor": "none", "edgecolor": "black", "linewidth": 3, "zorder": 3}
    axes.add_patch(patches.Rectangle((0.7, 1.4), 2.1, 2.1, **style))
    for y in (1.4, 3.5):
        axes.plot((2.8, 6.05), (y, 2.45), "-", color="black", linewidth=1.2)
    axes.set(xlim=(-0.3, 10.3), ylim=(-3, 7.2))


_THIN_ARROW = {
    "arrowstyle": "-|>", "color": "black", "linewidth": 1.6, "shrinkA": 11, "shrinkB": 11,
}


def _draw_recurrence(axes, memory=False):
    """Draw units that hear their word and the unit before; with `memory`, a line past them all."""
    for step in range(3):
        axes.scatter(step, 1, s=420, color="#F9D9C7", edgecolor="black", marker="s", zorder=2)
        _draw_word(axes, step)
        for start, end in (((step, 0), (step, 1)), ((step, 1), (step, 2))):
            axes.annotate("", end, start, arrowprops=_THIN_ARROW)
        if step:
            axes.annotate("", (step, 1), (step - 1, 1), arrowprops=_THIN_ARROW)
    if memory:
        axes.plot((-0.5, 2.5), (1.45, 1.45), "-", color=CLASS_COLORS[0], linewidth=4, zorder=1)
        axes.scatter(range(3), [1.45] * 3, s=130, color=CLASS_COLORS[0], marker="X",
                     edgecolor="black", zorder=3)
        axes.text(0.5, 1.55, "memory", ha="center", va="bottom", fontsize=11)
    axes.set(xlim=(-0.6, 2.6), ylim=(-0.8, 2.4))


def _draw_attention(axes):
    """Draw that every word hears every word at once, some louder than others."""
    for step, other in product(range(3), repeat=2):
        width = (5, 1, 2, 1.5, 4, 1, 1, 3.5, 3)[3 * step + other]
        axes.plot((step, other), (0, 2), "-", color=CLASS_COLORS[0], linewidth=width, zorder=1)
    for step in range(3):
        _draw_word(axes, step)
    axes.set(xlim=(-0.6, 2.6), ylim=(-0.8, 2.4))


def _draw_word(axes, step):
    axes.scatter(step, 0, s=260, color="white", edgecolor="black", zorder=2)
    axes.scatter(step, 2, s=260, color="#CFE3F1", edgecolor="black", zorder=2)
    axes.text(step, -0.32, f"word {step + 1}", ha="center", va="top", fontsize=11)
