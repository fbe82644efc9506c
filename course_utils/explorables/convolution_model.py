"""The mathematics of the convolution explorable, the same as in convolution_engine.js."""

import json
import math
from dataclasses import asdict, dataclass, fields

import numpy as np

# As image processing knows them; written for cross-correlation, as Keras computes it.
KERNELS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "box blur": [[1 / 9] * 3] * 3,
    "wide box blur": [[1 / 25] * 5] * 5,
    "gaussian blur": [[1 / 16, 1 / 8, 1 / 16], [1 / 8, 1 / 4, 1 / 8], [1 / 16, 1 / 8, 1 / 16]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}
CHANNELS = ("red", "green", "blue")
MODES = ("convolution", "max pooling", "average pooling")
PADDINGS = ("valid", "same")
VIEWS = ("numbers", "photo")
DRAWINGS = ("auto", "brightness", "signs", "sizes")
MOST_STRIDE, MOST_DILATION, MOST_SIZE = 5, 3, 5
MOST_WEIGHT, MOST_BIAS = 100, 10_000
CHOICES = {"view": VIEWS, "mode": MODES, "padding": PADDINGS, "drawn": DRAWINGS}
WHOLE = {  # lowest and highest
    "stride": (1, MOST_STRIDE),
    "dilation": (1, MOST_DILATION),
    "pool_size": (1, MOST_SIZE),
    "position": (0, 100_000),
}


@dataclass(frozen=True)
class Settings:
    """All that the controls say. `place` is [row, column] of the photo's output, or None: middle.

    `kernel` is the name of one of `KERNELS`, rows of numbers, or such rows for each channel.
    """

    view: str = "numbers"
    image: str = ""
    photo: str = ""
    mode: str = "convolution"
    kernel: object = "sobel x"
    flip: bool = False
    pool_size: int = 2
    padding: str = "valid"
    stride: int = 1
    dilation: int = 1
    bias: float = 0
    per_channel: bool = False
    position: int = 0
    place: object = None
    drawn: str = "auto"

    @property
    def is_pooling(self):
        """Whether windows are pooled, not convolved."""
        return self.mode != "convolution"


def read_state(line):
    """Return the settings of a state: the defaults, but for what the line of JSON says.

    Raises:
        ValueError: the line is no state. The message says what is wrong in it.
    """
    try:
        values = json.loads(line)
    except (TypeError, ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise ValueError(
            "expected a state of Convolution, a line of JSON in braces, got "
            f"{str(line)[:80]!r}. Copy the whole line."
        )
    names = [field.name for field in fields(Settings)]
    unknown = [name for name in values if name not in names]
    if unknown:
        raise ValueError(f"a state holds {', '.join(names)}; got {unknown[0]!r}.")
    return check(Settings(**values))


def write_state(settings):
    """Return the line of JSON that says what differs from the defaults."""
    before = asdict(Settings())
    values = {name: value for name, value in asdict(settings).items() if value != before[name]}
    return json.dumps(values, separators=(",", ":"))


def check(settings):
    """Return the settings if they make sense together, or say in a ValueError what does not."""
    for name, choices in CHOICES.items():
        if getattr(settings, name) not in choices:
            raise ValueError(
                f"{name} must be one of {', '.join(choices)}; got {getattr(settings, name)!r}."
            )
    for name, (low, high) in WHOLE.items():
        _check_whole(getattr(settings, name), name, low, high)
    for name in ("flip", "per_channel"):
        if not isinstance(getattr(settings, name), bool):
            raise ValueError(f"{name} must be True or False, got {getattr(settings, name)!r}.")
    if not _is_number(settings.bias, MOST_BIAS):
        raise ValueError(
            f"bias must be a number from {-MOST_BIAS} to {MOST_BIAS}, got {settings.bias!r}."
        )
    if settings.place is not None:
        if not isinstance(settings.place, list) or len(settings.place) != 2:
            raise ValueError(f"place must be a row and a column, got {settings.place!r}.")
        for part in settings.place:
            _check_whole(part, "each part of place", 0, 100_000)
    check_kernel(settings.kernel)
    if settings.dilation > 1 and settings.is_pooling:
        raise ValueError(
            f"pooling has no dilation in Keras, got dilation {settings.dilation}. Take dilation=1."
        )
    if settings.dilation > 1 and settings.stride > 1:
        raise ValueError(
            f"Keras refuses stride > 1 together with dilation > 1, got stride {settings.stride} "
            f"and dilation {settings.dilation}. Set one of them to 1."
        )
    return settings


def _check_whole(value, name, low, high):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}.")


def _is_number(value, most):
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and abs(value) <= most


def check_kernel(kernel):
    """Raise a ValueError that says what is wrong with the kernel of a state."""
    if isinstance(kernel, str):
        if kernel not in KERNELS:
            raise ValueError(
                f"kernel must be one of {', '.join(KERNELS)}, or rows of numbers; got {kernel!r}."
            )
        return
    problem = ValueError(
        f"kernel must be 1 to {MOST_SIZE} rows of 1 to {MOST_SIZE} numbers from {-MOST_WEIGHT} to "
        f"{MOST_WEIGHT} each, or such rows for each of three channels; got {str(kernel)[:80]}."
    )
    planes = kernel if _depth(kernel) == 3 else [kernel]
    if len(planes) not in (1, 3) or any(_depth(plane) != 2 for plane in planes):
        raise problem
    shapes = {(len(plane), len(row)) for plane in planes for row in plane if isinstance(row, list)}
    numbers = [
        number for plane in planes for row in plane for number in (row if _depth(row) else [None])
    ]
    if len(shapes) != 1 or not all(1 <= size <= MOST_SIZE for size in next(iter(shapes))):
        raise problem
    if not all(_is_number(number, MOST_WEIGHT) for number in numbers):
        raise problem


def _depth(value):
    """Return how many lists lie in each other, judged by the first of each."""
    depth = 0
    while isinstance(value, list) and value:
        value, depth = value[0], depth + 1
    return depth


def kernel_planes(settings, channels):
    """Return the kernel that is applied, shape (channels, height, width), turned if it is to be.

    Raises:
        ValueError: it has three channels, and the picture has one.
    """
    kernel = KERNELS[settings.kernel] if isinstance(settings.kernel, str) else settings.kernel
    planes = np.array(kernel, dtype=float)
    if planes.ndim == 2:
        planes = np.repeat(planes[None], channels, axis=0)
    if len(planes) != channels:
        raise ValueError(
            f"the kernel has {len(planes)} channels, the picture {channels}: a kernel has as many "
            "channels as the picture it slides over. Give rows of numbers without channels."
        )
    return planes[:, ::-1, ::-1] if settings.flip else planes


@dataclass(frozen=True)
class Axis:
    """The window along one axis: cells, window, stride, dilation; padding before and after."""

    cells: int
    window: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def span(self):
        """How many cells the window reaches over, gaps included."""
        return self.dilation * (self.window - 1) + 1

    @property
    def output(self):
        """How many places there are for the window."""
        room = self.cells + self.before + self.after - self.span
        return room // self.stride + 1 if room >= 0 else 0

    def formula(self, letter):
        """Write the output's size out: "⌊(8 + 0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 6"."""
        text = (
            f"{letter} = ⌊({self.cells} + {self.before + self.after} − {self.dilation}·"
            f"({self.window} − 1) − 1) / {self.stride}⌋ + 1 = "
        )
        return text + str(self.output)


def make_axis(cells, window, settings):
    """Return the axis with Keras's padding: "same" gives ceil(cells / stride) outputs."""
    span = settings.dilation * (window - 1) + 1
    total = 0
    if settings.padding == "same":
        total = max(0, (math.ceil(cells / settings.stride) - 1) * settings.stride + span - cells)
    return Axis(cells, window, settings.stride, settings.dilation, total // 2, total - total // 2)


def make_axes(shape, settings):
    """Return the axes of height and width for a picture of shape (h, w, …)."""
    if settings.is_pooling:
        sizes = (settings.pool_size,) * 2
    else:
        sizes = kernel_planes(settings, 3 if _depth(settings.kernel) == 3 else 1).shape[1:]
    return [make_axis(int(n), int(k), settings) for n, k in zip(shape, sizes, strict=False)]


def find_problem(axes):
    """Return why the window finds no place, or ""."""
    if all(axis.output for axis in axes):
        return ""
    height, width = axes
    return (
        f"The window reaches over {height.span} × {width.span} cells, the picture has only "
        f"{height.cells} × {width.cells}: there is no place for it. Choose padding “same”, or a "
        "smaller window or dilation."
    )


def apply(picture, settings):
    """Return the result, shape (rows, columns, channels), for a picture (h, w, channels).

    Raises:
        ValueError: the window is larger than the picture, or the kernel has other channels.
    """
    axes = make_axes(picture.shape, settings)
    problem = find_problem(axes)
    if problem:
        raise ValueError(problem)
    taps = _gather(picture.astype(float), axes)  # (taps, rows, columns, channels), NaN: padded
    if settings.mode == "max pooling":
        return np.nanmax(taps, axis=0)
    if settings.mode == "average pooling":
        return np.nanmean(taps, axis=0)
    weights = kernel_planes(settings, picture.shape[2])
    weights = weights.transpose(1, 2, 0).reshape(len(taps), 1, 1, -1)
    result = (np.nan_to_num(taps) * weights).sum(axis=0)
    if not settings.per_channel:
        result = result.sum(axis=-1, keepdims=True)
    return result + settings.bias


def _gather(picture, axes):
    """Return, for each cell of the window, what lies under it at every place."""
    height, width = axes
    padding = [(axis.before, axis.after + axis.stride) for axis in axes]
    padded = np.pad(picture, [*padding, (0, 0)], constant_values=np.nan)
    return np.array(
        [
            padded[row * height.dilation :: height.stride, column * width.dilation :: width.stride][
                : height.output, : width.output
            ]
            for row in range(height.window)
            for column in range(width.window)
        ]
    )


# --- Numbers as text, the same as in convolution_engine.js ----------------------------------------


def write_number(number):
    """Write a number with at most two decimals, no idle zeros and a real minus sign: "−0.5"."""
    hundredths = math.floor(abs(number) * 100 + 0.5)
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return f"−{text}" if number < 0 and hundredths else text


def write_sums(picture, settings, row, column):
    """Write out how the result at a place comes about: a line for each channel, then their sum."""
    axes = make_axes(picture.shape, settings)
    looked = _gather(picture.astype(float), axes)[:, row, column].T  # (channels, taps)
    result = apply(picture, settings)[row, column]
    is_alone = len(looked) == 1

    def place(channel):
        return f"output[{row}, {column}{'' if is_alone else f', {channel}'}]"

    if settings.is_pooling:
        lines = []
        for channel, values in enumerate(looked):
            values, value = values[~np.isnan(values)], result[channel]
            if settings.mode == "max pooling":
                text = f"max({', '.join(map(write_number, values))})"
            else:
                text = f"({' + '.join(map(_in_sum, values))}) / {len(values)}"
            lines.append(f"{place(channel)} = {text} {_sign(*values, value)} {write_number(value)}")
        return lines
    weights = kernel_planes(settings, len(looked)).reshape(len(looked), -1)
    products = np.nan_to_num(looked) * weights
    sums = products.sum(axis=1)
    bias = f"{'−' if settings.bias < 0 else '+'} bias {write_number(abs(settings.bias))}"
    lines = []
    for channel, numbers in enumerate(products):
        head = "sum of the products" if is_alone else CHANNELS[channel]
        line = f"{head}: {_add(numbers)} {_sign(*numbers)} {write_number(sums[channel])}"
        if settings.per_channel and not is_alone:
            value = result[channel]
            line += f"; {bias}: {place(channel)} {_sign(value)} {write_number(value)}"
        lines.append(line)
    if settings.per_channel and not is_alone:
        return lines
    end = f"{_sign(*sums, settings.bias)} {write_number(result[0])}"
    return [*lines, f"output[{row}, {column}] = {_add(sums)} {bias} {end}"]


def _add(numbers):
    return " + ".join([write_number(numbers[0]), *map(_in_sum, numbers[1:])])


def _in_sum(number):
    text = write_number(number)
    return f"({text})" if text.startswith("−") else text


def _sign(*numbers):
    """Return "=" where two decimals show every number as it is, "≈" where they round one."""
    exact = all(abs(x * 100 - math.floor(x * 100 + 0.5)) < 1e-7 for x in numbers)
    return "=" if exact else "≈"


def write_call(settings, axes, channels):
    """Return the layer of Keras that computes this, as a line of code."""
    height, width = (axis.window for axis in axes)
    size = str(height) if height == width else f"({height}, {width})"
    rest = f'padding="{settings.padding}"'
    if settings.is_pooling:
        name = "MaxPooling2D" if settings.mode == "max pooling" else "AveragePooling2D"
        return f"keras.layers.{name}({settings.pool_size}, strides={settings.stride}, {rest})"
    name = (
        f"DepthwiseConv2D({size}" if settings.per_channel and channels > 1 else f"Conv2D(1, {size}"
    )
    more = f", dilation_rate={settings.dilation}" if settings.dilation > 1 else ""
    return f"keras.layers.{name}, strides={settings.stride}, {rest}{more})"
