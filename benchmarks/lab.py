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

ROOT = Path(__file__).resolve().parents[1]
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


def elsewhere(folder):
    """Return the command `course.py lab` for students' copies in `folder`/work, without installing.

    So a test or a measurement never touches the work/ of the person who runs it, nor depends on
    that person's settings of JupyterLab.
    """
    code = (
        f"import os, pathlib, sys; sys.path.insert(0, {str(ROOT)!r}); import course; "
        f"os.environ['JUPYTER_CONFIG_DIR'] = {str(Path(folder) / 'settings')!r}; "
        f"course.ROOT = pathlib.Path({str(folder)!r}); course.WORK = course.ROOT / 'work'; "
        "course.find_python = lambda lock: sys.executable; "
        "sys.exit(course.main(['lab', '--no-browser']))"
    )
    return [sys.executable, "-c", code]


@contextlib.contextmanager
def start_lab(command, log, environment=None):
    """Run `command`, which starts JupyterLab; yield a Lab; end it afterwards.

    Raises:
        RuntimeError: it stopped, or named no address within 15 minutes; with what it said.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment,
        start_new_session=os.name == "posix",
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
    page.locator("#jp-main-statusbar").get_by_text("Idle").wait_for(timeout=60_000)


def run_all(page, timeout=240):
    """Choose Run, Run All Cells, and wait until the kernel has run them (`timeout` in seconds)."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    wait_until_idle(page, timeout)


def wait_until_idle(page, timeout=60):
    """Wait until the kernel has nothing to do (in seconds)."""
    status = page.locator("#jp-main-statusbar")
    page.wait_for_timeout(300)  # the status needs a moment to say busy
    status.get_by_text("Idle").wait_for(timeout=timeout * 1000)
    page.wait_for_timeout(300)
    status.get_by_text("Idle").wait_for(timeout=timeout * 1000)


def find_cell(page, text):
    """Return the first code cell whose code contains `text`, scrolled into view."""
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text=text).first
    cell.scroll_into_view_if_needed()
    return cell


def write(page, cell, code):
    """Replace the code of a cell, as by keyboard."""
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def press(page, keys):
    """Press keys, such as Control+Enter to run the selected cell, and wait until all is done."""
    page.keyboard.press(keys)
    wait_until_idle(page)
