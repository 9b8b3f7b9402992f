"""bench/: its corpus is the same everywhere and conforms, its table and comparisons are right."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from bench import incremental, table
from bench.__main__ import main
from bench.agreement import Difference, news, validated
from bench.corpus import Corpus, layers, ontology, project
from bench.incremental import Incremental
from bench.inputs import SEEDS, write
from bench.measure import Bench, Measurement, call, compare
from bench.peers import OURS, PEERS, WORKS, Engine, Work, version
from bench.words import name, slug
from kg.namespaces import RDF, RDFS
from kg.project import Project
from kg.reasoning import closure
from kg.schema import Schema
from kg.validation import Result, load_shapes, validate
from tests.corpus import ECODIP, ROOT


@pytest.fixture(scope="module")
def small() -> Corpus:
    return layers(2500, 1)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated project of twelve articles, with its texts beside it; not to be changed."""
    folder = tmp_path_factory.mktemp("bench")
    project(folder / "project", 12, 1, texts=folder / "texts")
    return folder


def check(corpus: Corpus) -> list[Result]:
    """What the shapes find in a corpus."""
    quads = (*corpus.asserted, *corpus.evidence, *corpus.authority, *ontology())
    shapes = {file.name: file.read_bytes() for file in (ROOT / "shapes").glob("*.ttl")}
    return list(validate(quads, load_shapes(shapes)))


# -- the corpus ------------------------------------------------------------------------------


def test_names_are_distinct_whatever_the_case() -> None:
    names = [name(number) for number in range(30_000)]
    assert len({slug(one) for one in names}) == len(names)


@pytest.mark.parametrize("size", [3000, 9000])
def test_a_corpus_has_the_size_asked_for_and_three_layers(size: int) -> None:
    corpus = layers(size, 2)
    assert abs(len(corpus) - size) < size / 10
    reasoned = len(corpus.asserted) + len(corpus.authority)
    assert 0.35 < reasoned / len(corpus) < 0.65
    graphs = {quad.graph_name for quad in corpus.asserted}
    evidence = {quad.graph_name for quad in corpus.evidence}
    assert evidence == {NamedNode(f"{graph.value}/evidence") for graph in graphs}  # type: ignore[union-attr]


def test_a_corpus_is_the_same_whatever_the_hash_seed() -> None:
    program = (
        "import hashlib; from bench.corpus import layers; found = layers(1500, 3);"
        "print(hashlib.sha256(str([*found.asserted, *found.evidence, *found.authority])"
        ".encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_another_seed_gives_another_corpus(small: Corpus) -> None:
    assert layers(2500, 2) != small


def test_only_declared_terms_are_used(small: Corpus) -> None:
    schema = Schema.of(ontology())
    quads = (*small.asserted, *small.authority)
    used = {q.predicate for q in quads} | {q.object for q in quads if q.predicate == RDF.type}
    own = {term for term in used if str(getattr(term, "value", "")).startswith(str(ECODIP))}
    assert len(own) > 20
    assert own <= schema.declared


def test_every_asserted_statement_has_words_in_a_generated_project(generated: Path) -> None:
    reading = Project(generated / "project", texts=generated / "texts").reading
    assert len(reading.claims) > 100
    assert all(claim.spans and claim.verified for claim in reading.claims)


def test_a_corpus_conforms_and_does_not_contradict_itself(small: Corpus) -> None:
    assert check(small) == []
    found = closure((*small.asserted, *small.authority), ontology())
    assert found.contradictions == ()
    assert len(found.triples) > 500


def test_deliberate_errors_are_found(small: Corpus) -> None:
    found = Counter(result.code for result in check(layers(5000, 1, errors=0.6)))
    assert {"S06", "S12", "S19", "S21", "S29", "S37", "S40"} <= set(found)


# -- the project folder ----------------------------------------------------------------------


def test_a_generated_project_passes_check_and_build(generated: Path, tmp_path: Path) -> None:
    found = Project(generated / "project", texts=generated / "texts")
    assert found.check() == []
    assert found.build()["statements"]["inferred"] > 100


def test_an_article_changes_to_another_city_and_still_passes(tmp_path: Path) -> None:
    project(tmp_path / "project", 8, 1)
    before = {f.name: f.read_bytes() for f in (tmp_path / "project" / "seeds").iterdir()}
    changed = incremental.change(tmp_path / "project", 1)
    after = {f.name: f.read_bytes() for f in (tmp_path / "project" / "seeds").iterdir()}
    assert {key for key in after if after[key] != before[key]} == {changed.name}
    findings = Project(tmp_path / "project").check()
    assert {finding.code for finding in findings} == {"unverified"}


# -- comparing answers -----------------------------------------------------------------------

A, B, C = (NamedNode(f"http://a.example/{letter}") for letter in "abc")


def test_answers_that_agree_are_accepted_and_others_told() -> None:
    rows = {engine: row(engine.name) for engine in (OURS, Engine("peer", "peer"))}
    ours, peer = rows
    compare(rows, rows, {ours: frozenset({1, 2}), peer: frozenset({1, 2})})
    assert (rows[peer].difference, table.findings(rows.values(), None)) == ("", [])
    compare(rows, rows, {ours: frozenset({1, 2}), peer: frozenset({2, 3})})
    assert "1 missing (such as 1), 1 surplus (such as 3)" in rows[peer].difference
    assert len(table.findings(rows.values(), None)) == 1


def test_what_an_engine_is_known_to_lack_is_told_but_no_surplus_is_forgiven() -> None:
    peer = Engine("peer", "peer", lacks="chains")
    rows = {OURS: row("ecodip"), peer: row("peer")}
    compare(rows, rows, {OURS: frozenset({1, 2}), peer: frozenset({1})})
    assert (rows[peer].difference, rows[peer].accepted) == ("", "1 of ours are missing (no chains)")
    compare(rows, rows, {OURS: frozenset({1, 2}), peer: frozenset({1, 3})})
    assert rows[peer].difference == "1 surplus (such as 3)"


def test_known_mistakes_excuse_surplus_results_of_one_shape_only() -> None:
    peer = Engine("peer", "peer", known={"S1": "reasons"})
    rows = {OURS: row("ecodip"), peer: row("peer")}
    mistaken, other = ("f", "http://s#S1", "c"), ("f", "http://s#S2", "c")
    compare(rows, rows, {OURS: frozenset(), peer: frozenset({mistaken})})
    assert rows[peer].difference == ""
    assert "S1: reasons" in rows[peer].accepted
    compare(rows, rows, {OURS: frozenset(), peer: frozenset({mistaken, other})})
    assert rows[peer].difference.startswith("1 surplus")
    compare(rows, rows, {OURS: frozenset({mistaken}), peer: frozenset()})
    assert rows[peer].difference.startswith("1 missing")


def test_news_are_new_statements_about_things_with_declared_terms() -> None:
    axioms = [Quad(ECODIP.City, RDF.type, NamedNode("http://www.w3.org/2002/07/owl#Class"))]
    facts = [Triple(A, RDFS.label, Literal("a"))]
    wanted = Triple(A, RDF.type, ECODIP.City)
    derived = [wanted, *facts, Triple(B, RDF.type, ECODIP.City), Triple(A, RDF.type, C)]
    assert news(derived, facts, axioms) == {wanted}


def test_our_answer_has_the_news_that_the_closure_promises(small: Corpus) -> None:
    facts = [
        Triple(q.subject, q.predicate, q.object) for q in (*small.asserted[:60], *small.authority)
    ]
    axioms = ontology()
    found = closure([Quad(t.subject, t.predicate, t.object) for t in facts], axioms).triples
    assert news(found, facts, axioms) == set(found)


def test_a_difference_is_shown_in_short() -> None:
    told = str(Difference.of(frozenset(range(9)), frozenset()))
    assert told == "9 missing (such as 0; 1; 2)"
    assert not Difference.of(frozenset({1}), frozenset({1}))


# -- the table -------------------------------------------------------------------------------


def row(
    engine: str, seconds: tuple[float, ...] = (), *, size: str = "1000", limit: float | None = None
) -> Measurement:
    runs = [{"load": 1.0, "work": s, "peak": 5e6} for s in seconds]
    return Measurement("reasoning", size, int(size), engine, runs, limit=limit)


def test_ratios_are_medians_divided_by_ours_at_the_same_size() -> None:
    ours, peer = row("ecodip", (1, 2, 9)), row("owlrl", (79, 81, 80))
    measured = [ours, row("ecodip", (5,), size="20"), peer]
    assert table.ratio(peer, measured, "work") == 40
    assert table.ratio(peer, measured, "load", "work") == 27
    assert "| 1,000 | owlrl | 3 | 1.00 | 80.00 (79.00–81.00) | 5 | 40 | 27 |" in table.rows(
        measured
    )


def test_a_run_that_was_stopped_gives_the_least_that_the_ratio_can_be() -> None:
    stopped = row("owlrl", limit=60)
    stopped.stopped = "> 60 s"
    lines = table.rows([row("ecodip", (1,)), stopped])
    assert "| owlrl | 0 |  | > 60 s |  | > 60 | > 30 |  |" in lines


def test_an_engine_that_did_not_run_has_no_ratio() -> None:
    absent = row("reasonable")
    absent.stopped = "not available: no wheel"
    assert table.ratio(absent, [row("ecodip", (1,)), absent], "work") is None
    assert "| not available |" in table.rows([row("ecodip", (1,)), absent])


@pytest.mark.parametrize(("seconds", "word"), [(80, "reached"), (60, "missed")])
def test_targets_are_judged_at_the_largest_size(seconds: float, word: str) -> None:
    measured = [row("ecodip", (1,)), row("owlrl", (seconds,)), row("ecodip", (1,), size="20")]
    assert f"40 wanted; {word}" in table.targets(measured, None)


@pytest.mark.parametrize(("seconds", "word"), [(20, "reached"), (200, "missed")])
def test_growth_is_at_most_linear_or_not(seconds: float, word: str) -> None:
    measured = [row("ecodip", (1,), size="10"), row("ecodip", (seconds,))]
    assert table.growth(measured, "reasoning") == (100, (1 + seconds) / 2)
    expected = "reached" if seconds == 20 else "missed"
    assert word == expected
    assert ("at most linear is reached" in table.targets(measured, None)) == (seconds < 199)


def test_builds_are_compared_and_a_difference_is_a_finding() -> None:
    built = Incremental(10, 500, [60.0, 50.0, 70.0], [1.0, 1.5, 0.5])
    assert built.ratio == 60
    assert "60.0 times as fast, 50 wanted; reached" in table.targets([], built)
    assert "| 10 documents, in full | 500 | 3 | 60.00 (50.00–70.00) |" in table.builds(built)
    assert table.findings([], built) == []
    built.differs = True
    assert len(table.findings([], built)) == 1


# -- the harness -----------------------------------------------------------------------------


def test_inputs_hold_the_super_classes_and_the_shapes_with_and_without_sparql(
    tmp_path: Path,
) -> None:
    inputs = write(tmp_path, "2000", 1, 0.0)
    assert inputs.counts["facts"] < inputs.counts["triples"] < inputs.counts["data"]
    assert f"<{RDF.type.value}> <{ECODIP.Actor.value}> ." in inputs.data.read_text()
    assert "#sparql>" in inputs.shapes.read_text()
    assert "#sparql>" not in inputs.core.read_text()


def test_a_run_measures_our_own_engine_in_a_process_of_its_own(tmp_path: Path) -> None:
    inputs = write(tmp_path, "1500", 1, 0.0)
    told: list[str] = []
    bench = Bench(tmp_path, runs=1, timeout=100, patience=100, tell=told.append)
    work = Work("validation", "validation", ("data", "core"), (OURS,))
    (found,) = bench.measure(work, "1500", inputs)
    assert (found.stopped, found.answer, len(told)) == ("", 0, 1)
    assert set(found.runs[0]) == {"load", "load_cpu", "work", "work_cpu", "peak"}
    assert found.runs[0]["peak"] > 1e7


def test_a_slow_engine_is_stopped_and_sits_out_the_next_size(tmp_path: Path) -> None:
    inputs = write(tmp_path, "1500", 1, 0.0)
    bench = Bench(tmp_path, runs=2, timeout=0.01, patience=100, tell=lambda _: None)
    work = Work("validation", "validation", ("data", "core"), (OURS,))
    (found,) = bench.measure(work, "1500", inputs)
    assert (found.stopped, found.limit, found.runs) == ("> 0 s", 0.01, [])
    assert len(table.findings([found], None)) == 1
    (again,) = bench.measure(work, "1500", inputs)
    assert again.stopped.startswith("not tried")


def test_a_peer_that_cannot_be_installed_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write(tmp_path, "1500", 1, 0.0)
    monkeypatch.setattr("bench.peers.ENVIRONMENTS", tmp_path / "peers")
    monkeypatch.setattr("bench.peers._install", fail)
    bench = Bench(tmp_path, runs=1, timeout=100, patience=100, tell=lambda _: None)
    engines = (OURS, Engine("pyrudof", "pyrudof", "pyrudof"))
    ours, peer = bench.measure(
        Work("validation", "validation", ("data", "core"), engines), "1500", inputs
    )
    assert (len(ours.runs), peer.runs) == (1, [])
    assert peer.stopped == "not available: pyrudof cannot be installed: no network"


def fail(*_: object) -> None:
    raise OSError("no network")


def test_a_program_that_does_not_end_is_stopped() -> None:
    assert call([sys.executable, "-c", "while True: pass"], ROOT, 0.1) == (None, "", "")
    assert call([sys.executable, "-c", "print(1)"], ROOT, 30) == (0, "1\n", "")


def test_validation_answers_are_read_as_rows(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("f\ts\tc\tviolation\nf\ts\tc\tviolation\n")
    assert validated(tmp_path / "out") == {("f", "s", "c", "violation")}


def test_the_command_writes_table_and_json(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results.md"
    wanted = ["--only", "incremental", "--documents", "6", "--runs", "1"]
    assert main([*wanted, "--out", str(out), "--folder", str(tmp_path)]) == 0
    assert "| 6 documents, in full |" in out.read_text()
    assert json.loads(out.with_suffix(".json").read_text())["incremental"]["differs"] is False
    assert out.read_text() == capfd.readouterr().out


def test_every_peer_is_pinned_with_hashes_and_has_a_program() -> None:
    assert set(PEERS) == {"owlrl", "reasonable", "pyshacl", "pyrudof"}
    for peer in PEERS:
        assert version(peer)
        assert "--hash=sha256:" in (ROOT / "requirements" / f"bench-{peer}.txt").read_text()
    for work in WORKS:
        assert work.engines[0] == OURS
        for engine in work.engines:
            assert (ROOT / "bench" / "engines" / f"{engine.module}.py").exists()


def test_the_seeds_are_a_size_too(tmp_path: Path) -> None:
    assert write(tmp_path, SEEDS, 1, 0.0).counts["triples"] > 20_000
