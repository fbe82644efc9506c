"""course_utils.plotting.convolution: numbers, windows and fields are drawn where they belong."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")

PICTURE = np.array([[0, 0, 2, 2], [0, 1, 2, 2], [0, 0, 0, 1]])
KERNEL = np.array([[-1, 0], [0, 1]])


def texts(axes):
    return [text.get_text() for text in axes.texts]


def labels_at_the_right(axes):
    return [text for text in texts(axes) if "pixels" in text]


def frames(axes):
    """Return the corner and the size of each thick frame."""
    return [
        (*np.round(patch.get_xy(), 3), round(patch.get_width(), 3))
        for patch in axes.patches
        if not patch.get_fill() and patch.get_linewidth() > 3
    ]


# Numbers in pixels


def test_pixels_carry_their_numbers():
    axes = plotting.plot_pixels([[1, -2.5], [0.333333, np.nan]], window=[(0, 1)])
    assert texts(axes) == ["1", "−2.5", "0.333", "?"]
    assert frames(axes) == [(0.5, -0.5, 1)]


def test_minus_zero_is_zero():
    assert texts(plotting.plot_pixels([[-0.0, 1.0]])) == ["0", "1"]


def test_pixels_are_darker_where_they_are_larger():
    white, grey, dark = plotting.plot_pixels([[0, 1, 2]]).images[0].get_array()[0].sum(axis=1)
    assert white == 3 and white > grey > dark


def test_numbers_are_legible_on_dark_pixels():
    assert [text.get_color() for text in plotting.plot_pixels([[0, 9]]).texts] == ["black", "white"]


def test_signs_have_their_own_colours():
    left, middle, right = plotting.plot_pixels([[-1, 0, 1]]).images[0].get_array()[0]
    assert left[0] > left[2] and right[2] > right[0]  # orange, purple
    assert np.allclose(middle, middle[0], atol=0.01)


def test_without_numbers_there_are_only_colours():
    assert texts(plotting.plot_pixels(np.eye(20), numbers=False)) == []


@pytest.mark.parametrize("picture", ([1, 2], np.zeros((0, 3)), np.zeros((2, 2, 3))))
def test_pixels_want_a_matrix(picture):
    with pytest.raises(ValueError, match="expected a picture"):
        plotting.plot_pixels(picture)


def test_panels_have_their_titles():
    row = plotting.plot_panels({"a": [[1]], "b": [[2, 3]]})
    assert [axes.get_title(loc="center") for axes in row] == ["a", "b"]
    assert texts(row[1]) == ["2", "3"]


def test_a_step_shows_products_and_what_is_known():
    picture, kernel, products, result = plotting.plot_window_step(PICTURE, KERNEL, 0, 1)
    assert frames(picture) == [(0.5, -0.5, 2)]
    assert texts(kernel)[:4] == ["−1", "0", "0", "1"]
    assert products.get_title(loc="center") == "products, sum 2"
    assert texts(result) == ["1", "2", "?", "?", "?", "?"]
    assert frames(result) == [(0.5, -0.5, 1)]


@pytest.mark.parametrize("place", ((2, 0), (0, 3), (-1, 0)))
def test_a_step_stays_in_the_picture(place):
    with pytest.raises(ValueError, match="position"):
        plotting.plot_window_step(PICTURE, KERNEL, *place)


def test_pooling_takes_the_largest_and_the_mean():
    picture, largest, mean = plotting.plot_pooling([[1, 3, 2, 0], [5, 2, 0, 2]])
    assert texts(largest) == ["5", "2"] and texts(mean) == ["2.75", "1"]
    styles = {patch.get_linestyle() for patch in picture.patches}
    assert len(styles) == 2  # neighbouring blocks are told apart without colour


def test_pooling_wants_whole_blocks():
    with pytest.raises(ValueError, match="multiples of 2"):
        plotting.plot_pooling(PICTURE)


# Pictures


def test_flattening_counts_places():
    left, right = plotting.plot_flattening(np.eye(28), row=8, column=12)
    assert frames(left) == [(11.5, 7.5, 3)]
    assert texts(right) == ["236 to 238", "264 to 266", "292 to 294"]
    assert 8 * 28 + 12 == 236


def test_channels_are_drawn_one_by_one():
    picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    axes = plotting.plot_channels(picture)
    assert np.array_equal(axes[3].images[0].get_array(), picture[..., 2])
    assert [ax.get_title(loc="center") for ax in axes] == ["picture", "red", "green", "blue"]


def test_responses_with_a_sign_have_a_symmetric_scale():
    grey, signed = plotting.plot_responses(
        {"grey": np.ones((4, 6)), "signed": np.linspace(-1, 3, 24).reshape(4, 6)}, columns=3
    )
    assert grey.images[0].get_clim() == (0, 1)
    low, high = signed.images[0].get_clim()
    assert low == -high and 2 < high <= 3


def test_equivariance_has_a_column_a_case():
    maps = [np.ones((3, 3)), np.ones((3, 3)), np.zeros((3, 3))]
    grid = plotting.plot_equivariance({"a": maps, "b": maps})
    assert grid.shape == (3, 2)
    assert grid[0, 1].get_title(loc="center").startswith("b\n")
    assert grid[2, 0].images[0].get_clim() == (-1, 1)  # the scale of the maps, not its own


def test_moved_pictures_start_at_no_shift():
    axes = plotting.plot_moved({"CNN": [0.9, 0.5], "dense": [0.8, 0.2]})
    chance, first, _ = axes.get_lines()
    assert chance.get_ydata()[0] == 0.1
    assert first.get_xydata().tolist() == [[0, 0.9], [1, 0.5]]


# The window's way


@pytest.mark.parametrize(
    ("options", "title", "second"),
    [
        ({}, "7 × 7 → 5 × 5", 1),
        ({"padding": "same"}, "7 × 7 → 7 × 7", 1),
        ({"stride": 2}, "7 × 7 → 3 × 3", 2),
        ({"dilation": 2}, "7 × 7 → 3 × 3", 1),
        ({"stride": 3, "padding": "same"}, "7 × 7 → 3 × 3", 3),
        ({"kernel_size": 7}, "7 × 7 → 1 × 1", None),
    ],
)
def test_a_scan_shows_size_and_step(options, title, second):
    axes = plotting.plot_scan(7, **options)
    assert axes.get_title(loc="center") == title
    windows = frames(axes)[::2]
    assert len(windows) == (1 if second is None else 2)
    if second is not None:
        centers = [x + width / 2 for x, _, width in windows]
        assert centers[1] - centers[0] == pytest.approx(second)


def test_a_scan_dots_the_pixels_of_the_window():
    lines = plotting.plot_scan(7, dilation=2).get_lines()
    assert {tuple(line.get_xydata()[0]) for line in lines} == {
        (x, y) for x in (0, 2, 4) for y in (0, 2, 4)
    }


def test_a_scan_hatches_the_rim():
    hatched = [p for p in plotting.plot_scan(7, padding="same").patches if p.get_hatch()]
    assert len(hatched) == 9 * 9 - 7 * 7


def test_a_scan_wants_a_window_that_fits():
    with pytest.raises(ValueError, match="spans 9 of 7"):
        plotting.plot_scan(7, dilation=4)


# Connections


def test_connections_are_counted():
    row = plotting.plot_connections(inputs=6, kernel_size=3)
    assert [axes.get_title(loc="center").split("\n")[1] for axes in row] == [
        "24 weights",
        "12 weights",
        "3 weights",
    ]
    assert [len(axes.get_lines()) for axes in row] == [24, 12, 12]
    styles = {(line.get_color(), line.get_linestyle()) for line in row[2].get_lines()}
    assert len(styles) == 3


def marked(axes):
    """Return how many units of each layer are dark, pixels first."""
    dark = [
        tuple(points.get_offsets()[0])
        for points in axes.collections
        if points.get_facecolor()[0, 0] < 0.5
    ]
    levels = [level for _, level in dark]
    return [levels.count(level) for level in sorted(set(levels))]


@pytest.mark.parametrize(
    ("layers", "fields", "dark"),
    [
        ([(3, 1, 1), (3, 1, 1), (3, 1, 1)], (3, 5, 7), [7, 5, 3, 1]),
        ([(3, 2, 1), (3, 2, 1), (3, 1, 1)], (3, 7, 15), [15, 7, 3, 1]),
        ([(3, 1, 1), (2, 2, 1)], (3, 4), [4, 2, 1]),
        ([(3, 1, 2)], (5,), [3, 1]),
    ],
)
def test_fields_grow_layer_by_layer(layers, fields, dark):
    axes = plotting.plot_receptive_field(layers)
    words = [f"layer {n}: sees {field} pixels" for n, field in enumerate(fields, 1)]
    assert labels_at_the_right(axes) == ["pixels", *words]
    assert marked(axes) == dark


def test_every_unit_stands_over_the_middle_of_what_it_sees():
    axes = plotting.plot_receptive_field([(3, 2, 1), (2, 2, 1)])
    ends = {}
    for line in axes.get_lines():
        (low, _), high = line.get_xydata().tolist()
        ends.setdefault(tuple(high), []).append(low)
    assert all(np.mean(lows) == pytest.approx(x) for (x, _), lows in ends.items())


@pytest.mark.parametrize("layers", ([], [(3, 0, 1)]))
def test_a_field_wants_layers(layers):
    with pytest.raises(ValueError, match="from 1 on"):
        plotting.plot_receptive_field(layers)


def test_seen_squares_are_centred():
    axes = plotting.plot_seen(np.zeros((28, 28)), {"one": 3, "two": 8})
    centers = {patch.get_center().tolist().__repr__() for patch in axes.patches}
    assert centers == {"[14.0, 14.0]"}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one: 3", "two: 8"]


def test_shrinking_layers_carry_their_shapes():
    shapes = [(28, 28, 1), (13, 13, 16), (1, 1, 10)]
    axes = plotting.plot_shrinking(shapes, ("digit", "pooling", "dense"))
    assert "13 × 13 × 16" in texts(axes) and "pooling" in texts(axes)
    assert len(axes.patches) == 1 + 8 + 8
    assert plotting.plot_shrinking(shapes)


def test_figures_go_into_given_axes():
    _, row = plt.subplots(1, 6)
    drawn = (
        plotting.plot_pixels(PICTURE, axes=row[0]),
        plotting.plot_scan(5, axes=row[1]),
        plotting.plot_receptive_field([(3, 1, 1)], axes=row[2]),
        plotting.plot_seen(PICTURE, {"a": 2}, axes=row[3]),
        plotting.plot_shrinking([(2, 2, 1)], axes=row[4]),
        plotting.plot_moved({"a": [1, 0]}, axes=row[5]),
    )
    assert all(axes is given for axes, given in zip(drawn, row, strict=True))
