"""Pages of sources, claims, quality, ontology and shapes: what they show, and that links hold."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.claims import Span
from kg.conflicts import of as conflicts_of
from kg.coverage import coverage
from kg.namespaces import ECCS, RDF
from kg.project import Project
from kg.web.application import Application
from kg.web.claim_index import ClaimIndex
from kg.web.exchange import Request, Response
from kg.web.faces import claims as claims_face
from kg.web.faces.quality import percent
from kg.web.marked import known_by, marked
from kg.web.quality import Quality
from kg.web.vocabulary import Vocabulary, named_shapes
from tests.corpus import ECODIP, ROOT, VISIT, Corpus, annotation, claim_path

BOTH = ("en", "fr")
OURS = ("/source", "/claims", "/quality", "/ontology", "/scheme/", "/shapes")


class Page(HTMLParser):
    """What a page holds: ids, links, words, and the words of its marked text alone."""

    def __init__(self, response: Response, path: str) -> None:
        super().__init__()
        self.status = response.status
        self.html = response.content.decode()
        self.path = path
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.marks: list[dict[str, str]] = []
        self.words = ""
        self.marked = ""
        self._depth = 0
        self._hidden = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "a":
            self.links.append(told["href"])
        if tag == "mark" and "data-place" in told:
            self.marks.append(told)
        if tag == "div" and (self._depth or told.get("class") == "marked"):
            self._depth += 1
        if tag == "span" and (self._hidden or told.get("class") == "gap"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1
        if tag == "span" and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._depth and not self._hidden:
            self.marked += data


def get(app: Application, path: str, lang: str = "en") -> Page:
    """The page of a resource, with the query after ``?``."""
    parts = urlsplit(path)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    full = f"{unquote(parts.path)}.{lang}.html"
    return Page(app.respond(Request(full, query, headers={"accept": "text/html"})), full)


@pytest.fixture(scope="module")
def app(pristine: Corpus) -> Application:
    """The invented project without its texts."""
    return Application(Project(pristine.root))


@pytest.fixture(scope="module")
def reader(pristine: Corpus) -> Application:
    """The invented project with its texts at hand."""
    return Application(Project(pristine.root, texts=pristine.texts))


@pytest.fixture(scope="module")
def static(pristine: Corpus) -> Application:
    """The invented project as files, its texts at hand."""
    return Application(Project(pristine.root, texts=pristine.texts), is_static=True)


@pytest.fixture(scope="module")
def flawed(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The invented project with a mission of nobody and an opinion of nobody."""
    found = Corpus(tmp_path_factory.mktemp("flawed"), like=pristine)
    for line in ("R1\thasOrganizer Arg1:T2 Arg2:T1\n", "R4\tisLedBy Arg1:T6 Arg2:T5\n"):
        found.edit(found.ann(), line, "")
    with found.ann().open("a", encoding="utf-8") as file:
        file.write("A12\tModality E3 opinion\n")
    project = Project(found.root)
    project.build()
    return project


# -- marked text -----------------------------------------------------------------------------------

places = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted).map(tuple))


@given(st.text(max_size=12), places)
def test_marking_keeps_the_text_and_marks_all_of_each_span(
    text: str, spans: list[tuple[int, int]]
) -> None:
    stack: list[tuple[int, int]] = []
    firsts: Counter[tuple[int, int]] = Counter()
    within: list[frozenset[tuple[int, int]]] = []
    for token in marked(text, spans):
        if token.kind == "open":
            stack.append(token.place)
            firsts[token.place] += token.is_first
        elif token.kind == "close":
            assert stack.pop() == token.place
        else:
            assert token.within == tuple(stack)
            within += [frozenset(stack)] * len(token.text)
    assert stack == []
    assert "".join(token.text for token in marked(text, spans)) == text
    shown = {(a, min(b, len(text))) for a, b in spans if a < min(b, len(text))}
    assert firsts == Counter(dict.fromkeys(shown, 1))
    for place, around in enumerate(within):
        assert around == {span for span in shown if span[0] <= place < span[1]}


def test_what_is_not_known_of_a_text_is_a_gap() -> None:
    known = known_by([Span(2, 4, "ab"), Span(9, 12, "cut off"), Span(5, 6, "two")], 8)
    assert [(t.kind, t.text, t.size) for t in marked(known, [(2, 4)]) if t.kind != "close"] == [
        ("gap", "", 2),
        ("open", "", 0),
        ("text", "ab", 0),
        ("gap", "", 4),
    ]


# -- sources ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", BOTH)
def test_the_list_of_sources_tells_facts_from_what_is_kept_apart(
    app: Application, lang: str
) -> None:
    page = get(app, "/source", lang)
    assert page.status == 200
    visit = app.keep(ClaimIndex).documents["visit"]
    kinds = Counter(claim.asserted for claim in visit.claims)
    assert kinds[False] == 2  # the plan and the denial
    row = page.html[page.html.index(">visit<") :].split("</tr>")[0]
    cells = [cell.split("<")[0] for cell in row.split('<td class="number">')[1:]]
    assert cells == [str(len(visit.claims)), str(kinds[True]), "2"]


@pytest.mark.parametrize("lang", BOTH)
def test_a_text_at_hand_is_shown_whole_with_a_place_for_each_span(
    reader: Application, lang: str
) -> None:
    page = get(reader, "/source/visit", lang)
    assert page.marked == VISIT
    claims = reader.keep(ClaimIndex).documents["visit"].claims
    spans = {f"char={s.start},{s.end}" for claim in claims for s in claim.spans}
    assert len(spans) > 15
    assert {mark["id"] for mark in page.marks if "id" in mark} == spans
    assert len(page.ids) == len(set(page.ids))
    assert [
        c.id.value for c in claims if f"claim={c.id.value.rsplit('/', 1)[-1]}" not in page.ids
    ] == []


def test_a_page_with_a_text_that_is_not_ours_is_for_no_search_engine(reader: Application) -> None:
    response = reader.respond(Request("/source/visit.en.html"))
    assert response.header("x-robots-tag") == "noindex"
    assert b'<meta name="robots" content="noindex">' in response.content
    assert b"belongs to its authors" in response.content
    assert b"noindex" not in reader.respond(Request("/source.en.html")).content


def test_what_is_no_fact_has_marks_and_words_of_its_own(reader: Application) -> None:
    page = get(reader, "/source/visit")
    manners = {mark["data-place"]: mark["class"] for mark in page.marks}

    def at(words: str) -> str:
        start = VISIT.index(words)
        return manners[f"{start},{start + len(words)}"]

    assert at("would follow in") == "m-plan"
    assert at("No branch office exists") == "m-fact m-denied"
    assert at("memorandum") == "m-fact"
    assert page.html.count("denied</span>") >= 1
    assert "not stated as a fact" in page.words


def test_without_the_text_the_words_of_claims_stand_in_order_with_gaps(app: Application) -> None:
    page = get(app, "/source/visit")
    assert "noindex" not in page.html
    assert "The text is not at hand" in page.words
    assert "signed a memorandum there" not in page.words
    assert "Almost 40 firms" in page.marked
    start = VISIT.index("Loria Trade")
    gap = VISIT.index("mission to Borduria") - start - len("Loria Trade")
    assert f"[… {gap}]" in page.words


def test_a_text_that_changed_is_not_shown(built: Corpus) -> None:
    app = Application(Project(built.root, texts=built.texts))
    assert get(app, "/source/visit").marked == VISIT
    (built.texts / "visit.txt").write_text(VISIT.replace("Almost", "Nearly"))
    page = get(app, "/source/visit")
    assert "The text is not at hand" in page.words
    assert "Nearly" not in page.words


def test_files_of_a_site_hold_no_text_though_it_is_at_hand(static: Application) -> None:
    page = get(static, "/source/visit")
    assert "The text is not at hand" in page.words
    assert "signed a memorandum there" not in page.words


def test_what_a_source_says_is_never_markup(corpus: Corpus) -> None:
    text = '<script>alert(1)</script> & "Loria" went.\n'
    mentions = (
        ("T1", "Agency", "<script>alert(1)</script>", 0, "id:loria-trade"),
        ("T2", "Country", '"Loria"', 0, "id:loria"),
    )
    corpus.add("evil", text, annotation(text, mentions, "R1\thasOfficeIn Arg1:T1 Arg2:T2\n"))
    corpus.edit(corpus.ttl("evil"), '"evil"@en', '"<img src=x onerror=alert(1)>"@en')
    Project(corpus.root).build()
    for texts in (None, corpus.texts):
        app = Application(Project(corpus.root, texts=texts))
        for path in ("/source", "/source/evil", claim_path(app, "evil", "R1"), "/claims"):
            page = get(app, path)
            assert page.status == 200
            assert page.tags["img"] == 0
            assert "<script>alert" not in page.html
            assert "<script>alert(1)</script>" in page.words or path == "/source"


def test_a_source_that_does_not_exist_is_told_so(app: Application) -> None:
    page = get(app, "/source/nothing", "fr")
    assert page.status == 404
    assert "Rien n'est décrit" in page.words


# -- claims ----------------------------------------------------------------------------------------


def listed(page: Page) -> list[str]:
    """The pages of the claims that a page lists, each by source and id."""
    return [
        urljoin("/" + page.path.lstrip("/"), link).removesuffix(".en.html").removesuffix(".fr.html")
        for link in page.links
        if "/claim/" in link
    ]


def ids(app: Application, wanted: Callable[..., bool]) -> list[str]:
    return [
        str(app.addresses.path(claim.id.value))
        for claim in app.keep(ClaimIndex).claims
        if wanted(claim)
    ]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("modality=eccs:plan", lambda c: c.modality == "plan"),
        ("negated=true", lambda c: c.negated),
        ("source=source:memo", lambda c: c.source.value.endswith("/memo")),
        ("speaker=id:ada-lee", lambda c: c.speaker and c.speaker.value.endswith("ada-lee")),
        ("property=ecodip:hasSignatory", lambda c: c.predicate == ECODIP.hasSignatory),
        ("about=id:szohod", lambda c: any(t.value.endswith("/szohod") for t in c.about)),
        (
            "source=source:visit&negated=false&modality=eccs:plan&about=",
            lambda c: c.modality == "plan" and not c.negated,
        ),
    ],
)
def test_claims_are_filtered_by_id(
    app: Application, query: str, wanted: Callable[..., bool]
) -> None:
    expected = ids(app, wanted)
    assert expected
    assert listed(get(app, f"/claims?{query}")) == expected


def test_claims_are_filtered_by_the_class_of_what_they_are_about(app: Application) -> None:
    found = listed(get(app, "/claims?class=ecodip:Mission"))
    index = app.keep(ClaimIndex)
    expected = [c for c in index.claims if ECODIP.Mission in index.kinds_of(c)]
    assert [str(app.addresses.path(c.id.value)) for c in expected] == found
    # Members of a sub-class are members by inference.
    assert set(found) <= set(listed(get(app, "/claims?class=ecodip:Event")))


def test_each_value_of_a_filter_tells_how_many_claims_it_leaves(app: Application) -> None:
    found = claims_face.Filtered(app, Request("/claims", (("source", "source:visit"),)))
    for facet in found.facets(str):
        assert facet.values
        for term, count in facet.values:
            query = dict(found.chosen) | {facet.name: term}
            pairs = tuple((name, found.id(value)) for name, value in query.items())
            assert len(claims_face.Filtered(app, Request("/claims", pairs)).claims) == count


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("modality=ecs:plam", ("no claim has", "aucun énoncé")),
        ("modality=ecs:plam", ("eccs:plan", "eccs:plan")),
        ("modality=%3Cscript%3E", ("'<script>'", "'<script>'")),
        ("class=ecodip:Nothing", ("as its class", "comme class")),
        ("sorce=source:visit", ("did you mean 'source'", "les filtres sont source")),
        ("page=0", ("from 1 to", "de 1 à")),
        ("page=99999999999", ("from 1 to", "de 1 à")),
        ("page=x", ("from 1 to", "de 1 à")),
    ],
)
def test_a_filter_that_means_nothing_is_told_in_words(
    app: Application, query: str, words: tuple[str, str]
) -> None:
    for lang, told in zip(BOTH, words, strict=True):
        page = get(app, f"/claims?{query}", lang)
        assert page.status == 400
        assert told in page.words


def test_pages_of_claims_hold_each_claim_once(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims_face, "SIZE", 7)
    path, found = "/claims?source=source:visit", []
    for _ in range(50):
        page = get(app, path)
        found += listed(page)
        following = [link for link in page.links if f"page={len(found) // 7 + 1}" in link]
        if not following:
            break
        path = urljoin("/claims.en.html", following[0]).replace(".en.html", "")
    assert found == ids(app, lambda c: c.source.value.endswith("/visit"))


def test_filtered_claims_are_data_with_labels_and_words(app: Application) -> None:
    page = get(app, "/claims?modality=eccs:plan", "fr")
    link = next(link for link in page.links if link.startswith("claims.csv"))
    query = tuple(parse_qsl(urlsplit(link).query))
    response = app.respond(Request("/claims.csv", query))
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert response.type.startswith("text/csv")
    assert [row["property"] for row in rows] == ["ecodip:startDate"]
    assert rows[0]["subject_label"] == "mission en Bordurie, 2020"
    assert "would follow in" in rows[0]["evidence"]
    told = json.loads(app.respond(Request("/claims.json", query)).content)
    assert told[0]["evidence"][0]["asserted"] is False
    assert len(app.respond(Request("/claims.jsonl")).content.splitlines()) == len(
        app.keep(ClaimIndex).claims
    )
    assert app.respond(Request("/claims.csv", (("modality", "no"),))).status == 400
    assert app.respond(Request("/claims.csv", method="POST")).status == 405


def test_a_claim_has_a_page_with_its_words_manner_and_speaker(app: Application) -> None:
    page = get(app, claim_path(app, "visit", "E1"))
    assert page.status == 200
    for words in ("would follow in", "second mission", "plan", "Ada Lee", "kept apart"):
        assert words in page.words
    assert not [link for link in page.links if link.startswith("../../../why")]
    fact = get(app, claim_path(app, "visit", "R5"), "fr")
    assert "comme fait de cette source" in fact.words
    assert [link for link in fact.links if "why" in link]
    assert get(app, "/source/visit/claim/E999").status == 404
    assert get(app, "/source/nothing/claim/E1").status == 404


def test_claims_that_disagree_stand_on_each_others_pages(built: Corpus) -> None:
    text = "The second mission took place in 2020.\n"
    mentions = (
        ("T1", "Mission", "The second mission", 0, "id:mission-borduria-2020"),
        ("T2", "Date", "2020", 0, "edtf:2020"),
    )
    built.add("other", text, annotation(text, mentions, "R1\tstartDate Arg1:T1 Arg2:T2\n"))
    Project(built.root).build()
    app = Application(Project(built.root))
    one, other = claim_path(app, "visit", "E1"), claim_path(app, "other", "R1")
    assert other in listed(get(app, one))
    assert one in listed(get(app, other))
    page = get(app, "/quality")
    assert {one, other} <= set(listed(page))
    assert "conflict-modality" in page.ids


def test_files_of_a_site_list_all_claims_without_a_form(static: Application) -> None:
    page = get(static, "/claims")
    assert page.tags["form"] == 0
    assert listed(page) == ids(static, lambda _: True)
    assert not [link for path in ("/source/visit", "/ontology/Mission", "/claims")
                for link in get(static, path).links if "?" in link]  # fmt: skip


# -- quality ---------------------------------------------------------------------------------------


def test_quality_tells_what_validation_says(flawed: Project) -> None:
    app = Application(flawed)
    quality, validation = app.keep(Quality), Project(flawed.layout.root).validation()
    told = Counter((v.result.code, v.result.focus, v.inference) for v in quality.verdicts)
    assert told == Counter(
        (v.result.code, v.result.focus, v.inference) for v in validation.violations
    )
    assert sorted(iri.rsplit("#")[-1] for iri in quality.idle) == sorted(validation.idle)
    assert {(one.component, one.term) for one in quality.implied} == {
        (one.component, one.term) for _, one in validation.implied
    }
    assert quality.implied
    assert sum(told.values()) >= 2
    for lang in BOTH:
        page = get(app, "/quality", lang)
        for verdict in quality.verdicts:
            assert verdict.result.message(lang) in page.words
            shape = get(app, str(app.addresses.path(verdict.result.source_shape)), lang)
            assert verdict.result.message(lang) in shape.words


def test_results_are_shown_with_the_claims_they_are_about(flawed: Project) -> None:
    found = {v.result.code: v for v in Application(flawed).keep(Quality).verdicts}
    opinion, mission = found["S49"], found["S13"]
    assert [claim.id for claim in opinion.claims] == [opinion.focus]
    assert [c.predicate for c in mission.claims] == [RDF.type] * len(mission.claims) != []
    assert all(mission.focus in claim.about for claim in mission.claims)
    app = Application(flawed)
    assert claim_path(app, "visit", "E3") in listed(get(app, "/quality"))


def test_coverage_needs_the_texts(app: Application, reader: Application) -> None:
    assert "texts are not at hand" in get(app, "/quality").words
    page = get(reader, "/quality", "fr")
    for stated in reader.project.reading.statements:
        found = coverage(stated)
        assert f"{percent(found.sentences).replace('.', ',')} %" in page.words
        assert f"({found.characters.covered}/{found.characters.total})" in page.words


def test_conflicts_of_the_graph_are_those_of_the_files(project: Project) -> None:
    found = Application(project).keep(Quality).conflicts

    def plain(conflict: object) -> object:
        return (
            conflict.kind,  # type: ignore[attr-defined]
            {frozenset(c.id.value for c in side) for side in conflict.sides},  # type: ignore[attr-defined]
        )

    assert list(map(plain, found)) == list(map(plain, conflicts_of(project.reading)))
    assert found


def test_agreement_is_told_where_a_text_was_annotated_twice(
    project: Project, app: Application
) -> None:
    found = Application(project).keep(Quality).agreements
    files = (ROOT / "docs" / "second-annotation").glob("*.ann")
    assert sorted(found) == sorted(file.stem for file in files)
    assert "No second annotation" in get(app, "/quality").words


# -- ontology and shapes ---------------------------------------------------------------------------


def test_every_term_concept_and_shape_has_a_page_in_both_languages(app: Application) -> None:
    known = app.keep(Vocabulary)
    terms = [*known.terms, *known.schemes, *(c for s in known.schemes for c in known.concepts(s))]
    nodes = [*terms, *named_shapes(app.keep(Quality).shapes)]
    assert len(nodes) > 300
    for node in nodes:
        for lang in BOTH:
            page = get(app, str(app.addresses.path(node.value)), lang)
            assert page.status == 200, node
            assert node.value in page.words


def test_a_term_is_told_in_all_languages_with_what_uses_it(app: Application) -> None:
    page = get(app, "/ontology/Mission", "fr")
    for words in ("missie", "Événement au cours duquel", "mission en Bordurie, 2019"):
        assert words in page.words
    queries = {link.rsplit("/", 1)[-1].split(".")[0] for link in page.links if "queries/" in link}
    named = {
        name
        for name, query in app.project.queries().items()
        if "ecodip:Mission " in query.text or "ecodip:Mission\n" in query.text
    }
    assert named <= queries
    assert "missions" in queries
    assert any("shapes/S13-actor" in link for link in page.links)
    assert any("claims.fr.html?class=ecodip%3AMission" in link for link in page.links)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * { ?x a ecodip:Mission }", {ECODIP.Mission}),
        ("#+ example: {x: ecodip:Mission}\n# ecodip:Event\nSELECT * { ?x ?p ?y }", set()),
        ("PREFIX z: <https://w3id.org/ecodip#>\nASK { ?x z:hasUnit ?y }", {ECODIP.hasUnit}),
        ("ASK { ?x <https://w3id.org/ecodip/core/scheme/plan> nowhere:else }", {ECCS.plan}),
        ("ASK { ?x ecodip:isWithin/ecodip:isWithin|^ecodip:contains ?y }",
         {ECODIP.isWithin, ECODIP.contains}),
    ],
)  # fmt: skip
def test_a_query_uses_the_terms_that_it_names(
    app: Application, text: str, found: set[object]
) -> None:
    assert app.keep(Vocabulary).terms_in(text) == found


def test_uses_are_counted_without_what_describes_claims(app: Application) -> None:
    known = app.keep(Vocabulary)
    engine = app.store.engine
    signed = {
        (q.subject, q.object) for q in engine.quads_for_pattern(None, ECODIP.hasSignatory, None)
    }
    assert known.uses(ECODIP.hasSignatory).total == len(signed) == 2
    assert known.uses(ECODIP.isPartnerOf).inferred == 2
    assert known.uses(ECCS.plan).stated == 1


def test_a_concept_is_shown_in_its_list(app: Application) -> None:
    assert "plan" in get(app, "/core/scheme/modality").words
    page = get(app, "/core/scheme/plan", "fr")
    assert any(link.startswith("modality.fr.html") for link in page.links)
    assert any("claims.fr.html?modality=eccs%3Aplan" in link for link in page.links)


def test_a_shape_is_told_with_target_demands_and_results(app: Application) -> None:
    page = get(app, "/core/shapes/S43-modality", "fr")
    for words in ("exactement une modalité", "chaque membre de", "sh:maxCount", "sh:hasValue"):
        assert words in page.words
    query = get(app, "/shapes/S13-actor")
    assert "FILTER NOT EXISTS" in query.words
    assert any("ontology/hasOrganizer" in link for link in query.links)
    assert get(app, "/shapes/S99-nothing").status == 404
    assert get(app, "/ontology/Nothing").status == 404
    assert get(app, "/scheme/nothing").status == 404


# -- all of them -----------------------------------------------------------------------------------


def inner(page: Page) -> Iterator[tuple[str, str, str]]:
    """The links of a page to pages of these kinds: path, query, fragment."""
    for link in page.links:
        parts = urlsplit(urljoin(page.path, link))
        if not parts.netloc and parts.path.endswith(".html") and parts.path.startswith(OURS):
            yield unquote(parts.path), parts.query, unquote(parts.fragment)


@pytest.mark.parametrize("mode", ["app", "reader", "static"])
def test_every_link_leads_to_a_page_and_a_place_on_it(
    mode: str, request: pytest.FixtureRequest
) -> None:
    app: Application = request.getfixturevalue(mode)
    waiting = [
        f"{path}.fr.html" for path in ("/source", "/claims", "/quality", "/ontology", "/shapes")
    ]
    seen: dict[str, Page] = {}
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        where, _, query = path.partition("?")
        response = app.respond(Request(where, tuple(parse_qsl(query))))
        seen[path] = Page(response, where)
        assert response.status == 200, path
        for target, rest, fragment in inner(seen[path]):
            if not target.endswith(".en.html"):
                full = f"{target}?{rest}" if rest else target
                waiting.append(full)
                wanted.append((path, full, fragment))
    assert len(seen) > 300
    lost = {
        (target, place) for _, target, place in wanted if place and place not in seen[target].ids
    }
    assert lost == set()


def test_pages_are_the_same_bytes_each_time(pristine: Corpus) -> None:
    paths = ("/source/visit", "/claims", "/quality", "/ontology", "/ontology/Mission", "/shapes")
    one, other = (Application(Project(pristine.root, texts=pristine.texts)) for _ in range(2))
    for path in paths:
        assert get(one, path).html == get(other, path).html


@pytest.mark.parametrize("path", ["/source", "/source/visit", "/claims", "/quality", "/shapes"])
def test_tables_have_captions_and_pages_no_inline_style_or_script(
    reader: Application, path: str
) -> None:
    page = get(reader, path)
    assert page.tags["table"] == page.tags["caption"]
    assert " style=" not in page.html
    assert "<style" not in page.html
    assert page.html.count("<script") == page.html.count("<script src=") + page.html.count(
        '<script type="application/ld+json"'
    )
    assert page.html.count("<h1") == 1


def test_the_real_texts_are_shown_whole(project: Project, texts: Path) -> None:
    real = Project(ROOT, texts=texts)
    real.__dict__["store"] = project.store
    app = Application(real)
    shown = 0
    for name, document in app.keep(ClaimIndex).documents.items():
        page = get(app, f"/source/{name}")
        assert page.marked.replace("\r\n", "\n") == real.texts[document.sha256].replace(
            "\r\n", "\n"
        )
        shown += 1
    assert shown == 5
