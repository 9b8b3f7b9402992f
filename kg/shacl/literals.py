"""Literals: stand-ins for those that the store would not give back as they were written.

Oxigraph keeps numbers, dates and durations by value: ``"01"^^xsd:integer`` becomes ``"1"``, and
``"1"^^xsd:nonNegativeInteger`` an ``xsd:integer``. SHACL compares terms, so such a literal is
stored for the core constraints with its words and another datatype, and a literal that its
datatype does not allow with a third one. All other literals stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.namespaces import XSD

Judge = Callable[[str], tuple[bool, bool]]
EXACT = "urn:ecodip:exact:"
ILL_TYPED = "urn:ecodip:ill-typed:"

_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(1 << b - 1), (1 << b - 1) - 1)
       for name, b in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{name: (0, (1 << b) - 1)
       for name, b in (("unsignedByte", 8), ("unsignedShort", 16), ("unsignedInt", 32),
                       ("unsignedLong", 64))},
}  # fmt: skip
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DAYS = r"(?:[0-9]+D)?"
_HOURS = r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
# Datatype to the words it allows, and to those that the store keeps for certain.
_FORMS: dict[str, tuple[str, str]] = {
    "boolean": ("true|false|1|0", "true|false"),
    "decimal": (r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
                r"(?:0|[1-9][0-9]{0,14})|-[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,8}[1-9]"),
    "double": (_FLOAT, "NaN"),
    "float": (_FLOAT, "NaN"),
    "date": (_DAY + _ZONE, r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}Z?"),
    "dateTime": (f"{_DAY}T{_CLOCK}{_ZONE}",
                 r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}Z?"),
    "dateTimeStamp": (f"{_DAY}T{_CLOCK}{_ZONE[:-1]}", "(?!)"),
    "time": (_CLOCK + _ZONE, r"(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}Z?"),
    "gYear": (_YEAR + _ZONE, "[1-9][0-9]{3}Z?"),
    "gYearMonth": (rf"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}", "[1-9][0-9]{3}-[0-9]{2}Z?"),
    "gMonth": (rf"--(?:0[1-9]|1[0-2]){_ZONE}", "--[0-9]{2}Z?"),
    "gDay": (rf"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}", "---[0-9]{2}Z?"),
    "gMonthDay": (rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
                  "--[0-9]{2}-[0-9]{2}Z?"),
    "duration": (rf"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?{_DAYS}{_HOURS}", "(?!)"),
    "dayTimeDuration": (rf"-?P(?=.){_DAYS}{_HOURS}", "(?!)"),
    "yearMonthDuration": (r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?", "(?!)"),
    "hexBinary": ("(?:[0-9a-fA-F]{2})*", ".*"),
    "base64Binary": (r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", ".*"),
}  # fmt: skip


def _integer(
    low: int | None, high: int | None, is_kept: bool
) -> Callable[[str], tuple[bool, bool]]:
    words = re.compile(r"[+-]?[0-9]+")
    kept = re.compile(r"0|-?[1-9][0-9]{0,17}" if is_kept else "(?!)")

    def judge(text: str) -> tuple[bool, bool]:
        if not words.fullmatch(text):
            return False, False
        if (low, high) != (None, None):
            digits = text.lstrip("+-0")
            # longer than any bound is as good as this one; int() is slow on such numbers
            number = int(text if len(digits) <= 20 else f"{text[0].strip('+')}{10**20}")
            if (low is not None and number < low) or (high is not None and number > high):
                return False, False
        return True, kept.fullmatch(text) is not None

    return judge


def _form(name: str, allowed: str, kept: str) -> Judge:
    words, same = re.compile(allowed), re.compile(kept, re.DOTALL)
    is_day = name.startswith("date")

    def judge(text: str) -> tuple[bool, bool]:
        if not words.fullmatch(text) or (is_day and not _is_on_calendar(text)):
            return False, False
        return True, same.fullmatch(text) is not None

    return judge


def _is_on_calendar(text: str) -> bool:
    year, month, day = re.match(r"(-?\d+)-(\d\d)-(\d\d)", text).groups()  # type: ignore[union-attr]
    try:
        # the calendar repeats every 400 years
        date(int(year[-4:].lstrip("-")) % 400 + 400, int(month), int(day))
    except ValueError:
        return False
    return True


# Datatype to a judge of words: are they allowed, does the store keep them.
_JUDGES: dict[str, Callable[[str], tuple[bool, bool]]] = {
    **{
        f"{XSD!s}{name}": _integer(*bounds, name == "integer") for name, bounds in _INTEGERS.items()
    },
    **{f"{XSD!s}{name}": _form(name, *forms) for name, forms in _FORMS.items()},
}


def stand_in(literal: Literal) -> Literal:
    """The literal that stands for one in core constraints; itself where the store keeps it.

    >>> stand_in(Literal("01", datatype=XSD.integer)).datatype.value
    'urn:ecodip:exact:http://www.w3.org/2001/XMLSchema#integer'
    >>> stand_in(Literal("one", datatype=XSD.integer)).datatype.value
    'urn:ecodip:ill-typed:http://www.w3.org/2001/XMLSchema#integer'
    >>> stand_in(Literal("1", datatype=XSD.integer)).datatype.value
    'http://www.w3.org/2001/XMLSchema#integer'

    Source: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
    """
    datatype = literal.datatype.value
    judge = _JUDGES.get(datatype)
    if judge is None:
        return literal
    allowed, kept = judge(literal.value)
    if allowed and kept:
        return literal
    prefix = EXACT if allowed else ILL_TYPED
    return Literal(literal.value, datatype=NamedNode(prefix + datatype))


def original(literal: Literal) -> Literal:
    """The literal for which a stand-in stands.

    >>> original(stand_in(Literal("01", datatype=XSD.integer)))
    <Literal value=01 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#integer>>
    """
    datatype = literal.datatype.value
    for prefix in (EXACT, ILL_TYPED):
        if datatype.startswith(prefix):
            return Literal(literal.value, datatype=NamedNode(datatype.removeprefix(prefix)))
    return literal


def is_well_typed(literal: Literal) -> bool:
    """Whether the words of a literal are in the lexical space of its datatype, if that is known."""
    judge = _JUDGES.get(literal.datatype.value)
    return judge is None or judge(literal.value)[0]
