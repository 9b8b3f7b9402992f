"""Another field takes over the core: terms, lists, shapes and questions of claims and sources."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.project import Project
from kg.results import Answer
from kg.terms import Term, compact
from tests.corpus import ROOT, annotation

FOREIGN = re.compile(r"https://w3id\.org/ecodip(?:#|/(?!core\b))[^>\"\s]*")

PREFIXES = """\
@prefix : <https://birds.example/terms#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ecc: <https://w3id.org/ecodip/core#> .
@prefix id: <https://birds.example/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://birds.example/source/> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""

SPACES = {
    "b": "https://birds.example/terms#",
    "ecc": "https://w3id.org/ecodip/core#",
    "eccs": "https://w3id.org/ecodip/core/scheme/",
    "graph": "https://birds.example/graph/",
    "id": "https://birds.example/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "source": "https://birds.example/source/",
}

ONTOLOGY = """\
<https://birds.example/terms> a owl:Ontology ; owl:imports <https://w3id.org/ecodip/core> ;
  vann:preferredNamespaceUri "https://birds.example/terms#" .
:Bird a owl:Class ; rdfs:label "bird"@en , "oiseau"@fr .
:Watcher a owl:Class ; rdfs:subClassOf prov:Agent ; rdfs:label "watcher"@en , "observateur"@fr .
:sees a owl:ObjectProperty ; rdfs:domain :Watcher ; rdfs:range :Bird ;
  rdfs:label "sees"@en , "voit"@fr .
"""

AUTHORITY = """\
id:ida-holm a :Watcher ; skos:prefLabel "Ida Holm"@en , "Ida Holm"@fr .
id:otto-brandt a :Watcher ; skos:prefLabel "Otto Brandt"@en , "Otto Brandt"@fr .
id:kite a :Bird ; skos:prefLabel "red kite"@en , "milan royal"@fr .
id:stork a :Bird ; skos:prefLabel "black stork"@en , "cigogne noire"@fr .
"""

TEXT = """\
Ida Holm saw a red kite at dawn, and no black stork.
"I did see a black stork, a splendid one; Ida saw it too", wrote Otto Brandt.
The club will count the storks again in May.
"""

MENTIONS = (
    ("T1", "Watcher", "Ida Holm", 0, "id:ida-holm"),
    ("T2", "sees", "saw", 0, None),
    ("T3", "Bird", "red kite", 0, "id:kite"),
    ("T4", "sees", "no", 0, None),
    ("T5", "Bird", "black stork", 0, "id:stork"),
    ("T7", "Watcher", "I", 1, "id:otto-brandt"),
    ("T8", "sees", "did see", 0, None),
    ("T9", "Bird", "black stork", 1, "id:stork"),
    ("T10", "Remark", "splendid", 0, None),
    ("T11", "Watcher", "Ida", 1, "id:ida-holm"),
    ("T12", "sees", "saw", 1, None),
    ("T13", "Bird", "it", 0, "id:stork"),
    ("T14", "Watcher", "Otto Brandt", 0, "id:otto-brandt"),
    ("T15", "Remark", "will count", 0, None),
)

LINES = """\
E1	sees:T2 Subject:T1 Object:T3
E2	sees:T4 Subject:T1 Object:T5
A1	Negated E2
E3	Passage:T6 Speaker:T14 Addressee:T1
E4	sees:T8 Subject:T7 Object:T9
E5	Remark:T10 About:T9
A2	Modality E5 opinion
#1	AnnotatorNotes E5	en: The stork was a splendid one.
E6	sees:T12 Subject:T11 Object:T13
E7	Remark:T15 About:T5
A3	Modality E7 plan
#2	AnnotatorNotes E7	en: Storks will be counted again in May.
R1	disagreesWith Arg1:E6 Arg2:E2
"""


def passage(text: str) -> str:
    """The line of the passage between the quotation marks: its first and its last word."""
    start, end = text.index('"I'), text.index(' too"') + len(" too")
    last = end - len("too")
    return f"T6\tPassage {start + 1} {start + 2};{last} {end}\tI too\n"


def birds_in(folder: Path) -> Project:
    """A project on birds with the core of this one."""
    root = folder / "birds"
    for name in ("shapes/core", "queries/core"):
        shutil.copytree(ROOT / name, root / name)
    (root / "ontology").mkdir()
    for name in ("core.ttl", "core-schemes.ttl", "frame.jsonld"):
        shutil.copy(ROOT / "ontology" / name, root / "ontology" / name)
    declared = " , ".join(
        f'[ sh:prefix "{name}" ; sh:namespace "{base}"^^xsd:anyURI ]'
        for name, base in SPACES.items()
    )
    files = {
        "ontology/birds.ttl": PREFIXES + ONTOLOGY,
        "ontology/dataset.ttl": (
            f"{PREFIXES}<https://birds.example/dataset> a void:Dataset ;\n"
            f'  dcterms:title "Birds"@en ; sh:declare {declared} .\n'
        ),
        "ontology/context.jsonld": json.dumps({"@context": context()}),
        "seeds/authority.ttl": PREFIXES + AUTHORITY,
        "seeds/dawn.ann": annotation(TEXT, MENTIONS, passage(TEXT) + LINES),
        "seeds/dawn.ttl": (
            f'{PREFIXES}source:dawn a ecc:SourceDocument ; dcterms:title "Dawn"@en ;\n'
            '  dcterms:identifier "dawn.txt" ; dcterms:language "en" ;\n'
            '  dcterms:issued "2019-05-09"^^xsd:date ;\n'
            f'  schema:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" ;\n'
            f"  ecc:textLength {len(TEXT)} .\n"
        ),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    (folder / "texts").mkdir()
    (folder / "texts" / "dawn.txt").write_text(TEXT, encoding="utf-8")
    return Project(root, texts=folder / "texts")


@pytest.fixture
def birds(tmp_path: Path) -> Project:
    """The project on birds, not built and free to be changed."""
    return birds_in(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project on birds, built once; not to be changed."""
    found = birds_in(tmp_path_factory.mktemp("field"))
    found.build()
    return found


def context() -> Mapping[str, object]:
    """The JSON-LD context of the birds; the core terms stand in that of this project."""
    ours = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    own = ("ecodip", "ecs", "esh", "id", "source", "graph")
    return {
        name: meaning
        for name, meaning in ours.items()
        if name not in own and not re.match(r"(ecodip|ecs|esh):", told(meaning))
    } | SPACES


def told(meaning: object) -> str:
    return str(meaning.get("@id", "") if isinstance(meaning, dict) else meaning)


def rows(project: Project, name: str, /, **params: str) -> list[dict[str, str]]:
    """The rows of a stored question, without empty cells; IRIs are compact."""
    found = project.query(name, **params).rows
    return [{column: short(term) for column, term in row.terms.items()} for row in found]


def short(term: Term) -> str:
    """An IRI in compact form, the value of a literal."""
    return term.value if isinstance(term, Literal) else compact(term, SPACES)


def test_a_project_of_another_field_has_nothing_to_mend(birds: Project) -> None:
    assert [str(finding) for finding in birds.check()] == []
    assert birds.validate() == []


def test_the_shapes_of_the_core_judge_it(birds: Project) -> None:
    description = birds.layout.root / "seeds" / "dawn.ttl"
    voices = "dcterms:creator id:ida-holm , id:otto-brandt ; dcterms:title"
    description.write_text(description.read_text("utf-8").replace("dcterms:title", voices), "utf-8")
    found = Project(birds.layout.root).validate()
    assert {one.result.source_shape for one in found} == {
        "https://w3id.org/ecodip/core/shapes#S68-several-voices"
    }
    unsaid = [c for c in Project(birds.layout.root).claims() if c.speaker is None]
    assert [(one.file, one.line) for one in found] == sorted((c.file, c.line) for c in unsaid)
    assert 0 < len(unsaid) < len(birds.claims())


STORK = {"thing": "id:stork"}
SEEN = {"subject": "id:ida-holm", "property": "b:sees"}
SPLENDID = {"textEn": "The stork was a splendid one."}
COUNTED = {"textEn": "Storks will be counted again in May."}
OTTO = {"speaker": "id:otto-brandt"}


@pytest.mark.parametrize(
    ("name", "params", "expected", "count"),
    [
        ("claims-about", {"thing": "red kite"}, {**SEEN, "value": "id:kite"}, 2),
        ("claims-by-speaker", {"speaker": "Otto Brandt"}, {**SPLENDID, **OTTO}, 6),
        ("claims-by-speaker", {"speaker": "Otto Brandt"}, {**SEEN, "value": "id:stork", **OTTO}, 6),
        ("claims-in", {"source": "source:dawn"}, {**COUNTED, "modality": "eccs:plan"}, 13),
        ("claims-in", {"source": "Dawn", "modality": "eccs:opinion"}, {**SPLENDID, **OTTO}, 1),
        ("denials", {}, {**STORK, **SEEN, "value": "id:stork", "modality": "eccs:fact"}, 2),
        (
            "disagreements",
            {},
            {**SEEN, "value": "id:stork", "subject2": "id:ida-holm", "value2": "id:stork"},
            1,
        ),
        ("opinions", {}, {**STORK, **SPLENDID, **OTTO}, 1),
        ("opinions", {"thing": "id:kite"}, None, 0),
        ("passages", {}, {**OTTO, "addressee": "id:ida-holm", "start": "54", "end": "109"}, 1),
        ("questions-and-answers", {}, None, 0),
        (
            "sources",
            {},
            {"title": "Dawn", "modality": "eccs:fact", "negated": "false", "statements": "11"},
            4,
        ),
        ("unattributed-claims", {}, {**COUNTED, "modality": "eccs:plan"}, 1),
    ],
)
def test_the_questions_of_the_core_answer_there(
    built: Project,
    name: str,
    params: Mapping[str, str],
    expected: Mapping[str, str] | None,
    count: int,
) -> None:
    found = rows(built, name, **params)
    assert len(found) == count
    assert expected is None or any(expected.items() <= row.items() for row in found)


def test_an_answer_there_belongs_to_its_question(birds: Project) -> None:
    said = birds.layout.root / "seeds" / "dawn.ann"
    text = said.read_text("utf-8").replace("Addressee:T1", "Addressee:T1 Answers:E8")
    end = TEXT.index("\n")
    asked = f"T16\tPassage 0 8;{end - 6} {end}\tIda Holm stork.\nE8\tPassage:T16 Speaker:T1\n"
    said.write_text(text + asked, "utf-8")
    found = rows(birds, "questions-and-answers")
    assert {row["startQuestion"] for row in found} == {"0"}
    spoken = [(row["start"], row["speaker"]) for row in found]
    assert spoken[0] == ("0", "id:ida-holm")
    assert spoken[-1] == ("54", "id:otto-brandt")
    assert any(
        {**SPLENDID, **OTTO, "addressee": "id:ida-holm"}.items() <= row.items() for row in found
    )


def test_every_question_of_the_core_is_asked_here(built: Project) -> None:
    (parametrize,) = test_the_questions_of_the_core_answer_there.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in parametrize.args[1]} == set(built.queries())


def test_a_row_on_the_word_of_another_voice_says_whose(built: Project) -> None:
    seen = "SELECT ?who ?what ?claim { ?claim rdf:subject ?who ; rdf:object ?what ; rdf:predicate "
    answer = built.sparql(
        f"{seen} b:sees ; ecc:isNegated false }} ORDER BY ?who ?what", evidence=True
    )
    assert isinstance(answer, Answer)
    voices = [
        (compact(row["what"], SPACES), [short(NamedNode(iri)) for iri in row.reporters])
        for row in answer
    ]
    assert voices == [
        ("id:kite", []),
        ("id:stork", ["id:otto-brandt"]),
        ("id:stork", ["id:otto-brandt"]),
    ]


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "jsonld"])
def test_no_term_of_this_field_appears_in_its_exports(built: Project, form: str) -> None:
    text = built.export(form).decode()
    assert "birds.example/terms#sees" in text or "b:sees" in text
    assert FOREIGN.findall(text) == []


def test_terms_of_this_field_would_be_noticed(project: Project) -> None:
    lines = [str(quad) for quad in project.store.quads()]
    assert any(FOREIGN.search(line) for line in lines)
    assert FOREIGN.findall("<https://w3id.org/ecodip/core#Claim>") == []
    assert FOREIGN.findall("<https://w3id.org/ecodip/core/scheme/fact>") == []
    assert FOREIGN.findall("<https://w3id.org/ecodip/scheme/done>") != []
