"""Why: the page that proves a statement, down to the words it rests on."""

from __future__ import annotations

from pyoxigraph import Triple

from kg.terms import compact
from kg.web.view import View


def address(view: View, triple: Triple) -> str:
    """A link to the proof of a triple."""
    from urllib.parse import urlencode

    parts = (triple.subject, triple.predicate, triple.object)
    names = (compact(part, view.app.prefixes) for part in parts)
    return view.href("/why") + "?" + urlencode(dict(zip("spo", names, strict=True)))
