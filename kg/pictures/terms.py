"""Terms: what an ontology says of its classes and properties, as far as diagrams show it."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.namespaces import OWL, RDF, RDFS, SCHEMA
from kg.store import Store
from kg.terms import key

_CLASSES = (OWL.Class, RDFS.Class)
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
MOST = 12  # classes in one overview


class Terms:
    """What an ontology says of its classes and properties.

    Args:
        store: the graph, with the ontology in it.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def is_class(self, term: NamedNode) -> bool:
        """Whether it is a class."""
        return any(kind in _CLASSES for kind in self.objects(term, RDF.type))

    def is_property(self, term: NamedNode) -> bool:
        """Whether it is a property."""
        return any(kind in _PROPERTIES for kind in self.objects(term, RDF.type))

    def above(self, term: NamedNode) -> list[NamedNode]:
        """The terms directly above: those that no other of them is below."""
        found = self._over(term)
        return [n for n in found if not any(n in self._over(m) for m in found if m != n)]

    def below(self, term: NamedNode) -> list[NamedNode]:
        """The terms directly below."""
        predicate = self._relation(term)
        quads = self._engine.quads_for_pattern(None, predicate, term, None)
        found = {q.subject for q in quads if isinstance(q.subject, NamedNode)} - {term}
        return [n for n in sorted(found, key=key) if term in self.above(n)]

    def properties(self, term: NamedNode) -> list[tuple[NamedNode, list[NamedNode]]]:
        """The properties whose domain a class is, with their ranges."""
        found = {
            quad.subject
            for domain in (RDFS.domain, SCHEMA.domainIncludes)
            for quad in self._engine.quads_for_pattern(None, domain, term, None)
            if isinstance(quad.subject, NamedNode)
        }
        return [(node, self.ranges(node)) for node in sorted(found, key=key)]

    def domains(self, term: NamedNode) -> list[NamedNode]:
        """What has a property."""
        return [*self.objects(term, RDFS.domain), *self.objects(term, SCHEMA.domainIncludes)]

    def ranges(self, term: NamedNode) -> list[NamedNode]:
        """What the values of a property are."""
        return [*self.objects(term, RDFS.range), *self.objects(term, SCHEMA.rangeIncludes)]

    def _relation(self, term: NamedNode) -> NamedNode:
        return RDFS.subPropertyOf if self.is_property(term) else RDFS.subClassOf

    def _over(self, term: NamedNode) -> list[NamedNode]:
        return [n for n in self.objects(term, self._relation(term)) if n not in (term, OWL.Thing)]

    def objects(self, term: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """The resources that a statement about a term names."""
        quads = self._engine.quads_for_pattern(term, predicate, None, None)
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode)}, key=key)


def modules(classes: Iterable[NamedNode], terms: Terms) -> list[list[NamedNode]]:
    """Classes in groups of :data:`MOST` at most; those with a common ancestor stay together."""
    known = set(classes)
    families: dict[NamedNode, list[NamedNode]] = {}
    for node in sorted(known, key=key):
        root, seen = node, {node}
        while over := [p for p in terms.above(root) if p in known and p not in seen]:
            root = over[0]
            seen.add(root)
        families.setdefault(root, []).append(node)
    found: list[list[NamedNode]] = []
    for family in sorted(families.values(), key=lambda f: (-len(f), key(f[0]))):
        for start in range(0, len(family), MOST):
            part = family[start : start + MOST]
            room = next((group for group in found if len(group) + len(part) <= MOST), None)
            if room is None:
                found.append(part)
            else:
                room += part
    return found
