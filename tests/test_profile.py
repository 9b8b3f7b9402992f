"""The ontology is in OWL 2 DL and OWL 2 RL, and HermiT finds it sound.

These tests need Java, jpype1 and the OWL API's jars; without them they are skipped with the
reason. See ``tests/ontology/owlapi.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.ontology import owlapi

MISSING = owlapi.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no profile check: {MISSING}")

FOLDER = Path(__file__).parents[1] / "ontology"
CORE = (FOLDER / "core.ttl").read_text(encoding="utf-8")
DOMAIN = (FOLDER / "ecodip.ttl").read_text(encoding="utf-8")
TBOX = owlapi.merged(DOMAIN, CORE)
ALIGNMENTS = (FOLDER / "alignments.ttl").read_text(encoding="utf-8")
SAMPLE = (Path(__file__).parent / "ontology" / "sample.ttl").read_text(encoding="utf-8")
PREFIXES = SAMPLE.split("\n\n")[0]
ECODIP = "https://w3id.org/ecodip#"
OWN = (ECODIP, "https://w3id.org/ecodip/core#")

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
    return f"{TBOX}\n{PREFIXES}\n{local if ':' in local else f'ecodip:{local}'} {rest} ."


def restriction(kind: str) -> str:
    return (
        "a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; "
        f"owl:onProperty ecodip:hasOrganizer ; {kind} ]"
    )


Profile = Literal["DL", "RL"]
PROFILES: list[Profile] = ["DL", "RL"]
ONTOLOGIES = {
    "core": CORE,  # another field imports it alone
    "core and domain": TBOX,
    "core and domain with alignments": owlapi.merged(DOMAIN, CORE, ALIGNMENTS),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ONTOLOGIES)
def test_ontology_is_in_the_profile(name: str, profile: Profile) -> None:
    assert owlapi.violations(ONTOLOGIES[name], profile) == []


def test_what_is_merged_has_one_header_and_imports_nothing() -> None:
    from rdflib import Graph, URIRef
    from rdflib.namespace import OWL, RDF

    core, domain = (Graph().parse(data=text, format="turtle") for text in (CORE, DOMAIN))
    assert list(domain.objects(None, OWL.imports)) == list(core.subjects(RDF.type, OWL.Ontology))
    for text in ONTOLOGIES.values():
        found = Graph().parse(data=text, format="turtle")
        assert len(set(found.subjects(RDF.type, OWL.Ontology))) == 1
        assert not list(found.objects(None, OWL.imports))
    merged = Graph().parse(data=TBOX, format="turtle")
    for term in (f"{ECODIP}Event", "https://w3id.org/ecodip/core#Claim"):
        assert (URIRef(term), RDF.type, OWL.Class) in merged


@pytest.mark.parametrize("profile", PROFILES)
def test_sample_only_breaks_the_profile_by_dates_and_languages(profile: Profile) -> None:
    found = owlapi.violations(f"{TBOX}\n{SAMPLE}", profile)
    known = re.compile(r"xsd:(date|gYearMonth|gYear)\b|langString|PlainLiteral|@en\b")
    assert [v for v in found if not known.search(v)] == []


MUST_FAIL: dict[str, tuple[Profile, str]] = {
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
        new("ecc:Claim", "rdfs:subClassOf <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement>"),
    ),
    "disjoint union": ("RL", new("Actor", "owl:disjointUnionOf ( ecodip:Person ecodip:Agency )")),
}


@pytest.mark.parametrize("name", MUST_FAIL)
def test_profile_check_reports(name: str) -> None:
    profile, text = MUST_FAIL[name]
    assert owlapi.violations(text, profile)


WORLDS = {
    "the core": CORE,
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
    "a person who is an agency": "id:minister a ecodip:Agency .",
    "a place that is an event": "id:town a ecodip:Event .",
    "an organization that is a project": "id:brewer a ecodip:Project .",
    "a concept that is a figure": "ecs:beer a ecodip:Figure .",
    "an agreement signed during a project": "id:pact ecodip:isSignedDuring id:hub .",
    "an event led by a company": "id:stop ecodip:isLedBy id:brewer .",
    "two values of one figure": "id:jobs ecodip:numericValue 41.0 .",
    "a figure whose number is a word": 'id:sales ecodip:numericValue "forty" .',
    "two lengths of one text": "id:report ecc:textLength 1201 .",
    "a claim both denied and not": "id:claim-1 ecc:isNegated true .",
    "a claim that is a passage": "id:claim-1 ecc:answers id:question .",
    "an agency that succeeds itself": "id:agency ecodip:isSucceededBy id:agency .",
}


@pytest.mark.parametrize("name", MUST_CLASH)
def test_hermit_reports(name: str) -> None:
    assert not owlapi.consistent(f"{TBOX}\n{SAMPLE}\n{MUST_CLASH[name]}")


MUST_HOLD = {
    "an agency that is a company": "id:agency a ecodip:Company .",
    "an agency of a city": "id:agency ecodip:actsFor id:town .",
    "a city that is a country": "id:town a ecodip:Country .",
    "a city that is a region": "id:town a ecodip:Region .",
    "a district that is a city of its own": "id:quarter a ecodip:City .",
    "a port that is a place and a body": "id:port a ecodip:Place , ecodip:Organization .",
    "a body that gives its tasks back": "id:agency ecodip:isSucceededBy id:old-agency .",
    "a capital outside its region": "id:town ecodip:isCapitalOf id:home .",
}


@pytest.mark.parametrize("name", MUST_HOLD)
def test_hermit_accepts(name: str) -> None:
    assert owlapi.consistent(f"{TBOX}\n{SAMPLE}\n{MUST_HOLD[name]}")


def test_unsatisfiable_class_is_reported() -> None:
    text = new("Spy", "a owl:Class ; rdfs:subClassOf ecodip:Agency , ecodip:Person")
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
        if isinstance(s, URIRef) and str(o).startswith(OWN) and "/ecodip/id/" in s
    }
    by_hermit = {(s, o) for s, o in owlapi.types(data) if o.startswith(OWN)}
    assert len(by_hermit) > 40
    assert {o.partition("#")[0] for _, o in by_hermit} == {iri.rstrip("#") for iri in OWN}
    assert by_owlrl == by_hermit
