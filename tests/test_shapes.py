"""Every shape fires on a deliberate error and stays silent on its near twin."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import terms
from kg.namespaces import RDF, RDFS, SH, SKOS
from kg.shacl import Check, Shape, Shapes, ValidationData, compile_shapes, run
from kg.validation import Engine, Result, load_shapes, validate

ROOT = Path(__file__).parent.parent
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
DATA = ROOT / "tests" / "shapes"
ESH = "https://w3id.org/ecodip/shapes#"

WARNINGS = {2, 3, 4, 7, 13, 14, 24, 27, 41, 49, 59, 65, 67}
INFOS = {52, 60}
MIXED = {30: {"violation", "info"}, 45: {"violation", "warning"}}


@cache
def shapes() -> Shapes:
    return load_shapes({file.name: file.read_bytes() for file in SHAPES})


@cache
def only(code: str) -> Shapes:
    """The shapes of one code, with the prefixes of their queries."""
    waiting = [ox.NamedNode(ESH.removesuffix("#"))]
    waiting += [shape.node for name, shape in coded().items() if code in name]  # type: ignore[misc]
    told: set[ox.Triple] = set()
    while waiting:
        here = waiting.pop()
        found = {triple for triple in shapes().triples if triple.subject == here} - told
        told |= found
        waiting += [t.object for t in found if isinstance(t.object, ox.BlankNode)]  # type: ignore[misc]
    return Shapes(told)


@cache
def coded() -> Mapping[str, Shape]:
    """The shapes that can produce a result, by local name."""
    return {
        shape.iri.removeprefix(ESH): shape
        for shape in shapes()
        if isinstance(shape.node, ox.NamedNode)
    }


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
    looked_at = {RDF.type, RDFS.subClassOf, SKOS.inScheme, SKOS.notation}
    vocabulary = [
        quad
        for name in ("ecodip.ttl", "schemes.ttl")
        for quad in ox.parse(path=ROOT / "ontology" / name)
        if quad.predicate in looked_at
    ]
    return (*vocabulary, *ox.parse(path=DATA / "base.ttl"))


def prefixes() -> dict[str, str]:
    return shapes().prefixes() | {"ex": "http://a.example/"}


def results(update: str, judges: Shapes, engine: Engine = "sparql") -> tuple[Result, ...]:
    return validate(changed(update), judges, engine=engine)


def changed(update: str) -> list[ox.Quad]:
    store = ox.Store()
    store.extend(base())
    store.update(update, prefixes=prefixes())
    return list(store)


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
        assert shape.all("severity"), f"{name} states no severity"
        found.setdefault(int(name[1:3]), set()).add(shape.severity.rpartition("#")[2].lower())
    expected = {
        number: MIXED.get(number)
        or {"warning" if number in WARNINGS else "info" if number in INFOS else "violation"}
        for number in range(1, 68)
    }
    assert found == expected


@pytest.mark.parametrize("name", sorted(coded()))
def test_messages_stand_in_english_and_french_with_the_same_variables(name: str) -> None:
    shape = coded()[name]
    constraint = shape.one("sparql")
    found = shape.all("message")
    if constraint is not None:
        found = found + shapes().objects(constraint, SH.message)
    texts = {m.language: m.value for m in found if isinstance(m, ox.Literal)}
    assert set(texts) == {"en", "fr"}
    assert len(found) == 2
    used = {lang: set(re.findall(r"\{\?(\w+)\}", text)) for lang, text in texts.items()}
    assert used["en"] == used["fr"]
    query = shapes().value(constraint, SH.select) if constraint is not None else None
    select = getattr(query, "value", "")
    head = select.partition("WHERE")[0]
    assert all(f"?{variable}" in head for variable in used["en"])
    assert not any(re.search(r"\bS\d\d\b", text) for text in texts.values())


def test_the_shapes_are_well_formed_shacl() -> None:
    import rdflib
    from pyshacl.entrypoints import meta_validate

    copy = rdflib.Graph()
    for triple in shapes().triples:
        copy.add(tuple(map(terms.to_rdflib, triple)))  # type: ignore[arg-type]
    conforms, _graph, text = meta_validate(copy)
    assert conforms, text


def test_prefixes_are_those_of_the_dataset() -> None:
    dataset = Shapes(ox.parse(path=ROOT / "ontology" / "dataset.ttl"))
    declared = shapes().prefixes()
    assert declared
    assert declared.items() <= dataset.prefixes().items()


def checks() -> tuple[Check, ...]:
    return compile_shapes(shapes()).checks


def asked() -> list[str]:
    return sorted({c.shape.iri.removeprefix(ESH) for c in checks() if c.query is not None})


def test_every_shape_of_ours_is_compiled() -> None:
    assert compile_shapes(shapes()).refused == ()
    assert {check.shape.iri.removeprefix(ESH) for check in checks()} == set(coded())


def test_every_constraint_of_ours_is_asked_once_for_all_its_nodes() -> None:
    assert len(asked()) > 30
    assert all(check.query.lateral for check in checks() if check.query is not None)


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_both_engines_say_the_same_of_an_error(case: dict[str, Any]) -> None:
    judges = only(case["shape"].partition("-")[0])
    found = results(case["fail"], judges)
    assert found == results(case["fail"], judges, "pyshacl")
    assert found != ()


@pytest.mark.parametrize("name", asked())
def test_a_constraint_says_the_same_when_asked_of_each_node(name: str) -> None:
    case = next(case for _, case in cases() if case["shape"] == name)
    plan = compile_shapes(only(name.partition("-")[0]))
    one_by_one = [replace(c, query=c.query and replace(c.query, lateral="")) for c in plan.checks]
    data = ValidationData(changed(case["fail"]))
    found = run(plan.checks, data)
    assert run(one_by_one, data) == found != ()
