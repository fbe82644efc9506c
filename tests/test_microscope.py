"""The microscope: what it asks and takes in Python, hands and hostile text in Chromium."""

import json
import re
import warnings

import numpy as np
import pytest
import test_decks
from test_explorables import load_module, open_page
from test_typed_text import HOSTILE, open_alive, shown_words, type_text

from course_utils.explorables import Microscope
from course_utils.explorables.microscope import MOST_WRITTEN
from course_utils.explorables.typed_text import MOST_LETTERS

SENTENCE = "I am here"
WORDS = ["je", "suis", "ici", "[end]"]


def look(text, chosen, temperature):
    """Answer as a net of 2 blocks with 3 heads: each step looks mostly at the word below it."""
    source = text.split()
    if not any(word.isascii() for word in source):
        raise ValueError("No word of this sentence is in the vocabulary.")
    best = WORDS[len(chosen)] if len(chosen) < len(WORDS) else "encore"
    if text == "endless":
        best = "encore"
    others = ["<b>vais</b>", "extraordinairement", "", "سلام"]
    scores = np.array([3, 2, 1, 0, -1]) / temperature
    probabilities = (np.exp(scores) / np.exp(scores).sum()).astype("float32")
    attention = np.ones((2, 3, 1 + len(chosen), len(source)))
    for row in range(1 + len(chosen)):
        attention[:, :, row, row % len(source)] += [[0, 1, 2], [8, 16, 32]]
    return {
        "words": zip([best, *others], probabilities, strict=True),
        "source": np.array(source),
        "written": ["[start]", *chosen],
        "attention": (attention / attention.sum(axis=-1, keepdims=True)).astype("float16"),
    }


def search(text, width):
    if text == "nothing":
        raise ValueError("The search needs two words.")
    return [(f"<i>{text}</i> {place}", -0.5 * (place + 1)) for place in range(width)]


def make(text=SENTENCE, search=search):
    return Microscope(look, search, text)


def change_look(**values):
    """Return a function that answers as `look`, but for these values."""
    return lambda *question: {**look(*question), **values}


# --- Python -------------------------------------------------------------------------------------


def test_the_answer_follows_words_and_temperature():
    picture = make()
    assert picture.suggestions[0][0] == "je" and picture.attention.shape == (1, 3)
    picture.chosen = ["je", "suis"]
    assert picture.suggestions[0][0] == "ici" and picture.attention.shape == (3, 3)
    sure = picture.suggestions[0][1]
    picture.temperature = 2
    assert picture.suggestions[0][1] < sure
    picture.temperature = 0.1
    assert picture.suggestions[0][1] > 0.999


def test_block_and_head_choose_the_weights():
    picture = make()
    assert (picture.block, picture.head) == (2, 0)
    weights = np.array(picture.answer["attention"])
    np.testing.assert_allclose(picture.attention, weights[1].mean(axis=0))
    picture.block, picture.head = 1, 3
    np.testing.assert_allclose(picture.attention, weights[0, 2])
    picture.block = picture.head = 9  # of a net with more
    np.testing.assert_allclose(picture.attention, weights[1, 2])


def test_python_is_asked_once_for_each_question():
    looked, searched = [], []

    def note_look(*question):
        looked.append(question)
        return look(*question)

    def note_search(*question):
        searched.append(question)
        return []

    picture = Microscope(note_look, note_search, "a")
    picture.set_state({"text": "b", "chosen": ["x"]})
    picture.set_state({"temperature": 0.5, "block": 1, "head": 2})
    picture.width = 5
    picture.state = '{"text":"c","chosen":[],"temperature":1.5,"width":2}'
    questions = [("a", [], 1.0), ("b", ["x"], 1.0), ("b", ["x"], 0.5), ("c", [], 1.5)]
    assert looked == questions
    assert searched == [("a", 3), ("b", 3), ("b", 5), ("c", 2)]


def test_nothing_follows_the_end():
    picture = make()
    picture.chosen = WORDS
    assert picture.suggestions == [] and picture.answer["message"] == ""
    assert picture.answer["written"] == ["[start]", "je", "suis", "ici"]
    assert picture.attention.shape == (4, 3)
    assert "next words at temperature 1.0: none." in picture.describe()
    assert "[end] at I" in picture.describe()


def test_a_value_error_is_a_sentence():
    picture = make("日本語")
    assert picture.answer["message"] == "No word of this sentence is in the vocabulary."
    assert picture.suggestions == [] and picture.attention.shape == (0, 0) and picture.block == 1
    picture.text = "nothing"
    assert picture.suggestions and picture.found["message"] == "The search needs two words."
    picture.text = " "
    assert picture.answer["message"] == "Type a sentence to translate."
    assert picture.found["message"] == "" and picture.sentences == []
    picture.text = SENTENCE
    picture.chosen = ["je"] * (MOST_WRITTEN + 1)
    assert picture.answer["message"] == "A translation has at most 30 words here."


def test_another_error_is_named_and_raised():
    def fail_to_look(text, chosen, temperature):
        return {**look(text, chosen, temperature), "words": [("a", 1 / (text != "zero"))]}

    def fail_to_search(text, width):
        return [(text, -1 / (text != "void"))]

    picture = Microscope(fail_to_look, fail_to_search, "a")
    for text, name in (("zero", "answer"), ("void", "found")):
        with pytest.raises(ZeroDivisionError):
            picture.text = text
        message = getattr(picture, name)["message"]
        assert re.match(r"fail_to_\w+ failed \(ZeroDivisionError\): see the log", message)
        picture.text = "a"
        assert picture.suggestions == [("a", 1.0)] and picture.sentences == [("a", -1.0)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Microscope("look"), "expected a function that answers a text, got 'look'"),
        (lambda: Microscope(look, 3), "search must be a function or None, got 3"),
        (lambda: Microscope(look, text=3), "text must be a text, got 3"),
        (lambda: Microscope(look, end=None), "end must be a text"),
        (lambda: Microscope(lambda *_: [("a", 1)]), "look must return a dict with words, source"),
        (lambda: Microscope(lambda *_: {"words": []}), "attention, got {'words': []}"),
        (lambda: Microscope(change_look(words=[("a", 2)])), "pairs (word, probability)"),
        (lambda: Microscope(change_look(words=None)), "pairs (word, probability)"),
        (lambda: Microscope(change_look(source="ab")), '"source" must be a list'),
        (lambda: Microscope(change_look(source=[])), '"source" must be a list'),
        (lambda: Microscope(change_look(source=["a", 3])), 'each word of "source" must be a text'),
        (lambda: Microscope(change_look(written=None)), '"written" must be a list'),
        (lambda: Microscope(change_look(source=["a"])), "(blocks, heads, 1, 1)"),
        (lambda: Microscope(change_look(attention=[[0.5, 0.5]])), "source words; got (1, 2)"),
        (lambda: Microscope(change_look(attention="no")), "source words; got (0,)"),
        (lambda: Microscope(change_look(attention=np.zeros((0, 2, 1, 2)))), "got (0, 2, 1, 2)"),
        (lambda: Microscope(change_look(attention=np.ones((1, 1, 1, 2)))), "must sum to 1"),
        (lambda: Microscope(change_look(attention=[[[[1.5, -0.5]]]])), "must sum to 1"),
        (lambda: Microscope(change_look(attention=[[[[1, np.nan]]]])), "must sum to 1"),
        (lambda: Microscope(look, lambda *_: None), "pairs (sentence, log-probability)"),
        (lambda: Microscope(look, lambda *_: [("a", 0.5)]), "pairs (sentence, log-probability)"),
        (lambda: Microscope(look, lambda *_: [("a", -np.inf)]), "(sentence, log-probability)"),
        (lambda: Microscope(look, lambda *_: [(1, -1)]), "pairs (sentence, log-probability)"),
    ],
)
def test_bad_arguments_are_explained(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    "line",
    [
        "[]", '{"text":3}', '{"chosen":[1]}', '{"temperature":3}', '{"temperature":NaN}',
        '{"block":0}', '{"head":-1}', '{"width":6}', '{"width":2.5}', '{"found":{}}',
    ],
)  # fmt: skip
def test_a_wrong_state_is_refused(line):
    picture = make()
    before = picture.get_state()
    with pytest.raises(ValueError, match="state"):
        picture.state = line
    assert picture.get_state() == before


def test_a_state_restores_all_that_is_chosen():
    first, second = make(), make("")
    first.chosen, first.temperature, first.block, first.head, first.width = ["je"], 0.5, 1, 2, 5
    second.state = first.state
    assert second.state == first.state
    assert (second.answer, second.found) == (first.answer, first.found)
    assert json.dumps(second.answer)


@pytest.mark.parametrize("case", HOSTILE)
def test_every_text_is_told_and_drawn(case, course_style):
    picture = make(HOSTILE[case])
    picture.chosen = ["<i>", "$x$", "x" * 500, ""]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data, _ = picture._repr_mimebundle_()
    assert data["image/png"] and 20 < len(data["text/plain"]) < 1400


def test_the_picture_is_told_in_words(course_style):
    picture = make()
    picture.chosen, picture.width = ["je", "?"], 2
    assert picture.describe() == (
        'A field with the text "I am here", its translation so far ("je ?") and the most probable '
        "next words at temperature 1.0: ici 63.6 %, <b>vais</b> 23.4 %, extraordinairement 8.6 %, "
        "(empty) 3.2 %, سلام 1.2 %. Attention (block 2, mean of all heads): je at I 88.5 %, ? at "
        "am 88.5 %, the next word at here 88.5 %. Beam search of width 2: <i>I am here</i> 0 −0.5; "
        "<i>I am here</i> 1 −1.0."
    )
    left, right = picture.draw_static().axes
    assert left.get_yticklabels()[0].get_text() == "ici"
    assert [label.get_text() for label in right.get_xticklabels()] == SENTENCE.split()
    steps = [label.get_text() for label in right.get_yticklabels()]
    assert steps == ["[start] → je", "je → ?", "? → …"]
    assert sum(text.get_text() in ("0.88", "0.89") for text in right.texts) == 3
    picture.text, picture.chosen = "word " * 40, ["mot"] * 20
    right = picture.draw_static().axes[1]
    assert right.images[0].get_array().shape == (12, 12)
    assert right.get_xlabel() == "the first 12 of 40 words"


# --- In the browser -----------------------------------------------------------------------------


def heat_map(page):
    """Return what the heat map shows: its columns, the names of its rows, its numbers."""
    columns = page.locator(".map thead th").all_inner_texts()[1:]
    rows = [" ".join(text.split()) for text in page.locator(".map tbody th").all_inner_texts()]
    numbers = np.array(page.locator(".map tbody td").all_inner_texts(), dtype=float)
    return columns, rows, numbers.reshape(len(rows), -1)


def so_far(page):
    return page.locator(".so-far").inner_text().split()


def wait_for_words(page, count):
    page.wait_for_function("(n) => model.get('answer').chosen.length === n", arg=count)


def test_weights_are_chosen_as_in_python(page):
    load_module(page, "microscope")
    picture = make()
    picture.chosen = ["je", "suis"]
    for block in (1, 2, 5):
        for head in (0, 1, 3, 7):
            picture.block, picture.head = block, head
            weights = page.evaluate(
                "([weights, block, head]) => module.chooseWeights(weights, block, head)",
                [picture.answer["attention"], block, head],
            )
            np.testing.assert_allclose(weights, picture.attention, atol=1e-12)


def test_a_sentence_is_translated_step_by_step(page):
    open_alive(page, make())
    columns, rows, numbers = heat_map(page)
    assert (columns, rows) == (SENTENCE.split(), ["[start] → …"])
    np.testing.assert_allclose(numbers, make().attention, atol=0.005)
    page.get_by_role("button", name="Next word").click()
    wait_for_words(page, 1)
    assert so_far(page) == ["je"] and shown_words(page)[0] == "suis"
    assert heat_map(page)[1] == ["[start] → je", "je → …"]
    page.get_by_role("button", name="2 <b>vais</b>").click()
    wait_for_words(page, 2)
    page.keyboard.press("3")
    wait_for_words(page, 3)
    assert so_far(page) == ["je", "<b>vais</b>", "extraordinairement"]
    assert heat_map(page)[1][2:] == [
        "<b>vais</b> → extraordinairem…",
        "extraordinairem… → …",
    ]
    back = page.get_by_role("button", name="Back")
    back.click()
    wait_for_words(page, 2)
    assert so_far(page) == ["je", "<b>vais</b>"] and len(heat_map(page)[1]) == 3
    page.get_by_role("button", name="Start over").click()
    wait_for_words(page, 0)
    assert page.locator(".so-far").inner_text() == "nothing yet"
    assert back.get_attribute("aria-disabled") == "true"
    assert page.locator("textarea").input_value() == SENTENCE and page.problems == []


def test_it_writes_to_the_end(page):
    open_alive(page, make())
    button = page.get_by_role("button", name="To the end")
    button.click()
    page.get_by_role("button", name="Stop").wait_for()
    wait_for_words(page, 4)
    button.wait_for()
    assert so_far(page) == WORDS and shown_words(page) == []
    assert heat_map(page)[1] == ["[start] → je", "je → suis", "suis → ici", "ici → [end]"]
    assert page.locator(".deciding").count() == 0
    assert page.get_by_text("nothing follows the end mark").is_visible()
    status = page.locator(".microscope > [role=status]")
    assert status.inner_text() == "The translation is complete: je suis ici"
    for name in ("Next word", "To the end"):
        named = page.get_by_role("button", name=name)
        assert named.get_attribute("aria-disabled") == "true"
        named.click(force=True)
    page.keyboard.press("1")
    assert len(page.evaluate("() => asked")) == 4
    page.get_by_role("button", name="Back").click()
    wait_for_words(page, 3)
    assert shown_words(page)[0] == "[end]" and page.problems == []


def test_the_way_to_the_end_can_be_stopped(page):
    open_alive(page, make("endless"))
    page.get_by_role("button", name="To the end").click()
    wait_for_words(page, 2)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(400)
    count = len(so_far(page))
    page.wait_for_timeout(400)
    assert len(so_far(page)) == count < MOST_WRITTEN
    page.get_by_role("button", name="To the end").click()
    page.locator(".message", has_text="A translation has at most 30 words here.").wait_for()
    assert so_far(page) == ["encore"] * MOST_WRITTEN
    page.get_by_role("button", name="Next word").click()
    page.keyboard.press("2")
    assert len(page.evaluate("() => asked")) == MOST_WRITTEN
    page.locator("textarea").fill("I am")
    page.wait_for_function("() => model.get('answer').text === 'I am'")
    assert page.locator(".so-far").inner_text() == "nothing yet" and page.problems == []


def test_typing_ends_the_way_to_the_end(page):
    open_alive(page, make("endless"))
    page.get_by_role("button", name="To the end").click()
    wait_for_words(page, 1)
    type_text(page, "I am")
    page.wait_for_timeout(500)
    assert page.locator(".so-far").inner_text() == "nothing yet"
    assert page.get_by_role("button", name="To the end").is_visible()


def test_the_temperature_asks_again(page):
    open_alive(page, make())
    page.evaluate("() => { window.delays = [500]; }")
    slider = page.get_by_label("Temperature")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0.1", "2")
    before = page.locator(".rows .percent").all_inner_texts()
    slider.evaluate(
        """(slider) => { for (const value of [1.1, 1.2, 1.3, 1.4]) {
            slider.value = value; slider.dispatchEvent(new Event("input")); } }"""
    )
    assert page.locator(".control .value").inner_text() == "1.4"
    page.wait_for_function("() => model.get('answer').temperature === 1.4")
    # the first step is asked at once; then only where the slider stands when Python is ready
    assert page.evaluate("() => asked") == [{"temperature": 1.1}, {"temperature": 1.4}]
    after = page.locator(".rows .percent").all_inner_texts()
    assert float(after[0].split()[0]) < float(before[0].split()[0])
    slider.press("Home")
    page.wait_for_function("() => model.get('answer').temperature === 0.1")
    assert slider.get_attribute("aria-valuetext") == "0.1"
    assert page.locator(".rows .percent").first.inner_text() == "> 99.9 %"
    page.keyboard.press("End")
    page.wait_for_function("() => model.get('answer').temperature === 2")
    assert page.problems == []


def test_every_head_can_be_looked_at(page):
    picture = make()
    open_alive(page, picture)
    weights = np.array(picture.answer["attention"])
    block, head = page.get_by_label("Block", exact=True), page.get_by_label("Head", exact=True)
    assert block.locator("option").all_inner_texts() == ["1", "2"]
    assert head.locator("option").all_inner_texts() == ["all (mean)", "1", "2", "3"]
    assert block.input_value() == "2" and head.input_value() == "all (mean)"
    np.testing.assert_allclose(heat_map(page)[2], weights[1].mean(axis=0), atol=0.005)
    block.select_option("1")
    np.testing.assert_allclose(heat_map(page)[2], weights[0].mean(axis=0), atol=0.005)
    head.select_option("3")
    np.testing.assert_allclose(heat_map(page)[2], weights[0, 2], atol=0.005)
    assert page.get_by_role("region", name="Attention weights, block 1, head 3").is_visible()
    assert page.evaluate("() => asked") == [{"block": 1}, {"head": 3}]
    assert (picture.block, picture.head) == (1, 3)
    head.press("2")  # in the drop-down, this is no word
    assert page.locator(".so-far").inner_text() == "nothing yet" and page.problems == []


def test_a_weight_is_a_number_a_colour_and_a_title(page):
    open_alive(page, make())
    cells = page.locator(".map tbody td")
    assert cells.first.get_attribute("title") == "the next word looks at I: 88.5 %"
    color = "(cell) => getComputedStyle(cell).backgroundColor"
    assert cells.nth(0).evaluate(color) != cells.nth(1).evaluate(color)
    page.keyboard.press("Tab")
    page.get_by_role("region").focus()
    page.keyboard.press("1")
    wait_for_words(page, 1)
    assert cells.first.get_attribute("title") == "je looks at I: 88.5 %"


def test_the_beam_is_as_wide_as_asked(page):
    open_alive(page, make())
    width, rows = page.get_by_label("Beam search: width"), page.locator(".beam tbody tr")
    assert (width.get_attribute("min"), width.get_attribute("max")) == ("1", "5")
    assert rows.count() == 3 and rows.first.inner_text().split("\t") == [
        "<i>I am here</i> 0",
        "−0.5",
    ]
    width.fill("5")
    page.wait_for_function("() => model.get('found').width === 5")
    assert rows.count() == 5 and rows.last.inner_text().endswith("−2.5")
    for wrong, taken in (("9", "5"), ("", "5"), ("-3", "1")):
        width.fill(wrong)
        width.press("Tab")
        assert width.input_value() == taken
    page.wait_for_function("() => model.get('found').width === 1")
    assert rows.count() == 1
    width.press("4")
    assert page.locator(".so-far").inner_text() == "nothing yet"
    type_text(page, "Hello")
    page.wait_for_function("() => model.get('found').text === 'Hello'")
    assert rows.first.inner_text().startswith("<i>Hello</i> 0") and page.problems == []


def test_a_search_that_takes_long_says_so(page):
    open_alive(page, make())
    page.evaluate("() => { window.delays = [3000]; }")
    page.get_by_label("Beam search: width").fill("2")
    page.get_by_text("Searching …").wait_for()
    assert not page.locator(".beam table").is_visible()
    page.locator(".beam table").wait_for()
    assert page.locator(".beam tbody tr").count() == 2
    assert page.get_by_text("Searching …").count() == 0


def test_without_a_search_there_is_no_beam(page):
    open_alive(page, make(search=None))
    assert page.locator(".beam").count() == 0 and page.get_by_label("Beam").count() == 0
    page.get_by_role("button", name="Next word").click()
    wait_for_words(page, 1)
    assert page.problems == []


def test_refusals_stand_under_the_field(page):
    open_alive(page, make())
    message = page.locator(".message")
    type_text(page, "日本語")
    assert message.inner_text() == "No word of this sentence is in the vocabulary."
    assert shown_words(page) == [] and not page.locator(".map").is_visible()
    assert page.get_by_text("Nothing to show yet.").is_visible()
    page.get_by_role("button", name="To the end").click(force=True)
    type_text(page, "nothing")
    assert message.inner_text() == "The search needs two words."
    assert shown_words(page)[0] == "je" and page.locator(".map").is_visible()
    type_text(page, "")
    assert message.inner_text() == "Type a sentence to translate."
    type_text(page, SENTENCE)
    assert message.inner_text() == "" and page.locator(".beam tbody tr").count() == 3


def test_one_sentence_is_said_once(page):
    def refuse(*_):
        raise ValueError("No such word.")

    open_alive(page, Microscope(refuse, refuse))
    assert page.locator(".message").inner_text() == "No such word."


@pytest.mark.parametrize("alive", [True, False])
def test_nothing_is_markup_and_nothing_breaks(page, alive):
    page.set_viewport_size({"width": 400, "height": 900})
    if not alive:
        for case, text in HOSTILE.items():
            open_page(page, make(text).embed(), style="margin: 0")
            assert page.locator("img, i, script:not(figure > script)").count() == 0, case
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 400, case
        return
    open_alive(page, make("I"), style="margin: 0")
    inside = page.locator(".course-explorable *")
    kinds = "(nodes) => nodes.map((node) => node.tagName)"
    tags = set(inside.evaluate_all(kinds))
    for case, text in HOSTILE.items():
        type_text(page, text)
        page.keyboard.press("Tab")
        page.keyboard.press("2")
        page.wait_for_timeout(50)
        assert set(inside.evaluate_all(kinds)) <= tags | {"LI", "SPAN"}, case
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 400, case
        if len(text) > MOST_LETTERS:
            assert page.locator(".message").inner_text().startswith("The text had"), case
    assert page.problems == []


def test_the_heat_map_scrolls_inside_itself(page):
    page.set_viewport_size({"width": 600, "height": 900})
    picture = make("word " * 40)
    picture.chosen = ["encore"] * 20
    open_alive(page, picture, style="margin: 0")
    region = page.get_by_role("region")
    sizes = region.evaluate(
        "(node) => [node.scrollWidth > node.clientWidth, node.scrollHeight > node.clientHeight]"
    )
    assert sizes == [True, True]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 600
    deciding = page.locator(".deciding th")
    assert deciding.is_visible() and inside(deciding, region)
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.map').scrollLeft > 0")
    assert inside(deciding, region)  # the words of the rows stay in sight


def inside(part, whole):
    """Return whether one box lies in another, to the pixel."""
    inner, outer = part.bounding_box(), whole.bounding_box()
    return all(
        outer[start] - 2 <= inner[start]
        and inner[start] + inner[size] <= outer[start] + outer[size] + 2
        for start, size in (("x", "width"), ("y", "height"))
    )


def test_right_to_left_text_stands_right(page):
    open_alive(page, make())
    type_text(page, HOSTILE["right to left"])
    direction = "(node) => getComputedStyle(node).direction"
    assert page.locator("textarea").evaluate(direction) == "rtl"


@pytest.mark.parametrize("text", [SENTENCE, "endless"])
def test_without_python_the_most_probable_path_is_there(page, text):
    picture = make(text)
    open_page(page, picture.embed())
    length = {SENTENCE: 4, "endless": MOST_WRITTEN}[text]
    assert len(picture.ahead) == length
    assert page.get_by_text("open the lesson in JupyterLab").is_visible()
    field, first = page.locator("textarea"), page.locator(".rows button").first
    assert field.get_attribute("readonly") is not None
    slider, width = page.get_by_label("Temperature"), page.get_by_label("Beam search: width")
    for control in (slider, width):
        assert control.is_disabled()
        why = page.locator(f"#{control.get_attribute('aria-describedby')}").inner_text()
        assert why.startswith("Without Python: only the first word can be picked")
    page.locator(".rows button").nth(1).click(force=True)
    assert page.locator(".so-far").inner_text() == "nothing yet"
    first.press("1")
    page.get_by_role("button", name="Next word").click()
    assert so_far(page) == picture.ahead[1]["chosen"]
    assert shown_words(page) == [word or "(empty)" for word, _ in picture.ahead[1]["words"]]
    np.testing.assert_allclose(
        heat_map(page)[2], np.mean(picture.ahead[1]["attention"][1], axis=0), atol=0.0051
    )
    page.get_by_label("Head", exact=True).select_option("2")
    np.testing.assert_allclose(heat_map(page)[2], picture.ahead[1]["attention"][1][1], atol=0.0051)
    page.get_by_role("button", name="To the end").click()
    page.wait_for_function(
        "(n) => document.querySelectorAll('.token').length === n", arg=length, timeout=30_000
    )
    page.get_by_role("button", name="To the end").wait_for()
    assert so_far(page) == picture.ahead[-1]["chosen"]
    page.get_by_role("button", name="Back").click()
    assert so_far(page) == picture.ahead[-2]["chosen"]
    page.get_by_role("button", name="Start over").click()
    assert page.locator(".so-far").inner_text() == "nothing yet"
    assert page.locator(".beam tbody tr").count() == 3 and page.problems == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation_with_python(page, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    picture = make("I am here and there " * 5)
    picture.chosen, picture.head = ["je"] * 15, 3
    open_alive(page, picture, style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


def test_a_slide_holds_it(page, tmp_path):
    setup = """from course_utils.explorables import Microscope

def look(text, chosen, temperature):
    source = text.split()
    best = [*source, "[end]"][len(chosen)]
    return {
        "words": [(best, 0.6), ("extraordinairement", 0.2), *[("a", 0.05)] * 3],
        "source": source,
        "written": ["[start]", *chosen],
        "attention": [[[[1 / len(source)] * len(source)] * (1 + len(chosen))] * 4] * 3,
    }

def search(text, width):
    return [(text, -0.5 * place - 0.5) for place in range(width)]
"""
    slides = {
        "a greeting": "Microscope(look, search, 'Hello world !')",
        "a sentence": "Microscope(look, search, 'I am very happy today .')",
        "no search": "Microscope(look, None, 'Hello world !')",
    }
    text = f'---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n```python tags=["setup"]\n{setup}```\n'
    for name, code in slides.items():
        options = "<!-- slide: ids=D1-01 minutes=2 layout=figure -->"
        text += f"\n## Type {name}\n\n{options}\n\n```python\n{code}\n```\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    test_decks.open_deck(page, test_decks.build.build_deck(tmp_path / "01_t.md", tmp_path))
    faults = {}
    for number, name in enumerate(slides, start=1):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.locator("section.present .microscope").wait_for()
        page.locator("section.present").get_by_role("button", name="To the end").click()
        page.locator("section.present .token.end").wait_for()
        if found := test_decks.find_faults(page):
            faults[name] = found
    assert faults == {} and page.problems == []
