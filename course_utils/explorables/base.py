"""What all explorables share: the module that reaches the browser, and what stands in for it."""

import base64
import html
import io
import itertools
import json
import math
import os
import re
from pathlib import Path

import anywidget
import traitlets

from course_utils.execution import EMBEDDED

FOLDER = Path(__file__).resolve().parent
PIXELS_PER_INCH = 150

_numbers = itertools.count(1)  # names of embedded figures: the same on every build


def module_source(name):
    """Return one explorable as a self-contained JavaScript module, its imports put in place.

    `name` is that of a file in this folder ("neuron" for neuron.js). A file may import names from
    others of this folder, without renaming; each of them is put in once.

    Raises:
        ValueError: there is no such file, or one of them imports something else.
    """
    text = _with_imports(name, seen=set())
    leftover = re.search(r"^import .*", text, flags=re.MULTILINE)
    if leftover:
        raise ValueError(
            f"{name}.js may import only names from files beside it; found {leftover[0]!r}."
        )
    return text


def _with_imports(name, seen):
    """Return the text of a file with the files it imports, but for those `seen`, before it."""
    path = FOLDER / f"{name}.js"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.js")))
        raise ValueError(f"expected the name of an explorable ({known}), got {name!r}.")
    seen.add(name)

    def put_in_place(match):
        if match[1] in seen:
            return ""
        other = _with_imports(match[1], seen)
        return re.sub(r"^export (?=const|let|function|class)", "", other, flags=re.MULTILINE)

    text = path.read_text(encoding="utf-8")
    own_import = r'^import \{[^}]*\} from "\./(\w+)\.js";\n'
    return re.sub(own_import, put_in_place, text, flags=re.MULTILINE)


def style_source(name="explorables"):
    """Return the style sheet of all explorables, or the one that a large one has besides."""
    return (FOLDER / f"{name}.css").read_text(encoding="utf-8")


class Explorable(anywidget.AnyWidget):
    """A live picture: one JavaScript module that runs in lessons, decks and pages alike.

    A subclass sets `_module`, the stem of its file, and `_state_names`, the traits that make up
    its state, and defines `describe()` (text) and `draw_static()` (a Matplotlib figure).
    """

    _module = None
    _state_names = ()
    _css = style_source()

    def __init_subclass__(cls, **keywords):
        # Not for the subclasses that traitlets makes of a class when it adds a trait.
        if "_module" in cls.__dict__:
            cls._esm = module_source(cls._module)
        super().__init_subclass__(**keywords)

    @property
    def state(self):
        """The state as one short line that can be copied; assign such a line to restore it.

        Raises:
            ValueError: the line is not a state of this explorable.
        """
        values = {name: getattr(self, name) for name in self._state_names}
        return json.dumps(values, separators=(",", ":"))

    @state.setter
    def state(self, line):
        try:
            values = json.loads(line)
            known = isinstance(values, dict) and set(values) <= set(self._state_names)
        except (TypeError, ValueError, RecursionError):  # brackets in brackets in brackets
            known = False
        if not known:
            names = ", ".join(self._state_names) or "nothing"
            raise ValueError(
                f"expected a state of {type(self).__name__} (a line of JSON with {names}), got "
                f"{str(line)[:80]!r}. Copy the whole line."
            )
        self._restore(values)

    def _restore(self, values):
        """Set the traits of a state; a subclass whose traits depend on each other overrides it."""
        for name in self._state_names:
            if name in values:
                setattr(self, name, values[name])

    def describe(self):
        """Return the picture in words, for those who cannot see it."""
        raise NotImplementedError(f"{type(self).__name__} needs describe().")

    def draw_static(self):
        """Return the current picture as a Matplotlib figure, for print and built pages."""
        raise NotImplementedError(f"{type(self).__name__} needs draw_static().")

    def embed(self):
        """Return the explorable as HTML that is alive without Jupyter and without a network.

        It holds its state, style and module, and can stand anywhere in a page, several times.
        """
        name = f"explorable-{next(_numbers)}"
        values = {
            key: _encode(value)
            for key, value in self.get_state().items()
            if key in self._embedded_names()
        }
        # No "<" in the data: "</script>" in a text would end the element.
        state = json.dumps(values).replace("<", "\\u003c")
        return (
            f'<figure class="explorable" id="{name}" data-prevent-swipe>\n'
            f"<style>\n{self._css}</style>\n"
            f'<script type="application/json">{state}</script>\n'
            f"<div><noscript>{html.escape(self.describe())}</noscript></div>\n"
            f'<script type="module">\n{self._esm}\nmount(render, "{name}");\n</script>\n'
            "</figure>"
        )

    def _embedded_names(self):
        """Return the names of the synchronised traits that this class itself defines."""
        return set(self.trait_names(sync=True)) - set(anywidget.AnyWidget().keys) - {"_esm", "_css"}

    def _repr_mimebundle_(self, **keywords):
        """Add the static picture and its text to the live view."""
        bundle = super()._repr_mimebundle_(**keywords)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data["text/plain"] = self.describe()
        data["image/png"] = base64.b64encode(self._to_png()).decode("ascii")
        if os.environ.get("COURSE_EMBED") == "1":
            data[EMBEDDED] = self.embed()
        return data, metadata

    def _to_png(self):
        """Return the static picture as the bytes of a PNG file."""
        import matplotlib.style

        buffer = io.BytesIO()
        with matplotlib.style.context("course_utils.course"):
            self.draw_static().savefig(buffer, format="png", dpi=PIXELS_PER_INCH)
        return buffer.getvalue()


def synchronised_bytes():
    """Return a trait for bytes; the browser's reach Python as memoryviews, which Bytes refuses."""
    return traitlets.Bytes(b"").tag(sync=True, from_json=lambda value, _: bytes(value))


def _encode(value):
    """Return a trait's value as something that JSON can hold."""
    if isinstance(value, (bytes, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode("ascii")}
    return value


def as_number(value, name):
    """Return `value` as a finite float, or say in a ValueError what is wrong with `name`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r}.")
    return number


def as_numbers(values, name):
    """Return `values` as a list of finite floats, or say in a ValueError what is wrong."""
    try:
        return [as_number(value, f"each of {name}") for value in values]
    except TypeError:
        raise ValueError(f"{name} must be a list of numbers, got {values!r}.") from None


def format_number(number):
    """Write a number as the pictures do: one or two decimals and a real minus sign."""
    hundredths = math.floor(abs(number) * 100 + 0.5)
    digits = 1 if hundredths % 10 == 0 else 2
    sign = "−" if number < 0 and hundredths > 0 else ""
    return f"{sign}{hundredths / 100:.{digits}f}"


def in_brackets(number):
    """Write a number as part of a sum: a negative one stands in brackets."""
    text = format_number(number)
    return f"({text})" if text.startswith("−") else text
