"""Data are right, always the same, and anything wrong is one sentence that says what to do."""

import csv
import errno
import hashlib
import inspect
import io
import math
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from course_utils import data

KINDS = {"idea", "data", "hardware", "result", "winter"}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


# Digits


def test_the_digits_have_keras_shapes_and_types():
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    assert x_train.shape == (4000, 28, 28) and x_test.shape == (1000, 28, 28)
    assert y_train.shape == (4000,) and y_test.shape == (1000,)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert x_train.max() == 255 and x_train.min() == 0


def test_every_class_is_there_equally_often_and_no_digit_twice():
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    pictures = np.concatenate([x_train, x_test]).reshape(5000, -1)
    assert len(np.unique(pictures, axis=0)) == 5000


def test_the_order_is_mixed_from_the_first_digit_on():
    (_, y_train), (_, y_test) = data.load_mnist()
    for labels in (y_train, y_test):
        assert (np.diff(labels.astype(int)) != 0).mean() > 0.85
        shares = [np.bincount(part, minlength=10).min() for part in np.split(labels, 10)]
        assert min(shares) > 0, "a tenth of the set lacks a class"


def test_the_split_never_changes():
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    content = b"".join(array.tobytes() for array in (x_train, y_train, x_test, y_test))
    assert sha256(content) == "322d4ad00b72b47d52aeb77c92044113c8f7f5006dbf0dc3a70015b042384d2f"


def test_the_random_state_of_the_caller_is_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    data.load_mnist()
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("content", [b"half a file", None], ids=["damaged", "missing"])
def test_digits_that_are_not_the_right_ones_are_refused(tmp_path, monkeypatch, content):
    folder = tmp_path / "data" / "data"
    folder.mkdir(parents=True)
    if content:
        (folder / "mnist_5k.csv.gz").write_bytes(content)
    monkeypatch.setattr(data.files.importlib.resources, "files", lambda package: tmp_path)
    state = "damaged" if content else "missing"
    with pytest.raises(data.DataUnavailable, match=rf"{state}.*Delete the folder \.venv"):
        data.load_mnist()
    assert len(data.check_files()) == len(data.files.CARRIED) and state in data.check_files()[0]


def test_importing_and_loading_stays_light():
    code = """
        import sys
        heavy = {"keras", "tensorflow", "pandas", "filelock", "mlxtend"}
        from course_utils import data
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        data.load_mnist()
        loaded = (heavy | {"sklearn", "scipy"}) & set(sys.modules)
        assert loaded == {"mlxtend"}, loaded
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


# Drawings


def center_of_mass(picture):
    """Return (row, column) of a picture's centre of mass."""
    rows, columns = np.indices(picture.shape)
    return (rows * picture).sum() / picture.sum(), (columns * picture).sum() / picture.sum()


def some_digits(count=200):
    return data.load_mnist()[1][0][:count]


def scribble(seed, height=90, width=70):
    """Return a random, smooth, asymmetric drawing: a thick walk across the field."""
    random = np.random.default_rng(seed)
    drawing = np.zeros((height, width))
    row, column = height / 2, width / 2
    for _ in range(60):
        row = np.clip(row + random.normal(0, 6), 3, height - 4)
        column = np.clip(column + random.normal(0, 6), 3, width - 4)
        drawing[int(row) - 3 : int(row) + 4, int(column) - 3 : int(column) + 4] = 1
    return drawing


def center_digit_by_hand(drawing):
    """Follow the docstring of center_digit with Python's own whole numbers, cell by cell."""

    def nearest(numerator, denominator):
        return math.floor(numerator / denominator + 0.5)

    largest = max(max(row) for row in drawing)
    ink = [[math.floor(255 * value / largest + 0.5) for value in row] for row in drawing]
    rows = [k for k, row in enumerate(ink) if any(row)]
    columns = [k for k in range(len(ink[0])) if any(row[k] for row in ink)]
    ink = [row[columns[0] : columns[-1] + 1] for row in ink[rows[0] : rows[-1] + 1]]
    h, w = len(ink), len(ink[0])
    new_h, new_w = (max(1, nearest(20 * side, max(h, w))) for side in (h, w))

    def shared(i, k, old, new):
        return max(0, min((i + 1) * old, (k + 1) * new) - max(i * old, k * new))

    small = [
        [
            sum(
                shared(i, k, h, new_h) * shared(j, m, w, new_w) * int(ink[k][m])
                for k in range(h)
                for m in range(w)
            )
            for j in range(new_w)
        ]
        for i in range(new_h)
    ]
    total, darkest = sum(map(sum, small)), max(map(max, small))
    r = nearest(sum(i * sum(row) for i, row in enumerate(small)), total)
    c = nearest(sum(j * value for row in small for j, value in enumerate(row)), total)
    top, left = min(max(14 - r, 0), 28 - new_h), min(max(14 - c, 0), 28 - new_w)
    picture = [[0] * 28 for _ in range(28)]
    for i in range(new_h):
        for j in range(new_w):
            picture[top + i][left + j] = math.floor(255 * small[i][j] / darkest + 0.5)
    return picture


@pytest.mark.parametrize("shape", [(20, 20), (31, 17), (9, 26), (1, 1), (3, 40)])
def test_a_drawing_is_centered_exactly_as_the_docstring_says(shape):
    random = np.random.default_rng(sum(shape))
    drawing = random.random(shape) * (random.random(shape) < 0.4)
    drawing[0, 0] = 0.7
    expected = center_digit_by_hand(drawing.tolist())
    np.testing.assert_array_equal(data.center_digit(drawing), expected)


def test_mnist_puts_the_center_of_mass_at_row_14_and_column_14():
    (x_train, _), (x_test, _) = data.load_mnist()
    centers = np.array([center_of_mass(digit) for digit in np.concatenate([x_train, x_test])])
    assert (np.floor(centers + 0.5) == data.drawings.DIGIT_CENTER).all()


def test_mnist_digits_stay_what_they_are():
    digits = some_digits(1000)
    centered = np.stack([data.center_digit(digit) for digit in digits])
    change = np.abs(centered.astype(int) - digits)
    assert change.mean() < 0.05
    assert (change.max(axis=(1, 2)) > 1).mean() <= 0.002


@pytest.mark.parametrize("factor", [2, 3, 10])
def test_a_digit_drawn_larger_and_elsewhere_comes_back(factor):
    random = np.random.default_rng(factor)
    for digit in some_digits(40):
        large = np.kron(digit, np.ones((factor, factor)))
        around = random.integers(0, 60, size=(2, 2))
        change = np.abs(data.center_digit(np.pad(large, around)).astype(int) - digit)
        assert change.mean() < 0.3


@pytest.mark.parametrize("seed", range(20))
def test_any_drawing_ends_in_the_box_with_its_mass_in_the_middle(seed):
    drawing = scribble(seed)
    picture = data.center_digit(drawing)
    assert picture.shape == (28, 28) and picture.dtype == np.uint8 and picture.max() == 255
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(height, width) == data.drawings.DIGIT_BOX
    old_height = np.ptp(np.flatnonzero(drawing.any(axis=1))) + 1
    old_width = np.ptp(np.flatnonzero(drawing.any(axis=0))) + 1
    assert height / width == pytest.approx(old_height / old_width, rel=0.1)
    assert center_of_mass(picture) == pytest.approx((14, 14), abs=0.51)
    share = (data.drawings.DIGIT_BOX / max(old_height, old_width)) ** 2
    assert picture.sum() / 255 == pytest.approx(drawing.sum() * share, rel=0.05)


def test_the_scale_and_type_of_the_grey_values_do_not_matter():
    drawing = scribble(3)
    expected = data.center_digit(drawing)
    for same in (drawing > 0, drawing * 255, drawing.astype(np.uint8) * 7, drawing.tolist()):
        np.testing.assert_array_equal(data.center_digit(same), expected)


def test_where_on_the_field_it_is_drawn_does_not_matter_and_the_field_stays():
    field = np.pad(scribble(4), ((5, 90), (70, 0)))
    before = field.copy()
    np.testing.assert_array_equal(data.center_digit(field), data.center_digit(scribble(4)))
    np.testing.assert_array_equal(field, before)


@pytest.mark.parametrize("margin", [0, 1])
def test_a_drawing_cut_out_closely_is_not_taken_to_be_inverted(margin):
    for digit in some_digits(1000):
        rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
        close = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        np.testing.assert_array_equal(
            data.center_digit(np.pad(close, margin)), data.center_digit(digit)
        )


def test_traces_too_faint_to_see_are_no_ink():
    drawing = scribble(5)
    surrounded = np.pad(drawing, 9, constant_values=1 / 511)
    np.testing.assert_array_equal(data.center_digit(surrounded), data.center_digit(drawing))


def test_shapes_that_can_be_checked_on_paper():
    bar = data.center_digit(np.ones((100, 20)))
    assert bar.any(axis=1).sum() == 20 and bar.any(axis=0).sum() == 4
    assert bar.sum() == 80 * 255
    hairline = data.center_digit(np.ones((1, 300)))
    assert hairline.sum() == 20 * 255 and hairline.any(axis=1).sum() == 1
    dot = np.zeros((9, 9))
    dot[7, 1] = 0.01
    assert data.center_digit(dot).sum() == 400 * 255


def test_a_top_heavy_drawing_is_not_cut_off():
    drawing = np.zeros((200, 200))
    drawing[:30] = 1
    drawing[30:, :2] = 1
    picture = data.center_digit(drawing)
    assert picture.any(axis=1).sum() == 20 and picture.any(axis=0).sum() == 20
    assert picture[27].any(), "it reaches the lower border because the mass is far up"


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (np.zeros((28, 28)), "no ink: all 784 pixels are 0. Draw a digit first"),
        (np.zeros((0, 0)), "no ink"),
        (np.ones(784), r"two-dimensional.*shape \(784,\)"),
        (np.ones((1, 28, 28)), r"shape \(1, 28, 28\).*drawing\[0\] of a batch"),
        (np.ones((30, 20, 3)), r"shape \(30, 20, 3\), three colours.*data.find_ink"),
        (np.ones((30, 20, 4)), "three colours and alpha.*data.find_ink"),
        (255 - some_digits(1)[0], "looks inverted. Pass drawing.max"),
        (1 - 0.8 * np.pad(scribble(6), 5), "inverted"),
        (3, r"shape \(\)"),
        (np.array([[0, np.nan]]), "NaN or infinity.*np.nan_to_num"),
        (np.array([[0, np.inf]]), "NaN or infinity"),
        (np.array([[0, -1.5]]), "the smallest value is -1.5"),
        ([[1, 2], [3]], "rows of the same length"),
        ([["1", "2"]], "needs numbers"),
        ("seven", "this str is not"),
        (None, "this NoneType is not"),
        (np.array([[1j]]), "needs numbers"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_remedy(drawing, message):
    with pytest.raises(ValueError, match=message):
        data.center_digit(drawing)


# History

ENTRIES_OF_THE_COURSE = [
    (1943, "neuron"),
    (1957, "Perceptron"),
    (1969, "Minsky and Papert"),
    (1971, "8 layers"),
    (1974, "Backpropagation"),
    (1986, "Backpropagation"),
    (1986, "Recurrent"),
    (1986, "deep learning"),
    (1989, "Convolutional"),
    (1997, "LSTM"),
    (1998, "MNIST"),
    (2006, "Hinton"),
    (2009, "ImageNet"),
    (2012, "AlexNet"),
    (2012, "Dropout"),
    (2014, "GAN"),
    (2014, "DeepFace"),
    (2016, "AlphaGo"),
    (2017, "AlphaZero"),
    (2017, "Transformer"),
    (2018, "BERT"),
    (2021, "DALL-E"),
    (2022, "ChatGPT"),
]
THE_BIG_PICTURE = [
    (1950, "Symbolic AI"),
    (1960, "Adaline"),
    (1980, "Convolutional"),
    (1990, "SVM"),
    (2000, "gradient boosting"),
    (2000, "GPU"),
    (2010, "GPUs"),
]


@pytest.mark.parametrize(("year", "words"), ENTRIES_OF_THE_COURSE)
def test_the_history_has_every_entry_of_the_syllabus(year, words):
    assert any(year == y and words in label for y, label, _ in data.load_history())


@pytest.mark.parametrize(("decade", "words"), THE_BIG_PICTURE)
def test_the_history_has_every_row_of_the_big_picture(decade, words):
    assert any(y // 10 * 10 == decade and words in label for y, label, _ in data.load_history())


def test_the_history_fits_on_a_timeline():
    history = data.load_history()
    years = [year for year, _, _ in history]
    assert years == sorted(years) and (years[0], years[-1]) == (1943, 2022)
    assert {kind for _, _, kind in history} == KINDS
    labels = [label for _, label, _ in history]
    assert len(set(labels)) == len(labels)
    assert [label for label in labels if len(label) > 70] == []


def test_every_event_names_its_source_and_the_sources_year_is_not_another():
    with open(data.files.FOLDER / "history.csv", encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert list(rows[0]) == ["year", "label", "kind", "source"]
    assert [row for row in rows if not row["source"]] == []
    # Published later than the event: a survey of the winter, CUDA's own paper.
    later = {row["label"][:6] for row in rows if row["year"] not in row["source"]}
    assert later == {"Market", "CUDA o"}


# The folder data/


def copy_of_the_folder(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(data.files.FOLDER, folder)
    monkeypatch.setattr(data.files, "FOLDER", folder)
    return folder


def test_all_files_are_intact():
    assert data.check_files() == []


def test_the_readme_lists_exactly_the_files_that_are_there():
    code = {data.files.README, "generate.py", "make_word_vectors.py"}
    files = (path for path in data.files.FOLDER.rglob("*") if path.is_file())
    names = {
        path.relative_to(data.files.FOLDER).as_posix() for path in files if path.suffix != ".pyc"
    }
    assert set(data.files.listed_files()) == names - code
    text = (data.files.FOLDER / data.files.README).read_text(encoding="utf-8")
    for carried in data.files.CARRIED.values():
        assert f"| {carried.path} |" in text and carried.sha256 in text


def test_the_readme_counts_the_rows_of_the_history():
    text = (data.files.FOLDER / data.files.README).read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `history.csv`"))
    assert row.split(" | ")[2] == str(len(data.load_history()))


def test_a_changed_and_a_missing_file_are_named(tmp_path, monkeypatch):
    folder = copy_of_the_folder(tmp_path, monkeypatch)
    (folder / "history.csv").write_bytes(b"year,label\n")
    assert data.check_files() == [
        "data/history.csv is damaged. Run `git checkout data/history.csv`."
    ]
    with pytest.raises(data.DataUnavailable, match="git checkout data`"):
        data.load_history()
    (folder / "history.csv").unlink()
    assert data.check_files() == [
        "data/history.csv is missing. Run `git checkout data/history.csv`."
    ]
    with pytest.raises(data.DataUnavailable, match="git checkout data`"):
        data.load_history()


@pytest.mark.parametrize("content", [None, b"", b"no table", b"\xff\xfe\x00"])
def test_without_a_readable_readme_the_check_still_answers(tmp_path, monkeypatch, content):
    folder = copy_of_the_folder(tmp_path, monkeypatch)
    (folder / data.files.README).unlink()
    if content is not None:
        (folder / data.files.README).write_bytes(content)
    assert data.check_files() == [
        "data/README.md is missing or damaged. Run `git checkout data/README.md`."
    ]
    with pytest.raises(data.DataUnavailable, match="git checkout data`"):
        data.load_history()


# The full set, from a server of our own


def tiny_set(seed=0):
    """Return the bytes of an npz file that looks like Keras's mnist.npz, far smaller."""
    random = np.random.default_rng(seed)
    arrays = {}
    for part, count in (("train", 600), ("test", 100)):
        arrays[f"x_{part}"] = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = random.integers(0, 10, count, dtype=np.uint8)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


TINY = tiny_set()


class Origin(ThreadingHTTPServer):
    """Serves `contents` by name, else `content`, once `open` is set; counts requests.

    Of each only the first `cut` bytes.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.content, self.cut, self.requests = TINY, None, 0
        self.contents = {}
        self.open = threading.Event()
        self.open.set()
        self.url = f"http://127.0.0.1:{self.server_port}/tiny.npz"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests += 1
        self.server.open.wait(60)
        self.send_response(200)
        content = self.server.contents.get(self.path.rpartition("/")[2], self.server.content)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.cut])

    def log_message(self, *_):
        pass


@pytest.fixture
def origin():
    server = Origin()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.open.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Keras's cache in a folder of its own, and no proxy on the way."""
    keras = pytest.importorskip("keras")
    home = tmp_path / "keras home"
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.setattr(keras.src.backend.config, "_KERAS_DIR", str(home))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return home / "datasets"


def load_tiny(url):
    """Load the tiny set as keras.datasets.mnist loads mnist.npz."""
    import keras

    path = keras.utils.get_file("tiny.npz", origin=url, file_hash=sha256(TINY))
    with np.load(path, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


@pytest.fixture
def tiny(origin, cache, monkeypatch):
    """The row of FULL_SETS that points to our server instead of Keras's."""
    row = data.FullSet("The tiny set", {"tiny.npz": sha256(TINY)}, 1, lambda: load_tiny(origin.url))
    monkeypatch.setitem(data.FULL_SETS, "tiny", row)
    return row


def load_and_compare():
    (x_train, _), (_, y_test) = data.fetching.load_full("tiny")
    expected = np.load(io.BytesIO(TINY))
    np.testing.assert_array_equal(x_train, expected["x_train"])
    np.testing.assert_array_equal(y_test, expected["y_test"])


def test_the_full_set_is_fetched_once_with_a_progress_bar(tiny, origin, cache, capsys):
    assert not data.is_available("tiny")
    load_and_compare()
    assert f"{len(TINY)}/{len(TINY)}" in capsys.readouterr().out
    assert data.is_available("tiny") and (cache / "tiny.npz").read_bytes() == TINY
    load_and_compare()
    assert origin.requests == 1


def test_what_was_fetched_needs_no_network(tiny, origin):
    load_and_compare()
    origin.shutdown()
    origin.server_close()
    load_and_compare()


def test_another_file_than_expected_is_refused_and_fetched_again(tiny, origin):
    origin.content = tiny_set(seed=1)
    with pytest.raises(data.DataUnavailable, match=r"(?s)corrupted file.*run the cell again"):
        data.fetching.load_full("tiny")
    assert not data.is_available("tiny")
    origin.content = TINY
    load_and_compare()


def test_a_cut_connection_is_told_and_recovered_from(tiny, origin, cache):
    origin.cut = len(TINY) // 2
    with pytest.raises(data.DataUnavailable, match="Connect to the network and run the cell again"):
        data.fetching.load_full("tiny")
    assert not data.is_available("tiny")
    origin.cut = None
    load_and_compare()


def test_half_a_file_in_the_cache_counts_as_none(tiny, origin, cache):
    cache.mkdir(parents=True)
    (cache / "tiny.npz").write_bytes(TINY[: len(TINY) // 2])
    assert not data.is_available("tiny")
    load_and_compare()
    assert origin.requests == 1


def test_a_server_that_goes_quiet_is_given_up(tiny, origin, monkeypatch):
    monkeypatch.setattr(data.fetching, "PATIENCE", 0.3)
    before = socket.getdefaulttimeout()
    origin.open.clear()
    with pytest.raises(data.DataUnavailable, match="timed out"):
        data.fetching.load_full("tiny")
    assert socket.getdefaulttimeout() == before


def test_no_network_is_one_clear_message(tiny, origin, cache):
    origin.shutdown()
    origin.server_close()
    with pytest.raises(data.DataUnavailable) as caught:
        data.fetching.load_full("tiny")
    message = str(caught.value)
    assert message.startswith("The tiny set is not on this machine and could not be fetched: ")
    assert str(cache) in message and "1 MB" in message and "\n" not in message
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_the_real_loader_offline_names_the_host_and_the_remedy(cache, monkeypatch):
    def offline(*_):
        raise urllib.error.URLError(socket.gaierror(-2, "Name or service not known"))

    import keras

    monkeypatch.setattr(keras.src.utils.file_utils, "urlretrieve", offline)
    with pytest.raises(
        data.DataUnavailable,
        match=r"storage\.googleapis\.com.*Name or service not known.*Connect to the network",
    ):
        data.load_mnist(full=True)
    assert not data.is_available("mnist")


def test_a_full_disk_is_said_to_be_full(cache, monkeypatch):
    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    import keras

    monkeypatch.setattr(keras.src.utils.file_utils, "urlretrieve", full_disk)
    with pytest.raises(data.DataUnavailable, match="No space left on device"):
        data.load_mnist(full=True)


def test_full_mnist_is_what_keras_loads(cache, tmp_path, monkeypatch):
    keras_mnist = sys.modules["keras.src.datasets.mnist"]
    file = tmp_path / "stand-in.npz"
    file.write_bytes(TINY)
    asked = []
    monkeypatch.setattr(keras_mnist, "get_file", lambda **asks: asked.append(asks) or file)
    (x_train, y_train), (x_test, _) = data.load_mnist(full=True)
    assert (x_train.shape, y_train.shape, x_test.shape) == ((600, 28, 28), (600,), (100, 28, 28))
    row = data.FULL_SETS["mnist"]
    assert {asked[0]["fname"]: asked[0]["file_hash"]} == row.files


def test_the_loader_of_keras_unpickles_nothing(cache):
    source = inspect.getsource(sys.modules["keras.src.datasets.mnist"])
    assert "allow_pickle=False" in source and "allow_pickle=True" not in source


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"\(imdb, mnist\), got 'imagenet'"):
        data.is_available("imagenet")


NOTEBOOK = """
    import sys
    import keras
    sys.path.insert(0, {tests!r})
    from test_data import TINY, data, load_tiny, sha256
    files = dict([("tiny.npz", sha256(TINY))])
    row = data.FullSet("The tiny set", files, 1, lambda: load_tiny({url!r}))
    data.FULL_SETS["tiny"] = row
    print("labels", data.fetching.load_full("tiny")[1][1].sum(), flush=True)
"""


def start_notebook(origin):
    """Start another process that loads the tiny set."""
    return start_python(NOTEBOOK.format(tests=os.path.dirname(__file__), url=origin.url))


def start_python(code):
    """Start another process that runs `code`; what it prints can be read."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def read_until(process, text, seconds=120):
    """Return the output of `process` up to `text`; fail after `seconds`."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            break
    timer.cancel()
    assert lines and text in lines[-1], "".join(lines)
    return "".join(lines)


def fetch_in_two_notebooks(server, start, find_label, requests):
    """Start two notebooks; the second waits for the first, and both load what `find_label` says.

    `requests` are those that the server may have got in the end.
    """
    server.open.clear()
    first = start()
    read_until(first, "Downloading data")
    second = start()
    read_until(second, "is being fetched by another notebook. Waiting for it.")
    time.sleep(1)  # whoever does not wait asks the server now
    assert server.requests == 1
    server.open.set()
    label = f"labels {find_label()}"
    for process in (first, second):
        read_until(process, label)
        assert process.wait(60) == 0
    assert server.requests == requests


def test_two_notebooks_at_once_fetch_once(origin, cache):
    def find_label():
        return np.load(io.BytesIO(TINY))["y_test"].sum()

    fetch_in_two_notebooks(origin, lambda: start_notebook(origin), find_label, requests=1)


def test_a_killed_download_leaves_no_lock_behind(tiny, origin, cache):
    origin.open.clear()
    notebook = start_notebook(origin)
    read_until(notebook, "Downloading data")
    notebook.kill()
    notebook.wait(60)
    origin.open.set()
    load_and_compare()


def test_jupyter_shows_the_message_without_a_traceback():
    code = "from course_utils import data; raise data.DataUnavailable('Connect to the network.')"
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    shown = (done.stdout + done.stderr).strip()
    assert shown == "DataUnavailable: Connect to the network."
