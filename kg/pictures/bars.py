"""Bars: numbers side by side, those of each unit on a scale of their own."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from kg.pictures.drawing import Drawing
from kg.pictures.measure import width
from kg.pictures.picture import Picture
from kg.pictures.reader import Reader
from kg.pictures.table import Table, number_of
from kg.results import Answer
from kg.web.written import number

_WIDTH = 520.0
_LEFT, _RIGHT = 14.0, _WIDTH - 14
_MOST = 60  # bars that are drawn; the table has all


@dataclass(frozen=True, order=True)
class _Bar:
    name: str
    value: float
    shown: str
    href: str


def bars(
    answer: Answer, reader: Reader, *, title: str = "", value: str | None = None,
    label: str | None = None, unit: str | None = None,
) -> Picture | None:  # fmt: skip
    """The numbers of an answer as bars, in the order of the rows; None where there are none.

    Args:
        answer: rows with a column of numbers and one to call them by.
        reader: who it is made for.
        title: what the picture shows.
        value: the column of numbers; the first one unless told.
        label: the column of what they are about; that which differs most unless told.
        unit: the column of units; one called ``unit`` unless told. Each unit has its own scale.
    """
    table = Table(answer)
    value = value or next(iter(table.numbers), None)
    label = label or table.subject
    if value is None or label is None:
        return None
    unit = unit or next((n for n in table.resources if n.lower() == "unit" and n != label), None)
    groups: dict[str, dict[_Bar, None]] = {}
    for row in answer.rows:
        term, thing = row.terms.get(value), row.terms.get(label)
        found = number_of(term)
        if found is None or not isinstance(term, Literal):
            continue
        measured = reader.name(row.terms.get(unit)) if unit else ""
        href = reader.to(thing) if thing is not None else ""
        bar = _Bar(
            " ".join(reader.name(thing).split()), found, number(term.value, reader.lang), href
        )
        groups.setdefault(measured, {})[bar] = None
    count = sum(map(len, groups.values()))
    if not count:
        return None
    drawing, height = _draw({unit: list(found) for unit, found in groups.items()}, reader)
    notes = [reader.say("picture-cut", shown=_MOST, count=count)] if count > _MOST else []
    everything = [(bar, measured) for measured, found in groups.items() for bar in found]
    colon = " : " if reader.lang == "fr" else ": "
    description = reader.say(
        "picture-bars-says", count=count,
        list=" ; ".join(f"{b.name}{colon}{b.shown} {unit}".rstrip() for b, unit in everything[:20]),
    )  # fmt: skip
    return Picture(
        title or reader.say("picture-bars"), description, str(drawing), _WIDTH, height,
        table.heads, table.cells(reader), tuple(notes), reader.lang,
    )  # fmt: skip


def _draw(groups: dict[str, list[_Bar]], reader: Reader) -> tuple[Drawing, float]:
    out = Drawing()
    y, left = 12.0, _MOST
    for measured, found in groups.items():
        shown = found[:left]
        left -= len(shown)
        if not shown:
            break
        if measured:
            out.text(_LEFT, y + 14, measured, room=_RIGHT - _LEFT, style="p-head")
            y += 26
        values = max(width(bar.shown) for bar in shown) + 10
        low = min(0.0, *(bar.value for bar in shown))
        high = max(0.0, *(bar.value for bar in shown))
        # What is below zero goes to the left, and its number stands on the right side of all.
        scale = (_RIGHT - _LEFT - values) / ((high - low) or 1)
        zero = _LEFT - low * scale
        for bar in shown:
            colon = " : " if reader.lang == "fr" else ": "
            with out.link(bar.href, f"{bar.name}{colon}{bar.shown} {measured}".rstrip()):
                style = "p-link" if bar.href else "p-text"
                out.text(_LEFT, y + 14, bar.name, room=_RIGHT - _LEFT, style=style)
                start, end = sorted((zero, zero + bar.value * scale))
                out.rect(start, y + 20, max(end - start, 1), 13, "p-bar", rx=2)
                out.text(max(end, zero) + 6, y + 31, bar.shown, room=values)
            out.line(zero, y + 18, zero, y + 35, "p-axis")
            y += 42
        y += 6
    return out, y
