"""Lesson 14: pieces equal the library's, masks keep the rules, the net reads both sides."""

import collections
import fractions
import itertools
import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from course_utils import data, deck, results
from course_utils.explorables import FillMask

PADDING, UNKNOWN, CLS, SEP, MASK = range(5)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = "the cat dog sees sleeps a big house un ##wise . , ?".split()
PIECES = [*data.SPECIAL_PIECES, *dict.fromkeys([*WORDS, *LETTERS, *(f"##{it}" for it in LETTERS)])]
NUMBERS = {piece: number for number, piece in enumerate(PIECES)}
ON_PAPER = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
EMOJI, HEBREW, ARABIC, MARKUP = "🙂🙂 ok🙂", "שלום, עולם", "مرحبا بالعالم", "<b>Bold</b> &amp; <i>"
SIZES = {"width": 8, "heads": 2, "hidden": 16, "blocks": 2, "longest": 64}


def read_lesson():
    """Return the functions of lesson 14, and the layers of lesson 13 that it uses, by name."""
    space = {"collections": collections, "data": data, "itertools": itertools, "keras": keras}
    space |= {"layers": keras.layers, "np": np, "ops": ops, "re": re, "deck": deck}
    deck.Lesson("13_attention_and_transformers", space).take("AddAndNormalize", "FeedForward")
    deck.Lesson("14_bert_masked_language_model", space).take(
        *("PADDING", "LONGEST_WORD", "TokenAndPosition", "count_pieces", "merge"),
        *("train_wordpiece", "encode_wordpiece", "encode_text", "compare_with_library"),
        *("mask_tokens", "frame", "build_bert", "hide", "masked_accuracy", "guess_masks"),
        *("SIZES", "PLANS", "fine_tune", "mean_vectors", "embed", "compare_word", "build_minilm"),
    )
    return space


@pytest.fixture(scope="module")
def space():
    """The lesson's functions with a small net that knows nothing in place of the pretrained one."""
    space = read_lesson()
    space["real_pieces"], space["real_numbers"] = PIECES, NUMBERS
    return space


@pytest.fixture(scope="module")
def lesson(space):
    names = [name for name in space if name.isidentifier() and name[0] != "_"]
    return collections.namedtuple("Names", names)(*(space[name] for name in names))


@pytest.fixture(scope="module")
def nets(lesson):
    """A small BERT that has learnt nothing, and what its heads look at."""
    keras.utils.set_random_seed(0)
    return lesson.build_bert(len(PIECES), **SIZES)


@pytest.fixture(scope="module")
def shipped():
    """The lesson's functions with the net of the checkpoint: fill, score_pieces, share_right."""
    space = read_lesson()
    deck.Lesson("14_bert_masked_language_model", space).take(
        *("real_pieces", "real_numbers", "real_model", "real_model.load_weights"),
        *("fill", "show_fills", "score_pieces", "share_right"),
    )
    return space


# Learning the pieces


def train_slowly(word_counts, size, by):
    """Return the pieces, all counted anew before each merge, with exact fractions."""
    spelling = {word: [word[0], *(f"##{it}" for it in word[1:])] for word in word_counts}
    vocabulary = sorted({piece for pieces in spelling.values() for piece in pieces})
    vocabulary = [*data.SPECIAL_PIECES, *vocabulary]
    while len(vocabulary) < size:
        counts, pairs = collections.Counter(), collections.Counter()
        for word, pieces in spelling.items():
            for _ in range(word_counts[word]):
                counts.update(pieces)
                pairs.update(itertools.pairwise(pieces))
        if not pairs:
            break
        shares = {
            (a, b): fractions.Fraction(count, counts[a] * counts[b] if by == "surprise" else 1)
            for (a, b), count in pairs.items()
        }
        first, second = best = min(pair for pair in shares if shares[pair] == max(shares.values()))
        for pieces in spelling.values():
            place = 0
            while place < len(pieces) - 1:
                if (pieces[place], pieces[place + 1]) == best:
                    pieces[place : place + 2] = [first + second[2:]]
                place += 1
        if first + second[2:] not in vocabulary:
            vocabulary.append(first + second[2:])
    return vocabulary[:size]


def draw_words(seed, letters="abc", count=12):
    """Return {word: how often} with many repeated letters."""
    random = np.random.default_rng(seed)
    words = ("".join(random.choice(list(letters), random.integers(1, 8))) for _ in range(count))
    return {word: int(random.integers(1, 6)) for word in words}


def test_first_merges_are_those_on_paper(lesson):
    frequent, surprising = (
        lesson.train_wordpiece(ON_PAPER, 18, by)[16:] for by in ("frequency", "surprise")
    )
    assert frequent == ["##es", "##est"] and surprising[0] == "##id"


@pytest.mark.parametrize("by", ["frequency", "surprise"])
@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_those_of_counting_all_anew(lesson, by, seed):
    words = draw_words(seed)
    for size in (14, 25, 1000):
        assert lesson.train_wordpiece(words, size, by) == train_slowly(words, size, by)
    whole = lesson.train_wordpiece(words, 1000, by)  # until nothing can be merged
    assert len(set(whole)) == len(whole) and words.keys() <= set(whole)


@pytest.mark.parametrize("by", ["frequency", "surprise"])
def test_of_equals_the_first_in_the_alphabet_wins(lesson, by):
    words = {"zy": 2, "dc": 2, "ba": 2, "bc": 2}
    merged = lesson.train_wordpiece(words, 5 + 6 + 2, by)[11:]
    assert merged == {"frequency": ["ba", "bc"], "surprise": ["zy", "ba"]}[by]
    for order in itertools.permutations(words):
        assert lesson.train_wordpiece(dict.fromkeys(order, 2), 13, by)[11:] == merged


@pytest.mark.parametrize("size", [0, 3, 5, 9, 16, 17, 22])
def test_no_more_pieces_than_asked_for(lesson, size):
    pieces = lesson.train_wordpiece(ON_PAPER, size, "frequency")
    assert (
        len(pieces) == size and pieces == lesson.train_wordpiece(ON_PAPER, 22, "frequency")[:size]
    )


def test_without_words_there_are_only_special_pieces(lesson):
    assert lesson.train_wordpiece({}, 100) == data.SPECIAL_PIECES
    assert lesson.train_wordpiece({"a": 3}, 100) == [*data.SPECIAL_PIECES, "a"]


def test_a_merge_is_made_from_the_left(lesson):
    assert lesson.merge(["a", "##a", "##a", "##a"], ("##a", "##a")) == ["a", "##aa", "##a"]
    assert lesson.merge(["w", "##i", "##w"], ("w", "##i")) == ["wi", "##w"]
    assert lesson.merge(["a"], ("a", "##a")) == ["a"]


# Using the pieces


@pytest.mark.parametrize(
    ("word", "vocabulary", "pieces"),
    [
        ("unwise", ["u", "un", "##w", "##wise", "##i"], ["un", "##wise"]),
        ("unwise", ["u", "un", "##w", "##wise", "unwise"], ["unwise"]),
        ("unwise", ["un", "unw", "##wise", "##ise"], ["unw", "##ise"]),
        ("unwise", ["un", "unw", "##wise", "##i"], ["[UNK]"]),  # it never goes back to un
        ("unwise", ["un", "wise"], ["[UNK]"]),  # wise begins a word
        ("unwise", ["##un", "##wise"], ["[UNK]"]),  # ##un does not
        ("unwisely", ["un", "##wise"], ["[UNK]"]),  # the whole word, not its end only
        ("a" * 100, ["a", "##a"], ["a", *["##a"] * 99]),
        ("a" * 101, ["a", "##a"], ["[UNK]"]),
        ("a" * 101, ["a" * 101], ["[UNK]"]),
        ("é🙂", ["é", "##🙂"], ["é", "##🙂"]),
        ("", ["a"], []),
        ("a", [], ["[UNK]"]),
    ],
)
def test_a_word_falls_into_the_longest_pieces(lesson, word, vocabulary, pieces):
    for kind in (list, set, dict.fromkeys):
        assert lesson.encode_wordpiece(word, kind(vocabulary)) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The unwise cat.", ["the", "un", "##wise", "cat", "."]),
        ("The [MASK] sleeps", ["the", "[MASK]", "sleeps"]),
        ("[MASK]", ["[MASK]"]),
        ("[MASK][MASK]", ["[MASK]", "[MASK]"]),
        ("un[MASK]wise", ["un", "[MASK]", "w", "##i", "##s", "##e"]),
        ("[[MASK]]", ["[UNK]", "[MASK]", "[UNK]"]),
        ("[mask]", ["[UNK]", "m", "##a", "##s", "##k", "[UNK]"]),
        ("[CLS]", ["[UNK]", "c", "##l", "##s", "[UNK]"]),
        ("🙂 cat", ["[UNK]", "cat"]),
        ("<b>cat</b>", ["[UNK]", "b", "[UNK]", "cat", "[UNK]", "[UNK]", "b", "[UNK]"]),
        ("שלום, cat", ["[UNK]", ",", "cat"]),
        ("a" * 101, ["[UNK]"]),
        ("", []),
        (" \n\t\u200b", []),
    ],
)
def test_a_text_becomes_numbers(lesson, text, pieces):
    assert lesson.encode_text(text, NUMBERS) == [NUMBERS[piece] for piece in pieces]


@pytest.fixture(scope="module")
def library():
    return pytest.importorskip(
        "tokenizers",
        reason="the extra hub is not installed: `python3 course.py test --hub` installs it.",
    )


def draw_texts(count=400):
    """Return texts of letters, marks, accents, emoji, many scripts and [MASK], in any order."""
    random = np.random.default_rng(0)
    parts = [*LETTERS, *"ABCXYZ", *" " * 30, *"\t\n.,?!'\"#-_/<>&$[]()", *"0123456789éÉñßİΣσ"]
    parts += [
        "e\u0301",
        "\u0301",
        "\u200b",
        "\u00a0",
        "\x00",
        "\ufeff",
        "日",
        "本",
        "か",
        "🙂",
        "👍🏽",
    ]
    parts += ["ש", "ל", "ع", "ر", "…", "“", "##", "[MASK]", "[MASK]", "[mask]", "[CLS]", "a" * 98]
    return ["".join(random.choice(parts, random.integers(60))) for _ in range(count)]


def test_every_text_is_split_as_the_library_does(lesson, library):
    theirs = library.Tokenizer(
        library.models.WordPiece(NUMBERS, unk_token="[UNK]", max_input_chars_per_word=100)
    )
    theirs.normalizer = library.normalizers.Sequence(
        [library.normalizers.NFC(), library.normalizers.BertNormalizer(strip_accents=False)]
    )
    theirs.pre_tokenizer = library.pre_tokenizers.BertPreTokenizer()
    theirs.add_special_tokens(["[MASK]"])
    texts = [*draw_texts(), "", EMOJI, HEBREW, ARABIC, MARKUP, "[MASK]", "unwise [MASK] unwise"]
    for text in texts:
        assert lesson.encode_text(text, NUMBERS) == theirs.encode(text).ids, repr(text)
    found = {number for text in texts for number in lesson.encode_text(text, NUMBERS)}
    assert {UNKNOWN, MASK} < found and len(found) > 50  # nearly all pieces occur


def test_the_lesson_notices_where_the_library_splits_otherwise(space, library, monkeypatch):
    monkeypatch.setitem(space, "english", ["the cat sees the cat"])
    monkeypatch.setitem(space, "reviews", ["a big house"])
    found = space["compare_with_library"](library, ["the cat", EMOJI], PIECES)
    assert found[0] == "2 texts are split alike" and found[2] == "only ours:"
    monkeypatch.setitem(space, "LONGEST_WORD", 3)  # read by both
    space["compare_with_library"](library, ["house"], PIECES)
    monkeypatch.setitem(space, "encode_text", lambda text, numbers: [UNKNOWN])
    with pytest.raises(AssertionError, match="the cat"):
        space["compare_with_library"](library, ["the cat"], PIECES)


# Masking


def make_rows(lengths, size=1000, seed=0):
    """Return rows of [CLS], random pieces that are not special, [SEP] and padding to 64 places."""
    numbers = np.zeros((len(lengths), 64), "int32")
    drawn = np.random.default_rng(seed).integers(MASK + 1, size, numbers.shape)
    for row, pieces, length in zip(numbers, drawn, lengths, strict=True):
        row[: length + 2] = [CLS, *pieces[:length], SEP]
    return numbers


def test_masks_keep_the_rules_on_many_texts(lesson):
    numbers = make_rows([40] * 3000)
    given = numbers.copy()
    masked, targets = lesson.mask_tokens(numbers, 1000, np.random.default_rng(1))
    chosen = targets != PADDING
    np.testing.assert_array_equal(numbers, given)
    assert np.all(chosen.sum(axis=1) == 6)  # 15 % of 40
    np.testing.assert_array_equal(targets[chosen], numbers[chosen])
    np.testing.assert_array_equal(masked[~chosen], numbers[~chosen])
    is_mask, is_same = masked[chosen] == MASK, masked[chosen] == numbers[chosen]
    assert is_mask.mean() == pytest.approx(0.8, abs=0.015)
    assert is_same.mean() == pytest.approx(0.1, abs=0.012)
    replaced = masked[chosen][~is_mask & ~is_same]
    assert replaced.size / chosen.sum() == pytest.approx(0.1, abs=0.012)
    assert MASK < replaced.min() < 30 and 970 < replaced.max() < 1000  # any piece but special ones
    by_place = chosen.mean(axis=0)
    assert not by_place[0] and not by_place[41:].any()
    np.testing.assert_allclose(by_place[1:41], 0.15, atol=0.035)


def test_special_pieces_are_never_chosen(lesson):
    numbers = np.tile([CLS, 9, UNKNOWN, MASK, 8, SEP, 7, SEP, PADDING, PADDING], (500, 1))
    masked, targets = lesson.mask_tokens(numbers, 20, np.random.default_rng(0))
    special = numbers <= MASK
    assert not targets[special].any()
    np.testing.assert_array_equal(masked[special], numbers[special])
    assert set(targets[targets > 0]) == {7, 8, 9}


def test_each_text_gives_at_least_one_target(lesson):
    numbers = make_rows(range(63))
    _, targets = lesson.mask_tokens(numbers, 1000, np.random.default_rng(0))
    chosen = (targets != PADDING).sum(axis=1)
    assert chosen[0] == 0 and np.all(chosen[1:10] == 1)  # where there is nothing, nothing
    assert np.all(np.abs(chosen[4:] - 0.15 * np.arange(4, 63)) <= 0.5)


def test_masks_are_drawn_anew_and_a_seed_repeats_them(lesson):
    numbers, random = make_rows([30] * 20), np.random.default_rng(0)
    first, second = (lesson.mask_tokens(numbers, 1000, random)[1] for _ in range(2))
    again = lesson.mask_tokens(numbers, 1000, np.random.default_rng(0))[1]
    np.testing.assert_array_equal(again, first)
    assert np.any(first != second)


@pytest.mark.parametrize("lengths", [[62] * 50, range(63), [1], [0, 0], [0, 10, 62]])
def test_targets_are_at_their_places(lesson, lengths):
    numbers = make_rows(lengths)[:, : max(lengths) + 2]
    expected, targets = lesson.mask_tokens(numbers, 1000, np.random.default_rng(3))
    (masked, places), found = lesson.hide(numbers, 1000, np.random.default_rng(3))
    np.testing.assert_array_equal(masked, expected)
    assert places.shape == found.shape and places.dtype == "int32"
    assert found.shape[1] == max(1, round(0.15 * max(lengths)))
    for row, line, given in zip(places, found, targets, strict=True):
        where = np.flatnonzero(given)
        assert row[: len(where)].tolist() == where.tolist() and len(set(row)) == len(row)
        assert line.tolist() == [*given[where], *[PADDING] * (len(line) - len(where))]


def test_texts_stand_between_cls_and_sep(lesson):
    rows = lesson.frame(["The cat.", "", "unwise [MASK]"], NUMBERS)
    the, cat, dot, un, wise = (NUMBERS[piece] for piece in ("the", "cat", ".", "un", "##wise"))
    assert rows.dtype == "int32" and rows.tolist() == [
        [CLS, the, cat, dot, SEP],
        [CLS, SEP, PADDING, PADDING, PADDING],
        [CLS, un, wise, MASK, SEP],
    ]


@pytest.mark.parametrize("count", [61, 62, 63, 5000])
def test_no_more_than_62_pieces_are_read(lesson, count):
    rows = lesson.frame(["cat " * count, "dog"], NUMBERS)
    read = min(count, 62)
    assert rows.shape == (2, read + 2)
    assert rows[0].tolist() == [CLS, *[NUMBERS["cat"]] * read, SEP]
    assert rows[1, :4].tolist() == [CLS, NUMBERS["dog"], SEP, PADDING]


# The net


def test_shapes_are_those_that_the_lesson_tells(nets):
    numbers = make_rows([5, 7, 3], size=len(PIECES))[:, :9]
    assert nets[0]([numbers, np.array([[1, 2]] * 3)]).shape == (3, 2, len(PIECES))
    vectors, *weights = nets[1](numbers)
    assert vectors.shape == (3, 9, 8) and len(weights) == 2
    for block in weights:
        assert block.shape == (3, 2, 9, 9)
        np.testing.assert_allclose(ops.sum(block, axis=-1), 1, atol=1e-5)
        assert not np.array(block)[0, :, :, 7:].any()  # nobody looks at padding


def test_more_padding_changes_nothing(nets):
    numbers, places = make_rows([5, 3], size=len(PIECES)), np.array([[1, 2, 5], [3, 2, 1]])
    short, long = (np.array(nets[0]([numbers[:, :end], places])) for end in (7, 64))
    np.testing.assert_allclose(long, short, atol=1e-5)


def test_each_piece_sees_both_sides(nets):
    numbers = np.tile(make_rows([6], size=len(PIECES))[:, :8], (7, 1))
    changed = np.arange(1, 7)  # in each row but the first another piece
    numbers[changed, changed] = np.where(numbers[0, 1:7] == 50, 51, 50)
    logits = np.array(nets[0]([numbers, np.tile(np.arange(8), (7, 1))]))
    assert np.all(np.abs(logits[1:] - logits[0]).max(axis=-1) > 1e-4)


def test_the_order_of_the_pieces_matters(nets):
    numbers = make_rows([6], size=len(PIECES))[:, :8]
    turned = np.array(nets[1](numbers[:, ::-1].copy())[0])[:, ::-1]
    assert np.abs(turned - np.array(nets[1](numbers)[0])).max() > 1e-3


def test_a_place_that_is_asked_for_alone_is_answered_alike(nets):
    numbers = make_rows([6], size=len(PIECES))[:, :8]
    together = np.array(nets[0]([numbers, np.array([[5, 1, 3]])]))[0]
    for place, logits in zip((5, 1, 3), together, strict=True):
        np.testing.assert_allclose(nets[0]([numbers, np.array([[place]])])[0, 0], logits, atol=1e-5)


def test_the_embedding_is_used_twice_and_counted_once(nets):
    size, width, hidden = len(PIECES), 8, 16
    normalize, look = 2 * width, 4 * (width * width + width)
    block = look + 2 * normalize + width * hidden + hidden + hidden * width + width
    read = (size + 64) * width + normalize + 2 * block
    guess = width * width + width + normalize
    assert nets[1].count_params() == read and nets[0].count_params() == read + guess


# Guesses


def test_masked_accuracy_does_not_count_punctuation(lesson):
    cat, dog, dot, comma, s = (NUMBERS[piece] for piece in ("cat", "dog", ".", ",", "##s"))
    targets = np.array([[cat, dot, 0, 0], [dog, s, UNKNOWN, comma]])
    assert lesson.masked_accuracy(targets, targets, PIECES) == 1
    assert lesson.masked_accuracy(targets, 0 * targets, PIECES) == 0
    only_words = np.where(np.isin(targets, [cat, dog]), targets, 0)
    assert lesson.masked_accuracy(targets, only_words, PIECES) == 2 / 3
    only_marks = np.where(np.isin(targets, [dot, comma, UNKNOWN]), targets, cat + 1)
    assert lesson.masked_accuracy(targets, only_marks, PIECES) == (cat + 1 == dog) / 3
    assert lesson.masked_accuracy(targets, cat, PIECES) == 1 / 3  # always the same guess
    longer = [np.pad(part, ((0, 3), (0, 9))) for part in (targets, only_words)]
    assert lesson.masked_accuracy(*longer, PIECES) == 2 / 3


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The [MASK] sleeps.", [2]),
        ("[MASK] cat sees the [MASK]", [1, 5]),
        ("[MASK]", [1]),
        ("[MASK][MASK][MASK]", [1, 2, 3]),
        ("🙂 [MASK] שלום", [2]),
        ("[MASK] " * 62, list(range(1, 63))),
    ],
)
def test_masks_get_probabilities_of_real_pieces(lesson, nets, text, places):
    shares = lesson.guess_masks(nets[0], NUMBERS, text, PIECES)
    assert shares.shape == (len(places), len(PIECES))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert not shares[:, : MASK + 1].any() and np.all(shares[:, MASK + 1 :] > 0)
    logits = nets[0]([lesson.frame([text], NUMBERS), np.array([places])])[0, :, MASK + 1 :]
    np.testing.assert_allclose(shares[:, MASK + 1 :], ops.softmax(logits), atol=1e-6)


# The checkpoint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write [MASK]"),
        (" \n\t ", "Write [MASK]"),
        ("The cat sleeps.", "Write [MASK]"),
        ("The [mask] sleeps.", "Write [MASK]"),
        ("The [ MASK ] sleeps.", "Write [MASK]"),
        (HEBREW, "Write [MASK]"),
        ("[MASK] " + "word " * 10_000, "at most 62 pieces"),
        ("[MASK]" + " the" * 62, "at most 62 pieces"),
        ("the " * 62 + "[MASK]", "at most 62 pieces"),
        ("[MASK]" * 63, "at most 62 pieces"),
        ("[MASK]" + "!" * 62, "at most 62 pieces"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(shipped, text, message):
    with pytest.raises(ValueError, match=re.escape(message)) as refusal:
        shipped["fill"](text)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 200
    picture = FillMask(shipped["fill"], text)
    assert picture.fills == [] and picture.answer["message"]


READABLE = {
    "one mask": "The children [MASK] playing in the garden.",
    "several masks": "She gave him a [MASK] and he [MASK] [MASK].",
    "masks at both ends": "[MASK] is here, and so is [MASK]",
    "a mask alone": "[MASK]",
    "62 pieces": "[MASK]" + " the" * 61,
    "letters and digits": "[MASK] " + "z" * 150 + " 3.14",
    "markup": f"{MARKUP} [MASK] <script>alert(1)</script>",
    "emoji": f"{EMOJI} [MASK]",
    "right to left": f"{HEBREW} [MASK] {ARABIC}",
    "Chinese": "日本 [MASK]",
    "invisible": "\u200b[MASK]\u202e\ufeff\x00",
    "other brackets": "[[MASK]] [mask] [CLS] [SEP] [PAD]",
}


@pytest.mark.parametrize("case", READABLE)
def test_what_has_a_mask_is_filled_and_drawn(shipped, case):
    text = READABLE[case]
    found = shipped["fill"](text)
    assert found["tokens"][0] == "[CLS]" and found["tokens"][-1] == "[SEP]"
    assert not {"[CLS]", "[SEP]", "[PAD]"} & set(found["tokens"][1:-1])
    is_mask = [place for place, token in enumerate(found["tokens"]) if token == "[MASK]"]
    assert found["masks"] == is_mask and len(is_mask) == text.count("[MASK]")
    assert found["attention"].shape == (4, 4, len(found["tokens"]), len(found["tokens"]))
    np.testing.assert_allclose(found["attention"].sum(axis=-1), 1, atol=1e-4)
    for pairs in found["fills"]:
        words, shares = zip(*pairs, strict=True)
        assert len(set(words)) == 10 and not set(words) & set(data.SPECIAL_PIECES)
        assert list(shares) == sorted(shares, reverse=True) and 0 < sum(shares) <= 1 + 1e-5
    picture = FillMask(lambda text: found, text, mask=len(is_mask), block=4, head=1)
    assert picture.answer["message"] == "" and picture.tokens == found["tokens"]
    assert picture.fills == found["fills"]
    expected = found["attention"][3, 0, is_mask[-1]]
    np.testing.assert_allclose(picture.attention, expected, atol=1e-4)


def test_fewer_answers_are_the_first_ones(shipped):
    text = READABLE["several masks"]
    five, best = shipped["show_fills"]([text])[text], shipped["fill"](text, top=1)["fills"]
    for line, ((word, share),) in zip(five, best, strict=True):
        assert line.startswith(f"{word} {share:.0%}")


def test_scores_are_those_of_the_first_mask_whatever_stands_beside(shipped):
    texts = ["The dog near the old house [MASK] hungry.", "[MASK]!", "I [MASK] to [MASK]."]
    together = shipped["score_pieces"](texts)
    assert together.shape == (3, len(shipped["real_pieces"]))
    for text, logits in zip(texts, together, strict=True):
        shares = shipped["guess_masks"](
            shipped["real_model"], shipped["real_numbers"], text, shipped["real_pieces"]
        )
        expected = ops.softmax(logits[MASK + 1 :])
        np.testing.assert_allclose(shares[0, MASK + 1 :], expected, atol=1e-4)


def test_the_share_that_is_right_follows_the_scores(shipped):
    texts = [f"The {noun} [MASK] old." for noun in ("dog", "dogs", "house", "king")]
    order = np.argsort(shipped["score_pieces"](texts), axis=1)
    likely, unlikely = ([shipped["real_pieces"][row[place]] for row in order] for place in (-1, 0))
    right, wrong = (
        list(zip(texts, *pair, strict=True)) for pair in ((likely, unlikely), (unlikely, likely))
    )
    assert shipped["share_right"](right) == 1 and shipped["share_right"](wrong) == 0
    assert shipped["share_right"](right[:1] + wrong[1:]) == 0.25
    assert shipped["share_right"](list(zip(texts, likely, likely, strict=True))) == 0  # no tie


# Fine-tuning


@pytest.fixture
def tuned(space, nets, monkeypatch):
    """`fine_tune` with the small net in place of the pretrained one; nothing is compiled."""
    tf.config.run_functions_eagerly(True)
    monkeypatch.setitem(space, "SIZES", SIZES)
    monkeypatch.setitem(space, "real_watcher", nets[1])
    yield space["fine_tune"]
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def examples(lesson):
    """Forty texts, and whether it is a cat that they speak of."""
    animals = ["cat", "dog"] * 20
    texts = [f"The {'big ' * (n % 3)}{animal} sees a house." for n, animal in enumerate(animals)]
    return lesson.frame(texts, NUMBERS), np.array([animal == "cat" for animal in animals], "uint8")


def test_stages_thaw_from_top_to_bottom(space, tuned, examples, monkeypatch):
    sizes = SIZES | {"blocks": 4}
    watcher = space["build_bert"](len(PIECES), **sizes)[1]
    before = watcher.get_weights()
    monkeypatch.setitem(space, "SIZES", sizes)
    monkeypatch.setitem(space, "real_watcher", watcher)
    plan, moved = space["PLANS"]["pretrained, in stages"], []
    for stages in (1, 2, 3):
        short = tuple((layers, rate, 1) for layers, rate, _ in plan[:stages])
        monkeypatch.setitem(space, "PLANS", {"pretrained, in stages": short})
        encoder = space["fine_tune"]("pretrained, in stages", *examples).layers[1]
        moved.append(
            {
                layer.name
                for layer, old in zip(encoder.layers, watcher.layers, strict=True)
                if not all(map(np.array_equal, layer.get_weights(), old.get_weights()))
            }
        )
    blocks = {f"block_{number}" for number in range(4)}
    assert moved == [set(), {"block_3"}, {"pieces", "pieces_normalize", *blocks}]
    for old, now in zip(before, watcher.get_weights(), strict=True):
        np.testing.assert_array_equal(old, now)  # what was pretrained is there for the next plan


def test_only_what_is_from_scratch_begins_anew(space, tuned, nets, examples, monkeypatch):
    taught = nets[1].get_weights()[0]
    plans = dict.fromkeys(space["PLANS"], ((None, 0.001, 0),))
    monkeypatch.setitem(space, "PLANS", plans)
    for plan in plans:
        is_taught = np.array_equal(
            tuned(plan, *examples, seed=1).layers[1].get_weights()[0], taught
        )
        assert is_taught == (plan != "from scratch")


def test_the_same_seed_gives_the_same_net(space, tuned, examples, monkeypatch):
    monkeypatch.setitem(space, "PLANS", {"from scratch": ((None, 0.01, 1),)})
    logits = []
    for seed in (0, 0, 1):
        logits.append(np.array(tuned("from scratch", *examples, seed=seed)(examples[0])))
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-5)
    assert np.abs(logits[0] - logits[2]).max() > 1e-4


def test_it_learns_from_few_examples_and_does_not_read_padding(space, tuned, examples, monkeypatch):
    sizes, plans = SIZES | {"blocks": 1}, {"from scratch": ((None, 0.05, 20),)}
    monkeypatch.setitem(space, "SIZES", sizes)
    monkeypatch.setitem(space, "PLANS", plans)
    keras.utils.set_random_seed(0)
    judge, (x, y) = tuned("from scratch", *examples), examples
    logits = np.array(judge(x))
    assert logits.shape == (40, 1) and np.mean((logits[:, 0] > 0) == y) > 0.8
    np.testing.assert_allclose(judge(np.pad(x, ((0, 0), (0, 20)))), logits, atol=1e-4)


# Vectors of texts and words


@pytest.fixture(scope="module")
def reader(nets):
    return keras.Model(nets[1].input, nets[1].outputs[0])


def test_the_vector_of_a_text_is_the_mean_without_padding(lesson, reader):
    texts = ["The cat sleeps.", "", "a big house sees the unwise dog?", "🙂"]
    rows = lesson.frame(texts, NUMBERS)
    means = lesson.mean_vectors(np.array(reader(rows)), rows)
    vectors = lesson.embed(texts, NUMBERS, reader)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, means / lengths, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(lesson.embed([text], NUMBERS, reader)[0], vector, atol=1e-5)


def test_a_word_is_compared_with_itself_in_each_text(lesson, reader):
    texts = ["The cat sleeps.", "A big dog sees a big cat, the dog?", "The cat sleeps.", "cat"]
    cosines = lesson.compare_word("cat", texts, NUMBERS, reader)
    assert cosines.shape == (4, 4)
    np.testing.assert_allclose(cosines, cosines.T, atol=1e-6)
    np.testing.assert_allclose(np.diag(cosines), 1, atol=1e-5)
    assert cosines[0, 2] == pytest.approx(1, abs=1e-5) and cosines[0, 1] < 1 - 1e-4
    first, second = (
        np.array(reader(lesson.frame([text], NUMBERS)))[0, place]
        for text, place in ((texts[0], 2), (texts[1], 7))
    )
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert cosines[0, 1] == pytest.approx(cosine, abs=1e-5)


# MiniLM


def make_weights(blocks, size=20, width=24):
    """Return random weights of the shapes that `data.load_minilm` gives, of fewer numbers."""
    random, into = np.random.default_rng(0), (width, 12, width // 12)
    shapes = {"words": [(size, width)], "places": [(16, width)], "normalize": 2 * [(width,)]}
    for number in range(blocks):
        block = {
            "look": 3 * [into, into[1:]] + [(*into[1:], width), (width,)],
            "after_look": 2 * [(width,)],
            "widen": [(width, 1536), (1536,)],
            "narrow": [(1536, width), (width,)],
            "after_think": 2 * [(width,)],
        }
        shapes |= {f"block_{number}/{name}": part for name, part in block.items()}
    return {
        name: [random.normal(0, 0.3, shape).astype("float32") for shape in part]
        for name, part in shapes.items()
    }


def normalize(x, gamma, beta):
    return gamma * (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True)) + beta


def read_by_hand(row, weights, blocks):
    """Return the vectors of one text without padding, by the formulas, (length, width)."""
    x = weights["words"][0][row] + weights["places"][0][: len(row)]
    x = normalize(x, *weights["normalize"])
    for number in range(blocks):
        part = {name: weights[f"block_{number}/{name}"] for name in ("look", "widen", "narrow")}
        q, k, v = (
            np.einsum("td,dhn->htn", x, part["look"][at]) + part["look"][at + 1][:, None]
            for at in (0, 2, 4)
        )
        scores = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]))
        seen = scores / scores.sum(axis=-1, keepdims=True) @ v
        seen = np.einsum("htn,hnd->td", seen, part["look"][6]) + part["look"][7]
        x = normalize(x + seen, *weights[f"block_{number}/after_look"])
        wide = x @ part["widen"][0] + part["widen"][1]
        wide = wide / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))
        thought = wide @ part["narrow"][0] + part["narrow"][1]
        x = normalize(x + thought, *weights[f"block_{number}/after_think"])
    return x


def test_weights_of_minilm_come_where_they_belong(lesson):
    weights = make_weights(blocks=2)
    model = lesson.build_minilm(weights, blocks=2)
    rows = np.array([[2, 7, 9, 11, 3], [2, 8, 3, 0, 0]])
    vectors = np.array(model(rows))
    assert model.count_params() == sum(array.size for part in weights.values() for array in part)
    for row, found in zip(rows, vectors, strict=True):
        expected = read_by_hand(row[row != PADDING], weights, blocks=2)
        np.testing.assert_allclose(found[: len(expected)], expected, atol=1e-4)


# What was measured


@pytest.mark.parametrize("labels", [20, 100, 1000])
def test_the_pretrained_net_is_ahead_of_the_fresh_one_with_each_measured_seed(labels):
    stages, fresh = (
        results.read(f"fine_tuning/{plan}/{labels} labels")
        for plan in ("pretrained, in stages", "from scratch")
    )
    assert len(stages) == len(fresh) >= 5
    assert all(pretrained > alone for pretrained, alone in zip(stages, fresh, strict=True))
