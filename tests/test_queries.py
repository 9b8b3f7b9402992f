"""The stored questions: each parses, answers as expected, and shows the words it rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.findings import Finding
from kg.namespaces import RDF, SKOS, XSD
from kg.project import Project
from kg.queries import RESERVED, StoredQuery, load, parse
from kg.results import Answer
from kg.store import Store
from kg.terms import Term
from tests.conftest import Run
from tests.corpus import ECODIP, ROOT, SCHEME, Corpus, annotation

FILES = sorted((ROOT / "queries").rglob("*.rq"))
EXPECTED = ROOT / "queries" / "expected"
CLAIM = re.compile(r"claim\d*")
_ID = "https://w3id.org/ecodip/id/"
LITERALS = {"date", "decimal", "integer", "string"}

stored = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _parsed(file: Path) -> StoredQuery:
    return parse(file.read_text(encoding="utf-8"), file=f"queries/{file.name}", name=file.stem)


def _example(project: Project, file: Path) -> Answer:
    query = project.stored(file.stem)
    return project.query(query.name, **query.example)


# -- the files -----------------------------------------------------------------------------------


def test_there_are_at_least_forty_queries() -> None:
    assert len(FILES) >= 40


def test_every_query_has_an_expected_answer_and_the_reverse() -> None:
    assert {file.stem for file in FILES} == {file.stem for file in EXPECTED.glob("*.csv")}


@stored
def test_a_query_parses_and_is_described(file: Path) -> None:
    query = _parsed(file)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert query.summary["en"].endswith("?")
    assert query.summary["fr"].endswith(" ?")
    assert query.summary["en"] != query.summary["fr"]
    assert query.description.endswith(".")
    assert query.tags


@stored
def test_a_header_is_plain_yaml_at_the_top(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    count = sum(line.startswith("#+") for line in lines)
    assert all(line.startswith("#+ ") for line in lines[:count])
    fields = yaml.safe_load("\n".join(line[2:] for line in lines[:count]))
    assert isinstance(fields["summary"], str)
    assert all(isinstance(tag, str) for tag in fields["tags"])


@stored
def test_a_query_sorts_by_every_column_that_it_shows(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    head = re.search(r"^SELECT (.+?)\{", text, re.MULTILINE | re.DOTALL)
    assert head
    shown = {name for name in re.findall(r"[?](\w+)", head[1]) if not CLAIM.fullmatch(name)}
    order = set(re.findall(r"[?](\w+)", text.rsplit("ORDER BY", 1)[1]))
    assert shown
    assert shown <= order


@stored
def test_parameters_have_known_types_and_an_example(project: Project, file: Path) -> None:
    query = project.stored(file.stem)
    classes = set(project.reading.schema.classes) | {"Thing"} | LITERALS
    assert {parameter.type for parameter in query.parameters} <= classes
    assert {p.name for p in query.parameters if p.required} <= set(query.example)


def test_what_stands_on_the_home_page_needs_no_parameter(project: Project) -> None:
    shown = [query for query in project.queries().values() if query.home]
    assert sorted(query.home for query in shown) == ["bars", "map", "timeline"]
    assert not any(parameter.required for query in shown for parameter in query.parameters)


def test_every_term_of_the_ontology_is_used_by_a_query(project: Project) -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    used = set(re.findall(r"\b(?:ecodip|ecc):(\w+)|^#[+]   \w+: (\w+)", text, re.MULTILINE))
    schema = project.reading.schema
    own = {
        name
        for terms in (schema.classes, schema.properties)
        for name, term in terms.items()
        if term.value.startswith(schema.namespaces)
    }
    assert own
    assert own <= {name for pair in used for name in pair}


# -- the answers ---------------------------------------------------------------------------------


@stored
def test_the_example_gives_the_expected_rows(project: Project, file: Path) -> None:
    expected = (EXPECTED / f"{file.stem}.csv").read_text(encoding="utf-8")
    assert expected.count("\n") > 1, "an example without rows shows nothing"
    assert _example(project, file).text("csv") == expected


@stored
def test_a_parameter_only_filters(project: Project, file: Path) -> None:
    """A parameter bound in an OPTIONAL alone would give rows that do not hold."""
    query = project.stored(file.stem)
    rows = [row.terms for row in project.store.select(query.text).rows]
    assert rows
    for parameter in query.parameters:
        values = {row.get(parameter.name) for row in rows}
        assert None not in values
        for value in sorted(values, key=str)[:8]:
            wanted = [row for row in rows if row[parameter.name] == value]
            assert value is not None
            found = project.store.select(query.text, {parameter.name: value}).rows
            assert _as_set(row.terms for row in found) == _as_set(wanted)


def _as_set(rows: Iterable[Mapping[str, Term]]) -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sorted((name, str(term)) for name, term in row.items())) for row in rows}


@stored
def test_rows_show_the_words_they_rest_on(project: Project, file: Path) -> None:
    query = project.stored(file.stem)
    answer = _example(project, file)
    claims = {name for name in re.findall(r"[?](\w+)", query.text) if CLAIM.fullmatch(name)}
    evidence = [found for row in answer for found in row.evidence]
    assert bool(evidence) == bool(claims)
    assert not claims & set(answer.variables)
    for found in evidence:
        assert found.words
        assert found.spans
        assert all(0 <= start < end and words for start, end, words in found.spans)


def test_evidence_stands_at_its_offsets_in_the_text(project: Project, texts: Path) -> None:
    names = {row.source: row.identifier for row in project.query("sources")}
    text = {source: (texts / name).read_bytes().decode() for source, name in names.items()}
    checked = 0
    for file in FILES:
        for row in _example(project, file):
            for found in row.evidence:
                for start, end, words in found.spans:
                    assert text[found.source][start:end] == words
                    checked += 1
    assert checked > 100


def test_a_plan_is_not_given_as_a_fact(project: Project) -> None:
    mission = "id:mission-korea-2017"
    dates = project.query("mission-dates", mission=mission)
    begins = [row for row in dates if str(row.property).endswith("startDate")]
    assert [row.modality.rsplit("/", 1)[-1] for row in begins] == ["plan"]
    (row,) = [r for r in project.query("missions") if r.mission.endswith("mission-korea-2017")]
    assert row.start is None
    assert str(row.plannedStart) == "2017-06-12"
    assert not project.query("companies-of-region", region="id:schaerbeek")


def test_events_in_a_country_are_found_through_its_cities(project: Project) -> None:
    events = {row.event: row["where"] for row in project.query("events-in", place="Japan")}
    places = {term.value.rsplit("/", 1)[-1] for term in events.values()}  # type: ignore[union-attr]
    assert places == {"japan", "tokyo"}


def test_partnership_is_found_from_both_sides(project: Project) -> None:
    for actor, partner in (("louise", "sakae-machi"), ("sakae-machi", "louise")):
        (row,) = project.query("partners-of", actor=f"id:{actor}")
        assert row.partner.endswith(f"/{partner}")
        assert row.evidence


# -- competency questions, with what the texts answer ---------------------------------------------

JAPAN, FRANCE = "id:mission-japan-awex-wbi", "id:mission-france-2015"
ATTACHES = "flemish-technology-attaches"


@pytest.mark.parametrize(
    ("query", "given", "column", "answer"),
    [
        ("missions", {}, "country", "france japan south-korea"),
        ("organizers-of-mission", {"mission": FRANCE}, "actor", "awex wbi"),
        ("joint-events", {"actor": "AWEX", "otherActor": "WBI"}, "status", "done ongoing"),
        (
            "participants-of-mission",
            {"mission": "id:mission-korea-2017"},
            "participant",
            "belgian-signatories-korea-2017 princess-astrid",
        ),
        ("missions", {}, "plannedStart", "2017-06-12"),
        (
            "agreements-of-mission",
            {"mission": "id:mission-korea-2017"},
            "kind",
            "distributionContract friendshipAndCooperationAgreement importContract investment "
            "partnershipAgreement supplyOrder",
        ),
        (
            "signatories-of",
            {"agreement": "id:agreement-sba-bie-2017"},
            "signatory",
            "brussels-invest-export seoul-business-agency",
        ),
        (
            "agreements-of-region",
            {"territory": "id:brussels-capital-region"},
            "otherSignatory",
            "aichi-prefecture hideaki-ohmura seoul seoul-business-agency",
        ),
        ("agreements", {"kind": "ecs:cooperationAgreement"}, "signatureDate", "2005 2017-05"),
        (
            "agreements-of-mission",
            {"mission": JAPAN},
            "agreement",
            "mou-ulb-japan-1 mou-ulb-japan-2",
        ),
        (
            "companies-of-region",
            {"region": "Wallonie"},
            "company",
            "bea depthen evs intopix promethera",
        ),
        ("amounts-of-money", {}, "value", "2000000 215000000 250000000 3000000"),
        ("figures-about", {"thing": "id:aichi-prefecture"}, "value", "21"),
        ("relocations", {}, "mover", "bx1 rtbf screen-brussels unnamed-film-schools vrt"),
        ("relocations", {}, "date", "2021"),
        ("models", {}, "model", "digital-media-city european-smart-city-initiatives france"),
        (
            "posts-of",
            {"person": "Pascal Smet"},
            "portfolio",
            "europeanAndInternationalRelations fireAndEmergencyMedicalAid foreignTrade heritage "
            "urbanPlanning",
        ),
        ("posts-of", {"body": "AWEX"}, "person", "pascale-delcomminette"),
        ("posts-of", {"body": "WBI"}, "person", "pascale-delcomminette"),
        ("figures-about", {"thing": f"id:{ATTACHES}"}, "value", "3 3000000 4"),
        ("figures-about", {"thing": f"id:extension-{ATTACHES}"}, "value", "10"),
        (
            "sectors-of",
            {"thing": "id:foreign-investors-strategy-hub-brussels"},
            "broader",
            "creativeIndustries digitalTechnologies finance legalAndPublicAffairs lifeSciences "
            "sustainableEconomy",
        ),
        (
            "cooperation-of",
            {"actor": "hub.brussels"},
            "partner",
            "brussels-economic-commercial-attaches innoviris",
        ),
        ("plans-handed-over", {}, "recipient", "jean-claude-marcourt"),
        ("plans-handed-over", {}, "date", "2015-09-18"),
        ("agencies", {}, "predecessor", "brussels-invest-export"),
        ("agreements-of-companies", {"region": "Wallonie"}, "company", "bea promethera"),
        (
            "agreements-of-companies",
            {"region": "Wallonie"},
            "otherSignatory",
            "seoul-metro unnamed-korean-investor",
        ),
        ("contract-parties", {"party": "BEA"}, "role", "ecodip#hasSupplier"),
        (
            "contract-parties",
            {"agreement": "id:agreement-promethera-2017"},
            "role",
            "ecodip#hasInvestor ecodip#hasRecipient",
        ),
        ("exporters", {"place": "Japan"}, "exporter", "brussels-beer-project"),
        (
            "trade-flows",
            {"reporter": "Wallonie", "counterpart": "Japon"},
            "measure",
            "customerRank exports imports",
        ),
        (
            "belongings",
            {"actor": "hub.brussels"},
            "thing",
            "foreign-investors-strategy-hub-brussels international-action-plan-hub-brussels",
        ),
        ("capitals", {}, "place", "seoul tokyo"),
        ("mandates", {"body": "WBI"}, "actsFor", "french-community walloon-region"),
        ("mandates", {"body": "id:awex-wbi-office-japan"}, "through", "awex wbi"),
        ("missions", {}, "attested", "2017-06-09"),
    ],
)
def test_a_competency_question_is_answered(
    project: Project, query: str, given: dict[str, str], column: str, answer: str
) -> None:
    rows = project.query(query, **given)
    found = {str(getattr(row, column)).rsplit("/", 1)[-1] for row in rows if column in row}
    assert " ".join(sorted(found)) == answer


def test_an_exporter_is_told_with_the_time_since_when(project: Project) -> None:
    (row,) = project.query("exporters", exporter="id:brussels-beer-project")
    assert (row.market, row.valid) == (f"{_ID}japan", "2013/..")
    assert not project.query("exporters", place="id:south-korea")


def test_what_the_agreement_of_2005_covers_is_told(project: Project) -> None:
    rows = project.query("purpose-of-agreement", agreement="id:agreement-cooperation-2005")
    told = {row.textEn for row in rows}
    assert "The agreement of 2005 is about export promotion only." in told


# -- who signs, who speaks -------------------------------------------------------------------------

_AUTHORITY = NamedNode("https://w3id.org/ecodip/graph/authority")


def _more(project: Project, *triples: tuple[NamedNode, NamedNode, Term]) -> Project:
    """The project with more statements, as of its authority file."""
    other = Project(ROOT)
    quads = (Quad(*triple, _AUTHORITY) for triple in triples)
    other.__dict__["store"] = Store.of([*project.store.quads(), *quads])
    return other


def _signed(project: Project) -> dict[str, int]:
    """How many agreements each region has signed."""
    rows = project.query("agreements-by-region")
    return {row.region.rsplit("/", 1)[-1]: row.agreements for row in rows}


def test_what_companies_sign_does_not_count_for_their_region(project: Project) -> None:
    companies = project.query("agreements-of-companies", region="Wallonie")
    assert len({row.agreement for row in companies}) == 2
    assert _signed(project) == {
        "brussels-capital-region": 3,
        "aichi-prefecture": 1,
        "flemish-region": 0,
        "walloon-region": 0,
    }


@pytest.mark.parametrize(
    ("status", "post_in", "count"),
    [
        ("done", "flemish-government", 1),
        ("done", "flemish-region", 1),
        ("done", "inex", 0),  # a company seated there
        ("planned", "flemish-government", 0),
    ],
)
def test_what_office_holders_sign_counts_once_it_is_signed(
    project: Project, status: str, post_in: str, count: int
) -> None:
    pact, holder, post = (NamedNode(f"{_ID}made-{name}") for name in ("pact", "holder", "post"))
    other = _more(
        project,
        (pact, ECODIP.hasSignatory, holder),
        (pact, ECODIP.hasStatus, SCHEME[status]),
        (holder, ECODIP.hasHeldPost, post),
        (post, ECODIP.isPostIn, NamedNode(_ID + post_in)),
    )
    assert _signed(other)["flemish-region"] == count


def test_what_no_named_speaker_says_is_told_apart(project: Project) -> None:
    own = project.query("unattributed-claims")
    assert {found.speaker for row in own for found in row.evidence} == {None}
    sources = {row.source.rsplit("/", 1)[-1] for row in own}
    assert sources == {"aichi-2017", "mission-japon", "quinze-contrats"}  # the others have authors
    opinions = project.query("opinions")
    unsaid = {row.evidence[0].claim for row in opinions if row.speaker is None}
    listed = {found.claim for row in own for found in row.evidence}
    assert 0 < len(unsaid) < len({row.evidence[0].claim for row in opinions})
    assert unsaid <= listed


def test_a_row_on_the_word_of_somebody_says_whose(project: Project) -> None:
    (told,) = {row.accordingTo for row in project.query("belongings", actor="hub.brussels")}
    assert told == f"{_ID}pascal-smet"
    assert "accordingTo" not in project.query("contract-parties").variables
    assert "accordingTo" not in project.query("opinions").variables  # it has a column of speakers


def test_an_answer_belongs_to_its_question(project: Project) -> None:
    rows = project.query("questions-and-answers", source="source:question-369")
    asked: dict[int, dict[int, set[str]]] = {}
    for row in rows:
        passages = asked.setdefault(row.startQuestion, {})
        passages.setdefault(row.start, set()).add(row.speaker.rsplit("/", 1)[-1])
    assert len(asked) == 6
    # The whole question has what leads up to its five questions; those have the statements.
    whole = min(asked)
    assert asked.pop(whole) == {whole: {"bianca-debaets", "flemish-region"}}
    for start, passages in asked.items():
        question, answer = passages
        assert start == question < answer
        assert [*passages.values()] == [{"bianca-debaets"}, {"pascal-smet"}]
    for passages in asked.values():
        (said,) = (start for start in passages if start not in asked)
        places = [row.evidence[0].spans[0][0] for row in rows if row.start == said]
        assert places == sorted(places)


def test_the_passages_hold_the_claims_that_they_count(project: Project) -> None:
    rows = project.query("passages", source="source:question-369")
    claims = project.claims(source="question-369")
    assert sum(row.statements for row in rows) == len(claims) > 300
    assert {row.speaker.rsplit("/", 1)[-1] for row in rows} > {"bianca-debaets", "pascal-smet"}
    assert all(row.start < row.end for row in rows)


def test_those_of_whom_only_a_question_speaks_are_among_the_unnamed(project: Project) -> None:
    rows = project.query("unnamed-parties")
    found = {row.party.rsplit("/", 1)[-1]: row for row in rows}
    colleague = found["unnamed-flemish-colleague-smet"]
    assert colleague.modality.endswith("/question")
    assert colleague.accordingTo == f"{_ID}bianca-debaets"
    assert "european-smart-city-initiatives" not in found  # unnamed, and no actor
    assert "seoul" not in found
    asked = project.query("claims-about", thing="unnamed Flemish counterpart of Pascal Smet")
    assert {row.modality.rsplit("/", 1)[-1] for row in asked} == {"question"}


# -- time, place and figures -----------------------------------------------------------------------


def _holders(project: Project, date: str, post: str = "id:post-foreign-trade-brussels") -> list[
    tuple[str, str]
]:  # fmt: skip
    """Holder and how the holder is attested, with the date that does."""
    columns = ("attestedThen", "attestedBefore", "attestedAfter", "start", "end")
    return [
        (
            row.holder.rsplit("/", 1)[-1],
            " ".join(f"{name} {getattr(row, name)}" for name in columns if name in row),
        )
        for row in project.query("holders-on", date=date, post=post)
    ]


@pytest.mark.parametrize(
    ("date", "holders"),
    [
        ("2015-01-01", [("cecile-jodogne", "attestedAfter 2017-06")]),
        ("2017-06-12", [("cecile-jodogne", "attestedThen 2017-06")]),
        (
            "2019-06-01",
            [
                ("cecile-jodogne", "attestedBefore 2017-06"),
                ("pascal-smet", "attestedAfter 2021-03-31"),
            ],
        ),
        ("2021-03-31", [("pascal-smet", "attestedThen 2021-03-31")]),
        ("2022-01-01", [("pascal-smet", "attestedBefore 2021-03-31")]),
    ],
)
def test_the_holder_of_a_post_on_a_day_is_told_by_how_it_is_attested(
    project: Project, date: str, holders: list[tuple[str, str]]
) -> None:
    assert _holders(project, date) == holders


def test_a_tenure_with_start_and_end_holds_between_them(project: Project) -> None:
    graph = NamedNode("https://w3id.org/ecodip/graph/authority")
    ecodip = "https://w3id.org/ecodip#"
    made, post = NamedNode(f"{_ID}made"), NamedNode(f"{_ID}made-post")
    literal = {"start": ("2018-03", "gYearMonth"), "end": ("2020", "gYear")}
    more = [
        Quad(made, RDF.type, NamedNode(f"{ecodip}Tenure"), graph),
        Quad(post, RDF.type, NamedNode(f"{ecodip}Post"), graph),
        Quad(made, NamedNode(f"{ecodip}hasPost"), post, graph),
        Quad(made, NamedNode(f"{ecodip}hasHolder"), NamedNode(f"{_ID}someone"), graph),
        *(
            Quad(made, NamedNode(f"{ecodip}{end}Date"), Literal(day, datatype=XSD[kind]), graph)
            for end, (day, kind) in literal.items()
        ),
    ]
    other = Project(ROOT)
    other.__dict__["store"] = Store.of([*project.store.quads(), *more])
    for day in ("2018-03-01", "2019-01-01", "2020-12-31"):
        assert _holders(other, day, f"{_ID}made-post") == [("someone", "start 2018-03 end 2020")]
    for day in ("2018-02-28", "2021-01-01"):
        assert _holders(other, day, f"{_ID}made-post") == []


def _events(project: Project, since: str, until: str) -> dict[str, str]:
    """Event and the modalities of its dates."""
    rows = project.query("events-between", since=since, until=until)
    names = ("startModality", "endModality")
    return {
        row.event.rsplit("/", 1)[-1]: " ".join(
            getattr(row, name).rsplit("/", 1)[-1] for name in names if name in row
        )
        for row in rows
    }


def test_events_of_a_period_are_found_whatever_the_precision(project: Project) -> None:
    assert _events(project, "2017-05-31", "2017-06-12") == {
        "opening-brussels-beer-project-tokyo": "fact",  # in May 2017
        "mission-korea-2017": "plan",
        "official-mission-japan-2017": "",  # told to be under way on 9 June 2017
    }
    assert _events(project, "2015-10-20", "2015-10-21") == {
        "mission-france-2015": "fact plan",
        "mission-france-2015-leg-1": "fact fact",
    }
    assert "state-visit-japan-2016" in _events(project, "2016-12-31", "2016-12-31")
    remaining = "remaining-posts-flemish-attaches-2021"  # by summer, as EDTF has it
    assert remaining in _events(project, "2021-07-01", "2021-07-31")
    assert remaining not in _events(project, "2021-10-01", "2021-10-31")
    assert set(_events(project, "2030-06-01", "2030-06-01")) == {"completion-media-park"}
    assert not _events(project, "1999-01-01", "1999-12-31")


def test_one_end_of_a_period_may_be_left_open(project: Project) -> None:
    late = {row.event for row in project.query("events-between", since="2021-04-01")}
    assert late
    assert late < {row.event for row in project.query("events-between")}


@pytest.mark.parametrize(
    ("date", "kind", "since", "until", "found"),
    [
        ("2019-02", "gYearMonth", "2019-02-14", "2019-02-14", True),
        ("2019-02", "gYearMonth", "2019-03-01", "2019-12-31", False),
        ("2019-02-14", "date", "2019-02-14", "2019-02-28", True),
        ("2019-02-14", "date", "2019-02-15", "2019-02-28", False),
        ("2019", "gYear", "2019-12-31", "2020-01-31", True),
    ],
)
def test_an_event_that_is_only_attested_at_a_date_is_found_then(
    project: Project, date: str, kind: str, since: str, until: str, found: bool
) -> None:
    fair = NamedNode(f"{_ID}made-fair")
    when = Literal(date, datatype=XSD[kind])
    other = _more(project, (fair, RDF.type, ECODIP.Event), (fair, ECODIP.attestedDate, when))
    assert ("made-fair" in _events(other, since, until)) is found


FAIR = """\
Loria Trade held a fair during the mission to Borduria. It was full.
The mission to Borduria went on to Loria. A talk was held in Szohod.
"""
FAIR_MENTIONS = (
    ("T1", "Event", "a fair", 0, "id:fair"),
    ("T2", "Mission", "the mission to Borduria", 0, "id:mission-borduria-2019"),
    ("T3", "Mission", "The mission to Borduria", 0, "id:mission-borduria-2019"),
    ("T4", "Country", "Loria", 1, "id:loria"),
    ("T5", "Event", "A talk", 0, "id:talk"),
    ("T6", "City", "Szohod", 0, "id:szohod"),
    ("T7", "takesPlaceIn", "went on", 0, None),
)
FAIR_LINES = """\
R1\tisSubEventOf Arg1:T1 Arg2:T2
R2\tisSubEventOf Arg1:T5 Arg2:T2
R3\ttakesPlaceIn Arg1:T5 Arg2:T6
"""
ELSEWHERE = "E1\ttakesPlaceIn:T7 Subject:T3 Object:T4\n"


@pytest.mark.parametrize(
    ("more", "placed"),
    [
        ("", True),
        (ELSEWHERE, False),  # then the fair may have been there
        (ELSEWHERE + "A1\tModality E1 plan\n", False),
        (ELSEWHERE + "A1\tNegated E1\n", True),
        ("R4\ttakesPlaceIn Arg1:T1 Arg2:T4\n", False),  # it has a place of its own
    ],
)
def test_a_part_of_a_mission_is_where_the_mission_is_if_that_is_in_one_country_only(
    corpus: Corpus, more: str, placed: bool
) -> None:
    mentions = [m for m in FAIR_MENTIONS if m[0] != "T7" or "T7" in more]
    corpus.add("fair", FAIR, annotation(FAIR, mentions, FAIR_LINES + more))
    project = Project(corpus.root, texts=corpus.texts)
    project.__dict__["store"] = Store.of(project.assemble().quads)
    mission = f"{_ID}mission-borduria-2019"
    for query, column in (("events-in", "event"), ("in-country", "thing")):
        given = {"place" if query == "events-in" else "country": "id:borduria"}
        rows = {getattr(row, column): row for row in project.query(query, **given)}
        assert (f"{_ID}fair" in rows) is placed
        assert rows[f"{_ID}talk"].whole is None
        assert rows[mission].whole is None
        if placed:
            fair = rows[f"{_ID}fair"]
            assert fair.whole == mission
            assert {one.words for one in fair.evidence} == {
                "mission to Borduria … Borduria", "a fair … the mission to Borduria",
            }  # fmt: skip
    concluded = "SELECT ?where { id:fair ecodip:takesPlaceIn ?where }"  # never an inferred triple
    found = project.sparql(concluded)
    assert isinstance(found, Answer)
    assert f"{_ID}borduria" not in {row["where"].value for row in found}  # type: ignore[union-attr]


def test_what_is_in_a_country_is_found_through_its_parts(project: Project) -> None:
    rows = project.query("in-country", country="Belgium")
    found = {
        (row.thing.rsplit("/", 1)[-1], row["where"].value.rsplit("/", 1)[-1])  # type: ignore[union-attr]
        for row in rows
    }
    assert ("bea", "liege") in found
    assert ("anechoic-chambers-agc-gosselies", "gosselies") in found
    planned = {row.thing.rsplit("/", 1)[-1] for row in rows if row.modality.endswith("/plan")}
    assert {"rtbf", "move-rtbf-vrt-media-park"} <= planned


def test_figures_of_one_unit_stand_together(project: Project) -> None:
    rows = project.query("figures-by-unit", unit="ecs:hectare")
    assert [(row.thing.rsplit("/", 1)[-1], int(row.value)) for row in rows] == [
        ("digital-media-city", 57),
        ("media-park", 20),
    ]
    bound = project.query("figures-by-unit", measure="ecs:numberOfContacts")[0]
    assert (bound.lower, bound.upper) == (400, None)


# -- no rows, and rows that may be cited -----------------------------------------------------------


@pytest.fixture
def invented(pristine: Corpus) -> Callable[[str], Project]:
    """The invented project, asked in a language."""
    return lambda lang: Project(pristine.root, texts=pristine.texts, lang=lang)


@pytest.mark.parametrize(
    ("lang", "actor", "told"),
    [
        ("en", "id:loria", "no rows: the graph holds no claim about Loria"),
        ("fr", "id:loria", "aucune ligne : le graphe ne contient aucun énoncé sur Loria"),
        (
            "en",
            "id:ada-lee",
            "no rows: none of the claims about Ada Lee ({}) answers this question",
        ),
        (
            "fr",
            "id:ada-lee",
            "aucune ligne : aucun des énoncés sur Ada Lee ({}) ne répond à cette question",
        ),
    ],
)
def test_no_rows_say_whether_the_graph_knows_of_the_thing(
    invented: Callable[[str], Project], lang: str, actor: str, told: str
) -> None:
    project = invented(lang)
    about = {c.id for c in project.claims() if NamedNode(_ID + actor[3:]) in (*c.about, c.speaker)}
    answer = project.query("agreements-of", actor=actor)
    assert len(answer) == 0
    assert answer.emptiness == told.format(len(about))


def test_no_rows_to_a_question_about_nothing_in_particular_are_told(project: Project) -> None:
    answer = project.query("events-between", since="1999-01-01", until="1999-12-31")
    assert answer.emptiness == "no rows: the graph holds nothing that answers this"
    assert project.query("missions").emptiness is None


def test_no_rows_are_told_on_standard_error(pristine: Corpus, run: Callable[..., Run]) -> None:
    of = ("--project", str(pristine.root))
    for form in ("table", "csv", "markdown"):
        done = run("query", "agreements-of", "--actor", "id:loria", "--format", form, *of)
        assert done.code == 0
        assert "the graph holds no claim about Loria" in done.err
        assert "no claim" not in done.out


def test_help_says_how_a_parameter_is_written(pristine: Corpus, run: Callable[..., Run]) -> None:
    done = run("query", "holders-on", "--help", "--project", str(pristine.root))
    told = " ".join(done.out.split())
    assert "--date DATE date: a day such as 2017-06-12. [required]" in told
    assert "--post POST Post: an id such as id:…, or a label in any language." in told


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "markdown", "json", "jsonl"])
def test_a_row_can_be_cited_in_every_format(project: Project, form: str) -> None:
    text = project.query("events-of", actor="id:cecile-jodogne").text(form, evidence=True)
    assert "Secrétaire d’Etat" in text  # the words
    assert "2017-06-09" in text  # the date of the source
    assert "Dans la droite ligne" in text  # its title
    assert "fact" in text
    said = project.query("models").text(form, evidence=True)
    assert "Cécile Jodogne" in said  # the speaker
    assert "opinion" in said


def test_json_tells_what_is_asserted(project: Project) -> None:
    records = json.loads(project.query("models").text("json", evidence=True))
    told = {one["asserted"] for record in records for one in record["evidence"]}
    assert told == {True, False}
    for record in records:
        assert record["basis"] == "claims"
        for one in record["evidence"]:
            assert one["source"].startswith("https://w3id.org/ecodip/source/")
            assert one["asserted"] is (one["modality"] == "fact" and not one["negated"])
            assert {"issued", "speaker", "spans", "title", "claim"} <= set(one)


@pytest.mark.parametrize(
    ("query", "given", "basis", "en", "fr"),
    [
        ("where-is", {"place": "id:media-park-site"}, "inferred", "inferred", "déduit"),
        ("identifiers-of", {"thing": "id:tokyo"}, "authority", "authority file", "d'autorité"),
        ("sources", {}, "description", "description of the source", "description de la source"),
    ],
)
def test_a_row_without_claims_says_what_it_rests_on(
    project: Project, query: str, given: dict[str, str], basis: str, en: str, fr: str
) -> None:
    answer = project.query(query, **given)
    rows = [row for row in answer if not row.evidence]
    assert {row.basis for row in rows} == {basis}
    records = json.loads(answer.text("json", evidence=True))
    assert basis in {record["basis"] for record in records}
    for form in ("table", "csv", "markdown"):
        assert f"{en})" in answer.text(form, evidence=True)
        assert f"{fr})" in replace(answer, lang="fr").text(form, evidence=True)
        assert "no claim" not in answer.text(form)


def test_a_row_whose_ground_cannot_be_told_says_so(project: Project) -> None:
    found = project.sparql("SELECT ?x { ?x a ecodip:Agency }", evidence=True)
    assert isinstance(found, Answer)
    assert {row.basis for row in found} == {None}
    assert "(no claim: inferred, or from the authority file)" in found.text("csv", evidence=True)


# -- the values of parameters --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "id:brussels-capital-region",
        "https://w3id.org/ecodip/id/brussels-capital-region",
        "Brussels-Capital Region",
        "Région de Bruxelles-Capitale",
        "region de bruxelles capitale",
        "BRUXELLES",
    ],
)
def test_a_thing_may_be_called_by_id_or_by_a_name_in_any_language(
    project: Project, name: str
) -> None:
    known = project.query("agreements-of", actor=NamedNode(f"{_ID}brussels-capital-region"))
    assert len(known) == 3
    assert project.query("agreements-of", actor=name).text("csv") == known.text("csv")


@pytest.mark.parametrize(
    ("query", "given", "words"),
    [
        ("agreement-of", {}, ("no stored query is called 'agreement-of'", "'agreements-of'")),
        ("agreements-of", {}, ("needs --actor", "Which agreements has an actor signed")),
        (
            "agreements-of",
            {"actr": "BEA"},
            ("no parameter 'actr'", "did you mean 'actor'?", "it has actor"),
        ),
        ("models", {"project": "Media Park"}, ("no parameter 'project'", "it has none")),
        (
            "agreements-of",
            {"actor": "Brusels Capital Region"},
            ("no actor is called 'Brusels Capital Region'", "'Brussels-Capital Region'"),
        ),
        (
            "agreements-of",
            {"actor": "Media Park"},
            ("--actor: 'Media Park' is no actor", "it is: project"),
        ),
        ("agreements-of", {"actor": "id:tokio"}, ("no actor is called 'id:tokio'", "'id:tokyo'")),
    ],
)
def test_a_wrong_request_is_explained(
    project: Project, query: str, given: dict[str, str], words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        project.query(query, **given)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_an_ambiguous_name_is_refused_with_the_choice(project: Project) -> None:
    twin, graph = NamedNode(f"{_ID}other-bea"), NamedNode("https://w3id.org/ecodip/graph/authority")
    actor = NamedNode("https://w3id.org/ecodip#Actor")
    more = [
        Quad(twin, RDF.type, actor, graph),
        Quad(twin, SKOS.prefLabel, Literal("Béa", language="fr"), graph),
    ]
    other = Project(ROOT)
    other.__dict__["store"] = Store.of([*project.store.quads(), *more])
    with pytest.raises(InputError) as caught:
        other.query("agreements-of", actor="bea")
    message = str(caught.value)
    assert "the name of several things" in message
    assert "id:bea (BEA)" in message
    assert "id:other-bea (Béa)" in message
    assert len(other.query("agreements-of", actor="id:bea")) == 1


@pytest.mark.parametrize(
    ("kind", "good", "bad", "words"),
    [
        ("date", "2017-06-12", "12 June 2017", "a day such as"),
        ("decimal", "12.5", "twelve", "a number such as 12.5"),
        ("integer", "12", "1.5", "a number such as 12"),
    ],
)
def test_a_literal_parameter_takes_values_of_its_type_only(
    project: Project, kind: str, good: str, bad: str, words: str
) -> None:
    text = f"{HEADER}#+ params:\n#+   x: {kind}\nSELECT ?x {{ VALUES ?x {{ 1 }} }}\n"
    query = parse(text, file="queries/x.rq", name="x")
    asker = project._asker
    assert asker.ask(query, {"x": good}) is not None
    with pytest.raises(InputError, match=f"'{bad}' is no {kind}; write {words}"):
        asker.ask(query, {"x": bad})


# -- files that are refused ----------------------------------------------------------------------

HEADER = "#+ summary: Which?\n#+ summary-fr: Lesquels ?\n#+ tags: [a]\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("SELECT ?x { ?x ?y ?z }", "query-summary", 1, "summary-fr"),
        ("#+ summary: a: b\nSELECT ?x { ?x ?y ?z }", "query-header", 1, "mapping values"),
        (HEADER + "#+ tag: [a]\nSELECT ?x { ?x ?y ?z }", "query-key", 1, "mean 'tags'"),
        (HEADER.replace("[a]", "a") + "SELECT ?x { ?x ?y ?z }", "query-entry", 3, "tags"),
        (HEADER + "#+ params: [x]\nSELECT ?x { ?x ?y ?z }", "query-entry", 4, "params"),
        (HEADER + "#+ example: {x: a}\nSELECT ?x { ?x ?y ?z }", "query-example", 1, "example"),
        (HEADER + "#+ home: pie\nSELECT ?x { ?x ?y ?z }", "query-home", 4, "timeline"),
        (HEADER + "SELECT ?x {\n  ?x ?y\n}", "query-syntax", 6, "no query"),
        (
            HEADER + "SELECT ?x {\n  ?x ex:p ?z\n}",
            "query-syntax",
            5,
            "the prefix ex: is not declared",
        ),
        (HEADER + "SELECT ?x {\n  << ?x ?y ?z }", "query-syntax", 5, "no query"),
        (HEADER + "CONSTRUCT { ?x a ?y } { ?x a ?y }", "query-form", 4, "SELECT"),
        (HEADER + "ASK { ?x a ?y }", "query-form", 4, "SELECT"),
        (
            HEADER + "#+ params:\n#+   who: Actor\nSELECT ?x { ?x a ?who }",
            "query-parameter",
            5,
            "add ?who to SELECT",
        ),
        (
            HEADER + "#+ params:\n#+   project: Actor\nSELECT ?project { ?x a ?project }",
            "query-reserved",
            5,
            "rename it",
        ),
    ],
)
def test_a_malformed_query_is_located(text: str, code: str, line: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, file="queries/x.rq", name="x")
    (finding,) = caught.value.findings
    assert isinstance(finding, Finding)
    assert (finding.code, finding.file, finding.line) == (code, "queries/x.rq", line)
    assert words in finding.message("en")
    assert finding.message("fr") != finding.message("en")


def test_every_option_of_a_question_is_a_reserved_name(run: Callable[..., Run]) -> None:
    shown = run("query", "companies", "--help").out
    options = set(re.findall(r"^ +(?:-., )?--([a-z]+)", shown, re.MULTILINE))
    assert options | {"from", "to", "view"} == RESERVED


def test_a_malformed_query_does_not_stop_the_others(corpus: Corpus) -> None:
    bad = corpus.root / "queries" / "bad.rq"
    bad.write_text(f"{HEADER}SELECT", encoding="utf-8")
    (corpus.root / "queries" / "worse.rq").write_bytes(b"#+ summary: \xff\n")
    found, findings = load(Project(corpus.root).layout)
    assert set(found) == {file.stem for file in FILES}
    assert sorted(finding.code for finding in findings) == ["not-utf8", "query-syntax"]
    with pytest.raises(InputError, match="query-syntax"):
        Project(corpus.root).stored("bad")


def test_no_query_asks_another_server(project: Project) -> None:
    text = "SELECT ?x { SERVICE <http://localhost:9/sparql> { ?x ?y ?z } }"
    with pytest.raises(InputError, match="sends nothing over the network"):
        project.sparql(text)
    with pytest.raises(InputError, match="sends nothing over the network"):
        parse(HEADER + text, file="queries/x.rq", name="x")
