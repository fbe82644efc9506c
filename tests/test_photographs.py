"""data.find_ink: photographs in colour, with alpha, inverted or empty, and what comes of them."""

import numpy as np
import pytest

from course_utils import data


def page(paper=220, ink=40, channels=3):
    picture = np.full((60, 50, channels), paper, dtype="uint8")
    picture[30:50, 20:26, :3] = ink
    return picture


INK = np.zeros((60, 50), dtype=bool)
INK[30:50, 20:26] = True


@pytest.mark.parametrize(
    "picture",
    [page(), page(40, 220), page() / 255, np.concatenate([page(), page(255, 255)[..., :1]], -1)],
    ids=["dark on light", "light on dark", "0 to 1", "opaque alpha"],
)
def test_ink_is_what_differs_from_the_paper(picture):
    np.testing.assert_array_equal(data.find_ink(picture) > 0, INK)


def test_white_shows_through_where_a_picture_is_transparent():
    transparent = np.zeros((60, 50, 4), dtype="uint8")
    transparent[INK] = 0, 0, 0, 255
    np.testing.assert_array_equal(data.find_ink(transparent) > 0, INK)


def test_uneven_light_is_no_ink():
    light = np.linspace(-20, 20, 50)[:, None]
    np.testing.assert_array_equal(data.find_ink(page() + light) > 0, INK)


def test_center_digit_takes_the_ink():
    digit = data.center_digit(data.find_ink(page()))
    assert digit.shape == (28, 28) and digit.max() == 255 and digit[0].max() == 0


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (2, 28, 28, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="colour picture"):
        data.find_ink(np.ones(shape))


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        ("digit.jpg", "not the file 'digit.jpg': read it first"),
        ([[["ink"] * 3]], "holds the text 'ink', not numbers"),
        (np.ones((0, 5, 3)), "no pixel"),
        (page() * np.nan, "NaN or infinity"),
        (page() - 100.0, "runs from -60 to 120; expected 0 to 255"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(picture, message):
    with pytest.raises(ValueError, match=message):
        data.find_ink(picture)


def test_an_empty_page_is_refused():
    with pytest.raises(ValueError, match="no ink"):
        data.find_ink(np.full((9, 9, 3), 200))
