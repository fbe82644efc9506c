"""What decks and tests take from lessons, and how decks write numbers and tables.

    lesson = deck.Lesson("02_multilayer_networks", globals())
    lesson.take("W1", "b1", "relu")

So a deck has no second copy of its lesson's code and data. It needs the course's folder: lessons
are read from notebooks/source/.
"""

import ast
import textwrap
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "notebooks" / "source"


class Lesson:
    """The top-level statements of a lesson's source, to be run elsewhere by the names they define.

    stem: "02_multilayer_networks", or the path of a source. space: the dict to run them in, in a
    deck `globals()`.

    Raises:
        ValueError: there is no such lesson.
    """

    def __init__(self, stem, space):
        self.path = SOURCES / f"{stem}.py" if isinstance(stem, str) else stem
        if not self.path.is_file():
            raise ValueError(f"expected the stem of a lesson in {SOURCES}, got {stem!r}.")
        self.space = space
        self._code = self.path.read_text(encoding="utf-8")
        self._statements = {}
        for node in ast.parse(self._code).body:
            for name in _names(node):
                self._statements.setdefault(name, []).append(node)

    def take(self, *names, turn=0):
        """Run the statements that define these names, in this order; return the values.

        A call that stands alone goes by its function, "model.fit". `turn` is 1 for the second
        definition of a name. A statement that defines several of the names runs once.

        Raises:
            ValueError: the lesson defines a name less often.
        """
        ran = []
        for name in names:
            node = self._find(name, turn)
            if node not in ran:
                exec(compile(ast.Module([node], []), str(self.path), "exec"), self.space)
            ran.append(node)
        return [self.space.get(name) for name in names]

    def read_body(self, name):
        """Return the code of a function, without its first line and its docstring."""
        body = self._find(name, 0).body
        first, last = body[isinstance(body[0], ast.Expr)], body[-1]
        lines = self._code.splitlines()[first.lineno - 1 : last.end_lineno]
        return textwrap.dedent("\n".join(lines))

    def _find(self, name, turn):
        found = self._statements.get(name, [])
        if len(found) <= turn:
            raise ValueError(
                f"{self.path.name} defines {name!r} {len(found)} times at top level, "
                f"not {turn + 1}. Has it been renamed?"
            )
        return found[turn]


def _names(node):
    """Return the names that a top-level statement defines, or the function that it calls."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return [ast.unparse(node.value.func)]
    parts = [part for target in getattr(node, "targets", []) for part in ast.walk(target)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def number(value):
    """Write a number for a text: up to four digits and a real minus."""
    return f"{value:.4g}".replace("-", "−")


def table_of(*rows):
    """Return a Markdown table as something to display; the first row is its head."""
    from IPython.display import Markdown

    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return Markdown("\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]))
