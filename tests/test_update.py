"""A build brought up to date is the build that would have been made anew, byte for byte."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.corpus import project as generated
from kg import build, update
from kg.dataset import program_digest
from kg.errors import CheckFailed, InputError
from kg.layout import Layout
from kg.project import Project
from kg.store import Store
from tests.conftest import Run
from tests.corpus import Corpus

EXPORTS = ("ecodip.nq", "ecodip.trig", "ecodip.ttl", "ecodip.jsonld")
DOCUMENTS = 9


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project of several documents; not to be changed."""
    folder = tmp_path_factory.mktemp("documents") / "project"
    generated(folder, DOCUMENTS, 5)
    Project(folder).build()
    return folder


@pytest.fixture
def folder(documents: Path, tmp_path: Path) -> Path:
    """A copy of the built project, free to be changed."""
    return Path(shutil.copytree(documents, tmp_path / "project"))


def content(layout: Layout) -> dict[str, Any]:
    """All that a build says: its exports, its manifest, its verdicts, its store."""
    found: dict[str, Any] = {name: (layout.build / name).read_bytes() for name in EXPORTS}
    told = build.manifest(layout)
    assert told is not None
    project = Project(layout=layout)
    store = Store.open(layout.build / told["store"]).engine
    return {**found, "manifest": told, "verdicts": project.verdicts(), "store": set(store)}


def anew(root: Path, scratch: Path) -> dict[str, Any]:
    """The content of a build made anew."""
    shutil.rmtree(scratch, ignore_errors=True)
    layout = Layout(root, scratch)
    Project(layout=layout).build(full=True)
    return content(layout)


def updated(root: Path) -> dict[str, Any]:
    """The content of the build brought up to date; fails when everything was made anew."""
    assert update.update(Layout(root), lambda _: None) is not None
    return content(Layout(root))


def without(file: Path, pattern: str, count: int = 1) -> None:
    """Take lines out of an annotation."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [line for line in lines if re.match(pattern, line)][:count]
    assert len(found) == count, f"{len(found)} lines match {pattern} in {file.name}"
    file.write_text("".join(line for line in lines if line not in found), encoding="utf-8")


def test_nothing_changed_is_nothing_done(folder: Path) -> None:
    before = content(Layout(folder))
    steps: list[str] = []
    assert Project(folder).build(steps.append) == before["manifest"]
    assert steps == []
    assert content(Layout(folder)) == before


def test_a_claim_that_goes_takes_what_followed_of_it(folder: Path, tmp_path: Path) -> None:
    before = content(Layout(folder))
    file = sorted((folder / "seeds").glob("article-*.ann"))[3]
    without(file, r"R\d+\thasParticipant ")
    without(file, r"R\d+\thasOrganizer ")
    found = updated(folder)
    assert found == anew(folder, tmp_path / "anew")
    gone = (
        before["manifest"]["statements"]["inferred"] - found["manifest"]["statements"]["inferred"]
    )
    assert gone > 1


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_give_what_a_full_build_gives(seed: int, folder: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    kept = {file.name: file.read_text(encoding="utf-8") for file in (folder / "seeds").iterdir()}
    names = sorted(name for name in kept if name.endswith(".ann"))
    outcomes = []
    for _ in range(4):
        file = folder / "seeds" / chance.choice(names)
        description = file.with_suffix(".ttl")
        lines = kept[file.name].splitlines(keepends=True)
        match chance.choice(("remove", "restore", "claims", "claims", "values")):
            case "remove" if file.exists():
                file.unlink()
                description.unlink()
            case "claims":
                claims = [line for line in lines if line.startswith("R")]
                gone = set(chance.sample(claims, k=chance.randint(1, 3)))
                file.write_text("".join(line for line in lines if line not in gone))
                description.write_text(kept[description.name])
            case "values":
                text = re.sub(r"decimal:(\d+)", r"decimal:0\1.50", kept[file.name])
                file.write_text(text)
                description.write_text(kept[description.name])
            case _:
                file.write_text(kept[file.name])
                description.write_text(kept[description.name])
        before = content(Layout(folder))
        try:
            expected = anew(folder, tmp_path / "anew")
        except InputError as error:
            with pytest.raises(type(error)):
                Project(folder).build()
            assert content(Layout(folder)) == before
            file.write_text(kept[file.name])
            description.write_text(kept[description.name])
            outcomes.append("refused")
        else:
            assert updated(folder) == expected
            outcomes.append("built")
    assert "built" in outcomes


def test_a_new_source_and_a_removed_one(folder: Path, tmp_path: Path) -> None:
    seeds = folder / "seeds"
    moved = [seeds / f"article-00004.{suffix}" for suffix in ("ann", "ttl")]
    for file in moved:
        file.rename(tmp_path / file.name)
    found = updated(folder)
    assert found == anew(folder, tmp_path / "anew")
    assert "article-00004" not in found["manifest"]["sources"]
    for file in moved:
        (tmp_path / file.name).rename(file)
    found = updated(folder)
    assert found == anew(folder, tmp_path / "anew")
    assert len(found["manifest"]["sources"]) == DOCUMENTS


@pytest.mark.parametrize(
    "name",
    ["seeds/authority.ttl", "ontology/schemes.ttl", "shapes/dates.ttl", "ontology/frame.jsonld"],
)
def test_anything_but_a_source_is_reason_for_a_full_build(name: str, folder: Path) -> None:
    file = folder / name
    file.write_bytes(file.read_bytes() + b"\n")
    assert update.update(Layout(folder), lambda _: None) is None


def test_another_program_or_a_damaged_build_is_reason_for_a_full_build(folder: Path) -> None:
    layout = Layout(folder)
    without(folder / "seeds" / "article-00002.ann", r"R\d+\thasParticipant ")
    (layout.build / "ecodip.trig").write_bytes(b"")
    before = (layout.build / "manifest.json").read_bytes()
    assert update.update(layout, lambda _: None) is None
    assert (layout.build / "manifest.json").read_bytes() == before
    text = before.decode().replace(program_digest(), "0" * 64)
    (layout.build / "manifest.json").write_text(text)
    assert update.update(layout, lambda _: None) is None


def test_many_changed_sources_are_reason_for_a_full_build(folder: Path) -> None:
    for file in (folder / "seeds").glob("*.ann"):
        without(file, r"R\d+\t")
    assert update.update(Layout(folder), lambda _: None) is None


@pytest.mark.parametrize("step", ["kg.update.patch", "kg.update.judge_again", "os.replace"])
def test_an_interrupted_update_leaves_the_old_build(
    step: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(Layout(folder))
    without(folder / "seeds" / "article-00002.ann", r"R\d+\thasParticipant ")

    def stop(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(step, stop)
        with pytest.raises(KeyboardInterrupt):
            update.update(Layout(folder), lambda _: None)
    assert content(Layout(folder)) == before
    assert not list((folder / "build").glob(".*"))


def test_a_violation_stops_an_update_and_is_told_with_its_place(
    built: Corpus, run: Callable[..., Run]
) -> None:
    before = content(Layout(built.root))
    built.edit(built.ann(), "A3\thasStatus T9 done\n", "")
    with pytest.raises(CheckFailed) as caught:
        update.update(Layout(built.root), lambda _: None)
    assert {finding.code for finding in caught.value.findings} == {"shape"}
    assert all(finding.file == "seeds/visit.ann" for finding in caught.value.findings)
    assert content(Layout(built.root)) == before
    found = run("build", "--project", str(built.root))
    assert (found.code, found.out) == (1, "")
    assert "hasStatus" in found.err


def test_a_contradiction_with_another_source_stops_an_update(built: Corpus) -> None:
    before = content(Layout(built.root))
    built.edit(built.ann("memo"), "T1\tAgency", "T1\tPerson")
    with pytest.raises(CheckFailed) as caught:
        update.update(Layout(built.root), lambda _: None)
    assert {finding.code for finding in caught.value.findings} & {
        "excluding-types",
        "contradiction",
    }
    assert content(Layout(built.root)) == before


def test_with_texts_everything_is_read(built: Corpus) -> None:
    steps: list[str] = []
    Project(built.root, texts=built.texts).build(steps.append)
    assert steps == ["reading", "reasoning", "validating", "writing"]
