"""Index: everything that has a page, by its names in any language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.names import folded
from kg.namespaces import DCTERMS, RDF, RDFS, SKOS
from kg.terms import key

if TYPE_CHECKING:
    from kg.web.application import Application

_UNION = DefaultGraph()
# What a thing may be found by, the best first.
_NAMES = (
    SKOS.prefLabel, RDFS.label, DCTERMS["title"], SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation,
    DCTERMS.identifier,
)  # fmt: skip
_EXACT, _BEGINS, _WORDS, _WITHIN = range(4)


@dataclass(frozen=True)
class Name:
    """One name of something: ``rank`` tells how much of a name it is, 0 for the usual one."""

    path: str
    text: str
    lang: str
    rank: int
    plain: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """Something that is called what was looked for, or like it; ``text`` is the name that fits."""

    path: str
    text: str
    lang: str
    is_exact: bool


class Index:
    """Finds what has a page by its names; case and accents are forgiven.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> index = Index.of(Application(Project()))
    >>> index.find("agence wallonne a l")[0].path
    '/id/awex'
    """

    def __init__(self, names: tuple[Name, ...], kinds: Mapping[str, NamedNode]) -> None:
        self._names = names
        self.kinds = kinds

    @classmethod
    def of(cls, app: Application) -> Index:
        """The names of all that the graph of an application describes, and its stored questions."""
        names = list(_names(app))
        for query in app.project.queries().values():
            names += [
                _name(f"/queries/{query.name}", text, lang, 0)
                for lang, text in query.summary.items()
            ]
        return cls(tuple(names), _kinds(app, {name.path for name in names}))

    def find(self, text: str) -> list[Hit]:
        """What fits, the best first, each once; nothing for an empty text."""
        wanted = folded(text)
        words = wanted.split()
        best: dict[str, tuple[tuple[int, int, int, str, str], Name]] = {}
        for name in self._names:
            if not words or not all(word in name.plain for word in words):
                continue
            order = (_fit(name, wanted, words), name.rank, len(name.plain), name.plain, name.path)
            if name.path not in best or order < best[name.path][0]:
                best[name.path] = order, name
        return [
            Hit(path, name.text, name.lang, order[0] == _EXACT)
            for path, (order, name) in sorted(best.items(), key=lambda item: item[1][0])
        ]


def _fit(name: Name, wanted: str, words: list[str]) -> int:
    if name.plain == wanted:
        return _EXACT
    if name.plain.startswith(wanted):
        return _BEGINS
    if all(any(part.startswith(word) for part in name.words) for word in words):
        return _WORDS
    return _WITHIN


def _names(app: Application) -> Iterator[Name]:
    for rank, predicate in enumerate(_NAMES):
        quads = app.store.engine.quads_for_pattern(None, predicate, None, _UNION)
        for quad in sorted(quads, key=lambda q: (str(q.subject), key(q.object))):
            node, value = quad.subject, quad.object
            if not isinstance(node, NamedNode) or not isinstance(value, Literal):
                continue
            if path := app.addresses.path(node.value):
                yield _name(path, value.value, value.language or "", rank)


def _name(path: str, text: str, lang: str, rank: int) -> Name:
    plain = folded(text)
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return Name(path, text, lang, rank, plain, tuple(words))


def _kinds(app: Application, paths: set[str]) -> Mapping[str, NamedNode]:
    """What each page is about: the most special class of its thing."""
    schema = app.portraits.schema
    types: dict[str, set[NamedNode]] = defaultdict(set)
    for quad in app.store.engine.quads_for_pattern(None, RDF.type, None, _UNION):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            path = app.addresses.path(quad.subject.value)
            if path in paths:
                types[path].add(quad.object)
    above = {kind: schema.above(kind) for found in types.values() for kind in found}

    def order(kind: NamedNode) -> tuple[bool, int, str]:
        return not kind.value.startswith(schema.namespaces), -len(above[kind]), kind.value

    return {path: min(found, key=order) for path, found in types.items()}
