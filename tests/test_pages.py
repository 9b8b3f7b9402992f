"""Pages of things, home, search and proofs: what they show, and how they say what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from bench import pages
from kg.namespaces import ECC, ECCS, EDTF, RDF, SKOS, XSD
from kg.project import Project
from kg.store import Store
from kg.terms import compact
from kg.web.application import Application
from kg.web.citation import Citations
from kg.web.exchange import Request, Response
from kg.web.faces import things
from kg.web.holdings import Holdings
from kg.web.index import Index
from kg.web.written import number, written
from tests.corpus import ECODIP

_ID = "https://w3id.org/ecodip/id/"


@pytest.fixture(scope="module")
def app(project: Project) -> Application:
    """The real graph on the web."""
    return Application(project)


def _get(app: Application, address: str, **headers: str) -> Response:
    path, _, query = address.partition("?")
    return app.respond(Request(path, tuple(parse_qsl(query)), headers=headers))


def _text(app: Application, address: str) -> str:
    found = _get(app, address)
    assert found.status == 200, found.content
    return found.content.decode()


class _Outline(HTMLParser):
    """The tags of a page: each closed where it was opened, headings, ids and links."""

    _VOID = frozenset(("br", "hr", "img", "input", "link", "meta"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert name != "style", tag
            assert not name.startswith("on"), tag
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action"):
                self.hrefs.append(value or "")
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _pages(app: Application) -> Iterator[str]:
    for lang in ("en", "fr"):
        for path in ("/index", "/things", "/marks", "/search", "/id/awex", "/id/japan"):
            yield f"{path}.{lang}.html"
        yield f"/search.{lang}.html?q=region"
        yield f"/why.{lang}.html?s=id:awex&p=ecodip:isBasedIn&o=id:belgium"


# -- all pages -----------------------------------------------------------------------------------


def test_every_page_is_well_formed_with_one_title_and_landmarks(app: Application) -> None:
    for address in _pages(app):
        outline = _Outline(_text(app, address))
        assert not outline.open, address
        assert outline.levels[0] == outline.levels.count(1) == 1, address
        steps = zip(outline.levels, outline.levels[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), address
        assert len(outline.ids) == len(set(outline.ids)), address
        assert {"header", "nav", "main", "footer"} <= set(outline.tags), address
        assert not {"style", "iframe"} & set(outline.tags), address


def test_a_page_links_to_itself_in_the_other_language(app: Application) -> None:
    for address in _pages(app):
        lang, other = ("en", "fr") if ".en.html" in address else ("fr", "en")
        (href,) = re.findall(
            f'<link rel="alternate" hreflang="{other}" href="(.+?)"', _text(app, address)
        )
        found = urljoin(address, unescape(href)).replace("%3A", ":")
        assert found == address.replace(f".{lang}.", f".{other}.")


def test_links_of_pages_are_relative_and_nothing_is_fetched_from_elsewhere(
    app: Application,
) -> None:
    for address in _pages(app):
        text = _text(app, address)
        assert not re.findall(r'(?:src|action)="(?:https?:)?//', text), address
        assert not re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="(?:https?:)?//', text)
        for href in _Outline(text).hrefs:
            assert not href.startswith("/"), (address, href)


def test_the_footer_tells_the_edition_and_its_license(app: Application) -> None:
    footer = _text(app, "/id/awex.en.html").partition('<footer class="site">')[2]
    assert "0.1.0" in footer
    assert 'rel="license external"' in footer
    for name in ("VoID", "OpenAPI", "SPARQL", "What the marks mean"):
        assert f">{name}</a>" in footer


def test_the_footer_tells_the_build(built_app: Application) -> None:
    manifest = built_app.project.manifest
    assert manifest
    assert f"<code>{manifest['digest'][:12]}</code>" in _text(built_app, "/index.en.html")


@pytest.fixture(scope="module")
def built_app(pristine: object) -> Application:
    """An invented corpus that was built."""
    return Application(Project(pristine.root))  # type: ignore[attr-defined]


# -- things --------------------------------------------------------------------------------------


def test_a_statement_shows_the_words_and_the_source_that_state_it(app: Application) -> None:
    text = _text(app, "/id/awex.en.html")
    block = text.partition('href="japan.en.html"')[2].partition("</li>")[0]
    claims = app.portraits.citations.about(NamedNode(f"{_ID}awex"))
    (claim,) = [
        one for one in claims
        if one.triple and one.triple.predicate == ECODIP.hasOfficeIn
        and one.triple.object == NamedNode(f"{_ID}japan")
    ]  # fmt: skip
    for span in claim.spans:
        assert f'#char={span.start},{span.end}">{span.words}</a>' in block
    assert claim.words in block.partition('class="peek"')[2].partition("</q>")[0]
    assert "../source/mission-japon.en.html" in block


def test_what_is_planned_is_not_among_what_is_stated(app: Application) -> None:
    text = _text(app, "/id/mission-korea-2017.en.html")
    stated, apart = text.split('<h2 id="apart">')
    assert "June 12, 2017" not in stated
    kept = apart.partition('data-modality="plan"')[2].partition("</section>")[0]
    assert "June 12, 2017" in kept


def test_a_denial_is_marked_and_states_nothing(app: Application) -> None:
    denials = [
        app.portraits.citations.of(q.subject)  # type: ignore[arg-type]
        for q in app.store.quads()
        if q.predicate == ECC.isNegated and q.object == Literal(True)
    ]
    assert denials
    for one in denials:
        assert not one.is_fact
        for thing in one.about:
            path = app.addresses.path(thing.value)  # type: ignore[union-attr]
            if not str(path).startswith("/id/"):
                continue
            stated, apart = _text(app, f"{path}.en.html").split('<h2 id="apart">')
            link = f"claim/{one.claim.value.rpartition('/')[2]}.en.html"
            assert link in apart
            assert link not in stated
            assert ("Not so:" in apart) == (one.triple is not None)
            assert 'class="kept denied"' in apart


def test_claims_that_disagree_are_marked_as_disputed(app: Application) -> None:
    pairs = [(q.subject, q.object) for q in app.store.quads() if q.predicate == ECC.disagreesWith]
    assert pairs
    for one, other in pairs:
        citation = app.portraits.citations.of(one)  # type: ignore[arg-type]
        assert other in citation.disputed
        assert citation.claim in app.portraits.citations.of(other).disputed  # type: ignore[arg-type]
        about = next(thing for thing in citation.about if app.addresses.path(thing.value))  # type: ignore[union-attr]
        text = _text(app, f"{app.addresses.path(about.value)}.en.html")  # type: ignore[union-attr]
        assert ">disputed<" in text


def test_an_inferred_statement_links_to_its_proof(app: Application) -> None:
    text = _text(app, "/id/awex.en.html")
    block = text.partition('href="belgium.en.html"')[2].partition("</li>")[0]
    assert 'href="../why.en.html?s=id%3Aawex&amp;p=ecodip%3AisBasedIn&amp;o=id%3Abelgium"' in block
    assert "“ ”" not in block


def test_a_fact_stated_from_the_other_end_shows_its_words_and_stands_once(
    app: Application,
) -> None:
    portrait = app.portraits.of(NamedNode(f"{_ID}awex"))
    (group,) = [g for g in portrait.groups if g.predicate == ECODIP.hasOrganizer]
    assert not group.is_subject
    assert {one.basis for one in group.statements} == {"claims"}
    mission = next(
        o for o in group.statements if o.other == NamedNode(f"{_ID}mission-japan-awex-wbi")
    )
    assert mission.triple.predicate == ECODIP.hasOrganizer
    assert mission.citations


def test_what_the_authority_states_shows_its_references(app: Application) -> None:
    text = _text(app, "/id/awex.en.html")
    block = text.partition("acts for</a>")[2].partition("</dd>")[0]
    assert "authority file" in block
    assert "https://github.com/ror-community/ror-records" in block


def test_every_statement_of_a_thing_is_on_its_page(app: Application) -> None:
    """Nothing that the graph holds about a thing is left out, also where lists are folded."""
    for name in ("awex", "brussels-capital-region", "mission-korea-2017", "japan"):
        thing = NamedNode(_ID + name)
        portrait = app.portraits.of(thing)
        shown = {
            (one.triple, one.other)
            for group in (*portrait.groups, *portrait.general)
            for one in group.statements
        }
        others = {other for _, other in shown}
        text = _text(app, f"/id/{name}.en.html")
        for quad in app.store.quads():
            if quad.subject != thing or quad.predicate in (SKOS.prefLabel, SKOS.altLabel):
                continue
            value = quad.object
            if value in others or value in portrait.kinds:
                continue
            assert isinstance(value, Literal | NamedNode)
            assert value.value.replace("&", "&amp;").replace("'", "&#39;") in text, quad
        assert all(f"claim/{one.claim.value.rpartition('/')[2]}.en.html" in text
                   for one in app.portraits.citations.about(thing))  # fmt: skip


def test_a_long_list_is_folded_with_its_count(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.web.faces.thing.FOLDED", 3)
    portrait = app.portraits.of(NamedNode(f"{_ID}foreign-investors-strategy-hub-brussels"))
    group = max(portrait.groups, key=lambda g: len(g.statements))
    assert len(group.statements) > 4
    text = _text(app, "/id/foreign-investors-strategy-hub-brussels.en.html")
    folded = text.partition(f"<summary>{len(group.statements) - 3} more</summary>")[2]
    assert folded.partition("</ul>")[0].count("<li>") == len(group.statements) - 3


def test_names_that_try_to_be_markup_stay_text(corpus_app: Application) -> None:
    text = _text(corpus_app, "/id/evil.en.html")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "javascript:" not in " ".join(_Outline(text).hrefs)


@pytest.fixture
def corpus_app(project: Project) -> Application:
    """A graph with a name and an identifier that mean harm."""
    thing = NamedNode(f"{_ID}evil")
    graph = project.layout.layer("authority")
    evil = Literal('"><script>alert(1)</script>', language="en")
    seeds = Project(project.layout.root)
    seeds.__dict__["store"] = Store.of(
        [
            Quad(thing, RDF.type, ECODIP.Agency, graph),
            Quad(thing, SKOS.prefLabel, evil, graph),
            Quad(thing, SKOS.altLabel, evil, graph),
            Quad(thing, SKOS.scopeNote, evil, graph),
            Quad(thing, SKOS.exactMatch, NamedNode("javascript:alert(1)"), graph),
            Quad(thing, ECODIP.actsFor, NamedNode("javascript:alert(2)"), graph),
        ]
    )
    return Application(seeds)


def test_what_is_not_there_is_not_found(app: Application) -> None:
    found = _get(app, "/id/nobody.fr.html", accept="text/html")
    assert found.status == 404
    assert b"Rien n" in found.content


def test_claims_are_read_with_all_that_they_hold(app: Application) -> None:
    citations = Citations(app.store)
    claims = [
        q.subject for q in app.store.quads() if q.predicate == RDF.type and q.object == ECC.Claim
    ]
    assert len(claims) > 1000
    for claim in claims:
        found = citations.of(claim)  # type: ignore[arg-type]
        assert found.spans
        assert found.words
        assert found.modality.value.startswith(str(ECCS))
        assert found.triple is not None or found.text("fr")


# -- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "english", "french"),
    [
        ("2017-06-12", XSD.date, "June 12, 2017", "12 juin 2017"),
        ("2017-08-01", XSD.date, "August 1, 2017", "1er août 2017"),
        ("2017-05", XSD.gYearMonth, "May 2017", "mai 2017"),
        ("2005", XSD.gYear, "2005", "2005"),
        ("2030~", EDTF.EDTF, "about 2030", "vers 2030"),
        ("2017-21", EDTF.EDTF, "spring 2017", "printemps 2017"),
        ("2017-06?", EDTF.EDTF, "June 2017 (uncertain)", "juin 2017 (incertain)"),
        ("2015-10-19/2015-10-23", EDTF.EDTF, "October 19, 2015 to October 23, 2015",
         "19 octobre 2015 à 23 octobre 2015"),
        ("201X", EDTF.EDTF, "201X", "201X"),
        ("2017-13", EDTF.EDTF, "2017-13", "2017-13"),
        ("1234567.5", XSD.decimal, "1,234,567.5", "1\u202f234\u202f567,5"),
        ("true", XSD.boolean, "yes", "oui"),
        ("12", XSD.string, "12", "12"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_do(
    value: str, kind: NamedNode, english: str, french: str
) -> None:
    literal = Literal(value, datatype=kind)
    assert (written(literal, "en"), written(literal, "fr")) == (english, french)


def test_what_is_no_number_stays_as_it_is() -> None:
    assert number("many", "fr") == "many"


# -- home and lists ------------------------------------------------------------------------------


def test_home_counts_what_the_graph_holds(app: Application) -> None:
    holdings = app.keep(Holdings.of)
    claims = app.store.select(f"SELECT ?c {{ ?c a {ECC.Claim} }}").rows
    assert holdings.claims == len(claims)
    text = _text(app, "/index.fr.html")
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"énoncés : {number(holdings.claims, 'fr')}" in text
    assert f"tenus à l&#39;écart des faits : {holdings.apart}" in text
    assert len(holdings.sources) == 5


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_position_of_a_place_is_named_in_words(app: Application, lang: str) -> None:
    page = _text(app, f"/id/tokyo.{lang}.html")
    assert ">latitude</a>" in page
    assert ">longitude</a>" in page


def test_the_latest_source_comes_first_and_undated_ones_last(app: Application) -> None:
    issued = [one.issued.value if one.issued else "" for one in app.keep(Holdings.of).sources]
    assert issued == sorted(issued, reverse=True)
    assert issued[0] > ""


def test_a_class_with_many_things_has_pages_of_its_own(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "FIRST", 3)
    monkeypatch.setattr(things, "PAGE", 4)
    companies = app.keep(Holdings.of).listed[ECODIP.Company]
    first = _text(app, "/things.en.html")
    assert f'<a href="things.en.html?class=Company">All {len(companies)}</a>' in first
    paths = {app.addresses.path(thing.value).removeprefix("/") for thing in companies}
    seen: set[str] = set()
    address: str | None = "/things.en.html?class=Company"
    while address:
        page = _text(app, address)
        here = {link.removesuffix(".en.html") for link in _Outline(page).hrefs} & paths
        assert 0 < len(here) <= 4
        assert not here & seen
        seen |= here
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/{unescape(following[1])}" if following else None
    assert seen == paths


@pytest.mark.parametrize(("asked", "status"), [
    ("class=Nothing", 404), ("class=Company&page=9999", 400), ("class=Company&page=x", 400),
])  # fmt: skip
def test_a_class_or_page_that_is_not_there_is_said_so(
    app: Application, asked: str, status: int
) -> None:
    assert _get(app, f"/things.en.html?{asked}").status == status


def test_every_thing_is_listed_once_under_its_most_special_class(app: Application) -> None:
    holdings = app.keep(Holdings.of)
    text = _text(app, "/things.en.html")
    links = _Outline(text).hrefs
    for kind, members in holdings.listed.items():
        assert f'id="{kind.value.rpartition("#")[2]}"' in text
        for thing in members:
            path = app.addresses.path(thing.value)
            assert f"{path}.en.html".removeprefix("/") in links
    assert NamedNode(f"{_ID}awex") in holdings.listed[ECODIP.Agency]
    assert NamedNode(f"{_ID}awex") not in holdings.listed[ECODIP.Organization]


def test_the_marks_explain_each_modality(app: Application) -> None:
    text = _text(app, "/marks.fr.html")
    for name in app.project.reading.schema.modalities:
        assert app.label(ECCS[name], "fr") in text


# -- search --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("corée du sud", "/id/south-korea"),
        ("COREE DU SUD", "/id/south-korea"),
        ("Zuid-Korea", "/id/south-korea"),
        ("Awex", "/id/awex"),
        ("walloon export", "/id/awex"),
        ("exportation agence", "/id/awex"),
        ("agency", "/ontology/Agency"),
        ("Which missions do the documents", "/queries/missions"),
    ],
)
def test_names_in_any_language_are_found_whatever_accents_and_case(
    app: Application, wanted: str, path: str
) -> None:
    hits = app.keep(Index.of).find(wanted)
    assert hits[0].path == path


def test_names_that_fit_better_come_first(app: Application) -> None:
    found = [hit.path for hit in app.keep(Index.of).find("japan")]
    assert found[0] == "/id/japan"
    assert len(found) > 3
    assert len(found) == len(set(found))


def test_what_is_not_called_so_is_not_found(app: Application) -> None:
    assert app.keep(Index.of).find("qwertz") == []
    assert app.keep(Index.of).find("   ") == []
    assert "Nothing is called «qwertz»" in _text(app, "/search.en.html?q=qwertz")


@pytest.mark.parametrize("pasted", [f"{_ID}awex", "id:awex", f"<{_ID}awex>"])
def test_a_pasted_iri_leads_to_its_page(app: Application, pasted: str) -> None:
    found = app.respond(Request("/search.fr.html", (("q", pasted),)))
    assert (found.status, found.header("location")) == (303, "id/awex.fr.html")


def test_an_iri_of_others_or_of_nothing_is_looked_for_as_a_name(app: Application) -> None:
    for pasted in ("https://example.org/", f"{_ID}nobody"):
        assert app.respond(Request("/search.en.html", (("q", pasted),))).status == 200


def test_one_exact_name_is_offered_first_without_leaving_the_page(app: Application) -> None:
    text = _text(app, "/search.en.html?q=Japan")
    assert re.search('<p class="direct">\\s*<a href="id/japan.en.html">Japan</a>', text)


# -- why -----------------------------------------------------------------------------------------


def test_a_proof_goes_down_to_words_with_links(app: Application) -> None:
    text = _text(app, "/why.en.html?s=id:awex&p=ecodip:isBasedIn&o=id:belgium")
    outline = _Outline(text)
    assert "id/walloon-region.en.html" in outline.hrefs
    assert any(re.fullmatch(r"source/.+#char=\d+,\d+", href) for href in outline.hrefs)
    assert "because" in text
    assert 'class="quote"' in text


def test_every_inferred_statement_has_a_proof_page(app: Application) -> None:
    layer = app.project.layout.layer("inferred")
    inferred = sorted((q.triple for q in app.store.quads(layer)), key=str)[::40]
    assert inferred
    for triple in inferred:
        parts = (compact(term, app.prefixes) for term in triple)
        request = Request("/why.fr.html", tuple(zip("spo", parts, strict=True)))
        found = app.respond(request)
        assert found.status == 200, triple
        text = found.content.decode()
        assert not _Outline(text).open
        assert 'class="leaf"' in text


def test_what_is_only_planned_is_told_so(app: Application) -> None:
    start = '"2017-06-12"^^xsd:date'
    request = Request(
        "/why.en.html",
        (("s", "id:mission-korea-2017"), ("p", "ecodip:startDate"), ("o", start)),
    )
    text = app.respond(request).content.decode()
    assert "It is not stated as a fact, but told as:" in text
    assert ">plan</span>" in text


def test_what_nothing_says_is_not_found(app: Application) -> None:
    found = _get(app, "/why.en.html?s=id:awex&p=ecodip:isBasedIn&o=id:japan")
    assert found.status == 404
    assert b"nothing states or implies that" in found.content


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "The parameter s is missing"),
        ("s=id:awex&p=ecodip:isBasedIn", "The parameter o is missing"),
        ("s=awex&p=ecodip:isBasedIn&o=id:japan", "The parameter s is no id"),
        ('s="awex"&p=ecodip:isBasedIn&o=id:japan', "only o may be a literal"),
        ('s=id:awex&p=ecodip:isBasedIn&o="a', "The parameter o is no id"),
        ('s=id:awex&p=ecodip:isBasedIn&o="a" . <b> <c> "d"', "The parameter o is no id"),
        ("s=javascript:alert(1)&p=a&o=b", "The parameter s is no id"),
    ],
)
def test_a_statement_that_is_named_wrongly_is_told_how(
    app: Application, query: str, words: str
) -> None:
    found = _get(app, f"/why.en.html?{query}", accept="text/html")
    assert found.status == 400
    assert words in found.content.decode()


def test_a_proof_has_an_address_without_parameters_for_static_pages(app: Application) -> None:
    static = Application(app.project, is_static=True)
    text = _text(static, "/id/awex.en.html")
    links = [href for href in _Outline(text).hrefs if "/why/" in href]
    assert links
    assert "?" not in "".join(links)
    path = urlsplit(urljoin("/id/awex.en.html", links[0])).path
    assert 'class="leaf"' in _text(static, path)
    assert _get(static, "/why/0123456789abcdef.en.html").status == 404


def test_the_bench_times_every_thing_and_every_kind_of_page(app: Application) -> None:
    asked = list(pages.requests(app))
    kinds = {kind for kind, _ in asked}
    assert {"index", "thing", "why", "search", "question"} <= kinds
    things = {request.path for kind, request in asked if kind == "thing"}
    listed = app.keep(Holdings.of).listed.values()
    assert things == {f"{app.addresses.path(t.value)}.en.html" for ts in listed for t in ts}
