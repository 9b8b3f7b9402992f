"""Search: what is called what a person types."""

from __future__ import annotations

from kg.names import folded
from kg.namespaces import SKOS
from kg.terms import expand
from kg.web.exchange import Response
from kg.web.faces.thing import capital
from kg.web.index import Hit, Index
from kg.web.view import View

_SHOWN = 200


def search(view: View) -> Response:
    """Names in any language that fit, by class; a pasted IRI of ours leads to its page."""
    wanted = view.request.param("q").strip()
    if path := _pasted(view, wanted):
        return Response(b"", "text/plain; charset=utf-8", 303, (("Location", view.href(path)),))
    index = view.app.keep(Index.of)
    hits = index.find(wanted)
    exact = [hit for hit in hits if hit.is_exact]
    groups: dict[str, list[tuple[Hit, str]]] = {}
    for hit in hits[:_SHOWN]:
        groups.setdefault(_group(view, index, hit), []).append((hit, _title(view, hit)))
    return view.page(
        "search.html",
        wanted=wanted,
        count=len(hits),
        left=max(len(hits) - _SHOWN, 0),
        direct=(exact[0], _title(view, exact[0])) if len(exact) == 1 else None,
        groups=groups,
        fits=lambda title: all(word in folded(title) for word in folded(wanted).split()),
    )


def _pasted(view: View, text: str) -> str | None:
    """The path of what an IRI or id names, where we describe it."""
    found = expand(text, view.app.prefixes)
    path = view.app.addresses.path(found.value) if found else None
    return path if path and view.app.find(path.partition("#")[0]) else None


def _group(view: View, index: Index, hit: Hit) -> str:
    """Under which heading something that was found stands."""
    kind = index.kinds.get(hit.path)
    if kind is None:
        return view.say("web-questions")
    if kind == SKOS.Concept:
        return view.say("web-concepts")
    if kind.value.startswith(view.app.portraits.schema.namespaces):
        return capital(view.name(kind))
    return view.say("web-ontology")


def _title(view: View, hit: Hit) -> str:
    """What the page that was found is called in the language of the reader."""
    if hit.path.startswith("/queries/"):
        query = view.app.project.queries()[hit.path.rpartition("/")[2]]
        return view.typeset(query.summary[view.lang])
    node = view.app.find(hit.path)
    return view.name(node) if node else hit.text
