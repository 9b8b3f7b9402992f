"""Refusals: what keeps an ontology and its rule files from being reasoned with, as findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from pyoxigraph import NamedNode, Quad

from kg.findings import Finding
from kg.namespaces import OWL, RDF
from kg.rules.axioms import Axioms
from kg.rules.rule import Rule
from kg.schema import Schema
from kg.terms import Term

Place = Callable[[Term], tuple[str, int]]
_SPOKEN = frozenset({OWL.Thing, OWL.Nothing, OWL.sameAs, OWL.differentFrom})


def nowhere(_: Term) -> tuple[str, int]:
    """The place of a term when files are not known."""
    return "ontology", 0


def refusals(
    axioms: Sequence[Quad],
    place: Place = nowhere,
    shown: Callable[[Term], str] = str,
) -> list[Finding]:
    """The axioms of which no rule can be made, each with its subject, predicate and reason.

    Args:
        axioms: the statements of an ontology, without those that only label and describe.
        place: file and line of the description of a term.
        shown: how a term is written.

    >>> refusals([])
    []
    """
    found = []
    for refused in Axioms(axioms).refused:
        named = isinstance(refused.subject, NamedNode)
        found.append(Finding.of(
            "axiom-refused", *place(refused.subject),
            term=shown(refused.subject) if named else "[…]",
            predicate=shown(refused.predicate), said=refused.reason,
        ))  # fmt: skip
    return sorted(found)


def undeclared(rules: Iterable[Rule], ontology: Iterable[Quad]) -> dict[str, set[NamedNode]]:
    """By the name of a rule file, the terms of its patterns that an ontology does not declare.

    Nothing is ever known or kept in such terms, so that the rule would be idle.
    """
    declared = Schema.of(ontology).declared
    found: dict[str, set[NamedNode]] = {}
    for rule in rules:
        unknown = _terms(rule) - declared - _SPOKEN
        if unknown:
            found.setdefault(rule.name, set()).update(unknown)
    return found


def _terms(rule: Rule) -> set[NamedNode]:
    atoms = (*rule.body, *([rule.head] if rule.head else []))
    slots: Collection[object] = {slot for atom in atoms for slot in (atom.key, atom.predicate)}
    return {slot for slot in slots if isinstance(slot, NamedNode)} - {RDF.type}
