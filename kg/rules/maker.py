"""Maker: what makes rules of axioms, and notes the axioms of which none can be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.namespaces import OWL, RDF
from kg.rules.conditions import Condition, Consequence, Refusal
from kg.rules.expressions import Expressions
from kg.rules.rule import Atom, Rule, guard
from kg.terms import Term, key

_KINDS = frozenset({OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty})
# Terms of OWL that facts are made with; nothing is ever concluded about the others.
_SPOKEN = frozenset({OWL.Thing, OWL.Nothing, OWL.sameAs, OWL.differentFrom})


@dataclass(frozen=True)
class Refused:
    """An axiom of which no rule is made: its subject, its predicate, and why.

    The subject is the named term in whose description a blank node stands, if there is one.
    """

    subject: Term
    predicate: NamedNode
    reason: str


class Maker(Expressions):
    """The statements of an ontology, and the parts that all kinds of axioms are made with.

    Args:
        ontology: its statements, without those that only label and describe.
        closed: what reasoning over the ontology alone adds (see :mod:`kg.tbox`).
    """

    def __init__(self, ontology: Iterable[Quad], closed: Iterable[Triple]) -> None:
        objects: dict[NamedNode, dict[object, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._owners: dict[object, Term] = {}
        stated = {Triple(q.subject, q.predicate, q.object) for q in ontology}
        for triple in sorted(stated, key=lambda t: (str(t.subject), key(t.object))):
            objects[triple.predicate][triple.subject].append(triple.object)
            if isinstance(triple.object, BlankNode):
                self._owners.setdefault(triple.object, triple.subject)
        super().__init__(objects)
        types = objects.get(RDF.type, {})
        self.declared = frozenset(s for s, kinds in types.items() if _KINDS & set(kinds))
        self._above: dict[NamedNode, set[tuple[NamedNode, NamedNode]]] = defaultdict(set)
        for triple in (*stated, *closed):
            ends = triple.subject, triple.object
            if isinstance(ends[0], NamedNode) and isinstance(ends[1], NamedNode):
                self._above[triple.predicate].add((ends[0], ends[1]))
        self._refused: dict[Refused, None] = {}

    # -- reading -----------------------------------------------------------------------------

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The axioms that were refused so far, in a fixed order."""
        return tuple(
            sorted(self._refused, key=lambda r: (str(r.subject), str(r.predicate), r.reason))
        )

    def refuse(self, subject: object, predicate: NamedNode, reason: str) -> None:
        """Note that no rule can be made of an axiom."""
        seen: set[object] = set()
        while isinstance(subject, BlankNode) and subject in self._owners and subject not in seen:
            seen.add(subject)
            subject = self._owners[subject]
        self._refused[Refused(subject, predicate, reason)] = None  # type: ignore[arg-type]

    def stated(self, predicate: NamedNode) -> Iterator[tuple[Term, Term]]:
        """Subject and object of every statement with a predicate."""
        for subject, values in self._objects.get(predicate, {}).items():
            for value in values:
                yield subject, value  # type: ignore[misc]

    def predicates(self) -> Iterator[NamedNode]:
        """Every predicate of a statement."""
        return iter(self._objects)

    def typed(self, kind: NamedNode) -> list[Term]:
        """What is stated to be of a kind, named or not, in a fixed order."""
        found = [node for node, value in self.stated(RDF.type) if value == kind]
        return sorted(found, key=lambda node: (isinstance(node, BlankNode), str(node)))

    def pairs(self, predicate: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
        """The named pairs of a relation, those that follow included, in a fixed order."""
        return sorted(self._above[predicate], key=str)

    # -- making ------------------------------------------------------------------------------

    def each(
        self, predicate: NamedNode, make: Callable[[Term, Term], Iterable[Rule]]
    ) -> Iterator[Rule]:
        """The rules of every statement with a predicate; what cannot be made is refused."""
        for subject, value in self.stated(predicate):
            yield from self.attempt(subject, predicate, partial(make, subject, value))

    def attempt(
        self, subject: object, predicate: NamedNode, make: Callable[[], Iterable[Rule]]
    ) -> Sequence[Rule]:
        """The rules of one axiom; none, and a note, when they cannot be made."""
        try:
            rules = list(make())
            for rule in rules:
                self._check(rule)
        except Refusal as refusal:
            self.refuse(subject, predicate, refusal.reason)
            return ()
        return rules

    def _check(self, rule: Rule) -> None:
        """Nothing is ever concluded about undeclared terms, so that no rule may wait for one."""
        for atom in (*rule.body, *([rule.head] if rule.head else [])):
            if isinstance(atom.subject, Literal):
                raise Refusal(f"{atom.subject} cannot have properties: it is a literal")
            if any(isinstance(slot, BlankNode) for slot in (atom.subject, atom.object)):
                # In the text of a query it would be a variable.
                raise Refusal("a blank node as a thing; give it an id")
            for term in {atom.key, atom.predicate} - {RDF.type}:
                if isinstance(term, NamedNode) and term not in _SPOKEN | self.declared:
                    raise Refusal(f"{term} is not declared")
                if not isinstance(term, NamedNode) and term is atom.key and term != atom.predicate:
                    raise Refusal(f"{term} is no class")

    def rule(self, name: str, body: Sequence[Atom], head: Atom | None, *axiom: object) -> Rule:
        """A rule that never makes a literal the subject of a conclusion."""
        named = tuple(term for term in axiom if isinstance(term, NamedNode | Literal))
        return Rule(name, tuple(body), head, guard(body, head), named)

    def made(
        self,
        consequences: Iterable[Consequence],
        conditions: Iterable[Condition],
        terms: Sequence[object],
        *,
        member: str = "cax-sco",
        name: str = "",
    ) -> Iterator[Rule]:
        """One rule for each way to fulfil a condition and each thing that follows of it.

        Args:
            consequences: what follows.
            conditions: any one of them suffices.
            terms: the terms with which the sentence of a rule begins.
            member: the name of rules that make something a member of a class.
            name: the name of all rules that conclude something.
        """
        told = list(conditions)
        for consequence in consequences:
            for condition in told:
                joined = condition.and_(consequence.condition)
                if joined is None:
                    continue
                head = consequence.head and consequence.head.fill(joined.where)
                if not joined.atoms and (head is None or head.variables):
                    raise Refusal("owl:Thing, or one thing, on the left side without a condition")
                plain = consequence.name == "cax-sco"
                rule = name if name and head else member if plain else consequence.name
                filters = (*consequence.filters, *guard(joined.atoms, head))
                about = (*terms, head.object) if plain and head else terms
                named = tuple(t for t in about if isinstance(t, NamedNode | Literal))
                yield Rule(rule, joined.atoms, head, filters, named)
