"""training/english_french_transformer.py: its trial, and the transformer that is shipped."""

import json

import numpy as np
import pytest
import trainings

from course_utils import data, deck

NAME = "english_french_transformer"


@pytest.fixture(scope="module")
def script():
    return trainings.load(NAME)


# A trial


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The folder of a training that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    trainings.run(NAME, folder)
    return folder


def test_killed_and_resumed_it_ends_as_the_undisturbed_one(undisturbed, script, tmp_path):
    trainings.kill(NAME, tmp_path, rounds=2)
    assert len(trainings.read_log(tmp_path)) == 2 < script.SMOKE.rounds
    script.main(["--smoke", "--output", str(tmp_path)])
    key_biases = trainings.find_key_biases(script.build(300, 500, script.SMOKE))
    assert len(key_biases) == 3  # encoder, decoder at itself, decoder at the encoder
    trainings.require_same_end(tmp_path, undisturbed, besides=key_biases)


def test_it_learns_and_writes_weights_words_and_a_card(undisturbed):
    log = trainings.read_log(undisturbed)
    assert float(log[-1]["loss"]) < 0.9 * float(log[0]["loss"])
    words = json.loads((undisturbed / f"{NAME}.words.json").read_text(encoding="utf-8"))
    assert list(words) == ["english", "french"]
    arrays = trainings.read_weights(undisturbed / f"{NAME}.weights.h5")
    assert {array.dtype.str for array in arrays.values() if array.dtype.kind == "f"} == {"<f2"}
    card = (undisturbed / f"{NAME}.md").read_text(encoding="utf-8")
    for fact in ("for", "data", "licence", "held out", "held-out masked accuracy", "BLEU", "time"):
        assert f"| {fact} |" in card
    assert "lesson 13" in card and f"training/{NAME}.py" in card


# What is shipped


@pytest.fixture(scope="module")
def shipped():
    """The lesson's functions and the shipped transformer, built as its card says."""
    import keras
    import tensorflow as tf

    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np, "ops": keras.ops}
    space |= {"tf": tf, "PADDING": 0, "START": 2, "END": 3}
    deck.Lesson("13_attention_and_transformers", space).take(
        *("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock", "DecoderBlock"),
        *("build_transformer", "decoding_function", "search_greedily"),
    )
    for code in data.read_card(NAME)["for"].split("`")[1::2]:
        exec(code, space)  # defines english, french, model and watcher
    return space


def test_it_is_small_and_better_than_the_lstm():
    path = data.load_checkpoint(NAME)
    assert sum(file.stat().st_size for file in path.parent.glob(f"{NAME}.*")) < 12_000_000
    card, lstm = (data.read_card(name) for name in (NAME, "english_french"))
    assert card["held out"] == lstm["held out"]
    for fact, least in (("held-out masked accuracy", 0.70), ("BLEU", 35)):
        assert float(card[fact].split()[0]) >= max(least, float(lstm[fact].split()[0]))
    assert "CC BY 2.0 FR" in card["licence"] and "manythings.org/anki" in card["licence"]


def test_it_translates_what_is_typed(shipped):
    advance = shipped["decoding_function"](shipped["model"])

    def translate(text):
        source = data.encode_words([data.split_words(text)], shipped["english"])[:, :32]
        (row,) = shipped["search_greedily"](advance, source)
        return data.join_words(data.decode_words(row, shipped["french"]))

    assert translate("I am tired.") in ("Je suis fatigué.", "Je suis fatiguée.")
    assert translate("Hello world!").startswith(("Salut", "Bonjour"))
    for text in ("xyzzy", "😀", "<b>hi</b>", "مرحبا", "go " * 100):
        assert isinstance(translate(text), str)


def test_the_card_states_what_is_measured(shipped, script):
    path = data.named.find_named("tatoeba")
    if path is None:
        pytest.skip("COURSE_DATA names no folder with fra-eng.zip")
    base = script.english_french
    options = type("Options", (), {"smoke": False, "data": path.parent})
    pairs, _ = base.read_pairs(options)
    part = base.split_pairs(pairs)["test"]
    vocabularies = (shipped["english"], shipped["french"])
    card = data.read_card(NAME)
    assert card["held out"].startswith(f"test: {len(part):,} pairs of ")
    measured = base.measure_accuracy(shipped["model"], part[::10], vocabularies)
    trainings.require_agreement(card["held-out masked accuracy"], *measured[:2])
