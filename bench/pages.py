"""How long the server takes for each kind of page: ``python -m bench.pages``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time

from kg.project import Project
from kg.terms import compact
from kg.web.application import Application
from kg.web.exchange import Request
from kg.web.holdings import Holdings
from kg.web.server.warming import warm

_PROOFS = 20  # of each so many inferred statements, one is proved


@dataclass(frozen=True)
class Timing:
    """Processor time for the pages of one kind, in seconds; the slowest comes with its address."""

    kind: str
    count: int
    median: float
    slowest: float
    address: str


def requests(app: Application) -> Iterator[tuple[str, Request]]:
    """Pages by kind: every thing, a part of the proofs, and the pages that there are once."""
    for path in ("/index", "/things", "/marks", "/source", "/claims", "/quality", "/queries"):
        yield path.strip("/"), Request(f"{path}.en.html")
    yield "search", Request("/search.en.html", (("q", "region"),))
    for name in app.project.queries():
        yield "question", Request(f"/queries/{name}.en.html")
    for members in app.keep(Holdings.of).listed.values():
        for thing in members:
            yield "thing", Request(f"{app.addresses.path(thing.value)}.en.html")
    for claim in app.project.claims():
        yield "claim", Request(f"{app.addresses.path(claim.id.value)}.en.html")
    layer = app.project.layout.layer("inferred")
    inferred = sorted((quad.triple for quad in app.store.quads(layer)), key=str)
    for triple in inferred[::_PROOFS]:
        parts = (compact(term, app.prefixes) for term in triple)
        yield "why", Request("/why.en.html", tuple(zip("spo", parts, strict=True)))


def timings(app: Application) -> list[Timing]:
    """The time of each kind of page, of an application that is warm as that of a server is."""
    warm(app)
    found: dict[str, list[tuple[float, str]]] = {}
    for kind, request in requests(app):
        start = process_time()
        _ = app.respond(request).content
        found.setdefault(kind, []).append((process_time() - start, request.path))
    return [
        Timing(kind, len(times), median(seconds for seconds, _ in times), *max(times))
        for kind, times in found.items()
    ]


def main() -> None:
    """Print a line for each kind of page."""
    for one in timings(Application.loaded(Project())):
        sys.stdout.write(
            f"{one.kind:10} {one.count:5} pages  median {1000 * one.median:6.1f} ms  "
            f"slowest {1000 * one.slowest:6.1f} ms  {one.address}\n"
        )


if __name__ == "__main__":
    main()
