"""Bounds: what stops rules that never end or conclude too much, by the name of the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.errors import CheckFailed
from kg.findings import Finding
from kg.namespaces import OWL
from kg.rules import Rule

_STEPS = 200  # times that a rule which makes new terms may be applied to its own conclusions
_OFTEN = 10  # such times, from which on that rule is to blame for what others conclude
_LENGTH = 20_000  # characters of a term that such a rule makes
_SAME = 60  # things that may be one and the same; each pair of them is a statement
_GROWTH, _GROUND = 10, 200_000  # conclusions that are allowed, for each fact and in any case


class Bounds:
    """Counts what rules conclude.

    Args:
        size: the number of facts that there are before.

    >>> Bounds(0).left > 1000
    True
    """

    def __init__(self, size: int) -> None:
        self.left = _GROUND + _GROWTH * size
        # No rule has more conclusions than these, new or known, without passing the bound.
        self.most = size + self.left + 1
        self._steps: Counter[Rule] = Counter()
        self._counts: Counter[Rule] = Counter()
        self._same: Counter[object] = Counter()
        self._makers: Counter[Rule] = Counter()

    def count(self, rule: Rule, quads: Sequence[Quad | Triple]) -> None:
        """Note conclusions.

        Raises:
            CheckFailed: they are too many; the finding names the rule.
        """
        self._counts[rule] += len(quads)
        self.left -= len(quads)
        if any("BIND" in clause for clause in rule.filters):
            self._steps[rule] += 1
        if self.left < 0:
            for endless, number in self._steps.most_common(1):
                if number >= _OFTEN:  # others only conclude much of the terms that it makes
                    raise _stop("rule-endless", endless, count=number)
            worst, number = self._counts.most_common(1)[0]
            raise _stop("rule-explodes", worst, count=number)
        steps = self._steps[rule]
        if steps > _STEPS or (steps and any(_length(quad) > _LENGTH for quad in quads)):
            raise _stop("rule-endless", rule, count=steps)
        if rule.head is not None and rule.head.predicate == OWL.sameAs:
            if rule.axiom or rule.summary:
                self._makers[rule] += len(quads)
            self._same.update(quad.subject for quad in quads)
            thing, number = self._same.most_common(1)[0]
            if number > _SAME:
                maker = self._makers.most_common(1)
                raise _stop("rule-same", maker[0][0] if maker else rule, thing=thing, count=number)


def _length(triple: Quad | Triple) -> int:
    ends = (triple.subject, triple.object)
    return max(len(end.value) for end in ends if isinstance(end, NamedNode | Literal))


def _stop(code: str, rule: Rule, **facts: Any) -> CheckFailed:
    name = rule.name
    if rule.axiom:
        name += f" ({' '.join(map(str, rule.axiom))})"
    place = f"ontology/rules/{rule.name}.rq" if rule.summary else "ontology"
    finding = Finding.of(code, place, rule=name, **facts)
    return CheckFailed(findings=[finding])
