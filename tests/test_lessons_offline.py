"""Every lesson runs to its end with the network cut off."""

import subprocess
import sys

import bench
import offline
import pytest

RUN = "import bench, pathlib, sys; bench.execute(pathlib.Path(sys.argv[1]))"


@pytest.fixture(scope="module")
def cut_off():
    """The words that run a command without a network; skipped where that is not allowed."""
    words = offline.prefix()
    if words is None:
        pytest.skip("no `unshare --net` here: lessons were not run with the network cut off.")
    return words


def test_the_network_really_is_cut_off(cut_off):
    assert not offline.has_network(cut_off)


@pytest.mark.parametrize("path", bench.lessons(), ids=lambda path: path.stem)
def test_lesson_runs_without_a_network(cut_off, path):
    command = [*cut_off, sys.executable, "-c", RUN, str(path)]
    folder = bench.__file__[: -len("bench.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-3000:]
