"""Values: what a date, a number or some words of a document mean as an RDF literal."""

from __future__ import annotations

import re
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.namespaces import EDTF, XSD

_PLAIN = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_DATATYPES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}


def plain_date(value: str) -> bool:
    """Whether the value is an existing year, month or day: ``2017``, ``2017-05``, ``2017-05-09``.

    >>> plain_date("2017-05"), plain_date("2017-13"), plain_date("2017-02-30")
    (True, False, False)
    """
    if not _PLAIN.fullmatch(value) or value.startswith("0000"):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    except ValueError:
        return False
    return True


def edtf(value: str) -> str | None:
    """Why a value is no date or interval of EDTF (ISO 8601-2 levels 0 to 2); None when it is one.

    >>> edtf("2015-10-19/2015-10-23") is None
    True
    >>> edtf("2015-10-23/2015-10-19")
    'the interval ends before it starts'
    >>> edtf("2015-W43")
    'no EDTF date'
    """
    ends = value.split("/")
    if len(ends) <= 2 and all(end in ("", "..") or plain_date(end) for end in ends) and any(ends):
        width = min(map(len, ends))
        if len(ends) == 2 and ".." not in ends and ends[0][:width] > ends[1][:width]:
            return "the interval ends before it starts"
        return None if value.strip("./") else "no EDTF date"
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parse_edtf(value)
    except EDTFParseException:
        return "no EDTF date"
    return None


def date_literal(value: str, end: str | None = None) -> Literal | None:
    """A date as a literal, as exact as the value is; None for an interval with no end chosen.

    Args:
        value: an EDTF date or interval.
        end: ``start`` or ``end``: which end of an interval is meant.

    Exact dates become ``xsd:date``, ``xsd:gYearMonth`` or ``xsd:gYear``; approximate or uncertain
    ones keep their EDTF form (datatype ``edtf:EDTF``), so that nothing is made more exact.

    >>> str(date_literal("2015-10-19/2015-10-23", "end"))
    '"2015-10-23"^^<http://www.w3.org/2001/XMLSchema#date>'
    >>> date_literal("2030~").datatype.value
    'http://id.loc.gov/datatypes/edtf/EDTF'
    """
    if "/" in value:
        if end is None:
            return None
        value = value.split("/")[0 if end == "start" else 1]
        if value in ("", ".."):
            return None
    if plain_date(value):
        return Literal(value, datatype=_DATATYPES[len(value)])
    return Literal(value, datatype=EDTF.EDTF)


def number_literal(value: str, datatype: NamedNode) -> Literal | None:
    """A number in decimal notation as a literal; None when it is no such number.

    Whole-number datatypes accept no fraction.

    >>> str(number_literal("250000000", XSD.decimal))
    '"250000000"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    >>> number_literal("10.000.000", XSD.decimal) is None
    True
    """
    whole = datatype != XSD.decimal
    if not _DECIMAL.fullmatch(value) or (whole and not re.fullmatch(r"[0-9]+", value)):
        return None
    return Literal(value, datatype=datatype)
