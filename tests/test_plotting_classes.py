"""course_utils.plotting.classes: confusion matrices and thresholds show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")

LABELS = np.array([0, 0, 0, 1, 1])
PROBABILITIES = np.array([0.1, 0.2, 0.6, 0.4, 0.9])


def lines_of(axes):
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def test_confusion_matrix_carries_every_count():
    axes = plotting.plot_confusion_matrix([[50, 2], [0, 1200]], names=("no", "yes"))
    assert [text.get_text() for text in axes.texts] == ["50", "2", "0", "1,200"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["no", "yes"]
    assert axes.get_xlabel() == "predicted class" and axes.get_ylabel() == "true class"


def test_confusion_matrix_frames_only_confusions():
    axes = plotting.plot_confusion_matrix([[50, 2], [0, 1200]])
    assert [patch.get_center().round().tolist() for patch in axes.patches] == [[1, 0]]


def test_confusion_matrix_shades_by_share_of_the_row():
    shares = plotting.plot_confusion_matrix([[1, 1], [0, 98]]).images[0].get_array()
    assert np.allclose(shares, [[0.5, 0.5], [0, 1]])


def test_a_class_without_examples_is_white():
    shares = plotting.plot_confusion_matrix([[0, 0], [1, 3]]).images[0].get_array()
    assert np.allclose(shares[0], 0)


@pytest.mark.parametrize("counts", ([1, 2], [[1, 2]], [[0.5, 0.5], [0, 1]], [[-1, 0], [0, 1]]))
def test_confusion_matrix_wants_counts(counts):
    with pytest.raises(ValueError, match="expected"):
        plotting.plot_confusion_matrix(counts)


def test_confusion_matrix_wants_a_name_a_class():
    with pytest.raises(ValueError, match="2 names"):
        plotting.plot_confusion_matrix(np.eye(2, dtype=int), names=("a", "b", "c"))


def test_scores_are_counted_by_true_class():
    axes = plotting.plot_scores(PROBABILITIES, LABELS, threshold=0.3)
    assert [sum(bar.get_height() for bar in group) for group in axes.containers] == [3, 2]
    assert axes.texts[0].get_text() == "threshold 0.3"
    hatches = {group[0].get_hatch() for group in axes.containers}
    assert len(hatches) == 2  # not by colour alone


def test_precision_and_recall_are_those_of_scikit_learn():
    from sklearn import metrics

    lines = lines_of(plotting.plot_precision_recall(PROBABILITIES, LABELS))
    for threshold in (0.0, 0.3, 0.5, 0.7):
        given = PROBABILITIES > threshold
        place = round(200 * threshold)
        assert lines["precision"][place, 0] == pytest.approx(threshold)
        assert lines["precision"][place, 1] == pytest.approx(metrics.precision_score(LABELS, given))
        assert lines["recall"][place, 1] == pytest.approx(metrics.recall_score(LABELS, given))


def test_there_is_no_precision_where_nothing_is_found():
    lines = lines_of(plotting.plot_precision_recall(PROBABILITIES, LABELS, marks=(0.5,)))
    assert np.isnan(lines["precision"][190, 1]) and lines["recall"][190, 1] == 0


@pytest.mark.parametrize("draw", (plotting.plot_scores, plotting.plot_precision_recall))
@pytest.mark.parametrize(
    "probabilities, labels, message",
    [
        (PROBABILITIES[:, None], LABELS, r"predict\(x\)\[:, 0\]"),
        (PROBABILITIES[:4], LABELS, "got shapes"),
        (PROBABILITIES * 2, LABELS, "from 0 to 1"),
        (PROBABILITIES, LABELS + 1, "labels 0 and 1"),
    ],
)
def test_thresholds_want_probabilities_and_labels(draw, probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        draw(probabilities, labels)


def test_the_ceiling_is_lowest_in_the_middle():
    axes = plotting.plot_accuracy_ceiling([0, 0.5], [0.99, 0.5])
    ceiling, measured = axes.get_lines()
    assert ceiling.get_ydata().min() == 0.5 and ceiling.get_ydata()[0] == 1
    assert measured.get_ydata().tolist() == [0.99, 0.5]


def test_costs_mark_a_threshold():
    axes = plotting.plot_costs([0.1, 0.5, 0.9], [30, 10, 20], mark=0.05)
    curve, line = axes.get_lines()
    assert curve.get_ydata().tolist() == [30, 10, 20] and line.get_xdata()[0] == 0.05
    assert axes.texts[0].get_text() == "threshold 0.050"


def test_training_parts_are_named():
    texts = {text.get_text() for text in plotting.plot_training_parts().texts}
    assert {"input", "layers", "predictions", "labels", "loss", "optimizer", "gradient"} <= texts


def test_figures_go_into_given_axes():
    _, row = plt.subplots(1, 4)
    drawn = (
        plotting.plot_confusion_matrix(np.eye(3, dtype=int), axes=row[0]),
        plotting.plot_scores(PROBABILITIES, LABELS, axes=row[1]),
        plotting.plot_precision_recall(PROBABILITIES, LABELS, axes=row[2]),
        plotting.plot_accuracy_ceiling([0], [1], axes=row[3]),
    )
    assert all(axes is given for axes, given in zip(drawn, row, strict=True))
