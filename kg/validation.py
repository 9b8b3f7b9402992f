"""Validation: what the SHACL shapes say of data, asked of the store or of pyshacl."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyoxigraph import Quad, Triple

from kg.findings import Finding
from kg.shacl.compiler import Plan, compile_shapes
from kg.shacl.data import ValidationData
from kg.shacl.engine import run
from kg.shacl.implied import Implied, implied
from kg.shacl.results import Result, ordered, report
from kg.shacl.shapes import Shapes
from kg.shape_files import load_shapes

__all__ = [
    "ENGINES",
    "Comparison",
    "Engine",
    "Result",
    "compare",
    "handed_over",
    "load_shapes",
    "report",
    "validate",
]

Engine = Literal["sparql", "pyshacl"]
ENGINES: tuple[Engine, ...] = ("sparql", "pyshacl")


def validate(
    data: Iterable[Quad | Triple] | ValidationData, shapes: Shapes, *, engine: Engine = "sparql"
) -> tuple[Result, ...]:
    """Everything that shapes say of data, in an order that never varies.

    Guarantees: nothing is fetched, and nothing inferred but sub-classes; both engines give the
    same results.

    Args:
        data: statements, merged, with the ontology for its sub-classes.
        shapes: what :func:`load_shapes` returned.
        engine: ``sparql`` runs one SELECT for each constraint in the store, and hands to pyshacl
            what has none (:func:`handed_over`); ``pyshacl`` runs it alone.

    Raises:
        InputError: a shape that pyshacl refuses; the message names it.

    >>> import pyoxigraph as ox
    >>> shapes = load_shapes({"a.ttl": b'''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount 1 .'''})
    >>> data = list(ox.parse("@prefix : <http://a.example/> . :x a :A .",
    ...                      format=ox.RdfFormat.TURTLE))
    >>> [result.focus for result in validate(data, shapes)]
    ['<http://a.example/x>']

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    known = data if isinstance(data, ValidationData) else ValidationData(data)
    if engine == "pyshacl":
        from kg.shacl.referee import referee

        return referee(known.triples(), shapes)
    return judged(compile_shapes(shapes), known)


def judged(plan: Plan, data: ValidationData) -> tuple[Result, ...]:
    """The results of compiled shapes, with those of the shapes that are handed to pyshacl."""
    found = run(plan.checks, data)
    if not plan.refused:
        return found
    from kg.shacl.referee import referee

    only = {shape.node for shape, _ in plan.refused}
    return ordered((*found, *referee(data.triples(), plan.shapes, only=only)))


@dataclass(frozen=True)
class Comparison:
    """What shapes say of data before and after reasoning.

    ``before`` and ``after`` hold all results, ``after`` is None where there was no reasoning.
    ``idle`` names the shapes whose targets match no node of the data before, ``implied`` the
    checks that the ontology keeps from failing and that did not fail.
    """

    before: tuple[Result, ...]
    after: tuple[Result, ...] | None
    idle: tuple[str, ...]
    implied: tuple[Implied, ...]

    @property
    def masked(self) -> tuple[Result, ...]:
        """What is wrong in what was stated, and hidden by what was inferred."""
        return _without(self.before, self.after if self.after is not None else self.before)

    @property
    def revealed(self) -> tuple[Result, ...]:
        """What is wrong only with what was inferred."""
        return _without(self.after or (), self.before)


def compare(
    stated: Iterable[Quad | Triple],
    inferred: Iterable[Quad | Triple] | None,
    shapes: Shapes,
    *,
    ontology: Sequence[Quad] = (),
    unseen: Iterable[Quad] = (),
    engine: Engine = "sparql",
    keep: Path | None = None,
) -> Comparison:
    """Validate before and after reasoning.

    Args:
        stated: what the sources say, merged with the ontology.
        inferred: what a reasoner adds; None leaves the second validation out.
        shapes: what :func:`load_shapes` returned.
        ontology: the axioms of which the reasoner draws.
        unseen: statements that the reasoner does not see; what it says of their properties does
            not hold for them.
        engine: as in :func:`validate`.
        keep: a folder in which the data are kept, to be validated again after an edit.

    Raises:
        InputError: a shape that pyshacl refuses.

    >>> import pyoxigraph as ox
    >>> shapes = load_shapes({"a.ttl": b'''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:class :A .'''})
    >>> one, two = ox.parse("@prefix : <http://a.example/> . :x :p :y . :y a :A .",
    ...                     format=ox.RdfFormat.TURTLE)
    >>> found = compare([one], [two], shapes)
    >>> [result.value for result in found.masked], found.after
    (['<http://a.example/y>'], ())
    """
    quads = list(stated)
    plan = compile_shapes(shapes)
    data = ValidationData(quads)
    before = validate(data, shapes, engine=engine)
    targets = {check.shape: check for check in plan.checks}
    idle = [s.iri for s, check in targets.items() if not data.matches(check.focus_nodes)]
    if keep is not None:
        data.write(keep / "before")
    after = None
    if inferred is not None:
        data.add(inferred)
        after = validate(data, shapes, engine=engine)
        if keep is not None:
            data.write(keep / "after")
    failed = {(r.source_shape, r.component) for r in (before if after is None else after)}
    outside = {quad.predicate for quad in unseen}
    settled = implied(plan.checks, ontology, outside=outside)
    kept = [one for one in settled if (one.shape, one.component) not in failed]
    return Comparison(before, after, tuple(idle), tuple(kept))


def _without(results: Iterable[Result], others: Iterable[Result]) -> tuple[Result, ...]:
    known = {result.order for result in others}
    return tuple(result for result in results if result.order not in known)


def handed_over(shapes: Shapes) -> list[Finding]:
    """One info for each shape that pyshacl judges since it has no SELECT, with the reason."""
    return [
        Finding.of("shape-handed", "shapes", severity="info", shape=shape.iri, said=refused.reason)
        for shape, refused in compile_shapes(shapes).refused
    ]
