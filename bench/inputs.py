"""Inputs: the files that every engine reads, written once for each size."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Quad, Triple

from bench.corpus import ROOT, layers, ontology
from kg.namespaces import RDF, SH
from kg.schema import Schema

SEEDS = "seeds"
"""The size that stands for the project's own seeds."""


@dataclass(frozen=True)
class Inputs:
    """The files of one size.

    ``facts`` and ``ontology`` are what is reasoned over; ``data`` is what is validated: all
    layers with the ontology, in which every thing has the super-classes of its types; ``shapes``
    are all shapes, ``core`` those without SPARQL constraints. The first three are N-Triples.
    """

    folder: Path

    def __getattr__(self, name: str) -> Path:
        return self.folder / f"{name}.ttl"  # N-Triples is Turtle; reasonable goes by the name

    @property
    def counts(self) -> dict[str, int]:
        """Statements by file, and ``triples`` of all layers but the ontology."""
        found: dict[str, int] = json.loads((self.folder / "counts.json").read_text())
        return found


def write(folder: Path, size: str, seed: int, errors: float) -> Inputs:
    """Write the files of one size: a number of statements, or :data:`SEEDS`."""
    inputs = Inputs(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if size == SEEDS:
        from kg.project import Project

        reading = Project(ROOT).reading
        asserted, evidence = reading.layers.asserted, reading.layers.evidence
        authority = reading.authority
    else:
        corpus = layers(int(size), seed, errors=errors)
        asserted, evidence, authority = corpus.asserted, corpus.evidence, corpus.authority
    axioms = ontology()
    facts = _triples((*asserted, *authority))
    everything = _triples((*asserted, *evidence, *authority, *axioms))
    closed = _with_super_classes(everything, Schema.of(axioms))
    _write(inputs.facts, facts)
    _write(inputs.ontology, _triples(axioms))
    _write(inputs.data, closed)
    _write_shapes(inputs)
    counts = {
        "triples": len(asserted) + len(evidence) + len(authority),
        "facts": len(facts),
        "data": len(closed),
    }
    (folder / "counts.json").write_text(json.dumps(counts))
    return inputs


def _triples(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(Triple(q.subject, q.predicate, q.object) for q in quads))


def _with_super_classes(triples: Sequence[Triple], schema: Schema) -> list[Triple]:
    found = dict.fromkeys(triples)
    for triple in triples:
        if triple.predicate == RDF.type and isinstance(triple.object, ox.NamedNode):
            for above in sorted(schema.above(triple.object), key=str):
                found[Triple(triple.subject, RDF.type, above)] = None
    return list(found)


def _write(file: Path, triples: Iterable[Triple]) -> None:
    file.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")


def _write_shapes(inputs: Inputs) -> None:
    triples: list[Triple] = []
    for file in sorted((ROOT / "shapes").glob("*.ttl")):
        # Blank nodes of two files must not meet, so each is parsed with names of its own.
        parsed = ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        triples += [Triple(q.subject, q.predicate, q.object) for q in parsed]
    asking = {t.subject for t in triples if t.predicate == SH.sparql}
    core = [t for t in triples if t.subject not in asking]
    for path, content in ((inputs.shapes, triples), (inputs.core, core)):
        path.write_bytes(ox.serialize(content, format=ox.RdfFormat.TURTLE) or b"")


if __name__ == "__main__":
    _, into, wanted, number, share = sys.argv
    write(Path(into), wanted, int(number), float(share))
