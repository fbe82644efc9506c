"""course_utils.plotting.sequences: loops, cells, gates and forecasts show what they are given."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_an_unrolled_loop_has_a_column_for_each_word():
    axes = plotting.plot_unrolled(["not", "dull"], [7, 31], np.eye(2, 4))
    assert texts(axes).count("loop") == 2
    assert {"not", "dull", "7", "31", "$h_{1}$", "$h_{2}$", "embeddings"} <= set(texts(axes))
    assert len(axes.patches) >= 2 * 4 + 2  # the fields of the embeddings, and the boxes


def test_an_unrolled_loop_refuses_another_number_of_states():
    with pytest.raises(ValueError, match="as many"):
        plotting.plot_unrolled(["not", "dull"], [7], np.eye(2, 4))


def test_a_step_of_the_cell_shows_what_is_known_by_then():
    values = {"f": "0.88", "o": "0.73", "c_before": "2", "c": "2.14", "h": "0.71", "x": "1"}
    first = " ".join(texts(plotting.plot_lstm(1, values)))
    last = " ".join(texts(plotting.plot_lstm(4, values)))
    assert "0.88" in first and "$c_{t-1}$\n2" in first and "$x_t$ = 1" in first
    assert not {"0.73", "2.14", "0.71"} & set(first.replace("\n", " ").split())
    assert {"0.73", "2.14", "0.71"} <= set(last.replace("\n", " ").split())
    assert texts(plotting.plot_lstm()).count("σ") == 3


def test_the_four_steps_have_their_titles():
    row = plotting.plot_lstm_steps()
    assert [axes.get_title(loc="left")[0] for axes in row] == list("1234")
    with pytest.raises(ValueError, match="step is"):
        plotting.plot_lstm(5)


def test_distances_show_medians_and_each_run_where_there_are_few():
    runs = np.array([[1.0, 3], [2, 5], [9, 4]])
    axes = plotting.plot_distances([10, 20], {"LSTM": runs}, "error", chance=("says 1", 0.2))
    chance, median, *single = axes.lines
    assert list(median.get_ydata()) == [2, 4] and len(single) == 3
    assert labels(axes) == ["says 1", "LSTM"] and set(chance.get_ydata()) == {0.2}
    many = plotting.plot_distances(range(60), {"LSTM": np.ones((5, 60))}, "slope", log=True)
    assert len(many.lines) == 1 and many.get_yscale() == "log"
    with pytest.raises(ValueError, match="2 values a run"):
        plotting.plot_distances([1, 2], {"LSTM": np.ones((5, 3))}, "error")


def test_gates_write_their_values_and_mark_steps():
    axes = plotting.plot_gates(["not", "dull"], {"forget": [0.9, 0.1], "input": [0, 1]}, [1])
    assert texts(axes) == ["0.9", "0.1", "0.0", "1.0"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["forget", "input"]
    assert [line.get_xdata()[0] for line in axes.lines] == [1]
    assert not texts(plotting.plot_gates(range(30), {"forget": np.zeros(30)}))
    with pytest.raises(ValueError, match="2 values"):
        plotting.plot_gates(["not", "dull"], {"forget": [0.9]})


def test_reading_marks_both_sides_of_one_half():
    axes = plotting.plot_reading(["the", "plot", "bored"], [0.5, 0.6, 0.1])
    _, _, below, above = axes.lines
    assert list(below.get_ydata()) == [0.1] and list(above.get_xdata()) == [0, 1]
    assert below.get_marker() != above.get_marker()
    with pytest.raises(ValueError, match="3 probabilities"):
        plotting.plot_reading(["the", "plot", "bored"], [0.5])


def test_negation_shows_the_ceiling_of_a_bag_and_the_means():
    axes = plotting.plot_negation((0, 0.5), {"bag": [[1, 0.5], [0.9, 0.4]], "LSTM": [[1, 1]]})
    ceiling, bag = axes.lines[:2]
    assert ceiling.get_ydata().min() == 0.5 and labels(axes)[1:] == ["bag", "LSTM"]
    np.testing.assert_allclose(bag.get_ydata(), [0.95, 0.45])


def test_forecast_errors_tell_nets_from_baselines_and_show_the_floor():
    axes = plotting.plot_forecast_errors({"same": 2.0, "*LSTM": 1.25}, ("rule known", 1.1))
    same, net = axes.patches
    assert same.get_hatch() and not net.get_hatch() and texts(axes) == ["2.00", "1.25"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["same", "LSTM"]
    assert labels(axes) == ["rule known: 1.10"]


def test_horizons_have_a_picture_each():
    row = plotting.plot_horizons({"same": (2.9, 4.7), "*LSTM": (2.7, 3.9)}, ("1 day", "7 days"))
    assert [axes.get_title(loc="left") for axes in row] == ["1 day", "7 days"]
    assert texts(row[1]) == ["4.70", "3.90"]


def test_forecasts_lie_over_what_was_measured():
    axes = plotting.plot_forecasts([0, 1], [3, 4], {"usual": [3.5, 3.5]})
    assert labels(axes) == ["measured", "usual"] and list(axes.lines[1].get_ydata()) == [3.5, 3.5]


def test_temperatures_have_a_bar_for_each_word():
    axes = plotting.plot_temperatures(["dull", "witty"], {0.5: [0.9, 0.1], 2: [0.6, 0.4]})
    assert [patch.get_height() for patch in axes.patches] == [0.9, 0.1, 0.6, 0.4]
    assert labels(axes) == ["T = 0.5", "T = 2"]
    assert len({patch.get_hatch() for patch in axes.patches}) == 2
