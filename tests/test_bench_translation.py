"""benchmarks/translation.py: the same data for both nets, a fair size and time, what it reports."""

import pytest
import translation as benchmark

NAMES = ("transformer", "LSTM, equal time", "LSTM, equal size")


@pytest.fixture(scope="module")
def rows():
    return list(benchmark.measure(seeds=(3,), steps=20, trial=20, size=300))


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
    assert values["LSTM, equal size/steps"] == values["transformer/steps"] == 20
    assert 20 <= values["LSTM, equal time/steps"] <= 20 * benchmark.MOST


@pytest.mark.parametrize(
    ("seconds", "once", "twice", "expected"),
    [
        (50, 8, 11, 900),  # 60 steps take 3 s, compiling takes 5 s: (50 - 5) / 0.05 steps
        (8, 8, 11, 60),
        (6, 8, 11, 20),  # hardly time to compile
        (1, 8, 11, 20),
        (50, 8, 8.000001, 12000),  # noise: the bound
        (1e9, 8, 11, 12000),
        (50, 8, 8, 680),  # no difference: 120 steps in 8 s, 60 in the first 8 s of 50
        (50, 8, 6, 900),
    ],
)
def test_an_equal_time_is_a_number_of_steps_within_bounds(seconds, once, twice, expected):
    assert benchmark.count_steps(seconds, 60, once, twice, most=12000) == expected


@pytest.mark.parametrize("steps", [0, 4, 30])
def test_steps_that_would_be_lost_are_refused(steps):
    """Both lessons train for `steps // 20` steps an epoch; with none an epoch never ends."""
    with pytest.raises(ValueError, match=f"multiple of 20 .*, got {steps}"):
        benchmark.train({}, None, "LSTM", 0, steps)


def test_no_sentence_of_a_test_is_learnt():
    book = benchmark.Book()
    train = set(map(tuple, book.words["train"][0]))
    for part in ("test", "strict"):
        assert not train & set(map(tuple, book.words[part][0]))
    assert [len(book.words[part][0]) for part in ("train", "test", "strict")] == [30000, 2000, 1000]
