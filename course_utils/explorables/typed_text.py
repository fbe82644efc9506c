"""What the explorables for typed text share: a function in Python answers what somebody types."""

import math
import re
import warnings

import traitlets

from .base import Explorable, style_source

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

    def _call(self, *arguments):
        """Return what the function says; a ValueError of one line becomes a Refusal."""
        try:
            return self._function(*arguments)
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
        stand = self._stand()
        if {name: self.answer.get(name) for name in stand} == stand:
            return  # text and another trait came in one message
        try:
            self.set_trait("answer", self._find_answer())
        except Exception as error:
            name = getattr(self._function, "__name__", "the function")
            message = (
                f"{name} failed ({type(error).__name__}): see the log (View, Show Log Console)."
            )
            self.set_trait("answer", {**stand, "message": message})
            raise  # ipywidgets shows the traceback in the log

    def _to_png(self):
        with warnings.catch_warnings():  # the font of pictures has no emoji
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            return super()._to_png()


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
