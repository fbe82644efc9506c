"""The course as a student meets it: lessons in a real JupyterLab in headless Chromium."""

import contextlib
import math
import re

import lab
import nbformat
import pytest

from conftest import watch

# What JupyterLab itself says on the console, which no setting of ours can help; that one of its
# plugins is slow says only that the machine is busy.
HARMLESS = re.compile(
    r"^console warning: .*(deprecated|Permissions-Policy|Plugin .* took .*ms to activate)",
    re.IGNORECASE,
)


# Digits as somebody might write them: strokes of points, shares of the pad from its top left.
CIRCLE = [(math.cos(turn / 12 * math.pi), math.sin(turn / 12 * math.pi)) for turn in range(-6, 19)]
DIGITS = {
    0: [[(0.5 + 0.2 * x, 0.5 + 0.32 * y) for x, y in CIRCLE]],
    1: [[(0.53, 0.15), (0.47, 0.85)]],
    2: [[(0.3, 0.3), (0.37, 0.19), (0.5, 0.15), (0.64, 0.2), (0.68, 0.33), (0.6, 0.48), (0.3, 0.82),
         (0.5, 0.78), (0.73, 0.8)]],
    3: [[(0.32, 0.2), (0.5, 0.14), (0.66, 0.22), (0.64, 0.38), (0.46, 0.47), (0.66, 0.55),
         (0.7, 0.71), (0.55, 0.85), (0.3, 0.8)]],
    4: [[(0.35, 0.18), (0.28, 0.5), (0.72, 0.48)], [(0.63, 0.2), (0.58, 0.86)]],
    5: [[(0.68, 0.16), (0.38, 0.17), (0.35, 0.44), (0.55, 0.4), (0.7, 0.55), (0.64, 0.77),
         (0.45, 0.85), (0.28, 0.78)]],
    6: [[(0.6, 0.14), (0.4, 0.36), (0.33, 0.62), (0.42, 0.83), (0.6, 0.82), (0.66, 0.66),
         (0.53, 0.54), (0.36, 0.62)]],
    7: [[(0.28, 0.2), (0.72, 0.18), (0.55, 0.5), (0.45, 0.86)]],
    8: [[(0.5 + 0.15 * -y, 0.32 - 0.16 * x) for x, y in CIRCLE[6:]],
        [(0.5 + 0.18 * x, 0.67 + 0.19 * y) for x, y in CIRCLE]],
    9: [[(0.65, 0.3), (0.5, 0.17), (0.36, 0.3), (0.48, 0.45), (0.65, 0.32), (0.62, 0.6),
         (0.55, 0.86)]],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which `course.py lab` keeps the copies that these tests write in."""
    return tmp_path_factory.mktemp("student")


@contextlib.contextmanager
def executed(browser, folder, title, name=None):
    """Yield a page with a lesson, all cells run: `name`, or what `lab` opens by itself.

    Give each server a folder of its own: while one writes its list of open tabs, another that
    reads the same file answers with an error.
    """
    folder.mkdir(exist_ok=True)
    with lab.start_lab(lab.elsewhere(folder), folder / f"{title}.log") as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.problems = []
        watch(page, page.problems)
        lab.open_lesson(page, server.lesson(name) if name else server.url, title)
        lab.run_all(page)
        yield page
        page.close()


@pytest.fixture(scope="module")
def student(browser, folder):
    """A page with lesson 01, all cells run, in a JupyterLab that ends with the module."""
    with executed(browser, folder, "01 The perceptron", "01_perceptron.ipynb") as page:
        yield page


def diagnosis(page, exercise, answer):
    """Write `answer` into the cell that contains `exercise`, run it and its check (Shift+Enter).

    Return what the check says.
    """
    lab.write(page, lab.find_cell(page, exercise), answer)
    lab.press(page, "Shift+Enter")  # runs the exercise and selects the check
    lab.press(page, "Control+Enter")
    return page.locator(".jp-Notebook .jp-mod-active .jp-OutputArea").inner_text()


def test_all_cells_run_without_an_error(student):
    assert student.locator(".jp-Notebook .jp-RenderedText[data-mime-type*='error']").count() == 0
    assert student.locator(".jp-Notebook .jp-RenderedText[data-mime-type*='stderr']").count() == 0


def test_a_slider_moves_by_keyboard_and_the_picture_follows(student):
    picture = student.locator(".course-explorable").first
    picture.scroll_into_view_if_needed()
    slider = picture.locator("input[type=range]").first
    before, drawn = slider.input_value(), picture.locator("svg").first.inner_html()
    slider.focus()
    for _ in range(5):
        student.keyboard.press("ArrowRight")
    assert float(slider.input_value()) > float(before)
    assert picture.locator("svg").first.inner_html() != drawn


def test_a_wrong_answer_is_diagnosed_and_a_right_one_praised(student):
    wrong = "def nand(x1, x2):\n    return step(-1.5 + x1 + x2)"
    said = diagnosis(student, "def nand(x1, x2)", wrong)
    assert "the neuron is AND" in said
    assert "Traceback" not in said
    right = "def nand(x1, x2):\n    return step(1.5 - x1 - x2)"
    assert "Right: your answer" in diagnosis(student, "def nand(x1, x2)", right)


def test_no_problem_in_the_browser_and_no_request_to_the_outside(student):
    assert [text for text in student.problems if not HARMLESS.match(text)] == []


def test_what_a_student_wrote_is_there_the_next_time(student, browser, folder):
    lab.write(student, lab.find_cell(student, "def nand(x1, x2)"), "my_own_words = 'kept'")
    lab.press(student, "Control+s")
    with lab.start_lab(lab.elsewhere(folder), folder / "again.log") as server:
        page = browser.new_page()
        lab.open_lesson(page, server.lesson("01_perceptron.ipynb"), "01 The perceptron")
        assert lab.find_cell(page, "my_own_words = 'kept'").is_visible()
        picture = page.locator(".course-explorable").first  # saved with its state
        picture.wait_for()
        page.close()


@pytest.fixture(scope="module")
def reader(browser, folder):
    """The digit reader of lesson 00, trained a moment ago, in the lesson that `lab` opens."""
    with executed(browser, folder / "00", "00 Welcome") as page:
        reader = page.locator(".course-explorable:has(.reader)").first
        reader.scroll_into_view_if_needed()
        yield reader


def draw(reader, strokes):
    """Draw strokes on the pad by mouse."""
    reader.get_by_role("button", name="Clear").click()
    box = reader.locator("canvas.pad").bounding_box()
    mouse = reader.page.mouse
    for stroke in strokes:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point, steps=6)
        mouse.up()


def test_the_digit_reader_reads_what_is_drawn_by_mouse(reader):
    read = {}
    for digit, strokes in DIGITS.items():
        draw(reader, strokes)
        verdict = reader.locator(".verdict").inner_text()
        read[digit] = int(re.search(r"reads an? (\d)", verdict).group(1))
    right = [digit for digit in DIGITS if read[digit] == digit]
    assert len(right) >= 9, f"drawn and read: {read}"


def test_lesson_00_opens_without_a_prompt_or_a_problem(reader):
    page = reader.page
    assert page.locator(".Toastify__toast, .jp-Dialog").count() == 0
    assert [text for text in page.problems if not HARMLESS.match(text)] == []
    assert page.locator(".jp-Notebook .jp-RenderedText[data-mime-type*='stderr']").count() == 0


@pytest.fixture(scope="module")
def player(browser, folder):
    """The page of lesson 04, all cells run."""
    with executed(browser, folder / "04", "04 The playground", "04_playground.ipynb") as page:
        yield page


def test_lesson_04_opens_without_an_error_or_a_problem(player):
    for kind in ("error", "stderr"):
        text = player.locator(f".jp-Notebook .jp-RenderedText[data-mime-type*='{kind}']")
        assert text.count() == 0
    assert [text for text in player.problems if not HARMLESS.match(text)] == []


def test_a_network_trained_in_the_playground_passes_the_check(player):
    playground = lab.find_cell(player, "data=xor;hidden=1").locator(".playground")
    playground.scroll_into_view_if_needed()
    for _ in range(2):
        playground.get_by_role("button", name="Add a unit").click()
    playground.get_by_role("button", name="Play").click()
    trained = "counter => Number(counter.textContent.split('step')[1].replace(',', '')) > 900"
    player.wait_for_function(trained, arg=playground.locator(".counter").element_handle())
    playground.get_by_role("button", name="Pause").click()
    playground.get_by_text("Copy or paste the state").click()
    line = playground.get_by_label("State").input_value()
    said = diagnosis(player, "my_xor", f'my_xor = "{line}"')
    assert "Right: your answer" in said and "test accuracy" in said


TYPED = """
from course_utils import explorables

def suggest(text):
    if "?" in text:
        raise ValueError("No question, please.")
    return [(f"word{len(text)}", 0.5), ("end", 1 / (text != "zero"))]

explorables.NextWords(suggest, "I")
"""


@pytest.fixture(scope="module")
def typist(browser, folder):
    """The page of a notebook in which Python answers what is typed."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Typed text"), nbformat.v4.new_code_cell(TYPED)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    (folder / "typed" / "work").mkdir(parents=True)
    nbformat.write(notebook, folder / "typed" / "work" / "typed.ipynb")
    with executed(browser, folder / "typed", "Typed text", "typed.ipynb") as page:
        yield page


def test_python_answers_what_is_typed(typist):
    picture = typist.locator(".course-explorable:has(.rows)").first
    field, first = picture.locator("textarea"), picture.locator(".rows .word").first
    assert first.inner_text() == "word1"
    field.click()
    typist.keyboard.press("End")
    typist.keyboard.type(" add a b x", delay=20)  # a, b and x are commands of JupyterLab, too
    first.get_by_text("word11").wait_for()
    picture.get_by_role("button", name="1 word11").click()
    first.get_by_text("word18").wait_for()
    typist.keyboard.press("1")
    first.get_by_text("word25").wait_for()
    assert field.input_value() == "I add a b x word11 word18"
    field.fill("What?")
    picture.get_by_text("No question, please.").wait_for()
    field.fill("zero")
    picture.get_by_text("suggest failed (ZeroDivisionError): see the log").wait_for()
    errors = typist.locator(".jp-Notebook .jp-RenderedText[data-mime-type*='error']")
    assert errors.count() == 0
    assert [text for text in typist.problems if not HARMLESS.match(text)] == []
