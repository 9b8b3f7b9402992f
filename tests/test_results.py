"""Results: rows in every format, exact for machines and readable for people."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode

from kg.formats import ROW_FORMATS
from kg.namespaces import XSD
from kg.results import Answer, Evidence, Row, columns

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
