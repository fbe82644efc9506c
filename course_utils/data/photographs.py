"""From a photograph to the drawing that `center_digit` expects: ink high, paper 0."""

from pathlib import Path

import numpy as np

from .guards import _numeric

FAINT = 0.4  # what contrasts less than this share of the strongest contrast is paper


def find_ink(picture):
    """Return how much ink each pixel of a photograph holds, float32 (rows, columns), paper 0.

    `picture` has the shape (rows, columns, 3), or 4 with an alpha channel (how opaque a pixel is;
    white shows through), and values from 0 to 255 or, as some readers give them, 0 to 1. Most of
    it is paper, light or dark; what differs from the median grey is ink.

    Raises:
        ValueError: it is no array of numbers, has another shape, no pixel, NaN or infinity, values
            outside 0 to 255, or one colour only.
    """
    if isinstance(picture, (str, Path)):
        raise ValueError(
            f"find_ink needs the pixels, not the file {str(picture)!r}: read it first, with "
            "plt.imread."
        )
    picture = _numeric("the picture", picture).astype("float32")
    if picture.ndim != 3 or picture.shape[-1] not in (3, 4):
        raise ValueError(
            "find_ink needs a colour picture, (rows, columns, 3), or 4 with an alpha channel; "
            f"this has shape {picture.shape}. A grey drawing with ink high needs no find_ink."
        )
    if picture.size == 0 or not np.isfinite(picture).all():
        what = "no pixel" if picture.size == 0 else "NaN or infinity"
        raise ValueError(f"find_ink: the picture has shape {picture.shape} and holds {what}.")
    if picture.min() < 0 or picture.max() > 255:
        raise ValueError(
            f"find_ink: the picture runs from {picture.min():g} to {picture.max():g}; expected 0 "
            "to 255, or 0 to 1. Undo the scaling first."
        )
    if picture.max() > 1:
        picture = picture / 255
    if picture.shape[-1] == 4:
        opaque = picture[..., 3:]
        picture = picture[..., :3] * opaque + 1 - opaque
    grey = picture.mean(axis=-1)
    contrast = np.abs(grey - np.median(grey))
    if contrast.max() < 1 / 255:
        raise ValueError("find_ink sees one colour only: there is no ink in this picture.")
    return np.clip(contrast - FAINT * contrast.max(), 0, None)
