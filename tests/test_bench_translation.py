"""benchmarks/translation.py: the same data for both nets, a fair size, what it reports."""

import pytest
import translation as benchmark

NAMES = ("transformer", "LSTM, equal time", "LSTM, equal size")


@pytest.fixture(scope="module")
def rows():
    return list(benchmark.measure(seeds=(3,), steps=4, trial=3, size=300))


def test_each_net_is_scored_by_the_same_measures(rows):
    measures = ("parameters", "steps", "time", "exact", "masked accuracy", "BLEU", "strict")
    assert {figure for figure, *_ in rows} == {
        f"translation/{name}/{measure}" for name in NAMES for measure in measures
    }
    assert all(run == 3 and value >= 0 for _, run, value, _ in rows)


def test_sizes_are_equal_where_they_are_said_to_be(rows):
    values = {figure.removeprefix("translation/"): value for figure, _, value, _ in rows}
    assert values["LSTM, equal size/parameters"] == pytest.approx(
        values["transformer/parameters"], rel=0.03
    )
    assert values["LSTM, equal size/steps"] == values["transformer/steps"] == 4


def test_no_sentence_of_a_test_is_learnt():
    book = benchmark.Book()
    train = set(map(tuple, book.words["train"][0]))
    for part in ("test", "strict"):
        assert not train & set(map(tuple, book.words[part][0]))
    assert [len(book.words[part][0]) for part in ("train", "test", "strict")] == [30000, 2000, 1000]
