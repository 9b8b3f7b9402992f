"""Graph: all layers of a project as one dataset, and its description."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Quad

from kg.contradiction import Contradiction
from kg.dataset import Counts, description, input_digests
from kg.errors import CheckFailed
from kg.export import canonical
from kg.findings import Finding
from kg.reading import Reading
from kg.reasoning import closure
from kg.terms import compact


@dataclass(frozen=True)
class Graph:
    """The layers of a built graph by name, ``asserted`` and ``evidence`` over all sources.

    ``facts`` counts what is asserted and known.
    """

    layers: Mapping[str, tuple[Quad, ...]]
    facts: Counts

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
            raise CheckFailed("contradictions", findings)
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
        counts = Counts.of((*layers["asserted"], *layers["authority"]))
        dataset = tuple(description(layout, counts, input_digests(layout)))
        return cls({**layers, "dataset": dataset}, counts)

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
