"""The W3C's tests of the SPARQL 1.1 Protocol, read from their manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat

from tests.corpus import ROOT

FOLDER = ROOT.parent / "shared" / "w3c" / "sparql11-protocol"
_QUERIES = re.compile(r"query_|bad_query_|bad_multiple_queries|bad_update_get")


@dataclass(frozen=True)
class Case:
    """One request and what is expected of the response to it.

    ``status`` holds the first digits that are right; ``boolean`` and ``format`` are None where
    nothing is said of them.
    """

    name: str
    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    status: frozenset[int]
    boolean: bool | None
    format: str | None

    @property
    def is_query(self) -> bool:
        """Whether it tests the query side."""
        return _QUERIES.match(self.name) is not None


def data() -> Iterator[Quad]:
    """The named graphs that the tests are about."""
    for file in sorted(FOLDER.glob("data*.nt")):
        graph = NamedNode(f"http://kasei.us/2009/09/sparql/data/{file.stem}.rdf")
        for quad in ox.parse(path=file, format=RdfFormat.N_TRIPLES):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def cases() -> list[Case]:
    """The first request of every test that is no sequence of updates; none without the manifest."""
    if not (FOLDER / "manifest.ttl").exists():
        return []
    store = ox.Store()
    manifest = FOLDER / "manifest.ttl"
    store.load(path=manifest, format=RdfFormat.TURTLE, base_iri="http://example.org/manifest")
    solutions = store.query(_REQUESTS)
    assert isinstance(solutions, ox.QuerySolutions)
    found = []
    for row in solutions:
        value = {v.value: row[v].value for v in solutions.variables if row[v] is not None}
        request, response = row["request"], row["response"]
        assert isinstance(request, BlankNode)
        assert isinstance(response, BlankNode)
        encoding = value.get("encoding", "UTF-8")
        found.append(
            Case(
                name=value["test"].rpartition("#")[2],
                method=value["method"],
                query=urlsplit(value["path"]).query,
                headers=_headers(store, request),
                body=value.get("chars", "").encode(encoding),
                status=frozenset(_statuses(store, response)),
                boolean={"true": True, "false": False}.get(value.get("boolean", "")),
                format=value.get("format"),
            )
        )
    return sorted(found, key=lambda case: case.name)


def _headers(store: ox.Store, request: BlankNode) -> dict[str, str]:
    solutions = store.query(_HEADERS, substitutions={ox.Variable("request"): request})
    return {row["name"].value.lower(): row["value"].value for row in solutions}


def _statuses(store: ox.Store, response: BlankNode) -> Iterator[int]:
    predicate = NamedNode("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#expectedStatus")
    for quad in store.quads_for_pattern(response, predicate, None):
        yield int(quad.object.value.removesuffix("xx")[-1])


_PREFIXES = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX ht: <http://www.w3.org/2011/http#>
PREFIX cnt: <http://www.w3.org/2011/content#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
_REQUESTS = f"""{_PREFIXES}
SELECT * {{
  ?test mf:action/ht:requests/rdf:first ?request .
  ?request ht:absolutePath ?path ; ht:methodName ?method ; ht:resp ?response .
  OPTIONAL {{ ?request ht:body ?body . ?body cnt:chars ?chars ; cnt:characterEncoding ?encoding }}
  OPTIONAL {{ ?response mf:expectedBoolean ?boolean }}
  OPTIONAL {{ ?response mf:expectedFormat ?format }}
}}"""
_HEADERS = f"""{_PREFIXES}
SELECT ?request ?name ?value {{
  ?request ht:headers/rdf:rest*/rdf:first ?header .
  ?header ht:fieldName ?name ; ht:fieldValue ?value .
}}"""
