"""Neighborhood: a thing in the middle, what it is linked with on both sides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from kg.pictures.drawing import SIZE, Drawing, number
from kg.pictures.legend import legend
from kg.pictures.links import Link
from kg.pictures.measure import wrapped
from kg.pictures.picture import Cell, Picture
from kg.pictures.reader import Reader

_WIDTH = 752.0
_BOX = 172.0  # width of the thing in the middle
_SIDE = 212.0  # room for the names on each side
_LINE, _GAP = 17.0, 12.0
_BOLD = SIZE * 1.15  # bold letters are wider
_FEW = 6  # neighbors of one kind that are shown, unless all are wanted
_STYLES = {"stated": "p-edge", "plan": "p-edge-plan", "inferred": "p-edge-inferred"}
_ORDER = list(_STYLES)
_WORDS = {
    "stated": "picture-stated",
    "plan": "picture-plan",
    "inferred": "picture-inferred",
}
_HEADS = ("picture-subject", "picture-relation", "picture-object", "picture-status")


@dataclass(frozen=True)
class _Group:
    """The neighbors by one predicate."""

    predicate: NamedNode
    kind: str
    names: tuple[tuple[NamedNode, list[str]], ...]
    more: int

    @property
    def height(self) -> float:
        lines = sum(len(text) for _, text in self.names) + (self.more > 0)
        return _LINE * (lines + 1) + 3 * len(self.names)


def neighborhood_of(
    thing: NamedNode,
    links: Iterable[Link],
    reader: Reader,
    *,
    title: str = "",
    expand: str = "",
    hide: Callable[[NamedNode], str] | None = None,
    show: str = "",
    hidden: Collection[NamedNode] = (),
    is_whole: bool = False,
) -> Picture | None:
    """A thing and its neighbors; None where it has none.

    To the left is what points to it, to the right what it points to, so that each line reads as a
    sentence from left to right.

    Args:
        thing: what stands in the middle.
        links: its links (see :class:`kg.pictures.links.Links`).
        reader: who it is made for.
        title: what the picture shows.
        expand: the address of the same picture with all neighbors.
        hide: the address of the same picture without the links of a predicate.
        show: the address of the same picture with nothing hidden.
        hidden: predicates that are left out.
        is_whole: show all neighbors.
    """
    everything = list(links)
    shown = [link for link in everything if link.predicate not in hidden]
    if not everything:
        return None
    sides = [
        _groups([link for link in shown if link.is_outgoing is out], reader, is_whole)
        for out in (False, True)
    ]
    drawing, height = _draw(thing, sides, reader, expand, hide)
    if hidden and show:
        with drawing.link(show):
            text = reader.say("picture-show", count=len(hidden))
            drawing.text(14, height + 14, text, room=_WIDTH - 28, style="p-link")
        height += 24
    notes = []
    if cut := sum(group.more for side in sides for group in side):
        notes.append(reader.say("picture-neighbors-cut", count=cut))
    if hidden:
        notes.append(reader.say("picture-hidden", list=", ".join(map(reader.name, hidden))))
    rows = tuple(
        (
            *((_cell(thing, reader), _cell(link.predicate, reader), _cell(link.other, reader))[
                :: 1 if link.is_outgoing else -1
            ]),
            Cell(reader.say(_WORDS[link.kind])),
        )
        for link in everything
    )  # fmt: skip
    name = reader.name(thing)
    sentences = (f"{row[0].text} – {row[1].text} – {row[2].text}" for row in rows[:20])
    return Picture(
        title or reader.say("picture-neighbors", thing=name),
        reader.say("picture-neighbors-says", thing=name, count=len(everything),
                   list=" ; ".join(sentences)),
        str(drawing), _WIDTH, height,
        tuple(map(reader.say, _HEADS)),
        rows, tuple(notes), reader.lang,
    )  # fmt: skip


def _cell(term: NamedNode, reader: Reader) -> Cell:
    return Cell(reader.name(term), reader.to(term))


def _groups(links: list[Link], reader: Reader, is_whole: bool) -> list[_Group]:
    def order(link: Link) -> tuple[int, str, str]:
        return _ORDER.index(link.kind), reader.name(link.predicate), link.predicate.value

    found = []
    for _, group in groupby(sorted(links, key=order), key=order):
        members = sorted(group, key=lambda x: (reader.name(x.other).casefold(), x.other.value))
        count = len(members) if is_whole or len(members) <= _FEW + 1 else _FEW
        names = tuple(
            (m.other, wrapped(reader.name(m.other), _SIDE, lines=3)) for m in members[:count]
        )
        first = members[0]
        found.append(_Group(first.predicate, first.kind, names, len(members) - count))
    return found


def _draw(
    thing: NamedNode, sides: list[list[_Group]], reader: Reader, expand: str,
    hide: Callable[[NamedNode], str] | None,
) -> tuple[Drawing, float]:  # fmt: skip
    heights = [sum(g.height for g in side) + _GAP * max(len(side) - 1, 0) for side in sides]
    name = wrapped(reader.name(thing), _BOX - 16, _BOLD, lines=4)
    tall = max(*heights, len(name) * _LINE + 24.0)
    middle = 14 + tall / 2
    out = Drawing()
    for side, groups in enumerate(sides):
        y = 14 + (tall - heights[side]) / 2
        for group in groups:
            _edge(out, side, middle, y, group)
            _names(out, side, y, group, reader, expand, hide)
            y += group.height + _GAP
    left = (_WIDTH - _BOX) / 2
    top = middle - len(name) * _LINE / 2 - 10
    out.rect(left, top, _BOX, len(name) * _LINE + 20, "p-self", rx=6)
    for i, line in enumerate(name):
        y = top + 23 + i * _LINE
        out.text(_WIDTH / 2, y, line, room=_BOX, anchor="middle", style="p-head")
    kinds = {group.kind for groups in sides for group in groups}
    keys = [(_STYLES[kind], reader.say(_WORDS[kind])) for kind in _ORDER if kind in kinds]
    return out, legend(out, keys if kinds != {"stated"} else [], 14, tall + 26, _WIDTH - 14)


def _edge(out: Drawing, side: int, middle: float, y: float, group: _Group) -> None:
    """A curve between the thing and the line beside the names."""
    near = (_WIDTH + (_BOX if side else -_BOX)) / 2
    far = _WIDTH - 16 - _SIDE - 8 if side else 16 + _SIDE + 8
    half, at = (near + far) / 2, y + group.height / 2
    points = (near, middle, half, middle, half, at, far, at)
    start, one, two, end = (f"{number(points[i])} {number(points[i + 1])}" for i in (0, 2, 4, 6))
    out.path(f"M{start}C{one} {two} {end}", _STYLES[group.kind])
    out.line(far, y + 2, far, y + group.height - 2, _STYLES[group.kind])


def _names(
    out: Drawing, side: int, y: float, group: _Group, reader: Reader, expand: str,
    hide: Callable[[NamedNode], str] | None,
) -> None:  # fmt: skip
    x = _WIDTH - 16 - _SIDE if side else 16 + _SIDE
    anchor = "start" if side else "end"
    label = reader.name(group.predicate)
    with out.link(reader.to(group.predicate), label):
        out.text(x, y + 12, f"{label} →", room=_SIDE - 20, anchor=anchor, size=12, style="p-note")
    if hide:
        with out.link(hide(group.predicate), reader.say("picture-hide", relation=label)):
            edge = _WIDTH - 8 if side else 8
            out.text(edge, y + 12, "×", room=20, anchor="end" if side else "start", style="p-link")
    y += _LINE
    for node, lines in group.names:
        href = reader.to(node)
        with out.link(href, reader.name(node)):
            for line in lines:
                style = "p-link" if href else "p-text"
                out.text(x, y + 13, line, room=_SIDE, anchor=anchor, style=style)
                y += _LINE
        y += 3
    if group.more:
        with out.link(expand):
            more = reader.say("picture-more", count=group.more)
            out.text(x, y + 13, more, room=_SIDE, anchor=anchor,
                     style="p-link" if expand else "p-note")  # fmt: skip
