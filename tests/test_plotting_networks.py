"""course_utils.plotting.networks: the figures of lesson 02 show the numbers they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_effects_say_which_models_have_an_interaction():
    models = {"sum": lambda a, b: a + 2 * b, "product": lambda a, b: a * b}
    axes = plotting.plot_effects(models, others=(0, 1, 5))
    titles = [ax.get_title(loc="left") for ax in axes]
    assert titles == ["sum: no interaction", "product: interaction"]
    lines = axes[1].get_lines()
    assert [line.get_ydata()[-1] for line in lines] == [0, 4, 20]
    assert len({line.get_marker() for line in lines}) == 3  # not by colour alone


def test_effects_name_inputs_and_output():
    axes = plotting.plot_effects({"sum": lambda a, b: a + b}, names=("sun", "rain", "yield"))
    assert axes[0].get_xlabel() == "sun" and axes[0].get_ylabel() == "yield"
    assert axes[0].get_legend().get_title().get_text() == "rain"


def test_partial_pass_asks_for_what_is_not_yet_computed():
    weights = [np.array([[1.0, 1, -1], [1, -1, 1]]), np.array([[1.0], [-1], [-1]])]
    biases = [np.zeros(3), np.ones(1)]
    whole = texts_of(plotting.plot_forward_pass(weights, biases, (3, 1)))
    assert texts_of(plotting.plot_partial_pass(weights, biases, (3, 1), known=4)) == whole
    texts = texts_of(plotting.plot_partial_pass(weights, biases, (3, 1), known=2))
    assert [text for text in texts if "?" in text] == ["z ?", "a ?", "z ?", "ŷ ?"]
    assert {"z 4", "a 4", "z 2", "a 2", "a = relu(z)", "b = 0"} <= set(texts)


def test_wirings_differ_by_their_edges():
    dense, sparse, skip = plotting.plot_wirings()
    assert [len(ax.texts) for ax in (dense, sparse, skip)] == [9, 7, 10]  # an arrow each


def test_matrix_product_can_ask():
    texts = texts_of(plotting.plot_matrix_product([[3, 1]], [[1, 4], [2, 5]], solved=False))
    assert texts.count("?") == 2 and {"3", "1", "4", "2", "5", "1 × 2"} <= set(texts)
    assert "17" not in texts and "?" not in texts_of(plotting.plot_matrix_product([[3]], [[1]]))


def test_matrix_product_shows_numbers_and_shapes():
    axes = plotting.plot_matrix_product([[3, 1]], [[1, -1, 0.5], [1, 2, 3]], names=("x", "W", "z"))
    texts = texts_of(axes)
    assert {"1 × 2", "2 × 3", "1 × 3", "x", "W", "z"} <= set(texts)
    assert {"−1", "4.5"} <= set(texts)


def test_matrix_product_marks_row_column_and_result():
    left, right = [[1, 2], [3, 4]], [[5, 6], [7, 8]]
    axes = plotting.plot_matrix_product(left, right, row=1, column=0)
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert [text for text in bold if text] == ["3", "4", "5", "7", "43"]


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((1, 6), (6, 1))])
def test_matrix_product_says_what_it_cannot_draw(shapes):
    with pytest.raises(ValueError, match=r"expected shapes \(m, n\) and \(n, p\)"):
        plotting.plot_matrix_product(*map(np.ones, shapes))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("level", [-1.0, 0.0, 1.0])
def test_output_maps_draw_an_output_that_is_never_0(level):
    axes = plotting.plot_output_maps({"constant": np.full((9, 9), level)})
    axes[0].figure.canvas.draw()
    assert axes[0].get_title(loc="left") == "constant"


def test_output_maps_draw_the_border_where_the_output_is_0():
    side = np.linspace(-2, 2, 41)
    (axes,) = plotting.plot_output_maps({"x1 > 1": np.tile(side - 1, (41, 1))}, limit=2)
    (border,) = [lines for lines in axes.collections if list(lines.get_linewidths()) == [3]]
    assert np.allclose(border.get_paths()[0].vertices[:, 0], 1)


def test_sum_errors_put_a_dot_where_there_is_none():
    errors = np.zeros((5, 5))
    errors[0, 4] = -3.0  # x1 = 2, x2 = -2
    axes = plotting.plot_sum_errors({"net": errors, "right": np.zeros((5, 5))}, limit=2)
    dots = set(zip(*axes[0].get_lines()[0].get_data(), strict=True))
    assert len(dots) == 24 and (2, -2) not in dots and (-2, 2) in dots
    assert len(axes[1].get_lines()[0].get_xdata()) == 25
    assert axes[0].images[0].get_array().max() == 3


def test_learning_loop_has_its_four_steps_in_order():
    texts = [text for text in texts_of(plotting.plot_learning_loop()) if text]
    assert [text[:6] for text in texts] == ["1 forw", "2 erro", "3 back", "4 repe"]


def test_unit_maps_are_a_row_a_layer():
    random = np.random.default_rng(0)
    maps = [random.normal(size=(3, 9, 9)), np.ones((1, 9, 9))]
    grid = plotting.plot_unit_maps(maps, ["hidden", "output"], limit=2)
    assert grid.shape == (2, 3)
    assert [ax.get_ylabel() for ax in grid[:, 0]] == ["hidden", "output"]
    assert [len(ax.images) for ax in grid.ravel()] == [1, 1, 1, 1, 0, 0]
    grid[0, 0].figure.canvas.draw()


def test_representation_separates_classes_by_marker_and_draws_the_line():
    points = np.array([[0, 0], [1, 1], [0, 1]])
    axes = plotting.plot_representation(points, [0, 1, 1], weights=(1, 0), bias=-0.5)
    circles, squares = axes.collections[:2]
    assert circles.get_offsets().tolist() == [[0, 0]]
    assert squares.get_offsets().tolist() == [[1, 1], [0, 1]]
    assert len(axes.collections) == 4  # the line and its shaded side


def test_figures_draw_into_the_axes_they_are_given():
    _, row = plt.subplots(1, 3)
    assert plotting.plot_wirings(axes=row)[0] is row[0]
    assert plotting.plot_effects({"sum": lambda a, b: a + b}, axes=row[0])[0] is row[0]
    assert plotting.plot_learning_loop(axes=row[1]) is row[1]
    assert plotting.plot_representation([[0, 1]], [1], axes=row[2]) is row[2]
