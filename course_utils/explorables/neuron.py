"""One neuron with its numbers on sliders."""

import math

import traitlets

from .base import Explorable, as_number, as_numbers, format_number, in_brackets

MOST_INPUTS = 4  # what fits into the picture

ACTIVATIONS = {
    "step": lambda z: 1.0 if z >= 0 else 0.0,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z)),
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
    "linear": lambda z: z,
}


class Neuron(Explorable):
    """A neuron: sliders for inputs, weights and bias, a choice of activation, the arithmetic.

    `inputs` and `weights` are as many numbers each, at most 4; `activation` is "step", "sigmoid",
    "tanh", "relu" or "linear". What a student moves can be read here, and what is assigned here
    moves the picture.

    Raises:
        ValueError: lengths differ, a number is not finite or the activation is not known.
    """

    _module = "neuron"
    _state_names = ("inputs", "weights", "bias", "activation")

    inputs = traitlets.List().tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    bias = traitlets.Float().tag(sync=True)
    activation = traitlets.Unicode("sigmoid").tag(sync=True)

    def __init__(self, inputs=(1.0, 2.0), weights=(0.5, -1.0), bias=0.25, activation="sigmoid"):
        inputs, weights = as_numbers(inputs, "inputs"), as_numbers(weights, "weights")
        if len(inputs) != len(weights) or not 1 <= len(inputs) <= MOST_INPUTS:
            raise ValueError(
                f"expected as many inputs as weights, 1 to {MOST_INPUTS}, got {len(inputs)} "
                f"inputs and {len(weights)} weights. Give each input one weight."
            )
        self._count = len(inputs)
        super().__init__(
            inputs=inputs,
            weights=weights,
            bias=as_number(bias, "bias"),
            activation=_known_activation(activation),
        )

    @traitlets.validate("inputs", "weights")
    def _check_numbers(self, proposal):
        name = proposal["trait"].name
        numbers = as_numbers(proposal["value"], name)
        if len(numbers) != self._count:
            raise ValueError(f"{name} must be {self._count} numbers, got {len(numbers)}.")
        return numbers

    @traitlets.validate("bias")
    def _check_bias(self, proposal):
        return as_number(proposal["value"], "bias")

    @traitlets.validate("activation")
    def _check_activation(self, proposal):
        return _known_activation(proposal["value"])

    @property
    def weighted_sum(self):
        """The weighted sum of the inputs plus the bias."""
        return sum(w * x for w, x in zip(self.weights, self.inputs, strict=True)) + self.bias

    @property
    def output(self):
        """The activation of the weighted sum."""
        return ACTIVATIONS[self.activation](self.weighted_sum)

    def describe(self):
        """Return the arithmetic in words."""
        pairs = zip(self.weights, self.inputs, strict=True)
        terms = [f"{in_brackets(w)} × {in_brackets(x)}" for w, x in pairs] + [
            in_brackets(self.bias)
        ]
        return (
            f"A neuron: z = {' + '.join(terms)} = {format_number(self.weighted_sum)}; "
            f"ŷ = {self.activation}(z) = {format_number(self.output)}."
        )

    def draw_static(self):
        """Return the activation curve with the current point, the arithmetic as its title."""
        from matplotlib.figure import Figure

        reach = max(6, math.ceil(abs(self.weighted_sum)))
        grid = [reach * (index / 200 - 1) for index in range(401)]
        figure = Figure(figsize=(8, 4))
        axes = figure.subplots()
        axes.plot(grid, [ACTIVATIONS[self.activation](z) for z in grid])
        axes.plot(
            [self.weighted_sum],
            [self.output],
            "o",
            color="#D55E00",
            markeredgecolor="black",
            markersize=12,
        )
        axes.set(
            xlabel="weighted sum z",
            ylabel="output ŷ",
            title=self.describe().removeprefix("A neuron: ").rstrip(".").replace("; ", "\n"),
        )
        return figure


def _known_activation(name):
    """Return `name` if it is an activation, else say in a ValueError which there are."""
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {name!r}.")
    return name
