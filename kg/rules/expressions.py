"""Expressions: what class expressions of OWL 2 RL mean as patterns, on each side of an axiom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from kg.namespaces import OWL, RDF
from kg.rules.rule import Atom, Slot
from kg.terms import Term

Objects = Mapping[NamedNode, Mapping[object, Sequence[Term]]]

# What a class expression may be made of, by the predicate that tells it.
_FORMS = (
    "intersectionOf", "unionOf", "oneOf", "complementOf", "someValuesFrom", "allValuesFrom",
    "hasValue", "hasSelf", "cardinality", "minCardinality", "maxCardinality",
    "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality",
    "disjointUnionOf", "onProperties", "datatypeComplementOf",
)  # fmt: skip


class Refusal(Exception):
    """An axiom that no rule can be made of; ``reason`` names what is outside OWL 2 RL."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Condition:
    """Patterns that must match; ``where`` fills variables that an enumeration fixes."""

    atoms: tuple[Atom, ...] = ()
    where: Mapping[Variable, Term] = field(default_factory=dict)

    def and_(self, *others: Condition) -> Condition | None:
        """All of these conditions; None when they fix one variable to two things."""
        where = dict(self.where)
        atoms = list(self.atoms)
        for other in others:
            for variable, term in other.where.items():
                if where.setdefault(variable, term) != term:
                    return None
            atoms += other.atoms
        return Condition(tuple(dict.fromkeys(atom.fill(where) for atom in atoms)), where)


@dataclass(frozen=True)
class Consequence:
    """What follows of a member: under more patterns, a head; None where that is a contradiction.

    ``filters`` are SPARQL clauses; ``name`` is the rule of OWL 2 RL.
    """

    name: str
    condition: Condition
    head: Atom | None
    filters: tuple[str, ...] = ()


class Expressions:
    """Reads the class and property expressions of an ontology.

    Args:
        objects: predicate to subject to objects, of all its statements.

    Source: OWL 2 Profiles (second edition), section 4.2.3, and table 6 of section 4.3.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._numbers = count()

    def fresh(self) -> Variable:
        """A variable that no other pattern has."""
        return Variable(f"v{next(self._numbers)}")

    def get(self, subject: object, predicate: NamedNode) -> Sequence[Term]:
        """The objects of a statement about a node."""
        return self._objects.get(predicate, {}).get(subject, ())

    def one(self, subject: object, predicate: NamedNode) -> Term | None:
        """The one object, or None."""
        return next(iter(self.get(subject, predicate)), None)

    def members(self, head: object) -> tuple[Term, ...]:
        """The members of an RDF list.

        Raises:
            Refusal: it does not end, or a node has no first or several.
        """
        found: list[Term] = []
        seen: set[object] = set()
        while head != RDF.nil:
            first, rest = self.get(head, RDF.first), self.get(head, RDF.rest)
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise Refusal("a malformed list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def form(self, node: object) -> tuple[str, Term] | None:
        """What makes a node a class expression: the local name of the predicate, and its object."""
        for name in _FORMS:
            if (value := self.one(node, OWL[name])) is not None:
                return name, value
        return None

    def property(self, node: Term | None, subject: Slot, value: Slot) -> Atom:
        """The pattern of a property, or of the inverse of one, between two slots.

        Raises:
            Refusal: it is no property.
        """
        if isinstance(node, NamedNode):
            return Atom(subject, node, value)
        inverse = self.one(node, OWL.inverseOf) if node is not None else None
        if isinstance(inverse, NamedNode):
            return Atom(value, inverse, subject)
        raise Refusal("a property that is neither named nor the inverse of a named one")

    def left(self, node: Term, member: Slot) -> list[Condition]:
        """When something is a member of a class expression: any one of these conditions.

        Raises:
            Refusal: the expression may not stand on the left side of an axiom.
        """
        if isinstance(node, NamedNode):
            if node == OWL.Thing:
                return [Condition()]
            return [] if node == OWL.Nothing else [Condition((Atom(member, RDF.type, node),))]
        return self.left_description(node, member)

    def left_description(self, node: Term, member: Slot) -> list[Condition]:
        """The same for what describes a node, named or not."""
        form, value = self.form(node) or ("", None)
        match form:
            case "intersectionOf":
                parts = [self.left(part, member) for part in self.members(value)]
                return [c for combined in product(*parts) if (c := Condition().and_(*combined))]
            case "unionOf":
                return [c for part in self.members(value) for c in self.left(part, member)]
            case "oneOf":
                return [self._equal(member, one) for one in self.members(value)]
            case "someValuesFrom" if value is not None:
                other = self.fresh()
                atom = self.property(self.one(node, OWL.onProperty), member, other)
                inner = self.left(self._no_datatype(value), other)
                return [c for one in inner if (c := Condition((atom,)).and_(one))]
            case "hasValue" if value is not None:
                return [Condition((self.property(self.one(node, OWL.onProperty), member, value),))]
        raise Refusal(f"owl:{form} on the left side" if form else "a class without a description")

    def right(self, node: Term, member: Slot) -> Iterator[Consequence]:
        """What follows of the members of a class expression.

        Raises:
            Refusal: the expression may not stand on the right side of an axiom.
        """
        if isinstance(node, NamedNode):
            nothing = node == OWL.Nothing
            name, head = ("cls-nothing2", None) if nothing else ("cax-sco", _typed(member, node))
            if node != OWL.Thing:
                yield Consequence(name, Condition(), head)
        else:
            yield from self.right_description(node, member)

    def right_description(self, node: Term, member: Slot) -> Iterator[Consequence]:
        """The same for what describes a node, named or not."""
        form, value = self.form(node) or ("", None)
        prop = self.one(node, OWL.onProperty)
        match form:
            case "intersectionOf":
                for part in self.members(value):
                    yield from self.right(part, member)
            case "allValuesFrom" if value is not None:
                other = self.fresh()
                atom = Condition((self.property(prop, member, other),))
                for found in self.right(self._no_datatype(value), other):
                    condition = atom.and_(found.condition)
                    if condition is not None:
                        name = "cls-avf" if found.name == "cax-sco" else found.name
                        yield Consequence(name, condition, found.head, found.filters)
            case "hasValue" if value is not None:
                yield Consequence("cls-hv1", Condition(), self.property(prop, member, value))
            case "complementOf" if value is not None:
                for condition in self.left(value, member):
                    yield Consequence("cls-com", condition, None)
            case "maxCardinality" | "maxQualifiedCardinality":
                yield from self._at_most(node, form, value, member)
            case _:
                what = f"owl:{form} on the right side" if form else "a class without a description"
                raise Refusal(what)

    def _at_most(
        self, node: Term, form: str, value: Term | None, member: Slot
    ) -> Iterator[Consequence]:
        number = value.value if isinstance(value, Literal) else ""
        qualified = form == "maxQualifiedCardinality"
        rule = "cls-maxqc" if qualified else "cls-maxc"
        prop = self.one(node, OWL.onProperty)
        kind = self.one(node, OWL.onClass) if qualified else OWL.Thing
        if number not in ("0", "1") or kind is None:
            raise Refusal(f"owl:{form} {number or '?'}")
        others = [self.fresh() for _ in range(int(number) + 1)]
        parts = [[Condition((self.property(prop, member, other),))] for other in others]
        parts += [self.left(kind, other) for other in others]
        for combined in product(*parts):
            condition = Condition().and_(*combined)
            if condition is None:
                continue
            if number == "0":
                yield Consequence(f"{rule}{'2' if qualified else '1'}", condition, None)
            else:
                name = f"{rule}{'4' if qualified else '2'}"
                yield from same(name, condition, *others)

    def _no_datatype(self, node: Term) -> Term:
        is_datatype = node in self._objects.get(RDF.type, {}) and any(
            kind.value.endswith("#Datatype")
            for kind in self.get(node, RDF.type)
            if isinstance(kind, NamedNode)
        )
        known = isinstance(node, NamedNode) and node.value.startswith(
            ("http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/2000/01/rdf-schema#Literal")
        )
        if is_datatype or known or (isinstance(node, BlankNode) and self.get(node, OWL.onDatatype)):
            raise Refusal("a restriction to a datatype (datatypes are for shapes)")
        return node

    @staticmethod
    def _equal(member: Slot, one: Term) -> Condition:
        if isinstance(member, Variable):
            return Condition((), {member: one})
        raise Refusal("owl:oneOf about a fixed value")


def same(name: str, condition: Condition, one: Variable, other: Variable) -> Iterator[Consequence]:
    """Two values where one may be: things are the same, literals contradict each other.

    Literals clash only where they are known to differ in value, so that 1 and 01 do not.
    """
    differ = f"FILTER(!sameTerm({one}, {other}))"
    things = f"FILTER(!isLiteral({one}) && !isLiteral({other}))"
    literals = f"FILTER(isLiteral({one}) && isLiteral({other}) && {one} != {other})"
    yield Consequence(name, condition, Atom(one, OWL.sameAs, other), (differ, things))
    yield Consequence(name, condition, None, (literals,))


def _typed(member: Slot, kind: NamedNode) -> Atom:
    return Atom(member, RDF.type, kind)
