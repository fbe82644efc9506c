"""What is installed where: locks, environment.yml, the extra hub, settings of JupyterLab."""

import importlib.metadata
import importlib.util
import itertools
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {
    "requirements.lock": [],
    "requirements-slides.lock": ["slides"],
    "requirements-test.lock": ["slides", "test"],
    "requirements-hub.lock": ["slides", "test", "hub"],
    "requirements-gpu.lock": ["slides", "test", "hub", "gpu"],
}
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "Linux ARM": {"sys_platform": "linux", "platform_machine": "aarch64"},
    "macOS": {"sys_platform": "darwin", "platform_machine": "arm64"},
    "Windows": {"sys_platform": "win32", "platform_machine": "AMD64"},
}
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE)


def read_pins(lock):
    """Return the pins of a lock: name -> list of (version, marker or None)."""
    pins = {}
    for name, version, marker in PIN.findall((ROOT / lock).read_text(encoding="utf-8")):
        entry = (version, Marker(marker) if marker else None)
        pins.setdefault(canonicalize_name(name), []).append(entry)
    return pins


def pinned(pins, name, environment):
    """Return the version that a lock pins for a system, or None."""
    for version, marker in pins.get(canonicalize_name(name), []):
        if marker is None or marker.evaluate(environment):
            return version
    return None


def version_of(python):
    """Return what markers ask about a Python such as 3.11."""
    return {"python_version": python, "python_full_version": f"{python}.0"}


def wanted(extras):
    """Return what pyproject asks for with these extras, less the project itself."""
    texts = PROJECT["dependencies"] + [
        text for extra in extras for text in PROJECT["optional-dependencies"][extra]
    ]
    requirements = map(Requirement, texts)
    return [r for r in requirements if canonicalize_name(r.name) != PROJECT["name"]]


@pytest.mark.parametrize("python", ["3.11", "3.13"])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_satisfies_pyproject(lock, system, python):
    environment = {**SYSTEMS[system], **version_of(python)}
    pins = read_pins(lock)
    for requirement in wanted(LOCKS[lock]):
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        if lock == "requirements-gpu.lock" and requirement.name == "tensorflow-cpu":
            continue  # the CUDA build takes its place
        version = pinned(pins, requirement.name, environment)
        assert version, f"{lock} pins no {requirement.name}: run python .ci/locks.py"
        assert requirement.specifier.contains(version), (
            f"{lock} pins {version}, pyproject asks for {requirement}: run python .ci/locks.py"
        )


@pytest.mark.parametrize("lock", LOCKS)
def test_one_tensorflow_on_each_system(lock):
    pins = read_pins(lock)
    for name, system in SYSTEMS.items():
        environment = {**system, **version_of("3.11")}
        builds = [b for b in ("tensorflow", "tensorflow-cpu") if pinned(pins, b, environment)]
        assert len(builds) == 1, f"{lock} installs {builds} on {name}"


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-uv.lock"])
def test_every_pin_has_a_hash_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text
    entries = re.split(r"\n(?=\S)", "\n".join(t for t in text.splitlines() if t[:1] != "#"))
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert len(read_pins(lock)) == len({e.split("==")[0] for e in entries if "==" in e})


def test_each_lock_holds_the_one_before_at_the_same_versions():
    names = list(LOCKS)[:-1]  # the one for GPUs has another TensorFlow
    for smaller, larger in itertools.pairwise(names):
        assert read_pins(smaller).items() <= read_pins(larger).items(), (smaller, larger)


def test_conda_gets_the_same_python_and_no_second_list():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, section = environment["dependencies"]
    assert python == f"python {PROJECT['requires-python']}" and pip == "pip"
    assert section == {"pip": ["-e ."]}


def test_the_workflow_tests_all_systems_and_the_oldest_and_newest_python():
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    job = yaml.safe_load(text)["jobs"]["test"]
    assert [name.split("-")[0] for name in job["strategy"]["matrix"]["os"]] == [
        "ubuntu",
        "macos",
        "windows",
    ]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]


@pytest.mark.parametrize("file", [".ci/run", ".github/workflows/test.yml"])
def test_ci_runs_the_command_that_the_readme_names(file):
    command = "course.py test"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / file).read_text(encoding="utf-8")


def test_settings_of_jupyterlab_came_along():
    prefix = Path(sys.prefix)
    for source in (ROOT / "course_utils" / "jupyter").rglob("*.json"):
        copies = list((prefix / "etc").rglob(source.name))
        assert any(copy.read_bytes() == source.read_bytes() for copy in copies), source.name


def test_keras_hub_runs_beside_the_one_tensorflow():
    """The extra `hub`: its own wish for the full TensorFlow is overridden."""
    if importlib.util.find_spec("keras_hub") is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail("CI on Linux tests the extra hub: run `python3 course.py doctor --hub`.")
        pytest.skip("the extra hub is not installed: `python3 course.py test --hub` installs it.")
    builds = [
        name
        for name in ("tensorflow", "tensorflow-cpu")
        if any(canonicalize_name(d.name) == name for d in importlib.metadata.distributions())
    ]
    assert len(builds) == 1
    import keras
    import keras_hub

    layer = keras_hub.layers.TokenAndPositionEmbedding(11, 5, 4)
    assert layer(keras.ops.zeros((2, 5), dtype="int32")).shape == (2, 5, 4)
