"""Measure what lesson 11 says of recurrent nets, with its own functions, three seeds each.

negation   test accuracy on the generated reviews at five negation rates: single sigmoid units on
           the bag of words and on words and bigrams (these do not depend on the seed of a net, so
           they meet other seeds of the data), and the lesson's LSTM
adding     mean squared error of the adding problem for sequences of 10 to 60 steps, as many
           updates each: SimpleRNN, LSTM and GRU of 32 units

Run i has seed i, for the data and for the weights.
"""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from course_utils import data, deck

LESSON = "11_recurrent_networks"
NAMES = (
    "OneCycle",
    "fit_one_cycle",
    "fit_adder",
    "train_texts",
    "END",
    "vocabulary",
    "number_of",
    "number_words",
    "encode",
    "build_reader",
    "accuracy_of",
)
SEEDS = range(3)
RATES = (0, 0.25, 0.5, 0.75, 1)
STEPS = (10, 30, 60)
KINDS = ("SimpleRNN", "LSTM", "GRU")
BASELINES = {"bag of words": 1, "bigrams": 2}  # words that stand together at most


def measure(seeds=SEEDS, lesson=LESSON):
    """Yield (figure, run, value, unit) of everything; the run is the seed."""
    space = read_lesson(lesson)
    yield from negate(space, seeds)
    yield from add(space, seeds)


def read_lesson(lesson=LESSON):
    """Return the lesson's functions by name, without running its other cells."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip

    space = {"__name__": __name__, "data": data, "deck": deck, "np": np}
    space |= {"keras": keras, "layers": keras.layers}
    found = deck.Lesson(lesson, space)
    for name in NAMES:
        found.take(name)
        if name == "vocabulary":
            found.take(name, turn=1)
    return space


def negate(space, seeds=SEEDS, rates=RATES, epochs=4):
    """Yield the test accuracy of both baselines and of the LSTM at each rate."""
    for seed in seeds:
        for rate in rates:
            (texts, labels), (new_texts, new_labels) = data.load_reviews(rate, seed=seed)
            for name, longest in BASELINES.items():
                counter = CountVectorizer(binary=True, ngram_range=(1, longest))
                model = make_pipeline(counter, LogisticRegression(max_iter=500))
                accuracy = model.fit(texts, labels).score(new_texts, new_labels)
                yield f"sequences, negation, {name}, rate {rate}", seed, accuracy, ""
            space["keras"].utils.set_random_seed(seed)
            model, x = space["build_reader"](), space["encode"](texts)
            space["fit_one_cycle"](model, x, labels, "binary_crossentropy", epochs)
            accuracy = space["accuracy_of"](model, space["encode"](new_texts), new_labels)
            yield f"sequences, negation, LSTM, rate {rate}", seed, accuracy, ""


def add(space, seeds=SEEDS, lengths=STEPS, epochs=6):
    """Yield the mean squared error of each kind of layer on new sums of each length."""
    for seed in seeds:
        for kind in KINDS:
            for steps in lengths:
                space["keras"].utils.set_random_seed(seed)
                layer = getattr(space["layers"], kind)
                _, error = space["fit_adder"](layer, steps=steps, epochs=epochs, seed=seed)
                yield f"sequences, adding, {kind}, {steps} steps", seed, error, ""


if __name__ == "__main__":
    for figure, run, value, unit in measure():
        print(f"{figure} run {run}: {value:.4g} {unit}", flush=True)
