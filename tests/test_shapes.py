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
CORE = sorted((ROOT / "shapes" / "core").glob("*.ttl"))
DATA = ROOT / "tests" / "shapes"
SPACES = {
    "esh": "https://w3id.org/ecodip/shapes#",
    "eccsh": "https://w3id.org/ecodip/core/shapes#",
}
DOMAIN = ("ecodip.ttl", "schemes.ttl")
VOCABULARY = ("core.ttl", "core-schemes.ttl")
FOREIGN = re.compile(
    rb"https://w3id\.org/ecodip(?!/core\b)[^>\"\s]*|\b(?:ecodip|ecs|esh|id):[A-Za-z]"
)

WARNINGS = {2, 3, 4, 7, 13, 14, 24, 27, 41, 49, 59, 65, 67, 79}
INFOS = {52, 60}
MIXED = {30: {"violation", "info"}, 45: {"violation", "warning"}}


@cache
def shapes() -> Shapes:
    return load_shapes({str(file): file.read_bytes() for file in (*SHAPES, *CORE)})


@cache
def only(code: str) -> Shapes:
    """The shapes of one code, with the prefixes of their queries."""
    waiting = [ox.NamedNode(space.removesuffix("#")) for space in SPACES.values()]
    waiting += [shape.node for name, shape in coded().items() if f":{code}-" in name]  # type: ignore[misc]
    told: set[ox.Triple] = set()
    while waiting:
        here = waiting.pop()
        found = {triple for triple in shapes().triples if triple.subject == here} - told
        told |= found
        waiting += [t.object for t in found if isinstance(t.object, ox.BlankNode)]  # type: ignore[misc]
    return Shapes(told)


@cache
def coded() -> Mapping[str, Shape]:
    """The shapes that can produce a result, by name."""
    return {named(shape.iri): shape for shape in shapes() if isinstance(shape.node, ox.NamedNode)}


def named(iri: str) -> str:
    """A shape as the cases call it, such as ``esh:S19-two-signatories``."""
    return terms.compact(ox.NamedNode(iri), SPACES)


def code_of(name: str) -> str:
    """The code in a name, such as ``S19``."""
    return name.partition(":")[2].partition("-")[0]


@cache
def cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}-{number}-{case['shape']}", case)
        for file in sorted(DATA.glob("*.toml"))
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], 1)
    ]


@cache
def base(*vocabularies: str) -> tuple[ox.Quad, ...]:
    """The valid sample, with what shapes look at of the ontology: kinds, sub-classes, lists."""
    looked_at = {RDF.type, RDFS.subClassOf, SKOS.inScheme, SKOS.notation}
    vocabulary = [
        quad
        for name in vocabularies or (*VOCABULARY, *DOMAIN)
        for quad in ox.parse(path=ROOT / "ontology" / name)
        if quad.predicate in looked_at
    ]
    return (*vocabulary, *ox.parse(path=DATA / "base.ttl"))


def prefixes() -> dict[str, str]:
    return shapes().prefixes() | {"ex": "http://a.example/"}


def results(
    update: str, judges: Shapes, engine: Engine = "sparql", vocabularies: tuple[str, ...] = ()
) -> tuple[Result, ...]:
    return validate(changed(update, *vocabularies), judges, engine=engine)


def changed(update: str, *vocabularies: str) -> list[ox.Quad]:
    store = ox.Store()
    store.extend(base(*vocabularies))
    store.update(update, prefixes=prefixes())
    return list(store)


def told(found: tuple[Result, ...]) -> set[str]:
    names = prefixes()
    return {
        f"{named(result.source_shape)} {terms.compact(ox.NamedNode(result.focus[1:-1]), names)}"
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
    assert results(case["pass"], only(code_of(case["shape"]))) == ()


def test_every_shape_has_a_failing_case() -> None:
    assert len(coded()) >= 100
    assert {case["shape"] for _, case in cases()} == set(coded())


def test_every_shape_is_named_by_its_code() -> None:
    assert [n for n in coded() if not re.fullmatch(r"(esh|eccsh):S\d\d(-[a-z]+)+", n)] == []


def test_the_codes_are_those_of_the_list_with_their_severities() -> None:
    found: dict[int, set[str]] = {}
    for name, shape in coded().items():
        assert shape.all("severity"), f"{name} states no severity"
        found.setdefault(int(code_of(name)[1:]), set()).add(
            shape.severity.rpartition("#")[2].lower()
        )
    expected = {
        number: MIXED.get(number)
        or {"warning" if number in WARNINGS else "info" if number in INFOS else "violation"}
        for number in range(1, 80)
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
    return sorted({named(c.shape.iri) for c in checks() if c.query is not None})


def test_every_shape_of_ours_is_compiled() -> None:
    assert compile_shapes(shapes()).refused == ()
    assert {named(check.shape.iri) for check in checks()} == set(coded())


def test_every_constraint_of_ours_is_asked_once_for_all_its_nodes() -> None:
    assert len(asked()) > 30
    assert all(check.query.lateral for check in checks() if check.query is not None)


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_both_engines_say_the_same_of_an_error(case: dict[str, Any]) -> None:
    judges = only(code_of(case["shape"]))
    found = results(case["fail"], judges)
    assert found == results(case["fail"], judges, "pyshacl")
    assert found != ()


@pytest.mark.parametrize("name", asked())
def test_a_constraint_says_the_same_when_asked_of_each_node(name: str) -> None:
    case = next(case for _, case in cases() if case["shape"] == name)
    plan = compile_shapes(only(code_of(name)))
    one_by_one = [replace(c, query=c.query and replace(c.query, lateral="")) for c in plan.checks]
    data = ValidationData(changed(case["fail"]))
    found = run(plan.checks, data)
    assert run(one_by_one, data) == found != ()


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.name)
def test_core_shapes_know_nothing_of_this_field(file: Path) -> None:
    assert FOREIGN.findall(file.read_bytes()) == []


@pytest.mark.parametrize("file", SHAPES, ids=lambda file: file.name)
def test_the_other_shapes_would_not_pass_for_core_ones(file: Path) -> None:
    assert FOREIGN.findall(file.read_bytes())


@pytest.mark.parametrize("file", [f for f in CORE if f.name != "shapes.ttl"], ids=lambda f: f.name)
def test_a_file_of_core_shapes_judges_alone_with_the_core_terms(file: Path) -> None:
    """Its own prefixes are all it needs beside it; the terms of this field are not there."""
    needed = (file, file.with_name("shapes.ttl"))
    judges = load_shapes({str(one): one.read_bytes() for one in needed})
    own = {named(shape.iri) for shape in judges if isinstance(shape.node, ox.NamedNode)}
    assert results("", judges, vocabularies=VOCABULARY) == ()
    judged = [case for _, case in cases() if case["shape"] in own]
    assert {case["shape"] for case in judged} == own
    for case in judged:
        found = told(results(case["fail"], judges, vocabularies=VOCABULARY))
        assert f"{case['shape']} {case['focus']}" in found


def test_core_shapes_are_of_the_core_namespace_and_no_others_are() -> None:
    for folder, prefix in ((CORE, "eccsh:"), (SHAPES, "esh:")):
        read = load_shapes({str(file): file.read_bytes() for file in folder})
        names = {named(s.iri) for s in read if isinstance(s.node, ox.NamedNode)}
        assert names == {name for name in coded() if name.startswith(prefix)}
