"""Cache: answers that the front gives again without asking a worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kg.web.server.frames import Head

if TYPE_CHECKING:
    from kg.web.server.job import Refused, Sink
    from kg.web.server.request import Request

_LARGEST = 1 << 20  # bytes of an answer that is kept
_BESIDE = 1000  # bytes that keeping one takes beside it
# What of a request an answer may depend on, beside method, target, scheme and this server itself.
_TELLING = frozenset({b"host", b"accept", b"accept-language"})
# Who sends one of these wants something else than a whole answer, or an answer of its own.
_ASKING = frozenset({
    b"if-none-match", b"authorization", b"content-length", b"transfer-encoding", b"expect",
})  # fmt: skip

Key = tuple[bytes, ...]


class Kept(NamedTuple):
    """An answer as the worker gave it."""

    head: Head
    body: bytes

    def give(self, sink: Sink) -> None:
        """Hand it over, as a worker would."""
        sink.begin(self.head)
        if self.body:
            sink.body(self.body)
        sink.end()


class Cache:
    """Keeps answers to be given again, those used last, in a bounded number of bytes.

    Kept is what a worker marked with a tag (``ETag``), and by that called a function of the request
    and of what is served; and this only as long as the same is served.

    Args:
        room: bytes of all answers together; 0 keeps none.

    Source: RFC 9111, sections 3 and 4.1; no answer is given that its worker would not give.

    >>> cache = Cache(10_000)
    >>> cache.keep((b"a",), 1, Kept(Head(200, b"", 1), b"x"))
    >>> cache.find((b"a",), 1).body, cache.find((b"b",), 1), cache.find((b"a",), 2)
    (b'x', None, None)
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._served: object = None
        self._answers: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    def key(self, request: Request, scheme: str) -> Key | None:
        """What the answer to a request is found by; None where none may be given again.

        Args:
            request: as it was sent.
            scheme: by which the client reaches the server.
        """
        if request.method != "GET" or not self.room:
            return None
        told = [request.url, scheme.encode()]
        for name, value in request.fields:
            if name in _TELLING:
                told += (name, value)
            elif name in _ASKING:
                return None
        return tuple(told)

    def find(self, key: Key, served: object) -> Kept | None:
        """The answer to the same request, made of what is served now."""
        if served is not self._served or (found := self._answers.get(key)) is None:
            return None
        self._answers.move_to_end(key)
        return found

    def keep(self, key: Key, served: object, answer: Kept) -> None:
        """Keep an answer, in the place of those that were not asked for longest."""
        if served is not self._served:
            self._served, self._size = served, 0
            self._answers.clear()
        if (old := self._answers.pop(key, None)) is not None:
            self._size -= _size(key, old)
        self._answers[key] = answer
        self._size += _size(key, answer)
        while self._size > self.room:
            self._size -= _size(*self._answers.popitem(last=False))


def _size(key: Key, answer: Kept) -> int:
    """Bytes that an answer takes; a client may make its target as large as the answer is small."""
    return sum(map(len, key)) + len(answer.head.fields) + len(answer.body) + _BESIDE


class Recorder:
    """Hands a response on, and keeps it where it is one to keep.

    Args:
        cache: where to.
        key: by which it is found again.
        served: tells what is served; where that changes before the end, nothing is kept.
        sink: takes the response.
    """

    def __init__(self, cache: Cache, key: Key, served: Callable[[], object], sink: Sink) -> None:
        self._cache = cache
        self._key = key
        self._now = served
        self._served = served()
        self._sink = sink
        self._head: Head | None = None
        self._body = bytearray()

    def begin(self, head: Head) -> None:
        """The response begins."""
        if is_to_keep(head):
            self._head = head
        self._sink.begin(head)

    def body(self, content: bytes) -> None:
        """More of it."""
        if self._head is not None:
            self._body += content
        self._sink.body(content)

    def end(self) -> None:
        """It is complete."""
        if self._head is not None and self._now() is self._served:
            self._cache.keep(self._key, self._served, Kept(self._head, bytes(self._body)))
        self._sink.end()

    def fail(self, refused: Refused | None) -> None:
        """It never begins, or breaks off."""
        self._sink.fail(refused)


def is_to_keep(head: Head) -> bool:
    """Whether a response that begins so may be given again.

    >>> is_to_keep(Head(200, b'Content-Type: text/csv\\r\\nETag: W/"a"\\r\\n', 9))
    True
    >>> is_to_keep(Head(200, b"Content-Type: text/csv\\r\\n", 9))
    False
    """
    is_short = head.length is not None and head.length <= _LARGEST
    return head.status == 200 and is_short and b"\r\nETag: " in head.fields
