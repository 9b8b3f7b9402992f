"""Validation data: the triples to judge, in a store of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.collector import collector_paused
from kg.namespaces import RDF, RDFS, XSD
from kg.shacl.kept_types import TYPES, KeptTypes, above_of
from kg.shacl.literals import original, stand_in
from kg.terms import Term, stored_term

TERMS = NamedNode("urn:ecodip:terms")
VALUES = NamedNode("urn:ecodip:values")
FOCUS = NamedNode("urn:ecodip:focus")
_HERE = NamedNode("urn:ecodip:here")

if TYPE_CHECKING:
    Types: TypeAlias = "dict[Term, set[Term]] | KeptTypes"
    Statement: TypeAlias = Quad | Triple


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

    def __init__(self, quads: Iterable[Statement], *, close: bool = True) -> None:
        self.is_closed = close
        self.store = ox.Store()
        self._split = False
        self._types: Types = defaultdict(set)
        self._parents: dict[Term, set[Term]] = defaultdict(set)
        self._above: dict[Term, Sequence[Term]] = {}
        self.add(quads)

    def add(self, quads: Iterable[Statement]) -> None:
        """Add many statements; those that are there already stay as they are."""
        with collector_paused():
            if not self.is_closed:
                self.store.bulk_extend(self._stored(quads))
                return
            things: set[Term] = set()
            parents = sum(map(len, self._parents.values()))
            self.store.bulk_extend(self._stored(self._learning(quads, things)))
            if parents != sum(map(len, self._parents.values())):
                things |= self._types.keys()
            self.store.bulk_extend(self._super_classes(things))

    def write(self, path: Path) -> None:
        """Keep the data in a folder, to be opened there.

        They are judged in memory and then written: on disk the same takes much longer.
        """
        kept, things = ox.Store(str(path)), self._types.keys()
        kept.bulk_extend(self.store)
        kept.bulk_extend(
            Quad(thing, RDF.type, kind, TYPES)  # type: ignore[arg-type]
            for thing in things
            for kind in self._types.get(thing, ())
        )
        kept.flush()

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> ValidationData:
        """Data that were written to a folder, to be changed and judged there, or only asked.

        Any number of processes may read at once; only one may change.
        """
        found = cls.__new__(cls)
        found.is_closed = True
        found.store = ox.Store.read_only(str(path)) if read_only else ox.Store(str(path))
        found._above = {}
        found._types = KeptTypes(found.store)
        found._parents = defaultdict(set)
        for quad in found.store.quads_for_pattern(None, RDFS.subClassOf, None, DefaultGraph()):
            found._parents[quad.subject].add(quad.object)
        split = found.store.quads_for_pattern(None, None, None, TERMS)
        found._split = any(True for _ in split)
        return found

    def _learning(self, triples: Iterable[Statement], things: set[Term]) -> Iterator[Statement]:
        """The same triples; note is taken of types and of classes, and of things with a type."""
        is_a, below = RDF.type, RDFS.subClassOf
        types, parents = self._types, self._parents
        for triple in triples:
            predicate = triple.predicate
            if predicate == is_a:
                thing = triple.subject
                types[thing].add(triple.object)
                things.add(thing)
            elif predicate == below:
                parents[triple.subject].add(triple.object)
                self._above.clear()
            yield triple

    def _super_classes(self, things: Iterable[Term]) -> Iterator[Quad]:
        """The types of things that nothing states."""
        is_a = RDF.type
        found: dict[frozenset[Term], list[Term]] = {}  # things of the same types are many
        for thing in things:
            stated = frozenset(self._types.get(thing, ()))
            added = found.get(stated)
            if added is None:
                added = found[stated] = sorted(
                    {one for kind in stated for one in self._above_of(kind)} - stated, key=str
                )
            for one in added:
                yield Quad(thing, is_a, one)  # type: ignore[arg-type]

    def _above_of(self, kind: Term) -> Sequence[Term]:
        above = self._above.get(kind)
        if above is None:
            above = self._above[kind] = above_of(kind, self._parents)
        return above

    def _closed_types(self, things: Iterable[Term]) -> set[Triple]:
        """The types that things have: those that are stated, and the classes above them."""
        is_a = RDF.type
        found: set[Triple] = set()
        for thing in things:
            for kind in self._types.get(thing, ()):
                above = self._above_of(kind)
                found.update(Triple(thing, is_a, one) for one in (kind, *above))  # type: ignore[arg-type]
        return found

    def _stored(self, triples: Iterable[Statement]) -> Iterator[Quad]:
        twins: dict[Literal, Literal | None] = {}  # None where a literal stands for itself
        plain, here = {XSD.string, RDF.langString}, DefaultGraph()
        for triple in triples:
            value = triple.object
            if type(value) is Literal and value.datatype not in plain:
                if value not in twins:
                    other = stand_in(value)
                    twins[value] = None if other == value else other
                twin = twins[value]
                if twin is not None:
                    self._split = True
                    yield Quad(triple.subject, triple.predicate, twin, TERMS)
                    yield Quad(triple.subject, triple.predicate, value, VALUES)
                    continue
            if type(triple) is Quad and triple.graph_name == here:
                yield triple
            else:
                yield Quad(triple.subject, triple.predicate, value)

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
        for _ in self._learning(come, set()):
            pass
        after = self._closed_types(things)
        others = {t for t in changed if t.predicate != RDF.type}
        come, gone = (come & others) | (after - before), (gone & others) | (before - after)
        self._replace(come, gone)
        return frozenset(come | gone)

    def _replace(self, added: Iterable[Triple], removed: Iterable[Triple]) -> None:
        gone = list(self._stored(removed))
        for quad in gone:
            self.store.remove(quad)
        for quad in gone:
            if quad.graph_name == TERMS:
                # Another form of the same value may be left.
                left = self.store.quads_for_pattern(quad.subject, quad.predicate, None, TERMS)
                self.store.extend(
                    Quad(one.subject, one.predicate, original(one.object), VALUES)  # type: ignore[arg-type]
                    for one in list(left)
                )
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
        if by_value and self._split:
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
        if not any(type(term) is Literal for term in row):
            return row
        things = [term for term in row if isinstance(term, NamedNode | BlankNode)]
        found: list[Term | None] = []
        for term in row:
            if type(term) is Literal:
                near = {
                    value
                    for thing in things
                    for quad in self.store.quads_for_pattern(thing, None, None, TERMS)
                    if type(quad.object) is Literal
                    and stored_term(value := original(quad.object)) == term
                }
                kept = len(near) == 1 and any(
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
