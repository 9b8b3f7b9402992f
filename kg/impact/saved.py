"""Saved: an impact as JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import Triple

from kg.claims import Claim
from kg.impact.claims import ClaimChange
from kg.impact.impact import Impact
from kg.impact.naming import Naming
from kg.impact.results import ResultChange
from kg.impact.rows import QueryChange, RowChange
from kg.impact.statements import StatementChange
from kg.terms import Term
from kg.terms import to_json as term_to_json


def to_json(found: Impact, lang: str) -> dict[str, Any]:
    """All of an impact; each change has a ``kind``, and what was and is as ``old`` and ``new``."""
    say = _Writer(found.naming, lang)
    return {
        "files": list(found.files),
        "unnamed": list(found.unnamed),
        "baseline": found.baseline,
        "buildable": not found.errors,
        "findings": [finding.to_json(lang) for finding in found.findings],
        "counts": {name: dict(sorted(n.items())) for name, n in found.counts().items()},
        "claims": list(map(say.claim, found.claims)),
        "stated": list(map(say.statement, found.stated)),
        "inferred": list(map(say.statement, found.inferred)),
        "violations": list(map(say.result, found.violations)),
        "queries": list(map(say.query, found.queries)),
        "idle": list(found.idle),
        "untold": list(found.untold),
    }


class _Writer:
    def __init__(self, naming: Naming, lang: str) -> None:
        self._naming = naming
        self._lang = lang

    def claim(self, change: ClaimChange) -> dict[str, Any]:
        def record(claim: Claim | None) -> Any:
            return None if claim is None else claim.to_json(self._lang)

        fields = {"kind": change.kind, "fields": list(change.fields)}
        triple = change.claim.triple
        text = None if triple is None else self._naming.sentence(triple, self._lang)
        return {**fields, "text": text, "old": record(change.old), "new": record(change.new)}

    def statement(self, change: StatementChange) -> dict[str, Any]:
        found = {"kind": change.kind, "layer": change.layer, **self._triple(change.triple)}
        if change.layer != "inferred":
            return found
        because = change.because
        if because is None:
            return {**found, "because": None}
        rule = because.rule
        return {
            **found,
            "because": {
                "rule": rule.name,
                "words": rule.words(self._naming.namer(self._lang), self._lang),
                "path": [term.value for term in because.path],
                "premises": list(map(self._triple, because.premises)),
                "changed": list(map(self._triple, sorted(because.changed, key=str))),
            },
        }

    def result(self, change: ResultChange) -> dict[str, Any]:
        old, new = (one and one.to_json(self._lang) for one in (change.old, change.new))
        return {"kind": change.kind, "old": old, "new": new}

    def query(self, change: QueryChange) -> dict[str, Any]:
        return {
            "name": change.name,
            "kind": change.kind,
            "given": dict(change.given),
            "columns": list(change.columns),
            "basis": change.basis,
            "findings": [finding.to_json(self._lang) for finding in change.findings],
            "rows": list(map(self._row, change.rows)),
        }

    def _row(self, row: RowChange) -> dict[str, Any]:
        def record(cells: Mapping[str, Term] | None) -> Any:
            return cells and {name: self._term(term) for name, term in cells.items()}

        return {"kind": row.kind, "old": record(row.old), "new": record(row.new)}

    def _term(self, term: Term) -> dict[str, Any]:
        return {"term": term_to_json(term), "label": self._naming.name(term, self._lang)}

    def _triple(self, triple: Triple) -> dict[str, Any]:
        ends = (triple.subject, triple.predicate, triple.object)
        names = ("subject", "predicate", "object")
        found = dict(zip(names, map(term_to_json, ends), strict=True))
        return {**found, "text": self._naming.sentence(triple, self._lang)}
