"""Say whether a window can slide over pictures, before a convolution or a pooling computes."""

import numpy as np


def require_window(images, kernel, stride=1, dilation=1, padding="valid"):
    """Raise a ValueError unless a kernel can slide over these pictures; nothing is changed.

    `images` has the shape (examples, height, width, channels), `kernel` (height, width, channels,
    filters), none of them 0 and with the same channels. Stride and dilation are whole numbers from
    1 on, `padding` is "valid" or "same"; with "valid" the window has to fit into the pictures. The
    message says what came, what was expected, and the remedy.
    """
    for what, array in (("pictures", images), ("the kernel", kernel)):
        if not hasattr(array, "shape"):
            raise ValueError(
                f"expected {what} as an array, got a {type(array).__name__}: np.array(…) makes one."
            )
    shape, kernel_shape = np.shape(images), np.shape(kernel)
    if len(shape) != 4 or len(kernel_shape) != 4:
        raise ValueError(
            "pictures need the shape (examples, height, width, channels), a kernel (height, width, "
            f"channels, filters); got {shape} and {kernel_shape}. One grey picture: "
            "picture[None, :, :, None]; one colour picture: picture[None]."
        )
    if 0 in shape or 0 in kernel_shape:
        raise ValueError(f"there is nothing to compute: the shapes are {shape}, {kernel_shape}.")
    if shape[3] != kernel_shape[2]:
        raise ValueError(
            f"the pictures have {shape[3]} channels, the kernel is made for {kernel_shape[2]}. "
            f"{_remedy(shape, kernel_shape[2])}"
        )
    for name, number in (("stride", stride), ("dilation", dilation)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise ValueError(
                f"{name} is {number!r}; it has to be a whole number from 1 on: the pixels from one "
                f"{'window' if name == 'stride' else 'weight'} to the next."
            )
    if padding not in ("valid", "same"):
        raise ValueError(f'padding is {padding!r}; it has to be "valid" or "same".')
    spans = [dilation * (side - 1) + 1 for side in kernel_shape[:2]]
    if padding == "valid" and any(np.greater(spans, shape[1:3])):
        raise ValueError(
            f"the window spans {spans[0]} × {spans[1]} pixels and does not fit into pictures of "
            f'{shape[1]} × {shape[2]}. Take a smaller kernel or dilation, or padding="same".'
        )


def _remedy(shape, wanted):
    """Return what to do about pictures whose channels are not those of the kernel."""
    if shape[3] == 4 and wanted == 3:
        return "The fourth is transparency (alpha): leave it out with images[..., :3]."
    if shape[3] in (3, 4) and wanted == 1:
        return "Make colour grey: images[..., :3].mean(axis=-1, keepdims=True)."
    if shape[3] == 1 and wanted == 3:
        return "Repeat the grey channel: np.repeat(images, 3, axis=-1)."
    if shape[1] == wanted:
        return "The channels stand first here and belong last: np.moveaxis(images, 1, -1)."
    return "They have to be the same."
