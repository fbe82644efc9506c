"""A window slides over a picture: every product and every sum of a convolution, or of pooling."""

import numpy as np
import traitlets

from .base import Explorable, as_number, style_source, synchronised_bytes
from .convolution_model import (
    CHANNELS,
    KERNELS,
    MOST_SIZE,
    MOST_WEIGHT,
    Settings,
    apply,
    check,
    find_problem,
    kernel_planes,
    make_axes,
    read_state,
    write_call,
    write_number,
    write_state,
    write_sums,
)

MOST_CELLS = {1: 12, 3: 8}  # of numbers to be read, on each side, by channels
MOST_PIXELS = 256  # of a photo, on each side
MOST_PICTURES = 6
MOST_VALUE = 999
LONGEST_NAME = 24
LONGEST_LINE = 130  # letters of a line above the static picture
TINT = 2.2  # numbers stay black to read: their ground reaches 1 / 2.2 of the darkest
# An upright edge and a slope: each named kernel answers differently to them.
EXAMPLE = [
    [0, 0, 0, 9, 9, 9, 9, 9],
    [0, 0, 0, 9, 9, 9, 9, 9],
    [0, 0, 0, 9, 9, 9, 9, 9],
    [0, 0, 0, 9, 9, 9, 9, 9],
    [0, 0, 0, 0, 9, 9, 9, 9],
    [0, 0, 0, 0, 0, 9, 9, 9],
    [0, 0, 0, 0, 0, 0, 9, 9],
    [0, 0, 0, 0, 0, 0, 0, 9],
]


class Convolution(Explorable):
    """A window to move over numbers, or over a whole picture, and what a kernel makes of them.

    `image` has shape (h, w), at most 12 × 12, or (h, w, 3), at most 8 × 8, of any numbers within
    ±999: its numbers are shown. `photo` has shape (h, w) or (h, w, 3), at most 256 × 256, of uint8
    or of numbers from 0 to 1: it is drawn, with the result beside it. Each may be a dict of up to
    six such arrays by name. Without any of them there is an example of 8 × 8 numbers; with both, a
    switch chooses (`view`, "numbers" or "photo").

    `kernel` is the name of one of `KERNELS`, an array (rows, columns), which is taken for each
    channel, or (rows, columns, 3), with 1 to 5 rows and columns. `mode` is "convolution",
    "max pooling" or "average pooling" (with windows of `pool_size` cells on each side). `padding`
    ("valid", "same"), `stride` and `dilation` mean what they mean in Keras, which refuses a stride
    and a dilation above 1 together; None as the stride is Keras's default. `flip` turns the kernel
    by 180°: the convolution of mathematics, where deep learning means cross-correlation.
    `per_channel` does not add the channels up. `position` counts the output's cells row by row.

    Read `settings`, `kernel`, `output` and `output_shape` here: of what is shown now.

    Raises:
        ValueError: a picture or a setting cannot be taken, or the window is larger than the
            picture. The message says what was expected, and what came.
    """

    _module = "convolution"
    _state_names = ("state",)
    _css = style_source() + style_source("convolution")

    state = traitlets.Unicode("{}").tag(sync=True)
    pictures = traitlets.List(read_only=True).tag(sync=True)
    pixels = synchronised_bytes()  # of the photos, one after the other

    def __init__(
        self,
        image=None,
        kernel="sobel x",
        *,
        photo=None,
        mode="convolution",
        padding="valid",
        stride=None,
        dilation=1,
        pool_size=2,
        bias=0.0,
        flip=False,
        per_channel=False,
        position=0,
        view=None,
    ):
        if image is None and photo is None:
            image = {"example": EXAMPLE}
        images = {name: _as_image(array) for name, array in _by_name(image, "picture").items()}
        photos = {name: _as_photo(array) for name, array in _by_name(photo, "photo").items()}
        self._arrays = {"numbers": images, "photo": photos}
        if stride is None:
            stride = pool_size if mode != "convolution" else 1
        settings = check(
            Settings(
                view=view or ("numbers" if images else "photo"),
                mode=mode,
                kernel=_as_kernel(kernel),
                flip=_plain(flip),
                pool_size=_plain(pool_size),
                padding=padding,
                stride=_plain(stride),
                dilation=_plain(dilation),
                bias=as_number(bias, "bias"),
                per_channel=_plain(per_channel),
                position=_plain(position),
            )
        )
        self._require(settings)
        apply(self._picture(settings), settings)  # or say why there is no place for the window
        described, pixels = _describe_pictures(images, photos)
        super().__init__(pixels=pixels)
        with self.hold_sync():
            self.set_trait("pictures", described)
            self.state = write_state(settings)

    @traitlets.validate("state")
    def _check_state(self, proposal):
        settings = read_state(proposal["value"])
        self._require(settings)
        return write_state(settings)

    def _require(self, settings):
        """Raise a ValueError where the settings name a picture that is not here."""
        for kind, view in (("image", "numbers"), ("photo", "photo")):
            name, known = getattr(settings, kind), self._arrays[view]
            if name and name not in known:
                there = ", ".join(known) or "none"
                raise ValueError(f"there is no picture {name!r} here; there are: {there}.")
            if settings.view == view and not known:
                raise ValueError(f"view {view!r} needs a picture: give {kind}=….")

    def _picture(self, settings=None):
        """Return the shown picture, shape (h, w, channels)."""
        settings = settings or self.settings
        arrays = self._arrays[settings.view]
        name = settings.photo if settings.view == "photo" else settings.image
        return arrays[name] if name else next(iter(arrays.values()))

    @property
    def settings(self):
        """What the controls say, as a `Settings`."""
        return read_state(self.state)

    @property
    def kernel(self):
        """The kernel as it is applied: (rows, columns), for a colour picture (rows, columns, 3)."""
        planes = kernel_planes(self.settings, self._picture().shape[2])
        return planes[0] if len(planes) == 1 else planes.transpose(1, 2, 0)

    @property
    def output(self):
        """The whole result, shape (rows, columns), or (rows, columns, 3) where there are channels.

        Raises:
            ValueError: there is no place for the window.
        """
        result = apply(self._picture(), self.settings)
        return result[..., 0] if result.shape[2] == 1 else result

    @property
    def output_shape(self):
        """The height and the width of the result; 0 where there is no place for the window."""
        return tuple(axis.output for axis in make_axes(self._picture().shape, self.settings))

    def _place(self):
        """Return row and column of the output at which the window is."""
        height, width = self.output_shape
        settings = self.settings
        if settings.view == "numbers":
            return divmod(min(settings.position, height * width - 1), width)
        row, column = settings.place or (height // 2, width // 2)
        return min(row, height - 1), min(column, width - 1)

    def describe(self):
        """Return picture, window, size of the output and the current sum in words."""
        settings, picture = self.settings, self._picture()
        axes = make_axes(picture.shape, settings)
        height, width, channels = picture.shape
        colour = " in red, green and blue" if channels == 3 else ""
        kind = settings.mode[0].upper() + settings.mode[1:]
        text = f"{kind} over {height} × {width} numbers{colour}: a window of "
        text += f"{axes[0].window} × {axes[1].window}"
        if not settings.is_pooling:
            name = settings.kernel if isinstance(settings.kernel, str) else "an own kernel"
            text += f" ({name}{', turned by 180°' if settings.flip else ''})"
        text += f', padding "{settings.padding}", stride {settings.stride}, dilation '
        text += f"{settings.dilation}. "
        problem = find_problem(axes)
        if problem:
            return text + problem
        sizes = f"{axes[0].formula('height')}, {axes[1].formula('width')}"
        lines = write_sums(picture, settings, *self._place())
        return f"{text}Output: {sizes}. {'; '.join(lines)}. {write_call(settings, axes, channels)}"

    def draw_static(self):
        """Return picture, kernel and the whole result as a figure."""
        from matplotlib.figure import Figure

        settings, picture = self.settings, self._picture()
        axes_sizes = make_axes(picture.shape, settings)
        figure = Figure(figsize=(12, 4.6), layout="constrained")
        source, kernel, target = figure.subplots(1, 3, width_ratios=(3, 1.6, 3))
        for axes in (source, kernel, target):
            axes.set(xticks=(), yticks=())
            axes.grid(visible=False)
        problem = find_problem(axes_sizes)
        _draw_source(source, picture, settings)
        _draw_kernel(kernel, settings, picture.shape[2])
        if problem:
            target.set_axis_off()
            target.text(0.5, 0.5, problem, ha="center", va="center", wrap=True)
            return figure
        row, column = self._place()
        _frame(source, axes_sizes, row, column)
        _draw_target(target, apply(picture, settings), settings, row, column)
        lines = write_sums(picture, settings, row, column)
        lines = [line for line in lines if len(line) <= LONGEST_LINE]
        lines.append(write_call(settings, axes_sizes, picture.shape[2]))
        figure.suptitle("\n".join(lines), fontsize=12)
        return figure


# --- The static picture ---------------------------------------------------------------------------


def _draw_source(axes, picture, settings):
    """Draw the picture; one channel of numbers is tinted as in the browser, and written in."""
    height, width, channels = picture.shape
    axes.set_title(f"picture, {height} × {width}")
    if settings.view == "photo":
        axes.imshow(picture if channels == 3 else picture[..., 0], cmap="gray", vmin=0, vmax=255)
        return
    low = min(0, picture.min())
    share = (picture - low) / ((picture.max() - low) or 1)
    if channels == 3:
        axes.imshow(share)
        return
    axes.imshow(share[..., 0], cmap="Greys", vmin=0, vmax=TINT)
    _write_numbers(axes, picture[..., 0])


def _write_numbers(axes, numbers):
    size = 10 if max(numbers.shape) <= 8 else 7
    for (row, column), number in np.ndenumerate(numbers):
        axes.text(column, row, write_number(number), ha="center", va="center", fontsize=size)


def _draw_kernel(axes, settings, channels):
    """Draw the weights, of each channel where they differ; in pooling, say what is done."""
    axes.set_axis_off()
    if settings.is_pooling:
        size = settings.pool_size
        axes.text(0.5, 0.5, f"{settings.mode}\n{size} × {size}", ha="center", va="center",
            fontsize=13,
        )  # fmt: skip
        return
    planes = kernel_planes(settings, channels)
    alike = all(np.array_equal(plane, planes[0]) for plane in planes)
    blocks = [("kernel", planes[0])] if alike else zip(CHANNELS, planes, strict=True)
    for index, (name, plane) in enumerate(blocks):
        y = 0.5 if alike else 0.85 - 0.35 * index
        rows = "\n".join("  ".join(f"{write_number(w):>5}" for w in row) for row in plane)
        axes.text(
            0.5, y, f"{name}\n{rows}", ha="center", va="center", family="monospace",
            fontsize=13 if plane.shape[1] <= 3 else 8, transform=axes.transAxes,
        )  # fmt: skip


def _frame(axes, sizes, row, column):
    """Draw the window round the cells that it reaches over."""
    from matplotlib.patches import Rectangle

    height, width = sizes
    corner = (
        column * width.stride - width.before - 0.5,
        row * height.stride - height.before - 0.5,
    )
    for color, line in (("white", 5), ("#d55e00", 2.5)):
        axes.add_patch(
            Rectangle(
                corner, width.span, height.span, fill=False, edgecolor=color, linewidth=line,
                clip_on=False,
            )
        )  # fmt: skip


def _draw_target(axes, result, settings, row, column):
    """Draw the result: brightness where no number is negative, signs otherwise."""
    from matplotlib.patches import Rectangle

    reach = float(np.abs(result).max()) or 1.0
    height, width, channels = result.shape
    is_photo, is_signed = settings.view == "photo", result.min() < 0
    axes.set_title(f"output, {height} × {width}")
    most = reach * (1 if is_photo else TINT)
    if channels == 3:
        axes.imshow(0.5 + result / reach / 2 if is_signed else result / reach)
    elif is_signed:
        axes.imshow(result[..., 0], cmap="RdBu", vmin=-most, vmax=most)
        axes.set_xlabel(f"red: negative, blue: positive, up to ±{write_number(reach)}")
    else:
        axes.imshow(result[..., 0], cmap="gray" if is_photo else "Greys", vmin=0, vmax=most)
    if channels == 1 and not is_photo:
        _write_numbers(axes, result[..., 0])
    axes.add_patch(
        Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="#d55e00", linewidth=2.5)
    )


# --- Arguments ------------------------------------------------------------------------------------


def _plain(value):
    """Return a NumPy number as Python's own, so that JSON can hold it."""
    return value.item() if isinstance(value, np.generic) else value


def _by_name(pictures, default):
    """Return pictures by name: one alone takes the default name."""
    if pictures is None:
        return {}
    if not isinstance(pictures, dict):
        return {default: pictures}
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise ValueError(
            f"expected 1 to {MOST_PICTURES} pictures by name, got {len(pictures)}. Leave some out."
        )
    for name in pictures:
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
            raise ValueError(
                f"a picture's name must have 1 to {LONGEST_NAME} letters, got {name!r}."
            )
    return pictures


def _as_array(picture, what, shapes):
    """Return a picture of shape (h, w, channels), or say in a ValueError what is wrong."""
    try:
        array = np.asarray(picture)
    except ValueError:  # rows of different lengths
        raise ValueError(
            f"{what} must have rows of equal length: {shapes}; got rows of different lengths."
        ) from None
    if array.dtype.kind not in "buif":
        raise ValueError(
            f"{what} must hold numbers, got {array.dtype}. A file is read by plt.imread(path)."
        )
    if array.ndim == 3 and array.shape[2] in (2, 4):
        raise ValueError(
            f"{what} has {array.shape[2]} channels, the last one is its alpha (how opaque it is). "
            f"Expected {shapes}. Leave alpha out: picture[..., :{array.shape[2] - 1}]."
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ValueError(
            f"{what} must have shape {shapes}, got {array.shape}. Of a batch, take one: batch[0]."
        )
    if not array.size:
        raise ValueError(f"{what} is empty, shape {array.shape}; expected {shapes}.")
    array = array[..., None] if array.ndim == 2 else array
    if not np.isfinite(array).all():
        count = int((~np.isfinite(array)).sum())
        raise ValueError(
            f"{what} holds {count:,} times NaN or infinity. Replace them: np.nan_to_num(picture)."
        )
    return array


def _as_image(picture):
    """Return a picture whose numbers are shown, as floats of shape (h, w, channels)."""
    shapes = f"(h, w) up to {MOST_CELLS[1]} × {MOST_CELLS[1]} or (h, w, 3) up to 8 × 8"
    array = _as_array(picture, "image", shapes).astype(float)
    if max(array.shape[:2]) > MOST_CELLS[array.shape[2]]:
        raise ValueError(
            f"image is too large to read its numbers: {array.shape[0]} × {array.shape[1]}; "
            f"expected {shapes}. Give a part of it, image[:8, :8], or the whole of it as photo=…."
        )
    if np.abs(array).max() > MOST_VALUE:
        raise ValueError(
            f"image must hold numbers from −{MOST_VALUE} to {MOST_VALUE}, got one of "
            f"{np.abs(array).max():g}. Divide it by something."
        )
    return array


def _as_photo(picture):
    """Return a picture to be drawn, as uint8 of shape (h, w, channels)."""
    shapes = f"(h, w) or (h, w, 3) up to {MOST_PIXELS} × {MOST_PIXELS}"
    array = _as_array(picture, "photo", shapes)
    if max(array.shape[:2]) > MOST_PIXELS:
        step = -(-max(array.shape[:2]) // MOST_PIXELS)
        raise ValueError(
            f"photo is too large: {array.shape[0]} × {array.shape[1]} pixels; expected {shapes}. "
            f"Take every {step}th pixel: photo[::{step}, ::{step}]."
        )
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind in "iu" and array.min() >= 0 and 1 < array.max() <= 255:
        return array.astype(np.uint8)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(
            "photo must be uint8 (0 to 255) or hold numbers from 0 to 1, got "
            f"{array.dtype} from {array.min():g} to {array.max():g}. Scale it: photo / photo.max()."
        )
    return np.floor(array * 255 + 0.5).astype(np.uint8)


def _as_kernel(kernel):
    """Return a kernel as a state holds it: a name, rows, or rows for each channel."""
    if isinstance(kernel, str):
        return kernel.strip().lower()
    shapes = f"(rows, columns) or (rows, columns, 3), with 1 to {MOST_SIZE} rows and columns"
    try:
        array = np.asarray(kernel, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"kernel must be one of {', '.join(KERNELS)}, or numbers of shape {shapes}; got "
            f"{str(kernel)[:60]}."
        ) from None
    fits = array.ndim in (2, 3) and all(1 <= n <= MOST_SIZE for n in array.shape[:2])
    if not fits or (array.ndim == 3 and array.shape[2] not in (1, 3)):
        raise ValueError(f"kernel must have shape {shapes}; got {array.shape}.")
    if not (np.abs(array) <= MOST_WEIGHT).all():
        raise ValueError(f"kernel must hold numbers from −{MOST_WEIGHT} to {MOST_WEIGHT}.")
    if array.ndim == 3:
        array = array[..., 0] if array.shape[2] == 1 else array.transpose(2, 0, 1)
    return array.tolist()


def _describe_pictures(images, photos):
    """Return what the browser needs of the pictures: their sizes with numbers, and the pixels."""
    described, pixels = [], b""
    for kind, arrays in (("image", images), ("photo", photos)):
        for name, array in arrays.items():
            rows, columns, channels = array.shape
            entry = {"name": name, "kind": kind, "rows": rows, "columns": columns}
            entry["channels"] = channels
            if kind == "image":
                entry["values"] = array.ravel().tolist()
            else:
                entry["start"] = len(pixels)
                pixels += array.tobytes()
            described.append(entry)
    return described, pixels
