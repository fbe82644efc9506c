"""JupyterLab, driven as a student drives it: start it, open a lesson, run it, read its cells.

Used by the browser tests and by the benchmark.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

URL = re.compile(r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*")
READY_SECONDS = 900  # a cold start downloads TensorFlow


@dataclass(frozen=True)
class Lab:
    """A running server: its address with the token, and the file that collects what it says."""

    url: str
    log: Path

    def lesson(self, name):
        """Return the address of `work/name`, for example `01_perceptron.ipynb`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/lab/tree/work/{name}?{parts.query}"


@contextlib.contextmanager
def start_lab(root, log, *arguments, python=sys.executable, environment=None):
    """Run `course.py lab --no-browser` in the checkout `root`; yield a Lab; end it afterwards.

    Raises:
        RuntimeError: it stopped, or named no address within 15 minutes; with what it said.
    """
    command = [str(python), str(Path(root) / "course.py"), "lab", "--no-browser", *arguments]
    group = {"start_new_session": True} if os.name == "posix" else {}
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        text=True, encoding="utf-8", errors="replace", env=environment, **group,
    )
    said = []
    threading.Thread(target=_copy, args=(process.stdout, Path(log), said), daemon=True).start()
    try:
        yield Lab(_wait_for_url(process, said), Path(log))
    finally:
        _end(process)


def _copy(stream, log, said):
    """Collect the lines of `stream` in the file `log` and in the list `said`."""
    with log.open("w", encoding="utf-8") as file:
        for line in stream:
            said.append(line)
            file.write(line)
            file.flush()


def _wait_for_url(process, said):
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        found = next((URL.search(line) for line in list(said) if URL.search(line)), None)
        if found:
            return found.group(0)
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("JupyterLab did not start. It said:\n" + "".join(said))


def _end(process):
    """End the server and what it started."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def open_lesson(page, url, title):
    """Open the notebook at `url` and wait until its heading `title` stands there, kernel ready."""
    page.goto(url)
    page.locator(".jp-Notebook").get_by_role("heading", name=title).first.wait_for(timeout=60_000)
    page.locator(".jp-NotebookPanel [data-status='idle']").first.wait_for(timeout=60_000)


def run_all(page, timeout=240):
    """Choose Run, Run All Cells, and wait until no cell is running or queued (in seconds)."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')];
            const busy = document.querySelector(".jp-NotebookPanel [data-status='busy']");
            return !busy && prompts.some(p => /\\d/.test(p.textContent))
                && !prompts.some(p => p.textContent.includes('*'));
        }""",
        timeout=timeout * 1000,
    )
