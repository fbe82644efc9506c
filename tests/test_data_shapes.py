"""The generated shapes: always the same, told apart by their outline alone, and quickly drawn."""

import hashlib

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course_utils import data

SHA256 = "a427199e20fcfd040cb17ad67f499bfe663f3fc42807f3e7592243e89df02c99"
SIDE = data.shapes.SHAPE_SIDE


def draw_alone(monkeypatch, count=600):
    """Return pictures without waves and noise, white shapes on black, and their labels."""
    for name, value in {"TEXTURE": 0, "NOISE": 0, "DARK": (0, 0), "LIGHT": (1, 1)}.items():
        monkeypatch.setattr(data.shapes, name, value)
    pictures, labels = data.generate_shapes(count)
    return pictures[..., 0] / 255, labels


# The same everywhere


def test_the_pictures_never_change():
    pictures, labels = data.generate_shapes(1200)
    content = pictures.tobytes() + labels.tobytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_the_first_pictures_are_the_same_whatever_the_count():
    many, many_labels = data.generate_shapes(1100)
    for count in (1, 7, 600):
        few, labels = data.generate_shapes(count)
        np.testing.assert_array_equal(few, many[:count])
        np.testing.assert_array_equal(labels, many_labels[:count])


def test_other_seeds_and_the_held_out_part_are_other_pictures():
    sets = [data.generate_shapes(300, seed, held) for seed in (0, 1) for held in (False, True)]
    pictures = np.concatenate([pictures for pictures, _ in sets]).reshape(1200, -1)
    assert len(np.unique(pictures, axis=0)) == 1200
    assert len({labels.tobytes() for _, labels in sets}) == 4


def test_the_callers_random_numbers_are_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    data.generate_shapes(10)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


# What is in them


def test_shapes_types_and_shares():
    pictures, labels = data.generate_shapes(1000, held_out=True)
    assert pictures.shape == (1000, SIDE, SIDE, 3) and pictures.dtype == np.uint8
    assert labels.shape == (1000,) and labels.dtype == np.uint8
    counts = np.bincount(labels)
    assert len(counts) == len(data.SHAPES) and np.ptp(counts) <= 1
    assert len({tuple(row) for row in labels[:600].reshape(100, 6)}) > 60, "the classes come mixed"


def test_every_shape_is_whole_and_has_its_area(monkeypatch):
    pictures, labels = draw_alone(monkeypatch)
    low, high = data.shapes.RADIUS
    areas = {  # of the unit circle that is around them, on paper
        "circle": np.pi * 0.9**2,
        "square": 2.0,
        "triangle": 3 * 3**0.5 / 4,
        "star": 5 * 0.45 * np.sin(np.pi / 5),
        "cross": 2 * 1.9 * 0.6 - 0.6**2,
        "ring": np.pi * (0.9**2 - 0.5**2),
    }
    mean_square = (high**3 - low**3) / 3 / (high - low)
    for label, name in enumerate(data.SHAPES):
        found = pictures[labels == label].sum(axis=(1, 2))
        assert found.mean() == pytest.approx(areas[name] * mean_square, rel=0.08), name
        assert areas[name] * low**2 * 0.95 < found.min()
        assert found.max() < areas[name] * high**2 * 1.05


def test_a_ring_is_hollow_and_a_circle_is_not(monkeypatch):
    pictures, labels = draw_alone(monkeypatch)
    rows, columns = np.indices((SIDE, SIDE))
    for name, full in (("circle", True), ("ring", False)):
        for picture in pictures[labels == data.SHAPES.index(name)]:
            row, column = ((axis * picture).sum() / picture.sum() for axis in (rows, columns))
            assert (picture[round(row), round(column)] > 0.9) == full


def test_the_shape_is_lighter_than_its_background_in_any_colour(monkeypatch):
    monkeypatch.setattr(data.shapes, "NOISE", 0)
    pictures, _ = data.generate_shapes(600)
    brightest = pictures.max(axis=(1, 2)).astype(int)
    assert (brightest >= 255 * data.shapes.LIGHT[0] - 1).all()
    assert brightest.std(axis=1).mean() > 20, "not only grey"


def test_colour_and_brightness_hardly_tell_the_class():
    (x, y), (new_x, new_y) = data.generate_shapes(1800), data.generate_shapes(600, held_out=True)

    def summary(pictures):
        corners = pictures[:, :3, :3].mean(axis=(1, 2))
        return np.concatenate([corners, pictures.max(axis=(1, 2))], axis=1) / 255

    model = LogisticRegression().fit(summary(x), y)
    assert model.score(summary(new_x), new_y) < 0.3


def test_the_readme_names_the_classes():
    text = (data.files.FOLDER / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Generated shapes") : text.index("## Fetched")]
    assert all(name in section for name in data.SHAPES)


# Wrong arguments


def test_a_count_or_seed_that_is_none_is_refused():
    for count in (0, -1, 2.5, "3", True, None):
        with pytest.raises(ValueError, match="count is how many pictures"):
            data.generate_shapes(count)
    for seed in (-1, 2**31, 0.5, None):
        with pytest.raises(ValueError, match="seed is a whole number"):
            data.generate_shapes(1, seed=seed)
