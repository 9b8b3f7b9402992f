"""Formats: what results are written in, and which of them a client wants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.web.exchange import HttpError, preferred


@dataclass(frozen=True)
class Format:
    """A format of results.

    Args:
        name: as ``format=`` takes it.
        media: its media type.
        engine: how the engine knows it.
        aliases: more names and media types that mean it. A media type asked for is answered.
        iri: of the format, from https://www.w3.org/ns/formats/.
    """

    name: str
    media: str
    engine: QueryResultsFormat | RdfFormat
    aliases: tuple[str, ...] = ()
    iri: str = ""

    @property
    def is_xml(self) -> bool:
        """Whether it is XML, which cannot hold all that RDF can."""
        return self.media.endswith("+xml")

    @property
    def medias(self) -> tuple[str, ...]:
        """The media types it is offered as."""
        return (self.media, *(alias for alias in self.aliases if "/" in alias))


_FORMATS = "http://www.w3.org/ns/formats/"
_XML = ("application/xml", "text/xml")
# The first is what a client without a wish gets.
RESULTS = (
    Format("json", "application/sparql-results+json", QueryResultsFormat.JSON,
           ("application/json",), f"{_FORMATS}SPARQL_Results_JSON"),
    Format("xml", "application/sparql-results+xml", QueryResultsFormat.XML, _XML,
           f"{_FORMATS}SPARQL_Results_XML"),
    Format("csv", "text/csv", QueryResultsFormat.CSV, (), f"{_FORMATS}SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", QueryResultsFormat.TSV, (),
           f"{_FORMATS}SPARQL_Results_TSV"),
)  # fmt: skip
GRAPHS = (
    Format("ttl", "text/turtle", RdfFormat.TURTLE,
           ("turtle", "n3", "application/x-turtle", "text/n3"), f"{_FORMATS}Turtle"),
    Format("nt", "application/n-triples", RdfFormat.N_TRIPLES, ("ntriples", "n-triples"),
           f"{_FORMATS}N-Triples"),
    Format("jsonld", "application/ld+json", RdfFormat.JSON_LD,
           ("json-ld", "json", "application/json"), f"{_FORMATS}JSON-LD"),
    Format("rdf", "application/rdf+xml", RdfFormat.RDF_XML, ("rdfxml", "rdf+xml", "xml", *_XML),
           f"{_FORMATS}RDF_XML"),
)  # fmt: skip
_TEXTS = frozenset({"text/csv", "text/tab-separated-values", "text/turtle", "text/n3", "text/xml"})


@lru_cache(maxsize=256)
def chosen(offered: tuple[Format, ...], accept: str, wanted: str) -> tuple[Format, str]:
    """The format to answer in, and the content type to call it.

    Args:
        offered: what can be written, best first.
        accept: the header of the request.
        wanted: the name or media type of a format, which outdoes the header; or nothing.

    Raises:
        HttpError: 406, naming what is offered.

    Source: SPARQL 1.1 Protocol, section 2.1.6; RFC 9110, section 12.5.1.

    >>> chosen(RESULTS, "text/csv;q=0.5, application/xml", "")[1]
    'application/xml'
    >>> chosen(GRAPHS, "text/csv", "xml")[0].media
    'application/rdf+xml'
    """
    if name := wanted.strip().lower():
        for form in offered:
            if name in (form.name, form.media, *form.aliases):
                return form, _typed(name if name in form.medias else form.media)
        names = ", ".join(form.name for form in offered)
        raise HttpError(406, "web-sparql-format", format=wanted, offered=names)
    by_media = {form.media: form for form in offered}
    for form in offered:
        by_media |= {media: form for media in form.medias if media not in by_media}
    media = preferred(accept, by_media)
    if media is None:
        names = ", ".join(form.media for form in offered)
        raise HttpError(406, "web-not-acceptable", offered=names)
    return by_media[media], _typed(media)


def _typed(media: str) -> str:
    return f"{media}; charset=utf-8" if media in _TEXTS else media
