"""Conflicts: claims that differ are found, and told apart by why they differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.claims import Claim, Span
from kg.conflicts import KINDS, Conflict, conflicts, of
from kg.extents import extent
from kg.findings import wording
from kg.namespaces import DCTERMS, ECC, EDTF, RDF, XSD
from kg.project import Project
from kg.terms import Term
from tests.conftest import Run
from tests.corpus import ECODIP, SCHEME, VISIT, Corpus, annotation

_ID = "https://w3id.org/ecodip/id/"
_SOURCE = "https://w3id.org/ecodip/source/"
_NUMBERS = count(1)


def thing(name: str) -> NamedNode:
    return NamedNode(_ID + name)


def day(value: str) -> Literal:
    """A date of any precision."""
    kinds = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    plain = value.replace("-", "").isdigit() and value != "2021-22"
    return Literal(value, datatype=kinds[len(value)] if plain else EDTF.EDTF)


def number(value: str) -> Literal:
    return Literal(value, datatype=XSD.decimal)


def claim(
    subject: str, prop: str, value: Term | str, *, source: str = "visit", modality: str = "fact",
    negated: bool = False, valid: str | None = None,
) -> Claim:  # fmt: skip
    """An invented claim; a value in plain words is a thing."""
    line = next(_NUMBERS)
    value = thing(value) if isinstance(value, str) else value
    assert isinstance(value, NamedNode | Literal)
    return Claim(
        id=NamedNode(f"{_SOURCE}{source}/claim/R{line}"), source=NamedNode(_SOURCE + source),
        subject=thing(subject), predicate=ECODIP[prop] if prop != "type" else RDF.type,
        object=value, modality=modality, negated=negated, speaker=None, valid=valid,
        about=(thing(subject),), spans=(Span(0, 5, "words"),), remark=(),
        file=f"seeds/{source}.ann", line=line, verified=False,
    )  # fmt: skip


Find = Callable[..., tuple[Conflict, ...]]


@pytest.fixture(scope="module")
def find(project: Project) -> Find:
    """The conflicts among invented claims, with the real ontology and shapes."""
    layout = project.layout
    shapes = [quad for file in layout.files("shapes", "*.ttl") for quad in layout.read(file)]
    schema = project.reading.schema

    def run(*claims: Claim, links: tuple[Triple, ...] = (), known: tuple[Quad, ...] = ()) -> tuple[
        Conflict, ...
    ]:  # fmt: skip
        return conflicts(claims, links, schema, shapes, (*project.reading.ontology, *known))

    return run


def kinds(found: tuple[Conflict, ...]) -> list[str]:
    return [conflict.kind for conflict in found]


MISSION = claim("mission", "type", ECODIP.Mission)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("2017-05-10", "2017-05-11", "contradiction"),
        ("2017-05", "2017-06-01", "contradiction"),
        ("2017-05", "2017-05-10", "precision"),
        ("2017", "2017-05", "precision"),
        ("2030~", "2031", "precision"),
        ("2030~", "2034", "contradiction"),
        ("2021-22", "2021-07-01", "precision"),
        ("2017-05-10", "2017-05-10", None),
    ],
)
def test_dates_differ_by_a_day_or_by_precision(
    find: Find, one: str, other: str, kind: str | None
) -> None:
    first = claim("mission", "startDate", day(one))
    second = claim("mission", "startDate", day(other), source="memo")
    assert kinds(find(MISSION, first, second)) == ([kind] if kind else [])


def test_a_french_period_is_no_conflict(find: Find, project: Project) -> None:
    assert not find(
        MISSION,
        claim("mission", "startDate", day("2015-10-19")),
        claim("mission", "endDate", day("2015-10-23")),
    )
    dated = [c for c in project.claims() if any("du 19 au 23" in s.words for s in c.spans)]
    assert len(dated) >= 3
    ids = {c.id for found in of(project.reading) for side in found.sides for c in side}
    assert not ids & {c.id for c in dated}


FIGURE = claim("firms", "type", ECODIP.Figure)


def qualified(value: str, qualifier: str, source: str, **bounds: str) -> list[Claim]:
    """The claims that make a number in one source."""
    return [
        claim("firms", "numericValue", number(value), source=source),
        claim("firms", "hasQualifier", SCHEME[qualifier], source=source),
        *(claim("firms", name, number(bound), source=source) for name, bound in bounds.items()),
    ]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (("40", "exact", {}), ("42", "exact", {}), "contradiction"),
        (("40", "nearly", {"upperBound": "40"}), ("38", "exact", {}), "precision"),
        (("40", "nearly", {"upperBound": "40"}), ("45", "exact", {}), "contradiction"),
        (("400", "moreThan", {"lowerBound": "400"}), ("412", "exact", {}), "precision"),
        (("60", "about", {}), ("58", "exact", {}), "precision"),
        (("60", "about", {}), ("71", "exact", {}), "contradiction"),
        (("0", "exact", {}), ("1", "exact", {}), "contradiction"),
        (("40", "exact", {}), ("40", "exact", {}), None),
    ],
)
def test_a_number_that_is_not_exact_leaves_room(
    find: Find,
    one: tuple[str, str, dict[str, str]],
    other: tuple[str, str, dict[str, str]],
    kind: str | None,
) -> None:
    claims = [
        *qualified(one[0], one[1], "visit", **one[2]),
        *qualified(other[0], other[1], "memo", **other[2]),
    ]
    found = find(FIGURE, *claims)
    values = tuple(c for c in found if c.predicate == ECODIP.numericValue)
    assert kinds(values) == ([kind] if kind else [])
    others = {c.kind for c in found} - {c.kind for c in values}
    assert others <= {"precision"}  # one qualifier is more exact than another


def test_a_narrower_bound_is_a_matter_of_precision(find: Find) -> None:
    low = claim("firms", "lowerBound", number("15"))
    assert kinds(find(FIGURE, low, claim("firms", "lowerBound", number("12")))) == ["precision"]


def test_a_status_of_a_later_source_succeeds_that_of_an_earlier(find: Find) -> None:
    planned = claim("mission", "hasStatus", SCHEME.planned)
    done = claim("mission", "hasStatus", SCHEME.done, source="memo")
    assert kinds(find(MISSION, planned, done)) == ["succession"]
    assert kinds(find(MISSION, planned, replace(done, source=planned.source))) == ["contradiction"]


def test_values_that_hold_at_their_own_times_succeed_each_other(find: Find) -> None:
    pact = claim("pact", "type", ECODIP.Agreement)
    kind = claim("pact", "hasKind", SCHEME.contract, valid="2017")
    other = claim("pact", "hasKind", SCHEME.supplyOrder, valid="2019/..")
    assert kinds(find(pact, kind, other)) == ["succession"]
    assert kinds(find(pact, kind, replace(other, valid="2017-05/.."))) == ["contradiction"]
    assert kinds(find(pact, kind, replace(other, valid=None))) == ["contradiction"]


def tenure(name: str, holder: str, attested: str | None, post: str = "post") -> list[Claim]:
    made = [claim(name, "hasHolder", holder), claim(name, "hasPost", post)]
    return made + ([claim(name, "attestedDate", day(attested))] if attested else [])


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("2017-06", "2021-03-31", "succession"),
        ("2021-03-31", "2017-06", "succession"),
        ("2017-06-09", "2017-06-09", "contradiction"),
        ("2017-06", "2017-06-09", "precision"),
        (None, "2017-06-09", "contradiction"),
    ],
)
def test_two_holders_of_a_post_succeed_each_other_at_different_dates(
    find: Find, one: str | None, other: str, kind: str
) -> None:
    (found,) = find(*tenure("t1", "ada", one), *tenure("t2", "bob", other))
    assert (found.kind, found.subject) == (kind, thing("post"))
    holders = [side[0].object for side in found.sides]
    in_order = ["bob", "ada"] if one and one > other else ["ada", "bob"]
    assert holders == [thing(name) for name in in_order]


def test_one_holder_or_two_posts_are_no_conflict(find: Find) -> None:
    assert not find(*tenure("t1", "ada", "2017"), *tenure("t2", "ada", "2021"))
    assert not find(*tenure("t1", "ada", "2017"), *tenure("t2", "bob", "2017", post="other"))


def test_the_date_of_a_tenure_may_be_curated(find: Find) -> None:
    dates = {"t1": "2017", "t2": "2021"}
    known = tuple(Quad(thing(t), ECODIP.attestedDate, day(d)) for t, d in dates.items())
    claims = [*tenure("t1", "ada", None), *tenure("t2", "bob", None)]
    assert kinds(find(*claims)) == ["contradiction"]
    assert kinds(find(*claims, known=known)) == ["succession"]


def test_a_plan_and_a_fact_differ_in_modality(find: Find) -> None:
    plan = claim("mission", "takesPlaceIn", "borduria", modality="plan")
    fact = claim("mission", "takesPlaceIn", "borduria", source="memo")
    assert kinds(find(MISSION, plan, fact)) == ["modality"]
    assert not find(MISSION, plan, replace(plan, id=fact.id, source=fact.source))
    dated = claim("mission", "startDate", day("2017-06-12"), modality="plan")
    begun = claim("mission", "startDate", day("2017-06-13"), source="memo")
    assert kinds(find(MISSION, dated, begun)) == ["modality"]


def test_a_denial_contradicts_what_it_denies_and_no_more(find: Find) -> None:
    fact = claim("agency", "hasOfficeIn", "borduria")
    denial = claim("agency", "hasOfficeIn", "borduria", negated=True, source="memo")
    assert kinds(find(fact, denial)) == ["contradiction"]
    assert not find(fact, claim("agency", "hasOfficeIn", "loria", negated=True))
    begun = claim("mission", "startDate", day("2017-06-13"))
    assert not find(MISSION, begun, claim("mission", "startDate", day("2017-06-12"), negated=True))


@pytest.mark.parametrize("modality", ["question", "opinion"])
def test_questions_and_opinions_settle_nothing(find: Find, modality: str) -> None:
    begun = claim("mission", "startDate", day("2017-06-13"))
    other = claim("mission", "startDate", day("2017-06-12"), modality=modality, source="memo")
    assert not find(MISSION, begun, other)


def test_several_values_are_no_conflict_where_the_shapes_allow_them(find: Find) -> None:
    kind = [claim("x", "hasKind", SCHEME[name]) for name in ("concert", "conference")]
    assert not find(claim("x", "type", ECODIP.Event), *kind)
    assert kinds(find(claim("x", "type", ECODIP.Agreement), *kind)) == ["contradiction"]
    places = [claim("mission", "takesPlaceIn", name) for name in ("szohod", "loria")]
    assert not find(MISSION, *places)


def test_linked_claims_are_told_once(find: Find) -> None:
    one = claim("mission", "startDate", day("2017-05-10"))
    other = claim("mission", "startDate", day("2017-05-11"), source="memo")
    far = claim("elsewhere", "hasKind", SCHEME.concert)
    link = Triple(one.id, ECC.disagreesWith, other.id)
    assert kinds(find(MISSION, one, other, links=(link,))) == ["contradiction"]
    (found,) = find(one, far, links=(Triple(one.id, ECC.disagreesWith, far.id),))
    assert (found.kind, found.sides) == ("contradiction", ((one,), (far,)))
    assert not find(one, far, links=(Triple(one.id, DCTERMS.relation, far.id),))


def test_claims_that_say_the_same_stand_on_one_side(find: Find) -> None:
    twice = [claim("mission", "startDate", day("2017-05-10")) for _ in range(2)]
    (found,) = find(MISSION, *twice, claim("mission", "startDate", day("2017-05-11")))
    assert found.sides[0] == tuple(twice)


def test_an_open_interval_has_no_end() -> None:
    assert extent("../2013") == ("0001-01-01", "2013-12-31")
    assert extent("2013/") == ("2013-01-01", "9999-12-31")


# -- the real project, and the command -----------------------------------------------------------


def test_the_conflicts_of_the_five_texts(project: Project) -> None:
    found = [
        (c.kind, c.subject.value.removeprefix(_ID), [[x.line for x in s] for s in c.sides])
        for c in of(project.reading)
    ]
    assert [entry[:2] for entry in found] == [
        ("contradiction", "agreement-aichi-brussels-2017"),
        ("contradiction", "figure-signatories-korea-2017"),
        ("succession", "post-foreign-trade-brussels"),
        ("modality", "mission-korea-2017"),
    ]
    (succession,) = [c for c in of(project.reading) if c.kind == "succession"]
    assert [side[0].object for side in succession.sides] == [
        thing("cecile-jodogne"), thing("pascal-smet"),
    ]  # fmt: skip


@pytest.fixture
def differing(corpus: Corpus) -> tuple[str, ...]:
    """Options for an invented project whose two documents give a mission two first days."""
    memo = VISIT.replace("4 May 2019", "5 May 2019")
    lines = annotation(VISIT).replace("edtf:2019-05-04", "edtf:2019-05-05")
    corpus.add("memo", memo, lines.replace("4 May 2019", "5 May 2019"))
    return ("--project", str(corpus.root), "--texts", str(corpus.texts))


def test_conflicts_are_shown_side_by_side(
    differing: tuple[str, ...], run: Callable[..., Run]
) -> None:
    done = run("conflicts", *differing)
    assert done.code == 0
    head, _, one, other = done.out.splitlines()
    assert head.split()[:2] == ["differ", "by"]
    assert one.startswith("contradiction")
    assert "ecodip:startDate" in other
    assert {line.split("seeds/")[1].split(".")[0] for line in (one, other)} == {"memo", "visit"}
    assert "4 May 2019" in done.out
    assert "5 May 2019" in done.out
    assert done.err.startswith("1 contradictions, 0 differences of precision")


def test_conflicts_as_json_hold_both_sides(
    differing: tuple[str, ...], run: Callable[..., Run]
) -> None:
    done = run("conflicts", "--json", *differing)
    (record,) = json.loads(done.out)
    assert record["kind"] == "contradiction"
    assert record["predicate"] == ECODIP.startDate.value
    values = [[claim["object"]["@value"] for claim in side] for side in record["sides"]]
    assert sorted(values) == [["2019-05-04"], ["2019-05-05"]]
    assert done.err == ""
    assert run("conflicts", "--format", "json", *differing).out == done.out


def test_conflicts_fail_on_the_kind_that_is_asked_for(
    differing: tuple[str, ...], run: Callable[..., Run]
) -> None:
    assert run("conflicts", "--fail-on", "contradiction", *differing).code == 1
    assert run("conflicts", "--fail-on", "precision", *differing).code == 0
    assert run("conflicts", "--fail-on", "conflict", *differing).code == 2


def test_conflicts_are_told_in_french(differing: tuple[str, ...], run: Callable[..., Run]) -> None:
    done = run("conflicts", "--lang", "fr", *differing)
    assert done.out.startswith("diffèrent par")
    assert "différences de modalité" in done.err


def test_every_kind_has_a_name_in_both_languages() -> None:
    codes = [
        "conflict-contradiction", "conflict-precision", "conflict-succession", "conflict-modality",
    ]  # fmt: skip
    assert codes == [f"conflict-{kind}" for kind in KINDS]
    assert [wording(code, "fr") for code in codes][1:3] == ["précision", "succession"]
    assert wording("conflict") != wording("conflict", "fr")
    assert wording("conflicts", contradiction=1, precision=0, succession=0, modality=0)
