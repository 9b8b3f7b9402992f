"""Incremental: a full build against a build after one document changed, as whole commands."""

from __future__ import annotations

import hashlib
import re
import shutil
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus import ROOT, project
from bench.measure import Tell, clock


@dataclass
class Incremental:
    """Seconds of builds of a generated project, in full and after one change."""

    documents: int
    statements: int = 0
    full: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    differs: bool = False

    @property
    def ratio(self) -> float:
        """How many times as long a full build takes."""
        return statistics.median(self.full) / statistics.median(self.changed)


def measure(folder: Path, documents: int, seed: int, runs: int, tell: Tell) -> Incremental:
    """Build a project in full, change a document and build again, some times over.

    The graph after a change must be what a full build of the changed project gives.
    """
    shutil.rmtree(folder, ignore_errors=True)
    project(folder, documents, seed)
    found = Incremental(documents)
    before, found.statements = _build(folder, found.full, full=True)
    for number in range(1, runs + 1):
        change(folder, number)
        after, _ = _build(folder, found.changed, full=False)
        fresh, found.statements = _build(folder, found.full, full=True)
        found.differs |= after != fresh or after == before
        before = fresh
        tell(f"build of {documents} documents, run {number}: in full {found.full[-1]:.2f} s, "
             f"after one change {found.changed[-1]:.2f} s")  # fmt: skip
    return found


def change(folder: Path, number: int) -> Path:
    """Let the mission of an article go to the city of another one; return the file changed.

    Raises:
        ValueError: all missions go to the same city.
    """
    files = sorted((folder / "seeds").glob("*.ann"))
    missions = [file for file in files if "takesPlaceIn" in file.read_text(encoding="utf-8")]
    file = missions[number % len(missions)]
    text = file.read_text(encoding="utf-8")
    own = _city(text)
    others = (_city(other.read_text(encoding="utf-8")) for other in missions)
    city = next((city for city in others if city != own), None)
    if city is None:
        raise ValueError("too few documents: all missions go to the same city")
    file.write_text(text.replace(f" {own}\t", f" {city}\t"), encoding="utf-8")
    return file


def _city(annotation: str) -> str:
    """The reference of the city in an annotation."""
    found = re.search(r"^(T\d+)\tCity .*\n.*\tReference \1 (id:\S+)", annotation, re.MULTILINE)
    assert found is not None
    return found[2]


def _build(folder: Path, times: list[float], *, full: bool) -> tuple[str, int]:
    """Note how long a build takes; return digest and number of the statements."""
    if full:
        shutil.rmtree(folder / "build", ignore_errors=True)
    command = [sys.executable, "-c", _MAIN, "build"]
    times.append(clock(command, folder))
    graph = (folder / "build" / "ecodip.nq").read_bytes()
    return hashlib.sha256(graph).hexdigest(), graph.count(b"\n")


_MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kg.cli import main; main()"
