"""Order: the pairs of a closed relation that say something new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from pyoxigraph import NamedNode

_Pair = tuple[NamedNode, NamedNode]


def reduced(
    pairs: Collection[_Pair],
    properties: Iterable[_Pair],
    classes: Iterable[_Pair],
    declared: Collection[Any],
) -> list[_Pair]:
    """Those pairs (property, class) that do not follow of another pair.

    Args:
        pairs: a closed relation, such as the domains of properties.
        properties: the closed order of properties, (below, above).
        classes: the closed order of classes.
        declared: the terms about which conclusions are drawn; others cannot stand in between.

    >>> p, q, c, d = (NamedNode(f"http://x/{n}") for n in "pqcd")
    >>> reduced({(p, c), (p, d), (q, c)}, [(p, q)], [(c, d)], {p, q, c, d}) == [(q, c)]
    True
    """
    above_property = _strictly_above(properties, declared)
    above_class = _strictly_above(classes, declared)
    below_class: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for below, aboves in above_class.items():
        for above in aboves:
            below_class[above].add(below)
    kept = [
        (p, c)
        for p, c in pairs
        if not any((p, narrower) in pairs for narrower in below_class[c])
        and not any((wider, c) in pairs for wider in above_property[p])
    ]
    return sorted(kept, key=str)


def _strictly_above(
    order: Iterable[_Pair], declared: Collection[Any]
) -> dict[NamedNode, set[NamedNode]]:
    """What is above each term; of equivalent terms, only the first counts as above the others."""
    known = {(a, b) for a, b in order if a != b and a in declared and b in declared}
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for below, above in known:
        if (above, below) not in known or above.value < below.value:
            found[below].add(above)
    return found
