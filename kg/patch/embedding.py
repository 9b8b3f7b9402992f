"""Embedding: a graph in which nodes stand in others, changed without writing all of them.

The description of the dataset is such a graph: one node that holds one for each input file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kg.errors import EngineError
from kg.patch.blocks import Blocks, Key
from kg.patch.dump import Change
from kg.patch.nodes import END_OF_NODE, Nodes


class Embedding:
    """One graph with embedded nodes, and what changes in it.

    Args:
        nodes: how nodes are written.
        graph: the name of this one.
        changes: what changes, by subject.
    """

    def __init__(self, nodes: Nodes, graph: str, changes: Mapping[str, Change]) -> None:
        self._nodes, self._graph = nodes, graph
        self._hubs: dict[str, Change] = {}
        self._flat: dict[str, Change] = {}
        for subject, change in changes.items():
            embeds = any(map(self._embeds, {*change.old, *change.new}))
            (self._hubs if embeds else self._flat)[subject] = change
        self._old = nodes.apart(line for c in self._flat.values() for line in c.old)
        self._new = nodes.apart(line for c in self._flat.values() for line in c.new)

    def changed(self, inner: bytes) -> bytes | None:
        """The nodes of the graph after the changes; None when all have to be written anew.

        Args:
            inner: the old nodes.

        Raises:
            EngineError: a changed node is not found as the old graph has it.
        """
        come = self._new.keys() - self._old.keys()
        gone = self._old.keys() - self._new.keys()
        if any(self._nodes.name(subject) in inner for (subject,) in come):
            return None
        # Wherever a node stands that embeds none, it has the same text.
        for key, old in self._old.items():
            if old[:-2] not in inner:
                raise EngineError(
                    "unusable-export", reason=f"{self._graph} has another {key[0]} in JSON-LD"
                )
            if key in self._new:
                inner = inner.replace(old[:-2], self._new[key][:-2])
        blocks = Blocks(inner, END_OF_NODE, self._nodes.key)
        hubs: dict[Key, bytes] = {}
        for subject, change in self._hubs.items():
            found = blocks.get((subject,))
            begin = b'{"@id": %b' % self._nodes.name(subject)
            if not (found and change.new and inner.count(begin) == 1 and self._is_plain(change)):
                return None
            hubs[subject,] = self._hub(found, change)
        inner = blocks.replaced(hubs)
        if any(self._nodes.name(subject) in inner for (subject,) in gone):
            return None
        if any(self._new[key][:-2] not in inner for key in come):
            return None
        return inner

    def _is_plain(self, change: Change) -> bool:
        """Whether a hub begins to embed only new nodes, and ceases to embed only lost ones."""
        old, new = set(change.old), set(change.new)
        if any('"' in line and self._embedded(line) for line in old | new):
            return False  # words are no nodes
        if any(self._nodes.property(line) in self._nodes.nested for line in old ^ new):
            return False
        return all(
            (resource,) in kept and (resource,) not in other
            for lines, kept, other in (
                (old - new, self._old, self._new),
                (new - old, self._new, self._old),
            )
            for resource in map(self._embedded, lines)
            if resource
        )

    def _embedded(self, line: str) -> str:
        """The value of a property that embeds."""
        return line.split(" ", 2)[2].rsplit(" ", 2)[0] if self._embeds(line) else ""

    def _embeds(self, line: str) -> bool:
        return self._nodes.property(line) in self._nodes.framed

    def _hub(self, block: bytes, change: Change) -> bytes:
        """A node that embeds others, made from the old one and from new nodes."""
        old = json.loads(block.removesuffix(END_OF_NODE))
        before, after = self._by_property(change.old), self._by_property(change.new)
        # One value for each property that embeds gives it its place among the others.
        embedding = {line for lines in after.values() for line in lines[1:]}
        (written,) = self._nodes.apart(x for x in change.new if x not in embedding).values()
        node = json.loads(written.removesuffix(END_OF_NODE))
        for name, lines in after.items():
            if lines == before.get(name) and name in old:
                node[name] = old[name]
            else:
                values = self._values(old.get(name, []), lines)
                node[name] = values if len(values) > 1 else values[0]
        return json.dumps(node, ensure_ascii=False).encode() + END_OF_NODE

    def _by_property(self, lines: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            if self._embeds(line):
                found[self._nodes.property(line)].append(line)
        return found

    def _values(self, old: Any, lines: Iterable[str]) -> list[Any]:
        """What stands under a property that embeds, of old values and new nodes."""
        new = (json.loads(node.removesuffix(END_OF_NODE)) for node in self._new.values())
        values = {_name(value): value for value in (*_list(old), *new)}
        names = [self._nodes.iri(self._embedded(line)) for line in lines]
        if not values.keys() >= set(names):
            raise EngineError("unusable-export", reason=f"{self._graph} lacks a node in JSON-LD")
        return [values[name] for name in names]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(value: Any) -> str:
    return str(value.get("@id")) if isinstance(value, dict) else str(value)
