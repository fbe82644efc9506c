"""course_utils.results: measured values and the bands made of them."""

import pytest

from course_utils import results


@pytest.fixture
def table(tmp_path):
    """A table of results with one figure of five runs and one of two."""
    rows = [("accuracy", seed, 0.9 + seed / 100, "") for seed in range(5)]
    rows += [("seconds", run, 1.5, "s") for run in range(2)]
    lines = ["figure,run,value,unit", *(",".join(map(str, row)) for row in rows)]
    file = tmp_path / "results.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_read_returns_one_value_a_run(table):
    assert results.read("seconds", table) == [1.5, 1.5]


def test_a_band_reaches_two_standard_deviations_beyond_all_seeds(table):
    low, high = results.band("accuracy", table)
    assert low == pytest.approx(0.90 - 2 * 0.0158113883)
    assert high == pytest.approx(0.94 + 2 * 0.0158113883)


def test_an_unknown_figure_is_named(table):
    with pytest.raises(KeyError, match="no such figure"):
        results.read("no such figure", table)


def test_a_band_of_few_seeds_is_refused(table):
    with pytest.raises(ValueError, match="measured 2 times"):
        results.band("seconds", table)
