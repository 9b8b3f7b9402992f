"""Serving: requests a second beside other SPARQL servers, on the same data and queries."""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, RdfFormat

from bench.corpus import ROOT, project
from bench.load import NUMBER
from bench.measure import Tell, clock
from bench.peers import NotAvailable, python

CONNECTIONS = 8
OURS, ENDPOINT, OXIGRAPH = "ecodip", "rdflib-endpoint", "oxigraph"
PEERS = (ENDPOINT, OXIGRAPH)
_POINTS = 50
_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
_KINDS = ("point lookup", "1,000 rows", "aggregate")
AGAIN = "asked again"
"""The same requests over and over, as many readers of one page send them; ours keeps answers.

The others differ in a comment, so that each is worked out.
"""
QUERIES = (*_KINDS, *(f"{kind}, {AGAIN}" for kind in _KINDS))
_WANTED = {
    (ENDPOINT, "point lookup"): 15.0,
    (ENDPOINT, "1,000 rows"): 30.0,
    (ENDPOINT, "aggregate"): 60.0,
    (OXIGRAPH, "point lookup"): 0.25,
    (OXIGRAPH, "1,000 rows"): 1.0,
    (OXIGRAPH, "aggregate"): 1.0,
}
TARGETS = _WANTED | {(peer, f"{kind}, {AGAIN}"): n for (peer, kind), n in _WANTED.items()}
"""How many times as many requests a second as a peer we want to answer."""


@dataclass
class Served:
    """What was measured of one server at one query; ``runs`` hold what :mod:`bench.load` saw."""

    query: str
    server: str
    triples: int
    runs: list[dict[str, float]] = field(default_factory=list)
    rows: int = 0
    stopped: str = ""

    def median(self, key: str) -> float | None:
        """The median of a measure over the runs; None without runs."""
        return statistics.median(run[key] for run in self.runs) if self.runs else None


def measure(
    folder: Path, documents: int, seed: int, runs: int, seconds: float, tell: Tell
) -> list[Served]:
    """Load one server after the other with a query for some seconds; round after round."""
    shutil.rmtree(folder, ignore_errors=True)
    project(folder, documents, seed)
    clock([sys.executable, "-c", _KG, "build"], folder)
    data = folder / "union.nt"
    triples = _write_union(folder, data)
    queries = _queries(data)
    found = {
        (server, query): Served(query, server, triples)
        for query in QUERIES
        for server in (OURS, *PEERS)
    }
    with ExitStack() as stack:
        # All run at once, since those that are asked nothing take nothing: what else the machine
        # does then weighs on all of them alike.
        places: dict[str, tuple[int, str]] = {}
        for server in (OURS, *PEERS):
            try:
                places[server] = stack.enter_context(_running(server, folder, data))
            except (NotAvailable, RuntimeError, OSError) as error:
                _stop(found, server, error, tell)
        for number, query in product(range(runs), QUERIES):
            for server, (port, path) in places.items():
                row, texts = found[server, query], queries[query]
                try:
                    row.rows = _count(port, path, texts[0])
                    mark = "" if AGAIN in query else f"{number}-{NUMBER.decode()}"
                    requests = [_request(path, text, mark) for text in texts]
                    row.runs.append(_loaded(port, requests, seconds))
                except (RuntimeError, OSError) as error:
                    _stop({(server, query): row}, server, error, tell)
                    continue
                rate = row.runs[-1]["rate"]
                tell(f"{query}, run {number + 1}: {server} {rate:,.1f} requests/s")
    return list(found.values())


def _stop(
    rows: Mapping[tuple[str, str], Served], server: str, error: Exception, tell: Tell
) -> None:
    tell(f"{server}: {error}")
    for (name, _), row in rows.items():
        if name == server:
            row.stopped = str(error)


def _write_union(folder: Path, file: Path) -> int:
    """Write the default graph of a built project, each statement once; return how many."""
    told = json.loads((folder / "build" / "manifest.json").read_text())
    store = ox.Store.read_only(str(folder / "build" / told["store"]))
    quads = store.quads_for_pattern(None, None, None, DefaultGraph())
    lines = [f"{quad.triple} .\n" for quad in quads]
    file.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def _queries(data: Path) -> dict[str, list[str]]:
    """The texts of each query; lookups ask for many things in turn."""
    things = sorted({
        quad.subject.value
        for quad in ox.parse(path=data, format=RdfFormat.N_TRIPLES)
        if str(quad.predicate) == _LABEL and isinstance(quad.subject, ox.NamedNode)
    })  # fmt: skip
    chosen = things[:: max(1, len(things) // _POINTS)][:_POINTS]
    return {
        name: texts
        for kind, texts in {
            "point lookup": [f"SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }}" for thing in chosen],
            "1,000 rows": ["SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000"],
            "aggregate": ["SELECT ?c (COUNT(?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"],
        }.items()
        for name in (kind, f"{kind}, {AGAIN}")
    }


def _request(path: str, query: str, mark: str = "") -> str:
    """A request; one that is to be worked out anew each time ends in a comment of its own."""
    comment = f"%0A%23{mark}" if mark else ""
    return (
        f"GET {path}?{urlencode({'query': query})}{comment} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Accept: application/sparql-results+json\r\n\r\n"
    )


def _count(port: int, path: str, query: str) -> int:
    """The rows of an answer."""
    url = f"http://127.0.0.1:{port}{path}?{urlencode({'query': query})}"
    headers = {"Accept": "application/sparql-results+json"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return len(json.load(answer)["results"]["bindings"])


def _loaded(port: int, requests: Sequence[str], seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.load", str(port), str(seconds), str(CONNECTIONS)]
    lines = "".join(f"{json.dumps(request)}\n" for request in requests)
    done = subprocess.run(  # noqa: S603 -- ours
        command, input=lines, text=True, capture_output=True, cwd=ROOT, timeout=seconds + 300,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    facts: dict[str, float] = json.loads(done.stdout)
    return facts


@contextmanager
def _running(server: str, folder: Path, data: Path) -> Iterator[tuple[int, str]]:
    """A server on the loopback; its port and the path of its endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command, path = _command(server, folder, data, port)
    log = folder / f"{server}.log"
    with log.open("wb") as out, subprocess.Popen(  # noqa: S603 -- the programs are ours
        command, cwd=ROOT, stdout=out, stderr=out
    ) as process:  # fmt: skip
        try:
            _wait(port, process, log)
            yield port, path
        finally:
            process.terminate()


def _command(server: str, folder: Path, data: Path, port: int) -> tuple[list[str], str]:
    if server == OURS:
        # No client may be refused for asking much: that is what is measured.
        limits = ("--budget", "1000000", "--timeout", "60")
        return [sys.executable, "-c", _KG, "serve", "--project", str(folder),
                "--port", str(port), *limits], "/sparql"  # fmt: skip
    binary = python(server)
    if server == ENDPOINT:
        module = "bench.engines.rdflib_endpoint"
        return [str(binary), "-m", module, str(data), str(port)], "/"
    program, place = str(binary.with_name("oxigraph")), folder / "oxigraph"
    if not place.exists():
        clock([program, "load", "--location", str(place), "--file", str(data)], folder)
    serve = ["serve-read-only", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    return [program, *serve], "/query"


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    said = log.read_text(errors="replace").strip().splitlines()
    raise RuntimeError(f"it does not start: {said[-1] if said else 'no word why'}")


def rows(measured: Sequence[Served]) -> str:
    """The table: × says how many times as many requests we answer in the same time."""
    head = ("query", "triples", "server", "runs", "requests/s (min–max)", "p50 ms", "p99 ms",
            "kB", "client", "×")  # fmt: skip
    lines: list[tuple[str, ...]] = [head, ("---",) * 3 + ("---:",) * 7]
    for row in measured:
        rates = [run["rate"] for run in row.runs]
        if not rates:
            lines.append((row.query, f"{row.triples:,}", row.server, "0", row.stopped, *[""] * 5))
            continue
        middle = {key: row.median(key) or 0.0 for key in ("rate", "p50", "p99", "bytes", "own")}
        times = ratio(row, measured)
        lines.append((
            row.query, f"{row.triples:,}", row.server, str(len(rates)),
            f"{middle['rate']:,.0f} ({min(rates):,.0f}–{max(rates):,.0f})",
            f"{middle['p50'] * 1000:.1f}", f"{middle['p99'] * 1000:.1f}",
            f"{middle['bytes'] / 1000:.1f}", f"{middle['own']:.0%}",
            "" if times is None else f"{times:.2f}" if times < 10 else f"{times:.0f}",
        ))  # fmt: skip
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def ratio(row: Served, measured: Sequence[Served]) -> float | None:
    """How many times as many requests a second as a peer we answer, by the medians."""
    ours = next((m for m in measured if (m.query, m.server) == (row.query, OURS)), None)
    above, below = ours.median("rate") if ours else None, row.median("rate")
    return above / below if above is not None and below else None


def targets(measured: Sequence[Served]) -> str:
    """Whether we reach what we want."""
    lines = []
    for row in measured:
        wanted, found = TARGETS.get((row.server, row.query)), ratio(row, measured)
        if wanted is not None and found is not None:
            word = "reached" if found >= wanted else "missed"
            lines.append(f"- {row.query} against {row.server}: {found:.2f} times the requests, "
                         f"{wanted:g} wanted; {word}\n")  # fmt: skip
    return "".join(lines)


def findings(measured: Sequence[Served]) -> list[str]:
    """What makes a comparison worthless: answers of another length, a server of ours that fails."""
    ours = {row.query: row for row in measured if row.server == OURS}
    found = [f"{OURS}, {row.query}: {row.stopped}" for row in ours.values() if row.stopped]
    return found + [
        f"{row.server} answers {row.query} with {row.rows} rows, {OURS} with {ours[row.query].rows}"
        for row in measured
        if row.runs and ours[row.query].runs and row.rows != ours[row.query].rows
    ]


_KG = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kg.cli import main; main()"
