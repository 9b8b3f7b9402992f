"""The IRI of a claim lasts: it never comes to denote another claim."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import replace
from random import Random

import pytest
from pyoxigraph import NamedNode

from kg import brat
from kg.claims import Claim, Statements
from kg.interpretation import interpret
from kg.namespaces import ECC
from kg.project import Project
from tests.corpus import ROOT, VISIT, Corpus, annotation
from tests.renumbering import renumbered
from tests.test_claims import authority_quads, prefixes, schema, source

REAL = sorted((ROOT / "seeds").glob("*.ann"))


def content(claim: Claim) -> Hashable:
    """All that a claim says, and on which words."""
    return (
        claim.subject, claim.predicate, claim.object, claim.modality, claim.negated, claim.valid,
        claim.speaker, claim.spans, claim.about if claim.remark else (), claim.remark,
    )  # fmt: skip


def by_iri(claims: Iterable[Claim]) -> dict[str, Hashable]:
    found: dict[str, Hashable] = {}
    for claim in claims:
        assert claim.id.value not in found
        found[claim.id.value] = content(claim)
    return found


def visit(lines: str) -> Statements:
    """What the lines state, also where something is wrong with them."""
    document, _ = brat.read(lines.encode(), file="seeds/visit.ann")
    known = frozenset(q.subject for q in authority_quads() if isinstance(q.subject, NamedNode))
    return interpret(replace(_SOURCE, document=document), schema(), prefixes(), known)


_SOURCE = source(VISIT, annotation(VISIT))


def only(lines: str, line_id: str) -> Claim:
    (found,) = [claim for claim in visit(lines).claims if claim.line_id == line_id]
    return found


def test_two_hundred_renumberings_and_orders_give_the_same_claims_the_same_iris() -> None:
    plain = by_iri(visit(annotation(VISIT)).claims)
    assert len(plain) > 30
    for seed in range(200):
        assert by_iri(visit(renumbered(annotation(VISIT), seed)).claims) == plain


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_real_annotations_keep_their_iris_under_other_numbers(file: object, corpus: Corpus) -> None:
    project = Project(ROOT)
    stem = getattr(file, "stem", "")
    plain = by_iri(project.claims(source=stem))
    assert len(plain) > 100
    for folder in ("seeds", "ontology"):
        for each in (ROOT / folder).glob("*.*"):
            (corpus.root / folder / each.name).write_bytes(each.read_bytes())
    target = corpus.root / "seeds" / f"{stem}.ann"
    for seed in range(3):
        text = renumbered((ROOT / "seeds" / f"{stem}.ann").read_text(encoding="utf-8"), seed)
        target.write_text(text, encoding="utf-8")
        assert by_iri(Project(corpus.root).claims(source=stem)) == plain


def edited(lines: list[str], rng: Random) -> list[str]:
    """Some lines taken out, repeated under a new id, or saying something else."""
    found = list(lines)
    for _ in range(rng.randint(4, 12)):
        at = rng.randrange(len(found))
        rest = found[at].partition("\t")[2]
        match rng.randrange(3):
            case 0:
                del found[at]
            case 1 if found[at][0] in "RA":
                found.append(f"{found[at][0]}{rng.randint(1000, 9999)}\t{rest}")
            case _:
                words = {"done": "ongoing", "Arg2:T2": "Arg2:T13", "plan": "possibility"}
                for old, new in words.items():
                    found[at] = re.sub(rf"\b{old}\b", new, found[at])
    return found


def test_no_iri_denotes_another_claim_after_two_hundred_edits() -> None:
    """Whatever is deleted, repeated or changed: one IRI, one content, over all states."""
    lines = annotation(VISIT).splitlines()
    denoted: dict[str, Hashable] = {}
    states = set()
    for seed in range(200):
        text = "".join(f"{line}\n" for line in edited(lines, Random(seed)))
        states.add(text)
        for iri, said in by_iri(visit(text).claims).items():
            assert denoted.setdefault(iri, said) == said
    assert len(states) > 150
    assert len(denoted) > len(by_iri(visit(annotation(VISIT)).claims)) + 20


CHANGED = {
    "another object": (
        "R1\thasOrganizer Arg1:T2 Arg2:T1",
        "R1\thasOrganizer Arg1:T2 Arg2:T8",
        "R1",
    ),
    "another property": ("R1\thasOrganizer", "R1\thasParticipant", "R1"),
    "another modality": ("A10\tModality E1 plan", "A10\tModality E1 possibility", "E1"),
    "no denial": ("A11\tNegated E2\n", "", "E2"),
    "no speaker": (" Speaker:T16", "", "E2"),
    "other words": ("R1\thasOrganizer Arg1:T2 Arg2:T1", "R1\thasOrganizer Arg1:T2 Arg2:T7", "R1"),
    "another topic": ("E3\tRemark:T18 About:T2", "E3\tRemark:T18 About:T13", "E3"),
}


@pytest.mark.parametrize(("old", "new", "line"), CHANGED.values(), ids=CHANGED)
def test_another_claim_has_another_iri(old: str, new: str, line: str) -> None:
    plain = annotation(VISIT)
    assert plain.count(old) == 1
    one, other = only(plain, line), only(plain.replace(old, new), line)
    assert content(one) != content(other)
    assert one.id != other.id


SAME = {
    "another paraphrase": ("en: the turnout was remarked upon", "en: many came", "E3"),
    "another label": ("Reference T2 id:mission-borduria-2019\tmission to Borduria",
                      "Reference T2 id:mission-borduria-2019\tthe mission", "R1"),
    "a note": ("#1\t", "#2\tAnnotatorNotes R1\twho opened it\n#1\t", "R1"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), SAME.values(), ids=SAME)
def test_our_own_words_have_no_part_in_an_iri(old: str, new: str, line: str) -> None:
    plain = annotation(VISIT)
    assert plain.count(old) == 1
    assert only(plain, line).id == only(plain.replace(old, new), line).id


def test_repeats_are_counted_and_the_rest_keep_their_iris() -> None:
    plain = annotation(VISIT)
    again = visit(plain + "R90\thasOrganizer Arg1:T2 Arg2:T1\nR91\thasOrganizer Arg1:T2 Arg2:T1\n")
    first = only(plain, "R1").id.value
    repeats = sorted(c.id.value for c in again.claims if c.line_id in ("R1", "R90", "R91"))
    assert repeats == [first, f"{first}-2", f"{first}-3"]
    assert set(by_iri(visit(plain).claims)) < set(by_iri(again.claims))


def test_two_remarks_on_the_same_words_are_a_finding() -> None:
    more = "E9\tRemark:T18 About:T2\n#9\tAnnotatorNotes E9\ten: few came\n"
    found = visit(annotation(VISIT) + more)
    told = [str(finding) for finding in found.findings]
    assert told == [
        f"seeds/visit.ann:{len(annotation(VISIT).splitlines()) + 1}:1: remark-repeated: E9 is a "
        "remark about the same things on the same words as E3 (line 59); write one paraphrase that "
        "says both"
    ]
    elsewhere = more.replace("About:T2", "About:T13")
    assert visit(annotation(VISIT) + elsewhere).findings == ()


def test_a_claim_about_a_claim_names_it_by_its_lasting_iri() -> None:
    lines = annotation(VISIT) + "R20\tdisagreesWith Arg1:E1 Arg2:E2\n"
    for text in (lines, renumbered(lines, 7)):
        found = visit(text)
        ids = {claim.id for claim in found.claims}
        (link,) = found.links
        assert link.predicate == ECC.disagreesWith
        assert {link.subject, link.object} < ids
    assert visit(lines).links == visit(renumbered(lines, 7)).links
