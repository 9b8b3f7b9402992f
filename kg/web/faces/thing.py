"""Thing: the page of anything that the graph describes."""

from __future__ import annotations

from kg.web.exchange import HttpError, Response
from kg.web.view import View


def thing(view: View) -> Response:
    """What the graph says of a thing."""
    if view.app.find(view.address.path) is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    raise HttpError(406, "web-not-acceptable", offered="")
