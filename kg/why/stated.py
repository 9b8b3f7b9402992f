"""Stated: the axioms of an ontology, as they are written, behind a rule of the closed one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.namespaces import OWL, RDF, RDFS
from kg.rules import Rule
from kg.tbox import axioms
from kg.terms import Term

# Rules about two terms of which the second is above the first, maybe through others.
_ORDERS = {
    "prp-spo1": (RDFS.subPropertyOf,),
    "cax-sco": (RDFS.subClassOf,),
    "prp-dom": (RDFS.subPropertyOf, RDFS.domain, RDFS.subClassOf),
    "prp-rng": (RDFS.subPropertyOf, RDFS.range, RDFS.subClassOf),
}
_KINDS = {
    "prp-symp": OWL.SymmetricProperty,
    "prp-trp": OWL.TransitiveProperty,
    "prp-fp": OWL.FunctionalProperty,
    "prp-ifp": OWL.InverseFunctionalProperty,
}
# Predicates that stand for an order, in one direction or in both.
_BOTH_WAYS = {
    OWL.equivalentClass: RDFS.subClassOf,
    OWL.equivalentProperty: RDFS.subPropertyOf,
}
_DESCRIBES = frozenset({
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range,
    OWL.equivalentClass, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyChainAxiom,
    OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf, OWL.hasKey, OWL.onProperty,
    OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.maxCardinality,
})  # fmt: skip


class Stated:
    """The axioms of an ontology.

    Args:
        ontology: its statements, with stable names for blank nodes.

    >>> a, b, c = (NamedNode(f"http://x/{n}") for n in "abc")
    >>> stated = Stated([Quad(a, RDFS.subClassOf, b), Quad(b, RDFS.subClassOf, c)])
    >>> stated.path(Rule("cax-sco", (), None, (), (a, c))) == (a, b, c)
    True
    """

    def __init__(self, ontology: Iterable[Quad]) -> None:
        told = {Triple(q.subject, q.predicate, q.object) for q in axioms(ontology)}
        self.triples = frozenset(told)
        self._from: dict[Term, list[Triple]] = defaultdict(list)
        self._to: dict[Term, list[Triple]] = defaultdict(list)
        for triple in sorted(told, key=str):
            self._from[triple.subject].append(triple)
            self._to[triple.object].append(triple)

    def of(self, rule: Rule) -> tuple[Triple, ...]:
        """The stated axioms that make a rule; for a rule about descriptions, all about its terms.

        None where they cannot be told, as when only unnamed classes take part.
        """
        if rule.summary or not rule.axiom:
            return ()
        if edges := self._edges(rule):
            return tuple(dict.fromkeys(t for _, edge in edges for t in self._whole(edge)))
        one = rule.axiom[0]
        if rule.name in _KINDS:
            return self._known(Triple(one, RDF.type, _KINDS[rule.name]))  # type: ignore[arg-type]
        if rule.name == "prp-inv":
            other = rule.axiom[1]
            return self._known(
                Triple(one, OWL.inverseOf, other),  # type: ignore[arg-type]
                Triple(other, OWL.inverseOf, one),  # type: ignore[arg-type]
            )
        return tuple(dict.fromkeys(self._described(rule)))

    def path(self, rule: Rule) -> tuple[NamedNode, ...]:
        """The named terms from the first of a rule's axiom to the last, over stated axioms.

        Empty where the axiom is itself stated, or does not follow by an order.
        """
        edges = self._edges(rule)
        named = [term for term, _ in edges if isinstance(term, NamedNode)]
        first = [term for term in rule.axiom[:1] if isinstance(term, NamedNode)]
        return (*first, *named) if len(edges) > 1 else ()

    # -- orders ------------------------------------------------------------------------------

    def _edges(self, rule: Rule) -> list[tuple[Term, Triple]]:
        """The shortest way between the two terms of a rule: where each axiom leads, and it."""
        if rule.name not in _ORDERS or len(rule.axiom) != 2:
            return []
        start, end = rule.axiom
        came: dict[Term, tuple[Term, Triple] | None] = {start: None}
        waiting = deque([start])
        while waiting and end not in came:
            term = waiting.popleft()
            for target, axiom in self._steps(term, _ORDERS[rule.name]):
                if target not in came:
                    came[target] = term, axiom
                    waiting.append(target)
        way: list[tuple[Term, Triple]] = []
        here = end
        while (step := came.get(here)) is not None:
            way.append((here, step[1]))
            here = step[0]
        return way[::-1]

    def _steps(self, term: Term, orders: tuple[NamedNode, ...]) -> Iterator[tuple[Term, Triple]]:
        for triple in self._from[term]:
            order = _BOTH_WAYS.get(triple.predicate, triple.predicate)
            if order in orders or (order == OWL.inverseOf and isinstance(term, BlankNode)):
                yield triple.object, triple
            elif triple.predicate == OWL.intersectionOf and RDFS.subClassOf in orders:
                for member in self._members(triple.object):
                    yield member, triple
        for triple in self._to[term]:
            if _BOTH_WAYS.get(triple.predicate) in orders:
                yield triple.subject, triple
            elif triple.predicate == RDF.first and RDFS.subClassOf in orders:
                yield from self._unions(triple.subject)

    def _members(self, head: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        node: Term | None = head
        while node is not None and node not in seen:
            seen.add(node)
            found = {triple.predicate: triple.object for triple in self._from[node]}
            if RDF.first in found:
                yield found[RDF.first]
            node = found.get(RDF.rest)

    def _unions(self, node: Term) -> Iterator[tuple[Term, Triple]]:
        """The classes of which a list that goes on at a node gives the members."""
        waiting, seen = [node], {node}
        while waiting:
            for triple in self._to[waiting.pop()]:
                if triple.predicate == OWL.unionOf:
                    yield triple.subject, triple
                elif triple.predicate == RDF.rest and triple.subject not in seen:
                    seen.add(triple.subject)
                    waiting.append(triple.subject)

    # -- descriptions ------------------------------------------------------------------------

    def _known(self, *triples: Triple) -> tuple[Triple, ...]:
        return tuple(triple for triple in triples if triple in self.triples)

    def _described(self, rule: Rule) -> Iterator[Triple]:
        if rule.name == "prp-spo2":
            yield from self._chains(rule)
            return
        for term in rule.axiom:
            for triple in (*self._from[term], *self._to[term]):
                unnamed = isinstance(triple.subject, BlankNode)
                unnamed |= isinstance(triple.object, BlankNode)
                if triple.predicate in _DESCRIBES and unnamed:
                    yield from self._whole(triple)

    def _chains(self, rule: Rule) -> Iterator[Triple]:
        """The chain of a rule: its first term, and the properties in their order."""
        for triple in self._from[rule.axiom[0]]:
            if triple.predicate == OWL.propertyChainAxiom:
                named = [
                    next((t.object for t in self._from[one] if t.predicate == OWL.inverseOf), one)
                    if isinstance(one, BlankNode)
                    else one
                    for one in self._members(triple.object)
                ]
                if tuple(named) == rule.axiom[1:]:
                    yield from self._whole(triple)

    def _whole(self, triple: Triple) -> Iterator[Triple]:
        """A statement with what its unnamed nodes hold."""
        yield triple
        for node in (triple.subject, triple.object):
            if isinstance(node, BlankNode):
                yield from self._whole_of(node)

    def _whole_of(self, head: Term) -> Iterator[Triple]:
        waiting, seen = [head], {head}
        while waiting:
            for triple in self._from[waiting.pop()]:
                yield triple
                if isinstance(triple.object, BlankNode) and triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)
