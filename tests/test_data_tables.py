"""The measured tables are what their docstrings say, and what is no table is refused."""

import re

import numpy as np
import pytest
from mlxtend.data import autompg_data

from course_utils import data

# Auto MPG


def test_the_cars_are_392_with_nothing_missing():
    cars = data.load_auto_mpg()
    assert len(cars) == 392 and all(len(cars[name]) == 392 for name in cars.columns)
    assert cars.columns[-2:] == ["name", "mpg"] and len(cars.numeric) == 8
    assert np.isfinite(cars.matrix(*cars.numeric)).all()
    assert list(cars.units) == cars.columns


def test_the_cars_are_those_of_mlxtend_whose_eighth_column_is_the_name():
    cars = data.load_auto_mpg()
    features, targets = autompg_data()
    np.testing.assert_array_equal(cars.matrix(*cars.columns[:7]), features[:, :7])
    np.testing.assert_array_equal(cars["mpg"], targets)
    assert np.isnan(features[:, 7]).all() and cars.columns[7] == "name"
    assert cars["name"][0] == "chevrolet chevelle malibu"


def test_the_facts_that_the_docstring_states_about_the_cars():
    cars = data.load_auto_mpg()
    assert (cars["mpg"].min(), cars["mpg"].max()) == (9.0, 46.6)
    assert (cars["year"].min(), cars["year"].max()) == (70, 82)
    assert np.bincount(cars["origin"]).tolist() == [0, 245, 68, 79]
    assert len(set(cars["name"])) == 301
    assert np.unique(cars.matrix(*cars.numeric), axis=0).shape == (392, 8)  # no car twice


# Weather


def test_the_weather_has_every_day_of_four_years():
    weather = data.load_seattle_weather()
    assert len(weather) == 1461
    assert (str(weather["date"][0]), str(weather["date"][-1])) == ("2012-01-01", "2015-12-31")
    assert set(np.diff(weather["date"]).astype(int)) == {1}
    assert weather.numeric == ["precipitation", "temp_max", "temp_min", "wind"]
    assert np.isfinite(weather.matrix(*weather.numeric)).all()


def test_the_weather_is_plausible_and_its_words_are_no_measurement():
    weather = data.load_seattle_weather()
    assert (weather["temp_min"] <= weather["temp_max"]).all()
    assert weather["precipitation"].min() == 0 and weather["wind"].min() > 0
    assert -8 < weather["temp_min"].min() and weather["temp_max"].max() < 36
    kinds, counts = np.unique(weather["weather"], return_counts=True)
    assert dict(zip(kinds, counts, strict=True)) == {
        "drizzle": 54,
        "fog": 411,
        "rain": 259,
        "snow": 23,
        "sun": 714,
    }
    wet = weather["precipitation"] > 0
    assert wet[weather["weather"] == "fog"].mean() > 0.5


def test_a_changed_weather_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "README.md").write_bytes((data.files.FOLDER / "README.md").read_bytes())
    monkeypatch.setattr(data.files, "FOLDER", tmp_path)
    with pytest.raises(data.DataUnavailable, match=r"seattle_weather\.csv is missing"):
        data.load_seattle_weather()
    (tmp_path / "seattle_weather.csv").write_bytes(b"date,wind\n")
    with pytest.raises(data.DataUnavailable, match="git checkout data`"):
        data.load_seattle_weather()


def season(dates):
    """Return the place of each day in its year, an angle."""
    day = (dates - dates.astype("datetime64[Y]")).astype(int)
    return 2 * np.pi * day / 365.25


def error_of_line(features, targets, groups):
    """Return the mean absolute error in °C of least squares, each group held out once."""
    errors = []
    for group in np.unique(groups):
        test = groups == group
        design = np.column_stack([np.ones(len(features)), features])
        weights, *_ = np.linalg.lstsq(design[~test], targets[~test])
        errors.append(np.abs(design[test] @ weights - targets[test]).mean())
    return np.mean(errors)


def test_the_weather_leaves_a_net_something_to_find_that_a_line_through_the_days_misses():
    """A season is a curve: with the curve written by hand, a linear model gains two degrees."""
    weather = data.load_seattle_weather()
    years = weather["date"].astype("datetime64[Y]")
    angle = season(weather["date"])
    measured = weather.matrix("precipitation", "wind")
    straight = np.column_stack([angle, measured])
    curved = np.column_stack([np.sin(angle), np.cos(angle), measured])
    assert error_of_line(straight, weather["temp_max"], years) > 5.5
    assert error_of_line(curved, weather["temp_max"], years) < 3.2


# Tables


def test_a_table_shows_its_first_rows_with_units():
    cars = data.load_auto_mpg()
    assert "392 rows" in repr(cars) and "weight [pounds]" in repr(cars)
    shown = cars._repr_html_()
    assert shown.count("<tr>") == 6 and shown.count('<th scope="col">') == 9
    assert "chevrolet chevelle malibu" in shown and "<caption>" in shown


def test_a_table_escapes_what_looks_like_markup():
    table = data.Table("<b>", {"<i>": np.array(["<script>", "x"])}, {"<i>": "&"})
    assert not re.search("<(b|i|script)>", table._repr_html_())


def test_a_matrix_has_the_columns_in_the_order_asked_for():
    cars = data.load_auto_mpg()
    matrix = cars.matrix("weight", "year")
    assert matrix.shape == (392, 2) and matrix.dtype == np.float64
    assert matrix[0].tolist() == [3504.0, 70.0]


def test_what_is_no_column_of_numbers_is_refused():
    cars, weather = data.load_auto_mpg(), data.load_seattle_weather()
    with pytest.raises(ValueError, match="'name' holds text such as 'chevrolet"):
        cars.matrix("weight", "name")
    with pytest.raises(ValueError, match="'date' holds dates such as '2012-01-01'"):
        weather.matrix("date")
    with pytest.raises(ValueError, match="name the columns"):
        cars.matrix()
    for wrong in ("kilometres", 0, ("mpg",)):
        with pytest.raises(KeyError, match="is no column; there are cylinders"):
            cars[wrong]


# Guards


def features():
    return data.load_auto_mpg().matrix("weight", "year")


def with_gap(values):
    values = np.array(values, dtype=float)
    values[3] = np.nan
    return values


def test_good_input_passes_and_stays_as_it_is():
    cars = data.load_auto_mpg()
    before = features()
    data.require_table(before, cars["mpg"])
    data.require_table([[1, 2], [3, 4]])
    np.testing.assert_array_equal(before, features())
    (x_train, y_train), _ = data.load_mnist()
    data.require_images(x_train / 255)
    data.require_images((x_train / 255)[..., np.newaxis])
    data.require_images(np.zeros((1, 8, 8)), side=8)
    data.require_labels(y_train, 10)
    data.require_labels([0.0, 1.0], 2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: with_gap(features()), r"missing.*1 of 392 rows \(column 0, 1, counted from 0"),
        (lambda: autompg_data()[0], r"392 of 392 rows \(column 7,.*Leave out a column"),
        (lambda: [[1.0, np.inf]], "infinite"),
        (lambda: [[1.0, "red"], [2.0, "blue"]], "the text 'red' in column 1"),
        (lambda: np.array([[1.0, "red"]], dtype=object), "the text 'red' in column 1.*one-hot"),
        (lambda: np.array([[1.0, None]], dtype=object), "holds None in column 1"),
        (lambda: data.load_seattle_weather()["date"][:, np.newaxis], "2012-01-01.*not numbers"),
        (lambda: features()[:, 0], r"features\[:, np.newaxis\]"),
        (lambda: np.zeros((0, 3)), "shape"),
        (lambda: [[1, 2], [3]], "rows of different lengths"),
        (lambda: [["1", "2"]], "numbers written as text"),
        (lambda: "a table", "not numbers"),
        (lambda: None, "not numbers"),
    ],
)
def test_what_is_no_table_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        data.require_table(wrong())


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.zeros(391), r"shape \(392,\).*not \(391,\)"),
        (np.zeros((392, 1)), r"not \(392, 1\)"),
        (with_gap(np.zeros(392)), "1 missing"),
        (["cheap"] * 392, "targets holds the text 'cheap',"),
    ],
)
def test_what_are_no_targets_is_refused(targets, message):
    with pytest.raises(ValueError, match=message):
        data.require_table(features(), targets)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1, 2, 10], "from 0 to 9; these run from 1 to 10.*Count the classes from 0"),
        ([-1, 0], "from -1 to 0"),
        ([0.5], "whole numbers"),
        ([np.nan], "whole numbers"),
        (np.eye(10), "argmax"),
        (["seven"], "labels holds the text 'seven',"),
    ],
)
def test_what_are_no_labels_is_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        data.require_labels(labels, 10)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (data.load_mnist()[1][0], "0 to 255; the net expects 0 to 1. Divide them by 255"),
        (data.load_mnist()[1][0] / 255 / 255, "twice"),
        (data.load_mnist()[1][0] / 127.5 - 1, "from -1 to 1.*Look at how"),
        (np.zeros((5, 8, 8)), r"\(n, 28, 28\), not \(5, 8, 8\)"),
        (np.zeros((28, 28)), r"picture\[np.newaxis\]"),
        (np.zeros((0, 28, 28)), r"no picture: its shape is \(0, 28, 28\)"),
        ([], "no picture"),
        (np.zeros((5, 28, 28, 3)), "three colours; the net expects one grey value.*find_ink"),
        (np.zeros((40, 30, 4)), r"\(40, 30, 4\): three colours and alpha"),
        (np.zeros((5, 28, 28, 2)), "shape"),
        (1 - data.load_mnist()[1][0][:3] / 255, "3 of 3 images have a light border.*1 - images"),
        (np.full((1, 28, 28), np.nan), "NaN"),
        (np.array([["a"]]), "not numbers"),
    ],
)
def test_what_are_no_images_is_refused(images, message):
    with pytest.raises(ValueError, match=message):
        data.require_images(images)
