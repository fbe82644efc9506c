"""course_utils.data.sums: one mark in each half, and the sum of what is marked."""

import numpy as np
import pytest

from course_utils import data


@pytest.mark.parametrize("steps", [2, 5, 20])
def test_one_number_of_each_half_is_marked_and_their_sum_is_the_target(steps):
    x, targets = data.generate_sums(200, steps)
    assert x.shape == (200, steps, 2) and x.dtype == targets.dtype == np.float32
    values, marks = x[..., 0], x[..., 1]
    assert set(np.unique(marks)) <= {0, 1} and values.min() >= 0 and values.max() <= 1
    assert np.all(marks[:, : steps // 2].sum(axis=1) == 1)
    assert np.all(marks[:, steps // 2 :].sum(axis=1) == 1)
    np.testing.assert_allclose((values * marks).sum(axis=1), targets, rtol=1e-6)


def test_who_always_says_one_is_off_by_a_sixth():
    _, targets = data.generate_sums(20_000, 10)
    assert np.mean((targets - 1) ** 2) == pytest.approx(1 / 6, rel=0.02)


def test_the_seed_decides():
    first, again, other = (data.generate_sums(5, 6, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize(("count", "steps"), [(0, 5), (3, 1), (2.5, 5), (True, 5), (3, "5")])
def test_sizes_that_make_no_sense_are_refused(count, steps):
    with pytest.raises(ValueError, match="whole number from"):
        data.generate_sums(count, steps)
