"""Data that a lesson and its deck both spell out is the same in both."""

import ast
import re

import build
import pytest

DECKS = build.FOLDER.parent / "slides"
CELL = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SMALLEST = 8  # numbers: shorter lists may well differ on purpose


def spelt_out(code):
    """Return {name: text} of the lists of numbers that `code` assigns to a name."""
    found = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            numbers = [n for n in ast.walk(node.value) if isinstance(n, ast.Constant)]
            if isinstance(node.value, ast.Call) and len(numbers) >= SMALLEST:
                found[node.targets[0].id] = ast.unparse(node.value)
    return found


@pytest.mark.parametrize("source", build.sources(), ids=lambda path: path.stem)
def test_lesson_and_deck_have_the_same_data(source):
    deck = DECKS / f"{source.stem}.md"
    lesson = spelt_out(source.read_text(encoding="utf-8"))
    slides = spelt_out("\n".join(CELL.findall(deck.read_text(encoding="utf-8"))))
    for name in lesson.keys() & slides.keys():
        assert lesson[name] == slides[name], f"{name} differs between {source.name} and {deck.name}"


def test_a_changed_number_is_found():
    one = spelt_out("days = np.array([1, 2, 3, 4, 5, 6, 7, 8])")
    other = spelt_out("days = np.array([1, 2, 3, 4, 5, 6, 7, 9])")
    assert one.keys() == other.keys() == {"days"} and one != other
