"""Home: what the graph holds, at a glance."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.namespaces import SCHEME, SKOS
from kg.terms import key
from kg.web.edition import in_language
from kg.web.exchange import Response
from kg.web.view import View

_UNION = DefaultGraph()


def home(view: View) -> Response:
    """Counts, pictures of the stored queries that ask to stand here, and the latest sources."""
    return view.page("home.html")


def marks(view: View) -> Response:
    """What the marks beside statements mean."""
    engine = view.app.store.engine
    members = engine.quads_for_pattern(None, SKOS.inScheme, SCHEME.modality, _UNION)
    modalities = sorted((q.subject for q in members if isinstance(q.subject, NamedNode)), key=key)
    return view.page("marks.html", modalities=[(one, _note(view, one)) for one in modalities])


def _note(view: View, term: NamedNode) -> str:
    quads = view.app.store.engine.quads_for_pattern(term, SKOS.definition, None, _UNION)
    return in_language(tuple(q.object for q in quads if isinstance(q.object, Literal)), view.lang)
