"""Serving: an application behind a loopback address, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from kg.web.application import Application
from kg.web.exchange import Request


@contextmanager
def serving(app: Application) -> Iterator[str]:
    """The origin at which the application answers."""
    import uvicorn

    config = uvicorn.Config(_asgi(app), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def _asgi(app: Application) -> Any:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        origin = f"http://{headers.get('host', 'localhost')}"
        found = app.respond(
            Request(scope["path"], tuple(query), scope["method"], headers, body, origin)
        )
        sent = [(b"content-type", found.type.encode())]
        sent += [(name.lower().encode(), value.encode()) for name, value in found.headers]
        await send({"type": "http.response.start", "status": found.status, "headers": sent})
        await send({"type": "http.response.body", "body": found.content})

    return answer
