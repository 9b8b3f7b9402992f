"""Reasoning: only new statements about our things, contradictions told, nothing left patched."""

from __future__ import annotations

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.namespaces import OWL, RDF
from kg.reasoning import Closure, closure

HEAD = """
@prefix : <http://a.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = """
:Place a owl:Class ; rdfs:label "place"@en .
:City a owl:Class ; rdfs:subClassOf :Place .
:Person a owl:Class ; owl:disjointWith :Place .
:within a owl:ObjectProperty , owl:TransitiveProperty ; owl:inverseOf :contains .
:contains a owl:ObjectProperty .
:basedIn a owl:ObjectProperty ; owl:propertyChainAxiom ( :basedIn :within ) .
:twin a owl:ObjectProperty , owl:SymmetricProperty .
:born a owl:DatatypeProperty ; rdfs:subPropertyOf :date .
:date a owl:DatatypeProperty .
"""


def quads(text: str) -> tuple[Quad, ...]:
    found = parse((HEAD + text).encode(), format=RdfFormat.TURTLE)
    return tuple(Quad(q.subject, q.predicate, q.object) for q in found)


def inferred(data: str, ontology: str = ONTOLOGY) -> Closure:
    return closure(quads(data), quads(ontology))


def triples(text: str) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads(text)}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (":a a :City .", ":a a :Place ."),
        (":a :within :b . :b :within :c .",
         ":a :within :c . :b :contains :a . :c :contains :a , :b ."),
        (":f :basedIn :a . :a :within :b . :b a :Place .", ":f :basedIn :b . :b :contains :a ."),
        (":a :twin :b . :b a :City .", ":b :twin :a ; a :Place ."),
        (':p :born "1999"^^xsd:gYear .', ':p :date "1999"^^xsd:gYear .'),
        (':p skos:prefLabel "P"@en .', ""),
    ],
)  # fmt: skip
def test_axioms_give_exactly_their_consequences(data: str, expected: str) -> None:
    found = inferred(data)
    assert found.contradictions == ()
    assert set(found.triples) == triples(expected)


def test_nothing_stated_is_repeated_and_no_literal_is_a_subject() -> None:
    data = ':a a :City , :Place ; :within :b ; :born "01"^^xsd:integer , "2001-02-03"^^xsd:date .'
    found = inferred(data).triples
    assert not set(found) & triples(data)
    assert all(isinstance(triple.subject, NamedNode) for triple in found)
    assert not [t for t in found if t.predicate == OWL.sameAs]


def test_lexical_forms_survive() -> None:
    values = {t.object for t in inferred(':a :born "01"^^xsd:integer .').triples}
    assert [value.value for value in values if isinstance(value, Literal)] == ["01"]


def test_terms_that_the_ontology_does_not_declare_are_no_news() -> None:
    ontology = ONTOLOGY + ":City rdfs:subClassOf <http://foreign.example/Town> ."
    assert set(inferred(":a a :City .", ontology).triples) == triples(":a a :Place .")


def test_two_disjoint_types_are_a_contradiction() -> None:
    found = inferred(":a a :City , :Person .")
    assert len(found.contradictions) == 1
    clash = found.contradictions[0]
    assert set(clash.triples) == triples(":a a :Person , :Place .")
    assert clash.rule.name == "cax-dw"
    assert [term.value.rsplit("/")[-1] for term in clash.rule.axiom] == ["Person", "Place"]


def test_two_names_of_one_thing_are_the_same_both_ways_but_not_reflexively() -> None:
    ontology = ONTOLOGY + ":mayor a owl:ObjectProperty , owl:FunctionalProperty ."
    found = inferred(":a :mayor :p , :q . :p a :Person . :q a :Person .", ontology).triples
    assert {t for t in found if t.predicate == OWL.sameAs} == triples(
        ":p owl:sameAs :q . :q owl:sameAs :p ."
    )


def test_the_order_of_the_input_does_not_matter() -> None:
    data = quads(":a :within :b . :b :within :c . :f :basedIn :a .")
    ontology = quads(ONTOLOGY)
    one, other = closure(data, ontology), closure(data[::-1], ontology[::-1])
    assert len(one.triples) == len(set(one.triples)) > 3
    assert set(one.triples) == set(other.triples)


def test_rdflib_reads_literals_as_before() -> None:
    before = rdflib.Literal("1", datatype=rdflib.XSD.boolean).toPython()
    inferred(":a a :City .")
    assert rdflib.Literal("1", datatype=rdflib.XSD.boolean).toPython() is before
    assert RDF.type.value == str(rdflib.RDF.type)
