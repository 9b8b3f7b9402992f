"""Proof: why a triple holds, as rules applied to triples down to those that a layer states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import NamedNode, Triple

from kg.results import Evidence
from kg.rules import Rule


@dataclass(frozen=True)
class Leaf:
    """A triple that needs no rule.

    Args:
        triple: what is stated.
        layers: where: ``asserted`` (by a source), ``authority``, ``ontology``.
        claims: the claims that state it as a fact.
        references: what the authority file refers to for its subject.
    """

    triple: Triple
    layers: tuple[str, ...] = ()
    claims: tuple[Evidence, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A triple that a rule concludes.

    Args:
        triple: the conclusion.
        rule: the rule.
        premises: the triples that its patterns match, each once.
        axioms: the stated axioms of the ontology that make the rule; none for a rule of a file.
        path: the terms on the way from the first to the last term of the rule's axiom, where
            that follows from several stated ones.
    """

    triple: Triple
    rule: Rule
    premises: tuple[Triple, ...]
    axioms: tuple[Triple, ...] = ()
    path: tuple[NamedNode, ...] = ()


Node: TypeAlias = Leaf | Step


@dataclass(frozen=True)
class Proof:
    """A triple, and for it and each premise below it one leaf or step.

    ``nodes`` begins with the conclusion and goes depth first, each triple once. ``whole`` is
    false where a bound ended the search, so that there may be another, shorter proof.
    """

    nodes: tuple[Node, ...]
    whole: bool = True

    @property
    def triple(self) -> Triple:
        """The conclusion."""
        return self.nodes[0].triple

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """What the proof rests on in the end."""
        return tuple(node for node in self.nodes if isinstance(node, Leaf))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The rules applied, the last one first."""
        return tuple(node for node in self.nodes if isinstance(node, Step))

    @cached_property
    def by_triple(self) -> Mapping[Triple, Node]:
        """Leaf or step by what it states or concludes."""
        return {node.triple: node for node in self.nodes}

    def walk(self) -> Iterator[tuple[Node, tuple[bool, ...], bool]]:
        """The proof as a tree, from the conclusion down.

        Each node comes with, for each level above it and itself, whether it is the last premise
        there; and whether it was shown before, so that its premises are not shown again.
        """
        shown: set[Triple] = set()
        waiting: list[tuple[Triple, tuple[bool, ...]]] = [(self.triple, ())]
        while waiting:
            triple, last = waiting.pop()
            node = self.by_triple[triple]
            again = triple in shown
            shown.add(triple)
            yield node, last, again
            if isinstance(node, Step) and not again:
                end = len(node.premises) - 1
                waiting += [
                    (premise, (*last, number == end))
                    for number, premise in reversed(list(enumerate(node.premises)))
                ]
