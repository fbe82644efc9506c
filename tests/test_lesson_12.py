"""Lesson 12: its nets, searches and scores do what it says; typed text breaks nothing."""

import collections
import itertools

import keras
import numpy as np
import pytest
import sacrebleu
import tensorflow as tf

from course_utils import data, deck

ENGLISH = [*data.SPECIAL_WORDS, *"the cat sleeps reads a book dog".split()]
FRENCH = [*data.SPECIAL_WORDS, *"le chat dort lit un livre chien".split()]  # 30 words, as above


@pytest.fixture(scope="module")
def lesson():
    """The functions of lesson 12, by name."""
    space = {
        "collections": collections,
        "data": data,
        "keras": keras,
        "layers": keras.layers,
        "np": np,
        "sacrebleu": sacrebleu,
        "tf": tf,
    }
    deck.Lesson("12_translation_with_lstms", space).take(
        *("PADDING", "PAIRS", "DICTIONARY", "translate_by_rules", "exact_share", "fit_model_1"),
        *("spread", "build_translator", "masked_accuracy", "draw_batches", "take_apart"),
        *("decoding_functions", "search_greedily", "search_beam", "clipped_precision"),
        *("corpus_bleu", "shares_by_length", "read_text", "as_source"),
    )
    return collections.namedtuple("Names", [n for n in space if n.isidentifier() and n[0] != "_"])(
        *(space[n] for n in space if n.isidentifier() and n[0] != "_")
    )


@pytest.fixture(scope="module")
def model(lesson):
    """A small translator that has learnt nothing, and clearly prefers one word to another."""
    keras.utils.set_random_seed(0)
    model = lesson.build_translator(len(ENGLISH), len(FRENCH), units=16, embedding=8)
    model.set_weights([3 * weight for weight in model.get_weights()])
    return model


def numbers(rows, length, high=30, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(len(data.SPECIAL_WORDS), high, (rows, length)).astype("int32")


# Before networks


def test_rules_translate_what_they_know_and_no_more(lesson):
    def by_rules(text):
        return data.join_words(lesson.translate_by_rules(data.split_words(text)))

    assert by_rules("The boy sees the red tree.") == "Le garçon voit l'arbre rouge."
    assert by_rules("The white house is open.") == "Le maison blanc est ouvert."
    assert by_rules("red") == "Rouge" and lesson.translate_by_rules([]) == []


def test_model_1_finds_the_dictionary(lesson):
    source = np.array([[4, 5, 0], [5, 6, 7], [4, 7, 0], [6, 0, 0], [5, 7, 4]])
    target = np.where(source, source + 10, 0)[:, ::-1]
    table = lesson.fit_model_1(source, target, rounds=30)
    assert np.array_equal(table[4:].argmax(axis=1), [14, 15, 16, 17])
    np.testing.assert_allclose(table[4:].sum(axis=1), 1)
    assert np.all(table[:4] == 0)


def test_baselines_stay_low(lesson):
    """Fewer than 30 % exact, as the data promise, also with half of the training set."""
    (english, french), (english_test, french_test) = data.load_phrases()
    parts = [
        [data.split_words(text) for text in part]
        for part in (english[:15000], french[:15000], english_test, french_test)
    ]
    words = data.build_vocabulary(parts[0])
    x, x_test = (lesson.spread(data.encode_words(part, words), len(words)) for part in parts[::2])
    np.testing.assert_allclose((x_test**2).sum(axis=1), 1, rtol=1e-5)
    nearest = (x_test @ x.T).argmax(axis=1)
    assert lesson.exact_share([parts[1][place] for place in nearest], parts[3]) < 0.3
    rules = [lesson.translate_by_rules(row) for row in parts[2]]
    assert 0 < lesson.exact_share(rules, parts[3]) < 0.1


# The translator


@pytest.mark.parametrize("tied", [False, True])
def test_step_by_step_equals_the_whole(lesson, tied):
    keras.utils.set_random_seed(1)
    model = lesson.build_translator(40, 50, units=12, embedding=8, dropout=0.1, tied=tied)
    begin, advance = lesson.decoding_functions(model)
    source, target = numbers(5, 6), numbers(5, 7, high=50, seed=1)
    source[2, 3:] = 0
    whole = model.predict_on_batch([source, target])
    whole[..., [lesson.PADDING, lesson.UNKNOWN, lesson.START]] = -1e9
    state = begin(source)
    for place in range(7):
        scores, state = advance(target[:, place], state)
        expected = np.array(keras.ops.log_softmax(whole[:, place]))
        np.testing.assert_allclose(scores[:, 3:], expected[:, 3:], atol=1e-5)
        assert np.all(np.isneginf(scores[:, :3]))


def test_sizes_are_those_that_the_lesson_tells(lesson):
    model = lesson.build_translator(348, 522)
    sizes = {layer.name: layer.count_params() for layer in model.layers}
    assert sizes["decoder"] == 4 * 192 * (96 + 192 + 1) == 221_952
    assert model.get_layer("h").output.shape == model.get_layer("c").output.shape == (None, 192)
    tied = lesson.build_translator(348, 522, tied=True)
    assert tied.count_params() < model.count_params()


def test_padding_moves_a_masked_vector_not_at_all(lesson, model):
    source = numbers(1, 5)
    padded = np.pad(source, ((0, 0), (0, 9)))
    begin, _ = lesson.decoding_functions(model)
    for short, long in zip(begin(source), begin(padded), strict=True):
        np.testing.assert_allclose(short, long, atol=1e-6)
    bare = lesson.build_translator(len(ENGLISH), len(FRENCH), units=16, embedding=8, masked=False)
    bare.set_weights(model.get_weights())
    begin, _ = lesson.decoding_functions(bare)
    assert np.abs(begin(source)[0] - begin(padded)[0]).max() > 1e-3


def test_loss_does_not_see_padding(model):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    source, target = numbers(3, 4), numbers(3, 6)
    logits = model.predict_on_batch([source, target])
    longer = np.pad(logits, ((0, 0), (0, 5), (0, 0)), constant_values=7)
    more = np.pad(target, ((0, 0), (0, 5)))
    np.testing.assert_allclose(loss(target, logits), loss(more, longer), rtol=1e-6)


# Accuracy and batches


def test_masked_accuracy_counts_words_only(lesson):
    dot = data.SPECIAL_WORDS.index(".")
    targets = np.array([[30, 31, dot, lesson.END, 0, 0], [32, lesson.UNKNOWN, lesson.END, 0, 0, 0]])
    assert lesson.masked_accuracy(targets, targets) == 3 / 4  # an unknown word is never right
    said = np.where(targets >= 30, targets, 0)
    assert lesson.masked_accuracy(targets, said) == 3 / 4
    assert lesson.masked_accuracy(targets, 0 * targets) == 0
    longer = np.pad(targets, ((0, 0), (0, 50)))
    assert lesson.masked_accuracy(longer, longer) == 3 / 4


def test_batches_hold_each_sentence_once_an_epoch_and_little_padding(lesson):
    random = np.random.default_rng(0)
    lengths = random.integers(3, 13, 1000)
    source = np.where(np.arange(12) < lengths[:, None], np.arange(1000)[:, None] + 30, 0)
    framed = np.pad(source, ((0, 0), (1, 3)))
    framed[:, 0] = lesson.START
    framed[np.arange(1000), lengths + 1] = lesson.END
    batches = list(itertools.islice(lesson.draw_batches(source, framed, 64), 15))
    seen = np.concatenate([x[:, 0] for (x, _), _ in batches])
    assert len(seen) == len(set(seen)) == 15 * 64
    assert np.mean([np.mean(x == 0) for (x, _), _ in batches]) < 0.1
    for (x, read), said in batches:
        assert read.shape == said.shape and np.array_equal(read[:, 1:], said[:, :-1])
        assert np.all(read[:, 0] == lesson.START) and np.array_equal(x[:, 0], said[:, 0])
        assert np.all((said == lesson.END).sum(axis=1) == 1)


# Search


def table_functions(table):
    """Return begin and advance of a decoder that knows nothing but the word before."""
    return (lambda source: []), (lambda words, state: (np.log(table[words]), state))


def random_table(seed, size=8):
    table = np.random.default_rng(seed).dirichlet(np.full(size, 0.5), size=size)
    table[:, :3] = 1e-12
    return table / table.sum(axis=1, keepdims=True)


def all_sentences(table, longest):
    """Return the probability of every sentence of at most so many words, [end] among them."""
    for length in range(1, longest + 1):
        for words in itertools.product(range(4, len(table)), repeat=length - 1):
            path = [2, *words, 3]
            yield tuple(path[1:]), np.prod([table[a, b] for a, b in itertools.pairwise(path)])


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_finds_the_most_probable_sentence(lesson, seed):
    table = random_table(seed)
    found = lesson.search_beam(*table_functions(table), np.zeros(1, int), 2000, 4, power=0)
    best, probability = max(all_sentences(table, 4), key=lambda pair: pair[1])
    assert tuple(found[0][1]) == best
    np.testing.assert_allclose(np.exp(found[0][0]), probability)


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(lesson, seed):
    parts = table_functions(random_table(seed))
    ((_, words),) = lesson.search_beam(*parts, np.zeros(1, int), 1, 9)
    greedy = lesson.search_greedily(*parts, np.zeros((1, 1), int), 9)[0]
    assert words == greedy[: len(words)].tolist() and not greedy[len(words) :].any()


def test_a_beam_of_one_is_greedy_for_a_net_too(lesson, model):
    begin, advance = lesson.decoding_functions(model)
    source = numbers(4, 5)
    greedy = lesson.search_greedily(begin, advance, source, 6)
    for row, words in zip(source, greedy, strict=True):
        ((_, found),) = lesson.search_beam(begin, advance, row, 1, 6)
        assert found == words[: len(found)].tolist()
    wide = lesson.search_beam(begin, advance, source[0], 4, 6)
    assert len(wide) <= 4 and [score for score, _ in wide] == sorted(
        (score for score, _ in wide), reverse=True
    )


def test_length_decides_between_a_short_and_a_long_sentence(lesson):
    table = np.full((8, 8), 1e-12)
    table[2, [4, 5]] = np.exp(-0.5), np.exp(-0.95)  # "4 [end]" against "5 6 7 [end]"
    table[4, 3], table[5, 6], table[6, 7], table[7, 3] = np.exp(-0.4), 0.97, 0.97, 0.97
    parts = table_functions(table)
    short, long = [4, 3], [5, 6, 7, 3]
    assert lesson.search_beam(*parts, np.zeros(1, int), 4, 6, power=0)[0][1] == short
    assert lesson.search_beam(*parts, np.zeros(1, int), 4, 6, power=1)[0][1] == long


def test_greedy_search_stops_after_the_longest(lesson):
    table = np.full((8, 8), 1e-12)
    table[:, 5] = 1
    words = lesson.search_greedily(*table_functions(table), np.zeros((2, 3), int), 7)
    assert words.tolist() == [[5] * 7] * 2


# BLEU


@pytest.mark.parametrize("seed", range(5))
def test_precisions_are_those_of_sacrebleu(lesson, seed):
    random = np.random.default_rng(seed)
    candidate, reference = (random.choice(list("abc"), 9).tolist() for _ in range(2))
    official = sacrebleu.sentence_bleu(
        " ".join(candidate), [" ".join(reference)], smooth_method="none"
    )
    ours = [100 * lesson.clipped_precision(candidate, reference, n) for n in (1, 2, 3, 4)]
    found = sum(value > 0 for value in official.precisions)
    np.testing.assert_allclose(ours[:found], official.precisions[:found])


def test_bleu_of_the_truth_is_100(lesson):
    words = [data.split_words(text) for text in ("L'ami dort-il dans le jardin ?", "Non, merci.")]
    assert lesson.corpus_bleu(words, words) == pytest.approx(100)
    assert lesson.corpus_bleu([words[1], words[0]], words) < 20


def test_shares_by_length_count_words_without_marks(lesson):
    sources = [["a", "b", "."], ["a", "b", "?"], ["a", ".", "b", "c"], ["a"]]
    said, right = [["x"], ["y"], ["x"], ["x"]], [["x"], ["x"], ["x"], ["x"]]
    assert lesson.shares_by_length(sources, said, right, least=1) == {1: 1.0, 2: 0.5, 3: 1.0}
    assert lesson.shares_by_length(sources, said, right, least=2) == {2: 0.5}


# Typed text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Type an English sentence"),
        (" \n\t ", "Type an English sentence"),
        ("cat " * 10_000, "10,000 words"),
        ("Xyzzy frobnicate", "none of these words"),
        ("🙂 🙂", "none of these words"),
        ("שלום עולם", "none of these words"),
        ("...?!", "none of these words"),
        ("[start] [UNK]", "none of these words"),
        ("\x00\u202e\ufeff", "English sentence|none of these words"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(lesson, text, message):
    with pytest.raises(ValueError, match=message):
        lesson.read_text(text, ENGLISH)


@pytest.mark.parametrize("text", ["The cat sleeps.", "<b>cat</b>", "cat 🙂 שלום", "CAT" + "!" * 20])
def test_what_has_a_known_word_is_read(lesson, model, text):
    source = lesson.as_source(lesson.read_text(text, ENGLISH), ENGLISH)
    assert source.shape == (1, 32)
    begin, advance = lesson.decoding_functions(model)
    words = data.decode_words(lesson.search_beam(begin, advance, source[0])[0][1], FRENCH)
    assert not {"", "[UNK]", "[start]"} & set(words)


def test_a_mark_is_added_and_unknown_signs_are_left_out(lesson):
    def read(text):
        return lesson.read_text(text, ENGLISH)

    assert read("the cat") == ["the", "cat", "."] and read("The cat?") == ["the", "cat", "?"]
    assert read("🙂 cat 🙂") == ["cat", "."]
    assert read("<b>cat</b>") == ["b", "cat", "/", "b", "."]
    assert read("zebra cat") == ["zebra", "cat", "."]  # a word, to be read as unknown
    longest = read("cat " * 30)
    assert lesson.as_source(longest, ENGLISH).shape == (1, 32)


# The checkpoint


@pytest.fixture(scope="module")
def shipped(lesson):
    """What the lesson makes of the checkpoint: translate and suggest."""
    space = lesson._asdict()
    deck.Lesson("12_translation_with_lstms", space).take(
        "real_english",
        "real_model",
        "real_model.load_weights",
        "real_begin",
        "translate",
        "suggest",
    )
    return space


def test_the_checkpoint_translates_ordinary_sentences(shipped):
    for text in ("I love you.", "Where is the station?", "The weather is very nice today."):
        french = shipped["translate"](text)
        assert french[0].isupper() and french[-1] in ".?!"


def test_the_checkpoint_knows_everyday_sentences(shipped):
    assert shipped["translate"]("I love you.") in ("Je t'aime.", "Je vous aime.")
    assert shipped["translate"]("hello world").startswith(("Salut", "Bonjour"))
    assert "10,000 words" in shipped["translate"]("word " * 10_000)


def test_suggestions_are_probabilities_of_french_words(shipped):
    suggestions = shipped["suggest"]("I love you.", ["je"])
    words, shares = zip(*suggestions, strict=True)
    assert len(set(words)) == 5 and list(shares) == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-6
    with pytest.raises(ValueError, match="Type an English"):
        shipped["suggest"]("", [])
