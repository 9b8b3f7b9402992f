"""Delete and rederive gives what reasoning over everything gives, edit after edit."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Triple

from kg.contradiction import contradictions
from kg.fact_store import FactStore
from kg.facts import Facts
from kg.namespaces import OWL
from kg.reasoning import rules_of
from kg.rederivation import rederive
from kg.rules import Rule
from kg.rules.axioms import EQUALITY
from kg.saturation import saturate
from kg.terms import stored_term
from kg.waiting import ordered
from tests.test_rules import DECLARED, FAMILIES, fact, quads

INFERRED = NamedNode("http://a.example/inferred")
HIDDEN = NamedNode("http://a.example/one/evidence")
SOURCES = [NamedNode(f"http://a.example/{name}") for name in ("one", "two")]


def stored(quad: Quad | Triple) -> Triple:
    return Triple(quad.subject, quad.predicate, stored_term(quad.object))


class Sources:
    """Two sources in a store, each with facts that may be exchanged."""

    def __init__(self, ontology: str) -> None:
        self.ontology = quads(DECLARED + ontology)
        self.facts = Facts.under(self.ontology)
        self.rules: tuple[Rule, ...] = ordered(dict.fromkeys((*rules_of(self.ontology), *EQUALITY)))
        self.engine = ox.Store()
        self.told: dict[NamedNode, set[Triple]] = {source: set() for source in SOURCES}
        # Claims say what is denied: whatever follows of them must not be concluded.
        noise = quads(":i a :A , :B ; :p :j , :i ; :q :k . :j :p :k .")
        self.engine.extend(Quad(q.subject, q.predicate, q.object, HIDDEN) for q in noise)
        self.store = FactStore(
            self.engine,
            INFERRED,
            'STRENDS(STR({graph}), "/evidence")',
            lambda graph: graph.value.endswith("/evidence"),
        )
        # Some axioms, such as an enumeration, conclude something of nothing.
        self.store.add(sorted(triples_of(self.expected().engine), key=str))

    def exchange(self, source: NamedNode, facts: set[Triple]) -> tuple[set[Triple], set[Triple]]:
        """Give a source other facts; return what was added to and removed from the inferred."""
        before = set().union(*self.told.values())
        old, self.told[source] = self.told[source], facts
        after = set().union(*self.told.values())

        def apply() -> None:
            for t in old - facts:
                self.engine.remove(Quad(t.subject, t.predicate, t.object, source))
            self.engine.extend(Quad(t.subject, t.predicate, t.object, source) for t in facts - old)

        found = rederive(
            self.store, self.rules, self.facts,
            added=after - before, removed=before - after, apply=apply, size=len(after),
        )  # fmt: skip
        self.clashes = found.contradictions
        return set(found.added), set(found.removed)

    def inferred(self) -> set[Triple]:
        return triples_of(self.engine, INFERRED)

    def expected(self) -> FactStore:
        """A store in which everything was reasoned over at once."""
        told = {*set().union(*self.told.values()), *self.facts.of(self.ontology)}
        store = FactStore.of(map(stored, told))
        store.add(saturate(store, self.rules, len(told)))
        return store


def triples_of(engine: ox.Store, graph: NamedNode | None = None) -> set[Triple]:
    found = engine.quads_for_pattern(None, None, None, graph)
    return {Triple(q.subject, q.predicate, q.object) for q in found}


facts = st.lists(fact, max_size=6)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_edits_leave_what_full_reasoning_gives(family: str, data: st.DataObject) -> None:
    axioms = data.draw(st.lists(st.one_of(FAMILIES[family]), min_size=1, max_size=5))
    edits = data.draw(st.lists(st.tuples(st.sampled_from(SOURCES), facts), min_size=2, max_size=5))
    note("\n".join((*axioms, *(f"-- {source} {told}" for source, told in edits))))
    sources = Sources("\n".join(axioms))
    assume(not any(contradictions(sources.expected(), sources.rules)))
    for source, told in edits:
        before = sources.inferred()
        found = set(map(stored, quads("\n".join(told))))
        added, removed = sources.exchange(source, {t for t in found if sources.facts.speaks(t)})
        expected = sources.expected()
        told = set().union(*sources.told.values())
        new = triples_of(expected.engine) - told
        assert sources.inferred() == {t for t in new if sources.facts.keeps(t)}
        assert before - removed | added == sources.inferred()
        assert not added & removed
        # A contradiction is told when it comes; the build stops there.
        if clashes := tuple(contradictions(expected, sources.rules)):
            assert sources.clashes
            assert set(sources.clashes) <= set(clashes)
            return
        assert sources.clashes == ()


def test_a_conclusion_with_another_support_stays() -> None:
    sources = Sources(":p rdfs:subPropertyOf :r . :q rdfs:subPropertyOf :r .")
    sources.exchange(SOURCES[0], set(map(stored, quads(":i :p :j ."))))
    sources.exchange(SOURCES[1], set(map(stored, quads(":i :q :j ."))))
    assert sources.exchange(SOURCES[0], set()) == (set(), set())
    added, removed = sources.exchange(SOURCES[1], set())
    assert (added, removed) == (set(), set(map(stored, quads(":i :r :j ."))))


def test_a_circle_does_not_support_itself() -> None:
    sources = Sources(":p a owl:SymmetricProperty , owl:TransitiveProperty .")
    sources.exchange(SOURCES[0], set(map(stored, quads(":i :p :j . :j :p :k ."))))
    assert len(sources.inferred()) == 7
    sources.exchange(SOURCES[0], set())
    assert sources.inferred() == set()


def test_a_conclusion_that_becomes_a_statement_is_inferred_no_longer() -> None:
    sources = Sources(":p rdfs:subPropertyOf :q . :q rdfs:domain :A .")
    sources.exchange(SOURCES[0], set(map(stored, quads(":i :p :j ."))))
    added, removed = sources.exchange(SOURCES[1], set(map(stored, quads(":i :q :j ."))))
    assert (added, removed) == (set(), set(map(stored, quads(":i :q :j ."))))
    added, removed = sources.exchange(SOURCES[1], set())
    assert (added, removed) == (set(map(stored, quads(":i :q :j ."))), set())


def test_a_new_fact_that_contradicts_an_old_one_is_told() -> None:
    sources = Sources(":A owl:disjointWith :B . :p rdfs:domain :B .")
    sources.exchange(SOURCES[0], set(map(stored, quads(":i a :A ."))))
    assert sources.clashes == ()
    sources.exchange(SOURCES[1], set(map(stored, quads(":i :p :j ."))))
    assert [clash.rule.name for clash in sources.clashes] == ["cax-dw"]
    assert OWL.sameAs not in {t.predicate for t in sources.inferred()}
