"""What the tests of training/ share: run a script's trial, kill it, read what it wrote."""

import csv
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

TRAINING = Path(__file__).parents[1] / "training"


def command(name, output):
    """Return the command that tries the script `name` and writes to the folder `output`."""
    return [sys.executable, TRAINING / f"{name}.py", "--smoke", "--output", output]


def run(name, output):
    """Run the trial to its end."""
    subprocess.run(command(name, output), check=True, capture_output=True)


def kill(name, output, rounds):
    """Start the trial and kill it as soon as its log has so many rounds."""
    process = subprocess.Popen(
        command(name, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (output / "log.csv").exists() or len(read_log(output)) < rounds:
        if process.poll() is not None:
            pytest.fail("the training ended before it could be killed")
        time.sleep(0.005)
    process.kill()
    process.wait()


def read_log(folder):
    """Return the rows of the log."""
    with open(folder / "log.csv", encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def read_state(folder):
    """Return all variables of the last state: weights and the optimizer's memory."""
    with np.load(folder / "state.npz", allow_pickle=False) as state:
        return {name: state[name] for name in state.files if name != "about"}


def read_weights(path):
    """Return all arrays of a file of weights by their place in it."""
    arrays = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(keep)
    return arrays


def find_key_biases(model):
    """Return the names, in the state, of the biases of an attention's keys.

    A bias adds the same number to all scores of a query, so softmax ignores it: its gradient is
    nothing but rounding, which Adam divides by its own size. It may end anywhere.
    """
    return [f"v{place}" for place, v in enumerate(model.variables) if v.path.endswith("key/bias")]


def require_same_end(folder, undisturbed, besides=()):
    """Fail where one training did not end as the other, to 1e-6, but for the names `besides`."""
    found, expected = read_state(folder), read_state(undisturbed)
    assert len(found) == len(expected) > 10 + len(besides)
    for name, values in expected.items():
        if name in besides:
            continue
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-6)
    for row, other in zip(read_log(folder), read_log(undisturbed), strict=True):
        assert (row["round"], row["seen"]) == (other["round"], other["seen"])
        assert float(row["loss"]) == pytest.approx(float(other["loss"]), abs=1e-6)
