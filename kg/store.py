"""Store: the built graph in an embedded Oxigraph, opened for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg import sparql
from kg.errors import EngineError, InputError
from kg.results import Answer, Row
from kg.sparql_text import Dataset
from kg.terms import Term

_UNION = DefaultGraph()


class Store:
    """A dataset to query: named graphs, and their union as default graph, each statement once.

    (The engine's own union repeats what stands in two graphs, so that counts would be wrong.)

    >>> store = Store.of([Quad(NamedNode("http://x/a"), NamedNode("http://x/p"),
    ...                        NamedNode("http://x/b"), NamedNode("http://x/g"))])
    >>> store.select("SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }").rows[0].s
    'http://x/a'
    """

    def __init__(self, engine: ox.Store) -> None:
        self.engine = engine

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Store:
        """A store in memory."""
        engine = ox.Store()
        engine.extend(_with_union(quads))
        return cls(engine)

    @classmethod
    def create(cls, path: Path, quads: Iterable[Quad]) -> None:
        """Write a store to a new folder."""
        engine = ox.Store(str(path))
        engine.bulk_extend(_with_union(quads))
        engine.flush()

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a written store for reading; any number of processes may do so at once.

        Raises:
            EngineError: the folder holds no store that can be opened.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except OSError as error:
            raise EngineError("unopened-store", folder=path, error=error) from error

    @classmethod
    def read(cls, path: Path) -> Store:
        """A written store, held in memory: faster to ask, and nothing of it stays open.

        Raises:
            EngineError: the folder holds no store that can be opened.
        """
        engine = ox.Store()
        engine.bulk_extend(cls.open(path).engine)
        return cls(engine)

    @classmethod
    def copy(cls, old: Path, new: Path) -> None:
        """Copy a written store, to be changed there; what both hold is held once on the disk.

        Raises:
            EngineError: the old folder holds no store that can be opened.
        """
        try:
            ox.Store.read_only(str(old)).backup(str(new))
        except OSError as error:
            raise EngineError("unopened-store", folder=old, error=error) from error

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """Run a SELECT query; ``bindings`` are bound as terms to variables that it selects."""
        result = self.run(text, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise InputError("no-select")
        return rows_of(result)

    def run(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
        dataset: Dataset | None = None,
    ) -> sparql.Results:
        """Run any query; see :func:`kg.sparql.run`."""
        return sparql.run(self.engine, text, bindings, prefixes, base_iri=base_iri, dataset=dataset)

    def quads(self, graph: NamedNode | None = None) -> Iterable[Quad]:
        """The statements of all layers, or those of one."""
        found = self.engine.quads_for_pattern(None, None, None, graph)
        return (quad for quad in found if quad.graph_name != _UNION)


def _with_union(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object, _UNION)


def rows_of(solutions: ox.QuerySolutions) -> Answer:
    """The rows of a SELECT query.

    Raises:
        EngineError: the engine stopped on the way, so that rows would be missing.
    """
    names = tuple(variable.value for variable in solutions.variables)
    try:
        rows = tuple(
            Row({name: term for name in names if (term := solution[name]) is not None})
            for solution in solutions
        )
    except (OSError, RuntimeError) as error:
        raise EngineError("query-stopped", error=error) from error
    return Answer(names, rows)
