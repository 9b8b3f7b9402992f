"""Agreement: whether two engines gave the same answer to the same question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad, Triple

from bench.inputs import Inputs
from kg.namespaces import OWL, RDF
from kg.schema import Schema

_SHOWN = 3
Answer = frozenset[object]


@dataclass(frozen=True)
class Difference:
    """How an answer differs from ours: what it lacks and what it has more."""

    missing: Answer
    surplus: Answer

    @classmethod
    def of(cls, ours: Answer, theirs: Answer) -> Difference:
        """Compare two answers.

        >>> Difference.of(frozenset({1, 2}), frozenset({2, 3}))
        Difference(missing=frozenset({1}), surplus=frozenset({3}))
        """
        return cls(ours - theirs, theirs - ours)

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)

    def __str__(self) -> str:
        parts = [
            f"{len(found):,} {name} (such as {'; '.join(sorted(map(str, found))[:_SHOWN])})"
            for name, found in (("missing", self.missing), ("surplus", self.surplus))
            if found
        ]
        return ", ".join(parts) or "none"


def reasoned(out: Path, inputs: Inputs) -> Answer:
    """The statements of an answer that are news about the things of the facts."""
    facts = [_triple(quad) for quad in _parse(inputs.facts)]
    axioms = _parse(inputs.ontology)
    derived = {_triple(quad) for quad in _parse(out)}
    return frozenset(news(derived, facts, axioms))


def news(derived: Iterable[Triple], facts: list[Triple], axioms: list[Quad]) -> set[Triple]:
    """Those derived statements that :func:`kg.reasoning.closure` promises.

    New, about a named thing of the facts, with a declared property (or a declared class, or
    ``owl:sameAs`` between two different things). Engines add much else: statements about
    literals, about classes, and that everything is a thing.
    """
    schema = Schema.of(axioms)
    concepts = set(schema.concepts.values())
    things = {t.subject for t in facts if isinstance(t.subject, NamedNode)}
    things |= {
        t.object for t in facts
        if t.predicate in schema.declared and isinstance(t.object, NamedNode)
    } - concepts  # fmt: skip
    known = things | concepts | schema.declared
    old = {*facts, *map(_triple, axioms)}

    def is_news(triple: Triple) -> bool:
        if triple.subject not in things or triple in old:
            return False
        if triple.predicate == RDF.type:
            return triple.object in schema.declared
        if triple.predicate == OWL.sameAs:
            return triple.subject != triple.object and triple.object in things
        if triple.predicate not in schema.declared:
            return False
        return isinstance(triple.object, Literal) or triple.object in known

    return {triple for triple in derived if is_news(triple)}


def validated(out: Path) -> Answer:
    """The results of an answer: focus node, shape, component and severity."""
    lines = out.read_text(encoding="utf-8").splitlines()
    return frozenset(tuple(line.split("\t")) for line in lines)


def _parse(file: Path) -> list[Quad]:
    return list(ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES))


def _triple(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)
