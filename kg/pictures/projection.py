"""Projection: degrees to pixels, for the part of the earth on which some points lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from kg.pictures.basemap import Ring
from kg.position import Position

_WIDTH = 760.0
_LOW, _HIGH = 300.0, 460.0  # of the height
_LEAST, _ALONE = 12.0, 40.0  # degrees of longitude that are shown at least, and around one point
_MARGIN = 0.14  # of the extent of the points, on each side


@dataclass(frozen=True)
class Projection:
    """An equirectangular projection, true to scale in the middle of the map.

    Args:
        west: longitude of the left edge.
        north: latitude of the upper edge.
        scale: pixels for a degree of latitude.
        narrow: width of a degree of longitude, as a part of that of latitude.
        height: of the map in pixels.
    """

    west: float
    north: float
    scale: float
    narrow: float
    height: float
    width: float = _WIDTH

    @classmethod
    def fitting(cls, positions: Iterable[Position]) -> Projection:
        """The projection that shows some positions as large as can be."""
        points = list(positions)
        longitudes = sorted({p.longitude for p in points})
        # The map begins behind the largest gap, so that the Pacific may be in its middle.
        gaps = [b - a for a, b in pairwise(longitudes)]
        gaps.append(longitudes[0] + 360 - longitudes[-1])
        # Unless that matters much, it begins where maps do.
        best = max(range(len(gaps)), key=gaps.__getitem__)
        if gaps[best] <= gaps[-1] + 40:
            best = len(gaps) - 1
        left = longitudes[(best + 1) % len(longitudes)]
        span = max((p.longitude - left) % 360 for p in points)
        south, north = min(p.latitude for p in points), max(p.latitude for p in points)
        middle = (south + north) / 2
        narrow = max(cos(radians(middle)), 0.2)
        least = _LEAST if span or north > south else _ALONE
        wide = min(max(span * (1 + 2 * _MARGIN), least), 360.0)
        tall = max((north - south) * (1 + 2 * _MARGIN), least * 0.4)
        scale = min(_WIDTH / (wide * narrow), _HIGH / tall)
        height = min(max(tall * scale, _LOW), _HIGH)
        west = left + span / 2 - _WIDTH / (scale * narrow) / 2
        return cls(west, middle + height / scale / 2, scale, narrow, height)

    def point(self, position: Position) -> tuple[float, float]:
        """Where a position is."""
        east = (position.longitude - self.west) % 360
        return self._xy(self.west + east, position.latitude)

    def _xy(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.scale * self.narrow
        return x, (self.north - latitude) * self.scale

    def land(self, rings: Iterable[Ring]) -> str:
        """The rings that are on the map, in the notation of SVG paths, as fine as can be seen."""
        return "".join(
            path
            for ring in rings
            for turn in (-360.0, 0.0, 360.0)
            if (path := self._path([self._xy(x + turn, y) for x, y in ring]))
        )

    def _path(self, points: list[tuple[float, float]]) -> str:
        xs, ys = zip(*points, strict=True)
        if max(xs) < 0 or min(xs) > self.width or max(ys) < 0 or min(ys) > self.height:
            return ""
        kept = [(round(x), round(y)) for x, y in points[:1]]
        for x, y in points[1:]:
            if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 2:
                kept.append((round(x), round(y)))
        if len(kept) < 3:
            return ""
        steps = (f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(kept))
        return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z"

    def graticule(self) -> Iterator[tuple[float, float, float, float]]:
        """Lines at round degrees."""
        step = next(s for s in (1, 2, 5, 10, 20, 30) if s * self.scale >= 40 or s == 30)
        start = int(self.west // step) * step
        for longitude in range(start, start + 361 + step, step):
            x, _ = self._xy(longitude, 0)
            if 0 < x < self.width:
                yield x, 0, x, self.height
        for latitude in range(-90, 91, step):
            _, y = self._xy(0, latitude)
            if 0 < y < self.height:
                yield 0, y, self.width, y
