"""Lesson 07: what it writes by hand does what Keras does, and its clinic can be healed."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import data, deck, failures


@pytest.fixture(scope="module")
def take():
    """Return a function that takes things from lesson 07 by name."""
    space = {"keras": keras, "layers": keras.layers, "np": np, "tf": tf, "data": data}
    space["failures"] = failures
    lesson = deck.Lesson("07_training_better", space)
    lesson.take("prepare", "images", "x_digits")
    return lesson.take


def test_one_cycle_rises_linearly_and_falls_along_a_cosine(take):
    (one_cycle,) = take("OneCycle")
    rates = np.array([float(one_cycle(0.5, 200)(step)) for step in range(201)])
    np.testing.assert_allclose(rates[:61], np.linspace(0, 0.5, 61), atol=1e-6)
    np.testing.assert_allclose(
        rates[60:], 0.25 * (1 + np.cos(np.linspace(0, np.pi, 141))), atol=1e-6
    )
    again = one_cycle.from_config(one_cycle(0.5, 200).get_config())
    assert float(again(17)) == pytest.approx(rates[17])


def test_an_optimizer_follows_the_cycle(take):
    (one_cycle,) = take("OneCycle")
    optimizer, weight = keras.optimizers.SGD(one_cycle(1.0, 10)), keras.Variable(0.0)
    for _ in range(10):
        optimizer.apply([keras.ops.convert_to_tensor(-1.0)], [weight])
    moved = sum(float(one_cycle(1.0, 10)(step)) for step in range(10))
    assert float(weight) == pytest.approx(moved, rel=1e-4)


def test_the_range_test_keeps_the_loss_of_each_batch_and_ends(take):
    (range_test,) = take("RangeTest")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    callback = range_test(lowest=1e-12, highest=1e-10, steps=3)
    x, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.zeros((4, 1))
    model.fit(x, y, batch_size=1, epochs=5, shuffle=False, callbacks=[callback], verbose=0)
    np.testing.assert_allclose(callback.losses, [1, 4, 9], rtol=1e-5)
    np.testing.assert_allclose(callback.rates, [1e-12, 1e-11, 1e-10])


@pytest.mark.parametrize("units", [1, 7])
def test_batch_normalisation_equals_keras(take, units):
    (batch_norm,) = take("BatchNorm")
    ours, theirs = batch_norm(units, momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)
    random = np.random.default_rng(units)
    for _ in range(20):
        z = (3 * random.normal(size=(16, units)) - 2).astype("float32")
        np.testing.assert_allclose(ours(z, training=True), theirs(z, training=True), atol=1e-5)
    np.testing.assert_allclose(ours(z, training=False), theirs(z, training=False), atol=1e-5)


def test_dropout_keeps_the_mean(take):
    (drop,) = take("drop")
    stays = np.random.default_rng(0).uniform(size=(200_000, 2)) > 0.8
    dropped = drop(np.array([1.0, -5.0]), stays, 0.8, training=True)
    np.testing.assert_allclose(dropped.mean(axis=0), [1, -5], atol=0.1)
    assert drop(3.0, 0, 0.8, training=False) == 3.0


def test_every_fifth_label_is_wrong(take):
    (mislabel,) = take("mislabel")
    labels = np.arange(10_000) % 10
    poor = mislabel(labels)
    assert np.mean(poor != labels) == pytest.approx(0.2, abs=0.02)
    assert poor.min() == 0 and poor.max() == 9 and labels[3] == 3


@pytest.mark.parametrize("patient", failures.PATIENTS)
def test_patients_are_ill_and_can_be_healed(take, patient):
    treat, _ = take("treat", "y_digits")
    keras.utils.set_random_seed(5)
    _, curves = treat(failures.recipe(patient))
    entry = failures.culprit(patient)
    _, healed = treat(failures.recipe(patient) | {entry: failures.HEALTHY[entry]})
    assert healed["val_accuracy"][-1] > 0.75
    if patient == "C":  # too good to be true
        assert curves["val_accuracy"][-1] > 0.95 > 0.93 > healed["val_accuracy"][-1]
    else:
        assert curves["val_accuracy"][-1] < 0.75
