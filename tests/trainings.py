"""What the tests of training/ share: run a script's trial, kill it, read what it wrote."""

import csv
import importlib
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

TRAINING = Path(__file__).parents[1] / "training"
KILLED = 86  # what a killed trial returns
DIE_EARLY = f"""
import importlib, itertools, os, sys
folder, name, output, rounds = sys.argv[1:]
sys.path.insert(0, folder)
script, session = map(importlib.import_module, (name, "session"))
replace, states = session._replace, itertools.count()

def replace_or_die(path, content):
    if path.name == "state.npz" and next(states) == int(rounds):
        path.with_name(path.name + ".part").write_bytes(content[: len(content) // 2])
        os._exit({KILLED})
    replace(path, content)

session._replace = replace_or_die
script.main(["--smoke", "--output", output])
"""


def load(name):
    """Return the script `name` as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(TRAINING)
        return importlib.import_module(name)


def run(name, output):
    """Run the trial to its end, in this process."""
    load(name).main(["--smoke", "--output", str(output)])


def kill(name, output, rounds):
    """Run the trial in a process that dies while it writes the state after so many rounds."""
    command = [sys.executable, "-c", DIE_EARLY, TRAINING, name, output, str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != KILLED:
        pytest.fail(f"the training was not killed: {done.stderr[-500:]}")


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
    """Fail where one training did not end as the other, to 1e-5, but for the names `besides`.

    Threads add in no fixed order; 2e-6 was seen of that. A step of Adam with other examples, or
    without its memory, moves weights by about the learning rate, 0.01.
    """
    found, expected = read_state(folder), read_state(undisturbed)
    assert len(found) == len(expected) > 10 + len(besides)
    for name, values in expected.items():
        if name in besides:
            continue
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-5)
    for row, other in zip(read_log(folder), read_log(undisturbed), strict=True):
        assert (row["round"], row["seen"]) == (other["round"], other["seen"])
        assert float(row["loss"]) == pytest.approx(float(other["loss"]), abs=1e-5)


def require_agreement(said, share, half):
    """Fail where a card says another share, "0.631 ± …", than a sample of what is held out has.

    Measuring all takes a minute. `half` is half the 95 % interval of the sample, 1.96 standard
    errors; a share within three of them agrees.
    """
    assert abs(float(said.split()[0]) - share) <= 3 * half / 1.96
    assert half < 0.06, "the sample is too small to tell anything"
