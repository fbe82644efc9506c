"""Measure what lesson 14 says of fine-tuning: three plans, few and many labels, five seeds each.

pretrained, in stages    the new unit alone, then the last block too, then all of it
pretrained, all at once  the same net, all of its weights from the start
from scratch             the same net with fresh weights

Each plan has 20, 100 and 1,000 labels on sentences of which half have two words exchanged
(`data.load_swapped_phrases`). Net, plans and steps are the lesson's own. Run i has seed i: for the
texts, the new weights and the batches. The value is the accuracy on 1,000 texts of the test.
"""

import itertools
import re

import numpy as np

from course_utils import data, deck

SEEDS = range(5)
LABELS = (20, 100, 1000)
TESTED = 1000  # texts
BATCH = 250  # texts, for the test
BLOCKS = ("TokenAndPosition", "AddAndNormalize", "FeedForward", "EncoderBlock")
FUNCTIONS = (
    *("PADDING", "LONGEST_WORD", "encode_wordpiece", "encode_text", "frame", "build_bert"),
    *("SIZES", "PLANS", "fine_tune"),
)
PRETRAINED = ("real_pieces", "real_numbers", "real_watcher", "real_model.load_weights")


def read_lesson():
    """Return the functions of lesson 14 by name, without the pretrained net."""
    import course_utils  # noqa: F401  (first: it keeps TensorFlow quiet)

    import keras  # isort: skip

    space = {"__name__": __name__, "data": data, "np": np, "re": re, "keras": keras}
    space |= {"layers": keras.layers, "ops": keras.ops}
    deck.Lesson("13_attention_and_transformers", space).take(*BLOCKS)
    deck.Lesson("14_bert_masked_language_model", space).take(*FUNCTIONS)
    return space


def load_pretrained(space):
    """Add the pieces and the net that the course ships."""
    deck.Lesson("14_bert_masked_language_model", space).take(*PRETRAINED)


def measure(space=None, seeds=SEEDS, tested=TESTED):
    """Yield (figure, run, value, unit) of everything; the run is the seed.

    `space` has the lesson's functions and a pretrained net; None takes those that are shipped.
    """
    if space is None:
        space = read_lesson()
        load_pretrained(space)
    for seed in seeds:
        train, test = data.load_swapped_phrases(seed)
        x, x_test = (
            space["frame"](part[:count].tolist(), space["real_numbers"])
            for part, count in ((train[0], max(LABELS)), (test[0], tested))
        )
        for plan, count in itertools.product(space["PLANS"], LABELS):
            model = space["fine_tune"](plan, x[:count], train[1][:count], seed)
            logits = model.predict(x_test, batch_size=BATCH, verbose=0)[:, 0]
            right = (logits > 0) == test[1][:tested]
            yield f"fine_tuning/{plan}/{count} labels", seed, float(right.mean()), ""


if __name__ == "__main__":
    for figure, run, value, _ in measure():
        print(f"{figure} run {run}: {value:.4g}", flush=True)
