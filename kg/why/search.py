"""Search: proofs of a triple, none of them circular, the shortest or all that are minimal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count, product

from pyoxigraph import Triple

from kg.why.instances import Cone, Instance, Instances

LIMIT = 10_000
# For each triple of a proof: the instance that concludes it, None where it is stated.
Choice = Mapping[Triple, Instance | None]


class Search:
    """Finds proofs.

    Args:
        instances: the rules, matched backwards over the facts.
        limit: how many rule instances are looked at, and how many sets of leaves.
    """

    def __init__(self, instances: Instances, limit: int = LIMIT) -> None:
        self._instances = instances
        self._limit = limit

    def shortest(self, triple: Triple) -> tuple[Choice | None, bool]:
        """A proof with the fewest steps and leaves; None where there is none.

        The second value is false where the limit was reached, so that it may not be the shortest.

        Guarantees: no triple rests on itself; the same facts and rules give the same proof.

        Source: D. E. Knuth, A generalization of Dijkstra's algorithm (1977).
        """
        cone, whole = self._instances.cone(triple, self._limit, through=False)
        return _shortest(triple, cone, self._instances.is_stated), whole

    def minimal(self, triple: Triple) -> tuple[list[Choice], bool]:
        """For each minimal set of stated triples from which the triple follows, a shortest proof.

        Small sets come first. The second value is false where the limit was reached, so that
        there may be more, or smaller ones.

        Guarantees: those of :meth:`shortest`; where the limit was not reached, no set holds
        another one, and without the triples of all sets the triple would not follow.
        """
        cone, whole = self._instances.cone(triple, self._limit, through=True)
        stated = [one for one in cone if self._instances.is_stated(one)]
        found, ended = _leaf_sets(triple, cone, stated, self._limit)
        proofs = (_shortest(triple, cone, leaves.__contains__) for leaves in found)
        return [proof for proof in proofs if proof is not None], whole and ended


def _users(cone: Cone) -> dict[Triple, list[tuple[int, Instance]]]:
    """The instances by premise, each with its number in a fixed order."""
    users: dict[Triple, list[tuple[int, Instance]]] = defaultdict(list)
    number = count(1)
    for found in cone.values():
        for instance in found:
            place = next(number)
            for premise in instance.premises:
                users[premise].append((place, instance))
    return users


def _shortest(
    root: Triple, cone: Cone, is_leaf: Callable[[Triple], bool]
) -> dict[Triple, Instance | None] | None:
    """How each triple is concluded with the fewest steps and leaves; only what the root needs."""
    users = _users(cone)
    missing = {id(one): len(one.premises) for found in cone.values() for one in found}
    costs: dict[Triple, int] = {}
    chosen: dict[Triple, Instance | None] = {}
    tie = count()
    queue: list[tuple[int, int, int, Triple, Instance | None]] = []
    for triple, found in cone.items():
        if is_leaf(triple):
            heappush(queue, (1, 0, next(tie), triple, None))
        for instance in found:
            if not instance.premises:  # a rule without a body
                heappush(queue, (1, 0, next(tie), triple, instance))
    while queue and root not in chosen:
        cost, _, _, triple, how = heappop(queue)
        if triple in chosen:
            continue
        costs[triple], chosen[triple] = cost, how
        for place, instance in users.get(triple, ()):
            missing[id(instance)] -= 1
            if not missing[id(instance)]:
                total = 1 + sum(costs[premise] for premise in instance.premises)
                heappush(queue, (total, place, next(tie), instance.conclusion, instance))
    return _needed(root, chosen) if root in chosen else None


def _needed(root: Triple, chosen: Choice) -> dict[Triple, Instance | None]:
    """The root and all it rests on, depth first, each triple once."""
    found: dict[Triple, Instance | None] = {}
    waiting = [root]
    while waiting:
        triple = waiting.pop()
        if triple not in found:
            found[triple] = instance = chosen[triple]
            waiting += reversed(instance.premises if instance else ())
    return found


def _leaf_sets(
    root: Triple, cone: Cone, stated: Sequence[Triple], limit: int
) -> tuple[list[frozenset[Triple]], bool]:
    """The minimal sets of stated triples from which the root follows, small ones first.

    A set is a number with a bit for each stated triple. Sets are taken up by size. What a set
    rests on is no larger than the set; so when it is taken up, every smaller set is known, and
    only sets that hold none of them are kept.
    """
    users = _users(cone)
    sets: dict[Triple, list[int]] = defaultdict(list)
    seen: set[tuple[Triple, int]] = set()
    tie = count()
    queue: list[tuple[int, int, Triple, int]] = []

    def offer(triple: Triple, bits: int) -> None:
        if (triple, bits) not in seen:
            seen.add((triple, bits))
            heappush(queue, (bits.bit_count(), next(tie), triple, bits))

    for number, triple in enumerate(stated):
        offer(triple, 1 << number)
    for triple, found in cone.items():
        if any(not instance.premises for instance in found):
            offer(triple, 0)
    most = len(stated) + limit
    while queue and len(seen) <= most:
        _, _, triple, bits = heappop(queue)
        if any(known & bits == known for known in sets[triple]):
            continue
        sets[triple].append(bits)
        for _, instance in users.get(triple, ()):
            others = (sets[premise] for premise in instance.premises if premise != triple)
            for combined in product(*others):
                union = bits
                for other in combined:
                    union |= other
                offer(instance.conclusion, union)
                if len(seen) > most:
                    break
    chosen = [
        frozenset(triple for number, triple in enumerate(stated) if bits >> number & 1)
        for bits in sets[root]
    ]
    return chosen, not queue
