"""course_utils.plotting.attention: weights, masks, places, blocks, cost and meanings are shown."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")
WORDS = "she reads letters".split()


def texts(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def ticks(axes):
    rows, columns = axes.get_yticklabels(), axes.get_xticklabels()
    return [label.get_text() for label in rows], [label.get_text() for label in columns]


def test_heads_stand_side_by_side_with_their_words():
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=(4, 2))
    axes = plotting.plot_heads(weights, ["elle", "lit"], WORDS, ylabel="writes")
    assert [ax.get_title() for ax in axes] == [f"head {head}" for head in (1, 2, 3, 4)]
    assert ticks(axes[0]) == (["elle", "lit"], WORDS) and axes[0].get_ylabel() == "writes"
    for ax, table in zip(axes, weights, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), table)
        assert ax.images[0].get_clim() == (0, 1)


@pytest.mark.parametrize(
    ("shape", "titles", "message"),
    [((2, 3), None, "heads"), ((1, 3, 2), None, "3 × 3"), ((2, 3, 3), ["one"], "2 titles")],
)
def test_heads_refuse_what_does_not_fit(shape, titles, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_heads(np.zeros(shape), WORDS, WORDS, titles)


def test_words_with_signs_are_no_mathematics():
    axes = plotting.plot_heads(np.eye(2)[None], ["$x", "y$"], ["a_b", "$c$"])
    axes[0].figure.canvas.draw()
    assert ticks(axes[0]) == (["$x", "y$"], ["a_b", "$c$"])


def test_self_attention_writes_its_weights_and_draws_them_thick():
    axes = plotting.plot_self_attention(WORDS, [0.25, 0.7, 0.05], place=1)
    assert {"0.25", "0.70", "0.05", *WORDS, "reads, in this sentence"} <= set(texts(axes))
    widths = [line.get_linewidth() for line in axes.lines]
    assert np.argsort(widths).tolist() == [2, 0, 1]
    with pytest.raises(ValueError, match="3 weights"):
        plotting.plot_self_attention(WORDS, [0.5, 0.5], place=0)


def test_scaling_shows_spread_and_largest_weights():
    left, right = plotting.plot_scaling([4, 64], [4.1, 63.0], {"divided": [0.3, 0.3]})
    assert list(left.lines[0].get_ydata()) == [4.1, 63.0] and left.get_yscale() == "log"
    assert list(left.lines[1].get_ydata()) == [4, 64]
    assert list(right.lines[0].get_ydata()) == [0.3, 0.3]


def test_masks_hatch_what_is_hidden():
    causal = np.tril(np.ones((3, 3), dtype=bool))
    first, second = plotting.plot_masks({"causal": causal, "none": causal | True}, WORDS)
    assert first.get_title() == "causal" and ticks(first)[0] == WORDS
    assert [bool(patch.get_hatch()) for patch in first.patches] == (~causal).ravel().tolist()
    assert not any(patch.get_hatch() for patch in second.patches)
    with pytest.raises(ValueError, match="3 rows"):
        plotting.plot_masks({"two": np.eye(2)}, WORDS)


def test_places_are_shown_with_their_cosines():
    vectors = np.array([[1.0, 0], [0, -2], [3, 0]])
    left, right = plotting.plot_places(vectors)
    np.testing.assert_array_equal(left.images[0].get_array(), vectors)
    assert left.images[0].get_clim() == (-3, 3)
    np.testing.assert_allclose(right.images[0].get_array(), [[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    left, right = plotting.plot_places(np.zeros((2, 4)))
    assert np.isfinite(right.images[0].get_array()).all()


def test_a_transformer_has_two_stacks_and_one_line_between():
    words = texts(plotting.plot_transformer())
    assert words.count("N ×") == 2 and words.count("feed-forward") == 2
    assert words.count("add and normalise") == 5
    assert {"encoder block", "decoder block", "keys and values", "next word"} <= set(words)


@pytest.mark.parametrize(
    ("part", "name", "boxes"), [("encoder", "BERT", "encoder block"), ("decoder", "GPT", "causal")]
)
def test_one_stack_is_bert_or_gpt(part, name, boxes):
    words = texts(plotting.plot_transformer(part))
    assert any(name in word for word in words) and any(boxes in word for word in words)
    assert words.count("N ×") == 1 and words.count("add and normalise") == 2
    assert not any("at the encoder" in word or "keys" in word for word in words)


def test_bert_and_gpt_stand_side_by_side():
    bert, gpt = plotting.plot_bert_and_gpt()
    assert any("BERT" in word for word in texts(bert)) and any("GPT" in word for word in texts(gpt))
    with pytest.raises(ValueError, match="part is"):
        plotting.plot_transformer("middle")


def test_run_times_have_a_line_of_squares_to_compare_with():
    axes = plotting.plot_run_times([10, 20, 40], {"attention": [1, 2, 8], "LSTM": [2, 4, 8]})
    attention, lstm, square = axes.lines
    assert list(attention.get_ydata()) == [1, 2, 8] and list(lstm.get_ydata()) == [2, 4, 8]
    np.testing.assert_allclose(square.get_ydata(), [0.5, 2, 8])
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_meanings_write_each_cosine():
    axes = plotting.plot_meanings([[1, 0.25], [0.25, 1]], ["You are right.", "Turn right."])
    assert texts(axes) == ["1.00", "0.25", "0.25", "1.00"]
    assert ticks(axes) == (["You are right.  1", "Turn right.  2"], ["1", "2"])
    with pytest.raises(ValueError, match="1 rows"):
        plotting.plot_meanings(np.eye(2), ["one"])
