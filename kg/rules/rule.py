"""Rule: some triple patterns that, matched together, make another triple true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pyoxigraph import Literal, Quad, Triple, Variable

from kg.findings import wording
from kg.namespaces import RDF
from kg.terms import Term

Slot: TypeAlias = Term | Variable
Binding: TypeAlias = Mapping[Variable, Term]


@dataclass(frozen=True)
class Atom:
    """A triple pattern.

    >>> from kg.namespaces import OWL
    >>> print(Atom(Variable("x"), RDF.type, OWL.Thing))
    ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Thing>
    """

    subject: Slot
    predicate: Slot
    object: Slot

    def __iter__(self) -> Iterator[Slot]:
        return iter((self.subject, self.predicate, self.object))

    def __str__(self) -> str:
        return " ".join(map(str, self))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables, each once, in their order."""
        return tuple(dict.fromkeys(slot for slot in self if isinstance(slot, Variable)))

    @property
    def key(self) -> Slot:
        """What is looked up first: the class for a type with a known class, else the predicate."""
        typed = self.predicate == RDF.type and not isinstance(self.object, Variable)
        return self.object if typed else self.predicate

    def match(self, triple: Triple | Quad) -> dict[Variable, Term] | None:
        """How the variables must be filled for the pattern to be that triple; None if it cannot.

        X(x, OWL.sameAs, x).match(Triple(OWL.Thing, OWL.sameAs, OWL.Nothing)) is None
            True
        """
        found: dict[Variable, Term] = {}
        for slot, term in zip(self, (triple.subject, triple.predicate, triple.object), strict=True):
            wanted = found.setdefault(slot, term) if isinstance(slot, Variable) else slot
            if wanted != term:
                return None
        return found

    def fill(self, binding: Mapping[Variable, Slot]) -> Atom:
        """The pattern with the variables filled that ``binding`` knows."""
        return Atom(*(binding.get(s, s) if isinstance(s, Variable) else s for s in self))

    def triple(self, binding: Binding) -> Triple:
        """The triple that the pattern is under a binding of all its variables."""
        subject, predicate, value = self.fill(binding)
        return Triple(subject, predicate, value)  # type: ignore[arg-type]


def key_of(triple: Triple | Quad) -> tuple[Term, Term]:
    """The keys under which rules wait for a triple: its class or predicate, and its predicate."""
    first: Term = triple.object if triple.predicate == RDF.type else triple.predicate
    return first, triple.predicate


@dataclass(frozen=True)
class Rule:
    """One axiom of an ontology, or one CONSTRUCT of a file, as patterns to match and a conclusion.

    Args:
        name: the rule of OWL 2 RL, such as ``prp-trp``, or the name of a rule file.
        body: the patterns; every variable of the head stands in one of them or is bound by a
            filter.
        head: the conclusion; None when a match is a contradiction.
        filters: SPARQL ``FILTER`` and ``BIND`` clauses over the variables of the body.
        axiom: the terms of the axiom, in the order in which the rule's sentence names them.
        summary: what a rule of a file says, by language.
    """

    name: str
    body: tuple[Atom, ...]
    head: Atom | None
    filters: tuple[str, ...] = ()
    axiom: tuple[Term, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()

    def words(self, label: Callable[[Term], str], lang: str = "en") -> str:
        """The rule as a sentence; ``label`` gives the names of terms."""
        if self.summary:
            return dict(self.summary)[lang]
        names = [label(term) for term in self.axiom] or ["…"]
        quoted = "« {} »" if lang == "fr" else "«{}»"
        rest = " · ".join(map(quoted.format, names[1:]))
        lettered = dict(zip("abcdef", [*names, *["…"] * 6], strict=False))
        return wording(f"rule-{self.name}", lang, rest=rest, **lettered)

    def mapped(self, change: Callable[[Slot], Slot]) -> Rule:
        """The rule with each slot of its patterns changed."""
        body = tuple(Atom(*map(change, atom)) for atom in self.body)
        return replace(self, body=body, head=self.head and Atom(*map(change, self.head)))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the body, each once, in their order."""
        return tuple(dict.fromkeys(v for atom in self.body for v in atom.variables))

    def select(
        self,
        atoms: Sequence[str],
        wanted: Sequence[Variable] = (),
        *,
        more: str = "",
        distinct: bool = True,
    ) -> str:
        """The SELECT that finds matches.

        Args:
            atoms: the patterns of the body as written for a store.
            wanted: the variables to select; those of the body unless told.
            more: clauses to add, such as VALUES in front of everything.
            distinct: leave repeated rows out.
        """
        names = " ".join(map(str, wanted or self.variables)) or "(1 AS ?matched)"
        parts = " . ".join(atoms)
        clauses = " ".join(self.filters)
        return f"SELECT {'DISTINCT ' * distinct}{names} WHERE {{ {more} {parts} {clauses} }}"


def values(variables: Sequence[Variable], rows: Sequence[Sequence[Term]]) -> str:
    """A VALUES clause.

    >>> values([Variable("x")], [[Literal("a")], [Literal("b")]])
    'VALUES (?x) { ("a") ("b") }'
    """
    names = " ".join(map(str, variables))
    lines = " ".join(f"({' '.join(map(str, row))})" for row in rows)
    return f"VALUES ({names}) {{ {lines} }}"


def guard(body: Sequence[Atom], head: Atom | None) -> tuple[str, ...]:
    """Filters that keep conclusions from being no triples, such as one about a literal.

    >>> x, y, p = Variable("x"), Variable("y"), RDF.type
    >>> guard([Atom(x, p, y)], Atom(y, p, x)), guard([Atom(x, p, y)], Atom(x, p, y))
    (('FILTER(!isLiteral(?y))',), ())
    """
    if head is None:
        return ()
    found = []
    safe = {slot for atom in body for slot in (atom.subject, atom.predicate)}
    if isinstance(head.subject, Variable) and head.subject not in safe:
        found.append(f"FILTER(!isLiteral({head.subject}))")
    if isinstance(head.predicate, Variable) and all(head.predicate != a.predicate for a in body):
        found.append(f"FILTER(isIRI({head.predicate}))")
    return tuple(found)


__all__ = ["Atom", "Binding", "Literal", "Rule", "Slot", "guard", "key_of", "values"]
