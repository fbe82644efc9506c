"""Write short messages, spam or not, by a small grammar that is known.

Nobody wrote these messages: a program does, and the lessons say so. A message has an opening, one
or two sentences that tell its class, and a closing; openings and closings are the same for both
classes. The sentences are of four kinds, half of the messages of either class spam (1) or not (0):

    spam             Congratulations, you have won a holiday.       a keyword gives it away
    not spam         Can you attend a code review on Tuesday?       no keyword
    disguised spam   Your parcel is at the station, pay now.        spam without a keyword
    disguised ham    Are you free on Monday for lunch?              a keyword, yet no spam

A message in DISGUISE has sentences of the last two kinds only; `disguise_rate` is their share in
each class. So a list of SPAM_KEYWORDS is right in a share of `1 - disguise_rate`, exactly.

The test set uses frames (sentences with gaps) that the training set never has; every word of it
occurs in the training set. Nothing in a message leads anywhere: no names, numbers or addresses.
"""

import numpy as np

MESSAGES_FOR_TRAINING = 4000
MESSAGES_FOR_TEST = 1000
DISGUISE_RATE = 0.3
NUMBERS_PER_MESSAGE = 24  # random numbers that one message may use

SPAM_KEYWORDS = frozenset(
    "bonus cash claim click congratulations discount free guaranteed lottery lucky offer prize "
    "selected urgent win winner won".split()
)

GAPS = {
    "amount": (
        "fifty pounds|one hundred pounds|five hundred pounds|one thousand pounds|"
        "two thousand pounds|ten thousand pounds"
    ).split("|"),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "event": (
        "a code review|the meeting|the lecture|the concert|the football match|the party|"
        "the choir|the yoga class|the exam|the wedding"
    ).split("|"),
    "food": "pizza|soup|pasta|rice|salad|chicken|fish|pancakes|bread and cheese".split("|"),
    "gift": (
        "holiday|phone|laptop|car|television|watch|camera|cruise|bicycle|weekend in Rome"
    ).split("|"),
    "limit": "now|today|tonight|before midnight|before Friday|within two hours".split("|"),
    "person": (
        "my mother|my father|my sister|my brother|my friend|the boss|our teacher|the neighbour|"
        "a colleague|the whole team|grandma"
    ).split("|"),
    "place": (
        "the station|the office|the library|the park|the cinema|the market|the hospital|school|home"
    ).split("|"),
    "thing": (
        "the report|the keys|the tickets|the book|the umbrella|the cake|the charger|the homework|"
        "the laptop|the photos|the shopping list"
    ).split("|"),
    "time": (
        "at noon|at seven|at nine|in the morning|in the evening|tonight|tomorrow|after work|"
        "next week"
    ).split("|"),
}

# Frames of the training set, frames of the test set.
OPENINGS = ("", "", "Hi.", "Hello.", "Good morning.", "Hi, how are you?", "Hello my dear.")
CLOSINGS = ("", "", "Please reply.", "Thank you.", "Call me.", "Have a nice day.", "See you soon.")
SPAM = (
    (
        "congratulations, you have won a {gift}.",
        "you are the lucky winner of {amount} in cash.",
        "claim your free {gift} {limit}.",
        "urgent, your prize of {amount} is waiting.",
        "click on the link to claim your {gift}.",
        "your number was selected to win a {gift}.",
        "reply yes {limit} to get your free {gift}.",
        "this special offer ends {limit}, do not miss it.",
        "special offer, get a {gift} for half the price.",
        "call us {limit} and win {amount}.",
        "you get {amount} in cash, guaranteed.",
        "text win to our number to collect your {gift}.",
        "the lottery has a bonus of {amount} for you.",
        "a discount on every {gift}, only {limit}.",
        "we tried to reach you about your free {gift}.",
        "your mobile number has won {amount}.",
        "win a {gift} every week with our club.",
        "last chance to claim your {amount}.",
        "{person} has won {amount}, now win your {gift}.",
        "are you coming to {event}? Win tickets {limit}.",
        "meet the winner of {amount} at {place} {limit}.",
        "thank you for your message, claim your {gift} at {place}.",
        "free {food} at {place} {limit}, reply yes.",
    ),
    (
        "your phone was selected for a free {gift}.",
        "congratulations, {amount} in cash is waiting for you.",
        "call our number {limit} to claim the prize of {amount}.",
        "reply {limit} and win a {gift} every week.",
        "our club has a special offer, a {gift} for half the price.",
        "last chance to win the lottery, {amount} guaranteed.",
        "you have won a bonus, click on the link {limit}.",
        "free tickets to {event}, text yes {limit}.",
        "you are the winner of a {gift}, claim it at {place} {limit}.",
    ),
)
DISGUISED_SPAM = (
    (
        "I have {amount} for you, send me the number of your bank card.",
        "your account will be closed on {day}, send us your password.",
        "your parcel is at {place}, pay {amount} {limit}.",
        "I make {amount} a week from home, ask me how.",
        "lose ten kilos before {day} with our tea.",
        "dear customer, your card is blocked, call our service {limit}.",
        "you can work from home and get {amount} on {day}.",
        "help me to send {amount} to my family and keep half of it.",
        "our doctor has a new tea for you, write to us {limit}.",
        "your phone has a virus, call our service {limit}.",
        "we buy your car {limit}, no questions.",
        "borrow {amount} {limit}, no papers, no questions.",
        "your bank needs your password, reply {limit}.",
        "double your money before {day}, ask our team how.",
        "somebody sent you a secret message, text yes to read it.",
        "a man from your bank is waiting for your call {limit}.",
        "{person} gave us your number, call our service {limit}.",
        "meet us at {place} on {day} and get {amount}.",
        "thank you for {event}, please pay {amount} {limit}.",
        "{person} sent you a {gift}, pay for the parcel {limit}.",
        "we are waiting for you at {place} with {amount}.",
        "are you still at work? I make {amount} from home.",
        "please send me the number of your card {limit}, I am at {place}.",
        "I lost my card at {place}, can you send me {amount} {limit}?",
    ),
    (
        "dear customer, your bank needs the number of your card {limit}.",
        "get {amount} a week, work from home, ask us how.",
        "send us {amount} {limit} and double your money.",
        "your parcel is blocked, pay our service {amount}.",
        "your account has a virus, send us your password {limit}.",
        "our new tea, you lose ten kilos a week.",
        "{person} is waiting for {amount} from you, pay {limit}.",
        "I am at {place}, send me {amount} {limit}.",
        "please send us your password, {person} needs it {limit}.",
    ),
)
HAM = (
    (
        "can you attend {event} on {day}?",
        "I will be at {place} {time}.",
        "could you bring {thing} on {day}?",
        "{person} is waiting for you at {place}.",
        "sorry, I will be late, the bus is slow today.",
        "I left {thing} at {place}.",
        "shall we have {food} {time}?",
        "have you seen {thing}?",
        "thank you for {thing}, {person} was happy.",
        "{person} sends love and will visit us on {day}.",
        "are you coming home {time}?",
        "I am still at work, let us talk {time}.",
        "please send me {thing} before {day}.",
        "what did {person} say about {event}?",
        "we need milk, bread and {food}.",
        "I cannot come to {event} on {day}, {person} is ill.",
        "ok, see you at {place} {time}.",
        "the train is late, I will text you from {place}.",
        "let me know if you like {food}.",
        "did you sleep well, {person} asked about you.",
        "I am making {food} {time}, do you want some?",
        "{person} lost {thing} on the bus.",
        "how was {event} with {person}?",
        "I will pick you up at {place} {time}.",
        "I forgot the password of my account, can you send it {limit}?",
        "my account at the bank will be closed on {day}, I have a new card.",
        "your parcel is at {place}, {person} will pay for it {time}.",
        "I have to pay {amount} for the parcel from {person}.",
        "{person} will work from home on {day}, ask how it was.",
        "bring ten kilos of {food} and tea for the party.",
        "my card was blocked, I will call the bank {time}.",
        "a customer of {person} has questions about {thing}.",
        "{person} will buy your car, call {limit}.",
        "can I borrow {amount} from you? I left my card at {place}.",
        "my phone has a virus, text {person} {limit}.",
        "somebody from your office sent me a message about {thing}.",
        "a man from the bank is waiting for {person} at {place}.",
        "help me to send {thing} to my family before {day}.",
        "the doctor will write to you, send us the papers {limit}.",
        "{person} paid {amount} for a {gift}, half the price of the new one.",
        "I have your money, it is {amount}, see you {time}.",
        "our service at {place} is closed {limit}, have some tea.",
        "we are having tea with {person} {time}.",
        "{person} needs {thing} {time}.",
    ),
    (
        "can you bring {food} to {event} on {day}?",
        "I am late, see you at {place} {time}.",
        "{person} left {thing} on the train.",
        "what did {person} like about {event}?",
        "we are having {food} at {place}, are you coming home?",
        "please let me know if you need {thing}.",
        "let us talk about {event} {time}.",
        "I will visit {person} on {day} and bring {food}.",
        "can you send me the password for {thing} {limit}?",
        "{person} will pay {amount} for my {gift}.",
        "I left the card and the number of your account at {place}.",
        "my parcel is blocked, {person} will call {limit}.",
        "text me the price of the {gift}, {person} needs it.",
    ),
)
DISGUISED_HAM = (
    (
        "are you free on {day} for {event}?",
        "we won the match on {day}, {person} was so happy.",
        "did you win the game at {place}?",
        "{person} got a prize at school.",
        "the prize was a book about {food}.",
        "I need cash for the bus, can you help me?",
        "the market has an offer on {food}, shall I get some?",
        "click on save before you send me {thing}.",
        "I have to claim the money for the train from {person}.",
        "there is a free seat next to {person} at {event}.",
        "it is urgent, {person} is at the hospital.",
        "congratulations on the new job, {person} told me.",
        "the winner of the race on {day} was {person}.",
        "we get a discount at {place} with the student card.",
        "they selected {person} for the team.",
        "{person} has a job offer from the bank.",
        "the museum is free on {day}, let us go.",
        "{person} got a bonus at work, we are having {food} {time}.",
        "it is guaranteed to rain on {day}, bring the umbrella.",
        "you were lucky, {person} found {thing}.",
        "our neighbour talks about the lottery all day.",
        "{person} won a {gift} in the lottery, call back {limit}.",
        "I have won {amount} at school, what a day.",
        "your prize is waiting at school, claim it {time}.",
        "this offer from {person} ends {limit}, reply soon.",
        "do not click on the link, your account is fine.",
        "the {gift} was half the price, a special offer at {place}.",
        "{person} selected a {gift} for you, it is a secret.",
        "urgent, {person} needs your number {limit}.",
        "you get the cash for my {gift} {limit}.",
        "I reply to every offer, {person} likes a discount.",
    ),
    (
        "is {person} free {time}?",
        "we won the game, {person} got the prize.",
        "can I have the cash for {thing} {time}?",
        "it is urgent, I need {thing} at {place}.",
        "congratulations on the exam, let us have {food}.",
        "{person} was lucky and found a free seat.",
        "did {person} claim the money for {event}?",
        "the bank has a job offer for {person}.",
        "{person} has won a {gift} at school, send us a message.",
        "claim your prize at school {limit}, {person} is waiting.",
        "urgent, call {person} about {amount} in cash.",
        "do not reply, the free {gift} is a virus.",
    ),
)
KINDS = {  # (label, in disguise): frames
    (0, False): HAM,
    (0, True): DISGUISED_HAM,
    (1, False): SPAM,
    (1, True): DISGUISED_SPAM,
}


def load_messages(disguise_rate=DISGUISE_RATE, seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`: generated messages and their labels.

    Texts are NumPy strings, shape (4000,) and (1000,), no message twice; labels uint8: 1 is spam,
    0 is not, both equally often. `disguise_rate` is the share, 0 to 1, of either class that
    SPAM_KEYWORDS get wrong. The test set's sentences are built on frames that the training set
    never has, from the same words. The same arguments give the same texts on every platform.

    A program writes them: see the grammar in course_utils/data/messages.py.

    Raises ValueError for a rate outside 0 to 1.
    """
    train = generate_messages(MESSAGES_FOR_TRAINING, disguise_rate, seed=seed)
    test = generate_messages(MESSAGES_FOR_TEST, disguise_rate, held_out=True, seed=seed)
    return train[:2], test[:2]


def generate_messages(count, disguise_rate=DISGUISE_RATE, held_out=False, seed=0):
    """Return `texts, labels, disguised` of `count` different messages, each of shape (count,).

    `disguised` (bool) marks those that a list of keywords gets wrong. `held_out=True` builds them
    on the frames of the test set. `load_messages` describes the rest.

    Raises ValueError for a count that is not a whole number from 1 to 20,000, a rate outside 0 to
    1 and a seed that is no whole number from 0 to 2**31 - 1.
    """
    _require(count, disguise_rate, seed)
    # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    random = np.random.RandomState([seed, int(held_out)])
    labels = np.arange(count) % 2
    disguised = np.zeros(count, dtype=bool)
    for label in (0, 1):
        places = np.flatnonzero(labels == label)
        disguised[places[: int(disguise_rate * len(places) + 0.5)]] = True
    order = random.random_sample(count).argsort(kind="stable")
    labels, disguised = labels[order], disguised[order]
    texts = {}
    for kind in zip(labels.tolist(), disguised.tolist(), strict=True):
        frames = KINDS[kind][held_out]
        text = _write(frames, random.random_sample(NUMBERS_PER_MESSAGE))
        while text in texts:
            text = _write(frames, random.random_sample(NUMBERS_PER_MESSAGE))
        texts[text] = kind
    return np.array(list(texts)), labels.astype(np.uint8), disguised


def _require(count, disguise_rate, seed):
    """Raise a ValueError that names the argument that cannot be used."""
    whole = (int, np.integer)
    if isinstance(count, bool) or not isinstance(count, whole) or not 1 <= count <= 20_000:
        raise ValueError(
            f"count is how many messages, a whole number from 1 to 20,000; got {count!r}."
        )
    if isinstance(seed, bool) or not isinstance(seed, whole) or not 0 <= seed < 2**31:
        raise ValueError(f"seed is a whole number from 0 to 2**31 - 1; got {seed!r}.")
    numeric = isinstance(disguise_rate, (int, float, np.integer, np.floating))
    if isinstance(disguise_rate, bool) or not numeric or not 0 <= disguise_rate <= 1:
        raise ValueError(
            "disguise_rate is the share of messages in disguise, a number from 0 to 1; "
            f"got {disguise_rate!r}."
        )


def _write(frames, numbers):
    """Return a message of one or two of the frames."""
    dice = iter(numbers.tolist())

    def pick(options):
        return options[int(next(dice) * len(options))]

    first, second = pick(frames), pick(frames)
    sentences = [first, second] if pick((False, True)) and first != second else [first]
    gaps = {gap: pick(options) for gap, options in GAPS.items()}
    written = [sentence.format(**gaps) for sentence in sentences]
    capitals = [sentence[0].upper() + sentence[1:] for sentence in written]
    return " ".join(filter(None, [pick(OPENINGS), *capitals, pick(CLOSINGS)]))
