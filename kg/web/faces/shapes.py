"""Shapes: the page of all shapes, and that of each: what it demands, and its results."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from textwrap import dedent

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import RDF, SH
from kg.shacl.paths import Path
from kg.shacl.results import GRADES, SEVERITIES
from kg.shacl.shapes import Shape
from kg.terms import Term, key
from kg.web.exchange import HttpError, Response
from kg.web.faces.source import first, pages_only
from kg.web.quality import Quality
from kg.web.telling import Telling
from kg.web.view import View
from kg.web.vocabulary import Vocabulary, languages, named_shapes

_TARGETS = {
    "targetClass": "web-shape-target-class",
    "targetNode": "web-shape-target-node",
    "targetSubjectsOf": "web-shape-target-subjects",
    "targetObjectsOf": "web-shape-target-objects",
}
_BLANK = re.compile(r"\{[?$]\w+\}")
_APART = (SH.message, SH.severity, SH.path, RDF.type, SH.prefixes, SH.name, SH.description)


@dataclass(frozen=True)
class Demand:
    """One parameter of a shape with its values: terms, lists of them, or demands in turn."""

    name: NamedNode
    values: tuple[Term | Markup | tuple[Demand, ...] | tuple[Term, ...], ...]


def shapes(view: View) -> Response:
    """All shapes with what they demand and how many results each has."""
    pages_only(view)
    quality = view.app.keep(Quality)
    results = Counter(one.result.source_shape for one in quality.verdicts)
    shown = [quality.shapes[node] for node in named_shapes(quality.shapes)]
    return view.page(
        "shapes.html",
        shapes=shown,
        results=results,
        idle=frozenset(quality.idle),
        severity=_severity,
        message=lambda shape: _BLANK.sub("…", first(view, _messages(shape)).striptags()),
        title=_local,
    )


def shape(view: View) -> Response:
    """One shape: what it demands of what, and its results in this build."""
    pages_only(view)
    quality, known = view.app.keep(Quality), view.app.keep(Vocabulary)
    nodes = {node.value: node for node in named_shapes(quality.shapes)}
    iri = next((iri for iri in view.app.addresses.iris(view.address.path) if iri in nodes), None)
    if iri is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    found = quality.shapes[nodes[iri]]
    return view.page(
        "shape.html",
        shape=found,
        name=_local(found.iri),
        messages=list(languages(_messages(found))),
        severity=_severity(found),
        targets=[(_TARGETS[kind], term) for kind, term in found.targets],
        path=None if found.path is None else path_in_words(view, found.path),
        demands=_demands(view, found, found.node),
        queries=[dedent(t.value).strip() for t in _queries(found) if isinstance(t, Literal)],
        results=quality.of_shape(found.iri),
        is_idle=found.iri in quality.idle,
        implied=[one for one in quality.implied if one.shape == found.iri],
        terms=sorted(known.terms_of(nodes[iri]), key=key),
        tell=Telling(view),
    )


def _messages(shape: Shape) -> list[Term]:
    """What a shape says, else what the constraints in it say."""
    graph = shape.graph
    told = shape.all("message")
    return told or [m for c in shape.all("sparql") for m in graph.objects(c, SH.message)]


def _queries(shape: Shape) -> list[Term]:
    graph = shape.graph
    return [q for c in shape.all("sparql") for q in graph.objects(c, SH.select)]


def _severity(shape: Shape) -> str:
    return dict(zip(SEVERITIES, GRADES, strict=True)).get(shape.severity, shape.severity)


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def path_in_words(view: View, path: Path) -> Markup:
    """A property path with links to its properties, in the signs of SPARQL."""
    if path.iri is not None:
        return view.link(path.iri)
    parts = [path_in_words(view, part) for part in path.parts]
    if path.kind in ("sequence", "alternative"):
        sign = Markup(" / ") if path.kind == "sequence" else Markup(" | ")
        return Markup("({})").format(sign.join(parts))
    if path.kind == "inverse":
        return Markup("^{}").format(parts[0])
    signs = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}
    return Markup("{}{}").format(parts[0], signs.get(path.kind, "")) if parts else Markup("*")


def _demands(view: View, shape: Shape, node: Term) -> tuple[Demand, ...]:
    """The parameters of a shape, those of its parts within them."""
    graph = shape.graph
    told: dict[NamedNode, list[Term]] = {}
    for triple in graph.triples:
        skipped = triple.predicate in _APART or triple.predicate.value.startswith(f"{SH}target")
        if triple.subject == node and triple.predicate != SH.sparql and not skipped:
            told.setdefault(triple.predicate, []).append(triple.object)
    found = []
    part = graph[node]
    if node != shape.node and part.path is not None:
        found.append(Demand(SH.path, (path_in_words(view, part.path),)))
    for name, values in sorted(told.items(), key=lambda pair: pair[0].value):
        found.append(Demand(name, tuple(_value(view, shape, value) for value in values)))
    return tuple(found)


def _value(view: View, shape: Shape, value: Term) -> Term | tuple[Demand, ...] | tuple[Term, ...]:
    if not isinstance(value, BlankNode):
        return value
    graph = shape.graph
    if graph.value(value, RDF.first) is not None:
        members = graph.members(value)
        if any(isinstance(member, BlankNode) for member in members):
            return tuple(Demand(SH.node, (_value(view, shape, member),)) for member in members)
        return tuple(members)
    return _demands(view, shape, value)
