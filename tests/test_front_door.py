"""The front door, course.py: what it installs, what it copies, what it says when it cannot."""

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import lab
import offline
import pytest

from conftest import watch
from course_utils import data, doctor

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "course.py"
HERE = "{}.{}".format(*sys.version_info)


# ------------------------------------------------------------------------- a course in a sandbox


@pytest.fixture
def course(tmp_path, monkeypatch):
    """course.py, imported from a small checkout of its own; `course.calls` is what it ran."""
    checkout = tmp_path / "my course"
    (checkout / "notebooks").mkdir(parents=True)
    (checkout / "course_utils" / "jupyter").mkdir(parents=True)
    shutil.copy(SOURCE, checkout)
    for name in ("pyproject.toml", "requirements-uv.lock"):
        (checkout / name).write_text(name, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("sandboxed_course", checkout / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for lock in module.LOCKS:
        (checkout / lock).write_text(lock, encoding="utf-8")
    write_lesson(checkout, "00_welcome", "1 + 1")
    write_lesson(checkout, "01_perceptron", "2 + 2")
    module.calls, module.interrupt_at = [], None
    monkeypatch.setattr(module, "run", lambda *words: fake_installer(module, *words))
    monkeypatch.setattr(module, "hand_over", lambda command: module.calls.append(command) or 0)
    monkeypatch.setattr(module, "has_course", lambda: False)
    return module


def fake_installer(course, *words):
    """Do what `-m venv`, `-m pip`, `-m uv pip sync` and `-m uv pip install` do, in small."""
    words = [str(word) for word in words]
    course.calls.append(words)
    installs = sum("course_utils.doctor" not in call for call in course.calls)
    if course.interrupt_at == installs:
        raise KeyboardInterrupt
    lib = "Lib" if os.name == "nt" else f"lib/python{HERE}"
    folder = course.VENV / lib / "site-packages"
    if "venv" in words:
        course.VENV_PYTHON.parent.mkdir(parents=True)
        course.VENV_PYTHON.write_text("python", encoding="utf-8")
        folder.mkdir(parents=True)
    elif "sync" in words:
        for lock in course.LOCKS[: course.LOCKS.index(words[-1]) + 1]:
            (folder / lock.replace(".lock", "-1.0.dist-info")).mkdir(exist_ok=True)


def write_lesson(checkout, stem, code, **cell):
    """Write a notebook of one cell into notebooks/; return its path."""
    path = checkout / "notebooks" / f"{stem}.ipynb"
    save(path, code, **cell)
    return path


def save(path, code, metadata=None, outputs=()):
    """Save a notebook of one code cell, as JupyterLab would."""
    cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}}
    cell.update(source=[code], outputs=list(outputs))
    notebook = {"cells": [cell], "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def code_of(path):
    """Return the code of the one cell of a notebook."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"][0]


def installed(course):
    """Return which installers were called: venv, pip, sync, install."""
    names = ("venv", "sync", "install")
    return [next(n for n in names if n in call) for call in course.calls if set(names) & set(call)]


def complaint(course, capsys, *words, status=1):
    """Run course.py, which must fail with `status` and one sentence; return that sentence."""
    capsys.readouterr()
    assert course.main(list(words)) == status
    said = capsys.readouterr().err.strip()
    assert said.startswith("course.py: ") and "\n" not in said and "Traceback" not in said
    return said


# ---------------------------------------------------------------------------------- installation


def test_the_first_start_installs_with_hashes_and_bytecode_and_opens_the_course(course):
    assert course.main(["lab", "--no-browser"]) == 0
    assert installed(course) == ["venv", "install", "sync", "install"]
    _, uv, sync, project, lab = course.calls
    assert "--require-hashes" in uv and "requirements-uv.lock" in uv
    assert {"--require-hashes", "--compile-bytecode", "requirements.lock"} <= set(sync)
    assert {"--no-deps", "--no-build-isolation", "-e"} <= set(project)
    assert lab[:3] == [str(course.VENV_PYTHON), "-m", "jupyterlab"] and lab[-1] == "--no-browser"
    assert code_of(course.WORK / "00_welcome.ipynb") == "1 + 1"


def test_the_second_start_installs_nothing(course):
    course.main(["lab"])
    course.calls.clear()
    assert course.main(["lab"]) == 0
    assert installed(course) == []


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
def test_the_second_start_hands_over_to_jupyterlab(course):
    course.main(["doctor"])
    course.VENV_PYTHON.write_text("#!/bin/sh\necho started $*\n", encoding="utf-8")
    course.VENV_PYTHON.chmod(0o755)
    command = [sys.executable, "course.py", "lab", "--port", "1"]
    done = subprocess.run(command, cwd=course.ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "started -m jupyterlab" in done.stdout and "Installing" not in done.stdout


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml", "course_utils/jupyter/a"])
def test_a_changed_lock_is_installed(course, file):
    course.main(["lab"])
    course.calls.clear()
    (course.ROOT / file).write_text("changed", encoding="utf-8")
    course.main(["lab"])
    assert installed(course) == ["sync", "install"]
    course.calls.clear()
    course.main(["lab"])
    assert installed(course) == []


def test_a_verb_that_needs_more_adds_it_and_one_that_needs_less_keeps_it(course):
    course.main(["lab"])
    course.calls.clear()
    course.main(["test"])
    assert installed(course) == ["sync", "install"] and course.calls[0][-1] == course.TEST
    course.calls.clear()
    course.main(["slides"]), course.main(["lab"])
    assert installed(course) == []


@pytest.mark.skipif(sys.platform != "linux", reason="--gpu is for Linux")
@pytest.mark.parametrize("flag", ["--hub", "--gpu"])
def test_flags_are_remembered_and_not_passed_on(course, flag):
    course.main(["doctor", flag])
    assert course.FLAGS[flag] in course.calls[2] and flag not in course.calls[-1]
    course.calls.clear()
    course.main(["test"])
    assert installed(course) == []
    (course.ROOT / course.FLAGS[flag]).write_text("changed", encoding="utf-8")
    course.main(["lab"])
    assert any(course.FLAGS[flag] in call for call in course.calls)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_an_interrupted_install_is_completed_by_the_next_call(course, capsys, step):
    course.interrupt_at = step
    assert course.main(["lab"]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    course.interrupt_at = None
    course.calls.clear()
    assert course.main(["lab"]) == 0
    assert installed(course) == ["venv", "install", "sync", "install"]


def test_an_interrupted_addition_is_completed_too(course):
    course.main(["lab"])
    course.calls.clear()
    course.interrupt_at = 1
    course.main(["test"])
    course.interrupt_at = None
    course.calls.clear()
    course.main(["lab"])
    assert installed(course) == ["venv", "install", "sync", "install"]


DAMAGE = {
    "no Python": lambda course: course.VENV_PYTHON.unlink(),
    "a package is gone": lambda course: next(course.VENV.rglob("*.dist-info")).rmdir(),
    "no packages": lambda course: shutil.rmtree(next(course.VENV.rglob("site-packages"))),
    "half a stamp": lambda course: course.STAMP.write_text('{"lock": "requ', encoding="utf-8"),
    "an empty stamp": lambda course: course.STAMP.write_text("{}", encoding="utf-8"),
    "all gone": lambda course: shutil.rmtree(course.VENV),
    "a file in its place": lambda course: (
        shutil.rmtree(course.VENV),
        course.VENV.write_text("", encoding="utf-8"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_environment_is_made_anew(course, damage):
    course.main(["lab"])
    course.calls.clear()
    DAMAGE[damage](course)
    assert course.main(["lab"]) == 0
    assert installed(course) == ["venv", "install", "sync", "install"]
    assert not list((course.ROOT / "build").glob("discarded-*"))


@pytest.mark.parametrize("key, value", [("python", "3.1"), ("home", "/no/python"), ("lock", "x")])
def test_an_environment_of_another_python_is_made_anew(course, key, value):
    course.main(["lab"])
    course.STAMP.write_text(json.dumps({**course.read_json(course.STAMP), key: value}))
    course.calls.clear()
    course.main(["lab"])
    assert "venv" in installed(course)


def test_an_environment_that_has_the_course_is_used(course, monkeypatch):
    monkeypatch.setattr(course, "has_course", lambda: True)
    assert course.main(["lab"]) == 0
    assert installed(course) == [] and course.calls[-1][0] == sys.executable


@pytest.mark.parametrize("where, found", [("here", True), ("elsewhere", False)])
def test_another_folder_s_course_is_not_this_one(course, monkeypatch, where, found):
    site = course.ROOT / "site"
    info = site / "hands_on_deep_learning-0.1.0.dist-info"
    info.mkdir(parents=True)
    url = course.ROOT.as_uri() if where == "here" else course.ROOT.parent.as_uri()
    (info / "direct_url.json").write_text(json.dumps({"url": url}), encoding="utf-8")
    monkeypatch.undo()
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    assert course.has_course() is found


def test_an_own_environment_without_the_test_tools_says_what_to_install(
    course, monkeypatch, capsys
):
    monkeypatch.setattr(course, "has_course", lambda: True)
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: None)
    said = complaint(course, capsys, "test")
    assert 'python -m pip install -e ".[test]"' in said
    assert "leave it first" in complaint(course, capsys, "lab", "--hub")


# ------------------------------------------------------------------------------------- the verbs


def test_every_verb_starts_a_program_that_exists(course):
    for verb, (function, lock) in course.VERBS.items():
        if verb == "lab":
            continue
        words = function(["--more"])
        assert words[-1] == "--more" and lock in course.LOCKS and function.__doc__
        module = words[1].replace(".", "/") + ".py"
        program = module if words[0] == "-m" else words[0]
        assert (ROOT / program).exists() or words[1] == "pytest", program


def test_pytest_gets_two_workers_and_the_further_arguments(course):
    course.main(["test", "-k", "perceptron"])
    assert course.calls[-1][1:] == ["-m", "pytest", "-n", "2", "-k", "perceptron"]


def test_the_help_names_every_verb(course, capsys):
    assert course.main(["--help"]) == 0 and course.main([]) == 2
    said = capsys.readouterr().out
    assert all(f"\n  {verb} " in said for verb in course.VERBS)


def test_an_unknown_verb_is_answered_with_the_nearest(course, capsys):
    assert "did you mean `lab`?" in complaint(course, capsys, "lap", status=2)
    assert "choose from lab, test," in complaint(course, capsys, "xyzzy", status=2)
    assert course.calls == []


def test_a_port_in_use_is_named(course, capsys):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        course.main(["lab", "--port", str(port)])
        assert f"Port {port} is in use" in capsys.readouterr().out
    course.main(["lab", f"--port={port}"])
    assert "in use" not in capsys.readouterr().out


# -------------------------------------------------------------------------- the student's copies


def test_an_untouched_copy_follows_its_lesson(course, capsys):
    course.main(["lab"])
    copy = course.WORK / "01_perceptron.ipynb"
    save(copy, "2 + 2", metadata={"opened": "in JupyterLab"})
    write_lesson(course.ROOT, "01_perceptron", "3 + 3")
    course.main(["lab"])
    assert code_of(copy) == "3 + 3"
    assert len(list(course.WORK.glob("01*"))) == 1


@pytest.mark.parametrize("outputs", [(), [{"output_type": "stream", "text": "5"}]])
def test_a_copy_that_was_written_in_stays_and_the_new_lesson_lies_beside_it(
    course, capsys, outputs
):
    course.main(["lab"])
    copy = course.WORK / "01_perceptron.ipynb"
    save(copy, "2 + 2" if outputs else "my answer", outputs=outputs)
    mine = copy.read_bytes()
    for code in ("3 + 3", "4 + 4"):  # two updates on one day
        write_lesson(course.ROOT, "01_perceptron", code)
        course.main(["lab"]), course.main(["lab"])  # offered once each
        assert copy.read_bytes() == mine
    others = sorted(course.WORK.glob("01_perceptron_*.ipynb"), key=lambda path: len(path.name))
    assert [code_of(path) for path in others] == ["3 + 3", "4 + 4"]
    said = capsys.readouterr().out
    assert all(said.count(f"work/{path.name};") == 1 for path in others)


def test_a_copy_is_kept_where_the_record_of_it_was_lost(course):
    course.main(["lab"])
    copy = course.WORK / "00_welcome.ipynb"
    save(copy, "my answer")
    (course.WORK / ".course.json").write_text("{half", encoding="utf-8")
    course.main(["lab"])
    assert code_of(copy) == "my answer"


def test_a_copy_that_is_no_notebook_any_more_is_kept(course):
    course.main(["lab"])
    copy = course.WORK / "00_welcome.ipynb"
    copy.write_text("[1, 2]", encoding="utf-8")
    write_lesson(course.ROOT, "00_welcome", "new")
    assert course.main(["lab"]) == 0
    assert copy.read_text(encoding="utf-8") == "[1, 2]"


def test_a_deleted_copy_comes_back_and_a_new_lesson_comes(course):
    course.main(["lab"])
    (course.WORK / "00_welcome.ipynb").unlink()
    write_lesson(course.ROOT, "02_networks", "6")
    course.main(["lab"])
    assert code_of(course.WORK / "00_welcome.ipynb") == "1 + 1"
    assert code_of(course.WORK / "02_networks.ipynb") == "6"


def test_a_full_disk_leaves_no_half_lesson(course, monkeypatch, capsys):
    course.main(["lab"])
    before = (course.WORK / "01_perceptron.ipynb").read_bytes()
    write_lesson(course.ROOT, "01_perceptron", "3 + 3")
    full = OSError(errno.ENOSPC, "No space left on device")

    def write_half(path, content):
        with open(path, "wb") as file:
            file.write(content[:10])
        raise full

    monkeypatch.setattr(course.Path, "write_bytes", write_half)
    assert "the disk is full" in complaint(course, capsys, "lab")
    assert (course.WORK / "01_perceptron.ipynb").read_bytes() == before
    monkeypatch.undo()
    course.bring_lessons()
    assert code_of(course.WORK / "01_perceptron.ipynb") == "3 + 3"


# ------------------------------------------------------------------------------- what goes wrong

SAID_BY_INSTALLERS = {
    "uv, no network": (
        "error: Failed to fetch: `https://example.org/simple/numpy/`\n  Caused by: Request failed "
        "after 3 retries\n  Caused by: dns error\n  Caused by: failed to lookup address",
        "no connection to the package index",
    ),
    "pip, no network": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution)'\n"
        "ERROR: Could not find a version that satisfies the requirement uv==0.13.8",
        "no connection to the package index",
    ),
    "uv, full disk": (
        "error: Failed to install: numpy-2.4.0.whl\n  Caused by: failed to copy file\n"
        "  Caused by: No space left on device (os error 28)",
        "the disk is full",
    ),
    "pip, full disk": ("ERROR: [Errno 28] No space left on device", "the disk is full"),
    "Windows, full disk": ("There is not enough space on the disk. (os error 112)", "disk is full"),
    "uv, changed download": ("error: Hash mismatch for `numpy==2.4.0`", "not what the lock names"),
    "a proxy that inspects": ("invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
    "Windows, open file": ("Access is denied. (os error 5)", "close JupyterLab"),
    "uv, no wheel": ("numpy==2.4.0 has no usable wheels", "no build for this system"),
    "venv without ensurepip": ("The virtual environment was not created successfully because "
                               "ensurepip is not available.", "python3-venv"),
    "who knows": ("error: the moon is full", "the moon is full"),
}


@pytest.mark.parametrize("case", SAID_BY_INSTALLERS)
def test_an_installer_s_failure_becomes_one_sentence(course, monkeypatch, capsys, case):
    output, meant = SAID_BY_INSTALLERS[case]
    real = importlib.util.spec_from_file_location("real_course", course.ROOT / "course.py")
    module = importlib.util.module_from_spec(real)
    real.loader.exec_module(module)
    code = f"import sys; print({output!r}, file=sys.stderr); sys.exit(2)"
    monkeypatch.setattr(course, "run", lambda *words: module.run(sys.executable, "-c", code))
    monkeypatch.setattr(course, "CourseError", module.CourseError)
    assert meant in complaint(course, capsys, "lab")


def test_progress_is_shown_while_it_lasts(course, monkeypatch, capsys):
    monkeypatch.undo()
    lines = "Resolved 140 packages\\nDownloading tensorflow-cpu (262 MiB)\\nInstalled 140 packages"
    course.run(sys.executable, "-c", f"print('{lines}')")
    shown = capsys.readouterr().out.split("\n")
    assert shown == ["  Downloading tensorflow-cpu (262 MiB)", "  Installed 140 packages", ""]


def test_without_a_network_what_was_installed_goes_on_working(course, monkeypatch, capsys):
    course.main(["lab"])

    def no_network(*words):
        raise course.CourseError(course.NO_NETWORK)

    online = course.run
    monkeypatch.setattr(course, "run", no_network)
    assert "no connection" in complaint(course, capsys, "test")
    assert course.main(["lab"]) == 0
    monkeypatch.setattr(course, "run", online)
    assert course.main(["test"]) == 0


def test_a_failure_half_way_does_not_count_as_installed(course, monkeypatch, capsys):
    course.main(["lab"])
    works = course.run

    def half(*words):
        works(*words)
        raise course.CourseError(course.DISK_FULL)

    monkeypatch.setattr(course, "run", half)
    assert "the disk is full" in complaint(course, capsys, "test")
    assert not course.STAMP.exists()
    monkeypatch.setattr(course, "run", works)
    assert course.main(["test"]) == 0


def test_a_full_disk_is_noticed_before_the_download(course, monkeypatch, capsys):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(course.shutil, "disk_usage", lambda path: usage(9e9, 8e9, 1e9))
    said = complaint(course, capsys, "lab")
    assert "the disk is full" in said and "1.0 GB are free" in said and course.calls == []


def test_a_python_without_ensurepip_is_told_what_to_install(course, monkeypatch, capsys):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        course.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    assert "sudo apt install python3-venv" in complaint(course, capsys, "lab")
    assert course.calls == []
    monkeypatch.setattr(course.importlib.util, "find_spec", find)
    assert course.main(["lab"]) == 0


def test_a_read_only_checkout_is_named(course, monkeypatch, capsys):
    monkeypatch.setattr(course.os, "access", lambda path, mode: False)
    said = complaint(course, capsys, "lab")
    assert str(course.ROOT) in said and "copy the course to a folder that is" in said


def test_a_read_only_checkout_is_named_for_real(course):
    if sys.platform != "linux" or subprocess.run(["unshare", "-rm", "true"]).returncode:
        pytest.skip("no `unshare --mount` here: a read-only file system was not tried.")
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
    words = ["unshare", "-rm", "sh", "-c", script, str(course.ROOT)]
    done = subprocess.run(
        [*words, sys.executable, "course.py", "lab"], capture_output=True, encoding="utf-8"
    )
    if "mount:" in done.stderr:
        pytest.skip("mounts are not allowed here: a read-only file system was not tried.")
    assert done.returncode == 1 and "a file cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_network_is_named_for_real(course):
    words = offline.prefix()
    if words is None:
        pytest.skip("no `unshare --net` here: an installation without a network was not tried.")
    shutil.copy(ROOT / "requirements-uv.lock", course.ROOT)
    done = subprocess.run(
        [*words, sys.executable, "course.py", "lab"],
        cwd=course.ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PIP_NO_CACHE_DIR": "1"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("course.py: no connection to the package index"), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (3, 8)])
def test_a_wrong_python_is_told_which_to_take(course, monkeypatch, capsys, version):
    monkeypatch.setattr(course.sys, "version_info", (*version, 0, "final", 0))
    monkeypatch.setattr(course, "version", lambda: "{}.{}".format(*version))
    said = complaint(course, capsys, "lab")
    assert "this is Python {}.{}".format(*version) in said and "python3.13 course.py lab" in said
    assert course.calls == []


def test_a_python_that_is_too_old_can_read_course_py():
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))
    old = [p for p in map(shutil.which, ("python3.8", "python3.9", "python3.10")) if p]
    for python in old:
        if subprocess.run([python, "-c", "pass"], capture_output=True).returncode:
            continue  # a shim without a Python behind it
        done = subprocess.run([python, SOURCE, "lab"], capture_output=True, encoding="utf-8")
        assert done.returncode == 1 and "this is Python 3." in done.stderr


def test_course_py_needs_nothing_but_the_standard_library():
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {getattr(n, "module", None) or n.names[0].name for n in imports}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert SOURCE.read_text(encoding="utf-8").isascii(), "old Windows consoles cannot print it"


def test_the_pythons_agree_with_pyproject(course):
    (bounds,) = re.findall(
        r'^requires-python = ">=3\.(\d+),<3\.(\d+)"$',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    pythons = [f"3.{minor}" for minor in range(*map(int, bounds))]
    assert list(course.PYTHONS) == pythons == ["{}.{}".format(*p) for p in doctor.PYTHONS]


@pytest.mark.parametrize(
    "platform, machine, words, meant",
    [
        ("darwin", "x86_64", [], "Intel"),
        ("win32", "ARM64", [], "64-bit x86 Python"),
        ("win32", "AMD64", ["--gpu"], "WSL 2"),
        ("darwin", "arm64", ["--gpu"], "--gpu is for Linux"),
    ],
)
def test_systems_without_a_build_are_named(
    course, monkeypatch, capsys, platform, machine, words, meant
):
    monkeypatch.setattr(course.sys, "platform", platform)
    monkeypatch.setattr(course.platform, "machine", lambda: machine)
    assert meant in complaint(course, capsys, "lab", *words)


# ---------------------------------------------------------------------------------------- doctor


def test_doctor_speaks_where_the_installation_fails(course, monkeypatch, capsys):
    def no_network(*words):
        raise course.CourseError(course.NO_NETWORK)

    monkeypatch.setattr(course, "run", no_network)
    course.main(["doctor"])
    assert "PROBLEM  installation: no connection" in capsys.readouterr().out
    assert course.calls[-1] == [sys.executable, "-m", "course_utils.doctor"]


def test_doctor_checks_the_machine_where_nothing_is_installed():
    command = [sys.executable, "-S", "-m", "course_utils.doctor"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 1 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == len(doctor.MACHINE_CHECKS) + 1
    assert lines[-1].startswith("PROBLEM  packages: not installed -> run `python3 course.py lab`")


def test_doctor_s_exit_status_says_whether_a_lesson_would_fail(monkeypatch, capsys):
    levels = {"ok": 0, "note": 0, "PROBLEM": 1}
    for level, status in levels.items():
        monkeypatch.setattr(doctor, "MACHINE_CHECKS", [lambda x=level: doctor.Finding(x, "t", "r")])
        monkeypatch.setattr(doctor, "PACKAGE_CHECKS", [])
        assert doctor.main() == status
        assert capsys.readouterr().out == f"{level:<8} t -> r\n"


@pytest.mark.parametrize(
    "total, level", [(1e9, "PROBLEM"), (3e9, "note"), (16e9, "ok"), (None, "note")]
)
def test_doctor_weighs_the_memory(monkeypatch, total, level):
    monkeypatch.setattr(doctor, "total_memory", lambda: total)
    assert doctor.check_memory().level == level


def test_doctor_sees_a_full_disk_one_core_and_a_wrong_python(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage(9e9, 9e9, 1e6))
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 1)
    monkeypatch.setattr(doctor, "PYTHONS", ((3, 9),))
    assert doctor.check_disk().level == doctor.check_python().level == "PROBLEM"
    assert doctor.check_cores().level == "note"


def test_doctor_sees_a_folder_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "work").write_text("a file", encoding="utf-8")
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert doctor.check_writing().level == "PROBLEM"


def test_doctor_names_the_package_whose_file_is_missing(monkeypatch, tmp_path):
    info = tmp_path / "keras-3.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: keras\nVersion: 3.0\n", encoding="utf-8")
    (info / "RECORD").write_text("keras/gone.py,,\nkeras/cache.pyc,,\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    finding = doctor.check_packages()
    assert finding.level == "PROBLEM" and "keras" in finding.text and ".venv" in finding.remedy
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "gone.py").touch()
    assert doctor.check_packages().level == "ok"


def test_doctor_survives_a_tensorflow_that_crashes(monkeypatch):
    doctor.ask_tensorflow.cache_clear()
    monkeypatch.setattr(doctor, "ASK_TENSORFLOW", "import os; os._exit(132)")
    assert doctor.check_tensorflow().level == "PROBLEM"
    assert doctor.check_device().level == "note"
    doctor.ask_tensorflow.cache_clear()


def test_doctor_names_a_data_file_that_was_changed(monkeypatch, tmp_path):
    shutil.copytree(data.files.FOLDER, tmp_path / "data")
    monkeypatch.setattr(data.files, "FOLDER", tmp_path / "data")
    assert doctor.check_data().level == "ok"
    with (tmp_path / "data" / "history.csv").open("a", encoding="utf-8") as file:
        file.write("2030,Nobody knows,people\n")
    finding = doctor.check_data()
    assert finding.level == "PROBLEM" and "data/history.csv" in finding.text


def test_doctor_finds_nothing_wrong_here():
    findings = [check() for check in (*doctor.MACHINE_CHECKS, *doctor.PACKAGE_CHECKS)]
    assert [finding for finding in findings if finding.level == "PROBLEM"] == []


# ------------------------------------------------------------------------------------ JupyterLab

PROBE = """
import anywidget, ipywidgets
class Probe(anywidget.AnyWidget):
    _esm = "export default {render({el}) {el.innerHTML = '<p class=probe>alive</p>'}}"
display(ipywidgets.IntSlider(description="speed"), Probe())
"""


def test_jupyterlab_is_quiet_and_shows_widgets(browser, tmp_path):
    (tmp_path / "work").mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    save(tmp_path / "work" / "probe.ipynb", PROBE, metadata=kernel)
    with lab.start_lab(lab.elsewhere(tmp_path), tmp_path / "lab.log") as server:
        assert server.url.split("?")[0].endswith("/lab/tree/work/00_welcome.ipynb")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        problems = []
        watch(page, problems)
        page.goto(server.lesson("probe.ipynb"))
        page.locator("#jp-main-statusbar").get_by_text("Idle").wait_for(timeout=60_000)
        lab.run_all(page)
        page.locator(".jp-OutputArea .probe", has_text="alive").wait_for(timeout=30_000)
        page.locator(".jp-OutputArea .widget-slider", has_text="speed").wait_for(timeout=30_000)
        assert page.locator(".Toastify__toast, .jp-Dialog").count() == 0
        assert page.locator("[data-id='extensionmanager.main-view']").count() == 0
        said = server.log.read_text(encoding="utf-8")
        page.close()
    assert problems == []
    assert not re.search(r"\[[EW] |Traceback|WARNING|[Ee]rror", said), said
