"""The closed ontology is computed once for its axioms, and what is inferred depends on no seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from kg import tbox
from kg.namespaces import RDFS
from kg.tbox import closed
from tests.corpus import ROOT
from tests.test_rules import quads

ONTOLOGY = """
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C .
:D owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :A :E ) ] .
"""
CLASSES = {letter: NamedNode(f"http://a.example/{letter}") for letter in "ABCDE"}
FOLLOWS = Triple(CLASSES["A"], RDFS.subClassOf, CLASSES["C"])


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that owlrl runs."""
    from kg import referee

    runs: list[int] = []
    expand = referee.expand

    def count(*args: object) -> object:
        runs.append(1)
        return expand(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(referee, "expand", count)
    return runs


def test_an_ontology_is_closed_once(tmp_path: Path, counted: list[int]) -> None:
    first = closed(quads(ONTOLOGY), tmp_path)
    assert FOLLOWS in first
    assert closed(quads(ONTOLOGY), tmp_path) == first
    assert closed(quads(ONTOLOGY)[::-1], tmp_path) == first
    assert len(counted) == 1
    assert closed(quads(ONTOLOGY)) == first
    assert len(counted) == 2


def test_labels_do_not_close_an_ontology_anew(tmp_path: Path, counted: list[int]) -> None:
    closed(quads(ONTOLOGY), tmp_path)
    closed(quads(ONTOLOGY + ':A rdfs:label "a" ; rdfs:comment "b" . :i a :A .'), tmp_path)
    assert len(counted) == 1


@pytest.mark.parametrize(
    "other",
    [
        ONTOLOGY + ":C rdfs:subClassOf :E .",
        ONTOLOGY.replace("( :A :E )", "( :E :A )"),
        ONTOLOGY.replace("( :A :E )", "( :A :C )"),
        ONTOLOGY.replace("owl:intersectionOf", "owl:unionOf"),
    ],
)
def test_other_axioms_are_closed_for_themselves(
    other: str, tmp_path: Path, counted: list[int]
) -> None:
    closed(quads(ONTOLOGY), tmp_path)
    assert set(closed(quads(other), tmp_path)) == set(closed(quads(other)))
    assert len(counted) == 3
    assert len(list(tmp_path.glob("ontology-*.nt"))) == 1  # what nobody needs is not kept


@pytest.mark.parametrize("damage", ["cut", "changed", "no N-Triples", "empty", "a folder"])
def test_a_damaged_file_is_made_again(damage: str, tmp_path: Path, counted: list[int]) -> None:
    first = closed(quads(ONTOLOGY), tmp_path)
    (file,) = tmp_path.glob("ontology-*.nt")
    content = file.read_bytes()
    match damage:
        case "cut":  # at the end of a line, so that it can still be read
            file.write_bytes(content[: content.rstrip().rindex(b"\n") + 1])
        case "changed":
            file.write_bytes(content.replace(b"/C>", b"/E>"))
        case "no N-Triples":
            file.write_bytes(b"\xff\x00 nothing")
        case "empty":
            file.write_bytes(b"")
        case _:
            file.unlink()
            file.mkdir()
    assert closed(quads(ONTOLOGY), tmp_path) == first
    assert len(counted) == 2
    if damage != "a folder":
        assert file.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tbox, "write_file", refuse)
    assert FOLLOWS in closed(quads(ONTOLOGY), tmp_path / "new")
    (tmp_path / "file").write_text("")
    monkeypatch.undo()
    assert FOLLOWS in closed(quads(ONTOLOGY), tmp_path / "file" / "under")


SCRIPT = f"""
import hashlib
from kg.export import canonical
from kg.reasoning import closure
from kg.rules.files import parse
from pyoxigraph import Quad
from tests.test_rules import DECLARED, quads

ontology = quads(DECLARED + '''{ONTOLOGY}
:p a owl:FunctionalProperty , owl:TransitiveProperty ; rdfs:domain :A .
[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf ( :A :B ) ] ]
  rdfs:subClassOf :E .
:A owl:hasKey ( :d :e ) . :q owl:propertyChainAxiom ( :p [ owl:inverseOf :r ] ) .
:d a owl:FunctionalProperty . :B owl:disjointWith :E .
''')
data = quads('''
:i :p :j . :j :p :k . :k a :A , :E ; :r :l . :l :d 1 , 2 ; :e "01"^^xsd:integer ; a :B .
:m a :A ; :d 1 ; :e 1 . :n a :A ; :d 1 ; :e 1 . _:b :p :i .
''')
rule = parse("#+ summary: a\\n#+ summary-fr: b\\nPREFIX : <http://a.example/>\\n"
             "CONSTRUCT {{ ?x :s ?y }} WHERE {{ ?x :p ?y . [] :p ?x }}",
             file="r.rq", name="r", prefixes={{}})
found = closure(data, ontology, rule.rules)
assert len(found.triples) > 30 and len(found.contradictions) > 3
lines = [str(Quad(t.subject, t.predicate, t.object)) for t in found.triples]
lines = sorted(lines) + [f"{{c.rule.name}} {{c.triples}}" for c in found.contradictions]
print(hashlib.sha256("\\n".join(lines).encode()).hexdigest())
"""


def test_what_is_inferred_depends_on_no_hash_seed() -> None:
    told = set()
    for seed in ("0", "1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        told.add(ran.stdout)
    assert len(told) == 1
