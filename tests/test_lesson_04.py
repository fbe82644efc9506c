"""Lesson 04: what its text says about many runs, and that it starts without TensorFlow."""

import ast
import subprocess
import sys

import build
import pytest

from course_utils import explorables

SOURCE = build.SOURCES / "04_playground.py"
MANY = range(1, 51)


def test_the_lesson_loads_neither_tensorflow_nor_keras():
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    code = "\n".join(ast.unparse(node) for node in imports)
    code += "\nimport sys; sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def share_solved(units):
    """Return the share of many seeds with which so many ReLU units solve XOR, as in the lesson."""
    state = f"pg1;data=xor;hidden={units};activation=relu;rate=0.3;steps=300"
    runs = (explorables.replay(f"{state};seed={seed};end") for seed in MANY)
    return sum(run.test_accuracy >= 0.95 for run in runs) / len(MANY)


@pytest.mark.parametrize(
    ("units", "low", "high"), [(2, 0, 0), (3, 0.4, 0.6), (4, 0.7, 0.9), (8, 0.95, 1)]
)
def test_spare_units_buy_luck_as_often_as_the_text_says(units, low, high):
    assert low <= share_solved(units) <= high


def test_two_bent_lines_do_not_go_round_the_circle():
    for seed in range(1, 6):
        state = f"pg1;data=circle;hidden=2;rate=0.3;seed={seed};steps=2000;end"
        assert explorables.replay(state).test_accuracy < 0.9
