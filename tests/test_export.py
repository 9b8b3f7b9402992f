"""The formats of an export hold the same dataset, in the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg import build
from kg.errors import InputError
from kg.export import canonical, export
from kg.files import write_file
from kg.formats import LAYERS, RDF_FORMATS
from kg.graph import Graph
from kg.jsonld import Context
from kg.namespaces import RDF
from kg.project import Project
from kg.terms import from_rdflib, line_key, quad_key
from tests.conftest import Run
from tests.corpus import ROOT, Corpus

OX = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
RDFLIB = {"trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def graph(pristine: Corpus) -> Graph:
    return Project(pristine.root, texts=pristine.texts).assemble()


@pytest.fixture(scope="module")
def exports(pristine: Corpus) -> dict[str, bytes]:
    """The files that a build has written, by format."""
    folder = pristine.root / "build"
    return {form: (folder / f"ecodip.{end}").read_bytes() for form, end in RDF_FORMATS.items()}


def canon(quads: Iterable[Quad]) -> list[str]:
    """A dataset in canonical form, so that equal lists mean isomorphic datasets."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def by_rdflib(data: bytes, form: str) -> list[Quad]:
    """A document as rdflib reads it."""
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=RDFLIB[form])
    quads = []
    for subject, predicate, value, graph in dataset.quads():
        ends = (from_rdflib(term) for term in (subject, predicate, value))
        name = NamedNode(str(graph)) if graph is not None else None
        quads.append(Quad(*ends, name))  # type: ignore[arg-type]
    return quads


@pytest.mark.parametrize("form", OX)
def test_a_format_holds_the_whole_dataset_for_two_parsers(
    form: str, graph: Graph, exports: dict[str, bytes]
) -> None:
    expected = canon(graph.quads)
    assert len(expected) == len(graph.quads) > 3000
    assert canon(ox.parse(exports[form], format=OX[form])) == expected
    assert canon(by_rdflib(exports[form], form)) == expected


def test_json_ld_holds_the_whole_dataset_for_a_third_parser(
    graph: Graph, exports: dict[str, bytes]
) -> None:
    from pyld import jsonld

    quads = jsonld.to_rdf(
        json.loads(exports["jsonld"]), {"format": "application/n-quads", "rdfDirection": None}
    )
    assert canon(ox.parse(quads, format=RdfFormat.N_QUADS)) == canon(graph.quads)


def test_turtle_is_what_is_asserted_and_the_authority_in_one_graph(
    graph: Graph, exports: dict[str, bytes]
) -> None:
    quads = (*graph.layers["asserted"], *graph.layers["authority"])
    merged = [Quad(q.subject, q.predicate, q.object) for q in quads]
    expected = canon(merged)
    assert canon(ox.parse(exports["turtle"], format=RdfFormat.TURTLE)) == expected
    found = rdflib.Graph().parse(data=exports["turtle"], format="turtle")
    assert canon(Quad(*map(from_rdflib, triple)) for triple in found) == expected  # type: ignore[arg-type]


def test_all_prefixes_of_the_project_are_written(exports: dict[str, bytes]) -> None:
    prefixes = Project(ROOT).layout.prefixes
    for form in ("turtle", "trig"):
        lines = exports[form].decode().splitlines()
        declared = {line.split()[1] for line in lines if line.startswith("@prefix")}
        assert declared == {f"{name}:" for name in prefixes}


def test_statements_sort_as_their_lines_do() -> None:
    x, y = NamedNode("http://x.example/a"), NamedNode("http://x.example/a-b")
    nodes = [x, y, ox.BlankNode("c14n1"), ox.BlankNode("c14n12")]
    values = [
        *nodes, Literal(""), Literal("! a"), Literal("\t"), Literal("a <b>", datatype=x),
        Literal("a _:b", language="en"),
    ]  # fmt: skip
    quads = [
        Quad(node, predicate, value, graph)
        for graph in (*nodes, ox.DefaultGraph())
        for node in nodes
        for predicate in (x, NamedNode("http://a.example/"), RDF.type)
        for value in values
    ]
    random.Random(3).shuffle(quads)
    lines = {(ox.serialize([q], format=RdfFormat.N_QUADS) or b"").decode()[:-1]: q for q in quads}
    found = [lines[line] for line in sorted(lines, key=line_key)]
    assert found == sorted(quads, key=quad_key)


# -- JSON-LD -------------------------------------------------------------------------------------


def nodes(value: Any) -> Iterable[dict[str, Any]]:
    """Every object of some JSON."""
    inner: Iterable[Any] = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield value
        inner = value.values()
    for one in inner:
        yield from nodes(one)


def test_json_ld_has_its_context_inside_and_the_spans_in_their_claims(
    exports: dict[str, bytes],
) -> None:
    document = json.loads(exports["jsonld"])
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    assert document["@context"] == context["@context"]
    claims = [n for n in nodes(document["@graph"]) if n.get("isWithinPassage") or n.get("claimText")
              or n.get("isNegated") is not None]  # fmt: skip
    (claim,) = [n for n in claims if n.get("identifier") == "E2"]
    spans = claim["wasDerivedFrom"]
    assert len(spans) == 3
    found = set()
    for span in spans:
        position, quote = sorted(span["hasSelector"], key=lambda s: s["@type"])
        found.add((position["start"], position["end"], quote["exact"]))
    assert ("208", "231", "No branch office exists") in {tuple(map(str, f)) for f in found}
    tops = [n for part in document["@graph"] for n in part["@graph"]]
    assert not [n for n in tops if "#char=" in n["@id"] or "#quote=" in n["@id"]]


def test_json_ld_names_properties_as_the_context_does(exports: dict[str, bytes]) -> None:
    document = json.loads(exports["jsonld"])
    mission = next(
        n for n in nodes(document["@graph"])
        if n.get("@id") == "id:mission-borduria-2019" and "hasOrganizer" in n
    )  # fmt: skip
    assert mission["@type"] == "Mission"
    assert mission["hasOrganizer"] == "id:loria-trade"
    labels = next(n["prefLabel"] for n in nodes(document["@graph"])
                  if n.get("@id") == "id:borduria" and "prefLabel" in n)  # fmt: skip
    assert labels == {"en": "Borduria", "fr": "Bordurie", "nl": "Bordurië"}


@pytest.mark.parametrize("iri", ["id:x", "schema:thing", "sh:x/y"])
def test_an_iri_that_reads_like_a_compact_one_is_refused(iri: str) -> None:
    context = Context(
        {"id": "https://x.example/", "schema": "https://schema.org/", "sh": "http://sh#"}
    )
    with pytest.raises(InputError, match=r"also the prefix '.*' .*; rename the prefix"):
        context.iri(NamedNode(iri))
    assert context.iri(NamedNode("urn:x:y")) == "urn:x:y"


def test_an_export_with_such_an_iri_is_refused_rather_than_misread(graph: Graph) -> None:
    frame = build.frame(Project(ROOT).layout)
    node = NamedNode("id:x")
    with pytest.raises(InputError, match="cannot be written as JSON-LD"):
        export([Quad(node, node, node)], "jsonld", prefixes={}, frame=frame)


def test_odd_literals_survive_json_ld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    frame = build.frame(Project(ROOT).layout)
    a, p = NamedNode("https://w3id.org/ecodip/id/a"), NamedNode("https://w3id.org/ecodip#dateText")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = [Literal('"\\\n\u2028🚢'), Literal("x", language="fr"), Literal("x", language="en-gb"),
              Literal("040", datatype=NamedNode(xsd + "decimal")), Literal(""), Literal("true"),
              Literal("true", datatype=NamedNode(xsd + "boolean")), Literal("@id"),
              Literal("1", datatype=NamedNode("http://x.example/own"))]  # fmt: skip
    quads = [Quad(a, p, value, a) for value in values]
    written = export(quads, "jsonld", prefixes={}, frame=frame)
    assert canon(ox.parse(written, format=RdfFormat.JSON_LD)) == canon(quads)
    assert canon(by_rdflib(written, "jsonld")) == canon(quads)


def test_blank_nodes_and_rings_survive_json_ld() -> None:
    frame = build.frame(Project(ROOT).layout)
    derived = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    one, two, three = ox.BlankNode("one"), ox.BlankNode("two"), NamedNode("http://x.example/c")
    quads = [Quad(one, derived, two), Quad(two, derived, one), Quad(three, derived, three)]
    written = export(quads, "jsonld", prefixes={}, frame=frame)
    assert canon(ox.parse(written, format=RdfFormat.JSON_LD)) == canon(quads)


# -- the same bytes ------------------------------------------------------------------------------

SCRIPT = """
import hashlib, sys
from kg.build import export_layers
from kg.formats import RDF_FORMATS
from kg.project import Project
project = Project(sys.argv[1])
graph = project.assemble()
for form in RDF_FORMATS:
    print(form, hashlib.sha256(export_layers(project.layout, graph.quads, form)).hexdigest())
print(graph.digest)
"""


def digests(root: Path, seed: int) -> str:
    """The digests of all exports, computed in a process with its own hash seed."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
    environment.pop("KG_TEXTS", None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(root)], env=environment, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_bytes_depend_neither_on_the_hash_seed_nor_on_the_run(pristine: Corpus) -> None:
    first = digests(pristine.root, 1)
    assert len(first.splitlines()) == 5
    assert digests(pristine.root, 4711) == first
    for line in first.splitlines()[:4]:
        form, digest = line.split()
        file = pristine.root / "build" / f"ecodip.{RDF_FORMATS[form]}"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest


def test_bytes_do_not_depend_on_the_order_of_lines(pristine: Corpus, tmp_path: Path) -> None:
    shuffled = Corpus(tmp_path, like=pristine)
    rng = random.Random(5)
    for slug in ("visit", "memo"):
        lines = shuffled.ann(slug).read_text(encoding="utf-8").splitlines(keepends=True)
        rng.shuffle(lines)
        shuffled.ann(slug).write_text("".join(lines), encoding="utf-8")

    def exported(corpus: Corpus) -> dict[str, bytes]:
        project = Project(corpus.root)
        quads = project.assemble().quads
        # The description of the dataset names the inputs by digest, which do differ.
        layers = tuple(layer for layer in LAYERS if layer != "dataset")
        return {form: build.export_layers(project.layout, quads, form, layers)
                for form in RDF_FORMATS}  # fmt: skip

    assert exported(shuffled) == exported(pristine)


def test_the_order_of_quads_changes_no_byte(graph: Graph) -> None:
    quads = [*graph.layers["evidence"], *graph.layers["authority"]]
    layout = Project(ROOT).layout
    other = quads[:]
    random.Random(7).shuffle(other)
    for form in RDF_FORMATS:
        assert build.export_layers(layout, quads, form, LAYERS) == build.export_layers(
            layout, other, form, LAYERS
        )
    assert canonical(quads) == canonical(other)


# -- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_the_command_writes_the_same_bytes_as_the_build(
    form: str, pristine: Corpus, exports: dict[str, bytes], tmp_path: Path, run: Callable[..., Run]
) -> None:
    told = run("export", "--format", form, "--project", str(pristine.root), "--output", "-")
    assert (told.code, told.err) == (0, "")
    assert told.out.encode() == exports[form]
    file = tmp_path / f"graph.{RDF_FORMATS[form]}"
    inferred = run("export", "-o", str(file), "--project", str(pristine.root))
    assert (inferred.code, inferred.out) == (0, "")
    assert file.read_bytes() == exports[form]


def test_layers_can_be_chosen(pristine: Corpus, graph: Graph, run: Callable[..., Run]) -> None:
    args = ("export", "--format", "nquads", "--project", str(pristine.root))
    for layer in LAYERS:
        found = run(*args, "--layer", layer)
        assert canon(ox.parse(found.out, format=RdfFormat.N_QUADS)) == canon(graph.layers[layer])
    two = run(*args, "--layer", "asserted", "--layer", "inferred")
    expected = canon([*graph.layers["asserted"], *graph.layers["inferred"]])
    assert canon(ox.parse(two.out, format=RdfFormat.N_QUADS)) == expected


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "which format? Give --format turtle|trig|nquads|jsonld"),
        (("-o", "graph.xml"), "an --output that ends in .ttl, .trig, .nq, .jsonld"),
        (("--format", "xml"), "'xml' is not one of 'turtle', 'trig', 'nquads', 'jsonld'"),
        (("--format", "trig", "--layer", "claims"), "'claims' is not one of 'asserted'"),
        (("--format", "trig", "-o", "absent/graph.trig"), "absent is no folder: create it"),
    ],
)
def test_a_wrong_export_is_a_usage_error(
    args: tuple[str, ...], says: str, pristine: Corpus, run: Callable[..., Run]
) -> None:
    found = run("export", *args, "--project", str(pristine.root))
    assert (found.code, found.out) == (2, "")
    assert says in found.err


def test_a_failing_write_leaves_the_old_file_and_nothing_beside_it(
    pristine: Corpus, tmp_path: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "graph.ttl"
    file.write_bytes(b"old")

    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    found = run("export", "-o", str(file), "--project", str(pristine.root))
    assert found.code == 2
    assert f"{file} cannot be written: No space left on device" in found.err
    assert file.read_bytes() == b"old"
    assert [f.name for f in tmp_path.iterdir()] == ["graph.ttl"]


def test_a_written_file_has_the_usual_permissions(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_file(tmp_path / "a.ttl", b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "a.ttl").stat().st_mode & 0o777 == 0o644
