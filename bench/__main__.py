"""``python -m bench``: measure, print the tables, write ``bench/results.md`` and ``.json``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench import incremental, machine, serving, table
from bench.incremental import Incremental
from bench.inputs import SEEDS
from bench.measure import Bench, Measurement, prepare
from bench.peers import ENVIRONMENTS, PEERS, WORKS, version
from bench.serving import Served

_HERE = Path(__file__).parent
_PARTS = ("reasoning", "validation", "incremental", "serving")
_ENGINES = frozenset({"reasoning", "validation"})


def main(args: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when an answer differs from ours."""
    wanted = _parser().parse_args(args)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(wanted.folder, runs=wanted.runs, timeout=wanted.timeout,
                  patience=wanted.patience, tell=_tell)  # fmt: skip
    measured: list[Measurement] = []
    for size in wanted.sizes if _ENGINES & set(wanted.only) else ():
        inputs = prepare(wanted.folder, size, wanted.seed, wanted.errors)
        for work in WORKS:
            if work.task in wanted.only:
                measured += bench.measure(work, size, inputs)
    built = None
    if "incremental" in wanted.only:
        folder = wanted.folder / "project"
        built = incremental.measure(folder, wanted.documents, wanted.seed, wanted.runs, _tell)
    served: list[Served] = []
    if "serving" in wanted.only:
        folder = wanted.folder / "served"
        served = serving.measure(folder, wanted.served, wanted.seed, wanted.runs, wanted.seconds,
                                 _tell)  # fmt: skip
    order = [work.name for work in WORKS]
    measured.sort(key=lambda row: order.index(row.work))  # stable: sizes and engines as they ran
    text = _text(measured, built, served)
    sys.stdout.write(text)
    _write(wanted.out, text, measured, built, served)
    return 1 if table.findings(measured, built) or serving.findings(served) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--sizes", nargs="+", default=[SEEDS, "20000", "100000", "350000"], metavar="N",
        help=f"triples of each corpus, or '{SEEDS}' for the project's own")  # fmt: skip
    add("--only", nargs="+", choices=_PARTS, default=_PARTS)
    add("--runs", type=int, default=5, help="how often each engine runs")
    add("--documents", type=int, default=4500, help="of the project that is built")
    add("--served", type=int, default=300, help="documents of the project that is served")
    add("--seconds", type=float, default=5, help="of load for each server and query")
    add("--timeout", type=float, default=1800, metavar="S", help="a longer run is stopped")
    add("--patience", type=float, default=180, metavar="S",
        help="an engine whose first run takes longer runs once")  # fmt: skip
    add("--seed", type=int, default=1)
    add("--errors", type=float, default=0.005, help="share of chapters with a deliberate error")
    add("--folder", type=Path, default=ENVIRONMENTS, help="for inputs and answers")
    add("--out", type=Path, default=_HERE / "results.md")
    return parser


def _facts() -> dict[str, str]:
    return machine.facts((peer, version(peer)) for peer in (*PEERS, *serving.PEERS))


def _text(
    measured: Sequence[Measurement], built: Incremental | None, served: Sequence[Served]
) -> str:
    facts = _facts()
    parts = ["# Measured by `make bench`\n", "; ".join(f"{k} {v}" for k, v in facts.items()) + "\n"]
    if measured:
        parts.append(table.rows(measured))
    if built is not None:
        parts.append(table.builds(built))
    if served:
        parts.append(serving.rows(served))
    if found := [*table.findings(measured, built), *serving.findings(served)]:
        parts.append("## Findings\n\n" + "".join(f"- {line}\n" for line in found))
    if reached := table.targets(measured, built) + serving.targets(served):
        parts.append("## What we want\n\n" + reached)
    return "\n".join(parts)


def _write(
    out: Path,
    text: str,
    measured: Sequence[Measurement],
    built: Incremental | None,
    served: Sequence[Served],
) -> None:
    out.write_text(text, encoding="utf-8")
    content = {
        "machine": _facts(),
        "measured": [asdict(row) for row in measured],
        "incremental": None if built is None else asdict(built),
        "serving": [asdict(row) for row in served],
    }
    out.with_suffix(".json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
