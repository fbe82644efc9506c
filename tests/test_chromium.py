"""course_utils.chromium: which browser is found, and what is said where there is none."""

import pytest

from course_utils import chromium


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any browser; returns a folder that is on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "PLACES", (str(tmp_path / "Applications" / "Chrome"),))
    for folder in chromium.WINDOWS_FOLDERS:
        monkeypatch.delenv(folder, raising=False)
    return tmp_path


def install(path):
    """Put a program at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_nothing_is_found_on_a_bare_machine(bare):
    assert chromium.find() is None


def test_what_is_missing_is_named(bare):
    with pytest.raises(RuntimeError, match=r"Chromium, .* none was found .*Install one"):
        with chromium.launch():
            pass


def test_a_mac_keeps_it_in_applications(bare):
    program = install(bare / "Applications" / "Chrome")
    assert chromium.find() == program


def test_windows_keeps_it_in_program_files(bare, monkeypatch):
    monkeypatch.setenv("PROGRAMFILES", str(bare))
    install(bare / "Microsoft" / "Edge" / "Application" / "msedge.exe")
    assert chromium.find() == f"{bare}/Microsoft/Edge/Application/msedge.exe"
