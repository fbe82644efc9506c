"""Files that a student names: read as they are, never unpacked; wrong ones say why."""

import gzip
import hashlib
import os
import zipfile

import numpy as np
import pytest

from course_utils import data
from course_utils.data import named

SMS = (
    "ham\tOk, see you at 7 – bring the \x85 keys\n"
    "spam\tWIN a £1,000 prize\tnow!\n"
    "ham\t😀 مرحبا <b>hi</b>\n"
)
PAIRS = "Go.\tVa !\nGo.\tVas-y !\nI ate.\tJ’ai mange\u0301.\tCC-BY 2.0 (France)\n"
with_real_files = pytest.mark.skipif(
    not os.environ.get("COURSE_DATA"), reason="COURSE_DATA names no folder with the real files"
)


@pytest.fixture(autouse=True)
def no_real_files(request, monkeypatch):
    """Let no test but those marked see the real files."""
    if "real" not in request.node.name:
        monkeypatch.delenv("COURSE_DATA", raising=False)


def write(path, text):
    path.write_bytes(text.encode("utf-8"))
    return path


def write_gz(path, text):
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    return path


def write_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


# What is read


@pytest.mark.parametrize("kind", ["plain", "gz", "zip", "windows", "bom"])
def test_sms_are_read_as_they_are(tmp_path, kind):
    path = tmp_path / "sms"
    if kind == "gz":
        write_gz(path, SMS)
    elif kind == "zip":
        write_zip(path, {"readme": "about", "SMSSpamCollection": SMS})
    else:
        text = {"windows": SMS.replace("\n", "\r\n"), "bom": "\ufeff" + SMS}.get(kind, SMS)
        write(path, text)
    texts, labels = collection = data.load_sms(path)
    assert labels.tolist() == [0, 1, 0] and labels.dtype == np.uint8
    assert texts[1] == "WIN a £1,000 prize\tnow!" and texts[2] == "😀 مرحبا <b>hi</b>"
    assert "\x85" in texts[0], "a control character is no line break"
    assert len(collection) == 3


def test_a_message_may_go_on_in_the_next_line(tmp_path):
    rows = ["ham\tgood morning"] * 150
    rows[70] = "ham\tgood\nmorning"
    texts, labels = data.load_sms(write(tmp_path / "sms", "\n".join(rows)))
    assert len(texts) == len(labels) == 150 and texts[70] == "good\nmorning"


@pytest.mark.parametrize("kind", ["plain", "zip"])
def test_pairs_are_read_and_composed(tmp_path, kind):
    if kind == "zip":
        path = write_zip(tmp_path / "fra-eng.zip", {"_about.txt": "about", "fra.txt": PAIRS})
    else:
        path = write(tmp_path / "fra.txt", PAIRS)
    english, french = data.load_tatoeba(path)
    assert english.tolist() == ["Go.", "Go.", "I ate."]
    assert french.tolist() == ["Va !", "Vas-y !", "J’ai mangé."]


def test_the_sha256_is_shown_and_a_file_of_ones_own_is_not_called_known(tmp_path):
    path = write(tmp_path / "sms", SMS)
    collection = data.load_sms(str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert collection.sha256 == digest and not collection.is_known
    assert repr(collection) == (
        f"The SMS Spam Collection: 3 rows. The file that the course has not seen, sha256 {digest}"
    )


def test_nothing_is_unpacked(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    members = {"../fra.txt": "out", "/etc/fra.txt": "out", "fra.txt": PAIRS}
    path = write_zip(tmp_path / "fra-eng.zip", members)
    assert len(data.load_tatoeba(path)) == 3
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["fra-eng.zip", "here"]


def test_the_folder_of_course_data_is_looked_into(tmp_path, monkeypatch):
    assert data.find_named("sms") is None
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert data.find_named("sms") is None
    path = write_gz(tmp_path / "sms-spam-collection.tsv.gz", SMS)
    assert data.find_named("sms") == path
    assert len(data.load_sms()) == 3
    with pytest.raises(ValueError, match="expected one of sms, tatoeba, got 'imdb'"):
        data.find_named("imdb")


# What is refused


def refuse(load, path, message):
    with pytest.raises(data.DataUnavailable, match=message) as caught:
        load(path)
    assert len(caught.value._render_traceback_()) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("load", "file"), [(data.load_sms, "sms-spam"), (data.load_tatoeba, "fra-eng.zip")]
)
def test_without_a_file_it_says_where_to_get_one(load, file):
    assert file in refuse(load, None, "not in the course.*Fetch it yourself, then name the file")


@pytest.mark.parametrize("load", [data.load_sms, data.load_tatoeba])
def test_paths_that_lead_nowhere(load, tmp_path):
    refuse(load, tmp_path / "none.tsv", "none.tsv is not there")
    refuse(load, tmp_path, "is a folder; name the file in it")


@pytest.mark.parametrize("load", [data.load_sms, data.load_tatoeba])
def test_files_that_hold_something_else(load, tmp_path):
    path = tmp_path / "file"
    for text, message in [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        ("one column only\n", "line 1 is not"),
        ("ham\t\n", "line 1 is not"),
        ("ham\tok\nspam\tok\n\tno label\n", "line 3 is not"),
    ]:
        words = refuse(load, write(path, text), message)
        assert hashlib.sha256(text.encode()).hexdigest() in words
    path.write_bytes("ham\tcafé".encode("latin-1"))
    refuse(load, path, "its text is not UTF-8")
    refuse(load, write_zip(path, {"other.txt": "hello"}), "there is no .* in it")
    for start in (b"\x1f\x8b", b"PK\x03\x04"):
        path.write_bytes(start + b"half a file")
        refuse(load, path, "it cannot be read")
    whole = gzip.compress(SMS.encode() * 1000)
    path.write_bytes(whole[: len(whole) // 2])
    refuse(load, path, "it cannot be read")


def test_another_label_and_many_lines_without_one_are_refused(tmp_path):
    path = tmp_path / "sms"
    refuse(data.load_sms, write(path, "ham\tok\nHam\tok\n"), "line 2 is not `ham` or `spam`")
    refuse(data.load_sms, write(path, "ham\tok\nno\nno\nno\n"), "line 3 is not")
    refuse(data.load_sms, write(path, PAIRS), "line 1 is not")


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(named, "LARGEST", 1000)
    path = write_zip(tmp_path / "fra-eng.zip", {"fra.txt": "Go.\tVa !\n" * 1000})
    refuse(data.load_tatoeba, path, "far too large")


# The real files


@with_real_files
def test_the_real_sms():
    texts, labels = collection = data.load_sms()
    assert collection.is_known and len(texts) == 5574 and labels.sum() == 747
    assert not any("\t" in text for text in texts)


@with_real_files
def test_the_real_pairs():
    english, french = collection = data.load_tatoeba()
    assert collection.is_known and len(english) == len(french) == 142_787
    assert (english[0], french[0]) == ("Go.", "Va !")
    assert collection.columns[0].dtype == object, "300 letters wide, they would fill 200 MB"
