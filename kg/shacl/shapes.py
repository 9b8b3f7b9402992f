"""Shapes: a graph of SHACL shapes, read from statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.namespaces import OWL, RDF, RDFS, SH
from kg.shacl.kept_types import above_of
from kg.shacl.paths import Path
from kg.terms import Term, key

Subject = NamedNode | BlankNode | Triple
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_UNARY = {
    SH.inversePath: "inverse",
    SH.zeroOrMorePath: "zeroOrMore",
    SH.oneOrMorePath: "oneOrMore",
    SH.zeroOrOnePath: "zeroOrOne",
}
# Parameters whose values are shapes, and those whose values are lists of shapes.
REFERENCES = ("property", "node", "not", "qualifiedValueShape")
LISTS = ("and", "or", "xone")


class Shapes:
    """The statements of shape files, with the shapes that they describe.

    Args:
        quads: statements; their graphs are not looked at.

    >>> import pyoxigraph as ox
    >>> shapes = Shapes(ox.parse('''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount 1 .''',
    ...     format=ox.RdfFormat.TURTLE))
    >>> [str(shape.path) for shape in shapes]
    ['<http://a.example/p>']
    """

    def __init__(self, quads: Iterable[Quad | Triple]) -> None:
        found = {q.triple if isinstance(q, Quad) else q for q in quads}
        self.triples: tuple[Triple, ...] = tuple(sorted(found, key=str))
        self._objects: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[NamedNode, Term], list[Subject]] = defaultdict(list)
        self._by_predicate: dict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            self._objects[triple.subject, triple.predicate].append(triple.object)
            self._subjects[triple.predicate, triple.object].append(triple.subject)
            self._by_predicate[triple.predicate].append(triple)
        for values in self._objects.values():
            values.sort(key=key)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Values of a property, in a fixed order."""
        return self._objects.get((subject, predicate), [])

    def value(self, subject: Term, predicate: NamedNode) -> Term | None:
        """The first value of a property."""
        return next(iter(self.objects(subject, predicate)), None)

    def subjects(self, predicate: NamedNode, value: Term) -> list[Subject]:
        """Things with a value of a property."""
        return self._subjects.get((predicate, value), [])

    def pairs(self, predicate: NamedNode) -> list[Triple]:
        """Every statement with a property."""
        return self._by_predicate.get(predicate, [])

    def members(self, head: Term) -> list[Term]:
        """The members of a list.

        Raises:
            ValueError: it is not well-formed.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        while head != RDF.nil:
            first, rest = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise ValueError(f"{head} is no list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def path(self, node: Term, above: frozenset[Term] = frozenset()) -> Path:
        """The property path that a node describes.

        Raises:
            ValueError: it is not well-formed.
        """
        if node == RDF.nil:
            raise ValueError("an empty list is no property path")
        if isinstance(node, NamedNode):
            return Path.of(node)
        if node in above:
            raise ValueError(f"{node} is part of itself")
        within = above | {node}
        if self.value(node, RDF.first) is not None:
            return Path.sequence(*self._parts(node, within))
        told = [
            (predicate, self.objects(node, predicate))
            for predicate in (*_UNARY, SH.alternativePath)
            if self.objects(node, predicate)
        ]
        if isinstance(node, BlankNode) and len(told) == 1 and len(told[0][1]) == 1:
            predicate, (inner,) = told[0]
            if predicate == SH.alternativePath:
                return Path("alternative", tuple(self._parts(inner, within)))
            return _unary(_UNARY[predicate], self.path(inner, within))
        raise ValueError(f"{node} is no property path")

    def _parts(self, head: Term, within: frozenset[Term]) -> list[Path]:
        parts = [self.path(item, within) for item in self.members(head)]
        if len(parts) < 2:
            raise ValueError("a list of paths has two members or more")
        return parts

    def prefixes(self, constraint: Term | None = None) -> dict[str, str]:
        """The prefixes that ``sh:declare`` gives to a query; to any query without one."""
        if constraint is None:
            nodes = [triple.object for triple in self.pairs(SH.declare)]
        else:
            headers = self._imported(self.objects(constraint, SH.prefixes))
            nodes = [node for header in headers for node in self.objects(header, SH.declare)]
        found = {}
        for node in nodes:
            name, base = self.value(node, SH.prefix), self.value(node, SH.namespace)
            if isinstance(name, Literal) and isinstance(base, Literal | NamedNode):
                found[name.value] = base.value
        return found

    def _imported(self, headers: list[Term]) -> list[Term]:
        """With the ontologies that they import, as SHACL says of ``sh:prefixes``."""
        found: list[Term] = []
        waiting = list(headers)
        while waiting:
            if (here := waiting.pop()) not in found:
                found.append(here)
                waiting.extend(self.objects(here, OWL.imports))
        return found

    def is_a(self, node: Term, kind: NamedNode) -> bool:
        """Whether a thing has a type or one below it."""
        types = self.objects(node, RDF.type)
        return kind in types or any(kind in above_of(t, self._parents) for t in types)

    @cached_property
    def _parents(self) -> dict[Term, set[Term]]:
        found: dict[Term, set[Term]] = defaultdict(set)
        for triple in self.pairs(RDFS.subClassOf):
            found[triple.subject].add(triple.object)
        return found

    @cached_property
    def _shapes(self) -> Mapping[Term, Shape]:
        nodes: set[Term] = set()
        for kind in (SH.NodeShape, SH.PropertyShape):
            nodes.update(self.subjects(RDF.type, kind))
        for name in (*TARGETS, "path", "sparql"):
            nodes.update(triple.subject for triple in self.pairs(SH[name]))
        for name in REFERENCES:
            for triple in self.pairs(SH[name]):
                nodes.update((triple.subject, triple.object))
        for name in LISTS:
            for triple in self.pairs(SH[name]):
                nodes.add(triple.subject)
                try:
                    nodes.update(self.members(triple.object))
                except ValueError:
                    continue  # told as a fault of the shape
        parameters = {
            triple.object for triple in self.pairs(SH.parameter)
        }  # described by sh:path, yet no shapes to be judged on their own
        return {n: Shape(self, n) for n in sorted(nodes - parameters, key=key)}

    def __iter__(self) -> Iterator[Shape]:
        """Every shape, in a fixed order."""
        return iter(self._shapes.values())

    def __getitem__(self, node: Term) -> Shape:
        """The shape of a node; one that says nothing where there is none."""
        return self._shapes.get(node) or Shape(self, node)

    def owner(self, node: Term) -> Term:
        """The named thing in whose description a blank node stands; the node itself otherwise."""
        seen: set[Term] = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            node = next((t.subject for t in self._holders.get(node, ())), node)
        return node

    @cached_property
    def _holders(self) -> Mapping[Term, list[Triple]]:
        found: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            found[triple.object].append(triple)
        return found

    def is_deactivated(self, node: Term) -> bool:
        """Whether a shape or a constraint is switched off."""
        return _is_true(self.value(node, SH.deactivated))

    def custom_components(
        self, shape: Term
    ) -> list[tuple[Term, tuple[tuple[NamedNode, list[Term]], ...]]]:
        """Component and values of its parameters, for those that a shape uses.

        Source: https://www.w3.org/TR/shacl/#sparql-constraint-components
        """
        found = []
        for component, parameters in self._components.items():
            values = {path: self.objects(shape, path) for path in parameters}
            if all(values[path] or optional for path, optional in parameters.items()):
                used = tuple((path, told) for path, told in values.items() if told)
                if used:
                    found.append((component, used))
        return found

    @cached_property
    def _components(self) -> Mapping[Term, dict[NamedNode, bool]]:
        """Components that the shapes define, with their parameters: may they be left out?"""
        found: dict[Term, dict[NamedNode, bool]] = {}
        for triple in self.pairs(SH.parameter):
            path = self.value(triple.object, SH.path)
            if self.is_a(triple.subject, SH.ConstraintComponent) and isinstance(path, NamedNode):
                is_optional = _is_true(self.value(triple.object, SH.optional))
                found.setdefault(triple.subject, {})[path] = is_optional
        return found

    def is_referred_to(self, node: Term) -> bool:
        """Whether any statement has the node as its object."""
        return node in self._holders


@dataclass(frozen=True)
class Shape:
    """One shape: a node of a graph of shapes and what is said of it.

    Source: https://www.w3.org/TR/shacl/#shapes
    """

    graph: Shapes = field(repr=False, hash=False, compare=False)
    node: Term

    @property
    def iri(self) -> str:
        """The IRI of the shape; for a blank node its label."""
        return self.node.value if isinstance(self.node, NamedNode) else str(self.node)

    def all(self, name: str) -> list[Term]:
        """The values of a property of SHACL."""
        return self.graph.objects(self.node, SH[name])

    def one(self, name: str) -> Term | None:
        """The value of a property of SHACL."""
        return next(iter(self.all(name)), None)

    def number(self, name: str) -> int | None:
        """The value of a parameter that is an integer.

        Raises:
            ValueError: it is none.
        """
        found = self.one(name)
        return None if found is None else int(getattr(found, "value", ""))

    def is_true(self, name: str) -> bool:
        """Whether a parameter is true."""
        return _is_true(self.one(name))

    @cached_property
    def path(self) -> Path | None:
        """The path of a property shape.

        Raises:
            ValueError: it is not well-formed.
        """
        found = self.one("path")
        return None if found is None else self.graph.path(found)

    @cached_property
    def targets(self) -> tuple[tuple[str, Term], ...]:
        """Kind and term of each target, the class itself for a shape that is one."""
        found = [(name, term) for name in TARGETS for term in self.all(name)]
        is_class = any(self.graph.is_a(self.node, k) for k in (RDFS.Class, OWL.Class))
        if is_class and any(
            self.graph.is_a(self.node, k) for k in (SH.NodeShape, SH.PropertyShape)
        ):
            found.append(("targetClass", self.node))
        return tuple(dict.fromkeys(found))

    @property
    def severity(self) -> str:
        """The IRI of the severity of its results."""
        found = self.one("severity")
        return found.value if isinstance(found, NamedNode) else SH.Violation.value

    def shapes(self, name: str) -> list[Shape]:
        """The shapes that a parameter names."""
        return [self.graph[node] for node in self.all(name)]

    def groups(self, name: str) -> list[list[Shape]]:
        """The lists of shapes that a parameter names."""
        return [[self.graph[n] for n in self.graph.members(head)] for head in self.all(name)]

    def parts(self) -> Iterator[Shape]:
        """Every shape that this one refers to."""
        for name in REFERENCES:
            yield from self.shapes(name)
        for name in LISTS:
            for group in self.groups(name):
                yield from group


def _unary(kind: str, inner: Path) -> Path:
    return inner.inverted() if kind == "inverse" and inner.is_property else Path(kind, (inner,))


def _is_true(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.value == "true"  # "1" counts as not given
