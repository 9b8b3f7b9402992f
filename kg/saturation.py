"""Saturation: rules applied to facts in a store until nothing new follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Quad, Variable

from kg.bounds import Bounds
from kg.fact_store import FactStore
from kg.namespaces import RDF
from kg.rules import Rule, key_of
from kg.rules.redundancy import Redundancy
from kg.terms import Term
from kg.waiting import Waiting, keys_of

_FEW = 20_000  # so many new facts are matched one by one; more are found by matching everything


def saturate(store: FactStore, rules: Iterable[Rule], size: int) -> list[Quad]:
    """What follows of the facts in a store, each conclusion once.

    Args:
        store: facts, in memory. Conclusions are added to it as far as rules ask for them.
        rules: in the order of :func:`ordered`, so that most are matched once.
        size: the number of facts, for the bound on conclusions.

    Raises:
        CheckFailed: a bound is reached; the finding names the rule.

    >>> saturate(FactStore.of([]), [], 0)
    []
    """
    told = list(rules)
    makers = [rule for rule in told if rule.head is not None]
    waiting, redundancy, shelf = Waiting.of(makers), Redundancy(makers), Shelf(store)
    # What is new to a rule since it was last matched; None while it was not matched at all.
    new: dict[int, list[list[Quad]] | None] = {
        n: None for n, rule in enumerate(makers) if all(map(store.knows, rule.body))
    }
    matched: set[int] = set()
    bounds = Bounds(size)
    found: list[Quad] = []
    while new:
        number = min(new)
        rule, batches = makers[number], new.pop(number)
        matched.add(number)
        shelf.take_down(rule)
        if batches is None or sum(map(len, batches)) > _FEW:
            quads = store.new(rule, bounds.left + 1)
        else:
            delta = [quad for batch in batches for quad in batch]
            quads = store.new_from(rule, delta, bounds.most)
        if not quads:
            continue
        bounds.count(rule, quads)
        found += quads
        for keys, batch in _by_key(rule, quads):
            shelf.put(keys, batch)
            for other in waiting.for_keys(keys):
                if redundancy.repeats(other, number):
                    continue
                if other not in matched:
                    new[other] = None
                elif (known := new.setdefault(other, [])) is not None:
                    known.append(batch)
    for rule in told:
        if rule.head is None:  # contradictions are looked for afterwards
            shelf.take_down(rule)
    return found


class Shelf:
    """Conclusions that stand beside a store until a rule asks for such as they are.

    To put a conclusion into the indexes of the store takes longer than to find it, and of many,
    such as the terms of other vocabularies that ours are below, nothing else is concluded.
    """

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._by_key: dict[object, list[list[Quad]]] = defaultdict(list)

    def put(self, keys: Sequence[object], quads: list[Quad]) -> None:
        """Lay down conclusions with the same keys."""
        self._by_key[keys[0]].append(quads)

    def take_down(self, rule: Rule) -> None:
        """Put into the store what a rule matches, and what it may conclude once more."""
        for atom in (*rule.body, *([rule.head] if rule.head else [])):
            key = atom.key
            wanted: list[object] = [key] if key in self._by_key else []
            if isinstance(key, Variable) or key == RDF.type:
                wanted = list(self._by_key)
            for one in wanted:
                self._store.add([quad for quads in self._by_key.pop(one) for quad in quads])


def _by_key(rule: Rule, quads: list[Quad]) -> Iterator[tuple[tuple[object, ...], list[Quad]]]:
    keys = keys_of(rule)
    if None not in keys:
        yield keys, quads
        return
    groups: dict[tuple[Term, Term], list[Quad]] = defaultdict(list)
    for quad in quads:
        groups[key_of(quad)].append(quad)
    yield from groups.items()
