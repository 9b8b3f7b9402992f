"""JSON-LD: layers as framed, compacted JSON-LD, written fast and always the same.

pyld does the same work in tests, as referee; it takes some twenty times as long.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.errors import InputError
from kg.namespaces import RDF, XSD

_Node = NamedNode | BlankNode
_Properties = dict[NamedNode, list[Any]]
_TYPE = RDF.type


class Context:
    """A JSON-LD 1.1 context: prefixes and terms with ``@id``, ``@type`` and language containers.

    Args:
        context: the object under ``@context``.

    Source: JSON-LD 1.1 Processing Algorithms, sections 6.1 to 6.3 (compaction), for the part of
    the syntax that such contexts use.

    >>> context = Context({"x": "http://x/", "knows": {"@id": "x:knows", "@type": "@id"}})
    >>> context.member(NamedNode("http://x/knows"), [NamedNode("http://x/ada")])
    {'knows': 'x:ada'}
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._prefixes = {
            name: base
            for name, base in context.items()
            if isinstance(base, str) and base.endswith(("/", "#", "=", ":"))
        }
        self._compacted: dict[str, str] = {}
        self._keys: dict[tuple[str, str | None, bool], tuple[str, str]] = {}
        self._terms: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        for name, definition in context.items():
            if name.startswith("@") or name in self._prefixes:
                continue
            facts = definition if isinstance(definition, Mapping) else {"@id": definition}
            self._terms[self.expand(str(facts["@id"]))].append((name, facts))

    def expand(self, name: str) -> str:
        """The IRI that a compact IRI means."""
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    @cached_property
    def _bases(self) -> list[tuple[str, str]]:
        found = ((base, name) for name, base in self._prefixes.items())
        return sorted(found, key=lambda pair: (-len(pair[0]), pair[1]))

    def iri(self, node: _Node) -> str:
        """A resource as the value of ``@id``: a compact IRI where a prefix fits.

        Raises:
            InputError: the IRI reads like a compact IRI of the context and would be misread.
        """
        if isinstance(node, BlankNode):
            return str(node)
        return self._iri(node.value)

    def _iri(self, value: str) -> str:
        if value not in self._compacted:
            self._compacted[value] = self._compact(value)
        return self._compacted[value]

    def _compact(self, value: str) -> str:
        for base, name in self._bases:
            if value.startswith(base) and not value[len(base) :].startswith("//"):
                return f"{name}:{value[len(base) :]}"
        scheme = value.partition(":")[0]
        if scheme in self._prefixes:
            raise InputError("scheme-is-prefix", iri=value, scheme=scheme)
        return value

    def name(self, node: NamedNode) -> str:
        """A class or property: its term, else its compact IRI."""
        for name, facts in self._terms.get(node.value, ()):
            if facts.keys() == {"@id"}:
                return name
        return self.iri(node)

    def member(self, predicate: NamedNode, values: Iterable[Any]) -> dict[str, Any]:
        """A property with its values, under each key that fits some of them.

        ``values`` are terms, or nodes already written as objects.
        """
        found: dict[str, Any] = {}
        name = predicate.value
        for value in values:
            language = datatype = None
            if isinstance(value, Literal):
                language = value.language
                datatype = None if language else value.datatype.value
            key, way = self._key(name, datatype, language is not None)
            if way == "language":
                _add(found.setdefault(key, {}), language or "", value.value)
            elif way == "text":
                _add(found, key, value.value)
            elif isinstance(value, dict):
                _add(found, key, value)
            elif datatype is not None:
                _add(found, key, {"@type": self._iri(datatype), "@value": value.value})
            elif language is not None:
                _add(found, key, {"@language": language, "@value": value.value})
            else:
                _add(found, key, self.iri(value) if way == "iri" else {"@id": self.iri(value)})
        return found

    def key(self, predicate: NamedNode) -> str:
        """The name of a property whose values are resources."""
        return self._key(predicate.value, None, False)[0]

    def _key(self, predicate: str, datatype: str | None, spoken: bool) -> tuple[str, str]:
        """The key for a value of that kind, and the way to write the value under it."""
        kind = (predicate, datatype, spoken)
        if kind not in self._keys:
            self._keys[kind] = self._choose(predicate, datatype, spoken)
        return self._keys[kind]

    def _choose(self, predicate: str, datatype: str | None, spoken: bool) -> tuple[str, str]:
        plain = "text" if datatype == XSD.string.value else "object"
        for name, facts in self._terms.get(predicate, ()):
            kind, container = facts.get("@type"), facts.get("@container")
            if spoken or datatype is not None:
                if container == "@language" and spoken:
                    return name, "language"
                typed = isinstance(kind, str) and kind != "@id"
                if typed and not spoken and self.expand(str(kind)) == datatype:
                    return name, "text"
                if container is None and kind is None:
                    return name, plain
            elif container is None and kind in ("@id", None):
                return name, "iri" if kind == "@id" else "object"
        return self._iri(predicate), plain


def jsonld(quads: Iterable[Quad], frame: Mapping[str, Any]) -> bytes:
    """Write sorted statements, one object a layer, the nodes of a layer framed, a node a line.

    Args:
        quads: the statements, sorted by graph and subject.
        frame: a JSON-LD frame that holds its ``@context``; the properties it names embed the
            nodes they point to, all others refer to them.
    """
    context = Context(frame["@context"])
    parts: list[str] = []
    for graph, group in groupby(quads, key=lambda quad: quad.graph_name):
        nodes = ",\n".join(map(_json, _Layer(group, context).framed(frame)))
        if isinstance(graph, DefaultGraph):
            parts.append(nodes)
        else:
            parts.append(f'{{"@id": {_json(context.iri(graph))}, "@graph": [\n{nodes}\n]}}')
    document = ",\n".join(parts)
    return f'{{"@context": {_json(frame["@context"])},\n"@graph": [\n{document}\n]}}\n'.encode()


_json = json.JSONEncoder(ensure_ascii=False).encode


class _Layer:
    """The statements of one graph by subject and predicate."""

    def __init__(self, quads: Iterable[Quad], context: Context) -> None:
        self._context = context
        self._nodes: dict[_Node, _Properties] = {}
        self._keys: dict[NamedNode, str] = {}
        for subject, group in groupby(quads, key=lambda quad: quad.subject):
            assert not isinstance(subject, Triple)  # this is RDF 1.1
            node = self._nodes.setdefault(subject, {})
            for quad in group:
                node.setdefault(quad.predicate, []).append(quad.object)

    def framed(self, frame: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """First the nodes that stand in no other; then what is left of rings of embedded nodes."""
        inside = {subject: set(self._inside(frame, (subject,))) for subject in self._nodes}
        embedded = set().union(*inside.values())
        shown: set[_Node] = set()
        for subject in sorted(self._nodes, key=embedded.__contains__):
            if subject not in shown:
                shown |= {subject, *inside[subject]}
                yield self._write(frame, (subject,))

    def _inside(self, frame: Mapping[str, Any], above: tuple[_Node, ...]) -> Iterator[_Node]:
        """The nodes that are embedded in the last of those nodes."""
        for predicate, values in self._nodes[above[-1]].items():
            inner = frame.get(self._key(predicate))
            if inner is None:
                continue
            for value in values:
                if value in self._nodes and value not in above:
                    yield value
                    yield from self._inside(inner, (*above, value))

    def _key(self, predicate: NamedNode) -> str:
        if predicate not in self._keys:
            # A predicate of types is never framed: its values are names.
            self._keys[predicate] = self._context.key(predicate)
        return self._keys[predicate]

    def _write(self, frame: Mapping[str, Any], above: tuple[_Node, ...]) -> dict[str, Any]:
        context, nodes = self._context, self._nodes
        node: dict[str, Any] = {"@id": context.iri(above[-1])}
        for predicate, values in nodes[above[-1]].items():
            if predicate == _TYPE and all(isinstance(value, NamedNode) for value in values):
                names = [context.name(value) for value in values]
                node["@type"] = names if len(names) > 1 else names[0]
                continue
            inner = frame.get(self._key(predicate))
            if inner is not None:
                values = [
                    self._write(inner, (*above, value))
                    if value in nodes and value not in above
                    else value
                    for value in values
                ]
            node.update(context.member(predicate, values))
        return node


def _add(found: dict[str, Any], key: str, value: Any) -> None:
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]
