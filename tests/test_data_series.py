"""The generated temperatures follow their rule, and the best error is what simulation gives."""

import hashlib
import re

import numpy as np
import pytest

from course_utils import data
from course_utils.data import series

SHA256 = "1ae0dd22e546065cc1dfddb56a9ba185cbf0265127142fe0eb1dd873f17de79c"
HORIZONS = (1, 3, 6, 12, 24)
TEST_HOURS, VALIDATION_HOURS = 4368, 2184  # the last half year, the quarter before
DAY = 24


def root_mean_square(errors):
    return float(np.sqrt(np.mean(np.square(errors))))


@pytest.fixture(scope="module")
def table():
    return data.generate_hourly_temperature()


@pytest.fixture(scope="module")
def century():
    return data.generate_hourly_temperature(36525, seed=1)


# The same everywhere


def test_the_temperatures_never_change(table):
    content = table["temperature"].astype("<f8").tobytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_fewer_days_are_the_beginning_of_more_and_seeds_differ(table):
    short = data.generate_hourly_temperature(days=3)
    assert len(short) == 72
    for name in short.columns:
        np.testing.assert_array_equal(short[name], table[name][:72])
    other = data.generate_hourly_temperature(days=3, seed=1)
    assert (other["temperature"] != short["temperature"]).mean() > 0.9
    np.testing.assert_array_equal(other["usual"], short["usual"])


def test_the_callers_random_numbers_are_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    data.generate_hourly_temperature(days=2)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


# The rule


def test_hours_have_no_gap_and_units_are_named(table):
    assert len(table) == series.DAYS * DAY == 30_696
    assert (str(table["time"][0]), str(table["time"][-1])) == ("2021-01-01T00", "2024-07-02T23")
    assert set(np.diff(table["time"]).astype(int)) == {1}
    assert list(table.units) == table.columns
    assert -15 < table["temperature"].min() and table["temperature"].max() < 35


def test_the_temperature_is_the_sum_of_its_parts(table):
    total = table["usual"] + table["noise"] + table["front"]
    np.testing.assert_allclose(table["temperature"], total, atol=0.0021)


def test_the_usual_temperature_follows_season_and_hour(table):
    days = table["usual"].reshape(-1, DAY)[:365]
    assert set(days.argmax(axis=1)) <= {14, 15, 16} and set(days.argmin(axis=1)) <= {2, 3, 4}
    assert abs(days.mean(axis=1).argmin() - 15) <= 1
    assert days.mean(axis=1)[[15, 198]] == pytest.approx([2, 18], abs=0.05)
    half = (days.max(axis=1) - days.min(axis=1)) / 2
    assert half[[15, 198]] == pytest.approx([2, 5], abs=0.05)


def test_noise_keeps_nine_tenths_and_adds_a_number_from_minus_1_to_1(century):
    noise = century["noise"]
    news = noise[1:] - 0.9 * noise[:-1]
    assert np.abs(news).max() <= 1.001 and abs(news.mean()) < 0.01
    assert news.var() == pytest.approx(1 / 3, rel=0.01)
    assert np.corrcoef(news[1:], news[:-1])[0, 1] == pytest.approx(0, abs=0.01)


def test_fronts_begin_by_chance_and_then_take_their_course(century):
    stage, front = century["stage"], century["front"]
    assert set(stage) == set(range(25))
    following = stage[1:][stage[:-1] > 0]
    np.testing.assert_array_equal(following, (stage[:-1][stage[:-1] > 0] + 1) % 25)
    assert (stage[1:][stage[:-1] == 0] == 1).mean() == pytest.approx(1 / 48, rel=0.03)
    assert (stage == 0).mean() == pytest.approx(48 / 72, rel=0.01)
    assert (front[stage == 0] == 0).all() and (front[(1 <= stage) & (stage <= 6)] == 2.5).all()
    cold = [front[stage == k][0] for k in range(7, 25)]
    np.testing.assert_allclose(cold, -6 + np.arange(18) / 3, atol=5e-4)


def test_the_past_tells_noise_and_front_of_every_hour(table):
    """Follow the temperatures alone, from an hour without a front on, as the docstring says."""
    rest = table["temperature"] - table["usual"]
    start = int(np.argmax(table["stage"] == 0))
    noise, stage = rest[start], 0
    for hour in range(start + 1, 5000):
        stage = (stage + 1) % 25 if stage else int(rest[hour] - 0.9 * noise > 1.25)
        noise = rest[hour] - series.FRONT[stage]
        assert stage == table["stage"][hour]
        assert noise == pytest.approx(table["noise"][hour], abs=0.005)


# The best possible error


@pytest.mark.parametrize("hours", [*HORIZONS, 48])
def test_the_best_error_is_what_a_century_gives(century, hours):
    forecast = data.best_hourly_forecast(century, hours)
    error = root_mean_square(forecast - century["temperature"][hours:])
    assert error == pytest.approx(data.best_hourly_error(hours), rel=0.01)


def test_one_hour_ahead_the_best_error_is_that_of_the_two_chances():
    share_without_a_front = 48 / 72
    beginning = share_without_a_front * 2.5**2 * (1 / 48) * (47 / 48)
    assert data.best_hourly_error() ** 2 == pytest.approx(1 / 3 + beginning)


def test_far_ahead_nothing_is_left_but_the_usual():
    spread = (
        series._shares_of_stages() @ series.FRONT**2
        - (series._shares_of_stages() @ series.FRONT) ** 2
    )
    assert data.best_hourly_error(1000) ** 2 == pytest.approx(1 / 3 / (1 - 0.81) + spread)
    errors = [data.best_hourly_error(hours) for hours in HORIZONS]
    assert errors == sorted(errors)


def test_no_change_of_the_best_forecast_makes_it_better(century):
    for hours in (1, 6):
        forecast = data.best_hourly_forecast(century, hours)
        error = century["temperature"][hours:] - forecast
        now = {name: century[name][:-hours] for name in ("noise", "front", "stage", "usual")}
        assert abs(error.mean()) < 0.02
        for name, column in now.items():
            assert abs(np.corrcoef(error, column)[0, 1]) < 0.01, name


def regress(features, targets, members):
    """Return the predictions of a linear regression fitted on the members."""
    features = np.column_stack([np.ones(len(features)), features])
    weights, *_ = np.linalg.lstsq(features[members], targets[members], rcond=None)
    return features @ weights


def baselines(table, hours):
    """Return the errors on the last half year, fitted on what comes before the validation set."""
    temperature = table["temperature"]
    everything = np.arange(len(table))
    training = len(table) - TEST_HOURS - VALIDATION_HOURS
    day, year = 2 * np.pi * everything / DAY, 2 * np.pi * everything / DAY / 365.25
    waves = [np.sin(year), np.cos(year), np.sin(day), np.cos(day)]
    waves += [a * b for a in waves[:2] for b in waves[2:]]
    usual = regress(np.column_stack(waves), temperature, everything < training)
    rest = temperature - usual
    now = np.arange(DAY - 1, len(table) - hours)
    windows = rest[now[:, np.newaxis] + np.arange(-DAY + 1, 1)]
    linear = regress(windows, rest[now + hours], now + hours < training)
    test = now + hours >= len(table) - TEST_HOURS
    ahead = now + hours
    forecasts = {
        "as now": temperature[now],
        "as 24 hours before": temperature[ahead - DAY],
        "season and hour": usual[ahead],
        "linear": usual[ahead] + linear,
        "best": data.best_hourly_forecast(table, hours)[now],
    }
    return {
        name: root_mean_square((forecast - temperature[ahead])[test])
        for name, forecast in forecasts.items()
    }


def readme_row(beginning):
    """Return the numbers in the row of data/README.md that begins so."""
    text = (data.files.FOLDER / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {re.escape(beginning)}[^|]*\|(.*)\|$", text, flags=re.MULTILINE)
    return [float(number) for number in row.split("|")]


def test_the_readme_has_the_errors_of_the_baselines_and_the_best(table):
    errors = [baselines(table, hours) for hours in HORIZONS]
    rows = {
        "as now": "as now",
        "as 24 hours before": "as 24 hours before",
        "season and hour": "usual for season and hour",
        "linear": "linear regression on the last 24 hours",
        "best": "best possible forecast, on these months",
    }
    for name, beginning in rows.items():
        found = [error[name] for error in errors]
        assert readme_row(beginning) == pytest.approx(found, abs=0.0051), name
    best = [data.best_hourly_error(hours) for hours in HORIZONS]
    assert readme_row("best possible error") == pytest.approx(best, abs=0.0051)


def test_a_linear_forecast_is_clearly_worse_than_the_best(table):
    for hours in (1, 3, 6):
        errors = baselines(table, hours)
        assert errors["linear"] > 1.6 * errors["best"]
        assert errors["best"] == pytest.approx(data.best_hourly_error(hours), rel=0.05)


# Smoothed


def test_smoothing_is_the_mean_of_successive_values():
    np.testing.assert_allclose(data.smooth([1, 2, 6, 4], 2), [1.5, 4, 5])
    np.testing.assert_allclose(data.smooth([1, 2, 6], 3), [3])
    np.testing.assert_allclose(data.smooth([1, 2, 6], 1), [1, 2, 6])


def test_an_error_of_the_smoothed_series_is_the_raw_error_divided_by_24(table):
    temperature = table["temperature"]
    smoothed = data.smooth(temperature)
    forecast = data.best_hourly_forecast(table)[23:]
    smoothed_forecast = smoothed[:-1] + (forecast - temperature[:-24]) / 24
    raw, small = forecast - temperature[24:], smoothed_forecast - smoothed[1:]
    np.testing.assert_allclose(small, raw / 24, atol=1e-9)
    persistence = np.diff(smoothed)[-TEST_HOURS:]
    explained = 1 - persistence.var() / smoothed[-TEST_HOURS:].var()
    assert explained > 0.999 and root_mean_square(persistence) < 0.14


# Bad input


@pytest.mark.parametrize("days", [0, -1, 1.5, True, "7", None, 36526])
def test_days_that_cannot_be_used_are_refused(days):
    with pytest.raises(ValueError, match=r"days is a whole number from 1 to 36525; got"):
        data.generate_hourly_temperature(days=days)


@pytest.mark.parametrize("seed", [-1, 2**31, 0.5, None])
def test_a_seed_that_cannot_be_used_is_refused(seed):
    with pytest.raises(ValueError, match=r"seed is a whole number from 0 to 2147483647"):
        data.generate_hourly_temperature(seed=seed)


@pytest.mark.parametrize("hours", [0, 1.0, 1001, "one"])
def test_hours_ahead_that_cannot_be_used_are_refused(hours, table):
    with pytest.raises(ValueError, match=r"hours_ahead is a whole number from 1 to 1000"):
        data.best_hourly_error(hours)
    with pytest.raises(ValueError, match=r"hours_ahead is a whole number from 1"):
        data.best_hourly_forecast(table, hours)


def test_a_forecast_beyond_the_table_is_refused():
    with pytest.raises(ValueError, match="hours_ahead is a whole number from 1 to 23; got 24"):
        data.best_hourly_forecast(data.generate_hourly_temperature(days=1), 24)


@pytest.mark.parametrize(
    ("values", "hours", "message"),
    [
        ([1, 2], 3, r"shape \(n,\) with at least 3 values, not \(2,\)"),
        ([[1, 2]], 1, r"not \(1, 2\)"),
        ([1, np.nan], 1, "NaN or infinity"),
        ([1, 2], 0, "hours is a whole number from 1 on; got 0"),
        ([1, 2], 1.5, r"hours is a whole number from 1 on; got 1\.5"),
    ],
)
def test_values_that_cannot_be_smoothed_are_refused(values, hours, message):
    with pytest.raises(ValueError, match=message):
        data.smooth(values, hours)
