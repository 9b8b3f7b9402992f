"""Spreadsheet: CSV whose cells a spreadsheet shows as text, and neither runs nor rewrites."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# Signs that begin a formula, in their ASCII and full-width forms, also behind white space; TAB and
# CR may be dropped by a program, which then sees the sign after them.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
# Identifiers that a program would take for numbers and round, shorten or raise to a power.
_MANGLED = re.compile(r"0\d+|\d{16,}|\d+[eE][+-]?\d+")


def guarded(cell: str) -> str:
    """A cell that stays text: an apostrophe goes before what would run or change.

    Source: https://owasp.org/www-community/attacks/CSV_Injection

    >>> guarded('=HYPERLINK("http://a.example/")'), guarded("945324E7"), guarded("2017")
    ('\\'=HYPERLINK("http://a.example/")', "'945324E7", '2017')
    """
    # NUL ends a cell early in some programs, so that what is behind it would begin another.
    cell = cell.replace("\0", "\ufffd")
    return f"'{cell}" if _FORMULA.match(cell) or _MANGLED.fullmatch(cell) else cell


def guarded_csv(rows: Iterable[Sequence[str]]) -> str:
    r"""Rows as CSV for spreadsheets: guarded, all cells quoted, with a byte order mark, CRLF.

    Quotes keep a cell one cell also where a program takes semicolons for separators.

    >>> guarded_csv([["name"], ["=1+1"]])
    '\ufeff"name"\r\n"\'=1+1"\r\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
