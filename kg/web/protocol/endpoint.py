"""The endpoint at ``/sparql``: the query side of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kg.errors import KgError
from kg.sparql import SparqlError
from kg.web.addresses import LANGUAGES
from kg.web.exchange import HttpError, Pairs, Response, preferred, status_of
from kg.web.limits import Limits
from kg.web.protocol.description import description
from kg.web.protocol.formats import GRAPHS, RESULTS, chosen
from kg.web.protocol.operation import METHODS, Operation
from kg.web.protocol.parts import Output, written
from kg.web.protocol.writing import offered, write
from kg.web.told import told

if TYPE_CHECKING:
    from kg.web.view import View

# What lets scripts of any site ask and read the answers, errors included: all is public.
# Source: Fetch Standard, section 3.3.
CORS: Pairs = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Allow, Link, Retry-After"),
)
_PREFLIGHT: Pairs = (
    ("Allow", ", ".join(METHODS)),
    ("Access-Control-Allow-Methods", ", ".join(METHODS)),
    ("Access-Control-Allow-Headers", "*"),
    ("Access-Control-Max-Age", "86400"),
    ("Accept-Post", "application/sparql-query, application/x-www-form-urlencoded"),
)
_VARY = ("Vary", "Accept")
_VARY_WORDS = ("Vary", "Accept, Accept-Language")
_HTML = "text/html"
_DATA = (*(m for f in RESULTS for m in f.medias), *(m for f in GRAPHS for m in f.medias))
_PROBLEM = "application/problem+json"
_JSON = frozenset({"application/json", _PROBLEM, "application/sparql-results+json",
                   "application/ld+json"})  # fmt: skip


def sparql(view: View) -> Response:
    """Answer a request to the endpoint.

    A query is answered with its results in the format that the client likes best; no query, with
    the description of the service; a browser, with the way to the page of the editor. What cannot
    be answered in whole is an error: at once (400, 406, …), or, after some megabytes, by a
    body that breaks off.

    Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> application = Application(Project())
    >>> application.respond(Request("/sparql", (("query", "ASK { id:awex a ?class }"),))).content
    b'{"head":{},"boolean":true}'
    >>> print(application.respond(Request("/sparql", (("query", "ASK { }}"),))).content.decode())
    Line 1, column 8: '}' is not expected here.
    <BLANKLINE>
    """
    try:
        found = _answer(view)
    except (HttpError, KgError) as error:
        found = _refusal(view, error)
    return Response(found.body, found.type, found.status, (*found.headers, *CORS))


def _answer(view: View) -> Response:
    request = view.request
    if request.method == "OPTIONS":
        return Response(b"", "text/plain; charset=utf-8", 204, _PREFLIGHT)
    asked = Operation.of(request)
    accept = request.header("accept")
    if request.method != "POST" and not asked.form and _is_browser(accept):
        lang = preferred(request.header("accept-language"), LANGUAGES) or LANGUAGES[0]
        query = f"?{urlencode(request.query)}" if request.query else ""
        headers = (("Location", f"sparql.{lang}.html{query}"), _VARY_WORDS)
        return Response(b"", "text/plain; charset=utf-8", 303, headers)
    if asked.query is None:
        form, type = chosen(GRAPHS, accept, asked.form)
        return Response(description(view, form), type, headers=(_VARY,))
    limit = (view.app.limits or Limits()).query
    if len(asked.query) > limit:
        raise HttpError(413, "web-sparql-long", limit=limit, count=len(asked.query))
    return _results(view, asked, asked.query)


def _results(view: View, asked: Operation, query: str) -> Response:
    app = view.app
    types: list[str] = []

    def run(out: Output) -> None:
        results = app.store.run(
            query, prefixes=app.prefixes, base_iri=app.addresses.namespace, dataset=asked.dataset
        )
        form, type = chosen(offered(results), view.request.header("accept"), asked.form)
        types.append(type)
        write(results, form, out, app.prefixes)

    body = written(run)
    return Response(body, types[0], headers=(_VARY,))


def _is_browser(accept: str) -> bool:
    return _HTML in accept and preferred(accept, (*_DATA, _HTML)) == _HTML


def _refusal(view: View, error: HttpError | KgError) -> Response:
    """An error in the words of the client's language: as text, or as JSON where that is asked for.

    Source: RFC 9457.
    """
    request = view.request
    lang = preferred(request.header("accept-language"), LANGUAGES) or LANGUAGES[0]
    shown = type(view)(view.app, request, type(view.address)(view.address.path, f"{lang}.html"))
    facts: dict[str, object] = {}
    headers: Pairs = ()
    if isinstance(error, HttpError):
        status, headers = error.status, error.headers
        detail = shown.say(error.code, **error.params)
    else:
        status = status_of(error)
        detail = told(shown, error)
        if isinstance(error, SparqlError) and error.line:
            facts = {"line": error.line, "column": error.column}
    headers = (*headers, _VARY_WORDS, ("Content-Language", lang))
    if preferred(request.header("accept"), ("text/plain", *_JSON)) in _JSON:
        problem = {"title": shown.say("web-error-title", status=status), "status": status,
                   "detail": detail, **facts}  # fmt: skip
        return Response(json.dumps(problem, ensure_ascii=False).encode(), _PROBLEM, status, headers)
    return Response(f"{detail}\n".encode(), "text/plain; charset=utf-8", status, headers)
