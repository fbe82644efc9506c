"""benchmarks/ingredients.py: the combinations, the lesson's own recipe, and what it reports."""

import ingredients as benchmark
import pytest

from course_utils import data


@pytest.fixture
def few_digits(monkeypatch):
    """A training set of 100 digits and a test set of 50."""
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    few = (x_train[:100], y_train[:100]), (x_test[:50], y_test[:50])
    monkeypatch.setattr(data, "load_mnist", lambda: few)


def test_each_combination_has_a_name_of_its_own():
    names = [benchmark.name_of(combination) for combination in benchmark.COMBINATIONS]
    assert sorted(names) == [
        "all", "none", "without augmentation", "without batch normalisation", "without one-cycle",
    ]  # fmt: skip
    assert benchmark.name_of((True, False, True)) == "without batch normalisation"


def test_pictures_run_from_0_to_1():
    (images, _), _ = benchmark.prepare(*data.load_mnist())
    assert images.shape == (4000, 28, 28, 1) and images.dtype == "float32"
    assert images.min() == 0 and images.max() == 1


def test_it_takes_the_recipe_out_of_the_lesson_and_uses_each_ingredient(few_digits):
    space = benchmark.read_lesson()
    assert set(benchmark.NAMES) <= set(space) and "plt" not in space
    images, labels = benchmark.prepare(*data.load_mnist())[0]
    for one_cycle in (True, False):
        model, _ = space["train_recipe"](
            images, labels, augmentation=False, batch_norm=one_cycle, one_cycle=one_cycle, epochs=1
        )
        kinds = {type(layer).__name__ for layer in model.layers}
        assert ("BatchNormalization" in kinds) == one_cycle
        rate = model.optimizer.get_config()["learning_rate"]
        assert isinstance(rate, dict) == one_cycle  # a schedule


def test_it_reports_accuracy_and_seconds_of_each_seed(few_digits):
    combinations = benchmark.COMBINATIONS[:1]
    rows = list(benchmark.measure(combinations, seeds=(3, 4), epochs=1))
    figures = [("ingredients/all/test_accuracy", ""), ("ingredients/all/time", "s")]
    assert [(figure, unit) for figure, _, _, unit in rows] == 2 * figures
    assert [run for _, run, _, _ in rows] == [3, 3, 4, 4]
    assert all(0 <= value <= 1 for figure, _, value, _ in rows if "accuracy" in figure)


def test_the_same_seed_gives_the_same_net(few_digits):
    combinations = benchmark.COMBINATIONS[:1]
    values = [
        next(value for figure, _, value, _ in benchmark.measure(combinations, (0,), epochs=2))
        for _ in range(2)
    ]
    assert values[0] == values[1]
