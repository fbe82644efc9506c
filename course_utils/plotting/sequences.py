"""Figures of recurrent networks: the loop, the gates of an LSTM, reading, forecasts, next words."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS

STATE_COLOR, GREY, LIGHT = "#CFE3F1", "#666666", "#BBBBBB"
MARKERS = "osD^vP"


def plot_unrolled(words, numbers, vectors, states=None, axes=None):
    """Draw a recurrent layer reading n words, one column a step; return Axes.

    From below: the word, its number, its embedding (row of `vectors`, shape (n, dimensions)), the
    layer, whose state goes on to the next step. `states` are n texts above the boxes.

    Raises:
        ValueError: words, numbers, vectors and states are not equally many.
    """
    vectors = np.asarray(vectors, dtype=float)
    states = [f"$h_{{{step}}}$" for step in range(1, len(words) + 1)] if states is None else states
    if len({len(words), len(numbers), len(vectors), len(states)}) != 1:
        raise ValueError(f"expected as many numbers, vectors and states as words: {len(words)}.")
    axes = axes or plt.subplots(figsize=(2.1 * len(words) + 2.2, 4.4))[1]
    largest = max(np.abs(vectors).max(), 1e-9)
    arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    loop = arrow | {"color": CLASS_COLORS[0], "linewidth": 2.6}
    for step, (word, number, vector, state) in enumerate(
        zip(words, numbers, vectors, states, strict=True)
    ):
        axes.text(step, 0, word, ha="center", va="center", fontsize=15)
        axes.text(step, 0.62, str(number), ha="center", va="center", fontsize=14)
        side = 0.72 / vectors.shape[1]
        for place, value in enumerate(vector):
            shade = plt.get_cmap("PuOr")(0.5 + 0.5 * value / largest)
            corner = step - 0.36 + place * side, 1.16
            axes.add_patch(patches.Rectangle(corner, side, 0.26, facecolor=shade, edgecolor=GREY))
        for low, high in ((0.2, 0.44), (0.82, 1.12), (1.45, 1.8), (2.55, 2.88)):
            axes.annotate("", (step, high), (step, low), arrowprops=arrow)
        axes.add_patch(patches.FancyBboxPatch(
            (step - 0.3, 1.85), 0.6, 0.65, boxstyle="round,pad=0.03", facecolor=STATE_COLOR,
            edgecolor="black"))
        axes.text(step, 2.175, "loop", ha="center", va="center", fontsize=14)
        axes.text(step, 3.02, state, ha="center", va="bottom", fontsize=15)
        axes.annotate("", (step - 0.35, 2.175), (step - 0.66, 2.175), arrowprops=loop)
        axes.annotate("", (step + 0.66, 2.175), (step + 0.35, 2.175), arrowprops=loop)
    for height, text in ((0, "words"), (0.62, "numbers"), (1.29, "embeddings"), (2.175, "state")):
        axes.text(-0.78, height, text, ha="right", va="center", fontsize=13, color="#444444")
    axes.set(xlim=(-1.75, len(words) - 0.25), ylim=(-0.3, 3.45))
    axes.set_axis_off()
    return axes


# What belongs to which of the four steps of an LSTM. Boxes: (x, y, text, key of its value).
LSTM_BOXES = {
    1: [(2.2, 2.2, "σ", "f"), (2.2, 5, "×", "")],
    2: [(3.8, 2.2, "σ", "i"), (5, 2.2, "tanh", "g"), (5, 3.6, "×", "")],
    3: [(5, 5, "+", "")],
    4: [(6.6, 2.2, "σ", "o"), (8.2, 4.3, "tanh", ""), (8.2, 3.3, "×", "")],
}
LSTM_LINES = {  # each a list of corners, an arrow at its end
    1: [[(2.2, 1), (2.2, 1.85)], [(2.2, 2.55), (2.2, 4.65)]],
    2: [[(3.8, 1), (3.8, 1.85)], [(5, 1), (5, 1.85)], [(3.8, 2.55), (3.8, 3.6), (4.65, 3.6)],
        [(5, 2.55), (5, 3.25)]],
    3: [[(0.9, 5), (1.85, 5)], [(2.55, 5), (4.65, 5)], [(5, 3.95), (5, 4.65)],
        [(5.35, 5), (9.4, 5)]],
    4: [[(6.6, 1), (6.6, 1.85)], [(6.6, 2.55), (6.6, 3.3), (7.85, 3.3)], [(8.2, 5), (8.2, 4.65)],
        [(8.2, 3.95), (8.2, 3.65)], [(8.2, 2.95), (8.2, 1), (9.4, 1)]],
}
LSTM_TITLES = {
    1: "1 what to throw away",
    2: "2 what new to store",
    3: "3 update the cell state",
    4: "4 output",
}


def plot_lstm(step=None, values=None, axes=None):
    """Draw the cell of an LSTM; return Axes.

    `step` from 1 to 4 (forget, input, update, output) is drawn dark and the rest grey; without it
    all is dark. `values`, {"f": text, …} with the keys f, i, g, o, x, c_before, h_before, c and h,
    are written beside the gates and the lines; each appears with the step that computes it.

    Raises:
        ValueError: `step` is none of the four.
    """
    if step not in (None, 1, 2, 3, 4):
        raise ValueError(f"step is 1, 2, 3, 4 or None, got {step!r}.")
    values = values or {}
    axes = axes or plt.subplots(figsize=(7.4, 4.2))[1]
    axes.add_patch(patches.FancyBboxPatch((1.35, 0.45), 7.5, 5.1, boxstyle="round,pad=0.1",
                                          facecolor="#F7F7F7", edgecolor=LIGHT))
    _draw_path(axes, [(0.9, 1), (6.6, 1)], "black" if step is None else LIGHT, end="-")
    _draw_path(axes, [(1.1, 0.1), (1.1, 1)], "black" if step is None else LIGHT, end="-")
    for number in (1, 2, 3, 4):
        active = step in (None, number)
        for path in LSTM_LINES[number]:
            _draw_path(axes, path, CLASS_COLORS[1] if step == number else
                       "black" if active else LIGHT)
        for x, y, text, key in LSTM_BOXES[number]:
            style = "circle,pad=0.22" if text in "×+" else "round,pad=0.3"
            box = {"boxstyle": style, "facecolor": STATE_COLOR if active else "white",
                   "edgecolor": "black" if active else LIGHT}
            axes.text(x, y, text, ha="center", va="center", fontsize=13, bbox=box,
                      color="black" if active else GREY)
            if key and (step is None or number <= step):
                label = f"${key}$ = {values[key]}" if key in values else f"${key}$"
                left = key == "i"  # between f and g there is room on one side only
                up = {"f": 1.75, "i": 0.9}.get(key, 0.5)  # else f and i stand one on the other
                axes.text(x - 0.12 if left else x + 0.12, y + up, label,
                          fontsize=12, ha="right" if left else "left", va="bottom",
                          color="black" if active else GREY)
    ends = [("c_before", r"$c_{t-1}$", 0.85, 5, "right", 1), ("h_before", r"$h_{t-1}$", 0.85, 1,
            "right", 1), ("x", "$x_t$", 1.1, 0, "center", 1), ("c", "$c_t$", 9.5, 5, "left", 3),
            ("h", "$h_t$", 9.5, 1, "left", 4)]
    for key, name, x, y, side, since in ends:
        known = key in values and (step is None or step >= since)
        axes.text(x, y, f"{name}\n{values[key]}" if known and key != "x" else
                  f"{name} = {values[key]}" if known else name, ha=side,
                  va="top" if key == "x" else "center", fontsize=13)
    if step is not None:
        axes.set_title(LSTM_TITLES[step])
    axes.set(xlim=(-0.4, 10.7), ylim=(-0.7, 5.8))
    axes.set_axis_off()
    return axes


def plot_lstm_steps(values=None):
    """Draw the four steps of an LSTM, one picture each, with `values` as in `plot_lstm`.

    Return an array of four Axes.
    """
    _, panels = plt.subplots(2, 2, figsize=(13, 8))
    for step, axes in enumerate(panels.flat, 1):
        plot_lstm(step, values, axes)
    return panels.ravel()


def _draw_path(axes, corners, color, end="-|>"):
    """Draw a line through the corners, with an arrow at its end."""
    width = 1.6 if color in ("black", LIGHT) else 2.6
    xs, ys = zip(*corners[:-1], strict=True)
    axes.plot(xs, ys, "-", color=color, linewidth=width, solid_joinstyle="miter")
    axes.annotate("", corners[-1], corners[-2], arrowprops={
        "arrowstyle": end, "color": color, "linewidth": width, "shrinkA": 0, "shrinkB": 0})


def plot_distances(distances, values, ylabel, log=False, chance=None, axes=None):
    """Draw {name: values of shape (runs, distances)} over the distance; return Axes.

    A line joins the medians. Up to 20 distances each name has a marker, and each run a small dot.
    `chance` is (text, height) of a dashed line.

    Raises:
        ValueError: values of another shape.
    """
    axes = axes or plt.subplots(figsize=(8, 4.4))[1]
    if chance:
        axes.axhline(chance[1], color=GREY, linestyle="--", linewidth=1.4, label=chance[0])
    for place, (name, runs) in enumerate(values.items()):
        runs = np.atleast_2d(np.asarray(runs, dtype=float))
        if runs.shape[1] != len(distances):
            raise ValueError(f"expected {len(distances)} values a run, got {runs.shape}: {name}.")
        color, marker = f"C{place}", MARKERS[place % len(MARKERS)]
        few = len(distances) <= 20
        axes.plot(distances, np.median(runs, axis=0), marker=marker if few else None, markersize=7,
                  label=name)
        for run in runs if few and len(runs) > 1 else ():
            axes.plot(distances, run, marker, color=color, markersize=4, alpha=0.45)
    axes.set(xlabel="distance in steps", ylabel=ylabel)
    if log:
        axes.set_yscale("log")
        axes.set_ylim(bottom=max(1e-12, axes.get_ylim()[0]))  # what is smaller is as good as 0
    axes.grid(axis="y")
    axes.legend(loc="best")
    return axes


def plot_gates(columns, rows, marks=(), axes=None):
    """Draw values from 0 to 1 over the steps of a sequence as a map, dark for 1; return Axes.

    columns: n texts, one a step, such as the words. rows: {name: n values}. The columns whose
    numbers are in `marks` have a triangle above them. Up to 16 columns, each field has its number.

    Raises:
        ValueError: a row has another length.
    """
    table = [np.asarray(values, dtype=float) for values in rows.values()]
    if any(values.shape != (len(columns),) for values in table):
        raise ValueError(f"expected {len(columns)} values in each row, one a step.")
    axes = axes or plt.subplots(figsize=(min(13, 0.78 * len(columns) + 2.6),
                                         0.5 * len(rows) + 1.6))[1]
    axes.imshow(table, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    if len(columns) <= 16:
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=11,
                          color="white" if value > 0.75 else "black")
    long = max(map(len, map(str, columns))) > 3
    axes.set_xticks(range(len(columns)), columns, rotation=55 if long else 0,
                    ha="right" if long else "center", rotation_mode="anchor", fontsize=12)
    axes.set_yticks(range(len(rows)), list(rows))
    for column in marks:
        axes.plot(column, -0.78, "v", color=CLASS_COLORS[0], clip_on=False, markersize=9)
    if len(marks):
        axes.set_xlabel("triangles: marked")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return axes


def plot_reading(words, probabilities, names=("negative", "positive"), axes=None):
    """Draw the probability of class 1 after each word, as a path; return Axes.

    Above one half the marker is a square, below it a circle, in the colours of the classes.

    Raises:
        ValueError: there is not one probability a word.
    """
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.shape != (len(words),):
        raise ValueError(f"expected {len(words)} probabilities, got {probabilities.shape}.")
    axes = axes or plt.subplots(figsize=(min(13, 0.62 * len(words) + 2), 3.4))[1]
    places = np.arange(len(words))
    axes.axhline(0.5, color=GREY, linestyle="--", linewidth=1.2)
    axes.plot(places, probabilities, "-", color=LIGHT, zorder=1)
    for side, part in enumerate((probabilities < 0.5, probabilities >= 0.5)):
        axes.plot(places[part], probabilities[part], "os"[side], color=CLASS_COLORS[side])
    axes.set_xticks(places, words, rotation=55, ha="right", rotation_mode="anchor", fontsize=12)
    axes.set(ylim=(-0.06, 1.06), yticks=(0, 0.5, 1), ylabel=f"probability of\n{names[1]}",
             xlim=(-0.6, len(words) - 0.4))
    return axes


def plot_negation(rates, accuracies, axes=None):
    """Draw accuracy against negation rate, {model: values of shape (runs, rates)}; return Axes.

    The dashed line is what a bag of words can reach at most, max(rate, 1 - rate): see
    course_utils/data/reviews.py. A line joins the means, each run is a small dot.
    """
    axes = axes or plt.subplots(figsize=(8.5, 4.6))[1]
    every = np.linspace(0, 1, 101)
    axes.plot(every, np.maximum(every, 1 - every), color=GREY, linestyle="--", linewidth=1.5,
              label="the most for a bag of words")
    for place, (name, runs) in enumerate(accuracies.items()):
        runs = np.atleast_2d(np.asarray(runs, dtype=float))
        color, marker = f"C{place}", MARKERS[place]
        axes.plot(rates, runs.mean(axis=0), "-", marker=marker, markersize=7, color=color,
                  label=name)
        for run in runs:
            axes.plot(rates, run, marker, color=color, markersize=4, alpha=0.45)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:.0%}")
    axes.set(xlabel="reviews that a negation turns round", ylabel="accuracy on the test set",
             ylim=(0.44, 1.03))
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, columnspacing=1.2)
    return axes


def plot_forecast_errors(errors, floor=None, unit="°C", axes=None):
    """Draw the error of each forecast, {name: error}, as bars with their numbers; return Axes.

    `floor` is (text, error) of what nobody can beat, a dashed line. Bars of baselines and of nets
    differ: a name that begins with an asterisk is a net's (the asterisk is not shown), dark.
    """
    axes = axes or plt.subplots(figsize=(8.5, 0.52 * len(errors) + 1.1))[1]
    for place, (name, error) in enumerate(errors.items()):
        is_net = name.startswith("*")
        axes.barh(place, error, color=CLASS_COLORS[1] if is_net else STATE_COLOR,
                  edgecolor="black", hatch="" if is_net else "//")
        axes.annotate(f"{error:.2f}", (error, place), xytext=(5, 0), va="center",
                      textcoords="offset points", fontsize=13)
    if floor is not None:
        axes.axvline(floor[1], color=CLASS_COLORS[0], linestyle="--", linewidth=2,
                     label=f"{floor[0]}: {floor[1]:.2f}")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1))
    axes.set_yticks(range(len(errors)), [name.lstrip("*") for name in errors])
    axes.set(xlabel=f"error (RMSE), {unit}", ylim=(len(errors) - 0.4, -0.6))
    axes.margins(x=0.1)
    return axes


def plot_horizons(errors, titles):
    """Draw `plot_forecast_errors` once a horizon, {name: one error a horizon}; return Axes."""
    _, row = plt.subplots(1, len(titles), figsize=(6.5 * len(titles), 0.52 * len(errors) + 1.6))
    for place, (axes, title) in enumerate(zip(row, titles, strict=True)):
        plot_forecast_errors({name: both[place] for name, both in errors.items()}, axes=axes)
        axes.set_title(title)
    return row


def plot_forecasts(times, target, forecasts, unit="°C", axes=None):
    """Draw a measured series as dots and forecasts of it, {name: values}, as lines; return Axes."""
    axes = axes or plt.subplots(figsize=(11, 4))[1]
    axes.plot(times, target, "o", color="black", markersize=4, label="measured")
    for name, values in forecasts.items():
        axes.plot(times, values, label=name, linewidth=2)
    axes.set(ylabel=f"temperature, {unit}")
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, columnspacing=1.2)
    return axes


def plot_temperatures(words, probabilities, axes=None):
    """Draw the probabilities of the next word at some temperatures as bars; return Axes.

    words: n texts. probabilities: {temperature: n values}; each has its own hatching.
    """
    axes = axes or plt.subplots(figsize=(min(13, 1.35 * len(words) + 1.5), 3.8))[1]
    width = 0.8 / len(probabilities)
    for place, (temperature, values) in enumerate(probabilities.items()):
        left = np.arange(len(words)) + (place - (len(probabilities) - 1) / 2) * width
        axes.bar(left, values, width, color=f"C{place}", edgecolor="white",
                 hatch=("", "//", "..", "xx")[place % 4], label=f"T = {temperature}")
    axes.set_xticks(range(len(words)), words)
    axes.set(ylabel="probability", xlabel="next word")
    axes.grid(axis="y")
    axes.legend(loc="upper right")
    return axes
