"""course_utils.plotting.bert: gaps, pieces, pretraining, guesses, probes and labels are shown."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def rows(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_masking_shows_each_word_and_counts_the_kinds():
    words = [["a", "?", "nation"], ["and", "$x$", "to"]]
    axes = plotting.plot_masking(words, [["", "masked", "masked"], ["", "replaced", "kept"]])
    assert texts(axes) == [*words[0], *words[1]]
    named = [text.get_text() for text in axes.get_legend().get_texts()]
    assert named == ["masked: 2", "replaced: 1", "kept: 1"]
    assert [bool(text.get_bbox_patch()) for text in axes.texts[:3]] == [False, True, True]
    hatched = [bool(patch.get_hatch()) for patch in axes.patches]
    assert hatched == [False, True, True, False, False, False]
    axes.figure.canvas.draw()


@pytest.mark.parametrize(
    ("kinds", "message"), [([["", ""]], "as many kinds"), ([["", "", "lost"]], "lost")]
)
def test_masking_refuses_what_does_not_fit(kinds, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_masking([["a", "b", "c"]], kinds)


def test_pieces_of_a_word_touch_and_words_stand_apart():
    axes = plotting.plot_pieces({"un": ["un", "##wise", "king"], "one": ["[UNK]"]})
    assert texts(axes) == ["un", "##wise", "king", "[UNK]"] and rows(axes) == ["un", "one"]
    first, second, third = axes.patches[:3]
    assert first.get_x() + first.get_width() == second.get_x()
    assert second.get_x() + second.get_width() < third.get_x()
    assert first.get_facecolor() != second.get_facecolor()


def test_pretraining_shows_both_curves_and_the_rule():
    left, right = plotting.plot_pretraining([3.0, 2.0], [0.2, 0.5], 0.1, "always a")
    assert list(left.lines[0].get_ydata()) == [3, 2]
    assert list(right.lines[0].get_ydata()) == [0.2, 0.5]
    assert set(right.lines[1].get_ydata()) == {0.1}
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["BERT", "always a"]
    with pytest.raises(ValueError, match="2 rounds"):
        plotting.plot_pretraining([3.0], [0.2, 0.5], 0.1)


def test_guesses_begin_above_and_mark_the_answer():
    axes = plotting.plot_guesses([("cold", 0.5), ("$d$", 0.25), ("hot", 0.125)], answer="hot")
    assert rows(axes) == ["cold", "$d$", "hot"] and axes.yaxis_inverted()
    assert texts(axes) == ["50.0%", "25.0%", "12.5%"]
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [False, False, True]
    assert [label.get_weight() for label in axes.get_yticklabels()][2] == "bold"
    axes.figure.canvas.draw()


@pytest.mark.parametrize("chance", [0.5, {"articles": 0.5, "prepositions": 1 / 7}])
def test_probes_stand_beside_chance(chance):
    axes = plotting.plot_probes({"articles": 0.9, "prepositions": 0.75}, chance)
    assert rows(axes) == ["articles", "prepositions"] and texts(axes) == ["90%", "75%"]
    levels = [line.get_xdata()[0] for line in axes.lines]
    assert levels == (list(chance.values()) if isinstance(chance, dict) else [chance, chance])


def test_few_labels_stand_on_a_logarithmic_axis():
    plans = {"pretrained": [0.7, 0.8], "from scratch": [0.5, 0.6]}
    axes = plotting.plot_few_labels([20, 1000], plans, chance=0.5)
    assert axes.get_xscale() == "log"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["20", "1,000"]
    named = [text.get_text() for text in axes.get_legend().get_texts()]
    assert named == [*plans, "chance"]
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), [0.5, 0.6])
