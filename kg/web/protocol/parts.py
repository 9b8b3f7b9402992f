"""Parts: what a function writes, kept where it is short, else handed on while it still writes."""

from __future__ import annotations

import os
import queue
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Protocol

SHORT = 8 << 20  # bytes that are kept
PART = 64 << 10
_AHEAD = 8  # parts made before they are wanted


class Output(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""

    def flush(self) -> None:
        """Nothing is held back for long."""


def written(write_all: Callable[[Output], object]) -> bytes | Iterable[bytes]:
    """What a function writes: whole where it is short, else in parts.

    Guarantees: what the function raises while it is short is raised here. A function that writes
    more is called a second time, by another thread, and what it raises comes after its parts.
    (Passing every answer from thread to thread takes longer than most queries do.)

    >>> written(lambda out: out.write(b"abc"))
    b'abc'
    """
    kept = _Kept()
    try:
        write_all(kept)
    except _TooLong:
        return _Pipe().parts(write_all)
    return bytes(kept.content)


class _TooLong(Exception):
    """More was written than is kept."""


class _Abandoned(Exception):
    """Nobody wants the rest."""


class _Kept:
    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> int:
        self.content += data
        if len(self.content) > SHORT:
            raise _TooLong
        return len(data)

    def flush(self) -> None:
        """All is there."""


class _Pipe:
    """What one thread writes comes out as parts in another."""

    def __init__(self) -> None:
        self._parts: queue.SimpleQueue[bytes | BaseException | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(_AHEAD)
        self._buffer = bytearray()
        self._is_abandoned = False

    def write(self, data: bytes) -> int:
        self._buffer += data
        if len(self._buffer) >= PART:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Parts are handed on when they are large enough."""

    def _send(self) -> None:
        # The engine may write once more after it was told that nobody is left.
        if not self._is_abandoned:
            self._room.acquire()
        if self._is_abandoned:
            raise _Abandoned
        self._parts.put(bytes(self._buffer))
        self._buffer.clear()

    def run(self, write_all: Callable[[Output], object]) -> None:
        try:
            write_all(self)
            if self._buffer:
                self._send()
            self._parts.put(None)
        except _Abandoned:
            return  # nobody is left to be told
        except BaseException as error:  # noqa: BLE001 -- it is raised where the parts are read
            # What the engine made may be dropped by the thread that made it only.
            traceback.clear_frames(error.__traceback__)
            self._parts.put(error)

    def parts(self, write_all: Callable[[Output], object]) -> Iterator[bytes]:
        _threads().submit(self.run, write_all)  # only now, when somebody reads
        try:
            while (part := self._parts.get()) is not None:
                if isinstance(part, BaseException):
                    raise part
                self._room.release()
                yield part
        finally:
            self._is_abandoned = True
            self._room.release()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=256, thread_name_prefix="query")


# A thread does not live on in a fork.
os.register_at_fork(after_in_child=_threads.cache_clear)
