"""Instances: the rules that conclude a triple, each with the triples it would rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, Triple, Variable

from kg.fact_store import FactStore
from kg.rules import Atom, Rule, Slot, key_of
from kg.terms import Term, stored_term


@dataclass(frozen=True)
class Instance:
    """A rule applied to triples that hold."""

    rule: Rule
    conclusion: Triple
    premises: tuple[Triple, ...]


# What may take part in a proof: instances by conclusion; a stated triple may have none.
Cone = dict[Triple, tuple[Instance, ...]]


class Instances:
    """Matches rules backwards.

    Args:
        store: the facts, stated and inferred ones told apart by their graphs.
        rules: the rules under which they were inferred, in a fixed order.
        reads: whether the reasoner reads a statement; only what it reads can be a premise.
    """

    def __init__(
        self,
        store: FactStore,
        rules: Iterable[Rule],
        reads: Callable[[Triple], bool] = lambda _: True,
    ) -> None:
        self.store = store
        self.is_stated = cache(store.is_asserted)
        self._reads = reads
        self._heads: dict[Slot | None, list[tuple[int, Rule, Atom]]] = defaultdict(list)
        for number, rule in enumerate(rules):
            if rule.head is not None:
                head = Atom(*map(stored_term, rule.head))
                key = None if isinstance(head.key, Variable) else head.key
                self._heads[key].append((number, rule, head))

    def applicable(self, triple: Triple) -> Iterator[tuple[int, Rule, dict[Variable, Term]]]:
        """The rules that may conclude a triple: number, rule, and values of its variables."""
        for key in dict.fromkeys((*key_of(triple), None)):
            for number, rule, head in self._heads.get(key, ()):
                bound = head.match(triple)
                if bound is not None:
                    yield number, rule, bound

    def of(self, triple: Triple) -> list[Instance]:
        """Every rule that concludes a triple from others; those with most stated premises first.

        Guarantees: a fixed order; no instance has its own conclusion as a premise.
        """
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            return []  # no query can name it
        found: dict[Instance, tuple[int, int, str]] = {}
        for number, rule, bound in self.applicable(triple):
            for match in self.store.matches(rule, bound):
                premises = tuple(dict.fromkeys(atom.triple(match) for atom in rule.body))
                if triple not in premises and all(map(self._reads, premises)):
                    order = self._open(premises), number, str(premises)
                    found[Instance(rule, triple, premises)] = order
        return sorted(found, key=found.__getitem__)

    def cone(self, root: Triple, limit: int, *, through: bool) -> tuple[Cone, bool]:
        """All that may take part in a proof of a triple.

        Args:
            root: the triple.
            limit: how many instances are looked at.
            through: look for instances of stated triples too; else none is needed, and of the
                others only what may be part of a shortest proof.

        Returns:
            The cone; and whether it is whole, so that the limit was not reached.
        """
        found: Cone = {}
        waiting = [root]
        left = limit
        while waiting:
            triple = waiting.pop()
            if triple in found:
                continue
            if self.is_stated(triple) and not through:
                found[triple] = ()
                continue
            instances = self.of(triple)
            if not through:
                instances = self._promising(instances)
            found[triple] = tuple(instances[: max(left, 0)])
            left -= len(instances)
            # The first instance is looked into first: it may give a proof before the limit.
            for instance in reversed(found[triple]):
                waiting += [p for p in reversed(instance.premises) if p not in found]
        return found, left >= 0

    def _open(self, premises: Iterable[Triple]) -> int:
        return sum(not self.is_stated(premise) for premise in premises)

    def _promising(self, instances: list[Instance]) -> list[Instance]:
        """Of sorted instances, those that may be the last step of a shortest proof."""
        closed = [one for one in instances if not self._open(one.premises)]
        if not closed:
            return instances
        best = min(closed, key=lambda one: len(one.premises))
        more = []
        for one in instances:
            # A premise that is not stated takes a step and a leaf at least.
            still_open = self._open(one.premises)
            if still_open and len(one.premises) + still_open < len(best.premises):
                more.append(one)
        return [best, *more]
