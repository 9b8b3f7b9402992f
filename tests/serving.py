"""A server for tests: an application with paths that misbehave, run in a thread; and clients."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import http.client
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kg.errors import EngineError, KgError
from kg.web.exchange import Request, Response
from kg.web.limits import Limits
from kg.web.server.nursery import Plan, application
from kg.web.server.server import Options, Server
from tests.corpus import Corpus

LOOKUP = "SELECT * { <https://w3id.org/ecodip/id/loria-trade> ?p ?o }"


class Misbehaving:
    """The application, with paths of its own that take too long, too much, or break."""

    def __init__(self, plan: Plan) -> None:
        self.app: Any = application(plan)

    def respond(self, request: Request) -> Response:
        match request.path:
            case "/echo":
                told = (request.method, request.origin, request.param("q"), request.header("x-a"))
                return _text("|".join(told) + f"|{len(request.body)}")
            case "/sleep":
                time.sleep(float(request.param("seconds")))
                return _text("slept")
            case "/loop":
                while True:
                    pass
            case "/fault":
                raise RuntimeError("a fault of the program")
            case "/header":
                return Response(b"", headers=(("X-A", "a\r\nSet-Cookie: b"),))
            case "/memory":
                return _text(str(len(bytearray(int(request.param("bytes"))))))
            case "/crash":
                ctypes.string_at(0)
            case "/tagged":
                # No two answers are the same, though the tag says so.
                body = b"%032x" % uuid.uuid4().int + b"x" * int(request.param("more") or 0)
                return Response(body, "text/plain", headers=(("ETag", 'W/"a"'),))
            case "/pid":
                return _text(str(os.getpid()))
            case "/parts":
                size, fails = int(request.param("size")), request.param("fails")
                return Response(_parts(size, fails), "text/plain; charset=utf-8")
            case "/connect":
                return _text(_connect(int(request.param("port"))))
        found: Response = self.app.respond(request)
        return found


def misbehaving(plan: Plan) -> Misbehaving:
    """What a nursery loads."""
    return Misbehaving(plan)


def _text(text: str) -> Response:
    return Response(text.encode(), "text/plain; charset=utf-8")


def _parts(size: int, fails: str) -> Iterator[bytes]:
    for _ in range(size // 1000):
        yield b"x" * 1000
    if fails:
        raise EngineError("query-stopped", error=fails)


def _connect(port: int) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return "connected"
    except OSError as error:
        return type(error).__name__


@dataclass
class Served:
    """A server that runs: its port, and what it told."""

    port: int
    server: Server
    told: list[str]
    others: list[int]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        client: str = "127.0.0.1",
        **headers: str,
    ) -> http.client.HTTPResponse:
        """One request on a connection of its own; the body is in ``.content``."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(client, 0)
        )
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            response.content = response.read()  # type: ignore[attr-defined]
            return response

    def text(self, path: str, **options: Any) -> str:
        """The body of what is answered."""
        response = self.ask(path, **options)
        content: bytes = response.content  # type: ignore[attr-defined]
        return content.decode()

    def query(self, query: str, client: str = "127.0.0.1") -> http.client.HTTPResponse:
        """Ask the endpoint."""
        return self.ask("/sparql?" + urlencode({"query": query}), client=client)

    def socket(self, client: str = "127.0.0.1") -> socket.socket:
        """A bare connection."""
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=30, source_address=(client, 0)
        )

    def wait_for(self, code: str, seconds: float = 20) -> None:
        """Wait until the server has told a message."""
        deadline = time.monotonic() + seconds
        while code not in self.told and time.monotonic() < deadline:
            time.sleep(0.1)
        assert code in self.told

    @property
    def workers(self) -> list[int]:
        """The processes of the workers."""
        return [pid for nursery in self.nurseries for pid in children(nursery)]

    @property
    def nurseries(self) -> list[int]:
        """The processes that this server started, and later ones."""
        return [pid for pid in children(os.getpid()) if pid not in self.others]


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


@contextlib.contextmanager
def serving(
    corpus: Corpus, *, app: str = "tests.serving:misbehaving", options: Options | None = None,
    **limits: Any,
) -> Iterator[Served]:  # fmt: skip
    """Run a server over a built project until the block ends."""
    plan = Plan(app, str(corpus.root), str(corpus.root / "build"), "", "en",
                Limits(**{"seconds": 2.0, **limits}))  # fmt: skip
    told: list[str] = []
    others = children(os.getpid())
    server = Server(plan, options or Options(port=0), lambda code, **_: told.append(code))
    port = server.socket.getsockname()[1]
    ready = threading.Event()
    failures: list[KgError | OSError] = []

    def run() -> None:
        try:
            asyncio.run(server.run(lambda _: ready.set()))
        except (KgError, OSError) as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(60)
    try:
        if failures:
            raise failures[0]
        yield Served(port, server, told, others)
    finally:
        server.stop()
        thread.join(30)
    assert not thread.is_alive()
    if failures:
        raise failures[0]
