"""Filling masks: answers in Python, attention in both languages, hands and hostile text."""

import json
import re
import warnings

import numpy as np
import pytest
import test_decks
from test_explorables import load_module, open_page
from test_typed_text import HOSTILE, open_alive, type_text

from course_utils.explorables import FillMask
from course_utils.explorables.fill_mask import MASK, MOST_MASKS

WORDS = ["cat", "dog", "<b>bold</b>", "extraordinarily", "##ing", "سلام", "", "man", "an", "[UNK]"]
SENTENCE = f"The {MASK} sat on the {MASK} of it."


def fill_plainly(text):
    """Return ten tokens for each mask, another one first each time."""
    if len(text) > 1500:
        raise ValueError("The sentence has more tokens than the model has places.")
    return [
        [(word, 0.5 / 2**rank) for rank, word in enumerate(WORDS[n % 5 :] + WORDS[: n % 5])]
        for n in range(text.count(MASK))
    ]


def split(text):
    return ["[CLS]", *re.findall(r"\[MASK\]|\w+|\S", text), "[SEP]"]


def make_attention(length, blocks=3, heads=2):
    """Return weights whose rows sum to 1, shape (blocks, heads, length, length)."""
    powers = np.exp(2 * np.random.default_rng(length).normal(size=(blocks, heads, length, length)))
    return powers / powers.sum(axis=-1, keepdims=True)


def fill(text):
    """Return tokens, fills and attention."""
    fills, tokens = fill_plainly(text), split(text)
    return {
        "tokens": tokens,
        "masks": [place for place, token in enumerate(tokens) if token == MASK],
        "fills": fills,
        "attention": make_attention(len(tokens)),
    }


def shown_fills(page):
    return page.locator(".bar-side .fills li:visible .word").all_inner_texts()


def names_of(pairs):
    return [word or "(empty)" for word, _ in pairs]


# --- Python -------------------------------------------------------------------------------------


def test_the_answer_follows_the_text():
    picture = FillMask(fill, SENTENCE)
    assert picture.fills == fill_plainly(SENTENCE) and picture.tokens == split(SENTENCE)
    picture.text = f"{MASK} is it"
    assert len(picture.fills) == 1 and picture.tokens[1] == MASK
    plain = FillMask(fill_plainly, SENTENCE)
    assert plain.fills == picture.fills * 1 + [fill_plainly(SENTENCE)[1]]
    assert plain.tokens == [] and plain.attention is None


def test_attention_is_that_of_the_chosen_mask_block_and_head():
    picture = FillMask(fill, SENTENCE)
    whole = make_attention(len(picture.tokens))
    places = [place for place, token in enumerate(picture.tokens) if token == MASK]
    for mask, block, head, expected in (
        (1, 0, 0, whole[:, :, places[0]].mean(axis=(0, 1))),
        (2, 3, 0, whole[2, :, places[1]].mean(axis=0)),
        (2, 0, 1, whole[:, 0, places[1]].mean(axis=0)),
        (1, 2, 2, whole[1, 1, places[0]]),
        (9, 9, 9, whole[:, :, places[1]].mean(axis=(0, 1))),  # there are fewer
    ):
        picture.mask, picture.block, picture.head = mask, block, head
        np.testing.assert_allclose(picture.attention, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write [MASK] where a word is missing."),
        ("no hole", "Write [MASK] where a word is missing."),
        ("[mask] [MASK", "Write [MASK] where a word is missing."),
        (f"{MASK} " * (MOST_MASKS + 1), "At most 12 [MASK] at a time, this text has 13."),
        (f"{MASK} " + "word " * 350, "The sentence has more tokens than the model has places."),
    ],
)
def test_sentences_say_what_is_missing(text, sentence):
    picture = FillMask(fill, text)
    assert picture.answer["message"] == sentence
    assert picture.fills == [] and picture.attention is None and sentence in picture.describe()


@pytest.mark.parametrize(
    "text", [MASK, f"{MASK} a", f"a {MASK}", MASK * 2, f"{MASK} " * MOST_MASKS]
)
def test_masks_may_stand_anywhere(text):
    picture = FillMask(fill, text)
    assert picture.answer["message"] == "" and len(picture.fills) == text.count(MASK)


def test_another_error_is_named_and_raised():
    def fail(text):
        return fill(text) if "cat" not in text else 1 / 0

    with pytest.raises(ZeroDivisionError):
        FillMask(fail, f"cat {MASK}")
    picture = FillMask(fail, SENTENCE)
    with pytest.raises(ZeroDivisionError):
        picture.text = f"cat {MASK}"
    assert "fail failed (ZeroDivisionError)" in picture.answer["message"]
    assert picture.attention is None and picture.describe() and picture._to_png()


def changed(**values):
    """Return a function that fills, some of its answer changed."""
    return lambda text: {**fill(text), **values}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FillMask("fill", SENTENCE), "expected a function"),
        (lambda: FillMask(fill, 3), "text must be a text, got 3"),
        (lambda: FillMask(fill, SENTENCE, mask=0), "mask must be a whole number from 1 on, got 0"),
        (lambda: FillMask(fill, SENTENCE, block=-1), "block must be a whole number from 0 on"),
        (lambda: FillMask(fill, SENTENCE, head="all"), "head must be a whole number"),
        (lambda: FillMask(lambda text: None, MASK), "for each mask, 1 here; got None"),
        (lambda: FillMask(lambda text: [], MASK), "1 here; got []"),
        (lambda: FillMask(lambda text: [[("a", 1)]] * 2, MASK), "1 here; got"),
        (lambda: FillMask(lambda text: [("a", 0.5)], MASK), "(token, probability)"),
        (lambda: FillMask(lambda text: [[("a", np.nan)]], MASK), "(token, probability)"),
        (lambda: FillMask(lambda text: [[("a", 1.5)]], MASK), "(token, probability)"),
        (lambda: FillMask(lambda text: [[(3, 0.5)]], MASK), "(token, probability)"),
        (lambda: FillMask(lambda text: {"fills": []}, MASK), 'needs "tokens"'),
        (lambda: FillMask(changed(tokens="abc"), MASK), '"tokens" must be a list'),
        (lambda: FillMask(changed(tokens=[1, 2, 3]), MASK), "each of tokens must be a text, got 1"),
        (lambda: FillMask(changed(masks=[]), MASK), "places of the masks in order, got []"),
        (lambda: FillMask(changed(masks=[3]), MASK), "places from 0 to 2, got [3]"),
        (lambda: FillMask(changed(masks=[0.5]), MASK), "places of the masks"),
        (lambda: FillMask(changed(masks=[1, 1]), MASK), "places of the masks"),
        (lambda: FillMask(changed(masks=None), MASK), "places of the masks"),
        (lambda: FillMask(changed(masks=[0, 1]), MASK), "for each mask, 2 here"),
        (lambda: FillMask(changed(attention=np.ones((1, 3, 3))), MASK), "(blocks, heads, 3, 3)"),
        (lambda: FillMask(changed(attention=np.ones((1, 1, 4, 3))), MASK), "got (1, 1, 4, 3)"),
        (lambda: FillMask(changed(attention=[[1], [1, 2]]), MASK), "(blocks, heads, 3, 3)"),
        (lambda: FillMask(changed(attention="all"), MASK), "(blocks, heads, 3, 3)"),
        (lambda: FillMask(changed(attention=np.full((1, 1, 3, 3), np.nan)), MASK), "from 0 to 1"),
        (lambda: FillMask(changed(attention=np.full((1, 1, 3, 3), -1)), MASK), "from 0 to 1"),
    ],
)  # fmt: skip
def test_bad_arguments_are_explained(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    "line",
    ["", "[]", '{"text":3}', '{"mask":0}', '{"mask":"1"}', '{"block":-1}', '{"head":0.5}',
     '{"head":true}', '{"text":"a","mask":null}', '{"answer":{}}'],
)  # fmt: skip
def test_a_hostile_state_changes_nothing(line):
    picture = FillMask(fill, SENTENCE)
    before = picture.get_state()
    with pytest.raises(ValueError, match="state"):
        picture.state = line
    assert picture.get_state() == before


def test_what_numpy_and_keras_return_is_taken():
    def answer(text):
        found = fill(text)
        return {
            **found,
            "tokens": np.array(found["tokens"]),
            "masks": np.array(found["masks"]),
            "fills": [[(np.str_("a"), np.float32(1.0000001))]] * 2,
            "attention": found["attention"].astype("float32"),
        }

    picture = FillMask(answer, SENTENCE)
    assert picture.fills == [[("a", 1.0)]] * 2 and json.dumps(picture.answer)


def test_the_picture_is_told_in_words():
    words = FillMask(fill, SENTENCE).describe()
    assert f'A field with the text "{SENTENCE}"; mask 1: cat 50.0 %, dog 25.0 %' in words
    assert "; mask 2: dog 50.0 %" in words and "Mask 1 looks most at " in words


@pytest.mark.parametrize("case", HOSTILE)
def test_every_text_is_told_and_drawn(case, course_style):
    for text in (HOSTILE[case], f"{MASK} {HOSTILE[case]}"[:1400]):
        for function in (fill, fill_plainly):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                data, _ = FillMask(function, text)._repr_mimebundle_()
            assert data["image/png"] and 20 < len(data["text/plain"]) < 1500


# --- In the browser -----------------------------------------------------------------------------


def test_attention_is_the_same_in_both_languages(page):
    picture = FillMask(fill, SENTENCE)
    load_module(page, "fill_mask")
    cases = [(m, b, h) for m in (1, 2) for b in (0, 1, 3, 7) for h in (0, 2, 7)]
    found = page.evaluate(
        "([rows, cases]) => cases.map(([m, b, h]) => module.lookOf(rows, m - 1, b, h))",
        [picture.answer["attention"], cases],
    )
    for (picture.mask, picture.block, picture.head), row in zip(cases, found, strict=True):
        np.testing.assert_allclose(row, picture.attention, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "start", "end", "whole", "before"),
    [
        ("", 0, 0, "[MASK]", "[MASK]"),
        ("The sat", 4, 4, "The [MASK] sat", "The [MASK] "),
        ("The cat sat", 4, 7, "The [MASK] sat", "The [MASK]"),
        ("The", 3, 3, "The [MASK]", "The [MASK]"),
        ("The.", 3, 3, "The [MASK].", "The [MASK]"),
        ("the (", 5, 5, "the ([MASK]", "the ([MASK]"),
        ("a [MASK]", 2, 2, "a [MASK] [MASK]", "a [MASK] "),
        ("a\nb", 2, 2, "a\n[MASK] b", "a\n[MASK] "),
        ("été", 3, 3, "été [MASK]", "été [MASK]"),
    ],
)
def test_a_mask_is_inserted_between_words(page, text, start, end, whole, before):
    load_module(page, "fill_mask")
    found = page.evaluate("([t, s, e]) => module.insertMask(t, s, e)", [text, start, end])
    assert found["text"] == whole and whole[: found["cursor"]] == before


def test_masks_are_filled_while_somebody_types(page):
    picture = FillMask(fill, SENTENCE)
    open_alive(page, picture)
    assert shown_fills(page) == names_of(fill_plainly(SENTENCE)[0])
    page.get_by_role("button", name=f"{MASK} → dog").click()
    assert shown_fills(page) == names_of(fill_plainly(SENTENCE)[1])
    assert picture.mask == 2
    pressed = [
        button.get_attribute("aria-pressed") for button in page.locator(".sentence button").all()
    ]
    assert pressed == ["false", "true"]
    assert page.locator(".sentence button").nth(1).evaluate("(button) => button.matches(':focus')")
    type_text(page, f"It is {MASK}")
    assert shown_fills(page) == names_of(fill_plainly(SENTENCE)[0])
    assert page.locator(".bar-side .title").inner_text() == "Most probable for mask 1 of 1"
    assert page.get_by_role("status").last.inner_text().startswith("Mask 1: cat 50.0 %")
    type_text(page, "It is")
    assert page.locator(".message").inner_text() == "Write [MASK] where a word is missing."
    assert shown_fills(page) == [] and not page.locator(".look-side").is_visible()
    assert page.problems == []


def test_the_button_inserts_a_mask_at_the_cursor(page):
    open_alive(page, FillMask(fill, "The sat."))
    field = page.get_by_label("A sentence with one or more [MASK]")
    field.focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Insert [MASK]").click()
    assert field.input_value() == "The [MASK] sat."
    page.wait_for_function("() => model.get('answer').text === 'The [MASK] sat.'")
    assert shown_fills(page)[0] == "cat" and field.evaluate("(node) => node.matches(':focus')")
    page.keyboard.type("never ")
    assert field.input_value() == "The [MASK] never sat."
    type_text(page, "word " * 399 + "x")
    field.press("Control+End")
    page.get_by_role("button", name="Insert [MASK]").click()
    assert page.locator(".message").inner_text() == "The text is full."
    assert page.problems == []


def test_block_and_head_are_chosen(page):
    picture = FillMask(fill, SENTENCE)
    open_alive(page, picture)
    for mask, block, head in ((1, 0, 0), (1, 2, 0), (2, 2, 1), (2, 0, 2)):
        page.locator(".sentence button").nth(mask - 1).click()
        page.get_by_label("block").select_option(str(block))
        page.get_by_label("head").select_option(str(head))
        picture.mask, picture.block, picture.head = mask, block, head
        shares = page.locator(".sentence .share").all_inner_texts()
        assert len(shares) == len(picture.tokens)
        for text, weight in zip(shares, picture.attention, strict=True):
            assert (text == "<.01") == (0 < weight < 0.005)
            assert text == "<.01" or float(text) == pytest.approx(weight, abs=0.0051)
        most = [picture.tokens[i] for i in np.argsort(-picture.attention, kind="stable")[:6]]
        assert page.locator(".looked li:visible .word").all_inner_texts() == most
        depth = "(node) => Number.parseInt(node.style.getPropertyValue('--depth'))"
        darkest = page.locator(".sentence li").nth(int(picture.attention.argmax()))
        assert darkest.evaluate(depth) == 100
    assert page.problems == []


def test_without_attention_there_is_nothing_to_look_at(page):
    open_alive(page, FillMask(fill_plainly, SENTENCE))
    assert not page.locator(".look-side").is_visible()
    pieces = [piece.strip() for piece in page.locator(".sentence li").all_inner_texts()]
    assert pieces == ["The", "[MASK] → cat", "sat on the", "[MASK] → dog", "of it."]


@pytest.mark.parametrize("function", [fill, fill_plainly])
def test_nothing_typed_is_markup_and_nothing_breaks(page, function):
    open_alive(page, FillMask(function, SENTENCE), style="margin: 0")
    page.set_viewport_size({"width": 400, "height": 900})
    inside = page.locator(".course-explorable *")
    kinds = "(nodes) => nodes.map((node) => node.tagName)"
    tags = set(inside.evaluate_all(kinds))
    for case, text in HOSTILE.items():
        for typed in (text, f"{MASK} {text}"[:1400]):
            type_text(page, typed)
            assert set(inside.evaluate_all(kinds)) <= tags, case
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 400, case
    assert page.problems == []


def test_without_python_masks_and_heads_can_be_chosen(page):
    open_page(page, FillMask(fill, SENTENCE, mask=2).embed())
    assert page.locator("textarea").get_attribute("readonly") is not None
    assert page.get_by_role("button", name="Insert").count() == 0
    assert shown_fills(page) == names_of(fill_plainly(SENTENCE)[1])
    before = page.locator(".sentence .share").all_inner_texts()
    page.locator(".sentence button").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("head").select_option("2")
    assert shown_fills(page) == names_of(fill_plainly(SENTENCE)[0])
    assert page.locator(".sentence .share").all_inner_texts() != before
    assert page.get_by_role("status").last.inner_text().startswith("Mask 1: cat 50.0 %")
    assert page.problems == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation_with_python(page, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_alive(page, FillMask(fill, f"{SENTENCE} " + "more and more " * 60), style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


def test_slides_hold_it(page, tmp_path):
    setup = "import numpy as np\nfrom course_utils.explorables import FillMask"
    setup += """
def fill_plainly(text):
    return [[("extraordinarily", 0.5), *[("word", 0.05)] * 9]] * text.count("[MASK]")
def fill(text):
    tokens = text.split()
    return {"tokens": tokens, "masks": [i for i, t in enumerate(tokens) if t == "[MASK]"],
            "fills": fill_plainly(text), "attention": np.full((4, 4, *[len(tokens)] * 2), 0.1)}
"""
    address = (
        "[CLS] four score and seven years ago our [MASK] brought forth on this continent , a new "
        "[MASK] , conceived in [MASK] , and dedicated to the proposition that all men are created "
        "equal . [SEP]"
    )
    slides = {
        "words": "FillMask(fill_plainly, 'The [MASK] sat on the [MASK].')",
        "with attention": f"FillMask(fill, {address!r}, mask=2, block=1, head=3)",
    }
    text = f'---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n```python tags=["setup"]\n{setup}\n```\n'
    for name, code in slides.items():
        options = "<!-- slide: ids=D1-01 minutes=2 layout=figure -->"
        text += f"\n## Fill {name}\n\n{options}\n\n```python\n{code}\n```\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    test_decks.open_deck(page, test_decks.build.build_deck(tmp_path / "01_t.md", tmp_path))
    faults = {}
    for number, name in enumerate(slides, start=1):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.locator("section.present .fill-mask").wait_for()
        if found := test_decks.find_faults(page):
            faults[name] = found
    assert faults == {} and page.problems == []
