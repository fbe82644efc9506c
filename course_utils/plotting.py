"""Arrays in, Matplotlib Axes out: the figures that lessons and decks share.

Every function draws into `axes` (made with `plt.subplots()` where none is given) and returns it.
Show the finished figure with `show(figure, alt="…")`. The style is
`plt.style.use("course_utils.course")`.
"""

import base64
import html
import io
from itertools import pairwise, product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

# Class 0 and class 1, everywhere: a colour, a marker and a name, so that colour is never alone.
CLASS_COLORS = ("#D55E00", "#0072B2")
CLASS_MARKERS = ("o", "s")
PIXELS_PER_INCH = 200  # twice a screen's: crisp on a projector and on high-density screens


def show(figure, alt):
    """Display `figure` with the text alternative `alt`, then close it.

    `alt` names the axes and the finding for somebody who cannot see the picture.

    Raises:
        TypeError: `figure` is not a Matplotlib figure.
        ValueError: `alt` is empty.
    """
    from IPython.display import display

    if not hasattr(figure, "savefig"):
        kind = type(figure).__name__
        raise TypeError(f"show() expects a figure (`figure, axes = plt.subplots()`), not {kind}.")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError('show() expects a text alternative: show(figure, alt="what one sees").')
    plt.close(figure)
    display({"text/html": to_html(figure, alt), "text/plain": alt}, raw=True)


def to_html(figure, alt):
    """Return `figure` as an HTML `<figure>` that carries its picture and the text `alt`."""
    buffer = io.BytesIO()
    quick = {"compress_level": 1}  # a slider waits for this picture
    figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH, pil_kwargs=quick)
    picture = base64.b64encode(buffer.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 100)
    return (
        f'<figure style="margin: 0"><img alt="{html.escape(alt, quote=True)}" '
        f'src="data:image/png;base64,{picture}" style="width: {width}px; max-width: 100%">'
        "</figure>"
    )


def plot_images(images, titles=None, columns=10, axes=None):
    """Draw grey pictures, shape (n, height, width), dark ink on white; return an array of Axes.

    `titles` are n short texts above the pictures; `axes` are at least n Axes.

    Raises:
        ValueError: `images` has another shape, or `titles` another length.
    """
    images = np.asarray(images)
    if images.ndim != 3 or not len(images):
        raise ValueError(f"expected images of shape (n, height, width), got {images.shape}.")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"expected {len(images)} titles, one a picture, got {len(titles)}.")
    if axes is None:
        columns = min(columns, len(images))
        rows = -(-len(images) // columns)
        size = (0.9 * columns, (1.15 if titles is not None else 0.95) * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = np.asarray(axes).ravel()
    for index, ax in enumerate(axes):
        ax.set_axis_off()
        if index < len(images):
            ax.imshow(images[index], cmap="gray_r", vmin=0, vmax=max(images.max(), 1e-9))
            if titles is not None:
                ax.set_title(titles[index], fontsize=13, loc="center", pad=4)
    return axes


def plot_points(points, labels, names=("class 0", "class 1"), axes=None):
    """Draw points of two classes, shape (n, 2) with `labels` 0 or 1; return Axes.

    Raises:
        ValueError: the shapes do not fit or a label is neither 0 nor 1.
    """
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != (len(points),):
        shapes = f"{points.shape} and {labels.shape}"
        raise ValueError(f"expected points of shape (n, 2) and n labels, got {shapes}.")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"expected labels 0 and 1, got {sorted(set(labels.tolist()))}.")
    axes = axes or plt.subplots(figsize=(5.5, 5))[1]
    for label in (0, 1):
        x1, x2 = points[labels == label].T
        axes.scatter(x1, x2, s=110, color=CLASS_COLORS[label], marker=CLASS_MARKERS[label],
                     edgecolor="black", label=names[label], zorder=3)
    axes.set(xlabel="$x_1$", ylabel="$x_2$")
    return axes


def plot_line(weights, bias, axes, **style):
    """Draw where `weights[0]·x1 + weights[1]·x2 + bias` is 0 within the limits of `axes`.

    Shade the side where it is not negative, where a neuron with a step fires. With both weights 0
    there is no line, and all or nothing is shaded. Further arguments are Matplotlib's for the
    line. Return Axes.
    """
    weight_1, weight_2 = np.asarray(weights, dtype=float)
    x_limits, y_limits = axes.get_xlim(), axes.get_ylim()
    x1, x2 = np.meshgrid(np.linspace(*x_limits, 201), np.linspace(*y_limits, 201))
    score = weight_1 * x1 + weight_2 * x2 + bias
    if score.min() < 0 < score.max():
        axes.contour(x1, x2, score, levels=[0], colors=style.pop("color", "black"), **style)
    if score.max() >= 0:
        side = {"colors": [CLASS_COLORS[1]], "alpha": 0.12}
        axes.contourf(x1, x2, score >= 0, levels=[0.5, 1.5], **side)
    axes.set(xlim=x_limits, ylim=y_limits)
    return axes


def plot_probabilities(probabilities, names=None, axes=None):
    """Draw one bar per class, the largest one dark and with its value; return Axes.

    Raises:
        ValueError: `probabilities` is not one row of numbers between 0 and 1.
    """
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.ndim != 1 or not ((probabilities >= 0) & (probabilities <= 1)).all():
        shape = probabilities.shape
        raise ValueError(f"expected one row of numbers between 0 and 1, got shape {shape}.")
    axes = axes or plt.subplots(figsize=(7, 3))[1]
    best = int(probabilities.argmax())
    names = [str(index) for index in range(len(probabilities))] if names is None else names
    colors = ["#9BB8CC"] * len(probabilities)
    colors[best] = CLASS_COLORS[1]
    axes.bar(names, probabilities, color=colors)
    axes.annotate(f"{probabilities[best]:.0%}", (best, probabilities[best]), ha="center",
                  va="bottom", xytext=(0, 2), textcoords="offset points")
    axes.set(ylim=(0, 1.12), yticks=(0, 0.5, 1), xlabel="class", ylabel="probability")
    return axes


def plot_timeline(events, axes=None, kinds=None):
    """Draw `events`, a list of (year, label, kind), from top to bottom; return Axes.

    Each kind has a colour and a marker of its own, named in the legend. `kinds` fixes their order,
    so that parts of one timeline agree.

    Raises:
        ValueError: there is no event.
    """
    if not events:
        raise ValueError("expected at least one event (year, label, kind), got none.")
    axes = axes or plt.subplots(figsize=(10, 0.36 * len(events) + 1))[1]
    found = list(dict.fromkeys(kind for _, _, kind in events))
    kinds = found if kinds is None else list(kinds)
    markers = dict(zip(kinds, "osD^vPX*", strict=False))
    colors = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    axes.axvline(0, color="#999999", linewidth=2, zorder=0)
    for row, (year, label, kind) in enumerate(sorted(events)):
        color = colors[kinds.index(kind) % len(colors)]
        axes.scatter(0, row, s=130, color=color, marker=markers[kind], zorder=2)
        axes.annotate(f"{year}", (-0.025, row), ha="right", va="center", weight="bold")
        axes.annotate(label, (0.025, row), ha="left", va="center")
    for kind in filter(found.__contains__, kinds):
        axes.scatter([], [], s=90, color=colors[kinds.index(kind) % len(colors)],
                     marker=markers[kind], label=kind)
    axes.set(xlim=(-0.12, 1), ylim=(len(events) - 0.4, -0.6))
    axes.set_axis_off()
    axes.legend(loc="lower right")
    return axes


def plot_neuron(
    inputs=("$x_1$", "$x_2$"), weights=("$w_1$", "$w_2$"), bias="$w_0$",
    weighted_sum="$z$", activation="$g$", output=r"$\hat{y}$", axes=None,
):
    """Draw a neuron from left to right, each part with its name; return Axes.

    The arguments are what stands in the parts: symbols, or numbers to follow on paper.
    """
    axes = axes or plt.subplots(figsize=(10, 3.8))[1]
    half = (len(inputs) - 1) / 2
    total = _draw_part(axes, 4.6, 0, weighted_sum, "#F9D9C7")
    function = _draw_part(axes, 7, 0, activation, "#FBE7B5")
    for row, (value, weight) in enumerate(zip(inputs, weights, strict=True)):
        height = 1.6 * (half - row)
        _draw_arrow(axes, _draw_part(axes, 1, height, value, "white"), total)
        axes.text(2.6, 0.56 * height, f"{weight}", ha="center", va="center",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
    _draw_arrow(axes, _draw_part(axes, 4.6, 1.5, bias, "#CFEBDF"), total)
    _draw_arrow(axes, total, function)
    _draw_arrow(axes, function, _draw_part(axes, 9.2, 0, output, "#CFE3F1"))
    bottom = -1.6 * half - 0.9
    names = {1: "inputs", 2.6: "weights", 4.6: "linear\ncombination",
             7: "activation\n(non-linear)", 9.2: "output"}
    for x, name in names.items():
        axes.text(x, bottom, name, ha="center", va="center", weight="bold", fontsize=13)
    axes.text(5.4, 1.5, "bias", va="center", weight="bold", fontsize=13)
    axes.set(xlim=(0.2, 10), ylim=(bottom - 0.4, max(1.6 * half, 1.5) + 0.45))
    axes.set_axis_off()
    return axes


def _draw_part(axes, x, y, text, color):
    box = {"boxstyle": "round,pad=0.5", "facecolor": color, "edgecolor": "black"}
    return axes.text(x, y, f"{text}", ha="center", va="center", fontsize=16, bbox=box, zorder=3)


def _draw_arrow(axes, start, end):
    style = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 2,
             "patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    axes.annotate("", end.get_position(), start.get_position(), arrowprops=style)


def plot_activation(function, slope=None, name="g", at=None, axes=None):
    """Draw an activation over -4 to 4, its `slope` if given, and its tangent at the point `at`.

    `function` and `slope` take and return arrays. Return Axes.
    """
    axes = axes or plt.subplots(figsize=(7, 4))[1]
    z = np.linspace(-4, 4, 401)
    axes.axhline(0, color="#BBBBBB", linewidth=1, linestyle="-", zorder=0)
    axes.plot(z, function(z), color=CLASS_COLORS[1], linestyle="-", label=f"{name}(z)")
    if slope is not None:
        axes.plot(z, slope(z), color=CLASS_COLORS[0], linestyle="--", label=f"slope of {name}")
    if slope is not None and at is not None:
        height, steepness = float(function(at)), float(slope(at))
        axes.plot(z, height + steepness * (z - at), color="black", linestyle=":", label="tangent")
        axes.plot(at, height, "o", color="black")
    top = max(2.2, 1.1 * np.max(function(z)))
    axes.set(xlabel="weighted sum z", ylabel="value", xlim=(-4.1, 4.1), ylim=(-1.2, top))
    axes.legend(loc="upper left")
    return axes


def plot_gate(outputs, weights=None, bias=0.0, name="", axes=None):
    """Draw the four inputs (0, 0), (0, 1), (1, 0), (1, 1) with the `outputs` that a gate gives.

    With `weights`, also the line of a neuron. Return Axes.
    """
    axes = axes or plt.subplots(figsize=(3.6, 3.6))[1]
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    plot_points(corners, outputs, names=("output 0", "output 1"), axes=axes)
    axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), title=name)
    return axes if weights is None else plot_line(weights, bias, axes)


def plot_line_history(points, labels, history, errors, names=("class 0", "class 1")):
    """Draw, one picture an epoch, how the line of a perceptron moves; return an array of Axes.

    `history` has a row (weight 1, weight 2, bias) for each update, `errors` the number of updates
    in each epoch. The lines of an epoch are drawn the darker the later, its last by `plot_line`.
    """
    counts = [count for count in errors if count]
    size = (4.1 * len(counts), 4.4)
    _, row = plt.subplots(1, len(counts), figsize=size, sharex=True, sharey=True, squeeze=False)
    margin = 0.1 * np.ptp(points, axis=0)
    lower, upper = np.min(points, axis=0) - margin, np.max(points, axis=0) + margin
    for epoch, axes in enumerate(row[0]):
        plot_points(points, labels, names, axes)
        axes.set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]))
        lines = np.split(history, np.cumsum(counts))[epoch]
        for order, (weight_1, weight_2, bias) in enumerate(lines[:-1]):
            _draw_straight_line(axes, weight_1, weight_2, bias, str(0.8 - 0.5 * order / len(lines)))
        plot_line(lines[-1][:2], lines[-1][2], axes)
        axes.set_title(f"Epoch {epoch + 1}: {counts[epoch]} error{'s' * (counts[epoch] > 1)}")
        axes.set_xlabel("")
        axes.set_ylabel("")
    return row[0]


def _draw_straight_line(axes, weight_1, weight_2, bias, color):
    if weight_1 == weight_2 == 0:
        return
    nearest = -bias * np.array([weight_1, weight_2]) / (weight_1**2 + weight_2**2)
    direction = np.array([-weight_2, weight_1])
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
    axes.axline(nearest, nearest + direction, color=color, linewidth=1.4, linestyle="-", zorder=1)
    axes.set(**limits)


def plot_errors(errors, axes=None):
    """Draw the errors of each epoch: `errors` maps a name to one number per epoch; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.6))[1]
    for marker, (name, counts) in zip("osD^v", errors.items(), strict=False):
        axes.plot(range(1, len(counts) + 1), counts, marker=marker, label=name)
    axes.set(xlabel="epoch", ylabel="errors in the epoch", ylim=(-0.3, None))
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_locator().set_params(integer=True)
    axes.legend()
    return axes


def plot_curves(x, curves, axes=None):
    """Draw `curves`, {name: values at `x`}, each in its own colour and line style; return Axes."""
    axes = axes or plt.subplots(figsize=(7, 3.6))[1]
    for name, values in curves.items():
        axes.plot(x, values, label=name)
    axes.legend()
    return axes


def plot_nested_fields(axes=None):
    """Draw deep learning inside machine learning inside artificial intelligence; return Axes."""
    axes = axes or plt.subplots(figsize=(9, 5))[1]
    fields = (
        (10, 6, 5.2, "#EEEEEE", "Artificial intelligence", "a chess program with fixed rules"),
        (7.6, 4.2, 3.4, "#CFE3F1", "Machine learning", "a spam filter that counts words"),
        (5.2, 2.4, 1.35, "#F9D9C7", "Deep learning", "a digit reader made of layers"),
    )
    for width, height, top, color, name, example in fields:
        place = {"xy": (0, height / 2), "width": width, "height": height}
        axes.add_patch(patches.Ellipse(**place, facecolor=color, edgecolor="black"))
        axes.text(0, top, name, ha="center", weight="bold", fontsize=16)
        axes.text(0, top - 0.42, example, ha="center", fontsize=13)
    axes.set(xlim=(-5.1, 5.1), ylim=(-0.1, 6.1))
    axes.set_axis_off()
    return axes


def plot_squared_errors(targets, predictions, axes=None):
    """Draw n targets, n predictions and each error's square as a square; return Axes.

    Raises:
        ValueError: the two do not have the same shape (n,).
    """
    targets, predictions = np.asarray(targets, float), np.asarray(predictions, float)
    if targets.ndim != 1 or targets.shape != predictions.shape:
        raise ValueError(f"expected two rows of n, got {targets.shape} and {predictions.shape}.")
    axes = axes or plt.subplots(figsize=(9, 4))[1]
    errors = targets - predictions
    places = np.cumsum(np.abs(errors) + 1.5) - np.abs(errors)
    for x, target, prediction, error in zip(places, targets, predictions, errors, strict=True):
        side, top = abs(error), max(target, prediction)
        corner = (x, min(target, prediction))
        style = {"facecolor": "#FBE7B5", "edgecolor": "black"}
        axes.add_patch(patches.Rectangle(corner, side, side, **style))
        signed = f"{error:g}".replace("-", "−")
        axes.annotate(f"({signed})² = {error**2:g}", (x + side / 2, top), xytext=(0, 9),
                      textcoords="offset points", ha="center", va="bottom")
    dots = {"s": 110, "edgecolor": "black", "zorder": 3}
    axes.scatter(places, targets, color=CLASS_COLORS[1], marker="s", label="target", **dots)
    axes.scatter(places, predictions, color=CLASS_COLORS[0], label="prediction", **dots)
    axes.set(aspect="equal", xticks=places, xticklabels=range(1, len(places) + 1),
             xlabel="example", ylabel="value")
    axes.margins(0.15)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def plot_network(units, names=None, axes=None):
    """Draw a feed-forward network, one column of circles a layer; return Axes.

    `units` are the numbers of units of the layers, inputs first; `names` are one text a layer.

    Raises:
        ValueError: fewer than two layers, or another number of names.
    """
    if len(units) < 2 or (names is not None and len(names) != len(units)):
        raise ValueError(f"expected two layers or more, one name a layer; got {units}, {names}.")
    axes = axes or plt.subplots(figsize=(1.9 * len(units) + 0.5, 4))[1]
    half, last = max(units) / 2, len(units) - 1
    columns = [[(layer, (count - 1) / 2 - row) for row in range(count)]
               for layer, count in enumerate(units)]
    for left, right in pairwise(columns):
        for (x1, y1), (x2, y2) in product(left, right):
            axes.plot((x1, x2), (y1, y2), "-", color="#999999", linewidth=0.8, zorder=1)
    for layer, column in enumerate(columns):
        color = {0: "white", last: "#CFE3F1"}.get(layer, "#F9D9C7")
        axes.scatter(*zip(*column, strict=True), s=260, color=color, edgecolor="black", zorder=2)
        if names is not None:
            axes.text(layer, -half - 0.25, names[layer], ha="center", va="top", fontsize=13)
    axes.set(xlim=(-0.45, last + 0.45), ylim=(-half - (1.3 if names else 0.2), half + 0.2))
    axes.set_axis_off()
    return axes


def plot_weights(weights, columns=8, axes=None):
    """Draw weights, shape (n, height, width), one picture a unit; return an array of Axes.

    Purple where ink speaks for the unit, orange where it speaks against it, white where it does
    not matter. Each picture has its own scale.

    Raises:
        ValueError: `weights` has another shape.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 3 or not len(weights):
        raise ValueError(f"expected weights of shape (n, height, width), got {weights.shape}.")
    if axes is None:
        columns = min(columns, len(weights))
        rows = -(-len(weights) // columns)
        size = (1.1 * columns, 1.15 * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = np.asarray(axes).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, picture in zip(axes, weights, strict=False):
        largest = max(np.abs(picture).max(), 1e-9)
        ax.imshow(picture, cmap="PuOr", vmin=-largest, vmax=largest)
    return axes


def plot_learning_curves(sizes, accuracies, axes=None):
    """Draw `accuracies`, {name: one value a size}, over the number of examples; return Axes."""
    axes = axes or plt.subplots(figsize=(9, 4.8))[1]
    for (name, values), marker in zip(accuracies.items(), "osD^vP", strict=False):
        axes.plot(sizes, values, marker=marker, label=name)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set(xlabel="training examples (logarithmic)", ylabel="accuracy on other digits")
    axes.grid(axis="y")
    axes.legend(loc="lower right")
    return axes


def plot_hype_cycle(axes=None):
    """Draw expectations over time as the consultancy Gartner tells the story; return Axes."""
    axes = axes or plt.subplots(figsize=(10, 4.6))[1]
    time = np.linspace(0, 10, 400)
    hype = 1.9 * np.exp(-((time - 2.2) ** 2) / 0.9)
    expectations = hype + 1.15 / (1 + np.exp(-1.3 * (time - 6.3)))
    axes.plot(time, expectations, color=CLASS_COLORS[1])
    phases = (
        (0.2, 0.6, "trigger"), (2.2, 2.05, "peak of inflated\nexpectations"),
        (4.4, 0.3, "trough of\ndisillusionment"), (6.0, 1.0, "slope of\nenlightenment"),
        (9.0, 1.3, "plateau of\nproductivity"),
    )
    for x, y, name in phases:
        axes.text(x, y, name, ha="center", va="bottom")
    spot = (2.5, np.interp(2.5, time, expectations))
    axes.scatter(*spot, s=130, color=CLASS_COLORS[0], edgecolor="black", zorder=3)
    axes.annotate("deep learning\nin August 2018", spot, xytext=(3.5, 1.6),
                  arrowprops={"arrowstyle": "-"})
    axes.set(xlabel="time", ylabel="expectations", xticks=[], yticks=[], ylim=(0, 2.7))
    return axes


def plot_feature_levels(axes=None):
    """Draw strokes, the parts made of them, and the face made of these; return three Axes."""
    if axes is None:
        _, axes = plt.subplots(1, 3, figsize=(10, 4))
    turn = np.linspace(0, 2 * np.pi, 60)
    x, y = np.cos(turn), np.sin(turn)
    eye = [(x, 0.5 * y), (0.25 * x, 0.25 * y)]
    nose = [([0.1, -0.35, 0.3], [0.9, -0.6, -0.6])]
    mouth = [(0.9 * x[32:58], 0.5 * y[32:58])]
    ear = [(0.45 * x[10:50], y[10:50]), (0.2 * x[12:48], 0.5 * y[12:48])]
    other_ear = [(-np.asarray(across), up) for across, up in ear]
    strokes = (
        ([([-0.5, 0.5], [-0.8, 0.8])], (-2, 1.6), 1), ([([-0.5, 0.5], [0.8, -0.8])], (0, 1.6), 1),
        ([([0, 0], [-0.9, 0.9])], (2, 1.6), 1), ([([-0.8, 0.8], [0, 0])], (-2, -1.2), 1),
        ([(0.8 * x[:31], 0.8 * y[:31])], (0, -1.6), 1),
        ([(0.8 * x[15:46], 0.8 * y[15:46])], (2.2, -1.2), 1),
    )
    parts = ((eye, (-1.6, 1.5), 1), (ear, (1.8, 1.5), 1), (nose, (-1.6, -1.4), 1),
             (mouth, (1.6, -1.2), 1))
    face = (([(x, y)], (0, 0), 2.6), (eye, (-1, 0.8), 0.6), (eye, (1, 0.8), 0.6),
            (nose, (0, -0.3), 0.7), (mouth, (0, -1.3), 1), (ear, (-2.7, 0.2), 0.7),
            (other_ear, (2.7, 0.2), 0.7))
    titles = ("low: lines and edges", "mid: eye, ear, nose, mouth", "high: a face")
    for ax, shapes, title in zip(axes, (strokes, parts, face), titles, strict=True):
        for lines, (left, up), scale in shapes:
            for across, along in lines:
                ax.plot(left + scale * np.asarray(across), up + scale * np.asarray(along),
                        color="black", linestyle="-", linewidth=3)
        ax.set(xlim=(-3.4, 3.4), ylim=(-3.2, 3.2), aspect="equal")
        ax.set_title(title, loc="center", fontsize=14)
        ax.set_axis_off()
    return axes


def plot_network_kinds(axes=None):
    """Draw five kinds of networks as small diagrams; return the five Axes."""
    if axes is None:
        _, axes = plt.subplots(1, 5, figsize=(14, 4.2))
    kinds = {
        "feed-forward": lambda ax: plot_network((3, 4, 2), axes=ax),
        "convolutional\n(CNN)": _draw_convolution,
        "recurrent\n(RNN)": _draw_recurrence,
        "long short-term\nmemory (LSTM)": lambda ax: _draw_recurrence(ax, memory=True),
        "transformer": _draw_attention,
    }
    for ax, (title, draw) in zip(axes, kinds.items(), strict=True):
        draw(ax)
        ax.set_title(title, loc="center", fontsize=14)
        ax.set_axis_off()
    return axes


def _draw_convolution(axes):
    """Draw a window that slides over a picture; each position gives one pixel of the next."""
    for x, y, cells, color in ((0, 0, 6, "white"), (5, 1, 4, "#F9D9C7"), (8.6, 2, 2, "#CFE3F1")):
        for row, column in product(range(cells), repeat=2):
            corner = (x + 0.7 * column, 0.7 * (y + row))
            style = {"facecolor": color, "edgecolor": "#777777"}
            axes.add_patch(patches.Rectangle(corner, 0.7, 0.7, **style))
    style = {"facecolor": "none", "edgecolor": "black", "linewidth": 3, "zorder": 3}
    axes.add_patch(patches.Rectangle((0.7, 1.4), 2.1, 2.1, **style))
    for y in (1.4, 3.5):
        axes.plot((2.8, 6.05), (y, 2.45), "-", color="black", linewidth=1.2)
    axes.set(xlim=(-0.3, 10.3), ylim=(-3, 7.2))


_THIN_ARROW = {
    "arrowstyle": "-|>", "color": "black", "linewidth": 1.6, "shrinkA": 11, "shrinkB": 11,
}


def _draw_recurrence(axes, memory=False):
    """Draw units that hear their word and the unit before; with `memory`, a line past them all."""
    for step in range(3):
        axes.scatter(step, 1, s=420, color="#F9D9C7", edgecolor="black", marker="s", zorder=2)
        _draw_word(axes, step)
        for start, end in (((step, 0), (step, 1)), ((step, 1), (step, 2))):
            axes.annotate("", end, start, arrowprops=_THIN_ARROW)
        if step:
            axes.annotate("", (step, 1), (step - 1, 1), arrowprops=_THIN_ARROW)
    if memory:
        axes.plot((-0.5, 2.5), (1.45, 1.45), "-", color=CLASS_COLORS[0], linewidth=4, zorder=1)
        axes.scatter(range(3), [1.45] * 3, s=130, color=CLASS_COLORS[0], marker="X",
                     edgecolor="black", zorder=3)
        axes.text(0.5, 1.55, "memory", ha="center", va="bottom", fontsize=11)
    axes.set(xlim=(-0.6, 2.6), ylim=(-0.8, 2.4))


def _draw_attention(axes):
    """Draw that every word hears every word at once, some louder than others."""
    for step, other in product(range(3), repeat=2):
        width = (5, 1, 2, 1.5, 4, 1, 1, 3.5, 3)[3 * step + other]
        axes.plot((step, other), (0, 2), "-", color=CLASS_COLORS[0], linewidth=width, zorder=1)
    for step in range(3):
        _draw_word(axes, step)
    axes.set(xlim=(-0.6, 2.6), ylim=(-0.8, 2.4))


def _draw_word(axes, step):
    axes.scatter(step, 0, s=260, color="white", edgecolor="black", zorder=2)
    axes.scatter(step, 2, s=260, color="#CFE3F1", edgecolor="black", zorder=2)
    axes.text(step, -0.32, f"word {step + 1}", ha="center", va="top", fontsize=11)
