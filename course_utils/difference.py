"""Say in words how a value differs from the expected one. Pure functions; nothing is ever raised."""

# ruff: noqa: BLE001 (what a student hands in may raise anything)

import numbers
import os
import reprlib
import types
import warnings

import numpy as np

# Results in few digits cannot agree better than this, whatever tolerance an author asks for.
FEW_DIGITS = {"float16": 1e-2, "bfloat16": 2e-2, "float32": 1e-5, "complex64": 1e-5}
KINDS = (
    (types.NoneType, "nothing (`None`)"),
    (str, "the string `{short}`"),
    (numbers.Number | np.bool_, "the number `{short}`"),
    (types.CoroutineType, "a coroutine: define the function without `async`"),
    (types.GeneratorType | map | filter | zip, "a `{kind}`, which computes its values later: put `list(...)` around it"),
    (type, "a class, `{short}`, not a value"),
    (types.FunctionType | types.BuiltinFunctionType | types.MethodType | np.ufunc, "a function, `{short}`, not a value: call it, with parentheses, to get its result"),
    (set | frozenset, "a set, which has no order and drops duplicates"),
)  # fmt: skip


class Unreadable(ValueError):
    """A value that cannot be what is expected; the message says what it is."""


def difference(subject, got, expected, tolerance):
    """Return a sentence, without its stop, that says how `got` differs from `expected`, or None.

    subject: what the sentence is about, such as "`softmax([1, 2])`".
    expected: a number, truth value, string, array or tensor; a tuple, list or dict of these.
    tolerance: relative and absolute; only absolute where whole numbers are expected.
    """
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _compare(subject, got, expected, tolerance)
    except Unreadable as problem:
        return f"{subject} is {problem}; expected {_noun(expected)}"
    except Exception:
        return f"{subject} is {describe(got)} and cannot be read; expected {_noun(expected)}"


def describe(value):
    """Return what `value` is, in words that help a beginner."""
    try:
        kind = type(value).__name__
        if _is_symbolic(value):
            return "a symbolic tensor: it stands for values to come and holds none yet"
        for types_, words in KINDS:
            if isinstance(value, types_):
                return words.format(short=short(value), kind=kind)
        return f"of the type `{kind}`"
    except Exception:
        return "of a type of its own"


def short(value):
    """Return a text of one line for `value`, at most 100 characters, whatever it is."""
    try:
        text = " ".join(_SHORT.repr(value).replace("`", "'").split())
        return text if len(text) <= 100 else f"{text[:97]}..."
    except Exception:
        return "..."


class _Short(reprlib.Repr):
    """Texts with six digits; arrays as lists, large ones as their shape; functions by name."""

    def __init__(self):
        super().__init__()
        self.maxlist = self.maxtuple = 12
        self.maxstring = self.maxother = 60

    def repr1(self, value, level):
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType | np.ufunc | type):
            return value.__name__
        if hasattr(type(value), "__array__"):
            array = np.asarray(value)
            if array.size > 12:
                return f"{array.dtype} array of shape {array.shape}"
            value = array.tolist()
        return super().repr1(value, level)

    def repr_float(self, value, level):
        return f"{value:.6g}"


_SHORT = _Short()


def _compare(subject, got, expected, tolerance):
    if isinstance(expected, str):
        return _compare_strings(subject, got, expected)
    if isinstance(expected, dict):
        return _compare_dicts(subject, got, expected, tolerance)
    if isinstance(expected, np.ndarray) and expected.dtype.kind in "OSU":
        expected = expected.tolist()
    if isinstance(expected, tuple | list) and not _only_numbers(expected):
        return _compare_elements(subject, got, expected, tolerance)
    try:
        wanted = _as_array(expected)
    except Unreadable:
        same = got is expected or (type(got) is type(expected) and bool(got == expected))
        return None if same else f"{subject} is {describe(got)}; expected {describe(expected)}"
    return _compare_arrays(subject, _as_array(got), wanted, tolerance)


def _compare_strings(subject, got, expected):
    """Compare exactly, without giving the expected text away."""
    if not isinstance(got, str):
        raise Unreadable(describe(got))
    if got == expected:
        return None
    sentence = f"{subject} is {describe(got)}, which is not the expected text"
    if "".join(got.split()).casefold() == "".join(expected.split()).casefold():
        return f"{sentence}: only capital letters or spaces differ"
    common = os.path.commonprefix([got, expected])
    return sentence + (f"; it is right up to `{short(common[-20:])}`" if common.strip() else "")


def _compare_dicts(subject, got, expected, tolerance):
    if not isinstance(got, dict):
        raise Unreadable(describe(got))
    if got.keys() != expected.keys():
        return f"{subject} has the keys `{short(list(got))}`; expected `{short(list(expected))}`"
    parts = (
        (f"the entry `{short(key)}` of {subject}", got[key], expected[key]) for key in expected
    )
    return _first_difference(parts, tolerance)


def _compare_elements(subject, got, expected, tolerance):
    elements = got if isinstance(got, tuple | list) else list(np.atleast_1d(_as_array(got)))
    if len(elements) != len(expected):
        return f"{subject} has {len(elements)} elements; expected {len(expected)}"
    names = (f"element `[{position}]` of {subject}" for position in range(len(expected)))
    return _first_difference(zip(names, elements, expected, strict=True), tolerance)


def _first_difference(parts, tolerance):
    return next(filter(None, (difference(*part, tolerance) for part in parts)), None)


def _compare_arrays(subject, got, expected, tolerance):
    """Compare shape, kind of number, NaN and infinity, then the numbers themselves."""
    if got.shape != expected.shape:
        swapped = got.ndim > 1 and got.shape == expected.shape[::-1]
        hint = ": its axes are swapped" if swapped else ""
        verb = "has" if got.ndim else "is"
        return f"{subject} {verb} {_shape(got)}; expected {_shape(expected)}{hint}"
    if got.dtype.kind == "c" != expected.dtype.kind:
        return f"{subject} is complex: it has an imaginary part; expected real numbers"
    tolerance = max([tolerance, *(FEW_DIGITS.get(a.dtype.name, 0) for a in (got, expected))])
    relative = 0 if expected.dtype.kind in "biu" else tolerance
    kind = complex if expected.dtype.kind == "c" else float
    a, b = got.astype(kind), expected.astype(kind)
    wrong = ~np.isclose(a, b, rtol=relative, atol=tolerance, equal_nan=True)
    if not wrong.any():
        return None
    if (wrong & ~np.isfinite(a)).any():
        return _not_finite(subject, a, expected, wrong & ~np.isfinite(a))
    if got.dtype.kind in "iu" and expected.dtype.kind == "f" and (abs(a - b) < 1).all():
        return f"{subject} holds whole numbers ({got.dtype}): the digits after the point are lost"
    return _largest_difference(subject, got, expected, a - b, wrong)


def _not_finite(subject, got, expected, broken):
    """Say where NaN or infinity stands, and where they come from."""
    index = tuple(map(int, np.argwhere(broken)[0]))
    what, origin = "infinite", "that comes from a division by 0 or from an overflow"
    if np.isnan(got[index]):
        what, origin = "NaN (not a number)", "that comes from 0/0, inf - inf or the logarithm of a negative number"  # fmt: skip
    where = f" in {broken.sum()} of {broken.size} places, first at `{list(index)}`" if index else ""
    return f"{subject} is {what}{where}; expected `{short(expected[index])}`. Mostly {origin}"


def _largest_difference(subject, got, expected, error, wrong):
    """Say how many numbers differ, and where and by how much the worst does."""
    size = np.where(wrong, np.nan_to_num(abs(error), nan=np.inf), -1)
    index = tuple(map(int, np.unravel_index(size.argmax(), size.shape)))
    values = f"`{short(got[index])}`; expected `{short(expected[index])}`"
    worst = error[index]
    if worst.dtype.kind == "f" and np.isfinite(worst) and expected.dtype.kind != "b":
        values += f" ({abs(worst):.3g} too {'large' if worst > 0 else 'small'})"
    if not index:
        return f"{subject} is {values}"
    most = "most at" if wrong.sum() > 1 else "at"
    return f"{subject} differs in {wrong.sum()} of {wrong.size} numbers, {most} `{list(index)}`: {values}"  # fmt: skip


def _as_array(value):
    """Return `value` as an array of numbers; raise Unreadable with what it is instead."""
    if isinstance(value, str | dict | set | frozenset | type | None) or _is_symbolic(value):
        raise Unreadable(describe(value))
    try:
        array = np.asarray(value)
    except Exception as error:
        ragged = "inhomogeneous" in str(error)
        raise Unreadable("ragged: its rows have different lengths" if ragged else describe(value)) from None  # fmt: skip
    if array.dtype.kind == "O" and all(isinstance(x, numbers.Number) for x in array.flat):
        array = array.astype(float)  # fractions, and whole numbers beyond 64 bits
    if array.dtype.kind not in "biufc" and array.dtype.name not in FEW_DIGITS:
        raise Unreadable(describe(value))
    return array


def _only_numbers(value):
    if isinstance(value, tuple | list):
        return all(map(_only_numbers, value))
    return isinstance(value, numbers.Number | np.generic)


def _is_symbolic(value):
    return any(base.__name__ in ("KerasTensor", "SymbolicTensor") for base in type(value).__mro__)


def _noun(expected):
    """Return what is expected, without giving it away."""
    if isinstance(expected, str | dict):
        return "a string" if isinstance(expected, str) else "a dict"
    if isinstance(expected, bool):
        return "`True` or `False`"
    if isinstance(expected, tuple | list) and not _only_numbers(expected):
        return f"{len(expected)} values"
    try:
        array = _as_array(expected)
        return ("an array of " if array.ndim else "") + _shape(array)
    except Exception:
        return describe(expected)


def _shape(array):
    return f"shape `{array.shape}`" if array.ndim else "a single number"
