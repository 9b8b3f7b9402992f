"""The ontology is in OWL 2 DL and OWL 2 RL, and HermiT finds it sound.

These tests need Java, jpype1 and the OWL API's jars; without them they are skipped with the
reason. See ``tests/ontology/owlapi.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ontology import owlapi

MISSING = owlapi.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no profile check: {MISSING}")

FOLDER = Path(__file__).parents[1] / "ontology"
TBOX = (FOLDER / "ecodip.ttl").read_text(encoding="utf-8")
ALIGNMENTS = (FOLDER / "alignments.ttl").read_text(encoding="utf-8")
SAMPLE = (Path(__file__).parent / "ontology" / "sample.ttl").read_text(encoding="utf-8")
PREFIXES = SAMPLE.split("\n\n")[0]
ECODIP = "https://w3id.org/ecodip#"

# The class disjointness that PROV-O and FOAF state, as far as it touches their terms used here.
NEIGHBORS = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
foaf:Organization a owl:Class ; rdfs:subClassOf foaf:Agent ;
    owl:disjointWith foaf:Person , foaf:Document .
foaf:Person rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Project .
foaf:Document owl:disjointWith foaf:Project .
org:Organization owl:equivalentClass foaf:Organization .
prov:Activity owl:disjointWith prov:Entity .
"""


def new(local: str, rest: str) -> str:
    return f"{TBOX}\n{PREFIXES}\necodip:{local} {rest} ."


def restriction(kind: str) -> str:
    return (
        "a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; "
        f"owl:onProperty ecodip:hasOrganizer ; {kind} ]"
    )


def test_ontology_is_in_owl_2_dl() -> None:
    assert owlapi.violations(TBOX, "DL") == []


def test_ontology_is_in_owl_2_rl() -> None:
    assert owlapi.violations(TBOX, "RL") == []


def test_ontology_with_alignments_is_in_both_profiles() -> None:
    header = re.compile(
        r"<https://w3id.org/ecodip/alignments>\n    a owl:Ontology ;.*?\n    \.\n", re.S
    )
    merged = f"{TBOX}\n{header.sub('', ALIGNMENTS)}"
    assert merged.count("a owl:Ontology ;") == 1
    assert owlapi.violations(merged, "DL") == []
    assert owlapi.violations(merged, "RL") == []


@pytest.mark.parametrize("profile", ["DL", "RL"])
def test_sample_only_breaks_the_profile_by_dates_and_languages(profile: str) -> None:
    found = owlapi.violations(f"{TBOX}\n{SAMPLE}", "DL" if profile == "DL" else "RL")
    known = re.compile(r"xsd:(date|gYearMonth|gYear)\b|langString|PlainLiteral|@en\b")
    assert [v for v in found if not known.search(v)] == []


MUST_FAIL = {
    "range owl:Thing": ("RL", new("knows", "a owl:ObjectProperty ; rdfs:range owl:Thing")),
    "union range": (
        "RL",
        new(
            "knows",
            "a owl:ObjectProperty ; rdfs:range "
            "[ a owl:Class ; owl:unionOf ( ecodip:Event ecodip:Place ) ]",
        ),
    ),
    "xsd:date range": ("RL", new("day", "a owl:DatatypeProperty ; rdfs:range xsd:date")),
    "xsd:date range in DL": ("DL", new("day", "a owl:DatatypeProperty ; rdfs:range xsd:date")),
    "someValuesFrom on the right": (
        "RL",
        new("Trip", restriction("owl:someValuesFrom ecodip:Actor")),
    ),
    "minCardinality on the right": (
        "RL",
        new("Trip", restriction('owl:minCardinality "1"^^xsd:nonNegativeInteger')),
    ),
    "functional transitive property": ("DL", new("isWithin", "a owl:FunctionalProperty")),
    "asymmetric chain": ("DL", new("takesPlaceIn", "a owl:AsymmetricProperty")),
    "undeclared term": ("DL", new("Event", "rdfs:subClassOf ecodip:Happening")),
    "rdf:Statement as super-class": (
        "DL",
        new("Claim", "rdfs:subClassOf <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement>"),
    ),
    "disjoint union": ("RL", new("Actor", "owl:disjointUnionOf ( ecodip:Person ecodip:Agency )")),
}


@pytest.mark.parametrize("name", MUST_FAIL)
def test_profile_check_reports(name: str) -> None:
    profile, text = MUST_FAIL[name]
    assert owlapi.violations(text, "DL" if profile == "DL" else "RL")


WORLDS = {
    "the ontology": TBOX,
    "the ontology and a sample": f"{TBOX}\n{SAMPLE}",
    "the ontology, a sample and its neighbors": f"{TBOX}\n{SAMPLE}\n{NEIGHBORS}",
}


@pytest.mark.parametrize("name", WORLDS)
def test_consistent_without_unsatisfiable_class(name: str) -> None:
    assert owlapi.consistent(WORLDS[name])
    assert owlapi.unsatisfiable(WORLDS[name]) == []


MUST_CLASH = {
    "a person who is a place": "id:x a ecodip:Person , ecodip:District .",
    "an agency that is a company": "id:agency a ecodip:Company .",
    "a city that is a country": "id:town a ecodip:Country .",
    "an agreement signed during a project": "id:pact ecodip:isSignedDuring id:hub .",
    "two values of one figure": "id:jobs ecodip:numericValue 41.0 .",
    "a claim both denied and not": "id:claim-1 ecodip:isNegated true .",
    "a succession in a ring": "id:agency ecodip:isSucceededBy id:old-agency .",
    "an agency that succeeds itself": "id:agency ecodip:isSucceededBy id:agency .",
}


@pytest.mark.parametrize("name", MUST_CLASH)
def test_hermit_reports(name: str) -> None:
    assert not owlapi.consistent(f"{TBOX}\n{SAMPLE}\n{MUST_CLASH[name]}")


def test_unsatisfiable_class_is_reported() -> None:
    text = new("Spy", "a owl:Class ; rdfs:subClassOf ecodip:Agency , ecodip:Company")
    assert owlapi.unsatisfiable(text) == [f"{ECODIP}Spy"]


def test_owlrl_and_hermit_infer_the_same_types() -> None:
    from rdflib import Graph, URIRef
    from rdflib.namespace import RDF

    from tests.test_ontology import expand

    data = f"{TBOX}\n{SAMPLE}"
    closed = expand(Graph().parse(data=data, format="turtle"))
    by_owlrl = {
        (str(s), str(o))
        for s, o in closed.subject_objects(RDF.type)
        if isinstance(s, URIRef) and str(o).startswith(ECODIP) and "/ecodip/" in s
    }
    by_hermit = {(s, o) for s, o in owlapi.types(data) if o.startswith(ECODIP)}
    assert len(by_hermit) > 40
    assert by_owlrl == by_hermit
