"""course_utils.plotting.translation: what is read, written, padded, searched and scored."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")
SOURCE, TARGET = "she reads".split(), "elle lit".split()


def texts(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def dashed(axes):
    """Return how many arrows are dashed."""
    arrows = [text.arrow_patch for text in axes.texts if getattr(text, "arrow_patch", None)]
    return sum(arrow.get_linestyle() in ("--", "dashed") for arrow in arrows)


def test_eras_begin_and_end_where_they_did():
    axes = plotting.plot_eras(today=2030)
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert spans == [(1954, 2007), (1990, 2016), (2014, 2017), (2017, 2030)]
    assert texts(axes)[0] == "1954 to 2007" and texts(axes)[3] == "2017 to today"
    names = [label.get_text().split("\n")[0] for label in axes.get_yticklabels()]
    assert names == ["rules", "statistics", "LSTM encoder-decoder", "transformer"]


def test_a_free_decoder_reads_its_own_answers():
    axes = plotting.plot_translator(SOURCE, TARGET)
    words = texts(axes)
    assert words.count("LSTM") == 2 + 3  # [start] elle lit
    assert words.count("elle") == words.count("lit") == 2  # written, then read
    assert {"she", "reads", "[start]", "[end]", "h, c", "one vector"} <= set(words)
    assert dashed(axes) == 2 and "reads what it wrote" in words


def test_a_forced_decoder_reads_the_truth_and_errors_are_marked():
    axes = plotting.plot_translator(SOURCE, TARGET, ["il", "lit", "[end]"], forced=True)
    words = texts(axes)
    assert "il ✗" in words and words.count("elle") == 1 and words.count("lit") == 2
    assert dashed(axes) == 0 and "reads the true translation" in words


def test_each_step_of_the_decoder_has_one_answer():
    with pytest.raises(ValueError, match="3 outputs"):
        plotting.plot_translator(SOURCE, TARGET, ["elle"])


def test_a_word_table_writes_what_is_not_nothing():
    axes = plotting.plot_word_table([[0.9, 0.1], [0.0, 1.0]], ["the", "cat"], ["le", "chat"])
    assert texts(axes) == ["0.90", "0.10", "1.00"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["le", "chat"]
    with pytest.raises(ValueError, match="1 × 2"):
        plotting.plot_word_table(np.eye(2), ["the"], ["le", "chat"])


@pytest.mark.parametrize(("length", "fields"), [(None, 3), (5, 5)])
def test_padding_fills_up_each_row(length, fields):
    axes = plotting.plot_padding([["elle", "dort", "."], ["non"]], length)
    hatched = [patch for patch in axes.patches if patch.get_hatch()]
    assert len(axes.patches) == 2 * fields and len(hatched) == 2 * fields - 4
    assert texts(axes) == ["elle", "dort", ".", "non"]


def test_search_draws_what_is_kept_and_what_is_dropped():
    start = ("[start]",)
    paths = {
        (*start, "le"): (0.6, True),
        (*start, "un"): (0.4, True),
        (*start, "le", "chat"): (0.24, False),
        (*start, "un", "chien"): (0.36, True),
    }
    axes = plotting.plot_search(paths, chosen=(*start, "un", "chien"))
    assert sorted(texts(axes)) == ["[start]", "chat  0.24", "chien  0.36", "le  0.60", "un  0.40"]
    styles = [(line.get_linestyle(), line.get_linewidth()) for line in axes.lines]
    assert [style for style, _ in styles].count("--") == 1
    assert [width for _, width in styles].count(3) == 2  # start to un, un to chien


def test_branches_of_a_search_do_not_cross():
    start = ("[start]",)
    paths = {(*start, "a"): (0.6, True), (*start, "b"): (0.4, True)}
    paths |= {
        (*start, "a", "x"): (0.1, True),
        (*start, "b", "x"): (0.3, True),
        (*start, "a", "y"): (0.2, True),
    }
    axes = plotting.plot_search(paths)
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert heights["y  0.20"] > heights["x  0.10"] > heights["x  0.30"]
    assert heights["a  0.60"] > heights["b  0.40"]


def test_shares_by_length_stand_at_their_lengths():
    axes = plotting.plot_by_length({"test": {5: 0.5, 3: 1.0}, "strict": {3: 0.8}}, {3: 20, 5: 7})
    test, strict = axes.lines
    assert list(test.get_xdata()) == [3, 5] and list(test.get_ydata()) == [1.0, 0.5]
    assert test.get_marker() != strict.get_marker()
    assert texts(axes) == ["20", "7"] and list(axes.get_xticks()) == [3, 5]


def test_gnmt_has_its_layers_and_its_attention():
    axes = plotting.plot_gnmt()
    words = texts(axes)
    assert words.count("LSTM") == 15 and words.count("LSTM, both directions") == 1
    assert {"attention", "softmax", "encoder: 8 layers", "decoder: 8 layers"} <= set(words)
    assert len(axes.lines) == 2 * 6  # a residual connection around each layer from the third on
