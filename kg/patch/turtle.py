"""Turtle: the exports in TriG and Turtle of a graph of which little has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat

from kg.errors import EngineError
from kg.patch.blocks import Blocks, Key, Part
from kg.patch.dump import Changes, Dump
from kg.terms import line_key

_NAME = re.compile(rb"\t?(?:<([^>]*)>|([^:\s]*):((?:[^\s\\]|\\.)*)) ")
_BLANK = re.compile(rb"\t?(_:\S+) ")
_ESCAPE = re.compile(r"\\(.)")


class TurtleExports:
    """What stands in the exports in Turtle and TriG under their prefixes.

    Args:
        dump: the old graph.
        changes: what has changed in it.
        prefixes: the prefixes at the head of the exports.
    """

    def __init__(self, dump: Dump, changes: Changes, prefixes: Mapping[str, str]) -> None:
        self._dump, self._changes, self._prefixes = dump, changes, prefixes
        one = NamedNode("s:")
        lines = self._written([Quad(one, one, one)]).splitlines(keepends=True)
        self._head = b"".join(lines[: len(prefixes)])

    def trig(self, old: bytes) -> list[Part]:
        """The export in TriG after the changes, in parts: bytes, or offsets of the old one.

        Raises:
            EngineError: what the old one says of a changed subject is not what the graph says.
        """
        new: dict[Key, bytes] = {}
        graphs = self._graphs(old)
        for name, subjects in self._changes.items():
            first, _, block = graphs.get((name,)).partition(b"{\n")
            blocks = Blocks(block.removesuffix(b"}\n"), b" .\n", self._key)
            edits: dict[Key, bytes] = {}
            for subject, change in subjects.items():
                before, after = (
                    self._block(_without_graph(line, name) for line in lines)
                    for lines in (change.old, change.new)
                )
                _same(blocks.get((subject,)), _indented(before), name, subject)
                edits[subject,] = _indented(after)
            inner = blocks.replaced(edits)
            first = first or self._name(name) + b" "
            new[name,] = first + b"{\n" + inner + b"}\n" if inner else b""
        parts = graphs.parts(new)
        if not old:
            parts.insert(0, self._head)
        return parts if sum(map(len, parts)) > len(self._head) else []

    def turtle(self, old: bytes, trig: bytes, is_read: Callable[[str], bool]) -> bytes:
        """The export in Turtle, of the graphs that are read as one, after the changes.

        Args:
            old: the old export.
            trig: the old export in TriG, which is asked for all graphs that tell of a subject.
            is_read: whether a graph belongs to the export.

        Raises:
            EngineError: what the old one says of a changed subject is not what the graph says.
        """
        changes = {graph: new for graph, new in self._changes.items() if is_read(graph)}
        holders: dict[str, set[str]] = defaultdict(set)
        for graph, subject in self._holders(trig, {s for new in changes.values() for s in new}):
            if is_read(graph):
                holders[subject].add(graph)
        for graph, subjects in changes.items():
            for subject in subjects:
                holders[subject].add(graph)
        blocks = Blocks(self._body(old), b" .\n", self._key)
        new: dict[Key, bytes] = {}
        for subject, graphs in holders.items():
            before: set[str] = set()
            after: set[str] = set()
            for graph in graphs:
                lines = self._dump.lines(graph, subject)
                change = changes.get(graph, {}).get(subject)
                before |= {_without_graph(line, graph) for line in lines}
                now = change.new if change else lines
                after |= {_without_graph(line, graph) for line in now}
            wanted, new[subject,] = (
                self._block(sorted(lines, key=line_key)) for lines in (before, after)
            )
            _same(blocks.get((subject,)), wanted, "the export in Turtle", subject)
        return self._with_head(blocks.replaced(new))

    def _graphs(self, trig: bytes) -> Blocks:
        self._check_head(trig)
        return Blocks(trig, b"\n}\n", self._key, min(len(self._head), len(trig)))

    def _holders(self, trig: bytes, subjects: set[str]) -> Iterable[tuple[str, str]]:
        """The graphs that say something about one of those subjects."""
        if not subjects:
            return
        graphs = self._graphs(trig)
        names = b"|".join(re.escape(self._name(subject)) for subject in sorted(subjects))
        lines = re.compile(rb"\n(?=\t(?:" + names + rb") )")
        for found in lines.finditer(trig, len(self._head)):
            (graph,) = graphs.key_at(found.end())
            (subject,) = self._key(trig, found.end())
            yield graph, subject

    def _key(self, text: bytes, at: int) -> Key:
        """The resource whose name begins at an offset, as N-Quads has it."""
        if blank := _BLANK.match(text, at):
            return (blank[1].decode(),)
        found = _NAME.match(text, at)
        if not found:
            raise EngineError("unusable-export", reason=f"no name at byte {at}")
        if found[1] is not None:
            return (f"<{found[1].decode()}>",)
        prefix, local = found[2].decode(), _ESCAPE.sub(r"\1", found[3].decode())
        if prefix not in self._prefixes:
            raise EngineError(
                "unusable-export", reason=f"the prefix {prefix}: is not the project's"
            )
        return (f"<{self._prefixes[prefix]}{local}>",)

    def _name(self, resource: str) -> bytes:
        """The resource as Turtle has it."""
        return self._block([f"{resource} <p:> <o:> ."]).partition(b" ")[0]

    def _block(self, lines: Iterable[str]) -> bytes:
        """What Turtle has for sorted lines of N-Quads without a graph."""
        text = "".join(f"{line}\n" for line in lines)
        quads: Iterable[Quad] = ox.parse(text, format=RdfFormat.N_QUADS)
        # Turtle is TriG without graphs.
        return self._written(quads)[len(self._head) :]

    def _written(self, quads: Iterable[Quad]) -> bytes:
        return ox.serialize(quads, format=RdfFormat.TRIG, prefixes=dict(self._prefixes)) or b""

    def _check_head(self, text: bytes) -> None:
        if text and not text.startswith(self._head):
            raise EngineError("unusable-export", reason="the prefixes are not the project's")

    def _body(self, text: bytes) -> bytes:
        self._check_head(text)
        return text[len(self._head) :]

    def _with_head(self, body: bytes) -> bytes:
        return self._head + body if body else b""


def _without_graph(line: str, graph: str) -> str:
    return line.removesuffix(f"{graph} .") + "."


def _indented(block: bytes) -> bytes:
    return b"\t" + block[:-1].replace(b"\n", b"\n\t") + b"\n" if block else b""


def _same(found: bytes, wanted: bytes, place: str, subject: str) -> None:
    if found != wanted:
        raise EngineError(
            "unusable-export", reason=f"{place} says something else about {subject} than the graph"
        )
