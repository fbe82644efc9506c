"""What `python3 course.py bench` measured, for lessons that compare their result with it."""

import csv
import statistics
from pathlib import Path

FILE = Path(__file__).parents[1] / "benchmarks" / "results.csv"


def read(figure, file=FILE):
    """Return the measured values of `figure`, one a run, as a list of floats.

    Raises:
        KeyError: nothing of that name was measured.
    """
    with open(file, encoding="utf-8", newline="") as table:
        values = [float(row["value"]) for row in csv.DictReader(table) if row["figure"] == figure]
    if not values:
        raise KeyError(f"{figure!r} is not in {file.name}: measure it with `course.py bench`.")
    return values


def band(figure, file=FILE):
    """Return (low, high) for a training result: two standard deviations beyond all seeds seen.

    Raises:
        KeyError: nothing of that name was measured.
        ValueError: it was measured with fewer than five seeds.
    """
    values = read(figure, file)
    if len(values) < 5:
        raise ValueError(f"{figure!r} was measured {len(values)} times: a band needs five seeds.")
    margin = 2 * statistics.stdev(values)
    return min(values) - margin, max(values) + margin
