"""Freshness: how a client finds out that what it keeps is still right."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from kg.dataset import program_digest
from kg.web.addresses import Address
from kg.web.exchange import Request, Response

if TYPE_CHECKING:
    from kg.project import Project

_READING = ("GET", "HEAD")
# What a query computes anew each time.
_CHANGING = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
# What a client keeps it asks about each time; that costs no body, and a new build shows at once.
_CONTROL = ("Cache-Control", "no-cache")


@dataclass(frozen=True)
class Freshness:
    """Tags for what is answered (``ETag``), known before it is made.

    An answer is a function of the request and of what the process serves; so its tag is a digest of
    these two. A query that asks for the time or for chance has none.

    Args:
        served: a digest of the built graph, the program and the files that pages are made of.

    Source: RFC 9110, sections 8.8.3 and 13.1.2.

    >>> freshness = Freshness("abc")
    >>> first = freshness.marked(Request("/a.ttl"), Response(b"a"))
    >>> again = Request("/a.ttl", headers={"if-none-match": first.header("etag")})
    >>> freshness.unchanged(again).status, freshness.unchanged(Request("/a.ttl"))
    (304, None)
    """

    served: str

    @classmethod
    def of(cls, project: Project) -> Freshness:
        """The freshness of all that is answered about a built project."""
        layout = project.layout
        told = ((project.manifest or {}).get("digest"), program_digest(), project.texts.folder)
        found = hashlib.sha256(repr(told).encode())
        for folder in ("templates", "static"):
            for item in sorted(_files(folder), key=lambda item: item.name):
                found.update(item.name.encode() + item.read_bytes())
        for folder, pattern in (
            ("queries", "*.rq"),
            ("shapes", "*.ttl"),
            ("ontology", "*.*"),
            ("ontology/rules", "*.rq"),
        ):
            for file in layout.files(folder, pattern):
                found.update(layout.name(file).encode() + layout.bytes(file))
        return cls(found.hexdigest())

    def unchanged(self, request: Request) -> Response | None:
        """The answer "not modified" (304) where the client keeps what would be answered."""
        known = _TAG.findall(request.header("if-none-match"))
        if not known or not _keeps(request) or self._digest(request) not in known:
            return None
        return Response(b"", status=304, headers=self._headers(request))

    def marked(self, request: Request, response: Response) -> Response:
        """A response with its tag, where it is one to keep."""
        if not _keeps(request) or response.status != 200:
            return response
        given = {name.lower() for name, _ in response.headers}
        more = tuple(pair for pair in self._headers(request) if pair[0].lower() not in given)
        return Response(response.body, response.type, 200, response.headers + more)

    def _headers(self, request: Request) -> tuple[tuple[str, str], ...]:
        # Weak, so that it outlives compression on the way.
        return (("ETag", f'W/"{self._digest(request)}"'), _CONTROL)

    def _digest(self, request: Request) -> str:
        told: list[object] = [self.served, request.path, request.query]
        if not Address.of(request.path).form:
            told += [request.header("accept"), request.header("accept-language")]
        # A digest of Python itself: OpenSSL's take longer to find than to run.
        return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()


def _files(folder: str) -> list[Traversable]:
    return [item for item in resources.files("kg.web").joinpath(folder).iterdir() if item.is_file()]


def _keeps(request: Request) -> bool:
    """Whether the same request is answered the same way again."""
    if request.method not in _READING:
        return False
    return not any("(" in value and _CHANGING.search(value) for _, value in request.query)
