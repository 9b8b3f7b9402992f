"""Link: the way to one worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kg.web.server.frames import Parts
from kg.web.server.job import Job

if TYPE_CHECKING:
    from kg.web.server.generation import Generation
    from kg.web.server.pool import Pool


class Link(asyncio.Protocol):
    """The socket of one worker, and the job that it runs."""

    def __init__(self, pool: Pool, generation: Generation, pid: int) -> None:
        self.pool = pool
        self.generation = generation
        self.pid = pid
        self.job: Job | None = None
        self.is_worn = False  # it had a slow request, and goes behind all others since
        self.transport: asyncio.Transport | None = None
        self._parts = Parts()
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.pool.arrived(self)

    def data_received(self, data: bytes) -> None:
        frames = tuple(self._parts.feed(data))
        if (job := self.job) is None:
            return
        job.see(frames)
        if job.over:
            # First, so that the worker has its next job while the client takes this answer.
            self.pool.finished(self)
        job.hand_on(frames)

    def connection_lost(self, exc: Exception | None) -> None:
        self.pool.lost(self)

    def start(self, job: Job) -> None:
        """Hand a job to the worker."""
        assert self.transport is not None
        self.job, job.link = job, self
        self.transport.write(job.frame)

    def kill(self) -> None:
        """Have the worker killed."""
        self.generation.kill(self.pid)

    def close(self) -> None:
        """Let the worker end."""
        if self.transport is not None:
            self.transport.close()

    def pause(self) -> None:
        """Take nothing more from the worker for now."""
        if not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Take more again."""
        if self._paused and self.transport is not None and not self.transport.is_closing():
            self._paused = False
            self.transport.resume_reading()
