"""The form of each kind of brat line: read one line, or say where it leaves the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.brat.lines import (
    Attribute,
    Equivalence,
    Event,
    Line,
    Mention,
    Note,
    Reference,
    Relation,
)

_SHOWN = 60
_END = r"(?![^ \t])"
_NUMBER = "(?:0|[1-9][0-9]{0,9})"
_ID = "[TREAMN#][1-9][0-9]{0,9}"
_NAME = "[A-Za-z_][A-Za-z0-9_-]*+"
_OWN_ID = re.compile(_ID + _END)
_LONG_NUMBER = re.compile("[0-9]{11}")
_TOKEN = re.compile(r".?[^ \t]*", re.DOTALL)
_SPAN = re.compile(r".?[^\t;]*", re.DOTALL)


class Problem(NamedTuple):
    """Where (column) and how (code, params) a line leaves its form."""

    column: int
    code: str
    params: Mapping[str, Any]


class _Step(NamedTuple):
    """One part of a form: its pattern and the code reported where it does not match."""

    pattern: str
    code: str
    expected: str = ""


@dataclass(frozen=True)
class Form:
    """The form of one kind of line: its steps from left to right, and what it becomes."""

    steps: tuple[tuple[_Step, re.Pattern[str]], ...]
    build: Callable[..., Line]
    whole: re.Pattern[str]
    body: re.Pattern[str]

    @classmethod
    def of(cls, build: Callable[..., Line], *steps: _Step) -> Form:
        """Make a form; its first step is the id, the others are the body."""
        parts = [step.pattern for step in steps]
        each = [re.compile(part, re.DOTALL) for part in parts]
        whole, body = (re.compile("".join(part), re.DOTALL) for part in (parts, parts[1:]))
        return cls(tuple(zip(steps, each, strict=True)), build, whole, body)


def shown(text: str) -> str:
    r"""Text as it may stand in a message: short, and without characters that do not print.

    >>> shown("a\tb"), shown("")
    ('aU+0009b', '⏎')
    """
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in short) or "⏎"


def own_id(raw: str) -> str | None:
    """The id a line starts with, also when the rest of it cannot be read."""
    found = _OWN_ID.match(raw)
    return found[0] if found else None


def problem(raw: str) -> Problem | None:
    r"""The first place where a line leaves its form, or None where it does not.

    >>> problem("T1\tPerson 5\tAda")
    Problem(column=11, code='bad-span', params={'found': '5', 'expected': ''})
    """
    form = FORMS.get(raw[:1])
    if not raw.strip():
        return Problem(1, "blank-line", {})
    if form is None:
        return Problem(1, "unknown-line", {"found": _found(_TOKEN, raw, 0)})
    position = 0
    for step, pattern in form.steps:
        match = pattern.match(raw, position)
        if match is None:
            return _mistaken_id(raw) or _at(raw, position, step)
        position = match.end()
    return None


def _mistaken_id(raw: str) -> Problem | None:
    """The problem of a line whose rest has the form of another kind than its id says."""
    identifier = own_id(raw) or ""
    for letter in "TNRE#" if identifier else "":
        if FORMS[letter].body.fullmatch(raw, len(identifier)):
            return Problem(1, "wrong-prefix", {"id": identifier, "expected": letter})
    return None


def _at(raw: str, position: int, step: _Step) -> Problem:
    code, found = step.code, _found(_TOKEN, raw, position)
    if code == "bad-span":
        found = _found(_SPAN, raw, position)
        if _LONG_NUMBER.search(found):
            code = "number-too-long"
    return Problem(position + 1, code, {"found": found, "expected": step.expected})


def _found(token: re.Pattern[str], raw: str, position: int) -> str:
    match = token.match(raw, position)
    return shown(match[0] if match else "")


def _mention(line: int, id: str, type: str, start: str, end: str, more: str, words: str) -> Mention:
    fragments: tuple[tuple[int, int], ...] = ((int(start), int(end)),)
    if more:
        numbers = map(int, more[1:].replace(";", " ").split(" "))
        fragments += tuple(zip(numbers, numbers, strict=True))
    return Mention(line, id, type, fragments, words)


def _reference(
    line: int, id: str, type: str, target: str, resource: str, gap: str, label: str
) -> Reference:
    return Reference(line, id, type, target, resource, label, gap)


def _event(line: int, id: str, type: str, trigger: str, roles: str) -> Event:
    pairs = (pair.partition(":") for pair in roles[1:].split(" ")) if roles else ()
    return Event(line, id, type, trigger, tuple((role, target) for role, _, target in pairs))


def _equivalence(line: int, type: str, targets: str) -> Equivalence:
    return Equivalence(line, type, tuple(targets[1:].split(" ")))


def _own(letters: str) -> _Step:
    return _Step(f"([{letters}][1-9][0-9]{{0,9}}){_END}", "bad-id", letters[0])


def _word(word: str) -> _Step:
    return _Step(f"({word}){_END}", "expected-word", word)


_TAB = _Step(r"\t", "expected-tab")
_SPACE = _Step(" ", "expected-space")
_TYPE = _Step(f"({_NAME}){_END}", "bad-name")
_TARGET = _Step(f"({_ID}){_END}", "bad-target")
_STOP = _Step(r"\Z", "trailing-text")

_ATTRIBUTE = Form.of(
    Attribute,
    *(_own("AM"), _TAB, _TYPE, _SPACE, _TARGET),
    _Step(r"(?: ([^ \t](?:[^\t]*[^ \t])?))?+", "trailing-text"),
    _STOP,
)
FORMS: Mapping[str, Form] = {
    "T": Form.of(
        _mention,
        *(_own("T"), _TAB, _TYPE, _SPACE),
        _Step(rf"({_NUMBER}) ({_NUMBER})(?![^;\t])", "bad-span"),
        _Step(rf"((?:;{_NUMBER} {_NUMBER}(?![^;\t]))*+)", "bad-span"),
        _Step(r"(?!;)", "bad-span"),
        _Step(r"\t", "mention-without-words"),
        _Step(r"([^\t]+)", "mention-without-words"),
        _STOP,
    ),
    "N": Form.of(
        _reference,
        *(_own("N"), _TAB, _word("Reference"), _SPACE, _TARGET, _SPACE),
        _Step(rf"([A-Za-z][A-Za-z0-9_+.-]*:\S++){_END}", "bad-resource"),
        _Step(r"(\t++)", "no-label"),
        _Step(r"([^\t]+)", "no-label"),
        _STOP,
    ),
    "R": Form.of(
        Relation,
        *(_own("R"), _TAB, _TYPE, _SPACE),
        *(_Step("Arg1:", "relation-arguments"), _TARGET),
        *(_Step(" Arg2:", "relation-arguments"), _TARGET),
        _Step(r"\Z", "relation-arguments"),
    ),
    "E": Form.of(
        _event,
        *(_own("E"), _TAB),
        _Step(rf"({_NAME})(?![^ \t:])", "bad-name"),
        *(_Step(":", "no-trigger"), _TARGET),
        _Step(f"((?: {_NAME}:{_ID}{_END})*+)", "bad-role"),
        _Step(r"\Z", "bad-role"),
    ),
    "A": _ATTRIBUTE,
    "M": _ATTRIBUTE,
    "*": Form.of(
        _equivalence,
        *(_Step(rf"\*{_END}", "star-with-id"), _TAB, _word("Same")),
        _Step(f"((?: {_ID}{_END}){{2,}}+)", "same-targets"),
        _Step(r"\Z", "bad-target"),
    ),
    "#": Form.of(
        Note,
        *(_own("#"), _TAB, _word("AnnotatorNotes"), _SPACE, _TARGET, _TAB),
        _Step("(.+)", "no-note-text"),
        _STOP,
    ),
}
