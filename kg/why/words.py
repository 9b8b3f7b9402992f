"""Words: triples, rules and patterns as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple, Variable

from kg.findings import wording
from kg.labels import Labels
from kg.namespaces import OWL, RDF
from kg.rules import Atom, Rule, Slot
from kg.terms import Term, compact
from kg.why.proof import Leaf, Step

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """Writes terms by their labels.

    Args:
        labels: the names of things.
        prefixes: for things without a name.
        lang: the language of the sentences around them.
    """

    def __init__(self, labels: Labels, prefixes: Mapping[str, str], lang: str) -> None:
        self._labels = labels
        self.prefixes = prefixes
        self.lang = lang

    @cached_property
    def _special(self) -> Mapping[Term, str]:
        return {RDF.type: self.say("why-is-a"), OWL.sameAs: self.say("why-same-as")}

    def say(self, code: str, **params: object) -> str:
        """A text of the catalogue."""
        return wording(code, self.lang, **params)

    def name(self, term: Slot) -> str:
        """A term: its label, else its id; the value of a literal; ``?a`` for a variable."""
        if isinstance(term, Variable):
            return str(term)
        if isinstance(term, Literal):
            return " ".join(term.value.split())
        if term in self._special:
            return self._special[term]
        return self._labels.of([term]).get(term) or compact(term, self.prefixes)

    def sentence(self, triple: Triple | Atom) -> str:
        """A triple or pattern, its three parts apart."""
        return " · ".join(map(self.name, (triple.subject, triple.predicate, triple.object)))

    def patterns(self, atoms: Sequence[Atom]) -> list[str]:
        """Patterns, with variables called ?a, ?b, … in their order."""
        variables = dict.fromkeys(v for atom in atoms for v in atom.variables)
        names = {v: Variable(letter) for v, letter in zip(variables, _LETTERS, strict=False)}
        return [
            self.sentence(Atom(*(names.get(s, s) if isinstance(s, Variable) else s for s in atom)))
            for atom in atoms
        ]

    def rule(self, rule: Rule, path: Sequence[NamedNode] = ()) -> str:
        """A rule as a sentence, with the way over stated axioms where it follows from several."""
        text = rule.words(self.name, self.lang)
        way = " ⊑ ".join(map(self.name, path))
        return f"{text} ({way})" if way else text

    def tag(self, rule: Rule) -> str:
        """Where a rule can be looked up: its name in OWL 2 RL, or its file."""
        return f"{rule.name}.rq" if rule.summary else rule.name

    def reason(self, rule: Rule, path: Sequence[NamedNode] = ()) -> str:
        """Why a rule may be applied, as part of a sentence."""
        code = "why-rule" if rule.summary else "why-because"
        return self.say(code, rule=self.rule(rule, path).rstrip("."))

    def step(self, step: Step) -> str:
        """Why a step may be taken, and where its rule can be looked up."""
        return f"{self.reason(step.rule, step.path)} [{self.tag(step.rule)}]"

    def basis(self, leaf: Leaf, most: int | None = None) -> list[str]:
        """What a leaf rests on, a line each; of its claims at most so many, and how many more."""
        lines = [str(claim) for claim in leaf.claims[:most]]
        if left := len(leaf.claims) - len(lines):
            lines.append(self.say("why-more-claims", count=left))
        if "authority" in leaf.layers:
            references = [f" · {reference}" for reference in leaf.references]
            lines.append(self.say("why-authority") + "".join(references))
        if "ontology" in leaf.layers:
            lines.append(self.say("why-ontology"))
        return lines

    def all(self, triples: Iterable[Triple]) -> list[str]:
        """Several triples."""
        return [self.sentence(triple) for triple in triples]
