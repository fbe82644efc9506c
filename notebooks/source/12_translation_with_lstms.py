# %% [markdown]
# # 12 Translation with LSTMs
# *How does a network write in another language?*
#
# By the end you can
# - translate by rules, by counting and by example, and say why that fails
# - build an encoder and a decoder from LSTMs, and train them with teacher forcing
# - mask padding in network, loss and accuracy
# - search greedily and by beam search, and score with BLEU
# - show what one vector cannot hold
#
# **Time** about 120 minutes · **Data** a generated phrase book; a net trained on Tatoeba's
# sentences · **Builds on** [07 Training better](07_training_better.ipynb),
# [10 Text as numbers](10_text_as_numbers.ipynb),
# [11 Recurrent networks](11_recurrent_networks.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import collections
import keras
import matplotlib.pyplot as plt
import numpy as np
import sacrebleu
import tensorflow as tf
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D0-30", "D4-07"]
# ## Rules, statistics, networks. How did machines translate before?
# Machines have translated since 1954, in four eras. **RBMT**, rules-based machine translation:
# people write dictionaries and grammars. **SMT**, statistical machine translation: a program counts
# which words and phrases stand for which in millions of translated sentences. **NMT**, neural
# machine translation: one network learns all of it from end to end. It proved **better than RBMT
# and SMT**, first with LSTMs (2014 to 2017), since then with transformers (lesson 13).

# %% tags=["D0-30", "D4-07"]
axes = plotting.plot_eras()
plotting.show(axes.figure, alt="Bars over the years: rules from 1954, statistics 1990 to 2016, "
              "LSTM encoder-decoder 2014 to 2017, transformer since 2017; the eras overlap.")

# %% [markdown] tags=["D4-07"]
# **LSTMs work very well** at whatever comes as a sequence: machine translation, language modelling,
# speech recognition, time series, music, the control of robots. This lesson builds the first.
#
# The data are a **phrase book**: 30,000 English sentences to learn from and 2,000 for the test,
# each with its French translation. *Nobody wrote them*: a program did, by a grammar that
# course_utils documents. So we know that each sentence has one right answer, and no combination of
# words and sentence frame of the test occurs in training. Real sentences come at the end.

# %%
(english_train, french_train), (english_test, french_test) = data.load_phrases()
deck.table_of(("English", "French"), *zip(english_train[:6], french_train[:6], strict=True))

# %% [markdown]
# French is not English with other words: adjectives agree and mostly stand behind their noun (*une
# maison blanche*), small words melt together (*au*, *l'*), *ne … pas* embraces the verb. Accents
# are part of the words: *ou* is "or", *où* is "where". They are kept; only capitals are lost when
# a sentence is split:

# %%
source_train, target_train, source_test, target_test = (
    [data.split_words(sentence) for sentence in part]
    for part in (english_train, french_train, english_test, french_test))
assert all(data.split_words(data.join_words(words)) == words for words in target_test)
target_train[3], data.join_words(target_train[3])

# %% [markdown]
# ### Rules
# A dictionary by hand, with two rules of grammar: some adjectives move behind their noun; before a
# vowel *le* and *la* lose theirs. Each rule helps, and each has exceptions. **Predict**: how
# many of the 2,000 test sentences are translated exactly?

# %%
PAIRS = """the=le my=mon your=ton his=son i=je you=tu he=il she=elle we=nous is=est are=sont not=pas
does=ne do=ne has=a wants=veut reads=lit sees=voit king=roi queen=reine girl=fille boy=garçon
house=maison cat=chat dog=chien book=livre tree=arbre friend=ami hotel=hôtel red=rouge white=blanc
old=vieux small=petit sad=triste happy=heureux tired=fatigué open=ouvert who=qui where=où"""
DICTIONARY = dict(pair.split("=") for pair in PAIRS.split())


def translate_by_rules(words):
    """Return French words: each from the dictionary, in French order, elided before vowels."""
    words = [DICTIONARY.get(word, word) for word in words]
    for place in reversed(range(len(words) - 1)):
        if words[place] in ("rouge", "blanc"):
            words[place:place + 2] = words[place + 1], words[place]
        if words[place] in ("le", "la") and words[place + 1][0] in "aehiouéêôœ":
            words[place] = "l'"
    return words


written = {"rules": [translate_by_rules(words) for words in source_test]}
[data.join_words(translate_by_rules(data.split_words(text))) for text in (
    "The boy sees the red tree.", "The white house is open.", "She does not eat bread.")]

# %%
def exact_share(translations, references):
    """Return the share of sentences in which every word and mark is right."""
    pairs = zip(translations, references, strict=True)
    return float(np.mean([words == reference for words, reference in pairs]))


def within(value, band):
    """Tell whether a result lies where those of other seeds lay."""
    return band[0] <= value <= band[1]


exact_share(written["rules"], target_test)

# %% [markdown]
# The first sentence is right. The second needs *la*, *blanche* and *ouverte*: a rule that knows
# that a house is feminine. Right would be *Elle ne mange pas de pain*: words that the dictionary
# lacks, the verb between *ne* and *pas*, and *de*. Systems with thousands of such rules were sold
# for decades.

# %% [markdown]
# ### Statistics
# Let the program find the dictionary (IBM's Model 1, Brown and others, 1993). At first, any French
# word of a sentence may translate any English one of it. **Count**: each French word is one count,
# which the English words of its sentence share in proportion to their probabilities. **Divide** by
# the sum: new probabilities. **Repeat.** On paper, with two pairs, *red car* = *voiture rouge* and
# *car* = *voiture*:
#
# | | car → voiture | car → rouge | red → voiture | red → rouge |
# |---|---|---|---|---|
# | at first | 1/2 | 1/2 | 1/2 | 1/2 |
# | counted, in shares | 1/2 + 1 | 1/2 | 1/2 | 1/2 |
# | divided by the sum of car, of red | 0.75 | 0.25 | 0.5 | 0.5 |
# | after another round | 0.83 | 0.17 | 0.375 | 0.625 |
#
# The second pair owes *voiture* to *car* alone. So *car* claims more of it in the first pair, too,
# and *red* is left with *rouge*. First, words become numbers.

# %%
PADDING, UNKNOWN, START, END = range(4)
english, french = data.build_vocabulary(source_train), data.build_vocabulary(target_train)
x_train, x_test = (data.encode_words(part, english) for part in (source_train, source_test))
y_train, y_test = (data.encode_words(part, french, framed=True)
                   for part in (target_train, target_test))
y_train[3], x_train.shape, y_train.shape, len(english), len(french)

# %% [markdown]
# Tokens, vocabulary and padding are those of lesson 10, with four numbers reserved: 0 padding, 1
# unknown, 2 a **start** and 3 an **end** of French sentences, which we need soon; then punctuation,
# then words. Now count.

# %%
def fit_model_1(source, target, rounds=6):
    """Return how probable each target word is for each source word: rows sum to 1."""
    both = (source > PADDING)[:, :, None] & (target > END)[:, None, :]
    sentences, i, j = np.nonzero(both)
    s, t = source[sentences, i], target[sentences, j]
    sizes = source.max() + 1, target.max() + 1
    table = np.full(sizes, 1 / sizes[1])
    for _ in range(rounds):
        shares = table[s, t]  # of each word pair in each sentence
        places = sentences * target.shape[1] + j
        shares /= np.bincount(places, shares)[places]
        table = np.bincount(s * sizes[1] + t, shares, minlength=np.prod(sizes)).reshape(sizes)
        table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-12)
    return table


on_paper = fit_model_1(np.array([[4, 5], [5, 0]]), np.array([[6, 7], [6, 0]]), rounds=2)
assert np.allclose(on_paper[4:, 6:], [[0.375, 0.625], [0.83, 0.17]], atol=0.01)
word_table = fit_model_1(x_train, y_train)
rows, columns = ["the", "friend", "house", "reads", "not"], "le la l' ami maison lit ne pas".split()
places = np.ix_([english.index(word) for word in rows], [french.index(word) for word in columns])
axes = plotting.plot_word_table(word_table[places], rows, columns, "French", "English")
plotting.show(axes.figure, alt="Probabilities: friend is mostly ami, house maison, reads lit; the "
              "is shared by le, la and l', not by ne and pas.")

# %% [markdown]
# Nobody gave it a dictionary. But which word *the* becomes depends on its noun: a word by itself
# does not decide. The score of this translator comes below, with the third.

# %% [markdown]
# ### Examples
# The third one knows no grammar at all: find the training sentence that is most similar
# (cosine of the words, lesson 10) and return its translation. It always writes good French.

# %%
def spread(numbers, size):
    """Return rows of length 1 that say which words occur, float32 of (sentences, size)."""
    rows = np.zeros((len(numbers), size), dtype="float32")
    np.put_along_axis(rows, numbers, 1, axis=1)
    rows[:, PADDING] = 0
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


best_words = word_table.argmax(axis=1)
written["statistics"] = [[french[best_words[place]] for place in row if place] for row in x_test]
nearest = (spread(x_test, len(english)) @ spread(x_train, len(english)).T).argmax(axis=1)
written["nearest sentence"] = [target_train[place] for place in nearest]
baselines = {name: exact_share(words, target_test) for name, words in written.items()}
assert max(baselines.values()) < 0.3
baselines

# %% [markdown]
# Each sees a part of the problem: words, or whole sentences. A network can have both.

# %% [markdown] tags=["D0-31", "D0-30"]
# ## Sequence to sequence. How does one network read and another write?
# In lesson 11 an LSTM read a sentence and answered with one number. Here the answer is a sequence,
# too, and of another length: **sequence to sequence**, in short **seq2seq** (Sutskever and others,
# 2014; Cho and others, 2014). Two LSTMs share the work.

# %% tags=["D0-31"]
axes = plotting.plot_translator("she reads the letter".split(), "elle lit la lettre".split())
plotting.show(axes.figure, alt="Four LSTM steps read she reads the letter in both directions; one "
              "vector h, c; five LSTM steps write elle lit la lettre [end], each reading the word "
              "before, the first one [start].")

# %% [markdown] tags=["D0-31"]
# 1. An **embedding** makes a word vector of each English word.
# 2. The **LSTM encoder** reads them. All that it hands over is its last state: **one dense vector**
#    of fixed length, whether the sentence has 3 words or 12. Ours are two: one reads from the left,
#    one from the right (`Bidirectional`). Their last states $h$ are joined, and so are their $c$.
# 3. The **LSTM decoder** starts from this vector. At each step it reads the French word before,
#    first `[start]`, and changes its state.
# 4. A dense layer and **softmax** give a probability to every word of the French vocabulary. We
#    take the **most probable word at each position**; the decoder reads it in the next step. At
#    `[end]` it stops.
#
# (Ours returns logits: numerically safer. Softmax comes in the loss, and in the search.)

# %% tags=["D0-31"]
def build_translator(source_size, target_size, units=192, embedding=96, dropout=0.0, tied=False,
                     masked=True):
    """Return a model of [source, target so far] to logits, (sentences, length, target_size).

    `units` are the decoder's; the encoder has half of them in each direction. `tied` scores words
    with the embedding of the target (Press and Wolf, 2017): fewer parameters. Where it is not
    `masked`, the encoder reads padding like words.
    """
    source = keras.Input((None,), dtype="int32", name="source")
    embed = layers.Embedding(source_size, embedding, mask_zero=masked, name="source_words")
    reader = layers.Bidirectional(layers.LSTM(units // 2, return_state=True), name="encoder")
    _, h_forward, c_forward, h_backward, c_backward = reader(layers.Dropout(dropout)(embed(source)))
    h = layers.Concatenate(name="h")([h_forward, h_backward])
    c = layers.Concatenate(name="c")([c_forward, c_backward])

    target = keras.Input((None,), dtype="int32", name="target")
    kind = layers.ReversibleEmbedding if tied else layers.Embedding
    target_words = kind(target_size, embedding, name="target_words")
    words = layers.Dropout(dropout)(target_words(target))
    writer = layers.LSTM(units, return_sequences=True, name="decoder")
    outputs = layers.Dropout(dropout, name="outputs")(writer(words, initial_state=[h, c]))
    if tied:
        outputs = layers.Dense(embedding, name="projection")(outputs)
        logits = target_words(outputs, reverse=True)
    else:
        logits = layers.Dense(target_size, name="scores")(outputs)
    return keras.Model([source, target], logits)


model = build_translator(len(english), len(french))
{layer.name: layer.count_params() for layer in model.layers if layer.count_params()}

# %% [markdown] tags=["D0-31"]
# On paper: the decoder reads 96 numbers of a word, 192 of its state and a bias, for 4 gates of 192
# units: $4 \cdot 192 \cdot (96 + 192 + 1) = 221{,}952$. The vector between the two networks has 192
# numbers in $h$ and 192 in $c$.

# %% [markdown]
# ## Teacher forcing. What does the decoder read while it learns?
# If it read its own words from the beginning, one wrong word at the start would spoil all that
# follow, and an untrained net has only wrong words. So in training the decoder reads the *true*
# translation, whatever it said itself: **teacher forcing**. It also means that all steps are known
# beforehand, and `fit` works as always.

# %%
axes = plotting.plot_translator("she reads the letter".split(), "elle lit la lettre".split(),
                                "il lit un lettre [end]".split(), forced=True)
plotting.show(axes.figure, alt="The decoder says il and un, both wrong; the next steps read elle "
              "and la, the true words, nevertheless.")

# %% [markdown]
# The input is the framed sentence without its last field, the target is the same without its first:
#
# | step | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | decoder reads | [start] | elle | lit | la | lettre |
# | decoder shall say | elle | lit | la | lettre | [end] |
#
# (In a row that ends with padding, the last field is padding: then nothing that counts is lost.)

# %% [markdown]
# ### Exercise 1: Shift
# Make the two arrays from framed sentences, whole numbers of shape (sentences, length).
#
# <details><summary>Hint</summary>
#
# Sentences are rows, words are columns. `numbers[:, 2:]` leaves out the first two columns.
# </details>

# %% tags=["exercise"]
def shift(framed):
    """Return what the decoder reads and what it shall say, each (sentences, length - 1)."""
    ### BEGIN SOLUTION
    return framed[:, :-1], framed[:, 1:]
    ### END SOLUTION


# %% tags=["check"]
check.function(
    shift,
    inputs=[y_train[:4], y_test[5:8]],
    expected=lambda it: (it[:, :-1], it[:, 1:]),
    mistakes={
        "the decoder reads the very word that it shall say: it learns to copy":
            lambda it: (it[:, 1:], it[:, 1:]),
        "nothing is shifted": lambda it: (it, it),
        "the two are exchanged: it would say the word before": lambda it: (it[:, 1:], it[:, :-1]),
        "the rows are shifted, hence the sentences": lambda it: (it[:-1], it[1:]),
    },
)

# %% [markdown]
# ## Masking. Where must padding not count?
# Sentences of one batch have one length, by padding. It is not language, and must not count, in
# three places.

# %%
axes = plotting.plot_padding([[*words, "[end]"] for words in target_test[:4]])
plotting.show(axes.figure, alt="Four French sentences as rows of fields, with hatched padding "
              "behind the short ones.")

# %% [markdown]
# **In the network.** An LSTM that reads on through the padding changes its state at each step: the
# vector of a sentence would depend on how long *others* of its batch are. `mask_zero=True` makes
# the LSTM keep its state where the number is 0. **Predict**: how far is the vector moved by 3 and
# by 30 fields of padding, with the mask and without?

# %%
for masked in (True, False):
    net = build_translator(len(english), len(french), masked=masked)
    net.set_weights(model.get_weights())
    vectors = [keras.Model(net.inputs[0], net.get_layer("h").output)(
        np.pad(x_test[:1], ((0, 0), (0, extra)))) for extra in (0, 3, 30)]
    moved = [np.linalg.norm(it - vectors[0]) / np.linalg.norm(vectors[0]) for it in vectors[1:]]
    print("masked" if masked else "not masked", [f"moved by {part:.0%}" for part in moved])

# %% [markdown]
# **In the loss.** The cross-entropy is averaged over what is not padding: `ignore_class=0`. **In
# the accuracy.** Take two sentences, with the end as `/` and padding as `·`:
#
# | | | | | | |
# |---|---|---|---|---|---|
# | true | elle | dort | / | · | · |
# | said | elle | lit | / | · | · |
# | true | il | lit | le | livre | / |
# | said | il | lit | un | livre | / |
#
# Fields that agree: 8 of 10, 80 %. Without padding 6 of 8, 75 %. And `/` is easy. Of the **words**,
# 4 of 6 are right: 67 %. The first figure grows with padding, the second with easy marks; the third
# with neither. One definition, from here on for every model of the course that writes:

# %%
def masked_accuracy(targets, predictions):
    """Return the share of words that are predicted right; both of shape (sentences, length).

    Padding, ends and punctuation do not count; an unknown word counts, and is never right.
    """
    counts = (targets == UNKNOWN) | (targets >= len(data.SPECIAL_WORDS))
    right = counts & (targets != UNKNOWN) & (predictions == targets)
    return right.sum() / counts.sum()


elle, il, dort, lit, le, un, livre = range(30, 37)
truth = np.array([[elle, dort, END, 0, 0], [il, lit, le, livre, END]])
said = np.array([[elle, lit, END, 0, 0], [il, lit, un, livre, END]])
assert np.isclose(masked_accuracy(truth, said), 4 / 6)
np.mean(y_test == PADDING), masked_accuracy(y_test, 0 * y_test)

# %% [markdown]
# Of the fields of our test, that share is padding (first number): so often is a net right that says
# nothing else. When you read of a translation net with 95 % accuracy, ask what was counted.

# %% [markdown]
# ### Exercise 2: The masked loss
# Write the loss: the mean of $-\ln p$ of the targets, in one mean over all fields that are not
# padding. `probabilities` have the shape (sentences, length, vocabulary), `targets` (sentences,
# length). Here `[end]` counts: the net has to learn when to stop.
#
# <details><summary>Hint</summary>
#
# `np.take_along_axis(probabilities, targets[..., None], axis=-1)[..., 0]` has the probability of
# each true word. `losses[targets != 0]` takes the fields that count.
# </details>

# %% tags=["exercise"]
def masked_loss(targets, probabilities):
    """Return the mean cross-entropy of all fields that are not padding."""
    ### BEGIN SOLUTION
    true = np.take_along_axis(probabilities, targets[..., None], axis=-1)[..., 0]
    return np.mean(-np.log(true[targets != PADDING]))
    ### END SOLUTION


# %% tags=["check"]
def losses_of(targets, probabilities):
    return -np.log(np.take_along_axis(probabilities, targets[..., None], axis=-1)[..., 0])


dice = np.random.default_rng(0).dirichlet(np.ones(7), size=(2, 4))
check.function(
    masked_loss,
    inputs=[(np.array([[4, 3, 0, 0], [5, 6, 4, 3]]), dice),
            (np.array([[4, 5, 3, 0], [6, 3, 0, 0]]), dice[::-1])],
    expected=lambda y, p: losses_of(y, p)[y > 0].mean(),
    mistakes={
        "padding counts, too": lambda y, p: losses_of(y, p).mean(),
        "padding is set to 0, but still counted in the mean":
            lambda y, p: np.where(y > 0, losses_of(y, p), 0).mean(),
        "each sentence has its own mean, so that short ones weigh more":
            lambda y, p: np.mean([losses_of(y, p)[k][y[k] > 0].mean() for k in range(len(y))]),
    },
)

# %% [markdown] tags=["D0-33"]
# ## Demo: English to French. What does it learn in a minute?
# Two economies. Sentences of like length go into one batch, so that little padding is computed. And
# the learning rate makes one cycle (lesson 07), with a short rise: 1,800 steps of 64 sentences.
# The best baseline translated few sentences exactly. **Predict**: how many of 2,000 will the net?

# %% tags=["D0-33"]
def draw_batches(source, framed, batch_size=64, seed=0):
    """Yield ((source, decoder's input), target) for ever; like lengths go together."""
    random = np.random.default_rng(seed)
    lengths = np.stack([(numbers > PADDING).sum(axis=1) for numbers in (source, framed)])
    while True:
        order = np.argsort(lengths.max(axis=0) + random.random(len(source)))
        first = random.integers(len(source) % batch_size + 1)
        batches = order[first:first + len(source) // batch_size * batch_size]
        for rows in random.permutation(batches.reshape(-1, batch_size)):
            longest_source, longest = lengths[:, rows].max(axis=1)
            y = framed[rows, :longest]
            yield (source[rows, :longest_source], y[:, :-1]), y[:, 1:]


def fit_translator(model, source, framed, steps=1800, peak=0.01):
    """Train with one cycle of Adam; return the loss after each twentieth of the steps."""
    numbers = tf.TensorSpec((None, None), "int32")
    batches = tf.data.Dataset.from_generator(
        lambda: draw_batches(source, framed), output_signature=((numbers, numbers), numbers))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=PADDING)
    model.compile(keras.optimizers.Adam(OneCycle(peak, steps, warmup=0.1)), loss)
    return model.fit(batches.prefetch(4), steps_per_epoch=max(1, steps // 20), epochs=20,
                     shuffle=False, verbose=0).history["loss"]


(OneCycle,) = deck.Lesson("07_training_better", globals()).take("OneCycle")
training_losses = fit_translator(model, x_train, y_train)

# %% tags=["D0-33"]
axes = plotting.plot_curves(np.arange(90, 1801, 90), {"training": training_losses})
axes.set(xlabel="step", ylabel="loss", yscale="log")
plotting.show(axes.figure, alt="The loss falls over 1,800 steps, on a logarithmic scale.")

# %% [markdown]
# To write, the net is taken apart: the encoder, which runs once a sentence, and *one step* of the
# decoder, which runs once a word and hands its state to the next. (A layer `LSTM` is a loop around
# its `cell`, which does one step.) Both share the trained weights.

# %%
def take_apart(model):
    """Return the encoder, source to [h, c], and a step, [word, h, c] to [logits, h, c]."""
    h, c = (model.get_layer(name).output for name in "hc")
    encoder = keras.Model(model.inputs[0], [h, c])
    word = keras.Input((), dtype="int32")
    state = [keras.Input(h.shape[1:]), keras.Input(c.shape[1:])]
    h, (_, c) = model.get_layer("decoder").cell(model.get_layer("target_words")(word), state)
    score = keras.Model(model.get_layer("outputs").output, model.outputs[0])
    logits = layers.Flatten()(score(layers.Reshape((1, -1))(h)))
    return encoder, keras.Model([word, *state], [logits, h, c])


# %%
def decoding_functions(model):
    """Return `begin(source) -> state` and `advance(words, state) -> log-probabilities, state`.

    `words` are the last one of each sentence; a state is a list of arrays, a row a sentence.
    """
    encoder, step = take_apart(model)

    def advance(words, state):
        logits, *state = step.predict_on_batch([words, *state])
        logits[:, [PADDING, UNKNOWN, START]] = -np.inf  # never an answer
        return np.array(keras.ops.log_softmax(logits)), state

    return encoder.predict_on_batch, advance


# %% [markdown]
# Greedy search asks all sentences at once for their next word, until each has had its `[end]`.

# %%
def search_greedily(begin, advance, source, longest=20):
    """Return the most probable word at each step, (sentences, longest), padded after END."""
    state, word, words = begin(source), np.full(len(source), START), []
    for _ in range(longest):
        scores, state = advance(word, state)
        word = np.where(np.isin(word, (END, PADDING)), PADDING, scores.argmax(axis=-1))
        words.append(word)
    return np.stack(words, axis=1)

# %% tags=["D0-33"]
begin, advance = decoding_functions(model)
written["LSTM"] = [data.decode_words(row, french)
                   for row in search_greedily(begin, advance, x_test)]
exact = exact_share(written["LSTM"], target_test)
assert within(exact, results.band("12_translation_with_lstms/exact"))
f"{exact:.1%} of {len(target_test):,} new sentences are exact"

# %% tags=["D0-33"]
missed = [place for place, words in enumerate(written["LSTM"]) if words != target_test[place]]
deck.table_of(("English", "expected", "written"), *(
    (english_test[place], french_test[place], data.join_words(written["LSTM"][place]))
    for place in missed[:6]))

# %% [markdown]
# Many misses are close: a word of the same kind in place of the right one, a word lost, or an
# agreement that is off. What it writes mostly reads like French, even where it says something else.
#
# An honest question: how new are these sentences? Each test sentence combines words and frame as no
# training sentence does; but it may have seen each *word* in this frame. The **strict test** has
# 1,000 sentences with a noun or adjective that training *never* had in this frame. **Predict** the
# exact share there.

# %%
english_strict, french_strict, _ = data.generate_phrases(1000, part="strict")
source_strict, target_strict = ([data.split_words(sentence) for sentence in part]
                                for part in (english_strict, french_strict))
x_strict = data.encode_words(source_strict, english)
y_strict = data.encode_words(target_strict, french, framed=True)
own = search_greedily(begin, advance, x_strict, longest=y_strict.shape[1] - 1)
written_strict = [data.decode_words(row, french) for row in own]
strict = exact_share(written_strict, target_strict)
assert within(strict, results.band("12_translation_with_lstms/strict"))
f"test {exact:.1%}, strict test {strict:.1%}"

# %% [markdown]
# So part of the score is the knowledge of which words stand in which frames. How hard a test is
# depends on how it was split: say so when you report a score.
#
# Now a trap. With teacher forcing, a test is quickly computed: one call, no loop.

# %%
forced = model.predict_on_batch([x_strict, y_strict[:, :-1]]).argmax(axis=-1)
forced[y_strict[:, 1:] == PADDING] = PADDING
assert np.isclose(np.mean((forced == y_strict[:, 1:]).all(axis=1)), strict)
forced_accuracy, own_accuracy = (masked_accuracy(y_strict[:, 1:], it) for it in (forced, own))
assert within(forced_accuracy, results.band("12_translation_with_lstms/forced_accuracy"))
assert within(own_accuracy, results.band("12_translation_with_lstms/own_accuracy"))
f"words: {forced_accuracy:.1%} teacher forced, {own_accuracy:.1%} when it reads its own words"

# %% [markdown]
# Of *sentences* both get the same share right: where every word is right, the net reads the truth
# either way. Of *words* teacher forcing shows more, since after each error it is put back on the
# right track. It is the usual figure for comparing nets, ours too; but **a student who reads the
# solution while writing is no measure of what comes out without it** (*exposure bias*). Report
# both.

# %% [markdown]
# ### Exercise 3: Write without a teacher
# A decoder as a table: `table[word]` has the probabilities of the next word, a dictionary. Write
# the greedy search: begin after `"[start]"`, take the most probable word, read it, go on. Stop at
# `"[end]"` or after `longest` words. Return the words without `"[start]"` and `"[end]"`.
#
# <details><summary>Hint</summary>
#
# `max(table[word], key=table[word].get)` is the most probable next word. A `for` loop over
# `range(longest)` with a `break`.
# </details>

# %% tags=["exercise"]
def write(table, longest):
    """Return the most probable words, one after the other: a list."""
    ### BEGIN SOLUTION
    words, word = [], "[start]"
    for _ in range(longest):
        word = max(table[word], key=table[word].get)
        if word == "[end]":
            break
        words.append(word)
    return words
    ### END SOLUTION


# %% tags=["check"]
cat = {"dort": {"le": 0.1, "[end]": 0.9}, "le": {"[end]": 0.3, "chat": 0.7}, "un": {"[end]": 1},
       "[start]": {"un": 0.4, "le": 0.6}, "chat": {"[end]": 0.2, "dort": 0.8}}


def write_wrongly(first=(), last=(), read=None, more=0):
    def wrong(table, longest):
        words, word = [*first], "[start]"
        for _ in range(longest + more):
            word = max(table[read or word], key=table[read or word].get)
            if word == "[end]":
                return [*words, *last]
            words.append(word)
        return words
    return wrong


check.function(
    write,
    inputs=[(cat, 9), (cat, 2), ({"non": {"[end]": 1}, "[start]": {"non": 1}}, 3)],
    expected=write_wrongly(),
    mistakes={
        "[start] stands in the translation": write_wrongly(first=["[start]"]),
        "[end] stands in the translation": write_wrongly(last=["[end]"]),
        "each step reads [start] again, not the word just written": write_wrongly(read="[start]"),
        "there is one word more than `longest`": write_wrongly(more=1),
    },
)

# %% [markdown]
# ## Beam search. Is the best word always part of the best sentence?
# On paper, a tiny decoder. **Greedy** takes *le*, 0.6, then *chat*, 0.4: a sentence of probability
# $0.6 \cdot 0.4 = 0.24$. **Predict**: which sentence is the most probable?

# %%
NAMES = ["", "[UNK]", "[start]", "[end]", "le", "un", "chat", "chien"]
NEXT = np.zeros((8, 8))  # row: the word before; column: the probability of the next
NEXT[START, 4:6] = 0.6, 0.4
NEXT[4, [6, 7, END]] = 0.4, 0.35, 0.25
NEXT[5, [6, 7]] = 0.1, 0.9
NEXT[[6, 7], END] = 1
paths = {"le": (0.6, True), "un": (0.4, True), "le chat": (0.24, True), "le chien": (0.21, False),
         "le [end]": (0.15, False), "un chat": (0.04, False), "un chien": (0.36, True)}
paths = {("[start]", *words.split()): path for words, path in paths.items()}
axes = plotting.plot_search(paths, chosen=("[start]", "un", "chien"))
plotting.show(axes.figure, alt="A tree: after start, le 0.60 and un 0.40 are kept; of their five "
              "continuations un chien, 0.36, and le chat, 0.24, are kept.")

# %% [markdown]
# *Un chien* has $0.4 \cdot 0.9 = 0.36$. Greedy cannot find it: its first choice is never taken
# back. **Beam search** keeps the best `width` beginnings instead of one, continues each by every
# word, and keeps the best `width` of *all* continuations (drawn: width 2). Two details:
#
# - Products of many probabilities become too small for the computer, so logarithms are added.
# - Each further word makes a sentence less probable, so the bare sum prefers short ones. On paper:
#   *non* with log-probabilities $-0.5, -0.4$ has the sum $-0.9$; *je ne sais pas* with five times
#   $-0.25$ has $-1.25$. Divided by their **length**, they have $-0.45$ and $-0.25$: now the longer
#   one wins, which is surer of each of its words.

# %%
def search_beam(begin, advance, source, width=4, longest=20, power=1.0):
    """Return translations of ONE sentence, best first: (log-probability / length**power, words)."""
    state, beam, finished = begin(source[None]), [(0.0, [START])], []
    for _ in range(longest):
        steps, state = advance(np.array([words[-1] for _, words in beam]), state)
        totals = np.array([total for total, _ in beam])[:, None] + steps
        best = np.argsort(-totals, axis=None)[:width - len(finished)]
        rows, words = np.unravel_index(best, totals.shape)
        finished += [(totals[row, word], [*beam[row][1], word])
                     for row, word in zip(rows, words, strict=True) if word == END]
        rows, words = rows[words != END], words[words != END]
        beam = [(totals[row, word], [*beam[row][1], word])
                for row, word in zip(rows, words, strict=True)]
        if not beam:
            break
        state = [array[rows] for array in state]
    ranked = [(total / (len(words) - 1)**power, words[1:]) for total, words in finished or beam]
    return sorted(ranked, key=lambda pair: -pair[0])

# %%
def begin_table(source):
    return []


def advance_table(words, state):
    return np.log(NEXT[words] + 1e-9), state


greedy = search_greedily(begin_table, advance_table, np.zeros((1, 1), int))[0]
beams = {width: search_beam(begin_table, advance_table, np.zeros(1, int), width, power=0)[0]
         for width in (1, 2)}
assert np.isclose(beams[2][0], np.log(0.36)) and greedy[:3].tolist() == beams[1][1]
{width: (round(float(np.exp(total)), 2), data.decode_words(words, NAMES))
 for width, (total, words) in beams.items()}

# %% [markdown]
# The same two functions, `begin` and `advance`, come from a table or from the net: the search does
# not know what it searches in. (Lesson 13 will give it a transformer. `power=0` above: not divided
# by length.) **Predict**: how much does a beam of four add on the strict test?

# %%
best = [search_beam(begin, advance, row)[0][1] for row in x_strict[:200]]
beamed = [data.decode_words(row, french) for row in best]
{"greedy": exact_share(written_strict[:200], target_strict[:200]),
 "beam of 4": exact_share(beamed, target_strict[:200])}

# %% [markdown]
# Little: a few sentences of 200. (Another 200 could well give a few more, or none.) A beam mends
# unlucky first words, not missing knowledge: where the net prefers the wrong sentence as a whole,
# it finds just that one more surely.

# %% [markdown]
# ### Exercise 4: One step of a beam
# `totals`, shape (beginnings,), are the sums of log-probabilities so far; `steps`, shape
# (beginnings, words), the log-probabilities of each next word. Return the `width` best
# continuations of all, best first, as a list of pairs `(beginning, word)` of whole numbers.
#
# <details><summary>Hint</summary>
#
# Add, with `totals[:, None]` as a column. `np.argsort(-sums, axis=None)` sorts all of the table as
# one row; `divmod(place, sums.shape[1])` gives back row and column.
# </details>

# %% tags=["exercise"]
def extend(totals, steps, width):
    """Return the best continuations, [(beginning, word), …]."""
    ### BEGIN SOLUTION
    sums = totals[:, None] + steps
    best = np.argsort(-sums, axis=None)[:width]
    return [divmod(int(place), sums.shape[1]) for place in best]
    ### END SOLUTION


# %% tags=["check"]
def ranked(sums, width):
    return [divmod(int(place), sums.shape[1]) for place in np.argsort(-sums, axis=None)[:width]]


def each_row(totals, steps, width):
    sums = totals[:, None] + steps
    best = [(row, int(sums[row].argmax())) for row in range(len(sums))]
    return sorted(best, key=lambda pair: -sums[pair])[:width]


check.function(
    extend,
    inputs=[(np.log([0.6, 0.4]), np.log([[0.4, 0.3, 0.25, 0.05], [0.08, 0.86, 0.02, 0.04]]), 3),
            (np.log([0.7, 0.2, 0.1]), np.log([[0.45, 0.05, 0.5], [0.9, 0.06, 0.04],
                                              [0.34, 0.36, 0.3]]), 4)],
    expected=lambda totals, steps, width: ranked(totals[:, None] + steps, width),
    mistakes={
        "each beginning keeps only its best word": each_row,
        "what came before does not count": lambda t, s, width: ranked(0 * t[:, None] + s, width),
        "all continuations are returned": lambda t, s, width: ranked(t[:, None] + s, s.size),
        "the least probable come first": lambda t, s, width: ranked(-t[:, None] - s, width),
    },
)

# %% [markdown]
# ## BLEU. How good is a translation that is not exact?
# A translation with one wrong word is not exact, yet not worthless; and most sentences have several
# good translations. **BLEU** (Papineni and others, 2002) counts how many **n-grams**, runs of 1, 2,
# 3 and 4 words, occur in a reference, too. On paper:
#
# - reference, 7 words: *le chat noir dort dans le jardin*
# - candidate, 6 words: *le chat dort dans le jardin*
#
# | n | n-grams of the candidate | found in the reference | precision |
# |---|---|---|---|
# | 1 | 6 | all | 6/6 |
# | 2 | 5 | all but *chat dort* | 4/5 |
# | 3 | 4 | *dort dans le*, *dans le jardin* | 2/4 |
# | 4 | 3 | *dort dans le jardin* | 1/3 |
#
# **Clipping**: an n-gram counts at most as often as the reference has it, or *le le le le* would be
# perfect. **Brevity penalty**: where the candidate ($c$ words) is shorter than the reference ($r$),
# precision is cheap, and is multiplied by $e^{1 - r/c}$; else by 1. The four precisions are joined
# by their geometric mean:
#
# $$\text{BLEU} = e^{\min(0,\; 1 - r/c)} \cdot \sqrt[4]{p_1 p_2 p_3 p_4}
# = e^{-1/6} \cdot \sqrt[4]{1 \cdot \tfrac45 \cdot \tfrac12 \cdot \tfrac13} = 0.512$$

# %%
def clipped_precision(candidate, reference, n):
    """Return the share of the candidate's n-grams that the reference has, too (clipped)."""
    found, known = (collections.Counter(zip(*(words[start:] for start in range(n)), strict=False))
                    for words in (candidate, reference))
    return (found & known).total() / found.total()


reference, candidate = "le chat noir dort dans le jardin", "le chat dort dans le jardin"
precisions = [clipped_precision(candidate.split(), reference.split(), n) for n in (1, 2, 3, 4)]
official = sacrebleu.sentence_bleu(candidate, [reference])
assert np.allclose(official.precisions, 100 * np.array(precisions))
assert round(official.score / 100, 3) == 0.512
str(official)

# %% [markdown]
# `sacrebleu` is the program that papers use, so that all split words in the same way. It writes
# BLEU as 0 to 100.
#
# BLEU of a test set is no mean over sentences: n-grams are counted over all of it (**corpus
# BLEU**), else one sentence without a common 4-gram would count 0. With several **references**, an
# n-gram may occur in any of them. **Predict** the order of our four translators.

# %%
def corpus_bleu(translations, references):
    """Return BLEU, 0 to 100, of lists of words against one reference each."""
    texts, truths = ([data.join_words(words) for words in part]
                     for part in (translations, references))
    return sacrebleu.corpus_bleu(texts, [truths]).score


bleu = {name: corpus_bleu(words, target_test) for name, words in written.items()}
assert bleu["LSTM"] > 85 and max(score for name, score in bleu.items() if name != "LSTM") < 50
deck.table_of(("translator", "exact", "BLEU"), *(
    (name, f"{exact_share(words, target_test):.1%}", f"{bleu[name]:.1f}")
    for name, words in written.items()))

# %% [markdown]
# The nearest sentence is never right and has a respectable BLEU: runs of good French. BLEU sees
# common words, not meaning. It is a figure to compare systems on the *same* test, nothing more.
# **Predict** its verdict if a translation only loses the negation:

# %%
truth, lost = "Le roi n'est pas dans le jardin.", "Le roi est dans le jardin."
worse = "Le souverain ne se trouve pas au jardin."
[round(sacrebleu.sentence_bleu(text, [truth]).score, 1) for text in (lost, worse)]

# %% [markdown]
# The first says the opposite, and scores far higher than the second, which says the same in other
# words.

# %% [markdown] tags=["D0-31"]
# ## One dense vector. What does it not hold?
# Whatever the decoder knows of the sentence went through 384 numbers, for 3 words as for 12.
# **Predict** the curves: what share is exact, by the length of the English sentence?

# %% tags=["D0-31"]
def shares_by_length(sources, translations, references, least=20):
    """Return {words in the sentence: share that is exact}, for lengths that occur often enough."""
    right = np.array([a == b for a, b in zip(translations, references, strict=True)])
    lengths = np.array([sum(word not in data.SPECIAL_WORDS for word in row) for row in sources])
    return {int(length): float(right[lengths == length].mean())
            for length, count in zip(*np.unique(lengths, return_counts=True), strict=True)
            if count >= least}


by_length = {
    "test": shares_by_length(source_test, written["LSTM"], target_test),
    "strict test": shares_by_length(source_strict, written_strict, target_strict),
}
test = by_length["test"]
by_length["test, if words stayed as sure"] = {n: test[5]**(n / 5) for n in test if n >= 5}
axes = plotting.plot_by_length(by_length)
plotting.show(axes.figure, alt="Share of exact sentences against their length: near 100 % up to "
              "six words, lower from seven on; the strict test lies below, steeper.")
short, long = (np.mean([test[n] for n in lengths]) for lengths in ((4, 5, 6), (9, 10)))
assert within(short, results.band("12_translation_with_lstms/short"))
assert within(long, results.band("12_translation_with_lstms/long"))

# %% [markdown]
# A longer sentence has more words that can be wrong, so some fall is mere arithmetic. The third
# curve shows how much: $q^{n/5}$, where $q$ is the share at five words. The test falls far below
# it: in long sentences each *word* is less sure, above all in combinations that are new. (Part of
# it is grammar: long sentences have frames of their own.) What is to be said at the end of the
# sentence has to wait in the vector, beside everything else.

# %% [markdown] tags=["D0-32"]
# ## Google Translate circa 2016. What does it take to be useful?
# In 2016 Google began to replace statistics by **GNMT** (Wu and others,
# [arXiv 1609.08144](https://arxiv.org/abs/1609.08144)): an LSTM encoder-decoder like yours, with
# answers to what goes wrong in it.
#
# | what goes wrong | what GNMT does |
# |---|---|
# | one layer is too weak | **8 layers** in the encoder and 8 in the decoder; the lowest of the encoder reads both directions |
# | deep stacks train badly | **residual connections** (lesson 09), from the third layer on |
# | one vector is too narrow | **attention**: at each step the decoder looks at *all* states of the encoder (lesson 13) |
# | rare words are unknown | **wordpieces**: frequent parts of words, so that nothing is unknown (lesson 14) |
# | a beam prefers short sentences | length normalisation, and a penalty for source words left untranslated |
# | it is slow | arithmetic with fewer bits when translating |
#
# In a comparison by people on simple sentences, its errors were 60 % fewer on average than those of
# the phrase-based, statistical system.

# %% tags=["D0-32"]
axes = plotting.plot_gnmt()
plotting.show(axes.figure, alt="Two stacks of eight LSTM layers, encoder and decoder, with "
              "residual connections around the upper ones; attention stands between.")

# %% [markdown] tags=["D0-33"]
# ## Real sentences. What does the same architecture do with them?
# People wrote these: the English-French pairs of [Tatoeba](https://tatoeba.org), by way of
# [manythings.org/anki](https://www.manythings.org/anki/), licence CC BY 2.0 FR. The same
# `build_translator`, only larger, has learnt from them for longer than a lesson lasts; its weights
# come with the course. A **card** says what one has to know of such a checkpoint.

# %% tags=["D0-33"]
deck.table_of(("card", "english_french"), *data.read_card("english_french").items())

# %% [markdown]
# Its figures are far below those of the phrase book. It is another test, so this is no contest (and
# its BLEU has the help of several references); but real language has more words, several right
# answers, and idioms that no rule foretells. In its row *by length* long sentences are worse again.
#
# A typed text may hold anything at all, so it is read with care. The net has seen hardly any
# sentence without a mark at its end, and goes astray without one: it is added. Unknown signs, such
# as emojis, are left out. An unknown *word* becomes `[UNK]`, and the net guesses.

# %%
def read_text(text, vocabulary, longest=30):
    """Return the words of a typed text; ValueError, in a sentence, where none can be read."""
    words, known = data.split_words(text), set(vocabulary)
    if not words:
        raise ValueError("Type an English sentence.")
    if len(words) > longest:
        raise ValueError(f"{len(words):,} words are too many for one vector: at most {longest}.")
    if not known.difference(data.SPECIAL_WORDS).intersection(words):
        raise ValueError("I know none of these words: the net has learnt from English sentences.")
    words = [word for word in words if word in known or word[0].isalnum()]
    return words if words[-1] in ".?!" else [*words, "."]


def as_source(words, vocabulary, length=32):
    """Return the numbers of one split sentence, (1, length): one length, one compilation."""
    numbers = data.encode_words([words], vocabulary)
    return np.pad(numbers, ((0, 0), (0, length - numbers.shape[1])))


real_english, real_french = data.load_vocabulary("english_french")
real_model = build_translator(len(real_english), len(real_french), units=384, embedding=128,
                              dropout=0.1, tied=True)
real_model.load_weights(data.load_checkpoint("english_french"))
real_begin, real_advance = decoding_functions(real_model)

# %% tags=["D0-33"]
def translate(text):
    """Return the French of a typed English sentence, or a sentence that says why there is none."""
    try:
        source = as_source(read_text(text, real_english), real_english)
    except ValueError as error:
        return f"({error})"
    best = search_beam(real_begin, real_advance, source[0])[0][1]
    return data.join_words(data.decode_words(best, real_french))


texts = ["Hello world!", "I love you.", "I would like to have a cup of coffee.",
         "We are going to the market tomorrow.", "The king's old umbrella is not on the table."]
deck.table_of(("you type", "it writes"), *((text, translate(text)) for text in texts))

# %% [markdown]
# Each takes a fraction of a second. Short everyday sentences come out well. Look closely at the
# others: good French, and not what you said. Nothing in it warns you. **Predict** what it makes of
# the following, then try worse. What is typed is shown as it stands, as text.

# %%
{text[:24]: translate(text) for text in (
    "", "word " * 10_000, "Xyzzy plugh frobnicate.", "🙂🙂🙂", "שלום עולם", "<b>Hello</b> world",
    "The cat that the dog that the boy loves sees sleeps.")}

# %% [markdown] tags=["D0-31", "D0-33"]
# ### Word by word
# At each step the decoder gives a probability to every French word, here to the **top five**.

# %% tags=["D0-31", "D0-33"]
def suggest(text, chosen):
    """Return the five most probable words after the `chosen` ones, [(word, probability), …]."""
    state = real_begin(as_source(read_text(text, real_english), real_english))
    for word in ["[start]", *chosen]:
        scores, state = real_advance(np.array([real_french.index(word)]), state)
    best = np.argsort(-scores[0])[:5]
    return [(real_french[place], float(np.exp(scores[0, place]))) for place in best]


explorables.NextWords(suggest, text="I am very happy today.", translate=True, end="[end]")

# %% [markdown]
# Type a sentence of your own. Choose a word by clicking or with the keys 1 to 5, also one that is
# *not* the most probable: the decoder goes on from what you chose, and often finds another good
# way.

# %% [markdown]
# ## Summary
# - An encoder LSTM reads a sentence into one vector; a decoder LSTM writes from it, most probable
#   word by most probable word, until `[end]`.
# - Teacher forcing: in training the decoder reads the true translation, shifted by one. At test
#   time it reads its own words.
# - Padding must not count: not in the state, not in the loss, not in the accuracy.
# - Greedy search cannot take a word back; beam search keeps several beginnings. BLEU counts common
#   n-grams.
# - One vector of fixed size is too narrow for long sentences: the reason for attention.
#
# ## What can go wrong in practice
# - **An accuracy that counts padding**, or one that is teacher forced, sold as translation quality.
# - **A decoder that sees the word it shall say**: training is perfect, translation is noise.
# - **Test sentences that nearly stand in training**: split by sentence, not by pair.
# - **A beam without length**: short, safe sentences win.
# - **BLEU by different tokenizers**: only figures of one program and one test can be compared.
# - **Fluent and wrong**: the decoder writes good French whatever the encoder understood.
#
# ## Read more
# - I. Sutskever, O. Vinyals and Q. Le,
#   [Sequence to sequence learning with neural networks](https://arxiv.org/abs/1409.3215), 2014.
# - K. Cho and others,
#   [On the properties of neural machine translation](https://arxiv.org/abs/1409.1259), 2014: why
#   long sentences suffer.
# - Y. Wu and others, [Google's neural machine translation
#   system](https://arxiv.org/abs/1609.08144), 2016.
# - K. Papineni and others, [BLEU](https://aclanthology.org/P02-1040/), 2002; M. Post, [A call for
#   clarity in reporting BLEU scores](https://arxiv.org/abs/1804.08771), 2018: sacrebleu.
# - P. Brown and others,
#   [The mathematics of statistical machine translation](https://aclanthology.org/J93-2003/), 1993.
#
# ## Next
# [13 Attention and transformers](13_attention_and_transformers.ipynb): each word looks at all
# words, and nothing has to fit into one vector.
