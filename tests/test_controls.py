"""Every `interact` control of a lesson is moved over its whole range: no end of it may fail."""

import bench
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

# Instead of showing controls, call the draw function with every combination of their values.
SWEEP = """
import itertools
import ipywidgets

def values_of(control):
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if isinstance(control.value, bool):
        return [False, True]
    assert control.min <= control.value <= control.max
    return sorted({control.min, control.value, control.max})

def sweep(draw, **controls):
    bound = ipywidgets.interactive(draw, **controls).children[:-1]
    names = [control.description for control in bound]
    for combination in itertools.product(*map(values_of, bound)):
        draw(**dict(zip(controls, combination)))
        print("swept", dict(zip(names, combination)))

ipywidgets.interact = sweep
"""
WITH_CONTROLS = [path for path in bench.lessons() if "interact(" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", WITH_CONTROLS, ids=lambda path: path.stem)
def test_controls_work_at_both_ends(path):
    notebook = bench.execute(path, first=SWEEP)
    said = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("swept" in text for text in said), "no control was swept"


def test_a_draw_function_that_fails_at_one_end_is_found(tmp_path):
    code = "import ipywidgets\nipywidgets.interact(lambda rate: 1 / rate, rate=(0, 4))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    path = tmp_path / "00_broken.ipynb"
    nbformat.write(notebook, path)
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        bench.execute(path, first=SWEEP)
