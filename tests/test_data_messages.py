"""The generated messages: always the same, harmless, and keywords alone do not tell spam."""

import csv
import functools
import hashlib
import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from course_utils import data
from course_utils.data import messages

SHA256 = "73dc913ba84e269be69cfaa79171b6bebf1cc79dc073d236051463a5310dd90e"
LENGTHS = (5, 18, 37)  # words of the shortest, the mean and the longest training message


def words(text):
    return re.findall(r"[a-z]+", text.lower())


def vocabulary(texts):
    return set(words(" ".join(texts)))


def keyword_predictions(texts):
    return np.array([not data.SPAM_KEYWORDS.isdisjoint(words(text)) for text in texts])


# The same everywhere


def test_the_messages_never_change():
    (x_train, y_train), (x_test, y_test) = data.load_messages()
    content = "\n".join([*x_train, *x_test]).encode() + y_train.tobytes() + y_test.tobytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_another_seed_gives_others_and_the_callers_random_numbers_are_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    texts, _, _ = data.generate_messages(200)
    others, _, _ = data.generate_messages(200, seed=1)
    assert len(set(texts) & set(others)) < 10
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_the_file_to_look_at_holds_the_first_messages():
    with open(data.files.FOLDER / "messages.csv", encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    texts, labels, disguised = data.generate_messages(200)
    assert [row["text"] for row in rows] == texts.tolist()
    assert [int(row["label"]) for row in rows] == labels.tolist()
    assert [int(row["disguised"]) for row in rows] == disguised.tolist()


# Shapes and shares


def test_shapes_and_types():
    (x_train, y_train), (x_test, y_test) = data.load_messages()
    assert x_train.shape == y_train.shape == (4000,) and x_test.shape == y_test.shape == (1000,)
    assert x_train.dtype.kind == x_test.dtype.kind == "U"
    assert y_train.dtype == y_test.dtype == np.uint8


@pytest.mark.parametrize("rate", [0, 0.1, 0.3, 0.5, 1])
@pytest.mark.parametrize("held_out", [False, True])
def test_classes_and_disguises_have_exactly_their_share(rate, held_out):
    texts, labels, disguised = data.generate_messages(1000, rate, held_out)
    assert len(set(texts)) == 1000 and np.bincount(labels).tolist() == [500, 500]
    assert [disguised[labels == label].sum() for label in (0, 1)] == [500 * rate] * 2


def test_the_classes_come_mixed():
    _, labels, disguised = data.generate_messages(1000, 0.5)
    for bits in (labels, disguised):
        assert 0.4 < (np.diff(bits.astype(int)) != 0).mean() < 0.6


@pytest.mark.parametrize("rate", [0, 0.3, 0.5, 1])
@pytest.mark.parametrize("seed", [0, 1])
def test_every_word_of_the_test_is_in_the_training_set_and_no_message(rate, seed):
    (x_train, _), (x_test, _) = data.load_messages(rate, seed)
    assert vocabulary(x_test) <= vocabulary(x_train)
    assert not set(x_train) & set(x_test)


def test_words_and_lengths():
    (x_train, y_train), _ = data.load_messages()
    assert len(vocabulary(x_train)) >= 280
    shared = vocabulary(x_train[y_train == 0]) & vocabulary(x_train[y_train == 1])
    assert len(shared) > 0.6 * len(vocabulary(x_train))
    lengths = [len(words(text)) for text in x_train]
    assert (min(lengths), round(np.mean(lengths)), max(lengths)) == LENGTHS


# The grammar


def test_no_frame_of_the_test_is_in_the_training_set():
    for training, test in messages.KINDS.values():
        assert not set(training) & set(test)
    assert sum(len(training) for training, _ in messages.KINDS.values()) >= 100
    assert sum(len(test) for _, test in messages.KINDS.values()) >= 40


def test_no_frame_is_of_two_kinds():
    frames = [frame for kind in messages.KINDS.values() for half in kind for frame in half]
    assert len(set(frames)) == len(frames)


def test_a_keyword_is_in_every_frame_of_spam_and_of_ham_in_disguise_and_in_no_other():
    for (label, disguised), halves in messages.KINDS.items():
        for frame in (frame for half in halves for frame in half):
            has_keyword = not data.SPAM_KEYWORDS.isdisjoint(words(frame))
            assert has_keyword == (bool(label) != disguised), frame
    others = [*messages.OPENINGS, *messages.CLOSINGS]
    others += [text for options in messages.GAPS.values() for text in options]
    assert data.SPAM_KEYWORDS.isdisjoint(words(" ".join(others)))


def test_every_keyword_and_gap_is_used():
    frames = " ".join(f for kind in messages.KINDS.values() for half in kind for f in half)
    assert set(re.findall(r"{(\w+)}", frames)) == set(messages.GAPS)
    assert data.SPAM_KEYWORDS <= set(words(frames))


def test_messages_look_like_messages_and_lead_nowhere():
    for held_out in (False, True):
        for text in data.generate_messages(3000, 0.5, held_out)[0]:
            assert re.fullmatch(r"[A-Z][A-Za-z, ]*[.?]( [A-Z][A-Za-z, ]*[.?])*", text), text
            assert "  " not in text and " ," not in text and " i " not in text
            assert not re.search(r"\ba [aeiou]|\ban [^aeiou ]", text), text


def test_the_sentence_of_the_deck_can_be_generated():
    frame = "can you attend {event} on {day}?"
    assert frame in messages.HAM[0] and "a code review" in messages.GAPS["event"]


# Baselines


@functools.cache
def accuracy(rate, ngrams):
    """Return the test accuracy of logistic regression on counts of words (and their pairs)."""
    (x_train, y_train), (x_test, y_test) = data.load_messages(rate)
    model = make_pipeline(
        CountVectorizer(ngram_range=(1, ngrams)), LogisticRegression(max_iter=1000)
    )
    return model.fit(x_train, y_train).score(x_test, y_test)


@pytest.mark.parametrize("rate", [0, 0.3, 0.5])
def test_keywords_are_right_in_what_is_not_disguised(rate):
    _, (x_test, y_test) = data.load_messages(rate)
    assert (keyword_predictions(x_test) == y_test).mean() == pytest.approx(1 - rate)


def test_a_bag_of_words_is_better_than_keywords_and_not_perfect():
    assert accuracy(0, 1) > 0.99
    assert 0.9 < accuracy(0.3, 1) < 0.98
    assert accuracy(0.3, 1) < accuracy(0.3, 2) < 0.99


def test_the_readme_quotes_what_is_measured():
    text = (data.files.FOLDER / "README.md").read_text(encoding="utf-8")
    section = text.split("## Generated messages")[1].split("\n## ")[0]
    for name, ngrams in (("bag of words", 1), ("words and pairs", 2)):
        row = next(line for line in section.splitlines() if line.startswith(f"| {name}"))
        quoted = [float(cell) for cell in row.split("|")[2:5]]
        measured = [accuracy(rate, ngrams) for rate in (0, 0.3, 0.5)]
        assert quoted == pytest.approx(measured, abs=0.005)


# Wrong arguments


@pytest.mark.parametrize("rate", [-0.1, 1.1, "0.3", None, float("nan"), True])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="disguise_rate is the share"):
        data.load_messages(rate)


def test_a_count_or_seed_that_is_none_is_refused():
    for count in (0, -1, 2.5, "3", True, 20_001):
        with pytest.raises(ValueError, match="count is how many"):
            data.generate_messages(count)
    for seed in (-1, 2**31, 0.5, None):
        with pytest.raises(ValueError, match="seed is a whole number"):
            data.generate_messages(1, seed=seed)
