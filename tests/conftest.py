"""Fixtures for figures, and for tests in headless Chromium."""

import os
import sys
from urllib.parse import urlsplit

import pytest

from course_utils import chromium

LOCAL_SCHEMES = {"about", "blob", "chrome-error", "data", "file"}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def is_local(url):
    """Return whether a request to `url` stays on this machine."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@")[-1].rsplit(":", 1)[0] if parts.port else parts.netloc
    return parts.scheme in LOCAL_SCHEMES or host in LOCAL_HOSTS


@pytest.fixture
def course_style():
    """Draw in the course's style, into no window, and leave no figure open."""
    import matplotlib.pyplot as plt  # slow, and most tests draw nothing

    plt.switch_backend("Agg")
    with plt.style.context("course_utils.course"):
        yield
    plt.close("all")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; skipped where there is none, except in CI on Linux, where it must be."""
    if chromium.find() is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail("CI has no Chromium: install it before the tests (see .ci/run).")
        pytest.skip("no Chromium, Chrome or Edge on this machine: browser tests need one.")
    with chromium.launch() as browser:
        yield browser


@pytest.fixture
def page(browser):
    """A page of 1280×720; `page.problems` collects what went wrong: assert that it is empty."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.problems = []
    watch(page, page.problems)
    yield page
    context.close()


def watch(page, problems):
    """Append to `problems` each console warning, script error and request to the outside."""

    def note_console(message):
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            problems.append(f"console {message.type}: {message.text} [{place}]")

    def note_request(request):
        if not is_local(request.url):
            problems.append(f"request left the machine: {request.url}")

    page.on("console", note_console)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("request", note_request)
