"""Write the README's tables from the lessons and results.csv: `python benchmarks/readme.py`."""

import re
import statistics
from pathlib import Path

import nbformat

from course_utils import results

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
HEADER = "| | lesson | its question | exercises | runs in | memory |\n|---|---|---|---|---|---|"
FIGURES = {
    "lab ready, cold": "`course.py lab`, first start: install, then a page that is ready",
    "lab ready, warm": "`course.py lab`, every later start",
    "import tensorflow": "`import tensorflow`",
    "import course_utils": "`import course_utils`",
    "import course_utils.plotting": "`from course_utils import plotting`",
    "latency, explorable": "slider of an explorable to new picture",
    "latency, interact": "`interact` control to new picture",
}


def write():
    """Replace both generated tables of the README."""
    text = README.read_text(encoding="utf-8")
    text = replace_between(text, "lessons", lesson_table())
    text = replace_between(text, "figures", figure_table())
    README.write_text(text, encoding="utf-8", newline="\n")


def replace_between(text, name, table):
    """Return `text` with `table` between `<!-- name:begin -->` and `<!-- name:end -->`.

    Raises:
        ValueError: the comments are not there.
    """
    pattern = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the README has no place for a table: <!-- {name}:begin --> … :end -->")
    return pattern.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def lesson_table():
    """Return the table of lessons: number, title, question, exercises, measured time and memory."""
    paths = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    return "\n".join([HEADER, *(lesson_row(path) for path in paths)])


def lesson_row(path):
    """Return one line of the table for the notebook at `path`."""
    notebook = nbformat.read(path, as_version=4)
    title, question = read_head(notebook)
    exercises = sum("exercise" in cell.metadata.get("tags", []) for cell in notebook.cells)
    number, name = title.split(" ", 1)
    time = median(f"{path.stem}/time", "{:.0f} s")
    memory = median(f"{path.stem}/memory", "{:.0f} MiB")
    link = f"[{name}](notebooks/{path.name})"
    return f"| {number} | {link} | {question} | {exercises} | {time} | {memory} |"


def read_head(notebook):
    """Return the title and the question of a lesson: the first two lines of its first cell."""
    lines = [line for line in notebook.cells[0].source.splitlines() if line.strip()]
    return lines[0].removeprefix("# "), lines[1].strip("*")


def median(figure, form):
    """Return the median of a measured figure as text, or a dash where nothing was measured."""
    try:
        return form.format(statistics.median(results.read(figure)))
    except (KeyError, FileNotFoundError):
        return "–"


def figure_table():
    """Return the table of the other measured figures, medians."""
    lines = ["| what | median |", "|---|---|"]
    for figure, meaning in FIGURES.items():
        unit = "{:.0f} ms" if figure.startswith("latency") else "{:.2g} s"
        lines.append(f"| {meaning} | {median(figure, unit)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    write()
