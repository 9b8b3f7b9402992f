"""Axis: days on a line, with ticks at round dates whose labels do not touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kg.pictures.measure import width
from kg.values import date_literal
from kg.web.written import written

# How far ticks are apart: days, else months.
_STEPS = (
    *((days, 0) for days in (1, 2, 5, 10)),
    *((0, months) for months in (1, 2, 3, 6)),
    *((0, 12 * years) for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)
_GAP = 18


@dataclass(frozen=True)
class Axis:
    """A line of days.

    Args:
        first: the day at its left end.
        last: the day at its right end.
        left: where it begins.
        right: where it ends.
        lang: the language of the labels.
    """

    first: date
    last: date
    left: float
    right: float
    lang: str

    @classmethod
    def around(cls, days: list[date], left: float, right: float, lang: str) -> Axis:
        """An axis that shows some days, with room on both sides."""
        margin = max(10, (max(days) - min(days)).days // 20)
        first = max(min(days).toordinal() - margin, 1)
        last = min(max(days).toordinal() + margin, date.max.toordinal())
        return cls(date.fromordinal(first), date.fromordinal(last), left, right, lang)

    def x(self, day: date, after: int = 0) -> float:
        """Where a day is; with ``after``, so many days later."""
        share = ((day - self.first).days + after) / max((self.last - self.first).days, 1)
        return self.left + min(max(share, 0), 1) * (self.right - self.left)

    def ticks(self) -> list[tuple[float, str]]:
        """Places of the ticks, with their labels."""
        found: list[tuple[float, str]] = []
        for step in _STEPS:
            if (self.last - self.first).days / (step[0] or 30 * step[1]) > 40:
                continue
            found = [(self.x(day), self._label(day, step)) for day in self._days(*step)]
            half = [width(label, 12) / 2 for _, label in found]
            if all(
                found[i + 1][0] - found[i][0] >= half[i] + half[i + 1] + _GAP
                for i in range(len(found) - 1)
            ):
                break
        inside = ((x, label, width(label, 12) / 2) for x, label in found)
        return [(x, label) for x, label, h in inside if self.left <= x - h and x + h <= self.right]

    def _days(self, days: int, months: int) -> Iterator[date]:
        if days:
            start = self.first.toordinal() + -(self.first.day - 1) % days
            for ordinal in range(start, self.last.toordinal() + 1, days):
                yield date.fromordinal(ordinal)
            return
        month = -(-(self.first.year * 12 + self.first.month - 1) // months) * months
        while month < 120_000:
            day = date(max(month // 12, 1), month % 12 + 1, 1)
            if day > self.last:
                return
            if day >= self.first:
                yield day
            month += months

    def _label(self, day: date, step: tuple[int, int]) -> str:
        length = 10 if step[0] else 4 if step[1] % 12 == 0 else 7
        literal = date_literal(day.isoformat()[:length])
        return written(literal, self.lang) if literal else ""
