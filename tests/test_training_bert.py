"""training/bert.py: nothing of the test in training, no Gettysburg, a honest score, what ships."""

import itertools
import json
import re

import numpy as np
import pytest
import trainings

from course_utils import data, deck


@pytest.fixture(scope="module")
def script():
    return trainings.load("bert")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The folder of a training that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    trainings.run("bert", folder)
    return folder


# A trial


def test_killed_and_resumed_it_ends_as_the_undisturbed_one(undisturbed, script, tmp_path):
    trainings.kill("bert", tmp_path, rounds=2)
    assert len(trainings.read_log(tmp_path)) == 2 < script.SMOKE.rounds
    script.main(["--smoke", "--output", str(tmp_path)])
    model, _ = script.lesson.build_bert(300, **script.SMOKE.net)
    key_biases = trainings.find_key_biases(model)
    assert len(key_biases) == 1
    trainings.require_same_end(tmp_path, undisturbed, besides=key_biases)


def test_it_learns_and_writes_weights_pieces_and_a_card(undisturbed, script):
    log = trainings.read_log(undisturbed)
    assert float(log[-1]["loss"]) < 0.95 * float(log[0]["loss"])
    words = json.loads((undisturbed / "bert.words.json").read_text(encoding="utf-8"))
    (pieces,) = words.values()
    assert len(set(pieces)) == len(pieces) <= script.SMOKE.size
    assert pieces[: len(data.SPECIAL_PIECES)] == data.SPECIAL_PIECES
    arrays = trainings.read_weights(undisturbed / "bert.weights.h5")
    assert {array.dtype.str for array in arrays.values() if array.dtype.kind == "f"} == {"<f2"}
    card = (undisturbed / "bert.md").read_text(encoding="utf-8")
    facts = "data licence seen time machine".split()
    facts += ["left out", "held out", "held-out masked accuracy", "Gettysburg"]
    facts += ["held-out masked accuracy, speeches"]
    for fact in facts:
        assert f"| {fact} |" in card
    assert "tatoeba.org" in card and "manythings.org" in card


# The data


def read_trial(script):
    texts, source, dropped = script.read_texts(type("Options", (), {"smoke": True}))
    return texts, source, dropped


def test_no_english_sentence_is_in_two_parts(script):
    texts, _, _ = read_trial(script)
    words = {
        part: {" ".join(re.findall(r"\w+", text.lower())) for text in texts["sentences", part]}
        for part in ("train", "validation", "test")
    }
    for one, other in itertools.combinations(words.values(), 2):
        assert not one & other
    assert all(words.values())


@pytest.mark.parametrize(
    ("kind", "name", "part"),
    [
        ("state_union", "1995-Clinton.txt", "train"),
        ("state_union", "1996-Clinton.txt", "test"),
        ("inaugural", "1997-Clinton.txt", "test"),
        ("inaugural", "2005-Bush.txt", "test"),
        ("state_union", "2006-GWBush.txt", "test"),
        ("inaugural", "2009-Obama.txt", "train"),
        ("gutenberg", "melville-moby_dick.txt", "train"),
    ],
)
def test_whole_years_are_held_out(script, kind, name, part):
    kinds = {"gutenberg": "books"}
    assert script.find_part(kind, name) == (kinds.get(kind, "speeches"), part)


def test_what_quotes_the_address_at_gettysburg_is_left_out(script):
    sentences = script.split_sentences(script.GETTYSBURG)
    assert sum(len(sentence.split()) >= script.NGRAM for sentence in sentences) > 8
    for sentence in sentences:
        assert script.quotes_address(sentence) == (len(re.findall("[a-z]+", sentence.lower())) > 4)
    quotes = [
        "He said: Four score and SEVEN years ago, and stopped.",
        "We hold that all men are created equal.",
        "Government of the people; by the people -- that is it.",
    ]
    for quote in quotes:
        assert script.quotes_address(quote)
    for other in ("We met seven years ago in Boston.", "A new nation is born.", ""):
        assert not script.quotes_address(other)


def test_dropped_sentences_are_counted_for_each_kind(script, monkeypatch):
    quote = "They were dedicated to the proposition that all men are created equal."
    generate = script.data.generate_phrases

    def generate_with_quote(count, **options):
        english, french, frames = generate(count, **options)
        return [quote, *english[1:]], french, frames

    monkeypatch.setattr(script.data, "generate_phrases", generate_with_quote)
    texts, _, dropped = read_trial(script)
    assert dropped["speeches, train"] == 1 == dropped["speeches, test"]
    assert not any(quote in sentences for sentences in texts.values())


def test_texts_are_cleaned_and_split_into_sentences(script):
    head = "ADDRESS OF THE PRESIDENT\n\nJanuary 4, 1965\n\nMy friends: thank you. (Applause.) "
    text = script.clean_text(head + "We must ``act\u2019\u2019 now, _now_.", "state_union")
    assert "ADDRESS" not in text and "pplause" not in text and "_" not in text
    sentences = script.split_sentences(text)
    assert sentences[0] == "My friends: thank you." and sentences[1].startswith('We must "act')
    assert script.split_sentences('"Go." He went!\n\nA heading\n\n12 .') == [
        '"Go."',
        "He went!",
        "A heading",
    ]


def test_a_word_counts_for_the_pieces_if_two_kinds_of_texts_have_it(script, tmp_path):
    texts = {("sentences", "train"): ["the dog"] * 9, ("books", "train"): ["the bildad"] * 9}
    file = tmp_path / "pieces.json"
    pieces = script.learn_pieces(texts, 50, "here", file)
    assert "the" in pieces and "b" not in pieces
    assert script.learn_pieces({}, 50, "here", file) == pieces  # from the file
    texts["sentences", "train"] = texts["books", "train"]
    assert "bildad" in script.learn_pieces(texts, 50, "elsewhere", file)


def test_batches_hide_what_is_to_be_guessed(script):
    texts, _, _ = read_trial(script)
    word_counts = {word: 9 for part in texts.values() for text in part for word in text.split()}
    pieces = script.lesson.train_wordpiece(
        {word.strip(".?,").lower(): n for word, n in word_counts.items() if word.isalpha()},
        300,
        "frequency",
    )
    train, held_out = script.encode_parts(texts, pieces, script.SMOKE)
    batches = script.draw_batches(train, script.SMOKE, np.random.default_rng(0))
    assert len(batches) == sum(script.SMOKE.batches.values())
    for (numbers, places), targets in batches:
        assert places.shape == targets.shape and numbers.shape[1] <= script.SMOKE.net["longest"]
        assert 100 < numbers.size < 2 * script.SMOKE.tokens
        now = np.take_along_axis(numbers, places, axis=1)
        assert (targets > script.lesson.MASK).sum() == (targets > 0).sum() >= len(numbers)
        assert ((now == script.lesson.MASK) | (targets == 0) | (now > script.lesson.MASK)).all()
        assert (numbers[:, 0] == script.lesson.CLS).all()
    again = script.draw_batches(train, script.SMOKE, np.random.default_rng(0))
    np.testing.assert_array_equal(again[5][0][0], batches[5][0][0])
    assert set(held_out) == {"sentences", "validation", "speeches"}
    assert (held_out["speeches"] > 0).all()


def test_a_training_that_ends_early_is_the_same_until_its_cooldown(script):
    planned, early = (script.Rate(script.FULL, rounds) for rounds in (150, 100))
    batches = sum(script.FULL.batches.values())
    for step in (0, 100, 700, 80 * batches):
        assert float(planned(step)) == float(early(step))
    assert float(planned(700)) == pytest.approx(script.FULL.peak)
    for rounds, rate in ((150, planned), (100, early)):
        last = rounds * batches
        assert float(rate(last)) == 0 < float(rate(last - 500)) < script.FULL.peak
    assert float(planned(0)) < script.FULL.peak / 100


# The score


class Clairvoyant:
    """A model that knows what is hidden, except in rows that `wrong` names."""

    def __init__(self, targets, wrong=()):
        self.targets, self.wrong, self.done = targets.copy(), list(wrong), 0
        self.targets[self.wrong] = 0

    def predict_on_batch(self, x):
        rows = self.targets[self.done : self.done + len(x[0])]
        self.done += len(rows)
        return np.eye(int(self.targets.max()) + 1)[rows]


def test_marks_count_unless_words_alone_are_asked_for(script):
    vocabulary = [*data.SPECIAL_PIECES, "a", "##b", ".", "3"]
    numbers = np.array([[2, 5, 6, 5, 8, 6, 5, 7, 3]] * 40 + [[2, 7, 7, 7, 7, 7, 7, 7, 3]] * 40)
    plan = type("Plan", (), {"size": len(vocabulary)})
    _, targets = script.lesson.hide(numbers, plan.size, np.random.default_rng(0))

    def measure(wrong, marks):
        guesses = Clairvoyant(targets, wrong)
        return script.measure_accuracy(guesses, numbers, vocabulary, plan, marks=marks)

    assert measure(range(0), marks=True) == measure(range(0), marks=False) == (1, 0)
    of_marks = range(40, 80)  # in these rows are marks alone
    assert measure(of_marks, marks=False) == (1, 0)
    assert measure(of_marks, marks=True)[0] == pytest.approx(0.5, abs=0.1)
    share, half = measure(range(20), marks=False)
    assert share == pytest.approx(0.5, abs=0.1) and 0.05 < half < 0.3


def test_ranks_are_those_of_the_masked_words(script):
    vocabulary = [*data.SPECIAL_PIECES, "the", "king", "queen", "is", "here"]

    class Sure:
        def predict_on_batch(self, x):
            numbers, places = x
            assert (np.take_along_axis(numbers, places, axis=1) == script.lesson.MASK).all()
            return np.tile([9, 9, 9, 9, 9, 1, 5, 4, 3, 2], (1, places.shape[1], 1)).astype(float)

    text, answers = "the [MASK] is here the [MASK] is [MASK]", ("queen", "king", "nobody")
    assert script.find_ranks(Sure(), vocabulary, 64, text, answers) == [2, 1, None]


# What is shipped


@pytest.fixture(scope="module")
def shipped():
    """The lesson's functions and the shipped net, built as its card says."""
    import importlib.util

    import keras

    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np, "ops": keras.ops}
    space |= {"re": re, "itertools": itertools, "importlib": importlib, "deck": deck}
    deck.Lesson("13_attention_and_transformers", space).take(
        *("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock")
    )
    names = ["PADDING", "LONGEST_WORD", "encode_wordpiece", "encode_text", "mask_tokens", "frame"]
    names += ["hide", "build_bert", "guess_masks", "SIZES", "real_numbers"]
    lesson = deck.Lesson("14_bert_masked_language_model", space)
    lesson.take(*names[:-2])
    for code in data.read_card("bert")["for"].split("`")[1::2]:
        exec(code, space)  # defines pieces, model and watcher
    space["numbers"] = {piece: number for number, piece in enumerate(space["pieces"])}
    return space


def test_it_is_small_and_good_enough():
    path = data.load_checkpoint("bert")
    assert sum(file.stat().st_size for file in path.parent.glob("bert.*")) < 12_000_000
    card = data.read_card("bert")
    assert float(card["held-out masked accuracy"].split()[0]) >= 0.5
    assert float(card["held-out masked accuracy, speeches"].split()[0]) >= 0.4
    ranks = re.findall(r"(\w+) (\d+|None)\b", card["Gettysburg"])[:6]
    assert sum(rank != "None" and int(rank) <= 10 for _, rank in ranks) >= 4
    assert "CC BY 2.0 FR" in card["licence"] and "manythings.org/anki" in card["licence"]
    assert "Gettysburg" in card["left out"]


def test_it_fills_gaps_wherever_they_are(shipped):
    for text in (
        "[MASK]",
        "[MASK] is here.",
        "I am [MASK]",
        "[MASK] and [MASK]",
        "xyzzy [MASK] 🙂",
    ):
        shares = shipped["guess_masks"](
            shipped["model"], shipped["numbers"], text, shipped["pieces"]
        )
        assert shares.shape == (text.count("[MASK]"), len(shipped["pieces"]))
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-4)
        assert (shares[:, : len(data.SPECIAL_PIECES)] == 0).all()


def test_the_card_states_what_is_measured(shipped, script):
    path = data.named.find_named("tatoeba")
    if path is None or not (path.parent / "state_union.zip").is_file():
        pytest.skip("COURSE_DATA names no folder with fra-eng.zip and the speeches")
    options = type("Options", (), {"smoke": False, "data": path.parent})
    texts, _, _ = script.read_texts(options)
    texts = {key: part for key, part in texts.items() if key[1] != "train"}
    texts |= {(kind, "train"): ["We are here."] for kind in ("sentences", "speeches", "books")}
    _, held_out = script.encode_parts(texts, shipped["pieces"], script.FULL)
    card = data.read_card("bert")
    for kind, unit, fact in (
        ("sentences", "English sentences", ""),
        ("speeches", "passages", ", speeches"),
    ):
        assert f"{len(held_out[kind]):,} {unit}" in card["held out"]
        sample = held_out[kind][::8]
        measured = script.measure_accuracy(shipped["model"], sample, shipped["pieces"], script.FULL)
        trainings.require_agreement(card["held-out masked accuracy" + fact], *measured)
