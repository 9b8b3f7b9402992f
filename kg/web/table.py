"""Table: the rows of an answer as people read them, with links and the words they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.namespaces import XSD
from kg.web import asking

if TYPE_CHECKING:
    from kg.results import Answer, Row
    from kg.terms import Term
    from kg.web.citation import Citation
    from kg.web.view import View

# A page shows so many rows; all of them are in the data.
MOST_ROWS = 1_000
_ORIGINS = {
    "inferred": "web-basis-inferred",
    "authority": "web-basis-authority",
    "description": "web-basis-description",
}


@dataclass(frozen=True)
class Column:
    """A column: the variable, what it is called, and the language of that."""

    name: str
    title: str
    lang: str


@dataclass(frozen=True)
class Table:
    """What ``_table.html`` shows of an answer.

    Args:
        columns: in the order of the query; those without a value in any row are left out.
        rows: so many as a page shows.
        total: how many rows there are.
        has_evidence: rows say what they rest on.
    """

    view: View
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: int
    has_evidence: bool

    @classmethod
    def of(cls, view: View, answer: Answer, *, evidence: bool = True, plain: bool = False) -> Table:
        """The table of an answer.

        Args:
            evidence: with a column for what each row rests on.
            plain: columns are called as in the query, and all are shown.
        """
        used = {name for row in answer.rows for name in row}
        names = [name for name in answer.variables if plain or name in used or not answer.rows]
        columns = [
            Column(name, f"?{name}", "")
            if plain
            else Column(name, *asking.word(view.app, name, view.lang))
            for name in names
        ]
        shown = answer.rows[:MOST_ROWS]
        return cls(view, tuple(columns), shown, len(answer.rows), evidence and bool(answer.rows))

    def citations(self, row: Row) -> list[Citation]:
        """The claims that a row rests on, in its order."""
        read = self.view.app.portraits.citations.of
        return [read(NamedNode(evidence.claim)) for evidence in row.evidence]

    def is_value(self, term: Term | None) -> bool:
        """Whether a term is a date, a number or the like, which is never broken into lines."""
        return isinstance(term, Literal) and not term.language and term.datatype != XSD.string

    def basis(self, row: Row) -> str:
        """What a row without claims rests on, in words."""
        return self.view.say(_ORIGINS.get(row.origin or "", "web-basis-none"))
