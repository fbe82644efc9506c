"""The adding problem: add two marked numbers of a long sequence (Hochreiter, Schmidhuber, 1997)."""

import numpy as np


def generate_sums(count, steps, seed=0):
    """Return sequences, float32 (count, steps, 2), and the sum that each asks for, (count,).

    At each step stand a random number from 0 to 1 and a mark, 0 or 1. One number of the first half
    and one of the second are marked; the target is their sum. Who does not read and always says 1
    has a mean squared error of 1/6.

    Raises ValueError for a count below 1 and for fewer than two steps.
    """
    for name, number, least in (("count", count, 1), ("steps", steps, 2)):
        whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
        if not whole or number < least:
            raise ValueError(f"{name} is a whole number from {least} on; got {number!r}.")
    random = np.random.default_rng(seed)
    values, marks = random.uniform(size=(count, steps)), np.zeros((count, steps))
    for low, high in ((0, steps // 2), (steps // 2, steps)):
        marks[np.arange(count), random.integers(low, high, count)] = 1
    targets = (values * marks).sum(axis=1).astype("float32")
    return np.stack([values, marks], axis=-1).astype("float32"), targets
