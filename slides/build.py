"""Make the decks: slides/NN_topic.md to build/slides/NN_topic.html, one file that needs no network.

    python slides/build.py            every deck, and an index page
    python slides/build.py 01         this deck, and open it
    python slides/build.py 01 --pdf   its PDF too, one page a slide

A deck is Markdown with executable cells (see slides/_template.md). It is executed in slides/, with
COURSE_EMBED=1 so that explorables come out alive; its figures and numbers are those of the code.
"""

import argparse
import ast
import html
import importlib.util
import os
import re
import sys
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path

from course_utils import chromium, execution, markup

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent
OUTPUT = PROJECT / "build" / "slides"
COURSE = "Hands-on deep learning"
LAYOUTS = ("text", "columns", "figure")
OPTIONS = ("ids", "minutes", "layout")
TAGS = ("code", "setup")
WIDTH, HEIGHT = 1280, 720
TIMEOUT = 300  # seconds for one cell


class DeckError(Exception):
    """What is wrong with a deck, in one sentence that names the deck, the slide and the line."""


@dataclass
class Text:
    """Markdown, with the line of the deck it starts at."""

    markdown: str
    line: int


@dataclass
class Cell:
    """A cell to execute; `shows` is "output", "code" (code and output) or "setup" (nothing)."""

    source: str
    line: int
    shows: str = "output"
    outputs: list = field(default_factory=list)


@dataclass
class Slide:
    """One slide: its heading, its options, its texts and cells in order, and the notes."""

    number: int
    line: int
    heading: str
    ids: tuple = ()
    minutes: float = 0
    layout: str = "text"
    blocks: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def cells(self):
        return [block for block in self.blocks if isinstance(block, Cell)]


@dataclass
class Deck:
    """A deck: where it comes from, its title and lesson, and its slides."""

    path: Path
    title: str
    lesson: str
    slides: list

    @property
    def name(self):
        return self.path.stem

    @property
    def number(self):
        return self.lesson.split("_")[0]

    @property
    def minutes(self):
        return sum(slide.minutes for slide in self.slides)


# Reading


def find_decks(folder=FOLDER):
    """Return the decks of the course, in order."""
    return sorted(folder.glob("[0-9][0-9]_*.md"))


def choose_decks(numbers, folder=FOLDER):
    """Return the paths of the decks with these numbers ("01", "1" or "01_perceptron"), or of all.

    Raises:
        DeckError: a number has no deck.
    """
    paths = find_decks(folder)
    if not numbers:
        return paths
    return [_choose_deck(number, paths) for number in numbers]


def _choose_deck(number, paths):
    wanted = Path(number).stem
    for path in paths:
        if wanted in (path.stem, path.stem[:2]) or wanted.zfill(2) == path.stem[:2]:
            return path
    known = ", ".join(path.stem for path in paths) or "none"
    raise DeckError(f"There is no deck {number}. There are: {known}.")


def read_deck(path):
    """Read a deck without executing it.

    Raises:
        DeckError: it cannot be read as a deck.
    """
    import jupytext

    path = Path(path)
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="md")
    header = read_header(path, notebook)
    slides = split_slides(path, locate_cells(text, notebook.cells))
    return Deck(path, header["title"], header["lesson"], slides)


def read_header(path, notebook):
    """Return the title and the lesson from the lines between `---` at the top of a deck."""
    import yaml

    first = notebook.cells[0].source if notebook.cells else ""
    found = re.match(r"---\n(.*?)\n---", first, flags=re.DOTALL)
    header = yaml.safe_load(found[1]) if found else notebook.metadata
    missing = [name for name in ("title", "lesson") if not header.get(name)]
    if missing:
        raise DeckError(
            f"{path.name}, line 1: the deck needs a header between two lines `---` with "
            f"{' and '.join(missing)}, as in slides/_template.md."
        )
    return header


def locate_cells(text, cells):
    """Return pairs (cell, line): jupytext does not say where a cell stands in its file."""
    located, position = [], 0
    for cell in cells:
        found = text.find(cell.source, position)
        position = found if found >= 0 else position
        located.append((cell, text.count("\n", 0, position) + 1))
        position += len(cell.source)
    return located


def split_slides(path, located_cells):
    """Return the slides of a deck: each begins at a heading `##` (the first at `#`).

    Raises:
        DeckError: something stands where no slide can hold it.
    """
    slides = []
    in_notes = False
    for cell, line in located_cells:
        if cell.cell_type == "markdown":
            in_notes = _split_markdown(path, cell.source, line, slides, in_notes)
        elif cell.cell_type == "code":
            _add_cell(path, cell, line, slides, in_notes)
    if not slides:
        raise DeckError(f"{path.name}: the deck has no slide; the first begins with `# Title`.")
    return slides


def _split_markdown(path, source, first_line, slides, in_notes):
    """Hand the lines of one Markdown cell to the slides; return whether it ends in notes."""
    in_fence = False
    for line, text in enumerate(source.split("\n"), start=first_line):
        heading = None if in_fence else re.match(r"(##?) +(.+)", text)
        if heading:
            slides.append(_start_slide(path, heading, line, len(slides) + 1))
            in_notes = False
            continue
        if text.startswith(("```", "~~~")):
            in_fence = not in_fence
        if not slides:
            if text.strip():
                raise DeckError(f"{path.name}, line {line}: text before the first `# Title`.")
        elif text.strip() == "Notes:" and not in_fence:
            in_notes = True
        elif text.startswith("<!-- slide:") and not in_fence:
            _read_options(path, slides[-1], text, line)
        else:
            _add_line(slides[-1].notes if in_notes else slides[-1].blocks, text, line)
    if slides:  # the next Markdown of this slide is a text of its own
        _add_line(slides[-1].notes if in_notes else slides[-1].blocks, "", first_line)
    return in_notes


def _start_slide(path, heading, line, number):
    is_title = heading[1] == "#"
    if is_title and number > 1:
        raise DeckError(
            f"{path.name}, line {line}: only the first slide begins with `#`, the others with `##`."
        )
    if number == 1 and not is_title:
        raise DeckError(f"{path.name}, line {line}: the first slide begins with `# Title`.")
    return Slide(number, line, heading[2].strip())


def _add_line(blocks, text, line):
    """Append a line to the text that is being read, or begin one."""
    if blocks and isinstance(blocks[-1], Text):
        blocks[-1].markdown += "\n" + text
    elif text.strip():
        blocks.append(Text(text, line))


def _read_options(path, slide, text, line):
    """Read `<!-- slide: ids=D1-06,D2-03 minutes=2 layout=columns -->` into the slide."""
    place = describe_place(path, slide, line)
    found = re.fullmatch(r"<!-- slide:(.*?)-->", text.strip())
    if not found:
        raise DeckError(f"{place}: the comment `<!-- slide: … -->` must end on its line.")
    for option in found[1].split():
        name, _, value = option.partition("=")
        if name not in OPTIONS or not value:
            raise DeckError(f"{place}: unknown option {option!r}; known: {', '.join(OPTIONS)}.")
        if name == "ids":
            slide.ids = tuple(part for part in value.split(",") if part)
        elif name == "minutes":
            slide.minutes = _read_minutes(place, value)
        elif value in LAYOUTS:
            slide.layout = value
        else:
            raise DeckError(f"{place}: unknown layout {value!r}; known: {', '.join(LAYOUTS)}.")


def _read_minutes(place, value):
    try:
        minutes = float(value)
    except ValueError:
        minutes = 0
    if not 0 < minutes < 60:
        raise DeckError(f"{place}: minutes must be a number above 0, not {value!r}.")
    return int(minutes) if minutes == int(minutes) else minutes


def _add_cell(path, cell, line, slides, in_notes):
    if not slides:
        raise DeckError(f"{path.name}, line {line}: a cell before the first `# Title`.")
    place = describe_place(path, slides[-1], line)
    if in_notes:
        raise DeckError(f"{place}: a cell below `Notes:`; put it above.")
    tags = cell.metadata.get("tags", [])
    unknown = [tag for tag in tags if tag not in TAGS]
    if unknown:
        raise DeckError(f"{place}: unknown tag {unknown[0]!r}; known: {', '.join(TAGS)}.")
    slides[-1].blocks.append(Cell(cell.source, line, tags[0] if tags else "output"))


def describe_place(path, slide, line):
    """Return where something stands: deck, slide and line, as an error message names it."""
    return f"{Path(path).name}, slide {slide.number} ({slide.heading}), line {line}"


# Executing

# Numbers in text: `{{ accuracy:.1%}}`, with a space after the braces (LaTeX's own have none).
EXPRESSION = re.compile(r"\{\{\s+(.+?)\s*\}\}")
FENCE = re.compile(r"^(```|~~~).*?^\1", flags=re.DOTALL | re.MULTILINE)


def find_expressions(markdown):
    """Return pairs (expression, offset of its line) of a text, those in code blocks left out."""
    fences = [found.span() for found in FENCE.finditer(markdown)]
    return [
        (found[1], markdown.count("\n", 0, found.start()))
        for found in EXPRESSION.finditer(markdown)
        if not any(start <= found.start() < end for start, end in fences)
    ]


def execute_deck(deck, timeout=TIMEOUT):
    """Run all cells of a deck in one new kernel and keep their outputs in it.

    Expressions in the texts of a slide are evaluated after its last cell.

    Raises:
        DeckError: a cell or an expression fails.
    """
    steps = [step for slide in deck.slides for step in plan_slide(slide)]
    notebook = make_notebook(steps)
    run_notebook(notebook, deck, steps, timeout)
    values = {}
    for (slide, block, _), cell in zip(steps, notebook.cells, strict=True):
        if isinstance(block, Cell):
            block.outputs = cell.outputs
        else:
            values[slide.number, block] = ast.literal_eval(cell.outputs[-1].data["text/plain"])
    for slide in deck.slides:
        insert_values(slide, values)


def plan_slide(slide):
    """Return what the kernel runs for a slide: triples (slide, cell or expression, line)."""
    steps = [(slide, cell, cell.line) for cell in slide.cells]
    texts = [Text(slide.heading, slide.line), *slide.notes]
    texts += [block for block in slide.blocks if isinstance(block, Text)]
    for text in texts:
        for expression, offset in find_expressions(text.markdown):
            steps.append((slide, expression, text.line + offset))
    return steps


def make_notebook(steps):
    """Return the notebook that the kernel runs, one cell a step."""
    import nbformat

    sources = [
        step.source if isinstance(step, Cell) else f"f'''{{ {step}}}'''" for _, step, _ in steps
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


def run_notebook(notebook, deck, steps, timeout):
    """Execute a notebook in the folder of its deck; failures name the place in the deck."""
    from nbclient import exceptions

    try:
        execution.execute(notebook, deck.path.parent, timeout)
    except exceptions.CellExecutionError:
        raise DeckError(describe_failure(notebook, deck, steps)) from None
    except exceptions.CellTimeoutError:
        place = _place_of_running_cell(notebook, deck, steps)
        raise DeckError(f"{place}: the cell takes more than {timeout} seconds.") from None
    except exceptions.DeadKernelError:
        place = _place_of_running_cell(notebook, deck, steps)
        raise DeckError(f"{place}: Python itself stopped in this cell.") from None
    except RuntimeError as error:
        raise DeckError(f"{deck.path.name}: {error}") from error


def describe_failure(notebook, deck, steps):
    """Return the message for the cell that raised."""
    for (slide, step, line), cell in zip(steps, notebook.cells, strict=True):
        for output in cell.outputs:
            if output.output_type == "error":
                line += _line_in_cell(output.traceback) - 1 if isinstance(step, Cell) else 0
                place = describe_place(deck.path, slide, line)
                what = "the cell" if isinstance(step, Cell) else f"{{{{ {step} }}}}"
                return f"{place}: {what} fails with {output.ename}: {output.evalue}"
    return f"{deck.path.name}: a cell fails."


def _line_in_cell(traceback):
    """Return the line of the cell at which it failed, as IPython's traceback says; 1 if unknown."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traceback))
    found = re.search(r"Cell In\[\d+\], line (\d+)", plain)
    return int(found[1]) if found else 1


def _place_of_running_cell(notebook, deck, steps):
    """Return the place of the last cell that was started."""
    started = [
        step
        for step, cell in zip(steps, notebook.cells, strict=True)
        if "iopub.status.busy" in cell.metadata.get("execution", {}) or cell.execution_count
    ]
    slide, _, line = (started or steps)[-1]
    return describe_place(deck.path, slide, line)


def insert_values(slide, values):
    """Put the values of the expressions in place of them, in heading, texts and notes."""

    def fill(markdown):
        fences = [found.span() for found in FENCE.finditer(markdown)]

        def replace(found):
            if any(start <= found.start() < end for start, end in fences):
                return found[0]
            return values[slide.number, found[1]]

        return EXPRESSION.sub(replace, markdown)

    slide.heading = fill(slide.heading)
    for text in [*slide.notes, *slide.blocks]:
        if isinstance(text, Text):
            text.markdown = fill(text.markdown)


# Drawing


def render_output(output, place):
    """Return one output of a cell as HTML; "" for what a slide does not show.

    Raises:
        DeckError: it cannot be shown to everybody: a picture without text, a widget.
    """
    if output.output_type == "stream":
        if output.name == "stderr":
            print(f"{place}: the cell writes to stderr: {output.text.strip()}", file=sys.stderr)
            return ""
        return _render_text(output.text)
    data = output.data
    if execution.EMBEDDED in data:
        return f'<div class="output live">{_join(data[execution.EMBEDDED])}</div>'
    if "text/html" in data:
        content = _join(data["text/html"])
        kind = "picture" if "<img" in content else "table"
        return f'<div class="output {kind}">{content}</div>'
    if any(kind.startswith("image/") for kind in data):
        raise DeckError(
            f"{place}: a picture without a text alternative; show it with "
            'plotting.show(figure, alt="what one sees").'
        )
    if "application/vnd.jupyter.widget-view+json" in data:
        raise DeckError(f"{place}: this widget needs a kernel; a slide can hold an explorable.")
    if "text/markdown" in data:
        return f'<div class="output">{markup.markdown_to_html(_join(data["text/markdown"]))}</div>'
    return _render_text(_join(data.get("text/plain", "")))


def _join(text):
    return "".join(text) if isinstance(text, list) else text


def _render_text(text):
    return f'<pre class="output" tabindex="0">{html.escape(text.rstrip())}</pre>' if text else ""


def render_block(block, path, slide):
    """Return a text or a cell as a pair: HTML for the words, HTML for the pictures."""
    if isinstance(block, Text):
        try:
            return markup.markdown_to_html(block.markdown), ""
        except ValueError as error:
            raise DeckError(f"{describe_place(path, slide, block.line)}: {error}") from error
    if block.shows == "setup":
        return "", ""
    place = describe_place(path, slide, block.line)
    outputs = "".join(render_output(output, place) for output in block.outputs)
    return (markup.highlight(block.source) if block.shows == "code" else ""), outputs


def render_content(slide, path):
    """Return what stands under the heading, in the layout of the slide."""
    pairs = [render_block(block, path, slide) for block in slide.blocks]
    if slide.layout != "columns":
        content = "".join(words + pictures for words, pictures in pairs)
        return f'<div class="content">{content}</div>'
    words = "".join(words for words, _ in pairs)
    pictures = "".join(pictures for _, pictures in pairs)
    if not words.strip() or not pictures:
        missing = "text" if pictures else "output"
        place = describe_place(path, slide, slide.line)
        raise DeckError(f"{place}: layout=columns has no {missing} to put beside the other.")
    return (
        f'<div class="content columns"><div class="words">{words}</div>'
        f'<div class="pictures">{pictures}</div></div>'
    )


def render_heading(slide, deck):
    """Return the heading of a slide; the first one carries the number of the lesson."""
    heading = markup.markdown_to_html(slide.heading).strip()
    heading = heading.removeprefix("<p>").removesuffix("</p>")
    if slide.number > 1:
        return f"<h2>{heading}</h2>"
    return (
        f'<p class="course">{html.escape(COURSE)}</p>'
        f'<p class="number"><span class="unseen">Lesson </span>{deck.number}</p><h1>{heading}</h1>'
    )


def render_notes(slide, deck):
    """Return the speaker notes: the minutes, where in the hour the slide stands, and the words."""
    before = sum(other.minutes for other in deck.slides[: slide.number - 1])
    words = "".join(markup.markdown_to_html(text.markdown) for text in slide.notes)
    return (
        f'<aside class="notes"><p><strong>{slide.minutes:g} min</strong> '
        f"(minute {before:g} to {before + slide.minutes:g} of {deck.minutes:g})</p>{words}</aside>"
    )


def render_slide(slide, deck):
    """Return a slide as a `<section>`."""
    attributes = {
        "class": "title" if slide.number == 1 else slide.layout,
        "aria-label": f"Slide {slide.number} of {len(deck.slides)}",
        "data-minutes": f"{slide.minutes:g}",
        "data-timing": round(60 * slide.minutes),  # the speaker view counts in seconds
        "data-syllabus": " ".join(slide.ids),
        "data-line": slide.line,
    }
    written = " ".join(f'{name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return (
        f'<section {written}>\n<div class="frame">{render_heading(slide, deck)}\n'
        f"{render_content(slide, deck.path)}\n{render_footer(slide, deck)}</div>\n"
        f"{render_notes(slide, deck)}\n</section>"
    )


def render_footer(slide, deck):
    """Return the last line of a slide: lesson, title, number of the slide."""
    title = html.escape(f"{deck.number} {deck.title}")
    return (
        f'<p class="footer"><span>{title}</span>'
        f"<span>{slide.number} / {len(deck.slides)}</span></p>"
    )


def find_reveal():
    """Return the folder of reveal.js in the package that carries it.

    Raises:
        DeckError: the package is not installed.
    """
    package = importlib.util.find_spec("sphinx_revealjs")
    folder = package and Path(package.origin).parent / "_static" / "revealjs"
    if not folder or not (folder / "dist" / "reveal.js").is_file():
        raise DeckError(
            "reveal.js is missing (package sphinx-revealjs): `python course.py slides` installs it."
        )
    return folder


def inline_script(source):
    """Return JavaScript that can stand in a `<script>`: nothing in it ends or nests the element."""
    source = re.sub(r"^//# sourceMappingURL=.*$", "", source, flags=re.MULTILINE)
    return re.sub(r"<(?=/script|script|!--)", r"\\x3c", source, flags=re.IGNORECASE)


def collect_styles():
    """Return all style sheets of a deck with their fonts."""
    reveal = find_reveal()
    sheets = [reveal / "dist" / "reset.css", reveal / "dist" / "reveal.css"]
    text = "".join(path.read_text(encoding="utf-8") for path in sheets)
    # Its rules for its own arrows and bar must not reach an explorable's controls.
    text = re.sub(r"\.reveal (?=\.(controls|progress)\b)", ".reveal > ", text)
    own = (FOLDER / "course.css").read_text(encoding="utf-8")
    return text + collect_fonts(reveal) + markup.math_css() + markup.code_css() + own


def collect_fonts(reveal):
    """Return the text font of the decks, Source Sans Pro, embedded."""
    folder = reveal / "dist" / "theme" / "fonts" / "source-sans-pro"
    faces = (("regular", "normal", 400), ("italic", "italic", 400), ("semibold", "normal", 600))
    return "".join(
        markup.font_face(
            "Course Sans", (folder / f"source-sans-pro-{name}.woff").read_bytes(), style, weight
        )
        for name, style, weight in faces
    )


def render_page(deck):
    """Return an executed deck as one HTML page that needs nothing else."""
    reveal = find_reveal()
    scripts = [reveal / "dist" / "reveal.js", reveal / "plugin" / "notes" / "notes.js"]
    parts = {
        "TITLE": html.escape(f"{deck.number} {deck.title} · {COURSE}"),
        "STYLES": collect_styles(),
        "SLIDES": "\n".join(render_slide(slide, deck) for slide in deck.slides),
        "SCRIPTS": "\n".join(inline_script(path.read_text(encoding="utf-8")) for path in scripts),
    }
    page = (FOLDER / "page.html").read_text(encoding="utf-8")
    return re.sub("@@([A-Z]+)@@", lambda found: parts[found[1]], page)


# Writing


def build_deck(path, output=OUTPUT):
    """Execute a deck and write its page; return the path of the page.

    Raises:
        DeckError: something is wrong with the deck.
    """
    deck = read_deck(path)
    execute_deck(deck)
    output.mkdir(parents=True, exist_ok=True)
    page = output / f"{deck.name}.html"
    page.write_text(render_page(deck), encoding="utf-8", newline="\n")
    print(f"{page}: {len(deck.slides)} slides, {deck.minutes:g} minutes")
    return page


def write_index(paths, output=OUTPUT):
    """Write the page that lists all decks; those without a page are named, not linked."""
    rows = "".join(render_row(read_deck(path), output) for path in paths)
    template = (FOLDER / "index.html").read_text(encoding="utf-8")
    index = output / "index.html"
    output.mkdir(parents=True, exist_ok=True)
    index.write_text(template.replace("@@ROWS@@", rows), encoding="utf-8", newline="\n")
    return index


def render_row(deck, output):
    """Return the row of a deck in the index."""
    title = html.escape(deck.title)
    if (output / f"{deck.name}.html").is_file():
        title = f'<a href="{deck.name}.html">{title}</a>'
    pdf = "not built"
    if (output / f"{deck.name}.pdf").is_file():
        pdf = f'<a href="{deck.name}.pdf" aria-label="PDF of {deck.number}">PDF</a>'
    return (
        f"<tr><td>{deck.number}</td><td>{title}</td><td>{len(deck.slides)}</td>"
        f"<td>{deck.minutes:g}</td><td>{pdf}</td></tr>\n"
    )


def require_chromium():
    """Raise DeckError where there is no browser to print with."""
    if chromium.find() is None:
        raise DeckError(
            f"A PDF needs Chromium, Google Chrome or Edge, and none was found (looked for "
            f"{', '.join(chromium.NAMES)}). Install one, or print the deck from your browser: open "
            "the HTML file, add ?view=print to its address, and print."
        )


def write_pdf(page):
    """Print a deck to PDF beside its page, one page a slide, tagged and with an outline.

    Raises:
        DeckError: there is no Chromium.
    """
    require_chromium()
    pdf = page.with_suffix(".pdf")
    with chromium.launch() as browser:
        print_page(browser, page, pdf)
    print(pdf)
    return pdf


def print_page(browser, page, pdf):
    """Print the deck at `page` to the file `pdf` with a browser of Playwright."""
    tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    tab.goto(f"{page.resolve().as_uri()}?view=print")
    tab.wait_for_function("Reveal.isReady() && document.querySelectorAll('.pdf-page').length")
    tab.evaluate("document.fonts.ready")
    tab.pdf(
        path=str(pdf),
        width=f"{WIDTH}px",
        height=f"{HEIGHT}px",
        prefer_css_page_size=True,
        print_background=True,
        tagged=True,
        outline=True,
    )
    tab.close()


# The front door


def can_open(environment=os.environ, platform=sys.platform):
    """Return whether a browser window can open here."""
    if environment.get("CI"):
        return False
    has_screen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(has_screen) or platform in ("win32", "darwin")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="course.py slides", description="Make the decks in build/slides/."
    )
    parser.add_argument("decks", nargs="*", metavar="NN", help="numbers of decks; none: all")
    parser.add_argument("--pdf", action="store_true", help="write PDF too (needs Chromium)")
    parser.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open the result in the browser (without it: one deck opens, several do not)",
    )
    return parser.parse_args(arguments)


def build(arguments, folder=FOLDER, output=OUTPUT):
    """Do what the command line asks for; return the page to open."""
    paths = choose_decks(arguments.decks, folder)
    if arguments.pdf:
        require_chromium()  # said before the work, not after it
    pages = [build_deck(path, output) for path in paths]
    for page in pages if arguments.pdf else ():
        write_pdf(page)
    index = write_index(find_decks(folder), output)
    print(index)
    return pages[0] if len(pages) == 1 and arguments.decks else index


def main(arguments=None):
    """Build the decks; return 0, or 1 after one sentence on what is wrong."""
    arguments = parse_arguments(arguments)
    try:
        page = build(arguments)
    except DeckError as error:
        print(error, file=sys.stderr)
        return 1
    wanted = len(arguments.decks) == 1 if arguments.open is None else arguments.open
    if wanted and can_open():
        webbrowser.open(page.as_uri())
    return 0


if __name__ == "__main__":
    sys.exit(main())
