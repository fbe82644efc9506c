"""Gradient descent on a landscape: the path, its numbers and what learning rate and momentum do."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .base import as_number, as_numbers

BOUND = 1000  # a path that passes it in any coordinate has diverged and ends there
LARGEST_LEARNING_RATE = 1000


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
