"""What the explorables for typed text share: a function in Python answers what somebody types."""

import math
import re
import warnings

import traitlets

from .base import Explorable, style_source

MOST_WORDS = 5  # next words that are shown
MOST_LETTERS = 2000  # of a text; what is longer is cut, in the browser with a message
LONGEST_SENTENCE = 200  # letters of a ValueError that is shown as a sentence


class Refusal(Exception):
    """A sentence for the person who types: why there is no answer to this text."""


class TypedText(Explorable):
    """A field to type in; a function answers, at once and whenever the text changes.

    A subclass names in `_question` the traits that the answer depends on, and defines `_ask()`:
    the answer as a dict of what JSON can hold. In the function a `ValueError` of one line, at most
    200 letters, is a sentence for the person who types. Anything else it raises is an error of who
    wrote the function: raised at creation, and later named under the field with its traceback in
    JupyterLab's log.

    Raises:
        ValueError: the function cannot be called or an argument is no text.
    """

    _css = style_source() + style_source("typed_text")
    _question = ("text",)

    text = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("", read_only=True).tag(sync=True)
    answer = traitlets.Dict(read_only=True).tag(sync=True)  # with the question that it answers

    def __init__(self, function, text, label, **values):
        if not callable(function):
            raise ValueError(f"expected a function that answers a text, got {function!r}.")
        self._function = function
        super().__init__(text=as_text(text, "text"))
        with self.hold_sync():
            self.set_trait("label", as_text(label, "label"))
            for name, value in values.items():
                self.set_trait(name, value)
            self.set_trait("answer", self._find_answer())
        self.observe(self._answer_again, names=list(self._question))

    @traitlets.validate("text")
    def _cut_text(self, proposal):
        return cut(proposal["value"])

    def _restore(self, values):
        try:
            with self.hold_trait_notifications():  # one question, not one for each value
                super()._restore(values)
        except traitlets.TraitError as error:
            raise ValueError(f"this is no state of {type(self).__name__}: {error}") from None

    def _ask(self):
        """Return the answer to the question that stands here as a dict."""
        raise NotImplementedError(f"{type(self).__name__} needs _ask().")

    def _call(self, *arguments, function=None):
        """Return what the function says; a ValueError of one line becomes a Refusal."""
        try:
            return (function or self._function)(*arguments)
        except ValueError as error:
            sentence = str(error)
            if not sentence or "\n" in sentence or len(sentence) > LONGEST_SENTENCE:
                raise
            raise Refusal(sentence) from None

    def _stand(self):
        """Return the question: the values that the answer depends on."""
        return {name: getattr(self, name) for name in self._question}

    def _find_answer(self):
        try:
            return {**self._stand(), "message": "", **self._ask()}
        except Refusal as refusal:
            return {**self._stand(), "message": str(refusal)}

    def _answer_again(self, _):
        self._bring("answer", self._stand(), self._find_answer, self._function)

    def _bring(self, name, stand, find, function):
        """Set the trait `name` to what `find()` returns, unless it answers `stand` already."""
        old = getattr(self, name)
        if {key: old.get(key) for key in stand} == stand:
            return  # text and another trait came in one message
        try:
            self.set_trait(name, find())
        except Exception as error:
            called = getattr(function, "__name__", "the function")
            message = (
                f"{called} failed ({type(error).__name__}): see the log (View, Show Log Console)."
            )
            self.set_trait(name, {**stand, "message": message})
            raise  # ipywidgets shows the traceback in the log

    def _to_png(self):
        with warnings.catch_warnings():  # the font of pictures has no emoji
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            return super()._to_png()


class WordByWord(TypedText):
    """A typed text to which the answer is the next words: one is picked, then the one after it.

    A subclass defines `_answer_to(text, chosen)`: a dict with pairs [word, probability] as "words",
    the most probable one first, or none where nothing follows.
    """

    _question = ("text", "chosen")
    _most_ahead = 16  # words that can be picked where there is no Python

    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    end = traitlets.Unicode(read_only=True).tag(sync=True)
    ahead = traitlets.List(read_only=True).tag(sync=True)  # answers for where there is no Python

    @property
    def suggestions(self):
        """The pairs (word, probability) that are shown."""
        return [tuple(pair) for pair in self.answer.get("words", [])]

    def _ask(self):
        return self._answer_to(self.text, self.chosen)

    def _answer_to(self, text, chosen):
        """Return the answer to these values as a dict with "words"."""
        raise NotImplementedError(f"{type(self).__name__} needs _answer_to().")

    def _grow(self, text, word):
        """Return what a picked word makes of the text."""
        return text

    def embed(self):
        """Return the explorable as HTML that is alive without Jupyter: the first word is picked."""
        self.set_trait("ahead", list(self._look_ahead()))
        return super().embed()

    def _look_ahead(self):
        """Yield the answers that follow when the most probable word is picked again and again."""
        text, chosen, words = self.text, list(self.chosen), self.answer.get("words")
        while words and len(chosen) < len(self.chosen) + self._most_ahead:
            word = words[0][0]
            text, chosen = self._grow(text, word), [*chosen, word]
            if len(text) > MOST_LETTERS:
                return
            try:
                found = self._answer_to(text, chosen)
            except Refusal:
                return
            words = found["words"]
            yield {**self._stand(), "text": text, "chosen": chosen, "message": "", **found}


def cut(text):
    """Return as much of a text as is read: at most 2,000 letters, cut between words."""
    if len(text) <= MOST_LETTERS:
        return text
    start = text[:MOST_LETTERS]
    return start if text[MOST_LETTERS].isspace() else re.sub(r"(?<=\s)\S*$", "", start)


def as_text(value, name):
    """Return `value` if it is a text, or say in a ValueError what it is."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {value!r}.")
    return str(value)  # of NumPy's texts, too


def as_pairs(found, what, is_right):
    """Return pairs (word, number) as lists that JSON can hold; the number may be None.

    Raises:
        ValueError: they are no pairs, or `is_right` says no to a number. `what` says what was
            expected.
    """
    try:
        pairs = [
            [str(word) if isinstance(word, str) else None, None if n is None else float(n)]
            for word, n in found
        ]
    except (TypeError, ValueError):
        pairs = [[None, None]]
    if not all(word is not None and is_right(number) for word, number in pairs):
        raise ValueError(f"{what}, got {repr(found)[:120]}.")
    return pairs


def as_words(found, what):
    """Return the first five pairs (word, probability) as lists; `what` is as for `as_pairs`."""
    pairs = as_pairs(found, what, lambda p: p is not None and 0 <= p <= 1 + 1e-6)
    return [[word, min(p, 1.0)] for word, p in pairs[:MOST_WORDS]]


def draw_words(axes, pairs):
    """Draw pairs (word, probability) as bars, the first one on top."""
    places = range(len(pairs))
    bars = axes.barh(places, [p for _, p in pairs], color="#0072B2", height=0.6)
    axes.bar_label(bars, [write_percent(p) for _, p in pairs], padding=4)
    axes.set_yticks(places, [shorten(word, 24) for word, _ in pairs], parse_math=False)
    axes.set(xlim=(0, 1.12), ylim=(MOST_WORDS - 0.5, -0.5), xlabel="probability")
    axes.set_xticks((0, 0.5, 1))


def write_percent(probability):
    """Write a probability in percent; only 0 and 1 look certain: "31.4 %", "< 0.1 %"."""
    if 0 < probability < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= probability < 1:
        return "> 99.9 %"
    return f"{math.floor(1000 * probability + 0.5) / 10:.1f} %"


def shorten(text, length):
    """Return a text on one line, cut with an ellipsis where it is longer than `length`."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
