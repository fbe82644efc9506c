"""Gradient descent on a landscape: the path, its numbers and what learning rate and momentum do."""

import decimal
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import traitlets

from .base import Explorable, as_number, as_numbers

BOUND = 1000  # a path that passes it in any coordinate has diverged and ends there
LARGEST_LEARNING_RATE = 1000
MOST_STEPS = 500  # that the picture draws; `descend` takes any number
SLIDER_RATES = (0.001, 10.0)
LARGEST_MOMENTUM = 0.99


@dataclass(frozen=True)
class Landscape:
    """A loss of one or two parameters w, with all that can be known about it on paper.

    `function` takes the coordinates one by one, numbers or arrays of one shape, and returns the
    loss in that shape: `function(w)` or `function(w1, w2)`. `gradient` takes the same and returns
    the slope dL/dw, or both partial derivatives as a tuple. Points are tuples of coordinates;
    the first of the `minima` is the global one (the saddle has two that are equally deep), and
    `flat_points` are the other points with gradient 0, a hilltop or a saddle, by name.
    """

    name: str
    function: Callable
    gradient: Callable
    formula: str
    gradient_formulas: tuple  # one for each coordinate
    limits: tuple  # of the picture, the same for each coordinate
    start: tuple
    minima: tuple
    flat_points: tuple = ()  # (name, point)

    @property
    def dimensions(self):
        """The number of parameters, 1 or 2."""
        return len(self.start)


# Products, never powers: JavaScript and Python then round alike, also where paths are chaotic.


def _parabola(w):
    return w * w


def _parabola_gradient(w):
    return 2 * w


def _two_valleys(w):
    return 0.15 * (w * w) * (w * w) - 0.1 * (w * w) * w - 1.2 * (w * w) + 1.2 * w + 4


def _two_valleys_gradient(w):
    return 0.6 * (w + 2) * (w - 0.5) * (w - 2)


def _bowl(w1, w2):
    return w1 * w1 + w2 * w2


def _bowl_gradient(w1, w2):
    return 2 * w1, 2 * w2


def _ravine(w1, w2):
    return 0.05 * (w1 * w1) + 2 * (w2 * w2)


def _ravine_gradient(w1, w2):
    return 0.1 * w1, 4 * w2


def _saddle(w1, w2):
    height = w2 * w2 - 9
    return w1 * w1 / 2 + height * height / 36


def _saddle_gradient(w1, w2):
    return 1 * w1, w2 * (w2 * w2 - 9) / 9


def _valleys(w1, w2):
    square = w1 * w1
    across = w2 - w1 / 3
    along = square * square / 48 - square * w1 / 36 - 3 * square / 8 + 3 * w1 / 4 + 51 / 16
    return along + across * across / 4


def _valleys_gradient(w1, w2):
    across = w2 - w1 / 3
    return (w1 * w1 - 9) * (w1 - 1) / 12 - across / 6, across / 2


LANDSCAPES = {
    landscape.name: landscape
    for landscape in (
        Landscape(
            name="parabola",
            function=_parabola,
            gradient=_parabola_gradient,
            formula="L = w²",
            gradient_formulas=("2 × w",),
            limits=(-5.0, 5.0),
            start=(-4.0,),
            minima=((0.0,),),
        ),
        Landscape(
            name="two valleys",
            function=_two_valleys,
            gradient=_two_valleys_gradient,
            formula="L = 0.15 w⁴ − 0.1 w³ − 1.2 w² + 1.2 w + 4",
            gradient_formulas=("0.6 × (w + 2) × (w − 0.5) × (w − 2)",),
            limits=(-3.2, 3.2),
            start=(3.0,),
            minima=((-2.0,), (2.0,)),
            flat_points=(("hilltop", (0.5,)),),
        ),
        Landscape(
            name="bowl",
            function=_bowl,
            gradient=_bowl_gradient,
            formula="L = w₁² + w₂²",
            gradient_formulas=("2 × w₁", "2 × w₂"),
            limits=(-5.0, 5.0),
            start=(-4.0, 3.0),
            minima=((0.0, 0.0),),
        ),
        Landscape(
            name="ravine",
            function=_ravine,
            gradient=_ravine_gradient,
            formula="L = 0.05 w₁² + 2 w₂²",
            gradient_formulas=("0.1 × w₁", "4 × w₂"),
            limits=(-5.0, 5.0),
            start=(-4.5, 2.5),
            minima=((0.0, 0.0),),
        ),
        Landscape(
            name="saddle",
            function=_saddle,
            gradient=_saddle_gradient,
            formula="L = w₁² ÷ 2 + (w₂² − 9)² ÷ 36",
            gradient_formulas=("1 × w₁", "w₂ × (w₂² − 9) ÷ 9"),
            limits=(-5.0, 5.0),
            start=(-4.0, 0.0),
            minima=((0.0, 3.0), (0.0, -3.0)),
            flat_points=(("saddle", (0.0, 0.0)),),
        ),
        Landscape(
            name="valleys",
            function=_valleys,
            gradient=_valleys_gradient,
            formula="L = w₁⁴ ÷ 48 − w₁³ ÷ 36 − 3 w₁² ÷ 8 + 3 w₁ ÷ 4 + 51 ÷ 16 + (w₂ − w₁ ÷ 3)² ÷ 4",
            gradient_formulas=(
                "(w₁² − 9) × (w₁ − 1) ÷ 12 − (w₂ − w₁ ÷ 3) ÷ 6",
                "(w₂ − w₁ ÷ 3) ÷ 2",
            ),
            limits=(-5.0, 5.0),
            start=(4.5, -3.0),
            minima=((-3.0, -1.0), (3.0, 1.0)),
            flat_points=(("saddle", (1.0, 1 / 3)),),
        ),
    )
}


@dataclass(frozen=True)
class DescentPath:
    """The path of gradient descent: row t of each array belongs to the position after t steps.

    `positions`, `gradients` and `velocities` have shape (steps + 1, dimensions), `losses`
    (steps + 1,). A path that has `diverged` is shorter: it ends at the first position that passes
    ±1000 in some coordinate.
    """

    positions: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    velocities: np.ndarray
    diverged: bool

    @property
    def steps(self):
        """The number of steps that were made, fewer than asked for if it diverged."""
        return len(self.losses) - 1


def descend(landscape, start=None, learning_rate=0.1, momentum=0.0, steps=50):
    """Return the path of gradient descent with momentum from `start`, as a `DescentPath`.

    `landscape` is one of `LANDSCAPES`, by name, or a `Landscape`; `start` is a number or a
    sequence of coordinates, that of the landscape if None. A step is that of Keras' SGD
    (https://keras.io/api/optimizers/sgd; the heavy ball of Polyak, 1964), with velocity 0 at
    the start:

        velocity = momentum · velocity − learning_rate · gradient
        position = position + velocity

    Raises:
        ValueError: a name is not known, or a number is not finite or outside its range.
    """
    landscape = _as_landscape(landscape)
    position = _as_position(landscape.start if start is None else start, landscape)
    learning_rate = _as_learning_rate(learning_rate)
    momentum = _as_momentum(momentum)
    velocity = [0.0] * len(position)
    rows = []
    for step in range(_as_steps(steps) + 1):
        gradient = np.atleast_1d(landscape.gradient(*position)).tolist()
        rows.append((position, landscape.function(*position), gradient, velocity))
        diverged = not all(abs(value) <= BOUND for value in position)
        if diverged or step == steps:
            break
        velocity = [
            momentum * old - learning_rate * slope
            for old, slope in zip(velocity, gradient, strict=True)
        ]
        position = [value + move for value, move in zip(position, velocity, strict=True)]
    return DescentPath(*(np.array(column) for column in zip(*rows, strict=True)), diverged)


class Descent(Explorable):
    """Gradient descent on a landscape: learning rate and momentum on sliders, a start to drag.

    `landscape` is a name of `LANDSCAPES`; `start` is a number (one parameter) or two, inside the
    picture, that of the landscape if None. The path of `steps` steps (at most 500) is always
    drawn from the start with the current settings, and the arithmetic of the next step is written
    out. What a student moves can be read here, and what is assigned moves the picture; a new
    landscape takes its own start where the old start does not fit.

    Raises:
        ValueError: a name is not known, or a number is not finite or outside its range.
    """

    _module = "descent"
    _state_names = ("landscape", "start", "learning_rate", "momentum", "steps")

    landscape = traitlets.Unicode("parabola").tag(sync=True)
    start = traitlets.List([-4.0]).tag(sync=True)
    learning_rate = traitlets.Float(0.1).tag(sync=True)
    momentum = traitlets.Float(0.0).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    beginning = traitlets.Dict().tag(sync=True)  # what "Reset" goes back to

    def __init__(self, landscape="parabola", learning_rate=0.1, momentum=0.0, start=None, steps=0):
        values = _as_state(landscape, start, learning_rate, momentum, steps)
        super().__init__(**values, beginning=values)

    @traitlets.validate("landscape")
    def _check_landscape(self, proposal):
        return _as_known_name(proposal["value"])

    @traitlets.validate("start")
    def _check_start(self, proposal):
        return _as_start(proposal["value"], LANDSCAPES[self.landscape])

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal):
        return _as_slider_rate(proposal["value"])

    @traitlets.validate("momentum")
    def _check_momentum(self, proposal):
        return _as_slider_momentum(proposal["value"])

    @traitlets.validate("steps")
    def _check_steps(self, proposal):
        return _as_drawn_steps(proposal["value"])

    @traitlets.observe("landscape")
    def _move_start(self, _):
        """Take the landscape's own start where the old one does not fit."""
        landscape = LANDSCAPES[self.landscape]
        try:
            _as_start(self.start, landscape)
        except ValueError:
            self.start = list(landscape.start)

    def _restore(self, values):
        current = {name: getattr(self, name) for name in self._state_names}
        if values.get("landscape", self.landscape) != self.landscape:
            current["start"] = None
        checked = _as_state(**{**current, **values})
        with self.hold_sync():
            with self.hold_trait_notifications():
                for name, value in checked.items():
                    self.set_trait(name, value)

    @property
    def path(self):
        """The path that is drawn, a `DescentPath`."""
        return descend(self.landscape, self.start, self.learning_rate, self.momentum, self.steps)

    def step(self, count=1):
        """Make `count` more steps, as many as can be drawn and until the path diverges."""
        steps = min(self.steps + _as_steps(count), MOST_STEPS)
        path = descend(self.landscape, self.start, self.learning_rate, self.momentum, steps)
        self.steps = max(self.steps, path.steps)

    def reset(self):
        """Go back to the settings of the beginning."""
        self._restore(self.beginning)

    def describe(self):
        """Return landscape, settings and the end of the path in words."""
        landscape = LANDSCAPES[self.landscape]
        return (
            f'Gradient descent on the landscape "{self.landscape}", {landscape.formula}, with '
            f"learning rate {write_number(self.learning_rate)} and momentum "
            f"{write_number(self.momentum)}. "
            f"{describe_path(landscape, self.path, self.momentum)}"
        )

    def draw_static(self):
        """Return the landscape with the path, and the loss over the steps, as a figure."""
        from matplotlib.figure import Figure

        landscape, path = LANDSCAPES[self.landscape], self.path
        figure = Figure(figsize=(10, 4.6))
        ground, curve = figure.subplots(1, 2)
        (_draw_curve if landscape.dimensions == 1 else _draw_contours)(landscape, path, ground)
        curve.plot(path.losses)
        curve.plot([path.steps], [path.losses[-1]], **CURRENT)
        curve.set(xlabel="step", ylabel="loss L", xlim=(0, 1.03 * max(20, path.steps)))
        curve.set_ylim(-0.03 * curve_height(path.losses), 1.05 * curve_height(path.losses))
        rate, momentum = write_number(self.learning_rate), write_number(self.momentum)
        figure.suptitle(f"{self.landscape}: learning rate {rate}, momentum {momentum}", x=0.5)
        return figure


CURRENT = {"marker": "o", "color": "#D55E00", "markeredgecolor": "black", "markersize": 10}
START = {"marker": "o", "color": "none", "markeredgewidth": 2.5, "markersize": 15}


def _draw_curve(landscape, path, axes):
    """Draw a landscape with one parameter and the path along it."""
    w = np.linspace(*landscape.limits, 201)
    axes.plot(w, landscape.function(w))
    axes.plot(path.positions[:, 0], path.losses, ".-", color="black", linewidth=1)
    axes.plot(path.positions[0, 0], path.losses[0], markeredgecolor="black", **START)
    axes.plot(path.positions[-1, 0], path.losses[-1], **CURRENT)
    axes.set(xlabel="w", ylabel="loss L", xlim=landscape.limits)
    axes.set_ylim(-0.02 * highest_loss(landscape), highest_loss(landscape))


def _draw_contours(landscape, path, axes):
    """Draw a landscape with two parameters, dark where the loss is low, and the path on it."""
    grid = np.meshgrid(*[np.linspace(*landscape.limits, 161)] * 2)
    losses = landscape.function(*grid)
    axes.pcolormesh(*grid, np.sqrt(losses / highest_loss(landscape)), rasterized=True)
    axes.contour(*grid, losses, levels=contour_levels(landscape), colors="white",
                 linewidths=0.8, alpha=0.5)  # fmt: skip
    stars = {"color": "white", "markeredgecolor": "black", "markersize": 15}
    axes.plot(*np.array(landscape.minima).T, "*", **stars)
    for color, width in (("black", 4), ("white", 1.6)):
        axes.plot(*path.positions.T, ".-", color=color, linewidth=width, markersize=4 + 2 * width)
    axes.plot(*path.positions[0], markeredgecolor="black", **{**START, "markeredgewidth": 5})
    axes.plot(*path.positions[0], markeredgecolor="white", **START)
    axes.plot(*path.positions[-1], **CURRENT)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=landscape.limits, ylim=landscape.limits)
    axes.set_aspect("equal")


def highest_loss(landscape):
    """Return the highest loss in the picture of a landscape; it lies in one of the corners."""
    corners = np.meshgrid(*[landscape.limits] * landscape.dimensions)
    return float(np.max(landscape.function(*corners)))


def contour_levels(landscape):
    """Return the losses of the contour lines: dense in the valleys, and one through each pass."""
    levels = [highest_loss(landscape) * ((index + 1) / 12) ** 2 for index in range(11)]
    extra = []
    for _, point in landscape.flat_points:
        flat, local = landscape.function(*point), landscape.function(*landscape.minima[-1])
        extra += [flat, (flat + local) / 2] if local > 1e-6 else [flat]
    free = [level for level in levels if all(abs(level - other) > 0.1 * other for other in extra)]
    return sorted(free + extra)


def curve_height(losses):
    """Return the height of the loss curve: twice the first loss at most."""
    most = max(losses)
    return (min(most, 2 * losses[0]) if losses[0] > 0 else most) or 1


# --- The path in words, the same as in descent.js -------------------------------------------------


def write_number(number):
    """Write a number with four digits: "0.5", "−1.638", "12340", "2.5 × 10⁻⁵"."""
    if not math.isfinite(number):
        return "not a number" if math.isnan(number) else "∞" if number > 0 else "−∞"
    sign = "−" if number < 0 else ""
    if number == 0:
        return "0.0"
    context = decimal.Context(prec=4, rounding=decimal.ROUND_HALF_UP)
    size = context.create_decimal(abs(number))
    power = size.adjusted()
    if power < -3 or power >= 6:
        return f"{sign}{float(size.scaleb(-power, context))} × 10{_superscript(power)}"
    return f"{sign}{int(size)}" if size >= 1000 else f"{sign}{float(size)}"


def _superscript(power):
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def describe_path(landscape, path, momentum):
    """Return in words where a path stands: in a minimum, on a saddle, diverged."""
    after = f"after {path.steps} step{'' if path.steps == 1 else 's'}"
    loss = write_number(path.losses[-1])
    if path.diverged:
        name = "w" if landscape.dimensions == 1 else "a coordinate"
        remedy = " or less momentum" if momentum > 0 else ""
        return (
            f"Diverged: {after} {name} passed ±{BOUND} and the loss is {loss}. Take a smaller "
            f"learning rate{remedy}."
        )
    names = ("w",) if landscape.dimensions == 1 else ("w₁", "w₂")
    coordinates = zip(names, path.positions[-1], strict=True)
    where = ", ".join(f"{name} = {write_number(value)}" for name, value in coordinates)
    beginning = after.capitalize() if path.steps else "Start"
    return f"{beginning}: {where}, loss {loss}. {_judge(landscape, path)}".rstrip()


def _judge(landscape, path):
    """Name the minimum, saddle or hilltop where the path has come to rest, if it has."""
    position = path.positions[-1]
    if _is_small(path.gradients[-1]) and _is_small(path.velocities[-1]):
        for minimum in landscape.minima:
            if _is_small(np.array(minimum) - position):
                return _name_minimum(landscape, minimum)
        for name, point in landscape.flat_points:
            if _is_small(np.array(point) - position):
                return (
                    f"The gradient is almost 0, but this is no minimum: it is stuck on a {name}. "
                    "Move the start a little."
                )
    low, high = landscape.limits
    is_inside = all(low <= value <= high for value in position)
    return "" if is_inside else "That is outside the picture."


def _is_small(values):
    return bool(np.all(np.abs(values) < 0.05))


def _name_minimum(landscape, minimum):
    loss = landscape.function(*minimum)
    losses = [landscape.function(*other) for other in landscape.minima]
    if len(losses) == 1:
        return "It has reached the minimum."
    if loss > losses[0] + 1e-6:
        return "It has reached a local minimum; the global one, with loss 0.0, is elsewhere."
    if max(losses) > loss + 1e-6:
        return "It has reached the global minimum."
    return "It has reached one of the two minima."


# --- Arguments ------------------------------------------------------------------------------------


def _as_state(landscape, start, learning_rate, momentum, steps):
    """Return the whole state, checked, as a dictionary."""
    known = LANDSCAPES[_as_known_name(landscape)]
    return {
        "landscape": known.name,
        "start": _as_start(known.start if start is None else start, known),
        "learning_rate": _as_slider_rate(learning_rate),
        "momentum": _as_slider_momentum(momentum),
        "steps": _as_drawn_steps(steps),
    }


def _as_known_name(name):
    return _as_landscape(name if isinstance(name, str) else repr(name)).name


def _as_start(start, landscape):
    """Return a start inside the picture as a list of floats."""
    numbers = _as_position(start, landscape)
    low, high = landscape.limits
    if not all(low <= number <= high for number in numbers):
        raise ValueError(
            f"start must be inside the picture of the {landscape.name}, from {low} to {high}; "
            f"got {numbers}."
        )
    return numbers


def _as_slider_rate(value):
    number = as_number(value, "learning_rate")
    if not SLIDER_RATES[0] <= number <= SLIDER_RATES[1]:
        low, high = SLIDER_RATES
        raise ValueError(f"learning_rate must be from {low} to {high:g}, got {value!r}.")
    return number


def _as_slider_momentum(value):
    number = as_number(value, "momentum")
    if not 0 <= number <= LARGEST_MOMENTUM:
        raise ValueError(f"momentum must be from 0 to {LARGEST_MOMENTUM}, got {value!r}.")
    return number


def _as_drawn_steps(value):
    steps = _as_steps(value)
    if steps > MOST_STEPS:
        raise ValueError(f"steps must be at most {MOST_STEPS} in the picture, got {steps}.")
    return steps


def _as_landscape(landscape):
    """Return a landscape by name, or say in a ValueError which there are."""
    if isinstance(landscape, Landscape):
        return landscape
    if not isinstance(landscape, str) or landscape not in LANDSCAPES:
        raise ValueError(f"landscape must be one of {', '.join(LANDSCAPES)}; got {landscape!r}.")
    return LANDSCAPES[landscape]


def _as_position(position, landscape):
    """Return a position as a list of floats, one for each parameter of the landscape."""
    numbers = as_numbers([position] if np.ndim(position) == 0 else position, "start")
    if len(numbers) != landscape.dimensions:
        raise ValueError(
            f"the {landscape.name} has {landscape.dimensions} parameter"
            f"{'s' if landscape.dimensions > 1 else ''}, so start must be as many numbers; "
            f"got {len(numbers)}."
        )
    return numbers


def _as_learning_rate(value):
    number = as_number(value, "learning_rate")
    if not 0 < number <= LARGEST_LEARNING_RATE:
        raise ValueError(
            f"learning_rate must be above 0 and at most {LARGEST_LEARNING_RATE}, got {value!r}."
        )
    return number


def _as_momentum(value):
    """Return a momentum as a float, or say in a ValueError what is wrong."""
    number = as_number(value, "momentum")
    if not 0 <= number < 1:
        raise ValueError(
            f"momentum must be at least 0 and below 1 (with 1 nothing ever slows down), got "
            f"{value!r}."
        )
    return number


def _as_steps(value):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ValueError(f"steps must be a whole number, 0 or more; got {value!r}.")
    return int(value)
