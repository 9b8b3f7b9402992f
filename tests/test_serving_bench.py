"""bench/serving: the client counts whole answers only, and the table says what was measured."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from bench import load, serving
from bench.load import Unanswered
from bench.peers import version
from bench.serving import CONNECTIONS, QUERIES, TARGETS, Served

REQUEST = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with a length, in chunks, with an error, or breaks off."""

    protocol_version = "HTTP/1.1"

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/error":
            self.send_error(503)
            return
        self.send_response(200)
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"):
                self.wfile.write(part)
                self.wfile.flush()
            return
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"abcde" if self.path.startswith("/length") else b"abc")
        self.close_connection = self.path == "/broken"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.mark.parametrize("path", [b"/length", b"/chunks"])
def test_whole_answers_are_counted(path: bytes, port: int) -> None:
    found = load.ask(port, [REQUEST % path], 0.2, 2)
    facts = found.facts()
    assert facts["requests"] > 2
    assert facts["rate"] == pytest.approx(facts["requests"] / found.seconds)
    assert 0 < facts["p50"] <= facts["p99"] < 5
    assert facts["bytes"] > 100  # with the head
    assert 0 < facts["own"] < 1.5


def test_no_request_is_sent_twice_where_each_has_its_number(port: int) -> None:
    Handler.asked.clear()
    numbered = load.ask(port, [REQUEST % b"/length?{number}"], 0.1, 2)
    paths = [path for path in Handler.asked if "?" in path]
    assert len(paths) == len(set(paths)) == len(numbered.answers) > 2


@pytest.mark.parametrize("path", [b"/error", b"/broken"])
def test_an_error_or_a_short_answer_is_never_counted(path: bytes, port: int) -> None:
    with pytest.raises(Unanswered):
        load.ask(port, [REQUEST % b"/length", REQUEST % path], 5, 1)


def measured(ours: float, peer: float, rows: int = 3) -> list[Served]:
    def runs(rate: float) -> list[dict[str, float]]:
        return [{"rate": rate * f, "p50": 0.001, "p99": 0.01, "bytes": 2000, "own": 0.1}
                for f in (0.5, 1, 2)]  # fmt: skip

    return [
        Served("aggregate", serving.OURS, 99, runs(ours), 3),
        Served("aggregate", serving.ENDPOINT, 99, runs(peer), rows),
        Served("aggregate", serving.OXIGRAPH, 99, stopped="not available: no such package"),
    ]


def test_the_table_says_how_many_times_as_many_requests_are_answered() -> None:
    table = serving.rows(measured(610, 10))
    assert (
        "| aggregate | 99 | ecodip | 3 | 610 (305–1,220) | 1.0 | 10.0 | 2.0 | 10% | 1.00 |" in table
    )
    assert "| rdflib-endpoint | 3 | 10 (5–20) |" in table
    assert " | 61 |" in table
    assert "not available: no such package" in table


def test_targets_are_reached_or_missed() -> None:
    assert "61.00 times the requests, 60 wanted; reached" in serving.targets(measured(610, 10))
    assert "59.00 times the requests, 60 wanted; missed" in serving.targets(measured(590, 10))


def test_another_answer_makes_a_comparison_worthless() -> None:
    assert serving.findings(measured(2, 1)) == []
    (found,) = serving.findings(measured(2, 1, rows=4))
    assert found == "rdflib-endpoint answers aggregate with 4 rows, ecodip with 3"


def test_a_server_of_ours_that_fails_is_a_finding() -> None:
    assert serving.findings([Served("aggregate", serving.OURS, 9, stopped="it does not start")])


def test_every_target_is_one_of_a_pinned_peer_and_a_query() -> None:
    assert {query for _, query in TARGETS} == set(QUERIES)
    for peer, _ in TARGETS:
        assert version(peer)
    assert CONNECTIONS > 1
