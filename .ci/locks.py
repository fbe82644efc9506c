"""Write every requirements*.lock from pyproject.toml, or prove that each system can install them.

python3 course.py doctor             # once, for the environment with uv
.venv/bin/python .ci/locks.py        # write the locks; pins that still fit stay
.venv/bin/python .ci/locks.py --upgrade
.venv/bin/python .ci/locks.py --check     # per system: a wheel for everything, nothing missing
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Each lock holds everything that the one before it holds, at the same versions.
LOCKS = {
    "requirements.lock": [],
    "requirements-slides.lock": ["slides"],
    "requirements-test.lock": ["test"],
    "requirements-hub.lock": ["test", "hub"],
    "requirements-gpu.lock": ["test", "hub", "gpu"],
}
INSTALLER = "requirements-uv.lock"
PLATFORMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux ARM": "aarch64-manylinux_2_28",
    "macOS ARM": "aarch64-apple-darwin",
    "Windows": "x86_64-pc-windows-msvc",
}
EXCLUDED = "tensorflow-cpu\nsentence-transformers\n"  # from requirements-gpu.lock
PYTHONS = ("3.11", "3.12", "3.13")
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


def main():
    """Write the locks, or check them where the first argument is --check."""
    os.chdir(ROOT)
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    write(sys.argv[1:])


def write(options):
    """Resolve each lock for all systems at once, held to the pins of the one before it."""
    compile_lock(["--group", "install", *options], INSTALLER)
    held = []
    for lock, extras in LOCKS.items():
        chosen = [word for extra in extras for word in ("--extra", extra)]
        compile_lock(["pyproject.toml", *chosen, *held, *options], lock)
        held = ["--constraints", lock]


def compile_lock(arguments, lock):
    """Write `lock`: pip's format, all systems in one file, hashes, no index address."""
    form = ["--universal", "--generate-hashes", "--python-version", PYTHONS[0], "--quiet"]
    head = ["--annotation-style", "line", "--custom-compile-command", "python .ci/locks.py"]
    uv([*arguments, *form, *head, "--output-file", lock], lock)
    print(f"wrote {lock}: {len(PIN.findall(Path(lock).read_text(encoding='utf-8')))} pins")


def uv(arguments, lock):
    """Run `uv pip compile`; the CUDA build of TensorFlow takes the place of the CPU wheel.

    That lock is made without pyproject's settings for uv, so PyTorch is kept away here, too.
    """
    excludes = ["--no-config", "--excludes", "-"] if lock == "requirements-gpu.lock" else []
    command = [sys.executable, "-m", "uv", "pip", "compile", *excludes, *arguments]
    return subprocess.run(
        command, input=EXCLUDED if excludes else None, check=True, encoding="utf-8"
    )


def check():
    """Print one line per lock, system and Python; return 1 if something is missing anywhere."""
    failures = 0
    for lock in LOCKS:
        systems = [name for name in PLATFORMS if lock != "requirements-gpu.lock" or "Linux" in name]
        for system in systems:
            for python in PYTHONS:
                problem = missing(lock, PLATFORMS[system], python)
                failures += bool(problem)
                print(f"{lock:26} {system:14} {python}  {problem or 'ok'}")
    return int(bool(failures))


def missing(lock, platform, python):
    """Return what a system lacks: a package without a wheel, or one that the lock does not pin."""
    with tempfile.TemporaryDirectory() as folder:
        resolved = Path(folder) / "resolved.txt"
        target = ["--python-platform", platform, "--python-version", python]
        wanted = ["--only-binary", ":all:", "--quiet", "--no-header", "--no-annotate"]
        try:
            uv([lock, *target, *wanted, "--output-file", str(resolved)], lock)
        except subprocess.CalledProcessError:
            return "no set of wheels fits: see above"
        pinned = set(PIN.findall(Path(lock).read_text(encoding="utf-8")))
        found = set(PIN.findall(resolved.read_text(encoding="utf-8")))
    return ", ".join(f"{name} {version} is not in the lock" for name, version in found - pinned)


if __name__ == "__main__":
    main()
