"""A pad to draw a digit on, read by a small network."""

import traitlets

from .base import Explorable, synchronised_bytes

SIDE = 28
PIXELS = SIDE * SIDE
CLASSES = 10
MOST_EXAMPLES = 30  # what fits under the pad


class DigitReader(Explorable):
    """A pad to draw a digit on; a small network reads it and shows its ten probabilities.

    `weights` are the four arrays of `model.get_weights()` of a network
    `Dense(units, activation="relu")` → `Dense(10, activation="softmax")` on 784 pixels divided by
    255: shapes (784, units), (units,), (units, 10) and (10,). `examples`, shape (n, 28, 28) and
    uint8, are digits to pick instead of drawing, at most 30. The drawing is prepared as
    `data.center_digit` does it; read it from `image`, what was read from it from
    `probabilities` and `prediction`. Assign `weights` again after more training.

    Raises:
        ValueError: weights or examples have another shape or hold what they must not.
    """

    _module = "digit_reader"
    _state_names = ("example",)

    parameters = synchronised_bytes()  # all weights, float32, one after the other
    example_pixels = synchronised_bytes()
    example = traitlets.Int(-1).tag(sync=True)  # the one that is picked, -1 if none
    pixels = synchronised_bytes()  # what the network sees, empty if nothing
    strokes = traitlets.List().tag(sync=True)  # lists of points on the pad, 0 to 280

    def __init__(self, weights, examples=None):
        parameters = _checked_weights(weights)
        pixels = b"" if examples is None else _checked_examples(examples)
        super().__init__(parameters=_to_bytes(parameters), example_pixels=pixels)

    @property
    def weights(self):
        """The four arrays of the network, float32."""
        import numpy as np

        numbers = np.frombuffer(self.parameters, dtype="<f4")
        units = (numbers.size - CLASSES) // (PIXELS + 1 + CLASSES)
        shapes = _shapes(units)
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
        parts = np.split(numbers, ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    @weights.setter
    def weights(self, weights):
        self.parameters = _to_bytes(_checked_weights(weights))

    @property
    def image(self):
        """What the network sees, uint8 of shape (28, 28); None while nothing is drawn."""
        import numpy as np

        if not self.pixels:
            return None
        return np.frombuffer(self.pixels, dtype=np.uint8).reshape(SIDE, SIDE)

    @image.setter
    def image(self, image):
        pixels = b"" if image is None else _checked_examples([image])
        with self.hold_sync():
            self.example, self.strokes, self.pixels = -1, [], pixels

    @property
    def probabilities(self):
        """The ten probabilities, shape (10,); None while nothing is drawn."""
        return None if self.image is None else self._read(self.image)

    @property
    def prediction(self):
        """The digit that the network reads; None while nothing is drawn."""
        return None if self.image is None else int(self.probabilities.argmax())

    def _read(self, image):
        """Return the network's ten probabilities for one picture."""
        import numpy as np

        hidden_weights, hidden_bias, output_weights, output_bias = self.weights
        hidden = np.maximum(0, image.reshape(PIXELS) / 255 @ hidden_weights + hidden_bias)
        logits = hidden @ output_weights + output_bias
        exponentials = np.exp(logits - logits.max())
        return exponentials / exponentials.sum()

    @traitlets.validate("example")
    def _check_example(self, proposal):
        count = len(self.example_pixels) // PIXELS
        if not -1 <= proposal["value"] < count:
            raise ValueError(f"expected an example from 0 to {count - 1}, got {proposal['value']}.")
        return proposal["value"]

    @traitlets.observe("example")
    def _show_example(self, _):
        if self.example >= 0:
            start = self.example * PIXELS
            with self.hold_sync():
                self.strokes, self.pixels = [], self.example_pixels[start : start + PIXELS]

    def _shown_image(self):
        """Return what the static picture shows: the drawing, else the first example, else None."""
        import numpy as np

        pixels = self.pixels or self.example_pixels[:PIXELS]
        return np.frombuffer(pixels, dtype=np.uint8).reshape(SIDE, SIDE) if pixels else None

    def describe(self):
        """Return what is drawn and read in words."""
        start = "A pad to draw a digit on and the ten probabilities that a small network gives it"
        image = self._shown_image()
        if image is None:
            return f"{start}: nothing drawn yet."
        probabilities = self._read(image)
        best = int(probabilities.argmax())
        article = "an" if best == 8 else "a"
        what = "it" if self.pixels else "nothing drawn yet; the first test digit it"
        percent = f"{100 * probabilities[best]:.1f} %"
        reads = f"{what} reads {'as ' if not self.pixels else ''}{article} {best}"
        return f"{start}: {reads}, with a probability of {percent}."

    def draw_static(self):
        """Return the picture that the network sees (or the first example) and its bars."""
        import numpy as np
        from matplotlib.figure import Figure

        from course_utils import plotting

        image = self._shown_image()
        figure = Figure(figsize=(9, 3.5))
        left, right = figure.subplots(1, 2, width_ratios=[1, 2])
        shown = np.zeros((SIDE, SIDE), dtype=np.uint8) if image is None else image
        plotting.plot_images(shown[np.newaxis], axes=[left])
        if image is None:
            left.set_title("nothing drawn yet")
        plotting.plot_probabilities(
            np.zeros(CLASSES) if image is None else self._read(image), axes=right
        )
        return figure


def _shapes(units):
    return [(PIXELS, units), (units,), (units, CLASSES), (CLASSES,)]


def _checked_weights(weights):
    """Return four float32 arrays, or say in a ValueError what was expected and what came."""
    import numpy as np

    remedy = (
        'Pass model.get_weights() of Dense(units, activation="relu") and then '
        'Dense(10, activation="softmax") on 784 pixels.'
    )
    try:
        arrays = [np.asarray(array, dtype="<f4") for array in weights]
    except (TypeError, ValueError):
        raise ValueError(
            f"weights must be a list of four arrays of numbers, got {type(weights).__name__}. "
            f"{remedy}"
        ) from None
    found = [array.shape for array in arrays]
    units = found[1][0] if len(found) == 4 and len(found[1]) == 1 else 0
    if units == 0 or found != _shapes(units):
        raise ValueError(
            "weights must have the shapes (784, units), (units,), (units, 10) and (10,); "
            f"got {', '.join(map(str, found)) or 'none'}. {remedy}"
        )
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("weights hold NaN or infinity: the training diverged. Train again.")
    return arrays


def _to_bytes(arrays):
    return b"".join(array.tobytes() for array in arrays)


def _checked_examples(examples):
    """Return the bytes of pictures, or say in a ValueError what was expected and what came."""
    import numpy as np

    array = np.asarray(examples)
    if array.ndim != 3 or array.shape[1:] != (SIDE, SIDE) or len(array) > MOST_EXAMPLES:
        raise ValueError(
            f"examples must have the shape (n, 28, 28) with n up to {MOST_EXAMPLES}, got "
            f"{array.shape}. Pass some pictures: x_test[:10]."
        )
    if array.dtype != np.uint8:
        raise ValueError(
            f"examples must be uint8, from 0 to 255, got {array.dtype}. Pass the pictures before "
            "they are divided by 255."
        )
    return array.tobytes()
