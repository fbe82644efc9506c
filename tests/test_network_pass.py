"""NetworkPass: its numbers against NumPy, its arithmetic, its hands, its state, its messages."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest

from course_utils import explorables, plotting, small_network
from course_utils.explorables.network_pass import list_items

WEIGHTS = [[[1, 0.5, -1], [1, 0.5, 2]], [[0.5], [1], [-0.25]]]
BIASES = [[0, 1, -1.5], [-1]]
SHAPES = [(2, 1), (1, 1, 1), (2, 3, 1), (4, 1), (3, 4, 2), (4, 4, 4, 4, 4)]
FUNCTIONS = [
    ("relu", "linear", None),
    ("tanh", "sigmoid", None),
    ("sigmoid", "sigmoid", "mse"),
    ("linear", "tanh", None),
]


def make_adder(**options):
    return explorables.NetworkPass(WEIGHTS, BIASES, **({"inputs": [2, 3]} | options))


def make_random(sizes, seed=0, activation="relu", output="linear", loss=None, **options):
    """Return a network drawn at random, with one target for each output."""
    random = np.random.default_rng(seed)
    return explorables.NetworkPass(
        [random.normal(0, 0.7, shape) for shape in pairwise(sizes)],
        [random.normal(0, 0.7, units) for units in sizes[1:]],
        random.normal(0, 2, sizes[0]),
        activation,
        output,
        target=random.uniform(0, 1, sizes[-1]),
        loss=loss,
        **options,
    )


def read_traits(widget):
    names = widget._embedded_names()
    return {name: value for name, value in widget.get_state().items() if name in names}


def load_module(page, name):
    """Load a module into the page as `window.module`, as anywidget does."""
    page.evaluate(
        """async (source) => {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            window.module = await import(url);
        }""",
        explorables.module_source(name),
    )


def open_page(page, *widgets, style="", theme="light"):
    """Show embedded widgets on a bare page."""
    body = "".join(widget.embed() for widget in widgets)
    page.set_content(
        '<!doctype html><html lang="en"><head><title>Passes</title></head>'
        f'<body style="{style}" data-jp-theme-light="{str(theme == "light").lower()}">'
        f"<main><h1>Passes</h1>{body}</main></body></html>"
    )
    page.locator(".course-explorable").first.wait_for()
    return page


def read_lines(page):
    """Return the arithmetic that is shown, spaces made alike."""
    return " | ".join(
        re.sub(r"\s+", " ", text).strip() for text in page.locator(".lines p").all_inner_texts()
    )


# --- Mathematics --------------------------------------------------------------------------------


@pytest.mark.parametrize(("activation", "output", "loss"), FUNCTIONS)
def test_the_browser_computes_what_numpy_computes(page, activation, output, loss):
    load_module(page, "network_pass")
    for seed, sizes in enumerate(SHAPES):
        widget = make_random(sizes, seed, activation, output, loss)
        passes = widget.passes
        found = page.evaluate(
            """(state) => {
                const { network, lossValue } = module.computePass(state);
                const lists = (name) => network[name].map((row) => [...row]);
                return { loss: lossValue, z: lists("z"), a: lists("a"), deltas: lists("deltas"),
                    weights: lists("weightGradients"), biases: lists("biasGradients") };
            }""",
            read_traits(widget),
        )
        close = {"rtol": 1e-9, "atol": 1e-9}
        np.testing.assert_allclose(found["loss"], passes.loss, **close)
        for layer, sums in enumerate(passes.sums):
            np.testing.assert_allclose(found["z"][layer + 1], sums, **close)
            np.testing.assert_allclose(found["a"][layer + 1], passes.values[layer + 1], **close)
            np.testing.assert_allclose(found["deltas"][layer + 1], passes.deltas[layer], **close)
            gradient = passes.weight_gradients[layer].ravel()
            np.testing.assert_allclose(found["weights"][layer], gradient, **close)
            gradient = passes.bias_gradients[layer]
            np.testing.assert_allclose(found["biases"][layer], gradient, **close)
    assert page.problems == []


@pytest.mark.parametrize(("activation", "output", "loss"), FUNCTIONS)
def test_steps_agree_with_python_and_lower_the_loss(page, activation, output, loss):
    load_module(page, "network_pass")
    for seed, sizes in enumerate(SHAPES):
        widget = make_random(sizes, seed, activation, output, loss, learning_rate=0.001)
        before = widget.passes.loss
        for _ in range(5):
            found = page.evaluate("(state) => module.takeStep(state)", read_traits(widget))
            assert widget.step() <= before
            for name in ("weights", "biases"):
                for mine, theirs in zip(getattr(widget, name), found[name], strict=True):
                    np.testing.assert_allclose(theirs, mine, rtol=1e-9, atol=1e-9)


def test_python_steps_back_and_resets():
    widget = make_adder(target=5, learning_rate=0.05)
    start = widget.state
    widget.step()
    once = widget.state
    widget.step()
    assert widget.steps == 2 and len(widget.past) == 2
    widget.step_back()
    assert widget.state == once
    widget.inputs = [1, 1]
    widget.reset()
    assert (widget.state, widget.steps, widget.past) == (start, 0, [])
    widget.step_back()
    assert widget.state == start


def test_python_refuses_a_step_that_diverges():
    widget = make_adder(target=1e8, learning_rate=10)
    start = widget.state
    with pytest.raises(ValueError, match="lower the learning rate"):
        widget.step()
    assert widget.state == start
    with pytest.raises(ValueError, match="needs a target"):
        make_adder().step()


def test_numbers_are_written_alike_in_both_languages(page):
    load_module(page, "network_pass_words")
    random = np.random.default_rng(0)
    numbers = (random.normal(0, 1, 3000) * 10.0 ** random.uniform(-14, 14, 3000)).tolist()
    numbers += [0, -0.0, 0.125, -4.375, 0.095, 0.0949, 99.995, 999.95, 9999.5, 0.001, 1e-12]
    numbers += np.arange(-30, 30, 0.25).tolist() + [2.0**power for power in range(-40, 60)]
    written = page.evaluate("(numbers) => numbers.map(module.writeNumber)", numbers)
    assert written == [small_network.write_number(number) for number in numbers]


def test_items_have_the_same_names_in_both_languages(page):
    load_module(page, "network_pass")
    for sizes in SHAPES:
        columns = page.evaluate("(sizes) => module.listItems(sizes)", sizes)
        names = [item["id"] for column in columns for item in column]
        assert sorted(names) == sorted(list_items(sizes)) and len(set(names)) == len(names)


# --- Arithmetic in words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"selected": "h1.2"},
         ["multiply: 0.5 × 2 = 1 0.5 × 3 = 1.5", "z = 1 + 1.5 + 1 = 3.5",
          "a = relu(3.5) = max(0, 3.5) = 3.5"]),
        ({"selected": "h1.3", "inputs": [3, 0]},
         ["(−1) × 3 = −3 2 × 0 = 0", "z = −3 + 0 + (−1.5) = −4.5",
          "a = relu(−4.5) = max(0, −4.5) = 0"]),
        ({"selected": "y1"}, ["z = 2.5 + 3.5 + (−0.63) + (−1) ≈ 4.38", "ŷ = z ≈ 4.38"]),
        ({"selected": "y1", "output": "sigmoid"},
         ["ŷ = sigmoid(4.38) = 1 / (1 + e^(−4.38)) ≈ 0.99"]),
        ({"selected": "h1.1", "activation": "tanh"}, ["a = tanh(5) ≈ 1"]),
        ({"selected": "x2-h1.3"}, ["adds to z: w × x = 2 × 3 = 6"]),
        ({"selected": "h1.3-y1"}, ["w × a = (−0.25) × 2.5 ≈ −0.63"]),
        ({"selected": "x1"}, ["given, not computed"]),
    ],
)  # fmt: skip
def test_the_forward_arithmetic_is_written_out(page, options, expected):
    open_page(page, make_adder(**options))
    for text in expected:
        assert text in read_lines(page)
    assert page.problems == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"selected": "y1"},
         ["∂L/∂ŷ: 2 × (ŷ − y) = 2 × (4.38 − 5) ≈ −1.25", "∂ŷ/∂z: slope of linear = 1",
          "δ = ∂L/∂z: ∂L/∂ŷ × ∂ŷ/∂z = (−1.25) × 1 = −1.25", "∂L/∂b: 1 × δ = −1.25",
          "new b: b − η × ∂L/∂b = −1 − 0.01 × (−1.25) ≈ −0.99"]),
        ({"selected": "h1.1"},
         ["∂L/∂a: w × δ of the next unit = 0.5 × (−1.25) ≈ −0.63", "slope of relu = 1, as z > 0"]),
        ({"selected": "h1.1", "inputs": [-2, -3]},
         ["slope of relu = 0, as z ≤ 0", "× 0", "1 × δ = 0"]),
        ({"selected": "h1.1-y1"},
         ["∂L/∂w: a × δ = 5 × (−1.25) = −6.25",
          "new w: w − η × ∂L/∂w = 0.5 − 0.01 × (−6.25) ≈ 0.56"]),
        ({"selected": "y1", "target": 4.3794}, ["2 × (ŷ − y) = 2 × (4.375 − 4.38) ≈ −0.0088"]),
        ({"selected": "x1-h1.1"}, ["∂L/∂w: x × δ = 2 × (−0.63) ≈ −1.25"]),
        ({"selected": "y1", "output": "sigmoid", "target": 1},
         ["δ = ∂L/∂z: ŷ − y = 0.99 − 1 ≈ −0.012"]),
        ({"selected": "y1", "output": "sigmoid", "target": 0, "loss": "mse"},
         ["slope of sigmoid = ŷ × (1 − ŷ) = 0.99 × (1 − 0.99) ≈ 0.012"]),
        ({"selected": "h1.3", "activation": "tanh"},
         ["slope of tanh = 1 − a² = 1 − 0.99² ≈ 0.027"]),
        ({"selected": "x1"}, ["needs no gradient"]),
    ],
)  # fmt: skip
def test_the_chain_rule_is_written_out(page, options, expected):
    open_page(page, make_adder(**({"target": 5, "view": "backward"} | options)))
    for text in expected:
        assert text in read_lines(page)
    assert page.problems == []


def test_several_outputs_and_layers_are_written_out(page):
    open_page(page, make_random((4, 4, 4, 4, 4), view="backward", selected="h2.3"))
    assert page.locator(".title").inner_text() == "Unit 3 of hidden layer 2"
    assert "w × δ, added up" in read_lines(page)
    assert "L = mean of (ŷ − y)²" in page.locator(".loss").inner_text()
    page.get_by_role("option", name=re.compile("^Output 2")).click()
    assert "/ 4" in read_lines(page)


@pytest.mark.parametrize(
    ("target", "text"), [(1, "−ln ŷ"), (0, "−ln(1 − ŷ)"), (0.3, "−y ln ŷ − (1 − y) ln(1 − ŷ)")]
)
def test_the_cross_entropy_is_written_out(page, target, text):
    widget = make_adder(target=target, output="sigmoid")
    open_page(page, widget)
    shown = page.locator(".loss").inner_text()
    assert text in shown and small_network.write_number(widget.passes.loss) in shown


# --- Hands --------------------------------------------------------------------------------------


def test_every_number_stands_in_the_picture(page):
    widget = make_random((3, 4, 2), input_names=["rooms", "age", "x"])
    write = small_network.write_number
    passes = widget.passes
    open_page(page, widget)
    texts = page.locator("svg.network text").all_text_contents()
    for kernel, bias, z in zip(widget.weights, widget.biases, passes.sums, strict=True):
        assert {write(number) for row in kernel for number in row} <= set(texts)
        assert {f"b = {write(number)}" for number in bias} <= set(texts)
        assert {f"z {write(number)}" for number in z} <= set(texts)
    assert {"rooms", "age", "x"} <= set(texts)
    page.get_by_role("button", name="Backward").click()
    texts = page.locator("svg.network text").all_text_contents()
    for gradients, deltas in zip(passes.weight_gradients, passes.deltas, strict=True):
        assert {write(number) for number in gradients.ravel()} <= set(texts)
        assert {f"δ {write(number)}" for number in deltas} <= set(texts)


@pytest.mark.parametrize("view", ["forward", "backward"])
@pytest.mark.parametrize("sizes", SHAPES)
def test_no_text_meets_another(page, sizes, view):
    page.set_viewport_size({"width": 1200, "height": 720})
    open_page(page, make_random(sizes, activation="tanh", view=view))
    boxes = page.evaluate(
        """() => [...document.querySelectorAll("svg.network text")]
            .filter((node) => node.textContent)
            .map((node) => [node.textContent, node.getBoundingClientRect().toJSON()])"""
    )
    for index, (text, box) in enumerate(boxes):
        for other, place in boxes[:index]:
            across = min(box["right"], place["right"]) - max(box["left"], place["left"])
            down = min(box["bottom"], place["bottom"]) - max(box["top"], place["top"])
            assert across <= 1 or down <= 4, (text, other)  # a box has empty rows above its letters


def test_sliders_change_input_weight_and_bias(page):
    open_page(page, make_adder(selected="h1.2"))
    page.get_by_role("slider", name="input x₁").press("ArrowRight")
    assert "0.5 × 3 = 1.5" in read_lines(page)
    page.get_by_label("its bias b").press("ArrowRight")
    assert "+ 1.05 = 4.05" in read_lines(page)
    page.get_by_role("option", name="Weight from x₂ to hidden unit 3: 2", exact=True).click()
    page.get_by_label("this weight").press("ArrowLeft")
    assert "w × x = 1.95 × 3 = 5.85" in read_lines(page)
    page.get_by_role("button", name="Reset").click()
    assert "w × x = 2 × 3 = 6" in read_lines(page)
    assert page.problems == []


def test_a_line_can_be_clicked(page):
    open_page(page, make_adder())
    page.locator(".edge-grip").nth(1).dispatch_event("click")
    assert page.locator(".title").inner_text().startswith("Weight from x")


def test_arrow_keys_reach_every_number(page):
    open_page(page, make_adder(target=5))
    count = len(list_items([2, 3, 1]))
    page.get_by_role("option", selected=True).focus()
    page.keyboard.press("Home")
    seen = {page.locator(".title").inner_text()}
    for _ in range(5):
        for _ in range(7):
            page.keyboard.press("ArrowUp")
        for _ in range(7):
            seen.add(page.locator(".title").inner_text())
            page.keyboard.press("ArrowDown")
        seen.add(page.locator(".title").inner_text())
        page.keyboard.press("ArrowRight")
    assert len(seen) == count
    focused = "() => document.activeElement.getAttribute('aria-selected')"
    assert page.evaluate(focused) == "true"
    page.keyboard.press("End")
    assert page.locator(".title").inner_text() == "The output"
    assert page.problems == []


def test_tab_reaches_every_control(page):
    open_page(page, make_adder(target=5))
    page.evaluate("() => document.body.focus()")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate(
            """() => { const node = document.activeElement;
                return node.labels?.[0]?.textContent || node.ariaLabel || node.textContent; }"""))
    wanted = ["input x₁", "input x₂", "target y", "Forward", "Backward", "its bias b",
              "learning rate η", "One step", "Step back", "Reset", "Copy or paste this state"]
    assert names[1:] == wanted and names[0].startswith("Hidden unit 1: weighted sum 5")


def test_gradient_descent_in_the_picture(page):
    widget = make_adder(target=5, learning_rate=0.005, view="backward", selected="h1.1-y1")
    open_page(page, widget)
    status = page.locator(".steps")
    assert status.inner_text() == "No step yet."
    page.get_by_role("button", name="One step").click()
    losses = widget.passes.loss, widget.step()
    first, second = (small_network.write_number(loss) for loss in losses)
    assert status.inner_text() == f"Step 1: loss before {first}, after {second}, lower."
    page.get_by_role("button", name="Step back").click()
    assert status.inner_text() == "No step yet."
    assert "= 5 × (−1.25) = −6.25" in read_lines(page)
    page.get_by_label("learning rate").press("End")
    assert "0.5 − 1 × (−6.25) = 6.75" in read_lines(page)
    page.get_by_role("button", name="One step").click()
    assert "higher: the step was too large" in status.inner_text()
    page.get_by_role("button", name="Reset").click()
    assert "= 5 × (−1.25) = −6.25" in read_lines(page) and status.inner_text() == "No step yet."
    assert page.problems == []


def test_a_step_that_diverges_is_not_taken(page):
    open_page(page, make_adder(target=1e8, learning_rate=1))
    page.get_by_role("button", name="One step").click()
    assert "Lower the learning rate" in page.locator(".steps").inner_text()
    page.get_by_label("learning rate").press("Home")
    page.get_by_role("button", name="One step").click()
    assert page.locator(".steps").inner_text().startswith("Step 1")
    assert page.problems == []


def test_it_is_right_at_the_ends_of_every_slider(page):
    for activation, output in (("relu", "linear"), ("sigmoid", "sigmoid")):
        widget = make_adder(target=1, activation=activation, output=output, view="backward")
        open_page(page, widget)
        for key in ("End", "Home"):
            for slider in page.locator("input[type=range]").all():
                slider.press(key)
            text = page.locator(".course-explorable").inner_html()
            assert "NaN" not in text and "not a number" not in text and "undefined" not in text
    assert page.problems == []


def test_sliders_of_whole_numbers_step_by_one_and_make_room(page):
    open_page(page, make_adder())  # inputs 2 and 3
    slider = page.get_by_role("slider", name="input x₁")
    slider.press("ArrowRight")
    assert slider.evaluate("(node) => node.valueAsNumber") == 3
    for _ in range(3):
        slider.press("End")
    assert slider.evaluate("(node) => [node.valueAsNumber, Number(node.max)]") == [20, 50]
    assert page.problems == []


def test_sliders_of_other_numbers_step_finely(page):
    open_page(page, make_adder(inputs=[0.5, 1]))
    slider = page.get_by_role("slider", name="input x₂")
    slider.press("ArrowRight")
    assert slider.evaluate("(node) => node.valueAsNumber") == pytest.approx(1.05)


def test_signs_differ_in_dashes_too(page):
    open_page(page, make_adder())
    dashes = {
        kind: page.locator(f"svg.network .edge.{kind}").first.evaluate(
            "(node) => getComputedStyle(node).strokeDasharray")
        for kind in ("positive", "negative")
    }
    assert dashes["positive"] == "none" and dashes["negative"] != "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 900])
def test_no_accessibility_violation(page, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 720})
    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    widgets = [make_random((4, 4, 4, 4, 4), view="backward"), make_adder()]
    open_page(page, *widgets, style=style, theme=theme)
    page.get_by_text("Copy or paste this state").first.click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


@pytest.mark.parametrize("width", [400, 600, 800, 1200])
@pytest.mark.parametrize("sizes", SHAPES)
def test_nothing_overflows(page, sizes, width):
    page.set_viewport_size({"width": width, "height": 720})
    names = ["square feet", "rooms of a house", "age in years", "x"][: sizes[0]]
    open_page(page, make_random(sizes, input_names=names))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        """() => [...document.querySelectorAll(".panel *, .example-side *")].every((node) => {
            const { right } = node.getBoundingClientRect();
            return right <= document.documentElement.clientWidth; })"""
    )


@pytest.mark.parametrize("view", ["forward", "backward"])
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (3, 4, 2)])
def test_it_fits_a_slide_at_24_pixels(page, sizes, view):
    open_page(page, make_random(sizes, view=view), style="font-size: 24px; margin: 0 60px")
    for name in ("y1", "h1.1", "x1-y1", "x1-h1.1"):
        if name in list_items(sizes):
            page.locator(".item").nth(list_items(sizes).index(name)).focus()
            box = page.locator("figure.explorable").bounding_box()
            assert box["width"] <= 1160 and box["height"] <= 640, (name, box)


# --- State --------------------------------------------------------------------------------------


def test_a_state_goes_from_python_to_the_page_and_back(page):
    widget = make_adder(target=5)
    open_page(page, widget)
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State", exact=True)
    page.wait_for_function("(field) => field.value !== ''", arg=field.element_handle())
    assert json.loads(field.input_value()) == json.loads(widget.state)
    widget.step()
    widget.selected, widget.view = "x2-h1.3", "backward"
    field.fill(widget.state)
    field.press("Enter")
    assert page.locator(".title").inner_text() == "Weight from x₂ to hidden unit 3"
    texts = page.locator("svg.network text").all_text_contents()
    assert small_network.write_number(widget.passes.weight_gradients[0][1, 2]) in texts
    other = make_adder(target=5)
    other.state = widget.state
    assert other.state == widget.state
    assert page.problems == []


HOSTILE = [
    "", "{", "[]", "3", "null", '"<img src=x onerror=alert(1)>"', "[" * 100_000,
    '{"nothing": 1}', '{"<b>": 1}', '{"weights": "ab"}', '{"weights": [[[1, 2]]]}',
    '{"weights": null}', '{"biases": [[1, 2, "<b>"], [0]]}', '{"inputs": [1]}',
    '{"inputs": [1, 1e400]}', '{"inputs": [1, NaN]}', '{"inputs": [1, 1e12]}',
    '{"inputs": [1, ' + "9" * 400 + "]}", '{"inputs": {"length": 2}}', '{"target": [1, 2]}',
    '{"target": null}', '{"view": "sideways"}', '{"view": 3}', '{"selected": "h9.9"}',
    '{"selected": ["x1"]}', '{"selected": "<script>"}', '{"learning_rate": 0}',
    '{"learning_rate": -1}', '{"learning_rate": 1e9}', '{"learning_rate": "fast"}',
]  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE)
def test_python_refuses_a_wrong_state_and_keeps_its_own(line):
    widget = make_adder(target=5)
    before = widget.state
    with pytest.raises(ValueError, match=r"expected|must|got"):
        widget.state = line
    assert widget.state == before


def test_the_page_refuses_wrong_states_and_goes_on(page):
    open_page(page, make_adder(target=5))
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State", exact=True)
    before = page.locator("svg.network").inner_html()
    for line in HOSTILE:
        field.fill(line)
        field.press("Enter")
        if line:
            answer = page.locator("details [role=status]")
            assert answer.inner_text().startswith("not a state"), line[:80]
            assert answer.locator("*").count() == 0
        assert page.locator("svg.network").inner_html() == before, line[:80]
    page.get_by_role("slider", name="input x₁").press("ArrowRight")
    assert page.locator("svg.network").inner_html() != before
    assert page.problems == []


@pytest.mark.parametrize("target", ["[2]", "[-0.1]"])
def test_a_pasted_target_of_a_cross_entropy_is_a_probability(page, target):
    widget = make_adder(target=1, output="sigmoid")
    line = f'{{"target": {target}}}'
    with pytest.raises(ValueError, match="between 0 and 1"):
        widget.state = line
    open_page(page, widget)
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State", exact=True)
    field.fill(line)
    field.press("Enter")
    assert "between 0 and 1" in page.locator("details [role=status]").inner_text()


# --- Arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [np.ones((2, 3)), np.ones((2, 1))]},
         r"layer 2, must have shape \(3, units\), because layer 1 has 3 units; got \(2, 1\)"),
        ({"weights": [np.ones((2, 5)), np.ones((5, 1))]}, "1 to 4 units"),
        ({"weights": [np.full((2, 3), np.inf), np.ones((3, 1))]}, r"weights\[0\].* finite"),
        ({"weights": [np.full((2, 3), 1e12), np.ones((3, 1))]}, "up to 1e"),
        ({"biases": [[1, 2, 3]]}, "2 layers of weights and 1 of biases"),
        ({"inputs": [1]}, r"shape \(2,\)"),
        ({"inputs": None}, "inputs must"),
        ({"activation": "softmax"}, "linear, relu, tanh, sigmoid; got 'softmax'"),
        ({"output": None}, "output must be one of"),
        ({"target": [1, 2]}, r"shape \(1,\)"),
        ({"target": 2, "output": "sigmoid"}, "between 0 and 1"),
        ({"loss": "crossentropy"}, "needs output='sigmoid'"),
        ({"input_names": ["a", "b", "c"]}, "expected 2 input_names"),
        ({"input_names": 3}, "list of texts"),
        ({"view": "backward"}, "needs a target"),
        ({"view": "up"}, "forward or backward"),
        ({"selected": "h2.1"}, r"x1, x2, h1\.1, …, h1\.3-y1; got 'h2\.1'"),
        ({"learning_rate": 0}, "above 0 and at most 10"),
        ({"learning_rate": "fast"}, "finite number"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        explorables.NetworkPass(
            **({"weights": WEIGHTS, "biases": BIASES, "inputs": [2, 3]} | arguments)
        )


def test_assigned_values_are_checked_too():
    widget = make_adder(target=5)
    with pytest.raises(ValueError, match=r"weights must keep .*\[\(2, 3\), \(3, 1\)\], got"):
        widget.weights = [[[1.0], [1.0]], [[1.0]]]
    with pytest.raises(ValueError, match="None"):
        make_adder().target = [1.0]
    with pytest.raises(ValueError, match="numbers as target"):
        widget.target = None
    for name, value in (("inputs", [1]), ("biases", [[0]]), ("selected", "z"), ("view", "")):
        with pytest.raises(ValueError):
            setattr(widget, name, value)
    widget.weights = [np.zeros((2, 3)), np.zeros((3, 1))]
    assert widget.prediction == -1


def test_what_the_browser_sends_arrives():
    widget = make_adder(target=5)
    widget.set_state({"inputs": [1, 0.5], "weights": [[[1, 1, 1], [1, 1, 1]], [[1], [1], [1]]],
                      "past": [{"weights": WEIGHTS, "biases": BIASES}], "steps": 1})
    assert widget.inputs == [1, 0.5] and widget.prediction == 3.0
    widget.step_back()
    assert widget.weights == WEIGHTS and widget.steps == 0


def test_words_and_static_picture_tell_all_numbers():
    widget = make_adder(target=5, input_names=["left", "right"])
    words = widget.describe()
    for text in ("2-3-1", "(1, 0.5, −1)", "weighted sum 5, 3.5, 2.5", "loss 0.39",
                 "delta of output −1.25", "delta of hidden layer 1 −0.63, −1.25, 0.31"):
        assert text in words, words
    texts = [text.get_text() for text in widget.draw_static().axes[0].texts]
    assert {"left", "right", "ŷ 4.38", "−0.25"} <= set(texts)
    widget.view = "backward"
    texts = [text.get_text() for text in widget.draw_static().axes[0].texts]
    assert {"δ −1.25", "−6.25", "loss L = 0.39"} <= set(texts)


def test_the_static_picture_leaves_no_figure_open():
    import matplotlib.pyplot as plt

    make_adder().draw_static()
    assert not plt.get_fignums() and plotting.plot_forward_pass
