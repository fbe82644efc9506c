"""Measure what each ingredient of lesson 07's recipe adds: augmentation, batch normalisation and
the one-cycle schedule; all of them, all but one, and none, five seeds each, on MNIST-5000.

The lesson's own functions train, on all 4,000 training digits; each net meets the 1,000 test digits
once. What there was to choose was chosen before, by validation within the 4,000.
"""

import itertools
import time

import numpy as np

from course_utils import data, deck

LESSON = "07_training_better"
NAMES = ("OneCycle", "build_augmentation", "build_digit_net", "train_recipe")
INGREDIENTS = {  # argument of train_recipe: name
    "augmentation": "augmentation",
    "batch_norm": "batch normalisation",
    "one_cycle": "one-cycle",
}
COMBINATIONS = tuple(  # which are used: all, all but one, none
    used for used in itertools.product((True, False), repeat=3) if sum(used) != 1
)
SEEDS = range(5)


def measure(combinations=COMBINATIONS, seeds=SEEDS, lesson=LESSON, **arguments):
    """Yield (figure, run, value, unit): test accuracy and seconds of each combination.

    The run is the seed. `arguments` go to `train_recipe`.
    """
    space = read_lesson(lesson)
    (x_train, y_train), (x_test, y_test) = prepare(*data.load_mnist())
    for seed in seeds:
        for combination in combinations:
            space["keras"].utils.set_random_seed(seed)
            options = dict(zip(INGREDIENTS, combination, strict=True))
            started = time.perf_counter()
            model, _ = space["train_recipe"](x_train, y_train, **options, **arguments)
            seconds = time.perf_counter() - started
            _, accuracy = model.evaluate(x_test, y_test, verbose=0)
            name = name_of(combination)
            yield f"ingredients/{name}/test_accuracy", seed, accuracy, ""
            yield f"ingredients/{name}/time", seed, seconds, "s"


def read_lesson(lesson=LESSON):
    """Return the lesson's functions by name, without running its other cells."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip
    import tensorflow as tf  # isort: skip

    space = {"__name__": __name__, "keras": keras, "layers": keras.layers, "np": np, "tf": tf}
    deck.Lesson(lesson, space).take(*NAMES)
    return space


def prepare(*parts):
    """Return the parts with pictures as float32 from 0 to 1, shape (n, 28, 28, 1)."""
    return [((images / 255).astype("float32")[..., np.newaxis], labels) for images, labels in parts]


def name_of(combination):
    """Name a combination: "all", "without one-cycle", "none"."""
    used = zip(INGREDIENTS.values(), combination, strict=True)
    missing = [name for name, is_used in used if not is_used]
    if len(missing) == len(INGREDIENTS):
        return "none"
    return f"without {' or '.join(missing)}" if missing else "all"


if __name__ == "__main__":
    for figure, run, value, unit in measure():
        print(f"{figure} run {run}: {value:.4g} {unit}")
