"""Editor: the page to write SPARQL in, with the answer below it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from kg.errors import EngineError, InputError
from kg.namespaces import OWL, RDF, RDFS, SKOS
from kg.results import Answer, Row
from kg.sparql import SparqlError
from kg.terms import compact, key
from kg.web import asking
from kg.web.addresses import LANGUAGES
from kg.web.application import CONTENT_SECURITY_POLICY
from kg.web.asset import asset
from kg.web.exchange import HttpError, Response
from kg.web.table import MOST_ROWS, Table
from kg.web.view import View

if TYPE_CHECKING:
    from kg.web.application import Application

# Queries to begin with: they know RDF and the model of claims, no domain.
_STARTERS = {
    "classes": (
        "web-start-classes",
        "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) {\n"
        "  ?thing a ?class .\n  ?class a owl:Class .\n}\n"
        "GROUP BY ?class\nORDER BY DESC(?things) ?class\n",
    ),
    "names": (
        "web-start-names",
        "SELECT ?thing ?kind ?name {\n"
        "  ?thing skos:prefLabel ?name ; a ?kind .\n  ?kind a owl:Class .\n"
        '  FILTER(LANG(?name) = "{lang}" && CONTAINS(LCASE(?name), "brus"))\n}\n'
        "ORDER BY ?name ?kind\nLIMIT 100\n",
    ),
    "claims": (
        "web-start-claims",
        "SELECT ?subject ?property ?value ?modality ?claim {\n"
        "  ?claim a ecc:Claim ; rdf:subject ?subject ; rdf:predicate ?property ;\n"
        "    rdf:object ?value ; ecc:hasModality ?modality .\n}\n"
        "ORDER BY ?subject ?property\nLIMIT 50\n",
    ),
    "properties": (
        "web-start-properties",
        "SELECT ?property (COUNT(*) AS ?uses) {\n  ?subject ?property ?value .\n}\n"
        "GROUP BY ?property\nORDER BY DESC(?uses) ?property\n",
    ),
}
_TABLES = {"csv": "web-as-csv", "tsv": "web-as-tsv", "json": "web-as-json", "xml": "web-as-xml"}
_GRAPHS = {
    "turtle": "web-as-turtle",
    "ntriples": "web-as-ntriples",
    "jsonld": "web-as-jsonld",
    "rdfxml": "web-as-rdfxml",
}
_SCRIPT = "yasgui.min.js"
_STYLES = "yasgui.min.css"
# The third-party editor sets styles from its script.
_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


@dataclass(frozen=True)
class Run:
    """How a query went.

    Args:
        answer: the rows that are shown; triples as rows of three terms.
        truth: the answer of ASK.
        error: what is wrong with the query.
        note: what there is to say of the answer.
        more: there are more rows than the page shows.
        seconds: how long it took.
        formats: what the whole answer can be had in, and what that is called.
    """

    answer: Answer | None = None
    truth: bool | None = None
    error: SparqlError | None = None
    note: str = ""
    more: bool = False
    seconds: float = 0.0
    formats: tuple[tuple[str, str], ...] = ()


def editor(view: View) -> Response:
    """The page of SPARQL: the query of the request with its answer, or a place to write one."""
    text = view.request.param("query").replace("\r\n", "\n")
    found = run(view.app, text, view.lang) if text.strip() and not view.app.is_static else None
    place = (found.error.line, found.error.column) if found and found.error else (0, 0)
    has_assets = asset(_SCRIPT) is not None and asset(_STYLES) is not None
    response = view.page(
        "sparql.html",
        200 if found is None or found.error is None else 400,
        text=text or _begun(view),
        run=found,
        table=_table(view, found),
        lines=_marked(text, place) if place[0] else (),
        place=place,
        downloads=_downloads(view, text, found),
        starters=_starters(view),
        groups=_groups(view),
        prefixes=view.app.prefixes,
        limits=getattr(view.app, "limits", None),
        most=MOST_ROWS,
        assets=(_SCRIPT, _STYLES) if has_assets else None,
    )
    if not has_assets:
        return response
    return replace(response, headers=(*response.headers, ("Content-Security-Policy", _POLICY)))


def run(app: Application, text: str, lang: str) -> Run:
    """Run a query for the page, with so many rows as it shows.

    Claims that the query selects as ``?claim``, ``?claim2`` … become the evidence of the rows.
    """
    began = time.perf_counter()
    asker = app.asker(lang)
    try:
        result = app.store.run(text, prefixes=app.prefixes)
        if isinstance(result, QueryBoolean):
            return Run(truth=bool(result), seconds=time.perf_counter() - began,
                       formats=(("json", "web-as-json"), ("xml", "web-as-xml")))  # fmt: skip
        if isinstance(result, QueryTriples):
            rows = [
                Row(dict(zip(("subject", "predicate", "object"), triple, strict=True)))
                for triple in islice(result, MOST_ROWS + 1)
            ]
            answer = asker.labelled(Answer(("subject", "predicate", "object"), tuple(rows)))
            formats = _GRAPHS
        else:
            answer = _first_rows(result)
            formats = _TABLES
    except SparqlError as error:
        return Run(error=error)
    except (OSError, RuntimeError) as error:
        raise EngineError("query-stopped", error=error) from error
    more = len(answer) > MOST_ROWS
    answer = replace(answer, rows=answer.rows[:MOST_ROWS])
    note = ""
    try:
        answer = asker.folded(answer) if formats is _TABLES else answer
    except InputError:
        # A variable is called ?claim, but what it holds is no claim with words.
        answer, note = asker.labelled(answer), "web-no-claims"
    return Run(
        answer=answer, note=note, more=more, seconds=time.perf_counter() - began,
        formats=tuple(formats.items()),
    )  # fmt: skip


def _first_rows(solutions: QuerySolutions) -> Answer:
    names = tuple(variable.value for variable in solutions.variables)
    rows = tuple(
        Row({name: term for name in names if (term := solution[name]) is not None})
        for solution in islice(solutions, MOST_ROWS + 1)
    )
    return Answer(names, rows)


def _table(view: View, found: Run | None) -> Table | None:
    if found is None or found.answer is None:
        return None
    has_evidence = any(row.evidence for row in found.answer)
    return Table.of(view, found.answer, evidence=has_evidence, plain=True)


def _marked(text: str, place: tuple[int, int]) -> list[tuple[int, str, str, str]]:
    """The lines of a query: number, what stands before the error, the word at it, what follows."""
    line, column = place
    found = []
    for number, row in enumerate(text.split("\n"), 1):
        at = column - 1 if number == line else len(row)
        end = at + 1
        while number == line and end < len(row) and (row[end].isalnum() or row[end] in "_:-"):
            end += 1
        found.append((number, row[:at], row[at:end], row[end:]))
    return found


def _begun(view: View) -> str:
    """The query to begin with: a stored one or a starter that was asked for, else the first."""
    name = view.request.param("stored")
    if name:
        if query := view.app.project.queries().get(name):
            return query.text
        raise HttpError(404, "web-not-found", path=f"/queries/{name}")
    start = view.request.param("start", "classes")
    if start not in _STARTERS:
        raise HttpError(404, "web-not-found", path=f"/sparql?start={start}")
    return _STARTERS[start][1].replace("{lang}", view.lang)


def _starters(view: View) -> list[tuple[str, str]]:
    return [(code, view.href(f"/sparql?start={name}")) for name, (code, _) in _STARTERS.items()]


def _groups(view: View) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The stored queries by tag: its name, the language of that, and titles with links."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for query in view.app.project.queries().values():
        tag = query.tags[0] if query.tags else ""
        group = (
            asking.word(view.app, tag, view.lang) if tag else (view.say("web-untagged"), view.lang)
        )
        link = view.href(f"/sparql?{urlencode({'stored': query.name})}")
        found.setdefault(group, []).append((view.typeset(query.summary[view.lang]), link))
    return [(*group, found[group]) for group in sorted(found)]


def _downloads(view: View, text: str, found: Run | None) -> list[tuple[str, str]]:
    if found is None or found.error is not None:
        return []
    return [
        (code, view.file(f"/sparql?{urlencode({'query': text, 'format': form})}"))
        for form, code in found.formats
    ]


def terms(view: View) -> Response:
    """What a query may speak of, as JSON: prefixes, classes, properties and concepts."""
    app = view.app
    kinds = {
        "class": (OWL.Class,),
        "property": (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
        "concept": (SKOS.Concept,),
    }
    found = [
        _described(app, term, kind)
        for kind, types in kinds.items()
        for term in sorted(
            {
                quad.subject
                for type in types
                for quad in app.store.engine.quads_for_pattern(None, RDF.type, type, None)
                if isinstance(quad.subject, NamedNode)
            },
            key=key,
        )
    ]
    content = {"prefixes": dict(app.prefixes), "terms": found}
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    headers = (("Cache-Control", "public, max-age=300"),)
    return Response(body, "application/json", headers=headers)


def _described(app: Application, term: NamedNode, kind: str) -> Mapping[str, str | None]:
    definitions = _texts(app, term)
    return {
        "name": compact(term, app.prefixes),
        "iri": term.value,
        "kind": kind,
        **{lang: app.label(term, lang) for lang in LANGUAGES},
        **{f"about-{lang}": definitions.get(lang) for lang in LANGUAGES},
    }


def _texts(app: Application, term: NamedNode) -> Mapping[str, str]:
    return {
        text.language: text.value
        for predicate in (RDFS.comment, SKOS.definition)
        for quad in app.store.engine.quads_for_pattern(term, predicate, None, None)
        if isinstance(text := quad.object, Literal) and text.language
    }
