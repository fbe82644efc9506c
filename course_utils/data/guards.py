"""Say what is wrong with data before a model trains on them; nothing is changed or coerced."""

import numpy as np

from .digits import DIGIT_SIDE


def require_table(features, targets=None):
    """Raise a ValueError unless `features` is a matrix of numbers, one row for each target.

    It has the shape (rows, columns) with at least one of each, a numeric type, and no NaN or
    infinity; `targets`, where given, has the shape (rows,) and the same. The message names the
    column or row that is wrong, and the remedy.
    """
    features = _numeric("features", features)
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(
            f"features needs the shape (rows, columns), not {features.shape}. One column alone is "
            "features[:, np.newaxis], one row alone features[np.newaxis]."
        )
    wrong = ~np.isfinite(features)
    if wrong.any():
        columns = ", ".join(str(column) for column in np.flatnonzero(wrong.any(axis=0)))
        raise ValueError(
            f"features has missing or infinite values in {wrong.any(axis=1).sum()} of "
            f"{len(features)} rows (column {columns}, counted from 0). Leave out a column that has "
            "none but missing values; else leave out these rows, or fill the gaps and say how."
        )
    if targets is not None:
        _require_targets(_numeric("targets", targets), len(features))


def _require_targets(targets, rows):
    if targets.shape != (rows,):
        raise ValueError(
            f"targets needs the shape ({rows},), one for each row of features, not {targets.shape}."
        )
    if not np.isfinite(targets).all():
        raise ValueError(
            f"targets has {(~np.isfinite(targets)).sum()} missing or infinite values. Leave out "
            "these rows: a net cannot learn from an unknown answer."
        )


def require_labels(labels, num_classes):
    """Raise a ValueError unless `labels` are whole numbers 0 to num_classes - 1, shape (n,)."""
    labels = _numeric("labels", labels)
    if labels.ndim != 1:
        raise ValueError(
            f"labels needs the shape (n,), a class index each, not {labels.shape}. "
            "One-hot rows become indices with np.argmax(labels, axis=-1)."
        )
    if not np.isfinite(labels).all() or (labels != np.floor(labels)).any():
        raise ValueError("labels are whole numbers, the index of a class; some here are not.")
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError(
            f"labels of {num_classes} classes run from 0 to {num_classes - 1}; these run from "
            f"{labels.min():g} to {labels.max():g}. Count the classes from 0."
        )


def require_images(images, side=DIGIT_SIDE):
    """Raise a ValueError unless `images` are grey pictures scaled to 0 to 1, shape (n, side, side).

    A last axis for one channel may follow. Light ink on dark ground, as in MNIST: a picture whose
    border is light is taken to be inverted. Pictures of 0 to 255 are told apart by their largest
    value; so are pictures that were divided by 255 twice.
    """
    images = _numeric("images", images)
    if not images.size:
        raise ValueError(f"images holds no picture: its shape is {images.shape}.")
    if images.ndim >= 3 and images.shape[-1] in (3, 4):
        kind = "three colours" if images.shape[-1] == 3 else "three colours and alpha (opacity)"
        raise ValueError(
            f"images has the shape {images.shape}: {kind}; the net expects one grey value. A "
            "photograph or drawing of a digit: data.center_digit(data.find_ink(picture)) / 255."
        )
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or images.shape[1:] != (side, side):
        raise ValueError(
            f"images needs the shape (n, {side}, {side}), not {images.shape}. One picture is a "
            "batch of one: picture[np.newaxis]. A drawing of another size: data.center_digit."
        )
    if not np.isfinite(images).all():
        raise ValueError("images holds NaN or infinity.")
    low, high = images.min(), images.max()
    if high > 1 or low < 0:
        remedy = (
            "Divide them by 255." if 0 <= low and high <= 255 else "Look at how they were made."
        )
        raise ValueError(f"images runs from {low:g} to {high:g}; the net expects 0 to 1. {remedy}")
    if 0 < high <= 1 / 255:
        raise ValueError(
            f"images reaches only {high:.2g}: it looks as if it was divided by 255 twice."
        )
    inside = np.zeros((side, side), dtype=bool)
    inside[1:-1, 1:-1] = True
    inverted = np.median(images[:, ~inside], axis=1) > 0.5
    if inverted.any():
        raise ValueError(
            f"{inverted.sum()} of {len(images)} images have a light border, dark ink on light "
            "ground; the net expects light ink on dark ground: 1 - images."
        )


def _numeric(name, values):
    """Return `values` as an array of numbers, or say in a ValueError what they are instead."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths. Every row needs all columns."
        ) from None
    if array.dtype.kind in "iufb":
        return array
    raise ValueError(
        f"{name} holds {_what_is_no_number(array)}, not numbers. Leave it out, or turn it into "
        "numbers first: classes into one column each (one-hot), dates into days."
    )


def _what_is_no_number(array):
    """Return words for the first value that is no number, with its column where it has one."""
    for place, value in np.ndenumerate(array):
        try:
            float(value)
        except (TypeError, ValueError):
            words = f"the text {str(value)[:30]!r}" if isinstance(value, str) else repr(value)[:30]
            return f"{words} in column {place[-1]}" if len(place) == 2 else words
    return "numbers written as text" if array.dtype.kind == "U" else f"values of type {array.dtype}"
