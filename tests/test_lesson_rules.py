"""Every lesson keeps the rules of lesson_rules.py, and every rule finds what it is made for."""

import itertools
import shutil
import subprocess
import sys
import warnings

import build
import lesson_rules
import nbformat
import pytest
from lesson_rules import ADVICE, RULES, Lesson

from course_utils import execution

TEMPLATE = build.SOURCES / "_template.py"
NAME = "18_template.py"  # what the template's title asks for
LESSONS = [Lesson(path) for path in build.sources()]


def pairs(rules):
    """Return each rule with each lesson."""
    return list(itertools.product(rules, LESSONS))


def named(thing):
    """Return the name of a parameter in pytest's list."""
    return thing.path.stem if isinstance(thing, Lesson) else getattr(thing, "__name__", None)


@pytest.fixture
def template(tmp_path):
    """The template under the name of a lesson."""
    return shutil.copy(TEMPLATE, tmp_path / NAME)


@pytest.mark.parametrize(("rule", "lesson"), pairs(RULES), ids=named)
def test_lesson_keeps_rule(rule, lesson):
    problems = list(rule(lesson))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("rule", "lesson"), pairs(ADVICE), ids=named)
def test_lesson_follows_advice(rule, lesson):
    for problem in rule(lesson):
        warnings.warn(problem, stacklevel=2)


@pytest.mark.parametrize("rule", RULES + ADVICE, ids=named)
def test_template_keeps_rule(rule, template):
    problems = list(rule(Lesson(template)))
    assert not problems, "\n".join(problems)


def test_template_runs_to_its_end(template):
    notebook = nbformat.reads(build.build(template), as_version=4)
    execution.execute(notebook, build.FOLDER)  # raises where a cell fails
    shown = str([cell.get("outputs") for cell in notebook.cells])
    assert shown.count("Not attempted yet: ") == shown.count("Right: our answer") == 2


def test_the_whole_project_is_clean_for_ruff():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise"]
    done = subprocess.run(command, cwd=build.FOLDER.parent, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


# Each rule finds what it is made for: (rule, text in the template, its replacement, the message).
# An empty message: the rule must stay silent.

EXTRA_CELL = "# %%\nfirst = 1\n\n"
SET_UP = "from course_utils import check, plotting"
WHY = "# %% [markdown]\n# The error falls until only the noise is left, which nobody can learn."
SHOW = "plotting.show(\n    axes.figure,"
FIT = "epochs = np.arange(1, 16)\n"
LINK = "[01 The perceptron](01_perceptron.ipynb)"
GOAL = "# - compute an error on paper and in NumPy"

BROKEN = [
    ("title_fits_the_file", "# # 18 Template", "# # 17 Template", "18_template.py:2: a lesson beg"),
    ("title_fits_the_file", "# # 18 Template", "# # 18 Skeleton", "lacks 'template'"),
    ("title_fits_the_file", "# ## A layer. Can", "# # A layer. Can", "one title"),
    ("question_below_the_title", "one line?*", "one line.*", "18_template.py:3: below the title"),
    ("question_below_the_title", "# *Which", "#\n# *Which", "below the title"),
    ("goals_are_verbs", "By the end you can", "Aims", "lacks `By the end"),
    ("goals_are_verbs", GOAL, "# - understand errors", "'understand errors' should begin"),
    ("goals_are_verbs", GOAL, "# - Errors on paper", "'Errors on paper' should begin"),
    ("goals_are_verbs", GOAL, f"{GOAL}\n#   and on\n#   the board", ""),
    ("time_data_and_builds_on", "**Time** about 10 minutes · ", "", "**Time** about 60"),
    ("time_data_and_builds_on", "**Builds on**\n", "**Needs**\n", "**Builds on**"),
    ("short_introduction", "in one line?*", f"in one line?*\n#\n# {'word ' * 80}", "words before"),
    ("not_too_long", WHY, EXTRA_CELL * 100 + WHY, "cells in the source; at most 110"),
    ("not_too_long", FIT, FIT + "epochs = 1\n" * 400, "lines of code; at most 450"),
    ("short_enough_to_like", WHY, EXTRA_CELL * 50 + WHY, "cells in the source; at most 60"),
    ("short_enough_to_like", FIT, FIT + "epochs = 1\n" * 200, "lines of code; at most 250"),
    ("prose_between_code", WHY, EXTRA_CELL + WHY, "more than 3 code cells"),
    ("small_cells", FIT, FIT + "epochs = 1\n" * 30, "lines in one cell; at most 30"),
    ("small_cells", "check.value(\n", "a = 1\n" * 40 + "check.value(\n", "at most 40"),
    ("no_empty_cells", WHY, "# %%\n\n" + WHY, "an empty cell"),
    ("no_open_ends", "# - Author, *Title*", "# - TODO", "finish it"),
    ("lines_fit", FIT, f"epochs = {'1 + ' * 30}1\n", "characters; at most 100"),
    ("lines_fit", "# Multiply first", f"# {'Multiply ' * 12} first", "characters; at most 100"),
    ("lines_fit", "# Multiply first, then add.", f"# | {'row | ' * 20}", ""),
    ("lines_fit", "# Multiply first, then add.", f"# <https://example.org/{'path/' * 20}>", ""),
    ("builds", 'tags=["check"]', 'tags=["chek"]', "unknown tag 'chek'"),
    ("builds", FIT, "%matplotlib inline\n" + FIT, "of the cell: invalid syntax"),
    ("exercises_are_introduced", "### Exercise 2: On", "### Exercise 3: On", "`### Exercise 2:"),
    ("exercises_are_introduced", "<summary>Hint<", "<summary>Help<", "Hint</summary>` is miss"),
    ("folds_are_whole", "# </details>", "#", "1 <details> but 0 </details>"),
    ("folds_are_whole", "Hint</summary>\n#\n", "Hint</summary>\n", "an empty line is missing"),
    ("checks_name_mistakes", '        "the bias is forgotten": 45,\n', "", "names 2 mistakes"),
    ("imports_in_the_first_code_cell", FIT, "import math\n", "imports belong into the first"),
    ("imports_in_order", SET_UP, "import keras", "begins with `from course_utils"),
    ("imports_in_order", SET_UP, "from course_utils import plotting, check", "sort the names"),
    ("imports_in_order", "import keras\n", "import scipy\nimport keras\n", "after scipy"),
    ("imports_in_order", "import keras\n", "from jax import jit\nimport keras\n", "after jax"),
    ("imports_are_modules", "keras import layers", "keras.layers import Dense", "Dense is no"),
    ("imports_are_modules", "keras import layers", "keras import Model", "Model is no module"),
    ("imports_are_modules", "keras import layers", "keras import layers, ops", ""),
    ("imports_are_modules", "keras import layers", "matplotlib import pyplot", ""),
    ("set_up_is_complete", "keras.utils.set_random_seed(0)\n", "", "set_random_seed(0)` is miss"),
    ("set_up_is_complete", 'plt.style.use("course_utils.course")\n', "", "course_utils.course"),
    ("no_magics", FIT, "# %matplotlib inline\n" + FIT, "no magics"),
    ("no_magics", FIT, "# !pip install keras\n" + FIT, "no magics"),
    ("no_paths_or_addresses", FIT, FIT + 'np.load("../data/x.npy")\n', "looks like a path"),
    ("no_paths_or_addresses", FIT, FIT + 'np.load("https://example.org")\n', "looks like a path"),
    ("no_paths_or_addresses", FIT, FIT + 'open("x")\n', "files are opened"),
    ("no_paths_or_addresses", "import keras\n", "import os\nimport keras\n", "does not need os"),
    ("no_paths_or_addresses", FIT, FIT + '"km/h / 3.6"\n', ""),
    ("no_plt_show", SHOW, "plt.show()\n" + SHOW, "plotting.show(figure, alt"),
    ("figures_are_shown", SHOW, "dict(\n    a=axes.figure,", "figure is not shown"),
    ("figures_are_shown", FIT, FIT + "figure, axes = plt.subplots()\n" * 2, "is not shown"),
    ("figures_are_shown", FIT, "def draw():\n    return plotting.plot_curves([], {})\n" + FIT, ""),
    ("figures_have_a_text_alternative", "alt=", 'alt="An error.", other=', "'An error.' is too"),
    ("figures_have_a_text_alternative", "alt=", "other=", "alt='' is too short"),
    ("figures_have_a_text_alternative", "alt=", "alt=name, other=", ""),
    (
        "figures_have_a_text_alternative",
        "alt=",
        'alt="The error falls to the noise.", other=',
        "alt repeats the title",
    ),
    ("headings_step_by_step", "### Exercise 2: On", "#### Exercise 2: On", "a level is left out"),
    ("sections_ask_a_question", "A layer. Can it find the rule?", "A layer", "not 'A layer'"),
    ("closing_sections", "# ## Read more", "# ## References", "ends with the sections"),
    ("closing_sections", "# - Three to five bullets", "# Three to five", "has 2 bullets"),
    ("links_say_where_they_lead", LINK, "[here](01_perceptron.ipynb)", "text 'here' does not"),
    ("links_lead_somewhere", "(01_perceptron.ipynb)", "(99_future.ipynb)", "is still to come"),
    ("links_lead_somewhere", LINK, "![A neuron](neuron.png)", "draw it with code"),
    ("links_lead_somewhere", LINK, "[a paper](https://doi.org/10.1037/h0042519)", ""),
    ("no_exclamation_marks", "which nobody can learn.", "nobody learns it!", "marks: 'The error"),
    ("no_exclamation_marks", "nobody can learn.", "n! and 5! and `a != b` and $x!$.", ""),
    ("no_exclamation_marks", "nobody can learn.", 'she said "What a film!" again.', ""),
    ("vocabulary", "which nobody", "which no data point", "not 'data point'; write example"),
    ("vocabulary", "which nobody", "which simply nobody", "not 'simply'"),
    ("vocabulary", "which nobody", "which no hidden node", "write unit"),
    ("vocabulary", "which nobody", "which no minibatch", "write mini-batch"),
    ("vocabulary", "which nobody", "which no node of the graph, no mini-batch", ""),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_rule_finds_what_it_is_made_for(name, old, new, message, template):
    text = TEMPLATE.read_text(encoding="utf-8")
    assert old in text, "the template has changed: adapt this example"
    template.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    problems = "\n".join(getattr(lesson_rules, name)(Lesson(template)))
    assert message in problems and bool(problems) == bool(message)
    assert all(line.startswith(f"{NAME}:") for line in problems.splitlines())


def test_too_few_exercises_are_found(template):
    text = TEMPLATE.read_text(encoding="utf-8")
    first = text.index("# %% [markdown]\n# ### Exercise 2")
    rest = text.index("# %% [markdown]\n# ## Summary")
    template.write_text(text[:first] + text[rest:], encoding="utf-8", newline="\n")
    assert "1 exercises; a lesson has 2 to 6" in "".join(
        lesson_rules.several_exercises(Lesson(template))
    )


def test_every_rule_has_an_example_that_breaks_it():
    proven = {name for name, *_, message in BROKEN if message} | {"several_exercises"}
    assert {rule.__name__ for rule in RULES + ADVICE} == proven


def test_a_figure_in_a_function_is_not_one_of_the_cell():
    source = "def f():\n    g(h())\n\nk(m())\nif a:\n    n()"
    calls = lesson_rules.calls_at_top(lesson_rules.Cell("x.py", 1, "code", source, ()))
    assert [lesson_rules.name_of(call) for call in calls] == ["k", "m", "n"]


def test_a_text_alternative_is_read_as_far_as_it_is_written():
    cell = lesson_rules.Cell("x.py", 1, "code", 'f("one " f"two {x} " + y)', ())
    text = lesson_rules.static_text(cell.tree.body[0].value.args[0])
    assert text == f"one two {lesson_rules.COMPUTED} {lesson_rules.COMPUTED}"
