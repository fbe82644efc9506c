"""The threshold: its numbers against NumPy's at every step, in both languages, and hands."""

import json
import re

import numpy as np
import pytest
from sklearn import metrics
from test_explorables import load_module, make_scores, open_page

from course_utils import explorables
from course_utils.explorables import Threshold
from course_utils.explorables.threshold import (
    MOST_EXAMPLES,
    STEPS,
    write_amount,
    write_lines,
    write_share,
    write_threshold,
)

THRESHOLDS = [step / STEPS for step in range(STEPS + 1)]
FEW = ([0.1, 0.3, 0.2, 0.6, 0.5, 0.8, 0.9], [0, 0, 1, 0, 1, 0, 1])


def make_cases():
    """Return scores and labels of many kinds, by name."""
    random = np.random.default_rng(3)
    grid = np.repeat(THRESHOLDS, 3)  # every score lies on a threshold
    some = random.uniform(size=20_000)
    return {
        "a rare class": make_scores(),
        "as many as there may be": (some, (random.uniform(size=20_000) < some).astype(bool)),
        "on the thresholds": (grid, random.integers(0, 2, len(grid))),
        "on the thresholds in float32": (grid.astype("float32"), random.integers(0, 2, len(grid))),
        "on the thresholds in float16": (grid.astype("float16"), random.integers(0, 2, len(grid))),
        "both ends": (np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 1, 0, 1])),
        "class 0 only": (np.array([0.2, 0.7]), np.array([0, 0])),
        "class 1 only": (np.array([0.2, 0.7, 0.7]), np.array([1, 1, 1])),
        "a single one": (np.array([0.5]), np.array([1])),
        "whole numbers": (np.array([0, 1, 1]), np.array([0.0, 1.0, 0.0])),
    }


CASES = make_cases()


def counts_of(scores, labels, threshold):
    """Return how often each class (row) is given each class (column), counted by NumPy."""
    fields = 2 * np.asarray(labels).astype(int) + (np.asarray(scores) > threshold)
    return np.bincount(fields, minlength=4).reshape(2, 2)


def lines_of(scores, labels, threshold):
    """Return the lines of the picture and their results, at costs of 100 and 5."""
    (tn, fp), (fn, tp) = counts_of(scores, labels, threshold).tolist()
    return [
        (f"precision = {tp:,} / ({tp:,} + {fp:,}) = ", np.mean(labels[scores > threshold]))
        if tp + fp
        else ("no alarm: precision has no meaning", None),
        (f"recall = {tp:,} / ({tp:,} + {fn:,}) = ", np.mean(scores[labels == 1] > threshold))
        if tp + fn
        else ("nobody to find: recall has no meaning", None),
        (
            f"accuracy = ({tp:,} + {tn:,}) / {len(labels):,} = ",
            np.mean((scores > threshold) == labels),
        ),
        (f"total cost = {fn:,} × 100 + {fp:,} × 5 = ", 100 * fn + 5 * fp),
    ]


def assert_lines(lines, expected, where):
    """Check the words of the lines, and the numbers at their ends as far as they are written."""
    assert len(lines) == len(expected), where
    for line, (words, number) in zip(lines, expected, strict=True):
        if number is None:
            assert line == words, where
            continue
        assert line.startswith(words), (where, line)
        written = line.removeprefix(words)
        decimals = len(written.partition(".")[2])
        assert float(written.replace(",", "")) == pytest.approx(
            number, abs=0.5 * 10**-decimals + 1e-9
        ), (where, line)


# --- Python -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_step_agrees_with_numpy(case):
    scores, labels = CASES[case]
    picture = Threshold(scores, labels, cost_of_miss=100, cost_of_alarm=5)
    for threshold in THRESHOLDS:
        picture.threshold = threshold
        assert picture.threshold == threshold
        matrix = picture.confusion_matrix
        np.testing.assert_array_equal(matrix, counts_of(scores, labels, threshold))
        expected = lines_of(scores, labels, threshold)
        assert_lines(write_lines(matrix.tolist(), picture.costs), expected, (case, threshold))
        shown = (picture.precision, picture.recall, picture.accuracy, picture.cost)
        for number, (_, wanted) in zip(shown, expected, strict=True):
            assert number is wanted is None or number == pytest.approx(wanted)


def test_every_step_agrees_with_scikit_learn():
    scores, labels = make_scores(400, share=0.2)
    picture = Threshold(scores, labels)
    for threshold in THRESHOLDS:
        picture.threshold = threshold
        answers = scores > threshold
        matrix = metrics.confusion_matrix(labels, answers)
        np.testing.assert_array_equal(picture.confusion_matrix, matrix)
        if answers.any():
            assert picture.precision == pytest.approx(metrics.precision_score(labels, answers))
        assert picture.recall == pytest.approx(metrics.recall_score(labels, answers))
        assert picture.accuracy == pytest.approx(metrics.accuracy_score(labels, answers))


def test_a_score_on_the_threshold_is_no_alarm():
    picture = Threshold(*FEW)
    assert picture.confusion_matrix.tolist() == [[2, 2], [2, 1]]
    assert picture.cost is None and len(write_lines([[2, 2], [2, 1]], [])) == 3


def test_the_lines_show_their_arithmetic():
    lines = write_lines([[5937, 8], [35, 20]], [100.0, 5.0])
    assert lines == [
        "precision = 20 / (20 + 8) = 0.714",
        "recall = 20 / (20 + 35) = 0.364",
        "accuracy = (20 + 5,937) / 6,000 = 0.993",
        "total cost = 35 × 100 + 8 × 5 = 3,540",
    ]
    assert write_lines([[3, 0], [1, 0]], [])[0] == "no alarm: precision has no meaning"
    assert write_lines([[3, 1], [0, 0]], [])[1] == "nobody to find: recall has no meaning"


@pytest.mark.parametrize(
    ("part", "rest", "text"),
    [
        (1, 1, "0.500"),
        (1, 15, "0.063"),
        (5, 0, "1.000"),
        (0, 5, "0.000"),
        (5999, 1, "0.9998"),
        (19999, 1, "0.99995"),
        (1, 19999, "0.0001"),
    ],
)
def test_only_a_whole_share_looks_whole(part, rest, text):
    assert write_share(part, rest) == text


def test_amounts_and_thresholds_are_written_briefly():
    amounts = [write_amount(amount) for amount in (0, 5.0, 2.5, 1234.56, 4110, 2e13)]
    assert amounts == ["0", "5", "2.50", "1,234.56", "4,110", "20,000,000,000,000"]
    assert [write_threshold(t) for t in (0, 0.005, 0.5, 0.1, 1)] == [
        "0",
        "0.005",
        "0.5",
        "0.1",
        "1",
    ]


@pytest.mark.parametrize(
    ("threshold", "rounded"), [(5 / 105, 0.05), (0.048, 0.05), (0.0424, 0.04), (1, 1.0), (0, 0.0)]
)
def test_other_thresholds_are_rounded_to_a_step(threshold, rounded):
    assert Threshold(*FEW, threshold).threshold == rounded
    picture = Threshold(*FEW)
    picture.threshold = threshold
    assert picture.threshold == rounded


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": [0.5]}, "got shapes (1,) and (7,)"),
        ({"scores": np.full((7, 1), 0.5)}, "model.predict(x)[:, 0]"),
        ({"scores": 0.5, "labels": 1}, "expected n scores and n labels"),
        ({"scores": [], "labels": []}, "1 to 20,000 examples, got 0"),
        (
            {"scores": np.zeros(MOST_EXAMPLES + 1), "labels": np.zeros(MOST_EXAMPLES + 1)},
            "got 20,001. Pass some of them",
        ),
        ({"scores": [*FEW[0][:6], np.nan]}, "1 of them are not, such as nan"),
        ({"scores": [*FEW[0][:5], -0.1, 1.1]}, "2 of them are not, such as -0.1"),
        ({"scores": [*FEW[0][:6], np.inf]}, "such as inf"),
        ({"scores": list("abcdefg")}, "numbers from 0 to 1"),
        ({"scores": [None] * 7}, "such as nan"),
        ({"scores": [{}] * 7}, "numbers from 0 to 1, got object"),
        ({"labels": [1, -1, 1, -1, 1, -1, 1]}, "labels must be 0 or 1, got -1, 1"),
        ({"labels": [0, 1, 2, 0, 1, 2, 0]}, "labels must be 0 or 1, got 0, 1, 2"),
        ({"labels": [np.nan] * 7}, "labels must be 0 or 1"),
        ({"labels": list("abcdefg")}, "labels must be 0 or 1"),
        ({"labels": FEW[0]}, "labels must be 0 or 1"),
        ({"threshold": 1.1}, "threshold must be from 0 to 1, got 1.1"),
        ({"threshold": -0.01}, "from 0 to 1"),
        ({"threshold": np.nan}, "finite"),
        ({"threshold": "half"}, "finite"),
        ({"threshold": None}, "finite"),
        ({"names": ("no",)}, "two texts"),
        ({"names": "no"}, "two texts"),
        ({"names": (0, 1)}, "two texts"),
        ({"names": ("", "yes")}, "two texts"),
        ({"names": ("yes", "yes")}, "must differ"),
        ({"names": ("no", "a name much too long")}, "at most 16 letters"),
        ({"cost_of_miss": 100}, "both or none"),
        ({"cost_of_alarm": 5}, "both or none"),
        ({"cost_of_miss": -1, "cost_of_alarm": 5}, "from 0 to"),
        ({"cost_of_miss": "much", "cost_of_alarm": 5}, "cost_of_miss must be a finite number"),
        ({"cost_of_miss": np.inf, "cost_of_alarm": 5}, "finite"),
    ],
)
def test_bad_arguments_are_explained(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Threshold(**{"scores": FEW[0], "labels": FEW[1], **arguments})


@pytest.mark.parametrize(
    "state",
    [
        "", "{", "[]", '{"threshold":2}', '{"threshold":"x"}', '{"threshold":null}',
        '{"threshold":[0.5]}', '{"threshold":NaN}', '{"counts":[[1],[2]]}',
    ],
)  # fmt: skip
def test_a_hostile_state_changes_nothing(state):
    picture = Threshold(*FEW)
    before = picture.get_state()
    with pytest.raises(ValueError):
        picture.state = state
    assert picture.get_state() == before


def test_counts_are_not_to_be_assigned():
    picture = Threshold(*FEW)
    for name in ("counts", "names", "costs"):
        with pytest.raises(Exception, match="read-only"):
            setattr(picture, name, [])


def test_what_the_browser_sends_arrives():
    picture = Threshold(*FEW)
    picture.set_state({"threshold": 0.045})
    assert picture.threshold == 0.045 and picture.state == '{"threshold":0.045}'


def test_the_picture_is_told_in_words():
    words = Threshold(
        *FEW, names=("honest", "fraud"), cost_of_miss=10, cost_of_alarm=2.5
    ).describe()
    for part in (
        'Scores of 7 examples of two classes, 4 "honest" and 3 "fraud"',
        "2 true negatives, 2 false positives, 2 false negatives, 1 true positives",
        "precision = 1 / (1 + 2) = 0.333; recall = 1 / (1 + 2) = 0.333",
        "total cost = 2 × 10 + 2 × 2.50 = 25.",
    ):
        assert part in words, words


@pytest.mark.parametrize("case", CASES)
def test_static_pictures_are_drawn_at_both_ends(case, course_style):
    for threshold in (0, 1):
        assert len(Threshold(*CASES[case], threshold).draw_static().axes) == 2


def test_the_page_holds_no_more_than_it_needs():
    assert len(json.dumps(Threshold(*CASES["as many as there may be"]).counts)) < 4000


# --- Mathematics in the browser -----------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_step_agrees_in_the_browser(page, case):
    scores, labels = CASES[case]
    picture = Threshold(scores, labels)
    load_module(page, "threshold")
    matrices, lines = page.evaluate(
        """([counts, thresholds]) => {
            const matrices = thresholds.map((t) => module.confusionMatrix(counts, t));
            return [matrices, matrices.map((matrix) => module.writeLines(matrix, [100, 5]))];
        }""",
        [picture.counts, THRESHOLDS],
    )
    for threshold, matrix, words in zip(THRESHOLDS, matrices, lines, strict=True):
        assert matrix == counts_of(scores, labels, threshold).tolist(), threshold
        assert words == write_lines(matrix, [100, 5])


def test_numbers_are_written_the_same_in_both_languages(page):
    load_module(page, "threshold")
    random = np.random.default_rng(5)
    shares = [[1, 15], [5, 0], [0, 5], [19999, 1], [1, 19999], [3, 13]]
    shares += random.integers(1, 10_000, (300, 2)).tolist()
    amounts = [0, 5, 2.5, 0.125, 1234.565, 1e9, *(10 ** random.uniform(-3, 9, 200)).tolist()]
    written = page.evaluate(
        """([shares, amounts, thresholds]) => [
            shares.map(([part, rest]) => module.writeShare(part, rest)),
            amounts.map(module.writeAmount), thresholds.map(module.writeThreshold)]""",
        [shares, amounts, THRESHOLDS],
    )
    assert written[0] == [write_share(*share) for share in shares]
    assert written[1] == [write_amount(amount) for amount in amounts]
    assert written[2] == [write_threshold(threshold) for threshold in THRESHOLDS]


@pytest.mark.parametrize("case", CASES)
def test_bars_count_every_example_once(page, case):
    scores, labels = (np.asarray(values) for values in CASES[case])
    picture = Threshold(scores, labels)
    load_module(page, "threshold")
    bars, scale = page.evaluate(
        """(counts) => {
            const bars = counts.map(module.barCounts);
            const scale = module.countScale(bars);
            return [bars, bars.flat().map(scale.share)];
        }""",
        picture.counts,
    )
    edges = (np.arange(1, 20) / 20).astype(scores.dtype if scores.dtype.kind == "f" else float)
    for label in (0, 1):
        expected = np.bincount(np.searchsorted(edges, scores[labels == label]), minlength=20)
        assert bars[label] == expected.tolist()
    assert all((share > 0.05) == (n > 0) for share, n in zip(scale, np.ravel(bars), strict=True))
    assert max(scale) == pytest.approx(1)


# --- Hands in the browser -----------------------------------------------------------------------


def shown_matrix(page):
    """Return the four numbers of the page."""
    texts = page.locator(".threshold tbody .count").all_inner_texts()
    numbers = [int(text.replace(",", "")) for text in texts]
    return [numbers[:2], numbers[2:]]


def test_the_slider_shows_numpys_counts_at_every_step(page):
    scores, labels = make_scores()
    picture = Threshold(
        scores, labels, 0, names=("honest", "fraud"), cost_of_miss=100, cost_of_alarm=5
    )
    open_page(page, picture.embed())
    slider = page.get_by_role("slider", name="threshold")
    slider.focus()
    for threshold in THRESHOLDS:
        assert float(slider.input_value()) == threshold
        assert shown_matrix(page) == counts_of(scores, labels, threshold).tolist()
        lines = page.locator(".threshold .lines p").all_inner_texts()
        assert_lines(lines, lines_of(scores, labels, threshold), threshold)
        assert slider.get_attribute("aria-valuetext") == write_threshold(threshold)
        page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").inner_text() == (
        f"0 alarms: 0 right (TP), 0 false (FP). {labels.sum()} of {labels.sum()} missed (FN)."
    )
    assert page.get_by_text("no alarm: precision has no meaning").count() == 1
    assert page.problems == []


@pytest.mark.parametrize("style", ["", "transform: scale(0.7); transform-origin: 0 0"])
def test_the_line_is_dragged(page, style):
    open_page(page, Threshold(*make_scores()).embed(), style=style)
    slider, line = page.get_by_label("threshold", exact=True), page.locator(".threshold .line")
    box = page.locator("svg.scores").bounding_box()
    at = line.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    x = box["x"] + box["width"] * (58 + 0.8 * 412) / 480
    page.mouse.move(x, at["y"] + 10, steps=5)
    page.mouse.up()
    assert float(slider.input_value()) == pytest.approx(0.8, abs=0.006)
    moved = line.bounding_box()
    assert moved["x"] + moved["width"] / 2 == pytest.approx(x, abs=2)
    page.mouse.move(box["x"], at["y"])
    assert line.bounding_box() == moved
    page.mouse.down()
    page.mouse.up()
    assert float(slider.input_value()) == 0
    assert shown_matrix(page) == counts_of(*make_scores(), 0).tolist()
    assert page.problems == []


def test_errors_are_hatched_and_framed_not_only_coloured(page):
    open_page(page, Threshold(*FEW, 0.25).embed())
    wide = page.locator("clipPath rect")
    for index, expected in enumerate((0.25 * 412 + 58, 480 - 0.25 * 412 - 58)):
        assert float(wide.nth(index).get_attribute("width")) == pytest.approx(expected)
    errors = page.locator(".threshold td.error")
    assert [cell.inner_text().split()[1] for cell in errors.all()] == ["FP", "FN"]
    style = "(cell) => getComputedStyle(cell).borderTopStyle"
    assert {cell.evaluate(style) for cell in errors.all()} == {"dashed"}


def test_the_picture_says_what_it_shows(page):
    open_page(page, Threshold(*FEW, names=("<b>no</b>", "yes & yes")).embed())
    name = page.get_by_role("img").get_attribute("aria-label")
    assert "truly yes & yes upwards, truly <b>no</b> downwards" in name
    assert "threshold 0.5. 3 alarms: 1 right (TP), 2 false (FP). 2 of 3 missed (FN)." in name
    page.get_by_label("threshold", exact=True).press("End")
    assert "threshold 1. 0 alarms" in page.get_by_role("img").get_attribute("aria-label")
    assert page.locator(".threshold thead th").all_inner_texts() == ["<b>no</b>", "yes & yes"]
    assert page.problems == []


@pytest.mark.parametrize("case", CASES)
def test_it_is_right_at_both_ends(page, case):
    open_page(page, Threshold(*CASES[case], names=("a" * 16, "b" * 16)).embed())
    slider = page.get_by_label("threshold", exact=True)
    for key, threshold in (("Home", 0), ("End", 1)):
        slider.press(key)
        assert shown_matrix(page) == counts_of(*CASES[case], threshold).tolist()
        inside = page.locator(".course-explorable").inner_html()
        assert not re.search("NaN|Infinity|undefined", inside)
    assert page.problems == []


@pytest.mark.parametrize("width", [400, 700])
def test_it_fits_narrow_pages(page, width):
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, explorables.Threshold(*make_scores(), names=("honest", "fraud")).embed())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
