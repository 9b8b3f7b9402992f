"""Claims that come, go or change between two states of a project."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from kg.claims import Claim
from kg.impact.pairs import Pairs

FIELDS = (
    "subject", "predicate", "object", "about", "modality", "negated", "speaker", "valid",
    "remark", "words", "offsets",
)  # fmt: skip


@dataclass(frozen=True)
class ClaimChange:
    """A claim before and after; None where there is none.

    ``fields`` names what differs, of :data:`FIELDS`; a claim that says the same under another
    IRI has none.
    """

    old: Claim | None
    new: Claim | None
    fields: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``changed``, or ``renamed`` where only the id is another."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "changed" if self.fields else "renamed"

    @property
    def claim(self) -> Claim:
        """The claim as it is now, else as it was."""
        found = self.new or self.old
        assert found is not None
        return found


def value(claim: Claim, field: str) -> Hashable:
    """What a claim says in one field, the same however it was read."""
    match field:
        case "about":
            return tuple(sorted(set(claim.about), key=str))
        case "remark":
            return tuple(sorted(claim.remark))
        case "words":
            return tuple(span.words for span in sorted(claim.spans))
        case "offsets":
            return tuple((span.start, span.end) for span in sorted(claim.spans))
    found: Hashable = getattr(claim, field)
    return found


def compare(old: Iterable[Claim], new: Iterable[Claim]) -> tuple[ClaimChange, ...]:
    """The claims that differ, by place.

    A claim is known by what it says, then by its line: a line that now says something else
    altogether is a claim that went and another that came.
    """

    def content(claim: Claim) -> Hashable:
        return (claim.source, *(value(claim, field) for field in FIELDS))

    def named(claim: Claim) -> Hashable:
        return claim.id, content(claim)

    def line(claim: Claim) -> Hashable:
        return claim.source, claim.line_id

    keys = (named, content, line)
    found = Pairs.of(old, new, keys)
    changes = [ClaimChange(one, None) for one in found.gone]
    changes += [ClaimChange(None, one) for one in found.come]
    for one, other, number in found.pairs:
        if number == 1:
            changes.append(ClaimChange(one, other))
        elif number == 2:
            fields = tuple(f for f in FIELDS if value(one, f) != value(other, f))
            if _is_other(fields):
                changes += [ClaimChange(one, None), ClaimChange(None, other)]
            else:
                changes.append(ClaimChange(one, other, fields))
    return tuple(sorted(changes, key=_order))


def _is_other(fields: Sequence[str]) -> bool:
    """Whether a claim shares neither words nor any part of its triple with another."""
    return {"subject", "predicate", "object", "words"} <= set(fields) or (
        {"about", "remark", "words"} <= set(fields)
    )


def _order(change: ClaimChange) -> tuple[object, ...]:
    claim = change.claim
    return claim.file, claim.line, claim.id.value, change.kind
