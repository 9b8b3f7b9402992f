"""ecodip: this project, through its own functions.

When :mod:`kg.reasoning` or :mod:`kg.validation` change their interface, this is the one place to
follow them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox

from bench.stopwatch import Stopwatch


def reasoning(facts: Path, ontology: Path, out: Path) -> None:
    """The closure of the facts under the ontology, whose own closure is kept between runs."""
    from kg.reasoning import closure

    watch = Stopwatch()
    with watch.phase("load"):
        data = list(ox.parse(path=facts, format=ox.RdfFormat.N_TRIPLES))
        axioms = list(ox.parse(path=ontology, format=ox.RdfFormat.N_TRIPLES))
    with watch.phase("work"):
        found = closure(data, axioms, cache=out.parent)
    watch.finish()
    out.write_bytes(ox.serialize(found.triples, format=ox.RdfFormat.N_TRIPLES) or b"")


def validation(data: Path, shapes: Path, out: Path) -> None:
    """The results of the shapes."""
    import pyoxigraph as ox

    from kg.shacl import ValidationData
    from kg.validation import load_shapes, validate

    watch = Stopwatch()
    with watch.phase("load"):
        quads = ox.parse(path=data, format=ox.RdfFormat.N_TRIPLES)
        known = ValidationData(quads)
        checks = load_shapes({shapes.name: shapes.read_bytes()})
    with watch.phase("work"):
        found = validate(known, checks)
    watch.finish()
    rows = [(r.focus.strip("<>"), r.source_shape, r.component, r.severity) for r in found]
    out.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    {"reasoning": reasoning, "validation": validation}[sys.argv[1]](*map(Path, sys.argv[2:5]))
