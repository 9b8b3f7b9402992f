"""Home: what the graph holds, at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.namespaces import ECCS, SKOS
from kg.pictures import picture_of
from kg.terms import key
from kg.web.edition import in_language
from kg.web.exchange import Response
from kg.web.faces.drawings import files
from kg.web.faces.thing import capital, local
from kg.web.holdings import Holdings
from kg.web.view import View
from kg.web.written import number

if TYPE_CHECKING:
    from kg.queries import StoredQuery
    from kg.results import Answer
    from kg.web.application import Application

_UNION = DefaultGraph()
_LATEST = 6
_ORDER = ("timeline", "map", "bars", "graph")


def home(view: View) -> Response:
    """Counts, pictures of the stored queries that ask to stand here, and the latest sources."""
    edition = view.app.edition
    holdings = view.app.keep(Holdings.of)
    pictures = [
        (query, picture)
        for query, answer in view.app.keep(_answers).values()
        if (
            picture := picture_of(
                query.home,
                answer,
                view,
                title=query.summary[view.lang],
                downloads=files(view, query, query.home, {}),
            )
        )
    ]
    return view.page(
        "home.html",
        title=in_language(edition.titles, view.lang) or view.say("web-site"),
        description=in_language(edition.descriptions, view.lang),
        rights=in_language(edition.rights, view.lang),
        holdings=holdings,
        latest=holdings.sources[:_LATEST],
        pictures=pictures,
        number=lambda value: number(value, view.lang),
        capital=capital,
        local=local,
    )


def _answers(app: Application) -> Mapping[str, tuple[StoredQuery, Answer]]:
    """The answers that stand on the home page, by kind of picture."""
    chosen = sorted(
        (query for query in app.project.queries().values() if query.home),
        key=lambda query: (_ORDER.index(query.home), query.name),
    )
    return {query.name: (query, app.project.query(query.name)) for query in chosen}


def marks(view: View) -> Response:
    """What the marks beside statements mean."""
    engine = view.app.store.engine
    members = engine.quads_for_pattern(None, SKOS.inScheme, ECCS.modality, _UNION)
    modalities = sorted((q.subject for q in members if isinstance(q.subject, NamedNode)), key=key)
    return view.page("marks.html", modalities=[(one, _note(view, one)) for one in modalities])


def _note(view: View, term: NamedNode) -> str:
    quads = view.app.store.engine.quads_for_pattern(term, SKOS.definition, None, _UNION)
    return in_language(tuple(q.object for q in quads if isinstance(q.object, Literal)), view.lang)
