"""training/english_french.py: parts without a common sentence, a honest score, what is shipped."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
import trainings

from course_utils import data, deck


@pytest.fixture(scope="module")
def script():
    return trainings.load("english_french")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The folder of a training that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    trainings.run("english_french", folder)
    return folder


# A trial


def test_killed_and_resumed_it_ends_as_the_undisturbed_one(undisturbed, script, tmp_path):
    trainings.kill("english_french", tmp_path, rounds=2)
    assert len(trainings.read_log(tmp_path)) == 2 < script.SMOKE.rounds
    script.main(["--smoke", "--output", str(tmp_path)])
    trainings.require_same_end(tmp_path, undisturbed)


def test_it_learns_and_writes_weights_words_and_a_card(undisturbed, script):
    log = trainings.read_log(undisturbed)
    assert float(log[-1]["loss"]) < 0.85 * float(log[0]["loss"])
    assert int(log[-1]["seen"]) == 4 * 10 * 64
    words = json.loads((undisturbed / "english_french.words.json").read_text(encoding="utf-8"))
    assert list(words) == ["english", "french"]
    for vocabulary in words.values():
        assert len(set(vocabulary)) == len(vocabulary) <= 500
        assert vocabulary[: len(data.SPECIAL_WORDS)] == data.SPECIAL_WORDS
    arrays = trainings.read_weights(undisturbed / "english_french.weights.h5")
    assert {array.dtype.str for array in arrays.values() if array.dtype.kind == "f"} == {"<f2"}
    card = (undisturbed / "english_french.md").read_text(encoding="utf-8")
    for fact in ("data", "licence", "held out", "held-out masked accuracy", "BLEU", "time"):
        assert f"| {fact} |" in card
    assert "tatoeba.org" in card and "manythings.org" in card


# The data


def pair(english, french="oui ."):
    return tuple(data.split_words(english)), tuple(data.split_words(french))


def test_no_english_sentence_is_in_two_parts(script):
    english, french, _ = data.generate_phrases(3000)
    pairs = [pair(*texts) for texts in zip(english, french, strict=True)]
    pairs += [pair(text.upper().replace(".", "!"), "non .") for text in english]
    parts = script.split_pairs(pairs)
    assert sum(map(len, parts.values())) == len(pairs)
    sentences = {
        name: {" ".join(script.drop_marks(words)) for words, _ in part}
        for name, part in parts.items()
    }
    for one, other in itertools.combinations(sentences.values(), 2):
        assert not one & other
    for name in ("validation", "test"):
        assert len(sentences[name]) == pytest.approx(3000 / script.PARTS, rel=0.35)


def test_sentences_are_counted_without_marks_and_long_ones_are_left_out(script, monkeypatch):
    texts = ["One, two, three, four, five, six, seven, eight, nine, ten!", "a " * 11, "...", "Go."]
    french = ["oui"] * 4
    monkeypatch.setattr(script.data, "generate_phrases", lambda count: (texts, french, None))
    options = type("Options", (), {"smoke": True})
    pairs, _ = script.read_pairs(options)
    assert [" ".join(script.drop_marks(english)) for english, _ in pairs] == [
        "one two three four five six seven eight nine ten",
        "go",
    ]


def test_batches_are_shifted_sorted_by_length_and_leave_unknown_targets_out(script):
    lesson = script.lesson
    english, french, _ = data.generate_phrases(700)
    pairs = [pair(*texts) for texts in zip(english, french, strict=True)]
    vocabularies = [data.build_vocabulary(sentences, 150) for sentences in zip(*pairs, strict=True)]
    arrays = script.encode_pairs(pairs, vocabularies)
    plan = dataclasses.replace(script.SMOKE, batches=20, batch_size=32)
    batches = script.draw_batches(*arrays, plan, np.random.default_rng(0))
    assert len(batches) == 20
    seen, waste = [], 0
    for (source, target), following in batches:
        assert source.shape[0] == target.shape[0] == 32 and following.shape == target.shape
        assert (target[:, 0] == lesson.START).all() and (source > 0).all(axis=0).any()
        unknown = target[:, 1:] == lesson.UNKNOWN
        assert unknown.any() and not (following == lesson.UNKNOWN).any()
        inside = target[:, 1:] != lesson.PADDING
        assert (following[:, :-1] == np.where(unknown, 0, target[:, 1:]))[inside].all()
        assert ((following == lesson.END).sum(axis=1) == 1).all()
        waste += (target == lesson.PADDING).mean() / len(batches)
        seen += [row[row > 0].tobytes() for row in source]
    assert waste < 0.1 and len(set(seen)) > 600
    again = script.draw_batches(*arrays, plan, np.random.default_rng(0))
    np.testing.assert_array_equal(again[3][1], batches[3][1])


def test_a_training_that_ends_early_is_the_same_until_its_cooldown(script):
    plan = dataclasses.replace(script.SMOKE, rounds=8, batches=20)
    planned, early = (script.Rate(plan, rounds) for rounds in (8, 6))
    for step in (0, 3, 10, 39):
        assert float(planned(step)) == float(early(step))
    for step in (60, 100, 119):
        assert float(early(step)) < float(planned(step))
    assert float(early(120)) == float(planned(160)) == 0
    assert max(float(planned(step)) for step in range(160)) == pytest.approx(plan.peak)


# The score


class Clairvoyant:
    """A model that foretells each next word, except where `wrong` says so."""

    def __init__(self, following, wrong=()):
        self.following, self.wrong, self.done = following.copy(), wrong, 0
        self.following[list(wrong)] = 0

    def predict_on_batch(self, x):
        rows = self.following[self.done : self.done + len(x[0])]
        self.done += len(rows)
        return np.eye(int(self.following.max()) + 1)[rows]


@pytest.mark.parametrize(("wrong", "expected"), [((), 5 / 6), ((0,), 3 / 6)])
def test_unknown_words_count_as_wrong_and_marks_do_not_count(script, wrong, expected):
    pairs = [pair("I go.", "je vais ."), pair("You go.", "tu vas ,"), pair("Come.", "viens vite !")]
    vocabularies = [data.build_vocabulary(side) for side in zip(*pairs, strict=True)]
    vocabularies[1].remove("vite")
    _, target = script.encode_pairs(pairs, vocabularies)
    model = Clairvoyant(target[:, 1:], wrong)
    share, half, by_length = script.measure_accuracy(model, pairs, vocabularies)
    assert share == pytest.approx(expected) and by_length["1 to 4"] == share and 0 < half < 1


def test_the_interval_takes_translations_of_one_sentence_as_one(script):
    """Ten times the same pairs tell no more: the interval stays as wide."""
    english, french, _ = data.generate_phrases(200)
    pairs = [pair(*texts) for texts in zip(english, french, strict=True)]
    vocabularies = [data.build_vocabulary(side) for side in zip(*pairs, strict=True)]
    halves = []
    for times in (1, 10):
        _, target = script.encode_pairs(pairs * times, vocabularies)
        wrong = [row for row in range(len(target)) if row % 200 < 100]
        model = Clairvoyant(target[:, 1:], wrong)
        share, half, _ = script.measure_accuracy(model, pairs * times, vocabularies)
        assert share == pytest.approx(0.5, abs=0.05)
        halves.append(half)
    assert halves[0] == pytest.approx(halves[1], rel=0.01)
    assert 0.05 < halves[0] < 0.1  # of 200 sentences, half of them wrong: 1.96 √(0.25 / 200) = 0.07


def test_bleu_takes_any_translation_as_reference(script):
    pairs = [
        pair("I see the old house.", "je vois la vieille maison ."),
        pair("I see the old house.", "je regarde la maison ancienne ."),
        pair("He is very tired today.", "il est très fatigué aujourd'hui ."),
    ]
    answers = ["Je regarde la maison ancienne.", "Il est très fatigué aujourd'hui."]

    def bleu():
        return script.measure_bleu(None, pairs, None, lambda *_: answers)

    assert bleu() == pytest.approx(100)
    answers[0] = "Je regarde un chat."
    assert bleu() < 70


# What is shipped


@pytest.fixture(scope="module")
def shipped():
    """The lesson's functions and the shipped translator, built as its card says."""
    import keras

    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np}
    names = ("PADDING", "build_translator", "take_apart", "decoding_functions", "search_greedily")
    deck.Lesson("12_translation_with_lstms", space).take(*names)
    for code in data.read_card("english_french")["for"].split("`")[1::2]:
        exec(code, space)  # defines english, french and model
    return space


def test_it_is_small_and_good_enough():
    path = data.load_checkpoint("english_french")
    assert sum(file.stat().st_size for file in path.parent.glob("english_french.*")) < 8_000_000
    card = data.read_card("english_french")
    assert float(card["held-out masked accuracy"].split()[0]) >= 0.6
    assert "CC BY 2.0 FR" in card["licence"] and "manythings.org/anki" in card["licence"]


def test_it_translates_what_is_typed(shipped):
    begin, advance = shipped["decoding_functions"](shipped["model"])

    def translate(text):
        source = data.encode_words([data.split_words(text)], shipped["english"])
        (row,) = shipped["search_greedily"](begin, advance, source)
        return data.join_words(data.decode_words(row, shipped["french"]))

    assert translate("I am tired.") in ("Je suis fatigué.", "Je suis fatiguée.")
    assert translate("You are right.") in ("Tu as raison.", "Vous avez raison.")
    for text in ("xyzzy", "😀", "<b>hi</b>", "مرحبا", "go " * 100):
        assert isinstance(translate(text), str)


def test_a_card_is_read_and_a_checkpoint_without_words_is_named():
    assert data.read_card("nine_digits")["held-out accuracy"].startswith("0.98")
    with pytest.raises(ValueError, match=r"with a vocabulary \(.*english_french.*\), got 'nine_"):
        data.load_vocabulary("nine_digits")
    with pytest.raises(ValueError, match="one of the course's checkpoints"):
        data.read_card("nobody")


def test_the_card_states_what_is_measured(shipped, script):
    path = data.named.find_named("tatoeba")
    if path is None:
        pytest.skip("COURSE_DATA names no folder with fra-eng.zip")
    options = type("Options", (), {"smoke": False, "data": path.parent})
    pairs, _ = script.read_pairs(options)
    part = script.split_pairs(pairs)["test"]
    vocabularies = (shipped["english"], shipped["french"])
    card = data.read_card("english_french")
    assert card["held out"].startswith(f"test: {len(part):,} pairs of ")
    measured = script.measure_accuracy(shipped["model"], part[::10], vocabularies)
    trainings.require_agreement(card["held-out masked accuracy"], *measured[:2])
