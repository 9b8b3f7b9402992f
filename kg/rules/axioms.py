"""Axioms: an ontology as rules, one for each axiom and pattern of OWL 2 RL."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pyoxigraph import Quad, Triple, Variable

from kg.namespaces import OWL
from kg.rules.assertions import assertion_rules
from kg.rules.class_axioms import class_rules
from kg.rules.maker import Maker, Refused
from kg.rules.property_axioms import property_rules
from kg.rules.rule import Atom, Rule

_X, _Y, _Z, _P = (Variable(name) for name in "xyzp")
_OTHER = (f"FILTER(?p != {OWL.sameAs} && ?p != {OWL.differentFrom})",)
EQUALITY = (
    Rule("eq-sym", (Atom(_X, OWL.sameAs, _Y),), Atom(_Y, OWL.sameAs, _X)),
    Rule("eq-trans", (Atom(_X, OWL.sameAs, _Y), Atom(_Y, OWL.sameAs, _Z)),
         Atom(_X, OWL.sameAs, _Z), ("FILTER(!sameTerm(?x, ?z))",)),
    Rule("eq-rep-s", (Atom(_X, OWL.sameAs, _Y), Atom(_X, _P, _Z)), Atom(_Y, _P, _Z), _OTHER),
    Rule("eq-rep-o", (Atom(_X, OWL.sameAs, _Y), Atom(_Z, _P, _X)), Atom(_Z, _P, _Y), _OTHER),
    Rule("eq-diff1", (Atom(_X, OWL.sameAs, _Y), Atom(_X, OWL.differentFrom, _Y)), None),
)  # fmt: skip


class Axioms:
    """The axioms of an ontology.

    Args:
        ontology: its statements, without those that only label and describe.
        closed: what reasoning over the ontology alone adds (see :mod:`kg.tbox`).

    >>> Axioms([], ()).refused
    ()
    """

    def __init__(self, ontology: Iterable[Quad], closed: Iterable[Triple] = ()) -> None:
        self._maker = Maker(ontology, closed)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """One rule for each axiom and direction, in a fixed order, without the refused ones."""
        maker = self._maker
        found = [*property_rules(maker), *class_rules(maker), *assertion_rules(maker)]
        return tuple(dict.fromkeys(rule for rule in found if rule.head not in rule.body))

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The axioms of which no rule can be made."""
        self.rules  # noqa: B018 -- made, so that it is known
        return self._maker.refused


def with_equality(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules, and those of equality if one of them may conclude that two things are the same."""
    found = dict.fromkeys(rules)
    heads = [rule.head.predicate for rule in found if rule.head is not None]
    if any(predicate == OWL.sameAs or isinstance(predicate, Variable) for predicate in heads):
        found |= dict.fromkeys(EQUALITY)
    return tuple(found)
