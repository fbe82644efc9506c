"""A perceptron with two inputs: points, a line and the learning rule."""

import math

import traitlets

from .base import Explorable, as_number, as_numbers, format_number

MOST_POINTS = 200  # more cannot be told apart, let alone dragged


class PerceptronLine(Explorable):
    """A line on sliders between points that can be dragged, and the perceptron rule in steps.

    `points` has shape (n, 2), `labels` are n numbers 0 or 1; class 1 is predicted where
    `weights[0]·x1 + weights[1]·x2 + bias` is at least 0. What a student changes can be read in
    `weights`, `bias`, `points`, `errors` and `steps`, and what is assigned moves the picture.

    Raises:
        ValueError: shapes do not fit, a number is not finite or a label is neither 0 nor 1.
    """

    _module = "perceptron_line"
    _state_names = ("points", "labels", "weights", "bias")

    points = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    bias = traitlets.Float().tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)  # the example that the rule looks at next
    limits = traitlets.List().tag(sync=True)  # of both axes
    last_step = traitlets.Dict().tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)
    start = traitlets.Dict().tag(sync=True)  # what "Reset" goes back to

    def __init__(self, points, labels, weights=(1.0, 1.0), bias=0.0):
        points = _as_points(points)
        start = {
            "points": points,
            "labels": _as_labels(labels, len(points)),
            "weights": _as_weights(weights),
            "bias": as_number(bias, "bias"),
        }
        super().__init__(**start, limits=_square_around(points), start=start)

    @traitlets.validate("points")
    def _check_points(self, proposal):
        return _as_points(proposal["value"])

    @traitlets.validate("labels")
    def _check_labels(self, proposal):
        return _as_labels(proposal["value"])

    @traitlets.validate("weights")
    def _check_weights(self, proposal):
        return _as_weights(proposal["value"])

    @traitlets.validate("bias")
    def _check_bias(self, proposal):
        return as_number(proposal["value"], "bias")

    @traitlets.observe("points")
    def _make_room(self, _):
        """Widen the plane for points that were assigned outside of it."""
        if self.limits and not all(
            self.limits[0] <= value <= self.limits[1] for point in self.points for value in point
        ):
            self.limits = _square_around(self.points)

    def _restore(self, values):
        points = _as_points(values.get("points", self.points))
        labels = _as_labels(values.get("labels", self.labels), len(points))
        weights = _as_weights(values.get("weights", self.weights))
        bias = as_number(values.get("bias", self.bias), "bias")
        with self.hold_sync():
            self.points, self.labels, self.weights, self.bias = points, labels, weights, bias
            self.steps, self.position, self.last_step, self.message = 0, 0, {}, ""
            self.limits = _square_around(points)

    def predict(self, point):
        """Return the predicted class of one point: 1 where the weighted sum is at least 0."""
        weighted = self.weights[0] * point[0] + self.weights[1] * point[1] + self.bias
        return 1 if weighted >= 0 else 0

    @property
    def errors(self):
        """How many examples are on the wrong side of the line."""
        return sum(
            self.predict(point) != label
            for point, label in zip(self.points, self.labels, strict=True)
        )

    def learning_step(self):
        """Apply the perceptron rule to the next wrong example; return its index, None if none."""
        count = len(self.points)
        for index in ((self.position + offset) % count for offset in range(count)):
            point, label = self.points[index], self.labels[index]
            difference = label - self.predict(point)
            if difference:
                before = {"weights": self.weights, "bias": self.bias}
                with self.hold_sync():
                    self.last_step = {"index": index, "point": point, "label": label, **before}
                    self.weights = [
                        weight + difference * value
                        for weight, value in zip(self.weights, point, strict=True)
                    ]
                    self.bias += difference
                    self.position, self.steps, self.message = (
                        (index + 1) % count,
                        self.steps + 1,
                        "",
                    )
                return index
        return None

    def reset(self):
        """Go back to the points and weights of the beginning."""
        self._restore(self.start)

    def describe(self):
        """Return examples, line and errors in words."""
        first, second = (format_number(weight) for weight in self.weights)
        return (
            f"{len(self.points)} examples of two classes in the plane of x₁ and x₂ and the line "
            f"{first} x₁ + {second} x₂ + {format_number(self.bias)} = 0 of a perceptron: "
            f"{self.errors} of them on the wrong side."
        )

    def draw_static(self):
        """Return points and line as a figure."""
        from matplotlib.figure import Figure

        from course_utils import plotting

        figure = Figure(figsize=(5.5, 5))
        axes = figure.subplots()
        plotting.plot_points(self.points, self.labels, axes=axes)
        axes.set(xlim=self.limits, ylim=self.limits, title=f"{self.errors} on the wrong side")
        plotting.plot_line(self.weights, self.bias, axes)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
        return figure


def _as_points(points):
    """Return points as pairs of floats, or say in a ValueError what is wrong."""
    try:
        points = [as_numbers(point, "points") for point in points]
    except TypeError:
        raise ValueError(f"points must be rows of two numbers, got {points!r}.") from None
    if not 1 <= len(points) <= MOST_POINTS:
        raise ValueError(
            f"expected 1 to {MOST_POINTS} points, got {len(points)}. Pass some of them."
        )
    if any(len(point) != 2 for point in points):
        lengths = sorted({len(point) for point in points})
        raise ValueError(
            f"points must have shape (n, 2), two numbers each; some have {lengths}. "
            "Choose two features: x[:, :2]."
        )
    return points


def _as_labels(labels, count=None):
    """Return labels as integers 0 and 1, `count` of them, or say what is wrong."""
    numbers = as_numbers(labels, "labels")
    if any(number not in (0, 1) for number in numbers):
        raise ValueError(f"labels must be 0 or 1, got {sorted(set(numbers))}.")
    if count is not None and len(numbers) != count:
        raise ValueError(f"expected {count} labels, one for each point, got {len(numbers)}.")
    return [int(number) for number in numbers]


def _as_weights(weights):
    """Return two weights as floats, or say what is wrong."""
    weights = as_numbers(weights, "weights")
    if len(weights) != 2:
        raise ValueError(f"expected 2 weights, one for each axis, got {len(weights)}.")
    return weights


def _square_around(points):
    """Return the limits of both axes: all points with a margin, at halves."""
    values = [value for point in points for value in point]
    margin = max(0.25 * (max(values) - min(values)), 0.5)
    low, high = min(values) - margin, max(values) + margin
    return [math.floor(low * 2) / 2, math.ceil(high * 2) / 2]
