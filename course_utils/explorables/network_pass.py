"""A small network with all its numbers, forward and backward."""

import numpy as np
import traitlets

from course_utils.small_network import SmallNetwork, check_names, describe_passes, write_number

from .base import Explorable, as_number

LARGEST_LEARNING_RATE = 10
LARGEST_WEIGHT = 1e6  # a step that would pass it is not taken, as in engine.js
MOST_STEPS_BACK = 100
PARAMETERS = ("weights", "biases")
EXAMPLE = ("inputs", "target")


class NetworkPass(Explorable):
    """A network diagram that lives: sliders for inputs, weights and biases, arithmetic written out.

    `weights` is a list of arrays of shape (inputs, units), one a layer, `biases` one of shape
    (units,) each; up to 4 layers of up to 4 units. `activation` (of the hidden layers) and
    `output` are "relu", "tanh", "sigmoid" or "linear". With `target`, a number or one for each
    output, there is a backward view with the gradients of `loss` ("mse", or "crossentropy", which
    is the default where `output` is "sigmoid") and gradient descent on this one example, step by
    step. `view` ("forward" or "backward") and `selected` say what is shown first: "x1" is the
    first input, "h1.2" the second unit of the first hidden layer, "y1" the first output, "x1-h1.2"
    the weight between two of them. What a student changes can be read here, and what is assigned
    moves the picture; shapes stay as they are.

    Raises:
        ValueError: shapes do not chain, a layer is too large to be read, a number is not finite,
            a name or a rate is not known.
    """

    _module = "network_pass"
    _state_names = ("inputs", "target", "weights", "biases", "view", "selected", "learning_rate")

    weights = traitlets.List().tag(sync=True)
    biases = traitlets.List().tag(sync=True)
    inputs = traitlets.List().tag(sync=True)
    target = traitlets.List(allow_none=True).tag(sync=True)
    activation = traitlets.Unicode("relu", read_only=True).tag(sync=True)
    output = traitlets.Unicode("linear", read_only=True).tag(sync=True)
    loss = traitlets.Unicode("mse", read_only=True).tag(sync=True)
    input_names = traitlets.List(read_only=True).tag(sync=True)
    view = traitlets.Unicode("forward").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    learning_rate = traitlets.Float(0.01).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    past = traitlets.List().tag(sync=True)  # weights and biases before each step
    start = traitlets.Dict(read_only=True).tag(sync=True)  # what "Reset" goes back to

    def __init__(
        self,
        weights,
        biases,
        inputs,
        activation="relu",
        output="linear",
        target=None,
        input_names=None,
        loss=None,
        learning_rate=0.01,
        view="forward",
        selected=None,
    ):
        network = SmallNetwork(weights, biases, activation, output, loss)
        self._network = network
        self._names = check_names(input_names, network.sizes[0])
        self._has_target = target is not None
        start = _to_lists(network) | {
            "inputs": network.run(inputs).values[0].tolist(),
            "target": network.check_target(target).tolist() if self._has_target else None,
        }
        settings = {
            "view": self._check_view(view),
            "selected": self._check_selected(
                "h1.1"
                if selected is None and len(network.sizes) > 2
                else "y1"
                if selected is None
                else selected
            ),
            "learning_rate": _check_rate(learning_rate),
        }
        super().__init__(**start, **settings)
        for name in ("activation", "output", "loss"):
            self.set_trait(name, getattr(network, name))
        self.set_trait("input_names", self._names)
        self.set_trait("start", start)

    @traitlets.validate("weights", "biases")
    def _check_parameters(self, proposal):
        name, values = proposal["trait"].name, proposal["value"]
        return self._as_parameters({name: values})[name]

    @traitlets.validate("inputs")
    def _check_inputs(self, proposal):
        return self._network.run(proposal["value"]).values[0].tolist()

    @traitlets.validate("target")
    def _check_target(self, proposal):
        return self._as_target(proposal["value"])

    @traitlets.observe("target")
    def _keep_target(self, change):
        """Refuse None, which traitlets lets pass every validation."""
        if change["new"] is None and self._has_target:
            self.target = change["old"]
            self._as_target(None)

    @traitlets.validate("view")
    def _validate_view(self, proposal):
        return self._check_view(proposal["value"])

    @traitlets.validate("selected")
    def _validate_selected(self, proposal):
        return self._check_selected(proposal["value"])

    @traitlets.validate("learning_rate")
    def _validate_rate(self, proposal):
        return _check_rate(proposal["value"])

    def _as_parameters(self, values):
        """Return weights and biases, those given or the network's own, as lists that fit it."""
        own = _to_lists(self._network)
        for name, arrays in values.items():
            expected, found = _find_shapes(own[name]), _find_shapes(arrays)
            if found != expected:
                raise ValueError(
                    f"{name} must keep their shapes, {expected}, got {found}. "
                    "Make a new NetworkPass for another network."
                )
        return _to_lists(SmallNetwork(**(own | values), **self._functions()))

    def _functions(self):
        network = self._network
        return {
            "activation": network.activation,
            "output": network.output,
            "loss": network.loss,
        }

    def _as_target(self, target):
        if (target is not None) != self._has_target:
            expected = "numbers" if self._has_target else "None, as there was none at the start"
            raise ValueError(f"expected {expected} as target, got {target!r}.")
        return None if target is None else self._network.check_target(target).tolist()

    def _check_view(self, view):
        if view not in ("forward", "backward"):
            raise ValueError(f"view must be forward or backward, got {view!r}.")
        if view == "backward" and not self._has_target:
            raise ValueError("the backward view needs a target, and there is none.")
        return view

    def _check_selected(self, name):
        known = list_items(self._network.sizes)
        if name not in known:
            shown = ", ".join([*known[:3], "…", known[-1]])
            raise ValueError(f"selected must be one of {shown}; got {str(name)[:40]!r}.")
        return name

    def _restore(self, values):
        parameters = {name: values[name] for name in PARAMETERS if name in values}
        checked = self._as_parameters(parameters)
        checked["inputs"] = self._network.run(values.get("inputs", self.inputs)).values[0].tolist()
        checked["target"] = self._as_target(values.get("target", self.target))
        checked["view"] = self._check_view(values.get("view", self.view))
        checked["selected"] = self._check_selected(values.get("selected", self.selected))
        checked["learning_rate"] = _check_rate(values.get("learning_rate", self.learning_rate))
        with self.hold_sync():
            for name, value in (checked | {"past": [], "steps": 0}).items():
                setattr(self, name, value)

    @property
    def network(self):
        """The network with the current weights, a `SmallNetwork`."""
        return SmallNetwork(self.weights, self.biases, **self._functions())

    @property
    def passes(self):
        """All numbers of the current example: `Passes` with sums, values, deltas, gradients."""
        return self.network.run(self.inputs, self.target)

    @property
    def prediction(self):
        """The output of the network, a number or a list of several."""
        values = self.passes.values[-1].tolist()
        return values[0] if len(values) == 1 else values

    def step(self):
        """Take one step of gradient descent; return the loss after it.

        Raises:
            ValueError: there is no target, or a weight would pass a million.
        """
        if not self._has_target:
            raise ValueError("gradient descent needs a target, and there is none.")
        network, passes = self.network, self.passes
        before = _to_lists(network)
        for own, gradients in (
            (network.weights, passes.weight_gradients),
            (network.biases, passes.bias_gradients),
        ):
            for array, gradient in zip(own, gradients, strict=True):
                array -= self.learning_rate * gradient
        largest = max(np.abs(array).max() for array in [*network.weights, *network.biases])
        if not largest <= LARGEST_WEIGHT:
            raise ValueError("a weight would pass a million: lower the learning rate.")
        after = _to_lists(network)
        with self.hold_sync():
            self.weights, self.biases = after["weights"], after["biases"]
            self.past = [*self.past, before][-MOST_STEPS_BACK:]
            self.steps += 1
        return self.passes.loss

    def step_back(self):
        """Undo the last step, if there is one."""
        if self.past:
            *past, last = self.past
            with self.hold_sync():
                self.weights, self.biases = last["weights"], last["biases"]
                self.past, self.steps = past, self.steps - 1

    def reset(self):
        """Go back to the weights and the example of the beginning."""
        self._restore(self.start)

    def describe(self):
        """Return all numbers of the passes in words."""
        sizes = "-".join(str(size) for size in self._network.sizes)
        weights = "; ".join(
            f"layer {layer + 1} weights {_write_matrix(kernel)}, biases {_write_row(bias)}"
            for layer, (kernel, bias) in enumerate(zip(self.weights, self.biases, strict=True))
        )
        passes = describe_passes(self.network, self.passes, self.target)
        return f"A network of {sizes} units. {weights}. Forward: {passes}."

    def draw_static(self):
        """Return the diagram of the current view as a figure."""
        from matplotlib.figure import Figure

        from course_utils import plotting
        from course_utils.plotting import diagrams

        figure = Figure(figsize=diagrams.figure_size(self._network.sizes, self._names))
        figure.set_layout_engine("none")
        values = {name: getattr(self, name) for name in ("weights", "biases", "inputs")}
        values |= {"activation": self.activation, "output": self.output}
        values |= {"input_names": self._names, "axes": figure.add_axes((0, 0, 1, 1))}
        if self.view == "backward":
            plotting.plot_backward_pass(target=self.target, loss=self.loss, **values)
        else:
            plotting.plot_forward_pass(**values)
        return figure


def list_items(sizes):
    """Return the names of all that can be selected: units, then the weights into each layer."""
    end = len(sizes) - 1
    names = [
        [
            f"{'x' if layer == 0 else 'y' if layer == end else f'h{layer}.'}{index + 1}"
            for index in range(count)
        ]
        for layer, count in enumerate(sizes)
    ]
    weights = [
        f"{first}-{second}"
        for layer in range(end)
        for second in names[layer + 1]
        for first in names[layer]
    ]
    return [name for layer in names for name in layer] + weights


def _to_lists(network):
    return {
        "weights": [array.tolist() for array in network.weights],
        "biases": [array.tolist() for array in network.biases],
    }


def _find_shapes(arrays):
    """Return the shape of each array, or what there is instead of arrays."""
    try:
        return [np.shape(array) for array in arrays]
    except (TypeError, ValueError):
        return repr(arrays)[:60]


def _check_rate(rate):
    number = as_number(rate, "learning_rate")
    if not 0 < number <= LARGEST_LEARNING_RATE:
        limits = f"above 0 and at most {LARGEST_LEARNING_RATE}"
        raise ValueError(f"learning_rate must be {limits}, got {rate!r}.")
    return number


def _write_row(numbers):
    return "(" + ", ".join(write_number(number) for number in numbers) + ")"


def _write_matrix(rows):
    return ", ".join(_write_row(row) for row in rows)
