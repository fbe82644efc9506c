"""Measure what lesson 09 says of convolutional nets, with its own functions, five seeds each.

equal parameters   lesson 06's 512 units against a CNN with as many parameters, the same epochs
equal time         the same two, the CNN stopped after the seconds that the 512 units took
time to 0.97       seconds of training until 97 % of 800 validation digits are right, trained on the
                   other 3,200 of the 4,000: the lesson's recipe against a plain one (a CNN with
                   pooling, Adam, nothing else, as a first Keras demo has it)
transfer           2, 5 or 20 pictures of each of ten classes: the checkpoint of nine digits,
                   adapted, against the same net from scratch: the same pictures and number of
                   steps; from scratch with the better of two learning rates
depth              training loss of plain nets of 6 and 22 layers and of a residual one of 22

Every net meets the 1,000 test digits once. What there was to choose was chosen by validation.
"""

import math
import time

import numpy as np

from course_utils import data, deck

LESSON = "09_convolutional_networks"
NAMES = (
    "OneCycle",
    "build_dense",
    "build_pooled",
    "build_cnn",
    "augment",
    "fit_one_cycle",
    "build_transferred",
    "unfreeze",
    "adapt",
    "conv_norm",
    "block",
    "build_resnet",
    "fit_deep",
)
SEEDS = range(5)
EPOCHS = 20  # of the 512 units
AS_MANY = 254  # units with which the CNN with pooling has as many parameters as the 512 units
TARGET = 0.97
SHORT = 6  # epochs of the one-cycle schedule that is to reach the target soon
LIMIT = 60  # seconds after which the plain recipe is given up
EXAMPLES = (2, 5, 20)  # pictures of each class
PEAKS = (0.01, 0.03)  # of the learning rate from scratch: the better one, by validation
DEPTHS = {  # blocks, shortcuts
    "plain, 6 layers": (2, False),
    "plain, 22 layers": (10, False),
    "residual, 22 layers": (10, True),
}
KINDS = {"plain": False, "augmented": True}


def measure(seeds=SEEDS, lesson=LESSON):
    """Yield (figure, run, value, unit) of everything; the run is the seed."""
    space = read_lesson(lesson)
    train, test = prepare(*data.load_mnist())
    yield from compare_fairly(space, train, test, seeds)
    yield from race(space, train, seeds)
    yield from transfer(space, train, test, seeds)
    yield from deepen(space, train, seeds)


def read_lesson(lesson=LESSON):
    """Return the lesson's functions by name, without running its other cells."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip
    import tensorflow as tf  # isort: skip

    space = {"__name__": __name__, "data": data, "deck": deck, "np": np, "tf": tf}
    space |= {"keras": keras, "layers": keras.layers, "ops": keras.ops}
    deck.Lesson(lesson, space).take(*NAMES)
    return space


def prepare(*parts):
    """Return the parts with pictures as float32 from 0 to 1, shape (n, 28, 28, 1)."""
    return [((images / 255).astype("float32")[..., np.newaxis], labels) for images, labels in parts]


def compare_fairly(space, train, test, seeds=SEEDS, epochs=EPOCHS):
    """Yield test accuracy and seconds of the 512 units and the CNN, equal in one thing each."""
    keras = space["keras"]

    def run(build, **limits):
        keras.utils.set_random_seed(seed)
        model, clock = build(), make_clock(keras, **limits)
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(*train, batch_size=64, epochs=epochs, callbacks=[clock], verbose=0)
        return balanced_accuracy(model, *test), clock.seconds

    def build_cnn():
        return space["build_pooled"](AS_MANY)

    for seed in seeds:
        dense = run(space["build_dense"])
        cnns = {
            "equal parameters": run(build_cnn),
            "equal time": run(build_cnn, limit=dense[1]),
        }
        for fair, cnn in cnns.items():
            for name, (accuracy, seconds) in (("512 units", dense), ("CNN", cnn)):
                yield f"convolution/{fair}/{name}/test_accuracy", seed, accuracy, ""
                yield f"convolution/{fair}/{name}/time", seed, seconds, "s"


def race(space, train, seeds=SEEDS, short=SHORT, limit=LIMIT, target=TARGET):
    """Yield the seconds until the target is reached by each recipe, and their ratio.

    A recipe that misses it has no such row; "validation accuracy" says how far each one came. Ours
    counts whole: its schedule has to end first. The plain one is looked at after each epoch, off
    the clock, and stopped as soon as it is there.
    """
    keras = space["keras"]
    train, held_out = [part[:-800] for part in train], [part[-800:] for part in train]
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        started = time.perf_counter()
        ours = space["fit_one_cycle"](space["build_cnn"](), *train, epochs=short)
        taken = {"our recipe": time.perf_counter() - started}

        keras.utils.set_random_seed(seed)
        plain = space["build_pooled"]()
        plain.compile("adam", "sparse_categorical_crossentropy")
        clock = make_clock(keras, limit, held_out, target)
        plain.fit(*train, epochs=10_000, callbacks=[clock], verbose=0)
        taken["plain recipe"] = clock.seconds

        figure = f"convolution/time to {target}"
        best = {"our recipe": is_right(ours, *held_out).mean(), "plain recipe": clock.best}
        for name, accuracy in best.items():
            yield f"{figure}/{name}/validation accuracy", seed, accuracy, ""
            if accuracy >= target:
                yield f"{figure}/{name}", seed, taken[name], "s"
        if min(best.values()) >= target:
            yield f"{figure}/ratio", seed, taken["plain recipe"] / taken["our recipe"], ""


def transfer(space, train, test, seeds=SEEDS, examples=EXAMPLES, epochs=(20, 20)):
    """Yield the balanced ten-class accuracy of the adapted checkpoint and of nets from scratch.

    Fewer pictures are repeated, so that all nets make the same number of steps. From scratch, the
    learning rate is chosen anew each time, by the last 800 training digits.
    """
    held_out = [part[-800:] for part in train]
    for seed in seeds:
        for number in examples:
            few = draw_examples(*(part[:-800] for part in train), number, seed)
            for kind, augmentation in KINDS.items():
                space["keras"].utils.set_random_seed(seed)
                adapted = space["adapt"](*few, epochs=epochs, augmentation=augmentation)
                fresh = []
                for peak in PEAKS:
                    space["keras"].utils.set_random_seed(seed)
                    model = space["build_cnn"]()
                    space["fit_one_cycle"](model, *few, sum(epochs), peak, 20, augmentation)
                    fresh.append((is_right(model, *held_out).mean(), model))
                best = max(fresh, key=lambda entry: entry[0])[1]
                for way, model in (("from scratch", best), ("transfer", adapted)):
                    figure = f"convolution/transfer/{number} of each, {kind}/{way}"
                    yield figure, seed, balanced_accuracy(model, *test), ""


def deepen(space, train, seeds=SEEDS, depths=None):
    """Yield the training loss of the last epoch of each net of DEPTHS; the lesson's `fit_deep`."""
    space["x_train"], space["y_train"] = (part[:3200] for part in train)
    for seed in seeds:
        for name, (blocks, shortcut) in (depths or DEPTHS).items():
            space["keras"].utils.set_random_seed(seed)
            yield (
                f"convolution/depth/{name}/loss",
                seed,
                space["fit_deep"](blocks, shortcut)[-1],
                "",
            )


def draw_examples(pictures, labels, number, seed):
    """Return `number` examples of each class, each as often as makes 20."""
    random = np.random.default_rng(seed)
    few = [random.choice(np.flatnonzero(labels == c), number, False) for c in np.unique(labels)]
    few = np.repeat(np.concatenate(few), max(EXAMPLES) // number)
    return pictures[few], labels[few]


def balanced_accuracy(model, pictures, labels):
    """Return the mean over the classes of the share that is classified rightly."""
    right = is_right(model, pictures, labels)
    return float(np.mean([right[labels == c].mean() for c in np.unique(labels)]))


def is_right(model, pictures, labels):
    """Tell of each picture whether the model names its class."""
    return model.predict(pictures, batch_size=200, verbose=0).argmax(axis=-1) == labels


def make_clock(keras, limit=math.inf, held_out=None, target=1.0):
    """Return a callback that stops training after `limit` seconds, or as soon as it is good enough.

    After each epoch it looks whether the accuracy on `held_out` has reached `target`; that time
    does not count. It keeps the `seconds`, and the `best` accuracy.
    """

    class Clock(keras.callbacks.Callback):
        seconds, best = 0.0, 0.0

        def on_train_begin(self, logs=None):
            self.started = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            self.seconds = time.perf_counter() - self.started
            self.model.stop_training = self.model.stop_training or self.seconds >= limit

        def on_epoch_end(self, epoch, logs=None):
            if held_out:
                paused = time.perf_counter()
                accuracy = is_right(self.model, *held_out).mean()
                self.best = max(self.best, accuracy)
                self.model.stop_training = self.model.stop_training or accuracy >= target
                self.started += time.perf_counter() - paused

    return Clock()


if __name__ == "__main__":
    for figure, run, value, unit in measure():
        print(f"{figure} run {run}: {value:.4g} {unit}", flush=True)
