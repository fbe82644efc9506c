"""benchmarks/fine_tuning.py: the lesson's own plans, the same texts for each, what it reports."""

import fine_tuning as benchmark
import numpy as np
import pytest
import tensorflow as tf

from course_utils import data

PLANS = ("pretrained, in stages", "pretrained, all at once", "from scratch")


@pytest.fixture(scope="module", autouse=True)
def eager():
    """Nothing is compiled: that would take longer than these few steps."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def space():
    """The lesson's functions with a tiny net that knows nothing, and plans of few steps."""
    space = benchmark.read_lesson()
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz'.?,"))
    space["real_pieces"] = [*data.SPECIAL_PIECES, *letters, *(f"##{it}" for it in letters)]
    space["real_numbers"] = {piece: place for place, piece in enumerate(space["real_pieces"])}
    space["SIZES"] = {"width": 8, "heads": 2, "hidden": 8, "blocks": 4, "longest": 64}
    space["keras"].utils.set_random_seed(1)
    _, space["real_watcher"] = space["build_bert"](len(space["real_pieces"]), **space["SIZES"])
    return space


@pytest.fixture
def quick(space, monkeypatch):
    """The same with one step in each stage and few texts."""
    plans = {
        name: tuple((layers, rate, 1) for layers, rate, _ in stages)
        for name, stages in space["PLANS"].items()
    }
    monkeypatch.setitem(space, "PLANS", plans)
    monkeypatch.setattr(benchmark, "LABELS", (20, 30))
    texts, labels = np.array(["The cat sleeps.", "Cat the sleeps."] * 20), np.array([0, 1] * 20)
    parts = (texts, labels), (texts, labels)
    monkeypatch.setattr(data, "load_swapped_phrases", lambda seed: parts)
    return space


def test_plans_are_the_lesson_s_and_equally_long(space):
    assert tuple(space["PLANS"]) == PLANS
    steps = {sum(steps for *_, steps in stages) for stages in space["PLANS"].values()}
    assert len(steps) == 1


def test_each_plan_is_scored_with_each_number_of_labels(quick, monkeypatch):
    rows = list(benchmark.measure(quick, seeds=(3,), tested=40))
    assert [figure for figure, *_ in rows] == [
        f"fine_tuning/{plan}/{count} labels" for plan in PLANS for count in (20, 30)
    ]
    assert all(run == 3 and 0 <= value <= 1 and not unit for _, run, value, unit in rows)


def test_only_what_a_stage_names_is_trained(space, monkeypatch):
    texts = ["the cat sleeps.", "cat the sleeps."] * 10
    x, y = space["frame"](texts, space["real_numbers"]), np.array([0, 1] * 10)
    old = {weight.path: weight.numpy() for weight in space["real_watcher"].weights}
    stages = {"none": [], "last": ["block_3"], "all": None}
    plans = {name: ((layers, 0.01, 2),) for name, layers in stages.items()}
    monkeypatch.setitem(space, "PLANS", plans)
    moved = {}
    for name in plans:
        encoder = space["fine_tune"](name, x, y).layers[1]
        moved[name] = [
            path
            for (path, was), now in zip(old.items(), encoder.get_weights(), strict=True)
            if not np.array_equal(was, now)
        ]
    assert not moved["none"]
    assert moved["last"] and all("block_3" in path for path in moved["last"])
    assert len(moved["all"]) > len(moved["last"])


def test_from_scratch_takes_nothing_from_the_pretrained_net(space, monkeypatch):
    x, y = np.full((20, 4), 7), np.array([0, 1] * 10)
    plans = {name: ((None, 0.0, 1),) for name in ("from scratch", "pretrained, all at once")}
    monkeypatch.setitem(space, "PLANS", plans)
    embeddings = {name: space["fine_tune"](name, x, y).layers[1].get_weights()[0] for name in plans}
    taught = space["real_watcher"].get_weights()[0]
    np.testing.assert_array_equal(embeddings["pretrained, all at once"], taught)
    assert not np.allclose(embeddings["from scratch"], taught)
