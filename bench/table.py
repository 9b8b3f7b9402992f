"""Table: what was measured, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.incremental import Incremental
from bench.measure import Measurement

_HEAD = ("work", "size", "triples", "engine", "runs", "load s", "work s (min–max)", "memory MB",
         "× work", "× load + work", "answer")  # fmt: skip
_OURS = "ecodip"
_WHOLE, _WORK = ("load", "work"), ("work",)
TARGETS = {
    ("reasoning", "owlrl"): (40.0, _WHOLE),
    ("reasoning", "reasonable"): (1.0, _WHOLE),
    ("validation, core shapes", "pyshacl"): (13.0, _WORK),
    ("validation, core shapes", "pyrudof"): (3.0, _WORK),
    ("validation, all shapes", "pyshacl"): (13.0, _WORK),
    ("validation, all shapes", "pyrudof"): (3.0, _WORK),
}
"""How many times as long as ours a peer takes at the largest size, when we reach what we want.

Validation is measured on data that are loaded: a build keeps them so.
"""
INCREMENTAL_TARGET = 50.0


def rows(measured: Sequence[Measurement]) -> str:
    """One line for each engine, work and size; × says how many times as long as ours it takes."""
    lines = [_line(_HEAD), _line(["---"] * 4 + ["---:"] * 6 + ["---"])]
    for row in measured:
        times, both = (_times(row, measured, *keys) for keys in (("work",), ("load", "work")))
        lines.append(
            _line(
                (
                    row.work, row.size, f"{row.triples:,}", row.engine,
                    str(len(row.runs)), _seconds(row.median("load")), _spread(row), _memory(row),
                    times, both, _answer(row),
                )
            )
        )  # fmt: skip
    return "".join(lines)


def ratio(row: Measurement, measured: Iterable[Measurement], *keys: str) -> float | None:
    """The median of an engine divided by ours at the same work and size.

    Of an engine that was stopped it is the least that it can be.
    """
    ours = next(
        (m for m in measured if (m.work, m.size, m.engine) == (row.work, row.size, _OURS)), None
    )
    above = row.median(*keys) if row.limit is None else row.limit
    below = ours.median(*keys) if ours else None
    return above / below if above is not None and below else None


def growth(measured: Sequence[Measurement], work: str) -> tuple[float, float] | None:
    """How triples and our seconds grow between the smallest and largest generated corpus."""
    ours = [m for m in measured if m.work == work and m.engine == _OURS and m.size.isdigit()]
    found = sorted((m.triples, m.median("load", "work")) for m in ours if m.runs)
    if len(found) < 2:
        return None
    (few, quick), (many, slow) = found[0], found[-1]
    assert quick is not None
    assert slow is not None
    return many / few, slow / quick


def targets(measured: Sequence[Measurement], built: Incremental | None) -> str:
    """Whether we reach what we want, at the largest size measured."""
    lines: list[str] = []
    largest = max((m.triples for m in measured), default=0)
    for row in measured:
        wanted, keys = TARGETS.get((row.work, row.engine), (None, _WHOLE))
        found = ratio(row, measured, *keys)
        if wanted is not None and found is not None and row.triples == largest:
            of = "loading included" if keys == _WHOLE else "without loading"
            lines.append(_target(f"{row.work} against {row.engine}, {of}", found, wanted))
    for work in dict.fromkeys(m.work for m in measured):
        if grown := growth(measured, work):
            triples, seconds = grown
            word = "reached" if seconds <= triples else "missed"
            lines.append(f"- {work}: {triples:.1f} times the triples, {seconds:.1f} times the "
                         f"seconds; at most linear is {word}\n")  # fmt: skip
    if built is not None:
        name = f"one changed document of {built.documents:,} against a full build"
        lines.append(_target(name, built.ratio, INCREMENTAL_TARGET))
    return "".join(lines)


def findings(measured: Iterable[Measurement], built: Incremental | None) -> list[str]:
    """The answers that differ from ours, for no reason that is known."""
    found = [
        f"{row.engine} differs from {_OURS} in {row.work} at {row.size}: {row.difference}"
        for row in measured
        if row.difference
    ]
    failed = [m for m in measured if m.engine == _OURS and m.stopped]
    found += [f"{row.engine}, {row.work} at {row.size}: {row.stopped}" for row in failed]
    if built is not None and built.differs:
        found.append("a build after one changed document differs from a full build")
    return found


def builds(built: Incremental) -> str:
    """The table of full and changed builds."""
    lines = [_line(("build", "statements", "runs", "s (min–max)")), _line(["---"] * 4)]
    for name, times in (("in full", built.full), ("after one change", built.changed)):
        spread = f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
        cells = (f"{built.documents:,} documents, {name}", f"{built.statements:,}")
        lines.append(_line((*cells, str(len(times)), spread)))
    return "".join(lines)


def _target(name: str, found: float, wanted: float) -> str:
    word = "reached" if found >= wanted else "missed"
    return f"- {name}: {found:.1f} times as fast, {wanted:g} wanted; {word}\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _spread(row: Measurement) -> str:
    times = [run["work"] for run in row.runs]
    if not times:
        return row.stopped.partition(":")[0]
    return f"{row.median('work'):.2f} ({min(times):.2f}–{max(times):.2f})"


def _memory(row: Measurement) -> str:
    peak = row.median("peak")
    return "" if peak is None else f"{peak / 1e6:,.0f}"


def _times(row: Measurement, measured: Sequence[Measurement], *keys: str) -> str:
    value = ratio(row, measured, *keys)
    if value is None:
        return ""
    return f"{'' if row.limit is None else '> '}{value:.{2 if value < 10 else 0}f}"


def _answer(row: Measurement) -> str:
    if row.answer is None:
        return ""
    if row.expected is None:
        return f"{row.answer:,}"
    if row.difference:
        return f"{row.answer:,}: differs"
    return f"{row.answer:,}: {row.accepted or 'the same'}"
