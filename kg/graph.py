"""Graph: all layers of a project as one dataset, and its description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import CheckFailed
from kg.export import canonical
from kg.findings import Finding
from kg.layout import Layout
from kg.namespaces import DCTERMS, PROV, RDF, SCHEMA, VOID, XSD
from kg.reading import Reading
from kg.reasoning import Contradiction, closure
from kg.terms import compact

INPUTS = (
    ("seeds", "*.ann"), ("seeds", "*.ttl"), ("ontology", "*"), ("ontology/rules", "*.rq"),
    ("shapes", "*.ttl"),
)  # fmt: skip


@dataclass(frozen=True)
class Graph:
    """The layers of a built graph by name, ``asserted`` and ``evidence`` over all sources."""

    layers: Mapping[str, tuple[Quad, ...]]

    @classmethod
    def of(cls, reading: Reading) -> Graph:
        """Assemble the layers and reason over them.

        Raises:
            CheckFailed: what the sources state contradicts itself under the ontology.
        """
        layout = reading.layout
        data = (*reading.layers.asserted, *reading.authority)
        found = closure(data, reading.ontology, reading.rules, layout.build)
        if found.contradictions:
            findings = [contradiction(reading, clash) for clash in found.contradictions]
            raise CheckFailed("the graph contradicts itself", findings)
        inferred = layout.layer("inferred")
        layers = {
            "asserted": reading.layers.asserted,
            "evidence": reading.layers.evidence,
            "authority": _put(reading.authority, layout.layer("authority")),
            "ontology": _put(reading.ontology, layout.layer("ontology")),
            "inferred": tuple(
                Quad(t.subject, t.predicate, t.object, inferred) for t in found.triples
            ),
        }
        return cls({**layers, "dataset": tuple(_describe(layout, layers))})

    @cached_property
    def quads(self) -> list[Quad]:
        """All statements in their fixed order, with stable names for blank nodes."""
        return canonical(quad for layer in self.layers.values() for quad in layer)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all statements."""
        lines = "".join(f"{quad} .\n" for quad in self.quads)
        return hashlib.sha256(lines.encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """Number of statements by layer."""
        return {name: len(quads) for name, quads in self.layers.items()}


def input_digests(layout: Layout) -> dict[str, str]:
    """SHA-256 of each file a build depends on, by name."""
    files = {file for folder, pattern in INPUTS for file in layout.files(folder, pattern)}
    return {
        layout.name(file): hashlib.sha256(layout.bytes(file)).hexdigest()
        for file in sorted(files)
        if file.is_file()
    }


def contradiction(reading: Reading, clash: Contradiction) -> Finding:
    """What excludes each other, in words, at the place of the first claim that states it."""
    prefixes = reading.layout.prefixes
    triples = set(clash.triples)
    stated = [claim for claim in reading.claims if claim.asserted and claim.triple in triples]
    words = " … ".join(dict.fromkeys(span.words for claim in stated for span in claim.spans))
    told = "; ".join(
        " ".join(compact(term, prefixes) for term in (t.subject, t.predicate, t.object))
        for t in clash.triples
    )
    rule, regle = (clash.rule.words(lambda t: compact(t, prefixes), lang) for lang in ("en", "fr"))
    place = (stated[0].file, stated[0].line) if stated else ("seeds", 0)
    return Finding.of(
        "contradiction", *place, triples=told, rule=rule, regle=regle,
        words=f" «{words}»" if words else "",
    )  # fmt: skip


def _put(quads: tuple[Quad, ...], graph: NamedNode) -> tuple[Quad, ...]:
    return tuple(Quad(q.subject, q.predicate, q.object, graph) for q in quads)


def _describe(layout: Layout, layers: Mapping[str, tuple[Quad, ...]]) -> Iterator[Quad]:
    """The dataset description, the true counts, and the inputs by digest (no clock)."""
    graph = layout.layer("dataset")
    quads = layout.read(layout.root / "ontology" / "dataset.ttl")
    yield from _put(tuple(quads), graph)
    facts = {
        (q.subject, q.predicate, q.object) for q in (*layers["asserted"], *layers["authority"])
    }
    counts = {VOID.triples: len(facts), VOID.entities: len({subject for subject, _, _ in facts})}
    inputs = input_digests(layout)
    for dataset in sorted({q.subject for q in quads if q.object == VOID.Dataset}, key=str):
        for predicate, count in counts.items():
            yield Quad(dataset, predicate, Literal(str(count), datatype=XSD.integer), graph)
        for name, digest in inputs.items():
            entity = NamedNode(f"{graph.value}/{name}")
            yield Quad(dataset, PROV.wasDerivedFrom, entity, graph)
            yield Quad(entity, RDF.type, PROV.Entity, graph)
            yield Quad(entity, DCTERMS.identifier, Literal(name), graph)
            yield Quad(entity, SCHEMA.sha256, Literal(digest), graph)
