"""Asset: files of others that are not part of the project, where they were brought."""

from __future__ import annotations

from functools import cache
from importlib import resources


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
