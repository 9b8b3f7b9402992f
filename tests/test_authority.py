"""The authority file: labels, identifiers of the right form, containment, references."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import pycountry
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import turtle
from kg.namespaces import DCTERMS, OWL, RDF, SCHEMA, SKOS
from tests.corpus import ECODIP, ROOT

AUTHORITY = turtle.read((ROOT / "seeds" / "authority.ttl").read_bytes(), "seeds/authority.ttl")
FORMS = {
    "http://www.wikidata.org/entity/": r"Q[1-9]\d*",
    "https://sws.geonames.org/": r"[1-9]\d*/",
    "https://ror.org/": r"0[a-hj-km-np-tv-z0-9]{6}\d{2}",
    "http://data.europa.eu/nuts/code/": r"[A-Z]{2}[A-Z0-9]{0,3}",
    "http://publications.europa.eu/resource/authority/country/": r"[A-Z]{3}",
    "http://publications.europa.eu/resource/authority/atu/": r"[A-Z]{3}",
    "https://spelunker.whosonfirst.org/id/": r"[1-9]\d*/?",
    "https://isni.org/isni/": r"\d{15}[\dX]",
    "http://vocab.belgif.be/auth/refnis2025/": r"\d{4,5}",
}
FACTS = (SCHEMA.sameAs, SKOS.notation, DCTERMS.identifier, ECODIP.isWithin, ECODIP.isSucceededBy)


def values(quads: Iterable[Quad], predicate: NamedNode) -> list[tuple[NamedNode, str]]:
    return [(q.subject, q.object.value) for q in quads if q.predicate == predicate]  # type: ignore[misc, union-attr]


def malformed_identifiers(quads: Iterable[Quad]) -> list[str]:
    """Values of schema:sameAs in none of the known forms."""
    return [
        iri
        for _, iri in values(quads, SCHEMA.sameAs)
        if not any(
            iri.startswith(base) and re.fullmatch(form, iri.removeprefix(base))
            for base, form in FORMS.items()
        )
    ]


def shared_identifiers(quads: Iterable[Quad]) -> list[str]:
    """Identifiers that stand for two things, and things with two numbers of one register."""
    pairs = values(quads, SCHEMA.sameAs)
    owners = Counter(iri for _, iri in pairs)
    registers = Counter(
        (str(node), next((b for b in FORMS if i.startswith(b)), i)) for node, i in pairs
    )
    return [iri for iri, n in owners.items() if n > 1] + [
        f"{node} {base}" for (node, base), n in registers.items() if n > 1
    ]


def bad_enterprise_numbers(quads: Iterable[Quad]) -> list[str]:
    """Belgian enterprise numbers of the wrong form or with wrong check digits (modulo 97)."""
    bad = []
    for _, number in values(quads, DCTERMS.identifier):
        digits = number.replace(".", "")
        right = re.fullmatch(r"[01]\d{3}\.\d{3}\.\d{3}", number)
        if not right or 97 - int(digits[:8]) % 97 != int(digits[8:]):
            bad.append(number)
    return bad


def unknown_codes(quads: list[Quad]) -> list[str]:
    """ISO codes of countries and regions that the standards do not have."""
    kinds = {(q.subject, q.object) for q in quads if q.predicate == RDF.type}
    bad = []
    for node, code in values(quads, SKOS.notation):
        if (node, ECODIP.Country) in kinds:
            known = pycountry.countries.get(alpha_2=code)
        else:
            known = pycountry.subdivisions.get(code=code)
        bad += [] if known else [f"{node.value} {code}"]
    return bad


def without_reference(quads: list[Quad]) -> list[str]:
    """Things of which the file states a fact without saying where it comes from."""
    sourced = {q.subject for q in quads if q.predicate in (DCTERMS["source"], SKOS.editorialNote)}
    return sorted({str(q.subject) for q in quads if q.predicate in FACTS} - set(map(str, sourced)))


def test_identifiers_have_the_form_of_their_register() -> None:
    assert len(values(AUTHORITY, SCHEMA.sameAs)) > 30
    assert malformed_identifiers(AUTHORITY) == []


@pytest.mark.parametrize(
    "iri",
    [
        "https://www.wikidata.org/wiki/Q31",
        "http://www.wikidata.org/entity/Q0",
        "https://ror.org/12345",
        "https://sws.geonames.org/2802361",
        "http://vocab.belgif.be/auth/refnis2025/Brussels",
    ],
)
def test_malformed_identifiers_are_found(iri: str) -> None:
    bad = Quad(NamedNode("https://a.example/x"), SCHEMA.sameAs, NamedNode(iri))
    assert malformed_identifiers([bad]) == [iri]


def test_identifiers_and_things_are_one_to_one() -> None:
    assert shared_identifiers(AUTHORITY) == []


def test_an_identifier_of_two_things_is_found() -> None:
    iri = NamedNode("http://www.wikidata.org/entity/Q31")
    things = [NamedNode(f"https://a.example/{name}") for name in "ab"]
    assert shared_identifiers(Quad(thing, SCHEMA.sameAs, iri) for thing in things) == [iri.value]


def test_two_numbers_of_one_register_are_found() -> None:
    thing = NamedNode("https://a.example/a")
    both = [NamedNode(f"http://www.wikidata.org/entity/Q{n}") for n in (31, 32)]
    assert len(shared_identifiers(Quad(thing, SCHEMA.sameAs, iri) for iri in both)) == 1


def test_enterprise_numbers_have_right_check_digits() -> None:
    assert len(values(AUTHORITY, DCTERMS.identifier)) >= 2
    assert bad_enterprise_numbers(AUTHORITY) == []


@pytest.mark.parametrize("number", ["0452.080.179", "452.080.178", "0452080178"])
def test_wrong_enterprise_numbers_are_found(number: str) -> None:
    bad = Quad(NamedNode("https://a.example/x"), DCTERMS.identifier, Literal(number))
    assert bad_enterprise_numbers([bad]) == [number]


def test_codes_of_countries_and_regions_exist() -> None:
    assert len(values(AUTHORITY, SKOS.notation)) >= 10
    assert unknown_codes(AUTHORITY) == []


@pytest.mark.parametrize(("kind", "code"), [("Country", "BX"), ("Region", "BE-XXX")])
def test_codes_that_do_not_exist_are_found(kind: str, code: str) -> None:
    node = NamedNode("https://a.example/x")
    quads = [Quad(node, RDF.type, ECODIP[kind]), Quad(node, SKOS.notation, Literal(code))]
    assert unknown_codes(quads) == [f"https://a.example/x {code}"]


def test_every_fact_has_a_reference() -> None:
    assert without_reference(AUTHORITY) == []


def test_a_fact_without_reference_is_found() -> None:
    node = NamedNode("https://a.example/x")
    assert without_reference([Quad(node, SKOS.notation, Literal("BE"))]) == [str(node)]


def test_everything_has_one_label_in_each_language() -> None:
    languages: dict[object, list[str]] = defaultdict(list)
    for quad in AUTHORITY:
        languages[quad.subject] += (
            [quad.object.language or ""]
            if quad.predicate == SKOS.prefLabel and isinstance(quad.object, Literal)
            else []
        )
    assert len(languages) > 90
    assert {
        node: found for node, found in languages.items() if sorted(found) != ["en", "fr", "nl"]
    } == {}


def test_nothing_is_merged_by_same_as() -> None:
    assert [quad for quad in AUTHORITY if quad.predicate == OWL.sameAs] == []


def test_places_lie_in_one_country_and_in_no_circle() -> None:
    above = dict(values(AUTHORITY, ECODIP.isWithin))
    kinds = {q.subject.value: q.object for q in AUTHORITY if q.predicate == RDF.type}  # type: ignore[union-attr]
    parents = {node.value: place for node, place in above.items()}
    for start in parents:
        seen = [start]
        while seen[-1] in parents and kinds.get(seen[-1]) != ECODIP.Country:
            assert parents[seen[-1]] not in seen
            seen.append(parents[seen[-1]])
        assert kinds[seen[-1]] == ECODIP.Country, seen
