"""A build is written whole or not at all, and says what it is made of."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import build
from kg.dataset import input_digests
from kg.errors import CheckFailed, EngineError, InputError
from kg.files import write_file
from kg.layout import Layout
from kg.project import Project
from kg.store import Store
from tests.conftest import Run
from tests.corpus import FEW, ROOT, Corpus

EXPORTS = ["ecodip.jsonld", "ecodip.nq", "ecodip.trig", "ecodip.ttl"]


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its content."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def manifest(corpus: Corpus) -> dict[str, object]:
    found: dict[str, object] = json.loads((corpus.root / "build" / "manifest.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def fast(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The project built with so few shapes that a build takes no time; not to be changed."""
    found = Corpus(tmp_path_factory.mktemp("fast"), like=pristine)
    found.keep("shapes", *FEW, "dates.ttl")
    Project(found.root, texts=found.texts).build()
    return found


@pytest.fixture
def few_shapes(fast: Corpus, tmp_path: Path) -> Corpus:
    """A copy of the project with few shapes, free to be changed."""
    return Corpus(tmp_path, like=fast)


def test_a_build_holds_exports_manifest_and_store_and_nothing_else(pristine: Corpus) -> None:
    names = sorted(file.name for file in (pristine.root / "build").iterdir())
    store = manifest(pristine)["store"]
    closed = [name for name in names if re.fullmatch(r"ontology-[0-9a-f]{16}\.nt", name)]
    assert len(closed) == 1
    checks = manifest(pristine)["checks"]
    assert names == [checks, *EXPORTS, "manifest.json", *closed, store]


def test_the_manifest_tells_inputs_counts_and_digest(pristine: Corpus) -> None:
    told = manifest(pristine)
    assert sorted(told) == [
        "checks", "digest", "facts", "inputs", "outputs", "program", "sources", "statements",
        "store",
    ]  # fmt: skip
    data = (pristine.root / "build" / "ecodip.nq").read_bytes()
    assert told["digest"] == hashlib.sha256(data).hexdigest()
    assert str(told["store"]).endswith(f"-{str(told['digest'])[:16]}")
    inputs = told["inputs"]
    assert isinstance(inputs, dict)
    assert inputs == input_digests(Layout(pristine.root))
    for name, digest in inputs.items():
        assert hashlib.sha256((pristine.root / name).read_bytes()).hexdigest() == digest
    assert {name.split("/")[0] for name in inputs} == {"seeds", "ontology", "shapes"}
    statements = told["statements"]
    assert isinstance(statements, dict)
    assert list(statements) == sorted(statements)
    assert sum(statements.values()) == len(data.splitlines())


def test_no_build_names_a_machine_or_a_time(pristine: Corpus) -> None:
    for name in (*EXPORTS, "manifest.json"):
        text = (pristine.root / "build" / name).read_text(encoding="utf-8")
        assert str(pristine.root) not in text
        assert str(ROOT) not in text


def test_the_store_holds_every_statement(pristine: Corpus) -> None:
    project = Project(pristine.root)
    counts = manifest(pristine)["statements"]
    assert isinstance(counts, dict)
    assert len(list(project.store.quads())) == sum(counts.values())
    assert project.sparql("ASK { ?c a ecc:Claim }") is True


ASK = """
import sys, time
from kg.project import Project
project = Project(sys.argv[1])
print(len(project.query("agreements-of", actor="id:loria-trade")), flush=True)
sys.stdin.read()
"""


def test_two_processes_and_a_build_may_use_the_store_at_once(few_shapes: Corpus) -> None:
    readers = [
        subprocess.Popen([sys.executable, "-c", ASK, str(few_shapes.root)], cwd=ROOT,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    try:
        rows = [reader.stdout.readline() for reader in readers if reader.stdout]
        assert rows == ["1\n", "1\n"]  # both have it open now
        few_shapes.edit(few_shapes.ann(), "R12\thasParticipant Arg1:T13 Arg2:T12\n", "")
        Project(few_shapes.root).build()
        assert len(Project(few_shapes.root).query("agreements-of", actor="id:loria-trade")) == 1
    finally:
        for reader in readers:
            reader.communicate("")
    assert [reader.returncode for reader in readers] == [0, 0]


def test_a_store_cannot_be_written_to_by_readers(pristine: Corpus) -> None:
    store = Project(pristine.root).store
    with pytest.raises((OSError, RuntimeError), match=r"(?i)read"):
        store.engine.clear()


def test_the_same_sources_give_the_same_bytes_and_keep_the_store(few_shapes: Corpus) -> None:
    before = {name: digest for name, digest in tree(few_shapes.root / "build").items()
              if not name.startswith("store")}  # fmt: skip
    store = manifest(few_shapes)["store"]
    Project(few_shapes.root, texts=few_shapes.texts).build()
    after = {name: digest for name, digest in tree(few_shapes.root / "build").items()
             if not name.startswith("store")}  # fmt: skip
    assert after == before
    assert manifest(few_shapes)["store"] == store


def made_up(folder: Path, digest: str) -> Layout:
    """A project with a manifest that says this, and nothing else."""
    for name in ("seeds", "ontology", "shapes", "queries", "build/store-x", "build/checks-x"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    told = {"store": "store-x", "checks": "checks-x", "digest": digest}
    write_file(folder / "build" / build.MANIFEST, json.dumps(told).encode())
    return Layout(folder)


def test_each_project_has_its_own_manifest_whatever_is_read_beside_it(tmp_path: Path) -> None:
    layouts = {digest: made_up(tmp_path / digest, digest) for digest in ("one", "two", "six")}

    def read(digest: str) -> bool:
        return (build.manifest(layouts[digest]) or {})["digest"] == digest

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, [*layouts] * 500))


def test_a_manifest_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    for digest in ("one", "two", "six"):
        found = build.manifest(made_up(tmp_path, digest))
        assert found is not None
        assert found["digest"] == digest


def test_texts_change_nothing_in_the_graph(few_shapes: Corpus) -> None:
    verified = manifest(few_shapes)
    Project(few_shapes.root).build()
    assert manifest(few_shapes) == verified


def test_a_changed_source_makes_the_build_stale_until_it_is_repeated(few_shapes: Corpus) -> None:
    project = Project(few_shapes.root)
    assert not project.is_stale
    old = manifest(few_shapes)["store"]
    few_shapes.edit(few_shapes.ann(), "A3\thasStatus T9 done\n", "")
    assert project.is_stale
    Project(few_shapes.root).build()
    assert not project.is_stale
    new = manifest(few_shapes)["store"]
    assert new != old
    stores = [f.name for f in (few_shapes.root / "build").glob("store-*")]
    assert stores == [new]


@pytest.mark.parametrize("name", ["seeds/authority.ttl", "ontology/frame.jsonld",
                                  "shapes/dates.ttl", "seeds/more.ann"])  # fmt: skip
def test_any_input_counts(name: str, few_shapes: Corpus) -> None:
    file = few_shapes.root / name
    file.write_bytes((file.read_bytes() if file.exists() else b"") + b"\n")
    assert Project(few_shapes.root).is_stale


def test_an_open_project_reads_its_files_anew_for_a_build(few_shapes: Corpus) -> None:
    project = Project(few_shapes.root)
    ask = "ASK { id:memorandum-2019 ecodip:hasSignatory id:szohod-mills }"
    assert project.sparql(ask) is True
    assert len(project.claims()) == 39
    few_shapes.edit(few_shapes.ann(), "R6\thasSignatory Arg1:T9 Arg2:T8\n", "")
    project.build()
    assert project.sparql(ask) is False
    assert len(project.claims()) == 38
    assert not project.is_stale


def test_without_a_build_there_is_none_and_it_is_stale(corpus: Corpus) -> None:
    project = Project(corpus.root)
    assert build.manifest(project.layout) is None
    assert project.is_stale


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b'{"store": "store-0"}', b"\xff"])
def test_a_damaged_manifest_is_no_build(damage: bytes, built: Corpus) -> None:
    (built.root / "build" / "manifest.json").write_bytes(damage)
    assert build.manifest(Project(built.root).layout) is None


def test_a_damaged_store_is_an_engine_error(built: Corpus, run: Callable[..., Run]) -> None:
    store = built.root / "build" / str(manifest(built)["store"])
    for file in store.iterdir():
        file.unlink()
    with pytest.raises(EngineError, match="cannot be opened"):
        Store.open(store)
    found = run("query", "agreements-of", "--actor", "id:loria-trade", "--project", str(built.root))
    assert (found.code, found.out) == (3, "")
    assert "cannot be opened" in found.err


def test_a_missing_export_is_an_engine_error(built: Corpus, run: Callable[..., Run]) -> None:
    (built.root / "build" / "ecodip.nq").unlink()
    found = run("export", "--format", "trig", "--project", str(built.root))
    assert (found.code, found.out) == (3, "")
    assert "run kg build" in found.err


STEPS = ("kg.store.Store.create", "kg.build.export_layers", "kg.build.input_digests", "os.replace")
# An update is interrupted in tests/test_update.py.


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_build_leaves_the_old_one(
    step: str, few_shapes: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(few_shapes.root / "build")
    few_shapes.edit(few_shapes.ann(), "A3\thasStatus T9 done\n", "")

    def stop(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(step, stop)
        with pytest.raises(KeyboardInterrupt):
            Project(few_shapes.root).build(full=True)
    assert tree(few_shapes.root / "build") == before
    assert not list((few_shapes.root / "build").glob(".*"))
    assert len(Project(few_shapes.root).query("agreements-of", actor="id:loria-trade")) == 1


def test_a_violation_of_a_shape_stops_the_build(
    few_shapes: Corpus, run: Callable[..., Run]
) -> None:
    before = tree(few_shapes.root / "build")
    line = len(few_shapes.ann().read_text(encoding="utf-8").splitlines()) + 3
    with few_shapes.ann().open("a", encoding="utf-8") as file:
        file.write("T19\tDate 201 205\t2020\nN19\tReference T19 edtf:2018\tx\n")
        file.write("R13\tendDate Arg1:T2 Arg2:T19\n")

    found = run("build", "--project", str(few_shapes.root))

    assert (found.code, found.out) == (1, "")
    assert "violations of the shapes: 1; nothing is written" in found.err
    lines = [row for row in found.err.splitlines() if ": shape: " in row]
    assert len(lines) == 1
    assert re.match(rf"seeds/visit\.ann:({line}|\d+): shape: S\d+: .*mission to Borduria", lines[0])
    assert tree(few_shapes.root / "build") == before
    with pytest.raises(CheckFailed) as raised:
        Project(few_shapes.root).build()
    assert [finding.code for finding in raised.value.findings] == ["shape"]


def test_a_build_tells_its_steps_in_order(few_shapes: Corpus) -> None:
    steps: list[str] = []
    Project(few_shapes.root).build(steps.append, full=True)
    assert steps == ["reading", "reasoning", "validating", "writing"]


def test_a_build_folder_that_is_a_file_is_an_error_of_ours(
    corpus: Corpus, run: Callable[..., Run]
) -> None:
    (corpus.root / "build").write_bytes(b"")
    corpus.keep("shapes", *FEW)
    with pytest.raises(InputError, match="build cannot be written"):
        Project(corpus.root).build()


def test_the_graph_is_an_rdflib_dataset(pristine: Corpus) -> None:
    dataset = Project(pristine.root).graph()
    rows = list(
        dataset.query("SELECT DISTINCT ?m { ?m a ecodip:Mission ; ecodip:isLedBy id:ada-lee }")
    )
    assert [str(row[0]) for row in rows] == ["https://w3id.org/ecodip/id/mission-borduria-2019"]


def test_a_build_elsewhere_leaves_the_project_alone(corpus: Corpus, tmp_path: Path) -> None:
    corpus.keep("shapes", *FEW)
    before = tree(corpus.root)
    project = Project(layout=Layout(corpus.root, tmp_path / "elsewhere"))
    project.build()
    assert tree(corpus.root) == before
    assert (tmp_path / "elsewhere" / "manifest.json").is_file()


REVEAL = """
esh:S98-again a sh:PropertyShape ; sh:targetSubjectsOf ecodip:isTwinnedWith ;
    sh:path ecodip:isTwinnedWith ; sh:maxCount 0 ; sh:severity sh:Violation ; sh:message "No."@en .
"""


def test_a_violation_that_inference_reveals_blocks_the_build(
    few_shapes: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.graph import Graph

    with (few_shapes.root / "shapes" / "evidence.ttl").open("a", encoding="utf-8") as file:
        file.write(REVEAL)
    project = Project(few_shapes.root)
    assert project.validate() == []
    twins = next(ox.parse(
        "<http://a.example/x> <https://w3id.org/ecodip#isTwinnedWith> <http://a.example/y> .",
        format=ox.RdfFormat.N_TRIPLES,
    ))  # fmt: skip
    whole = Graph.of(project.reading)
    revealing = Graph({**whole.layers, "inferred": (*whole.layers["inferred"], twins)}, whole.facts)
    monkeypatch.setattr("kg.project.Graph.of", lambda _: revealing)
    before = tree(few_shapes.root / "build")
    with pytest.raises(CheckFailed) as caught:
        Project(few_shapes.root).build()
    (finding,) = caught.value.findings
    assert str(finding).endswith("[revealed by inference]")
    assert tree(few_shapes.root / "build") == before
    (shown,) = Project(few_shapes.root).validate()
    assert shown.to_json()["inference"] == "revealed"


def test_a_file_in_the_place_of_a_folder_holds_no_files(corpus: Corpus) -> None:
    layout = Layout(corpus.root)
    (corpus.root / "ontology" / "plain").write_text("no folder\n", encoding="utf-8")
    assert layout.files("ontology/plain", "*") == []
    assert layout.files("ontology/nothing", "*.rq") == []
    assert layout.names("ontology", "*.ttl")
