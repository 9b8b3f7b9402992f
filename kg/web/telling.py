"""Telling: claims in words, with links to all that they name and to the words they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from kg.claims import Claim, Span
from kg.namespaces import ECCS, RDF
from kg.terms import Term, compact
from kg.web.claim_index import ClaimIndex
from kg.web.view import View

# The pieces of a claim. They are put together and not filled in, which is far quicker: a page may
# tell hundreds of claims.
_REMARK = tuple(map(Markup, ("<q>", "</q> (", ")")))
_VERB = tuple(map(Markup, (' <span class="verb">', "</span> ")))
_WORDS = tuple(map(Markup, ('<q lang="', '"><a class="at" href="', '">', "</a></q>")))
_SAID = tuple(map(Markup, (' <span class="said">', " ", "</span>")))
_PLACE = tuple(map(Markup, (' id="claim=', '"')))
_CARD = tuple(
    map(
        Markup,
        ('<li class="claim ', '"', '><p class="sentence">', '</p><p class="basis"><a class="name" '
         'href="', '" aria-label="', '">', "</a>", "</p></li>"),
    )
)  # fmt: skip
_ITEM = tuple(map(Markup, ('<li class="', '"><a href="#claim=', '">', "</a> ", "</li>")))
_SPACE, _NOTHING, _MORE = Markup(" "), Markup(""), Markup(" … ")


def joined(*parts: Markup) -> Markup:
    """Markup put together. Every part is markup already, so that nothing is escaped again."""
    return Markup("".join(parts))  # noqa: S704 -- see above; the types say so


class Telling:
    """Writes claims on one page; what is named twice is looked up once.

    Args:
        view: the page.
        here: the source whose page it is, so that its words are places of this page.

    >>> from kg.project import Project
    >>> from kg.web.addresses import Address
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> app = Application(Project())
    >>> telling = Telling(View(app, Request("/"), Address.of("/claims.en.html")))
    >>> claim = app.keep(ClaimIndex).documents["aichi-2017"].claims[0]
    >>> "<a " in telling.sentence(claim), "<a " in telling.plain(claim)
    (True, False)
    """

    def __init__(self, view: View, here: NamedNode | None = None) -> None:
        self.view = view
        self._here = here
        self._index = view.app.keep(ClaimIndex)
        is_a = view.say("why-is-a")
        self._names: dict[Term, str] = {RDF.type: is_a}
        self._links: dict[Term, Markup] = {RDF.type: escape(is_a)}
        self._bases: dict[NamedNode, tuple[str, str]] = {}
        self._sources: dict[NamedNode, str] = {}
        self._badges: dict[tuple[str, bool, bool], Markup] = {}
        self._items: dict[NamedNode, Markup] = {}

    # -- terms ---------------------------------------------------------------------------------

    def link(self, term: Term) -> Markup:
        """A term as a link with its label."""
        found = self._links.get(term)
        if found is None:
            claim = self._index.by_id.get(term)
            text = None if claim is None else f"{self._page} {self.id(claim)}"
            if isinstance(term, NamedNode) and claim is None:
                text = self.name(term).removeprefix("<").removesuffix(">")
            found = self._links[term] = self.view.link(term, text)
        return found

    def name(self, term: Term) -> str:
        """A term by its label."""
        found = self._names.get(term)
        if found is None:
            found = self._names[term] = self.view.name(term)
        return found

    def things(self, terms: Iterable[Term]) -> Markup:
        """Several things as links, with commas between them."""
        return Markup(", ").join(map(self.link, terms))

    # -- claims --------------------------------------------------------------------------------

    def sentence(self, claim: Claim) -> Markup:
        """What a claim says: subject, property and value as links; a remark in our words."""
        if claim.triple is None:
            return joined(
                _REMARK[0],
                escape(self.remark(claim)),
                _REMARK[1],
                self.things(claim.about),
                _REMARK[2],
            )
        subject, predicate, value = (
            claim.triple.subject,
            claim.triple.predicate,
            claim.triple.object,
        )
        return joined(
            self.link(subject), _VERB[0], self.link(predicate), _VERB[1], self.link(value)
        )

    def plain(self, claim: Claim) -> str:
        """What a claim says, without links."""
        if claim.triple is None:
            return self.remark(claim)
        parts = (claim.triple.subject, claim.triple.predicate, claim.triple.object)
        return " ".join(map(self.name, parts))

    def remark(self, claim: Claim) -> str:
        """The paraphrase of a remark, in the language of the page if there is one."""
        texts = dict(claim.remark)
        return texts.get(self.view.lang) or next(iter(texts.values()), "")

    def badges(self, claim: Claim) -> Markup:
        """The manner of a claim in words: modality, denial, and whether it makes no fact."""
        kind = (claim.modality, claim.negated, claim.asserted)
        found = self._badges.get(kind)
        if found is None:
            name = self.name(ECCS[claim.modality])
            found = Markup('<span class="tag m-{}">{}</span>').format(claim.modality, name)
            if claim.negated:
                denied = self.view.say("web-claim-denied")
                found += Markup(' <span class="tag m-denied">{}</span>').format(denied)
            if not claim.asserted:
                apart = self.view.say("web-claim-apart")
                found += Markup(' <span class="muted">{}</span>').format(apart)
            self._badges[kind] = found
        return found

    def words(self, claim: Claim) -> Markup:
        """The words that a claim rests on, each a link to its place in the text."""
        lang = escape(self._index.languages.get(claim.source, ""))
        parts: list[Markup] = []
        for span in claim.spans:
            place = escape(self.at(claim, span))
            parts += (_MORE, _WORDS[0], lang, _WORDS[1], place, _WORDS[2], escape(span.words),
                      _WORDS[3])  # fmt: skip
        return joined(*parts[1:])

    def card(self, claim: Claim, *, anchor: bool = False) -> Markup:
        """A claim as an item of a list: what it says, in which manner, who says it, and its words.

        Args:
            claim: what to tell.
            anchor: whether the item can be led to, as ``#claim=…`` with the claim's name.
        """
        id = escape(self.id(claim))
        said: list[Markup] = []
        for code, term in (("web-claim-said-by", claim.reporter), ("web-claim-valid", claim.valid)):
            if term is not None:
                shown = self.link(term) if isinstance(term, NamedNode) else escape(term)
                said += (_SAID[0], escape(self.view.say(code)), _SAID[1], shown, _SAID[2])
        place = (_PLACE[0], escape(claim.name), _PLACE[1]) if anchor else ()
        return joined(
            _CARD[0], escape(manner(claim)), _CARD[1], *place, _CARD[2], self.sentence(claim),
            _SPACE, self.badges(claim), _CARD[3], escape(self.href(claim)), _CARD[4], self._page,
            _SPACE, id, _CARD[5], id, _CARD[6], self.words(claim), *said, _CARD[7],
        )  # fmt: skip

    @cached_property
    def _page(self) -> Markup:
        return escape(self.view.say("web-claim"))

    def item(self, claim: Claim) -> Markup:
        """A claim in short, as an item that leads to its card on this page."""
        found = self._items.get(claim.id)
        if found is None:
            apart = _NOTHING if claim.asserted else self.badges(claim)
            found = self._items[claim.id] = joined(
                _ITEM[0], escape(manner(claim)), _ITEM[1], escape(claim.name), _ITEM[2],
                escape(self.plain(claim)), _ITEM[3], apart, _ITEM[4],
            )  # fmt: skip
        return found

    # -- addresses -----------------------------------------------------------------------------

    def href(self, claim: Claim) -> str:
        """The page of a claim."""
        # All claims of a source have addresses alike: one is made, the others are filled in.
        if claim.source not in self._bases:
            head, _, tail = self.view.to(f"{claim.source.value}/claim/-").rpartition("-")
            self._bases[claim.source] = (head, tail)
        head, tail = self._bases[claim.source]
        return f"{head}{claim.name}{tail}"

    def at(self, claim: Claim, span: Span) -> str:
        """The place of some words in the page of the source."""
        place = f"#char={span.start},{span.end}"
        if claim.source == self._here:
            return place
        if claim.source not in self._sources:
            self._sources[claim.source] = self.view.to(claim.source)
        return self._sources[claim.source] + place

    def passage(self, iri: NamedNode) -> Markup:
        """A passage as a link to its line in the page of its source: from where to where."""
        start, _, end = iri.value.rpartition("=")[2].partition(",")
        place = self.view.say("web-claim-place", start=int(start), end=int(end))
        return Markup('<a href="{}">{}</a>').format(self.view.to(iri.value), place)

    def claims(self, **filters: NamedNode) -> str:
        """The list of the claims that pass filters; of all claims in static pages."""
        if self.view.app.is_static:
            return self.view.href("/claims")
        ids = {name: compact(term, self.view.app.prefixes) for name, term in filters.items()}
        return self.view.href(f"/claims?{urlencode(ids)}")

    @staticmethod
    def id(claim: Claim) -> str:
        """The id of a claim in the annotation of its source."""
        return claim.line_id

    @staticmethod
    def manner(claim: Claim) -> str:
        """The class of the style sheet for the manner of a claim."""
        return manner(claim)


def manner(claim: Claim) -> str:
    """The class of the style sheet for the manner of a claim: ``m-plan``, ``m-fact m-denied``, …

    What is said only of the kind of a thing is ``m-kind``: it names, and states little.
    """
    if claim.asserted and claim.predicate == RDF.type:
        return "m-kind"
    return f"m-{claim.modality}{' m-denied' if claim.negated else ''}"
