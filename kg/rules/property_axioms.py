"""Property axioms: hierarchies, characteristics, inverses, chains, domains and ranges as rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from pyoxigraph import BlankNode, Literal, NamedNode, Variable

from kg.namespaces import OWL, RDF, RDFS
from kg.rules.conditions import Condition, Refusal, same
from kg.rules.maker import Maker
from kg.rules.order import reduced
from kg.rules.rule import Atom, Rule, Slot
from kg.terms import Term

X, Y, Z = Variable("x"), Variable("y"), Variable("z")


def property_rules(maker: Maker) -> Iterator[Rule]:
    """The rules of all axioms about properties.

    Source: OWL 2 Profiles (second edition), section 4.3, table 5.
    """
    yield from _sub_properties(maker)
    yield from _characteristics(maker)
    yield from _inverses(maker)
    yield from _chains(maker)
    yield from _domains(maker)


def _sub_properties(maker: Maker) -> Iterator[Rule]:
    for p, q in maker.pairs(RDFS.subPropertyOf):
        if p != q and {p, q} <= maker.declared:
            yield Rule("prp-spo1", (Atom(X, p, Y),), Atom(X, q, Y), (), (p, q))

    def more(sub: Term, above: Term) -> Iterator[Rule]:
        if above in (OWL.bottomObjectProperty, OWL.bottomDataProperty):
            raise Refusal("a property that nothing may have (write owl:maxCardinality 0)")
        if not isinstance(sub, NamedNode) or not isinstance(above, NamedNode):
            body, head = maker.property(sub, X, Y), maker.property(above, X, Y)
            yield maker.rule("prp-spo1", [body], head, body.predicate, head.predicate)

    def both(one: Term, other: Term) -> Iterator[Rule]:
        yield from more(one, other)
        yield from more(other, one)

    yield from maker.each(RDFS.subPropertyOf, more)
    yield from maker.each(OWL.equivalentProperty, both)


def _characteristics(maker: Maker) -> Iterator[Rule]:
    def at(p: Term, one: Slot, other: Slot) -> Atom:
        return maker.property(p, one, other)

    made: Mapping[NamedNode, Callable[[Term], Iterable[Rule]]] = {
        OWL.SymmetricProperty:
            lambda p: [maker.rule("prp-symp", [at(p, X, Y)], at(p, Y, X), _base(maker, p))],
        OWL.TransitiveProperty:
            lambda p: [maker.rule(
                "prp-trp", [at(p, X, Y), at(p, Y, Z)], at(p, X, Z), _base(maker, p))],
        OWL.AsymmetricProperty:
            lambda p: [maker.rule("prp-asyp", [at(p, X, Y), at(p, Y, X)], None, _base(maker, p))],
        OWL.IrreflexiveProperty:
            lambda p: [maker.rule("prp-irp", [at(p, X, X)], None, _base(maker, p))],
        OWL.FunctionalProperty:
            lambda p: _single(maker, "prp-fp", p, at(p, X, Y), at(p, X, Z)),
        OWL.InverseFunctionalProperty:
            lambda p: _single(maker, "prp-ifp", p, at(p, Y, X), at(p, Z, X)),
    }  # fmt: skip
    for kind, make in made.items():
        for prop in maker.typed(kind):
            yield from maker.attempt(prop, RDF.type, partial(make, prop))


def _base(maker: Maker, prop: Term) -> NamedNode:
    predicate = maker.property(prop, X, Y).predicate
    assert isinstance(predicate, NamedNode)
    return predicate


def _single(maker: Maker, name: str, prop: Term, *atoms: Atom) -> Iterator[Rule]:
    """A property of which there is one value, or one owner of a value."""
    base = _base(maker, prop)
    if prop != base:  # of the inverse of a property, one value is one owner
        name = "prp-ifp" if name == "prp-fp" else "prp-fp"
    kinds = maker.get(base, RDF.type)
    things = name == "prp-ifp" or OWL.DatatypeProperty not in kinds
    literals = name == "prp-fp" and OWL.ObjectProperty not in kinds
    for found in same(name, Condition(atoms), Y, Z):
        if things if found.head else literals:
            yield from maker.made([found], [Condition()], [base])


def _inverses(maker: Maker) -> Iterator[Rule]:
    def make(one: Term, other: Term) -> Iterator[Rule]:
        if isinstance(one, BlankNode) and isinstance(other, NamedNode):
            return  # no axiom, but the way to write the inverse of a property
        there, back = maker.property(one, X, Y), maker.property(other, Y, X)
        yield maker.rule("prp-inv", [there], back, there.predicate, back.predicate)
        yield maker.rule("prp-inv", [back], there, back.predicate, there.predicate)

    yield from maker.each(OWL.inverseOf, make)


def _chains(maker: Maker) -> Iterator[Rule]:
    def make(p: Term, head: Term) -> Iterator[Rule]:
        steps = maker.members(head)
        if not steps:
            raise Refusal("an empty chain")
        ends: list[Slot] = [X, *(Variable(f"x{n}") for n in range(1, len(steps))), Y]
        body = [maker.property(step, ends[n], ends[n + 1]) for n, step in enumerate(steps)]
        predicates = [atom.predicate for atom in body]
        conclusion = maker.property(p, X, Y)
        yield maker.rule("prp-spo2", body, conclusion, conclusion.predicate, *predicates)

    yield from maker.each(OWL.propertyChainAxiom, make)


def _domains(maker: Maker) -> Iterator[Rule]:
    for name, predicate in (("prp-dom", RDFS.domain), ("prp-rng", RDFS.range)):
        pairs = {pair for pair in maker.pairs(predicate) if set(pair) <= maker.declared}
        properties, classes = maker.pairs(RDFS.subPropertyOf), maker.pairs(RDFS.subClassOf)
        for p, c in reduced(pairs, properties, classes, maker.declared):
            body = Atom(X, p, Y) if name == "prp-dom" else Atom(Y, p, X)
            yield maker.rule(name, [body], Atom(X, RDF.type, c), p, c)

    def make(name: str) -> Callable[[Term, Term], Iterator[Rule]]:
        def rules(p: Term, kind: Term) -> Iterator[Rule]:
            if isinstance(kind, Literal):
                raise Refusal(f"{kind} is no class")
            named = isinstance(p, NamedNode) and isinstance(kind, NamedNode)
            if (named and kind != OWL.Nothing) or RDFS.Datatype in maker.get(kind, RDF.type):
                return
            atom = maker.property(p, *((X, Y) if name == "prp-dom" else (Y, X)))
            condition = Condition((atom,))
            yield from maker.made(maker.right(kind, X), [condition], [atom.predicate], name=name)

        return rules

    yield from maker.each(RDFS.domain, make("prp-dom"))
    yield from maker.each(RDFS.range, make("prp-rng"))
