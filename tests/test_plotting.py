"""course_utils.plotting: a figure shows the numbers it is given, and says what it cannot."""

import base64
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.fixture
def shown(monkeypatch):
    """Collect what `show` displays."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_show_gives_a_picture_with_its_text_and_closes_the_figure(shown):
    figure, _ = plt.subplots()
    plotting.show(figure, alt='a "quoted" <finding>')
    (bundle,) = shown
    assert 'alt="a &quot;quoted&quot; &lt;finding&gt;"' in bundle["text/html"]
    picture = re.search(r"base64,([^\"]+)", bundle["text/html"]).group(1)
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert bundle["text/plain"] == 'a "quoted" <finding>'
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_show_asks_for_a_text_alternative(shown, alt):
    with pytest.raises(ValueError, match="text alternative"):
        plotting.show(plt.figure(), alt=alt)
    assert not shown


def test_show_says_what_it_expected_instead_of_axes(shown):
    _, axes = plt.subplots()
    with pytest.raises(TypeError, match="expects a figure"):
        plotting.show(axes, alt="a line")


def test_images_are_dark_ink_on_white_with_their_titles():
    axes = plotting.plot_images(np.eye(3)[None] * np.ones((4, 1, 1)), titles=list("abcd"))
    assert [ax.get_title() for ax in axes] == list("abcd")
    assert axes[0].images[0].get_cmap().name == "gray_r"


@pytest.mark.parametrize(
    ("images", "titles", "message"),
    [
        (np.zeros((28, 28)), None, r"\(n, height, width\), got \(28, 28\)"),
        (np.zeros((0, 28, 28)), None, "got"),
        (np.zeros((2, 28, 28)), ["one"], "2 titles.* got 1"),
    ],
)
def test_images_of_another_shape_are_refused(images, titles, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_images(images, titles)


def test_classes_differ_in_colour_and_marker():
    axes = plotting.plot_points([[0, 0], [1, 1], [2, 2]], [0, 1, 1])
    first, second = axes.collections
    assert len(first.get_offsets()) == 1 and len(second.get_offsets()) == 2
    assert not np.allclose(first.get_facecolor(), second.get_facecolor())
    assert first.get_paths()[0].vertices.shape != second.get_paths()[0].vertices.shape


@pytest.mark.parametrize(
    ("points", "labels", "message"),
    [
        ([[1, 2, 3]], [0], r"\(n, 2\)"),
        ([[1, 2]], [0, 1], "n labels"),
        ([[1, 2], [3, 4]], [0, 2], r"labels 0 and 1, got \[0, 2\]"),
    ],
)
def test_points_of_another_kind_are_refused(points, labels, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_points(points, labels)


@pytest.mark.parametrize(("weights", "bias"), [((1, 1), -1.5), ((1, 0), -0.3), ((0, -2), 1)])
def test_the_line_lies_where_the_score_is_zero(weights, bias):
    _, axes = plt.subplots()
    axes.set(xlim=(-1, 2), ylim=(-1, 2))
    plotting.plot_line(weights, bias, axes)
    vertices = axes.collections[0].get_paths()[0].vertices
    assert len(vertices) > 10
    np.testing.assert_allclose(vertices @ np.array(weights) + bias, 0, atol=1e-9)
    assert axes.get_xlim() == (-1, 2)


@pytest.mark.parametrize(("bias", "areas"), [(1, 1), (0, 1), (-1, 0)])
def test_two_zero_weights_have_no_line_and_fire_everywhere_or_nowhere(bias, areas):
    _, axes = plt.subplots()
    assert len(plotting.plot_line((0, 0), bias, axes).collections) == areas


@pytest.mark.filterwarnings("error")
def test_a_line_outside_the_picture_is_no_fault():
    _, axes = plt.subplots()
    assert len(plotting.plot_line((1, 1), 100, axes).collections) == 1
    assert len(plotting.plot_line((1, 1), -100, axes).collections) == 1


def test_the_largest_probability_carries_its_value():
    axes = plotting.plot_probabilities([0.1, 0.7, 0.2], names=["cat", "dog", "fox"])
    assert [round(bar.get_height(), 2) for bar in axes.patches] == [0.1, 0.7, 0.2]
    assert axes.texts[0].get_text() == "70%"


@pytest.mark.parametrize("wrong", [[[0.5, 0.5]], [1.5, -0.5], [float("nan"), 1]])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        plotting.plot_probabilities(wrong)


def test_the_timeline_is_sorted_and_names_each_kind():
    axes = plotting.plot_timeline([(2012, "AlexNet", "result"), (1943, "a neuron", "idea")])
    written = [text.get_text() for text in axes.texts]
    assert written == ["1943", "a neuron", "2012", "AlexNet"]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"idea", "result"}


def test_parts_of_a_timeline_agree_on_their_colors():
    kinds = ("idea", "result", "data")
    events = [(1943, "a neuron", "idea"), (2009, "ImageNet", "data")]
    first = plotting.plot_timeline(events, kinds=kinds)
    second = plotting.plot_timeline([(2010, "more", "data")], kinds=kinds)
    colors = [axes.collections[-1].get_facecolor().tolist() for axes in (first, second)]
    assert colors[0] == colors[1]
    assert [text.get_text() for text in second.get_legend().get_texts()] == ["data"]


def test_an_empty_timeline_is_refused():
    with pytest.raises(ValueError, match="at least one event"):
        plotting.plot_timeline([])


def test_the_three_fields_lie_inside_each_other():
    axes = plotting.plot_nested_fields()
    outer, middle, inner = (ellipse.get_extents() for ellipse in axes.patches)
    for large, small in ((outer, middle), (middle, inner)):
        assert large.x0 < small.x0 and small.x1 < large.x1 and small.y1 < large.y1


def test_each_error_has_its_square():
    axes = plotting.plot_squared_errors([10, 12, 9], [11, 10, 12])
    assert [square.get_width() * square.get_height() for square in axes.patches] == [1, 4, 9]
    assert "(−1)² = 1" in [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("wrong", [([1, 2], [1]), ([[1]], [[1]])])
def test_targets_without_predictions_are_refused(wrong):
    with pytest.raises(ValueError, match="two rows of n"):
        plotting.plot_squared_errors(*wrong)


def test_a_network_has_all_its_units_and_connections():
    axes = plotting.plot_network((3, 4, 2), names=("in", "hidden", "out"))
    assert [len(layer.get_offsets()) for layer in axes.collections] == [3, 4, 2]
    assert len(axes.lines) == 3 * 4 + 4 * 2


@pytest.mark.parametrize("wrong", [((3,), None), ((3, 2), ("in",))])
def test_what_is_no_network_is_refused(wrong):
    with pytest.raises(ValueError, match="two layers or more"):
        plotting.plot_network(*wrong)


def test_weights_have_white_at_zero():
    first, second = plotting.plot_weights([[[0.0, 2.0]], [[-5.0, 1.0]]])
    assert first.images[0].get_clim() == (-2, 2) and second.images[0].get_clim() == (-5, 5)


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="n, height, width"):
        plotting.plot_weights(np.zeros((784, 32)))


def test_learning_curves_keep_their_numbers():
    axes = plotting.plot_learning_curves([50, 500], {"small": [0.5, 0.8], "large": [0.5, 0.9]})
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0.5, 0.8], [0.5, 0.9]]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["50", "500"]


def test_the_hype_cycle_names_its_five_phases():
    assert len(plotting.plot_hype_cycle().texts) == 5 + 1


def test_features_are_drawn_on_three_levels():
    titles = [axes.get_title().split(":")[0] for axes in plotting.plot_feature_levels()]
    assert titles == ["low", "mid", "high"]


def test_five_kinds_of_networks_are_drawn():
    axes = plotting.plot_network_kinds()
    titles = [ax.get_title().split("\n")[0] for ax in axes]
    assert titles[:3] == ["feed-forward", "convolutional", "recurrent"]
    assert titles[3:] == ["long short-term", "transformer"]


def test_a_neuron_names_its_parts_and_shows_what_it_is_given():
    axes = plotting.plot_neuron((1, 2, 3), (4, 5, 6), 7, 8, "step", 1)
    written = {text.get_text() for text in axes.texts}
    assert {"1", "2", "3", "4", "5", "6", "7", "8", "step"} <= written
    assert {"inputs", "weights", "bias", "linear\ncombination", "output"} <= written


def test_inputs_and_weights_of_a_neuron_come_in_pairs():
    with pytest.raises(ValueError, match="zip"):
        plotting.plot_neuron((1, 2), (3,))


def test_a_tangent_touches_its_curve_with_its_slope():
    axes = plotting.plot_activation(np.square, lambda z: 2 * z, "square", at=1.0)
    tangent = {line.get_label(): line for line in axes.lines}["tangent"]
    (x0, x1), (y0, y1) = tangent.get_xdata()[[0, -1]], tangent.get_ydata()[[0, -1]]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(2)
    assert np.interp(1, tangent.get_xdata(), tangent.get_ydata()) == pytest.approx(1)


def test_an_activation_needs_neither_slope_nor_tangent():
    axes = plotting.plot_activation(np.tanh, name="tanh")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["tanh(z)"]


def test_a_gate_has_its_four_inputs_and_a_line_if_there_is_one():
    axes = plotting.plot_gate([0, 1, 1, 0], name="XOR")
    zeros, ones = (group.get_offsets().tolist() for group in axes.collections)
    assert (zeros, ones) == ([[0, 0], [1, 1]], [[0, 1], [1, 0]])
    assert len(plotting.plot_gate([0, 0, 0, 1], (1, 1), -1.5).collections) > 2


def test_the_line_history_has_a_picture_for_each_epoch_with_errors():
    points, labels = [[0, 0], [2, 2]], [0, 1]
    history = np.array([[0, 0, -1], [1, 1, 0], [1, 1, -1]])
    first, second = plotting.plot_line_history(points, labels, history, [2, 1, 0])
    assert first.get_title("left") == "Epoch 1: 2 errors"
    assert second.get_title("left") == "Epoch 2: 1 error"
    assert first.get_xlim() == second.get_xlim() == (-0.2, 2.2)


def test_errors_are_counted_from_epoch_one():
    axes = plotting.plot_errors({"AND": [2, 1, 0], "XOR": [3] * 40})
    assert axes.lines[0].get_xdata()[0] == 1
    assert axes.lines[0].get_ydata().tolist() == [2, 1, 0]
    assert all(tick == int(tick) for tick in [*axes.get_xticks(), *axes.get_yticks()])


def test_curves_differ_in_more_than_colour():
    axes = plotting.plot_curves([0, 1], {"straight": [0, 1], "flat": [0, 0]})
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["straight", "flat"]
    assert len({line.get_linestyle() for line in axes.lines}) == 2
