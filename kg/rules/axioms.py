"""Axioms: an ontology as rules, one for each axiom and pattern of OWL 2 RL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, Variable

from kg.errors import CheckFailed
from kg.findings import Finding
from kg.namespaces import OWL, RDF, RDFS
from kg.rules.expressions import Condition, Consequence, Expressions, Refusal, same
from kg.rules.order import reduced
from kg.rules.rule import Atom, Rule, Slot, guard
from kg.terms import Term, key

X, Y, Z = Variable("x"), Variable("y"), Variable("z")
_KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
# Axioms of OWL 2 that no rule of the RL profile covers.
_OUTSIDE = {OWL.ReflexiveProperty: "owl:ReflexiveProperty"}
_OUTSIDE_PREDICATES = {OWL.disjointUnionOf: "owl:disjointUnionOf"}
EQUALITY = (
    Rule("eq-sym", (Atom(X, OWL.sameAs, Y),), Atom(Y, OWL.sameAs, X)),
    Rule("eq-trans", (Atom(X, OWL.sameAs, Y), Atom(Y, OWL.sameAs, Z)), Atom(X, OWL.sameAs, Z),
         ("FILTER(!sameTerm(?x, ?z))",)),
    Rule("eq-rep-s", (Atom(X, OWL.sameAs, Y), Atom(X, Variable("p"), Z)),
         Atom(Y, Variable("p"), Z),
         (f"FILTER(?p != {OWL.sameAs} && ?p != {OWL.differentFrom})",)),
    Rule("eq-rep-o", (Atom(X, OWL.sameAs, Y), Atom(Z, Variable("p"), X)),
         Atom(Z, Variable("p"), Y),
         (f"FILTER(?p != {OWL.sameAs} && ?p != {OWL.differentFrom})",)),
    Rule("eq-diff1", (Atom(X, OWL.sameAs, Y), Atom(X, OWL.differentFrom, Y)), None),
)  # fmt: skip


class Axioms(Expressions):
    """The axioms of an ontology.

    Args:
        ontology: its statements, without those that only label and describe.
        closed: what reasoning over the ontology alone adds (see :mod:`kg.tbox`).
    """

    def __init__(self, ontology: Iterable[Quad], closed: Iterable[Triple]) -> None:
        objects: dict[NamedNode, dict[object, list[Term]]] = defaultdict(lambda: defaultdict(list))
        stated = {Triple(q.subject, q.predicate, q.object) for q in ontology}
        for triple in sorted(stated, key=lambda t: (str(t.subject), key(t.object))):
            objects[triple.predicate][triple.subject].append(triple.object)
        super().__init__(objects)
        types = objects.get(RDF.type, {})
        self.declared = frozenset(s for s, kinds in types.items() if set(kinds) & set(_KINDS))
        self._above: dict[NamedNode, set[tuple[NamedNode, NamedNode]]] = defaultdict(set)
        for triple in (*stated, *closed):
            ends = triple.subject, triple.object
            if isinstance(ends[0], NamedNode) and isinstance(ends[1], NamedNode):
                self._above[triple.predicate].add((ends[0], ends[1]))
        self._findings: list[tuple[str, str, str]] = []

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each axiom and direction, in a fixed order.

        Raises:
            CheckFailed: an axiom of which no rule can be made, each with its subject and reason.
        """
        found: list[Rule] = []
        makers: tuple[Callable[[], Iterator[Rule]], ...] = (
            self._sub_properties, self._characteristics, self._inverses, self._chains,
            self._domains, self._sub_classes, self._expressions, self._keys, self._disjoint,
            self._assertions,
        )  # fmt: skip
        for make in makers:
            found.extend(make())
        self._outside()
        if self._findings:
            findings = [
                Finding.of("axiom-refused", "ontology", term=term, predicate=predicate, said=said)
                for term, predicate, said in sorted(set(self._findings))
            ]
            raise CheckFailed(f"{len(findings)} axioms are outside OWL 2 RL", findings)
        unique = dict.fromkeys(rule for rule in found if rule.head not in rule.body)
        if any(rule.head is not None and rule.head.predicate == OWL.sameAs for rule in unique):
            unique |= dict.fromkeys(EQUALITY)
        return tuple(unique)

    # -- reading -----------------------------------------------------------------------------

    def _refuse(self, subject: object, predicate: NamedNode, reason: str) -> None:
        named = str(subject) if isinstance(subject, NamedNode) else "[…]"
        self._findings.append((named, str(predicate), reason))

    def _stated(self, predicate: NamedNode) -> Iterator[tuple[Term, Term]]:
        for subject, values in self._objects.get(predicate, {}).items():
            for value in values:
                yield subject, value  # type: ignore[misc]

    def _each(
        self, predicate: NamedNode, make: Callable[[Term, Term], Iterable[Rule]]
    ) -> Iterator[Rule]:
        """The rules of every statement with a predicate; what cannot be made is refused."""
        for subject, value in self._stated(predicate):
            yield from self._attempt(subject, predicate, partial(make, subject, value))

    def _attempt(
        self, subject: object, predicate: NamedNode, make: Callable[[], Iterable[Rule]]
    ) -> Sequence[Rule]:
        try:
            rules = list(make())
            self._check(rules)
        except Refusal as refusal:
            self._refuse(subject, predicate, refusal.reason)
            return ()
        return rules

    def _check(self, rules: Iterable[Rule]) -> None:
        """Nothing is ever concluded about undeclared terms, so that no rule may wait for one."""
        for rule in rules:
            for atom in (*rule.body, *([rule.head] if rule.head else [])):
                term = atom.key
                reserved = isinstance(term, NamedNode) and term.value.startswith(str(OWL))
                if isinstance(term, NamedNode) and not reserved and term not in self.declared:
                    raise Refusal(f"{term} is not declared")

    def _typed(self, kind: NamedNode) -> list[NamedNode]:
        return sorted(
            (p for p, types in self._objects.get(RDF.type, {}).items()
             if kind in types and isinstance(p, NamedNode)), key=str,
        )  # fmt: skip

    def _pairs(self, predicate: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
        return sorted(self._above[predicate], key=str)

    # -- properties --------------------------------------------------------------------------

    def _sub_properties(self) -> Iterator[Rule]:
        for p, q in self._pairs(RDFS.subPropertyOf):
            if p != q and {p, q} <= self.declared:
                yield Rule("prp-spo1", (Atom(X, p, Y),), Atom(X, q, Y), (), (p, q))

        def more(sub: Term, above: Term) -> Iterator[Rule]:
            if isinstance(sub, BlankNode) or isinstance(above, BlankNode):
                body, head = self.property(sub, X, Y), self.property(above, X, Y)
                yield self._rule("prp-spo1", [body], head, body.predicate, head.predicate)

        def both(one: Term, other: Term) -> Iterator[Rule]:
            yield from more(one, other)
            yield from more(other, one)

        yield from self._each(RDFS.subPropertyOf, more)
        yield from self._each(OWL.equivalentProperty, both)

    def _characteristics(self) -> Iterator[Rule]:
        made: Mapping[NamedNode, Callable[[NamedNode], Iterable[Rule]]] = {
            OWL.SymmetricProperty:
                lambda p: [self._rule("prp-symp", [Atom(X, p, Y)], Atom(Y, p, X), p)],
            OWL.TransitiveProperty:
                lambda p: [self._rule("prp-trp", [Atom(X, p, Y), Atom(Y, p, Z)], Atom(X, p, Z), p)],
            OWL.AsymmetricProperty:
                lambda p: [self._rule("prp-asyp", [Atom(X, p, Y), Atom(Y, p, X)], None, p)],
            OWL.IrreflexiveProperty:
                lambda p: [self._rule("prp-irp", [Atom(X, p, X)], None, p)],
            OWL.FunctionalProperty:
                lambda p: self._single("prp-fp", p, Atom(X, p, Y), Atom(X, p, Z)),
            OWL.InverseFunctionalProperty:
                lambda p: self._single("prp-ifp", p, Atom(Y, p, X), Atom(Z, p, X)),
        }  # fmt: skip
        for kind, make in made.items():
            for prop in self._typed(kind):
                yield from self._attempt(prop, RDF.type, partial(make, prop))

    def _single(self, name: str, prop: NamedNode, *atoms: Atom) -> Iterator[Rule]:
        """A property of which there is one value, or one owner of a value."""
        kinds = self.get(prop, RDF.type)
        things = name == "prp-ifp" or OWL.DatatypeProperty not in kinds
        literals = name == "prp-fp" and OWL.ObjectProperty not in kinds
        for found in same(name, Condition(atoms), Y, Z):
            if things if found.head else literals:
                yield from self._made([found], [], [prop])

    def _inverses(self) -> Iterator[Rule]:
        def make(one: Term, other: Term) -> Iterator[Rule]:
            if isinstance(one, NamedNode) and isinstance(other, NamedNode):
                yield self._rule("prp-inv", [Atom(X, one, Y)], Atom(Y, other, X), one, other)
                yield self._rule("prp-inv", [Atom(X, other, Y)], Atom(Y, one, X), other, one)

        yield from self._each(OWL.inverseOf, make)

    def _chains(self) -> Iterator[Rule]:
        def make(p: Term, head: Term) -> Iterator[Rule]:
            steps = self.members(head)
            if not steps or not isinstance(p, NamedNode):
                raise Refusal("an empty chain, or one of an unnamed property")
            ends: list[Slot] = [X, *(Variable(f"x{n}") for n in range(1, len(steps))), Y]
            body = [self.property(step, ends[n], ends[n + 1]) for n, step in enumerate(steps)]
            predicates = [atom.predicate for atom in body]
            yield self._rule("prp-spo2", body, Atom(X, p, Y), p, *predicates)

        yield from self._each(OWL.propertyChainAxiom, make)

    def _domains(self) -> Iterator[Rule]:
        for name, predicate in (("prp-dom", RDFS.domain), ("prp-rng", RDFS.range)):
            pairs = {
                (p, c)
                for p, c in self._above[predicate]
                if p in self.declared and c in self.declared
            }
            for p, c in reduced(
                pairs, self._above[RDFS.subPropertyOf], self._above[RDFS.subClassOf], self.declared
            ):
                if c == OWL.Thing:
                    continue
                body = Atom(X, p, Y) if name == "prp-dom" else Atom(Y, p, X)
                yield self._rule(name, [body], Atom(X, RDF.type, c), p, c)

        def make(name: str) -> Callable[[Term, Term], Iterator[Rule]]:
            def rules(p: Term, kind: Term) -> Iterator[Rule]:
                ends = (X, Y) if name == "prp-dom" else (Y, X)
                unnamed = isinstance(p, BlankNode) or isinstance(kind, BlankNode)
                if unnamed and not self._is_data_range(kind):
                    atom = self.property(p, *ends)
                    yield from self._made(
                        self.right(kind, X), [Condition((atom,))], [atom.predicate], name=name
                    )

            return rules

        yield from self._each(RDFS.domain, make("prp-dom"))
        yield from self._each(RDFS.range, make("prp-rng"))

    def _is_data_range(self, node: Term) -> bool:
        return RDFS.Datatype in self.get(node, RDF.type)

    # -- classes -----------------------------------------------------------------------------

    def _sub_classes(self) -> Iterator[Rule]:
        for c, d in self._pairs(RDFS.subClassOf):
            if d == OWL.Nothing and c != OWL.Nothing:
                yield Rule("cls-nothing2", (Atom(X, RDF.type, c),), None, (), (c,))
            elif c not in (d, OWL.Thing, OWL.Nothing) and d in self.declared:
                yield Rule("cax-sco", (Atom(X, RDF.type, c),), Atom(X, RDF.type, d), (), (c, d))
        yield Rule("cls-nothing2", (Atom(X, RDF.type, OWL.Nothing),), None, (), (OWL.Nothing,))

    def _expressions(self) -> Iterator[Rule]:
        def sub(one: Term, other: Term) -> Iterator[Rule]:
            if isinstance(one, BlankNode) or isinstance(other, BlankNode):
                terms = [term for term in (one, other) if isinstance(term, NamedNode)]
                yield from self._made(self.right(other, X), self.left(one, X), terms)

        def both(one: Term, other: Term) -> Iterator[Rule]:
            yield from sub(one, other)
            yield from sub(other, one)

        yield from self._each(RDFS.subClassOf, sub)
        yield from self._each(OWL.equivalentClass, both)

        def described(kind: Term, _: Term) -> Iterator[Rule]:
            # A named class that is itself described is equivalent to what describes it.
            if not isinstance(kind, NamedNode) or self._is_data_range(kind):
                return
            yield from self._made(self.right(kind, X), self.left_description(kind, X), [kind])
            yield from self._made(self.right_description(kind, X), self.left(kind, X), [kind])

        for form in ("intersectionOf", "unionOf", "oneOf", "complementOf", "someValuesFrom",
                     "allValuesFrom", "hasValue", "maxCardinality"):  # fmt: skip
            yield from self._each(OWL[form], described)

    def _keys(self) -> Iterator[Rule]:
        def make(kind: Term, head: Term) -> Iterator[Rule]:
            values = [(prop, self.fresh()) for prop in self.members(head)]
            if not values:
                raise Refusal("owl:hasKey without properties")
            keyed = [self.property(p, one, v) for one in (X, Y) for p, v in values]
            filters = ("FILTER(!sameTerm(?x, ?y) && isIRI(?x) && isIRI(?y))",)
            head_atom = Atom(X, OWL.sameAs, Y)
            terms = [
                term for term in (kind, *(p for p, _ in values)) if isinstance(term, NamedNode)
            ]
            for one in self.left(kind, X):
                for other in self.left(kind, Y):
                    both = one.and_(other, Condition(tuple(keyed)))
                    if both is not None:
                        yield Rule("prp-key", both.atoms, head_atom, filters, tuple(terms))

        yield from self._each(OWL.hasKey, make)

    def _disjoint(self) -> Iterator[Rule]:
        def classes(one: Term, other: Term) -> Iterator[Rule]:
            terms = tuple(term for term in (one, other) if isinstance(term, NamedNode))
            for left in self.left(one, X):
                for right in self.left(other, X):
                    both = left.and_(right)
                    if both is not None:
                        yield Rule("cax-dw", both.atoms, None, (), terms)

        def properties(one: Term, other: Term) -> Iterator[Rule]:
            atoms = (self.property(one, X, Y), self.property(other, X, Y))
            yield Rule("prp-pdw", atoms, None, (), tuple(a.predicate for a in atoms))  # type: ignore[misc]

        yield from self._each(OWL.disjointWith, classes)
        yield from self._each(OWL.propertyDisjointWith, properties)
        groups = {OWL.AllDisjointClasses: classes, OWL.AllDisjointProperties: properties}

        def group(node: Term, head: Term) -> Iterator[Rule]:
            for kind, make in groups.items():
                if kind in self.get(node, RDF.type):
                    for one, other in combinations(self.members(head), 2):
                        yield from make(one, other)

        yield from self._each(OWL.members, group)

    # -- assertions --------------------------------------------------------------------------

    def _assertions(self) -> Iterator[Rule]:
        def different(node: Term, head: Term) -> Iterator[Rule]:
            if OWL.AllDifferent in self.get(node, RDF.type):
                for one, other in combinations(self.members(head), 2):
                    body = (Atom(one, OWL.sameAs, other),)
                    yield Rule("eq-diff2", body, None, (), (one, other))

        def negative(node: Term, prop: Term) -> Iterator[Rule]:
            subject = self.one(node, OWL.sourceIndividual)
            values = (*self.get(node, OWL.targetIndividual), *self.get(node, OWL.targetValue))
            if subject is None or len(values) != 1:
                raise Refusal("a negative property assertion without source or target")
            atom = self.property(prop, subject, values[0])
            yield Rule("prp-npa", (atom,), None, (), (subject, atom.predicate, values[0]))  # type: ignore[arg-type]

        yield Rule("eq-diff1", (Atom(X, OWL.differentFrom, X),), None)
        yield from self._each(OWL.members, different)
        yield from self._each(OWL.distinctMembers, different)
        yield from self._each(OWL.assertionProperty, negative)

    def _outside(self) -> None:
        for kind, words in _OUTSIDE.items():
            for term in self._typed(kind):
                self._refuse(term, RDF.type, words)
        for predicate, words in _OUTSIDE_PREDICATES.items():
            for subject, _ in self._stated(predicate):
                self._refuse(subject, predicate, words)

    # -- making ------------------------------------------------------------------------------

    def _rule(self, name: str, body: Sequence[Atom], head: Atom | None, *axiom: object) -> Rule:
        return Rule(name, tuple(body), head, guard(body, head), _named(axiom))

    def _made(
        self,
        consequences: Iterable[Consequence],
        conditions: Sequence[Condition],
        terms: Sequence[object],
        name: str = "",
    ) -> Iterator[Rule]:
        """One rule for each way to fulfil a condition and each thing that follows of it."""
        for consequence in consequences:
            for condition in conditions or [Condition()]:
                joined = condition.and_(consequence.condition)
                if joined is None:
                    continue
                head = consequence.head and consequence.head.fill(joined.where)
                if not joined.atoms and not (head and not head.variables):
                    raise Refusal("owl:Thing on the left side")
                rule = consequence.name if not name or head is None else name
                filters = (*consequence.filters, *guard(joined.atoms, head))
                yield Rule(rule, joined.atoms, head, filters, _named(terms))


def _named(terms: Iterable[object]) -> tuple[Term, ...]:
    return tuple(term for term in terms if isinstance(term, NamedNode | Literal))
