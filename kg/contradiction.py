"""Contradiction: facts that exclude each other under a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Quad, Triple, Variable

from kg.fact_store import FactStore
from kg.namespaces import RDF
from kg.rules import Rule
from kg.terms import Term

_TOLD = 100  # contradictions that are told of one rule


@dataclass(frozen=True)
class Contradiction:
    """Facts that exclude each other, in a fixed order, and the rule under which they do."""

    rule: Rule
    triples: tuple[Triple, ...]


def contradictions(
    store: FactStore, rules: Iterable[Rule], delta: Sequence[Triple | Quad] | None = None
) -> Iterator[Contradiction]:
    """The facts of a store that exclude each other; with ``delta``, those it takes part in.

    >>> list(contradictions(FactStore.of([]), []))
    []
    """
    members = cache(store.members)
    found: set[Contradiction] = set()
    for rule in rules:
        if rule.head is not None:
            continue
        matches: Iterable[Mapping[Variable, Term]]
        if delta is not None:
            matches = store.matches_of(rule, delta)
        elif (kinds := _excluding(rule)) and members(kinds[0]).isdisjoint(members(kinds[1])):
            continue
        else:
            matches = store.matches(rule, {}, limit=_TOLD)
        for match in matches:
            body = [atom.triple(match) for atom in rule.body]
            found.add(Contradiction(rule, tuple(sorted(dict.fromkeys(body), key=str))))
    yield from sorted(found, key=lambda clash: (clash.rule.name, str(clash.triples)))


def _excluding(rule: Rule) -> tuple[Term, Term] | None:
    """The classes of a rule that says of two that they have no member in common.

    There are many of these rules, and each class is in several.
    """
    if len(rule.body) != 2 or any(atom.predicate != RDF.type for atom in rule.body):
        return None
    (one, _, kind), (other, _, other_kind) = rule.body
    if one != other or isinstance(kind, Variable) or isinstance(other_kind, Variable):
        return None
    return kind, other_kind
