"""Exchanged words: balanced, never a sentence of the book, nothing of the test in training."""

import functools
import hashlib
import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from course_utils import data
from course_utils.data import swapped

SHA256 = "7f3872d71911e655fc2c3519d0baec3ed0eb5443f0566b4992402e3a2201d5a1"


@functools.cache
def load(seed=0):
    return data.load_swapped_phrases(seed)


@functools.cache
def book():
    """Return the sentences of the phrase book, {words: sentence}."""
    (train, _), (test, _) = data.load_phrases()
    return {words(sentence): sentence for sentence in [*train.tolist(), *test.tolist()]}


def words(sentence):
    return tuple(re.findall(r"[\w'-]+", sentence.lower()))


def one_exchange_away(sentence):
    """Return the words of a sentence with each two neighbours exchanged, a set."""
    old = words(sentence)
    return {
        (*old[:place], old[place + 1], old[place], *old[place + 2 :])
        for place in range(len(old) - 1)
    }


@pytest.mark.parametrize("part", [0, 1])
def test_shapes_types_and_balance(part):
    texts, labels = load()[part]
    count = (4000, 1000)[part]
    assert texts.shape == labels.shape == (count,)
    assert texts.dtype.kind == "U" and labels.dtype == np.uint8
    assert (labels.reshape(-1, 20).sum(axis=1) == 10).all()
    assert len(set(labels[:20].tolist())) == 2 and labels[:20].tolist() != sorted(labels[:20])
    assert len({words(text) for text in texts.tolist()}) == count


@pytest.mark.parametrize("part", [0, 1])
def test_labels_are_true(part):
    for text, label in zip(*(column.tolist() for column in load()[part]), strict=True):
        if label:
            assert words(text) not in book()
            assert one_exchange_away(text) & book().keys(), text
        else:
            assert words(text) in book()


def test_no_sentence_of_the_test_is_in_training_in_either_form():
    (x_train, _), (x_test, y_test) = load()
    train = {words(text) for text in x_train.tolist()}
    (_, _), (held_out, _) = data.load_phrases()
    held_out = {words(sentence) for sentence in held_out.tolist()}
    for text, label in zip(x_test.tolist(), y_test.tolist(), strict=True):
        assert words(text) not in train
        if label:
            assert one_exchange_away(text) & held_out
            assert not (one_exchange_away(text) & held_out) & train
        else:
            assert words(text) in held_out


def test_the_same_seed_gives_the_same_and_another_gives_others():
    once, again, other = load(), data.load_swapped_phrases(), load(7)
    for (texts, labels), (same, same_labels) in zip(once, again, strict=True):
        np.testing.assert_array_equal(texts, same)
        np.testing.assert_array_equal(labels, same_labels)
    assert len(set(once[0][0].tolist()) & set(other[0][0].tolist())) < 1000
    texts = "\n".join(once[0][0].tolist() + once[1][0].tolist())
    assert hashlib.sha256(texts.encode()).hexdigest() == SHA256


def test_a_bag_of_words_is_right_by_chance_only():
    (x_train, y_train), (x_test, y_test) = load()
    bag = CountVectorizer()
    model = LogisticRegression(max_iter=300).fit(bag.fit_transform(x_train), y_train)
    assert model.score(bag.transform(x_test), y_test) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("sentence", "place", "exchanged"),
    [
        ("The girl is here.", 0, "Girl the is here."),
        ("The girl is here.", 2, "The girl here is."),
        ("I am sad.", 0, "Am I sad."),
        ("She knows that I am sad.", 2, "She knows I that am sad."),
        ("It is hot, but old.", 2, "It is but, hot old."),
        ("The king's hat.", 1, "The hat king's."),
        ("Why do you sing?", 2, "Why do sing you?"),
    ],
)
def test_marks_and_the_first_capital_stay(sentence, place, exchanged):
    assert swapped.exchange(sentence, place) == exchanged


@pytest.mark.parametrize("place", [-1, 3, 1.0, "1", None, True])
def test_there_must_be_two_neighbours(place):
    with pytest.raises(ValueError, match=r"place is a whole number from 0 to 2"):
        swapped.exchange("The girl is here.", place)


@pytest.mark.parametrize("sentence", ["", "Yes.", "🙂"])
def test_one_word_has_no_neighbour(sentence):
    with pytest.raises(ValueError, match="place is a whole number"):
        swapped.exchange(sentence, 0)


@pytest.mark.parametrize("seed", [-1, 2**31, 0.5, "0", None, True])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(ValueError, match="seed is a whole number"):
        data.load_swapped_phrases(seed)
