"""Gate: what all connections share, and their number and age."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from kg.web.server.cache import Cache
from kg.web.server.connection import Connection
from kg.web.server.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOK = 0.25


class Gate:
    """Lets connections in, and closes those that last without being of use.

    Args:
        pool: answers requests.
        prefix: path below which a proxy shows this server; empty for the root.
        proxies: addresses of proxies that are believed about their clients.
        logs: whether each request is told on standard error.
        arrival: seconds in which a request must have come whole.
        idle: seconds that a connection may be kept without a request.
        unread: seconds that a client may read nothing of its answer.
    """

    def __init__(
        self, pool: Pool, *, prefix: str = "", proxies: Iterable[str] = (), logs: bool = False,
        arrival: float = 5.0, idle: float = 15.0, unread: float = 30.0,
    ) -> None:  # fmt: skip
        self.pool = pool
        self.limits = pool.limits
        self.cache = Cache(pool.limits.cache)
        self.prefix = prefix
        self.proxies = frozenset(proxies)
        self.logs = logs
        self.arrival = arrival
        self.idle = idle
        self.unread = unread
        self.closing = False
        self._open: set[Connection] = set()
        self._counts: Counter[str] = Counter()

    def connection(self) -> Connection:
        """A new connection."""
        return Connection(self)

    def served(self) -> object:
        """What is served now: something else after each new build."""
        return self.pool.generation

    def enters(self, connection: Connection) -> bool:
        """Count a connection in; False where there are too many, of all clients or of this."""
        peer = connection.peer
        self._open.add(connection)
        self._counts[peer] += 1
        if len(self._open) > self.limits.connections:
            return False
        return peer in self.proxies or self._counts[peer] <= self.limits.each

    def leaves(self, connection: Connection) -> None:
        """Count a connection out."""
        self._open.discard(connection)
        self._counts[connection.peer] -= 1
        if not self._counts[connection.peer]:
            del self._counts[connection.peer]

    async def watch(self) -> None:
        """Close connections that have lasted too long; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK)
            now = loop.time()
            for connection in list(self._open):
                connection.expire(now)

    async def close(self, seconds: float) -> None:
        """Close all connections, those with a request after its answer or after some seconds."""
        self.closing = True
        for connection in list(self._open):
            connection.finish()
        end = asyncio.get_running_loop().time() + seconds
        while self._open and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        for connection in list(self._open):
            connection.abort()
