"""Explanations: proofs that are never circular, rest on words, and can be checked again."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain, groupby, pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import InputError
from kg.export import canonical
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.labels import Labels
from kg.project import Project
from kg.reasoning import closure, rules_of
from kg.rules import Rule
from kg.rules.files import parse as parse_rule
from kg.saturation import saturate
from kg.store import Store
from kg.terms import compact
from kg.why import Gap, Leaf, Proof, Step, Why
from kg.why.check import Check
from kg.why.instances import Instances
from kg.why.missing import Missing
from kg.why.saved import from_json
from kg.why.search import LIMIT, Choice, Search
from kg.why.stated import Stated
from kg.why.words import Words
from tests.conftest import Run
from tests.corpus import Corpus

HEAD = """
@prefix : <http://a.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES, PROPERTIES, THINGS = "ABCDEF", "pqrstuvwxy", "ijklm"
DECLARED = "".join(
    f":{name} a {kind} .\n"
    for names, kind in (
        (CLASSES, "owl:Class"),
        (PROPERTIES, "owl:ObjectProperty"),
        ("d", "owl:DatatypeProperty"),
    )
    for name in names
)
SOURCE, INFERRED = NamedNode("http://a.example/source"), NamedNode("http://a.example/inferred")
KNOWS = """\
#+ summary: Who meets somebody knows them.
#+ summary-fr: Qui rencontre quelqu'un le connaît.
PREFIX : <http://a.example/>
CONSTRUCT { ?x :q ?y } WHERE { ?x :p ?z . ?y :p ?z . FILTER(?x != ?y) }
"""


def quads(text: str) -> tuple[Quad, ...]:
    found = parse((HEAD + text).encode(), format=RdfFormat.TURTLE)
    return tuple(Quad(q.subject, q.predicate, q.object) for q in found)


def triples(text: str) -> list[Triple]:
    return [Triple(q.subject, q.predicate, q.object) for q in quads(text)]


class World:
    """An ontology, the rules of it, and facts with what follows of them."""

    def __init__(self, ontology: str, facts: str = "", files: Iterable[str] = ()) -> None:
        self.ontology = tuple(canonical(quads(DECLARED + ontology)))
        self.files = {f"rule{n}": text for n, text in enumerate(files)}
        more = [
            rule
            for name, text in self.files.items()
            for rule in parse_rule(text, file=f"{name}.rq", name=name, prefixes={}).rules
        ]
        self.rules = rules_of(self.ontology, more)
        self.more = more
        self.tell(facts)

    def tell(self, facts: str) -> None:
        """Exchange the facts."""
        told = dict.fromkeys(triples(facts))
        found = closure(quads(facts), self.ontology, self.more).triples if facts else ()
        self.inferred = sorted(found, key=str)
        engine = ox.Store()
        engine.extend(Quad(t.subject, t.predicate, t.object, SOURCE) for t in told)
        engine.extend(Quad(t.subject, t.predicate, t.object, INFERRED) for t in self.inferred)
        self.told = frozenset(told)
        self.instances = Instances(
            FactStore(engine, INFERRED), self.rules, Facts.under(self.ontology).speaks
        )
        self.stated = Stated(self.ontology)

    def follows(self, told: Iterable[Triple], triple: Triple) -> bool:
        """Whether a triple is among some statements or follows of them."""
        told = list(told)
        store = FactStore.of(told)
        store.add(saturate(store, self.rules, len(told)))
        return store.holds(triple)

    def search(self, limit: int = LIMIT) -> Search:
        return Search(self.instances, limit)

    def proof(self, choice: Choice, whole: bool = True) -> Proof:
        return Proof(
            tuple(
                Leaf(triple, ("authority",))
                if one is None
                else Step(triple, one.rule, one.premises, self.stated.of(one.rule))
                for triple, one in choice.items()
            ),
            whole,
        )

    def prove(self, text: str) -> Proof:
        choice, whole = self.search().shortest(triples(text)[0])
        assert choice is not None
        return self.proof(choice, whole)

    def check(self, proof: Proof) -> list[str]:
        """The codes of what is wrong with a proof."""
        check = Check(
            rules={(rule.name, rule.axiom) for rule in self.rules},
            files=self.files,
            axioms=self.stated.triples,
            layers=lambda triple: ("authority",) if triple in self.told else (),
            claims=lambda _: (),
            words=Words(Labels(Store.of([]), "en"), {}, "en"),
            prefixes={},
        )
        return [finding.code for finding in check.findings(proof)]

    def gaps(self, text: str) -> list[Gap]:
        reads = Facts.under(self.ontology).speaks
        return Missing(self.instances, reads, lambda _: ()).gaps(triples(text)[0])


def names(proof: Proof) -> list[str]:
    return [step.rule.name for step in proof.steps]


def local(proof: Proof) -> set[str]:
    """The leaves of a proof, in short."""
    prefixes = {"": "http://a.example/"}
    return {
        " ".join(compact(t, prefixes) for t in (leaf.triple.subject, leaf.triple.predicate,
                                                leaf.triple.object))
        for leaf in proof.leaves
    }  # fmt: skip


def is_founded(proof: Proof) -> bool:
    """Whether nothing rests on itself, told by taking the proof apart from its leaves up."""
    known = {leaf.triple for leaf in proof.leaves}
    left = list(proof.steps)
    while ready := [step for step in left if set(step.premises) <= known]:
        known |= {step.triple for step in ready}
        left = [step for step in left if step not in ready]
    return not left


CASES = {
    "cax-sco": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":i a :A .", ":i a :C ."),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :q owl:equivalentProperty :r .", ":i :p :j .",
                 ":i :r :j ."),
    "prp-spo2": (":p owl:propertyChainAxiom ( :q [ owl:inverseOf :r ] :s ) .",
                 ":i :q :j . :k :r :j . :k :s :l .", ":i :p :l ."),
    "prp-symp": (":p a owl:SymmetricProperty .", ":i :p :j .", ":j :p :i ."),
    "prp-trp": (":p a owl:TransitiveProperty .", ":i :p :j . :j :p :k .", ":i :p :k ."),
    "prp-inv": (":p owl:inverseOf :q .", ":i :q :j .", ":j :p :i ."),
    "prp-dom": (":p rdfs:domain :B . :B rdfs:subClassOf :A .", ":i :p :j .", ":i a :B ."),
    "prp-rng": (":p rdfs:range :A .", ":i :p :j .", ":j a :A ."),
    "cls-avf": (":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] .",
                ":i a :A ; :p :j .", ":j a :B ."),
    "cls-hv1": (":A rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :k ] .",
                ":i a :A .", ":i :p :k ."),
    "prp-fp": (":p a owl:FunctionalProperty .", ":i :p :j , :k .", ":j owl:sameAs :k ."),
    "prp-ifp": (":p a owl:InverseFunctionalProperty .", ":i :p :k . :j :p :k .",
                ":i owl:sameAs :j ."),
    "cls-maxc2": (":A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
                  ":i a :A ; :p :j , :k .", ":j owl:sameAs :k ."),
    "cls-maxqc4": (":A rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ;"
                   " owl:onClass :B ] .",
                   ":i a :A ; :p :j , :k . :j a :B . :k a :B .", ":j owl:sameAs :k ."),
    "prp-key": (":A owl:hasKey ( :p :d ) .",
                ':i a :A ; :p :k ; :d "1" . :j a :A ; :p :k ; :d "1" .', ":i owl:sameAs :j ."),
    "eq-sym": (":p a owl:FunctionalProperty .", ":i owl:sameAs :j .", ":j owl:sameAs :i ."),
    "eq-trans": (":p a owl:FunctionalProperty .", ":i owl:sameAs :j . :j owl:sameAs :k .",
                 ":i owl:sameAs :k ."),
    "eq-rep-s": (":p a owl:FunctionalProperty .", ":i owl:sameAs :j ; :q :k .", ":j :q :k ."),
    "eq-rep-o": (":p a owl:FunctionalProperty .", ":i owl:sameAs :j . :k :q :i .", ":k :q :j ."),
    "rule0": ("", ":i :p :k . :j :p :k .", ":i :q :j ."),
}  # fmt: skip
DESCRIBED = {
    "someValuesFrom": ("[ owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .",
                       ":i :p :j . :j a :B .", ":i a :A ."),
    "hasValue": (":A owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :k ] .",
                 ":i :p :k .", ":i a :A ."),
    "intersection": (":A owl:equivalentClass [ owl:intersectionOf ( :B :C ) ] .",
                     ":i a :B , :C .", ":i a :A ."),
    "member": (":A owl:intersectionOf ( :B :C ) .", ":i a :A .", ":i a :B ."),
    "union": ("[ owl:unionOf ( :B :C ) ] rdfs:subClassOf :A .", ":i a :C .", ":i a :A ."),
}  # fmt: skip


# -- each rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", CASES)
def test_every_kind_of_rule_is_explained_and_the_proof_is_checked(rule: str) -> None:
    ontology, facts, conclusion = CASES[rule]
    world = World(ontology, facts, [KNOWS] if rule == "rule0" else [])
    proof = world.prove(conclusion)
    assert names(proof) == [rule]
    assert {leaf.triple for leaf in proof.leaves} <= world.told
    assert world.check(proof) == []
    if not rule.startswith(("eq-", "rule")):
        assert proof.steps[0].axioms


@pytest.mark.parametrize("kind", DESCRIBED)
def test_every_description_of_a_class_is_explained(kind: str) -> None:
    ontology, facts, conclusion = DESCRIBED[kind]
    world = World(ontology, facts)
    proof = world.prove(conclusion)
    assert {leaf.triple for leaf in proof.leaves} == world.told
    assert world.check(proof) == []
    assert all(step.axioms for step in proof.steps)


@pytest.mark.parametrize("rule", CASES)
def test_without_one_premise_the_missing_one_is_named(rule: str) -> None:
    ontology, facts, conclusion = CASES[rule]
    told = [f"{part.strip()} ." for part in re.split(r" \.(?= |$)", facts) if part.strip()]
    world = World(ontology, "\n".join(told[:-1]), [KNOWS] if rule == "rule0" else [])
    gaps = [gap for gap in world.gaps(conclusion) if gap.rule.name == rule]
    assert gaps
    assert all(gap.unmatched and not gap.refused for gap in gaps)
    assert len(gaps[0].matched) + len(gaps[0].unmatched) == len(set(gaps[0].rule.body))


def test_an_enumeration_needs_no_premise() -> None:
    world = World("[ owl:oneOf ( :i :k ) ] rdfs:subClassOf :A .", ":i :p :j .")
    proof = world.prove(":i a :A .")
    assert proof.leaves == ()
    assert world.check(proof) == []
    found, whole = world.search().minimal(proof.triple)
    assert (len(found), whole) == (1, True)


def test_a_condition_that_is_not_met_is_named() -> None:
    world = World("", ":i :p :k .", [KNOWS])
    [gap] = world.gaps(":i :q :i .")
    assert gap.refused == ("FILTER(?x != ?y)",)
    assert gap.unmatched == ()


def test_the_way_over_stated_axioms_is_shown() -> None:
    world = World(CASES["cax-sco"][0], ":i a :A .")
    [step] = world.prove(":i a :C .").steps
    assert [term.value[-1] for term in world.stated.path(step.rule)] == ["A", "B", "C"]
    assert len(step.axioms) == 2


# -- circles -----------------------------------------------------------------------------------

CIRCLES = {
    "symmetric": (":p a owl:SymmetricProperty .", ":i :p :j ."),
    "inverse": (":p owl:inverseOf :q . :q owl:inverseOf :p .", ":i :p :j ."),
    "loop": (":p a owl:TransitiveProperty .", ":i :p :j . :j :p :k . :k :p :i ."),
    "sub-properties": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . "
                       ":r rdfs:subPropertyOf :p .", ":i :q :j ."),
    "classes": (":A rdfs:subClassOf :B . :B owl:equivalentClass :C . :C rdfs:subClassOf :A .",
                ":i a :B ."),
    "same": (":p a owl:FunctionalProperty .", ":i :p :j , :k . :k :q :l ."),
    "all": (":p a owl:SymmetricProperty , owl:TransitiveProperty ; owl:inverseOf :q ."
            ":q rdfs:subPropertyOf :p . :p rdfs:domain :A ; rdfs:range :A .",
            ":i :p :j . :j :q :k ."),
}  # fmt: skip


@pytest.mark.parametrize("circle", CIRCLES)
def test_nothing_supports_itself(circle: str) -> None:
    world = World(*CIRCLES[circle])
    assert world.inferred
    for triple in world.inferred:
        choice, whole = world.search().shortest(triple)
        choices, all_whole = world.search().minimal(triple)
        assert choice is not None
        assert choices
        assert whole
        assert all_whole
        for one in (choice, *choices):
            proof = world.proof(one)
            assert is_founded(proof)
            assert {leaf.triple for leaf in proof.leaves} <= world.told
            assert world.check(proof) == []


def test_a_circular_proof_is_refused() -> None:
    world = World(":p a owl:SymmetricProperty .", ":i :p :j .")
    [one, other] = triples(":j :p :i . :i :p :j .")
    rule = next(rule for rule in world.rules if rule.name == "prp-symp")
    circle = Proof((Step(one, rule, (other,)), Step(other, rule, (one,))))
    assert not is_founded(circle)
    assert world.check(circle) == ["proof-circular", "proof-circular"]
    itself = Proof((Step(one, rule, (one,)),))
    assert "proof-circular" in world.check(itself)


# -- shortest, all, bounded --------------------------------------------------------------------


def test_the_shortest_proof_is_found_and_all_minimal_ones() -> None:
    world = World(
        ":p a owl:TransitiveProperty . :q rdfs:subPropertyOf :p .",
        ":i :p :j . :j :p :k . :k :p :l . :i :p :m . :m :p :l . :i :q :k .",
    )
    assert local(world.prove(":i :p :l .")) == {":i :p :m", ":m :p :l"}
    found, whole = world.search().minimal(triples(":i :p :l .")[0])
    assert whole
    assert [local(world.proof(one)) for one in found] == [
        {":i :p :m", ":m :p :l"}, {":k :p :l", ":i :q :k"},
        {":i :p :j", ":j :p :k", ":k :p :l"},
    ] or len(found) == 3  # fmt: skip


def test_a_stated_triple_is_its_own_first_proof_and_may_have_others() -> None:
    world = World(":p a owl:TransitiveProperty .", ":i :p :j . :j :p :k . :i :p :k .")
    assert world.prove(":i :p :k .").steps == ()
    found, _ = world.search().minimal(triples(":i :p :k .")[0])
    assert [local(world.proof(one)) for one in found] == [
        {":i :p :k"}, {":i :p :j", ":j :p :k"}
    ]  # fmt: skip


def test_a_search_ends_at_its_limit_and_says_so() -> None:
    places = [f":t{n:02}" for n in range(30)]
    facts = "\n".join(f"{a} :p {b} ." for a, b in pairwise(places))
    world = World(":p a owl:TransitiveProperty .", facts)
    far = triples(f"{places[0]} :p {places[-1]} .")[0]
    choice, whole = world.search().shortest(far)
    assert choice is not None
    assert whole
    assert len(world.proof(choice).leaves) == 29
    choice, whole = world.search(limit=800).shortest(far)
    assert choice is not None, "a proof is found before the limit, by going deep first"
    assert not whole
    assert is_founded(world.proof(choice))
    choice, whole = world.search(limit=5).shortest(far)
    assert choice is None
    assert not whole
    assert world.search(limit=50).minimal(far)[1] is False


def test_the_same_facts_give_the_same_proofs_whatever_their_order() -> None:
    ontology, facts = CIRCLES["all"]
    backwards = " . ".join(reversed([f for f in facts.split(" .") if f.strip()])) + " ."
    one, other = World(ontology, facts), World(ontology, backwards)
    assert one.inferred == other.inferred
    for triple in one.inferred:
        assert one.search().shortest(triple) == other.search().shortest(triple)
        assert one.search().minimal(triple) == other.search().minimal(triple)


# -- the property ------------------------------------------------------------------------------

RICH = """
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C owl:equivalentClass :D .
:E owl:equivalentClass [ owl:intersectionOf ( :A [ owl:onProperty :s ; owl:hasValue :k ] ) ] .
[ owl:onProperty :q ; owl:someValuesFrom :B ] rdfs:subClassOf :F .
:F rdfs:subClassOf [ owl:onProperty :t ; owl:allValuesFrom :A ] .
:p a owl:TransitiveProperty ; rdfs:subPropertyOf :q . :q owl:inverseOf :r .
:r rdfs:domain :B . :s a owl:SymmetricProperty ; rdfs:range :C .
:t owl:propertyChainAxiom ( :p :s ) . :u rdfs:subPropertyOf :v . :v rdfs:subPropertyOf :u .
:x owl:propertyChainAxiom ( :x :p ) .
"""
RICH_WORLD = World(RICH)
thing = st.sampled_from([f":{name}" for name in THINGS])
fact = st.one_of(
    st.builds("{} a {} .".format, thing, st.sampled_from([f":{name}" for name in CLASSES])),
    st.builds("{} {} {} .".format, thing,
              st.sampled_from([f":{name}" for name in "pqrstuvx"]), thing),
)  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(fact, min_size=2, max_size=7, unique=True), st.data())
def test_leaves_suffice_are_minimal_and_without_them_nothing_follows(
    facts: list[str], data: st.DataObject
) -> None:
    world = RICH_WORLD
    world.tell("\n".join(facts))
    if not world.inferred:
        return
    chosen = data.draw(st.lists(st.sampled_from(world.inferred), max_size=6, unique=True))
    for triple in chosen:
        note(f"{facts} gives {triple}")
        choices, whole = world.search().minimal(triple)
        shortest, _ = world.search().shortest(triple)
        assert whole
        assert choices
        assert shortest is not None
        proofs = [world.proof(choice) for choice in choices]
        sets = [{leaf.triple for leaf in proof.leaves} for proof in proofs]
        assert all(map(is_founded, proofs))
        for leaves in sets:
            assert leaves <= world.told
            assert world.follows(leaves, triple)
            for leaf in leaves:
                assert not world.follows(leaves - {leaf}, triple), "a smaller set would do"
        assert not world.follows(world.told - set().union(*sets), triple)
        # The shortest of all is no longer than the shortest for one set.
        assert len(shortest) <= min(map(len, choices))


# -- checking ----------------------------------------------------------------------------------


def test_tampered_proofs_are_refused() -> None:
    world = World(":p a owl:TransitiveProperty ; rdfs:subPropertyOf :q .",
                  ":i :p :j . :j :p :k . :k :p :l .", [KNOWS])  # fmt: skip
    proof = world.prove(":i :q :k .")
    assert world.check(proof) == []
    first, *rest = proof.nodes
    assert isinstance(first, Step)
    [wrong] = triples(":i :q :l .")

    def codes(step: Step, *more: Step | Leaf) -> list[str]:
        return world.check(Proof((step, *(more or rest))))

    assert codes(replace(first, triple=wrong)) == ["proof-step"]
    assert codes(replace(first, rule=Rule("prp-spo1", (), None))) == ["proof-rule"]
    assert codes(replace(first, premises=())) == ["proof-step"]
    assert codes(replace(first, axioms=(wrong,))) == ["proof-axiom"]
    [other] = triples(":i :p :l .")
    assert "proof-gap" in codes(replace(first, premises=(other,)))
    assert codes(first, Leaf(first.premises[0], ("authority",))) == ["proof-unstated"]
    assert "proof-unstated" in codes(first, *(replace(n, layers=()) for n in rest if
                                              isinstance(n, Leaf)), *rest)  # fmt: skip
    file_rule = world.rules[[rule.name for rule in world.rules].index("rule0")]
    assert codes(replace(first, rule=file_rule)) == ["proof-step"]
    assert codes(replace(first, rule=replace(file_rule, name="no"))) == ["proof-rule"]


def test_a_claim_that_says_something_else_is_refused(built: Corpus) -> None:
    project = Project(built.root)
    [proof] = project.why("Loria Trade", "has office in", "Borduria").proofs
    assert project.verify(proof) == []
    leaf = next(leaf for leaf in proof.leaves if leaf.claims)
    said = replace(leaf.claims[0], spans=((0, 4, "Lies"),))

    def codes(changed: Leaf) -> list[str]:
        nodes = tuple(changed if node is leaf else node for node in proof.nodes)
        return [finding.code for finding in project.verify(Proof(nodes))]

    assert codes(replace(leaf, claims=(said,))) == ["proof-claim"]
    assert codes(replace(leaf, claims=())) == ["proof-no-claim"]
    assert codes(replace(leaf, layers=("ontology",))) == ["proof-unstated"]
    assert codes(replace(leaf, layers=("evidence",))) == ["proof-unstated"]


def test_a_saved_proof_is_checked_again_and_a_changed_one_refused(
    built: Corpus, run: Callable[..., Run]
) -> None:
    place = built.root / "proof.json"
    at = ("--project", str(built.root))
    done = run("why", "?", "is partner of", "?", "--format", "json", "-o", str(place), *at)
    assert done.code == 0
    done = run("why", "--verify", str(place), *at)
    assert (done.code, done.out) == (0, "")
    assert "proofs re-checked: 2" in done.err
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("Szohod Mills", "Szohod Hills"), encoding="utf-8")
    done = run("why", "--verify", str(place), *at)
    assert done.code == 1
    assert "proof-claim" in done.err
    place.write_text('{"triples": [{"proofs": [{"steps": [{}]}]}]}', encoding="utf-8")
    done = run("why", "--verify", str(place), *at)
    assert done.code == 2
    assert "proof-unreadable" in done.err
    assert run("why", "--verify", str(built.root / "none.json"), *at).code == 2


# -- the invented project ----------------------------------------------------------------------


def test_a_proof_ends_in_words_with_source_date_and_speaker(built: Corpus) -> None:
    why = Project(built.root).why("Loria Trade", "has office in", "Borduria")
    [proof] = why.proofs
    assert names(proof) == ["prp-spo2"]
    stated, known = proof.leaves
    assert stated.layers == ("asserted",)
    assert stated.claims[0].words == "Loria Trade … Szohod"
    assert stated.claims[0].issued == "2019-05-09"
    assert known.layers == ("authority",)
    assert [claim.negated for claim in why[0].others] == [True]
    text = why.text()
    assert "«Loria Trade … Szohod» — memo, 2019-05-09" in text
    assert "authority file" in text
    assert "It is also told, but not as a fact:\n    «Borduria … No branch office exists" in text
    assert "Loria Trade" in text.splitlines()[-1]  # the speaker


def test_a_rule_of_a_file_is_told_in_its_own_words_in_both_languages(built: Corpus) -> None:
    asked = ("id:loria-trade", "ecodip:isPartnerOf", "id:szohod-mills")
    why = Project(built.root).why(*asked)
    assert "by the rule «Two organizations or territories that signed" in why.text()
    assert "[co-signatories.rq]" in why.text()
    french = Project(built.root, lang="fr").why(*asked).text()
    assert "selon la règle « Deux organisations ou territoires" in french
    assert "Commerce de Loria · est un partenaire de" in french or "partenaire" in french


def test_an_asserted_triple_gives_its_claims(built: Corpus) -> None:
    [proof] = Project(built.root).why("Loria Trade", "hasOfficeIn", "Szohod").proofs
    assert proof.steps == ()
    assert [claim.words for claim in proof.leaves[0].claims] == ["Loria Trade … Szohod"]


def test_a_planned_triple_says_so_and_by_whom(built: Corpus, run: Callable[..., Run]) -> None:
    asked = ("mission to Borduria, 2020", "start date", "2020")
    done = run("why", *asked, "--project", str(built.root))
    assert done.code == 1
    assert "It is not stated as a fact, but told as:" in done.out
    assert "plan · Ada Lee" in done.out
    assert done.err == ""
    french = run("why", *asked, "--project", str(built.root), "--lang", "fr")
    assert "Ce n'est pas énoncé comme un fait" in french.out


def test_a_denied_triple_says_so(corpus: Corpus, run: Callable[..., Run]) -> None:
    done = run("why", "Loria Trade", "has office in", "Borduria", "--project", str(corpus.root))
    assert done.code == 1
    assert "¬ fact · Loria Trade" in done.out


def test_what_nothing_says_points_to_why_not(built: Corpus, run: Callable[..., Run]) -> None:
    asked = ("Szohod Mills", "has office in", "Loria")
    done = run("why", *asked, "--project", str(built.root))
    assert (done.code, done.out) == (1, "")
    assert "kg why-not" in done.err
    found = json.loads(run("why", *asked, "--format", "json", "--project", str(built.root)).out)
    assert found == {"triples": [], "more": 0}


def test_wildcards_explain_each_triple_that_fits(built: Corpus, run: Callable[..., Run]) -> None:
    project = Project(built.root)
    offices = project.why("Loria Trade", "has office in", "*")
    assert [one.triple.object.value.rsplit("/")[-1] for one in offices] == ["borduria", "szohod"]
    assert len(project.why(None, "a", "ecodip:City").explanations) == 1
    about = project.why("Loria Trade", None, None, first=3)
    assert len(about) == 3
    assert about.more > 3
    assert f"{about.more} more triples fit" in about.text()
    planned = project.why("mission to Borduria, 2020", "?", "?", first=99)
    assert [one.holds for one in planned].count(False) == 1
    done = run("why", "?", "?", "?", "--first", "1", "--project", str(built.root))
    assert done.code == 0


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("id:loria-trade", "ecodip:hasOfficeIn", "id:szohod"),
        ("loria-trade", "hasOfficeIn", "szohod"),
        ("commerce de LORIA", "A pour implantation", "SZOHOD"),
        ("<https://w3id.org/ecodip/id/loria-trade>", "https://w3id.org/ecodip#hasOfficeIn",
         "Szohod"),
        ("memorandum of 2019", "has status", "done"),
        ("mission to Borduria, 2019", "start date", "2019-05-04"),
        ("mission to Borduria, 2019", "startDate", '"2019-05-04"^^xsd:date'),
        ("firms on the mission", "numeric value", "40.0"),
        ("Borduria", "skos:prefLabel", '"Bordurie"@fr'),
        ("Szohod", "a", "city"),
        ("Szohod", "is a", "ecodip:City"),
        ("Szohod", "est un(e)", "ville"),
        ("City", "subClassOf", "Place"),
    ],
)  # fmt: skip
def test_parts_may_be_ids_labels_or_values(
    pristine: Corpus, subject: str, predicate: str, value: str
) -> None:
    if predicate == "subClassOf":
        predicate = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
        subject, value = "ecodip:City", "ecodip:Place"
    assert len(Project(pristine.root).why(subject, predicate, value).proofs) == 1


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("Loria Trad", "?", "?"), "did you mean 'Loria Trade'"),
        (("?", "has ofice in", "?"), "did you mean 'has office in'"),
        (("?", "has office in", "Zsohod"), "did you mean 'Szohod'"),
        (("id:loria-tarde", "?", "?"), "did you mean 'id:loria-trade'"),
        (("?", "?", '"x"^^'), "cannot be read"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_one(
    pristine: Corpus, parts: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        Project(pristine.root).why(*parts)


def test_terms_are_taken_as_they_are(pristine: Corpus) -> None:
    project = Project(pristine.root)
    value = Literal("2019-05-04", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    prop = NamedNode("https://w3id.org/ecodip#startDate")
    assert [one.triple.object for one in project.why(None, prop, value)] == [value]


# -- why not -----------------------------------------------------------------------------------


def test_why_not_names_the_nearest_rule_and_what_it_lacks(
    built: Corpus, run: Callable[..., Run]
) -> None:
    asked = ("Szohod Mills", "has office in", "Borduria")
    found = Project(built.root).why_not(*asked)
    assert not found.holds
    assert found.gaps[0].rule.name == "prp-spo2"
    assert (len(found.gaps[0].matched), len(found.gaps[0].unmatched)) == (1, 1)
    done = run("why-not", *asked, "--project", str(built.root))
    assert done.code == 1
    assert (
        "✓ Szohod · is within · Borduria\n    ✗ Szohod Mills · has office in · Szohod" in done.out
    )
    told = json.loads(run("why-not", *asked, "--format", "json", "--project", str(built.root)).out)
    assert told["rules"][0]["rule"]["name"] == "prp-spo2"
    assert told["holds"] is False


def test_why_not_of_what_holds_says_so(built: Corpus, run: Callable[..., Run]) -> None:
    done = run("why-not", "Loria Trade", "has office in", "Szohod", "--project", str(built.root))
    assert done.code == 0
    assert "It holds" in done.out


def test_why_not_shows_plans_for_what_is_missing_and_what_holds_instead(built: Corpus) -> None:
    project = Project(built.root)
    found = project.why_not("mission to Borduria, 2020", "schema:startDate", "2020")
    assert found.others == ()
    claimed = [gap for gap in found.gaps if gap.claims]
    assert [claim.modality for claim in claimed[0].claims] == ["plan"]
    assert claimed[0] == found.gaps[0]
    near = project.why_not("Loria Trade", "has office in", "Loria")
    assert len(near.near) == 2
    assert "What does hold:" in near.text()
    assert "No rule could conclude it" in project.why_not("Szohod", "has unit", "one").text()


def test_why_not_asks_for_one_triple(built: Corpus) -> None:
    project = Project(built.root)
    with pytest.raises(InputError, match="one triple"):
        project.why_not("Loria Trade", "?", "Borduria")
    built.edit(built.authority, '"Szohod Mills"@en', '"Loria"@en')
    project.build()
    with pytest.raises(InputError, match="several things"):
        project.why_not("Loria", "is within", "Borduria")


# -- formats -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def partners(pristine: Corpus) -> Why:
    return Project(pristine.root).why("?", "is partner of", "?", all=True)


def test_turtle_is_prov_without_blank_nodes(partners: Why) -> None:
    text = partners.text("turtle")
    found = list(parse(text.encode(), format=RdfFormat.TURTLE))
    assert text == partners.text("turtle")
    assert not [q for q in found if isinstance(q.subject, ox.BlankNode)]
    prov = "http://www.w3.org/ns/prov#"
    used = {
        q.predicate.value.removeprefix(prov) for q in found if q.predicate.value.startswith(prov)
    }
    assert {"used", "wasGeneratedBy", "wasDerivedFrom", "hadPrimarySource"} <= used
    steps = {step.triple for proof in partners.proofs for step in proof.steps}
    assert len({q.subject for q in found if q.predicate.value == f"{prov}wasGeneratedBy"}) == len(
        steps
    )


def test_json_holds_the_whole_proof(partners: Why) -> None:
    text = partners.text("json")
    read = from_json(text)
    assert [proof.nodes[0].triple for proof in read] == [p.triple for p in partners.proofs]
    assert [proof.leaves for proof in read] == [proof.leaves for proof in partners.proofs]
    told = json.loads(text)["triples"][0]["proofs"][0]["steps"][0]
    assert told["rule"]["kind"] == "file"
    assert told["premises"] == sorted(told["premises"])


def test_html_is_one_well_formed_escaped_page(built: Corpus) -> None:
    built.edit(built.authority, '"Szohod Mills"@en', '"<b>Mills</b> & Sons"@en')
    project = Project(built.root)
    project.build()
    why = project.why("?", "is partner of", "?")
    page = why.text("html")
    assert "<b>" not in page
    assert "&lt;b&gt;Mills&lt;/b&gt; &amp; Sons" in page
    assert "<script" not in page
    assert "http" not in re.sub(r"https://github\S*|https://w3id\S*", "", page)
    body = page.partition("</head>")[2].removesuffix("</html>\n")
    tree = ET.fromstring(body)  # fails where a tag is left open
    assert len(tree.findall(".//details")) == sum(len(proof.steps) for proof in why.proofs)
    assert why._repr_html_() in page


def test_a_tree_is_wrapped_and_colored_on_request_only(partners: Why) -> None:
    narrow = partners.text(width=60)
    assert max(map(len, narrow.splitlines())) <= 80
    assert len(narrow.splitlines()) > len(partners.text().splitlines())
    assert "\x1b[1m" in partners.text(color=True)
    assert "\x1b" not in partners.text()
    assert "proof 1 of" in partners.text() or len(partners.proofs) == len(partners)


def test_what_was_shown_is_not_shown_again() -> None:
    one, other, third = triples(":i :p :j . :i :q :j . :i :r :j .")
    rule = Rule("prp-spo1", (), None)
    proof = Proof((Step(third, rule, (one, other)), Leaf(one), Step(other, rule, (one,))))
    assert [again for _, _, again in proof.walk()] == [False, False, False, True]


def test_a_bound_is_told(pristine: Corpus) -> None:
    why = Project(pristine.root).why("Loria Trade", "a", "ecodip:Actor", all=True, limit=2)
    assert not why.proofs or not why.proofs[0].whole
    assert "--limit" in why.text()


def test_wrong_usage_is_told(built: Corpus, run: Callable[..., Run]) -> None:
    assert run("why", "one", "two", "--project", str(built.root)).code == 2
    done = run("why", "Loria Trade", "has office in", "Szohod", "--verify",
               "--project", str(built.root))  # fmt: skip
    assert done.code == 0
    assert "proofs re-checked: 1" in done.err


# -- removing what is cited --------------------------------------------------------------------


def test_without_the_cited_claims_a_rebuild_lacks_the_triple(
    pristine: Corpus, built: Corpus
) -> None:
    project = Project(pristine.root)
    inferred = list(project.store.quads(project.layout.layer("inferred")))
    where = {one.id.value: (one.source.value.rsplit("/", 1)[-1], one.line_id)
             for one in project.claims()}  # fmt: skip
    tried = 0
    for quad in sorted(inferred, key=str):
        triple = Triple(quad.subject, quad.predicate, quad.object)
        proofs = project.why(quad.subject, quad.predicate, quad.object, all=True).proofs
        claims = {claim.claim for p in proofs for leaf in p.leaves for claim in leaf.claims}
        lines = {where[claim] for claim in claims}
        on_words = all(any(leaf.layers == ("asserted",) for leaf in p.leaves) for p in proofs)
        if not proofs or not on_words or any(line.startswith("T") for _, line in lines):
            continue  # without a mention, other lines could not be read
        if tried == 12:
            break
        tried += 1
        before = {file: file.read_text() for file in map(built.ann, ("visit", "memo"))}
        for source, line in sorted(lines):
            file = built.ann(source)
            kept = [text for text in file.read_text().splitlines(keepends=True)
                    if not text.startswith(f"{line}\t") and f" {line} " not in text]  # fmt: skip
            file.write_text("".join(kept))
        layers = Project(built.root).assemble().layers
        told = (*layers["asserted"], *layers["authority"], *layers["inferred"])
        assert triple not in {Triple(q.subject, q.predicate, q.object) for q in told}
        for file, text in before.items():
            file.write_text(text)
    assert tried == 12


# -- the real project --------------------------------------------------------------------------


def test_every_kind_of_inference_in_the_project_has_a_checked_proof(project: Project) -> None:
    by_rule: dict[str, Proof] = {}
    inferred = sorted(
        project.store.quads(project.layout.layer("inferred")),
        key=lambda quad: (quad.predicate.value, str(quad)),
    )
    some = [list(same)[:12] for _, same in groupby(inferred, key=lambda quad: quad.predicate)]
    for quad in chain.from_iterable(some):
        [found] = project.why(quad.subject, quad.predicate, quad.object)
        assert found.proofs, quad
        assert found.proofs[0].whole
        for leaf in found.proofs[0].leaves:
            assert leaf.layers
            assert leaf.claims or "asserted" not in leaf.layers
        for name in names(found.proofs[0]):
            by_rule.setdefault(name, found.proofs[0])
    assert {"cax-sco", "prp-spo1", "prp-spo2", "prp-inv", "co-signatories"} <= set(by_rule)
    assert project.verify(*by_rule.values()) == []
