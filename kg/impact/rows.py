"""Rows of stored queries that come, go or change between two states of a project."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg import queries
from kg.asker import Asker
from kg.errors import InputError
from kg.findings import Finding
from kg.impact.answers import Answered, Cells, Row, ask, kept, values_of
from kg.impact.pairs import Pairs
from kg.layout import Layout
from kg.queries import StoredQuery


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
        old, new = (_files(one) for one in (self.old, self.new))
        files = {**old, **new}
        found = (
            self._compared(name, self.new.name(files[name]), name in old, name in new)
            for name in sorted(files)
        )
        return tuple(change for change in found if change is not None)

    def _compared(self, name: str, file: str, was: bool, is_there: bool) -> QueryChange | None:
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
        before = Answered((), ())
        after = before
        given: Mapping[str, str] = {}
        try:
            if old is not None and (values := values_of(old)) is not None:
                before = ask(self.before, old, values)
        except InputError:
            before = Answered((), ())  # what it asks for is not known yet
        try:
            if new is not None and self.after is not None:
                if (values := values_of(new)) is None:
                    return None if kind == "same" else QueryChange(new.name, {}, (), (), kind)
                given = values
                after = ask(self.after, new, values)
        except InputError as error:
            finding = Finding.of("impact-unasked", one.file, severity="warning", said=error.text)
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
        values = query.example if file.is_file() else (values_of(query) or {})
        try:
            after = ask(self.after, query, values)
        except InputError as error:
            finding = Finding.of("impact-unasked", query.file, severity="warning", said=error.text)
            return QueryChange(query.name, values, (), (), "broken", "nothing", (finding,))
        if not file.is_file():
            rows = tuple(RowChange(None, cells) for cells, _ in after.rows)
            return QueryChange(query.name, values, after.columns, rows, "edited", "nothing")
        before = kept(file.read_text(encoding="utf-8"), self.after.prefixes, after)
        found = _compared(before, after, grounds=False)
        return QueryChange(query.name, values, after.columns, found, "edited", "expected")

    @staticmethod
    def _text(layout: Layout, name: str) -> str:
        return layout.bytes(_files(layout)[name]).decode("utf-8", "replace")

    @staticmethod
    def _parsed(text: str, file: str, name: str) -> StoredQuery | None:
        try:
            return queries.parse(text, file=file, name=name)
        except InputError:
            return None  # it could not be asked before


def _compared(old: Answered, new: Answered, *, grounds: bool = True) -> tuple[RowChange, ...]:
    """The rows that differ; where the columns differ, rows are compared by those both have."""
    shared = [name for name in new.columns if name in old.columns]
    if not old.columns or not new.columns:
        shared = [*old.columns, *new.columns]

    def whole(row: Row) -> Hashable:
        return tuple((name, row[0].get(name)) for name in shared)

    def cited(row: Row) -> Hashable:
        return whole(row), row[1]

    def but(left_out: int) -> Callable[[Row], Hashable]:
        """A row that differs in one cell only, and not in the first, is the same row changed."""
        names = [name for n, name in enumerate(shared) if n != left_out]
        return lambda row: tuple(row[0].get(name) for name in names)

    first = [cited if grounds else whole, whole]
    keys = [*first, *(but(n) for n in range(len(shared) - 1, 0, -1))]
    found = Pairs.of(old.rows, new.rows, keys)
    return tuple(_changes(found, grounds))


def _changes(found: Pairs[Row], grounds: bool) -> Iterator[RowChange]:
    for (one, _), (other, _), number in found.pairs:
        if number > 1:
            yield RowChange(one, other)
        elif number == 1 and grounds:
            yield RowChange(one, other, grounds=True)
    yield from (RowChange(cells, None) for cells, _ in found.gone)
    yield from (RowChange(None, cells) for cells, _ in found.come)


def _files(layout: Layout) -> dict[str, Path]:
    """The files of the stored queries by name."""
    return {file.stem: file for file in layout.files("queries", "*.rq")}
