"""course_utils.deck: a deck runs its lesson's own code, and says when that is no longer there."""

import pytest

from course_utils import deck

SOURCE = '''
import numpy as np
a, (b, *c) = 1, (2, 3, 4)
a = 10


def double(x):
    """Return twice x."""
    y = 2 * x
    return y


def bare(x):
    return x


log = []
log.append(a)
'''


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "05_example.py"
    path.write_text(SOURCE, encoding="utf-8")
    return deck.Lesson(path, {})


def test_names_are_defined_and_returned(lesson):
    assert lesson.take("b", "c", "double")[:2] == [2, [3, 4]]
    assert lesson.space["double"](4) == 8
    assert "np" not in lesson.space  # nothing else has run


def test_a_second_definition_and_a_call_are_taken(lesson):
    assert lesson.take("a") == [1]
    assert lesson.take("a", turn=1) == [10]
    lesson.take("log", "log.append")
    assert lesson.space["log"] == [10]


def test_the_body_of_a_function_is_read(lesson):
    assert lesson.read_body("double") == "y = 2 * x\nreturn y"
    assert lesson.read_body("bare") == "return x"


@pytest.mark.parametrize(("name", "turn"), [("z", 0), ("b", 1)])
def test_what_is_no_longer_there_is_named(lesson, name, turn):
    with pytest.raises(ValueError, match=rf"05_example\.py defines '{name}' {turn} times"):
        lesson.take(name, turn=turn)


def test_an_unknown_lesson_is_named():
    with pytest.raises(ValueError, match="got '99_none'"):
        deck.Lesson("99_none", {})


def test_numbers_and_tables_are_written():
    assert deck.number(-0.12345) == "−0.1235"
    assert deck.table_of(("a", "b"), (1, 2)).data == "| a | b |\n|---|---|\n| 1 | 2 |"
