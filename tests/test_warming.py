"""Before workers are forked, a page of each kind is asked for."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kg.project import Project
from kg.web.application import Application
from kg.web.exchange import Request, Response
from kg.web.server.warming import warm
from tests.corpus import Corpus

KINDS = (
    "/index", "/things", "/marks", "/source", "/source/[^/]+", "/source/[^/]+/claim/[^/]+",
    "/claims", "/quality", "/ontology", "/ontology/[^/]+", "/scheme/[^/]+", "/shapes",
    "/shapes/[^/]+", "/queries", "/queries/[^/.]+", "/id/[^/]+", "/why", "/sparql", "/search",
)  # fmt: skip


class Watched:
    """An application that remembers what it was asked."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.asked: Counter[str] = Counter()

    def respond(self, request: Request) -> Response:
        found = self.app.respond(request)
        assert found.status == 200, request.path
        self.asked[request.path] += 1
        return found


def test_a_page_of_each_kind_is_asked_for_in_each_language(pristine: Corpus) -> None:
    app = Watched(Application(Project(pristine.root)))
    warm(app)
    for kind in KINDS:
        for lang in ("en", "fr"):
            found = [path for path in app.asked if re.fullmatch(rf"{kind}\.{lang}\.html", path)]
            assert len(found) == 1, (kind, lang, found)
    assert app.asked["/sparql"] == 1
    assert set(app.asked.values()) == {1}


def test_warming_ends_in_time(pristine: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.web.server.warming._LONGEST", 0)
    app = Watched(Application(Project(pristine.root)))
    warm(app)
    assert sum(app.asked.values()) <= 2
