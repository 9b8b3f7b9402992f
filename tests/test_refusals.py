"""Axioms that no rule can be made of are refused by name, all at once, and nothing is built."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.errors import CheckFailed
from kg.findings import Finding
from kg.project import Project
from kg.reasoning import closure
from tests.conftest import Run
from tests.corpus import Corpus
from tests.test_bad_input import tree
from tests.test_rules import DECLARED, quads

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def restriction(more: str, on: str = ":p") -> str:
    return f"[ a owl:Restriction ; owl:onProperty {on} ; {more} ]"


def sub(right: str, left: str = ":A") -> str:
    return f"{left} rdfs:subClassOf {right} ."


SUB, TYPE, ONE = f"{RDFS}subClassOf", "#type", '"1"^^xsd:nonNegativeInteger'
# Name, axiom, local name of the subject ("…" when it has none), predicate, reason.
REFUSED = (
    ("some values on the right", sub(restriction("owl:someValuesFrom :B")), "A", SUB,
     "owl:someValuesFrom on the right side"),
    ("union on the right", sub("[ a owl:Class ; owl:unionOf ( :B :C ) ]"), "A", SUB,
     "owl:unionOf on the right side"),
    ("enumeration on the right", sub("[ a owl:Class ; owl:oneOf ( :i ) ]"), "A", SUB,
     "owl:oneOf on the right side"),
    ("union as an equivalent", ":A owl:equivalentClass [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
     "A", f"{OWL}equivalentClass", "owl:unionOf on the right side"),
    ("union of a named class", ":A owl:unionOf ( :B :C ) .", "A", f"{OWL}unionOf",
     "owl:unionOf on the right side"),
    ("minimum", sub(restriction("owl:minCardinality 1")), "A", SUB, "owl:minCardinality"),
    ("qualified minimum", sub(restriction(
        f"owl:minQualifiedCardinality {ONE} ; owl:onClass :B")), "A", SUB,
     "owl:minQualifiedCardinality"),
    ("exact number", sub(restriction("owl:cardinality 2")), "A", SUB, "owl:cardinality"),
    ("exact number of one", sub(restriction("owl:cardinality 1")), "A", SUB, "owl:cardinality"),
    ("two at most", sub(restriction("owl:maxCardinality 2")), "A", SUB,
     "owl:maxCardinality 2 (0 and 1 are covered)"),
    ("no number at most", sub(restriction("owl:maxCardinality :i")), "A", SUB,
     "owl:maxCardinality ?"),
    ("two of a class at most", sub(restriction(
        'owl:maxQualifiedCardinality "2"^^xsd:nonNegativeInteger ; owl:onClass :B')), "A", SUB,
     "owl:maxQualifiedCardinality 2"),
    ("one of no class at most", sub(restriction(f"owl:maxQualifiedCardinality {ONE}")), "A", SUB,
     "without owl:onClass"),
    ("one of an enumeration at most", sub(restriction(
        f"owl:maxQualifiedCardinality {ONE} ; owl:onClass [ owl:oneOf ( :i :j ) ]")), "A", SUB,
     "owl:maxQualifiedCardinality of an enumeration"),
    ("maximum on the left", sub(":B", restriction("owl:maxCardinality 1")), "…", SUB,
     "owl:maxCardinality on the left side"),
    ("all values on the left", sub(":B", restriction("owl:allValuesFrom :C")), "…", SUB,
     "owl:allValuesFrom on the left side"),
    ("complement on the left", sub(":B", "[ owl:complementOf :C ]"), "…", SUB,
     "owl:complementOf on the left side"),
    ("itself on the left", sub(":B", restriction("owl:hasSelf true")), "…", SUB,
     "owl:hasSelf on the left side"),
    ("itself on the right", sub(restriction("owl:hasSelf true")), "A", SUB,
     "owl:hasSelf on the right side"),
    ("several properties", sub(
        "[ a owl:Restriction ; owl:onProperties ( :p :q ) ; owl:someValuesFrom :B ]"), "A", SUB,
     "owl:someValuesFrom and owl:onProperties in one description"),
    ("two descriptions in one", sub(restriction("owl:hasValue :i ; owl:allValuesFrom :B")), "A",
     SUB, "owl:allValuesFrom and owl:hasValue in one description"),
    ("two values in one", sub(restriction("owl:hasValue :i , :j")), "A", SUB,
     "owl:hasValue and owl:hasValue in one description"),
    ("two properties in one", sub(restriction("owl:hasValue :i ; owl:onProperty :q")), "A", SUB,
     "owl:onProperty more than once"),
    ("no property", sub("[ a owl:Restriction ; owl:hasValue :i ]"), "A", SUB,
     "a restriction without owl:onProperty"),
    ("no description", sub("[ a owl:Restriction ; owl:onProperty :p ]"), "A", SUB,
     "a class without a description"),
    ("a description that holds itself", ":A rdfs:subClassOf _:x . _:x owl:intersectionOf ( _:x )"
     " .", "A", SUB, "a description that contains itself"),
    ("a description of too many ways", sub(":A", "[ owl:intersectionOf ( " + 11 * (
        "[ owl:unionOf ( :A :B ) ] [ owl:unionOf ( :C :D ) ] ") + ") ]"), "…", SUB,
     "more than 1000 ways"),
    ("reflexive", ":p a owl:ReflexiveProperty .", "p", TYPE, "owl:ReflexiveProperty is outside"),
    ("disjoint union", ":A owl:disjointUnionOf ( :B :C ) .", "A", f"{OWL}disjointUnionOf",
     "owl:disjointUnionOf is outside"),
    ("some value of a datatype", sub(":B", restriction("owl:someValuesFrom xsd:integer", ":d")),
     "…", SUB, "a restriction to a datatype"),
    ("all values of a datatype", sub(restriction("owl:allValuesFrom rdfs:Literal", ":d")), "A",
     SUB, "a restriction to a datatype"),
    ("a restricted datatype", sub(restriction("""owl:allValuesFrom [ a rdfs:Datatype ;
      owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] ) ]""", ":d")),
     "A", SUB, "a restriction to a datatype"),
    ("a defined datatype", """:D a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ;
      owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] ) ] .""", "D",
     f"{OWL}equivalentClass", "the definition of a datatype"),
    ("everything on the left", sub(":A", "owl:Thing"), "Thing", SUB, "owl:Thing on the left side"),
    ("everything as an equivalent", ":A owl:equivalentClass owl:Thing .", "A",
     f"{OWL}equivalentClass", "owl:Thing on the left side"),
    ("everything with a value", sub(restriction("owl:hasValue :i"), "owl:Thing"), "Thing", SUB,
     "owl:Thing, or one thing, on the left side"),
    ("everything excluded", "owl:Thing owl:disjointWith owl:Thing .", "Thing",
     f"{OWL}disjointWith", "a class that excludes itself"),
    ("one thing excluded", sub("owl:Nothing", "[ owl:oneOf ( :i ) ]"), "…", SUB,
     "owl:Thing, or one thing, on the left side"),
    ("an undeclared class in a restriction", sub(restriction("owl:allValuesFrom :Z")), "A", SUB,
     "Z> is not declared"),
    ("an undeclared property in a restriction", sub(restriction("owl:hasValue :i", ":z")), "A",
     SUB, "z> is not declared"),
    ("an undeclared property in a chain", ":p owl:propertyChainAxiom ( :q :z ) .", "p",
     f"{OWL}propertyChainAxiom", "z> is not declared"),
    ("an undeclared property of a chain", ":z owl:propertyChainAxiom ( :q :p ) .", "z",
     f"{OWL}propertyChainAxiom", "z> is not declared"),
    ("an undeclared inverse", ":p owl:inverseOf :z .", "p", f"{OWL}inverseOf",
     "z> is not declared"),
    ("an undeclared symmetric property", ":z a owl:SymmetricProperty .", "z", TYPE,
     "z> is not declared"),
    ("an undeclared functional property", ":z a owl:FunctionalProperty .", "z", TYPE,
     "z> is not declared"),
    ("an undeclared key", ":A owl:hasKey ( :z ) .", "A", f"{OWL}hasKey", "z> is not declared"),
    ("an undeclared disjoint class", ":A owl:disjointWith :Z .", "A", f"{OWL}disjointWith",
     "Z> is not declared"),
    ("an undeclared disjoint property", ":p owl:propertyDisjointWith :z .", "p",
     f"{OWL}propertyDisjointWith", "z> is not declared"),
    ("the top property", sub(":A", restriction(
        "owl:someValuesFrom :B", "owl:topObjectProperty")), "…", SUB, "is not declared"),
    ("the bottom property", ":p rdfs:subPropertyOf owl:bottomObjectProperty .", "p",
     f"{RDFS}subPropertyOf", "a property that nothing may have"),
    ("an endless list", ":p owl:propertyChainAxiom _:l . _:l rdf:first :q ; rdf:rest _:l .", "p",
     f"{OWL}propertyChainAxiom", "a malformed list"),
    ("a list without an end", ":p owl:propertyChainAxiom [ rdf:first :q ] .", "p",
     f"{OWL}propertyChainAxiom", "a malformed list"),
    ("a list of two minds", ":A owl:hasKey [ rdf:first :p , :q ; rdf:rest () ] .", "A",
     f"{OWL}hasKey", "a malformed list"),
    ("an empty chain", ":p owl:propertyChainAxiom () .", "p", f"{OWL}propertyChainAxiom",
     "an empty chain"),
    ("an empty key", ":A owl:hasKey () .", "A", f"{OWL}hasKey", "a key without properties"),
    ("a key of an enumeration", "[ owl:oneOf ( :i :j ) ] owl:hasKey ( :p ) .", "…",
     f"{OWL}hasKey", "a key of an enumeration"),
    ("a literal as a property", ':p owl:propertyChainAxiom ( :q "r" ) .', "p",
     f"{OWL}propertyChainAxiom", '"r" is no property'),
    ("a literal as an inverse", ':p owl:inverseOf "q" .', "p", f"{OWL}inverseOf",
     '"q" is no property'),
    ("a literal as a super-property", ':p rdfs:subPropertyOf "q" .', "p",
     f"{RDFS}subPropertyOf", '"q" is no property'),
    ("a literal as a class", sub('"B"'), "A", SUB, '"B" is no class'),
    ("a literal as a domain", ':p rdfs:domain "B" .', "p", f"{RDFS}domain", '"B" is no class'),
    ("a blank node as a property", ":p owl:propertyChainAxiom ( :q [] ) .", "p",
     f"{OWL}propertyChainAxiom", "a blank node is no property"),
    ("a literal that is listed", sub(":A", '[ owl:oneOf ( "i" ) ]'), "…", SUB,
     '"i" cannot have properties'),
    ("a literal that leads somewhere", sub(restriction("owl:hasValue 1", "[ owl:inverseOf :p ]")),
     "A", SUB, "cannot have properties"),
    ("a blank node as a value", sub(":A", restriction("owl:hasValue []")), "…", SUB,
     "a blank node as a thing"),
    ("a blank node as a value on the right", sub(restriction("owl:hasValue []")), "A", SUB,
     "a blank node as a thing"),
    ("a blank node that is listed", sub(":A", "[ owl:oneOf ( [] ) ]"), "…", SUB,
     "a blank node as a thing"),
    ("a blank node that differs", "[ a owl:AllDifferent ; owl:members ( :i [] ) ] .", "…",
     f"{OWL}members", "a blank node as a thing"),
    ("a blank node of a described class", f"_:x a {restriction('owl:hasValue :i')} .", "…", TYPE,
     "a blank node as a thing"),
    ("the same property", ":p owl:sameAs :q .", "p", f"{OWL}sameAs", "owl:equivalentProperty"),
    ("members of nothing", "[ owl:members ( :A :B ) ] .", "…", f"{OWL}members",
     "neither AllDisjointClasses"),
    ("disjoint classes without members", "[ a owl:AllDisjointClasses ] .", "…", TYPE,
     "owl:members is missing"),
    ("a denial without a source", "[ a owl:NegativePropertyAssertion ; owl:assertionProperty :p ;"
     " owl:targetIndividual :i ] .", "…", f"{OWL}assertionProperty", "one source and one target"),
    ("a type that OWL lacks", ":p a owl:TransitveProperty .", "p", TYPE, "no term of OWL 2"),
    ("a predicate that OWL lacks", ":p owl:inverse :q .", "p", f"{OWL}inverse",
     "no term of OWL 2"),
    ("a predicate that RDFS lacks", ":A rdfs:subclassOf :B .", "A", f"{RDFS}subclassOf",
     "no term of OWL 2"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("axiom", "subject", "predicate", "reason"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_an_axiom_without_rule_is_refused_with_its_reason(
    axiom: str, subject: str, predicate: str, reason: str
) -> None:
    with pytest.raises(CheckFailed) as refused:
        closure((), quads(DECLARED + axiom))
    assert refused.value.exit_code == 1
    findings = refused.value.findings
    assert {finding.code for finding in findings} == {"axiom-refused"}
    told = [dict(finding.params) for finding in findings]
    assert [t for t in told if reason in t["said"]], told
    for one in told:
        assert one["term"].strip("<>[]").rsplit("/", 1)[-1].rsplit("#", 1)[-1] == subject
        assert one["predicate"].strip("<>").endswith(predicate)
    assert reason in " ".join(finding.message("fr") for finding in findings)


ACCEPTED = (
    "owl:Nothing rdfs:subClassOf [ a owl:Class ; owl:complementOf :A ] .",
    ":A rdfs:subClassOf owl:Thing .",
    ":A rdfs:subClassOf foreign:B . :p rdfs:subPropertyOf foreign:p .",
    ":d rdfs:range xsd:integer . :e rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ] .",
    ":A owl:intersectionOf ( :B :C ) , ( :B :D ) .",
    "<http://a.example/> a owl:Ontology ; owl:versionInfo '1' ; owl:imports <http://b.example/> .",
    ":n a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment . :A owl:deprecated true .",
    "[ a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ;"
    " owl:annotatedTarget :B ; rdfs:comment 'why' ] .",
)


@pytest.mark.parametrize("axiom", ACCEPTED)
def test_an_axiom_that_need_not_lead_to_anything_is_accepted(axiom: str) -> None:
    assert closure(quads(":i a :E ."), quads(DECLARED + axiom)).triples == ()


def test_all_axioms_are_refused_at_once_in_a_fixed_order() -> None:
    chosen = [case for case in REFUSED if case[0] in ("reflexive", "minimum", "an empty chain")]
    text = "\n".join(case[1] for case in chosen)
    with pytest.raises(CheckFailed) as refused:
        closure((), quads(DECLARED + text))
    said = [dict(finding.params)["said"] for finding in refused.value.findings]
    assert len(said) == 3
    assert list(refused.value.findings) == sorted(refused.value.findings)
    assert "axioms or rules that cannot be reasoned with: 3" in str(refused.value)


# -- in a project --------------------------------------------------------------------------------

BAD = """
ecodip:Odd
    a owl:Class ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ecodip:isPartnerOf ;
        owl:minCardinality 1 ] ;
    .
"""


def spoil(corpus: Corpus) -> int:
    """Add an axiom outside OWL 2 RL to the ontology; the line at which its term is described."""
    file = corpus.root / "ontology" / "ecodip.ttl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + BAD, encoding="utf-8")
    return text.count("\n") + 2


def test_a_project_with_a_refused_axiom_is_not_built(
    built: Corpus, run: Callable[..., Run]
) -> None:
    before = tree(built.root / "build")
    line = spoil(built)
    options = ("--project", str(built.root), "--texts", str(built.texts))
    place = f"ontology/ecodip.ttl:{line}: axiom-refused: ecodip:Odd rdfs:subClassOf: "

    checked, rebuilt = run("check", *options), run("build", *options)

    assert (checked.code, rebuilt.code, rebuilt.out) == (1, 1, "")
    for told in (checked.out, rebuilt.err):
        assert f"{place}owl:minCardinality on the right side" in told
    assert "nothing would follow" in rebuilt.err
    assert tree(built.root / "build") == before


def test_a_refused_axiom_hides_no_other_mistake(built: Corpus, run: Callable[..., Run]) -> None:
    spoil(built)
    rules = built.root / "ontology" / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "bad.rq").write_text("#+ summary: a\n#+ summary-fr: b\nASK {}\n", encoding="utf-8")
    built.edit(built.ann(), "R1\thasOrganizer Arg1:T2 Arg2:T1", "R1\thasOrganizer Arg1:T2 Arg2:T99")
    found = run("check", "--project", str(built.root), "--lang", "fr")
    for told in ("axiom-refused: ecodip:Odd", "bad.rq:3:1: rule-form:", "dangling-id:"):
        assert told in found.out
    assert "rien n'en découlerait" in found.out


def test_a_project_whose_axioms_all_have_rules_is_built(built: Corpus) -> None:
    file = built.root / "ontology" / "ecodip.ttl"
    good = BAD.replace("minCardinality", "maxCardinality")
    file.write_text(file.read_text(encoding="utf-8") + good, encoding="utf-8")
    project = Project(built.root, texts=built.texts)
    assert [f for f in project.check() if f.severity == "error"] == []
    assert project.assemble().layers["inferred"]


def test_a_refusal_that_no_file_describes_is_told_of_the_ontology() -> None:
    with pytest.raises(CheckFailed) as refused:
        closure((), quads(DECLARED + ":p a owl:ReflexiveProperty ."))
    found = refused.value.findings[0]
    assert isinstance(found, Finding)
    assert (found.file, found.line) == ("ontology", 0)
