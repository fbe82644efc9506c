"""Write the README's tables from the lessons and results.csv: `python benchmarks/readme.py`."""

import re
import statistics
from pathlib import Path

import nbformat

from course_utils import results

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
HEADER = "| | lesson | its question | exercises | runs in | memory |\n|---|---|---|---|---|---|"
SECONDS, MS, TIMES = "{:.2g} s", "{:.0f} ms", "{:.2g} times"
FIGURES = {  # name in results.csv: what it is, how it is written
    "lab ready, cold": (
        "`course.py lab`, first start: install, then a ready page",
        SECONDS,
    ),
    "lab ready, warm": ("`course.py lab`, every later start", SECONDS),
    "import tensorflow": ("`import tensorflow`", SECONDS),
    "import course_utils": ("`import course_utils`", SECONDS),
    "import course_utils.plotting": ("`from course_utils import plotting`", SECONDS),
    "latency, explorable": ("slider of an explorable to new picture", MS),
    "latency, interact": ("`interact` control to new picture", MS),
    "latency, convolution, position": ("window of the convolution to new picture", MS),
    "latency, convolution, weight": ("weight of its kernel to a whole new photograph", MS),
    "playground, noise to picture": (
        "slider of the playground to new picture",
        MS,
    ),
    "playground, playing at full speed, pictures": (
        "playground, 500 examples, batches of 10, two layers of 8: pictures",
        "{:.0f} a second",
    ),
    "playground, playing at full speed, epochs": (
        "the same: training while it draws",
        "{:.0f} epochs a second",
    ),
    "playground, speed against the original": (
        "its step of training against that of the TensorFlow Playground",
        "{:.1f} times as fast",
    ),
    "fit/2-8-8-1/Keras over NumPy": (
        "a step of Keras `fit` against lesson 03's NumPy, 2-8-8-1 units, batches of 10",
        TIMES,
    ),
    "fit/784-1024-1024-10/Keras over NumPy": (
        "the same with 784-1024-1024-10 units, batches of 128",
        TIMES,
    ),
    "convolution/time to 0.97/our recipe": (
        "lesson 09's recipe: training on 3,200 digits until 97 % of 800 others are right",
        SECONDS,
    ),
    "convolution/time to 0.97/ratio": (
        "a plain CNN in Keras, where it gets there, against it",
        TIMES,
    ),
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
    rows = [
        f"| {meaning} | {median(figure, form)} |" for figure, (meaning, form) in FIGURES.items()
    ]
    return "\n".join(["| what | median |", "|---|---|", *rows])


if __name__ == "__main__":
    write()
