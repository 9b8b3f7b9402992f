"""Conditions: what the sides of an axiom come to, as patterns to match and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Variable

from kg.namespaces import OWL
from kg.rules.rule import Atom
from kg.terms import Term


class Refusal(Exception):
    """An axiom that no rule can be made of; ``reason`` names what is outside OWL 2 RL."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Condition:
    """Patterns that must match; ``where`` fills variables that an enumeration fixes."""

    atoms: tuple[Atom, ...] = ()
    where: Mapping[Variable, Term] = field(default_factory=dict)

    def and_(self, *others: Condition) -> Condition | None:
        """All of these conditions; None when they fix one variable to two things."""
        where = dict(self.where)
        atoms = list(self.atoms)
        for other in others:
            for variable, term in other.where.items():
                if where.setdefault(variable, term) != term:
                    return None
            atoms += other.atoms
        return Condition(tuple(dict.fromkeys(atom.fill(where) for atom in atoms)), where)


@dataclass(frozen=True)
class Consequence:
    """What follows of a member: under more patterns, a head; None where that is a contradiction.

    ``filters`` are SPARQL clauses; ``name`` is the rule of OWL 2 RL.
    """

    name: str
    condition: Condition
    head: Atom | None
    filters: tuple[str, ...] = ()


def same(name: str, condition: Condition, one: Variable, other: Variable) -> Iterator[Consequence]:
    """Two values where one may be: things are the same, literals contradict each other.

    Literals clash only where they are known to differ in value, so that 1 and 01 do not.
    """
    differ = f"FILTER(!sameTerm({one}, {other}))"
    things = f"FILTER(!isLiteral({one}) && !isLiteral({other}))"
    # NaN differs from itself in value, but is one value.
    literals = f"FILTER(isLiteral({one}) && isLiteral({other}) && {one} != {other})"
    yield Consequence(name, condition, Atom(one, OWL.sameAs, other), (differ, things))
    yield Consequence(name, condition, None, (differ, literals))
