"""Nodes: lines of N-Quads as nodes of JSON-LD, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, RdfFormat

from kg.errors import EngineError
from kg.jsonld import Context, jsonld
from kg.patch.blocks import Key

_ID = re.compile(rb'\{"@id": "([^"\\]*)"')  # no IRI has a quote or a backslash
TAIL = b"\n]}\n"
END_OF_GRAPH = b"\n]},\n"
END_OF_NODE = b",\n"


class Nodes:
    """The nodes of graphs, under a context and a frame.

    >>> nodes = Nodes({"@context": {"x": "http://x/"}})
    >>> nodes.apart(['<http://x/a> <http://x/b> "c" <http://x/g> .'])
    {('<http://x/a>',): b'{"@id": "x:a", "x:b": "c"},\\n'}
    >>> nodes.name("<http://x/a>")
    b'"x:a"'
    """

    def __init__(self, frame: Mapping[str, Any]) -> None:
        self._frame = frame
        self._context = Context(frame["@context"])
        self._properties: dict[str, str] = {}
        self.head = jsonld([], frame).removesuffix(TAIL)
        self.framed = frozenset(_names(frame))
        """The properties that embed, in any node."""
        self.nested = self.framed - frame.keys()
        """Those that embed only in a node that stands in another."""

    def graph(self, lines: Iterable[str]) -> bytes:
        """The block of a graph for its sorted lines; empty without lines."""
        return self._write(lines, self._frame)

    def apart(self, lines: Iterable[str]) -> dict[Key, bytes]:
        """The blocks of nodes by subject, none in another, for sorted lines of one graph."""
        written = self._write(lines, {"@context": self._frame["@context"]})
        nodes = written.partition(b"[\n")[2].removesuffix(END_OF_GRAPH)
        blocks = [node + END_OF_NODE for node in nodes.split(END_OF_NODE) if node]
        return {self.key(block, 0): block for block in blocks}

    def property(self, line: str) -> str:
        """The name of the property of a line, as the frame has it."""
        predicate = line.split(" ", 2)[1]
        if predicate not in self._properties:
            self._properties[predicate] = self._context.key(NamedNode(predicate[1:-1]))
        return self._properties[predicate]

    def iri(self, resource: str) -> str:
        """A resource as the value of ``@id``."""
        blank = resource.startswith("_:")
        return resource if blank else self._context.iri(NamedNode(resource[1:-1]))

    def name(self, resource: str) -> bytes:
        """A resource as the JSON string that names it."""
        return json.dumps(self.iri(resource), ensure_ascii=False).encode()

    def key(self, text: bytes, at: int) -> Key:
        """The resource whose object begins at an offset, as N-Quads has it.

        Raises:
            EngineError: no object begins there.
        """
        found = _ID.match(text, at)
        if not found:
            raise EngineError("unusable-export", reason=f"no node at byte {at}")
        name = found[1].decode()
        return (name if name.startswith("_:") else f"<{self._context.expand(name)}>",)

    def _write(self, lines: Iterable[str], frame: Mapping[str, Any]) -> bytes:
        text = "".join(f"{line}\n" for line in lines)
        written = jsonld(ox.parse(text, format=RdfFormat.N_QUADS), frame)
        block = written[len(self.head) : -len(TAIL)]
        return block + b",\n" if block else b""


def _names(frame: Mapping[str, Any]) -> Iterable[str]:
    for name, inner in frame.items():
        if not name.startswith("@"):
            yield name
            yield from _names(inner)
