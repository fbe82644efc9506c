"""Figures of attention and transformers: weights, masks, places of words, blocks, cost, meaning."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS

READ_COLOR, WRITE_COLOR, LOOK_COLOR, THINK_COLOR = "#CFE3F1", "#F9D9C7", "#CBE8D8", "#FFF3C4"
GREY = "#767676"
ARROW = {
    "arrowstyle": "-|>",
    "color": "black",
    "linewidth": 1.5,
    "mutation_scale": 14,
    "shrinkA": 0,
    "shrinkB": 0,
}


def plot_heads(weights, rows, columns, titles=None, xlabel="looks at", ylabel="", axes=None):
    """Draw attention weights, shape (heads, rows, columns), one table a head; return its Axes.

    Dark is much. `rows` and `columns` are words, those that look and those looked at; `titles` are
    one text a head. `axes` are at least as many Axes.

    Raises:
        ValueError: words or titles do not fit the weights.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 3 or weights.shape[1:] != (len(rows), len(columns)):
        words = f"{len(rows)} × {len(columns)} words"
        raise ValueError(f"expected weights of (heads, rows, columns), {words}: {weights.shape}.")
    titles = [f"head {head + 1}" for head in range(len(weights))] if titles is None else titles
    if len(titles) != len(weights):
        raise ValueError(f"expected {len(weights)} titles, one a head, got {len(titles)}.")
    if axes is None:
        size = (0.48 * len(columns) + 1.0) * len(weights) + 1.2, 0.4 * len(rows) + 2.0
        _, axes = plt.subplots(1, len(weights), figsize=size, squeeze=False, sharey=True)
    axes = np.asarray(axes).ravel()
    for table, title, ax in zip(weights, titles, axes, strict=False):
        ax.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        ax.set_title(title, fontsize=14, loc="center", pad=6)
        ax.set_xticks(
            range(len(columns)),
            columns,
            rotation=60,
            ha="right",
            rotation_mode="anchor",
            parse_math=False,
        )
        ax.set_yticks(range(len(rows)), rows, parse_math=False)
        ax.set_xticks(np.arange(len(columns)) - 0.5, minor=True)
        ax.set_yticks(np.arange(len(rows)) - 0.5, minor=True)
        ax.grid(which="minor", color="#DDDDDD", linewidth=0.6)
        ax.tick_params(which="both", length=0)
        ax.set_xlabel(xlabel)
    axes[0].set_ylabel(ylabel)
    return axes


def plot_self_attention(words, weights, place, axes=None):
    """Draw how the word at `place` mixes its new vector from all words; return Axes.

    `weights` are one number a word, sum 1; the thicker the line, the larger.

    Raises:
        ValueError: there are not as many weights as words.
    """
    if len(weights) != len(words):
        raise ValueError(f"expected {len(words)} weights, one a word, got {len(weights)}.")
    axes = axes or plt.subplots(figsize=(1.6 * len(words) + 0.6, 4.2))[1]
    for column, (word, weight) in enumerate(zip(words, weights, strict=True)):
        own = column == place
        axes.plot(
            (column, place),
            (0.55, 2.1),
            color=CLASS_COLORS[1],
            linestyle="-",
            solid_capstyle="round",
            linewidth=0.8 + 13 * float(weight),
            alpha=0.55,
            zorder=1,
        )
        axes.text(
            column,
            0.25,
            word,
            ha="center",
            va="center",
            fontsize=15,
            parse_math=False,
            weight="bold" if own else "normal",
            bbox={
                "boxstyle": "round,pad=0.35",
                "facecolor": READ_COLOR,
                "edgecolor": "black",
                "linewidth": 2 if own else 1,
            },
        )
        axes.text(column, -0.32, f"{weight:.2f}", ha="center", va="center", fontsize=14)
    axes.text(
        place,
        2.3,
        f"{words[place]}, in this sentence",
        ha="center",
        va="center",
        fontsize=15,
        weight="bold",
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.4", "facecolor": WRITE_COLOR, "edgecolor": "black"},
    )
    axes.text(-0.62, -0.32, "weights", ha="right", va="center", fontsize=13)
    axes.text(-0.62, 0.25, "vectors", ha="right", va="center", fontsize=13)
    axes.set(xlim=(-1.35, len(words) - 0.4), ylim=(-0.65, 2.75))
    axes.set_axis_off()
    return axes


def plot_scaling(sizes, variances, largest, axes=None):
    """Draw what many dimensions do to dot products and to softmax; return two Axes.

    `variances` of the dot products and `largest`, {name: mean largest weight}, are one value for
    each of the `sizes`.
    """
    axes = plt.subplots(1, 2, figsize=(12, 4.2))[1] if axes is None else axes
    left, right = axes
    left.loglog(sizes, variances, marker="o", label="measured")
    left.loglog(sizes, sizes, label="the number of dimensions", color="#444444", linestyle="--")
    left.set(
        xlabel="dimensions d", ylabel="variance of the dot product", title="The spread grows with d"
    )
    for (name, values), marker in zip(largest.items(), "osD^", strict=False):
        right.semilogx(sizes, values, marker=marker, label=name)
    right.set(
        xlabel="dimensions d",
        ylabel="largest weight, mean",
        ylim=(0, 1.05),
        title="Unscaled, one word takes all",
    )
    for ax in (left, right):
        ax.set_xticks(sizes, [f"{size}" for size in sizes])
        ax.minorticks_off()
        ax.legend()
    return np.array([left, right])


def plot_masks(masks, words, axes=None):
    """Draw masks, {title: True where a word may be looked at}, rows look at columns; return Axes.

    What is hidden is hatched.

    Raises:
        ValueError: a mask is not square, one row and column a word.
    """
    if axes is None:
        side = 0.62 * len(words) + 1.0
        _, axes = plt.subplots(
            1, len(masks), figsize=(side * len(masks) + 1, side + 0.6), squeeze=False, sharey=True
        )
    axes = np.asarray(axes).ravel()
    for (title, mask), ax in zip(masks.items(), axes, strict=False):
        mask = np.asarray(mask, dtype=bool)
        if mask.shape != (len(words), len(words)):
            raise ValueError(f"expected {len(words)} rows and columns, got {mask.shape}.")
        for (row, column), seen in np.ndenumerate(mask):
            ax.add_patch(
                patches.Rectangle(
                    (column - 0.5, row - 0.5),
                    1,
                    1,
                    facecolor=LOOK_COLOR if seen else "white",
                    edgecolor="black" if seen else GREY,
                    hatch=None if seen else "////",
                )
            )
        ax.set_xticks(range(len(words)), words, rotation=60, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(len(words)), words)
        ax.tick_params(length=0)
        ax.set(xlim=(-0.6, len(words) - 0.4), ylim=(len(words) - 0.4, -0.6))
        ax.set_title(title, fontsize=14, loc="center", pad=6)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("may look at …")
    return axes


def plot_places(vectors, titles=("vectors of the places", "cosine of two places"), axes=None):
    """Draw the vectors of places, shape (places, width), and how alike they are; return two Axes.

    Purple is positive, orange negative.
    """
    vectors = np.asarray(vectors, dtype=float)
    axes = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=(1.6, 1))[1] if axes is None else axes
    left, right = axes
    largest = max(np.abs(vectors).max(), 1e-9)
    picture = left.imshow(vectors, cmap="PuOr", vmin=-largest, vmax=largest, aspect="auto")
    left.set(xlabel="number in the vector", ylabel="place")
    left.figure.colorbar(picture, ax=left)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    picture = right.imshow(unit @ unit.T, cmap="PuOr", vmin=-1, vmax=1)
    right.set(xlabel="place", ylabel="place")
    right.figure.colorbar(picture, ax=right)
    for ax, title in zip((left, right), titles, strict=True):
        ax.set_title(title, fontsize=14)
    return np.array([left, right])


# The two stacks of a transformer, from below: (text, colour, has a bypass around it).
ENCODER = [("multi-head\nself-attention", LOOK_COLOR), ("feed-forward", THINK_COLOR)]
DECODER = [
    ("causal multi-head\nself-attention", LOOK_COLOR),
    ("multi-head attention\nat the encoder", LOOK_COLOR),
    ("feed-forward", THINK_COLOR),
]
NORM_COLOR = "#E9E1F2"


def plot_transformer(part=None, axes=None):
    """Draw encoder and decoder of a transformer; return Axes (Vaswani and others, 2017, figure 1).

    With `part` "encoder" or "decoder" only that stack stands there, with the name of the model that
    consists of it: BERT or GPT (whose blocks look at no encoder).

    Raises:
        ValueError: `part` is neither.
    """
    if part not in (None, "encoder", "decoder"):
        raise ValueError(f'part is "encoder", "decoder" or None, got {part!r}.')
    axes = axes or plt.subplots(figsize=(11 if part is None else 5.6, 7.2))[1]
    if part != "decoder":
        words = "English words" if part is None else "words"
        top = _draw_stack(axes, 0, "encoder", ENCODER, READ_COLOR, words)
        if part == "encoder":
            _draw_arrow(axes, (0, top), (0, top + 0.5))
            axes.text(
                0,
                top + 0.58,
                "a vector for each word: BERT",
                ha="center",
                va="bottom",
                fontsize=14,
                weight="bold",
            )
    if part != "encoder":
        x = 6.4 if part is None else 0
        parts = DECODER if part is None else [DECODER[0], DECODER[2]]
        words = "French words so far" if part is None else "words so far"
        height = _draw_stack(axes, x, "decoder", parts, WRITE_COLOR, words)
        _draw_arrow(axes, (x, height), (x, height + 0.4))
        _draw_box(axes, x, height + 0.4, 0.55, "dense, softmax", "white")
        _draw_arrow(axes, (x, height + 0.95), (x, height + 1.3))
        name = "" if part is None else ": GPT"
        axes.text(
            x,
            height + 1.35,
            f"next word{name}",
            ha="center",
            va="bottom",
            fontsize=14,
            weight="bold",
        )
    if part is None:
        across = 3.55 + 0.45  # the middle of the decoder's second box
        axes.plot(
            (0, 0, 3.2, 3.2),
            (top, top + 0.45, top + 0.45, across),
            color="#00664B",
            linewidth=2,
            linestyle="-",
        )
        _draw_arrow(axes, (3.2, across), (4.9, across), color="#00664B", linewidth=2)
        axes.text(
            1.6,
            top + 0.55,
            "keys and values",
            ha="center",
            va="bottom",
            fontsize=13,
            color="#00664B",
        )
    axes.set(xlim=(-2.9, 9.3 if part is None else 2.9), ylim=(-0.95, 8.7 if part is None else 6.9))
    axes.set_axis_off()
    return axes


def plot_bert_and_gpt(axes=None):
    """Draw encoder blocks alone beside decoder blocks alone; return two Axes."""
    axes = plt.subplots(1, 2, figsize=(11, 6.6))[1] if axes is None else axes
    for part, ax in zip(("encoder", "decoder"), axes, strict=True):
        plot_transformer(part, ax)
    return np.array(axes)


def _draw_stack(axes, x, name, parts, color, words):
    """Draw words, embeddings and one block with its parts from below; return its upper end."""
    axes.text(x, -0.62, words, ha="center", va="center", fontsize=14)
    _draw_arrow(axes, (x, -0.38), (x, 0))
    _draw_box(axes, x, 0, 0.9, "embeddings + positions", color)
    bottom, low = 0.9, 1.75
    frame = 1.45, low + 1.8 * len(parts) - 0.12
    axes.add_patch(
        patches.FancyBboxPatch(
            (x - 2.15, frame[0]),
            4.3,
            frame[1] - frame[0],
            boxstyle="round,pad=0.08",
            facecolor="#F7F7F7",
            edgecolor=GREY,
        )
    )
    axes.text(x - 2.32, frame[1] - 0.35, "N ×", ha="right", va="center", fontsize=15, weight="bold")
    axes.text(
        x + 2.38, sum(frame) / 2, f"{name} block", ha="left", va="center", fontsize=13, rotation=90
    )
    for text, shade in parts:
        _draw_arrow(axes, (x, bottom), (x, low))
        _draw_box(axes, x, low, 0.85, text, shade)
        _draw_box(axes, x, low + 0.95, 0.5, "add and normalise", NORM_COLOR)
        middle, side = low - 0.16, x + 1.85
        axes.plot(
            (x, side, side),
            (middle, middle, low + 1.2),
            color=CLASS_COLORS[1],
            linewidth=1.8,
            linestyle="-",
        )
        _draw_arrow(
            axes, (side, low + 1.2), (x + 1.5, low + 1.2), color=CLASS_COLORS[1], linewidth=1.8
        )
        bottom, low = low + 1.45, low + 1.8
    return bottom


def _draw_box(axes, x, y, height, text, color):
    axes.add_patch(patches.Rectangle((x - 1.5, y), 3.0, height, facecolor=color, edgecolor="black"))
    axes.text(x, y + height / 2, text, ha="center", va="center", fontsize=13, linespacing=1.0)


def _draw_arrow(axes, start, end, **style):
    axes.annotate("", end, start, arrowprops=ARROW | style)


def plot_run_times(lengths, seconds, axes=None):
    """Draw `seconds`, {name: one value a length}, over the length, both logarithmic; return Axes.

    A dashed line rises as the square of the length, from the first value of the first name.
    """
    axes = axes or plt.subplots(figsize=(8.5, 4.6))[1]
    lengths = np.asarray(lengths, dtype=float)
    for (name, values), marker in zip(seconds.items(), "osD^", strict=False):
        axes.loglog(lengths, values, marker=marker, linestyle="-", label=name)
    last = float(next(iter(seconds.values()))[-1])
    axes.loglog(
        lengths,
        last * (lengths / lengths[-1]) ** 2,
        color="#444444",
        linestyle=":",
        label="the square of the length",
    )
    axes.set_xticks(lengths, [f"{length:,.0f}" for length in lengths])
    axes.minorticks_off()
    axes.set(xlabel="words", ylabel="seconds")
    axes.grid(axis="y")
    axes.legend()
    return axes


def plot_meanings(similarities, labels, axes=None):
    """Draw cosines of the vectors of one word in n sentences, shape (n, n); return Axes.

    Raises:
        ValueError: there are not as many labels as rows and columns.
    """
    table = np.asarray(similarities, dtype=float)
    if table.shape != (len(labels), len(labels)):
        raise ValueError(f"expected {len(labels)} rows and columns, got {table.shape}.")
    axes = axes or plt.subplots(figsize=(0.85 * len(labels) + 4.2, 0.6 * len(labels) + 1.2))[1]
    low = float(table.min())
    axes.imshow(table, cmap="Blues", vmin=low - 0.1, vmax=1.1, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        axes.text(
            column,
            row,
            f"{value:.2f}",
            ha="center",
            va="center",
            fontsize=12,
            color="white" if value - low > 0.62 * (1.1 - low) else "black",
        )
    names = [f"{number}" for number in range(1, len(labels) + 1)]
    axes.set_xticks(range(len(labels)), names)
    axes.set_yticks(
        range(len(labels)),
        [f"{text}  {name}" for text, name in zip(labels, names, strict=True)],
        parse_math=False,
    )
    axes.tick_params(length=0)
    axes.set(xlabel="sentence")
    return axes
