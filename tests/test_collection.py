"""conftest.py: which notebooks are collected, a kernel's second start, failures named at once."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import build
import nbformat
import pytest

ROOT = Path(build.__file__).parents[1]


@pytest.fixture(scope="module")
def conftest():
    """The conftest.py of the project (tests/conftest.py has the same module name)."""
    specification = importlib.util.spec_from_file_location("project_conftest", ROOT / "conftest.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


class Start:
    """A kernel's start that fails some times."""

    def __init__(self, failures, error=RuntimeError):
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self, *arguments, **options):
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error("Kernel died before replying to kernel_info")
        return arguments, options


@pytest.mark.parametrize("failures", [1, 2])
def test_kernel_start_is_tried_again_with_a_warning(conftest, failures):
    start = Start(failures)
    with pytest.warns(UserWarning, match="Kernel died .* trying again") as caught:
        assert conftest.with_retries(start)(1, cwd=2) == ((1,), {"cwd": 2})
    assert (start.calls, len(caught)) == (failures + 1, failures)


def test_third_failure_counts(conftest):
    start = Start(3)
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="Kernel died"):
        conftest.with_retries(start)()
    assert start.calls == 3


def test_other_errors_are_not_tried_again(conftest):
    start = Start(1, error=KeyError)
    with pytest.raises(KeyError):
        conftest.with_retries(start)()
    assert start.calls == 1


def test_nbval_starts_kernels_in_this_way():
    import nbval.kernel

    assert nbval.kernel.start_new_kernel.__qualname__ == "with_retries.<locals>.start_again"


@pytest.mark.parametrize(
    "place", ["work/01_perceptron.ipynb", "build/handout/01_perceptron.ipynb", "notebooks/x.ipynb"]
)
def test_only_notebooks_with_a_source_are_collected(conftest, place):
    assert conftest.pytest_ignore_collect(ROOT / place) is True
    assert conftest.pytest_ignore_collect(ROOT / "tests" / "test_build.py") is None
    known = build.notebook_of(build.sources()[0])
    assert conftest.pytest_ignore_collect(known) is False


def test_a_failing_cell_fails_once_and_an_exercise_may(folder):
    """nbval with our settings: plain cells must run, stubs and checks may raise."""
    path = folder / "lesson.ipynb"
    cells = [
        nbformat.v4.new_code_cell("print('runs')"),
        nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
        nbformat.v4.new_code_cell("open('ran', 'a').write('x')\n1 / 0"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=build.METADATA)
    nbformat.write(notebook, path)
    done = run_pytest(path)
    assert "1 failed, 2 passed" in done.stdout
    assert (folder / "ran").read_text(encoding="utf-8") == "x"


@pytest.fixture
def folder(tmp_path):
    """A folder with the project's settings and nothing else."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    return tmp_path


def run_pytest(path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=300)


DYING = """
import os, pathlib, signal, time

def test_bad():
    assert "this" == "that"

def test_that_kills_the_run():
    log, until = pathlib.Path("log.txt"), time.monotonic() + 60
    while "this" not in log.read_text("utf-8") and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(60)
"""


def test_a_run_that_is_killed_has_named_its_failures(folder):
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "test_dying.py").write_text(DYING, encoding="utf-8")
    places = os.pathsep.join(str(ROOT / name) for name in ("notebooks", "tests"))
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "no:cacheprovider", "test_dying.py"]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": places},
            timeout=300,
        )
    written = (folder / "log.txt").read_text(encoding="utf-8")
    assert done.returncode not in (0, 1), written  # it came to no summary
    named = "FAILED NOW test_dying.py::test_bad (call)\n  AssertionError: assert 'this' == 'that'"
    assert named in written, written
    assert "short test summary" not in written
