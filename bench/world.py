"""World: invented places, actors and posts that grow with the documents that speak of them."""

from __future__ import annotations

from random import Random

from pyoxigraph import Literal, NamedNode, Quad

from bench.terms import ECODIP, SCHEME
from bench.words import Words, name, slug
from kg.namespaces import DCTERMS, RDF, SKOS, XSD, Namespace

ID = Namespace("https://w3id.org/ecodip/id/")
PREFIXES = {
    "dcterms": str(DCTERMS), "ecodip": str(ECODIP), "ecs": str(SCHEME), "id": str(ID),
    "schema": "https://schema.org/", "skos": str(SKOS),
    "source": "https://w3id.org/ecodip/source/", "xsd": str(XSD),
}  # fmt: skip

_LETTERS = "ACDFGHIJKLMNOPQRSTUVWXYZ"  # no B, so that no invented country has the code BE
_HOME_CODES = ("BE-BRU", "BE-VLG", "BE-WAL")
_PORTFOLIOS = ("communication", "economy", "foreignTrade", "generalManagement", "urbanPlanning")


class World:
    """Things by kind, made when first needed, and what the authority file says of them.

    A home country with three regions sends missions abroad. The same calls in the same order
    give the same world.
    """

    def __init__(self) -> None:
        self.authority: list[Quad] = []
        self._count = 0
        self._pairs: set[frozenset[str]] = set()
        self._agencies: list[Words] = []
        self._companies: list[Words] = []
        self._persons: list[Words] = []
        self._officers: list[tuple[Words, Words]] = []
        self.home_regions: list[Words] = []
        self.home_cities: list[Words] = []
        self._countries: list[Words] = []
        self._regions: list[Words] = []
        self._cities: list[Words] = []
        home = self._country("BE")
        for code in _HOME_CODES:
            region = self._within("Region", "Region of {}", home)
            self.describe(region, SKOS.notation, Literal(code))
            self.home_regions.append(region)
            self._agency(region)
            self.home_cities += [self._within("City", "{}", region) for _ in range(4)]

    # -- what documents speak of -------------------------------------------------------------

    def city(self, rng: Random) -> Words:
        """A city abroad; one in five is new, in a region that may be new too."""
        if not self._cities or rng.random() < 0.2:
            self._cities.append(self._within("City", "{}", self.region(rng)))
        return rng.choice(self._cities)

    def region(self, rng: Random) -> Words:
        """A region abroad."""
        if not self._regions or rng.random() < 0.2:
            if not self._countries or (rng.random() < 0.25 and len(self._countries) < 400):
                first, second = divmod(len(self._countries), len(_LETTERS))
                self._countries.append(self._country(_LETTERS[first] + _LETTERS[second]))
            region = self._within("Region", "{} Province", rng.choice(self._countries))
            self._regions.append(region)
        return rng.choice(self._regions)

    def agency(self, rng: Random) -> Words:
        """An agency that acts for a region, at home or abroad."""
        if rng.random() < 0.02:
            self._agency(self.region(rng))
        return rng.choice(self._agencies)

    def company(self, rng: Random) -> Words:
        """A company; three in ten are new."""
        if not self._companies or rng.random() < 0.3:
            company = self._thing("Company", f"{self._name()} Works")
            is_home = rng.random() < 0.6
            base = rng.choice(self.home_cities) if is_home else self.city(rng)
            self.relate(company, "isBasedIn", base)
            if is_home:
                self.describe(company, DCTERMS.identifier, Literal(_enterprise_number(rng)))
            if rng.random() < 0.2:
                founded = Literal(str(rng.randint(1950, 1999)), datatype=XSD.gYear)
                self.describe(company, ECODIP.startDate, founded)
            self._companies.append(company)
        return rng.choice(self._companies)

    def person(self, rng: Random) -> Words:
        """A person; one in four is new."""
        if not self._persons or rng.random() < 0.25:
            self._persons.append(self._thing("Person", f"{self._name()} {self._name()}"))
        return rng.choice(self._persons)

    def officer(self, rng: Random) -> tuple[Words, Words]:
        """A person and the post that this person alone holds."""
        if not self._officers or rng.random() < 0.3:
            person = self.person(rng)
            post = self._thing("Post", f"post of {self._name()}")
            self.relate(post, "isPostIn", rng.choice([*self._agencies, *self._companies[-20:]]))
            self.describe(post, ECODIP.hasPortfolio, SCHEME[rng.choice(_PORTFOLIOS)])
            self._officers.append((person, post))
        return rng.choice(self._officers)

    def parties(self, rng: Random, count: int) -> list[Words]:
        """Signatories of whom no two have signed together before."""
        found: list[Words] = []
        while len(found) < count:
            party = rng.choices((self.company, self.agency, self.region), (8, 1, 1))[0](rng)
            pairs = {frozenset((party.words, other.words)) for other in found}
            if party not in found and pairs.isdisjoint(self._pairs):
                found.append(party)
                self._pairs |= pairs
        return found

    def named(self, kind: str, words: str) -> Words:
        """A new thing that a document tells of, such as a mission; it says what it is."""
        return self._thing(kind, f"{words} {self._name()}", typed=False)

    # -- what the authority file says --------------------------------------------------------

    def relate(self, subject: Words, name: str, value: Words) -> None:
        """Say in the authority file that two things are related."""
        self.describe(subject, ECODIP[name], node(value))

    def describe(self, subject: Words, predicate: NamedNode, value: NamedNode | Literal) -> None:
        """Say something of a thing in the authority file."""
        self.authority.append(Quad(node(subject), predicate, value))

    def _name(self) -> str:
        self._count += 1
        return name(self._count)

    def _thing(self, kind: str, words: str, *, typed: bool = True) -> Words:
        thing = Words(kind, words, f"id:{slug(words)}")
        if typed:
            self.describe(thing, RDF.type, ECODIP[kind])
        for language in ("en", "fr", "nl"):
            self.describe(thing, SKOS.prefLabel, Literal(words, language=language))
        return thing

    def _country(self, code: str) -> Words:
        country = self._thing("Country", f"{self._name()}land")
        self.describe(country, SKOS.notation, Literal(code))
        return country

    def _within(self, kind: str, form: str, place: Words) -> Words:
        words = form.format(self._name())
        inner = self._thing(kind, words)
        self.relate(inner, "isWithin", place)
        return inner

    def _agency(self, region: Words) -> None:
        agency = self._thing("Agency", f"{self._name()} Trade Agency")
        self.relate(agency, "actsFor", region)
        self._agencies.append(agency)


def node(thing: Words) -> NamedNode:
    """The IRI of a thing.

    >>> node(Words("City", "Bababa", "id:bababa")).value
    'https://w3id.org/ecodip/id/bababa'
    """
    assert thing.reference is not None
    return ID[thing.reference.removeprefix("id:")]


def _enterprise_number(rng: Random) -> str:
    """Ten digits of which the last two check the others, as on a Belgian register."""
    number = rng.randint(2_000_000, 9_999_999)
    digits = f"{number:08}{97 - number % 97:02}"
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
