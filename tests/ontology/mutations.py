"""Faults for the checks: what is done to a sound text so that each check must speak."""

from __future__ import annotations

import re
from collections.abc import Callable

Mutation = Callable[[str], str]


def add(turtle: str) -> Mutation:
    """Say something more."""
    return lambda text: f"{text}\n{turtle}\n"


def put(old: str, new: str) -> Mutation:
    """Say one thing in place of another; ``old`` must be there."""

    def change(text: str) -> str:
        assert old in text, f"nothing to change: {old}"
        return text.replace(old, new, 1)

    return change


def cut(pattern: str) -> Mutation:
    """Leave something out; the pattern must be there."""

    def change(text: str) -> str:
        assert re.search(pattern, text), f"nothing to cut: {pattern}"
        return re.sub(pattern, "", text, count=1)

    return change


def _object(local: str, more: str = "") -> Mutation:
    return add(f"ecodip:{local} a owl:ObjectProperty {more and ';'} {more} .")


CORE_IRI = "https://w3id.org/ecodip/core"
_COUNTRY = "A state that is taken together with its area."
_PROPERTIES = "".join(f"ecodip:x{chr(97 + n)} a owl:ObjectProperty .\n" for n in range(10))
_LED = "hasParticipant ;\n    rdfs:domain ecodip:Event ;\n    rdfs:range "
_HEAD = "versionIRI <https://w3id.org/ecodip"
_BY = "rdfs:isDefinedBy <"
_ISLAND = "rdfs:subClassOf prov:Entity ; rdfs:isDefinedBy <https://w3id.org/ecodip>"

DOMAIN: list[tuple[str, Mutation]] = [
    ("q01_one_header", add("<https://w3id.org/another> a owl:Ontology .")),
    ("q01_one_header", put("a owl:Ontology ;", "")),
    ("q02_version_iri", cut(r"owl:versionIRI [^;]*;")),
    ("q02_version_iri", put(_HEAD + "/0.1.0>", _HEAD + ">")),
    ("q03_version_info", put('versionInfo "0.1.0"', 'versionInfo "0.1"')),
    ("q03_version_info", put('versionInfo "0.1.0"', 'versionInfo "0.2.0"')),
    ("q04_title", put('Belgische gewesten"@nl ;', 'Belgische gewesten"@de ;')),
    ("q05_description", cut(r'(?<=dcterms:abstract\n)\s+"[^"]*"@en ,')),
    (
        "q06_license",
        put("license <https://creativecommons.org/licenses/by/4.0/>", 'license "CC BY"'),
    ),
    ("q07_creator", cut(r"dcterms:creator [^;]*;")),
    ("q08_publication", cut(r"dcterms:bibliographicCitation [^;]*;")),
    ("q08_publication", put('modified "2026-11-23"^^xsd:date', 'modified "today"')),
    ("q09_vann", put('preferredNamespacePrefix "ecodip"', 'preferredNamespacePrefix "eco"')),
    (
        "q10_persistent",
        put('NamespaceUri "https://w3id.org/', 'NamespaceUri "https://example.org/'),
    ),
    ("q11_no_extension", put(_HEAD + "/0.1.0>", _HEAD + ".owl>")),
    ("q12_labels", cut(r'"person"@en ,')),
    ("q12_labels", put('"persoon"@nl', '"persoon"@nl , "mens"@nl')),
    ("q12_labels", put('"persoon"@nl', '"Persoon"@nl')),
    ("q13_definitions", cut(f'"{_COUNTRY}"@en ,')),
    ("q14_labels_unique", put('"city"@en', '"region"@en')),
    ("q12d_labels_read_on", put('"a pour lieu"@fr', '"se déroule à"@fr')),
    ("q12d_labels_read_on", put('"a pour modèle"@fr', '"s\'inspire de"@fr')),
    ("q13_definitions", cut(r' ,\s+"Staat, samen met zijn grondgebied."@nl')),
    ("q15_definitions_unique", add(f'ecodip:City skos:definition "{_COUNTRY}"@en .')),
    ("q16_sentences", put(_COUNTRY, _COUNTRY.replace("A state", "a state"))),
    ("q16_sentences", put(_COUNTRY, f"{_COUNTRY} Always.")),
    ("q16_sentences", put(_COUNTRY, "A state.")),
    ("q16_sentences", put("Relates a place to a larger", "The place in which lies a smaller")),
    ("q16_sentences", put("Verbindt een plaats met", "De plaats van")),
    ("q17_not_circular", put(_COUNTRY, "A country that is a state.")),
    ("q17_not_circular", put("État, considéré avec son territoire.", "État formant un pays.")),
    ("q17_not_circular", put("Staat, samen met", "Land, samen met")),
    ("q18_names", add("ecodip:place_name a owl:Class .")),
    ("q18_names", _object("organizer")),
    ("q18_names", add("ecodip:hasDate a owl:DatatypeProperty .")),
    ("q19_no_and_or", add("ecodip:PlaceOrActor a owl:Class .")),
    ("q20_no_rest", add("ecodip:OtherEvent a owl:Class .")),
    ("q21_no_own_is_a", _object("isKindOf")),
    ("q22_ends", _object("hasFriend", "rdfs:domain ecodip:Person")),
    ("q23_one_end", add("ecodip:isLedBy rdfs:range ecodip:Organization .")),
    ("q24_disjointness", add(f"ecodip:Idea a owl:Class ; {_ISLAND} .")),
    ("q25_inverses", put("owl:inverseOf ecodip:hasTenure", "owl:inverseOf ecodip:hasPost")),
    ("q26_symmetric", add("ecodip:isLedBy a owl:SymmetricProperty .")),
    ("q27_transitive", add("ecodip:isLedBy a owl:TransitiveProperty .")),
    ("q28_no_idle_inverse", add("ecodip:isPartnerOf owl:inverseOf ecodip:actsFor .")),
    ("q29_chains", add("ecodip:isLedBy owl:propertyChainAxiom ( ecodip:hasParticipant ) .")),
    ("q30_no_cycles", add("ecodip:Actor rdfs:subClassOf ecodip:Agency .")),
    ("q30_no_cycles", add("ecodip:hasSignatory rdfs:subPropertyOf ecodip:hasBuyer .")),
    ("q31_no_island", add(f"ecodip:Idea a owl:Class ; {_ISLAND} .")),
    ("q32_super_class", cut(r"rdfs:subClassOf foaf:Project ;")),
    ("q33_declared", put("foaf:Project\n    a owl:Class ;", "foaf:Project")),
    ("q33_declared", put("rdfs:range ecodip:Event", "rdfs:range ecodip:Evnt")),
    ("q34_no_hijacking", add("foaf:Person rdfs:subClassOf ecodip:Actor .")),
    ("q35_defined_by", put(_BY + "http://www.w3.org/ns/prov>", _BY + "https://w3id.org/ecodip>")),
    ("q35b_no_thing", add("ecodip:Place rdfs:subClassOf owl:Thing .")),
    ("q35c_narrower", put(_LED + "ecodip:Person", _LED + "foaf:Agent")),
    ("q35c_narrower", add("ecodip:isCarriedOutAt rdfs:subPropertyOf ecodip:takesPlaceIn .")),
    ("q35d_one_inverse", add("ecodip:isPostIn owl:inverseOf ecodip:hasTenure .")),
    ("q36_one_kind", add("ecodip:dateText a owl:ObjectProperty .")),
    ("q37_no_stray_blanks", put('"persoon"@nl', '"persoon "@nl')),
    ("q37_no_stray_blanks", add("ecodip:Person rdfs:seeAlso [] .")),
    ("q38_prefixes", put("@prefix bibo:", "@prefix ex: <http://example.org/> .\n@prefix bibo:")),
    ("q39_layout", put('\n        "person"@en ,', ' "person"@en ,')),
    ("q40_size", add(_PROPERTIES)),
    ("q40_size", add("ecodip:Idea a owl:Class .")),
    (
        "q41_layers",
        put("owl:imports <https://w3id.org/ecodip/core>", f"rdfs:seeAlso <{CORE_IRI}#Claim>"),
    ),
    ("q42_dutch_note", put("nl: not checked", "nl: fine")),
    ("q42_dutch_note", put("nl: not checked", "Dutch: not checked")),
    ("q42_dutch_note", put("nl: not checked", "nl: as in a dictionary")),
    ("q42_dutch_note", put("nl: as in UTU", "nl: differs from UTU")),
    ("q42_dutch_note", add('ecodip:Project skos:editorialNote "nl: not checked, twice"@en .')),
]

CORE: list[tuple[str, Mutation]] = [
    ("q13_definitions", cut(r' ,\s+"Tekst die gelezen wordt om wat erin staat."@nl')),
    ("q24_disjointness", put("ecc:SourceDocument ecc:Passage ecc:Claim", "ecc:Claim ecc:Passage")),
    ("q34_no_hijacking", add("prov:Entity rdfs:subClassOf ecc:Claim .")),
    ("q40_size", add("".join(f"ecc:Extra{chr(97 + n)} a owl:Class .\n" for n in range(6)))),
    ("q41_layers", add("ecc:Claim rdfs:seeAlso <https://w3id.org/ecodip#Agreement> .")),
    ("q42_dutch_note", put("nl: not checked", "nl: differs from OSLO")),
]

_EXTRA = """
@prefix ecs: <https://w3id.org/ecodip/scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
SCHEMES: list[tuple[str, Mutation]] = [
    ("d5_labels", add(_EXTRA + 'ecs:x a skos:Concept ; skos:prefLabel "x"@en .')),
    ("d5_labels", add(_EXTRA + 'ecs:x a skos:Collection ; skos:prefLabel "x"@fr .')),
    ("d5_labels", add(_EXTRA + 'ecs:planned skos:prefLabel "to come"@en .')),
    ("d5_definitions", cut(r' ,\s+"Wat een cijfer meet of telt."@nl')),
    ("d5_definitions", add(_EXTRA + 'ecs:euro skos:definition "A currency."@en .')),
    ("d5_definitions", add(_EXTRA + 'ecs:planned skos:definition "Not yet begun."@en .')),
    ("d5_dutch_note", put("nl: not checked", "checked")),
    ("d5_dutch_note", put("nl: as in EuroVoc (copy), http", "nl: as in EuroVoc (copy), ftp")),
    ("d5_matches", put("auth/nace2008/1105", "auth/nace2008/11.05")),
    (
        "d5_matches",
        add(_EXTRA + "ecs:euro skos:closeMatch <http://vocab.belgif.be/auth/nace2008/K> ."),
    ),
    ("d5_schemes", add(_EXTRA + "ecs:planned skos:inScheme ecs:unit .")),
    ("d5_schemes", add(_EXTRA + "ecs:x a skos:Concept ; skos:inScheme ecs:status .")),
    (
        "d5_no_cycles",
        add(_EXTRA + "ecs:planned skos:broader ecs:done . ecs:done skos:broader ecs:planned ."),
    ),
    ("d5_no_label_clash", add(_EXTRA + 'ecs:planned skos:altLabel "done"@en .')),
]
