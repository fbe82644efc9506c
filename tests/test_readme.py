"""README: its generated tables agree with the lessons and with what was measured."""

import pytest
import readme


def test_the_tables_are_fresh():
    text = readme.README.read_text(encoding="utf-8")
    for name, table in (("lessons", readme.lesson_table()), ("figures", readme.figure_table())):
        fresh = readme.replace_between(text, name, table)
        assert text == fresh, f"the table «{name}» is stale: run python benchmarks/readme.py"


def test_every_lesson_was_measured():
    assert "–" not in readme.lesson_table(), "measure it: python3 course.py bench lessons --write"


def test_a_missing_place_for_a_table_is_named():
    with pytest.raises(ValueError, match="lessons:begin"):
        readme.replace_between("# Course\n", "lessons", "| a |")


def test_only_what_stands_between_the_comments_changes():
    before = "intro\n<!-- x:begin -->\nold\n<!-- x:end -->\nrest\n"
    after = "intro\n<!-- x:begin -->\n| new \\1 |\n<!-- x:end -->\nrest\n"
    assert readme.replace_between(before, "x", "| new \\1 |") == after
