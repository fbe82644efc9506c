"""Figures of classification: confusion matrices, thresholds, precision and recall."""

import matplotlib.pyplot as plt
import numpy as np

from .common import CLASS_COLORS
from .descent import plot_computation


def plot_confusion_matrix(counts, names=None, axes=None):
    """Draw how often each true class (row) was given each class (column); return Axes.

    `counts` has the shape (classes, classes). Every field carries its number; it is the darker,
    the larger its share of its row, so that a rare class is as visible as a frequent one. What is
    off the diagonal and not 0 has an orange frame.

    Raises:
        ValueError: `counts` is not square or holds something else than whole numbers from 0 on.
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"expected counts of shape (classes, classes), got {counts.shape}.")
    if counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ValueError("expected how many examples there are: whole numbers from 0 on.")
    number = len(counts)
    names = [str(index) for index in range(number)] if names is None else names
    if len(names) != number:
        raise ValueError(f"expected {number} names, one a class, got {len(names)}.")
    side = max(4.2, 0.62 * number + 1.2)
    axes = axes or plt.subplots(figsize=(side, side))[1]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.25)
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{count:,}", ha="center", va="center",
                  fontsize=18 if number < 5 else 12,
                  color=_text_color(count, shares[row, column]))
        if row != column and count:
            frame = {"fill": False, "edgecolor": CLASS_COLORS[0], "linewidth": 2}
            axes.add_patch(plt.Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, **frame))
    axes.set_xticks(range(number), names)
    axes.set_yticks(range(number), names)
    axes.set(xlabel="predicted class", ylabel="true class")
    axes.tick_params(length=0)
    return axes


def _text_color(count, share):
    """Return grey for a 0, white on a dark field, else black."""
    return "#767676" if count == 0 else "white" if share > 0.7 else "black"


def plot_scores(probabilities, labels, threshold=0.5, names=("class 0", "class 1"), axes=None):
    """Draw how the probabilities of class 1 are spread, for each true class; return Axes.

    `probabilities` and `labels` have the shape (n,). The vertical scale is logarithmic, so that a
    single example is seen beside hundreds; a dashed line marks the threshold.
    """
    probabilities, labels = _checked(probabilities, labels)
    axes = axes or plt.subplots(figsize=(8, 4))[1]
    bins = np.linspace(0, 1, 21)
    for label, hatch in ((0, ""), (1, "//")):
        axes.hist(probabilities[labels == label], bins, color=CLASS_COLORS[label], alpha=0.55,
                  hatch=hatch, edgecolor="black", label=names[label])
    axes.axvline(threshold, color="black", linestyle="--", linewidth=2)
    axes.annotate(f"threshold {threshold:g}", (threshold, 1), xytext=(6, -4), va="top",
                  xycoords=("data", "axes fraction"), textcoords="offset points")
    axes.set(xlabel=f"predicted probability of {names[1]}", ylabel="examples (logarithmic)",
             yscale="log", xlim=(0, 1), ylim=(0.7, None))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return axes


def plot_precision_recall(probabilities, labels, marks=(), axes=None):
    """Draw precision and recall of class 1 against the threshold; return Axes.

    An example is given class 1 where its probability is above the threshold. Precision is not
    drawn where nothing is given class 1. `marks` are thresholds to mark by vertical lines.
    """
    probabilities, labels = _checked(probabilities, labels)
    axes = axes or plt.subplots(figsize=(8, 4))[1]
    thresholds = np.linspace(0, 1, 201)[:-1]
    given = probabilities[None, :] > thresholds[:, None]
    found = (given & (labels == 1)).sum(axis=1)
    with np.errstate(invalid="ignore"):  # 0 / 0 where nothing is given class 1
        axes.plot(thresholds, found / given.sum(axis=1), label="precision")
    axes.plot(thresholds, found / max(labels.sum(), 1), label="recall")
    for mark in marks:
        axes.axvline(mark, color="black", linestyle=":", linewidth=1.5)
        axes.annotate(f"{mark:g}", (mark, 0.02), xytext=(5, 0), textcoords="offset points")
    axes.set(xlabel="threshold", ylabel="share", xlim=(0, 1), ylim=(0, 1.05))
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return axes


def plot_accuracy_ceiling(rates, accuracies, axes=None):
    """Draw accuracy against negation rate, below what a bag of words can reach; return Axes.

    The ceiling is max(rate, 1 - rate): see course_utils/data/reviews.py.
    """
    axes = axes or plt.subplots(figsize=(8, 4.2))[1]
    every = np.linspace(0, 1, 101)
    axes.plot(every, np.maximum(every, 1 - every), color="#666666", linestyle="--",
              label="the most that a bag of words can reach")
    axes.plot(rates, accuracies, "o", color=CLASS_COLORS[1], label="measured on the test set")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set(xlabel="reviews that a negation turns round", ylabel="accuracy",
             xlim=(-0.03, 1.03), ylim=(0.4, 1.03))
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1))
    return axes


def plot_costs(thresholds, costs, mark=None, axes=None):
    """Draw what errors cost against the threshold; return Axes. `mark` is a threshold to mark."""
    axes = axes or plt.subplots(figsize=(8, 3.8))[1]
    axes.plot(thresholds, costs)
    if mark is not None:
        axes.axvline(mark, color="black", linestyle="--", linewidth=1.5)
        axes.annotate(f"threshold {mark:.3f}", (mark, max(costs)), xytext=(6, -12),
                      textcoords="offset points")
    axes.set(xlabel="threshold", ylabel="cost of all errors", xlim=(0, 1), ylim=(0, None))
    return axes


def plot_training_parts(axes=None):
    """Draw how layers, loss function and optimizer act on each other in training; return Axes."""
    parts = {"input": (0, 0, "", ""), "layers": (1.3, 0, "", ""), "predictions": (2.8, 0, "", ""),
             "loss": (2.8, 1, "", ""), "optimizer": (1.3, 1, "", ""), "labels": (4.1, 1, "", "")}
    arrows = [("input", "layers", ""), ("layers", "predictions", ""), ("predictions", "loss", ""),
              ("labels", "loss", ""), ("loss", "optimizer", "gradient"),
              ("optimizer", "layers", "weights")]
    return plot_computation(parts, arrows, axes or plt.subplots(figsize=(9.5, 2.8))[1])


def _checked(probabilities, labels):
    """Return both as arrays of shape (n,), or say in a ValueError what they are instead."""
    probabilities, labels = np.asarray(probabilities, dtype=float), np.asarray(labels)
    if probabilities.ndim != 1 or probabilities.shape != labels.shape:
        shapes = f"{probabilities.shape} and {labels.shape}"
        raise ValueError(
            f"expected n probabilities and n labels, got shapes {shapes}. One column of a "
            "prediction is model.predict(x)[:, 0]."
        )
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("expected probabilities, from 0 to 1.")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"expected labels 0 and 1, got {sorted(set(labels.tolist()))[:5]}.")
    return probabilities, labels
