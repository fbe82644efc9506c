"""The page of a lesson: everything that was executed, for everybody, without a network."""

import re

import nbformat
import page as builder
import pytest

SOURCE = nbformat.v4
PICTURE = (
    '<figure><img alt="A line that rises from 0 to 1." src="data:image/png;base64,AAAA"></figure>'
)


def write_notebook(folder, *cells):
    path = folder / "01_topic.ipynb"
    nbformat.write(SOURCE.new_notebook(cells=list(cells)), path)
    return path


def code(source, tags=(), **data):
    """A code cell that was executed and shows `data` (name_subname: content)."""
    bundle = {name.replace("_", "/", 1): content for name, content in data.items()}
    outputs = [SOURCE.new_output("display_data", data=bundle)] if bundle else []
    return SOURCE.new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def render(*cells):
    return builder.render(SOURCE.new_notebook(cells=list(cells)), "01_topic.ipynb")


def show_page(page, path):
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")


def violations(page):
    """Return what axe-core finds. It does not count a formula as the text of a table's header."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (rule["id"], node["html"][:150])
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
        if not (rule["id"] == "empty-table-header" and "<math" in node["html"])
    ]


TINY = (
    SOURCE.new_markdown_cell("# 01 A topic\n*Why?*\n\n## Part. Who?\n$$x_1 = \\frac{1}{2}$$\n"),
    SOURCE.new_markdown_cell(f"| | $a$ |\n|---|---|\n| {'wide' * 30} | 1 |\n"),
    SOURCE.new_code_cell("from course_utils import explorables, plotting\nprint('a < b')"),
    SOURCE.new_code_cell(
        "import matplotlib.pyplot as plt\n"
        "figure, axes = plt.subplots()\n"
        "plotting.show(figure, alt='Axes without a line, from 0 to 1.')"
    ),
    SOURCE.new_code_cell("explorables.Neuron()"),
    SOURCE.new_code_cell(
        "from course_utils import check\nx = 42\nprint('forty-two')\n\n"
        "check.ours.value(x, 42)\nx = ...",
        metadata={"tags": ["solution"]},
    ),
)


@pytest.fixture(scope="module")
def tiny_page(tmp_path_factory):
    """The page of a small lesson with all kinds of cells, executed."""
    folder = tmp_path_factory.mktemp("tiny")
    return builder.write_page(write_notebook(folder, *TINY), folder / "html")


def test_page_shows_everything_without_a_network(page, tiny_page):
    show_page(page, tiny_page)
    assert page.title() == "01 A topic"
    assert page.locator("h1").inner_text() == "01 A topic"
    assert page.locator("math mfrac").count() == 1
    assert "a < b" in page.locator("pre.output").first.inner_text()
    assert page.get_by_alt_text("Axes without a line").is_visible()
    assert page.problems == []


def test_explorable_is_alive(page, tiny_page):
    show_page(page, tiny_page)
    slider = page.locator(".live input[type=range]").first
    before = page.locator(".live").inner_text()
    slider.focus()
    slider.press("ArrowRight")
    assert page.locator(".live").inner_text() != before
    assert page.problems == []


def test_answers_wait_behind_a_fold(page, tiny_page):
    show_page(page, tiny_page)
    answer = page.locator("details.answer pre.output")
    assert not answer.is_visible()
    page.get_by_text("Our answer", exact=True).click()
    assert answer.inner_text() == "forty-two"
    assert "check.ours" not in page.locator("details.answer").inner_text()
    assert "Right: our answer" in page.locator("details.answer").inner_text()


def test_page_fits_a_phone(page, tiny_page):
    page.set_viewport_size({"width": 400, "height": 800})
    show_page(page, tiny_page)
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_axe_finds_no_violation(page, tiny_page):
    show_page(page, tiny_page)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    assert violations(page) == []


def test_axe_would_find_a_violation(page, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(
        '<html><title>t</title><main><img src="data:,"></main></html>', encoding="utf-8"
    )
    show_page(page, path)
    assert {"image-alt", "html-has-lang"} <= {rule for rule, _ in violations(page)}


@pytest.fixture
def open_lesson(page, tmp_path, executed_handout):
    """A function that shows the page of a lesson, whose handout is executed."""

    def open_lesson(name):
        path = tmp_path / f"{name}.html"
        path.write_text(builder.render(executed_handout(name), path.name), encoding="utf-8")
        show_page(page, path)
        return page

    return open_lesson


@pytest.mark.parametrize(("name", "live"), [("01_perceptron", 2), ("04_playground", 9)])
def test_page_of_a_lesson_is_clean(open_lesson, name, live):
    page = open_lesson(name)
    assert page.locator(".live").count() >= live
    assert page.problems == []
    assert violations(page) == []


def test_lesson_04_calls_controls_by_their_names(open_lesson):
    """Its text writes such a name as *One step*."""
    text = (builder.build.SOURCES / "04_playground.py").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<!\*)\*([^\W_][^*\n]*[^*\n?])\*(?!\*)", text.split("Summary")[0]))
    named = {name for name in named if "`" not in name and "=" not in name}
    assert {"Play", "One step", "New seed"} <= named
    pictures = open_lesson("04_playground").locator(".playground")
    pictures.first.get_by_role("button", name="Play").click()  # and now it says Pause
    there = " ".join(" ".join(pictures.all_text_contents()).split())
    assert {name for name in named if name not in there} == set()


def test_checks_are_left_out():
    """Nobody can type an answer into a page, so "not attempted yet" would tell nothing."""
    assert "not attempted" not in render(
        code("check.value(x, 1)", ["check"], text_html="not attempted")
    )


def test_a_control_leaves_the_picture_before_it_and_a_sentence():
    cell = code("draw(); interact(draw)")
    control = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "interactive()"}
    kinds = [{"text/html": "<b>first</b>"}, control, {"text/html": "<b>again</b>"}]
    cell.outputs = [SOURCE.new_output("display_data", data=data) for data in kinds]
    text = render(cell)
    assert "first" in text and "again" not in text
    assert "open the lesson in JupyterLab" in text


def test_widgets_that_need_a_kernel_are_left_out():
    widget = {
        "application_vnd.jupyter.widget-view+json": {},
        "text_plain": "interactive(children=())",
    }
    assert "interactive" not in render(code("pass", **widget))


def test_alt_texts_are_kept():
    assert 'alt="A line that rises from 0 to 1."' in render(code("pass", text_html=PICTURE))


def test_picture_without_text_is_refused():
    with pytest.raises(builder.PageError, match=r"01_topic.ipynb, cell 1: a picture without text"):
        render(code("pass", image_png="AAAA", text_plain="<Figure size 640x480 with 1 Axes>"))


def test_terminal_colours_do_not_reach_the_page():
    stream = SOURCE.new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m & <b>")
    assert ">red &amp; &lt;b&gt;</pre>" in builder.render_output(stream)


def test_a_training_log_is_one_text():
    outputs = [SOURCE.new_output("stream", text=text) for text in ("Epoch 1\n", "done\n")]
    cell = SOURCE.new_code_cell("pass", outputs=outputs)
    assert '<pre class="output" tabindex="0">Epoch 1\ndone</pre>' in render(cell)


def test_links_lead_to_pages_that_can_be_made(tmp_path, monkeypatch):
    (tmp_path / "00_there.ipynb").touch()
    monkeypatch.setattr(builder.build, "FOLDER", tmp_path)
    text = builder.link_lessons('<a href="00_there.ipynb">a</a> <a href="99_to_come.ipynb">b</a>')
    assert text == '<a href="00_there.html">a</a> b'


def test_failing_cell_stops_the_page(tmp_path):
    path = write_notebook(tmp_path, SOURCE.new_code_cell("raise ValueError('no luck')"))
    with pytest.raises(builder.PageError, match="no luck"):
        builder.write_page(path, tmp_path)


def test_unknown_lesson_is_one_sentence(capsys):
    assert builder.main(["77"]) == 1
    assert "There is no lesson '77'" in capsys.readouterr().err


def test_no_module_here_hides_one_of_python():
    """Kernels run in notebooks/: a file html.py there would be what `import html` finds."""
    import sys

    own = {path.stem for path in builder.build.FOLDER.glob("*.py")}
    assert not own & set(sys.stdlib_module_names)
