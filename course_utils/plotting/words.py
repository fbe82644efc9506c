"""Figures of words and texts: their numbers, the angles between them, and where words lie."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS

PURPLE, ORANGE = "#5E3C99", "#C65102"  # for and against, as in the pictures of weights
FAMILY_COLORS = ("#0072B2", "#C65102", "#00795A", "#A3498B", "#000000")
FAMILY_MARKERS = "osD^vPX*<>"


def plot_rows_of_numbers(rows, columns, names=None, axes=None):
    """Draw whole numbers, shape (rows, columns), as a table whose zeros are pale; return Axes.

    `columns` are the texts above the columns, `names` those at the left of the rows.

    Raises:
        ValueError: there is not one text a column.
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.shape[1] != len(columns):
        raise ValueError(f"expected {len(columns)} columns, one a text, got shape {rows.shape}.")
    height, width = rows.shape
    longest = max(map(len, names)) if names else 0
    if axes is None:
        axes = plt.subplots(figsize=(0.95 * width + 0.13 * longest + 0.4, 0.7 * height + 0.9))[1]
    for (row, column), number in np.ndenumerate(rows):
        color = "#CFE3F1" if number else "white"
        axes.add_patch(patches.Rectangle((column, row), 1, 1, facecolor=color, edgecolor="#888888"))
        axes.text(column + 0.5, row + 0.5, str(number), ha="center", va="center", fontsize=15,
                  color="black" if number else "#767676")
    axes.set(xlim=(0, width), ylim=(height, 0), yticks=[])
    axes.set_xticks(np.arange(width) + 0.5, columns)
    axes.set_yticks(np.arange(height) + 0.5, names or [""] * height)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return axes


def plot_angle(first, second, names=("v", "w"), axes=None):
    """Draw two vectors of any dimension in the plane that they span, and their angle; return Axes.

    Raises:
        ValueError: a vector is all zeros, so that there is no angle.
    """
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    if not all(lengths):
        raise ValueError("a vector of zeros points nowhere: it has no angle with another.")
    cosine = np.clip(np.dot(first, second) / np.prod(lengths), -1, 1)
    angle = np.arccos(cosine)
    axes = axes or plt.subplots(figsize=(4.6, 4))[1]
    largest, radius = max(lengths), 0.3 * min(lengths)
    for name, length, turn, color in zip(names, lengths, (0, angle), CLASS_COLORS, strict=True):
        tip = length * np.cos(turn), length * np.sin(turn)
        axes.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "color": color,
                                                   "linewidth": 3, "shrinkA": 0, "shrinkB": 0})
        axes.annotate(name, tip, xytext=(6, 8), textcoords="offset points", color=color)
    turns = np.linspace(0, angle, 50)
    axes.plot(radius * np.cos(turns), radius * np.sin(turns), "-", color="black", linewidth=1.5)
    middle = radius * 1.25 * np.cos(angle / 2), radius * 1.25 * np.sin(angle / 2)
    axes.text(*middle, f"θ = {np.degrees(angle):.0f}°", va="center")
    axes.set(xlim=(min(0, 1.3 * largest * np.cos(angle)) - 0.1 * largest, 1.45 * largest),
             ylim=(-0.15 * largest, 1.2 * largest), aspect="equal")
    axes.set_title(f"cos θ = {cosine:.2f}".replace("-", "−"))
    axes.set_axis_off()
    return axes


def plot_word_arrows(tables, names):
    """Draw words as arrows in three dimensions, one picture a table; return an array of Axes.

    `tables` are {title: vectors, shape (words, 3)}, of numbers from 0 to 1; `names` are the words.
    Dotted lines lead down to the floor.
    """
    _, row = plt.subplots(1, len(tables), figsize=(5.4 * len(tables), 4.6), squeeze=False,
                          subplot_kw={"projection": "3d", "computed_zorder": False})
    for axes, (title, vectors) in zip(row[0], tables.items(), strict=True):
        for end in 1.15 * np.eye(3):
            axes.plot(*zip(np.zeros(3), end, strict=True), "-", color="#888888", linewidth=1)
        for vector, name, color in zip(np.asarray(vectors), names, FAMILY_COLORS, strict=False):
            x, y, z = vector
            axes.quiver(0, 0, 0, x, y, z, color=color, linewidth=3, arrow_length_ratio=0.12)
            axes.plot((x, x), (y, y), (0, z), ":", color=color, linewidth=1.5)
            axes.plot((0, x), (0, y), (0, 0), ":", color=color, linewidth=1.5)
            axes.text(x, y, z + 0.07, name, color=color, fontsize=14, ha="center", weight="bold")
        axes.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 1), title=title,
                 xticks=(0, 1), yticks=(0, 1), zticks=(0, 1))
        axes.tick_params(labelleft=False, labelbottom=False, labelright=False)
        for axis, text in zip((axes.xaxis, axes.yaxis, axes.zaxis), "123", strict=True):
            axis.set_label_text(f"number {text}", fontsize=12)
            axis.labelpad = -10
        axes.view_init(elev=22, azim=-58)
        axes.set_box_aspect(None, zoom=0.95)
    return row[0]


def plot_context(words, centre, window=2, axes=None):
    """Draw a sentence with arrows from one word, by its place, to those near it; return Axes.

    Words within `window` places are its context; the others stay white.

    Raises:
        ValueError: `centre` is no place of the sentence.
    """
    if not 0 <= centre < len(words):
        raise ValueError(f"expected a place from 0 to {len(words) - 1}, got {centre}.")
    axes = axes or plt.subplots(figsize=(1.75 * len(words), 2.2))[1]
    for place, word in enumerate(words):
        near = 0 < abs(place - centre) <= window
        color = "#F9D9C7" if place == centre else "#CFE3F1" if near else "white"
        axes.text(place, 0, word, ha="center", va="center", fontsize=17,
                  weight="bold" if place == centre else "normal",
                  bbox={"boxstyle": "round,pad=0.4", "facecolor": color, "edgecolor": "black"})
        if near:
            bend = 0.35 if place < centre else -0.35
            style = {"arrowstyle": "-|>", "color": CLASS_COLORS[1], "linewidth": 2,
                     "connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (place, 0.42), (centre, 0.42), arrowprops=style)
    axes.set(xlim=(-0.6, len(words) - 0.4), ylim=(-0.6, 1.5))
    axes.set_axis_off()
    return axes


def plot_skip_gram(vocabulary, dimension, centre, context, axes=None):
    """Draw word2vec's net: a one-hot word, its hidden representation, the context; return Axes.

    `vocabulary` are a few words, `centre` and `context` two of them; `dimension` is the number of
    circles in the middle. The connections that the pair uses are dark.
    """
    axes = axes or plt.subplots(figsize=(9.5, 0.55 * len(vocabulary) + 1.3))[1]
    heights = [np.arange(count)[::-1] - (count - 1) / 2
               for count in (len(vocabulary), dimension, len(vocabulary))]
    chosen = vocabulary.index(centre), None, vocabulary.index(context)
    for layer, ends in ((0, chosen[0]), (1, chosen[2])):
        for start, low in enumerate(heights[layer]):
            for stop, high in enumerate(heights[layer + 1]):
                used = ends == (start if layer == 0 else stop)
                axes.plot((layer, layer + 1), (low, high), "-", zorder=2 if used else 1,
                          color=CLASS_COLORS[1] if used else "#D5D5D5",
                          linewidth=2 if used else 0.7)
    for layer, places in enumerate(heights):
        for number, height in enumerate(places):
            on = layer == 1 or number == chosen[layer]
            axes.plot(layer, height, "o", markersize=15, markeredgecolor="black", zorder=3,
                      color=("#F9D9C7", "#CFE3F1", "#F9D9C7")[layer] if on else "white")
            if layer != 1:
                side = -1 if layer == 0 else 1
                axes.text(layer + 0.07 * side, height, vocabulary[number], va="center",
                          ha="right" if layer == 0 else "left", fontsize=14,
                          weight="bold" if on else "normal")
    top = len(vocabulary) / 2 + 0.35
    captions = ("one-hot word", "hidden representation", "proxy task: a context word?")
    for layer, text in enumerate(captions):
        axes.text(layer, top, text, ha="center", fontsize=14)
    axes.set(xlim=(-0.45, 2.5), ylim=(-top, top + 0.5))
    axes.set_axis_off()
    return axes


def plot_word_map(points, words, families, shown=None, axes=None):
    """Draw words at `points`, shape (words, 2), a marker for each family; return Axes.

    `families` is one text a word; `shown` are the words to write, all by default.

    Raises:
        ValueError: the numbers of points, words and families differ.
    """
    points, families = np.asarray(points), np.asarray(families)
    if not len(points) == len(words) == len(families):
        sizes = f"{len(points)} points, {len(words)} words, {len(families)} families"
        raise ValueError(f"expected one point and one family a word, got {sizes}.")
    axes = axes or plt.subplots(figsize=(11, 6.5))[1]
    for number, family in enumerate(dict.fromkeys(families.tolist())):
        x, y = points[families == family].T
        color = FAMILY_COLORS[number % len(FAMILY_COLORS)]
        marker = FAMILY_MARKERS[number % len(FAMILY_MARKERS)]
        face = color if number < len(FAMILY_COLORS) else "white"
        axes.plot(x, y, marker, color=color, markerfacecolor=face, markersize=7, label=family)
    for word, point in zip(words, points, strict=True):
        if shown is None or word in shown:
            axes.annotate(word, point, xytext=(5, 3), textcoords="offset points", fontsize=12)
    axes.set(xticks=[], yticks=[])
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), handletextpad=0.2)
    return axes


def plot_leanings(values, ends, axes=None):
    """Draw `values`, {name: number}, as bars to the left or right of 0; return Axes.

    `ends` are two texts: what a negative and what a positive number means.
    """
    axes = axes or plt.subplots(figsize=(8, 0.42 * len(values) + 1.1))[1]
    numbers = np.array(list(values.values()), dtype=float)
    colors = [PURPLE if number > 0 else ORANGE for number in numbers]
    places = np.arange(len(numbers))
    axes.barh(places, numbers, color=colors, height=0.7)
    axes.axvline(0, color="black", linewidth=1, linestyle="-")
    axes.set_yticks(places, values)
    axes.invert_yaxis()
    largest = 1.1 * max(np.abs(numbers).max(), 1e-9)
    axes.set(xlim=(-largest, largest), xlabel=f"← {ends[0]}          {ends[1]} →")
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    return axes
