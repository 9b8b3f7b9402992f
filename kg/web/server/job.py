"""Job: one request on its way through the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from kg.web.server.frames import BODY, BROKEN, END, HEAD, Call, Frame, Head

if TYPE_CHECKING:
    from kg.web.server.accounts import Account
    from kg.web.server.link import Link


class Refused(Exception):
    """A request that the front answers itself.

    Args:
        status: of HTTP.
        code: of the message in ``kg/messages/server.toml``.
        wait: seconds after which asking again makes sense; 0 where it does not.
        params: for the placeholders of the message.
    """

    def __init__(self, status: int, code: str, wait: int = 0, **params: object) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.wait = wait
        self.params = params


class Sink(Protocol):
    """Where a response goes."""

    def begin(self, head: Head) -> None:
        """The response begins."""

    def body(self, content: bytes) -> None:
        """More of it."""

    def end(self) -> None:
        """It is complete."""

    def fail(self, refused: Refused | None) -> None:
        """It never begins, and why; or (None) it breaks off."""


class Job:
    """A request that waits, runs, or was answered.

    Args:
        call: the request.
        account: of the client.
        now: when it came.
        sink: takes the response.
    """

    def __init__(self, call: Call, account: Account, now: float, sink: Sink) -> None:
        self.frame = call.frame()
        self.account = account
        self.arrived = now
        self.sink: Sink | None = sink
        self.started = 0.0
        self.link: Link | None = None
        self.is_slow = False  # it ran longer than a lookup does
        self.preempted = False
        self.tries = 0
        self.head: Head | None = None  # of the response, once it has begun
        self.over = False

    @property
    def status(self) -> int:
        """The status of the response; 0 as long as it has not begun."""
        return 0 if self.head is None else self.head.status

    def see(self, frames: Sequence[Frame]) -> None:
        """Note what frames from the worker mean; nothing is handed on yet."""
        for kind, content in frames:
            if kind == HEAD:
                self.head = Head.of(content)
            elif kind in (END, BROKEN):
                self.over = True

    def hand_on(self, frames: Sequence[Frame]) -> None:
        """Give the client what came, if it still waits."""
        for kind, content in frames:
            if self.sink is None or self.head is None:
                return
            if kind == HEAD:
                self.sink.begin(self.head)
            elif kind == BODY:
                self.sink.body(content)
            elif kind == END:
                self.sink.end()
            elif kind == BROKEN:
                self.sink.fail(None)

    def fail(self, refused: Refused | None) -> None:
        """There will be no (complete) response."""
        if not self.over:
            self.over = True
            if self.sink is not None:
                self.sink.fail(None if self.status else refused)

    def abandon(self) -> None:
        """The client has gone: nobody takes the response."""
        self.sink = None
        if self.link is not None:
            self.link.resume()
