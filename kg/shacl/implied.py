"""Implied checks: those that the ontology keeps from ever failing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Quad, Triple

from kg.namespaces import OWL, RDFS, SH
from kg.shacl.compiler import Check, Target
from kg.shacl.kept_types import above_of
from kg.shacl.paths import Path
from kg.terms import Term


@dataclass(frozen=True)
class Implied:
    """A check that cannot fail, and why: by ``rdfs:range``, ``rdfs:domain`` or the target itself.

    ``always`` tells that it cannot fail before reasoning either. Literals and things without a
    name are outside of what a reasoner types, so that a check of a class can still fail on them;
    what did fail is therefore never called implied (see :func:`kg.validation.compare`).
    """

    shape: str
    component: str
    by: NamedNode
    term: NamedNode
    always: bool


def implied(
    checks: Iterable[Check],
    ontology: Iterable[Quad | Triple],
    *,
    outside: Collection[Term] = frozenset(),
) -> tuple[Implied, ...]:
    """The checks of classes that the axioms of an ontology make hold.

    Args:
        checks: compiled shapes.
        ontology: its sub-classes, sub-properties, inverses, domains and ranges.
        outside: properties whose statements the reasoner does not see.

    >>> import pyoxigraph as ox
    >>> from kg.shacl import Shapes, compile_shapes
    >>> shapes = Shapes(ox.parse('''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S sh:targetSubjectsOf :p ; sh:path :p ; sh:class :B .''', format=ox.RdfFormat.TURTLE))
    >>> axioms = ox.parse('''@prefix : <http://a.example/> .
    ... @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ... :p rdfs:range :A . :A rdfs:subClassOf :B .''', format=ox.RdfFormat.TURTLE)
    >>> [found.by.value for found in implied(compile_shapes(shapes).checks, axioms)]
    ['http://www.w3.org/2000/01/rdf-schema#range']
    """
    axioms = _Axioms({q.triple if isinstance(q, Quad) else q for q in ontology}, outside)
    found: list[Implied] = []
    for check in checks:
        if check.component == SH.ClassConstraintComponent.value:
            kinds = [kind for kind in check.shape.all("class") if isinstance(kind, NamedNode)]
            reasons = [axioms.reason(check, kind) for kind in kinds]
            if reasons and None not in reasons:
                by, term, always = reasons[0]  # type: ignore[misc]
                found.append(Implied(check.shape.iri, check.component, by, term, always))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class _Axioms:
    triples: set[Triple]
    outside: Collection[Term]

    @cached_property
    def _above(self) -> dict[Term, set[Term]]:
        found: dict[Term, set[Term]] = defaultdict(set)
        for triple in self.triples:
            if triple.predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
                found[triple.subject].add(triple.object)
            elif triple.predicate in (OWL.equivalentClass, OWL.equivalentProperty):
                found[triple.subject].add(triple.object)
                found[triple.object].add(triple.subject)
        return found

    @cached_property
    def _inverses(self) -> dict[Term, set[Term]]:
        found: dict[Term, set[Term]] = defaultdict(set)
        for triple in self.triples:
            if triple.predicate == OWL.inverseOf:
                found[triple.subject].add(triple.object)
                found[triple.object].add(triple.subject)
        return found

    def _is_below(self, kind: Term, other: Term) -> bool:
        return kind == other or other in above_of(kind, self._above)

    def _ends(self, prop: NamedNode, side: NamedNode, kind: NamedNode) -> NamedNode | None:
        """The axiom that puts every end of a property into a class, if there is one."""
        other = RDFS.domain if side == RDFS.range else RDFS.range
        if prop in self.outside:
            return None
        for one in (prop, *above_of(prop, self._above)):
            told = [t.object for t in self.triples if t.subject == one and t.predicate == side]
            for inverse in self._inverses.get(one, ()):
                told += [
                    t.object for t in self.triples if t.subject == inverse and t.predicate == other
                ]
            if any(self._is_below(t, kind) for t in told):
                return side
        return None

    def reason(self, check: Check, kind: NamedNode) -> tuple[NamedNode, NamedNode, bool] | None:
        """Axiom, property or class, and whether it holds before reasoning."""
        path = check.shape.path
        if path is not None:
            return self._reached(path, kind)
        reasons = [self._targeted(target, kind) for target in check.targets]
        if not reasons or None in reasons:
            return None
        return next((one for one in reasons if one and not one[2]), reasons[0])

    def _reached(self, path: Path, kind: NamedNode) -> tuple[NamedNode, NamedNode, bool] | None:
        if path.kind == "sequence":
            return self._reached(path.parts[-1], kind)
        if path.kind == "alternative":
            reasons = [self._reached(part, kind) for part in path.parts]
            return None if None in reasons else reasons[0]
        side = RDFS.domain if path.kind == "inverse" else RDFS.range
        prop = path.parts[0].iri if path.kind == "inverse" else path.iri
        if path.kind not in ("inverse", "property") or prop is None:
            return None
        by = self._ends(prop, side, kind)
        return None if by is None else (by, prop, False)

    def _targeted(
        self, target: Target, kind: NamedNode
    ) -> tuple[NamedNode, NamedNode, bool] | None:
        if target.path is not None:
            return self._reached(target.path, kind)
        if not isinstance(target.term, NamedNode):
            return None
        if target.kind == "targetClass":
            is_sub = self._is_below(target.term, kind)
            return (RDFS.subClassOf, target.term, True) if is_sub else None
        side = {"targetSubjectsOf": RDFS.domain, "targetObjectsOf": RDFS.range}.get(target.kind)
        by = None if side is None else self._ends(target.term, side, kind)
        return None if by is None else (by, target.term, False)
