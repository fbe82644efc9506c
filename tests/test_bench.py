"""benchmarks/bench.py: what it is told on the command line."""

import sys

import bench
import nbformat
import pytest


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["bench.py", *words])
    bench.main()


def test_numbers_choose_lessons():
    assert [path.name[:2] for path in bench.lessons(["05", "02"])] == ["02", "05"]
    assert len(bench.lessons()) > 2


def test_a_number_without_a_group_measures_that_lesson_only(monkeypatch, capsys):
    measured = []
    for name in bench.PER_LESSON:
        monkeypatch.setitem(bench.GROUPS, name, lambda numbers: measured.append(numbers) or [])
    run(monkeypatch, "03")
    assert measured == [["03"], ["03"]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lesson"], "unknown group 'lesson': choose from imports, lessons"),
        (["lessons", "99"], "no lesson 99: write two digits"),
        (["lessons", "5"], "no lesson 5: write two digits"),
        (["imports", "05"], "imports does not go by lesson: leave 05 out"),
    ],
)
def test_what_cannot_be_measured_is_said(monkeypatch, capsys, words, message):
    with pytest.raises(SystemExit):
        run(monkeypatch, *words)
    assert message in capsys.readouterr().err


def test_a_band_is_measured_without_what_comes_after_it(tmp_path):
    sources = ["kept = 1", "kept += 1  # results.band(", "raise ValueError('too far')"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    path = tmp_path / "00_short.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    executed = bench.execute(path, last="print(kept)", until="results.band(")
    assert bench.printed(executed) == "2\n"
