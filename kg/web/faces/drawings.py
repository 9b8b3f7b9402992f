"""Drawings: the answers of stored queries as pictures, in their pages and as files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kg.pictures import Plain, drawn, fitting, picture_of
from kg.values import plain_date
from kg.web import asking
from kg.web.data.rows import language
from kg.web.exchange import HttpError, Response
from kg.web.view import View

if TYPE_CHECKING:
    from markupsafe import Markup

    from kg.queries import StoredQuery
    from kg.results import Answer

# The files of a picture: media type, and attribute of kg.pictures.Picture.
_FILES = {
    "svg": ("image/svg+xml", "file"),
    "csv": ("text/csv; charset=utf-8", "spreadsheet"),
    "html": ("text/html; charset=utf-8", "html"),
}
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation allow-popups"
)
"""Such a file stands alone: it has rules of its own, and nothing else."""
_BOUNDS = ("from", "to")


@dataclass(frozen=True)
class Within:
    """The dates between which a timeline is drawn, and what else its form has to send.

    ``wrong`` holds the names of those that are no dates.
    """

    since: str
    until: str
    wrong: Collection[str]
    others: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, view: View, given: Mapping[str, str]) -> Within:
        """What a request names, beside the values of the parameters."""
        since, until = (view.request.param(name).strip() for name in _BOUNDS)
        pairs = zip(_BOUNDS, (since, until), strict=True)
        wrong = [name for name, value in pairs if value and not plain_date(value)]
        return cls(since, until, wrong, (*given.items(), ("view", view.request.param("view"))))


def _bounds(view: View) -> dict[str, str]:
    """The dates that the request names; what is none is passed over."""
    found = {name: view.request.param(name).strip() for name in _BOUNDS}
    return {name: value for name, value in found.items() if plain_date(value)}


def figures(
    view: View, query: StoredQuery, given: Mapping[str, str], answer: Answer, kinds: Sequence[str]
) -> list[Markup | None]:
    """An answer as pictures for its page, a timeline between the dates that are asked for.

    Args:
        view: the page.
        query: what is asked.
        given: the values of its parameters.
        answer: the rows.
        kinds: the pictures, of :data:`kg.queries.PICTURES`.
    """
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
    query = asking.stored(view, name)
    lang = lang or language(view.request)
    answer = view.app.asker(lang).ask(query, asking.given(view, query))
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
