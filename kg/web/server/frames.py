"""Frames: how front and workers pass requests and the parts of responses to each other."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.web.exchange import Pairs

_REQUEST = struct.Struct("!II")
_PART = struct.Struct("!cI")
_HEAD = struct.Struct("!Hq")
PART = 64 << 10  # bytes of a part at most, so that no reader ever holds much
HEAD, BODY, END, BROKEN = b"H", b"B", b"E", b"X"
Frame = tuple[bytes, bytes]  # its kind, and what it holds


@dataclass(frozen=True)
class Call:
    """A request as the front sees it: nothing of it is decoded or parsed yet.

    Args:
        method: in capitals.
        path: percent-decoded.
        query: of the URL, as it was sent.
        headers: in their order, by lower-case name.
        origin: scheme and host by which the client reached the server.
        body: what was sent with it.

    >>> import io
    >>> call = Call("GET", "/a", "b=1", (("accept", "*/*"),), "http://localhost")
    >>> Call.read(io.BytesIO(call.frame())) == call
    True
    """

    method: str
    path: str
    query: str
    headers: Pairs
    origin: str
    body: bytes = b""

    def frame(self) -> bytes:
        """The request for a worker."""
        head = json.dumps(
            [self.method, self.path, self.query, self.headers, self.origin], separators=(",", ":")
        ).encode()
        return _REQUEST.pack(len(head), len(self.body)) + head + self.body

    @classmethod
    def read(cls, stream: BinaryIO) -> Call | None:
        """The next request; None where the front has gone."""
        sizes = stream.read(_REQUEST.size)
        if len(sizes) < _REQUEST.size:
            return None
        head, body = _REQUEST.unpack(sizes)
        method, path, query, headers, origin = json.loads(stream.read(head))
        pairs = tuple((name, value) for name, value in headers)
        return cls(method, path, query, pairs, origin, stream.read(body))


@dataclass(frozen=True)
class Head:
    """How a response begins.

    Args:
        status: of HTTP.
        fields: the headers as HTTP writes them, each line with its end.
        length: bytes of the body; None where its end is not yet known.

    >>> Head.of(Head(200, b"Vary: Accept\\r\\n", 3).frame()[5:])
    Head(status=200, fields=b'Vary: Accept\\r\\n', length=3)
    """

    status: int
    fields: bytes
    length: int | None

    def frame(self) -> bytes:
        """The beginning of a response for the front."""
        length = -1 if self.length is None else self.length
        return part(HEAD, _HEAD.pack(self.status, length) + self.fields)

    @classmethod
    def of(cls, content: bytes) -> Head:
        """What a frame holds."""
        status, length = _HEAD.unpack_from(content)
        return cls(status, content[_HEAD.size :], None if length < 0 else length)


def part(kind: bytes, content: bytes = b"") -> bytes:
    """A part of a response as a frame."""
    return _PART.pack(kind, len(content)) + content


def pieces(content: bytes) -> Iterator[bytes]:
    """Bytes of a body as frames of a bounded size."""
    if len(content) <= PART:
        if content:
            yield part(BODY, content)
        return
    view = memoryview(content)
    for start in range(0, len(content), PART):
        yield part(BODY, bytes(view[start : start + PART]))


class Parts:
    """Takes frames out of bytes that come in any portions.

    >>> parts = Parts()
    >>> frame = part(BODY, b"abc") + part(END)
    >>> list(parts.feed(frame[:4])), list(parts.feed(frame[4:]))
    ([], [(b'B', b'abc'), (b'E', b'')])
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete by now."""
        data = self._rest + data if self._rest else data
        start = 0
        while len(data) - start >= _PART.size:
            kind, size = _PART.unpack_from(data, start)
            end = start + _PART.size + size
            if end > len(data):
                break
            yield kind, data[start + _PART.size : end]
            start = end
        self._rest = data[start:]
