"""course_utils.plotting.words: numbers, angles, arrows and maps show what they are given."""

import numpy as np
import pytest

from course_utils import plotting

pytestmark = pytest.mark.usefixtures("course_style")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def arrows(axes):
    return [text for text in axes.texts if getattr(text, "arrow_patch", None)]


def test_rows_of_numbers_stand_below_their_words():
    axes = plotting.plot_rows_of_numbers([[0, 2, 1]], ["cat", "lazy", "dog"], ["a line"])
    assert texts(axes) == ["0", "2", "1"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["cat", "lazy", "dog"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a line"]
    empty, full, _ = axes.patches
    assert empty.get_facecolor() != full.get_facecolor()
    with pytest.raises(ValueError, match="one a text"):
        plotting.plot_rows_of_numbers([[0, 2]], ["cat"])


@pytest.mark.parametrize(
    ("second", "degrees", "cosine"), [((1, 0, 1, 1), "48°", "0.67"), ((0, 0, 0, 2), "90°", "0.00")]
)
def test_an_angle_is_that_of_the_vectors(second, degrees, cosine):
    axes = plotting.plot_angle((1, 1, 1, 0), second, ("one", "two"))
    assert texts(axes)[-1] == f"θ = {degrees}" and axes.get_title(loc="left") == f"cos θ = {cosine}"
    lengths = [np.linalg.norm(arrow.xy) for arrow in arrows(axes)]
    np.testing.assert_allclose(lengths, [np.sqrt(3), np.linalg.norm(second)])


def test_zeros_have_no_angle():
    with pytest.raises(ValueError, match="points nowhere"):
        plotting.plot_angle((0, 0), (1, 0))


def test_opposite_vectors_have_an_angle_of_180_degrees():
    assert "θ = 180°" in texts(plotting.plot_angle((1, 1), (-1, -1)))


def test_word_arrows_end_where_the_vectors_do():
    tables = {"one-hot": np.eye(3), "embedding": np.full((3, 3), 0.5)}
    left, right = plotting.plot_word_arrows(tables, ["soft", "bear", "book"])
    assert texts(left) == ["soft", "bear", "book"]
    assert "embedding" in (right.get_title(), right.get_title(loc="left"))
    assert left.get_zlabel() == "number 3"
    left.figure.canvas.draw()


def test_context_is_what_stands_within_the_window():
    words = "a cute teddy bear is reading".split()
    axes = plotting.plot_context(words, centre=2, window=2)
    colors = [
        text.get_bbox_patch().get_facecolor() for text in axes.texts if text.get_text() in words
    ]
    assert len({*colors[:2], *colors[3:5]}) == 1 and colors[2] not in colors[:2] + colors[3:]
    assert colors[5] == (1, 1, 1, 1)
    assert len(arrows(axes)) == 4
    with pytest.raises(ValueError, match="from 0 to 5"):
        plotting.plot_context(words, centre=6)


def test_skip_gram_has_a_circle_for_each_word_on_both_sides():
    words = "a cute teddy bear".split()
    axes = plotting.plot_skip_gram(words, 3, "teddy", "cute")
    circles = [line for line in axes.lines if line.get_marker() == "o"]
    assert len(circles) == 4 + 3 + 4
    dark = [line for line in axes.lines if line.get_linewidth() == 2 and line.get_marker() != "o"]
    assert len(dark) == 3 + 3
    assert texts(axes).count("teddy") == 2 and "hidden representation" in texts(axes)


def test_a_map_has_a_look_of_its_own_for_each_of_ten_families():
    points = np.random.default_rng(0).normal(size=(20, 2))
    families = [f"family {number // 2}" for number in range(20)]
    axes = plotting.plot_word_map(points, [f"w{i}" for i in range(20)], families, shown={"w3"})
    looks = {
        (line.get_color(), line.get_marker(), line.get_markerfacecolor()) for line in axes.lines
    }
    assert len(looks) == 10 and texts(axes) == ["w3"]
    np.testing.assert_allclose(axes.lines[1].get_xydata(), points[2:4])
    with pytest.raises(ValueError, match="one family a word"):
        plotting.plot_word_map(points, ["w"] * 20, families[:3])


def test_leanings_go_to_their_side():
    axes = plotting.plot_leanings({"boss": -0.3, "nurse": 0.4}, ("he", "she"))
    boss, nurse = axes.patches
    assert boss.get_width() == -0.3 and nurse.get_width() == 0.4
    assert boss.get_facecolor() != nurse.get_facecolor()
    assert "he" in axes.get_xlabel() and axes.get_xlim()[0] == -axes.get_xlim()[1]
    plotting.plot_leanings({"nothing": 0.0}, ("he", "she")).figure.canvas.draw()
