"""Read public collections from a file that the student names: SMS messages, Tatoeba's sentences.

Their hosts change the files, so no download is built in. Each reader shows the file's sha256, so
that two people can tell whether they have the same one. Archives are read, never unpacked.
"""

import contextlib
import dataclasses
import gzip
import os
import unicodedata
import zipfile
from pathlib import Path

import numpy as np

from .files import DataUnavailable, file_hash

LARGEST = 200_000_000  # bytes of text; the sets have 0.5 and 10 million


@dataclasses.dataclass(frozen=True)
class NamedSet:
    """A collection that the course knows but does not bring along."""

    title: str
    file: str  # its name in the folder COURSE_DATA
    member: str  # its name inside an archive
    loader: str
    where: str
    sha256: str  # of the file that the course's figures come from


NAMED_SETS = {
    "sms": NamedSet(
        title="The SMS Spam Collection",
        file="sms-spam-collection.tsv.gz",
        member="SMSSpamCollection",
        loader="load_sms",
        where="the UCI Machine Learning Repository has it as data set 228",
        sha256="b988e236cfd091596cc9582ff03aa625de5a614a74ae6373fe3996a1e10cba77",
    ),
    "tatoeba": NamedSet(
        title="The English-French pairs of Tatoeba",
        file="fra-eng.zip",
        member="fra.txt",
        loader="load_tatoeba",
        where="manythings.org/anki has it as fra-eng.zip",
        sha256="16c4f7d0df9e7c5e6c54cdb0447f3f4a18a55052ff5e2e0b27dd4a06c0e49d04",
    ),
}


@dataclasses.dataclass(frozen=True, repr=False, eq=False)
class Collection:
    """Two columns of text and the file they come from; unpacks like a pair."""

    title: str
    columns: tuple  # two arrays of shape (rows,)
    sha256: str
    is_known: bool  # whether it is the file that the course's figures come from

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return len(self.columns[0])

    def __repr__(self):
        known = "the course's figures come from" if self.is_known else "the course has not seen"
        return f"{self.title}: {len(self):,} rows. The file that {known}, sha256 {self.sha256}"


def load_sms(path=None):
    """Return a Collection that unpacks as `texts, labels`: real SMS messages, spam (1) or not (0).

    `path` names the file of the SMS Spam Collection: `ham` or `spam`, a tab, the message, one a
    line; as it is, as .gz or in its .zip. None looks into the folder that the environment variable
    COURSE_DATA names. Texts are an object array, labels uint8; its repr shows the sha256. A message
    may go on in a line of its own.

    DataUnavailable says what is wrong with the file.
    Source: Almeida and Hidalgo, 2011, UCI repository 228, CC BY 4.0.
    """
    rows, describe = _read_rows("sms", path)
    labels, texts, broken = [], [], 0
    for number, row in enumerate(rows, start=1):
        label, tab, text = row.partition("\t")
        if tab and label in ("ham", "spam") and text.strip():
            labels.append(label == "spam")
            texts.append(text)
        elif tab or not texts or broken > len(texts) / 100:
            raise describe.wrong(f"line {number} is not `ham` or `spam`, a tab and a message")
        else:
            broken += 1
            texts[-1] += "\n" + row
    return describe.collection(_texts(texts), np.array(labels, dtype=np.uint8))


def load_tatoeba(path=None):
    """Return a Collection that unpacks as `english, french`: sentence pairs of Tatoeba.

    `path` names fra-eng.zip or the fra.txt in it: an English sentence, a tab, a French one, one
    pair a line (newer files have a third column, which is left out). None looks into the folder
    that the environment variable COURSE_DATA names. Object arrays, Unicode's NFC; an English
    sentence may have several French ones, each a row of its own; its repr shows the sha256.

    DataUnavailable says what is wrong with the file.
    Source and attribution: tatoeba.org through www.manythings.org/anki, CC BY 2.0 FR. Say so
    wherever you show the sentences or a model that was trained on them.
    """
    rows, describe = _read_rows("tatoeba", path)
    english, french = [], []
    for number, row in enumerate(rows, start=1):
        cells = unicodedata.normalize("NFC", row).split("\t")
        if len(cells) < 2 or not all(cell.strip() for cell in cells[:2]):
            raise describe.wrong(f"line {number} is not an English sentence, a tab, a French one")
        english.append(cells[0])
        french.append(cells[1])
    return describe.collection(_texts(english), _texts(french))


def find_named(name):
    """Return the path of a collection ("sms", "tatoeba") in the folder COURSE_DATA, else None."""
    if name not in NAMED_SETS:
        raise ValueError(f"expected one of {', '.join(sorted(NAMED_SETS))}, got {name!r}.")
    folder = os.environ.get("COURSE_DATA")
    path = Path(folder, NAMED_SETS[name].file) if folder else None
    return path if path and path.is_file() else None


@dataclasses.dataclass(frozen=True)
class _Describe:
    """What is said of one file."""

    named: NamedSet
    path: Path
    sha256: str

    def wrong(self, what):
        """Return the error to raise."""
        return DataUnavailable(
            f"{self.path} is not {_lower(self.named.title)}: {what} (sha256 {self.sha256})."
        )

    def collection(self, *columns):
        """Return the Collection of the columns."""
        if not len(columns[0]):
            raise self.wrong("it is empty")
        is_known = self.sha256 == self.named.sha256
        return Collection(self.named.title, columns, self.sha256, is_known)


def _texts(texts):
    """Return an object array: one long message would make NumPy's own strings that wide."""
    return np.array(texts, dtype=object)


def _lower(title):
    return title[0].lower() + title[1:]


def _read_rows(name, path):
    """Return the lines of the named file that are not empty, and how to describe it."""
    named = NAMED_SETS[name]
    path = find_named(name) if path is None else Path(path).expanduser()
    if path is None:
        raise DataUnavailable(
            f"{named.title} is not in the course: {named.where}. Fetch it yourself, then name the "
            f'file: data.{named.loader}("Downloads/{named.file}").'
        )
    if not path.is_file():
        what = "is a folder; name the file in it" if path.is_dir() else "is not there"
        raise DataUnavailable(f"{path} {what}.")
    describe = _Describe(named, path, file_hash(path, "sha256"))
    try:
        with _open(path, named.member) as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8-sig")
    except KeyError:
        raise describe.wrong(f"there is no {named.member} in it") from None
    except UnicodeDecodeError:
        raise describe.wrong("its text is not UTF-8") from None
    except Exception as error:  # an archive can fail in many ways
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise describe.wrong(f"it cannot be read ({reason})") from None
    if len(content) > LARGEST:
        raise describe.wrong("it is far too large")
    rows = text.replace("\r\n", "\n").split("\n")  # not splitlines: messages may hold \x85
    return [row for row in rows if row.strip()], describe


@contextlib.contextmanager
def _open(path, member):
    """Open the text as bytes: of the file itself, of a gzip file, or of one member of a zip."""
    with open(path, "rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        with gzip.open(path) as file:
            yield file
    elif start == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            yield file
    else:
        with open(path, "rb") as file:
            yield file
