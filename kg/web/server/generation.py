"""Generation: one nursery as the front sees it, with all workers of one build."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from kg.errors import EngineError
from kg.findings import Text
from kg.web.server.nursery import DEAD, KILL, MESSAGE, READY, RETIRE, SLOW, WORKER, Plan

if TYPE_CHECKING:
    from kg.web.server.pool import Pool

_PATIENCE = 120.0  # seconds to load a graph


class Generation:
    """Starts a nursery, takes over its workers, and hears of their end.

    Args:
        plan: what the nursery is told.
        pool: told of workers that come and go.
    """

    def __init__(self, plan: Plan, pool: Pool) -> None:
        self.plan = plan
        self.pool = pool
        self.statuses: dict[int, int] = {}
        self.kept = 0  # bits that say what the system keeps to
        self.is_gone = False
        self.tasks: set[asyncio.Task[None]] = set()
        self._arrived = 0
        self._full = asyncio.get_running_loop().create_future()
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-m", "kg.web.server.nursery", plan.argument(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the front
            )

    @property
    def pid(self) -> int:
        """The process of the nursery."""
        return self._process.pid

    async def start(self) -> None:
        """Wait until all workers are there.

        Raises:
            EngineError: they never came.
        """
        loop = asyncio.get_running_loop()
        loop.add_reader(self._control.fileno(), self._hear)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._full
        except (TimeoutError, EngineError) as error:
            await self.close()
            reason = error.text if isinstance(error, EngineError) else Text("too-slow")
            raise EngineError("no-workers", error=reason) from error

    def kill(self, pid: int) -> None:
        """Have a worker killed, if it still lives."""
        self._say(KILL, pid)

    def slow_down(self, pid: int) -> None:
        """Have a worker go behind all others, until it ends."""
        self._say(SLOW, pid)

    def retire(self) -> None:
        """Start no worker anew; the nursery ends with the last one."""
        self._say(RETIRE, 0)

    def _say(self, kind: bytes, pid: int) -> None:
        if not self.is_gone:
            try:
                self._control.send(MESSAGE.pack(kind, pid, 0))
            except OSError:
                self._gone()

    async def close(self) -> None:
        """End the nursery and with it its workers."""
        self._gone()
        await self._reap()

    async def _reap(self) -> None:
        await asyncio.to_thread(self._process.wait)
        self.pool.forget(self)

    def _gone(self) -> None:
        if self.is_gone:
            return
        self.is_gone = True
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        if not self._full.done():
            self._full.set_exception(EngineError("no-nursery"))
            self._full.exception()  # nobody may be waiting
        self.pool.ended(self)
        self._later(self._reap())

    def _hear(self) -> None:
        while not self.is_gone:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE.size, 1)
            except BlockingIOError:
                return
            except OSError:
                data, descriptors = b"", []
            if len(data) < MESSAGE.size:
                self._gone()
                return
            kind, pid, value = MESSAGE.unpack(data)
            if kind == WORKER:
                os.set_inheritable(descriptors[0], False)
                self._later(self._adopt(socket.socket(fileno=descriptors[0]), pid))
            elif kind == DEAD:
                self.pool.died(self, pid, value)
            elif kind == READY:
                self.kept = value

    async def _adopt(self, sock: socket.socket, pid: int) -> None:
        from kg.web.server.link import Link

        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: Link(self.pool, self, pid), sock=sock)
        self._arrived += 1
        if self._arrived >= self.plan.limits.workers and not self._full.done():
            self._full.set_result(None)

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
