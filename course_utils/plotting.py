"""Arrays in, Matplotlib Axes out: the figures that lessons and decks share.

Every function draws into `axes` (made with `plt.subplots()` where none is given) and returns it.
Show the finished figure with `show(figure, alt="…")`. The style is
`plt.style.use("course_utils.course")`.
"""

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np

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
    figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH)
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

    Shade the side where it is positive. With both weights 0 there is no line: nothing is drawn.
    Further arguments are Matplotlib's for the line. Return Axes.
    """
    weight_1, weight_2 = np.asarray(weights, dtype=float)
    x_limits, y_limits = axes.get_xlim(), axes.get_ylim()
    if weight_1 == weight_2 == 0:
        return axes
    x1, x2 = np.meshgrid(np.linspace(*x_limits, 201), np.linspace(*y_limits, 201))
    score = weight_1 * x1 + weight_2 * x2 + bias
    axes.contour(x1, x2, score, levels=[0], colors=style.pop("color", "black"), **style)
    axes.contourf(x1, x2, score > 0, levels=[0.5, 1.5], colors=[CLASS_COLORS[1]], alpha=0.12)
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


def plot_timeline(events, axes=None):
    """Draw `events`, a list of (year, label, kind), from top to bottom; return Axes.

    Each kind has a colour and a marker of its own, named in the legend.

    Raises:
        ValueError: there is no event.
    """
    if not events:
        raise ValueError("expected at least one event (year, label, kind), got none.")
    axes = axes or plt.subplots(figsize=(10, 0.36 * len(events) + 1))[1]
    kinds = list(dict.fromkeys(kind for _, _, kind in events))
    markers = dict(zip(kinds, "osD^vPX*", strict=False))
    colors = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    axes.axvline(0, color="#999999", linewidth=2, zorder=0)
    for row, (year, label, kind) in enumerate(sorted(events)):
        color = colors[kinds.index(kind) % len(colors)]
        axes.scatter(0, row, s=130, color=color, marker=markers[kind], zorder=2)
        axes.annotate(f"{year}", (-0.025, row), ha="right", va="center", weight="bold")
        axes.annotate(label, (0.025, row), ha="left", va="center")
    for kind in kinds:
        axes.scatter([], [], s=90, color=colors[kinds.index(kind) % len(colors)],
                     marker=markers[kind], label=kind)
    axes.set(xlim=(-0.12, 1), ylim=(len(events) - 0.4, -0.6))
    axes.set_axis_off()
    axes.legend(loc="lower right")
    return axes
