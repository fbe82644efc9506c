"""course_utils.plotting, the playground's runs: shades and points where the numbers say."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def right_half(points):
    """Class 1 to the right of x1 = 1."""
    return 1 / (1 + np.exp(-(points[:, 0] - 1)))


def border_of(axes):
    """Return the corners of the black line."""
    (border,) = [it for it in axes.collections if not getattr(it, "filled", True)]
    return np.concatenate([path.vertices for path in border.get_paths()])


def test_the_border_lies_where_the_network_hesitates():
    axes = plotting.plot_answers(right_half)
    corners = border_of(axes)
    assert np.allclose(corners[:, 0], 1) and corners[:, 1].min() == -6 and corners[:, 1].max() == 6


def test_points_keep_their_colour_and_marker():
    axes = plotting.plot_answers(right_half, [[0, 0], [2, 2], [3, 1]], [0, 1, 1])
    zero, one = axes.collections[-2:]
    assert zero.get_offsets().tolist() == [[0, 0]]
    assert one.get_offsets().tolist() == [[2, 2], [3, 1]]
    assert zero.get_paths()[0].vertices.shape != one.get_paths()[0].vertices.shape


@pytest.mark.parametrize("answer", [0.2, 0.9])
def test_one_answer_everywhere_has_no_border(answer):
    axes = plotting.plot_answers(lambda points: np.full(len(points), answer))
    axes.figure.canvas.draw()
    assert len(axes.collections) == 3  # shades and two empty sets of points


def test_a_table_has_a_row_a_name_and_a_map_a_network():
    everywhere = (lambda points: np.ones(len(points)), "100 %")
    runs = {"one unit": [(right_half, "80 %")] * 3, "two units": [everywhere] * 3}
    axes = plotting.plot_answers_table(runs)
    table = axes.images[0].get_array()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["one unit", "two units"]
    assert [text.get_text() for text in axes.texts] == ["80 %"] * 3 + ["100 %"] * 3
    assert np.unique(table[30, :61]).tolist() == [0, 1] and table[30, 0] == 0  # left: class 0
    assert np.isclose(table[17:78, :61].mean(), 26 / 61)  # x1 from 1 to 6
    assert table[95:, :61].min() == 1 and table[:17].mask.all()


def test_a_table_shows_the_upper_half_above():
    upper = (lambda points: (points[:, 1] > 0).astype(float), "")
    table = plotting.plot_answers_table({"upper": [upper]}).images[0].get_array()
    assert table[17].min() == 1 and table[-1].max() == 0


def test_a_table_with_rows_of_different_lengths_is_refused():
    rows = {"one unit": [(right_half, "")], "two units": [(right_half, "")] * 2}
    with pytest.raises(ValueError, match="expected 1 networks in each row"):
        plotting.plot_answers_table(rows)


def test_sizes_of_weights_fall():
    axes = plotting.plot_weight_sizes({"without": [[-3, 1], [2, 0]], "L1": [0, 0.5]})
    first, second = axes.lines
    assert first.get_ydata().tolist() == [3, 2, 1, 0] and first.get_xdata().tolist() == [1, 2, 3, 4]
    assert second.get_ydata().tolist() == [0.5, 0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["without", "L1"]
