"""Compare: two states of a project, and what a change makes of one."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from kg import build
from kg.dataset import input_digests, program_digest
from kg.errors import EngineError, InputError
from kg.impact import claims, results, statements
from kg.impact.after import made, scratch
from kg.impact.before import built
from kg.impact.edited import edited
from kg.impact.impact import Impact
from kg.impact.named import Named
from kg.impact.naming import Naming
from kg.impact.rows import QueryChange, Questions
from kg.impact.state import State
from kg.impact.statements import StatementChange
from kg.layout import Layout
from kg.namespaces import SH
from kg.rules import Rule
from kg.terms import Term, stored_term
from kg.text import Texts
from kg.why.explainer import Explainer

EXPLAINED = 20
_Reason = tuple[Rule, Any, Iterable[Triple], Iterable[Triple]]


def impact(
    layout: Layout,
    files: Collection[str | Path],
    texts: Texts,
    *,
    lang: str = "en",
    explained: int | None = EXPLAINED,
    quick: bool = True,
) -> Impact:
    """What changed files would make of the graph; nothing is written.

    Args:
        layout: the project.
        files: see :class:`kg.impact.named.Named`.
        texts: to verify spans.
        lang: of messages of stored queries.
        explained: how many inferred triples are given a reason; None for all.
        quick: whether a change of sources only may be worked out from the last build; the result
            is the same.

    Raises:
        InputError: a file cannot be what it is named for, or there is nothing to compare with.
        EngineError: the build is damaged.
    """
    named = Named.of(layout, files)
    changing = [name for name in named.own if not name.startswith("queries/")]
    with tempfile.TemporaryDirectory(prefix="kg-impact-") as folder:
        before = scratch(layout, Path(folder))
        last = build.manifest(layout)
        inputs = input_digests(layout)
        if changing and last is None:
            raise InputError("nothing-to-compare", files=", ".join(changing))
        if last is not None and not changing and not _is_current(last, inputs):
            last = None  # the files as they are, not as they were when they were built
        old = _previous(layout, last, before, is_needed=bool(changing))
        if old is None:
            last, old = None, _readable(made(before, texts))
        overlaid = Layout(layout.root, layout.build, named.overlay)
        after = scratch(overlaid, Path(folder))
        new = _next(after, texts, last if quick else None, old, layout.build)
        return _Comparison(named, old, new, lang).impact(
            "build" if changing else "files", _unnamed(last, inputs, named), explained
        )


def _is_current(last: Mapping[str, Any], inputs: Mapping[str, str]) -> bool:
    """Whether a build is what the files and this program would make."""
    return last.get("inputs") == inputs and last.get("program") == program_digest()


def _previous(
    layout: Layout, last: Mapping[str, Any] | None, before: Layout, *, is_needed: bool
) -> State | None:
    """The state of a build; None where there is none that can be used and it is not needed."""
    if last is None:
        return None
    try:
        return built(layout, last, before)
    except EngineError:
        if is_needed:
            raise
        return None


def _readable(state: State) -> State:
    if "graph" in state.untold:
        raise InputError("uncomparable", state.findings)
    return state


def _next(
    layout: Layout, texts: Texts, last: Mapping[str, Any] | None, old: State, folder: Path
) -> State:
    if last is not None and last["inputs"] == input_digests(layout):
        return replace(old, layout=layout)  # no file changed that a graph is made of
    found = None if last is None else edited(layout, texts, last, old, folder)
    return found or made(layout, texts)


def _unnamed(
    last: Mapping[str, Any] | None, inputs: Mapping[str, str], named: Named
) -> tuple[str, ...]:
    """Files that changed since the build though nobody named them: they count as well."""
    then = inputs if last is None else last["inputs"]
    changed = (n for n in {*then, *inputs} if then.get(n) != inputs.get(n))
    return tuple(sorted(name for name in changed if name not in named.names))


class _Comparison:
    """Two states, and the files that make the difference."""

    def __init__(self, named: Named, old: State, new: State, lang: str) -> None:
        self.named, self.old, self.new, self.lang = named, old, new, lang
        self.is_told = "graph" not in new.untold
        self.is_reasoned = self.is_told and not {"inferred"} & {*old.untold, *new.untold}

    def impact(self, baseline: str, unnamed: tuple[str, ...], explained: int | None) -> Impact:
        """Everything that comes, goes or changes."""
        old, new = self.old, self.new
        ids = {claim.id for claim in (*old.claims, *new.claims)}
        told = claims.compare(old.claims, new.claims) if self.is_told else ()
        stated: tuple[StatementChange, ...] = ()
        inferred: tuple[StatementChange, ...] = ()
        if self.is_told:
            stated, inferred = statements.compare(new.layout, old.quads, new.quads, ids)
        inferred = self._explained(stated, inferred, explained) if self.is_reasoned else ()
        judged = self.is_reasoned and not {"violations"} & {*old.untold, *new.untold}
        violations = results.compare(old.violations, new.violations) if judged else ()
        queries = self._queries()
        found = Impact(
            files=self.named.names,
            unnamed=unnamed,
            baseline=baseline,
            findings=self._findings(),
            claims=told,
            stated=stated,
            inferred=inferred,
            violations=violations,
            queries=queries,
            idle=self._idle(),
            untold=tuple(self._untold(judged)),
        )
        stores = (new.store, old.store)
        naming = Naming.of(found.terms(), stores, new.layout.prefixes if self.is_told
                           else old.layout.prefixes)  # fmt: skip
        return replace(found, naming=naming)

    def _findings(self) -> tuple[Any, ...]:
        """What would stop a build, and the warnings of the files that are named."""
        grave = {f for f in self.new.findings if f.severity == "error"}
        grave |= {v.finding() for v in self.new.violations if v.severity == "violation"}
        mild = {f for f in self.new.findings
                if f.severity == "warning" and f.file in self.named.names}  # fmt: skip
        return (*sorted(grave), *sorted(mild))

    def _untold(self, judged: bool) -> Iterator[str]:
        if not self.is_told:
            yield from ("claims", "stated", "inferred", "violations", "queries")
        elif not self.is_reasoned:
            yield from ("inferred", "violations", "queries")
        elif not judged:
            yield "violations"

    def _queries(self) -> tuple[QueryChange, ...]:
        own = (name for name in self.named.own if name.startswith("queries/"))
        return Questions(
            self.old.layout,
            self.new.layout,
            self.old.asker(self.lang),
            self.new.asker(self.lang) if self.is_reasoned else None,
            frozenset(own),
        ).compare()

    def _idle(self) -> tuple[str, ...]:
        """Shapes of the named files that match nothing."""
        names: set[str] = set()
        for name in self.named.names:
            file = self.new.layout.root / name
            if not name.startswith("shapes/") or name in self.named.absent or not self.new.idle:
                continue
            kinds = (SH.NodeShape, SH.PropertyShape)
            names |= {_local(q.subject) for q in self.new.layout.read(file) if q.object in kinds}
        return tuple(shape for shape in self.new.idle if shape in names)

    # -- reasons -----------------------------------------------------------------------------

    def _explained(
        self,
        stated: Iterable[StatementChange],
        inferred: tuple[StatementChange, ...],
        most: int | None,
    ) -> tuple[StatementChange, ...]:
        if not inferred or most == 0:
            return inferred
        changes = {(_stored(c.triple), c.comes) for c in (*stated, *inferred)}
        explainers: dict[bool, Explainer] = {}

        def why(change: StatementChange) -> _Reason | None:
            state = self.new if change.comes else self.old
            if change.comes not in explainers:
                asker = state.asker(self.lang)
                explainers[change.comes] = Explainer(state.store, state.layout, asker, self.lang)
            return _last_step(explainers[change.comes], _stored(change.triple))

        def changed(triple: Triple, comes: bool) -> bool:
            return (triple, comes) in changes

        return statements.explained(inferred, why, changed, most)


def _last_step(explainer: Explainer, triple: Triple) -> _Reason | None:
    """The last step of a shortest proof; None where the rules of that time are not known."""
    try:
        why = explainer.why(triple.subject, triple.predicate, triple.object, first=1)
    except InputError:
        return None
    steps = [proof.steps[0] for proof in why.proofs if proof.steps]
    if not steps:
        return None
    step = steps[0]
    return step.rule, step.path, step.premises, step.axioms


def _stored(triple: Triple) -> Triple:
    return Triple(triple.subject, triple.predicate, stored_term(triple.object))


def _local(term: Term) -> str:
    return str(getattr(term, "value", "")).replace("#", "/").rsplit("/", 1)[-1]
