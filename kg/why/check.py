"""Check: whether a proof is one, told from the graph and the rules alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Quad, Triple

from kg.findings import Finding
from kg.referee import expand
from kg.results import Evidence
from kg.rules import Rule
from kg.why.proof import Leaf, Proof, Step
from kg.why.words import Words

_LAYERS = frozenset({"asserted", "authority", "ontology"})


@dataclass(frozen=True)
class Check:
    """Checks proofs again without what found them.

    Args:
        rules: the names of rules with their axioms' terms.
        files: the CONSTRUCT text of each rule of a file, by name.
        axioms: the stated axioms.
        layers: where a triple is stated.
        claims: the claims that state a triple as a fact.
        words: writes triples in findings.
        prefixes: for the texts of rule files.
    """

    rules: Collection[object]
    files: Mapping[str, str]
    axioms: frozenset[Triple]
    layers: Callable[[Triple], tuple[str, ...]]
    claims: Callable[[Triple], tuple[Evidence, ...]]
    words: Words
    prefixes: Mapping[str, str]

    def findings(self, proof: Proof) -> list[Finding]:
        """What is wrong with a proof; nothing where it is right.

        Guarantees: every leaf is stated in each layer it names, and each claim it cites is in the
        graph word for word; every step follows from its premises alone, by the referee (owlrl)
        under the stated axioms or by the CONSTRUCT of its file; nothing rests on itself.
        """
        found = list(self._shape(proof))
        for node in proof.nodes:
            found += self._leaf(node) if isinstance(node, Leaf) else self._step(node)
        return found

    def _shape(self, proof: Proof) -> Iterator[Finding]:
        waiting: dict[Triple, int] = {}
        users: dict[Triple, list[Triple]] = {}
        for step in proof.steps:
            waiting[step.triple] = len(set(step.premises))
            for premise in dict.fromkeys(step.premises):
                users.setdefault(premise, []).append(step.triple)
                if premise not in proof.by_triple:
                    yield self._finding("proof-gap", premise)
        ready = [node.triple for node in proof.nodes if not waiting.get(node.triple)]
        while ready:
            for user in users.get(ready.pop(), ()):
                waiting[user] -= 1
                if not waiting[user]:
                    ready.append(user)
        for step in proof.steps:
            known = all(premise in proof.by_triple for premise in step.premises)
            if waiting[step.triple] and known:
                yield self._finding("proof-circular", step.triple)

    def _leaf(self, leaf: Leaf) -> Iterator[Finding]:
        stated = set(self.layers(leaf.triple))
        if not leaf.layers or not set(leaf.layers) <= stated & _LAYERS:
            yield self._finding("proof-unstated", leaf.triple, layers=", ".join(leaf.layers) or "—")
        known = self.claims(leaf.triple)
        for claim in leaf.claims:
            if claim not in known:
                yield self._finding("proof-claim", leaf.triple, claim=claim.claim)
        if "asserted" in leaf.layers and not leaf.claims:
            yield self._finding("proof-no-claim", leaf.triple)

    def _step(self, step: Step) -> Iterator[Finding]:
        rule = step.rule
        names: Collection[object] = self.files if rule.summary else self.rules
        if (rule.name if rule.summary else (rule.name, rule.axiom)) not in names:
            yield self._finding("proof-rule", step.triple, rule=self.words.tag(rule))
            return
        for axiom in step.axioms:
            if axiom not in self.axioms:
                yield self._finding("proof-axiom", step.triple, axiom=self.words.sentence(axiom))
        follows = self._constructs(rule, step) if rule.summary else self._follows(step)
        if not follows:
            yield self._finding("proof-step", step.triple, rule=self.words.tag(rule))

    def _constructs(self, rule: Rule, step: Step) -> bool:
        engine = ox.Store()
        engine.extend(Quad(t.subject, t.predicate, t.object) for t in step.premises)
        found = engine.query(self.files[rule.name], prefixes=dict(self.prefixes))
        assert isinstance(found, ox.QueryTriples)
        return step.triple in set(found)

    def _follows(self, step: Step) -> bool:
        # The axioms that a step cites are few; the whole ontology is asked where they do not do.
        cited = [axiom for axiom in step.axioms if axiom in self.axioms]
        return step.triple not in step.premises and (
            step.triple in expand((*step.premises, *cited))[0]
            or step.triple in expand((*step.premises, *self.axioms))[0]
        )

    def _finding(self, code: str, triple: Triple, **params: Any) -> Finding:
        return Finding.of(code, "proof", triple=self.words.sentence(triple), **params)
