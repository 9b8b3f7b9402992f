"""The pages of stored questions and of SPARQL, as the application answers them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from kg.asker import CLAIM, REPORTER
from kg.errors import InputError
from kg.project import Project
from kg.results import Answer
from kg.web.application import Application
from kg.web.exchange import Request, Response
from kg.words import Words
from tests.corpus import Corpus


@pytest.fixture(scope="module")
def app(project: Project) -> Application:
    return Application(project)


def get(app: Application, url: str) -> Response:
    path, _, query = url.partition("?")
    return app.respond(Request(path, tuple(parse_qsl(query, keep_blank_values=True))))


def text(response: Response) -> str:
    """What people read."""
    page = response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def breaking(response: Response) -> str:
    """A page with plain spaces only."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_french_signs_stay_with_their_words_and_code_is_left_alone(app: Application) -> None:
    page = unescape(get(app, "/queries/events-between.fr.html").content.decode())
    summary = app.project.queries()["events-between"].summary["fr"]
    assert summary.endswith(" ?")
    assert f"{summary[:-2]}\N{NO-BREAK SPACE}?</h1>" in page
    assert app.project.queries()["events-between"].text.strip() in page


def test_every_stored_question_is_listed_once_in_its_language(app: Application) -> None:
    queries = app.project.queries()
    for lang in ("en", "fr"):
        page = breaking(get(app, f"/queries.{lang}.html"))
        links = re.findall(r'href="queries/([^"#]+)\.(?:en|fr)\.html"', page)
        assert sorted(links) == sorted(queries)
        assert all(query.summary[lang] in unescape(page) for query in queries.values())


def test_every_description_is_there_in_both_languages(app: Application) -> None:
    queries = app.project.queries().values()
    assert [q.name for q in queries if q.descriptions and set(q.descriptions) != {"en", "fr"}] == []
    page = unescape(get(app, "/queries/missions.fr.html").content.decode())
    assert app.project.queries()["missions"].descriptions["fr"] in page
    assert '<p class="lead">' in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_example_is_answered_with_all_its_rows(app: Application, lang: str) -> None:
    for name, query in app.project.queries().items():
        example = "&".join(f"{key}={value}" for key, value in query.example.items())
        response = get(app, f"/queries/{name}.{lang}.html?{example}")
        assert response.status == 200
        rows = len(app.project.query(name, **query.example))
        assert response.content.count(b"<tr>") == 1 + rows, name


def test_columns_parameters_and_topics_are_called_something_in_both_languages(
    app: Application,
) -> None:
    words = Words.read(app.project.layout)
    queries = app.project.queries().values()
    names = {tag for query in queries for tag in query.tags}
    names |= {parameter.name for query in queries for parameter in query.parameters}
    for query in queries:
        answer = app.project.sparql(query.text)
        assert isinstance(answer, Answer)
        names |= {name for name in answer.variables if not CLAIM.fullmatch(name)}
    assert len(names) > 50
    for lang in ("en", "fr"):
        assert [name for name in sorted(names) if words.of(name, lang) is None] == []
    assert set(words.known) - {REPORTER} <= names


@pytest.mark.parametrize(
    ("content", "reason"),
    [("[actor]\nen = 'actor'\n", "[actor] needs en and fr"), ("actor", "Expected")],
)
def test_words_that_cannot_be_used_are_told_of(corpus: Corpus, content: str, reason: str) -> None:
    (corpus.root / "queries" / "words.toml").write_text(content)
    with pytest.raises(InputError) as caught:
        Words.read(Project(corpus.root).layout)
    finding = caught.value.findings[0]
    assert (finding.code, finding.file) == ("query-words", "queries/words.toml")
    assert reason in finding.message()


def test_a_form_has_a_labelled_field_for_each_parameter_and_marks_required_ones(
    app: Application,
) -> None:
    page = get(app, "/queries/holders-on.en.html").content.decode()
    assert re.search(r'<input id="f-date" name="date" type="date"[^>]* required', page)
    assert re.search(r'<input id="f-post" name="post" type="text"[^>]*list="l-post"', page)
    assert not re.search(r'<input id="f-post"[^>]* required', page)
    assert '<label for="f-date">date</label>' in page
    assert "<table" not in page


def test_a_name_in_either_language_or_an_id_is_understood(app: Application) -> None:
    pages = [
        get(app, f"/queries/agreements-of.en.html?actor={value}")
        for value in ("id:seoul", "Seoul", "S%C3%A9oul")
    ]
    assert [page.status for page in pages] == [200, 200, 200]
    assert len({page.content.count(b"<tr>") for page in pages}) == 1


@pytest.mark.parametrize(
    ("url", "field", "kept", "words"),
    [
        ("agreements-of.en.html?actor=Seool", "actor", "Seool", "Did you mean “"),
        ("agreements-of.fr.html?actor=Seool", "actor", "Seool", "Rien de la nature « acteur »"),
        ("agreements-of.en.html?actor=Media Park", "actor", "Media Park", "it is: project"),
        ("events-between.fr.html?since=hier", "since", "hier", "Un jour comme 2017-06-12."),
        ("holders-on.en.html?post=id:post-foreign-trade-brussels", "date", "", "This is needed"),
    ],
)
def test_a_wrong_value_is_kept_and_told_of_at_its_field(
    app: Application, url: str, field: str, kept: str, words: str
) -> None:
    response = get(app, f"/queries/{url}")
    page = unescape(breaking(response))
    assert response.status == 400
    entry = re.search(rf'<input id="f-{field}"[^>]*>\s*<strong class="error" id="e-{field}">', page)
    assert entry is not None
    assert f'value="{kept}"' in entry[0]
    assert 'aria-invalid="true"' in entry[0]
    assert words in page


def test_rows_show_their_words_with_a_link_to_where_they_stand(app: Application) -> None:
    row = app.project.query("agreements-of", actor="Seoul")[0]
    found = row.evidence[0]
    start, end, words = found.spans[0]
    source = found.source.rpartition("/")[2]
    page = get(app, "/queries/agreements-of.en.html?actor=Seoul").content.decode()
    assert re.search(rf'href="../source/{source}.en.html#char={start},{end}">{words}</a>', page)


def test_an_answer_without_rows_says_why(app: Application) -> None:
    page = text(get(app, "/queries/agreements-of.en.html?actor=id:louise"))
    assert "none of the claims about" in page or "no claim about" in page


def test_an_answer_is_shown_as_the_pictures_that_its_columns_allow(app: Application) -> None:
    plain = get(app, "/queries/events-between.en.html").content.decode()
    assert 'href="events-between.en.html?view=timeline#answer"' in plain
    assert "<svg" not in plain.partition("</header>")[2].partition("<footer")[0]
    drawn = get(app, "/queries/events-between.en.html?view=timeline").content.decode()
    assert "<svg" in drawn.partition('id="answer"')[2]
    assert '<table class="answer"' not in drawn
    assert "view=timeline" not in get(app, "/queries/models.en.html").content.decode()


def test_a_picture_can_be_had_as_a_file(app: Application) -> None:
    found = get(app, "/queries/events-between.svg?since=2017-05-15&lang=fr")
    assert found.type == "image/svg+xml"
    assert 'lang="fr"' in found.content.decode()
    assert "style-src 'unsafe-inline'" in found.header("Content-Security-Policy")
    refused = get(app, "/queries/models.svg?view=timeline")
    assert refused.status == 404
    assert b"timeline" not in refused.content.partition(b"as: ")[2]


@pytest.mark.parametrize("kind", ["svg", "csv", "html"])
def test_a_picture_links_its_files_and_each_of_them_answers(app: Application, kind: str) -> None:
    shown = get(app, "/queries/events-between.fr.html?since=2017-05-15&view=timeline&to=2018")
    page = shown.content.decode()
    assert "data:" not in page
    (link,) = re.findall(rf'href="(events-between\.fr\.timeline\.{kind}[^"]*)"', page)
    found = get(app, f"/queries/{unescape(link)}")
    assert found.status == 200
    assert found.header("Content-Language") == "fr"
    assert f'filename="events-between.{kind}"' in found.header("Content-Disposition")
    assert len(found.content) > 100


def test_a_timeline_can_be_narrowed_to_some_dates(app: Application) -> None:
    path = "/queries/events-between.en.html?view=timeline"
    whole, narrow = get(app, path), get(app, f"{path}&from=2017&to=2017-06")
    assert 0 < len(names(narrow)) < len(names(whole))
    page = narrow.content.decode()
    assert 'name="from" value="2017"' in page
    assert '<input type="hidden" name="view" value="timeline">' in page
    rows = page.partition("<table>")[2].count("<tr>")
    assert rows < whole.content.decode().partition("<table>")[2].count("<tr>")


def names(response: Response) -> set[str]:
    """What a timeline shows."""
    drawing = response.content.decode().partition("<svg xmlns")[2].partition("</svg>")[0]
    return set(re.findall(r'<a href="([^"]+)"', drawing))


def test_a_time_in_which_nothing_was_is_said_so(app: Application) -> None:
    page = get(app, "/queries/events-between.en.html?view=timeline&from=1850&to=1851")
    assert page.status == 200
    assert "Nothing lies between these dates." in text(page)


def test_what_is_no_date_is_said_so_and_passed_over(app: Application) -> None:
    path = "/queries/events-between.en.html?view=timeline"
    page = get(app, f"{path}&from=May")
    assert "A year, a month or a day" in text(page)
    assert 'aria-invalid="true"' in page.content.decode()
    assert names(page) == names(get(app, path))


def test_a_table_has_no_form_for_dates(app: Application) -> None:
    assert b'name="from"' not in get(app, "/queries/events-between.en.html").content


def test_a_static_page_answers_its_example_and_asks_nothing_of_a_server(project: Project) -> None:
    page = get(Application(project, is_static=True), "/queries/agreements-of.en.html")
    assert page.status == 200
    assert b"<form" not in page.content
    assert b"<table" in page.content
    assert b"curl" not in page.content.replace(b"curl.css", b"")


def test_an_unknown_question_is_not_found(app: Application) -> None:
    assert get(app, "/queries/nothing.en.html").status == 404


def test_a_query_is_answered_on_the_page_with_labels_links_and_evidence(app: Application) -> None:
    query = "SELECT ?s ?claim { ?claim a ecc:Claim ; rdf:subject ?s } LIMIT 5"
    response = get(app, f"/sparql.en.html?query={query}")
    page = response.content.decode()
    assert response.status == 200
    assert '<th scope="col">?s</th>' in page
    assert '<a href="id/' in page
    assert re.search(r"<summary>\d claim", page)
    assert f"{query}</textarea>" in page


def test_triples_and_truth_are_shown_too(app: Application) -> None:
    assert "Yes" in text(get(app, "/sparql.en.html?query=ASK { ?s ?p ?o }"))
    assert "Non" in text(get(app, "/sparql.fr.html?query=ASK { ?s a ecodip:Nothing }"))
    page = get(app, "/sparql.en.html?query=CONSTRUCT WHERE { ?s a ecodip:Mission }").content
    assert b"?subject" in page
    assert b"format=turtle" in page


def test_the_place_of_an_error_is_marked_and_told(app: Application) -> None:
    query = "SELECT * {\n  ?s foo:bar ?o\n}".replace("\n", "%0A")
    response = get(app, f"/sparql.fr.html?query={query}")
    page = breaking(response)
    assert response.status == 400
    assert "Ligne 2, colonne 6 :" in page
    assert '<li class="wrong"><code>  ?s <mark>foo:bar</mark> ?o</code></li>' in page
    assert 'aria-describedby="error" data-line="2" data-column="6"' in page


def test_no_more_rows_are_shown_than_a_page_holds_and_all_can_be_had(app: Application) -> None:
    page = get(app, "/sparql.en.html?query=SELECT * { ?s ?p ?o }").content.decode()
    assert page.count("<tr>") < 1_100
    assert "The first 1,000 rows; there are more" in page
    assert 'href="sparql?query=SELECT+%2A+%7B+%3Fs+%3Fp+%3Fo+%7D&amp;format=csv"' in page


def test_a_variable_named_claim_that_holds_none_is_shown_as_it_is(app: Application) -> None:
    page = text(get(app, "/sparql.en.html?query=SELECT ?claim { ?claim a ecodip:Mission }"))
    assert "what it holds is no claim" in page
    assert "?claim" in page


def test_what_a_query_holds_is_text_on_the_page(app: Application) -> None:
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) ("</textarea><b>" AS ?y) {}'
    page = get(app, f"/sparql.en.html?query={query}").content
    assert b"<script>alert" not in page
    assert b"</textarea><b>" not in page


def test_a_stored_question_or_a_starter_can_be_begun_with(app: Application) -> None:
    page = unescape(get(app, "/sparql.en.html?stored=missions").content.decode())
    assert app.project.queries()["missions"].text.strip() in page
    assert get(app, "/sparql.en.html?stored=nothing").status == 404
    starters = re.findall(r'href="sparql\.en\.html\?start=(\w+)"', page)
    assert len(starters) == 4
    for name in starters:
        begun = get(app, f"/sparql.en.html?start={name}").content.decode()
        query = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", begun, re.DOTALL)
        assert query is not None
        asked = app.project.sparql(unescape(query[1]))
        assert isinstance(asked, bool | tuple) or len(asked) > 0


def test_completion_knows_every_class_with_labels_and_definitions(app: Application) -> None:
    import json

    found = json.loads(get(app, "/sparql-terms.json").content)
    assert found["prefixes"] == dict(app.prefixes)
    terms = {term["name"]: term for term in found["terms"]}
    claim = terms["ecc:Claim"]
    assert claim["kind"] == "class"
    assert claim["en"]
    assert claim["fr"]
    assert claim["about-fr"]


def test_a_question_that_cannot_be_asked_is_told_in_the_language_of_the_page(
    built: Corpus,
) -> None:
    (built.root / "queries" / "wrong.rq").write_text(
        "#+ summary: a\n#+ summary-fr: b\n#+ tags: [a]\n#+ params:\n#+   actor: Actr?\n"
        "SELECT ?actor { ?actor ?p ?o }\n",
        encoding="utf-8",
    )
    app = Application(Project(built.root))
    found = app.respond(Request("/queries/wrong.fr.html", (("actor", "x"),)))
    assert found.status == 400
    words = unescape(found.content.decode())
    assert "qui n'est pas une classe de l'ontologie" in words
    assert "which is no class" not in words
