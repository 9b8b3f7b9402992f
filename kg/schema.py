"""Schema: what the ontology and its lists say, as far as reading annotations needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from pyoxigraph import Literal, NamedNode, Quad

from kg.brat import Names
from kg.namespaces import ECCS, OWL, RDF, RDFS, SKOS, Namespace

_VANN = Namespace("http://purl.org/vocab/vann/")
_KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
LITERAL_TYPES = ("Date", "Number", "Text")
MODALITY = "Modality"
NEGATED = "Negated"
REMARK = "Remark"


@dataclass(frozen=True)
class Schema:
    """The names and axioms of an ontology, read from its statements.

    Args:
        quads: the statements of the ontology and concept schemes (graph names are not looked at).
    """

    quads: tuple[Quad, ...]

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Schema:
        """Read a schema from any iterable of statements."""
        return cls(tuple(quads))

    @cached_property
    def _objects(self) -> Mapping[NamedNode, Mapping[object, tuple[object, ...]]]:
        found: dict[NamedNode, dict[object, list[object]]] = defaultdict(lambda: defaultdict(list))
        for quad in self.quads:
            found[quad.predicate][quad.subject].append(quad.object)
        return {p: {s: tuple(o) for s, o in by.items()} for p, by in found.items()}

    def _get(self, subject: object, predicate: NamedNode) -> tuple[object, ...]:
        return self._objects.get(predicate, {}).get(subject, ())

    def _named(self, *kinds: NamedNode) -> dict[str, NamedNode]:
        """Terms of these kinds by local name; one of the project's own namespaces wins."""
        found: dict[str, NamedNode] = {}
        terms = {
            subject
            for subject, types in self._objects.get(RDF.type, {}).items()
            if isinstance(subject, NamedNode) and not set(kinds).isdisjoint(types)
        }
        for term in sorted(terms, key=lambda t: (not t.value.startswith(self.namespaces), t.value)):
            found.setdefault(_local(term), term)
        return found

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the project's own terms (``vann:preferredNamespaceUri``)."""
        found = self._objects.get(_VANN.preferredNamespaceUri, {}).values()
        values = {getattr(value, "value", "") for each in found for value in each}
        return tuple(sorted(values - {""}))

    @cached_property
    def classes(self) -> Mapping[str, NamedNode]:
        """Class by local name."""
        return self._named(OWL.Class)

    @cached_property
    def properties(self) -> Mapping[str, NamedNode]:
        """Object and datatype property by local name."""
        return self._named(OWL.ObjectProperty, OWL.DatatypeProperty)

    @cached_property
    def declared(self) -> frozenset[NamedNode]:
        """Every class and property that the ontology declares, its own and reused ones."""
        return frozenset(
            subject
            for subject, types in self._objects.get(RDF.type, {}).items()
            if isinstance(subject, NamedNode) and not _KINDS.isdisjoint(types)
        )

    @cached_property
    def concepts(self) -> Mapping[str, NamedNode]:
        """Concept of a scheme by local name."""
        members = self._objects.get(SKOS.inScheme, {})
        return {_local(c): c for c in sorted(filter(_is_iri, members), key=str)}

    @cached_property
    def modalities(self) -> frozenset[str]:
        """Local names of the concepts in the list of modalities."""
        schemes = self._objects.get(SKOS.inScheme, {})
        return frozenset(
            _local(c) for c, of in schemes.items() if _is_iri(c) and ECCS.modality in of
        )

    def is_datatype_property(self, prop: NamedNode) -> bool:
        """Whether values of the property are literals."""
        return OWL.DatatypeProperty in self._get(prop, RDF.type)

    def range(self, prop: NamedNode) -> NamedNode | None:
        """The declared range, if it is one named class or datatype."""
        return next(filter(_is_iri, self._get(prop, RDFS.range)), None)

    def above(self, term: NamedNode) -> frozenset[NamedNode]:
        """The term and all its super-classes or super-properties."""
        found: set[NamedNode] = set()
        waiting = [term]
        while waiting:
            if (here := waiting.pop()) not in found:
                found.add(here)
                for up in (RDFS.subClassOf, RDFS.subPropertyOf):
                    waiting.extend(filter(_is_iri, self._get(here, up)))
        return frozenset(found)

    @cached_property
    def _disjoint(self) -> frozenset[frozenset[NamedNode]]:
        groups = [self._list(o) for _, o in self._pairs(OWL.members)]
        groups += [[s, o] for s, o in self._pairs(OWL.disjointWith)]
        return frozenset(
            frozenset((a, b)) for group in groups for a in group for b in group if a != b
        )

    def clash(self, one: NamedNode, other: NamedNode) -> tuple[NamedNode, NamedNode] | None:
        """Two disjoint classes, one above each class, if the classes exclude each other."""
        for a in sorted(self.above(one), key=str):
            for b in sorted(self.above(other), key=str):
                if frozenset((a, b)) in self._disjoint:
                    return a, b
        return None

    def labels(self, term: NamedNode) -> Mapping[str, str]:
        """Language to label of a term or concept."""
        found = (*self._get(term, RDFS.label), *self._get(term, SKOS.prefLabel))
        return {o.language or "": o.value for o in found if isinstance(o, Literal)}

    def names(self) -> Names:
        """What annotations may use, for the reader of annotation files."""
        lists = [
            name
            for name, prop in self.properties.items()
            if (target := self.range(prop)) and SKOS.Concept in self.above(target)
        ]
        values = frozenset(self.concepts)
        return Names(
            mentions=frozenset((*self.classes, *LITERAL_TYPES)),
            relations=frozenset(self.properties),
            attributes={
                MODALITY: self.modalities,
                NEGATED: None,
                **dict.fromkeys(sorted(lists), values),
            },
        )

    def _pairs(self, predicate: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        for subject, objects in self._objects.get(predicate, {}).items():
            for value in objects:
                yield subject, value  # type: ignore[misc]

    def _list(self, node: object) -> list[NamedNode]:
        found: list[NamedNode] = []
        while node != RDF.nil and (first := self._get(node, RDF.first)):
            found.extend(filter(_is_iri, first))
            node = next(iter(self._get(node, RDF.rest)), RDF.nil)
        return found


def _is_iri(node: object) -> TypeGuard[NamedNode]:
    return isinstance(node, NamedNode)


def _local(term: NamedNode) -> str:
    return term.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
