"""A threshold between two classes: the scores, the confusion matrix and what errors cost."""

import math

import numpy as np
import traitlets

from .base import Explorable, as_number

STEPS = 200  # the threshold is a whole multiple of 1 / STEPS = 0.005
MOST_EXAMPLES = 20_000
LONGEST_NAME = 16
ALT = ("true negatives", "false positives", "false negatives", "true positives")


class Threshold(Explorable):
    """A threshold to move over the scores of two classes, and the confusion matrix it gives.

    `scores` are n probabilities of class 1 (at most 20,000), `labels` n numbers 0 or 1, and
    `names` those of class 0 and class 1. An example is given class 1, an *alarm*, where its score
    is above the threshold: `scores > threshold`. The threshold moves in steps of 0.005; another
    one is rounded to the nearest. What a miss (a false negative) and a false alarm (a false
    positive) cost is either given for both or for none.

    The picture holds no single score, only `counts[label][number]`: how many examples of a class
    are above exactly `number` of the thresholds 0, 0.005, …, 1. So the confusion matrix is exact at
    each of these.
    Read `threshold`, `confusion_matrix`, `precision`, `recall`, `accuracy` and `cost` here.

    Raises:
        ValueError: lengths differ, a score is outside 0 to 1, a label is neither 0 nor 1, there
            are no or too many examples, or names or costs do not fit.
    """

    _module = "threshold"
    _state_names = ("threshold",)

    threshold = traitlets.Float(0.5).tag(sync=True)
    counts = traitlets.List(read_only=True).tag(sync=True)
    names = traitlets.List(read_only=True).tag(sync=True)
    costs = traitlets.List(read_only=True).tag(sync=True)  # of a miss and an alarm, or empty

    def __init__(
        self,
        scores,
        labels,
        threshold=0.5,
        names=("negative", "positive"),
        cost_of_miss=None,
        cost_of_alarm=None,
    ):
        self._scores, self._labels = _as_examples(scores, labels)
        names, costs = _as_names(names), _as_costs(cost_of_miss, cost_of_alarm)
        threshold = _as_step(threshold) / STEPS
        super().__init__(threshold=threshold)
        with self.hold_sync():
            self.set_trait("counts", _count(self._scores, self._labels))
            self.set_trait("names", names)
            self.set_trait("costs", costs)

    @traitlets.validate("threshold")
    def _check_threshold(self, proposal):
        return _as_step(proposal["value"]) / STEPS

    def _restore(self, values):
        self.threshold = _as_step(values.get("threshold", self.threshold)) / STEPS

    @property
    def confusion_matrix(self):
        """How often each true class (row) is given each class (column), shape (2, 2)."""
        step = _as_step(self.threshold)
        above = [sum(counts[step + 1 :]) for counts in self.counts]
        return np.array(
            [[sum(c) - number, number] for c, number in zip(self.counts, above, strict=True)]
        )

    @property
    def precision(self):
        """What share of the alarms is right; None where there is no alarm."""
        (_, false_alarms), (_, found) = self.confusion_matrix.tolist()
        return found / (found + false_alarms) if found + false_alarms else None

    @property
    def recall(self):
        """What share of class 1 is found; None where there is no example of it."""
        _, (missed, found) = self.confusion_matrix.tolist()
        return found / (found + missed) if found + missed else None

    @property
    def accuracy(self):
        """What share of all examples is right."""
        matrix = self.confusion_matrix
        return float(np.trace(matrix) / matrix.sum())

    @property
    def cost(self):
        """What misses and false alarms cost together; None where no costs are given."""
        if not self.costs:
            return None
        (_, false_alarms), (missed, _) = self.confusion_matrix.tolist()
        return self.costs[0] * missed + self.costs[1] * false_alarms

    def describe(self):
        """Return examples, threshold and its numbers in words."""
        matrix = self.confusion_matrix
        fields = zip(ALT, matrix.ravel().tolist(), strict=True)
        return (
            f"Scores of {int(matrix.sum()):,} examples of two classes, "
            f'{int(matrix[0].sum()):,} "{self.names[0]}" and {int(matrix[1].sum()):,} '
            f'"{self.names[1]}", and the threshold {write_threshold(self.threshold)} above which '
            f'"{self.names[1]}" is said: {", ".join(f"{n:,} {name}" for name, n in fields)}; '
            f"{'; '.join(write_lines(matrix.tolist(), self.costs))}."
        )

    def draw_static(self):
        """Return the confusion matrix and the scores of both classes as a figure."""
        from matplotlib.figure import Figure

        from course_utils import plotting

        figure = Figure(figsize=(12, 4.8))
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        plotting.plot_confusion_matrix(self.confusion_matrix, self.names, axes=left)
        plotting.plot_scores(
            self._scores, self._labels, self.threshold, names=self.names, axes=right
        )
        lines = write_lines(self.confusion_matrix.tolist(), self.costs)
        rows = ["      ".join(lines[start : start + 2]) for start in range(0, len(lines), 2)]
        figure.suptitle("\n".join(rows), fontsize=13)
        return figure


# --- Numbers as text, the same as in threshold.js -------------------------------------------------


def write_lines(matrix, costs):
    """Write precision, recall and accuracy out, and the total cost where `costs` are given."""
    (rejected, false_alarms), (missed, found) = matrix
    lines = [
        _write_share("precision", found, false_alarms)
        if found + false_alarms
        else "no alarm: precision has no meaning",
        _write_share("recall", found, missed)
        if found + missed
        else "nobody to find: recall has no meaning",
        f"accuracy = ({found:,} + {rejected:,}) / {found + rejected + missed + false_alarms:,} = "
        + write_share(found + rejected, missed + false_alarms),
    ]
    if costs:
        total = costs[0] * missed + costs[1] * false_alarms
        lines.append(
            f"total cost = {missed:,} × {write_amount(costs[0])} + "
            f"{false_alarms:,} × {write_amount(costs[1])} = {write_amount(total)}"
        )
    return lines


def _write_share(name, part, rest):
    return f"{name} = {part:,} / ({part:,} + {rest:,}) = {write_share(part, rest)}"


def write_share(part, rest):
    """Write part / (part + rest) with three decimals, with more where it would seem 0 or 1."""
    share = part / (part + rest)
    for digits in (3, 4, 5):
        text = f"{math.floor(share * 10**digits + 0.5) / 10**digits:.{digits}f}"
        if not part or not rest or float(text) not in (0, 1):
            break
    return text


def write_amount(amount):
    """Write an amount with commas, and with two decimals unless it is a whole number."""
    hundredths = math.floor(amount * 100 + 0.5)
    return f"{hundredths // 100:,}" + (f".{hundredths % 100:02d}" if hundredths % 100 else "")


def write_threshold(threshold):
    """Write a threshold without idle zeros: "0.5", "0.045"."""
    return f"{threshold:.3f}".rstrip("0").rstrip(".")


# --- Arguments ------------------------------------------------------------------------------------


def _count(scores, labels):
    """Return, for each class, how many of its scores are above exactly 0, 1, … thresholds."""
    # In the scores' own precision, as NumPy compares an array with a number.
    thresholds = (np.arange(STEPS + 1) / STEPS).astype(scores.dtype)
    passed = np.searchsorted(thresholds, scores, side="left")
    return [np.bincount(passed[labels == label], minlength=STEPS + 1).tolist() for label in (0, 1)]


def _as_examples(scores, labels):
    """Return scores and labels as arrays of shape (n,), or say in a ValueError what is wrong."""
    scores, labels = np.asarray(scores), np.asarray(labels)
    if scores.ndim != 1 or scores.shape != labels.shape:
        raise ValueError(
            f"expected n scores and n labels, got shapes {scores.shape} and {labels.shape}. One "
            "column of a prediction is model.predict(x)[:, 0]."
        )
    if not 1 <= len(scores) <= MOST_EXAMPLES:
        raise ValueError(
            f"expected 1 to {MOST_EXAMPLES:,} examples, got {len(scores):,}. Pass some of them: "
            f"scores[:{MOST_EXAMPLES}], labels[:{MOST_EXAMPLES}]."
        )
    if scores.dtype.kind != "f":
        try:
            scores = scores.astype(float)
        except (TypeError, ValueError):
            raise ValueError(
                f"scores must be numbers from 0 to 1, got {scores.dtype} such as {scores[0]!r}."
            ) from None
    outside = ~((scores >= 0) & (scores <= 1))  # NaN is outside, too
    if outside.any():
        raise ValueError(
            f"scores must be probabilities, from 0 to 1; {outside.sum():,} of them are not, such "
            f"as {scores[outside][0]}. A sigmoid output has such scores."
        )
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"labels must be 0 or 1, got {_some_of(labels)}.")
    return scores, labels.astype(int)


def _some_of(labels):
    """Return a few of the different labels as a text."""
    return ", ".join(sorted({str(label) for label in labels.tolist()})[:5])[:60]


def _as_step(threshold):
    """Return a threshold in steps of 0.005, or say in a ValueError what is wrong."""
    number = as_number(threshold, "threshold")
    if not 0 <= number <= 1:
        raise ValueError(f"threshold must be from 0 to 1, got {threshold!r}.")
    return math.floor(number * STEPS + 0.5)


def _as_names(names):
    """Return two names that fit into the picture, or say in a ValueError what is wrong."""
    names = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(names) != 2 or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(f"names must be two texts, of class 0 and class 1, got {names!r}.")
    if names[0] == names[1] or max(map(len, names)) > LONGEST_NAME:
        raise ValueError(
            f"names must differ and have at most {LONGEST_NAME} letters, got {names!r}."
        )
    return names


def _as_costs(cost_of_miss, cost_of_alarm):
    """Return both costs, or an empty list where none is given."""
    if cost_of_miss is None and cost_of_alarm is None:
        return []
    if cost_of_miss is None or cost_of_alarm is None:
        raise ValueError("give cost_of_miss and cost_of_alarm, both or none of them.")
    costs = [as_number(cost_of_miss, "cost_of_miss"), as_number(cost_of_alarm, "cost_of_alarm")]
    if not all(0 <= cost <= 1e9 for cost in costs):
        raise ValueError(f"costs must be from 0 to a thousand million, got {costs}.")
    return costs
