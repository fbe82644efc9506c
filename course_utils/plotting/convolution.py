"""Figures of convolutions: pixels with their numbers, windows that slide, what a unit sees."""

from itertools import pairwise, product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps, patches

from .common import CLASS_COLORS, plot_curves

# The marks of a first and a second window: a colour and a line style each.
WINDOWS = ((CLASS_COLORS[1], "-"), (CLASS_COLORS[0], "--"), ("#007A5A", ":"))
TINTS = ("#CFE3F1", "#F9D9C7", "#D5EDE4")


# Numbers in pixels


def plot_pixels(picture, window=(), numbers=True, axes=None):
    """Draw a matrix, a square a number; return Axes.

    Dark is large. Where some numbers are negative, purple is positive and orange negative. NaN is
    a white square with "?". `window` are the (row, column) of squares that get a thick frame;
    without `numbers` there are only colours.

    Raises:
        ValueError: `picture` is not a matrix.
    """
    picture = np.asarray(picture, dtype=float)
    if picture.ndim != 2 or not picture.size:
        raise ValueError(f"expected a picture of shape (rows, columns), got {picture.shape}.")
    rows, columns = picture.shape
    axes = axes or plt.subplots(figsize=(0.62 * columns + 0.2, 0.62 * rows + 0.2))[1]
    colors = _pixel_colors(picture)
    axes.imshow(colors)
    if numbers:
        for (row, column), value in np.ndenumerate(picture):
            dark = colors[row, column] @ (0.299, 0.587, 0.114) < 0.5
            axes.text(column, row, _short(value), ha="center", va="center", fontsize=13,
                      color="white" if dark else "black")
        for place in np.arange(columns + 1) - 0.5:
            axes.plot((place, place), (-0.5, rows - 0.5), "-", color="#999999", linewidth=0.8)
        for place in np.arange(rows + 1) - 0.5:
            axes.plot((-0.5, columns - 0.5), (place, place), "-", color="#999999", linewidth=0.8)
    for row, column in window:
        _frame(axes, row, column, 1, 1, 0)
    axes.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6))
    axes.set_axis_off()
    return axes


def _pixel_colors(picture):
    """Return the colours of numbers, shape (rows, columns, 3); NaN is white."""
    largest = max(np.nanmax(np.abs(picture), initial=0), 1e-9)
    if np.nanmin(picture, initial=0) < 0:
        colors = colormaps["PuOr"](0.5 + 0.4 * picture / largest)[..., :3]
    else:
        colors = colormaps["gray_r"](0.8 * picture / largest)[..., :3]
    return np.where(np.isnan(picture)[..., None], 1.0, colors)


def _short(value):
    """Write a number in few characters, with a real minus."""
    return "?" if np.isnan(value) else f"{value + 0.0:.3g}".replace("-", "−")


def _frame(axes, row, column, height, width, mark, grow=0.0):
    """Draw a thick frame around squares; `mark` is 0 for the first window, 1 for the second."""
    color, style = WINDOWS[mark]
    corner = (column - 0.5 - grow, row - 0.5 - grow)
    axes.add_patch(patches.Rectangle(corner, width + 2 * grow, height + 2 * grow, fill=False,
                                     edgecolor=color, linestyle=style, linewidth=3.5, zorder=4))


def plot_panels(panels):
    """Draw matrices side by side, {title: matrix}, their pixels equally large; return Axes."""
    matrices = [np.asarray(panel, dtype=float) for panel in panels.values()]
    widths = [max(matrix.shape[1], 3) for matrix in matrices]
    height = max(len(matrix) for matrix in matrices)
    size = (0.62 * sum(widths) + 0.6 * len(widths), 0.62 * height + 0.8)
    _, row = plt.subplots(1, len(matrices), figsize=size, width_ratios=widths, squeeze=False)
    for axes, title, matrix in zip(row[0], panels, matrices, strict=True):
        plot_pixels(matrix, axes=axes).set_title(title, loc="center", fontsize=14)
    return row[0]


def plot_window_step(picture, kernel, row, column):
    """Draw one step of a window over a picture; return four Axes.

    The picture with the window at (row, column), the kernel, the products, and the result, which
    is known up to this step, row by row.

    Raises:
        ValueError: the window leaves the picture.
    """
    picture, kernel = np.asarray(picture, dtype=float), np.asarray(kernel, dtype=float)
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    if not (0 <= row < windows.shape[0] and 0 <= column < windows.shape[1]):
        raise ValueError(f"expected a position within {windows.shape[:2]}, got {row}, {column}.")
    products = windows[row, column] * kernel
    result = np.einsum("ijkl,kl->ij", windows, kernel)
    later = np.arange(result.size).reshape(result.shape) > row * result.shape[1] + column
    panels = {"picture": picture, "kernel": kernel,
              f"products, sum {_short(products.sum())}": products,
              "result": np.where(later, np.nan, result)}
    axes = plot_panels(panels)
    for ax, sign in zip(axes, "×=→", strict=False):
        ax.annotate(sign, (1, 0.5), xycoords="axes fraction", xytext=(9, 0), fontsize=22,
                    textcoords="offset points", va="center")
    _frame(axes[0], row, column, *kernel.shape, 0)
    _frame(axes[3], row, column, 1, 1, 0)
    return axes


def plot_pooling(picture, size=2):
    """Draw a picture cut into blocks, and the maximum and the mean of each; return three Axes.

    Raises:
        ValueError: the blocks do not fill the picture.
    """
    picture = np.asarray(picture, dtype=float)
    if picture.ndim != 2 or any(side % size for side in picture.shape):
        raise ValueError(f"expected sides that are multiples of {size}, got {picture.shape}.")
    rows, columns = (side // size for side in picture.shape)
    blocks = picture.reshape(rows, size, columns, size)
    panels = {"picture": picture, "max pooling": blocks.max(axis=(1, 3)),
              "average pooling": blocks.mean(axis=(1, 3))}
    axes = plot_panels(panels)
    for row, column in product(range(rows), range(columns)):
        mark = (row + column) % 2
        _frame(axes[0], row * size, column * size, size, size, mark, grow=-0.06)
        for ax in axes[1:]:
            _frame(ax, row, column, 1, 1, mark, grow=-0.06)
    return axes


# Pictures


def plot_flattening(picture, row, column):
    """Draw a picture with a window of 3 × 3 pixels, and where they are in one row; return two Axes.

    `row` and `column` are those of the window's upper left pixel.
    """
    picture = np.asarray(picture, dtype=float)
    _, (left, right) = plt.subplots(1, 2, figsize=(13, 3.6), width_ratios=(1, 3.2))
    left.imshow(picture, cmap="gray_r")
    _frame(left, row, column, 3, 3, 0)
    left.set_axis_off()
    left.set_title(f"{picture.shape[0]} × {picture.shape[1]}", loc="center")
    pixels, width = picture.ravel(), picture.shape[1]
    right.imshow(pixels[None], cmap="gray_r", aspect="auto", extent=(0, len(pixels), 0, 1))
    for line in range(3):
        start = (row + line) * width + column
        right.annotate(f"{start} to {start + 2}", (start + 1.5, 1), xytext=(0, 26 + 22 * line),
                       textcoords="offset points", ha="center", fontsize=13, color=WINDOWS[0][0],
                       arrowprops={"arrowstyle": "-|>", "color": WINDOWS[0][0], "shrinkB": 1})
    right.set(yticks=(), xlabel=f"pixel 0 to {len(pixels) - 1}", ylim=(0, 1.9))
    right.spines["left"].set_visible(False)
    return left, right


def plot_channels(picture, names=("red", "green", "blue")):
    """Draw a colour picture, shape (height, width, channels), and each of its channels in grey.

    Return an array of Axes. Bright is a large value.
    """
    picture = np.asarray(picture)
    height, width, channels = picture.shape
    size = (3.3 * (channels + 1), 3.3 * height / width + 0.5)
    _, axes = plt.subplots(1, channels + 1, figsize=size)
    axes[0].imshow(picture)
    axes[0].set_title("picture", loc="center")
    top = 255 if picture.dtype.kind in "iu" else 1
    for channel, (ax, name) in enumerate(zip(axes[1:], names, strict=True)):
        ax.imshow(picture[..., channel], cmap="gray", vmin=0, vmax=top)
        ax.set_title(name, loc="center")
    for ax in axes:
        ax.set_axis_off()
    return axes


def plot_responses(responses, columns=3, width=4.2, axes=None):
    """Draw what kernels make of a photograph, {name: (height, width)}; return an array of Axes.

    Where a result has negative numbers, purple is positive, orange negative and white 0. Else it
    is a photograph: 0 is black and 1 (or more) white.
    """
    shape = np.shape(next(iter(responses.values())))
    if axes is None:
        columns = min(columns, len(responses))
        rows = -(-len(responses) // columns)
        size = (width * columns, (width * shape[0] / shape[1] + 0.45) * rows)
        _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = np.ravel(axes)
    for ax in axes:
        ax.set_axis_off()
    for ax, (name, response) in zip(axes, responses.items(), strict=False):
        if np.min(response) < 0:
            largest = np.quantile(np.abs(response), 0.98)
            ax.imshow(response, cmap="PuOr", vmin=-largest, vmax=largest)
        else:
            ax.imshow(response, cmap="gray", vmin=0, vmax=1)
        ax.set_title(name, loc="center", fontsize=14, pad=5)
    return axes


def plot_equivariance(cases):
    """Draw whether it matters if a picture is moved before or after a convolution.

    `cases` are {name: (map of the moved picture, moved map, difference)}, one column each; purple
    is positive, orange negative. Return an array of Axes, shape (3, cases).
    """
    _, grid = plt.subplots(3, len(cases), figsize=(3 * len(cases), 9), squeeze=False)
    words = ("first shift, then convolve", "first convolve, then shift", "difference")
    for column, (name, maps) in zip(grid.T, cases.items(), strict=True):
        largest = max(np.abs(maps[0]).max(), 1e-9)
        titles = (f"{name}\n{words[0]}", *words[1:])
        for axes, title, feature_map in zip(column, titles, maps, strict=True):
            axes.imshow(feature_map, cmap="PuOr", vmin=-largest, vmax=largest)
            axes.set_title(title, loc="center", fontsize=13)
            axes.set_axis_off()
    return grid


def plot_moved(accuracies, axes=None):
    """Draw accuracies on moved pictures, {name: one value for each pixel moved}; return Axes.

    The grey line is guessing among ten classes.
    """
    axes = axes or plt.subplots(figsize=(9.5, 4))[1]
    distances = range(len(next(iter(accuracies.values()))))
    axes.axhline(0.1, color="#999999", linewidth=1, linestyle="-", zorder=0)
    plot_curves(distances, accuracies, axes=axes)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    axes.set(xlabel="moved by … pixels", ylabel="accuracy", ylim=(0, 1.02))
    axes.yaxis.set_major_formatter("{x:.0%}")
    return axes


# The window's way


def plot_scan(size, kernel_size=3, stride=1, dilation=1, padding="valid", axes=None):
    """Draw the first windows over a square picture and where their results go; return Axes.

    The blue, solid frame is the first window, the orange, dashed one the second in the same row;
    the dots are the pixels that the first one multiplies. With the padding "same", the rim of
    zeros is hatched.

    Raises:
        ValueError: the window does not fit.
    """
    span = dilation * (kernel_size - 1) + 1
    steps = -(-size // stride) if padding == "same" else (size - span) // stride + 1
    if steps < 1:
        raise ValueError(f"expected a window that fits: it spans {span} of {size} pixels.")
    rim = max((steps - 1) * stride + span - size, 0) if padding == "same" else 0
    before, whole, start = rim // 2, size + rim, size + rim + 1.6
    width = start + steps
    axes = axes or plt.subplots(figsize=(0.42 * width + 0.4, 0.42 * whole + 0.9))[1]
    for row, column in product(range(whole), repeat=2):
        inside = all(before <= place < before + size for place in (row, column))
        _draw_cell(axes, row, column, "white" if inside else "#E4E4E4", "" if inside else "////")
    for row, column in product(range(steps), repeat=2):
        first, second = (row, column) == (0, 0), (row, column) == (0, 1)
        _draw_cell(axes, row + (whole - steps) / 2, start + column,
                   TINTS[0] if first else TINTS[1] if second else "white")
    for row, column in product(range(kernel_size), repeat=2):
        axes.plot(column * dilation, row * dilation, "o", color=WINDOWS[0][0], markersize=6)
    for mark in range(min(steps, 2)):
        _frame(axes, 0, mark * stride, span, span, mark, grow=0.03 + 0.1 * mark)
        _frame(axes, (whole - steps) / 2, start + mark, 1, 1, mark, grow=-0.05)
    axes.annotate("", (start - 0.6, whole / 2 - 0.5), (whole - 0.4, whole / 2 - 0.5),
                  arrowprops={"arrowstyle": "-|>", "linewidth": 2})
    axes.set_title(f"{size} × {size} → {steps} × {steps}", loc="center", fontsize=15)
    axes.set(xlim=(-0.8, width - 0.2), ylim=(whole - 0.2, -0.9), aspect="equal")
    axes.set_axis_off()
    return axes


def _draw_cell(axes, row, column, color, hatch=""):
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(patches.Rectangle(corner, 1, 1, facecolor=color, edgecolor="#888888",
                                     hatch=hatch, linewidth=0.9))


# Connections


def plot_connections(inputs=6, kernel_size=3):
    """Draw a dense layer, one with sparse connections, and one that shares weights; three Axes.

    Each has as many outputs as a window of `kernel_size` has positions over `inputs` pixels. In
    the last drawing, lines of the same colour and style have the same weight.
    """
    outputs = inputs - kernel_size + 1
    window = [(i + k, i, k) for i, k in product(range(outputs), range(kernel_size))]
    every = [(i, o, None) for i, o in product(range(inputs), range(outputs))]
    sparse = [(i, o, None) for i, o, _ in window]
    kinds = {"dense": every, "sparse connections": sparse, "and shared weights": window}
    _, row = plt.subplots(1, 3, figsize=(12, 3.6))
    for axes, (name, edges) in zip(row, kinds.items(), strict=True):
        for start, end, weight in edges:
            color, style = ("#777777", "-") if weight is None else WINDOWS[weight % 3]
            axes.plot((start, end + (inputs - outputs) / 2), (0, 1), color=color, linestyle=style,
                      linewidth=1.2 if weight is None else 2.6, zorder=1)
        for place in range(inputs):
            axes.scatter(place, 0, s=260, color="white", edgecolor="black", zorder=2)
        for place in range(outputs):
            axes.scatter(place + (inputs - outputs) / 2, 1, s=260, color=TINTS[0],
                         edgecolor="black", zorder=2)
        weights = kernel_size if name.startswith("and") else len(edges)
        axes.set_title(f"{name}:\n{weights} weights", loc="center", fontsize=14)
        axes.set(xlim=(-0.5, inputs - 0.5), ylim=(-0.2, 1.2))
        axes.set_axis_off()
    return row


def plot_receptive_field(layers, margin=2, axes=None):
    """Draw what one unit of the last layer sees of a row of pixels; return Axes.

    `layers` are (kernel size, stride, dilation), from the pixels upwards. What the unit sees, and
    through which units, is dark; beside each layer stands how many pixels one of its units sees.

    Raises:
        ValueError: there is no layer, or a number below 1.
    """
    if not len(layers) or np.min(layers) < 1:
        raise ValueError(f"expected (kernel size, stride, dilation) from 1 on, got {layers}.")
    seen = [{0}]
    for size, stride, dilation in reversed(layers):
        seen.append({unit * stride + k * dilation for unit in seen[-1] for k in range(size)})
    seen.reverse()  # the pixels first
    jump, middle, fields = 1, 0.0, [1]
    geometry = [(jump, middle)]
    for size, stride, dilation in layers:
        middle += (size - 1) * dilation * jump / 2
        fields.append(fields[-1] + (size - 1) * dilation * jump)
        jump *= stride
        geometry.append((jump, middle))
    first, last = -margin, fields[-1] - 1 + margin
    axes = axes or plt.subplots(figsize=(0.42 * (last - first) + 4.2, 1.25 * len(fields)))[1]
    for level, (jump, middle) in enumerate(geometry):
        for unit in range(int(np.ceil((first - middle) / jump)),
                          int((last - middle) // jump) + 1):
            marked = unit in seen[level]
            axes.scatter(middle + unit * jump, level, s=150, zorder=3, edgecolor="black",
                         color=CLASS_COLORS[1] if marked else "white")
    for level, (size, stride, dilation) in enumerate(layers):
        (jump, middle), (above, center) = geometry[level], geometry[level + 1]
        for unit, k in product(seen[level + 1], range(size)):
            below = unit * stride + k * dilation
            axes.plot((middle + below * jump, center + unit * above), (level, level + 1), "-",
                      color="#777777", linewidth=1.2, zorder=1)
    for level, field in enumerate(fields):
        words = f"layer {level}: sees {field} pixels" if level else "pixels"
        axes.text(last + 0.8, level, words, va="center", fontsize=14)
    axes.set(xlim=(first - 0.5, last + 8.5), ylim=(-0.4, len(layers) + 0.4))
    axes.set_axis_off()
    return axes


def plot_seen(picture, sizes, row=14, column=14, axes=None):
    """Draw a picture and how much of it units see, nested squares around a place; return Axes.

    `sizes` is {name: side of the square in pixels}.
    """
    picture = np.asarray(picture)
    axes = axes or plt.subplots(figsize=(9.4, 4.4))[1]
    axes.imshow(picture, cmap="gray_r", alpha=0.55)
    marks = (*WINDOWS, ("black", "-."), ("#9B4F7E", "-"))
    for (name, side), (color, style) in zip(sizes.items(), marks, strict=False):
        corner = (column - side / 2, row - side / 2)
        axes.add_patch(patches.Rectangle(corner, side, side, fill=False, edgecolor=color,
                                         linestyle=style, linewidth=3, label=f"{name}: {side}"))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="side in pixels")
    axes.set_axis_off()
    return axes


def plot_shrinking(shapes, names=None, axes=None):
    """Draw the layers of a convolutional network as stacks of pictures; return Axes.

    `shapes` are (height, width, channels); a side is as long as its root, a stack has at most 8
    sheets. `names` are one text a layer, written below.
    """
    names = [""] * len(shapes) if names is None else names
    sides = [np.sqrt(max(height, width)) / 2 for height, width, _ in shapes]
    sheets = [min(channels, 8) for *_, channels in shapes]
    axes = axes or plt.subplots(figsize=(2.15 * len(shapes), 3.8))[1]
    x, ends = 0.0, []
    for (height, width, channels), side, count, name in zip(shapes, sides, sheets, names,
                                                            strict=True):
        for sheet in reversed(range(count)):
            corner = (x + 0.1 * sheet, -side / 2 + 0.1 * sheet)
            axes.add_patch(patches.Rectangle(corner, side, side, facecolor=TINTS[len(ends) % 3],
                                             edgecolor="#555555", linewidth=1))
        end = x + side + 0.1 * count
        axes.text((x + end) / 2, 2.6, f"{height} × {width} × {channels}", ha="center",
                  fontsize=13)
        axes.text((x + end) / 2, -1.75, name, ha="center", va="top", fontsize=13)
        ends.append((x, end))
        x = max(end, x + 1.9) + 0.7
    for (_, end), (start, _) in pairwise(ends):
        axes.annotate("", (start - 0.05, 0), (end + 0.05, 0), arrowprops={"arrowstyle": "-|>"})
    axes.set(xlim=(-0.4, x - 0.3), ylim=(-2.7, 3.1), aspect="equal")
    axes.set_axis_off()
    return axes
