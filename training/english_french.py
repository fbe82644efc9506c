"""Train the checkpoint of lesson 12: it translates English sentences of up to 10 words into French.

    python training/english_french.py --data DIR
    python training/english_french.py --data DIR --rounds 20    ends earlier, with a worse result

Data: Tatoeba's sentence pairs, fra-eng.zip in DIR (`data.load_tatoeba`). The net, its accuracy and
its search are the lesson's own. A checksum of its words says whether an English sentence, with all
its translations, is for training, for validation or for the test. The test is looked at once, at
the end.
"""

import collections
import dataclasses
import itertools
import sys
import types
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also where it is not installed

from course_utils import data, deck

import keras  # isort: skip
import session  # isort: skip

NAME = "english_french"
TITLE = "an LSTM encoder-decoder that translates short sentences"
LONGEST = 10  # English words, without punctuation
PARTS = 25  # sentences in so many: one is for the test, one for validation
WARMUP = 0.04  # the share of the steps in which the rate rises
COOLDOWN = 4  # rounds before the end in which the rate falls to 0, wherever it was
RESAMPLES = 200  # for the interval

space = {"data": data, "keras": keras, "layers": keras.layers, "np": np}
deck.Lesson("12_translation_with_lstms", space).take(
    *("PADDING", "build_translator", "masked_accuracy"),
    *("take_apart", "decoding_functions", "search_greedily"),
)
lesson = types.SimpleNamespace(**space)


@dataclasses.dataclass(frozen=True)
class Plan:
    """The sizes of a training."""

    sizes: tuple  # of the vocabularies, English and French
    net: dict  # what the net is built with
    rounds: int
    batches: int  # in a round
    batch_size: int
    peak: float  # of the learning rate


FULL = Plan(
    sizes=(7000, 9000),
    net={"units": 384, "embedding": 128, "dropout": 0.1, "tied": True},
    rounds=30,
    batches=200,
    batch_size=128,
    peak=0.003,
)
SMOKE = Plan(
    sizes=(300, 500),
    net={"units": 32, "embedding": 16, "dropout": 0.1, "tied": True},
    rounds=4,
    batches=10,
    batch_size=64,
    peak=0.04,
)


def main(arguments=None, script=None):
    """Train or go on; write weights, vocabularies and card.

    `script` is the module of another net for the same pairs, with names like those here.
    """
    script = script or sys.modules[__name__]
    options = session.read_options(
        script.__doc__, script.NAME, needs_data=True, may_end_early=True, arguments=arguments
    )
    plan = script.SMOKE if options.smoke else script.FULL
    pairs, source = read_pairs(options)
    parts = split_pairs(pairs)
    vocabularies = [
        data.build_vocabulary(sentences, size)
        for sentences, size in zip(zip(*parts["train"], strict=True), plan.sizes, strict=True)
    ]
    train = encode_pairs(parts["train"], vocabularies)

    def draw(random):
        return draw_batches(*train, plan, random)

    keras.utils.set_random_seed(options.seed)
    rounds = options.rounds or plan.rounds
    model = script.build(*map(len, vocabularies), plan)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    model.compile(keras.optimizers.Adam(Rate(plan, rounds), clipnorm=1.0), loss)
    settings = {"seed": options.seed, "source": source, **dataclasses.asdict(plan)}
    training = session.Session(model, options.output, settings)
    training.run(rounds, draw)

    session.round_weights(model)
    weights = options.output / f"{script.NAME}.weights.h5"
    session.write_weights(model, weights)
    session.write_vocabulary(weights, english=vocabularies[0], french=vocabularies[1])
    facts = {
        **script.describe(plan),
        **describe_training(model, plan, training, parts, vocabularies, script.translate),
        "made by": f"`python training/{script.NAME}.py`, seed {options.seed}",
    }
    title = f"{script.NAME}: {script.TITLE}"
    session.write_card(weights.with_name(f"{script.NAME}.md"), title, facts)
    print(f"{weights}: masked accuracy {facts['held-out masked accuracy']}")


# The data


def read_pairs(options):
    """Return pairs of English and French words, no pair twice, and what the data are."""
    if options.smoke:
        english, french, _ = data.generate_phrases(1500)
        source = "generated phrases, a trial"
    else:
        tatoeba = data.load_tatoeba(options.data / "fra-eng.zip")
        english, french = tatoeba
        source = f"fra-eng.zip, sha256 {tatoeba.sha256}"
    pairs = dict.fromkeys(
        (tuple(data.split_words(one)), tuple(data.split_words(other)))
        for one, other in zip(english, french, strict=True)
    )
    return [pair for pair in pairs if 1 <= len(drop_marks(pair[0])) <= LONGEST], source


def drop_marks(words):
    """Return the words without punctuation marks."""
    return [word for word in words if word not in data.SPECIAL_WORDS]


def split_pairs(pairs):
    """Return the pairs of each part: "train", "validation", "test"."""
    parts = {"train": [], "validation": [], "test": []}
    for pair in pairs:
        checksum = zlib.crc32(" ".join(drop_marks(pair[0])).encode()) % PARTS
        parts[{0: "test", 1: "validation"}.get(checksum, "train")].append(pair)
    return parts


def encode_pairs(pairs, vocabularies):
    """Return the numbers of the English words, and of the French ones from START to END."""
    english, french = zip(*pairs, strict=True)
    return (
        data.encode_words(english, vocabularies[0]),
        data.encode_words(french, vocabularies[1], framed=True),
    )


def draw_batches(source, target, plan, random):
    """Return the batches of one round, ([source, target so far], next words).

    Pairs are drawn without replacement; those of similar length come together. A French word out
    of the vocabulary is nothing to learn: its place is 0, which the loss leaves out.
    """
    drawn = random.choice(len(source), plan.batches * plan.batch_size, replace=False)
    lengths = [(numbers[drawn] > 0).sum(axis=1) for numbers in (source, target)]
    order = drawn[np.lexsort((random.random(len(drawn)), *lengths))]
    batches = []
    for batch in random.permutation(order.reshape(plan.batches, plan.batch_size)):
        english, french = (
            numbers[batch, : (numbers[batch] > 0).sum(axis=1).max()] for numbers in (source, target)
        )
        following = np.where(french == lesson.UNKNOWN, lesson.PADDING, french)[:, 1:]
        batches.append(([english, french[:, :-1]], following))
    return batches


# The net


class Rate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises during the warm-up, then falls along a cosine as was planned.

    In the last rounds before the end it falls to 0 all the same. So a training may end before its
    plan, and what it did until then is what it would have done anyway.
    """

    def __init__(self, plan, rounds):
        planned, self.end = (number * plan.batches for number in (plan.rounds, rounds))
        self.cooldown = COOLDOWN * plan.batches
        warmup = int(WARMUP * planned)
        self.cosine = keras.optimizers.schedules.CosineDecay(
            0.0, planned - warmup, warmup_target=plan.peak, warmup_steps=warmup
        )

    def __call__(self, step):
        left = (self.end - keras.ops.cast(step, "float32")) / self.cooldown
        return self.cosine(step) * keras.ops.clip(left, 0.0, 1.0)

    def get_config(self):
        return {"cosine": self.cosine.get_config(), "end": self.end, "cooldown": self.cooldown}


def build(source_size, target_size, plan):
    """Return the lesson's net, a model of [source, target so far] to logits."""
    return lesson.build_translator(source_size, target_size, **plan.net)


def translate(model, sentences, vocabularies):
    """Return the French sentences for English ones (tuples of words), by greedy search."""
    begin, advance = lesson.decoding_functions(model)
    source = data.encode_words(sentences, vocabularies[0])
    rows = [lesson.search_greedily(begin, advance, source[part]) for part in slices(len(source))]
    return [data.join_words(data.decode_words(row, vocabularies[1])) for row in np.vstack(rows)]


def describe(plan):
    """Return how lesson 12 loads the net."""
    return describe_use(12, NAME, "model = build_translator", plan)


def describe_use(number, name, build, plan):
    """Return the card's line on how a lesson builds the net and loads its weights."""
    net = ", ".join(f"{argument}={value}" for argument, value in plan.net.items())
    return {
        "for": f'lesson {number}: `english, french = data.load_vocabulary("{name}")`, '
        f"`{build}(len(english), len(french), {net})`, "
        f'then `model.load_weights(data.load_checkpoint("{name}"))`',
    }


# What it can do


def slices(number, size=200):
    """Return the slices that part so many rows: logits of all at once would need gigabytes."""
    return [slice(start, start + size) for start in range(0, number, size)]


def measure_accuracy(model, pairs, vocabularies):
    """Return the masked accuracy, half its 95 % interval, and the accuracies by length.

    Words of one English sentence stand or fall together: the interval is a bootstrap over these.
    """
    source, target = encode_pairs(pairs, vocabularies)
    predictions = np.concatenate(
        [
            model.predict_on_batch([source[part], target[part, :-1]]).argmax(axis=-1)
            for part in slices(len(pairs))
        ]
    )

    def accuracy(rows):
        return lesson.masked_accuracy(target[rows, 1:], predictions[rows])

    rows_of = collections.defaultdict(list)
    for row, (english, _) in enumerate(pairs):
        rows_of[english].append(row)
    groups = list(rows_of.values())
    random = np.random.default_rng(0)
    resampled = [
        accuracy(
            np.concatenate([groups[k] for k in random.integers(len(groups), size=len(groups))])
        )
        for _ in range(RESAMPLES)
    ]
    lengths = np.array([len(drop_marks(english)) for english, _ in pairs])
    by_length = {}
    for low, high in ((1, 4), (5, 7), (8, LONGEST)):
        among = np.flatnonzero((low <= lengths) & (lengths <= high))
        if len(among):
            by_length[f"{low} to {high}"] = accuracy(among)
    return accuracy(np.arange(len(pairs))), 1.96 * np.std(resampled), by_length


def measure_bleu(model, pairs, vocabularies, translate):
    """Return sacrebleu's figure for the corpus: all translations of a sentence are references."""
    import sacrebleu

    references = collections.defaultdict(list)
    for english, french in pairs:
        references[english].append(data.join_words(french))
    translated = translate(model, list(references), vocabularies)
    columns = itertools.zip_longest(*references.values())  # None where a sentence has fewer
    return sacrebleu.corpus_bleu(translated, list(map(list, columns)), lowercase=True).score


def describe_training(model, plan, training, parts, vocabularies, translate):
    """Return what the card says of the training and of what it led to."""
    pairs = {name: len(part) for name, part in parts.items()}
    sentences = {name: len({english for english, _ in part}) for name, part in parts.items()}
    validation, validation_half, _ = measure_accuracy(model, parts["validation"], vocabularies)
    accuracy, half, by_length = measure_accuracy(model, parts["test"], vocabularies)
    words = [word for _, french in parts["test"] for word in drop_marks(french)]
    unknown = np.mean(~np.isin(words, vocabularies[1]))
    seen = training.rows[-1]["seen"]
    bleu = measure_bleu(model, parts["test"], vocabularies, translate)
    return {
        "answers": "logits of the next French word; words are those of `data.split_words`",
        "weights": f"{model.count_params():,}, in float16",
        "vocabulary": f"{len(vocabularies[0]):,} English and {len(vocabularies[1]):,} French words "
        "and marks, the most frequent in training; all others are [UNK]",
        "data": f"{pairs['train']:,} pairs with {sentences['train']:,} different English sentences "
        f"of 1 to {LONGEST} words, of {training.settings['source']}",
        "licence": "CC BY 2.0 FR, as the data: sentences by the contributors of tatoeba.org, in "
        "pairs by www.manythings.org/anki",
        "pairs seen": f"{seen:,} ({seen / pairs['train']:.1f} epochs)",
        "held out": f"test: {pairs['test']:,} pairs of {sentences['test']:,} English sentences; "
        f"validation: {pairs['validation']:,} of {sentences['validation']:,}. A checksum of the "
        "English words, in small letters and without punctuation, parts them: no English sentence "
        "is in two parts, a French one may be. Nothing was chosen by the test",
        "held-out masked accuracy": f"{accuracy:.3f} ± {half:.3f} (95 % interval) of the words of "
        "the test, teacher forced, weights in float16. Punctuation and END do not count; words out "
        f"of the vocabulary ({100 * unknown:.1f} %) count as wrong",
        "by length": ", ".join(f"{share:.3f} ({name} words)" for name, share in by_length.items()),
        "validation masked accuracy": f"{validation:.3f} ± {validation_half:.3f}",
        "BLEU": f"{bleu:.1f} on the test: "
        "sacrebleu, small letters, all translations of a sentence as references, greedy search",
        "rounds": f"{len(training.rows)} of {plan.rounds} planned",
        "time": f"{training.rows[-1]['seconds'] / 60:.0f} minutes",
        "machine": session.describe_machine(),
    }


if __name__ == "__main__":
    main()
