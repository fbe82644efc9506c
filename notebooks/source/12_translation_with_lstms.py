# %% [markdown]
# # 12 Translation with LSTMs
# *How does a network write in another language?*
#
# By the end you can
# - build an encoder and a decoder from LSTMs, and train them with teacher forcing
# - mask padding, in the loss and in the accuracy
# - search for a translation, greedily and by beam search
# - score translations with BLEU
# - show what one vector cannot hold
#
# **Time** about 120 minutes · **Data** a generated phrase book; a net trained on Tatoeba's
# sentences · **Builds on** 10 Text as numbers, 11 Recurrent networks

# %%
from course_utils import check, data, deck, explorables, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from collections import Counter
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %%
PADDING, UNKNOWN, START, END = range(4)
SPECIAL = ["", "[UNK]", "[start]", "[end]", *".,?!;:…'\"«»“”()-–—/"]


def build_vocabulary(sentences, size=None):
    """Return SPECIAL and then the words of split sentences, frequent ones first: a list."""
    counts = Counter(word for words in sentences for word in words)
    ranked = sorted(counts.keys() - set(SPECIAL), key=lambda word: (-counts[word], word))
    return [*SPECIAL, *ranked][:size]


def encode(sentences, vocabulary, framed=False):
    """Return the numbers of split sentences, int32 of (sentences, longest), padded at the end.

    `framed` sentences begin with START and end with END.
    """
    places = {word: place for place, word in enumerate(vocabulary)}
    rows = [[places.get(word, UNKNOWN) for word in words] for words in sentences]
    rows = [[START, *row, END] for row in rows] if framed else rows
    numbers = np.full((len(rows), max(map(len, rows))), PADDING, dtype="int32")
    for row, places in zip(numbers, rows, strict=True):
        row[:len(places)] = places
    return numbers


def decode(numbers, vocabulary):
    """Return the words of one row of numbers, up to END or padding, as a list."""
    words = []
    for number in numbers:
        if number in (END, PADDING):
            break
        words.append(vocabulary[number])
    return words

# %%
def build_translator(source_size, target_size, units=192, embedding=96, dropout=0.0, tied=False):
    """Return a model of [source, target so far] to logits, (sentences, length, target_size).

    `units` of the decoder; the encoder has half of them in each direction. `dropout` is on both
    embeddings and before the scores. `tied` scores words with the embedding of the target
    (Press and Wolf, 2017), which saves parameters where the vocabulary is large.
    """
    source = keras.Input((None,), dtype="int32", name="source")
    words = layers.Embedding(source_size, embedding, mask_zero=True, name="source_words")(source)
    words = layers.Dropout(dropout)(words)
    reader = layers.Bidirectional(layers.LSTM(units // 2, return_state=True), name="encoder")
    _, h_forward, c_forward, h_backward, c_backward = reader(words)
    h = layers.Concatenate(name="h")([h_forward, h_backward])
    c = layers.Concatenate(name="c")([c_forward, c_backward])

    target = keras.Input((None,), dtype="int32", name="target")
    kind = layers.ReversibleEmbedding if tied else layers.Embedding
    target_words = kind(target_size, embedding, mask_zero=True, name="target_words")
    words = layers.Dropout(dropout)(target_words(target))
    writer = layers.LSTM(units, return_sequences=True, name="decoder")
    outputs = layers.Dropout(dropout, name="outputs")(writer(words, initial_state=[h, c]))
    if tied:
        outputs = layers.Dense(embedding, name="projection")(outputs)
        logits = target_words(outputs, reverse=True)
    else:
        logits = layers.Dense(target_size, name="scores")(outputs)
    return keras.Model([source, target], logits)

# %%
def take_apart(model):
    """Return two models that share its weights: the encoder, and one step of the decoder.

    The encoder makes [h, c] of source sentences. A step makes logits and the new h and c of one
    word each, shape (sentences, 1), and the old h and c.
    """
    h, c = (model.get_layer(name).output for name in "hc")
    encoder = keras.Model(model.inputs[0], [h, c])
    word = keras.Input((1,), dtype="int32")
    state = [keras.Input(h.shape[1:]), keras.Input(c.shape[1:])]
    words = layers.Reshape((-1,))(model.get_layer("target_words")(word))
    h, (_, c) = model.get_layer("decoder").cell(words, state)
    outputs = model.get_layer("outputs").output
    head = keras.Model(outputs, model.outputs[0])
    logits = layers.Reshape((-1,))(head(layers.Reshape((1, -1))(h)))
    return encoder, keras.Model([word, *state], [logits, h, c])


def decoding_functions(model):
    """Return `begin(source) -> state` and `advance(words, state) -> log-probabilities, state`.

    source: numbers, (sentences, length); words: the last word of each, (sentences,). A state is a
    list of arrays whose first axis is the sentence. Padding, unknown and START are never answers.
    """
    encoder, step = take_apart(model)

    def begin(source):
        return encoder.predict_on_batch(source)

    def advance(words, state):
        logits, *state = step.predict_on_batch([np.reshape(words, (-1, 1)), *state])
        logits[:, [PADDING, UNKNOWN, START]] = -np.inf
        return log_softmax(logits), state

    return begin, advance


def log_softmax(logits):
    """Return the logarithms of the probabilities along the last axis."""
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))

# %%
def masked_accuracy(targets, predictions):
    """Return the share of words that are predicted right; both of shape (sentences, length).

    Padding, ends and punctuation do not count; an unknown word counts, and is never right.
    """
    counts = (targets == UNKNOWN) | (targets >= len(SPECIAL))
    right = counts & (targets != UNKNOWN) & (predictions == targets)
    return right.sum() / counts.sum()


def predict_words(model, source, target, batch_size=500):
    """Return the most probable word at each position, teacher forced: (sentences, length)."""
    starts = range(0, len(source), batch_size)
    return np.concatenate([model.predict_on_batch(
        [source[start:start + batch_size], target[start:start + batch_size]],
    ).argmax(axis=-1) for start in starts])

# %%
def search_greedily(begin, advance, source, longest=20):
    """Return the most probable word at each step, (sentences, longest), padded after END."""
    state, word = begin(source), np.full(len(source), START)
    words = np.full((len(source), longest), PADDING)
    going = np.ones(len(source), dtype=bool)
    for place in range(longest):
        scores, state = advance(word, state)
        word = np.where(going, scores.argmax(axis=-1), PADDING)
        words[:, place] = word
        going &= word != END
        if not going.any():
            break
    return words

# %%
def search_beam(begin, advance, source, width=4, longest=20, power=1.0):
    """Return the best translations of ONE sentence, [(score, words), …], best first.

    The score is the sum of log-probabilities, divided by the number of words to the `power`.
    """
    state, beam, finished = begin(source[None]), [(0.0, [START])], []
    for _ in range(longest):
        steps, state = advance(np.array([words[-1] for _, words in beam]), state)
        totals = np.array([total for total, _ in beam])[:, None] + steps
        best = np.argsort(-totals, axis=None)[:width - len(finished)]
        rows, words = np.unravel_index(best, totals.shape)
        longer = [(totals[row, word], [*beam[row][1], word], row)
                  for row, word in zip(rows, words, strict=True)]
        finished += [(total, words) for total, words, _ in longer if words[-1] == END]
        going = [path for path in longer if path[1][-1] != END]
        beam = [(total, words) for total, words, _ in going]
        if not beam:
            break
        state = [array[[row for _, _, row in going]] for array in state]
    ranked = [(total / (len(words) - 1)**power, words[1:]) for total, words in finished or beam]
    return sorted(ranked, reverse=True)
