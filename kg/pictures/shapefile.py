"""Shapefile: reads the land out of the package that holds it, for ``make basemap``."""

from __future__ import annotations

import json
import struct
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

from kg.pictures.basemap import NAME, Ring

_SHAPES = "geopandas/datasets/naturalearth_lowres/naturalearth_lowres.shp"
_POLYGON = 5


def rings(shapes: bytes) -> list[Ring]:
    """The rings of all polygons of a shapefile, to a hundredth of a degree.

    Source: ESRI Shapefile Technical Description, July 1998.

    Raises:
        ValueError: it is no shapefile of polygons.
    """
    if len(shapes) < 100 or struct.unpack(">i", shapes[:4])[0] != 9994:
        raise ValueError("no shapefile")
    found: list[Ring] = []
    at = 100
    while at < len(shapes):
        _, words = struct.unpack(">2i", shapes[at : at + 8])
        record = shapes[at + 8 : at + 8 + 2 * words]
        at += 8 + 2 * words
        kind, *_, parts, points = struct.unpack("<i4d2i", record[:44])
        if kind != _POLYGON:
            raise ValueError(f"shape of kind {kind}, where only polygons are known")
        starts = (*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), points)
        values = struct.unpack(f"<{2 * points}d", record[44 + 4 * parts :])
        pairs = [(round(values[i], 2), round(values[i + 1], 2)) for i in range(0, 2 * points, 2)]
        found += [tuple(pairs[a:b]) for a, b in pairwise(starts)]
    return found


def extract(wheel: Path, file: Path) -> None:
    """Write the land of the package into the file that :func:`land` reads."""
    with zipfile.ZipFile(wheel) as package:
        found = rings(package.read(_SHAPES))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    extract(Path(sys.argv[1]), Path(__file__).parents[1] / "web" / "assets" / NAME)
