"""Explainer: why triples of a built graph hold, down to the words, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from pyoxigraph import DefaultGraph, Quad, Triple

from kg.asker import Asker
from kg.errors import InputError
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.findings import Finding, catalogue
from kg.labels import Labels
from kg.layout import Layout
from kg.namespaces import OWL
from kg.reasoning import rules_of
from kg.rules import Rule
from kg.rules.axioms import EQUALITY
from kg.rules.files import parse
from kg.schema import Schema
from kg.store import Store
from kg.terms import Term
from kg.waiting import ordered
from kg.why.check import Check
from kg.why.consequences import Consequences
from kg.why.explanation import Explanation, Why, WhyNot
from kg.why.grounds import Grounds
from kg.why.instances import Instances
from kg.why.meaning import Meaning, Part
from kg.why.missing import Missing
from kg.why.proof import Node, Proof, Step
from kg.why.search import LIMIT, Choice, Search
from kg.why.stated import Stated
from kg.why.words import Words

FIRST, RULES = 20, 5
_NEAR = 5


class Explainer:
    """Explains a built graph.

    Args:
        store: the graph; its ontology is that of the build.
        layout: for rule files, prefixes, names of layers, and the cache of the closed ontology.
        asker: gives the words of claims.
        lang: the language of sentences.
    """

    def __init__(self, store: Store, layout: Layout, asker: Asker, lang: str) -> None:
        self._store = store
        self._layout = layout
        self._grounds = Grounds(store, layout, asker)
        self._facts = FactStore.built(store.engine, layout)
        self._ontology = tuple(
            Quad(q.subject, q.predicate, q.object) for q in store.quads(layout.layer("ontology"))
        )
        schema = Schema.of(self._ontology)
        self._reads = Facts(schema.declared).speaks
        self._labels = Labels(store, lang)
        self._words = Words(self._labels, layout.prefixes, lang)
        names = catalogue()["why-is-a"].values()
        self._meaning = Meaning(store, layout.prefixes, names, self._holds_facts, schema.namespaces)

    # -- asking ------------------------------------------------------------------------------

    def why(
        self,
        subject: Term | str | None,
        predicate: Term | str | None,
        value: Term | str | None,
        *,
        every: bool = False,
        limit: int = LIMIT,
        first: int = FIRST,
    ) -> Why:
        """The triples that fit, each with a shortest proof, or with all minimal ones.

        Raises:
            InputError: a name that means nothing in the graph.
        """
        parts = self._parts(subject, predicate, value)
        found = self._meaning.triples(*parts)
        if parts[1] is None:  # labels and notes are no answer to why
            found = [triple for triple in found if self._reads(triple)]
        holding = set(found)
        claimed = [triple for triple in self._grounds.claimed(parts) if triple not in holding]
        search = Search(self._instances, limit)
        chosen = [*found, *claimed][:first]
        return Why(
            tuple(
                self._explained(triple, search, every)
                if triple in holding
                else Explanation(triple, (), self._grounds.others(triple), holds=False)
                for triple in chosen
            ),
            self._words,
            self._layout.prefixes["graph"],
            len(found) + len(claimed) - len(chosen),
        )

    def why_not(
        self,
        subject: Term | str,
        predicate: Term | str,
        value: Term | str,
        *,
        rules: int = RULES,
    ) -> WhyNot:
        """What a triple lacks to hold: the rules that come nearest, and claims that make it.

        Raises:
            InputError: a name that means nothing in the graph, or several things.
        """
        parts = self._parts(subject, predicate, value)
        asked = (subject, predicate, value)
        holding = self._meaning.triples(*parts)
        if holding and all(part is not None for part in parts):
            return WhyNot(holding[0], True, (), (), (), self._words)
        claimed = [] if None in parts else self._grounds.claimed(parts)
        triple = claimed[0] if claimed else Triple(*map(self._one, parts, asked))  # type: ignore[arg-type]
        gaps = Missing(self._instances, self._reads, self._grounds.others).gaps(triple)
        near = self._meaning.triples((triple.subject,), (triple.predicate,), None)
        shown = tuple(gaps[:rules])
        return WhyNot(
            triple, False, shown, self._grounds.others(triple), tuple(near[:_NEAR]), self._words,
            len(gaps) - len(shown),
        )  # fmt: skip

    def consequences(self, triple: Triple, most: int) -> list[Triple]:
        """What is inferred with the help of a statement (see :class:`Consequences`)."""
        return self._consequences.of(triple, most)

    def verify(self, proofs: Iterable[Proof]) -> list[Finding]:
        """What is wrong with some proofs; nothing where all are right (see :class:`Check`)."""
        return [finding for proof in proofs for finding in self._check.findings(proof)]

    # -- parts -------------------------------------------------------------------------------

    def _parts(
        self, subject: Term | str | None, predicate: Term | str | None, value: Term | str | None
    ) -> tuple[Part, Part, Part]:
        middle = self._meaning.predicate(predicate)
        return self._meaning.subject(subject), middle, self._meaning.object(value, middle)

    def _one(self, part: Part, asked: Term | str) -> Term:
        if part is None:
            raise InputError("one-triple")
        if len(part) > 1:
            choice = ", ".join(self._labels.short(term, self._layout.prefixes) for term in part)
            raise InputError("several-things", name=asked, choice=choice)
        return part[0]

    # -- proofs ------------------------------------------------------------------------------

    def _explained(self, triple: Triple, search: Search, every: bool) -> Explanation:
        if every:
            choices, whole = search.minimal(triple)
        else:
            one, whole = search.shortest(triple)
            choices = [] if one is None else [one]
        proofs = tuple(self._proof(choice, whole) for choice in choices)
        return Explanation(triple, proofs, self._grounds.others(triple))

    def _proof(self, choice: Choice, whole: bool) -> Proof:
        nodes: list[Node] = []
        for triple, instance in choice.items():
            if instance is None:
                nodes.append(self._grounds.leaf(triple))
            else:
                rule = instance.rule
                axioms, path = self._stated.of(rule), self._stated.path(rule)
                nodes.append(Step(triple, rule, instance.premises, axioms, path))
        return Proof(tuple(nodes), whole)

    def _holds_facts(self, graph: object) -> bool:
        return graph != DefaultGraph() and not self._facts.hides(graph)

    # -- rules -------------------------------------------------------------------------------

    @cached_property
    def _files(self) -> Mapping[str, str]:
        files = self._layout.files("ontology/rules", "*.rq")
        return {file.stem: self._layout.text(file) for file in files}

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        more = [
            rule
            for name, text in self._files.items()
            for rule in parse(text, file=f"ontology/rules/{name}.rq", name=name,
                              prefixes=self._layout.prefixes).rules
        ]  # fmt: skip
        found = rules_of(self._ontology, more, self._layout.build)
        same = self._store.engine.quads_for_pattern(None, OWL.sameAs, None, None)
        if any(self._holds_facts(quad.graph_name) for quad in same):
            found = ordered(dict.fromkeys((*found, *EQUALITY)))
        return found

    @cached_property
    def _instances(self) -> Instances:
        return Instances(self._facts, self._rules, self._reads)

    @cached_property
    def _consequences(self) -> Consequences:
        return Consequences(self._facts, self._rules)

    @cached_property
    def _stated(self) -> Stated:
        return Stated(self._ontology)

    @cached_property
    def _check(self) -> Check:
        return Check(
            rules={(rule.name, rule.axiom) for rule in self._rules},
            files=self._files,
            axioms=self._stated.triples,
            layers=self._grounds.layers,
            claims=self._grounds.claims,
            words=self._words,
            prefixes=self._layout.prefixes,
        )
