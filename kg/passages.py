"""Passages: the stretches of a text in which one voice speaks, and what lies in which of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pyoxigraph import NamedNode

from kg.brat.lines import Event
from kg.brat.names import PASSAGE
from kg.claims import FACT
from kg.references import References
from kg.schema import MODALITY


@dataclass(frozen=True)
class Passage:
    """A stretch of a text with its speaker; offsets are code points, end exclusive.

    ``addressee`` is who is spoken to, ``answers`` the passage whose question it takes up,
    ``modality`` how its claims are made unless they say otherwise, ``within`` the narrowest wider
    passage around it; ``line_id`` the line of the annotation.
    """

    iri: NamedNode
    start: int
    end: int
    speaker: NamedNode
    line_id: str
    line: int
    addressee: NamedNode | None = None
    answers: NamedNode | None = None
    modality: str | None = None
    within: NamedNode | None = None

    def contains(self, start: int, end: int) -> bool:
        """Whether a stretch of the text lies in this one."""
        return self.start <= start and end <= self.end


class Passages(Sequence[Passage]):
    """The passages of one source, wider ones before those they contain.

    >>> from kg.namespaces import SCHEMA
    >>> told = [Passage(SCHEMA[n], *at, SCHEMA[n], n, 1) for n, at in
    ...         {"quotation": (20, 30), "answer": (10, 40)}.items()]
    >>> found = Passages(told)
    >>> [passage.line_id for passage in found], found.innermost(22, 25).line_id
    (['answer', 'quotation'], 'quotation')
    >>> found.innermost(25, 35).line_id, found.innermost(5, 15)
    ('answer', None)
    """

    def __init__(self, passages: Sequence[Passage] = ()) -> None:
        found: list[Passage] = []
        open_: list[Passage] = []
        for one in sorted(passages, key=lambda p: (p.start, -p.end, p.line)):
            while open_ and open_[-1].end <= one.start:
                open_.pop()
            around = next((p for p in reversed(open_) if p.contains(one.start, one.end)), None)
            open_.append(replace(one, within=around.iri if around else None))
            found.append(open_[-1])
        self._passages = tuple(found)
        self._starts = [passage.start for passage in found]
        self._by_iri = {passage.iri: passage for passage in found}

    def __getitem__(self, index: int) -> Passage:  # type: ignore[override]
        return self._passages[index]

    def __len__(self) -> int:
        return len(self._passages)

    def innermost(self, start: int, end: int) -> Passage | None:
        """The narrowest passage that contains a stretch of the text, if any does."""
        before = bisect_right(self._starts, start)
        found = self._passages[before - 1] if before else None
        while found is not None and not found.contains(start, end):
            found = self._by_iri[found.within] if found.within else None
        return found


def passages_of(references: References) -> Passages:
    """The passages of a source, read from its E lines of type ``Passage``.

    Guarantees: a line with a problem is reported in ``references.findings`` and makes no passage.
    """
    events = [e for e in references.document.of(Event) if e.type == PASSAGE]
    found = [passage for event in events for passage in _read(references, event)]
    passages = Passages(found)
    lines = {event.id: event for event in events}
    sole = references.source.sole_creator
    for passage in passages:
        if passage.speaker == sole and passage.within is None:
            speaker = references.shown(passage.speaker)
            references.report("passage-sole-voice", lines[passage.line_id], "id", speaker=speaker)
    _crossing(references, passages, lines)
    return passages


def _read(references: References, event: Event) -> Iterator[Passage]:
    mention = references.document.mentions.get(event.trigger)
    if mention is None:
        return
    start, end = mention.fragments[0][0], mention.fragments[-1][1]
    speaker = _person(references, event, "Speaker")
    attributes = {a.name: a.value for a in references.document.attributes_of(event.id)}
    if speaker is None or start >= end:
        return
    yield Passage(
        iri=_iri(references, start, end),
        start=start,
        end=end,
        speaker=speaker,
        line_id=event.id,
        line=event.line,
        addressee=_person(references, event, "Addressee"),
        answers=_answered(references, event),
        modality=attributes.get(MODALITY) if attributes.get(MODALITY) != FACT else None,
    )


def _iri(references: References, start: int, end: int) -> NamedNode:
    return NamedNode(f"{references.source.iri.value}#passage={start},{end}")


def _person(references: References, event: Event, role: str) -> NamedNode | None:
    """Who fills a role of a passage, somebody whom the authority file knows."""
    references.check_single(event, role)
    for index, (name, target) in enumerate(event.roles):
        mention = references.document.mentions.get(target)
        if name.rstrip("0123456789") != role or mention is None:
            continue
        entity = references.entities.get(target)
        if entity in references.known:
            return entity
        facts = {"role": role, "words": mention.words, "mention": target, "passage": event.id}
        references.report("passage-unknown-voice", event, "targets", index, **facts)
    return None


def _answered(references: References, event: Event) -> NamedNode | None:
    references.check_single(event, "Answers")
    for index, (name, target) in enumerate(event.roles):
        other = references.document.events.get(target)
        if name.rstrip("0123456789") != "Answers" or other is None:
            continue
        trigger = references.document.mentions.get(other.trigger)
        if other.type == PASSAGE and other is not event and trigger is not None:
            return _iri(references, trigger.fragments[0][0], trigger.fragments[-1][1])
        references.report("passage-answers", event, "targets", index, target=target)
    return None


def _crossing(references: References, passages: Passages, lines: dict[str, Event]) -> None:
    """Report passages of one place, and those that overlap though neither contains the other."""
    for one, other in pairwise(passages):
        if (one.start, one.end) == (other.start, other.end):
            references.report(
                "passage-repeated", lines[other.line_id], "trigger", other=one.line_id,
                place=one.line,
            )  # fmt: skip
    open_: list[Passage] = []
    for passage in passages:
        while open_ and open_[-1].end <= passage.start:
            open_.pop()
        if open_ and passage.end > open_[-1].end:
            around = open_[-1]
            references.report(
                "passage-crossing", lines[passage.line_id], "trigger", passage=passage.line_id,
                start=passage.start, end=passage.end, other=around.line_id,
                first=around.start, last=around.end,
            )  # fmt: skip
        else:
            open_.append(passage)
