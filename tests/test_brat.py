"""The annotation reader: what each rule accepts, what it rejects, and where it points."""

from __future__ import annotations

import dataclasses
import string
import time
import tomllib
from pathlib import Path

import pytest

from kg.brat import MOST_FINDINGS, Document, Names, read, write
from kg.brat.lines import Equivalence, Event, Line, Mention, Note, Reference, Relation
from kg.errors import InputError

CATALOGUE = tomllib.loads(
    Path(__file__).parents[1].joinpath("kg/messages/brat.toml").read_text(encoding="utf-8")
)
ELSEWHERE = {"not-utf8", "empty-file"}
"""Codes of any file, whose texts stand in another catalogue."""

NAMES = Names(
    mentions=frozenset({"Person", "Company", "Figure", "Date", "Number", "Text"}),
    relations=frozenset({"hasMember", "owns"}),
    attributes={
        "Modality": frozenset({"plan", "question"}),
        "hasQualifier": frozenset({"moreThan", "about"}),
        "isUnnamed": None,
    },
)
BASE = """\
T1\tPerson 0 3\tAda
T2\tCompany 8 13\tAcmé.
T3\tDate 20 24\t1843
T4\towns 4 7;14 17\thas now
T5\tRemark 30 33\tsad
"""
E1 = "E1\towns:T4 Subject:T1 Object:T2\n"
E2 = "E2\tRemark:T5 About:T2\n"
PASSAGE = "T6\tPassage 0 3;8 13\tAda Acmé.\nE3\tPassage:T6 Speaker:T1\n"
"""Lines 1 to 5, 6, 7, and 8 and 9 of most cases."""

GOOD = {
    "mentions": BASE + E1 + E2,
    "fragments that touch": "T1\tPerson 0 1;1 2\tA b\n",
    "words with odd separators": "T1\tPerson 0 7\ta\u0085\u2028\fe\u0301😀\n",
    "words that start and end with spaces": "T1\tPerson 0 3\t a \n",
    "reference": BASE + E1 + E2 + "N1\tReference T1 id:ada\tAda L.\n",
    "reference by IRI": BASE + E1 + E2 + "N1\tReference T1 https://x.test/a?b=c#d\tAda\n",
    "reference to a date": BASE + E1 + E2 + "N1\tReference T3 edtf:1843-01-01/1843-12\t1843\n",
    "run of tabs before the label": BASE + E1 + E2 + "N1\tReference T1 id:ada\t\t\tAda\n",
    "relation": BASE + E1 + E2 + "R1\thasMember Arg1:T2 Arg2:T1\n",
    "relation between claims": BASE + E1 + E2 + "R1\thasMember Arg1:E1 Arg2:E2\n",
    "role suffixes": BASE + E2 + "E1\towns:T4 Subject1:T1 Object:T2 Object22:T1\n",
    "speaker and time": BASE + E2 + "E1\towns:T4 Subject:T1 Object:T2 Speaker:T1 Valid:T3\n",
    "events in events": BASE + E1 + "E2\tRemark:T5 About:E1 About:T2 Speaker:T2\n",
    "events before what they name": E1 + E2 + BASE,
    "passage": BASE + E1 + E2 + PASSAGE,
    "passage with all roles": BASE + E1 + E2 + PASSAGE + "T7\tPassage 20 24\t1843\n"
    "E4\tPassage:T7 Speaker:T2 Addressee:T1 Answers:E3\nA1\tModality E4 question\n",
    "modality": BASE + E1 + E2 + "A1\tModality E1 plan\nA2\tModality E2 question\n",
    "denial": BASE + E1 + E2 + "A1\tNegated E1\nA2\tModality E1 plan\n",
    "older letter of attributes": BASE + E1 + E2 + "M1\tNegated E1\n",
    "attributes with values": BASE + E1 + E2
    + "A1\thasQualifier T3 about\nA2\thasQualifier T3 moreThan\nA3\tisUnnamed T2\n",
    "equivalences": BASE + E1 + E2 + "*\tSame T1 T2\n*\tSame T2 T3 T1\n",
    "notes": BASE + E1 + E2 + "#1\tAnnotatorNotes E1\ten: a\tb \t\n#2\tAnnotatorNotes T1\t\tx\n",
    "same number under other letters": BASE + E1 + E2 + "R1\towns Arg1:T1 Arg2:T2\n",
    "id of ten digits": "T1234567890\tPerson 0 3\tAda\n",
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_accepts_and_writes_the_same_bytes(text: str) -> None:
    data = text.encode()
    document, findings = read(data, file="a.ann", names=NAMES, length=100)
    assert findings == []
    assert write(document) == data
    assert len(document.lines) == text.count("\n")


# (code, line, column, file): the file's only problem is that one.
BAD: list[tuple[str, int, int, str | bytes]] = [
    ("byte-order-mark", 1, 1, "\ufeff" + BASE + E1 + E2),
    ("carriage-return", 1, 18, BASE.replace("\n", "\r\n") + E1 + E2),
    ("carriage-return", 6, 23, BASE + "#1\tAnnotatorNotes T1\tx\ry\n" + E1 + E2),
    ("control-character", 1, 18, "T1\tPerson 0 3\tAdé\x00\n"),
    ("control-character", 1, 16, "T1\tPerson 0 3\tA\x1ba\n"),
    ("no-final-newline", 1, 18, "T1\tPerson 0 3\tAda"),
    ("blank-line", 2, 1, "T1\tPerson 0 3\tAda\n\n"),
    ("blank-line", 1, 1, " \t\nT1\tPerson 0 3\tAda\n"),
    ("too-many-findings", 0, 0, "\n" * (MOST_FINDINGS + 1)),
    ("not-utf8", 1, 17, b"T1\tPerson 0 3\t\xc3\xa9d\xff\n"),
    ("not-utf8", 1, 15, b"T1\tPerson 0 3\t\xed\xa0\x80\n"),
    ("empty-file", 0, 0, ""),
    ("unknown-line", 1, 1, "X1\tPerson 0 3\tAda\n"),
    ("unknown-line", 1, 1, " T1\tPerson 0 3\tAda\n"),
    ("bad-id", 1, 1, "T0\tPerson 0 3\tAda\n"),
    ("bad-id", 1, 1, "T01\tPerson 0 3\tAda\n"),
    ("bad-id", 1, 1, "T\tPerson 0 3\tAda\n"),
    ("bad-id", 1, 1, "T٣\tPerson 0 3\tAda\n"),
    ("bad-id", 1, 1, "T" + "9" * 100_000 + "\tPerson 0 3\tAda\n"),
    ("wrong-prefix", 1, 1, "R1\tPerson 0 3\tAda\n"),
    ("wrong-prefix", 1, 1, "T9\tReference T1 id:ada\tAda\n" + BASE + E1 + E2),
    ("wrong-prefix", 1, 1, "T9\towns:T4 Subject:T1 Object:T2\n" + BASE + E1 + E2),
    ("expected-tab", 1, 3, "T1 Person 0 3\tAda\n"),
    ("expected-tab", 8, 21, BASE + E1 + E2 + "#1\tAnnotatorNotes E1 x\n"),
    ("expected-space", 1, 10, "T1\tPerson\t0 3\tAda\n"),
    ("expected-word", 1, 4, "N1\tReferences T1 id:ada\tAda\nT1\tPerson 0 3\tAda\n"),
    ("expected-word", 1, 4, "#1\tNote T1\tx\nT1\tPerson 0 3\tAda\n"),
    ("expected-word", 1, 3, "*\tEquiv T1 T2\n" + BASE + E1 + E2),
    ("bad-name", 1, 4, "T1\tecodip:Person 0 3\tAda\n"),
    ("bad-name", 1, 4, "T1\tPersonné 0 3\tAda\n"),
    ("bad-name", 7, 4, BASE + E2 + "E1\t:T4 Subject:T1 Object:T2\n"),
    ("bad-span", 1, 11, "T1\tPerson 0\tAda\n"),
    ("bad-span", 1, 11, "T1\tPerson -1 2\tAda\n"),
    ("bad-span", 1, 11, "T1\tPerson 0 03\tAda\n"),
    ("bad-span", 1, 11, "T1\tPerson ٠ ٣\tAda\n"),
    ("bad-span", 1, 14, "T1\tPerson 0 3;\tAda\n"),
    ("bad-span", 1, 14, "T1\tPerson 0 1; 2 3\tA a\n"),
    ("number-too-long", 1, 11, "T1\tPerson 0 12345678901\tAda\n"),
    ("number-too-long", 1, 14, "T1\tPerson 0 3;" + "9" * 1_000_000 + " 1\tAda\n"),
    ("mention-without-words", 1, 14, "T1\tPerson 0 3\n"),
    ("mention-without-words", 1, 15, "T1\tPerson 0 3\t\n"),
    ("bad-target", 1, 14, "N1\tReference t1 id:ada\tAda\n"),
    ("bad-target", 8, 22, BASE + E1 + E2 + "R1\towns Arg1:T1 Arg2:T02\n"),
    ("bad-target", 8, 13, BASE + E1 + E2 + "*\tSame T1 T2 x\n"),
    ("bad-resource", 6, 17, BASE + "N1\tReference T1 ada\tAda\n" + E1 + E2),
    ("bad-resource", 6, 17, BASE + "N1\tReference T1 <https://x.test/a>\tAda\n" + E1 + E2),
    ("bad-resource", 6, 17, BASE + "N1\tReference T1 id:a\u00a0b\tAda\n" + E1 + E2),
    ("no-label", 6, 23, BASE + "N1\tReference T1 id:ada\n" + E1 + E2),
    ("no-label", 6, 25, BASE + "N1\tReference T1 id:ada\t\t\n" + E1 + E2),
    ("relation-arguments", 8, 16, BASE + E1 + E2 + "R1\towns Arg1:T1\n"),
    ("relation-arguments", 8, 24, BASE + E1 + E2 + "R1\towns Arg1:T1 Arg2:T2 Arg3:T3\n"),
    ("relation-arguments", 8, 9, BASE + E1 + E2 + "R1\towns Arg2:T1 Arg1:T2\n"),
    ("relation-arguments", 8, 9, BASE + E1 + E2 + "R1\towns T1 T2\n"),
    ("no-trigger", 8, 8, BASE + E1 + E2 + "E3\towns Subject:T1 Object:T2\n"),
    ("bad-target", 8, 9, BASE + E1 + E2 + "E3\towns: Subject:T1 Object:T2\n"),
    ("bad-role", 8, 22, BASE + E1 + E2 + "E3\towns:T4 Subject:T1  Object:T2\n"),
    ("bad-role", 8, 22, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 T2\n"),
    ("bad-role", 8, 32, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 Object:T2 \n"),
    ("no-note-text", 1, 22, "#1\tAnnotatorNotes T1\t\nT1\tPerson 0 3\tAda\n"),
    ("star-with-id", 8, 1, BASE + E1 + E2 + "*1\tSame T1 T2\n"),
    ("same-targets", 8, 7, BASE + E1 + E2 + "*\tSame T1\n"),
    ("trailing-text", 1, 18, "T1\tPerson 0 3\tAda\tx\n"),
    ("trailing-text", 8, 14, BASE + E1 + E2 + "A1\tNegated E1 \n"),
    ("trailing-text", 8, 20, BASE + E1 + E2 + "A1\tModality E1 plan  \n"),
    ("id-repeated", 2, 1, "T1\tPerson 0 3\tAda\nT1\tPerson 4 7\tLee\n"),
    ("dangling-id", 1, 14, "N1\tReference T1 id:ada\tAda\n"),
    ("dangling-id", 8, 22, BASE + E1 + E2 + "R1\towns Arg1:T1 Arg2:T9\n"),
    ("dangling-id", 8, 9, BASE + E1 + E2 + "E3\towns:T9 Subject:T1 Object:T2\n"),
    ("dangling-id", 8, 30, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 Object:E9\n"),
    ("dangling-id", 8, 12, BASE + E1 + E2 + "A1\tNegated E9\n"),
    ("dangling-id", 8, 11, BASE + E1 + E2 + "*\tSame T1 T9\n"),
    ("dangling-id", 1, 19, "#1\tAnnotatorNotes R1\tx\n" + BASE + E1 + E2),
    ("wrong-target", 8, 14, BASE + E1 + E2 + "N1\tReference E1 id:ada\tAda\n"),
    ("wrong-target", 9, 14, BASE + E1 + E2 + "A1\tNegated E1\nR1\towns Arg1:A1 Arg2:T1\n"),
    ("wrong-target", 8, 9, BASE + E1 + E2 + "E3\towns:E1 Subject:T1 Object:T2\n"),
    ("wrong-target", 7, 41, BASE + E2 + "E1\towns:T4 Subject:T1 Object:T2 Speaker:E2\n"),
    ("wrong-target", 8, 12, BASE + E1 + E2 + "A1\tNegated T1\n"),
    ("wrong-target", 8, 17, BASE + E1 + E2 + "A1\thasQualifier E1 about\n"),
    ("wrong-target", 8, 11, BASE + E1 + E2 + "*\tSame T1 E1\n"),
    ("span-empty", 1, 11, "T1\tPerson 3 3;5 8\t Ada\n"),
    ("span-order", 1, 15, "T1\tPerson 5 8;0 1\tAda L\n"),
    ("span-order", 1, 15, "T1\tPerson 5 8;7 8\tAda a\n"),
    ("span-outside-text", 1, 11, "T1\tPerson 99 102\tAda\n"),
    ("span-outside-text", 1, 18, "T1\tPerson 99 100;101 102\tA a\n"),
    ("words-length", 1, 15, "T1\tPerson 0 4\tAda\n"),
    ("words-length", 1, 15, "T1\tPerson 0 2\t😀\n"),
    ("words-length", 1, 19, "T1\tPerson 0 1;4 6\tAda\n"),
    ("words-join", 1, 20, "T1\tPerson 0 1;4 6\tAxda\n"),
    ("trigger-without-event", 1, 4, "T1\tRemark 0 3\tsad\n"),
    ("trigger-without-event", 1, 4, "T1\towns 0 3\thas\n"),
    ("trigger-type", 8, 14, BASE + E1 + E2 + "E3\thasMember:T4 Subject:T1 Object:T2\n"),
    ("unknown-role", 8, 34, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 Object2:T2 Agent:T1\n"),
    ("role-misplaced", 8, 33, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 Object:T2 About:T1\n"),
    ("role-misplaced", 8, 23, BASE + E1 + E2 + "E3\tRemark:T5 About:T1 Subject:T2\n"),
    ("role-missing", 8, 4, BASE + E1 + E2 + "E3\towns:T4 Subject:T1\n"),
    ("role-missing", 8, 4, BASE + E1 + E2 + "E3\tRemark:T5 Speaker:T1\n"),
    ("role-misplaced", 9, 26, BASE + E1 + E2 + PASSAGE.replace(":T1\n", ":T1 About:T2\n")),
    ("passage-negated", 10, 12, BASE + E1 + E2 + PASSAGE + "A1\tNegated E3\n"),
    ("trigger-without-event", 8, 4, BASE + E1 + E2 + "T6\tPassage 0 9\tAda has A\n"),
    ("valid-not-date", 8, 39, BASE + E1 + E2 + "E3\towns:T4 Subject:T1 Object:T2 Valid:T1\n"),
    ("event-cycle", 6, 30, BASE + "E1\towns:T4 Subject:T1 Object:E1\n" + E2),
    ("event-cycle", 7, 20, BASE + "E1\towns:T4 Subject:T1 Object:E2\nE2\tRemark:T5 About:E1\n"),
    ("value-missing", 8, 13, BASE + E1 + E2 + "A1\tModality E1\n"),
    ("value-missing", 8, 17, BASE + E1 + E2 + "A1\thasQualifier T3\n"),
    ("value-unwanted", 8, 15, BASE + E1 + E2 + "A1\tNegated E1 plan\n"),
    ("value-unwanted", 8, 17, BASE + E1 + E2 + "A1\tisUnnamed T2 yes\n"),
    (
        "attribute-repeated",
        9,
        4,
        BASE + E1 + E2 + "A1\tModality E1 plan\nA2\tModality E1 question\n",
    ),
    ("attribute-repeated", 9, 4, BASE + E1 + E2 + "A1\tisUnnamed T2\nA2\tisUnnamed T2\n"),
    ("unknown-mention-type", 1, 4, "T1\tperson 0 3\tAda\n"),
    ("unknown-relation", 8, 4, BASE + E1 + E2 + "R1\thasMembers Arg1:T1 Arg2:T2\n"),
    ("unknown-relation", 8, 4, BASE + E1 + E2 + "R1\tRemark Arg1:T1 Arg2:T2\n"),
    ("unknown-attribute", 8, 4, BASE + E1 + E2 + "A1\tmodality T1 plan\n"),
    ("unknown-attribute-value", 8, 16, BASE + E1 + E2 + "A1\tModality E1 a plan\n"),
]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@pytest.mark.parametrize(
    ("code", "line", "column", "text"), BAD, ids=[f"{n}-{case[0]}" for n, case in enumerate(BAD)]
)
def test_rejects_at_the_offending_place(
    code: str, line: int, column: int, text: str | bytes
) -> None:
    _, findings = read(_bytes(text), file="a.ann", names=NAMES, length=101)
    found = {(finding.code, finding.line, finding.column) for finding in findings}
    if code == "too-many-findings":
        assert len(findings) == MOST_FINDINGS + 1
        found -= {("blank-line", number, 1) for number in range(1, MOST_FINDINGS + 1)}
    assert found == {(code, line, column)}


def test_every_code_of_the_catalogue_is_raised_by_a_case() -> None:
    assert {case[0] for case in BAD} == set(CATALOGUE) | ELSEWHERE


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_have_the_same_placeholders(code: str) -> None:
    assert set(CATALOGUE[code]) == {"en", "fr"}
    fields = [
        {f for _, f, _, _ in string.Formatter().parse(t) if f} for t in CATALOGUE[code].values()
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize(("code", "text"), [(case[0], case[3]) for case in BAD])
def test_every_message_prints_on_one_short_line_in_both_languages(
    code: str, text: str | bytes
) -> None:
    finding = next(
        f for f in read(_bytes(text), file="a.ann", names=NAMES, length=101)[1] if f.code == code
    )
    for language in ("en", "fr"):
        assert finding.text(language).isprintable()
        assert len(finding.text(language)) < 400


@pytest.mark.parametrize(
    ("written", "nearest"), [("person", "Person"), ("Compagny", "Company"), ("Owns", "owns")]
)
def test_an_unknown_name_comes_with_the_nearest_known_one(written: str, nearest: str) -> None:
    data = f"T1\t{written} 0 3\tAda\n".encode()
    assert [dict(f.params)["nearest"] for f in read(data, file="a", names=NAMES)[1]] == [nearest]


def test_an_unknown_name_is_reported_even_when_nothing_is_known() -> None:
    nothing = Names(frozenset(), frozenset(), {"hasQualifier": frozenset()})
    data = BASE + "R1\towns Arg1:T1 Arg2:T2\nA1\thasQualifier T3 about\n"
    codes = {finding.code for finding in read(data.encode(), file="a", names=nothing)[1]}
    assert {"unknown-relation", "unknown-attribute-value", "unknown-mention-type"} <= codes


def test_without_names_any_name_is_accepted_and_the_grammar_still_holds() -> None:
    data = b"T1\tAnything 0 3\tAda\nA1\tanyThing T1\nA2\tanyThing T1 a value\nA3\tModality T1\n"
    codes = [finding.code for finding in read(data, file="a")[1]]
    assert codes == ["value-missing", "wrong-target"]


def test_all_problems_are_reported_in_one_pass_in_order_of_place() -> None:
    data = b"\nT1\tPerson 3 3\tAda\nQ\nR1\towns Arg1:T8 Arg2:A7\n\xff\nT1\tPerson 0 3\tAda"
    findings = read(data, file="a.ann")[1]
    assert [(f.line, f.column, f.code) for f in findings] == [
        (1, 1, "blank-line"),
        (2, 11, "span-empty"),
        (2, 15, "words-length"),
        (3, 1, "unknown-line"),
        (4, 14, "dangling-id"),
        (4, 22, "wrong-target"),
        (5, 1, "not-utf8"),
        (6, 1, "id-repeated"),
        (6, 18, "no-final-newline"),
    ]


def test_a_line_that_cannot_be_read_does_not_make_its_id_dangle() -> None:
    data = b"T1\tPerson x\tAda\nT2\tPerson 0 3\t\x01da\nR1\towns Arg1:T1 Arg2:T2\n"
    codes = [finding.code for finding in read(data, file="a.ann")[1]]
    assert codes == ["bad-span", "control-character"]


def test_several_cycles_are_all_reported_and_a_diamond_is_none() -> None:
    roles = [
        "Subject:E1 Object:E1",
        "Subject:E3 Object:T1",
        "Subject:E2 Object:E4",
        "Subject:T1 Object:T1",
    ]
    data = "T1\towns 0 3\thas\n" + "".join(f"E{n}\towns:T1 {r}\n" for n, r in enumerate(roles, 1))
    found = [(f.code, f.line) for f in read(data.encode(), file="a.ann")[1]]
    assert found == [("event-cycle", 2), ("event-cycle", 2), ("event-cycle", 4)]
    diamond = BASE + E1 + "E2\tRemark:T5 About:E1 About2:E1\nE3\tRemark:T5 About:E1 About:E2\n"
    assert read(diamond.encode(), file="a.ann")[1] == []


def test_control_characters_do_not_reach_the_message() -> None:
    finding = read(b"T1\tPer\xe2\x80\xaeson 0 3\tAda\n", file="a.ann")[1][0]
    assert dict(finding.params)["found"] == "PerU+202Eson"


def test_columns_count_code_points_of_every_part() -> None:
    text = BASE + E1 + "N1\tReference T1 id:a\t\tAda\n*\tSame T1 T2\nA1\tModality E1 plan\n"
    document, _ = read(text.encode(), file="a.ann")
    lines = text.split("\n")
    for line in document.lines:
        raw = lines[line.line - 1]
        assert str(line) == raw
        for field in dataclasses.fields(line):
            value = getattr(line, field.name)
            if field.name not in ("line", "fragments", "roles", "targets", "gap"):
                assert raw[line.column(field.name) - 1 :].startswith(value), field.name
    event, mention = document.events["E1"], document.mentions["T4"]
    assert [str(event)[event.column("roles", n) - 1 :][:4] for n in (0, 1)] == ["Subj", "Obje"]
    assert [str(mention)[mention.column("fragments", n) - 1 :][:4] for n in (0, 1)] == [
        "4 7;",
        "14 1",
    ]


def test_views_hold_lines_by_id_and_target() -> None:
    text = BASE + E1 + E2 + "N1\tReference T1 id:a\tA\nR1\towns Arg1:T1 Arg2:T2\n*\tSame T2 T1\n"
    text += "A1\tNegated E1\nA2\tModality E1 plan\n#1\tAnnotatorNotes E2\ten: x\n"
    document, findings = read(text.encode(), file="a.ann", names=NAMES)
    assert findings == []
    views = (document.mentions, document.references, document.relations, document.events)
    assert [list(view) for view in views] == [
        ["T1", "T2", "T3", "T4", "T5"], ["N1"], ["R1"], ["E1", "E2"],
    ]  # fmt: skip
    assert (list(document.attributes), list(document.notes)) == (["A1", "A2"], ["#1"])
    assert [line.targets for line in document.equivalences] == [("T2", "T1")]
    assert [line.id for line in document.attributes_of("E1")] == ["A1", "A2"]
    assert [line.text for line in document.notes_of("E2")] == ["en: x"]
    assert document.notes_of("E1") == () == document.references_of("T3")
    assert [line.id for line in document.references_of("T2")] == ["N1"]
    assert document.mentions["T4"].fragments == ((4, 7), (14, 17))
    assert document.events["E1"].filling("Subject") == ("T1",)


def test_same_joins_groups_that_share_a_mention() -> None:
    pairs = (("T9", "T10"), ("T3", "T4"), ("T10", "T4"), ("T20", "T21"))
    document = Document(tuple(Equivalence(n, "Same", pair) for n, pair in enumerate(pairs, 1)))
    assert {document.same(mention) for mention in ("T3", "T4", "T9", "T10")} == {"T3"}
    assert (document.same("T21"), document.same("T5")) == ("T20", "T5")


def test_documents_cannot_be_changed() -> None:
    document = read(BASE.encode(), file="a.ann")[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.lines = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        document.mentions["T1"] = document.mentions["T2"]  # type: ignore[index]


@pytest.mark.parametrize(
    "line",
    [
        Mention(1, "T1", "Person", ((0, 3),), "A\na"),
        Mention(1, "T1", "Person", ((0, 3),), "A\ra"),
        Mention(1, "T1", "Person", ((0, 3),), "A\ud800a"),
        Mention(1, "T1", "Person", ((0, 3),), "A\0a"),
        Mention(1, "T1", "Person", (), "Ada"),
        Mention(1, "X1", "Person", ((0, 3),), "Ada"),
        Reference(1, "N1", "Reference", "T1", "id:a b", "Ada"),
        Relation(1, "R1", "owns", "T1", ""),
        Event(1, "E1", "owns", "T1", (("a b", "T1"),)),
        Equivalence(1, "Same", ("T1",)),
        Note(1, "#1", "AnnotatorNotes", "E1", ""),
    ],
    ids=str,
)
def test_write_refuses_what_would_not_be_read_back(line: Line) -> None:
    with pytest.raises(InputError, match=r"^line 1 "):
        write(Document((line,)))


def _deep(count: int) -> str:
    events = (f"E{n}\tRemark:T1 About:E{n + 1}\n" for n in range(1, count))
    return "T1\tRemark 0 3\tsad\n" + "".join(events) + f"E{count}\tRemark:T1 About:T1\n"


_MANY = 30_000
_NUMBERS = range(1, _MANY + 1)
_FRAGMENTS = ";".join(f"{n} {n + 1}" for n in range(0, 2 * _MANY, 2))
HEAVY = {
    "mentions": "".join(f"T{n}\tPerson {n} {n + 3}\tAda\n" for n in _NUMBERS),
    "mentions with one id": "T1\tPerson 0 3\tAda\n" * _MANY,
    "fragments": f"T1\tPerson {_FRAGMENTS}\t{' '.join('a' * _MANY)}\n",
    "empty fragments": f"T1\tPerson {';'.join(['5 5'] * _MANY)}\tAda\n",
    "fragments and then a slip": f"T1\tPerson {_FRAGMENTS};x\tAda\n",
    "fragments with bad joins": f"T1\tPerson {_FRAGMENTS}\t{'x' * (2 * _MANY - 1)}\n",
    "chain of Same": "".join(f"*\tSame T{n} T{n + 1}\n" for n in reversed(_NUMBERS)),
    "targets of Same": f"*\tSame {' '.join(f'T{n}' for n in _NUMBERS)}\n",
    "deep events": _deep(_MANY),
    "roles": f"T1\tRemark 0 3\tsad\nE1\tRemark:T1{' About:E9' * _MANY}\n",
    "cycles in every other role": "T1\tRemark 0 3\tsad\nE1\tRemark:T1"
    + "".join(f" About:E{n + 1} About:E1" for n in _NUMBERS)
    + "\n"
    + "".join(f"E{n + 1}\tRemark:T1 About:E1\n" for n in _NUMBERS),
    "words of 1 MB": f"T1\tPerson 0 1000000\t{'é' * 1_000_000}\n",
    "spaces of 1 MB": f"A1\tModality E1 x{' ' * 1_000_000}\n",
    "tabs of 1 MB": "N1\tReference T1 id:a" + "\t" * 1_000_000 + "\n",
    "name of 1 MB": f"T1\t{'a' * 1_000_000} 0 3\tAda\n",
    "different unknown names": "".join(f"T{n}\tPe{n} 0 3\tAda\n" for n in _NUMBERS),
    "control characters": "\x01" * 1_000_000,
    "carriage returns": "\r" * 1_000_000,
    "short bad lines": "T\n" * 500_000,
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_time_grows_with_size_only(text: str) -> None:
    data = text.encode()
    start = time.process_time()
    document, findings = read(data, file="a.ann", names=NAMES, length=10**9)
    leaders = {document.same(f"T{number}") for number in _NUMBERS}
    if not findings:
        assert write(document) == data
    assert time.process_time() - start < 10
    assert len(findings) <= MOST_FINDINGS + 1
    assert len(leaders) in (1, _MANY)


def test_a_deep_chain_of_events_is_read_and_its_cycle_found() -> None:
    assert read(_deep(20_000).encode(), file="a.ann")[1] == []
    closed = _deep(20_000).replace("About:T1\n", "About:E1\n").encode()
    assert [(f.code, f.line) for f in read(closed, file="a.ann")[1]] == [("event-cycle", 20_001)]
