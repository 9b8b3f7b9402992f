"""Stored questions as an API, and what describes the dataset and the API."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pyoxigraph import Literal, NamedNode, RdfFormat

from kg.namespaces import RDF, VOID
from kg.project import Project
from kg.spreadsheet import guarded, guarded_csv
from kg.web.addresses import ROWS, Addresses
from kg.web.application import Application
from kg.web.exchange import Request, Response
from tests.corpus import ROOT, Corpus, claim_path

NAMESPACE = "https://w3id.org/ecodip/"
ACTOR = (("actor", "id:loria-trade"),)


@pytest.fixture(scope="module")
def app(pristine: Corpus) -> Application:
    return Application(Project(pristine.root))


def ask(app: Application, path: str, *query: tuple[str, str], **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.respond(Request(path, query, headers=names))


@pytest.mark.parametrize("form", sorted(ROWS))
def test_a_question_is_answered_in_each_form(app: Application, form: str) -> None:
    response = ask(app, f"/queries/agreements-of.{form}", *ACTOR)
    assert response.status == 200
    assert response.type.partition(";")[0] == ROWS[form]
    assert "memorandum" in response.content.decode()
    named = ask(app, "/queries/agreements-of", *ACTOR, ("format", form))
    assert (named.content, named.type) == (response.content, response.type)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("text/csv", "text/csv; charset=utf-8"), ("application/json", "application/json"),
     ("application/sparql-results+json", "application/sparql-results+json"),
     ("text/tab-separated-values, */*;q=0.1", "text/tab-separated-values; charset=utf-8"),
     ("text/markdown", "text/markdown; charset=utf-8")],
)  # fmt: skip
def test_a_question_is_negotiated(app: Application, accept: str, kind: str) -> None:
    response = ask(app, "/queries/agreements-of", *ACTOR, accept=accept)
    assert (response.status, response.type) == (200, kind)
    assert "Accept" in response.header("vary")


def test_a_browser_and_a_reader_of_rdf_are_led_to_their_forms_with_the_parameters(
    app: Application,
) -> None:
    page = ask(app, "/queries/agreements-of", *ACTOR, accept="text/html", accept_language="fr")
    assert (page.status, page.header("location")) == (
        303, "/queries/agreements-of.fr.html?actor=id%3Aloria-trade",
    )  # fmt: skip
    data = ask(app, "/queries/agreements-of", accept="text/turtle")
    assert data.header("location") == "/queries/agreements-of.ttl"
    named = ask(app, "/id/ada-lee", ("format", "jsonld"))
    assert named.header("location") == "/id/ada-lee.jsonld"


def test_rows_hold_what_the_same_question_answers_in_python(app: Application) -> None:
    records = json.loads(ask(app, "/queries/agreements-of.json", *ACTOR).content)
    answer = app.project.query("agreements-of", actor="id:loria-trade")
    assert len(answer) > 0
    assert json.dumps(records) == json.dumps(json.loads(answer.text("json")))
    results = json.loads(ask(app, "/queries/agreements-of.srj", *ACTOR).content)
    assert results["head"]["vars"] == list(answer.variables)
    parsed = ox.parse_query_results(
        ask(app, "/queries/agreements-of.srj", *ACTOR).content, format=ox.QueryResultsFormat.JSON
    )
    assert isinstance(parsed, ox.QuerySolutions)
    found = [{v.value: s[v] for v in parsed.variables if s[v] is not None} for s in parsed]
    assert found == [dict(row.terms) for row in answer]


def test_evidence_comes_with_each_row_where_it_is_asked_for(app: Application) -> None:
    plain = json.loads(ask(app, "/queries/agreements-of.json", *ACTOR).content)
    proven = json.loads(ask(app, "/queries/agreements-of.json", *ACTOR, ("evidence", "1")).content)
    assert "evidence" not in plain[0]
    assert proven[0]["evidence"][0]["spans"][0][2]
    assert proven[0]["basis"] == "claims"


def test_labels_are_in_the_language_asked_for(app: Application) -> None:
    french = ask(app, "/queries/agreements-of.csv", *ACTOR, accept_language="fr").content.decode()
    named = ask(app, "/queries/agreements-of.csv", *ACTOR, ("lang", "fr")).content.decode()
    english = ask(app, "/queries/agreements-of.csv", *ACTOR).content.decode()
    assert "Commerce de Loria" in french
    assert named == french
    assert "Commerce de Loria" not in english
    assert "Loria Trade" in english


def test_a_label_stands_for_a_resource(app: Application) -> None:
    by_label = ask(app, "/queries/agreements-of.csv", ("actor", "commerce de loria"))
    assert by_label.content == ask(app, "/queries/agreements-of.csv", *ACTOR).content


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [("/queries/agreements-of.csv", (), 400, "actor: This is needed"),
     ("/queries/agreements-of", (("format", "csv"),), 400, "actor: This is needed"),
     ("/queries/agreements-of.json", (("actor", "nobody"),), 400,
      "actor: Nothing of the kind “actor” is called “nobody”"),
     ("/queries/agreements-of.json", (("aktor", "id:loria-trade"),), 400, "actor"),
     ("/queries/events-between.csv", (("since", "yesterday"),), 400, "A day such as"),
     ("/queries/agreements-off.csv", ACTOR, 404, "/queries/agreements-off.csv"),
     ("/queries/agreements-of", (*ACTOR, ("format", "docx")), 406, "csv"),
     ("/queries/../dataset.csv", (), 406, "text/turtle"),
        ("/queries/...csv", (), 404, "")],
)  # fmt: skip
def test_a_wrong_request_is_told_what_is_wrong(
    app: Application, path: str, query: tuple[tuple[str, str], ...], status: int, words: str
) -> None:
    response = ask(app, path, *query, accept="text/plain")
    assert response.status == status
    assert words in response.content.decode()


@pytest.mark.parametrize(("query", "words"), [
    (("actor", "Loria Tade"), "actor: Rien de la nature"),
    (("actr", "id:awex"), "actr: La question « agreements-of » n'a pas ce paramètre ; elle a"),
    (("actor", ""), "actor: Ceci est nécessaire"),
])  # fmt: skip
def test_a_wrong_request_is_told_in_the_language_of_the_client(
    app: Application, query: tuple[str, str], words: str
) -> None:
    found = ask(app, "/queries/agreements-of.csv", query, accept_language="fr")
    assert found.status == 400
    assert words in found.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_an_error_is_plain_text_for_a_program_and_a_page_for_a_browser(app: Application) -> None:
    for path, query in (("/queries/agreements-of.csv", ()), ("/id/nobody.ttl", ()),
                        ("/queries/agreements-of", (("format", "csv"),))):  # fmt: skip
        program = ask(app, path, *query, accept="*/*")
        assert program.type == "text/plain; charset=utf-8"
        assert program.header("access-control-allow-origin") == "*"
        browser = ask(app, path, *query, accept="text/html,application/xml;q=0.9,*/*;q=0.8")
        assert browser.type == "text/html; charset=utf-8"
        assert program.status == browser.status >= 400
    assert ask(app, "/id/nobody.en.html", accept="*/*").type == "text/html; charset=utf-8"


def test_scripts_of_other_sites_may_read_data_and_not_pages(app: Application) -> None:
    name = "access-control-allow-origin"
    assert ask(app, "/queries/agreements-of.json", *ACTOR).header(name) == "*"
    assert ask(app, "/id/ada-lee.ttl").header(name) == "*"
    assert ask(app, "/id/ada-lee").header(name) == "*"
    assert ask(app, "/id/ada-lee.en.html").header(name) == ""


def test_a_form_field_left_empty_is_no_value(app: Application) -> None:
    empty = ask(app, "/queries/events-between.csv", ("since", ""), ("until", " "))
    assert empty.content == ask(app, "/queries/events-between.csv").content


# --- spreadsheets


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "945324E7", "007",
     "12345678901234567"],
)  # fmt: skip
def test_a_cell_that_would_run_or_change_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "0", "2017", "12.5", "2017-06-12", "a=b", "id:awex", "E7"])
def test_any_other_cell_is_kept(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_guarded_table_is_read_back_cell_by_cell() -> None:
    text = guarded_csv([["a;=b", 'say "so"', "two\nlines"], ["=x", "\0=y", ""]])
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))) == [
        ["a;=b", 'say "so"', "two\nlines"], ["'=x", "\ufffd=y", ""],
    ]  # fmt: skip


def test_the_guarded_table_holds_the_same_as_the_exact_one(app: Application) -> None:
    exact = ask(app, "/queries/agreements-of.csv", *ACTOR).content.decode()
    guard = ask(app, "/queries/agreements-of.spreadsheet.csv", *ACTOR)
    assert guard.content.startswith(b"\xef\xbb\xbf")
    assert guard.header("content-disposition") == 'attachment; filename="agreements-of.csv"'
    text = guard.content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == list(csv.reader(io.StringIO(exact)))


# --- OpenAPI


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_api_is_described_in_valid_openapi(app: Application, lang: str) -> None:
    response = ask(app, "/openapi.json", accept_language=lang)
    told = json.loads(response.content)
    assert response.type == "application/json"
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []
    queries = app.project.queries()
    pictures = {f"/queries/{name}.svg" for name in queries}
    assert told["paths"].keys() == {"/sparql", *pictures, *(f"/queries/{name}" for name in queries)}
    for name, query in queries.items():
        operation = told["paths"][f"/queries/{name}"]["get"]
        assert operation["summary"] == query.summary[lang]
        named = {parameter["name"]: parameter for parameter in operation["parameters"]}
        assert {p.name: p.required for p in query.parameters}.items() <= {
            name: parameter.get("required", False) for name, parameter in named.items()
        }.items()
        assert set(ROWS.values()) == set(operation["responses"]["200"]["content"])


def test_a_parameter_is_described_by_its_type(built: Corpus) -> None:
    (built.root / "queries" / "typed.rq").write_text(
        "#+ summary: a\n#+ summary-fr: b\n#+ tags: [a]\n#+ params:\n#+   word: string?\n"
        "#+   day: date?\n#+   actor: Actor?\n"
        "SELECT ?word ?day ?actor { VALUES (?word ?day ?actor) { (1 2 3) } }\n",
        encoding="utf-8",
    )
    app = Application(Project(built.root))
    for path in ("/queries/typed", "/queries/typed.svg"):
        operation = json.loads(ask(app, "/openapi.json").content)["paths"][path]["get"]
        assert operation["tags"] == ["a"]
        told = {one["name"]: one for one in operation["parameters"]}
        assert told["word"]["description"] == "A value."
        assert told["day"]["schema"] == {"type": "string", "format": "date"}
        assert told["actor"]["description"].startswith("Actor: an IRI")


def test_an_api_that_is_not_valid_is_refused(app: Application) -> None:
    told = json.loads(ask(app, "/openapi.json").content)
    del told["info"]["title"]
    assert list(OpenAPIV31SpecValidator(told).iter_errors())


def test_the_examples_of_the_api_are_answered(project: Project) -> None:
    app = Application(project)
    told = json.loads(ask(app, "/openapi.json").content)
    drawn = 0
    for path, methods in told["paths"].items():
        if path == "/sparql":
            continue
        operation = methods["get"]
        given = [
            (one["name"], str(one["example"]))
            for one in operation["parameters"]
            if "example" in one
        ]
        if path.endswith(".svg"):
            response = ask(app, path, *given)
            assert str(response.status) in operation["responses"], path
            drawn += response.status == 200 and response.type == "image/svg+xml"
        else:
            response = ask(app, f"{path}.json", *given)
            assert response.status == 200, path
            assert isinstance(json.loads(response.content), list)
    assert drawn


# --- the dataset


def test_the_well_known_address_leads_to_the_description_of_the_dataset(app: Application) -> None:
    for accept, ending in (("", "ttl"), ("application/ld+json", "jsonld"), ("*/*", "ttl")):
        response = ask(app, "/.well-known/void", accept=accept)
        assert response.status == 302
        target = urljoin("http://localhost/.well-known/void", response.header("location"))
        assert target == f"http://localhost/dataset.{ending}"
    assert ask(app, "/.well-known/void", accept="image/png").status == 406


def test_the_dataset_is_counted_as_it_is(app: Application) -> None:
    content = app.respond(Request("/dataset.nq")).content
    store = ox.Store()
    store.load(content, format=RdfFormat.N_QUADS)
    dataset = NamedNode(f"{NAMESPACE}dataset")

    def values(predicate: NamedNode) -> list[str]:
        found = store.quads_for_pattern(dataset, predicate, None, None)
        return sorted({str(getattr(quad.object, "value", "")) for quad in found})

    facts = (app.project.manifest or {})["facts"]
    assert values(VOID.triples) == [str(facts["triples"])]
    assert values(VOID.sparqlEndpoint) == [f"{NAMESPACE}sparql"]
    assert len(values(VOID.dataDump)) == 4
    # Each triple has one property, so that the parts by property hold all triples.
    by_property = {
        part: int(str(getattr(quad.object, "value", "0")))
        for part in values(VOID.propertyPartition)
        for quad in store.quads_for_pattern(NamedNode(part), VOID.triples, None, None)
    }
    assert sum(by_property.values()) == facts["triples"]
    missions = app.store.select(
        "SELECT DISTINCT ?s { VALUES ?g { <https://w3id.org/ecodip/graph/authority> "
        "<https://w3id.org/ecodip/source/visit> <https://w3id.org/ecodip/source/memo> } "
        "GRAPH ?g { ?s a <https://w3id.org/ecodip#Mission> } }"
    )
    counted = store.query(
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n { "
        "?part void:class <https://w3id.org/ecodip#Mission> ; void:entities ?n }",
    )
    assert isinstance(counted, ox.QuerySolutions)
    number = next(iter(counted))["n"]
    assert isinstance(number, Literal)
    assert (int(number.value), len(missions)) == (2, 2)
    layers = [NamedNode(graph) for graph in values(VOID.subset)]
    assert set(layers) == set(app.store.engine.named_graphs())
    assert all(any(store.quads_for_pattern(one, RDF.type, VOID.Dataset)) for one in layers)


def test_what_the_description_offers_to_download_is_there(app: Application) -> None:
    content = app.respond(Request("/dataset.nt")).content.decode()
    dumps = re.findall(r"<http://rdfs\.org/ns/void#dataDump> <([^>]+)>", content)
    assert len(dumps) == 4
    for dump in dumps:
        path = app.addresses.path(dump)
        assert path is not None
        response = app.respond(Request(path))
        assert response.status == 200
        file = app.project.layout.build / path.rpartition("/")[2]
        assert response.content == file.read_bytes()
    assert app.respond(Request("/data/manifest.json")).status == 404
    assert app.respond(Request("/data/..")).status == 404


# --- IRIs and headers


@pytest.mark.parametrize(
    ("iri", "path"),
    [(f"{NAMESPACE}id/ada-lee", "/id/ada-lee"), ("id:ada-lee", "/id/ada-lee"),
     ("http://w3id.org/ecodip/id/ada-lee", "/id/ada-lee"),
     ("https://w3id.org/ecodip#Agency", "/ontology/Agency"),
     (f"<{NAMESPACE}source/visit#char=1,2>", "/source/visit#char=1,2")],
)  # fmt: skip
def test_an_iri_leads_to_what_describes_it(app: Application, iri: str, path: str) -> None:
    response = ask(app, "/resource", ("iri", iri))
    assert response.status == 303
    assert urljoin("http://localhost/resource", response.header("location")) == (
        f"http://localhost{path}"
    )


@pytest.mark.parametrize(
    ("iri", "status"),
    [("", 400), ("https://example.org/", 404), ("javascript:alert(1)", 404), ("//evil.org", 404),
     ("https://w3id.org/ecodipfake/x", 404), (f"{NAMESPACE}a b", 404)],
)  # fmt: skip
def test_what_is_no_iri_of_the_project_leads_nowhere(
    app: Application, iri: str, status: int
) -> None:
    response = ask(app, "/resource", ("iri", iri))
    assert response.status == status
    assert response.header("location") == ""


def rules() -> list[tuple[re.Pattern[str], str]]:
    """The rewrite rules of docs/w3id.htaccess."""
    text = (ROOT / "docs" / "w3id.htaccess").read_text(encoding="utf-8")
    found = re.findall(r"^RewriteRule (\S+) (\S+) \[R=303,L(?:,QSA)?\]$", text, re.MULTILINE)
    assert len(found) == text.count("\nRewriteRule")
    return [(re.compile(pattern), target) for pattern, target in found]


def rewritten(iri: str) -> str:
    """Where w3id.org sends a client that asks for an IRI, as Apache applies the rules."""
    document = iri.partition("#")[0]
    path = document.removeprefix("https://w3id.org/ecodip").removeprefix("/")
    for pattern, target in rules():
        if found := pattern.search(path):
            return target.replace("$1", found[1] if found.groups() else "")
    raise AssertionError(iri)


def test_w3id_sends_each_iri_where_its_address_is(app: Application) -> None:
    server = "https://ecodip.example.org"
    addresses = Addresses(NAMESPACE)
    iris = {
        term.value
        for quad in app.store.quads()
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and addresses.path(term.value)
    }
    assert len(iris) > 400
    for iri in sorted(iris):
        document, hash, fragment = iri.partition("#")
        path = addresses.path(document)
        assert rewritten(iri) == f"{server}{path}"
        if hash and "=" not in fragment:
            # The fragment stays with the client; the document describes what it defines.
            assert addresses.path(iri) == f"{path}/{fragment}"
    assert rewritten(f"{NAMESPACE}id/ada-lee.ttl") == f"{server}/id/ada-lee.ttl"


def links_of(response: Response) -> list[tuple[str, str]]:
    return re.findall(r'<([^>]*)>; rel="([^"]+)"', response.header("link"))


def test_the_link_header_names_forms_topic_canonical_address_and_license(app: Application) -> None:
    response = app.respond(Request("/id/ada-lee.ttl"))
    links = links_of(response)
    assert ("https://w3id.org/ecodip/id/ada-lee", "describes") in links
    assert ("https://w3id.org/ecodip/id/ada-lee.ttl", "canonical") in links
    assert ("https://creativecommons.org/licenses/by/4.0/", "license") in links
    alternates = [target for target, kind in links if kind == "alternate"]
    assert {"ada-lee.en.html", "ada-lee.fr.html", "ada-lee.jsonld"} < set(alternates)
    for target in alternates:
        if not target.endswith(".html"):
            assert app.respond(Request(f"/id/{target}")).status == 200
    path = claim_path(app, "visit", "E1")
    nested = links_of(app.respond(Request(f"{path}.ttl")))
    assert (f"{path.rpartition('/')[2]}.nt", "alternate") in nested


def test_what_did_not_change_is_not_sent_again(app: Application) -> None:
    first = app.respond(Request("/id/ada-lee.ttl"))
    tag = first.header("etag")
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', tag)
    assert first.header("cache-control") == "no-cache"
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = ask(app, "/id/ada-lee.ttl", if_none_match=known)
        assert (again.status, again.content, again.header("etag")) == (304, b"", tag)
        assert again.header("content-security-policy")
    assert ask(app, "/id/ada-lee.ttl", if_none_match='"other"').status == 200
    assert ask(app, "/id/loria.ttl", if_none_match=tag).status == 200
    assert ask(app, "/id/ada-lee.ttl", ("a", "b"), if_none_match=tag).status == 200


def test_a_tag_depends_on_what_was_negotiated(app: Application) -> None:
    english = ask(app, "/queries/agreements-of", *ACTOR, accept="text/csv")
    french = ask(app, "/queries/agreements-of", *ACTOR, accept="text/csv", accept_language="fr")
    assert english.header("etag") != french.header("etag")


def test_a_tag_changes_with_the_build_and_with_the_questions(built: Corpus) -> None:
    def tag() -> str:
        return Application(Project(built.root)).respond(Request("/id/ada-lee.ttl")).header("etag")

    first = tag()
    assert tag() == first
    query = built.root / "queries" / "agreements-of.rq"
    query.write_text(query.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    second = tag()
    built.edit(built.authority, '"Ada Lee"@nl', '"Ada Li"@nl')
    Project(built.root).build()
    assert len({first, second, tag()}) == 3


@pytest.mark.parametrize("function", ["now", "RAND", "Uuid", "STRUUID"])
def test_a_query_for_the_time_or_for_chance_has_no_tag(app: Application, function: str) -> None:
    def tag(value: str) -> str:
        query = f"SELECT ({value} AS ?x) {{}}"
        return app.respond(Request("/sparql", (("query", query),))).header("etag")

    assert tag("1")
    assert not tag(f"{function} ()")


def test_errors_and_redirections_have_no_tag(app: Application) -> None:
    assert app.respond(Request("/id/nobody.ttl")).header("etag") == ""
    assert app.respond(Request("/id/ada-lee")).header("etag") == ""
