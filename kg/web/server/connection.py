"""Connection: one client's HTTP connection, closed when it is slow, too large or one too many."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from typing import TYPE_CHECKING

import httptools

from kg.web.server.answer import Answer
from kg.web.server.cache import Recorder
from kg.web.server.job import Job, Refused
from kg.web.server.request import Request

if TYPE_CHECKING:
    from kg.web.server.gate import Gate

_FIELDS = 64 << 10  # bytes of all headers
_RESET = struct.pack("ii", 1, 0)  # a reset, which is no regular end
_AHEAD = 100  # requests that may be sent ahead of the answers


class Connection(asyncio.Protocol):
    """Reads requests, has them answered, and writes the answers.

    Args:
        gate: what all connections share.

    Source: RFC 9112 (HTTP/1.1); what is no valid HTTP is refused by llhttp, the parser of Node.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.peer = ""
        self.since: float | None = None  # when the request that is coming began to come
        self.idle: float | None = None  # since when nothing is asked
        self.stuck: float | None = None  # since when the client reads nothing
        self.job: Job | None = None
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._ready: deque[tuple[Request, bool]] = deque()
        self._size = 0
        self._last = False  # no request after this
        self._drops = False  # what still comes is dropped
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._has_head = False
        self._refused: Refused | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.peer = (transport.get_extra_info("peername") or ("",))[0]
        self.since = self._loop.time()
        if not self.gate.enters(self):
            self._end(Refused(503, "web-connections", 5))

    def connection_lost(self, exc: Exception | None) -> None:
        self.gate.leaves(self)
        if self.job is not None:
            self.gate.pool.cancel(self.job)
            self.job = None

    def pause_writing(self) -> None:
        self.stuck = self._loop.time()
        if self.job is not None and self.job.link is not None:
            self.job.link.pause()

    def resume_writing(self) -> None:
        if not self._transport.is_closing():
            self.stuck = None
        if self.job is None:
            if not self._transport.is_closing():
                self._transport.resume_reading()
                self._next()
        elif self.job.link is not None:
            self.job.link.resume()

    def data_received(self, data: bytes) -> None:
        if self._drops:
            return
        self.idle = None
        if self.since is None and self.job is None:
            self.since = self._loop.time()
        self._size += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refused = self._refused or Refused(400, "web-bad-http")
        if not self._has_head and self._size > self.gate.limits.target + _FIELDS:
            self._refused = self._refused or Refused(431, "web-headers")
        self._next()

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # We speak nothing else; the request is answered as it is.
                data = data[upgrade.args[0] :]
            else:
                return

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > (limit := self.gate.limits.target):
            self._refused = Refused(414, "web-target", limit=limit)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._has_head = True
        fields = dict(self._fields)
        if not fields.get(b"content-length", b"0").isdigit():
            self._refused = Refused(400, "web-bad-http")
        elif int(fields.get(b"content-length", b"0")) > self.gate.limits.body:
            self._refused = self._too_large()
        elif fields.get(b"expect", b"").lower() == b"100-continue" and self.job is None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if len(self._body) + len(body) > self.gate.limits.body:
            self._refused = self._too_large()
        elif self._refused is None:
            self._body += body

    def on_message_complete(self) -> None:
        self.since = None
        self._size = 0
        if self._refused is None:
            keeps = self._parser.should_keep_alive()
            method = self._parser.get_method().decode("ascii")
            version = self._parser.get_http_version()
            found = Request(method, self._url, self._fields, bytes(self._body), version)
            self._ready.append((found, keeps))

    def _too_large(self) -> Refused:
        return Refused(413, "web-body", limit=f"{self.gate.limits.body >> 10:,}")

    # Requests one after the other.

    def _next(self) -> None:
        # Who does not read is given no more answers, lest they pile up here.
        while self._ready and self.job is None and self.stuck is None and not self._last:
            request, keeps = self._ready.popleft()
            self._ask(request, keeps and not self.gate.closing)
        if self.job is not None or self.stuck is not None:
            if self._ready:
                self._transport.pause_reading()
                if len(self._ready) > _AHEAD:
                    if self.job is not None:
                        self.gate.pool.cancel(self.job)
                    self.abort()
        elif self._refused is not None:
            self._end(self._refused)
        elif self.since is None and not self._last:
            self.idle = self._loop.time()

    def _ask(self, request: Request, keeps: bool) -> None:
        self._last = not keeps
        scheme = self._scheme(request)
        cache = self.gate.cache
        key = cache.key(request, scheme)
        address, call = "", None
        try:
            call = request.call(self.gate.prefix, self._transport, scheme)
            address = self._client(request)
        except httptools.HttpParserInvalidURLError:
            self._last = True
        sink = Answer(self, request, address, keeps=not self._last)
        if call is None:
            sink.fail(Refused(400, "web-bad-http"))
        elif key is not None and (kept := cache.find(key, self.gate.served())) is not None:
            kept.give(sink)
        else:
            recorded = sink if key is None else Recorder(cache, key, self.gate.served, sink)
            try:
                self.job = self.gate.pool.submit(call, address, recorded)
            except Refused as refused:
                sink.fail(refused)

    def answered(self, keeps: bool) -> None:
        """The answer is written; the next request, if there is one and the connection stays."""
        was, self.job = self.job, None
        if self._last or not keeps:
            self.close()
        elif was is not None:
            self._transport.resume_reading()
            self._next()

    def _client(self, request: Request) -> str:
        """The address of the client, by what a proxy that we trust says."""
        proxies = self.gate.proxies
        if self.peer not in proxies:
            return self.peer
        named = [v.decode("latin-1") for k, v in request.fields if k == b"x-forwarded-for"]
        way = [address.strip() for address in ",".join(named).split(",")]
        return next((one for one in reversed(way) if one and one not in proxies), self.peer)

    def _scheme(self, request: Request) -> str:
        if self.peer in self.gate.proxies:
            return "https" if request.header(b"x-forwarded-proto") == b"https" else "http"
        return "http"

    # The end.

    def write(self, data: bytes) -> None:
        """Send bytes to the client."""
        self._transport.write(data)

    def close(self) -> None:
        """Close when all is sent."""
        self._last = self._drops = True
        self.since, self.stuck = None, self._loop.time()
        self._transport.close()

    def abort(self) -> None:
        """Close at once; what was sent does not look complete."""
        self.job = None
        sock = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # the client was faster
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _end(self, refused: Refused) -> None:
        """Answer a request that did not come whole, and take nothing more."""
        if self._drops:
            return
        self._last = self._drops = True
        self.since = self._loop.time()
        answer = Answer(self, Request("", b"", (), b"", "1.1"), keeps=False)
        self._transport.write(answer.refusal(refused))
        # The client may still be sending: closed at once, it might never read the answer.
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def expire(self, now: float) -> None:
        """Close it if it has lasted too long without anything useful."""
        gate = self.gate
        if self.since is not None and now - self.since > gate.arrival:
            if self._drops or self.job is not None or not self._size:
                self._transport.abort()
            else:
                self._end(Refused(408, "web-slow", seconds=f"{gate.arrival:g}"))
        elif (self.idle is not None and now - self.idle > gate.idle) or (
            self.stuck is not None and now - self.stuck > gate.unread
        ):
            self._transport.abort()

    def finish(self) -> None:
        """Close it after the answer that is being given, if any."""
        self._last = True
        if self.job is None:
            self.close()
