"""Description: what the endpoint offers, for machines to read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from kg.findings import wording
from kg.namespaces import DCTERMS, RDF, RDFS, VOID, Namespace
from kg.store import Store
from kg.web.addresses import LANGUAGES
from kg.web.limits import Limits
from kg.web.protocol.formats import GRAPHS, RESULTS, Format

if TYPE_CHECKING:
    from kg.web.view import View

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def description(view: View, form: Format) -> bytes:
    """The description of the endpoint.

    Its limits have no terms in the vocabulary; they are told in words (``rdfs:comment``).

    Source: SPARQL 1.1 Service Description, section 3.
    """
    prefixes = {**view.app.prefixes, "sd": str(SD)}
    triples = tuple(_triples(view))
    found = serialize(triples, format=form.engine, prefixes=prefixes)  # type: ignore[arg-type]
    assert found is not None
    return found


def _triples(view: View) -> Iterator[Triple]:
    app = view.app
    endpoint = NamedNode(f"{view.request.origin}/sparql")
    dataset, graph = BlankNode("dataset"), BlankNode("default")
    yield Triple(endpoint, RDF.type, SD.Service)
    yield Triple(endpoint, SD.endpoint, endpoint)
    yield Triple(endpoint, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(endpoint, SD.feature, SD.UnionDefaultGraph)
    yield Triple(endpoint, SD.defaultEntailmentRegime, _SIMPLE)
    for format in (*RESULTS, *GRAPHS):
        yield Triple(endpoint, SD.resultFormat, NamedNode(format.iri))
    for lang in LANGUAGES:
        yield Triple(
            endpoint, RDFS.label, Literal(wording("web-sparql-label", lang), language=lang)
        )
        about = wording("web-sparql-service", lang, base=app.addresses.namespace)
        yield Triple(endpoint, DCTERMS.description, Literal(about, language=lang))
        yield Triple(endpoint, RDFS.comment, Literal(_limits(view, lang), language=lang))
    yield Triple(endpoint, SD.defaultDataset, dataset)
    yield Triple(endpoint, SD.availableGraphs, dataset)
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, RDF.type, SD.GraphCollection)
    yield Triple(dataset, SD.defaultGraph, graph)
    names = _graphs(app.store)
    for number, _ in enumerate(names):
        yield Triple(dataset, SD.namedGraph, BlankNode(f"g{number}"))
    yield Triple(graph, RDF.type, SD.Graph)
    yield Triple(graph, VOID.triples, Literal(_size(app.store)))
    for number, name in enumerate(names):
        yield Triple(BlankNode(f"g{number}"), RDF.type, SD.NamedGraph)
        yield Triple(BlankNode(f"g{number}"), SD.name, name)


def _limits(view: View, lang: str) -> str:
    """The limits of the server in words; the length of a query is limited without one, too."""
    limits = view.app.limits
    if limits is None:
        return wording("web-sparql-limit", lang, query=Limits().query)
    return wording(
        "web-sparql-limits", lang, seconds=limits.seconds, memory=limits.memory >> 20,
        query=limits.query, body=limits.body, target=limits.target, workers=limits.workers,
        budget=limits.budget, refill=limits.refill,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _graphs(store: Store) -> tuple[NamedNode, ...]:
    names = (name for name in store.engine.named_graphs() if isinstance(name, NamedNode))
    return tuple(sorted(names, key=lambda name: name.value))


@lru_cache(maxsize=1)
def _size(store: Store) -> int:
    (row,) = store.select("SELECT (COUNT(*) AS ?count) { ?s ?p ?o }")
    return int(row["count"].value)  # type: ignore[union-attr]
