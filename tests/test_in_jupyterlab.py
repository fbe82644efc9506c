"""The course as a student meets it: lessons in a real JupyterLab in headless Chromium."""

import re

import lab
import pytest
from conftest import watch

# What JupyterLab itself says on the console, which no setting of ours can help.
HARMLESS = re.compile(r"^console warning: .*(deprecated|Permissions-Policy)", re.IGNORECASE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which `course.py lab` keeps the copies that these tests write in."""
    return tmp_path_factory.mktemp("student")


@pytest.fixture(scope="module")
def student(browser, folder):
    """A page with lesson 01, all cells run, in a JupyterLab that ends with the module."""
    with lab.start_lab(lab.elsewhere(folder), folder / "lab.log") as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.problems = []
        watch(page, page.problems)
        lab.open_lesson(page, server.lesson("01_perceptron.ipynb"), "01 The perceptron")
        lab.run_all(page)
        yield page
        page.close()


def diagnosis(page, answer):
    """Write `answer` into the exercise that defines nand, run it and its check (Shift+Enter).

    Return what the check says.
    """
    exercise = lab.find_cell(page, "def nand(x1, x2)")
    lab.write(page, exercise, answer)
    lab.press(page, "Shift+Enter")  # runs the exercise and selects the check
    lab.press(page, "Control+Enter")
    return lab.next_cell(page, exercise).locator(".jp-OutputArea").inner_text()


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
    said = diagnosis(student, wrong)
    assert "the neuron is AND" in said
    assert "Traceback" not in said
    right = "def nand(x1, x2):\n    return step(1.5 - x1 - x2)"
    assert "Right: your answer" in diagnosis(student, right)


def test_no_problem_in_the_browser_and_no_request_to_the_outside(student):
    assert [text for text in student.problems if not HARMLESS.match(text)] == []


def test_what_a_student_wrote_is_there_the_next_time(student, browser, folder):
    lab.write(student, lab.find_cell(student, "def nand(x1, x2)"), "my_own_words = 'kept'")
    lab.press(student, "Control+s")
    with lab.start_lab(lab.elsewhere(folder), folder / "again.log") as server:
        page = browser.new_page()
        lab.open_lesson(page, server.lesson("01_perceptron.ipynb"), "01 The perceptron")
        assert lab.find_cell(page, "my_own_words = 'kept'").is_visible()
        page.close()
