"""SPARQL: query texts checked and run by Oxigraph, with errors that say where and what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kg.errors import EngineError, InputError
from kg.sparql_text import Dataset, Fault, QueryText
from kg.terms import Term

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class SparqlError(InputError):
    """A text that is no query for this store, and the fault in it."""

    def __init__(self, fault: Fault) -> None:
        if fault.line:
            super().__init__("no-query-at", line=fault.line, column=fault.column, fault=fault.text)
        else:
            super().__init__("no-query", fault=fault.text)
        self.fault = fault

    @property
    def line(self) -> int:
        """Where it is, from 1; 0 where unknown."""
        return self.fault.line

    @property
    def column(self) -> int:
        """Where it is in its line, from 1; 0 where unknown."""
        return self.fault.column

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return self.fault.words()


def run(
    engine: ox.Store,
    text: str,
    bindings: Mapping[str, Term] | None = None,
    prefixes: Mapping[str, str] | None = None,
    *,
    base_iri: str | None = None,
    dataset: Dataset | None = None,
) -> Results:
    """Run a query.

    Nothing is sent over a network: a query that may ask another server (SERVICE) is refused, and
    FROM names graphs of the store only. Several default graphs are merged, each statement once.

    Args:
        engine: the store.
        text: a SPARQL 1.1 query.
        bindings: terms for variables that the query selects; they never enter the text.
        prefixes: prefixes that need no declaration in the text.
        base_iri: what relative IRIs in the text are relative to.
        dataset: the graphs that the query is about, whatever the text says.

    Raises:
        SparqlError: the text is no query, or asks another server (SERVICE).
        EngineError: the engine stopped.

    >>> run(ox.Store(), "SELECT * { ?s foo:bar ?o }")
    Traceback (most recent call last):
    kg.sparql.SparqlError: no SPARQL query: line 1, column 15: the prefix foo: is not declared
    """
    query = QueryText(text, prefixes, base_iri)
    if query.asks_elsewhere:
        raise SparqlError(query.fault())
    graphs = dataset or query.dataset
    default: DefaultGraph | list[NamedNode | BlankNode | DefaultGraph] | None = None
    named: list[NamedNode | BlankNode] | None = None
    if graphs is not None:
        default, named = [*graphs.default], [*graphs.named]
        if len(set(default)) > 1:
            engine, default = _merged(engine, graphs), DefaultGraph()
    substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()}
    try:
        return engine.query(
            text,
            base_iri=base_iri,
            # Those that are not used would take a while to parse.
            prefixes={p: iri for p, iri in (prefixes or {}).items() if f"{p}:" in text},
            default_graph=default,
            named_graphs=named,
            substitutions=substitutions or None,
        )
    except SyntaxError as error:
        raise SparqlError(query.fault()) from error
    except (RuntimeError, OSError) as error:
        raise EngineError("query-not-run", error=error) from error


def _merged(engine: ox.Store, dataset: Dataset) -> ox.Store:
    """A store whose default graph holds the default graphs of a dataset, each statement once.

    (The engine's own merge repeats what stands in two graphs, so that counts would be wrong.)
    """

    def quads() -> Iterator[Quad]:
        for graph in dict.fromkeys(dataset.default):
            for quad in engine.quads_for_pattern(None, None, None, graph):
                yield Quad(quad.subject, quad.predicate, quad.object)
        for graph in dict.fromkeys(dataset.named):
            yield from engine.quads_for_pattern(None, None, None, graph)

    found = ox.Store()
    found.extend(quads())
    return found
