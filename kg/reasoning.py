"""Reasoning: what rules add to facts, computed in the store until nothing new follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, Quad, Triple, Variable

from kg.collector import collector_paused
from kg.contradiction import Contradiction, contradictions
from kg.errors import CheckFailed
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.findings import Finding
from kg.forms import Forms
from kg.namespaces import OWL
from kg.rules import Atom, Axioms, Rule
from kg.rules.axioms import EQUALITY, with_equality
from kg.rules.refusals import refusals, undeclared
from kg.saturation import saturate
from kg.tbox import axioms, closed
from kg.terms import stored_term
from kg.waiting import ordered

_X, _Y = Variable("x"), Variable("y")


@dataclass(frozen=True)
class Closure:
    """What reasoning found: new statements, in no order, and contradictions in a fixed one."""

    triples: tuple[Triple, ...]
    contradictions: tuple[Contradiction, ...]


def rules_of(
    ontology: Sequence[Quad], more: Iterable[Rule] = (), cache: Path | None = None
) -> tuple[Rule, ...]:
    """The rules of an ontology, and more that are written by hand.

    Args:
        ontology: its statements.
        more: rules of files (see :mod:`kg.rules.files`).
        cache: where the closed ontology is kept between runs.

    Raises:
        CheckFailed: an axiom is outside OWL 2 RL, or a rule is in terms that are not declared.
    """
    told, written = axioms(ontology), tuple(more)
    findings = refusals(told)
    for name, terms in undeclared(written, ontology).items():
        findings += [
            Finding.of("rule-undeclared", f"ontology/rules/{name}.rq", term=term) for term in terms
        ]
    if findings:
        raise CheckFailed("unreasonable", sorted(findings), count=len(findings))
    found = with_equality((*Axioms(told, closed(ontology, cache)).rules, *written))
    # The constants of rules are compared with what the store holds.
    return ordered(dict.fromkeys(rule.mapped(stored_term) for rule in found))


def closure(
    data: Iterable[Quad],
    ontology: Sequence[Quad],
    more: Iterable[Rule] = (),
    cache: Path | None = None,
) -> Closure:
    """Apply the OWL 2 RL rules, and rules written by hand, to ``data`` under ``ontology``.

    Guarantees: every statement returned is new and in terms that the ontology declares; its
    subject is a named thing; ``owl:sameAs`` relates two different things. Numbers have their
    canonical form, unless the thing itself has the value in another form.

    Raises:
        CheckFailed: an axiom is outside OWL 2 RL, or a rule never ends or concludes too much.

    Source: OWL 2 Profiles (second edition), section 4.3.

    >>> closure([], []).triples
    ()
    """
    facts = Facts.under(ontology)
    rules = rules_of(ontology, more, cache)
    with collector_paused():
        told = [_in_default_graph(q) for q in (*data, *ontology) if facts.speaks(q)]
        forms = Forms.of(told)
        store = FactStore(ox.Store())
        store.engine.bulk_extend(told)
        if store.knows(Atom(_X, OWL.sameAs, _Y)):
            rules = ordered(dict.fromkeys((*rules, *EQUALITY)))
        triples: Iterable[Triple] = map(forms.restore, saturate(store, rules, len(told)))
        if any(rule.head and isinstance(rule.head.predicate, Variable) for rule in rules):
            triples = filter(facts.keeps, triples)  # only such conclusions may be others
        clashes = tuple(
            Contradiction(clash.rule, tuple(map(forms.restore, clash.triples)))
            for clash in contradictions(store, rules)
        )
        return Closure(tuple(triples), clashes)


def _in_default_graph(quad: Quad) -> Quad:
    if type(quad.graph_name) is DefaultGraph:
        return quad
    return Quad(quad.subject, quad.predicate, quad.object)
