"""Results: rows in every format, exact for machines and readable for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.asker import Asker
from kg.formats import ROW_FORMATS
from kg.namespaces import DCTERMS, ECC, ECCS, OA, PROV, RDF, SKOS, XSD
from kg.results import Answer, Evidence, Row, columns
from kg.store import Store
from kg.terms import Term

AWEX = NamedNode("https://a.example/id/awex")
EVIDENCE = Evidence(
    claim="https://a.example/c",
    source="https://a.example/s",
    title="A title",
    issued="2017-06-09",
    spans=((3, 8, "words"), (12, 16, "more")),
    modality="plan",
    negated=True,
    speaker="Ada Lee",
)
ANSWER = Answer(
    ("agency", "since", "value", "note"),
    (
        Row(
            {
                "agency": AWEX,
                "since": Literal("2017-06-09", datatype=XSD.date),
                "value": Literal("2.50", datatype=XSD.decimal),
            },
            (EVIDENCE,),
        ),
        Row({"agency": AWEX, "note": Literal('a | b, "c"\nd', language="en")}),
    ),
    labels={AWEX: "Agency, Walloon"},
    prefixes={"id": "https://a.example/id/"},
)


@pytest.mark.parametrize("form", ROW_FORMATS)
@pytest.mark.parametrize("evidence", [False, True])
def test_every_format_ends_with_a_line_break_and_holds_the_label(form: str, evidence: bool) -> None:
    text = ANSWER.text(form, evidence=evidence)
    assert text.endswith("\n")
    assert "Agency, Walloon" in text
    assert ("words" in text) is evidence


def test_csv_holds_exact_terms_with_labels_beside_them() -> None:
    rows = list(csv.reader(io.StringIO(ANSWER.text("csv", evidence=True))))
    assert rows[0] == ["agency", "agency_label", "since", "value", "note", "evidence"]
    assert rows[1][:4] == ["id:awex", "Agency, Walloon", "2017-06-09", "2.50"]
    assert rows[2][4] == 'a | b, "c"\nd'
    assert "[3–8, 12–16]" in rows[1][5]


def test_json_holds_terms_as_json_ld_values_and_whole_evidence() -> None:
    first, second = json.loads(ANSWER.text("json", evidence=True))
    assert first["agency"] == AWEX.value
    assert first["agency_label"] == "Agency, Walloon"
    assert first["value"] == {"@value": "2.50", "@type": XSD.decimal.value}
    assert first["evidence"][0]["spans"] == [[3, 8, "words"], [12, 16, "more"]]
    assert second["since"] is None


def test_json_lines_are_one_object_each() -> None:
    lines = ANSWER.text("jsonl").splitlines()
    assert [json.loads(line)["agency"] for line in lines] == [AWEX.value] * 2


def test_markdown_escapes_its_own_syntax() -> None:
    assert "a \\| b" in ANSWER.text("markdown")
    assert ANSWER.text("markdown").count("\n") == 4


def test_a_table_shows_evidence_or_says_that_there_is_none() -> None:
    lines = ANSWER.text("table", evidence=True).splitlines()
    assert lines[3].strip() == (
        "«words … more» — A title, 2017-06-09 · [3–8, 12–16] · ¬ plan · Ada Lee"
    )
    assert "no claim" in lines[-1]


def test_an_answer_without_rows_still_has_its_head() -> None:
    empty = Answer(("a", "b"), ())
    assert empty.text("csv") == "a,b\n"
    assert empty.text("table").splitlines()[0] == "a  b"
    assert json.loads(empty.text("json")) == []


def test_rows_give_python_values_by_name() -> None:
    row = ANSWER[0]
    assert row.agency == AWEX.value
    assert row.since == date(2017, 6, 9)
    assert row.value == Decimal("2.50")
    assert row.note is None
    assert dict(row)["agency"] == AWEX


def test_data_frames_have_typed_columns() -> None:
    frame = ANSWER.to_dataframe()
    assert list(frame.columns) == ["agency", "since", "value", "note"]
    assert frame["value"][0] == Decimal("2.50")


def test_polars_stands_in_where_pandas_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    frame = ANSWER.to_dataframe()
    assert isinstance(frame, polars.DataFrame)
    assert frame.columns == ["agency", "since", "value", "note"]


def test_wide_tables_are_wrapped_to_the_terminal() -> None:
    rows = [["name", "n"], ["a rather long name of an agreement " * 3, "7"]]
    blocks = columns(rows, width=40)
    assert max(len(line) for block in blocks for line in block.split("\n")) <= 40
    assert len(blocks) == 3


# -- who says it -----------------------------------------------------------------------------------

_A = "https://a.example/id/"
ADA, BO, SOURCE = NamedNode(f"{_A}ada"), NamedNode(f"{_A}bo"), NamedNode("https://a.example/s")
NAMES = {ADA: "Ada Lee", BO: "Bo Berg"}
ASKED = "SELECT ?thing ?claim { ?claim rdf:subject ?thing } ORDER BY ?thing ?claim"
PREFIXES = {"id": _A}


def said(
    claims: Sequence[tuple[str, NamedNode | None]],
    *,
    creators: Sequence[NamedNode] = (),
    query: str = ASKED,
) -> Answer:
    """The answer of a graph whose statements come from one speaker or from the source itself."""
    told: list[tuple[NamedNode, NamedNode, Term]] = [
        (SOURCE, DCTERMS["title"], Literal("A title")),
        *((SOURCE, DCTERMS.creator, one) for one in creators),
        *((one, SKOS.prefLabel, Literal(name, language="en")) for one, name in NAMES.items()),
        (ECCS.fact, SKOS.prefLabel, Literal("fact", language="en")),
    ]
    for number, (thing, speaker) in enumerate(claims):
        claim, span, place = (NamedNode(f"https://a.example/{x}{number}") for x in "cpq")
        told += [
            (claim, RDF.subject, NamedNode(_A + thing)),
            (claim, ECC.isStatedIn, SOURCE),
            (claim, ECC.hasModality, ECCS.fact),
            (claim, ECC.isNegated, Literal(value=False)),
            (claim, PROV.wasDerivedFrom, span),
            (span, OA.hasSelector, place),
            (place, OA.start, Literal(number)),
            (place, OA.end, Literal(number + 5)),
            (place, OA.exact, Literal("words")),
        ]
        told += [(claim, ECC.isAttributedTo, speaker)] if speaker else []
    graph = NamedNode("https://a.example/graph")
    store = Store.of(Quad(*triple, graph) for triple in told)
    spaces = {"rdf": RDF.type.value.removesuffix("type"), "ecc": ECC.Claim.value[: -len("Claim")]}
    text = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in spaces.items()) + query
    return Asker(store, PREFIXES, {}).folded(store.select(text))


@pytest.mark.parametrize("evidence", [False, True])
@pytest.mark.parametrize("form", ROW_FORMATS)
def test_a_row_on_the_word_of_somebody_names_that_speaker_in_every_format(
    form: str, evidence: bool
) -> None:
    answer = said([("mill", None), ("mint", ADA)])
    text = answer.text(form, evidence=evidence)
    assert "accordingTo" in text
    assert "Ada Lee" in text
    assert "Ada Lee" not in said([("mill", None), ("mint", None)]).text(form, evidence=evidence)


def test_the_speaker_stands_behind_the_columns_of_the_question() -> None:
    answer = said([("mill", None), ("mint", ADA)])
    assert answer.text("table").splitlines() == [
        "thing    accordingTo",
        "───────  ───────────",
        "id:mill",
        "id:mint  Ada Lee",
    ]
    assert answer.text("csv").splitlines() == [
        "thing,accordingTo,accordingTo_label",
        "id:mill,,",
        "id:mint,id:ada,Ada Lee",
    ]
    assert answer.text("markdown").splitlines()[2:] == ["| id:mill |  |", "| id:mint | Ada Lee |"]
    lines = [json.loads(line) for line in answer.text("jsonl").splitlines()]
    assert lines == json.loads(answer.text("json"))
    assert [(one["accordingTo"], one["accordingTo_label"]) for one in lines] == [
        (None, None),
        (ADA.value, "Ada Lee"),
    ]


def test_two_speakers_of_a_row_have_a_column_each() -> None:
    answer = said([("mill", ADA), ("mint", BO), ("mint", ADA), ("mint", BO)])
    assert answer.variables == ("thing", "accordingTo", "accordingTo2")
    assert [(row.thing, row.accordingTo, row.accordingTo2) for row in answer] == [
        (f"{_A}mill", ADA.value, None),
        (f"{_A}mint", BO.value, ADA.value),
    ]
    assert answer.text("csv").splitlines()[2] == "id:mint,id:bo,Bo Berg,id:ada,Ada Lee"
    assert answer.text("markdown").splitlines()[3] == "| id:mint | Bo Berg | Ada Lee |"
    record = json.loads(answer.text("jsonl").splitlines()[1])
    assert (record["accordingTo_label"], record["accordingTo2_label"]) == ("Bo Berg", "Ada Lee")


@pytest.mark.parametrize(
    ("claims", "creators", "named"),
    [
        ([("mill", None), ("mill", ADA)], [], False),  # the source says it as well
        ([("mill", ADA)], [ADA], False),  # its sole author says it
        ([("mill", BO), ("mill", ADA)], [ADA], False),
        ([("mill", BO)], [ADA], True),
        ([("mill", ADA)], [ADA, BO], True),  # one of several authors
        ([("mill", ADA)], [], True),
    ],
)
def test_what_a_source_says_in_its_own_voice_names_nobody(
    claims: Sequence[tuple[str, NamedNode | None]], creators: Sequence[NamedNode], named: bool
) -> None:
    answer = said(claims, creators=creators)
    assert ("accordingTo" in answer.variables) is named
    assert [bool(row.reporters) for row in answer] == [named]
    assert ("accordingTo" in answer.text("csv", evidence=True)) is named


def test_a_question_with_a_column_of_speakers_gets_no_other() -> None:
    query = (
        "SELECT ?thing ?speaker ?claim { ?claim rdf:subject ?thing ; ecc:isAttributedTo ?speaker }"
    )
    answer = said([("mill", ADA)], query=query)
    assert answer.variables == ("thing", "speaker")
    assert answer[0].speaker == ADA.value
    assert said([("mill", ADA)]).variables == ("thing", "accordingTo")


def test_rows_without_claims_name_no_speaker() -> None:
    answer = said([("mill", ADA)], query="SELECT ?thing { ?c rdf:subject ?thing }")
    assert answer.variables == ("thing",)
    assert "no claim" in answer.text("table", evidence=True)
    beside = "SELECT ?thing ?claim { ?c rdf:subject ?thing OPTIONAL { ?c a ?claim } }"
    assert said([("mill", ADA)], query=beside).variables == ("thing",)


def test_evidence_names_a_speaker_who_is_not_the_source() -> None:
    assert str(EVIDENCE).endswith("Ada Lee")
    assert "Ada Lee" not in str(replace(EVIDENCE, own_voice=True))
    one = replace(EVIDENCE, speaker_id=ADA.value)
    assert one.reporter == ADA.value
    assert replace(one, own_voice=True).reporter is None
    record = json.loads(said([("mill", ADA)]).text("json", evidence=True))[0]["evidence"][0]
    assert (record["speaker"], record["own_voice"]) == ("Ada Lee", False)
