"""Identity: the IRI of a claim, made from what it says and on which words, so that it lasts.

It does not depend on the number of the line, on the order of lines or on the paraphrase of a
remark, which may be improved. Another statement, manner, named speaker or place in the text is
another claim with another IRI.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from kg.claims import Claim

_DIGITS = 12
"""Hexadecimal digits of a name: of a million claims in one source two would share a name once in
some five hundred sources, and then they are counted apart."""


def identities(
    claims: Sequence[Claim], named: Mapping[NamedNode, NamedNode | None]
) -> tuple[Mapping[NamedNode, NamedNode], tuple[tuple[Claim, Claim], ...]]:
    """The lasting IRI of each claim of one source, by the id that it has until then.

    Claims that say the same on the same words are numbered; which is which makes no difference,
    since nothing tells them apart.

    Args:
        claims: of one source; a claim may be about another by its provisional id.
        named: the speaker that the line of a claim names itself, by the claim's id.

    Returns:
        the IRIs, and each claim that repeats another, with the first of its kind.
    """
    found: dict[NamedNode, NamedNode] = {}
    first: dict[str, Claim] = {}
    counts: dict[str, int] = {}
    repeats: list[tuple[Claim, Claim]] = []
    waiting = list(claims)
    provisional = {claim.id for claim in claims}
    while waiting:
        ready = [one for one in waiting if _ends(one) & provisional <= found.keys()]
        # Where claims lead back to themselves, which is reported elsewhere, none is ever ready.
        for claim in ready or waiting:
            name = _name(claim, found, named.get(claim.id))
            counts[name] = counts.get(name, 0) + 1
            if counts[name] > 1:
                repeats.append((claim, first[name]))
                name = f"{name}-{counts[name]}"
            else:
                first[name] = claim
            found[claim.id] = NamedNode(f"{claim.source.value}/claim/{name}")
        waiting = [one for one in waiting if one.id not in found]
    return found, tuple(repeats)


def _ends(claim: Claim) -> set[Any]:
    return {claim.subject, claim.object, *claim.about}


def _name(claim: Claim, found: Mapping[NamedNode, NamedNode], speaker: NamedNode | None) -> str:
    """The part of the IRI that is made from the content of a claim."""

    def told(terms: Iterable[Any]) -> list[str]:
        return [str(found.get(term, term)) for term in terms]

    content = [
        told((claim.subject, claim.predicate, claim.object)),
        sorted(told(claim.about)) if claim.remark else [],
        claim.modality, claim.negated, str(speaker), claim.valid,
        [[span.start, span.end, span.words] for span in claim.spans],
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
