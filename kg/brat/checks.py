"""Checks across the lines of a brat file: ids, spans, targets, roles and cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from kg.brat.document import Document
from kg.brat.forms import shown
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
from kg.brat.names import BUILT_IN, PASSAGE, REMARK, Names, Places, unknown_names
from kg.findings import Finding

_STATEMENT = (("Subject", "Object"), ("Speaker", "Valid"))
_ROLES = {
    REMARK: (("About",), ("Speaker", "Valid")),
    PASSAGE: (("Speaker",), ("Addressee", "Answers")),
}
"""The roles of each type of event, required and optional; of all others, those of a statement."""
_MENTIONED = ("Speaker", "Valid", "Addressee")
_DIGITS = "0123456789"


def check(
    document: Document,
    *,
    file: str,
    names: Names | None = None,
    length: int | None = None,
    unread: Set[str] = frozenset(),
) -> Iterator[Finding]:
    """Every problem of a document whose lines have the right form, in no particular order.

    Args:
        document: what was read.
        file: the name to report.
        names: the allowed types and values; None checks the grammar only.
        length: the number of code points of the text that the spans point into, if known.
        unread: ids of lines that could not be read, which may be referred to nevertheless.

    >>> lines = (Relation(1, "R1", "owns", "T3", "E1"),)
    >>> for finding in check(Document(lines), file="a.ann", unread={"T3"}):
    ...     print(finding.line, finding.column, finding.code)
    1 22 dangling-id
    """
    at = Places(file)
    ids: dict[str, Line] = {}
    for line in document.lines:
        if not isinstance(line, Equivalence) and ids.setdefault(line.id, line) is not line:
            yield at(line, "id", 0, "id-repeated", id=line.id, first=ids[line.id].line)
    for line, part, index, target, letters in _aims(document):
        if target[0] not in letters:
            expected = ", ".join(letters)
            yield at(line, part, index, "wrong-target", target=target, expected=expected)
        elif target not in ids and target not in unread:
            yield at(line, part, index, "dangling-id", target=target)
    for mention in document.of(Mention):
        ((start, end), *more) = mention.fragments
        if (
            more
            or not start < end == start + len(mention.words)
            or (length is not None and length < end)
        ):
            yield from _span(mention, at, length)
    for event in document.of(Event):
        yield from _event(event, at, document.mentions)
    for event, index in sorted(_cycles(document.events), key=lambda found: found[0].line):
        target = event.roles[index][1]
        yield at(event, "targets", index, "event-cycle", id=event.id, target=target)
    yield from _attributes(document, at)
    if not any(identifier.startswith("E") for identifier in unread):
        yield from _idle_triggers(document, at, names)
    if names is not None:
        yield from unknown_names(document, at, names)


def _aims(document: Document) -> Iterator[tuple[Line, str, int, str, str]]:
    """All references to lines: line, part, index in the part, id, letters the id may have."""
    for reference in document.of(Reference):
        yield reference, "target", 0, reference.target, "T"
    for relation in document.of(Relation):
        yield relation, "arg1", 0, relation.arg1, "TE"
        yield relation, "arg2", 0, relation.arg2, "TE"
    for event in document.of(Event):
        yield event, "trigger", 0, event.trigger, "T"
        for index, (role, target) in enumerate(event.roles):
            name = role.rstrip(_DIGITS)
            letters = "T" if name in _MENTIONED else "E" if name == "Answers" else "TE"
            yield event, "targets", index, target, letters
    for attribute in document.of(Attribute):
        letters = "E" if attribute.name in BUILT_IN else "T"
        yield attribute, "target", 0, attribute.target, letters
    for equivalence in document.of(Equivalence):
        for index, target in enumerate(equivalence.targets):
            yield equivalence, "targets", index, target, "T"
    for note in document.of(Note):
        yield note, "target", 0, note.target, "TREAMN"


def _span(line: Mention, at: Places, length: int | None) -> Iterator[Finding]:
    spanned, previous = -1, 0
    for index, (start, end) in enumerate(line.fragments):
        spanned += end - start + 1
        if end <= start:
            yield at(line, "fragments", index, "span-empty", start=start, end=end)
        if start < previous:
            yield at(line, "fragments", index, "span-order", start=start, previous=previous)
        if length is not None and end > length:
            yield at(line, "fragments", index, "span-outside-text", end=end, length=length)
        previous = end
    if len(line.words) != spanned:
        yield at(line, "words", 0, "words-length", found=len(line.words), expected=spanned)
    elif len(line.fragments) > 1:
        yield from _joins(line, at)


def _joins(line: Mention, at: Places) -> Iterator[Finding]:
    place = -1
    for start, end in line.fragments[:-1]:
        place += end - start + 1
        if 0 <= place < len(line.words) and line.words[place] != " ":
            finding = at(line, "words", 0, "words-join", found=shown(line.words[place]))
            yield replace(finding, column=finding.column + place)


def _event(line: Event, at: Places, mentions: Mapping[str, Mention]) -> Iterator[Finding]:
    trigger = mentions.get(line.trigger)
    if trigger and trigger.type != line.type:
        params = {"id": trigger.id, "found": shown(trigger.type), "type": shown(line.type)}
        yield at(line, "trigger", 0, "trigger-type", **params)
    required, optional = _ROLES.get(line.type, _STATEMENT)
    known = required + optional
    others = {r for roles in (_STATEMENT, *_ROLES.values()) for some in roles for r in some}
    seen = set()
    for index, (name, target) in enumerate(line.roles):
        role = name.rstrip(_DIGITS)
        seen.add(role)
        if role not in known:
            code = "role-misplaced" if role in others else "unknown-role"
            params = {"type": shown(line.type), "expected": ", ".join(known)}
            yield at(line, "roles", index, code, role=shown(name), **params)
        elif role == "Valid" and (time := mentions.get(target)) and time.type != "Date":
            found = shown(time.type)
            yield at(line, "targets", index, "valid-not-date", target=target, found=found)
    for role in required:
        if role not in seen:
            yield at(line, "type", 0, "role-missing", type=shown(line.type), role=role)


def _cycles(events: Mapping[str, Event]) -> Iterator[tuple[Event, int]]:
    """The places (event, index of its role) at which events lead back to themselves."""
    done: set[str] = set()
    for start in events:
        path = {start}
        stack = [] if start in done else [(start, enumerate(events[start].roles))]
        while stack:
            current, arguments = stack[-1]
            for index, (_, target) in arguments:
                if target in path:
                    yield events[current], index
                elif target in events and target not in done:
                    path.add(target)
                    stack.append((target, enumerate(events[target].roles)))
                    break
            else:
                stack.pop()
                path.discard(current)
                done.add(current)


def _attributes(document: Document, at: Places) -> Iterator[Finding]:
    first: dict[tuple[str, str, str | None], Attribute] = {}
    for line in document.of(Attribute):
        if line.name == "Negated" and line.value is not None:
            yield at(line, "value", 0, "value-unwanted", name=line.name, value=shown(line.value))
        event = document.events.get(line.target)
        if line.name == "Negated" and event is not None and event.type == PASSAGE:
            yield at(line, "target", 0, "passage-negated", id=event.id)
        if line.name == "Modality" and line.value is None:
            yield at(line, "target", 0, "value-missing", name=line.name)
        key = (line.name, line.target, None if line.name in BUILT_IN else line.value)
        if first.setdefault(key, line) is not line:
            params = {"name": shown(line.name), "target": line.target, "first": first[key].line}
            yield at(line, "name", 0, "attribute-repeated", **params)


def _idle_triggers(document: Document, at: Places, names: Names | None) -> Iterator[Finding]:
    triggers = {REMARK, PASSAGE}
    if names:
        triggers |= names.relations - names.mentions
    used = {event.trigger for event in document.of(Event)}
    for line in document.of(Mention):
        if line.type in triggers and line.id not in used:
            yield at(line, "type", 0, "trigger-without-event", id=line.id, type=line.type)
