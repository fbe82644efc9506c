"""The frames of the phrase book: sentences with gaps, in English and in French.

A frame is a function of a Draw, which fills the gaps; it returns the English sentence, the French
one before elision and contraction, and how both end, or None where the words drawn make no sense
together. Its docstring is one of its sentences with the translation.
"""

import functools

from .french import (
    ADJECTIVES,
    BE,
    CAN,
    IT,
    MUST,
    NEVER_PREDICATES,
    PRONOUNS,
    THEY,
    VERB,
    VERBS,
    Phrase,
    build_phrase,
    find_adjectives,
    find_nouns,
    find_objects,
    invert,
)

FRAMES = {}  # name: function, whose `share` says how often it is drawn, short ones more often
PLURAL_RATE = 0.35

PEOPLE = "person job kin"
OBJECTS = "clothes text object vehicle"
NOT_PEOPLE = f"animal fruit dish food drink {OBJECTS} plant building place opening"
COUNTABLE = f"animal fruit dish {OBJECTS} plant building opening"

# Determiners to choose from; one that stands there twice is drawn twice as often.
OWN = ("my", "your", "his", "her", "our", "their")
DEFINITE = ("the", "the", "the", "the", "this", *OWN)
PLACED = ("the", "the", "this")
ANY = (*DEFINITE, "a", "a", "a", "", "")
NUMBERS = (
    ("two", "deux"),
    ("three", "trois"),
    ("four", "quatre"),
    ("five", "cinq"),
    ("six", "six"),
    ("many", "beaucoup de"),
)

TRANSITIVE = tuple(verb for verb in VERBS if verb.objects)
ACTIONS = tuple(verb for verb in TRANSITIVE if "state" not in verb.remarks)
INTRANSITIVE = tuple(verb for verb in VERBS if not verb.objects and not verb.remarks)
NOTICING = tuple(VERB[word] for word in ("see", "find", "look for", "want"))
HANDLING = tuple(VERB[word] for word in "eat buy sell wash read open close take wear".split())
SERVING = tuple(VERB[word] for word in "eat drink buy sell want".split())
ORDERS = tuple(verb for verb in ACTIONS if verb.english not in ("see", "lose", "find"))
COUNTED = tuple(VERB[word] for word in "want buy sell see read eat take wash".split())
GIVING = tuple(VERB[word] for word in "give show".split())
TRAVELLING = tuple(VERB[word] for word in ("live in", "work in", "go to", "come from"))
SPEAKING = tuple(VERB[word] for word in "say think".split())

HE_SHE_THEY = tuple(pronoun for pronoun in PRONOUNS if pronoun.feminine is not None)
NOT_I = PRONOUNS[1:]
SIMPLE_TENSE = ("{does}", "{does_not}")
ABILITIES = (  # English, negated, French; "is" stands for am, are and is
    ("can", "cannot", CAN),
    ("must", "must not", MUST),
    ("is going to", "is not going to", VERB["go to"].present),
    ("wants to", "does not want to", VERB["want"].present),
    ("likes to", "does not like to", VERB["love"].present),
)
COMPARISONS = (("as", "as", "aussi"), ("less", "than", "moins"))
HABITS = (
    ("always", "toujours"),
    ("never", "jamais"),
    ("often", "souvent"),
    ("sometimes", "parfois"),
)
LINKS = (("with", "avec"), ("without", "sans"))
FEELINGS = (("hungry", "faim"), ("thirsty", "soif"), ("right", "raison"), ("wrong", "tort"))
MOODS = "sad happy"
CAUSES = "sad sick happy tired famous strong"
GRADED = "big small beautiful old good young expensive happy sad tired sick famous strong"
EXCLUSIVE = tuple(  # at most one of each row is said of a thing
    frozenset(row.split())
    for row in (
        "red blue white black",
        "big small",
        "old new young",
        "open closed",
        "hot cold",
        "happy sad",
    )
)
UNOWNED = ("church", "hospital", "station", "market", "island")  # nobody says: my station
COUNTRIES = (  # where to, where from
    ("France", "en France", "de France"),
    ("Italy", "en Italie", "de Italie"),
    ("Spain", "en Espagne", "de Espagne"),
    ("Germany", "en Allemagne", "de Allemagne"),
    ("Canada", "au Canada", "du Canada"),
    ("Japan", "au Japon", "du Japon"),
    ("Portugal", "au Portugal", "du Portugal"),
)
WEATHER = (
    ("it rains", "il pleut"),
    ("it snows", "il neige"),
    ("it is cold", "il fait froid"),
    ("it is hot", "il fait chaud"),
)
DAYS = (
    ("today", "aujourd'hui"),
    ("tomorrow", "demain"),
    ("tonight", "ce soir"),
    ("on Monday", "lundi"),
    ("on Saturday", "samedi"),
    ("on Sunday", "dimanche"),
)
PAST_DAYS = (
    ("yesterday", "hier"),
    ("this morning", "ce matin"),
    ("on Monday", "lundi"),
    ("on Sunday", "dimanche"),
)
MOVES = (  # base, past, participle, which agrees with its subject
    ("arrive", "arrived", "arrivé"),
    ("leave", "left", "parti"),
    ("fall", "fell", "tombé"),
    ("come back", "came back", "revenu"),
)
AROUND = (
    ("in", "dans", "building garden village"),
    ("near", "près de", "building place tree window"),
    ("behind", "derrière", "building tree door"),
    ("in front of", "devant", "building tree door window"),
)
SPOTS = (
    ("on", "sur", "table chair"),
    ("under", "sous", "table chair tree umbrella"),
    ("in", "dans", "box garden house"),
    ("behind", "derrière", "door box"),
)


class Draw:
    """Fill the gaps of one sentence; `words` are its nouns, adjectives, verbs and pronouns."""

    def __init__(self, numbers, adjective_rate, negation_rate, pronoun_rate):
        self._numbers = iter(numbers)
        self._rates = (adjective_rate, negation_rate, pronoun_rate)
        self.words = set()

    def pick(self, options):
        """Return one of the options."""
        return options[int(next(self._numbers) * len(options))]

    def chance(self, rate):
        """Return True as often as `rate` says."""
        return next(self._numbers) < rate

    def choose(self, words):
        """Return one of these nouns, adjectives, verbs or pronouns, and note that it is there."""
        word = self.pick(words)
        self.words.add(word.english)
        return word

    def negation(self):
        """Tell whether the sentence is negated."""
        return self.chance(self._rates[1])

    def phrase(self, kinds, determiners=DEFINITE, number=None, plain=False, **grammar):
        """Return a noun of `kinds` (a string, or the nouns) with its determiner as a Phrase.

        `number` is "singular" or "plural" where only one will do; `plain` leaves out adjectives.
        """
        nouns = find_nouns(kinds) if isinstance(kinds, str) else kinds
        noun = self.choose(_with_plural(nouns) if number == "plural" else nouns)
        one = () if number == "plural" else _fit_determiners(noun, determiners, plural=False)
        many = () if number == "singular" else _fit_determiners(noun, determiners, plural=True)
        plural = bool(many) and (not one or self.chance(PLURAL_RATE))
        determiner = self.pick(many if plural else one)
        adjective = None if plain else self._attribute(noun, determiner)
        return build_phrase(noun, determiner, plural, adjective, **grammar)

    def _attribute(self, noun, determiner):
        """Return an adjective to stand beside the noun, or None, as `adjective_rate` says."""
        fitting = _find_attributes(noun, is_partitive=determiner == "" and _is_mass(noun))
        if self.words & {"open", "close"}:  # nobody closes a closed door
            fitting = [word for word in fitting if word.english not in ("open", "closed")]
        return self.choose(fitting) if self.chance(self._rates[0]) and fitting else None

    def person(self, pronouns=PRONOUNS, **options):
        """Return a pronoun, as often as `pronoun_rate` says, or a person."""
        if self.chance(self._rates[2]):
            return self.choose(pronouns)
        return self.phrase(PEOPLE, **options)

    def object(self, verb, determiners=ANY, kinds="", **options):
        """Return what the verb is done to as a Phrase."""
        generic = "generic" in verb.remarks  # loves the apple, loves apples, but not: an apple
        if generic:
            determiners = tuple(determiner for determiner in determiners if determiner != "a")
        return self.phrase(find_objects(verb, kinds), determiners, generic=generic, **options)

    def predicate(self, subject, among="", other=None):
        """Return an adjective to say of the subject (and of `other`).

        None that was there before, nor its opposite; `among` limits it.
        """
        nouns = (subject.noun, other.noun) if other else (subject.noun,)
        fitting = _find_predicates(nouns, subject.feminine is None, among)
        said = self.words.union(*(row for row in EXCLUSIVE if row & self.words))
        return self.choose([word for word in fitting if word.english not in said])


def _is_mass(noun):
    return noun.kind in ("food", "drink")


@functools.cache
def _with_plural(nouns):
    return tuple(noun for noun in nouns if noun.plurals)


@functools.cache
def _fit_determiners(noun, determiners, plural):
    """Return those that the noun can have in this number: my uncle, but the man."""
    if plural and not noun.plurals:
        return ()
    fitting = [
        determiner
        for determiner in determiners
        if (determiner != "" or plural or _is_mass(noun))
        and (determiner != "a" or not _is_mass(noun))
        and (not isinstance(determiner, tuple) or plural)
    ]
    own = [determiner for determiner in fitting if determiner in OWN]
    if noun.kind == "kin":
        return tuple(own or fitting)
    if (noun.kind == "person" and noun.english != "child") or noun.english in UNOWNED:
        return tuple(determiner for determiner in fitting if determiner not in OWN)
    return tuple(fitting)


@functools.cache
def _find_attributes(noun, is_partitive):
    """Return the adjectives that can stand beside the noun; after "du" only those behind it."""
    return tuple(
        adjective
        for adjective in find_adjectives(noun)
        if not (is_partitive and adjective.stands_before)
    )


@functools.cache
def _find_predicates(nouns, is_neutral, among):
    """Return the adjectives that can be said of all nouns (None: a pronoun for people)."""
    suitable = set.intersection(*(set(find_adjectives(noun)) for noun in nouns))
    names = set(among.split()) or {adjective.english for adjective in suitable}
    return tuple(
        adjective
        for adjective in ADJECTIVES
        if adjective in suitable
        and adjective.english in names - NEVER_PREDICATES
        and (adjective.is_neutral or not is_neutral)
    )


# What both languages say of a subject: the first three in English


def _is(subject, negated=False):
    """Return am, are or is."""
    verb = {"I": "am"}.get(subject.english, "is" if subject.row == IT else "are")
    return f"{verb} not" if negated else verb


def _does(subject, verb, negated=False):
    """Return the simple present of a Verb: reads, read, does not read."""
    third = subject.row == IT
    if negated:
        return f"{'does' if third else 'do'} not {verb.english}"
    return verb.third if third else verb.english


def _can(subject, ability):
    """Return one of ABILITIES, written for he and she, for any subject."""
    words = ability.split()
    if words[0] == "is":
        words[0] = _is(subject)
    elif subject.row != IT:
        words[0] = {"wants": "want", "likes": "like", "does": "do"}.get(words[0], words[0])
    return " ".join(words)


def _fait(subject, present, negated=False, never="pas"):
    """Return the French verb, one of the row `present`, with its negation."""
    verb = present[subject.row]
    return f"ne {verb} {never}" if negated else verb


def _est(subject, adjective, negated=False):
    """Return être and the adjective, which agrees."""
    return f"{_fait(subject, BE, negated)} {_agree(subject, adjective)}"


def _agree(subject, adjective):
    return adjective.agree(bool(subject.feminine), subject.row > IT)


def _de(phrase):
    """Return the French phrase after "de", which swallows des, du and de la: besoin de pain."""
    return f"de {phrase.bare[1] if phrase.is_some else phrase.french}"


def _frame(share):
    """Enter a frame into FRAMES under its name, to be drawn in proportion to its share."""

    def enter(function):
        function.share = share
        FRAMES[function.__name__.strip("_")] = function
        return function

    return enter


# Frames that say what something is


@_frame(3)
def _be(draw):
    """The old hotel is not open. = Le vieil hôtel n'est pas ouvert."""
    subject = draw.person() if draw.chance(0.4) else draw.phrase(NOT_PEOPLE)
    adjective, negated = draw.predicate(subject), draw.negation()
    return (
        f"{subject.english} {_is(subject, negated)} {adjective.english}",
        f"{subject.french} {_est(subject, adjective, negated)}",
        ".",
    )


@_frame(1)
def _be_but(draw):
    """The apples are red, but they are not good.

    = Les pommes sont rouges, mais elles ne sont pas bonnes.
    """
    subject = draw.phrase(f"person job {NOT_PEOPLE}", plain=True)
    first, second, negated = draw.predicate(subject), draw.predicate(subject), draw.negation()
    it, il = subject.pronoun
    return (
        f"{subject.english} {_is(subject, negated)} {first.english}, "
        f"but {it} {_is(subject, not negated)} {second.english}",
        f"{subject.french} {_est(subject, first, negated)}, "
        f"mais {il} {_est(subject, second, not negated)}",
        ".",
    )


@_frame(1)
def _be_as(draw):
    """The owl is as beautiful as my cat. = Le hibou est aussi beau que mon chat."""
    kinds = draw.pick(("animal", "building", "clothes", "vehicle", PEOPLE, "fruit"))
    subject, other = draw.phrase(kinds), draw.phrase(kinds, plain=True)
    if subject.noun is other.noun:
        return None
    adjective, negated = draw.predicate(subject, GRADED, other), draw.negation()
    less, than, moins = draw.pick(COMPARISONS)
    return (
        f"{subject.english} {_is(subject, negated)} {less} {adjective.english} {than} "
        f"{other.english}",
        f"{subject.french} {_fait(subject, BE, negated)} {moins} {_agree(subject, adjective)} "
        f"que {other.french}",
        ".",
    )


@_frame(2)
def _all_are(draw):
    """All these windows are open. = Toutes ces fenêtres sont ouvertes."""
    subject = draw.phrase(f"person job {COUNTABLE}", number="plural", plain=True)
    adjective = draw.predicate(subject)
    return (
        f"all {subject.english} are {adjective.english}",
        f"{'toutes' if subject.feminine else 'tous'} {subject.french} {_est(subject, adjective)}",
        ".",
    )


@_frame(1)
def _both_are(draw):
    """The girl and my brother are tired. = La fille et mon frère sont fatigués."""
    first, second = draw.phrase(PEOPLE, plain=True), draw.phrase(PEOPLE, plain=True)
    if first.noun is second.noun:
        return None
    both = Phrase("they", "", THEY, first.feminine and second.feminine)
    adjective, negated = draw.predicate(both), draw.negation()
    return (
        f"{first.english} and {second.english} {_is(both, negated)} {adjective.english}",
        f"{first.french} et {second.french} {_est(both, adjective, negated)}",
        ".",
    )


@_frame(2)
def _owned_is(draw):
    """The queen's hat is old. = Le chapeau de la reine est vieux."""
    owned = draw.phrase(f"animal house garden {OBJECTS}", ("the",), plain=True)
    owner = draw.phrase(PEOPLE, number="singular", plain=True)
    adjective, negated = draw.predicate(owned), draw.negation()
    return (
        f"{owner.english}'s {owned.bare[0]} {_is(owned, negated)} {adjective.english}",
        f"{owned.french} {_de(owner)} {_est(owned, adjective, negated)}",
        ".",
    )


@_frame(3)
def _this_is(draw):
    """These are not my keys. = Ce ne sont pas mes clés."""
    phrase = draw.phrase(f"job kin food drink {COUNTABLE}", ("a", "a", "a", "", *OWN))
    negated = draw.negation()
    if negated and phrase.english.startswith("some "):
        return None
    this = "this is" if phrase.row == IT else "these are"
    ce = ("c'est", "ce n'est pas") if phrase.row == IT else ("ce sont", "ce ne sont pas")
    return (
        f"{this}{' not' if negated else ''} {phrase.english}",
        f"{ce[negated]} {phrase.french}",
        ".",
    )


@_frame(1)
def _say_that(draw):
    """He says that the soup is cold. = Il dit que la soupe est froide."""
    speaker, verb = draw.person(plain=True), draw.pick(SPEAKING)
    subject = draw.person(HE_SHE_THEY) if draw.chance(0.4) else draw.phrase(NOT_PEOPLE)
    adjective, negated = draw.predicate(subject), draw.negation()
    return (
        f"{speaker.english} {_does(speaker, verb)} that {subject.english} "
        f"{_is(subject, negated)} {adjective.english}",
        f"{speaker.french} {_fait(speaker, verb.present)} que {subject.french} "
        f"{_est(subject, adjective, negated)}",
        ".",
    )


@_frame(1)
def _be_because(draw):
    """I am sad because my dog is sick. = Je suis triste parce que mon chien est malade."""
    subject = draw.choose(PRONOUNS)
    mood = draw.predicate(subject, MOODS)
    cause = draw.choose(HE_SHE_THEY) if draw.chance(0.3) else draw.phrase(f"{PEOPLE} animal")
    adjective, negated = draw.predicate(cause, CAUSES), draw.negation()
    return (
        f"{subject.english} {_is(subject)} {mood.english} because {cause.english} "
        f"{_is(cause, negated)} {adjective.english}",
        f"{subject.french} {_est(subject, mood)} parce que {cause.french} "
        f"{_est(cause, adjective, negated)}",
        ".",
    )


@_frame(2)
def _feel(draw):
    """My sister is not thirsty. = Ma sœur n'a pas soif."""
    subject, negated = draw.person(), draw.negation()
    thirsty, soif = draw.pick(FEELINGS)
    return (
        f"{subject.english} {_is(subject, negated)} {thirsty}",
        f"{subject.french} {_fait(subject, VERB['have'].present, negated)} {soif}",
        ".",
    )


@_frame(1)
def _fear(draw):
    """The children are afraid of the bees. = Les enfants ont peur des abeilles."""
    subject, negated = draw.person(), draw.negation()
    feared = draw.phrase("animal king queen doctor hero", ANY, generic=True)
    if feared.is_some:  # in French "afraid of some mice" is hardly said
        return None
    return (
        f"{subject.english} {_is(subject, negated)} afraid of {feared.english}",
        f"{subject.french} {_fait(subject, VERB['have'].present, negated)} peur {_de(feared)}",
        ".",
    )


# Frames that say what somebody does


@_frame(3)
def _do(draw):
    """My brother does not read the newspaper. = Mon frère ne lit pas le journal."""
    subject, verb, negated = draw.person(), draw.choose(TRANSITIVE), draw.negation()
    thing = draw.object(verb, negated=negated)
    return (
        f"{subject.english} {_does(subject, verb, negated)} {thing.english}",
        f"{subject.french} {_fait(subject, verb.present, negated)} {thing.french}",
        ".",
    )


@_frame(3)
def _do_often(draw):
    """The girl never eats oranges. = La fille ne mange jamais d'oranges."""
    subject, verb = draw.person(), draw.choose(ACTIONS)
    often, souvent = draw.pick(HABITS)
    never = often == "never"
    thing = draw.object(verb, (*DEFINITE, "", "", ""), negated=never, plain=True)
    does = _fait(subject, verb.present, never, souvent)
    return (
        f"{subject.english} {often} {_does(subject, verb)} {thing.english}",
        f"{subject.french} {does if never else f'{does} {souvent}'} {thing.french}",
        ".",
    )


@_frame(2)
def _can_do(draw):
    """We cannot find your keys. = Nous ne pouvons pas trouver tes clés."""
    subject, verb, negated = draw.person(), draw.choose(ACTIONS), draw.negation()
    thing = draw.object(verb, DEFINITE)
    *can, peut = draw.pick(ABILITIES)
    return (
        f"{subject.english} {_can(subject, can[negated])} {verb.english} {thing.english}",
        f"{subject.french} {_fait(subject, peut, negated)} {verb.infinitive} {thing.french}",
        ".",
    )


@_frame(2)
def _can_on(draw):
    """The children are going to play today. = Les enfants vont jouer aujourd'hui."""
    subject, verb, negated = draw.person(), draw.choose(INTRANSITIVE), draw.negation()
    *can, peut = draw.pick(ABILITIES[:-1])
    day, jour = draw.pick(DAYS)
    return (
        f"{subject.english} {_can(subject, can[negated])} {verb.english} {day}",
        f"{subject.french} {_fait(subject, peut, negated)} {verb.infinitive} {jour}",
        ".",
    )


@_frame(2)
def _did(draw):
    """Yesterday my sister sold her house. = Hier, ma sœur a vendu sa maison."""
    subject, verb, negated = draw.person(), draw.choose(ACTIONS), draw.negation()
    thing = draw.object(verb, negated=negated)
    did = f"did not {verb.english}" if negated else verb.past
    return (
        f"yesterday {subject.english} {did} {thing.english}",
        f"hier, {subject.french} {_fait(subject, VERB['have'].present, negated)} "
        f"{verb.participle} {thing.french}",
        ".",
    )


@_frame(2)
def _moved(draw):
    """The queens arrived this morning. = Les reines sont arrivées ce matin."""
    subject, negated = draw.person(HE_SHE_THEY), draw.negation()
    base, past, participle = draw.pick(MOVES)
    day, jour = draw.pick(PAST_DAYS)
    ending = ("", "e", "s", "es")[2 * (subject.row > IT) + subject.feminine]
    return (
        f"{subject.english} {f'did not {base}' if negated else past} {day}",
        f"{subject.french} {_fait(subject, BE, negated)} {participle}{ending} {jour}",
        ".",
    )


@_frame(1)
def _go(draw):
    """My mother is going to the market today. = Ma mère va au marché aujourd'hui."""
    subject, negated = draw.person(), draw.negation()
    place = draw.phrase("building garden market village", ("the",), "singular", plain=True)
    day, jour = draw.pick(DAYS)
    return (
        f"{subject.english} {_is(subject, negated)} going to {place.english} {day}",
        f"{subject.french} {_fait(subject, VERB['go to'].present, negated)} à {place.french} "
        f"{jour}",
        ".",
    )


@_frame(1)
def _do_there(draw):
    """The teacher is working in the garden. = L'enseignante travaille dans le jardin."""
    subject, verb, negated = draw.person(), draw.choose(INTRANSITIVE), draw.negation()
    near, pres, kinds = draw.pick(AROUND)
    place = draw.phrase(kinds, PLACED, "singular")
    return (
        f"{subject.english} {_is(subject, negated)} {verb.progressive} {near} {place.english}",
        f"{subject.french} {_fait(subject, verb.present, negated)} {pres} {place.french}",
        ".",
    )


@_frame(1)
def _do_when(draw):
    """The boys do not work when it rains. = Les garçons ne travaillent pas quand il pleut."""
    subject, verb, negated = draw.person(), draw.choose(INTRANSITIVE), draw.negation()
    rains, pleut = draw.pick(WEATHER)
    return (
        f"{subject.english} {_does(subject, verb, negated)} when {rains}",
        f"{subject.french} {_fait(subject, verb.present, negated)} quand {pleut}",
        ".",
    )


@_frame(2)
def _travel(draw):
    """Our neighbour comes from Italy. = Notre voisine vient d'Italie."""
    subject, verb, negated = draw.person(), draw.pick(TRAVELLING), draw.negation()
    country, to_there, from_there = draw.pick(COUNTRIES)
    return (
        f"{subject.english} {_does(subject, verb, negated)} {country}",
        f"{subject.french} {_fait(subject, verb.present, negated)} "
        f"{from_there if verb.english == 'come from' else to_there}",
        ".",
    )


@_frame(1)
def _give(draw):
    """The boy gives the letter to the doctor. = Le garçon donne la lettre au médecin."""
    subject, verb, negated = draw.person(plain=True), draw.pick(GIVING), draw.negation()
    gift = draw.phrase("fruit dish clothes text object flower", ANY, negated=negated)
    receiver = draw.phrase(PEOPLE, plain=True)
    return (
        f"{subject.english} {_does(subject, verb, negated)} {gift.english} to {receiver.english}",
        f"{subject.french} {_fait(subject, verb.present, negated)} {gift.french} "
        f"à {receiver.french}",
        ".",
    )


@functools.cache
def _find_verbs(kinds):
    """Return the verbs that take an object of these kinds."""
    return tuple(verb for verb in TRANSITIVE if find_objects(verb, kinds))


@_frame(1)
def _leave_it(draw):
    """The girl sees the key, but she does not take it.

    = La fille voit la clé, mais elle ne la prend pas.
    """
    subject, first = draw.person(plain=True), draw.pick(NOTICING)
    second = draw.choose(HANDLING)
    thing = draw.object(second, DEFINITE)
    she, elle = subject.pronoun
    it, le = ("it", "la" if thing.feminine else "le") if thing.row == IT else ("them", "les")
    return (
        f"{subject.english} {_does(subject, first)} {thing.english}, "
        f"but {she} {_does(subject, second, True)} {it}",
        f"{subject.french} {_fait(subject, first.present)} {thing.french}, "
        f"mais {elle} ne {le} {_fait(subject, second.present)} pas",
        ".",
    )


@_frame(1)
def _serve(draw):
    """My father drinks tea without milk. = Mon père boit du thé sans lait."""
    subject, verb, negated = draw.person(), draw.choose(SERVING), draw.negation()
    first = draw.object(verb, ("",), "food drink", negated=negated)
    kinds = "food" if first.noun.kind == "food" else "milk water"
    second = draw.phrase(kinds, ("",), plain=True)
    if first.noun is second.noun:
        return None
    without, sans = draw.pick(LINKS)
    other = second.bare[1] if without == "without" else second.french
    return (
        f"{subject.english} {_does(subject, verb, negated)} {first.english} {without} "
        f"{second.english}",
        f"{subject.french} {_fait(subject, verb.present, negated)} {first.french} {sans} {other}",
        ".",
    )


@_frame(3)
def _have(draw):
    """The hero has two white horses. = Le héros a deux chevaux blancs."""
    subject = draw.person()
    kinds = f"brother sister friend animal house garden {OBJECTS}"
    thing = draw.phrase(kinds, ("a", "a", *NUMBERS))
    return (
        f"{subject.english} {_does(subject, VERB['have'])} {thing.english}",
        f"{subject.french} {_fait(subject, VERB['have'].present)} {thing.french}",
        ".",
    )


@_frame(2)
def _lack(draw):
    """The queen does not have any brothers. = La reine n'a pas de frères."""
    subject = draw.person()
    kinds = f"brother sister friend animal house garden fruit {OBJECTS}"
    thing = draw.phrase(kinds, ("a",), negated=True)
    return (
        f"{subject.english} {_does(subject, VERB['have'], True)} {thing.english}",
        f"{subject.french} {_fait(subject, VERB['have'].present, True)} {thing.french}",
        ".",
    )


@_frame(3)
def _need(draw):
    """We need an umbrella. = Nous avons besoin d'un parapluie."""
    subject, negated = draw.person(), draw.negation()
    thing = draw.phrase(f"food drink job {OBJECTS}", (*DEFINITE, "a", "a", "", "", ""), "singular")
    need = "need" if subject.row != IT or negated else "needs"
    does = "" if not negated else ("does not " if subject.row == IT else "do not ")
    return (
        f"{subject.english} {does}{need} {thing.english}",
        f"{subject.french} {_fait(subject, VERB['have'].present, negated)} besoin {_de(thing)}",
        ".",
    )


# Frames that say what there is


@_frame(2)
def _there_is(draw):
    """There are two birds near the tree. = Il y a deux oiseaux près de l'arbre."""
    thing, where = _thing_and_place(draw, ("a", "a", "", *NUMBERS), negated=False)
    if thing is None:
        return None
    is_ = "is" if thing.row == IT else "are"
    return f"there {is_} {thing.english} {where[0]}", f"il y a {thing.french} {where[1]}", "."


@_frame(1)
def _there_is_no(draw):
    """There is no bread on the table. = Il n'y a pas de pain sur la table."""
    thing, where = _thing_and_place(draw, ("a", ""), negated=True)
    if thing is None:
        return None
    is_ = "is" if thing.row == IT else "are"
    return (
        f"there {is_} no {thing.bare[0]} {where[0]}",
        f"il n'y a pas {thing.french} {where[1]}",
        ".",
    )


def _thing_and_place(draw, determiners, negated):
    """Return a Phrase and where it is, English and French; None, None where they are the same."""
    large = draw.chance(0.4)
    kinds = "person animal" if large else "fruit dish food drink clothes text object"
    thing = draw.phrase(kinds, determiners, negated=negated)
    on, sur, places = draw.pick(AROUND if large else SPOTS)
    place = draw.phrase(places, PLACED, "singular", plain=True)
    if thing.noun is place.noun:
        return None, None
    return thing, (f"{on} {place.english}", f"{sur} {place.french}")


# Orders and questions


@_frame(3)
def _order(draw):
    """Please do not open the door. = N'ouvre pas la porte, s'il te plaît."""
    please, verb, negated = draw.chance(0.5), draw.choose(ORDERS), draw.negation()
    thing = draw.object(verb, negated=negated)
    do_not, ne, pas = ("do not ", "ne ", " pas") if negated else ("", "", "")
    polite = ", s'il te plaît"
    return (
        f"{'please ' if please else ''}{do_not}{verb.english} {thing.english}",
        f"{ne}{verb.imperative}{pas} {thing.french}{polite if please else ''}",
        ".",
    )


@_frame(2)
def _does_do(draw):
    """Does your sister want this cake? = Est-ce que ta sœur veut ce gâteau ?"""
    subject, verb = draw.person(NOT_I), draw.choose(TRANSITIVE)
    thing = draw.object(verb)
    return (
        f"{'does' if subject.row == IT else 'do'} {subject.english} {verb.english} {thing.english}",
        f"est-ce que {subject.french} {_fait(subject, verb.present)} {thing.french}",
        "?",
    )


@_frame(3)
def _where_is(draw):
    """Where are your new keys? = Où sont tes nouvelles clés ?"""
    thing = draw.phrase(f"{PEOPLE} {NOT_PEOPLE}")
    return f"where {_is(thing)} {thing.english}", f"où {_fait(thing, BE)} {thing.french}", "?"


@_frame(2)
def _where_does(draw):
    """Where do your brothers work? = Où travaillent tes frères ?"""
    subject, verb = draw.person(NOT_I), draw.choose(INTRANSITIVE)
    works = _fait(subject, verb.present)
    return (
        f"where {'does' if subject.row == IT else 'do'} {subject.english} {verb.english}",
        f"où {f'{works} {subject.french}' if subject.noun else invert(works, subject.french)}",
        "?",
    )


@_frame(2)
def _how_many(draw):
    """How many eggs does she want? = Combien d'œufs veut-elle ?"""
    subject, verb = draw.choose(NOT_I), draw.choose(COUNTED)
    things = draw.object(verb, ("a",), COUNTABLE, number="plural")
    return (
        f"how many {things.bare[0]} {_asks(subject)} {verb.english}",
        f"combien de {things.bare[1]} {invert(_fait(subject, verb.present), subject.french)}",
        "?",
    )


@_frame(2)
def _which(draw):
    """Which old letters do you read? = Quelles vieilles lettres lis-tu ?"""
    subject, verb = draw.choose(NOT_I), draw.choose(_find_verbs(COUNTABLE))
    thing = draw.object(verb, ("the",), COUNTABLE)
    quel = ("quel", "quelle", "quels", "quelles")[2 * (thing.row > IT) + thing.feminine]
    return (
        f"which {thing.bare[0]} {_asks(subject)} {verb.english}",
        f"{quel} {thing.bare[1]} {invert(_fait(subject, verb.present), subject.french)}",
        "?",
    )


def _asks(subject):
    return f"{'does' if subject.row == IT else 'do'} {subject.english}"


@_frame(2)
def _why(draw):
    """Why is the queen not happy? = Pourquoi la reine n'est-elle pas heureuse ?"""
    subject, negated = draw.person(NOT_I), draw.negation()
    adjective = draw.predicate(subject)
    est = invert(_fait(subject, BE), subject.pronoun[1])
    est = f"ne {est} pas" if negated else est
    noun = f"{subject.french} " if subject.noun else ""
    return (
        f"why {_is(subject)} {subject.english} {'not ' if negated else ''}{adjective.english}",
        f"pourquoi {noun}{est} {_agree(subject, adjective)}",
        "?",
    )


@_frame(3)
def _who(draw):
    """Who wants the red apples? = Qui veut les pommes rouges ?"""
    verb, negated = draw.choose(TRANSITIVE), draw.negation()
    who = PRONOUNS[IT]
    thing = draw.object(verb, negated=negated)
    return (
        f"who {_does(who, verb, negated)} {thing.english}",
        f"qui {_fait(who, verb.present, negated)} {thing.french}",
        "?",
    )
