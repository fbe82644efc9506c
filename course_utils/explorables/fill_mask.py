"""Fill the mask: a sentence with holes, the words that a model puts in, and what it looks at."""

import numpy as np
import traitlets

from .base import style_source
from .typed_text import Refusal, TypedText, as_pairs, as_text, shorten, write_percent

MASK = "[MASK]"
MOST_MASKS = 12
MOST_WORDS = 10
MOST_TOKENS = 512
WHAT = "fill must return one list of pairs (token, probability) for each mask"


class FillMask(TypedText):
    """A sentence to type with one or more [MASK], and the ten most probable tokens for each.

    `fill(text)` returns a list with one entry for each [MASK]: up to ten pairs (token,
    probability), the most probable one first. Or it returns a dict with such a list as "fills" and,
    as the model sees them, the "tokens" of the sentence and the places of its "masks" among them;
    "attention", if given, has shape (blocks, heads, tokens, tokens), each row what one token looks
    at: the picture shows it for the chosen mask.

    `mask` is the number of the chosen one, from 1 on; `block` and `head` are those whose attention
    is shown, from 1 on, or 0 for the mean of all. On slides and in built pages nothing can be
    typed, but these can be chosen.

    A ValueError that `fill` raises is shown as a sentence: `raise ValueError("Too many words.")`.
    A text without a [MASK], or with more than 12, is not given to `fill`. Read `text`, `tokens`,
    `fills` and `attention` here.

    Raises:
        ValueError: an argument is of the wrong kind, or `fill` returns something else.
    """

    _module = "fill_mask"
    _state_names = ("text", "mask", "block", "head")
    _css = TypedText._css + style_source("fill_mask")

    mask = traitlets.Int(1, min=1).tag(sync=True)
    block = traitlets.Int(0, min=0).tag(sync=True)
    head = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(
        self, fill, text="", *, mask=1, block=0, head=0, label="A sentence with one or more [MASK]"
    ):
        super().__init__(fill, text, label)
        for name, value, least in (("mask", mask, 1), ("block", block, 0), ("head", head, 0)):
            is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not is_whole or value < least:
                raise ValueError(f"{name} must be a whole number from {least} on, got {value!r}.")
            setattr(self, name, int(value))

    def _restore(self, values):
        for name in ("mask", "block", "head"):
            value = values.get(name, 1)
            if not isinstance(value, int) or isinstance(value, bool) or value < (name == "mask"):
                raise ValueError(f"this is no state of FillMask: {name} is {value!r}.")
        super()._restore(values)

    @property
    def tokens(self):
        """The tokens of the sentence as the model sees them; empty where `fill` names none."""
        return list(self.answer.get("tokens", []))

    @property
    def fills(self):
        """The pairs (token, probability) for each mask."""
        return [[tuple(pair) for pair in pairs] for pairs in self.answer.get("fills", [])]

    @property
    def attention(self):
        """How much the chosen mask looks at each token, of the chosen block and head, or None."""
        given = self.answer.get("attention")
        if not given:
            return None
        rows = np.array(given)[:, :, self._place()]  # (blocks, heads, tokens)
        for chosen in (self.block, self.head):
            known = 1 <= chosen <= len(rows)
            rows = rows[chosen - 1] if known else rows.mean(axis=0)
        return rows

    def _place(self):
        """Return the index of the chosen mask; where there are fewer, of the last one."""
        return min(self.mask, len(self.answer["fills"])) - 1

    def _ask(self):
        count = self.text.count(MASK)
        if not count:
            raise Refusal(f"Write {MASK} where a word is missing.")
        if count > MOST_MASKS:
            raise Refusal(f"At most {MOST_MASKS} {MASK} at a time, this text has {count}.")
        found = self._call(self.text)
        if not isinstance(found, dict):
            return {"fills": _as_fills(found, count)}
        missing = [name for name in ("tokens", "masks", "fills") if name not in found]
        if missing:
            raise ValueError(f'the dict that fill returns needs "{missing[0]}".')
        tokens = _as_tokens(found["tokens"])
        masks = _as_places(found["masks"], len(tokens))
        answer = {"tokens": tokens, "masks": masks, "fills": _as_fills(found["fills"], len(masks))}
        if found.get("attention") is not None:
            answer["attention"] = _as_rows(found["attention"], masks, len(tokens))
        return answer

    def describe(self):
        """Return the text, the most probable tokens of each mask and what the chosen one sees."""
        line = f'A field with the text "{shorten(self.text, 200)}"'
        if self.answer["message"]:
            return f"{line}: {self.answer['message']}"
        for number, pairs in enumerate(self.fills, start=1):
            best = ", ".join(f"{shorten(word, 16)} {write_percent(p)}" for word, p in pairs[:3])
            line += f"; mask {number}: {best or 'nothing'}"
        if self.attention is not None:
            most = np.argsort(-self.attention, kind="stable")[:3]
            seen = (f"{shorten(self.tokens[i], 16)} {self.attention[i]:.2f}" for i in most)
            line += f". Mask {self._place() + 1} looks most at {', '.join(seen)}"
        return f"{line}."

    def draw_static(self):
        """Return the bars of the chosen mask, and what it looks at, as a figure."""
        from matplotlib.figure import Figure

        weights = self.attention
        figure = Figure(figsize=(8 if weights is None else 12, 4))
        first, *second = np.atleast_1d(figure.subplots(1, 1 if weights is None else 2)).tolist()
        pairs = self.fills[self._place()] if self.fills else []
        bars = first.barh(range(len(pairs)), [p for _, p in pairs], color="#0072B2", height=0.6)
        first.bar_label(bars, [write_percent(p) for _, p in pairs], padding=4)
        names = [shorten(word, 20) or "(empty)" for word, _ in pairs]
        first.set_yticks(range(len(pairs)), names, parse_math=False)
        first.set(xlim=(0, 1.2), xticks=(0, 0.5, 1), ylim=(MOST_WORDS - 0.5, -0.5))
        first.set(xlabel="probability")
        if self.answer["message"]:
            first.text(0.02, 4, self.answer["message"], wrap=True, parse_math=False)
        for axes in second:
            most = sorted(np.argsort(-weights, kind="stable")[:12])  # in the sentence's order
            axes.barh(range(len(most)), weights[most], color="#D55E00", height=0.6)
            names = [shorten(self.tokens[index], 20) for index in most]
            axes.set_yticks(range(len(most)), names, parse_math=False)
            axes.set(xlabel="weight", title=f"mask {self._place() + 1} looks at")
            axes.locator_params(axis="x", nbins=5)
            axes.invert_yaxis()
        figure.suptitle(shorten(self.text, 90) or "(no text)", fontsize=14, parse_math=False)
        return figure


def _as_fills(found, count):
    """Return up to ten pairs for each mask, or say in a ValueError what is wrong."""
    try:
        given = list(found)
    except TypeError:
        given = []
    if len(given) != count:
        raise ValueError(f"{WHAT}, {count} here; got {repr(found)[:120]}.")
    fills = [as_pairs(pairs, WHAT, _is_probability) for pairs in given]
    return [[[word, min(p, 1.0)] for word, p in pairs[:MOST_WORDS]] for pairs in fills]


def _is_probability(number):
    return number is not None and 0 <= number <= 1 + 1e-6


def _as_tokens(found):
    """Return the tokens as a list of texts, or say in a ValueError what is wrong."""
    is_list = isinstance(found, (list, tuple, np.ndarray)) and 1 <= len(found) <= MOST_TOKENS
    if not is_list:
        raise ValueError(f'"tokens" must be a list of 1 to {MOST_TOKENS} texts.')
    return [as_text(token, "each of tokens") for token in found]


def _as_places(found, length):
    """Return the places of the masks, from 1 to 12 of them, or say what is wrong."""
    try:
        places = [int(place) for place in found]
        is_whole = all(place == given for place, given in zip(places, found, strict=True))
    except (TypeError, ValueError):
        places, is_whole = [], False
    rising = sorted(set(places)) == places
    if not is_whole or not rising or not 1 <= len(places) <= MOST_MASKS:
        raise ValueError(f'"masks" must be the places of the masks in order, got {found!r}.')
    if not 0 <= places[0] <= places[-1] < length:
        raise ValueError(f'"masks" must be places from 0 to {length - 1}, got {found!r}.')
    return places


def _as_rows(found, masks, length):
    """Return the rows of the masks, (blocks, heads, masks, tokens), with four decimals."""
    try:
        attention = np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        attention = np.empty(0)
    if attention.ndim != 4 or attention.shape[2:] != (length, length) or not attention.size:
        raise ValueError(
            f'"attention" must have shape (blocks, heads, {length}, {length}), one row and column '
            f"a token; got {getattr(found, 'shape', repr(found)[:80])}."
        )
    rows = attention[:, :, masks]
    if not (np.isfinite(rows).all() and rows.min() >= 0 and rows.max() <= 1 + 1e-3):
        raise ValueError('"attention" must be weights from 0 to 1.')
    return (np.floor(rows * 10_000 + 0.5) / 10_000).tolist()
