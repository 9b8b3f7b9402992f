"""Job: one request on its way through the pool, and the response that comes back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.web.server.frames import BODY, BROKEN, END, HEAD, Call, Head

if TYPE_CHECKING:
    from kg.web.server.accounts import Account
    from kg.web.server.pool import Link

_HELD = 1 << 20  # bytes that wait for a slow client before its worker must wait too


class Refused(Exception):
    """A request that is answered by the front: status, words of the catalogue, seconds to wait."""

    def __init__(self, status: int, code: str, wait: int = 0, **params: object) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.wait = wait
        self.params = params


class Broken(Exception):
    """A response that broke off after its beginning was passed on."""


class Job:
    """A request that waits, runs, or is answered.

    Args:
        call: the request.
        account: of the client.
        now: when it came.
        watch: called once when it takes long, so that somebody looks whether the client is there.
    """

    def __init__(
        self, call: Call, account: Account, now: float, watch: Callable[[Job], None]
    ) -> None:
        self.frame = call.frame()
        self.account = account
        self.arrived = now
        self.started = 0.0
        self.watch: Callable[[Job], None] | None = watch
        self.link: Link | None = None
        self.is_slow = False  # it ran longer than a lookup does
        self.preempted = False
        self.tries = 0
        self.found: Head | None = None
        self.failure: Refused | None = None
        self.ended = False
        self.broken = False
        self._parts: deque[bytes] = deque()
        self._held = 0
        self._wake: asyncio.Future[None] | None = None

    def take(self, kind: bytes, content: bytes) -> None:
        """A frame from the worker."""
        if kind == BODY:
            self._parts.append(content)
            self._held += len(content)
            if self._held > _HELD and self.link is not None:
                self.link.pause()
        elif kind == HEAD:
            self.found = Head.of(content)
        elif kind == END:
            self.ended = True
        elif kind == BROKEN:
            self.broken = True
        self._rouse()

    def fail(self, failure: Refused) -> None:
        """There will be no (complete) response."""
        self.failure = self.failure or failure
        self.broken = True
        self._rouse()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def head(self) -> Head:
        """How the response begins.

        Raises:
            Refused: there is none.
        """
        while self.found is None:
            if self.failure is not None:
                raise self.failure
            await self._news()
        return self.found

    async def part(self) -> bytes:
        """More of the body; empty at its end.

        Raises:
            Broken: it is not complete.
        """
        while not self._parts:
            if self.ended:
                return b""
            if self.broken:
                raise Broken
            await self._news()
        content = b"".join(self._parts) if len(self._parts) > 1 else self._parts[0]
        self._parts.clear()
        self._held = 0
        if self.link is not None:
            self.link.resume()
        return content

    async def _news(self) -> None:
        self._wake = asyncio.get_running_loop().create_future()
        await self._wake
