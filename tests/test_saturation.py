"""Saturation gives what applying every rule to everything gives, with fewer matches."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple, Variable

from kg.contradiction import contradictions
from kg.fact_store import FactStore
from kg.namespaces import RDF
from kg.rules import Atom, Rule
from kg.rules.redundancy import Redundancy
from kg.rules.rule import guard
from kg.saturation import saturate
from kg.waiting import ordered

X, Y, Z = (Variable(name) for name in "xyz")
P, Q, R, A, B = (NamedNode(f"http://a.example/{name}") for name in "pqrAB")
NODES = [NamedNode(f"http://a.example/n{n}") for n in range(5)]


def rule(body: Sequence[Atom], head: Atom, *filters: str) -> Rule:
    return Rule("a-rule", tuple(body), head, (*guard(body, head), *filters))


def there(predicate: NamedNode, one: Variable = X, other: Variable = Y) -> Atom:
    return Atom(one, predicate, other)


def back(predicate: NamedNode) -> Atom:
    return Atom(Y, predicate, X)


def kind(of: Variable, one: NamedNode) -> Atom:
    return Atom(of, RDF.type, one)


def transitive(predicate: NamedNode) -> Rule:
    return chain(predicate, predicate, predicate)


def chain(one: NamedNode, other: NamedNode, way: NamedNode) -> Rule:
    return rule([there(one), there(other, Y, Z)], there(way, X, Z))


def fixpoint(facts: Sequence[Triple], rules: Sequence[Rule]) -> set[Quad]:
    """What follows, by applying each rule to everything until none adds anything."""
    store = FactStore.of(facts)
    found: set[Quad] = set()
    while more := {quad for one in rules for quad in store.new(one)}:
        found |= more
        store.add(list(more))
    return found


predicates = st.sampled_from([P, Q, R])
ends = st.sampled_from([(X, Y), (Y, X)])
edges = st.builds(lambda p, xy: Atom(xy[0], p, xy[1]), predicates, ends)
kinds = st.builds(kind, st.sampled_from([X, Y]), st.sampled_from([A, B]))
filters = st.sampled_from(
    [(), (), (), ("FILTER(isIRI(?y))",), ("FILTER(!isLiteral(?x))",), ("FILTER(?x != ?y)",)]
)
hops = st.builds(lambda body, head, more: rule([body], head, *more), edges, edges | kinds, filters)
classes = st.builds(
    lambda one, other: rule([kind(X, one)], kind(X, other)),
    *[st.sampled_from([A, B, P])] * 2,
)
turned = st.builds(
    lambda one, other, head: rule([one, Atom(Y, other, Z)], Atom(Z, head, X)), edges, predicates,
    predicates,
)  # fmt: skip
# What is said of a property, of one below it, and of both.
thirds = st.builds(
    lambda below, above, end, one, more: [
        rule([below], there(above)),
        rule([there(above)], kind(end, one)),
        rule([below], kind(end, one), *more),
    ],
    edges, predicates, st.sampled_from([X, Y]), st.sampled_from([A, B]), filters,
)  # fmt: skip
single = st.one_of(
    hops, hops, classes, turned,
    st.builds(transitive, predicates), st.builds(chain, predicates, predicates, predicates),
)  # fmt: skip
rules_ = st.lists(
    st.one_of(single, single, single, thirds).map(lambda r: r if isinstance(r, list) else [r]),
    min_size=2, max_size=9,
).map(lambda lists: [one for each in lists for one in each])  # fmt: skip
facts_ = st.lists(
    st.builds(
        Triple, st.sampled_from(NODES), predicates, st.sampled_from([*NODES, *NODES, Literal("a")])
    ),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(rules_, facts_)
def test_saturation_gives_what_applying_every_rule_to_everything_gives(
    rules: list[Rule], facts: list[Triple]
) -> None:
    note("\n".join(f"{one.body} => {one.head} {one.filters}" for one in rules))
    found = saturate(FactStore.of(facts), ordered(dict.fromkeys(rules)), len(facts))
    assert len(found) == len(set(found))
    assert set(found) == fixpoint(facts, rules)


def test_random_rules_are_redundant_in_every_way() -> None:
    seen = {"given back": 0, "said by a third": 0, "lengthened": 0, "not": 0}

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(rules_)
    def look(rules: list[Rule]) -> None:
        found = Redundancy(rules)
        for number, one in enumerate(rules):
            for maker, other in enumerate(rules):
                if not found.repeats(number, maker):
                    seen["not"] += 1
                elif len(one.body) == 2:
                    seen["lengthened"] += 1
                elif Redundancy([one, other]).repeats(0, 1):
                    seen["given back"] += 1
                else:
                    seen["said by a third"] += 1

    look()
    assert min(seen.values()) > 10, seen


LENGTHENING = chain(P, Q, P)
BACKWARDS = rule([there(P), there(Q, Z, Y)], there(P, Z, X))


@pytest.mark.parametrize(
    ("why", "rules", "expected"),
    [
        ("an inverse gives back what it came from",
         [rule([there(P)], back(Q)), rule([there(Q)], back(P))], True),
        ("the domain of an inverse is the range of the other",
         [rule([there(P)], kind(X, A)), rule([back(Q)], there(P)), rule([back(Q)], kind(X, A))],
         True),
        ("the other has no such range",
         [rule([there(P)], kind(X, A)), rule([back(Q)], there(P)), rule([there(Q)], kind(X, A))],
         False),
        ("a filter keeps the third rule from saying it",
         [rule([there(P)], kind(X, A)), rule([there(Q)], there(P)),
          rule([there(Q)], kind(X, A), "FILTER(isIRI(?y))")], False),
        ("the maker's own guard is the third rule's",
         [rule([there(P)], kind(X, A)), rule([there(Q)], there(P), "FILTER(isIRI(?y))"),
          rule([there(Q)], kind(X, A), "FILTER(isIRI(?y))")], True),
        ("the rule's own guard is the third rule's, of the same thing under another name",
         [rule([there(P)], kind(X, A), "FILTER(isIRI(?y))"), rule([back(Q)], there(P)),
          rule([there(Q)], kind(Y, A), "FILTER(isIRI(?x))")], True),
        ("a filter that is no guard is not understood",
         [rule([there(P)], kind(X, A)), rule([there(Q)], there(P), "FILTER(?x != ?y)"),
          rule([there(Q)], kind(X, A), "FILTER(?x != ?y)")], False),
        ("a class below a class below", [
            rule([kind(X, A)], kind(X, B)), rule([there(P)], kind(X, A)),
            rule([there(P)], kind(X, B))], True),
        ("what the maker concludes is not matched",
         [rule([there(P)], back(Q)), rule([there(R)], there(R, Y, X))], False),
        ("two steps of a transitive property are one",
         [LENGTHENING, LENGTHENING, transitive(Q)], True),
        ("two steps in front of a way",
         [chain(Q, P, P), chain(Q, P, P), transitive(Q)], True),
        ("the step is not transitive", [LENGTHENING, LENGTHENING, transitive(R)], False),
        ("transitivity itself needs all steps", [transitive(P), transitive(P)], False),
        ("another rule made the way",
         [LENGTHENING, rule([there(R)], there(P)), transitive(Q)], False),
        ("a way that goes back is not the same way made longer",
         [BACKWARDS, BACKWARDS, transitive(Q)], False),
        ("what was made may match the second of two patterns",
         [rule([there(P), there(P, Y, Z)], kind(X, A)), rule([there(Q)], there(P)),
          rule([there(Q)], kind(X, A))], False),
        ("a rule of two patterns may meet other facts", [chain(P, Q, R), rule([back(R)], there(P))],
         False),
    ],
)  # fmt: skip
def test_a_rule_need_not_look_again_at(why: str, rules: list[Rule], expected: bool) -> None:
    maker = 0 if rules[0] == rules[1] else 1
    assert Redundancy(rules).repeats(0, maker) is expected, why


def test_conclusions_that_no_rule_asks_for_are_not_put_into_the_store() -> None:
    told = [Triple(NODES[0], P, NODES[1])]
    used, unused = rule([there(P)], back(Q)), rule([there(Q)], kind(X, A))
    store = FactStore.of(told)
    found = saturate(store, ordered([used, unused]), len(told))
    one, other = Quad(NODES[1], Q, NODES[0]), Quad(NODES[1], RDF.type, A)
    assert found == [one, other]
    assert store.holds(one)
    assert not store.holds(other)


@pytest.mark.parametrize("head", [kind(X, A), Atom(X, RDF.type, Z)])
def test_two_rules_with_one_conclusion_conclude_it_once(head: Atom) -> None:
    told = [Triple(NODES[0], P, NODES[1]), Triple(NODES[0], Q, A)]
    rules = [rule([there(P)], kind(X, A)), rule([there(Q, X, Z)], head)]
    for several in (rules, rules[::-1]):
        found = saturate(FactStore.of(told), several, len(told))
        assert found == [Quad(NODES[0], RDF.type, A)]


def test_contradictions_are_looked_for_among_conclusions() -> None:
    told = [Triple(NODES[0], P, NODES[1])]
    clash = Rule("cax-dw", (kind(X, A), kind(X, B)), None)
    rules = [rule([there(P)], kind(X, A)), rule([there(P)], kind(X, B)), clash]
    store = FactStore.of(told)
    saturate(store, rules, len(told))
    assert [match[X] for match in store.matches(clash, {})] == [NODES[0]]


@pytest.mark.parametrize(("other", "expected"), [(X, 1), (Y, 2)])
def test_facts_exclude_each_other_as_the_rule_has_it(other: Variable, expected: int) -> None:
    told = [Triple(NODES[n], RDF.type, one) for n, one in ((0, A), (0, B), (1, A))]
    store = FactStore.of(told)
    clash = Rule("cax-dw", (kind(X, A), kind(other, B)), None)
    found = [one.triples for one in contradictions(store, [clash])]
    assert [told[0], told[1]] in map(list, found)
    assert len(found) == expected


def test_classes_without_a_member_in_common_do_not_exclude_each_other() -> None:
    store = FactStore.of([Triple(NODES[0], RDF.type, A), Triple(NODES[1], RDF.type, B)])
    apart = Rule("cax-dw", (kind(X, A), kind(X, B)), None)
    assert not list(contradictions(store, [apart]))
    assert len(list(contradictions(store, [Rule("cax-dw", (kind(X, A), kind(Y, B)), None)]))) == 1
