"""Rule files: what a CONSTRUCT may be made of, what it concludes, and where it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from pyoxigraph import Literal

from kg.errors import CheckFailed, InputError
from kg.project import Project
from kg.reasoning import Closure, closure
from kg.rules.files import RuleFile, parse
from tests.conftest import Run
from tests.corpus import ROOT, Corpus
from tests.test_bad_input import tree
from tests.test_rules import DECLARED, quads, triples

HEADER = "#+ summary: Because.\n#+ summary-fr: Parce que.\nPREFIX : <http://a.example/>\n"


def read(query: str) -> RuleFile:
    prefixes = {"xsd": "http://www.w3.org/2001/XMLSchema#",
                "owl": "http://www.w3.org/2002/07/owl#"}  # fmt: skip
    return parse(HEADER + query, file="ontology/rules/r.rq", name="r", prefixes=prefixes)


def concluded(query: str, data: str, ontology: str = "") -> Closure:
    return closure(quads(data), quads(DECLARED + ontology), read(query).rules)


# Query, data, what follows.
ACCEPTED = (
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y }", ":i :q :j .", ":i :p :j ."),
    ("construct { ?x :p ?y } { ?x :q ?y }", ":i :q :j .", ":i :p :j ."),
    ("CONSTRUCT { $x :p $y . } WHERE { $x :q $y . }", ":i :q :j .", ":i :p :j ."),
    ("CONSTRUCT { ?x :p ?y ; :r ?y , ?x ; a :A } WHERE { ?x :q ?y ; a :B }",
     ":i :q :j ; a :B . :k :q :j .", ":i :p :j ; :r :i , :j ; a :A ."),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?z , ?y ; :r ?y . }", ":i :q :j ; :r :j .",
     ":i :p :j ."),
    ("CONSTRUCT { ?x a <http://a.example/A> } # why { not\nWHERE { ?x :q ?y # }\n }", ":i :q :j .",
     ":i a :A ."),
    ('CONSTRUCT { ?x :e "} {" } WHERE { ?x :d "FILTER(" , "OPTIONAL"@en-us , 1.5 , true }',
     ':i :d "FILTER(" , "OPTIONAL"@en-us , 1.5 , true . :j :d 1.5 .', ':i :e "} {" .'),
    ('CONSTRUCT { ?x :e """a\nb""" , \'c\' } WHERE { ?x :d +1 , -1.5 }', ":i :d 1 , -1.5 .",
     ':i :e "a\\nb" , "c" .'),
    ('CONSTRUCT { ?x :p ?y } WHERE { ?x :d "2001-02-03"^^xsd:date ; :q ?y }',
     ':i :q :j ; :d "2001-02-03"^^xsd:date . :j :q :k .', ":i :p :j ."),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y FILTER(?x != ?y) # and\n }", ":i :q :i , :j .",
     ":i :p :j ."),
    ("CONSTRUCT { ?x :p ?y } WHERE { FILTER(?n > 3 # at least\n && ?n < 5) . ?x :d ?n ; :q ?y }",
     ":i :d 4 ; :q :j . :j :d 5 ; :q :j .", ":i :p :j ."),
    ('CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y . ?y :d ?w FILTER regex(str(?w), "^a  (b|c)$", "i")'
     " . ?x a :A }", ':i :q :j , :k ; a :A . :j :d "A  b" . :k :d "a b" .', ":i :p :j ."),
    ("CONSTRUCT { ?x a :A } WHERE { ?x :d ?n FILTER(((?n + 1) * 2) = 4 || (?n IN (7, (8)))) }",
     ":i :d 1 . :j :d 8 . :k :d 2 .", ":i a :A . :j a :A ."),
    ("CONSTRUCT { ?x a :A } WHERE { ?x :q ?y FILTER(?y NOT IN (:i, :j)) }", ":i :q :j . :j :q :k .",
     ":j a :A ."),
    ("CONSTRUCT { ?x a :A } WHERE { ?x :q ?y FILTER(?y=:j%20||?y=:a\\,b||?y=:a:c) }",
     ":i :q <http://a.example/a,b> . :j :q <http://a.example/a:c> . :k :q :a .",
     ":i a :A . :j a :A ."),
    ("CONSTRUCT { ?x :e ?m } WHERE { ?x :d ?n BIND(?n * 2 AS ?m) BIND(?m + 1 AS ?o) FILTER(?o > 4)"
     " }", ":i :d 2 . :j :d 1 .", ":i :e 4 ."),
    ("CONSTRUCT { ?x :e ?m } WHERE { ?x :d ?n BIND(1 / ?n AS ?m) }", ':i :d 0 , 2 , "a" .',
     ":i :e 0.5 ."),
    ("CONSTRUCT { ?m a :A } WHERE { ?x :d ?n BIND(IF(?n > 1, ?x, ?n) AS ?m) }",
     ":i :d 2 . :j :d 1 .", ":i a :A ."),
    ("CONSTRUCT { ?n a :A } WHERE { ?x :d ?n }", ":i :d 2 , :k .", ":k a :A ."),
    ("CONSTRUCT { ?x ?t ?y } WHERE { ?x :q ?y . ?s :r ?t }", ":i :q :j . :k :r :p , 1 .",
     ":i :p :j ."),
    ("CONSTRUCT { ?x a :A } WHERE { ?x :q [ :r [] ] . [] :q ?x . _:z :p ?x }",
     ":i :q :j . :j :r :k . :k :q :i ; :p :i . :l :q :j .", ":i a :A ."),
    ("CONSTRUCT { ?x a :A } WHERE { ?x :q _:b FILTER(?x != :k) _:b :r ?b0 }",
     ":i :q :j . :j :r :k . :k :q :j .", ":i a :A ."),
    ("PREFIX b: <http://a.example/>\nPREFIX\n  # here\n c.d: <http://a.example/>\n"
     "CONSTRUCT { ?x b:p ?y } WHERE { ?x c.d:q ?y }", ":i :q :j .", ":i :p :j ."),
)  # fmt: skip


@pytest.mark.parametrize(("query", "data", "gives"), ACCEPTED, ids=[c[0] for c in ACCEPTED])
def test_a_rule_concludes_what_its_query_constructs(query: str, data: str, gives: str) -> None:
    found = concluded(query, data)
    assert found.contradictions == ()
    assert set(found.triples) == triples(gives)
    assert len(found.triples) == len(set(found.triples))
    assert concluded(query, ":l :s :m .").triples == ()


RULE = "CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y "
# Query, the words at which it is refused, code, reason.
REFUSED = (
    (RULE + "OPTIONAL { ?y :r ?z } }", "OPTIONAL", "rule-form", "OPTIONAL is not allowed"),
    ("CONSTRUCT { ?x :p ?y } WHERE { { ?x :q ?y } UNION { ?x :r ?y } }", "UNION", "rule-form",
     "UNION is not allowed"),
    (RULE + "FILTER NOT EXISTS { ?y :r ?x } }", "NOT", "rule-form", "NOT EXISTS is not allowed"),
    (RULE + "FILTER(EXISTS { ?y :r ?x }) }", "EXISTS", "rule-form", "EXISTS is not allowed"),
    (RULE + "MINUS { ?y :r ?x } }", "MINUS", "rule-form", "MINUS is not allowed"),
    ("CONSTRUCT { ?x :p ?y } WHERE { GRAPH ?g { ?x :q ?y } }", "GRAPH", "rule-form",
     "GRAPH is not allowed"),
    (RULE + "SERVICE :s { ?y :r ?x } }", "SERVICE", "query-syntax", "sends nothing"),
    (RULE + "VALUES ?y { :j } }", "VALUES", "rule-form", "VALUES is not allowed"),
    ("CONSTRUCT { ?x :p ?y } WHERE { SELECT ?x ?y { ?x :q ?y } }", "SELECT", "rule-form",
     "SELECT is not allowed"),
    ("CONSTRUCT { ?x :p ?y } WHERE { { ?x :q ?y } }", "{ ?x :q", "rule-form", "a nested group"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q/:r ?y }", "/", "rule-form", "a property path"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x ^:q ?y }", "^", "rule-form", "a property path"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q+ ?y }", "+", "rule-form", "a property path"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x (:q|:r) ?y }", "|", "rule-form", "a property path"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x !:q ?y }", "!", "rule-form", "a property path"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :s 1 . FILTER(?x != :i) ?x :q* ?y }", "*", "rule-form",
     "a property path"),
    ("CONSTRUCT { ?x :p [] } WHERE { ?x :q ?y }", "{ ?x :p", "rule-form", "a blank node"),
    ("CONSTRUCT { ?x :p _:b } WHERE { ?x :q ?y }", "{ ?x :p", "rule-form", "a blank node"),
    ("CONSTRUCT { ?x :p ?z } WHERE { ?x :q ?y }", "?z", "rule-form", "?z is not bound"),
    ('CONSTRUCT { ?x :p ?z } WHERE { ?x :q ?y BIND("AS ?z" AS ?w) }', "?z }", "rule-form",
     "?z is not bound"),
    (RULE + "} LIMIT 3", "LIMIT", "rule-form", "LIMIT is not allowed"),
    (RULE + "} ORDER BY ?x", "ORDER", "rule-form", "ORDER is not allowed"),
    ("CONSTRUCT { ?x :p ?y } FROM :g WHERE { ?x :q ?y }", "FROM", "rule-form", "FROM"),
    (RULE + "FILTER(RAND() < 0.5) }", "RAND", "rule-form", "RAND is not allowed"),
    ("CONSTRUCT { ?x :p ?z } WHERE { ?x :q ?y BIND(UUID() AS ?z) }", "UUID", "rule-form", "UUID"),
    ("CONSTRUCT { ?x :p ?z } WHERE { ?x :q ?y BIND(now() AS ?z) }", "now", "rule-form", "NOW"),
    ("CONSTRUCT { ?x :p ?z } WHERE { ?x :q ?y BIND(BNODE() AS ?z) }", "BNODE", "rule-form",
     "BNODE"),
    ("CONSTRUCT { ?x :p ?z } WHERE { BIND(:i AS ?z) ?x :q ?z }", "BIND", "rule-form",
     "?z of BIND stands in a pattern"),
    ("CONSTRUCT WHERE { ?x :p ?y }", "WHERE", "rule-form", "CONSTRUCT WHERE repeats"),
    ("CONSTRUCT { } WHERE { ?x :p ?y }", "{ }", "rule-form", "concludes nothing"),
    ("CONSTRUCT { :i :p :j } WHERE { }", "{ }", "rule-form", "no triple pattern"),
    ("CONSTRUCT { :i :e ?y } WHERE { BIND(1 AS ?y) }", "{ BIND", "rule-form", "no triple pattern"),
    ('CONSTRUCT { "x" :p ?y } WHERE { ?x :p ?y }', '"x"', "rule-form", "no triple patterns"),
    ("CONSTRUCT { ?x :p ?y } WHERE { << ?x :q ?y >> :r ?z }", "<<", "rule-form",
     "a triple within a triple"),
    ("BASE <http://a.example/> CONSTRUCT { ?x <p> ?y } WHERE { ?x :q ?y }", "BASE", "rule-form",
     "BASE is not allowed"),
    ("SELECT * WHERE { ?x :p ?y }", "SELECT", "rule-form", "SELECT is no CONSTRUCT"),
    ("ASK { ?x :p ?y }", "ASK", "rule-form", "ASK is no CONSTRUCT"),
    ("DESCRIBE :i", "DESCRIBE", "rule-form", "DESCRIBE is no CONSTRUCT"),
    ("CONSTRUCT { ?x z:p ?y } WHERE { ?x :q ?y }", "z:p", "query-syntax",
     "the prefix z: is not declared"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x ?y }", "", "query-syntax", "expected"),
    ("INSERT DATA { :i :p :j }", "", "query-syntax", "INSERT changes data"),
    (RULE + "FILTER(:f(?x)) }", "", "query-syntax", "custom function"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "at", "code", "reason"), REFUSED, ids=[case[0] for case in REFUSED]
)
def test_a_query_that_is_no_rule_is_refused_at_its_place(
    query: str, at: str, code: str, reason: str
) -> None:
    with pytest.raises(InputError) as refused:
        read("# a line\n" + query)
    (found,) = refused.value.findings
    assert (found.code, found.file) == (code, "ontology/rules/r.rq")
    assert reason in found.message()
    assert found.message("fr") != found.message()
    if at:
        assert (found.line, found.column) == (5, query.index(at) + 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CONSTRUCT { ?x a ?y } WHERE { ?y a ?x }", "lacks a summary"),
        ("#+ summary: a\nCONSTRUCT { ?x a ?y } WHERE { ?y a ?x }", "summary-fr"),
        ("#+ summary: a\n#+ summary-fr: b\n#+ param: c\nASK {}", "unknown key param"),
        ("#+ summary: [\nASK {}", "header"),
    ],
)
def test_a_header_is_needed(text: str, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text, file="r.rq", name="r", prefixes={})
    (found,) = refused.value.findings
    assert found.code in ("query-header", "query-key", "query-summary")
    assert reason in found.message()


# -- together with axioms and with each other ----------------------------------------------------


def test_rules_and_axioms_feed_each_other() -> None:
    rule = "CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y . ?y a :B }"
    ontology = ":A rdfs:subClassOf :B . :p a owl:TransitiveProperty . :p rdfs:range :A ."
    found = concluded(rule, ":i :q :j . :j a :A ; :q :k . :k a :B .", ontology)
    assert set(found.triples) == triples(":j a :B . :i :p :j , :k . :j :p :k . :k a :A .")
    assert {t for t in found.triples if t.predicate.value.endswith("#type")} == triples(
        ":j a :B . :k a :A ."
    )


def test_a_class_that_a_rule_finds_out_is_reasoned_with() -> None:
    rule = "CONSTRUCT { ?x a ?c } WHERE { ?x :q ?y . ?y a ?c }"
    ontology = "[ a owl:Class ; owl:intersectionOf ( :A :C ) ] rdfs:subClassOf :B ."
    found = concluded(rule, ":i :q :j ; a :C . :j a :A .", ontology)
    assert set(found.triples) == triples(":i a :A , :B .")


def test_a_rule_that_finds_two_things_the_same_brings_equality_with_it() -> None:
    found = concluded("CONSTRUCT { ?x owl:sameAs ?y } WHERE { ?x :q ?y }", ":i :q :j ; a :A .")
    assert set(found.triples) == triples(
        ":i owl:sameAs :j ; :q :i . :j owl:sameAs :i ; :q :i , :j ; a :A ."
    )


def test_a_rule_may_contradict_an_axiom() -> None:
    found = concluded("CONSTRUCT { ?x a :B } WHERE { ?x :q ?y }", ":i :q :j ; a :A .",
                      ":A owl:disjointWith :B .")  # fmt: skip
    assert [set(clash.triples) for clash in found.contradictions] == [triples(":i a :A , :B .")]


def test_a_rule_says_its_summary() -> None:
    rule = read("CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y }").rules[0]
    assert (rule.words(str), rule.words(str, "fr")) == ("Because.", "Parce que.")


def test_a_value_is_concluded_in_the_form_that_its_thing_has_it_in() -> None:
    found = concluded("CONSTRUCT { ?x :e ?n } WHERE { ?x :d ?n }", ':i :d "01"^^xsd:integer .')
    values = [triple.object for triple in found.triples]
    assert [value.value for value in values if isinstance(value, Literal)] == ["01"]


# -- terms that nobody declared ------------------------------------------------------------------

UNDECLARED = (
    ("CONSTRUCT { ?x :z ?y } WHERE { ?x :q ?y }", ":z"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :z ?y }", ":z"),
    ("CONSTRUCT { ?x a :Z } WHERE { ?x :q ?y }", ":Z"),
    ("CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y ; a <http://a.example/Z> }", "<http"),
    ("CONSTRUCT { ?x owl:equivalentClass ?y } WHERE { ?x :q ?y }", "owl:"),
)


@pytest.mark.parametrize(("query", "at"), UNDECLARED)
def test_a_rule_in_terms_that_are_not_declared_is_refused_where_it_names_them(
    query: str, at: str
) -> None:
    rules = read(query)
    (found,) = rules.undeclared(quads(DECLARED))
    assert found.code == "rule-undeclared"
    assert (found.line, found.column) == (4, query.index(at) + 1)
    with pytest.raises(CheckFailed, match="cannot be reasoned with"):
        closure((), quads(DECLARED), rules.rules)


def test_a_rule_in_declared_terms_is_accepted() -> None:
    for query, *_ in ACCEPTED:
        assert read(query).undeclared(quads(DECLARED)) == []


# -- in a project --------------------------------------------------------------------------------


def test_the_rules_of_the_project_are_read() -> None:
    project = Project(ROOT)
    names = {file.stem for file in (ROOT / "ontology" / "rules").glob("*.rq")}
    assert names
    assert {rule.name for rule in project.reading.rules} == names


def test_a_project_with_a_wrong_rule_is_not_built(built: Corpus, run: Callable[..., Run]) -> None:
    before = tree(built.root / "build")
    folder = built.root / "ontology" / "rules"
    text = (
        "#+ summary: a\n#+ summary-fr: b\nPREFIX e: <https://w3id.org/ecodip#>\n"
        "CONSTRUCT { ?x e:isPartnerOff ?y }\nWHERE { ?x e:isPartnerOf ?y }\n"
    )
    (folder / "bad.rq").write_text(text, encoding="utf-8")
    (folder / "worse.rq").write_text(text.replace("WHERE {", "WHERE { ?x ?y"), encoding="utf-8")
    options = ("--project", str(built.root))
    checked, rebuilt = run("check", *options), run("build", *options)
    for told in (checked.out, rebuilt.err):
        assert "ontology/rules/bad.rq:4:16: rule-undeclared: " in told
        assert re.search(r"ontology/rules/worse\.rq:5:\d+: query-syntax: ", told)
    assert (checked.code, rebuilt.code, rebuilt.out) == (2, 2, "")
    (folder / "worse.rq").unlink()
    assert run("build", *options).code == 1
    assert tree(built.root / "build") == before
