"""Exchange: a request and the response to it, apart from any server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """What a client asks for.

    Args:
        path: percent-decoded, from ``/``.
        query: the parameters of the URL, in their order.
        method: in capitals.
        headers: by lower-case name.
        body: what was sent with it.
        origin: scheme and host by which the client reached the server.

    >>> Request("/claims", (("source", "a"), ("source", "b"))).param("source")
    'a'
    """

    path: str
    query: Pairs = ()
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://localhost"

    def param(self, name: str, otherwise: str = "") -> str:
        """The first value of a parameter of the URL."""
        return next((value for key, value in self.query if key == name), otherwise)

    def header(self, name: str) -> str:
        """A header by its lower-case name; empty where it was not sent."""
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Response:
    """What is answered.

    ``body`` may come in parts. A part that raises ends the exchange as broken: what was sent
    before never looks complete.
    """

    body: bytes | Iterable[bytes] = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Pairs = ()

    def header(self, name: str) -> str:
        """A header of the response, by name in any case; empty where there is none."""
        if name.lower() == "content-type":
            return self.type
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def content(self) -> bytes:
        """The whole body."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)


class HttpError(Exception):
    """A request that is answered with an error for people: its status, and words of the catalogue.

    Args:
        status: the HTTP status.
        code: of the message in ``kg/messages/web.toml``.
        headers: to be sent with it.
        params: for the placeholders of the message.
    """

    def __init__(self, status: int, code: str, /, headers: Pairs = (), **params: Any) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.headers = headers
        self.params = params


def status_of(error: KgError) -> int:
    """The HTTP status that says the same as an exception: ours (503) or the client's (400)."""
    return 503 if error.exit_code == 3 else 400


_RANGE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+(?:/[\w!#$%&'*+.^`|~-]+)?)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def preferred(accept: str, offered: Iterable[str]) -> str | None:
    """What a client likes best of what is offered, by the header ``Accept`` or ``Accept-Language``.

    Args:
        accept: the header; everything is welcome where it is empty.
        offered: media types or language tags, best first; that order decides between equals.

    Returns:
        One of ``offered``; None where the client wants none of them (406).

    Source: RFC 9110, sections 12.4.2, 12.5.1 and 12.5.4.

    >>> preferred("text/turtle;q=0.5, application/*, text/html;q=0", ["text/html", "text/turtle"])
    'text/turtle'
    >>> preferred("fr-BE, en;q=0.8", ["en", "fr"])
    'fr'
    """
    ranges = [
        (found[1].lower(), _quality(found[2]))
        for part in accept.split(",")
        if (found := _RANGE.fullmatch(part))
    ]
    if not ranges:
        return next(iter(offered), None)
    best: str | None = None
    most = 0.0
    for offer in offered:
        fits = [(_fit(name, offer.lower()), quality) for name, quality in ranges]
        closest = max(fits)[0]
        liking = max(quality for fit, quality in fits if fit == closest) if closest else 0.0
        if liking > most:
            best, most = offer, liking
    return best


def _quality(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1.0


def _fit(wanted: str, offer: str) -> int:
    """How closely a range names what is offered; 0 where it does not."""
    if wanted == offer:
        return 3
    major, slash, minor = wanted.partition("/")
    if slash:
        if major == "*":
            return 1
        return 2 if minor == "*" and offer.startswith(f"{major}/") else 0
    # A region narrows a language that we offer whole.
    return 2 if major.partition("-")[0] == offer else int(wanted == "*")
