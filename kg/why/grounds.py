"""Grounds: what triples rest on in a built graph: layers, claims with their words, references."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from kg.asker import Asker
from kg.layout import Layout
from kg.namespaces import DCTERMS, RDFS
from kg.results import Evidence
from kg.store import Store
from kg.terms import Term, key
from kg.why.meaning import Part
from kg.why.proof import Leaf

_LAYERS = ("asserted", "authority", "ontology")
_REFERENCES = (DCTERMS.source, RDFS.seeAlso)
_CLAIMS = """
PREFIX ecc: <https://w3id.org/ecodip/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?claim ?s ?p ?o {
  ?claim a ecc:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
}
"""


class Grounds:
    """Looks up what triples rest on.

    Args:
        store: the built graph.
        layout: for the names of layers.
        asker: gives the words of claims.
    """

    def __init__(self, store: Store, layout: Layout, asker: Asker) -> None:
        self._store = store
        self._layout = layout
        self._asker = asker

    def leaf(self, triple: Triple) -> Leaf:
        """A triple that is stated, with what it rests on."""
        layers = self.layers(triple)
        references = [
            quad.object
            for predicate in _REFERENCES
            for quad in self._store.engine.quads_for_pattern(
                triple.subject, predicate, None, self._layout.layer("authority")
            )
        ]  # fmt: skip
        told = tuple(
            term.value
            for term in sorted(set(references), key=key)
            if isinstance(term, NamedNode | Literal)
        )
        return Leaf(triple, layers, self.claims(triple), told if "authority" in layers else ())

    def layers(self, triple: Triple) -> tuple[str, ...]:
        """The layers that state a triple."""
        quads = self._store.engine.quads_for_pattern(
            triple.subject, triple.predicate, triple.object, None
        )
        found = {self._layout.layer_of(q.graph_name) for q in quads
                 if q.graph_name != DefaultGraph()}  # fmt: skip
        return tuple(layer for layer in _LAYERS if layer in found)

    def claimed(self, parts: tuple[Part, Part, Part]) -> list[Triple]:
        """The triples that fit and that a claim makes, as a fact or not."""
        found = set()
        given: Mapping[str, Term] = {
            name: part[0]
            for name, part in zip("spo", parts, strict=True)
            if part is not None and len(part) == 1
        }
        for row in self._store.select(_CLAIMS, given).rows:
            ends = (row["s"], row["p"], row["o"])
            if all(part is None or end in part for part, end in zip(parts, ends, strict=True)):
                found.add(Triple(*ends))  # type: ignore[arg-type]
        return sorted(found, key=str)

    def _evidence(self, triple: Triple) -> tuple[Evidence, ...]:
        given = {"s": triple.subject, "p": triple.predicate, "o": triple.object}
        claims = {row["claim"] for row in self._store.select(_CLAIMS, given).rows}
        found = map(self._asker.evidence, claims)
        return tuple(sorted(found, key=lambda e: (e.issued or "", e.source, e.spans, e.claim)))

    def claims(self, triple: Triple) -> tuple[Evidence, ...]:
        """The claims that state a triple as a fact."""
        return tuple(claim for claim in self._evidence(triple) if claim.asserted)

    def others(self, triple: Triple) -> tuple[Evidence, ...]:
        """The claims that make a triple, but not as a fact."""
        return tuple(claim for claim in self._evidence(triple) if not claim.asserted)
