"""Request: what a client sent, as HTTP has it."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import httptools

from kg.web.server.frames import Call


class Request:
    """A request as it was sent."""

    def __init__(
        self, method: str, url: bytes, fields: list[tuple[bytes, bytes]], body: bytes, version: str
    ) -> None:
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.version = version

    def call(self, prefix: str, transport: asyncio.Transport, scheme: str) -> Call:
        """It as workers take it.

        Raises:
            HttpParserInvalidURLError: its target is none.
        """
        url = httptools.parse_url(self.url)
        path = unquote((url.path or b"/").decode("utf-8", "replace"))
        if prefix and (path + "/").startswith(prefix + "/"):
            path = path.removeprefix(prefix) or "/"
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in self.fields)
        host = next((v for k, v in headers if k == "host"), "")
        if not host:
            host = "{}:{}".format(*transport.get_extra_info("sockname")[:2])
        query = (url.query or b"").decode("utf-8", "replace")
        return Call(self.method, path, query, headers, f"{scheme}://{host}{prefix}", self.body)
