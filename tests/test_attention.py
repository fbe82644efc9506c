"""Attention: its weights and contexts against NumPy's and the browser's, and hands."""

import json
import math
import re

import numpy as np
import pytest
import test_decks
from test_explorables import load_module, open_page

from course_utils.explorables import Attention

THREE = (
    ["je", "t'", "aime"],
    [[1, 0], [0, 1], [2, -1]],
    [[0.5, 1], [2, 1.5], [1, -2]],
    [[1, 0], [0, 1], [0.5, 0.5]],
)
HOSTILE_STATES = [
    "", "{", "[]", "3", '{"words":["a"]}', '{"q":3}', '{"q":[[1,0],[0,1]]}', '{"q":[[1],[2],[3]]}',
    '{"k":[[1,0],[0,1],[1,"x"]]}', '{"k":[[1,0],[0,1],[1,null]]}', '{"v":[[1,0],[0,1],[1,10]]}',
    '{"v":[[1,0],[0,1],[1,1e999]]}', '{"word":3}', '{"word":-1}', '{"word":0.5}', '{"word":true}',
    '{"scaled":1}', '{"causal":"yes"}', '{"q":[[NaN,0],[0,1],[1,1]]}',
    '{"word":1,"causal":true,"v":[[1,0],[0,1],[1,"x"]]}',
]  # fmt: skip


def make(**values):
    return Attention(*THREE, **values)


def make_cases(count=200):
    """Return attention over random words, with numbers of all sizes."""
    random = np.random.default_rng(0)
    cases = []
    for index in range(count):
        words, d, m = random.integers(2, 7), random.integers(1, 5), random.integers(1, 5)
        size = random.choice([1e-6, 0.5, 3, 9])
        arrays = [random.uniform(-size, size, (words, width)) for width in (d, d, m)]
        if index % 3 == 0:
            arrays = [np.round(array * 2) / 2 for array in arrays]
        if index % 10 == 0:
            arrays = [np.sign(array) * 9 for array in arrays]  # scores of up to 324
        cases.append(
            Attention(
                [f"w{place}" for place in range(words)],
                *arrays,
                causal=bool(random.integers(2)),
                scaled=bool(random.integers(2)),
                word=int(random.integers(words)),
            )
        )
    return cases


CASES = make_cases()


def attend(queries, keys, values, scaled, causal):
    """Return weights and contexts word by word, in plain Python."""
    weights = []
    for place, query in enumerate(queries):
        scores = [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
        scores = [score / math.sqrt(len(query)) if scaled else score for score in scores]
        seen = scores[: place + 1] if causal else scores
        powers = [math.exp(score - max(seen)) for score in seen] + [0.0] * (len(keys) - len(seen))
        weights.append([power / sum(powers) for power in powers])
    contexts = [
        [sum(w * value[c] for w, value in zip(row, values, strict=True)) for c in range(len(v0))]
        for row in weights
        for v0 in values[:1]
    ]
    return weights, contexts


def values_of(picture):
    return {name: getattr(picture, name) for name in ("q", "k", "v", "word", "scaled", "causal")}


# --- Python -------------------------------------------------------------------------------------


def test_weights_and_contexts_are_those_of_plain_python():
    for picture in CASES:
        weights, contexts = attend(picture.q, picture.k, picture.v, picture.scaled, picture.causal)
        np.testing.assert_allclose(picture.weights, weights, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(picture.contexts, contexts, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(picture.weights.sum(axis=1), 1)
        if picture.causal:
            assert np.all(np.triu(picture.weights, 1) == 0)


def test_a_hand_sized_example():
    picture = Attention(["a", "b"], [[2.0], [0.0]], [[math.log(3) / 2], [0.0]], [[8], [4]])
    np.testing.assert_allclose(picture.weights, [[0.75, 0.25], [0.5, 0.5]])
    np.testing.assert_allclose(picture.contexts, [[7], [6]])
    picture.causal = True
    np.testing.assert_allclose(picture.weights, [[1, 0], [0.5, 0.5]])


def test_dividing_by_the_root_softens_the_weights():
    picture = make(scaled=False)
    sharp = picture.weights.max()
    np.testing.assert_allclose(picture.scores, picture.dots)
    picture.scaled = True
    np.testing.assert_allclose(picture.scores, picture.dots / math.sqrt(2))
    assert picture.weights.max() < sharp


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"words": "abc"}, "words must be a list of 2 to 6 texts, got 'abc'"),
        ({"words": ["a"]}, "2 to 6 texts"),
        ({"words": list("abcdefg")}, "2 to 6 texts"),
        ({"words": ["a", " ", "c"]}, "2 to 6 texts"),
        ({"words": [1, 2, 3]}, "2 to 6 texts"),
        ({"words": ["a", "b", "thirteen-long"]}, "12 letters, 'thirteen-long' has more"),
        ({"queries": [[1, 0], [0, 1]]}, "queries must be 3 rows, one a word, of 1 to 4 numbers"),
        ({"queries": np.zeros((3, 5))}, "got 3 rows of 5 numbers"),
        ({"queries": np.zeros((3, 0))}, "got 3 rows of 0 numbers"),
        ({"queries": [[1, 0], [0, 1], [1]]}, "got 3 rows of 1 or 2 numbers"),
        ({"queries": []}, "got 0 rows of no numbers"),
        ({"queries": 3}, "queries must be rows of numbers, got 3"),
        ({"queries": [1, 2, 3]}, "queries must be rows of numbers"),
        ({"queries": None}, "queries must be rows of numbers, got None"),
        ({"keys": np.ones((3, 3))}, "as many numbers, got 2 and 3"),
        ({"keys": np.full((3, 2), np.nan)}, "each of keys must be a finite number, got"),
        ({"keys": [[1, 0], [0, 1], ["", 1]]}, "each of keys must be a finite number, got ''"),
        ({"values": [[1, 0], [0, 1], [1, None]]}, "each of values must be a finite number"),
        ({"values": [[1, 0], [0, 1], [1, 9.5]]}, "values must be from −9 to 9, got 9.5"),
        ({"values": [[1, 0], [0, 1], [1, 1e300]]}, "values must be from −9 to 9"),
        ({"word": 3}, "word must be a whole number from 0 to 2: 3"),
        ({"word": "je"}, "word must be a whole number"),
        ({"word": True}, "word must be a whole number"),
        ({"scaled": 1}, "scaled must be True or False, got 1"),
        ({"causal": None}, "causal must be True or False"),
    ],
)
def test_bad_arguments_are_explained(arguments, message):
    given = dict(zip(("words", "queries", "keys", "values"), THREE, strict=True))
    with pytest.raises(ValueError, match=re.escape(message)):
        Attention(**{**given, **arguments})


@pytest.mark.parametrize("state", HOSTILE_STATES)
def test_a_hostile_state_changes_nothing(state):
    picture = make()
    before = picture.get_state()
    with pytest.raises(ValueError):
        picture.state = state
    assert picture.get_state() == before


def test_the_state_is_short_and_restores():
    picture = make(causal=True, word=2)
    assert picture.state == (
        '{"q":[[1,0],[0,1],[2,-1]],"k":[[0.5,1],[2,1.5],[1,-2]],"v":[[1,0],[0,1],[0.5,0.5]],'
        '"word":2,"scaled":true,"causal":true}'
    )
    other = make()
    other.state = picture.state
    assert other.state == picture.state
    np.testing.assert_array_equal(other.weights, picture.weights)
    other.state = '{"word":0}'
    assert other.word == 0 and other.causal


def test_what_is_assigned_or_sent_is_checked():
    picture = make()
    picture.set_state({"q": [[1, 0], [0, 1], [0.25, 3]], "word": 1})
    assert picture.q[2] == [0.25, 3] and picture.word == 1
    picture.k = np.eye(3)[:, :2].tolist()
    assert picture.k == [[1, 0], [0, 1], [0, 0]]
    with pytest.raises(ValueError, match="of 2 numbers each"):
        picture.k = np.eye(3).tolist()
    with pytest.raises(ValueError, match="from −9 to 9"):
        picture.v = [[10, 0]] * 3
    with pytest.raises(Exception, match="read-only"):
        picture.words = ["a"]


def test_the_picture_is_told_in_words():
    words = make(causal=True, word=1).describe()
    for part in (
        "Attention over 3 words (je, t', aime), with queries and keys of 2 and values of 2",
        "divided by the root of 2, a causal mask",
        """The query of "t'", (0.0, 1.0), gives: "je" score 0.71, weight 0.413; "t'" score 1.06""",
        '"aime" score masked, weight 0.000. The weights sum to 1',
        "context vector is (0.41, 0.59).",
    ):
        assert part in words, words


@pytest.mark.parametrize("index", range(0, 40, 8))
def test_static_pictures_are_drawn(index, course_style):
    picture = CASES[index]
    figure = picture.draw_static()
    assert len(figure.axes) == (3 if len(picture.q[0]) == 2 else 2)
    assert picture._to_png().startswith(b"\x89PNG")


def test_words_are_no_mathematics(course_style):
    assert Attention([r"$\frac$", "<b>"], *np.ones((3, 2, 2)))._to_png()


# --- Mathematics in the browser -----------------------------------------------------------------


def test_every_number_agrees_in_the_browser(page):
    load_module(page, "attention")
    found = page.evaluate(
        """(cases) => cases.map(module.attend).map((result) => {
            const write = (score) => (score === -Infinity ? "masked" : score);
            return { ...result, scores: result.scores.map((row) => row.map(write)) };
        })""",
        [values_of(picture) for picture in CASES],
    )
    for picture, result in zip(CASES, found, strict=True):
        scores = np.array(
            [[-np.inf if n == "masked" else n for n in row] for row in result["scores"]]
        )
        np.testing.assert_allclose(scores, picture.scores, rtol=1e-9, atol=1e-9)
        for name in ("dots", "weights", "contexts"):
            expected = getattr(picture, name)
            np.testing.assert_allclose(result[name], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("text", ["", " ", "abc", "NaN", "Infinity", "1e999", "10", "-9.01", "9e9"])
def test_what_is_no_number_is_explained(page, text):
    load_module(page, "attention")
    said = page.evaluate(
        "(t) => { try { return module.readNumber(t); } catch (e) { return e.message; } }", text
    )
    assert "−9 to 9" in said


def test_hostile_states_are_refused_in_the_browser(page):
    load_module(page, "attention")
    states = [state for state in HOSTILE_STATES if "NaN" not in state]
    said = page.evaluate(
        """([states, now]) => states.map((state) => {
            try { return module.readState(JSON.parse(state), now); } catch (error) { return null; }
        })""",
        [states, values_of(make())],
    )
    assert said == [None] * len(states)


# --- Hands in the browser -----------------------------------------------------------------------


def numbers(locator):
    """Return the numbers that are shown, −∞ as such."""
    texts = [text.replace("−", "-").replace("∞", "inf") for text in locator.all_inner_texts()]
    return [float(text) for text in texts]


def assert_shown(page, picture):
    """Check that the page shows the numbers that Python computes."""
    place = picture.word
    rows = page.locator("table.words tbody tr")
    for row, number in zip(rows.all(), picture.dots[place], strict=True):
        assert numbers(row.locator("td.first > span"))[0] == pytest.approx(number, abs=0.0051)
    weights = numbers(page.locator("table.words tbody .bar > span:first-child"))
    assert weights == pytest.approx(picture.weights[place], abs=0.00051)
    assert page.locator("table.words .sum").inner_text() == "1.000"
    contexts = numbers(page.locator("table.words .context"))
    assert contexts == pytest.approx(picture.contexts[place], abs=0.0051)
    heat = page.locator("table.heat tbody tr")
    for row, line, scores in zip(heat.all(), picture.weights, picture.scores, strict=True):
        *shown, total = row.locator("td").all_inner_texts()
        assert total == "1.00"
        for text, weight, score in zip(shown, line, scores, strict=True):
            assert (text == "mask") == np.isneginf(score)
            assert text == "mask" or float(text) == pytest.approx(weight, abs=0.0051)
    assert "asked" in rows.nth(place).get_attribute("class")
    assert page.locator("table.heat tr.asked th").inner_text() == picture.words[place]


def test_numbers_are_edited_and_everything_follows(page):
    picture = make()
    open_page(page, picture.embed())
    assert_shown(page, picture)
    changes = [("query", "q", 0, 1), ("key", "k", 1, 0), ("value", "v", 2, 1)]
    for (kind, name, row, column), text in zip(changes, ("-2.5", ".25", "9"), strict=True):
        field = page.get_by_label(f"{kind} of “{picture.words[row]}”, number {column + 1}")
        field.fill(text)
        matrix = [list(line) for line in getattr(picture, name)]
        matrix[row][column] = float(text)
        setattr(picture, name, matrix)
        assert_shown(page, picture)
    field.press("ArrowUp")  # beyond 9
    assert field.input_value() == "9"
    for _ in range(3):
        field.press("ArrowDown")
    picture.v = [*picture.v[:2], [0.5, 7.5]]
    assert field.input_value() == "7.5"
    assert_shown(page, picture)
    assert page.problems == []


def test_a_word_is_picked_and_the_boxes_are_ticked_by_keys(page):
    picture = make()
    open_page(page, picture.embed())
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    picture.word = 1
    assert_shown(page, picture)
    page.get_by_label("divide by the root of d").press("Space")
    picture.scaled = False
    assert_shown(page, picture)
    assert page.locator("table.words .how").inner_text().strip() == "q · k"
    page.get_by_label("causal mask").press("Space")
    picture.causal = True
    assert_shown(page, picture)
    assert page.locator("table.words tr.masked").count() == 1
    for place in (2, 0):
        page.get_by_role("radio").nth(place).check()
        picture.word = place
        assert_shown(page, picture)
    assert page.problems == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "type a number from −9 to 9. It keeps 1.0."),
        ("99", "99 is too large, type −9 to 9. It keeps 1.0."),
        ("-1e300", "is too large"),
        ("1e", "type a number from −9 to 9"),
        ("--", "type a number from −9 to 9"),
    ],
)
def test_what_is_no_number_stays_and_is_explained(page, text, message):
    picture = make()
    open_page(page, picture.embed())
    field = page.get_by_label("query of “je”, number 1")
    field.focus()
    if text in ("99", "-1e300"):
        field.fill(text)  # pasted: while it is typed, 9 is a number
    else:
        page.keyboard.press("Delete")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    note = page.locator(".attention .note")
    assert (
        note.inner_text().startswith("query of “je”, number 1: ") and message in note.inner_text()
    )
    assert field.get_attribute("aria-invalid") == "true"
    assert_shown(page, picture)
    page.get_by_label("query of “je”, number 2").fill("2")
    picture.q = [[1, 2], *picture.q[1:]]
    assert_shown(page, picture)
    field.fill("-1")
    assert note.inner_text() == "" and field.get_attribute("aria-invalid") is None
    picture.q = [[-1, 2], *picture.q[1:]]
    assert_shown(page, picture)
    assert page.problems == []


def test_a_state_is_pasted(page):
    picture = make()
    open_page(page, picture.embed())
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State")
    page.wait_for_function("(field) => field.value !== ''", arg=field.element_handle())
    assert json.loads(field.input_value()) == json.loads(picture.state)
    page.get_by_label("value of “je”, number 1").fill("77")
    other = Attention(THREE[0], *np.random.default_rng(1).integers(-9, 10, (3, 3, 2)) / 2, word=2)
    field.fill(other.state)
    field.press("Enter")
    assert_shown(page, other)
    shown = [float(each.input_value()) for each in page.get_by_role("spinbutton").all()]
    assert shown == [
        n for rows in zip(other.q, other.k, other.v, strict=True) for row in rows for n in row
    ]
    field.fill('{"q":[[1,2]]}')
    field.press("Enter")
    assert "q must be 3 rows of 2 numbers" in page.locator("details [role=status]").inner_text()
    assert_shown(page, other)
    assert page.problems == []


def test_arrows_are_drawn_for_two_numbers_only(page):
    words = ["a", "b", "c"]
    open_page(
        page,
        Attention(
            words, [[1, 1], [0, 0], [2, 0]], [[1, 1], [1, 1], [0, 0]], np.ones((3, 1))
        ).embed(),
    )
    drawn = page.locator("svg.arrows")
    assert drawn.locator("text:not(.tick)").all_text_contents() == ["query a", "a, b", "c"]
    assert "The query of a, dashed, to (1.0, 1.0)" in drawn.get_attribute("aria-label")
    page.get_by_role("radio").nth(1).check()
    assert drawn.locator("text:not(.tick)").first.text_content() == "query b"
    assert "NaN" not in page.locator(".course-explorable").inner_html()
    page.set_content("")
    open_page(page, Attention(words, *np.ones((3, 3, 3))).embed())
    assert page.locator("svg.arrows").count() == 0
    assert page.problems == []


def test_words_are_text(page):
    picture = Attention(["<b>no</b>", "& <i>", '"q'], *THREE[1:])
    open_page(page, picture.embed())
    assert page.locator("table.heat tbody th").all_inner_texts() == picture.words
    assert page.locator(".attention :is(b, i)").count() == 0
    assert page.problems == []


@pytest.mark.parametrize("index", range(0, 30, 5))
def test_every_size_fits_a_narrow_page(page, index):
    page.set_viewport_size({"width": 400, "height": 900})
    open_page(page, CASES[index].embed())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
    inside = page.locator(".course-explorable").inner_html()
    assert not re.search("NaN|Infinity|undefined", inside)
    assert page.problems == []


def test_copying_in_a_field_stays_inside(page):
    open_page(page, make().embed())
    page.evaluate(
        "() => { window.keys = []; document.addEventListener('keydown', (e) => keys.push(e.key)); }"
    )
    page.get_by_role("spinbutton").first.focus()
    for key in ("1", "ArrowUp", "ArrowLeft", "Control+a", "Control+z", "x"):
        page.keyboard.press(key)
    assert page.evaluate("() => keys") == []


def test_slides_hold_it(page, tmp_path):
    setup = "import numpy as np\nfrom course_utils.explorables import Attention"
    words = "['the', 'translation', 'of', 'this', 'sentence', '[END]']"
    random = "np.random.default_rng(0).integers(-9, 10, (3, 6, 4)) / 4"
    slides = {
        "three words": f"Attention{THREE}",
        "six words": f"Attention({words}, *({random})[..., :2], causal=True, word=5)",
        "six words with four numbers": f"Attention({words}, *{random}, word=3)",
    }
    text = f'---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n```python tags=["setup"]\n{setup}\n```\n'
    for name, code in slides.items():
        options = "<!-- slide: ids=D1-01 minutes=2 layout=figure -->"
        text += f"\n## Edit {name}\n\n{options}\n\n```python\n{code}\n```\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    test_decks.open_deck(page, test_decks.build.build_deck(tmp_path / "01_t.md", tmp_path))
    faults = {}
    for number, name in enumerate(slides, start=1):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.locator("section.present .attention").wait_for()
        if found := test_decks.find_faults(page):
            faults[name] = found
        page.locator("section.present").get_by_role("spinbutton").first.fill("99")
        page.keyboard.press("Tab")
        if found := test_decks.find_faults(page):
            faults[name, "with a message"] = found
    assert faults == {} and page.problems == []
