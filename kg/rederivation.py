"""Rederivation: conclusions brought up to date when some facts come and others go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad, Triple

from kg.bounds import Bounds
from kg.contradiction import Contradiction, contradictions
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.rules import Rule, key_of
from kg.waiting import Waiting


@dataclass(frozen=True)
class Change:
    """Conclusions that came and conclusions that went, and what now excludes each other."""

    added: frozenset[Triple]
    removed: frozenset[Triple]
    contradictions: tuple[Contradiction, ...]


def rederive(
    store: FactStore,
    rules: Sequence[Rule],
    facts: Facts,
    *,
    added: Collection[Triple],
    removed: Collection[Triple],
    apply: Callable[[], None],
    size: int,
) -> Change:
    """Delete and rederive: what follows of changed facts, without looking at the others.

    Args:
        store: a built graph before the change.
        rules: those it was built with.
        facts: which conclusions are kept.
        added: facts that no source stated before; literals as the store keeps them.
        removed: facts that no source states any longer.
        apply: makes the change in the graphs that hold what is asserted.
        size: the number of facts, for the bound on conclusions.

    Guarantees: afterwards the graph of conclusions is what reasoning over all facts would give.

    Raises:
        CheckFailed: a bound is reached; the finding names the rule.

    Source: A. Gupta, I. S. Mumick, V. S. Subrahmanian, "Maintaining views incrementally",
    SIGMOD 1993 (DRed).
    """
    engine = _Rederivation(store, rules, facts, size)
    doomed = engine.overdelete(removed)
    apply()
    # What is asserted now is no conclusion any more, whatever supports it.
    stated = {t for t in added if store.is_inferred(t)}
    store.discard({*doomed, *stated})
    waiting = [t for t in (*doomed, *removed) if not store.holds(t)]
    rederived = engine.derivable(waiting)
    store.add(list(rederived))
    fresh = [t for t in added if t in doomed or t not in stated]
    found = engine.forward([*fresh, *rederived])
    came = {*rederived, *found}
    before = {*doomed, *stated}
    clashes = contradictions(store, rules, [*fresh, *came])
    return Change(frozenset(came - before), frozenset(before - came), tuple(clashes))


class _Rederivation:
    def __init__(self, store: FactStore, rules: Sequence[Rule], facts: Facts, size: int) -> None:
        self.store, self.rules, self.facts, self.size = store, rules, facts, size
        self.waiting = Waiting.of(rules)

    def _by_rule(self, triples: Iterable[Triple]) -> list[tuple[Rule, list[Triple]]]:
        """The rules with a conclusion that may match some facts, each with those facts."""
        found: dict[int, list[Triple]] = defaultdict(list)
        for triple in triples:
            for number in self.waiting.for_keys(key_of(triple)):
                if self.rules[number].head is not None:
                    found[number].append(triple)
        return [(self.rules[number], found[number]) for number in sorted(found)]

    def overdelete(self, removed: Iterable[Triple]) -> dict[Triple, None]:
        """The conclusions that may have rested on facts that go."""
        doomed: dict[Triple, None] = {}
        frontier = list(dict.fromkeys(removed))
        while frontier:
            here: dict[Triple, None] = {}
            for rule, triples in self._by_rule(frontier):
                for quad in self.store.concluded_from(rule, triples):
                    triple = _triple(quad)
                    known = triple in doomed or triple in here
                    if not known and self.store.is_inferred(triple):
                        here[triple] = None
            doomed |= here
            frontier = list(here)
        return doomed

    def derivable(self, triples: Sequence[Triple]) -> dict[Triple, None]:
        """Those of some statements that follow in one step of what holds."""
        found: dict[Triple, None] = {}
        for rule in self.rules:
            left = [t for t in triples if t not in found]
            found |= dict.fromkeys(self.store.supported(rule, left))
        return {t: None for t in triples if t in found and self.facts.keeps(t)}

    def forward(self, frontier: Sequence[Triple]) -> dict[Triple, None]:
        """What newly follows of new facts, added to the store."""
        bounds = Bounds(self.size)
        found: dict[Triple, None] = {}
        while frontier:
            here: dict[Triple, None] = {}
            for rule, triples in self._by_rule(frontier):
                new = map(_triple, self.store.new_from(rule, triples))
                kept = [triple for triple in new if self.facts.keeps(triple)]
                if kept:
                    bounds.count(rule, kept)
                    self.store.add(kept)
                    here |= dict.fromkeys(kept)
            found |= here
            frontier = list(here)
        return found


def _triple(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)
