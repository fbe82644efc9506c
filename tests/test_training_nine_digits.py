"""training/: a script that is killed and called again ends where the undisturbed one does."""

import ast
import os
import shutil

import numpy as np
import pytest
import trainings
from trainings import TRAINING, read_log, read_weights

from course_utils import data, deck

DIGITS, ROUNDS = 512, 4  # of the trial
NEEDED = {"english_french_transformer": {"tensorflow"}}  # its lesson's search is a tf.function


@pytest.fixture(scope="module")
def session():
    return trainings.load("session")


@pytest.fixture(scope="module")
def train():
    main = trainings.load("nine_digits").main
    return lambda folder, *more: main(["--smoke", "--output", str(folder), *more])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The folder of a training that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    trainings.run("nine_digits", folder)
    return folder


def test_killed_and_resumed_it_ends_as_the_undisturbed_one(undisturbed, train, tmp_path):
    trainings.kill("nine_digits", tmp_path, rounds=2)
    assert len(read_log(tmp_path)) == 2 and (tmp_path / "state.npz.part").exists()
    assert not (tmp_path / "nine_digits.weights.h5").exists()
    train(tmp_path)
    trainings.require_same_end(tmp_path, undisturbed)


def test_it_learns_logs_and_writes_a_card(undisturbed):
    log = read_log(undisturbed)
    assert [int(row["round"]) for row in log] == list(range(1, ROUNDS + 1))
    assert int(log[-1]["seen"]) == ROUNDS * DIGITS
    assert float(log[-1]["accuracy"]) > float(log[0]["accuracy"]) + 0.3
    card = (undisturbed / "nine_digits.md").read_text(encoding="utf-8")
    for fact in ("data", "licence", "examples seen", "held out", "held-out accuracy", "time"):
        assert f"| {fact} |" in card
    assert "2,048" in card and "CC BY-SA" in card


def test_a_finished_training_is_not_repeated_and_one_of_other_settings_not_resumed(
    undisturbed, train, tmp_path
):
    folder = shutil.copytree(undisturbed, tmp_path / "copy")
    weights = folder / "nine_digits.weights.h5"
    weights.unlink()
    train(folder)
    assert read_log(folder) == read_log(undisturbed)
    again, before = (read_weights(path) for path in (weights, undisturbed / weights.name))
    assert again.keys() == before.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(again[name], values)
    with pytest.raises(ValueError, match=r"other settings \(.*'seed': 0.* now .*'seed': 1"):
        train(folder, "--seed", "1")


# What scripts share


def test_a_crash_while_writing_leaves_the_old_file(session, tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    session._replace(path, b"old")
    monkeypatch.setattr(session.os, "replace", lambda *paths: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        session._replace(path, b"new")
    assert path.read_bytes() == b"old"


def test_weights_are_float16_and_without_the_optimizers_memory(session, tmp_path):
    import keras

    def build():
        return keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)]
        )

    model = build()
    model.compile("adam", "mse")
    model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)
    session.round_weights(model)
    session.write_weights(model, tmp_path / "small.weights.h5")
    shipped = read_weights(tmp_path / "small.weights.h5")
    assert not any("optimizer" in name for name in shipped)
    kinds = {values.dtype.str for values in shipped.values() if values.dtype.kind == "f"}
    assert kinds == {"<f2"}
    other = build()
    other.load_weights(tmp_path / "small.weights.h5")
    for ours, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.weights.h5"]
    model.layers[0].bias.assign([1e6, 0])
    with pytest.raises(ValueError, match="does not fit into float16"):
        session.round_weights(model)


def test_dropout_goes_on_with_its_own_random_numbers(session, tmp_path):
    import keras

    def train(folder, rounds):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [keras.Input((8,)), keras.layers.Dropout(0.5), keras.layers.Dense(2)]
        )
        model.compile(keras.optimizers.Adam(0.1), "mse")
        training = session.Session(model, folder, {"seed": 3})
        training.run(rounds, lambda random: (random.normal(size=(16, 8)), np.ones((16, 2))), 4)
        return model.get_weights()

    whole = train(tmp_path / "whole", 4)
    train(tmp_path / "parts", 2)
    for ours, theirs in zip(train(tmp_path / "parts", 4), whole, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_where_real_data_are_needed_their_folder_is_asked_for(
    session, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert session.read_options("Train.", "x", needs_data=True, arguments=[]).data == tmp_path
    monkeypatch.delenv("COURSE_DATA")
    for arguments, words in (
        ([], "none was named"),
        (["--data", "no such"], "no such is no folder"),
    ):
        with pytest.raises(SystemExit):
            session.read_options("Train.", "x", needs_data=True, arguments=arguments)
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(TRAINING.glob("*.py")), ids=lambda path: path.name)
def test_scripts_import_keras_and_no_back_end(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported & {"tensorflow", "jax", "torch"} == NEEDED.get(path.stem, set())


# What is shipped


def test_the_checkpoint_reads_the_digits_0_to_8_as_its_card_says():
    import keras

    space = {"keras": keras, "layers": keras.layers, "np": np}
    (build_cnn,) = deck.Lesson("09_convolutional_networks", space).take("build_cnn")
    model = build_cnn(num_classes=9)
    path = data.load_checkpoint("nine_digits")
    model.load_weights(path)
    _, (images, labels) = data.load_mnist()
    known = labels < 9
    probabilities = model.predict(images[known][..., np.newaxis] / 255, verbose=0)
    accuracy = (probabilities.argmax(axis=1) == labels[known]).mean()
    card = (path.parent / "nine_digits.md").read_text(encoding="utf-8")
    assert f"| held-out accuracy | {accuracy:.4f} (" in card and accuracy > 0.98
    assert f"| weights | {model.count_params():,}, in float16 |" in card
    assert path.stat().st_size < 150_000


def test_an_unknown_name_is_answered_with_those_that_there_are():
    for name in ("ten_digits", "", "../reviews", None, 3):
        with pytest.raises(
            ValueError, match=r"one of the course's checkpoints \(.*nine_digits.*got"
        ):
            data.load_checkpoint(name)


def test_a_damaged_or_missing_checkpoint_is_refused_and_the_doctor_says_so(tmp_path, monkeypatch):
    folder = shutil.copytree(data.files.FOLDER, tmp_path / "data")
    monkeypatch.setattr(data.files, "FOLDER", folder)
    monkeypatch.setattr(data.checkpoints, "FOLDER", folder)
    path = data.load_checkpoint("nine_digits")
    for content in (path.read_bytes()[:-1], None):
        path.write_bytes(content) if content else os.remove(path)
        with pytest.raises(data.DataUnavailable, match=r"nine_digits.*git checkout data`"):
            data.load_checkpoint("nine_digits")
        assert "checkpoints/nine_digits.weights.h5" in data.check_files()[0]
