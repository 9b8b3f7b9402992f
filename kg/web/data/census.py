"""Census: what the dataset holds, counted, as VoID and DCAT say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from kg.build import READERS
from kg.namespaces import DCAT, DCTERMS, RDF, VOID, XSD
from kg.terms import Term, key

if TYPE_CHECKING:
    from kg.web.application import Application


def census(app: Application) -> Iterator[Quad]:
    """What is to be said of the dataset beside its own description.

    The classes and properties of what the sources and the authority state, with their numbers of
    things and triples; each layer as a subset with its number of triples; the SPARQL endpoint; the
    files to download.

    Source: https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
    """
    dataset = app.descriptions.dataset
    if dataset is None:
        return
    engine, layout = app.store.engine, app.project.layout
    graphs = [graph for graph in engine.named_graphs() if isinstance(graph, NamedNode)]
    facts: set[tuple[Term, NamedNode, Term]] = set()
    for graph in sorted(graphs, key=key):
        quads = list(engine.quads_for_pattern(None, None, None, graph))
        yield Quad(dataset, VOID.subset, graph)
        yield Quad(graph, RDF.type, VOID.Dataset)
        yield _number(graph, VOID.triples, len(quads))
        if layout.layer_of(graph) in READERS:
            facts |= {(quad.subject, quad.predicate, quad.object) for quad in quads}
    yield from _partitions(dataset, facts)
    yield from _access(app, dataset)


def _partitions(
    dataset: NamedNode, facts: Iterable[tuple[Term, NamedNode, Term]]
) -> Iterator[Quad]:
    things: Counter[NamedNode] = Counter()
    triples: Counter[NamedNode] = Counter()
    for _, predicate, value in facts:
        triples[predicate] += 1
        if predicate == RDF.type and isinstance(value, NamedNode):
            things[value] += 1
    yield _number(dataset, VOID.classes, len(things))
    yield _number(dataset, VOID.properties, len(triples))
    base = dataset.value.partition("#")[0]
    for kind, number in sorted(things.items(), key=lambda pair: key(pair[0])):
        part = _part(base, "class", kind)
        yield Quad(dataset, VOID.classPartition, part)
        yield Quad(part, VOID["class"], kind)
        yield _number(part, VOID.entities, number)
    for predicate, number in sorted(triples.items(), key=lambda pair: key(pair[0])):
        part = _part(base, "property", predicate)
        yield Quad(dataset, VOID.propertyPartition, part)
        yield Quad(part, VOID.property, predicate)
        yield _number(part, VOID.triples, number)


def _part(base: str, kind: str, term: NamedNode) -> NamedNode:
    """A name for a part, which says what it is a part by."""
    from urllib.parse import quote

    return NamedNode(f"{base}#{kind}:{quote(term.value, safe='')}")


def _access(app: Application, dataset: NamedNode) -> Iterator[Quad]:
    """Where the dataset is asked and where it is had whole."""
    endpoint = NamedNode(f"{app.addresses.namespace}sparql")
    yield Quad(dataset, VOID.sparqlEndpoint, endpoint)
    yield Quad(endpoint, RDF.type, DCAT.DataService)
    yield Quad(endpoint, DCAT.endpointURL, endpoint)
    yield Quad(endpoint, DCAT.servesDataset, dataset)
    yield Quad(endpoint, DCTERMS.conformsTo, NamedNode("http://www.w3.org/TR/sparql11-protocol/"))
    engine = app.store.engine
    for distribution in engine.quads_for_pattern(dataset, DCAT.distribution, None, None):
        node = distribution.object
        if isinstance(node, NamedNode):
            for quad in engine.quads_for_pattern(node, DCAT.downloadURL, None, None):
                yield Quad(dataset, VOID.dataDump, quad.object)


def _number(subject: NamedNode, predicate: NamedNode, number: int) -> Quad:
    return Quad(subject, predicate, Literal(str(number), datatype=XSD.integer))
