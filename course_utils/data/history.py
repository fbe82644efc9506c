"""The timeline of lesson 00."""

import csv

from .files import read_listed


def load_history():
    """Return the history of deep learning, a list of (year, label, kind), oldest first.

    The kind is "idea", "data", "hardware", "result" or "winter"; data/history.csv also names
    the source of each. Raises DataUnavailable where that file is missing or damaged.
    """
    lines = read_listed("history.csv").decode("utf-8").splitlines()
    return [(int(row["year"]), row["label"], row["kind"]) for row in csv.DictReader(lines)]
