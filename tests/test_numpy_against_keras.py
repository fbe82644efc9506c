"""benchmarks/numpy_against_keras.py: the lesson's own functions, and the same training in both."""

import numpy_against_keras as benchmark
import pytest

TINY = benchmark.Task((3, 4, 1), examples=20, batch_size=5, epochs=2, learning_rate=1 / 32)


def test_it_takes_the_network_out_of_the_lesson():
    lesson = benchmark.read_lesson()
    assert set(benchmark.NAMES) <= set(lesson) and "plt" not in lesson


def test_both_train_alike_and_are_timed():
    rows = list(benchmark.measure([TINY], runs=2))
    figures = {figure for figure, *_ in rows}
    names = ("NumPy", "Keras in 64 bits", "Keras", "Keras over NumPy")
    assert figures == {f"fit/3-4-1/{name}" for name in names}
    assert len(rows) == 8 and all(value > 0 for _, _, value, _ in rows)


def test_another_loss_is_noticed():
    with pytest.raises(AssertionError, match="3-4-1"):
        benchmark.assert_same(TINY, {"NumPy": 0.1, "Keras in 64 bits": 0.1, "Keras": 0.1001})
