"""How fast the playground trains, in headless Chromium, and how that compares with the original.

The comparison needs the network of the TensorFlow Playground, which is no part of this project:
get src/nn.ts of https://github.com/tensorflow/playground (Apache-2.0), make a module of it
(`npx -p typescript@5.4 tsc --target es5 --module es2015 nn.ts`, or esbuild), and name the file
in the environment variable COURSE_ORIGINAL_PLAYGROUND. Without it only our own speed is measured.
"""

import os
from pathlib import Path

import latency

from course_utils import chromium, explorables

ORIGINAL = "COURSE_ORIGINAL_PLAYGROUND"
# 500 training examples, mini-batches of 10, two hidden layers of 8 units.
STATE = "pg1;noise=10;examples=1000;hidden=8,8;end"
ROUNDS = 10
MILLISECONDS = 400

LOAD = """
async ([name, source]) => {
    window[name] = await import(
        URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
}
"""

# All train the same network on the same examples; rounds alternate, so that whatever else the
# machine does falls on all of them. The model keeps its history of losses: a new run each round,
# since the history of a long one has fewer entries.
COMPARE = """
([state, rounds, milliseconds]) => {
    const settings = model.readState(state);
    const start = model.createRun(settings);
    const { train: { inputs, targets }, network: { sizes }, loss } = start;
    const { batchSize, learningRate, activation } = settings;
    const contestants = [createModel, createEngine];
    if (window.original) contestants.push(createOriginal);

    function createModel() {
        const run = model.createRun(settings);
        return () => run.trainEpoch();
    }

    function createEngine() {
        const random = engine.createRandom(1);
        const network = engine.createNetwork({ sizes, activation, output: "sigmoid" });
        engine.initialize(network, random);
        const order = Int32Array.from(inputs, (_, index) => index);
        const options = { loss, learningRate };
        return () => {
            random.shuffle(order);
            for (let start = 0; start < order.length; start += batchSize) {
                options.start = start;
                options.end = Math.min(start + batchSize, order.length);
                engine.trainStep(network, inputs, targets, order, options);
            }
        };
    }

    function createOriginal() {
        const { TANH } = original.Activations;
        const network = original.buildNetwork(sizes, TANH, TANH, null, ["x", "y"]);
        const rows = inputs.map((input) => [...input]);
        const signs = [...targets].map((target) => (target === 1 ? 1 : -1));
        return () => rows.forEach((row, index) => {
            original.forwardProp(network, row);
            original.backProp(network, signs[index], original.Errors.SQUARE);
            if ((index + 1) % batchSize === 0) original.updateWeights(network, learningRate, 0);
        });
    }

    function time(create) {
        const trainEpoch = create();
        const start = performance.now();
        let epochs = 0;
        while (performance.now() - start < milliseconds) {
            trainEpoch();
            epochs += 1;
        }
        return (1000 * epochs) / (performance.now() - start);
    }

    contestants.forEach((create) => time(create)); // let the browser compile
    return Array.from({ length: rounds }, () => contestants.map((create) => time(create)));
}
"""


# Counts how often the large picture is painted, and the epochs, while it plays at full speed.
PLAY = """
(milliseconds) => new Promise((resolve) => {
    const counter = document.querySelector(".counter b");
    const epochs = () => Number(counter.textContent.replaceAll(",", ""));
    const brush = CanvasRenderingContext2D.prototype;
    const paint = brush.putImageData;
    let pictures = 0;
    brush.putImageData = function (...values) {
        if (this.canvas.closest(".surface")) pictures += 1;
        return paint.apply(this, values);
    };
    const [start, first] = [performance.now(), epochs()];
    setTimeout(() => {
        const seconds = (performance.now() - start) / 1000;
        brush.putImageData = paint;
        resolve([pictures / seconds, (epochs() - first) / seconds]);
    }, milliseconds);
})
"""
# One control of each kind that changes the pictures: of the data, and of the network.
CONTROLS = {
    "noise": ".playground .data-panel input[type=range]",
    "learning rate": ".playground .fields select",
}


def measure():
    """Yield (figure, run, value, unit) for everything that is measured of the playground."""
    with chromium.launch() as browser:
        page = browser.new_page()
        yield from measure_engine(page)
        yield from measure_pictures(page)
        yield from measure_controls(page)


def measure_engine(page):
    """Yield epochs a second without any picture: of the whole model, and of the engine alone.

    Where the original's module is at hand, also its epochs a second, and how many times as fast
    the engine is: forward pass, backward pass and update only, for both.
    """
    for name, module in (("model", "playground_model"), ("engine", "engine")):
        page.evaluate(LOAD, [name, explorables.module_source(module)])
    path = os.environ.get(ORIGINAL)
    if path:
        page.evaluate(LOAD, ["original", Path(path).read_text(encoding="utf-8")])
    for run, speeds in enumerate(page.evaluate(COMPARE, [STATE, ROUNDS, MILLISECONDS])):
        yield "playground, training and history", run, speeds[0], "epochs/s"
        yield "playground, training alone", run, speeds[1], "epochs/s"
        if path:
            yield "playground, training alone, the original", run, speeds[2], "epochs/s"
            yield "playground, speed against the original", run, speeds[1] / speeds[2], "times"


def show_widget(page, state=STATE):
    """Show a playground on a page of its own, as decks and built pages do."""
    page.goto("about:blank")
    page.set_content(f"<main>{explorables.Playground(state).embed()}</main>")
    page.locator(".playground").wait_for()


def measure_pictures(page):
    """Yield pictures and epochs a second while the playground plays, at its two fast speeds."""
    for speed, figure in (("normal", "playing"), ("full", "playing at full speed")):
        show_widget(page)
        page.get_by_label("speed").select_option(speed)
        page.get_by_role("button", name="Play").click()
        page.wait_for_timeout(MILLISECONDS)  # let the browser compile
        for run in range(ROUNDS):
            pictures, epochs = page.evaluate(PLAY, 2 * MILLISECONDS)
            yield f"playground, {figure}, pictures", run, pictures, "1/s"
            yield f"playground, {figure}, epochs", run, epochs, "epochs/s"


def measure_controls(page):
    """Yield the milliseconds from a key on a control to the painted picture."""
    for name, selector in CONTROLS.items():
        show_widget(page)
        times = latency.measure_slider_latency(page, selector, region=".playground")
        for run, milliseconds in enumerate(times):
            yield f"playground, {name} to picture", run, milliseconds, "ms"
