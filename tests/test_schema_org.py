"""What pages tell search engines in the words of schema.org."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad

from kg.namespaces import DCTERMS, RDF, SCHEMA, SKOS, XSD
from kg.project import Project
from kg.store import Store
from kg.web.addresses import Address
from kg.web.application import Application
from kg.web.data import schema_org
from kg.web.exchange import Request
from kg.web.view import View
from tests.corpus import Corpus, claim_path

ID = "https://w3id.org/ecodip/id/"


@pytest.fixture(scope="module")
def app(pristine: Corpus) -> Application:
    return Application(Project(pristine.root))


def block(app: Application, iri: str, lang: str = "en") -> Any:
    """The JSON of the block about a resource; None where there is no block."""
    view = View(app, Request("/"), Address("/", f"{lang}.html"))
    text = str(schema_org(view, NamedNode(iri)))
    found = re.fullmatch(r'<script type="application/ld\+json">([^<>&]*)</script>', text)
    if not text:
        return None
    assert found, text
    return json.loads(found[1])


def test_a_thing_is_told_with_the_terms_that_the_ontology_aligns_with(app: Application) -> None:
    found = block(app, f"{ID}mission-borduria-2019")
    assert found["@type"] == "Event"
    assert found["@id"] == found["url"] == f"{ID}mission-borduria-2019"
    assert found["name"] == "mission to Borduria, 2019"
    assert found["startDate"] == "2019-05-04"
    assert {"@id": f"{ID}borduria", "@type": "Country", "name": "Borduria"} == found["location"]


def test_the_words_are_in_the_language_of_the_page(app: Application) -> None:
    found = block(app, f"{ID}mission-borduria-2019", "fr")
    assert found["name"] == "mission en Bordurie, 2019"
    assert found["location"]["name"] == "Bordurie"


def test_numbers_are_numbers(app: Application) -> None:
    assert block(app, f"{ID}figure-firms")["value"] == 40


def test_sources_claims_terms_and_agents_have_their_types(app: Application) -> None:
    base = "https://w3id.org/ecodip/"
    assert block(app, f"{base}source/visit")["@type"] == "CreativeWork"
    assert block(app, f"{base}{claim_path(app, 'visit', 'E3')[1:]}")["@type"] == "Claim"
    assert block(app, f"{base}core/scheme/plan")["@type"] == "DefinedTerm"
    assert block(app, f"{ID}loria-trade")["@type"] == "Organization"
    assert block(app, f"{ID}ada-lee")["@type"] == "Person"


def test_what_schema_org_has_no_name_for_has_no_block(app: Application) -> None:
    assert block(app, f"{ID}nobody") is None
    assert schema_org(View(app, Request("/"), Address("/", "en.html")), Literal("x")) == ""


def test_the_home_page_tells_the_dataset_with_its_files_and_license(app: Application) -> None:
    found = block(app, "https://w3id.org/ecodip/dataset")
    assert found["@type"] == "Dataset"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["creator"]["@type"] == "Organization"
    formats = {part["encodingFormat"] for part in found["distribution"]}
    assert formats == {
        "application/ld+json", "application/n-quads", "application/trig", "text/turtle",
    }  # fmt: skip
    home = app.respond(Request("/index.en.html")).content.decode()
    assert home.count('<script type="application/ld+json">') == 1
    assert '"@type": "Dataset"' in home


def test_the_block_is_json_ld_that_needs_no_document_of_others(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a document is to be fetched")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    graph = rdflib.Graph()
    text = json.dumps(block(app, f"{ID}mission-borduria-2019"))
    graph.parse(data=text, format="json-ld")
    thing = rdflib.URIRef(f"{ID}mission-borduria-2019")
    schema = rdflib.Namespace(str(SCHEMA))
    assert (thing, rdflib.RDF.type, schema.Event) in graph
    assert (thing, schema.location, rdflib.URIRef(f"{ID}borduria")) in graph


def test_nothing_in_the_block_ends_it_or_leads_to_a_program(tmp_path: Path) -> None:
    project = Project(Corpus(tmp_path).root)
    node, graph = NamedNode(f"{ID}x"), NamedNode("https://w3id.org/ecodip/graph/authority")
    told = [
        (RDF.type, SCHEMA.Event),
        (SKOS.prefLabel, Literal("</script><!-- & \u2028", language="en")),
        (SCHEMA.sameAs, NamedNode("javascript:alert(1)")),
        (SCHEMA.sameAs, NamedNode("https://a.example/")),
        (SCHEMA.url, Literal("javascript:alert(1)")),
        (SCHEMA.location, NamedNode("javascript:alert(2)")),
        (SCHEMA.maximumAttendeeCapacity,
         Literal("1" * 5000, datatype=XSD.integer)),
        (SCHEMA.isAccessibleForFree, Literal("true", datatype=XSD.boolean)),
        (DCTERMS.created, Literal("2019", datatype=XSD.gYear)),
    ]  # fmt: skip
    project.__dict__["store"] = Store.of(Quad(node, p, o, graph) for p, o in told)
    found = block(Application(project), node.value)
    assert found["name"] == "</script><!-- & \u2028"
    assert found["sameAs"] == "https://a.example/"
    assert found["url"] == node.value
    assert "location" not in found
    assert found["isAccessibleForFree"] is True
    assert found["dateCreated"] == "2019"
    assert isinstance(found["maximumAttendeeCapacity"], str)
