"""Warming: an application is asked for pages before workers are forked of it."""

from __future__ import annotations

import re
import time
from html import unescape
from urllib.parse import urljoin

from kg.web.addresses import LANGUAGES
from kg.web.server.frames import Call
from kg.web.server.worker import Answers, answer

_LONGEST = 20.0  # seconds


def warm(app: Answers) -> None:
    """Ask for a page of each kind, so that workers begin with all modules, templates and labels at
    hand, and share what pages gather once.
    """
    paths = [f"/index.{lang}.html" for lang in LANGUAGES]
    paths += [f"/search.{lang}.html?q=a" for lang in LANGUAGES]  # no link leads there
    kinds = set(map(_kind, paths))
    end = time.monotonic() + _LONGEST
    for address in paths:  # it grows: pages lead to pages of other kinds
        if time.monotonic() > end:
            break
        path, _, query = address.partition("?")
        for link in _links(path, answer(_call(path, query), app).content):
            if (kind := _kind(link)) not in kinds:
                kinds.add(kind)
                paths.append(link)
    answer(_call("/sparql", "query=ASK%7B%7D", "application/sparql-results+json"), app)


def _kind(address: str) -> tuple[int, str, str]:
    """What pages of one kind have in common: their depth, the first part of the path, the form."""
    path = address.partition("?")[0]
    return path.count("/"), path.split("/")[1], path.split(".", 1)[-1]


def _call(path: str, query: str = "", accept: str = "text/html") -> Call:
    return Call("GET", path, query, (("accept", accept),), "http://localhost")


def _links(path: str, page: bytes) -> list[str]:
    """The pages that a page leads to."""
    links = re.findall(r'href="([^"#?:]+[.]html(?:[?][^"#]*)?)"', page.decode())
    return [urljoin(path, unescape(link)) for link in dict.fromkeys(links)]
