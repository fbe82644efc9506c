"""Execute a notebook outside JupyterLab: for pages, decks, tests and the benchmark."""

import os
import sys
import tempfile

STARTS = 3
EMBEDDED = "application/vnd.course.explorable+html"  # the output of an explorable that runs alone


def execute(notebook, folder, timeout=300, allow_errors=False):
    """Run all cells of `notebook` (nbformat 4) in a new kernel that works in `folder`.

    Explorables embed themselves in their outputs, alive. A kernel's start is tried up to three
    times, a cell once. What libraries write to the terminal is dropped: the kernel's own messages
    are in the outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raises, unless `allow_errors`.
        nbclient.exceptions.CellTimeoutError: a cell takes more than `timeout` seconds.
        nbclient.exceptions.DeadKernelError: Python stopped in a cell.
        RuntimeError: no kernel starts.
    """
    from nbclient import NotebookClient, exceptions

    for attempt in range(1, STARTS + 1):
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            allow_errors=allow_errors,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        )
        # nbclient would answer ipywidgets' Output widget on the channel on which it waits, and then
        # sometimes sleep until the timeout (its send eats the event that its poll waits for).
        client.comm_open_handlers = {"jupyter.widget": lambda message: None}
        try:
            with tempfile.TemporaryFile() as log:
                client.execute(env={**os.environ, "COURSE_EMBED": "1"}, stderr=log)
            return
        except exceptions.DeadKernelError:
            raise
        except RuntimeError as error:  # seen rarely: a kernel dies before it has started
            if attempt == STARTS:
                raise RuntimeError(f"no kernel starts: {error}") from error
            print("A kernel did not start; once more.", file=sys.stderr)
