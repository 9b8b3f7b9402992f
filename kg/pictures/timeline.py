"""Timeline: what happened or is planned, by date, as exact as the dates are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pyoxigraph import Literal

from kg.namespaces import XSD
from kg.pictures.axis import Axis
from kg.pictures.dates import Period
from kg.pictures.drawing import Drawing
from kg.pictures.legend import legend
from kg.pictures.measure import width
from kg.pictures.picture import Picture
from kg.pictures.reader import Reader
from kg.pictures.table import Table, is_plan, is_planned
from kg.results import Answer, Row
from kg.terms import Term
from kg.values import date_literal, plain_date
from kg.web.written import written

_WIDTH = 760.0
_LEFT, _RIGHT = 14.0, _WIDTH - 14
_ROW = 26.0
_MOST = 120  # things that are drawn; the table has all
_GAP = 14.0


@dataclass(frozen=True, order=True)
class _Mark:
    """One thing on the line."""

    lane: str
    first: date
    last: date
    name: str
    href: str
    tip: str
    kind: str  # exact, vague, plan; half: it began as a fact, and its end is planned
    open_start: bool = False
    open_end: bool = False

    def is_within(self, since: Period | None, until: Period | None) -> bool:
        """Whether it may be after the beginning of one period and before the end of another."""
        if since and since.first and self.last < since.first and not self.open_end:
            return False
        return not (until and until.last and self.first > until.last and not self.open_start)

    @property
    def is_point(self) -> bool:
        return self.first == self.last and not (self.open_start or self.open_end)


def timeline(
    answer: Answer, reader: Reader, *, title: str = "", lane: str | None = None,
    since: str = "", until: str = "",
) -> Picture | None:  # fmt: skip
    """The rows of an answer along a line of dates; None where no row has a date.

    What several rows say alike is drawn once. A day is a point, a period a bar; where the day is
    not known, a pale bar covers all days that are meant. What is only planned is dashed.

    Args:
        answer: rows with at least one column of dates (``start`` and ``end`` belong together, and
            what is called ``planned…`` is no fact).
        reader: who it is made for.
        title: what the picture shows.
        lane: a column by whose values it is divided.
        since: show only what ends on this date (such as ``2017`` or ``2017-05``) or later.
        until: show only what begins on this date or earlier.
    """
    table = Table(answer)
    if not table.dates or table.subject is None:
        return None
    drawn = [(row, _mark(row, table, reader, lane)) for row in answer.rows]
    if since or until:
        within = _period(since), _period(until)
        drawn = [pair for pair in drawn if pair[1] is None or pair[1].is_within(*within)]
    marks = sorted({mark for _, mark in drawn if mark is not None})
    if not marks:
        return None
    shown = sorted(marks, key=lambda mark: (mark.first, mark))[:_MOST]
    notes = []
    if len(marks) > len(shown):
        notes.append(reader.say("picture-cut", shown=len(shown), count=len(marks)))
    if undated := len({row.terms.get(table.subject) for row in answer.rows}
                      - {row.terms.get(table.subject) for row in answer.rows
                         if any(name in row.terms for name in table.dates)}):  # fmt: skip
        notes.append(reader.say("picture-undated", count=undated))
    drawing, height = _draw(sorted(shown), reader)
    days = sorted(day for mark in marks for day in (mark.first, mark.last))
    description = reader.say(
        "picture-timeline-says", count=len(marks), first=_written(days[0], reader),
        last=_written(days[-1], reader),
        list=" ; ".join(mark.tip for mark in shown[:20]),
    )  # fmt: skip
    return Picture(
        title or reader.say("picture-timeline"), description, str(drawing), _WIDTH, height,
        table.heads, table.cells(reader, [row for row, _ in drawn]), tuple(notes), reader.lang,
    )  # fmt: skip


def _period(value: str) -> Period | None:
    literal = date_literal(value) if plain_date(value) else None
    return Period.of(literal)


def _written(day: date, reader: Reader) -> str:
    return written(Literal(day.isoformat(), datatype=XSD.date), reader.lang)


def _first(row: Row, names: tuple[str, ...]) -> tuple[str, Term] | None:
    return next(((name, row.terms[name]) for name in names if name in row.terms), None)


def _mark(row: Row, table: Table, reader: Reader, lane: str | None) -> _Mark | None:
    """What a row shows; None where it has no date."""
    start, end = _first(row, table.starts), _first(row, table.ends)
    if start is None and end is None:
        return None
    begins = Period.of(start[1]) if start else None
    ends = Period.of(end[1]) if end else None
    days = [day for p in (begins, ends) if p for day in (p.first, p.last) if day]
    if not days:
        return None
    planned = [is_planned(found[0]) for found in (start, end) if found]
    exact = all(p.exact for p in (begins, ends) if p)
    if is_plan(row) or all(planned):
        kind = "plan"
    elif any(planned):
        kind = "half"
    else:
        kind = "exact" if exact else "vague"
    thing = row.terms.get(table.subject or "")
    name = " ".join(reader.name(thing).split())
    when = " – ".join(written(found[1], reader.lang) for found in (start, end)
                      if found and isinstance(found[1], Literal))  # fmt: skip
    tip = f"{name} : {when}" if reader.lang == "fr" else f"{name}: {when}"
    tip += f" ({reader.say('picture-planned')})" if kind in ("plan", "half") else ""
    return _Mark(
        reader.name(row.terms.get(lane)) if lane else "", min(days), max(days), name,
        reader.to(thing) if thing is not None else "", tip, kind,
        open_start=begins is not None and begins.first is None,
        open_end=begins is not None and begins.last is None and ends is None,
    )  # fmt: skip


def _draw(marks: list[_Mark], reader: Reader) -> tuple[Drawing, float]:
    axis = Axis.around([d for m in marks for d in (m.first, m.last)], _LEFT, _RIGHT, reader.lang)
    placed, height = _placed(marks, axis)
    out = Drawing()
    for x, label in axis.ticks():
        out.line(x, 30, x, height, "p-grid")
        out.text(x, 20, label, room=_WIDTH, anchor="middle", size=12, style="p-note")
    out.line(_LEFT, 30, _RIGHT, 30, "p-axis")
    for mark, y, x, base in placed:
        if isinstance(mark, str):
            out.text(x, base + 5, mark, room=_RIGHT - _LEFT, style="p-head")
            continue
        with out.link(mark.href, mark.tip):
            _shape(out, mark, axis, y)
            style = "p-link" if mark.href else "p-text"
            out.text(x, base + 4.5, mark.name, room=_RIGHT - _LEFT, style=style)
    kinds = {mark.kind for mark in marks}
    keys = [("p-bar", "picture-stated", kinds & {"exact", "half"}),
            ("p-vague", "picture-vague", kinds & {"vague"}),
            ("p-plan", "picture-plan", kinds & {"plan", "half"})]  # fmt: skip
    used = [(style, reader.say(code)) for style, code, found in keys if found]
    return out, legend(out, used, _LEFT, height + 8, _RIGHT)


def _placed(
    marks: list[_Mark], axis: Axis
) -> tuple[list[tuple[_Mark | str, float, float, float]], float]:
    """Each mark with its line and the place of its label, so that none touch; lanes among them."""
    placed: list[tuple[_Mark | str, float, float, float]] = []
    y = 50.0
    for lane, group in groupby(marks, key=lambda mark: mark.lane):
        if lane:
            placed.append((lane, y, _LEFT, y))
            y += _ROW
        taken: list[list[tuple[float, float]]] = []
        for mark in group:
            left, right = _extent(mark, axis)
            room = width(mark.name)
            # The label stands behind its mark, before it, else above it.
            at = next(
                (x for x in (right + 6, left - 6 - room) if _LEFT <= x <= _RIGHT - room), None
            )
            lines = 1 if at is not None else 2
            at = max(_LEFT, min(left, _RIGHT - room)) if at is None else at
            low, high = min(left, at) - _GAP / 2, max(right, min(at + room, _RIGHT)) + _GAP / 2
            first = 0
            while not _is_free(taken[first : first + lines], low, high):
                first += 1
            taken += [[] for _ in range(first + lines - len(taken))]
            for line in taken[first : first + lines]:
                line.append((low, high))
            top = y + first * _ROW
            placed.append((mark, top + (lines - 1) * _ROW * 0.75, at, top))
        y += len(taken) * _ROW + (10 if lane else 0)
    return placed, y - _ROW / 2 + 4


def _is_free(lines: list[list[tuple[float, float]]], low: float, high: float) -> bool:
    return all(high <= start or low >= end for line in lines for start, end in line)


def _extent(mark: _Mark, axis: Axis) -> tuple[float, float]:
    if mark.is_point:
        return axis.x(mark.first) - 6, axis.x(mark.first) + 6
    left = _LEFT if mark.open_start else axis.x(mark.first)
    right = _RIGHT if mark.open_end else axis.x(mark.last, 1)
    return left - (6 if mark.kind == "half" else 0), max(right, left + 8)


def _shape(out: Drawing, mark: _Mark, axis: Axis, y: float) -> None:
    style = {"exact": "p-bar", "vague": "p-vague"}.get(mark.kind, "p-plan")
    if mark.is_point:
        out.circle(axis.x(mark.first), y, 5, style)
        return
    left, right = _extent(mark, axis)
    out.rect(left, y - 6, right - left, 12, style, rx=4)
    if mark.kind == "half":
        out.circle(left + 6, y, 5.5, "p-bar")
