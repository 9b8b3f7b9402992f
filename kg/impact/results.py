"""Results of validation that come, go or change between two states of a project."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from kg.impact.pairs import Pairs
from kg.report import SEVERITIES, Violation


@dataclass(frozen=True)
class ResultChange:
    """A result of validation before and after; None where there is none.

    One that changes has another severity or message, or inference does something else to it.
    """

    old: Violation | None
    new: Violation | None

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "changed"

    @property
    def result(self) -> Violation:
        """The result as it is now, else as it was."""
        found = self.new or self.old
        assert found is not None
        return found


def compare(old: Iterable[Violation], new: Iterable[Violation]) -> tuple[ResultChange, ...]:
    """The results that differ, the graver ones first."""

    def whole(one: Violation) -> Hashable:
        return one.result.order, one.inference

    def place(one: Violation) -> Hashable:
        result = one.result
        return result.source_shape, result.component, result.focus, result.path, result.value

    found = Pairs.of(old, new, (whole, place))
    changes = [ResultChange(one, other) for one, other, number in found.pairs if number == 1]
    changes += [ResultChange(one, None) for one in found.gone]
    changes += [ResultChange(None, one) for one in found.come]
    return tuple(sorted(changes, key=_order))


def _order(change: ResultChange) -> tuple[object, ...]:
    one = change.result
    rank = list(SEVERITIES)
    grade = rank.index(one.severity) if one.severity in rank else len(rank)
    return grade, one.result.code, one.file, one.line, one.result.order[3:], change.kind
