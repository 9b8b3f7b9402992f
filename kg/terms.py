"""Terms: every conversion between RDF terms and other forms stands here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg.namespaces import RDF, XSD

if TYPE_CHECKING:
    import rdflib

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
AnyTerm = TypeVar("AnyTerm")
_TYPE = str(RDF.type)
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def key(term: Term | DefaultGraph) -> tuple[int, str]:
    """A sort key that is the same on every machine: resources first, then literals.

    >>> sorted([Literal("a"), NamedNode("http://x/b")], key=key)[0].value
    'http://x/b'
    """
    return (0 if isinstance(term, NamedNode) else 1, str(term))


def quad_key(quad: Quad) -> tuple[str, str, bool, tuple[int, str], tuple[int, str]]:
    """A sort key by graph, subject, predicate (``rdf:type`` first) and object."""
    return (
        str(quad.graph_name),
        str(quad.subject),
        quad.predicate != RDF.type,
        key(quad.predicate),
        key(quad.object),
    )


def line_key(line: str) -> str:
    """The place of a line of N-Quads among others: they sort as their statements by quad_key.

    >>> line_key('<s:> <p:> "o" <g:> .')
    '<g:> <s:> <p:> "o"'
    """
    subject, predicate, rest = line.split(" ", 2)
    value, _, graph = rest[:-2].rpartition(" ")
    if not value or '"' in graph:
        value, graph = rest[:-2], "DEFAULT"  # as str(DefaultGraph())
    if predicate == _TYPE:
        predicate = "!"
    # No term begins with a character before the exclamation mark, and none holds a space but
    # literals, which come last.
    is_resource = value.startswith("<") and not value.startswith("<<")
    return f"{graph} {subject} {predicate} {'!' if is_resource else ''}{value}"


def compact(term: Term, prefixes: Mapping[str, str]) -> str:
    """Write a term as people do: a prefixed name where a prefix fits, else N-Triples.

    >>> compact(NamedNode("https://w3id.org/ecodip/id/awex"), {"id": "https://w3id.org/ecodip/id/"})
    'id:awex'
    >>> compact(Literal("19", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
    ...         {"xsd": "http://www.w3.org/2001/XMLSchema#"})
    '"19"^^xsd:gYear'
    """
    if isinstance(term, NamedNode):
        best = max(
            (p for p, base in prefixes.items() if term.value.startswith(base)),
            key=lambda p: len(prefixes[p]),
            default=None,
        )
        if best is not None and _LOCAL.fullmatch(local := term.value[len(prefixes[best]) :]):
            return f"{best}:{local}"
        return str(term)
    if isinstance(term, Literal) and not term.language and term.datatype != XSD.string:
        return f"{Literal(term.value)}^^{compact(term.datatype, prefixes)}"
    return str(term)


def expand(name: str, prefixes: Mapping[str, str]) -> NamedNode | None:
    """The IRI that a prefixed name, ``<IRI>`` or plain http(s) IRI means; None when it means none.

    >>> expand("id:awex", {"id": "https://w3id.org/ecodip/id/"}).value
    'https://w3id.org/ecodip/id/awex'
    >>> expand("nowhere:awex", {}) is None
    True
    """
    prefix, colon, local = name.partition(":")
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    elif colon and prefix in prefixes:
        iri = prefixes[prefix] + local
    elif name.startswith(("http://", "https://")):
        iri = name
    else:
        return None
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def from_ntriples(text: str) -> Term:
    """The term that some N-Triples syntax means.

    >>> from_ntriples('"Gent"@nl').value
    'Gent'
    """
    found: Term = next(parse(f"<s:> <p:> {text} .", format=RdfFormat.N_TRIPLES)).object
    return found


_BY_VALUE = frozenset(
    XSD[name].value
    for name in (
        "boolean", "byte", "date", "dateTime", "dateTimeStamp", "dayTimeDuration", "decimal",
        "double", "duration", "float", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "int",
        "integer", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger",
        "positiveInteger", "short", "time", "unsignedByte", "unsignedInt", "unsignedLong",
        "unsignedShort", "yearMonthDuration",
    )
)  # fmt: skip


def stored_term(term: AnyTerm) -> AnyTerm:
    """The term that the engine gives back for one that it has stored.

    It keeps numbers, truth values and times by value, and all integers as ``xsd:integer``.

    >>> stored_term(Literal("01", datatype=XSD.int))
    <Literal value=1 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#integer>>
    """
    if isinstance(term, Literal) and term.datatype.value in _BY_VALUE:
        return _stored(term)  # type: ignore[return-value]
    return term


@lru_cache(maxsize=100_000)
def _stored(literal: Literal) -> Literal:
    engine = Store()
    node = NamedNode("s:")
    engine.add(Quad(node, node, literal))
    found = next(engine.quads_for_pattern(None, None, None)).object
    return literal if found == literal else found  # type: ignore[return-value]


def to_json(term: Term) -> Any:
    """A resource as its IRI, a literal as a JSON-LD value object.

    >>> to_json(Literal("Nantes", language="fr"))
    {'@value': 'Nantes', '@language': 'fr'}
    """
    if isinstance(term, Literal):
        if term.language:
            return {"@value": term.value, "@language": term.language}
        if term.datatype == XSD.string:
            return {"@value": term.value}
        return {"@value": term.value, "@type": term.datatype.value}
    return term.value if isinstance(term, NamedNode) else str(term)


def to_python(term: Term) -> Any:
    """The Python value of a term: str for IRIs and words, Decimal, int, bool or date for literals.

    A value that Python's types cannot hold (a year alone, a malformed number) stays a str.

    >>> to_python(Literal("2.50", datatype=XSD.decimal))
    Decimal('2.50')
    """
    from datetime import date
    from decimal import Decimal, InvalidOperation

    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else str(term)
    try:
        match term.datatype:
            case XSD.decimal:
                return Decimal(term.value)
            case XSD.integer | XSD.nonNegativeInteger:
                return int(term.value)
            case XSD.boolean:
                return term.value in ("true", "1")
            case XSD.date:
                return date.fromisoformat(term.value)
    except (ValueError, InvalidOperation):
        return term.value
    return term.value


def to_rdflib(term: Term) -> rdflib.term.Identifier:
    """The same term for rdflib; the lexical form of a literal is kept as it is."""
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Triple):
        raise ValueError("rdflib has no triple terms; export without RDF 1.2 annotations")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD.string else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(term: rdflib.term.Node) -> NamedNode | BlankNode | Literal:
    """The same term for the store."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if not isinstance(term, rdflib.Literal):
        raise TypeError(f"{term!r} is no RDF 1.1 term")
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
