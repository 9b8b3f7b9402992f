"""Ontologies, lists and data are consistent with ORG, PROV-O, FOAF, SKOS and schema.org themselves.

The vocabularies are those of npm's ``@vocabulary/*`` (``make vocabularies``, pinned in
``vocabularies/package-lock.json``); HermiT judges, through ``ontology/owlapi.py``. schema.org
comes under ``http:`` there and is read under ``https:``, as it is used here. The merge leaves out
what the OWL API and HermiT cannot take, or what has no consequences:

* labels, notes and headers; imports, of PROV-O by parts of itself that are in the same file;
* axioms with terms of RDF and RDFS, such as the range ``rdf:List`` of ``skos:memberList``;
* properties that nobody declares to relate to things or to literals: those of schema.org that are
  above none of ours;
* axioms that relate properties of two kinds: FOAF's ``maker`` is the same as ``dcterms:creator``,
  which is an annotation property here;
* that FOAF's properties with literals, such as ``jabberID``, are inverse functional;
* ORG's key, by which two organizations with one identifier are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from kg.project import Project
from kg.terms import to_rdflib
from tests.corpus import ROOT
from tests.ontology import owlapi

PACKAGES = Path(__file__).parent / "vocabularies" / "node_modules" / "@vocabulary"
NAMES = ("foaf", "org", "prov", "schema", "skos")


def missing() -> str:
    """What keeps these tests from running; empty when nothing does."""
    if absent := [name for name in NAMES if not (PACKAGES / name / f"{name}.nq").is_file()]:
        return f"not installed: {', '.join(f'@vocabulary/{name}' for name in absent)}"
    return owlapi.missing()


pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real vocabularies: {missing()}")

PREFIXES = """
@prefix ecc: <https://w3id.org/ecodip/core#> .
@prefix ecodip: <https://w3id.org/ecodip#> .
@prefix ecs: <https://w3id.org/ecodip/scheme/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix id: <https://w3id.org/ecodip/id/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
RESERVED = (str(RDF), str(RDFS), str(OWL))
KNOWN = {OWL.Thing, RDFS.Literal}
OBJECT, DATA, CLASS = OWL.ObjectProperty, OWL.DatatypeProperty, OWL.Class
CHARACTERS = {OWL[f"{name}Property"] for name in (
    "Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Transitive", "Reflexive",
    "Irreflexive",
)}  # fmt: skip
# Axioms of a property, axioms of a class, and what descriptions of classes are made of.
OF_PROPERTIES = {RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.equivalentProperty}
OF_PROPERTIES |= {OWL.propertyDisjointWith, OWL.propertyChainAxiom}
OF_CLASSES = {RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith}
PARTS = {RDF.first, RDF.rest} | {OWL[name] for name in (
    "members", "unionOf", "intersectionOf", "oneOf", "complementOf", "onProperty", "onClass",
    "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf", "cardinality", "minCardinality",
    "maxCardinality", "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality",
)}  # fmt: skip
OWN = ("core.ttl", "ecodip.ttl", "core-schemes.ttl", "schemes.ttl", "alignments.ttl")


def own(*names: str) -> Graph:
    """Files of the ontology without their headers."""
    found = Graph()
    for name in names:
        one = Graph().parse(ROOT / "ontology" / name, format="turtle")
        for header in set(one.subjects(RDF.type, OWL.Ontology)):
            one.remove((header, None, None))
        found += one
    return found


@cache
def real(name: str) -> Graph:
    """A vocabulary as its package has it, schema.org under ``https:``."""
    found = Graph()
    for quad in Dataset().parse(PACKAGES / name / f"{name}.nq", format="nquads").quads():
        found.add(tuple(map(https, quad[:3])))  # type: ignore[arg-type]
    return found


def https(node: Node) -> Node:
    text = str(node)
    if isinstance(node, URIRef) and text.startswith("http://schema.org/"):
        return URIRef(text.replace("http:", "https:", 1))
    return node


def kinds(graph: Graph) -> dict[Node, URIRef]:
    """Whether a term is a class, relates to things or relates to literals; where that is clear."""
    found: dict[Node, URIRef] = dict.fromkeys(graph.subjects(RDF.type, RDFS.Class), CLASS)
    found |= dict.fromkeys(graph.subjects(RDF.type, CLASS), CLASS)
    for relation in graph.subject_objects(OWL.inverseOf):
        found |= dict.fromkeys(relation, OBJECT)
    found |= dict.fromkeys((s for c in CHARACTERS for s in graph.subjects(RDF.type, c)), OBJECT)
    for kind in (OWL.AnnotationProperty, OBJECT, DATA):
        found |= dict.fromkeys(graph.subjects(RDF.type, kind), kind)
    upward = {*graph.subject_objects(RDFS.subPropertyOf)}
    upward |= {*graph.subject_objects(OWL.equivalentProperty)}
    while new := {up: found[below] for below, up in upward if below in found and up not in found}:
        found |= new
    return found


def axioms(graph: Graph) -> Iterator[tuple[Node, Node, Node]]:
    """What the OWL API can load of ontologies and data, by the kinds of their terms."""
    kind = kinds(graph)
    for term, declared in kind.items():
        if not str(term).startswith(RESERVED):
            yield term, RDF.type, declared
    for subject, predicate, value in graph:
        if any(str(node).startswith(RESERVED) and node not in KNOWN for node in (subject, value)
               if predicate != RDF.type and node != RDF.nil):  # fmt: skip
            continue
        one, other = kind.get(subject), kind.get(value)
        if predicate == RDF.type:
            if value in CHARACTERS:
                kept = one == OBJECT or value == OWL.FunctionalProperty
            else:
                kept = other == CLASS or value in (OWL.Restriction, OWL.AllDisjointClasses)
        elif predicate in OF_PROPERTIES:
            related = predicate not in (RDFS.domain, RDFS.range, OWL.propertyChainAxiom)
            kept = one in (OBJECT, DATA) and (one == other or not related)
        elif predicate in OF_CLASSES or predicate in PARTS:
            kept = True
        else:
            kept = kind.get(predicate) == (DATA if isinstance(value, Literal) else OBJECT)
        if kept:
            yield subject, predicate, value


def merged(*graphs: Graph) -> str:
    whole, found = Graph(), Graph()
    for graph in graphs:
        whole += graph
    for axiom in axioms(whole):
        found.add(axiom)
    return found.serialize(format="turtle")


# -- the merge -----------------------------------------------------------------------------------


@cache
def ours() -> Graph:
    return own(*OWN)


@cache
def everything() -> str:
    return merged(ours(), *map(real, NAMES))


@pytest.fixture(scope="module")
def data(project: Project) -> Graph:
    """All layers of the real project but the ontology."""
    found = Graph()
    for quad in project.store.quads():
        if project.layout.layer_of(quad.graph_name) != "ontology":
            ends = quad.subject, quad.predicate, quad.object
            found.add(tuple(map(to_rdflib, ends)))  # type: ignore[arg-type]
    return found


def test_the_merge_has_the_axioms_of_each_vocabulary() -> None:
    found = Graph().parse(data=everything(), format="turtle")
    for sentence in (
        "foaf:Person owl:disjointWith foaf:Organization",
        "org:Organization owl:equivalentClass foaf:Organization",
        "org:postIn rdfs:range org:Organization",
        "prov:Activity owl:disjointWith prov:Entity",
        "prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity",
        "prov:hadDelegate owl:inverseOf prov:actedOnBehalfOf",
        "schema:City rdfs:subClassOf schema:AdministrativeArea",
        "schema:Person owl:equivalentClass foaf:Person",
        "schema:Claim rdfs:subClassOf schema:CreativeWork",
        "skos:Collection owl:disjointWith skos:Concept",
        "skos:broader rdfs:subPropertyOf skos:broaderTransitive",
        "skos:exactMatch a owl:TransitiveProperty",
    ):
        assert set(Graph().parse(data=f"{PREFIXES}{sentence} .", format="turtle")) <= set(found)
    assert "http://schema.org/" not in everything()
    assert "owl:imports" not in everything()


@pytest.mark.parametrize("name", NAMES)
def test_ontologies_are_consistent_with_the_real_vocabulary(name: str) -> None:
    text = merged(ours(), real(name))
    assert owlapi.consistent(text)
    assert owlapi.unsatisfiable(text) == []


def test_ontologies_and_data_are_consistent_with_all_of_them(data: Graph) -> None:
    assert len(data) > 1000
    text = merged(ours(), *map(real, NAMES), data)
    for name in ("/id/aichi-prefecture>", "/claim/", "/scheme/hubBrusselsSectors>"):
        assert name in text
    assert owlapi.consistent(text)
    assert owlapi.unsatisfiable(text) == []


# -- what only the merge tells -------------------------------------------------------------------

# What is said, and the vocabularies without which nothing would be wrong with it.
CLASHES = {
    "an organization that is a person":
        ("id:x a org:Organization , foaf:Person .", ("foaf", "org")),
    "an agency that is a foaf:Person": ("id:x a ecodip:Agency , foaf:Person .", ("foaf", "org")),
    "an agency that is a schema:Person":
        ("id:x a ecodip:Agency , schema:Person .", ("foaf", "org", "schema")),
    "a post in a person": ("id:x ecodip:isPostIn id:y . id:y a ecodip:Person .", ("foaf", "org")),
    "a project that is a document": ("id:x a ecodip:Project , foaf:Document .", ("foaf",)),
    "a tenure that is a site": ("id:x a ecodip:Tenure , org:Site .", ("org",)),
    "an event that is a prov:Entity": ("id:x a ecodip:Event , prov:Entity .", ("prov",)),
    "an agreement that a claim brings forth":
        ("id:x a ecodip:Agreement ; prov:wasGeneratedBy id:y . id:y a ecc:Claim .", ("prov",)),
    "a sector that is a collection": ("id:x ecodip:hasSector ecs:hubBrusselsSectors .", ("skos",)),
    "a sector that is its scheme":
        ("ecs:food skos:inScheme ecs:sector . ecs:sector skos:broader ecs:food .", ("skos",)),
}  # fmt: skip
HOLDS = {
    "an agency of a city, and a company":
        "id:x a ecodip:Agency , ecodip:Company ; ecodip:actsFor id:y . id:y a ecodip:City .",
    "a region with posts": "id:x ecodip:isPostIn id:y . id:y a ecodip:Region .",
    "a city that is a country": "id:x a ecodip:City , ecodip:Country .",
    "a project after the model of a place": "id:x a ecodip:Project ; ecodip:isInspiredBy id:y . "
        "id:y a ecodip:District .",
    "a person who puts money into a company": "id:x a ecodip:Agreement ; ecodip:hasInvestor id:y ; "
        "ecodip:hasRecipient id:z . id:y a ecodip:Person . id:z a ecodip:Company .",
}  # fmt: skip


def facts(turtle: str) -> Graph:
    return Graph().parse(data=f"{PREFIXES}{turtle}", format="turtle")


@pytest.mark.parametrize("name", CLASHES)
def test_data_that_only_the_merge_contradicts_is_found(name: str) -> None:
    turtle, needed = CLASHES[name]
    assert owlapi.consistent(merged(ours(), facts(turtle)))
    assert not owlapi.consistent(merged(ours(), *map(real, needed), facts(turtle)))
    assert not owlapi.consistent(f"{everything()}\n{PREFIXES}{turtle}")
    for one in needed:
        rest = [real(other) for other in needed if other != one]
        assert owlapi.consistent(merged(ours(), *rest, facts(turtle)))


@pytest.mark.parametrize("name", HOLDS)
def test_data_that_the_merge_does_not_contradict_is_accepted(name: str) -> None:
    assert owlapi.consistent(f"{everything()}\n{PREFIXES}{HOLDS[name]}")


def test_a_class_that_only_the_merge_makes_empty_is_found() -> None:
    below = facts("ecodip:Clerk a owl:Class ; rdfs:subClassOf ecodip:Organization , foaf:Person .")
    assert owlapi.unsatisfiable(merged(ours(), below)) == []
    clerk = "https://w3id.org/ecodip#Clerk"
    assert owlapi.unsatisfiable(merged(ours(), *map(real, NAMES), below)) == [clerk]
