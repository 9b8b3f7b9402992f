"""Questions: the stored queries, each with its form, its answer as table and picture, its data."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kg.errors import InputError, ParameterError
from kg.pictures import DATED, fitting
from kg.queries import LITERALS, Parameter, StoredQuery
from kg.web import asking
from kg.web.exchange import Response
from kg.web.faces.drawings import Within, figures
from kg.web.table import Table
from kg.web.told import told
from kg.web.view import View

if TYPE_CHECKING:
    from kg.results import Answer

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
    query = asking.stored(view, name)
    given = asking.given(view, query)
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
        wrong=told(view, wrong) if wrong and not isinstance(wrong, ParameterError) else "",
        answer=answer,
        table=None if answer is None else Table.of(view, answer),
        example=_example(view, query),
        views=_views(view, given, pictures, chosen),
        pictures=figures(view, query, given, answer, shown) if answer else [],
        within=Within.of(view, given) if chosen in DATED and not view.app.is_static else None,
        downloads=_downloads(view, given) if answer is not None else (),
        curl=_curl(view, query, given if wrong is None else {}),
    )


def _described(query: StoredQuery, lang: str) -> tuple[str, str] | None:
    """More about a query, in the language of the page where it can be, and that language."""
    known = query.descriptions
    return next(((known[one], one) for one in (lang, *known) if one in known), None)


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
                error=told(view, wrong) if about and wrong else "",
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


def _example(view: View, query: StoredQuery) -> tuple[str, str] | None:
    """A link to the example, and its values in words."""
    given = asking.meant(view, query)
    if not given:
        return None
    shown = ", ".join(
        f"{asking.word(view.app, name, view.lang)[0]} = {view.name(term)}"
        for name, term in given.items()
    )
    return view.href(f"{view.address.path}?{urlencode(query.example)}"), shown


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
