"""How pytest meets the notebooks: which it collects, and a second try when a kernel cannot start.

Tests that look at what a lesson shows share one execution of its handout (`executed_handout`),
and those that look at its deck one of that (`executed_deck`).
Failures are named as they happen, so that a run that is killed tells of those before.
"""

import pickle
import subprocess
import sys
import warnings

import build
import controls
import filelock
import nbformat
import offline
import pytest
import slides_builder

STARTS = 3
# What takes long comes first, so that both workers of `-n 2` end at about the same time. Decks and
# lessons are executed here once; what looks at the results comes later.
LONG = (
    *("tests/test_handouts.py", "notebooks/", "tests/test_decks.py", "tests/test_training_"),
    *("tests/test_in_jupyterlab.py", "tests/test_lesson_0", "tests/test_lesson_1"),
    *("tests/test_bench_", "tests/test_slides_build.py", "tests/test_html.py"),
)
RUN_HANDOUT = """
import sys, nbformat
from course_utils import execution
source, target, folder = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
execution.execute(notebook, folder, allow_errors=True)
nbformat.write(notebook, target)
"""


def pytest_ignore_collect(collection_path):
    """Leave out notebooks that build.py does not know: a student's copies, drafts, handouts."""
    if collection_path.suffix == ".ipynb":
        return collection_path not in {build.notebook_of(source) for source in build.sources()}
    return None


def pytest_collection_modifyitems(items):
    """Put tests that take long before the others, else in their order."""
    items.sort(
        key=lambda item: next(
            (place for place, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG)
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file together, as `loadfile` does, but for the handouts."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            alone = nodeid.startswith("tests/test_handouts.py")
            return nodeid if alone else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_configure(config):
    """Name failures at once; let nbval start a kernel up to three times.

    Starts failed in about 1 of 60 tries on a busy machine. Only the start is tried again: a cell
    that fails, fails.
    """
    import nbval.kernel

    config.pluginmanager.register(FailuresAtOnce(config.pluginmanager))
    nbval.kernel.start_new_kernel = with_retries(nbval.kernel.start_new_kernel)


class FailuresAtOnce:
    """Writes the name of each test that fails, and why, when it fails and not at the end."""

    def __init__(self, plugins):
        self.plugins = plugins

    def pytest_runtest_logreport(self, report):
        """Write two lines where there is a terminal: the workers of `-n 2` have none."""
        terminal = self.plugins.get_plugin("terminalreporter")
        if report.failed and terminal:
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = crash.message.splitlines() if crash else report.longreprtext.splitlines()[::-1]
            terminal.ensure_newline()
            terminal.write_line(f"FAILED NOW {report.nodeid} ({report.when})", red=True)
            terminal.write_line("  " + next(filter(str.strip, reason), "")[:200])
            terminal.flush()


def with_retries(start):
    """Return `start`, tried again where it raises RuntimeError, with a warning each time."""

    def start_again(*arguments, **options):
        for attempt in range(1, STARTS):
            try:
                return start(*arguments, **options)
            except RuntimeError as error:
                message = f"kernel start {attempt} failed ({error}); trying again"
                warnings.warn(message, stacklevel=2)
        return start(*arguments, **options)

    return start_again


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder that all workers of a test run have in common."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session")
def executed_handout(shared_folder):
    """A function: stem of a lesson -> its handout, executed to the end whatever its cells raise.

    Executed once in a test run: the workers of `-n 2` share the result. With the network cut off,
    where this machine can do that: what a handout needs must be here. Its controls are swept over
    their range (see tests/controls.py).
    """
    folder = shared_folder

    def execute(stem):
        kept = folder / f"executed_{stem}.ipynb"
        with filelock.FileLock(f"{kept}.lock"):
            if not kept.exists():
                lesson = nbformat.read(build.FOLDER / f"{stem}.ipynb", as_version=4)
                waiting, ran = (folder / f"{word}_{stem}.ipynb" for word in ("waiting", "ran"))
                nbformat.write(controls.with_sweep(build.without_answers(lesson)), waiting)
                run = [sys.executable, "-c", RUN_HANDOUT, waiting, ran, build.FOLDER]
                subprocess.run([*(offline.prefix() or []), *run], check=True)
                swept = controls.without_sweep(nbformat.read(ran, as_version=4))
                nbformat.write(swept, kept)
        return nbformat.read(kept, as_version=4)

    return execute


@pytest.fixture(scope="session")
def executed_deck(shared_folder):
    """A function: stem of a lesson -> its deck, read and executed once in a test run."""
    build = slides_builder.load()

    def execute(stem):
        kept = shared_folder / f"deck_{stem}.pickle"
        with filelock.FileLock(f"{kept}.lock"):
            if not kept.exists():
                deck = build.read_deck(slides_builder.SLIDES / f"{stem}.md")
                build.execute_deck(deck)
                kept.write_bytes(pickle.dumps(deck))
        return pickle.loads(kept.read_bytes())

    return execute
