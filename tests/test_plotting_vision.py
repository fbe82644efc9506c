"""course_utils.plotting.vision: blocks, maps, losses and depths show what they are given."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_volumes_show_each_layer_and_its_shape():
    shapes = [("input", (28, 28, 1)), ("conv", (14, 14, 16)), ("dense", (10,))]
    axes = plotting.plot_volumes(shapes)
    assert texts(axes) == ["input", "28 × 28 × 1", "conv", "14 × 14 × 16", "dense", "10"]
    heights = [patch.get_height() for patch in axes.patches]
    assert heights[0] == 1 and heights[1] == 0.5
    assert len(axes.patches) == 1 + 5 + 1  # a sheet each time the number of maps doubles


def test_volumes_refuse_other_shapes():
    with pytest.raises(ValueError, match="channels"):
        plotting.plot_volumes([("input", (28, 28, 1)), ("what", (2, 3))])


def test_overlays_stretch_a_coarse_map_over_its_picture():
    axes = plotting.plot_overlays(np.ones((2, 28, 28)), np.eye(7)[None].repeat(2, 0), ["a", "b"])
    picture, overlay = axes[1].images
    assert list(picture.get_extent()) == list(overlay.get_extent()) == [-0.5, 27.5, 27.5, -0.5]
    assert overlay.get_array().shape == (7, 7) and axes[1].get_title() == "b"
    with pytest.raises(ValueError, match="one map a picture"):
        plotting.plot_overlays(np.ones((2, 28, 28)), np.ones((1, 7, 7)))


def test_overlays_bear_a_map_of_zeros():
    plotting.plot_overlays(np.ones((1, 8, 8)), np.zeros((1, 2, 2)))[0].figure.canvas.draw()


def test_top_losses_begin_with_the_worst():
    images = np.arange(3)[:, None, None] * np.ones((3, 4, 4))
    probabilities = np.array([[0.6, 0.4], [0.05, 0.95], [0.2, 0.8]])
    axes = plotting.plot_top_losses(images, np.array([0, 0, 1]), probabilities, 2, names="37")
    assert [ax.get_title() for ax in axes] == ["7, truly 3\n5.0%", "3, truly 3\n60.0%"]
    assert axes[0].images[0].get_array().max() == 1


def test_preparation_shows_the_photograph_in_colour_and_what_was_made_of_it():
    photograph = np.full((40, 30, 4), 200, dtype="uint8")
    axes = plotting.plot_preparation(photograph, [np.ones((28, 28))] * 2, ["squeezed", "prepared"])
    assert [ax.get_title().strip() for ax in axes] == ["photograph", "squeezed", "prepared"]
    assert axes[0].images[0].get_array().shape == (40, 30, 4)


def test_photographs_have_their_colours_and_titles():
    pictures = np.zeros((7, 8, 8, 3), dtype="uint8")
    axes = plotting.plot_photographs(pictures, list("abcdefg"), columns=4)
    assert [ax.get_title() for ax in axes] == list("abcdefg")
    assert axes[6].images[0].get_array().shape == (8, 8, 3)


def test_a_block_has_its_shortcut_only_where_it_is_asked_for():
    assert "+" in texts(plotting.plot_block()) and "+" not in texts(plotting.plot_block(False))
    assert "shortcut: x as it is" in texts(plotting.plot_block())


def test_depths_have_a_marker_for_each_group():
    networks = {"small": (3, 1e4, "ours"), "large": (50, 1e7, "others")}
    axes = plotting.plot_depths(networks)
    first, second = axes.lines
    assert first.get_marker() != second.get_marker() and texts(axes) == ["small", "large"]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["ours", "others"]


def test_titles_of_two_lines_over_prepared_pictures_fit_into_the_figure():
    titles = ["squeezed:\n8, 100%", "prepared:\n7, 99%"]
    row = plotting.plot_preparation(np.zeros((150, 150, 3)), np.zeros((2, 28, 28)), titles)
    row[0].figure.canvas.draw()
    top = row[0].figure.bbox.ymax
    assert [axes.get_title() for axes in row[1:]] == titles
    assert all(axes.title.get_window_extent().ymax <= top for axes in row)
