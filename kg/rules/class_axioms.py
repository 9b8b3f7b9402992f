"""Class axioms: hierarchies, descriptions, keys and disjointness as rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations

from pyoxigraph import BlankNode, NamedNode, Variable

from kg.namespaces import OWL, RDF, RDFS
from kg.rules.conditions import Condition, Refusal
from kg.rules.expressions import FORMS
from kg.rules.maker import Maker
from kg.rules.rule import Atom, Rule
from kg.terms import Term

X, Y = Variable("x"), Variable("y")
# What makes something a member of a class, by what describes it on the left side of an axiom.
_MEMBER = {
    "someValuesFrom": "cls-svf1", "hasValue": "cls-hv2", "intersectionOf": "cls-int1",
    "unionOf": "cls-uni", "oneOf": "cls-oo",
}  # fmt: skip


def class_rules(maker: Maker) -> Iterator[Rule]:
    """The rules of all axioms about classes.

    Source: OWL 2 Profiles (second edition), section 4.3, tables 6 and 7.
    """
    yield from _sub_classes(maker)
    yield from _descriptions(maker)
    yield from _keys(maker)
    yield from _disjoint(maker)


def _sub_classes(maker: Maker) -> Iterator[Rule]:
    for c, d in maker.pairs(RDFS.subClassOf):
        if c in (d, OWL.Thing, OWL.Nothing):
            continue
        if d == OWL.Nothing:
            yield Rule("cls-nothing2", (Atom(X, RDF.type, c),), None, (), (c,))
        elif d in maker.declared:
            yield Rule("cax-sco", (Atom(X, RDF.type, c),), Atom(X, RDF.type, d), (), (c, d))
    yield Rule("cls-nothing2", (Atom(X, RDF.type, OWL.Nothing),), None, (), (OWL.Nothing,))


def _descriptions(maker: Maker) -> Iterator[Rule]:
    def sub(one: Term, other: Term) -> Iterator[Rule]:
        if one == OWL.Thing and other != OWL.Thing and isinstance(other, NamedNode):
            raise Refusal("owl:Thing on the left side")
        if not isinstance(one, NamedNode) or not isinstance(other, NamedNode):
            yield from maker.made(
                maker.right(other, X), maker.left(one, X), [one], member=_member(maker, one)
            )

    def both(one: Term, other: Term) -> Iterator[Rule]:
        if RDFS.Datatype in maker.get(other, RDF.type):
            raise Refusal("the definition of a datatype (datatypes are for shapes)")
        yield from sub(one, other)
        yield from sub(other, one)

    def described(form: str, kind: Term, value: Term) -> Iterator[Rule]:
        # A named class that is itself described is equivalent to what describes it.
        if not isinstance(kind, NamedNode) or RDFS.Datatype in maker.get(kind, RDF.type):
            return
        told, member = (form, value), _MEMBER.get(form, "cax-sco")
        conditions = maker.left_description(kind, X, told)
        yield from maker.made(maker.right(kind, X), conditions, [], member=member)
        yield from maker.made(maker.right_description(kind, X, told), maker.left(kind, X), [kind])

    def of(thing: Term, kind: Term) -> Iterator[Rule]:
        if isinstance(kind, BlankNode):
            yield from maker.made(maker.right(kind, X), [Condition((), {X: thing})], [thing])

    yield from maker.each(RDFS.subClassOf, sub)
    yield from maker.each(OWL.equivalentClass, both)
    for form in FORMS:
        if form != "disjointUnionOf":
            yield from maker.each(OWL[form], partial(described, form))
    yield from maker.each(RDF.type, of)


def _member(maker: Maker, node: Term) -> str:
    form, _ = (isinstance(node, BlankNode) and maker.form(node)) or ("", None)
    return _MEMBER.get(form, "cax-sco")


def _keys(maker: Maker) -> Iterator[Rule]:
    def make(kind: Term, head: Term) -> Iterator[Rule]:
        values = [(prop, maker.fresh()) for prop in maker.members(head)]
        if not values:
            raise Refusal("a key without properties")
        keyed = [maker.property(p, one, v) for one in (X, Y) for p, v in values]
        filters = ("FILTER(!sameTerm(?x, ?y) && isIRI(?x) && isIRI(?y))",)
        terms = [term for term in (kind, *(p for p, _ in values)) if isinstance(term, NamedNode)]
        for one in maker.left(kind, X):
            for other in maker.left(kind, Y):
                both = one.and_(other, Condition(tuple(keyed)))
                if both is None:
                    continue
                if both.where:
                    raise Refusal("a key of an enumeration")
                yield Rule("prp-key", both.atoms, Atom(X, OWL.sameAs, Y), filters, tuple(terms))

    yield from maker.each(OWL.hasKey, make)


def _disjoint(maker: Maker) -> Iterator[Rule]:
    def classes(one: Term, other: Term) -> Iterator[Rule]:
        for left in maker.left(one, X):
            for right in maker.left(other, X):
                both = left.and_(right)
                if both is not None:
                    if not both.atoms:
                        raise Refusal("owl:Thing, or one thing, as a class that excludes itself")
                    yield maker.rule("cax-dw", both.atoms, None, one, other)

    def properties(one: Term, other: Term) -> Iterator[Rule]:
        atoms = (maker.property(one, X, Y), maker.property(other, X, Y))
        yield maker.rule("prp-pdw", atoms, None, *(atom.predicate for atom in atoms))

    yield from maker.each(OWL.disjointWith, classes)
    yield from maker.each(OWL.propertyDisjointWith, properties)
    groups: Mapping[NamedNode, Callable[[Term, Term], Iterator[Rule]]] = {
        OWL.AllDisjointClasses: classes, OWL.AllDisjointProperties: properties
    }  # fmt: skip

    def group(node: Term, head: Term) -> Iterator[Rule]:
        kinds = [kind for kind in groups if kind in maker.get(node, RDF.type)]
        if not kinds and OWL.AllDifferent not in maker.get(node, RDF.type):
            raise Refusal("owl:members of neither AllDisjointClasses, -Properties nor AllDifferent")
        for kind in kinds:
            for one, other in combinations(maker.members(head), 2):
                yield from groups[kind](one, other)

    yield from maker.each(OWL.members, group)
    for kind in groups:
        for node in maker.typed(kind):
            if not maker.get(node, OWL.members):
                maker.refuse(node, RDF.type, "owl:members is missing")
