"""course_utils.plotting.training: curves, bars and residuals show the numbers they are given."""

import types

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")

CURVES = {"mae": [3.0, 2.0, 1.0], "val_mae": [4.0, 3.0, 3.5], "loss": [3.0, 2.0, 1.0]}


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_training_is_solid_and_validation_dotted_in_another_colour():
    training, validation = (axes := plotting.plot_history(CURVES, "mae")).lines
    assert (training.get_linestyle(), validation.get_linestyle()) == ("-", ":")
    assert to_hex(training.get_color()) != to_hex(validation.get_color())
    assert training.get_xdata()[0] == 1 and list(validation.get_ydata()) == CURVES["val_mae"]
    assert legend(axes) == ["training", "validation"] and axes.get_ylabel() == "mae"


def test_a_history_object_without_validation_has_one_curve():
    axes = plotting.plot_history(types.SimpleNamespace(history={"loss": [2.0, 1.0]}))
    assert len(axes.lines) == 1 and legend(axes) == ["training"]


def test_a_metric_that_was_not_recorded_is_named_with_those_that_were():
    with pytest.raises(ValueError, match="'accuracy' was not recorded; there are mae, val_mae"):
        plotting.plot_history(CURVES, "accuracy")


def test_each_batch_size_has_three_bars_with_their_numbers():
    panels = plotting.plot_batch_results([1, "all"], [2510, 10], [4.0, 0.5], [2.0, 20.0], "MAE")
    heights = [[bar.get_height() for bar in axes.patches] for axes in panels]
    assert heights == [[2510, 10], [4.0, 0.5], [2.0, 20.0]]
    assert [text.get_text() for text in panels[0].texts] == ["2,510", "10"]
    assert panels[0].get_yscale() == "log" and panels[2].get_ylabel() == "MAE"


def test_batch_results_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="2 steps, seconds and errors"):
        plotting.plot_batch_results([1, 8], [1], [1, 2], [1, 2])


def test_folds_are_joined_and_their_mean_is_written():
    axes = plotting.plot_fold_errors({"line": [3.0, 4.0], "net": [2.0, 3.0]}, "MAE")
    assert [line.get_ydata().tolist() for line in axes.lines] == [[3.0, 2.0], [4.0, 3.0]]
    assert [text.get_text() for text in axes.texts] == ["3.50", "2.50"]
    first, second = axes.texts
    assert first.get_ha() == "right" and second.get_ha() == "left"  # beside the joined lines
    with pytest.raises(ValueError, match=r"as many folds for each model, got \[1, 2\]"):
        plotting.plot_fold_errors({"line": [1.0], "net": [1.0, 2.0]})


def test_three_models_differ_in_marker_and_colour():
    axes = plotting.plot_fold_errors({"line": [3.0], "16-16": [2.0], "64": [1.0]})
    dots = [found for found in axes.collections if isinstance(found, PathCollection)]
    assert len({to_hex(dot.get_facecolor()[0]) for dot in dots}) == 3
    assert len({len(dot.get_paths()[0].vertices) for dot in dots}) >= 2
    assert [label.get_text() for label in axes.get_xticklabels()] == ["line", "16-16", "64"]


def test_groups_differ_in_marker_and_colour():
    groups = {"dry": [True, False, False], "wet": [False, True, True]}
    axes = plotting.plot_groups([1, 2, 3], [5, 6, 7], groups, markersize=3)
    dry, wet = axes.lines
    assert list(dry.get_xdata()) == [1] and list(wet.get_ydata()) == [6, 7]
    assert dry.get_marker() != wet.get_marker() and dry.get_color() != wet.get_color()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["dry", "wet"]


def test_a_group_says_something_of_each_row():
    with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
        plotting.plot_groups([1, 2, 3], [5, 6, 7], {"dry": [True, False]})


def test_predictions_lie_against_targets():
    axes = plotting.plot_predictions([1, 2, 4], [2, 2, 3])
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [1, 4])
    assert list(axes.lines[1].get_xdata()) == [1, 2, 4]


def test_residuals_above_and_below_differ_in_marker():
    axes = plotting.plot_residuals([1, 2, 3], [-1, 0, 2])
    below, above = axes.lines[1:]
    assert list(below.get_ydata()) == [-1] and list(above.get_ydata()) == [0, 2]
    assert below.get_marker() != above.get_marker()


@pytest.mark.parametrize("draw", [plotting.plot_predictions, plotting.plot_residuals])
def test_a_column_is_no_row(draw):
    with pytest.raises(ValueError, match=r"\(2,\) and \(2, 1\).*\[:, 0\]"):
        draw([1, 2], [[1], [2]])
