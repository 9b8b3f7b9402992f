"""Pictures of answers and things as SVG, each with links, a text alternative and its table.

A picture is made for a :class:`Reader`, which a page and :class:`Plain` are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from kg.errors import InputError
from kg.pictures.bars import bars
from kg.pictures.graph import columns_of, graph_of
from kg.pictures.map import has_positions, map_of
from kg.pictures.pages import diagram, neighborhood, overview
from kg.pictures.picture import Cell, Picture
from kg.pictures.reader import Plain, Reader
from kg.pictures.table import Table
from kg.pictures.timeline import timeline
from kg.results import Answer

__all__ = [
    "DATED", "Cell", "Picture", "Plain", "Reader", "diagram", "drawn", "fitting", "neighborhood",
    "overview", "picture_of", "wanted",
]  # fmt: skip

KINDS: Mapping[str, Callable[..., Picture | None]] = {
    "timeline": timeline,
    "map": map_of,
    "bars": bars,
    "graph": graph_of,
}
DATED = frozenset({"timeline"})
"""The kinds that can be drawn between two dates."""


def fitting(answer: Answer) -> tuple[str, ...]:
    """The kinds of picture that the columns of an answer allow, the best one first.

    >>> from pyoxigraph import Literal
    >>> from kg.results import Row
    >>> fitting(Answer(("word", "n"), (Row({"word": Literal("a"), "n": Literal(7)}),)))
    ('bars',)
    """
    table = Table(answer)
    found = {
        "timeline": bool(table.dates) and table.subject is not None,
        "map": has_positions(answer),
        "bars": bool(table.numbers) and table.subject is not None,
        "graph": columns_of(answer) is not None,
    }
    return tuple(kind for kind in KINDS if found[kind])


def drawn(
    kind: str, answer: Answer, reader: Reader, *, title: str = "", since: str = "", until: str = ""
) -> Picture | None:
    """The picture of a kind; None where the answer has nothing for it, or no such kind is known.

    ``since`` and ``until`` are dates such as ``2017-05``, between which a timeline is drawn.
    """
    draw = KINDS.get(kind)
    if draw is None or kind not in fitting(answer):
        return None
    within = {"since": since, "until": until} if kind in DATED else {}
    return draw(answer, reader, title=title, **within)


def picture_of(
    kind: str,
    answer: Answer,
    view: Reader,
    *,
    title: str = "",
    since: str = "",
    until: str = "",
    downloads: Mapping[str, str] | None = None,
) -> Markup | None:
    """The figure for a page: the picture, its table and downloads; None where there is none.

    Args:
        kind: one of those that are :func:`fitting`.
        answer: the rows.
        view: the page, or any other reader.
        title: what the picture shows; its kind unless told.
        since: where a timeline begins.
        until: where it ends.
        downloads: address by kind of file (``svg``, ``csv``, ``html``); unless told, the files
            are held by the links themselves.
    """
    found = drawn(kind, answer, view, title=title, since=since, until=until)
    return found.figure(downloads) if found else None


def wanted(kind: str, answer: Answer, title: str = "") -> Picture:
    """The picture of a kind for a notebook, in the language of the answer.

    Raises:
        InputError: the answer has nothing for it; the message names the kinds that fit.
    """
    reader = Plain.of(answer)
    found = drawn(kind, answer, reader, title=title)
    if found is None:
        kinds = ", ".join(fitting(answer)) or "–"
        raise InputError("picture-none", lang=reader.lang, kind=kind, fitting=kinds)
    return found
