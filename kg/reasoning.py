"""Reasoning: what rules add to facts, computed in the store until nothing new follows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, Triple, Variable

from kg.bounds import Bounds
from kg.collector import collector_paused
from kg.errors import CheckFailed
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.findings import Finding
from kg.namespaces import OWL, RDF
from kg.rules import Axioms, Rule, key_of
from kg.rules.axioms import EQUALITY, with_equality
from kg.rules.refusals import refusals, undeclared
from kg.tbox import axioms, closed
from kg.terms import Term, key, stored_term

_FEW = 20_000  # so many new facts are matched one by one; more are found by matching everything
_CLASHES = 100  # contradictions that are told of one rule


@dataclass(frozen=True)
class Contradiction:
    """Facts that exclude each other, in a fixed order, and the rule under which they do."""

    rule: Rule
    triples: tuple[Triple, ...]


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
        told = _Told.of(filter(facts.speaks, (*data, *ontology)))
        if told.has_same:
            rules = ordered(dict.fromkeys((*rules, *EQUALITY)))
        store = FactStore(ox.Store())
        store.engine.bulk_extend(told.quads)
        found = saturate(store, rules, len(told.quads))
        restore = told.forms.restore
        triples: Iterable[Triple] = map(restore, found)
        if told.has_blank or any(r.head and isinstance(r.head.predicate, Variable) for r in rules):
            triples = filter(facts.keeps, triples)  # only such conclusions may be others
        clashes = tuple(
            Contradiction(clash.rule, tuple(map(restore, clash.triples)))
            for clash in contradictions(store, rules)
        )
        return Closure(tuple(triples), clashes)


@dataclass(frozen=True)
class _Told:
    """Facts in the default graph, and what is to be known of them beforehand."""

    quads: tuple[Quad, ...]
    forms: Forms
    has_same: bool
    has_blank: bool

    @classmethod
    def of(cls, facts: Iterable[Quad]) -> _Told:
        here, same = DefaultGraph(), OWL.sameAs
        found: list[Quad] = []
        has_same = has_blank = False
        typed: list[Quad] = []
        for quad in facts:
            subject, value = quad.subject, quad.object
            if quad.graph_name != here:
                quad = Quad(subject, quad.predicate, value)
            found.append(quad)
            if type(value) is Literal:
                typed.append(quad)
            elif type(value) is BlankNode:
                has_blank = True
            has_blank = has_blank or type(subject) is BlankNode
            has_same = has_same or quad.predicate == same
        return cls(tuple(found), Forms.of(typed), has_same, has_blank)


def saturate(store: FactStore, rules: Sequence[Rule], size: int) -> list[Quad]:
    """Add to a store what follows of its facts, until nothing does; return it.

    Args:
        store: facts, in memory.
        rules: in the order of :func:`ordered`, so that most are matched once.
        size: the number of facts, for the bound on conclusions.

    Raises:
        CheckFailed: a bound is reached; the finding names the rule.
    """
    waiting = Waiting.of(rules)
    # What is new to a rule since it was last matched; None while it was not matched at all.
    new: dict[int, list[list[Quad]] | None] = {
        n: None for n, rule in enumerate(rules) if rule.head is not None
    }
    bounds = Bounds(size)
    found: list[Quad] = []
    while new:
        number = min(new)
        rule, batches = rules[number], new.pop(number)
        if batches is None or sum(map(len, batches)) > _FEW:
            quads = store.new(rule, bounds.left + 1)
        else:
            delta = [quad for batch in batches for quad in batch]
            quads = store.new_from(rule, delta, bounds.most)
        if not quads:
            continue
        bounds.count(rule, quads)
        found += quads
        store.add(quads)
        for key_, batch in _by_key(rule, quads):
            for other in waiting.for_keys(key_):
                if new.setdefault(other, []) is not None:
                    new[other].append(batch)  # type: ignore[union-attr]
    return found


def contradictions(
    store: FactStore, rules: Iterable[Rule], delta: Sequence[Triple | Quad] | None = None
) -> Iterator[Contradiction]:
    """The facts of a store that exclude each other; with ``delta``, those it takes part in."""
    found: set[Contradiction] = set()
    for rule in rules:
        if rule.head is not None:
            continue
        matches: Iterable[Mapping[Variable, Term]]
        if delta is None:
            matches = store.matches(rule, {}, limit=_CLASHES)
        else:
            matches = store.matches_of(rule, delta)
        for match in matches:
            body = [atom.triple(match) for atom in rule.body]
            found.add(Contradiction(rule, tuple(sorted(dict.fromkeys(body), key=str))))
    yield from sorted(found, key=lambda clash: (clash.rule.name, str(clash.triples)))


def ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules in an order in which each comes after those that feed it, but for circles."""
    told = list(rules)
    waiting = Waiting.of(told)
    feeds = [
        set(waiting.for_keys(_keys(rule))) if rule.head is not None else set() for rule in told
    ]
    reached = [set(found) for found in feeds]
    changed = True
    while changed:
        changed = False
        for found in reached:
            more = set().union(*(reached[n] for n in found)) - found
            if more:
                found |= more
                changed = True
    before = Counter(to for n, found in enumerate(reached) for to in found if n not in reached[to])
    return tuple(told[n] for n in sorted(range(len(told)), key=lambda n: (before[n], n)))


class Waiting:
    """Which rules may match a new fact, by what the fact says."""

    def __init__(self) -> None:
        self._by_key: dict[object, list[int]] = defaultdict(list)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Waiting:
        """The rules by the keys of their bodies."""
        found = cls()
        for number, rule in enumerate(rules):
            for key_ in dict.fromkeys(
                None if isinstance(atom.key, Variable) else atom.key for atom in rule.body
            ):
                found._by_key[key_].append(number)
        return found

    def for_keys(self, keys: Iterable[object]) -> list[int]:
        """The numbers of the rules with an atom of one of these keys, or of any key."""
        found = dict.fromkeys(self._by_key.get(None, ()))
        for one in keys:
            found |= dict.fromkeys(self._by_key.get(one, ()))
        if None in keys:
            found |= dict.fromkeys(n for numbers in self._by_key.values() for n in numbers)
        return list(found)


def _keys(rule: Rule) -> tuple[object, ...]:
    """The keys of all that a rule may conclude; None where it may conclude anything."""
    assert rule.head is not None
    key_ = rule.head.key
    # A type of which the class is not known beforehand may be any.
    if isinstance(key_, Variable) or (key_ == RDF.type and isinstance(rule.head.object, Variable)):
        return (None,)
    return (key_, rule.head.predicate)


def _by_key(rule: Rule, quads: list[Quad]) -> Iterator[tuple[tuple[object, ...], list[Quad]]]:
    keys = _keys(rule)
    if None not in keys:
        yield keys, quads
        return
    groups: dict[tuple[Term, Term], list[Quad]] = defaultdict(list)
    for quad in quads:
        groups[key_of(quad)].append(quad)
    yield from groups.items()


@dataclass(frozen=True)
class Forms:
    """The written forms of literals that a store keeps by value.

    The engine keeps ``"01"^^xsd:int`` as ``1``. What is concluded about a thing has the form in
    which the thing's own facts have the value; of several the first.
    """

    by_value: dict[tuple[Any, Any], Any]

    @classmethod
    def of(cls, triples: Iterable[Quad | Triple]) -> Forms:
        """The forms in some facts that differ from those of the store."""
        found: dict[tuple[Any, Any], Any] = {}
        for triple in triples:
            value = triple.object
            stored = stored_term(value)
            if stored is not value:
                place = triple.subject, stored
                found[place] = min(value, found.get(place, value), key=key)
        return cls(found)

    def restore(self, quad: Quad | Triple) -> Triple:
        """The triple with its literal as written."""
        triple = quad.triple if type(quad) is Quad else quad
        if not self.by_value or type(value := triple.object) is not Literal:
            return triple
        form = self.by_value.get((triple.subject, value))
        return triple if form is None else Triple(triple.subject, triple.predicate, form)
