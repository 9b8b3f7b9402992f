"""Things: the list of all things, by class and name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import NamedNode

from kg.names import folded
from kg.web.exchange import HttpError, Response
from kg.web.faces.thing import capital, local
from kg.web.holdings import Holdings
from kg.web.paged import Paged
from kg.web.view import View
from kg.web.written import number

FIRST = 200
"""How many things of a class the list of all classes has."""
PAGE = 500
"""How many things of one class stand on one page."""


def things(view: View) -> Response:
    """Everything that the graph holds, each thing under the most special of its classes.

    Of a class with many things the first ones; all of them, page by page, where the request names
    the class. Static pages hold all.
    """
    holdings = view.app.keep(Holdings.of)
    order = [kind for top in holdings.tops for kind in (top, *holdings.below[top])]
    kinds = {local(kind): kind for kind in order}
    asked = "" if view.app.is_static else view.request.param("class")
    if asked:
        return _of_class(view, holdings, kinds.get(asked), asked)
    most = None if view.app.is_static else FIRST
    return _page(
        view,
        groups=[(kind, _sorted(view, holdings, kind)[:most]) for kind in kinds.values()],
        jump=[(kind, holdings.members[kind]) for kind in kinds.values()],
        counts={kind: len(holdings.listed.get(kind, ())) for kind in kinds.values()},
        chosen="",
        paged=None,
    )


def _of_class(view: View, holdings: Holdings, kind: NamedNode | None, asked: str) -> Response:
    if kind is None:
        raise HttpError(404, "web-not-found", path=f"{view.address.path}?class={asked}")
    members = _sorted(view, holdings, kind)
    paged = Paged.of(view, len(members), PAGE)
    return _page(
        view,
        groups=[(kind, members[paged.items])],
        jump=(),
        counts={},
        chosen=asked,
        paged=paged,
    )


def _sorted(view: View, holdings: Holdings, kind: NamedNode) -> Sequence[NamedNode]:
    return sorted(holdings.listed.get(kind, ()), key=lambda one: folded(view.name(one)))


def _page(view: View, **values: Any) -> Response:
    return view.page(
        "things.html", capital=capital, local=local,
        number=lambda value: number(value, view.lang), **values,
    )  # fmt: skip
