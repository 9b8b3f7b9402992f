"""Agreement of two annotations: scores of mentions, links, claims and remarks, and kappa."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg import brat
from kg.agreement import Agreement, Kappa, Score, StatementAgreement, agreement
from kg.brat.document import Document
from kg.claims import FACT, Claim, Span, Statements
from kg.findings import wording
from kg.namespaces import RDF
from kg.project import Project
from kg.sources import Source
from tests.conftest import Run
from tests.corpus import MEMO, ROOT, VISIT, Corpus, annotation

EMPTY = Document()


def node(name: str) -> NamedNode:
    return NamedNode(f"https://example.org/{name}")


def document(*mentions: tuple[str, int, int, str], more: str = "") -> Document:
    """A document of (type, start, end, reference) mentions; an empty reference is none."""
    lines = ""
    for number, (kind, start, end, reference) in enumerate(mentions, 1):
        lines += f"T{number}\t{kind} {start} {end}\t{'x' * (end - start)}\n"
        if reference:
            lines += f"N{number}\tReference T{number} {reference}\tx\n"
    found, findings = brat.read((lines + more).encode(), file="a.ann")
    assert not [f for f in findings if f.severity == "error"], findings
    return found


def claim(
    triple: str, modality: str = FACT, *, negated: bool = False, at: tuple[int, int] = (0, 5)
) -> Claim:
    """The claim "subject predicate object", or of one word: a remark about that thing."""
    names = triple.split()
    is_remark = len(names) == 1
    subject, predicate, value = (None,) * 3 if is_remark else map(node, names)
    if len(names) == 3 and names[1] == "a":
        predicate = RDF.type
    return Claim(
        id=node("claim"),
        source=node("source"),
        subject=subject,
        predicate=predicate,
        object=value,
        modality=modality,
        negated=negated,
        speaker=None,
        valid=None,
        about=(node(names[0]),),
        spans=(Span(*at, ""),),
        remark=(("en", "said"),) if is_remark else (),
        file="a.ann",
        line=1,
        verified=False,
    )


def stated(first: list[Claim], second: list[Claim]) -> StatementAgreement:
    source = Source(node("source"), "a.ann", "fr", "", 0, (), (), EMPTY, None)
    one, other = (Statements(source, tuple(claims), (), {}) for claims in (first, second))
    found = agreement(EMPTY, EMPTY, (one, other)).stated
    assert found is not None
    return found


# -- measures -----------------------------------------------------------------------------------


def test_scores_are_those_counted_by_hand() -> None:
    score = Score(both=2, first=4, second=5)
    assert (score.precision, score.recall, score.f1) == (2 / 5, 2 / 4, 4 / 9)


def test_a_ratio_of_nothing_is_none() -> None:
    nothing, missed = Score(0, 0, 0), Score(0, 3, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    assert (missed.precision, missed.recall, missed.f1) == (None, 0.0, 0.0)


def test_kappa_of_a_table_computed_by_hand() -> None:
    # p = 35/50; "yes" is said 25 and 30 times of 50: e = (25*30 + 25*20) / 2500 = 0.5
    kappa = Kappa({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert (kappa.items, kappa.observed) == (50, 0.7)
    assert kappa.value == pytest.approx(0.4)
    assert kappa.margins == {"no": (25, 20), "yes": (25, 30)}


def test_kappa_of_one_label_against_the_rest() -> None:
    kappa = Kappa({("a", "a"): 2, ("b", "c"): 1, ("c", "c"): 1})
    assert kappa.only("a").value == 1.0
    # "b" is said once and never: p = 3/4, e = (1*0 + 3*4) / 16
    assert kappa.only("b").value == 0.0
    assert kappa.only("c").table == {("other", "other"): 2, ("other", "c"): 1, ("c", "c"): 1}


@pytest.mark.parametrize("table", [{}, {("fact", "fact"): 7}])
def test_kappa_is_undefined_where_one_label_is_all(table: dict[tuple[str, str], int]) -> None:
    assert Kappa(table).value is None


def test_kappa_is_0_by_chance_and_below_0_where_labels_are_swapped() -> None:
    assert Kappa({("a", "b"): 3}).value == 0.0
    assert Kappa({("a", "b"): 1, ("b", "a"): 1}).value == -1.0


# -- mentions and links -------------------------------------------------------------------------


def test_mentions_and_links_counted_by_hand() -> None:
    first = document(
        ("City", 0, 5, "id:a"), ("City", 10, 15, "id:b"), ("Person", 20, 25, "id:c"),
        ("City", 30, 35, ""),
    )  # fmt: skip
    second = document(
        ("City", 0, 5, "id:a"), ("City", 12, 18, "id:x"), ("City", 20, 25, "id:c"),
    )  # fmt: skip
    found = agreement(first, second)
    assert found.mentions.exact == Score(1, 4, 3)
    assert found.mentions.overlap == Score(2, 4, 3)
    assert found.mentions.links == Score(1, 2, 2)
    assert list(found.classes) == ["City", "Person"]
    assert found.classes["City"].overlap == Score(2, 3, 3)
    assert found.classes["Person"].exact == Score(0, 1, 0)
    assert found.stated is None


def test_a_mention_is_paired_once_with_the_most_alike() -> None:
    long = document(("City", 0, 20, "id:long"))
    short = document(("City", 0, 5, "id:short"), ("City", 4, 20, "id:long"))
    found = agreement(long, short).mentions
    assert found.overlap == Score(1, 1, 2)
    assert found.links == Score(1, 1, 1)


def test_of_two_mentions_in_one_place_those_with_the_same_reference_are_paired() -> None:
    first = document(("Post", 0, 5, "id:a"), ("Post", 0, 5, "id:b"))
    second = document(("Post", 0, 5, "id:b"), ("Post", 0, 5, "id:a"))
    assert agreement(first, second).mentions.links == Score(2, 2, 2)


def test_mentions_that_only_touch_do_not_overlap() -> None:
    found = agreement(document(("City", 0, 5, "")), document(("City", 5, 9, "")))
    assert found.mentions.overlap == Score(0, 1, 1)


def test_fragments_overlap_where_one_of_them_does() -> None:
    one = "T1\tCity 0 3;10 13\txxx xxx\n"
    other = "T1\tCity 4 9;12 14\txxxxx xx\n"
    found = agreement(document(more=one), document(more=other)).mentions
    assert (found.exact.both, found.overlap.both) == (0, 1)


def test_a_link_that_one_annotation_lacks_lowers_its_recall() -> None:
    found = agreement(document(("City", 0, 5, "id:a")), document(("City", 0, 5, "")))
    assert found.mentions.links == Score(0, 1, 0)


def test_a_mention_refers_to_what_its_equals_refer_to() -> None:
    first = document(("City", 0, 5, "id:a"), ("City", 9, 12, ""), more="*\tSame T1 T2\n")
    second = document(("City", 0, 5, "id:a"), ("City", 9, 12, "id:a"))
    assert agreement(first, second).mentions.links == Score(2, 2, 2)


def test_triggers_are_no_mentions() -> None:
    lines = "T2\tRemark 9 11\txx\nE1\tRemark:T2 About:T1\n"
    first = document(("City", 0, 5, ""), more=lines)
    found = agreement(first, document(("City", 0, 5, "")))
    assert found.mentions.exact == Score(1, 1, 1)
    assert list(found.classes) == ["City"]


def test_two_empty_annotations_have_nothing_to_agree_on() -> None:
    found = agreement(EMPTY, EMPTY)
    assert found.mentions.exact.f1 is None
    assert found.classes == {}


def test_an_empty_annotation_has_no_precision_and_recall_0() -> None:
    found = agreement(document(("City", 0, 5, "id:a")), EMPTY).mentions
    for score in (found.exact, found.overlap):
        assert (score.precision, score.recall, score.f1) == (None, 0.0, 0.0)
    assert found.links.f1 is None


_mentions = st.lists(
    st.builds(
        lambda kind, start, length, reference: (kind, start, start + length, reference),
        st.sampled_from(["City", "Person"]),
        st.integers(0, 12),
        st.integers(1, 6),
        st.sampled_from(["", "id:a", "id:b"]),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(_mentions)
def test_an_annotation_agrees_with_itself(mentions: list[tuple[str, int, int, str]]) -> None:
    found = agreement(document(*mentions), document(*mentions))
    for part in (found.mentions, *found.classes.values()):
        assert part.exact.f1 in (None, 1.0)
        assert part.overlap.f1 == part.exact.f1
        assert part.links.f1 in (None, 1.0)


@settings(deadline=None)
@given(_mentions, _mentions)
def test_agreement_does_not_depend_on_which_is_first(
    one: list[tuple[str, int, int, str]], other: list[tuple[str, int, int, str]]
) -> None:
    there, back = (
        agreement(document(*a), document(*b)).mentions for a, b in ((one, other), (other, one))
    )
    for a, b in ((there.exact, back.exact), (there.overlap, back.overlap),
                 (there.links, back.links)):  # fmt: skip
        assert (a.both, a.first, a.second) == (b.both, b.second, b.first)
        assert a.f1 == b.f1
        assert a.precision == b.recall
        assert a.f1 is None or 0 <= a.f1 <= 1
    assert there.exact.both <= there.overlap.both


# -- claims -------------------------------------------------------------------------------------


def test_claims_counted_by_hand() -> None:
    first = [claim("a p b"), claim("a p c"), claim("a q b", "plan"), claim("a q c")]
    second = [claim("a p b"), claim("a q b"), claim("x q c")]
    found = stated(first, second)
    assert found.claims.exact == Score(1, 4, 3)
    assert found.claims.relaxed == Score(2, 4, 3)
    assert found.properties[node("p")].exact == Score(1, 2, 1)
    assert found.properties[node("q")].relaxed == Score(1, 2, 2)
    assert found.modality.table == {("fact", "fact"): 1, ("plan", "fact"): 1}


def test_a_denial_is_another_claim_of_the_same_triple() -> None:
    found = stated([claim("a p b", negated=True)], [claim("a p b")])
    assert (found.claims.exact.both, found.claims.relaxed.both) == (0, 1)
    assert found.modality.table == {("denied fact", "fact"): 1}


def test_the_place_of_a_claim_does_not_count_nor_how_often_it_is_made() -> None:
    found = stated([claim("a p b", at=(0, 5)), claim("a p b", at=(7, 9))],
                   [claim("a p b", at=(50, 55))])  # fmt: skip
    assert found.claims.exact == Score(1, 1, 1)


def test_what_kind_a_thing_is_is_not_counted_again() -> None:
    found = stated([claim("b a City"), claim("a p b")], [claim("a p b")])
    assert found.claims.exact == Score(1, 1, 1)
    assert list(found.properties) == [node("p")]


def test_of_a_triple_stated_in_several_ways_equal_ways_are_paired_first() -> None:
    first = [claim("a p b", "plan"), claim("a p b", "opinion"), claim("a p b", "question")]
    second = [claim("a p b", "fact"), claim("a p b", "plan")]
    found = stated(first, second)
    assert found.claims.exact == Score(1, 3, 2)
    assert found.claims.relaxed == Score(1, 1, 1)
    assert found.modality.table == {("opinion", "fact"): 1, ("plan", "plan"): 1}


def test_remarks_are_paired_by_place_and_subject() -> None:
    first = [claim("a", "plan", at=(0, 9)), claim("b", at=(20, 29)), claim("c", at=(40, 49))]
    second = [claim("a", at=(5, 12)), claim("x", at=(20, 29)), claim("c", at=(49, 55))]
    found = stated(first, second)
    assert found.remarks == Score(1, 3, 3)
    assert found.modality.table == {("plan", "fact"): 1}
    assert found.claims.exact == Score(0, 0, 0)


def test_disjoint_claims_agree_by_0() -> None:
    found = stated([claim("a p b")], [claim("c q d")])
    assert found.claims.exact.f1 == found.claims.relaxed.f1 == 0.0
    assert (found.modality.observed, found.modality.value) == (None, None)


_claims = st.lists(
    st.builds(
        claim,
        st.sampled_from(["a p b", "a p c", "a q b", "a", "b"]),
        st.sampled_from(["fact", "plan", "opinion"]),
        negated=st.booleans(),
        at=st.sampled_from([(0, 5), (3, 9), (10, 12)]),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(_claims, _claims)
def test_agreement_on_claims_does_not_depend_on_which_is_first(
    one: list[Claim], other: list[Claim]
) -> None:
    there, back = stated(one, other), stated(other, one)
    for a, b in ((there.claims.exact, back.claims.exact), (there.remarks, back.remarks),
                 (there.claims.relaxed, back.claims.relaxed)):  # fmt: skip
        assert (a.both, a.first, a.second) == (b.both, b.second, b.first)
    if (kappa := there.modality.value) is not None:
        assert -1 <= kappa <= 1
        assert kappa == back.modality.value


@settings(deadline=None)
@given(_claims)
def test_claims_agree_with_themselves(claims: list[Claim]) -> None:
    found = stated(claims, claims)
    for score in (found.claims.exact, found.claims.relaxed, found.remarks):
        assert score.f1 in (None, 1.0)
    assert found.modality.observed in (None, 1.0)
    assert found.modality.value in (None, 1.0)


# -- the command --------------------------------------------------------------------------------


@pytest.fixture
def second(corpus: Corpus, tmp_path: Path) -> Path:
    """A second annotation of the invented text that differs in four places."""
    text = corpus.ann().read_text(encoding="utf-8")
    for old, new in (
        ("A10\tModality E1 plan\n", ""),  # a plan taken for a fact
        ("R6\thasSignatory Arg1:T9 Arg2:T8\n", ""),  # a claim less
        ("T8\tCompany", "T8\tOrganization"),  # another class
        ("Reference T16 id:loria-trade", "Reference T16 id:ada-lee"),  # another link
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    found = tmp_path / "second.ann"
    found.write_text(text, encoding="utf-8")
    return found


def compared(run: Callable[..., Run], *args: object) -> dict[str, Any]:
    done = run("agreement", *map(str, args), "--format", "json")
    assert done.code == 0, done.err
    record: dict[str, Any] = json.loads(done.out)
    return record


def test_two_annotations_are_compared(
    corpus: Corpus, second: Path, run: Callable[..., Run]
) -> None:
    record = compared(run, corpus.ann(), second)
    assert (record["source"], record["second"]) == ("visit", str(second))
    found = record["agreement"]
    # 18 mentions, 3 of them triggers; one has another class.
    exact = found["mentions"]["exact"]
    assert (exact["both"], exact["first"], exact["second"]) == (14, 15, 15)
    assert exact["precision"] == exact["recall"] == exact["f1"] == 14 / 15
    links = found["mentions"]["links"]
    assert (links["both"], links["first"], links["second"]) == (13, 14, 14)
    assert found["classes"]["Company"]["exact"]["recall"] == 0.0
    assert found["classes"]["Company"]["exact"]["precision"] is None
    # 23 triples: 9 A, 12 R, 2 E. The plan became a fact, the denial is about another subject.
    claims = found["stated"]["claims"]
    assert claims["exact"] == pytest.approx(
        {"both": 20, "first": 23, "second": 22, "precision": 20 / 22, "recall": 20 / 23,
         "f1": 40 / 45}
    )  # fmt: skip
    assert claims["relaxed"]["both"] == 21
    signatory = found["stated"]["properties"]["https://w3id.org/ecodip#hasSignatory"]
    assert (signatory["exact"]["both"], signatory["exact"]["first"]) == (1, 2)
    assert found["stated"]["remarks"]["f1"] == 1.0
    # 21 triples and one remark in both; chance: (21*22 + 1*0) / 22^2.
    modality = found["stated"]["modality"]
    assert (modality["items"], modality["observed"], modality["kappa"]) == (22, 21 / 22, 0.0)
    assert {"first": "plan", "second": "fact", "count": 1} in modality["pairs"]


def test_an_annotation_agrees_with_itself_in_everything(
    corpus: Corpus, run: Callable[..., Run]
) -> None:
    found = compared(run, corpus.ann(), corpus.ann())["agreement"]
    scores = [*found["mentions"].values(), *found["stated"]["claims"].values(),
              found["stated"]["remarks"]]  # fmt: skip
    scores += [score for part in found["classes"].values() for score in part.values()]
    assert {score["f1"] for score in scores} <= {1.0, None}
    assert found["stated"]["claims"]["exact"]["f1"] == found["stated"]["modality"]["kappa"] == 1.0


def test_a_source_can_be_named(corpus: Corpus, second: Path, run: Callable[..., Run]) -> None:
    options = ("--project", corpus.root, "--source", "visit")
    record = compared(run, second, second, *options)
    assert record["agreement"]["stated"]["claims"]["exact"]["f1"] == 1.0
    wrong = run("agreement", str(second), str(second), *map(str, options[:3]), "vist")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean 'visit'?" in wrong.err


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_without_a_source_claims_are_not_compared_and_this_is_said(
    lang: str, second: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(second.parent)  # in no project
    found = run("agreement", str(second), str(second), "--lang", lang)
    assert found.code == 0
    assert wording("agreement-links", lang) in found.out
    assert wording("agreement-claims", lang) not in found.out
    assert found.err == wording("agreement-no-claims", lang) + "\n"
    assert compared(run, second, second)["agreement"]["stated"] is None


def test_a_folder_called_seeds_need_not_belong_to_a_project(
    second: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    folder = tmp_path / "elsewhere" / "seeds"
    folder.mkdir(parents=True)
    second.rename(folder / "a.ann")
    (folder / "a.ttl").touch()
    assert compared(run, folder / "a.ann", folder / "a.ann")["source"] is None


def test_the_table_shows_what_is_undefined(
    corpus: Corpus, tmp_path: Path, run: Callable[..., Run]
) -> None:
    empty = tmp_path / "empty.ann"
    empty.touch()
    found = run("agreement", str(corpus.ann()), str(empty))
    assert (found.code, found.err) == (0, "")
    lines = {line.partition("  ")[0]: line.split() for line in found.out.splitlines()}
    assert lines["mentions, same place"][-6:] == ["0", "15", "0", "–", "0.000", "0.000"]
    assert lines["links"][-3:] == ["–", "–", "–"]
    assert lines["all: 0 claims in both, – equal"][-1] == "–"


def test_the_table_speaks_french(corpus: Corpus, second: Path, run: Callable[..., Run]) -> None:
    found = run("agreement", str(corpus.ann()), str(second), "--lang", "fr")
    for code in (
        "agreement-measure", "agreement-both", "agreement-first", "agreement-second",
        "agreement-precision", "agreement-recall", "agreement-mentions", "agreement-overlap",
        "agreement-links", "agreement-claims", "agreement-relaxed", "agreement-remarks",
        "agreement-class", "agreement-property", "agreement-modality",
    ):  # fmt: skip
        assert wording(code, "fr") in found.out
    assert wording("agreement-any", "fr", items=22, observed="0.955") in found.out
    assert "ecodip:hasSignatory" in found.out


def test_annotations_that_share_nothing_agree_by_0(
    corpus: Corpus, second: Path, run: Callable[..., Run]
) -> None:
    mentions = [("T1", "Actor", "Loria", 0, "id:loria"), ("T2", "City", "there", 0, "id:szohod")]
    second.write_text(annotation(VISIT, mentions, "R1\tisBasedIn Arg1:T1 Arg2:T2\n"), "utf-8")
    found = compared(run, corpus.ann(), second)["agreement"]
    assert found["mentions"]["overlap"]["f1"] == found["stated"]["claims"]["relaxed"]["f1"] == 0.0
    assert found["stated"]["modality"]["kappa"] is None


def test_an_annotation_of_another_text_is_noticed(corpus: Corpus, run: Callable[..., Run]) -> None:
    corpus.add("memo", MEMO, annotation(MEMO, [], "T1\tText 0 5\tLoria\n"))
    found = run("agreement", str(corpus.ann("memo")), str(corpus.ann()))
    assert (found.code, found.out) == (1, "")
    assert "span-outside-text" in found.err


def test_a_value_that_cannot_be_read_is_noticed(
    corpus: Corpus, second: Path, run: Callable[..., Run]
) -> None:
    corpus.edit(second, "edtf:2020\t", "edtf:next-year\t")
    found = run("agreement", str(corpus.ann()), str(second))
    assert (found.code, found.out) == (1, "")
    assert f"{second}:" in found.err
    assert "bad-value" in found.err


def test_errors_of_an_annotation_end_with_1(
    corpus: Corpus, second: Path, run: Callable[..., Run]
) -> None:
    corpus.edit(second, "R4\tisLedBy", "R4\tisLedBi")
    found = run("agreement", str(corpus.ann()), str(second))
    assert (found.code, found.out) == (1, "")
    assert f"{second}:" in found.err
    assert "unknown-relation" in found.err


def test_spans_outside_the_text_are_noticed(
    corpus: Corpus, second: Path, run: Callable[..., Run]
) -> None:
    beyond = len(VISIT) + 10
    with second.open("a", encoding="utf-8") as file:
        file.write(f"T40\tText {beyond} {beyond + 3}\txxx\n")
    found = run("agreement", str(corpus.ann()), str(second))
    assert (found.code, found.out) == (1, "")


def test_a_missing_file_ends_with_2(corpus: Corpus, run: Callable[..., Run]) -> None:
    found = run("agreement", str(corpus.ann()), "no-such.ann")
    assert (found.code, found.out) == (2, "")
    assert "no-such.ann cannot be read" in found.err


@pytest.mark.parametrize("name", sorted(file.stem for file in (ROOT / "seeds").glob("*.ann")))
def test_a_real_annotation_agrees_with_itself(name: str, project: Project) -> None:
    [of] = project.statements(name)
    found: Agreement = agreement(of.source.document, of.source.document, (of, of))
    assert found.stated is not None
    assert found.mentions.exact.f1 == found.mentions.links.f1 == found.mentions.overlap.f1 == 1.0
    assert found.stated.claims.exact.f1 == found.stated.remarks.f1 == 1.0
    assert found.stated.modality.value == 1.0
    assert len(found.classes) > 10
