"""Time one training step of lesson 03's NumPy network against Keras `fit`: same net, same work.

Both start from the same weights and take the same mini-batches in the same order with plain
gradient descent; both must end with the same loss. They run in turns, so that whatever else the
machine does meets both.
"""

import contextlib
import itertools
import time
from dataclasses import dataclass

import numpy as np

from course_utils import deck

NAMES = ("sigmoid", "ACTIVATIONS", "initialize", "forward", "compute_loss", "backward", "update")
RUNS = 5


@dataclass(frozen=True)
class Task:
    """A network and its training: `epochs` times `examples` examples in mini-batches."""

    units: tuple
    examples: int
    batch_size: int
    epochs: int
    learning_rate: float

    @property
    def name(self):
        """The units of the layers: "2-8-8-1"."""
        return "-".join(map(str, self.units))

    @property
    def steps(self):
        """How many steps one run makes."""
        return self.epochs * (self.examples // self.batch_size)


TASKS = (
    Task((2, 8, 8, 1), examples=1000, batch_size=10, epochs=20, learning_rate=1 / 32),
    Task((784, 256, 10), examples=2560, batch_size=128, epochs=15, learning_rate=1 / 8),
    Task((784, 1024, 1024, 10), examples=1280, batch_size=128, epochs=6, learning_rate=1 / 8),
)


def measure(tasks=TASKS, runs=RUNS):
    """Yield (figure, run, value, unit): microseconds a step of each, and the ratio to NumPy's."""
    for task in tasks:
        contenders = make_contenders(task)
        for train in contenders.values():
            train()  # warm-up: Keras traces its graph
        for run in range(runs):
            results = {name: train() for name, train in contenders.items()}
            assert_same(task, {name: loss for name, (_, loss) in results.items()})
            for name, (seconds, _) in results.items():
                yield f"fit/{task.name}/{name}", run, 1e6 * seconds / task.steps, "µs"
            ratio = results["Keras"][0] / results["NumPy"][0]
            yield f"fit/{task.name}/Keras over NumPy", run, ratio, ""


def make_contenders(task):
    """Return functions by name; each trains anew and returns (seconds, final loss)."""
    lesson = read_lesson()
    random = np.random.default_rng(0)
    inputs, targets = make_data(task, random)
    start = lesson["initialize"](task.units, random)
    return {
        "NumPy": make_numpy(task, lesson, start, inputs, targets),
        "Keras in 64 bits": make_keras(task, lesson, start, inputs, targets, "float64"),
        "Keras": make_keras(task, lesson, start, inputs, targets, "float32"),
    }


def read_lesson():
    """Return the functions of lesson 03's network by name, without running its other cells."""
    lesson = deck.Lesson("03_backpropagation", {"np": np, "itertools": itertools})
    lesson.take(*NAMES)
    return lesson.space


def make_data(task, random):
    """Return inputs from N(0, 1) and targets that a network can learn from them."""
    inputs = random.normal(size=(task.examples, task.units[0]))
    mixed = inputs @ random.normal(size=(task.units[0], task.units[-1]))
    return inputs, np.tanh(mixed / np.sqrt(task.units[0]))


def make_numpy(task, lesson, start, inputs, targets):
    """Return a function that trains the lesson's network by the lesson's functions."""

    def train():
        parameters = start
        started = time.perf_counter()
        for _ in range(task.epochs):
            for first in range(0, task.examples, task.batch_size):
                batch = slice(first, first + task.batch_size)
                gradients = lesson["backward"](parameters, inputs[batch], targets[batch])
                parameters = lesson["update"](parameters, gradients, task.learning_rate)
        seconds = time.perf_counter() - started
        return seconds, final_loss(lesson, parameters, inputs, targets)

    return train


def make_keras(task, lesson, start, inputs, targets, dtype):
    """Return a function that trains the same network by `fit`."""
    with precision(dtype) as keras:
        last = len(task.units) - 2
        model = keras.Sequential([keras.Input((task.units[0],))])
        for layer, units in enumerate(task.units[1:]):
            model.add(keras.layers.Dense(units, activation="linear" if layer == last else "relu"))
        model.compile(keras.optimizers.SGD(task.learning_rate), loss="mse")
    weights = [array for pair in start for array in pair]
    x, y = inputs.astype(dtype), targets.astype(dtype)

    def train():
        model.set_weights(weights)
        with precision(dtype):
            started = time.perf_counter()
            model.fit(x, y, task.batch_size, task.epochs, shuffle=False, verbose=0)
            seconds = time.perf_counter() - started
        arrays = [array.astype("float64") for array in model.get_weights()]
        parameters = list(zip(arrays[::2], arrays[1::2], strict=True))
        return seconds, final_loss(lesson, parameters, inputs, targets)

    return train


@contextlib.contextmanager
def precision(dtype):
    """Let Keras compute with `dtype`: `fit` converts its data to what is set while it runs."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip

    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)  # of the data
    keras.config.set_dtype_policy(dtype)  # of layers
    try:
        yield keras
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


def final_loss(lesson, parameters, inputs, targets):
    """Return the loss over all examples."""
    return lesson["compute_loss"](lesson["forward"](parameters, inputs)[1][-1], targets)


def assert_same(task, losses):
    """Fail unless all contenders end with the same loss, as far as their digits go."""
    expected = losses["NumPy"]
    for name, loss in losses.items():
        tolerance = 1e-9 if name == "Keras in 64 bits" else 1e-4
        assert abs(loss - expected) <= tolerance * expected, (task.name, losses)


if __name__ == "__main__":
    for figure, run, value, unit in measure():
        print(f"{figure} run {run}: {value:.4g} {unit}")
