"""reasonable: OWL 2 RL in Rust, without property chains."""

from __future__ import annotations

import sys
from pathlib import Path

import rdflib
import reasonable

from bench.stopwatch import Stopwatch


def main(facts: str, ontology: str, out: str) -> None:
    """Materialize the facts and the ontology together."""
    watch = Stopwatch()
    with watch.phase("load"):
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(facts)
        reasoner.load_file(ontology)
    with watch.phase("work"):
        found = reasoner.reason()
    watch.finish()
    with Path(out).open("w", encoding="utf-8") as file:
        for subject, predicate, value in found:
            if isinstance(subject, rdflib.URIRef) and not isinstance(value, rdflib.BNode):
                file.write(f"{subject.n3()} {predicate.n3()} {value.n3()} .\n")


if __name__ == "__main__":
    main(*sys.argv[2:5])
