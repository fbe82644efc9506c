"""notebooks/build.py: the same bytes from the same source, and clear words where that fails."""

import builtins
import json
import shutil
import subprocess
import sys

import build
import nbformat
import pytest

EXERCISE = '''# %% [markdown]
# # 01 A topic

# %% tags=["exercise"]
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% tags=["check"]
from math import pi

numbers = [1, pi]
check.function(
    double,
    inputs=numbers,
    expected=lambda x: x + x,
    mistakes={"check. is no call here": lambda x: x},
)
'''
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
VALUE_CHECK = '# %% tags=["check"]\ncheck.value(a, 1)\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course to build in: notebooks/, notebooks/source/ and build/handout/."""
    monkeypatch.setattr(build, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(build, "SOURCES", tmp_path / "notebooks" / "source")
    monkeypatch.setattr(build, "HANDOUT", tmp_path / "build" / "handout")
    build.SOURCES.mkdir(parents=True)
    return build.FOLDER


def write(text, name="01_topic.py"):
    path = build.SOURCES / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def cells_of(text, name="01_topic.py"):
    return nbformat.reads(build.build(write(text, name)), as_version=4).cells


def stub_of(*lines):
    """Return the stub of an exercise with these lines."""
    text = '# %% tags=["exercise"]\n' + "\n".join(lines) + "\n\n" + VALUE_CHECK
    return cells_of(text)[0].source


# The course's own notebooks


@pytest.mark.parametrize("source", build.sources(), ids=lambda path: path.stem)
def test_committed_notebook_is_fresh(source):
    assert build.is_fresh(build.notebook_of(source)), "run `python3 course.py build`"


def test_no_notebook_without_a_source():
    assert [path.name for path in build.notebooks() if not build.source_of(path).exists()] == []


@pytest.mark.parametrize("path", build.notebooks(), ids=lambda path: path.stem)
def test_committed_notebook_is_valid_and_bare(path):
    text = build.read(path)
    assert "\r" not in text and text.endswith("}\n")
    notebook = json.loads(text)
    nbformat.validate(notebook)
    assert notebook["metadata"] == build.METADATA
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags", "jupyter"}
        assert cell["metadata"].get("jupyter", {}) in ({}, {"source_hidden": True})
        assert not cell.get("outputs") and cell.get("execution_count") is None


# Stub, check and answer


def test_exercise_and_check_become_stub_check_and_answer(course):
    _, stub, check, answer = cells_of(EXERCISE)
    assert stub.source == (
        'def double(x):\n    """Return twice x."""\n    ...  # write your code here'
    )
    assert stub.metadata == {"tags": ["exercise", "raises-exception"]}
    folded = {"source_hidden": True}
    assert check.metadata == {"jupyter": folded, "tags": ["check", "raises-exception"]}
    assert check.source.count("check.function(") == 1
    assert answer.metadata == {"jupyter": folded, "tags": ["solution"]}
    assert answer.source.startswith('# Our answer\ndef double(x):\n    """Return twice x."""\n')
    assert "    return 2 * x" in answer.source and "SOLUTION" not in answer.source
    assert "\ncheck.ours.function(\n" in answer.source
    assert '"check. is no call here"' in answer.source
    assert answer.source.endswith("\ndouble = ...  # back to yours: run your own cell again")


def test_region_that_assigns_becomes_one_line_a_name(course):
    source = ["### BEGIN SOLUTION", "a = 1", "b, (c, *d) = 1, (2, 3)", "a += 1", "### END SOLUTION"]
    assert stub_of(*source).split("\n") == [
        f"{name} = ...  # write your code here" for name in "abcd"
    ]


def test_changed_element_is_no_new_name(course):
    source = ["a = [1, 2]", "### BEGIN SOLUTION", "a[0] = 3", "### END SOLUTION"]
    assert stub_of(*source) == "a = [1, 2]\n...  # write your code here"


def test_several_regions_keep_their_indentation(course):
    source = [
        "### BEGIN SOLUTION", "a = 1", "### END SOLUTION", "for i in [1]:",
        "    ### BEGIN SOLUTION", "    b = a", "    ### END SOLUTION", "    print(b)",
    ]  # fmt: skip
    assert stub_of(*source) == (
        "a = ...  # write your code here\nfor i in [1]:\n"
        "    ...  # write your code here\n    print(b)"
    )


def test_syllabus_tags_stay(course):
    cell = cells_of('# %% [markdown] tags=["D1-02", "D2-03"]\n# Text.\n')[0]
    assert cell.metadata == {"tags": ["D1-02", "D2-03"]}


# The same bytes


def test_ids_follow_from_position(course):
    names = [cell.id for cell in cells_of(EXERCISE)]
    assert names == [f"01-topic-{number:03d}" for number in range(4)]


def test_ids_are_valid_and_unique_however_long_the_name(course):
    names = [cell.id for cell in cells_of(EXERCISE, f"01_{'long_' * 30}name.py")]
    assert len(set(names)) == len(names) and max(map(len, names)) <= 64


def test_same_bytes_whatever_the_line_ends(course):
    text = build.build(write(EXERCISE))
    write(EXERCISE).write_bytes(EXERCISE.replace("\n", "\r\n").encode())
    assert build.build(build.SOURCES / "01_topic.py") == text
    assert build.main([]) == 0
    assert (course / "01_topic.ipynb").read_bytes() == text.encode("utf-8")


def test_same_bytes_from_another_process(course):
    text = build.build(write(EXERCISE))
    lines = [
        "import build, pathlib, sys",
        f"path = pathlib.Path({str(build.SOURCES / '01_topic.py')!r})",
        "sys.stdout.buffer.write(build.build(path).encode())",
    ]
    folder = build.__file__[: -len("build.py")]
    command = [sys.executable, "-c", "; ".join(lines)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == text


# What cannot be built


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '# %%\nx = 1\n\n# %% tags=["exercise"]\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n\n'
            "# %%\na\n",
            "01_topic.py:4: an exercise needs its check as the next cell",
        ),
        (
            '# %% tags=["exercise"]\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n',
            "01_topic.py:1: an exercise needs its check",
        ),
        ("# %%\nx = 1\n\n" + VALUE_CHECK, "01_topic.py:4: a check needs its exercise"),
        (
            f'# %% tags=["exercise"]\n### BEGIN SOLUTION\na = 1\n\n{VALUE_CHECK}',
            "01_topic.py:1: ### BEGIN SOLUTION without ### END SOLUTION",
        ),
        (
            f'# %% tags=["exercise"]\na = 1\n### END SOLUTION\n\n{VALUE_CHECK}',
            "01_topic.py:1: ### END SOLUTION without ### BEGIN SOLUTION",
        ),
        (
            f'# %% tags=["exercise"]\n{BEGIN}\n{BEGIN}\na = 1\n\n{VALUE_CHECK}',
            "a second ### BEGIN SOLUTION",
        ),
        (f'# %% tags=["exercise"]\na = 1\n\n{VALUE_CHECK}', "01_topic.py:1: mark the answer with"),
        (
            f'# %% tags=["exercise"]\n{BEGIN}\nprint(1)\n{END}\n\n{VALUE_CHECK}',
            "01_topic.py:1: an exercise must define a function or assign a name",
        ),
        ('# %%\n1\n\n# %% tags=["excercise"]\na = 1\n', "01_topic.py:4: unknown tag 'excercise'"),
        ('# %% tags=["D1-2"]\na = 1\n', "01_topic.py:1: unknown tag 'D1-2'"),
        ('# %% [markdown] tags=["check"]\n# Text.\n', "01_topic.py:1: the tags exercise and"),
        ('# %% [markdown] tags=["exercise"]\n# Text.\n', "01_topic.py:1: the tags exercise and"),
        ("x = 1\n\n# %%\nx\n", "01_topic.py:1: a source begins with `# %%`"),
        ("", "01_topic.py:1: a source begins with `# %%`"),
        (
            f'# %% tags=["exercise"]\na = {{\n{BEGIN}\n"x": 1,\n{END}\n}}\n\n{VALUE_CHECK}',
            "01_topic.py:1: between ### BEGIN SOLUTION and ### END SOLUTION stand whole statements",
        ),
        ("# %%\n%matplotlib inline\n", "01_topic.py:1"),
        ("# %%\nx = (1\n", "01_topic.py:1: line 1 of the cell: '(' was never closed"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_named_with_file_and_line(course, text, message):
    with pytest.raises(build.SourceError) as caught:
        build.build(write(text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "check", ["print(a)", "assert a == 1", "if a:\n    check.value(a, 1)", "x = 1", "check"]
)
def test_check_cell_holds_calls_of_check(course, check):
    text = (
        '# %% tags=["exercise"]\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n\n'
        f'# %% tags=["check"]\n{check}\n'
    )
    with pytest.raises(build.SourceError, match=r"01_topic\.py:6: a check cell holds calls like"):
        build.build(write(text))


@pytest.mark.parametrize("first", ["# %%\na = 0\n\n", "# %%\ndef a():\n    pass\n\n", ""])
def test_names_of_exercises_are_their_own(course, first):
    exercise = f'# %% tags=["exercise"]\n{BEGIN}\na = 1\n{END}\n\n{VALUE_CHECK}'
    text = first + exercise + ("\n" + exercise if not first else "")
    with pytest.raises(build.SourceError, match=r"'a' is defined at 01_topic\.py:1 already"):
        build.build(write(text))


def test_plain_cells_may_reuse_a_name(course):
    assert len(cells_of("# %%\na = 1\n\n# %%\na = 2\n")) == 2


# The command line


def test_build_writes_only_what_changed(course, capsys):
    write(EXERCISE)
    write("# %%\n1\n", "02_other.py")
    assert build.main(["01"]) == 0
    assert sorted(path.name for path in course.glob("*.ipynb")) == ["01_topic.ipynb"]
    assert build.main([]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "unchanged: 01_topic.ipynb",
        "written: 02_other.ipynb",
    ]


def test_check_names_stale_and_orphaned_notebooks(course, capsys):
    source = write(EXERCISE)
    assert build.main(["--check"]) == 1  # there is no notebook yet
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    source.write_text(EXERCISE.replace("twice x", "x, twice"), encoding="utf-8")
    shutil.copy(course / "01_topic.ipynb", course / "02_gone.ipynb")
    capsys.readouterr()
    before = (course / "01_topic.ipynb").read_bytes()
    assert build.main(["--check"]) == 1
    message = capsys.readouterr().err
    assert "stale: 01_topic.ipynb" in message and "no source: 02_gone.ipynb" in message
    assert (course / "01_topic.ipynb").read_bytes() == before


def test_hand_edited_notebook_is_stale(course):
    write(EXERCISE)
    build.main([])
    path = course / "01_topic.ipynb"
    path.write_bytes(path.read_bytes().replace(b"A topic", b"A Topic"))
    assert build.main(["--check"]) == 1


def test_templates_and_notes_are_no_lessons(course):
    write(EXERCISE, "_template.py")
    write(EXERCISE, "1_topic.py")
    assert build.sources() == []


@pytest.mark.parametrize("name", ["01", "01_topic", "notebooks/source/01_topic.py"])
def test_a_lesson_is_named_in_several_ways(course, name):
    write(EXERCISE)
    assert build.main([name]) == 0


def test_unknown_lesson_is_one_sentence(course, capsys):
    write(EXERCISE)
    assert build.main(["07"]) == 1
    message = capsys.readouterr().err
    assert message == "There is no lesson '07'. There are: 01_topic.\n"


def test_handout_leaves_the_answers_out(course):
    write(EXERCISE)
    build.main([])
    before = (course / "01_topic.ipynb").read_bytes()
    assert build.main(["--handout"]) == 0
    text = (build.HANDOUT / "01_topic.ipynb").read_text(encoding="utf-8")
    assert "2 * x" not in text and "ours" not in text
    assert [cell["id"] for cell in json.loads(text)["cells"]] == [
        f"01-topic-{number:03d}" for number in range(3)
    ]
    assert (course / "01_topic.ipynb").read_bytes() == before


def test_handout_needs_no_jupytext(course, monkeypatch):
    write(EXERCISE)
    build.main([])
    real = builtins.__import__

    def refuse(name, *arguments, **options):
        if name.startswith("jupytext"):
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert build.main(["--handout", "01"]) == 0
    with pytest.raises(ImportError):
        build.main([])
