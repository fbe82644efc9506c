"""Words of the phrase book and the rules of French that they need: agreement, elision, contraction.

Each word stands in a table with all its forms, so that nothing irregular has to be guessed. English
does not tell the gender of a doctor, a friend, a neighbour or a teacher; the table fixes one for
each. "you" is "tu", "they" without a noun is "ils".
"""

import dataclasses
import functools
import re
import unicodedata

# English | French | gender | kind. Two forms are singular and plural; one form has no plural.
NOUNS = """
man men | homme hommes | m | person
woman women | femme femmes | f | person
boy boys | garçon garçons | m | person
girl girls | fille filles | f | person
child children | enfant enfants | m | person
king kings | roi rois | m | person
queen queens | reine reines | f | person
hero heroes | héros héros | m | person
doctor doctors | médecin médecins | m | job
teacher teachers | enseignante enseignantes | f | job
friend friends | ami amis | m | job
neighbour neighbours | voisine voisines | f | job
brother brothers | frère frères | m | kin
sister sisters | sœur sœurs | f | kin
mother | mère | f | kin
father | père | m | kin
uncle uncles | oncle oncles | m | kin
cat cats | chat chats | m | animal
dog dogs | chien chiens | m | animal
horse horses | cheval chevaux | m | animal
bird birds | oiseau oiseaux | m | animal
mouse mice | souris souris | f | animal
bee bees | abeille abeilles | f | animal
owl owls | hibou hiboux | m | animal
apple apples | pomme pommes | f | fruit
orange oranges | orange oranges | f | fruit
egg eggs | œuf œufs | m | dish
cake cakes | gâteau gâteaux | m | dish
bread | pain | m | food
cheese | fromage | m | food
soup | soupe | f | food
water | eau | f | drink
milk | lait | m | drink
tea | thé | m | drink
coffee | café | m | drink
coat coats | manteau manteaux | m | clothes
hat hats | chapeau chapeaux | m | clothes
dress dresses | robe robes | f | clothes
book books | livre livres | m | text
letter letters | lettre lettres | f | text
newspaper newspapers | journal journaux | m | text
key keys | clé clés | f | object
chair chairs | chaise chaises | f | object
table tables | table tables | f | object
box boxes | boîte boîtes | f | object
umbrella umbrellas | parapluie parapluies | m | object
car cars | voiture voitures | f | vehicle
flower flowers | fleur fleurs | f | plant
tree trees | arbre arbres | m | plant
house houses | maison maisons | f | building
school schools | école écoles | f | building
church churches | église églises | f | building
hotel hotels | hôtel hôtels | m | building
hospital hospitals | hôpital hôpitaux | m | building
station stations | gare gares | f | building
garden gardens | jardin jardins | m | place
village villages | village villages | m | place
market markets | marché marchés | m | place
island islands | île îles | f | place
door doors | porte portes | f | opening
window windows | fenêtre fenêtres | f | opening
"""

# English | French: m f, m f plural; fifth where it differs before a vowel | place | what it suits:
# kinds of nouns, or single nouns.
ADJECTIVES = """
big | grand grande grands grandes | before | horse dog table box tree \
    vehicle building garden village market island opening
small | petit petite petits petites | before | boy girl child animal fruit dish text clothes \
    object vehicle plant building place opening
beautiful | beau belle beaux belles bel | before | animal apple clothes text \
    vehicle plant building place
old | vieux vieille vieux vieilles vieil | before | man woman king queen job uncle father mother \
    animal clothes text object vehicle tree building garden village opening
new | nouveau nouvelle nouveaux nouvelles nouvel | before | king queen job clothes text object \
    vehicle building opening
good | bon bonne bons bonnes | before | job king queen fruit dish food drink book newspaper \
    hotel hospital school
young | jeune jeune jeunes jeunes | before | man woman boy girl child king queen job animal
red | rouge rouge rouges rouges | after | apple clothes book chair \
    table box umbrella vehicle flower opening
blue | bleu bleue bleus bleues | after | clothes book chair table box umbrella \
    vehicle flower opening bird
white | blanc blanche blancs blanches | after | clothes chair table box \
    vehicle flower house church cat dog horse bird opening
black | noir noire noirs noires | after | clothes box umbrella chair table vehicle cat dog horse \
    bird tea coffee
expensive | cher chère chers chères | after | clothes object vehicle hotel house fruit dish \
    cheese coffee book plant
broken | cassé cassée cassés cassées | after | object vehicle opening
open | ouvert ouverte ouverts ouvertes | after | building box umbrella opening market
closed | fermé fermée fermés fermées | after | building box opening market
hot | chaud chaude chauds chaudes | after | soup water milk tea coffee
cold | froid froide froids froides | after | soup water milk tea coffee
happy | heureux heureuse heureux heureuses | after | person job kin animal
sad | triste triste tristes tristes | after | person job kin animal
tired | fatigué fatiguée fatigués fatiguées | after | person job kin animal
sick | malade malade malades malades | after | person job kin animal
famous | célèbre célèbre célèbres célèbres | after | person job kin church book
strong | fort forte forts fortes | after | man woman boy girl hero kin horse dog \
    tea coffee
French | français française français françaises | after | person job kin text cheese bread \
    car soup
"""
NEVER_PREDICATES = {"new"}

# English: base, third person, past, -ing | French: infinitive, je tu il nous ils, participle |
# what it is done to: kinds of nouns or single nouns; nothing | remarks.
VERBS = """
eat eats ate eating | manger mange manges mange mangeons mangent mangé | fruit dish food |
drink drinks drank drinking | boire bois bois boit buvons boivent bu | drink |
buy buys bought buying | acheter achète achètes achète achetons achètent acheté \
    | fruit dish food drink clothes text object vehicle flower house horse |
sell sells sold selling | vendre vends vends vend vendons vendent vendu \
    | fruit dish food drink clothes text object vehicle flower house horse |
see sees saw seeing | voir vois vois voit voyons voient vu \
    | person job kin animal clothes text object vehicle plant building place opening |
look_for looks_for looked_for looking_for | chercher cherche cherches cherche cherchons cherchent \
    cherché | person job kin animal clothes text object vehicle building |
find finds found finding | trouver trouve trouves trouve trouvons trouvent trouvé \
    | fruit animal clothes text object vehicle building |
lose loses lost losing | perdre perds perds perd perdons perdent perdu \
    | clothes text key box umbrella dog cat |
wash washes washed washing | laver lave laves lave lavons lavent lavé \
    | clothes fruit table vehicle window dog horse |
read reads read reading | lire lis lis lit lisons lisent lu | text |
write writes wrote writing | écrire écris écris écrit écrivons écrivent écrit | book letter |
open opens opened opening | ouvrir ouvre ouvres ouvre ouvrons ouvrent ouvert \
    | opening box letter umbrella book |
close closes closed closing | fermer ferme fermes ferme fermons ferment fermé \
    | opening box umbrella book |
take takes took taking | prendre prends prends prend prenons prennent pris \
    | clothes text object fruit |
wear wears wore wearing | porter porte portes porte portons portent porté | clothes |
want wants wanted wanting | vouloir veux veux veut voulons veulent voulu \
    | fruit dish food drink clothes text object vehicle dog cat house | state
know knows knew knowing | connaître connais connais connaît connaissons connaissent connu \
    | person job kin building place | state
love loves loved loving | aimer aime aimes aime aimons aiment aimé \
    | fruit dish food drink animal plant island kin | state generic
sleep sleeps slept sleeping | dormir dors dors dort dormons dorment dormi | nothing |
work works worked working | travailler travaille travailles travaille travaillons travaillent \
    travaillé | nothing |
sing sings sang singing | chanter chante chantes chante chantons chantent chanté | nothing |
dance dances danced dancing | danser danse danses danse dansons dansent dansé | nothing |
play plays played playing | jouer joue joues joue jouons jouent joué | nothing |
wait waits waited waiting | attendre attends attends attend attendons attendent attendu | nothing |
have has had having | avoir ai as a avons ont eu | nothing | special
go_to goes_to went_to going_to | aller vais vas va allons vont allé | nothing | special
come_from comes_from came_from coming_from | venir viens viens vient venons viennent venu \
    | nothing | special
live_in lives_in lived_in living_in | habiter habite habites habite habitons habitent habité \
    | nothing | special
work_in works_in worked_in working_in | travailler travaille travailles travaille travaillons \
    travaillent travaillé | nothing | special
give gives gave giving | donner donne donnes donne donnons donnent donné | nothing | special
show shows showed showing | montrer montre montres montre montrons montrent montré \
    | nothing | special
think thinks thought thinking | penser pense penses pense pensons pensent pensé \
    | nothing | special
say says said saying | dire dis dis dit disons disent dit | nothing | special
"""

# English singular, plural | French: m, f, m before a vowel, f before a vowel, plural
DETERMINERS = """
the the | le la le la les
my my | mon ma mon mon mes
your your | ton ta ton ton tes
his his | son sa son son ses
her her | son sa son son ses
our our | notre notre notre notre nos
their their | leur leur leur leur leurs
this these | ce cette cet cette ces
a some | un une un une des
"""

BE = ("suis", "es", "est", "sommes", "sont")  # je, tu, il or elle, nous, ils or elles
CAN = ("peux", "peux", "peut", "pouvons", "peuvent")
MUST = ("dois", "dois", "doit", "devons", "doivent")
IT, THEY = 2, 4  # places in these rows

WITH_ELISION = {"le", "la", "je", "ne", "de", "que"}
ASPIRATED = {"héros", "hibou", "hiboux"}  # h as a consonant: "le hibou"
CONTRACTIONS = {"à le": "au", "à les": "aux", "de le": "du", "de les": "des"}


@dataclasses.dataclass(frozen=True)
class Noun:
    """A noun in both languages; `plurals` is empty where it has no plural."""

    english: str
    french: str
    plurals: tuple
    feminine: bool
    kind: str


@dataclasses.dataclass(frozen=True)
class Adjective:
    """An adjective; `forms` are m, f, m plural, f plural, `before_vowel` is the m one there."""

    english: str
    forms: tuple
    before_vowel: str
    stands_before: bool
    suits: frozenset

    def agree(self, feminine, plural):
        """Return the French form."""
        return self.forms[2 * plural + feminine]

    @property
    def is_neutral(self):
        """Tell whether both genders are written alike, so that "I" need not tell its own."""
        return self.forms[::2] == self.forms[1::2]


@dataclasses.dataclass(frozen=True)
class Verb:
    """A verb; `present` is je, tu, il, nous, ils."""

    english: str
    third: str
    past: str
    progressive: str
    infinitive: str
    present: tuple
    participle: str
    objects: frozenset
    remarks: frozenset

    @property
    def imperative(self):
        """Return the form for "tu"; verbs in -er, and ouvrir, lose the -s."""
        form = self.present[1]
        return form[:-1] if form.endswith("es") else form


@dataclasses.dataclass(frozen=True)
class Phrase:
    """A noun with all that belongs to it, or a pronoun; `row` is its place in a verb's present.

    `feminine` is None for I, you and we. `pronoun` is what takes its place and `bare` what is left
    without the determiner, each in English and French; `is_some` where that is some, des or du.
    """

    english: str
    french: str
    row: int
    feminine: bool | None
    pronoun: tuple = ("", "")
    noun: Noun | None = None
    bare: tuple = ("", "")
    is_some: bool = False

    @property
    def plural(self):
        """Tell whether adjectives take the plural."""
        return self.row > IT

    @property
    def is_third(self):
        """Tell whether English verbs take their -s."""
        return self.row == IT


def _rows(table):
    """Return the rows of a table, each a list of its cells."""
    return [[cell.split() for cell in line.split("|")] for line in table.strip().splitlines()]


def _noun(english, french, gender, kind):
    plurals = (english[1], french[1]) if len(english) == 2 else ()
    return Noun(english[0], french[0], plurals, gender == ["f"], kind[0])


def _adjective(english, forms, place, suits):
    before_vowel = forms[4] if len(forms) == 5 else forms[0]
    return Adjective(
        english[0], tuple(forms[:4]), before_vowel, place == ["before"], frozenset(suits)
    )


def _verb(english, french, objects, remarks):
    words = [form.replace("_", " ") for form in english]
    infinitive, *present, participle = french
    objects = frozenset(objects) - {"nothing"}
    return Verb(*words, infinitive, tuple(present), participle, objects, frozenset(remarks))


NOUNS = tuple(_noun(*row) for row in _rows(NOUNS))
ADJECTIVES = tuple(_adjective(*row) for row in _rows(ADJECTIVES))
VERBS = tuple(_verb(*row) for row in _rows(VERBS))
DETERMINERS = {row[0][0]: (row[0][1], row[1]) for row in _rows(DETERMINERS)}
VERB = {verb.english: verb for verb in VERBS}
PRONOUNS = (
    Phrase("I", "je", 0, None, ("I", "je")),
    Phrase("you", "tu", 1, None, ("you", "tu")),
    Phrase("he", "il", IT, False, ("he", "il")),
    Phrase("she", "elle", IT, True, ("she", "elle")),
    Phrase("we", "nous", 3, None, ("we", "nous")),
    Phrase("they", "ils", THEY, False, ("they", "ils")),
)


@functools.cache
def find_nouns(kinds):
    """Return the nouns of these kinds, or of these names; `kinds` is a string of words."""
    wanted = set(kinds.split())
    return tuple(noun for noun in NOUNS if noun.kind in wanted or noun.english in wanted)


@functools.cache
def find_objects(verb, kinds=""):
    """Return the nouns that the verb takes as its object, all or of these kinds."""
    among = find_nouns(kinds) if kinds else NOUNS
    return tuple(noun for noun in among if {noun.kind, noun.english} & verb.objects)


@functools.cache
def find_adjectives(noun):
    """Return the adjectives that suit the noun; None for people as a whole."""
    kinds = {noun.kind, noun.english} if noun else {"person"}
    return tuple(adjective for adjective in ADJECTIVES if adjective.suits & kinds)


def build_phrase(noun, determiner, plural=False, adjective=None, negated=False, generic=False):
    """Return the noun with its determiner and adjective as a Phrase.

    `determiner` is a key of DETERMINERS, a number or "many" as a pair of words, or "" for none: in
    French "" is "des" or "du", after a negation "de", and with verbs of taste (`generic`) "les" or
    "le": "does not eat apples" is "ne mange pas de pommes", "loves apples" is "aime les pommes".
    """
    words = _order(noun, plural, adjective)
    name = noun.plurals[0] if plural else noun.english
    bare = (f"{adjective.english} {name}" if adjective else name, " ".join(words))
    becomes_de = negated or (plural and adjective is not None and adjective.stands_before)
    in_french = "the" if generic and determiner == "" else determiner
    determiners = (
        _english_determiner(determiner, plural, bare[0], negated),
        _french_determiner(noun, in_french, plural, words[0], becomes_de),
    )
    english, french = (" ".join(pair).strip() for pair in zip(determiners, bare, strict=True))
    return Phrase(
        english,
        french,
        row=THEY if plural else IT,
        feminine=noun.feminine,
        pronoun=_pronoun(noun, plural),
        noun=noun,
        bare=bare,
        is_some=in_french == "" or (in_french == "a" and plural),
    )


def _english_determiner(determiner, plural, following, negated):
    if isinstance(determiner, tuple):
        return determiner[0]
    if determiner == "a":
        if plural:
            return "any" if negated else "some"
        return "an" if following[0].lower() in "aeiou" else "a"
    return DETERMINERS[determiner][0] if plural and determiner else determiner


def _order(noun, plural, adjective):
    """Return noun and adjective as French words in their order."""
    word = noun.plurals[1] if plural else noun.french
    if adjective is None:
        return [word]
    form = adjective.agree(noun.feminine, plural)
    if not adjective.stands_before:
        return [word, form]
    if has_vowel(word) and not (noun.feminine or plural):
        form = adjective.before_vowel
    return [form, word]


def _french_determiner(noun, determiner, plural, following, becomes_de):
    """Return the French determiner; that of an indefinite noun may become "de"."""
    if isinstance(determiner, tuple):
        return determiner[1]
    if determiner in ("", "a") and becomes_de:
        return "de"  # pas de pommes; de vieilles maisons
    if determiner == "" and not plural:
        return "de la" if noun.feminine else "de le"  # contracted later: du pain, de l'eau
    *singular, plural_form = DETERMINERS[determiner or "a"][1]
    return plural_form if plural else singular[2 * has_vowel(following) + noun.feminine]


def _pronoun(noun, plural):
    """Return what takes the noun's place, in English and French."""
    if plural:
        return ("they", "elles" if noun.feminine else "ils")
    person = noun.kind in ("person", "job", "kin")
    english = ("she" if noun.feminine else "he") if person else "it"
    return (english, "elle" if noun.feminine else "il")


def has_vowel(word):
    """Tell whether a French word begins with a vowel to the ear; most h are mute."""
    word = word.lower().rstrip(",")
    first = unicodedata.normalize("NFD", word)[0]
    return first in "aeiouœ" or (first == "h" and word not in ASPIRATED)


def invert(verb, pronoun):
    """Return verb and pronoun of a question: veux-tu, a-t-elle."""
    linked = pronoun in ("il", "elle") and verb[-1] in "ae"
    return f"{verb}-t-{pronoun}" if linked else f"{verb}-{pronoun}"


def finish(text, end="."):
    """Return a French sentence: elided, contracted, with its capital letter and its end."""
    words = text.split()
    for place in range(len(words) - 2, -1, -1):
        if words[place] in WITH_ELISION and has_vowel(words[place + 1]):
            words[place : place + 2] = [words[place][:-1] + "'" + words[place + 1]]
    pattern = r"\b(" + "|".join(sorted(CONTRACTIONS, key=len, reverse=True)) + r")(?= )"
    text = re.sub(pattern, lambda match: CONTRACTIONS[match[0]], " ".join(words))
    return text[0].upper() + text[1:] + (" ?" if end == "?" else end)
