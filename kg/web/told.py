"""Told: what is wrong with a request, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import KgError, ParameterError
from kg.sparql import SparqlError

if TYPE_CHECKING:
    from kg.web.view import View

_WRONG = {
    "missing": "web-parameter-missing",
    "unknown": "web-parameter-unknown",
    "other": "web-parameter-other",
    "several": "web-parameter-several",
    "surplus": "web-parameter-surplus",
}
_EXPECTED = {
    "date": "web-expected-date",
    "integer": "web-expected-integer",
    "decimal": "web-expected-decimal",
}


def told(view: View, error: KgError) -> str:
    """An error in words.

    >>> from kg.project import Project
    >>> from kg.web.addresses import Address
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> from kg.web.view import View
    >>> view = View(Application(Project()), Request("/"), Address.of("/index.fr.html"))
    >>> told(view, ParameterError("date", "from", text="hier"))
    '«\\xa0hier\\xa0» ne convient pas. Un jour comme 2017-06-12.'
    """
    if isinstance(error, SparqlError):
        place = {"line": error.line, "column": error.column}
        code = "web-sparql-place" if error.line else "web-sparql-reason"
        return view.say(code, reason=error.fault.words(view.lang), **place)
    if not isinstance(error, ParameterError):
        return view.typeset(error.words(view.lang))
    params = {**error.params, "near": ""}
    if error.kind in _EXPECTED:
        expected = view.say(_EXPECTED[error.kind])
        return view.say("web-parameter-malformed", expected=expected, **params)
    text = view.say(_WRONG[error.kind], **params)
    if close := error.params.get("near"):
        text += " " + view.say("web-did-you-mean", name=close)
    return text
