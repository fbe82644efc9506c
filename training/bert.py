"""Train the checkpoint of lesson 14: a small BERT that guesses the pieces that are masked.

    python training/bert.py --data DIR
    python training/bert.py --data DIR --rounds 40    ends earlier, with a worse result

Data, all in DIR: gutenberg.zip (books), state_union.zip and inaugural.zip (speeches), fra-eng.zip
(Tatoeba's English sentences). Pieces, masks and net are lesson 14's own, its blocks lesson 13's.
Held out are the speeches of 1996 to 2006, whole years, and the English sentences that
english_french.py holds out. No sentence that shares five words in a row with Lincoln's address at
Gettysburg is in any part. The test is looked at once, at the end.
"""

import collections
import dataclasses
import itertools
import json
import re
import sys
import types
import unicodedata
import zipfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also where it is not installed

from course_utils import data, deck
from course_utils.data.files import file_hash

import english_french  # isort: skip
import keras  # isort: skip
import session  # isort: skip

NAME = "bert"
TITLE = "a small BERT, a masked language model of English"
HELD_OUT_YEARS = range(1996, 2007)
WARMUP = 500  # steps in which the rate rises; then it stays
COOLDOWN = 0.15  # the share of the rounds at the end in which it falls to 0
NGRAM = 5  # words in a row that a sentence may not share with the address
RESAMPLES = 200  # for the intervals
GETTYSBURG = """
Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived
in Liberty, and dedicated to the proposition that all men are created equal.
Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and
so dedicated, can long endure. We are met on a great battle-field of that war. We have come to
dedicate a portion of that field, as a final resting place for those who here gave their lives that
that nation might live. It is altogether fitting and proper that we should do this.
But, in a larger sense, we can not dedicate -- we can not consecrate -- we can not hallow -- this
ground. The brave men, living and dead, who struggled here, have consecrated it, far above our poor
power to add or detract. The world will little note, nor long remember what we say here, but it can
never forget what they did here. It is for us the living, rather, to be dedicated here to the
unfinished work which they who fought here have thus far so nobly advanced. It is rather for us to
be here dedicated to the great task remaining before us -- that from these honored dead we take
increased devotion to that cause for which they gave the last full measure of devotion -- that we
here highly resolve that these dead shall not have died in vain -- that this nation, under God,
shall have a new birth of freedom -- and that government of the people, by the people, for the
people, shall not perish from the earth.
"""
MASKED = (
    "Four [MASK] and seven years [MASK] our fathers [MASK] forth on this continent a new "
    "[MASK], conceived in Liberty, and dedicated [MASK] the proposition [MASK] all men are "
    "created equal."
)
ANSWERS = ("score", "ago", "brought", "nation", "to", "that")

space = {
    **{"collections": collections, "itertools": itertools, "re": re, "data": data},
    **{"keras": keras, "layers": keras.layers, "np": np, "ops": keras.ops},
}
deck.Lesson("13_attention_and_transformers", space).take(
    *("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock"),
)
deck.Lesson("14_bert_masked_language_model", space).take(
    *("PADDING", "LONGEST_WORD", "count_pieces", "merge", "train_wordpiece"),
    *("encode_wordpiece", "encode_text", "mask_tokens", "hide", "build_bert"),
)
lesson = types.SimpleNamespace(**space)


@dataclasses.dataclass(frozen=True)
class Plan:
    """The sizes of a training."""

    size: int  # of the vocabulary
    net: dict  # what the net is built with
    rounds: int
    batches: dict  # in a round, of each kind of text
    tokens: int  # in a batch
    longest_sentence: int  # in pieces, of Tatoeba's
    peak: float  # of the learning rate
    policy: str = "float32"  # in which numbers the training computes


FULL = Plan(
    size=5000,
    net={"width": 192, "heads": 4, "hidden": 768, "blocks": 4, "longest": 64},
    rounds=155,
    batches={"sentences": 30, "speeches": 60, "books": 10},
    tokens=2048,
    longest_sentence=30,
    peak=0.001,
    policy="mixed_bfloat16",  # weights in float32; 1.5 times as fast on the processor that trained
)
SMOKE = Plan(
    size=300,
    net={"width": 32, "heads": 2, "hidden": 64, "blocks": 1, "longest": 24},
    rounds=4,
    batches={"sentences": 10, "speeches": 5, "books": 5},
    tokens=480,
    longest_sentence=22,
    peak=0.02,
)


def main(arguments=None):
    """Train or go on; write weights, pieces and card."""
    options = session.read_options(
        __doc__, NAME, needs_data=True, may_end_early=True, arguments=arguments
    )
    plan = SMOKE if options.smoke else FULL
    options.output.mkdir(parents=True, exist_ok=True)
    texts, source, dropped = read_texts(options)
    vocabulary = learn_pieces(texts, plan.size, source, options.output / "pieces.json")
    train, held_out = encode_parts(texts, vocabulary, plan)

    def draw(random):
        return draw_batches(train, plan, random)

    keras.utils.set_random_seed(options.seed)
    rounds = options.rounds or plan.rounds
    model = build(vocabulary, plan, plan.policy)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    optimizer = keras.optimizers.AdamW(
        Rate(plan, rounds),
        weight_decay=0.01,
        global_clipnorm=1.0,
        epsilon=1e-6,  # as BERT's
    )
    model.compile(optimizer, loss)
    settings = {"seed": options.seed, "source": source, **dataclasses.asdict(plan)}
    training = session.Session(model, options.output, settings)
    training.run(rounds, draw)

    session.round_weights(model)
    trained, model = model, build(vocabulary, plan)  # measured in float32
    model.set_weights(trained.get_weights())
    weights = options.output / f"{NAME}.weights.h5"
    session.write_weights(model, weights)
    session.write_vocabulary(weights, pieces=vocabulary)
    facts = {
        **describe(plan),
        **describe_training(model, plan, training, texts, dropped, train, held_out, vocabulary),
        "made by": f"`python training/{NAME}.py`, seed {options.seed}",
    }
    session.write_card(weights.with_name(f"{NAME}.md"), f"{NAME}: {TITLE}", facts)
    print(f"{weights}: masked accuracy {facts['held-out masked accuracy']}")


# The data


def read_texts(options):
    """Return {(kind, part): sentences}, what the data are, and how many sentences were dropped.

    Kinds are "sentences" (in no order), "speeches" and "books" (in their order).
    """
    texts = collections.defaultdict(list)
    if options.smoke:
        english, _, _ = data.generate_phrases(1500)
        parts = english_french.split_pairs(
            [(tuple(data.split_words(text)), ()) for text in english]
        )
        for part, pairs in parts.items():
            texts["sentences", part] = [data.join_words(words) for words, _ in pairs]
        texts["speeches", "train"], texts["books", "train"] = english[:400], english[400:800]
        texts["speeches", "test"] = data.generate_phrases(200, seed=1)[0]
        source = "generated phrases, a trial"
    else:
        files = {kind: options.data / f"{kind}.zip" for kind in ("gutenberg", "state_union")}
        files |= {"inaugural": options.data / "inaugural.zip"}
        tatoeba = data.load_tatoeba(options.data / "fra-eng.zip")
        english = dict.fromkeys(tatoeba.columns[0])
        pairs = [(tuple(data.split_words(text)), text) for text in english]
        for part, of_part in english_french.split_pairs(pairs).items():
            texts["sentences", part] = [text for _, text in of_part]
        for kind, path in files.items():
            for name, text in read_zip(path):
                texts[find_part(kind, name)] += split_sentences(clean_text(text, kind))
        hashes = [f"{path.name} {file_hash(path, 'sha256')}" for path in files.values()]
        source = f"sha256 of {', '.join(hashes)}, fra-eng.zip {tatoeba.sha256}"
    dropped = {}
    for (kind, part), sentences in texts.items():
        kept = [sentence for sentence in sentences if not quotes_address(sentence)]
        dropped[f"{kind}, {part}"] = len(sentences) - len(kept)
        texts[kind, part] = kept
    return dict(texts), source, dropped


def read_zip(path):
    """Yield name and text of each file of an archive, in the order of the names."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".txt"):
                content = archive.read(name)
                try:
                    text = content.decode("utf-8")
                except UnicodeDecodeError:
                    text = content.decode("latin-1")
                yield Path(name).name, text


def find_part(kind, name):
    """Return kind and part of a file: whole years of speeches are for the test."""
    if kind == "gutenberg":
        return "books", "train"
    held_out = int(name[:4]) in HELD_OUT_YEARS
    return "speeches", "test" if held_out else "train"


def clean_text(text, kind):
    """Return the text without its head and stage directions, its quotation marks those of a key."""
    if kind == "state_union":  # whose speech it is, and when
        text = re.split(r"\b(?:19|20)\d\d\b", text, maxsplit=1)[-1]
    text = re.sub(r"\((?:applause|laughter)[^)]*\)", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"``|''|[“”]", '"', text.replace("_", " ")).replace("’", "'")
    return unicodedata.normalize("NFC", text)


def split_sentences(text):
    """Return the sentences of a text, in its order, roughly: a mark and a space end one."""
    parts = re.split(r"(?<=[.!?])\s+(?=[\"'A-Z(])|(?<=[.!?][\"'])\s+|\n\s*\n", text)
    return [" ".join(part.split()) for part in parts if any(map(str.isalpha, part))]


def find_ngrams(text, length=NGRAM):
    """Return all so many words in a row, in small letters and without marks."""
    words = re.findall(r"[a-z]+", text.lower())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


ADDRESS = find_ngrams(GETTYSBURG)


def quotes_address(sentence):
    """Return whether a sentence shares NGRAM words in a row with the address at Gettysburg."""
    return not ADDRESS.isdisjoint(find_ngrams(sentence))


def learn_pieces(texts, size, source, file):
    """Return the vocabulary, of the texts to train on; `file` keeps it for the next call.

    A word counts if it occurs in two kinds of texts: so names of one novel do not fill it.
    """
    if file.exists():
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["source"] == source and kept["size"] == size:
            return kept["pieces"]
    counts = {}
    for (kind, part), sentences in texts.items():
        if part == "train":
            counts[kind] = collections.Counter(
                word for sentence in sentences for word in data.split_text(sentence)
            )
    together = sum(counts.values(), collections.Counter())
    kinds = collections.Counter(word for words in counts.values() for word in words)
    frequent = {
        word: number
        for word, number in together.items()
        if kinds[word] > 1 and number > 2 and word.isascii()
    }
    pieces = lesson.train_wordpiece(frequent, size, by="frequency")
    file.write_text(json.dumps({"source": source, "size": size, "pieces": pieces}))
    return pieces


def encode_parts(texts, vocabulary, plan):
    """Return {kind: numbers} to train on and {kind: numbers} held out.

    Sentences are rows [CLS] … [SEP], padded. Speeches and books to train on are one long row each,
    with the places where sentences begin; those held out are cut into rows as long as the net's.
    """
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    encoded, known = {}, {}

    def encode(sentence):
        found = []
        for word in data.split_text(sentence):
            if word not in known:
                known[word] = [numbers[p] for p in lesson.encode_wordpiece(word, numbers)]
            found += known[word]
        return found

    for key, sentences in texts.items():
        rows = [encode(sentence) for sentence in sentences]
        if key[0] == "sentences":
            encoded[key] = frame([row for row in rows if 1 < len(row) <= plan.longest_sentence])
        else:
            stream = np.array([number for row in rows for number in row], dtype="int32")
            begins = np.cumsum([0, *map(len, rows[:-1])])
            encoded[key] = stream, begins
    stream, _ = encoded["speeches", "test"]
    inside = plan.net["longest"] - 2
    passages = stream[: len(stream) // inside * inside].reshape(-1, inside)
    train = {kind: value for (kind, part), value in encoded.items() if part == "train"}
    held_out = {
        "sentences": encoded["sentences", "test"],
        "validation": encoded["sentences", "validation"],
        "speeches": frame(passages),
    }
    return train, held_out


def frame(rows):
    """Return the rows between [CLS] and [SEP], padded to a common length."""
    framed = [[lesson.CLS, *row, lesson.SEP] for row in rows]
    return keras.utils.pad_sequences(framed, padding="post")


def draw_batches(train, plan, random):
    """Return the batches of one round, ([numbers, places], what was there), in random order."""
    batches = []
    width = train["sentences"].shape[1]
    count = plan.batches["sentences"]
    lengths = (train["sentences"] > 0).sum(axis=1)
    rows = plan.tokens // max(8, int(lengths.mean()))
    drawn = random.choice(len(lengths), count * rows, replace=count * rows > len(lengths))
    order = drawn[np.lexsort((random.random(len(drawn)), lengths[drawn]))]
    for batch in order.reshape(count, rows):
        longest = min(width, -(-lengths[batch].max() // 4) * 4)  # few lengths
        batches.append(lesson.hide(train["sentences"][batch, :longest], plan.size, random))
    inside = plan.net["longest"] - 2
    for kind in ("speeches", "books"):
        stream, begins = train[kind]
        for _ in range(plan.batches[kind]):
            rows = plan.tokens // plan.net["longest"]
            starts = random.integers(len(stream) - 2 * inside, size=rows)
            later = np.minimum(np.searchsorted(begins, starts), len(begins) - 1)
            starts = np.where(random.random(rows) < 0.5, starts, begins[later])
            starts = np.minimum(starts, len(stream) - inside)
            passages = stream[starts[:, None] + np.arange(inside)]
            batches.append(lesson.hide(frame(passages), plan.size, random))
    return [batches[place] for place in random.permutation(len(batches))]


# The net


class Rate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises during the warm-up, stays, and falls to 0 in the last rounds.

    So a training may end whenever there is no more time: what it did until the cooldown is what a
    longer one would have done.
    """

    def __init__(self, plan, rounds):
        batches = sum(plan.batches.values())
        self.peak, self.end = plan.peak, rounds * batches
        self.warmup = min(WARMUP, self.end // 4)
        self.cooldown = max(1, int(COOLDOWN * rounds)) * batches

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        rising, left = (step + 1) / self.warmup, (self.end - step) / self.cooldown
        return self.peak * keras.ops.clip(keras.ops.minimum(rising, left), 0.0, 1.0)

    def get_config(self):
        return {"peak": self.peak, "end": self.end, "warmup": self.warmup}


def build(vocabulary, plan, policy="float32"):
    """Return the lesson's net, which computes by a policy of Keras."""
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model, _ = lesson.build_bert(len(vocabulary), **plan.net)
    finally:
        keras.config.set_dtype_policy(usual)
    return model


def describe(plan):
    """Return how a lesson loads the net."""
    net = ", ".join(f"{name}={value}" for name, value in plan.net.items())
    return {
        "for": f'lesson 14: `(pieces,) = data.load_vocabulary("{NAME}")`, '
        f"`model, watcher = build_bert(len(pieces), {net})`, "
        f'then `model.load_weights(data.load_checkpoint("{NAME}"))`',
    }


# What it can do


def measure_accuracy(model, numbers, vocabulary, plan, seed=0, marks=True):
    """Return the masked accuracy and half its 95 % interval: 15 %, of these 80/10/10.

    Punctuation that was masked counts, as in BERT's paper, unless `marks` is False; [UNK] never
    does. The interval is a bootstrap over the rows.
    """
    is_counted = np.array([marks or any(map(str.isalnum, piece)) for piece in vocabulary])
    is_counted[: len(data.SPECIAL_PIECES)] = False
    (masked, places), targets = lesson.hide(numbers, plan.size, np.random.default_rng(seed))
    guesses = np.concatenate(
        [
            model.predict_on_batch([masked[part], places[part]]).argmax(axis=-1)
            for part in english_french.slices(len(numbers))
        ]
    )
    counts = is_counted[targets]
    right, all_of = ((guesses == targets) & counts).sum(axis=1), counts.sum(axis=1)
    random = np.random.default_rng(0)
    drawn = random.integers(len(numbers), size=(RESAMPLES, len(numbers)))
    resampled = right[drawn].sum(axis=1) / all_of[drawn].sum(axis=1)
    return right.sum() / all_of.sum(), 1.96 * resampled.std()


def find_ranks(model, vocabulary, longest, text=MASKED, answers=ANSWERS):
    """Return the rank of each answer at the masks of a text, 1 for the likeliest."""
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    row = frame([lesson.encode_text(text, numbers)[: longest - 2]])
    places = np.flatnonzero(row[0] == numbers["[MASK]"])[None]
    logits = model.predict_on_batch([row, places.astype("int32")])[0]
    logits[:, : len(data.SPECIAL_PIECES)] = -np.inf
    return [
        1 + int((line > line[numbers[answer]]).sum()) if answer in numbers else None
        for line, answer in zip(logits, answers, strict=False)
    ]


def describe_training(model, plan, training, texts, dropped, train, held_out, vocabulary):
    """Return what the card says of the training and of what it led to."""
    measured = {
        (name, marks): "{:.3f} ± {:.3f}".format(
            *measure_accuracy(model, numbers, vocabulary, plan, marks=marks)
        )
        for name, numbers in held_out.items()
        for marks in (True, False)
    }
    ranks = find_ranks(model, vocabulary, plan.net["longest"])
    pieces = {"sentences": int((train["sentences"] > 0).sum())}
    pieces |= {kind: len(train[kind][0]) for kind in ("speeches", "books")}
    return {
        "answers": "logits of each piece at the places that are asked for; pieces are those of "
        "`split_text` and `encode_wordpiece`",
        "weights": f"{model.count_params():,}, in float16",
        "vocabulary": f"{len(vocabulary):,} pieces, merged by frequency",
        "data": f"{len(texts['sentences', 'train']):,} English sentences of Tatoeba "
        f"({pieces['sentences']:,} pieces), speeches ({pieces['speeches']:,}: State of the Union "
        "1945 to 1995, inaugural addresses from 1789 but those of 1997, 2001 and 2005), 11 books "
        f"({pieces['books']:,}); {training.settings['source']}",
        "licence": "CC BY 2.0 FR, as Tatoeba's sentences: by the contributors of tatoeba.org, "
        "through www.manythings.org/anki; books (Project Gutenberg) and speeches are in the public "
        "domain",
        "left out": f"sentences that share {NGRAM} words in a row with Lincoln's address at "
        f"Gettysburg: {', '.join(f'{number} ({name})' for name, number in dropped.items())}; "
        "'(Applause.)' and the like",
        "seen": f"{training.rows[-1]['seen']:,} texts of up to {plan.net['longest']} pieces; in "
        f"each batch about {plan.tokens:,} pieces",
        "held out": f"{len(held_out['sentences']):,} English sentences of Tatoeba, by the checksum "
        f"of english_french.py (validation: {len(held_out['validation']):,}); speeches of "
        f"{HELD_OUT_YEARS[0]} to {HELD_OUT_YEARS[-1]}, whole years, {len(held_out['speeches']):,} "
        f"passages of {plan.net['longest'] - 2} pieces. Nothing was chosen by these",
        "held-out masked accuracy": f"{measured['sentences', True]} (95 % interval) on the "
        "sentences, 15 % of the pieces, of these 80/10/10, weights in float16",
        "held-out masked accuracy, speeches": measured["speeches", True],
        "held-out masked accuracy, words alone": f"{measured['sentences', False]} on the "
        f"sentences, {measured['speeches', False]} on the speeches: punctuation does not count",
        "validation masked accuracy": measured["validation", True],
        "Gettysburg": ", ".join(
            f"{answer} {rank}" for answer, rank in zip(ANSWERS, ranks, strict=False)
        )
        + " (ranks of the six masked words, all masked at once)",
        "rounds": f"{len(training.rows)} of {plan.rounds} planned",
        "time": f"{training.rows[-1]['seconds'] / 60:.0f} minutes",
        "machine": session.describe_machine(),
    }


if __name__ == "__main__":
    main()
