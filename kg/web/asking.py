"""Asking: what pages that answer questions share, kept for as long as the application lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.asker import Asker
from kg.labels import Labels
from kg.queries import ANYTHING, Parameter
from kg.schema import Schema
from kg.terms import compact
from kg.words import Words

if TYPE_CHECKING:
    from kg.results import Evidence
    from kg.terms import Term
    from kg.web.application import Application

# More names than this are no help in a list.
MOST_OPTIONS = 1_000


@dataclass(frozen=True)
class _Remembering(Asker):
    """An asker that looks up the evidence of a claim once: the graph of a worker never changes."""

    recall: Callable[[Term], Evidence] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "recall", lru_cache(maxsize=20_000)(super().evidence))

    def evidence(self, claim: Term) -> Evidence:
        return self.recall(claim)


@lru_cache(maxsize=8)
def asker(app: Application, lang: str) -> Asker:
    """What answers stored queries, with labels in one language."""
    ontology = app.store.quads(app.project.layout.layer("ontology"))
    return _Remembering(app.store, app.prefixes, Schema.of(ontology).classes, lang)


@lru_cache(maxsize=8)
def words(app: Application) -> Words:
    """What columns, parameters and tags are called."""
    return Words.read(app.project.layout)


@lru_cache(maxsize=200)
def options(app: Application, type: str, lang: str) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a parameter of a class: (value, hint) by name.

    The value is a name where it means one thing only, else an id; nothing where there are too
    many to choose from.
    """
    asking = asker(app, lang)
    kind = asking.classes.get(type)
    if kind is None and type != ANYTHING:
        return ()
    names = Labels(app.store, lang)
    members = names.members(kind)
    if len(members) > MOST_OPTIONS:
        return ()
    labels = [(names.one(member), compact(member, app.prefixes)) for member in members]
    times = Counter(label for label, _ in labels)
    return tuple(sorted((i, label) if times[label] > 1 else (label, i) for label, i in labels))


def word(app: Application, name: str, lang: str) -> tuple[str, str]:
    """What a name of a column or parameter is called, and the language of that."""
    found = words(app).of(name, lang)
    if found is not None:
        return found, lang
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).replace("_", " "), "en"


def class_name(app: Application, parameter: Parameter, lang: str) -> str:
    """What the class of a parameter is called; its own name where it has no label."""
    kind = asker(app, lang).classes.get(parameter.type)
    return parameter.type if kind is None else app.label(kind, lang) or parameter.type
