"""Operation: what a request to the endpoint asks for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from kg.sparql_text import Dataset
from kg.web.exchange import HttpError, Pairs, Request

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FIELDS = 1000  # of a form; more are no query


@dataclass(frozen=True)
class Operation:
    """A query operation: the query, and the dataset that the request names for it.

    ``query`` is None where the endpoint itself is asked for (its description), ``dataset`` where
    the request names no graphs. ``form`` is the format asked for with ``format=``.

    >>> found = Operation.of(Request("/sparql", (("query", "ASK {}"), ("format", "xml"))))
    >>> found.query, found.form, found.dataset
    ('ASK {}', 'xml', None)
    """

    query: str | None
    dataset: Dataset | None = None
    form: str = ""

    @classmethod
    def of(cls, request: Request) -> Operation:
        """The operation that a request invokes; parameters that the protocol does not know are
        ignored.

        Raises:
            HttpError: the request invokes none, or an update (403).

        Source: SPARQL 1.1 Protocol, sections 2.1 and 2.2.
        """
        pairs, queries = _read(request)
        if any(key == "update" for key, _ in pairs):
            raise HttpError(403, "web-sparql-update")
        queries += [value for key, value in pairs if key == "query"]
        if len(queries) > 1:
            raise HttpError(400, "web-sparql-queries", count=len(queries))
        if not queries and request.method == "POST":
            raise HttpError(400, "web-sparql-none")
        default = _graphs(pairs, "default-graph-uri")
        named = _graphs(pairs, "named-graph-uri")
        return cls(
            query=queries[0] if queries else None,
            dataset=Dataset(default, named) if default or named else None,
            form=next((value for key, value in pairs if key == "format"), ""),
        )


def _read(request: Request) -> tuple[Pairs, list[str]]:
    """The parameters of URL and form, and the query that was sent as it is."""
    if request.method not in METHODS:
        allow = (("Allow", ", ".join(METHODS)),)
        raise HttpError(405, "web-sparql-method", allow, method=request.method)
    if request.method != "POST":
        return request.query, []
    kind, _, parameters = request.header("content-type").partition(";")
    kind = kind.strip().lower()
    if kind == _UPDATE:
        raise HttpError(403, "web-sparql-update")
    accepted = (("Accept-Post", f"{_FORM}, {_QUERY}"),)
    if kind not in (_FORM, _QUERY):
        raise HttpError(
            415, "web-sparql-type", accepted, type=kind or "–", form=_FORM, query=_QUERY
        )
    charset = _charset(parameters)
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise HttpError(415, "web-sparql-charset", accepted, charset=charset)
    try:
        text = request.body.decode("utf-8")
        if kind == _QUERY:
            return request.query, [text]
        form = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise HttpError(400, "web-sparql-utf8") from error
    except ValueError as error:
        raise HttpError(400, "web-sparql-fields", count=_FIELDS) from error
    return (*request.query, *form), []


def _charset(parameters: str) -> str:
    for part in parameters.split(";"):
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _graphs(pairs: Pairs, name: str) -> tuple[NamedNode, ...]:
    values = [value for key, value in pairs if key == name]
    for value in values:
        try:
            NamedNode(value)
        except ValueError as error:
            raise HttpError(400, "web-sparql-graph", name=name, value=value) from error
    return tuple(dict.fromkeys(map(NamedNode, values)))
