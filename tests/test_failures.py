"""course_utils.failures: ten recipes, each ill in one entry."""

import keras
import numpy as np
import pytest

from course_utils import data, failures

PICTURES = np.random.default_rng(0).uniform(size=(4000, 28, 28, 1)).astype("float32")
LABELS = np.random.default_rng(1).integers(0, 10, 4000)


def test_each_cause_occurs_once_and_each_patient_differs_in_its_culprit():
    assert sorted(map(failures.cause, failures.PATIENTS)) == list(failures.CAUSES)
    assert len(failures.PATIENTS) == len(set(failures.CAUSES)) == 10
    for patient in failures.PATIENTS:
        recipe, entry = failures.recipe(patient), failures.culprit(patient)
        assert set(recipe) == set(failures.HEALTHY)
        assert recipe[entry] != failures.HEALTHY[entry]


def test_no_clue_names_its_cause():
    for patient in failures.PATIENTS:
        assert failures.cause(patient) not in failures.clue(patient)


@pytest.mark.parametrize("patient", ["K", "a", ""])
def test_unknown_patients_are_refused(patient):
    with pytest.raises(ValueError, match="patients A to J"):
        failures.recipe(patient)


def test_healthy_digits_are_sorted_and_scaled():
    x, y, new_x, new_y = failures.make_digits(failures.HEALTHY, PICTURES, LABELS)
    assert x.shape == (1000, 784) and y.shape == (1000, 1) and new_x.shape == (800, 784)
    assert np.all(np.diff(y[:, 0]) >= 0) and x.max() <= 1
    np.testing.assert_array_equal(new_y[:, 0], LABELS[3200:])


def test_ill_digits():
    def make(patient):
        return failures.make_digits(failures.recipe(patient), PICTURES, LABELS)

    healthy = failures.make_digits(failures.HEALTHY, PICTURES, LABELS)
    assert make("A")[0].max() > 200
    np.testing.assert_array_equal(make("C")[0][1000:], healthy[2])
    assert np.any(make("J")[1] != healthy[1])
    np.testing.assert_array_equal(np.sort(make("J")[1], axis=0), healthy[1])


def test_vital_signs_of_silent_units():
    (images, labels), _ = data.load_mnist()
    model = keras.Sequential([
        keras.Input((784,)),
        keras.layers.Dense(4, "relu", bias_initializer=keras.initializers.Constant(-99.0)),
        keras.layers.Dense(10, "softmax"),
    ])
    curves = {"loss": [2.3, 2.2], "val_accuracy": [0.1, 0.125]}
    signs = failures.examine(model, curves, failures.HEALTHY, images[..., None] / 255, labels)
    assert signs["silent units"] == "100%" and signs["gradient of layer 1"] == "0"
    assert signs["loss in epoch 1"] == "2.3" and signs["validation"] == "12%"
