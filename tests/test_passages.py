"""Passages: who speaks where, what a claim takes from that, and what is wrong with a passage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode

from kg.namespaces import ECC, ECCS, OA, RDF
from kg.project import Project
from tests.conftest import Run
from tests.corpus import Corpus, annotation
from tests.test_claims import node

TEXT = """\
Loria Trade opened an office in Szohod, Ada Lee writes.
Do you plan an office in Borduria? she asks.
Szohod Mills replies: we have an office in Borduria, and "the mission to Borduria was a success",
says Ada Lee.
"""
MENTIONS = (
    ("T1", "Agency", "Loria Trade", 0, "id:loria-trade"),
    ("T2", "City", "Szohod", 0, "id:szohod"),
    ("T3", "Person", "Ada Lee", 0, "id:ada-lee"),
    ("T4", "Agency", "you", 0, "id:loria-trade"),
    ("T5", "Country", "Borduria", 0, "id:borduria"),
    ("T6", "Company", "Szohod Mills", 0, "id:szohod-mills"),
    ("T7", "Company", "we", 0, "id:szohod-mills"),
    ("T8", "Country", "Borduria", 1, "id:borduria"),
    ("T9", "Mission", "the mission to Borduria", 0, "id:mission-borduria-2019"),
    ("T10", "Country", "Borduria", 2, "id:borduria"),
    ("T11", "Remark", "was a success", 0, None),
    ("T12", "hasOfficeIn", "plan an office", 0, None),
    ("T13", "hasOfficeIn", "have an office", 0, None),
)


def stretch(words: str, name: str) -> str:
    """A mention of a passage: its first and its last word, and all between."""
    start = TEXT.index(words)
    end = start + len(words)
    first, last = words.split()[0], words.split()[-1]
    return f"{name}\tPassage {start} {start + len(first)};{end - len(last)} {end}\t{first} {last}\n"


QUESTION = "Do you plan an office in Borduria?"
ANSWER = 'we have an office in Borduria, and "the mission to Borduria was a success"'
QUOTED = "the mission to Borduria was a success"
PASSAGES = (
    stretch(QUESTION, "T20") + "E20\tPassage:T20 Speaker:T3 Addressee:T6\n"
    + "A20\tModality E20 question\n"
    + stretch(ANSWER, "T21") + "E21\tPassage:T21 Speaker:T6 Addressee:T3 Answers:E20\n"
    + stretch(QUOTED, "T22") + "E22\tPassage:T22 Speaker:T3\n"
)  # fmt: skip
LINES = """\
R1	hasOfficeIn Arg1:T1 Arg2:T2
E1	hasOfficeIn:T12 Subject:T4 Object:T5
E2	hasOfficeIn:T13 Subject:T7 Object:T8
R2	takesPlaceIn Arg1:T9 Arg2:T10
E3	Remark:T11 About:T9
#1	AnnotatorNotes E3	en: the mission went well
A3	Modality E3 opinion
"""


@pytest.fixture
def talk(corpus: Corpus) -> Corpus:
    """The invented project with a document of several voices."""
    corpus.add("talk", TEXT, annotation(TEXT, MENTIONS, LINES + PASSAGES))
    return corpus


def claims(corpus: Corpus) -> dict[str, object]:
    project = Project(corpus.root, texts=corpus.texts)
    return {claim.line_id: claim for claim in project.claims(source="talk")}


def created(corpus: Corpus, *creators: str) -> None:
    told = " , ".join(creators)
    corpus.edit(
        corpus.ttl("talk"),
        "  dcterms:identifier",
        f"  dcterms:creator {told} ;\n  dcterms:identifier",
    )


def test_a_passage_is_read_without_a_finding(talk: Corpus, run: Callable[..., Run]) -> None:
    found = run("check", "--project", str(talk.root), "--texts", str(talk.texts))
    assert (found.code, found.out) == (0, "")


def test_claims_have_the_speaker_of_the_innermost_passage_of_their_words(talk: Corpus) -> None:
    speakers = {line: claim.speaker for line, claim in claims(talk).items()}  # type: ignore[attr-defined]
    assert speakers["R1"] is None
    assert speakers["E1"] == node("id:ada-lee")
    assert speakers["E2"] == node("id:szohod-mills")
    assert speakers["R2"] == speakers["E3"] == node("id:ada-lee")
    own = {line for line, claim in claims(talk).items() if claim.is_own_voice}  # type: ignore[attr-defined]
    assert own == {"T1", "T2", "T3", "T6", "R1"}


def test_a_claim_that_names_its_speaker_keeps_it(talk: Corpus) -> None:
    talk.edit(talk.ann("talk"), "Subject:T7 Object:T8", "Subject:T7 Object:T8 Speaker:T1")
    assert claims(talk)["E2"].speaker == node("id:loria-trade")  # type: ignore[attr-defined]


def test_what_a_question_presupposes_is_not_asserted(talk: Corpus) -> None:
    found = claims(talk)
    assert found["E1"].modality == "question"  # type: ignore[attr-defined]
    assert not {"T4", "T5"} & set(found)  # that there is such a thing is not said there
    triple = found["E1"].triple  # type: ignore[attr-defined]
    graph = Project(talk.root).assemble()
    assert triple not in {q.triple for q in graph.layers["asserted"]}
    talk.edit(talk.ann("talk"), "A20\tModality E20 question\n", "")
    assert claims(talk)["E1"].asserted  # type: ignore[attr-defined]
    talk.edit(talk.ann("talk"), "A3\t", "A21\tModality E1 possibility\nA3\t")
    assert claims(talk)["E1"].modality == "possibility"  # type: ignore[attr-defined]


def test_who_speaks_does_not_decide_what_is_asserted(talk: Corpus) -> None:
    found = claims(talk)
    asserted = {q.triple for q in Project(talk.root).assemble().layers["asserted"]}
    for line in ("R1", "E2", "R2"):
        assert found[line].triple in asserted  # type: ignore[attr-defined]


def test_outside_passages_the_sole_creator_speaks_in_the_own_voice_of_the_source(
    talk: Corpus,
) -> None:
    created(talk, "id:loria-trade")
    first = claims(talk)["R1"]
    assert (first.speaker, first.is_own_voice) == (node("id:loria-trade"), True)  # type: ignore[attr-defined]
    assert claims(talk)["E2"].reporter == node("id:szohod-mills")  # type: ignore[attr-defined]


def test_of_two_creators_none_speaks_by_default(talk: Corpus, run: Callable[..., Run]) -> None:
    created(talk, "id:loria-trade", "id:ada-lee")
    assert claims(talk)["R1"].speaker is None  # type: ignore[attr-defined]
    found = run("validate", "--project", str(talk.root))
    assert found.code == 1
    told = found.out.splitlines()
    places = {
        told[n + 1].split()[0] for n, line in enumerate(told) if line.startswith("S68 violation")
    }
    own = [f"seeds/talk.ann:{c.line}" for c in claims(talk).values() if c.speaker is None]  # type: ignore[attr-defined]
    assert places == set(own) != set()


def test_a_passage_is_described_with_its_place_and_without_its_words(talk: Corpus) -> None:
    graph = Project(talk.root).assemble()
    source = "https://w3id.org/ecodip/source/talk"
    start, end = TEXT.index(ANSWER), TEXT.index(ANSWER) + len(ANSWER)
    passage = NamedNode(f"{source}#passage={start},{end}")
    told: dict[object, set[object]] = {}
    for quad in graph.layers["evidence"]:
        if quad.subject == passage:
            told.setdefault(quad.predicate, set()).add(quad.object)
    at = TEXT.index(QUESTION)
    assert told[RDF.type] == {ECC.Passage}
    assert told[ECC.isAttributedTo] == {node("id:szohod-mills")}
    assert told[ECC.isAddressedTo] == {node("id:ada-lee")}
    assert told[ECC.answers] == {NamedNode(f"{source}#passage={at},{at + len(QUESTION)}")}
    assert told[OA.hasSource] == {NamedNode(source)}
    assert ECC.isWithinPassage not in told
    inner = NamedNode(f"{source}#passage={TEXT.index(QUOTED)},{TEXT.index(QUOTED) + len(QUOTED)}")
    within = {q.subject for q in graph.layers["evidence"]
              if q.predicate == ECC.isWithinPassage and q.object == passage}  # fmt: skip
    assert inner in within
    asked = {q.object for q in graph.layers["evidence"] if q.predicate == ECC.hasModality
             and str(q.subject.value).endswith(f"{at},{at + len(QUESTION)}")}  # fmt: skip
    assert asked == {ECCS.question}
    exact = {q.object for q in graph.layers["evidence"] if q.predicate == OA.exact}
    assert not [words for words in exact if isinstance(words, Literal) and QUESTION in words.value]


def test_an_answer_names_the_speaker_whose_word_alone_it_rests_on(
    talk: Corpus, run: Callable[..., Run]
) -> None:
    of = ("--project", str(talk.root))
    assert run("build", "-q", *of).code == 0
    found = run("query", "organizations-in", "--place", "Szohod", "--format", "csv", *of)
    assert "Loria Trade" in found.out
    query = (
        "SELECT ?who ?claim { ?claim rdf:subject ?who ; rdf:predicate ecodip:hasOfficeIn ; "
        "ecc:isStatedIn source:talk }"
    )
    for form, said in (
        ("csv", "id:szohod-mills,Szohod Mills\n"),
        ("json", '"accordingTo_label": "Szohod Mills"'),
    ):
        told = run("sparql", query, "--evidence", "--format", form, *of)
        assert said in told.out or "Szohod Mills" in told.out
        assert "accordingTo" in told.out
    table = run("sparql", query, "--evidence", *of).out.splitlines()
    assert table[0].split() == ["who", "accordingTo"]
    assert [line.split("  ")[-1].strip() for line in table if line.startswith("Szohod")] == [
        "Szohod Mills"
    ]


BAD = {
    "beyond the text": (("T21\tPassage ", "T21\tPassage 9000 9002;"), "span-order", "start"),
    "unknown speaker": (
        ("N3\tReference T3 id:ada-lee", "N3\tReference T3 id:nobody"), "passage-unknown-voice",
        "«Ada Lee» (T3), the Speaker of passage E20",
    ),
    "speaker without a reference": (
        ("N3\tReference T3 id:ada-lee\tAda Lee\n", ""), "passage-unknown-voice", "add a line N",
    ),
    "answers no passage": (
        ("Answers:E20", "Answers:E1"), "passage-answers", "E1 is not another passage",
    ),
    "answers itself": (("Answers:E20", "Answers:E21"), "event-cycle", "E21"),
    "denied": (("A20\tModality E20 question", "A20\tNegated E20"), "passage-negated", "E20"),
    "no speaker": (("E22\tPassage:T22 Speaker:T3", "E22\tPassage:T22"), "role-missing", "Speaker"),
    "subject of a passage": (
        ("E22\tPassage:T22", "E22\tPassage:T22 Subject:T1"), "role-misplaced",
        "which has Speaker, Addressee, Answers",
    ),
    "two speakers": (
        ("E22\tPassage:T22 Speaker:T3", "E22\tPassage:T22 Speaker:T3 Speaker2:T6"),
        "role-repeated", "Speaker",
    ),
    "trigger without event": (
        ("E22\tPassage:T22 Speaker:T3\n", ""), "trigger-without-event", "T22",
    ),
    "across voices": (
        ("R1\thasOfficeIn Arg1:T1 Arg2:T2", "R1\thasOfficeIn Arg1:T1 Arg2:T8"),
        "claim-across-voices", "(id:szohod-mills, –)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "says"), BAD.values(), ids=BAD)
def test_a_bad_passage_is_one_finding_with_its_place_and_mend(
    talk: Corpus, run: Callable[..., Run], change: tuple[str, str], code: str, says: str
) -> None:
    talk.edit(talk.ann("talk"), *change)
    found = run("check", "--project", str(talk.root))
    told = [line for line in found.out.splitlines() if f": {code}: " in line]
    assert found.code == 1
    assert told, found.out
    assert all(line.startswith("seeds/talk.ann:") for line in told)
    assert says in told[0]


def test_a_passage_beyond_the_text_is_one_finding(talk: Corpus, run: Callable[..., Run]) -> None:
    more = "T30\tPassage 0 5;9000 9004\tLoria word\nE30\tPassage:T30 Speaker:T6\n"
    talk.ann("talk").write_text(annotation(TEXT, MENTIONS, LINES + more), "utf-8")
    found = run("check", "--project", str(talk.root))
    (told,) = [line for line in found.out.splitlines() if not line.endswith("--texts DIR")]
    assert found.code == 1
    assert told.startswith(f"seeds/talk.ann:{line_of(talk, 'T30')}:17: span-outside-text: ")
    assert f"{len(TEXT)}" in told


def test_passages_that_cross_or_repeat_are_findings(talk: Corpus, run: Callable[..., Run]) -> None:
    more = stretch("Borduria? she asks.\nSzohod Mills replies: we", "T30")
    more += "E30\tPassage:T30 Speaker:T6\n"
    more += stretch(ANSWER, "T31") + "E31\tPassage:T31 Speaker:T3\n"
    talk.ann("talk").write_text(annotation(TEXT, MENTIONS, LINES + PASSAGES + more), "utf-8")
    found = run("check", "--project", str(talk.root)).out
    (crossing,) = [line for line in found.splitlines() if "passage-crossing" in line]
    assert "passage E30 (81 to " in crossing
    assert "overlaps passage E20 (56 to 90)" in crossing
    assert "move an end, so that passages nest or follow each other" in crossing
    (again,) = [line for line in found.splitlines() if "passage-repeated" in line]
    assert "passage E21 (line " in again


def test_a_passage_that_only_repeats_the_sole_creator_is_a_finding(
    talk: Corpus, run: Callable[..., Run]
) -> None:
    created(talk, "id:szohod-mills")
    found = run("check", "--project", str(talk.root)).out
    (told,) = [line for line in found.splitlines() if "passage-sole-voice" in line]
    assert "id:szohod-mills is the only creator of this source" in told
    created_by_other = talk.ttl("talk").read_text().replace("id:szohod-mills", "id:ada-lee")
    talk.ttl("talk").write_text(created_by_other)
    found = run("check", "--project", str(talk.root)).out
    # The question stands alone; the quotation lies in the passage of somebody else.
    (told,) = [line for line in found.splitlines() if "passage-sole-voice" in line]
    assert told.split(":")[1] == str(line_of(talk, "E20\t"))


def test_a_creator_that_nobody_knows_is_a_finding(talk: Corpus, run: Callable[..., Run]) -> None:
    created(talk, "id:nobody")
    found = run("check", "--project", str(talk.root))
    assert found.code == 1
    assert "seeds/talk.ttl: unknown-creator: the creator id:nobody is not described" in found.out


def line_of(corpus: Corpus, start: str) -> int:
    lines = corpus.ann("talk").read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


def test_a_term_in_its_old_namespace_is_named_with_its_replacement(
    talk: Corpus, run: Callable[..., Run]
) -> None:
    """The terms of claims and sources stood in the namespace of the domain before."""
    talk.edit(talk.ttl("talk"), "a ecc:SourceDocument", "a ecodip:SourceDocument")
    query = talk.root / "queries" / "core" / "denials.rq"
    query.write_text(
        query.read_text().replace("ecc:isNegated", "<https://w3id.org/ecodip#isNegated>")
    )
    found = run("check", "--project", str(talk.root)).out.splitlines()
    told = [line for line in found if ": moved-term: " in line]
    assert [line.split(":")[0] for line in told] == ["queries/core/denials.rq", "seeds/talk.ttl"]
    assert (
        "ecodip:isNegated is not a term of this project any more; it is now ecc:isNegated"
        in told[0]
    )
    assert "in the namespace <https://w3id.org/ecodip/core#>" in told[1]
    # A term of the domain, or of somebody else, is none of these.
    talk.edit(talk.ttl("talk"), "a ecodip:SourceDocument", "a ecc:SourceDocument , ecodip:Mission")
    found = run("check", "--project", str(talk.root)).out.splitlines()
    assert not [line for line in found if "moved-term" in line and "talk.ttl" in line]
