"""Measure what the README promises: `python3 course.py bench [GROUP …] [NN …] [--write]`.

Groups: imports, lessons, bands, lab, latency, fit, playground, ingredients, convolution, sequences,
translation, fine_tuning; all of them without a name. Numbers of lessons, such as 05, limit the
groups lessons and bands. Without `--write` the table is only printed; with it the measured figures
replace their earlier values in results.csv, and results.md and the tables of the README are written
anew from there.
"""

import argparse
import csv
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import convolution
import fine_tuning
import ingredients
import lab
import latency
import nbformat
import numpy_against_keras
import playground
import readme
import sequences
import translation

from course_utils import chromium, execution, results

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
RESULTS = results.FILE
FIELDS = ("figure", "run", "value", "unit")
SEEDS = range(5)
REPEATS = 3
MODULES = ("course_utils", "course_utils.plotting", "course_utils.explorables", "tensorflow")

MEMORY_CELL = """
import sys
if sys.platform == "win32":
    import psutil
    peak = psutil.Process().memory_info().peak_wset
else:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(peak)
"""
OPEN_BANDS_CELL = """
from course_utils import results
results.band = lambda figure, file=None: (float("-inf"), float("inf"))
"""


def main():
    """Measure the groups named on the command line."""
    parser = argparse.ArgumentParser(prog="course.py bench", description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP or NN", help=", ".join(GROUPS))
    parser.add_argument("--write", action="store_true", help="write results and README")
    options = parser.parse_args()
    numbers = [word for word in options.groups if word.isdecimal()]
    groups = [word for word in options.groups if word not in numbers]
    unknown = [name for name in groups if name not in GROUPS]
    if unknown:
        parser.error(f"unknown group {unknown[0]!r}: choose from {', '.join(GROUPS)}")
    missing = [number for number in numbers if not lessons([number])]
    if missing:
        parser.error(f"no lesson {missing[0]}: write two digits, as in 05")
    whole = [name for name in groups if numbers and name not in PER_LESSON]
    if whole:
        parser.error(f"{whole[0]} does not go by lesson: leave {' '.join(numbers)} out")
    for name in groups or (PER_LESSON if numbers else GROUPS):
        rows = list(GROUPS[name](numbers) if name in PER_LESSON else GROUPS[name]())
        print(as_table(rows))
        if options.write:
            write(merge(read(), rows))


def measure_imports():
    """Yield the seconds that a fresh interpreter needs for each import, less its own start."""
    start = statistics.median(time_command("pass") for _ in range(5))
    for module in MODULES:
        time_command(f"import {module}")  # fill the disk cache
        for run in range(5):
            yield row(f"import {module}", run, time_command(f"import {module}") - start, "s")


def time_command(code):
    """Return the seconds that a fresh interpreter takes for `code`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - started


def measure_lessons(numbers=()):
    """Yield wall time and peak memory of each lesson, executed from a fresh kernel."""
    for path in lessons(numbers):
        for run in range(REPEATS):
            started = time.perf_counter()
            notebook = execute(path, last=MEMORY_CELL)
            yield row(f"{path.stem}/time", run, time.perf_counter() - started, "s")
            yield row(f"{path.stem}/memory", run, int(printed(notebook)) / 2**20, "MiB")


def measure_bands(numbers=()):
    """Yield each result that a lesson compares with `results.band`, for five seeds."""
    for path in lessons(numbers):
        text = path.read_text(encoding="utf-8")
        names = sorted(set(re.findall(rf"results\.band\(\\?[\"']{path.stem}/(\w+)", text)))
        if not names:
            continue
        pairs = ", ".join(f"{name!r}: float({name})" for name in names)
        report = f"import json\nprint(json.dumps({{{pairs}}}))"
        for seed in SEEDS:
            notebook = execute(path, OPEN_BANDS_CELL, report, seed, until="results.band(")
            values = json.loads(printed(notebook))
            for name in names:
                yield row(f"{path.stem}/{name}", seed, values[name], "")


def lessons(numbers=()):
    """Return the paths of the built lessons, or of those with these numbers, such as "05"."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    return [path for path in paths if not numbers or path.name[:2] in numbers]


def execute(path, first="", last="", seed=0, until=None):
    """Return the notebook `path`, executed with other first and last cells and another seed.

    What comes after the last cell with the text `until` is left out.
    """
    notebook = nbformat.read(path, as_version=4)
    if until is not None:
        places = [place for place, cell in enumerate(notebook.cells) if until in cell.source]
        notebook.cells = notebook.cells[: places[-1] + 1]
    for cell in notebook.cells:
        cell.source = cell.source.replace("set_random_seed(0)", f"set_random_seed({seed})")
    cells = [nbformat.v4.new_code_cell(code) for code in (first, last)]
    notebook.cells = [cells[0], *notebook.cells, cells[1]]
    execution.execute(notebook, NOTEBOOKS)
    return notebook


def printed(notebook):
    """Return what the last cell of an executed notebook printed."""
    return "".join(output.text for output in notebook.cells[-1].outputs)


def measure_lab():
    """Yield the seconds from `course.py lab` to a page with lesson 00: cold, then warm.

    Cold means a fresh clone, no `.venv` and an empty package cache: it needs a network.
    """
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "course"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        environment = {**os.environ, "UV_CACHE_DIR": str(Path(folder) / "cache")}
        for name, repeats in (("cold", 1), ("warm", REPEATS)):
            for run in range(repeats):
                yield row(f"lab ready, {name}", run, time_lab(clone, environment), "s")


def time_lab(root, environment):
    """Return the seconds from the command to the heading of lesson 00 in a browser."""
    python = getattr(sys, "_base_executable", sys.executable)
    command = [python, root / "course.py", "lab", "--no-browser"]
    with chromium.launch() as browser:
        page = browser.new_page()
        started = time.perf_counter()
        with lab.start_lab(command, root / "lab.log", environment) as server:
            lab.open_lesson(page, server.lesson("00_welcome.ipynb"), "Welcome")
            return time.perf_counter() - started


def measure_latency():
    """Yield the milliseconds from a key press on a control to the new picture.

    In lesson 01 in JupyterLab, and of the convolution on a page by itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        with (
            lab.start_lab(lab.elsewhere(folder), Path(folder) / "lab.log") as server,
            chromium.launch() as browser,
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            lab.open_lesson(page, server.lesson("01_perceptron.ipynb"), "perceptron")
            lab.run_all(page)
            for name, measure in latency.CONTROLS.items():
                for run, milliseconds in enumerate(measure(page)):
                    yield row(f"latency, {name}", run, milliseconds, "ms")
    with chromium.launch() as browser:
        for name, run, milliseconds in latency.measure_convolution(browser.new_page()):
            yield row(f"latency, convolution, {name}", run, milliseconds, "ms")


def measure_fit():
    """Yield the microseconds of a training step: lesson 03's NumPy against Keras, and the ratio."""
    for figure, run, value, unit in numpy_against_keras.measure():
        yield row(figure, run, value, unit)


def measure_playground():
    """Yield how fast the playground trains, and more of it (see playground.py)."""
    for figure, run, value, unit in playground.measure():
        yield row(figure, run, value, unit)


def measure_ingredients():
    """Yield what the ingredients of lesson 07's recipe add, one by one (see ingredients.py)."""
    for figure, run, value, unit in ingredients.measure():
        yield row(figure, run, value, unit)


def measure_convolution():
    """Yield what lesson 09 says of convolutional nets (see convolution.py)."""
    for figure, run, value, unit in convolution.measure():
        yield row(figure, run, value, unit)


def measure_sequences():
    """Yield what lesson 11 says of recurrent nets (see sequences.py)."""
    for figure, run, value, unit in sequences.measure():
        yield row(figure, run, value, unit)


def measure_translation():
    """Yield what lesson 13 says of its transformer and of an LSTM (see translation.py)."""
    for figure, run, value, unit in translation.measure():
        yield row(figure, run, value, unit)


def measure_fine_tuning():
    """Yield what lesson 14 says of its pretrained net and few labels (see fine_tuning.py)."""
    for figure, run, value, unit in fine_tuning.measure():
        yield row(figure, run, value, unit)


GROUPS = {
    "imports": measure_imports,
    "lessons": measure_lessons,
    "bands": measure_bands,
    "lab": measure_lab,
    "latency": measure_latency,
    "fit": measure_fit,
    "playground": measure_playground,
    "ingredients": measure_ingredients,
    "convolution": measure_convolution,
    "sequences": measure_sequences,
    "translation": measure_translation,
    "fine_tuning": measure_fine_tuning,
}
PER_LESSON = ("lessons", "bands")


def row(figure, run, value, unit):
    """Return one measured value as a row of results.csv."""
    return {"figure": figure, "run": str(run), "value": f"{value:.6g}", "unit": unit}


def read():
    """Return the rows of results.csv."""
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def merge(old, new):
    """Return `new` and those rows of `old` whose figure was not measured again, in order."""
    measured = {item["figure"] for item in new}
    rows = [item for item in old if item["figure"] not in measured] + new
    return sorted(rows, key=lambda item: (item["figure"], int(item["run"])))


def write(rows):
    """Write results.csv, results.md and the tables of the README from `rows`."""
    with RESULTS.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = (
        "# Measured figures\n\n"
        "Written by `python3 course.py bench --write`; the single runs are in results.csv.\n"
        f"Machine: {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, "
        "no GPU.\n\n" + as_table(rows) + "\n"
    )
    RESULTS.with_suffix(".md").write_text(text, encoding="utf-8", newline="\n")
    readme.write()


def as_table(rows):
    """Return `rows` as a Markdown table: one line a figure."""
    figures = {}
    for item in rows:
        figures.setdefault((item["figure"], item["unit"]), []).append(float(item["value"]))
    header = "| figure | median | smallest | largest | 95th percentile | runs |"
    lines = [header, "|---|---|---|---|---|---|"]
    for (figure, unit), values in figures.items():
        cells = [statistics.median(values), min(values), max(values), percentile(values, 95)]
        texts = (f"{value:.4g} {unit}".strip() for value in cells)
        lines.append(f"| {figure} | {' | '.join(texts)} | {len(values)} |")
    return "\n".join(lines)


def percentile(values, percent):
    """Return the smallest of `values` that at least `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


if __name__ == "__main__":
    main()
