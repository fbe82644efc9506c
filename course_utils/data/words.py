"""Split English and French sentences into words, number the words, put sentences together again."""

import collections
import re
import unicodedata

import numpy as np

ELIDED = "l d j n m t s c qu jusqu lorsqu puisqu quoiqu".split()
INVERTED = "je tu il elle on nous vous ils elles ce le la les moi toi lui leur y en".split()
WORD = re.compile(
    rf"\b(?:{'|'.join(ELIDED)})'(?=\w)"  # l' of l'ami
    r"|'s\b"  # of the queen's
    rf"|-(?:t-)?(?:{'|'.join(INVERTED)})\b(?!['-]\w)"  # -tu of veux-tu, -t-elle of a-t-elle
    r"|\w+?(?='s\b)"
    rf"|\w+?(?=-(?:t-)?(?:{'|'.join(INVERTED)})\b(?!['-]\w))"
    r"|\w+(?:['-]\w+)*"
    r"|[^\w\s]"
)
NO_SPACE_BEFORE = tuple(".,)]}…")
# The first words of every vocabulary: padding, unknown, start, end, then punctuation.
SPECIAL_WORDS = ["", "[UNK]", "[start]", "[end]", *".,?!;:…'\"«»“”()-–—/"]
PADDING, UNKNOWN, START, END = range(4)


def split_words(text):
    """Return the words of an English or French sentence, a list: small letters, accents kept.

    Punctuation marks are words; so are an elided word with its apostrophe ("l'ami": "l'", "ami"),
    a pronoun after the verb of a question ("a-t-elle": "a", "-t-elle") and an English "'s". Curly
    apostrophes become straight, every kind of space is one; accents are composed (Unicode's NFC).
    """
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("‑", "-")
    return WORD.findall(text)


def join_words(words):
    """Return the sentence that `split_words` gives these words for, its first letter a capital.

    Other capitals are lost, and a question mark has its French space where a French word is split.
    """
    text = ""
    for word in words:
        glued = text.endswith("'") or word.startswith(("'s", "-")) or word in NO_SPACE_BEFORE
        text += word if glued or not text else f" {word}"
    return text[:1].upper() + text[1:]


def build_vocabulary(sentences, size=None):
    """Return SPECIAL_WORDS, then the words of split sentences, frequent ones first: a list.

    `size` is the most that it may hold; words that are equally frequent stand by their letters.
    """
    counts = collections.Counter(word for words in sentences for word in words)
    ranked = sorted(counts.keys() - set(SPECIAL_WORDS), key=lambda word: (-counts[word], word))
    return [*SPECIAL_WORDS, *ranked][:size]


def encode_words(sentences, vocabulary, framed=False):
    """Return the numbers of split sentences, int32 of (sentences, longest), padded at the end.

    A word's number is its place in the vocabulary, 1 where it is not there; padding is 0. `framed`
    sentences begin with [start], 2, and end with [end], 3.
    """
    places = {word: place for place, word in enumerate(vocabulary)}
    rows = [[places.get(word, UNKNOWN) for word in words] for words in sentences]
    rows = [[START, *row, END] for row in rows] if framed else rows
    numbers = np.full((len(rows), max(map(len, rows), default=0)), PADDING, dtype=np.int32)
    for line, row in zip(numbers, rows, strict=True):
        line[: len(row)] = row
    return numbers


def decode_words(numbers, vocabulary):
    """Return the words of one row of numbers, up to [end] or padding, as a list."""
    words = []
    for number in numbers:
        if number in (END, PADDING):
            break
        words.append(vocabulary[number])
    return words
