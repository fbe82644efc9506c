"""The microscope: a translation word by word, its probabilities, attention and best sentences."""

import math

import numpy as np
import traitlets

from .base import format_number, style_source
from .typed_text import (
    Refusal,
    WordByWord,
    as_pairs,
    as_text,
    as_words,
    draw_words,
    shorten,
    write_percent,
)

MOST_WRITTEN = 30  # words of a translation
MOST_SENTENCES = 5
MOST_DRAWN = 12  # rows and columns of the heat map in the static picture
TOLERANCE = 0.01  # of the sum of a row: 16-bit weights are rounded


class Microscope(WordByWord):
    """A sentence to translate, and the translation word by word, with all that the net computes.

    `look(text, chosen, temperature)` is asked at each step; `chosen` is a list of the words so far.
    It returns a dict with

    - "words": pairs (word, probability), the most probable one first; five are shown;
    - "source": the English words, as the net reads them;
    - "written": the French words, as the net reads them: the start mark and `chosen`;
    - "attention": the weights, shape (blocks, heads, written words, source words). Each row sums
      to 1: with it the net read one written word and decided on the next.

    `search(text, width)` returns up to `width` pairs (sentence, log-probability), the best one
    first. `end` is the word that ends a translation; 30 words are the most.

    On slides and in built pages, where no Python answers, the most probable words can be followed
    and each head can be looked at; the rest stays as it is.

    A ValueError that `look` or `search` raises is shown as a sentence:
    `raise ValueError("Type a word.")`. Read `text`, `chosen`, `suggestions`, `attention` and
    `sentences` here; set `temperature`, `block`, `head` (0 for the mean of all) and `width`.

    Raises:
        ValueError: an argument is of the wrong kind, or a function returns something else.
    """

    _module = "microscope"
    _css = WordByWord._css + style_source("microscope")
    _state_names = ("text", "chosen", "temperature", "block", "head", "width")
    _question = ("text", "chosen", "temperature")
    _most_ahead = MOST_WRITTEN

    temperature = traitlets.Float(1.0, min=0.1, max=2.0).tag(sync=True)
    block = traitlets.Int(1, min=1).tag(sync=True)
    head = traitlets.Int(0, min=0).tag(sync=True)
    width = traitlets.Int(3, min=1, max=MOST_SENTENCES).tag(sync=True)
    searches = traitlets.Bool(False, read_only=True).tag(sync=True)
    found = traitlets.Dict(read_only=True).tag(sync=True)  # sentences, with what was searched

    def __init__(self, look, search=None, text="Hello world!", end="[end]"):
        if search is not None and not callable(search):
            raise ValueError(f"search must be a function or None, got {search!r}.")
        self._search = search
        label = "A sentence to translate"
        super().__init__(look, text, label, end=as_text(end, "end"), searches=search is not None)
        self.block = max(1, len(self.answer.get("attention", [])))
        self.set_trait("found", self._find_sentences())
        self.observe(self._search_again, names=["text", "width"])

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal):
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError("temperature must be a number from 0.1 to 2.")
        return proposal["value"]

    @property
    def attention(self):
        """The weights of the chosen block and head, shape (written words, source words)."""
        blocks = np.array(self.answer.get("attention", np.zeros((1, 1, 0, 0))))
        heads = blocks[min(self.block, len(blocks)) - 1]
        return heads.mean(axis=0) if self.head == 0 else heads[min(self.head, len(heads)) - 1]

    @property
    def sentences(self):
        """The pairs (sentence, log-probability) that the search found."""
        return [tuple(pair) for pair in self.found.get("sentences", [])]

    def _answer_to(self, text, chosen):
        if not text.strip():
            raise Refusal("Type a sentence to translate.")
        if len(chosen) > MOST_WRITTEN:
            raise Refusal(f"A translation has at most {MOST_WRITTEN} words here.")
        ended = bool(chosen) and chosen[-1] == self.end
        read = list(chosen[:-1] if ended else chosen)  # nobody reads the end mark
        answer = _as_view(self._call(text, read, self.temperature))
        return {**answer, "words": []} if ended else answer

    def _find_sentences(self):
        found = {"text": self.text, "width": self.width, "message": "", "sentences": []}
        if self._search is None or not self.text.strip():
            return found
        try:
            pairs = self._call(self.text, self.width, function=self._search)
        except Refusal as refusal:
            return {**found, "message": str(refusal)}
        what = "search must return pairs (sentence, log-probability)"
        pairs = as_pairs(pairs, what, lambda n: n is not None and -math.inf < n <= 1e-6)
        return {**found, "sentences": pairs[: self.width]}

    def _search_again(self, _):
        stand = {"text": self.text, "width": self.width}
        self._bring("found", stand, self._find_sentences, self._search)

    def _steps(self):
        """Return the pairs (word read, word written or None) of the rows of the heat map."""
        written = self.answer.get("written", [])
        ended = self.chosen[-1:] == [self.end]
        return list(zip(written, [*written[1:], self.end if ended else None], strict=True))

    def _head_name(self):
        return f"block {self.block}, {f'head {self.head}' if self.head else 'mean of all heads'}"

    def describe(self):
        """Return the text, the translation, the next words, where the net looks, and the search."""
        so_far = shorten(" ".join(self.chosen), 200) or "nothing"
        line = f'A field with the text "{shorten(self.text, 200)}", its translation so far '
        if self.answer["message"]:
            return f'{line}("{so_far}"): {self.answer["message"]}'
        words = (f"{_name(word)} {write_percent(p)}" for word, p in self.suggestions)
        line += (
            f'("{so_far}") and the most probable next words at temperature '
            f"{format_number(self.temperature)}: {', '.join(words) or 'none'}."
        )
        looks = []
        for (_, word), row in list(zip(self._steps(), self.attention, strict=True))[-8:]:
            place = int(row.argmax())
            seen = f"{_name(self.answer['source'][place])} {write_percent(row[place])}"
            looks.append(f"{'the next word' if word is None else _name(word)} at {seen}")
        line += f" Attention ({self._head_name()}): {', '.join(looks)}."
        if self.sentences:
            found = (f"{shorten(text, 60)} {format_number(n)}" for text, n in self.sentences)
            line += f" Beam search of width {self.width}: {'; '.join(found)}."
        return line

    def draw_static(self):
        """Return the text, the bars of the next words and the heat map as a figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(10, 4.2))
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        draw_words(left, [(_name(word, 12), p) for word, p in self.suggestions])
        left.set_title(f"temperature {format_number(self.temperature)}")
        title = f"{shorten(self.text, 76) or '(no text)'}\n→ {shorten(' '.join(self.chosen), 74)}"
        figure.suptitle(title, x=0.01, ha="left", fontsize=14, parse_math=False)
        if self.answer["message"]:
            left.text(0.02, 2, self.answer["message"], wrap=True, parse_math=False)
            right.set_axis_off()
        else:
            self._draw_attention(right)
        return figure

    def _draw_attention(self, axes):
        """Draw the heat map: its last rows and first columns, where it has too many."""
        words = self.answer["source"]
        weights = self.attention[-MOST_DRAWN:, :MOST_DRAWN]
        axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        small = max(weights.shape) > 8
        for (row, column), weight in np.ndenumerate(weights):
            color = "white" if weight > 0.55 else "black"
            style = {"ha": "center", "va": "center", "fontsize": 8 if small else 11}
            axes.text(column, row, f"{weight:.2f}", color=color, **style)
        steps = [(a, "…" if b is None else b) for a, b in self._steps()[-MOST_DRAWN:]]
        rows = [f"{_name(a, 12)} → {_name(b, 12)}" for a, b in steps]
        columns = [_name(word, 12) for word in words[:MOST_DRAWN]]
        axes.set_yticks(range(len(rows)), rows, parse_math=False, fontsize=11)
        turned = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
        axes.set_xticks(range(len(columns)), columns, parse_math=False, fontsize=11, **turned)
        if len(words) > MOST_DRAWN:
            axes.set_xlabel(f"the first {MOST_DRAWN} of {len(words)} words")
        axes.set_title(f"attention, {self._head_name()}")


def _name(word, length=24):
    """Return what is shown of a word."""
    return shorten(word, length) or "(empty)"


def _as_view(found):
    """Return what `look` returned as a dict that JSON can hold, or say what is wrong with it."""
    names = ("words", "source", "written", "attention")
    if not isinstance(found, dict) or not set(names) <= set(found):
        keys = ", ".join(names)
        raise ValueError(f"look must return a dict with {keys}, got {repr(found)[:120]}.")
    view = {"words": as_words(found["words"], 'the "words" must be pairs (word, probability)')}
    for name in ("source", "written"):
        words = found[name]
        listed = not isinstance(words, str) and hasattr(words, "__iter__")
        view[name] = [as_text(word, f'each word of "{name}"') for word in words] if listed else []
        if not view[name]:
            raise ValueError(f'"{name}" must be a list with at least one word, got {words!r}.')
    shape = (len(view["written"]), len(view["source"]))
    try:
        attention = np.asarray(found["attention"], dtype=float)
    except (TypeError, ValueError):
        attention = np.zeros(0)
    if attention.ndim != 4 or attention.shape[2:] != shape or 0 in attention.shape:
        raise ValueError(
            f'"attention" must have the shape (blocks, heads, {shape[0]}, {shape[1]}), the numbers '
            f"of written and of source words; got {attention.shape}."
        )
    if not (attention > -1e-6).all() or not (abs(attention.sum(axis=-1) - 1) < TOLERANCE).all():
        raise ValueError('each row of "attention" must sum to 1, with no weight below 0.')
    view["attention"] = attention.clip(0, 1).round(3).tolist()
    return view
