"""Questions: the stored queries, each with its form, its answer as table and picture, its data."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kg.errors import InputError, ParameterError
from kg.pictures import DATED, Plain, drawn, fitting, picture_of
from kg.queries import LITERALS, Parameter, StoredQuery
from kg.values import plain_date
from kg.web import asking
from kg.web.data.rows import language
from kg.web.exchange import HttpError, Response
from kg.web.table import Table
from kg.web.view import View

if TYPE_CHECKING:
    from markupsafe import Markup

    from kg.results import Answer
    from kg.terms import Term

# The formats of the rows that people download, and what they are called.
_DOWNLOADS = {
    "csv": "web-as-csv",
    "spreadsheet.csv": "web-as-spreadsheet",
    "tsv": "web-as-tsv",
    "json": "web-as-json",
}
_VIEWS = {
    "table": "web-view-table",
    "map": "web-view-map",
    "timeline": "web-view-timeline",
    "bars": "web-view-bars",
    "graph": "web-view-graph",
}
_INPUTS = {"date": "date", "integer": "number", "decimal": "number", "string": "text"}
# The files of a picture: media type, and attribute of kg.pictures.Picture.
_FILES = {
    "svg": ("image/svg+xml", "file"),
    "csv": ("text/csv; charset=utf-8", "spreadsheet"),
    "html": ("text/html; charset=utf-8", "html"),
}
_BOUNDS = ("from", "to")
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation allow-popups"
)
"""Such a file stands alone: it has rules of its own, and nothing else."""
_WRONG = {
    "missing": "web-parameter-missing",
    "unknown": "web-parameter-unknown",
    "other": "web-parameter-other",
    "several": "web-parameter-several",
    "malformed": "web-parameter-malformed",
}
_EXPECTED = {
    "date": "web-expected-date",
    "integer": "web-expected-integer",
    "decimal": "web-expected-decimal",
}


@dataclass(frozen=True)
class Field:
    """A parameter in a form."""

    name: str
    title: str
    title_lang: str
    hint: str
    input: str
    required: bool
    value: str
    options: Sequence[tuple[str, str]]
    error: str = ""


def questions(view: View) -> Response:
    """All stored queries, by tag."""
    found = view.app.project.queries()
    tags = sorted({tag for query in found.values() for tag in query.tags[:1]})
    groups: list[tuple[str, str, str, list[StoredQuery]]] = []
    for tag in tags:
        title, lang = asking.word(view.app, tag, view.lang)
        groups.append((tag, title, lang, [q for q in found.values() if q.tags[:1] == (tag,)]))
    loose = [query for query in found.values() if not query.tags]
    groups.sort(key=lambda group: group[1])
    if loose:
        groups.append(("", view.say("web-untagged"), view.lang, loose))
    return view.page("questions.html", groups=groups, total=len(found))


def question(view: View, name: str) -> Response:
    """A stored query: its form, and its answer where all that it needs is given."""
    query = stored(view, name)
    given = _given(view, query)
    asker = view.app.asker(view.lang)
    answer: Answer | None = None
    wrong: InputError | None = None
    if given or not any(parameter.required for parameter in query.parameters):
        try:
            answer = asker.ask(query, given)
        except InputError as error:
            wrong = error
    pictures = tuple(kind for kind in fitting(answer) if kind in _VIEWS) if answer else ()
    chosen = view.request.param("view", "table")
    chosen = chosen if chosen in pictures else "table"
    shown = pictures if view.app.is_static else (chosen,) if chosen in pictures else ()
    return view.page(
        "question.html",
        200 if wrong is None else 400,
        query=query,
        description=_described(query, view.lang),
        fields=_fields(view, query, given, wrong),
        wrong=None if isinstance(wrong, ParameterError) else wrong,
        answer=answer,
        table=None if answer is None else Table.of(view, answer),
        example=_example(view, query),
        views=_views(view, given, pictures, chosen),
        pictures=_pictures(view, query, given, answer, shown) if answer else [],
        within=_within(view, given) if chosen in DATED and not view.app.is_static else None,
        downloads=_downloads(view, given) if answer is not None else (),
        curl=_curl(view, query, given if wrong is None else {}),
    )


@dataclass(frozen=True)
class Within:
    """The dates between which a timeline is drawn, and what else its form has to send."""

    since: str
    until: str
    error: str
    others: Sequence[tuple[str, str]]


def _within(view: View, given: Mapping[str, str]) -> Within:
    since, until = (view.request.param(name).strip() for name in _BOUNDS)
    wrong = any(value and not plain_date(value) for value in (since, until))
    others = (*given.items(), ("view", view.request.param("view")))
    return Within(since, until, view.say("web-expected-bound") if wrong else "", others)


def _bounds(view: View) -> dict[str, str]:
    """The dates that the request names; what is none is passed over."""
    found = {name: view.request.param(name).strip() for name in _BOUNDS}
    return {name: value for name, value in found.items() if plain_date(value)}


def _pictures(
    view: View, query: StoredQuery, given: Mapping[str, str], answer: Answer, kinds: Sequence[str]
) -> list[Markup | None]:
    bounds = _bounds(view)
    since, until = (bounds.get(name, "") for name in _BOUNDS)
    return [
        picture_of(kind, answer, view, title=query.summary[view.lang], since=since, until=until,
                   downloads=files(view, query, kind, {**given, **bounds}))
        for kind in kinds
    ]  # fmt: skip


def files(
    view: View, query: StoredQuery, shape: str, asked: Mapping[str, str]
) -> Mapping[str, str]:
    """The links to the files of a picture of an answer; :func:`picture` answers them.

    Args:
        view: the page.
        query: what is asked.
        shape: one of :data:`kg.queries.PICTURES`.
        asked: the values of its parameters, and between which dates. A static page is about the
            example.
    """
    parameters = f"?{urlencode(asked)}" if asked and not view.app.is_static else ""
    return {
        kind: view.file(f"/queries/{query.name}.{view.lang}.{shape}.{kind}{parameters}")
        for kind in _FILES
    }


def picture(view: View, name: str, kind: str, lang: str = "", shape: str = "") -> Response:
    """The answer of a stored query as a picture in a file.

    A timeline begins with the date ``from`` and ends with the date ``to`` of the request.

    Args:
        view: the request.
        name: of the query.
        kind: of the file: ``svg``; ``csv``, its table for spreadsheets; ``html``, both in one.
        lang: of its words; else as rows have it.
        shape: one of :data:`kg.queries.PICTURES`; else what ``view`` names, else what fits best.

    Raises:
        HttpError: there is no such query, or its answer cannot be drawn so (404).
    """
    query = stored(view, name)
    lang = lang or language(view.request)
    answer = view.app.asker(lang).ask(query, _given(view, query))
    shapes = fitting(answer)
    bounds = _bounds(view)
    found = drawn(
        shape or view.request.param("view") or next(iter(shapes), ""), answer, Plain.of(answer),
        title=query.summary[lang], since=bounds.get("from", ""), until=bounds.get("to", ""),
    )  # fmt: skip
    if found is None:
        raise HttpError(404, "web-no-picture", offered=", ".join(shapes) or "–")
    type, attribute = _FILES[kind]
    text: str = getattr(found, attribute)
    place = "inline" if kind == "svg" else "attachment"
    headers = (
        ("Content-Disposition", f'{place}; filename="{name}.{kind}"'),
        ("Content-Security-Policy", FILE_POLICY),
        ("Content-Language", lang),
        ("Vary", "Accept-Language"),
    )
    return Response(text.encode(), type, headers=headers)


def stored(view: View, name: str) -> StoredQuery:
    """The stored query of a name.

    Raises:
        HttpError: 404 where there is none.
    """
    found = view.app.project.queries().get(name)
    if found is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    return found


def _described(query: StoredQuery, lang: str) -> tuple[str, str] | None:
    """More about a query, in the language of the page where it can be, and that language."""
    known = query.descriptions
    return next(((known[one], one) for one in (lang, *known) if one in known), None)


def _given(view: View, query: StoredQuery) -> dict[str, str]:
    """The values of parameters that the request holds; in a static page those of the example."""
    if view.app.is_static:
        return dict(query.example) if _meant(view, query) else {}
    values = {p.name: view.request.param(p.name).strip() for p in query.parameters}
    return {name: value for name, value in values.items() if value}


def _fields(
    view: View, query: StoredQuery, given: Mapping[str, str], wrong: InputError | None
) -> list[Field]:
    found = []
    for parameter in query.parameters:
        title, lang = asking.word(view.app, parameter.name, view.lang)
        about = isinstance(wrong, ParameterError) and wrong.name == parameter.name
        is_thing = parameter.type not in LITERALS
        found.append(
            Field(
                name=parameter.name,
                title=title,
                title_lang=lang,
                hint=_hint(view, parameter),
                input=_INPUTS.get(parameter.type, "text"),
                required=parameter.required,
                value=given.get(parameter.name, ""),
                options=asking.options(view.app, parameter.type, view.lang) if is_thing else (),
                error=_message(view, wrong) if about and wrong else "",
            )
        )
    return found


def _hint(view: View, parameter: Parameter) -> str:
    if parameter.type == "date":
        return view.say("web-expected-date")
    if parameter.type in LITERALS:
        return ""
    kind = asking.class_name(view.app, parameter, view.lang)
    return view.say("web-hint-class", kind=kind)


def _message(view: View, error: InputError) -> str:
    """What is wrong with a parameter, in the language of the page."""
    if not isinstance(error, ParameterError):
        return str(error)
    params = dict(error.params)
    if error.kind == "malformed":
        params["expected"] = view.say(_EXPECTED[params["type"]])
    text = view.say(_WRONG[error.kind], **params)
    if params.get("nearest"):
        text += " " + view.say("web-did-you-mean", name=params["nearest"])
    return text


def _example(view: View, query: StoredQuery) -> tuple[str, str] | None:
    """A link to the example, and its values in words."""
    given = _meant(view, query)
    if not given:
        return None
    shown = ", ".join(
        f"{asking.word(view.app, name, view.lang)[0]} = {view.name(term)}"
        for name, term in given.items()
    )
    return view.href(f"{view.address.path}?{urlencode(query.example)}"), shown


def _meant(view: View, query: StoredQuery) -> Mapping[str, Term]:
    """What the values of the example name; nothing where the graph holds none of that."""
    try:
        return view.app.asker(view.lang).given(query, query.example)
    except InputError:
        return {}


def _views(
    view: View, given: Mapping[str, str], pictures: Sequence[str], chosen: str
) -> list[tuple[str, str, bool]]:
    """The tabs: what they are called, where they lead, and whether they are open."""
    if not pictures or view.app.is_static:
        return []
    found = []
    for kind in ("table", *pictures):
        asked = urlencode({**given, "view": kind})
        target = view.href(f"{view.address.path}?{asked}#answer")
        found.append((_VIEWS[kind], target, kind == chosen))
    return found


def _downloads(view: View, given: Mapping[str, str]) -> list[tuple[str, str]]:
    if view.app.is_static:
        return []
    asked = urlencode({**given, "lang": view.lang})
    return [
        (code, view.file(f"{view.address.path}.{form}?{asked}"))
        for form, code in _DOWNLOADS.items()
    ]


def _curl(view: View, query: StoredQuery, given: Mapping[str, str]) -> str:
    """The command that fetches the rows."""
    values = given or query.example
    parts = [
        "curl",
        *(["--get"] if values else []),
        f"{view.request.origin}{view.address.path}.csv",
    ]
    for name, value in values.items():
        parts += ["--data-urlencode", f"{name}={value}"]
    return shlex.join(parts)
