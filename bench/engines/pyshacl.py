"""pyshacl: SHACL in Python on rdflib."""

from __future__ import annotations

import sys
from pathlib import Path

import pyshacl
import rdflib

from bench.stopwatch import Stopwatch


def main(data: str, shapes: str, out: str) -> None:
    """Validate the data, in which the sub-classes are closed already."""
    watch = Stopwatch()
    with watch.phase("load"):
        graph = rdflib.Graph().parse(data, format="nt")
        checks = rdflib.Graph().parse(shapes, format="turtle")
    with watch.phase("work"):
        _, report, _ = pyshacl.validate(graph, shacl_graph=checks, inplace=True)
    watch.finish()
    sh = rdflib.SH
    told = (sh.focusNode, sh.sourceShape, sh.sourceConstraintComponent, sh.resultSeverity)
    with Path(out).open("w", encoding="utf-8") as file:
        for result in report.objects(None, sh.result):
            *row, severity = (str(report.value(result, what)) for what in told)
            file.write("\t".join((*row, severity.rsplit("#", 1)[-1].lower())) + "\n")


if __name__ == "__main__":
    main(*sys.argv[2:5])
