"""The wrapper of pyshacl: what it returns, what it refuses, what it leaves alone."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH
from rdflib.compare import isomorphic

from kg.errors import InputError
from kg.validation import load_shapes, report, validate, with_subclass_closure

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


def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


def shapes(folder: Path, text: str = SHAPES) -> rdflib.Graph:
    return load_shapes({(folder / "shapes.ttl").as_posix(): text.encode()})


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        shapes(folder, HEAD + text)
    assert caught.value.findings
    return str(caught.value)


def test_results_tell_everything_in_a_fixed_order(tmp_path: Path) -> None:
    found = validate(graph(DATA), shapes(tmp_path))
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
    assert found[0].component == str(SH.MinCountConstraintComponent)


def test_messages_keep_their_language_and_get_their_values(tmp_path: Path) -> None:
    found = validate(graph(DATA), shapes(tmp_path))
    assert found[0].messages == {"en": "It has no name.", "fr": "Il manque un nom."}
    assert found[1].message("fr") == r"a:c (20\18) est plus tard."
    assert found[2].message("nl") == "a:d (2019) is later."


def test_the_order_of_the_data_does_not_matter(tmp_path: Path) -> None:
    judges, lines = shapes(tmp_path), graph(DATA).serialize(format="nt").splitlines()
    random.Random(7).shuffle(lines)
    shuffled = rdflib.Graph().parse(data="\n".join(lines), format="nt")
    assert validate(shuffled, judges) == validate(graph(DATA), judges)


def test_neither_graph_is_changed(tmp_path: Path) -> None:
    data, judges = graph(DATA), shapes(tmp_path)
    before = set(data), set(judges)
    validate(data, judges)
    assert (set(data), set(judges)) == before


def test_the_closure_adds_superclasses_and_nothing_else() -> None:
    axioms = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C , :A . :p rdfs:domain :D . "
    data = graph(f"{HEAD}{axioms}:x a :A ; :p 1 .")
    added = set(with_subclass_closure(data)) - set(data)
    a = "http://a.example/"
    assert {str(kind).removeprefix(a) for _, _, kind in added} == {"B", "C"}
    assert {subject for subject, _, _ in added} == {rdflib.URIRef(a + "x")}


def test_the_report_is_the_same_graph_each_time(tmp_path: Path) -> None:
    found = validate(graph(DATA), shapes(tmp_path))
    one, two = report(found), report(reversed(found))
    assert set(one) == set(two)
    assert isomorphic(one, two)
    assert not any(isinstance(term, rdflib.BNode) for triple in one for term in triple)
    assert len(set(one.subjects(RDF.type, SH.ValidationResult))) == len(found) == 4


@pytest.mark.parametrize(
    ("kept", "conforms"), [(slice(0), True), (slice(1, None), True), (slice(2), False)]
)
def test_a_report_conforms_when_there_is_no_violation(
    tmp_path: Path, kept: slice, conforms: bool
) -> None:
    told = report(validate(graph(DATA), shapes(tmp_path))[kept])
    assert [value.toPython() for value in told.objects(None, SH.conforms)] == [conforms]  # type: ignore[attr-defined]


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    message = refused(tmp_path, ":S a sh:NodeShape ;\n  sh:targetClass :A , , :B .\n")
    assert f"{tmp_path / 'shapes.ttl'}:7:" in message


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("sh:path [ sh:inversePath 1 ]", "shape-path", "sh:path"),
        ("sh:path :a , :b", "shape-path", "exactly one"),
        ("sh:path ( :a )", "shape-path", "sh:path"),
        ("sh:path :a ; sh:severity sh:Error", "shape-term", "sh:Error"),
        ("sh:path :a ; sh:severity :Grave", "shape-severity", "Grave"),
        ("sh:path :a ; sh:minCuont 1", "shape-term", "sh:minCount?"),
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
    assert len(set(load_shapes(files).objects(None, SH["not"]))) == 2


def test_what_pyshacl_refuses_is_told_as_a_problem_of_the_shape(tmp_path: Path) -> None:
    bad = ':B1-bad a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :a ; sh:minCount "one" .'
    with pytest.raises(InputError, match="B1-bad"):
        validate(graph(DATA), shapes(tmp_path, HEAD + bad))


def test_rdflib_behaves_as_before_after_a_validation() -> None:
    script = """
import rdflib, rdflib.term, rdflib.plugins.sparql as sparql
def state():
    return (rdflib.NORMALIZE_LITERALS, dict(rdflib.term._toPythonMapping), dict(vars(rdflib.Graph)),
            dict(vars(rdflib.Literal)), dict(sparql.CUSTOM_EVALS))
before = state()
from kg.validation import validate
shape, data = rdflib.Graph(), rdflib.Graph()
shape.parse(data='''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://a.example/> .
:S1-x a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount 1 .''')
data.parse(data="@prefix : <http://a.example/> . :a a :A .")
assert len(validate(data, shape)) == 1
assert state() == before
assert rdflib.Literal("1", datatype=rdflib.XSD.boolean).value is True
print("same")
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("same\n", "")
