"""JSON-LD: the export of a graph of which little has changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, RdfFormat

from kg.errors import EngineError
from kg.jsonld import Context, jsonld
from kg.patch.blocks import Blocks, Key
from kg.patch.dump import Change, Changes, Dump
from kg.terms import line_key

_TAIL = b"\n]}\n"
_ID = re.compile(rb'\{"@id": "([^"\\]*)"')  # no IRI has a quote or a backslash


class JsonldExport:
    """What stands in the export in JSON-LD under its context.

    Args:
        dump: the old graph.
        changes: what has changed in it.
        frame: the frame with the context.
    """

    def __init__(self, dump: Dump, changes: Changes, frame: Mapping[str, Any]) -> None:
        self._dump, self._changes, self._frame = dump, changes, frame
        self._context = Context(frame["@context"])
        self._head = jsonld([], frame).removesuffix(_TAIL)
        self._embedding = [name for name in frame if not name.startswith("@")]

    def jsonld(self, old: bytes) -> bytes:
        """The export after the changes.

        A graph in which nodes stand in others is written anew, another by its nodes.

        Raises:
            EngineError: what the old one says of a changed node is not what the graph says.
        """
        if not (old.startswith(self._head) and old.endswith(_TAIL)):
            raise EngineError("the context or the end is not the project's")
        body = old[len(self._head) : -len(_TAIL)]
        graphs = Blocks(body + b",\n" if body else b"", b"\n]},\n", self._key)
        new: dict[Key, bytes] = {}
        for graph, subjects in self._changes.items():
            block = graphs.get((graph,))
            if self._embeds(block, subjects.values()):
                lines = self._dump.lines(graph)
                _same(block, self._write(lines), graph)
                kept = [line for line in lines if line.partition(" ")[0] not in subjects]
                kept += (line for change in subjects.values() for line in change.new)
                new[graph,] = self._write(sorted(kept, key=line_key))
            else:
                new[graph,] = self._by_node(graph, block, subjects)
        return self._head + graphs.replaced(new).removesuffix(b",\n") + _TAIL

    def _embeds(self, block: bytes, changes: Iterable[Change]) -> bool:
        """Whether a property that the frame names stands, or will stand, in a graph."""
        if any(b"%b: " % json.dumps(name).encode() in block for name in self._embedding):
            return True
        lines = (line for change in changes for line in change.new)
        predicates = {NamedNode(line.split(" ", 2)[1][1:-1]) for line in lines}
        return any(self._context.key(predicate) in self._frame for predicate in predicates)

    def _by_node(self, graph: str, block: bytes, subjects: Mapping[str, Change]) -> bytes:
        first, _, nodes = block.partition(b"[\n")
        blocks = Blocks(nodes.removesuffix(b"\n]},\n") + b",\n", b",\n", self._key)
        if not block:
            blocks = Blocks(b"", b",\n", self._key)
        old = self._nodes([line for change in subjects.values() for line in change.old])
        new = self._nodes([line for change in subjects.values() for line in change.new])
        for subject in subjects:
            _same(blocks.get((subject,)), old.get((subject,), b""), graph)
        inner = blocks.replaced({(s,): new.get((s,), b"") for s in subjects})
        if not inner:
            return b""
        first = first or b'{"@id": %b, "@graph": ' % self._name(graph)
        return first + b"[\n" + inner.removesuffix(b",\n") + b"\n]},\n"

    def _nodes(self, lines: list[str]) -> dict[Key, bytes]:
        """The nodes of sorted lines of a graph without embedding."""
        nodes = self._write(lines).partition(b"[\n")[2].removesuffix(b"\n]},\n")
        blocks = [node + b",\n" for node in nodes.split(b",\n") if node]
        return {self._key(block, 0): block for block in blocks}

    def _write(self, lines: Iterable[str]) -> bytes:
        """The block of a graph for its sorted lines of N-Quads."""
        text = "".join(f"{line}\n" for line in lines)
        written = jsonld(ox.parse(text, format=RdfFormat.N_QUADS), self._frame)
        block = written[len(self._head) : -len(_TAIL)]
        return block + b",\n" if block else b""

    def _name(self, graph: str) -> bytes:
        return json.dumps(self._context.iri(NamedNode(graph[1:-1])), ensure_ascii=False).encode()

    def _key(self, text: bytes, at: int) -> Key:
        """The resource whose object begins at an offset, as N-Quads has it."""
        found = _ID.match(text, at)
        if not found:
            raise EngineError(f"no node at byte {at}")
        name = found[1].decode()
        return (name if name.startswith("_:") else f"<{self._context.expand(name)}>",)


def _same(found: bytes, wanted: bytes, graph: str) -> None:
    if found != wanted:
        raise EngineError(f"the export in JSON-LD says something else in {graph} than the graph")
