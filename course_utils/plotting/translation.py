"""Figures of translation: eras, encoder and decoder, padding, search, what depends on length."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS

READ_COLOR, VECTOR_COLOR, WRITE_COLOR = "#CFE3F1", "#FFFFFF", "#F9D9C7"
GREY = "#767676"
ARROW = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.5, "mutation_scale": 14}
ERAS = (  # name, from, to (None: until today), what it rests on
    ("rules", 1954, 2007, "dictionaries and grammars by people"),
    ("statistics", 1990, 2016, "probabilities of words and phrases"),
    ("LSTM encoder-decoder", 2014, 2017, "one network, from end to end"),
    ("transformer", 2017, None, "attention instead of recurrence"),
)


def plot_eras(today=2026, axes=None):
    """Draw when machine translation rested on what, one bar an era; return Axes."""
    axes = axes or plt.subplots(figsize=(11, 3.6))[1]
    colors = (READ_COLOR, "#DDDDDD", WRITE_COLOR, "#CBE8D8")
    for row, ((_, start, end, _), color) in enumerate(zip(ERAS, colors, strict=True)):
        axes.barh(row, (end or today) - start, left=start, height=0.6, color=color,
                  edgecolor="black")
        years = f"{start} to {end or 'today'}"
        axes.annotate(years, (start, row), xytext=(-6, 0), textcoords="offset points",
                      ha="right", va="center", fontsize=13)
    axes.set_yticks(range(len(ERAS)), [f"{name}\n{basis}" for name, _, _, basis in ERAS])
    axes.set(ylim=(len(ERAS) - 0.4, -0.6), xlim=(1938, today + 1), xlabel="year (approximate)")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes


def plot_translator(source, target, outputs=None, forced=False, axes=None):
    """Draw an encoder that reads words and a decoder that writes, step by step; return Axes.

    `source` and `target` are lists of words. Below each box stands what it reads, above the
    decoder what it answers: `outputs`, if other words than the target and [end]. Dashed arrows
    bring each answer down to the next step; with `forced` there are none, the target is read. A
    wrong answer is crossed out.

    Raises:
        ValueError: there are not as many outputs as steps.
    """
    inputs, right = ["[start]", *target], [*target, "[end]"]
    outputs = right if outputs is None else list(outputs)
    if len(outputs) != len(inputs):
        raise ValueError(f"expected {len(inputs)} outputs, one a step, got {len(outputs)}.")
    width = 1.3 * (len(source) + len(inputs)) + 2.2
    axes = axes or plt.subplots(figsize=(min(13, 0.95 * width), 4.0))[1]
    places = 1.3 * np.arange(len(source))
    for place, word in zip(places, source, strict=True):
        _draw_cell(axes, place, word, READ_COLOR)
    for left, right_place in pairwise(places):
        _draw_arrow(axes, (left + 0.5, 0.12), (right_place - 0.5, 0.12))
        _draw_arrow(axes, (right_place - 0.5, -0.12), (left + 0.5, -0.12))
    vector = places[-1] + 1.45
    axes.add_patch(patches.Rectangle((vector - 0.42, -0.85), 0.84, 1.7, facecolor=VECTOR_COLOR,
                                     edgecolor="black", linewidth=2))
    axes.text(vector, 0, "h, c", ha="center", va="center", fontsize=14)
    axes.text(vector, 1.0, "one vector", ha="center", va="bottom", fontsize=13)
    _draw_arrow(axes, (places[-1] + 0.5, 0.12), (vector - 0.42, 0.12))
    axes.plot((places[0], places[0]), (0.42, 0.68), color="black", linewidth=1.5)
    _draw_arrow(axes, (places[0], 0.68), (vector - 0.42, 0.68))  # from the right: it ends here
    steps = vector + 1.45 + 1.3 * np.arange(len(inputs))
    _draw_arrow(axes, (vector + 0.42, 0), (steps[0] - 0.5, 0))
    for left, right_place in pairwise(steps):
        _draw_arrow(axes, (left + 0.5, 0), (right_place - 0.5, 0))
    for place, word, answer, truth in zip(steps, inputs, outputs, right, strict=True):
        _draw_cell(axes, place, word, WRITE_COLOR)
        _draw_arrow(axes, (place, 0.42), (place, 0.95))
        wrong = answer != truth
        axes.text(place, 1.02, f"{answer} ✗" if wrong else answer, ha="center", va="bottom",
                  fontsize=13, color=CLASS_COLORS[0] if wrong else "black",
                  weight="bold" if wrong else "normal")
    if not forced:
        for place, following in pairwise(steps):
            _draw_arrow(axes, (place + 0.3, 1.0), (following - 0.32, -1.05), linestyle="--",
                        color=GREY, linewidth=1.1)
    read = "reads the true translation" if forced else "reads what it wrote"
    axes.text(steps.mean(), -1.62, read, ha="center", va="top", fontsize=13, style="italic")
    axes.text(places.mean(), 1.02, "encoder", ha="center", va="bottom", fontsize=14, weight="bold")
    axes.text(steps.mean(), 1.62, "decoder", ha="center", va="bottom", fontsize=14, weight="bold")
    axes.set(xlim=(-0.75, steps[-1] + 0.75), ylim=(-2.05, 2.1))
    axes.set_axis_off()
    return axes


def _draw_cell(axes, place, word, color):
    """Draw one step of an LSTM, and below it the word that it reads."""
    axes.add_patch(patches.FancyBboxPatch((place - 0.42, -0.34), 0.84, 0.68, facecolor=color,
                                          boxstyle="round,pad=0.06", edgecolor="black"))
    axes.text(place, 0, "LSTM", ha="center", va="center", fontsize=12)
    axes.text(place, -1.1, word, ha="center", va="top", fontsize=13)
    _draw_arrow(axes, (place, -1.02), (place, -0.42))


def _draw_arrow(axes, start, end, **style):
    axes.annotate("", end, start, arrowprops=ARROW | style)


def plot_word_table(table, rows, columns, xlabel="", ylabel="", axes=None):
    """Draw a table of probabilities, shape (rows, columns), dark where large; return Axes.

    Raises:
        ValueError: the words do not fit the table.
    """
    table = np.asarray(table, dtype=float)
    if table.shape != (len(rows), len(columns)):
        raise ValueError(f"expected {len(rows)} × {len(columns)} numbers, got {table.shape}.")
    size = (0.95 * len(columns) + 1.8, 0.5 * len(rows) + 1.1)
    axes = axes or plt.subplots(figsize=size)[1]
    axes.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        if value >= 0.005:
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=12,
                      color="white" if value > 0.55 else "black")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return axes


def plot_padding(sentences, length=None, axes=None):
    """Draw lists of words as rows of equally many fields, the padded ones hatched; return Axes."""
    longest = max(map(len, sentences)) if length is None else length
    axes = axes or plt.subplots(figsize=(1.12 * longest, 0.62 * len(sentences) + 0.3))[1]
    for row, words in enumerate(sentences):
        for column in range(longest):
            there = column < len(words)
            axes.add_patch(patches.Rectangle(
                (column, -row), 1, -1, edgecolor="black" if there else GREY,
                facecolor=READ_COLOR if there else "white", hatch=None if there else "///"))
            if there:
                axes.text(column + 0.5, -row - 0.5, words[column], ha="center", va="center",
                          fontsize=12)
    axes.set(xlim=(-0.05, longest + 0.05), ylim=(-len(sentences) - 0.05, 0.05))
    axes.set_axis_off()
    return axes


def plot_search(paths, chosen=(), axes=None):
    """Draw translations as they grow from left to right; return Axes.

    `paths` are {words (a tuple that begins with [start]): (probability, kept)}; what is kept has a
    solid line and a filled box, what is dropped a dashed one. `chosen` is the winner's tuple, drawn
    with a thick line.
    """
    ends = [words for words in sorted(paths, key=lambda words: (words[:-1], -paths[words][0]))
            if not any(other[:-1] == words for other in paths)]
    heights = {}
    for place, words in enumerate(_in_tree_order(paths, ends)):
        heights[words] = -float(place)
    for length in range(max(map(len, paths)), 0, -1):
        for words in {end[:length] for end in heights if len(end) > length}:
            children = [heights[other] for other in heights if other[:-1] == words]
            heights.setdefault(words, float(np.mean(children)))
    steps = max(map(len, paths))
    axes = axes or plt.subplots(figsize=(2.6 * steps, 0.62 * len(ends) + 0.8))[1]
    for words, height in heights.items():
        probability, kept = paths.get(words, (1.0, True))
        on_the_way = tuple(chosen[:len(words)]) == words
        if len(words) > 1:
            axes.plot((len(words) - 2, len(words) - 1), (heights[words[:-1]], height),
                      linestyle="-" if kept else "--", color="black" if kept else GREY,
                      linewidth=3 if on_the_way else 1.3, zorder=1)
        label = words[-1] if len(words) == 1 else f"{words[-1]}  {probability:.2f}"
        box = {"boxstyle": "round,pad=0.35", "facecolor": WRITE_COLOR if kept else "white",
               "edgecolor": "black" if kept else GREY, "linewidth": 2.5 if on_the_way else 1}
        axes.text(len(words) - 1, height, label, ha="center", va="center", fontsize=13, bbox=box)
    axes.set(xlim=(-0.5, steps - 0.5), ylim=(min(heights.values()) - 0.6, 0.6))
    axes.set_axis_off()
    return axes


def _in_tree_order(paths, ends):
    """Return the ends so that those of one branch stand together, probable branches first."""
    def place(words):
        return [-paths[words[:length]][0] for length in range(2, len(words) + 1)]

    return sorted(ends, key=lambda words: [*place(words), 0.0])


def plot_by_length(shares, counts=None, xlabel="words in the sentence", ylabel="exact", axes=None):
    """Draw shares over the length of the sentence, {name: {length: share}}; return Axes.

    `counts`, {length: sentences}, stand above the lengths.
    """
    axes = axes or plt.subplots(figsize=(9, 4.6))[1]
    for (name, values), marker in zip(shares.items(), "osD^v", strict=False):
        lengths = sorted(values)
        axes.plot(lengths, [values[length] for length in lengths], marker=marker, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, 1.1))
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_yticks(np.linspace(0, 1, 6))
    lengths = sorted({length for values in shares.values() for length in values})
    axes.set_xticks(lengths)
    for length in lengths if counts else ():
        axes.annotate(f"{counts[length]}", (length, 1.06), ha="center", fontsize=12)
    axes.grid(axis="y")
    axes.legend(loc="lower left")
    return axes


def plot_gnmt(layers=8, axes=None):
    """Draw Google's system of 2016: encoder, attention, decoder, `layers` LSTMs each; return Axes.

    Source: Wu and others, 2016, figure 1.
    """
    axes = axes or plt.subplots(figsize=(10.5, 6.2))[1]
    for x, name, color in ((0, "encoder", READ_COLOR), (7, "decoder", WRITE_COLOR)):
        for layer in range(layers):
            text = "LSTM, both directions" if x == 0 and layer == 0 else "LSTM"
            axes.add_patch(patches.Rectangle((x, layer), 3, 0.66, facecolor=color,
                                             edgecolor="black"))
            axes.text(x + 1.5, layer + 0.33, text, ha="center", va="center", fontsize=12)
            if layer:
                _draw_arrow(axes, (x + 1.5, layer - 0.34), (x + 1.5, layer))
            if layer > 1:
                side, out = (x, -0.55) if x == 0 else (x + 3, 0.55)
                axes.plot([side, side + out, side + out, side],
                          [layer - 0.67, layer - 0.67, layer + 0.33, layer + 0.33],
                          color=CLASS_COLORS[1], linewidth=1.6, linestyle="-")
        axes.text(x + 1.5, layers + 1.0, f"{name}: {layers} layers", ha="center", fontsize=14,
                  weight="bold")
    axes.text(1.5, -0.75, "wordpieces of the source", ha="center", fontsize=13)
    axes.text(8.5, -0.75, "wordpieces written so far", ha="center", fontsize=13)
    _draw_arrow(axes, (1.5, -0.4), (1.5, 0))
    _draw_arrow(axes, (8.5, -0.4), (8.5, 0))
    _draw_arrow(axes, (8.5, layers - 0.34), (8.5, layers + 0.25))
    axes.text(8.5, layers + 0.3, "softmax", ha="center", va="bottom", fontsize=13)
    axes.add_patch(patches.Ellipse((5, layers / 2), 1.9, 1.2, facecolor="#CBE8D8",
                                   edgecolor="black"))
    axes.text(5, layers / 2, "attention", ha="center", va="center", fontsize=13)
    _draw_arrow(axes, (3, layers - 0.67), (4.7, layers / 2 + 0.6), color="#00664B")
    _draw_arrow(axes, (7, 0.33), (5.3, layers / 2 - 0.6), color="#00664B")
    axes.annotate("", (7, layers - 0.67), (5.7, layers / 2 + 0.42),
                  arrowprops=ARROW | {"color": "#00664B"})
    axes.annotate("", (7, 1.33), (5.85, layers / 2 - 0.3), arrowprops=ARROW | {"color": "#00664B"})
    axes.text(5, -0.75, "blue: residual connection", ha="center", fontsize=12,
              color=CLASS_COLORS[1])
    axes.set(xlim=(-0.8, 10.8), ylim=(-1.1, layers + 1.5))
    axes.set_axis_off()
    return axes
