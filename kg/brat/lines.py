"""The lines of a brat file as values that know their text and the columns of their parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_Pieces = Iterator[tuple[str, str]]


@dataclass(slots=True, unsafe_hash=True)
class AnyLine:
    """What every line has: its number, its text (``str``) and the columns of its parts.

    Nobody changes a line once it is read. That is not enforced: making frozen objects takes three
    times as long, and a large file has hundreds of thousands.
    """

    line: int

    def _pieces(self) -> _Pieces:
        """The line from left to right as (name of the part, text); separators have no name."""
        raise NotImplementedError

    def columns(self) -> dict[str, list[int]]:
        """Part name to the columns (from 1, in code points) at which it stands."""
        found: dict[str, list[int]] = {}
        column = 1
        for part, text in self._pieces():
            found.setdefault(part, []).append(column)
            column += len(text)
        return found

    def column(self, part: str, index: int = 0) -> int:
        """The column of one part; parts are named like the fields, ``index`` counts from 0.

        The targets of an event's ``roles`` are its ``targets``.

        >>> Event(1, "E1", "owns", "T9", (("Subject", "T3"), ("Object", "T1"))).column("targets", 1)
        30
        """
        return self.columns()[part][index]

    def __str__(self) -> str:
        return "".join(text for _, text in self._pieces())


@dataclass(slots=True, unsafe_hash=True)
class IdentifiedLine(AnyLine):
    """A line with an id, which others can refer to."""

    id: str


@dataclass(slots=True, unsafe_hash=True)
class Mention(IdentifiedLine):
    r"""``T``: words of the text that name something, or the trigger of an event.

    ``fragments`` are (start, end) pairs of code points, end-exclusive, in ascending order.

    >>> str(Mention(1, "T1", "Person", ((0, 3), (8, 11)), "Ada Lee"))
    'T1\tPerson 0 3;8 11\tAda Lee'
    """

    type: str
    fragments: tuple[tuple[int, int], ...]
    words: str

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("type", self.type))
        for index, (start, end) in enumerate(self.fragments):
            yield from (("", ";" if index else " "), ("fragments", f"{start} {end}"))
        yield from (("", "\t"), ("words", self.words))


@dataclass(slots=True, unsafe_hash=True)
class Reference(IdentifiedLine):
    r"""``N``: the entity or value that a mention means; ``gap`` is the tabs before the label.

    >>> str(Reference(1, "N1", "Reference", "T1", "id:ada-lee", "Ada Lee"))
    'N1\tReference T1 id:ada-lee\tAda Lee'
    """

    type: str
    target: str
    resource: str
    label: str
    gap: str = "\t"

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("type", self.type), ("", " "))
        yield from (("target", self.target), ("", " "), ("resource", self.resource))
        yield from (("", self.gap), ("label", self.label))


@dataclass(slots=True, unsafe_hash=True)
class Relation(IdentifiedLine):
    r"""``R``: a claim stated as fact in the document's own voice.

    >>> str(Relation(1, "R1", "owns", "T3", "T1"))
    'R1\towns Arg1:T3 Arg2:T1'
    """

    type: str
    arg1: str
    arg2: str

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("type", self.type))
        yield from (("", " Arg1:"), ("arg1", self.arg1), ("", " Arg2:"), ("arg2", self.arg2))


@dataclass(slots=True, unsafe_hash=True)
class Event(IdentifiedLine):
    r"""``E``: a claim with the words that state it (trigger) and its (role, target) pairs.

    >>> event = Event(1, "E1", "owns", "T9", (("Subject", "T3"), ("Object2", "T1")))
    >>> str(event), event.filling("Object")
    ('E1\towns:T9 Subject:T3 Object2:T1', ('T1',))
    """

    type: str
    trigger: str
    roles: tuple[tuple[str, str], ...]

    def filling(self, role: str) -> tuple[str, ...]:
        """The targets of a role, whatever number follows its name."""
        return tuple(target for name, target in self.roles if name.rstrip("0123456789") == role)

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("type", self.type))
        yield from (("", ":"), ("trigger", self.trigger))
        for role, target in self.roles:
            yield from (("", " "), ("roles", role), ("", ":"), ("targets", target))


@dataclass(slots=True, unsafe_hash=True)
class Attribute(IdentifiedLine):
    r"""``A`` (or brat's older ``M``): a modality, a denial, or a property with a listed value.

    >>> str(Attribute(1, "A1", "Modality", "E1", "plan"))
    'A1\tModality E1 plan'
    """

    name: str
    target: str
    value: str | None = None

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("name", self.name), ("", " "))
        yield ("target", self.target)
        if self.value is not None:
            yield from (("", " "), ("value", self.value))


@dataclass(slots=True, unsafe_hash=True)
class Equivalence(AnyLine):
    r"""``*``: mentions of the same thing.

    >>> str(Equivalence(1, "Same", ("T1", "T8")))
    '*\tSame T1 T8'
    """

    type: str
    targets: tuple[str, ...]

    def _pieces(self) -> _Pieces:
        yield from (("", "*\t"), ("type", self.type))
        for target in self.targets:
            yield from (("", " "), ("targets", target))


@dataclass(slots=True, unsafe_hash=True)
class Note(IdentifiedLine):
    r"""``#``: our own words about a line.

    >>> str(Note(1, "#1", "AnnotatorNotes", "E1", "en: they met"))
    '#1\tAnnotatorNotes E1\ten: they met'
    """

    type: str
    target: str
    text: str

    def _pieces(self) -> _Pieces:
        yield from (("id", self.id), ("", "\t"), ("type", self.type), ("", " "))
        yield from (("target", self.target), ("", "\t"), ("text", self.text))


Line = Mention | Reference | Relation | Event | Attribute | Equivalence | Note
