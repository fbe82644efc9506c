"""Ten trainings that fail, each for one reason: recipes, causes and clues for the clinic of 07.

A recipe is a dictionary of what training needs; `HEALTHY` is one that works. Each patient, A to J,
has one entry that differs. The lesson trains them; here they are only written down, so that the
notebook does not show the answers.
"""

import numpy as np

HEALTHY = {
    "divide_by": 255,  # grey values run from 0 to 255
    "labels": "true",  # or "shuffled"
    "training": "own digits",  # or "own and validation digits"
    "shuffle": True,  # of digits that lie sorted by class
    "hidden_layers": 2,
    "units": 64,
    "activation": "relu",
    "first_bias": 0.0,  # of the hidden layers
    "loss": "sparse_categorical_crossentropy",
    "learning_rate": 0.1,
}

# The entry that is wrong, its value, the cause as students name it, and a clue to it.
_PATIENTS = {
    "A": ("divide_by", 1, "unscaled input",
          "such a huge loss in epoch 1 cannot come from inputs around 1"),
    "B": ("activation", "sigmoid", "vanishing gradients",
          "both curves are flat; compare the gradient at layer 1 with that at the last layer"),
    "C": ("training", "own and validation digits", "leakage",
          "validation is as good as training, fresh digits are worse: what has it seen before"),
    "D": ("learning_rate", 0.001, "rate too low",
          "the gradient is healthy and the loss still falls, but so slowly"),
    "E": ("loss", "mse", "wrong loss",
          "guessing among ten classes costs 2.3, so what kind of loss can guessing make 28"),
    "F": ("first_bias", -3.0, "dead ReLUs",
          "no gradient at all reaches layer 1; count the units that ever fire"),
    "G": ("shuffle", False, "no shuffling",
          "training looks good, validation begins worse than guessing: what ends each epoch"),
    "H": ("learning_rate", 1.0, "rate too high",
          "the curves jump, and part of the units has died: each step goes too far"),
    "I": ("units", 2, "too small a model",
          "training and validation agree, and both stay bad: not even the training set is learnt"),
    "J": ("labels", "shuffled", "shuffled labels",
          "training is learnt by heart, slowly, and validation only gets worse than guessing"),
}
_MORE = {"B": {"hidden_layers": 4}, "I": {"hidden_layers": 1}}

PATIENTS = tuple(_PATIENTS)
CAUSES = tuple(sorted(cause for _, _, cause, _ in _PATIENTS.values()))


def recipe(patient):
    """Return the recipe of a patient, "A" to "J".

    Raises:
        ValueError: there is no such patient.
    """
    entry, value, _, _ = _read(patient)
    return HEALTHY | _MORE.get(patient, {}) | {entry: value}


def cause(patient):
    """Return what is wrong with a patient, one of `CAUSES`."""
    return _read(patient)[2]


def clue(patient):
    """Return a sentence that leads to the cause, without naming it."""
    return _read(patient)[3]


def culprit(patient):
    """Return the entry of the recipe that has to change."""
    return _read(patient)[0]


def make_digits(recipe, pictures, labels):
    """Return what a recipe trains on and validates with: x, y, new x, new y.

    pictures: 4,000 digits, values from 0 to 1. The first 1,000 are for training, sorted by class
    as in many a file, the last 800 for validation. x are rows of pixels, y columns of labels.
    """
    rows = 255 * pictures.reshape(len(pictures), -1) / recipe["divide_by"]
    columns = labels[:, np.newaxis]
    order = np.argsort(labels[:1000], kind="stable")
    x, y, new_x, new_y = rows[order], columns[order], rows[-800:], columns[-800:]
    if recipe["labels"] == "shuffled":
        y = np.random.default_rng(0).permutation(y)
    if recipe["training"] == "own and validation digits":
        x, y = np.concatenate([x, new_x]), np.concatenate([y, new_y])
    return x, y, new_x, new_y


def examine(model, curves, recipe, pictures, labels):
    """Return the vital signs of a trained network, {sign: text}.

    A unit is silent when it is 0 (or below) for every training digit. The gradients are those of
    the first and the last kernel over the training set, as the root of the sum of their squares.
    Digits 2,000 to 3,000 of `pictures` are fresh: no recipe uses them.
    """
    import keras
    import tensorflow as tf

    x, y, _, _ = make_digits(recipe, pictures, labels)
    with tf.GradientTape() as tape:
        activations = [tf.constant(x)]
        for layer in model.layers:
            activations.append(layer(activations[-1]))
        loss = tf.reduce_mean(keras.losses.get(recipe["loss"])(y, activations[-1]))
    ends = [model.layers[0].kernel, model.layers[-1].kernel]
    first, last = (float(tf.norm(slope)) for slope in tape.gradient(loss, ends))
    silent = np.concatenate([np.all(layer.numpy() <= 0, axis=0) for layer in activations[1:-1]])
    fresh = 255 * pictures[2000:3000].reshape(1000, -1) / recipe["divide_by"]
    predictions = np.argmax(model(fresh), axis=-1)
    return {
        "loss in epoch 1": f"{curves['loss'][0]:.3g}",
        "silent units": f"{np.mean(silent):.0%}",
        "gradient of layer 1": f"{first:.1g}",
        "of the last layer": f"{last:.1g}",
        "validation": f"{curves['val_accuracy'][-1]:.0%}",
        "fresh digits": f"{np.mean(predictions == labels[2000:3000]):.0%}",
    }


def _read(patient):
    if patient not in _PATIENTS:
        raise ValueError(f"there are the patients A to {PATIENTS[-1]}, not {patient!r}.")
    return _PATIENTS[patient]
