"""Gradient descent: thresholds computed on paper, the same path in both languages, and hands."""

import json
import math
import re

import numpy as np
import pytest
from test_explorables import load_module, middle, open_page

from course_utils.explorables import LANDSCAPES, Descent, Landscape, descend, descent

NAMES = tuple(LANDSCAPES)
TWO_VIEWS = """
    const figure = document.getElementById("{name}");
    const model = createModel(JSON.parse(figure.querySelector("script").textContent));
    const views = [figure.querySelector("div"), figure.appendChild(html("div"))];
    window.endings = views.map((el) => render({{ model, el }}));
    window.model = model;
"""


def make_points(landscape, count=200, seed=0):
    """Return points inside the picture of a landscape, shape (count, dimensions)."""
    random = np.random.default_rng(seed)
    return random.uniform(*landscape.limits, (count, landscape.dimensions))


def final(name, *arguments, **keywords):
    """Return the last position of a path, rounded."""
    return tuple(descend(name, *arguments, **keywords).positions[-1].round(2) + 0.0)


# --- Landscapes and paths -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_central_differences(name):
    landscape = LANDSCAPES[name]
    for point in make_points(landscape):
        gradient = np.atleast_1d(landscape.gradient(*point))
        assert gradient.shape == (landscape.dimensions,)
        for axis, slope in enumerate(gradient):
            move = 1e-6 * np.eye(landscape.dimensions)[axis]
            numerical = (
                landscape.function(*(point + move)) - landscape.function(*(point - move))
            ) / 2e-6
            assert slope == pytest.approx(numerical, abs=1e-6), (name, point)


@pytest.mark.parametrize("name", NAMES)
def test_minima_and_flat_points_are_where_they_are_said_to_be(name):
    landscape = LANDSCAPES[name]
    low, high = landscape.limits
    losses = [landscape.function(*point) for point in landscape.minima]
    assert losses[0] == pytest.approx(0, abs=1e-12) and losses == sorted(losses)
    assert all(landscape.function(*point) >= -1e-12 for point in make_points(landscape, 5000))
    flat = [point for _, point in landscape.flat_points]
    for point in (*landscape.minima, *flat):
        assert np.allclose(landscape.gradient(*point), 0, atol=1e-12)
        assert all(low <= value <= high for value in point)
    random = np.random.default_rng(1)
    for points, least in ((landscape.minima, True), (flat, False)):
        for point in points:
            around = np.array(point) + random.normal(0, 0.05, (200, len(point)))
            losses = landscape.function(*around.T)
            assert bool(np.all(losses >= landscape.function(*point))) == least, (name, point)


@pytest.mark.parametrize("name", NAMES)
def test_landscapes_take_arrays(name):
    landscape = LANDSCAPES[name]
    grid = np.ones((landscape.dimensions, 3, 4))
    assert landscape.function(*grid).shape == (3, 4)
    gradient = landscape.gradient(*grid)
    assert np.shape(gradient) == ((3, 4) if landscape.dimensions == 1 else (2, 3, 4))


@pytest.mark.parametrize(
    ("learning_rate", "factor"), [(0.01, 0.98), (0.1, 0.8), (0.5, 0.0), (0.9, -0.8), (1.0, -1.0)]
)
def test_each_step_on_the_parabola_multiplies_by_one_minus_two_rates(learning_rate, factor):
    path = descend("parabola", -4, learning_rate, steps=30)
    np.testing.assert_allclose(path.positions[:, 0], -4 * factor ** np.arange(31), atol=1e-12)
    assert not path.diverged and path.steps == 30


def test_the_parabola_diverges_above_two_over_its_curvature():
    assert not descend("parabola", -4, 0.99, steps=2000).diverged
    assert abs(final("parabola", -4, 0.99, steps=2000)[0]) == 0
    path = descend("parabola", -4, 1.1, steps=50)
    assert path.diverged and path.steps == 31  # 4 · 1.2^31 is the first above 1000
    assert abs(path.positions[-1, 0]) > descent.BOUND >= abs(path.positions[-2, 0])
    np.testing.assert_allclose(path.positions[:, 0], -4 * (-1.2) ** np.arange(32), rtol=1e-12)


def test_momentum_overshoots_on_the_parabola():
    plain, heavy = (descend("parabola", -4, 0.1, momentum, 20) for momentum in (0, 0.9))
    assert plain.positions.max() < 0 < 2.8 < heavy.positions.max()


def test_two_valleys_keep_a_rate_below_two_over_the_curvature():
    assert final("two valleys", 3, 0.05, steps=200) == (2.0,)  # the local one
    assert final("two valleys", 0.4, 0.05, steps=200) == (-2.0,)
    assert final("two valleys", 3, 0.05, 0.9, steps=300) == (-2.0,)
    assert final("two valleys", 0.5, 0.05, steps=200) == (0.5,)  # on the hilltop
    # Curvature 6 at −2: up to 1/3 descent comes to rest there, above it jumps around.
    assert final("two valleys", -1.9, 0.32, steps=500) == (-2.0,)
    late = descend("two valleys", -1.9, 0.35, steps=500).losses[-50:]
    assert late.min() > 0.05 and np.ptp(late) > 0.05


def steps_until(path, loss=0.01):
    """Return after how many steps the loss stays below `loss`."""
    return int(np.flatnonzero(path.losses >= loss)[-1]) + 1


def test_the_bowl_is_walked_straight_down():
    path = descend("bowl", learning_rate=0.1, steps=30)
    np.testing.assert_allclose(path.positions[:, 0] * 3, path.positions[:, 1] * -4, atol=1e-12)
    assert np.all(np.diff(path.losses) < 0)


def test_descent_zigzags_in_the_ravine_and_momentum_helps():
    plain = descend("ravine", learning_rate=0.45, steps=200)
    assert np.all(np.diff(np.sign(plain.positions[:20, 1])) != 0)  # from side to side
    assert np.all(plain.positions[:20, 0] < 0)  # and slowly along
    heavy = descend("ravine", learning_rate=0.45, momentum=0.6, steps=200)
    assert (steps_until(plain), steps_until(heavy)) == (51, 18)
    assert descend("ravine", learning_rate=0.51, steps=400).diverged  # above 2 / 4
    assert not descend("ravine", learning_rate=0.51, momentum=0.6, steps=400).diverged


def test_the_saddle_stalls_a_start_on_its_axis_only():
    path = descend("saddle", (-4, 0), 0.1, steps=500)
    assert path.losses[-1] == pytest.approx(2.25) and np.all(path.positions[:, 1] == 0)
    beside = descend("saddle", (-4, 0.01), 0.1, steps=100)
    assert beside.losses[30] > 2.2 and beside.losses[-1] < 1e-3  # a plateau, then down
    assert tuple(beside.positions[-1].round(1)) == (0.0, 3.0)
    assert tuple(descend("saddle", (-4, -0.01), 0.1, steps=100).positions[-1].round(1)) == (0, -3)


@pytest.mark.parametrize("learning_rate", [0.05, 0.1, 0.2])
def test_which_of_two_valleys_depends_on_momentum_and_start(learning_rate):
    assert final("valleys", None, learning_rate, steps=500) == (3.0, 1.0)
    assert final("valleys", None, learning_rate, 0.5, steps=500) == (3.0, 1.0)
    assert final("valleys", None, learning_rate, 0.9, steps=500) == (-3.0, -1.0)
    assert final("valleys", (0.5, -3), learning_rate, steps=500) == (-3.0, -1.0)


def test_the_step_is_that_of_keras():
    import keras

    for momentum in (0.0, 0.7):
        path = descend("ravine", (-4.5, 2.5), 0.3, momentum, steps=15)
        variable = keras.Variable([-4.5, 2.5], dtype="float64")
        optimizer = keras.optimizers.SGD(learning_rate=0.3, momentum=momentum)
        for position in path.positions[1:]:
            gradient = LANDSCAPES["ravine"].gradient(*variable.numpy())
            optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
            np.testing.assert_allclose(variable.numpy(), position, atol=1e-6)  # the rate is float32


def test_arrays_have_a_row_for_each_position():
    path = descend("saddle", steps=7, momentum=0.5)
    assert path.positions.shape == path.gradients.shape == path.velocities.shape == (8, 2)
    assert path.losses.shape == (8,) and path.steps == 7
    np.testing.assert_array_equal(path.positions[1:], path.positions[:-1] + path.velocities[1:])
    assert descend("parabola", steps=0).positions.tolist() == [[-4.0]]


def test_own_landscapes_are_descended():
    own = Landscape("line", abs, np.sign, "L = |w|", ("sign(w)",), (-1, 1), (1.05,), ((0.0,),))
    assert descend(own, learning_rate=0.1, steps=40).losses[-1] == pytest.approx(0.05)
    steep = Landscape("cliff", np.exp, np.exp, "L = e^w", ("e^w",), (-1, 1), (1e3,), ((0.0,),))
    with np.errstate(over="ignore", invalid="ignore"):
        assert descend(steep, learning_rate=1.0, steps=40).diverged


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"landscape": "hill"}, "parabola, two valleys, bowl, ravine, saddle, valleys; got 'hill'"),
        ({"landscape": None}, "must be one of"),
        ({"landscape": ["bowl"]}, "must be one of"),
        (
            {"start": (1, 2)},
            "the parabola has 1 parameter, so start must be as many numbers; got 2",
        ),
        ({"landscape": "bowl", "start": 1}, "the bowl has 2 parameters"),
        ({"start": math.nan}, "finite"),
        ({"start": "here"}, "finite"),
        ({"start": [[1]]}, "finite"),
        ({"learning_rate": 0}, "above 0"),
        ({"learning_rate": -0.1}, "above 0"),
        ({"learning_rate": math.inf}, "finite"),
        ({"learning_rate": 1e9}, "at most 1000"),
        ({"learning_rate": None}, "learning_rate must be a finite number"),
        ({"momentum": 1}, "at least 0 and below 1"),
        ({"momentum": -0.1}, "at least 0 and below 1"),
        ({"steps": -1}, "whole number, 0 or more"),
        ({"steps": 2.5}, "whole number"),
        ({"steps": True}, "whole number"),
    ],
)
def test_descend_explains_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        descend(**{"landscape": "parabola", **arguments})


# --- The explorable in Python -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"landscape": "hill"}, "must be one of"),
        ({"landscape": LANDSCAPES["bowl"]}, "must be one of"),
        ({"start": 6}, "inside the picture of the parabola, from -5.0 to 5.0"),
        ({"learning_rate": 0.0001}, "from 0.001 to 10"),
        ({"learning_rate": 11}, "from 0.001 to 10"),
        ({"momentum": 0.995}, "from 0 to 0.99"),
        ({"steps": 501}, "at most 500"),
    ],
)
def test_descent_explains_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Descent(**arguments)


def test_assigned_values_are_checked_and_move_the_path():
    picture = Descent("two valleys", 0.05, steps=200)
    assert picture.path.positions[-1] == pytest.approx([2])
    picture.momentum = 0.9
    assert picture.path.positions[-1] == pytest.approx([-2], abs=0.01)
    for name, value in (("momentum", 1), ("steps", 501), ("start", [9]), ("landscape", "hill")):
        with pytest.raises(ValueError):
            setattr(picture, name, value)
    picture.landscape = "valleys"
    assert picture.start == [4.5, -3.0]
    picture.reset()
    assert json.loads(picture.state) == picture.beginning
    picture.start = [1]
    picture.step(3)
    assert (picture.start, picture.steps, picture.path.steps) == ([1.0], 203, 203)


def test_steps_end_where_a_path_diverges_and_at_the_most_that_are_drawn():
    picture = Descent("parabola", 1.1)
    picture.step(100)
    assert picture.steps == 31
    picture.learning_rate = 0.1
    picture.step(1000)
    assert picture.steps == descent.MOST_STEPS


@pytest.mark.parametrize(
    "state",
    [
        '{"landscape":"<img src=x onerror=alert(1)>"}',
        '{"landscape":"__proto__"}',
        '{"landscape":["bowl"]}',
        '{"landscape":"bowl","start":[1]}',
        '{"start":[1e400]}',
        '{"start":[NaN]}',
        '{"start":"abc"}',
        '{"start":{"length":1}}',
        '{"learning_rate":-1}',
        '{"learning_rate":"fast"}',
        '{"momentum":1e308}',
        '{"steps":1e9}',
        '{"steps":999999999999999999999}',
        '{"steps":"12"}',
        '{"landscape":"parabola","start":[-4.0],"learn',
        "[" * 100_000,
    ],
)
def test_a_hostile_state_changes_nothing(state):
    picture = Descent("parabola", 0.3, 0.5, 2, 7)
    before = picture.state
    with pytest.raises(ValueError) as error:
        picture.state = state
    assert picture.state == before and len(str(error.value)) < 400


def test_a_state_of_another_landscape_brings_its_start():
    picture = Descent("parabola")
    picture.state = '{"landscape":"bowl"}'
    assert (picture.landscape, picture.start) == ("bowl", [-4.0, 3.0])
    picture.state = '{"landscape":"ravine","start":[1,2],"steps":3}'
    assert (picture.start, picture.steps) == ([1.0, 2.0], 3)


def test_what_the_browser_sends_arrives():
    picture = Descent("parabola")
    picture.set_state({"landscape": "saddle", "start": [-4, 0.5], "steps": 0})
    assert (picture.landscape, picture.start) == ("saddle", [-4.0, 0.5])
    picture.set_state({"steps": 2, "landscape": "two valleys", "start": [3]})
    assert (picture.landscape, picture.start, picture.steps) == ("two valleys", [3.0], 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("parabola", 0.1), "Start: w = −4.0, loss 16.0."),
        (("parabola", 0.1, 0, None, 1), "After 1 step: w = −3.2, loss 10.24."),
        (("parabola", 0.1, 0, None, 60), "It has reached the minimum."),
        (("parabola", 1.1, 0, None, 50), "Diverged: after 31 steps w passed ±1000"),
        (("parabola", 1.1, 0, None, 10), "That is outside the picture."),
        (("ravine", 9, 0.5, None, 50), "Take a smaller learning rate or less momentum."),
        (("two valleys", 0.05, 0, None, 99), "local minimum; the global one, with loss 0.0, is"),
        (("two valleys", 0.05, 0.9, None, 300), "It has reached the global minimum."),
        (("two valleys", 0.05, 0, 0.5, 99), "it is stuck on a hilltop"),
        (("saddle", 0.1, 0, None, 99), "no minimum: it is stuck on a saddle"),
        (("saddle", 0.1, 0, (0, 1), 99), "It has reached one of the two minima."),
    ],
)
def test_the_path_is_told_in_words(arguments, words):
    assert words in Descent(*arguments).describe()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("learning_rate", [0.001, 0.3, 10])
def test_static_pictures_are_drawn_at_both_ends(name, learning_rate):
    import matplotlib.style

    with matplotlib.style.context("course_utils.course"):
        figure = Descent(name, learning_rate, 0.9, steps=100).draw_static()
    assert len(figure.axes) == 2


# --- Mathematics in the browser -----------------------------------------------------------------


def test_landscapes_are_the_same_in_both_languages(page):
    load_module(page, "descent")
    facts = page.evaluate(
        """() => Object.fromEntries(Object.entries(module.LANDSCAPES).map(([name, l]) => [name, [
            l.formula, l.gradientFormulas, l.limits, l.start, l.minima, l.flatPoints,
            module.highestLoss(l), module.contourLevels(l)]]))"""
    )
    assert list(facts) == list(NAMES)
    for name, landscape in LANDSCAPES.items():
        formula, formulas, limits, start, minima, flat, highest, levels = facts[name]
        assert formula == landscape.formula and tuple(formulas) == landscape.gradient_formulas
        assert (tuple(limits), tuple(start)) == (landscape.limits, landscape.start)
        assert tuple(map(tuple, minima)) == landscape.minima
        assert tuple((word, tuple(point)) for word, point in flat) == landscape.flat_points
        assert highest == pytest.approx(descent.highest_loss(landscape), rel=1e-12)
        np.testing.assert_allclose(levels, descent.contour_levels(landscape), rtol=1e-12)
        points = make_points(landscape, 4000)
        assert landscape.function(*points.T).max() <= highest


@pytest.mark.parametrize("name", NAMES)
def test_formulas_say_what_is_computed(page, name):
    """The written formulas, read as JavaScript, give the loss and the gradient."""
    landscape = LANDSCAPES[name]
    points = make_points(landscape, 20)

    def evaluate(formula):
        powers = {"²": "**2", "³": "**3", "⁴": "**4", "−": "-", "×": "*", "÷": "/"}
        code = formula.replace("w₁", "a").replace("w₂", "b").replace("w", "a")
        code = "".join(powers.get(sign, sign) for sign in code)
        code = re.sub(r"([\d.]+) ([ab])", r"\1 * \2", code)
        return [eval(code, {"a": point[0], "b": point[-1]}) for point in points]

    losses = evaluate(landscape.formula.removeprefix("L = "))
    np.testing.assert_allclose(losses, landscape.function(*points.T), atol=1e-9)
    gradient = np.atleast_2d(landscape.gradient(*points.T))
    for formula, slopes in zip(landscape.gradient_formulas, gradient, strict=True):
        np.testing.assert_allclose(evaluate(formula), slopes, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_paths_agree_with_python(page, name):
    load_module(page, "descent")
    random = np.random.default_rng(2)
    landscape = LANDSCAPES[name]
    for start in [landscape.start, *make_points(landscape, 12)]:
        rate = float(10 ** random.uniform(-3, 0.5))
        momentum = float(random.choice([0, 0.5, 0.9, 0.99]))
        path = descend(name, start, rate, momentum, 300)
        twin, words = page.evaluate(
            """([name, start, rate, momentum]) => {
                const landscape = module.LANDSCAPES[name];
                const path = module.descend(landscape, start, rate, momentum, 300);
                return [path, module.describePath(landscape, path, momentum)];
            }""",
            [name, [float(value) for value in start], rate, momentum],
        )
        for key in ("positions", "losses", "gradients", "velocities"):
            expected = getattr(path, key)
            np.testing.assert_allclose(twin[key], expected, rtol=1e-9, atol=1e-9, err_msg=key)
        assert twin["diverged"] == path.diverged
        assert words == descent.describe_path(landscape, path, momentum)


def test_numbers_are_written_the_same_in_both_languages(page):
    load_module(page, "descent")
    random = np.random.default_rng(3)
    numbers = [0.0, -0.0, 0.5, -1.25, 2.0625, 999.95, 9999.5, 12345.0, 999999.0, 1e6, 0.001]
    numbers += [0.00099995, 1e-5, -2.5e-300, 4.5e38, 1.00005, 0.1 + 0.2]
    numbers += (random.normal(0, 1, 300) * 10.0 ** random.integers(-9, 9, 300)).tolist()
    written = page.evaluate("(numbers) => numbers.map(module.writeNumber)", numbers)
    assert written == [descent.write_number(number) for number in numbers]
    assert written[:6] == ["0.0", "0.0", "0.5", "−1.25", "2.063", "1000"]
    assert {"12350", "1.0 × 10⁶", "0.001", "1.0 × 10⁻⁵", "−2.5 × 10⁻³⁰⁰"} <= set(written)


def test_the_next_step_is_written_as_on_paper(page):
    load_module(page, "descent")

    def write(name, start, rate, momentum, steps):
        return page.evaluate(
            """([name, start, rate, momentum, steps]) => {
                const landscape = module.LANDSCAPES[name];
                const path = module.descend(landscape, start, rate, momentum, steps);
                return module.writeNextStep(landscape, path, rate, momentum);
            }""",
            [name, start, rate, momentum, steps],
        )

    assert write("parabola", [-4], 0.1, 0, 0) == [
        "dL/dw = 2 × (−4.0) = −8.0",
        "w ← −4.0 − 0.1 × (−8.0) = −3.2",
        "loss L: 16.0 → 10.24, it falls",
    ]
    assert write("parabola", [-4], 0.1, 0.5, 1) == [
        "dL/dw = 2 × (−3.2) = −6.4",
        "v ← 0.5 × 0.8 − 0.1 × (−6.4) = 1.04",
        "w ← −3.2 + 1.04 = −2.16",
        "loss L: 10.24 → 4.666, it falls",
    ]
    assert write("two valleys", [-1], 0.05, 0, 0)[0] == (
        "dL/dw = 0.6 × (−1.0 + 2) × (−1.0 − 0.5) × (−1.0 − 2) = 2.7"
    )
    assert write("ravine", [-4.5, 2.5], 0.45, 0, 0)[1] == "∂L/∂w₂ = 4 × 2.5 = 10.0"
    assert write("valleys", [3, -3], 0.1, 0, 0)[:2] == [
        "∂L/∂w₁ = (3.0² − 9) × (3.0 − 1) ÷ 12 − (−3.0 − 3.0 ÷ 3) ÷ 6 ≈ 0.6667",
        "∂L/∂w₂ = (−3.0 − 3.0 ÷ 3) ÷ 2 = −2.0",
    ]
    assert write("saddle", [-4, -3], 0.1, 0, 0)[1] == "∂L/∂w₂ = (−3.0) × ((−3.0)² − 9) ÷ 9 = 0.0"
    assert write("parabola", [0], 0.1, 0, 0)[-1] == "loss L: 0.0 → 0.0, it stays"
    assert write("parabola", [4], 1.1, 0, 0)[-1] == "loss L: 16.0 → 23.04, it rises"
    assert write("parabola", [4], 1.1, 0, 50) == []


@pytest.mark.parametrize("name", [name for name in NAMES if LANDSCAPES[name].dimensions == 2])
def test_contour_lines_lie_where_the_loss_is_theirs(page, name):
    load_module(page, "descent")
    landscape = LANDSCAPES[name]
    for level in descent.contour_levels(landscape):
        segments = np.array(
            page.evaluate(
                "([name, level]) => module.contourSegments(module.LANDSCAPES[name], level)",
                [name, level],
            )
        )
        assert len(segments) > 10
        losses = landscape.function(*segments.reshape(-1, 2).T)
        assert np.abs(losses - level).max() < 0.02 * descent.highest_loss(landscape)


def test_learning_rates_of_the_slider_are_round_and_rise_evenly(page):
    load_module(page, "descent")
    rates = np.array(page.evaluate("() => module.learningRates()"))
    assert (rates[0], rates[-1]) == descent.SLIDER_RATES
    assert {0.01, 0.05, 0.1, 0.45, 0.5, 0.9, 1.0, 1.1} <= set(rates)
    ratios = rates[1:] / rates[:-1]
    assert ratios.min() > 1.04 and ratios.max() < 1.14


# --- Hands in the browser -----------------------------------------------------------------------


def values_of(page):
    """Return the state that the widget offers to copy."""
    if not page.locator("details").evaluate("(node) => node.open"):
        page.get_by_text("Copy or paste this state").click()
        page.wait_for_function("() => document.querySelector('details input').value !== ''")
    return json.loads(page.get_by_label("State").input_value())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation(page, name, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_page(page, Descent(name, steps=5).embed(), style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [400, 600, 800, 1200])
def test_nothing_overflows(page, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, Descent(name, 0.123, 0.99, steps=500).embed())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.descent :is(p, button, label, span, text)')]
            .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5
                || node.getBoundingClientRect().left < -0.5).map((node) => node.textContent)"""
    )
    assert cut == []


def test_labels_beside_the_axes_do_not_touch(page):
    for name in NAMES:
        open_page(page, Descent(name).embed())
        boxes = page.evaluate(
            """() => [...document.querySelectorAll('.axes text')].map((node) => {
                const { left, right, top, bottom } = node.getBoundingClientRect();
                return [node.textContent, left, right, top + 3, bottom - 3]; })"""
        )
        for index, (text, left, right, top, bottom) in enumerate(boxes):
            for other in boxes[index + 1 :]:
                apart = right < other[1] or other[2] < left or bottom < other[3] or other[4] < top
                assert apart, (name, text, other[0])


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_a_slide_with_momentum_too(page, name):
    picture = Descent(name, 0.1, 0.9, steps=60)
    open_page(page, f'<div class="reveal">{picture.embed()}</div>', style="font-size: 24px")
    page.set_viewport_size({"width": 1160, "height": 720})
    box = page.locator("figure.explorable").bounding_box()
    assert box["height"] <= 640, box


def test_the_keyboard_reaches_and_moves_everything(page):
    open_page(page, Descent("bowl").embed())
    page.locator(".start").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert values_of(page)["start"] == [-3.9, 2.99]
    page.get_by_role("slider", name="learning rate").press("ArrowRight")
    page.get_by_role("slider", name="momentum").press("ArrowRight")
    assert values_of(page)["learning_rate"] == 0.11 and values_of(page)["momentum"] == 0.01
    page.get_by_role("button", name="One step").press("Enter")
    page.get_by_role("button", name="One step").press("Space")
    assert values_of(page)["steps"] == 2
    page.get_by_role("button", name="Back to start").press("Enter")
    assert values_of(page) == {
        "landscape": "bowl", "start": [-3.9, 2.99], "learning_rate": 0.11, "momentum": 0.01,
        "steps": 0,
    }  # fmt: skip
    page.get_by_role("combobox").select_option("two valleys")
    page.locator(".start").press("ArrowLeft")
    page.locator(".start").press("ArrowUp")
    assert values_of(page)["start"] == [2.9]
    page.get_by_role("button", name="Reset").press("Enter")
    assert values_of(page)["landscape"] == "bowl" and values_of(page)["start"] == [-4, 3]
    reached = set()
    page.get_by_label("State").focus()
    for _ in range(14):
        page.keyboard.press("Shift+Tab")
        reached.add(page.evaluate("() => document.activeElement.outerHTML.slice(0, 14)"))
    assert page.problems == [] and len(reached) >= 4


@pytest.mark.parametrize("style", ["", "transform: scale(0.7); transform-origin: 0 0"])
def test_the_start_is_dragged_and_the_path_follows(page, style):
    open_page(page, Descent("valleys", 0.1, steps=200).embed(), style=style)
    status = page.get_by_role("status").first
    assert "local minimum" in status.inner_text()
    x, y = middle(page.locator(".start"))
    page.mouse.move(x + 4, y - 3)  # anywhere on the ring
    page.mouse.down()
    page.mouse.move(x - 96, y - 3, steps=6)
    page.mouse.up()
    moved = middle(page.locator(".start"))
    assert moved == pytest.approx((x - 100, y), abs=2)
    assert "global minimum" in status.inner_text()
    page.mouse.move(x, y)
    assert middle(page.locator(".start")) == moved
    box = page.locator("svg.landscape").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    assert middle(page.locator(".start"))[1] < y
    assert page.problems == []


def test_a_drag_in_one_dimension_stays_on_the_curve_and_in_the_picture(page):
    open_page(page, Descent("parabola").embed())
    x, y = middle(page.locator(".start"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 200)
    page.mouse.move(x + 900, y)
    page.mouse.up()
    assert values_of(page)["start"] == [5]


def test_sliders_move_the_whole_path(page):
    open_page(page, Descent("parabola", 0.9, steps=40).embed())
    assert "minimum" in page.get_by_role("status").first.inner_text()
    slider = page.get_by_role("slider", name="learning rate")
    for _ in range(3):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1.1"
    assert page.get_by_role("status").first.inner_text() == (
        "Diverged: after 31 steps w passed ±1000 and the loss is 1.298 × 10⁶. "
        "Take a smaller learning rate."
    )
    assert page.locator(".next-step p").count() == 0
    page.get_by_role("button", name="One step").click()
    page.get_by_role("button", name="Run 50 steps").click()
    assert values_of(page)["steps"] == 40
    slider.press("ArrowLeft")
    assert "After 40 steps: w = −4.0, loss 16.0." in page.get_by_role("status").first.inner_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_right_at_the_ends_of_every_slider(page, name):
    open_page(page, Descent(name, steps=500).embed())
    for rate in ("End", "Home"):
        page.get_by_role("slider", name="learning rate").press(rate)
        for momentum in ("End", "Home"):
            page.get_by_role("slider", name="momentum").press(momentum)
            inner = page.locator(".course-explorable").inner_html()
            inner = re.sub(r'"data:[^"]*"', "", inner)  # the painted ground
            assert "NaN" not in inner and "Infinity" not in inner and "not a number" not in inner
    assert page.problems == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_run_makes_fifty_steps(page, motion):
    page.emulate_media(reduced_motion=motion)
    open_page(page, Descent("ravine", 0.45).embed())
    page.get_by_role("button", name="Run 50 steps").click()
    if motion == "reduce":
        assert values_of(page)["steps"] == 50
    page.get_by_text("After 50 steps").first.wait_for(timeout=30_000)
    assert page.get_by_role("button", name="Run 50 steps").count() == 1
    assert page.problems == []


def test_a_run_can_be_stopped(page):
    open_page(page, Descent("ravine", 0.01).embed())
    page.get_by_role("button", name="Run 50 steps").click()
    page.get_by_text(re.compile(r"After \d+ steps")).first.wait_for()
    page.get_by_role("button", name="Stop").click()
    before = values_of(page)["steps"]
    page.wait_for_timeout(300)
    assert 2 <= values_of(page)["steps"] == before < 50


def test_states_are_pasted_or_refused(page):
    open_page(page, Descent("bowl").embed())
    before = values_of(page)
    field = page.get_by_label("State")
    answer = page.locator("details [role=status]")
    for state in (
        '{"landscape":"<img src=x onerror=alert(1)>"}',
        '{"landscape":"__proto__","start":[1],"learning_rate":1,"momentum":0,"steps":0}',
        '{"landscape":"bowl","start":[1,1e999],"learning_rate":1,"momentum":0,"steps":0}',
        '{"landscape":"bowl","start":[1,1],"learning_rate":1e9,"momentum":0,"steps":0}',
        '{"landscape":"bowl","start":[1,1],"learning_rate":1,"momentum":-1,"steps":0}',
        '{"landscape":"bowl","start":[1,1],"learning_rate":1,"momentum":0,"steps":1e9}',
        '{"landscape":"bowl","start":[1,1],"learn',
        "null",
        "[" * 100_000,
    ):
        field.fill(state)
        field.press("Enter")
        assert "not a state of this picture" in answer.inner_text(), state[:80]
        assert page.locator("img").count() == 0
        assert page.get_by_text("Start: w₁ = −4.0, w₂ = 3.0").count() == 1
    field.fill(Descent("saddle", 0.2, 0.5, (1, 2), 9).state)
    field.press("Enter")
    assert "taken over" in answer.inner_text()
    assert "After 9 steps" in page.get_by_role("status").first.inner_text()
    assert before["landscape"] == "bowl" and page.problems == []


def test_two_views_stay_in_step_and_end(page):
    snippet = Descent("two valleys", steps=3).embed()
    name = re.search(r'id="([^"]+)"', snippet)[1]
    mount = f'mount(render, "{name}");'
    open_page(page, snippet.replace(mount, TWO_VIEWS.format(name=name)))
    views = page.locator(".course-explorable")
    views.nth(1).get_by_role("combobox").select_option("saddle")
    views.nth(0).locator(".start").press("ArrowUp")
    views.nth(1).get_by_role("button", name="One step").click()
    texts = [views.nth(view).inner_text() for view in (0, 1)]
    paths = [views.nth(view).locator(".trace").last.get_attribute("d") for view in (0, 1)]
    assert texts[0] == texts[1] and paths[0] == paths[1] and "After 1 step" in texts[0]
    views.nth(1).get_by_role("button", name="Run 50 steps").click()
    page.evaluate("() => endings.forEach((end) => end())")
    steps = page.evaluate("() => model.get('steps')")
    page.wait_for_timeout(250)
    assert page.evaluate("() => model.get('steps')") == steps
    page.evaluate("() => model.set('landscape', 'nonsense')")  # nobody listens any more
    assert page.problems == []


def test_a_halfway_message_from_python_is_waited_out(page):
    snippet = Descent("parabola", steps=3).embed()
    name = re.search(r'id="([^"]+)"', snippet)[1]
    open_page(page, snippet.replace(f'mount(render, "{name}");', TWO_VIEWS.format(name=name)))
    page.evaluate("() => model.set('landscape', 'bowl')")
    assert page.get_by_text("After 3 steps: w = ").count() == 2
    page.evaluate("() => model.set('start', [1, 1])")
    assert page.get_by_text("After 3 steps: w₁ = ").count() == 2
    assert page.problems == []
