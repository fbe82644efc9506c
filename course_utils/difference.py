"""Say in words how a value differs from the expected one, whatever it is; raise nothing."""

import collections.abc
import numbers
import os
import reprlib
import types
import warnings

import numpy as np

# Results in few digits cannot agree better than this, whatever tolerance an author asks for.
FEW_DIGITS = {"float16": 1e-2, "bfloat16": 2e-2, "float32": 1e-5, "complex64": 1e-5}
FUNCTIONS = types.FunctionType | types.BuiltinFunctionType | types.MethodType | np.ufunc
KINDS = (
    (types.NoneType, "nothing (`None`)"),
    (str, "the string `{short}`"),
    (numbers.Number | np.bool_, "the number `{short}`"),
    (types.CoroutineType, "a coroutine: define the function without `async`"),
    (
        collections.abc.Iterator,
        "a `{kind}`, which gives its values later: put `list(...)` around it",
    ),
    (type, "a class, `{short}`, not a value"),
    (FUNCTIONS, "a function, `{short}`, not a value: call it, with parentheses, to get its result"),
    (set | frozenset, "a set, which has no order and drops duplicates"),
)


class UnreadableError(ValueError):
    """A value that cannot be what is expected; the message says what it is."""


def difference(subject, got, expected, tolerance, secret=False):
    """Return a sentence, without its stop, that says how `got` differs from `expected`, or None.

    subject: what the sentence is about, such as "`softmax([1, 2])`".
    expected: a number, truth value, string, array or tensor; a tuple, list or dict of these.
    tolerance: relative and absolute; only absolute where whole numbers are expected.
    secret: do not give a single expected number away, say only whether `got` is too small.
    """
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _compare(subject, got, expected, tolerance, secret)
    except UnreadableError as problem:
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
        shape = f", shape `{np.shape(value)}`" if isinstance(value, np.ndarray) else ""
        return f"of the type `{kind}`{shape}"
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
        if isinstance(value, FUNCTIONS | type):
            return value.__name__
        if not hasattr(type(value), "__array__"):
            return super().repr1(value, level)
        array = np.asarray(value)
        text = super().repr1(array.tolist(), level) if array.size <= 12 else ""
        return text if 0 < len(text) <= 60 else f"{array.dtype} array of shape {array.shape}"

    def repr_float(self, value, level):
        return f"{value:.6g}"


_SHORT = _Short()


def _compare(subject, got, expected, tolerance, secret):
    if isinstance(expected, str):
        return _compare_strings(subject, got, expected)
    if isinstance(expected, dict):
        return _compare_dicts(subject, got, expected, tolerance)
    if isinstance(expected, np.ndarray) and expected.dtype.kind in "OSU":
        expected = expected.tolist()
    if _has_parts(expected):
        return _compare_elements(subject, got, expected, tolerance)
    try:
        wanted = _as_array(expected)
    except UnreadableError:
        if isinstance(expected, collections.abc.Iterator | types.CoroutineType):
            raise  # cannot be compared, not even with itself
        same = got is expected or (type(got) is type(expected) and bool(got == expected))
        return None if same else f"{subject} is {describe(got)}; expected {describe(expected)}"
    return _compare_arrays(subject, _as_array(got), wanted, tolerance, secret)


def _compare_strings(subject, got, expected):
    """Compare exactly, without giving the expected text away."""
    if not isinstance(got, str):
        raise UnreadableError(describe(got))
    if got == expected:
        return None
    sentence = f"{subject} is {describe(got)}, which is not the expected text"
    if "".join(got.split()).casefold() == "".join(expected.split()).casefold():
        return f"{sentence}: only capital letters or spaces differ"
    common = os.path.commonprefix([got, expected])  # noqa: RUF071 (of texts, not of paths)
    return sentence + (f"; it is right up to `{short(common[-20:])}`" if common.strip() else "")


def _compare_dicts(subject, got, expected, tolerance):
    if not isinstance(got, dict):
        raise UnreadableError(describe(got))
    if got.keys() != expected.keys():
        return f"{subject} has the keys `{short(list(got))}`; expected `{short(list(expected))}`"
    parts = (
        (f"the entry `{short(key)}` of {subject}", got[key], expected[key]) for key in expected
    )
    return _first_difference(parts, tolerance)


def _compare_elements(subject, got, expected, tolerance):
    several = isinstance(got, tuple | list)
    elements = got if several else list(np.atleast_1d(_as_array(got)))
    names = [f"value `[{position}]` of {subject}" for position in range(len(expected))]
    fits = len(elements) == len(expected)
    found = fits and _first_difference(zip(names, elements, expected, strict=True), tolerance)
    if fits and not found:
        return None
    if not fits or not several:
        count = f"{len(elements)} values" if several and len(elements) != 1 else "1 value"
        return f"{subject} has {count}; expected {len(expected)} values, with commas between them"
    if not _first_difference(zip(names, elements[::-1], expected, strict=True), tolerance):
        return f"{subject} has the right values in the wrong order"
    return found


def _first_difference(parts, tolerance):
    return next(filter(None, (difference(*part, tolerance) for part in parts)), None)


def _compare_arrays(subject, got, expected, tolerance, secret):
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
    sentence = _largest_difference(subject, got, expected, a - b, wrong)
    comparable = {got.dtype.kind, expected.dtype.kind} <= set("iuf") and not np.isnan(b).any()
    if secret and not got.shape and comparable:
        sentence = f"{subject} is `{short(got[()])}`, which is too {'large' if a > b else 'small'}"
    if got.dtype.kind in "iu" and expected.dtype.kind == "f" and (abs(a - b) < 1).all():
        return f"{sentence}: whole numbers ({got.dtype}) have lost the digits after the point"
    if np.allclose(a, -b, relative, tolerance):
        return f"{sentence}: only the sign is wrong"
    return sentence


def _not_finite(subject, got, expected, broken):
    """Say where NaN or infinity stands, and where they come from."""
    index = tuple(map(int, np.argwhere(broken)[0]))
    what, origin = "infinite", "a division by 0 or an overflow"
    if np.isnan(got[index]):
        what, origin = "NaN (not a number)", "0/0, inf - inf or the logarithm of a negative number"
    where = f" in {broken.sum()} of {broken.size} places, first at `{list(index)}`" if index else ""
    wanted = f"expected `{short(expected[index])}`"
    return f"{subject} is {what}{where}; {wanted}. Mostly that comes from {origin}"


def _largest_difference(subject, got, expected, error, wrong):
    """Say how many numbers differ, and where and by how much the worst does."""
    size = np.where(wrong, np.nan_to_num(abs(error), nan=np.inf), -1)
    index = tuple(map(int, np.unravel_index(size.argmax(), size.shape)))
    values = f"`{short(got[index])}`; expected `{short(expected[index])}`"
    worst = error[index]
    measurable = worst.dtype.kind == "f" and np.isfinite(worst)
    if measurable and "b" not in (got.dtype.kind, expected.dtype.kind):
        amount = f"{abs(worst):.3g}" if abs(worst) < 1000 else f"{abs(worst):.0f}"
        values += f" ({amount} too {'large' if worst > 0 else 'small'})"
    if not index:
        return f"{subject} is {values}"
    count = f"{wrong.sum()} of {wrong.size} numbers"
    most = "most at" if wrong.sum() > 1 else "at"
    return f"{subject} differs in {count}, {most} `{list(index)}`: {values}"


def _as_array(value):
    """Return `value` as an array of numbers; raise UnreadableError with what it is instead."""
    if isinstance(value, str | dict | set | frozenset | type | None) or _is_symbolic(value):
        raise UnreadableError(describe(value))
    try:
        array = np.asarray(value)
    except Exception as error:
        if "inhomogeneous" in str(error):
            raise UnreadableError("ragged: its rows have different lengths") from None
        raise UnreadableError(describe(value)) from None
    if array.dtype.kind == "O" and all(isinstance(x, numbers.Number) for x in array.flat):
        array = array.astype(float)  # fractions, and whole numbers beyond 64 bits
    if array.dtype.kind not in "biufc" and array.dtype.name not in FEW_DIGITS:
        raise UnreadableError(describe(value))
    return array


def _has_parts(expected):
    """Return whether `expected` is several values, and not the numbers of one array."""
    return isinstance(expected, tuple) or (
        isinstance(expected, list) and not _only_numbers(expected)
    )


def _only_numbers(value):
    if isinstance(value, list):
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
    if _has_parts(expected):
        return f"{len(expected)} values"
    try:
        array = _as_array(expected)
        return ("an array of " if array.ndim else "") + _shape(array)
    except Exception:
        return describe(expected)


def _shape(array):
    return f"shape `{array.shape}`" if array.ndim else "a single number"
