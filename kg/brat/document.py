"""A brat file as one immutable value: its lines, with views by kind, id and target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar, cast

from kg.brat.lines import (
    AnyLine,
    Attribute,
    Equivalence,
    Event,
    IdentifiedLine,
    Line,
    Mention,
    Note,
    Reference,
    Relation,
)

_L = TypeVar("_L", bound=AnyLine)
_I = TypeVar("_I", bound=IdentifiedLine)
_Aimed = TypeVar("_Aimed", Reference, Attribute, Note)


@dataclass(frozen=True)
class Document:
    """The lines of one file in file order, with views; immutable.

    In the views by id, the first of two lines with the same id is the one that counts.

    >>> document = Document((Equivalence(1, "Same", ("T8", "T1")),
    ...                      Reference(2, "N1", "Reference", "T8", "id:ada-lee", "Ada Lee")))
    >>> document.same("T8"), [found.resource for found in document.references_of("T1")]
    ('T1', ['id:ada-lee'])
    """

    lines: tuple[Line, ...] = ()

    def of(self, kind: type[_L]) -> tuple[_L, ...]:
        """The lines of one kind, in file order."""
        return cast(tuple[_L, ...], self._kinds.get(kind, ()))

    @cached_property
    def mentions(self) -> Mapping[str, Mention]:
        """T lines by id."""
        return _by_id(self.of(Mention))

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """N lines by id."""
        return _by_id(self.of(Reference))

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """R lines by id."""
        return _by_id(self.of(Relation))

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """E lines by id."""
        return _by_id(self.of(Event))

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """A (and M) lines by id."""
        return _by_id(self.of(Attribute))

    @cached_property
    def equivalences(self) -> tuple[Equivalence, ...]:
        """``*`` lines."""
        return self.of(Equivalence)

    @cached_property
    def notes(self) -> Mapping[str, Note]:
        """# lines by id."""
        return _by_id(self.of(Note))

    def same(self, mention: str) -> str:
        """The one mention that stands for all of a ``Same`` group: the one of lowest number.

        Groups that share a mention are one group; a mention in no group stands for itself.
        """
        return self._leaders.get(mention, mention)

    def references_of(self, mention: str) -> tuple[Reference, ...]:
        """The references of a mention and of all that are the same, in file order."""
        return self._references.get(self.same(mention), ())

    def attributes_of(self, target: str) -> tuple[Attribute, ...]:
        """The attributes of a line, in file order."""
        return self._attributes.get(target, ())

    def notes_of(self, target: str) -> tuple[Note, ...]:
        """The notes on a line, in file order."""
        return self._notes.get(target, ())

    @cached_property
    def _kinds(self) -> dict[type[AnyLine], tuple[Line, ...]]:
        found: dict[type[AnyLine], list[Line]] = {}
        for line in self.lines:
            found.setdefault(type(line), []).append(line)
        return {kind: tuple(lines) for kind, lines in found.items()}

    @cached_property
    def _leaders(self) -> dict[str, str]:
        above: dict[str, str] = {}
        for equivalence in self.equivalences:
            first = equivalence.targets[0]
            for target in equivalence.targets:
                low, high = sorted((_top(above, first), _top(above, target)), key=_number)
                above[high] = low
        return {mention: _top(above, mention) for mention in above}

    @cached_property
    def _references(self) -> dict[str, tuple[Reference, ...]]:
        return _by_target((self.same(line.target), line) for line in self.references.values())

    @cached_property
    def _attributes(self) -> dict[str, tuple[Attribute, ...]]:
        return _by_target((line.target, line) for line in self.attributes.values())

    @cached_property
    def _notes(self) -> dict[str, tuple[Note, ...]]:
        return _by_target((line.target, line) for line in self.notes.values())


def _by_id(lines: Iterable[_I]) -> Mapping[str, _I]:
    found: dict[str, _I] = {}
    for line in lines:
        found.setdefault(line.id, line)
    return MappingProxyType(found)


def _by_target(lines: Iterable[tuple[str, _Aimed]]) -> dict[str, tuple[_Aimed, ...]]:
    found: dict[str, list[_Aimed]] = {}
    for target, line in lines:
        found.setdefault(target, []).append(line)
    return {target: tuple(group) for target, group in found.items()}


def _number(identifier: str) -> int:
    return int(identifier[1:])


def _top(above: dict[str, str], mention: str) -> str:
    """The root of a mention's tree, halving the path on the way."""
    above.setdefault(mention, mention)
    while (parent := above[mention]) != mention:
        above[mention] = above[parent]
        mention = parent
    return mention
