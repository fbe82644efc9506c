"""benchmarks/convolution.py: what it takes from the lesson, what it counts, what it reports."""

import convolution as benchmark
import numpy as np
import pytest

from course_utils import data


@pytest.fixture(scope="module")
def space():
    return benchmark.read_lesson()


@pytest.fixture(scope="module")
def few():
    """300 digits for training, of all classes, and 50 for the test."""
    train, test = benchmark.prepare(*data.load_mnist())
    return [part[:300] for part in train], [part[:50] for part in test]


def test_it_takes_its_nets_out_of_the_lesson(space):
    assert set(benchmark.NAMES) <= set(space) and "plt" not in space
    dense = space["build_dense"]().count_params()
    assert abs(space["build_pooled"](benchmark.AS_MANY).count_params() / dense - 1) < 0.005


def test_the_cnn_gets_as_many_parameters_or_as_much_time(space, few):
    rows = list(benchmark.compare_fairly(space, *few, seeds=(3,), epochs=12))
    found = {figure.removeprefix("convolution/"): value for figure, _, value, _ in rows}
    assert len(found) == len(rows) == 8 and {run for _, run, _, _ in rows} == {3}
    for name in ("test_accuracy", "time"):
        same = [found[f"equal {thing}/512 units/{name}"] for thing in ("parameters", "time")]
        assert same[0] == same[1]
    limit, spent = found["equal time/512 units/time"], found["equal time/CNN/time"]
    assert limit <= spent < limit + 60  # it stops, with what a busy machine adds to a batch
    assert all(0 <= value <= 1 for name, value in found.items() if name.endswith("accuracy"))


@pytest.mark.parametrize("target", [0.0, 1.01])
def test_a_race_reports_a_time_only_of_those_who_arrive(space, monkeypatch, target):
    train, _ = benchmark.prepare(*data.load_mnist())
    train = [part[-900:] for part in train]  # 100 for training, 800 for validation
    rows = list(benchmark.race(space, train, (0,), short=1, limit=0.5, target=target))
    names = {figure.removeprefix(f"convolution/time to {target}/") for figure, *_ in rows}
    recipes = {"our recipe", "plain recipe"}
    assert names >= {f"{recipe}/validation accuracy" for recipe in recipes}
    assert (recipes <= names) == ("ratio" in names) == (target == 0)
    if target == 0:
        value = {figure.rpartition("/")[2]: value for figure, _, value, _ in rows}
        assert value["ratio"] == pytest.approx(value["plain recipe"] / value["our recipe"])


def test_transfer_and_scratch_get_the_same_pictures(space, few, monkeypatch):
    """From scratch there are two learning rates to choose from, and few digits to choose by."""
    seen = []
    (x_train, y_train), test = few
    train = [np.concatenate([part, part[:200], part, part]) for part in (x_train, y_train)]

    def look(name):
        def fit(*arguments, **options):
            pictures, labels = (it for it in arguments if isinstance(it, np.ndarray))
            seen.append((name, pictures.tobytes(), len(labels)))
            return space["build_cnn"]()

        return fit

    for name in ("adapt", "fit_one_cycle"):
        monkeypatch.setitem(space, name, look(name))
    rows = list(benchmark.transfer(space, train, test, seeds=(1,), examples=(2, 20)))
    assert [figure.removeprefix("convolution/transfer/") for figure, *_ in rows] == [
        f"{number} of each, {kind}/{way}"
        for number in (2, 20)
        for kind in ("plain", "augmented")
        for way in ("from scratch", "transfer")
    ]
    assert {size for _, _, size in seen} == {200}
    for start in range(0, len(seen), 3):
        names, pictures, _ = zip(*seen[start : start + 3], strict=True)
        assert names == ("adapt", "fit_one_cycle", "fit_one_cycle") and len(set(pictures)) == 1


def test_depth_is_trained_by_the_lesson(space, few):
    rows = list(benchmark.deepen(space, few[0], (0,), {"residual, 4 layers": (1, True)}))
    ((figure, run, loss, unit),) = rows
    assert (figure, run, unit) == ("convolution/depth/residual, 4 layers/loss", 0, "")
    assert 0 < loss < 3
    layers = [2 + 2 * blocks for blocks, _ in benchmark.DEPTHS.values()]
    assert [f"{n} layers" for n in layers] == [name.split(", ")[1] for name in benchmark.DEPTHS]


@pytest.mark.parametrize("number", [2, 5, 20])
def test_examples_are_drawn_equally_and_repeated_to_twenty(number):
    (pictures, labels), _ = benchmark.prepare(*data.load_mnist())
    few, classes = benchmark.draw_examples(pictures, labels, number, seed=0)
    assert np.bincount(classes).tolist() == [20] * 10
    assert len(np.unique(few.reshape(200, -1), axis=0)) == 10 * number
    other, _ = benchmark.draw_examples(pictures, labels, number, seed=1)
    assert not np.array_equal(few, other)


def test_balanced_accuracy_counts_classes_not_pictures():
    class Guess:
        def predict(self, pictures, **options):
            return np.eye(2)[np.zeros(len(pictures), dtype=int)]

    labels = np.array([0] * 9 + [1])
    assert benchmark.balanced_accuracy(Guess(), np.zeros((10, 1)), labels) == 0.5
