"""Next words and word weights: answers in Python, hands and hostile text in Chromium."""

import json
import re
import warnings

import numpy as np
import pytest
import test_decks
from test_explorables import load_module, open_page

from course_utils.explorables import NextWords, WordWeights
from course_utils.explorables.next_words import append
from course_utils.explorables.typed_text import MOST_LETTERS, cut, write_percent
from course_utils.explorables.word_weights import write_sign, write_weight

WORDS = ["the", "a", "film", "good", ",", "extraordinarily", "<b>bold</b>", "\U0001f600", "سلام"]
HOSTILE = {
    "empty": "",
    "spaces": "  \n\t ",
    "ten thousand words": "word " * 10_000,
    "one endless word": "x" * 100_000,
    "unknown words": "qwxz zzyzx",
    "emoji": "\U0001f600 \U0001f468‍\U0001f469‍\U0001f467 ok",
    "right to left": "مرحبا بالعالم hello",
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script> <b>b</b> &amp; </textarea>",
    "mathematics": r"$\frac$ $5 and $6 {{x}} \n %s",
    "combining": "Z̸̡̛͎̗a̷͝l̶g̴o e\u0301",
}  # fmt: skip


def suggest(text):
    """Return five words that depend on the text."""
    start = len(text.split()) % len(WORDS)
    words = (WORDS + WORDS)[start : start + 5]
    return list(zip(words, (0.5, 0.25, 0.125, 0.05, 0.0001), strict=True))


def translate(text, chosen):
    """Return the words of a translation, one letter turned round each, then the end."""
    words = [word[::-1] for word in text.split()]
    if not any(word.isascii() for word in words):
        raise ValueError("No word of this sentence is in the vocabulary.")
    following = words[len(chosen) :][:1] or ["[END]"]
    return [(following[0], 0.9), ("[END]" if following[0] != "[END]" else "x", 0.05)]


def read(text):
    """Return a probability and weights: long words speak for, short ones against."""
    words = text.lower().split()
    known = [(word, None if "q" in word else float(len(word) - 4)) for word in words]
    return 1 / (1 + 2 ** -sum(weight or 0 for _, weight in known)), known


def make_translation(text="I am here", **values):
    return NextWords(translate, text, translate=True, **values)


def open_alive(page, picture, style=""):
    """Show an explorable on a page where Python answers, as in JupyterLab; `delays` in ms."""
    page.expose_function("askPython", lambda values: tell(picture, values))
    snippet = picture.embed()
    identifier = re.search(r'id="([^"]+)"', snippet)[1]
    alive = f"""
        const figure = document.getElementById("{identifier}");
        const model = createModel(JSON.parse(figure.querySelector("script").textContent));
        const set = model.set;
        let changed = {{}};
        model.set = (name, value) => {{ changed[name] = value; set(name, value); }};
        model.send = () => {{}};
        model.save_changes = async () => {{
            const values = changed;
            changed = {{}};
            (window.asked ??= []).push(values);
            const state = await askPython(values);
            await new Promise((resolve) => setTimeout(resolve, (window.delays ?? []).shift() ?? 0));
            if (window.silent) return;
            for (const [name, value] of Object.entries(state)) set(name, value);
        }};
        window.end = render({{ model, el: figure.querySelector("div") }});
        window.model = model;
    """
    return open_page(page, snippet.replace(f'mount(render, "{identifier}");', alive), style=style)


def tell(picture, values):
    """Hand values of the browser to Python; return its answer, and what Python changed."""
    try:
        picture.set_state(values)
    except ZeroDivisionError:
        pass  # ipywidgets shows it in the log
    changed = {
        name: getattr(picture, name) for name in values if getattr(picture, name) != values[name]
    }
    answers = {
        name: getattr(picture, name) for name in ("answer", "found") if picture.has_trait(name)
    }
    return json.loads(json.dumps({**changed, **answers}))


def shown_words(page):
    return page.locator(".rows li:visible .word").all_inner_texts()


def type_text(page, text):
    """Put a text into the field, and wait until Python has answered it."""
    page.locator("textarea").fill(text)
    page.wait_for_timeout(200)
    page.wait_for_function("() => model.get('answer').text === model.get('text')")


# --- Python -------------------------------------------------------------------------------------


def test_the_answer_follows_the_text():
    picture = NextWords(suggest, "I like")
    assert picture.suggestions == suggest("I like")
    picture.text = "I like films"
    assert picture.suggestions == suggest("I like films")
    reader = WordWeights(read, "Extraordinary")
    assert reader.probability > 0.99 and reader.weights == [("extraordinary", 9.0)]
    reader.text = "no"
    assert reader.probability == 0.2 and reader.answer["text"] == "no"


def test_a_translation_goes_on_with_what_is_chosen():
    picture = make_translation(chosen=["I"])
    assert picture.suggestions[0] == ("ma", 0.9)
    picture.chosen = ["I", "ma", "ereh", "[END]"]
    assert picture.suggestions == [] and picture.answer["message"] == ""
    assert "I ma ereh end of sentence" in picture.describe()


def test_python_is_asked_once_for_each_question():
    asked = []

    def note(text, chosen):
        asked.append((text, tuple(chosen)))
        return []

    picture = NextWords(note, "a", translate=True)
    picture.set_state({"text": "b", "chosen": ["x"]})
    picture.text = "b"
    picture.state = '{"text":"c","chosen":[]}'
    assert asked == [("a", ()), ("b", ("x",)), ("c", ())]


def test_a_value_error_is_a_sentence():
    picture = make_translation("日本語")
    assert picture.answer["message"] == "No word of this sentence is in the vocabulary."
    assert picture.suggestions == []
    picture.text = "I"
    assert picture.answer["message"] == "" and picture.suggestions
    assert make_translation("").answer["message"] == "Type a sentence to translate."
    empty = WordWeights(read)
    assert "Type a text" in empty.answer["message"] and empty.probability is None


def fail(text):
    """Fail once something is typed."""
    if text == "long":
        raise ValueError("Input 0 is incompatible\nwith the layer.")
    return [("a", 1 / (text != "zero"))]


@pytest.mark.parametrize("text", ["long", "zero"])
def test_another_error_is_named_and_raised(text):
    with pytest.raises((ValueError, ZeroDivisionError)) as raised:
        NextWords(fail, text)
    picture = NextWords(fail, "x")
    with pytest.raises(raised.type):
        picture.text = text
    assert f"fail failed ({raised.type.__name__}): see the log" in picture.answer["message"]
    assert picture.answer["text"] == text
    picture.text = "x"
    assert picture.suggestions == [("a", 1.0)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NextWords("suggest"), "expected a function that answers a text, got 'suggest'"),
        (lambda: NextWords(suggest, 3), "text must be a text, got 3"),
        (lambda: NextWords(suggest, None), "text must be a text"),
        (lambda: NextWords(suggest, "", [1]), "each word of chosen must be a text, got 1"),
        (lambda: NextWords(suggest, end=3), "end must be a text"),
        (lambda: NextWords(suggest, label=3), "label must be a text"),
        (lambda: NextWords(lambda text: None), "pairs (word, probability), got None"),
        (lambda: NextWords(lambda text: ["the"]), "pairs (word, probability), got ['the']"),
        (lambda: NextWords(lambda text: [(3, 0.5)]), "pairs (word, probability)"),
        (lambda: NextWords(lambda text: [("a", None)]), "pairs (word, probability)"),
        (lambda: NextWords(lambda text: [("a", np.nan)]), "pairs (word, probability)"),
        (lambda: NextWords(lambda text: [("a", 1.5)]), "pairs (word, probability)"),
        (lambda: WordWeights(None), "expected a function"),
        (lambda: WordWeights(read, classes=("spam",)), "classes must be two names"),
        (lambda: WordWeights(read, classes=("", "spam")), "classes must be two names"),
        (lambda: WordWeights(read, classes=(0, 1)), "each of classes must be a text"),
        (lambda: WordWeights(lambda text: 0.5, "a"), "probability from 0 to 1, got 0.5"),
        (lambda: WordWeights(lambda text: (2, []), "a"), "probability from 0 to 1"),
        (lambda: WordWeights(lambda text: (0.5, None), "a"), "(probability, [(word, weight), …])"),
        (lambda: WordWeights(lambda text: (0.5, [("a", np.inf)]), "a"), "(word, weight)"),
    ],
)  # fmt: skip
def test_bad_arguments_are_explained(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize("line", ["", "[]", '{"text":3}', '{"chosen":[1]}', '{"words":[]}'])
def test_a_wrong_state_is_refused(line):
    picture = NextWords(suggest, "a")
    before = picture.get_state()
    with pytest.raises(ValueError, match="state"):
        picture.state = line
    assert picture.get_state() == before


def test_what_numpy_and_keras_return_is_taken():
    words = np.array(["the", "a"])
    probabilities = np.array([1.0000001, 0.25], dtype=np.float32)
    picture = NextWords(lambda text: zip(words, probabilities, strict=True))
    assert picture.suggestions == [("the", 1.0), ("a", 0.25)] and json.dumps(picture.answer)
    reader = WordWeights(lambda text: (np.float32(0.5), [("a", np.float32(2))]), "a")
    assert reader.weights == [("a", 2.0)] and json.dumps(reader.answer)


@pytest.mark.parametrize("case", HOSTILE)
def test_every_text_is_told_and_drawn(case, course_style):
    for picture in (
        NextWords(suggest, HOSTILE[case]),
        make_translation(HOSTILE[case], chosen=["<i>", "$x$"]),
        WordWeights(read, HOSTILE[case]),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            data, _ = picture._repr_mimebundle_()
        assert data["image/png"] and 20 < len(data["text/plain"]) < 600


def test_long_texts_are_cut_between_words():
    assert cut("word " * 10_000) == ("word " * 400)[:2000]
    assert cut("a" + "word " * 10_000)[-5:] == " word"
    assert cut("x" * 5000) == "x" * MOST_LETTERS
    picture = NextWords(suggest)
    picture.text = "word " * 10_000
    assert len(picture.text) == MOST_LETTERS


def test_pictures_are_told_in_words():
    assert NextWords(suggest, "I like").describe() == (
        'A field with the text "I like" and the most probable next words: film 50.0 %, good '
        "25.0 %, , 12.5 %, extraordinarily 5.0 %, <b>bold</b> < 0.1 %."
    )
    assert WordWeights(read, "extraordinary to q").describe() == (
        'A field with the text "extraordinary to q". Probability of "spam": 99.2 %. '
        "Strongest words: extraordinary +9.0, to −2.0."
    )


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0.0 %"), (0.0004, "< 0.1 %"), (0.31449, "31.4 %"), (0.9996, "> 99.9 %"), (1, "100.0 %")],
)
def test_only_what_is_certain_looks_certain(probability, text):
    assert write_percent(probability) == text


# --- In the browser -----------------------------------------------------------------------------


def test_both_languages_write_and_cut_the_same(page):
    random = np.random.default_rng(0)
    numbers = [0, 1, 0.0004, 0.0005, 0.9995, 0.99949, 0.125, *random.uniform(size=200).tolist()]
    weights = [None, 0, 0.001, -0.001, 0.5, -1.25, 12, *random.normal(0, 2, 200).tolist()]
    texts = [text for text in HOSTILE.values() if text.isascii()] + ["ab " + "word " * 500]
    load_module(page, "typed_text")
    written = page.evaluate(
        "([numbers, texts]) => [numbers.map(module.writePercent), texts.map(module.cut)]",
        [numbers, texts],
    )
    assert written[0] == [write_percent(number) for number in numbers]
    assert written[1] == [cut(text) for text in texts]
    load_module(page, "word_weights")
    written = page.evaluate(
        "(weights) => [weights.map(module.writeWeight), weights.map(module.writeSign)]", weights
    )
    assert written[0] == [write_weight(weight) for weight in weights]
    assert written[1] == [write_sign(weight) for weight in weights]


def test_no_emoji_is_cut_in_half(page):
    load_module(page, "typed_text")
    assert page.evaluate("() => module.cut('x' + '\U0001f600'.repeat(3000)).isWellFormed()")


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("", "the", "the"), ("I", "like", "I like"), ("I ", "like", "I like"), ("I", ",", "I,"),
        ("veux", "-tu", "veux-tu"), ("a", "<b>", "a <b>"), ("it", "'s", "it's"), ("a", "-", "a -"),
        ("a\n", "سلام", "a\nسلام"), ("a", "...", "a..."), ("a", "’", "a’"),
    ],
)  # fmt: skip
def test_words_are_appended_and_taken_off(page, text, word, whole):
    load_module(page, "next_words")
    assert append(text, word) == whole
    assert page.evaluate("([text, word]) => module.append(text, word)", [text, word]) == whole
    assert (
        page.evaluate("([whole, word]) => module.takeOff(whole, word)", [whole, word])
        == text.strip()
    )


def test_a_text_goes_on_by_click_and_key(page):
    open_alive(page, NextWords(suggest, "I"))
    field = page.get_by_label("The beginning of a text")
    assert shown_words(page) == WORDS[1:6]
    page.get_by_role("button", name="2 film 25.0 %").click()
    page.wait_for_function("() => model.get('answer').text === 'I film'")
    assert field.input_value() == "I film" and shown_words(page) == WORDS[2:7]
    for key, text in (("1", "I film film"), ("2", "I film film,")):
        page.keyboard.press(key)
        page.wait_for_function("(text) => model.get('answer').text === text", arg=text)
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    assert field.input_value() == "I film film"
    page.get_by_role("button", name="Start again").click()
    assert field.input_value() == "I" and undo.get_attribute("aria-disabled") == "true"
    field.focus()
    page.keyboard.press("End")
    page.keyboard.type(" 12345")
    assert field.input_value() == "I 12345"
    assert page.problems == []


def test_a_full_text_says_so(page):
    open_alive(page, NextWords(suggest, ("word " * 400).strip()))
    page.locator(".rows button").nth(1).click()
    assert page.locator(".message").inner_text() == "The text is full."
    assert page.evaluate("() => window.asked") is None


def test_keys_in_the_field_stay_inside(page):
    open_alive(page, WordWeights(read))
    page.evaluate(
        "() => { window.keys = []; document.addEventListener('keydown', (e) => keys.push(e.key)); }"
    )
    page.locator("textarea").focus()
    for key in ("a", "d", "d", "Escape", "Enter", "ArrowUp", "Control+z", "Control+a"):
        page.keyboard.press(key)
    assert page.evaluate("() => keys") == []
    page.keyboard.press("Shift+Enter")  # runs the cell
    assert page.evaluate("() => keys") == ["Enter"]


def test_a_sentence_is_translated_word_by_word(page):
    open_alive(page, make_translation())
    page.get_by_role("button", name="1 I 90.0 %").focus()
    for count in range(1, 5):
        page.keyboard.press("1")
        page.wait_for_function("(n) => model.get('answer').chosen.length === n", arg=count)
    assert page.locator(".so-far").inner_text().split() == "I ma ereh end of sentence".split()
    assert shown_words(page) == []
    assert page.get_by_role("status").last.inner_text() == "The sentence is complete."
    assert page.get_by_role("button", name="Undo").evaluate("(b) => b.matches(':focus')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => model.get('answer').chosen.length === 3")
    assert shown_words(page) == ["end of sentence", "x"]
    assert page.get_by_label("A sentence to translate").input_value() == "I am here"
    type_text(page, "You")
    assert page.locator(".so-far").inner_text() == "nothing yet"
    assert page.problems == []


def test_typing_asks_once_after_a_pause(page):
    open_alive(page, NextWords(suggest))
    page.locator("textarea").focus()
    page.keyboard.type("like this", delay=20)
    page.wait_for_function("() => model.get('answer').text === 'like this'")
    assert page.evaluate("() => asked") == [{"text": "like this", "chosen": []}]
    assert page.get_by_role("status").last.inner_text().startswith("Next: film 50.0 %")


def test_only_the_newest_answer_counts(page):
    open_alive(page, NextWords(suggest))
    page.evaluate("() => { window.delays = [600, 0]; }")
    field = page.locator("textarea")
    field.fill("one")
    page.wait_for_timeout(200)
    field.fill("one two")
    page.wait_for_timeout(250)
    assert shown_words(page) == WORDS[2:7]
    page.wait_for_timeout(600)  # the late answer to "one"
    assert shown_words(page) == WORDS[2:7] and field.input_value() == "one two"


def test_thinking_is_shown_only_when_it_takes_long(page):
    open_alive(page, NextWords(suggest))
    message, root = page.locator(".message"), page.locator(".course-explorable")
    page.evaluate("() => { window.delays = [100, 700]; }")
    page.evaluate(
        """() => { window.said = [];
            const note = () => said.push(document.querySelector('.message').textContent);
            new MutationObserver(note).observe(document.querySelector('.message'),
                { childList: true, characterData: true, subtree: true }); }"""
    )
    type_text(page, "one")
    page.wait_for_timeout(500)
    assert page.evaluate("() => said") == []
    page.locator("textarea").fill("one two")
    page.get_by_text("Thinking …").wait_for()
    assert root.get_attribute("aria-busy") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("1")  # a word of the old text
    page.wait_for_function("() => model.get('answer').text === 'one two'")
    assert message.inner_text() == "" and root.get_attribute("aria-busy") is None
    assert page.locator("textarea").input_value() == "one two"


def test_a_lost_kernel_is_named(page):
    page.clock.install(time=0)
    open_alive(page, NextWords(suggest))
    page.evaluate("() => { window.silent = true; }")
    page.locator("textarea").fill("one")
    page.clock.run_for(6000)
    assert "this cell must be run again" in page.locator(".message").inner_text()


def test_sentences_and_failures_stand_under_the_field(page):
    open_alive(page, make_translation())
    type_text(page, "日本語")
    message = page.locator(".message")
    assert message.inner_text() == "No word of this sentence is in the vocabulary."
    assert shown_words(page) == [] and message.get_attribute("role") == "status"
    type_text(page, "I")
    assert message.inner_text() == "" and shown_words(page)[0] == "I"


def test_a_failure_is_named(page):
    open_alive(page, NextWords(fail))
    type_text(page, "zero")
    assert "fail failed (ZeroDivisionError): see the log" in page.locator(".message").inner_text()
    type_text(page, "one")
    assert shown_words(page) == ["a"] and page.locator(".message").inner_text() == ""


MAKERS = {
    "next words": lambda text="I like": NextWords(suggest, text),
    "translation": lambda text="I am here": make_translation(text, chosen=["I", "<i>"]),
    "weights": lambda text="Win a free lunch q": WordWeights(read, text),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_nothing_typed_is_markup_and_nothing_breaks(page, kind):
    open_alive(page, MAKERS[kind](), style="margin: 0")
    page.set_viewport_size({"width": 400, "height": 900})
    inside = page.locator(".course-explorable *")
    kinds = "(nodes) => nodes.map((node) => node.tagName)"
    tags = {*inside.evaluate_all(kinds), "LI", "SPAN"}
    for case, text in HOSTILE.items():
        type_text(page, text)
        assert set(inside.evaluate_all(kinds)) <= tags, case
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 400, case
        if len(text) > MOST_LETTERS:
            assert page.locator(".message").inner_text().startswith("The text had"), case
            assert len(page.locator("textarea").input_value()) <= MOST_LETTERS, case
    assert page.problems == []


@pytest.mark.parametrize("kind", MAKERS)
def test_of_ten_thousand_words_the_first_are_kept(page, kind):
    open_alive(page, MAKERS[kind]())
    page.evaluate("(text) => { window.long = text; }", "word " * 10_000)
    page.evaluate(
        """() => { const field = document.querySelector('textarea'); field.value = window.long;
            field.dispatchEvent(new Event('input')); }"""
    )
    assert (
        "The text had 50,000 letters; the first 2,000 are kept."
        in page.locator(".message").inner_text()
    )
    assert len(page.locator("textarea").input_value()) <= MOST_LETTERS


@pytest.mark.parametrize("kind", MAKERS)
def test_right_to_left_text_stands_right(page, kind):
    open_alive(page, MAKERS[kind]())
    type_text(page, HOSTILE["right to left"])
    direction = "(node) => getComputedStyle(node).direction"
    assert page.locator("textarea").evaluate(direction) == "rtl"
    if kind == "weights":
        assert page.locator(".chips").evaluate(direction) == "rtl"


@pytest.mark.parametrize("kind", MAKERS)
def test_without_python_the_field_says_why(page, kind):
    open_page(page, MAKERS[kind]("I <i>like").embed())
    field = page.locator("textarea")
    assert field.get_attribute("readonly") is not None and field.input_value() == "I <i>like"
    assert page.get_by_text("open the lesson in JupyterLab").is_visible()
    before = page.locator(".course-explorable").inner_text()
    for button in page.get_by_role("button").all():
        if button.get_attribute("aria-disabled") == "true":
            button.click(force=True)
    page.wait_for_timeout(400)
    assert page.locator(".course-explorable").inner_text() == before
    assert page.problems == []


@pytest.mark.parametrize("text", ["I", "I ", ""])
def test_without_python_the_first_word_is_picked(page, text):
    picture = NextWords(suggest, text)
    open_page(page, picture.embed())
    field, undo = page.locator("textarea"), page.get_by_role("button", name="Undo")
    assert undo.get_attribute("aria-disabled") == "true"
    page.locator(".rows button").first.focus()
    for count in range(1, 19):
        page.keyboard.press("1")
        page.keyboard.press("2")  # is not known here
        answer = picture.ahead[min(count, 16) - 1]
        assert field.input_value() == answer["text"]
        assert shown_words(page) == [word for word, _ in answer["words"]]
    assert len(picture.ahead) == 16
    undo.click()
    assert field.input_value() == picture.ahead[14]["text"]
    page.get_by_role("button", name="Start again").click()
    assert field.input_value() == text and undo.get_attribute("aria-disabled") == "true"
    assert page.problems == []


def test_a_slide_translates_a_sentence_to_its_end(page):
    picture = make_translation("I am here", chosen=["I"])
    open_page(page, picture.embed())
    assert [answer["chosen"][-1] for answer in picture.ahead] == ["ma", "ereh", "[END]"]
    for _ in range(4):
        page.locator(".rows button").first.press("1")
    assert page.locator(".so-far").inner_text().split() == "I ma ereh end of sentence".split()
    page.get_by_role("button", name="Start again").click()
    assert page.locator(".so-far").inner_text().split() == ["I"]
    assert page.problems == []


def test_looking_ahead_ends_where_there_is_no_answer():
    def refuse(text):
        if len(text) > 3:
            raise ValueError("Too long.")
        return [("ab", 1)]

    picture = NextWords(refuse, "a")
    picture.embed()
    assert [answer["text"] for answer in picture.ahead] == []
    picture = NextWords(refuse, "")
    picture.embed()
    assert [answer["text"] for answer in picture.ahead] == ["ab"]
    long = NextWords(lambda text: [("x" * 1500, 1)], "a")
    assert long.embed() and len(long.ahead) == 1


def test_words_have_sign_number_and_colour(page):
    open_alive(page, WordWeights(read, "extraordinary to q four <b>"))
    chips = page.locator(".chips li")
    assert [text.split(",")[0].strip() for text in chips.all_inner_texts()] == [
        "+extraordinary", "−to", "?q", "four", "−<b>",
    ]  # fmt: skip
    assert [chip.get_attribute("title") for chip in chips.all()][:3] == [
        "extraordinary: +9.0", "to: −2.0", "q: unknown",
    ]  # fmt: skip
    color = "(chip) => getComputedStyle(chip).backgroundColor"
    assert len({chip.evaluate(color) for chip in chips.all()[:3]}) == 3
    assert page.locator(".verdict").inner_text() == "Probability of “spam”: 98.5 %"
    type_text(page, "no")
    assert page.locator(".verdict").inner_text() == "Probability of “spam”: 20.0 %"
    type_text(page, "")
    assert "Nothing read yet" in page.locator(".verdict").inner_text() and chips.count() == 0


def test_python_may_change_the_text(page):
    open_alive(page, NextWords(suggest, "a"))
    page.evaluate(
        """() => {
            model.set("text", "b");
            model.set("answer", { text: "b", chosen: [], message: "", words: [["x", 1]] });
        }"""
    )
    assert page.locator("textarea").input_value() == "b" and shown_words(page) == ["x"]
    page.evaluate("() => end()")


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation_with_python(page, kind, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_alive(page, MAKERS[kind](), style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


def test_slides_hold_them(page, tmp_path):
    setup = "from course_utils.explorables import NextWords, WordWeights"
    slides = {
        "five words": "NextWords(lambda text: [('extraordinarily', 0.5), *[('a', 0.1)] * 4], 'I')",
        "a translation": "NextWords(lambda text, chosen: [('suis', 0.5)] * 5, 'I am tired today.', "
        "['je'], translate=True)",
        "weights": "WordWeights(lambda text: (0.9, [(word, len(word) - 4) for word in text."
        "split()]), 'Congratulations, you have won a free holiday for two, call this number now')",
    }
    text = f'---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n```python tags=["setup"]\n{setup}\n```\n'
    for name, code in slides.items():
        options = "<!-- slide: ids=D1-01 minutes=2 layout=figure -->"
        text += f"\n## Type {name}\n\n{options}\n\n```python\n{code}\n```\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    test_decks.open_deck(page, test_decks.build.build_deck(tmp_path / "01_t.md", tmp_path))
    faults = {}
    for number, name in enumerate(slides, start=1):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.locator("section.present .typed-text").wait_for()
        if found := test_decks.find_faults(page):
            faults[name] = found
    assert faults == {} and page.problems == []
