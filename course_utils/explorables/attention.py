"""Attention: words whose queries, keys and values are edited, and what each word looks at."""

import math

import numpy as np
import traitlets

from .base import Explorable, as_number, format_number, in_brackets, style_source

WORDS = (2, 6)  # at least and at most
MOST_NUMBERS = 4  # of a query, a key or a value
MOST = 9  # the largest number
LONGEST_WORD = 12
MATRICES = {"q": "queries", "k": "keys", "v": "values"}


class Attention(Explorable):
    """A few words with a query, a key and a value each: weights and context vector follow the hand.

    `words` are 2 to 6 texts of at most 12 letters; `queries` and `keys` have shape (words, d) and
    `values` shape (words, m), with d and m from 1 to 4 and numbers from −9 to 9. `word` is the
    place of the word whose query is asked, from 0 on. With `scaled`, the dot products are divided
    by the root of d; with `causal`, a word looks only at itself and at what stands before it.

    Read `scores`, `weights` (both of shape (words, words), a row for each query) and `contexts`,
    (words, m), here. What a student edits is in `q`, `k` and `v`, lists of rows; assign new ones
    to change the picture.

    Raises:
        ValueError: shapes do not fit, a number is outside −9 to 9 or none, or a word is too long.
    """

    _module = "attention"
    _state_names = ("q", "k", "v", "word", "scaled", "causal")
    _css = style_source() + style_source("attention")

    words = traitlets.List(read_only=True).tag(sync=True)
    q = traitlets.List().tag(sync=True)  # a widget has a trait `keys` of its own
    k = traitlets.List().tag(sync=True)
    v = traitlets.List().tag(sync=True)
    word = traitlets.Int(0).tag(sync=True)
    scaled = traitlets.Bool(True).tag(sync=True)
    causal = traitlets.Bool(False).tag(sync=True)

    def __init__(self, words, queries, keys, values, causal=False, *, scaled=True, word=0):
        words = _as_words(words)
        self._shapes = {"q": (len(words), None), "k": (len(words), None), "v": (len(words), None)}
        q, k, v = (
            self._as_matrix(name, given)
            for name, given in zip(MATRICES, (queries, keys, values), strict=True)
        )
        if len(q[0]) != len(k[0]):
            raise ValueError(
                f"a query and a key must have as many numbers, got {len(q[0])} and {len(k[0])}: "
                "their dot product multiplies them in pairs."
            )
        self._shapes = {name: np.shape(rows) for name, rows in zip("qkv", (q, k, v), strict=True)}
        checked = {"word": word, "scaled": scaled, "causal": causal}
        checked = {name: self._check(name, value) for name, value in checked.items()}
        super().__init__(q=q, k=k, v=v, **checked)
        self.set_trait("words", words)

    @traitlets.validate("q", "k", "v", "word", "scaled", "causal")
    def _check_trait(self, proposal):
        return self._check(proposal["trait"].name, proposal["value"])

    def _check(self, name, value):
        """Return a value of the state as it is kept, or say in a ValueError what is wrong."""
        if name in MATRICES:
            return self._as_matrix(name, value)
        if name == "word":
            count = self._shapes["q"][0]
            is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not is_whole or not 0 <= value < count:
                raise ValueError(f"word must be a whole number from 0 to {count - 1}: {value!r}.")
            return int(value)
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{name} must be True or False, got {value!r}.")
        return bool(value)

    def _as_matrix(self, name, values):
        """Return queries, keys or values as lists of numbers of the shape they must have."""
        title = MATRICES[name]
        rows, columns = self._shapes[name]
        try:
            matrix = [list(row) for row in values]
        except TypeError:
            raise ValueError(f"{title} must be rows of numbers, got {values!r}.") from None
        lengths = {len(row) for row in matrix}
        wanted = {columns} if columns else set(range(1, MOST_NUMBERS + 1))
        if len(matrix) != rows or len(lengths) != 1 or not lengths <= wanted:
            size = columns or f"1 to {MOST_NUMBERS}"
            got = f"{len(matrix)} rows of {' or '.join(map(str, sorted(lengths))) or 'no'} numbers"
            raise ValueError(
                f"{title} must be {rows} rows, one a word, of {size} numbers each; got {got}."
            )
        return [[_as_entry(number, title) for number in row] for row in matrix]

    def _restore(self, values):
        checked = {name: self._check(name, value) for name, value in values.items()}
        super()._restore(checked)

    @property
    def dots(self):
        """The dot product of each query (row) and each key (column), shape (words, words)."""
        return np.array(self.q, dtype=float) @ np.array(self.k, dtype=float).T

    @property
    def scores(self):
        """The dot products, divided where `scaled`, −∞ where the causal mask forbids to look."""
        scores = self.dots / (math.sqrt(len(self.q[0])) if self.scaled else 1)
        if self.causal:
            scores[np.triu_indices(len(scores), 1)] = -np.inf
        return scores

    @property
    def weights(self):
        """What share of its attention each word (row) gives to each word; each row sums to 1."""
        exponentials = np.exp(self.scores - self.scores.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    @property
    def contexts(self):
        """The context vector of each word, shape (words, m): the values, weighted and summed."""
        return self.weights @ np.array(self.v, dtype=float)

    def describe(self):
        """Return the chosen query, its scores and weights and its context vector in words."""
        size, name = len(self.q[0]), self.words[self.word]
        weights, scores = self.weights[self.word], self.scores[self.word]
        each = "; ".join(
            f'"{word}" score {_write_score(score)}, weight {write_weight(weight)}'
            for word, score, weight in zip(self.words, scores, weights, strict=True)
        )
        return (
            f"Attention over {len(self.words)} words ({', '.join(self.words)}), with queries and "
            f"keys of {size} and values of {len(self.v[0])} numbers, dot products "
            f"{'divided by the root of ' + str(size) if self.scaled else 'not divided'}, "
            f'{"a causal mask" if self.causal else "no mask"}. The query of "{name}", '
            f"{write_vector(self.q[self.word])}, gives: {each}. The weights sum to 1. Its context "
            f"vector is {write_vector(self.contexts[self.word])}."
        )

    def draw_static(self):
        """Return the weights of all words, those of the chosen one as bars, and the arrows."""
        from matplotlib.figure import Figure

        has_arrows = len(self.q[0]) == 2
        figure = Figure(figsize=(14 if has_arrows else 10, 4.8))
        left, middle, *right = figure.subplots(
            1, 3 if has_arrows else 2, width_ratios=(5, 4, 4)[: 3 if has_arrows else 2]
        )
        self._draw_weights(left)
        self._draw_bars(middle)
        for axes in right:
            self._draw_arrows(axes)
        context = write_vector(self.contexts[self.word])
        title = f"query of “{self.words[self.word]}”: context vector {context}"
        figure.suptitle(title, fontsize=15, parse_math=False)
        return figure

    def _draw_weights(self, axes):
        axes.imshow(self.weights, cmap="Blues", vmin=0, vmax=1.6)  # numbers stay dark on light
        for (row, column), weight in np.ndenumerate(self.weights):
            masked = np.isneginf(self.scores[row, column])
            text = "masked" if masked else f"{weight:.2f}"
            axes.text(column, row, text, ha="center", va="center", fontsize=10 if masked else 13)
        places = range(len(self.words))
        axes.set_xticks(places, self.words, rotation=30, parse_math=False)
        axes.set_yticks(places, self.words, parse_math=False)
        axes.set(xlabel="key of", ylabel="query of", title="weights: each row sums to 1")

    def _draw_bars(self, axes):
        weights = self.weights[self.word]
        bars = axes.barh(range(len(weights)), weights, color="#0072B2", height=0.6)
        axes.bar_label(bars, [write_weight(weight) for weight in weights], padding=4)
        axes.set_yticks(range(len(weights)), self.words, parse_math=False)
        axes.set(xlim=(0, 1.25), xticks=(0, 0.5, 1), xlabel="weight")
        axes.set_title(f"“{self.words[self.word]}” looks at", parse_math=False)
        axes.invert_yaxis()

    def _draw_arrows(self, axes):
        reach = 1.25 * max(1, np.abs([*self.q, *self.k]).max())
        axes.axhline(0, color="#AAAAAA", linewidth=1)
        axes.axvline(0, color="#AAAAAA", linewidth=1)
        arrows = [(key, word, "#0072B2", "-") for key, word in zip(self.k, self.words, strict=True)]
        arrows += [(self.q[self.word], f"query {self.words[self.word]}", "#D55E00", "--")]
        for tip, name, color, style in arrows:
            line = {"arrowstyle": "->", "color": color, "linestyle": style, "linewidth": 2.5}
            axes.annotate("", tip, (0, 0), arrowprops={**line, "shrinkA": 0, "shrinkB": 0})
            axes.annotate(name, tip, (4, 4), textcoords="offset points", parse_math=False)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        axes.set_title("the query (dashed) and the keys")


def write_weight(weight):
    """Write a weight with three decimals, as the browser does."""
    return f"{math.floor(weight * 1000 + 0.5) / 1000:.3f}"


def write_vector(numbers):
    """Write a vector as the pictures do: "(0.5, −1.25)"."""
    return f"({', '.join(map(format_number, numbers))})"


def _write_score(score):
    return "masked" if math.isinf(score) else in_brackets(score)


def _as_words(words):
    """Return 2 to 6 short texts, or say in a ValueError what is wrong."""
    words = words.tolist() if isinstance(words, np.ndarray) else words
    least, most = WORDS
    is_list = isinstance(words, (list, tuple)) and least <= len(words) <= most
    if not is_list or not all(isinstance(word, str) and word.strip() for word in words):
        raise ValueError(f"words must be a list of {least} to {most} texts, got {words!r}.")
    if max(map(len, words)) > LONGEST_WORD:
        longest = max(words, key=len)
        raise ValueError(f"a word may have {LONGEST_WORD} letters, {longest!r} has more.")
    return [str(word) for word in words]


def _as_entry(value, title):
    """Return one number, whole ones as such so that the state is short."""
    number = as_number(value, f"each of {title}")
    if abs(number) > MOST:
        raise ValueError(f"{title} must be from −{MOST} to {MOST}, got {value!r}.")
    return int(number) if number == int(number) else number
