"""Questions: stored queries as RDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from kg.namespaces import DCAT, DCTERMS, RDF, SH, SKOS, XSD
from kg.queries import LITERALS, StoredQuery

if TYPE_CHECKING:
    from kg.terms import Term

_TRUE = Literal("true", datatype=XSD.boolean)


def question(
    query: StoredQuery, iri: NamedNode, classes: Mapping[str, NamedNode]
) -> Iterator[Quad]:
    """A stored query as an executable of SHACL, with a parameter for each variable to be given.

    Args:
        query: the query.
        iri: what stands for it.
        classes: class by local name, for the types of parameters.

    Source: https://www.w3.org/TR/shacl/ (``sh:SPARQLSelectExecutable``, ``sh:Parameter``).
    """

    def told(subject: NamedNode, predicate: NamedNode, value: Term) -> Quad:
        return Quad(subject, predicate, value)

    yield told(iri, RDF.type, SH.SPARQLSelectExecutable)
    for lang, summary in query.summary.items():
        yield told(iri, DCTERMS["title"], Literal(summary, language=lang))
    for lang, text in query.descriptions.items():
        yield told(iri, DCTERMS.description, Literal(text, language=lang))
    for tag in query.tags:
        yield told(iri, DCAT.keyword, Literal(tag, language="en"))
    yield told(iri, SH.select, Literal(query.text))
    for number, parameter in enumerate(query.parameters):
        node = NamedNode(f"{iri.value}#{parameter.name}")
        yield told(iri, SH.parameter, node)
        yield told(node, RDF.type, SH.Parameter)
        yield told(node, SH.path, node)
        yield told(node, SH.name, Literal(parameter.name))
        yield told(node, SH.order, Literal(str(number), datatype=XSD.integer))
        if not parameter.required:
            yield told(node, SH.optional, _TRUE)
        if parameter.type in LITERALS:
            yield told(node, SH.datatype, XSD[parameter.type])
        elif parameter.type in classes:
            yield told(node, SH["class"], classes[parameter.type])
        if parameter.name in query.example:
            yield told(node, SKOS.example, Literal(query.example[parameter.name]))


def questions(queries: Mapping[str, StoredQuery], iri: NamedNode) -> Iterator[Quad]:
    """The list of all stored queries with their titles."""
    for name, query in sorted(queries.items()):
        node = NamedNode(f"{iri.value}/{name}")
        yield Quad(iri, DCTERMS.hasPart, node)
        for lang, summary in query.summary.items():
            yield Quad(node, DCTERMS["title"], Literal(summary, language=lang))
