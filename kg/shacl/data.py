"""Validation data: the triples to judge, in a store of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.namespaces import RDF, RDFS
from kg.shacl.literals import original, stand_in
from kg.terms import Term

TERMS = NamedNode("urn:ecodip:terms")
VALUES = NamedNode("urn:ecodip:values")
FOCUS = NamedNode("urn:ecodip:focus")
_HERE = NamedNode("urn:ecodip:here")


class ValidationData:
    """Triples in memory, each once, every thing with the super-classes of its types.

    A literal that the store would change stands in two graphs: once as a stand-in, for the core
    constraints, which compare terms, and once as the store makes it, for SPARQL constraints,
    which compute with values (see :mod:`kg.shacl.literals`). Nothing but super-classes is
    inferred: domains and ranges would hide the errors that shapes look for.

    Args:
        quads: statements; their graphs are not looked at.
        close: whether super-classes are added.

    >>> data = ValidationData(ox.parse('''@prefix : <http://a.example/> .
    ... @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ... :City rdfs:subClassOf :Place . :Nantes a :City .''', format=ox.RdfFormat.TURTLE))
    >>> len(data.ask("SELECT ?x { ?x a <http://a.example/Place> }"))
    1
    """

    def __init__(self, quads: Iterable[Quad | Triple], *, close: bool = True) -> None:
        self.is_closed = close
        self.store = ox.Store()
        self._originals: dict[Literal, set[Literal]] = defaultdict(set)
        self._split = False
        triples = {quad.triple if isinstance(quad, Quad) else quad for quad in quads}
        self._types: dict[Term, set[Term]] = defaultdict(set)
        self._parents: dict[Term, set[Term]] = defaultdict(set)
        self._above: dict[Term, Sequence[Term]] = {}
        if close:
            self._learn(triples)
            triples |= self._closed_types(self._types)
        self.size = len(triples)
        self.store.bulk_extend(self._stored(triples))

    def _learn(self, triples: Iterable[Triple]) -> None:
        """Take note of what is stated of types and of classes."""
        is_a, below = RDF.type, RDFS.subClassOf
        for triple in triples:
            predicate = triple.predicate
            if predicate == is_a:
                self._types[triple.subject].add(triple.object)
            elif predicate == below:
                self._parents[triple.subject].add(triple.object)
                self._above.clear()

    def _closed_types(self, things: Iterable[Term]) -> set[Triple]:
        """The types that things have: those that are stated, and the classes above them."""
        found: set[Triple] = set()
        for thing in things:
            for kind in self._types.get(thing, ()):
                above = self._above.get(kind)
                if above is None:
                    above = self._above[kind] = above_of(kind, self._parents)
                found.update(Triple(thing, RDF.type, one) for one in (kind, *above))  # type: ignore[arg-type]
        return found

    def _stored(self, triples: Iterable[Triple]) -> list[Quad]:
        found: list[Quad] = []
        twins: dict[Literal, Literal | None] = {}  # None where a literal stands for itself
        for triple in triples:
            subject, predicate, value = triple
            if type(value) is Literal:
                if value not in twins:
                    other = stand_in(value)
                    twins[value] = None if other == value else other
                twin = twins[value]
                if twin is not None:
                    found.append(Quad(subject, predicate, twin, TERMS))
                    found.append(Quad(subject, predicate, value, VALUES))
                    continue
            found.append(Quad(subject, predicate, value))
        changed = [value for value, twin in twins.items() if twin is not None]
        for value, kept in zip(changed, _kept(changed), strict=True):
            self._originals[kept].add(value)
        self._split = self._split or bool(self._originals)
        return found

    def update(self, added: Iterable[Triple], removed: Iterable[Triple]) -> frozenset[Triple]:
        """Change the data; return every triple that came or went, super-classes included.

        Args:
            added: triples that no statement made before.
            removed: triples that no statement makes any more.
        """
        come, gone = set(added), set(removed)
        come, gone = come - gone, gone - come
        if not self.is_closed:
            self._replace(come, gone)
            return frozenset(come | gone)
        changed = come | gone
        things: set[Term] = {t.subject for t in changed if t.predicate == RDF.type}
        if any(t.predicate == RDFS.subClassOf for t in changed):
            things |= self._types.keys()
        before = self._closed_types(things)
        for triple in gone:
            held = {RDF.type: self._types, RDFS.subClassOf: self._parents}.get(triple.predicate)
            if held is not None:
                held[triple.subject].discard(triple.object)
        self._above.clear()
        self._learn(come)
        after = self._closed_types(things)
        others = {t for t in changed if t.predicate != RDF.type}
        come, gone = (come & others) | (after - before), (gone & others) | (before - after)
        self._replace(come, gone)
        return frozenset(come | gone)

    def _replace(self, added: Iterable[Triple], removed: Iterable[Triple]) -> None:
        for quad in self._stored(removed):
            self.store.remove(quad)
        self.store.extend(self._stored(added))

    def ask(
        self,
        query: str,
        *,
        by_value: bool = False,
        substitutions: dict[ox.Variable, Term] | None = None,
    ) -> list[tuple[Term | None, ...]]:
        """The rows of a SELECT, in no order; the terms are the original ones.

        Args:
            query: its default graph is the data.
            by_value: whether literals are seen as the store keeps them.
            substitutions: terms for variables of the query.
        """
        graphs: list[NamedNode | BlankNode | DefaultGraph] | None = None
        if self._split:
            graphs = [DefaultGraph(), VALUES if by_value else TERMS]
        found = self.store.query(
            query, default_graph=graphs, named_graphs=[FOCUS], substitutions=substitutions
        )
        assert isinstance(found, ox.QuerySolutions)
        width = range(len(found.variables))
        rows: list[tuple[Term | None, ...]] = []
        for solution in found:
            rows.append(tuple(_original(solution[i]) for i in width))
        if by_value and self._originals:
            return [self._restored(row) for row in rows]
        return rows

    def matches(self, pattern: str) -> bool:
        """Whether there is anything that fits a pattern of ``?this``."""
        return bool(self.ask(f"SELECT ?this WHERE {{ {pattern} }} LIMIT 1"))

    def _restored(self, row: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
        """The row with literals as written, where the things of the row have just one such value.

        A query computes with values; what it hands on of the data should be told as it stands
        there (``"1.50"`` and not ``"1.5"``).
        """
        if not any(type(term) is Literal and term in self._originals for term in row):
            return row
        things = [term for term in row if isinstance(term, NamedNode | BlankNode)]
        found: list[Term | None] = []
        for term in row:
            known = self._originals.get(term) if type(term) is Literal else None
            if known:
                near = {
                    value
                    for value in known
                    for thing in things
                    if next(self.store.quads_for_pattern(thing, None, stand_in(value), TERMS), None)
                }
                kept = any(
                    next(self.store.quads_for_pattern(thing, None, term, DefaultGraph()), None)
                    for thing in things
                )
                if len(near) == 1 and not kept:
                    term = near.pop()
            found.append(term)
        return tuple(found)

    def triples(self) -> Iterator[Triple]:
        """Every statement as it was written, with the super-classes that were added."""
        for graph in (DefaultGraph(), TERMS):
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                value = _original(quad.object)
                assert value is not None
                yield Triple(quad.subject, quad.predicate, value)

    def focus_on(self, nodes: Iterable[Term] | None) -> None:
        """Set the nodes that queries see as ``GRAPH <urn:ecodip:focus> { … ?this }``.

        They stand in a graph and not in the text of a query since blank nodes may be among them.
        """
        self.store.remove_graph(FOCUS)
        if nodes is not None:
            self.store.extend(
                Quad(_HERE, _HERE, stand_in(n) if isinstance(n, Literal) else n, FOCUS)
                for n in nodes
            )

    @staticmethod
    def focus_pattern(variable: str = "?this") -> str:
        """The pattern that binds a variable to the nodes of :meth:`focus_on`."""
        return f"GRAPH {FOCUS} {{ {_HERE} {_HERE} {variable} }}"


def _original(term: Term | None) -> Term | None:
    return original(term) if type(term) is Literal else term


def _kept(literals: list[Literal]) -> list[Literal]:
    """Literals as the store gives them back."""
    store = ox.Store()
    names = [NamedNode(f"{_HERE.value}:{number}") for number in range(len(literals))]
    store.extend(Quad(n, _HERE, one) for n, one in zip(names, literals, strict=True))
    found = {quad.subject: quad.object for quad in store}
    return [found[name] for name in names]


def above_of(kind: Term, parents: dict[Term, set[Term]]) -> Sequence[Term]:
    """Every class above one, in a fixed order, without itself."""
    seen: set[Term] = set()
    waiting: list[Term] = list(parents.get(kind, ()))
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            waiting.extend(parents.get(here, ()))
    return sorted(seen - {kind}, key=str)
