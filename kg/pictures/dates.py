"""Dates: the period that a date of any precision means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pyoxigraph import Literal

from kg.namespaces import EDTF, XSD
from kg.terms import Term
from kg.values import plain_date

_TYPES = frozenset((XSD.date, XSD.gYearMonth, XSD.gYear, XSD.dateTime, EDTF.EDTF))


@dataclass(frozen=True)
class Period:
    """From the first day of a date to its last one; None where it is open.

    ``exact`` tells that these days are known; else it is somewhere between them, or about then.
    """

    first: date | None
    last: date | None
    exact: bool

    @classmethod
    def of(cls, term: Term | None) -> Period | None:
        """The period of a literal; None where it is no date.

        >>> Period.of(Literal("2017-02", datatype=XSD.gYearMonth)).last
        datetime.date(2017, 2, 28)
        >>> Period.of(Literal("2015-10-19/..", datatype=EDTF.EDTF)).last is None
        True
        """
        if not isinstance(term, Literal) or term.datatype not in _TYPES:
            return None
        value = term.value
        if term.datatype == XSD.dateTime:
            value = value[:10]
        if "/" in value:
            start, _, end = value.partition("/")
            first, last = _ends(start), _ends(end)
            if not first and not last:
                return None
            exact = all(not end or end[0] == end[1] for end in (first, last))
            return cls(first and first[0], last and last[1], exact)
        found = _ends(value)
        return None if found is None else cls(*found, exact=found[0] == found[1])


def _ends(value: str) -> tuple[date, date] | None:
    """The first and last day of a date without ``/``."""
    if plain_date(value):
        first = date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
        if len(value) == 10:
            return first, first
        year, month = (first.year + 1, 1) if len(value) == 4 or first.month == 12 else (
            first.year, first.month + 1)  # fmt: skip
        return first, (date.max if year > 9999 else date(year, month, 1) - timedelta(1))
    if value in ("", ".."):
        return None
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        found = parse_edtf(value)
        ends = found.lower_fuzzy(), found.upper_fuzzy()
        first, last = (date(*end[:3]) for end in ends)
    except (EDTFParseException, ValueError, AttributeError, TypeError, OverflowError):
        return None  # no date, or none that a calendar of four digits can show
    return first, last
