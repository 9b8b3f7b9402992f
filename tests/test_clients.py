"""The endpoint as others ask it: the W3C's requests and real clients, over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import DefaultGraph, Quad, RdfFormat
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import SPARQLExceptions, SPARQLWrapper

from kg import build
from kg.project import Project
from tests import protocol
from tests.corpus import ROOT, Corpus
from tests.test_protocol import QUADS, assert_expected, thing

JAVASCRIPT = ROOT / "tests" / "javascript"
FORM = "application/x-www-form-urlencoded"
SELECT = "SELECT ?o { <http://x.example/s> <http://x.example/p> ?o } ORDER BY ?o"
CONSTRUCT = "CONSTRUCT WHERE { <http://x.example/s> ?p ?o }"
OBJECTS = ["http://x.example/o", QUADS[2].object.value]
CASES = [case for case in protocol.cases() if case.is_query]


@pytest.fixture(scope="module")
def endpoint(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``kg serve`` on a project whose store holds the data of these tests, too."""
    corpus = Corpus(tmp_path_factory.mktemp("served"), like=pristine)
    layout = Project(corpus.root).layout
    manifest = build.manifest(layout)
    assert manifest is not None
    quads = [*QUADS, *protocol.data()]
    store = ox.Store(str(layout.build / manifest["store"]))
    store.extend(quads + [Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads])
    store.flush()
    del store
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", "--project", str(corpus.root),
               "--budget", "1000"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stderr is not None
            lines = []
            for line in process.stderr:
                lines.append(line)
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield f"{found[0]}/sparql"
                    break
            else:
                pytest.fail("".join(lines))
        finally:
            process.terminate()


def ask(
    endpoint: str, method: str, query: str = "", body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request, with no header but those given."""
    place = urlsplit(endpoint)
    assert place.hostname
    connection = http.client.HTTPConnection(place.hostname, place.port or 80, timeout=30)
    with closing(connection):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"{place.path}?{query}" if query else place.path, body, named)
        response = connection.getresponse()
        return response, response.read()


# -- the W3C's tests ----------------------------------------------------------------------------


def test_the_query_side_of_the_manifest_is_found() -> None:
    if not protocol.FOLDER.is_dir():
        pytest.skip("the W3C's tests of the protocol are not at hand")
    assert len(CASES) == 21


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_query_side_of_the_protocol_is_answered_as_the_w3c_expects(
    case: protocol.Case, endpoint: str
) -> None:
    headers = {name.replace("-", "_"): value for name, value in case.headers.items()}
    response, body = ask(endpoint, case.method, case.query, case.body, **headers)
    assert_expected(case, response.status, response.headers["Content-Type"], body)


# -- HTTP ---------------------------------------------------------------------------------------


def test_head_has_the_headers_of_get_and_no_body(endpoint: str) -> None:
    query = urlencode({"query": SELECT})
    whole, content = ask(endpoint, "GET", query)
    head, nothing = ask(endpoint, "HEAD", query)
    assert content
    assert nothing == b""
    names = ("Content-Type", "Content-Length", "Vary", "Access-Control-Allow-Origin")
    assert [head.headers[name] for name in names] == [whole.headers[name] for name in names]
    assert whole.headers["Content-Length"] == str(len(content))


def test_a_script_of_another_site_may_ask_and_read(endpoint: str) -> None:
    response, body = ask(endpoint, "OPTIONS", Origin="http://other.example",
                         Access_Control_Request_Method="POST",
                         Access_Control_Request_Headers="content-type")  # fmt: skip
    assert (response.status, body) == (204, b"")
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    for query in ("ASK {}", "ASK {"):
        response, _ = ask(endpoint, "GET", urlencode({"query": query}))
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_error_comes_with_its_place(endpoint: str) -> None:
    accept = "application/sparql-results+json"
    response, body = ask(endpoint, "POST", "", b"ASK {\n}}", Accept=accept,
                         Content_Type="application/sparql-query")  # fmt: skip
    assert response.status == 400
    assert json.loads(body)["line"] == 2


def test_a_result_of_several_megabytes_is_whole(endpoint: str) -> None:
    query = "SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } { ?g a ?h } } LIMIT 100000"
    form = urlencode({"query": query}).encode()
    response, body = ask(endpoint, "POST", "", form, Content_Type=FORM)
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert len(body) > 8 << 20
    assert len(json.loads(body)["results"]["bindings"]) == 100_000


def test_the_limits_of_the_server_are_published(endpoint: str) -> None:
    response, body = ask(endpoint, "GET", Accept="text/turtle")
    assert response.status == 200
    assert b"Limits: 10 seconds and 1024 MB" in body
    assert f"<{endpoint}>" in body.decode()


# -- SPARQLWrapper ------------------------------------------------------------------------------


def wrapper(endpoint: str, query: str, form: str, **options: str) -> Any:
    found = SPARQLWrapper(endpoint)
    found.setQuery(query)
    found.setReturnFormat(form)
    found.setMethod(options.get("method", "GET"))
    found.setRequestMethod(options.get("sent", "urlencoded"))
    return found.queryAndConvert()


@pytest.mark.parametrize(
    ("method", "sent"), [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]
)
def test_sparqlwrapper_gets_rows_in_every_format(endpoint: str, method: str, sent: str) -> None:
    options = {"method": method, "sent": sent}
    rows = wrapper(endpoint, SELECT, "json", **options)["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == OBJECTS
    document = wrapper(endpoint, SELECT, "xml", **options)
    assert len(document.getElementsByTagName("result")) == 2
    assert wrapper(endpoint, SELECT, "csv", **options).startswith(b"o\r\n")
    assert wrapper(endpoint, SELECT, "tsv", **options).startswith(b"?o\n")
    assert wrapper(endpoint, "ASK { ?s ?p ?o }", "json", **options)["boolean"] is True


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("form", ["turtle", "n3", "rdf+xml", "xml", "json-ld"])
def test_sparqlwrapper_gets_graphs_in_every_format(endpoint: str, form: str) -> None:
    found = wrapper(endpoint, CONSTRUCT, form)
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) == 3


def test_sparqlwrapper_knows_a_malformed_query(endpoint: str) -> None:
    with pytest.raises(SPARQLExceptions.QueryBadFormed, match="ends too early"):
        wrapper(endpoint, "SELECT * { ?s", "json")


# -- rdflib -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_store(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    s, p = (rdflib.URIRef(thing(name).value) for name in "sp")
    assert sorted(map(str, graph.objects(s, p))) == sorted(OBJECTS)
    assert (s, p, rdflib.URIRef(OBJECTS[0])) in graph
    assert [str(row.o) for row in graph.query(SELECT)] == OBJECTS  # type: ignore[union-attr]
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert len(graph.query(CONSTRUCT).graph or ()) == 3


def test_rdflib_reads_one_graph_of_the_endpoint(endpoint: str) -> None:
    graphs = [
        rdflib.Graph(SPARQLStore(endpoint), rdflib.URIRef(f"http://x.example/graph/{name}"))
        for name in "ab"
    ]
    assert [len(graph) for graph in graphs] == [2, 3]


# -- pyoxigraph ---------------------------------------------------------------------------------


def test_the_store_of_another_asks_the_endpoint_as_a_service(endpoint: str) -> None:
    query = f"SELECT ?o {{ SERVICE <{endpoint}> {{ {SELECT} }} }} ORDER BY ?o"
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["o"].value for row in solutions] == OBJECTS


# -- JavaScript ---------------------------------------------------------------------------------


def test_a_javascript_client_gets_rows_graphs_and_errors(endpoint: str) -> None:
    node = shutil.which("node")
    if node is None or not (JAVASCRIPT / "node_modules").is_dir():
        pytest.skip("no JavaScript client; make javascript installs it where Node is present")
    done = subprocess.run([node, Path("client.mjs"), endpoint], cwd=JAVASCRIPT, text=True,
                          capture_output=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for operation in ("get", "postUrlencoded", "postDirect"):
        assert found[operation] == {"select": OBJECTS, "ask": True, "construct": 3}
    assert found["error"]["status"] == 400
    assert "ends too early" in found["error"]["text"]


def test_answers_are_what_their_type_says(endpoint: str) -> None:
    for form in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        _, body = ask(endpoint, "GET", urlencode({"query": CONSTRUCT}), Accept=form)
        engine = RdfFormat.from_media_type(form)
        assert engine is not None
        assert len(list(ox.parse(body, format=engine))) == 3
