"""Redundancy: conclusions of one rule that another need not be matched against."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from pyoxigraph import Variable

from kg.rules.rule import Atom, Rule, Slot

_Shape: TypeAlias = tuple[Atom, ...]
_Guards: TypeAlias = frozenset[tuple[str, Slot]]
_GUARD = re.compile(r"FILTER\((!?is\w+)\(\?(\w+)\)\)")
_CHAIN = ((0, 1), (1, 2), (0, 2))  # the ends of two steps and of the way that they make


class Redundancy:
    """What the rules of an ontology say twice.

    Most axioms are stated in more than one way: of two inverse properties one has the domain that
    is the other's range, and each gives back what the other was made of.

    Args:
        rules: all that are applied, each with a head.

    >>> from kg.namespaces import RDFS
    >>> x, y = Variable("x"), Variable("y")
    >>> back = Rule("prp-symp", (Atom(x, RDFS.seeAlso, y),), Atom(y, RDFS.seeAlso, x))
    >>> Redundancy([back]).repeats(0, 0)
    True
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._guards: dict[_Shape, list[_Guards]] = defaultdict(list)
        for rule in rules:
            shape, guards = _shape(rule)
            if len(guards) == len(rule.filters):
                self._guards[shape].append(guards)
        steps = {n: found for n, rule in enumerate(rules) if (found := _steps(rule))}
        transitive = {p for p, q, way in steps.values() if p == q == way}
        # The step may be before the way that it makes longer, or after it.
        self._lengthening = {
            n
            for n, (p, q, way) in steps.items()
            if p != q and ((p == way and q in transitive) or (q == way and p in transitive))
        }
        self._known: dict[tuple[int, int], bool] = {}

    def repeats(self, rule: int, maker: int) -> bool:
        """Whether a rule says nothing of what another concluded that is not said without it.

        Args:
            rule: the number of a rule.
            maker: that of the rule which made some facts.

        Guarantees: the fixpoint is the same if a rule is not matched against facts of which this
        is true; those of which it is not must be matched, whatever others they meet in a body.

        Either the rule has one pattern, and its conclusion of the maker's conclusion stands in the
        maker's body, or some rule concludes it of that body. What matched that body is older than
        what was made of it, so that in the end one comes to facts that a rule is matched against.
        Or the rule lengthens a way by a step of a transitive property, and made the way itself:
        where two steps lead, one does too. Rules of transitivity are matched against everything.
        """
        pair = rule, maker
        if pair not in self._known:
            self._known[pair] = self._repeats(*pair)
        return self._known[pair]

    def _repeats(self, rule: int, maker: int) -> bool:
        if rule == maker and rule in self._lengthening:
            return True
        made = _unfolded(self._rules[rule], self._rules[maker])
        if made is None:
            return False
        if made.head in made.body:
            return True
        shape, guards = _shape(made)
        return any(fewer <= guards for fewer in self._guards.get(shape, ()))


def _unfolded(rule: Rule, maker: Rule) -> Rule | None:
    """What a rule of one pattern concludes of a maker's conclusion, as a rule over its body.

    Filters that are no guards of one variable are left out: the rule concludes this or less.
    """
    if len(rule.body) != 1 or rule.head is None or maker.head is None:
        return None
    filled: dict[Variable, Slot] = {}
    for slot, made in zip(rule.body[0], maker.head, strict=True):
        if made != (filled.setdefault(slot, made) if isinstance(slot, Variable) else slot):
            return None
    if any(v not in filled for v in rule.head.variables):
        return None  # a BIND clause makes it
    guards = [f"FILTER({kind}({filled[v]}))" for kind, v in _guards(rule) if v in filled]
    return replace(maker, head=rule.head.fill(filled), filters=(*maker.filters, *guards))


def _shape(rule: Rule) -> tuple[_Shape, _Guards]:
    """The patterns with variables by number, and the guards of these variables."""
    assert rule.head is not None
    atoms = (*rule.body, rule.head)
    numbers = {v: Variable(f"v{n}") for n, v in enumerate(_variables(atoms))}
    guards = frozenset((kind, numbers[v]) for kind, v in _guards(rule) if v in numbers)
    return tuple(atom.fill(numbers) for atom in atoms), guards


def _guards(rule: Rule) -> list[tuple[str, Variable]]:
    found = map(_GUARD.fullmatch, rule.filters)
    return [(match[1], Variable(match[2])) for match in found if match]


def _variables(atoms: Iterable[Atom]) -> list[Variable]:
    return list(dict.fromkeys(variable for atom in atoms for variable in atom.variables))


def _steps(rule: Rule) -> tuple[Slot, Slot, Slot] | None:
    """The properties of two steps and of the way that a rule makes of them."""
    if len(rule.body) != 2 or rule.filters or rule.head is None:
        return None
    atoms = (*rule.body, rule.head)
    ends = _variables(atoms)
    if len(ends) != 3 or any(isinstance(atom.predicate, Variable) for atom in atoms):
        return None
    for atom, (one, other) in zip(atoms, _CHAIN, strict=True):
        if (atom.subject, atom.object) != (ends[one], ends[other]):
            return None
    first, second, way = (atom.predicate for atom in atoms)
    return first, second, way
