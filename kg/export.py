"""Export: the graph in the formats of RDF, the same bytes for the same statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from kg.jsonld import jsonld
from kg.namespaces import RDF, XSD
from kg.terms import quad_key


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """The statements in a fixed order, blank nodes named by RDF Dataset Canonicalization 1.0."""
    plain: set[Quad] = set()
    blank: set[Quad] = set()
    for quad in quads:
        ends = (quad.subject, quad.object, quad.graph_name)
        (blank if any(isinstance(end, BlankNode) for end in ends) else plain).add(quad)
    # A label depends only on the statements that hold blank nodes, which are few.
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted({*plain, *dataset}, key=quad_key)


def export(
    quads: Iterable[Quad],
    form: str,
    *,
    prefixes: Mapping[str, str],
    frame: Mapping[str, Any],
) -> bytes:
    """Write statements in one of :data:`kg.formats.RDF_FORMATS`.

    Args:
        quads: the statements; Turtle leaves out which layer a statement stands in.
        form: ``turtle``, ``trig``, ``nquads`` or ``jsonld``.
        prefixes: prefix to namespace; only those that are used are written.
        frame: the JSON-LD frame with its context, which is written into the document.

    Guarantees: the same statements give the same bytes, whatever their order.

    >>> a = ox.NamedNode("http://x/a")
    >>> export([Quad(a, a, a)], "turtle", prefixes={"x": "http://x/"}, frame={}).decode()
    '@prefix x: <http://x/> .\\nx:a x:a x:a .\\n'
    """
    ordered = canonical(quads)
    match form:
        case "nquads":
            return ox.serialize(ordered, format=RdfFormat.N_QUADS) or b""
        case "jsonld":
            return jsonld(ordered, frame)
        case "trig":
            used = _used(ordered, prefixes)
            return ox.serialize(ordered, format=RdfFormat.TRIG, prefixes=used) or b""
    return turtle((Triple(q.subject, q.predicate, q.object) for q in ordered), prefixes)


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Triples as Turtle in their fixed order, each once, with the prefixes that are used."""
    merged = {Quad(t.subject, t.predicate, t.object) for t in triples}
    ordered = sorted(merged, key=quad_key)
    content = [Triple(q.subject, q.predicate, q.object) for q in ordered]
    used = _used(ordered, prefixes)
    return ox.serialize(content, format=RdfFormat.TURTLE, prefixes=used) or b""


def _used(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    spoken: set[str] = set()
    for quad in quads:
        # rdf:type is written as a; strings without and with a language have no datatype.
        predicate = None if quad.predicate == RDF.type else quad.predicate
        for term in (quad.subject, predicate, quad.object, quad.graph_name):
            iri = term.datatype if isinstance(term, Literal) else term
            if isinstance(iri, NamedNode) and iri not in (XSD.string, RDF.langString):
                spoken.add(iri.value)
    return {
        name: base
        for name, base in sorted(prefixes.items())
        if any(iri.startswith(base) for iri in spoken)
    }
