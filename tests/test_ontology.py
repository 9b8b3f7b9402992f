"""The ontology, its alignments, the dataset description and the JSON-LD context are sound.

Every check also runs on a spoilt copy, which it must report.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef, namespace
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, RDFS, SH, SKOS, VOID, XSD

from tests.ontology import checks
from tests.ontology.checks import Ontology
from tests.ontology.mutations import ONTOLOGY, SCHEMES, Mutation

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology"
SAMPLE = Path(__file__).parent / "ontology" / "sample.ttl"
ECODIP = "https://w3id.org/ecodip#"
OA = {
    *("SpecificResource", "TextPositionSelector", "TextQuoteSelector"),
    *("hasSource", "hasSelector", "start", "end", "exact"),
}


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def graph(name: str) -> Graph:
    return Graph().parse(data=text(name), format="turtle")


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology(text("ecodip.ttl"))


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text("context.jsonld"))["@context"]
    return found


# -- the ontology -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", checks.CHECKS)
def test_ontology_passes_check(name: str, ontology: Ontology) -> None:
    assert checks.CHECKS[name](ontology) == []


@pytest.mark.parametrize(("name", "spoil"), ONTOLOGY)
def test_check_reports_spoilt_copy(name: str, spoil: Mutation, ontology: Ontology) -> None:
    assert checks.CHECKS[name](Ontology(spoil(ontology.text)))


def test_every_check_has_a_spoilt_copy() -> None:
    assert set(checks.CHECKS) == {name for name, _ in ONTOLOGY}
    assert len(checks.CHECKS) == 43


def test_ontology_holds_the_designed_terms(ontology: Ontology) -> None:
    inverses = {
        *("organizes", "participatesIn", "hasSubEvent", "isSignatoryOf", "hasOutcome"),
        *("contains", "hasTenure", "hasFigure", "states", "isSupportedBy"),
    }
    objects = {ontology.name(p) for p in ontology.own(OWL.ObjectProperty)}
    assert len(ontology.classes) == 21
    assert inverses <= objects
    assert len(objects - inverses) == 39
    assert len(ontology.own(OWL.DatatypeProperty)) == 11


def test_places_and_actors_may_be_one(ontology: Ontology) -> None:
    def excluded(one: str, other: str) -> bool:
        return ontology.disjoint(URIRef(ECODIP + one), URIRef(ECODIP + other))

    assert not excluded("Place", "Actor")
    assert not excluded("Territory", "Actor")
    assert excluded("Place", "Organization")
    assert excluded("Agency", "Company")
    assert excluded("City", "Region")
    assert excluded("Mission", "Agreement")


# -- the lists ----------------------------------------------------------------------------------

D5 = {n: getattr(checks, n) for n in sorted(vars(checks)) if n.startswith("d5_")}


@pytest.mark.parametrize("name", D5)
def test_schemes_pass_check(name: str) -> None:
    schemes = graph("schemes.ttl")
    assert len(set(schemes.subjects(RDF.type, SKOS.Concept))) > 10
    assert D5[name](schemes) == []


@pytest.mark.parametrize(("name", "spoil"), SCHEMES)
def test_check_reports_spoilt_schemes(name: str, spoil: Mutation) -> None:
    spoilt = Graph().parse(data=spoil(text("schemes.ttl")), format="turtle")
    assert D5[name](spoilt)


# -- alignments ---------------------------------------------------------------------------------


def test_alignments_have_their_own_header() -> None:
    o = Ontology(text("alignments.ttl"))
    assert o.headers == [URIRef("https://w3id.org/ecodip/alignments")]
    for check in (checks.q02_version_iri, checks.q03_version_info, checks.q04_title):
        assert check(o) == []
    assert checks.q06_license(o) == checks.q07_creator(o) == checks.q38_prefixes(o) == []


def test_alignments_only_hint_at_foreign_terms(ontology: Ontology) -> None:
    aligned = graph("alignments.ttl")
    hints = {SKOS.closeMatch, SKOS.relatedMatch, RDFS.seeAlso}
    said = [(s, p, o) for s, p, o in aligned if str(s).startswith(ECODIP)]
    assert len(said) > 20
    assert {p for _, p, _ in said} <= hints
    assert {s for s, _, _ in said} <= set(ontology.terms)
    assert not [o for _, _, o in said if str(o).startswith(ECODIP)]


# -- the dataset description --------------------------------------------------------------------


@pytest.fixture(scope="module")
def dataset() -> Graph:
    return graph("dataset.ttl")


NODE = URIRef("https://w3id.org/ecodip/dataset")
VERSION = URIRef(f"{DCAT}version")


def test_dataset_is_described_in_three_languages(dataset: Graph) -> None:
    assert {DCAT.Dataset, VOID.Dataset} <= set(dataset.objects(NODE, RDF.type))
    for prop in (DCTERMS.title, DCTERMS.description, DCTERMS.rights):
        values = [v for v in dataset.objects(NODE, prop) if isinstance(v, Literal)]
        assert sorted(str(v.language) for v in values) == ["en", "fr", "nl"]
    for prop in (DCTERMS.publisher, DCTERMS.license, DCTERMS.issued, VERSION):
        assert len(list(dataset.objects(NODE, prop))) == 1
    assert dataset.value(NODE, VOID.uriSpace) == Literal("https://w3id.org/ecodip/id/")


def test_dataset_version_is_that_of_the_ontology(dataset: Graph, ontology: Ontology) -> None:
    version = ontology.graph.value(ontology.header, OWL.versionInfo)
    assert dataset.value(NODE, VERSION) == version
    assert (NODE, DCTERMS.conformsTo, ontology.header) in dataset


def test_dataset_states_no_count_that_the_build_computes(dataset: Graph) -> None:
    counts = {VOID.triples, VOID.entities, VOID.distinctSubjects, VOID.properties, DCAT.byteSize}
    assert counts.isdisjoint(dataset.predicates())


def test_distributions_have_media_type_and_path(dataset: Graph) -> None:
    found = set(dataset.objects(NODE, DCAT.distribution))
    assert found == set(dataset.subjects(RDF.type, DCAT.Distribution))
    endings = {str(dataset.value(d, DCTERMS.identifier)).rsplit(".", 1)[1] for d in found}
    assert endings == {"ttl", "trig", "nq", "jsonld"}
    for node in found:
        media = str(dataset.value(node, DCAT.mediaType))
        assert media.startswith("https://www.iana.org/assignments/media-types/")
        assert isinstance(dataset.value(node, DCAT.downloadURL), URIRef)


def declared(dataset: Graph) -> dict[str, str]:
    pairs = [
        (str(dataset.value(d, SH.prefix)), dataset.value(d, SH.namespace))
        for d in dataset.objects(NODE, SH.declare)
    ]
    assert all(isinstance(n, Literal) and n.datatype == XSD.anyURI for _, n in pairs)
    assert len(dict(pairs)) == len(pairs) == len({n for _, n in pairs})
    return {prefix: str(base) for prefix, base in pairs}


def test_prefixes_are_declared_once_and_agree_with_all_files(dataset: Graph) -> None:
    prefixes = declared(dataset)
    assert {"ecodip", "ecs", "id", "source", "graph", "esh", "skos", "prov", "oa"} <= set(prefixes)
    files = [f for folder in ("ontology", "seeds", "shapes") for f in (ROOT / folder).glob("*.ttl")]
    assert files
    for file in files:
        for prefix, base in Graph(bind_namespaces="none").parse(file).namespaces():
            assert prefixes.get(prefix, str(base)) == str(base), f"{file.name} {prefix}"


# -- the JSON-LD context ------------------------------------------------------------------------


def iri(context: dict[str, Any], term: str) -> str:
    value = context[term]
    name = value if isinstance(value, str) else value["@id"]
    prefix, _, local = name.partition(":")
    return name if local.startswith("//") else context[prefix] + local


def test_context_has_every_term_of_the_ontology(
    ontology: Ontology, context: dict[str, Any]
) -> None:
    assert {t: iri(context, ontology.name(t)) for t in ontology.terms} == {
        t: str(t) for t in ontology.terms
    }


def test_context_has_the_prefixes_of_the_dataset(dataset: Graph, context: dict[str, Any]) -> None:
    prefixes = declared(dataset)
    assert {p: context.get(p) for p in prefixes} == prefixes


def test_context_has_no_unknown_term(
    ontology: Ontology, dataset: Graph, context: dict[str, Any]
) -> None:
    spaces = (RDF, RDFS, SKOS, DCTERMS, DCAT, VOID, namespace.PROV, namespace.SDO)

    def known(name: str) -> bool:
        oa = name.removeprefix("http://www.w3.org/ns/oa#") in OA
        return oa or URIRef(name) in ontology.terms or any(URIRef(name) in s for s in spaces)

    terms = set(context) - set(declared(dataset)) - {"@version"}
    assert len(terms) > 100
    assert [t for t in sorted(terms) if not known(iri(context, t))] == []


def test_context_types_what_the_ontology_fixes(ontology: Ontology, context: dict[str, Any]) -> None:
    for term in ontology.properties:
        entry = context[ontology.name(term)]
        found = entry.get("@type") if isinstance(entry, dict) else None
        wide = ontology.graph.value(term, RDFS.range)
        if (term, RDF.type, OWL.ObjectProperty) in ontology.graph:
            assert found == "@id", term
        elif str(wide).startswith(str(XSD.date)[:-4]) and wide != XSD.string:
            assert found == f"xsd:{str(wide).rsplit('#', 1)[1]}", term
        else:
            assert found is None, term


TRICKY = """
@prefix ecodip: <https://w3id.org/ecodip#> . @prefix id: <https://w3id.org/ecodip/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
id:a skos:prefLabel "one"@en , "two"@en , "un"@fr , "plain" ; ecodip:claimText "a"@en , "b" ;
  ecodip:numericValue 250.0 , 3 ; ecodip:isNegated true ; ecodip:textLength 7 ;
  ecodip:startDate "2020"^^xsd:gYear ; dcterms:issued "2020-01"^^xsd:gYearMonth ;
  ecodip:isAbout id:b , "no resource" ; dcterms:identifier "0012" ; skos:notation "BE" .
<https://w3id.org/ecodip/source/x#position=1,2> oa:start 1 ; oa:end "2"^^xsd:nonNegativeInteger .
"""


@pytest.mark.parametrize(
    "data", [SAMPLE.read_text(encoding="utf-8"), TRICKY], ids=["sample", "odd"]
)
def test_context_loses_nothing(data: str, context: dict[str, Any]) -> None:
    from pyld import jsonld

    before = Graph().parse(data=data, format="turtle")
    lines = before.serialize(format="nt", encoding="utf-8").decode()
    nodes = jsonld.from_rdf(lines, {"useNativeTypes": False})
    document = jsonld.compact(nodes, {"@context": context})
    back = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert isomorphic(before, Graph().parse(data=back, format="nt"))
    keys = {key for node in document["@graph"] for key in node if not key.startswith("@")}
    assert not [key for key in keys if key.startswith("http")]


# -- R5 and R6: the closure ---------------------------------------------------------------------


def closure(data: str) -> Graph:
    return expand(graph("ecodip.ttl").parse(data=data, format="turtle"))


def expand(found: Graph) -> Graph:
    """The OWL 2 RL closure; owlrl changes rdflib's literals while it works."""
    import owlrl
    from rdflib.term import _toPythonMapping

    kept = dict(_toPythonMapping)
    try:
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(found)
    finally:
        _toPythonMapping.update(kept)
    return found


def errors(found: Graph) -> list[str]:
    return [str(o) for _, p, o in found if "agent-ont#error" in str(p)]


@pytest.fixture(scope="module")
def closed() -> Graph:
    return closure(SAMPLE.read_text(encoding="utf-8"))


def test_closure_of_the_sample_has_no_error(closed: Graph) -> None:
    assert errors(closed) == []


def test_closure_makes_no_two_individuals_one(closed: Graph) -> None:
    pairs = [(s, o) for s, o in closed.subject_objects(OWL.sameAs) if s != o]
    assert [p for p in pairs if isinstance(p[0], URIRef) and isinstance(p[1], URIRef)] == []


@pytest.mark.parametrize(
    "fact",
    [
        "id:town ecodip:isWithin id:land",
        "id:land ecodip:contains id:town",
        "id:brewer ecodip:isBasedIn id:land",
        "id:agency ecodip:hasOfficeIn id:county",
        "id:stop ecodip:takesPlaceIn id:land",
        "id:stop ecodip:hasOrganizer id:agency",
        "id:pact ecodip:involves id:home",
        "id:minister ecodip:hasHeldPost id:office",
        "id:brewer ecodip:hasSector ecs:drinks",
        "id:quarter ecodip:isPartnerOf id:town",
        "id:quarter a ecodip:Actor",
        "id:journey ecodip:hasParticipant id:minister",
        "id:stop ecodip:hasOutcome id:pact",
        "id:hub ecodip:isSupportedBy id:claim-1",
        "id:claim-2 ecodip:disagreesWith id:claim-1",
    ],
)
def test_closure_holds_designed_inference(fact: str, closed: Graph) -> None:
    prefixes = SAMPLE.read_text(encoding="utf-8").split("\n\n")[0]
    (triple,) = Graph().parse(data=f"{prefixes}\n{fact} .", format="turtle")
    assert triple in closed


def test_closure_does_not_make_the_region_a_signatory(closed: Graph) -> None:
    base = "https://w3id.org/ecodip/"
    signatory = URIRef(f"{base[:-1]}#hasSignatory")
    assert (URIRef(f"{base}id/pact"), signatory, URIRef(f"{base}id/home")) not in closed


def test_closure_reports_a_person_who_is_a_place() -> None:
    prefixes = SAMPLE.read_text(encoding="utf-8").split("\n\n")[0]
    assert errors(closure(f"{prefixes}\nid:x a ecodip:Person , ecodip:District ."))


def test_closure_with_functional_objects_would_merge_individuals() -> None:
    """What R6 guards against: two holders of one tenure must not become one person."""
    prefixes = SAMPLE.read_text(encoding="utf-8").split("\n\n")[0]
    found = expand(
        Graph().parse(
            data=f"{prefixes}\necodip:hasHolder a owl:FunctionalProperty . "
            "id:term ecodip:hasHolder id:minister , id:deputy .",
            format="turtle",
        )
    )
    pairs = {(s, o) for s, o in found.subject_objects(OWL.sameAs) if s != o}
    people = {URIRef(f"https://w3id.org/ecodip/id/{name}") for name in ("minister", "deputy")}
    assert any({s, o} == people for s, o in pairs)
