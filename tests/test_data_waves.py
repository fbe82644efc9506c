"""course_utils.data.waves: what is usual is found, and nothing is learnt of the unknown steps."""

import numpy as np
import pytest

from course_utils import data

STEPS = np.arange(400)
DAY = np.cos(2 * np.pi * STEPS / 24)
YEAR = np.sin(2 * np.pi * STEPS / 300)


def test_waves_and_their_products_are_found():
    values = 10 + 8 * YEAR + (3 + YEAR) * DAY
    usual = data.fit_usual(values, (24, 300), STEPS < 350)
    np.testing.assert_allclose(usual, values, atol=1e-8)


def test_unknown_values_do_not_matter():
    values = 10 + 8 * YEAR + np.random.default_rng(0).normal(size=400)
    known = STEPS < 300
    other = np.where(known, values, np.nan)
    first, second = (data.fit_usual(one, (300,), known) for one in (values, other))
    np.testing.assert_array_equal(first, second)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(ValueError, match="truth values"):
        data.fit_usual(DAY, (24,), STEPS[:10] < 5)
    with pytest.raises(ValueError, match="9 waves need"):
        data.fit_usual(DAY, (24, 300), STEPS < 8)
    with pytest.raises(ValueError, match="NaN"):
        data.fit_usual(np.where(STEPS == 3, np.nan, DAY), (24,), STEPS < 100)
