"""Written: dates, numbers and truth values as people write them in English and French."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal

from kg.findings import wording
from kg.namespaces import EDTF, XSD

_NUMBERS = frozenset(
    XSD[name]
    for name in (
        "byte", "decimal", "int", "integer", "long", "negativeInteger", "nonNegativeInteger",
        "nonPositiveInteger", "positiveInteger", "short", "unsignedByte", "unsignedInt",
        "unsignedLong", "unsignedShort",
    )
)  # fmt: skip
_DATES = frozenset((XSD.date, XSD.gYearMonth, XSD.gYear, EDTF.EDTF))
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SPRING = 21


def written(literal: Literal, lang: str) -> str:
    """A literal for a reader; what is neither date, number nor truth value stays as it is.

    Args:
        literal: the value.
        lang: the language of the page.

    >>> written(Literal("2017-06-12", datatype=XSD.date), "fr")
    '12 juin 2017'
    >>> written(Literal("250000000", datatype=XSD.decimal), "en")
    '250,000,000'
    >>> written(Literal("2030~", datatype=EDTF.EDTF), "en")
    'about 2030'
    """
    kind = literal.datatype
    if kind in _NUMBERS:
        return number(literal.value, lang)
    if kind in _DATES:
        return _date(literal.value, lang)
    if kind == XSD.boolean:
        return wording("web-true" if literal.value in ("true", "1") else "web-false", lang)
    return literal.value


def number(value: str | int, lang: str) -> str:
    """A number with the thousands apart.

    >>> number("1234.50", "en")
    '1,234.50'
    """
    try:
        text = f"{Decimal(value):,f}"
    except InvalidOperation:
        return str(value)
    if lang != "fr":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def _date(value: str, lang: str) -> str:
    """A date of EDTF (ISO 8601-2) in words where these say the same, else as it is.

    Source: https://www.loc.gov/standards/datetime/
    """
    first, slash, last = value.partition("/")
    if slash:
        ends = {"start": _point(first, lang), "end": _point(last, lang)}
        return wording("web-interval", lang, **ends) if all(ends.values()) else value
    return _point(value, lang) or value


def _point(value: str, lang: str) -> str:
    plain = value.rstrip("~?%")
    sign = value[len(plain) :]
    found = _DATE.fullmatch(plain)
    if not found or len(sign) > 1:
        return ""
    year, month, day = (int(part) if part else 0 for part in found.groups())
    name = _name_of(month, lang)
    if day and name:
        code = "web-first-day" if day == 1 else "web-day"
        text = wording(code, lang, day=day, month=name, year=year)
    else:
        text = f"{name} {year}" if name else "" if month else str(year)
    codes = {"": "", "~": "web-about", "?": "web-uncertain", "%": "web-about-uncertain"}
    return wording(codes[sign], lang, date=text) if sign and text else text


def _name_of(month: int, lang: str) -> str:
    """A month, or a season, which EDTF counts from 21 on."""
    first, code = (_SPRING, "web-seasons") if month >= _SPRING else (1, "web-months")
    names = wording(code, lang).split()
    return names[month - first] if 0 <= month - first < len(names) else ""


# What stands after a space that no line may break at, and before one.
_BEFORE = re.compile(r" (?=[;:?!»%](?:\W|$))")
_AFTER = re.compile(r"(?<=«) ")


def typeset(text: str, lang: str) -> str:
    """A text whose signs stay with their words where a line breaks, as French has it.

    >>> typeset("« Qui ? »", "fr")
    '«\\xa0Qui\\xa0?\\xa0»'
    """
    if lang != "fr":
        return text
    return _AFTER.sub("\N{NO-BREAK SPACE}", _BEFORE.sub("\N{NO-BREAK SPACE}", text))
