"""Drawings, prepared as MNIST's digits were."""

import numpy as np

from .digits import DIGIT_SIDE

DIGIT_BOX = 20  # its digit fills a box of 20 pixels
INVERTED = 0.9  # share of light pixels at the border from which on it is the paper
DIGIT_CENTER = 14  # row and column of the pixel that holds its centre of mass


def center_digit(drawing):
    """Return a drawing as MNIST would show it: uint8, shape (28, 28), ink high, background 0.

    `drawing` is two-dimensional, of any size and any numeric type; background 0, ink
    positive (0/1, 0 to 1 and 0 to 255 give the same). Raises ValueError where it is not so,
    where nothing is drawn, and where the border is full of ink around something darker: then ink
    and paper are taken to be inverted.

    MNIST's digits were scaled into a box of 20 × 20 pixels and moved so that their centre of
    mass lies at the centre of 28 × 28 (LeCun, Bottou, Bengio and Haffner, 1998, section III.A).
    In all of the 5,000 digits of `load_mnist` the longer side is 20 (19 in one) and the centre
    of mass rounds to row 14, column 14, counted from 0. Step by step, `round(x)` is
    `floor(x + 0.5)`:

    1. Grey values: `ink = round(255 * drawing / max(drawing))`.
    2. Crop to the bounding box of `ink > 0`: `h` rows, `w` columns.
    3. New size: `H = max(1, round(20 * h / max(h, w)))`, `W = max(1, round(20 * w / max(h, w)))`.
    4. Area average: new row `i` takes old row `k` with the weight
       `rows[i, k] = max(0, min((i + 1) * h, (k + 1) * H) - max(i * h, k * H))`,
       the length they share; columns likewise; `small = rows @ ink @ columns.T`.
    5. Centre of mass: `r = round(sum(i * small) / sum(small))`, `c` likewise.
    6. Place: top row `clip(14 - r, 0, 28 - H)`, left column `clip(14 - c, 0, 28 - W)`.
    7. The darkest pixel becomes 255: `round(255 * small / max(small))`.

    Every sum runs over integers, so it is exact in double precision, whatever the order, and
    JavaScript gives the same pixels.
    """
    ink = _crop(_grey_values(_checked_drawing(drawing)))
    height, width = ink.shape
    longer = max(height, width)
    new_height = max(1, _round(DIGIT_BOX * height / longer))
    new_width = max(1, _round(DIGIT_BOX * width / longer))
    small = _shared_lengths(height, new_height) @ ink @ _shared_lengths(width, new_width).T
    top = _first_pixel(small.sum(axis=1))
    left = _first_pixel(small.sum(axis=0))
    picture = np.zeros((DIGIT_SIDE, DIGIT_SIDE), dtype=np.uint8)
    picture[top : top + new_height, left : left + new_width] = _grey_values(small)
    return picture


def _checked_drawing(drawing):
    """Return `drawing` as a float64 array, or say in a ValueError what is wrong with it."""
    try:
        array = np.asarray(drawing)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            "center_digit needs numbers in rows of the same length; this "
            f"{type(drawing).__name__} is not. Pass a two-dimensional array of grey values."
        ) from None
    if array.ndim == 3 and array.shape[-1] in (3, 4):
        kind = "three colours" if array.shape[-1] == 3 else "three colours and alpha (opacity)"
        raise ValueError(
            f"center_digit needs one grey value a pixel; this has shape {array.shape}, {kind}. "
            "data.find_ink makes a drawing of such a picture."
        )
    if array.ndim != 2:
        raise ValueError(
            "center_digit needs one drawing, a two-dimensional array (rows, columns); "
            f"this has shape {array.shape}. Pass one picture: drawing[0] of a batch, "
            "drawing[:, :, 0] of a picture with a channel axis."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            "center_digit needs finite grey values; the drawing holds NaN or infinity. "
            "Replace them, for example with np.nan_to_num(drawing)."
        )
    if array.size and array.min() < 0:
        raise ValueError(
            "center_digit needs background 0 and ink above 0; "
            f"the smallest value is {array.min():g}. Undo the scaling first."
        )
    if not array.any():
        raise ValueError(
            f"center_digit found no ink: all {array.size} pixels are 0. Draw a digit first."
        )
    if _is_inverted(array):
        raise ValueError(
            "center_digit needs ink high and background 0; this has a light border around "
            "something darker, so it looks inverted. Pass drawing.max() - drawing."
        )
    return array


def _is_inverted(drawing):
    """Tell whether nearly all of the border is light and something inside it is dark."""
    light = drawing > drawing.max() / 2
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    return border.mean() >= INVERTED and not light.all()


def _round(values):
    """Return the nearest integers, halves upwards as JavaScript's Math.round does."""
    rounded = np.floor(values + 0.5)
    return int(rounded) if np.isscalar(rounded) else rounded


def _grey_values(array):
    """Scale so that the largest value is 255, in whole numbers."""
    return _round(255 * array / array.max())


def _crop(ink):
    """Cut away the empty rows and columns around the ink."""
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shared_lengths(old, new):
    """Return the length that each of `new` cells shares with each of `old`, shape (new, old).

    Both divide the same line, which is `old * new` long, so all lengths are integers.
    """
    new_starts = old * np.arange(new)[:, np.newaxis]
    old_starts = new * np.arange(old)
    ends = np.minimum(new_starts + old, old_starts + new)
    return np.maximum(0, ends - np.maximum(new_starts, old_starts)).astype(np.float64)


def _first_pixel(mass):
    """Return where to put a row or column of ink so that its centre of mass is at 14."""
    center = _round((np.arange(len(mass)) * mass).sum() / mass.sum())
    return min(max(DIGIT_CENTER - center, 0), DIGIT_SIDE - len(mass))
