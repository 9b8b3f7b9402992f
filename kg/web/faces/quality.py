"""Quality: the page of what is known of how good the graph is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.claims import Claim
from kg.conflicts import KINDS
from kg.coverage import Coverage, Share
from kg.web.claim_index import ClaimIndex
from kg.web.exchange import Response
from kg.web.faces.source import pages_only
from kg.web.quality import Quality
from kg.web.telling import Telling
from kg.web.view import View

if TYPE_CHECKING:
    from kg.agreement import Agreement


@dataclass(frozen=True)
class Covered:
    """How much of a source is annotated, for a row of the table and its bars."""

    source: NamedNode
    name: str
    found: Coverage | None


def quality(view: View) -> Response:
    """Validation with the words that caused each result, coverage, conflicts and agreement."""
    pages_only(view)
    index, known = view.app.keep(ClaimIndex), view.app.keep(Quality)
    covered = [] if view.app.is_static else _covered(index, known.coverage)
    measured = [one.found for one in covered if one.found is not None]
    conflicts = {kind: [c for c in known.conflicts if c.kind == kind] for kind in KINDS}
    return view.page(
        "quality.html",
        counts=known.counts(),
        verdicts=known.verdicts,
        severities=Counter(one.result.severity for one in known.verdicts),
        shapes=[shape.iri for shape in known.shapes if isinstance(shape.node, NamedNode)],
        idle=known.idle,
        implied=known.implied,
        conflicts=conflicts,
        covered=covered,
        measured=measured,
        total=(
            sum((one.sentences for one in measured), Share(0, 0)),
            sum((one.characters for one in measured), Share(0, 0)),
        ),
        agreements=agreed(known.agreements),
        claims=len(index.claims),
        unsaid=_unsaid(index.claims),
        languages=index.languages,
        documents=index.documents,
        percent=percent,
        shown=lambda number: number.replace(".", ",") if view.lang == "fr" else number,
        tell=Telling(view),
    )


def percent(share: Share) -> str:
    """A share in percent, rounded down so that 100 % means all of it.

    >>> percent(Share(1999, 2000)), percent(Share(0, 0))
    ('99.9', '100.0')
    """
    thousandths = share.covered * 1000 // share.total if share.total else 1000
    return f"{thousandths / 10:.1f}"


def agreed(found: Mapping[str, Agreement]) -> list[tuple[str, list[tuple[str, float | None]]]]:
    """Name of each source annotated twice, with its measures by code of their names."""
    return [
        (
            name,
            [
                ("agreement-mentions", one.mentions.exact.f1),
                ("agreement-overlap", one.mentions.overlap.f1),
                ("agreement-links", one.mentions.links.f1),
                ("agreement-claims", one.stated.claims.exact.f1),
                ("agreement-remarks", one.stated.remarks.f1),
                ("agreement-modality", one.stated.modality.value),
            ],
        )
        for name, one in sorted(found.items())
        if one.stated is not None
    ]


def _covered(index: ClaimIndex, found: Mapping[str, Coverage | None]) -> list[Covered]:
    return [
        Covered(one.iri, name, found.get(name)) for name, one in sorted(index.documents.items())
    ]


def _unsaid(claims: Iterable[Claim]) -> int:
    """How many claims are not made as facts."""
    return sum(not claim.asserted for claim in claims)
