"""Answer: a response as it is written to a connection."""

from __future__ import annotations

import sys
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

from kg.findings import wording
from kg.web.addresses import LANGUAGES
from kg.web.exchange import preferred
from kg.web.server.frames import Head
from kg.web.server.job import Refused

if TYPE_CHECKING:
    from kg.web.server.connection import Connection
    from kg.web.server.request import Request

_STATUS = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}


class Answer:
    """A response being written.

    Args:
        connection: where to.
        request: what is answered.
        client: who asked, for the log.
        keeps: whether the connection stays open after it.
    """

    def __init__(
        self, connection: Connection, request: Request, client: str = "", *, keeps: bool
    ) -> None:
        self.connection = connection
        self.request = request
        self.client = client
        self.keeps = keeps
        self.began = time.monotonic()
        self.status = 0
        self.size = 0
        self._head = b""
        self._is_chunked = False

    def begin(self, head: Head) -> None:
        """The response begins; sent with its first part."""
        self.status = head.status
        fields = [_STATUS.get(head.status, _STATUS[500]), head.fields, _now()]
        if head.length is not None:
            if head.status not in (204, 304):
                fields.append(b"Content-Length: %d\r\n" % head.length)
        elif self.request.version == "1.1":
            self._is_chunked = True
            fields.append(b"Transfer-Encoding: chunked\r\n")
        else:
            self.keeps = False
        fields.append(self._connection())
        self._head = b"".join(fields)

    def _connection(self) -> bytes:
        if not self.keeps:
            return b"Connection: close\r\n\r\n"
        return b"\r\n" if self.request.version == "1.1" else b"Connection: keep-alive\r\n\r\n"

    def body(self, content: bytes) -> None:
        """A part of the body."""
        self.size += len(content)
        if self._is_chunked:
            content = b"%x\r\n%b\r\n" % (len(content), content)
        if self._head:
            content, self._head = self._head + content, b""
        self.connection.write(content)

    def end(self) -> None:
        """The response is complete."""
        if self._is_chunked and self.request.method != "HEAD":
            self._head += b"0\r\n\r\n"
        if self._head:
            self.connection.write(self._head)
            self._head = b""
        self._over()

    def fail(self, refused: Refused | None) -> None:
        """The response never begins, and why; or it breaks off, so that it never looks complete."""
        if refused is None:
            self._log("broken")
            self.connection.abort()
            return
        self.connection.write(self.refusal(refused))
        self._over()

    def refusal(self, refused: Refused) -> bytes:
        """An error of the front itself."""
        self.status = refused.status
        languages = self.request.header(b"accept-language").decode("latin-1")
        lang = preferred(languages, LANGUAGES) or LANGUAGES[0]
        text = f"{wording(refused.code, lang, wait=refused.wait, **refused.params)}\n".encode()
        self.size = len(text)
        retry = f"Retry-After: {refused.wait}\r\n" if refused.wait else ""
        fields = (
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Language: {lang}\r\n"
            f"Content-Length: {len(text)}\r\nAccess-Control-Allow-Origin: *\r\n"
            f"Cache-Control: no-store\r\nVary: Accept-Language\r\n{retry}"
        ).encode()
        head = _STATUS[refused.status] + fields + _now() + self._connection()
        return head if self.request.method == "HEAD" else head + text

    def _over(self) -> None:
        self._log(str(self.status))
        self.connection.answered(self.keeps)

    def _log(self, outcome: str) -> None:
        if self.connection.gate.logs:
            took = (time.monotonic() - self.began) * 1000
            target = self.request.url.decode("latin-1")
            line = f"{self.client} {self.request.method} {target}".encode(
                "ascii", "backslashreplace"
            )
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S")
            sys.stderr.write(f"{stamp} {line.decode()} {outcome} {self.size} {took:.1f}ms\n")


class _Date:
    made = -1.0
    field = b""


def _now() -> bytes:
    """The date as a header, made once a second."""
    now = time.monotonic()
    if now - _Date.made >= 1:
        _Date.made, _Date.field = now, f"Date: {formatdate(usegmt=True)}\r\n".encode()
    return _Date.field
