"""Answers: the rows of a stored query, with the claims they rest on by id."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from kg.asker import CLAIM, Asker
from kg.queries import StoredQuery
from kg.terms import Term, compact, expand, to_json

Cells = Mapping[str, Term]
Row = tuple[Cells, frozenset[Term]]


@dataclass(frozen=True)
class Answered:
    """The columns that a query shows, and its rows: cells by column, and claims."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def values_of(query: StoredQuery) -> Mapping[str, str] | None:
    """The values to ask a query with; None where some are needed and none are known."""
    required = [parameter.name for parameter in query.parameters if parameter.required]
    if not required:
        return {}
    return query.example if set(required) <= set(query.example) else None


def ask(asker: Asker, query: StoredQuery, values: Mapping[str, str]) -> Answered:
    """The answer to a query; equal rows are one, with all their claims.

    Raises:
        InputError: a value means nothing in the graph.
    """
    answer = asker.store.select(query.text, asker.given(query, values))
    columns = tuple(name for name in answer.variables if not CLAIM.fullmatch(name))
    rows: dict[Hashable, tuple[Cells, set[Term]]] = {}
    for row in answer.rows:
        cells = {name: row.terms[name] for name in columns if name in row.terms}
        claims = {term for name, term in row.terms.items() if name not in cells}
        rows.setdefault(tuple(cells.items()), (cells, set()))[1].update(claims)
    return Answered(columns, tuple((cells, frozenset(claims)) for cells, claims in rows.values()))


def kept(text: str, prefixes: Mapping[str, str], like: Answered) -> Answered:
    """The rows of a file of expected ones; each cell is the term of the answer it is written as."""
    known = {_exact(t, prefixes): t for cells, _ in like.rows for t in cells.values()}
    reader = csv.DictReader(io.StringIO(text))
    names = reader.fieldnames or ()
    columns = tuple(n for n in names if not (n.endswith("_label") and n[:-6] in names))
    rows = []
    for record in reader:
        cells: dict[str, Term] = {}
        for name in columns:
            if value := record[name]:
                term = known.get(value) or expand(value, prefixes) or Literal(value)
                cells[name] = term
        rows.append((cells, frozenset[Term]()))
    return Answered(columns, tuple(rows))


def _exact(term: Term, prefixes: Mapping[str, str]) -> str:
    value = to_json(term)
    return str(value["@value"]) if isinstance(value, dict) else compact(term, prefixes)
