"""Full public data sets, fetched once: one lock, one cache, one clear message without a network."""

import contextlib
import dataclasses
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from .files import DataUnavailable, file_hash

PATIENCE = 30  # seconds without a byte after which a download counts as failed

IMDB_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
IMDB_FILES = {  # name: the hash that Keras itself checks
    "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb_word_index.json": "bfafd718b763782e994055a2d397834f",
}


@dataclasses.dataclass(frozen=True)
class FullSet:
    """A public data set that Keras fetches once: tests put their own rows into FULL_SETS."""

    title: str
    files: dict  # name in Keras's cache: sha256 or md5, so that half a file does not count as there
    megabytes: int
    load: Callable  # fetches what is missing and returns it


def _load_keras_mnist():
    import keras

    return keras.datasets.mnist.load_data()


def _fetch_imdb():
    """Return {name: path} of the files, whose hashes Keras has checked; nothing is read here."""
    import keras

    return {
        name: Path(keras.utils.get_file(name, origin=IMDB_ORIGIN + name, file_hash=digest))
        for name, digest in IMDB_FILES.items()
    }


FULL_SETS = {
    "mnist": FullSet(
        title="The full MNIST set (70,000 digits)",
        files={"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
        megabytes=11,
        load=_load_keras_mnist,
    ),
    "imdb": FullSet(
        title="The IMDB set (50,000 reviews)",
        files=IMDB_FILES,
        megabytes=19,
        load=_fetch_imdb,
    ),
}


def is_available(name):
    """Tell whether the full data set `name` ("imdb", "mnist") is on this machine, whole.

    Raises ValueError for a name that the course does not know.
    """
    folder = keras_folder()
    return all(
        file_hash(folder / file, "sha256" if len(digest) == 64 else "md5") == digest
        for file, digest in _full_set(name).files.items()
    )


def _full_set(name):
    """Return the row of FULL_SETS, or say in a ValueError which names there are."""
    if name not in FULL_SETS:
        known = ", ".join(sorted(FULL_SETS))
        raise ValueError(f"expected one of the full data sets ({known}), got {name!r}.")
    return FULL_SETS[name]


def load_full(name):
    """Fetch what is missing, one process at a time, and return what the row of `name` loads."""
    full_set = _full_set(name)
    folder = keras_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock_file = folder / f"{next(iter(full_set.files))}.lock"
        with _one_at_a_time(lock_file, full_set.title), _impatience():
            return full_set.load()
    except Exception as error:  # Keras raises it bare
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise DataUnavailable(
            f"{full_set.title} is not on this machine and could not be fetched: {reason}. "
            f"Connect to the network and run the cell again (once {full_set.megabytes} MB, into "
            f"{folder}). Without it everything but this section works."
        ) from None


@contextlib.contextmanager
def _one_at_a_time(lock_file, title):
    """Let one process in; the others say that they wait. The lock ends with its process."""
    import filelock

    lock = filelock.FileLock(lock_file)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"{title} is being fetched by another notebook. Waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _impatience():
    """Let a connection that has gone quiet fail instead of waiting for ever, as Keras would."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def keras_folder():
    """Return where Keras keeps data sets, without importing it; outside the project."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser()
    existing = next((path for path in (home, *home.parents) if path.exists()), home)
    if not os.access(existing, os.W_OK):
        home = Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")
    return home / "datasets"
