"""IMDB comes from a server of our own here: right, damaged, cut, absent; nothing is unpickled."""

import hashlib
import inspect
import io
import json
import os
import pickle
import sys
import zipfile

import numpy as np
import pytest
from test_data import cache, fetch_in_two_notebooks, origin, start_python  # noqa: F401 (fixtures)

from course_utils import data
from course_utils.data import fetching, imdb

WORDS = [f"word{rank}" for rank in range(1, 41)]


def lists(content):
    """Return an object array that holds the lists of `content`, one each."""
    array = np.empty(len(content), dtype=object)
    for i, review in enumerate(content):
        array[i] = review
    return array


def npz(**arrays):
    """Return the bytes of an npz file."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def small_imdb():
    """Return the bytes of a file that is built as Keras's imdb.npz is, far smaller."""
    random = np.random.RandomState(0)
    arrays = {}
    for part in ("train", "test"):
        lengths = random.randint(1, 30, 200)
        arrays[f"x_{part}"] = lists([random.randint(1, 41, n).tolist() for n in lengths])
        arrays[f"y_{part}"] = random.randint(0, 2, 200)
    return npz(**arrays)


SMALL = small_imdb()
INDEX = json.dumps({word: rank for rank, word in reversed(list(enumerate(WORDS, 1)))}).encode()


def point_to(address, monkeypatch=None):
    """Let the row of IMDB name the small files and a server of ours."""
    hashes = {
        imdb.REVIEWS: hashlib.sha256(SMALL).hexdigest(),
        imdb.WORD_INDEX: hashlib.md5(INDEX).hexdigest(),
    }
    if monkeypatch is None:
        fetching.IMDB_FILES.update(hashes)
        fetching.IMDB_ORIGIN = address
        return
    for name, digest in hashes.items():
        monkeypatch.setitem(fetching.IMDB_FILES, name, digest)
    monkeypatch.setattr(fetching, "IMDB_ORIGIN", address)


@pytest.fixture
def small(origin, cache, monkeypatch):  # noqa: F811
    """Our server with the two small files, and a cache of its own."""
    origin.contents = {imdb.REVIEWS: SMALL, imdb.WORD_INDEX: INDEX}
    point_to(origin.url.rpartition("/")[0] + "/", monkeypatch)
    return origin


# What is loaded


@pytest.mark.parametrize("num_words", [5, 20, 10_000])
def test_reviews_and_labels_are_those_of_keras_in_the_same_order(small, tmp_path, num_words):
    keras = pytest.importorskip("keras")
    file = tmp_path / "keras.npz"
    file.write_bytes(SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["keras.src.datasets.imdb"], "get_file", lambda **_: file)
        expected = keras.datasets.imdb.load_data(num_words=num_words)
    for ours, theirs in zip(data.load_imdb(full=True, num_words=num_words), expected, strict=True):
        assert ours[0].shape == (200,) and ours[0].dtype == object and type(ours[0][0]) is list
        assert ours[0].tolist() == theirs[0].tolist()
        np.testing.assert_array_equal(ours[1], theirs[1])
        assert ours[1].dtype == np.int64


def test_all_words_are_all_words(small):
    """With `num_words=None` Keras itself writes 2 for the rarest word."""
    kept, everything = (data.load_imdb(full=True, num_words=n)[0][0] for n in (None, 10_000))
    assert kept.tolist() == everything.tolist() and max(map(max, kept)) == 43


def test_the_hashes_are_those_of_keras():
    pytest.importorskip("keras.datasets.imdb")
    source = inspect.getsource(sys.modules["keras.src.datasets.imdb"])
    for digest in fetching.IMDB_FILES.values():
        assert digest in source
    assert fetching.IMDB_ORIGIN in source


def test_the_special_numbers_are_where_the_docstring_has_them(small):
    (x_train, _), (x_test, _) = data.load_imdb(full=True, num_words=20)
    for review in [*x_train, *x_test]:
        assert review[0] == 1 and 1 not in review[1:]
        assert not {0, 3} & set(review) and max(review) <= 19
    kept = {number for review in x_train for number in review} - {1, 2}
    assert kept == set(range(4, 20)), "num_words - 4 words are told apart"


def test_numbers_become_words_again(small):
    (x_train, _), _ = data.load_imdb(full=True, num_words=20)
    words = data.load_imdb_words()
    assert words[:5] == ["[PAD]", "[START]", "[UNKNOWN]", "[UNUSED]", "word1"] and len(words) == 44
    text = data.decode_imdb(x_train[0])
    assert text.startswith("[START] ") and len(text.split()) == len(x_train[0])
    assert data.decode_imdb([1, 4, 2, 43], words) == "[START] word1 [UNKNOWN] word40"
    for wrong in (44, -1):
        with pytest.raises(ValueError, match=f"has the number {wrong}: 0 to 43 do"):
            data.decode_imdb([wrong])


# How it is fetched


def test_it_is_fetched_once_with_a_progress_bar(small, capsys):
    assert not data.is_available("imdb")
    data.load_imdb(full=True)
    assert f"{len(SMALL)}/{len(SMALL)}" in capsys.readouterr().out
    assert data.is_available("imdb") and small.requests == 2
    data.load_imdb(full=True)
    assert small.requests == 2


def test_without_full_nothing_is_fetched(small):
    with pytest.raises(data.DataUnavailable, match=r"load_imdb\(full=True\) fetches.*load_reviews"):
        data.load_imdb()
    with pytest.raises(data.DataUnavailable, match=r"Run data\.load_imdb\(full=True\) once"):
        data.load_imdb_words()
    assert small.requests == 0


@pytest.mark.parametrize("name", [imdb.REVIEWS, imdb.WORD_INDEX])
def test_another_file_than_expected_is_refused_unopened(small, monkeypatch, name):
    small.contents[name] = b"something else"
    monkeypatch.setattr(imdb, "read_reviews", lambda path: pytest.fail("it was opened"))
    with pytest.raises(data.DataUnavailable, match=r"(?s)IMDB.*corrupted file.*run the cell again"):
        data.load_imdb(full=True)
    assert not data.is_available("imdb")
    small.contents[name] = SMALL if name == imdb.REVIEWS else INDEX
    monkeypatch.undo()


def test_a_cut_connection_is_told_and_recovered_from(small):
    small.cut = 100
    with pytest.raises(data.DataUnavailable, match="Connect to the network and run the cell again"):
        data.load_imdb(full=True)
    assert not data.is_available("imdb")
    small.cut = None
    data.load_imdb(full=True)
    assert data.is_available("imdb")


def test_no_network_is_one_clear_message(small, cache):  # noqa: F811
    small.shutdown()
    small.server_close()
    with pytest.raises(data.DataUnavailable) as caught:
        data.load_imdb(full=True)
    message = str(caught.value)
    assert message.startswith("The IMDB set (50,000 reviews) is not on this machine")
    assert "19 MB" in message and str(cache) in message and "\n" not in message


def test_what_was_fetched_needs_no_network(small):
    data.load_imdb(full=True)
    small.shutdown()
    small.server_close()
    data.load_imdb(full=True)
    assert len(data.load_imdb_words()) == 44


NOTEBOOK = """
    import sys
    import keras
    sys.path.insert(0, {tests!r})
    from test_data_imdb import data, point_to
    point_to({address!r})
    print("labels", data.load_imdb(full=True)[1][1].sum(), flush=True)
"""


def start_notebook():
    """Start another process that loads the small set."""
    folder = os.path.dirname(__file__)
    return start_python(NOTEBOOK.format(tests=folder, address=fetching.IMDB_ORIGIN))


def test_two_notebooks_at_once_fetch_once(small):
    def find_label():
        return data.load_imdb(full=True)[1][1].sum()

    fetch_in_two_notebooks(small, start_notebook, find_label, requests=2)


# Nothing is unpickled


class Harmful:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_code_in_the_file_is_not_run(tmp_path):
    folder = tmp_path / "made by the file"
    file = tmp_path / "imdb.npz"
    file.write_bytes(npz(x_train=lists([[1, 2], Harmful(folder)])))
    with pytest.raises(data.DataUnavailable, match=r"it names \w+\.mkdir\)\. Delete it"):
        imdb.read_reviews(file)
    assert not folder.exists()
    np.load(file, allow_pickle=True)["x_train"]
    assert folder.exists(), "the test would prove nothing"


def test_even_what_the_reader_admits_builds_nothing():
    content = pickle.dumps(np.arange(3))
    read = imdb._ListReader(io.BytesIO(content)).load()
    assert type(read) is imdb._Inert


@pytest.mark.parametrize(
    "reviews",
    [
        [[1, 2], "text"],
        [[1, 2.5]],
        [[1, True]],
        [[1, -1]],
        [[1, [2]]],
        [[1, None]],
        [(1, 2)],
        [np.array([1, 2])],
        [{1: 2}],
    ],
    ids=str,
)
def test_anything_but_lists_of_whole_numbers_is_refused(tmp_path, reviews):
    file = tmp_path / "imdb.npz"
    file.write_bytes(npz(x_train=lists(reviews)))
    with pytest.raises(data.DataUnavailable, match="lists of whole numbers"):
        imdb.read_reviews(file)


def test_what_is_no_archive_is_refused(tmp_path):
    file = tmp_path / "imdb.npz"
    file.write_bytes(b"no archive")
    with pytest.raises(data.DataUnavailable, match="not the file of IMDB reviews"):
        imdb.read_reviews(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x_train.npy", pickle.dumps([1, 2]))
    with pytest.raises(data.DataUnavailable, match="Delete it and fetch it again"):
        imdb.read_reviews(file)


@pytest.mark.parametrize("num_words", [0, 4, -1, 2.5, "10000", True])
def test_num_words_that_leave_no_word_are_refused(num_words):
    with pytest.raises(ValueError, match=r"num_words is None .* above 4"):
        data.load_imdb(full=True, num_words=num_words)
