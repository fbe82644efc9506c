"""Draw coloured shapes on noisy backgrounds: pictures that no student has seen, for Lab 9.2.

A program draws them, so that a lesson knows what tells the classes apart: the outline alone. Its
size, place, rotation and colour, and colour, waves and noise of the background are drawn
independently of the class. A shape is a signed distance, negative inside, on a grid of pixels;
where it crosses 0, the edge is blended over one pixel.
"""

import numpy as np

SHAPES = ("circle", "square", "triangle", "star", "cross", "ring")
SHAPE_SIDE = 32  # pixels
RADIUS = 9.0, 14.0  # pixels from the centre to the farthest point of the outline
TURN = 1 / 12  # largest rotation to either side, as a share of a full turn
DARK, LIGHT = (0.0, 0.45), (0.5, 1.0)  # red, green, blue of the background, and of the shape
TEXTURE = 0.12  # height of the waves in the background
NOISE = 0.08  # standard deviation of the noise of each pixel and colour
CHUNK = 500  # pictures drawn at a time, for the memory's sake
NUMBERS = 13  # random numbers that one picture uses, besides its noise


def generate_shapes(count, seed=0, held_out=False):
    """Return `count` pictures, uint8 (count, 32, 32, 3), and labels, uint8 (count,).

    `SHAPES[label]` is the name of the shape. Classes are equally large, as far as `count` allows,
    and mixed. The first pictures are the same whatever the count; `held_out=True` draws others
    for a test. Raises ValueError where `count` or `seed` is no such number.
    """
    _require(count, seed)
    # NumPy promises that RandomState's numbers stay the same in every version (NEP 19).
    for_labels, for_shapes, for_noise = (
        np.random.RandomState([seed, int(held_out), use]) for use in range(3)
    )
    labels = _draw_labels(count, for_labels)
    numbers = for_shapes.random_sample((count, NUMBERS))
    pictures = np.empty((count, SHAPE_SIDE, SHAPE_SIDE, 3), dtype=np.uint8)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        pictures[part] = _draw(labels[part], numbers[part], for_noise)
    return pictures, labels


def _require(count, seed):
    """Raise a ValueError unless both are whole numbers in their range."""
    whole = (int, np.integer)
    if isinstance(count, bool) or not isinstance(count, whole) or count < 1:
        raise ValueError(f"count is how many pictures, a whole number above 0; got {count!r}.")
    if isinstance(seed, bool) or not isinstance(seed, whole) or not 0 <= seed < 2**31:
        raise ValueError(f"seed is a whole number from 0 to 2**31 - 1; got {seed!r}.")


def _draw_labels(count, random):
    """Return labels: each row of six holds every class once, in an order of its own."""
    rows = -(-count // len(SHAPES))
    keys = random.random_sample((rows, len(SHAPES)))
    return np.argsort(keys, axis=1).ravel()[:count].astype(np.uint8)


def _draw(labels, numbers, noise):
    """Return one picture for each label and row of random numbers, uint8 (n, 32, 32, 3)."""
    radius, row, column, turn, *others = numbers.T[:, :, np.newaxis, np.newaxis]
    radius = _between(RADIUS, radius)
    rows, columns = np.indices((SHAPE_SIDE, SHAPE_SIDE)) + 0.5
    rows = rows - radius - (SHAPE_SIDE - 2 * radius) * row  # the whole shape is in the picture
    columns = columns - radius - (SHAPE_SIDE - 2 * radius) * column
    angle = 2 * np.pi * TURN * (2 * turn - 1)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = (cos * columns + sin * rows) / radius, (cos * rows - sin * columns) / radius
    outside = np.empty(x.shape)
    for label, name in enumerate(SHAPES):
        mine = labels == label
        outside[mine] = DISTANCES[name](x[mine], y[mine])
    ink = np.clip(0.5 - outside * radius, 0, 1)[..., np.newaxis]
    waves = _draw_waves(*others[:3])[..., np.newaxis]
    background = _between(DARK, numbers[:, np.newaxis, np.newaxis, -6:-3])
    colour = _between(LIGHT, numbers[:, np.newaxis, np.newaxis, -3:])
    pictures = (1 - ink) * (background + TEXTURE * waves) + ink * colour
    pictures += NOISE * _draw_noise(pictures.shape, noise)
    return np.floor(255 * np.clip(pictures, 0, 1) + 0.5).astype(np.uint8)


def _draw_waves(direction, length, phase):
    """Return waves from -1 to 1 with a random direction, length and phase."""
    rows, columns = np.indices((SHAPE_SIDE, SHAPE_SIDE))
    angle = 2 * np.pi * direction
    along = np.cos(angle) * columns + np.sin(angle) * rows
    return np.sin(2 * np.pi * (along / (5 + 15 * length) + phase))


def _between(limits, numbers):
    """Return numbers from 0 to 1, stretched to the limits."""
    return limits[0] + (limits[1] - limits[0]) * numbers


def _draw_noise(shape, random):
    """Return numbers with mean 0 and deviation 1."""
    return (random.random_sample(shape) - 0.5) * 12**0.5


def _circle(x, y):
    return np.hypot(x, y) - 0.9


def _ring(x, y):
    return np.abs(np.hypot(x, y) - 0.7) - 0.2


def _square(x, y):
    return np.maximum(np.abs(x), np.abs(y)) - 0.5**0.5


def _triangle(x, y):
    return np.maximum(y, 0.75**0.5 * np.abs(x) - y / 2) - 0.5


def _cross(x, y):
    wide, narrow = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    return np.maximum(wide - 0.95, narrow - 0.3)


def _star(x, y):
    """Return the distance to a star of five tips: the line from a tip to the next hollow."""
    angle = np.abs((np.arctan2(y, x) / (2 * np.pi / 5) + 0.5) % 1 - 0.5) * 2 * np.pi / 5
    radius = np.hypot(x, y)
    tip, hollow, half = 1.0, 0.45, np.pi / 5
    # The normal of that line, outwards; the tip lies on the x axis.
    normal = np.array([hollow * np.sin(half), tip - hollow * np.cos(half)])
    normal /= np.hypot(*normal)
    return radius * (np.cos(angle) * normal[0] + np.sin(angle) * normal[1]) - tip * normal[0]


DISTANCES = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "cross": _cross,
    "ring": _ring,
}
