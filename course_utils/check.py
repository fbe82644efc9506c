"""Tell a student at once whether an exercise answer is right and, if not, what is wrong with it.

    check.function(softmax, inputs=[logits, 100 * logits], expected=keras.ops.softmax, mistakes={…})
    check.value(parameters, 101_770, mistakes={"the biases are not counted": 101_632})

`check.ours` has the same methods for our own answers. Nothing here keeps any state.
"""

# ruff: noqa: BLE001 (what a student hands in may raise anything)

import ast
import contextlib
import copy
import dataclasses
import html
import inspect
import io
import linecache
import numbers
import os
import re
import reprlib
import sys
import textwrap
import traceback
import types
import warnings

import numpy as np

NEXT_STEP = "Change your answer, run its cell, then run this check again."
# Each colour has a contrast of at least 3:1 on white and on black; the words carry the meaning.
LOOKS = {"right": ("✓", "#2e9e4f"), "wrong": ("✗", "#d9363e"), "calm": ("○", "#808080")}
# Results in few digits cannot agree better than this, whatever tolerance an author asks for.
FEW_DIGITS = {"float16": 1e-2, "bfloat16": 2e-2, "float32": 1e-5, "complex64": 1e-5}


class CheckFailed(AssertionError):
    """A wrong answer. IPython shows `lines` in place of a traceback; `str()` is the message."""

    def __init__(self, message, lines=None):
        super().__init__(message)
        self.lines = message.splitlines() if lines is None else lines

    def _render_traceback_(self):
        return self.lines


class AuthorError(Exception):
    """A check that cannot do its work, whatever the answer: its author has to mend it."""

    def __init__(self, message):
        super().__init__(
            f"This check itself is at fault, not your answer: {message}\n"
            "Have you changed data of the lesson? Then run the notebook again from its start."
        )

    def _render_traceback_(self):
        return str(self).splitlines()


class Check:
    """The checks of one party's answers: `owner` is "your" or "our"."""

    def __init__(self, owner):
        self.owner = owner

    def function(self, candidate, inputs, expected, mistakes=None, tolerance=1e-6):
        """Check a function that a student wrote, on every one of `inputs`.

        candidate: the function itself, not its result, so that a crash in it is diagnosed too.
            `...`, or a body that is still `...`, counts as not attempted.
        inputs: a list with at least one element: an argument, or a tuple of arguments. Each call
            gets its own deep copy.
        expected: a function, or the list of right results, one per input. A result is a number,
            a truth value, a string, an array or tensor, or a tuple, list or dict of these.
        mistakes: {"the sign is flipped": function or list of results, …}. The text completes the
            sentence "This is what comes out when …". A mistake is named when the answer equals it
            on all inputs. It may raise (then an answer that raises the same equals it).
        tolerance: relative and absolute, only absolute where whole numbers are expected; at least
            1e-5 where float32 is involved. NaN equals NaN; True and False equal 1 and 0; integers
            equal floats; shapes must agree.

        Raises CheckFailed for a wrong answer; AuthorError where `inputs` is empty, `expected`
        crashes, or a mistake gives the right result, or that of an earlier one, on all inputs.
        """
        if candidate is ... or _is_stub(candidate):
            return self._not_attempted()
        calls = [item if isinstance(item, tuple) else (item,) for item in inputs]
        right = _author_outcomes(expected, calls)
        wrong = {
            text: _author_outcomes(m, calls) for text, m in (mistakes or {}).items()
        }
        _require_distinct(right, wrong, tolerance)
        if not callable(candidate):
            self._fail(
                [
                    f"Not right yet: {self.owner} answer is {_describe(candidate)}.",
                    "Expected a function: define it with `def`.",
                ]
            )
        got = [_run(candidate, arguments) for arguments in calls]
        print(*(outcome.printed for outcome in got), sep="", end="")
        if any(map(_meets_ellipsis, got)):
            return self._not_attempted()
        name = _name(candidate)
        subjects = [
            f"`{name}({', '.join(map(_short, arguments))})`" for arguments in calls
        ]
        return self._judge(f"`{name}`", subjects, got, right, wrong, tolerance)

    def value(self, value, expected, mistakes=None, tolerance=1e-6):
        """Check a value that a student computed or chose; `...` counts as not attempted.

        expected: as a result in `function`. Strings are compared exactly, for multiple choice too:
            `check.value(choice, "b", mistakes={"the bias is taken for an input": "a"})`.
        mistakes: {"the sign is flipped": the value that comes out then, …}.
        tolerance: as in `function`.

        Raises CheckFailed for a wrong value; AuthorError as `function` does.
        """
        got, right = [Outcome(value)], [Outcome(expected)]
        if _meets_ellipsis(got[0]):
            return self._not_attempted()
        wrong = {text: [Outcome(mistake)] for text, mistake in (mistakes or {}).items()}
        _require_distinct(right, wrong, tolerance)
        return self._judge(
            "answer", [f"{self.owner} answer"], got, right, wrong, tolerance
        )

    @contextlib.contextmanager
    def expect_error(self, kind, text=""):
        """Show calmly the error that a lesson announces; raise CheckFailed where it does not come.

            with check.expect_error(ValueError, "incompatible"):
                layer(np.ones((2, 3)))

        kind: the class of the error; text: a part of its message.
        """
        announced = f"Announced was `{kind.__name__}`" + (
            f" with the text `{text}`" if text else ""
        )
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not isinstance(error, kind) or text not in _message(error):
                message = f"{announced}, but this came: `{_error_text(error)}`."
                raise CheckFailed(_plain([message])) from error
            _show("calm", [f"As announced: `{_error_text(error)}`"])
        else:
            raise CheckFailed(_plain([f"{announced}, but nothing was raised."]))

    def _judge(self, name, subjects, got, right, wrong, tolerance):
        """Show that the outcomes `got` are `right`, or raise with the diagnosis."""
        found = [
            _difference(*row, tolerance)
            for row in zip(subjects, got, right, strict=True)
        ]
        notes = dict.fromkeys(note for outcome in got for note in outcome.notes)
        first = next(filter(None, found), None)
        if first is None:
            return _show("right", [self._praise(name, len(got), len(wrong)), *notes])
        so_far = (
            f", right on {found.count(None)} of {len(found)} inputs"
            if len(found) > 1
            else ""
        )
        named = [
            text for text, outcomes in wrong.items() if _equal(got, outcomes, tolerance)
        ]
        return self._fail(
            [
                f"Not right yet: {self.owner} {name}{so_far}.",
                *(
                    f"This is what comes out when {text.rstrip('.')}."
                    for text in named[:1]
                ),
                f"{first[0].upper()}{first[1:]}.",
                *notes,
            ]
        )

    def _praise(self, name, inputs, mistakes):
        """Return the sentence that says what was checked."""
        on = "" if name == "answer" else f" on {inputs} input{'s' * (inputs > 1)}"
        avoided = {0: "", 1: ", and not the usual mistake"}
        return (
            f"Right: {self.owner} {name}{on}"
            f"{avoided.get(mistakes, f', and none of the {mistakes} usual mistakes')}."
        )

    def _not_attempted(self):
        if self.owner == "our":
            raise AuthorError("our answer is missing.")
        _show(
            "calm",
            [
                "Not attempted yet: write your answer in place of `...`, then run its cell."
            ],
        )

    def _fail(self, lines):
        """Raise CheckFailed; a student's notebook shows the message above it, as HTML."""
        if self.owner == "our" or not _in_notebook():
            raise CheckFailed(_plain(lines))
        _show("wrong", lines)
        raise CheckFailed(_plain(lines), [NEXT_STEP])


# Running functions


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a call came to: a value or an error, a detail of either, and sentences about the call."""

    value: object = None
    error: BaseException | None = None
    detail: str = ""
    notes: tuple[str, ...] = ()
    printed: str = ""


class WrongArguments(TypeError):
    """A function does not take the arguments of the check."""


def _run(function, arguments):
    """Call `function` on a copy of `arguments`; let no error, warning or output out."""
    given, printed = tuple(map(_copy, arguments)), io.StringIO()
    try:
        with (
            warnings.catch_warnings(record=True) as caught,
            np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),
            contextlib.redirect_stdout(printed),
        ):
            warnings.simplefilter("always")
            _require_fit(function, given)
            value = function(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Outcome(
            None, error, _own_line(error, function), printed=printed.getvalue()
        )
    detail = _why_nothing(function, printed.getvalue()) if value is None else ""
    notes = (*_warned(caught), *_changed(arguments, given))
    return Outcome(value, None, detail, notes, printed.getvalue())


def _require_fit(function, arguments):
    """Raise WrongArguments where the signature of `function` does not fit."""
    try:
        signature = inspect.signature(function)
    except Exception:  # built-in functions have none
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        plural = "s" * (len(arguments) != 1)
        raise WrongArguments(
            f"the check calls it with {len(arguments)} argument{plural}, "
            f"but it is defined as `{_name(function)}{signature}`"
        ) from None


def _copy(value):
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _own_line(error, function):
    """Return the deepest line of the traceback that stands in the student's own cells."""
    scope = getattr(function, "__globals__", None)
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_globals is scope:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            return f" in line {number}: `{line}`" if line else f" in line {number}"
    return ""


def _why_nothing(function, printed):
    if any(map(_is_ellipsis, _statements(function))):
        return "its body still contains `...`"
    if printed:
        return "it prints its result; end it with `return` instead, so that other code can use it"
    return "its `return` is missing"


def _warned(caught):
    messages = {
        str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)
    }
    return [f"It makes NumPy warn: {message}." for message in sorted(messages)]


def _changed(arguments, given):
    """Say which arguments a call changed; objects without equality never count as changed."""
    pairs = [
        (a, g)
        for a, g in zip(arguments, given, strict=True)
        if isinstance(a, np.ndarray | list | dict)
    ]
    if any(
        _compare("", g, a, 0) and not _compare("", _copy(a), a, 0) for a, g in pairs
    ):
        yield "It changes its input in place: work on a copy, or the caller's data are lost."


def _statements(function):
    """Return the statements in the body of `function` below its docstring; [] without a source."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0].body
        return body[1:] if ast.get_docstring(ast.Module(body, [])) is not None else body
    except Exception:  # built-in, made by exec, a lambda inside a call, …
        return []


def _is_stub(function):
    statements = _statements(function)
    return bool(statements) and all(map(_is_ellipsis, statements))


def _is_ellipsis(node):
    return isinstance(node, ast.Expr) and getattr(node.value, "value", None) is ...


def _meets_ellipsis(outcome):
    """Return whether a `...` was returned, or stopped the function."""
    if outcome.error is not None:
        return "ellipsis" in _message(outcome.error)
    value = outcome.value
    parts = value.values() if isinstance(value, dict) else value
    several = isinstance(value, tuple | list | dict) and len(value) < 100
    return value is ... or several and any(part is ... for part in parts)


# What the author wrote


def _author_outcomes(source, calls):
    """Return one outcome per call; `source` is a function or a list of results."""
    if callable(source):
        return [_run(source, arguments) for arguments in calls]
    if not isinstance(source, list | tuple | np.ndarray) or len(source) != len(calls):
        raise AuthorError(
            f"{_describe(source)} is no function and no list of {len(calls)} results."
        )
    return [Outcome(result) for result in source]


def _require_distinct(right, wrong, tolerance):
    """Raise AuthorError unless `right` is usable and differs from each mistake, as they do."""
    if not right:
        raise AuthorError("`inputs` is empty.")
    for outcome in right:
        problem = _difference("`expected`", outcome, Outcome(outcome.value), tolerance)
        if problem:
            raise AuthorError(f"{problem}.")
    earlier = {"the right answer": right}
    for text, outcomes in wrong.items():
        for outcome in outcomes:
            if isinstance(outcome.error, NameError | WrongArguments):
                raise AuthorError(
                    f"the mistake “{text}” stops: {_error_text(outcome.error)}"
                )
        for other, its_outcomes in earlier.items():
            if _equal(outcomes, its_outcomes, tolerance):
                raise AuthorError(
                    f"“{text}” comes to the same as “{other}” on all inputs."
                )
        earlier[text] = outcomes


# Comparing


class Unreadable(ValueError):
    """A value that is no array of numbers; the message says what it is."""


def _equal(got, outcomes, tolerance):
    pairs = zip(got, outcomes, strict=True)
    return not any(_difference("", one, other, tolerance) for one, other in pairs)


def _difference(subject, got, right, tolerance):
    """Return the sentence that says how outcome `got` differs from `right`, or None."""
    if isinstance(got.error, WrongArguments):
        return f"{subject} cannot work: {got.error}"
    if got.error is not None:
        same = type(got.error) is type(right.error) and _message(got.error) == _message(
            right.error
        )
        return (
            None
            if same
            else f"{subject} stops with `{_error_text(got.error)}`{got.detail}"
        )
    if right.error is not None:
        return f"{subject} does not stop"
    if got.value is None and right.value is not None:
        return f"{subject} is nothing (`None`)" + (got.detail and f": {got.detail}")
    return _compare(subject, got.value, right.value, tolerance)


def _compare(subject, got, expected, tolerance):
    """Return how two values differ, or None; whatever `got` is, nothing is raised."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _compare_values(subject, got, expected, tolerance)
    except Unreadable as problem:
        return f"{subject} is {problem}; expected {_noun(expected)}"
    except Exception:
        return f"{subject} is {_describe(got)}, which cannot be read; expected {_noun(expected)}"


def _compare_values(subject, got, expected, tolerance):
    if isinstance(expected, str):
        return _compare_strings(subject, got, expected)
    if isinstance(expected, dict):
        return _compare_dicts(subject, got, expected, tolerance)
    if isinstance(expected, np.ndarray) and expected.dtype.kind in "OSU":
        expected = expected.tolist()
    if isinstance(expected, tuple | list) and not _only_numbers(expected):
        return _compare_elements(subject, got, expected, tolerance)
    try:
        numbers_expected = _as_array(expected)
    except Unreadable:
        same = got is expected or type(got) is type(expected) and bool(got == expected)
        return (
            None
            if same
            else f"{subject} is {_describe(got)}; expected {_describe(expected)}"
        )
    return _compare_arrays(subject, _as_array(got), numbers_expected, tolerance)


def _compare_strings(subject, got, expected):
    if not isinstance(got, str):
        raise Unreadable(_describe(got))
    if got == expected:
        return None
    sentence = f"{subject} is {_describe(got)}, which is not the expected text"
    if "".join(got.split()).casefold() == "".join(expected.split()).casefold():
        return f"{sentence}: only capital letters or spaces differ"
    common = os.path.commonprefix([got, expected])
    return sentence + (
        f"; it is right up to `{_short(common[-20:])}`" if common.strip() else ""
    )


def _compare_dicts(subject, got, expected, tolerance):
    if not isinstance(got, dict):
        raise Unreadable(_describe(got))
    if got.keys() != expected.keys():
        return f"{subject} has the keys `{_short(list(got))}`; expected `{_short(list(expected))}`"
    parts = (
        _compare(
            f"the entry `{_short(key)}` of {subject}",
            got[key],
            expected[key],
            tolerance,
        )
        for key in expected
    )
    return next(filter(None, parts), None)


def _compare_elements(subject, got, expected, tolerance):
    parts = (
        got if isinstance(got, tuple | list) else list(np.atleast_1d(_as_array(got)))
    )
    if len(parts) != len(expected):
        return f"{subject} has {len(parts)} elements; expected {len(expected)}"
    found = (
        _compare(f"element {position} of {subject}", part, wanted, tolerance)
        for position, (part, wanted) in enumerate(zip(parts, expected, strict=True))
    )
    return next(filter(None, found), None)


def _compare_arrays(subject, got, expected, tolerance):
    """Compare shape, kind of number, NaN and infinity, then the numbers themselves."""
    if got.shape != expected.shape:
        swapped = got.ndim > 1 and got.shape == expected.shape[::-1]
        hint = ": its axes are swapped" if swapped else ""
        verb = "has" if got.ndim else "is"
        return f"{subject} {verb} {_shape(got)}; expected {_shape(expected)}{hint}"
    if got.dtype.kind == "c" != expected.dtype.kind:
        return f"{subject} is complex: it has an imaginary part; expected real numbers"
    tolerance = max(
        [tolerance, *(FEW_DIGITS.get(a.dtype.name, 0) for a in (got, expected))]
    )
    relative = 0 if expected.dtype.kind in "biu" else tolerance
    a, b = (
        x.astype(complex if x.dtype.kind == "c" else float) for x in (got, expected)
    )
    wrong = ~np.isclose(a, b, rtol=relative, atol=tolerance, equal_nan=True)
    if not wrong.any():
        return None
    broken = wrong & ~np.isfinite(a)
    if broken.any():
        return _not_finite(subject, a, b, broken)
    if got.dtype.kind in "iu" and expected.dtype.kind == "f" and (abs(a - b) < 1).all():
        return f"{subject} holds whole numbers ({got.dtype}); the digits after the point are lost"
    return _largest(subject, got, expected, wrong)


def _not_finite(subject, got, expected, broken):
    index = tuple(map(int, np.argwhere(broken)[0]))
    reason = "infinite: it comes from a division by 0 or from an overflow"
    if np.isnan(got[index]):
        reason = "NaN (not a number): it comes from 0/0, inf - inf or the logarithm of a negative number"
    where = (
        f" in {broken.sum()} of {broken.size} places, first at `{list(index)}`,"
        if index
        else ""
    )
    return f"{subject} is{where} {reason}; expected `{_short(expected[index])}`"


def _largest(subject, got, expected, wrong):
    """Say how many numbers differ, and the largest difference."""
    kind = complex if "c" in got.dtype.kind + expected.dtype.kind else float
    error = np.asarray(got.astype(kind) - expected.astype(kind))
    size = np.where(wrong, np.nan_to_num(abs(error), nan=np.inf), -1)
    index = tuple(map(int, np.unravel_index(size.argmax(), size.shape)))
    values = f"`{_short(got[index])}`; expected `{_short(expected[index])}`"
    if kind is float and np.isfinite(error[index]) and expected.dtype.kind != "b":
        values += (
            f" ({abs(error[index]):.3g} too {'large' if error[index] > 0 else 'small'})"
        )
    if not index:
        return f"{subject} is {values}"
    which = "the largest difference is" if wrong.sum() > 1 else "namely"
    return f"{subject} differs in {wrong.sum()} of {wrong.size} numbers; {which} at `{list(index)}`: {values}"


def _as_array(value):
    """Return `value` as an array of numbers; raise Unreadable with what it is instead."""
    if isinstance(value, str | dict | set | frozenset | type | None) or _is_symbolic(
        value
    ):
        raise Unreadable(_describe(value))
    try:
        array = np.asarray(value)
    except Exception as error:
        if "inhomogeneous" in _message(error):
            raise Unreadable("ragged: its rows have different lengths") from None
        raise Unreadable(_describe(value)) from None
    if array.dtype.kind == "O" and all(
        isinstance(x, numbers.Number) for x in array.flat
    ):
        array = array.astype(float)  # whole numbers beyond 64 bits, fractions
    if array.dtype.kind in "biufc" or array.dtype.name in FEW_DIGITS:
        return array
    raise Unreadable(_describe(value))


def _only_numbers(value):
    if isinstance(value, tuple | list):
        return all(map(_only_numbers, value))
    return isinstance(value, numbers.Number | np.generic)


# Words


def _is_symbolic(value):
    return any(
        base.__name__ in ("KerasTensor", "SymbolicTensor")
        for base in type(value).__mro__
    )


def _describe(value):
    """Return what `value` is, in words that help a beginner."""
    kind = type(value).__name__
    if _is_symbolic(value):
        return "a symbolic tensor: it stands for values to come and holds none yet"
    for types_, words in (
        (types.NoneType, "nothing (`None`)"),
        (str, f"the string `{_short(value)}`"),
        (numbers.Number | np.bool_, f"the number `{_short(value)}`"),
        (types.CoroutineType, "a coroutine: define the function without `async`"),
        (
            types.GeneratorType | map | filter | zip,
            f"a {kind}, which computes its values later: put `list(…)` around it",
        ),
        (type, f"the class `{_name(value)}`, not a value"),
        (set | frozenset, "a set, which has no order and no duplicates"),
    ):
        if isinstance(value, types_):
            return words
    if callable(value):
        return f"a function, `{_name(value)}`: call it, with parentheses, to get its result"
    return f"of the type `{kind}`"


def _noun(expected):
    """Return what is expected, without giving it away."""
    if isinstance(expected, str):
        return "a string"
    if isinstance(expected, dict):
        return "a dict"
    try:
        return _shape(_as_array(expected), "an array of ")
    except Unreadable:
        return (
            f"{len(expected)} values"
            if isinstance(expected, tuple | list)
            else "another kind"
        )


def _shape(array, article=""):
    return f"{article}shape `{array.shape}`" if array.ndim else "a single number"


def _short(value):
    """Return a short text for `value`, without line ends, whatever it is."""
    try:
        if inspect.isroutine(value) or isinstance(value, np.ufunc):
            return _name(value)
        if isinstance(value, numbers.Real) and not isinstance(value, int):
            return f"{float(value):.6g}"
        if hasattr(type(value), "__array__"):
            value = np.asarray(value)
            if value.size > 12:
                return f"{value.dtype} array of shape {value.shape}"
            value = (
                value.tolist()
                if value.dtype.kind in "biu"
                else np.round(value, 6).tolist()
            )
        text = " ".join(reprlib.repr(value).split())
        return text if len(text) <= 100 else f"{text[:97]}..."
    except Exception:
        return f"<{type(value).__name__}>"


def _name(function):
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) and name.isidentifier() else "function"


def _message(error):
    try:
        return str(error)
    except Exception:
        return "no readable message"


def _error_text(error):
    message = " ".join(_message(error).split())
    message = message if len(message) <= 500 else f"{message[:497]}..."
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


# Showing


def _in_notebook():
    """Return whether IPython runs this; never imports it."""
    return (
        getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)() is not None
    )


def _plain(lines):
    return "\n".join(line.replace("`", "") for line in lines)


def _html(look, lines):
    symbol, colour = LOOKS[look]
    head, *rest = [
        re.sub("`(.*?)`", r"<code>\1</code>", html.escape(line)) for line in lines
    ]
    verdict, colon, text = head.partition(":")
    body = "".join(f"<div>{line}</div>" for line in rest)
    return (
        f'<div role="status" class="course-check course-check-{look}" style="border-left: 5px solid '
        f'{colour}; padding: 4px 12px; overflow-wrap: anywhere">'
        f"<div>{symbol} <strong>{verdict}</strong>{colon}{text}</div>{body}</div>"
    )


def _show(look, lines):
    """Show a message: as HTML in a notebook, as text elsewhere."""
    if not _in_notebook():
        print(_plain(lines))
        return
    from IPython.display import display

    display({"text/html": _html(look, lines), "text/plain": _plain(lines)}, raw=True)


_yours = Check("your")
function, value, expect_error = _yours.function, _yours.value, _yours.expect_error
ours = Check("our")
