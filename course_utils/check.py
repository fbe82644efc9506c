"""Tell a student at once whether an exercise answer is right and, if not, what is wrong with it.

    check.function(softmax, inputs=[logits, 100 * logits], expected=keras.ops.softmax, mistakes={…})
    check.value(parameters, 101_770, mistakes={"the biases are not counted": 101_632})

`check.ours` has the same methods for our own answers. Nothing here keeps any state.
"""

import ast
import contextlib
import copy
import dataclasses
import html
import inspect
import io
import linecache
import re
import sys
import textwrap
import traceback
import types
import warnings

import numpy as np

from course_utils.difference import describe, difference, short

NEXT_STEP = "Change your answer, run its cell, then run this check again."
# Each colour has a contrast of at least 3:1 on white and on black; the words carry the meaning.
LOOKS = {"right": ("✓", "#2e9e4f"), "wrong": ("✗", "#d9363e"), "calm": ("○", "#808080")}


class CheckFailed(AssertionError):  # a student reads it
    """A wrong answer. IPython shows `lines` in place of a traceback; `str()` is the message."""

    def __init__(self, message, lines=None):
        super().__init__(message)
        self.lines = message.splitlines() if lines is None else lines

    def _render_traceback_(self):
        return self.lines


class AuthorError(Exception):
    """A check that cannot do its work, whatever the answer: its author has to mend it."""

    def __init__(self, problem):
        super().__init__(
            f"This check itself is at fault, not your answer: {problem.replace('`', '')}\n"
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
        crashes, or a mistake gives the right result, or that of an earlier one, on all inputs; of
        our answers also where it would pass with one argument ignored.
        """
        if candidate is ... or _is_stub(candidate):
            return self._not_attempted()
        calls = [item if isinstance(item, tuple) else (item,) for item in inputs]
        right = _author_outcomes(expected, calls)
        wrong = {text: _author_outcomes(m, calls) for text, m in (mistakes or {}).items()}
        _require_distinct(right, wrong, tolerance)
        if not callable(candidate):
            problem = f"{self.owner} answer is {describe(candidate)}; expected a function"
            return self._fail([f"Not right yet: {problem}.", "Define it with `def`."])
        got = [_run(candidate, arguments) for arguments in calls]
        print(*(outcome.printed for outcome in got), sep="", end="")
        if any(map(_meets_ellipsis, got)):
            return self._not_attempted()
        name = _name(candidate)
        subjects = [f"`{name}({', '.join(map(short, arguments))})`" for arguments in calls]
        if self.owner == "our":
            _require_decisive(candidate, calls, right, tolerance)
        return self._judge(f"answer `{name}`", subjects, got, right, wrong, tolerance)

    def value(self, value, expected, mistakes=None, tolerance=1e-6):
        """Check a value that a student computed or chose; `...` counts as not attempted.

        expected: as a result in `function`. A single number is not given away: the message says
            only whether the answer is too large. Strings are compared exactly, for multiple choice:
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
        subjects, secret = [f"{self.owner} answer"], self.owner == "your"
        return self._judge("answer", subjects, got, right, wrong, tolerance, secret)

    def meets(self, answer, mistakes, read=None, summary=None):
        """Check an answer that is one of many right ones: right is what makes none of `mistakes`.

            check.meets(
                my_state,
                read=explorables.replay,
                summary=lambda run: f"test accuracy {run.test_accuracy:.2f}",
                mistakes={
                    "the data are not the circle": (lambda run: run.settings.data != "circle", "…"),
                },
            )

        mistakes: {"what is wrong": (condition, example)}. The first condition that is true of the
            answer is named; `example` is an answer that makes just this mistake, the proof that
            the check can tell it. The text completes the sentence "Not right yet: …".
        read: turns an answer into what the conditions see; its ValueError is shown as it is.
        summary: returns a sentence on what was read, shown with every verdict.

        Raises CheckFailed for a wrong answer; AuthorError where an example is not diagnosed as its
        mistake, or cannot be read.
        """
        read, tell = read or (lambda it: it), summary or (lambda it: "")
        _require_diagnosed(mistakes, read)
        if answer is ... or _is_stub(answer):
            return self._not_attempted()
        try:
            seen = read(answer)
            wrong, note = _first_mistake(mistakes, seen), tell(seen)
        except ValueError as error:
            return self._fail([f"Not right yet: {_message(error)}"])
        except Exception as error:
            problem = f"{self.owner} answer {_examined(answer, mistakes)} cannot be examined"
            return self._fail([f"Not right yet: {problem}: `{_error_text(error)}`."])
        note = [note] if note else []
        if wrong is None:
            return _show("right", [f"Right: {self.owner} answer{_avoided(len(mistakes))}.", *note])
        return self._fail([f"Not right yet: {wrong.rstrip('.')}.", *note])

    @contextlib.contextmanager
    def expect_error(self, kind, text=""):
        """Show calmly the error that a lesson announces; raise CheckFailed where it does not come.

            with check.expect_error(ValueError, "incompatible"):
                layer(np.ones((2, 3)))

        kind: the class of the error; text: a part of its message.
        """
        announced = f"Announced was {kind.__name__}{f' with the text “{text}”' if text else ''}"
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not isinstance(error, kind) or text not in _message(error):
                raise CheckFailed(f"{announced}, but this came: {_error_text(error)}") from error
            _show("calm", [f"As announced: `{_error_text(error)}`"])
        else:
            raise CheckFailed(f"{announced}, but nothing was raised.")

    def _judge(self, answer, subjects, got, right, wrong, tolerance, secret=False):
        """Show that the outcomes `got` are `right`, or raise with the diagnosis."""
        rows = zip(subjects, got, right, strict=True)
        found = [_difference(*row, tolerance, secret) for row in rows]
        inputs = f"{len(got)} input{'s' * (len(got) > 1)}" if answer != "answer" else ""
        answer = f"{self.owner} {answer}"
        if not any(found):
            praise = f"Right: {answer}{inputs and f', on {inputs}'}{_avoided(len(wrong))}."
            return _show("right", [praise, *dict.fromkeys(n for o in got for n in o.notes)])
        first = next(position for position, sentence in enumerate(found) if sentence)
        named = [text for text, outcomes in wrong.items() if _equal(got, outcomes, tolerance)]
        summary = f"{answer} is right on {found.count(None)} of {inputs}." if inputs else ""
        mistake = f"This is what comes out when {named[0].rstrip('.')}." if named else ""
        sentence = f"{found[first]}."
        lines = [summary, mistake, _capital(sentence)] if summary else [sentence, mistake]
        lines = [*filter(None, lines), *got[first].notes]
        return self._fail([f"Not right yet: {lines[0]}", *lines[1:]])

    def _not_attempted(self):
        if self.owner == "our":
            raise AuthorError("our answer is missing.")
        _show(
            "calm", ["Not attempted yet: write your answer in place of `...`, then run its cell."]
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
    """What a call came to: a value or an error, a detail of either, sentences on the call."""

    value: object = None
    error: BaseException | None = None
    detail: str = ""
    notes: tuple[str, ...] = ()
    printed: str = ""


class WrongArgumentsError(TypeError):
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
        return Outcome(None, error, _own_line(error, function), printed=printed.getvalue())
    if type(value) is types.CoroutineType:
        value.close()  # else Python warns that nobody awaited it
    detail = _why_nothing(function, printed.getvalue()) if value is None else ""
    notes = (*_warned(caught), *_changed(arguments, given))
    return Outcome(value, None, detail, notes, printed.getvalue())


def _require_fit(function, arguments):
    """Raise WrongArgumentsError where the signature of `function` does not fit."""
    try:
        signature = inspect.signature(function)
    except Exception:  # built-in functions have none
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        count = f"{len(arguments)} argument{'s' * (len(arguments) != 1)}"
        defined = f"it is defined as `{_name(function)}{signature}`"
        raise WrongArgumentsError(f"the check calls it with {count}, but {defined}") from None


def _copy(value):
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _own_line(error, function):
    """Name the deepest line of the traceback that stands in the student's own cells."""
    scope = _attribute(function, "__globals__")
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_globals is scope:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            return f", in line {number}" + (f": `{textwrap.shorten(line, 100)}`" if line else "")
    return ""


def _why_nothing(function, printed):
    if any(map(_is_ellipsis, _statements(function))):
        return "its body still contains `...`"
    if printed:
        return "it prints its result; end it with `return` instead, so that other code can use it"
    inner = (node for statement in _statements(function) for node in ast.walk(statement))
    if any(isinstance(node, ast.Return) for node in inner):
        return "no `return` with a value is reached"
    return "its `return` is missing"


def _warned(caught):
    messages = {str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)}
    return [f"NumPy warns: {message}." for message in sorted(messages)]


def _changed(arguments, given):
    """Say that a call changed its input; objects without equality never count as changed."""
    for before, after in zip(arguments, given, strict=True):
        compares = isinstance(before, np.ndarray | list | dict)
        compares = compares and not difference("", _copy(before), before, 0)
        if compares and difference("", after, before, 0):
            return ["It changes its input: work on a copy, or the caller's data are lost."]
    return []


def _statements(function):
    """Return the statements in the body of `function` below its docstring; [] without a source."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0].body
        return body[1:] if ast.get_docstring(ast.Module(body, [])) is not None else body
    except Exception:  # built-in, made by exec, a lambda inside a call, …
        return []


def _is_stub(function):
    """Return whether the body is still `...`, or still assigns it to a name."""
    statements = _statements(function)
    assigned = any(isinstance(node, ast.Assign) and _is_ellipsis(node) for node in statements)
    return assigned or (bool(statements) and all(map(_is_ellipsis, statements)))


def _is_ellipsis(node):
    """Return whether a statement is `...` or `name = ...`."""
    return isinstance(node, ast.Expr | ast.Assign) and getattr(node.value, "value", None) is ...


def _meets_ellipsis(outcome):
    """Return whether a `...` was returned, alone or among others, or stopped the function."""
    if outcome.error is not None:
        return "ellipsis" in _message(outcome.error)
    value = outcome.value
    several = type(value) in (tuple, list, dict) and len(value) < 100
    parts = value.values() if type(value) is dict else value
    return value is ... or (several and any(part is ... for part in parts))


# What the author wrote


def _author_outcomes(source, calls):
    """Return one outcome per call; `source` is a function or a list of results."""
    if callable(source):
        return [_run(source, arguments) for arguments in calls]
    if not isinstance(source, list | tuple | np.ndarray) or len(source) != len(calls):
        raise AuthorError(f"`{short(source)}` is no function and no list of {len(calls)} results.")
    return [Outcome(result) for result in source]


def _require_distinct(right, wrong, tolerance):
    """Raise AuthorError unless `right` is usable and no mistake equals it or another one."""
    if not right:
        raise AuthorError("`inputs` is empty.")
    for outcome in right:
        problem = _difference("`expected`", outcome, Outcome(outcome.value), tolerance)
        if problem:
            raise AuthorError(f"{problem}.")
    earlier = {"the right answer": right}
    for text, outcomes in wrong.items():
        for outcome in outcomes:
            if isinstance(outcome.error, NameError | WrongArgumentsError):
                raise AuthorError(f"the mistake “{text}” stops with {_error_text(outcome.error)}.")
        for other, others in earlier.items():
            if _equal(outcomes, others, tolerance):
                raise AuthorError(f"“{text}” comes to the same as “{other}” on all inputs.")
        earlier[text] = outcomes


def _first_mistake(mistakes, seen):
    """Return the text of the first mistake whose condition is true, or None."""
    return next((text for text, (applies, _) in mistakes.items() if applies(seen)), None)


def _require_diagnosed(mistakes, read):
    """Raise AuthorError unless each mistake is what its own example is found to be."""
    if not mistakes:
        raise AuthorError("`mistakes` is empty.")
    for text, (_, example) in mistakes.items():
        try:
            found = _first_mistake(mistakes, read(example)) or "right"
        except Exception as error:
            raise AuthorError(f"the example of “{text}”: {_error_text(error)}") from error
        if found != text:
            raise AuthorError(f"the example of “{text}” is taken for “{found}”.")


def _require_decisive(answer, calls, right, tolerance):
    """Raise AuthorError where the right `answer` passes although it never sees one argument.

    The argument is that of the first call in every call; a check that cannot tell is too weak.
    """
    for position, first in enumerate(calls[0]):
        blind = [(*call[:position], first, *call[position + 1 :]) for call in calls]
        if _equal([_run(answer, call) for call in blind], right, tolerance):
            raise AuthorError(
                f"argument {position + 1} of {_name(answer)} never decides; give inputs where it "
                f"is not {short(first)} and another result is right."
            )


# Comparing


def _equal(outcomes, others, tolerance):
    pairs = zip(outcomes, others, strict=True)
    return not any(_difference("", one, other, tolerance) for one, other in pairs)


def _difference(subject, got, right, tolerance, secret=False):
    """Return the sentence that says how outcome `got` differs from `right`, or None."""
    if got.error is not None:
        texts = [f"`{_error_text(error)}`" if error else "" for error in (got.error, right.error)]
        if texts[0] == texts[1]:
            return None
        if isinstance(got.error, WrongArgumentsError):
            return f"{subject} cannot work: {got.error}"
        return f"{subject} stops with {texts[0]}{got.detail}"
    if right.error is not None:
        return f"{subject} does not stop"
    if got.value is None and got.detail and right.value is not None:
        return f"{subject} is nothing (`None`): {got.detail}"
    return difference(subject, got.value, right.value, tolerance, secret)


# Words and looks


def _avoided(mistakes):
    several = f", with none of the {mistakes} usual mistakes"
    return {0: "", 1: ", without the usual mistake"}.get(mistakes, several)


def _capital(sentence):
    return sentence[0].upper() + sentence[1:]


def _examined(answer, mistakes):
    """Describe an answer; where the examples are functions, a function is what was asked for."""
    things = answer, *(example for _, example in mistakes.values())
    if all(isinstance(thing, types.FunctionType) for thing in things):
        return f"`{_name(answer)}`"
    return f"is {describe(answer)}, which"


def _attribute(thing, name):
    try:
        return getattr(thing, name)
    except Exception:
        return None


def _name(function):
    name = _attribute(function, "__name__")
    return name if isinstance(name, str) and name.isidentifier() else "function"


def _message(error):
    try:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # without TensorFlow's bold type
        return " ".join(plain.replace("`", "'").split())
    except Exception:
        return "(its message cannot be read)"


def _error_text(error):
    text = f"{type(error).__name__}: {_message(error)}".removesuffix(": ")
    return text if len(text) <= 500 else f"{text[:497]}..."


def _in_notebook():
    """Return whether IPython runs this; never imports it."""
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)() is not None


def _plain(lines):
    return "\n".join(line.replace("`", "") for line in lines)


def _html(look, lines):
    symbol, colour = LOOKS[look]
    head, *rest = [re.sub("`(.*?)`", r"<code>\1</code>", html.escape(line)) for line in lines]
    verdict, _, text = head.partition(":")
    frame = f"border-left: 5px solid {colour}; padding: 4px 12px; overflow-wrap: anywhere"
    return (
        f'<div role="status" class="course-check course-check-{look}" style="{frame}">'
        f'<div><span aria-hidden="true">{symbol}</span> <strong>{verdict}</strong>:{text}</div>'
        f"{''.join(f'<div>{line}</div>' for line in rest)}</div>"
    )


def _show(look, lines):
    """Show a message: as HTML in a notebook, as text elsewhere."""
    if not _in_notebook():
        print(_plain(lines))
        return
    from IPython.display import display

    display({"text/html": _html(look, lines), "text/plain": _plain(lines)}, raw=True)


_yours = Check("your")
function, value, meets = _yours.function, _yours.value, _yours.meets
expect_error = _yours.expect_error
ours = Check("our")
