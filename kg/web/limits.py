"""Limits: what one request, one client and the whole server may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of a server, published at ``/sparql`` and in the service description.

    Args:
        seconds: how long a request may run before its worker is killed (503).
        memory: bytes that a worker may use beyond what the graph takes (503).
        body: bytes of a request's body (413).
        target: bytes of a URL (414).
        query: characters of a query (413); the endpoint itself sees to it.
        workers: requests that run at the same time; the others wait.
        connections: open connections, those that send nothing included (503).
        each: of these, how many one client may have.
        budget: seconds of worker time that one client may spend at once; it fills up again at
            ``refill`` seconds a second (429).
        refill: seconds of worker time that a client gains each second.
        cache: bytes of answers that are kept to be given again; 0 keeps none.

    >>> Limits().query
    65536
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    body: int = 1 << 20
    target: int = 64 << 10
    query: int = 64 << 10
    workers: int = 6
    connections: int = 1000
    each: int = 250
    budget: float = 60.0
    refill: float = 0.5
    cache: int = 64 << 20
