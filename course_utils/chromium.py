"""A headless Chromium, Chrome or Edge of this machine: for PDF, browser tests and measurements."""

import contextlib
import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
# Nothing of the browser's own reaches for the network.
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find():
    """Return the path of a Chromium, Chrome or Edge on this machine, or None."""
    on_path = [found for found in map(shutil.which, NAMES) if found]
    on_windows = [
        f"{os.environ[folder]}/{program}"
        for folder in WINDOWS_FOLDERS
        if folder in os.environ
        for program in WINDOWS_PROGRAMS
    ]
    places = [*on_path, *PLACES, *on_windows]
    return next((path for path in places if Path(path).is_file()), None)


@contextlib.contextmanager
def launch():
    """Yield the browser that `find` found, headless, as Playwright drives it (extra `slides`).

    Raises:
        RuntimeError: there is none.
    """
    from playwright.sync_api import sync_playwright

    path = find()
    if path is None:
        raise RuntimeError(
            "Chromium, Google Chrome or Edge is needed, and none was found (looked for "
            f"{', '.join(NAMES)}). Install one of them."
        )
    is_root = os.name == "posix" and os.geteuid() == 0  # the sandbox refuses to run for root
    flags = [*FLAGS, *(["--no-sandbox"] if is_root else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
