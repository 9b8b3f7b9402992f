"""Waiting: which rules may match a new fact, and which therefore come after which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pyoxigraph import Variable

from kg.namespaces import RDF
from kg.rules import Rule


class Waiting:
    """Which rules may match a new fact, by what the fact says."""

    def __init__(self) -> None:
        self._by_key: dict[object, list[int]] = defaultdict(list)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Waiting:
        """The rules by the keys of their bodies."""
        found = cls()
        for number, rule in enumerate(rules):
            for key_ in dict.fromkeys(
                None if isinstance(atom.key, Variable) else atom.key for atom in rule.body
            ):
                found._by_key[key_].append(number)
        return found

    def for_keys(self, keys: Iterable[object]) -> list[int]:
        """The numbers of the rules with an atom of one of these keys, or of any key."""
        found = dict.fromkeys(self._by_key.get(None, ()))
        for one in keys:
            found |= dict.fromkeys(self._by_key.get(one, ()))
        if None in keys:
            found |= dict.fromkeys(n for numbers in self._by_key.values() for n in numbers)
        return list(found)


def keys_of(rule: Rule) -> tuple[object, ...]:
    """The keys of all that a rule may conclude; None where it may conclude anything."""
    assert rule.head is not None
    key_ = rule.head.key
    # A type of which the class is not known beforehand may be any.
    if isinstance(key_, Variable) or (key_ == RDF.type and isinstance(rule.head.object, Variable)):
        return (None,)
    return (key_, rule.head.predicate)


def ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules in an order in which each comes after those that feed it, but for circles."""
    told = list(rules)
    waiting = Waiting.of(told)
    feeds = [
        set(waiting.for_keys(keys_of(rule))) if rule.head is not None else set() for rule in told
    ]
    reached = [set(found) for found in feeds]
    changed = True
    while changed:
        changed = False
        for found in reached:
            more = set().union(*(reached[n] for n in found)) - found
            if more:
                found |= more
                changed = True
    before = Counter(to for n, found in enumerate(reached) for to in found if n not in reached[to])
    return tuple(told[n] for n in sorted(range(len(told)), key=lambda n: (before[n], n)))
