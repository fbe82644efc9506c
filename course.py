"""The front door of the course: install what is missing, then run one verb.

    python3 course.py lab         (Windows: py course.py lab)

Everything is installed into .venv beside this file; delete that folder to be rid of it. What you
write lies in work/ and is never touched. Only Python's standard library is used here, in a syntax
that a Python which is too old can still read, so that it gets to say so.
"""

import datetime
import difflib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent
NOTEBOOKS = ROOT / "notebooks"
WORK = ROOT / "work"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course.json"  # written when an install is complete: no stamp, no environment
PYTHONS = ("3.11", "3.12", "3.13")

# Each lock holds everything that the one before it holds.
LOCKS = (
    "requirements.lock",
    "requirements-slides.lock",
    "requirements-test.lock",
    "requirements-hub.lock",
    "requirements-gpu.lock",
)
CORE, SLIDES, TEST, HUB, GPU = LOCKS
FLAGS = {"--hub": HUB, "--gpu": GPU}
GIGABYTES = {GPU: 12}  # of free disk that a fresh install needs; the others need
USUAL_GIGABYTES = 4
# What tells, in an environment that is not ours (conda, Binder), whether an extra is there.
PROOFS = {SLIDES: ("slides", "sphinx_revealjs"), TEST: ("test", "nbval")}
# What an installer prints that a waiting student wants to see.
PROGRESS = ("Downloading", "Downloaded", "Prepared", "Installed", "Bytecode")


class CourseError(Exception):
    """What went wrong and what to do about it, in one sentence."""

    def __init__(self, sentence, status=1):
        super().__init__(sentence)
        self.status = status


# ------------------------------------------------------------------------------------- the verbs
# Each returns what Python is to run; its docstring is its line in the help.


def lab(arguments):
    """open the course in JupyterLab"""
    bring_lessons()
    name_port(arguments)
    print("JupyterLab opens in your browser; Ctrl-C in this window ends it.", flush=True)
    own_tabs = f"--LabApp.workspaces_dir={WORK / '.workspaces'}"
    root = os.name == "posix" and os.geteuid() == 0  # in a container
    return ["-m", "jupyterlab", own_tabs, *(["--allow-root"] if root else []), *arguments]


def name_port(arguments):
    """Say so if JupyterLab will have to take another port than expected."""
    wanted = re.search(r"--port[= ](\d+)", " ".join(arguments))
    port = int(wanted.group(1)) if wanted else 8888
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            print(f"Port {port} is in use: JupyterLab takes a free one, named below.")


def test(arguments):
    """execute every lesson and every test (-k perceptron: only those)"""
    return ["-m", "pytest", "-n", "2", *arguments]


def build(arguments):
    """make the notebooks from their sources (--check: name the stale ones)"""
    return ["notebooks/build.py", *arguments]


def slides(arguments):
    """make the decks (01: open that one; --pdf: write PDF)"""
    return ["slides/build.py", *arguments]


def html(arguments):
    """write one lesson, executed, as one page that works offline (01)"""
    return ["notebooks/page.py", *arguments]


def handout(arguments):
    """write the notebooks without answers into build/handout/"""
    return ["notebooks/build.py", "--handout", *arguments]


def doctor(arguments):
    """say what could go wrong on this machine, and what to do about it"""
    return ["-m", "course_utils.doctor", *arguments]


def bench(arguments):
    """measure what the README promises (--write: put it there)"""
    return ["benchmarks/bench.py", *arguments]


VERBS = {
    "lab": (lab, CORE),
    "test": (test, TEST),
    "build": (build, TEST),
    "slides": (slides, SLIDES),
    "html": (html, SLIDES),
    "handout": (handout, CORE),
    "doctor": (doctor, CORE),
    "bench": (bench, TEST),
}


def usage():
    """Return the help: one line per verb."""
    lines = [f"  {name:8} {function.__doc__}" for name, (function, _) in VERBS.items()]
    more = (
        "Further arguments go to the tool behind the verb. --gpu installs TensorFlow's CUDA build\n"
        "(Linux), --hub adds KerasHub; both are remembered until .venv is deleted."
    )
    return "\n".join(["usage: python3 course.py VERB [ARGUMENT ...]", "", *lines, "", more])


def main(words):
    """Run the verb named first; return the exit status."""
    if words[:1] in ([], ["-h"], ["--help"]):
        print(usage())
        return 0 if words else 2
    try:
        check_python()
        return run_verb(words[0], words[1:])
    except (CourseError, OSError) as problem:
        print(f"course.py: {sentence(problem)}", file=sys.stderr)
        return getattr(problem, "status", 1)
    except KeyboardInterrupt:
        print("\ncourse.py: stopped; the same command goes on from here.", file=sys.stderr)
        return 130


def run_verb(verb, words):
    """Make sure that everything is installed, then hand over to the verb's own program."""
    if verb not in VERBS:
        near = difflib.get_close_matches(verb, VERBS, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"choose from {', '.join(VERBS)}."
        raise CourseError(f"there is no verb `{verb}`: {hint}", status=2)
    function, lock = VERBS[verb]
    lock = max([lock, *(FLAGS[word] for word in words if word in FLAGS)], key=LOCKS.index)
    try:
        python = find_python(lock)
    except (CourseError, OSError) as problem:
        if verb != "doctor":
            raise
        print(f"PROBLEM  installation: {sentence(problem)}", flush=True)
        python = sys.executable
    return hand_over([str(python), *function([word for word in words if word not in FLAGS])])


def hand_over(command):
    """Run `command` in this process's place (on Windows: below it); return its exit status."""
    folder = str(Path(command[0]).parent)
    os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")
    os.chdir(ROOT)
    if os.name == "posix":
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it got the same Ctrl-C and decides what to do
                pass


# -------------------------------------------------------------------------- the student's copies


def bring_lessons():
    """Copy new lessons into work/; what a student wrote there is never overwritten."""
    WORK.mkdir(exist_ok=True)
    record = WORK / ".course.json"  # lesson: sha256 of the version that was brought last
    brought = read_json(record)
    for lesson in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        bring(lesson, brought.get(lesson.name))
        brought[lesson.name] = digest(lesson)
    write_whole(record, json.dumps(brought, indent=1).encode())


def bring(lesson, before):
    """Copy one lesson; if it changed and the student wrote in the copy, put it beside the copy."""
    copy, fresh = WORK / lesson.name, digest(lesson)
    mine = digest(copy) if copy.exists() else before
    if not copy.exists() or mine == before != fresh:
        write_whole(copy, lesson.read_bytes())
    elif fresh not in (before, mine):
        second = free_name(copy)
        write_whole(second, lesson.read_bytes())
        print(f"{copy.name} has a new version, work/{second.name}; your own stays as it is.")


def digest(notebook):
    """Return a hash of a notebook's cells and outputs; the rest changes when it is opened."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        content = [(cell["source"], cell.get("outputs", [])) for cell in cells]
    except (KeyError, TypeError, ValueError):
        return sha256(notebook)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def free_name(path):
    """Return `path` with today's date in its name, and a number where that is taken."""
    stem = f"{path.stem}_{datetime.date.today()}"
    names = [path.with_name(f"{stem}{end}.ipynb") for end in ["", *(f"_{n}" for n in range(2, 99))]]
    return next(name for name in names if not name.exists())


def write_whole(path, content):
    """Write bytes so that a full disk or a crash leaves the old file or the new one, never half."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def sha256(*paths):
    """Return the hash of the files' bytes, one file after the other."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def read_json(path):
    """Return the dictionary in a file; an empty one if it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


# ------------------------------------------------------------------------------- the environment


def find_python(lock):
    """Return a Python that has everything in `lock`; install what is missing first."""
    if has_course():
        return own_python(lock)
    stamp = read_json(STAMP)
    whole = is_whole(stamp)
    if whole:
        lock = max(lock, stamp["lock"], key=LOCKS.index)
    if not whole or stamp["fingerprint"] != fingerprint(lock):
        install(lock, stamp if whole else None)
    return VENV_PYTHON


def has_course():
    """Whether this Python has this very folder installed, but not by course.py (conda, Binder)."""
    if Path(sys.prefix) == VENV and STAMP.exists():
        return False
    for folder in map(Path, sys.path):
        for link in folder.glob("hands_on_deep_learning-*.dist-info/direct_url.json"):
            here = unquote(read_json(link).get("url", "")) == unquote(ROOT.as_uri())
            return here and all(map(importlib.util.find_spec, ("jupyterlab", "keras")))
    return False


def own_python(lock):
    """Return the running Python; say what its environment lacks, if it lacks something."""
    where = f"the environment in use ({sys.prefix})"
    if lock in FLAGS.values():
        raise CourseError(f"{where} is not .venv, where --gpu and --hub install: leave it first.")
    extra, module = PROOFS.get(lock, ("", "jupyterlab"))
    if not importlib.util.find_spec(module):
        remedy = f'run `python -m pip install -e ".[{extra}]"`, then the same command again'
        raise CourseError(f"{where} lacks {module}: {remedy}.")
    return sys.executable


def is_whole(stamp):
    """Whether .venv is what its stamp says: for this Python's version, with no package missing."""
    try:
        there = Path(stamp["home"]).exists() and VENV_PYTHON.exists()
        same = stamp["python"] == version() and stamp["lock"] in LOCKS
        return there and same and set(packages()).issuperset(stamp["packages"])
    except (KeyError, OSError):
        return False


def packages():
    """Return the names in .venv's folder of packages."""
    folder = "Lib" if os.name == "nt" else f"lib/python{version()}"
    return sorted(set(os.listdir(VENV / folder / "site-packages")) - {"__pycache__"})


def version():
    """Return the running Python's version, like "3.11"."""
    return "{}.{}".format(*sys.version_info)


def fingerprint(lock):
    """Return a hash of all files that an install depends on."""
    settings = sorted(path for path in (ROOT / "course_utils/jupyter").rglob("*") if path.is_file())
    return sha256(ROOT / lock, ROOT / "pyproject.toml", *settings)


def install(lock, stamp):
    """Bring .venv to what `lock` says: from nothing, or (with its `stamp`) from what is there."""
    check_system(lock)
    if stamp is None:
        make_venv(lock)
    print(f"Installing {lock}: this takes some minutes and needs the internet.", flush=True)
    STAMP.unlink(missing_ok=True)  # until all is done
    uv = [VENV_PYTHON, "-m", "uv", "pip"]
    try:
        run(*uv, "sync", "--python", VENV_PYTHON, "--require-hashes", "--compile-bytecode", lock)
    except CourseError:
        if stamp and packages() == stamp["packages"]:  # nothing was changed yet
            write_stamp(stamp)
        raise
    run(*uv, "install", "--python", VENV_PYTHON, "--no-deps", "--no-build-isolation", "-e", ".")
    write_stamp({
        "lock": lock,
        "fingerprint": fingerprint(lock),
        "python": version(),
        "home": getattr(sys, "_base_executable", sys.executable),
        "packages": packages(),
    })


def make_venv(lock):
    """Make .venv anew, with pip from Python's own ensurepip, and with uv."""
    needed, free = GIGABYTES.get(lock, USUAL_GIGABYTES), shutil.disk_usage(ROOT).free / 1e9
    if free < needed:
        raise CourseError(f"{DISK_FULL} ({free:.1f} GB are free here, {needed} GB are needed.)")
    print(f"Making {VENV} with Python {version()}.", flush=True)
    discard(VENV)
    run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", VENV)
    pip = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "2"]
    run(*pip, "--require-hashes", "--no-deps", "-r", "requirements-uv.lock")


def discard(folder):
    """Remove a folder: all of it or (an open file, on Windows) nothing; then its remains."""
    grave = ROOT / "build" / f"discarded-{os.getpid()}"
    if os.path.lexists(folder):
        grave.parent.mkdir(exist_ok=True)
        os.replace(folder, grave)
    for remains in grave.parent.glob("discarded-*"):
        if remains.is_symlink() or remains.is_file():
            remains.unlink()
        shutil.rmtree(remains, ignore_errors=True)


def write_stamp(stamp):
    """Say in .venv what it holds."""
    write_whole(STAMP, json.dumps(stamp, indent=1).encode())


def run(*command):
    """Run an installer, show its progress, and turn a failure into one sentence."""
    output = []
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env=dict(os.environ, PIP_USER="0"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout:
            output.append(line)
            if line.strip().startswith(PROGRESS):
                print("  " + line.strip(), flush=True)
    if process.returncode:
        raise CourseError(explain("".join(output)))


# ----------------------------------------------------------------------------- what can go wrong

AGAIN = "then run the same command again."
DISK_FULL = f"the disk is full: free some gigabytes, {AGAIN}"
NO_NETWORK = (
    "no connection to the package index, which the first start needs: connect to the internet "
    f"(behind a proxy, set HTTPS_PROXY), {AGAIN}"
)
NOT_WRITABLE = (
    f"a file cannot be written: close JupyterLab if it is open, make sure that {ROOT} and your "
    f"home folder are yours to write in (or copy the course to a folder that is), {AGAIN}"
)
WRONG_HASH = f"a download is not what the lock names: wait or use another network, {AGAIN}"
WRONG_CERTIFICATE = (
    "the package index's certificate is not trusted here: where your institution inspects "
    f"connections, set SSL_CERT_FILE and PIP_CERT to its certificate, {AGAIN}"
)
NO_WHEEL = (
    f"a package has no build for this system ({platform.platform()}): the section 'Install and "
    "start' of README.md says for which systems there are builds of everything."
)
NO_VENV = (
    "this Python comes without venv or ensurepip: install them (Debian and Ubuntu: `sudo apt "
    f"install python3-venv`), {AGAIN}"
)
# What installers and systems write when something fails, the surest sign first.
CAUSES = (
    (r"No space left|not enough space|os error (28|112)\b|Errno 28\b|quota exceeded", DISK_FULL),
    (r"(?i)hash mismatch|do not match the hashes", WRONG_HASH),
    (r"(?i)certificate|UnknownIssuer|SSLError", WRONG_CERTIFICATE),
    (r"(?i)read-only file system|permission denied|access is denied|os error 5\b", NOT_WRITABLE),
    (r"(?i)no .*wheels?|not a supported wheel", NO_WHEEL),
    (r"(?i)ensurepip", NO_VENV),
    (r"(?i)network|connect|dns|name resolution|timed out|failed to (fetch|download)", NO_NETWORK),
)


def explain(text):
    """Return one sentence on the cause that `text` names, and what to do about it."""
    for pattern, told in CAUSES:
        if re.search(pattern, text):
            return told
    last = " / ".join(line.strip() for line in text.strip().splitlines()[-3:])
    return f"it went wrong ({last}): delete the folder .venv, {AGAIN}"


def sentence(problem):
    """Return what to tell a person about a CourseError or an OSError."""
    return str(problem) if isinstance(problem, CourseError) else explain(str(problem))


def check_python():
    """Stop on a Python for which TensorFlow has no build."""
    if version() not in PYTHONS:
        raise CourseError(
            f"this is Python {version()}, and TensorFlow needs {' or '.join(PYTHONS)}: install "
            "Python 3.13 from python.org, then run `python3.13 course.py lab` "
            "(Windows: `py -3.13 course.py lab`)."
        )


def check_system(lock):
    """Stop where the installation cannot succeed."""
    machine = platform.machine().lower()
    if sys.platform == "darwin" and machine == "x86_64":
        raise CourseError(
            "TensorFlow has no build for Macs with an Intel processor: use another computer (a Mac "
            "with Apple silicon needs a Python for arm64, as python.org has it)."
        )
    if sys.platform == "win32" and (machine == "arm64" or sys.maxsize < 2**32):
        raise CourseError("TensorFlow for Windows needs the 64-bit x86 Python from python.org.")
    if lock == GPU and sys.platform != "linux":
        raise CourseError("--gpu is for Linux: on Windows use WSL 2; a Mac computes on its CPU.")
    if not all(map(importlib.util.find_spec, ("ensurepip", "venv"))):
        raise CourseError(NO_VENV)
    if not os.access(ROOT, os.W_OK):
        raise CourseError(NOT_WRITABLE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
