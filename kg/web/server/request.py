"""Request: what a client sent, as HTTP has it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

import httptools

from kg.web.server.frames import Call


class Request(NamedTuple):
    """A request as it was sent; names of header fields are in lower case.

    >>> Request("GET", b"/", ((b"host", b"a"),), b"", "1.1").header(b"host")
    b'a'
    """

    method: str
    url: bytes
    fields: Sequence[tuple[bytes, bytes]]
    body: bytes
    version: str

    def header(self, name: bytes) -> bytes:
        """The first header field of a name; empty where there is none."""
        for key, value in self.fields:
            if key == name:
                return value
        return b""

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
        host = self.header(b"host").decode("latin-1")
        if not host:
            host = "{}:{}".format(*transport.get_extra_info("sockname")[:2])
        query = (url.query or b"").decode("utf-8", "replace")
        return Call(self.method, path, query, headers, f"{scheme}://{host}{prefix}", self.body)
