"""Verdicts: what the shapes say of a built graph, kept so that an edit asks little again."""

from __future__ import annotations

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import EngineError
from kg.shacl.compiler import Plan
from kg.shacl.data import ValidationData
from kg.shacl.incremental import revalidate
from kg.shacl.results import Result
from kg.store import Store

_RESULTS = "results.json"
PHASES = ("before", "after")


@dataclass(frozen=True)
class Verdicts:
    """All results before and after reasoning, in their order."""

    before: tuple[Result, ...]
    after: tuple[Result, ...]

    @property
    def revealed(self) -> tuple[Result, ...]:
        """What is wrong only with what was inferred."""
        known = {result.order for result in self.before}
        return tuple(result for result in self.after if result.order not in known)

    def write(self, folder: Path) -> None:
        """Keep the results in a folder."""
        phases = {phase: [asdict(r) for r in getattr(self, phase)] for phase in PHASES}
        (folder / _RESULTS).write_text(json.dumps(phases, ensure_ascii=False, sort_keys=True))

    @classmethod
    def read(cls, folder: Path) -> Verdicts:
        """The results that a build kept.

        Raises:
            EngineError: they are missing or damaged.
        """
        try:
            told = json.loads((folder / _RESULTS).read_bytes())
            return cls(*(tuple(Result(**one) for one in told[phase]) for phase in PHASES))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineError("unreadable-checks", folder=folder, error=error) from error


def judge_again(
    old: Path,
    new: Path,
    plan: Plan,
    *,
    stated: tuple[Collection[Triple], Collection[Triple]],
    inferred: tuple[Collection[Triple], Collection[Triple]],
) -> Verdicts:
    """The verdicts after an edit, from those before it; the same as a full validation gives.

    Args:
        old: the folder that an earlier build kept; it is not changed.
        new: the folder to make.
        plan: the compiled shapes, the same as then; none may be left to pyshacl.
        stated: statements that no source or hand-written file made before, and those that none
            makes any more.
        inferred: conclusions that came, and those that went.

    Raises:
        EngineError: the old folder is missing or damaged.
    """
    assert not plan.refused, "what is handed to pyshacl is judged as a whole"
    before = Verdicts.read(old)
    new.mkdir()

    def judge(phase: str) -> tuple[Result, ...]:
        Store.copy(old / phase, new / phase)
        data = ValidationData.open(new / phase)
        come, gone = set(stated[0]), set(stated[1])
        if phase == "after":
            come, gone = come | set(inferred[0]), gone | set(inferred[1])
        # A statement may turn into a conclusion, or the other way round.
        delta = data.update(come - gone, gone - come)
        found = revalidate(plan.checks, getattr(before, phase), delta, data)
        data.store.flush()
        return found

    with ThreadPoolExecutor() as pool:  # most of the time a store is opened, asked or flushed
        verdicts = Verdicts(*pool.map(judge, PHASES))
    verdicts.write(new)
    return verdicts
