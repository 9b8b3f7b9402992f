"""Asset: files that pages use: our own, and those of others where they were brought."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from kg.web.exchange import HttpError, Response

if TYPE_CHECKING:
    from kg.web.view import View

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json":
          "application/json", "txt": "text/plain"}  # fmt: skip


@cache
def asset(name: str) -> bytes | None:
    """The content of a file of ``kg/web/assets``; None where it was not brought.

    ``make assets`` brings them, by version and hash; see ``kg/web/assets.toml``.

    >>> asset("nothing.js") is None, asset("../view.py") is None
    (True, True)
    """
    if "/" in name or "\\" in name or name.startswith("."):
        return None
    place = resources.files("kg.web").joinpath("assets", name)
    return place.read_bytes() if place.is_file() else None


def static(view: View, name: str) -> Response:
    """A file of ``kg/web/static``."""
    ending = name.rpartition(".")[2]
    place = resources.files("kg.web").joinpath("static", name)
    if ending not in _TYPES or not place.is_file():
        raise HttpError(404, "web-not-found", path=view.request.path)
    headers = (("Cache-Control", "public, max-age=3600"),)
    return Response(place.read_bytes(), f"{_TYPES[ending]}; charset=utf-8", headers=headers)


def brought(view: View, name: str) -> Response:
    """A file of others that ``make assets`` brought."""
    content = asset(name)
    ending = name.rpartition(".")[2]
    if content is None or ending not in _TYPES:
        raise HttpError(404, "web-not-found", path=view.request.path)
    headers = (("Cache-Control", "public, max-age=86400"),)
    return Response(content, f"{_TYPES[ending]}; charset=utf-8", headers=headers)
