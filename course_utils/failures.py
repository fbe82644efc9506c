"""Ten trainings that fail, each for one reason: recipes, causes and clues for the clinic of 07.

A recipe is a dictionary of what training needs; `HEALTHY` is one that works. Each patient, A to J,
has one entry that differs. The lesson trains them; here they are only written down, so that the
notebook does not show the answers.
"""

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
          "a loss of thousands in epoch 1 cannot come from numbers around 1"),
    "B": ("activation", "sigmoid", "vanishing gradients",
          "both curves are flat; compare the gradient that reaches layer 1 with the others"),
    "C": ("training", "own and validation digits", "leakage",
          "validation is as good as training, fresh digits are worse: where does it know them from"),
    "D": ("learning_rate", 0.001, "rate too low",
          "the gradient is healthy and the loss still falls, but so slowly"),
    "E": ("loss", "mse", "wrong loss",
          "what is the loss of guessing among ten classes, and what stands on this scale"),
    "F": ("first_bias", -3.0, "dead ReLUs",
          "no gradient at all reaches layer 1; count the units that ever fire"),
    "G": ("shuffle", False, "no shuffling",
          "training looks good, validation is bad and jumps: what did it see last in each epoch"),
    "H": ("learning_rate", 1.0, "rate too high",
          "the curves jump, and part of the units has died: each step goes too far"),
    "I": ("units", 2, "too small a model",
          "training and validation agree, and both stay bad: not even the training set is learnt"),
    "J": ("labels", "shuffled", "shuffled labels",
          "training is learnt by heart, validation gets worse than guessing from the first epoch"),
}
_MORE = {"B": {"hidden_layers": 4}}

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


def _read(patient):
    if patient not in _PATIENTS:
        raise ValueError(f"there are the patients {PATIENTS[0]} to {PATIENTS[-1]}, not {patient!r}.")
    return _PATIENTS[patient]
