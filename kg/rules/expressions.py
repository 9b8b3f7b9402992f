"""Expressions: what class expressions of OWL 2 RL mean as patterns, on each side of an axiom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, islice, product

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.rules.conditions import Condition, Consequence, Refusal, same
from kg.rules.rule import Atom, Slot
from kg.terms import Term

Objects = Mapping[NamedNode, Mapping[object, Sequence[Term]]]

_MOST = 1000  # ways to fulfil one description
# What a class expression may be made of, by the predicate that tells it.
FORMS = (
    "intersectionOf", "unionOf", "oneOf", "complementOf", "someValuesFrom", "allValuesFrom",
    "hasValue", "hasSelf", "cardinality", "minCardinality", "maxCardinality",
    "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality",
    "disjointUnionOf", "onProperties", "datatypeComplementOf",
)  # fmt: skip


class Expressions:
    """Reads the class and property expressions of an ontology.

    Args:
        objects: predicate to subject to objects, of all its statements.

    Source: OWL 2 Profiles (second edition), section 4.2.3, and table 6 of section 4.3.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._numbers = count()
        self._open: set[object] = set()

    def fresh(self) -> Variable:
        """A variable that no other pattern has."""
        return Variable(f"v{next(self._numbers)}")

    def get(self, subject: object, predicate: NamedNode) -> Sequence[Term]:
        """The objects of a statement about a node."""
        return self._objects.get(predicate, {}).get(subject, ())

    def one(self, subject: object, predicate: NamedNode) -> Term | None:
        """The one object, or None.

        Raises:
            Refusal: there are several.
        """
        found = self.get(subject, predicate)
        if len(found) > 1:
            raise Refusal(f"owl:{predicate.value.removeprefix(OWL)} more than once")
        return next(iter(found), None)

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
        """What makes a node a class expression: the local name of the predicate, and its object.

        Raises:
            Refusal: there are several such predicates, of which one would be overlooked.
        """
        found = [(name, value) for name in FORMS for value in self.get(node, OWL[name])]
        if len(found) > 1:
            raise Refusal(" and ".join(f"owl:{name}" for name, _ in found) + " in one description")
        return next(iter(found), None)

    def property(self, node: Term | None, subject: Slot, value: Slot) -> Atom:
        """The pattern of a property, or of the inverse of one, between two slots.

        Raises:
            Refusal: it is no property.
        """
        if isinstance(node, NamedNode):
            return Atom(subject, node, value)
        if node is None:
            raise Refusal("a restriction without owl:onProperty")
        inverse = self.one(node, OWL.inverseOf) if isinstance(node, BlankNode) else None
        if isinstance(inverse, NamedNode):
            return Atom(value, inverse, subject)
        what = "a blank node" if isinstance(node, BlankNode) else str(node)
        raise Refusal(f"{what} is no property, named or the inverse of a named one")

    def left(self, node: Term, member: Slot) -> list[Condition]:
        """When something is a member of a class expression: any one of these conditions.

        Raises:
            Refusal: the expression may not stand on the left side of an axiom.
        """
        if isinstance(node, NamedNode):
            if node == OWL.Thing:
                return [Condition()]
            return [] if node == OWL.Nothing else [Condition((Atom(member, RDF.type, node),))]
        with self._inside(node):
            return self.left_description(node, member, self.form(node))

    def left_description(
        self, node: Term, member: Slot, told: tuple[str, Term] | None
    ) -> list[Condition]:
        """The same for one form that describes a node, named or not."""
        form, value = told or ("", None)
        match form:
            case "intersectionOf":
                parts = [self.left(part, member) for part in self.members(value)]
                return _few(Condition().and_(*combined) for combined in product(*parts))
            case "unionOf":
                return _few(c for part in self.members(value) for c in self.left(part, member))
            case "oneOf":
                return [self._equal(member, one) for one in self.members(value)]
            case "someValuesFrom" if value is not None:
                other = self.fresh()
                atom = self.property(self.one(node, OWL.onProperty), member, other)
                inner = self.left(self._no_datatype(value), other)
                return _few(Condition((atom,)).and_(one) for one in inner)
            case "hasValue" if value is not None:
                return [Condition((self.property(self.one(node, OWL.onProperty), member, value),))]
        raise Refusal(f"owl:{form} on the left side" if form else _undescribed(node))

    def right(self, node: Term, member: Slot) -> list[Consequence]:
        """What follows of the members of a class expression.

        Raises:
            Refusal: the expression may not stand on the right side of an axiom.
        """
        if node == OWL.Thing:
            return []
        if node == OWL.Nothing:
            return [Consequence("cls-nothing2", Condition(), None)]
        if isinstance(node, NamedNode):
            return [Consequence("cax-sco", Condition(), Atom(member, RDF.type, node))]
        with self._inside(node):
            return list(self.right_description(node, member, self.form(node)))

    def right_description(
        self, node: Term, member: Slot, told: tuple[str, Term] | None
    ) -> Iterator[Consequence]:
        """The same for one form that describes a node, named or not."""
        form, value = told or ("", None)
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
                raise Refusal(f"owl:{form} on the right side" if form else _undescribed(node))

    def _at_most(
        self, node: Term, form: str, value: Term | None, member: Slot
    ) -> Iterator[Consequence]:
        number = value.value if isinstance(value, Literal) else ""
        qualified = form == "maxQualifiedCardinality"
        prop = self.one(node, OWL.onProperty)
        kind = self.one(node, OWL.onClass) if qualified else OWL.Thing
        if number not in ("0", "1"):
            raise Refusal(f"owl:{form} {number or '?'} (0 and 1 are covered)")
        if kind is None:
            raise Refusal(f"owl:{form} without owl:onClass (datatypes are for shapes)")
        others = [self.fresh() for _ in range(int(number) + 1)]
        parts = [[Condition((self.property(prop, member, other),))] for other in others]
        parts += [self.left(kind, other) for other in others]
        for condition in _few(Condition().and_(*combined) for combined in product(*parts)):
            if number == "0":
                yield Consequence("cls-maxqc2" if qualified else "cls-maxc1", condition, None)
            else:
                if condition.where.keys() & set(others):
                    raise Refusal(f"owl:{form} of an enumeration")
                name = "cls-maxqc4" if qualified else "cls-maxc2"
                yield from same(name, condition, *others)

    def _no_datatype(self, node: Term) -> Term:
        known = isinstance(node, NamedNode) and node.value.startswith(
            (str(XSD), RDFS.Literal.value, RDF.langString.value, RDF.PlainLiteral.value)
        )
        if known or RDFS.Datatype in self.get(node, RDF.type) or self.get(node, OWL.onDatatype):
            raise Refusal("a restriction to a datatype (datatypes are for shapes)")
        return node

    @contextmanager
    def _inside(self, node: Term) -> Iterator[None]:
        """While a description is read, so that one that holds itself is noticed."""
        if node in self._open:
            raise Refusal("a description that contains itself")
        self._open.add(node)
        try:
            yield
        finally:
            self._open.discard(node)

    @staticmethod
    def _equal(member: Slot, one: Term) -> Condition:
        if isinstance(member, Variable):
            return Condition((), {member: one})
        raise Refusal("owl:oneOf about a fixed value")


def _few(conditions: Iterable[Condition | None]) -> list[Condition]:
    """The conditions that can be met.

    Raises:
        Refusal: they are so many that their rules would take too long.
    """
    found = list(islice((one for one in conditions if one is not None), _MOST + 1))
    if len(found) > _MOST:
        raise Refusal(f"a description that can be met in more than {_MOST} ways")
    return found


def _undescribed(node: Term) -> str:
    if isinstance(node, BlankNode):
        return "a class without a description"
    return f"{node} is no class"
