"""The playground as hands meet it: controls, pictures, numbers, own points, states, two views."""

import math
import re
import warnings

import numpy as np
import pytest
from test_explorables import middle, open_page

from course_utils import explorables
from course_utils.explorables import playground as module

HIDDEN = "hide takes names of controls"
RICH = "pg1;data=moons;noise=20;hidden=8,8,8,8,8,8;l1=0.001;features=x1,x2,x1^2,x2^2,x1x2;end"
FORWARD, BACKWARD = ".pass:first-child", ".pass:last-child"


def open_live(page, state="", views=1, style="", **arguments):
    """Show a playground; `window.model` is its model, `window.endings` what takes its views off."""
    snippet = explorables.Playground(state, **arguments).embed()
    identifier = re.search(r'id="([^"]+)"', snippet)[1]
    script = f"""
        const figure = document.getElementById("{identifier}");
        window.model = createModel(JSON.parse(figure.querySelector("script").textContent));
        const places = [figure.querySelector("div")];
        while (places.length < {views}) places.push(figure.appendChild(html("div")));
        window.endings = places.map((el) => render({{ model, el }}));
    """
    return open_page(page, snippet.replace(f'mount(render, "{identifier}");', script), style=style)


def state_of(page):
    """Return the state that Python would see."""
    return page.evaluate("() => model.get('state')")


def step_count(page):
    return int(page.locator(".counter b").nth(1).inner_text().replace(",", ""))


def open_numbers(page, unit="layer 1, unit 1"):
    page.get_by_role("button", name=unit, exact=True).click()
    page.locator(".numbers-body").wait_for()


def open_everything(page):
    page.locator("details").evaluate_all("(all) => all.forEach((node) => { node.open = true; })")
    page.locator("table.layer-weights td").first.wait_for()


def to_number(text):
    """Read a number as the playground writes it."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    mantissa, _, power = text.translate(digits).replace(",", "").partition("·10")
    return float(mantissa) * 10 ** float(power or 0)


def read_rows(page, part):
    """Return the rows of a table of numbers as texts, fields with what they hold."""
    return page.locator(f"{part} tbody tr").evaluate_all(
        """(rows) => rows.map((row) => [...row.cells].map((cell) => (
            cell.querySelector("input")?.value ?? cell.textContent)))"""
    )


def read_layer(page):
    """Return the table of all weights of the layer, the biases last, as an array."""
    details = page.locator("details.layer")
    if not details.evaluate("(node) => node.open"):
        details.locator("summary").click()
    page.locator("table.layer-weights td").first.wait_for()
    rows = page.locator("table.layer-weights tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent))"
    )
    return np.array([[to_number(text) for text in row] for row in rows])


# --- Python -------------------------------------------------------------------------------------


def test_the_default_is_the_shortest_state():
    playground = explorables.Playground()
    assert playground.state == "pg1;end" and playground.run.steps == 0
    assert "500" not in playground.describe() and "250 training examples" in playground.describe()


def test_a_state_gives_the_run_that_it_describes():
    playground = explorables.Playground("pg1;data=xor;steps=500;end")
    assert playground.run.steps == 500 and playground.run is playground.run
    playground.state = "pg1;data=xor;steps=600;end"
    assert playground.run.steps == 600
    text = playground.describe()
    assert "xor" in text and "600 steps" in text and "right side" in text


@pytest.mark.parametrize(
    "state",
    [
        "pg1;data=plane;hidden=none;features=x1;steps=30;end",
        "pg1;data=own;end",
        RICH.replace(";end", ";steps=3;end"),
    ],
)
def test_words_and_static_picture_fit_every_kind(state):
    playground = explorables.Playground(state)
    assert len(playground.describe()) > 60
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert playground._to_png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hide": ("regularization",)}, HIDDEN),
        ({"hide": "speeed"}, HIDDEN),
        ({"hide": 3}, HIDDEN),
        ({"speed": "fast"}, "speed takes one of 10 steps/s"),
        ({"speed": 250}, "speed takes one of 10 steps/s"),
        ({"state": "pg1;data=circle"}, ";end"),
        ({"state": "pg2;end"}, "Update the course"),
        ({"state": 3}, "begins with pg1"),
        ({"points": [[0, math.nan]], "labels": [0]}, "first in row 0"),
        ({"points": [[0, 1], [1, 1]], "labels": [1, 1]}, "only one class"),
        ({"points": np.zeros((100_000, 2)), "labels": np.zeros(100_000)}, "random sample"),
        ({"points": [[0, 1], [1, 1]]}, "Expected 2 labels"),
        ({"points": [[0, 1], [9, 1]], "labels": [0, 1]}, "outside"),
        ({"points": [[0, 1], [1, 1]], "labels": [0, 0.5]}, "0 or 1"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explorables.Playground(**arguments)


def test_a_wrong_state_leaves_the_old_one():
    playground = explorables.Playground("pg1;data=xor;end")
    for state in ("", "pg1;data=xor", "<b>", "pg1;hidden=99;end"):
        with pytest.raises(ValueError):
            playground.state = state
    assert playground.state == "pg1;data=xor;end"


def make_points(count, seed=0):
    """Return points of two classes that a line tells apart."""
    points = np.random.default_rng(seed).uniform(-5, 5, (count, 2))
    return points, (points.sum(axis=1) > 0).astype(int)


@pytest.mark.parametrize("count", [6, 200, 201, 2000])
def test_own_points_come_back_with_their_state(count):
    points, labels = make_points(count)
    playground = explorables.Playground(points=points, labels=labels)
    assert len(playground.run.train_examples.targets) == count - int(count / 2 + 0.5)
    again = explorables.Playground(playground.state, points, labels)
    assert again.state == playground.state
    if count > 200:
        with pytest.raises(ValueError, match="in Python"):
            explorables.Playground(playground.state)
    with pytest.raises(ValueError, match="other"):
        explorables.Playground(playground.state, *make_points(count, seed=1))


def test_a_state_lends_its_settings_to_own_points():
    points, labels = make_points(20)
    playground = explorables.Playground("pg1;hidden=3;rate=0.1;steps=50;end", points, labels)
    settings = playground.run.settings
    assert (settings.hidden, settings.learning_rate, settings.steps) == ((3,), 0.1, 0)
    targets = points[:, 0] / 5
    regression = explorables.Playground(points=points, labels=targets, problem="regression")
    assert regression.run.settings.problem == "regression"


# --- Controls -----------------------------------------------------------------------------------


def test_every_control_is_reached_by_tab(page):
    open_live(page, "pg1;l2=0.003;end")
    open_everything(page)
    wanted = page.evaluate(
        """() => {
            const parts = "input, select, button, summary, [tabindex]";
            window.wanted = [...document.querySelectorAll(parts)].filter((node) => (
                node.tabIndex >= 0 && !node.disabled && node.getClientRects().length
                && (node.type !== "radio" || node.checked)));
            window.reached = new Set();
            return wanted.length;
        }"""
    )
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        page.evaluate("() => reached.add(document.activeElement)")
    missed = page.evaluate(
        "() => wanted.filter((node) => !reached.has(node)).map((n) => n.outerHTML)"
    )
    assert wanted > 40 and missed == []
    names = page.evaluate("() => wanted.map((n) => n.ariaLabel ?? n.textContent ?? '').join()")
    assert "One step" in names and "Plane of x₁ and x₂" in names


@pytest.mark.parametrize(
    ("name", "key", "part"),
    [
        ("learning rate", "ArrowDown", "rate=0.1"),
        ("activation", "ArrowDown", "activation=sigmoid"),
        ("regularisation", "ArrowDown", "l1=0.003"),
        ("problem", "ArrowDown", "data=plane"),
        ("batch size", "ArrowDown", "batch=20"),
        ("noise", "ArrowRight", "noise=5"),
        ("examples", "ArrowLeft", "examples=480"),
        ("test share", "ArrowRight", "test=45"),
        ("circle", "ArrowRight", "data=xor"),
        ("seed", "ArrowUp", "seed=2"),
        ("x₁x₂", "Space", "features=x1,x2,x1x2"),
        ("Add a hidden layer", "Enter", "hidden=4,2,2"),
        ("Remove a hidden layer", "Enter", "hidden=4;"),
        ("Add a unit to layer 1", "Enter", "hidden=5,2"),
        ("Remove a unit from layer 2", "Enter", "hidden=4,1"),
        ("One step", "Enter", "steps=1;"),
        ("One epoch", "Space", "steps=25;"),
        ("New seed", "Enter", "seed=2"),
    ],
)
def test_every_control_moves_by_key_and_changes_the_state(page, name, key, part):
    open_live(page)
    page.get_by_text("Test share and seed").click()
    kinds = page.get_by_label(name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    )
    control = kinds.locator("visible=true").first
    control.focus()
    if name == "test share":
        page.keyboard.press("ArrowLeft")
    else:
        page.keyboard.press(key)
        if name == "seed":
            page.keyboard.press("Enter")
    state = state_of(page)
    assert re.search(part, state), state
    assert control.evaluate("(node) => node === document.activeElement") or name == "circle"
    explorables.replay(state)
    assert page.problems == []


def test_what_is_the_same_keeps_its_weights(page):
    """A new learning rate goes on with the weights; what changes the network starts anew."""
    open_live(page, "pg1;steps=10;end")
    page.get_by_label("learning rate").select_option("0.1")
    assert step_count(page) == 10 and "weights=" in state_of(page)
    page.get_by_label("activation").select_option("relu")
    assert step_count(page) == 0 and "weights=" not in state_of(page)


def test_the_limits_of_the_network_are_kept(page):
    open_live(page, "pg1;features=x1;hidden=8,1;end")
    page.get_by_role("button", name="Add a unit to layer 1").press("Enter")
    page.get_by_role("button", name="Remove a unit from layer 2").press("Enter")
    assert "hidden=8,1" in state_of(page)
    page.get_by_role("button", name="Remove a hidden layer").press("Enter")
    page.get_by_role("button", name="Remove a hidden layer").press("Enter")
    page.get_by_role("button", name="Remove a hidden layer").press("Enter")
    assert "hidden=none;" in state_of(page)
    page.get_by_label("x₁", exact=True).press("Space")
    assert "at least one feature" in page.locator("p.status").inner_text()
    assert page.get_by_label("x₁", exact=True).is_checked()
    for _ in range(7):
        page.get_by_role("button", name="Add a hidden layer").press("Enter")
    assert "hidden=2,2,2,2,2,2" in state_of(page)
    assert page.problems == []


def test_hidden_controls_are_gone_and_the_others_stay(page):
    hide = ("regularisation", "features", "layers", "data", "numbers", "speed", "play")
    open_live(page, "pg1;l1=0.01;end", hide=hide)
    for name in ("regularisation", "its rate", "speed", "x₁²", "circle"):
        assert page.get_by_label(name, exact=True).locator("visible=true").count() == 0, name
    assert page.get_by_role("button", name="Play").count() == 0
    assert page.get_by_role("button", name="Add a unit to layer 1").count() == 0
    assert page.get_by_text("Numbers:").count() == 0
    page.get_by_role("button", name="layer 1, unit 2", exact=True).click()
    page.get_by_role("button", name="One step").click()
    assert "steps=1;" in state_of(page) and "l1=0.01" in state_of(page)
    assert page.problems == []


def test_everything_can_be_hidden(page):
    open_live(page, hide=module.CONTROLS)
    assert page.locator("button.unit:visible").count() == 9
    assert page.locator("select:visible").count() == 0 and page.problems == []


# --- Access and layout --------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_with_everything_open(page, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_live(
        page,
        "pg1;data=own;points=;l2=0.01;activation=relu;end".replace("points=;", ""),
        style=style,
    )
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    plane = page.get_by_role("application")
    for key in ("Enter", "ArrowRight", "0", "Enter", "ArrowUp", "Enter", "ArrowUp", "Enter"):
        plane.press(key)
    open_numbers(page)
    bias = page.get_by_label("bias of layer 1, unit 1")
    bias.fill("-100")
    bias.press("Enter")
    open_everything(page)
    assert page.locator("button.unit.dead").count() >= 1
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


@pytest.mark.parametrize("width", [400, 600, 800, 1200])
@pytest.mark.parametrize("state", [RICH, "pg1;data=own;end", "pg1;data=hills;hidden=none;end"])
def test_nothing_overflows_with_everything_open(page, width, state):
    page.set_viewport_size({"width": width, "height": 720})
    open_live(page, state)
    open_numbers(page, "output")
    open_everything(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    box = page.locator("figure.explorable").bounding_box()
    outside = page.locator(".playground :is(button, input, select, label):visible").evaluate_all(
        """(nodes, [left, right]) => nodes.filter((node) => {
            const box = node.getBoundingClientRect();
            const isOutside = box.left < left - 1 || box.right > right + 1;
            return isOutside && !node.closest(".scroll, .pass");
        }).map((node) => node.outerHTML)""",
        [box["x"], box["x"] + box["width"]],
    )
    assert outside == []


def test_pictures_have_names_and_the_status_keeps_quiet(page):
    open_live(page)
    names = page.get_by_role("img").evaluate_all("(nodes) => nodes.map((node) => node.ariaLabel)")
    assert len(names) == 2 and all(len(name) > 30 for name in names)
    page.evaluate(
        """() => {
            window.spoken = 0;
            const changes = { childList: true, characterData: true, subtree: true };
            const note = () => { window.spoken += 1; };
            new MutationObserver(note).observe(document.querySelector("p.status"), changes);
        }"""
    )
    page.get_by_role("button", name="Play").click()
    assert page.locator("p.status").get_attribute("aria-live") == "off"
    page.wait_for_function("() => Number(document.querySelector('.counter b').textContent) > 3")
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("() => spoken") == 0
    page.get_by_role("button", name="One step").click()
    assert page.locator("p.status").get_attribute("aria-live") == "polite"
    assert "one mini-batch of 10 examples" in page.locator("p.status").inner_text()


def read_middle(page):
    """Return the colour in the middle of the large picture."""
    return page.locator(".surface canvas:visible").first.evaluate(
        """(node) => [...node.getContext("2d").getImageData(
            node.width / 2, node.height / 2, 1, 1).data]"""
    )


def test_the_colours_follow_the_theme(page):
    open_live(page, "pg1;steps=2000;end")
    light = read_middle(page)
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
    page.wait_for_timeout(50)
    dark = read_middle(page)
    assert light[2] > light[0] + 40 and dark != light  # blue: class 1, in the circle


def test_signs_are_told_without_colour(page):
    open_live(page)
    negative = page.locator("path.edge.negative").first.evaluate(
        "(e) => getComputedStyle(e).strokeDasharray"
    )
    positive = page.locator("path.edge.positive").first.evaluate(
        "(e) => getComputedStyle(e).strokeDasharray"
    )
    assert positive == "none" and negative != "none"


# --- Training and numbers -----------------------------------------------------------------------


def test_one_step_is_one_mini_batch(page):
    open_live(page, "pg1;batch=7;end")
    open_numbers(page)
    for steps in (1, 2, 3):
        page.get_by_role("button", name="One step").click()
        assert step_count(page) == steps
        run = explorables.replay(f"pg1;batch=7;steps={steps};end")
        expected = np.vstack([run.weights[0], run.biases[0]])
        np.testing.assert_allclose(read_layer(page), expected, atol=6e-4, rtol=0.06)
    assert state_of(page) == "pg1;batch=7;steps=3;end"
    page.get_by_role("button", name="One epoch").click()
    assert step_count(page) == 36  # 250 training examples: 35 mini-batches of 7, one of 5


def forward(weights, biases, inputs, activation, output):
    """Return the values of every layer for one example, in plain NumPy."""
    functions = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "linear": lambda z: z,
    }
    values = [np.asarray(inputs, dtype=float)]
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        name = output if layer == len(weights) - 1 else activation
        values.append(functions[name](values[-1] @ weight + bias))
    return values


def slope_of_loss(run, point, target, layer, change):
    """Return the loss's slope over one parameter by central differences; `change` moves it."""
    settings = run.settings
    output = "sigmoid" if settings.problem == "classification" else "linear"
    losses = []
    for sign in (1, -1):
        weights, biases = run.weights, run.biases
        change(weights[layer], biases[layer], sign * 1e-5)
        inputs = explorables.playground_model.to_inputs(settings.features, [point])[0]
        prediction = forward(weights, biases, inputs, settings.activation, output)[-1][0]
        likelihood = (
            target * np.log(prediction) + (1 - target) * np.log(1 - prediction)
            if output == "sigmoid"
            else 0
        )
        losses.append(-likelihood if output == "sigmoid" else (prediction - target) ** 2)
    return (losses[0] - losses[1]) / 2e-5


@pytest.mark.parametrize(
    "state",
    [
        "pg1;features=x1,x1x2,sin(x2);hidden=3,2;steps=40;end",
        "pg1;data=plane;hidden=3,2;activation=sigmoid;rate=0.1;steps=40;end",
        "pg1;data=xor;hidden=3,2;activation=relu;steps=40;end",
    ],
)
@pytest.mark.parametrize("unit", ["layer 1, unit 2", "layer 2, unit 1", "output"])
def test_the_arithmetic_agrees_with_python(page, state, unit):
    open_live(page, state)
    open_numbers(page, unit)
    page.get_by_role("button", name="Next example").click()
    run = explorables.replay(state)
    examples = run.train_examples
    point, target, inputs = examples.points[1], examples.targets[1], examples.inputs[1]
    assert "Training example 2 of 250" in page.locator(".numbers-example").inner_text()
    layer, to = {"layer 1, unit 2": (0, 1), "layer 2, unit 1": (1, 0), "output": (2, 0)}[unit]
    output = "sigmoid" if run.settings.problem == "classification" else "linear"
    values = forward(run.weights, run.biases, inputs, run.settings.activation, output)
    weights = run.weights[layer][:, to]
    rows = read_rows(page, FORWARD)
    shown = np.array([[to_number(text) for text in row[1:]] for row in rows[:-1]])
    expected = np.column_stack([values[layer], weights, values[layer] * weights])
    np.testing.assert_allclose(shown, expected, atol=6e-4)
    z = values[layer] @ weights + run.biases[layer][to]
    lines = page.locator(f"{FORWARD} .arithmetic-lines p").all_inner_texts()
    assert to_number(lines[0].split("= ")[-1]) == pytest.approx(z, abs=6e-4)
    assert to_number(lines[1].split("= ")[-1]) == pytest.approx(values[layer + 1][to], abs=6e-4)

    def move(from_unit):
        def change(weight, bias, amount):
            if from_unit is None:
                bias[to] += amount
            else:
                weight[from_unit, to] += amount

        return change

    rate = run.settings.learning_rate
    for place, (_, _, gradient, mean, update) in enumerate(read_rows(page, BACKWARD)):
        source = None if place == len(rows) - 1 else place
        slope = slope_of_loss(run, point, target, layer, move(source))
        assert to_number(gradient) == pytest.approx(slope, abs=6e-4)
        assert to_number(update) == pytest.approx(-rate * to_number(mean), abs=6e-4)
    assert page.problems == []


@pytest.mark.parametrize("settings", ["batch=1", "batch=7", "batch=500;l1=0.01;l2=0.03"])
def test_a_step_adds_what_the_table_says(page, settings):
    open_live(page, f"pg1;{settings};rate=1;hidden=3;end")
    open_numbers(page)
    for _ in range(3):
        page.get_by_role("button", name="First of the next mini-batch").click()
        assert "in the next mini-batch" in page.locator(".numbers-example").inner_text()
        before = read_layer(page)[:, 0]
        rows = read_rows(page, BACKWARD)
        assert settings != "batch=1" or all(row[2] == row[3] for row in rows)
        updates = [to_number(row[4]) for row in rows]
        page.get_by_role("button", name="One step").click()
        np.testing.assert_allclose(read_layer(page)[:, 0] - before, updates, atol=1.6e-3)


def test_an_example_is_chosen_in_the_plane(page):
    open_live(page, "pg1;data=xor;end")
    open_numbers(page)
    run = explorables.replay("pg1;data=xor;end")
    box = page.locator(".surface").bounding_box()
    x1, x2 = run.train_examples.points[17]
    page.mouse.click(
        box["x"] + (x1 + 6) / 12 * box["width"], box["y"] + (6 - x2) / 12 * box["height"]
    )
    text = page.locator(".numbers-example").inner_text()
    assert "example 18 of" in text
    plane = page.get_by_role("application")
    plane.press("ArrowRight")
    plane.press("Enter")
    assert page.locator(".numbers-example").inner_text() != text
    assert step_count(page) == 0


def test_play_fits_the_circle_and_python_agrees(page):
    open_live(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('.losses .train ~ td + td').textContent) >= 99",
        timeout=60_000,
    )
    page.get_by_role("button", name="Pause").click()
    run = explorables.replay(state_of(page))
    assert run.steps == step_count(page) > 100
    rows = page.locator(".losses tbody tr:visible").all_inner_texts()
    loss, accuracy = rows[0].split("\t")[1:]
    assert to_number(loss) == pytest.approx(run.train_loss, abs=6e-4)
    assert accuracy == f"{100 * run.train_accuracy:.1f} %"
    assert to_number(rows[1].split("\t")[1]) == pytest.approx(run.test_loss, abs=6e-4)
    assert page.problems == []


def test_the_speeds_in_python_are_those_of_the_control(page):
    open_live(page, "pg1;steps=10;end", speed="5 epochs/s")
    texts = page.get_by_label("speed").locator("option").all_inner_texts()
    assert tuple(texts) == module.SPEEDS
    shown = page.get_by_label("speed").locator("option:checked")
    assert shown.inner_text() == "5 epochs/s" and state_of(page) == "pg1;steps=10;end"
    page.evaluate("() => { model.set('speed', 'full'); model.save_changes(); }")
    assert shown.inner_text() == "full"
    page.get_by_role("button", name="Reset").click()
    assert shown.inner_text() == "full" and page.problems == []


@pytest.mark.parametrize("speed", ["10 steps/s", "5 epochs/s", "25 epochs/s", "full"])
def test_it_plays_at_every_speed_also_with_little_motion(page, speed):
    page.emulate_media(reduced_motion="reduce")
    open_live(page)
    page.get_by_label("speed").select_option(speed)
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function(
        "() => Number(document.querySelectorAll('.counter b')[1].textContent.replace(',', '')) >= 3"
    )
    page.get_by_role("button", name="Pause").press("Enter")
    before = step_count(page)
    page.wait_for_timeout(200)
    assert step_count(page) == before and f"steps={before};" in state_of(page)


def test_the_penalty_stands_apart(page):
    open_live(page, "pg1;l2=0.01;steps=5;end")
    row = page.locator(".losses tr", has_text="penalty")
    assert to_number(row.inner_text().split()[1]) == pytest.approx(
        explorables.replay("pg1;l2=0.01;steps=5;end").penalty, abs=6e-4
    )
    page.get_by_label("regularisation").select_option("none")
    assert not row.is_visible()


def test_divergence_is_said_and_pauses(page):
    open_live(
        page, "pg1;data=plane;features=x1,x2,x1^2,x2^2;hidden=8;activation=linear;rate=10;end"
    )
    page.get_by_role("button", name="Play").click()
    status = page.locator("p.status")
    page.get_by_text("diverged at step").wait_for()
    assert (
        "too large" in status.inner_text() and page.get_by_role("button", name="Play").is_visible()
    )
    page.get_by_role("button", name="One step").click()
    assert "diverged" in status.inner_text()
    assert "NaN" not in page.locator(".playground").inner_text()
    state, said = state_of(page), status.inner_text()
    playground = explorables.Playground(state)
    assert playground.run.diverged and "diverged at step" in playground.describe()
    page.get_by_text("Copy or paste the state").click()
    for line in ("pg1;end", state):
        page.get_by_label("State", exact=True).fill(line)
        page.get_by_label("State", exact=True).press("Enter")
    assert status.inner_text() == said
    page.get_by_role("button", name="Reset").click()
    assert status.inner_text() == "" and step_count(page) == 0 and page.problems == []


def test_a_weight_is_typed_over(page):
    open_live(page)
    open_numbers(page)
    field = page.get_by_label("weight from x₂ to layer 1, unit 1")
    field.fill("−1,5")
    field.press("Enter")
    state = state_of(page)
    assert "weights=" in state
    assert explorables.replay(state).weights[0][1, 0] == -1.5
    for wrong in ("", "abc", "1e9", "NaN", "<b>1</b>"):
        field.fill(wrong)
        field.press("Enter")
        assert "expected a number" in page.locator(".typing-error").inner_text()
        assert state_of(page) == state
    page.get_by_role("button", name="One step").click()
    assert page.locator("b").filter(has_text="1</b>").count() == 0 and page.problems == []


def test_a_dead_unit_is_marked_and_named(page):
    open_live(page, "pg1;activation=relu;end")
    open_numbers(page, "layer 1, unit 3")
    field = page.get_by_label("bias of layer 1, unit 3")
    field.fill("-50")
    field.press("Enter")
    assert page.get_by_role("button", name="layer 1, unit 3, dead").count() == 1
    dead = explorables.replay(state_of(page)).dead_units()
    assert (1, 3) in dead and page.locator("button.unit.dead").count() == len(dead)
    gradients = {row[2] for row in read_rows(page, BACKWARD)}
    assert gradients == {"0"}


def test_units_are_walked_by_arrow_keys(page):
    open_live(page)
    page.get_by_role("button", name="layer 1, unit 1", exact=True).focus()
    for key, name in (
        ("ArrowDown", "layer 1, unit 2"),
        ("ArrowRight", "layer 2, unit 2"),
        ("ArrowRight", "output"),
        ("ArrowRight", "output"),
        ("ArrowLeft", "layer 2, unit 1"),
        ("ArrowLeft", "layer 1, unit 1"),
        ("ArrowLeft", "feature x₁"),
        ("ArrowDown", "feature x₂"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("() => document.activeElement.ariaLabel") == name
    page.keyboard.press("Enter")
    page.locator(f"{FORWARD} .arithmetic-lines").get_by_text("x₂ = ").wait_for()


# --- State --------------------------------------------------------------------------------------


def paste(page, text):
    """Paste a state into the field; return what is answered."""
    details = page.locator("details.state-line")
    if not details.evaluate("(node) => node.open"):
        details.locator("summary").click()
    field = page.get_by_label("State", exact=True)
    field.fill(text)
    field.press("Enter")
    return page.locator(".answer").inner_text()


def test_a_good_state_is_taken_over(page):
    open_live(page)
    state = (
        "pg1;data=spiral;features=x1,x2,sin(x1);hidden=6,3;rate=0.1;l1=0.001;seed=5;steps=77;end"
    )
    assert paste(page, f"  {state} ") == "taken over"
    assert state_of(page) == state and step_count(page) == 77
    assert page.get_by_label("learning rate").input_value() == "0.1"
    assert page.get_by_label("regularisation").input_value() == "l1"
    assert (
        page.get_by_label("sin x₁", exact=True).is_checked()
        and page.get_by_role("radio", name="spiral").is_checked()
    )
    open_numbers(page)
    run = explorables.replay(state)
    np.testing.assert_allclose(read_layer(page)[:-1], run.weights[0], atol=6e-4, rtol=0.06)


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("", "got nothing"),
        ("pg1;data=xor;hid", "cut off"),
        ("pg2;data=xor;end", "Update the course"),
        ("pg1;data=xor;speed=3;end", "not a key"),
        ("pg1;hidden=99;end", "hidden"),
        ("pg1;hidden=4,4,4,4,4,4,4,4;end", "hidden"),
        ("pg1;steps=99999999999999999999;end", "steps"),
        ("pg1;rate=1e999;end", "rate"),
        ('<img src=x onerror="document.title=1">', "begins with pg1"),
        ("pg1;data=<script>document.title=1</script>;end", "no such character"),
        ("pg1;" + "x" * 20_000 + ";end", "longer than 5000"),
        ('{"weights": [1]}', "begins with pg1"),
    ],
)
def test_a_bad_state_is_answered_and_changes_nothing(page, state, answer):
    open_live(page, "pg1;data=xor;steps=3;end")
    assert answer in paste(page, state)
    assert state_of(page) == "pg1;data=xor;steps=3;end"
    assert page.locator(".playground :is(img, script)").count() == 0
    assert page.title() == "Explorables"
    page.get_by_role("button", name="One step").click()
    assert step_count(page) == 4 and page.problems == []


def test_python_sets_the_state(page):
    open_live(page, views=2)
    page.evaluate("() => model.set('state', 'pg1;data=moons;hidden=3;steps=9;end')")
    assert page.locator(".counter").all_inner_texts() == ["epoch\n0\nstep\n9"] * 2
    assert page.get_by_label("moons").first.is_checked()
    page.evaluate("() => model.set('state', 'pg9;end')")
    assert "newer playground" in page.locator("p.status").first.inner_text()
    page.get_by_role("button", name="One step").first.click()
    assert state_of(page) == "pg1;data=moons;hidden=3;steps=10;end" and page.problems == []


def test_a_long_state_is_trained_again_in_portions(page):
    state = "pg1;examples=1000;hidden=8,8;steps=20000;end"
    open_live(page)
    page.evaluate("(state) => model.set('state', state)", state)
    page.wait_for_function(
        "() => document.querySelectorAll('.counter b')[1].textContent === '20,000'", timeout=60_000
    )
    page.wait_for_function("() => document.querySelector('p.status').textContent === ''")
    assert state_of(page) == state and page.problems == []


# --- Own points ---------------------------------------------------------------------------------


def test_points_are_drawn_by_mouse(page):
    open_live(page)
    page.get_by_role("radio", name="own points").check()
    assert "data=own" in state_of(page)
    page.get_by_role("button", name="Play").click()
    assert "no examples yet" in page.locator("p.status").inner_text()
    box = page.locator(".surface").bounding_box()

    def place(x, y):
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    page.mouse.click(*place(0.75, 0.25))
    settings = explorables.replay(state_of(page)).settings
    assert settings.own.targets == (1.0,)
    assert settings.own.points[0] == pytest.approx((3, 3), abs=0.1)
    page.get_by_role("button", name="One step").click()
    assert "All training examples are of class 1" in page.locator("p.status").inner_text()
    page.get_by_label("class 0").check()
    page.mouse.move(*place(0.2, 0.6))
    page.mouse.down()
    page.mouse.move(*place(0.4, 0.8), steps=12)
    page.mouse.up()
    drawn = explorables.replay(state_of(page)).settings.own
    assert 6 < len(drawn.points) < 14 and set(drawn.targets[1:]) == {0.0}
    page.get_by_label("remove", exact=True).check()
    page.mouse.click(*place(0.75, 0.25))
    assert set(explorables.replay(state_of(page)).settings.own.targets) == {0.0}
    page.get_by_role("button", name="Clear points").click()
    assert "points=" not in state_of(page) and page.problems == []


def test_points_are_set_and_removed_by_keys(page):
    open_live(page, "pg1;data=own;end")
    plane = page.get_by_role("application")
    plane.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter", "0", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    own = explorables.replay(state_of(page)).settings.own
    assert own.points == ((1.0, 0.5), (0.5, 0.5)) and own.targets == (1.0, 0.0)
    page.keyboard.press("Delete")
    assert explorables.replay(state_of(page)).settings.own.points == ((1.0, 0.5),)
    assert plane.evaluate("(node) => node === document.activeElement") and page.problems == []


def test_a_regression_of_own_points(page):
    open_live(page, "pg1;data=own;end")
    plane = page.get_by_role("application")
    for key in ("Enter", "ArrowRight", "0", "Enter"):
        plane.press(key)
    page.get_by_label("problem").select_option("regression")
    assert sorted(explorables.replay(state_of(page)).settings.own.targets) == [-1, 1]
    page.get_by_label("−0.5").check()
    plane.press("ArrowUp")
    plane.press("Enter")
    assert -0.5 in explorables.replay(state_of(page)).settings.own.targets
    page.get_by_role("button", name="One epoch").click()
    assert step_count(page) == 1 and page.problems == []


def test_the_state_has_room_for_two_hundred_points(page):
    points, labels = make_points(200)
    open_live(page, points=points, labels=labels)
    before = state_of(page)
    page.get_by_role("application").press("Enter")
    assert "room for 200" in page.locator("p.status").inner_text() and state_of(page) == before


def test_many_points_of_python_are_trained_on(page):
    points, labels = make_points(1000)
    open_live(page, points=points, labels=labels)
    page.get_by_role("button", name="One epoch").click()
    run = explorables.replay(state_of(page), points, labels)
    assert run.steps == step_count(page) == 50
    assert page.problems == []


# --- Views and endings --------------------------------------------------------------------------


def test_two_views_show_the_same(page):
    open_live(page, views=2)
    views = page.locator(".playground")
    views.nth(0).get_by_role("button", name="Play").click()
    page.wait_for_function("() => Number(document.querySelector('.counter b').textContent) > 5")
    views.nth(1).get_by_role("button", name="Pause").click()
    views.nth(1).get_by_label("noise").press("ArrowRight")
    views.nth(0).get_by_role("button", name="layer 2, unit 2", exact=True).click()
    views.nth(1).locator("details.numbers > summary").click()
    views.nth(1).locator(".numbers tbody tr").first.wait_for()
    texts = [views.nth(view).inner_text() for view in (0, 1)]
    assert texts[0] == texts[1] and "Layer 2, unit 2" in texts[0]
    assert page.problems == []


COUNT_FRAMES = """() => {
    window.frames_asked = 0;
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (action) => { window.frames_asked += 1; return ask(action); };
}"""


@pytest.mark.parametrize(
    "ending",
    [
        "() => endings.forEach((end) => end())",
        "() => document.querySelector('figure').remove()",
        "() => { document.querySelector('figure').style.display = 'none'; }",
    ],
)
def test_the_loop_stops_when_nobody_looks(page, ending):
    open_live(page, views=2)
    page.get_by_role("button", name="Play").first.click()
    page.wait_for_function("() => Number(document.querySelector('.counter b').textContent) > 1")
    page.evaluate(COUNT_FRAMES)
    page.evaluate(ending)
    page.wait_for_timeout(150)
    before = page.evaluate("() => frames_asked")
    page.wait_for_timeout(250)
    assert page.evaluate("() => frames_asked") == before
    assert page.problems == []


def test_it_waits_while_it_is_scrolled_away(page):
    open_live(page)
    page.evaluate("() => { document.body.style.paddingBottom = '3000px'; }")
    page.get_by_role("button", name="Play").click()
    page.evaluate("() => window.scrollTo(0, 2900)")
    page.wait_for_timeout(150)
    before = step_count(page)
    page.wait_for_timeout(200)
    assert step_count(page) == before
    page.evaluate("() => window.scrollTo(0, 0)")
    later = "(old) => document.querySelectorAll('.counter b')[1].textContent !== old"
    page.wait_for_function(later, arg=f"{before:,}")
    page.get_by_role("button", name="Pause").click()
    assert page.problems == []


def test_a_view_that_comes_later_finds_the_training(page):
    open_live(page)
    page.get_by_role("button", name="One epoch").click()
    page.evaluate("() => endings[0]()")
    state = state_of(page)
    assert "steps=25;" in state
    assert explorables.Playground(state).run.steps == 25
    assert middle(page.locator(".surface"))
