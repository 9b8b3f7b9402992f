"""Pictures: where the pages ask for theirs."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup
    from pyoxigraph import NamedNode

    from kg.results import Answer
    from kg.web.view import View


def picture_of(kind: str, answer: Answer, view: View) -> Markup | None:
    """The rows of an answer as a picture; None where they cannot be drawn so."""
    package = _package()
    found: Markup | None = package.picture_of(kind, answer, view) if package else None
    return found


def neighborhood(view: View, node: NamedNode) -> Markup | None:
    """A thing with its neighbors; None where it has none."""
    draw = getattr(_package(), "neighborhood", None)
    found: Markup | None = draw(view, node) if draw else None
    return found


def _package() -> Any:
    return importlib.import_module("kg.pictures") if find_spec("kg.pictures") else None
