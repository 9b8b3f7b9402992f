"""Graph: two columns of resources, with a line for each pair of a row."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.pictures.drawing import Drawing, number
from kg.pictures.legend import legend
from kg.pictures.measure import wrapped
from kg.pictures.picture import Picture
from kg.pictures.reader import Reader
from kg.pictures.table import Table, is_plan, words
from kg.results import Answer

_WIDTH = 752.0
_SIDE = 270.0
_LINE, _GAP = 17.0, 9.0
_MOST = 40  # things on one side; the table has all


def columns_of(answer: Answer) -> tuple[str, str] | None:
    """The two columns that a graph links: those of things that differ most, in their order."""
    table = Table(answer)
    names = sorted(table.things, key=lambda n: -table.distinct(n))[:2]
    if len(names) < 2:
        return None
    first, second = sorted(names, key=answer.variables.index)
    is_linked = any(first in row.terms and second in row.terms for row in answer.rows)
    return (first, second) if is_linked else None


def graph_of(
    answer: Answer, reader: Reader, *, title: str = "", columns: tuple[str, str] | None = None
) -> Picture | None:
    """The pairs of two columns as lines between two lists; None where there are no pairs.

    Args:
        answer: rows with two columns of resources.
        reader: who it is made for.
        title: what the picture shows.
        columns: the two columns, unless they are to be found.
    """
    names = columns or columns_of(answer)
    if names is None:
        return None
    pairs: dict[tuple[NamedNode, NamedNode], bool] = {}
    for row in answer.rows:
        one, other = row.terms.get(names[0]), row.terms.get(names[1])
        if isinstance(one, NamedNode) and isinstance(other, NamedNode):
            pairs[one, other] = pairs.get((one, other), True) and is_plan(row)
    if not pairs:
        return None
    left = list(dict.fromkeys(one for one, _ in pairs))[:_MOST]
    # What is linked with the first ones stands first, so that few lines cross.
    places: dict[NamedNode, list[int]] = {}
    for one, other in pairs:
        if one in left:
            places.setdefault(other, []).append(left.index(one))
    right = sorted(places, key=lambda n: (sum(places[n]) / len(places[n]), reader.name(n), n.value))
    right = right[:_MOST]
    shown = {p: plan for p, plan in pairs.items() if p[0] in left and p[1] in right}
    table = Table(answer)
    drawing, height = _draw(left, right, shown, names, reader)
    cut = len(shown) < len(pairs)
    notes = (reader.say("picture-cut", shown=len(shown), count=len(pairs)),) if cut else ()
    told = (f"{reader.name(one)} – {reader.name(other)}" for one, other in list(pairs)[:20])
    return Picture(
        title or reader.say("picture-graph"),
        reader.say("picture-graph-says", count=len(pairs), list=" ; ".join(told)),
        str(drawing), _WIDTH, height, table.heads, table.cells(reader), notes, reader.lang,
    )  # fmt: skip


def _draw(
    left: list[NamedNode], right: list[NamedNode],
    pairs: dict[tuple[NamedNode, NamedNode], bool], heads: tuple[str, str], reader: Reader,
) -> tuple[Drawing, float]:  # fmt: skip
    sides = [[(node, wrapped(reader.name(node), _SIDE)) for node in side] for side in (left, right)]
    heights = [sum(len(text) * _LINE + _GAP for _, text in side) for side in sides]
    tall = max(heights)
    middles: list[dict[NamedNode, float]] = [{}, {}]
    out, labels = Drawing(), Drawing()
    for side, nodes in enumerate(sides):
        x = _WIDTH - 14 - _SIDE if side else 14 + _SIDE
        anchor = "start" if side else "end"
        out.text(x, 22, words(heads[side]), room=_SIDE, anchor=anchor, size=12, style="p-note")
        y = 36 + (tall - heights[side]) / 2
        for node, lines in nodes:
            middles[side][node] = y + len(lines) * _LINE / 2
            href = reader.to(node)
            with labels.link(href, reader.name(node)):
                for line in lines:
                    style = "p-link" if href else "p-text"
                    labels.text(x, y + 13, line, room=_SIDE, anchor=anchor, style=style)
                    y += _LINE
            y += _GAP
    near, far = 14 + _SIDE + 8, _WIDTH - 14 - _SIDE - 8
    half = (near + far) / 2
    for (one, other), plan in pairs.items():
        a, b = number(middles[0][one]), number(middles[1][other])
        path = f"M{number(near)} {a}C{number(half)} {a} {number(half)} {b} {number(far)} {b}"
        out.path(path, "p-edge-plan" if plan else "p-edge")
    for side, x in enumerate((near, far)):
        for y in middles[side].values():
            out.circle(x, y, 3, "p-point")
    out.append(labels)
    keys = [("p-edge-plan", reader.say("picture-plan"))] if any(pairs.values()) else []
    return out, legend(out, keys, 14, 36 + tall + 4, _WIDTH - 14) + 6
