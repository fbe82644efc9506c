"""Sweep the `interact` controls of a notebook over their whole range while it is executed.

    notebook = controls.with_sweep(notebook)  # then execute it
    notebook = controls.without_sweep(notebook)
    notebook.metadata["swept"]  # the values with which draw functions were called

What a sweep shows is dropped, so that the notebook shows what it would have shown anyway.
"""

import json

import nbformat

SWEEP = """
def start_sweeping():
    import itertools
    import ipywidgets
    from IPython.utils.capture import capture_output

    interact = ipywidgets.interact

    def values_of(control):
        if hasattr(control, "options"):
            return [item[1] if isinstance(item, tuple) else item for item in control.options]
        if isinstance(control.value, bool):
            return [False, True]
        assert control.min <= control.value <= control.max
        return sorted({control.min, control.value, control.max})

    def sweep(draw, **controls):
        bound = ipywidgets.interactive(draw, **controls).children[:-1]
        for combination in itertools.product(*map(values_of, bound)):
            values = dict(zip(controls, combination))
            with capture_output():
                draw(**values)
            sweep.swept.append(values)
        return interact(draw, **controls)

    sweep.swept = []
    ipywidgets.interact = sweep

start_sweeping()
"""
REPORT = """
import json, ipywidgets
print(json.dumps(ipywidgets.interact.swept, default=str))
"""


def has_controls(notebook):
    """Return whether a notebook binds a draw function to controls."""
    return any("interact(" in cell.source for cell in notebook.cells if cell.cell_type == "code")


def with_sweep(notebook):
    """Return the notebook with a cell before and one after its own, if it has controls."""
    if has_controls(notebook):
        first, last = map(nbformat.v4.new_code_cell, (SWEEP, REPORT))
        notebook.cells = [first, *notebook.cells, last]
    return notebook


def without_sweep(notebook):
    """Return the executed notebook with its own cells alone, what was swept in its metadata."""
    if has_controls(notebook):
        _, *notebook.cells, last = notebook.cells
        notebook.metadata["swept"] = json.loads(last.outputs[0].text)
    return notebook
