"""The RDF of every resource: each form says the same, and together they say all."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat
from rdflib.compare import to_isomorphic

from kg.namespaces import FOAF, RDF, RDFS, SH, VOID
from kg.project import Project
from kg.web.addresses import DATA, Address
from kg.web.application import Application
from kg.web.data.descriptions import LIMIT
from kg.web.exchange import Request
from tests.corpus import Corpus, claim_path

NAMESPACE = "https://w3id.org/ecodip/"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
# One of each kind of resource.
_CLAIM = "/source/visit/claim/…"  # has a name made from its content
PATHS = (
    "/id/mission-borduria-2019", "/source/visit", "/source/visit/evidence", "/source",
    _CLAIM, "/ontology", "/ontology/Agency", "/core", "/core/Claim", "/core/scheme/plan", "/shapes",
    "/dataset", "/queries", "/queries/agreements-of", "/graph/authority", "/graph/inferred",
    "/graph/dataset/seeds/visit.ann",
)  # fmt: skip


@pytest.fixture(scope="module")
def app(pristine: Corpus) -> Application:
    return Application(Project(pristine.root))


def at(app: Application, path: str) -> str:
    """The path of a resource of ``PATHS``."""
    return claim_path(app, "visit", "E1") if path == _CLAIM else path


def quads_of(app: Application, path: str, form: str) -> list[Quad]:
    """What a document says, as pyoxigraph reads it."""
    response = app.respond(Request(f"{path}.{form}"))
    assert response.status == 200, path
    return list(ox.parse(response.content, format=FORMATS[form]))


def triples(quads: list[Quad]) -> set[ox.Triple]:
    """The triples, with blank nodes named by what is said of them."""
    dataset = ox.Dataset(Quad(q.subject, q.predicate, q.object) for q in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def value(triple: ox.Triple | Quad) -> str:
    return str(getattr(triple.object, "value", ""))


def without_document(quads: list[Quad], path: str, form: str) -> list[Quad]:
    """All but what is said of the document itself, which differs between the forms."""
    document = NamedNode(NAMESPACE + Address(path).as_form(form).removeprefix("/"))
    found = [quad for quad in quads if quad.subject != document]
    assert len(found) < len(quads), document
    return found


@pytest.mark.parametrize("path", PATHS)
def test_each_form_states_the_same_triples(app: Application, path: str) -> None:
    path = at(app, path)
    found = {
        form: triples(without_document(quads_of(app, path, form), path, form)) for form in FORMATS
    }
    assert set(FORMATS) == set(DATA)
    assert len(found["ttl"]) > 1
    for form in FORMATS:
        assert found[form] == found["ttl"], form


@pytest.mark.parametrize("path", PATHS)
def test_rdflib_reads_the_same_from_each_form_without_the_network(
    app: Application, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a document is to be fetched")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    path = at(app, path)
    document = rdflib.URIRef(NAMESPACE + path.removeprefix("/"))
    found = {}
    for form, name in (("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt")):
        graph = rdflib.Graph()
        graph.parse(data=app.respond(Request(f"{path}.{form}")).content, format=name)
        graph.remove((document + f".{form}", None, None))
        found[form] = to_isomorphic(graph)
    assert len(found["ttl"]) > 1
    # rdflib writes integers by their value, as the store does.
    assert found["ttl"] == found["nt"]
    assert found["jsonld"] == found["nt"]


@pytest.mark.parametrize("form", ["trig", "nq"])
def test_each_statement_is_told_with_the_layer_in_which_it_stands(
    app: Application, form: str
) -> None:
    path = "/id/mission-borduria-2019"
    engine = app.store.engine
    found = without_document(quads_of(app, path, form), path, form)
    assert {str(quad.graph_name).rstrip(">").rpartition("/")[2] for quad in found} >= {
        "visit", "evidence", "authority", "inferred",
    }  # fmt: skip
    for quad in found:
        assert quad in engine


def described(app: Application) -> Iterator[tuple[str, NamedNode]]:
    """Every subject of the graph that has an address, with the path of its document."""
    subjects = {quad.subject for quad in app.store.quads()}
    for subject in sorted(subjects, key=str):
        if isinstance(subject, NamedNode) and (path := app.addresses.path(subject.value)):
            yield path.partition("#")[0], subject


def test_descriptions_hold_every_statement_about_what_has_an_address(app: Application) -> None:
    told: set[Quad] = set()
    known = {path for path, _ in described(app)}
    for path in sorted(known):
        told.update(quads_of(app, path, "nq"))
    wanted = {
        quad for quad in app.store.quads()
        if app.addresses.path(str(quad.subject)[1:-1]) and not has_blank(quad)
    }  # fmt: skip
    assert len(known) > 300
    assert len(wanted) > 3000
    assert wanted - told == set()


def test_layers_hold_the_whole_graph_and_no_more(app: Application) -> None:
    told: set[Quad] = set()
    graphs = list(app.store.engine.named_graphs())
    for graph in graphs:
        assert isinstance(graph, NamedNode)
        path = app.addresses.path(graph.value)
        assert path is not None
        found = [quad for quad in quads_of(app, path, "nq") if quad.graph_name == graph]
        told.update(found)
    # Blank nodes are named anew in each document; only dataset and ontology have any.
    plain = {quad for quad in app.store.quads() if not has_blank(quad)}
    assert {quad for quad in told if not has_blank(quad)} == plain
    assert len(told) == len(set(app.store.quads()))
    assert len(graphs) == 8


def has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def test_a_claim_is_described_with_its_spans_and_their_words(app: Application) -> None:
    found = triples(quads_of(app, at(app, _CLAIM), "ttl"))
    oa = "http://www.w3.org/ns/oa#"
    words = {value(triple) for triple in found if triple.predicate.value == f"{oa}exact"}
    assert "would follow in" in words
    assert any(t.predicate.value == f"{oa}start" for t in found)
    assert any(t.object == RDF.Statement for t in found)


def test_a_source_is_described_with_its_claims_and_spans(app: Application) -> None:
    found = set(quads_of(app, "/source/visit", "nq"))
    evidence = NamedNode(f"{NAMESPACE}source/visit/evidence")
    stated = set(app.store.quads(evidence)) | set(
        app.store.quads(NamedNode(f"{NAMESPACE}source/visit"))
    )
    assert len(stated) > 300
    assert stated <= found


def test_a_shape_is_described_from_its_file(app: Application) -> None:
    shapes = {
        t.subject for t in triples(quads_of(app, "/shapes", "ttl")) if t.predicate == SH.severity
    }
    named = [shape for shape in shapes if isinstance(shape, NamedNode)]
    assert len(named) > 20
    one = min(named, key=str)
    path = app.addresses.path(one.value)
    assert path is not None
    assert path.startswith("/shapes/")
    found = triples(quads_of(app, path, "ttl"))
    assert any(t.subject == one and t.predicate == SH.message for t in found)


def test_a_stored_question_is_described_as_an_executable_with_its_parameters(
    app: Application,
) -> None:
    graph = triples(quads_of(app, "/queries/agreements-of", "ttl"))
    iri = NamedNode(f"{NAMESPACE}queries/agreements-of")
    texts = [value(t) for t in graph if t.subject == iri and t.predicate == SH.select]
    assert texts == [app.project.stored("agreements-of").text]
    actor = NamedNode(f"{NAMESPACE}queries/agreements-of#actor")
    assert ox.Triple(actor, SH["class"], NamedNode("https://w3id.org/ecodip#Actor")) in graph


def test_the_ontology_is_described_with_all_its_terms(app: Application) -> None:
    found = set(quads_of(app, "/ontology", "nq"))
    terms = {
        quad for quad in app.store.quads(app.project.layout.layer("ontology"))
        if str(quad.subject).startswith("<https://w3id.org/ecodip#") and not has_blank(quad)
    }  # fmt: skip
    assert len(terms) > 800
    assert terms <= found


def test_a_document_says_of_what_it_is_and_to_which_dataset_it_belongs(app: Application) -> None:
    found = set(quads_of(app, "/id/ada-lee", "nq"))
    document = NamedNode(f"{NAMESPACE}id/ada-lee.nq")
    assert Quad(document, FOAF.primaryTopic, NamedNode(f"{NAMESPACE}id/ada-lee")) in found
    assert Quad(document, VOID.inDataset, NamedNode(f"{NAMESPACE}dataset")) in found


def test_what_points_to_a_resource_is_bounded_and_the_document_says_so(
    project: Project,
) -> None:
    app = Application(project)
    fact = NamedNode(f"{NAMESPACE}core/scheme/fact")
    pointing = set(project.store.engine.quads_for_pattern(None, None, fact, None))
    assert len(pointing) > LIMIT
    found = quads_of(app, "/core/scheme/fact", "nq")
    document = NamedNode(f"{NAMESPACE}core/scheme/fact.nq")
    assert sum(quad.object == fact for quad in found) <= LIMIT + 1
    more = [value(q) for q in found if q.subject == document and q.predicate == RDFS.seeAlso]
    assert len(more) == 1
    assert more[0].startswith(f"{NAMESPACE}sparql?query=CONSTRUCT")
    whole = quads_of(app, "/core/scheme/plan", "nq")
    assert not [
        q
        for q in whole
        if q.predicate == RDFS.seeAlso and q.subject == NamedNode(f"{NAMESPACE}core/scheme/plan.nq")
    ]


@pytest.mark.parametrize("path", ["/id/nobody", "/source/nothing", "/queries/nothing", "/quality"])
def test_what_is_not_known_has_no_data(app: Application, path: str) -> None:
    assert app.respond(Request(f"{path}.ttl")).status == 404


def test_the_same_request_gives_the_same_bytes_in_each_process(pristine: Corpus) -> None:
    first, second = (Application(Project(pristine.root)) for _ in range(2))
    for path in (at(first, path) for path in PATHS):
        for form in DATA:
            request = Request(f"{path}.{form}")
            assert first.respond(request) == second.respond(request), (path, form)
