"""The checks of exercises: each answer gets the message that helps, and nothing else."""

import subprocess
import sys
import types
import warnings
from fractions import Fraction

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course_utils import check
from course_utils.difference import difference

LOGITS = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 5.0]])
OVERFLOW = "the exponential overflows for large logits: subtract the maximum first"


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


MISTAKES = {
    "the exponentials are not divided by their sum": lambda z: np.exp(z),
    "the sum runs over the rows": lambda z: np.exp(z) / np.exp(z).sum(axis=0),
    OVERFLOW: lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
    "the columns are forgotten": lambda z: z @ z,
}


def check_softmax(candidate, checks=check):
    checks.function(candidate, [LOGITS, 1000 * LOGITS], softmax, MISTAKES)


def message_of(method, *arguments, **options):
    """Return what a check says about a wrong answer."""
    with pytest.raises(check.CheckFailed) as caught:
        method(*arguments, **options)
    return str(caught.value)


# Right, wrong, not attempted


def test_right_answer_says_what_was_checked(capsys):
    check_softmax(softmax)
    assert capsys.readouterr().out == (
        "Right: your answer softmax, on 2 inputs, with none of the 4 usual mistakes.\n"
    )


@pytest.mark.parametrize(
    ("mistakes", "end"),
    [({}, "1 input."), ({"a": [5]}, "1 input, without the usual mistake.")],
)
def test_praise_counts_inputs_and_mistakes(mistakes, end, capsys):
    check.function(abs, [-3], [3], mistakes)
    assert capsys.readouterr().out == f"Right: your answer abs, on {end}\n"


@pytest.mark.parametrize("text", MISTAKES)
def test_each_mistake_is_named(text):
    message = message_of(check_softmax, MISTAKES[text])
    assert f"This is what comes out when {text}.\n" in message


def test_a_mistake_on_some_inputs_only_is_not_named():
    message = message_of(check.function, lambda x: -x if x > 0 else 7, [1, -2], abs,
                         {"the sign is flipped": lambda x: -abs(x)})  # fmt: skip
    assert "This is what" not in message
    assert "right on 0 of 2 inputs" in message


def test_message_says_where_and_by_how_much():
    message = message_of(check_softmax, lambda z: softmax(z) + 0.25 * np.eye(3)[:2])
    assert "function([[1, 2, 3], [0, 0, 5]]) differs in 2 of 6 numbers, most at [" in message
    assert "(0.25 too large)" in message


def stub(logits):
    """Return nothing yet."""
    ...  # write your code here


def half_stub(logits):
    total = ...
    return logits / total


def returns_ellipses(logits):
    return ..., ...


@pytest.mark.parametrize("candidate", [..., stub, half_stub, returns_ellipses, lambda z: ...])
def test_function_not_attempted(candidate, capsys):
    check_softmax(candidate)
    assert capsys.readouterr().out.startswith("Not attempted yet:")


@pytest.mark.parametrize("value", [..., (1, ...), [...], {"loss": ...}])
def test_value_not_attempted(value, capsys):
    check.value(value, 3)
    assert capsys.readouterr().out.startswith("Not attempted yet:")


def test_ellipsis_in_finished_code_does_not_matter(capsys):
    def finished(logits):
        ...
        return softmax(logits)[..., :]

    check_softmax(finished)
    assert capsys.readouterr().out.startswith("Right")


# Each argument must decide


@pytest.mark.parametrize(("inputs", "position"), [
    ([(3, 2), (3, 5)], 1),  # never varied
    ([(3, 2), (4, 2)], 2),
    ([(3, 0), (4, 0), (3, 2)], 1),  # varied, but the results do not tell
    ([(3, 2)], 1),
])  # fmt: skip
def test_an_argument_that_never_decides_is_the_authors_error(inputs, position):
    def product(a, b):
        return a * b

    with pytest.raises(check.AuthorError, match=f"argument {position} of product never decides"):
        check.ours.function(product, inputs, product)
    check.function(product, inputs, product)  # a student's answer is not to blame
    check.ours.function(product, [(3, 2), (4, 5)], product)


# One of many right answers

EVEN = {
    "the number is negative": (lambda n: n < 0, "-2"),
    "the number is odd: add or subtract 1": (lambda n: n % 2, "3"),
}


def check_even(answer, **options):
    check.meets(answer, EVEN, read=int, summary=lambda n: f"It was {n}.", **options)


def test_any_answer_without_a_mistake_is_right(capsys):
    for answer in ("0", "4", 8):
        check_even(answer)
        expected = "Right: your answer, with none of the 2 usual mistakes.\nIt was "
        assert capsys.readouterr().out.startswith(expected)


@pytest.mark.parametrize(("answer", "start"), [
    ("-4", "Not right yet: the number is negative.\nIt was -4."),
    ("7", "Not right yet: the number is odd: add or subtract 1.\nIt was 7."),
    ("x", "Not right yet: invalid literal for int() with base 10: 'x'"),
    (None, "Not right yet: your answer is nothing (None), which cannot be examined: TypeError"),
])  # fmt: skip
def test_what_an_answer_lacks_is_named(answer, start):
    assert message_of(check_even, answer).startswith(start)


def test_a_function_that_was_asked_for_is_not_to_be_called():
    def check_builder(answer):
        check.meets(answer, {"it is odd": (lambda n: n % 2, lambda: 3)}, read=lambda build: build())

    message = message_of(check_builder, lambda: 1 / 0)
    assert message.startswith("Not right yet: your answer function cannot be examined: ZeroDiv")
    assert "call it" in message_of(check_even, lambda: 4)


def test_one_of_many_can_be_not_attempted(capsys):
    check_even(...)
    assert capsys.readouterr().out.startswith("Not attempted yet")
    with pytest.raises(check.AuthorError, match="our answer is missing"):
        check.ours.meets(..., EVEN, read=int)


@pytest.mark.parametrize(("example", "problem"), [
    ("4", "taken for “right”"),
    ("-3", "taken for “the number is negative”"),
    ("x", "ValueError"),
])  # fmt: skip
def test_an_example_must_make_its_mistake(example, problem):
    mistakes = {**EVEN, "the number is odd: add or subtract 1": (lambda n: n % 2, example)}
    with pytest.raises(check.AuthorError, match=problem):
        check.meets("4", mistakes, read=int)


def test_no_mistakes_are_no_check():
    with pytest.raises(check.AuthorError, match="empty"):
        check.meets(4, {})


# What a student's function can do wrong


def crashes(logits):
    width = 3
    return helper(logits, width)


def helper(logits, width):
    return np.dot(logits, np.ones(width + 1))


def returns_sometimes(logits):
    if logits.max() > 10:
        return softmax(logits)


def prints(logits):
    print("a look inside")


def forgets_return(logits):
    softmax(logits)


def leaves_ellipsis(logits):
    softmax(logits)
    ...


async def is_async(logits):
    return softmax(logits)


def yields(logits):
    yield softmax(logits)


def leaves(logits):
    sys.exit("bye")


def recurses(logits):
    return recurses(logits)


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        (crashes, "stops with ValueError: shapes (2,3) and (4,) not aligned"),
        (crashes, ": return np.dot(logits, np.ones(width + 1))."),
        (lambda a, b: a, "calls it with 1 argument, but it is defined as function(a, b)"),
        (lambda: 1, "calls it with 1 argument"),
        (prints, "it prints its result; end it with return"),
        (forgets_return, "its return is missing"),
        (leaves_ellipsis, "its body still contains ..."),
        (is_async, "without async"),
        (yields, "put list(...) around it"),
        (lambda z: print, "call it"),
        (returns_sometimes, "no return with a value is reached"),
        (leaves, "SystemExit: bye"),
        (recurses, "RecursionError"),
        (lambda z: softmax, "call it, with parentheses"),
        (lambda z: dict, "a class, dict"),
        (lambda z: softmax(z).T, "has shape (3, 2); expected shape (2, 3): its axes are swapped"),
        (lambda z: softmax(z)[0], "has shape (3,); expected shape (2, 3)"),
        (lambda z: 0.5, "is a single number; expected shape (2, 3)"),
        (lambda z: softmax(z).tolist()[0] + [[1]], "ragged"),
        (lambda z: str(softmax(z)), "is the string"),
        (lambda z: set("abc"), "no order"),
        (lambda z: {"a": 1}, "of the type dict"),
        (lambda z: softmax(z) + 0.1j, "imaginary part"),
        (lambda z: np.where(z > 2, np.nan, softmax(z)), "NaN (not a number) in 2 of 6 places"),
        (lambda z: np.where(z > 2, np.inf, softmax(z)), "infinite in 2 of 6 places"),
        (lambda z: softmax(z).astype(int), "whole numbers (int64) have lost"),
        (lambda z: np.log(-softmax(z)), "NumPy warns: invalid value encountered in log"),
        (7, "is the number 7; expected a function"),
        ("softmax", "is the string 'softmax'; expected a function"),
        (LOGITS, "expected a function"),
        (None, "expected a function"),
    ],
)  # fmt: skip
def test_function_diagnosis(candidate, words):
    assert words in message_of(check_softmax, candidate)


def test_crash_names_the_student_line():
    line = crashes.__code__.co_firstlineno + 6
    assert f"in line {line}: return np.dot" in message_of(check_softmax, crashes)


def test_what_a_student_prints_is_still_shown(capsys):
    message_of(check_softmax, prints)
    assert capsys.readouterr().out == "a look inside\n" * 2


def test_interrupt_passes_through():
    def interrupted(logits):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_softmax(interrupted)


def in_place(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    return softmax(logits)


def test_changed_input_is_told_and_harms_nothing(capsys):
    before = LOGITS.copy()
    check_softmax(in_place)
    assert "It changes its input: work on a copy" in capsys.readouterr().out
    np.testing.assert_array_equal(LOGITS, before)


def test_unchanged_inputs_of_any_kind_are_not_reported(capsys):
    marker = object()
    inputs = [([marker, 1], {"a": np.ones(2)}), ([np.nan, None], {"b": "text"})]
    check.function(lambda a, b: len(a), inputs, [2, 2])
    assert "changes" not in capsys.readouterr().out


def test_no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        message_of(check_softmax, MISTAKES[OVERFLOW])
        message_of(check_softmax, is_async)


def test_settings_of_numpy_do_not_matter(capsys):
    with np.errstate(all="raise"):
        check_softmax(softmax)
    assert capsys.readouterr().out.startswith("Right")


# Values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.0, 2),
        (2, 2.0),
        (np.float32(0.1), 0.1),
        (0.1 + 0.2, 0.3),
        (True, 1),
        (np.bool_(True), True),
        ([1, 2], np.array([1, 2])),
        (np.array([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (Fraction(1, 2), 0.5),
        (10**30, 10**30),
        (np.nan, np.nan),
        ([np.inf, 1], [np.inf, 1]),
        ([1, np.zeros(3)], (1, np.zeros(3))),
        (np.zeros((2, 3)), (np.zeros(3), np.zeros(3))),
        ({"a": [1, 2]}, {"a": np.array([1, 2])}),
        (np.str_("b"), "b"),
        (["a", "b"], np.array(["a", "b"])),
        (None, None),
        ({1, 2}, {2, 1}),
        (1j, 1j),
        ([], []),
    ],
)
def test_equal_values(value, expected):
    assert difference("it", value, expected, 1e-6) is None


@pytest.mark.parametrize(
    ("value", "expected", "words"),
    [
        (3, 5, "your answer is 3, which is too small"),
        (101_632, 101_770, "is 101632, which is too small"),
        (1_250_858, 1_250_859, "is 1250858, which is too small"),
        (0.5, 1 / 3, "is 0.5, which is too large"),
        (False, True, "is False; expected True"),
        (np.nan, 1.0, "is NaN (not a number); expected 1."),
        (1.0, np.nan, "expected nan"),
        ("5", 5, "is the string '5'; expected a single number"),
        ("True", True, "expected `True` or `False`".replace("`", "")),
        (5, "b", "is the number 5; expected a string"),
        ("B ", "b", "only capital letters or spaces differ"),
        ("a", "b", "is the string 'a', which is not the expected text."),
        ("the cat", "the dog", "it is right up to 'the '"),
        (None, 5, "nothing (None); expected a single number"),
        ([[5]], 5, "has shape (1, 1); expected a single number"),
        ([1, 2, 4], [1, 2, 3], "differs in 1 of 3 numbers, at [2]: 4; expected 3 (1 too large)"),
        ([1, 2], (np.ones(2), 2), "value [0] of your answer is a single number"),
        (5, (np.ones(2), 2), "has 1 value; expected 2 values"),
        (np.ones(2), (np.ones(2), 2), "has 1 value; expected 2 values"),
        ((1, 2), (2, 1), "has the right values in the wrong order"),
        ((1, 3), (2, 1), "value [0] of your answer is 1; expected 2"),
        ([1, -2], [-1, 2], "only the sign is wrong"),
        (0, 0.9, "whole numbers (int64) have lost the digits"),
        (np.ones(1).sum, 1, "a function, sum"),
        ({"a": 1}, {"a": 2}, "the entry 'a' of your answer is 1"),
        ({"b": 1}, {"a": 2}, "has the keys ['b']; expected ['a']"),
        (5, {"a": 2}, "expected a dict"),
        (len, 5, "a function, len, not a value"),
        ({1, 2}, 3, "a set"),
        (1e-3, 0.0, "is 0.001, which is too large"),
    ],
)
def test_value_diagnosis(value, expected, words):
    message = message_of(check.value, value, expected)
    assert message.startswith("Not right yet: ")
    assert words in message


def test_multiple_choice_names_the_mistake_and_not_the_answer():
    message = message_of(check.value, "a", "b", {"the bias is taken for an input": "a"})
    assert "This is what comes out when the bias is taken for an input." in message
    assert "'b'" not in message


def test_tolerance_is_the_authors_but_float32_gets_its_due():
    check.value(1.05, 1.0, tolerance=0.1)
    check.value(np.float32(1 + 5e-6), 1.0)
    assert "too large" in message_of(check.value, 1 + 5e-6, 1.0)


# Whatever a student hands in


class Raises:
    """An object none of whose special methods works."""

    def __getattribute__(self, name):
        raise RuntimeError("no attribute")

    def fail(self, *arguments):
        raise RuntimeError("no")

    __eq__ = __repr__ = __str__ = __len__ = __iter__ = __array__ = __bool__ = __deepcopy__ = fail
    __float__ = __index__ = __getitem__ = fail
    __hash__ = object.__hash__


class CallableRaises(Raises):
    def __call__(self, *arguments):
        raise RuntimeError("no")


class UnreadableError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raises_unreadable(*arguments):
    raise UnreadableError


def endless_list():
    items = []
    items.append(items)
    return items


HOSTILE = [
    "", "text", "`$<b>", b"bytes", None, NotImplemented, np.nan, -np.inf, 1j, 10**400, True,
    [], [[1], [1, 2]], [[], [[]]], [None], ["a", 1], [np.ones(2), np.ones(3)], endless_list(),
    {}, {"a": Raises()}, {1, 2}, (), (1, "a"), range(3), iter([1]), (x for x in "ab"),
    map(abs, [1]), zip([1]), object(), object, type, int,
    print, np.sin, np, types, lambda: 1, lambda *a: a,
    np.ones((2, 3, 4)), np.ones(0), np.array(...), np.array([None, 1.0]), np.array("text"),
    np.array(["2020-01-01"], dtype="datetime64[D]"), np.zeros(2, dtype=[("a", int)]),
    np.broadcast_to(1.0, (10**6, 10**6)), np.ma.masked, memoryview(b"ab"), Fraction(1, 3),
    Raises(), Raises, CallableRaises(), CallableRaises, raises_unreadable, UnreadableError,
    UnreadableError(), type("Kind", (), {"__name__": 3}), stub, yields, is_async,
]  # fmt: skip
WANTED = [1.5, 3, True, "b", LOGITS, (LOGITS, 1.0), ["a", "b"], {"a": 1.0}, None, 1j, {1, 2}]
QUIET = "ignore:coroutine:RuntimeWarning"


@pytest.mark.filterwarnings(QUIET)
@pytest.mark.parametrize("position", range(len(HOSTILE)))
def test_nothing_but_its_own_message(position, capsys):
    """Whatever the answer or the result of the function is: one short message, no other error."""
    thing = HOSTILE[position]
    mistakes = {"it is empty": [[[0.25]]]}
    for expected in WANTED:
        for method, *arguments in (
            (check.value, thing, expected, {"it is empty": [[0.25]]}),
            (check.function, lambda x: thing, [1.0], [expected], mistakes),
            (check.function, thing, [1.0], [expected], mistakes),
        ):
            try:
                method(*arguments)
                message = capsys.readouterr().out.removeprefix("1.0\n")  # `print` prints its input
            except check.CheckFailed as failure:
                message = str(failure)
                capsys.readouterr()
            assert message.startswith(("Right: ", "Not right yet: ", "Not attempted yet: "))
            assert len(message) < 1200


# Authors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], abs), "inputs is empty"),
        (([-1], lambda x: 1 / 0), "expected stops with ZeroDivisionError"),
        (([-1], lambda: 1), "calls it with 1 argument"),
        (([-1], [1, 2]), "no list of 1 results"),
        (([-1], 3), "3 is no function and no list of 1 results"),
        (([-1], yields), "expected is a generator"),
        (([-1], abs, {"same": abs}), "“same” comes to the same as “the right answer”"),
        (([1], abs, {"m": lambda x: x}), "“m” comes to the same as “the right answer”"),
        (([-1], abs, {"m": lambda x: x, "n": [-1]}), "“n” comes to the same as “m”"),
        (([-1], abs, {"m": lambda x: unknown}), "stops with NameError"),  # noqa: F821
        (([-1], abs, {"m": lambda: 1}), "the mistake “m” stops"),
    ],
)
@pytest.mark.parametrize("checks", [check, check.ours], ids=["yours", "ours"])
def test_author_errors(checks, arguments, words):
    with pytest.raises(check.AuthorError, match="check itself is at fault") as caught:
        checks.function(lambda x: x, *arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize("mistakes", [{"m": 3.0}, {"m": 1, "n": 1.0}])
def test_author_errors_of_values(mistakes):
    with pytest.raises(check.AuthorError):
        check.value(1, 3, mistakes)


def test_a_mistake_may_raise_and_is_named_for_an_answer_that_raises_the_same(capsys):
    mistakes = {"the lists are not made arrays": lambda x: [x] * x}
    check.function(lambda x: 2 * x, [0.5, 2.0], lambda x: 2 * x, mistakes)
    message = message_of(check.function, lambda x: [x] * x, [0.5], [1.0], mistakes)
    assert "the lists are not made arrays" in message


@pytest.mark.parametrize("checks", [check, check.ours], ids=["yours", "ours"])
def test_the_label_says_whose_answer_it_is(checks, capsys):
    owner = "our" if checks is check.ours else "your"
    check_softmax(softmax, checks)
    checks.value(3, 3)
    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith(f"Right: {owner} answer") for line in lines] == [True, True]
    assert f"{owner} answer" in message_of(check_softmax, np.exp, checks)
    assert f"{owner} answer" in message_of(checks.value, 3, 4)


def test_our_answer_cannot_be_missing():
    for attempt in (lambda: check.ours.value(..., 3), lambda: check_softmax(stub, check.ours)):
        with pytest.raises(check.AuthorError, match="our answer is missing"):
            attempt()


# Announced errors


def test_expected_error_is_shown(capsys):
    with check.expect_error(ValueError, "part"):
        raise ValueError("this \x1b[1mpart\x1b[0m `here`")
    assert capsys.readouterr().out == "As announced: ValueError: this part 'here'\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "but nothing was raised"),
        (ValueError("other"), "this came: ValueError: other"),
        (KeyError("text"), "this came: KeyError"),
        (UnreadableError(), "this came: UnreadableError"),
    ],
)
def test_another_error_or_none_fails(error, words):
    with pytest.raises(check.CheckFailed, match=words), check.expect_error(ValueError, "text"):
        if error:
            raise error


# Tensors, notebooks, start-up


def test_tensors():
    import keras

    ops = keras.ops
    check.function(ops.softmax, [LOGITS, 1000 * LOGITS], softmax, MISTAKES)
    check.function(softmax, [LOGITS], ops.softmax, {"nothing is done": ops.convert_to_tensor})
    check.function(lambda z: keras.Variable(softmax(z)), [LOGITS], softmax)
    check.function(lambda z: ops.cast(softmax(z), "bfloat16"), [LOGITS], softmax)
    symbolic = keras.Input((3,))
    assert "symbolic tensor" in message_of(check.value, symbolic, 3)
    assert "symbolic tensor" in message_of(check_softmax, lambda z: ops.softmax(symbolic))
    assert "stops with" in message_of(check_softmax, lambda z: ops.matmul(z, z))
    assert "too large" in message_of(check_softmax, lambda z: ops.softmax(z) + 0.1)


def run_cells(*sources):
    """Return the outputs of each cell, run in a real kernel."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60).execute()
    return [cell.outputs for cell in notebook.cells]


def test_in_a_notebook():
    _, _, wrong, ours, attempted, announced = run_cells(
        "from course_utils import check",
        "def double(x):\n    '''Twice `x`.'''\n    y = x\n    return y.size",
        "check.function(double, [2], [4])",
        "check.ours.value('<i>', 3)",
        "def double(x):\n    ...  # write your code here\n\ncheck.function(double, [2], [4])",
        "with check.expect_error(ZeroDivisionError, 'division'):\n    1 / 0",
    )
    message, error = wrong
    assert "in line 4: return y.size" in message.data["text/plain"]
    assert (
        "<strong>Not right yet</strong>: your answer <code>double</code>"
        in message.data["text/html"]
    )
    assert 'role="status"' in message.data["text/html"]
    assert (error.ename, error.traceback) == ("CheckFailed", [check.NEXT_STEP])
    assert ours[0].traceback == [
        "Not right yet: our answer is the string '<i>'; expected a single number."
    ]
    assert [output.data["text/plain"][:17] for output in attempted] == ["Not attempted yet"]
    assert [output.data["text/plain"][:12] for output in announced] == ["As announced"]


def test_html_is_escaped():
    page = check._html("wrong", ["Not right yet: `<b>` & `$x$`", "<i>"])
    assert "<code>&lt;b&gt;</code> &amp; <code>$x$</code>" in page
    assert "<div>&lt;i&gt;</div>" in page


def test_nbval_fails_on_a_wrong_answer_key(tmp_path):
    notebook = new_notebook(cells=[
        new_code_cell("from course_utils import check"),
        new_code_cell("check.value(3, 5)", metadata={"tags": ["raises-exception"]}),
        new_code_cell("check.ours.value(5, 5)"),
        new_code_cell("check.ours.value(3, 5)"),
    ])  # fmt: skip
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q", "-p",
               "no:cacheprovider", "lesson.ipynb"]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 3 passed" in run.stdout
    assert "our answer is 3; expected 5 (2 too small)" in run.stdout


def test_import_is_light():
    code = """import sys, course_utils.check
print(*{"IPython", "keras", "tensorflow"} & {*sys.modules})"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
