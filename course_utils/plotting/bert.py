"""Figures of a masked language model: gaps, pieces, pretraining, guesses, probes, few labels."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

from .common import CLASS_COLORS

PIECE_COLORS = "#CFE3F1", "#F9D9C7"
GREY = "#767676"
KINDS = {  # what happens to a field: colour, border, hatch
    "": {"facecolor": "white", "edgecolor": GREY},
    "masked": {"facecolor": "#E4E4E4", "edgecolor": "black", "hatch": "///"},
    "replaced": {"facecolor": "#F9D9C7", "edgecolor": "#A34800", "linewidth": 2.5},
    "kept": {"facecolor": "#CFE3F1", "edgecolor": "#0072B2", "linewidth": 2.5},
}


def plot_masking(words, kinds, axes=None):
    """Draw rows of words as fields, each as its kind says; return Axes.

    `kinds` has the shape of `words`, (rows, columns): "masked" (the word is written only if it is
    no "?"), "replaced" and "kept" for what was chosen, "" for all else. A legend names those in it.

    Raises:
        ValueError: the rows do not fit, or a kind is none of these.
    """
    words, kinds = np.array(words, dtype=object), np.array(kinds, dtype=object)
    if words.ndim != 2 or words.shape != kinds.shape:
        raise ValueError(f"expected as many kinds as words: {words.shape} and {kinds.shape}.")
    unknown = set(kinds.ravel()) - set(KINDS)
    if unknown:
        raise ValueError(f"a kind is one of {', '.join(KINDS)[2:]} or empty, got {unknown}.")
    rows, columns = words.shape
    axes = axes or plt.subplots(figsize=(min(1.55 * columns, 13), 0.62 * rows + 0.7))[1]
    points = 72 * axes.get_window_extent().width / axes.figure.dpi / columns  # of a field
    size = min(14, points / (0.72 * max(map(len, words.ravel()))))  # the longest word has to fit
    for (row, column), word in np.ndenumerate(words):
        kind = kinds[row, column]
        axes.add_patch(
            patches.Rectangle((column + 0.04, row + 0.06), 0.92, 0.88, **KINDS[kind], zorder=2)
        )
        axes.text(
            column + 0.5,
            row + 0.52,
            word,
            ha="center",
            va="center",
            fontsize=size,
            weight="bold" if kind else "normal",
            parse_math=False,
            zorder=3,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}
            if kind == "masked"
            else None,
        )
    there = [kind for kind in KINDS if kind and (kinds == kind).any()]
    axes.legend(
        [patches.Patch(**KINDS[kind]) for kind in there],
        [f"{kind}: {(kinds == kind).sum()}" for kind in there],
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=3,
        frameon=False,
        fontsize=14,
    )
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    axes.set_axis_off()
    return axes


def plot_pieces(cuts, axes=None):
    """Draw `cuts`, {what stands on the left: list of pieces}, one row each; return Axes.

    A piece is as wide as its letters; one that goes on with a word (##) touches the one before it.
    """
    most = max(
        sum(len(piece) + 1.6 * (not piece.startswith("##")) for piece in pieces)
        for pieces in cuts.values()
    )
    axes = axes or plt.subplots(figsize=(min(0.17 * most + 3.2, 12), 0.62 * len(cuts) + 0.2))[1]
    for row, pieces in enumerate(cuts.values()):
        x = 0.0
        for number, piece in enumerate(pieces):
            x += 0.8 * (number > 0 and not piece.startswith("##"))
            width = len(piece) + 0.8
            axes.add_patch(
                patches.Rectangle(
                    (x, row + 0.12),
                    width,
                    0.76,
                    facecolor=PIECE_COLORS[piece.startswith("##")],
                    edgecolor="black",
                )
            )
            axes.text(
                x + width / 2,
                row + 0.52,
                piece,
                ha="center",
                va="center",
                fontsize=14,
                family="monospace",
                parse_math=False,
            )
            x += width
        most = max(most, x)
    axes.set_yticks(np.arange(len(cuts)) + 0.5, cuts, fontsize=14, parse_math=False)
    axes.set(xlim=(-0.2, most + 0.2), ylim=(len(cuts), 0), xticks=[])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return axes


def plot_pretraining(losses, accuracies, baseline, name="always the", axes=None):
    """Draw the loss and the masked accuracy, one value a round each; return two Axes.

    The dashed line is the accuracy of a rule, `baseline`, that is called `name`.

    Raises:
        ValueError: there are not as many losses as accuracies.
    """
    if len(losses) != len(accuracies):
        raise ValueError(f"expected a loss for each of {len(accuracies)} rounds: {len(losses)}.")
    axes = plt.subplots(1, 2, figsize=(12, 4))[1] if axes is None else axes
    left, right = axes
    rounds = np.arange(1, len(losses) + 1)
    left.plot(rounds, losses, marker="o")
    left.set(xlabel="round", ylabel="loss, training", ylim=(0, None))
    right.plot(rounds, accuracies, marker="o", label="BERT")
    right.axhline(baseline, color="#444444", linestyle="--", label=name)
    right.set(xlabel="round", ylabel="masked accuracy, test", ylim=(0, 1))
    right.yaxis.set_major_formatter("{x:.0%}")
    right.legend()
    for ax in (left, right):
        ax.set_xticks(rounds)
        ax.grid(axis="y")
    return np.array([left, right])


def plot_guesses(guesses, answer=None, axes=None):
    """Draw `guesses`, pairs (word, probability), likeliest first, as bars; return Axes.

    The bar of the true `answer` has the other colour, a hatch and bold letters.
    """
    words, shares = zip(*guesses, strict=True)
    axes = axes or plt.subplots(figsize=(6, 0.4 * len(words) + 1.0))[1]
    bars = axes.barh(range(len(words)), shares, height=0.7, color=CLASS_COLORS[1])
    axes.bar_label(bars, [f"{share:.1%}" for share in shares], padding=4, fontsize=13)
    axes.set_yticks(range(len(words)), words, fontsize=14, parse_math=False)
    axes.invert_yaxis()
    axes.set(xlabel="probability", xlim=(0, 1.25 * max(shares)))
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="y", length=0)
    for word, bar, label in zip(words, bars, axes.get_yticklabels(), strict=True):
        if word == answer:
            bar.set(color=CLASS_COLORS[0], hatch="//", edgecolor="white")
            label.set_weight("bold")
    return axes


def plot_probes(shares, chance, axes=None):
    """Draw `shares`, {name of a probe: share that is right}, and what chance gives; return Axes.

    `chance` is one number for all, or {name: number}.
    """
    axes = axes or plt.subplots(figsize=(9, 0.6 * len(shares) + 1.0))[1]
    places = np.arange(len(shares))
    axes.barh(places, list(shares.values()), height=0.6, color=CLASS_COLORS[1])
    for place, (name, share) in enumerate(shares.items()):
        level = chance[name] if isinstance(chance, dict) else chance
        axes.plot((level, level), (place - 0.4, place + 0.4), color="black", linewidth=2.5,
                  linestyle="-", label="chance" if place == 0 else None)  # fmt: skip
        axes.text(max(share, level) + 0.015, place, f"{share:.0%}", va="center", fontsize=14)
    axes.set_yticks(places, shares, fontsize=14)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.12), xlabel="right")
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.22), frameon=False)
    return axes


def plot_few_labels(labels, accuracies, chance=None, axes=None):
    """Draw `accuracies`, {plan: one value a number of labels}, over the labels; return Axes.

    Labels are on a logarithmic axis; `chance` is a dotted line.
    """
    axes = axes or plt.subplots(figsize=(8, 4.2))[1]
    for (name, values), marker in zip(accuracies.items(), "osD^", strict=False):
        axes.semilogx(labels, values, marker=marker, label=name)
    if chance is not None:
        axes.axhline(chance, color=GREY, linestyle=":", label="chance")
    axes.set_xticks(labels, [f"{count:,}" for count in labels])
    axes.minorticks_off()
    axes.set(xlabel="labels", ylabel="accuracy, test")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.grid(axis="y")
    axes.legend()
    return axes
