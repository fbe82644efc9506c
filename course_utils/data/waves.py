"""What is usual at each step of a series that repeats itself, by the day or by the year."""

import numpy as np


def fit_usual(values, periods, known):
    """Return the usual value of each step, shape (n,): waves, fitted to the `known` steps alone.

    The waves are products of a constant, sine and cosine of each of the `periods` (in steps), so
    that with a day and a year the difference between day and night may change with the season.
    `known` are n truth values; the others' values are not looked at, which is what keeps a test
    honest.

    Raises ValueError unless `values` and `known` are both of shape (n,), enough steps are known for
    the waves, and none of their values is NaN.
    """
    values, known = np.asarray(values, dtype=float), np.asarray(known, dtype=bool)
    if values.ndim != 1 or known.shape != values.shape:
        raise ValueError(f"expected n values and n truth values: {values.shape}, {known.shape}.")
    waves = [np.ones(len(values))]
    for period in periods:
        angle = 2 * np.pi * np.arange(len(values)) / period
        waves = [wave * factor for wave in waves for factor in (1, np.sin(angle), np.cos(angle))]
    table = np.stack(waves, axis=1)
    if known.sum() < table.shape[1] or not np.isfinite(values[known]).all():
        raise ValueError(f"{table.shape[1]} waves need as many known values, none of them NaN.")
    return table @ np.linalg.lstsq(table[known], values[known], rcond=None)[0]
