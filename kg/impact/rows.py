"""Rows of stored queries that come, go or change between two states of a project."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from kg import queries
from kg.asker import CLAIM, Asker
from kg.errors import InputError
from kg.findings import Finding
from kg.impact.pairs import Pairs
from kg.layout import Layout
from kg.queries import StoredQuery
from kg.terms import Term, compact, expand, to_json

Cells = Mapping[str, Term]
_Row = tuple[Cells, frozenset[Term]]


@dataclass(frozen=True)
class RowChange:
    """A row before and after; None where there is none.

    ``grounds`` tells that the row is the same and rests on other claims.
    """

    old: Cells | None
    new: Cells | None
    grounds: bool = False

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``changed``, or ``regrounded`` for other claims only."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "regrounded" if self.grounds else "changed"


@dataclass(frozen=True)
class QueryChange:
    """What becomes of the answer to one stored query.

    Args:
        name: of the query.
        given: the parameters it was asked with, those of its example.
        columns: what it selects now, else what it selected.
        rows: that come, go or change.
        kind: ``same`` for the query itself, ``added``, ``removed``, ``changed``; ``edited`` where
            its old text is not known, ``broken`` where it cannot be asked any more.
        basis: with what the new rows are compared: ``graph``, ``expected`` (the rows kept in
            ``queries/expected``), or ``nothing``.
        findings: why it cannot be asked.
    """

    name: str
    given: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[RowChange, ...]
    kind: str = "same"
    basis: str = "graph"
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Answer:
    columns: tuple[str, ...]
    rows: tuple[_Row, ...]


@dataclass(frozen=True)
class Questions:
    """The stored queries of a project before and after a change, and what they are asked of.

    Args:
        old: the project before; None where its queries are not known.
        new: the project after.
        before: asks the graph before.
        after: asks the graph after; None where there is none.
        edited: names of query files that changed in place, so that their old text is not known.
    """

    old: Layout
    new: Layout
    before: Asker
    after: Asker | None
    edited: frozenset[str] = frozenset()

    def compare(self) -> tuple[QueryChange, ...]:
        """The queries of which anything changes, by name.

        A query is asked without parameters; one that needs some, with those of its example. Where
        one needs a parameter and has no example, nothing is told of it.
        """
        old, new = (
            {f.stem: f for f in one.files("queries", "*.rq")} for one in (self.old, self.new)
        )
        found = (self._compared(name, name in old, name in new) for name in sorted({*old, *new}))
        return tuple(change for change in found if change is not None)

    def _compared(self, name: str, was: bool, is_there: bool) -> QueryChange | None:
        file = f"queries/{name}.rq"
        is_edited = file in self.edited
        text = self._text(self.new, name) if is_there else None
        before = None if is_edited or not was else self._text(self.old, name)
        if is_edited and not is_there:
            return QueryChange(name, {}, (), (), "removed")
        if self._is_same_graph and not is_edited and text == before:
            return None
        try:
            query = None if text is None else queries.parse(text, file=file, name=name)
        except InputError as error:
            if before == text:
                return None  # it was broken before
            return QueryChange(name, {}, (), (), "broken", findings=error.findings)
        if is_edited and query is not None:
            return self._edited(query)
        previous = query
        if before != text:
            previous = None if before is None else self._parsed(before, file, name)
        kind = "same" if before == text else "changed"
        if previous is None or query is None:
            kind = "added" if query is not None else "removed"
        return self._asked(previous, query, kind)

    @property
    def _is_same_graph(self) -> bool:
        return self.after is not None and self.after.store is self.before.store

    def _asked(
        self, old: StoredQuery | None, new: StoredQuery | None, kind: str
    ) -> QueryChange | None:
        one = new or old
        if one is None or (self.after is None and kind == "same"):
            return None
        before = _Answer((), ())
        after = before
        given: Mapping[str, str] = {}
        try:
            if old is not None and (values := _values(old)) is not None:
                before = _ask(self.before, old, values)
        except InputError:
            before = _Answer((), ())  # what it asks for is not known yet
        try:
            if new is not None and self.after is not None:
                if (values := _values(new)) is None:
                    return None if kind == "same" else QueryChange(new.name, {}, (), (), kind)
                given = values
                after = _ask(self.after, new, values)
        except InputError as error:
            finding = Finding.of("impact-unasked", one.file, severity="warning", said=str(error))
            rows = _compared(before, after)
            return QueryChange(one.name, given, before.columns, rows, "broken", "graph", (finding,))
        rows = () if self.after is None else _compared(before, after)
        if kind == "same" and not rows:
            return None
        return QueryChange(one.name, given, after.columns or before.columns, rows, kind)

    def _edited(self, query: StoredQuery) -> QueryChange | None:
        """What can be told of a query whose old text is not known."""
        if self.after is None:
            return QueryChange(query.name, {}, (), (), "edited", "nothing")
        file = self.new.root / "queries" / "expected" / f"{query.name}.csv"
        values = query.example if file.is_file() else (_values(query) or {})
        try:
            after = _ask(self.after, query, values)
        except InputError as error:
            finding = Finding.of("impact-unasked", query.file, severity="warning", said=str(error))
            return QueryChange(query.name, values, (), (), "broken", "nothing", (finding,))
        if not file.is_file():
            rows = tuple(RowChange(None, cells) for cells, _ in after.rows)
            return QueryChange(query.name, values, after.columns, rows, "edited", "nothing")
        before = _kept(file.read_text(encoding="utf-8"), self.after.prefixes, after)
        found = _compared(before, after, grounds=False)
        return QueryChange(query.name, values, after.columns, found, "edited", "expected")

    @staticmethod
    def _text(layout: Layout, name: str) -> str:
        return layout.bytes(layout.root / "queries" / f"{name}.rq").decode("utf-8", "replace")

    @staticmethod
    def _parsed(text: str, file: str, name: str) -> StoredQuery | None:
        try:
            return queries.parse(text, file=file, name=name)
        except InputError:
            return None  # it could not be asked before


def _values(query: StoredQuery) -> Mapping[str, str] | None:
    """The values to ask a query with; None where some are needed and none are known."""
    required = [parameter.name for parameter in query.parameters if parameter.required]
    if not required:
        return {}
    return query.example if set(required) <= set(query.example) else None


def _ask(asker: Asker, query: StoredQuery, values: Mapping[str, str]) -> _Answer:
    answer = asker.store.select(query.text, asker.given(query, values))
    columns = tuple(name for name in answer.variables if not CLAIM.fullmatch(name))
    rows: dict[Hashable, tuple[Cells, set[Term]]] = {}
    for row in answer.rows:
        cells = {name: row.terms[name] for name in columns if name in row.terms}
        claims = {term for name, term in row.terms.items() if name not in cells}
        rows.setdefault(tuple(cells.items()), (cells, set()))[1].update(claims)
    return _Answer(columns, tuple((cells, frozenset(claims)) for cells, claims in rows.values()))


def _kept(text: str, prefixes: Mapping[str, str], like: _Answer) -> _Answer:
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
    return _Answer(columns, tuple(rows))


def _exact(term: Term, prefixes: Mapping[str, str]) -> str:
    value = to_json(term)
    return str(value["@value"]) if isinstance(value, dict) else compact(term, prefixes)


def _compared(old: _Answer, new: _Answer, *, grounds: bool = True) -> tuple[RowChange, ...]:
    """The rows that differ; where the columns differ, rows are compared by those both have."""
    shared = [name for name in new.columns if name in old.columns]
    if not old.columns or not new.columns:
        shared = [*old.columns, *new.columns]

    def whole(row: _Row) -> Hashable:
        return tuple((name, row[0].get(name)) for name in shared)

    def cited(row: _Row) -> Hashable:
        return whole(row), row[1]

    def but(left_out: int) -> Callable[[_Row], Hashable]:
        """A row that differs in one cell only, and not in the first, is the same row changed."""
        names = [name for n, name in enumerate(shared) if n != left_out]
        return lambda row: tuple(row[0].get(name) for name in names)

    first = [cited if grounds else whole, whole]
    keys = [*first, *(but(n) for n in range(len(shared) - 1, 0, -1))]
    found = Pairs.of(old.rows, new.rows, keys)
    return tuple(_changes(found, grounds))


def _changes(found: Pairs[_Row], grounds: bool) -> Iterator[RowChange]:
    for (one, _), (other, _), number in found.pairs:
        if number > 1:
            yield RowChange(one, other)
        elif number == 1 and grounds:
            yield RowChange(one, other, grounds=True)
    yield from (RowChange(cells, None) for cells, _ in found.gone)
    yield from (RowChange(None, cells) for cells, _ in found.come)
