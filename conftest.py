"""How pytest meets the notebooks: which are collected, and a second try when a kernel cannot start."""

import warnings

import build

STARTS = 3


def pytest_ignore_collect(collection_path):
    """Leave out notebooks that build.py does not know: a student's copies, drafts, handouts."""
    if collection_path.suffix == ".ipynb":
        return collection_path not in {build.notebook_of(source) for source in build.sources()}
    return None


def pytest_configure():
    """Let nbval start a kernel up to three times.

    Starts failed in about 1 of 60 tries on a busy machine. Only the start is tried again: a cell
    that fails, fails.
    """
    import nbval.kernel

    nbval.kernel.start_new_kernel = with_retries(nbval.kernel.start_new_kernel)


def with_retries(start):
    """Return `start`, tried again where it raises RuntimeError, with a warning each time."""

    def start_again(*arguments, **options):
        for attempt in range(1, STARTS):
            try:
                return start(*arguments, **options)
            except RuntimeError as error:
                warnings.warn(f"kernel start {attempt} failed ({error}); trying again", stacklevel=2)
        return start(*arguments, **options)

    return start_again
