"""Word weights: a text whose words are coloured by what they say for or against a class."""

import math

import traitlets

from .base import format_number
from .typed_text import Refusal, TypedText, as_pairs, as_text, shorten, write_percent

FOR, AGAINST = "#542788", "#e08214"  # purple and orange, the ends of Matplotlib's PuOr
LINE = 64  # letters of a line of the static picture
LINES = 6


class WordWeights(TypedText):
    """A text to type, its words coloured by their weights, and the probability of a class.

    `read(text)` returns (probability, [(word, weight), …]): the probability of the second of
    `classes`, and the words as the model sees them, each with what it adds for that class (above 0)
    or against it (below 0), or with None where the model does not know it. The colour is fullest at
    the largest weight of the text, or at 1 where all are smaller.

    A ValueError that `read` raises is shown as a sentence: `raise ValueError("Type a word.")`. An
    empty text is not read. See `text`, `probability` and `weights` here.

    Raises:
        ValueError: an argument is of the wrong kind, or `read` returns something else.
    """

    _module = "word_weights"
    _state_names = ("text",)

    classes = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, read, text="", classes=("no spam", "spam"), *, label="A text to read"):
        classes = [as_text(name, "each of classes") for name in classes]
        if len(classes) != 2 or not all(map(str.strip, classes)):
            raise ValueError(f"classes must be two names, got {classes!r}.")
        super().__init__(read, text, label, classes=classes)

    @property
    def probability(self):
        """The probability of the second class; None while there is no answer."""
        return self.answer.get("probability")

    @property
    def weights(self):
        """The pairs (word, weight) that are shown."""
        return [tuple(pair) for pair in self.answer.get("words", [])]

    def _ask(self):
        if not self.text.strip():
            raise Refusal("Type a text: each of its words gets its weight.")
        found = self._call(self.text)
        what = "read must return (probability, [(word, weight), …])"
        try:
            probability, words = found
            probability = float(probability)
        except (TypeError, ValueError):
            probability = math.nan
        if not 0 <= probability <= 1 + 1e-6:
            raise ValueError(f"{what} with a probability from 0 to 1, got {repr(found)[:120]}.")
        pairs = as_pairs(words, what, lambda n: n is None or math.isfinite(n))
        return {"probability": min(probability, 1.0), "words": pairs}

    def describe(self):
        """Return the text, the probability and the strongest words."""
        line = f'A field with the text "{shorten(self.text, 200)}"'
        if self.answer["message"]:
            return f"{line}: {self.answer['message']}"
        known = [pair for pair in self.weights if pair[1]]
        strongest = sorted(known, key=lambda pair: -abs(pair[1]))[:5]
        words = ", ".join(f"{shorten(word, 24)} {write_weight(n)}" for word, n in strongest)
        return (
            f'{line}. Probability of "{self.classes[1]}": {write_percent(self.probability)}. '
            f"Strongest words: {words or 'none'}."
        )

    def draw_static(self):
        """Return the coloured words and the bar of the probability as a figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 3.4))
        upper, lower = figure.subplots(2, height_ratios=(4, 1))
        upper.set(xlim=(0, LINE), ylim=(LINES, 0))
        upper.set_axis_off()
        self._draw_words(upper)
        probability = self.probability or 0
        lower.barh([0], [probability], color=FOR, height=0.7)
        lower.set(xlim=(0, 1), xticks=(0, 0.5, 1), yticks=())
        known = self.probability is not None
        title = write_percent(probability) if known else "not known"
        lower.set_title(f"Probability of “{self.classes[1]}”: {title}", parse_math=False)
        return figure

    def _draw_words(self, axes):
        """Write the words line by line, each on its colour; letters are all of one width."""
        if self.answer["message"]:
            axes.text(0, 0.5, self.answer["message"], va="center", wrap=True, parse_math=False)
        reach = max([1, *(abs(weight) for _, weight in self.weights if weight)])
        column = line = 0
        for word, weight in self.weights:
            name = shorten(f"{write_sign(weight)}{word}", LINE // 2)
            if column + len(name) > LINE:
                column, line = 0, line + 1
            if line == LINES:
                break
            depth = 0.65 * abs(weight or 0) / reach
            color = ((FOR if weight and weight > 0 else AGAINST), depth)
            box = {"facecolor": color, "edgecolor": "none", "boxstyle": "square,pad=0.15"}
            style = {"family": "monospace", "fontsize": 13, "va": "center", "bbox": box}
            axes.text(column, line + 0.5, name, parse_math=False, **style)
            column += len(name) + 1


def write_weight(weight):
    """Write a weight with its sign: "+1.25", "−0.5", and "unknown" for None."""
    if weight is None:
        return "unknown"
    text = format_number(weight)
    return f"+{text}" if weight > 0 and text != "0.0" else text


def write_sign(weight):
    """Return what stands before a word, so that colour is never alone: +, −, ? or nothing."""
    if weight is None:
        return "?"
    sign = write_weight(weight)[0]
    return sign if sign in "+−" else ""
