"""Turn notebooks/source/NN_topic.py into the notebooks that students open.

    python notebooks/build.py [NN …]      write notebooks/NN_topic.ipynb
    python notebooks/build.py --check     name what is stale, write nothing
    python notebooks/build.py --handout   write notebooks without answers into build/handout/

A source is a jupytext percent script. The cells of an exercise and its check become three cells:
the stub, the check, and our answer with the same check, folded. The same source always gives the
same bytes. Sources are edited by hand, notebooks never.
"""

import argparse
import ast
import copy
import re
import sys
from pathlib import Path

import nbformat

FOLDER = Path(__file__).resolve().parent
SOURCES = FOLDER / "source"
HANDOUT = FOLDER.parent / "build" / "handout"
STEM = re.compile(r"\d\d_[a-z0-9_]+")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "...  # write your code here"
OUR_ANSWER = "# Our answer"
RESTORED = "...  # back to yours: run your own cell again"
KNOWN_TAGS = {"exercise", "check", "raises-exception"}
SYLLABUS_ID = re.compile(r"D\d-\d\d")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class SourceError(Exception):
    """A source cannot be built: which file and line, and what to do."""


def main(arguments=None):
    """Build what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lessons, all without a name")
    parser.add_argument("--check", action="store_true", help="name what is stale, write nothing")
    parser.add_argument("--handout", action="store_true", help="write notebooks without answers")
    options = parser.parse_args(arguments)
    try:
        if options.handout:
            return write_handouts(options.lessons)
        if options.check:
            return report_stale()
        return write_notebooks(options.lessons)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1


def write_notebooks(names):
    """Build the named sources and say what changed."""
    for source in chosen(sources(), names):
        text = build(source)
        target = notebook_of(source)
        if target.exists() and read(target) == text:
            print(f"unchanged: {target.name}")
        else:
            target.write_text(text, encoding="utf-8", newline="\n")
            print(f"written: {target.name}")
    return 0


def report_stale():
    """Name the notebooks that differ from their source or have none; return 1 if there are any."""
    stale = [path for path in map(notebook_of, sources()) if not is_fresh(path)]
    orphans = [path for path in notebooks() if not source_of(path).exists()]
    for path in stale:
        print(f"stale: {path.name}; run `python3 course.py build`", file=sys.stderr)
    for path in orphans:
        print(f"no source: {path.name}; delete it or write its source", file=sys.stderr)
    return 1 if stale or orphans else 0


def is_fresh(notebook):
    """Return whether the notebook at this path is what its source gives."""
    return notebook.exists() and read(notebook) == build(source_of(notebook))


def write_handouts(names):
    """Write each committed notebook without its answers into build/handout/."""
    HANDOUT.mkdir(parents=True, exist_ok=True)
    for path in chosen(notebooks(), names):
        notebook = without_answers(nbformat.read(path, as_version=4))
        (HANDOUT / path.name).write_text(to_text(notebook), encoding="utf-8", newline="\n")
        print(f"written: build/handout/{path.name}")
    return 0


def without_answers(notebook):
    """Return a copy of a notebook whose cells tagged `solution` are gone."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if "solution" not in tags(cell)]
    return notebook


def sources():
    """Return the paths of all lesson sources, in order; a name with _ in front is a template."""
    return sorted(path for path in SOURCES.glob("*.py") if STEM.fullmatch(path.stem))


def notebooks():
    """Return the paths of all notebooks of lessons, in order."""
    return sorted(path for path in FOLDER.glob("*.ipynb") if STEM.fullmatch(path.stem))


def source_of(notebook):
    """Return where the source of this notebook lies."""
    return SOURCES / f"{notebook.stem}.py"


def notebook_of(source):
    """Return where the notebook of this source lies."""
    return FOLDER / f"{source.stem}.ipynb"


def chosen(paths, names):
    """Return the paths whose stem or number is among `names`, all of them without names."""
    wanted = [Path(name).stem for name in names]
    known = {key: path for path in paths for key in (path.stem, path.stem[:2])}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        there = ", ".join(path.stem for path in paths) or "none"
        raise SourceError(f"There is no lesson {unknown[0]!r}. There are: {there}.")
    return [known[name] for name in wanted] or paths


def read(path):
    """Return the text of a file, with its line ends as they are."""
    return path.read_bytes().decode("utf-8")


def build(source):
    """Return the text of the notebook that this source gives.

    Raises:
        SourceError: an exercise, a check or a tag is not as this module expects.
    """
    notebook = nbformat.v4.new_notebook(metadata=METADATA, nbformat_minor=5)
    notebook.cells = list(expand(read_cells(source)))
    for position, cell in enumerate(notebook.cells):
        cell.id = f"{source.stem.strip('_').replace('_', '-')[:50]}-{position:03d}"
    nbformat.validate(notebook)
    return to_text(notebook)


def read_cells(source):
    """Return the cells of a source as pairs (where, cell); where is `file:line` of its `# %%`.

    Raises:
        SourceError: the file does not begin with `# %%`, or cannot be split into cells.
    """
    import jupytext

    text = source.read_text(encoding="utf-8")
    starts = [n for n, line in enumerate(text.split("\n"), 1) if re.match(r"# %%(\s|$)", line)]
    cells = jupytext.reads(text, fmt="py:percent").cells
    if starts[:1] != [1] or len(starts) != len(cells):
        raise SourceError(f"{source.name}:1: a source begins with `# %%`, and so does each cell.")
    return [(f"{source.name}:{start}", cell) for start, cell in zip(starts, cells, strict=True)]


def to_text(notebook):
    """Return a notebook as the text of its file."""
    return nbformat.writes(notebook, version=4) + "\n"


def expand(located_cells):
    """Yield the cells of the notebook: exercise and check as stub, check and answer."""
    check_names(located_cells)
    exercise = None  # the pair (where, cell) that waits for its check
    for where, cell in located_cells:
        check_tags(cell, where)
        if bool(exercise) != ("check" in tags(cell)):
            raise SourceError(unpaired(exercise, where))
        if "exercise" in tags(cell):
            exercise = where, cell
            yield code(make_stub(cell.source, where), [*tags(cell), "raises-exception"])
        elif "check" in tags(cell):
            check_calls(cell.source, where)
            yield code(cell.source, [*tags(cell), "raises-exception"], folded=True)
            yield code(make_answer(*exercise, cell.source), ["solution"], folded=True)
            exercise = None
        elif cell.cell_type == "markdown":
            yield nbformat.v4.new_markdown_cell(cell.source, metadata=metadata(tags(cell)))
        else:
            yield code(cell.source, tags(cell))
    if exercise:
        raise SourceError(unpaired(exercise, None))


def unpaired(exercise, where):
    """Return what is wrong: an exercise without its check, or a check without its exercise."""
    if exercise:
        return f"{exercise[0]}: an exercise needs its check as the next cell."
    return f"{where}: a check needs its exercise as the cell before it."


def check_names(located_cells):
    """Raise SourceError where a name of an exercise is bound by another cell, too.

    Our answer frees its names again, so the other cell's value would be lost without a word.
    """
    bound = {}
    for where, cell in located_cells:
        if cell.cell_type != "code":
            continue
        is_exercise = "exercise" in tags(cell)
        for name in defined_names(cell.source, where) if is_exercise else names_in(cell, where):
            first, is_first_exercise = bound.setdefault(name, (where, is_exercise))
            if first != where and (is_exercise or is_first_exercise):
                raise SourceError(
                    f"{where}: {name!r} is defined at {first} already; the name of an exercise "
                    "must be its own."
                )


def names_in(cell, where):
    """Return the names that a cell binds at its top level."""
    return bound_names(parse(cell.source, where))


def parse(text, where):
    """Return the syntax tree of a cell.

    Raises:
        SourceError: it is not Python, for example a magic.
    """
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise SourceError(f"{where}: line {error.lineno} of the cell: {error.msg}.") from None


def tags(cell):
    """Return the tags of a cell."""
    return list(cell.metadata.get("tags", []))


def metadata(names, folded=False):
    """Return the metadata of a cell with these tags."""
    fold = {"jupyter": {"source_hidden": True}} if folded else {}
    return {**fold, **({"tags": names} if names else {})}


def code(text, names, folded=False):
    """Return a code cell without outputs."""
    return nbformat.v4.new_code_cell(text, metadata=metadata(names, folded))


def check_tags(cell, where):
    """Raise SourceError at a tag that nothing knows: a typing error would silently do nothing."""
    if cell.cell_type != "code" and {"exercise", "check"} & set(tags(cell)):
        raise SourceError(f"{where}: the tags exercise and check belong on code cells.")
    for name in tags(cell):
        if name not in KNOWN_TAGS and not SYLLABUS_ID.fullmatch(name):
            known = ", ".join(sorted(KNOWN_TAGS))
            raise SourceError(f"{where}: unknown tag {name!r}. Known: {known}, or a syllabus id.")


def make_stub(text, where):
    """Return the exercise with each marked region replaced by `...`."""
    lines, region, stub = text.split("\n"), None, []
    for line in lines:
        if line.strip() == BEGIN:
            if region is not None:
                raise SourceError(f"{where}: a second {BEGIN} before {END}.")
            region, indent = [], line[: len(line) - len(line.lstrip())]
        elif line.strip() == END:
            if region is None:
                raise SourceError(f"{where}: {END} without {BEGIN}.")
            stub += stub_lines(region, indent, where)
            region = None
        else:
            (stub if region is None else region).append(line)
    if region is not None:
        raise SourceError(f"{where}: {BEGIN} without {END}.")
    if stub == lines:
        raise SourceError(f"{where}: mark the answer with {BEGIN} and {END}.")
    return "\n".join(stub)


def stub_lines(region, indent, where):
    """Return what stands for an answer: `name = ...` for each name it assigns at the top level."""
    try:
        names = [] if indent else bound_names(ast.parse("\n".join(region)))
    except SyntaxError:
        raise SourceError(f"{where}: between {BEGIN} and {END} stand whole statements.") from None
    return [f"{name} = {STUB}" for name in names] or [f"{indent}{STUB}"]


def bound_names(tree):
    """Return the names that a piece of code binds at its top level, in order."""
    names = []
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.append(statement.name)
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        for target in targets:
            found = (node for node in ast.walk(target or ast.Pass()) if isinstance(node, ast.Name))
            names += [node.id for node in found if isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def defined_names(text, where):
    """Return the names that an exercise defines; there must be one for the check to look at."""
    names = bound_names(parse(text, where))
    if not names:
        raise SourceError(f"{where}: an exercise must define a function or assign a name.")
    return names


def check_calls(text, where):
    """Raise SourceError unless a check cell calls `check` and else only prepares values."""
    statements = parse(text, where).body
    calls = [node for node in statements if is_check_call(node)]
    others = [node for node in statements if node not in calls]
    allowed = ast.Assign | ast.Import | ast.ImportFrom | ast.FunctionDef
    if not calls or not all(isinstance(node, allowed) for node in others):
        raise SourceError(
            f"{where}: a check cell holds calls like check.function(…), and before them only "
            "imports, functions and assignments."
        )


def is_check_call(node):
    """Return whether a statement is a call `check.something(…)`."""
    call = getattr(node, "value", None)
    function = getattr(call, "func", None)
    owner = getattr(function, "value", None)
    return isinstance(node, ast.Expr) and isinstance(owner, ast.Name) and owner.id == "check"


def make_answer(where, exercise, check):
    """Return our answer with its check, which says that it is ours, and free the names again."""
    marks = {BEGIN, END}
    answer = [line for line in exercise.source.split("\n") if line.strip() not in marks]
    ours = re.sub(r"^check\.", "check.ours.", check, flags=re.MULTILINE)
    restored = [f"{name} = {RESTORED}" for name in defined_names(exercise.source, where)]
    return "\n".join([OUR_ANSWER, *answer, "", ours, "", *restored])


if __name__ == "__main__":
    sys.exit(main())
