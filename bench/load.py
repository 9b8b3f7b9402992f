"""Load: a client that keeps a server busy, in one thread and with little work of its own.

``python -m bench.load PORT SECONDS CONNECTIONS`` reads requests, one JSON string a line, and prints
what it saw as JSON. Where :data:`NUMBER` stands in a request its number is sent, so that no two
are the same. Only the standard library.
"""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, cycle

NUMBER = b"{number}"


class Unanswered(Exception):
    """A request that was not answered with success; the message holds the answer's beginning."""


@dataclass
class Connection:
    """A connection that is kept open: its request on the way, and what came of the answer."""

    sock: socket.socket
    began: float = 0.0
    taken: bytearray = field(default_factory=bytearray)
    needed: int = 0  # bytes of the whole answer, once they are known
    is_chunked: bool = False

    def send(self, request: bytes) -> None:
        """Ask, and begin to wait."""
        self.taken.clear()
        self.needed, self.is_chunked = 0, False
        self.began = time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> bool:
        """Take what came; tell whether the answer is whole.

        Raises:
            Unanswered: it is an error, or the connection was closed.
        """
        data = self.sock.recv(1 << 20)
        if not data:
            raise Unanswered("the connection was closed")
        self.taken += data
        if not self.needed and not self.is_chunked:
            self._read_head()
        if self.is_chunked:
            return self.taken.endswith(b"\r\n0\r\n\r\n")
        return len(self.taken) >= self.needed > 0

    def _read_head(self) -> None:
        end = self.taken.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.taken[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise Unanswered(bytes(self.taken[:500]).decode("latin-1"))
        length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        self.is_chunked = not length
        self.needed = end + 4 + int(length or 0)


@dataclass
class Load:
    """What a client saw: seconds of each answer, and how long all of it took.

    ``own`` is the processor time of the client itself: where it comes near to ``seconds``, the
    client and not the server was measured.
    """

    answers: list[float] = field(default_factory=list)
    sizes: int = 0
    seconds: float = 0.0
    own: float = 0.0

    def facts(self) -> dict[str, float]:
        """Requests a second, median and 99th percentile in seconds, share of the client."""
        ranks = statistics.quantiles(self.answers, n=100)
        return {
            "requests": len(self.answers),
            "rate": len(self.answers) / self.seconds,
            "p50": ranks[49],
            "p99": ranks[98],
            "bytes": self.sizes / len(self.answers),
            "own": self.own / self.seconds,
        }


def ask(port: int, requests: Sequence[bytes], seconds: float, connections: int) -> Load:
    """Send requests in turn over some connections, each as soon as the last one is answered.

    Raises:
        Unanswered: a request failed.
    """
    found = Load()
    turn, numbers = cycle(requests), count(1)
    with ExitStack() as opened:
        selector = opened.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            sock = socket.create_connection(("127.0.0.1", port), timeout=60)
            opened.callback(sock.close)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock)
            selector.register(sock, selectors.EVENT_READ, connection)
            connection.send(numbered(next(turn), next(numbers)))
        start, own = time.perf_counter(), time.process_time()
        until, open_ = start + seconds, connections
        while open_:
            for key, _ in selector.select(60) or _stalled():
                connection = key.data
                if not connection.receive():
                    continue
                now = time.perf_counter()
                found.answers.append(now - connection.began)
                found.sizes += len(connection.taken)
                if now < until:
                    connection.send(numbered(next(turn), next(numbers)))
                else:
                    open_ -= 1
                    selector.unregister(connection.sock)
        found.seconds = time.perf_counter() - start
        found.own = time.process_time() - own
    return found


def numbered(request: bytes, number: int) -> bytes:
    """A request with its number, where it asks for one.

    >>> numbered(b"GET /?query=ASK{}%23{number}", 7)
    b'GET /?query=ASK{}%237'
    """
    return request.replace(NUMBER, b"%d" % number)


def _stalled() -> Iterator[tuple[selectors.SelectorKey, int]]:
    raise Unanswered("no answer for a minute")


def main() -> None:
    """Run as a program of its own."""
    port, seconds, connections = sys.argv[1:]
    requests = [json.loads(line).encode() for line in sys.stdin]
    found = ask(int(port), requests, float(seconds), int(connections))
    sys.stdout.write(json.dumps(found.facts()) + "\n")


if __name__ == "__main__":
    main()
