"""Every `interact` control of a lesson is moved over its whole range: no end of it may fail."""

import build
import controls
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from course_utils import execution

WITH_CONTROLS = [path for path in build.sources() if "interact(" in path.read_text("utf-8")]


@pytest.mark.parametrize("source", WITH_CONTROLS, ids=lambda path: path.stem)
def test_controls_work_at_both_ends(executed_handout, source):
    """A draw function that fails is an error in its cell, and sweeps no further."""
    notebook = executed_handout(source.stem)
    swept = notebook.metadata["swept"]
    names = {name for values in swept for name in values}
    assert names, "no control was swept"
    for name in names:
        assert len({values.get(name) for values in swept}) > 1, f"{name} was not moved"
    cells = [cell for cell in notebook.cells if "interact(" in cell.source]
    kinds = [output.output_type for cell in cells for output in cell.get("outputs", [])]
    assert "error" not in kinds


def execute(folder, code):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    execution.execute(controls.with_sweep(notebook), folder)
    return controls.without_sweep(notebook)


def test_a_sweep_leaves_no_trace_but_its_values(tmp_path):
    code = (
        "import ipywidgets\n"
        "def show(value, sure):\n    print(value, sure)\n"
        "shown = ipywidgets.interact(show, value=(0, 4), sure=True)"
    )
    notebook = execute(tmp_path, code)
    swept = [(values["value"], values["sure"]) for values in notebook.metadata["swept"]]
    assert swept == [(value, sure) for value in (0, 2, 4) for sure in (False, True)]
    (cell,) = notebook.cells
    printed = "".join(output.get("text", "") for output in cell.outputs)
    assert cell.source == code and printed in ("", "2 True\n")  # what the control shows at first


def test_a_draw_function_that_fails_at_one_end_is_found(tmp_path):
    code = "import ipywidgets\nipywidgets.interact(lambda rate: 1 / rate, rate=(0, 4))"
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(tmp_path, code)
