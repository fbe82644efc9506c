"""Handouts, the notebooks without answers, run to their end with the network cut off.

Every exercise waits for a student.
nbval cannot see this: stubs and checks may raise, so it passes a stub that raises by accident and
a check that fails before anybody attempted the exercise.
"""

import ast

import build
import nbformat
import offline
import pytest

WAITING = "Not attempted yet"
v4 = nbformat.v4


def faults(notebook):
    """Return what a student who answers nothing should not see in this executed notebook."""
    return [
        f"cell {number} ({first_line(cell)}): {fault}"
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
        for fault in faults_of_cell(cell)
    ]


def faults_of_cell(cell):
    tags = set(build.tags(cell))
    for output in cell.outputs:
        announced = "raises-exception" in tags and not tags & {"exercise", "check"}
        if output.output_type == "error" and not announced:
            yield f"raises {output.ename}: {output.evalue}"
    if "exercise" in tags and "..." not in cell.source:
        yield "has no `...` to replace"
    if "check" in tags:
        calls = sum(map(build.is_check_call, ast.parse(cell.source).body))
        waiting = sum(WAITING in text_of(output) for output in cell.outputs)
        if waiting != calls:
            yield f"{waiting} of {calls} checks say {WAITING!r}"
    if "solution" in tags:
        yield "is an answer"
    if "exercise" not in tags and not cell.get("execution_count"):
        yield "was not run"


def text_of(output):
    return str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))


def first_line(cell):
    return next(iter(cell.source.splitlines()), "")


def test_the_network_really_is_cut_off():
    words = offline.prefix()
    if words is None:
        pytest.skip("no `unshare --net` here: handouts were run with the network at hand.")
    assert not offline.has_network(words)


@pytest.mark.parametrize("source", build.sources(), ids=lambda path: path.stem)
def test_handout_runs_to_its_end_and_waits(executed_handout, source):
    notebook = executed_handout(source.stem)
    assert faults(notebook) == []


def executed(source, tags, *outputs):
    cell = v4.new_code_cell(source, metadata={"tags": tags}, outputs=list(outputs))
    return v4.new_notebook(cells=[{**cell, "execution_count": 1}])


def shown(text):
    return v4.new_output("display_data", data={"text/plain": text})


ERROR = v4.new_output("error", ename="NameError", evalue="no x", traceback=[])


@pytest.mark.parametrize(
    ("notebook", "fault"),
    [
        (executed("y = x + ...", ["exercise"], ERROR), "raises NameError: no x"),
        (executed("y = 3", ["exercise"]), "has no `...` to replace"),
        (executed("check.value(y, 1)", ["check"], ERROR), "raises NameError: no x"),
        (executed("check.value(y, 1)", ["check"], shown("Right.")), "0 of 1 checks say"),
        (
            executed("check.value(y, 1)\ncheck.value(z, 1)", ["check"], shown(WAITING)),
            "1 of 2 checks say",
        ),
        (executed("y", [], ERROR), "raises NameError: no x"),
        (executed("y = 1", ["solution"]), "is an answer"),
    ],
)
def test_faults_are_found(notebook, fault):
    assert any(fault in found for found in faults(nbformat.from_dict(notebook)))


def test_announced_errors_are_no_fault():
    notebook = executed("1 / 0", ["raises-exception"], ERROR)
    assert faults(nbformat.from_dict(notebook)) == []
