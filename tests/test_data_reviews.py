"""The generated reviews: always the same, good English, and only word order tells the label."""

import collections
import hashlib
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

from course_utils import data

RATES = (0, 0.3, 0.5)
SHA256 = "444dc57788ab896d4f623d3eafa030f08be9f9688471eb84972214a5d3e17932"
LENGTHS = (10, 32, 75)  # words of the shortest, the mean and the longest training review


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def vocabulary(texts):
    return set(words(" ".join(texts)))


# The same everywhere


def test_the_reviews_never_change():
    (x_train, y_train), (x_test, y_test) = data.load_reviews()
    content = "\n".join([*x_train, *x_test]).encode() + y_train.tobytes() + y_test.tobytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_another_seed_gives_others_and_the_callers_random_numbers_are_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    texts, _, _ = data.generate_reviews(50)
    others, _, _ = data.generate_reviews(50, seed=1)
    assert not set(texts) & set(others)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_the_generated_file_is_what_the_script_writes():
    script = data.files.FOLDER / "generate.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_script_names_and_mends_a_stale_file(tmp_path):
    script = tmp_path / "data" / "generate.py"
    script.parent.mkdir()
    source = (data.files.FOLDER / "generate.py").read_text(encoding="utf-8")
    root = repr(str(data.files.FOLDER.parent))
    script.write_text(source.replace("str(FOLDER.parent)", root), encoding="utf-8")
    run = [sys.executable, script]
    check = subprocess.run([*run, "--check"], capture_output=True, text=True)
    assert check.returncode == 1 and "data/reviews.csv is stale" in check.stdout
    assert not (script.parent / "reviews.csv").exists()
    assert "sha256" in subprocess.run(run, capture_output=True, text=True, check=True).stdout
    expected = (data.files.FOLDER / "reviews.csv").read_bytes()
    assert (script.parent / "reviews.csv").read_bytes() == expected
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == ""


# Shapes and shares


def test_shapes_and_types():
    (x_train, y_train), (x_test, y_test) = data.load_reviews()
    assert x_train.shape == y_train.shape == (8000,) and x_test.shape == y_test.shape == (2000,)
    assert x_train.dtype.kind == x_test.dtype.kind == "U"
    assert y_train.dtype == y_test.dtype == np.uint8


@pytest.mark.parametrize("rate", [0, 0.1, 0.3, 0.5, 1])
@pytest.mark.parametrize("held_out", [False, True])
def test_classes_and_negations_have_exactly_their_share(rate, held_out):
    texts, labels, negated = data.generate_reviews(1000, rate, held_out)
    assert len(texts) == 1000 and np.bincount(labels).tolist() == [500, 500]
    assert [negated[labels == label].sum() for label in (0, 1)] == [500 * rate] * 2


def test_a_review_that_is_not_negated_is_the_same_at_every_rate():
    plain, labels, _ = data.generate_reviews(300, 0)
    for rate in (0.3, 0.5):
        texts, same_labels, negated = data.generate_reviews(300, rate)
        np.testing.assert_array_equal(labels, same_labels)
        assert ((texts != plain) == negated).all()


def test_the_classes_come_mixed():
    _, labels, negated = data.generate_reviews(1000, 0.5)
    for bits in (labels, negated):
        assert 0.4 < (np.diff(bits.astype(int)) != 0).mean() < 0.6


def test_words_lengths_and_repetitions():
    (x_train, _), (x_test, _) = data.load_reviews()
    assert len(vocabulary(x_train)) == 307
    assert vocabulary(x_test) <= vocabulary(x_train), "a word of the test is never seen in training"
    lengths = [len(words(text)) for text in x_train]
    assert (min(lengths), round(np.mean(lengths)), max(lengths)) == LENGTHS
    assert len(set(x_train)) > 7990 and len(set(x_test)) > 1995
    assert not set(x_train) & set(x_test)


def frames(held_out):
    """Return the frames of opinions, facts and fillers, as sets."""
    reviews = data.reviews
    switches = reviews.SWITCHES
    return [
        {frame for switch in switches for frame in switch.opinions[held_out]},
        {frame for switch in switches for frame in switch.facts[held_out]},
        set(reviews.FILLERS[held_out]),
    ]


def test_no_frame_of_the_test_is_in_the_training_set():
    for training, test in zip(frames(False), frames(True), strict=True):
        assert not training & test
    assert sum(map(len, frames(False))) >= 50 and sum(map(len, frames(True))) >= 20


def test_every_gap_of_every_frame_can_be_filled():
    words_of_an_opinion = {"aspect", "was", "adjective", "verb", "noun"}
    for held_out in (False, True):
        opinions, facts, fillers = frames(held_out)
        for frame in opinions | facts | fillers:
            gaps = set(re.findall(r"{(\w+)}", frame)) - set(data.reviews.GAPS)
            allowed = {"negation"} | words_of_an_opinion if frame in opinions else {"negation"}
            assert gaps <= allowed, frame
            assert ("negation" in gaps) == (frame not in fillers), frame
            assert bool(gaps & {"adjective", "verb", "noun"}) == (frame in opinions), frame


def test_no_opinion_word_is_in_both_classes_or_in_a_fact():
    reviews = data.reviews
    classes = []
    for label in (0, 1):
        own = {word for aspect in reviews.ASPECTS for word in aspect.adjectives[label]}
        classes.append(own | set(reviews.VERBS[label]) | set(reviews.NOUNS[label]))
    assert not classes[0] & classes[1] and min(map(len, classes)) >= 50
    neutral = " ".join(
        [*(frame for held_out in (0, 1) for kind in frames(held_out) for frame in kind)]
        + [word for options in reviews.GAPS.values() for word in options]
    )
    assert not set(words(neutral)) & (classes[0] | classes[1])


def test_sentences_look_like_sentences():
    texts = np.concatenate([data.generate_reviews(1500, 0.5, held_out)[0] for held_out in (0, 1)])
    for text in texts:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9, ]*\.( [A-Z][A-Za-z0-9, ]*\.)*", text), text
        assert "  " not in text and " ," not in text
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou ]", text), text


# Word order


def test_a_pair_has_the_same_words_and_one_negation_moved():
    for held_out in (False, True):
        pairs = data.generate_review_pairs(500, held_out)
        assert pairs.shape == (500, 2)
        for praise, blame in pairs:
            assert praise != blame
            assert collections.Counter(words(praise)) == collections.Counter(words(blame))


def test_the_bag_of_words_is_as_likely_in_either_class_at_a_rate_of_a_half():
    """Negated or not is drawn apart from everything else, and is all that parts the twins."""
    texts, labels, negated = data.generate_reviews(400, 0.5)
    pairs = data.generate_review_pairs(400)
    praised = (labels == 1) & ~negated
    blamed = (labels == 0) & negated
    np.testing.assert_array_equal(texts[praised], pairs[praised, 0])
    np.testing.assert_array_equal(texts[blamed], pairs[blamed, 1])


def accuracy(rate, ngrams, model=None):
    """Return the test accuracy of a model of word counts: all reviews, the negated ones."""
    (x_train, y_train), (x_test, y_test) = data.load_reviews(rate)
    negated = data.generate_reviews(len(x_test), rate, held_out=True)[2]
    counts = CountVectorizer(ngram_range=(1, ngrams), binary=True, token_pattern=r"[a-z0-9]+")
    model = make_pipeline(counts, model or LogisticRegression(max_iter=500))
    right = model.fit(x_train, y_train).predict(x_test) == y_test
    return right.mean(), right[negated].mean() if rate else None


@pytest.mark.parametrize("rate", RATES)
def test_a_bag_of_words_cannot_read_a_negation_and_bigrams_can_read_some(rate):
    bag, bag_negated = accuracy(rate, ngrams=1)
    pairs, pairs_negated = accuracy(rate, ngrams=2)
    if rate == 0:
        assert min(bag, pairs) > 0.99
        return
    assert bag < 1 - rate + 0.03
    assert pairs > bag + 0.08 and pairs_negated > bag_negated + 0.15
    assert pairs < 0.85, "bigrams alone solve what the recurrent net is for"


def test_a_net_on_the_bag_of_words_does_no_better():
    net = MLPClassifier(hidden_layer_sizes=(16, 16), max_iter=8, random_state=0)
    with warnings.catch_warnings(action="ignore"):  # eight epochs are not all it could train
        right, _ = accuracy(0.5, ngrams=1, model=net)
    assert right < 0.55


def test_the_readme_quotes_what_is_measured():
    text = (data.files.FOLDER / "README.md").read_text(encoding="utf-8")
    for ngrams, name in ((1, "bag of words"), (2, "words and pairs")):
        row = next(line for line in text.splitlines() if line.startswith(f"| {name}"))
        quoted = [float(cell) for cell in row.split("|")[2:6]]
        assert quoted[2] == pytest.approx(accuracy(0.3, ngrams)[0], abs=0.005)


# Wrong arguments


@pytest.mark.parametrize("rate", [-0.1, 1.1, "0.3", None, float("nan"), True])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="negation_rate is the share"):
        data.load_reviews(rate)


def test_a_count_or_seed_that_is_none_is_refused():
    for count in (0, -1, 2.5, "3", True):
        with pytest.raises(ValueError, match="count is how many"):
            data.generate_reviews(count)
        with pytest.raises(ValueError, match="count is how many"):
            data.generate_review_pairs(count)
    for seed in (-1, 2**31, 0.5, None):
        with pytest.raises(ValueError, match="seed is a whole number"):
            data.generate_reviews(1, seed=seed)
