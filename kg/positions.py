"""Positions: where the places of a store are, by WGS 84 or GeoSPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from kg.namespaces import GEO, WGS84
from kg.position import Position
from kg.store import Store
from kg.terms import Term, key

_POINT = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Positions:
    """Looks positions up in a store.

    A place that has none gets that of the smallest place around it (``geo:sfWithin``) that has.
    It has one by ``wgs84:lat`` and ``wgs84:long``, or as a point in ``geo:asWKT``, its own or that
    of its ``geo:hasGeometry``.

    Args:
        store: the graph.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, terms: Iterable[Term]) -> dict[Term, Position]:
        """The positions of those terms that have one."""
        nodes = [term for term in terms if isinstance(term, NamedNode)]
        return {node: found for node in nodes if (found := self._position(node))}

    def _position(self, node: NamedNode) -> Position | None:
        if found := self._own(node):
            return found
        around = {n for n in self._objects(node, GEO.sfWithin) if isinstance(n, NamedNode)} - {node}
        # The more places a place lies in, the smaller it is: containment is transitive.
        order = sorted(around, key=lambda n: (-len(self._objects(n, GEO.sfWithin)), key(n)))
        for place in order:
            if found := self._own(place):
                return found._replace(within=place)
        return None

    def _own(self, node: NamedNode) -> Position | None:
        numbers = [self._number(node, name) for name in (WGS84.lat, WGS84.long)]
        if numbers[0] is not None and numbers[1] is not None:
            return _checked(numbers[0], numbers[1])
        shapes = [node, *(n for n in self._objects(node, GEO.hasGeometry) if not _is_literal(n))]
        for shape in shapes:
            for text in self._objects(shape, GEO.asWKT):
                if _is_literal(text) and (found := _point(text.value)):  # type: ignore[union-attr]
                    return found
        return None

    def _number(self, node: NamedNode, predicate: NamedNode) -> float | None:
        for value in self._objects(node, predicate):
            try:
                return float(value.value)  # type: ignore[union-attr]
            except (ValueError, AttributeError):
                continue  # the shapes of a project say that it is no number
        return None

    def _objects(self, node: Term, predicate: NamedNode) -> list[Term]:
        quads = self._store.engine.quads_for_pattern(node, predicate, None, None)  # type: ignore[arg-type]
        return sorted({quad.object for quad in quads}, key=key)


def _is_literal(term: Term) -> bool:
    return isinstance(term, Literal)


def _checked(latitude: float, longitude: float) -> Position | None:
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return Position(latitude, longitude) if inside else None


def _point(text: str) -> Position | None:
    """The position in a literal of WKT; its default order is longitude, latitude.

    >>> _point("POINT(4.37 50.83)")
    Position(latitude=50.83, longitude=4.37, within=None)
    >>> _point("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(50.83 4.37)")
    Position(latitude=50.83, longitude=4.37, within=None)
    """
    found = _POINT.fullmatch(text.strip())
    if not found:
        return None
    try:
        x, y = float(found[1]), float(found[2])
    except ValueError:
        return None
    if text.lstrip().startswith("<"):
        system = text.strip()[1:].partition(">")[0]
        if system.endswith("/EPSG/0/4326"):
            return _checked(x, y)
        if system != _CRS84:
            return None
    return _checked(y, x)
