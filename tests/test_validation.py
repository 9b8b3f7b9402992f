"""Validation by both engines: what it returns, what it refuses, what it leaves alone."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import InputError
from kg.namespaces import RDF, SH
from kg.project import Project
from kg.report import Violation
from kg.shacl import Shapes, ValidationData
from kg.terms import from_ntriples
from kg.validation import (
    ENGINES,
    Comparison,
    Engine,
    Result,
    compare,
    handed_over,
    load_shapes,
    report,
    validate,
)
from tests.corpus import Corpus

HEAD = """
@prefix : <http://a.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    HEAD
    + """
:prefixes sh:declare [ sh:prefix "a" ; sh:namespace "http://a.example/"^^xsd:anyURI ] .
:A1-name a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :name ; sh:minCount 1 ;
    sh:severity sh:Violation ; sh:message "It has no name."@en , "Il manque un nom."@fr .
:A2-later a sh:NodeShape ; sh:targetSubjectsOf :after ; sh:severity sh:Warning ; sh:sparql [
    sh:prefixes :prefixes ;
    sh:message "{?value} ({?year}) is later."@en , "{?value} ({?year}) est plus tard."@fr ;
    sh:select "SELECT $this ?value ?year { $this a:after ?value . ?value a:year ?year }" ] .
:A3-tag a sh:PropertyShape ; sh:targetSubjectsOf :tag ; sh:maxCount 0 ; sh:severity sh:Info ;
    sh:path [ sh:alternativePath ( :tag [ sh:inversePath :tagged ] ) ] ; sh:message "Tag?"@en .
"""
)
DATA = (
    HEAD
    + r"""
:Special rdfs:subClassOf :Thing .
:b a :Special ; :after :c , :d .
:c :year "20\\18" . :d :year "2019"^^xsd:gYear .
:e :tag :f .
"""
)


def graph(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TURTLE))


def shapes(folder: Path, text: str = SHAPES) -> Shapes:
    return load_shapes({(folder / "shapes.ttl").as_posix(): text.encode()})


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        shapes(folder, HEAD + text)
    assert caught.value.findings
    return str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_results_tell_everything_in_a_fixed_order(tmp_path: Path, engine: Engine) -> None:
    found = validate(graph(DATA), shapes(tmp_path), engine=engine)
    assert [(r.code, r.severity, r.focus, r.path, r.value) for r in found] == [
        ("A1", "violation", "<http://a.example/b>", "<http://a.example/name>", None),
        ("A2", "warning", "<http://a.example/b>", None, "<http://a.example/c>"),
        ("A2", "warning", "<http://a.example/b>", None, "<http://a.example/d>"),
        (
            "A3",
            "info",
            "<http://a.example/e>",
            "(<http://a.example/tag>|^<http://a.example/tagged>)",
            None,
        ),
    ]
    assert found[0].source_shape == "http://a.example/A1-name"
    assert found[0].component == SH.MinCountConstraintComponent.value


@pytest.mark.parametrize("engine", ENGINES)
def test_messages_keep_their_language_and_get_their_values(tmp_path: Path, engine: Engine) -> None:
    found = validate(graph(DATA), shapes(tmp_path), engine=engine)
    assert found[0].messages == {"en": "It has no name.", "fr": "Il manque un nom."}
    assert found[1].message("fr") == r"a:c (20\18) est plus tard."
    assert found[2].message("nl") == "a:d (2019) is later."


def test_the_order_of_the_data_does_not_matter(tmp_path: Path) -> None:
    judges, shuffled = shapes(tmp_path), graph(DATA)
    random.Random(7).shuffle(shuffled)
    assert validate(shuffled, judges) == validate(graph(DATA), judges)


def test_the_closure_adds_superclasses_and_nothing_else() -> None:
    axioms = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C , :A . :p rdfs:domain :D . "
    data = graph(f"{HEAD}{axioms}:x a :A ; :p 1 .")
    added = set(ValidationData(data).triples()) - {quad.triple for quad in data}
    a = "http://a.example/"
    assert {kind.value.removeprefix(a) for _, _, kind in added} == {"B", "C"}  # type: ignore[union-attr]
    assert {subject for subject, _, _ in added} == {ox.NamedNode(a + "x")}


def test_literals_come_back_as_they_were_written() -> None:
    values = '"01"^^xsd:integer , 1 , "1"^^xsd:byte , "300"^^xsd:byte , 1.50 , "x"^^xsd:date'
    data = graph(f"{HEAD}:x :p {values} .")
    assert set(ValidationData(data).triples()) == {quad.triple for quad in data}


def test_the_report_is_the_same_graph_each_time(tmp_path: Path) -> None:
    found = validate(graph(DATA), shapes(tmp_path))
    one, two = report(found), report(reversed(found))
    assert one == two
    assert not any(isinstance(term, ox.BlankNode) for triple in one for term in triple)
    assert sum(triple.object == SH.ValidationResult for triple in one) == len(found) == 4
    assert RDF.type in {triple.predicate for triple in one}


@pytest.mark.parametrize(
    ("kept", "conforms"), [(slice(0), True), (slice(1, None), True), (slice(2), False)]
)
def test_a_report_conforms_when_there_is_no_violation(
    tmp_path: Path, kept: slice, conforms: bool
) -> None:
    told = report(validate(graph(DATA), shapes(tmp_path))[kept])
    said = [triple.object for triple in told if triple.predicate == SH.conforms]
    assert said == [ox.Literal(conforms)]


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    message = refused(tmp_path, ":S a sh:NodeShape ;\n  sh:targetClass :A , , :B .\n")
    assert f"{tmp_path / 'shapes.ttl'}:7:" in message


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("sh:path [ sh:inversePath 1 ]", "shape-path", "sh:path"),
        ("sh:path :a , :b", "shape-path", "exactly one"),
        ("sh:path ( :a )", "shape-path", "sh:path"),
        ("sh:path ( )", "shape-path", "sh:path"),
        ("sh:path [ sh:alternativePath ( :a () ) ]", "shape-path", "sh:path"),
        ("sh:path :a ; sh:severity sh:Error", "shape-term", "sh:Error"),
        ("sh:path :a ; sh:severity :Grave", "shape-severity", "Grave"),
        ("sh:path :a ; sh:minCuont 1", "shape-term", "did you mean 'sh:minCount'?"),
        ("sh:path :a ; sh:js :x", "shape-unsupported", "#js"),
        (
            'sh:path :a ; sh:sparql [ sh:select "SELECT $this { $this a: } " ]',
            "shape-select",
            "query",
        ),
        (
            'sh:path :a ; sh:sparql [ sh:select "SELECT $this { $this a:b 1 } " ]',
            "shape-select",
            "refix",
        ),
        (
            'sh:path :a ; sh:sparql [ sh:select "SELECT $this { SERVICE ?s { $this ?p 1 }}" ]',
            "shape-select",
            "SERVICE",
        ),
        (
            'sh:path :a ; sh:sparql [ sh:select "SELECT ?x { ?x ?p 1 }" ]',
            "shape-select",
            "$this",
        ),
    ],
)
def test_a_malformed_shape_is_named_with_its_file(
    tmp_path: Path, body: str, code: str, words: str
) -> None:
    message = refused(tmp_path, f":B1-bad a sh:PropertyShape ; sh:targetClass :A ; {body} .")
    assert f"{tmp_path / 'shapes.ttl'}:6: {code}: " in message
    assert "http://a.example/B1-bad" in message
    assert words in message


def test_a_shape_without_target_is_refused_unless_another_refers_to_it(tmp_path: Path) -> None:
    idle = ":B1-idle a sh:PropertyShape ; sh:path :a ; sh:minCount 1 ."
    assert "shape-idle" in refused(tmp_path, idle)
    assert shapes(
        tmp_path, HEAD + idle + ":B2 a sh:NodeShape ; sh:targetClass :A ; sh:property :B1-idle ."
    )


def test_files_without_any_shape_are_refused(tmp_path: Path) -> None:
    assert "no-shapes" in refused(tmp_path, ":a :b :c .")
    with pytest.raises(InputError, match="no-shapes"):
        load_shapes({})


def test_every_malformed_file_is_reported() -> None:
    bad = dict.fromkeys(("one.ttl", "two.ttl"), b"@prefix : <http://a.example/> .\n:a :b")
    with pytest.raises(InputError) as caught:
        load_shapes(bad)
    assert [finding.file for finding in caught.value.findings] == ["one.ttl", "two.ttl"]


def test_blank_nodes_of_two_files_stay_apart() -> None:
    texts = [
        f":B{n} a sh:NodeShape ; sh:targetClass :A ; sh:not _:x . _:x sh:path :p ; sh:maxCount {n}."
        for n in (1, 2)
    ]
    files = {f"{n}.ttl": (HEAD + text).encode() for n, text in enumerate(texts)}
    assert len({triple.object for triple in load_shapes(files).pairs(SH["not"])}) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('sh:minCount "one"', "xsd:integer"),
        ("sh:minCount -1", "xsd:integer"),
        ("sh:minCount 1 , 2", "sh:minCount"),
        ('sh:uniqueLang "yes"', "xsd:boolean"),
        ("sh:in :list", "rdf:List"),
        ("sh:languageIn ( 1 . )", "Turtle"),
        ('sh:class "A"', "IRI"),
        ("sh:nodeKind :IRI", "sh:BlankNodeOrIRI"),
        ('sh:pattern "(a"', "regex"),
        ('sh:pattern "a" ; sh:flags "k"', "regex"),
        ('sh:minInclusive "x"^^xsd:integer', "literal"),
        ("sh:hasValue []", "literal"),
        ("sh:property [ sh:minCount 1 ]", "sh:PropertyShape"),
        ("sh:and ( [ sh:class :A ] ) ; sh:or :nothing", "sh:or"),
    ],
)
def test_a_wrong_value_of_a_parameter_is_named_with_what_it_takes(
    tmp_path: Path, body: str, words: str
) -> None:
    bad = f":B1-bad a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :a ; {body} ."
    if words == "Turtle":
        assert "shapes.ttl:6" in refused(tmp_path, bad)
        return
    message = refused(tmp_path, bad)
    assert "shape-value: http://a.example/B1-bad" in message
    assert words in message


def test_a_count_on_a_node_shape_is_refused(tmp_path: Path) -> None:
    bad = ":B1-bad a sh:NodeShape ; sh:targetClass :Thing ; sh:minCount 1 ."
    assert "it takes sh:path" in refused(tmp_path, bad)


@pytest.mark.parametrize(
    "body",
    [
        ":B1-a a sh:NodeShape ; sh:targetClass :A ; sh:node :B1-a .",
        ":B1-a a sh:NodeShape ; sh:targetClass :A ; sh:not [ sh:property :B2 ] . "
        ":B2 a sh:PropertyShape ; sh:path :p ; sh:or ( :B1-a [ sh:class :A ] ) .",
    ],
)
def test_shapes_that_refer_to_themselves_are_refused_by_name(tmp_path: Path, body: str) -> None:
    message = refused(tmp_path, body)
    assert "shape-recursive: http://a.example/B1-a" in message
    assert "shapes.ttl:6" in message


def test_a_path_that_contains_itself_is_refused(tmp_path: Path) -> None:
    bad = ":B1-bad a sh:PropertyShape ; sh:targetClass :A ; sh:path _:p . _:p sh:inversePath _:p ."
    assert "shape-path" in refused(tmp_path, bad)


NESTED = (
    HEAD
    + """
:H1-outer a sh:NodeShape ; sh:targetClass :Thing ; sh:node [ sh:sparql [
    sh:message "No."@en ; sh:select "SELECT $this { $this <http://a.example/year> ?y }" ] ] .
:H2-plain a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :name ; sh:minCount 1 .
"""
)


def test_what_cannot_be_compiled_is_handed_to_pyshacl_and_named(tmp_path: Path) -> None:
    judges = shapes(tmp_path, NESTED)
    (info,) = handed_over(judges)
    assert (info.code, info.severity) == ("shape-handed", "info")
    assert "http://a.example/H1-outer" in info.message()
    data = graph(HEAD + ':a a :Thing ; :year "2018" . :b a :Thing ; :name "b" .')
    found = validate(data, judges)
    assert found == validate(data, judges, engine="pyshacl")
    assert [(r.code, from_ntriples(r.focus).value) for r in found] == [  # type: ignore[union-attr]
        ("H1", "http://a.example/a"),
        ("H2", "http://a.example/a"),
    ]
    assert handed_over(shapes(tmp_path)) == []


def test_what_pyshacl_refuses_is_told_as_a_problem_of_the_shape() -> None:
    bad = ":B1-bad a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :a ; sh:pattern '(' ."
    with pytest.raises(InputError, match=r"shape-refused: http://a\.example/B1-bad"):
        validate(graph(DATA), Shapes(graph(HEAD + bad)), engine="pyshacl")


VALIDATES = """
import sys
import pyoxigraph as ox
from kg.validation import load_shapes, validate
shapes = load_shapes({"a.ttl": b'''@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://a.example/> .
:S1-x a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount 1 .'''})
data = ox.parse("@prefix : <http://a.example/> . :a a :A .", format=ox.RdfFormat.TURTLE)
assert len(validate(data, shapes)) == 1
print([name for name in ("rdflib", "pyshacl") if name in sys.modules])
"""


def test_rdflib_is_not_imported_by_the_engine_that_is_used_unless_told() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", VALIDATES], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


COMPARES_RDFLIB = """
import rdflib, rdflib.term, rdflib.plugins.sparql as sparql
def state():
    return (rdflib.NORMALIZE_LITERALS, dict(rdflib.term._toPythonMapping), dict(vars(rdflib.Graph)),
            dict(vars(rdflib.Literal)), dict(sparql.CUSTOM_EVALS))
before = state()
import pyoxigraph as ox
from kg.validation import load_shapes, validate
shapes = load_shapes({"a.ttl": b'''@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://a.example/> .
:S1-x a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount 1 .'''})
data = ox.parse("@prefix : <http://a.example/> . :a a :A .", format=ox.RdfFormat.TURTLE)
assert len(validate(data, shapes, engine="pyshacl")) == 1
assert state() == before
assert rdflib.Literal("1", datatype=rdflib.XSD.boolean).value is True
print("same")
"""


def test_rdflib_behaves_as_before_after_a_validation() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", COMPARES_RDFLIB], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("same\n", "")


RANGED = (
    HEAD
    + """
:C1-class a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:class :Place .
:C2-inverse a sh:PropertyShape ; sh:targetClass :City ; sh:path [ sh:inversePath :p ] ;
    sh:class :Trip .
:C3-many a sh:PropertyShape ; sh:targetClass :Place ; sh:path :name ; sh:minCount 1 .
:C4-self a sh:NodeShape ; sh:targetClass :City ; sh:class :Place .
:C5-idle a sh:NodeShape ; sh:targetClass :Nowhere ; sh:class :Place .
:C6-other a sh:PropertyShape ; sh:targetSubjectsOf :q ; sh:path :q ; sh:class :Place .
:C7-target a sh:NodeShape ; sh:targetObjectsOf :p ; sh:class :Place .
"""
)
AXIOMS = HEAD + ":City rdfs:subClassOf :Place . :p rdfs:range :City ; rdfs:domain :Trip ."
STATED = HEAD + ':t :p :x . :x :name "x" . :t :q :y .'
INFERRED = HEAD + ":t a :Trip . :x a :City . :z a :City ."


def compared(folder: Path, stated: str = STATED, inferred: str | None = INFERRED) -> Comparison:
    ontology = graph(AXIOMS)
    return compare(
        [*graph(stated), *ontology],
        None if inferred is None else graph(inferred),
        shapes(folder, RANGED),
        ontology=ontology,
        unseen=graph(HEAD + ":t :unseen :y ."),
    )


def test_what_inference_masks_and_reveals_is_told_apart(tmp_path: Path) -> None:
    found = compared(tmp_path)
    assert [(r.code, r.value) for r in found.masked] == [
        ("C1", "<http://a.example/x>"),
        ("C7", "<http://a.example/x>"),
    ]
    assert [(r.code, r.focus) for r in found.revealed] == [("C3", "<http://a.example/z>")]
    assert [r.code for r in found.before if r not in found.masked] == ["C6"]


def test_without_reasoning_nothing_is_masked_or_revealed(tmp_path: Path) -> None:
    found = compared(tmp_path, inferred=None)
    assert (found.after, found.masked, found.revealed) == (None, (), ())
    assert [r.code for r in found.before] == ["C1", "C6", "C7"]


def test_shapes_that_match_nothing_are_named(tmp_path: Path) -> None:
    idle = {iri.rpartition("/")[2] for iri in compared(tmp_path).idle}
    assert idle == {"C2-inverse", "C3-many", "C4-self", "C5-idle"}
    assert compared(tmp_path, STATED + " :z a :City , :Nowhere ; :name 1 .").idle == ()


def test_checks_that_cannot_fail_are_named_with_their_axiom(tmp_path: Path) -> None:
    found = {
        one.shape.rpartition("/")[2]: (one.by.value.rpartition("#")[2], one.always)
        for one in compared(tmp_path).implied
    }
    assert found == {
        "C1-class": ("range", False),
        "C2-inverse": ("domain", False),
        "C4-self": ("subClassOf", True),
        "C7-target": ("range", False),
    }


def test_a_check_that_failed_is_not_said_to_hold(tmp_path: Path) -> None:
    found = compared(tmp_path, STATED + ' :t :p "a literal" .')
    assert "C1-class" not in {one.shape.rpartition("/")[2] for one in found.implied}


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words", "mend"),
    [
        (
            "A1\thasStatus T2",
            "R20\thasBuyer Arg1:T8 Arg2:T7\nA1\thasStatus T2",
            "S71",
            "R20\thasBuyer",
            "only an agreement has parties",
            "Make a node for the agreement",
        ),
        (
            "hasMeasure T10 numberOfCompanies",
            "hasMeasure T10 exports",
            "S76",
            "T10\tFigure",
            "about a flow",
            "(hasReporter)",
        ),
    ],
    ids=["a role without its agreement", "a flow without direction"],
)
def test_bad_input_is_told_once_with_its_place_and_how_to_mend_it(
    corpus: Corpus, old: str, new: str, code: str, line: str, words: str, mend: str
) -> None:
    before = Project(corpus.root).validate()
    corpus.edit(corpus.ann(), old, new)
    (found,) = [one for one in Project(corpus.root).validate() if one.result not in told(before)]
    assert (found.result.code, found.severity, found.file) == (code, "violation", "seeds/visit.ann")
    assert line in corpus.ann().read_text("utf-8").split("\n")[found.line - 1]
    assert words in found.message("en")
    assert mend in found.message("en")


def test_a_claim_without_speaker_among_several_creators_is_told_once(corpus: Corpus) -> None:
    """Each claim without a speaker is reported at its line; the others are not."""
    assert not {one.result.code for one in Project(corpus.root).validate()} & {"S68", "S70"}
    creators = "dcterms:creator id:ada-lee , id:loria-trade ;\n  dcterms:issued"
    corpus.edit(corpus.ttl(), "dcterms:issued", creators)
    project = Project(corpus.root)
    found = [one for one in project.validate() if one.result.code == "S68"]
    unsaid = [claim for claim in project.claims() if claim.speaker is None]
    assert [(one.file, one.line) for one in found] == sorted((c.file, c.line) for c in unsaid)
    assert 0 < len(found) < len(project.claims())
    assert all("Speaker" in one.message(lang) for one in found for lang in ("en", "fr"))


def told(found: Iterable[Violation]) -> set[Result]:
    return {one.result for one in found}
