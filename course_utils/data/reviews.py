"""Write film reviews by a small grammar, so that a lesson knows what can be learnt from them.

Nobody wrote these reviews: a program does, and the lessons say so. One rule gives the label:

    label = polarity of the opinion words, turned round where the review is negated

A review has one or two OPINIONS ("The dialogue was witty.") and as many FACTS that say nothing of
the film's worth ("It was shot in Rome."); some have FILLERS as well. An opinion and its fact share
a SWITCH, a pair of words of which the second negates ("everybody", "nobody"), and exactly one of
the two has the negating word:

    not negated   The dialogue was witty. It was not shot in Rome.    -> label 1
    negated       The dialogue was not witty. It was shot in Rome.    -> label 0

So both have the same words. A bag of words holds nothing that tells whether a review is negated,
and no model that sees only the bag, however large, is right more often than
`max(negation_rate, 1 - negation_rate)`. Word order tells it. Pairs of neighbouring words see part
of it: "not witty", but not "would not say that the dialogue was witty".

The test set uses frames (sentences with gaps) that the training set never has; every word of it
occurs in the training set. `{negation}` is the gap for the switch.
"""

import dataclasses

import numpy as np

REVIEWS_FOR_TRAINING = 8000
REVIEWS_FOR_TEST = 2000
NEGATION_RATE = 0.3
NUMBERS_PER_REVIEW = 96  # random numbers that one review may use

# (adjectives, verbs, nouns) of label 0 and label 1; adjectives that suit everything.
ADJECTIVES = (
    "annoying awful bad boring clumsy disappointing dull forgettable lazy mediocre poor silly "
    "tedious terrible tiresome weak".split(),
    "beautiful brilliant charming clever delightful enjoyable excellent fine good great "
    "impressive interesting memorable original satisfying wonderful".split(),
)
VERBS = (
    "annoyed bored confused disappointed embarrassed exhausted irritated tired".split(),
    "amused charmed convinced delighted impressed moved thrilled touched".split(),
)
NOUNS = (
    "boredom carelessness confusion kitsch mistakes noise nonsense stupidity".split(),
    "charm elegance humour imagination style suspense warmth wit".split(),
)


@dataclasses.dataclass(frozen=True)
class Aspect:
    """A part of a film, its verb, and adjectives that suit it: of label 0 and of label 1."""

    name: str
    was: str
    adjectives: tuple


def _aspect(name, was, negative, positive):
    return Aspect(name, was, (ADJECTIVES[0] + negative.split(), ADJECTIVES[1] + positive.split()))


ASPECTS = (
    _aspect("the acting", "was", "lifeless stiff wooden", "convincing heartfelt natural"),
    _aspect("the camera work", "was", "careless shaky sloppy", "elegant graceful inventive"),
    _aspect("the cast", "was", "bland lifeless uninspired", "convincing likeable lively"),
    _aspect("the chase", "was", "confusing endless predictable", "breathtaking exciting thrilling"),
    _aspect("the dialogue", "was", "flat repetitive wooden", "lively sharp witty"),
    _aspect("the ending", "was", "hollow predictable rushed", "moving surprising thoughtful"),
    _aspect("the humour", "was", "crude flat stale", "fresh gentle sharp"),
    _aspect("the love story", "was", "forced hollow sentimental", "moving tender touching"),
    _aspect("the music", "was", "dreary monotonous shrill", "graceful haunting moving"),
    _aspect("the plot", "was", "confusing messy predictable", "exciting gripping surprising"),
    _aspect("the script", "was", "careless muddled repetitive", "inventive thoughtful witty"),
    _aspect("the story", "was", "confusing predictable shallow", "believable gripping touching"),
    _aspect("the characters", "were", "bland flat shallow", "believable likeable lively"),
    _aspect("the costumes", "were", "cheap drab ugly", "colourful elegant stunning"),
    _aspect("the jokes", "were", "crude stale tired", "fresh funny witty"),
    _aspect("the special effects", "were", "cheap fake ugly", "breathtaking dazzling stunning"),
)

GAPS = {
    "city": "Berlin Cairo Dublin Lisbon London Madrid Paris Prague Rome Tokyo Vienna".split(),
    "companion": (
        "a colleague|a friend|my aunt|my brother|my cousin|my daughter|my father|my mother|"
        "my neighbour|my sister|my son|my uncle"
    ).split("|"),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "hero": (
        "a baker|a detective|a doctor|a farmer|a fisherman|a gardener|a king|a nurse|a painter|"
        "a pilot|a queen|a sailor|a spy|a student|a teacher|a thief"
    ).split("|"),
    "me": "me|us|the audience|my friends".split("|"),
    "number": "two three four five six seven".split(),
    "thing": (
        "a bicycle|a camera|a dog|a guitar|a hat|a lamp|a letter|a map|a red scarf|a suitcase|"
        "an old coat|an umbrella"
    ).split("|"),
    "year": "1950 1962 1974 1983 1991 1999 2005 2012 2019".split(),
}


@dataclasses.dataclass(frozen=True)
class Switch:
    """Two words of which the second negates, and the frames that both fit into.

    Opinions and facts are pairs: frames of the training set, frames of the test set.
    """

    words: tuple
    opinions: tuple
    facts: tuple


SWITCHES = (
    Switch(
        ("", "not"),
        opinions=(
            (
                "{aspect} {was} {negation} {adjective}.",
                "in my opinion {aspect} {was} {negation} {adjective}.",
                "{aspect} {was} {negation} what I would call {adjective}.",
                "I would {negation} say that {aspect} {was} {adjective}.",
                "I am {negation} one of those who found {aspect} {adjective}.",
            ),
            (
                "to me {aspect} {was} {negation} {adjective}.",
                "I would {negation} call {aspect} {adjective}.",
            ),
        ),
        facts=(
            (
                "it was {negation} shot in {city}.",
                "I had {negation} read the book.",
                "the film is {negation} set in {year}.",
                "the director was {negation} born in {city}.",
                "I would {negation} say that it was shot in {year}.",
            ),
            (
                "the book was {negation} set in {city}.",
                "I had {negation} been to {city}.",
            ),
        ),
    ),
    Switch(
        ("always", "never"),
        opinions=(
            (
                "{aspect} {was} {negation} {adjective}.",
                "{aspect} {negation} {verb} {me}.",
                "from the first minute to the last, {aspect} {negation} {verb} {me}.",
                "I {negation} had the feeling that {aspect} {was} {adjective}.",
                "my friends {negation} thought that {aspect} {was} {adjective}.",
            ),
            (
                "for two hours {aspect} {negation} {verb} {me}.",
                "I {negation} thought that {aspect} {was} {adjective}.",
            ),
        ),
        facts=(
            (
                "the hero {negation} had {thing} in the hand.",
                "{companion} {negation} sat in the first row.",
                "I {negation} thought that it was shot in {city}.",
                "the film {negation} said where the letter was.",
                "in {city} it {negation} rained for two hours.",
            ),
            (
                "{companion} {negation} said that it was set in {city}.",
                "the hero {negation} sat in the rain.",
            ),
        ),
    ),
    Switch(
        ("really", "hardly"),
        opinions=(
            (
                "{aspect} {was} {negation} {adjective}.",
                "{aspect} {negation} {verb} {me}.",
                "in the end {aspect} {negation} {verb} {me}.",
                "I could {negation} say that {aspect} {was} {adjective}.",
            ),
            (
                "from the first minute {aspect} {was} {negation} {adjective}.",
                "for {me} {aspect} {was} {negation} {adjective}.",
            ),
        ),
        facts=(
            (
                "the hero {negation} spoke French.",
                "I {negation} knew the director.",
                "{companion} could {negation} see the hero.",
                "it was {negation} older than the book.",
            ),
            (
                "{companion} {negation} knew the book.",
                "I could {negation} see {thing} in the hand of the hero.",
            ),
        ),
    ),
    Switch(
        ("everybody", "nobody"),
        opinions=(
            (
                "{negation} in our row found {aspect} {adjective}.",
                "as far as I could hear, {negation} thought that {aspect} {was} {adjective}.",
                "{negation} around me said that {aspect} {was} {adjective}.",
                "on the way home {negation} called {aspect} {adjective}.",
            ),
            (
                "{negation} around me found {aspect} {adjective}.",
                "on the way home {negation} said that {aspect} {was} {adjective}.",
            ),
        ),
        facts=(
            (
                "{negation} in our row had read the book.",
                "{negation} around me said that it was shot in {city}.",
                "in the film {negation} had {thing}.",
                "as far as I could see, {negation} knew the director.",
            ),
            (
                "{negation} around me had read the book.",
                "on the way home {negation} had {thing}.",
            ),
        ),
    ),
    Switch(
        ("think", "doubt"),
        opinions=(
            (
                "I {negation} that {aspect} {was} {adjective}.",
                "my friends {negation} that {aspect} {was} {adjective}.",
                "many people in the audience {negation} that {aspect} {was} {adjective}.",
            ),
            ("many of my friends {negation} that {aspect} {was} {adjective}.",),
        ),
        facts=(
            (
                "I {negation} that it was shot in {city}.",
                "my friends {negation} that the director was born in {city}.",
                "many people in the audience {negation} that the hero is {hero}.",
            ),
            ("many of my friends {negation} that it was shot in {year}.",),
        ),
    ),
    Switch(
        ("with", "without"),
        opinions=(
            (
                "it is a film {negation} {noun}.",
                "it is a story {negation} {noun}.",
                "I saw two hours {negation} {noun}.",
            ),
            ("I saw a film {negation} {noun}.",),
        ),
        facts=(
            (
                "the hero goes home {negation} {thing}.",
                "I went to see it {negation} {companion}.",
                "it is a film {negation} {hero}.",
            ),
            ("it is a story {negation} {hero}.",),
        ),
    ),
)

FILLERS = (
    (
        "I saw it on {day} with {companion}.",
        "we went to see it on a {day} in the rain.",
        "it is a film about {hero} in {city}.",
        "the hero is {hero} who has {thing}.",
        "in the end they all go home.",
        "{companion} had been to {city}.",
        "the director was born in {year}.",
        "there were {number} of us.",
        "the film is set in {city} and is {number} hours long.",
        "after {number} minutes we see {thing}.",
    ),
    (
        "on {day} I went with {companion}.",
        "the story is about {hero} in {city}.",
        "there were {number} people.",
        "the director went to {city} in {year}.",
        "in the end {hero} has {thing}.",
    ),
)


@dataclasses.dataclass(frozen=True)
class _Sentence:
    """A sentence of which only the label and the place of the negation are open."""

    frame: str
    gaps: dict
    switch: tuple = ("", "")
    words: tuple = ({}, {})  # the opinion words of label 0 and of label 1; a fact has none

    def write(self, polarity, negated):
        """Return the sentence: in a negated review the opinion has the negating word."""
        is_opinion = bool(self.words[0])
        negation = self.switch[int(is_opinion == negated)]
        filled = self.frame.format(negation=negation, **self.gaps, **self.words[polarity])
        sentence = " ".join(filled.split())
        return sentence[0].upper() + sentence[1:]


def load_reviews(negation_rate=NEGATION_RATE, seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`: generated film reviews and their labels.

    Texts are NumPy strings, shape (8000,) and (2000,); labels uint8: 1 praises the film, 0 does
    not, both equally often. `negation_rate` is the share that a negation turns round, 0 to 1, in
    each class and each set. The test set's sentences are built on frames that the training set
    never has, from the same words. The same arguments give the same texts on every platform, and
    a review that is not negated is the same at every rate.

    A program writes them: see the grammar in course_utils/data/reviews.py. At most a share of
    `max(negation_rate, 1 - negation_rate)` can be told right without looking at word order.

    Raises ValueError for a rate outside 0 to 1.
    """
    train = generate_reviews(REVIEWS_FOR_TRAINING, negation_rate, seed=seed)
    test = generate_reviews(REVIEWS_FOR_TEST, negation_rate, held_out=True, seed=seed)
    return train[:2], test[:2]


def generate_reviews(count, negation_rate=NEGATION_RATE, held_out=False, seed=0):
    """Return `texts, labels, negated` of `count` generated reviews, each of shape (count,).

    `negated` (bool) marks the reviews that a negation turns round. `held_out=True` builds them on
    the frames of the test set. `load_reviews` describes the rest.

    Raises ValueError for a count that is not a whole number above 0, a rate outside 0 to 1 and a
    seed that is no whole number from 0 to 2**31 - 1.
    """
    _require(count, negation_rate, seed)
    numbers = _random_numbers(count, held_out, seed)
    labels = _first_share(numbers[:, 0], 0.5)
    negated = np.zeros(count, dtype=bool)
    for label in (0, 1):
        members = labels == label
        negated[members] = _first_share(numbers[members, 1], negation_rate)
    texts = [
        _write(_draw_sentences(row, held_out), label, bool(is_negated))
        for row, label, is_negated in zip(numbers[:, 2:], labels, negated, strict=True)
    ]
    return np.array(texts), labels.astype(np.uint8), negated


def generate_review_pairs(count, held_out=False, seed=0):
    """Return texts (count, 2): both of a pair have the same words, the first praises the film.

    The second is made of the first by moving the negation from a fact to the opinion. No bag of
    words can tell them apart. Raises ValueError as `generate_reviews` does.
    """
    _require(count, 0, seed)
    plans = [_draw_sentences(row[2:], held_out) for row in _random_numbers(count, held_out, seed)]
    return np.array([[_write(plan, 1, False), _write(plan, 0, True)] for plan in plans])


def _require(count, negation_rate, seed):
    """Raise a ValueError that names the argument that cannot be used."""
    whole = (int, np.integer)
    if isinstance(count, bool) or not isinstance(count, whole) or count < 1:
        raise ValueError(f"count is how many reviews, a whole number above 0; got {count!r}.")
    if isinstance(seed, bool) or not isinstance(seed, whole) or not 0 <= seed < 2**31:
        raise ValueError(f"seed is a whole number from 0 to 2**31 - 1; got {seed!r}.")
    numeric = isinstance(negation_rate, (int, float, np.integer, np.floating))
    if isinstance(negation_rate, bool) or not numeric or not 0 <= negation_rate <= 1:
        raise ValueError(
            "negation_rate is the share of negated reviews, a number from 0 to 1; "
            f"got {negation_rate!r}."
        )


def _random_numbers(count, held_out, seed):
    """Return numbers from 0 to 1, a row for each review, the same on every platform.

    NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    """
    random = np.random.RandomState([seed, int(held_out)])
    return random.random_sample((count, 2 + NUMBERS_PER_REVIEW))


def _first_share(keys, share):
    """Return a bool array that is True for the given share of the smallest keys."""
    chosen = np.zeros(len(keys), dtype=bool)
    chosen[np.argsort(keys, kind="stable")[: int(share * len(keys) + 0.5)]] = True
    return chosen


def _draw_sentences(numbers, held_out):
    """Return the sentences of a review, drawn with its random numbers."""
    dice = iter(numbers.tolist())

    def pick(options):
        return options[int(next(dice) * len(options))]

    def sentence(frames, **rest):
        gaps = {gap: pick(options) for gap, options in GAPS.items()}
        used.add(frame := pick([frame for frame in frames if frame not in used]))
        return _Sentence(frame, gaps, **rest)

    used = set()  # no frame twice in a review
    aspects, switches = list(ASPECTS), list(SWITCHES)
    sentences = []
    for _ in range(pick((1, 1, 2))):
        aspects.remove(aspect := pick(aspects))
        switches.remove(switch := pick(switches))
        words = _opinion_words(aspect, next(dice))
        sentences.append(sentence(switch.opinions[held_out], switch=switch.words, words=words))
        sentences.append(sentence(switch.facts[held_out], switch=switch.words))
    sentences += [sentence(FILLERS[held_out]) for _ in range(pick((0, 1, 1, 2, 3)))]
    return sorted(sentences, key=lambda _: next(dice))


def _opinion_words(aspect, place):
    """Return what fills the gaps of an opinion, for label 0 and for label 1."""
    return tuple(
        {
            "aspect": aspect.name,
            "was": aspect.was,
            "adjective": aspect.adjectives[label][int(place * len(aspect.adjectives[label]))],
            "verb": VERBS[label][int(place * len(VERBS[label]))],
            "noun": NOUNS[label][int(place * len(NOUNS[label]))],
        }
        for label in (0, 1)
    )


def _write(sentences, label, negated):
    """Return the review as text; `negated` turns the polarity of its opinion words round."""
    polarity = int(label) ^ int(negated)
    return " ".join(sentence.write(polarity, negated) for sentence in sentences)
