"""Edit: what a change of some sources does to the graph, made in a copy of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kg.dataset import Counts
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.layout import Layout
from kg.namespaces import OWL
from kg.rederivation import Change, rederive
from kg.rules import Rule
from kg.rules.axioms import EQUALITY
from kg.terms import stored_term
from kg.waiting import ordered

_DEFAULT = DefaultGraph()


@dataclass
class Edit:
    """New content for some graphs of a store, and what follows of it.

    Args:
        engine: a store that may be written to, as :class:`kg.store.Store` lays it out.
        layout: the project.
        rules: those the store was built with.
        facts: which statements rules read.
        graphs: the whole new content of each graph that changes; empty where it goes.
        size: number of statements, for the bound on conclusions.
    """

    engine: ox.Store
    layout: Layout
    rules: Sequence[Rule]
    facts: Facts
    graphs: Mapping[NamedNode, Sequence[Quad]]
    size: int
    touched: set[Triple] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._store = FactStore.built(self.engine, self.layout)
        self._old = {g: set(filter(self._is_plain, self._content(g))) for g in self.graphs}
        self._new = {
            g: set(filter(self._is_plain, map(_stored, quads))) for g, quads in self.graphs.items()
        }
        # As it is before anything is written; afterwards see added and removed.
        gone = {t for g in self._facts() for t in self._old[g] - self._new[g]}
        come = {t for g in self._facts() for t in self._new[g] - self._old[g]}
        self.removed = sorted((t for t in gone if not self._stays(t)), key=str)
        self.added = sorted((t for t in come if not self._store.is_asserted(t)), key=str)
        self._changed = gone | come
        self._before = self._counted()

    def _content(self, graph: NamedNode) -> Iterable[Triple]:
        for quad in self.engine.quads_for_pattern(None, None, None, graph):
            yield Triple(quad.subject, quad.predicate, quad.object)

    @staticmethod
    def _is_plain(triple: Triple) -> bool:
        """Whether a statement is free of blank nodes: the others never change in an edit."""
        return not isinstance(triple.subject, BlankNode) and not isinstance(
            triple.object, BlankNode
        )

    def _facts(self) -> list[NamedNode]:
        """The graphs that change and hold what a source asserts."""
        return [graph for graph in self.graphs if self.layout.layer_of(graph) == "asserted"]

    def _stays(self, triple: Triple) -> bool:
        """Whether a graph that holds facts has a statement after the edit."""
        quads = self.engine.quads_for_pattern(*_ends(triple), None)
        for quad in quads:
            graph: Any = quad.graph_name
            if graph == _DEFAULT or graph == self._store.inferred or self._store.hides(graph):
                continue
            if graph not in self.graphs:
                return True
        return any(triple in self._new[graph] for graph in self._facts())

    def _counted(self) -> Counts:
        """How many of the changed facts, and of their subjects, sources and authority tell."""

        def is_told(subject: Any, predicate: Any = None, value: Any = None) -> bool:
            quads = self.engine.quads_for_pattern(subject, predicate, value, None)
            graphs = {q.graph_name for q in quads} - {_DEFAULT}
            return any(self.layout.layer_of(g) in ("asserted", "authority") for g in graphs)

        return Counts(
            sum(is_told(*_ends(triple)) for triple in self._changed),
            sum(map(is_told, {triple.subject for triple in self._changed})),
        )

    def apply(self) -> Change:
        """Make the change and bring the conclusions up to date.

        Raises:
            CheckFailed: a bound of reasoning is reached; the finding names the rule.
        """
        told = [t for t in (*self.added, *self.removed) if self.facts.speaks(t)]
        rules = self.rules
        equal = self.engine.quads_for_pattern(None, OWL.sameAs, None, None)
        if any(t.predicate == OWL.sameAs for t in told) or any(True for _ in equal):
            rules = ordered(dict.fromkeys((*rules, *EQUALITY)))
        found = rederive(
            self._store, rules, self.facts,
            added=[t for t in self.added if self.facts.speaks(t)],
            removed=[t for t in self.removed if self.facts.speaks(t)],
            apply=self._write, size=self.size,
        )  # fmt: skip
        self.touched |= found.added | found.removed
        self._mend_union()
        return found

    def _write(self) -> None:
        for graph, new in self._new.items():
            old = self._old[graph]
            for triple in old - new:
                self.engine.remove(Quad(*_ends(triple), graph))
            self.engine.extend(Quad(*_ends(triple), graph) for triple in new - old)
            self.touched |= old ^ new
            if not self.graphs[graph]:
                self.engine.remove_graph(graph)

    def exchange(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Change single statements of graphs that hold no facts."""
        for quad in removed:
            self.engine.remove(quad)
        self.engine.extend(added)
        self.touched |= {_stored(quad) for quad in (*added, *removed)}
        self._mend_union()

    def _mend_union(self) -> None:
        """The default graph holds each statement once that any graph holds."""
        for triple in self.touched:
            graphs = {q.graph_name for q in self.engine.quads_for_pattern(*_ends(triple), None)}
            quad = Quad(*_ends(triple), _DEFAULT)
            if graphs == {_DEFAULT}:
                self.engine.remove(quad)
            elif graphs and _DEFAULT not in graphs:
                self.engine.add(quad)

    def facts_after(self, before: Counts) -> Counts:
        """The counts of the graph, once the edit was applied."""
        now = self._counted()
        return Counts(
            before.triples + now.triples - self._before.triples,
            before.entities + now.entities - self._before.entities,
        )


def _ends(triple: Triple) -> tuple[Any, NamedNode, Any]:
    return triple.subject, triple.predicate, triple.object


def _stored(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, stored_term(quad.object))
