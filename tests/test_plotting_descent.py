"""course_utils.plotting.descent: the way down and the way back show the numbers they are given."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_utils import explorables, plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_each_error_stands_between_target_and_prediction_with_its_sign():
    axes = plotting.plot_prediction_errors([56, 67, 10], [67, 50, 10])
    assert texts(axes) == ["+11", "−17", "0"]
    assert [note.xy[1] for note in axes.texts] == [61.5, 58.5, 10]
    (bars,) = axes.collections
    assert [segment[:, 1].tolist() for segment in bars.get_segments()][:2] == [[56, 67], [67, 50]]
    assert len({line.get_marker() for line in axes.lines}) == 2


@pytest.mark.parametrize("wrong", [([1, 2], [1]), ([[1]], [[1]])])
def test_targets_without_predictions_are_refused(wrong):
    with pytest.raises(ValueError, match="n targets and n predictions, got shapes"):
        plotting.plot_prediction_errors(*wrong)


def test_squared_and_absolute_losses_meet_at_errors_of_one():
    axes = plotting.plot_error_losses(largest=2)
    errors, squared = axes.lines[0].get_data()
    np.testing.assert_allclose(squared, errors**2)
    np.testing.assert_allclose(axes.lines[1].get_ydata(), abs(errors))
    assert legend(axes) == ["squared", "absolute"] and errors[0] == -2


def test_the_cross_entropy_of_a_mark_is_written_at_it():
    axes = plotting.plot_cross_entropy(marks=(0.8, 0.1))
    assert texts(axes) == ["0.22", "2.30"]
    one, zero = axes.lines[:2]
    np.testing.assert_allclose(one.get_ydata(), zero.get_ydata()[::-1])


def test_steps_of_a_descent_lie_on_the_curve():
    path = [0.0, 1.1, 1.65]
    axes = plotting.plot_descent(lambda w: (w - 2.2) ** 2, path, (-1, 5), top=9, title="rate 0.1")
    steps, start = axes.collections
    np.testing.assert_allclose(steps.get_offsets(), [(w, (w - 2.2) ** 2) for w in path])
    assert start.get_offsets().tolist() == [[0.0, pytest.approx(4.84)]]
    assert axes.get_xlim() == (-1, 5) and axes.get_ylim()[1] == 9


def test_a_diverging_descent_is_cut_off_and_no_fault():
    path = [0.0, 100.0, -1e6, 1e12]
    axes = plotting.plot_descent(np.square, path, (-2, 2))
    assert axes.get_xlim() == (-2, 2) and axes.get_ylim()[1] == pytest.approx(1.05 * 4)


def test_descents_stand_side_by_side_on_the_same_scales():
    first, second = plotting.plot_descents(np.square, {"a": [2, 1], "b": [2, -2.5]}, (-3, 3))
    assert (first.get_title("left"), second.get_title("left")) == ("a", "b")
    assert first.get_xlim() == second.get_xlim() and first.get_ylim() == second.get_ylim()
    assert first.get_ylabel() and not second.get_ylabel()


def test_paths_on_a_landscape_differ_in_more_than_colour_and_start_white():
    paths = {"a": [(4, 0), (2, 0), (1, 0)], "b": [(0, 3), (0, 1)]}
    axes = plotting.plot_landscape(explorables.LANDSCAPES["bowl"], paths)
    _, path_a, start_a, _, path_b, start_b, star = axes.lines  # each path on its white outline
    assert path_a.get_xdata().tolist() == [4, 2, 1] and start_a.get_xdata().tolist() == [4]
    assert {to_hex(start.get_color()) for start in (start_a, start_b)} == {"#ffffff"}
    assert path_a.get_marker() != path_b.get_marker() and star.get_marker() == "*"
    assert legend(axes) == ["a", "b"]
    assert axes.get_xlim() == axes.get_ylim() == (-5, 5)


def test_a_landscape_needs_no_path():
    assert plotting.plot_landscape(explorables.LANDSCAPES["bowl"], {}).get_legend() is None


@pytest.mark.parametrize("name", ["bowl", "ravine", "saddle", "valleys"])
def test_every_landscape_is_drawn_as_surface_and_as_contours(name):
    landscape = explorables.LANDSCAPES[name]
    paths = {name: explorables.descend(name, steps=5).positions}
    surface, contours = plotting.plot_surface_and_contours(landscape, paths)
    x, y, height = surface.lines[0].get_data_3d()
    np.testing.assert_allclose(height, landscape.function(x, y))
    np.testing.assert_allclose(contours.lines[0].get_xydata(), paths[name])


def test_the_chain_rule_is_computed():
    written = texts(plotting.plot_chain_rule())
    assert {"0.25", "−0.25", "−0.5", "−1", "$x =$ 2", "$g'(z) =$ 0.25"} <= set(written)
    assert "0.0496" in texts(plotting.plot_chain_rule(w=1.5, w_0=-1.75))


def test_the_chain_before_the_way_back_has_values_and_no_gradients():
    written = set(texts(plotting.plot_chain_rule(backward=False)))
    assert {"0.25", "0.5", "$x =$ 2", "sigmoid"} <= written
    assert not written & {"−0.25", "−0.5", "$g'(z) =$ 0.25"}


def test_a_computation_shows_values_above_gradients_below_and_slopes_between():
    nodes = {"$w$": (0, 0, "1", "−0.5"), "$z$": (1, 0, "0", "−0.25")}
    axes = plotting.plot_computation(nodes, [("$w$", "$z$", "$x = 2$")])
    places = {text.get_text(): text for text in axes.texts}
    assert {"$w$", "$z$", "1", "0", "−0.5", "−0.25", "$x = 2$"} <= set(places)
    axes.figure.canvas.draw()
    middle = {name: text.get_window_extent().y0 for name, text in places.items()}
    assert middle["1"] > middle["$w$"] > middle["−0.5"]
    assert places["$x = 2$"].get_position() == (0.5, 0)


def test_gradients_of_a_value_that_is_used_three_times_add_up():
    assert {"3 + 3 + 1 = 7", "3 and 3", "9", "12"} <= set(texts(plotting.plot_reuse(3)))
    assert {"−2 + −2 + 1 = −3", "4", "2"} <= set(texts(plotting.plot_reuse(-2)))


def test_an_edge_to_nowhere_is_an_error():
    with pytest.raises(KeyError, match="lost"):
        plotting.plot_computation({"a": (0, 0, "", "")}, [("a", "lost", "")])


def test_losses_start_at_step_0_on_a_logarithmic_scale():
    axes = plotting.plot_losses({"a": [1, 0.1, 0], "b": [2, 1]})
    assert axes.get_yscale() == "log" and axes.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert axes.lines[0].get_ydata()[-1] > 0
    assert legend(axes) == ["a", "b"]


def test_losses_may_have_places_of_their_own():
    axes = plotting.plot_losses({"a": [1, 0.5]}, x={"a": [0.5, 1.0]}, xlabel="epochs")
    assert axes.lines[0].get_xdata().tolist() == [0.5, 1.0] and axes.get_xlabel() == "epochs"


def test_deltas_are_drawn_from_layer_1_with_markers():
    axes = plotting.plot_gradient_sizes({"sigmoid": [1e-9, 1e-3], "relu": [1, 1]})
    assert axes.lines[0].get_xdata().tolist() == [1, 2] and axes.get_yscale() == "log"
    assert len({line.get_marker() for line in axes.lines}) == 2


def test_batch_sizes_stand_at_their_ticks_beside_what_theory_says():
    noise, time = plotting.plot_batch_sizes([1, 4], [0.8, 0.5], [20, 6])
    for axes in (noise, time):
        assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "4"]
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [line.get_ydata().tolist() for line in noise.lines] == [[0.8, 0.5], [0.8, 0.4]]
    assert legend(noise)[0] == "measured" and time.lines[0].get_ydata().tolist() == [20, 6]
