"""Forms: how literals are written that a store keeps by value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, Quad, Triple

from kg.terms import key, stored_term


@dataclass(frozen=True)
class Forms:
    """The written forms of literals that a store keeps by value.

    The engine keeps ``"01"^^xsd:int`` as ``1``. What is concluded about a thing has the form in
    which the thing's own facts have the value; of several the first.
    """

    by_value: dict[tuple[Any, Any], Any]

    @classmethod
    def of(cls, triples: Iterable[Quad | Triple]) -> Forms:
        """The forms in some facts that differ from those of the store."""
        found: dict[tuple[Any, Any], Any] = {}
        for triple in triples:
            value = triple.object
            if type(value) is Literal and (stored := stored_term(value)) != value:
                place = triple.subject, stored
                found[place] = min(value, found.get(place, value), key=key)
        return cls(found)

    def restore(self, quad: Quad | Triple) -> Triple:
        """The triple with its literal as written."""
        if self.by_value and type(value := quad.object) is Literal:
            form = self.by_value.get((quad.subject, value))
            if form is not None:
                return Triple(quad.subject, quad.predicate, form)
        return quad.triple if type(quad) is Quad else quad
