"""The names that an annotation may use, and the report of those it may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.brat.document import Document
from kg.brat.forms import shown
from kg.brat.lines import Attribute, Event, Line, Mention, Relation
from kg.findings import Finding

REMARK = "Remark"
"""The type of an event that no property fits."""

PASSAGE = "Passage"
"""The type of an event that tells who speaks in a stretch of the text, and of its trigger."""

BUILT_IN = ("Modality", "Negated")
"""The attributes of events; any other attribute is a property and stands on a mention."""


@dataclass(frozen=True)
class Names:
    """The names an ontology offers to annotators.

    ``mentions``: classes by local name and the literal types Date, Number and Text.
    ``relations``: properties by local name (``Remark`` and ``Passage`` need no mention here).
    ``attributes``: attribute name to its allowed values, or None where it takes no value;
    for ``Modality`` the values, while ``Negated`` need not be given.
    """

    mentions: frozenset[str]
    relations: frozenset[str]
    attributes: Mapping[str, frozenset[str] | None]


class Places:
    """Makes findings; knows the columns of the line it was last asked about."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._line: Line | None = None
        self._columns: dict[str, list[int]] = {}

    def __call__(self, line: Line, part: str, index: int, code: str, **params: Any) -> Finding:
        if self._line is not line:
            self._line, self._columns = line, line.columns()
        return Finding.of(code, self._file, line.line, self._columns[part][index], **params)


class _Vocabulary:
    """A set of allowed names that finds the nearest one for another; remembers its answers."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._folded = {name.casefold(): name for name in sorted(self.known, reverse=True)}
        self._choices = sorted(self._folded)
        self._answers: dict[str, str] = {}

    def nearest(self, name: str) -> str:
        from rapidfuzz import fuzz, process

        short = shown(name)
        if short not in self._answers:
            found = process.extractOne(short.casefold(), self._choices, scorer=fuzz.ratio)
            self._answers[short] = self._folded[found[0]] if found else "–"
        return self._answers[short]


def unknown_names(document: Document, at: Places, names: Names) -> Iterator[Finding]:
    """The types, attributes and values of a document that are not among the names."""
    values = {
        name: _Vocabulary(known) for name, known in names.attributes.items() if known is not None
    }
    types = _Vocabulary(names.mentions | names.relations | {REMARK, PASSAGE})
    relations = _Vocabulary(names.relations)
    events = _Vocabulary(names.relations | {REMARK, PASSAGE})
    attributes = _Vocabulary({*names.attributes, *BUILT_IN})
    for mention in document.of(Mention):
        if mention.type not in types.known:
            yield _name(at, mention, "type", "unknown-mention-type", mention.type, types)
    for relation in document.of(Relation):
        if relation.type not in relations.known:
            yield _name(at, relation, "type", "unknown-relation", relation.type, relations)
    for event in document.of(Event):
        if event.type not in events.known:
            yield _name(at, event, "type", "unknown-relation", event.type, events)
    for line in document.of(Attribute):
        name, value, listed = line.name, line.value, values.get(line.name)
        if name not in attributes.known:
            yield _name(at, line, "name", "unknown-attribute", name, attributes)
        elif name in BUILT_IN and (value is None or listed is None):
            continue
        elif value is None and listed is not None:
            yield at(line, "target", 0, "value-missing", name=name)
        elif value is not None and listed is None:
            yield at(line, "value", 0, "value-unwanted", name=name, value=shown(value))
        elif value is not None and listed is not None and value not in listed.known:
            yield _name(at, line, "value", "unknown-attribute-value", value, listed)


def _name(at: Places, line: Line, part: str, code: str, name: str, known: _Vocabulary) -> Finding:
    return at(line, part, 0, code, name=shown(name), nearest=known.nearest(name))
