"""Descriptions: what the project holds of each resource that has an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kg import build, turtle
from kg.labels import NAMES
from kg.namespaces import DCTERMS, ECC, OA, PROV, RDF, VOID
from kg.terms import key
from kg.web.addresses import LANGUAGES
from kg.web.data.census import census
from kg.web.data.questions import question, questions

if TYPE_CHECKING:
    from kg.web.application import Application

# How many statements that point to a resource its description holds.
LIMIT = 1000
# A claim is described with its spans, and a span with its selectors.
_PARTS = (PROV.wasDerivedFrom, OA.hasSelector)
_UNION = DefaultGraph()


@dataclass(frozen=True)
class Description:
    """The statements about a resource, each with the layer in which it stands.

    Args:
        topic: the resource.
        quads: the statements; what stands in no layer is in the default graph.
        is_whole: False where more statements point to the resource than are told.
    """

    topic: NamedNode
    quads: tuple[Quad, ...]
    is_whole: bool = True


class Descriptions:
    """Describes resources by the path of their address.

    Args:
        app: the application, with its project and its addresses.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._project = app.project
        self._addresses = app.addresses
        self._layout = app.project.layout

    @cached_property
    def frame(self) -> Mapping[str, Any]:
        """The frame of the project with its JSON-LD context in it."""
        return build.frame(self._layout)

    @cached_property
    def dataset(self) -> NamedNode | None:
        """The dataset that the project says it is."""
        layer = self._layout.layer("dataset")
        found = self._engine.quads_for_pattern(None, RDF.type, VOID.Dataset, layer)
        nodes = {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}
        return min(nodes, key=key, default=None)

    @cached_property
    def licenses(self) -> tuple[NamedNode, ...]:
        """Under which licenses the dataset is published."""
        quads = self._about(self.dataset, DCTERMS.license) if self.dataset else ()
        return tuple(sorted({q.object for q in quads if isinstance(q.object, NamedNode)}, key=key))

    @cached_property
    def census(self) -> tuple[Quad, ...]:
        """What is counted in the dataset (see :func:`kg.web.data.census.census`)."""
        return tuple(census(self._app))

    def of(self, path: str) -> Description | None:
        """The description of what a path stands for; None where nothing is known of it.

        It holds every statement with the resource as its subject, the parts of it that have no
        address of their own, up to :data:`LIMIT` statements that point to it, and the names of
        all that it is linked with. A document comes with what it defines by hash IRIs; a graph
        (a layer, a source with its evidence) with all that stands in it, without names of others.
        """
        topics = self._topics(path)
        if not topics:
            return None
        if made := self._lists.get(path):
            return Description(topics[0], tuple(made(topics[0])))
        if path.startswith("/queries/"):
            query = self._project.stored(path.removeprefix("/queries/"))
            classes = self._app.asker(LANGUAGES[0]).classes
            return Description(topics[0], tuple(question(query, topics[0], classes)))
        return self._described(topics)

    def topic(self, path: str) -> NamedNode | None:
        """What a path stands for; None where nothing is known of it."""
        return next(iter(self._topics(path)), None)

    def _topics(self, path: str) -> list[NamedNode]:
        """The resources that a path may stand for, and that something is known of."""
        nodes = [node for node in map(_node, self._addresses.iris(path)) if node is not None]
        folder, _, name = path.rpartition("/")
        if path in self._lists or (folder == "/queries" and name in self._project.queries()):
            return nodes[:1]
        return [node for node in nodes if self._is_known(node)]

    def _described(self, topics: list[NamedNode]) -> Description:
        found: dict[Quad, None] = {}
        is_whole = True
        for topic in topics:
            for graph in self._graphs(topic):
                stated = self._engine.quads_for_pattern(None, None, None, graph)
                found.update(dict.fromkeys(stated))
            self._gather([topic, *self._fragments.get(topic.value, ())], found)
            pointing = list(islice(self._pointing(topic), LIMIT + 1))
            is_whole = is_whole and len(pointing) <= LIMIT
            found.update(dict.fromkeys(pointing[:LIMIT]))
        if not any(map(self._graphs, topics)):
            found.update(dict.fromkeys(self._names(found)))
        return Description(topics[0], tuple(found), is_whole)

    def _graphs(self, topic: NamedNode) -> list[NamedNode]:
        """The graphs that a resource names: itself, and the evidence of a source."""
        nodes = (topic, NamedNode(f"{topic.value}/evidence"))
        return [node for node in nodes if self._engine.contains_named_graph(node)]

    def _gather(self, nodes: Iterable[NamedNode | BlankNode], found: dict[Quad, None]) -> None:
        """Add all statements about some nodes and about their parts."""
        waiting = list(nodes)
        seen = set(waiting)
        while waiting:
            for quad in self._about(waiting.pop()):
                found[quad] = None
                part = quad.object
                is_part = isinstance(part, BlankNode) or (
                    isinstance(part, NamedNode) and quad.predicate in _PARTS
                )
                if is_part and part not in seen:
                    seen.add(part)  # type: ignore[arg-type]
                    waiting.append(part)  # type: ignore[arg-type]

    def _names(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        linked = {term for quad in quads for term in (quad.subject, quad.object)}
        for term in linked:
            if isinstance(term, NamedNode):
                for name in NAMES:
                    quads = self._engine.quads_for_pattern(term, name, None, None)
                    yield from (quad for quad in quads if quad.graph_name != _UNION)

    def _about(self, node: Any, predicate: NamedNode | None = None) -> Iterator[Quad]:
        for engine in (self._engine, self._shapes):
            found = engine.quads_for_pattern(node, predicate, None, None)
            yield from (q for q in found if q.graph_name != _UNION or engine is self._shapes)

    def _pointing(self, node: NamedNode) -> Iterator[Quad]:
        for engine in (self._engine, self._shapes):
            for quad in engine.quads_for_pattern(None, None, node, None):
                is_told = quad.graph_name != _UNION or engine is self._shapes
                if is_told and isinstance(quad.subject, NamedNode):
                    yield quad

    def _is_known(self, node: NamedNode) -> bool:
        found = (self._about(node), self._pointing(node))
        return (
            any(True for quads in found for _ in quads)
            or self._engine.contains_named_graph(node)
            or node.value in self._fragments
        )

    @property
    def _engine(self) -> ox.Store:
        return self._project.store.engine

    @cached_property
    def _shapes(self) -> ox.Store:
        """The shapes, which are no part of the graph."""
        found = ox.Store()
        for number, (name, data) in enumerate(self._layout.shapes().items()):
            found.extend(_apart(quad, number) for quad in turtle.read(data, name))
        return found

    @cached_property
    def _fragments(self) -> Mapping[str, tuple[NamedNode, ...]]:
        """What is defined by hash IRIs in the ontology, the description of the data, the shapes."""
        layers = (self._layout.layer("ontology"), self._layout.layer("dataset"))
        quads = [q for g in layers for q in self._engine.quads_for_pattern(None, None, None, g)]
        quads += self._shapes
        found: dict[str, set[NamedNode]] = {}
        for quad in quads:
            if isinstance(quad.subject, NamedNode):
                document, hash, _ = quad.subject.value.partition("#")
                if hash and self._addresses.path(document) is not None:
                    found.setdefault(document, set()).add(quad.subject)
        return {document: tuple(sorted(nodes, key=key)) for document, nodes in found.items()}

    @property
    def _lists(self) -> Mapping[str, Callable[[NamedNode], Iterable[Quad]]]:
        return {"/source": self._sources, "/queries": self._queries}

    def _sources(self, _: NamedNode) -> Iterable[Quad]:
        found: dict[Quad, None] = {}
        quads = self._engine.quads_for_pattern(None, RDF.type, ECC.SourceDocument, None)
        nodes = {quad.subject for quad in quads}
        self._gather((node for node in nodes if isinstance(node, NamedNode)), found)
        return found

    def _queries(self, topic: NamedNode) -> Iterable[Quad]:
        return questions(self._project.queries(), topic)


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _apart(quad: Quad, number: int) -> Quad:
    """Blank nodes of two files are never the same."""
    subject, value = (
        BlankNode(f"f{number}x{term.value}") if isinstance(term, BlankNode) else term
        for term in (quad.subject, quad.object)
    )
    return Quad(subject, quad.predicate, value)  # type: ignore[arg-type]
