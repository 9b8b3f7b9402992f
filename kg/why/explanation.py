"""Explanation: what is answered to why a triple holds, or why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Triple

from kg.results import Evidence
from kg.rules import Atom, Rule
from kg.why.proof import Proof
from kg.why.words import Words


@dataclass(frozen=True)
class Explanation:
    """One triple: its proofs, and the claims that make it without stating it as a fact.

    A triple that does not hold has claims only: it is denied, planned, possible, asked or an
    opinion. One that holds has no proofs where the search was cut short before it found one.
    """

    triple: Triple
    proofs: tuple[Proof, ...]
    others: tuple[Evidence, ...] = ()
    holds: bool = True


@dataclass(frozen=True)
class Why(Sequence[Explanation]):
    """An answer to ``why``: the triples that fit what was asked, in a fixed order.

    Args:
        explanations: a proof or several for each triple.
        words: writes them.
        base: where IRIs for steps are made.
        more: how many other triples fit.
    """

    explanations: tuple[Explanation, ...]
    words: Words = field(repr=False, compare=False)
    base: str = ""
    more: int = 0

    def __getitem__(self, index: Any) -> Any:
        return self.explanations[index]

    def __len__(self) -> int:
        return len(self.explanations)

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """The proofs of all triples."""
        return tuple(proof for one in self.explanations for proof in one.proofs)

    def text(self, form: str = "tree", *, width: int | None = None, color: bool = False) -> str:
        """The answer as ``tree``, ``json``, ``turtle`` (PROV-O) or ``html``.

        Args:
            form: the format.
            width: a tree is wrapped to it.
            color: mark triples and rules of a tree for a terminal.
        """
        match form:
            case "json":
                from kg.why.saved import to_json

                return to_json(self)
            case "turtle":
                from kg.why.prov import to_turtle

                return to_turtle(self)
            case "html":
                from kg.why.page import to_html

                return to_html(self)
        from kg.why.tree import to_tree

        return to_tree(self, width=width, color=color)

    def _repr_html_(self) -> str:
        from kg.why.page import fragment

        return fragment(self)


@dataclass(frozen=True)
class Gap:
    """A rule that would conclude a triple if more held.

    Args:
        rule: the rule.
        matched: the premises that hold.
        unmatched: the patterns that nothing matches together with those.
        claims: claims that make an unmatched premise, but not as a fact.
        refused: all patterns match, but the conditions of the rule do not hold.
    """

    rule: Rule
    matched: tuple[Triple, ...]
    unmatched: tuple[Atom, ...]
    claims: tuple[Evidence, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhyNot:
    """An answer to ``why_not``.

    Args:
        triple: what was asked.
        holds: it does hold, so that nothing is missing.
        gaps: the rules that would conclude it, those that lack least first.
        others: claims that make it, but not as a fact.
        near: what holds of the same subject and predicate.
        words: writes all this.
        more: how many rules are left out.
    """

    triple: Triple
    holds: bool
    gaps: tuple[Gap, ...]
    others: tuple[Evidence, ...]
    near: tuple[Triple, ...]
    words: Words = field(repr=False, compare=False)
    more: int = 0

    def text(self, form: str = "tree", *, width: int | None = None, color: bool = False) -> str:
        """The answer as ``tree`` or ``json``."""
        if form == "json":
            from kg.why.saved import gaps_to_json

            return gaps_to_json(self)
        from kg.why.tree import gaps_to_tree

        return gaps_to_tree(self, width=width, color=color)
