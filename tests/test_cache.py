"""The cache of the front: the same request is answered again, and never with another's answer."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kg.project import Project
from kg.web.limits import Limits
from kg.web.server.cache import Cache, Kept
from kg.web.server.frames import Head
from kg.web.server.gate import Gate
from kg.web.server.request import Request
from tests.corpus import Corpus
from tests.serving import Served, serving

TAGGED = Head(200, b'Content-Type: text/plain\r\nETag: W/"a"\r\n', 1000)


@pytest.fixture(scope="module")
def served(pristine: Corpus) -> Iterator[Served]:
    with serving(pristine, budget=1e6) as found:
        yield found


def test_the_same_request_is_given_the_same_answer(served: Served) -> None:
    assert served.text("/tagged?q=1") == served.text("/tagged?q=1")
    assert served.text("/tagged?q=1") == served.text("/tagged?q=1", User_Agent="another")
    kept = served.ask("/tagged?q=1")
    assert kept.getheader("ETag") == 'W/"a"'
    assert kept.getheader("Date")
    assert kept.getheader("Content-Length") == "32"


@pytest.mark.parametrize("headers", [
    {"Accept": "text/turtle"}, {"Accept_Language": "fr"}, {"Host": "example.org"},
    {"If_None_Match": 'W/"b"'}, {"Authorization": "Basic YQ=="},
], ids=lambda headers: next(iter(headers)))  # fmt: skip
def test_another_request_is_given_its_own_answer(served: Served, headers: dict[str, str]) -> None:
    assert served.text("/tagged?q=2", **headers) != served.text("/tagged?q=2")


@pytest.mark.parametrize("path", ["/tagged?q=3&", "/tagged?Q=2", "//tagged?q=2"])
def test_another_target_is_given_its_own_answer(served: Served, path: str) -> None:
    assert served.text(path) != served.text("/tagged?q=2")


def test_what_is_sent_with_a_body_or_by_another_method_is_not_kept(served: Served) -> None:
    for options in ({"method": "POST", "body": b""}, {"body": b"a"}):
        assert served.text("/tagged?q=4", **options) != served.text("/tagged?q=4", **options)
    assert served.ask("/tagged?q=4", "HEAD").content == b""  # type: ignore[attr-defined]


def test_what_has_no_tag_or_is_long_is_not_kept(served: Served) -> None:
    now = "/sparql?query=SELECT+(STRUUID()+AS+%3Fx){}"
    assert served.text(now) != served.text(now)
    long = "/tagged?q=5&more=2000000"
    assert served.text(long) != served.text(long)


def test_pages_and_rows_are_kept(pristine: Corpus) -> None:
    with serving(pristine) as found:
        paths = ("/source.en.html", "/sparql?query=ASK{}", "/queries/companies?format=csv")
        before = [found.text(path) for path in paths]
        for pid in found.nurseries:
            os.kill(pid, signal.SIGSTOP)  # it starts no worker in the place of one that ended
            for worker in found.workers:
                os.kill(worker, signal.SIGSTOP)
        try:
            assert [found.text(path) for path in paths] == before
        finally:
            for pid in (*found.nurseries, *found.workers):
                os.kill(pid, signal.SIGCONT)


def test_a_server_without_a_cache_keeps_nothing(pristine: Corpus) -> None:
    with serving(pristine, cache=0) as found:
        assert found.text("/tagged") != found.text("/tagged")


def test_a_new_build_is_answered_anew(built: Corpus) -> None:
    with serving(built) as found:
        before = found.text("/tagged")
        assert found.text("/tagged") == before
        annotation = built.root / "seeds" / "visit.ann"
        annotation.write_text(annotation.read_text().replace("T9 done\n", "T9 planned\n"))
        Project(built.root).build(full=True)
        found.wait_for("web-renewed")
        assert found.text("/tagged") != before


def test_those_asked_for_longest_ago_make_room() -> None:
    cache = Cache(5000)
    answer = Kept(TAGGED, b"x" * 1000)
    for name in (b"a", b"b"):
        cache.keep((name,), 1, answer)
    assert cache.find((b"a",), 1) is answer
    cache.keep((b"c",), 1, answer)
    assert [cache.find((name,), 1) for name in (b"a", b"b", b"c")] == [answer, None, answer]
    for _ in range(9):
        cache.keep((b"c",), 1, answer)  # in its own place
    assert cache.find((b"a",), 1) is answer


def test_a_long_request_takes_its_room_too() -> None:
    cache = Cache(5000)
    answer = Kept(TAGGED, b"x")
    for name in (b"a", b"b", b"c"):
        cache.keep((name * 2000,), 1, answer)
    assert [cache.find((name * 2000,), 1) for name in (b"a", b"b", b"c")] == [None, None, answer]
    cache.keep((b"d" * 9000,), 1, answer)
    assert cache.find((b"d" * 9000,), 1) is None


class Transport(asyncio.Transport):
    """Takes bytes for a client that reads none of them until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.connection: Any = None
        self.reads = True

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))
        self.connection.pause_writing()

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class Pool:
    """None of its workers is to be asked."""

    limits = Limits()
    generation = 1


def test_who_reads_nothing_is_given_one_answer_at_a_time() -> None:
    async def ask() -> tuple[Transport, list[int]]:
        gate = Gate(Pool())  # type: ignore[arg-type]
        request = Request("GET", b"/a", ((b"host", b"a"),), b"", "1.1")
        key = gate.cache.key(request, "http")
        assert key is not None
        gate.cache.keep(key, gate.served(), Kept(TAGGED, b"x" * 1000))
        transport = Transport()
        transport.connection = connection = gate.connection()
        connection.connection_made(transport)
        connection.data_received(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        counts = [len(transport.written)]
        for _ in range(3):
            connection.resume_writing()
            counts.append(len(transport.written))
        return transport, counts

    # In a thread of its own: the loop of a browser may be running in this one.
    with ThreadPoolExecutor(1) as apart:
        transport, counts = apart.submit(lambda: asyncio.run(ask())).result()
    assert counts == [1, 2, 3, 3]
    assert all(answer.endswith(b"x" * 1000) for answer in transport.written)
    assert transport.reads
