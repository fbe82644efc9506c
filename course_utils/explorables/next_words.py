"""Next words: a text, and the most probable words to go on with, to be picked."""

import re

import traitlets

from .typed_text import (
    MOST_LETTERS,
    Refusal,
    TypedText,
    as_pairs,
    as_text,
    shorten,
    write_percent,
)

MOST_WORDS = 5
MOST_AHEAD = 16  # words that can be picked where there is no Python
GLUED = re.compile(r"[.,;:!?…)\]’']|-\S")  # what stands without a space before it


class NextWords(TypedText):
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
    _question = ("text", "chosen")

    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    translate = traitlets.Bool(False, read_only=True).tag(sync=True)
    end = traitlets.Unicode(read_only=True).tag(sync=True)
    ahead = traitlets.List(read_only=True).tag(sync=True)  # answers for where there is no Python

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

    @property
    def suggestions(self):
        """The pairs (word, probability) that are shown."""
        return [tuple(pair) for pair in self.answer.get("words", [])]

    def _ask(self):
        return self._answer_to(self.text, self.chosen)

    def _answer_to(self, text, chosen):
        if chosen and chosen[-1] == self.end:
            return {"words": []}
        if self.translate and not text.strip():
            raise Refusal("Type a sentence to translate.")
        found = self._call(text, *([list(chosen)] if self.translate else []))
        what = "suggest must return pairs (word, probability)"
        pairs = as_pairs(found, what, lambda p: p is not None and 0 <= p <= 1 + 1e-6)
        return {"words": [[word, min(p, 1.0)] for word, p in pairs[:MOST_WORDS]]}

    def embed(self):
        """Return the explorable as HTML that is alive without Jupyter: the first word is picked."""
        self.set_trait("ahead", list(self._look_ahead()))
        return super().embed()

    def _look_ahead(self):
        """Yield the answers that follow when the most probable word is picked again and again."""
        text, chosen, words = self.text, list(self.chosen), self.answer.get("words")
        while words and len(chosen) < len(self.chosen) + MOST_AHEAD:
            word = words[0][0]
            chosen = [*chosen, word]
            if not self.translate and word != self.end:
                text = append(text, word)
            if len(text) > MOST_LETTERS:
                return
            try:
                words = self._answer_to(text, chosen)["words"]
            except Refusal:
                return
            yield {"text": text, "chosen": chosen, "message": "", "words": words}

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
        places = range(len(self.suggestions))
        bars = axes.barh(places, [p for _, p in self.suggestions], color="#0072B2", height=0.6)
        axes.bar_label(bars, [write_percent(p) for _, p in self.suggestions], padding=4)
        names = [shorten(self._name(word), 24) for word, _ in self.suggestions]
        axes.set_yticks(places, names, parse_math=False)
        axes.set(xlim=(0, 1.12), ylim=(MOST_WORDS - 0.5, -0.5), xlabel="probability")
        axes.set_xticks((0, 0.5, 1))
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
