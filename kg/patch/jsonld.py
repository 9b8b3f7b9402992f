"""JSON-LD: the export of a graph of which little has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.errors import EngineError
from kg.patch.blocks import Blocks, Key, Part
from kg.patch.dump import Change, Changes, Dump
from kg.patch.embedding import Embedding
from kg.patch.nodes import END_OF_GRAPH, END_OF_NODE, TAIL, Nodes
from kg.terms import line_key

_COMMA = b",\n"  # between graphs
_LAST = END_OF_GRAPH.removesuffix(_COMMA)


class JsonldExport:
    """What stands in the export in JSON-LD under its context.

    Args:
        dump: the old graph.
        changes: what has changed in it.
        frame: the frame with the context.
    """

    def __init__(self, dump: Dump, changes: Changes, frame: Mapping[str, Any]) -> None:
        self._dump, self._changes = dump, changes
        self._nodes = Nodes(frame)

    def jsonld(self, old: bytes) -> list[Part]:
        """The export after the changes, in parts: bytes, or offsets of the old one.

        A graph is changed node by node; only one whose nodes begin or cease to stand in others
        is written anew.

        Raises:
            EngineError: what the old one says of a changed node is not what the graph says.
        """
        head = self._nodes.head
        if not (old.startswith(head) and old.endswith(TAIL)):
            raise EngineError(
                "unusable-export", reason="the context or the end is not the project's"
            )
        end = len(old) - len(TAIL)
        graphs = Blocks(old, END_OF_GRAPH, self._nodes.key, len(head), stop=end, last=_LAST)
        new: dict[Key, bytes] = {}
        for graph, changes in self._changes.items():
            first, _, block = graphs.get((graph,)).partition(b"[\n")
            ending = END_OF_GRAPH if block.endswith(END_OF_GRAPH) else _LAST
            inner = block.removesuffix(ending) + END_OF_NODE if block else b""
            if not self._embeds(inner, changes.values()):
                changed: bytes | None = self._by_node(graph, inner, changes)
            else:
                changed = Embedding(self._nodes, graph, changes).changed(inner)
            if changed is None:
                new[graph,] = self._anew(graph, changes)
            elif changed:
                first = first or b'{"@id": %b, "@graph": ' % self._nodes.name(graph)
                new[graph,] = first + b"[\n" + changed.removesuffix(END_OF_NODE) + END_OF_GRAPH
            else:
                new[graph,] = b""
        parts: list[Part] = []
        for part in graphs.parts(new):
            parts.append(part)
            # The last graph, too, is to end as the others do.
            if isinstance(part, range) and part and part.stop == end > len(head):
                parts.append(_COMMA)
        told = [part for part in parts if part]
        if len(told) > 1:  # nothing follows the last graph
            told[-1] = told[-1][: -len(_COMMA)]
        return [*told, TAIL]

    def _embeds(self, inner: bytes, changes: Iterable[Change]) -> bool:
        """Whether a property that the frame names stands, or will stand, in a graph."""
        if any(b'"%b": ' % name.encode() in inner for name in self._nodes.framed):
            return True
        lines = (line for change in changes for line in change.new)
        return any(self._nodes.property(line) in self._nodes.framed for line in lines)

    def _by_node(self, graph: str, inner: bytes, changes: Mapping[str, Change]) -> bytes:
        blocks = Blocks(inner, END_OF_NODE, self._nodes.key)
        old = self._nodes.apart(line for change in changes.values() for line in change.old)
        new = self._nodes.apart(line for change in changes.values() for line in change.new)
        for subject in changes:
            if blocks.get((subject,)) != old.get((subject,), b""):
                raise EngineError(
                    "unusable-export",
                    reason=f"{graph} says something else about {subject} in JSON-LD",
                )
        return blocks.replaced({(subject,): new.get((subject,), b"") for subject in changes})

    def _anew(self, graph: str, changes: Mapping[str, Change]) -> bytes:
        lines = self._dump.lines(graph)
        kept = [line for line in lines if line.partition(" ")[0] not in changes]
        kept += (line for change in changes.values() for line in change.new)
        return self._nodes.graph(sorted(kept, key=line_key))
