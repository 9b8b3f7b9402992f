"""Conflicts: claims that say different things of one matter, told apart by why they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.claims import FACT, Claim
from kg.extents import Extent, extent, meet, timing
from kg.namespaces import ECC, EDTF, OWL, RDF, SCHEMA, SH, SKOS, XSD, Namespace
from kg.schema import Schema

if TYPE_CHECKING:
    from kg.reading import Reading

KINDS = ("contradiction", "precision", "succession", "modality")
_ORG = Namespace("http://www.w3.org/ns/org#")
_LISTS = Namespace("https://w3id.org/ecodip/scheme/")
_DATES = (XSD.date, XSD.gYearMonth, XSD.gYear, EDTF.EDTF)
_STATED = frozenset((FACT, "plan", "possibility"))  # a question or an opinion settles nothing
Sides = tuple[tuple[Claim, ...], tuple[Claim, ...]]


@dataclass(frozen=True)
class Conflict:
    """Two sides that differ on one matter; each side holds the claims that say the same.

    ``kind`` is one of :data:`KINDS`: ``contradiction`` (not both can be right), ``precision``
    (one value holds the other, or both round to it), ``succession`` (each at its own time),
    ``modality`` (planned or possible on one side, a fact on the other).
    """

    kind: str
    subject: NamedNode
    predicate: NamedNode | None
    sides: Sides

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The conflict as JSON data, with all keys of its claims."""
        return {
            "kind": self.kind,
            "subject": self.subject.value,
            "predicate": self.predicate and self.predicate.value,
            "sides": [[claim.to_json(lang) for claim in side] for side in self.sides],
        }


def of(reading: Reading) -> tuple[Conflict, ...]:
    """The conflicts among the claims of a project.

    >>> from kg.project import Project
    >>> {conflict.kind for conflict in of(Project().reading)} <= set(KINDS)
    True
    """
    files = reading.layout.files("shapes", "*.ttl")
    shapes = [quad for file in files for quad in reading.layout.read(file)]
    links = [link for found in reading.statements for link in found.links]
    known = [*reading.ontology, *reading.authority]
    known += [quad for found in reading.statements for quad in found.source.description]
    return conflicts(reading.claims, links, reading.schema, shapes, known)


def conflicts(
    claims: Iterable[Claim],
    links: Iterable[Triple],
    schema: Schema,
    shapes: Iterable[Quad],
    known: Iterable[Quad] = (),
) -> tuple[Conflict, ...]:
    """The conflicts among claims, by kind and subject.

    A property has one value where the ontology calls it functional or a shape allows one
    (``sh:maxCount 1``) for the subject's class. The start and the end of a period are two
    properties, and so no conflict.

    Args:
        claims: all claims.
        links: statements about claims; ``disagreesWith`` makes a contradiction.
        schema: the ontology.
        shapes: the statements of the shape files.
        known: what else is known: lists, curated statements, dates of sources.
    """
    finder = _Finder(tuple(claims), schema, known, _single(schema, tuple(shapes)))
    found = [*finder.linked(links), *finder.values(), *finder.holders()]
    seen: dict[frozenset[NamedNode], Conflict] = {}
    for conflict in found:
        ids = frozenset(claim.id for side in conflict.sides for claim in side)
        if not any(ids >= told for told in seen):
            seen[ids] = conflict
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(
        sorted(seen.values(), key=lambda c: (order[c.kind], str(c.subject), str(c.predicate)))
    )


def _single(
    schema: Schema, shapes: tuple[Quad, ...]
) -> Mapping[NamedNode, frozenset[NamedNode | None]]:
    """The classes for which a property has one value; None is any class."""
    found: dict[NamedNode, set[NamedNode | None]] = defaultdict(set)
    for quad in schema.quads:
        is_functional = quad.predicate == RDF.type and quad.object == OWL.FunctionalProperty
        if is_functional and isinstance(quad.subject, NamedNode):
            found[quad.subject].add(None)
    objects: dict[tuple[Any, NamedNode], list[Any]] = defaultdict(list)
    holders: dict[Any, list[Any]] = defaultdict(list)
    for quad in shapes:
        objects[quad.subject, quad.predicate].append(quad.object)
        if quad.predicate == SH.property:
            holders[quad.object].append(quad.subject)
    for (shape, predicate), counts in list(objects.items()):
        if predicate != SH.maxCount or [count.value for count in counts] != ["1"]:
            continue
        for path in objects[shape, SH.path]:
            if isinstance(path, BlankNode):
                continue  # a path of several steps is no property
            for holder in (shape, *holders[shape]):
                found[path].update(objects[holder, SH.targetClass])
                if objects[holder, SH.targetSubjectsOf]:
                    found[path].add(None)
    return {path: frozenset(classes) for path, classes in found.items()}


class _Finder:
    """Compares claims with each other, with all that is known of what they name at hand."""

    def __init__(
        self,
        claims: tuple[Claim, ...],
        schema: Schema,
        known: Iterable[Quad],
        single: Mapping[NamedNode, frozenset[NamedNode | None]],
    ) -> None:
        self.claims = claims
        self.schema = schema
        self.single = single
        self.objects: dict[tuple[Any, Any], list[Any]] = defaultdict(list)
        self.dated: dict[Any, list[Extent]] = defaultdict(list)
        told = [(q.subject, q.predicate, q.object) for q in known]
        told += [(t.subject, t.predicate, t.object) for c in claims if (t := _fact(c))]
        for subject, predicate, value in told:
            self.objects[subject, predicate].append(value)
            if isinstance(value, Literal) and value.datatype in _DATES:
                self.dated[subject].append(extent(value.value))

    def linked(self, links: Iterable[Triple]) -> Iterator[Conflict]:
        """Claims that the annotation says disagree."""
        by_id: dict[Any, Claim] = {claim.id: claim for claim in self.claims}
        for link in links:
            if link.predicate != ECC.disagreesWith:
                continue
            one, other = by_id.get(link.subject), by_id.get(link.object)
            if one and other:
                subject = one.subject or one.about[0]
                yield Conflict("contradiction", subject, one.predicate, ((one,), (other,)))

    def values(self) -> Iterator[Conflict]:
        """Different values where there is one, and one value as a plan here and a fact there."""
        matters: dict[tuple[NamedNode, NamedNode], dict[Any, list[Claim]]] = defaultdict(dict)
        for claim in self.claims:
            if claim.triple and claim.subject and claim.predicate and claim.modality in _STATED:
                stated = (claim.object, claim.modality, claim.negated)
                groups = matters[claim.subject, claim.predicate]
                groups.setdefault(stated, []).append(claim)
        for (subject, predicate), groups in matters.items():
            one_value = self._has_one_value(subject, predicate)
            for one, other in combinations(groups.values(), 2):
                sides = tuple(one), tuple(other)
                same = one[0].object == other[0].object
                if kind := self._same(sides) if same else one_value and self._differing(sides):
                    yield Conflict(kind, subject, predicate, sides)

    def holders(self) -> Iterator[Conflict]:
        """Several holders of one post, each by a membership of its own (ORG)."""
        posts: dict[Any, list[Claim]] = defaultdict(list)
        posted: dict[Any, set[Any]] = defaultdict(set)
        for claim in self.claims:
            triple = _fact(claim)
            if triple is None:
                continue
            target = self.schema.range(triple.predicate)
            if target and _ORG.Post in self.schema.above(target):
                posted[triple.subject].add(triple.object)
        for claim in self.claims:
            triple = _fact(claim)
            if triple and _ORG.member in self.schema.above(triple.predicate):
                for post in posted[triple.subject]:
                    posts[post].append(claim)
        for post, claims in posts.items():
            terms: dict[tuple[Any, Any], list[Claim]] = defaultdict(list)
            for claim in claims:
                terms[claim.subject, claim.object].append(claim)
            for ((a, one), mine), ((b, other), yours) in combinations(terms.items(), 2):
                if a != b and one != other:
                    times = self.dated.get(a, []), self.dated.get(b, [])
                    sides = (tuple(mine), tuple(yours)) if times[0] <= times[1] else (
                        tuple(yours), tuple(mine)
                    )  # fmt: skip
                    yield Conflict(timing(*times), post, mine[0].predicate, sides)

    def _has_one_value(self, subject: NamedNode, predicate: NamedNode) -> bool:
        classes = self.single.get(predicate, frozenset())
        types = (t for t in self.objects.get((subject, RDF.type), ()) if isinstance(t, NamedNode))
        return None in classes or any(classes & self.schema.above(kind) for kind in types)

    def _same(self, sides: Sides) -> str | None:
        """Why two claims differ that name the same triple."""
        one, other = sides[0][0], sides[1][0]
        if one.modality != other.modality:
            return "modality" if FACT in (one.modality, other.modality) else None
        return "contradiction"  # one of the two is negated

    def _differing(self, sides: Sides) -> str | None:
        """Why two claims differ that name two values of one property."""
        one, other = sides[0][0], sides[1][0]
        if one.negated or other.negated:
            return None  # what is denied of one value says nothing of another
        if one.modality != other.modality:
            return "modality"
        if self._agree(sides):
            return "precision"
        lists = [
            {scheme for c in side for scheme in self.objects.get((c.object, SKOS.inScheme), ())}
            for side in sides
        ]
        apart = not {c.source for c in sides[0]} & {c.source for c in sides[1]}
        if apart and all(_LISTS.status in found for found in lists):
            return "succession"  # a status is that of the date of its source
        if all(_LISTS.qualifier in found for found in lists):
            return "precision"
        valid = [[extent(c.valid) for c in side if c.valid] for side in sides]
        return "succession" if all(valid) and timing(*valid) == "succession" else "contradiction"

    def _agree(self, sides: Sides) -> bool:
        """Whether two values may both be right, one more exact than the other."""
        values = [side[0].object for side in sides]
        if all(isinstance(v, Literal) and v.datatype in _DATES for v in values):
            one, other = (extent(v.value) for v in values if isinstance(v, Literal))
            return meet(one, other)
        above = self.schema.above(sides[0][0].predicate)  # type: ignore[arg-type]
        if SCHEMA.minValue in above or SCHEMA.maxValue in above:
            return True  # of two bounds the narrower holds the other
        if SCHEMA.value not in above:
            return False
        ranges = [[self._range(claim) for claim in side] for side in sides]
        return any(a[0] <= b[1] and b[0] <= a[1] for a in ranges[0] for b in ranges[1])

    def _range(self, claim: Claim) -> tuple[Decimal, Decimal]:
        """The numbers that the words of one source may mean.

        The bounds that the source gives; without them what rounds to the number, when it is given
        as anything but exact.
        """
        assert isinstance(claim.object, Literal)
        number = Decimal(claim.object.value)
        beside = [
            (t.predicate, t.object)
            for c in self.claims
            if c.source == claim.source and c.subject == claim.subject and (t := _fact(c))
        ]

        def bounds(base: NamedNode) -> list[Decimal]:
            found = [(p, v) for p, v in beside if base in self.schema.above(p)]
            return [Decimal(v.value) for _, v in found if isinstance(v, Literal)]

        lower, upper = bounds(SCHEMA.minValue), bounds(SCHEMA.maxValue)
        if lower or upper:
            return (
                min(lower, default=Decimal("-Infinity")), max(upper, default=Decimal("Infinity"))
            )  # fmt: skip
        qualifiers = {
            v for _, v in beside if _LISTS.qualifier in self.objects.get((v, SKOS.inScheme), ())
        }
        if qualifiers <= {_LISTS.exact}:
            return number, number
        exponent = number.normalize().as_tuple().exponent
        half = Decimal(5).scaleb(int(exponent) - 1)
        return number - half, number + half


def _fact(claim: Claim) -> Triple | None:
    return claim.triple if claim.asserted else None
