"""Write a lesson, executed, as one page that works offline, its explorables alive.

    python notebooks/page.py NN [NN …]     write build/html/NN_topic.html

For reading without Python: on a phone, on paper, in an archive. Needs the extra `slides`, whose
mathematics and code colours it shares. (This file is not called html.py: a module of that name
in the kernel's folder would hide Python's own.)
"""

import argparse
import html
import itertools
import re
import sys

import build
import nbformat

from course_utils import execution, markup

OUTPUT = build.FOLDER.parent / "build" / "html"
STYLE = build.FOLDER / "page.css"
WIDGET = "application/vnd.jupyter.widget-view+json"
LESSON_LINK = re.compile(r'<a href="(\d\d_[a-z0-9_]+)\.ipynb">(.*?)</a>', flags=re.DOTALL)
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{styles}
</style>
</head>
<body>
<main>
{cells}
</main>
</body>
</html>
"""


class PageError(Exception):
    """Why a lesson cannot become a page, in one sentence."""


def main(arguments=None):
    """Write the pages of the lessons that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="page.py", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="+", metavar="NN", help="number or name of a lesson")
    options = parser.parse_args(arguments)
    try:
        for path in build.chosen(build.notebooks(), options.lessons):
            print(f"written: {write_page(path, OUTPUT)}")
    except (PageError, build.SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def write_page(path, folder):
    """Execute the notebook at `path` in its own folder, write its page, return the page's path.

    Raises:
        PageError: a cell fails, or an output cannot be shown to everybody.
    """
    notebook = nbformat.read(path, as_version=4)
    run(notebook, path)
    text = render(notebook, path.name)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{path.stem}.html"
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def run(notebook, path):
    """Execute a notebook in the folder of `path`.

    Raises:
        PageError: a cell fails, takes too long or stops Python; or no kernel starts.
    """
    from nbclient import exceptions

    try:
        execution.execute(notebook, path.parent)
    except exceptions.CellExecutionError as error:
        raise PageError(f"a cell fails: {ANSI_COLOUR.sub('', str(error))}") from None
    except exceptions.CellTimeoutError:
        raise PageError("a cell takes more than five minutes.") from None
    except exceptions.DeadKernelError:
        raise PageError("Python itself stopped while a cell was running.") from None
    except RuntimeError as error:
        raise PageError(f"{error}") from error


def render(notebook, name):
    """Return the page of an executed notebook; `name` tells errors where they are."""
    pieces = []
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            pieces.append(render_cell(cell))
        except ValueError as error:
            raise PageError(f"{name}, cell {number}: {error}") from error
    styles = markup.math_css() + markup.code_css() + STYLE.read_text(encoding="utf-8")
    title = html.escape(find_title(notebook))
    return PAGE.format(title=title, styles=styles, cells="\n".join(filter(None, pieces)))


def find_title(notebook):
    """Return the text of the first heading."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# +(.+)$", text, flags=re.MULTILINE)
    return heading[1].strip() if heading else "A lesson"


def render_cell(cell):
    """Return one cell as HTML; "" for a check, which waits for an answer that nobody can type."""
    if cell.cell_type == "markdown":
        return link_lessons(fix_tables(markup.markdown_to_html(cell.source)))
    if cell.cell_type != "code" or "check" in build.tags(cell):
        return ""
    is_answer = "solution" in build.tags(cell)
    source = cell.source.split("\ncheck.ours.")[0] if is_answer else cell.source
    outputs = list(itertools.takewhile(lambda output: not needs_kernel(output), cell.outputs))
    body = markup.highlight(source) + "".join(map(render_output, join_streams(outputs)))
    if len(outputs) < len(cell.outputs):  # what follows a control is its first picture, once more
        body += '<p class="output">To move this picture, open the lesson in JupyterLab.</p>\n'
    if is_answer:
        return f'<details class="answer"><summary>Our answer</summary>\n{body}</details>'
    return body


def needs_kernel(output):
    """Return whether an output is a control that asks the kernel: an explorable does not."""
    return WIDGET in output.get("data", {}) and execution.EMBEDDED not in output.data


def join_streams(outputs):
    """Return outputs with neighbouring printed texts as one: a training log is one text."""
    joined = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and before.output_type == output.output_type == "stream":
            joined[-1] = nbformat.v4.new_output("stream", text=before.text + output.text)
        else:
            joined.append(output)
    return joined


def fix_tables(text):
    """Return HTML whose tables scroll on a phone, and have no empty headers: they name nothing."""
    text = text.replace("<th></th>", "<td></td>").replace("</table>", "</table></div>")
    return text.replace("<table>", '<div class="table" tabindex="0"><table>')


def link_lessons(text):
    """Return HTML whose links to notebooks lead to their pages; those to come are plain text."""

    def replace(match):
        known = (build.FOLDER / f"{match[1]}.ipynb").exists()
        return f'<a href="{match[1]}.html">{match[2]}</a>' if known else match[2]

    return LESSON_LINK.sub(replace, text)


def render_output(output):
    """Return one output as HTML.

    Raises:
        ValueError: a picture has no text alternative.
    """
    if output.output_type == "stream":
        return render_text(output.text)
    if output.output_type == "error":
        return render_text("\n".join(output.traceback))
    data = output.data
    if execution.EMBEDDED in data:
        return f'<div class="output live">{data[execution.EMBEDDED]}</div>\n'
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>\n'
    if "text/markdown" in data:
        return f'<div class="output">{markup.markdown_to_html(data["text/markdown"])}</div>\n'
    if any(kind.startswith("image/") for kind in data):
        raise ValueError('a picture without text; show it with plotting.show(figure, alt="…").')
    return render_text(data.get("text/plain", ""))


def render_text(text):
    """Return plain text as it stands, without the terminal's colours."""
    text = html.escape(ANSI_COLOUR.sub("", text).rstrip())
    return f'<pre class="output" tabindex="0">{text}</pre>\n' if text else ""


if __name__ == "__main__":
    sys.exit(main())
