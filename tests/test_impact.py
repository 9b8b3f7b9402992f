"""Impact: what a change would do is told right, before anything is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import build
from kg.errors import EngineError, InputError
from kg.findings import wording
from kg.impact import Impact, impact
from kg.impact.claims import FIELDS
from kg.impact.named import Named
from kg.layout import Layout
from kg.project import Project
from kg.terms import compact
from kg.text import Texts
from tests.conftest import Run
from tests.corpus import MEMO, MEMO_LINES, MEMO_MENTIONS, ROOT, Corpus, annotation

QUERIES = ("agreements-of", "missions", "participants-of-mission", "partners-of", "sources")
LED = "R4\tisLedBy Arg1:T6 Arg2:T5\n"
SIGNS = "R6\thasSignatory Arg1:T9 Arg2:T8\n"
NOTE = "Szohod Mills signed nothing.\n"
NOTE_MENTIONS = (
    ("T1", "Company", "Szohod Mills", 0, "id:szohod-mills"),
    ("T2", "Remark", "nothing", 0, None),
)
NOTE_LINES = "E1\tRemark:T2 About:T1\n#1\tAnnotatorNotes E1\ten: no signature is known\n"
RULE = """\
#+ summary: Whoever organizes something takes part in it.
#+ summary-fr: Qui organise quelque chose y participe.
#+ description: Invented for a test.
#+ tags: [test]
PREFIX ecodip: <https://w3id.org/ecodip#>
CONSTRUCT { ?event ecodip:hasParticipant ?actor }
WHERE { ?event ecodip:hasOrganizer ?actor ; ecodip:hasStatus ?status }
"""


@pytest.fixture(scope="module")
def small(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The built project with few stored queries; not to be changed."""
    found = Corpus(tmp_path_factory.mktemp("small"), like=pristine)
    for file in (found.root / "queries").rglob("*.rq"):
        if file.stem not in QUERIES:
            file.unlink()
    for name, thing in (("agreements-of", "loria-trade"),
                        ("participants-of-mission", "mission-borduria-2019")):  # fmt: skip
        file = found.root / "queries" / f"{name}.rq"
        file.write_text(re.sub(r"id:[a-z0-9-]+", f"id:{thing}", file.read_text(), count=1))
    return found


@pytest.fixture
def work(small: Corpus, tmp_path: Path) -> Corpus:
    """A copy of it, free to be changed."""
    return Corpus(tmp_path, like=small)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder outside of the project."""
    folder = tmp_path / "beside"
    folder.mkdir()
    return folder


def told(corpus: Corpus, *files: Path | str, quick: bool = True) -> Impact:
    found: Impact = impact(Layout(corpus.root), files, Texts(None), quick=quick)
    return found


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its content."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def sentences(found: Impact, part: str) -> set[str]:
    """The changes of triples in one part, as ``+ subject · predicate · object``."""
    marks = {"added": "+", "removed": "-"}
    return {
        f"{marks[change.kind]} {found.naming.sentence(change.triple, 'en')}"
        for change in getattr(found, part)
    }


def rows(found: Impact, name: str) -> list[tuple[str, list[str]]]:
    """The changes of rows of one query: kind and cells."""
    return [
        (row.kind, [found.naming.name(cell, "en") for cell in (row.new or row.old or {}).values()])
        for query in found.queries
        if query.name == name
        for row in query.rows
    ]


# -- annotations -----------------------------------------------------------------------------


def test_nothing_changed_is_said(work: Corpus) -> None:
    found = told(work, work.ann())
    assert not found
    assert found.changed == frozenset()
    assert found.exit_code(["any"]) == 0
    assert wording("impact-nothing") in found.text()


def test_a_claim_that_comes_is_told_with_words_and_all_that_follows(work: Corpus) -> None:
    work.edit(work.ann(), LINES_END, LINES_END + "R13\thasParticipant Arg1:T2 Arg2:T8\n")
    found = told(work, work.ann())
    [change] = found.claims
    assert (change.kind, change.fields) == ("added", ())
    assert change.claim.line == len(work.ann().read_text().splitlines())
    assert [span.words for span in change.claim.spans] == ["mission to Borduria", "Szohod Mills"]
    text = found.text()
    assert f"seeds/visit.ann:{change.claim.line}" in text
    assert "Szohod Mills" in text
    assert "+ mission to Borduria, 2019 · has participant · Szohod Mills" in sentences(
        found, "stated"
    )
    assert all(one.comes for one in (*found.stated, *found.inferred))
    assert found.inferred[0].because is not None
    kinds = {kind for kind, _ in rows(found, "participants-of-mission")}
    assert kinds == {"added"}
    assert found.exit_code() == 0
    assert found.exit_code(["rows"]) == found.exit_code(["any"]) == 1


def test_a_claim_that_goes_takes_its_inferences_and_rows_with_it(work: Corpus) -> None:
    work.edit(work.ann(), SIGNS, "")
    found = told(work, work.ann())
    assert [change.kind for change in found.claims] == ["removed"]
    assert found.claims[0].claim.line == 0  # the annotation that had it is not there any more
    assert "seeds/visit.ann:R6" in found.text()
    gone = "- Loria Trade · is partner of · Szohod Mills"
    assert gone in sentences(found, "inferred")
    reasons = [c.because for c in found.inferred if c.because and c.because.rule.summary]
    assert reasons
    assert all(reason.changed for reason in reasons)
    assert {kind for kind, _ in rows(found, "partners-of")} == {"removed"}


def test_a_fact_that_becomes_a_plan_is_a_claim_that_changes(work: Corpus) -> None:
    signs = "E9\thasSignatory:T19 Subject:T9 Object:T8\nA20\tModality E9 plan\n"
    work.edit(work.ann(), SIGNS, "T19\thasSignatory 101 107\tsigned\n" + signs)
    before = told(work, work.ann())
    assert [change.kind for change in before.claims] == ["removed", "added"]  # another id
    Project(work.root).build(full=True)
    work.edit(work.ann(), "A20\tModality E9 plan\n", "")
    found = told(work, work.ann())
    [change] = found.claims
    assert (change.kind, change.fields) == ("changed", ("modality",))
    assert "modality: plan → fact" in found.text()
    assert "modalité : plan → fact".replace(" :", ":") in found.text("fr")
    assert "+ Loria Trade · is partner of · Szohod Mills" in sentences(found, "inferred")


def test_every_field_of_a_claim_may_change(work: Corpus) -> None:
    work.edit(work.ann(), "Object:T3 Speaker:T16\nA11\tNegated E2\n", "Object:T3 Speaker:T5\n")
    work.edit(work.ann(), "en: the turnout was remarked upon", "en: many firms came")
    work.edit(work.ann(), "R12\thasParticipant Arg1:T13 Arg2:T12\n",
              "R12\thasParticipant Arg1:T13 Arg2:T5\n")  # fmt: skip
    found = {c.claim.line_id: c for c in told(work, work.ann()).claims}
    assert found["E2"].fields == ("negated", "speaker")
    assert found["E3"].fields == ("remark",)
    assert found["R12"].fields == ("offsets",)
    assert {f for change in found.values() for f in change.fields} <= set(FIELDS)


def test_lines_that_change_their_ids_only_change_no_claim_and_no_row(work: Corpus) -> None:
    work.edit(work.ann(), LED, LED.replace("R4", "R40"))
    found = told(work, work.ann())
    assert not found.claims
    assert not found.inferred
    assert [(c.layer, c.comes) for c in found.stated] == []
    assert not rows(found, "participants-of-mission")


def test_a_row_that_rests_on_other_claims_is_told_apart(work: Corpus) -> None:
    work.edit(work.ann(), LED, LED.replace("Arg2:T5", "Arg2:T12"))
    found = told(work, work.ann())
    assert {kind for kind, _ in rows(found, "participants-of-mission")} == {"regrounded"}


@pytest.mark.parametrize("quick", [True, False])
def test_a_new_source_elsewhere_brings_its_description(
    work: Corpus, beside: Path, quick: bool
) -> None:
    work.add("note", NOTE, annotation(NOTE, NOTE_MENTIONS, NOTE_LINES))
    for file in (work.ann("note"), work.ttl("note")):
        file.rename(beside / file.name)
    found = told(work, beside / "note.ann", quick=quick)
    assert sorted(found.files) == ["seeds/note.ann", "seeds/note.ttl"]
    assert {change.claim.file for change in found.claims} == {"seeds/note.ann"}
    assert {change.kind for change in found.claims} == {"added"}
    assert any(c.layer == "description" for c in found.stated)
    assert ("added", "note") in [(kind, cells[0]) for kind, cells in rows(found, "sources")]
    assert found.exit_code() == 0


def test_a_source_that_is_gone_takes_everything_it_alone_says(work: Corpus) -> None:
    work.ann("memo").unlink()
    work.ttl("memo").unlink()
    found = told(work, "seeds/memo.ann", "seeds/memo.ttl")
    assert {change.kind for change in found.claims} == {"removed"}
    assert "- Loria Trade · has office in · Szohod" in sentences(found, "stated")
    assert ("removed", "memo") in [(kind, cells[0]) for kind, cells in rows(found, "sources")]


def test_a_description_without_annotation_would_stop_a_build(work: Corpus) -> None:
    work.ann("memo").unlink()
    found = told(work, work.ann("memo"))
    assert [finding.code for finding in found.errors] == ["no-annotation"]
    assert found.exit_code() == 1


def test_a_new_version_elsewhere_is_compared_with_the_projects_own(
    work: Corpus, beside: Path
) -> None:
    copy = beside / "visit.ann"
    copy.write_bytes(work.ann().read_bytes().replace(SIGNS.encode(), b""))
    found = told(work, copy)
    line = work.ann().read_text().splitlines().index(SIGNS.strip()) + 1
    assert [(c.kind, c.claim.line) for c in found.claims] == [("removed", line)]
    assert str(beside) not in found.text() + json.dumps(found.to_json())


def test_without_a_build_a_new_version_is_compared_with_the_files(
    work: Corpus, beside: Path
) -> None:
    copy = beside / "visit.ann"
    copy.write_bytes(work.ann().read_bytes().replace(SIGNS.encode(), b""))
    built = told(work, copy)
    shutil.rmtree(work.root / "build")
    found = told(work, copy)
    assert built.baseline == found.baseline == "files"
    same = ("claims", "stated", "inferred", "violations", "queries")
    one, other = (json.dumps([f.to_json()[name] for name in same]) for f in (built, found))
    assert one.replace('"verified": true', "") == other.replace('"verified": true', "")
    assert not (work.root / "build").exists()


def test_a_damaged_build_is_only_missed_where_it_is_needed(work: Corpus, beside: Path) -> None:
    shutil.copy(work.ann(), beside / "visit.ann")
    (work.root / "build" / "ecodip.nq").unlink()
    assert not told(work, beside / "visit.ann")
    with pytest.raises(EngineError, match="run kg build"):
        told(work, work.ann())


def test_what_was_never_readable_cannot_be_compared_with(work: Corpus, beside: Path) -> None:
    work.ttl().write_text("@prefix : broken")
    shutil.copy(work.ann(), beside / "visit.ann")
    with pytest.raises(InputError, match="nothing can be compared") as stopped:
        told(work, beside / "visit.ann")
    assert [f.code for f in stopped.value.findings if f.severity == "error"] == ["turtle-syntax"]


def test_other_files_that_changed_are_named_and_counted(work: Corpus) -> None:
    work.edit(work.ann("memo"), MEMO_LINES, "")
    found = told(work, work.ann())
    assert found.unnamed == ("seeds/memo.ann",)
    assert {change.claim.file for change in found.claims} == {"seeds/memo.ann"}
    assert "seeds/memo.ann" in found.text().splitlines()[1]


# -- what cannot be built --------------------------------------------------------------------


def test_a_broken_annotation_is_told_as_a_build_tells_it(work: Corpus) -> None:
    work.edit(work.ann(), LED, "R4 isLedBy\n")
    found = told(work, work.ann())
    with pytest.raises(InputError) as stopped:
        Project(work.root).build(full=True)
    grave = {f for f in stopped.value.findings if f.severity == "error"}
    assert {*found.errors} == grave
    assert found.exit_code() == 1
    assert "removed" in {change.kind for change in found.claims}
    assert "nothing would be built (1):" in found.text()
    assert wording("impact-left-out") in found.text()


def test_a_description_that_cannot_be_read_leaves_nothing_to_tell(work: Corpus) -> None:
    work.ttl().write_text("@prefix : broken")
    found = told(work, work.ttl())
    assert {finding.code for finding in found.errors} == {"turtle-syntax"}
    assert found.exit_code() == 2
    assert not found.changed
    assert "cannot be told" in found.text()


def test_a_contradiction_is_told_beside_all_the_rest(work: Corpus) -> None:
    work.edit(work.authority, "id:szohod-mills a ecodip:Company", "id:szohod-mills a ecodip:Event")
    found = told(work, work.authority)
    assert {"excluding-types", "contradiction"} & {finding.code for finding in found.errors}
    assert found.exit_code() == 1
    assert "+ Szohod Mills · is a · event" in sentences(found, "stated")
    assert found.text().count("nothing would be built") == 1


@pytest.mark.parametrize("quick", [True, False])
def test_sources_that_contradict_each_other_are_told(work: Corpus, quick: bool) -> None:
    work.add("note", NOTE, annotation(NOTE, NOTE_MENTIONS, NOTE_LINES).replace("Company", "Event"))
    found = told(work, "seeds/note.ann", "seeds/note.ttl", quick=quick)
    assert "contradiction" in {finding.code for finding in found.errors}
    assert found.exit_code() == 1
    assert "+ Szohod Mills · is a · event" in sentences(found, "stated")
    assert {change.claim.file for change in found.claims} == {"seeds/note.ann"}


def test_a_violation_that_comes_is_located_with_its_words(work: Corpus) -> None:
    work.edit(work.ann(), "R3\tstartDate Arg1:T2 Arg2:T4\n",
              "R3\tstartDate Arg1:T2 Arg2:T4\nR30\tendDate Arg1:T2 Arg2:T14\n")  # fmt: skip
    work.edit(work.ann(), "N14\tReference T14 edtf:2020", "N14\tReference T14 edtf:2018")
    found = told(work, work.ann())
    come = [c.result for c in found.violations if c.kind == "added"]
    grave = [violation for violation in come if violation.severity == "violation"]
    assert grave
    assert all(violation.line and violation.words for violation in grave)
    assert found.exit_code() == 1
    assert "shape" in {finding.code for finding in found.errors}
    assert "2020" in found.text()


def test_an_unreadable_ontology_leaves_nothing_to_tell(work: Corpus) -> None:
    file = work.root / "ontology" / "ecodip.ttl"
    file.write_text("@prefix : broken")
    found = told(work, file)
    assert found.exit_code() == 2
    assert found.untold == ("claims", "stated", "inferred", "violations", "queries")


# -- ontology, rules, shapes -----------------------------------------------------------------


def test_an_axiom_brings_conclusions_because_of_it(work: Corpus) -> None:
    file = work.root / "ontology" / "extra.ttl"
    file.write_text(
        "@prefix ecodip: <https://w3id.org/ecodip#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "ecodip:isLedBy rdfs:subPropertyOf ecodip:involves .\n"
    )
    found = told(work, file)
    assert any(change.layer == "ontology" for change in found.stated)
    assert {change.kind for change in found.inferred} <= {"added"}
    assert not found.claims


def test_a_description_of_the_dataset_that_changes_is_told(work: Corpus) -> None:
    file = work.root / "ontology" / "dataset.ttl"
    file.write_text(file.read_text() + '<https://w3id.org/ecodip> <http://x.example/n> "1" .\n')
    found = told(work, file)
    assert [(c.layer, c.comes) for c in found.stated] == [("dataset", True)]
    assert found.changed == {"triples"}


def test_a_rule_elsewhere_brings_its_conclusions(work: Corpus, beside: Path) -> None:
    (beside / "visited.rq").write_text(RULE)
    found = told(work, beside / "visited.rq")
    assert found.files == ("ontology/rules/visited.rq",)
    assert "+ mission to Borduria, 2019 · has participant · Loria Trade" in sentences(
        found, "inferred"
    )
    [because] = [c.because for c in found.inferred if c.because and c.because.rule.summary]
    assert because.rule.name == "visited"
    assert len(because.premises) == 2
    assert not because.changed
    assert "by the rule «Whoever organizes something takes part in it»" in found.text()
    assert "selon la règle" in found.text("fr")


def test_a_shape_that_is_made_stricter_brings_violations(work: Corpus, beside: Path) -> None:
    file = work.root / "shapes" / "events.ttl"
    copy = beside / "events.ttl"
    copy.write_bytes(file.read_bytes() + STRICT)
    found = told(work, copy)
    come = [change.result for change in found.violations if change.kind == "added"]
    assert {violation.result.code for violation in come} == {"S901"}
    assert not any((found.claims, found.stated, found.inferred))
    assert found.exit_code() == 1
    assert "S902-idle" in found.idle


def test_a_broken_shape_leaves_the_rest_to_tell(work: Corpus) -> None:
    file = work.root / "shapes" / "events.ttl"
    file.write_bytes(file.read_bytes() + STRICT.replace(b"sh:minCount 9", b'sh:minCount "nine"'))
    found = told(work, file)
    assert found.untold == ("violations",)
    assert {finding.code for finding in found.errors} == {"shape-value"}
    assert found.exit_code() == 2


STRICT = b"""
@prefix ecodip: <https://w3id.org/ecodip#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://w3id.org/ecodip/shapes#S901-strict> a sh:NodeShape ; sh:targetClass ecodip:Mission ;
  sh:severity sh:Violation ; sh:message "too few participants"@en , "trop peu de participants"@fr ;
  sh:property <https://w3id.org/ecodip/shapes#S901-count> .
<https://w3id.org/ecodip/shapes#S901-count> a sh:PropertyShape ; sh:path ecodip:hasParticipant ;
  sh:minCount 9 ; sh:message "too few participants"@en , "trop peu de participants"@fr .
<https://w3id.org/ecodip/shapes#S902-idle> a sh:NodeShape ;
  sh:targetClass <http://a.example/Nothing> ;
  sh:nodeKind sh:Literal ; sh:message "never"@en , "jamais"@fr .
"""


# -- stored queries --------------------------------------------------------------------------


def test_a_query_elsewhere_is_compared_with_that_of_the_project(work: Corpus, beside: Path) -> None:
    text = (work.root / "queries" / "missions.rq").read_text()
    (beside / "missions.rq").write_text(text + "LIMIT 1\n")
    found = told(work, beside / "missions.rq")
    assert [(query.name, query.kind, query.basis) for query in found.queries] == [
        ("missions", "changed", "graph")
    ]
    assert "removed" in {kind for kind, _ in rows(found, "missions")}
    assert found.changed == {"rows"}


def test_an_edited_query_is_compared_with_its_expected_rows(work: Corpus) -> None:
    file = work.root / "queries" / "missions.rq"
    expected = work.root / "queries" / "expected" / "missions.csv"
    kept = Project(work.root).query("missions").text("csv")
    expected.write_text(kept)
    assert not [row for query in told(work, file).queries for row in query.rows]
    file.write_text(file.read_text() + "LIMIT 1\n")
    [query] = told(work, file).queries
    assert (query.kind, query.basis) == ("edited", "expected")
    assert [row.kind for row in query.rows] == ["removed"]
    expected.unlink()
    found = told(work, file)
    [query] = found.queries
    assert (query.basis, [row.kind for row in query.rows]) == ("nothing", ["added"])
    assert wording("impact-only-new") in found.text()


def test_a_query_that_no_longer_parses_is_told(work: Corpus) -> None:
    file = work.root / "queries" / "missions.rq"
    file.write_text(file.read_text().replace("SELECT", "SELEKT"))
    found = told(work, file)
    assert [finding.code for finding in found.errors] == ["query-syntax"]
    assert found.exit_code() == 2


def test_a_query_whose_example_goes_cannot_be_asked(work: Corpus) -> None:
    file = work.root / "queries" / "of-note.rq"
    file.write_text(
        "#+ summary: What is it?\n#+ summary-fr: Qu'est-ce ?\n#+ tags: [test]\n"
        "#+ params:\n#+   thing: SourceDocument\n#+ example: {thing: memo}\n"
        "SELECT ?thing ?kind { ?thing a ?kind }\n"
    )
    work.ann("memo").unlink()
    work.ttl("memo").unlink()
    found = told(work, work.ann("memo"))
    [query] = [one for one in found.queries if one.name == "of-note"]
    assert [finding.code for finding in query.findings] == ["impact-unasked"]
    assert {row.kind for row in query.rows} == {"removed"}
    assert found.exit_code() == 0


# -- the same as two builds, and quick as full -----------------------------------------------

LINES_END = "#1\tAnnotatorNotes E3\ten: the turnout was remarked upon\n"
EDITS: dict[str, Callable[[Corpus], list[Path]]] = {}


def edit(function: Callable[[Corpus], list[Path]]) -> Callable[[Corpus], list[Path]]:
    EDITS[function.__name__] = function
    return function


@edit
def not_led(corpus: Corpus) -> list[Path]:
    corpus.edit(corpus.ann(), LED, "")
    return [corpus.ann()]


@edit
def planned(corpus: Corpus) -> list[Path]:
    corpus.edit(corpus.ann(), "A3\thasStatus T9 done", "A3\thasStatus T9 planned")
    return [corpus.ann()]


@edit
def more(corpus: Corpus) -> list[Path]:
    corpus.edit(corpus.ann(), LINES_END, LINES_END + "R13\thasOfficeIn Arg1:T8 Arg2:T3\n")
    corpus.edit(corpus.ann(), "R12\thasParticipant Arg1:T13 Arg2:T12\n", "")
    return [corpus.ann()]


@edit
def memo_gone(corpus: Corpus) -> list[Path]:
    corpus.ann("memo").unlink()
    corpus.ttl("memo").unlink()
    return [corpus.ann("memo"), corpus.ttl("memo")]


@edit
def another(corpus: Corpus) -> list[Path]:
    corpus.add("third", MEMO, annotation(MEMO, MEMO_MENTIONS, MEMO_LINES))
    return [corpus.ann("third"), corpus.ttl("third")]


@edit
def ruled(corpus: Corpus) -> list[Path]:
    file = corpus.root / "ontology" / "rules" / "visited.rq"
    file.write_text(RULE)
    return [file]


def inferred(corpus: Corpus) -> set[str]:
    layout = Layout(corpus.root)
    layer = layout.layer("inferred")
    return {str(quad.triple) for quad in build.read(layout) if quad.graph_name == layer}


@pytest.mark.parametrize("name", list(EDITS))
def test_the_difference_is_that_of_two_full_builds(work: Corpus, name: str) -> None:
    before = inferred(work)
    found = told(work, *EDITS[name](work))
    whole = told(work, *found.files, quick=False)
    assert found.to_json() == whole.to_json()
    claims = {claim.id for claim in Project(work.root).claims()}
    results = len(Project(work.root).validate())
    old = len(Project(work.root).verdicts().before)
    Project(work.root).build(full=True)
    after = inferred(work)
    assert {str(c.triple) for c in found.inferred if c.comes} == after - before
    assert {str(c.triple) for c in found.inferred if not c.comes} == before - after
    assert {c.claim.id for c in found.claims if c.kind == "added"} <= claims
    kinds = [change.kind for change in found.violations]
    assert results - old == kinds.count("added") - kinds.count("removed")
    assert not told(work, *found.files)


def test_the_same_change_is_told_in_the_same_words(work: Corpus) -> None:
    files = EDITS["more"](work)
    one, other = told(work, *files), told(work, *files)
    assert one.text(first=None) == other.text(first=None)
    assert json.dumps(one.to_json("fr")) == json.dumps(other.to_json("fr"))


def test_nothing_is_written(work: Corpus, beside: Path) -> None:
    (beside / "visited.rq").write_text(RULE)
    EDITS["more"](work)
    before = tree(work.root)
    told(work, work.ann(), beside / "visited.rq")
    told(work, work.ann())
    told(work, work.root / "queries" / "missions.rq")
    assert tree(work.root) == before


def test_long_lists_are_cut_and_all_shows_them(work: Corpus) -> None:
    files = EDITS["memo_gone"](work)
    found = told(work, *files)
    cut, whole = found.text(first=1), found.text(first=None)
    assert wording("impact-more", count=len(found.claims) - 1) in cut
    assert "--all" not in whole
    assert len(whole.splitlines()) > len(cut.splitlines())
    assert max(map(len, found.text(width=60).splitlines())) < 110


# -- names of files --------------------------------------------------------------------------


def test_a_file_elsewhere_stands_for_the_one_of_its_name(work: Corpus, beside: Path) -> None:
    def meant(name: str, text: str = "") -> str:
        (beside / name).parent.mkdir(exist_ok=True)
        (beside / name).write_text(text)
        [found] = Named.of(Layout(work.root), [beside / name]).names
        return found

    assert meant("visit.ann") == "seeds/visit.ann"
    assert meant("missions.rq", "CONSTRUCT") == "queries/missions.rq"
    assert meant("new.rq", "SELECT ?a {}") == "queries/new.rq"
    assert meant("new.rq", "construct {} where {}") == "ontology/rules/new.rq"
    assert meant("context.jsonld") == "ontology/context.jsonld"
    assert meant("terms.ttl", "@prefix sh: <http://www.w3.org/ns/shacl#> .") == "shapes/terms.ttl"
    assert meant("mine.ttl", "@prefix sh: <http://www.w3.org/ns/shacl#> .") == "shapes/mine.ttl"
    assert meant("mine.ttl", "@prefix owl: <http://www.w3.org/2002/07/owl#> .") == (
        "ontology/mine.ttl"
    )
    assert meant("mine.ttl", "<s:> a <https://w3id.org/ecodip/core#SourceDocument> .") == (
        "seeds/mine.ttl"
    )
    assert meant("shapes/visit.ttl") == "shapes/visit.ttl"


def test_a_path_means_the_file_it_leads_to_from_here(
    work: Corpus, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(work.root)
    monkeypatch.chdir(beside)
    assert Named.of(layout, ["seeds/visit.ann"]).own == ("seeds/visit.ann",)
    (beside / "seeds").mkdir()
    (beside / "seeds" / "visit.ann").write_text("")
    found = Named.of(layout, ["seeds/visit.ann"])
    assert (found.names, found.own) == (("seeds/visit.ann",), ())
    monkeypatch.chdir(work.root / "seeds")
    assert Named.of(layout, ["visit.ann"]).own == ("seeds/visit.ann",)


def test_a_file_that_may_stand_for_several_is_refused(work: Corpus, beside: Path) -> None:
    shutil.copy(work.ttl(), work.root / "shapes" / "visit.ttl")
    file = beside / "visit.ttl"
    file.write_text("")
    with pytest.raises(InputError, match=r"seeds/visit\.ttl, shapes/visit\.ttl"):
        told(work, file)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["no-such.ann"], "is no file"),
        (["notes.txt"], "is of no kind"),
        (["visit.ann", "again/visit.ann"], "is named twice"),
    ],
)
def test_a_file_that_means_nothing_is_refused(
    work: Corpus, beside: Path, names: list[str], said: str
) -> None:
    (beside / "again").mkdir()
    for name in names:
        if not name.startswith("no-such"):
            (beside / name).write_text("")
    with pytest.raises(InputError, match=said):
        told(work, *(beside / name for name in names))


def test_a_file_of_a_project_without_a_build_has_nothing_to_be_compared_with(
    corpus: Corpus,
) -> None:
    with pytest.raises(InputError, match="run kg build first"):
        told(corpus, corpus.ann())


# -- command ---------------------------------------------------------------------------------


def test_the_command_writes_a_table_or_json_in_both_languages(
    run: Callable[..., Run], work: Corpus, tmp_path: Path
) -> None:
    work.edit(work.ann(), LED, "")
    at = ("--project", str(work.root))
    done = run("impact", str(work.ann()), *at)
    assert (done.code, done.err) == (0, "")
    assert "claims: 1 removed" in done.out
    french = run("impact", str(work.ann()), *at, "--lang", "fr", "--fail-on", "triples")
    assert french.code == 1
    assert "énoncés : 1 de moins" in french.out
    assert "mission en Bordurie, 2019" in french.out
    file = tmp_path / "impact.json"
    assert run("impact", str(work.ann()), *at, "--json", "--output", str(file)).out == ""
    record = json.loads(file.read_text())
    assert record["buildable"] is True
    assert record["counts"]["claims"] == {"removed": 1}
    assert [span[2] for span in record["claims"][0]["old"]["spans"]] == ["Ada Lee", "it"]
    assert run("impact", str(tmp_path / "none.ann"), *at).code == 2


def test_the_real_project_tells_what_one_line_less_would_do(beside: Path) -> None:
    project = Project(ROOT)
    text = (ROOT / "seeds" / "aichi-2017.ann").read_text(encoding="utf-8")
    line = next(li for li in text.splitlines(keepends=True) if "takesPlaceIn" in li)
    (beside / "aichi-2017.ann").write_text(text.replace(line, ""), encoding="utf-8")
    found = project.impact(beside / "aichi-2017.ann")
    [change] = found.claims
    assert change.kind == "removed"
    assert compact(change.claim.predicate, project.layout.prefixes) == "ecodip:takesPlaceIn"  # type: ignore[arg-type]
    assert found.exit_code() == 0
    assert {"claims", "triples", "rows"} <= found.changed
