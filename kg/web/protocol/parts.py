"""Parts: what a function writes, handed on while it still writes."""

from __future__ import annotations

import os
import queue
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

FIRST = 1 << 20  # bytes that are there before anything is answered
PART = 1 << 16
_AHEAD = 8  # parts made before they are wanted


class Abandoned(Exception):
    """Nobody wants the rest."""


class Pipe:
    """A file to write to; what was written comes out as parts, the first of them large.

    >>> next(parts(lambda pipe: pipe.write(b"abc")))
    b'abc'
    """

    def __init__(self) -> None:
        self._parts: queue.SimpleQueue[bytes | BaseException | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(_AHEAD)
        self._buffer = bytearray()
        self._least = FIRST
        self._is_abandoned = False

    def write(self, data: bytes) -> int:
        """Take some bytes.

        Raises:
            Abandoned: nobody wants them.
        """
        self._buffer += data
        if len(self._buffer) >= self._least:
            self._least = PART
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: parts are handed on when they are large enough."""

    def _send(self) -> None:
        self._room.acquire()
        if self._is_abandoned:
            raise Abandoned
        self._parts.put(bytes(self._buffer))
        self._buffer.clear()

    def run(self, write_all: Callable[[Pipe], object]) -> None:
        """Let a function write all it has; what it raises comes out after what it wrote."""
        try:
            write_all(self)
            if self._buffer:
                self._send()
            self._parts.put(None)
        except Abandoned:
            return  # nobody is left to be told
        except BaseException as error:  # noqa: BLE001 -- it is raised where the parts are read
            # What the engine made may be dropped by the thread that made it only.
            traceback.clear_frames(error.__traceback__)
            self._parts.put(error)

    def __iter__(self) -> Iterator[bytes]:
        try:
            while (part := self._parts.get()) is not None:
                if isinstance(part, BaseException):
                    raise part
                self._room.release()
                yield part
        finally:
            self._is_abandoned = True
            self._room.release()


def parts(write_all: Callable[[Pipe], object]) -> Iterator[bytes]:
    """What a function writes, while another thread runs it; an exception is raised after it."""
    pipe = Pipe()
    _threads().submit(pipe.run, write_all)
    return iter(pipe)


@cache
def _threads() -> ThreadPoolExecutor:
    # A thread that is idle is used again: starting one costs more than most queries take.
    return ThreadPoolExecutor(max_workers=256, thread_name_prefix="query")


# A thread does not live on in a fork.
os.register_at_fork(after_in_child=_threads.cache_clear)
