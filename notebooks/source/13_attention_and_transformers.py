# %% [markdown]
# # 13 Attention and transformers
# *How does every word look at every other?*
#
# By the end you can
# - compute attention by hand, in NumPy and in Keras
# - mask what a word may not see, and prove that nothing leaks
# - build an encoder and a decoder block from their parts
# - say what a long sentence costs
# - train a transformer that beats lesson 12's LSTM
# - read what its heads look at, and watch it choose each word
#
# **Time** about 150 minutes · **Data** lesson 12's phrase book; a net trained on Tatoeba's
# sentences · **Builds on** [10 Text as numbers](10_text_as_numbers.ipynb),
# [12 Translation with LSTMs](12_translation_with_lstms.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import importlib.util
import keras
import matplotlib.pyplot as plt
import numpy as np
import sacrebleu
import tensorflow as tf
import timeit
from keras import layers, ops

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D2-26", "D0-34"]
# ## Attention. What does the decoder look at?
# In lesson 12 the decoder knew of the English sentence only one vector. A person who translates
# looks back at the sentence instead, at other words for each word to be written. **Attention** does
# that: for each French word it gives a **weight** to every English one. This table of *I love you*
# and *je t'aime* stands in the old slides of this course. **Predict**: where is *t'* to look?

# %% tags=["D2-26"]
rows, columns = ["je", "t'", "aime"], ["I", "love", "you"]
table = np.array([[0.94, 0.02, 0.04], [0.11, 0.01, 0.88], [0.03, 0.95, 0.02]])
assert np.allclose(table.sum(axis=1), 1)  # the rows sum to 1
axes = plotting.plot_word_table(table, rows, columns, "looks at", "French word")
plotting.show(axes.figure, alt="Most weight: je at I, t' at you, aime at love.")

# %% [markdown] tags=["D2-26"]
# Each row is one French word. Its weights are not negative, and the **rows sum to 1**: a budget of
# 100 % of attention. *t'* has **88 % on you**, the last English word, though it is the second
# French one. Nobody told the net that French puts the object before the verb.
#
# What does the decoder get? One vector again, but a new one for each word: the mean of the English
# vectors, weighted with the row. It is called the **context vector**. On paper, with two numbers
# a word, I = (1, 0), love = (0, 1), you = (−1, 0):
#
# $$0.11 \cdot (1, 0) + 0.01 \cdot (0, 1) + 0.88 \cdot (-1, 0) = (-0.77,\ 0.01)$$
#
# It lies close to *you*. For all three rows at once this is a product of matrices.

# %% tags=["D2-26"]
contexts = table @ np.array([[1, 0], [0, 1], [-1, 0]])
assert np.allclose(contexts[1], [-0.77, 0.01])
contexts

# %% [markdown] tags=["D0-34"]
# D. Bahdanau and others added this to an LSTM translator in 2014, and long sentences became as good
# as short ones. In **2017** A. Vaswani and others went further: ***Attention is All You Need***.
# They left the LSTM out. What remained they called the **transformer**. To see how it works without
# any recurrence, we have to know where the weights come from.

# %% [markdown] tags=["D2-27", "D0-35"]
# ## Query, key and value. How are the weights computed?
# Each word gets three vectors.
#
# - **Query**: what this word looks for. "I am a verb; who does it?"
# - **Key**: by what this word can be found. "I am a pronoun, and a subject."
# - **Value**: the **content** that it hands over when it is looked at.
#
# How well a key answers a query is their **dot product** (lesson 10): large where both have large
# numbers in the same places. On paper: *she reads letters*, and the query of *reads* is
# (2, 0, 2, 0).
#
# | | key | dot product | divided by $\sqrt 4$ | $e^{\dots}$ | weight | value |
# |---|---|---|---|---|---|---|
# | she | (1, 0, 1, 0) | 4 | 2 | 7.39 | 0.67 | (1, 0) |
# | reads | (0, 2, 0, 0) | 0 | 0 | 1 | 0.09 | (0, 1) |
# | letters | (1, 0, 0, 1) | 2 | 1 | 2.72 | 0.24 | (1, 2) |
#
# Softmax (lesson 06) makes weights of the scaled products: each is divided by the sum, 11.11. So
# the **weights sum to 1**. The result is a **linear combination of the values**:
# $0.67 \cdot (1, 0) + 0.09 \cdot (0, 1) + 0.24 \cdot (1, 2) = (0.91, 0.58)$. With the queries,
# keys and values of all words as the rows of $Q$, $K$ and $V$, and $d$ numbers in a key, this is
# the **scaled dot product** attention:
#
# $$\text{attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^T}{\sqrt d}\right) V$$

# %% tags=["D2-27"]
def attend(queries, keys, values, mask=None):
    """Return a new vector for each query, and the weights, (queries, keys); rows sum to 1."""
    scores = queries @ keys.T / np.sqrt(keys.shape[-1])
    scores = scores if mask is None else np.where(mask, scores, -1e9)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ values, weights


keys = np.array([[1, 0, 1, 0], [0, 2, 0, 0], [1, 0, 0, 1]])
values = np.array([[1, 0], [0, 1], [1, 2]])
found, weights = attend(np.array([[2, 0, 2, 0]]), keys, values)
assert np.allclose(weights, [0.67, 0.09, 0.24], atol=0.01)
assert np.allclose(found, [0.91, 0.58], atol=0.01)

# %% [markdown] tags=["D2-27"]
# Two corrections to the old slides. They call a key "a preceding input"; it may belong to any word,
# also to a later one, or to a word of another sentence. And they say that the value is the
# relevance. The relevance is in the *weights*; the value is the content.
#
# Where do the three vectors come from? From the vector of the word, $x$, by three matrices that
# are **learnt**: $Q = X W_Q$, $K = X W_K$, $V = X W_V$. Queries from one sentence with keys and
# values of another: **cross-attention**, as in the table above. All three from the same sentence:
# **self-attention**. Now five words with random vectors, and the layer that Keras has for it.

# %% tags=["D2-27"]
random = np.random.default_rng(0)
x = random.normal(size=(5, 8)).astype("float32")
layer = layers.MultiHeadAttention(num_heads=1, key_dim=4, use_bias=False)
theirs, their_weights = layer(x[None], x[None], return_attention_scores=True)
w_query, w_key, w_value = (kernel[:, 0] for kernel in layer.get_weights()[:3])
ours, our_weights = attend(x @ w_query, x @ w_key, x @ w_value)
assert np.allclose(our_weights, their_weights[0, 0], atol=1e-5)
assert np.allclose(ours @ layer.get_weights()[3][0], theirs[0], atol=1e-5)

# %% [markdown]
# The same to five places. (Keras multiplies the result by a fourth matrix; why, we see with several
# heads.)
#
# What is self-attention good for? In F. Chollet's book of 2021 a figure shows the sentence *The
# train left the station on time*. What kind of station? The dictionary does not say; the word
# *train* does. Here is the same **self-attention figure**, computed with the word vectors of lesson
# 10 as queries, keys and values at once. **Predict**: at which other word does *station* look most?

# %% tags=["D0-35"]
vocabulary, glove = data.load_word_vectors()
words = "the train left the station on time".split()
sentence = glove[[vocabulary.index(word) for word in words]]
_, weights = attend(sentence, sentence, sentence)
assert np.argsort(weights[4])[-2:].tolist() == [words.index("train"), words.index("station")]
axes = plotting.plot_self_attention(words, weights[4], place=4)
plotting.show(axes.figure, alt="Lines to station: thick from itself, next from train.")

# %% [markdown] tags=["D0-35", "D2-27"]
# At itself, then at *train*. The new vector is the station's, moved a little towards trains: a
# vector of the word **in this sentence**. Here nothing was learnt; with matrices that are learnt,
# a word finds what it needs, not just what is like it.
#
# Now change queries and keys yourself. Make *reads* look at *letters*. Then make a query so long
# that all of its weight falls on one word.

# %% tags=["D2-27"]
queries = [[0, 0, 0, 2], [2, 0, 2, 0], [2, 0, 0, 0]]
explorables.Attention(["she", "reads", "letters"], queries, keys, values, word=1)

# %% [markdown]
# ### The square root. Why is it there?
# A dot product of $d$ pairs of random numbers of variance 1 is a sum of $d$ terms, so that its
# variance is $d$. **Predict**: what does softmax make of that with 1,024 dimensions?

# %%
sizes, variances, largest = [4, 16, 64, 256, 1024], [], {"divided by √d": [], "not divided": []}
for size in sizes:
    products = (random.normal(size=(500, 1, size)) @ random.normal(size=(500, size, 10)))[:, 0]
    variances.append(products.var())
    for name, scale in zip(largest, (np.sqrt(size), 1), strict=True):
        largest[name].append(np.mean(ops.max(ops.softmax(products / scale), axis=1)))
assert np.allclose(variances, sizes, rtol=0.2) and largest["not divided"][-1] > 0.9
figure = plotting.plot_scaling(sizes, variances, largest)[0].figure
plotting.show(figure, alt="Left: the variance of dot products is the number of dimensions. "
              "Right: the largest of ten weights stays near 0.3 when divided, else nears 1.")

# %% [markdown]
# Without the root one word takes all the weight, for no reason but chance, before anything has been
# learnt. And there softmax is flat: its slope is $w (1 - w)$, almost 0 for $w$ near 1
# and near 0, so that little would be learnt. Divided by its standard deviation $\sqrt d$, the dot
# product has variance 1 for every $d$.

# %% [markdown]
# ### Exercise 1: Many sentences at once
# Write the weights for a whole batch: `queries` and `keys` have the shape (sentences, words,
# numbers), the weights (sentences, words that look, words looked at).
#
# <details><summary>Hint</summary>
#
# `keys.T` would turn the sentences round, too. `np.swapaxes(keys, -1, -2)` exchanges the last two
# axes only. Subtract the maximum before `np.exp`.
# </details>

# %% tags=["exercise"]
def weigh(queries, keys):
    """Return the attention weights, (sentences, queries, keys)."""
    ### BEGIN SOLUTION
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(keys.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% tags=["check"]
def softmax_of(queries, keys, scale=0.5, axis=-1):
    scores = np.einsum("sqd,skd->sqk", queries, keys) / keys.shape[-1]**scale
    return np.array(ops.softmax(scores, axis=axis))


dice = np.random.default_rng(1).normal(size=(4, 2, 3, 5))
check.function(
    weigh, expected=softmax_of, inputs=[(dice[0], dice[1]), (dice[2, :, :2], 100 * dice[3])],
    mistakes={
        "softmax runs over the words that look (axis -2)": lambda q, k: softmax_of(q, k, axis=-2),
        "the products are not divided by the root of d": lambda q, k: softmax_of(q, k, scale=0),
        "the products are divided by d, not by its root": lambda q, k: softmax_of(q, k, scale=1),
    })

# %% [markdown]
# ## Masks. What may a word not see?
# Two things. **Padding** is no word (lesson 12). And a decoder that is trained with teacher forcing
# has the whole French sentence before it: a word that looks to the right would see the very word
# that it shall predict. The **causal mask** hides what is to come. A mask is a table of truth
# values: may the word of this row look at the word of this column?

# %%
french_words = ["elle", "lit", "la", "lettre", "·", "·"]
known = np.array([word != "·" for word in french_words])
causal = np.tril(np.ones((6, 6), dtype=bool))
masks = {"padding": np.tile(known, (6, 1)), "causal": causal, "both": causal & known}
figure = plotting.plot_masks(masks, french_words)[0].figure
plotting.show(figure, alt="Tables of elle lit la lettre and two paddings. Padding hides the "
              "last two columns, causal all above the diagonal, both what either hides.")

# %% [markdown]
# A hidden field gets the score $-10^9$ before softmax, and $e^{-10^9} = 0$. So the weights that are
# left still sum to 1. (To set *weights* to 0 after softmax would break the sum.) Now the proof:
# change the last two words, and see which results change. **Predict**, with the mask and without.

# %%
before = random.normal(size=(6, 8)).astype("float32")
after = np.concatenate([before[:4], random.normal(size=(2, 8)).astype("float32")])
changed = {name: (attend(*[before] * 3, mask)[0] != attend(*[after] * 3, mask)[0]).any(axis=1)
           for name, mask in (("no mask", None), ("causal", causal))}
assert changed["no mask"].all() and not changed["causal"][:4].any()
changed

# %% [markdown]
# With the causal mask the first four vectors have not changed by a single bit. (In Keras one writes
# `use_causal_mask=True`.) Run such a test on whatever decoder you build. A leak never shows in
# training: there it looks like brilliant learning.

# %% [markdown]
# ### Exercise 2: The mask of a decoder
# From `numbers`, whole numbers of shape (sentences, length) in which 0 is padding, make the mask of
# shape (sentences, length, length): True where the word of the row may look at that of the column.
# No word looks at later ones or at padding.
#
# <details><summary>Hint</summary>
#
# `np.tril(np.ones((n, n), dtype=bool))` is the causal part. `(numbers != 0)[:, None, :]` has a row
# a sentence, to be combined with it by `&`.
# </details>

# %% tags=["exercise"]
def make_mask(numbers):
    """Return where words may look, True or False, (sentences, length, length)."""
    ### BEGIN SOLUTION
    length = numbers.shape[1]
    return np.tril(np.ones((length, length), dtype=bool)) & (numbers != 0)[:, None, :]
    ### END SOLUTION


# %% tags=["check"]
def mask_of(numbers, causal=np.tril, first=0, padding=True):
    ones = np.ones((numbers.shape[1],) * 2, dtype=bool)
    return causal(ones, first) & ((numbers[:, None, :] != 0) | (not padding))


check.function(
    make_mask, inputs=[np.array([[5, 7, 4, 0], [9, 0, 0, 0]]), np.array([[4, 6, 5]])],
    expected=mask_of, mistakes={
        "the causal mask is transposed": lambda it: mask_of(it, causal=np.triu),
        "the diagonal is left out, so no word sees itself": lambda it: mask_of(it, first=-1),
        "padding is not hidden": lambda it: mask_of(it, padding=False),
        "padding hides its rows, not its columns":
            lambda it: mask_of(it, padding=False) & (it != 0)[:, :, None],
    })

# %% [markdown] tags=["D2-25"]
# ## Order. How does attention know which word came first?
# An LSTM reads one word after another. Attention is a sum over all words, and a sum has no order.
# **Predict**: what happens to the results if the words are shuffled?

# %%
order = random.permutation(6)
plain, shuffled = (attend(x, x, x)[0] for x in (before, before[order]))
assert np.allclose(shuffled, plain[order])

# %% [markdown]
# Each word gets the same vector as before, only in another row: *the dog bites the man* and *the
# man bites the dog* are the same to it. So the place has to be put into the vectors. **Positional
# encoding** adds to the vector of each word a vector of its place. Vaswani and others made it
# from waves. Place $p$ has, in pair $i$ of a vector of width $d$,
#
# $$\sin(p \cdot r_i) \quad\text{and}\quad \cos(p \cdot r_i), \qquad r_i = 10000^{-2i/d}$$
#
# On paper, with $d = 4$ the rates are 1 and 0.01: a fast clock hand and a slow one.
#
# | place | $\sin p$ | $\cos p$ | $\sin 0.01p$ | $\cos 0.01p$ |
# |---|---|---|---|---|
# | 0 | 0 | 1 | 0 | 1 |
# | 1 | 0.84 | 0.54 | 0.01 | 1.00 |
# | 2 | 0.91 | −0.42 | 0.02 | 1.00 |

# %%
def make_places(length, width):
    """Return the sinusoidal vectors of the first places, (length, width)."""
    rates = 10_000 ** (-np.arange(0, width, 2) / width)
    angles = np.arange(length)[:, None] * rates
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width)


assert np.allclose(make_places(3, 4)[2], [0.91, -0.42, 0.02, 1], atol=0.01)
places = make_places(50, 64)
assert all(np.ptp(np.diag(places @ places.T, distance)) < 1e-9 for distance in range(50))
figure = plotting.plot_places(places)[0].figure
plotting.show(figure, alt="Left: 50 places by 64 numbers, waves, fast ones left, slow right. "
              "Right: the cosine of two places, 1 on the diagonal, falls with distance.")

# %% [markdown]
# Each place has a pattern of its own. And the dot product of two places depends on their distance
# alone, as the `assert` shows: $\sin a \sin b + \cos a \cos b = \cos(a - b)$. So a query can ask
# for "the word before", wherever it stands.
#
# The other way is simpler: **learnt positions**. An embedding that is fed with the number of the
# place instead of the word, and trained like any other. BERT and GPT do so; so do we. Its price: it
# knows no place beyond those it was built with. One layer holds both embeddings. Its words also
# serve, *reversed*, to score the vocabulary at the end (lesson 12's `tied`).

# %%
class TokenAndPosition(layers.Layer):
    """Turn numbers of words into vectors, of word plus place; with `reverse`, vectors to logits."""

    def __init__(self, size, longest, width, **options):
        super().__init__(**options)
        self.words = layers.ReversibleEmbedding(size, width, name="words")
        self.places = layers.Embedding(longest, width, name="places")

    def build(self, shape):
        self.words.build()
        self.places.build()

    def call(self, numbers, reverse=False):
        if reverse:
            return self.words(numbers, reverse=True)
        return self.words(numbers) + self.places(ops.arange(ops.shape(numbers)[1]))

# %%
embed = TokenAndPosition(10, longest=6, width=4)
(first, _, third), learnt = embed(np.array([[7, 3, 7]]))[0], embed.places.embeddings.numpy()
assert np.allclose(third - first, learnt[2] - learnt[0]) and len(learnt) == 6

# %% [markdown]
# Word 7 stands at places 0 and 2; its two vectors differ just by the places. There is no
# seventh place. We look at places that were learnt when the net is trained.

# %% [markdown]
# ### Exercise 3: One place further
# Sinusoidal places have a pleasant property: from the vector of a place alone follows that of the
# place `steps` further on, by turning each clock hand, without knowing the place. Today's
# language models use it inside attention (RoPE, rotary positions).
#
# <details><summary>Hint</summary>
#
# With the rates as in `make_places`: $\sin(a + b) = \sin a \cos b + \cos a \sin b$ and
# $\cos(a + b) = \cos a \cos b - \sin a \sin b$. `vector[0::2]` are the sines, `vector[1::2]` the
# cosines.
# </details>

# %% tags=["exercise"]
def move(vector, steps):
    """Return the vector of the place that is `steps` further on; same shape, (width,)."""
    ### BEGIN SOLUTION
    angles = steps * 10_000 ** (-np.arange(0, len(vector), 2) / len(vector))
    sines, cosines, s, c = vector[0::2], vector[1::2], np.sin(angles), np.cos(angles)
    return np.stack([sines * c + cosines * s, cosines * c - sines * s], axis=-1).ravel()
    ### END SOLUTION


# %% tags=["check"]
def turned(vector, steps, base=10_000):
    angles = steps * base ** (-np.arange(0, len(vector), 2) / len(vector))
    hands = (vector[1::2] + 1j * vector[0::2]) * np.exp(1j * angles)
    return np.stack([hands.imag, hands.real], axis=-1).ravel()


check.function(
    move, inputs=[(make_places(9, 8)[3], 4), (make_places(9, 6)[8], -5)],
    expected=[make_places(9, 8)[7], make_places(9, 6)[3]], mistakes={
        "the hands turn backwards": lambda v, n: turned(v, -n),
        "all hands turn at the same rate": lambda v, n: turned(v, n, base=1),
        "all sines stand before all cosines": lambda v, n: turned(v, n).reshape(-1, 2).T.ravel(),
    })

# %% [markdown] tags=["D0-34", "D2-25"]
# ## Multi-head attention. Why look more than once?
# A verb needs its subject, its object and perhaps a *not*; a pronoun needs the noun it stands for,
# which is often the subject of the sentence. But one row of weights is one mixture of all.
# **Multi-head attention** looks several times, side by side. Each **head** has matrices of its
# own and fewer numbers a word, so that all together cost as much as one wide head. Their results
# stand one after the other and go through one more matrix, the fourth of above. (Or, which is the
# same, each goes through its part of it, and the parts are added.)

# %% tags=["D0-34"]
def attend_with_heads(x, memory, weights, mask=None):
    """Return what all heads find, (queries, width); `weights` are those of Keras's layer."""
    q, q_bias, k, k_bias, v, v_bias, out, out_bias = weights
    return out_bias + sum(
        attend(x @ q[:, head] + q_bias[head], memory @ k[:, head] + k_bias[head],
               memory @ v[:, head] + v_bias[head], mask)[0] @ out[head]
        for head in range(q.shape[1]))


layer = layers.MultiHeadAttention(num_heads=4, key_dim=2)
memory = random.normal(size=(3, 8)).astype("float32")
theirs = layer(x[None], memory[None])[0]
assert np.allclose(attend_with_heads(x, memory, layer.get_weights()), theirs, atol=1e-5)

# %% [markdown] tags=["D2-25"]
# ## Blocks. What is a transformer made of?
# Attention mixes words, but only by weighted means. Three more parts make a block of it.
#
# **Residual connection** (lesson 09): what attention found is *added* to what was there, so that
# the word itself is not lost and the gradient has a straight way. **Layer normalisation** (Ba and
# others, 2016) then brings each vector to mean 0 and variance 1, else sums would grow from block to
# block. On paper, (1, 2, 3, 6): mean 3; deviations (−2, −1, 0, 3); variance 14/4 = 3.5; divided by
# $\sqrt{3.5 + \varepsilon}$: (−1.07, −0.53, 0, 1.60). The small $\varepsilon$ saves a vector of
# equal numbers from 0/0. A learnt factor and a learnt offset for each column follow. Batch
# normalisation (lesson 07) compares *examples*; layer normalisation stays within *one word*, so
# that padding and other sentences do not matter.

# %% tags=["D2-25"]
def normalize(x, epsilon=1e-5):
    """Return each vector (last axis) with mean 0 and variance 1."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)


assert np.allclose(normalize(np.array([1, 2, 3, 6])), [-1.07, -0.53, 0, 1.60], atol=0.01)

# %% tags=["D2-25"]
class AddAndNormalize(layers.Layer):
    """Add what a part of a block found out to what it was given, and normalise each vector."""

    def __init__(self, dropout=0.0, epsilon=1e-5, **options):
        super().__init__(**options)
        self.drop = layers.Dropout(dropout)
        self.normalize = layers.LayerNormalization(epsilon=epsilon, name="normalize")

    def build(self, x_shape, found_shape):
        self.normalize.build(x_shape)

    def call(self, x, found, training=False):
        return self.normalize(x + self.drop(found, training=training))

# %% tags=["D2-25"]
assert np.allclose(AddAndNormalize()(x, x[::-1]), normalize(x + x[::-1]), atol=1e-5)

# %% [markdown] tags=["D2-25"]
# **Feed-forward**: attention collects, now each word thinks about what it has collected, for
# itself: a small network of two dense layers, the same one at every place. The first is wider. When
# it is four times as wide, as is usual, two thirds of an encoder block's weights lie here.

# %% tags=["D2-25"]
class FeedForward(layers.Layer):
    """Two dense layers for the vector of each word by itself: to `hidden` numbers and back."""

    def __init__(self, hidden, activation="relu", **options):
        super().__init__(**options)
        self.hidden, self.activation = hidden, activation

    def build(self, shape):
        self.widen = layers.Dense(self.hidden, activation=self.activation, name="widen")
        self.narrow = layers.Dense(shape[-1], name="narrow")
        self.widen.build(shape)
        self.narrow.build((*shape[:-1], self.hidden))

    def call(self, x):
        return self.narrow(self.widen(x))

# %% [markdown] tags=["D2-25"]
# ### Exercise 4: RMS normalisation
# Many language models of today leave out the mean and the offset: they divide each vector by the
# root of the mean of its squares (*root mean square*; Zhang and Sennrich, 2019). `x` has the shape
# (words, width). Add 1e-6 under the root.
#
# <details><summary>Hint</summary>
#
# `np.mean(x**2, axis=-1, keepdims=True)` is one number a word, in a column.
# </details>

# %% tags=["exercise"]
def rms_normalize(x):
    """Return each row of x divided by its root mean square."""
    ### BEGIN SOLUTION
    return x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)
    ### END SOLUTION


# %% tags=["check"]
def squares(x, axis=-1):
    return np.mean(x**2, axis, keepdims=True)


check.function(
    rms_normalize, inputs=[x, np.array([[3.0, 4.0], [0.0, 0.0], [1.0, -7.0]])],
    expected=lambda x: x / np.sqrt(squares(x) + 1e-6), mistakes={
        "the mean is subtracted: that is layer normalisation": lambda x: normalize(x, 1e-6),
        "the mean runs over the words (axis 0)": lambda x: x / np.sqrt(squares(x, axis=0) + 1e-6),
        "the root is missing": lambda x: x / (squares(x) + 1e-6),
        "nothing is added: 0/0 for a vector of zeros": lambda x: x / np.sqrt(squares(x)),
    })

# %% [markdown] tags=["D2-25"]
# ### The encoder block
# Look, add and normalise; think, add and normalise. Vectors of shape (sentences, length, width) go
# in, with a mask that is True where a word may be looked at. New vectors of the same shape come
# out, and the weights, since we want to see them: (sentences, heads, queries, keys).

# %% tags=["D2-25"]
class EncoderBlock(layers.Layer):
    """Each word looks at all words of its sentence, then thinks: new vectors, and the weights."""

    def __init__(self, heads, hidden, dropout=0.0, activation="relu", epsilon=1e-5, **options):
        super().__init__(**options)
        self.heads, self.dropout = heads, dropout
        self.think = FeedForward(hidden, activation, name="think")
        self.after_look = AddAndNormalize(dropout, epsilon, name="after_look")
        self.after_think = AddAndNormalize(dropout, epsilon, name="after_think")

    def build(self, shape):
        self.look = layers.MultiHeadAttention(
            self.heads, shape[-1] // self.heads, dropout=self.dropout, name="look")
        self.look.build(shape, shape)
        self.think.build(shape)
        for part in (self.after_look, self.after_think):
            part.build(shape, shape)

    def call(self, x, mask, training=False):
        found, weights = self.look(x, x, attention_mask=mask, return_attention_scores=True,
                                   training=training)
        x = self.after_look(x, found, training=training)
        return self.after_think(x, self.think(x), training=training), weights

# %% tags=["D2-25"]
block = EncoderBlock(heads=4, hidden=16)
theirs, _ = block(x[None], np.ones((1, 1, 5), dtype=bool))
widen, widen_bias, narrow, narrow_bias = block.think.get_weights()
middle = normalize(x + attend_with_heads(x, x, block.look.get_weights()))
thought = np.maximum(middle @ widen + widen_bias, 0) @ narrow + narrow_bias
assert np.allclose(normalize(middle + thought), theirs[0], atol=1e-5)

# %% [markdown] tags=["D2-25"]
# ### The decoder block
# It has one more part, in the middle: after looking back at the French words so far (causal), each
# looks across at the English ones. Queries from the French side, keys and values from the encoder:
# the table of the beginning. New vectors come out, and both arrays of weights.

# %% tags=["D2-25"]
class DecoderBlock(layers.Layer):
    """Each French word looks at those before it, then at the English ones, then thinks."""

    def __init__(self, heads, hidden, dropout=0.0, activation="relu", epsilon=1e-5, **options):
        super().__init__(**options)
        self.heads, self.dropout = heads, dropout
        self.think = FeedForward(hidden, activation, name="think")
        self.after_look_back = AddAndNormalize(dropout, epsilon, name="after_look_back")
        self.after_look_across = AddAndNormalize(dropout, epsilon, name="after_look_across")
        self.after_think = AddAndNormalize(dropout, epsilon, name="after_think")

    def build(self, x_shape, memory_shape):
        size = x_shape[-1] // self.heads
        self.look_back = layers.MultiHeadAttention(
            self.heads, size, dropout=self.dropout, name="look_back")
        self.look_across = layers.MultiHeadAttention(
            self.heads, size, dropout=self.dropout, name="look_across")
        self.look_back.build(x_shape, x_shape)
        self.look_across.build(x_shape, memory_shape)
        self.think.build(x_shape)
        for part in (self.after_look_back, self.after_look_across, self.after_think):
            part.build(x_shape, x_shape)

    def call(self, x, memory, mask, training=False):
        found, back = self.look_back(x, x, use_causal_mask=True, return_attention_scores=True,
                                     training=training)
        x = self.after_look_back(x, found, training=training)
        found, across = self.look_across(x, memory, attention_mask=mask,
                                         return_attention_scores=True, training=training)
        x = self.after_look_across(x, found, training=training)
        return self.after_think(x, self.think(x), training=training), back, across

# %% [markdown] tags=["D2-25"]
# Stack the blocks **N times** (Vaswani and others: 6), embeddings with positions below, scores
# above: this is the transformer.

# %% tags=["D2-25"]
axes = plotting.plot_transformer()
plotting.show(axes.figure, alt="Two stacks of N blocks, encoder and decoder, each part with a "
              "bypass; the decoder also looks at the encoder, and gives the next word.")

# %% tags=["D2-25"]
def build_transformer(source_size, target_size, width=96, heads=4, hidden=256, blocks=2,
                      dropout=0.0, longest=32):
    """Return a model of [source, target so far] to logits, and one to what its heads look at.

    The second has outputs [logits, weights at French words, at English ones, of each block].
    """
    source = keras.Input((None,), dtype="int32", name="source")
    target = keras.Input((None,), dtype="int32", name="target")
    known = ops.not_equal(source, PADDING)[:, None, :]
    memory = TokenAndPosition(source_size, longest, width, name="source_words")(source)
    memory = layers.Dropout(dropout)(memory)
    for number in range(blocks):
        memory, _ = EncoderBlock(heads, hidden, dropout, name=f"encoder_{number}")(memory, known)
    target_words = TokenAndPosition(target_size, longest, width, name="target_words")
    x, weights = layers.Dropout(dropout)(target_words(target)), []
    for number in range(blocks):
        block = DecoderBlock(heads, hidden, dropout, name=f"decoder_{number}")
        x, back, across = block(x, memory, known)
        weights += [back, across]
    logits = target_words(x, reverse=True)
    return (keras.Model([source, target], logits),
            keras.Model([source, target], [logits, *weights]))

# %% [markdown] tags=["D2-25"]
# Encoder and decoder are also useful alone.
#
# - **Encoder blocks** alone read a text in both directions: every word sees all others. That is
#   **BERT** (2018; lesson 14).
# - **Decoder blocks** alone, without the look across, predict the next word from those before. That
#   is **GPT** (2018; lesson 16).

# %% tags=["D2-25"]
figure = plotting.plot_bert_and_gpt()[0].figure
plotting.show(figure, alt="Encoder blocks give vectors: BERT; decoder blocks a word: GPT.")

# %% [markdown] tags=["D0-40"]
# ### The same, ready-made
# The old slides name four layers of KerasNLP, which is called **KerasHub** today:
# `TokenAndPositionEmbedding`, `TransformerEncoder`, `TransformerDecoder` and `WordPieceTokenizer`
# (lesson 14 builds the last). Given our weights, do the first three say the same as ours? KerasHub
# is optional in this course; where it is not installed, the cell says so.

# %% tags=["D0-40"]
def compare_with_hub(hub):
    """Return how much our layers and KerasHub's differ at most, given the same weights."""
    numbers, known = np.array([[4, 7, 9, 0]]), np.array([[True, True, True, False]])
    words, reader, writer = TokenAndPosition(10, 6, 8), EncoderBlock(4, 16), DecoderBlock(4, 16)
    x, memory = words(numbers), random.normal(size=(1, 4, 8)).astype("float32")
    ours = [x, reader(x, known[:, None])[0], writer(x, memory, known[:, None])[0]]
    parts = [[words.words, words.places],
             [reader.look, reader.after_look, reader.after_think, reader.think],
             [writer.look_back, writer.after_look_back, writer.look_across,
              writer.after_look_across, writer.think, writer.after_think]]
    theirs = {hub.layers.TokenAndPositionEmbedding(10, 6, 8): [numbers],
              hub.layers.TransformerEncoder(16, 4): [x, known],
              hub.layers.TransformerDecoder(16, 4): [x, memory, None, None, known]}
    differences = {}
    for our, own_parts, (layer, inputs) in zip(ours, parts, theirs.items(), strict=True):
        layer(*inputs)  # builds it
        layer.set_weights([weight for part in own_parts for weight in part.get_weights()])
        differences[type(layer).__name__] = float(np.abs(our - layer(*inputs)).max())
    assert max(differences.values()) < 1e-5
    return differences


(compare_with_hub(importlib.import_module("keras_hub")) if importlib.util.find_spec("keras_hub")
 else "Skipped: KerasHub is not installed.")

# %% [markdown] tags=["D0-34"]
# ## Cost. What does a long sentence cost?
# Each of $n$ words looks at each: $n^2$ weights, in every head of every block. Twice the length,
# four times the weights. An LSTM takes $n$ steps: twice the length, twice the time. But each of its
# steps has to wait for the one before. **Predict**: which is faster on 256 words, and on 2,048?

# %% tags=["D0-34"]
def measure(layer, n):
    """Return the seconds that a compiled layer takes for one sentence of n words, at best."""
    compute, vectors = tf.function(layer, autograph=False), tf.random.normal((1, n, 64))
    return min(timeit.repeat(lambda: compute(vectors), number=1, repeat=4))


lengths, layer = [128, 256, 512, 1024, 2048], layers.MultiHeadAttention(1, 64)
seconds = {"attention": [measure(lambda x: layer(x, x), n) for n in lengths],
           "LSTM": [measure(layers.LSTM(64), n) for n in lengths]}
axes = plotting.plot_run_times(lengths, seconds)
plotting.show(axes.figure, alt="Seconds over length, logarithmic: attention lies below the LSTM "
              "and rises more and more steeply, in the end with the square of the length.")

# %% [markdown] tags=["D0-34"]
# Attention begins far cheaper: it is a few products of matrices, just what processors are fast at.
# But its curve is the steeper one. Where the two cross depends on the machine; that they do does
# not. Behind the picture stand two reasons why transformers have won.
#
# - **Parallel training**: all words of all sentences are computed at the same time. An LSTM works
#   through a sentence one step after the other, however many processors there are.
# - **Distance independence**: from any word to any other it is *one* step. In an LSTM the first
#   word reaches the last only through all states between, and fades on the way (lesson 11).
#
# The price is $n^2$ for long texts: a book of 100,000 words has $10^{10}$ weights a head. Much of
# today's research goes into paying less.

# %% [markdown] tags=["D0-36"]
# ## English to French again. Does it beat the LSTM?
# The phrase book, its vocabularies, the batches and every measure are those of lesson 12, taken
# from there. Our transformer has two blocks on each side, of width 96 with four heads: with about
# half a million weights it is a little smaller than the LSTM.

# %% tags=["D0-36"]
(OneCycle,) = deck.Lesson("07_training_better", globals()).take("OneCycle")
lesson_12 = deck.Lesson("12_translation_with_lstms", globals())
PADDING, UNKNOWN, START, END = range(4)
within, exact_share, masked_accuracy, draw_batches = lesson_12.take(
    *"within exact_share masked_accuracy draw_batches".split())
_, target_test, english, french, x_train, y_train, x_test, _, target_strict, x_strict, y_strict = (
    lesson_12.take(*"english_train target_test english french x_train y_train x_test "
                   "english_strict target_strict x_strict y_strict".split()))
keras.utils.set_random_seed(0)
model, watcher = build_transformer(len(english), len(french))
model.count_params()

# %% [markdown] tags=["D0-36"]
# It is trained as the LSTM was: the same batches, teacher forcing, one cycle of Adam (with
# Vaswani's $\beta_2$ of 0.98: a shorter memory of how large the gradients were). Blocks like ours,
# which normalise after adding, need the slow rise at its beginning: without it they often do not
# start to learn. 1,200 steps of 64 sentences take about a minute. The best baseline of
# lesson 12 was below 30 %, the LSTM much better. **Predict** the share of exact sentences.

# %% tags=["D0-36"]
def fit_transformer(model, source, framed, steps=1200, peak=0.002):
    """Train with one cycle of Adam; return the loss after each twentieth of the steps."""
    numbers = tf.TensorSpec((None, None), "int32")
    batches = tf.data.Dataset.from_generator(
        lambda: draw_batches(source, framed), output_signature=((numbers, numbers), numbers))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=PADDING)
    adam = keras.optimizers.Adam(OneCycle(peak, steps, warmup=0.1), beta_2=0.98)
    model.compile(adam, loss, jit_compile=False)  # else each length would be compiled anew
    return model.fit(batches.prefetch(4), steps_per_epoch=max(1, steps // 20), epochs=20,
                     shuffle=False, verbose=0).history["loss"]


training_losses = fit_transformer(model, x_train, y_train)

# %% [markdown] tags=["D0-36"]
# How does it write? The model has **two inputs**: the English sentence, and the **French so far**.
#
# 1. The French so far is `[start]`.
# 2. **Predict the next** French word: the most probable one at the last place.
# 3. **Append** it to the French so far.
# 4. **Feed it back**: the longer beginning is the new input.
# 5. **Repeat until [end]**.
#
# (The French so far is padded to 8, 16, 24 or 32 places, so that TensorFlow compiles the net for
# few lengths. Nobody looks there: it is to the right.)

# %% tags=["D0-36"]
def decoding_function(model):
    """Return advance(source, target so far), log-probabilities of the next word."""
    words = model.get_layer("target_words")
    last = [layer for layer in model.layers if isinstance(layer, DecoderBlock)][-1]
    reader = keras.Model(model.inputs, last.output[0])  # vectors, not yet logits at every place

    @tf.function(reduce_retracing=True)
    def compute(source, target, place):
        vectors = ops.take(reader([source, target]), place, axis=1)
        return ops.log_softmax(words(vectors, reverse=True), axis=-1)

    def advance(source, target):
        length = target.shape[1]
        padded = np.pad(target, ((0, 0), (0, -length % 8)))
        return np.asarray(compute(source, padded, np.int32(length - 1)))

    return advance

# %% tags=["D0-36"]
def search_greedily(advance, source, longest=30):
    """Return the most probable word at each position, (sentences, at most `longest`)."""
    target = np.full((len(source), 1), START, dtype="int32")
    while target.shape[1] <= longest and not (target == END).any(axis=1).all():
        words = advance(source, target).argmax(axis=-1).astype("int32")
        target = np.hstack([target, words[:, None]])
    return target[:, 1:]

# %% tags=["D0-36"]
advance = decoding_function(model)
written, written_strict = (
    [data.decode_words(row, french) for row in search_greedily(advance, part, longest=20)]
    for part in (x_test, x_strict))
exact, strict = exact_share(written, target_test), exact_share(written_strict, target_strict)
assert within(exact, results.band("13_attention_and_transformers/exact"))
assert within(strict, results.band("13_attention_and_transformers/strict"))
f"exact: {exact:.1%} of the test, {strict:.1%} of the strict test"

# %% [markdown]
# Short of perfect, by few sentences. The measures of lesson 12, word by word, and BLEU:

# %%
forced = model.predict_on_batch([x_strict, y_strict[:, :-1]]).argmax(axis=-1)
forced_accuracy = masked_accuracy(y_strict[:, 1:], forced)
assert within(forced_accuracy, results.band("13_attention_and_transformers/forced_accuracy"))
texts, truths = ([data.join_words(words) for words in part] for part in (written, target_test))
bleu = sacrebleu.corpus_bleu(texts, [truths]).score
f"strict test, teacher forced: {forced_accuracy:.1%} of the words; BLEU on the test {bleu:.1f}"

# %% [markdown]
# Is that better than the LSTM? One run of each, of other sizes and with other numbers of steps,
# proves little. A fair comparison trains both several times: here an LSTM that takes as much of the
# processor's time, and one with as many weights and as many steps (`course.py bench translation`,
# three seeds). The table has the share of exact sentences, lowest and highest.

# %%
deck.table_of(("", *(measures := ("exact", "strict"))), *(
    (name, *(f"{min(runs):.1%} to {max(runs):.1%}" for runs in (
        results.read(f"translation/{name}/{measure}") for measure in measures)))
    for name in ("transformer", "LSTM, equal time", "LSTM, equal size")))

# %% [markdown]
# ### What it looks at
# For each French word that it writes, the decoder looks at English ones. **Predict**: in *the white
# house is open*, *la maison blanche est ouverte*, where is the crossing?

# %%
source = data.encode_words([words := data.split_words("The white house is open.")], english)
target = search_greedily(advance, source)[0]
looks = watcher([source, np.concatenate([[START], target[:-1]])[None]])[-1][0]  # of the last block
figure = plotting.plot_heads(looks, [french[word] for word in target], words)[0].figure
plotting.show(figure, alt="Four heads: maison mostly looks at house, blanche at white.")

# %% [markdown]
# *Maison* looks at *house* and *blanche* at *white*: the crossing of the word order, learnt from
# pairs of sentences alone. It is the table of the beginning, without anybody having written it.
# *Blanche* also has to know that *house* is feminine; that may come from *maison*, by looking back.
# In other blocks and larger nets many heads are hard to read. Attention shows where numbers come
# from, not why a word was chosen: take it as a hint, not as a reason.
#
# And here are the **learnt positions** of the decoder. At first they were random, each place as
# unlike its neighbour as any other. **Predict** their cosines.

# %%
figure = plotting.plot_places(model.get_layer("target_words").places.embeddings[:18])[0].figure
plotting.show(figure, alt="18 places by 96 numbers, no waves; cosines, neighbours alike.")

# %% [markdown]
# No waves, but neighbours have become alike: the net has found out which places are near each
# other. The last places stay as random as they were, since few sentences are so long.

# %% [markdown]
# ## Real sentences. What does the same architecture do with them?
# The same `build_transformer`, with three blocks on each side, of width 192, has learnt from the
# sentences of [Tatoeba](https://tatoeba.org) that lesson 12's LSTM learnt from (by way of
# [manythings.org/anki](https://www.manythings.org/anki/), licence CC BY 2.0 FR), cut into the same
# parts for training and test. So the two cards can be compared, line by line.

# %%
name = "english_french_transformer"
cards = [data.read_card(it) for it in (name, "english_french")]
deck.table_of(("", "transformer", "LSTM"), *((it, *(c.get(it) for c in cards)) for it in cards[0]))

# %% [markdown]
# What is typed is read as in lesson 12. The limit is another one: the net has learnt 32 places, and
# there is no vector for the place after the last.

# %%
read_text, as_source, search_beam = lesson_12.take("read_text", "as_source", "search_beam")
real_english, real_french = data.load_vocabulary(name)
real_model, real_watcher = build_transformer(
    len(real_english), len(real_french), width=192, heads=4, hidden=512, blocks=3, dropout=0.1)
real_model.load_weights(data.load_checkpoint(name))
real_advance = decoding_function(real_model)


def read_source(text):
    """Return the numbers of a typed sentence, (1, 32); ValueError, in a sentence, if unreadable."""
    if (count := len(data.split_words(text))) > 30:
        raise ValueError(f"{count:,} words are too many: the net has places for 30.")
    return as_source(read_text(text, real_english), real_english)


# %% [markdown]
# Lesson 12 promised that its beam search will work with a transformer: it asks only for `begin` and
# `advance`. What has the transformer to carry from step to step? No state, just its two inputs.

# %%
def begin(source):
    return [source, np.empty((len(source), 0), dtype="int32")]


def continue_by(words, state):
    """Return the log-probabilities of the next word, and [source, target so far]."""
    source, target = state[0], np.hstack([state[1], words[:, None]]).astype("int32")
    scores = real_advance(source, target).copy()
    scores[:, [PADDING, UNKNOWN, START]] = -np.inf  # never an answer
    return scores, [source, target]


def search(text, width=4):
    """Return the best translations of a typed sentence, [(sentence, log-probability a word), …]."""
    found = search_beam(begin, continue_by, read_source(text)[0], width)
    return [(data.join_words(data.decode_words(words, real_french)), float(score))
            for score, words in found]


def translate(text):
    """Return the French of a typed English sentence, or a sentence that says why there is none."""
    try:
        return search(text)[0][0]
    except ValueError as error:
        return f"({error})"


# %% [markdown]
# Five sentences of lesson 12, to be compared with what the LSTM wrote. Then what is hard to read.
# **Predict** the answers, and try worse.

# %%
{text[:44]: translate(text) for text in (
    "Hello world!", "I love you.", "I would like to have a cup of coffee.",
    "We are going to the market tomorrow.", "The king's old umbrella is not on the table.",
    "", "word " * 10_000, "Xyzzy plugh frobnicate.", "🙂🙂🙂", "שלום עולם", "<b>Hello</b> world",
    "The cat that the dog that the boy loves sees sleeps.")}

# %% [markdown] tags=["D0-34"]
# ## One word, two meanings. Where does the net keep them apart?
# Most frequent words have several meanings: **polysemy**. *Right* is the side that is not left, or
# what is correct. The vector of lesson 10 is the same for both. In a transformer that is only the
# beginning: block by block each word takes up something of its neighbours, and becomes a
# **contextual** vector. In the six sentences below *right* is always the third word, so that it
# enters the first block as the very same vector. **Predict**: which sentences have alike vectors of
# it after the third block?

# %% tags=["D0-34"]
encoder = keras.Model(real_model.inputs[0], real_model.get_layer("encoder_2").output[0])


def find_vector(text, word):
    """Return the vector that the encoder gives to a word in its sentence."""
    source = read_source(text)
    return encoder(source)[0, source[0].tolist().index(real_english.index(word))].numpy()


texts = ["You are right.", "Tom was right.", "She is right.",
         "Raise your right hand.", "Use your right hand.", "Keep your right arm still."]
vectors = keras.utils.normalize(np.array([find_vector(text, "right") for text in texts]))
cosines = vectors @ vectors.T
assert cosines[:3, :3].mean() > cosines[:3, 3:].mean() < cosines[3:, 3:].mean()
axes = plotting.plot_meanings(cosines, texts)
plotting.show(axes.figure, alt="Cosines of six vectors of right: two squares, a meaning each.")

# %% [markdown] tags=["D0-34"]
# Two squares: the three that mean *correct*, the three that mean a side. Nobody told the net that
# *right* has two meanings. It had to write *raison* for one and *droite* for the other.

# %% [markdown]
# ## The translation microscope. How does it choose each word?
# Two inputs, one next word, again and again. The old slides watch this with *hello world*: at each
# step a table of the **top five** words. Theirs were *salut* with 65.05 %, *le* with 83.57 %,
# *monde* with 98.47 % and *[end]* with 99.18 %. Other weights give other percentages. (The padding
# behind the French so far is seen by nobody.)

# %% tags=["D0-37", "D0-36"]
def look(text, chosen, temperature=1.0):
    """Return the five most probable next words after `chosen`, and what each head looks at."""
    source = read_source(text)
    target = np.array([[START, *(real_french.index(word) for word in chosen), PADDING]])
    logits, *weights = real_watcher([source, target])
    logits = np.array(logits[0, len(chosen)]) / temperature
    logits[[PADDING, UNKNOWN, START]] = -np.inf
    probabilities = np.array(ops.softmax(logits))
    best = [(real_french[n], float(probabilities[n])) for n in np.argsort(-probabilities)[:5]]
    words = [real_english[number] for number in source[0] if number]
    attention = np.array(weights[1::2])[:, 0, :, :-1, :len(words)]
    return dict(words=best, source=words, written=["[start]", *chosen], attention=attention)


chosen, steps = [], []
while "[end]" not in chosen:
    best = look("hello world", chosen)["words"]
    steps.append((" ".join(["[start]", *chosen]), *(f"{word} {p:.2%}" for word, p in best)))
    chosen.append(best[0][0])
deck.table_of(("French so far", *(f"{rank}." for rank in range(1, 6))), *steps)

# %% [markdown] tags=["D0-37"]
# Read it line by line: the first column is fed in with the English sentence, the second one is
# appended.
#
# And now yours. Type a sentence; choose words, also improbable ones; see at which English words
# each head of each block looks while it decides. **Temperature** (lesson 11) makes the choice more
# daring, a wider **beam** more careful.

# %% tags=["D0-37"]
explorables.Microscope(look, search, text="The white house is very old.")

# %% [markdown]
# ## Summary
# - Attention is a weighted mean of values; the weights are the softmax of scaled dot products of
#   queries and keys, and sum to 1.
# - Masks hide padding and what is to come. Test that nothing leaks.
# - Attention knows no order: positions are added to the words. It takes one step between any two
#   words, and $n^2$ weights.
# - A block is attention and a feed-forward net, each with a residual connection and layer
#   normalisation. Encoder blocks alone are BERT, decoder blocks alone GPT.
# - To translate: predict the next word, append it, feed it back, until `[end]`.
#
# ## What can go wrong in practice
# - **A mask that leaks**, or is transposed: training looks perfect, writing is noise.
# - **A mask added as 0 and 1** to scores, or multiplied onto weights: rows no longer sum to 1.
# - **Positions forgotten**: a bag of words that still looks fluent.
# - **Longer texts than in training**: learnt places end, or were hardly trained.
# - **No warm-up**: the loss stays where it is from the first hundred steps on.
# - **Heat maps read as reasons**: weights show where numbers come from, not why.
#
# ## Read more
# - A. Vaswani and others, [Attention is all you need](https://arxiv.org/abs/1706.03762), 2017.
# - D. Bahdanau, K. Cho and Y. Bengio,
#   [Neural machine translation by jointly learning to align and translate](https://arxiv.org/abs/1409.0473),
#   2014: attention, with an LSTM's relative.
# - J. Ba, J. Kiros and G. Hinton, [Layer normalization](https://arxiv.org/abs/1607.06450), 2016.
# - F. Chollet, *Deep Learning with Python*, 2nd edition, Manning, 2021, chapter 11: the figure of
#   the station.
# - S. Jain and B. Wallace, [Attention is not explanation](https://arxiv.org/abs/1902.10186), 2019.
#
# ## Next
# [14 BERT, a masked language model](14_bert_masked_language_model.ipynb): the encoder alone, and
# what it learns from text that nobody labelled.
