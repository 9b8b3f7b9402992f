"""Writing: results in a format, or the reason why it cannot hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from kg.errors import EngineError
from kg.sparql import Results
from kg.web.exchange import HttpError
from kg.web.protocol.formats import GRAPHS, RESULTS, Format
from kg.web.protocol.parts import Output

# XML 1.0, section 2.2: what no document holds, not even as a character reference.
_FORBIDDEN = bytes({*range(0x20)} - {0x9, 0xA, 0xD})
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# A property is an element in RDF/XML, so that its IRI must end in a name.
_NAMED = re.compile(r"[^\W\d][\w.\-]*\Z")


def offered(results: Results) -> tuple[Format, ...]:
    """The formats that results can be written in."""
    return GRAPHS if isinstance(results, QueryTriples) else RESULTS


def write(results: Results, form: Format, out: Output, prefixes: Mapping[str, str]) -> None:
    """Write results of a query.

    Args:
        results: made in this thread.
        form: one of those :func:`offered`.
        out: where to.
        prefixes: to shorten IRIs with, where the format can.

    Raises:
        HttpError: 406, the format cannot hold what was found; other formats can.
        EngineError: the engine stopped on the way, so that something would be missing.
    """
    file = cast("IO[bytes]", _Xml(out) if form.is_xml else out)
    try:
        if isinstance(results, QuerySolutions | QueryBoolean):
            results.serialize(file, cast(QueryResultsFormat, form.engine))
        else:
            engine = cast(RdfFormat, form.engine)
            serialize(_fit(results, form), file, engine, prefixes=dict(prefixes))
    except (OSError, RuntimeError) as error:
        raise EngineError("query-stopped", error=error) from error


def _fit(triples: Iterable[Triple], form: Format) -> Iterable[Triple]:
    if form.engine == RdfFormat.RDF_XML:
        return _with_names(triples)
    if form.engine == RdfFormat.JSON_LD:
        return _without_terms(triples)
    return triples


def _with_names(triples: Iterable[Triple]) -> Iterator[Triple]:
    for triple in triples:
        if not _NAMED.search(triple.predicate.value):
            raise HttpError(406, "web-sparql-name", iri=triple.predicate.value)
        yield triple


def _without_terms(triples: Iterable[Triple]) -> Iterator[Triple]:
    for triple in triples:
        if isinstance(triple.object, Triple):
            raise HttpError(406, "web-sparql-triple-term")
        yield triple


class _Xml:
    """Hands on XML, unless a character stands in it that XML cannot hold."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._last = b""

    def write(self, data: Any) -> int:
        data = bytes(data)
        if len(data.translate(None, _FORBIDDEN)) < len(data):
            number = next(byte for byte in data if byte in _FORBIDDEN)
            raise HttpError(406, "web-sparql-character", character=f"U+{number:04X}")
        around = self._last + data
        for found in _NONCHARACTERS:
            if found in around:
                character = f"U+{ord(found.decode()):04X}"
                raise HttpError(406, "web-sparql-character", character=character)
        self._last = data[-2:]
        # A carriage return of a literal would be read as a line feed (XML 1.0, section 2.11).
        self._out.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()
