"""The rules that every lesson keeps, each a function: a lesson in, a sentence per violation out.

A sentence begins with `file:line`. RULES must hold; ADVICE is only a warning. Rules look at the
source of a lesson and never run it; what its code does is tested by executing the lesson.
"""

import ast
import functools
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

import build

RULES, ADVICE = [], []

MOST_INTRODUCTION = 100  # words before the first code
MOST_LINES, MANY_LINES = 450, 250  # of code
MOST_CELLS, MANY_CELLS = 110, 60
MOST_CELLS_IN_A_ROW = 3  # code without prose
MOST_LINES_IN_A_CELL, MOST_LINES_IN_A_CHECK = 30, 40
EXERCISES = range(2, 7)
FEWEST_MISTAKES = 3
SUMMARY_BULLETS = range(3, 6)
SHORTEST_ALT = 20  # characters
WIDTH = 100
CLOSING = ("Summary", "What can go wrong in practice", "Read more", "Next")
VAGUE_GOALS = ("understand", "know", "learn about", "be familiar", "be aware", "appreciate")
EMPTY_LINKS = {"here", "click here", "this", "link", "this link", "read more", "more"}
# What says something about the machine, not about the lesson.
MODULES_OF_THE_SYSTEM = {"glob", "os", "pathlib", "requests", "shutil", "subprocess", "urllib"}
PATH = re.compile(r"(\.{0,2}|~)/\w|[A-Za-z]:[\\/]\w")
# Pattern, and what to write instead (style.md, Vocabulary; and words that only make one feel slow).
WORDS = {
    r"data ?points?": "example",
    r"(hidden|input|output) nodes?": "unit",
    r"nodes? (in|of) (a|the|each|every|this) (\w+ )?layers?": "unit",
    r"mini ?batch(es)?": "mini-batch",
    r"(simply|obviously|trivially|basically|needless to say)": "nothing, or the reason",
}
COMPUTED = "(text that the code computes)"


# A lesson, read


@dataclass(frozen=True)
class Cell:
    """One cell of a source: `line` is that of its `# %%`."""

    file: str
    line: int
    kind: str
    source: str
    tags: tuple

    def at(self, number=0):
        """Return `file:line` of the cell, or of its line `number`, counted from 1."""
        return f"{self.file}:{self.line + number}"

    @functools.cached_property
    def tree(self):
        try:
            return ast.parse(self.source)
        except SyntaxError:  # the rule `builds` says so, once
            return ast.Module([], [])

    @property
    def code_lines(self):
        marks = (build.BEGIN, build.END)
        return [line for line in self.source.splitlines() if line.strip() not in ("", *marks)]

    def nodes(self, kind):
        """Return all nodes of this kind in the cell's code."""
        return [node for node in ast.walk(self.tree) if isinstance(node, kind)]


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    where: str
    body: str  # up to the next heading


class Lesson:
    """The source of a lesson, split into cells."""

    def __init__(self, path):
        self.path, self.number, self.topic = path, path.stem[:2], path.stem[3:]
        self.cells = [as_cell(where, cell) for where, cell in build.read_cells(path)]
        self.prose = [cell for cell in self.cells if cell.kind == "markdown"]
        self.code = [cell for cell in self.cells if cell.kind == "code"]
        self.headings = [heading for cell in self.prose for heading in headings_of(cell)]

    @property
    def where(self):
        return f"{self.path.name}:1"

    @property
    def introduction(self):
        """Return the prose before the first code."""
        first = self.cells.index(self.code[0]) if self.code else len(self.cells)
        return "\n\n".join(cell.source for cell in self.cells[:first])

    def section(self, title):
        """Return the closing section of this title, or None."""
        return next((h for h in self.headings if (h.level, h.text) == (2, title)), None)

    def tagged(self, tag):
        return [cell for cell in self.code if tag in cell.tags]


def as_cell(where, cell):
    file, line = where.rsplit(":", 1)
    return Cell(file, int(line), cell.cell_type, cell.source, tuple(build.tags(cell)))


def headings_of(cell):
    """Return the headings of a Markdown cell, each with the text up to the next."""
    text = blank_out(r"```.*?```", cell.source)
    found = list(re.finditer(r"^(#+) +(.+?) *$", text, re.MULTILINE))
    ends = [*(match.start() for match in found), len(text)][1:]
    headings = []
    for match, end in zip(found, ends, strict=False):
        where = cell.at(text[: match.start()].count("\n") + 1)
        headings.append(Heading(len(match[1]), match[2], where, text[match.end() : end]))
    return headings


def blank_out(pattern, text, by=""):
    """Return `text` with each match replaced, and as many lines as before."""
    return re.sub(pattern, lambda match: by + "\n" * match[0].count("\n"), text, flags=re.DOTALL)


def plain(text):
    """Return the words of Markdown: no code, mathematics, addresses, tags, or quoted words."""
    text = blank_out(r"<!--.*?-->|```.*?```", text)
    text = blank_out(r"`[^`]*`|\$\$.*?\$\$|(?<!\\)\$[^$]*?\$", text, by="x")
    text = blank_out(r"!\[[^\]]*\]\([^)]*\)|(?<=\])\([^)]*\)|https?://\S+|</?\w[^>]*>", text)
    return blank_out(r"“[^”]*”|\"[^\"\n]*\"|(?m:^> [^\n]*$)", text, by="x")


def numbered_prose(lesson):
    """Yield `file:line` and the plain text of each line of prose."""
    for cell in lesson.prose:
        for number, line in enumerate(plain(cell.source).split("\n"), 1):
            yield cell.at(number), line


def links_of(lesson):
    """Yield `file:line`, text and target of each link; an exclamation mark stands before images."""
    for cell in lesson.prose:
        text = blank_out(r"```.*?```|`[^`]*`|\$\$.*?\$\$", cell.source)
        for match in re.finditer(r"(!?)\[([^\]]*)\]\(\s*<?([^)>\s]+)", text):
            where = cell.at(text[: match.start()].count("\n") + 1)
            yield where, match[1] + " ".join(match[2].split()), match[3]


def name_of(node):
    """Return a called or imported name like `plotting.show`; "" where it is no plain name."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls_at_top(cell):
    """Return the calls that run with the cell itself, not those inside functions, in order."""
    waiting, calls = list(cell.tree.body), []
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            continue
        calls += [node] if isinstance(node, ast.Call) else []
        waiting += ast.iter_child_nodes(node)
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def static_text(node):
    """Return the text of an expression as far as it can be read without running it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(static_text, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return static_text(node.left) + static_text(node.right)
    return COMPUTED


def argument(call, name, position=None):
    """Return the node of an argument given by name or position, or None."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and len(call.args) > position:
        return call.args[position]
    return None


def rule(function):
    """Make a function a rule that must hold."""
    RULES.append(function)
    return function


def advice(function):
    """Make a function a rule that only warns."""
    ADVICE.append(function)
    return function


# The first cell


@rule
def title_fits_the_file(lesson):
    titles = [heading for heading in lesson.headings if heading.level == 1]
    for heading in titles[1:]:
        yield f"{heading.where}: a lesson has one title (#); sections begin with ##."
    first = lesson.cells[0]
    if first.kind != "markdown" or not first.source.startswith(f"# {lesson.number} "):
        yield f"{first.at(1)}: a lesson begins with its title, `# {lesson.number} Noun phrase`."
        return
    missing = [word for word in lesson.topic.split("_") if word not in titles[0].text.lower()]
    if missing:
        yield f"{first.at(1)}: the title lacks {missing[0]!r}, a word of the file's name."


@rule
def question_below_the_title(lesson):
    second = [*lesson.cells[0].source.split("\n"), ""][1]
    if not re.fullmatch(r"\*[^*].*\?\*", second):
        yield f"{lesson.cells[0].at(2)}: below the title stands *the question of the lesson?*"


@rule
def goals_are_verbs(lesson):
    listed = r"^By the end you can\n((?:[-+*] .+\n?|  +.+\n?)+)"
    found = re.search(listed, lesson.introduction, re.M)
    if not found:
        yield f"{lesson.where}: the first cell lacks `By the end you can` and a list of goals."
        return
    for goal in re.findall(r"^[-+*] (.+)", found[1], re.M):
        if goal.startswith(VAGUE_GOALS) or not re.match(r"[a-z]", goal):
            yield (
                f"{lesson.where}: the goal {goal!r} should begin with a verb in lower case for "
                f"something one can see a student do (not {', '.join(VAGUE_GOALS[:3])})."
            )


@rule
def time_data_and_builds_on(lesson):
    text = " ".join(lesson.introduction.split())
    facts = r"\*\*Time\*\* about \d+ min.* · \*\*Data\*\* .+ · \*\*Builds on\*\* .+"
    if not re.search(facts, text):
        yield (
            f"{lesson.where}: the first cell ends with "
            "`**Time** about 60 minutes · **Data** … · **Builds on** …`."
        )


@rule
def short_introduction(lesson):
    words = len(re.findall(r"\w+(?:['’-]\w+)*", plain(lesson.introduction)))
    if words > MOST_INTRODUCTION:
        yield f"{lesson.where}: {words} words before the first code; at most {MOST_INTRODUCTION}."


# Size and rhythm


@rule
def not_too_long(lesson):
    yield from too_long(lesson, MOST_LINES, MOST_CELLS)


@advice
def short_enough_to_like(lesson):
    yield from too_long(lesson, MANY_LINES, MANY_CELLS)


def too_long(lesson, lines, cells):
    """Say where the source of a lesson has more lines of code or more cells than this."""
    written = sum(len(cell.code_lines) for cell in lesson.code)
    if written > lines:
        yield f"{lesson.where}: {written} lines of code; at most {lines}."
    if len(lesson.cells) > cells:
        yield f"{lesson.where}: {len(lesson.cells)} cells in the source; at most {cells}."


@rule
def prose_between_code(lesson):
    row = 0
    for cell in lesson.cells:
        row = row + 1 if cell.kind == "code" else 0
        if row == MOST_CELLS_IN_A_ROW + 1:
            yield f"{cell.at()}: more than {MOST_CELLS_IN_A_ROW} code cells without prose."


@rule
def small_cells(lesson):
    for cell in lesson.code:
        most = MOST_LINES_IN_A_CHECK if "check" in cell.tags else MOST_LINES_IN_A_CELL
        if len(cell.code_lines) > most:
            yield f"{cell.at()}: {len(cell.code_lines)} lines in one cell; at most {most}."


@rule
def no_empty_cells(lesson):
    for cell in lesson.cells:
        if not cell.source.strip():
            yield f"{cell.at()}: an empty cell."


@rule
def no_open_ends(lesson):
    for cell in lesson.cells:
        for number, line in enumerate(cell.source.split("\n"), 1):
            if re.search(r"\b(TODO|FIXME|XXX|TBD)\b", line):
                yield f"{cell.at(number)}: finish it or leave it out."


@rule
def lines_fit(lesson):
    """Table rows and addresses cannot be broken; all other lines can."""
    for cell in lesson.cells:
        prefix = 2 if cell.kind == "markdown" else 0
        for number, line in enumerate(cell.source.split("\n"), 1):
            breakable = cell.kind == "code" or not re.match(r"\s*\||.*://", line)
            if breakable and len(line) + prefix > WIDTH:
                yield f"{cell.at(number)}: {len(line) + prefix} characters; at most {WIDTH}."


# Exercises


@rule
def builds(lesson):
    """Tags, exercises and checks are as build.py expects them."""
    try:
        build.build(lesson.path)
    except build.SourceError as error:
        yield str(error)


@rule
def several_exercises(lesson):
    number = len(lesson.tagged("exercise"))
    if number not in EXERCISES:
        wanted = f"{EXERCISES.start} to {EXERCISES.stop - 1}"
        yield f"{lesson.where}: {number} exercises; a lesson has {wanted}."


@rule
def exercises_are_introduced(lesson):
    for number, cell in enumerate(lesson.tagged("exercise"), 1):
        before = lesson.cells[lesson.cells.index(cell) - 1]
        if not re.match(rf"### Exercise {number}: \S", before.source):
            yield (
                f"{cell.at()}: before it must stand a Markdown cell that begins with "
                f"`### Exercise {number}: what it is about`."
            )
        if "<summary>Hint</summary>" not in before.source:
            yield f"{before.at()}: `<details><summary>Hint</summary>` is missing."


@rule
def folds_are_whole(lesson):
    """Markdown inside <details> needs an empty line before it, and the fold an end."""
    for cell in lesson.prose:
        opened, closed = (len(re.findall(tag, cell.source)) for tag in ("<details", "</details>"))
        if opened != closed:
            yield f"{cell.at()}: {opened} <details> but {closed} </details>."
        if re.search(r"</summary>(?!\n\n)", cell.source):
            yield f"{cell.at()}: an empty line is missing after </summary>."


@rule
def checks_name_mistakes(lesson):
    for cell in lesson.tagged("check"):
        given = [argument(call, "mistakes") for call in cell.nodes(ast.Call)]
        number = sum(len(node.keys) for node in given if isinstance(node, ast.Dict))
        if number < FEWEST_MISTAKES:
            yield f"{cell.at()}: the check names {number} mistakes; at least {FEWEST_MISTAKES}."


# The set-up cell and imports


@rule
def imports_in_the_first_code_cell(lesson):
    for cell in lesson.code[1:]:
        for node in cell.nodes(ast.Import | ast.ImportFrom) if "check" not in cell.tags else []:
            yield f"{cell.at(node.lineno)}: imports belong into the first code cell."


@rule
def imports_in_order(lesson):
    """course_utils first, since it quiets TensorFlow; then `import …`, then `from … import …`."""
    cell = lesson.code[0]
    found = [node for node in cell.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not found or getattr(found[0], "module", "") != "course_utils":
        yield f"{cell.at(1)}: the set-up cell begins with `from course_utils import …`."
        return
    keys = [(isinstance(node, ast.ImportFrom), module_of(node).lower()) for node in found[1:]]
    for before, after, node in zip(keys, keys[1:], found[2:], strict=False):
        if after < before:
            yield (
                f"{cell.at(node.lineno)}: {after[1]} stands after {before[1]}; sort by module, "
                "`import` before `from`."
            )
    for node in found:
        names = [alias.name for alias in node.names]
        if names != sorted(names):
            yield f"{cell.at(node.lineno)}: sort the names: {', '.join(sorted(names))}."


def module_of(node):
    return node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name


@rule
def imports_are_modules(lesson):
    """`layers.Dense` says where it comes from; `Dense` does not."""
    for cell in lesson.code:
        for node in cell.nodes(ast.ImportFrom):
            for alias in node.names:
                if not is_module(module_of(node), alias.name):
                    yield (
                        f"{cell.at(node.lineno)}: {alias.name} is no module; import "
                        f"{module_of(node)} and write where the name comes from."
                    )


def is_module(package, name):
    """Return whether package.name is a file or folder of the package, without importing it."""
    top, *inner = package.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None:
        return name.islower()  # an extra that is not installed here
    folders = [Path(place, *inner) for place in spec.submodule_search_locations or []]
    return any((folder / f"{name}.py").is_file() or (folder / name).is_dir() for folder in folders)


@rule
def set_up_is_complete(lesson):
    cell = lesson.code[0]
    modules = {module_of(node) for node in cell.nodes(ast.Import)}
    calls = {name_of(call) for call in cell.nodes(ast.Call)}
    if "keras" in modules and "keras.utils.set_random_seed" not in calls:
        yield f"{cell.at()}: `keras.utils.set_random_seed(0)` is missing."
    if "matplotlib.pyplot" in modules and "plt.style.use" not in calls:
        yield f'{cell.at()}: `plt.style.use("course_utils.course")` is missing.'


# Code that says something about the machine


@rule
def no_magics(lesson):
    for cell in lesson.code:
        for number, line in enumerate(cell.source.split("\n"), 1):
            if re.match(r"\s*[%!]", line) or re.search(r"\bpip3? install\b", line):
                yield f"{cell.at(number)}: no magics, shell commands or installs in a lesson."


@rule
def no_paths_or_addresses(lesson):
    for cell in lesson.code:
        for node in cell.nodes(ast.Constant):
            if isinstance(node.value, str) and (PATH.match(node.value) or "://" in node.value):
                yield (
                    f"{cell.at(node.lineno)}: {node.value[:40]!r} looks like a path or an address;"
                    " data come from course_utils.data."
                )
        for node in cell.nodes(ast.Import | ast.ImportFrom):
            if module_of(node).split(".")[0] in MODULES_OF_THE_SYSTEM:
                yield f"{cell.at(node.lineno)}: a lesson does not need {module_of(node)}."
        for call in cell.nodes(ast.Call):
            if name_of(call) == "open":
                yield f"{cell.at(call.lineno)}: files are opened in course_utils.data."


# Figures


@rule
def no_plt_show(lesson):
    for cell in lesson.code:
        for call in cell.nodes(ast.Call):
            if name_of(call) == "plt.show":
                yield f"{cell.at(call.lineno)}: write plotting.show(figure, alt=…) instead."


@rule
def figures_are_shown(lesson):
    """A figure made in a cell is shown in that cell; a function may return its Axes."""
    for cell in lesson.code:
        names = [name_of(call) for call in calls_at_top(cell)]
        made = [place for place, name in enumerate(names) if makes_figure(name)]
        shown = [place for place, name in enumerate(names) if name == "plotting.show"]
        own = sum(name.startswith("plt.") for name in map(names.__getitem__, made))
        if made and (not shown or shown[-1] < made[-1] or len(shown) < own):
            yield f"{cell.at()}: its figure is not shown: end with plotting.show(figure, alt=…)."


def makes_figure(name):
    return name.startswith("plotting.plot_") or name in ("plt.subplots", "plt.figure")


@rule
def figures_have_a_text_alternative(lesson):
    for cell in lesson.code:
        titles = [normal(static_text(title)) for title in titles_in(cell)]
        for call in cell.nodes(ast.Call):
            if name_of(call) != "plotting.show":
                continue
            node = argument(call, "alt", 1)
            alt = static_text(node) if node else ""
            if len(alt) < SHORTEST_ALT:
                yield (
                    f"{cell.at(call.lineno)}: alt={alt!r} is too short: name the axes and what one "
                    "sees."
                )
            elif normal(alt) in titles:
                yield f"{cell.at(call.lineno)}: alt repeats the title; say what one sees."


def titles_in(cell):
    """Return the nodes of the titles that a cell gives to its axes."""
    for call in cell.nodes(ast.Call):
        given = argument(call, "title")
        if name_of(call).endswith((".set_title", ".suptitle", "plt.title")) and call.args:
            given = call.args[0]
        if given:
            yield given


def normal(text):
    return " ".join(re.findall(r"\w+", text.lower()))


# Headings and links


@rule
def headings_step_by_step(lesson):
    for before, after in zip(lesson.headings, lesson.headings[1:], strict=False):
        if after.level > before.level + 1:
            step = f"from {'#' * before.level} to {'#' * after.level}"
            yield f"{after.where}: {step}: a level is left out."


@rule
def sections_ask_a_question(lesson):
    for heading in lesson.headings:
        if heading.level == 2 and heading.text not in CLOSING and not heading.text.endswith("?"):
            yield f"{heading.where}: write `## Noun phrase. A question?`, not {heading.text!r}."


@rule
def closing_sections(lesson):
    titles = [heading.text for heading in lesson.headings if heading.level == 2]
    if tuple(titles[-len(CLOSING) :]) != CLOSING:
        yield f"{lesson.where}: a lesson ends with the sections {', '.join(CLOSING)}."
    summary = lesson.section("Summary")
    bullets = len(re.findall(r"^[-+*] ", summary.body, re.M)) if summary else 0
    if bullets not in SUMMARY_BULLETS:
        where = summary.where if summary else lesson.where
        yield f"{where}: the summary has {bullets} bullets; 3 to 5."


@rule
def links_say_where_they_lead(lesson):
    for where, text, _ in links_of(lesson):
        if text.lower().strip(" .") in EMPTY_LINKS or not text.strip("! "):
            yield f"{where}: the link text {text!r} does not say where it leads."


@rule
def links_lead_somewhere(lesson):
    """Students open copies in work/: only other lessons lie beside them, pictures never do."""
    there = {build.notebook_of(source).name for source in build.sources()}
    for where, text, target in links_of(lesson):
        if text.startswith("!"):
            yield f"{where}: the picture {target} needs a network or a file; draw it with code."
        elif not re.match(r"https?://|mailto:|#", target) and target.split("#")[0] not in there:
            yield (
                f"{where}: {target} is not among the lessons; a lesson that is still to come is "
                "named without a link."
            )


# Words


@rule
def no_exclamation_marks(lesson):
    for where, line in numbered_prose(lesson):
        factorials_gone = re.sub(r"\b(\d+|\w)!", "", line)
        if re.search(r"!(?![=\[])", factorials_gone):
            yield f"{where}: no exclamation marks: {line.strip()!r}"


@rule
def vocabulary(lesson):
    for where, line in numbered_prose(lesson):
        for pattern, instead in WORDS.items():
            for match in re.finditer(rf"\b{pattern}\b", line, re.IGNORECASE):
                yield f"{where}: not {match[0]!r}; write {instead}."
