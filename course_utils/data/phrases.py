"""Write English sentences and their French translations by a grammar that is known.

Nobody wrote these pairs: a program does, and the lessons say so. A FRAME is a sentence with gaps
("the king's hat is old"), see phrase_frames.py; the words that suit a gap stand in french.py with
all their forms. French has its rules:

    agreement      the old houses are open      les vieilles maisons sont ouvertes
    adjectives     an old tree, a green tree    un vieil arbre, un arbre vert
    elision        I open the umbrella          j'ouvre le parapluie
    contraction    to the market, to the hotel  au marché, à l'hôtel
    negation       he does not want a cake      il ne veut pas de gâteau
    verb forms     we read, they cannot read    nous lisons, ils ne peuvent pas lire
    questions      why is the queen sad?        pourquoi la reine est-elle triste ?
    pronouns       the key: I do not take it    la clé : je ne la prends pas

Each English sentence has one French sentence.

A COMBINATION is a frame with the nouns, adjectives, verbs and pronouns that fill it. One in five,
chosen by a checksum and not by the seed, is kept for the test. So no sentence of the test differs
from one in training by its determiners, its number or a negation alone.

There is a STRICT test as well: one in ten pairs of a noun or an adjective with a frame never occurs
in training, so that the word is known, and the frame is, but not the one in the other.
"""

import functools
import zlib

import numpy as np

from . import french
from .phrase_frames import FRAMES, Draw

PHRASES_FOR_TRAINING = 30_000
PHRASES_FOR_TEST = 2_000
ADJECTIVE_RATE = 0.15
NEGATION_RATE = 0.3
PRONOUN_RATE = 0.5
PARTS = ("train", "test", "strict")
COMBINATIONS_PER_TEST = 5  # one in so many is kept for the test
WORDS_PER_STRICT = 10  # one pair of word and frame in so many
NUMBERS_PER_PHRASE = 48  # random numbers that one sentence may use
SHORTEST, LONGEST = 3, 12  # words, in either language
PATIENCE = 20_000  # sentences in a row that bring nothing new


def load_phrases(seed=0):
    """Return `(english_train, french_train), (english_test, french_test)`: generated pairs.

    NumPy strings, shapes (30000,) and (2000,): no English sentence twice, 3 to 12 words in either
    language, French with its accents (NFC) and a plain space before the question mark. The words
    that fill the frame of a test sentence never fill it together in training; all words of the test
    occur in training. The same seed gives the same sentences on every platform.

    A program writes them: see the grammar in course_utils/data/phrases.py. "you" is "tu", "they"
    that stands for no noun is "ils".
    """
    train = generate_phrases(PHRASES_FOR_TRAINING, seed=seed)
    test = generate_phrases(PHRASES_FOR_TEST, part="test", seed=seed)
    return train[:2], test[:2]


def generate_phrases(
    count,
    part="train",
    seed=0,
    frames=None,
    adjective_rate=ADJECTIVE_RATE,
    negation_rate=NEGATION_RATE,
    pronoun_rate=PRONOUN_RATE,
):
    """Return `english, french, names` of `count` different pairs, each of shape (count,).

    `part` is "train", "test" (combinations of words and frame that are not in training) or "strict"
    (a noun or an adjective that training never has in this frame). `names` are those of the frames;
    `frames` chooses among `data.PHRASE_FRAMES`, None takes all. The rates are how often a noun has
    an adjective beside it, a sentence that can be negated is, and a person is a pronoun. A smaller
    count gives the first sentences of a larger one. `load_phrases` describes the rest.

    Raises ValueError for arguments out of range, and where the frames have not as many sentences.
    """
    names = _require(count, part, seed, frames, (adjective_rate, negation_rate, pronoun_rate))
    random = np.random.RandomState([seed, PARTS.index(part)])
    pairs, in_vain = {}, 0
    while len(pairs) < count:
        # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
        for numbers in random.random_sample((1000, 1 + NUMBERS_PER_PHRASE)).tolist():
            name = names[int(numbers.pop() * len(names))]
            draw = Draw(numbers, adjective_rate, negation_rate, pronoun_rate)
            pair = _write(name, draw, part)
            in_vain = 0 if pair and pair[0] not in pairs else in_vain + 1
            if in_vain == PATIENCE:
                raise ValueError(f"these frames have fewer than {count:,} different sentences.")
            if pair:
                pairs.setdefault(pair[0], (pair[1], name))
    english = list(pairs)[:count]
    in_french, names = zip(*(pairs[sentence] for sentence in english), strict=True)
    return np.array(english), np.array(in_french), np.array(names)


def _require(count, part, seed, frames, rates):
    """Return the frames to draw from; raise a ValueError that names the argument that is wrong."""
    whole = (int, np.integer)
    if isinstance(count, bool) or not isinstance(count, whole) or count < 1:
        raise ValueError(f"count is how many pairs, a whole number above 0; got {count!r}.")
    if part not in PARTS:
        raise ValueError(f"part is one of {', '.join(PARTS)}; got {part!r}.")
    if isinstance(seed, bool) or not isinstance(seed, whole) or not 0 <= seed < 2**31:
        raise ValueError(f"seed is a whole number from 0 to 2**31 - 1; got {seed!r}.")
    for rate in rates:
        numeric = isinstance(rate, (int, float, np.integer, np.floating))
        if isinstance(rate, bool) or not numeric or not 0 <= rate <= 1:
            raise ValueError(f"a rate is a share, a number from 0 to 1; got {rate!r}.")
    names = [frames] if isinstance(frames, str) else list(FRAMES if frames is None else frames)
    if not names or not set(names) <= set(FRAMES):
        raise ValueError(f"frames are some of {', '.join(FRAMES)}; got {frames!r}.")
    return [name for name in names for _ in range(FRAMES[name].share)]


def _write(name, draw, part):
    """Return (English, French), or None for another part, for nonsense and for long sentences."""
    written = FRAMES[name](draw)
    if written is None or _find_part(name, draw.words) != part:
        return None
    english, words, end = written
    english = english[0].upper() + english[1:] + end
    in_french = french.finish(words, end)
    lengths = [len(sentence.split()) for sentence in (english, in_french.removesuffix(" ?"))]
    return (english, in_french) if SHORTEST <= min(lengths) <= max(lengths) <= LONGEST else None


def _find_part(name, words):
    """Return the part that a sentence belongs to; checksums are the same on every platform."""
    if not _find_strict_words(name).isdisjoint(words):
        return "strict"
    checksum = zlib.crc32(f"{name}: {' '.join(sorted(words))}".encode())
    return "train" if checksum % COMBINATIONS_PER_TEST else "test"


@functools.cache
def _find_strict_words(name):
    """Return the nouns and adjectives that training never has in this frame."""
    words = [word.english for word in (*french.NOUNS, *french.ADJECTIVES)]
    return frozenset(
        word for word in words if zlib.crc32(f"{name}: {word}".encode()) % WORDS_PER_STRICT == 0
    )
