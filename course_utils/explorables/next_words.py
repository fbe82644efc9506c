"""Next words: a text, and the most probable words to go on with, to be picked."""

import re

import traitlets

from .typed_text import (
    Refusal,
    WordByWord,
    as_text,
    as_words,
    draw_words,
    shorten,
    write_percent,
)

GLUED = re.compile(r"[.,;:!?…)\]’']|-\S")  # what stands without a space before it


class NextWords(WordByWord):
    """A text to type, and the five most probable next words: a click, or a key 1 to 5, picks one.

    `suggest(text)` returns up to five pairs (word, probability), the most probable one first; a
    picked word is appended to the text. With `translate=True` the text is a sentence to translate
    and stays as it is: `suggest(text, chosen)` returns the next words of the translation, of which
    `chosen`, a list, has been picked. `end` is the word that ends a text: it is shown as "end of
    sentence", and nothing follows it.

    On slides and in built pages, where no Python answers, nothing can be typed, and only the most
    probable word can be picked, up to 16 times.

    A ValueError that `suggest` raises is shown as a sentence: `raise ValueError("Type a word.")`.
    Read `text`, `chosen` and `suggestions` here.

    Raises:
        ValueError: an argument is of the wrong kind, or `suggest` returns something else.
    """

    _module = "next_words"
    _state_names = ("text", "chosen")

    translate = traitlets.Bool(False, read_only=True).tag(sync=True)

    def __init__(self, suggest, text="", chosen=(), *, translate=False, end="[END]", label=None):
        if label is None:
            label = "A sentence to translate" if translate else "The beginning of a text"
        super().__init__(
            suggest,
            text,
            label,
            chosen=[as_text(word, "each word of chosen") for word in chosen],
            translate=bool(translate),
            end=as_text(end, "end"),
        )

    def _answer_to(self, text, chosen):
        if chosen and chosen[-1] == self.end:
            return {"words": []}
        if self.translate and not text.strip():
            raise Refusal("Type a sentence to translate.")
        found = self._call(text, *([list(chosen)] if self.translate else []))
        return {"words": as_words(found, "suggest must return pairs (word, probability)")}

    def _grow(self, text, word):
        return text if self.translate or word == self.end else append(text, word)

    def _name(self, word):
        return "end of sentence" if word == self.end else word.strip() or "(empty)"

    def describe(self):
        """Return the text, the words picked so far and the next words."""
        line = f'A field with the text "{shorten(self.text, 200)}"'
        if self.translate:
            so_far = " ".join(map(self._name, self.chosen)) or "nothing"
            line += f', its translation so far ("{so_far}")'
        if self.answer["message"]:
            return f"{line}: {self.answer['message']}"
        words = (f"{self._name(word)} {write_percent(p)}" for word, p in self.suggestions)
        return f"{line} and the most probable next words: {', '.join(words) or 'none'}."

    def draw_static(self):
        """Return the text and the bars of the next words as a figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 3.4))
        axes = figure.subplots()
        draw_words(axes, [(self._name(word), p) for word, p in self.suggestions])
        lines = [self.text or "(no text)"]
        if self.translate:
            lines.append(" ".join(map(self._name, self.chosen)))
        title = "\n→ ".join(shorten(line, 60) for line in lines)
        figure.suptitle(title, x=0.01, ha="left", fontsize=14, parse_math=False)
        if self.answer["message"]:
            axes.text(0.02, 2, self.answer["message"], wrap=True, parse_math=False)
        return figure


def append(text, word):
    """Return a text with one more word, as the browser appends it."""
    glued = not text or text[-1].isspace() or GLUED.match(word)
    return text + (word if glued else f" {word}")
