"""Front: takes HTTP requests, has workers answer them, and passes the answers on."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from kg.findings import wording
from kg.web.addresses import LANGUAGES
from kg.web.exchange import preferred
from kg.web.server.frames import Call, Head
from kg.web.server.job import Broken, Job, Refused
from kg.web.server.pool import Pool

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_NO_BODY = ("GET", "HEAD", "OPTIONS", "DELETE")


class Front:
    """The ASGI application: it decides nothing about what is asked.

    Args:
        pool: runs requests.
        prefix: the path below which a proxy shows this server; empty for the root.
        log: whether each request is told on standard error.
    """

    def __init__(self, pool: Pool, *, prefix: str = "", log: bool = False) -> None:
        self.pool = pool
        self.prefix = prefix
        self.log = log
        self._watches: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.monotonic()
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
        given = dict(headers)
        address = scope["client"][0] if scope["client"] else ""
        status, size = 0, 0
        job = None
        try:
            body = await self._body(scope["method"], given, receive)
            call = self._call(scope, headers, given, body)
            job = self.pool.submit(call, address, lambda job: self._watch(job, receive))
            head = await job.head()
            status = head.status
            await send(self._start(head))
            size = await _pass_on(job, head, send)
        except Refused as refused:
            status = refused.status
            await _refuse(refused, given, send)
        except asyncio.CancelledError:
            if job is not None:
                self.pool.cancel(job)
            raise
        finally:
            if self.log:
                took = (time.monotonic() - began) * 1000
                query = "?" + scope["query_string"].decode() if scope["query_string"] else ""
                _log(f"{address} {scope['method']} {scope['path']}{query} {status} {size} "
                     f"{took:.1f}ms")  # fmt: skip

    async def _body(self, method: str, given: dict[str, str], receive: Receive) -> bytes:
        """The body of a request.

        Raises:
            Refused: it is too large.
        """
        length = given.get("content-length", "")
        if not length and "transfer-encoding" not in given:
            return b""
        limit = self.pool.limits.body
        refused = Refused(413, "web-body", limit=f"{limit >> 10:,}")
        if length.isdigit() and int(length) > limit:
            raise refused
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "web-bad-http")
            body += message["body"]
            if len(body) > limit:
                raise refused
            if not message["more_body"]:
                return bytes(body)

    def _call(
        self, scope: Scope, headers: Iterable[tuple[str, str]], given: dict[str, str], body: bytes
    ) -> Call:
        path: str = scope["path"]
        if self.prefix and (path + "/").startswith(self.prefix + "/"):
            path = path.removeprefix(self.prefix) or "/"
        host = given.get("host") or "{}:{}".format(*(scope["server"] or ("localhost", 80)))
        origin = f"{scope['scheme']}://{host}{self.prefix}"
        query = scope["query_string"].decode("latin-1")
        return Call(scope["method"], path, query, tuple(headers), origin, body)

    def _start(self, head: Head) -> dict[str, Any]:
        pairs = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in head.headers]
        if self.prefix:
            pairs = [
                (k, self.prefix.encode() + v if k == b"location" and v[:1] == b"/" else v)
                for k, v in pairs
            ]
        if head.length is not None and head.status not in (204, 304):
            pairs.append((b"content-length", b"%d" % head.length))
        return {"type": "http.response.start", "status": head.status, "headers": pairs}

    def _watch(self, job: Job, receive: Receive) -> None:
        """Stop a long request when its client goes."""

        async def watch() -> None:
            while not job.ended and not job.broken:
                if (await receive())["type"] == "http.disconnect":
                    break
            if not job.ended and not job.broken:
                self.pool.cancel(job)

        task = asyncio.get_running_loop().create_task(watch())
        self._watches.add(task)
        task.add_done_callback(self._watches.discard)


async def _pass_on(job: Job, head: Head, send: Send) -> int:
    """Pass on the body.

    Raises:
        Broken: it breaks off; the connection is to be closed, so that it never looks complete.
    """
    size = 0
    content = await job.part()
    while content:
        size += len(content)
        # What is small and whole goes out with its end.
        more = not (job.ended and size == head.length)
        await send({"type": "http.response.body", "body": content, "more_body": more})
        if not more:
            return size
        content = await job.part()
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    return size


async def _refuse(refused: Refused, given: dict[str, str], send: Send) -> None:
    lang = preferred(given.get("accept-language", ""), LANGUAGES) or LANGUAGES[0]
    text = f"{wording(refused.code, lang, wait=refused.wait, **refused.params)}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(text)),
        (b"content-language", lang.encode()),
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", b"no-store"),
    ]
    if refused.wait:
        headers.append((b"retry-after", b"%d" % refused.wait))
    start = {"type": "http.response.start", "status": refused.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": text, "more_body": False})


def _log(line: str) -> None:
    sys.stderr.write(time.strftime("%Y-%m-%dT%H:%M:%S ") + line + "\n")
    sys.stderr.flush()


__all__ = ["Broken", "Front"]
