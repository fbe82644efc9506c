"""Measure how long a control takes from the key press to the painted picture, in a browser."""

import json

PATIENCE = 10_000  # milliseconds without a new picture after which the measurement fails

# Counts from the time stamp that the browser gives the key to the first task after the frame
# that shows the new picture: an SVG that changed, a canvas that was painted on, or an image that
# was put there. Painting changes no element, so the brushes are listened to.
WATCH = """
(slider, selector) => {
    const pictures = "svg, canvas, img";
    let region = selector ? slider.closest(selector) : slider.parentElement;
    while (!region.querySelector(pictures)) region = region.parentElement;
    const isPicture = (node) => node.nodeType === 1
        && (node.matches(pictures) || node.querySelector(pictures) !== null);
    let pressed = 0;
    let finish = null;
    const painted = () => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
            if (finish) finish(performance.now() - pressed);
            finish = null;
        };
        channel.port2.postMessage(null);
    });
    const observer = new MutationObserver((changes) => {
        const isNew = changes.some((change) => change.target.parentElement?.closest("svg")
            || change.target.closest?.("svg") || [...change.addedNodes].some(isPicture));
        if (!isNew) return;
        const image = region.querySelector("img");
        if (image && !image.complete) image.addEventListener("load", painted, { once: true });
        else painted();
    });
    observer.observe(region, { attributes: true, childList: true, subtree: true });
    const brush = CanvasRenderingContext2D.prototype;
    for (const name of ["putImageData", "drawImage", "fill", "fillRect", "stroke"]) {
        const paint = brush[name];
        brush[name] = function (...values) {
            if (finish && region.contains(this.canvas)) painted();
            return paint.apply(this, values);
        };
    }
    window.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
    window.courseLatency = () => new Promise((resolve) => { finish = resolve; });
}
"""


def measure_slider_latency(
    page, slider_selector, moves=30, region=None, keys=("ArrowLeft", "ArrowRight")
):
    """Return the milliseconds of `moves` key presses on a slider, each until its picture stands.

    `slider_selector` finds a native range input, an ipywidgets handle or another control that
    obeys the two `keys`; the first one is taken,
    and its picture is the nearest SVG, canvas or image, or any within the ancestor that the
    selector `region` finds. The keys go to and fro, so that no end
    of the range is met twice.

    Raises:
        playwright.sync_api.TimeoutError: there is no such slider.
        RuntimeError: a key press changed no picture within 10 seconds.
    """
    slider = page.locator(slider_selector).first
    slider.scroll_into_view_if_needed()
    slider.evaluate(f"(slider) => ({WATCH})(slider, {json.dumps(region)})")
    slider.focus()
    return [_press(page, keys[move % 2]) for move in range(moves)]


def _press(page, key):
    """Press a key and return the milliseconds until the picture is painted."""
    page.evaluate("() => { window.courseMove = window.courseLatency(); }")
    page.keyboard.press(key)
    late = f"new Promise((resolve) => setTimeout(() => resolve(null), {PATIENCE}))"
    milliseconds = page.evaluate(f"() => Promise.race([window.courseMove, {late}])")
    if milliseconds is None:
        raise RuntimeError(f"{key} on the slider changed no picture within {PATIENCE} ms.")
    return milliseconds


# What `bench` measures in lesson 01: the perceptron's line, and a slider that asks the kernel.
CONTROLS = {
    "explorable": lambda page: measure_slider_latency(
        page, ".jp-OutputArea .course-explorable .perceptron input[type=range]"
    ),
    "interact": lambda page: measure_slider_latency(
        page, ".jp-OutputArea .widget-interact .noUi-handle"
    ),
}


def measure_convolution(page):
    """Yield (control, run, milliseconds) of the convolution: the window's place, and a weight.

    The window moves over 8 × 8 numbers, 3 × 3 at a time; the weight is one of 5 × 5 that are
    applied to the whole of a photo of 213 × 256 pixels in three channels.
    """
    from sklearn import datasets

    from course_utils.explorables import Convolution

    photo = datasets.load_sample_image("china.jpg")[::2, ::2][:, :256]
    digit = datasets.load_digits().images[3]
    range_keys, weight_keys = ("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown")
    for name, picture, selector, keys in (
        ("position", Convolution(digit, position=20), "input[type=range]", range_keys),
        ("weight", Convolution(photo=photo, kernel="wide box blur"), "td input", weight_keys),
    ):
        page.set_content(picture.embed())
        page.locator(".convolution").wait_for()
        times = measure_slider_latency(
            page, f".convolution {selector}", region=".convolution", keys=keys
        )
        yield from ((name, run, milliseconds) for run, milliseconds in enumerate(times))
