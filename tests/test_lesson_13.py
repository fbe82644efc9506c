"""Lesson 13: attention leaks nothing, blocks equal their parts, the checkpoint translates."""

import collections
import importlib.util

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from course_utils import data, deck, results

ENGLISH = [*data.SPECIAL_WORDS, *"the cat sleeps reads a book dog".split()]
FRENCH = [*data.SPECIAL_WORDS, *"le chat dort lit un livre chien".split()]  # 30 words, as above
PADDING, UNKNOWN, START, END = range(4)


@pytest.fixture(scope="module")
def space():
    """The functions of lesson 13, and those of lesson 12 that it uses, by name."""
    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np, "ops": ops, "tf": tf}
    space |= {"deck": deck, "importlib": importlib, "results": results}
    space["random"] = np.random.default_rng(0)
    deck.Lesson("12_translation_with_lstms", space).take(
        *("PADDING", "read_text", "as_source", "search_beam")
    )
    deck.Lesson("13_attention_and_transformers", space).take(
        *("attend", "make_places", "TokenAndPosition", "attend_with_heads", "normalize"),
        *("AddAndNormalize", "FeedForward", "EncoderBlock", "DecoderBlock", "build_transformer"),
        *("compare_with_hub", "fit_transformer", "decoding_function", "search_greedily"),
    )
    return space


@pytest.fixture(scope="module")
def lesson(space):
    names = [name for name in space if name.isidentifier() and name[0] != "_"]
    return collections.namedtuple("Names", names)(*(space[name] for name in names))


@pytest.fixture(scope="module")
def nets(lesson):
    """A small translator that has learnt nothing, and what its heads look at."""
    keras.utils.set_random_seed(0)
    return lesson.build_transformer(
        len(ENGLISH), len(FRENCH), width=16, heads=2, hidden=32, blocks=2, dropout=0.1, longest=12
    )


def numbers(rows, length, high=30, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(len(data.SPECIAL_WORDS), high, (rows, length)).astype("int32")


# Attention


@pytest.mark.parametrize("seed", range(3))
def test_attention_equals_keras(lesson, seed):
    random = np.random.default_rng(seed)
    queries, keys, values = random.normal(size=(3, 6, 8))
    queries, mask = queries[:4], random.random((4, 6)) < 0.7
    mask[:, 0] = True
    for given in (None, mask):
        scores = queries @ keys.T / np.sqrt(8) + (0 if given is None else np.where(given, 0, -1e9))
        expected = np.array(ops.softmax(scores))
        found, weights = lesson.attend(queries, keys, values, given)
        np.testing.assert_allclose(weights, expected, atol=1e-6)
        np.testing.assert_allclose(weights.sum(axis=-1), 1)
        np.testing.assert_allclose(found, expected @ values, atol=1e-6)


def test_huge_scores_do_not_overflow(lesson):
    _, weights = lesson.attend(1e4 * np.eye(3), 1e4 * np.eye(3), np.eye(3))
    np.testing.assert_allclose(weights, np.eye(3))


def test_two_masks_are_one(lesson):
    """Causal and padding together, padding at the start, in the middle and at the end."""
    x = np.random.default_rng(0).normal(size=(5, 4))
    causal = np.tril(np.ones((5, 5), dtype=bool))
    for hidden in (0, 2, 4):
        known = np.arange(5) != hidden
        _, weights = lesson.attend(x, x, x, causal & known)
        rows = weights[1:] if hidden == 0 else weights  # the first word sees nothing at all
        assert not rows[:, hidden].any() and not np.triu(rows, 1 + (hidden == 0)).any()
        np.testing.assert_allclose(weights.sum(axis=-1), 1)


def test_several_heads_equal_keras(lesson):
    random = np.random.default_rng(0)
    x, memory = (random.normal(size=(n, 6)).astype("float32") for n in (5, 3))
    layer = keras.layers.MultiHeadAttention(3, 4)
    layer(x[None], memory[None])
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    theirs = np.array(layer(x[None], memory[None])[0])
    ours = lesson.attend_with_heads(x, memory, layer.get_weights())
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * np.abs(theirs).max())


# Places, normalisation, blocks


def test_places_are_all_different_and_their_products_depend_on_distance(lesson):
    places = lesson.make_places(200, 32)
    np.testing.assert_allclose((places**2).sum(axis=1), 16)
    products = places @ places.T
    assert (products - 16 * np.eye(200)).max() < 15.9
    for distance in (1, 7, 100):
        assert np.ptp(np.diag(products, distance)) < 1e-9


def test_normalize_equals_keras(lesson):
    x = np.random.default_rng(0).normal(3, 5, size=(7, 12)).astype("float32")
    x[2] = 4  # nothing but its own mean
    theirs = keras.layers.LayerNormalization(epsilon=1e-5)(x)
    np.testing.assert_allclose(lesson.normalize(x), theirs, atol=1e-5)


def test_a_place_after_the_last_has_no_vector(lesson):
    words = lesson.TokenAndPosition(10, longest=4, width=6)
    assert words(np.ones((2, 4), dtype="int32")).shape == (2, 4, 6)
    assert words.places.embeddings.shape == (4, 6)
    assert words(words(np.array([[1, 2]])), reverse=True).shape == (1, 2, 10)


def test_weights_of_all_heads_are_budgets(lesson, nets):
    source = np.pad(numbers(3, 5), ((0, 0), (0, 2)))
    _, *weights = nets[1]([source, numbers(3, 6)])
    assert len(weights) == 4  # two blocks: at French words, at English ones
    for back, across in zip(weights[::2], weights[1::2], strict=True):
        assert back.shape == (3, 2, 6, 6) and across.shape == (3, 2, 6, 7)
        np.testing.assert_allclose(ops.sum(back, axis=-1), 1, atol=1e-5)
        np.testing.assert_allclose(ops.sum(across, axis=-1), 1, atol=1e-5)
        assert not np.triu(np.array(back), 1).any() and not np.array(across)[..., 5:].any()


def test_parts_equal_kerashub(space):
    if importlib.util.find_spec("keras_hub") is None:
        pytest.skip("the extra hub is not installed: `python3 course.py test --hub` installs it.")
    import keras_hub

    differences = space["compare_with_hub"](keras_hub)
    assert len(differences) == 3 and max(differences.values()) < 1e-5


# The transformer


def test_nothing_leaks_from_later_words(nets):
    source, target = numbers(4, 5), numbers(4, 7, seed=1)
    whole = np.array(nets[0]([source, target]))
    for place in (1, 3, 6):
        other = target.copy()
        other[:, place:] = numbers(4, 7 - place, seed=9)
        changed = np.array(nets[0]([source, other]))
        np.testing.assert_allclose(changed[:, :place], whole[:, :place], atol=1e-6)
        assert np.abs(changed[:, place:] - whole[:, place:]).max() > 1e-3


@pytest.mark.parametrize("place", [0, 2, 4])
def test_padding_of_the_source_is_never_read(nets, place):
    """At its start, in the middle and at its end: whatever its vector is, nothing changes."""
    source, target = numbers(2, 5), numbers(2, 4)
    source[:, place] = PADDING
    embeddings = nets[0].get_layer("source_words").words.embeddings
    before, kept = np.array(nets[0]([source, target])), np.array(embeddings)
    changed = kept.copy()
    changed[PADDING] += 5
    embeddings.assign(changed)
    after = np.array(nets[0]([source, target]))
    embeddings.assign(kept)
    np.testing.assert_allclose(after, before, atol=1e-5)


def test_more_padding_changes_nothing(nets):
    source, target = numbers(2, 5), numbers(2, 4)
    longer = [np.pad(part, ((0, 0), (0, 6))) for part in (source, target)]
    short, long = nets[0]([source, target]), nets[0](longer)
    np.testing.assert_allclose(long[:, :4], short, atol=1e-5)


def test_the_order_of_the_words_matters(nets):
    source, target = numbers(1, 5), numbers(1, 4)
    turned = nets[0]([source[:, ::-1].copy(), target])
    assert np.abs(np.array(turned) - np.array(nets[0]([source, target]))).max() > 1e-3


def test_step_by_step_equals_the_whole(lesson, nets):
    advance = lesson.decoding_function(nets[0])
    source, target = np.pad(numbers(3, 6), ((0, 0), (0, 6))), numbers(3, 7, seed=2)
    whole = np.array(ops.log_softmax(nets[0]([source, target])))
    for length in range(1, 8):
        scores = advance(source, target[:, :length])
        np.testing.assert_allclose(scores, whole[:, length - 1], atol=1e-5)
        np.testing.assert_allclose(np.exp(scores).sum(axis=-1), 1, atol=1e-5)


def test_search_takes_the_most_probable_word_and_stops(lesson):
    table = np.full((8, 8), 1e-9)
    table[START, 5], table[5, 6], table[6, END], table[END, 4], table[4, 4] = 1, 1, 1, 1, 1

    def advance(source, target):
        return np.log(table[target[:, -1]])

    words = lesson.search_greedily(advance, np.zeros((2, 3), int))
    assert words.tolist() == [[5, 6, END]] * 2
    table[6, END], table[6, 5] = 0, 1
    assert lesson.search_greedily(advance, np.zeros((1, 3), int), 7).shape == (1, 7)


def test_it_learns_to_copy(space, lesson):
    """A few steps of the lesson's own training find a rule."""
    (deck.Lesson("07_training_better", space)).take("OneCycle")
    deck.Lesson("12_translation_with_lstms", space).take("draw_batches")
    keras.utils.set_random_seed(0)
    source = numbers(512, 4, high=28)
    framed = np.pad(source, ((0, 0), (1, 1)), constant_values=END)
    framed[:, 0] = START
    model, _ = lesson.build_transformer(30, 30, width=16, heads=2, hidden=32, blocks=1)
    losses = space["fit_transformer"](model, source, framed, steps=100, peak=0.01)
    assert losses[-1] < 0.5 * losses[0]


# The checkpoint


@pytest.fixture(scope="module")
def shipped(space):
    """What the lesson makes of the checkpoint: search, translate, look and find_vector."""
    space = dict(space)
    deck.Lesson("13_attention_and_transformers", space).take(
        *("UNKNOWN", "name", "real_english", "real_model", "real_model.load_weights"),
        *("real_advance", "read_source", "begin", "continue_by", "search", "translate"),
        *("encoder", "find_vector", "look"),
        turn=0,
    )
    return space


def test_the_checkpoint_translates_ordinary_sentences(shipped):
    for text in ("I love you.", "Where is the station?", "The weather is very nice today."):
        french = shipped["translate"](text)
        assert french[0].isupper() and french[-1] in ".?!"


def test_the_checkpoint_knows_everyday_sentences(shipped):
    assert shipped["translate"]("I love you.") in ("Je t'aime.", "Je vous aime.")
    assert shipped["translate"]("hello world").startswith(("Salut", "Bonjour"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Type an English sentence"),
        (" \n\t ", "Type an English sentence"),
        ("cat " * 10_000, "10,000 words"),
        ("cat " * 31, "31 words"),
        ("Xyzzy frobnicate", "none of these words"),
        ("🙂 🙂", "none of these words"),
        ("שלום עולם", "none of these words"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(shipped, text, message):
    assert message in shipped["translate"](text)
    for function in (shipped["read_source"], shipped["search"]):
        with pytest.raises(ValueError, match=message):
            function(text)
    with pytest.raises(ValueError, match=message):
        shipped["look"](text, [])


@pytest.mark.parametrize("text", ["cat " * 30, "<b>cat</b>", "cat 🙂 שלום", "Zebulon the cat"])
def test_what_has_a_known_word_is_translated(shipped, text):
    assert shipped["read_source"](text).shape == (1, 32)
    french = shipped["translate"](text)
    assert french and "[UNK]" not in french and not french.startswith("(")


def test_beams_are_sorted_and_end(shipped):
    sentences, scores = zip(*shipped["search"]("I am hungry.", width=3), strict=True)
    assert 1 <= len(sentences) <= 3 and list(scores) == sorted(scores, reverse=True)
    assert max(scores) <= 0 and len(set(sentences)) == len(sentences)


def test_the_microscope_sees_probabilities_and_real_words(shipped):
    seen = shipped["look"]("I love you.", ["je"])
    words, shares = zip(*seen["words"], strict=True)
    assert len(set(words)) == 5 and list(shares) == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-6
    assert seen["source"] == ["i", "love", "you", "."] and seen["written"] == ["[start]", "je"]
    attention = np.array(seen["attention"])
    assert attention.shape == (3, 4, 2, 4)
    np.testing.assert_allclose(attention.sum(axis=-1), 1, atol=1e-4)


def test_the_microscope_sees_what_the_search_sees(shipped):
    seen = shipped["look"]("I love you.", [])
    scores = shipped["real_advance"](shipped["read_source"]("I love you."), np.array([[START]]))[0]
    for word, share in seen["words"]:
        assert np.exp(scores[shipped["real_french"].index(word)]) == pytest.approx(share, abs=1e-3)


def test_temperature_changes_how_sure_it_is_not_the_order(shipped):
    first = {t: shipped["look"]("I am happy.", [], t)["words"] for t in (0.3, 1.0, 2.0)}
    assert len({words[0][0] for words in first.values()}) == 1
    assert first[0.3][0][1] > first[1.0][0][1] > first[2.0][0][1]


def test_one_word_has_a_vector_for_each_sentence(shipped):
    find = shipped["find_vector"]
    same, other = find("You are right.", "right"), find("Turn right here.", "right")
    assert same.shape == other.shape == (192,) and np.abs(same - other).max() > 0.1
    np.testing.assert_allclose(find("You are right.", "right"), same, atol=1e-5)


@pytest.mark.parametrize("measure", ["exact", "strict"])
@pytest.mark.parametrize("rival", ["LSTM, equal time", "LSTM, equal size"])
def test_the_transformer_is_ahead_of_each_lstm_in_every_measured_run(rival, measure):
    ours, theirs = (
        results.read(f"translation/{name}/{measure}") for name in ("transformer", rival)
    )
    assert len(ours) == len(theirs) >= 3
    assert min(ours) > max(theirs)
