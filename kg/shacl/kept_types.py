"""Kept types: what is stated of the types of things, in a store that was written to a folder."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.namespaces import RDF
from kg.terms import Term

TYPES = NamedNode("urn:ecodip:types")


class KeptTypes:
    """The stated types of things in a store, as a dictionary of sets.

    They stand in a graph of their own, since super-classes are added to the others.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def get(self, thing: Term, default: object = ()) -> set[Term]:
        """The types that are stated of a thing."""
        quads = self._store.quads_for_pattern(thing, RDF.type, None, TYPES)  # type: ignore[arg-type]
        return {quad.object for quad in quads}

    def keys(self) -> set[Term]:
        """The things that have a type."""
        quads = self._store.quads_for_pattern(None, RDF.type, None, TYPES)
        return {quad.subject for quad in quads}

    def __getitem__(self, thing: Term) -> _KeptKinds:
        return _KeptKinds(self._store, thing)


class _KeptKinds:
    """The stated types of one thing, as a set that may be changed."""

    def __init__(self, store: ox.Store, thing: Term) -> None:
        self._store, self._thing = store, thing

    def add(self, kind: Term) -> None:
        """State a type."""
        self._store.add(Quad(self._thing, RDF.type, kind, TYPES))  # type: ignore[arg-type]

    def discard(self, kind: Term) -> None:
        """State a type no longer."""
        self._store.remove(Quad(self._thing, RDF.type, kind, TYPES))  # type: ignore[arg-type]


def above_of(kind: Term, parents: dict[Term, set[Term]]) -> Sequence[Term]:
    """Every class above one, in a fixed order, without itself."""
    seen: set[Term] = set()
    waiting: list[Term] = list(parents.get(kind, ()))
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            waiting.extend(parents.get(here, ()))
    return sorted(seen - {kind}, key=str)
