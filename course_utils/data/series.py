"""Temperatures hour by hour, made by a rule, so that the best possible forecast is known.

Nobody measured these temperatures: a program makes them, and the lessons say so. Four parts are
added up:

    temperature = usual + noise + front

USUAL is the season (10 °C, 8 more in the middle of July, 8 fewer in January) and the day (warmest
at 15 h; 2 °C up and down in winter, 5 in summer).

NOISE forgets slowly: each hour keeps 0.9 of the noise of the hour before and adds a number that
is anything from -1 to 1, all equally likely.

A FRONT begins in any hour without one with probability 1/48, and then takes its course: mild air
for 6 hours, 2.5 °C above what the noise gives; then, from one hour to the next, cold air, 6 °C
below, which grows milder by 1/3 °C an hour for 18 hours.

What cannot be forecast is exactly the numbers from -1 to 1 and the hours in which fronts begin.
Both can be read off the past: nothing else changes the temperature by as much as the beginning
of a front (2.5 > 2 · 1). So whoever knows the rule knows noise and front of every hour up to now,
and the squared error of the best forecast is what has yet to be drawn:

    error(h)² = (1 + 0.9² + … + 0.9^(2h-2)) / 3  +  variance of the front in h hours, given today's

1/3 is the variance of a number from -1 to 1; the second term is the mean over all stages that a
front can be in, each as often as it occurs.
"""

import datetime

import numpy as np

from .tables import Table

MEAN, SEASON = 10.0, 8.0  # °C
DAY, DAY_BY_SEASON = 3.5, 1.5  # °C, half of the difference between day and night
COLDEST_DAY, WARMEST_HOUR = 15, 15
DAYS_PER_YEAR, HOURS_PER_DAY = 365.25, 24
MEMORY, NEWS = 0.9, 1.0
FRONT_BEGINS = 1 / 48
FRONT = np.array([0.0] + 6 * [2.5] + [-6 + hour / 3 for hour in range(18)])  # °C; stage 0: none
HOURS_BEFORE = 720  # drawn and thrown away, so that the first hour is like any other
FIRST_HOUR = datetime.datetime(2021, 1, 1)
DAYS, MOST_DAYS = 1279, 36525

UNITS = {
    "time": "hour",
    "temperature": "°C",
    "usual": "°C, for the season and the hour",
    "noise": "°C",
    "front": "°C",
    "stage": "hour of the front, 0: none",
}


def generate_hourly_temperature(days=DAYS, seed=0):
    """Return generated temperatures, every hour of `days` days from 2021 on: a `Table`.

    Columns: time (NumPy hours), temperature, and what only the program that made it can know:
    its parts usual, noise and front, and the front's stage (1 to 6 mild, 7 to 24 cold, 0 none).
    A forecast may use time and temperature of the past. The default is three and a half years.
    The same seed gives the same numbers on every platform, and fewer days of the same seed are
    the beginning of more.

    A program makes them: course_utils/data/series.py has the rule, `best_hourly_error` what a
    forecast can achieve.

    Raises ValueError for `days` that are no whole number from 1 to 36525 and a seed that is no
    whole number from 0 to 2**31 - 1.
    """
    _require_whole("days", days, 1, MOST_DAYS)
    _require_whole("seed", seed, 0, 2**31 - 1)
    hours = np.arange(days * HOURS_PER_DAY)
    noise, stages = _draw(len(hours), seed)
    usual, front = _usual(hours), FRONT[stages]
    parts = {"temperature": usual + noise + front, "usual": usual, "noise": noise, "front": front}
    time = np.datetime64(FIRST_HOUR, "h") + hours
    columns = {name: part.round(3) for name, part in parts.items()}
    return Table("Generated temperatures", {"time": time} | columns | {"stage": stages}, UNITS)


def best_hourly_forecast(table, hours_ahead=1):
    """Return the best possible forecasts, shape (rows - hours_ahead,), with the rule known.

    Row i is the forecast made in hour i of the `generate_hourly_temperature` table for the hour
    i + hours_ahead, from noise and front of hour i. Its error on the months of a test says what
    `best_hourly_error` comes out at there.

    Raises ValueError for hours that are no whole number from 1 to 1000, or not fewer than rows.
    """
    _require_whole("hours_ahead", hours_ahead, 1, min(1000, len(table) - 1))
    chances = np.linalg.matrix_power(_chances_of_next_stage(), hours_ahead)
    front = (chances @ FRONT)[table["stage"][:-hours_ahead]]
    noise = MEMORY**hours_ahead * table["noise"][:-hours_ahead]
    return table["usual"][hours_ahead:] + noise + front


def best_hourly_error(hours_ahead=1):
    """Return the root mean squared error, °C, of the best possible forecast `hours_ahead`.

    No forecast of `generate_hourly_temperature` from its past has a smaller one in the long run.
    On some months the best forecast can come out a few per cent better or worse.

    Raises ValueError for hours that are no whole number from 1 to 1000.
    """
    _require_whole("hours_ahead", hours_ahead, 1, 1000)
    noise = NEWS**2 / 3 * np.sum(MEMORY ** (2 * np.arange(hours_ahead)))
    chances = np.linalg.matrix_power(_chances_of_next_stage(), hours_ahead)
    variances = chances @ FRONT**2 - (chances @ FRONT) ** 2
    return float(np.sqrt(noise + _shares_of_stages() @ variances))


def smooth(values, hours=24):
    """Return the mean of each `hours` successive values: `hours` - 1 fewer, float64.

    The value at place i is the mean of values[i : i + hours]. A smoothed series is easy to
    forecast and says little: from one hour to the next only one of its `hours` values is new, so
    an error of the next value is divided by `hours`, whoever makes the forecast.

    Raises ValueError unless `values` has the shape (n,) with n at least `hours`, and no NaN.
    """
    values = np.asarray(values, dtype=np.float64)
    _require_whole("hours", hours, 1, None)
    if values.ndim != 1 or len(values) < hours:
        raise ValueError(
            f"values needs the shape (n,) with at least {hours} values, not {values.shape}."
        )
    if not np.isfinite(values).all():
        raise ValueError("values holds NaN or infinity. Fill the gaps first, and say how.")
    return np.lib.stride_tricks.sliding_window_view(values, hours).mean(axis=1)


def _require_whole(name, value, low, high):
    """Raise a ValueError unless `value` is a whole number from `low` to `high` (None: any)."""
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or value < low or (high is not None and value > high):
        upper = f" to {high}" if high is not None else " on"
        raise ValueError(f"{name} is a whole number from {low}{upper}; got {value!r}.")


def _usual(hours):
    """Return season and day in °C, `hours` counted from the first of January."""
    season = -np.cos(2 * np.pi * (hours / HOURS_PER_DAY - COLDEST_DAY) / DAYS_PER_YEAR)
    day = np.cos(2 * np.pi * (hours - WARMEST_HOUR) / HOURS_PER_DAY)
    return MEAN + SEASON * season + (DAY + DAY_BY_SEASON * season) * day


def _draw(count, seed):
    """Return noise in °C and the front's stage, 0 to 24, of `count` hours.

    NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    """
    numbers = np.random.RandomState(seed).random_sample((HOURS_BEFORE + count, 2)).tolist()
    noise, stage, drawn = 0.0, 0, []
    for news, chance in numbers:
        noise = MEMORY * noise + NEWS * (2 * news - 1)
        stage = (stage + 1) % len(FRONT) if stage else int(chance < FRONT_BEGINS)
        drawn.append((noise, stage))
    noises, stages = zip(*drawn[HOURS_BEFORE:], strict=True)
    return np.array(noises), np.array(stages)


def _chances_of_next_stage():
    """Return the probabilities of each stage (columns) an hour after each stage (rows)."""
    chances = np.roll(np.eye(len(FRONT)), 1, axis=1)  # each stage follows the one before
    chances[0, :2] = 1 - FRONT_BEGINS, FRONT_BEGINS
    return chances


def _shares_of_stages():
    """Return how large a share of the hours is in each stage, in the long run."""
    shares = np.full(len(FRONT), FRONT_BEGINS)
    shares[0] = 1
    return shares / shares.sum()
