"""course_utils.plotting.improvement: sweeps, schedules, cures and failures show what they get."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def curves(loss, val_loss=None, accuracy=0.9, val_accuracy=0.8):
    val_loss = loss if val_loss is None else val_loss
    return {"loss": loss, "val_loss": val_loss, "accuracy": [0.1, accuracy],
            "val_accuracy": [0.1, val_accuracy]}


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_sweep_shows_losses_and_last_accuracies_beside_luck():
    histories = {0.1: curves([2.0, 1.0]), 3.0: curves([9.0, np.nan], None, 0.2, 0.1)}
    left, right = plotting.plot_sweep(histories, "learning rate", luck=(0.7, 0.8))
    assert legend(left) == ["0.1", "3.0"] and legend(right) == ["training", "validation", "luck"]
    assert list(left.lines[0].get_ydata()) == [2.0, 1.0]
    assert np.isfinite(left.lines[1].get_ydata()).all()
    assert list(right.lines[0].get_ydata()) == [0.9, 0.2]
    assert list(right.lines[1].get_ydata()) == [0.8, 0.1]
    assert right.lines[0].get_marker() != right.lines[1].get_marker()


def test_a_sweep_without_luck_has_no_band():
    _, right = plotting.plot_sweep({"relu": curves([2.0, 1.0])}, "activation")
    assert legend(right) == ["training", "validation"] and right.get_xlabel() == "activation"


def test_the_range_test_cuts_explosions_and_marks_rates():
    axes = plotting.plot_range_test([0.1, 1.0, 10.0], [2.0, 1.0, 1e9], {"a tenth": 0.1})
    assert axes.get_xscale() == "log" and legend(axes) == ["a tenth"]
    assert axes.lines[0].get_ydata().max() < 10
    assert plotting.plot_range_test([0.1, 1.0], [2.0, 1.0]).get_legend() is None


def test_schedules_start_at_step_0():
    axes = plotting.plot_schedules({"constant": [1, 1], "cycle": [0, 1]})
    assert list(axes.lines[1].get_xdata()) == [0, 1] and legend(axes) == ["constant", "cycle"]


def test_early_stopping_marks_the_best_epoch_and_the_end_of_patience():
    losses = [3.0, 2.0, 1.0, 1.5, 1.2, 0.5]
    axes = plotting.plot_early_stopping(curves([2.0] * 6, losses), patience=2)
    assert legend(axes)[2:] == ["best: epoch 3", "stop: epoch 5"]
    assert axes.lines[2].get_ydata()[0] == 1.0


def test_without_patience_used_up_training_runs_to_its_end():
    axes = plotting.plot_early_stopping(curves([2.0, 1.0, 0.5]), patience=2)
    assert legend(axes)[2:] == ["best: epoch 3", "stop: epoch 3"]


def test_dropped_units_lose_their_lines():
    masks = [{1: [True, False, True]}, {1: [True, True, True]}]
    thinned, whole = plotting.plot_dropout((2, 3, 1), masks)
    def visible(axes):
        return sum(line.get_visible() and line.get_marker() != "X" for line in axes.lines)

    def crosses(axes):
        return sum(line.get_marker() == "X" for line in axes.lines)

    assert visible(whole) == 2 * 3 + 3 and crosses(whole) == 0
    assert visible(thinned) == 2 * 2 + 2 and crosses(thinned) == 1
    assert thinned.get_title("left") == "step 1"


def test_normalisation_has_a_box_a_unit_on_both_sides():
    before = np.arange(12.0).reshape(4, 3)
    row = plotting.plot_normalisation(before, before - before.mean(axis=0))
    assert [len(axes.patches) for axes in row] == [3, 3]
    assert [axes.get_title("left") for axes in row] == ["before", "after"]


def test_cures_write_the_validation_accuracy():
    axes = plotting.plot_cures({"nothing": (1.0, 0.705), "more data": (0.8, 0.886)})
    assert [text.get_text() for text in axes.texts] == ["70.5%", "88.6%"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["nothing", "more\ndata"]


def test_ingredients_show_every_run_and_the_mean():
    axes = plotting.plot_ingredients({"none": [0.9, 0.92], "all": [0.98, 0.98]}, goal=0.975)
    assert [text.get_text() for text in axes.texts] == ["91.0%", "98.0%"]
    assert legend(axes) == ["goal 97.5%"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["none", "all"]
    assert list(axes.lines[1].get_xdata()) == [0.9, 0.92]


def test_the_gallery_draws_what_is_no_number_at_the_top():
    panels = plotting.plot_gallery({"A": curves([1e9, np.nan], [2.0, 1.0]), "B": curves([2, 1])})
    assert [axes.get_title("left") for axes in panels] == ["A", "B"]
    for axes in panels:
        top = axes.get_ylim()[1]
        assert all(np.all(line.get_ydata() <= top) for line in axes.lines)
    assert panels[0].lines[0].get_ydata()[-1] == panels[0].get_ylim()[1]
    assert panels[1].lines[2].get_ydata()[0] == pytest.approx(np.log(10))


def test_the_gallery_of_accuracies_marks_guessing():
    panels = plotting.plot_gallery({"A": curves([2.0, 1.0])}, metric="accuracy")
    assert panels[0].lines[2].get_ydata()[0] == 0.1 and panels[0].get_ylabel() == "accuracy"
