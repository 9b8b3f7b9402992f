"""Export: the graph in the formats of RDF, the same bytes for the same statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Quad, RdfFormat, Triple

from kg.jsonld import jsonld
from kg.terms import line_key


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """The statements in a fixed order, blank nodes named by RDF Dataset Canonicalization 1.0."""
    found = _by_line(quads)
    # A label depends only on the statements that hold blank nodes, which are few.
    blank = [line for line in found if "_:" in line]
    dataset = ox.Dataset(found.pop(line) for line in blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found.update(_by_line(dataset))
    return [found[line] for line in sorted(found, key=line_key)]


def _by_line(quads: Iterable[Quad]) -> dict[str, Quad]:
    given = list(quads)
    lines = (ox.serialize(given, format=RdfFormat.N_QUADS) or b"").split(b"\n")[:-1]
    return {line.decode(): quad for line, quad in zip(lines, given, strict=True)}


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
        prefixes: prefix to namespace; all are written.
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
            return ox.serialize(ordered, format=RdfFormat.TRIG, prefixes=dict(prefixes)) or b""
    return turtle((Triple(q.subject, q.predicate, q.object) for q in ordered), prefixes)


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Triples as Turtle in their fixed order, each once, below all prefixes."""
    found = _by_line(Quad(t.subject, t.predicate, t.object) for t in triples)
    merged = (found[line] for line in sorted(found, key=line_key))
    ordered = (Triple(quad.subject, quad.predicate, quad.object) for quad in merged)
    return ox.serialize(ordered, format=RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
