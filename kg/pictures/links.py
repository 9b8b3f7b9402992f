"""Links: what a thing is linked with in a graph, each pair by what says most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.namespaces import ECC, ECCS, OWL, RDF, RDFS
from kg.store import Store
from kg.terms import key

_CLAIMS = (RDF.subject, RDF.predicate, RDF.object)


@dataclass(frozen=True)
class Link:
    """One statement that links a thing with another; ``kind`` is stated, plan or inferred."""

    predicate: NamedNode
    other: NamedNode
    is_outgoing: bool
    kind: str


class Links:
    """Finds the neighbors of things.

    Only predicates with a label count: those that the ontology of the project explains. Claims and
    the classes of a thing are no neighbors.

    Args:
        store: the graph.
        layer_of: the layer that a graph belongs to, as :meth:`kg.layout.Layout.layer_of` says.
    """

    def __init__(self, store: Store, layer_of: Callable[[object], str]) -> None:
        self._engine = store.engine
        self._layer_of = layer_of

    def of(self, thing: NamedNode) -> list[Link]:
        """The links of a thing: stated ones, planned ones, and else what follows."""
        found: dict[NamedNode, set[Link]] = defaultdict(set)
        for link in self._links(thing):
            found[link.other].add(link)
        for link in self._plans(thing):
            if link.other not in found:
                found[link.other].add(link)
        kept = [link for links in found.values() for link in self._telling(links)]
        return sorted(kept, key=lambda x: (not x.is_outgoing, key(x.predicate), key(x.other)))

    def _links(self, thing: NamedNode) -> Iterator[Link]:
        for quad in self._engine.quads_for_pattern(thing, None, None, None):
            if link := self._link(quad, quad.object, is_outgoing=True):
                yield link
        for quad in self._engine.quads_for_pattern(None, None, thing, None):
            if link := self._link(quad, quad.subject, is_outgoing=False):
                yield link

    def _link(self, quad: Quad, other: object, *, is_outgoing: bool) -> Link | None:
        if not isinstance(quad.graph_name, NamedNode) or not isinstance(other, NamedNode):
            return None
        layer = self._layer_of(quad.graph_name)
        if layer == "evidence" or quad.predicate in (RDF.type, OWL.sameAs, *_CLAIMS):
            return None
        if not self._is_named(quad.predicate) or quad.subject == quad.object:
            return None
        if self._has(other, RDF.type, ECC.Claim):
            return None
        return Link(
            quad.predicate, other, is_outgoing, "inferred" if layer == "inferred" else "stated"
        )

    def _plans(self, thing: NamedNode) -> Iterator[Link]:
        for own, far in ((RDF.subject, RDF.object), (RDF.object, RDF.subject)):
            for quad in self._engine.quads_for_pattern(None, own, thing, None):
                claim = quad.subject
                if not self._has(claim, ECC.hasModality, ECCS["plan"]):
                    continue
                if self._has(claim, ECC.isNegated, Literal(True)):
                    continue
                for predicate in self._objects(claim, RDF.predicate):
                    for other in self._objects(claim, far):
                        if other != thing and self._is_named(predicate):
                            yield Link(predicate, other, own == RDF.subject, "plan")

    def _telling(self, links: set[Link]) -> list[Link]:
        """Of the links of one pair, those that say what the others do not."""
        best = [link for link in links if link.kind != "inferred"]
        if best:
            return best
        outgoing = [link for link in links if link.is_outgoing] or list(links)
        general = {
            above
            for link in outgoing
            for above in self._objects(link.predicate, RDFS.subPropertyOf)
            if above != link.predicate
        }
        return [link for link in outgoing if link.predicate not in general] or outgoing

    def _is_named(self, node: NamedNode) -> bool:
        return self._has(node, RDFS.label, None)

    def _objects(self, node: object, predicate: NamedNode) -> list[NamedNode]:
        quads = self._engine.quads_for_pattern(node, predicate, None, None)  # type: ignore[arg-type]
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode)}, key=key)

    def _has(self, node: object, predicate: NamedNode, value: object) -> bool:
        return any(self._engine.quads_for_pattern(node, predicate, value, None))  # type: ignore[arg-type]
