"""Data: the RDF of every resource, the description of the dataset, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from kg.export import canonical
from kg.findings import wording
from kg.jsonld import jsonld
from kg.namespaces import DCTERMS, FOAF, RDF, RDFS, VOID
from kg.terms import expand
from kg.web.addresses import DATA, relative
from kg.web.data.schema_org import schema_org
from kg.web.exchange import HttpError, Response, preferred

if TYPE_CHECKING:
    from kg.web.data.descriptions import Description
    from kg.web.view import View

__all__ = ["describe", "dump", "resource", "schema_org", "void"]

# The formats of RDF that keep which layer a statement stands in.
_LAYERED = ("trig", "nq")
_CHUNK = 1 << 18


def describe(view: View) -> Response:
    """The description of what an address stands for, in the form that the address asks for.

    Turtle, N-Triples and JSON-LD hold the same triples; TriG and N-Quads tell besides in which
    layer each stands. What is said of the document itself stands in no layer.

    Raises:
        HttpError: nothing is known of the resource (404).

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> app = Application(Project())
    >>> app.respond(Request("/ontology/Agency.nt")).type
    'application/n-triples'
    """
    app, address = view.app, view.address
    description = app.descriptions.of(address.path)
    if description is None:
        raise HttpError(404, "web-not-found", path=address.path)
    quads = [*description.quads, *_document(view, description)]
    if description.topic == app.descriptions.dataset:
        quads += app.descriptions.census
    charset = "; charset=utf-8" if address.form in ("ttl", "trig") else ""
    return Response(_written(view, quads), f"{DATA[address.form]}{charset}")


def _document(view: View, description: Description) -> Iterator[Quad]:
    """What is said of the document that describes: its topic, dataset and license."""
    about = view.app.descriptions
    path = view.address.as_form(view.address.form).removeprefix("/")
    document = NamedNode(view.app.addresses.namespace + path)
    yield Quad(document, RDF.type, FOAF.Document)
    yield Quad(document, FOAF.primaryTopic, description.topic)
    if about.dataset is not None:
        yield Quad(document, VOID.inDataset, about.dataset)
    for license in about.licenses:
        yield Quad(document, DCTERMS.license, license)
    if not description.is_whole:
        yield Quad(document, RDFS.seeAlso, _all_of(view, description.topic))
        for lang in ("en", "fr"):
            words = wording("web-data-part", lang)
            yield Quad(document, RDFS.comment, Literal(words, language=lang))


def _all_of(view: View, topic: NamedNode) -> NamedNode:
    """Where all that points to a resource is found."""
    from urllib.parse import urlencode

    asked = urlencode({"query": f"CONSTRUCT {{ ?s ?p {topic} }} WHERE {{ ?s ?p {topic} }}"})
    return NamedNode(f"{view.app.addresses.namespace}sparql?{asked}")


def _written(view: View, quads: list[Quad]) -> bytes:
    form, frame = view.address.form, view.app.descriptions.frame
    if form not in _LAYERED:
        quads = [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]
    ordered = canonical(quads)
    lines = ox.serialize(ordered, format=RdfFormat.N_QUADS) or b""
    if form in ("nt", "nq"):
        return lines
    if form == "jsonld":
        return jsonld(ordered, frame)
    used = {
        prefix: base for prefix, base in view.app.prefixes.items() if f"<{base}".encode() in lines
    }
    if form == "trig":
        return ox.serialize(ordered, format=RdfFormat.TRIG, prefixes=used) or b""
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in ordered)
    return ox.serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b""


def void(view: View) -> Response:
    """The way from ``/.well-known/void`` to the description of the dataset.

    Source: https://www.w3.org/TR/void/#well-known (a client handles redirects).

    Raises:
        HttpError: the project does not say which dataset it is (404), or the client wants none of
            the forms of RDF (406).
    """
    from kg.web.addresses import Address

    dataset = view.app.descriptions.dataset
    path = view.app.addresses.path(dataset.value) if dataset else None
    if path is None:
        raise HttpError(404, "web-not-found", path=view.request.path)
    kind = preferred(view.request.header("accept"), DATA.values())
    if kind is None:
        raise HttpError(406, "web-not-acceptable", offered=", ".join(DATA.values()))
    form = next(form for form, media in DATA.items() if media == kind)
    target = relative(Address(path).as_form(form), view.request.path)
    return _moved(302, target, (("Vary", "Accept"),))


def resource(view: View) -> Response:
    """The way from an IRI or a name such as ``id:awex``, given as ``iri``, to what describes it.

    Raises:
        HttpError: no IRI was given (400), or it is not one of this project (404).
    """
    given = view.request.param("iri").strip()
    if not given:
        raise HttpError(400, "web-data-iri")
    iri = expand(given, view.app.prefixes)
    path = view.app.addresses.path(iri.value) if iri is not None else None
    if path is None:
        raise HttpError(404, "web-data-foreign", iri=given)
    return _moved(303, relative(path, view.request.path))


def _moved(status: int, target: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    location = (("Location", target), *headers)
    return Response(b"", "text/plain; charset=utf-8", status, location)


def dump(view: View, name: str) -> Response:
    """A file of the build: the whole dataset in one form.

    Raises:
        HttpError: the build has no such file (404).
    """
    outputs = (view.app.project.manifest or {}).get("outputs", {})
    form = name.rpartition(".")[2]
    if name not in outputs or form not in DATA:
        raise HttpError(404, "web-not-found", path=view.request.path)
    headers = (("Content-Disposition", f'attachment; filename="{name}"'),)
    file = (view.app.project.layout.build / name).open("rb")
    return Response(_parts(file), DATA[form], headers=headers)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while part := file.read(_CHUNK):
            yield part
