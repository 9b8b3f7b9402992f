"""Asking: what pages that answer questions share, kept for as long as the application lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.labels import Labels
from kg.queries import ANYTHING, Parameter, StoredQuery
from kg.terms import Term, compact
from kg.web.exchange import HttpError
from kg.words import Words

if TYPE_CHECKING:
    from kg.web.application import Application
    from kg.web.view import View

# More names than this are no help in a list.
MOST_OPTIONS = 1_000


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
    asking = app.asker(lang)
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
    kind = app.asker(lang).classes.get(parameter.type)
    return parameter.type if kind is None else app.label(kind, lang) or parameter.type


def stored(view: View, name: str) -> StoredQuery:
    """The stored query of a name.

    Raises:
        HttpError: 404 where there is none.
    """
    found = view.app.project.queries().get(name)
    if found is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    return found


def given(view: View, query: StoredQuery) -> dict[str, str]:
    """The values of parameters that the request holds; in a static page those of the example."""
    if view.app.is_static:
        return dict(query.example) if meant(view, query) else {}
    values = {p.name: view.request.param(p.name).strip() for p in query.parameters}
    return {name: value for name, value in values.items() if value}


def meant(view: View, query: StoredQuery) -> Mapping[str, Term]:
    """What the values of the example name; nothing where the graph holds none of that."""
    try:
        return view.app.asker(view.lang).given(query, query.example)
    except InputError:
        return {}
