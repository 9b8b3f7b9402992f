"""Dump: a graph as sorted N-Quads, asked and edited without reading it all."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat

from kg.errors import EngineError
from kg.export import canonical
from kg.patch.blocks import Blocks, Key, Part
from kg.terms import line_key


@dataclass(frozen=True)
class Change:
    """What a graph says about a subject, before and after, as sorted lines of N-Quads."""

    old: tuple[str, ...]
    new: tuple[str, ...]


# By graph, then by subject, both as N-Quads has them.
Changes = Mapping[str, Mapping[str, Change]]


class Dump:
    """The statements of a graph in their fixed order, as a file of N-Quads has them.

    Args:
        text: the content of the file.

    Raises:
        EngineError: the file ends in the middle of a line.

    >>> dump = Dump(b'<s:a> <p:> "1" <g:> .\\n<s:b> <p:> "2" <g:> .\\n')
    >>> dump.lines("<g:>", "<s:b>")
    ['<s:b> <p:> "2" <g:> .']
    """

    def __init__(self, text: bytes) -> None:
        self._lines = Blocks(text, b"\n", _key)

    def lines(self, *key: str) -> list[str]:
        """The lines of a graph, or of a subject in a graph."""
        return self._lines.get(key).decode().split("\n")[:-1]

    def replaced(self, changes: Changes) -> list[Part]:
        """The file after those changes, in parts: bytes, or offsets of the file before."""
        return self._lines.parts(
            {
                (graph, subject): "".join(f"{line}\n" for line in change.new).encode()
                for graph, subjects in changes.items()
                for subject, change in subjects.items()
            }
        )

    def changes(
        self,
        graphs: Mapping[NamedNode, Sequence[Quad]],
        added: Collection[Quad],
        removed: Collection[Quad],
    ) -> Changes:
        """What differs when graphs are replaced, and statements added and removed in others.

        Raises:
            EngineError: a statement to be removed is not there, or one that comes or goes has
                blank nodes or no graph.
        """
        found: dict[str, dict[str, Change]] = defaultdict(dict)
        for name, quads in graphs.items():
            before, after = self.lines(str(name)), set(_written(quads))
            found[str(name)] = _by_subject(before, _with_names_of(before, after))
        extra, less = _by_place(added), _by_place(removed)
        for graph, subject in sorted({*extra, *less}):
            before = self.lines(graph, subject)
            gone, come = less.get((graph, subject), set()), extra.get((graph, subject), set())
            if not gone.issubset(before):
                raise EngineError(
                    "unusable-export",
                    reason=f"{graph} lacks a statement on {subject} that is to be removed",
                )
            found[graph] |= _by_subject(before, set(before) - gone | come)
        _refuse_without_names(found)
        return {graph: subjects for graph, subjects in sorted(found.items()) if subjects}


def _key(text: bytes, at: int) -> Key:
    graph, subject, _, _ = _terms(text[at : text.index(b"\n", at)].decode())
    return graph, subject


def _terms(line: str) -> list[str]:
    """Graph, subject, predicate and object of a line, the last two as they are sorted."""
    return line_key(line).split(" ", 3)


def _written(quads: Collection[Quad]) -> list[str]:
    lines = ox.serialize(quads, format=RdfFormat.N_QUADS) or b""
    return lines.decode().split("\n")[:-1]


def _by_place(quads: Collection[Quad]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in _written(quads):
        graph, subject, _, _ = _terms(line)
        found[graph, subject].add(line)
    return found


def _by_subject(old: Sequence[str], new: set[str]) -> dict[str, Change]:
    """Old and new lines of the subjects of which they differ; the old ones are sorted."""
    come = new.difference(old)
    subjects = {line.partition(" ")[0] for line in come | set(old).difference(new)}
    before: dict[str, list[str]] = {subject: [] for subject in sorted(subjects)}
    for line in old:
        subject = line.partition(" ")[0]
        if subject in subjects:
            before[subject].append(line)
    after = {s: [line for line in lines if line in new] for s, lines in before.items()}
    for line in come:
        insort(after[line.partition(" ")[0]], line, key=line_key)
    return {s: Change(tuple(before[s]), tuple(after[s])) for s in before}


def _with_names_of(old: Iterable[str], new: set[str]) -> set[str]:
    """The new lines; their blank nodes named as in the old ones, if those say the same."""
    named, unnamed = set(filter(_is_blank, old)), set(filter(_is_blank, new))
    if _canonical(named) == _canonical(unnamed):
        return new - unnamed | named
    return new


def _canonical(lines: set[str]) -> list[Quad]:
    text = "".join(f"{line}\n" for line in lines)
    return canonical(ox.parse(text, format=RdfFormat.N_QUADS))


def _is_blank(line: str) -> bool:
    """Whether a blank node stands in a line; they are rare, so few lines are looked at closely."""
    if "_:" not in line:
        return False
    _, subject, _, value = _terms(line)
    return "_:" in (subject[:2], value[:2])


def _refuse_without_names(changes: Changes) -> None:
    """One blank node more or less may rename all; the default graph is no block of its own."""
    for subjects in changes.values():
        for change in subjects.values():
            for line in {*change.old} ^ {*change.new}:
                if _is_blank(line) or not _terms(line)[0].startswith("<"):
                    raise EngineError(
                        "unusable-export", reason=f"a build must be made anew for {line}"
                    )
