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
    "malformed": "web-parameter-malformed",
    "surplus": "web-parameter-surplus",
}
_EXPECTED = {
    "date": "web-expected-date",
    "integer": "web-expected-integer",
    "decimal": "web-expected-decimal",
}


def told(view: View, error: KgError) -> str:
    """An error in words. Faults of a project, which a reader cannot mend, are in English.

    >>> from kg.project import Project
    >>> from kg.web.addresses import Address
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> from kg.web.view import View
    >>> view = View(Application(Project()), Request("/"), Address.of("/index.fr.html"))
    >>> told(view, ParameterError("", "date", "malformed", text="hier", type="date"))
    '«\\xa0hier\\xa0» ne convient pas. Un jour comme 2017-06-12.'
    """
    if isinstance(error, SparqlError):
        place = {"line": error.line, "column": error.column}
        code = "web-sparql-place" if error.line else "web-sparql-reason"
        return view.say(code, reason=error.fault.words(view.lang), **place)
    if not isinstance(error, ParameterError):
        return str(error)
    params = dict(error.params)
    if error.kind == "malformed":
        params["expected"] = view.say(_EXPECTED[params["type"]])
    text = view.say(_WRONG[error.kind], **params)
    if params.get("nearest"):
        text += " " + view.say("web-did-you-mean", name=params["nearest"])
    return text
