# %% [markdown]
# # 10 Text as numbers
# *How can a network compute with words?*
#
# By the end you can
# - turn texts into counts, multi-hot rows and sequences of equal length
# - measure by an angle how alike two texts are
# - say what an embedding layer computes, and prove it
# - learn what words have in common from nothing but text
# - ask real word vectors for neighbours, analogies and prejudice
# - train a spam filter, see what it learnt, and fool it
#
# **Time** about 120 minutes · **Data** generated sentences and messages; 20,000 GloVe vectors ·
# **Builds on** [06 Keras classification](06_keras_classification.ipynb)

# %%
from course_utils import check, data, deck, explorables, plotting, results

import collections
import keras
import matplotlib.pyplot as plt
import numpy as np
import re
import threadpoolctl
import warnings
from keras import layers
from sklearn import decomposition, manifold, metrics

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D0-23"]
# ## Tokens. How does a sentence become numbers?
# A network multiplies and adds; it cannot read. So a text is cut into **tokens**, here words, and
# each different token gets a number. Take two lines from the old slides of this course: *Quick
# brown fox* and *Jumps over lazy lazy brown dog*. On paper: write everything in small letters,
# count the words, then number them. The most frequent comes first, and of equally frequent ones
# the one that was met first. This list is the **vocabulary**:
#
# | word | brown | lazy | quick | fox | jumps | over | dog |
# |---|---|---|---|---|---|---|---|
# | how often | 2 | 2 | 1 | 1 | 1 | 1 | 1 |
# | number | 1 | 2 | 3 | 4 | 5 | 6 | 7 |
#
# The number 0 stays free: it will mean "no word here".

# %% tags=["D0-23"]
def split_tokens(text):
    """Return the words of a text in small letters, without punctuation."""
    return re.findall(r"\w+(?:'\w+)*", text.lower())


def build_vocabulary(texts, first=1):
    """Return {word: number}: the most frequent is `first`; of equals the one met first is next."""
    counts = collections.Counter(token for text in texts for token in split_tokens(text))
    return {word: number for number, (word, _) in enumerate(counts.most_common(), first)}


lines = ["Quick brown fox", "Jumps over lazy lazy brown dog"]
vocabulary = build_vocabulary(lines)
assert list(vocabulary) == "brown lazy quick fox jumps over dog".split()
vocabulary

# %% [markdown] tags=["D0-23"]
# (In `split_tokens`, `\w+` is a run of letters or digits; what follows it lets an apostrophe stand
# inside a word, as in *don't*. The slides say that stop words, which are frequent and say little,
# had been removed before. *Over* is usually one of them, and has stayed.)
#
# Now each line becomes a **multi-hot** row, as in lesson 06: a column for each word, 1 where the
# word occurs. **Predict** both rows. Column 0 belongs to no word.

# %% tags=["D0-23"]
def multi_hot(texts, words):
    """Return rows of 0 and 1, shape (texts, words): which of the words occur in each text."""
    token_sets = [set(split_tokens(text)) for text in texts]
    return np.array([[int(word in tokens) for word in words] for tokens in token_sets])


columns = ["", *vocabulary]
rows = multi_hot(lines, columns)
assert rows.tolist() == [[0, 1, 0, 1, 1, 0, 0, 0], [0, 1, 1, 0, 0, 1, 1, 1]]
axes = plotting.plot_rows_of_numbers(rows, columns, ["line 1", "line 2"])
plotting.show(axes.figure, alt="Line 1: 1 at brown, quick, fox. Line 2: 1 at five of the words.")

# %% [markdown] tags=["D0-23"]
# Two things are lost: the order of the words, and that *lazy* stood there twice. The slides make
# these rows with Keras's `Tokenizer`, and so do many books. It **no longer exists** in Keras 3.
# Ours does what it did; what replaces it comes below.

# %% tags=["D0-23"]
with check.expect_error(AttributeError, "text"):
    keras.preprocessing.text.Tokenizer()

# %% [markdown] tags=["D1-17", "D1-18"]
# ## Bags of words. When do two sentences say the same?
# A row that says which words occur, or how often, is a **bag of words**. Every text becomes a
# vector of the same length, and vectors can be compared. The slides' dictionary is {the, cat, sat,
# dog, orange, apple, grape}, and the sentences are *The cat sat*, *The dog sat* and *Orange, apple,
# grape*:

# %% tags=["D1-18"]
dictionary = "the cat sat dog orange apple grape".split()
sentences = ["The cat sat", "The dog sat", "Orange, apple, grape"]
bags = multi_hot(sentences, dictionary)
assert bags.tolist() == [[1, 1, 1, 0, 0, 0, 0], [1, 0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1]]
axes = plotting.plot_rows_of_numbers(bags, dictionary, sentences)
plotting.show(axes.figure, alt="Three rows of 0 and 1. The first two share the and sat.")

# %% [markdown] tags=["D1-17", "D1-18"]
# How alike are two of them? Multiply place by place and add up: that is the **dot product**, here
# the number of words that both have. Sentences 1 and 2 (vec1 and vec2) share two. Long texts share
# many words by chance, so divide by the lengths of the vectors. A length is the root of the sum of
# squares: three ones give $\sqrt{3}$.
#
# $$\frac{2}{\sqrt{3} \cdot \sqrt{3}} = \frac{2}{3} \qquad\qquad
# \frac{v \cdot w}{\lVert v \rVert \, \lVert w \rVert} = \cos \theta$$
#
# This is the **cosine similarity**: the cosine of the angle θ between the two vectors. Same
# direction: 1. Right angle, nothing in common: 0. **Predict** it for sentences 1 and 3.

# %% tags=["D1-17", "D1-18"]
def cosine(v, w):
    """Return the cosine of the angle between two vectors."""
    return float(v @ w / (np.linalg.norm(v) * np.linalg.norm(w)))


assert np.isclose(cosine(bags[0], bags[1]), 2 / 3) and cosine(bags[0], bags[2]) == 0
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
plotting.plot_angle(bags[0], bags[1], names=("vec1", "vec2"), axes=left)
plotting.plot_angle(bags[0], bags[2], names=("vec1", "vec3"), axes=right)
plotting.show(figure, alt="Arrows: vec1 and vec2 48 degrees apart, vec1 and vec3 at a right angle.")

# %% [markdown]
# The vectors have seven dimensions, but two of them always lie in one plane, and that is what is
# drawn. A vector of zeros, a text without any word of the dictionary, points nowhere: 0 / 0.
#
# Now look for what is wrong with it. **Predict** three numbers: how alike are *The dog bites the
# man* and *The man bites the dog*? *Dog* and *cat*? *Dog* and *grape*?

# %%
pairs = [("The dog bites the man", "The man bites the dog"), ("dog", "cat"), ("dog", "grape")]
words = "the dog cat man bites grape".split()
[round(cosine(*multi_hot(pair, words)), 3) for pair in pairs]

# %% [markdown]
# Order is lost (lesson 06 has shown what that costs). And each two different words are equally
# strange to each other: *dog* is no nearer to *cat* than to *grape*. The second half of this lesson
# is about that. First the slides' second example, *the dog is on the table*, with other columns:

# %% tags=["D1-19"]
eight = "are cat dog is now on table the".split()
second_example = multi_hot(["the dog is on the table"], eight)[0].tolist()
assert second_example == [0, 0, 1, 1, 0, 1, 1, 1]
second_example

# %% [markdown] tags=["D1-19"]
# ### Exercise 1: Count the words
# In the slides' row the second *the* is gone. Write the row of **counts** for any text and any
# words.
#
# <details><summary>Hint</summary>
#
# `split_tokens(text)` gives a list, and a list has a method `count`: `["a", "b", "a"].count("a")`
# is 2. You need one count for each word of `words`, in their order.
# </details>

# %% tags=["exercise", "D1-19"]
def count_words(text, words):
    """Return how often each of `words` occurs in the text, an array of shape (words,)."""
    ### BEGIN SOLUTION
    tokens = split_tokens(text)
    return np.array([tokens.count(word) for word in words])
    ### END SOLUTION


# %% tags=["check"]
check.function(
    count_words,
    inputs=[
        ("the dog is on the table", eight), ("The cat. Is the cat, now, the dog?", eight),
        ("no word of these", eight), ("now or now", ["or", "now"]),
    ],
    expected=lambda text, words: np.array([split_tokens(text).count(word) for word in words]),
    mistakes={
        "a word that occurs twice counts once (the slides' slip)":
            lambda text, words: multi_hot([text], words)[0],
        "capitals and punctuation are left: use split_tokens":
            lambda text, words: np.array([text.split().count(word) for word in words]),
        "letters are counted inside other words":
            lambda text, words: np.array([text.lower().count(word) for word in words]),
    },
)

# %% [markdown] tags=["D0-24"]
# ## Sequences. How do texts of all lengths fit into one table?
# To keep the order, write the numbers of the words one after the other: *Quick brown fox* becomes
# the **sequence** 3, 1, 4. *Jumps over lazy lazy brown dog* becomes 5, 6, 2, 2, 1, 7. But a table
# needs rows of one length, say 5. The first sequence is too short: it is filled up with zeros,
# **padding**. The second is too long: something is cut off, **truncation**. At which end? The
# slides' `pad_sequences` does both at the **front**. **Predict** the two rows, and which word is
# lost.

# %% tags=["D0-24"]
def to_sequences(texts, vocabulary):
    """Return a list of numbers for each text; words that are not in the vocabulary are dropped."""
    return [[vocabulary[token] for token in split_tokens(text) if token in vocabulary]
            for text in texts]


def pad(sequences, length):
    """Return rows of this length: zeros are filled in, and numbers cut off, at the front."""
    rows = np.zeros((len(sequences), length), dtype=int)
    for row, sequence in zip(rows, sequences, strict=True):
        kept = sequence[-length:]
        row[length - len(kept):] = kept
    return rows


sequences = to_sequences(lines, vocabulary)
padded = pad(sequences, 5)
assert padded.tolist() == [[0, 0, 3, 1, 4], [6, 2, 2, 1, 7]]
assert np.array_equal(padded, keras.utils.pad_sequences(sequences, 5))
padded

# %% [markdown] tags=["D0-24"]
# The rows are [0 0 3 1 4] and [6 2 2 1 7]: *jumps* (5) is gone. `keras.utils.pad_sequences` gives
# the same, and works at the end if you say `padding="post"` and `truncating="post"`. Which end is
# better? For a network that reads from left to right, zeros at the front leave the words near its
# end (lesson 11). For most others it does not matter, if training and prediction do the same.

# %% [markdown] tags=["D0-23", "D0-24"]
# ## TextVectorization. What does today's layer do differently?
# In Keras 3 a layer does all of this: `TextVectorization`. Its method `adapt` looks at texts and
# builds the vocabulary. **Predict**: does it give the same numbers for the same two lines?

# %% tags=["D0-23", "D0-24"]
vectorize = layers.TextVectorization(output_sequence_length=5)
vectorize.adapt(lines)
assert vectorize(lines).numpy().tolist() == [[4, 3, 7, 0, 0], [6, 5, 2, 2, 3]]
list(map(str, vectorize.get_vocabulary())), vectorize(lines).numpy()

# %% [markdown] tags=["D0-23", "D0-24"]
# Everything is different, and nothing is wrong:
#
# | | our tokenizer (the slides') | `TextVectorization` |
# |---|---|---|
# | number 0 | no word | `""`, padding |
# | number 1 | the most frequent word | `"[UNK]"`, every unknown word |
# | unknown words | are dropped | become 1 |
# | equally frequent words | the first met comes first | from z to a |
# | padding and truncation | at the front | at the end |
#
# Give the layer our vocabulary, and each number is ours plus one. So the slides' vectors come out
# of it, too. (`ragged=True` leaves the rows as long as they are; in its multi-hot rows there is no
# column for padding, so column 0 is that of unknown words.)

# %% tags=["D0-23", "D0-24"]
ragged = layers.TextVectorization(vocabulary=list(vocabulary), ragged=True)
numbers = [[number - 1 for number in row] for row in ragged(lines).to_list()]
assert keras.utils.pad_sequences(numbers, 5).tolist() == [[0, 0, 3, 1, 4], [6, 2, 2, 1, 7]]
hot = layers.TextVectorization(vocabulary=list(vocabulary), output_mode="multi_hot")
assert np.array_equal(hot(lines), [[0, 1, 0, 1, 1, 0, 0, 0], [0, 1, 1, 0, 0, 1, 1, 1]])
numbers

# %% [markdown]
# The two also cut texts differently. **Predict** what each makes of a missing space, an accent,
# markup, an emoji and of Hebrew, which is written from right to left.

# %%
def tokens_of_layer(text):
    """Return the words that TextVectorization makes of a text, in the order of its vocabulary."""
    layer = layers.TextVectorization()
    layer.adapt([text])
    return list(map(str, layer.get_vocabulary()[2:]))


strange = ["free,now", "ÉCOLE École", "<b>Win</b>", "don't 🎉", "שלום עולם", ""]
{text: (split_tokens(text), tokens_of_layer(text)) for text in strange}

# %% [markdown]
# The layer takes punctuation **out** instead of cutting there, so *free,now* is one word and markup
# sticks to its word. It makes only the letters A to Z small. An emoji is a word for the layer and
# nothing for us. An empty text has no words for either, and neither stops. None of this is right or
# wrong. Two rules follow: look at what your tokenizer makes of *your* texts, and prepare the texts
# at prediction exactly as in training.

# %% [markdown] tags=["D1-20"]
# ## One-hot and embedding. How can numbers say what a word means?
# A single word as a bag is a row with one 1: **one-hot**, written $o_w$ for the word $w$. Three
# words have three axes of their own; each stands at a right angle to all others, and nothing says
# which are related. An **embedding** $e_w$ is a short row of numbers in which related words point
# in similar directions. Here is one made up by hand, to show what we want; a network will find
# better ones below.

# %% tags=["D1-20"]
words = ["soft", "teddy bear", "book"]
embedded = np.array([[0.9, 0.35, 0.2], [0.7, 0.6, 0.35], [0.1, 0.2, 0.9]])
tables = {"one-hot $o_w$": np.eye(3), "embedding $e_w$": embedded}
axes = plotting.plot_word_arrows(tables, words)
plotting.show(axes[0].figure, alt="Arrows in three dimensions. One-hot: soft, teddy bear and book "
              "each along an axis. Embedding: soft and teddy bear close together, book apart.")
{title: (round(cosine(*table[[0, 1]]), 2), round(cosine(*table[[1, 2]]), 2))
 for title, table in tables.items()}

# %% [markdown] tags=["D1-20"]
# (The two numbers: *soft* and *teddy bear*, *teddy bear* and *book*.) One-hot knows no likeness: 0
# and 0. In the embedding *soft* and *teddy bear* are close, *book* is further away. And one-hot
# rows are long: with 10,000 words, 10,000 numbers a word, all 0 but one. An embedding has 32, say.

# %% [markdown] tags=["D0-25"]
# ## Embedding layer. What does it compute?
# An **embedding layer** turns numbers of words into **word vectors**, rows of numbers which encode
# how words are related. Inside is a single table $E$, a row for each word. On paper, with four
# words and three features: multiply the one-hot row of word 2 by the table, and all that is left is
# row 2.
#
# $$(0, 0, 1, 0) \begin{pmatrix} 0.1 & 0.2 & 0.3 \\ 0.4 & 0.5 & 0.6 \\ \mathbf{0.7} & \mathbf{0.8}
# & \mathbf{0.9} \\ 1.0 & 1.1 & 1.2 \end{pmatrix} = (0.7, 0.8, 0.9) \qquad\quad e_w = o_w E$$
#
# (Words and rows are counted from 0.) Multiplying by all those zeros would be a waste: the layer
# looks the row up. **Predict** the shape of what comes out for our two sequences of five numbers.

# %% tags=["D0-25"]
embedding = layers.Embedding(input_dim=8, output_dim=3)
looked_up = embedding(padded)
table = embedding.get_weights()[0]
multiplied = np.eye(8)[padded] @ table
assert np.allclose(looked_up, multiplied) and np.allclose(looked_up, table[padded])
padded.shape, table.shape, looked_up.shape

# %% [markdown] tags=["D0-25"]
# The layer, the product with one-hot rows and NumPy's look-up agree: two sequences, five words in
# each, three numbers a word. (`np.eye(8)[padded]` takes the one-hot row of each number.) The table
# starts at random and is **learnt**, like all weights: in each step the gradient moves the rows of
# those words that were in the mini-batch, so that words which serve the same end come to lie close.
# In film reviews *excellent* and *amazing* both speak for a good film; a network that is to tell
# good from bad needs the same of both, and gives them similar rows.
#
# The table needs a row for every number that can occur. Seven words and the 0 make eight.
# **Predict**: what happens with the number 8?

# %%
with keras.device("cpu"), check.expect_error(Exception, "8 is not in [0, 8)"):
    embedding(np.array([[7, 8]]))

# %% [markdown]
# Read such messages from the middle: `8 is not in [0, 8)`. (On a GPU TensorFlow says nothing and
# returns zeros, which is worse. So the cell above computes on the CPU.)

# %% [markdown] tags=["D0-26"]
# ### Exercise 2: Bug clinic: the slides' network, today
# The slides build this network for 10,000 words and sequences of 500 numbers:
#
# ```python
# model = Sequential()
# model.add(Embedding(10000, 32, input_length=500))
# model.add(Flatten())
# model.add(Dense(128, activation='relu'))
# model.add(Dense(1, activation='sigmoid'))
# model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
# ```
#
# `Flatten` lays the 500 vectors of 32 numbers side by side, 16,000 numbers. Today `input_length`
# is ignored with a warning, so `Flatten` does not know how long its row will be. Write the same
# network in today's form, with the input's shape at the front.
#
# <details><summary>Hint</summary>
#
# `keras.Sequential([...])` with `keras.Input((500,), dtype="int32")` first, then the four layers
# with `layers.` before their names, without `input_length`. On paper its parameters are 10,000 · 32
# = 320,000 for the table, (16,000 + 1) · 128 = 2,048,128, and 128 + 1 = 129: 2,368,257 in all.
# </details>

# %% tags=["exercise", "D0-26"]
def build_model_of_the_slides():
    """Return the compiled network for 10,000 words and sequences of 500 numbers."""
    ### BEGIN SOLUTION
    model = keras.Sequential([
        keras.Input((500,), dtype="int32"),
        layers.Embedding(10_000, 32),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% tags=["check"]
def listen(build):
    """Return the network and the texts of all warnings that came while it was built."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = build()
    if not isinstance(model, keras.Model):
        raise ValueError("the function returns no network: its last line is `return model`.")
    return model, " ".join(str(warning.message) for warning in caught)


def differs(model):
    texts = np.arange(2000).reshape(4, 500)
    table, first, _, second, _ = model.get_weights()
    z = np.maximum(table[texts].reshape(4, -1) @ first, 0) @ second
    return not np.allclose(model(texts), 1 / (1 + np.exp(-z)), atol=1e-4)


def slides(start=True, flat="Flatten", middle="relu", last="sigmoid", loss="mse", **old):
    def build():
        start_layers = [keras.Input((500,))] if start else []
        model = keras.Sequential([*start_layers, layers.Embedding(10_000, 32, **old)])
        for layer in (getattr(layers, flat)(), layers.Dense(128, middle), layers.Dense(1, last)):
            model.add(layer)
        model.compile(loss=loss)
        return model
    return build


check.meets(build_model_of_the_slides, read=listen, mistakes={
    "input_length is still there: Keras warns and ignores it": (
        lambda it: "input_length" in it[1], slides(input_length=500)),
    "the length is not known: begin with keras.Input((500,), dtype='int32')": (
        lambda it: not it[0].built or it[0].input_shape != (None, 500), slides(start=False)),
    "the sizes are not those of the slides: on paper there are 2,368,257 parameters": (
        lambda it: it[0].count_params() != 2_368_257, slides(flat="GlobalMaxPooling1D")),
    "the last layer needs a sigmoid: its output is no probability": (
        lambda it: abs(it[0](np.zeros((1, 500)))[0, 0] - 0.5) > 0.2, slides(last=None)),
    "it computes something else: relu for the 128 units, and no other layers": (
        lambda it: differs(it[0]), slides(middle=None)),
    "it is not compiled as on the slides, with binary cross-entropy and adam": (
        lambda it: not it[0].compiled or type(it[0].optimizer) is not keras.optimizers.Adam
        or abs(np.mean(keras.losses.get(it[0].loss)([[1.0]], [[0.25]])) - 1.386) > 1e-3, slides()),
})

# %% [markdown] tags=["D1-21"]
# ## word2vec. Can a network learn meaning from text alone?
# "You shall know a word by the company it keeps" (J. R. Firth, 1957). Where *a cute … is reading*
# stands, many words fit, and they have something in common. **word2vec** (Mikolov and others, 2013)
# makes a network of this idea. Take the text *… A cute teddy bear is reading …*. Each word in turn
# is the centre; those at most two places away are its **context**:

# %% tags=["D1-21"]
sentence = "A cute teddy bear is reading".split()
axes = plotting.plot_context(sentence, centre=2, window=2)
plotting.show(axes.figure, alt="Arrows lead from teddy to a, cute, bear and is, none to reading.")
axes = plotting.plot_skip_gram(sentence, dimension=3, centre="teddy", context="cute")
plotting.show(axes.figure, alt="From teddy on the left through three circles to cute on the right.")

# %% [markdown] tags=["D1-21"]
# Three steps:
#
# 1. **Train a network on a proxy task**, an exercise that nobody needs solved: given a word, how
#    likely is each other word in its context? The texts are their own labels.
# 2. **Extract the hidden representation**: the layer in the middle has few units, so it must say
#    in few numbers what matters about a word. It has no activation function and its input is
#    one-hot. So it is an embedding layer: a table look-up.
# 3. These rows are the **word embeddings**. The rest of the network is thrown away.
#
# Predicting the context word from the centre is called **skip-gram**. A softmax over all words
# would compute 10,000 outputs for one pair. **Negative sampling** asks less: here is a true pair,
# *teddy* and *cute*, and here are a few false ones, *teddy* with words drawn at random. Tell them
# apart.
#
# ### One step on paper
# Each word has two rows of numbers: $v$ as the centre and $u$ as context. The sigmoid σ of their
# dot product is the probability that a pair is true. Centre $v = (1, 0)$, true context
# $u = (1, 1)$, false context $n = (1, -1)$:
#
# | pair | dot product | σ | should be | error |
# |---|---|---|---|---|
# | $v$, $u$ | 1 | 0.731 | 1 | −0.269 |
# | $v$, $n$ | 1 | 0.731 | 0 | 0.731 |
#
# The loss is the cross-entropy of lesson 06, $-\ln 0.731 - \ln(1 - 0.731) = 1.63$. Its gradient
# with respect to $v$ is error times the other row, added up: $-0.269\,(1, 1) + 0.731\,(1, -1) =
# (0.462, -1)$. A step against it with the rate 1 gives $v = (0.538, 1)$: towards $u$ and away from
# $n$. The dot products become 1.54 and −0.46. ($u$ and $n$ learn, too: their gradients are their
# errors times $v$.) In general:
#
# $$L = -\ln \sigma(u \cdot v) - \sum_k \ln\bigl(1 - \sigma(n_k \cdot v)\bigr) \qquad
# \frac{\partial L}{\partial v} = (\sigma(u \cdot v) - 1)\, u + \sum_k \sigma(n_k \cdot v)\, n_k$$

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss_of(v, u, n):
    """Return the loss of a true pair (v, u) and of false pairs with the rows of n."""
    return -np.log(sigmoid(u @ v)) - np.log(1 - sigmoid(n @ v)).sum()


v, u, n = np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.array([[1.0, -1.0]])
gradient = (sigmoid(u @ v) - 1) * u + sigmoid(n @ v) @ n
numerical = [(loss_of(v + h, u, n) - loss_of(v - h, u, n)) / 2e-5 for h in 1e-5 * np.eye(2)]
assert np.allclose(gradient, numerical)
loss_of(v, u, n).round(2), gradient.round(3)

# %% [markdown]
# The gradient agrees with the numerical one of lesson 03. Now for a whole mini-batch: `vectors` is
# the table of the centres, `contexts` that of the context words. A word can occur several times in
# a mini-batch; `np.add.at` adds all its changes up, where `vectors[centres] -= …` would keep only
# the last. (`v[:, None]` has the shape (pairs, 1, units), so each centre meets all its false words,
# shape (pairs, k, units).)

# %%
def learn(vectors, contexts, batch, noise, rate):
    """Change both tables by one step, for true pairs `batch` (2, n) and false words (n, k)."""
    centres, neighbours = batch
    v, u, n = vectors[centres], contexts[neighbours], contexts[noise]
    true_error = sigmoid((v * u).sum(axis=1, keepdims=True)) - 1
    false_errors = sigmoid((v[:, None] * n).sum(axis=2, keepdims=True))
    np.add.at(vectors, centres, -rate * (true_error * u + (false_errors * n).sum(axis=1)))
    np.add.at(contexts, neighbours, -rate * true_error * v)
    np.add.at(contexts, noise, -rate * false_errors * v[:, None])


step = np.array([[1.0, 0.0]]), np.array([[1.0, 1.0], [1.0, -1.0]])
learn(*step, np.array([[0], [0]]), np.array([[1]]), rate=1)
assert np.allclose(step[0][0], v - gradient)

# %% [markdown]
# ### A little world
# Google's vectors of 2013 come from a hundred billion words. We have seconds, so we **generate** a
# text about a little world of 210 words of 15 kinds: a sentence is about one of them (with the
# words around them there are 370). Half of the time the words of a pair, such as *dog* and *cat*,
# stand in sentences that fit only the two; else in sentences that fit all of their kind, all
# animals. The partners of a pair never meet.

# %%
texts = data.generate_little_world(6000)
world = build_vocabulary(texts, first=0)
print("\n".join(texts[:6]))
len(world), data.WORD_PAIRS[:6]

# %% [markdown]
# There are 20 such pairs, fixed before anything was trained. The test: in how many of them is each
# word among the five nearest neighbours of the other? By chance that happens practically never.

# %%
def make_pairs(texts, rows, window=2):
    """Return the rows of centres and of their neighbours, shape (2, pairs)."""
    pairs = []
    for text in texts:
        places = [rows[token] for token in split_tokens(text)]
        for far in range(1, window + 1):
            before, behind = places[:-far], places[far:]
            pairs += [*zip(behind, before, strict=True), *zip(before, behind, strict=True)]
    return np.array(pairs).T


def unit_rows(vectors):
    """Return the vectors, each divided by its length: their dot products are cosines."""
    assert np.isfinite(vectors).all()
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def nearest(vector, names, table, count=5, without=()):
    """Return the names of the rows, all of length 1, that point most nearly like the vector."""
    order = np.argsort(-(table @ vector))[:count + len(without)]
    return [names[row] for row in order if names[row] not in without][:count]


def count_found(vectors, rows):
    """Return in how many pairs each word is among the five nearest of the other."""
    names, table = list(rows), unit_rows(vectors)
    near = {word: nearest(table[rows[word]], names, table, without=[word])
            for pair in data.WORD_PAIRS for word in pair}
    return sum(a in near[b] and b in near[a] for a, b in data.WORD_PAIRS)

# %% [markdown]
# Training is what you know: shuffle the pairs, take 128 of them, draw five false words for each, do
# a step; the rate falls to 0. False words are drawn by how often a word occurs, to the power 0.75,
# which gives rare words a better chance (a choice of the paper). **Predict** how many of the 20
# pairs are found after each epoch.

# %%
def train_word2vec(texts, rows, units=20, epochs=6, batch_size=128, rate=0.1):
    """Return the table of the centres, shape (rows, units), and the pairs found as it learns."""
    pairs = make_pairs(texts, rows)
    frequencies = np.bincount(pairs[1], minlength=len(rows)) ** 0.75
    vectors = np.random.uniform(-0.5, 0.5, (len(rows), units)) / units
    contexts, found = np.zeros_like(vectors), [count_found(vectors, rows)]
    for epoch in range(epochs):
        order = np.random.permutation(pairs.shape[1])
        noise = np.random.choice(len(rows), (len(order), 5), p=frequencies / frequencies.sum())
        for start in range(0, len(order), batch_size):
            batch, done = order[start:start + batch_size], (epoch + start / len(order)) / epochs
            learn(vectors, contexts, pairs[:, batch], noise[batch], rate * (1 - done))
        found.append(count_found(vectors, rows))
    return vectors, found


world_vectors, found = train_word2vec(texts, world)
pairs_found = found[-1]
low, high = results.band("10_text_as_numbers/pairs_found")
assert max(15, low) <= pairs_found <= high
table = unit_rows(world_vectors)
found, {word: nearest(table[world[word]], list(world), table, without=[word])
        for word in ("dog", "tea", "king", "berlin")}

# %% [markdown]
# Before training hardly any; at the end most of the twenty. Nobody told the network what a dog is.
#
# **Predict.** We write the world anew *without* the sentences that fit only a pair: now all animals
# do the same things. How many pairs are found? And are the neighbours of *dog* still animals?

# %%
plain_vectors, plain_found = train_word2vec(data.generate_little_world(6000, partner_rate=0), world)
table = unit_rows(plain_vectors)
assert plain_found[-1] < 12
plain_found[-1], nearest(table[world["dog"]], list(world), table, without=["dog"])

# %% [markdown]
# The kinds are found here, too, the pairs only where the text tells them apart. (A few come by
# chance: five of only thirteen other animals are the nearest.) That is all there is to it: word
# vectors know what words stand next to, and nothing else.

# %% [markdown] tags=["D0-25"]
# ## Real word vectors. What do six billion words teach?
# **GloVe** (Pennington, Socher and Manning, 2014) is a cousin of word2vec. It first counts how
# often words meet, then learns vectors whose dot products give the logarithms of these counts. Its
# makers trained it on six billion words, Wikipedia of 2014 and newspapers, and gave the vectors to
# everybody. The course has the 20,000 most frequent words, 50 numbers each.

# %% tags=["D0-25"]
glove_words, glove_vectors = data.load_word_vectors()
glove = unit_rows(glove_vectors)
glove_rows = {word: row for row, word in enumerate(glove_words)}


def vector_of(word):
    """Return the GloVe vector of a word, of length 1."""
    if word not in glove_rows:
        raise ValueError(f"{word!r} is not among the {len(glove_rows):,} words of the table.")
    return glove[glove_rows[word]]


{word: nearest(vector_of(word), glove_words, glove, without=[word])
 for word in ("monday", "violin", "amazing", "frog", "apple")}

# %% [markdown] tags=["D0-25"]
# Impressive, and odd: in newspapers an *apple* is a company. One word has one vector, whatever it
# means in its sentence (lesson 14 cures that). What was rare in those texts, or came later, is not
# among the 20,000: *python*, *emoji*, and *teddy bear*, which is two words.
#
# The slides say that *excellent* and *amazing* are close, since both express praise. **Predict**
# the cosines of four pairs: excellent and amazing, excellent and terrible, good and bad, hot and
# cold.

# %% tags=["D0-25"]
word_pairs = ["excellent amazing", "excellent terrible", "good bad", "hot cold"]
cosines = [cosine(*map(vector_of, pair.split())) for pair in word_pairs]
assert cosines[0] > 2 * cosines[1] and min(cosines[2:]) > cosines[0]
dict(zip(word_pairs, np.round(cosines, 2).tolist(), strict=True))

# %% [markdown]
# *Excellent* is closer to *amazing* than to *terrible*. But *good* and *bad*, and *hot* and *cold*,
# are closer still: opposites stand in the same sentences. Similar vectors mean similar company, not
# the same opinion. A network that is to tell praise from blame must learn a table for that.
#
# ### Analogies
# Man is to woman as king is to …? On paper, with the two features royal and female: man (0, 0),
# woman (0, 1), king (1, 0). Then king − man + woman = (1, 1), and that is *queen*. So with the real
# vectors: take the step from $a$ to $b$, go the same step from $c$, and look which word is nearest.
# The three words of the question are left out. We fixed 25 questions before anybody looked.
# **Predict**: in how many is the right word among the first three?

# %%
def complete(a, b, c, count=3):
    """Return the words that are nearest to c + (b − a): a is to b as c is to …"""
    goal = vector_of(c) + vector_of(b) - vector_of(a)
    return nearest(goal, glove_words, glove, count, without=[a, b, c])


answers = {question: complete(*question[:3]) for question in data.ANALOGIES}
failed = {" ".join(it): found for it, found in answers.items() if it[3] not in found}
near_c = sum(d in nearest(vector_of(c), glove_words, glove, 3, without=[a, b, c])
             for a, b, c, d in data.ANALOGIES)
analogies_solved = len(answers) - len(failed)
assert len(answers) == 25 and analogies_solved >= 20
analogies_solved, near_c, failed

# %% [markdown]
# 21 of 25, and below stand the four that fail. Read such figures with care. The second number is
# what one gets *without* any step from $a$ to $b$, by the neighbours of $c$ alone: many answers
# are close to the question anyway. And if the words of the question were not left out, $c$ itself
# would win several times.

# %% [markdown]
# ### Exercise 3: The odd one out
# Which of *breakfast, lunch, dinner, piano* does not belong? Write a function that finds it: first
# divide each vector by its length, so that a long one does not outweigh the others. Take their
# mean, then the word whose vector has the smallest cosine with it.
#
# <details><summary>Hint</summary>
#
# `unit_rows(vectors)` divides each row by its length. The mean of all rows is `.mean(axis=0)`; one
# matrix product gives all dot products with it, and the length of the mean does not change which is
# smallest. `np.argmin` gives its place.
# </details>

# %% tags=["exercise"]
def odd_one_out(words, vectors):
    """Return the word whose vector, a row of shape (units,), is least like the mean of all."""
    ### BEGIN SOLUTION
    table = unit_rows(vectors)
    return words[np.argmin(table @ table.mean(axis=0))]
    ### END SOLUTION


# %% tags=["check"]
def strangest(words, vectors, scale=unit_rows, choose=np.argmin):
    rows = scale(vectors)
    return words[choose(rows @ rows.mean(axis=0))]


questions = ["breakfast lunch dinner piano", "red paris london rome", "monday friday dog tuesday"]
toy = list("abcde"), np.array([[0, -1], [3, -2], [1, -2], [-1, 2], [2, 9.0]])
check.function(
    odd_one_out,
    inputs=[toy, *((it.split(), np.array([*map(vector_of, it.split())])) for it in questions)],
    expected=strangest,
    mistakes={
        "the word that fits best is returned": lambda w, v: strangest(w, v, choose=np.argmax),
        "the vectors are not divided by their lengths":
            lambda w, v: strangest(w, v, scale=lambda rows: rows),
        "the mean is taken before the vectors are divided by their lengths":
            lambda w, v: w[np.argmin(unit_rows(v) @ v.mean(axis=0))],
        "its place is returned, not the word": lambda w, v: w.index(strangest(w, v)),
    },
)

# %% [markdown]
# ## A map of words. Do 50 dimensions fit on paper?
# Ten families of words. **PCA** (principal component analysis) turns the cloud of points so that
# its shadow on the paper is as wide as possible. It is a projection: what is far apart on paper is
# far apart. **t-SNE** bends the space: it tries to keep each point's nearest neighbours near.
# **Predict** which map keeps the families together.

# %%
family_of = {word: family for family, words in data.WORD_FAMILIES.items() for word in words}
chosen = np.array([vector_of(word) for word in family_of])
with threadpoolctl.threadpool_limits(1):  # with so few points, more threads only wait
    maps = {"PCA": decomposition.PCA(2).fit_transform(chosen),
            "t-SNE": manifold.TSNE(perplexity=5, random_state=0).fit_transform(chosen)}
shown = {words[0] for words in data.WORD_FAMILIES.values()} | {"orange"}
for (name, points), finding in zip(maps.items(), ("overlap", "stand apart"), strict=True):
    axes = plotting.plot_word_map(points, family_of, list(family_of.values()), shown)
    axes.set_title(f"{name}: the families {finding}")
    plotting.show(axes.figure, alt=f"{name}: words as points, a marker for each of ten families.")

# %% [markdown]
# On the shadow families overlap; with t-SNE they stand apart. Look for words on the wrong island:
# *orange* is a colour and a fruit. But the distances between the islands, and their sizes, mean
# nothing, and other settings give other islands.

# %% [markdown]
# ## Prejudice. What else do the vectors know?
# The vectors repeat what stood in the texts. Ask them who works as what. **Predict** the answers to
# *man is to doctor as woman is to …*, then for *boss* and *chef*.

# %%
{job: complete("man", job, "woman") for job in ("doctor", "boss", "chef", "programmer")}

# %% [markdown]
# A famous answer, *homemaker* for *programmer* (Bolukbasi and others, 2016, with other vectors),
# does not come here. But *nurse*, *boyfriend* and *waitress* do. Mind that the question itself is
# unfair: as *doctor* is left out, the answer must be another word. So measure once more, without a
# riddle. The direction from *he* to *she* is a vector, too. What share of each job's vector lies
# along it?

# %%
direction = unit_rows(vector_of("she") - vector_of("he"))
jobs = ("captain boss architect president engineer lawyer scientist farmer teacher doctor "
        "librarian chef dancer nurse maid").split()
leanings = {job: float(vector_of(job) @ direction) for job in jobs}
axes = plotting.plot_leanings(dict(sorted(leanings.items(), key=lambda it: it[1])), ("he", "she"))
axes.set_title("Cosine with the direction from he to she")
plotting.show(axes.figure, alt="Bars: captain, boss lean to he; dancer, nurse and maid to she.")

# %% [markdown]
# *Scientist*, *farmer*, *teacher* and *doctor* hardly lean. The ends do, and nothing in the work of
# a captain is male. In the newspapers captains mostly were men, often of sports teams, and that is
# what was learnt. Caliskan and others (2017) found the same for first
# names: in GloVe, names common among Black Americans stand closer to unpleasant words than names
# common among White Americans. Whoever lets such vectors sort applications may sort by sex and
# colour, though no line of code says so. It can be measured. Taking one direction out hides it; the
# neighbours still tell (Gonen and Goldberg, 2019).

# %% [markdown] tags=["D0-26", "D0-28"]
# ## Spam filter. Which message is unwanted?
# Now a network learns a table for a purpose. Our messages are **generated**, so that we know what
# there is to learn: half of them are spam, and 30 % of each class come in disguise, spam without
# any of the usual keywords, or a friend's message with one (*we won the match*). So a list of
# keywords is right in exactly 70 %. The test messages are built on sentences that never occur in
# training, of known words.

# %% tags=["D0-28"]
def has_keyword(texts):
    return np.array([not data.SPAM_KEYWORDS.isdisjoint(split_tokens(text)) for text in texts])


(train_texts, y_train), (test_texts, y_test) = data.load_messages()
for label, text in zip(y_train[:6], train_texts[:6], strict=True):
    print(("spam    " if label else "no spam ") + text)
keyword_accuracy = np.mean(has_keyword(test_texts) == y_test)
len(train_texts), len(test_texts), keyword_accuracy

# %% [markdown] tags=["D0-26"]
# The longest message has 37 words, so sequences of 40 numbers will do. 0 is padding, 1 an unknown
# word, words begin at 2. But no word of the training texts is unknown, so row 1 of the table would
# stay as random as it was made. Therefore we **hide** each tenth word of the training texts behind
# a 1. (Dropout of words, so to say. Lesson 14 makes a proxy task of it.)

# %% tags=["D0-26"]
LENGTH, UNKNOWN = 40, 1


def encode(texts, numbers):
    """Return the numbers of the first 40 words of each text, shape (texts, 40), int32."""
    rows = [[numbers.get(token, UNKNOWN) for token in split_tokens(text)] for text in texts]
    return keras.utils.pad_sequences(rows, LENGTH, padding="post", truncating="post")


def hide_words(numbers, rate=0.1):
    """Return a copy in which a share of the words is unknown."""
    hidden = np.array(keras.random.uniform(numbers.shape)) < rate
    return np.where(hidden & (numbers > 0), UNKNOWN, numbers)


spam_numbers = build_vocabulary(train_texts, first=2)
x_train, x_test = (encode(texts, spam_numbers) for texts in (train_texts, test_texts))
x_train = hide_words(x_train)
len(spam_numbers), x_train[0]

# %% tags=["D0-26", "D0-28"]
def build_filter(combine, words):
    """Return the slides' network for so many words; `combine` is the layer after the embedding."""
    model = keras.Sequential([
        keras.Input((LENGTH,), dtype="int32"),
        layers.Embedding(words + 2, 32),
        combine,
        layers.Dense(128, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


spam_filter = build_filter(layers.Flatten(), len(spam_numbers))
history = spam_filter.fit(
    x_train, y_train, validation_split=0.2, epochs=5, batch_size=50, verbose=0)
np.round(history.history["val_accuracy"], 3)

# %% [markdown] tags=["D0-28"]
# `validation_split=0.2` sets the last 20 % apart, as on the slides. These are built on the *same*
# sentences as the training messages, so they flatter. The test, once:

# %% tags=["D0-28"]
spam_accuracy = spam_filter.evaluate(x_test, y_test, verbose=0)[1]
low, high = results.band("10_text_as_numbers/spam_accuracy")
assert low <= spam_accuracy <= high and spam_accuracy > keyword_accuracy + 0.2
spam_accuracy

# %% [markdown] tags=["D0-27", "D0-28"]
# Far better than keywords. (The test's sentences are new to the filter, its words are not.) Now
# new messages. A message must take the same path as the training texts: the same tokenizer, the
# same vocabulary, the same padding, then `predict`. The slides ask about *Can you attend a code
# review on Tuesday?* **Predict** the four probabilities of spam.

# %% tags=["D0-27", "D0-28"]
new_messages = [
    "Can you attend a code review on Tuesday?",
    "Congratulations, you have won a holiday. Claim it now.",
    "We won the match, the prize was a book.",
    "Send us your password, your bank needs it.",
]
numbers = encode(new_messages, spam_numbers)
probabilities = spam_filter.predict(numbers, verbose=0)[:, 0].astype(float)
assert probabilities[0] < 0.5 < probabilities[1]
dict(zip(new_messages, probabilities.round(3).tolist(), strict=True))

# %% [markdown] tags=["D0-28"]
# ## What it learnt. Which words speak for spam?
# The third message has two of the keywords and passes, the fourth has none and is caught. By which
# words? Ask as in lesson 09, where we erased parts of a picture: **hide one word** behind a 1 and
# see how the answer changes. We take the logit, the weighted sum before the sigmoid, since near 0
# and 1 a probability hardly moves. On paper: with the word 0.95, which is a logit of $\ln(0.95 /
# 0.05) = 2.94$; without it 0.5, a logit of 0. So the word adds 2.94.

# %% tags=["D0-28"]
def logits_of(model, numbers):
    """Return the logits of spam, cut off at about ±14, where the probabilities are rounded."""
    p = np.clip(np.array(model(numbers, training=False), dtype=float)[:, 0], 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def weigh_words(model, numbers):
    """Return what each word adds to the logit, shape (texts, 40): with it less with it hidden."""
    hidden = np.repeat(numbers[:, None], LENGTH, axis=1)
    hidden[:, np.arange(LENGTH), np.arange(LENGTH)] = UNKNOWN
    without = logits_of(model, hidden.reshape(-1, LENGTH)).reshape(numbers.shape)
    return logits_of(model, numbers)[:, None] - without


weights = weigh_words(spam_filter, x_test[:500])
places = {word: x_test[:500] == number for word, number in spam_numbers.items()}
effects = {word: weights[there].mean() for word, there in places.items() if there.sum() >= 5}
ranked = sorted(effects, key=effects.get)
extremes = {word: effects[word] for word in ranked[:8] + ranked[-8:]}
axes = plotting.plot_leanings(extremes, ("no spam", "spam"))
axes.set_title("What a word adds to the logit, on average")
plotting.show(axes.figure, alt="Bars: eight words speak against spam, eight words speak for it.")

# %% [markdown] tags=["D0-28"]
# Look for words that you did not expect. They say how *our* messages were written, not what spam
# is. Now your own: **type** any message. Each word shows what it adds; an unknown one is marked.

# %% tags=["D0-27", "D0-28"]
def judge(text):
    """Return the probability of spam and, for each of the first 40 words, what it adds."""
    tokens = split_tokens(text)[:LENGTH]
    if not any(token in spam_numbers for token in tokens):
        raise ValueError("No word of this text occurred in training: the filter knows nothing.")
    numbers = encode([text], spam_numbers)
    weights = weigh_words(spam_filter, numbers)[0].tolist()
    words = [(token, weight if token in spam_numbers else None)
             for token, weight in zip(tokens, weights, strict=False)]
    return float(sigmoid(logits_of(spam_filter, numbers)[0])), words


explorables.WordWeights(judge, text="Can you attend a code review on Tuesday?")

# %% [markdown]
# People type all sorts of things. **Predict** what the filter makes of nothing, of an emoji, of
# unknown words, of Hebrew, of markup and of 10,000 words.

# %%
markup = "<b>You have won</b> a <script>prize"
strange = ["", "🎉🎉", "xyzzy plugh", "שלום עולם", markup, "win " * 10_000]
for text in strange:
    try:
        print(f"{text[:30]!r}: {judge(text)[0]:.3f}, {len(judge(text)[1])} words read")
    except ValueError as error:
        print(f"{text[:30]!r}: {error}")

# %% [markdown]
# A network always answers. Fed with zeros only, it would give some probability that means nothing.
# That no known word is there, *we* must notice. Of the 10,000 words only 40 are read.

# %% [markdown] tags=["D0-28"]
# ## Tricks. How is the filter fooled?
# Whoever sends spam knows filters. Three tricks: misspell the keywords, so that they are unknown;
# write a friendly line behind; or write it, or two, in front. As a rival we train a second filter,
# which does not lay the 40 vectors side by side but takes their mean, padding included:
# `GlobalAveragePooling1D`. **Predict** which trick hurts which filter most.

# %% tags=["D0-28"]
pooled_filter = build_filter(layers.GlobalAveragePooling1D(), len(spam_numbers))
pooled_filter.fit(x_train, y_train, validation_split=0.2, epochs=5, batch_size=50, verbose=0)
friendly = "See you at the station after work."
spam = test_texts[y_test == 1]
keyword = rf"\b({'|'.join(data.SPAM_KEYWORDS)})\b"
tricks = {
    "as it is": spam,
    "keywords misspelt": [re.sub(keyword, r"\1\1", text.lower()) for text in spam],
    "a friendly line behind": [f"{text} {friendly}" for text in spam],
    "a friendly line in front": [f"{friendly} {text}" for text in spam],
    "two in front": [f"{friendly} {friendly} {text}" for text in spam],
}
caught = {name: [np.mean(logits_of(model, encode(texts, spam_numbers)) > 0)
                 for model in (spam_filter, pooled_filter)] for name, texts in tricks.items()}
assert caught["as it is"][0] - caught["two in front"][0] > 0.5
deck.table_of(("500 spam messages", "caught by Flatten", "by the mean"),
              *((name, *(f"{share:.0%}" for share in row)) for name, row in caught.items()))

# %% [markdown]
# `Flatten` has a weight of its own for each word *at each place*. It knows *won* as the third word;
# as the seventeenth it is nearly a new one. One line in front costs it a part of the spam, two cost
# it nearly all. The mean does not care where a word stands, but friendly words dilute it wherever
# they are. Neither reads a sentence. Lesson 11 does.

# %% [markdown]
# ### Exercise 4: Write the message that passes
# Get *Congratulations, you have won a holiday. Claim it now.* past `spam_filter`. These nine words
# must stand in `my_message` one after the other, so that it is still spam for whoever reads it.
# Write around them what you like: at most 30 words in all, each of them known from training (so
# misspelling is out). It passes if `judge(my_message)[0]` is below 0.5.
#
# <details><summary>Hint</summary>
#
# Type the message into the field above and write words in front of it or behind; watch the bar.
# The table shows where they help more, and the picture of the sixteen words which ones do.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_message = f"{friendly} {friendly} {friendly} {new_messages[1]}"
### END SOLUTION

# %% tags=["check"]
def read_message(text):
    if not isinstance(text, str):
        raise ValueError("a message is a text in quotation marks.")
    return split_tokens(text), judge(text)[0]


nine = " ".join(split_tokens(new_messages[1]))
check.meets(
    my_message, read=read_message, summary=lambda it: f"Probability of spam: {it[1]:.2f}",
    mistakes={
        "the nine words are not in it": (lambda it: nine not in " ".join(it[0]), friendly),
        "it has more than 30 words": (lambda it: len(it[0]) > 30, f"{nine} " * 4),
        "a word of it never occurred in training": (
            lambda it: not {*it[0]} <= {*spam_numbers}, f"hamster {nine}"),
        "the filter catches it": (lambda it: it[1] >= 0.5, nine),
    },
)

# %% [markdown] tags=["D0-28"]
# ## Real messages. What is the filter worth outside?
# The **SMS Spam Collection** (Almeida and Hidalgo, 2011) has 5,574 real messages, 13 % of them
# spam. It is not in the course: fetch it from the UCI repository (number 228) and name its file,
# `data.load_sms("…")`. Where it is there already, the next cell scores three filters on a fifth of
# it: keywords, ours as it is, and the same network trained on the other four fifths. **Predict**
# the three accuracies. (Always *no spam* is right in 87 %.)

# %% tags=["D0-28"]
def score_on_real_messages(texts, labels):
    """Return a table of three filters, scored on a fifth of the real messages."""
    part = np.random.uniform(size=len(texts)) < 0.8
    numbers = build_vocabulary(texts[part], first=2)
    x = encode(texts, numbers)
    model = build_filter(layers.Flatten(), len(numbers))
    model.fit(hide_words(x[part]), labels[part], epochs=4, batch_size=50, verbose=0)
    answers = {"keywords": has_keyword(texts[~part]),
               "trained on ours": logits_of(spam_filter, encode(texts[~part], spam_numbers)) > 0,
               "trained on real ones": logits_of(model, x[~part]) > 0}
    measures = metrics.accuracy_score, metrics.recall_score, metrics.precision_score
    return deck.table_of(("filter", "accuracy", "recall", "precision"), *(
        (name, *(f"{measure(labels[~part], answer):.3f}" for measure in measures))
        for name, answer in answers.items()))


(score_on_real_messages(*data.load_sms()) if data.find_named("sms")
 else "Skipped: the SMS Spam Collection is not on this machine.")

# %% [markdown] tags=["D0-28"]
# What we measured with several seeds: ours is right in about 70 to 85 % of the real messages. That
# is *worse* than always saying *no spam*. It finds some 65 to 80 % of the real spam, but of what it
# calls spam only about a third is. Keywords come to 92 %, the same network trained on real messages
# to nearly 99 %. So the method was right and the data were not: our program knows 285 words and
# some 120 patterns of sentences; real people write *u*, *ur* and *lol*, and more than half of their
# words are unknown to it. A score on data made like the training data says nothing about others.

# %% [markdown]
# ## Summary
# - A tokenizer cuts texts into tokens, and a vocabulary numbers them. Details differ: look at them.
# - Bags of words lose order; sequences keep it, and need padding and truncation to one length.
# - Cosine similarity compares directions. One-hot words are all at right angles.
# - An embedding layer is a table with a row for each word, looked up and learnt.
# - Word vectors learn from the company that words keep, prejudice included.
#
# ## What can go wrong in practice
# - **Another tokenizer at prediction** than in training, or other padding: no error, only nonsense.
# - **A table with a row too few**, since 0 and the unknown word need rows, too.
# - **Unknown words** that training never saw as unknown.
# - **`Flatten` after an embedding** ties words to places.
# - **A test set made like the training set**: the filter fails outside.
# - **A map taken for the space**: t-SNE shows neighbours, no distances.
#
# ## Read more
# - T. Mikolov and others,
#   [Distributed representations of words and phrases](https://arxiv.org/abs/1310.4546), 2013:
#   word2vec with negative sampling.
# - J. Pennington, R. Socher and C. Manning,
#   [GloVe: global vectors for word representation](https://aclanthology.org/D14-1162/), 2014.
# - T. Bolukbasi and others,
#   [Man is to computer programmer as woman is to homemaker?](https://arxiv.org/abs/1607.06520),
#   2016; M. Nissim, R. van Noord and R. van der Goot,
#   [Fair is better than sensational](https://arxiv.org/abs/1905.09866), 2020; H. Gonen and
#   Y. Goldberg, [Lipstick on a pig](https://arxiv.org/abs/1903.03862), 2019.
# - A. Caliskan, J. Bryson and A. Narayanan,
#   [Semantics derived automatically from language corpora contain human-like biases](https://doi.org/10.1126/science.aal4230),
#   *Science* 356, 2017.
# - M. Wattenberg, F. Viégas and I. Johnson,
#   [How to use t-SNE effectively](https://doi.org/10.23915/distill.00002), 2016.
#
# ## Next
# [11 Recurrent networks](11_recurrent_networks.ipynb): networks that read one word after the other.
