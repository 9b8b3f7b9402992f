"""Properties of the annotation reader over generated, damaged and random files."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kg.brat import Document, Names, read, write
from kg.brat.lines import Attribute, Equivalence, Event, Line, Mention, Note, Reference, Relation

NAMES = Names(
    mentions=frozenset({"Person", "Company", "Date"}),
    relations=frozenset({"owns", "hasMember"}),
    attributes={"Modality": frozenset({"plan", "some day"}), "hasQualifier": frozenset({"about"})},
)
PIECES = "T1 T2 E1 E2 R1 A1 N1 #1 * M1 T0 E Person owns:T2 Subject:T1 Object:E1 0 3 3;5 9 Same id:a"
SCRAPS = [
    *(piece.encode() for piece in PIECES.split(" ")),
    *b"\t \n \r \0 ; : \xff \xe9".split(b" "),
]
WORDS = st.text(
    st.one_of(
        st.sampled_from("a é\u0301\u0308😀𝔸\u2028\u0085\f\u200d\ufeff:; 漢"),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    ),
    min_size=1,
    max_size=12,
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Valid documents with lines of every kind, in any order."""
    parts: list[Line] = []
    mentions = draw(st.integers(3, 6))
    for number in range(1, mentions + 1):
        pieces = draw(st.lists(WORDS, min_size=1, max_size=3))
        start, fragments = draw(st.integers(0, 50)), []
        for piece in pieces:
            fragments.append((start, start + len(piece)))
            start += len(piece) + draw(st.integers(0, 5))
        kind = "Date" if number == 1 else draw(st.sampled_from(["Person", "Company"]))
        parts.append(Mention(0, f"T{number}", kind, tuple(fragments), " ".join(pieces)))
    mention = st.integers(1, mentions).map("T{}".format)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        claims = [f"E{earlier}" for earlier in range(1, number)]
        argument = st.one_of(mention, st.sampled_from(claims or ["T2"]))
        kind = draw(st.sampled_from(["owns", "Remark"]))
        parts.append(Mention(0, f"T{100 + number}", kind, ((9, 12),), "has"))
        needed = ["About"] if kind == "Remark" else ["Subject", "Object"]
        roles = [(name, draw(argument)) for name in needed]
        roles += [(f"{needed[-1]}{draw(st.integers(0, 12))}", draw(argument))]
        roles += draw(st.sampled_from([[], [("Speaker", "T2")], [("Valid", "T1")]]))
        roles = draw(st.permutations(roles))
        parts.append(Event(0, f"E{number}", kind, f"T{100 + number}", tuple(roles)))
        value = draw(st.sampled_from(["plan", "some day"]))
        parts.append(Attribute(0, f"A{number}", "Modality", f"E{number}", value))
        parts.append(Attribute(0, f"M{number}", "Negated", f"E{number}"))
        text = draw(WORDS) + draw(st.sampled_from(["", "\t", "\t\tx ", " "]))
        parts.append(Note(0, f"#{number}", "AnnotatorNotes", f"E{number}", text))
        parts.append(Relation(0, f"R{number}", "hasMember", draw(mention), f"E{number}"))
    label = draw(WORDS)
    gap = "\t" * draw(st.integers(1, 4))
    parts.append(Reference(0, "N1", "Reference", draw(mention), "id:ada-lee", label, gap))
    parts.append(Attribute(0, "A99", "hasQualifier", draw(mention), "about"))
    parts.append(Equivalence(0, "Same", tuple(draw(st.lists(mention, min_size=2, max_size=4)))))
    return Document(tuple(draw(st.permutations(parts))))


@given(documents())
def test_a_valid_document_is_written_and_read_without_loss(document: Document) -> None:
    data = write(document)
    again, findings = read(data, file="a.ann", names=NAMES)
    assert findings == []
    assert [str(line) for line in again.lines] == [str(line) for line in document.lines]
    assert [line.line for line in again.lines] == list(range(1, len(document.lines) + 1))
    assert write(again) == data
    assert [type(line) for line in again.lines] == [type(line) for line in document.lines]


def check_sound(data: bytes) -> None:
    document, findings = read(data, file="a.ann", names=NAMES, length=60)
    lines = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
    for finding in findings:
        assert finding.text("en").isprintable()
        assert finding.text("fr").isprintable()
        assert 0 <= finding.line <= len(lines)
        assert 0 <= finding.column <= len(lines[finding.line - 1]) + 1
    if not findings:
        assert write(document) == data
    for mention in document.mentions:
        assert document.same(document.same(mention)) == document.same(mention)


@given(documents(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_a_damaged_document_never_raises(
    document: Document, chance: random.Random, damages: int
) -> None:
    data = bytearray(write(document))
    for _ in range(damages):
        start = chance.randrange(len(data) + 1)
        end = start + chance.choice([0, 0, 1, 1, 3, 40])
        data[start:end] = chance.choice([b"", *SCRAPS, bytes(data[end : end + 9])])
    check_sound(bytes(data))


@given(st.lists(st.sampled_from(SCRAPS)).map(b"".join))
def test_scraps_of_annotations_never_raise(data: bytes) -> None:
    check_sound(data)


@given(st.lists(st.sampled_from([*SCRAPS, b"\t", b" ", b"\n"]), max_size=40).map(b" ".join))
def test_scraps_between_spaces_never_raise(data: bytes) -> None:
    check_sound(data)


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    check_sound(data)
