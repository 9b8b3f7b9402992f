"""Who says what in the five sources, held against a reading of the texts alone."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from typing import Any

import pytest

from kg.claims import Claim
from kg.namespaces import RDF
from kg.project import Project
from tests.corpus import ROOT

TABLE = ROOT / "tests" / "reading" / "speakers.toml"
IDS = {
    "Bianca Debaets": "bianca-debaets",
    "Pascal Smet": "pascal-smet",
    "Cécile Jodogne": "cecile-jodogne",
    "André Blavier": "andre-blavier",
    "Pascale Delcomminette": "pascale-delcomminette",
    "Région flamande": "flemish-region",
    "source": "source",
}
# The page around a question and its answer is the Parliament's.
PAGE = "brussels-parliament"


@cache
def rows() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(TABLE.read_text(encoding="utf-8"))["statement"])


@cache
def claims(source: str) -> tuple[Claim, ...]:
    """What a source states, but for the types of things."""
    found = Project(ROOT).claims(source=source)
    return tuple(claim for claim in found if claim.predicate != RDF.type)


def speaker(claim: Claim) -> str:
    name = claim.speaker.value.rpartition("/")[2] if claim.speaker else "source"
    return "source" if claim.is_own_voice or name == PAGE else name


def stated(row: dict[str, Any]) -> list[Claim]:
    """The claims whose words all stand where a row has its statement, else those that touch it."""
    start, end = row["start"], row["end"]
    near = [
        c for c in claims(row["source"]) if any(s.start < end and start < s.end for s in c.spans)
    ]
    within = [c for c in near if all(start <= s.start and s.end <= end for s in c.spans)]
    return within or near


def test_each_source_has_fifteen_statements_or_more_and_every_speaker_is_known() -> None:
    counts = Counter(row["source"] for row in rows())
    assert set(counts) == {file.stem for file in (ROOT / "seeds").glob("*.ann")}
    assert min(counts.values()) >= 15
    assert {row["speaker"] for row in rows()} == set(IDS)


@pytest.mark.parametrize("row", rows(), ids=[f"{row['source']}-{row['start']}" for row in rows()])
def test_a_statement_has_its_speaker(row: dict[str, Any]) -> None:
    found = stated(row)
    if not found:
        pytest.skip("no claim here: furniture, a request to readers, or left out by the guide")
    wanted = IDS[row["speaker"]]
    speakers = {speaker(claim) for claim in found}
    start, end = row["start"], row["end"]
    is_whole = all(start <= s.start and s.end <= end for c in found for s in c.spans)
    assert speakers == {wanted} if is_whole else wanted in speakers


def test_most_statements_have_a_claim() -> None:
    without = [(row["source"], row["start"]) for row in rows() if not stated(row)]
    assert len(without) <= 22


def test_another_speaker_would_be_noticed() -> None:
    """Taken the other way round, the table and the claims do not agree."""
    other = {"Bianca Debaets": "pascal-smet", "Pascal Smet": "bianca-debaets"}
    wrong = [row for row in rows() if row["speaker"] in other
             and other[row["speaker"]] in {speaker(claim) for claim in stated(row)}]  # fmt: skip
    assert len(wrong) < 3
