"""Write sentences about a little world, in which it is known what each word can learn of others.

Nobody wrote these sentences: a program does, and the lessons say so. There are 15 kinds of words,
14 words each. A sentence is about one word, and its frame (a sentence with gaps) is

    one of the kind        Anna feeds the dog.          fits all 14 animals
    one of the pair        The dog sleeps on the sofa.  fits "dog" and its partner "cat" alone

WORD_PAIRS are the 20 pairs of partners, one or two in each kind. Partners never stand in one
sentence, so all that tells of them is what stands around them. `partner_rate` is how often a word
that has a partner stands in a frame of its pair: 0 makes the partners of a pair as alike as any two
words of their kind, and no more.
"""

import numpy as np

WORD_KINDS = {
    kind: tuple(words.split())
    for kind, words in {
        "animals": ("dog cat cow sheep horse goat pig hen duck rabbit mouse donkey goose hamster"),
        "drinks": (
            "tea coffee milk juice water lemonade wine beer cocoa cider soda champagne syrup punch"
        ),
        "fruit": (
            "apple pear plum melon cherry peach banana orange grape mango fig lemon apricot kiwi"
        ),
        "vehicles": (
            "train bus car lorry tram bicycle taxi boat ferry plane scooter van motorbike sledge"
        ),
        "instruments": (
            "violin flute drum piano guitar trumpet cello harp organ clarinet banjo oboe trombone "
            "accordion"
        ),
        "people": (
            "doctor nurse teacher pupil king queen baker farmer lawyer painter singer soldier "
            "waiter judge"
        ),
        "weather": (
            "summer winter rain snow fog spring hail thunder autumn sunshine frost wind storm heat"
        ),
        "homes": (
            "house flat hut castle cottage villa tent cabin palace bungalow farmhouse tower igloo "
            "barn"
        ),
        "clothes": (
            "shirt coat hat shoe scarf jumper dress skirt glove sock jacket belt tie blouse"
        ),
        "meals": (
            "soup stew bread salad pasta rice pizza curry omelette pie risotto porridge pudding "
            "casserole"
        ),
        "sports": (
            "football tennis chess golf rugby hockey cricket basketball volleyball badminton "
            "squash darts billiards handball"
        ),
        "places": (
            "river lake garden forest beach park mountain valley meadow hill canal island bridge "
            "desert"
        ),
        "post": (
            "letter parcel book newspaper postcard magazine invitation telegram leaflet bill "
            "contract report form brochure"
        ),
        "tools": (
            "hammer saw spade ladder axe screwdriver drill rake wrench shovel file chisel bucket "
            "broom"
        ),
        "flowers": (
            "rose tulip daisy lily orchid poppy violet daffodil sunflower carnation iris peony "
            "pansy marigold"
        ),
    }.items()
}
KIND_FRAMES = {
    "animals": (
        "The {x} is asleep.|{who} feeds the {x}.|The {x} is hungry.|The {x} runs away."
    ).split("|"),
    "drinks": (
        "{who} drinks {x} in the {time}.|A cup of {x}, please.|The {x} is too hot.|"
        "{who} pours the {x}."
    ).split("|"),
    "fruit": "{who} eats the {x}.|The {x} is ripe.|{who} picks the {x} from the tree.".split("|"),
    "vehicles": ("{who} takes the {x} to {city}.|The {x} is late.|{who} waits for the {x}.").split(
        "|"
    ),
    "instruments": (
        "{who} plays the {x}.|{who} practises the {x} in the {time}.|The {x} is out of tune."
    ).split("|"),
    "people": "The {x} lives in {city}.|The {x} says hello.|{who} knows the {x}.".split("|"),
    "weather": (
        "{who} likes the {x}.|The {x} comes early this year.|{who} waits for the {x} in {city}."
    ).split("|"),
    "homes": ("{who} lives in the {x}.|The {x} has a red door.|{who} cleans the {x}.").split("|"),
    "clothes": "{who} wears the {x}.|The {x} is too small.|{who} washes the {x}.".split("|"),
    "meals": ("{who} cooks the {x}.|The {x} tastes good.|{who} eats {x} in the {time}.").split("|"),
    "sports": "{who} plays {x} on Sunday.|{who} wins at {x}.|People call {x} a good game.".split(
        "|"
    ),
    "places": ("{who} walks to the {x}.|The {x} is quiet in the {time}.|{who} sees the {x}.").split(
        "|"
    ),
    "post": ("{who} sends the {x} to {city}.|The {x} is on the table.|{who} opens the {x}.").split(
        "|"
    ),
    "tools": "{who} needs the {x}.|The {x} is in the shed.|{who} works with the {x}.".split("|"),
    "flowers": "The {x} is in bloom.|{who} waters the {x}.|{who} smells the {x}.".split("|"),
}
PAIR_FRAMES = {
    ("dog", "cat"): ("The {x} sleeps on the sofa.", "{who} strokes the {x}."),
    ("cow", "sheep"): ("The {x} stands on the grass.", "{who} sells the {x} at the market."),
    ("tea", "coffee"): ("{who} has {x} with sugar.", "Strong {x} wakes {who}."),
    ("apple", "pear"): ("{who} bakes a cake with the {x}.", "The {x} is green and sour."),
    ("train", "bus"): ("The {x} leaves from the station.", "{who} buys a ticket for the {x}."),
    ("car", "lorry"): ("{who} parks the {x}.", "The {x} needs petrol."),
    ("violin", "flute"): ("The {x} plays in the orchestra.", "The solo is for {x}."),
    ("doctor", "nurse"): ("The {x} works in the hospital.", "The {x} helps the sick."),
    ("teacher", "pupil"): ("The {x} is at school.", "The {x} writes on the board."),
    ("king", "queen"): ("The {x} sits on the throne.", "The {x} wears a crown."),
    ("summer", "winter"): ("In {x} {who} goes on holiday.", "Last {x} was long."),
    ("rain", "snow"): ("Heavy {x} falls on {city}.", "The {x} falls all night."),
    ("house", "flat"): ("{who} pays for the {x} each month.", "The {x} has three rooms."),
    ("shirt", "coat"): ("{who} buttons the {x}.", "The sleeve of the {x} is torn."),
    ("soup", "stew"): ("A bowl of {x}, please.", "{who} stirs the {x}."),
    ("football", "tennis"): ("{who} hits the ball in {x}.", "The {x} match begins."),
    ("river", "lake"): ("{who} swims in the {x}.", "There are fish in the {x}."),
    ("letter", "parcel"): ("{who} puts a stamp on the {x}.", "The postman brings the {x}."),
    ("hammer", "saw"): ("The carpenter lifts the {x}.", "{who} builds a chair with the {x}."),
    ("rose", "tulip"): ("The vase holds one {x}.", "{who} gives her a {x}."),
}
WORD_PAIRS = tuple(PAIR_FRAMES)  # fixed before any vectors were trained
GAPS = {
    "who": "Anna|Paul|she|he|my mother|my friend|the neighbour|grandma|our boss".split("|"),
    "city": "Berlin|Paris|London|Rome|Madrid".split("|"),
    "time": "morning|evening|afternoon".split("|"),
}
NUMBERS_PER_SENTENCE = 6  # random numbers that one sentence uses


def generate_little_world(count, partner_rate=0.5, seed=0):
    """Return `count` sentences as an array of strings, each about one of the 210 WORD_KINDS.

    `partner_rate`: how often a word of WORD_PAIRS stands in a frame of its pair, 0 to 1.

    Raises ValueError for a count that is not from 1 to 100,000, and a rate outside 0 to 1.
    """
    if not 1 <= count <= 100_000:
        raise ValueError(f"count is how many sentences, from 1 to 100,000; got {count!r}.")
    if not 0 <= partner_rate <= 1:
        raise ValueError(f"partner_rate is a share, from 0 to 1; got {partner_rate!r}.")
    frames_of_pairs = {word: PAIR_FRAMES[pair] for pair in WORD_PAIRS for word in pair}
    subjects = [(word, kind) for kind, words in WORD_KINDS.items() for word in words]
    # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    random = np.random.RandomState(seed)
    sentences = []
    for numbers in random.random_sample((count, NUMBERS_PER_SENTENCE)).tolist():
        word, kind = _pick(subjects, numbers[0])
        paired = word in frames_of_pairs and numbers[1] < partner_rate
        frame = _pick(frames_of_pairs[word] if paired else KIND_FRAMES[kind], numbers[2])
        gaps = zip(GAPS, numbers[3:], strict=True)
        sentence = frame.format(x=word, **{gap: _pick(GAPS[gap], dice) for gap, dice in gaps})
        sentences.append(sentence[0].upper() + sentence[1:])
    return np.array(sentences)


def _pick(options, dice):
    """Return one of the options; `dice` is a random number from 0 up to 1."""
    return options[int(dice * len(options))]
