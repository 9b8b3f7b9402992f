"""Map: where things are, as points on the land."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.pictures.basemap import land
from kg.pictures.drawing import Drawing
from kg.pictures.legend import legend
from kg.pictures.measure import width
from kg.pictures.picture import Picture
from kg.pictures.projection import Projection
from kg.pictures.reader import Reader
from kg.pictures.table import Table, is_plan, is_planned, number_of
from kg.position import Position
from kg.results import Answer, Row
from kg.terms import Term

_LINE = 17.0  # between the lines of labels
_NEAR = 16.0  # points that are nearer are one, with a number
_MOST = 5  # labels at one point
_LATITUDE, _LONGITUDE = ("lat", "latitude"), ("long", "lon", "longitude")


@dataclass
class _Place:
    """A place, and the names of what is there."""

    name: str
    href: str
    position: Position
    is_planned: bool = True
    things: dict[str, None] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.name} ({len(self.things)})" if len(self.things) > 1 else self.name

    def tip(self, reader: Reader) -> str:
        text = self.name
        if self.things:
            text += (" : " if reader.lang == "fr" else ": ") + " ; ".join(self.things)
        notes = [reader.say("picture-planned")] if self.is_planned else []
        if self.position.within is not None:
            notes.append(reader.say("picture-within", place=reader.name(self.position.within)))
        return text + (f" ({', '.join(notes)})" if notes else "")


@dataclass
class _Spot:
    """Places that stand at one point of the picture."""

    x: float
    y: float
    places: list[_Place]

    @property
    def radius(self) -> float:
        return 6 if len(self.places) == 1 else 10

    @property
    def style(self) -> str:
        if all(place.is_planned for place in self.places):
            return "p-plan"
        return "p-vague" if all(p.position.within is not None for p in self.places) else "p-point"


def has_positions(answer: Answer) -> bool:
    """Whether some row of an answer can be put on a map."""
    table = Table(answer)
    return any(_positions(row, table) for row in answer.rows)


def map_of(answer: Answer, reader: Reader, *, title: str = "") -> Picture | None:
    """The places of an answer on a map that fits them; None where none has a position.

    Places that would lie on each other are one point with their number, and all their names.

    Args:
        answer: rows with resources that have positions, or with columns ``lat`` and ``long``.
        reader: who it is made for.
        title: what the picture shows.
    """
    table = Table(answer)
    places: dict[Term, _Place] = {}
    without = 0
    for row in answer.rows:
        found = _positions(row, table)
        without += not found
        for column, term, position in found:
            place = places.get(term)
            if place is None:
                name = " ".join(reader.name(term).split())
                place = places[term] = _Place(name, reader.to(term), position)
            place.is_planned &= is_planned(column) or is_plan(row)
            thing = row.terms.get(table.subject or "")
            if thing is not None and thing != term:
                place.things[" ".join(reader.name(thing).split())] = None
    if not places:
        return None
    projection = Projection.fitting([place.position for place in places.values()])
    spots = _spots(list(places.values()), projection)
    drawing, height = _draw(spots, projection, reader)
    notes = [reader.say("picture-unplaced", count=without)] if without else []
    notes.append(reader.say("picture-land" if land() else "picture-no-land"))
    description = reader.say(
        "picture-map-says", count=len(places),
        list=" ; ".join(place.tip(reader) for place in list(places.values())[:20]),
    )  # fmt: skip
    return Picture(
        title or reader.say("picture-map"), description, str(drawing), projection.width, height,
        table.heads, table.cells(reader), tuple(notes), reader.lang,
    )  # fmt: skip


def _positions(row: Row, table: Table) -> list[tuple[str, Term, Position]]:
    """The places of a row: column, place and where it is."""
    known = table.answer.positions
    found = [(name, term, known[term]) for name, term in row.terms.items() if term in known]
    subject = table.subject
    if found or subject is None or subject not in row.terms:
        return found
    names = {name.lower(): name for name in table.numbers}
    values = [
        next((number_of(row.terms.get(names[n])) for n in kinds if n in names), None)
        for kinds in (_LATITUDE, _LONGITUDE)
    ]
    latitude, longitude = values
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return []
    return [(subject, row.terms[subject], Position(latitude, longitude))]


def _spots(places: list[_Place], projection: Projection) -> list[_Spot]:
    spots: list[_Spot] = []
    for place in sorted(places, key=lambda p: (p.position.longitude, p.position.latitude, p.name)):
        x, y = projection.point(place.position)
        near = (s for s in spots if (s.x - x) ** 2 + (s.y - y) ** 2 < _NEAR**2)
        spot = next(near, None)
        if spot is None:
            spots.append(_Spot(x, y, [place]))
        else:
            spot.places.append(place)
    return spots


_Box = tuple[float, float, float, float]


def _touch(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _labelled(
    spots: list[_Spot], projection: Projection
) -> Iterator[tuple[_Spot, float, float, list[_Place]]]:
    """Each spot with a place for its labels where they touch nothing; none where there is none."""
    taken: list[_Box] = [
        (s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in spots
    ]
    for spot in spots:
        for count in range(min(len(spot.places), _MOST), -1, -1):
            shown = spot.places[:count]
            room, height = _size(spot, shown)
            box = _free(spot, room + 4, height, taken, projection) if count else None
            if box is not None:
                taken.append(box)
                yield spot, box[0] + 2, box[1], shown
                break
        else:
            yield spot, 0, 0, []


def _size(spot: _Spot, shown: list[_Place]) -> tuple[float, float]:
    """The room that the labels of a spot take, with a line for those that are left out."""
    lines = len(shown) + (len(shown) < len(spot.places))
    return max([width(place.label) for place in shown] + [width("+ 999")]), lines * _LINE


def _free(
    spot: _Spot, room: float, height: float, taken: list[_Box], projection: Projection
) -> _Box | None:
    for gap in (3, 14, 28, 44):
        r = spot.radius + gap
        corners = [
            (spot.x + r, spot.y - height / 2), (spot.x - r - room, spot.y - height / 2),
            (spot.x - room / 2, spot.y - r - height), (spot.x - room / 2, spot.y + r),
            (spot.x + r * 0.7, spot.y + r * 0.7), (spot.x + r * 0.7, spot.y - r * 0.7 - height),
            (spot.x - r * 0.7 - room, spot.y + r * 0.7),
            (spot.x - r * 0.7 - room, spot.y - r * 0.7 - height),
        ]  # fmt: skip
        for x, y in corners:
            box = (x, y, x + room, y + height)
            inside = x >= 2 and y >= 2 and box[2] <= projection.width - 2
            inside = inside and box[3] <= projection.height - 2
            if inside and not any(_touch(box, other) for other in taken):
                return box
    return None


def _draw(spots: list[_Spot], projection: Projection, reader: Reader) -> tuple[Drawing, float]:
    out = Drawing()
    out.ground(projection.width, projection.height, projection.land(land()))
    for x1, y1, x2, y2 in projection.graticule() if not land() else ():
        out.line(x1, y1, x2, y2, "p-grid")
    labelled = list(_labelled(spots, projection))
    for spot, x, y, shown in labelled:
        if shown:
            room, height = _size(spot, shown)
            edge = min(max(spot.x, x), x + room), min(max(spot.y, y), y + height)
            out.line(spot.x, spot.y, *edge, "p-edge")
    for spot, x, y, shown in labelled:
        alone = spot.places[0].href if len(spot.places) == 1 else ""
        with out.link(alone, "\n".join(place.tip(reader) for place in spot.places)):
            out.circle(spot.x, spot.y, spot.radius, spot.style)
            if len(spot.places) > 1:
                style = "p-count" if spot.style == "p-point" else "p-text"
                out.text(spot.x, spot.y + 4, str(len(spot.places)), room=20, anchor="middle",
                         size=11, style=style)  # fmt: skip
        if shown:
            room, height = _size(spot, shown)
            out.rect(x - 2, y, room + 4, height, "p-halo", rx=3)
        for i, place in enumerate(shown):
            with out.link(place.href, place.tip(reader)):
                style = "p-link" if place.href else "p-text"
                out.text(x, y + 13 + i * _LINE, place.label, room=projection.width, style=style)
        if shown and (rest := len(spot.places) - len(shown)):
            out.text(x, y + 13 + len(shown) * _LINE, f"+ {rest}", room=60, style="p-note")
    styles = {spot.style for spot in spots}
    keys = [
        ("p-point", "picture-place"),
        ("p-vague", "picture-inexact"),
        ("p-plan", "picture-plan"),
    ]
    used = [(style, reader.say(code)) for style, code in keys if style in styles]
    return out, legend(out, used, 14, projection.height + 8, projection.width - 14)
