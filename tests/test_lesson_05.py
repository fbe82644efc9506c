"""Lesson 05: what its text claims without running it, and what its functions promise."""

import keras
import numpy as np
import pytest
from sklearn import linear_model, model_selection, pipeline, preprocessing

from course_utils import data, deck


@pytest.fixture(scope="module")
def lesson():
    """The table and the functions of lesson 05."""
    lesson = deck.Lesson("05_keras_regression",
                         {"data": data, "keras": keras, "layers": keras.layers, "np": np})
    lesson.take("cars", "measured", "origins", "features", "mpg", "order", "train", "learning",
                "build_model", "errors_of", "mae_of")
    return lesson


def cross_validated(lesson, model):
    """Return the mean absolute error of a model, the mean of five folds as in the lesson."""
    rows = lesson.space["learning"]
    x, y = lesson.space["features"][rows], lesson.space["mpg"][rows]
    folds = model_selection.KFold(5).split(rows)
    return np.mean([np.abs(model.fit(x[seen], y[seen]).predict(x[new]) - y[new]).mean()
                    for seen, new in folds])


def test_a_line_through_squares_and_products_comes_close_to_the_network(lesson):
    straight = cross_validated(lesson, linear_model.LinearRegression())
    squares = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                     preprocessing.PolynomialFeatures(2), linear_model.Ridge(1))
    assert 0.7 < cross_validated(lesson, squares) / straight < 0.75


def test_the_file_is_sorted_by_year_and_ends_with_1980_and_later(lesson):
    years = lesson.space["cars"]["year"]
    assert (np.diff(years) >= 0).all()
    last = np.sort(lesson.space["learning"])[-63:]  # the last 20 % of 314
    assert years[last].min() >= 80


def test_the_parts_are_disjoint_and_as_large_as_the_table_says(lesson):
    parts = [lesson.space[name] for name in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [236, 78, 78]
    assert sorted(np.concatenate(parts)) == list(range(392))


def test_the_network_has_the_layers_asked_for_and_normalises_its_input(lesson):
    x = lesson.space["features"]
    network = lesson.space["build_model"](x, units=(5, 4, 3))
    assert [layer.units for layer in network.layers if hasattr(layer, "units")] == [5, 4, 3, 1]
    scaled = np.array(network.layers[0](x))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-3)
    assert lesson.space["errors_of"](network, x, lesson.space["mpg"]).shape == (392,)


def test_one_missing_value_spoils_every_row_without_an_error(lesson):
    """As the text says: the mean becomes NaN, then each row, then the weights; no warning."""
    x, y = lesson.space["features"].copy(), lesson.space["mpg"]
    x[5, 3] = np.nan
    with pytest.raises(ValueError, match="1 of 392 rows"):
        data.require_table(x)
    network = lesson.space["build_model"](x)
    losses = network.fit(x, y, epochs=2, batch_size=32, verbose=0).history["loss"]
    assert np.isnan(losses[-1]) or losses[-1] > 0.9 * y.mean()
    assert np.isnan(network.layers[1].get_weights()[0]).any()
