"""The SPARQL endpoint, asked in this process."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlencode

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg import sparql_text
from kg.namespaces import RDF
from kg.project import Project
from kg.store import Store
from kg.web.application import Application
from kg.web.exchange import Pairs, Request, Response
from kg.web.limits import Limits
from kg.web.protocol.formats import GRAPHS, RESULTS, chosen
from kg.web.protocol.parts import PART, SHORT
from kg.web.server.worker import STACK
from tests import protocol
from tests.corpus import ROOT

EX = "http://x.example/"
A, B = NamedNode(EX + "graph/a"), NamedNode(EX + "graph/b")
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CASES = protocol.cases()


def thing(name: str) -> NamedNode:
    return NamedNode(EX + name)


# Both graphs state the same triple, and one of their own each.
QUADS = [
    Quad(thing("s"), thing("p"), thing("o"), A),
    Quad(thing("s"), thing("p"), thing("o"), B),
    Quad(thing("s"), thing("p"), Literal("Loï, \"fr\"\n<b>&amp;</b>\t=1+1"), A),
    Quad(thing("s"), thing("q"), Literal("2020-01-01", datatype=NamedNode(
        "http://www.w3.org/2001/XMLSchema#date")), B),
    Quad(NamedNode("https://w3id.org/ecodip/id/awex"), RDF.type, thing("Agency"), B),
]  # fmt: skip


def application(quads: list[Quad], limits: Limits | None = None) -> Application:
    project = Project(ROOT)
    project.__dict__["store"] = Store.of(quads)
    return Application(project, limits=limits)


@pytest.fixture(scope="module")
def app() -> Application:
    return application(QUADS)


def get(app: Application, query: str | None, accept: str = "", **more: str) -> Response:
    pairs: Pairs = (*(() if query is None else (("query", query),)), *more.items())
    return app.respond(Request("/sparql", pairs, headers={"accept": accept} if accept else {}))


def post(app: Application, body: bytes, type: str, pairs: Pairs = (), accept: str = "") -> Response:
    headers = {"content-type": type, "accept": accept}
    return app.respond(Request("/sparql", pairs, "POST", headers, body))


def rows(response: Response) -> list[dict[str, str]]:
    assert response.status == 200, response.content
    found = json.loads(response.content)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def text(response: Response) -> str:
    return response.content.decode()


# -- the W3C's tests ----------------------------------------------------------------------------


def assert_expected(case: protocol.Case, status: int, type: str, body: bytes) -> None:
    """Assert that a response is what a test of the W3C expects."""
    assert status // 100 in case.status, body
    type = type.partition(";")[0]
    if case.boolean is not None:
        assert json.loads(body)["boolean"] is case.boolean
    match case.format:
        case "boolean":
            assert type in (JSON, XML)
        case "tabular":
            assert type in {form.media for form in RESULTS}
        case "RDF":
            assert type in {form.media for form in GRAPHS}


def test_the_query_side_of_the_manifest_is_found() -> None:
    if not protocol.FOLDER.is_dir():
        pytest.skip("the W3C's tests of the protocol are not at hand")
    assert sum(case.is_query for case in CASES) == 21
    assert sum(case.format == "RDF" for case in CASES) == 2
    assert sum(case.boolean is True for case in CASES) == 9
    assert len({quad.graph_name for quad in protocol.data()}) == 3


@pytest.mark.parametrize("case", [c for c in CASES if c.is_query], ids=lambda case: case.name)
def test_the_query_side_of_the_protocol_is_answered_as_the_w3c_expects(
    case: protocol.Case,
) -> None:
    app = application(list(protocol.data()))
    pairs = tuple(parse_qsl(case.query, keep_blank_values=True))
    found = app.respond(Request("/sparql", pairs, case.method, case.headers, case.body))
    assert_expected(case, found.status, found.type, found.content)


@pytest.mark.parametrize("case", [c for c in CASES if not c.is_query], ids=lambda case: case.name)
def test_updates_of_the_w3c_are_refused(case: protocol.Case, app: Application) -> None:
    before = list(app.store.engine)
    pairs = tuple(parse_qsl(case.query, keep_blank_values=True))
    found = app.respond(Request("/sparql", pairs, case.method, case.headers, case.body))
    assert found.status in (403, 415)
    assert list(app.store.engine) == before


# -- ways to ask --------------------------------------------------------------------------------


def test_a_query_is_answered_by_every_way_to_send_it(app: Application) -> None:
    query = "SELECT ?o { ?s <http://x.example/p> ?o FILTER(isIRI(?o)) }"
    form = "application/x-www-form-urlencoded"
    expected = [{"o": EX + "o"}]
    assert rows(get(app, query)) == expected
    assert rows(post(app, urlencode({"query": query}).encode(), form)) == expected
    assert rows(post(app, query.encode(), "application/sparql-query")) == expected
    assert rows(post(app, query.encode(), "Application/SPARQL-Query; charset=UTF-8")) == expected


def test_head_is_answered_like_get(app: Application) -> None:
    for query in ("ASK {}", "ASK {", None):
        pairs = () if query is None else (("query", query),)
        found = app.respond(Request("/sparql", pairs, "HEAD"))
        assert found == app.respond(Request("/sparql", pairs))


def test_options_tell_what_a_script_may_send(app: Application) -> None:
    found = app.respond(Request("/sparql", method="OPTIONS"))
    assert (found.status, found.content) == (204, b"")
    assert found.header("allow") == "GET, HEAD, POST, OPTIONS"
    assert found.header("access-control-allow-methods") == "GET, HEAD, POST, OPTIONS"
    assert found.header("access-control-allow-headers") == "*"
    assert found.header("access-control-allow-origin") == "*"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "GETT"])
def test_other_methods_are_refused_with_those_that_are_possible(
    method: str, app: Application
) -> None:
    found = app.respond(Request("/sparql", (("query", "ASK {}"),), method))
    assert found.status == 405
    assert found.header("allow") == "GET, HEAD, POST, OPTIONS"
    assert method in text(found)


def test_parameters_that_the_protocol_does_not_know_are_ignored(app: Application) -> None:
    found = get(app, "ASK {}", output="json", results="xml", timeout="0", callback="f")
    assert (found.status, found.type) == (200, JSON)


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ((("query", "ASK {}"), ("query", "ASK {}")), 400),
        ((("query", ""),), 400),
        ((("query", " # nothing"),), 400),
        ((("update", "CLEAR ALL"),), 403),
        ((("query", "ASK {}"), ("update", "CLEAR ALL")), 403),
        ((("query", "ASK {}"), ("default-graph-uri", "no iri")), 400),
        ((("query", "ASK {}"), ("named-graph-uri", "a/b")), 400),
    ],
)
def test_what_is_no_query_operation_is_refused(pairs: Pairs, status: int, app: Application) -> None:
    assert app.respond(Request("/sparql", pairs)).status == status


@pytest.mark.parametrize(
    ("body", "type", "pairs", "status"),
    [
        (b"ASK {}", "", (), 415),
        (b"ASK {}", "text/plain", (), 415),
        (b'{"query": "ASK {}"}', "application/json", (), 415),
        (b"ASK {}", "application/sparql-query; charset=iso-8859-1", (), 415),
        (b"ASK {} # \xff", "application/sparql-query", (), 400),
        (b"query=ASK%20%7B%7D%20%23%FF", "application/x-www-form-urlencoded", (), 400),
        (b"query=ASK+%7B%7D" + b"&a=" * 1001, "application/x-www-form-urlencoded", (), 400),
        (b"", "application/x-www-form-urlencoded", (), 400),
        (b"ASK {}", "application/sparql-query", (("query", "ASK {}"),), 400),
        (b"query=ASK+%7B%7D", "application/x-www-form-urlencoded", (("query", "ASK {}"),), 400),
        (b"CLEAR ALL", "application/sparql-update", (), 403),
        (b"update=CLEAR+ALL", "application/x-www-form-urlencoded", (), 403),
    ],
)
def test_a_body_that_holds_no_query_is_refused(
    body: bytes, type: str, pairs: Pairs, status: int, app: Application
) -> None:
    found = post(app, body, type, pairs)
    assert found.status == status, found.content
    assert found.header("access-control-allow-origin") == "*"
    if status == 415:
        assert "application/sparql-query" in found.header("accept-post")


# -- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("ASK { ?s ?p é }", 1, 13, "'é' is not expected here"),
        ("ASK {\n  ?s ?p 'x' .\n  FILTER(?x + ) }", 3, 15, "')' is not expected here"),
        ("SELECT * { ?s foo:bar ?o }", 1, 15, "the prefix foo: is not declared"),
        ("SELECT * { ?s ?p ?o", 1, 20, "ends too early"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "a string begins here"),
        ("SELECT ?s WHER { ?s ?p ?o }", 1, 11, "did you mean 'WHERE'"),
        ("SELECT ?x { } GROUP BY ?y", 1, 26, "a variable that is unbound"),
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 1, 7, "sends nothing over"),
        ("# x\nDELETE WHERE { ?s ?p ?o }", 2, 1, "DELETE changes data"),
        ("LOAD <http://127.0.0.1:9/>", 1, 1, "LOAD changes data"),
        ("ASK {} ASK {}", 1, 8, "'ASK' is not expected here"),
    ],
)
def test_a_text_that_is_no_query_is_refused_with_place_and_reason(
    query: str, line: int, column: int, says: str, app: Application
) -> None:
    found = get(app, query)
    assert (found.status, found.type) == (400, "text/plain; charset=utf-8")
    assert text(found).startswith(f"Line {line}, column {column}: ")
    assert says in text(found)


def test_an_error_is_told_in_json_where_json_is_asked_for(app: Application) -> None:
    for accept in (JSON, "application/json, */*;q=0.1", "application/ld+json"):
        found = get(app, "ASK {\n}}", accept)
        assert (found.status, found.type) == (400, "application/problem+json")
        told = json.loads(found.content)
        assert told["detail"] == "Line 2, column 2: '}' is not expected here."
        assert (told["status"], told["line"], told["column"]) == (400, 2, 2)
    assert get(app, "ASK {", "text/turtle, application/json;q=0").type.startswith("text/plain")


def test_an_error_speaks_the_language_of_the_client(app: Application) -> None:
    headers = {"accept-language": "fr-BE, en;q=0.5"}
    found = app.respond(Request("/sparql", (("query", "ASK {}}"),), headers=headers))
    assert text(found).startswith("Ligne 1, colonne 7\N{NO-BREAK SPACE}: '}' n'est pas attendu ici")
    assert found.header("content-language") == "fr"
    assert found.header("vary") == "Accept, Accept-Language"


def test_every_answer_may_be_read_by_scripts_of_any_site(app: Application) -> None:
    answers = [
        get(app, "ASK {}"),
        get(app, "ASK {"),
        get(app, None),
        get(app, "ASK {}", "x/y"),
        get(app, None, "text/html"),
        app.respond(Request("/sparql", method="PUT")),
    ]
    assert [found.status for found in answers] == [200, 400, 200, 406, 303, 405]
    for found in answers:
        assert found.header("access-control-allow-origin") == "*"
        assert "Accept" in found.header("vary") or found.status == 405


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE {url} {{ ?s ?p ?o }} }}",
        "SELECT * {{ service silent {url} {{ ?s ?p ?o }} }}",
        "ASK {{ FILTER EXISTS {{ SERVICE {url} {{ ?s ?p ?o }} }} }}",
        "ASK {{ VALUES ?url {{ {url} }} SERVICE ?url {{ ?s ?p ?o }} }}",
        # A list of words would take these for an IRI, a comment, and a number.
        "SELECT * {{ FILTER(1<2)SERVICE#>\n{url} {{ ?s ?p ?o }} }}",
        "SELECT * {{ #\rSERVICE {url} {{ ?s ?p ?o }} }}",
        "SELECT * {{ VALUES ?o {{ 1 }} ?s ?p 1SERVICE {url} {{ ?s ?p ?o }} }}",
        "SELECT * {{ \\u0053ERVICE {url} {{ ?s ?p ?o }} }}",
        "LOAD {url}",
        # These ask nobody, and have an answer.
        "SELECT * FROM {url} {{ ?s ?p ?o }}",
        "SELECT ?service {{ ?service ?p ?o FILTER(STR(?p) != 'SERVICE') }}",
    ],
)
def test_no_query_reaches_another_server(query: str, app: Application) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        url = f"<http://127.0.0.1:{canary.getsockname()[1]}/>"
        found = get(app, query.format(url=url))
        is_harmless = "FROM" in query or "?service" in query
        assert found.status == (200 if is_harmless else 400), text(found)
        with pytest.raises(TimeoutError):
            canary.accept()


def deep(call: Callable[[], Response]) -> Response:
    """What a call returns, on a stack as large as that of a worker.

    Where a Java machine was started in the process before, nesting that is harmless elsewhere
    would end it.
    """
    size = threading.stack_size(STACK)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(call).result()
    finally:
        threading.stack_size(size)


@pytest.mark.parametrize("kind", ['"' + '\\"', "a", "<a", "<", '"', "'''\\", "a:", "{", "service ",
                                  "FROM <x:y> ", "\\u0041", "?s ?p ?o. ", "#\r"])  # fmt: skip
def test_a_hostile_text_is_refused_in_linear_time(kind: str, app: Application) -> None:
    def seconds(length: int) -> float:
        start = time.perf_counter()
        query = "ASK {" + (kind * length)[:length] + "))"
        assert deep(lambda: get(app, query)).status == 400
        return time.perf_counter() - start

    depth = 500 if kind in "{<" else 16_000  # nesting is the parser's affair
    assert seconds(depth) < 3


def test_a_query_that_is_too_long_is_refused() -> None:
    app = application(QUADS, Limits(query=20))
    assert get(app, "ASK {" + " " * 14 + "}").status == 200
    found = get(app, "ASK {" + " " * 15 + "}")
    assert found.status == 413
    assert "21 characters; 20" in text(found)
    assert get(application(QUADS), "ASK {" + " " * 65536 + "}").status == 413


def test_any_beginning_of_a_query_may_begin_a_query() -> None:
    """The place of a fault is found by looking at beginnings; none may be taken for a fault."""
    files = [*(ROOT / "queries").glob("*.rq"), *(ROOT / "ontology" / "rules").glob("*.rq")]
    assert len(files) > 20
    texts = [file.read_text(encoding="utf-8") for file in files]
    texts += [
        "ASK { ?s ?p 1.5e3, -.5, 'a'@en-GB, 'b'^^<x:y>, true, _:b1 . FILTER(?a<?b&&?c>=?d"
        "||?e!=1+-2*3/4) ?s ^<x:p>|!(<x:q>|^a)/<x:r>* ?o ; a <x:t> }"
    ]
    prefixes = Project(ROOT).layout.prefixes
    for text in texts:
        for token in sparql_text._TOKEN.finditer(text):
            beginning = sparql_text.QueryText(text, prefixes)
            assert beginning._refused(text[: token.end()]) is None, text[: token.end()]


# -- formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "form", "expected"),
    [
        ("", "", JSON),
        ("*/*", "", JSON),
        ("text/*;q=0.3, application/sparql-results+xml;q=0.2", "", "text/csv"),
        ("application/xml", "", "application/xml"),
        ("application/json;q=0.9, text/csv", "", "text/csv"),
        (f"{JSON};q=0, */*", "", XML),
        ("text/csv", "xml", XML),
        ("text/csv", "TSV", "text/tab-separated-values"),
        ("image/png", "application/sparql-results+json", JSON),
        ("image/png", "", None),
        ("text/turtle", "", None),
        ("", "ttl", None),
        ("", "nonsense", None),
    ],
)
def test_rows_come_in_the_format_that_is_liked_best(
    accept: str, form: str, expected: str | None, app: Application
) -> None:
    more = {"format": form} if form else {}
    for query in ("SELECT * { ?s ?p ?o }", "ASK {}"):
        found = get(app, query, accept, **more)
        if expected is None:
            assert found.status == 406
            assert "csv" in text(found)
        else:
            assert (found.status, found.type.partition(";")[0]) == (200, expected)


@pytest.mark.parametrize(
    ("accept", "form", "expected"),
    [
        ("", "", "text/turtle"),
        ("application/n-triples, text/turtle;q=0.5", "", "application/n-triples"),
        ("application/ld+json", "", "application/ld+json"),
        ("application/json", "", "application/json"),
        ("application/rdf+xml", "", "application/rdf+xml"),
        ("", "json", "application/ld+json"),
        ("", "rdf+xml", "application/rdf+xml"),
        ("text/csv", "", None),
        ("", "csv", None),
    ],
)
def test_graphs_come_in_the_format_that_is_liked_best(
    accept: str, form: str, expected: str | None, app: Application
) -> None:
    more = {"format": form} if form else {}
    for query in ("CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <http://x.example/s>"):
        found = get(app, query, accept, **more)
        if expected is None:
            assert found.status == 406
        else:
            assert (found.status, found.type.partition(";")[0]) == (200, expected)


def test_rows_say_the_same_in_every_format(app: Application) -> None:
    query = "SELECT ?o { ?s <http://x.example/p> ?o } ORDER BY ?o"
    expected = [EX + "o", QUADS[2].object.value]
    assert [row["o"] for row in rows(get(app, query))] == expected
    root = ET.fromstring(get(app, query, XML).content)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [node[0].text for node in root.iter(f"{space}binding")] == expected
    table = list(csv.reader(io.StringIO(text(get(app, query, "text/csv")), newline="")))
    assert table == [["o"], *([value] for value in expected)]
    lines = text(get(app, query, "text/tab-separated-values")).splitlines()
    assert lines[:2] == ["?o", f"<{EX}o>"]
    assert lines[2].endswith('\\t=1+1"')


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_graphs_say_the_same_in_every_format(form: object, app: Application) -> None:
    assert form in GRAPHS
    (engine,) = (found.engine for found in GRAPHS if found is form)
    found = get(app, "CONSTRUCT WHERE { ?s ?p ?o }", format=form.name)
    assert isinstance(engine, RdfFormat)
    triples = {quad.triple for quad in ox.parse(found.content, format=engine)}
    assert triples == {quad.triple for quad in QUADS}


def test_turtle_has_the_prefixes_of_the_project(app: Application) -> None:
    found = text(get(app, "CONSTRUCT WHERE { id:awex ?p ?o }"))
    assert "\nid:awex a <http://x.example/Agency>" in found


@pytest.mark.parametrize("number", [0x1, 0x8, 0xB, 0x1F, 0xFFFE, 0xFFFF])
def test_xml_that_no_parser_would_take_is_never_sent(number: int) -> None:
    value = f"a{chr(number)}b"
    app = application([Quad(thing("s"), thing("p"), Literal(value), A)])
    for query, accept in (
        ("SELECT * { ?s ?p ?o }", XML),
        ("SELECT * { ?s ?p ?o }", "text/xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml"),
    ):
        found = get(app, query, accept)
        assert found.status == 406
        assert f"U+{number:04X}" in text(found)
    assert rows(get(app, "SELECT ?o { ?s ?p ?o }")) == [{"o": value}]


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_xml_holds_each_literal_or_is_refused(value: str) -> None:
    try:
        literal = Literal(value)
    except (ValueError, UnicodeEncodeError):
        return
    app = application([Quad(thing("s"), thing("p"), literal, A)])
    found = get(app, "SELECT ?o { ?s ?p ?o }", XML)
    assert found.status in (200, 406)
    if found.status == 200:
        (node,) = ET.fromstring(found.content).iter(
            "{http://www.w3.org/2005/sparql-results#}literal"
        )
        assert (node.text or "") == value
    graph = get(app, "CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml")
    assert graph.status == found.status
    if graph.status == 200:
        (quad,) = ox.parse(graph.content, format=RdfFormat.RDF_XML)
        assert quad.object == literal
        ET.fromstring(graph.content)


@pytest.mark.parametrize(
    ("end", "status"),
    [("p", 200), ("a#p-1", 200), ("é", 200), ("1a", 200), ("_x.y", 200), ("1", 406), ("", 406),
     ("a/", 406), ("a%20", 406), ("p?x=", 406), ("-", 406), ("a(b)", 406), ("·a", 200)],
)  # fmt: skip
def test_a_property_that_rdf_xml_cannot_name_is_refused(end: str, status: int) -> None:
    app = application([Quad(thing("s"), thing(end), Literal("1"), A)])
    found = get(app, "CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml")
    assert found.status == status
    if status == 200:
        ET.fromstring(found.content)
        (quad,) = ox.parse(found.content, format=RdfFormat.RDF_XML)
        assert quad.predicate == thing(end)


def test_a_triple_in_a_triple_is_refused_in_json_ld(app: Application) -> None:
    query = "CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }"
    assert get(app, query, "application/ld+json").status == 406
    assert get(app, query, "text/turtle").status == 200


# -- datasets -----------------------------------------------------------------------------------

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("pairs", "default", "named"),
    [
        ((), 4, 5),
        ((("default-graph-uri", A.value),), 2, 0),
        ((("named-graph-uri", A.value),), 0, 2),
        ((("default-graph-uri", A.value), ("named-graph-uri", B.value)), 2, 3),
        # The merge of two graphs holds once what both state.
        ((("default-graph-uri", A.value), ("default-graph-uri", B.value)), 4, 0),
        ((("default-graph-uri", A.value), ("default-graph-uri", A.value)), 2, 0),
        ((("default-graph-uri", A.value), ("default-graph-uri", B.value),
          ("named-graph-uri", B.value)), 4, 3),
        ((("default-graph-uri", EX + "nothing"),), 0, 0),
    ],
)  # fmt: skip
def test_the_dataset_is_what_the_request_names(
    pairs: Pairs, default: int, named: int, app: Application
) -> None:
    for query, expected in ((COUNT, default), (NAMED, named)):
        # What the query says of graphs is outdone.
        froms = f"FROM <{EX}other> FROM NAMED <{EX}other>" if pairs else ""
        asked = query.replace("{", f"{froms} {{", 1)
        found = app.respond(Request("/sparql", (("query", asked), *pairs)))
        assert rows(found) == [{"n": str(expected)}]
        body = urlencode([("query", asked), *pairs]).encode()
        assert rows(post(app, body, "application/x-www-form-urlencoded")) == rows(found)
        sent = post(app, asked.encode(), "application/sparql-query", pairs)
        assert rows(sent) == rows(found)


@pytest.mark.parametrize(
    ("froms", "default", "named"),
    [
        (f"FROM <{A.value}>", 2, 0),
        (f"FROM NAMED <{A.value}>", 0, 2),
        (f"FROM <{A.value}> FROM <{B.value}>", 4, 0),
        (f"FROM <{A.value}>#>\nFROM#\n<{B.value}>FROM NAMED <{A.value}>", 4, 2),
        ("FROM x:a FROM x:b", 4, 0),
        ("FROM <graph/a> from <graph/b> from named x:b", 4, 3),
    ],
)
def test_the_dataset_is_what_the_query_names(
    froms: str, default: int, named: int, app: Application
) -> None:
    prologue = f"BASE <{EX}> PREFIX x: <graph/> "
    for query, expected in ((COUNT, default), (NAMED, named)):
        found = get(app, prologue + query.replace("{", f"{froms} {{", 1))
        assert rows(found) == [{"n": str(expected)}]


def test_from_in_a_string_names_no_graph(app: Application) -> None:
    query = "SELECT (COUNT(*) AS ?from) { ?s ?p ?o FILTER('FROM <x:a> FROM <x:b>'@from != ?o) }"
    assert rows(get(app, query)) == [{"from": "4"}]


def test_relative_iris_are_relative_to_the_namespace_of_the_project(app: Application) -> None:
    assert rows(get(app, "SELECT ?c { <id/awex> a ?c }")) == [{"c": EX + "Agency"}]


def test_the_same_request_is_answered_with_the_same_bytes(app: Application) -> None:
    for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        assert get(app, query).content == get(app, query).content


# -- large results ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large() -> Application:
    quads = [Quad(thing(f"s{i:06}"), thing("p"), Literal("v" * 120), A) for i in range(50_000)]
    bad = [Quad(thing("z"), thing("p"), Literal("\x01"), B)]
    return application(quads + bad)


def test_a_large_result_comes_in_parts(large: Application) -> None:
    found = get(large, "SELECT ?s ?o FROM <http://x.example/graph/a> { ?s ?p ?o }")
    assert not isinstance(found.body, bytes)
    parts = list(found.body)
    assert len(parts) > SHORT // PART // 2
    assert max(map(len, parts)) < 2 * PART
    assert len(json.loads(b"".join(parts))["results"]["bindings"]) == 50_000


def test_a_result_that_fails_early_is_an_error(app: Application) -> None:
    late = application([*QUADS, Quad(thing("z"), thing("p"), Literal("\x01"), B)])
    assert get(late, "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s", XML).status == 406


def test_a_result_that_fails_late_never_looks_complete(large: Application) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"
    found = get(large, query, XML)
    assert found.status == 200
    assert not isinstance(found.body, bytes)
    taken = []
    with pytest.raises(Exception, match="web-sparql-character"):
        taken.extend(found.body)
    assert b"</sparql>" not in b"".join(taken)


def test_a_result_that_nobody_reads_to_its_end_holds_up_no_other(large: Application) -> None:
    for _ in range(50):
        found = get(large, "SELECT ?s ?o { ?s ?p ?o }")
        assert next(iter(found.body))
    assert get(large, "ASK {}").content == b'{"head":{},"boolean":true}'


LEAVES_A_RESULT = """
from kg.web.protocol.parts import PART, SHORT, written

def write(out):
    try:
        for _ in range(2 * SHORT // PART):
            out.write(bytes(PART))
    finally:
        out.write(bytes(PART))  # as engines do that were stopped

parts = written(write)
assert next(parts)
del parts
assert written(write)  # and one of which nothing is read
"""


def test_a_process_ends_although_the_rest_of_a_result_is_not_read() -> None:
    assert subprocess.run([sys.executable, "-c", LEAVES_A_RESULT], timeout=60).returncode == 0


def test_results_are_read_while_others_are_open(large: Application) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o }"
    first, second = get(large, query), get(large, query)
    assert second.content == first.content


# -- the endpoint itself ------------------------------------------------------------------------


def test_the_service_describes_itself(app: Application) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    limited = Application(app.project, limits=Limits(seconds=2.5))
    for form in GRAPHS:
        found = get(limited, None, form.media)
        assert (found.status, found.type.partition(";")[0]) == (200, form.media)
        assert isinstance(form.engine, RdfFormat)
        store = ox.Store()
        store.load(found.content, format=form.engine)
        assert store.query(f"""ASK {{
            ?s a <{sd}Service> ; <{sd}endpoint> <http://localhost/sparql> ;
            <{sd}feature> <{sd}UnionDefaultGraph> ; <{sd}supportedLanguage> <{sd}SPARQL11Query> ;
            <{sd}defaultDataset>/<{sd}namedGraph>/<{sd}name> <{A.value}>, <{B.value}> ;
            <{sd}availableGraphs>/<{sd}namedGraph>/<{sd}name> <{A.value}>, <{B.value}> ;
            <{sd}defaultDataset>/<{sd}defaultGraph>/<http://rdfs.org/ns/void#triples> 4 }}""")
        comments = f"SELECT ?c {{ ?s a <{sd}Service> ; ?p ?c FILTER(CONTAINS(?c, '2.5 sec')) }}"
        assert len(list(store.query(comments))) == 2, "limits in English and French"
        formats = f"SELECT DISTINCT ?f {{ ?s <{sd}resultFormat> ?f }}"
        assert len(list(store.query(formats))) == len(RESULTS) + len(GRAPHS)


def test_the_service_description_is_refused_in_formats_of_rows(app: Application) -> None:
    assert get(app, None, "text/csv").status == 406
    assert get(app, None, "", format="csv").status == 406


def test_a_browser_is_sent_to_the_page_with_its_query(app: Application) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    query = "SELECT ?é { ?s ?p 'a&b #' }"
    found = get(app, query, accept, page="2")
    assert found.status == 303
    expected = f"sparql.en.html?{urlencode({'query': query, 'page': '2'})}"
    assert found.header("location") == expected
    assert found.header("vary") == "Accept, Accept-Language"
    assert get(app, None, accept).header("location") == "sparql.en.html"
    headers = {"accept": accept, "accept-language": "fr"}
    french = app.respond(Request("/sparql", headers=headers))
    assert french.header("location") == "sparql.fr.html"
    assert get(app, "ASK {}", accept, format="json").type == JSON
    posted = post(app, b"ASK {}", "application/sparql-query", accept=accept)
    assert (posted.status, posted.type) == (200, "application/xml")


def test_a_format_that_is_offered_is_never_refused() -> None:
    for offered in (RESULTS, GRAPHS):
        for form in offered:
            for name in (form.name, *form.aliases, *form.medias):
                assert chosen(offered, "", name)[0] == form
            for media in form.medias:
                assert chosen(offered, media, "")[0] == form
