"""slides/build.py on tiny decks: what it makes, and what it says when a deck is wrong."""

import io
import re
import sys
import webbrowser

import nbformat
import pytest
import slides_builder
from fontTools.ttLib import TTFont

from course_utils import markup

build = slides_builder.load()
TITLE = "# Tiny\n<!-- slide: minutes=1 -->\n\nNotes:\nHello.\n\n"
HEADER = "---\ntitle: Tiny\nlesson: 01_tiny\n---\n\n" + TITLE


@pytest.fixture
def write(tmp_path):
    """Write a deck of a title slide and the given Markdown; return its path."""

    def write_deck(body, header=HEADER):
        path = tmp_path / "01_tiny.md"
        path.write_text(header + body, encoding="utf-8")
        return path

    return write_deck


@pytest.fixture
def draw(write):
    """Read a deck and draw it without a kernel: its cells have the outputs given."""

    def draw_deck(body, outputs=()):
        deck = build.read_deck(write(body))
        cells = [cell for slide in deck.slides for cell in slide.cells]
        for cell, output in zip(cells, outputs, strict=True):
            cell.outputs = [nbformat.v4.new_output("display_data", data=output)]
        return "\n".join(build.render_slide(slide, deck) for slide in deck.slides)

    return draw_deck


def fails(action, *arguments):
    """Return the message of the DeckError that the call raises."""
    with pytest.raises(build.DeckError) as caught:
        action(*arguments)
    return str(caught.value)


# Reading


def test_slides_begin_at_headings_and_know_their_options(write):
    deck = build.read_deck(
        write("## Two\n<!-- slide: ids=D1-06,D2-03 minutes=2.5 layout=columns -->\n\nText.\n")
    )
    assert (deck.title, deck.number, deck.minutes) == ("Tiny", "01", 3.5)
    slide = deck.slides[1]
    assert (slide.heading, slide.ids, slide.minutes) == ("Two", ("D1-06", "D2-03"), 2.5)
    assert slide.layout == "columns" and slide.line == 12


def test_a_heading_in_code_begins_no_slide(write):
    deck = build.read_deck(write("## Two\n\n```python .noeval\n## three\nx = 1\n```\n\nEnd.\n"))
    assert len(deck.slides) == 2 and not deck.slides[1].cells


def test_notes_end_at_the_next_heading(write):
    deck = build.read_deck(
        write("## Two\n\nSeen.\n\nNotes:\nSaid.\n\n\nSaid too.\n\n## Three\n\nSeen.\n")
    )
    two, three = deck.slides[1:]
    assert "Said too." in "".join(text.markdown for text in two.notes)
    assert "Said" not in "".join(text.markdown for text in two.blocks) and not three.notes


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("## Two\n<!-- slide: layout=rows -->\n", "slide 2 (Two), line 13: unknown layout 'rows'"),
        ("## Two\n<!-- slide: minuets=2 -->\n", "line 13: unknown option 'minuets=2'"),
        ("## Two\n<!-- slide: minutes=two -->\n", "minutes must be a number above 0, not 'two'"),
        ("## Two\n<!-- slide: minutes=1\n-->\n", "must end on its line"),
        ("# Two\n", "line 12: only the first slide begins with `#`"),
        ('## Two\n\n```python tags=["cod"]\n1\n```\n', "unknown tag 'cod'; known: code, setup"),
        ("## Two\n\nNotes:\nSaid.\n\n```python\n1\n```\n", "a cell below `Notes:`"),
    ],
)
def test_a_wrong_deck_is_named_with_slide_and_line(write, body, message):
    found = fails(build.read_deck, write(body))
    assert found.startswith("01_tiny.md") and message in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Tiny\n", "needs a header"),
        ("---\ntitle: Tiny\n---\n\n# Tiny\n", "with lesson"),
        ("---\ntitle: T\nlesson: 01_t\n---\n", "has no slide"),
        ("---\ntitle: T\nlesson: 01_t\n---\n\nText.\n", "text before the first"),
        ("---\ntitle: T\nlesson: 01_t\n---\n\n## Two\n", "first slide begins with `# Title`"),
    ],
)
def test_a_deck_without_its_beginning_is_named(write, text, message):
    assert message in fails(build.read_deck, write("", header=text))


def test_decks_are_chosen_by_number_or_name(tmp_path):
    for name in ("00_welcome.md", "01_perceptron.md", "_template.md"):
        (tmp_path / name).touch()
    names = [path.name for path in build.choose_decks([], tmp_path)]
    assert names == ["00_welcome.md", "01_perceptron.md"]
    for wanted in ("01", "1", "01_perceptron", "slides/01_perceptron.md"):
        assert [path.name for path in build.choose_decks([wanted], tmp_path)] == names[1:]
    message = fails(build.choose_decks, ["07"], tmp_path)
    assert message == "There is no deck 07. There are: 00_welcome, 01_perceptron."


# Executing

DECK = """## About {{ word }}

Seen: {{ share:.1%}}, {{ numbers["a"] }}, $z = {{ -1.25 }}$ but not $e^{{x}}$.

```python
share, word, numbers = 0.1234, "words", {"a": 7}
print("out", share)
```

```python .noeval
f"{{ share }}"
```

```python tags=["setup"]
print("hidden")
```

```python tags=["code"]
import os; os.environ["COURSE_EMBED"]
```

Notes:
Say {{ share:.0%}}.
"""


def test_cells_and_expressions_are_computed(write):
    deck = build.read_deck(write(DECK))
    build.execute_deck(deck)
    slide = build.render_slide(deck.slides[1], deck)
    visible, notes = slide.split('<aside class="notes">')
    assert "<h2>About words</h2>" in visible and "Say 12%." in notes
    assert "Seen: 12.3%, 7," in visible and "<mn>1.25</mn>" in visible
    assert visible.count("{{") == 1, "only the code that is not run keeps its braces"
    assert "out 0.1234" in visible and "share, word" not in visible
    assert "hidden" not in visible
    assert "environ" in visible and "&#x27;1&#x27;" in visible


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "## Two\n\n```python\nx = 1\nmissing + x\n```\n",
            "01_tiny.md, slide 2 (Two), line 16: the cell fails with NameError: name 'missing'",
        ),
        (
            "## Two\n\nText.\n\nHere: {{ missing:.2f }}.\n",
            "01_tiny.md, slide 2 (Two), line 16: {{ missing:.2f }} fails with NameError",
        ),
        ("## Two\n\n```python\nx = = 1\n```\n", "line 15: the cell fails with SyntaxError"),
        ("## Two\n\n```python\nimport os; os._exit(1)\n```\n", "line 15: Python itself stopped"),
    ],
)
def test_a_failing_cell_is_named_with_slide_and_line(write, body, message):
    assert message in fails(build.execute_deck, build.read_deck(write(body)))


def test_a_cell_that_hangs_is_named(write):
    deck = build.read_deck(write("## Two\n\n```python\nwhile True:\n    pass\n```\n"))
    with pytest.raises(
        build.DeckError, match=r"slide 2 \(Two\), line 15: the cell takes more than 2"
    ):
        build.execute_deck(deck, timeout=2)


# Drawing


def test_plus_items_are_fragments_and_others_are_not(draw):
    page = draw("## Two\n\n+ one\n+ two\n\nText.\n\n- three\n")
    assert page.count('<li class="fragment">') == 2 and "<li>three</li>" in page


def test_columns_put_outputs_on_the_right(draw):
    page = draw(
        "## Two\n<!-- slide: layout=columns -->\n\n```python\n1\n```\n\nWords.\n",
        [{"text/html": '<figure><img alt="seen" src="data:,"></figure>'}],
    )
    assert re.search(
        r'class="words"><p>Words.</p>\s*</div><div class="pictures">.*alt="seen"', page
    )


@pytest.mark.parametrize(("cell", "missing"), [(False, "output"), (True, "text")])
def test_columns_need_both_sides(draw, cell, missing):
    body = "## Two\n<!-- slide: layout=columns -->\n\n"
    body += "```python\n1\n```\n" if cell else "Words.\n"
    outputs = [{"text/plain": "1"}] if cell else []
    assert f"line 12: layout=columns has no {missing}" in fails(draw, body, outputs)


def test_an_explorable_takes_the_place_of_its_other_outputs(draw):
    outputs = [{build.execution.EMBEDDED: "<b>live</b>", "image/png": "x"}]
    page = draw("## Two\n\n```python\n1\n```\n", outputs)
    assert '<div class="output live"><b>live</b></div>' in page


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"image/png": "x", "text/plain": "Figure"}, "without a text alternative"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "w"}, "needs a kernel"),
    ],
)
def test_what_not_everybody_can_see_is_refused(draw, data, message):
    found = fails(draw, "## Two\n\n```python\n1\n```\n", [data])
    assert "slide 2 (Two), line 15" in found and message in found


def test_a_cell_cannot_end_the_page(draw):
    page = draw("## Two `</script>`\n\n```python\n1\n```\n", [{"text/plain": "'</script>'"}])
    assert "</script>" not in page and "&lt;/script&gt;" in page


def test_an_inlined_script_cannot_end_its_element():
    source = 'let a = "</script><SCRIPT><!--";\n//# sourceMappingURL=x.map\n'
    inlined = build.inline_script(source)
    assert not re.search(r"</?script|<!--|sourceMapping", inlined, flags=re.IGNORECASE)
    assert inlined.count(r"\x3c") == 3


def test_notes_begin_with_the_minutes(draw):
    page = draw("## Two\n<!-- slide: minutes=2 -->\n\nNotes:\nAsk.\n")
    assert "<strong>2 min</strong> (minute 1 to 3 of 3)</p><p>Ask.</p>" in page
    assert 'data-timing="120"' in page


def test_syllabus_ids_reach_the_page(draw):
    assert 'data-syllabus="D1-06 D2-03"' in draw("## Two\n<!-- slide: ids=D1-06,D2-03 -->\n")


def test_a_formula_that_cannot_be_read_is_named_with_its_line(draw):
    message = fails(draw, "## Two\n\n$\\nosuchcommand{x}$\n")
    assert "line 14" in message and r"\nosuchcommand is not known here" in message


def test_the_template_builds_and_asks_the_network_for_nothing(tmp_path):
    page = build.build_deck(slides_builder.SLIDES / "_template.md", tmp_path)
    text = page.read_text(encoding="utf-8")
    head = text.split("<script>")[0]
    assert re.findall(r'(?:src|href)="(?!data:|#)|url\((?!"?data:)|@import', head) == []
    assert "−1.25" in text or "-1.25" in text
    assert text.count("</script>") == text.lower().count("<script>") == 1


# Markup


def test_formulas_become_mathml_in_the_right_kind():
    assert 'display="inline"' in markup.markdown_to_html("a $x_1$")
    block = markup.markdown_to_html("$$\\left(\\sum_{i=1}^n x_i^2\\right)$$")
    assert 'display="block"' in block
    assert "<munderover><mo>∑</mo>" in block and "<msubsup>" in block


def test_an_empty_corner_of_a_table_is_no_heading():
    table = markup.markdown_to_html("|  | slope |\n|---|---|\n| tanh | 1 |\n")
    assert "<th></th>" not in table and "<th>slope</th>" in table


def test_money_is_not_mathematics():
    assert "<math" not in markup.markdown_to_html("It costs $5 and then $6 more.")


def test_a_formula_may_stand_beside_a_number():
    for text in ("$w =$ 1", "$w$ 1", "1 $w$", "2$w$3"):
        assert "<math" in markup.markdown_to_html(text), text


def test_a_matrix_has_brackets_of_its_own():
    assert "<mrow><mo>(</mo><mtable>" in markup.math_to_html(r"\begin{pmatrix}1&2\end{pmatrix}")


def test_a_sign_belongs_to_its_number():
    assert markup.math_to_html("z = -1").count('form="prefix"') == 1
    assert 'form="prefix"' not in markup.math_to_html("(a) - 1")


def test_the_font_of_formulas_has_roots_of_many_heights():
    font = TTFont(io.BytesIO(markup.subset_font(markup._dejavu("DejaVuSans.ttf"), [0x221A, 0x28])))
    variants = font["MATH"].table.MathVariants
    places = variants.VertGlyphCoverage.glyphs
    assert places == sorted(places, key=font.getGlyphID)
    root = variants.VertGlyphConstruction[places.index(font.getBestCmap()[0x221A])]
    heights = [record.AdvanceMeasurement for record in root.MathGlyphVariantRecord]
    assert len(heights) > 5 and heights == sorted(heights)


def test_a_prime_stands_beside_its_letter():
    derivative = markup.math_to_html("g'(z)")
    assert "<msup>" not in derivative and 'class="prime">′' in derivative


def test_smaller_signs_in_formulas_are_escaped():
    html = markup.math_to_html(r"a < b \text{ if <b>}")
    assert "<mo>&lt;</mo>" in html and "&lt;b&gt;" in html


@pytest.mark.parametrize("latex", [r"\frac{a", "a}", r"\foo", r"}{"])
def test_formulas_that_would_come_out_wrong_are_refused(latex):
    with pytest.raises(ValueError, match="cannot read the formula"):
        markup.math_to_html(latex)


def test_the_embedded_font_keeps_its_table_for_mathematics():
    import base64
    import io

    from fontTools.ttLib import TTFont

    data = re.search(r"base64,([^\"]+)", markup.math_css())[1]
    font = TTFont(io.BytesIO(base64.b64decode(data)))
    assert font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    assert {ord(sign) for sign in "∑∏∫√∂∇≤≥≈→←·×−σθηŷℝℒ‖"} <= font.getBestCmap().keys()


def test_code_is_readable_for_everybody():
    ground = re.search(r"pre \{ background: (#\w+)", markup.CODE_RULES)[1]
    colours = re.findall(r"[^-]color: (#\w{6})", markup.CODE_RULES)
    assert len(colours) > 5
    for colour in colours:
        assert contrast(colour, ground) >= 4.5, f"{colour} on {ground}"


def contrast(first, second):
    """Return the contrast ratio of two colours (WCAG 2)."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# The front door


@pytest.fixture
def course(write, tmp_path, monkeypatch):
    """A course of one tiny deck; collects what is opened in a browser."""
    write("## Two\n<!-- slide: minutes=2 -->\n\nText.\n")
    opened = []
    monkeypatch.setattr(build, "find_decks", lambda folder=None: [tmp_path / "01_tiny.md"])
    monkeypatch.setattr(build.build, "__defaults__", (tmp_path, tmp_path / "out"))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(build, "can_open", lambda: True)
    return opened


def test_one_deck_opens_and_all_decks_do_not(course, tmp_path):
    assert build.main(["01"]) == 0
    assert course == [(tmp_path / "out" / "01_tiny.html").as_uri()]
    assert build.main([]) == 0 and build.main(["01", "--no-open"]) == 0 and len(course) == 1
    assert build.main(["--open"]) == 0 and course[-1].endswith("index.html")


def test_the_index_lists_each_deck(course, tmp_path):
    build.main([])
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<a href="01_tiny.html">Tiny</a></td><td>2</td><td>3</td><td>not built</td>' in index
    (tmp_path / "out" / "01_tiny.pdf").touch()
    build.main([])
    assert 'href="01_tiny.pdf"' in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_an_unknown_deck_is_one_sentence_and_exit_status_1(course, capsys):
    assert build.main(["99"]) == 1
    assert capsys.readouterr().err == "There is no deck 99. There are: 01_tiny.\n"


def test_a_pdf_without_chromium_says_what_to_install(course, capsys, monkeypatch):
    monkeypatch.setattr(build.chromium, "find", lambda: None)
    assert build.main(["01", "--pdf"]) == 1
    message = capsys.readouterr().err
    assert "A PDF needs Chromium" in message and "Install one" in message


def test_a_missing_reveal_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    assert "`python course.py slides` installs it" in fails(build.find_reveal)


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "w"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"CI": "true", "DISPLAY": ":0"}, "linux", False),
    ],
)
def test_a_browser_opens_only_where_somebody_looks(environment, platform, expected):
    assert build.can_open(environment, platform) is expected


def test_the_builder_runs_as_a_script(tmp_path):
    import subprocess

    result = subprocess.run(
        [sys.executable, str(slides_builder.SLIDES / "build.py"), "77"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1 and result.stderr.startswith("There is no deck 77.")
