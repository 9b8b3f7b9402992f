"""pyrudof: SHACL in Rust, with an engine of its own and one that asks SPARQL (``--sparql``)."""

from __future__ import annotations

import sys
from pathlib import Path

from pyrudof import RDFFormat, Rudof, ShaclFormat, ShaclValidationMode

from bench.stopwatch import Stopwatch


def main(data: str, shapes: str, out: str, *, sparql: bool) -> None:
    """Validate the data, in which the sub-classes are closed already."""
    watch = Stopwatch()
    mode = ShaclValidationMode.Sparql if sparql else ShaclValidationMode.Native
    with watch.phase("load"):
        rudof = Rudof()
        rudof.read_data(data, format=RDFFormat.NTriples)
        rudof.read_shacl(shapes, format=ShaclFormat.Turtle)
    with watch.phase("work"):
        report = rudof.validate_shacl(mode)
    watch.finish()
    with Path(out).open("w", encoding="utf-8") as file:
        for found in report:
            row = (found.focus_node, found.source_shape, found.constraint_component)
            file.write("\t".join(map(str, (*row, found.severity.lower()))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[2:5], sparql="--sparql" in sys.argv)
