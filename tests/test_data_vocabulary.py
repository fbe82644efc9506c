"""Vocabularies and numbered sentences: the first words are fixed, only rare words are lost."""

import numpy as np

from course_utils import data

SENTENCES = [data.split_words(text) for text in ("The cat, the dog!", "A cat?", "the end.")]


def test_special_words_come_first_then_frequent_ones():
    words = data.build_vocabulary(SENTENCES)
    special = len(data.SPECIAL_WORDS)
    assert words[:4] == ["", "[UNK]", "[start]", "[end]"] == data.SPECIAL_WORDS[:4]
    assert words[:special] == data.SPECIAL_WORDS and len(words) == len(set(words))
    assert words[special:] == ["the", "cat", "a", "dog", "end"]


def test_a_vocabulary_can_be_cut():
    special = len(data.SPECIAL_WORDS)
    assert data.build_vocabulary(SENTENCES, special + 2)[special:] == ["the", "cat"]
    assert data.build_vocabulary([], 5) == data.SPECIAL_WORDS[:5]


def test_sentences_become_numbers_and_words_again():
    words = data.build_vocabulary(SENTENCES)
    numbers = data.encode_words(SENTENCES, words)
    assert numbers.dtype == np.int32 and numbers.shape == (3, 6)
    assert [data.decode_words(row, words) for row in numbers] == SENTENCES
    assert numbers[1].tolist() == [words.index("a"), words.index("cat"), words.index("?"), 0, 0, 0]


def test_framed_sentences_begin_and_end():
    words = data.build_vocabulary(SENTENCES)
    framed = data.encode_words(SENTENCES, words, framed=True)
    assert framed.shape == (3, 8) and np.all(framed[:, 0] == 2)
    assert np.all((framed == 3).sum(axis=1) == 1) and framed[1].tolist()[-3:] == [0, 0, 0]
    assert [data.decode_words(row[1:], words) for row in framed] == SENTENCES


def test_what_is_not_in_the_vocabulary_is_unknown():
    words = data.build_vocabulary(SENTENCES)
    numbers = data.encode_words([["the", "🙂", "<b>"]], words)
    assert data.decode_words(numbers[0], words) == ["the", "[UNK]", "[UNK]"]


def test_nothing_is_nothing():
    words = data.build_vocabulary(SENTENCES)
    assert data.encode_words([], words).shape == (0, 0)
    assert data.encode_words([[]], words).shape == (1, 0)
    assert data.encode_words([[]], words, framed=True).tolist() == [[2, 3]]
