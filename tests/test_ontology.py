"""Both ontologies, their lists and alignments, the dataset description and the JSON-LD context.

Every check also runs on a spoilt copy, which it must report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode
from rdflib import Graph, Literal, URIRef, namespace
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, RDFS, SH, SKOS, VOID, XSD

from kg.project import Project
from tests.ontology import checks
from tests.ontology.checks import Ontology
from tests.ontology.mutations import CORE, CORE_IRI, DOMAIN, SCHEMES, Mutation, add

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology"
SAMPLE = Path(__file__).parent / "ontology" / "sample.ttl"
VOCABULARIES = Path(__file__).parent / "vocabularies" / "node_modules" / "@vocabulary"
ECODIP = "https://w3id.org/ecodip#"
ECC = f"{CORE_IRI}#"
OA = {
    *("SpecificResource", "TextPositionSelector", "TextQuoteSelector"),
    *("hasSource", "hasSelector", "start", "end", "exact"),
}
ONTOLOGIES = ("core", "ecodip")
LISTS = ("core-schemes", "schemes")
SPOILT = [*(("core", *case) for case in CORE), *(("ecodip", *case) for case in DOMAIN)]


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def graph(*names: str) -> Graph:
    found = Graph()
    for name in names:
        found.parse(data=text(name), format="turtle")
    return found


@pytest.fixture(scope="module")
def ontologies() -> dict[str, Ontology]:
    return {name: Ontology(text(f"{name}.ttl")) for name in ONTOLOGIES}


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text("context.jsonld"))["@context"]
    return found


def terms(ontologies: dict[str, Ontology]) -> set[URIRef]:
    return {term for o in ontologies.values() for term in o.terms}


# -- the ontologies -----------------------------------------------------------------------------


@pytest.mark.parametrize("check", checks.CHECKS)
@pytest.mark.parametrize("name", ONTOLOGIES)
def test_ontology_passes_check(name: str, check: str, ontologies: dict[str, Ontology]) -> None:
    assert checks.CHECKS[check](ontologies[name]) == []


@pytest.mark.parametrize(("name", "check", "spoil"), SPOILT)
def test_check_reports_spoilt_copy(
    name: str, check: str, spoil: Mutation, ontologies: dict[str, Ontology]
) -> None:
    assert checks.CHECKS[check](Ontology(spoil(ontologies[name].text)))


def test_every_check_has_a_spoilt_copy() -> None:
    assert set(checks.CHECKS) == {name for name, _ in DOMAIN}
    assert len(checks.CHECKS) == 46


def test_the_domain_imports_the_core(ontologies: dict[str, Ontology]) -> None:
    core, domain = ontologies["core"], ontologies["ecodip"]
    assert (domain.header, OWL.imports, core.header) in domain.graph
    assert list(core.graph.objects(None, OWL.imports)) == []


def test_no_label_stands_for_a_term_of_each(ontologies: dict[str, Ontology]) -> None:
    assert checks.shared_labels(*ontologies.values()) == []
    twin = add('ecodip:City rdfs:label "source document"@en .')(ontologies["ecodip"].text)
    assert checks.shared_labels(ontologies["core"], Ontology(twin)) == [
        f"{ECODIP}City = {ECC}SourceDocument"
    ]


def test_one_pair_of_inverses_is_left(ontologies: dict[str, Ontology]) -> None:
    pairs = {
        (o.name(s), o.name(q))
        for o in ontologies.values()
        for s, q in o.graph.subject_objects(OWL.inverseOf)
    }
    gone = {
        *("organizes", "participatesIn", "hasSubEvent", "isSignatoryOf", "hasOutcome"),
        *("contains", "hasFigure", "states", "isSupportedBy", "involves", "isSignedIn"),
    }
    assert pairs == {("hasHolder", "hasTenure")}
    assert gone.isdisjoint({o.name(t) for o in ontologies.values() for t in o.terms})


TOGETHER = {
    "Tokyo": "City Region",
    "Singapore": "City Country Region",
    "a city's agency that is a company": "Agency Company",
    "a region and its authority": "Region Organization",
    "a city and its agency": "City Agency",
    "a quarter that has become a city": "District City",
}
APART = {
    "a person who is a place": "Person Place",
    "a person who is a company": "Person Company",
    "a mission that is an agreement": "Mission Agreement",
    "a project that is a place": "Project District",
    "a post that is a tenure": "Post Tenure",
    "a figure that is an organization": "Figure Organization",
}


def excluded(o: Ontology, names: str) -> bool:
    kinds = [URIRef(ECODIP + name) for name in names.split()]
    return any(o.disjoint(a, b) for a in kinds for b in kinds if a != b)


def of_classes(names: str) -> str:
    kinds = " , ".join(f"ecodip:{name}" for name in names.split())
    return f"{PREFIXES}\nid:x a {kinds} ."


@pytest.mark.parametrize("case", TOGETHER)
def test_one_thing_may_be_of_several_classes(case: str, ontologies: dict[str, Ontology]) -> None:
    assert not excluded(ontologies["ecodip"], TOGETHER[case])
    assert errors(closure(of_classes(TOGETHER[case]))) == []


@pytest.mark.parametrize("case", APART)
def test_one_thing_is_not_of_two_kinds(case: str, ontologies: dict[str, Ontology]) -> None:
    assert excluded(ontologies["ecodip"], APART[case])
    assert errors(closure(of_classes(APART[case])))


# -- what uses the terms ------------------------------------------------------------------------


def named_in(files: Iterable[Path], pattern: str = "") -> set[str]:
    """The terms named by a prefix in lines that open with ``pattern``, as IRIs; not in comments."""
    base = "https://w3id.org/ecodip"
    bases = {"ecc": ECC, "eccs": f"{base}/core/scheme/", "ecodip": ECODIP, "ecs": f"{base}/scheme/"}
    line = re.compile(rf"(?m)^(?!#){pattern}.*$")
    lines = [found for file in files for found in line.findall(file.read_text(encoding="utf-8"))]
    terms = re.findall(r"\b(eccs?|ecodip|ecs):(\w+)", "\n".join(lines))
    assert terms
    return {bases[prefix] + name for prefix, name in terms}


@pytest.fixture(scope="module")
def claimed(project: Project) -> set[str]:
    """The statements of claims, and those about claims and passages."""
    quads = project.reading.layers.evidence
    terms = (term for q in quads for term in (q.subject, q.predicate, q.object))
    return {term.value for term in terms if isinstance(term, NamedNode)}


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """What the stored questions ask for."""
    return named_in((ROOT / "queries").rglob("*.rq"))


@pytest.mark.parametrize("name", ONTOLOGIES)
def test_every_term_is_used_by_a_claim_or_asked_for(
    name: str, ontologies: dict[str, Ontology], claimed: set[str], asked: set[str]
) -> None:
    o = ontologies[name]
    assert checks.d3_terms_used(o, claimed | asked) == []
    prefix = o.graph.value(o.header, namespace.VANN.preferredNamespacePrefix)
    idle = f"{prefix}:Idle a owl:Class . {prefix}:idles a owl:ObjectProperty ."
    more = Ontology(add(idle)(o.text))
    assert checks.d3_terms_used(more, claimed | asked) == ["Idle", "idles"]


@pytest.mark.parametrize("name", LISTS)
def test_every_concept_is_used(name: str, claimed: set[str], asked: set[str]) -> None:
    """By a claim or mention, an entry of the authority file, a question or a shape."""
    annotations = [*(ROOT / "seeds").glob("*.ann"), *(ROOT / "docs").rglob("*.ann")]
    used = claimed | asked | named_in(annotations, r"N\d+\tReference ")
    used |= named_in([*(ROOT / "seeds").glob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl")])
    lists = graph(f"{name}.ttl")
    assert checks.d3_concepts_used(lists, used) == []
    idle, part = URIRef("urn:idle"), URIRef("urn:part")
    lists += [(idle, RDF.type, SKOS.Concept), (part, RDF.type, SKOS.Concept)]
    lists.add((part, SKOS.broader, idle))
    assert checks.d3_concepts_used(lists, used) == ["urn:idle", "urn:part"]
    assert checks.d3_concepts_used(lists, {*used, "urn:part"}) == []


# -- the lists ----------------------------------------------------------------------------------

D5 = {n: getattr(checks, n) for n in sorted(vars(checks)) if n.startswith("d5_")}


@pytest.mark.parametrize("check", D5)
@pytest.mark.parametrize("name", LISTS)
def test_schemes_pass_check(name: str, check: str) -> None:
    schemes = graph(f"{name}.ttl")
    assert len(set(schemes.subjects(RDF.type, SKOS.Concept))) >= 5
    assert D5[check](schemes) == []


@pytest.mark.parametrize(("check", "spoil"), SCHEMES)
def test_check_reports_spoilt_schemes(check: str, spoil: Mutation) -> None:
    spoilt = Graph().parse(data=spoil(text("schemes.ttl")), format="turtle")
    assert D5[check](spoilt)


def test_every_check_of_schemes_has_a_spoilt_copy() -> None:
    assert set(D5) == {check for check, _ in SCHEMES}


def test_sectors_match_classes_of_nace() -> None:
    schemes = graph("schemes.ttl")
    assert len(set(schemes.subjects(SKOS.closeMatch, None))) > 15
    sector = URIRef("https://w3id.org/ecodip/scheme/sector")
    notes = {str(note) for note in schemes.objects(sector, SKOS.editorialNote)}
    assert any("NACE-BEL 2008" in note and "NACE Rev. 2" in note for note in notes)


def test_the_list_of_an_agency_is_a_collection_of_the_one_list() -> None:
    schemes = graph("schemes.ttl")
    base = "https://w3id.org/ecodip/scheme/"
    parts = set(schemes.objects(URIRef(base + "hubBrusselsSectors"), SKOS.member))
    assert len(parts) == 6
    for part in parts:
        members = set(schemes.objects(part, SKOS.member))
        assert members
        assert {schemes.value(m, SKOS.inScheme) for m in members} == {URIRef(base + "sector")}


# -- alignments ---------------------------------------------------------------------------------


def test_alignments_have_their_own_header() -> None:
    o = Ontology(text("alignments.ttl"))
    assert o.headers == [URIRef("https://w3id.org/ecodip/alignments")]
    for check in (checks.q02_version_iri, checks.q03_version_info, checks.q04_title):
        assert check(o) == []
    assert checks.q06_license(o) == checks.q07_creator(o) == checks.q38_prefixes(o) == []


def test_alignments_only_hint_at_foreign_terms(ontologies: dict[str, Ontology]) -> None:
    hints = {SKOS.closeMatch, SKOS.relatedMatch, RDFS.seeAlso}
    said = [t for t in graph("alignments.ttl") if str(t[0]).startswith((ECODIP, ECC))]
    assert len(said) > 30
    assert {p for _, p, _ in said} <= hints
    assert {s for s, _, _ in said} <= terms(ontologies)
    assert not [o for _, _, o in said if str(o).startswith((ECODIP, ECC))]


def undeclared(aligned: Graph, base: str, known: str) -> list[str]:
    """The terms of a vocabulary that are aligned with, but not in its file of N-Quads."""
    found = {str(o) for o in aligned.objects() if str(o).startswith(base)}
    assert found
    subjects = set(re.findall(r"(?m)^<([^>]*)>", known.replace("http://schema", "https://schema")))
    return sorted(found - subjects)


@pytest.mark.parametrize(
    ("name", "base"), [("schema", "https://schema.org/"), ("org", "http://www.w3.org/ns/org#")]
)
def test_alignments_name_terms_that_exist(name: str, base: str) -> None:
    if not VOCABULARIES.is_dir():
        pytest.skip("the real vocabularies are not installed")
    known = (VOCABULARIES / name / f"{name}.nq").read_text(encoding="utf-8")
    aligned = graph("alignments.ttl")
    assert undeclared(aligned, base, known) == []
    aligned.add((URIRef(f"{ECODIP}City"), SKOS.closeMatch, URIRef(f"{base}inventedTerm")))
    assert undeclared(aligned, base, known) == [f"{base}inventedTerm"]


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


def test_dataset_version_is_that_of_the_ontology(
    dataset: Graph, ontologies: dict[str, Ontology]
) -> None:
    ontology = ontologies["ecodip"]
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
    own = {"ecc", "eccs", "eccsh", "ecodip", "ecs", "esh", "id", "source", "graph"}
    assert own | {"skos", "prov", "oa"} <= set(prefixes)
    folders = ("ontology", "seeds", "shapes")
    files = [f for folder in folders for f in (ROOT / folder).rglob("*.ttl")]
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


def test_context_has_every_term_of_the_ontologies(
    ontologies: dict[str, Ontology], context: dict[str, Any]
) -> None:
    for o in ontologies.values():
        assert {t: iri(context, o.name(t)) for t in o.terms} == {t: str(t) for t in o.terms}


def test_context_has_the_prefixes_of_the_dataset(dataset: Graph, context: dict[str, Any]) -> None:
    prefixes = declared(dataset)
    assert {p: context.get(p) for p in prefixes} == prefixes


def test_context_has_no_unknown_term(
    ontologies: dict[str, Ontology], dataset: Graph, context: dict[str, Any]
) -> None:
    own = terms(ontologies)
    spaces = (RDF, RDFS, SKOS, DCTERMS, DCAT, VOID, namespace.PROV, namespace.SDO)

    def known(name: str) -> bool:
        oa = name.removeprefix("http://www.w3.org/ns/oa#") in OA
        return oa or URIRef(name) in own or any(URIRef(name) in s for s in spaces)

    names = set(context) - set(declared(dataset)) - {"@version"}
    assert len(names) > 100
    assert [t for t in sorted(names) if not known(iri(context, t))] == []


@pytest.mark.parametrize("name", ONTOLOGIES)
def test_context_types_what_the_ontology_fixes(
    name: str, ontologies: dict[str, Ontology], context: dict[str, Any]
) -> None:
    o = ontologies[name]
    for term in o.properties:
        entry = context[o.name(term)]
        found = entry.get("@type") if isinstance(entry, dict) else None
        wide = o.graph.value(term, RDFS.range)
        if (term, RDF.type, OWL.ObjectProperty) in o.graph:
            assert found == "@id", term
        elif str(wide).startswith(str(XSD.date)[:-4]) and wide != XSD.string:
            assert found == f"xsd:{str(wide).rsplit('#', 1)[1]}", term
        else:
            assert found is None, term


TRICKY = """
@prefix ecc: <https://w3id.org/ecodip/core#> .
@prefix ecodip: <https://w3id.org/ecodip#> . @prefix id: <https://w3id.org/ecodip/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
id:a skos:prefLabel "one"@en , "two"@en , "un"@fr , "plain" ; ecc:claimText "a"@en , "b" ;
  ecodip:numericValue 250.0 , 3 ; ecc:isNegated true ; ecc:textLength 7 ;
  ecodip:startDate "2020"^^xsd:gYear ; dcterms:issued "2020-01"^^xsd:gYearMonth ;
  ecc:isAbout id:b , "no resource" ; dcterms:identifier "0012" ; skos:notation "BE" .
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


PASSAGE = """
@prefix ecc: <https://w3id.org/ecodip/core#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <https://w3id.org/ecodip/source/x#> .
x:p a ecc:Passage ; oa:hasSelector x:position . x:position oa:end "9"^^xsd:nonNegativeInteger .
x:claim a ecc:Claim ; ecc:isWithinPassage x:p ; prov:wasDerivedFrom x:span .
x:span oa:hasSelector x:quote . x:quote oa:exact "so" .
"""


def test_frame_puts_places_into_passages_and_words_into_claims(context: dict[str, Any]) -> None:
    from pyld import jsonld

    data = Graph().parse(data=PASSAGE, format="turtle").serialize(format="nt")
    frame = {**json.loads(text("frame.jsonld")), "@context": context}
    framed = jsonld.frame(jsonld.from_rdf(data, {"useNativeTypes": False}), frame)
    nodes = {node["@id"].partition("#")[2]: node for node in framed["@graph"]}
    assert nodes["p"]["hasSelector"]["end"] == "9"
    assert nodes["claim"]["wasDerivedFrom"]["hasSelector"]["exact"] == "so"
    assert nodes["claim"]["isWithinPassage"] == "source:x#p"


# -- R5 and R6: the closure ---------------------------------------------------------------------

PREFIXES = SAMPLE.read_text(encoding="utf-8").split("\n\n")[0]


def closure(data: str) -> Graph:
    return expand(graph("core.ttl", "ecodip.ttl").parse(data=data, format="turtle"))


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
        "id:brewer ecodip:isBasedIn id:land",
        "id:agency ecodip:hasOfficeIn id:county",
        "id:stop ecodip:takesPlaceIn id:land",
        "id:minister ecodip:hasTenure id:term",
        "id:minister ecodip:hasHeldPost id:office",
        "id:brewer ecodip:hasSector ecs:drinks",
        "id:quarter ecodip:isPartnerOf id:town",
        "id:quarter a ecodip:Actor",
        "id:people a ecodip:Actor",
        "id:journey ecodip:hasParticipant id:minister",
        "id:pact ecodip:hasSignatory id:tavern",
        "id:pact ecodip:hasSignatory id:brewer",
        "id:stake ecodip:hasSignatory id:minister",
        "id:tavern a ecodip:Actor",
        "id:claim-2 ecc:disagreesWith id:claim-1",
        "id:answer a ecc:Passage",
    ],
)
def test_closure_holds_designed_inference(fact: str, closed: Graph) -> None:
    assert triple(fact) in closed


@pytest.mark.parametrize(
    "fact",
    [
        "id:stop ecodip:hasOrganizer id:agency",
        "id:pact ecodip:hasSignatory id:home",
        "id:stake ecodip:hasSignatory id:brewer",
        "id:hub ecodip:isLaunchedBy id:agency",
        "id:land ecodip:isWithin id:county",
        "id:home ecodip:isWithin id:land",
        "id:claim-2 ecc:isWithinPassage id:question",
        "id:brewer ecodip:hasOfficeIn id:town",
    ],
)
def test_closure_does_not_hold(fact: str, closed: Graph) -> None:
    """Each would be false of some text."""
    assert triple(fact) not in closed


def triple(fact: str) -> tuple[Any, Any, Any]:
    (found,) = Graph().parse(data=f"{PREFIXES}\n{fact} .", format="turtle")
    return found


def test_closure_with_functional_objects_would_merge_individuals() -> None:
    """What R6 guards against: two holders of one tenure must not become one person."""
    found = expand(
        Graph().parse(
            data=f"{PREFIXES}\necodip:hasHolder a owl:FunctionalProperty . "
            "id:term ecodip:hasHolder id:minister , id:deputy .",
            format="turtle",
        )
    )
    pairs = {(s, o) for s, o in found.subject_objects(OWL.sameAs) if s != o}
    people = {URIRef(f"https://w3id.org/ecodip/id/{name}") for name in ("minister", "deputy")}
    assert any({s, o} == people for s, o in pairs)
