"""Before: the state that a change is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg import build
from kg.impact.recorded import recorded
from kg.impact.state import State
from kg.layout import Layout
from kg.reading import Reading
from kg.report import violations_of
from kg.schema import Schema
from kg.store import Store
from kg.verdicts import Verdicts


def built(layout: Layout, last: Mapping[str, Any], folder: Layout) -> State:
    """The state of the last build.

    Args:
        layout: the project.
        last: the manifest of its build.
        folder: the project, with a scratch folder for what is cached.

    Raises:
        EngineError: the build is damaged.
    """
    quads = build.read(layout)
    state = State(folder, quads=quads, store=Store.open(layout.build / last["store"]))
    ontology, authority = state.layer("ontology"), state.layer("authority")
    statements = recorded(layout, last, quads)
    reading = Reading(layout, Schema.of(ontology), tuple(ontology), tuple(authority), statements)
    verdicts = Verdicts.read(layout.build / last["checks"])
    state.statements = statements
    state.violations = tuple(violations_of(reading, verdicts.before, verdicts.after))
    return state
