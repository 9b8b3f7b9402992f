"""Dataset: the description of a graph, with its true counts and the inputs it was made of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from kg.layout import Layout
from kg.namespaces import DCTERMS, PROV, RDF, SCHEMA, VOID, XSD
from kg.sources import REPLACED
from kg.terms import stored_term

INPUTS = (
    ("seeds", "*.ann"), ("seeds", "*.ttl"), ("ontology", "*"), ("ontology/rules", "*.rq"),
    ("shapes", "*.ttl"),
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Distinct facts, and distinct things that they are about; numbers count by value."""

    triples: int
    entities: int

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Counts:
        """Count what stands in some graphs.

        >>> a = NamedNode("http://x/a")
        >>> Counts.of([Quad(a, a, a), Quad(a, a, a, a)])
        Counts(triples=1, entities=1)
        """
        facts = {(q.subject, q.predicate, stored_term(q.object)) for q in quads}
        return cls(len(facts), len({subject for subject, _, _ in facts}))


def input_digests(layout: Layout) -> dict[str, str]:
    """SHA-256 of each file a build depends on, by name."""
    found: dict[str, str] = {}
    for folder, pattern in INPUTS:
        place = f"{layout.root / folder}{os.sep}"  # of thousands of files: no path is made of each
        for name in layout.names(folder, pattern, folders=False):
            found[f"{folder}/{name}"] = f"{place}{name}"
    return {
        name: hashlib.sha256(layout.bytes(file)).hexdigest()
        for name, file in sorted(found.items())
        if not layout.overlay or layout.exists(Path(file))
    }


@cache
def program_digest() -> str:
    """SHA-256 over the code and messages of this package: another program, another graph."""
    found = hashlib.sha256()
    root = resources.files("kg")
    waiting = [root]
    while waiting:
        for item in sorted(waiting.pop().iterdir(), key=lambda item: item.name):
            if item.is_dir():
                if item.name != "__pycache__" and item != root / "data":
                    waiting.append(item)
            elif item.name.endswith((".py", ".toml")):
                found.update(item.name.encode() + item.read_bytes())
    return found.hexdigest()


def description(layout: Layout, counts: Counts, inputs: Mapping[str, str]) -> Iterator[Quad]:
    """What the files say that describe the data, the counts, and the inputs by digest (no clock).

    The files are ``ontology/dataset.ttl`` and, where there is one, ``seeds/replaced.ttl``.

    Args:
        layout: the project.
        counts: of what is asserted and known.
        inputs: digests by file name, of :func:`input_digests`.
    """
    graph = layout.layer("dataset")
    quads = layout.read(layout.root / "ontology" / "dataset.ttl")
    replaced = layout.root / "seeds" / f"{REPLACED}.ttl"
    more = layout.read(replaced) if layout.exists(replaced) else []
    for quad in (*quads, *more):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
    numbers = {VOID.triples: counts.triples, VOID.entities: counts.entities}
    for dataset in sorted({q.subject for q in quads if q.object == VOID.Dataset}, key=str):
        for predicate, number in numbers.items():
            yield Quad(dataset, predicate, Literal(str(number), datatype=XSD.integer), graph)
        for name, digest in inputs.items():
            entity = NamedNode(f"{graph.value}/{name}")
            yield Quad(dataset, PROV.wasDerivedFrom, entity, graph)
            yield Quad(entity, RDF.type, PROV.Entity, graph)
            yield Quad(entity, DCTERMS.identifier, Literal(name), graph)
            yield Quad(entity, SCHEMA.sha256, Literal(digest), graph)
