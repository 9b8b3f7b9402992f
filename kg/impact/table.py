"""Table: an impact as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TypeVar

from kg.claims import Claim
from kg.findings import wording
from kg.impact.answers import Cells
from kg.impact.claims import ClaimChange
from kg.impact.impact import Impact
from kg.impact.results import ResultChange
from kg.impact.rows import QueryChange, RowChange
from kg.impact.statements import Because, StatementChange

_MARKS = {"added": "+", "removed": "-", "changed": "~", "renamed": "=", "regrounded": "="}
_KINDS = {
    "added": "impact-added",
    "removed": "impact-removed",
    "changed": "impact-changed",
    "renamed": "impact-renamed",
    "regrounded": "impact-regrounded",
}
_TITLES = {
    "claims": "impact-claims",
    "stated": "impact-stated",
    "inferred": "impact-inferred",
    "violations": "impact-violations",
    "rows": "impact-rows",
}
_LAYERS = {
    "asserted": "impact-asserted",
    "authority": "why-authority",
    "ontology": "why-ontology",
    "dataset": "impact-dataset",
    "description": "impact-description",
}
_FIELDS = {
    "subject": "claim-subject",
    "predicate": "claim-predicate",
    "object": "claim-object",
    "about": "impact-about",
    "modality": "impact-modality",
    "negated": "impact-negated",
    "speaker": "impact-speaker",
    "valid": "impact-valid",
    "remark": "impact-remark",
    "words": "claim-words",
    "offsets": "impact-offsets",
}
_QUERIES = {
    "added": "impact-query-added",
    "removed": "impact-query-removed",
    "changed": "impact-query-changed",
    "edited": "impact-query-edited",
    "broken": "impact-query-broken",
}
# Errors of what a file says and not of how a line is written.
_WHOLE = frozenset({"shape", "contradiction", "excluding-types", "no-words", "no-description"})
_NARROWEST = 40
_Change = TypeVar("_Change")


def to_table(found: Impact, lang: str, first: int | None, width: int | None) -> str:
    """Each part of an impact with its counts, then its first changes; what stays, at the end."""
    return "".join(f"{line}\n" for line in _Table(found, lang, first, width).lines())


class _Table:
    def __init__(self, found: Impact, lang: str, first: int | None, width: int | None) -> None:
        self._found, self._lang, self._first, self._width = found, lang, first, width
        self._naming = found.naming

    def _say(self, code: str, **params: object) -> str:
        return wording(code, self._lang, **params)

    def lines(self) -> Iterator[str]:
        found = self._found
        against = "impact-build" if found.baseline == "build" else "impact-files"
        yield self._say(against, files=", ".join(found.files))
        if found.unnamed:
            yield self._say("impact-unnamed", files=", ".join(found.unnamed))
        yield from self._troubles()
        parts: tuple[tuple[str, Sequence[object], Callable[..., Iterator[str]]], ...] = (
            ("claims", found.claims, self._claim),
            ("stated", found.stated, self._statement),
            ("inferred", found.inferred, self._statement),
            ("violations", found.violations, self._result),
        )
        counts = found.counts()
        for name, changes, write in parts:
            if changes:
                yield from ("", self._head(name, counts[name]))
                yield from self._some(changes, write)
        if found.queries:
            yield from ("", self._head("rows", counts["rows"]))
            for query in found.queries:
                yield from self._query(query)
        if found.idle:
            yield from ("", self._say("shapes-without-data", names=", ".join(found.idle)))
        yield from self._rest()

    def _troubles(self) -> Iterator[str]:
        grave = [f for f in self._found.findings if f.severity == "error"]
        mild = [f for f in self._found.findings if f.severity != "error"]
        for code, findings in (("impact-blocked", grave), ("impact-warned", mild)):
            if findings:
                yield from ("", self._say(code, count=len(findings)))
                yield from self._some(findings, lambda f: iter((f"  {f.text(self._lang)}",)))

        if any(finding.file.endswith(".ann") and finding.code not in _WHOLE for finding in grave):
            yield "  " + self._say("impact-left-out")

    def _rest(self) -> Iterator[str]:
        """What does not change, and what could not be told."""
        found, counts = self._found, self._found.counts()
        same = [self._say(title) for name, title in _TITLES.items()
                if not counts[name] and name not in self._untold
                and not (name == "rows" and found.queries)]  # fmt: skip
        if len(same) == len(_TITLES):
            yield from ("", self._say("impact-nothing"))
        elif same:
            yield from ("", self._say("impact-same", parts=", ".join(same)))
        if untold := [self._say(_TITLES[name]) for name in _TITLES if name in self._untold]:
            yield from ("", self._say("impact-untold", parts=", ".join(untold)))

    @property
    def _untold(self) -> set[str]:
        return {"rows" if name == "queries" else name for name in self._found.untold}

    def _head(self, part: str, counts: Counter[str]) -> str:
        kinds = (self._say(code, count=counts[kind]) for kind, code in _KINDS.items()
                 if counts[kind])  # fmt: skip
        return self._say("impact-head", part=self._say(_TITLES[part]), counts=", ".join(kinds))

    def _some(
        self,
        changes: Sequence[_Change],
        write: Callable[[_Change], Iterator[str]],
        indent: str = "  ",
    ) -> Iterator[str]:
        for change in changes[: self._first]:
            for line in write(change):
                yield from self._wrapped(line)
        if self._first is not None and (left := len(changes) - self._first) > 0:
            yield indent + self._say("impact-more", count=left)

    def _wrapped(self, line: str) -> Iterator[str]:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        if self._width is None:
            yield line
        else:
            yield from wrap(line, max(self._width, _NARROWEST), subsequent_indent=indent,
                            break_on_hyphens=False, break_long_words=False)  # fmt: skip

    # -- parts -------------------------------------------------------------------------------

    def _claim(self, change: ClaimChange) -> Iterator[str]:
        claim = change.claim
        parts = [_place(claim), self._said(claim), f"({self._manner(claim)})", _words(claim)]
        yield f"  {_MARKS[change.kind]} {'  '.join(parts)}"
        if change.kind == "renamed" and change.old is not None:
            yield "      " + self._say("impact-was", old=change.old.line_id)
        for field in change.fields:
            old, new = (self._field(one, field) for one in (change.old, change.new))
            yield f"      {self._say(_FIELDS[field])}: {old or '—'} → {new or '—'}"

    def _said(self, claim: Claim) -> str:
        if claim.triple is not None:
            return self._naming.sentence(claim.triple, self._lang)
        about = ", ".join(self._naming.name(term, self._lang) for term in claim.about)
        return f"{about}: {self._field(claim, 'remark')}"

    def _manner(self, claim: Claim) -> str:
        manner = f"{'¬ ' * claim.negated}{claim.modality}"
        return f"{manner} · {self._field(claim, 'speaker')}" if claim.speaker else manner

    def _field(self, claim: Claim | None, field: str) -> str:
        if claim is None:
            return ""
        match field:
            case "about":
                return ", ".join(self._naming.name(term, self._lang) for term in claim.about)
            case "remark":
                texts = dict(claim.remark)
                return texts.get(self._lang) or next(iter(texts.values()), "")
            case "words":
                return _words(claim)
            case "offsets":
                return ", ".join(f"{span.start}–{span.end}" for span in claim.spans)
            case "negated":
                return self._say("impact-yes" if claim.negated else "impact-no")
            case "modality" | "valid":
                return getattr(claim, field) or ""
        return self._naming.name(getattr(claim, field), self._lang)

    def _statement(self, change: StatementChange) -> Iterator[str]:
        text = self._naming.sentence(change.triple, self._lang)
        where = f"  [{self._say(_LAYERS[change.layer])}]" if change.layer in _LAYERS else ""
        yield f"  {_MARKS[change.kind]} {text}{where}"
        if change.because is not None:
            yield from self._because(change.because, change.comes)

    def _because(self, because: Because, comes: bool) -> Iterator[str]:
        rule = because.rule.words(self._naming.namer(self._lang), self._lang).rstrip(".")
        way = " ⊑ ".join(self._naming.name(term, self._lang) for term in because.path)
        code = "why-rule" if because.rule.summary else "why-because"
        yield "      " + self._say(code, rule=f"{rule} ({way})" if way else rule)
        mark = _MARKS["added" if comes else "removed"]
        axioms = sorted(because.changed - {*because.premises}, key=str)
        for premise in (*because.premises, *axioms):
            sign = mark if premise in because.changed else " "
            yield f"      {sign} {self._naming.sentence(premise, self._lang)}"

    def _result(self, change: ResultChange) -> Iterator[str]:
        first, *rest = change.result.text(self._lang).rstrip("\n").split("\n")
        yield f"  {_MARKS[change.kind]} {first}"
        yield from (f"  {line}" for line in rest)
        if change.kind == "changed" and change.old is not None:
            was = change.old.text(self._lang).partition("\n")[0]
            yield "      " + self._say("impact-was", old=was)

    def _query(self, query: QueryChange) -> Iterator[str]:
        given = " ".join(f"--{name} {value}" for name, value in query.given.items())
        head = f"  {query.name} {given}".rstrip()
        code = _QUERIES.get(query.kind)
        about = [self._say(code)] if code else []
        if query.kind == "edited":
            expected = "impact-expected" if query.basis == "expected" else "impact-only-new"
            about.append(self._say(expected))
        yield f"{head} ({', '.join(about)})" if about else head
        yield from (f"    {finding.text(self._lang)}" for finding in query.findings)
        yield from self._some(query.rows, self._row, "    ")

    def _row(self, row: RowChange) -> Iterator[str]:
        yield f"    {_MARKS[row.kind]} {self._cells(row.new or row.old or {})}"
        if row.kind == "changed" and row.old is not None and row.new is not None:
            names = [n for n in {**row.old, **row.new} if row.old.get(n) != row.new.get(n)]
            for name in names:
                old, new = (self._naming.name(cells.get(name), self._lang) or "—"
                            for cells in (row.old, row.new))  # fmt: skip
                yield f"        {name}: {old} → {new}"

    def _cells(self, cells: Cells) -> str:
        return " | ".join(self._naming.name(term, self._lang) for term in cells.values())


def _place(claim: Claim) -> str:
    return f"{claim.file}:{claim.line or claim.line_id}"


def _words(claim: Claim) -> str:
    return f"«{' … '.join(span.words for span in sorted(claim.spans))}»"
