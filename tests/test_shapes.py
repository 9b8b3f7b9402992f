"""Every shape fires on a deliberate error and stays silent on its near twin."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SH

from kg import terms
from kg.constraints import constraints
from kg.namespaces import RDF as RDF_
from kg.namespaces import RDFS as RDFS_
from kg.namespaces import SKOS as SKOS_
from kg.shape_files import declared_prefixes
from kg.validation import Result, load_shapes, validate

ROOT = Path(__file__).parent.parent
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
DATA = ROOT / "tests" / "shapes"
ESH = "https://w3id.org/ecodip/shapes#"

WARNINGS = {2, 3, 4, 7, 13, 14, 24, 27, 41, 49, 59, 65}
INFOS = {52, 60}
MIXED = {30: {"violation", "info"}, 45: {"violation", "warning"}}


@cache
def shapes() -> rdflib.Graph:
    return load_shapes({file.name: file.read_bytes() for file in SHAPES})


@cache
def only(code: str) -> rdflib.Graph:
    """The shapes of one code, with the prefixes of their queries."""
    found = rdflib.Graph()
    for node in (rdflib.URIRef(ESH.removesuffix("#")), *(coded()[n] for n in coded() if code in n)):
        shapes().cbd(node, target_graph=found)
    return found


@cache
def coded() -> Mapping[str, Any]:
    """The shapes that can produce a result, by local name."""
    found = {}
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes().subjects(RDF.type, kind):
            found[str(shape).removeprefix(ESH)] = shape
    return found


@cache
def cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}-{number}-{case['shape']}", case)
        for file in sorted(DATA.glob("*.toml"))
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], 1)
    ]


@cache
def base() -> tuple[ox.Quad, ...]:
    """The valid sample, with what shapes look at of the ontology: kinds, sub-classes, lists."""
    looked_at = {RDF_.type, RDFS_.subClassOf, SKOS_.inScheme, SKOS_.notation}
    vocabulary = [
        quad
        for name in ("ecodip.ttl", "schemes.ttl")
        for quad in ox.parse(path=ROOT / "ontology" / name)
        if quad.predicate in looked_at
    ]
    return (*vocabulary, *ox.parse(path=DATA / "base.ttl"))


def prefixes() -> dict[str, str]:
    return declared_prefixes(shapes()) | {"ex": "http://a.example/"}


def results(update: str, judges: rdflib.Graph) -> tuple[Result, ...]:
    store = ox.Store()
    store.extend(base())
    store.update(update, prefixes=prefixes())
    graph = rdflib.Graph()
    for quad in store:
        subject, predicate, thing = (terms.to_rdflib(term) for term in quad.triple)
        graph.add((subject, predicate, thing))
    return validate(graph, judges)


def told(found: tuple[Result, ...]) -> set[str]:
    names = prefixes()
    return {
        f"{result.source_shape.removeprefix(ESH)} "
        f"{terms.compact(ox.NamedNode(result.focus[1:-1]), names)}"
        for result in found
    }


def test_the_valid_sample_gives_no_result_at_all() -> None:
    assert results("", shapes()) == ()


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_a_shape_fires_on_its_error_and_on_nothing_else(case: dict[str, Any]) -> None:
    expected = {f"{case['shape']} {case['focus']}", *case.get("also", ())}
    assert told(results(case["fail"], shapes())) == expected


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_a_shape_is_silent_on_the_near_twin(case: dict[str, Any]) -> None:
    code = case["shape"].partition("-")[0]
    assert results(case["pass"], only(code)) == ()


def test_every_shape_has_a_failing_case() -> None:
    assert len(coded()) >= 65
    assert {case["shape"] for _, case in cases()} == set(coded())


def test_every_shape_is_named_by_its_code() -> None:
    assert [name for name in coded() if not re.fullmatch(r"S\d\d(-[a-z]+)+", name)] == []


def test_the_codes_are_those_of_the_list_with_their_severities() -> None:
    found: dict[int, set[str]] = {}
    for name, shape in coded().items():
        severity = shapes().value(shape, SH.severity)
        assert severity is not None, f"{name} states no severity"
        found.setdefault(int(name[1:3]), set()).add(str(severity).rpartition("#")[2].lower())
    expected = {
        number: MIXED.get(number)
        or {"warning" if number in WARNINGS else "info" if number in INFOS else "violation"}
        for number in range(1, 66)
    }
    assert found == expected


@pytest.mark.parametrize("name", sorted(coded()))
def test_messages_stand_in_english_and_french_with_the_same_variables(name: str) -> None:
    graph, shape = shapes(), coded()[name]
    constraint = graph.value(shape, SH.sparql)
    found = [m for n in (shape, constraint) if n is not None for m in graph.objects(n, SH.message)]
    texts = {getattr(message, "language", None): str(message) for message in found}
    assert set(texts) == {"en", "fr"}
    assert len(found) == 2
    used = {lang: set(re.findall(r"\{\?(\w+)\}", text)) for lang, text in texts.items()}
    assert used["en"] == used["fr"]
    select = str(graph.value(constraint, SH.select)) if constraint is not None else ""
    head = select.partition("WHERE")[0]
    assert all(f"?{variable}" in head for variable in used["en"])
    assert not any(re.search(r"\bS\d\d\b", text) for text in texts.values())


def test_the_shapes_are_well_formed_shacl() -> None:
    from pyshacl.entrypoints import meta_validate

    copy = rdflib.Graph()
    for triple in shapes():
        copy.add(triple)
    conforms, _graph, text = meta_validate(copy)
    assert conforms, text


def test_prefixes_are_those_of_the_dataset() -> None:
    dataset = rdflib.Graph().parse(ROOT / "ontology" / "dataset.ttl")
    declared = declared_prefixes(shapes())
    assert declared
    assert declared.items() <= declared_prefixes(dataset).items()


def asked() -> list[str]:
    return sorted(str(shape).removeprefix(ESH) for shape in shapes().subjects(SH.sparql, None))


def test_pyshacl_is_left_no_constraint_of_ours() -> None:
    assert len(asked()) > 30
    assert sorted(str(found.shape).removeprefix(ESH) for found in constraints(shapes())) == asked()


@pytest.mark.parametrize("name", asked())
def test_constraints_asked_directly_say_what_pyshacl_says(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for _, case in cases() if case["shape"] == name)
    judges = only(name.partition("-")[0])
    direct = results(case["fail"], judges)
    monkeypatch.setattr("kg.validation.constraints", lambda _: [])
    assert direct == results(case["fail"], judges)
    assert direct != ()
