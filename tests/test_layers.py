"""The layers of a graph, each under its IRI, and what reasoning may add to them."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.graph import Graph
from kg.layout import Layout
from kg.namespaces import DCTERMS, ECC, OWL, PROV, RDF, SCHEMA, SKOS, VOID
from kg.project import Project
from kg.reasoning import closure
from kg.schema import Schema
from kg.store import Store
from tests.corpus import ECODIP, ROOT, Corpus

BASE = "https://w3id.org/ecodip/"
SOURCES = ("visit", "memo")


@pytest.fixture(scope="module")
def small(pristine: Corpus) -> Project:
    return Project(pristine.root, texts=pristine.texts)


@pytest.fixture(scope="module")
def graph(small: Project) -> Graph:
    """The graph of the invented project."""
    return small.assemble()


def thing(name: str) -> NamedNode:
    return NamedNode(f"{BASE}id/{name}")


def stands(graph: Graph, layer: str, subject: str, predicate: str, value: str) -> bool:
    """Whether a layer states something of the project's own things and properties."""
    wanted = (thing(subject), ECODIP[predicate], thing(value))
    return any((q.subject, q.predicate, q.object) == wanted for q in graph.layers[layer])


def test_each_layer_has_its_own_graphs(graph: Graph) -> None:
    graphs = {name: {q.graph_name.value for q in quads} for name, quads in graph.layers.items()}
    assert graphs == {
        "asserted": {f"{BASE}source/{name}" for name in SOURCES},
        "evidence": {f"{BASE}source/{name}/evidence" for name in SOURCES},
        "authority": {f"{BASE}graph/authority"},
        "ontology": {f"{BASE}graph/ontology"},
        "inferred": {f"{BASE}graph/inferred"},
        "dataset": {f"{BASE}graph/dataset"},
    }


def test_the_layer_of_a_graph_is_told_by_its_name(graph: Graph) -> None:
    layout = Layout(ROOT)
    for name, quads in graph.layers.items():
        assert {layout.layer_of(q.graph_name) for q in quads} == {name}
    assert layout.layer("authority") == NamedNode(f"{BASE}graph/authority")


def test_the_description_of_a_source_stands_in_its_evidence(graph: Graph) -> None:
    source = NamedNode(f"{BASE}source/visit")
    said = {q.predicate: q for q in graph.layers["evidence"] if q.subject == source}
    assert {RDF.type, DCTERMS["title"], SCHEMA.sha256, ECC.textLength} <= set(said)
    assert {q.graph_name.value for q in said.values()} == {f"{BASE}source/visit/evidence"}


def test_the_same_statement_of_two_sources_stands_in_both(graph: Graph) -> None:
    typed = [
        q.graph_name.value
        for q in graph.layers["asserted"]
        if (q.subject, q.predicate, q.object)
        == (thing("loria-trade"), RDF.type, ECODIP.Agency)
    ]  # fmt: skip
    assert typed == [f"{BASE}source/memo", f"{BASE}source/visit"]


def test_only_ontology_and_description_have_blank_nodes(graph: Graph) -> None:
    nameless = {
        name
        for name, quads in graph.layers.items()
        for q in quads
        if BlankNode in (type(q.subject), type(q.object))
    }
    assert nameless <= {"ontology", "dataset"}


def test_the_description_counts_what_is_there_and_names_the_inputs(graph: Graph) -> None:
    said = {(q.subject, q.predicate): q.object for q in graph.layers["dataset"]}
    dataset = NamedNode(f"{BASE}dataset")
    facts = {
        (q.subject, q.predicate, q.object)
        for layer in ("asserted", "authority")
        for q in graph.layers[layer]
    }
    assert said[dataset, VOID.triples].value == str(len(facts))  # type: ignore[union-attr]
    assert said[dataset, VOID.entities].value == str(len({s for s, _, _ in facts}))  # type: ignore[union-attr]
    inputs = {q.object for q in graph.layers["dataset"] if q.predicate == PROV.wasDerivedFrom}
    names = {said[node, DCTERMS.identifier].value for node in inputs}  # type: ignore[index, union-attr]
    assert {"seeds/visit.ann", "seeds/memo.ttl", "seeds/authority.ttl", "ontology/core.ttl",
            "ontology/ecodip.ttl", "ontology/context.jsonld", "shapes/core/sources.ttl",
            "shapes/evidence.ttl"} <= names  # fmt: skip
    assert all(len(said[node, SCHEMA.sha256].value) == 64 for node in inputs)  # type: ignore[index, union-attr]


def test_the_quads_are_the_layers_in_one_order(graph: Graph) -> None:
    assert len(graph.quads) == sum(graph.counts().values())
    assert Counter(q.graph_name for q in graph.quads) == Counter(
        q.graph_name for quads in graph.layers.values() for q in quads
    )


# -- what reasoning adds -------------------------------------------------------------------------

# The number of an inference in the design, what is inferred in the invented project.
INFERRED = (
    ("a leader takes part", "mission-borduria-2019", "hasParticipant", "ada-lee"),
    ("I2, based within", "szohod-mills", "isBasedIn", "borduria"),
    ("I4, office within", "loria-trade", "hasOfficeIn", "borduria"),
    ("co-signatories, one way", "loria-trade", "isPartnerOf", "szohod-mills"),
    ("co-signatories, the other way", "szohod-mills", "isPartnerOf", "loria-trade"),
)


@pytest.mark.parametrize("row", INFERRED, ids=[row[0] for row in INFERRED])
def test_an_expected_inference_is_made(row: tuple[str, ...], graph: Graph) -> None:
    assert stands(graph, "inferred", *row[1:])
    assert not stands(graph, "asserted", *row[1:])


def test_a_signatory_is_not_made_of_whom_it_acts_for(graph: Graph) -> None:
    for layer in ("asserted", "inferred"):
        assert not stands(graph, layer, "memorandum-2019", "hasSignatory", "loria")
        assert not stands(graph, layer, "loria", "isPartnerOf", "szohod-mills")


def test_who_organizes_does_not_thereby_take_part(graph: Graph) -> None:
    mission = ("mission-borduria-2019", "hasOrganizer", "loria-trade")
    assert stands(graph, "asserted", *mission)
    for layer in ("asserted", "inferred"):
        assert not stands(graph, layer, mission[0], "hasParticipant", mission[2])


def test_a_denial_or_plan_infers_nothing(small: Project) -> None:
    # visit denies an office in Borduria; the memo, which states one within it, is left out.
    reading = small.reading
    visit = [q for q in reading.layers.asserted if q.graph_name.value.endswith("visit")]
    found = closure([*visit, *reading.authority], reading.ontology)
    assert not [t for t in found.triples if t.predicate == ECODIP.hasOfficeIn]
    planned = thing("mission-borduria-2020")
    assert not [t for t in found.triples
                if t.subject == planned and t.predicate == ECODIP.startDate]  # fmt: skip


@pytest.fixture(scope="module")
def real(project: Project) -> dict[str, list[Quad]]:
    """The layers of the real project."""
    found: dict[str, list[Quad]] = {}
    for quad in project.store.quads():
        found.setdefault(project.layout.layer_of(quad.graph_name), []).append(quad)
    return found


def test_what_is_inferred_is_about_things_and_new(real: dict[str, list[Quad]]) -> None:
    schema = Schema.of(real["ontology"])
    stated = {
        (q.subject, q.predicate, q.object)
        for layer in ("asserted", "authority", "ontology")
        for q in real[layer]
    }
    things = {q.subject for layer in ("asserted", "authority") for q in real[layer]}
    assert len(real["inferred"]) > 100
    for q in real["inferred"]:
        assert not isinstance(q.subject, Literal)
        assert not isinstance(q.object, BlankNode)
        assert (q.subject, q.predicate, q.object) not in stated
        assert q.subject in things
        assert not (q.predicate == OWL.sameAs and q.subject == q.object)
        assert q.predicate in schema.declared | {RDF.type, OWL.sameAs}
        if q.predicate == RDF.type:
            assert q.object in schema.declared
            assert q.object not in (OWL.Thing, ECC.Claim)


def test_concepts_and_terms_of_the_ontology_are_not_reasoned_about(
    real: dict[str, list[Quad]],
) -> None:
    schema = Schema.of(real["ontology"])
    foreign = set(schema.concepts.values()) | schema.declared
    assert not {q.subject for q in real["inferred"]} & foreign


def test_the_inferences_of_the_design_hold_on_the_real_project(
    real: dict[str, list[Quad]],
) -> None:
    facts = {(q.subject, q.predicate, q.object)
             for layer in ("asserted", "authority", "inferred") for q in real[layer]}  # fmt: skip
    inferred = {(q.subject, q.predicate, q.object) for q in real["inferred"]}
    by: dict[NamedNode, set[tuple[object, object]]] = {}
    for subject, predicate, value in facts:
        by.setdefault(predicate, set()).add((subject, value))

    def chain(*names: str) -> set[tuple[object, object]]:
        first, second = (by.get(ECODIP[n], set()) for n in names)
        return {(a, d) for a, b in first for c, d in second if b == c}

    roles = ("hasBuyer", "hasSupplier", "hasInvestor")
    rules = {
        "isWithin": chain("isWithin", "isWithin"),
        "isBasedIn": chain("isBasedIn", "isWithin"),
        "takesPlaceIn": chain("takesPlaceIn", "isWithin"),
        "hasOfficeIn": chain("hasOfficeIn", "isWithin"),
        "isSubEventOf": chain("isSubEventOf", "isSubEventOf"),
        "hasSignatory": set().union(*(by[ECODIP[n]] for n in roles)),
        "hasParticipant": by[ECODIP.isLedBy],
        "hasTenure": {(b, a) for a, b in by[ECODIP.hasHolder]},
        "hasHeldPost": chain("hasTenure", "hasPost"),
        "isPartnerOf": {(b, a) for a, b in by.get(ECODIP.isPartnerOf, set())},
    }
    for name, pairs in rules.items():
        assert pairs <= by.get(ECODIP[name], set()), name
    used = {name for name, pairs in rules.items()
            if any((a, ECODIP[name], b) in inferred for a, b in pairs)}  # fmt: skip
    # Those that the documents give occasion for: a rule that never fires proves nothing.
    assert {"isWithin", "isBasedIn", "takesPlaceIn", "hasTenure", "hasHeldPost"} <= used


def test_no_part_of_a_mission_has_its_organizer_by_inference(
    real: dict[str, list[Quad]],
) -> None:
    parts = {q.subject for q in real["asserted"] if q.predicate == ECODIP.isSubEventOf}
    assert parts
    assert not [q for q in real["inferred"] if q.predicate == ECODIP.hasOrganizer]


RULES = (
    ("I3", [("a-mission", "takesPlaceIn", "szohod")], ("a-mission", "takesPlaceIn", "borduria")),
    ("I6", [("a-visit", "isSubEventOf", "a-leg"), ("a-leg", "isSubEventOf", "a-mission")],
     ("a-visit", "isSubEventOf", "a-mission")),
    ("a buyer is a party", [("an-order", "hasBuyer", "loria-trade")],
     ("an-order", "hasSignatory", "loria-trade")),
    ("I7", [("ada-lee", "hasTenure", "a-tenure"), ("a-tenure", "hasPost", "a-post")],
     ("ada-lee", "hasHeldPost", "a-post")),
    ("I9", [("szohod", "isTwinnedWith", "loria")], ("loria", "isPartnerOf", "szohod")),
)  # fmt: skip


@pytest.fixture(scope="module")
def derived(small: Project) -> set[tuple[object, object, object]]:
    """What follows from the premises of all rules, and from a company's sector."""
    reading, graph = small.reading, NamedNode(f"{BASE}source/visit")
    premises = [premise for _, stated, _ in RULES for premise in stated]
    quads = [Quad(thing(s), ECODIP[p], thing(o), graph) for s, p, o in premises]
    # The reasoner speaks of things that are described: one that only is an object is none.
    quads += [Quad(thing(o), SKOS.prefLabel, Literal("x"), graph) for _, _, o in premises]
    quads.append(Quad(thing("szohod-mills"), ECODIP.hasSector, broader(small)[0], graph))
    found = closure([*quads, *reading.authority], reading.ontology)
    return {(t.subject, t.predicate, t.object) for t in found.triples}


def broader(project: Project) -> tuple[NamedNode, NamedNode]:
    """A concept and its broader one."""
    return next(
        (q.subject, q.object)  # type: ignore[misc]
        for q in project.reading.ontology
        if q.predicate == SKOS.broader and "ecodip/scheme" in str(q.subject)
    )


@pytest.mark.parametrize(("name", "stated", "expected"), RULES, ids=[row[0] for row in RULES])
def test_a_rule_that_the_documents_may_not_need_yet_works(
    name: str,
    stated: list[tuple[str, str, str]],
    expected: tuple[str, str, str],
    derived: set[tuple[object, object, object]],
) -> None:
    subject, predicate, value = expected
    assert (thing(subject), ECODIP[predicate], thing(value)) in derived


def test_broader_sectors_are_inherited(
    small: Project, derived: set[tuple[object, object, object]]
) -> None:
    assert (thing("szohod-mills"), ECODIP.hasSector, broader(small)[1]) in derived


def test_reasoning_does_not_depend_on_the_order_of_statements(small: Project, graph: Graph) -> None:
    reading = small.reading
    data = [*reading.layers.asserted, *reading.authority]
    again = closure(data[::-1], reading.ontology[::-1], reading.rules)
    assert len(again.triples) == len(set(again.triples)) == len(graph.layers["inferred"])
    assert set(again.triples) == {quad.triple for quad in graph.layers["inferred"]}


def test_a_statement_of_two_layers_counts_once() -> None:
    node = NamedNode("http://a.example/a")
    graphs = [NamedNode(f"http://a.example/{name}") for name in "gh"]
    store = Store.of(Quad(node, node, node, graph) for graph in graphs)
    (row,) = store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    (named,) = store.select("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert (row.n, named.n) == (1, 2)
    assert len(list(store.quads())) == 2
