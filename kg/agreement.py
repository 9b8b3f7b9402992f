"""Agreement: how far two annotations of one text say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pyoxigraph import NamedNode, Triple

from kg.brat.document import Document
from kg.brat.lines import Mention
from kg.claims import Claim, Statements
from kg.namespaces import RDF

_I = TypeVar("_I", Mention, Claim)
_Fragments = Sequence[tuple[int, int]]
_Labels = Mapping[Triple, set[str]]


@dataclass(frozen=True)
class Score:
    """How many of the items of two annotations are in ``both``: precision, recall and F1.

    The first annotation is the standard. F1 is the same whichever is, and tends to kappa where the
    items that neither marks are beyond counting (G. Hripcsak and A. Rothschild, "Agreement, the
    F-Measure, and Reliability in Information Retrieval", JAMIA 12(3), 2005).
    A ratio of nothing to nothing is None.

    >>> score = Score(both=3, first=4, second=6)
    >>> score.precision, score.recall, score.f1
    (0.5, 0.75, 0.6)
    """

    both: int
    first: int
    second: int

    @property
    def precision(self) -> float | None:
        """Of what the second annotation has, the share that the first has too."""
        return self.both / self.second if self.second else None

    @property
    def recall(self) -> float | None:
        """Of what the first annotation has, the share that the second has too."""
        return self.both / self.first if self.first else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        total = self.first + self.second
        return 2 * self.both / total if total else None


@dataclass(frozen=True)
class Kappa:
    """The labels that two annotations give to the same items: agreement beyond chance.

    ``table`` counts the pairs of labels, that of the first annotation before that of the second.

    >>> kappa = Kappa({("fact", "fact"): 2, ("fact", "plan"): 1, ("plan", "plan"): 1})
    >>> kappa.observed, kappa.value
    (0.75, 0.5)
    """

    table: Mapping[tuple[str, str], int]

    @property
    def items(self) -> int:
        """How many items there are."""
        return sum(self.table.values())

    @property
    def _equal(self) -> int:
        return sum(count for (one, other), count in self.table.items() if one == other)

    @property
    def observed(self) -> float | None:
        """The share of items with equal labels; None without items."""
        return self._equal / self.items if self.items else None

    @property
    def value(self) -> float | None:
        """Cohen's kappa: 1 is full agreement, 0 that of chance; None where one label is all.

        (p - e) / (1 - e), where p is the observed share and e the one to be expected of annotators
        who choose at random, each label as often as they did (J. Cohen, "A Coefficient of
        Agreement for Nominal Scales", Educational and Psychological Measurement 20(1), 1960).
        """
        chance = sum(one * other for one, other in self.margins.values())
        possible = self.items**2
        return (
            None
            if chance == possible
            else (self.items * self._equal - chance) / (possible - chance)
        )

    @property
    def margins(self) -> dict[str, tuple[int, int]]:
        """Label to how often the first and the second annotation give it."""
        first: Counter[str] = Counter()
        second: Counter[str] = Counter()
        for (one, other), count in self.table.items():
            first[one] += count
            second[other] += count
        return {label: (first[label], second[label]) for label in sorted({*first, *second})}

    def only(self, label: str) -> Kappa:
        """The same with two labels: this one, and "other" for all the rest."""
        table: Counter[tuple[str, str]] = Counter()
        for (one, other), count in self.table.items():
            table[one if one == label else "other", other if other == label else "other"] += count
        return Kappa(table)


@dataclass(frozen=True)
class MentionAgreement:
    """Scores of mentions; :func:`agreement` defines them."""

    exact: Score
    overlap: Score
    links: Score


@dataclass(frozen=True)
class ClaimAgreement:
    """Scores of claims; :func:`agreement` defines them."""

    exact: Score
    relaxed: Score


@dataclass(frozen=True)
class StatementAgreement:
    """Agreement on what is stated: in all, by property, on remarks, and on modality."""

    claims: ClaimAgreement
    properties: Mapping[NamedNode, ClaimAgreement]
    remarks: Score
    modality: Kappa


@dataclass(frozen=True)
class Agreement:
    """How far two annotations agree; ``stated`` is None where claims were not compared."""

    mentions: MentionAgreement
    classes: Mapping[str, MentionAgreement]
    stated: StatementAgreement | None


def agreement(
    first: Document, second: Document, stated: tuple[Statements, Statements] | None = None
) -> Agreement:
    """Compare two annotations of one text; the first is the standard.

    * **Mentions** are T lines, but for triggers: these are evidence of claims, and how many words
      they have is a matter of taste. ``exact``: same offsets and type. ``overlap``: same type and
      a character in common, each mention paired with at most one other, the most alike first.
    * **Links**: of the mentions paired by overlap those with a reference, its own or that of a
      mention that is the same; they agree when they have the same references.
    * **Claims**: sets of triples, each with its modality and denial (``exact``), or however it is
      stated (``relaxed``), wherever it stands. What kind a thing is (``rdf:type``) is left out:
      the links of mentions show it already.
    * **Remarks** are paired, at most one with one, when their triggers overlap and they are about
      a thing in common.
    * **Modality**: the labels of the triples that both state, and of paired remarks. A denial is
      a label of its own (``denied fact``). A triple that is stated in several ways gives several
      pairs, equal labels first.

    Args:
        first: the standard.
        second: the annotation that is compared with it.
        stated: what each of them states; without it mentions and links are compared only.
    """
    sides = _mentions(first), _mentions(second)
    links = {
        id(m): _links(d, m) for d, side in zip((first, second), sides, strict=True) for m in side
    }
    pairs = _paired(
        *sides,
        fragments=lambda mention: mention.fragments,
        fit=lambda one, other: one.type == other.type,
        traits=lambda mention: links[id(mention)],
    )

    def compare(kind: str | None) -> MentionAgreement:
        one, other = ([m for m in side if kind in (None, m.type)] for side in sides)
        own = [(links[id(a)], links[id(b)]) for a, b in pairs if kind in (None, a.type)]
        places = [Counter((m.type, m.fragments) for m in side) for side in (one, other)]
        return MentionAgreement(
            exact=Score((places[0] & places[1]).total(), len(one), len(other)),
            overlap=Score(len(own), len(one), len(other)),
            links=Score(
                sum(a == b and a != () for a, b in own),
                sum(a != () for a, _ in own),
                sum(b != () for _, b in own),
            ),
        )

    classes = sorted({mention.type for side in sides for mention in side})
    return Agreement(
        mentions=compare(None),
        classes={kind: compare(kind) for kind in classes},
        stated=stated and _stated(*stated),
    )


def _mentions(document: Document) -> list[Mention]:
    triggers = {event.trigger for event in document.events.values()}
    return [mention for mention in document.mentions.values() if mention.id not in triggers]


def _links(document: Document, mention: Mention) -> tuple[str, ...]:
    return tuple(sorted({line.resource for line in document.references_of(mention.id)}))


def _stated(first: Statements, second: Statements) -> StatementAgreement:
    one, other = _triples(first.claims), _triples(second.claims)

    def compare(predicate: NamedNode | None) -> ClaimAgreement:
        a, b = ([t for t in side if predicate in (None, t.predicate)] for side in (one, other))
        both = [t for t in a if t in other]
        return ClaimAgreement(
            exact=Score(
                sum(len(one[t] & other[t]) for t in both),
                sum(len(one[t]) for t in a),
                sum(len(other[t]) for t in b),
            ),
            relaxed=Score(len(both), len(a), len(b)),
        )

    remarks = [[c for c in side.claims if c.triple is None] for side in (first, second)]
    pairs = _paired(
        *remarks,
        fragments=lambda claim: [(span.start, span.end) for span in claim.spans],
        fit=lambda a, b: not set(a.about).isdisjoint(b.about),
        traits=lambda claim: (*sorted(about.value for about in claim.about), _label(claim)),
    )
    table = Counter((_label(a), _label(b)) for a, b in pairs)
    for triple in one.keys() & other.keys():
        a, b = one[triple], other[triple]
        table.update((label, label) for label in a & b)
        table.update(zip(sorted(a - b), sorted(b - a), strict=False))
    predicates = {t.predicate for side in (one, other) for t in side}
    return StatementAgreement(
        claims=compare(None),
        properties={p: compare(p) for p in sorted(predicates, key=lambda p: p.value)},
        remarks=Score(len(pairs), *map(len, remarks)),
        modality=Kappa(dict(sorted(table.items()))),
    )


def _triples(claims: Iterable[Claim]) -> _Labels:
    """Each triple that is claimed with the ways in which it is stated."""
    found: defaultdict[Triple, set[str]] = defaultdict(set)
    for claim in claims:
        if claim.triple is not None and claim.predicate != RDF.type:
            found[claim.triple].add(_label(claim))
    return found


def _label(claim: Claim) -> str:
    return f"{'denied ' * claim.negated}{claim.modality}"


def _paired(
    first: Sequence[_I],
    second: Sequence[_I],
    *,
    fragments: Callable[[_I], _Fragments],
    fit: Callable[[_I, _I], bool],
    traits: Callable[[_I], tuple[str, ...]],
) -> list[tuple[_I, _I]]:
    """Items that fit and overlap, one with one: the most alike first, then those of equal traits.

    The order does not tell which annotation is the first, so neither does the number of pairs.
    """
    candidates: list[tuple[Any, int, int]] = []
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            if fit(one, other) and (alike := _likeness(fragments(one), fragments(other))):
                ends = [(tuple(fragments(x)), traits(x)) for x in (one, other)]
                candidates.append(((-alike, ends[0][1] != ends[1][1], sorted(ends)), i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return [(first[i], second[j]) for i, j in found.items()]


def _likeness(one: _Fragments, other: _Fragments) -> float:
    """The share of characters in common (Jaccard's coefficient)."""
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
    return common / (sum(b - a for a, b in (*one, *other)) - common)
