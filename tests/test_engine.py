"""The playground's engine and model: browser against NumPy, bit for bit, and against lesson 03."""

import itertools
import math
import re

import numpy as np
import playground as benchmark
import pytest
from test_explorables import load_module

from course_utils import deck, explorables
from course_utils.explorables import playground_model as model

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
OUTPUTS = {"mse": "linear", "crossentropy": "sigmoid"}


# --- Numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 7, 79999, 2**31, 2**32 - 1])
def test_random_numbers_are_the_same_bit_for_bit(page, seed):
    load_module(page, "engine")
    got = page.evaluate(
        """(seed) => {
            const random = module.createRandom(seed);
            const many = (draw, count) => Array.from({ length: count }, draw);
            const uniform = many(() => random.uniform(), 1000);
            const normal = many(() => random.normal(), 300);
            const whole = many(() => random.integer(7), 300);
            const order = random.shuffle(many((_, index) => index, 200));
            random.skip(5e9 + 3);
            return { uniform, normal, whole, order, last: random.uniform() };
        }""",
        seed,
    )
    random = model.Random(seed)
    assert got["uniform"][:500] == random.uniform(500).tolist()
    assert got["uniform"][500:] == [random.uniform() for _ in range(500)]
    assert got["normal"] == random.normal(300).tolist()
    assert got["whole"] == [random.integer(7) for _ in range(300)]
    assert got["order"] == random.shuffle(list(range(200)))
    random.skip(5 * 10**9 + 3)
    assert got["last"] == random.uniform()


def test_random_numbers_are_spread_as_they_should():
    random = model.Random(3)
    uniform, normal = random.uniform(200_000), random.normal(100_000)
    counts = np.histogram(uniform, bins=20, range=(0, 1))[0]
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 44  # chi-square, 19 degrees of freedom
    assert uniform.min() >= 0 and uniform.max() < 1
    assert abs(normal.mean()) < 0.015 and abs(normal.std() - 1) < 0.01
    assert abs(np.corrcoef(uniform[:-1], uniform[1:])[0, 1]) < 0.01
    firsts = [model.Random(seed * 8).uniform() for seed in range(2000)]
    assert abs(np.corrcoef(firsts[:-1], firsts[1:])[0, 1]) < 0.1


def test_the_first_random_numbers_stay_what_they_are():
    """A change here would change every state that students have kept."""
    assert model.Random(1).uniform(3).tolist() == REFERENCE


def mulberry32(seed):
    """Return three numbers of the published algorithm, in plain integers of 32 bits."""
    numbers, state = [], seed
    for _ in range(3):
        state = (state + 0x6D2B79F5) % 2**32
        mixed = (state ^ state >> 15) * (state | 1) % 2**32
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) % 2**32
        numbers.append((mixed ^ mixed >> 14) / 2**32)
    return numbers


REFERENCE = mulberry32(1)


def test_functions_are_the_same_bit_for_bit_and_right(page):
    load_module(page, "engine")
    random = np.random.default_rng(0)
    x = np.concatenate([[0.0, 1e-300, 700, 1e9], random.uniform(0, 60, 2000)])
    z = np.concatenate([x, -x])
    got = page.evaluate(
        """([x, z]) => [x.map(module.decay), z.map(module.sine), z.map(module.sigmoid),
            z.map(module.hyperbolicTangent)]""",
        [x.tolist(), z.tolist()],
    )
    small = np.abs(z) < 100
    with np.errstate(over="ignore"):
        right = [np.exp(-np.minimum(x, 700)), np.sin(z), 1 / (1 + np.exp(-z)), np.tanh(z)]
    own = [model.decay(x), model.sine(z), model._sigmoid(z), model._hyperbolic_tangent(z)]
    for name, browser, python, expected in zip("estr", got, own, right, strict=True):
        chosen = small if name == "s" else slice(None)
        assert np.array_equal(browser, python), name
        np.testing.assert_allclose(python[chosen], expected[chosen], rtol=1e-15, atol=5e-16)
    np.testing.assert_allclose(own[0], right[0], rtol=4e-16)  # also relative to tiny values
    assert page.problems == []


def test_activations_of_the_table_fit_together(page):
    load_module(page, "engine")
    z = [*np.linspace(-4, 4, 81), 800.0, -800.0]
    step = 1e-6
    table = page.evaluate(
        """([z, step]) => Object.fromEntries(Object.entries(module.ACTIVATIONS).map(
            ([name, { value, slope }]) => [name, z.map((x) => [value(x), slope(x, value(x)),
                (value(x + step) - value(x - step)) / (2 * step)])]))""",
        [z, step],
    )
    assert sorted(table) == list(ACTIVATIONS)
    for name, rows in table.items():
        values, slopes, measured = np.array(rows).T
        assert np.isfinite(values).all()
        moved = np.array(z) != 0  # ReLU has no slope at 0; we take 0 there, as Keras does
        np.testing.assert_allclose(slopes[moved], measured[moved], atol=1e-7, err_msg=name)
    assert table["relu"][40] == [0, 0, 0.5] and table["relu"][-1][:2] == [0, 0]


# --- One network against lesson 03 --------------------------------------------------------------

PASS = """
({ sizes, activation, output, loss, parameters, examples, targets, l1, l2 }) => {
    const network = module.createNetwork({ sizes, activation, output });
    parameters.forEach(([weights, biases], layer) => {
        network.weights[layer].set(weights.flat());
        network.biases[layer].set(biases);
    });
    const plain = (arrays) => arrays.map((array) => [...array]);
    const outputs = examples.map((x) => [...module.forward(network, x)]);
    module.clearGradients(network);
    const losses = examples.map((x, n) => module.backward(network, x, targets[n], loss));
    const sums = [plain(network.weightGradients), plain(network.biasGradients)];
    const indices = examples.map((_, index) => index);
    const mean = module.computeGradients(network, examples, targets, indices, { loss, l1, l2 });
    return {
        outputs, losses, sums, mean,
        means: [plain(network.weightGradients), plain(network.biasGradients)],
        meanLoss: module.meanLoss(network, examples, targets, loss),
        penalty: module.penalty(network, l1, l2),
        z: plain(network.z), a: plain(network.a), deltas: plain(network.deltas),
    };
}
"""


def make_case(activation, loss, sizes, seed=0, count=6):
    """Return a network with random parameters and examples, as lesson 03 keeps them."""
    random = np.random.default_rng([seed, len(sizes), *sizes])
    parameters = [
        [random.normal(0, 1 / math.sqrt(inputs), (inputs, units)), random.normal(0, 0.3, units)]
        for inputs, units in itertools.pairwise(sizes)
    ]
    inputs = random.uniform(-2, 2, (count, sizes[0]))
    targets = random.uniform(-1, 1, (count, sizes[-1]))
    if loss == "crossentropy":
        targets = (targets > 0).astype(float)
    return parameters, inputs, targets


def pass_arguments(activation, loss, sizes, case, l1=0.0, l2=0.0):
    """Return the argument of PASS."""
    parameters, inputs, targets = case
    return {
        "sizes": list(sizes),
        "activation": activation,
        "output": OUTPUTS[loss],
        "loss": loss,
        "parameters": [[w.tolist(), b.tolist()] for w, b in parameters],
        "examples": inputs.tolist(),
        "targets": targets.tolist() if sizes[-1] > 1 else targets[:, 0].tolist(),
        "l1": l1,
        "l2": l2,
    }


def run_pass(page, *arguments, **rates):
    return page.evaluate(PASS, pass_arguments(*arguments, **rates))


SHAPES = [(2, *(8, 3, 1, 5, 8, 2)[:depth], 1) for depth in range(7)] + [(7, 4, 3), (1, 1)]


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_passes_agree_with_lesson_03(page, activation, loss):
    names = ("sigmoid", "ACTIVATIONS", "forward", "compute_loss", "backward")
    lesson = deck.Lesson("03_backpropagation", {"np": np})
    *_, forward, compute_loss, backward = lesson.take(*names)
    load_module(page, "engine")
    for sizes in SHAPES:
        case = make_case(activation, loss, sizes)
        parameters, inputs, targets = case
        got = run_pass(page, activation, loss, sizes, case, l1=0.01, l2=0.1)
        sums, outputs = forward(parameters, inputs, activation, OUTPUTS[loss])
        assert_close(got["outputs"], outputs[-1])
        expected = compute_loss(outputs[-1], targets, OUTPUTS[loss])
        assert_close([got["meanLoss"], got["mean"], np.mean(got["losses"])], [expected] * 3)
        for layer in range(len(parameters)):
            assert_close(got["z"][layer + 1], sums[layer][-1])
            assert_close(got["a"][layer], outputs[layer][-1])
        gradients = backward(parameters, inputs, targets, activation, OUTPUTS[loss])
        for layer, (weight_gradient, bias_gradient) in enumerate(gradients):
            weights = parameters[layer][0]
            penalised = weight_gradient + 0.01 * np.sign(weights) + 2 * 0.1 * weights
            assert_close(np.array(got["sums"][0][layer]) / 6, weight_gradient.ravel())
            assert_close(got["means"][0][layer], penalised.ravel())
            assert_close(np.array(got["sums"][1][layer]) / 6, bias_gradient)
            assert_close(got["means"][1][layer], bias_gradient)
        all_weights = np.concatenate([weights.ravel() for weights, _ in parameters])
        penalty = 0.01 * np.abs(all_weights).sum() + 0.1 * (all_weights**2).sum()
        assert_close(got["penalty"], penalty)
    assert page.problems == []


def assert_close(got, expected):
    np.testing.assert_allclose(np.asarray(got, dtype=float), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("loss", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_agree_with_central_differences(page, activation, loss):
    load_module(page, "engine")
    step, rates = 1e-5, {"l1": 0.02, "l2": 0.05}
    arguments = (activation, loss, (3, 4, 3, 1), make_case(activation, loss, (3, 4, 3, 1), seed=5))
    computed = run_pass(page, *arguments, **rates)["means"]
    nearby = []
    for array in itertools.chain(*arguments[-1][0]):
        for place in np.ndindex(array.shape):
            value = array[place]
            for array[place] in (value + step, value - step):
                nearby.append(pass_arguments(*arguments, **rates))
            array[place] = value
    passes = page.evaluate(f"(nearby) => nearby.map({PASS})", nearby)
    totals = np.array([one["meanLoss"] + one["penalty"] for one in passes]).reshape(-1, 2)
    parts = [part for layer in zip(*computed, strict=True) for part in layer]
    measured = (totals[:, 0] - totals[:, 1]) / (2 * step)
    np.testing.assert_allclose(np.concatenate(parts), measured, atol=1e-7)


def test_extreme_logits_and_weights_of_zero_are_no_trouble(page):
    load_module(page, "engine")
    for bias, target, expected in [(800, 0, 800), (-800, 1, 800), (800, 1, 0), (-5e5, 1, 5e5)]:
        case = [[np.zeros((1, 1)), np.array([float(bias)])]], np.ones((1, 1)), np.ones((1, 1))
        case[2][:] = target
        got = run_pass(page, "relu", "crossentropy", (1, 1), case, l1=1.0)
        assert got["mean"] == pytest.approx(expected, abs=1e-300)
        assert got["means"][0][0][0] == got["means"][1][0][0] != -0.5
    ones = np.ones((1, 1))
    resting = [[0 * ones, np.zeros(1)], [ones, np.zeros(1)]], ones, ones  # ReLU exactly at its bend
    got = run_pass(page, "relu", "mse", (1, 1, 1), resting)
    assert got["deltas"][1:] == [[0], [-2]] and got["means"] == [[[0], [0]], [[0], [-2]]]
    zero = [[np.zeros((1, 1)), np.zeros(1)]], np.zeros((1, 1)), np.zeros((1, 1))
    assert run_pass(page, "relu", "mse", (1, 1), zero, l1=1.0)["means"] == [[[0]], [[0]]]


def test_wrong_names_are_refused(page):
    load_module(page, "engine")
    tell = """(options) => { try { module.createNetwork(options); return null; }
        catch (error) { return error.message; } }"""
    for name in ("swish", "toString", "__proto__"):
        options = {"sizes": [2, 1], "activation": name}
        assert page.evaluate(tell, options).startswith("expected one of linear, relu, tanh, sigm")
    loss = """() => { try { const network = module.createNetwork({ sizes: [1, 1] });
        module.backward(network, [1], 1, "crossentropy"); return null; }
        catch (error) { return error.message; } }"""
    assert '"crossentropy" with a sigmoid output' in page.evaluate(loss)


# --- Data ---------------------------------------------------------------------------------------

DATA = """(lines) => lines.map((line) => {
    const { train, test } = module.createRun(module.readState(line));
    return [train, test].map(({ points, inputs, targets }) => [points,
        inputs.map((row) => [...row]), [...targets]]);
})"""


@pytest.mark.parametrize("name", [name for name in model.DATA_SETS if name != "own"])
def test_data_sets_are_the_same_in_both_languages(page, name):
    load_module(page, "playground_model")
    features = ",".join(model.FEATURES)
    lines = [
        f"pg1;data={name};noise={noise};examples={count};test={test};seed={seed};"
        f"features={features};end"
        for noise, count, test, seed in [(0, 20, 50, 0), (10, 333, 37, 9999), (50, 1000, 10, 5)]
    ]
    for line, parts in zip(lines, page.evaluate(DATA, lines), strict=True):
        run = explorables.replay(line)
        examples = (run.train_examples, run.test_examples)
        for (points, inputs, targets), expected in zip(parts, examples, strict=True):
            assert np.array_equal(points, expected.points)
            assert np.array_equal(inputs, expected.inputs)
            assert np.array_equal(targets, expected.targets)
        assert sum(len(part.targets) for part in examples) == run.settings.examples
    assert page.problems == []


@pytest.mark.parametrize("name", [name for name in model.DATA_SETS if name != "own"])
def test_data_sets_are_what_they_promise(name):
    settings = model.Settings(data=name, problem=model.DATA_SETS[name][0], examples=600)
    points, targets = model.create_data(settings)
    assert points.shape == (600, 2) and np.abs(points).max() <= 6 and np.abs(points).max() > 4
    if settings.problem == "classification":
        assert set(targets) == {0, 1} and targets.sum() == 300
    else:
        assert -1 <= targets.min() < -0.6 and 0.6 < targets.max() <= 1
    noisy, same = model.create_data(settings.__class__(**vars(settings) | {"noise": 50}))
    assert np.array_equal(targets, same) and np.abs(noisy).max() <= 6
    assert 0.3 < np.abs(noisy - points).mean() < 2
    fewer, _ = model.create_data(settings.__class__(**vars(settings) | {"examples": 50}))
    assert np.array_equal(fewer, points[:50])
    other, _ = model.create_data(settings.__class__(**vars(settings) | {"seed": 2}))
    assert not np.array_equal(other, points)


def test_features_are_what_their_names_say():
    points = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    x1, x2 = points.T
    expected = [x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)]
    assert_close(model.to_inputs(list(model.FEATURES), points), np.column_stack(expected))


# --- Training -----------------------------------------------------------------------------------

LINES = [
    "pg1;steps=2500;end",
    "pg1;noise=20;activation=relu;hidden=8,8;rate=0.1;steps=2500;end",
    "pg1;data=xor;hidden=1,8,2;activation=relu;rate=0.3;batch=7;l1=0.001;steps=3600;end",
    "pg1;data=gaussians;noise=30;hidden=none;rate=10;l2=0.01;steps=500;end",
    "pg1;data=spiral;noise=5;features=x1,x2,sin(x1),sin(x2),x1x2;hidden=8,8,8,8,8,8;l2=0.003;"
    "batch=1;steps=2000;end",
    "pg1;data=moons;noise=20;activation=sigmoid;rate=3;batch=300;steps=200;end",
    "pg1;data=plane;noise=15;hidden=3;activation=linear;test=10;examples=20;batch=5;steps=400;end",
    "pg1;data=hills;hidden=8,8;rate=0.1;batch=13;examples=333;test=37;seed=99;steps=2000;end",
    "pg1;data=hills;features=x2,x1^2;hidden=8;activation=relu;batch=1;seed=0;steps=1500;end",
    "pg1;data=plane;features=x1^2,x2^2;rate=10;hidden=3,3,3;activation=linear;steps=300;end",
    "pg1;data=own;points=g0g0fQlglg-gXcVG-gAAcHfQ;batch=2;steps=333;end",
    "pg1;data=own;problem=regression;points=g0g0fQlglg-gXcVGDD;hidden=2;l1=0.01;steps=50;end",
]

REPLAY = """(line) => {
    const run = module.createRun(module.readState(line));
    while (!run.catchUp(1));
    const { weights, biases } = run.gradients();
    const plain = (arrays) => arrays.map((array) => [...array]);
    return {
        parameters: plain(run.parameters()), gradients: plain([...weights, ...biases]),
        ...run.evaluate(), history: run.history, steps: run.steps, epoch: run.epoch,
        diverged: run.diverged, state: run.state(), dead: run.deadUnits(), next: run.nextBatch(),
        predicted: run.predict(1, -2),
    };
}"""


@pytest.mark.parametrize("line", LINES)
def test_training_is_the_same_bit_for_bit(page, line):
    load_module(page, "playground_model")
    got, run = page.evaluate(REPLAY, line), explorables.replay(line)
    assert_same_run(got, run)
    assert page.problems == []


def assert_same_run(got, run):
    pairs = zip(run.weights, run.biases, strict=True)
    parameters = [array.ravel() for pair in pairs for array in pair]
    for browser, python in zip(got["parameters"], parameters, strict=True):
        assert np.array_equal(browser, python)
    for browser, python in zip(got["gradients"], itertools.chain(*run.gradients()), strict=True):
        assert_close(browser, python.ravel())
    for name, attribute in {
        "trainLoss": run.train_loss,
        "testLoss": run.test_loss,
        "trainAccuracy": run.train_accuracy,
        "testAccuracy": run.test_accuracy,
        "penalty": run.penalty,
        "predicted": run.predict([[1, -2]])[0],
    }.items():
        assert (got[name] is None) == (attribute is None), name
        assert got[name] is None or got[name] == pytest.approx(attribute, rel=1e-12, abs=1e-14)
    assert got["history"]["epochs"] == run.history["epochs"]
    assert got["history"]["train"] == pytest.approx(run.history["train"], rel=1e-12)
    assert (got["steps"], got["epoch"], got["state"]) == (run.steps, run.epoch, run.state)
    assert (got["diverged"] or {}).get("step") == run.diverged
    assert [tuple(unit) for unit in got["dead"]] == run.dead_units()


def test_a_rate_too_large_is_stopped_and_said(page):
    load_module(page, "playground_model")
    line = LINES[-3]
    got, run = page.evaluate(REPLAY, line), explorables.replay(line)
    assert run.diverged == run.steps + 1 and run.steps < 300
    assert got["diverged"]["message"].startswith(f"The training diverged at step {run.diverged}: a")
    assert "learning rate 10 is too large" in got["diverged"]["message"]
    assert np.isfinite([run.train_loss, run.test_loss, *run.history["train"]]).all()
    assert all(np.isfinite(array).all() for array in run.weights + run.biases)
    steps = run.steps
    assert run.train(5).steps == steps
    again = explorables.replay(run.state)
    assert again.steps == steps and again.diverged == run.diverged
    assert page.evaluate(REPLAY, run.state)["diverged"]["step"] == run.diverged
    before = explorables.replay(line.replace("steps=300", f"steps={steps - 1}"))
    assert before.diverged is None


def test_steps_at_once_or_one_by_one_lead_to_the_same(page):
    load_module(page, "playground_model")
    got = page.evaluate(
        """() => {
            const settings = { data: "moons", batchSize: 7, examples: 111, noise: 10 };
            const [one, two] = [module.createRun(settings), module.createRun(settings)];
            const seen = [];
            while (one.epoch < 3) {
                seen.push([one.epoch, one.nextBatch()]);
                one.trainStep();
            }
            for (let count = 0; count < 3; count += 1) two.trainEpoch();
            return [seen, one.train.inputs.length, one.state(), two.state(),
                one.parameters().every((array, n) => `${array}` === `${two.parameters()[n]}`)];
        }"""
    )
    seen, count, one, two, same = got
    assert one == two and same and len(seen) == 3 * math.ceil(count / 7)
    orders = [[i for n, batch in seen if n == epoch for i in batch] for epoch in range(3)]
    assert all(sorted(order) == list(range(count)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert explorables.replay("pg1;data=moons;batch=7;examples=111;noise=10;end").train(3).state


def test_the_history_stays_short(page):
    load_module(page, "playground_model")
    line = "pg1;examples=20;test=10;batch=18;hidden=none;steps=5000;end"
    got, run = page.evaluate(REPLAY, line), explorables.replay(line)
    epochs = run.history["epochs"]
    assert epochs[0] == 0 and 256 <= len(epochs) <= 512 and epochs[-1] > 4980
    assert len(set(np.diff(epochs))) == 1
    assert got["history"]["epochs"] == epochs
    assert len(run.history["train"]) == len(run.history["test"]) == len(epochs)


def test_a_run_that_left_its_settings_carries_its_weights(page):
    load_module(page, "playground_model")
    got = page.evaluate(
        """() => {
            const run = module.createRun({ data: "xor", hidden: [3] });
            run.update({ learningRate: 0.1 });
            const before = [run.replayable, run.state()];
            run.trainEpoch();
            run.trainStep();
            run.update({ learningRate: 0.1, l2: 0 });
            before.push(run.replayable, run.state());
            run.update({ learningRate: 1, activation: "relu", batchSize: 20 });
            const changed = run.state();
            run.setWeight(1, 2, 0, 0.5);
            run.setBias(0, 1, -2);
            const edited = run.state();
            const other = module.createRun(module.readState(edited));
            return { before, changed, edited, again: other.state(),
                order: [run.nextBatch(), other.nextBatch()],
                parameters: other.parameters().map((array) => [...array]) };
        }"""
    )
    assert got["before"] == [
        True,
        "pg1;data=xor;hidden=3;rate=0.1;end",
        True,
        "pg1;data=xor;hidden=3;rate=0.1;steps=26;end",
    ]
    pattern = r"pg1;data=xor;hidden=3;activation=relu;rate=1;batch=20;steps=26;epoch=1;used=10;"
    for text in (got["changed"], got["edited"]):
        assert re.fullmatch(pattern + r"weights=[\w-]+;end", text), text
    assert got["again"] == got["edited"] != got["changed"]
    assert got["order"][0] == got["order"][1] and len(got["order"][0]) == 20
    run = explorables.replay(got["edited"])
    assert (run.weights[1][2, 0], run.biases[0][1]) == (0.5, -2.0)
    assert run.state == got["edited"] and run.train_loss > 0
    assert np.array_equal(got["parameters"][0], run.weights[0].ravel())
    line = run.train(2).state
    assert line.startswith(
        "pg1;data=xor;hidden=3;activation=relu;rate=1;batch=20;steps=51;epoch=3;w"
    )
    following = page.evaluate(
        """(line) => {
            const run = module.createRun(module.readState(line));
            run.trainEpoch();
            run.trainEpoch();
            return run.state();
        }""",
        got["edited"],
    )
    assert following == line


def test_what_cannot_change_in_a_run_is_refused(page):
    load_module(page, "playground_model")
    got = page.evaluate(
        """() => {
            const run = module.createRun({});
            const changes = [() => run.update({ seed: 3 }), () => run.update({ learningRate: 7 }),
                () => run.setWeight(0, 0, 0, NaN), () => run.setWeight(0, 9, 0, 1),
                () => run.setBias(0, 0, 1e7), () => module.createRun({ noise: "<b>" }),
                () => module.createRun({ hidden: [9] })];
            return [changes.map((change) => {
                try { change(); return "taken"; } catch (error) { return error.message; }
            }), run.state(), run.version];
        }"""
    )
    messages, state, version = got
    assert "taken" not in messages and (state, version) == ("pg1;end", 0)
    assert "rate must be one of" in messages[1] and "U+003C" in messages[5]


def test_pictures_show_what_the_units_compute(page):
    load_module(page, "playground_model")
    line = "pg1;data=spiral;features=x1,x2^2,sin(x2);hidden=5,2;activation=relu;steps=200;end"
    layers = page.evaluate(
        """(line) => {
            const run = module.createRun(module.readState(line));
            const pictures = module.createPictures(run, 9);
            run.catchUp();
            pictures.update();
            return pictures.layers.map((units) => units.map((values) => [...values]));
        }""",
        line,
    )
    run = explorables.replay(line)
    places = 12 * (np.arange(9) + 0.5) / 9 - 6
    grid = np.array([(x1, x2) for x2 in -places for x1 in places])
    expected = [model.to_inputs(run.settings.features, grid), *run.hidden_activations(grid)]
    expected.append(run.predict(grid)[:, None])
    for got, values in zip(layers, expected, strict=True):
        np.testing.assert_allclose(np.array(got).T, values, rtol=1e-5, atol=1e-5)


def test_dead_units_are_found():
    line = "pg1;data=xor;activation=relu;hidden=4,4;rate=1;seed=0;steps=500;end"
    run = explorables.replay(line)
    dead = run.dead_units()
    assert dead
    hidden = run.hidden_activations(run.train_examples.points)
    for layer, unit in dead:
        assert (hidden[layer - 1][:, unit - 1] == 0).all()
        assert run.gradients()[0][layer - 1][:, unit - 1] == pytest.approx(0)
    assert explorables.replay("pg1;steps=100;end").dead_units() == []


# --- States -------------------------------------------------------------------------------------

FIELDS = {
    "data": "data",
    "problem": "problem",
    "noise": "noise",
    "examples": "examples",
    "testShare": "test_share",
    "seed": "seed",
    "features": "features",
    "hidden": "hidden",
    "activation": "activation",
    "learningRate": "learning_rate",
    "l1": "l1",
    "l2": "l2",
    "batchSize": "batch_size",
    "steps": "steps",
    "epoch": "epoch",
    "used": "used",
    "weights": "weights",
}

READ = """([lines, own]) => lines.map((line) => {
    try {
        const settings = module.readState(line, own);
        return { settings, text: module.writeState(settings) };
    } catch (error) {
        if (!(error instanceof module.StateError)) throw error;
        return { error: error.message };
    }
})"""


def random_settings(random):
    """Return settings in which each field is usual or random."""
    data = str(random.choice(list(model.DATA_SETS)))
    choices = {
        "noise": int(random.integers(0, 51)),
        "examples": int(random.integers(20, 1001)),
        "test_share": int(random.integers(10, 51)),
        "seed": int(random.integers(0, 10_000)),
        "features": tuple(name for name in model.FEATURES if random.random() < 0.5) or ("x2",),
        "hidden": tuple(random.integers(1, 9, random.integers(0, 7)).tolist()),
        "activation": str(random.choice(ACTIVATIONS)),
        "learning_rate": float(random.choice(list(model.LEARNING_RATES.values()))),
        "l1": float(random.choice(list(model.PENALTY_RATES.values()))),
        "l2": float(random.choice(list(model.PENALTY_RATES.values()))),
        "batch_size": int(random.integers(1, 2001)),
        "steps": int(random.integers(0, 400)),
    }
    chosen = {name: value for name, value in choices.items() if random.random() < 0.6}
    problem = model.DATA_SETS[data][0] or str(random.choice(model.PROBLEMS))
    own = random_own(random, problem) if data == "own" else None
    settings = model.Settings(data=data, problem=problem, own=own, **chosen)
    if random.random() < 0.3:
        settings = with_weights(settings, random)
    return settings


def random_own(random, problem, most=200):
    count = int(random.integers(0, most + 1))
    points = random.uniform(-6, 6, (count, 2))
    targets = random.uniform(-1, 1, count)
    if problem == "classification":
        targets = (targets > 0).astype(float)
    return model._to_own(points, targets) if count else model.OwnData()


def with_weights(settings, random):
    weights = random.normal(0, 1, model._count_weights(settings)).astype(np.float32)
    examples = max(1, model._count_training(settings))
    values = vars(settings) | {
        "epoch": int(random.integers(0, 1000)),
        "used": int(random.integers(0, examples)),
        "weights": tuple(weights.tolist()),
    }
    return model.Settings(**values)


def test_states_go_round_in_both_languages(page):
    load_module(page, "playground_model")
    random = np.random.default_rng(0)
    all_settings = [random_settings(random) for _ in range(400)]
    lines = [model.write_state(settings) for settings in all_settings]
    assert max(map(len, lines)) <= 5000 and len(set(lines)) > 390
    read = page.evaluate(READ, [lines, None])
    for line, settings, answer in zip(lines, all_settings, read, strict=True):
        assert re.fullmatch(r"pg1;([A-Za-z0-9;=,.^()_-]+;)?end", line)
        assert model.read_state(f" {line}\n") == settings
        assert answer.get("text") == line, answer
        got = answer["settings"]
        for name, attribute in FIELDS.items():
            value = getattr(settings, attribute)
            assert got[name] == (list(value) if isinstance(value, tuple) else value), name
        if settings.own is None:
            assert got["own"] is None
        else:
            assert got["own"]["points"] == [list(point) for point in settings.own.points]
            assert got["own"]["targets"] == list(settings.own.targets)
    assert page.problems == []


def test_the_usual_state_is_short_and_the_longest_is_not_too_long():
    assert model.write_state(model.Settings()) == "pg1;end"
    random = np.random.default_rng(1)
    own = model._to_own(random.uniform(-6, 6, (200, 2)), random.uniform(-1, 1, 200))
    settings = model.Settings(
        data="own",
        problem="regression",
        noise=33,
        examples=999,
        test_share=33,
        seed=9998,
        features=tuple(model.FEATURES),
        hidden=(8,) * 6,
        activation="sigmoid",
        learning_rate=0.00001,
        l1=0.001,
        l2=0.003,
        batch_size=1999,
        own=own,
        steps=999_999_999,
    )
    line = model.write_state(with_weights(settings, random))
    assert 3500 < len(line) < 4500


VALID = (
    "pg1;data=own;problem=regression;noise=5;features=x1,sin(x2);hidden=2;rate=0.3;"
    "points=g0g0fQlglg-gXcVGDDXcVGAA;steps=12;epoch=3;used=1;weights=AACAPwAAAEAAAEBAAACAQAAAoEAAAMBA"
    "AADgQAAAAEEAABBB;end"
)
HOSTILE = [
    None,
    3,
    True,
    ["pg1;end"],
    {"a": 1},
    "",
    "   \n",
    "pg",
    "pg1",
    "pg1;",
    "pg1;end;",
    "pg1;end;end",
    "pg1;;end",
    "PG1;end",
    "end",
    "pg1:end",
    "pg1;END",
    "xpg1;end",
    "pg2;end",
    "pg2",
    "pg12;data=quantum;end",
    "pg01;end",
    "pg0;end",
    "pg9999999999;end",
    "pg2;<script>",
    "{}",
    '{"data": "xor"}',
    "NaN",
    "pg1;data=<img src=x onerror=alert(1)>;end",
    "<script>alert(1)</script>",
    "<b>pg1;end</b>",
    "pg1;seed=&lt;b&gt;;end",
    "pg1;data='xor';end",
    'pg1;data="xor";end',
    "pg1;data=x\\or;end",
    "pg1;data=xor;\nseed=1;end",
    "pg1;data=xor;seed=1 ;end",
    "pg1;data;end",
    "pg1;data=;end",
    "pg1;=xor;end",
    "pg1;data=xor=1;end",
    "pg1;Data=xor;end",
    "pg1;data=XOR;end",
    "pg1;data=toString;end",
    "pg1;data=__proto__;end",
    "pg1;data=xor;data=xor;end",
    "pg1;seed=1;data=xor;seed=2;end",
    "pg1;colour=red;end",
    "pg1;__proto__=1;end",
    "pg1;constructor=1;end",
    "pg1;seed=-1;end",
    "pg1;seed=1.5;end",
    "pg1;seed=1e3;end",
    "pg1;seed=0x10;end",
    "pg1;seed=01;end",
    "pg1;seed=10000;end",
    f"pg1;seed={'9' * 400};end",
    "pg1;seed=٣;end",
    "pg1;seed=１;end",
    "pg1;seed=NaN;end",
    "pg1;noise=51;end",
    "pg1;examples=19;end",
    "pg1;examples=1001;end",
    "pg1;test=9;end",
    "pg1;test=51;end",
    "pg1;batch=0;end",
    "pg1;batch=2001;end",
    "pg1;rate=0.05;end",
    "pg1;rate=1e-05;end",
    "pg1;rate=Infinity;end",
    "pg1;rate=-0.03;end",
    "pg1;rate=0.030;end",
    "pg1;l1=0.00001;end",
    "pg1;l2=100;end",
    "pg1;features=;end",
    "pg1;features=x3;end",
    "pg1;features=x1,x1;end",
    "pg1;features=x1,;end",
    "pg1;hidden=;end",
    "pg1;hidden=0;end",
    "pg1;hidden=9;end",
    "pg1;hidden=4,;end",
    "pg1;hidden=1,2,3,4,5,6,7;end",
    "pg1;hidden=none,1;end",
    "pg1;activation=swish;end",
    "pg1;problem=regression;end",
    "pg1;data=plane;problem=classification;end",
    "pg1;data=own;problem=ranking;end",
    "pg1;points=;end",
    "pg1;data=own;points=AAAAA;end",
    "pg1;data=own;points=AAAAAA;end",
    "pg1;data=own;points=______;end",
    f"pg1;data=own;points={'g0g0fQ' * 201};end",
    "pg1;data=own;points=python.5.01234567;end",
    "pg1;data=own;points=python.3000.01234567;end",
    "pg1;data=own;points=python.500.0123456;end",
    "pg1;data=own;points=python.500.01234567;end",
    "pg1;steps=50001;end",
    "pg1;steps=999999999;end",
    "pg1;steps=1000000000;end",
    "pg1;hidden=8,8,8,8,8,8;batch=1000;examples=1000;steps=50000;end",
    "pg1;epoch=1;end",
    "pg1;used=0;end",
    "pg1;weights=;end",
    "pg1;weights=A;end",
    "pg1;weights=AAAA;end",
    "pg1;weights=AAAAAB;end",
    "pg1;weights=AAAAAA;end",
    "pg1;hidden=none;features=x1;weights=AADAfwAAwH8;end",
    "pg1;hidden=none;features=x1;weights=AACAfwAAgH8;end",
    "pg1;hidden=none;features=x1;weights=ECR0SRAkdEk;end",
    "pg1;hidden=none;features=x1;weights=AAAAAAAAAAA;used=250;end",
    "pg1;hidden=none;features=x1;weights=AAAAAAAAAAB;end",
    "pg1;data=xor;\x00end",
    "pg1;data=xor\u200b;end",
    "\ufeffpg1;end",
    "\u00a0pg1;end",
    "pg1;data=xor;end\u2028",
    "💥" * 60,
    "💥" * 20 + "a" * 20,
    "pg1;💥;end",
    "pg1;" + "💥" * 3000 + ";end",
    "pg1;" + "a" * 1_000_000 + ";end",
    "<" * 1_000_000,
    "pg1;" + "data=xor;" * 100_000 + "end",
    "pg1;" + ";" * 4000 + "end",
    "pg1;" + "=" * 4000 + ";end",
    "pg1;features=" + "x1," * 1500 + "x2;end",
]


def complaint_in_python(line):
    """Return the message with which a state is refused, or None where it is taken."""
    try:
        model.read_state(line)
    except ValueError as error:
        return str(error)
    return None


def test_hostile_states_are_refused_alike_with_a_helpful_sentence(page):
    load_module(page, "playground_model")
    answers = page.evaluate(READ, [HOSTILE, None])
    for line, answer in zip(HOSTILE, answers, strict=True):
        message = complaint_in_python(line)
        start = repr(line)[:80]
        assert message is not None, start
        assert answer.get("error") == message, start
        assert message.startswith("This state cannot be read"), start
        assert len(message) < 400 and re.search(r"Copy the|Update the|Hand the", message)
        assert not re.search("[<>&\\\\]", message) or "“" in message, message
    assert page.problems == []


@pytest.mark.parametrize(
    ("state", "came"), [(5, "“5” (int)"), (None, "“None” (NoneType)"), (b"pg1;end", "(bytes)")]
)
def test_replay_says_what_came_instead_of_a_text(state, came):
    with pytest.raises(ValueError, match=re.escape(came)):
        explorables.replay(state)


def test_a_state_that_is_cut_or_bent_is_refused_alike(page):
    load_module(page, "playground_model")
    assert complaint_in_python(VALID) is None
    cut = [VALID[:length] for length in range(len(VALID))]
    headless = [VALID[start:] for start in range(1, len(VALID))]
    missing = [VALID[:place] + VALID[place + 1 :] for place in range(len(VALID))]
    random = np.random.default_rng(2)
    letters = 'abgxAZ019;=,.^()_-<" \u00e9\u202e💥\x00'
    bent = []
    for _ in range(600):
        place = int(random.integers(len(VALID)))
        letter = letters[int(random.integers(len(letters)))]
        bent.append(VALID[:place] + letter + VALID[place + int(random.integers(0, 2)) :])
    lines = cut + headless + missing + bent
    answers = page.evaluate(READ, [lines, None])
    for line, answer in zip(lines, answers, strict=True):
        assert answer.get("error") == complaint_in_python(line), line
    for line in cut:
        message = complaint_in_python(line)
        assert "cut off" in message or "got nothing" in message, line
    assert all(complaint_in_python(line) for line in headless)
    taken = [line for line in bent if complaint_in_python(line) is None]
    assert len(taken) < 0.5 * len(bent)


def test_a_refused_state_leaves_a_run_as_it_was(page):
    load_module(page, "playground_model")
    got = page.evaluate(
        """() => {
            const run = module.createRun({ hidden: [2] });
            run.trainEpoch();
            const before = run.state();
            try { module.createRun(module.readState("pg1;noise=99;end")); } catch { /* told */ }
            run.trainEpoch();
            return [before, run.state()];
        }"""
    )
    assert got == ["pg1;hidden=2;steps=25;end", "pg1;hidden=2;steps=50;end"]


# --- Own data -----------------------------------------------------------------------------------


def make_own(count=40, seed=0):
    random = np.random.default_rng(seed)
    points = random.uniform(-5, 5, (count, 2))
    return points, (points[:, 0] > points[:, 1]).astype(int)


CHECK_OWN = """([points, targets, problem]) => {
    try { return module.checkOwnData(points, targets, problem); }
    catch (error) {
        if (!(error instanceof module.StateError)) throw error;
        return error.message;
    }
}"""


def bad_own_data():
    """Return (points, labels, problem, what the message must say)."""
    points, labels = make_own()
    holed = points.copy()
    holed[[7, 30], [0, 1]] = math.nan, math.inf
    missing = labels.astype(float)
    missing[3] = math.nan
    far = points.copy()
    far[9] = 60, 0
    return [
        (holed, labels, "classification", r"2 of 40 points .*first in row 7.*isfinite"),
        (points, missing, "classification", r"1 of 40 labels .*first in row 3"),
        (points, 0 * labels, "classification", r"All 40 labels are 0: .*only one class"),
        (points, 0 * labels + 1, "classification", r"All 40 labels are 1: .*only one class"),
        (points, 2 * labels - 1, "classification", r"must be 0 or 1; row \d+ has.*regression"),
        (points, 5.0 * labels, "regression", r"must lie in −1…1; row \d+ does not"),
        (far, labels, "classification", r"1 of 40 points lie outside.*row 9.*Scale"),
        (points, labels[:-1], "classification", r"Expected 40 labels.*got 39"),
        (points, None, "classification", r"Expected 40 labels.*got none"),
        (points[:, :1], labels, "classification", r"rows of two numbers.*\(n, 2\)"),
        (points[:0], labels[:0], "classification", r"rows of two numbers"),
        (np.zeros((100_000, 2)), labels, "classification", r"up to 2000 own.*got 100000.*choice"),
    ]


def test_bad_own_data_are_refused_alike(page):
    load_module(page, "playground_model")
    for points, labels, problem, pattern in bad_own_data():
        with pytest.raises(ValueError, match=pattern) as caught:
            model.check_own_data(points, labels, problem)
        answer = page.evaluate(
            CHECK_OWN, [points.tolist(), None if labels is None else labels.tolist(), problem]
        )
        assert answer == str(caught.value)
    assert page.problems == []


@pytest.mark.parametrize(
    ("points", "labels"),
    [
        ("points", [0, 1]),
        ([[1, 2, 3], [4, 5, 6]], [0, 1]),
        ([[1, 2], [3]], [0, 1]),
        ([1, 2], [0, 1]),
        (None, [0, 1]),
        ([["a", "b"], ["c", "d"]], [0, 1]),
        ([[1, 2], [3, 4]], "01"),
        ([[1, 2], [3, 4]], [[0], [1]]),
        ([[1, 2], [3, 4]], ["red", "blue"]),
        (np.zeros((4, 2, 2)), [0, 1, 0, 1]),
    ],
)
def test_own_data_of_a_wrong_kind_are_refused(points, labels):
    with pytest.raises(ValueError, match=r"rows of two numbers|Expected 2 labels"):
        model.check_own_data(points, labels)


def test_own_data_are_rounded_alike(page):
    load_module(page, "playground_model")
    points, _ = make_own(300)
    points[:4] = [[6, -6], [0.07, -0.07], [-0.0001, 0.0001], [5.999, -5.999]]
    targets = np.random.default_rng(3).uniform(-1, 1, 300)
    targets[:2] = -1, 1
    got = page.evaluate(CHECK_OWN, [points.tolist(), targets.tolist(), "regression"])
    own = model.check_own_data(points, targets, "regression")
    assert got["points"] == [list(point) for point in own.points]
    assert got["targets"] == list(own.targets)
    assert np.abs(np.array(own.points) - points).max() <= 1 / 600 + 1e-9
    assert np.array(own.points)[1].tolist() == [0.07, -0.07]


def test_many_own_points_stay_in_python(page):
    load_module(page, "playground_model")
    points, labels = make_own(500)
    own = model.check_own_data(points, labels)
    line = model.write_state(model.Settings(data="own", own=own, steps=50))
    assert re.fullmatch(r"pg1;data=own;points=python\.500\.[0-9a-f]{8};steps=50;end", line)
    given = {"points": [list(point) for point in own.points], "targets": list(own.targets)}
    assert page.evaluate(READ, [[line], given])[0]["text"] == line
    run = explorables.replay(line, points, labels)
    assert run.state == line and len(run.train_examples.targets) == 250
    others = {"points": given["points"], "targets": [1 - y for y in given["targets"]]}
    for javascript, python in [(None, ()), (others, (points, 1 - labels))]:
        with pytest.raises(ValueError, match="500 own points are not in the line") as caught:
            explorables.replay(line, *python)
        assert page.evaluate(READ, [[line], javascript])[0]["error"] == str(caught.value)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_own_points_do_no_harm(page, count):
    load_module(page, "playground_model")
    own = model.OwnData(((1.0, 2.0), (-1.0, 0.5), (3.0, 3.0))[:count], (1.0, 1.0, 1.0)[:count])
    line = model.write_state(model.Settings(data="own", own=own))
    got = page.evaluate(
        """(line) => {
            const run = module.createRun(module.readState(line));
            run.trainEpoch();
            run.gradients();
            return { ...run.evaluate(), state: run.state(), dead: run.deadUnits() };
        }""",
        line,
    )
    run = explorables.replay(line).train()
    assert (got["trainLoss"], got["testLoss"]) == pytest.approx((run.train_loss, run.test_loss))
    assert (got["trainLoss"] is None, got["testLoss"] is None) == (count == 0, count < 2)
    assert got["state"] == run.state
    assert page.problems == []


# --- Speed --------------------------------------------------------------------------------------

ORIGINAL_STUB = """
export const Activations = { TANH: {} };
export const Errors = { SQUARE: {} };
export function buildNetwork(sizes) { window.sizes = sizes; return []; }
export function forwardProp(network, input) { if (input.length !== 2) throw new Error("input"); }
export function backProp(network, target) { if (Math.abs(target) !== 1) throw new Error("target"); }
export function updateWeights(network, rate) { if (rate !== 0.03) throw new Error("rate"); }
"""


def test_the_benchmark_measures_ours_and_where_given_the_original(page, monkeypatch, tmp_path):
    monkeypatch.setattr(benchmark, "ROUNDS", 2)
    monkeypatch.setattr(benchmark, "MILLISECONDS", 20)
    monkeypatch.delenv(benchmark.ORIGINAL, raising=False)
    figures = list(benchmark.measure_engine(page))
    assert [run for _, run, _, _ in figures] == [0, 0, 1, 1]
    assert all(value > 1 and unit == "epochs/s" for _, _, value, unit in figures)
    stub = tmp_path / "nn.js"
    stub.write_text(ORIGINAL_STUB, encoding="utf-8")
    monkeypatch.setenv(benchmark.ORIGINAL, str(stub))
    figures = list(benchmark.measure_engine(page))
    assert len(figures) == 8 and len({name for name, *_ in figures}) == 4
    assert page.evaluate("window.sizes") == [2, 8, 8, 1]
    assert page.problems == []
