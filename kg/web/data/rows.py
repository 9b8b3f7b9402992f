"""Rows: the answers of stored questions as data, so that each question is an API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal

from kg.namespaces import XSD
from kg.web.addresses import LANGUAGES, ROWS
from kg.web.exchange import HttpError, Response, preferred

if TYPE_CHECKING:
    from kg.results import Answer
    from kg.terms import Term
    from kg.web.exchange import Request
    from kg.web.view import View

# The names of kg.formats.ROW_FORMATS for the forms that are called otherwise on the web.
_TEXTS = {"md": "markdown", "spreadsheet.csv": "spreadsheet"}
# Parameters of the request that are none of the question.
OWN = ("format", "evidence", "lang")
_YES = ("1", "true", "yes")


def rows(view: View, name: str, form: str) -> Response:
    """The rows of a stored question in one of :data:`kg.web.addresses.ROWS`.

    Every parameter of the request is one of the question, as an IRI, an id, a label in any language
    or a value; besides ``evidence=1`` adds the words of the claims, and ``lang`` chooses the
    language of labels (else ``Accept-Language`` does).

    Raises:
        HttpError: there is no such question (404) or form (406).
        InputError: a parameter is unknown, missing or wrong.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> Application(Project()).respond(Request("/queries/nothing.csv")).status
    404
    """
    project, request = view.app.project, view.request
    if name not in project.queries():
        raise HttpError(404, "web-not-found", path=request.path)
    if form not in ROWS:
        raise HttpError(406, "web-not-acceptable", offered=", ".join(ROWS))
    query = project.stored(name)
    answer = view.app.asker(language(request)).ask(query, values(request))
    evidence = request.param("evidence").lower() in _YES
    text = _TEXTS.get(form, form)
    body = _sparql_json(answer) if form == "srj" else answer.text(text, evidence=evidence)
    headers = [("Content-Language", answer.lang), ("Vary", "Accept, Accept-Language")]
    if form == "spreadsheet.csv":
        headers.append(("Content-Disposition", f'attachment; filename="{name}.csv"'))
    kind = ROWS[form] + ("; charset=utf-8" if ROWS[form].startswith("text/") else "")
    return Response(body.encode(), kind, headers=tuple(headers))


def values(request: Request) -> dict[str, str]:
    """The values of the parameters of a question; an empty one was not given, as in a form."""
    return {
        name: value for name, value in reversed(request.query) if value.strip() and name not in OWN
    }


def language(request: Request) -> str:
    """The language of labels that is asked for."""
    asked = request.param("lang") or request.header("accept-language")
    return preferred(asked, LANGUAGES) or LANGUAGES[0]


def _sparql_json(answer: Answer) -> str:
    """The rows in the SPARQL 1.1 Query Results JSON Format."""
    bindings = [{name: _binding(term) for name, term in row.terms.items()} for row in answer.rows]
    told: Mapping[str, Any] = {
        "head": {"vars": list(answer.variables)},
        "results": {"bindings": bindings},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _binding(term: Term) -> dict[str, str]:
    if isinstance(term, Literal):
        found = {"type": "literal", "value": term.value}
        if term.language:
            return {**found, "xml:lang": term.language}
        return found if term.datatype == XSD.string else {**found, "datatype": term.datatype.value}
    kind = "bnode" if isinstance(term, BlankNode) else "uri"
    return {"type": kind, "value": str(getattr(term, "value", term))}
