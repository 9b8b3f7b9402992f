"""Measure: engines as processes of their own, round after round, with their answers compared."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.agreement import Answer, Difference, reasoned, validated
from bench.corpus import ROOT
from bench.inputs import Inputs
from bench.peers import Engine, NotAvailable, Work, python

Tell = Callable[[str], None]


@dataclass
class Measurement:
    """What was measured of one engine at one work and size.

    ``runs`` holds for each run the seconds of ``load`` and ``work`` (and of the processor) and
    the ``peak`` of memory in bytes. ``stopped`` says why there are none, ``limit`` after how many
    seconds a run was stopped. ``difference`` is how the answer differs from the ``expected`` one,
    ``accepted`` how it does for a reason that is known.
    """

    work: str
    size: str
    triples: int
    engine: str
    runs: list[dict[str, float]] = field(default_factory=list)
    stopped: str = ""
    limit: float | None = None
    answer: int | None = None
    expected: int | None = None
    difference: str = ""
    accepted: str = ""

    def median(self, *keys: str) -> float | None:
        """The median over the runs of the sum of some measures; None without runs."""
        sums = [sum(run[key] for key in keys) for run in self.runs]
        return statistics.median(sums) if sums else None


class Bench:
    """Runs the works on the inputs of each size.

    Args:
        folder: where inputs and answers are kept.
        runs: how often each engine runs; one that takes longer than ``patience`` runs once.
        timeout: seconds after which a run is stopped; the engine then sits out larger sizes.
        tell: called with each line of progress.
    """

    def __init__(
        self, folder: Path, *, runs: int, timeout: float, patience: float, tell: Tell
    ) -> None:
        self.folder = folder
        self.runs = runs
        self.timeout = timeout
        self.patience = patience
        self.tell = tell
        self._tired: set[tuple[str, str]] = set()

    def measure(self, work: Work, size: str, inputs: Inputs) -> list[Measurement]:
        """All engines at one work and size; their answers are compared with ours."""
        triples = inputs.counts["triples"]
        rows = {e: Measurement(work.name, size, triples, e.name) for e in work.engines}
        answers: dict[Engine, Answer] = {}
        for number in range(self.runs):
            for engine, row in rows.items():
                if row.stopped or (row.runs and sum(_times(row.runs[0])) > self.patience):
                    continue
                out = self.folder / f"{work.task}-{engine.module}.out"
                facts = self._run(work, engine, inputs, out, row)
                if facts is None:
                    continue
                row.runs.append(facts)
                self.tell(
                    f"{work.name}, {size}, run {number + 1}: {engine.name} "
                    f"{facts['load']:.2f} s + {facts['work']:.2f} s"
                )
                if engine not in answers:
                    is_closure = work.task == "reasoning"
                    answers[engine] = reasoned(out, inputs) if is_closure else validated(out)
        compare(work.engines, rows, answers)
        return list(rows.values())

    def _run(
        self, work: Work, engine: Engine, inputs: Inputs, out: Path, row: Measurement
    ) -> dict[str, float] | None:
        if (work.name, engine.name) in self._tired:
            row.stopped = "not tried: it was stopped at a smaller size"
            return None
        try:
            binary = python(engine.peer)
        except NotAvailable as error:
            row.stopped = f"not available: {error}"
            self.tell(str(error))
            return None
        files = [str(getattr(inputs, name)) for name in work.files]
        command = [str(binary), "-m", f"bench.engines.{engine.module}", work.task, *files]
        out.unlink(missing_ok=True)
        code, said, errors = call([*command, str(out), *engine.options], ROOT, self.timeout)
        if code is None:
            row.stopped, row.limit = f"> {self.timeout:.0f} s", self.timeout
            self._tired.add((work.name, engine.name))
        elif code:
            last = (errors.strip().splitlines() or [f"exit code {code}"])[-1]
            row.stopped = f"failed: {last}"
        else:
            facts: dict[str, float] = json.loads(said.strip().splitlines()[-1])
            return facts
        self.tell(f"{work.name}, {row.size}: {engine.name} {row.stopped}")
        return None


def compare(
    engines: Iterable[Engine], rows: dict[Engine, Measurement], answers: dict[Engine, Answer]
) -> None:
    """Note in the rows how each answer differs from that of the first engine, which is ours."""
    ours, *peers = engines
    if ours not in answers:
        return
    rows[ours].answer = len(answers[ours])
    for engine in peers:
        if engine not in answers:
            continue
        row = rows[engine]
        row.answer, row.expected = len(answers[engine]), len(answers[ours])
        found = Difference.of(answers[ours], answers[engine])
        excused = frozenset(result for result in found.surplus if _known(engine, result))
        if excused:
            names = "; ".join(f"{shape}: {why}" for shape, why in sorted(engine.known.items()))
            row.accepted = f"{len(excused):,} results differ as known ({names})"
        lacking = frozenset[object]()
        if engine.lacks and found.missing:
            lacking = found.missing
            row.accepted = f"{len(lacking):,} of ours are missing (no {engine.lacks})"
        left = Difference(found.missing - lacking, found.surplus - excused)
        row.difference = str(left) if left else ""


def _known(engine: Engine, result: Any) -> bool:
    is_row = isinstance(result, tuple) and len(result) > 1
    return is_row and str(result[1]).rsplit("#", 1)[-1] in engine.known


def _times(run: dict[str, float]) -> tuple[float, float]:
    return run["load"], run["work"]


def call(
    command: list[str], folder: Path, timeout: float | None = None
) -> tuple[int | None, str, str]:
    """Run a program; return exit code (None when it was stopped), output and errors."""
    process = subprocess.Popen(  # noqa: S603 -- the programs are ours
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, "", ""
    return process.returncode, out, errors


def prepare(folder: Path, size: str, seed: int, errors: float) -> Inputs:
    """Write the inputs of a size in a process of its own, so that this one stays small."""
    into = folder / f"input-{size}"
    command = [sys.executable, "-m", "bench.inputs", str(into), size, str(seed), str(errors)]
    code, _, said = call(command, ROOT)
    if code:
        raise RuntimeError(f"the inputs of size {size} cannot be made: {said}")
    return Inputs(into)


def clock(command: list[str], folder: Path) -> float:
    """The seconds that a command takes.

    Raises:
        RuntimeError: it fails.
    """
    start = time.perf_counter()
    code, said, errors = call(command, folder)
    if code:
        raise RuntimeError(f"{' '.join(command[1:])} fails: {errors or said}")
    return time.perf_counter() - start
