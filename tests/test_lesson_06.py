"""Lesson 06: its sections on the full sets run when the data are there, here with small stand-ins.

`test_data.py` and `test_data_imdb.py` prove that the loaders fetch the real files.
"""

import keras
import numpy as np
import pytest

from course_utils import data, deck

DIGITS = data.load_mnist


@pytest.fixture
def lesson():
    """The functions of lesson 06 that the last section needs."""
    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np}
    lesson = deck.Lesson("06_keras_classification", space)
    lesson.take("prepare", "build_digit_model", "vectorize_sequences", "build_review_model",
                "repeat_digits", "repeat_reviews")
    return lesson


def test_all_digits(lesson, monkeypatch, capsys):
    def load_mnist(full=False):
        assert full
        return tuple((images[:600], labels[:600]) for images, labels in DIGITS())

    monkeypatch.setattr(data, "load_mnist", load_mnist)
    loss, accuracy = lesson.space["repeat_digits"]()
    printed = capsys.readouterr().out
    assert "(600, 28, 28)" in printed and "5/5" in printed
    assert loss > 0 and accuracy > 0.5


def test_all_reviews(lesson, monkeypatch, capsys):
    random = np.random.default_rng(0)

    def make(number):
        """Return reviews whose label is told by the word 4 or 5, and the labels."""
        labels = random.integers(0, 2, number)
        reviews = np.empty(number, dtype=object)
        for row, label in enumerate(labels):
            reviews[row] = [1, *random.integers(6, 60, 8).tolist(), 4 + int(label)]
        return reviews, labels

    sets = make(500), make(200)
    monkeypatch.setattr(data, "load_imdb", lambda full, num_words: sets)
    monkeypatch.setattr(data, "decode_imdb", lambda review: f"{len(review)} words")
    loss, accuracy = lesson.space["repeat_reviews"](num_words=60)
    printed = capsys.readouterr().out
    assert "10 words" in printed and str(sets[0][0][0]) in printed
    assert loss > 0 and accuracy > 0.6
