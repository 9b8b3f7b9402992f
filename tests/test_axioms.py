"""Every axiom and rule concludes what it should, and nothing false of a similar situation.

``ontology/axioms.toml`` has an entry for each axiom between terms of core and domain, and for each
rule file: data of which something follows, and data of which the like must not follow.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from kg import referee
from kg.reasoning import Closure, closure
from kg.rules import Rule
from kg.rules.files import parse as parse_rule
from kg.terms import from_rdflib
from tests.corpus import ROOT
from tests.ontology import owlapi

Entry = Mapping[str, str]

CORE, DOMAIN = (
    (ROOT / "ontology" / name).read_text(encoding="utf-8") for name in ("core.ttl", "ecodip.ttl")
)
RULES = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "ontology" / "rules").glob("*.rq"))
}
OWN = {"ecc": "https://w3id.org/ecodip/core#", "ecodip": "https://w3id.org/ecodip#"}
PREFIXES = {
    **OWN,
    "eccs": "https://w3id.org/ecodip/core/scheme/",
    "ecs": "https://w3id.org/ecodip/scheme/",
    "id": "https://w3id.org/ecodip/id/",
    "org": "http://www.w3.org/ns/org#",
    "owl": str(OWL),
    "rdfs": str(RDFS),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
CLASH = "contradiction"
FILE = Path(__file__).parent / "ontology" / "axioms.toml"
ENTRIES: list[Entry] = tomllib.loads(FILE.read_text(encoding="utf-8"))["axiom"]
SOUND = [entry for entry in ENTRIES if "unsound" not in entry]
INFERRING = [entry for entry in SOUND if entry["holds"] != CLASH]
CLASHING = [entry for entry in SOUND if entry["holds"] == CLASH]


def named(entries: Iterable[Entry]) -> list[object]:
    """The entries as parameters; one that shows an axiom to be unsound is expected to fail."""
    return [
        pytest.param(
            entry,
            id=entry["axiom"],
            marks=pytest.mark.xfail(reason=entry["unsound"], strict=True)
            if "unsound" in entry
            else (),
        )
        for entry in entries
    ]


# -- the axioms of an ontology -------------------------------------------------------------------

RELATIONS = {
    **{f"{RDFS}{name}": name for name in ("subClassOf", "subPropertyOf", "domain", "range")},
    **{
        f"{OWL}{name}": name
        for name in (
            "inverseOf",
            "disjointWith",
            "equivalentClass",
            "equivalentProperty",
            "propertyDisjointWith",
        )
    },
}
LISTS = {f"{OWL}propertyChainAxiom": "chain", f"{OWL}members": "disjoint"}
KINDS = {
    f"{OWL}{name}Property": name.lower()
    for name in ("Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Transitive",
                 "Reflexive", "Irreflexive")
}  # fmt: skip
DECLARED = {OWL[name] for name in (
    "Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty",
    "AllDisjointClasses", "AllDisjointProperties",
)}  # fmt: skip
# What an ontology says in terms of RDF and OWL besides its axioms.
SILENT = {RDFS.label, RDFS.isDefinedBy, OWL.imports, OWL.versionIRI, OWL.versionInfo}
LOGIC = (str(RDF), str(RDFS), str(OWL))
Stated = tuple[Node, Node, Node]


def is_own(term: Node) -> bool:
    return str(term).startswith(tuple(OWN.values()))


def short(term: Node) -> str:
    """A term's local name, with the prefix where it is of another vocabulary."""
    for name, iri in PREFIXES.items():
        local = str(term).removeprefix(iri)
        if local != str(term) and not re.search("[/#]", local):
            return local if name in OWN else f"{name}:{local}"
    return str(term)


@cache
def read(*ontologies: str) -> Graph:
    graph = Graph()
    for text in ontologies:
        graph.parse(data=text, format="turtle")
    return graph


def axioms(graph: Graph) -> Iterator[tuple[str, Stated]]:
    """The axioms about own terms, in words, each with the triple that states it.

    A super-term or range of another vocabulary concludes nothing in own terms and is left out.

    Raises:
        ValueError: an ontology has an axiom of a kind that is not known here.
    """
    cells = set(graph.subjects(RDF.first))
    for stated in graph:
        subject, predicate, value = stated
        if subject in cells or predicate in SILENT or not str(predicate).startswith(LOGIC):
            continue
        if predicate == RDF.type and str(value) in KINDS:
            yield f"{short(subject)} {KINDS[str(value)]}", stated
        elif str(predicate) in LISTS:
            members = [short(term) for term in Collection(graph, value)]
            told = sorted(members) if predicate == OWL.members else [short(subject), *members]
            place = 0 if predicate == OWL.members else 1
            yield " ".join((*told[:place], LISTS[str(predicate)], *told[place:])), stated
        elif (
            str(predicate) in RELATIONS
            and isinstance(subject, URIRef)
            and isinstance(value, URIRef)
        ):
            if is_own(value) or not is_own(subject):
                yield f"{short(subject)} {RELATIONS[str(predicate)]} {short(value)}", stated
        elif predicate != RDF.type or value not in DECLARED:
            raise ValueError(f"no entry can speak of {short(subject)} {predicate} {value}")


def differing(
    entries: Iterable[Entry], ontologies: Iterable[str], rules: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Axioms and rules without an entry, and entries without an axiom or rule."""
    there = {axiom for axiom, _ in axioms(read(*ontologies))} | {f"rule {one}" for one in rules}
    told = {entry["axiom"] for entry in entries}
    return there - told, told - there


def test_every_axiom_and_rule_has_an_entry_and_every_entry_speaks_of_one() -> None:
    assert differing(SOUND, [CORE, DOMAIN], RULES) == (set(), set())
    assert len(SOUND) == len({entry["axiom"] for entry in SOUND}) > 100
    for entry in ENTRIES:
        assert all(entry[key].strip() for key in ("axiom", "but", "not", "why"))
        assert re.fullmatch(r"[A-Z].+\.", entry["why"])


def test_an_entry_that_is_taken_away_is_missed() -> None:
    for entry in SOUND:
        rest = [one for one in SOUND if one is not entry]
        assert differing(rest, [CORE, DOMAIN], RULES) == ({entry["axiom"]}, set())


ADDED = {
    "ecodip:Post rdfs:subClassOf ecodip:Project .": "Post subClassOf Project",
    "ecodip:supports rdfs:subPropertyOf ecodip:hasSignatory .":
        "supports subPropertyOf hasSignatory",
    "ecodip:belongsTo rdfs:domain ecodip:Project .": "belongsTo domain Project",
    "ecodip:isFigureAbout rdfs:range ecodip:Actor .": "isFigureAbout range Actor",
    "ecodip:supports owl:inverseOf ecodip:belongsTo .": "supports inverseOf belongsTo",
    "ecodip:City owl:disjointWith ecodip:Region .": "City disjointWith Region",
    "ecodip:Agency owl:equivalentClass ecodip:Company .": "Agency equivalentClass Company",
    "ecodip:supports owl:propertyDisjointWith ecodip:hasBuyer .":
        "supports propertyDisjointWith hasBuyer",
    "[] a owl:AllDisjointClasses ; owl:members ( ecodip:Place ecodip:Agency ) .":
        "disjoint Agency Place",
    "ecodip:hasOrganizer owl:propertyChainAxiom ( ecodip:isSubEventOf ecodip:hasOrganizer ) .":
        "hasOrganizer chain isSubEventOf hasOrganizer",
    "ecodip:hasHolder a owl:FunctionalProperty .": "hasHolder functional",
    "ecodip:hasTenure a owl:InverseFunctionalProperty .": "hasTenure inversefunctional",
    "ecodip:isSucceededBy a owl:AsymmetricProperty .": "isSucceededBy asymmetric",
    "ecodip:isPartnerOf a owl:TransitiveProperty .": "isPartnerOf transitive",
    "org:Organization rdfs:subClassOf ecodip:Organization .":
        "org:Organization subClassOf Organization",
    "org:member rdfs:domain ecodip:Tenure .": "org:member domain Tenure",
}  # fmt: skip


@pytest.mark.parametrize("statement", ADDED)
def test_an_axiom_that_is_added_is_missed(statement: str) -> None:
    spoilt = f"{DOMAIN}\n{HEAD}{statement}"
    assert differing(SOUND, [CORE, spoilt], RULES) == ({ADDED[statement]}, set())


@pytest.mark.parametrize(
    "statement",
    [
        "ecodip:Post rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ecodip:isPostIn ; "
        "owl:someValuesFrom ecodip:Actor ] .",
        "ecodip:Post owl:hasKey ( ecodip:isPostIn ) .",
        "ecodip:Place owl:disjointUnionOf ( ecodip:City ecodip:Country ) .",
        "id:seoul a owl:NamedIndividual .",
    ],
)
def test_an_axiom_of_an_unknown_kind_is_refused(statement: str) -> None:
    with pytest.raises(ValueError, match="no entry can speak of"):
        list(axioms(read(f"{DOMAIN}\n{HEAD}{statement}")))


def test_an_axiom_or_rule_that_went_leaves_its_entry_behind() -> None:
    sentence = "    owl:propertyChainAxiom ( ecodip:takesPlaceIn ecodip:isWithin ) ;\n"
    assert DOMAIN.count(sentence) == 1
    gone = {"takesPlaceIn chain takesPlaceIn isWithin"}
    spoilt = DOMAIN.replace(sentence, "")
    assert differing(SOUND, [CORE, spoilt], RULES) == (set(), gone)
    assert differing(SOUND, [CORE, DOMAIN], []) == (set(), {f"rule {name}" for name in RULES})
    assert differing(SOUND, [CORE, DOMAIN], [*RULES, "new"]) == ({"rule new"}, set())


# -- what they conclude --------------------------------------------------------------------------


@cache
def ontology() -> dict[Stated, Quad]:
    """The statements of core and domain, in the terms of rdflib and in ours."""
    return {
        (s, p, o): Quad(*map(from_rdflib, (s, p, o)))  # type: ignore[arg-type]
        for s, p, o in sorted(read(CORE, DOMAIN))
    }


@cache
def upward() -> list[tuple[Node, Node, Node]]:
    """The super-terms, ranges and domains of own terms that are of other vocabularies."""
    return [
        stated
        for stated in ontology()
        if str(stated[1]) in RELATIONS and is_own(stated[0]) and not is_own(stated[2])
        and not str(stated[2]).startswith((PREFIXES["xsd"], str(RDFS)))
    ]  # fmt: skip


def rules(names: Iterable[str] = RULES) -> list[Rule]:
    return [
        rule
        for name in names
        for rule in parse_rule(RULES[name], file=f"{name}.rq", name=name, prefixes={}).rules
    ]


def quads(turtle: str, ids: str = PREFIXES["id"]) -> list[Quad]:
    """The statements of a text, its things under an IRI of their own."""
    head = HEAD.replace(PREFIXES["id"], ids)
    found = parse((head + turtle).encode(), format=RdfFormat.TURTLE)
    return [Quad(q.subject, q.predicate, q.object) for q in found]


def triples(turtle: str, ids: str = PREFIXES["id"]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads(turtle, ids)}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the closed ontology is kept."""
    return tmp_path_factory.mktemp("closed")


def concluded(data: str, build: Path) -> Closure:
    return closure(quads(data), list(ontology().values()), rules(), build)


def is_drawn(what: str, data: str, build: Path) -> bool:
    """Whether all that an entry names is new in what follows of some data."""
    found = concluded(data, build)
    if what == CLASH:
        return bool(found.contradictions)
    assert not found.contradictions
    assert triples(what).isdisjoint(triples(data)), "it is stated, not concluded"
    return triples(what) <= set(found.triples)


@pytest.mark.parametrize("entry", named(SOUND))
def test_it_concludes(entry: Entry, build: Path) -> None:
    assert is_drawn(entry["holds"], entry["given"], build)


@pytest.mark.parametrize("entry", named(ENTRIES))
def test_it_concludes_nothing_false(entry: Entry, build: Path) -> None:
    found = concluded(entry["but"], build)
    assert not found.contradictions
    if entry["not"] != CLASH:
        told = triples(entry["but"])
        assert triples(entry["not"]).isdisjoint(told)
        assert triples(entry["not"]).isdisjoint(found.triples)


# Axioms that others imply; tools that show one property at a time want them all the same.
IMPLIED = {
    *(f"has{role} {end}" for role in ("Buyer", "Investor", "Supplier")
      for end in ("domain Agreement", "range Actor")),
    "isLedBy domain Event",
    *(f"has{name}" for name in ("Holder domain Tenure", "Holder range Person",
                                "Tenure domain Person", "Tenure range Tenure")),
    *(f"{name} {end} {kind}" for end in ("domain", "range") for name, kind in (
        ("disagreesWith", "Claim"), ("isPartnerOf", "Actor"), ("isTwinnedWith", "Place"))),
}  # fmt: skip


@pytest.mark.parametrize("entry", named(SOUND))
def test_without_the_axiom_the_conclusion_is_not_drawn(entry: Entry) -> None:
    gone = {stated for axiom, stated in axioms(read(CORE, DOMAIN)) if axiom == entry["axiom"]}
    gone |= set(upward())  # they conclude nothing in own terms, and the rest is closed sooner
    groups = {subject for subject, _, _ in gone if isinstance(subject, BNode)}
    rest = [
        quad
        for stated, quad in ontology().items()
        if stated not in gone and stated[0] not in groups
    ]
    left = [name for name in RULES if f"rule {name}" != entry["axiom"]]
    assert len(rest) < len(ontology()) - len(upward()) or len(left) < len(RULES)
    found = closure(quads(entry["given"]), rest, rules(left))
    drawn = bool(found.contradictions) if entry["holds"] == CLASH else bool(
        triples(entry["holds"]) & set(found.triples)
    )  # fmt: skip
    assert drawn == (entry["axiom"] in IMPLIED)


# -- referees ------------------------------------------------------------------------------------

BY_OWL = [entry for entry in SOUND if not entry["axiom"].startswith("rule ")]


def apart(number: int) -> str:
    """IRIs of the things of one entry, so that owlrl can look at all entries at once."""
    return f"{PREFIXES['id']}{number}-"


@cache
def by_owlrl(key: str) -> set[Triple]:
    """What owlrl concludes of the data of all entries that are to be consistent."""
    data = [
        quad
        for number, entry in enumerate(BY_OWL)
        if key == "but" or entry["holds"] != CLASH
        for quad in quads(entry[key], apart(number))
    ]
    found, contradictions = referee.closure(data, list(ontology().values()))
    assert contradictions == set()
    return found


@pytest.mark.parametrize("entry", named(BY_OWL))
def test_owlrl_agrees(entry: Entry) -> None:
    ids = apart(BY_OWL.index(entry))
    if entry["holds"] != CLASH:
        assert triples(entry["holds"], ids) <= by_owlrl("given")
    elif "functional" not in entry["axiom"]:  # owlrl compares no literals; HermiT does
        _, contradictions = referee.closure(quads(entry["given"]), list(ontology().values()))
        assert contradictions
    if entry["not"] != CLASH:
        assert triples(entry["not"], ids).isdisjoint(by_owlrl("but"))


@cache
def tbox() -> str:
    return owlapi.merged(DOMAIN, CORE)


@pytest.mark.skipif(bool(owlapi.missing()), reason=f"no HermiT: {owlapi.missing()}")
@pytest.mark.parametrize("entry", named(CLASHING))
def test_hermit_agrees_on_contradictions(entry: Entry) -> None:
    assert not owlapi.consistent(f"{tbox()}\n{HEAD}{entry['given']}")
    assert owlapi.consistent(f"{tbox()}\n{HEAD}{entry['but']}")


@pytest.mark.parametrize("entry", [entry for entry in CLASHING if "disjoint" in entry["axiom"]],
                         ids=lambda entry: entry["axiom"])  # fmt: skip
def test_every_pair_of_a_group_is_a_contradiction(entry: Entry, build: Path) -> None:
    kinds = [
        kind if ":" in kind else f"{'ecc' if f'ecc:{kind}' in CORE else 'ecodip'}:{kind}"
        for kind in entry["axiom"].split()[1:]
    ]
    for kind in kinds:
        assert not concluded(f"id:x a {kind} .", build).contradictions
        for other in kinds:
            found = concluded(f"id:x a {kind} , {other} .", build).contradictions
            assert bool(found) == (kind != other)


# -- terms of other vocabularies -----------------------------------------------------------------


def used(term: Node, relation: Node, name: str) -> str:
    """A statement that uses a class or property."""
    if relation in (RDFS.subClassOf, RDFS.domain, RDFS.range):
        return f"id:{name} a <{term}> ."
    literal = any(
        (own, RDF.type, OWL.DatatypeProperty) in ontology()
        for own, _, value in upward()
        if value == term
    )
    return f'id:{name} <{term}> "1" .' if literal else f"id:{name} <{term}> id:{name}-2 ."


def test_foreign_terms_are_above_own_ones_only(build: Path) -> None:
    above = upward()
    assert len(above) > 60
    for number, (own, relation, foreign) in enumerate(above):
        told = concluded(used(foreign, relation, f"foreign-{number}"), build)
        assert not told.contradictions
        assert not [t for t in told.triples if is_own(URIRef(t.predicate.value))]
        assert not [t for t in told.triples if is_own(URIRef(getattr(t.object, "value", "")))], (
            f"{foreign} is below {own}"
        )


def test_own_terms_conclude_the_foreign_terms_above_them(build: Path) -> None:
    for own, relation, foreign in upward():
        if relation not in (RDFS.subClassOf, RDFS.subPropertyOf):
            continue
        data = used(own, relation, "thing")
        if (own, RDF.type, OWL.DatatypeProperty) in ontology():
            data = f'id:thing <{own}> "1" .'
        wanted = triples(data.replace(str(own), str(foreign)))
        assert wanted <= set(concluded(data, build).triples), (own, foreign)


def test_a_foreign_term_below_an_own_one_would_be_found() -> None:
    spoilt = [*ontology().values(), *quads("org:Organization rdfs:subClassOf ecodip:Company .")]
    found = closure(quads("id:x a org:Organization ."), spoilt)
    assert triples("id:x a ecodip:Company .") <= set(found.triples)
