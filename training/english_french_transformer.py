"""Train the checkpoint of lesson 13: a transformer that translates short English sentences.

    python training/english_french_transformer.py --data DIR
    python training/english_french_transformer.py --data DIR --rounds 20    ends earlier

Data, parts and measures are those of english_french.py, so that the two can be compared; the net
and its search are lesson 13's own.
"""

import sys
import types
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also where it is not installed

from course_utils import data, deck

import english_french  # isort: skip
import keras  # isort: skip

NAME = "english_french_transformer"
TITLE = "a transformer that translates short sentences"

space = {
    **{"PADDING": 0, "START": 2, "END": 3},
    **{"data": data, "keras": keras, "layers": keras.layers, "np": np, "ops": keras.ops, "tf": tf},
}
deck.Lesson("13_attention_and_transformers", space).take(
    *("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock", "DecoderBlock"),
    *("build_transformer", "decoding_function", "search_greedily"),
)
lesson = types.SimpleNamespace(**space)

FULL = english_french.Plan(
    sizes=(7000, 9000),
    net={"width": 192, "heads": 4, "hidden": 512, "blocks": 3, "dropout": 0.1},
    rounds=75,
    batches=200,
    batch_size=128,
    peak=0.001,
)
SMOKE = english_french.Plan(
    sizes=(300, 500),
    net={"width": 32, "heads": 2, "hidden": 64, "blocks": 1, "dropout": 0.1},
    rounds=4,
    batches=10,
    batch_size=64,
    peak=0.01,
)


def main(arguments=None):
    """Train or go on; write weights, vocabularies and card."""
    english_french.main(arguments, sys.modules[__name__])


def build(source_size, target_size, plan):
    """Return the lesson's net, a model of [source, target so far] to logits."""
    return lesson.build_transformer(source_size, target_size, **plan.net)[0]


def translate(model, sentences, vocabularies):
    """Return the French sentences for English ones (tuples of words), by greedy search."""
    advance = lesson.decoding_function(model)
    source = data.encode_words(sentences, vocabularies[0])
    return [
        data.join_words(data.decode_words(row, vocabularies[1]))
        for part in english_french.slices(len(source))
        for row in lesson.search_greedily(advance, source[part])
    ]


def describe(plan):
    """Return how lesson 13 loads the net."""
    build_both = "model, watcher = build_transformer"
    return english_french.describe_use(13, NAME, build_both, plan)


if __name__ == "__main__":
    main()
