"""Consequences: what is inferred with the help of a statement, forward along the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Triple

from kg.fact_store import FactStore
from kg.rules import Rule, key_of
from kg.terms import stored_term
from kg.waiting import Waiting


class Consequences:
    """Matches rules forwards.

    Args:
        store: the facts, stated and inferred ones told apart by their graphs.
        rules: the rules under which they were inferred, in a fixed order.
    """

    def __init__(self, store: FactStore, rules: Sequence[Rule]) -> None:
        self._store = store
        self._rules = rules
        self._waiting = Waiting.of(rules)

    def of(self, triple: Triple, most: int) -> list[Triple]:
        """The inferred statements in whose derivation a statement takes part.

        Some of them may hold without it, by other derivations.

        Guarantees: a fixed order, those that follow in fewer steps first.

        Args:
            triple: a statement that holds.
            most: no more are looked for.
        """
        start = Triple(triple.subject, triple.predicate, stored_term(triple.object))
        found = {start: None}
        new = [start]
        while new and len(found) <= most:
            new = [one for one in self._following(new) if one not in found]
            found |= dict.fromkeys(new)
        return list(found)[1 : most + 1]

    def _following(self, triples: Sequence[Triple]) -> list[Triple]:
        """What one rule infers of some statements and others, in a fixed order."""
        waiting: dict[int, list[Triple]] = defaultdict(list)
        for triple in triples:
            for number in self._waiting.for_keys(key_of(triple)):
                waiting[number].append(triple)
        found = {
            quad.triple
            for number, delta in waiting.items()
            for quad in self._store.concluded_from(self._rules[number], delta)
        }
        return sorted(filter(self._store.is_inferred, found), key=str)
