"""The words and marks of a text: by hand, bad input, equal to what the library tokenizers makes."""

import itertools
import unicodedata

import pytest

from course_utils import data


@pytest.fixture(scope="module")
def split_by_library():
    """Return the words and marks of a text by the library; skipped where it is not installed."""
    library = pytest.importorskip(
        "tokenizers",
        reason="the extra hub is not installed: `python3 course.py test --hub` installs it.",
    )
    normalize = library.normalizers.Sequence(
        [
            library.normalizers.NFC(),
            library.normalizers.BertNormalizer(strip_accents=False),
        ]
    ).normalize_str
    split = library.pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    return lambda text: [word for word, _ in split(normalize(text))]


CASES = [
    ("Don't  panic: it's far.", ["don", "'", "t", "panic", ":", "it", "'", "s", "far", "."]),
    ("Zoe\u0308's CAFÉ", ["zoë", "'", "s", "café"]),  # two characters become one
    ("3.14 = $5 + 1%", ["3", ".", "14", "=", "$", "5", "+", "1", "%"]),
    ("日本 a語b", ["日", "本", "a", "語", "b"]),
    ("ひらがな", ["ひらがな"]),  # no Chinese signs
    ("🙂🙂 ok🙂", ["🙂🙂", "ok🙂"]),
    ("a\u200bb\x00c\ufffdd", ["abcd"]),
    ("one\ttwo\r\nthree\u00a0four\u2003five", ["one", "two", "three", "four", "five"]),
    ("שלום, עולם", ["שלום", ",", "עולם"]),
    ("<b>bold</b>", ["<", "b", ">", "bold", "<", "/", "b", ">"]),
    ("[MASK]", ["[", "mask", "]"]),
    ("“curly” – dash…", ["“", "curly", "”", "–", "dash", "…"]),
    ("İ ẞ ΣΑΣ", ["i\u0307", "ß", "σασ"]),
    ("", []),
    (" \n\t\u200b", []),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_words_and_marks(text, words):
    assert data.split_text(text) == words


@pytest.mark.parametrize(("text", "words"), CASES)
def test_the_library_splits_alike(split_by_library, text, words):
    assert split_by_library(text) == words


@pytest.mark.parametrize("text", ["", " ", "\ufeffBOM", "e\u0301", "\u0301 alone", "\x7f\x85", "￼"])
def test_nothing_that_is_typed_stops_it(text):
    words = data.split_text(text)
    assert all(word and not word.isspace() for word in words)
    assert data.split_text(" ".join(words)) == words


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a list"]])
def test_only_a_text_can_be_split(text):
    with pytest.raises(TypeError):
        data.split_text(text)


def test_a_long_text_is_split_whole():
    assert data.split_text("word, " * 50_000) == ["word", ","] * 50_000


def test_every_character_is_treated_as_in_the_library(split_by_library):
    """Those that Unicode has had since 3.2: the library's tables are older than Python's."""
    for number in itertools.chain(range(0xD800), range(0xE000, 0x20010)):
        character = chr(number)
        category = unicodedata.category(character)
        if unicodedata.ucd_3_2_0.category(character) == category != "Cn":
            text = f"a{character}B"
            assert data.split_text(text) == split_by_library(text), hex(number)


def test_the_special_pieces_stand_where_the_lesson_says():
    assert data.SPECIAL_PIECES == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
