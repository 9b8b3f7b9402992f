"""Rules: OWL 2 RL axioms and CONSTRUCT files as patterns with a conclusion."""

from kg.rules.axioms import Axioms
from kg.rules.rule import Atom, Binding, Rule, Slot, key_of, values

__all__ = ["Atom", "Axioms", "Binding", "Rule", "Slot", "key_of", "values"]
