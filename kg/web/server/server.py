"""Server: a front and its workers on one address, which take over each new build."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import resource
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.build import MANIFEST
from kg.errors import EngineError, InputError
from kg.web.server.gate import Gate
from kg.web.server.nursery import Plan
from kg.web.server.pool import Pool

_BACKLOG = 2048
_POLL = 1.0  # seconds between looks at the manifest
_FAREWELL = 3  # seconds that running requests are given at the end
Tell = Callable[..., None]


@dataclass(frozen=True)
class Options:
    """How a server is reached.

    Args:
        host: address to listen on.
        port: 0 for any that is free.
        prefix: path below which a proxy shows it, such as ``/graph``.
        proxies: addresses of proxies whose ``X-Forwarded-For`` and ``-Proto`` are believed.
        log: tell each request on standard error.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    prefix: str = ""
    proxies: tuple[str, ...] = ()
    log: bool = False


class Server:
    """Serves a built graph over HTTP.

    Args:
        plan: the application and the limits of its workers.
        options: how it is reached.
        tell: called with a message code and its values when something should be noted.

    Raises:
        InputError: the address cannot be listened on.
    """

    def __init__(self, plan: Plan, options: Options, tell: Tell) -> None:
        self.plan = plan
        self.options = options
        self.tell = tell
        self.socket = _listen(options.host, options.port)
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        host, port = self.socket.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}{self.options.prefix}/"

    def stop(self) -> None:
        """Stop listening, finish what runs, and end; from any thread."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def run(self, started: Callable[[int], None]) -> None:
        """Serve until stopped or interrupted.

        Args:
            started: called when requests are answered, with bits of what the system keeps to.

        Raises:
            EngineError: the graph cannot be loaded.
        """
        _allow_connections(self.plan.limits.connections)
        pool = Pool(self.plan, self.tell)
        options = self.options
        gate = Gate(pool, prefix=options.prefix, proxies=options.proxies, logs=options.log)
        self._loop, self._stop = loop, stop = asyncio.get_running_loop(), asyncio.Event()
        if threading.current_thread() is threading.main_thread():
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(sign, stop.set)
        seen = self._digest()
        tasks: list[asyncio.Task[None]] = []
        try:
            generation = await pool.start()
            listening = await loop.create_server(gate.connection, sock=self.socket)
            tasks += [loop.create_task(gate.watch()), loop.create_task(self._renew(pool, seen))]
            started(generation.kept)
            await stop.wait()
            listening.close()
            await gate.close(_FAREWELL)
        finally:
            for task in tasks:
                task.cancel()
            await pool.close()
            self._loop = None
            self.socket.close()

    def _digest(self) -> str:
        try:
            content = (Path(self.plan.build) / MANIFEST).read_bytes()
        except OSError:
            return ""
        return hashlib.sha256(content).hexdigest()

    async def _renew(self, pool: Pool, seen: str) -> None:
        """Start workers of each new build; those of the old one finish what they have."""
        while True:
            await asyncio.sleep(_POLL)
            found = self._digest()
            if not found or found == seen:
                continue
            try:
                await pool.start()
            except EngineError as error:
                self.tell("web-not-renewed", reason=error.words(self.plan.lang))
            else:
                self.tell("web-renewed")
            seen = found


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError("no-host", host=host, error=error.strerror or error) from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        reason = error.strerror or error
        raise InputError("not-listening", host=host, port=port, error=reason) from error
    sock.setblocking(False)
    return sock


def _allow_connections(number: int) -> None:
    """Raise the number of files this process may have open, as far as it may."""
    least = number + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < least:
        most = least if hard == resource.RLIM_INFINITY else min(least, hard)
        with contextlib.suppress(ValueError, OSError):  # then fewer clients fit
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve(plan: Plan, options: Options, tell: Tell, started: Callable[[Server, int], Any]) -> None:
    """Serve until interrupted (Ctrl-C, SIGTERM).

    Raises:
        InputError: the address cannot be listened on.
        EngineError: the graph cannot be loaded.
    """
    server = Server(plan, options, tell)
    asyncio.run(server.run(lambda kept: started(server, kept)))
