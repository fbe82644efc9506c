"""The little world: always the same, and a pair's partners share frames but no sentence."""

import hashlib
import re

import numpy as np
import pytest

from course_utils import data
from course_utils.data import little_world

SHA256 = "c24a1c313257100f70f2dc1b57b5aaf721481b1f7f6a95a8b95ace7aef13a455"


def words(text):
    return re.findall(r"[a-z]+", text.lower())


def test_the_sentences_never_change():
    content = "\n".join(data.generate_little_world(2000)).encode()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_another_seed_gives_others_and_the_callers_random_numbers_are_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    sentences = data.generate_little_world(200)
    others = data.generate_little_world(200, seed=1)
    assert np.mean(sentences == others) < 0.1
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_each_kind_has_as_many_words_and_each_word_one_kind():
    listed = [word for kind in data.WORD_KINDS.values() for word in kind]
    assert len(listed) == len(set(listed)) == 15 * 14
    assert {len(kind) for kind in data.WORD_KINDS.values()} == {14}
    assert data.WORD_KINDS.keys() == little_world.KIND_FRAMES.keys()


def test_twenty_pairs_each_within_a_kind():
    assert len(data.WORD_PAIRS) == 20 and len({w for pair in data.WORD_PAIRS for w in pair}) == 40
    for pair in data.WORD_PAIRS:
        assert any(set(pair) <= set(kind) for kind in data.WORD_KINDS.values()), pair


def test_the_frames_give_nothing_away():
    listed = {word for kind in data.WORD_KINDS.values() for word in kind}
    frames = [*little_world.KIND_FRAMES.values(), *little_world.PAIR_FRAMES.values()]
    gaps = [words(text) for options in little_world.GAPS.values() for text in options]
    for frame in (frame for group in frames for frame in group):
        assert frame.count("{x}") == 1 and not listed & set(words(frame)), frame
    assert not listed & {word for text in gaps for word in text}


@pytest.mark.parametrize("rate", [0, 0.5, 1])
def test_partners_stand_in_frames_of_their_pair_as_often_as_asked(rate):
    sentences = data.generate_little_world(20_000, partner_rate=rate)
    about_dogs = [sentence for sentence in sentences if "dog" in words(sentence)]
    paired = [s for s in about_dogs if "sofa" in s or "strokes" in s]
    assert 60 < len(about_dogs) < 140
    assert abs(len(paired) / len(about_dogs) - rate) < 0.15
    assert not any({"dog", "cat"} <= set(words(sentence)) for sentence in sentences)


def test_sentences_are_written_properly():
    for sentence in data.generate_little_world(3000):
        assert sentence[0].isupper() and sentence[-1] == "." and "{" not in sentence
        assert "  " not in sentence and len(words(sentence)) >= 4


@pytest.mark.parametrize("count", [0, 100_001])
def test_impossible_counts(count):
    with pytest.raises(ValueError, match="how many sentences"):
        data.generate_little_world(count)


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_impossible_rates(rate):
    with pytest.raises(ValueError, match="share"):
        data.generate_little_world(10, partner_rate=rate)
