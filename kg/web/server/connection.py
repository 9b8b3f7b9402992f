"""Connection: one client's HTTP connection, closed when it is slow, too large or one too many."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from kg.web.limits import Limits

ARRIVAL = 5.0  # seconds in which a request must have come whole
_HEADERS = 64 << 10  # bytes of all headers
_UNREAD_MS = 30_000  # how long a client may read nothing of what was sent


class Gate:
    """Counts connections, and closes those whose request does not come.

    Args:
        limits: of the server.
        proxies: addresses of proxies, whose connections are of many clients.
    """

    def __init__(self, limits: Limits, proxies: frozenset[str] = frozenset()) -> None:
        self.limits = limits
        self.each = max(8, limits.connections // 4)
        self.proxies = proxies
        self.open: set[Connection] = set()
        self.counts: Counter[str] = Counter()

    def enters(self, connection: Connection) -> bool:
        """Count a connection in; False where there are too many, of all clients or of this."""
        self.open.add(connection)
        self.counts[connection.peer] += 1
        of_peer = self.counts[connection.peer]
        if len(self.open) > self.limits.connections:
            return False
        return connection.peer in self.proxies or of_peer <= self.each

    def leaves(self, connection: Connection) -> None:
        """Count a connection out."""
        if connection in self.open:
            self.open.discard(connection)
            self.counts[connection.peer] -= 1
            if not self.counts[connection.peer]:
                del self.counts[connection.peer]

    async def watch(self) -> None:
        """Close connections whose request is not there in time; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.5)
            oldest = loop.time() - ARRIVAL
            for connection in list(self.open):
                if connection.since is not None and connection.since < oldest:
                    connection.expire()


class Connection(HttpToolsProtocol):
    """uvicorn's connection with limits in time and size; ``gate`` is set by a subclass."""

    gate: Gate

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.peer = ""
        self.since: float | None = None  # when the request that is coming began to come
        self.size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self.since = self.loop.time()
        sock = transport.get_extra_info("socket")
        if sock is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            with contextlib.suppress(OSError):  # not a TCP socket
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS)
        if not self.gate.enters(self):
            self._end(503, "web-connections", "Retry-After: 5")

    def connection_lost(self, exc: Exception | None) -> None:
        self.gate.leaves(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.since is None and (self.cycle is None or self.cycle.response_complete):
            self.since = self.loop.time()
        if self.cycle is None or not self.cycle.more_body:
            self.size += len(data)
            if self.size > self.gate.limits.target + 2 * _HEADERS:
                self._end(431, "web-headers")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        self.since = self.since or self.loop.time()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.gate.limits.target:
            self._end(414, "web-target", limit=self.gate.limits.target)

    def on_headers_complete(self) -> None:
        self.size = 0
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        self.since = None
        if not self.transport.is_closing():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._end(400, "web-bad-http")

    def expire(self) -> None:
        """The request did not come in time."""
        self.since = None
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and cycle.response_started:
            self.transport.abort()
        elif cycle is not None and cycle.response_complete and self.size == 0:
            self.transport.close()  # nothing has been asked
        else:
            self._end(408, "web-slow", seconds=f"{ARRIVAL:g}")

    def _end(self, status: int, code: str, *headers: str, **params: object) -> None:
        """Answer with an error, unless an answer has begun, and close."""
        from kg.findings import wording

        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            text = f"{wording(code, 'en', **params)}\n".encode()
            lines = (
                "Content-Type: text/plain; charset=utf-8",
                f"Content-Length: {len(text)}",
                "Access-Control-Allow-Origin: *",
                "Connection: close",
                *headers,
            )
            head = STATUS_LINE[status] + "\r\n".join(lines).encode() + b"\r\n\r\n"
            self.transport.write(head + text)
        self.transport.close()
