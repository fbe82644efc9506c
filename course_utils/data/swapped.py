"""Sentences in order, and with two neighbouring words exchanged, made from the phrase book.

    in order     The girl is going to sleep on Sunday.    -> label 0
    exchanged    The girl is to going sleep on Sunday.    -> label 1

Each sentence occurs once, in one of its forms, and chance decides in which. So a bag of words tells
nothing: only the order counts.
"""

import itertools
import re

import numpy as np

from .phrases import load_phrases

SWAPPED_FOR_TRAINING = 4000
SWAPPED_FOR_TEST = 1000
BLOCK = 20  # as many in order as exchanged in each so many sentences
CAPITALS = ("I",)  # a first word that keeps its capital elsewhere
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def load_swapped_phrases(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`: sentences, and whether words are exchanged.

    English sentences of the phrase book as NumPy strings, shapes (4000,) and (1000,), and labels
    uint8: 0 as they stand there, 1 with two neighbouring words exchanged; marks and the capital at
    the beginning stay where they are. Both labels are equally frequent, also among the first 20,
    40, 60 and so on. What is exchanged never reads as any sentence of the book, marks and capitals
    aside. No sentence of the test, in order or exchanged, is in training; the test's sentences are
    those that `load_phrases` keeps for it. A seed gives the same sentences on every platform.

    A program makes them: now and then an exchange happens to be good English
    ("Sometimes he opens the door.").

    Raises ValueError for a seed that is no whole number from 0 to 2**31 - 1.
    """
    (train, _), (test, _) = load_phrases(seed)
    book = {_words(sentence) for sentence in itertools.chain(train, test)}
    random, taken = np.random.RandomState([seed, 3]), set()  # NEP 19: always the same numbers
    # The test first: training takes nothing of it.
    x_test, y_test = _draw(test, SWAPPED_FOR_TEST, book, taken, random)
    x_train, y_train = _draw(train, SWAPPED_FOR_TRAINING, book, taken, random)
    return (x_train, y_train), (x_test, y_test)


def exchange(sentence, place):
    """Return the sentence with the words `place` and `place + 1` exchanged; 0 is the first.

    Marks stay where they are, and the first letter is a capital. Raises ValueError where there are
    no two such words.
    """
    found = list(WORD.finditer(sentence))
    whole = isinstance(place, (int, np.integer)) and not isinstance(place, bool)
    if not whole or not 0 <= place < len(found) - 1:
        raise ValueError(
            f"place is a whole number from 0 to {max(0, len(found) - 2)}, the first of two "
            f"neighbours among these {len(found)} words; got {place!r}."
        )
    one, other = found[place : place + 2]
    first, second = one.group(), other.group()
    if place == 0:
        first = first if first in CAPITALS else first[0].lower() + first[1:]
        second = second[0].upper() + second[1:]
    between = sentence[one.end() : other.start()]
    return sentence[: one.start()] + second + between + first + sentence[other.end() :]


def _words(sentence):
    """Return the words by which sentences are compared, a tuple."""
    return tuple(WORD.findall(sentence.lower()))


def _draw(sentences, count, book, taken, random):
    """Return `count` sentences and their labels, and add what their words are to `taken`."""
    texts, labels = [], []
    block = np.repeat([0, 1], BLOCK // 2)
    for sentence in sentences[random.permutation(len(sentences))].tolist():
        if len(texts) == count:
            break
        original, forms = _words(sentence), {}
        for place in range(len(original) - 1):
            text = exchange(sentence, place)
            forms.setdefault(_words(text), text)
        allowed = [words for words in forms if words not in book and words not in taken]
        if original in taken or not allowed:
            continue
        if len(labels) == len(texts):
            labels += random.permutation(block).tolist()
        words = allowed[random.randint(len(allowed))]
        texts.append(forms[words] if labels[len(texts)] else sentence)
        taken |= {original, words}
    return np.array(texts), np.array(labels[: len(texts)], dtype=np.uint8)
