"""A network small enough to be written on paper: its checks, its two passes, its numbers as text.

What the network diagrams of `plotting` and the explorable `NetworkPass` share. No lesson imports
it: the lessons write these passes themselves.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np

MOST_LAYERS = 4  # three hidden ones and the output
MOST_UNITS = 4  # in one layer, so that every number can be read
LONGEST_NAME = 16
LARGEST_NUMBER = 1e9  # so that no pass overflows

ACTIVATIONS = {
    "linear": (lambda z: z, lambda z, a: np.ones_like(z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z, a: 1 - a**2),
    "sigmoid": (lambda z: _sigmoid(z), lambda z, a: a * (1 - a)),
}
LOSSES = ("mse", "crossentropy")


def _sigmoid(z):
    power = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, power) / (1 + power)


@dataclass
class Passes:
    """What one forward pass gives, and with a target one backward pass; a list item a layer.

    `values[0]` are the inputs, `values[l + 1]` the activations and `sums[l]` the weighted sums of
    layer l. The last four are None without a target.
    """

    sums: list
    values: list
    loss: float | None = None
    deltas: list | None = None
    weight_gradients: list | None = None
    bias_gradients: list | None = None


@dataclass
class SmallNetwork:
    """A checked network: `weights[l]` has shape (inputs, units), `biases[l]` shape (units,).

    Raises:
        ValueError: the shapes do not chain, there are more layers or units than can be drawn, a
            number is not finite, an activation is not known or a loss does not fit the output.
    """

    weights: list
    biases: list
    activation: str = "relu"
    output: str = "linear"
    loss: str | None = None

    def __post_init__(self):
        self.weights, self.biases = _check_parameters(self.weights, self.biases)
        check_activation(self.activation, "activation")
        check_activation(self.output, "output")
        self.loss = _check_loss(self.loss, self.output)

    @property
    def sizes(self):
        """The numbers of units, inputs first."""
        return [len(self.weights[0])] + [weights.shape[1] for weights in self.weights]

    def activation_of(self, layer):
        """Return the name of the activation of a layer; 0 is the first after the inputs."""
        return self.output if layer == len(self.weights) - 1 else self.activation

    def run(self, inputs, target=None):
        """Return the `Passes` of one example; without `target` the forward pass alone.

        Raises:
            ValueError: `inputs` or `target` have another length or are not finite numbers.
        """
        passes = Passes([], [_as_vector(inputs, "inputs", self.sizes[0], "one a unit")])
        for layer, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            passes.sums.append(passes.values[-1] @ weights + biases)
            activate, _ = ACTIVATIONS[self.activation_of(layer)]
            passes.values.append(activate(passes.sums[-1]))
        if target is not None:
            self._run_back(passes, self.check_target(target))
        return passes

    def check_target(self, target):
        """Return `target`, a number or one for each output, as an array."""
        values = [target] if np.ndim(target) == 0 else target
        values = _as_vector(values, "target", self.sizes[-1], "one an output")
        if self.loss == "crossentropy" and not ((values >= 0) & (values <= 1)).all():
            shown = ", ".join(f"{value:g}" for value in values)
            raise ValueError(f"the target of a cross-entropy lies between 0 and 1, got {shown}.")
        return values

    def _run_back(self, passes, target):
        z, prediction = passes.sums[-1], passes.values[-1]
        _, slope = ACTIVATIONS[self.output]
        if self.loss == "crossentropy":
            passes.loss = float(np.mean(np.logaddexp(0, z) - target * z))
            delta = (prediction - target) / len(target)
        else:
            passes.loss = float(np.mean((prediction - target) ** 2))
            delta = 2 * (prediction - target) / len(target) * slope(z, prediction)
        passes.deltas = [delta]
        _, slope = ACTIVATIONS[self.activation]
        for layer in range(len(self.weights) - 2, -1, -1):
            returned = self.weights[layer + 1] @ passes.deltas[0]
            delta = returned * slope(passes.sums[layer], passes.values[layer + 1])
            passes.deltas.insert(0, delta)
        before = passes.values[:-1]
        pairs = zip(before, passes.deltas, strict=True)
        passes.weight_gradients = [np.outer(value, delta) for value, delta in pairs]
        passes.bias_gradients = [delta.copy() for delta in passes.deltas]


def check_activation(name, argument):
    """Return `name` if it is an activation, else say which there are."""
    if not isinstance(name, str) or name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"{argument} must be one of {known}; got {name!r}.")
    return name


def check_names(names, count):
    """Return the names of the inputs, x₁, x₂, … where none are given."""
    if names is None:
        return [f"x{'₁₂₃₄'[index]}" for index in range(count)]
    if isinstance(names, Iterable) and not isinstance(names, str):
        names = list(names)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"input_names must be a list of texts, got {names!r}.")
    if len(names) != count:
        raise ValueError(f"expected {count} input_names, one an input, got {len(names)}.")
    for name in names:
        if not 1 <= len(name) <= LONGEST_NAME:
            expected = f"1 to {LONGEST_NAME} characters, so that it fits the picture"
            raise ValueError(f"each of input_names must have {expected}; got {name[:40]!r}.")
    return names


def _check_loss(loss, output):
    if loss is None:
        return "crossentropy" if output == "sigmoid" else "mse"
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {loss!r}.")
    if loss == "crossentropy" and output != "sigmoid":
        raise ValueError(f"the loss crossentropy needs output='sigmoid', got output={output!r}.")
    return loss


def _check_parameters(weights, biases):
    """Return both as lists of arrays that chain, or say at which layer they do not."""
    weights, biases = _as_list(weights, "weights"), _as_list(biases, "biases")
    if not 1 <= len(weights) <= MOST_LAYERS:
        limits = f"1 to {MOST_LAYERS} layers (the output layer is one of them)"
        raise ValueError(f"expected weights of {limits}, got {len(weights)}.")
    if len(weights) != len(biases):
        counts = f"{len(weights)} layers of weights and {len(biases)} of biases"
        raise ValueError(f"expected as many layers of biases as of weights, got {counts}.")
    arrays = []
    for layer, kernel in enumerate(weights):
        kernel = _as_array(kernel, f"weights[{layer}]")
        _check_kernel(kernel, layer, arrays[-1] if arrays else None)
        arrays.append(kernel)
    return arrays, [
        _as_vector(bias, f"biases[{layer}]", kernel.shape[1], f"one a unit of layer {layer + 1}")
        for layer, (kernel, bias) in enumerate(zip(arrays, biases, strict=True))
    ]


def _check_kernel(kernel, layer, before):
    """Refuse weights of another shape than (units before, units), each at most MOST_UNITS."""
    name = f"weights[{layer}], those of layer {layer + 1},"
    if kernel.ndim != 2:
        raise ValueError(f"{name} must have shape (inputs, units), got {kernel.shape}.")
    if before is not None and len(kernel) != before.shape[1]:
        units = before.shape[1]
        raise ValueError(
            f"{name} must have shape ({units}, units), because layer {layer} has {units} "
            f"unit{'s' * (units != 1)}; got {kernel.shape}."
        )
    for count, what in zip(kernel.shape, ("inputs", "units"), strict=True):
        if not 1 <= count <= MOST_UNITS:
            limit = f"1 to {MOST_UNITS} {what}"
            raise ValueError(f"{name} must have {limit}, so that each can be read; got {count}.")


def _as_list(values, name):
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be a list of arrays, one a layer, got {values!r}.") from None


def _as_array(values, name):
    """Return `values` as an array of finite floats."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        shown = repr(values)[:80]
        raise ValueError(f"{name} must be an array of numbers, got {shown}.") from None
    if not np.isfinite(array).all():
        wrong = array[~np.isfinite(array)].flat[0]
        raise ValueError(f"{name} must be finite numbers, got {wrong}.")
    if (np.abs(array) > LARGEST_NUMBER).any():
        largest = array.flat[np.abs(array).argmax()]
        raise ValueError(f"{name} must be numbers up to {LARGEST_NUMBER:g}, got {largest:g}.")
    return array


def _as_vector(values, name, count, each):
    """Return `values` as a row of `count` finite floats."""
    array = _as_array(values, name)
    if array.shape != (count,):
        raise ValueError(f"{name} must have shape ({count},), {each}; got {array.shape}.")
    return array


def write_number(number):
    """Write a number in few characters: "2", "−1.25", "0.0034", "1.2e5".

    Two decimals without trailing zeros, two significant digits where that would leave nothing.
    What is smaller than 1e−12 is a rounding error of the computation and appears as 0.
    """
    size = abs(number)
    if not math.isfinite(number):
        return "not a number" if math.isnan(number) else "−∞" if number < 0 else "∞"
    if size < 1e-12:
        return "0"
    if size < 0.001 or size >= 9999.5:
        text = _in_powers(size)
    else:
        text = _in_decimals(size, 4 if size < 0.01 else 3 if size < 0.095 else 2)
        text = _in_decimals(size, 1) if 99.995 <= size < 999.95 else text
        text = _in_decimals(size, 0) if size >= 999.95 else text
    return ("−" if number < 0 else "") + text


def _in_decimals(size, decimals):
    digits = math.floor(size * 10**decimals + 0.5)
    whole, part = divmod(digits, 10**decimals)
    return f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".") if part else f"{whole}"


def _in_powers(size):
    with localcontext(rounding=ROUND_HALF_UP):
        digits, power = f"{Decimal(size):.1e}".split("e")
    return f"{digits.removesuffix('.0')}e{int(power)}".replace("-", "−")


def describe_passes(network, passes, target=None):
    """Return the numbers of the passes in words, layer by layer."""
    lines = [f"inputs {_write_row(passes.values[0])}"]
    for layer, (sums, values) in enumerate(zip(passes.sums, passes.values[1:], strict=True)):
        activation = network.activation_of(layer)
        lines.append(
            f"{_name_layer(network, layer)}: weighted sum {_write_row(sums)}, "
            f"{activation} gives {_write_row(values)}"
        )
    if target is not None:
        target = _write_row(network.check_target(target))
        lines.append(f"target {target}, loss {write_number(passes.loss)}")
        lines += [
            f"delta of {_name_layer(network, layer)} {_write_row(deltas)}"
            for layer, deltas in reversed(list(enumerate(passes.deltas)))
        ]
    return "; ".join(lines)


def _write_row(numbers):
    return ", ".join(write_number(number) for number in numbers)


def _name_layer(network, layer):
    return "output" if layer == len(network.weights) - 1 else f"hidden layer {layer + 1}"
