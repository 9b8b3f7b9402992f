"""Prov: explanations as PROV-O in Turtle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.export import turtle
from kg.namespaces import DCTERMS, PROV, RDF, RDFS
from kg.terms import Term
from kg.why.explanation import Why
from kg.why.proof import Leaf, Step
from kg.why.words import Words


def to_turtle(why: Why) -> str:
    """Each triple as an entity; each step as an activity that used its premises and axioms.

    Guarantees: the IRI of a statement is made from its triple, that of a step from rule, premises
    and conclusion, so the same step has the same IRI in every proof; no blank nodes.

    Source: PROV-O, W3C Recommendation of 30 April 2013.
    """
    names = _Names(why.base)
    said: set[Triple] = set()
    for proof in why.proofs:
        for node in proof.nodes:
            said.update(names.statement(node.triple))
            if isinstance(node, Leaf):
                said.update(_leaf(names, why.base, node))
            else:
                said.update(_step(names, why.words, node))
    return turtle(said, why.words.prefixes).decode()


class _Names:
    """IRIs for statements and steps."""

    def __init__(self, base: str) -> None:
        self._base = base

    def of(self, kind: str, *parts: object) -> NamedNode:
        digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
        return NamedNode(f"{self._base}why/{kind}-{digest[:20]}")

    def entity(self, triple: Triple) -> NamedNode:
        return self.of("statement", triple)

    def statement(self, triple: Triple) -> Iterator[Triple]:
        entity = self.entity(triple)
        yield Triple(entity, RDF.type, PROV.Entity)
        yield Triple(entity, RDF.type, RDF.Statement)
        yield Triple(entity, RDF.subject, triple.subject)
        yield Triple(entity, RDF.predicate, triple.predicate)
        yield Triple(entity, RDF.object, triple.object)


def _leaf(names: _Names, base: str, leaf: Leaf) -> Iterator[Triple]:
    entity = names.entity(leaf.triple)
    for claim in leaf.claims:
        yield Triple(entity, PROV.wasDerivedFrom, NamedNode(claim.claim))
        yield Triple(entity, PROV.hadPrimarySource, NamedNode(claim.source))
    for layer in leaf.layers:
        if layer != "asserted":
            yield Triple(entity, PROV.wasDerivedFrom, NamedNode(base + layer))


def _step(names: _Names, words: Words, step: Step) -> Iterator[Triple]:
    entity = names.entity(step.triple)
    activity = names.of("step", step.rule.name, *step.rule.axiom, step.triple, *step.premises)
    yield Triple(activity, RDF.type, PROV.Activity)
    yield Triple(activity, DCTERMS.identifier, Literal(words.tag(step.rule)))
    sentence = words.rule(step.rule, step.path)
    yield Triple(activity, RDFS.label, Literal(sentence, language=words.lang))
    yield Triple(entity, PROV.wasGeneratedBy, activity)
    used: list[Term] = [names.entity(premise) for premise in step.premises]
    for premise in used:
        yield Triple(entity, PROV.wasDerivedFrom, premise)
    for axiom in step.axioms:
        if not any(isinstance(end, BlankNode) for end in (axiom.subject, axiom.object)):
            used.append(names.entity(axiom))
            yield from names.statement(axiom)
    # An axiom with unnamed parts is told by its terms.
    for term in (*used, *(one for one in step.rule.axiom if isinstance(one, NamedNode))):
        yield Triple(activity, PROV.used, term)
