"""The tests of the W3C for SHACL: core and SPARQL constraints, read from their manifests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from kg.namespaces import RDF, SH, Namespace
from kg.shacl import Shapes, ValidationData, compile_shapes, run
from kg.terms import Term

ROOT = Path(__file__).parent.parent
SUITE = ROOT.parent / "shared" / "w3c" / "shacl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

if not SUITE.is_dir():
    pytest.skip("the W3C tests are not in ../shared/w3c/shacl", allow_module_level=True)


class Row(NamedTuple):
    """What the suite compares: blank nodes are told apart by their names alone."""

    focus: str
    path: str | None
    value: str | None
    component: str
    severity: str
    shape: str


class Case(NamedTuple):
    name: str
    data: Path
    shapes: Path
    expected: frozenset[Row] | None


@cache
def read(file: Path) -> tuple[ox.Quad, ...]:
    base = file.resolve().as_uri()
    return tuple(ox.parse(path=file, base_iri=base))


def cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(SUITE.rglob("*.ttl")):
        graph = Shapes(read(file))
        for entry in graph.subjects(RDF.type, SHT.Validate):
            action, outcome = graph.value(entry, MF.action), graph.value(entry, MF.result)
            assert action is not None
            assert outcome is not None
            data, shapes = (
                Path(graph.value(action, SHT[n]).value.removeprefix("file://"))  # type: ignore[union-attr]
                for n in ("dataGraph", "shapesGraph")
            )
            expected = None if outcome == SHT.Failure else frozenset(rows(graph, outcome))
            name = file.relative_to(SUITE).with_suffix("").as_posix()
            found.append(Case(name, data, shapes, expected))
    return found


def rows(graph: Shapes, top: Term) -> list[Row]:
    return [
        Row(
            named(graph.value(node, SH.focusNode)),
            path_of(graph, graph.value(node, SH.resultPath)),
            named(graph.value(node, SH.value)) if graph.value(node, SH.value) else None,
            named(graph.value(node, SH.sourceConstraintComponent)),
            named(graph.value(node, SH.resultSeverity)),
            named(graph.value(node, SH.sourceShape)),
        )
        for node in graph.objects(top, SH.result)
    ]


def named(term: Term | None) -> str:
    assert term is not None
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def path_of(graph: Shapes, node: Term | None) -> str | None:
    return None if node is None else str(graph.path(node))


def judged(case: Case) -> frozenset[Row]:
    shapes = Shapes(read(case.shapes))
    plan = compile_shapes(shapes, is_closed=True)
    assert not plan.refused, [str(reason) for _, reason in plan.refused]
    data = ValidationData(read(case.data))
    grades = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
    return frozenset(
        Row(
            "_:" if r.focus.startswith("_:") else r.focus,
            r.path,
            "_:" if (r.value or "").startswith("_:") else r.value,
            f"<{r.component}>",
            str(grades.get(r.severity, ox.NamedNode(r.severity) if ":" in r.severity else "")),
            "_:" if r.source_shape.startswith("_:") else f"<{r.source_shape}>",
        )
        for r in run(plan.checks, data)
    )


# Why a test of the suite is not passed, one by one.
DEVIATIONS = {
    "sparql/pre-binding/shapesGraph-001": "a query of the shapes ($shapesGraph) is refused by name",
}


def marked(case: Case) -> object:
    reason = DEVIATIONS.get(case.name)
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, id=case.name, marks=marks)


def test_the_suite_is_found() -> None:
    assert len(cases()) > 100
    assert DEVIATIONS.keys() <= {case.name for case in cases()}


@pytest.mark.parametrize("case", [marked(case) for case in cases()])
def test_a_report_is_that_of_the_suite(case: Case) -> None:
    if case.expected is None:
        with pytest.raises(AssertionError):
            judged(case)
    else:
        assert judged(case) == case.expected
