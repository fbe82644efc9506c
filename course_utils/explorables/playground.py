"""The playground: a small network that learns before one's eyes, with every number to be read."""

import dataclasses

import numpy as np
import traitlets

from .base import Explorable, style_source
from .playground_model import REACH, OwnData, check_own_data, read_state, replay, write_state

# What `hide` can take away for a task.
CONTROLS = (
    "problem",
    "data",
    "drawing",
    "noise",
    "examples",
    "test_share",
    "batch_size",
    "seed",
    "features",
    "layers",
    "activation",
    "learning_rate",
    "regularisation",
    "play",
    "step",
    "epoch",
    "reset",
    "speed",
    "test_examples",
    "discretise",
    "numbers",
    "state",
)
# Speeds of playing, as the control names them (SPEEDS of playground_session.js).
SPEEDS = ("10 steps/s", "5 epochs/s", "25 epochs/s", "250 epochs/s", "full")
PIXELS = 121  # of the static picture's decision surface, on each side
NAMES = {
    "x1": "$x_1$",
    "x2": "$x_2$",
    "x1^2": "$x_1^2$",
    "x2^2": "$x_2^2$",
    "x1x2": "$x_1x_2$",
    "sin(x1)": r"$\sin x_1$",
    "sin(x2)": r"$\sin x_2$",
}


class Playground(Explorable):
    """A network with up to six hidden layers that is trained in the browser.

    state: one line of text, as the playground's own field gives it. points, labels: own examples,
    shapes (n, 2) within −6…6 and (n,), labels 0 or 1 (with `problem="regression"` numbers within
    −1…1). hide: names of controls that a task does without (`CONTROLS`). speed: how fast it plays
    at first, one of `SPEEDS`; not a part of the state.

    `playground.state` is the line for what it shows now, `playground.run` the same training in
    NumPy, with weights, losses and predictions.

    Raises:
        ValueError: the state cannot be read, the points cannot be taken, or there is no such
            control or speed. The message says what to do.
    """

    _module = "playground"
    _state_names = ("state",)
    _css = style_source() + style_source("playground")

    state = traitlets.Unicode("pg1;end").tag(sync=True)
    own = traitlets.Dict().tag(sync=True)  # points and targets that a state may leave in Python
    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)
    speed = traitlets.Unicode("250 epochs/s").tag(sync=True)  # to begin with
    shared = traitlets.Dict().tag(sync=True)  # by it the views of one model find each other

    def __init__(
        self,
        state="",
        points=None,
        labels=None,
        problem="classification",
        hide=(),
        speed="250 epochs/s",
    ):
        own = None if points is None else check_own_data(points, labels, problem)
        super().__init__(
            state=_start(state, own, problem),
            own=dataclasses.asdict(own or OwnData()),
            hidden=_check_names(hide),
            speed=_check_speed(speed),
        )
        self._replayed = (None, None)

    @traitlets.validate("state")
    def _check_state(self, proposal):
        text = proposal["value"].strip()
        read_state(text, self._own_data())
        return text

    @traitlets.validate("hidden")
    def _check_hidden(self, proposal):
        return _check_names(proposal["value"])

    @traitlets.validate("speed")
    def _check_new_speed(self, proposal):
        return _check_speed(proposal["value"])

    def _own_data(self):
        if not self.own.get("points"):
            return None
        points = tuple(tuple(map(float, point)) for point in self.own["points"])
        return OwnData(points, tuple(map(float, self.own["targets"])))

    @property
    def run(self):
        """The training that the state describes, done again in NumPy (a `Run`)."""
        known, run = self._replayed
        if known != self.state:
            own = self._own_data() or OwnData()
            given = (own.points, own.targets) if own.points else (None, None)
            run = replay(self.state, *given)
            self._replayed = (self.state, run)
        return run

    def describe(self):
        """Return data, network and losses in words."""
        run, settings = self.run, self.run.settings
        count = len(run.train_examples.targets)
        layers = ", ".join(map(str, settings.hidden))
        network = (
            f"hidden layers of {layers} units ({settings.activation})"
            if settings.hidden
            else "no hidden layer"
        )
        text = (
            f"Playground: {settings.problem} of {count} training examples ({settings.data}) by a "
            f"network with the features {', '.join(settings.features)} and {network}, after "
            f"{run.steps} step{'s' * (run.steps != 1)} of gradient descent"
        )
        if count == 0:
            return f"{text}."
        losses = f"training loss {run.train_loss:.3g}"
        if run.test_loss is not None:
            losses += f", test loss {run.test_loss:.3g}"
        if run.train_accuracy is not None:
            losses += f", {run.train_accuracy:.0%} of the training examples on the right side"
        if run.diverged:
            losses += f"; the training diverged at step {run.diverged}"
        return f"{text}: {losses}."

    def draw_static(self):
        """Return decision surface, network and losses as a figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(13, 4.4), layout="constrained")
        network, plane, losses = figure.subplots(1, 3, width_ratios=(1.25, 1, 1))
        _draw_network(self.run, network)
        _draw_plane(self.run, plane)
        _draw_losses(self.run, losses)
        return figure


def _start(state, own, problem):
    """Return the state to begin with: `state`, with own data where there are some."""
    text = state.strip() if isinstance(state, str) else state
    if own is None:
        if text == "":
            return "pg1;end"
        read_state(text)
        return text
    settings = read_state(text or "pg1;end", own)
    if settings.data == "own" and settings.own not in (own, OwnData()):
        raise ValueError(
            "The state holds other own points than those given. Leave out one of the two: the "
            "state to start with your points, or points and labels to go on with the state's."
        )
    if settings.data == "own":
        return write_state(dataclasses.replace(settings, own=own))
    changes = {"data": "own", "problem": problem, "own": own}
    fresh = {"steps": 0, "epoch": 0, "used": 0, "weights": None}
    return write_state(dataclasses.replace(settings, **changes, **fresh))


def _check_names(names):
    """Return names of controls as a list, or say which of them there are."""
    if isinstance(names, str):
        names = [names]
    try:
        names = list(names)
    except TypeError:
        names = [names]
    unknown = [name for name in names if name not in CONTROLS]
    if unknown:
        raise ValueError(
            f"hide takes names of controls ({', '.join(CONTROLS)}), got {unknown[0]!r}."
        )
    return names


def _check_speed(speed):
    if speed not in SPEEDS:
        raise ValueError(f"speed takes one of {', '.join(SPEEDS)}, got {speed!r}.")
    return speed


def _draw_plane(run, axes):
    """Draw the output over the plane, the line of the decision and the training examples."""
    from course_utils import plotting

    ticks = np.linspace(-REACH, REACH, PIXELS)
    x1, x2 = np.meshgrid(ticks, ticks)
    values = run.predict(np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    is_classes = run.settings.problem == "classification"
    low, level, high = (0, 0.5, 1) if is_classes else (-1, 0, 1)
    style = {"cmap": _create_colormap(), "vmin": low, "vmax": high, "alpha": 0.6}
    axes.imshow(
        values, extent=(-REACH, REACH) * 2, origin="lower", interpolation="bilinear", **style
    )
    if values.min() < level < values.max():
        axes.contour(x1, x2, values, levels=[level], colors="black", linewidths=2)
    points, targets = run.train_examples.points, run.train_examples.targets
    for label in (0, 1):
        chosen = (targets > level) == bool(label)
        colors = {"c": targets[chosen], "cmap": _create_colormap(), "vmin": low, "vmax": high}
        axes.scatter(
            *points[chosen].T,
            s=16,
            marker=plotting.CLASS_MARKERS[label],
            edgecolor="black",
            linewidth=0.6,
            **colors,
        )
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    axes.set(xticks=(-5, 0, 5), yticks=(-5, 0, 5), aspect="equal")


def _create_colormap():
    from matplotlib.colors import LinearSegmentedColormap

    from course_utils import plotting

    negative, positive = plotting.CLASS_COLORS
    return LinearSegmentedColormap.from_list("classes", [negative, "white", positive])


def _draw_losses(run, axes):
    """Draw the losses over the epochs; a dot where there is one only."""
    style = {"marker": "o" if len(run.history["epochs"]) < 2 else None}
    for name, label, line in (("train", "training", "-"), ("test", "test", "--")):
        if None not in run.history[name]:
            axes.plot(run.history["epochs"], run.history[name], line, label=label, **style)
            axes.legend()
    axes.set(xlabel="epochs", ylabel="loss")
    axes.set_ylim(bottom=0)


def _draw_network(run, axes):
    """Draw the units by layer and the weights: wide where large, dashed where negative."""
    from course_utils import plotting

    sizes = [len(run.settings.features), *run.settings.hidden, 1]
    columns = [
        [(layer, (count - 1) / 2 - row) for row in range(count)]
        for layer, count in enumerate(sizes)
    ]
    for layer, weights in enumerate(run.weights):
        for (start, end), weight in np.ndenumerate(weights):
            (x1, y1), (x2, y2) = columns[layer][start], columns[layer + 1][end]
            axes.plot(
                (x1, x2),
                (y1, y2),
                "-" if weight >= 0 else "--",
                zorder=1,
                color=plotting.CLASS_COLORS[int(weight >= 0)],
                linewidth=min(6, 0.4 + 1.3 * abs(weight)),
            )
    for column in columns:
        axes.scatter(*zip(*column, strict=True), s=240, color="white", edgecolor="black", zorder=2)
    for name, (x, y) in zip(run.settings.features, columns[0], strict=True):
        axes.text(x - 0.2, y, NAMES[name], ha="right", va="center")
    half = max(max(sizes), 3) / 2
    axes.set(xlim=(-1.1, len(sizes) - 0.7), ylim=(-half - 0.2, half + 0.2))
    axes.set_title(f"{run.steps} steps", loc="left")
    axes.set_axis_off()
