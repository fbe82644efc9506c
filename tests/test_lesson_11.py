"""Lesson 11: its loops equal Keras', its windows leak nothing, it reads whatever is typed."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import data, deck


@pytest.fixture(scope="module")
def space():
    """Return the lesson's functions, with an untrained reader and language model."""
    keras.utils.set_random_seed(0)
    space = {"keras": keras, "layers": keras.layers, "np": np, "tf": tf}
    space |= {"data": data, "deck": deck, "random": np.random.default_rng(0)}
    lesson = deck.Lesson("11_recurrent_networks", space)
    lesson.take("simple_rnn", "slopes_by_tape", "sigmoid", "lstm_step", "lstm")
    lesson.take("OneCycle", "fit_one_cycle", "fit_adder", "train_texts", "END", "vocabulary")
    lesson.take("vocabulary", turn=1)
    lesson.take("number_of", "number_words", "encode", "build_reader", "accuracy_of")
    lesson.take("read_review", "weigh_words", "make_windows", "build_forecaster", "rmse")
    lesson.take("cut", "build_encoder", "encoder", "language_model")
    lesson.take("softmax", "next_logits", "write_on", "suggest")
    space["reader"] = space["build_reader"]()
    return space


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


# The loops


@pytest.mark.parametrize(("steps", "inputs", "units"), [(1, 1, 1), (5, 3, 4), (40, 2, 7)])
def test_both_loops_equal_keras(space, steps, inputs, units):
    x = noise(steps, inputs)
    for kind, ours in (
        (keras.layers.SimpleRNN, space["simple_rnn"]),
        (keras.layers.LSTM, lambda *given: space["lstm"](*given)[0]),
    ):
        layer = kind(units, return_sequences=True, bias_initializer="normal")
        theirs = np.array(layer(x[None]))[0]
        np.testing.assert_allclose(ours(x, *layer.get_weights()), theirs, atol=1e-5)


def test_the_cell_of_our_lstm_is_keras_own(space):
    layer, x = keras.layers.LSTM(4, return_state=True), noise(9, 3)
    _, h, c = layer(x[None])
    ours = space["lstm"](x, *layer.get_weights())
    np.testing.assert_allclose([ours[0][-1], ours[1][-1]], [h[0], c[0]], atol=1e-5)
    gates = ours[2]
    assert gates.shape == (9, 3, 4) and gates.min() > 0 and gates.max() < 1


def test_a_shut_input_gate_keeps_what_an_open_forget_gate_holds(space):
    W, U, b = np.zeros((1, 4)), np.zeros((1, 4)), np.array([-50, 50, 5, 50.0])
    h, c, (f, i, o) = space["lstm_step"](np.ones(1), np.zeros(1), np.array([0.7]), W, U, b)
    assert c == pytest.approx(0.7) and h == pytest.approx(np.tanh(0.7))
    assert (float(f[0]), float(i[0]), float(o[0])) == pytest.approx((1, 0, 1))


def test_slopes_equal_finite_differences(space):
    layer, x, step = keras.layers.LSTM(3), noise(1, 4, 2), 1e-2
    slopes = space["slopes_by_tape"](layer, x)
    for place in np.ndindex(x.shape):
        moved = [x.copy(), x.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        high, low = (float(keras.ops.sum(layer(one))) for one in moved)
        assert slopes[place] == pytest.approx((high - low) / (2 * step), abs=1e-3)


# The reviews


def test_numbers_are_those_of_the_words(space):
    rows = space["encode"](["The plot was dull.", ""])
    words = [space["vocabulary"][number] for number in rows[0] if number]
    assert rows.shape == (2, space["LENGTH"]) and words == ["the", "plot", "was", "dull", "."]
    assert not rows[1].any() and rows[0, -5:].all()


def test_no_training_review_is_cut(space):
    longest = max(len(space["number_words"](text)) for text in space["train_texts"])
    assert longest <= space["LENGTH"]
    assert all(space["UNKNOWN"] not in space["number_words"](t) for t in space["test_texts"])


def test_reading_word_by_word_ends_at_the_net_s_own_answer(space):
    text = "I would not say that the dialogue was witty."
    words, logits, gates = space["read_review"](text)
    answer = space["reader"].predict(space["encode"]([text]), verbose=0)[0, 0]
    assert len(words) == len(logits) == len(gates) == 10
    assert space["sigmoid"](logits[-1]) == pytest.approx(answer, abs=1e-5)
    probability, moves = space["weigh_words"](text)
    assert probability == pytest.approx(answer, abs=1e-5)
    assert sum(move for _, move in moves) == pytest.approx(logits[-1] - logits[0])


NOTHING_KNOWN = ["", "   ", "🎬 🎉", "فيلم رائع", "סרט נהדר", "xyzzy plugh", "\u202e\u200b"]
STRANGE = [
    "<b>the plot</b> was <script>alert(1)</script> dull",
    "🎬 the plot was dull",
    "فيلم the plot was dull",
    "THE PLOT WAS DULL!!!",
    "the plot was dull " * 2500,
    "\x00 the plot",
]


@pytest.mark.parametrize("text", NOTHING_KNOWN)
def test_what_it_cannot_read_it_says_in_a_sentence(space, text):
    with pytest.raises(ValueError, match="none of these words"):
        space["read_review"](text)
    if text.split() and space["number_words"](text):
        with pytest.raises(ValueError, match="none of these words"):
            space["suggest"](text)


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_are_read(space, text):
    probability, moves = space["weigh_words"](text)
    assert 0 < probability < 1 and len(moves) <= space["LENGTH"]
    assert any(move is not None for _, move in moves)
    suggested = space["suggest"](text)
    assert len(suggested) == 5 and all(0 <= p <= 1 for _, p in suggested)


def test_unknown_words_are_marked(space):
    moves = dict(space["weigh_words"]("the xyzzy was dull")[1])
    assert moves["xyzzy"] is None and moves["dull"] is not None


# The forecasts


def test_windows_end_today_and_targets_lie_ahead(space):
    x, y, today = space["make_windows"](np.arange(10.0), 3, (1, 4))
    assert x.shape == (4, 3, 1) and y.shape == (4, 2) and today.tolist() == [2, 3, 4, 5]
    np.testing.assert_array_equal(x[:, -1, 0], today)
    np.testing.assert_array_equal(y, np.stack([today + 1, today + 4], axis=1))


def test_the_error_is_that_of_a_constant_miss(space):
    np.testing.assert_allclose(space["rmse"](np.array([[3, -1], [-3, 1.0]])), [3, 1])


# The language model


def test_pieces_go_through_the_text_and_targets_are_one_word_on(space):
    x, y = space["cut"](list(space["train_texts"][:50]), length=7)
    assert x.shape == y.shape and x.shape[1] == 7 and x[0, 0] == space["END"]
    np.testing.assert_array_equal(x.ravel()[1:], y.ravel()[:-1])


def test_our_logits_are_those_of_the_model(space):
    numbers = [space["END"], *space["number_words"]("I saw a film")]
    theirs = np.array(space["language_model"](np.array([numbers])))[0, -1]
    ours = space["next_logits"](numbers)
    known = np.arange(len(ours)) != space["UNKNOWN"]
    np.testing.assert_allclose(ours[known], theirs[known], atol=1e-5)
    assert ours[space["UNKNOWN"]] == -np.inf


def test_temperature_sharpens_and_flattens(space):
    logits = np.array([2.0, 1, 0, -np.inf])
    cold, plain, hot = (space["softmax"](logits, T)[0] for T in (0.1, 1, 10))
    assert cold > 0.99 and plain == pytest.approx(0.665, abs=0.001) and 0.33 < hot < 0.4
    assert space["softmax"](logits, 0.1).sum() == pytest.approx(1)


def test_it_writes_as_many_words_as_asked(space):
    text = space["write_on"]("The plot", number=4)
    assert text.startswith("The plot") and "[UNK]" not in text
    assert len(space["suggest"]("")) == 5
