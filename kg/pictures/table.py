"""Table: what the columns of an answer hold, and so which pictures it can have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from kg.namespaces import ECCS, XSD
from kg.pictures.dates import Period
from kg.pictures.picture import Cell
from kg.pictures.reader import Reader
from kg.results import Answer, Row
from kg.terms import Term, compact
from kg.web.written import written

_NUMBERS = frozenset(
    XSD[name]
    for name in ("integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long")
)
_START = re.compile(r"(?i)(?:planned)?(?:start|begin|from|since)(?:date)?")
_END = re.compile(r"(?i)(?:planned)?(?:end|until|to)(?:date)?")
_THINGS = frozenset({"id", "source"})
"""The prefixes that every project gives to its things and its sources; others are of terms."""


@dataclass(frozen=True)
class Table:
    """The columns of an answer by what they hold."""

    answer: Answer

    @cached_property
    def _terms(self) -> Mapping[str, list[Term]]:
        return {
            name: [row.terms[name] for row in self.answer.rows if name in row.terms]
            for name in self.answer.variables
        }

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The columns whose values are all dates.

        One that is the same in each row, beside others, is what was asked for, and is left out.
        """
        found = [n for n, terms in self._terms.items() if terms and all(map(Period.of, terms))]
        rows = len(self.answer.rows)
        asked = [
            n for n in found if rows > 1 and len(self._terms[n]) == rows > self.distinct(n) == 1
        ]
        return tuple(n for n in found if n not in asked or len(asked) == len(found))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The columns whose values are all numbers."""
        return tuple(
            n
            for n, terms in self._terms.items()
            if terms and all(number_of(t) is not None for t in terms)
        )

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """The columns whose values are all resources."""
        return tuple(
            n for n, terms in self._terms.items()
            if terms and all(isinstance(t, NamedNode) for t in terms)
        )  # fmt: skip

    def distinct(self, name: str) -> int:
        """How many values a column has."""
        return len(set(self._terms[name]))

    @cached_property
    def subject(self) -> str | None:
        """The column that the rows are about: that of things, else of words, which differs most.

        Terms of the ontology and of controlled lists only stand in where there is nothing else.
        """
        words = [n for n in self.answer.variables if n not in (*self.dates, *self.numbers)]
        names = self.things or self.resources or words
        return max(names, key=self.distinct, default=None)

    @cached_property
    def things(self) -> tuple[str, ...]:
        """The columns of resources that are no terms of the ontology or of a controlled list."""
        return tuple(n for n in self.resources if not all(map(self._is_term, self._terms[n])))

    def _is_term(self, term: Term) -> bool:
        prefix, colon, _ = compact(term, self.answer.prefixes).partition(":")
        return bool(colon) and prefix in self.answer.prefixes and prefix not in _THINGS

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The columns of dates that are no end; stated ones first."""
        ends = self.ends
        return tuple(sorted((n for n in self.dates if n not in ends), key=is_planned))

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The columns of dates at which something ends, where others say when it starts."""
        if not any(_START.fullmatch(name) for name in self.dates):
            return ()
        return tuple(sorted((n for n in self.dates if _END.fullmatch(n)), key=is_planned))

    def cells(
        self, reader: Reader, rows: Sequence[Row] | None = None
    ) -> tuple[tuple[Cell, ...], ...]:
        """Rows as people read them, all unless some are given."""
        return tuple(
            tuple(cell(row.terms.get(name), reader) for name in self.answer.variables)
            for row in (self.answer.rows if rows is None else rows)
        )

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the columns as words."""
        return tuple(map(words, self.answer.variables))


def is_planned(name: str) -> bool:
    """Whether a column holds what is only planned, by its name."""
    return name.lower().startswith("planned")


def is_plan(row: Row) -> bool:
    """Whether the claims of a row tell a plan: it says so itself, or none of them states a fact."""
    if not row.evidence:
        return False
    return ECCS["plan"] in row.terms.values() or not any(e.asserted for e in row.evidence)


def words(name: str) -> str:
    """The name of a variable as words.

    >>> words("plannedStart")
    'planned start'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()


def cell(term: Term | None, reader: Reader) -> Cell:
    """A term as people read it, with its link."""
    if isinstance(term, Literal):
        return Cell(written(term, reader.lang))
    return Cell("") if term is None else Cell(reader.name(term), reader.to(term))


def number_of(term: Term | None) -> float | None:
    """The number that a literal is; None where it is none, or none that can be drawn."""
    if not isinstance(term, Literal) or term.datatype not in _NUMBERS:
        return None
    try:
        value = float(term.value)
    except (ValueError, OverflowError):
        return None
    return value if abs(value) < 1e300 else None  # nor infinity, nor what is not a number
