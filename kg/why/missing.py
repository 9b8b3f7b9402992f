"""Missing: what a triple lacks to be concluded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from pyoxigraph import BlankNode, Triple, Variable

from kg.results import Evidence
from kg.rules import Atom, Rule
from kg.terms import Term
from kg.why.explanation import Gap
from kg.why.instances import Instances

_ROWS = 200  # matches of a part of a rule that are looked at
_VARIABLE = re.compile(r"[?$](\w+)")


class Missing:
    """Finds the rules that come near to a triple.

    Args:
        instances: the rules and the facts.
        reads: whether the reasoner reads a statement.
        claims: the claims that make a triple without stating it as a fact.
    """

    def __init__(
        self,
        instances: Instances,
        reads: Callable[[Triple], bool],
        claims: Callable[[Triple], tuple[Evidence, ...]],
    ) -> None:
        self._instances = instances
        self._reads = reads
        self._claims = claims

    def gaps(self, triple: Triple) -> list[Gap]:
        """For each rule that could conclude a triple, how far it comes.

        Those that lack the fewest premises come first, of these the ones with the most matched.
        """
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            return []
        found = [
            (number, gap)
            for number, rule, bound in self._instances.applicable(triple)
            if (Atom(*_ends(triple)) not in [atom.fill(bound) for atom in rule.body])
            for gap in self._of(rule, bound)
        ]
        found.sort(key=lambda f: (len(f[1].unmatched), -len(f[1].matched), not f[1].claims, f[0]))
        return [gap for _, gap in found]

    def _of(self, rule: Rule, bound: Mapping[Variable, Term]) -> Iterator[Gap]:
        """The gaps of a rule that leave the fewest premises out."""
        size = len(rule.body)
        for left_out in range(size + 1):
            gaps = [
                gap
                for chosen in combinations(range(size), size - left_out)
                if (gap := self._part(rule, bound, chosen)) is not None
            ]
            if gaps:
                yield from gaps
                return

    def _part(
        self, rule: Rule, bound: Mapping[Variable, Term], chosen: tuple[int, ...]
    ) -> Gap | None:
        """What is lacking where these atoms of a rule match; None where they do not."""
        body = tuple(rule.body[n] for n in chosen)
        others = [rule.body[n].fill(bound) for n in range(len(rule.body)) if n not in chosen]
        if not others:
            return self._refused(rule, bound)
        known = {variable.value for atom in body for variable in atom.variables}
        filters = tuple(
            clause for clause in rule.filters
            if "BIND" not in clause and set(_VARIABLE.findall(clause)) <= known
        )  # fmt: skip
        matches = self._matches(replace(rule, body=body, filters=filters), bound)
        best: tuple[bool, int, str] | None = None
        gap: Gap | None = None
        for match in matches:
            matched = tuple(dict.fromkeys(atom.triple(match) for atom in body))
            unmatched = tuple(dict.fromkeys(atom.fill(match) for atom in others))
            if not all(map(self._reads, matched)) or set(unmatched) & {
                Atom(*_ends(triple)) for triple in matched
            }:
                continue
            claims = tuple(
                claim for atom in unmatched if not atom.variables
                for claim in self._claims(atom.triple({}))
            )  # fmt: skip
            inferred = sum(not self._instances.is_stated(triple) for triple in matched)
            order = not claims, inferred, str(matched)
            if best is None or order < best:
                best, gap = order, Gap(rule, matched, unmatched, claims)
        return gap

    def _refused(self, rule: Rule, bound: Mapping[Variable, Term]) -> Gap | None:
        """All patterns match; then conditions do not hold, or nothing is lacking."""
        bare = replace(rule, filters=())
        match = next(iter(self._matches(bare, bound)), None)
        if match is None or self._matches(rule, bound):
            return None
        refused = tuple(
            clause for clause in rule.filters
            if not self._matches(replace(rule, filters=(clause,)), bound)
        )  # fmt: skip
        matched = tuple(dict.fromkeys(atom.triple(match) for atom in rule.body))
        return Gap(rule, matched, (), (), refused or rule.filters)

    def _matches(self, rule: Rule, bound: Mapping[Variable, Term]) -> list[dict[Variable, Term]]:
        if not rule.body:
            return [dict(bound)]
        # A part of a rule lacks variables of the whole.
        computed = any("BIND" in clause for clause in rule.filters)
        given = bound if computed else {v: t for v, t in bound.items() if v in rule.variables}
        found = self._instances.store.matches(rule, given, limit=_ROWS)
        return sorted(({**bound, **match} for match in found), key=str)


def _ends(triple: Triple) -> tuple[Term, Term, Term]:
    return triple.subject, triple.predicate, triple.object
