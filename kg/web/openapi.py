"""OpenAPI: the stored questions and the endpoint as an API that programs can read about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.findings import wording
from kg.namespaces import DCTERMS
from kg.queries import ANYTHING, PICTURES
from kg.web.addresses import DATA, LANGUAGES, ROWS
from kg.web.data.rows import language
from kg.web.exchange import Response

if TYPE_CHECKING:
    from kg.queries import Parameter, StoredQuery
    from kg.web.view import View

_TEXT = {"type": "string"}
# The schema of the values of a parameter, by its type; of all others they name a resource.
_LITERALS: dict[str, dict[str, str]] = {
    "date": {"type": "string", "format": "date"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "string": _TEXT,
}
# What every question can be asked with beside its own: name, values, message.
_Choice = tuple[str, Sequence[str], str]
_LANG: _Choice = ("lang", LANGUAGES, "web-api-lang")
_ROW_CHOICES: tuple[_Choice, ...] = (
    ("format", (*ROWS, *DATA, "html"), "web-api-format"),
    ("evidence", ("0", "1"), "web-api-evidence"),
    _LANG,
)
_PICTURE_CHOICES: tuple[_Choice, ...] = (("view", PICTURES, "web-api-view"), _LANG)
_RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
            "text/tab-separated-values")  # fmt: skip
_REFUSED = {"400": "web-api-400", "406": "web-api-406"}


def openapi(view: View) -> Response:
    """The API as an OpenAPI 3.1 document, its words in the language asked for.

    Every stored question is an operation, made from the header of its file.

    Source: https://spec.openapis.org/oas/v3.1.0

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> from kg.web.exchange import Request
    >>> text = Application(Project()).respond(Request("/openapi.json")).content
    >>> "/queries/agreements-of" in json.loads(text)["paths"]
    True
    """
    lang = language(view.request)
    queries = sorted(view.app.project.queries().items())
    told = {
        "openapi": "3.1.0",
        "info": _info(view, lang),
        "servers": [{"url": "."}],
        "tags": [{"name": tag} for tag in sorted({t for _, q in queries for t in q.tags})],
        "paths": {
            **{f"/queries/{name}": {"get": _question(query, lang)} for name, query in queries},
            **{f"/queries/{name}.svg": {"get": _picture(query, lang)} for name, query in queries},
            "/sparql": {"get": _endpoint(lang, "get"), "post": _endpoint(lang, "post")},
        },
        "components": {
            "responses": {status: _text(code, lang) for status, code in _REFUSED.items()}
        },
    }
    headers = (("Vary", "Accept-Language"), ("Content-Language", lang))
    body = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return Response(body.encode(), "application/json", headers=headers)


def _info(view: View, lang: str) -> dict[str, Any]:
    about = view.app.descriptions
    found: dict[str, Any] = {"title": wording("web-site", lang), "version": __version__}
    if about.dataset is not None:
        found["title"] = view.app.label(about.dataset, lang) or found["title"]
        quads = view.app.store.engine.quads_for_pattern(about.dataset, DCTERMS.description, None)
        texts = {getattr(q.object, "language", None): q.object for q in quads}
        if text := texts.get(lang, texts.get("en")):
            found["description"] = getattr(text, "value", "")
    for license in about.licenses[:1]:
        found["license"] = {"name": license.value, "url": license.value}
    return found


def _question(query: StoredQuery, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": query.name,
        "summary": query.summary[lang],
        "description": query.descriptions.get(lang, query.description),
        "tags": list(query.tags),
        "parameters": [*_parameters(query, lang), *_own(_ROW_CHOICES, lang)],
        "responses": {
            "200": {"description": wording("web-api-rows", lang), "content": dict(_contents())},
            **_refused(),
        },
    }
    return {key: value for key, value in found.items() if value not in ("", [])}


def _picture(query: StoredQuery, lang: str) -> dict[str, Any]:
    """The answer as a picture, which not every answer can be."""
    days = (
        {"name": name, "in": "query", "description": wording(code, lang), "schema": _TEXT}
        for name, code in (("from", "web-api-from"), ("to", "web-api-to"))
    )
    found = wording("web-api-picture", lang)
    return {
        "operationId": f"{query.name}-picture",
        "summary": query.summary[lang],
        "description": found,
        "tags": list(query.tags),
        "parameters": [*_parameters(query, lang), *_own(_PICTURE_CHOICES, lang), *days],
        "responses": {
            "200": {"description": found, "content": {"image/svg+xml": {"schema": _TEXT}}},
            "400": _refused()["400"],
            "404": _text("web-api-404", lang),
        },
    }


def _parameters(query: StoredQuery, lang: str) -> Iterator[dict[str, Any]]:
    for parameter in query.parameters:
        yield _parameter(parameter, query.example.get(parameter.name), lang)


def _parameter(parameter: Parameter, example: str | None, lang: str) -> dict[str, Any]:
    if parameter.type in _LITERALS:
        words = wording("web-api-value", lang)
    elif parameter.type == ANYTHING:
        words = wording("web-api-anything", lang)
    else:
        words = wording("web-api-resource", lang, type=parameter.type)
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": words,
        "schema": _LITERALS.get(parameter.type, _TEXT),
    }
    if example is not None:
        found["example"] = _typed(example, parameter.type)
    return found


def _typed(text: str, kind: str) -> str | int | float:
    if kind == "integer":
        return int(text)
    return float(text) if kind == "decimal" else text


def _own(choices: Iterable[_Choice], lang: str) -> Iterator[dict[str, Any]]:
    """Parameters that take one of some values."""
    for name, values, code in choices:
        schema = {"type": "string", "enum": list(values)}
        yield {"name": name, "in": "query", "description": wording(code, lang), "schema": schema}


def _contents() -> Iterator[tuple[str, dict[str, Any]]]:
    for media in dict.fromkeys(ROWS.values()):
        schema: dict[str, Any] = _TEXT
        if media == "application/json":
            schema = {"type": "array", "items": {"type": "object"}}
        elif media.endswith("+json"):
            schema = {"type": "object", "required": ["head", "results"]}
        yield media, {"schema": schema}


def _endpoint(lang: str, method: str) -> dict[str, Any]:
    """The query operation of the SPARQL protocol."""
    schema = _TEXT
    content = {media: {"schema": schema} for media in (*_RESULTS, *DATA.values())}
    found: dict[str, Any] = {
        "operationId": f"sparql-{method}",
        "summary": wording("web-api-sparql", lang),
        "externalDocs": {"url": "https://www.w3.org/TR/sparql11-protocol/"},
        "responses": {
            "200": {"description": wording("web-api-rows", lang), "content": content},
            **_refused(),
        },
    }
    names = ("default-graph-uri", "named-graph-uri")
    if method == "get":
        graphs = [
            {"name": name, "in": "query", "schema": {"type": "array", "items": schema}}
            for name in names
        ]
        asked = {"name": "query", "in": "query", "required": True, "schema": schema}
        return {**found, "parameters": [asked, *graphs]}
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": schema, **{name: {"type": "array", "items": schema} for name in names}
        },
    }  # fmt: skip
    kinds = {
        "application/x-www-form-urlencoded": {"schema": form},
        "application/sparql-query": {"schema": schema},
    }
    return {**found, "requestBody": {"required": True, "content": kinds}}


def _refused() -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSED}


def _text(code: str, lang: str) -> dict[str, Any]:
    content = {"text/plain": {"schema": _TEXT}}
    return {"description": wording(code, lang), "content": content}
