"""Figures of training better: hyperparameters, schedules, cures of overfitting, failures."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import ticker

from .common import CLASS_COLORS, CLASS_MARKERS, plot_network

GREY = "#666666"
SHADE = {"color": "#EDEDED", "zorder": 0}
CHANCE_LOSS = np.log(10)  # the loss of saying 10 % to each of ten classes


def plot_sweep(histories, name, luck=None):
    """Draw runs that differ in one hyperparameter, {value: history}; return an array of two Axes.

    Left the training loss over the epochs, right the last training and validation accuracy of
    each value. `luck` is the (smallest, largest) validation accuracy of runs that differ in
    nothing but their random numbers, drawn as a grey band.
    """
    _, row = plt.subplots(1, 2, figsize=(12, 4.2))
    left, right = row
    names = [str(value) for value in histories]
    for label, history in zip(names, histories.values(), strict=True):
        losses = np.clip(np.nan_to_num(history["loss"], nan=np.inf), None, 2 * CHANCE_LOSS)
        left.plot(range(1, len(losses) + 1), losses, label=label)
    left.set(xlabel="epoch", ylabel="training loss", ylim=(0, 1.15 * CHANCE_LOSS))
    left.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "columnspacing": 1.2}
    left.legend(ncols=len(names), handlelength=1.6, title=name, alignment="left", **above)
    last = [(h["accuracy"][-1], h["val_accuracy"][-1]) for h in histories.values()]
    _draw_gaps(right, names, last)
    if luck is not None:
        right.axhspan(*luck, color="#CCCCCC", zorder=0, label="luck")
    right.set(xlabel=name, ylabel="accuracy after the last epoch", ylim=(0, 1.04))
    right.yaxis.set_major_formatter("{x:.0%}")
    right.legend(ncols=3, **above)
    return row


def _draw_gaps(axes, names, pairs):
    """Draw a training (square) and a validation value (circle) a name, joined by a line."""
    places = np.arange(len(names))
    training, validation = np.transpose(pairs)
    axes.vlines(places, training, validation, color="#AAAAAA", linewidth=2, zorder=1)
    for values, index, label in ((training, 1, "training"), (validation, 0, "validation")):
        axes.plot(places, values, CLASS_MARKERS[index], color=CLASS_COLORS[index], label=label)
    axes.set_xticks(places, names)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(axis="y")


def plot_range_test(rates, losses, marks=None, axes=None):
    """Draw the loss of each mini-batch over its learning rate; return Axes.

    `marks` are {text: rate}, drawn as vertical lines. The rate has a logarithmic scale; losses
    above four times that of guessing among ten classes are cut off.
    """
    axes = axes or plt.subplots(figsize=(8, 4.2))[1]
    axes.plot(rates, np.clip(losses, None, 4 * CHANCE_LOSS), color=CLASS_COLORS[1], linewidth=1.8)
    axes.set(xscale="log", xlabel="learning rate (logarithmic)", ylabel="loss of the mini-batch",
             ylim=(0, 2 * CHANCE_LOSS))
    for (text, rate), style in zip((marks or {}).items(), ("--", ":", "-."), strict=False):
        axes.axvline(rate, color="black", linestyle=style, linewidth=1.6, label=text)
    if marks:
        axes.legend(loc="upper left")
    return axes


def plot_schedules(schedules, axes=None):
    """Draw learning rates over the steps, {name: one rate a step}; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.8))[1]
    for name, rates in schedules.items():
        axes.plot(range(len(rates)), rates, label=name)
    axes.set(xlabel="step", ylabel="learning rate")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, columnspacing=1.2)
    return axes


def plot_early_stopping(history, patience, axes=None):
    """Draw both losses of a history's dictionary and where early stopping acts; return Axes.

    A star marks the best epoch, a vertical line the epoch at which a patience of so many epochs
    is used up; what comes after it is shaded.
    """
    axes = axes or plt.subplots(figsize=(8, 4.4))[1]
    training, validation = history["loss"], history["val_loss"]
    epochs = np.arange(1, len(training) + 1)
    best = stop = len(training)
    smallest = np.inf
    for epoch, loss in zip(epochs, validation, strict=True):
        if loss < smallest:
            smallest, best = loss, epoch
        if epoch - best == patience:
            stop = epoch
            break
    axes.plot(epochs, training, color=CLASS_COLORS[1], label="training")
    axes.plot(epochs, validation, color=CLASS_COLORS[0], linestyle=":", label="validation")
    axes.plot(best, smallest, "*", color="black", markersize=17, label=f"best: epoch {best}")
    axes.axvline(stop, color="black", linestyle="--", linewidth=1.6, label=f"stop: epoch {stop}")
    axes.axvspan(stop, len(training), **SHADE)
    axes.set(xlabel="epoch", ylabel="loss", xlim=(0, len(training) + 1))
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")
    return axes


def plot_dropout(units, masks):
    """Draw a network once a mask, with the dropped units crossed out and their lines gone.

    `units` are the numbers of units of the layers; a mask is {layer: truth values, True where the
    unit stays}. Return an array of Axes.
    """
    _, row = plt.subplots(1, len(masks), figsize=(3.6 * len(masks), 3.4), squeeze=False)
    for step, (axes, mask) in enumerate(zip(row[0], masks, strict=True), 1):
        plot_network(units, axes=axes)
        axes.set_title(f"step {step}")
        dropped = {(layer, (len(kept) - 1) / 2 - place) for layer, kept in mask.items()
                   for place, stays in enumerate(kept) if not stays}
        for line in axes.lines:
            ends = set(zip(*line.get_data(), strict=True))
            line.set_visible(not ends & dropped)
        for x, y in sorted(dropped):
            axes.plot(x, y, "X", color="#333333", markersize=15, zorder=3)
    return row[0]


def plot_normalisation(before, after, names=("before", "after")):
    """Draw how the values of each unit spread, shape (examples, units); return two Axes.

    A box holds the middle half of a unit's values, its line is their median, its whiskers reach
    nearly all of them.
    """
    _, row = plt.subplots(1, 2, figsize=(11, 3.8))
    for axes, values, name in zip(row, (before, after), names, strict=True):
        axes.boxplot(np.asarray(values), showfliers=False, patch_artist=True,
                     boxprops={"facecolor": "#CFE3F1"}, medianprops={"color": "black"})
        axes.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
        axes.set(xlabel="unit", ylabel="weighted sum", title=name)
    return row


def plot_cures(accuracies, axes=None):
    """Draw training and validation accuracy, {cure: (training, validation)}; return Axes.

    The line between the two is the gap that the cure leaves.
    """
    axes = axes or plt.subplots(figsize=(11, 4.4))[1]
    _draw_gaps(axes, [name.replace(" ", "\n") for name in accuracies], list(accuracies.values()))
    for place, (_, validation) in enumerate(accuracies.values()):
        axes.annotate(f"{validation:.1%}", (place, validation), xytext=(11, -5),
                      textcoords="offset points", fontsize=13)
    axes.set(ylabel="accuracy")
    axes.set_xlim(-0.4, len(accuracies) - 0.3)
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    axes.margins(y=0.1)
    return axes


def plot_ingredients(accuracies, goal=None, axes=None):
    """Draw the accuracies of some recipes, {name: one value a seed}; return Axes.

    A circle is a run, the long mark and the number are the mean. `goal` is a dashed line.
    """
    axes = axes or plt.subplots(figsize=(11, 0.62 * len(accuracies) + 1.2))[1]
    if goal is not None:
        axes.axvline(goal, color=GREY, linestyle="--", linewidth=1.4, label=f"goal {goal:.1%}")
        axes.legend(loc="lower left")
    for place, values in enumerate(accuracies.values()):
        mean = np.mean(values)
        axes.plot(values, np.full(len(values), place), "o", color=CLASS_COLORS[1],
                  markerfacecolor="none", markersize=8)
        axes.vlines(mean, place - 0.3, place + 0.3, color="black", linewidth=2.5)
        axes.annotate(f"{mean:.1%}", (1.01, place), xycoords=("axes fraction", "data"),
                      va="center", fontsize=13)
    axes.set_yticks(range(len(accuracies)), list(accuracies))
    axes.set(xlabel="accuracy", ylim=(len(accuracies) - 0.5, -0.5))
    axes.xaxis.set_major_formatter("{x:.1%}")
    axes.grid(axis="x")
    return axes


def plot_gallery(histories, metric="loss", columns=5):
    """Draw one small picture a run, {name: history}; return an array of Axes.

    Training is solid, validation dotted. A loss beyond the top of its picture, or one that is no
    number, is drawn at the top edge; the grey line is the loss of guessing among ten classes.
    """
    rows = -(-len(histories) // columns)
    _, grid = plt.subplots(rows, columns, figsize=(2.9 * columns, 2.7 * rows), squeeze=False)
    for axes in grid.flat[len(histories):]:
        axes.set_axis_off()
    for axes, (name, history) in zip(grid.flat, histories.items(), strict=False):
        curves = {"training": history[metric], "validation": history[f"val_{metric}"]}
        top = _top(np.concatenate(list(curves.values()))) if metric == "loss" else 1.04
        for (label, values), style, color in zip(curves.items(), ("-", ":"), CLASS_COLORS[::-1],
                                                 strict=True):
            values = np.nan_to_num(np.asarray(values, dtype=float), nan=top, posinf=top)
            axes.plot(range(1, len(values) + 1), np.clip(values, 0, top), linestyle=style,
                      color=color, label=label, linewidth=2.2)
        axes.axhline(CHANCE_LOSS if metric == "loss" else 0.1, color="#999999", linewidth=1,
                     linestyle="-", zorder=0)
        axes.set_title(name, fontsize=14, pad=5)
        axes.set_ylim(0, top)
        axes.xaxis.set_major_locator(ticker.MaxNLocator(4, integer=True))
    for axes in grid[-1]:
        axes.set_xlabel("epoch")
    for axes in grid[:, 0]:
        axes.set_ylabel(metric)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    grid[0, 0].figure.legend(handles, labels, loc="outside upper right", ncols=2)
    return grid.ravel()[: len(histories)]


def _top(losses):
    """Return the upper end of a scale for losses, of which some may be huge or no numbers."""
    finite = losses[np.isfinite(losses)]
    largest = finite.max() if finite.size else 0
    return 1.08 * max(min(largest, 40), 1.1 * CHANCE_LOSS)
