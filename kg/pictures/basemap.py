"""Base map: the land of the earth, drawn under points, where ``make basemap`` brought it.

The data are those of Natural Earth (public domain), taken out of a package by version and hash;
they are not part of the repository.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

Ring = tuple[tuple[float, float], ...]
NAME = "land.json"


@cache
def land() -> tuple[Ring, ...]:
    """The rings of the land as longitudes and latitudes; none where there is no base map.

    >>> all(-180 <= x <= 180 for ring in land() for x, _ in ring)
    True
    """
    place = resources.files("kg").joinpath("web", "assets", NAME)
    if not place.is_file():
        return ()
    data = json.loads(place.read_text(encoding="utf-8"))
    return tuple(tuple((x, y) for x, y in ring) for ring in data)
