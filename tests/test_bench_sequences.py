"""benchmarks/sequences.py: what it takes from lesson 11 and what it reports."""

import numpy as np
import pytest
import sequences as benchmark

from course_utils import data


@pytest.fixture(scope="module")
def space():
    return benchmark.read_lesson()


def test_it_takes_its_nets_out_of_the_lesson(space):
    assert set(benchmark.NAMES) <= set(space) and "plt" not in space
    assert space["vocabulary"][:2] == ["[END]", "[UNK]"]


def test_every_word_of_each_rate_has_a_number(space):
    for rate in benchmark.RATES:
        texts, _, _ = data.generate_reviews(200, rate, seed=3)
        assert all(space["UNKNOWN"] not in space["number_words"](text) for text in texts)


def test_negation_is_reported_for_each_model_rate_and_seed(space, monkeypatch):
    def few(rate, seed):
        texts, labels, _ = data.generate_reviews(60, rate, seed=seed)
        return (texts[:40], labels[:40]), (texts[40:], labels[40:])

    monkeypatch.setattr(data, "load_reviews", few)
    rows = list(benchmark.negate(space, seeds=(2,), rates=(0, 0.5), epochs=1))
    assert [figure for figure, *_ in rows] == [
        f"sequences, negation, {name}, rate {rate}"
        for rate in (0, 0.5)
        for name in ("bag of words", "bigrams", "LSTM")
    ]
    assert all(run == 2 and 0 <= value <= 1 and not unit for _, run, value, unit in rows)


def test_adding_is_reported_for_each_kind_and_length(space, monkeypatch):
    monkeypatch.setattr(
        data,
        "generate_sums",
        lambda count, steps, seed: (np.ones((64, steps, 2), "float32"), np.ones(64, "float32")),
    )
    rows = list(benchmark.add(space, seeds=(1,), lengths=(5,), epochs=1))
    assert [figure for figure, *_ in rows] == [
        f"sequences, adding, {kind}, 5 steps" for kind in ("SimpleRNN", "LSTM", "GRU")
    ]
    assert all(np.isfinite(value) for _, _, value, _ in rows)
