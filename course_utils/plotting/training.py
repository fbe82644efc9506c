"""Figures of training: curves over epochs, batch sizes compared, models compared, residuals."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import ticker

from .common import CLASS_COLORS, CLASS_MARKERS

MODEL_MARKERS = "osD^v"
LABEL = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5}


def plot_history(history, metric="loss", axes=None):
    """Draw a metric of training (solid) and validation (dotted) over the epochs; return Axes.

    `history` is what `model.fit` returns, or its dictionary {name: one value an epoch}. Without
    validation there is one curve. Epochs count from 1.

    Raises:
        ValueError: the metric was not recorded; the message names those that were.
    """
    values = getattr(history, "history", history)
    if metric not in values:
        raise ValueError(f"{metric!r} was not recorded; there are {', '.join(values)}.")
    axes = axes or plt.subplots(figsize=(7, 4))[1]
    curves = (("training", metric, "-"), ("validation", f"val_{metric}", ":"))
    for (name, key, style), color in zip(curves, reversed(CLASS_COLORS), strict=True):
        if key in values:
            epochs = range(1, len(values[key]) + 1)
            axes.plot(epochs, values[key], linestyle=style, color=color, label=name, linewidth=2.4)
    axes.set(xlabel="epoch", ylabel=metric)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.grid(axis="y")
    axes.legend(loc="upper right")
    return axes


def plot_batch_results(batch_sizes, steps, seconds, errors, error_name="validation error"):
    """Draw steps, seconds and error of some batch sizes, a panel each; return an array of Axes.

    Each bar carries its number; the steps have a logarithmic scale.

    Raises:
        ValueError: the four are not equally long.
    """
    columns = (steps, seconds, errors)
    if {len(column) for column in columns} != {len(batch_sizes)}:
        raise ValueError(f"expected {len(batch_sizes)} steps, seconds and errors, one a size.")
    _, row = plt.subplots(1, 3, figsize=(13, 3.8))
    names = [str(size) for size in batch_sizes]
    labels = ("steps (logarithmic)", "seconds", error_name)
    for axes, values, label, text in zip(row, columns, labels, ("{:,.0f}", "{:.1f}", "{:.2f}"),
                                         strict=True):
        bars = axes.bar(names, values, color="#9BB8CC", edgecolor="black")
        axes.bar_label(bars, [text.format(value) for value in values], padding=2, fontsize=13)
        axes.margins(y=0.14)
        axes.set(xlabel="batch size", ylabel=label)
    row[0].set_yscale("log")
    row[0].set_ylim(1, 3 * max(steps))
    return row


def plot_fold_errors(errors, ylabel="error", axes=None):
    """Draw the error of each fold, {model: one value a fold}, folds joined by lines; return Axes.

    A long mark is the mean of a model. So one sees whether a model wins in every fold.

    Raises:
        ValueError: the models have different numbers of folds.
    """
    values = np.array(list(map(len, errors.values())))
    if len(set(values)) != 1:
        raise ValueError(f"expected as many folds for each model, got {values.tolist()}.")
    axes = axes or plt.subplots(figsize=(5, 4))[1]
    table = np.array(list(errors.values()), dtype=float)
    axes.plot(table, color="#AAAAAA", linestyle="-", linewidth=1, zorder=1)
    for place, row in enumerate(table):
        axes.scatter(np.full(len(row), place), row, s=60, color=f"C{place}",
                     marker=MODEL_MARKERS[place % len(MODEL_MARKERS)], edgecolor="black", zorder=2)
        axes.hlines(row.mean(), place - 0.25, place + 0.25, color="black", linewidth=2.5)
        end = -0.27 if place == 0 else 0.27  # no line begins left of the first model
        axes.annotate(f"{row.mean():.2f}", (place + end, row.mean()), va="center", fontsize=13,
                      ha="right" if place == 0 else "left", bbox=LABEL)
    axes.set(xticks=range(len(table)), xlim=(-0.7, len(table) - 0.3), ylabel=ylabel)
    axes.set_xticklabels(errors)
    axes.grid(axis="y")
    return axes


def plot_groups(x, y, groups, axes=None, **style):
    """Draw y over x, both of shape (n,), each group with a colour and a marker; return Axes.

    `groups` is {name: n booleans}; what is in no group is not drawn. Further arguments are
    Matplotlib's for the markers.

    Raises:
        ValueError: x, y and the groups are not rows of the same length.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    _require_rows(x, y)
    axes = axes or plt.subplots(figsize=(6, 4.6))[1]
    for place, (name, rows) in enumerate(groups.items()):
        rows = np.asarray(rows, dtype=bool)
        _require_rows(x, rows)
        marker = MODEL_MARKERS[place % len(MODEL_MARKERS)]
        axes.plot(x[rows], y[rows], marker, label=name, **{"alpha": 0.6, **style})
    axes.legend()
    return axes


def plot_predictions(targets, predictions, axes=None):
    """Draw n predictions against their targets, and the line where both agree; return Axes.

    Raises:
        ValueError: the two are not rows of the same length.
    """
    targets, predictions = np.asarray(targets, dtype=float), np.asarray(predictions, dtype=float)
    _require_rows(targets, predictions)
    axes = axes or plt.subplots(figsize=(5, 4.6))[1]
    ends = [min(targets.min(), predictions.min()), max(targets.max(), predictions.max())]
    axes.plot(ends, ends, color="#666666", linestyle="--", linewidth=1.4, label="no error")
    axes.plot(targets, predictions, "o", color=CLASS_COLORS[1], markeredgecolor="white", alpha=0.8)
    axes.set(xlabel="target", ylabel="prediction")
    axes.legend(loc="upper left")
    return axes


def plot_residuals(x, residuals, axes=None):
    """Draw n residuals, prediction minus target, over some quantity x; return Axes.

    Too high is a square above the line, too low a circle below it.

    Raises:
        ValueError: the two are not rows of the same length.
    """
    x, residuals = np.asarray(x, dtype=float), np.asarray(residuals, dtype=float)
    _require_rows(x, residuals)
    axes = axes or plt.subplots(figsize=(6, 4.6))[1]
    axes.axhline(0, color="#666666", linestyle="--", linewidth=1.4)
    for side, part in enumerate((residuals < 0, residuals >= 0)):
        axes.plot(x[part], residuals[part], CLASS_MARKERS[side], color=CLASS_COLORS[side],
                  markeredgecolor="white", label=("too low", "too high")[side])
    axes.set(ylabel="prediction − target")
    axes.legend(loc="best")
    return axes


def _require_rows(one, other):
    if one.ndim != 1 or one.shape != other.shape or not one.size:
        raise ValueError(
            f"expected two rows of n numbers, got shapes {one.shape} and {other.shape}; "
            "predictions of shape (n, 1) become a row by [:, 0]."
        )
