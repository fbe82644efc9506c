"""Measure what lesson 13 says of its transformer and of lesson 12's LSTM, three seeds each.

Both learn to translate the phrase book, each with the functions of its own lesson:

transformer          as in lesson 13
LSTM, equal time     as in lesson 12, for as many steps as take as long as the transformer's
LSTM, equal size     as many parameters and as many steps as the transformer

Run i has seed i. Times are those of the processor, all cores together: other programs hardly change
them. They depend on the machine; so does the number of steps at equal time, which is at most MOST
times the transformer's: the measured times show whether they are equal.
"""

import bisect
import time

import numpy as np

from course_utils import data, deck

SEEDS = range(3)
STEPS = 1200  # of the transformer
TRIAL = 200  # steps of the LSTM that are timed, to know how many there are to be
EPOCHS = 20  # into which both lessons part their steps: a rest would be left out
MOST = 10  # times the transformer's steps: no clock can ask for more
UNITS, EMBEDDING = 192, 96  # of lesson 12's LSTM
SHARED = (
    *("exact_share", "masked_accuracy", "corpus_bleu", "draw_batches", "fit_translator"),
    *("build_translator", "take_apart", "decoding_functions", "search_greedily"),
)
OWN = (
    *("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock", "DecoderBlock"),
    *("build_transformer", "fit_transformer", "decoding_function", "search_greedily"),
)


def read_lessons():
    """Return the functions of both lessons, {"LSTM": …, "transformer": …}."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip
    import sacrebleu  # isort: skip
    import tensorflow as tf  # isort: skip

    space = {"__name__": __name__, "data": data, "np": np, "keras": keras, "tf": tf}
    space |= {"layers": keras.layers, "ops": keras.ops, "sacrebleu": sacrebleu}
    space |= {"PADDING": 0, "UNKNOWN": 1, "START": 2, "END": 3}
    deck.Lesson("07_training_better", space).take("OneCycle")
    deck.Lesson("12_translation_with_lstms", space).take(*SHARED)
    other = dict(space)
    deck.Lesson("13_attention_and_transformers", other).take(*OWN)
    return {"LSTM": space, "transformer": other}


class Book:
    """The phrase book in numbers: what is learnt, and both tests."""

    def __init__(self, size=None):
        (source, target), test = data.load_phrases()
        strict = data.generate_phrases(1000, part="strict")[:2]
        self.words = {
            name: [[data.split_words(text) for text in side[:size]] for side in part]
            for name, part in (("train", (source, target)), ("test", test), ("strict", strict))
        }
        self.vocabularies = [data.build_vocabulary(side) for side in self.words["train"]]
        self.numbers = {
            name: [
                data.encode_words(side, vocabulary, framed)
                for side, vocabulary, framed in zip(
                    part, self.vocabularies, (False, True), strict=True
                )
            ]
            for name, part in self.words.items()
        }


def measure(seeds=SEEDS, steps=STEPS, trial=TRIAL, size=None):
    """Yield (figure, run, value, unit) of everything; the run is the seed."""
    lessons, book = read_lessons(), Book(size)
    for seed in seeds:
        model, seconds = train(lessons, book, "transformer", seed, steps)
        parameters = model.count_params()
        yield from score(lessons, book, "transformer", model, seconds, steps, seed)
        trials = [train(lessons, book, "LSTM", seed, times * trial)[1] for times in (1, 2)]
        longer = count_steps(seconds, trial, *trials, most=MOST * steps)
        model, seconds = train(lessons, book, "LSTM", seed, longer)
        yield from score(lessons, book, "LSTM, equal time", model, seconds, longer, seed)
        units = find_units(lessons, book, parameters)
        model, seconds = train(lessons, book, "LSTM", seed, steps, units)
        yield from score(lessons, book, "LSTM, equal size", model, seconds, steps, seed)


def count_steps(seconds, trial, once, twice, most):
    """Return how many steps take so many seconds: a multiple of EPOCHS, at most `most`.

    `trial` steps took `once` seconds and twice as many `twice`, both with the compilation. The
    difference is the time of the steps alone; on a busy machine it may be nothing or less. Then
    a step counts as what it took on average, compilation included.
    """
    a_step = (twice - once) / trial
    if a_step <= 0:
        a_step = twice / (2 * trial)
    wanted = trial + (seconds - once) / a_step
    return max(1, round(min(wanted, most) / EPOCHS)) * EPOCHS


def train(lessons, book, kind, seed, steps, units=UNITS):
    """Return a trained model of a kind, and the processor's seconds that its training took.

    Raises:
        ValueError: the steps do not fill EPOCHS; fewer than these would never end.
    """
    if steps < EPOCHS or steps % EPOCHS:
        raise ValueError(f"expected a multiple of {EPOCHS} as the number of steps, got {steps}.")
    lesson, sizes = lessons[kind], map(len, book.vocabularies)
    lesson["keras"].utils.set_random_seed(seed)
    if kind == "transformer":
        (model, _), fit = lesson["build_transformer"](*sizes), lesson["fit_transformer"]
    else:
        model = lesson["build_translator"](*sizes, units=units, embedding=units // 2)
        fit = lesson["fit_translator"]
    started = time.process_time()
    fit(model, *book.numbers["train"], steps=steps)
    return model, time.process_time() - started


def find_units(lessons, book, parameters):
    """Return the even number of units with which the LSTM has about so many parameters."""

    def count(units):
        model = lessons["LSTM"]["build_translator"](
            *map(len, book.vocabularies), units=units, embedding=units // 2
        )
        return model.count_params()

    choices = range(UNITS // 2, 2 * UNITS, 4)
    place = bisect.bisect_left(choices, parameters, key=count)
    nearest = choices[max(place - 1, 0) : place + 1]
    return min(nearest, key=lambda units: abs(count(units) - parameters))


def score(lessons, book, name, model, seconds, steps, seed):
    """Yield the measures of a trained model."""
    lesson = lessons[name.split(",")[0]]
    yield f"translation/{name}/parameters", seed, model.count_params(), ""
    yield f"translation/{name}/steps", seed, steps, ""
    yield f"translation/{name}/time", seed, seconds, "s"
    for part in ("test", "strict"):
        source, target = book.numbers[part]
        if name == "transformer":
            rows = lesson["search_greedily"](lesson["decoding_function"](model), source, longest=20)
        else:
            rows = lesson["search_greedily"](*lesson["decoding_functions"](model), source)
        written = [data.decode_words(row, book.vocabularies[1]) for row in rows]
        share = lesson["exact_share"](written, book.words[part][1])
        yield f"translation/{name}/{'exact' if part == 'test' else part}", seed, share, ""
        if part == "test":
            forced = model.predict_on_batch([source, target[:, :-1]]).argmax(axis=-1)
            accuracy = lesson["masked_accuracy"](target[:, 1:], forced)
            yield f"translation/{name}/masked accuracy", seed, accuracy, ""
            bleu = lessons["LSTM"]["corpus_bleu"](written, book.words[part][1])
            yield f"translation/{name}/BLEU", seed, bleu, ""


if __name__ == "__main__":
    for figure, run, value, unit in measure():
        print(f"{figure} run {run}: {value:.4g} {unit}", flush=True)
