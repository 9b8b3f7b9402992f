"""Axioms and nameless things in files of facts are reported: the reasoner would pass them over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.misplaced import misplaced
from kg.places import Places
from kg.project import Project
from kg.reasoning import closure
from kg.terms import Term
from tests.conftest import Run
from tests.corpus import Corpus
from tests.test_bad_input import tree
from tests.test_rules import DECLARED, quads, triples


def name(term: Term) -> str:
    return str(term).strip("<>").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def told(text: str) -> list[tuple[str, ...]]:
    """Code and words of what is misplaced."""
    found = misplaced(quads(text), Places({}, "a.ttl"), name)
    return [(f.code, *(value for _, value in f.params)) for f in found]


MISPLACED = (
    (":A rdfs:subClassOf :B .", [("subClassOf", "A", "B")]),
    (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :i ] .",
     [("subClassOf", "A", "[…]")]),
    (":p rdfs:subPropertyOf :q ; rdfs:domain :A ; rdfs:range :B .",
     [("domain", "p", "A"), ("range", "p", "B"), ("subPropertyOf", "p", "q")]),
    (":p owl:inverseOf :q .", [("inverseOf", "p", "q")]),
    (":p a owl:TransitiveProperty .", [("type", "p", "TransitiveProperty")]),
    (":A a owl:Class .", [("type", "A", "Class")]),
    (":A a rdfs:Class .", [("type", "A", "Class")]),
    (":p owl:propertyChainAxiom ( :q :r ) .", [("propertyChainAxiom", "p", "[…]")]),
    (":A owl:hasKey ( :p ) .", [("hasKey", "A", "[…]")]),
    (":A owl:disjointWith :B .", [("disjointWith", "A", "B")]),
    (":i a [ a owl:Class ; owl:unionOf ( :A :B ) ] .", [("type", "i", "[…]")]),
    ("[ a owl:AllDifferent ; owl:members ( :i :j ) ] .",
     [("members", "[…]", "[…]"), ("type", "[…]", "AllDifferent")]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "axioms"), MISPLACED, ids=[case[0] for case in MISPLACED])
def test_an_axiom_among_facts_is_misplaced(text: str, axioms: list[tuple[str, str, str]]) -> None:
    assert sorted(told(text)) == [("axiom-misplaced", *axiom) for axiom in axioms]


@pytest.mark.parametrize(
    "text",
    [
        ":i a :A ; :p :j ; :d 1 .",
        ":i a owl:Thing , owl:NamedIndividual .",
        ":i owl:sameAs :j ; owl:differentFrom :k .",
        ':i rdfs:label "i" ; rdfs:comment "c" ; rdfs:seeAlso :j ; owl:deprecated true .',
        ":i a rdf:Bag ; rdf:_1 :j ; rdfs:member :k ; rdf:value 1 .",
        ":i a rdf:Statement ; rdf:subject :j ; rdf:predicate :p ; rdf:object :k .",
    ],
)
def test_a_fact_is_where_it_belongs(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        (":i :p [ a :A ; :d 1 ] .", "i"),
        ("_:b a :A .", "[…]"),
        (":i :p _:b . _:b :q :j .", "i"),
    ],
)
def test_a_thing_without_an_id_is_told(text: str, owner: str) -> None:
    assert told(text) == [("blank-thing", owner)]


# -- in a project --------------------------------------------------------------------------------


def add(file: Path, more: str) -> int:
    """Add lines to a file; the number of the first."""
    text = file.read_text(encoding="utf-8")
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    rdfs = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    file.write_text(owl + rdfs + text + more, encoding="utf-8")
    return text.count("\n") + 3


def test_a_misplaced_axiom_stops_a_build(built: Corpus, run: Callable[..., Run]) -> None:
    before = tree(built.root / "build")
    line = add(built.authority, "ecodip:isPartnerOf a owl:TransitiveProperty .\n")
    other = add(built.ttl(), "ecodip:Odd rdfs:subClassOf ecodip:Actor .\n")
    options = ("--project", str(built.root))
    checked, rebuilt = run("check", *options), run("build", *options)
    assert (checked.code, rebuilt.code, rebuilt.out) == (1, 1, "")
    for out in (checked.out, rebuilt.err):
        assert (
            f"seeds/authority.ttl:{line}: axiom-misplaced: ecodip:isPartnerOf rdf:type "
            "owl:TransitiveProperty is an axiom" in out
        )
        assert f"seeds/visit.ttl:{other}: axiom-misplaced: ecodip:Odd rdfs:subClassOf" in out
        assert "move it there" in out
    french = run("check", *options, "--lang", "fr")
    assert "est un axiome" in french.out
    assert tree(built.root / "build") == before


def test_the_same_axiom_in_the_ontology_is_reasoned_with(built: Corpus) -> None:
    ontology = built.root / "ontology" / "more.ttl"
    ontology.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix ecodip: <https://w3id.org/ecodip#> .\n"
        "ecodip:isPartnerOf a owl:TransitiveProperty .\n",
        encoding="utf-8",
    )
    facts = "id:loria ecodip:isPartnerOf id:loria-trade .\n"
    built.authority.write_text(built.authority.read_text("utf-8") + facts, "utf-8")
    project = Project(built.root)
    assert [f for f in project.check() if f.code.startswith("axiom-")] == []
    inferred = {(q.subject.value.rsplit("/")[-1], q.object.value.rsplit("/")[-1])
                for q in project.assemble().layers["inferred"]
                if q.predicate.value.endswith("isPartnerOf")}  # fmt: skip
    assert ("loria", "szohod-mills") in inferred


def test_a_thing_without_an_id_stops_a_build(built: Corpus, run: Callable[..., Run]) -> None:
    before = tree(built.root / "build")
    line = add(
        built.authority,
        "id:place ecodip:isWithin [ a ecodip:Place ; ecodip:isWithin id:borduria ] .\n",
    )
    for command in ("check", "build"):
        found = run(command, "--project", str(built.root))
        assert found.code == 1
        told = f"seeds/authority.ttl:{line}: blank-thing: a thing of id:place is a blank node"
        assert told in found.out + found.err
    assert tree(built.root / "build") == before


def test_rules_pass_over_what_is_said_of_a_blank_node() -> None:
    """A query cannot ask for a blank node: in its text it would be a variable."""
    axioms = ":p a owl:TransitiveProperty ; owl:inverseOf :q . :A owl:disjointWith :B ."
    data = ":i :p _:b . _:b :p :j ; a :A . _:c a :B ; owl:sameAs :i . :j :p :k ."
    found = closure(quads(data), quads(DECLARED + axioms))
    assert set(found.triples) == triples(":k :q :j .")
    assert found.contradictions == ()
