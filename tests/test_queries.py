"""The stored questions: each parses, answers as expected, and shows the words it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.findings import Finding
from kg.namespaces import RDF, SKOS
from kg.project import Project
from kg.queries import StoredQuery, load, parse
from kg.results import Answer
from kg.store import Store
from kg.terms import Term
from tests.corpus import ROOT, Corpus

FILES = sorted((ROOT / "queries").glob("*.rq"))
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


def test_there_are_at_least_eighteen_queries() -> None:
    assert len(FILES) >= 18


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


def test_every_term_of_the_ontology_is_used_by_a_query(project: Project) -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    used = set(re.findall(r"ecodip:(\w+)|^#[+]   \w+: (\w+)", text, re.MULTILINE))
    schema = project.reading.schema
    own = {
        name
        for terms in (schema.classes, schema.properties)
        for name, term in terms.items()
        if term.value.startswith(schema.namespace)
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
            ("no Actor is called 'Brusels Capital Region'", "'Brussels-Capital Region'"),
        ),
        (
            "agreements-of",
            {"actor": "Media Park"},
            ("--actor: 'Media Park' is no Actor", "it is: project"),
        ),
        ("agreements-of", {"actor": "id:tokio"}, ("no Actor is called 'id:tokio'", "'id:tokyo'")),
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
        ("SELECT ?x { ?x ?y ?z }", "query-header", 1, "summary-fr"),
        ("#+ summary: a: b\nSELECT ?x { ?x ?y ?z }", "query-header", 1, "mapping values"),
        (HEADER + "#+ tag: [a]\nSELECT ?x { ?x ?y ?z }", "query-header", 1, "mean 'tags'"),
        (HEADER.replace("[a]", "a") + "SELECT ?x { ?x ?y ?z }", "query-header", 3, "tags"),
        (HEADER + "#+ params: [x]\nSELECT ?x { ?x ?y ?z }", "query-header", 4, "params"),
        (HEADER + "#+ example: {x: a}\nSELECT ?x { ?x ?y ?z }", "query-header", 1, "example"),
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
