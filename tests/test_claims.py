"""What each line of an annotation means: its triple, its manner, its words."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import brat, turtle
from kg.claims import Claim, Span, Statements
from kg.interpretation import interpret
from kg.layers import Layers, gate, layers_of
from kg.layout import Layout
from kg.namespaces import DCTERMS, ECC, ECCS, OA, PROV, RDF, SKOS
from kg.project import Project
from kg.schema import Schema
from kg.sources import Source
from kg.terms import compact
from kg.values import date_literal, edtf, number_literal
from tests.corpus import ECODIP, PREFIXES, ROOT, VISIT, Corpus, annotation, authority

SOURCE = NamedNode("https://w3id.org/ecodip/source/visit")
NAMES = ("core.ttl", "core-schemes.ttl", "ecodip.ttl", "schemes.ttl")
FILES = [ROOT / "ontology" / name for name in NAMES]


@cache
def schema() -> Schema:
    return Schema.of(quad for file in FILES for quad in turtle.read(file.read_bytes(), file.name))


@cache
def prefixes() -> dict[str, str]:
    return dict(Layout(ROOT).prefixes)


@cache
def authority_quads() -> tuple[Quad, ...]:
    return tuple(turtle.read(authority().encode(), "authority.ttl"))


def node(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(prefixes()[prefix] + local)


def source(text: str, lines: str, *, verified: bool = True, language: str = "en") -> Source:
    """A source whose annotation is well-formed."""
    document, findings = brat.read(
        lines.encode(), file="seeds/visit.ann", names=schema().names(), length=len(text)
    )
    assert findings == []
    described = turtle.read(
        f'{PREFIXES}source:visit a ecc:SourceDocument ; dcterms:title "visit"@en .'.encode(),
        "seeds/visit.ttl",
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Source(
        SOURCE, "seeds/visit.ann", language, digest, len(text), tuple(described), (), document,
        text if verified else None,
    )  # fmt: skip


def read(text: str, lines: str, **options: Any) -> Statements:
    """What a source states."""
    known = frozenset(q.subject for q in authority_quads() if isinstance(q.subject, NamedNode))
    return interpret(source(text, lines, **options), schema(), prefixes(), known)


def claims(statements: Statements) -> dict[str, Claim]:
    """Claims by the id of their line."""
    return {claim.line_id: claim for claim in statements.claims}


def visit(more: str = "") -> dict[str, Claim]:
    return claims(read(VISIT, annotation(VISIT) + more))


def layers(*statements: Statements, known: Iterable[Quad] | None = None) -> Layers:
    return layers_of(statements, authority_quads() if known is None else tuple(known))


def ends(quads: Iterable[Quad]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads}


# -- each kind of line ---------------------------------------------------------------------------

# line, subject, predicate, object, modality, negated, speaker, words
TABLE = (
    ("T1", "id:loria-trade", "rdf:type", "ecodip:Agency", "fact", False, None, ["Loria Trade"]),
    ("T6", "id:mission-borduria-2019", "rdf:type", "ecodip:Mission", "fact", False, None, ["it"]),
    ("A1", "id:mission-borduria-2019", "ecodip:hasStatus", "ecs:done", "fact", False, None,
     ["mission to Borduria"]),
    ("A7", "id:figure-firms", "ecodip:hasQualifier", "ecs:nearly", "fact", False, None,
     ["Almost 40 firms"]),
    ("R1", "id:mission-borduria-2019", "ecodip:hasOrganizer", "id:loria-trade", "fact", False, None,
     ["Loria Trade", "mission to Borduria"]),
    ("R3", "id:mission-borduria-2019", "ecodip:startDate", '"2019-05-04"^^xsd:date', "fact", False,
     None, ["mission to Borduria", "4 May 2019"]),
    ("R8", "id:figure-firms", "ecodip:numericValue", '"40"^^xsd:decimal', "fact", False, None,
     ["Almost 40 firms", "40"]),
    ("E1", "id:mission-borduria-2020", "ecodip:startDate", '"2020"^^xsd:gYear', "plan", False,
     "id:ada-lee", ["second mission", "would follow in", "2020"]),
    ("E2", "id:loria-trade", "ecodip:hasOfficeIn", "id:borduria", "fact", True, "id:loria-trade",
     ["Borduria", "No branch office exists", "the agency"]),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_a_line_makes_its_claim(row: tuple[Any, ...]) -> None:
    line, subject, predicate, value, modality, negated, speaker, words = row
    claim = visit()[line]
    assert claim.triple is not None
    shown = [compact(term, prefixes()) for term in (claim.subject, claim.predicate, claim.object)]
    assert shown == [subject, predicate, value]
    assert (claim.modality, claim.negated) == (modality, negated)
    assert claim.speaker == (node(speaker) if speaker else None)
    assert [span.words for span in claim.spans] == words
    assert [VISIT[span.start : span.end] for span in claim.spans] == words
    assert claim.id.value.startswith(f"{SOURCE.value}/claim/")
    assert (claim.source, claim.file, claim.verified) == (SOURCE, "seeds/visit.ann", True)
    text = annotation(VISIT).split("\n")[claim.line - 1]
    assert text.startswith(f"{line}\t")


def test_every_line_that_states_something_makes_one_claim_and_no_other_does() -> None:
    lines = annotation(VISIT).splitlines()
    stating = {line.split("\t")[0] for line in lines if line[0] in "TREA"}
    silent = {"T4", "T11", "T14"} | {"T15", "T17", "T18"} | {"A10", "A11"}  # values, triggers, how
    assert set(visit()) == stating - silent


def test_a_remark_is_about_something_and_has_a_paraphrase_but_no_triple() -> None:
    remark = visit()["E3"]
    assert (remark.subject, remark.predicate, remark.object, remark.triple) == (None,) * 4
    assert remark.about == (node("id:mission-borduria-2019"),)
    assert remark.remark == (("en", "the turnout was remarked upon"),)
    assert [span.words for span in remark.spans] == ["took part"]


def test_a_remark_has_a_paraphrase_in_each_language_and_may_be_about_several_things() -> None:
    lines = annotation(VISIT).replace("About:T2", "About:T2 About2:T5 Speaker:T16")
    remark = claims(read(VISIT, lines + "#2\tAnnotatorNotes E3\tfr:  le succès\n"))["E3"]
    assert remark.remark == (("en", "the turnout was remarked upon"), ("fr", "le succès"))
    assert remark.about == (node("id:mission-borduria-2019"), node("id:ada-lee"))
    assert remark.speaker == node("id:loria-trade")
    assert remark.to_json("fr")["remark"] == "le succès"
    assert remark.to_json("en")["remark"] == "the turnout was remarked upon"


def test_a_note_to_colleagues_is_no_paraphrase() -> None:
    lines = annotation(VISIT) + "#2\tAnnotatorNotes R1\ten: check this\n"
    assert claims(read(VISIT, lines))["R1"].remark == ()


def test_about_are_the_entities_of_a_claim_not_its_values_or_concepts() -> None:
    found = visit()
    mission, agency = node("id:mission-borduria-2019"), node("id:loria-trade")
    assert found["R1"].about == (mission, agency)
    assert found["R3"].about == (mission,)
    assert found["A1"].about == (mission,)
    assert found["T1"].about == (agency,)


def test_the_time_of_a_claim_is_kept_as_edtf() -> None:
    lines = annotation(VISIT).replace("Object:T3 Speaker:T16", "Object:T3 Valid:T14")
    claim = claims(read(VISIT, lines))["E2"]
    assert (claim.valid, claim.speaker) == ("2020", None)
    whole = claims(read(VISIT, lines.replace("edtf:2020", "edtf:2020/2021")))["E2"]
    assert whole.valid == "2020/2021"


def test_one_group_lends_its_reference_to_all_its_mentions() -> None:
    lines = annotation(VISIT).replace("N6\tReference T6 id:mission-borduria-2019\tit\n", "")
    alone = read(VISIT, lines)
    assert "unresolved" in {finding.code for finding in alone.findings}
    assert not {"T6", "R4", "R7", "R10"} & set(claims(alone))
    together = read(VISIT, lines + "*\tSame T2 T6\n")
    assert [finding.code for finding in together.findings] == []
    assert claims(together)["R4"].subject == node("id:mission-borduria-2019")
    assert [span.words for span in claims(together)["T6"].spans] == ["it"]


def test_two_claims_may_be_related_to_each_other_in_the_evidence() -> None:
    found = read(VISIT, annotation(VISIT) + "R20\tdisagreesWith Arg1:E1 Arg2:E2\n")
    one, other = (claims(found)[line].id for line in ("E1", "E2"))
    link = Triple(one, ECC.disagreesWith, other)
    assert found.links == (link,)
    assert "R20" not in claims(found)
    made = layers(found)
    assert link in ends(made.evidence)
    assert link not in ends(made.asserted)


def test_a_concept_that_is_mentioned_is_no_claim_about_what_it_is() -> None:
    assert "done" in schema().concepts
    lines = "T1\tConcept 0 5\tLoria\nN1\tReference T1 ecs:done\tx\n"
    found = read(VISIT, lines)
    assert found.claims == ()
    assert found.findings == ()


def test_two_documents_make_claims_of_their_own(corpus: Corpus) -> None:
    corpus.add("second", VISIT, annotation(VISIT))
    project = Project(corpus.root, texts=corpus.texts)
    by_source = {claim.source.value.rsplit("/", 1)[-1] for claim in project.claims()}
    assert by_source == {"visit", "second"}
    assert len({claim.id for claim in project.claims()}) == len(project.claims())
    assert {c.source for c in project.claims(source="second")} == {
        NamedNode("https://w3id.org/ecodip/source/second")
    }
    assert {c.modality for c in project.claims(modality="plan")} == {"plan"}
    about = project.claims(about="id:szohod-mills")
    assert {c.line for c in about} == {c.line for c in project.claims(about="<"
            + prefixes()["id"] + "szohod-mills>")}  # fmt: skip
    assert len(about) == 4


# -- literal objects -----------------------------------------------------------------------------

XSD_ = "http://www.w3.org/2001/XMLSchema#"
EDTF_ = "http://id.loc.gov/datatypes/edtf/EDTF"
DATES = (
    ("2019-05-04", None, "2019-05-04", XSD_ + "date"),
    ("2019-05", None, "2019-05", XSD_ + "gYearMonth"),
    ("2019", None, "2019", XSD_ + "gYear"),
    ("2019?", None, "2019?", EDTF_),
    ("2019-05~", None, "2019-05~", EDTF_),
    ("2019-05-04%", None, "2019-05-04%", EDTF_),
    ("201X", None, "201X", EDTF_),
    ("2019-XX-04", None, "2019-XX-04", EDTF_),
    ("2019-21", None, "2019-21", EDTF_),
    ("2019-05-04/2019-06", "start", "2019-05-04", XSD_ + "date"),
    ("2019-05-04/2019-06", "end", "2019-06", XSD_ + "gYearMonth"),
    ("2019~/2020", "start", "2019~", EDTF_),
    ("2019/..", "start", "2019", XSD_ + "gYear"),
    ("../2019", "end", "2019", XSD_ + "gYear"),
)


@pytest.mark.parametrize(("value", "end", "lexical", "datatype"), DATES)
def test_a_date_is_as_exact_as_its_value(
    value: str, end: str | None, lexical: str, datatype: str
) -> None:
    assert edtf(value) is None
    assert date_literal(value, end) == Literal(lexical, datatype=NamedNode(datatype))


@pytest.mark.parametrize("value", ["2019/2020", "2019-05-04/2019-06"])
def test_an_interval_is_no_single_date(value: str) -> None:
    assert edtf(value) is None
    assert date_literal(value) is None


@pytest.mark.parametrize(("value", "end"), [("2019/..", "end"), ("../2019", "start")])
def test_an_open_end_is_no_date(value: str, end: str) -> None:
    assert edtf(value) is None
    assert date_literal(value, end) is None


@pytest.mark.parametrize(
    "value",
    ["", "/", "..", "../..", "2019-13", "2019-02-30", "19", "4 May 2019", "2019-W20",
     "2019-05-04T10:00", "20190504", "2020/2019", "2019-05/2019-04", "2019//2020", "٢٠١٩"],
)  # fmt: skip
def test_what_is_no_date_is_said_not_to_be_one(value: str) -> None:
    assert edtf(value) in ("no EDTF date", "the interval ends before it starts")


@given(st.text(alphabet="0123456789-/.~?%XTZuyeSW:[]{},! ", max_size=24))
@settings(max_examples=100, deadline=None)
def test_no_value_breaks_the_check_of_dates(value: str) -> None:
    assert edtf(value) is None or isinstance(edtf(value), str)


@pytest.mark.parametrize(
    ("value", "kind", "good"),
    [
        ("40", "decimal", True), ("40.5", "decimal", True), ("-40.50", "decimal", True),
        ("1e3", "decimal", False), ("10.000.000", "decimal", False), ("1,5", "decimal", False),
        ("", "decimal", False), ("٤٠", "decimal", False), ("NaN", "decimal", False),
        ("40", "integer", True), ("40.5", "integer", False), ("0", "nonNegativeInteger", True),
    ],
)  # fmt: skip
def test_a_number_keeps_its_digits_or_is_none(value: str, kind: str, good: bool) -> None:
    datatype = NamedNode(XSD_ + kind)
    expected = Literal(value, datatype=datatype) if good else None
    assert number_literal(value, datatype) == expected


def literal(prop: str, kind: str, reference: str | None, words: str = "Ada Lee") -> object:
    """The value of a property of a mission where a mention of such a type is its value."""
    start = VISIT.index(words)
    lines = "T1\tMission 21 40\tmission to Borduria\n"
    lines += "N1\tReference T1 id:mission-borduria-2019\tx\n"
    lines += f"T2\t{kind} {start} {start + len(words)}\t{words}\n"
    lines += f"N2\tReference T2 {reference}\tx\n" if reference else ""
    lines += f"R1\t{prop} Arg1:T1 Arg2:T2\n"
    return claims(read(VISIT, lines, language="fr"))["R1"].object


def test_text_has_the_language_of_the_document_and_none_where_a_string_is_wanted() -> None:
    assert literal("claimText", "Text", None) == Literal("Ada Lee", language="fr")
    assert literal("dateText", "Text", None) == Literal("Ada Lee")
    assert literal("dateText", "Date", "edtf:2019", "4 May 2019") == Literal("4 May 2019")


def test_the_ends_of_an_interval_go_to_the_properties_that_take_them() -> None:
    found = [literal(prop, "Date", "edtf:2019-05-04/2019-06") for prop in ("startDate", "endDate")]
    assert found == [date_literal("2019-05-04"), date_literal("2019-06")]


# -- words and places ----------------------------------------------------------------------------

ODD = "🚢🇧🇪 Mission à Szohod : l'équipe «e\u0301te\u0301» de 𝕃oria.\nFin\u2028ale\x0c.\n"


def test_spans_count_code_points_whatever_the_characters() -> None:
    words = ("🚢🇧🇪 Mission", "e\u0301te\u0301", "𝕃oria", "Fin\u2028ale", ".\nFin")
    lines, places = "", []
    for number, some in enumerate(words[:4], 1):
        start = ODD.index(some)
        places.append((start, start + len(some), some))
        lines += f"T{number}\tMission {start} {start + len(some)}\t{some}\n"
        lines += f"N{number}\tReference T{number} id:mission-borduria-2019\tx\n"
    found = read(ODD, lines)
    assert found.findings == ()
    assert [claim.spans for claim in found.claims] == [(Span(*place),) for place in places]
    assert places[0] == (0, 11, "🚢🇧🇪 Mission")
    assert ODD[places[2][0] : places[2][1]] == "𝕃oria"


def test_words_that_only_look_the_same_are_wrong_words() -> None:
    start = ODD.index("e\u0301te\u0301")
    lines = f"T1\tMission {start} {start + 3}\tété\nN1\tReference T1 id:mission-borduria-2019\tx\n"
    assert [finding.code for finding in read(ODD, lines).findings] == ["wrong-words"]


def test_a_mention_in_fragments_has_a_span_for_each() -> None:
    lines = "T1\tAgency 0 5;234 244\tLoria the agency\nN1\tReference T1 id:loria-trade\tx\n"
    found = read(VISIT, lines)
    assert found.findings == ()
    assert found.claims[0].spans == (Span(0, 5, "Loria"), Span(234, 244, "the agency"))
    assert all(VISIT[s.start : s.end] == s.words for s in found.claims[0].spans)


def test_wrong_words_of_fragments_are_found_too() -> None:
    lines = "T1\tAgency 0 5;234 244\tLoria the agent!\nN1\tReference T1 id:loria-trade\tx\n"
    found = read(VISIT, lines)
    assert [finding.code for finding in found.findings] == ["wrong-words"]
    assert "at 0 5;234 244 the text reads «Loria the agency»" in found.findings[0].message()


def test_claims_are_verified_only_with_the_text() -> None:
    lines = annotation(VISIT)
    assert {claim.verified for claim in read(VISIT, lines).claims} == {True}
    assert {claim.verified for claim in read(VISIT, lines, verified=False).claims} == {False}


def test_without_the_texts_all_is_the_same_but_unverified(corpus: Corpus) -> None:
    with_texts = Project(corpus.root, texts=corpus.texts)
    without = Project(corpus.root)
    assert {c.verified for c in with_texts.claims()} == {True}
    assert {c.verified for c in without.claims()} == {False}
    one, other = ([{**c.to_json(), "verified": None} for c in p.claims()]
                  for p in (with_texts, without))  # fmt: skip
    assert one == other
    assert [f.code for f in without.reading.findings] == ["unverified"]
    assert with_texts.reading.findings == ()
    assert with_texts.reading.layers == without.reading.layers


def test_texts_are_found_whatever_their_names(corpus: Corpus) -> None:
    (corpus.texts / "visit.txt").rename(corpus.texts / "001_rapport (final).TXT")
    found = Project(corpus.root, texts=corpus.texts)
    assert {c.verified for c in found.claims()} == {True}


# -- the JSON of a claim -------------------------------------------------------------------------

KEYS = ["id", "line_id", "source", "subject", "predicate", "object", "modality", "negated",
        "speaker", "own_voice", "passage", "valid", "spans", "remark", "file", "line",
        "verified"]  # fmt: skip


def test_the_json_of_a_claim_has_exactly_its_keys() -> None:
    for claim in visit().values():
        assert list(claim.to_json()) == KEYS
    found = visit()["E1"].to_json()
    assert found["object"] == {"@value": "2020", "@type": XSD_ + "gYear"}
    assert found["speaker"] == "https://w3id.org/ecodip/id/ada-lee"
    assert found["spans"][0] == [170, 184, "second mission"]
    assert visit()["R1"].to_json()["object"] == "https://w3id.org/ecodip/id/loria-trade"
    remark = visit()["E3"].to_json()
    assert remark["subject"] == "https://w3id.org/ecodip/id/mission-borduria-2019"
    assert (remark["predicate"], remark["object"]) == (None, None)


# -- what is asserted ----------------------------------------------------------------------------

MODALITIES = ("fact", "plan", "possibility", "question", "opinion")


@given(
    modality=st.sampled_from([None, *MODALITIES]),
    negated=st.booleans(),
    speaker=st.booleans(),
    valid=st.booleans(),
)
@settings(deadline=None)
def test_only_facts_that_are_not_denied_are_asserted(
    modality: str | None, negated: bool, speaker: bool, valid: bool
) -> None:
    lines = annotation(VISIT).split("E1\t")[0]
    roles = " Speaker:T12" * speaker + " Valid:T4" * valid
    lines += f"E1\tstartDate:T15 Subject:T13 Object:T14{roles}\n"
    lines += f"A10\tModality E1 {modality}\n" if modality else ""
    lines += "A11\tNegated E1\n" if negated else ""
    lines = lines.replace("T17\thasOfficeIn 208 231\tNo branch office exists\n", "")
    lines = lines.replace("T18\tRemark 144 153\ttook part\n", "")
    found = read(VISIT, lines)
    claim = claims(found)["E1"]
    assert (claim.modality, claim.negated) == (modality or "fact", negated)
    assert (claim.speaker is not None, claim.valid is not None) == (speaker, valid)

    made = layers(found)
    expected = modality in (None, "fact") and not negated
    assert claim.asserted is expected
    assert (claim.triple in ends(made.asserted)) is expected
    assert claim.triple not in ends(made.evidence)  # it is described there, not stated
    said = {(q.predicate, q.object) for q in made.evidence if q.subject == claim.id}
    assert {
        (RDF.type, ECC.Claim),
        (RDF.type, RDF.Statement),
        (RDF.subject, claim.subject),
        (RDF.predicate, claim.predicate),
        (RDF.object, claim.object),
        (ECC.isStatedIn, SOURCE),
        (ECC.hasModality, ECCS[modality or "fact"]),
        (ECC.isNegated, Literal(negated)),
    } <= said
    spoken = {value for predicate, value in said if predicate == ECC.isAttributedTo}
    assert spoken == ({node("id:ada-lee")} if speaker else set())
    times = {value for predicate, value in said if predicate == DCTERMS.valid}
    assert times == ({Literal("2019-05-04")} if valid else set())


def test_the_modalities_of_this_test_are_those_of_the_ontology() -> None:
    assert set(MODALITIES) == schema().modalities


def test_a_claim_leads_to_the_exact_words_in_the_evidence() -> None:
    found = read(VISIT, annotation(VISIT))
    made = layers(found)
    assert {q.graph_name for q in made.evidence} == {NamedNode(f"{SOURCE.value}/evidence")}
    assert {q.graph_name for q in made.asserted} == {SOURCE}
    about = {(q.subject, q.predicate): q.object for q in made.evidence}
    char = NamedNode(f"{SOURCE.value}#char=208,231")
    assert Triple(claims(found)["E2"].id, PROV.wasDerivedFrom, char) in ends(made.evidence)
    position, quote = (NamedNode(f"{SOURCE.value}#{k}=208,231") for k in ("position", "quote"))
    assert {q.object for q in made.evidence if (q.subject, q.predicate) == (char, OA.hasSelector)
            } == {position, quote}  # fmt: skip
    assert about[char, OA.hasSource] == SOURCE
    whole = NamedNode(XSD_ + "nonNegativeInteger")
    assert about[position, OA.start] == Literal("208", datatype=whole)
    assert about[position, OA.end] == Literal("231", datatype=whole)
    assert about[quote, OA.exact] == Literal("No branch office exists")


def test_words_are_a_label_only_where_the_authority_has_none() -> None:
    found = read(VISIT, annotation(VISIT))
    assert not [q for q in layers(found).evidence if q.predicate == SKOS.prefLabel]
    mills = node("id:szohod-mills")
    fewer = [q for q in authority_quads() if q.subject != mills]
    labels = [q for q in layers(found, known=fewer).evidence if q.predicate == SKOS.prefLabel]
    assert [(q.subject, q.object) for q in labels] == [
        (mills, Literal("Szohod Mills", language="en"))
    ]
    none = [q for q in layers(found, known=()).evidence if q.predicate == SKOS.prefLabel]
    called = {q.subject: q.object.value for q in none}
    assert called[node("id:mission-borduria-2019")] == "mission to Borduria"  # its first mention
    assert len(none) == len(called) == 8


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_lines_changes_nothing(seed: int) -> None:
    lines = annotation(VISIT).splitlines(keepends=True)
    plain = read(VISIT, "".join(lines))
    random.Random(seed).shuffle(lines)
    shuffled = read(VISIT, "".join(lines))
    assert {k: {**c.to_json(), "line": 0} for k, c in claims(shuffled).items()} == {
        k: {**c.to_json(), "line": 0} for k, c in claims(plain).items()
    }
    assert layers(shuffled) == layers(plain)


# -- the gate ------------------------------------------------------------------------------------


def unclaimed(made: Layers, stated: Iterable[Claim]) -> set[Quad]:
    """Asserted statements that no claim of their source states as a fact, with words; and back."""
    said = {
        Quad(claim.triple.subject, claim.triple.predicate, claim.triple.object, claim.source)
        for claim in stated
        if claim.triple and claim.modality == "fact" and not claim.negated and claim.spans
    }
    return said ^ set(made.asserted)


def test_each_asserted_statement_has_a_claim_with_words_and_each_fact_is_asserted() -> None:
    found = read(VISIT, annotation(VISIT))
    made = layers(found)
    assert unclaimed(made, found.claims) == set()
    assert gate(made, [found], authority_quads(), schema(), prefixes()) == []


def test_a_statement_without_claim_is_caught_by_the_gate() -> None:
    found = read(VISIT, annotation(VISIT))
    made = layers(found)
    stray = Quad(node("id:ada-lee"), RDF.type, ECODIP.Agency, SOURCE)
    broken = Layers((*made.asserted, stray), made.evidence)
    findings = gate(broken, [found], authority_quads(), schema(), prefixes())
    assert [(f.code, f.file) for f in findings] == [("no-claim", "seeds/visit.ttl")]
    assert unclaimed(broken, found.claims) == {stray}


def test_a_plan_does_not_vouch_for_a_fact() -> None:
    found = read(VISIT, annotation(VISIT))
    plan = claims(found)["E1"].triple
    assert plan is not None
    stray = Quad(plan.subject, plan.predicate, plan.object, SOURCE)
    made = layers(found)
    broken = Layers((*made.asserted, stray), made.evidence)
    codes = [f.code for f in gate(broken, [found], authority_quads(), schema(), prefixes())]
    assert codes == ["no-claim"]


def test_the_real_project_asserts_what_is_claimed_and_nothing_else() -> None:
    reading = Project(ROOT).reading
    assert len(reading.layers.asserted) > 100
    assert unclaimed(reading.layers, reading.claims) == set()
    kinds = {claim.modality for claim in reading.claims if not claim.asserted}
    assert kinds, "nothing is left out, so this test shows nothing"


def test_the_real_spans_hold_the_words_of_the_texts(texts: Path) -> None:
    project = Project(ROOT, texts=texts)
    assert {found.source.text is not None for found in project.reading.statements} == {True}
    checked = 0
    for found in project.reading.statements:
        for claim in found.claims:
            for span in claim.spans:
                assert found.source.text is not None
                assert found.source.text[span.start : span.end] == span.words
                checked += 1
    assert checked > 500
