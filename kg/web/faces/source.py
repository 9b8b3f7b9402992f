"""Source: the documents, and the page of each: what it states, in its own words where at hand."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from kg.claims import Claim
from kg.namespaces import DCTERMS, ECCS, PROV, RDFS, SCHEMA, SKOS
from kg.terms import Term
from kg.web.addresses import HTML
from kg.web.application import Application
from kg.web.claim_index import ClaimIndex, Document
from kg.web.exchange import HttpError, Response
from kg.web.marked import Place, Token, known_by, marked
from kg.web.telling import Telling, manner
from kg.web.view import View

# What a reader wants to know of a document, in this order; the rest is in the data.
_TOLD = (
    ("web-source-author", (DCTERMS.creator,)),
    ("web-source-publisher", (DCTERMS.publisher,)),
    ("web-source-issued", (DCTERMS.issued,)),
    ("web-source-language", (DCTERMS.language,)),
    ("web-source-original", (DCTERMS.source, SCHEMA.url, RDFS.seeAlso, PROV.wasDerivedFrom)),
    ("web-source-license", (DCTERMS.license,)),
    ("web-source-rights", (DCTERMS.rights,)),
    ("web-source-note", (SKOS.editorialNote,)),
    ("web-source-identifier", (DCTERMS.identifier,)),
)
_MARK = Markup('<mark class="%s"%s data-place="%s">')
_ID = Markup(' id="char=%s"')
_LINK = Markup('<a href="#in=%s,%s">%s</a>')
_GAP = Markup(
    '<span class="gap"><span aria-hidden="true"> [… %s] </span>'
    '<span class="vh" lang="%s">%s</span></span>'
)
# What stands out where a place is evidence of claims of several manners.
_RANK = ("m-denied", "m-question", "m-opinion", "m-possibility", "m-plan", "m-fact", "m-kind")


@dataclass(frozen=True)
class PlaceOfText:
    """Some words of a text: the claims that rest on them, and the places around them."""

    place: Place
    words: str
    claims: tuple[Claim, ...]
    around: tuple[Place, ...]

    @property
    def key(self) -> str:
        """The place as in the IRI of its span."""
        return f"{self.place[0]},{self.place[1]}"

    @property
    def manner(self) -> str:
        """The class of the style sheet: that of its claim that stands out most."""
        return outstanding(manner(claim) for claim in self.claims)


def outstanding(manners: Iterable[str]) -> str:
    """The manner that stands out most among several.

    >>> outstanding(["m-fact", "m-plan m-denied", "m-kind"])
    'm-plan m-denied'
    """

    def rank(classes: str) -> int:
        known = [_RANK.index(name) for name in classes.split() if name in _RANK]
        return min(known, default=0)

    return min(sorted(set(manners)), key=rank)


def manners(claims: Iterable[Claim]) -> list[tuple[str, NamedNode | None]]:
    """The manners that occur, for a legend: class of the style sheet, and concept if it has one."""
    found = [name for claim in claims for name in manner(claim).split()]
    order = ("m-fact", "m-plan", "m-possibility", "m-question", "m-opinion")
    named = sorted({*found} - {"m-denied", "m-kind"}, key=lambda n: (order.index(n) if n in order
                   else len(order), n))  # fmt: skip
    told: list[tuple[str, NamedNode | None]] = [(n, ECCS[n.removeprefix("m-")]) for n in named]
    return told + [(name, None) for name in ("m-denied", "m-kind") if name in found]


def sources(view: View) -> Response:
    """All sources with the number of their claims."""
    pages_only(view)
    documents = view.app.keep(ClaimIndex).documents.values()
    shown = sorted(documents, key=lambda one: (one.one(DCTERMS.issued) or "~", one.name))
    return view.page("sources.html", documents=shown, DCTERMS=DCTERMS)


def source(view: View, name: str) -> Response:
    """One source: its description, its text or its mentions, and its claims."""
    pages_only(view)
    document = view.app.keep(ClaimIndex).documents.get(name)
    if document is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    text = text_of(view.app, document)
    spans = [span for claim in document.claims for span in claim.spans]
    known: Sequence[str | None] = known_by(spans, document.length) if text is None else text
    tokens = list(marked(known, ((span.start, span.end) for span in spans)))
    places = {one.place: one for one in _places(document, tokens)}
    shown = view.page(
        "source.html",
        document=document,
        facts=_told(view, document),
        abstract=in_language(view, document.described.get(DCTERMS.abstract, ())),
        has_text=text is not None,
        marked=_written(view, tokens, places),
        places=places,
        manners=manners(document.claims),
        spoken=Counter(claim.passage for claim in document.claims),
        scheme=ECCS,
        tell=Telling(view, document.iri),
    )
    if text is None:
        return shown
    # The text is not ours to spread.
    headers = (*shown.headers, ("X-Robots-Tag", "noindex"), ("Cache-Control", "private, no-store"))
    return Response(shown.body, shown.type, shown.status, headers)


def pages_only(view: View) -> None:
    """Refuse what is wanted in another form than a page."""
    if view.address.form not in HTML:
        raise HttpError(406, "web-not-acceptable", offered="text/html")


def text_of(app: Application, document: Document) -> str | None:
    """The text of a source, when it is at hand and just the one that was annotated.

    Nothing is shown of a file whose digest differs, and no text is written into static pages.
    """
    if app.is_static:
        return None
    text = app.project.texts.get(document.sha256)
    if text is None or hashlib.sha256(text.encode()).hexdigest() != document.sha256:
        return None
    return text if len(text) == document.length else None


def first(view: View, values: Sequence[Term]) -> Markup:
    """The first of some texts in the language of the page, else the English one."""
    found = in_language(view, values)
    english = [v for v in found if isinstance(v, Literal) and v.language == "en"]
    return view.link((english or found)[0]) if found else Markup("")


def in_language(view: View, values: Iterable[Term]) -> list[Term]:
    """The values in the language of the page; all of them where there is none in it."""
    found = list(values)
    mine: list[Term] = [v for v in found if isinstance(v, Literal) and v.language == view.lang]
    return mine or found


def _told(view: View, document: Document) -> list[tuple[str, list[Term]]]:
    told = []
    for code, predicates in _TOLD:
        values = [v for p in predicates for v in document.described.get(p, ())]
        if values := in_language(view, values):
            told.append((code, values))
    return told


def _written(view: View, tokens: Iterable[Token], places: Mapping[Place, PlaceOfText]) -> Markup:
    """The text with its marks: each a place to link to, its words a link to their claims."""
    out: list[Markup] = []
    for token in tokens:
        match token.kind:
            case "open":
                place = places[token.place]
                id = _ID % place.key if token.is_first else ""
                out.append(_MARK % (place.manner, id, place.key))
            case "close":
                out.append(Markup("</mark>"))
            case "gap":
                told = view.say("web-source-gap", count=token.size)
                out.append(_GAP % (token.size, view.lang, told))
            case _ if token.within and not token.text.isspace():
                out.append(_LINK % (*token.within[-1], token.text))
            case _:
                out.append(escape(token.text))
    return Markup("").join(out)


def _places(document: Document, tokens: Iterable[Token]) -> Iterable[PlaceOfText]:
    """The places on which claims rest; around each, those that its words stand in too."""
    claims: Mapping[Place, dict[NamedNode, Claim]] = defaultdict(dict)
    words: dict[Place, str] = {}
    for claim in document.claims:
        for span in claim.spans:
            claims[span.start, span.end][claim.id] = claim
            words[span.start, span.end] = span.words
    around: dict[Place, set[Place]] = defaultdict(set)
    for token in tokens:
        if token.kind == "text" and token.within:
            around[token.within[-1]].update(token.within[:-1])
    for place in sorted(claims, key=lambda place: (place[0], -place[1])):
        yield PlaceOfText(
            place, words[place], tuple(claims[place].values()), tuple(sorted(around[place]))
        )
