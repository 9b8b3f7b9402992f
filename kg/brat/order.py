"""Order: the lines of an annotation in their canonical order, with the ids that they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kg.brat.document import Document
from kg.brat.lines import (
    Attribute,
    Equivalence,
    Event,
    Line,
    Mention,
    Note,
    Reference,
    Relation,
)
from kg.brat.names import PASSAGE

_MEANT = ("Subject", "Object", "About")
"""The roles whose mentions a statement is made of; others only tell more of it."""
_DIGITS = "0123456789"
_KINDS = {Attribute: 0, Relation: 1, Event: 2, Equivalence: 3}


def ordered(document: Document) -> Document:
    r"""The same lines, with the same ids, in an order that depends on nothing but what they say.

    Mentions stand in the order of the text, each with what it refers to. A statement follows the
    last mention that it is made of, a passage its first words, an attribute of a statement and a
    note the line that they are about. Lines of one place stand as attributes, relations, events
    and equivalences, each by number.

    >>> from kg import brat
    >>> data = b"R1\tknows Arg1:T2 Arg2:T1\nT1\tPerson 9 12\tLee\nT2\tPerson 0 3\tAda\n"
    >>> for line in ordered(brat.read(data, file="a.ann")[0]).lines:
    ...     print(str(line).replace("\t", " "))
    T2 Person 0 3 Ada
    T1 Person 9 12 Lee
    R1 knows Arg1:T2 Arg2:T1
    """
    return Document(tuple(_Order(document).lines()))


class _Order:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes: dict[str, list[Note]] = defaultdict(list)
        self._attributes: dict[str, list[Attribute]] = defaultdict(list)
        self._references: dict[str, list[Reference]] = defaultdict(list)
        self._statements: dict[str, list[Line]] = defaultdict(list)
        self._places: dict[str, tuple[Any, ...]] = {}

    def lines(self) -> Iterator[Line]:
        document = self._document
        mentions = sorted(document.of(Mention), key=_place)
        self._places = {one.id: (number,) for number, one in enumerate(mentions)}
        for note in document.of(Note):
            self._notes[note.target].append(note)
        for reference in document.of(Reference):
            self._references[reference.target].append(replace(reference, gap="\t"))
        for line in document.lines:
            if isinstance(line, Attribute) and line.target in document.events:
                self._attributes[line.target].append(line)
            elif isinstance(line, Relation | Event | Attribute | Equivalence):
                self._statements[self._anchor(line)].append(line)
        for mention in mentions:
            yield mention
            for reference in sorted(self._references[mention.id], key=_number):
                yield reference
                yield from self._about(reference.id)
            yield from self._about(mention.id)
            yield from self._placed(mention.id)
        yield from self._placed("")  # what is made of no mention that is there

    def _placed(self, anchor: str) -> Iterator[Line]:
        for line in sorted(self._statements[anchor], key=_rank):
            yield line
            if not isinstance(line, Equivalence):
                for attribute in sorted(self._attributes[line.id], key=_number):
                    yield attribute
                    yield from self._about(attribute.id)
                yield from self._about(line.id)

    def _about(self, target: str) -> Iterator[Line]:
        yield from sorted(self._notes[target], key=_number)

    def _anchor(self, line: Line) -> str:
        """The mention that a statement follows: the last one that it is made of."""
        if isinstance(line, Event) and line.type == PASSAGE:
            found = {line.trigger}
        else:
            found = self._made_of(line)
        known = [mention for mention in found if mention in self._places]
        return max(known, key=lambda mention: self._places[mention], default="")

    def _made_of(self, line: Line) -> set[str]:
        """The mentions of a statement, and of the statements that it is about, in any depth."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = list(_targets(line))
        while waiting:
            target = waiting.pop()
            if target in seen:
                continue
            seen.add(target)
            if (event := self._document.events.get(target)) is not None:
                waiting.extend(_targets(event))
            else:
                found.add(target)
        return found


def _targets(line: Line) -> Iterator[str]:
    match line:
        case Relation():
            yield from (line.arg1, line.arg2)
        case Event():
            yield line.trigger
            yield from (target for role, target in line.roles if role.rstrip(_DIGITS) in _MEANT)
        case Attribute():
            yield line.target
        case Equivalence():
            yield from line.targets


def _place(mention: Mention) -> tuple[Any, ...]:
    (start, end), *_ = mention.fragments
    return start, -end, mention.fragments, _number(mention)


def _rank(line: Line) -> tuple[Any, ...]:
    number = 0 if isinstance(line, Equivalence) else _number(line)
    return _KINDS[type(line)], number, str(line)


def _number(line: Any) -> int:
    return int(line.id[1:])
