"""Assertions: what an ontology states about things, and terms of OWL that it may not use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pyoxigraph import NamedNode, Variable

from kg.namespaces import OWL, RDF, RDFS
from kg.rules.conditions import Refusal
from kg.rules.expressions import FORMS
from kg.rules.maker import Maker
from kg.rules.rule import Atom, Rule
from kg.terms import Term

X = Variable("x")
# Axioms of OWL 2 that no rule of the RL profile covers.
_OUTSIDE = (OWL.ReflexiveProperty, OWL.disjointUnionOf)
# The terms of OWL 2 and RDFS that may stand in an axiom: any other is a slip of the pen, and
# nothing would follow from it.
_PREDICATES = frozenset(
    [OWL[name] for name in (
        *FORMS, "AnnotationProperty", "annotatedProperty", "annotatedSource", "annotatedTarget",
        "assertionProperty", "backwardCompatibleWith", "deprecated", "differentFrom",
        "disjointWith", "distinctMembers", "equivalentClass", "equivalentProperty", "hasKey",
        "imports", "incompatibleWith", "inverseOf", "members", "onClass", "onDataRange",
        "onDatatype", "onProperty", "priorVersion", "propertyChainAxiom", "propertyDisjointWith",
        "sameAs", "sourceIndividual", "targetIndividual", "targetValue", "versionIRI",
        "versionInfo", "withRestrictions",
    )] + [RDFS[name] for name in (
        "comment", "domain", "isDefinedBy", "label", "member", "range", "seeAlso", "subClassOf",
        "subPropertyOf",
    )]
)  # fmt: skip
_TYPES = frozenset(
    [OWL[name] for name in (
        "AllDifferent", "AllDisjointClasses", "AllDisjointProperties", "Annotation",
        "AnnotationProperty", "AsymmetricProperty", "Axiom", "Class", "DataRange",
        "DatatypeProperty", "DeprecatedClass", "DeprecatedProperty", "FunctionalProperty",
        "InverseFunctionalProperty", "IrreflexiveProperty", "NamedIndividual",
        "NegativePropertyAssertion", "Nothing", "ObjectProperty", "Ontology", "OntologyProperty",
        "ReflexiveProperty", "Restriction", "SymmetricProperty", "Thing", "TransitiveProperty",
    )] + [RDFS[name] for name in (
        "Class", "Container", "ContainerMembershipProperty", "Datatype", "Literal", "Resource",
    )]
)  # fmt: skip


def assertion_rules(maker: Maker) -> Iterator[Rule]:
    """The rules of what an ontology states about things; and what it states in vain is refused.

    Source: OWL 2 Profiles (second edition), section 4.3, tables 4 and 5.
    """

    def different(node: Term, head: Term) -> Iterator[Rule]:
        if OWL.AllDifferent in maker.get(node, RDF.type):
            for one, other in combinations(maker.members(head), 2):
                body = (Atom(one, OWL.sameAs, other),)
                yield Rule("eq-diff2", body, None, (), (one, other))

    def negative(node: Term, prop: Term) -> Iterator[Rule]:
        subject = maker.one(node, OWL.sourceIndividual)
        values = (*maker.get(node, OWL.targetIndividual), *maker.get(node, OWL.targetValue))
        if subject is None or len(values) != 1:
            raise Refusal("a negative property assertion without one source and one target")
        atom = maker.property(prop, subject, values[0])
        yield maker.rule("prp-npa", [atom], None, subject, atom.predicate, values[0])

    def same(one: Term, other: Term) -> Iterator[Rule]:
        if maker.declared & {one, other}:
            raise Refusal("terms are the same by owl:equivalentClass or owl:equivalentProperty")
        return iter(())

    yield Rule("eq-diff1", (Atom(X, OWL.differentFrom, X),), None)
    yield from maker.each(OWL.members, different)
    yield from maker.each(OWL.distinctMembers, different)
    yield from maker.each(OWL.assertionProperty, negative)
    yield from maker.each(OWL.sameAs, same)
    _refuse_in_vain(maker)


def _refuse_in_vain(maker: Maker) -> None:
    """Note the statements in terms of OWL and RDFS of which nothing follows."""
    for node, kind in maker.stated(RDF.type):
        if kind in _OUTSIDE:
            maker.refuse(node, RDF.type, f"{_local(kind)} is outside the profile")
        elif _is_reserved(kind) and kind not in _TYPES:
            maker.refuse(node, RDF.type, f"{kind} is no term of OWL 2")
    for predicate in maker.predicates():
        if predicate in _OUTSIDE:
            reason = f"{_local(predicate)} is outside the profile"
        elif _is_reserved(predicate) and predicate not in _PREDICATES:
            reason = "it is no term of OWL 2"
        else:
            continue
        for subject, _ in maker.stated(predicate):
            maker.refuse(subject, predicate, reason)


def _is_reserved(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith((str(OWL), str(RDFS)))


def _local(term: Term) -> str:
    return f"owl:{str(term).strip('<>').removeprefix(OWL)}"
