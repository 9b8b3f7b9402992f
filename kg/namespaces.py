"""Namespaces: the RDF standards this package knows, and the core vocabulary of claims."""

from __future__ import annotations

from pyoxigraph import NamedNode


class Namespace(str):
    """An IRI to which local names are added, by attribute or by key.

    >>> Namespace("http://www.w3.org/2004/02/skos/core#").prefLabel
    <NamedNode value=http://www.w3.org/2004/02/skos/core#prefLabel>
    """

    def __getitem__(self, name: object) -> NamedNode:  # type: ignore[override]
        return NamedNode(f"{self!s}{name}")

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self.__dict__[name] = self[name]  # the next time it is there
        return found


RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
PROV = Namespace("http://www.w3.org/ns/prov#")
OA = Namespace("http://www.w3.org/ns/oa#")
SH = Namespace("http://www.w3.org/ns/shacl#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")

# The core vocabulary (Claim, isStatedIn, hasModality, …) is part of the program; no domain is.
ECC = Namespace("https://w3id.org/ecodip/core#")
ECCS = Namespace("https://w3id.org/ecodip/core/scheme/")
