"""Position: where a place is on the earth."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kg.terms import Term


class Position(NamedTuple):
    """Degrees north and east; ``within`` is the larger place whose position stands in for it."""

    latitude: float
    longitude: float
    within: Term | None = None
