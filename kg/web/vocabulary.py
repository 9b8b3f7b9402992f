"""Vocabulary: the terms of an ontology and its lists, what is said of them and where they serve."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import InputError
from kg.namespaces import OWL, RDF, RDFS, SCHEMA, SH, SKOS, XSD
from kg.queries import StoredQuery
from kg.rules.files import RuleFile, parse
from kg.schema import Schema
from kg.shacl.shapes import Shapes
from kg.terms import Term, compact, key
from kg.web.quality import Quality

if TYPE_CHECKING:
    from kg.web.application import Application

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_ABOVE = (RDFS.subClassOf, RDFS.subPropertyOf)
_LINKS = (
    *_ABOVE, RDFS.domain, RDFS.range, SCHEMA.domainIncludes, SCHEMA.rangeIncludes, OWL.inverseOf,
    OWL.equivalentClass, OWL.equivalentProperty,
)  # fmt: skip
_EXAMPLES = 8
_ELSEWHERE = ("ontology", "dataset")
_PARTS = (RDF.subject, RDF.predicate, RDF.object)
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w:/#<-])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_TEXTS = (SH.select, SH.ask)
_STANDARD = (str(SH), str(XSD), str(RDF))
_IRI = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True)
class Uses:
    """Where a term stands in the graph: how often it is stated, and how often it is inferred.

    ``examples`` are some (subject, predicate, object), stated ones first; ``total`` counts all.
    """

    stated: int
    inferred: int
    examples: tuple[tuple[NamedNode, NamedNode, Term], ...]

    @property
    def total(self) -> int:
        """All distinct statements."""
        return self.stated + self.inferred


class Vocabulary:
    """The ontology of a built graph, read from it once.

    Args:
        app: whose graph is looked at.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> vocabulary = Application(Project()).keep(Vocabulary)
    >>> event, mission = (NamedNode(f"https://w3id.org/ecodip#{n}") for n in ("Event", "Mission"))
    >>> mission in vocabulary.below(event)
    True
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._layout = app.project.layout
        quads = sorted(app.store.quads(self._layout.layer("ontology")), key=str)
        self.schema = Schema.of(quads)
        self._objects: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[NamedNode, Term], list[NamedNode]] = defaultdict(list)
        self.predicates: dict[Term, set[NamedNode]] = defaultdict(set)
        for quad in quads:
            self._objects[quad.subject, quad.predicate].append(quad.object)
            self.predicates[quad.subject].add(quad.predicate)
            if isinstance(quad.subject, NamedNode):
                self._subjects[quad.predicate, quad.object].append(quad.subject)
        for values in self._objects.values():
            values.sort(key=key)
        for subjects in self._subjects.values():
            subjects.sort(key=key)
        self.namespaces = self.schema.namespaces
        self._uses: dict[NamedNode, Uses] = {}

    def of(self, term: Term, predicate: NamedNode) -> list[Term]:
        """The values of a property of a term, in a fixed order."""
        return self._objects.get((term, predicate), [])

    def named(self, term: Term, predicate: NamedNode) -> list[NamedNode]:
        """The values that are resources."""
        return [value for value in self.of(term, predicate) if isinstance(value, NamedNode)]

    def having(self, predicate: NamedNode, value: Term) -> list[NamedNode]:
        """The terms that have a value of a property."""
        return self._subjects.get((predicate, value), [])

    def is_known(self, term: Term) -> bool:
        """Whether the ontology says anything of a term."""
        return term in self.predicates

    def is_own(self, term: Term) -> bool:
        """Whether a term is of the ontology's own namespace, and so has a page."""
        return isinstance(term, NamedNode) and term.value.startswith(self.namespaces)

    def is_foreign(self, term: Term) -> bool:
        """Whether a term belongs to another vocabulary, and has no page here."""
        return isinstance(term, NamedNode) and self._app.addresses.path(term.value) is None

    def kinds(self, term: NamedNode) -> list[NamedNode]:
        """What sorts of term it is: class, property, and their characteristics."""
        return self.named(term, RDF.type)

    def own(self, *kinds: NamedNode) -> list[NamedNode]:
        """The ontology's own terms of some kinds."""
        found = {term for kind in kinds for term in self.having(RDF.type, kind)}
        return sorted(filter(self.is_own, found), key=key)

    def ontology_of(self, term: NamedNode) -> NamedNode | None:
        """The ontology to which a term or list belongs, by its IRI: the most specific one."""
        found = (o for o in self.having(RDF.type, OWL.Ontology) if term.value.startswith(o.value))
        return max(found, key=lambda ontology: len(ontology.value), default=None)

    @cached_property
    def terms(self) -> frozenset[NamedNode]:
        """All own classes and properties."""
        return frozenset(self.own(*KINDS))

    @cached_property
    def reused(self) -> list[NamedNode]:
        """The terms of other vocabularies that the ontology declares or builds upon."""
        found = {term for kind in KINDS for term in self.having(RDF.type, kind)}
        for term in self.terms:
            for predicate in _LINKS:
                found.update(self.named(term, predicate))
        return sorted((term for term in found if not self.is_own(term)), key=key)

    def below(self, term: NamedNode) -> list[NamedNode]:
        """The terms just below a class or property."""
        return sorted({t for up in _ABOVE for t in self.having(up, term)}, key=key)

    def above(self, term: NamedNode) -> list[NamedNode]:
        """The terms just above a class or property."""
        return [t for up in _ABOVE for t in self.named(term, up)]

    @cached_property
    def roots(self) -> list[NamedNode]:
        """The own classes with no own class above them."""
        return [t for t in self.own(OWL.Class) if not any(map(self.is_own, self.above(t)))]

    def members(self, head: Term) -> list[Term]:
        """The members of a list."""
        found: list[Term] = []
        while head != RDF.nil and (first := self.of(head, RDF.first)) and len(found) < 1000:
            found += first
            head = next(iter(self.of(head, RDF.rest)), RDF.nil)
        return found

    def chains(self, term: NamedNode) -> list[list[Term]]:
        """The property chains that make a property hold."""
        return [self.members(head) for head in self.of(term, OWL.propertyChainAxiom)]

    def disjoint(self, term: NamedNode) -> list[NamedNode]:
        """The classes that share no member with a class."""
        found = {*self.named(term, OWL.disjointWith), *self.having(OWL.disjointWith, term)}
        groups = [
            self.members(head)
            for node in self.predicates
            if isinstance(node, BlankNode)
            for head in self.of(node, OWL.members)
        ]
        found |= {t for g in groups if term in g for t in g if isinstance(t, NamedNode)} - {term}
        return sorted(found, key=key)

    @cached_property
    def domains(self) -> Mapping[NamedNode | None, list[NamedNode]]:
        """Class to the own properties that describe its members; None for those of no class."""
        found: dict[NamedNode | None, list[NamedNode]] = defaultdict(list)
        for term in self.own(OWL.ObjectProperty, OWL.DatatypeProperty):
            classes = [*self.named(term, RDFS.domain), *self.named(term, SCHEMA.domainIncludes)]
            for kind in classes:
                found[kind].append(term)
            if not classes:
                found[None].append(term)
        return dict(sorted(found.items(), key=lambda pair: str(pair[0] or "~")))

    @property
    def schemes(self) -> list[NamedNode]:
        """The lists of concepts."""
        return self.having(RDF.type, SKOS.ConceptScheme)

    def concepts(self, scheme: NamedNode) -> list[NamedNode]:
        """The concepts of a list."""
        return self.having(SKOS.inScheme, scheme)

    def tops(self, scheme: NamedNode) -> list[NamedNode]:
        """The concepts of a list with no broader one in it."""
        inside = set(self.concepts(scheme))
        return [c for c in self.concepts(scheme) if not inside & set(self.named(c, SKOS.broader))]

    def uses(self, term: NamedNode) -> Uses:
        """Where the graph uses a term: members of a class, statements of a property or concept."""
        if term not in self._uses:
            self._uses[term] = self._counted(term)
        return self._uses[term]

    def _counted(self, term: NamedNode) -> Uses:
        engine = self._app.store.engine
        found = [
            *engine.quads_for_pattern(None, RDF.type, term, None),
            *engine.quads_for_pattern(None, term, None, None),
        ]
        if SKOS.Concept in self.kinds(term):
            found += list(engine.quads_for_pattern(None, None, term, None))
        layers: dict[tuple[NamedNode, NamedNode, Term], set[str]] = defaultdict(set)
        for quad in found:
            if not isinstance(quad.graph_name, NamedNode):
                continue  # the union repeats what the layers hold
            layer = self._layout.layer_of(quad.graph_name)
            # What a claim is made of is told by the claim.
            is_shown = layer not in _ELSEWHERE and quad.predicate not in _PARTS
            if is_shown and isinstance(quad.subject, NamedNode):
                layers[quad.subject, quad.predicate, quad.object].add(layer)
        stated = sum(of != {"inferred"} for of in layers.values())
        first = nsmallest(_EXAMPLES, layers, key=lambda triple: _rank(triple, layers[triple]))
        return Uses(stated, len(layers) - stated, tuple(first))

    @cached_property
    def rules(self) -> list[RuleFile]:
        """The rule files that can be read."""
        found = []
        for file in self._layout.files("ontology/rules", "*.rq"):
            name, text = self._layout.name(file), self._layout.text(file)
            try:
                found.append(parse(text, file=name, name=file.stem, prefixes=self._app.prefixes))
            except InputError:
                continue  # told by kg check; what was built did without it
        return found

    @cached_property
    def queries_using(self) -> Mapping[Term, list[StoredQuery]]:
        """Term to the stored queries that name it."""
        queries = self._app.project.queries().values()
        return _inverted((query, self.terms_in(query.text)) for query in queries)

    @cached_property
    def rules_using(self) -> Mapping[Term, list[RuleFile]]:
        """Term to the rule files that name it."""
        return _inverted((rule, set(rule.places)) for rule in self.rules)

    @cached_property
    def shapes_using(self) -> Mapping[Term, list[NamedNode]]:
        """Term to the named shapes that name it."""
        shapes = self._app.keep(Quality).shapes
        return _inverted((node, self.terms_of(node)) for node in named_shapes(shapes))

    @cached_property
    def _terms_of_shapes(self) -> Mapping[Term, set[NamedNode]]:
        shapes = self._app.keep(Quality).shapes
        found: dict[Term, set[NamedNode]] = defaultdict(set)
        for triple in shapes.triples:
            terms = found[shapes.owner(triple.subject)]
            if isinstance(triple.object, NamedNode) and triple.predicate != SH.prefixes:
                terms.add(triple.object)
            elif isinstance(triple.object, Literal) and triple.predicate in _TEXTS:
                terms |= self.terms_in(triple.object.value, shapes.prefixes())
        return found

    def terms_of(self, shape: NamedNode) -> set[NamedNode]:
        """The terms that a shape names, in its queries too; none of SHACL itself."""
        found = self._terms_of_shapes.get(shape, set()) - {shape}
        return {term for term in found if not term.value.startswith(_STANDARD)}

    def terms_in(self, text: str, prefixes: Mapping[str, str] | None = None) -> set[NamedNode]:
        """The terms that a query names, by prefixed name or IRI; comments name none."""
        body = _COMMENT.sub("", text)
        bases = {**self._app.prefixes, **(prefixes or {}), **dict(_PREFIX.findall(body))}
        body = _PREFIX.sub("", body)
        names = {bases[p] + local for p, local in _NAME.findall(body) if p in bases}
        return {NamedNode(iri) for iri in names | {i for i in _IRI.findall(body) if ":" in i}}

    def prefixed(self, term: Term) -> str:
        """A term by its prefixed name."""
        return compact(term, self._app.prefixes)


def named_shapes(shapes: Shapes) -> list[NamedNode]:
    """The shapes that have a name, and so a page; those they are made of are told there."""
    return [shape.node for shape in shapes if isinstance(shape.node, NamedNode)]


def _rank(triple: tuple[Term, ...], layers: set[str]) -> tuple[bool, bool, str, str]:
    """What is asserted comes first, then what the authority states, then what was inferred."""
    return layers == {"inferred"}, "asserted" not in layers, str(triple[0]), str(triple[2])


def _inverted(pairs: Iterable[tuple[Any, Iterable[Term]]]) -> dict[Term, list[Any]]:
    found: dict[Term, list[Any]] = defaultdict(list)
    for user, terms in pairs:
        for term in terms:
            found[term].append(user)
    return found


def languages(values: Iterable[Term]) -> Iterator[Literal]:
    """Literals by language."""
    found = [value for value in values if isinstance(value, Literal)]
    yield from sorted(found, key=lambda value: (value.language or "", value.value))
