"""Hostile clients: what they ask is stopped in time, and beside them a good client is served.

All is bounded in number and time and stays on the loopback, where each client has an address of
its own. No answer is kept by the front, so that every request needs a worker.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.project import Project
from kg.store import Store
from tests.corpus import Corpus
from tests.serving import LOOKUP, Served, serving

if not Path("/proc/self/stat").exists():
    pytest.skip("loopback addresses and processes are those of Linux", allow_module_level=True)

SECONDS = 2.0  # that a request may run
SIEGE = 8.0

PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^<x:z>)* ?b . ?c (!<x:y>)+ ?d . ?e (!<x:y>)* ?f }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
DOUBLING = (
    "SELECT (STRLEN(?a40) AS ?n) { BIND('0123456789' AS ?a0) "
    + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
    + " }"
)
GATHERED = "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i}"
LADDER = "SELECT * " + "{" * 2200 + "}" * 2200
OPTIONALS = "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o " * 800 + "} " * 801
NEGATIONS = "SELECT * { ?s ?p ?o FILTER(" + "!" * 20_000 + "BOUND(?s)) }"
PARENTHESES = "SELECT * { ?s ?p ?o FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"
PATHS = "SELECT * { ?s " + "(" * 5000 + "<x:y>" + "*)" * 5000 + " ?o }"
QUOTES = 'SELECT * { ?s ?p "' + r"\"" * 30_000 + " }"
REGEX = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?c), '^(a+)+$|(.*)*x') }"


def asks_of_others(port: int) -> dict[str, str]:
    """Queries that would have the server ask another one."""
    place = f"<http://127.0.0.1:{port}/>"
    return {
        "service": f"SELECT * {{ SERVICE {place} {{ ?s ?p ?o }} }}",
        "silent": f"SELECT * {{ SERVICE SILENT {place} {{ ?s ?p ?o }} }}",
        "escaped": f"SELECT * {{ S\\u0045RVICE {place} {{ ?s ?p ?o }} }}",
        "variable": f"SELECT * {{ BIND({place} AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        "hidden": f"SELECT * {{ BIND('#' AS ?x) SERVICE {place} {{ ?s ?p ?o }} }}",
        "from": f"SELECT * FROM {place} {{ ?s ?p ?o }}",
        "named": f"SELECT * FROM NAMED {place} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "load": f"LOAD {place}",
        "load into": f"LOAD {place} INTO GRAPH <x:g>",
    }


UPDATES = {
    "insert": "INSERT DATA { <x:a> <x:b> <x:c> }",
    "delete": "DELETE WHERE { ?s ?p ?o }",
    "drop": "DROP ALL",
    "clear": "CLEAR SILENT DEFAULT",
    "move": "MOVE GRAPH <https://w3id.org/ecodip/graph/authority> TO <x:g>",
}


@pytest.fixture(scope="module")
def served(pristine: Corpus) -> Iterator[Served]:
    with serving(pristine, seconds=SECONDS, memory=256 << 20, budget=1e6, cache=0) as found:
        yield found


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A listener that nothing should ever reach: its port, and what reached it."""
    seen: list[bytes] = []
    ended = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.1)

        def listen() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    caller, _ = listener.accept()
                    seen.append(b"connected")
                    caller.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield listener.getsockname()[1], seen
        finally:
            ended.set()
            thread.join()


@dataclass
class GoodClient:
    """Asks one question after the other on one connection, and notes how that went."""

    served: Served
    path: str
    address: str = "127.0.0.1"
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: Counter[bytes] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> GoodClient:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(30)

    def _run(self) -> None:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.served.port, timeout=20, source_address=(self.address, 0)
        )
        with closing(connection):
            while not self._ended.is_set():
                began = time.perf_counter()
                try:
                    connection.request("GET", self.path)
                    response = connection.getresponse()
                    self.bodies[response.read()] += 1
                    self.statuses[response.status] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.lost.append(repr(error))
                    connection.close()
                self.took.append(time.perf_counter() - began)
                time.sleep(0.005)

    @property
    def p99(self) -> float:
        """The time in which 99 of 100 requests were answered."""
        return sorted(self.took)[int(len(self.took) * 0.99)]

    def told(self, what: str) -> str:
        """What is to be read in the log of the tests."""
        middle = sorted(self.took)[len(self.took) // 2]
        return (
            f"{what}: {len(self.took)} requests, p50 {middle * 1000:.1f} ms, "
            f"p99 {self.p99 * 1000:.0f} ms, slowest {max(self.took) * 1000:.0f} ms"
        )


def lookup() -> str:
    return "/sparql?" + urlencode({"query": LOOKUP})


@pytest.mark.parametrize("query", [PRODUCT, ENDLESS, SORTED, GATHERED, DOUBLING],
                         ids=["product", "endless", "sorted", "gathered", "doubling"])  # fmt: skip
def test_what_never_ends_is_stopped_in_time(served: Served, query: str) -> None:
    began = time.monotonic()
    answer = served.query(query)
    # Dying takes its time where others use the processors.
    assert time.monotonic() - began < SECONDS + 3
    assert answer.status == 503
    assert int(answer.getheader("Retry-After") or 0) > 0
    assert served.query(LOOKUP).status == 200


@pytest.mark.parametrize("query", [LADDER, OPTIONALS, NEGATIONS, PARENTHESES, PATHS, QUOTES, REGEX],
                         ids=["ladder", "optionals", "negations", "parentheses", "paths", "quotes",
                              "regex"])  # fmt: skip
def test_what_is_nested_deeply_stops_no_worker(served: Served, query: str) -> None:
    answer = served.ask("/sparql", "POST", query.encode(), Content_Type="application/sparql-query")
    assert answer.status in (200, 400, 413, 503)
    if answer.status == 503:
        assert b"longer than" in answer.content  # type: ignore[attr-defined]


def test_nobody_else_is_asked(served: Served) -> None:
    with canary() as (port, seen):
        queries = asks_of_others(port)
        answers = {
            name: served.ask(
                "/sparql", "POST", query.encode(), Content_Type="application/sparql-query"
            )
            for name, query in queries.items()
        }
        for name in ("service", "variable", "hidden", "load", "load into"):
            assert answers[name].status == 400, name
        # A graph of that name is looked for here, and none is found.
        for name in ("from", "named"):
            assert b'"bindings":[]' in answers[name].content  # type: ignore[attr-defined]
        assert answers["escaped"].status in (400, 500, 503)
        time.sleep(0.3)
        assert seen == []


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found.update(file.name.encode() + file.read_bytes())
    for quad in sorted(map(str, Store.open(next(folder.glob("store-*"))).quads())):
        found.update(quad.encode())
    return found.hexdigest()


def test_no_request_changes_the_data(served: Served, pristine: Corpus) -> None:
    before = _digest(pristine.root / "build")
    with canary() as (port, _):
        for query in (*UPDATES.values(), *asks_of_others(port).values()):
            body, form = query.encode(), urlencode({"update": query}).encode()
            statuses = [
                served.query(query).status,
                served.ask("/sparql?" + urlencode({"update": query})).status,
                *(
                    served.ask(
                        "/sparql", "POST", content, Content_Type=f"application/{kind}"
                    ).status
                    for content, kind in (
                        (body, "sparql-update"),
                        (body, "sparql-query"),
                        (form, "x-www-form-urlencoded"),
                    )
                ),
            ]
            assert set(statuses) <= {200, 400, 403, 415}, query
    for path in ("/", "/id/loria-trade", "/id/loria-trade.ttl", "/source", "/static/style.css"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert served.ask(path, method, b"<x:a> <x:b> <x:c> .").status in (405, 200), path
    assert _digest(pristine.root / "build") == before


def test_a_good_client_is_served_under_hostile_queries(pristine: Corpus) -> None:
    """Four clients with all that is slow, at once and again and again."""
    queries = (PRODUCT, ENDLESS, SORTED, DOUBLING, GATHERED, LADDER)
    outcomes: Counter[int] = Counter()

    def attack(served: Served, number: int) -> None:
        turn = number
        while time.monotonic() < end:
            turn += 1
            query = queries[turn % len(queries)]
            outcomes[served.query(query, f"127.0.0.{10 + number // 4}").status] += 1

    with serving(pristine, seconds=SECONDS, memory=256 << 20, cache=0) as served:
        end = time.monotonic() + SIEGE
        with (
            GoodClient(served, lookup()) as good,
            GoodClient(served, "/source.en.html", "127.0.0.2") as reader,
        ):
            threads = [threading.Thread(target=attack, args=(served, n)) for n in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        _report(good.told("lookups"), reader.told("pages"), f"hostile: {dict(outcomes)}")
        for client in (good, reader):
            assert client.lost == []
            assert set(client.statuses) == {200}
            assert len(client.took) > 50
            assert client.p99 < 1
        assert outcomes[503] > 4
        assert set(outcomes) <= {200, 400, 429, 503}


def _silent(stack: ExitStack, served: Served, number: int) -> None:
    """Connections that say nothing, or stop in the middle."""
    starts = (b"", b"GET ", b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST / HTTP/1.1\r\nHost: a\r\n"
              b"Content-Length: 9\r\n\r\nabc")  # fmt: skip
    for index in range(number):
        sock = stack.enter_context(served.socket("127.0.0.20"))
        sock.sendall(starts[index % len(starts)])


def _slow(served: Served, seconds: float) -> None:
    """Connections that send a byte now and then, or never read."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(served.socket("127.0.0.21")) for _ in range(20)]
        deaf = [stack.enter_context(served.socket("127.0.0.22")) for _ in range(6)]
        for sock in deaf:
            sock.sendall(b"GET /parts?size=90000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        head = b"GET /echo HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 1000
        end = time.monotonic() + seconds
        for byte in head:
            for sock in sockets:
                with suppress(OSError):
                    sock.sendall(bytes([byte]))
            time.sleep(0.2)
            if time.monotonic() > end:
                return


def _giant(served: Served) -> list[bytes]:
    """Bodies that never end."""
    answers = []
    for header in (b"Content-Length: 9000000000", b"Transfer-Encoding: chunked"):
        with served.socket("127.0.0.23") as sock:
            sock.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\n" + header + b"\r\n\r\n")
            with suppress(OSError):
                for _ in range(200):
                    sock.sendall(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")
            with suppress(OSError):
                answers.append(sock.recv(9999))
    return answers


def test_a_good_client_is_served_beside_half_open_slow_and_giant_ones(pristine: Corpus) -> None:
    with serving(pristine, seconds=SECONDS, cache=0) as served, ExitStack() as stack:
        with GoodClient(served, lookup()) as good:
            began = time.monotonic()
            _silent(stack, served, 200)
            slow = threading.Thread(target=_slow, args=(served, 6.0))
            slow.start()
            giant = _giant(served)
            for _ in range(20):
                with served.socket("127.0.0.24") as sock:
                    sock.sendall(os.urandom(3000))
            slow.join()
            # The silent ones have been closed by now.
            sock = stack.enter_context(served.socket("127.0.0.25"))
            assert sock.recv(99) == b""
            took = time.monotonic() - began
        _report(good.told("lookups"), f"in {took:.1f} s")
        assert good.lost == []
        assert set(good.statuses) == {200}
        assert good.p99 < 1
        assert giant
        assert all(answer.startswith(b"HTTP/1.1 413 ") for answer in giant)


def test_silent_connections_are_closed_after_five_seconds(served: Served) -> None:
    with ExitStack() as stack:
        empty = stack.enter_context(served.socket())
        begun = stack.enter_context(served.socket())
        begun.sendall(b"GET / HTTP/1.1\r\nHost:")
        began = time.monotonic()
        assert begun.recv(999).startswith(b"HTTP/1.1 408 ")
        assert 4.5 < time.monotonic() - began < 6.5
        with suppress(ConnectionResetError):
            assert empty.recv(99) == b""
        assert time.monotonic() - began < 6.5


def test_no_request_is_lost_when_workers_are_killed(pristine: Corpus) -> None:
    with serving(pristine, seconds=SECONDS, cache=0) as served, ExitStack() as stack:
        clients = [
            stack.enter_context(GoodClient(served, lookup(), f"127.0.0.{n}")) for n in (1, 2)
        ]
        killed = 0
        end = time.monotonic() + 4
        while time.monotonic() < end:
            for pid in served.workers[: 1 + killed % 3]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            time.sleep(0.15)
        stack.close()
        _report(clients[0].told("lookups"), f"{killed} workers killed")
        assert killed > 5
        for client in clients:
            assert client.lost == []
            assert set(client.statuses) == {200}
            assert client.p99 < 1


def test_no_request_is_lost_when_a_new_build_is_taken_over(built: Corpus) -> None:
    path = "/sparql?query=SELECT+*+{?x+<https://w3id.org/ecodip%23hasStatus>+?y}+ORDER+BY+?x"
    with serving(built, seconds=SECONDS, cache=0) as served:
        with ExitStack() as stack:
            clients = [
                stack.enter_context(GoodClient(served, path, f"127.0.0.{n}")) for n in (1, 2)
            ]
            annotation = built.root / "seeds" / "visit.ann"
            for old, new in (("done", "planned"), ("planned", "done")):
                text = annotation.read_text().replace(f"T9 {old}\n", f"T9 {new}\n")
                annotation.write_text(text)
                count = len(served.told)
                Project(built.root).build()
                _wait(lambda count=count: len(served.told) > count)  # type: ignore[misc]
                time.sleep(0.3)
        assert served.told == ["web-renewed", "web-renewed"]
        _report(clients[0].told("lookups"))
        for client in clients:
            assert client.lost == []
            assert set(client.statuses) == {200}
            assert len(client.bodies) == 2
            assert client.p99 < 1


def _report(*lines: str) -> None:
    """Show what was measured in the log of the tests."""
    sys.stdout.write("\n".join((*lines, "")))


def _wait(until: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert until()
