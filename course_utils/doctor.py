"""Say what could go wrong on this machine, and what to do about it: `python3 course.py doctor`.

One function per check; each returns a Finding. The checks of the machine work where nothing is
installed; those of the packages follow where something is. The exit status is 1 if a lesson would
fail.
"""

import csv
import dataclasses
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ((3, 11), (3, 12), (3, 13))
INSTALL = "run `python3 course.py lab` once while the computer is online"
REINSTALL = "delete the folder .venv, then run `python3 course.py doctor` again"
WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
SLOW_IMPORT = 20  # seconds: what TensorFlow takes when its bytecode was not compiled
GIGABYTE = 1e9
LEAST_DISK = 0.5 * GIGABYTE  # for the student's own files and a checkpoint
LEAST_MEMORY = 2 * GIGABYTE  # what a lesson may take
GOOD_MEMORY = 4 * GIGABYTE  # JupyterLab, a browser and a lesson


@dataclasses.dataclass(frozen=True)
class Finding:
    """What one check found: `level` is "ok", "note" or "PROBLEM"; only the last fails a lesson."""

    level: str
    text: str
    remedy: str = ""

    def __str__(self):
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return f"{self.level:<8} {self.text}{remedy}"


def main():
    """Print one line per check; return 1 if a lesson would fail here, else 0."""
    findings = [report(check) for check in MACHINE_CHECKS]
    if is_installed():
        findings += [report(check) for check in PACKAGE_CHECKS]
    else:
        findings.append(report(lambda: Finding("PROBLEM", "packages: not installed", INSTALL)))
    return int(any(finding.level == "PROBLEM" for finding in findings))


def report(check):
    """Print and return what a check found."""
    finding = check()
    print(finding, flush=True)
    return finding


def is_installed():
    """Whether the course and its packages are installed for this Python."""
    try:
        metadata.version("hands-on-deep-learning")
    except metadata.PackageNotFoundError:
        return False
    return True


def check_python():
    """Find out whether TensorFlow has a build for this Python."""
    text = f"Python {sys.version.split()[0]} ({sys.executable})"
    if sys.version_info[:2] in PYTHONS:
        return Finding("ok", text)
    return Finding("PROBLEM", text, "install Python 3.13 and run course.py with it")


def check_disk():
    """Find out whether there is room for the student's own files."""
    free = shutil.disk_usage(ROOT).free
    text = f"free disk: {free / GIGABYTE:.1f} GB"
    if free >= LEAST_DISK:
        return Finding("ok", text)
    needed = f"free {LEAST_DISK / GIGABYTE:.1f} GB, or copy the course to another disk"
    return Finding("PROBLEM", text, needed)


def check_memory():
    """Find out whether a lesson, JupyterLab and a browser fit into memory."""
    total = total_memory()
    if total is None:
        return Finding("note", "memory: unknown", "lessons take up to 2 GB")
    text = f"memory: {total / GIGABYTE:.1f} GB"
    if total < LEAST_MEMORY:
        return Finding("PROBLEM", text, "lessons take up to 2 GB: use a larger machine")
    if total < GOOD_MEMORY:
        return Finding("note", text, "close other programs while you train")
    return Finding("ok", text)


def total_memory():
    """Return the machine's memory in bytes, or None where it cannot be known."""
    try:
        import psutil

        return psutil.virtual_memory().total
    except ImportError:
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def check_cores():
    """Count the processor's cores."""
    cores = os.cpu_count() or 1
    if cores > 1:
        return Finding("ok", f"cores: {cores}")
    return Finding("note", "cores: 1", "training takes about twice the minutes that lessons name")


def check_packages():
    """Find out whether every file of every installed package is there."""
    damaged, count = [], 0
    for package in metadata.distributions():
        count += 1
        if not all(map(os.path.exists, recorded_files(package))):
            damaged.append(package.name)
    if damaged:
        names = ", ".join(sorted(damaged)[:3]) + (" ..." if damaged[3:] else "")
        return Finding("PROBLEM", f"packages: files of {names} are missing", REINSTALL)
    return Finding("ok", f"packages: {count} installed, every file there")


def recorded_files(package):
    """Return the paths of the files that an installed package says it has."""
    folder = package.locate_file("")
    rows = csv.reader((package.read_text("RECORD") or "").splitlines())
    return [os.path.join(folder, row[0]) for row in rows if not row[0].endswith(".pyc")]


ASK_TENSORFLOW = """
import json, time
started = time.monotonic()
import keras, tensorflow
seconds = time.monotonic() - started
from course_utils import gpu
device = gpu.describe_device()
answer = {"version": tensorflow.__version__, "seconds": seconds, "gpu": gpu.has_gpu()}
print(json.dumps({**answer, "device": device.name, "advice": device.advice}))
"""


@functools.cache
def ask_tensorflow():
    """Return what TensorFlow says in a process of its own, where even a crash is only a finding."""
    done = subprocess.run(
        [sys.executable, "-c", ASK_TENSORFLOW],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    said = done.stderr.strip().splitlines()
    return {"error": said[-1] if said else f"it ended with status {done.returncode}"}


def check_tensorflow():
    """Find out whether TensorFlow can be imported, and in how many seconds."""
    answer = ask_tensorflow()
    if "error" in answer:
        return Finding("PROBLEM", f"TensorFlow: {answer['error']}", REINSTALL)
    text = f"TensorFlow {answer['version']}, imported in {answer['seconds']:.1f} s"
    if answer["seconds"] > SLOW_IMPORT:
        remedy = "try again: the next import is faster; if not, let your virus scanner skip .venv"
        return Finding("note", text, remedy)
    return Finding("ok", text)


def check_device():
    """Say on what TensorFlow computes; every lesson runs without a GPU."""
    answer = ask_tensorflow()
    if "error" in answer:
        return Finding("note", "device: unknown, see TensorFlow")
    level = "ok" if answer["gpu"] else "note"
    return Finding(level, f"device: {answer['device']}", answer["advice"])


def check_widgets():
    """Find out whether JupyterLab has what sliders and explorables need, and has it enabled."""
    try:
        from jupyter_core.paths import jupyter_path
        from jupyterlab.commands import get_app_info

        disabled = get_app_info().get("disabled", {})
    except Exception as error:
        return Finding("PROBLEM", f"widgets: JupyterLab cannot be asked ({error})", REINSTALL)
    for name in WIDGETS:
        folders = [Path(folder, name) for folder in jupyter_path("labextensions")]
        if not any((folder / "package.json").exists() for folder in folders):
            return Finding("PROBLEM", f"widgets: {name} is missing", REINSTALL)
        if disabled.get(name):
            remedy = f"run `python -m jupyter labextension enable {name}`"
            return Finding("PROBLEM", f"widgets: {name} is disabled", remedy)
    return Finding("ok", "widgets: enabled")


def check_data():
    """Compare the files in data/ with the hashes that data/README.md lists."""
    try:
        from course_utils import data

        problems = data.check_files()
    except Exception as error:
        return Finding("PROBLEM", f"data files: cannot be checked ({error})", REINSTALL)
    if problems:
        return Finding("PROBLEM", "data files: " + " ".join(problems))
    return Finding("ok", "data files: all as published")


def check_writing():
    """Find out whether the student's copies can be saved."""
    folder = ROOT / "work"
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        remedy = "copy the course to a folder of your own"
        return Finding("PROBLEM", f"work/ cannot be written: {error.strerror}", remedy)
    return Finding("ok", "work/ can be written")


MACHINE_CHECKS = (check_python, check_disk, check_memory, check_cores, check_writing)
PACKAGE_CHECKS = (check_packages, check_tensorflow, check_device, check_widgets, check_data)

if __name__ == "__main__":
    sys.exit(main())
