"""Validation: what the SHACL shapes say of data, asked of the store or of pyshacl."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pyoxigraph import Quad, Triple

from kg.findings import Finding
from kg.shacl.compiler import Plan, compile_shapes
from kg.shacl.data import ValidationData
from kg.shacl.engine import run
from kg.shacl.results import Result, ordered, report
from kg.shacl.shapes import Shapes
from kg.shape_files import load_shapes

__all__ = ["ENGINES", "Engine", "Result", "handed_over", "load_shapes", "report", "validate"]

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


def handed_over(shapes: Shapes) -> list[Finding]:
    """One info for each shape that pyshacl judges since it has no SELECT, with the reason."""
    return [
        Finding.of("shape-handed", "shapes", severity="info", shape=shape.iri, said=refused.reason)
        for shape, refused in compile_shapes(shapes).refused
    ]
