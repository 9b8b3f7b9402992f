"""JSON-LD: layers as framed, compacted JSON-LD, written fast and always the same.

pyld does the same work in tests, as referee; it takes some twenty times as long.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.errors import InputError
from kg.namespaces import RDF, XSD

_Node = NamedNode | BlankNode
_Properties = Mapping[NamedNode, list[Any]]


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
        self._terms: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        for name, definition in context.items():
            if name.startswith("@") or name in self._prefixes:
                continue
            facts = definition if isinstance(definition, Mapping) else {"@id": definition}
            self._terms[self._expand(str(facts["@id"]))].append((name, facts))

    def _expand(self, name: str) -> str:
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
        value = node.value
        if value not in self._compacted:
            self._compacted[value] = self._compact(value)
        return self._compacted[value]

    def _compact(self, value: str) -> str:
        for base, name in self._bases:
            if value.startswith(base) and not value[len(base) :].startswith("//"):
                return f"{name}:{value[len(base) :]}"
        scheme = value.partition(":")[0]
        if scheme in self._prefixes:
            raise InputError(
                f"<{value}> cannot be written as JSON-LD: its scheme is also the prefix "
                f"'{scheme}' of ontology/context.jsonld; rename the prefix"
            )
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
        for value in values:
            key, facts = self._key(predicate, value)
            if facts.get("@container") == "@language":
                languages = found.setdefault(key, {})
                _add(languages, value.language, value.value)
            else:
                _add(found, key, self._value(value, facts))
        return found

    def key(self, predicate: NamedNode) -> str:
        """The name of a property whose values are resources."""
        return self._key(predicate, None)[0]

    def _key(self, predicate: NamedNode, value: Any) -> tuple[str, Mapping[str, Any]]:
        for name, facts in self._terms.get(predicate.value, ()):
            kind, container = facts.get("@type"), facts.get("@container")
            if isinstance(value, Literal):
                typed = isinstance(kind, str) and kind != "@id"
                if container == "@language" and value.language:
                    return name, facts
                if typed and not value.language and self._expand(str(kind)) == value.datatype.value:
                    return name, facts
                if container is None and kind is None:
                    return name, facts
            elif container is None and kind in ("@id", None):
                return name, facts
        return self.iri(predicate), {}

    def _value(self, value: Any, facts: Mapping[str, Any]) -> Any:
        if isinstance(value, dict):
            return value
        if not isinstance(value, Literal):
            return self.iri(value) if facts.get("@type") == "@id" else {"@id": self.iri(value)}
        if value.language:
            return {"@language": value.language, "@value": value.value}
        if "@type" in facts or value.datatype == XSD.string:
            return value.value
        return {"@type": self.iri(value.datatype), "@value": value.value}


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
        nodes = ",\n".join(map(_json, _layer(list(group), context, frame)))
        if isinstance(graph, DefaultGraph):
            parts.append(nodes)
        else:
            parts.append(f'{{"@id": {_json(context.iri(graph))}, "@graph": [\n{nodes}\n]}}')
    document = ",\n".join(parts)
    return f'{{"@context": {_json(frame["@context"])},\n"@graph": [\n{document}\n]}}\n'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _layer(quads: list[Quad], context: Context, frame: Mapping[str, Any]) -> list[Any]:
    nodes: dict[_Node, dict[NamedNode, list[Any]]] = {}
    for quad in quads:
        assert not isinstance(quad.subject, Triple)  # this is RDF 1.1
        nodes.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
    inside: dict[_Node, set[_Node]] = {subject: set() for subject in nodes}
    written = {s: _write(s, nodes, context, frame, inside[s], (s,)) for s in nodes}
    embedded = set().union(*inside.values())
    shown: set[_Node] = set()
    document = []
    # First the nodes that stand in no other; then what is left of rings of embedded nodes.
    for subject in sorted(nodes, key=lambda subject: subject in embedded):
        if subject not in shown:
            shown |= {subject, *inside[subject]}
            document.append(written[subject])
    return document


def _write(
    subject: _Node,
    nodes: Mapping[_Node, _Properties],
    context: Context,
    frame: Mapping[str, Any],
    embedded: set[_Node],
    above: tuple[_Node, ...],
) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": context.iri(subject)}
    for predicate, values in nodes[subject].items():
        if predicate == RDF.type and all(isinstance(value, NamedNode) for value in values):
            names = [context.name(value) for value in values]
            node["@type"] = names if len(names) > 1 else names[0]
            continue
        inner = frame.get(context.key(predicate))
        shown: list[Any] = []
        for value in values:
            if inner is not None and value in nodes and value not in above:
                embedded.add(value)
                shown.append(_write(value, nodes, context, inner, embedded, (*above, value)))
            else:
                shown.append(value)
        node.update(context.member(predicate, shown))
    return node


def _add(found: dict[str, Any], key: str, value: Any) -> None:
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]
