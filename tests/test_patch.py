"""Exports brought up to date are, byte for byte, those of the whole changed graph."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg import build
from kg.errors import EngineError
from kg.export import canonical
from kg.formats import RDF_FORMATS
from kg.graph import Graph
from kg.layout import Layout
from kg.namespaces import OA, PROV, RDF, SKOS, XSD
from kg.patch import Exports, patch
from kg.patch.embedding import Embedding
from kg.project import Project
from tests.corpus import MEMO, MEMO_LINES, MEMO_MENTIONS, ROOT, Corpus, annotation

ID, SOURCE = "https://w3id.org/ecodip/id/", "https://w3id.org/ecodip/source/"
FILES = [f"{build.NAME}.{suffix}" for suffix in RDF_FORMATS.values()]
LAYOUT = Layout(ROOT)
AUTHORITY, ONTOLOGY, INFERRED, DATASET = (
    LAYOUT.layer(name) for name in ("authority", "ontology", "inferred", "dataset")
)


def export(folder: Path, layout: Layout, quads: Sequence[Quad]) -> None:
    """Write all exports of a graph."""
    folder.mkdir(exist_ok=True)
    for form, suffix in RDF_FORMATS.items():
        content = build.export_layers(layout, quads, form)
        (folder / f"{build.NAME}.{suffix}").write_bytes(content)


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def unlike_whole(
    folder: Path, quads: Iterable[Quad], digest: str, layout: Layout = LAYOUT
) -> list[str]:
    """What in a folder differs from the exports of a whole graph: names of files, the digest."""
    whole = folder.with_name("whole")
    export(whole, layout, list(quads))
    found = [n for n in FILES if (folder / n).read_bytes() != (whole / n).read_bytes()]
    is_own = digest == hashlib.sha256((folder / f"{build.NAME}.nq").read_bytes()).hexdigest()
    return found if is_own else [*found, "digest"]


def patched(
    folder: Path,
    graphs: Mapping[NamedNode, list[Quad]],
    added: Iterable[Quad] = (),
    removed: Iterable[Quad] = (),
    digests: Mapping[str, str] | None = None,
) -> str:
    """Patch the exports in a folder, as a build does: beside them; the digest of the graph."""
    with TemporaryDirectory(dir=folder.parent) as beside:
        with Exports(folder, digests) as old:
            found = patch(old, Path(beside), LAYOUT, graphs, set(added), set(removed))
        for name in FILES:
            (Path(beside) / name).replace(folder / name)
    assert found == digests_of(folder)
    return found[f"{build.NAME}.nq"]


def digests_of(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in content(folder).items()}


def move(old: Path, new: Path, layout: Layout, before: Graph, after: Graph) -> str:
    """Patch the exports of one graph to be those of another, as a build does."""
    names = {q.graph_name for q in (*before.quads, *after.quads)}
    edited = {INFERRED, ONTOLOGY, AUTHORITY}
    graphs = {g: [q for q in after.quads if q.graph_name == g] for g in names - edited}
    was, now = ({q for q in g.quads if q.graph_name in edited} for g in (before, after))
    new.mkdir(exist_ok=True)
    with Exports(old, digests_of(old)) as exports:
        found = patch(exports, new, layout, graphs, now - was, was - now)  # type: ignore[arg-type]
    assert found == digests_of(new)
    return found["ecodip.nq"]


# -- random graphs -------------------------------------------------------------------------------

NAMES = [
    NamedNode(iri)
    for iri in (
        ID + "a", ID + "a-b", ID + "a#x", ID + "a/b", ID + "a.", ID + "é", ID + "a(1)", ID,
        "http://x.example/a", "http://x.example/a-b", "urn:x:a", SOURCE + "a", SOURCE + "a-b",
        SOURCE + "a/evidence", DATASET.value,
    )
]  # fmt: skip
SOURCES = [
    NamedNode(SOURCE + name + end)
    for name in ("a", "a-b", "a.b", "é", "a/b")
    for end in ("", "/evidence")
]
GRAPHS = [*SOURCES, NamedNode("http://x.example/s"), DATASET]
PREDICATES = [
    RDF.type, SKOS.prefLabel, NamedNode("http://x.example/p"), NamedNode("urn:x:p"),
    NamedNode("https://w3id.org/ecodip#hasOrganizer"), PROV.wasDerivedFrom, OA.hasSelector,
    NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        ["a\nb", "\t", '"', "\\", " .\n", "\r\n}\n", "],\n", "_:c", " <g:> .", '"wasDerivedFrom": ',
         "}, ", "id:a", "été", "船", "\u2028", '{"@id": "id:a"'],
    ),
)  # fmt: skip
LITERALS = st.one_of(
    TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "fr"])),
    st.sampled_from(
        [Literal(form, datatype=XSD[kind]) for form, kind in (
            ("01", "integer"), ("1", "integer"), ("1.50", "decimal"), ("1e0", "double"),
            ("x", "integer"), ("true", "boolean"), ("1", "boolean"), ("2019-05-04", "date"))]
    ),
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(NAMES), LITERALS)
TRIPLES = st.tuples(st.sampled_from(NAMES), st.sampled_from(PREDICATES), VALUES)


def quads_in(graphs: Sequence[NamedNode], most: int) -> st.SearchStrategy[list[Quad]]:
    return st.lists(
        st.builds(lambda triple, graph: Quad(*triple, graph), TRIPLES, st.sampled_from(graphs)),
        max_size=most,
    )


AXIOMS = [
    Quad(NamedNode(ID + "C"), NamedNode("http://x.example/p"), BlankNode("x"), ONTOLOGY),
    Quad(BlankNode("x"), RDF.first, NAMES[0], ONTOLOGY),
    Quad(BlankNode("x"), RDF.rest, BlankNode("y"), ONTOLOGY),
    Quad(BlankNode("y"), RDF.first, Literal("_:z"), ONTOLOGY),
    Quad(NAMES[0], PREDICATES[2], NAMES[1], ONTOLOGY),
]
GIVEN = st.tuples(quads_in(GRAPHS, 40), quads_in([AUTHORITY, INFERRED], 15))
EDIT = st.fixed_dictionaries(
    {
        "replaced": st.dictionaries(
            st.sampled_from(GRAPHS), st.lists(TRIPLES, max_size=6), max_size=3
        ),
        "keep": st.booleans(),
        "added": quads_in([AUTHORITY, INFERRED], 6),
        "removed": st.lists(st.integers(0, 1000), max_size=6),
    }
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(GIVEN, st.booleans(), st.lists(EDIT, min_size=1, max_size=3))
def test_any_edits_in_a_row_give_the_bytes_of_a_full_export(
    tmp_path: Path,
    given_quads: tuple[list[Quad], list[Quad]],
    axioms: bool,
    edits: list[dict[str, object]],
) -> None:
    quads = {*given_quads[0], *given_quads[1], *(canonical(AXIOMS) if axioms else ())}
    folder = tmp_path / "now"
    export(folder, LAYOUT, list(quads))
    for edit in edits:
        graphs: dict[NamedNode, list[Quad]] = {}
        for graph, triples in edit["replaced"].items():  # type: ignore[attr-defined]
            old = [q for q in quads if q.graph_name == graph] if edit["keep"] else []
            graphs[graph] = [*old[1:], *(Quad(*triple, graph) for triple in triples)]
        editable = sorted((q for q in quads if q.graph_name in (AUTHORITY, INFERRED)), key=str)
        removed = {editable[n % len(editable)] for n in edit["removed"] if editable}  # type: ignore[attr-defined]
        added = set(edit["added"])  # type: ignore[call-overload]
        quads = {q for q in quads - removed if q.graph_name not in graphs} | added
        quads.update(q for content in graphs.values() for q in content)
        digest = patched(folder, graphs, added, removed)
        assert unlike_whole(folder, quads, digest) == []


# -- nodes in nodes ------------------------------------------------------------------------------


def described(files: dict[str, str], count: str = "1") -> list[Quad]:
    """A description of a dataset made from files, each with a digest."""
    hub = NamedNode(ID + "dataset")
    quads = [Quad(hub, NamedNode("http://rdfs.org/ns/void#triples"), Literal(count), DATASET)]
    for name, digest in files.items():
        file = NamedNode(f"{DATASET.value}/{name}")
        quads += [
            Quad(hub, PROV.wasDerivedFrom, file, DATASET),
            Quad(file, NamedNode("https://schema.org/sha256"), Literal(digest), DATASET),
        ]
    return quads


TWO = described({"a": "1", "b": "2"})
SELECTED = [
    Quad(TWO[0].subject, OA.hasSelector, NamedNode(ID + "x"), DATASET),
    Quad(NamedNode(ID + "x"), SKOS.prefLabel, Literal("x"), DATASET),
]


@pytest.mark.parametrize(
    ("after", "by_hand"),
    [
        (described({"a": "7", "b": "2"}, "5"), True),
        (described({"a": "1", "b": "2", "a-c": "3", "c": "4"}, "5"), True),
        (described({"b": "3"}, "5"), True),
        (described({"c": "3"}), True),
        (described({}), True),
        ([*TWO[:3], *TWO[4:]], False),  # refers to a file that it says nothing about
        ([*TWO[:1], *TWO[2:]], False),  # a node that stands in no other now
        ([*TWO, Quad(TWO[1].object, PROV.wasDerivedFrom, TWO[3].object, DATASET)], False),
        ([*TWO, Quad(TWO[1].object, PROV.wasDerivedFrom, TWO[1].subject, DATASET)], False),
        ([*TWO, Quad(TWO[1].object, OA.hasSelector, TWO[3].object, DATASET)], False),
        ([*TWO, *SELECTED], True),  # a selector stands in the node that has it
        ([*TWO, Quad(TWO[1].subject, PROV.wasDerivedFrom, Literal("a"), DATASET)], False),
        (TWO[2:], False),
    ],
)
@pytest.mark.parametrize("backward", [False, True])
def test_what_stands_in_another_node_is_changed_there(
    after: list[Quad],
    by_hand: bool,
    backward: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []
    changed = Embedding.changed

    def watched(self: Embedding, inner: bytes) -> bytes | None:
        found = changed(self, inner)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(Embedding, "changed", watched)
    old, new = (after, TWO) if backward else (TWO, after)
    folder = tmp_path / "now"
    export(folder, LAYOUT, old)
    digest = patched(folder, {}, set(new) - set(old), set(old) - set(new))
    assert unlike_whole(folder, new, digest) == []
    assert seen == [by_hand]


# -- a project -----------------------------------------------------------------------------------

LINE = "R11\ttakesPlaceIn Arg1:T13 Arg2:T3\n"


def remove_claim(corpus: Corpus) -> None:
    corpus.edit(corpus.ann(), LINE, "")


def add_claim(corpus: Corpus) -> None:
    corpus.edit(corpus.ann(), LINE, LINE + "R13\thasParticipant Arg1:T13 Arg2:T8\n")


def add_source(corpus: Corpus) -> None:
    corpus.add("note", MEMO, annotation(MEMO, MEMO_MENTIONS, MEMO_LINES))


def move_claim(corpus: Corpus) -> None:
    corpus.add("note", MEMO, annotation(MEMO, MEMO_MENTIONS, MEMO_LINES))
    corpus.edit(corpus.ann("memo"), MEMO_LINES, "")


def remove_source(corpus: Corpus) -> None:
    corpus.ann("memo").unlink()
    corpus.ttl("memo").unlink()


EDITS = (remove_claim, add_claim, add_source, move_claim, remove_source)


def assembled(corpus: Corpus) -> Graph:
    return Project(corpus.root, texts=corpus.texts).assemble()


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("backward", [False, True])
def test_an_edit_of_a_project_gives_the_bytes_of_a_full_build(
    edit: Callable[[Corpus], None], backward: bool, pristine: Corpus, tmp_path: Path
) -> None:
    corpus = Corpus(tmp_path, like=pristine)
    if not corpus.ann("memo").exists():
        corpus.add("memo", MEMO, annotation(MEMO, MEMO_MENTIONS, MEMO_LINES))
    graphs = [assembled(corpus)]
    edit(corpus)
    graphs.append(assembled(corpus))
    before, after = reversed(graphs) if backward else graphs
    assert before.quads != after.quads
    layout, old, new = Layout(corpus.root), tmp_path / "old", tmp_path / "new"
    export(old, layout, before.quads)
    was = content(old)
    digest = move(old, new, layout, before, after)
    assert digest == after.digest
    assert unlike_whole(new, after.quads, digest, layout) == []
    assert content(old) == was


def test_new_names_for_blank_nodes_of_a_graph_change_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "now"
    quads = [Quad(q.subject, q.predicate, q.object, DATASET) for q in AXIOMS] + TWO
    export(folder, LAYOUT, quads)
    renamed = {"x": BlankNode("other"), "y": BlankNode("c14n0")}

    def name(term: object) -> object:
        return renamed[term.value] if isinstance(term, BlankNode) else term

    new = [Quad(name(q.subject), q.predicate, name(q.object), DATASET) for q in quads[:-1]]  # type: ignore[arg-type]
    digest = patched(folder, {DATASET: new}, (), ())
    assert unlike_whole(folder, quads[:-1], digest) == []


# -- what cannot be patched ----------------------------------------------------------------------

A = NamedNode(SOURCE + "a")
OLD = [Quad(NAMES[0], RDF.type, NAMES[n], A) for n in range(3)] + [
    Quad(NAMES[n], RDF.type, NAMES[0], INFERRED) for n in range(4)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    export(tmp_path / "now", LAYOUT, OLD)
    return tmp_path / "now"


def edited(folder: Path, digests: Mapping[str, str] | None = None) -> str:
    """Take a statement out of a source, and one out of the conclusions."""
    return patched(folder, {A: OLD[:2]}, (), OLD[3:4], digests)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda data: data[: len(data) // 2],
    "cut at its end": lambda data: data[:-1],
    "empty": lambda data: b"",
    "begun wrongly": lambda data: b"\xff" + data,
    "edited": lambda data: data.replace(b"a", b"b"),
    "cut between statements": lambda data: data[: data[:-1].rindex(b"\n") + 1],
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_export_is_refused(name: str, damage: str, folder: Path) -> None:
    digests = digests_of(folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(DAMAGES[damage](whole))
    with pytest.raises(EngineError):
        edited(folder, digests)
    if damage in list(DAMAGES)[:3]:
        with pytest.raises(EngineError):
            edited(folder)
    (folder / name).write_bytes(whole)
    edited(folder, digests)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_export_is_refused(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(EngineError, match=name):
        edited(folder)


@pytest.mark.parametrize("name", FILES)
def test_an_edit_by_hand_of_what_changes_is_seen_without_digests(name: str, folder: Path) -> None:
    whole = (folder / name).read_bytes()
    names = (b"id:a ", b"id:a-b ") if name.endswith((".ttl", ".trig")) else (b"/a>", b"/a-b>")
    if name.endswith("jsonld"):
        names = (b'"id:a"', b'"id:a-b"')
    other = whole.replace(*names)
    assert other != whole
    (folder / name).write_bytes(other)
    with pytest.raises(EngineError):
        edited(folder)


def test_a_statement_that_is_not_there_cannot_be_removed(folder: Path) -> None:
    with pytest.raises(EngineError, match=r"lacks a statement on .* that is to be removed"):
        patched(folder, {}, (), [Quad(NAMES[9], RDF.type, NAMES[0], INFERRED)])


@pytest.mark.parametrize(
    "quad",
    [
        Quad(BlankNode("a"), RDF.type, NAMES[0], INFERRED),
        Quad(NAMES[0], RDF.type, BlankNode("a"), INFERRED),
        Quad(NAMES[0], RDF.type, NAMES[0]),
    ],
)
def test_what_has_no_name_is_left_to_a_full_export(quad: Quad, folder: Path) -> None:
    with pytest.raises(EngineError, match="must be made anew"):
        patched(folder, {}, [quad], ())


def test_a_statement_in_the_wrong_graph_is_an_error_of_the_caller(folder: Path) -> None:
    with pytest.raises(ValueError, match="statements of another graph"):
        patched(folder, {INFERRED: OLD}, (), ())
    with pytest.raises(ValueError, match="both replaced and edited"):
        patched(folder, {A: OLD[:2]}, (), OLD[:1])


def test_a_graph_may_end_and_begin_again(folder: Path) -> None:
    digest = patched(folder, {A: []}, (), OLD[3:])
    assert unlike_whole(folder, [], digest) == []
    digest = patched(folder, {A: OLD[:3]}, OLD[3:], ())
    assert unlike_whole(folder, OLD, digest) == []
    assert json.loads((folder / f"{build.NAME}.jsonld").read_bytes())["@graph"]
    assert len(list(ox.parse(path=folder / f"{build.NAME}.trig", format=ox.RdfFormat.TRIG))) == 7


def test_what_was_read_is_copied_though_another_build_took_its_place(
    folder: Path, tmp_path: Path
) -> None:
    new, other = tmp_path / "new", tmp_path / "other"
    new.mkdir()
    export(other, LAYOUT, OLD[:1])
    with Exports(folder, digests_of(folder)) as old:
        assert all(old[suffix] for suffix in RDF_FORMATS.values())
        for name in FILES:
            (other / name).replace(folder / name)
        digests = patch(old, new, LAYOUT, {A: OLD[:2]}, (), OLD[3:4])
    assert digests == digests_of(new)
    assert unlike_whole(new, [*OLD[:2], *OLD[4:]], digests[f"{build.NAME}.nq"]) == []


def test_what_stays_is_written_where_the_system_cannot_copy_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> int:
        raise OSError("not between these files")

    monkeypatch.setattr(os, "copy_file_range", refuses, raising=False)
    assert unlike_whole(folder, [*OLD[:2], *OLD[4:]], edited(folder)) == []
