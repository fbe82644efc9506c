"""Lesson 06: its cells on the full sets run once the data is there; bad pictures are refused.

A server of our own plays the origin and has small stand-ins for the sets. `test_data.py` and
`test_data_imdb.py` prove the rest: a cut connection, no network, two notebooks at once.
"""

import ast
import hashlib
import io

import keras
import numpy as np
import pytest
from scipy import sparse
from test_data import cache, origin  # noqa: F401 (fixtures)
from test_data_imdb import small  # noqa: F401 (fixture)

from course_utils import data, deck, plotting

SKIPPED = "Skipped: the full set is not on this machine."


@pytest.fixture
def lesson():
    """The functions of lesson 06 that the last section needs."""
    space = {"data": data, "keras": keras, "layers": keras.layers, "np": np,
             "plotting": plotting, "sparse": sparse}
    lesson = deck.Lesson("06_keras_classification", space)
    lesson.take("prepare", "build_digit_model", "vectorize_sequences", "vectorize_sparse",
                "build_review_model", "repeat_digits", "skipped", "repeat_reviews")
    return lesson


def run_last_line(lesson, function):
    """Run the line of the lesson that calls `function` where the data is there."""
    for node in ast.parse(lesson.path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.IfExp):
            if node.value.body.func.id == function:
                return eval(compile(ast.Expression(node.value), "lesson", "eval"), lesson.space)
    raise AssertionError(f"the lesson does not call {function}")


# Digits


@pytest.fixture
def digits(origin, cache, monkeypatch):  # noqa: F811
    """Our server with 600 digits for training and 600 for the test, in the form of mnist.npz."""
    (x_train, y_train), (x_test, y_test) = data.load_mnist()
    file = io.BytesIO()
    np.savez(file, x_train=x_train[:600], y_train=y_train[:600], x_test=x_test[:600],
             y_test=y_test[:600])
    origin.contents = {"mnist.npz": file.getvalue()}
    digest = hashlib.sha256(file.getvalue()).hexdigest()

    def load():
        address = origin.url.rpartition("/")[0] + "/mnist.npz"
        path = keras.utils.get_file("mnist.npz", origin=address, file_hash=digest)
        with np.load(path, allow_pickle=False) as arrays:
            return tuple((arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test"))

    row = data.FullSet("The full MNIST set", {"mnist.npz": digest}, 1, load)
    monkeypatch.setitem(data.FULL_SETS, "mnist", row)
    return origin


def test_all_digits(lesson, digits, capsys):
    assert run_last_line(lesson, "repeat_digits") == SKIPPED and digits.requests == 0
    data.load_mnist(full=True)  # the student's own cell
    loss, accuracy = run_last_line(lesson, "repeat_digits")
    printed = capsys.readouterr().out
    assert "(600, 28, 28)" in printed and "5/5" in printed
    assert loss > 0 and accuracy > 0.5 and digits.requests == 1


def test_digits_of_another_hash_are_not_trained_on(lesson, digits):
    digits.contents["mnist.npz"] += b"more"
    with pytest.raises(data.DataUnavailable, match="run the cell again"):
        data.load_mnist(full=True)
    assert run_last_line(lesson, "repeat_digits") == SKIPPED


# Reviews


def test_all_reviews(lesson, small, capsys):  # noqa: F811
    assert run_last_line(lesson, "repeat_reviews") == SKIPPED and small.requests == 0
    data.load_imdb(full=True)
    loss, accuracy = run_last_line(lesson, "repeat_reviews")
    (reviews, _), _ = data.load_imdb(full=True)
    printed = capsys.readouterr().out
    assert str(reviews[0]) in printed and data.decode_imdb(reviews[0]) in printed
    assert "Loss over 20 epochs, lowest in validation after" in printed, "its history is drawn"
    assert loss > 0 and 0.3 < accuracy < 0.7, "the labels are random"
    assert small.requests == 2


def test_reviews_that_can_be_learnt_are_learnt(lesson, monkeypatch):
    random = np.random.default_rng(0)

    def make(number):
        """Return reviews whose label is told by the word 4 or 5, and the labels."""
        labels = random.integers(0, 2, number)
        reviews = np.empty(number, dtype=object)
        for row, label in enumerate(labels):
            reviews[row] = [1, *random.integers(6, 60, 8).tolist(), 4 + int(label)]
        return reviews, labels

    sets = make(1000), make(200)
    monkeypatch.setattr(data, "load_imdb", lambda full, num_words: sets)
    monkeypatch.setattr(data, "decode_imdb", lambda review: f"{len(review)} words")
    keras.utils.set_random_seed(0)
    loss, accuracy = lesson.space["repeat_reviews"](num_words=60)
    assert loss > 0 and accuracy > 0.6


def test_a_sparse_matrix_teaches_the_same(lesson):
    random = np.random.default_rng(0)
    sequences = [random.integers(0, 50, 9).tolist() for _ in range(1500)]
    labels = random.integers(0, 2, 1500)
    outputs = []
    for name in ("vectorize_sequences", "vectorize_sparse"):
        keras.utils.set_random_seed(0)
        model = lesson.space["build_review_model"](50)
        x = lesson.space[name](sequences, 50)
        model.fit(x, labels, batch_size=512, epochs=2, verbose=0)
        outputs.append([model.predict(x, verbose=0), model.evaluate(x, labels, verbose=0)])
    assert sparse.issparse(x) and x.shape == (1500, 50)
    np.testing.assert_allclose(outputs[0][0], outputs[1][0], atol=1e-5)
    np.testing.assert_allclose(outputs[0][1], outputs[1][1], atol=1e-4)


def test_half_a_file_of_reviews_is_not_trained_on(lesson, small):  # noqa: F811
    small.cut = 100
    with pytest.raises(data.DataUnavailable, match="Connect to the network"):
        data.load_imdb(full=True)
    assert run_last_line(lesson, "repeat_reviews") == SKIPPED


# Pictures


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda images: images / 255, "divided by 255 twice"),
        (lambda images: images.astype(float) * 255, "the net expects 0 to 1"),
        (lambda images: images.astype(float) - 100, "Look at how they were made"),
        (lambda images: images[:, :20, :20], r"needs the shape \(n, 28, 28\), not \(3, 20, 20\)"),
        (lambda images: images[0], "One picture is a batch of one"),
        (lambda images: images.reshape(3, 784), r"not \(3, 784\)"),
    ],
)
def test_prepare_refuses_pictures_of_another_size_or_scale(lesson, change, message):
    with pytest.raises(ValueError, match=message):
        lesson.space["prepare"](change(data.load_mnist()[0][0][:3]))


def test_prepare_leaves_its_input_alone(lesson):
    images = data.load_mnist()[0][0][:3]
    before = images.copy()
    rows = lesson.space["prepare"](images)
    assert rows.shape == (3, 784) and rows.dtype == np.float32 and rows.max() <= 1
    np.testing.assert_array_equal(images, before)
