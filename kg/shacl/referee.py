"""Referee: pyshacl, the second engine, for what has no SELECT and to compare with."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from kg.errors import InputError
from kg.findings import Finding
from kg.namespaces import SH
from kg.shacl.results import Result, ordered, result
from kg.shacl.shapes import Shapes
from kg.terms import Term, from_rdflib, to_rdflib

if TYPE_CHECKING:
    import rdflib

_KNOWN = (RuntimeError, ValueError, TypeError, LookupError, AttributeError)


def referee(
    data: Iterable[Triple], shapes: Shapes, *, only: Collection[Term] | None = None
) -> tuple[Result, ...]:
    """The results that pyshacl finds, each once, in an order that never varies.

    Guarantees: nothing is fetched and nothing inferred; rdflib behaves as before (the patch of
    its booleans belongs to ``pyshacl.validate``, which is not called).

    Args:
        data: the triples, with the super-classes of every type.
        shapes: what to check.
        only: the nodes of those shapes whose targets are judged; all unless told.

    Raises:
        InputError: a shape that pyshacl refuses; the message names it.

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    import pyshacl
    from pyshacl.graph_abstraction import DataGraph

    graph = _graph(data)
    # without messages, since pyshacl drops their languages
    bare = _graph(triple for triple in shapes.triples if triple.predicate != SH.message)
    options = {"logger": logging.Logger("pyshacl", logging.CRITICAL + 1)}
    engine: Any = pyshacl.Validator(DataGraph.from_rdflib(graph), shacl_graph=bare, options=options)
    found: list[Result] = []
    shape: Any = None
    try:
        executor = engine.make_executor()
        for shape in engine.shacl_graph.shapes:
            if only is not None and from_rdflib(shape.node) not in only:
                continue
            for _, result_node, told in shape.validate(executor, engine.data_graph)[1]:
                facts = {
                    str(predicate).removeprefix(SH): thing[1] if isinstance(thing, tuple) else thing
                    for subject, predicate, thing in told
                    if subject == result_node  # not the details of an inner shape
                }
                found += _results(facts, shapes, graph)
    except (*_KNOWN, re.error) as error:
        # pyshacl has no one class for the shapes it cannot run
        named = "-" if shape is None else shapes.owner(from_rdflib(shape.node))
        said = str(error).split("\n", 1)[0] or type(error).__name__
        iri = getattr(named, "value", named)
        finding = Finding.of("shape-refused", "shapes", shape=iri, said=said)
        raise InputError(findings=[finding]) from error
    return ordered(found)


def _graph(triples: Iterable[Triple]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph


def _results(facts: Mapping[str, Any], shapes: Shapes, graph: rdflib.Graph) -> Iterator[Result]:
    """What pyshacl told, once more with the values of every variable of a query.

    pyshacl's report keeps them only as text inside its messages.
    """
    shape = shapes[from_rdflib(facts["sourceShape"])]
    constraint = facts.get("sourceConstraint")
    node = None if constraint is None else from_rdflib(constraint)
    rows: list[dict[str, Any]] = [{"this": facts["focusNode"]}]
    if node is not None and (select := shapes.value(node, SH.select)) and shape.path is None:
        header = [f"PREFIX {p}: <{n}>" for p, n in shapes.prefixes(node).items()]
        query = "\n".join([*header, getattr(select, "value", "")])
        asked = graph.query(query, initBindings={"this": facts["focusNode"]})
        rows = [row.asdict() for row in asked]  # type: ignore[union-attr]
    for told in rows:
        row = {name: from_rdflib(term) for name, term in told.items()}
        path = told.get("path", facts.get("resultPath"))
        value = told.get("value", facts.get("value"))
        yield result(
            shape,
            str(facts["sourceConstraintComponent"]),
            from_rdflib(told.get("this", facts["focusNode"])),
            None if path is None else str(shapes.path(from_rdflib(path))),
            None if value is None else from_rdflib(value),
            node,
            row,
        )
