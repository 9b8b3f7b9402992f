"""Claims: the list of all that sources state, with filters, and the page of each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from kg.claims import Claim
from kg.errors import KgError
from kg.names import nearest
from kg.namespaces import DCTERMS, ECCS, RDF, XSD
from kg.results import Answer, Evidence, Row
from kg.terms import Term, compact, expand
from kg.web.addresses import ROWS, relative
from kg.web.claim_index import ClaimIndex
from kg.web.data.rows import language
from kg.web.exchange import HttpError, Request, Response
from kg.web.faces import why
from kg.web.faces.source import in_language, pages_only
from kg.web.paged import Paged
from kg.web.quality import Quality
from kg.web.telling import Telling
from kg.web.view import View

if TYPE_CHECKING:
    from kg.web.application import Application

SIZE = 50
"""How many claims stand on one page."""

_FIRST, _MOST = 12, 1000  # of what follows: shown at once, and folded up
_FORMS = ("csv", "spreadsheet.csv", "tsv", "json", "jsonl")
_OWN = ("page", "lang")  # parameters of the request that are no filters
_COLUMNS = ("claim", "source", "subject", "property", "value", "text", "modality", "negated",
            "speaker", "valid")  # fmt: skip
_DENIED = Literal("true", datatype=XSD.boolean)
_GIVEN = Literal("false", datatype=XSD.boolean)

# What each filter looks at: the values that a claim has there.
Values = Callable[[ClaimIndex, Claim], Iterable[Term]]
_FILTERS: Mapping[str, Values] = {
    "source": lambda _, claim: (claim.source,),
    "speaker": lambda _, claim: (claim.speaker,) if claim.speaker else (),
    "modality": lambda _, claim: (ECCS[claim.modality],),
    "negated": lambda _, claim: (_DENIED if claim.negated else _GIVEN,),
    "property": lambda _, claim: (claim.predicate,) if claim.predicate else (),
    "class": lambda index, claim: index.kinds_of(claim),
    "about": lambda _, claim: claim.about,
}


@dataclass(frozen=True)
class Facet:
    """One filter: its values with how many claims each would leave, and the one chosen."""

    name: str
    values: tuple[tuple[Term, int], ...]
    chosen: Term | None


class Filtered:
    """The claims that pass the filters of a request.

    Args:
        app: whose graph is asked.
        request: with filters by id, as ``modality=eccs:plan``; empty ones are none.

    Raises:
        HttpError: 400 for a filter that does not exist, or an id that no claim has there.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> app = Application(Project())
    >>> found = Filtered(app, Request("/claims", (("source", "source:aichi-2017"),)))
    >>> {claim.source.value.rsplit("/", 1)[-1] for claim in found.claims}
    {'aichi-2017'}
    """

    def __init__(self, app: Application, request: Request) -> None:
        self._index = app.keep(ClaimIndex)
        self._prefixes = app.prefixes
        self.chosen: dict[str, Term] = {}
        for name, value in request.query:
            if name not in (*_FILTERS, *_OWN):
                raise HttpError(400, "web-claims-filter", name=name, known=", ".join(_FILTERS),
                                near=nearest(name, _FILTERS))  # fmt: skip
            if name in _FILTERS and value:
                self.chosen[name] = self._term(name, value)
        self.claims: tuple[Claim, ...] = tuple(
            claim for claim in self._index.claims if self._passes(claim, self.chosen)
        )

    def _term(self, name: str, value: str) -> Term:
        known = {t for claim in self._index.claims for t in _FILTERS[name](self._index, claim)}
        ids = {self.id(term): term for term in known}
        expanded = expand(value, self._prefixes) if ":" in value else None
        found = ids.get(value) or (expanded if expanded in known else None)
        if found is None:
            raise HttpError(
                400, "web-claims-value", name=name, value=value, near=nearest(value, ids)
            )
        return found

    def _passes(self, claim: Claim, chosen: Mapping[str, Term]) -> bool:
        return all(t in _FILTERS[name](self._index, claim) for name, t in chosen.items())

    def id(self, term: Term) -> str:
        """A term as it stands in the URL."""
        return term.value if isinstance(term, Literal) else compact(term, self._prefixes)

    def query(self, **changes: str | None) -> str:
        """The query of a URL with these filters, some of them changed; None leaves one out."""
        found: dict[str, str] = {name: self.id(term) for name, term in self.chosen.items()}
        for name, value in changes.items():
            found.pop(name, None)
            if value is not None:
                found[name] = value
        return f"?{urlencode(found)}" if found else ""

    def facets(self, order: Callable[[Term], str]) -> list[Facet]:
        """Each filter with its values; they count what passes the other filters."""
        found = []
        for name, values in _FILTERS.items():
            others = {n: term for n, term in self.chosen.items() if n != name}
            counts = Counter(
                term
                for claim in self._index.claims
                if self._passes(claim, others)
                for term in values(self._index, claim)
            )
            ranked = sorted(
                counts.items(), key=lambda pair: (-pair[1], order(pair[0]), str(pair[0]))
            )
            found.append(Facet(name, tuple(ranked), self.chosen.get(name)))
        return found


def claims(view: View) -> Response:
    """The claims that pass the filters, page by page; all of them by source in static pages."""
    pages_only(view)
    index = view.app.keep(ClaimIndex)
    tell = Telling(view)
    if view.app.is_static:
        return view.page("all-claims.html", documents=index.documents.values(), tell=tell)
    found = Filtered(view.app, view.request)
    paged = Paged.of(view, len(found.claims), SIZE)
    return view.page(
        "claims.html",
        found=found,
        facets=found.facets(view.name),
        shown=found.claims[paged.items],
        paged=paged,
        downloads={
            form: relative(f"/claims.{form}{found.query(lang=view.lang)}", view.path)
            for form in _FORMS
        },
        tell=tell,
    )


def rows(view: View, form: str) -> Response:
    """The claims that pass the filters as data, with labels, words and places."""
    if view.request.method not in ("GET", "HEAD"):
        raise HttpError(405, "web-method", (("Allow", "GET, HEAD"),), method=view.request.method)
    found = Filtered(view.app, view.request)
    answer = _answer(view, found.claims)
    text = answer.text("spreadsheet" if form.startswith("spreadsheet") else form, evidence=True)
    name = f"claims.{form.rpartition('.')[2]}"
    kind = ROWS[form] + ("; charset=utf-8" if ROWS[form].startswith("text/") else "")
    headers = (("Content-Disposition", f'attachment; filename="{name}"'),
               ("Content-Language", answer.lang))  # fmt: skip
    return Response(text.encode(), kind, headers=headers)


def claim(view: View, source: str, name: str) -> Response:
    """One claim with its words, what stands around it, and what disagrees with it."""
    pages_only(view)
    index = view.app.keep(ClaimIndex)
    document = index.documents.get(source)
    own = {one.name: one for one in document.claims} if document else {}
    if document is None or name not in own:
        raise HttpError(404, "web-not-found", path=view.address.path)
    shown = own[name]
    at = document.claims.index(shown)
    links = _links(index, shown)
    linked = {other.id for _, other, _ in links}
    conflicts = [
        (conflict, others)
        for conflict, others in view.app.keep(Quality).conflicts_of(shown)
        if not linked >= {other.id for other in others}
    ]
    return view.page(
        "claim.html",
        claim=shown,
        scheme=ECCS,
        document=document,
        language=document.language,
        around=(document.claims[max(0, at - 2) : at], document.claims[at + 1 : at + 3]),
        same=[one for one in _same(index, shown) if one.id != shown.id],
        links=links,
        conflicts=conflicts,
        why=_why(view, shown),
        follows=_following(view, shown),
        first=_FIRST,
        most=_MOST,
        is_a=RDF.type,
        remark=in_language(view, (Literal(t, language=lang) for lang, t in shown.remark)),
        tell=Telling(view),
    )


def _same(index: ClaimIndex, claim: Claim) -> Sequence[Claim]:
    """The claims of the same statement, in any manner."""
    if claim.triple is None:
        return ()
    return [one for one in index.about.get(claim.about[0], ()) if one.triple == claim.triple]


def _links(index: ClaimIndex, claim: Claim) -> list[tuple[NamedNode, Claim, bool]]:
    """What is said of the claim and others: property, the other, whether it is said of this one."""
    found = []
    for link in index.links:
        ends = (link.subject, link.object)
        if claim.id in ends:
            other = index.by_id[ends[1] if ends[0] == claim.id else ends[0]]
            found.append((link.predicate, other, ends[0] == claim.id))
    return found


def _why(view: View, claim: Claim) -> str:
    """A link to the explanation of the statement, where there is one to explain."""
    if claim.triple is None or not claim.asserted or view.app.is_static:
        return ""
    return why.address(view, claim.triple)


def _following(view: View, claim: Claim) -> list[tuple[Triple, str]]:
    """What is inferred with the help of the statement, each with a link to its proof.

    What is said in the terms of other vocabularies comes last.
    """
    if claim.triple is None or not claim.asserted:
        return []

    def is_foreign(triple: Triple) -> bool:
        term = triple.object if triple.predicate == RDF.type else triple.predicate
        return isinstance(term, NamedNode) and view.app.addresses.path(term.value) is None

    try:
        found = view.app.project.consequences(claim.triple, most=_MOST)
    except KgError:
        return []  # the files of rules are being edited; the page is about what was built
    return [(triple, why.address(view, triple)) for triple in sorted(found, key=is_foreign)]


def _answer(view: View, claims: Iterable[Claim]) -> Answer:
    index = view.app.keep(ClaimIndex)
    lang = language(view.request)
    documents = {one.iri: one for one in index.documents.values()}
    labels: dict[Term, str] = {}
    rows = []
    for claim in claims:
        document = documents[claim.source]
        texts = [Literal(text, language=language) for language, text in claim.remark]
        terms = (
            claim.id, claim.source, claim.subject, claim.predicate, claim.object,
            next((t for t in texts if t.language == lang), next(iter(texts), None)),
            ECCS[claim.modality], _DENIED if claim.negated else _GIVEN, claim.speaker,
            Literal(claim.valid) if claim.valid else None,
        )  # fmt: skip
        told = {n: t for n, t in zip(_COLUMNS, terms, strict=True) if t is not None}
        evidence = Evidence(
            claim=claim.id.value, source=claim.source.value, title=document.one(DCTERMS["title"]),
            issued=document.one(DCTERMS.issued) or None,
            spans=tuple((span.start, span.end, span.words) for span in claim.spans),
            modality=claim.modality, negated=claim.negated,
            speaker=claim.speaker and (view.app.label(claim.speaker, lang) or claim.speaker.value),
            asserted=claim.asserted, speaker_id=claim.speaker and claim.speaker.value,
            own_voice=claim.is_own_voice,
        )  # fmt: skip
        rows.append(Row(told, (evidence,)))
        labels |= {t: label for t in told.values() if (label := view.app.label(t, lang))}
    return Answer(_COLUMNS, tuple(rows), labels, view.app.prefixes, lang)
