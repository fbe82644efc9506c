"""Lesson 10: its tokenizer, word2vec, vectors and spam filter do what it says, on any text."""

import collections
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import data, deck

EMOJI, HEBREW, ARABIC = "🎉🎉", "שלום עולם", "مرحبا بالعالم"
MARKUP = "<b>You have won</b> <script>alert('prize')</script>"
LONG = "win " * 10_000
ODD_TEXTS = ["", " \n\t", EMOJI, HEBREW, ARABIC, MARKUP, "xyzzy plugh", LONG, "\0", "a" * 9999]


@pytest.fixture(scope="module")
def take():
    """Return a function that takes things from lesson 10 by name."""
    space = {"keras": keras, "layers": keras.layers, "np": np, "re": re, "data": data}
    space["collections"] = collections
    lesson = deck.Lesson("10_text_as_numbers", space)
    lesson.take("split_tokens", "build_vocabulary", "unit_rows", "nearest", "sigmoid")
    return lesson.take


@pytest.fixture(scope="module")
def filter_of_spam(take):
    """Return the lesson's functions with an untrained filter: `judge` and what it uses."""
    names = ["LENGTH", "encode", "hide_words", "build_filter", "logits_of", "weigh_words", "judge"]
    take(*names)
    space = take("judge")[0].__globals__
    texts, _, _ = data.generate_messages(300)
    space["spam_numbers"] = space["build_vocabulary"](texts, first=2)
    keras.utils.set_random_seed(0)
    space["spam_filter"] = space["build_filter"](keras.layers.Flatten(), len(space["spam_numbers"]))
    return space


# Texts and numbers


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Jumps over, LAZY dog.", ["jumps", "over", "lazy", "dog"]),
        ("don't 'quote'", ["don't", "quote"]),
        ("free,now", ["free", "now"]),
        (EMOJI, []),
        ("", []),
        (HEBREW, HEBREW.split()),
        ("<b>Win</b>", ["b", "win", "b"]),
        ("ÉCOLE", ["école"]),
    ],
)
def test_tokens(take, text, tokens):
    (split_tokens,) = take("split_tokens")
    assert split_tokens(text) == tokens


def test_a_vocabulary_counts_from_any_number_and_keeps_the_order_of_equals(take):
    (build_vocabulary,) = take("build_vocabulary")
    assert build_vocabulary(["b a", "c a"]) == {"a": 1, "b": 2, "c": 3}
    assert build_vocabulary(["b a", "c a"], first=2) == {"a": 2, "b": 3, "c": 4}
    assert build_vocabulary(["", EMOJI]) == {}


def test_multi_hot_rows_bear_empty_texts(take):
    (multi_hot,) = take("multi_hot")
    assert multi_hot(["", "cat cat"], ["cat", "dog"]).tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize("length", [1, 3, 7])
def test_padding_equals_that_of_keras(take, length):
    pad, to_sequences = take("pad", "to_sequences")
    sequences = [[], [5], [1, 2, 3], [1, 2, 3, 4, 5]]
    np.testing.assert_array_equal(
        pad(sequences, length), keras.utils.pad_sequences(sequences, length)
    )
    assert to_sequences(["a z b", ""], {"a": 1, "b": 2}) == [[1, 2], []]


# word2vec


def random_tables(seed=0, words=6, units=3):
    random = np.random.default_rng(seed)
    return random.normal(size=(words, units)), random.normal(size=(words, units)), random


def test_a_step_is_one_step_of_gradient_descent(take):
    (learn,) = take("learn")
    vectors, contexts, random = random_tables()
    batch, noise = random.integers(6, size=(2, 8)), random.integers(6, size=(8, 5))
    tables = [tf.Variable(vectors), tf.Variable(contexts)]
    with tf.GradientTape() as tape:
        v = tf.gather(tables[0], batch[0])
        u, n = (tf.gather(tables[1], rows) for rows in (batch[1], noise))
        true = tf.reduce_sum(v * u, axis=1)
        false = tf.reduce_sum(v[:, None] * n, axis=2)
        loss = tf.reduce_sum(tf.nn.softplus(-true)) + tf.reduce_sum(tf.nn.softplus(false))
    slopes = [tf.convert_to_tensor(slope).numpy() for slope in tape.gradient(loss, tables)]
    expected = vectors - 1e-6 * slopes[0], contexts - 1e-6 * slopes[1]
    learn(vectors, contexts, batch, noise, rate=1e-6)
    # `learn` changes one table after the other from the same numbers
    np.testing.assert_allclose(vectors, expected[0], rtol=1e-9)
    np.testing.assert_allclose(contexts, expected[1], rtol=1e-9)


def test_pairs_are_all_words_within_the_window(take):
    (make_pairs,) = take("make_pairs")
    rows = {word: row for row, word in enumerate("a cute teddy bear is reading".split())}
    centres, others = make_pairs(["A cute teddy bear is reading."], rows, window=2).tolist()
    pairs = set(zip(centres, others, strict=True))
    assert {other for centre, other in pairs if centre == rows["teddy"]} == {0, 1, 3, 4}
    assert all(0 < abs(a - b) <= 2 for a, b in pairs) and len(pairs) == 2 * (5 + 4)


def test_pairs_count_as_found_only_where_each_is_near_the_other(take):
    (count_found,) = take("count_found")
    rows = {word: row for row, word in enumerate(w for pair in data.WORD_PAIRS for w in pair)}
    partners = np.repeat(np.eye(20), 2, axis=0) + 0.01
    assert count_found(partners, rows) == 20
    random = np.random.default_rng(0).normal(size=(40, 200))
    assert count_found(random, rows) < 6
    with pytest.raises(AssertionError):
        count_found(np.full((40, 3), np.nan), rows)


def test_nearest_leaves_out_what_it_is_told(take):
    unit_rows, nearest = take("unit_rows", "nearest")
    table = unit_rows(np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 3.0], [-1.0, 0.0]]))
    assert nearest(table[0], list("abcd"), table, count=2) == ["a", "b"]
    assert nearest(table[0], list("abcd"), table, count=2, without=["a"]) == ["b", "c"]


# Real vectors


def test_a_word_that_is_not_in_the_table_is_named(take):
    take("glove_words", "glove", "glove_rows")
    (vector_of,) = take("vector_of")
    assert np.isclose(np.linalg.norm(vector_of("frog")), 1)
    for word in ("lstm", "", EMOJI, "teddy bear", "Paris"):
        with pytest.raises(ValueError, match="not among the 20,000"):
            vector_of(word)


# The spam filter


def test_no_text_breaks_the_encoding(filter_of_spam):
    numbers = filter_of_spam["encode"](ODD_TEXTS, filter_of_spam["spam_numbers"])
    assert numbers.shape == (len(ODD_TEXTS), 40) and numbers.dtype == np.int32
    assert numbers.min() == 0 and numbers.max() < len(filter_of_spam["spam_numbers"]) + 2
    assert not numbers[0].any() and numbers[7].all()


@pytest.mark.parametrize("text", ["", EMOJI, HEBREW, ARABIC, "xyzzy plugh", "a" * 9999])
def test_without_a_known_word_there_is_no_verdict(filter_of_spam, text):
    with pytest.raises(ValueError, match="knows nothing"):
        filter_of_spam["judge"](text)


@pytest.mark.parametrize("text", [MARKUP, LONG, f"{HEBREW} you have won {EMOJI}"])
def test_odd_texts_with_a_known_word_are_judged(filter_of_spam, text):
    probability, words = filter_of_spam["judge"](text)
    assert 0 <= probability <= 1 and 0 < len(words) <= 40
    for word, weight in words:
        known = word in filter_of_spam["spam_numbers"]
        assert np.isfinite(weight) if known else weight is None


def test_a_weight_is_what_hiding_the_word_changes(filter_of_spam):
    space = filter_of_spam
    numbers = space["encode"](["you have won a holiday", "see you"], space["spam_numbers"])
    weights = space["weigh_words"](space["spam_filter"], numbers)
    hidden = numbers.copy()
    hidden[0, 2] = space["UNKNOWN"]
    logits = (space["logits_of"](space["spam_filter"], rows) for rows in (numbers, hidden))
    change = np.subtract(*logits)
    assert weights.shape == (2, 40)
    np.testing.assert_allclose([weights[0, 2], 0], change, atol=1e-5)


def test_hidden_words_are_unknown_and_padding_stays(take, filter_of_spam):
    (hide_words,) = take("hide_words")
    numbers = np.tile([7, 8, 0, 0], (500, 10))
    hidden = hide_words(numbers, rate=0.1)
    assert set(np.unique(hidden)) == {0, 1, 7, 8} and np.all((hidden == 0) == (numbers == 0))
    assert 0.08 < np.mean(hidden[numbers > 0] == 1) < 0.12


def test_the_slides_network_has_its_parameters(take):
    (build,) = take("build_model_of_the_slides")
    assert build().count_params() == 10_000 * 32 + (500 * 32 + 1) * 128 + 129 == 2_368_257


def test_the_lesson_reads_real_messages_where_they_are(take, filter_of_spam, monkeypatch):
    """A tiny collection stands in for the real one: the table has its three filters."""
    take("has_keyword")
    filter_of_spam |= {"deck": deck}
    from sklearn import metrics

    filter_of_spam["metrics"] = metrics
    (score,) = take("score_on_real_messages")
    texts, labels, _ = data.generate_messages(60)
    table = score(np.array(texts.tolist(), dtype=object), labels)
    rows = table.data.splitlines()
    assert len(rows) == 5 and rows[0].startswith("| filter | accuracy | recall | precision")
