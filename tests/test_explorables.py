"""Explorables: arguments and state in Python, mathematics and hands in headless Chromium."""

import base64
import json
import math
import re

import numpy as np
import pytest

from course_utils import data, explorables

POINTS = [[2.0, 1.0], [1.5, 2.0], [0.5, 1.5], [-1.0, -0.5], [-1.5, 0.5], [0.5, -1.5]]
LABELS = [1, 1, 1, 0, 0, 0]
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
WIDTHS = (600, 800, 1200)


def make_weights(seed=0, units=16, scale=0.2):
    """Return weights of a small network for digits."""
    random = np.random.default_rng(seed)
    shapes = [(784, units), (units,), (units, 10), (10,)]
    return [random.normal(0, scale, shape).astype(np.float32) for shape in shapes]


def make_digits(count=5, seed=0):
    """Return pictures with a few grey strokes."""
    random = np.random.default_rng(seed)
    pictures = np.zeros((count, 28, 28), dtype=np.uint8)
    pictures[:, 4:24, 10:16] = random.integers(1, 256, (count, 20, 6))
    return pictures


def make_scores(count=6000, seed=0, share=0.01):
    """Return scores, mostly near 0, and labels of two classes, the second one rare."""
    random = np.random.default_rng(seed)
    labels = (random.uniform(size=count) < share).astype(int)
    scores = 1 / (1 + np.exp(5 - 4.5 * labels - 1.5 * random.normal(size=count)))
    return scores.astype(np.float32), labels


def make(name):
    """Return one explorable of each kind."""
    return {
        "neuron": lambda: explorables.Neuron(),
        "perceptron_line": lambda: explorables.PerceptronLine(POINTS, LABELS, (1.0, -1.0), 0.5),
        "digit_reader": lambda: explorables.DigitReader(make_weights(), examples=make_digits()),
        "descent": lambda: explorables.Descent("ravine", 0.45, 0.5, steps=5),
        "network_pass": lambda: explorables.NetworkPass(
            [[[1, 0.5, -1], [1, 0.5, 2]], [[0.5], [1], [-0.25]]],
            [[0, 1, -1.5], [-1]],
            inputs=[2, 3],
            target=5,
            view="backward",
        ),
        "playground": lambda: explorables.Playground("pg1;data=xor;examples=60;steps=40;end"),
        "threshold": lambda: explorables.Threshold(
            *make_scores(), names=("honest", "fraud"), cost_of_miss=100, cost_of_alarm=5
        ),
        "convolution": lambda: explorables.Convolution(
            np.arange(64).reshape(8, 8) % 17, padding="same", position=12
        ),
        "next_words": lambda: explorables.NextWords(
            lambda text, chosen: [("suis", 0.5), ("vais", 0.25), ("[END]", 0.01)],
            "I am <b>here</b>.",
            ["je"],
            translate=True,
        ),
        "microscope": lambda: explorables.Microscope(
            lambda text, chosen, temperature: {
                "words": [("suis", 0.5), ("<i>vais</i>", 0.25), ("[end]", 0.01)],
                "source": ["I", "am", "here"],
                "written": ["[start]", *chosen],
                "attention": np.full((2, 3, 1 + len(chosen), 3), 1 / 3),
            },
            lambda text, width: [("je suis ici", -0.5), ("<b>je</b>", -2.25)],
            "I am <b>here</b>.",
        ),
        "attention": lambda: explorables.Attention(
            ["je", "t'", "<b>aime</b>"],
            [[1, 0], [0, 1], [2, -1]],
            [[0.5, 1], [2, 1.5], [1, -2]],
            [[1, 0], [0, 1], [0.5, 0.5]],
            causal=True,
            word=1,
        ),
        "fill_mask": lambda: explorables.FillMask(
            lambda text: {
                "tokens": ["[CLS]", *text.split(), "[SEP]"],
                "masks": [i for i, word in enumerate(text.split(), 1) if word == "[MASK]"],
                "fills": [[("cat", 0.5), ("<b>dog</b>", 0.25)]] * text.count("[MASK]"),
                "attention": np.full((2, 3, *[len(text.split()) + 2] * 2), 0.125),
            },
            "The [MASK] sat on <b> [MASK]",
        ),
        "word_weights": lambda: explorables.WordWeights(
            lambda text: (0.98, [("win", 2.5), ("a", 0), ("lunch", -1.25), ("xyzzy", None)]),
            "Win a lunch <script>",
        ),
    }[name]()


KINDS = (
    "neuron",
    "perceptron_line",
    "digit_reader",
    "descent",
    "network_pass",
    "playground",
    "threshold",
    "convolution",
    "attention",
    "next_words",
    "microscope",
    "fill_mask",
    "word_weights",
)


def open_page(page, *snippets, style=""):
    """Show embedded explorables on a bare page."""
    body = "".join(snippets)
    page.set_content(
        '<!doctype html><html lang="en"><head><title>Explorables</title></head>'
        f'<body style="{style}"><main><h1>Explorables</h1>{body}</main></body></html>'
    )
    page.locator(".course-explorable").first.wait_for()
    return page


def load_module(page, name):
    """Load a module into the page as `window.module`, as anywidget does."""
    page.evaluate(
        """async (source) => {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            window.module = await import(url);
        }""",
        explorables.module_source(name) if name != "common" else read_common(),
    )


def read_common():
    folder = explorables.base.FOLDER
    return (folder / "common.js").read_text(encoding="utf-8")


# --- Python -------------------------------------------------------------------------------------


def test_module_source_is_one_module_without_imports():
    for name in KINDS:
        source = explorables.module_source(name)
        assert not re.search(r"^import ", source, flags=re.MULTILINE)
        assert source.count("export default { render };") == 1
        assert "</script" not in source and "http" not in source.replace("http://www.w3.org", "")


def test_module_source_names_what_there_is():
    with pytest.raises(ValueError, match=r"neuron, .*perceptron_line.*'brain'"):
        explorables.module_source("brain")


@pytest.mark.parametrize("kind", KINDS)
def test_bundle_has_live_view_picture_and_words(kind, monkeypatch):
    monkeypatch.delenv("COURSE_EMBED", raising=False)
    bundle, _ = make(kind)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert len(bundle["text/plain"]) > 40
    assert explorables.EMBEDDED not in bundle
    monkeypatch.setenv("COURSE_EMBED", "1")
    bundle, _ = make(kind)._repr_mimebundle_()
    assert bundle[explorables.EMBEDDED].startswith('<figure class="explorable"')


@pytest.mark.parametrize("kind", KINDS)
def test_embedded_data_cannot_end_its_script(kind):
    snippet = make(kind).embed()
    state = re.search(r'<script type="application/json">(.*?)</script>', snippet, re.DOTALL)[1]
    assert "<" not in state and json.loads(state)
    assert snippet.count("</script>") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_state_restores_itself(kind):
    first, second = make(kind), make(kind)
    if kind == "neuron":
        first.weights, first.activation = [2.0, -0.5], "relu"
    elif kind == "perceptron_line":
        first.learning_step()
    elif kind == "descent":
        first.landscape, first.momentum = "two valleys", 0.9
    elif kind == "network_pass":
        first.inputs, first.selected = [-1.5, 0.25], "x2-h1.3"
    elif kind == "playground":
        first.state = "pg1;data=spiral;hidden=8,8;steps=20;end"
    elif kind == "threshold":
        first.threshold = 0.045
    elif kind == "convolution":
        first.state = '{"kernel":[[0.5,-1]],"stride":2,"position":5}'
    elif kind == "attention":
        first.q, first.word = [[1, 0.25], [0, -9], [3, 3]], 2
    elif kind == "fill_mask":
        first.text, first.mask, first.head = "A [MASK] of [MASK] \U0001f600", 2, 3
    elif kind in ("next_words", "microscope", "word_weights"):
        first.text = "Something else \U0001f600"
    else:
        first.example = 3
    second.state = first.state
    assert second.state == first.state and len(first.state) < 300


@pytest.mark.parametrize("line", ["", "{", "[]", '{"nothing": 1}', None, 3, '{"weights": "ab"}'])
@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_wrong_state_is_refused(kind, line):
    with pytest.raises(ValueError):
        make(kind).state = line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": (1, 2, 3)}, "as many inputs as weights.*3 inputs and 2 weights"),
        ({"inputs": (), "weights": ()}, "1 to 4"),
        ({"inputs": range(5), "weights": range(5)}, "1 to 4"),
        ({"inputs": 1.0}, "list of numbers"),
        ({"weights": (0.5, "x")}, "finite number, got 'x'"),
        ({"weights": (0.5, math.nan)}, "finite"),
        ({"bias": math.inf}, "bias must be a finite"),
        ({"bias": None}, "bias must be a finite"),
        ({"activation": "softmax"}, "step, sigmoid, tanh, relu, linear; got 'softmax'"),
        ({"activation": math.tanh}, "step, sigmoid"),
    ],
)
def test_neuron_explains_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        explorables.Neuron(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"points": [[1, 2, 3]], "labels": [1]}, r"shape \(n, 2\)"),
        ({"points": [1, 2], "labels": [0, 1]}, "list of numbers"),
        ({"points": 3, "labels": [0]}, "rows of two numbers"),
        ({"points": [], "labels": []}, "1 to 200 points, got 0"),
        ({"points": [[0, math.nan]], "labels": [0]}, "finite"),
        ({"points": POINTS, "labels": [0, 1]}, "expected 6 labels.*got 2"),
        ({"points": POINTS, "labels": [1, -1] * 3}, "labels must be 0 or 1"),
        ({"points": POINTS, "labels": LABELS, "weights": (1,)}, "2 weights"),
        ({"points": POINTS, "labels": LABELS, "bias": "b"}, "bias must be"),
    ],
)
def test_perceptron_explains_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        explorables.PerceptronLine(**arguments)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (None, "list of four arrays"),
        ([], "got none"),
        (make_weights()[:3], r"\(784, units\)"),
        ([array.T for array in make_weights()], r"got \(16, 784\)"),
        (["a", "b", "c", "d"], "four arrays of numbers"),
        ([np.full_like(array, np.nan) for array in make_weights()], "Train again"),
    ],
)
def test_reader_explains_wrong_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        explorables.DigitReader(weights)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        (np.zeros((28, 28), dtype=np.uint8), r"\(n, 28, 28\)"),
        (np.zeros((31, 28, 28), dtype=np.uint8), "up to 30"),
        (np.zeros((2, 28, 28)), "uint8"),
        ("seven", r"\(n, 28, 28\)"),
    ],
)
def test_reader_explains_wrong_examples(examples, message):
    with pytest.raises(ValueError, match=message):
        explorables.DigitReader(make_weights(), examples=examples)


def test_assigned_values_are_checked_too():
    neuron = explorables.Neuron()
    with pytest.raises(ValueError, match="2 numbers"):
        neuron.weights = [1.0]
    with pytest.raises(ValueError, match="one of"):
        neuron.activation = "swish"
    with pytest.raises(ValueError, match="0 to 4"):
        make("digit_reader").example = 5


def test_numpy_arrays_are_taken():
    line = explorables.PerceptronLine(np.array(POINTS), np.array(LABELS), np.ones(2), np.float32(1))
    assert line.points == POINTS and line.labels == LABELS and line.errors >= 0


def test_neuron_computes_what_it_says():
    neuron = explorables.Neuron()
    assert neuron.weighted_sum == -1.25
    assert neuron.output == pytest.approx(1 / (1 + math.exp(1.25)))
    assert "0.5 × 1.0 + (−1.0) × 2.0 + 0.25 = −1.25" in neuron.describe()


def test_the_rule_converges_where_a_line_separates_and_not_on_xor():
    line = explorables.PerceptronLine(POINTS, LABELS, (0, 0))
    while line.learning_step() is not None:
        assert line.steps < 100
    assert line.errors == 0
    line.reset()
    assert (line.weights, line.steps) == ([0.0, 0.0], 0)
    xor = explorables.PerceptronLine(*XOR)
    assert all(xor.learning_step() is not None for _ in range(200))


def test_points_outside_make_room():
    line = make("perceptron_line")
    line.points = [[9.0, -9.0], *POINTS[1:]]
    assert line.limits[0] <= -9 and line.limits[1] >= 9


def test_reader_reads_in_python_what_it_shows():
    reader = make("digit_reader")
    assert reader.image is None and reader.prediction is None and reader.probabilities is None
    reader.example = 2
    assert np.array_equal(reader.image, make_digits()[2])
    assert reader.probabilities.sum() == pytest.approx(1)
    assert reader.prediction == reader.probabilities.argmax()
    reader.weights = make_weights(seed=1)
    assert np.array_equal(reader.weights[2], make_weights(seed=1)[2])
    assert f"it reads a {reader.prediction}".replace("a 8", "an 8") in reader.describe()
    reader.image = None
    assert "nothing drawn yet; the first test digit" in reader.describe()
    empty = explorables.DigitReader(make_weights())
    assert empty.describe().endswith("nothing drawn yet.") and empty.draw_static()


def test_what_the_browser_sends_arrives():
    reader = make("digit_reader")
    reader.example = 3
    drawing = make_digits()[0]
    reader.set_state(
        {"example": -1, "strokes": [[[1, 2]]], "pixels": memoryview(drawing.tobytes())}
    )
    assert np.array_equal(reader.image, drawing) and reader.example == -1
    reader.set_state({"example": 2, "strokes": [], "pixels": memoryview(make_digits()[2])})
    assert np.array_equal(reader.image, make_digits()[2])
    line = make("perceptron_line")
    line.set_state({"points": [[1, 2], *POINTS[1:]], "weights": [1, 0.5], "bias": 1})
    assert (line.points[0], line.weights, line.bias) == ([1.0, 2.0], [1.0, 0.5], 1.0)


# --- Mathematics in the browser -----------------------------------------------------------------


def test_numbers_are_written_the_same_in_both_languages(page):
    load_module(page, "common")
    random = np.random.default_rng(0)
    numbers = [0.0, -0.0, -0.001, 0.5, -1.25, 99.999, 0.1 + 0.2, 1e6, *random.normal(0, 5, 200)]
    written = page.evaluate("(numbers) => numbers.map(module.format)", numbers)
    assert written == [explorables.base.format_number(number) for number in numbers]
    assert page.problems == []


def test_neuron_agrees_with_numpy(page):
    load_module(page, "neuron")
    random = np.random.default_rng(1)
    scales = 10.0 ** random.integers(-3, 4, 300)
    cases = [
        {
            "x": (random.normal(0, 1, n) * s).tolist(),
            "w": (random.normal(0, 1, n) * s).tolist(),
            "b": float(random.normal() * s),
        }
        for n, s in zip(random.integers(1, 5, 300), scales, strict=True)
    ]
    cases += [{"x": [0.0], "w": [0.0], "b": b} for b in (0.0, 800.0, -800.0, 1e-300)]
    sums, outputs = page.evaluate(
        """(cases) => [cases.map((c) => module.weightedSum(c.x, c.w, c.b)),
            Object.fromEntries(Object.keys(module.ACTIVATIONS).map((name) => [name,
                cases.map((c) => module.neuronOutput(c.x, c.w, c.b, name))]))]""",
        cases,
    )
    z = np.array([np.dot(c["w"], c["x"]) + c["b"] for c in cases])
    np.testing.assert_allclose(sums, z, rtol=1e-6, atol=1e-6)
    with np.errstate(over="ignore"):
        expected = {
            "step": (z >= 0).astype(float),
            "sigmoid": 1 / (1 + np.exp(-z)),
            "tanh": np.tanh(z),
            "relu": np.maximum(0, z),
            "linear": z,
        }
    assert set(outputs) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(outputs[name], values, rtol=1e-6, atol=1e-6, err_msg=name)
        twin = [explorables.neuron.ACTIVATIONS[name](value) for value in z.tolist()]
        np.testing.assert_allclose(twin, values, rtol=1e-6, atol=1e-6, err_msg=name)


def test_the_arithmetic_is_written_as_on_paper(page):
    load_module(page, "neuron")
    lines = page.evaluate("() => module.writeArithmetic([1, 2], [0.5, -1], 0.25, 'sigmoid')")
    assert lines == [
        "z = 0.5 × 1.0 + (−1.0) × 2.0 + 0.25 = −1.25",
        "ŷ = sigmoid(−1.25) ≈ 0.22",
    ]


def test_learning_steps_agree_with_python(page):
    load_module(page, "perceptron_line")
    random = np.random.default_rng(2)
    for count in (1, 2, 7, 40):
        points = random.normal(0, 2, (count, 2)).round(2).tolist()
        labels = random.integers(0, 2, count).tolist()
        line = explorables.PerceptronLine(points, labels, random.normal(0, 1, 2), 0.3)
        state = {name: getattr(line, name) for name in ("points", "labels", "weights", "bias")}
        steps = page.evaluate(
            """(state) => {
                const steps = [];
                for (let i = 0; i < 60; i += 1) {
                    const next = module.learningStep(state);
                    if (!next) break;
                    steps.push([next.index, ...next.weights, next.bias]);
                    state = { ...state, ...next };
                }
                return steps;
            }""",
            state | {"position": 0},
        )
        for index, *numbers in steps:
            assert line.learning_step() == index
            np.testing.assert_allclose([*line.weights, line.bias], numbers, rtol=1e-6, atol=1e-9)
        assert len(steps) == 60 or line.errors == 0


def test_the_shaded_side_is_where_the_sum_is_positive(page):
    load_module(page, "perceptron_line")
    random = np.random.default_rng(3)
    cases = [[*random.normal(0, 2, 3)] for _ in range(300)]
    cases += [[0, 0, 1], [0, 0, -1], [0, 0, 0], [1, 0, 0], [0, 1, 9], [0, -1, -9], [1e-9, 0, 0]]
    sides, lines = page.evaluate(
        """(cases) => [cases.map(([a, b, c]) => module.positiveSide([a, b], c, [-2, 2])),
            cases.map(([a, b, c]) => module.lineEnds([a, b], c, [-2, 2]))]""",
        cases,
    )
    grid = (np.arange(400) + 0.5) / 100 - 2
    x1, x2 = np.meshgrid(grid, grid)
    for (w1, w2, bias), side, line in zip(cases, sides, lines, strict=True):
        share = ((w1 * x1 + w2 * x2 + bias) >= 0).mean()
        assert polygon_area(side) / 16 == pytest.approx(share, abs=0.01), (w1, w2, bias)
        for end in line or []:
            assert w1 * end[0] + w2 * end[1] + bias == pytest.approx(0, abs=1e-6)
        corners = {w1 * x + w2 * y + bias >= 0 for x in (-2, 2) for y in (-2, 2)}
        assert (line is not None) == (len(corners) == 2), (w1, w2, bias)


def polygon_area(corners):
    """Return the area inside a polygon (shoelace formula)."""
    if len(corners) < 3:
        return 0.0
    x, y = np.array(corners).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def make_drawings():
    """Return drawings of many shapes: blots, strokes, single pixels, full sheets."""
    random = np.random.default_rng(4)
    drawings = []
    for _ in range(60):
        rows, columns = random.integers(1, 90, 2)
        drawing = random.integers(0, 256, (rows, columns)) * (random.random((rows, columns)) < 0.2)
        drawing[random.integers(rows), random.integers(columns)] = random.integers(1, 256)
        drawings.append(drawing)
    single = np.zeros((280, 280))
    single[279, 0] = 1
    wide, tall = np.zeros((280, 280)), np.zeros((280, 280))
    wide[140, :] = 255
    tall[:, 3:5] = 7
    return [*drawings, single, wide, tall, np.ones((280, 280)), np.ones((1, 1))]


def test_center_digit_agrees_with_python(page):
    load_module(page, "digit_reader")
    for drawing in make_drawings():
        pixels = page.evaluate(
            "([ink, rows, columns]) => Array.from(module.centerDigit(ink, rows, columns))",
            [drawing.ravel().tolist(), *drawing.shape],
        )
        difference = np.abs(data.center_digit(drawing).ravel().astype(int) - pixels)
        assert difference.max() <= 1, drawing.shape
    assert page.evaluate("() => module.centerDigit([0, 0, 0, 0], 2, 2)") is None


@pytest.mark.parametrize(("units", "scale"), [(1, 1.0), (16, 0.2), (128, 0.1), (16, 30.0)])
def test_reading_agrees_with_numpy(page, units, scale):
    load_module(page, "digit_reader")
    reader = explorables.DigitReader(make_weights(units=units, scale=scale))
    pictures = np.random.default_rng(5).integers(0, 256, (10, 28, 28)).astype(np.uint8)
    pictures[0], pictures[1] = 0, 255
    probabilities = page.evaluate(
        """([text, pictures]) => {
            const weights = module.readWeights(
                new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
            return pictures.map((pixels) => module.forward(Uint8Array.from(pixels), weights));
        }""",
        [base64.b64encode(reader.parameters).decode(), pictures.reshape(-1, 784).tolist()],
    )
    expected = [forward(picture, reader.weights) for picture in pictures]
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def forward(picture, weights):
    """Return the probabilities of Dense(relu) and Dense(softmax), in NumPy."""
    first, bias, second, last = (array.astype(float) for array in weights)
    logits = np.maximum(0, picture.ravel() / 255 @ first + bias) @ second + last
    return np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()


# --- Hands in the browser -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation(page, kind, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_page(page, make(kind).embed(), style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(page, kind, width):
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, make(kind).embed())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_a_slide_at_24_pixels(page, kind):
    open_page(page, make(kind).embed(), style="font-size: 24px; margin: 0 60px")
    box = page.locator("figure.explorable").bounding_box()
    assert box["width"] <= 1160 and box["height"] <= 640, box


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "word_weights"])
def test_keys_stay_inside_but_for_commands(page, kind):
    open_page(page, make(kind).embed())
    page.evaluate(
        "() => { window.keys = []; document.addEventListener('keydown', (e) => keys.push(e.key)); }"
    )
    page.locator(".course-explorable :is(input:not([type=text]), button)").first.focus()
    for key in ("ArrowRight", "ArrowUp", "a", "x", "Delete", "PageDown"):
        page.keyboard.press(key)
    assert page.evaluate("() => keys") == []
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+s")
    assert page.evaluate("() => keys") == ["Enter", "Control", "s"]


def test_neuron_follows_the_keyboard(page):
    open_page(page, explorables.Neuron().embed())
    page.get_by_label("weight w₁").focus()
    page.keyboard.press("ArrowRight")
    text = page.locator(".arithmetic")
    assert "z = 0.55 × 1.0 + (−1.0) × 2.0 + 0.25 = −1.2" in text.inner_text()
    page.get_by_label("activation").select_option("relu")
    assert "relu(−1.2) = 0.0" in text.inner_text()
    assert page.problems == []


def test_neuron_is_right_at_the_ends_of_every_slider(page):
    open_page(page, explorables.Neuron((1, 2, 3, 4), (1, 1, 1, 1), 0).embed())
    for activation in explorables.neuron.ACTIVATIONS:
        page.get_by_label("activation").select_option(activation)
        for key in ("End", "Home"):
            for slider in page.locator("input[type=range]").all():
                slider.press(key)
            assert "NaN" not in page.locator(".course-explorable").inner_html()
    assert page.problems == []


def middle(locator):
    """Return the middle of what a locator finds, in pixels of the page."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("style", ["", "transform: scale(0.7); transform-origin: 0 0"])
def test_a_point_is_dragged(page, style):
    open_page(page, make("perceptron_line").embed(), style=style)
    point = page.get_by_role("button", name=re.compile("^example 1,"))
    x, y = middle(point)
    page.mouse.move(x + 4, y - 3)  # anywhere on the point
    page.mouse.down()
    page.mouse.move(x - 56, y + 57, steps=5)
    page.mouse.up()
    moved = middle(point)
    assert moved == pytest.approx((x - 60, y + 60), abs=1)
    page.mouse.move(x, y)
    assert middle(point) == moved
    assert page.problems == []


def test_a_point_is_moved_by_keys(page):
    open_page(page, make("perceptron_line").embed())
    page.locator(".example[tabindex='0']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    name = page.locator(".example").first.get_attribute("aria-label")
    assert "at 1.9, 0.9" in name or "at 1.8, 0.8" in name, name
    page.keyboard.press("PageDown")
    focused = "() => document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused).startswith("example 2,")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert page.evaluate(focused).startswith("example 1,")


def test_learning_steps_show_their_arithmetic(page):
    line = explorables.PerceptronLine(POINTS, LABELS, (-1.0, 0.5), 0.0)
    open_page(page, line.embed())
    page.get_by_role("button", name="One learning step").click()
    text = page.locator(".message").inner_text()
    assert (
        "Example 1 is wrong: z = (−1.0) × 2.0 + 0.5 × 1.0 + 0.0 = −1.5, so ŷ = 0, but y = 1."
        in text
    )
    assert "w₁ ← −1.0 + 1 × 2.0 = 1.0" in text and "b ← 0.0 + 1 = 1.0" in text
    for _ in range(50):
        page.get_by_role("button", name="One learning step").click()
    assert "no errors left" in page.locator(".message").inner_text()
    page.get_by_role("button", name="Reset").click()
    assert "learning steps: 0" in page.locator(".errors").inner_text()
    assert "z = −1.0 x₁ + 0.5 x₂ + 0.0" in page.locator(".formula").inner_text()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_xor_never_ends_and_says_so(page, motion):
    page.emulate_media(reduced_motion=motion)
    open_page(page, explorables.PerceptronLine(*XOR).embed())
    page.get_by_role("button", name="Run 100 steps").click()
    page.get_by_text("still").wait_for(timeout=30_000)
    assert "learning steps: 100" in page.locator(".errors").inner_text()
    assert page.get_by_role("button", name="Run 100 steps").count() == 1


def test_a_run_can_be_stopped(page):
    open_page(page, explorables.PerceptronLine(*XOR).embed())
    page.get_by_role("button", name="Run 100 steps").click()
    page.get_by_role("button", name="Stop").click()
    before = page.locator(".errors").inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".errors").inner_text() == before


def test_no_line_without_weights(page):
    open_page(page, explorables.PerceptronLine(POINTS, LABELS, (0, 0), -1).embed())
    assert page.locator("line.line").get_attribute("visibility") == "hidden"
    assert "3 of 6" in page.locator(".errors").inner_text()
    page.get_by_label("weight w₁").press("ArrowRight")
    assert page.locator("line.line").count() == 1
    assert "NaN" not in page.locator("svg.plane").inner_html() and page.problems == []


def test_a_state_is_pasted(page):
    open_page(page, explorables.PerceptronLine(POINTS, LABELS).embed())
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State")
    page.wait_for_function("(field) => field.value !== ''", arg=field.element_handle())
    assert json.loads(field.input_value())["weights"] == [1, 1]
    field.fill(explorables.PerceptronLine(*XOR, (0.5, 0.5), -0.7).state)
    field.press("Enter")
    assert "of 4" in page.locator(".errors").inner_text()
    assert page.locator(".example").count() >= 4
    field.fill('{"points": 3}')
    field.press("Enter")
    assert "not a state" in page.locator("details [role=status]").inner_text()
    assert page.problems == []


def draw(page, strokes):
    """Draw on the pad by mouse; points from 0 to 1."""
    box = page.locator(".pad").bounding_box()
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def test_a_digit_is_drawn_and_cleared(page):
    open_page(page, make("digit_reader").embed())
    verdict = page.locator(".verdict")
    assert verdict.inner_text() == "Nothing drawn yet."
    draw(page, [[(0.3, 0.2), (0.7, 0.2), (0.4, 0.9)]])
    assert verdict.inner_text().startswith("The network reads a")
    percents = [float(text.split()[0]) for text in page.locator(".percent").all_inner_texts()]
    assert len(percents) == 10 and sum(percents) == pytest.approx(100, abs=0.6)
    seen = page.locator(".seen").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    ink = 255 - np.array(seen).reshape(28, 28, 4)[..., 0]
    rows, columns = np.nonzero(ink)
    assert np.ptp(rows) + 1 == 20 and columns.size > 20 and ink.max() == 255
    page.get_by_role("button", name="Clear").click()
    assert verdict.inner_text() == "Nothing drawn yet."
    assert page.problems == []


def test_a_tap_is_a_drawing(page):
    open_page(page, make("digit_reader").embed())
    draw(page, [[(0.5, 0.5)]])
    assert page.locator(".verdict").inner_text().startswith("The network reads")


def test_test_digits_are_picked_by_keys(page):
    reader = make("digit_reader")
    open_page(page, reader.embed())
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    reader.example = 1
    best = reader.probabilities.max()
    assert f"{100 * best:.1f} %" in page.locator(".verdict").inner_text()
    assert page.get_by_role("radio").nth(1).is_checked()
    draw(page, [[(0.3, 0.3), (0.6, 0.7)]])
    assert not page.get_by_role("radio").nth(1).is_checked()


@pytest.mark.parametrize("kind", KINDS)
def test_two_views_of_one_model_stay_in_step(page, kind):
    snippet = make(kind).embed()
    identifier = re.search(r'id="([^"]+)"', snippet)[1]
    second = f'mount(render, "{identifier}");'
    both = f"""
        const figure = document.getElementById("{identifier}");
        const values = JSON.parse(figure.querySelector("script").textContent,
            (_, value) => (typeof value?.base64 === "string" ? decode(value.base64) : value));
        const model = createModel(values);
        const views = [figure.querySelector("div"), figure.appendChild(html("div"))];
        window.endings = views.map((el) => render({{ model, el }}));
    """
    open_page(page, snippet.replace(second, both))
    views = page.locator(".course-explorable")
    views.nth(1).locator("input, textarea").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.evaluate("() => document.querySelectorAll('.unseen').forEach((node) => node.remove())")
    texts = [views.nth(view).inner_text() for view in (0, 1)]
    assert texts[0] == texts[1] and texts[0]
    page.evaluate("() => endings.forEach((end) => end())")
    assert page.problems == []
