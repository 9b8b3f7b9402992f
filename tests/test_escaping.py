"""No label, literal, IRI or request becomes a part of a page, a picture or a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode, b64encode
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

from kg.project import Project
from kg.queries import PICTURES
from kg.web import routes
from kg.web.addresses import DATA, ROWS, Address
from kg.web.application import CONTENT_SECURITY_POLICY, Application
from kg.web.exchange import Request, Response
from kg.web.faces.drawings import FILE_POLICY
from tests.corpus import Corpus, annotation, claim_path

# Each attempt would make an element x-pwned or an attribute pwned, were it taken for markup.
MARKUP = '<x-pwned>"><x-pwned onload="alert(1)" pwned="1">\'><x-pwned pwned=1></script><!--'
SCRIPT = "</script><script>alert('x-pwned')</script>\u2028<x-pwned>"
FORMULA = '=HYPERLINK("http://pwned.example/";"x")'
CONTROL = "a\u0001b\u0085\ufffec"
OVERRIDE = "\u202egpj.exe\u2066"
TEMPLATE = "{{ 7*7 }}{% raw %}${7*7}"
TEXT = "Loria Trade keeps an office in <x-pwned>Szohod</x-pwned>.\n"
WORDS = (
    ("T1", "Agency", "Loria Trade", 0, "id:loria-trade"),
    ("T2", "City", "<x-pwned>Szohod</x-pwned>", 0, "id:szohod"),
)
NAMES = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?name { ?thing skos:prefLabel|skos:altLabel ?name } ORDER BY ?thing ?name
"""
QUESTION = f"""\
#+ summary: {json.dumps(MARKUP)}
#+ summary-fr: {json.dumps(SCRIPT)}
#+ description: {json.dumps(MARKUP)}
#+ tags: ["<x-pwned>"]
{NAMES}"""
# What an IRI may hold in RDF; quotes, angle brackets and spaces may not stand in one.
ODD = ("o'nload='alert(1)", "a&lt;b&amp;c", "a;b=c", "%22%3E%3Cx-pwned%3E", "caf\u00e9", "x.ttl")
LINKS = ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,pwned",
         "vbscript:pwned", "https://pwned.example/'onload='alert(1)")  # fmt: skip
ID = "https://w3id.org/ecodip/id/"


def turtle(text: str) -> str:
    """A text as a literal of Turtle."""
    return ox.Literal(text).__str__()


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A built project in which all that people write tries to be something else."""
    found = Corpus(tmp_path_factory.mktemp("attacks"))
    links = " , ".join(f"<{iri}>" for iri in LINKS)
    blocks = [found.authority.read_text(encoding="utf-8")]
    for number, odd in enumerate(ODD):
        names = " , ".join(
            f"{turtle(f'{number} {text}')}@{lang}"
            for lang, text in (("en", MARKUP), ("fr", SCRIPT), ("nl", TEMPLATE))
        )
        blocks.append(
            f"<{ID}{odd}> a ecodip:Agency ; skos:prefLabel {names} ;\n"
            f"  skos:altLabel {turtle(f'{FORMULA}{number}')}@en ,\n"
            f"    {turtle(f'{CONTROL}{number}')}@fr , {turtle(f'{OVERRIDE}{number}')}@nl ;\n"
            f"  skos:definition {turtle(MARKUP)}@en , {turtle(SCRIPT)}@fr ;\n"
            f"  <http://www.w3.org/2000/01/rdf-schema#seeAlso> {links} ;\n"
            f"  schema:sameAs {links} .\n"
        )
    found.authority.write_text("\n".join(blocks), encoding="utf-8")
    found.edit(found.authority, '"Ada Lee"@en', f"{turtle(FORMULA)}@en")
    found.edit(found.authority, '"memorandum of 2019"@en', f"{turtle(MARKUP)}@en")
    found.edit(
        found.authority, '"mission to Borduria, 2019"@en', f"{turtle(OVERRIDE + CONTROL)}@en"
    )
    found.edit(found.authority, '"mission en Bordurie, 2019"@fr', f"{turtle(SCRIPT)}@fr")
    found.add("memo", TEXT, annotation(TEXT, WORDS, "R1\thasOfficeIn Arg1:T1 Arg2:T2\n"))
    found.edit(found.ann(), "en: the turnout was remarked upon", f"en: {MARKUP}")
    (found.root / "queries" / "attack.rq").write_text(QUESTION, encoding="utf-8")
    title, abstract = turtle(MARKUP), turtle(SCRIPT)
    found.edit(
        found.ttl(), 'title "visit"@en', f"title {title}@en ; dcterms:abstract {abstract}@en"
    )
    Project(found.root, texts=found.texts).build()
    return found


@pytest.fixture(scope="module")
def app(attacks: Corpus) -> Application:
    return Application(Project(attacks.root, texts=attacks.texts))


_URLS = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "ping", "manifest",
         "background", "srcset", "cite", "longdesc"}  # fmt: skip
_FORBIDDEN = {"x-pwned", "iframe", "object", "embed", "applet", "base", "style", "foreignobject",
              "frame", "portal", "template"}  # fmt: skip
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


# A file that a page carries with it; a browser saves such a link, and does not open it.
_FILE = re.compile(
    r"data:(?P<kind>image/svg\+xml|text/csv(?:;charset=utf-8)?|text/html(?:;charset=utf-8)?)"
    r";base64,(?P<content>[A-Za-z0-9+/=]+)"
)


def file_faults(kind: str, content: bytes) -> list[str]:
    """What is wrong with a file that a page carries or links."""
    if kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [f"a formula: {cell}" for row in rows for cell in row if _FORMULA.match(cell)]
    if kind.startswith("text/html"):
        return [f for f in Page(content.decode()).faults if f not in _OWN_STYLE]
    return drawing_faults(content)


# A page that is one file brings its style with it.
_OWN_STYLE = ("<style>",)
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")


class Page(HTMLParser):
    """A page as a browser takes it apart: what is wrong with it, where it leads, what it shows."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._script: str | None = None
        self.blocks: list[object] = []
        if found := _INVISIBLE.search(text):
            self.faults.append(f"a sign that is not seen: {found[0]!r}")
        if "<!--" in text:  # a browser hides what follows, to the end where nothing ends it
            self.faults.append("a comment")
        self.feed(text)
        self.close()
        if self._script is not None:
            self.faults.append("a script without an end")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if len(told) < len(attrs):
            self.faults.append(f"an attribute twice: {attrs}")
        if tag in _FORBIDDEN:
            self.faults.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in told:
            self.faults.append(f"<meta {attrs}>")
        if tag == "script":
            self._script = told.get("type") or ""
            source = told.get("src")
            if source is None and self._script != "application/ld+json":
                self.faults.append("an inline script")
        for name, value in attrs:
            if name.startswith("on") or name in ("pwned", "style", "srcdoc"):
                self.faults.append(f"{name}={value}")
            if name in _URLS:
                self._link(tag, name, value or "", is_download="download" in told)

    def _link(self, tag: str, name: str, value: str, *, is_download: bool) -> None:
        if name == "href" and is_download and (found := _FILE.fullmatch(value)):
            self.faults += file_faults(found["kind"], b64decode(found["content"], validate=True))
            return
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", value.lower()))
        is_ours = scheme is None and not value.startswith(("//", "\\", "/\\"))
        if name == "href" and tag in ("a", "area") and scheme and scheme[1] in WEB:
            return
        if not is_ours:
            self.faults.append(f"{name}={value}")
        elif name == "href":
            self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script == "application/ld+json":
            self.blocks.append(json.loads(data))
        elif self._script is not None:
            self.faults.append(f"an inline script: {data[:40]}")
        else:
            self.text += data

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data[:40]}")


WEB = ("http", "https", "mailto")


def get(app: Application, url: str, **headers: str) -> tuple[str, Response]:
    """What a browser gets at an address, after redirections; the last address."""
    for _ in range(4):
        parts = urlsplit(url)
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
        response = app.respond(Request(unquote(parts.path), pairs, headers=headers))
        policy = response.header("content-security-policy")
        if re.fullmatch(r"/sparql\.\w\w\.html", parts.path):
            # The editor that was brought sets styles from its script, where it was.
            policy = policy.replace("style-src 'self' 'unsafe-inline'", "style-src 'self'")
        shapes = "|".join(PICTURES)
        alone = re.fullmatch(
            rf"/queries/[^/]+\.(svg|(en|fr)\.({shapes})\.(svg|csv|html))", parts.path
        )
        assert policy == (FILE_POLICY if alone else CONTENT_SECURITY_POLICY), url
        assert response.header("x-content-type-options") == "nosniff"
        for name, value in response.headers:
            assert not re.search(r"[^\x20-\x7e]", f"{name}{value}"), (name, value)
        if response.status not in (301, 302, 303, 307, 308):
            break
        url = urljoin(url, response.header("location"))
        assert url.startswith("http://localhost/")
    return url, response


def faults(response: Response, url: str) -> list[str]:
    """What is wrong with an answer, by its type."""
    kind = response.type.partition(";")[0]
    content = response.content
    if response.header("content-security-policy") == FILE_POLICY:
        return file_faults(kind, content)
    if kind == "text/html":
        return Page(content.decode()).faults
    if kind == "image/svg+xml":
        return drawing_faults(content)
    if kind in FORMATS:
        ox.Dataset(ox.parse(content, format=FORMATS[kind]))
        return []
    if kind in ("application/json", "application/sparql-results+json"):
        json.loads(content)
        return []
    if kind.endswith("xml"):
        ElementTree.fromstring(content)
        return []
    return [] if kind in PLAIN else [f"{kind} at {url}"]


def drawing_faults(content: bytes) -> list[str]:
    """What is wrong with a picture that is opened by itself."""
    found = []
    for element in ElementTree.fromstring(content).iter():
        tag = element.tag.rpartition("}")[2].lower()
        if tag in ("script", "foreignobject", "x-pwned", "iframe"):
            found.append(f"<{tag}>")
        for name, value in element.attrib.items():
            local = name.rpartition("}")[2].lower()
            if local.startswith("on") or local == "pwned":
                found.append(f"{local}={value}")
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value.lower())
            if local == "href" and scheme and scheme[1] not in WEB:
                found.append(f"{local}={value}")
    return found


FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
PLAIN = ("text/plain", "text/css", "text/javascript", "text/csv", "text/tab-separated-values",
         "text/markdown", "application/jsonl")  # fmt: skip
_MOST = 12  # pages of a kind and language


def kind_of(path: str) -> str | None:
    """The pattern of the route that answers a path."""
    address = Address.of(path)
    patterns = [pattern for pattern, _ in routes.ENDPOINTS if re.fullmatch(pattern, path)]
    patterns += [p for p, _ in routes.ROUTES if re.fullmatch(p, address.path)]
    return next(iter(patterns), None)


def proofs(app: Application, lang: str) -> Iterator[str]:
    """The pages of proofs, which a page links to where no server can be asked."""
    here = f"http://localhost/id/mission-borduria-2019.{lang}.html"
    _, response = get(Application(app.project, is_static=True), here, accept="text/html")
    for link in Page(response.content.decode()).links:
        path = urlsplit(urljoin(here, link)).path
        if path.startswith("/why/"):
            yield path


def examples(app: Application) -> Iterator[str]:
    """Where the walk begins: the home page, and what the attacks are about."""
    paths = [f"/id/{quote(odd)}" for odd in ODD]
    paths += ["/id/ada-lee", "/id/mission-borduria-2019", "/id/memorandum-2019", "/source/visit",
              "/source/memo", claim_path(app, "memo", "R1"), claim_path(app, "visit", "E3"),
              "/queries/attack",
              "/ontology/Agency", "/core/scheme/plan", "/dataset", "/graph/authority"]  # fmt: skip
    for lang in ("en", "fr"):
        yield f"/index.{lang}.html"
        yield from proofs(app, lang)
        for path in paths:
            yield f"{path}.{lang}.html"
        for pattern, _ in routes.ROUTES:
            if re.fullmatch("[/a-z]+", pattern) and pattern != "/":
                yield f"{pattern}.{lang}.html"
        for attack in (MARKUP, SCRIPT, FORMULA, CONTROL, OVERRIDE, TEMPLATE):
            word = quote(attack, safe="")
            yield f"/search.{lang}.html?q={word}"
            yield f"/id/{word}.{lang}.html"
            yield f"/source/{word}.{lang}.html"
            yield f"/ontology/{word}.{lang}.html"
            yield f"/queries/{word}.{lang}.html"
            yield f"/queries/agreements-of.{lang}.html?actor={word}"
            yield f"/queries/attack.{lang}.html?{word}={word}"
            yield f"/claims.{lang}.html?source={word}&speaker={word}&modality={word}&{word}={word}"
            yield f"/sparql.{lang}.html?query={word}"
            yield f"/sparql.{lang}.html?query={quote(NAMES)}"
            yield f"/why.{lang}.html?s={word}&p={word}&o={word}&subject={word}"
            yield f"/things.{lang}.html?kind={word}&class={word}"
            yield f"/static/{word}"
    for attack in (MARKUP, SCRIPT, CONTROL):
        yield f"/resource?iri={quote(attack, safe='')}"
        yield f"/sparql?query={quote(attack, safe='')}"


@dataclass
class Walk:
    """Every page and document that is reached, with what is wrong, by address."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    kinds: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    text: str = ""
    blocks: list[object] = field(default_factory=list)

    def over(self, app: Application) -> None:
        waiting = deque((f"http://localhost{path}", "") for path in examples(app))
        seen: set[str] = set()
        begun = len(waiting)
        while waiting:
            url, origin = waiting.popleft()
            begun -= 1
            path = unquote(urlsplit(url).path)
            kind = (kind_of(path), Address.of(path).form)
            if url in seen or (begun < 0 and self.kinds[kind] >= _MOST):
                continue
            seen.add(url)
            self.kinds[kind] += 1
            last, response = get(app, url, accept="text/html, */*;q=0.5")
            if found := faults(response, last):
                self.wrong[url] = found
            if response.status >= 400 and origin:
                self.failed[f"{origin} -> {url}"] = response.status
            assert response.status < 500, url
            if response.type.startswith("text/html"):
                page = Page(response.content.decode())
                self.text += page.text
                self.blocks += page.blocks
                for link in page.links if response.status == 200 else ():
                    target = urljoin(last, link).partition("#")[0]
                    if target.startswith("http://localhost/"):
                        waiting.append((target, last))


@pytest.fixture(scope="module")
def walk(app: Application) -> Walk:
    found = Walk()
    found.over(app)
    return found


def test_no_page_holds_what_was_written_to_be_markup_script_or_a_dangerous_link(walk: Walk) -> None:
    assert walk.wrong == {}


def test_the_walk_comes_to_every_kind_of_page_in_both_languages(walk: Walk) -> None:
    for pattern, _ in routes.ROUTES:
        for lang in ("en", "fr"):
            assert walk.kinds[pattern, f"{lang}.html"] > 0, pattern


def test_what_was_written_is_shown_as_text(walk: Walk) -> None:
    for shown in (MARKUP, FORMULA, TEMPLATE, "<x-pwned>Szohod</x-pwned>"):
        assert shown in walk.text, shown
    assert "49" not in re.findall(r"\$\{7\*7\}.{0,3}49", walk.text)


def test_links_inside_the_site_lead_somewhere(walk: Walk) -> None:
    # XML cannot hold some signs of the answer, which is refused rather than changed.
    refused = {link: status for link, status in walk.failed.items() if "format=xml" in link}
    assert set(refused.values()) <= {406}
    assert walk.failed == refused


def test_the_blocks_for_search_engines_keep_the_words_and_drop_dangerous_links(walk: Walk) -> None:
    told = json.dumps(walk.blocks, ensure_ascii=False)
    assert json.loads(told)
    assert "<x-pwned>" in told
    assert not re.search(r'"(?:javascript|data|vbscript):', told, re.IGNORECASE)


@pytest.mark.parametrize("page", [
    "<p><x-pwned></p>", '<p pwned="1">', '<p onload="x">', '<a href="javascript:x">',
    '<a href=" java\nscript:x">', '<a href="data:text/html,x">', "<script>x</script>",
    '<script src="https://a.example/x.js"></script>', '<img src="//a.example/x">',
    '<p style="x">', "<style>p{}</style>", '<base href="/">', '<meta http-equiv="refresh">',
    '<form action="https://a.example/">', "<p>\u202e</p>", "<p>\x01</p>", "<!-- pwned",
    '<link rel="stylesheet" href="https://a.example/x.css">',
])  # fmt: skip
def test_a_page_with_such_a_thing_is_noticed(page: str) -> None:
    assert Page(f"<html>{page}").faults


def test_a_file_that_a_page_carries_is_looked_into() -> None:
    def carried(kind: str, content: str) -> list[str]:
        data = b64encode(content.encode()).decode()
        return Page(f'<a download="x" href="data:{kind};base64,{data}">x</a>').faults

    assert carried("text/csv", "a,=1+1\n")
    assert carried("image/svg+xml", "<svg onload='x'/>")
    assert carried("application/x-sh", "x")
    assert carried("text/csv", "a,'=1+1\n") == carried("image/svg+xml", "<svg/>") == []


def test_a_page_without_is_not_blamed() -> None:
    page = Page(
        '<a href="a.html">x</a><a href="https://a.example/" rel="external">&lt;x-pwned&gt;</a>'
        '<script src="../static/x.js"></script><script type="application/ld+json">{"a": 1}</script>'
    )
    assert (page.faults, page.links, page.blocks) == ([], ["a.html"], [{"a": 1}])


@pytest.mark.parametrize("drawing", [
    '<svg><script>x</script></svg>', '<svg><a href="javascript:x"/></svg>', '<svg onload="x"/>',
])  # fmt: skip
def test_a_picture_with_such_a_thing_is_noticed(drawing: str) -> None:
    assert drawing_faults(drawing.encode())


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("form", sorted(DATA))
def test_data_about_odd_iris_is_read_back_as_it_was(app: Application, odd: str, form: str) -> None:
    response = app.respond(Request(f"/id/{odd}.{form}"))
    assert response.status == 200
    node = ox.NamedNode(f"{ID}{odd}")
    found = list(ox.parse(response.content, format=FORMATS[DATA[form]]))
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    names = {quad.object.value for quad in found if (quad.subject, quad.predicate) == (node, label)}
    number = ODD.index(odd)
    assert names == {f"{number} {text}" for text in (MARKUP, SCRIPT, TEMPLATE)}


def test_rdflib_reads_the_attacks_too(app: Application) -> None:
    sizes = set()
    for form, name in (("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld")):
        graph = rdflib.Graph()
        graph.parse(data=app.respond(Request(f"/id/a;b=c.{form}")).content, format=name)
        sizes.add(len(graph))
    assert len(sizes) == 1


@pytest.mark.parametrize("form", sorted(ROWS))
def test_the_rows_of_a_question_keep_the_words_and_a_spreadsheet_runs_none(
    app: Application, form: str
) -> None:
    response = app.respond(Request(f"/queries/attack.{form}"))
    assert response.status == 200
    text = response.content.decode("utf-8-sig")
    if form in ("csv", "spreadsheet.csv"):
        cells = {cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row}
        names = {FORMULA, f"{FORMULA}0", f"0 {MARKUP}"}
        if form == "csv":
            assert names <= cells
        else:
            assert {f"'{FORMULA}", f"'{FORMULA}0", f"0 {MARKUP}"} <= cells
            assert not [cell for cell in cells if _FORMULA.match(cell)]
    elif form in ("json", "srj"):
        assert MARKUP in json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"')
    else:
        assert "HYPERLINK" in text


def test_results_in_xml_are_well_formed(app: Application) -> None:
    headers = {"accept": "application/sparql-results+xml"}
    response = app.respond(Request("/sparql", (("query", NAMES),), headers=headers))
    assert response.status in (200, 406), response.content
    if response.status == 200:
        words = "".join(ElementTree.fromstring(response.content).itertext())
        assert MARKUP in words
