"""Train the checkpoint of lesson 09: a small CNN that knows the digits 0 to 8 and has seen no 9.

    python training/nine_digits.py

Data: those of the 4,000 training digits of `data.load_mnist()` that are no 9. The net and its
recipe are the lesson's own. The test digits are looked at once, at the end.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also where it is not installed

from course_utils import data, deck

import keras  # isort: skip
import session  # isort: skip

NAME = "nine_digits"
CLASSES = 9
BATCH_SIZE = 64
PEAK = 0.01  # of the learning rate
SIZES = {False: (3600, 45), True: (512, 4)}  # smoke: digits, rounds


def main(arguments=None):
    """Train or go on; write weights and card."""
    options = session.read_options(__doc__, NAME, arguments=arguments)
    lesson = read_lesson()
    (x_train, y_train), (x_test, y_test) = (without_nines(*part) for part in data.load_mnist())
    number, rounds = SIZES[options.smoke]
    x_train, y_train = x_train[:number], y_train[:number]
    per_round = number // BATCH_SIZE * BATCH_SIZE  # one size of batch: one compilation

    def draw(random):
        order = random.permutation(number)[:per_round]
        return keras.ops.convert_to_numpy(lesson["augment"](x_train[order])), y_train[order]

    keras.utils.set_random_seed(options.seed)
    model = lesson["build_cnn"](num_classes=CLASSES)
    rate = lesson["OneCycle"](PEAK, rounds * per_round // BATCH_SIZE)
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    settings = {"seed": options.seed, "digits": number, "rounds": rounds}
    training = session.Session(model, options.output, settings)
    training.run(rounds, draw, BATCH_SIZE)

    session.round_weights(model)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    weights = options.output / f"{NAME}.weights.h5"
    session.write_weights(model, weights)
    session.write_card(
        weights.with_name(f"{NAME}.md"),
        "nine_digits: a small CNN that has seen no 9",
        {
            "for": f"lesson 09: `build_cnn(num_classes={CLASSES})`, then "
            f'`model.load_weights(data.load_checkpoint("{NAME}"))`',
            "answers": "probabilities of the digits 0 to 8; expects pictures from 0 to 1, ink high",
            "weights": f"{model.count_params():,}, in float16",
            "data": f"{number:,} training digits 0 to 8 of `data.load_mnist()`, at least "
            f"{np.bincount(y_train).min()} of each class; no 9",
            "licence": "CC BY-SA 3.0, as the data: MNIST, Yann LeCun and Corinna Cortes",
            "examples seen": f"{training.rows[-1]['seen']:,}, each in a variant of its own "
            f"({rounds} epochs)",
            "held out": f"{len(y_test)} digits 0 to 8 of the 1,000 test digits of "
            "`data.load_mnist()`: a fixed random fifth of each class of 500, no picture twice. "
            "Nothing was chosen by them",
            "held-out accuracy": f"{accuracy:.4f} (nine classes, with the weights in float16)",
            "time": f"{training.rows[-1]['seconds']:.0f} s",
            "machine": session.describe_machine(),
            "made by": f"`python training/{NAME}.py`, seed {options.seed}",
        },
    )
    print(f"{weights}: {accuracy:.4f} of the held-out digits 0 to 8.")


def read_lesson():
    """Return the lessons' functions by name, without running their other cells."""
    space = {"keras": keras, "layers": keras.layers, "np": np, "ops": keras.ops}
    deck.Lesson("07_training_better", space).take("OneCycle")
    deck.Lesson("09_convolutional_networks", space).take("augment", "build_cnn")
    return space


def without_nines(images, labels):
    """Return the digits 0 to 8: pictures as float32 from 0 to 1, (n, 28, 28, 1), and labels."""
    known = labels < CLASSES
    return (images[known] / 255).astype("float32")[..., np.newaxis], labels[known]


if __name__ == "__main__":
    main()
