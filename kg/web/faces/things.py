"""Things: the list of all things, by class and name."""

from __future__ import annotations

from kg.names import folded
from kg.web.exchange import Response
from kg.web.faces.thing import capital, local
from kg.web.holdings import Holdings
from kg.web.view import View
from kg.web.written import number


def things(view: View) -> Response:
    """Everything that the graph holds, each thing under the most special of its classes."""
    holdings = view.app.keep(Holdings.of)
    order = [kind for top in holdings.tops for kind in (top, *holdings.below[top])]
    groups = [
        (kind, sorted(holdings.listed.get(kind, ()), key=lambda one: folded(view.name(one))))
        for kind in dict.fromkeys(order)
    ]
    return view.page(
        "things.html",
        groups=groups,
        members=holdings.members,
        capital=capital,
        local=local,
        number=lambda value: number(value, view.lang),
    )
