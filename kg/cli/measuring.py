"""Commands that measure annotations: ``kg coverage``, ``kg agreement``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import (
    LANGUAGES,
    default_language,
    emit,
    on_project,
    open_project,
    output_option,
    terminal_width,
)
from kg.findings import Finding, at_least, wording

if TYPE_CHECKING:
    from kg.agreement import Agreement, Score, StatementAgreement
    from kg.brat.document import Document
    from kg.claims import Statements
    from kg.coverage import Coverage, Share
    from kg.project import Project

_NONE = "–"
_format = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
                       help="json: the same, and each number unrounded.")  # fmt: skip


# -- coverage --------------------------------------------------------------------------------


@click.command()
@_format
@click.option("--source", metavar="NAME", help="Only this source, as in seeds/NAME.ann.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT",
              help="Exit with 1 if in a source fewer sentences carry a claim.")  # fmt: skip
@output_option
@on_project
def coverage(
    project: Project, form: str, source: str | None, fail_under: float | None, output: str
) -> None:
    """Tell how much of each text carries a claim, and what does not.

    Needs the texts (--texts DIR or KG_TEXTS). Lists the sentences that carry no claim,
    the names, numbers and dates in no mention, and what is left out on purpose, by
    offsets and first words. Page furniture and facts about the document do not count.

    \b
    Example:  kg coverage --texts ~/texts --fail-under 100
    """
    from kg.coverage import Share
    from kg.coverage import coverage as measure
    from kg.errors import InputError

    problems = project.reading.findings
    _stop_at_errors([f for f in problems if source in (None, Path(f.file).stem)])
    stated = project.statements(source)
    missing = [
        Finding.of("text-missing", one.source.file, unreadable=True, digest=one.source.sha256[:8])
        for one in stated
        if one.source.text is None
    ]
    if missing:
        raise InputError("missing-texts", missing, count=len(missing))
    found = [measure(one) for one in stated]
    sentences = sum((one.sentences for one in found), Share(0, 0))
    characters = sum((one.characters for one in found), Share(0, 0))
    if form == "json":
        total = {"sentences": sentences, "characters": characters}
        emit(_json({"sources": found, "total": total}), output)
    else:
        emit(_coverage_table(found, sentences, characters, project.lang), output)
    below = [one for one in found if one.sentences.value * 100 < (fail_under or 0)]
    for one in below:
        facts = {
            "source": one.source,
            "share": _percent(one.sentences),
            "least": f"{fail_under:g} %",
        }
        click.echo(wording("coverage-below", project.lang, **facts), err=True)
    if below:
        raise SystemExit(1)


def _coverage_table(
    found: Sequence[Coverage], sentences: Share, characters: Share, lang: str
) -> str:
    from kg.results import columns

    rows = [[wording(code, lang) for code in (
        "coverage-source", "coverage-sentences", "coverage-characters", "coverage-excepted",
        "coverage-aside")]]  # fmt: skip
    for one in found:
        shares = [_percent(one.sentences), _percent(one.characters)]
        rows.append([one.source, *shares, str(one.excepted), str(one.aside)])
    counts = [str(sum(c)) for c in zip(*((o.excepted, o.aside) for o in found), strict=True)]
    shares = [_percent(sentences), _percent(characters)]
    rows.append([wording("coverage-total", lang), *shares, *counts])
    lines = columns(rows, terminal_width())
    for code, part in (("coverage-gaps", "gaps"), ("coverage-unmarked", "unmarked"),
                       ("coverage-exceptions", "exceptions")):  # fmt: skip
        passages = [(one.source, passage) for one in found for passage in getattr(one, part)]
        lines += ["", wording(code, lang, count=len(passages))]
        for source, passage in passages:
            reason = f" — {passage.reason}" if passage.reason else ""
            place = f"{source} {passage.start}–{passage.end}"
            lines.append(f"  {place}  {passage.words}{reason}")
    return "".join(f"{line}\n" for line in lines)


def _percent(share: Share) -> str:
    """A share in percent, rounded down so that 100 % means all of it."""
    thousandths = share.covered * 1000 // share.total if share.total else 1000
    return f"{thousandths / 10:.1f} % ({share.covered}/{share.total})"


# -- agreement -------------------------------------------------------------------------------


@click.command()
@click.argument("files", nargs=2, metavar="A.ann B.ann", type=click.Path())
@_format
@click.option("--source", metavar="NAME", help="The source that both annotate, to compare claims.")
@click.option("--project", "folder", type=click.Path(), envvar="KG_PROJECT", metavar="DIR",
              help="Project of --source; else the one around the working folder.")  # fmt: skip
@click.option("--lang", type=click.Choice(LANGUAGES), default=default_language,
              help="Language of labels and messages.")  # fmt: skip
@output_option
def agreement(
    files: tuple[str, str],
    form: str,
    source: str | None,
    folder: str | None,
    lang: str,
    output: str,
) -> None:
    """Compare two annotations of one text; A is the standard.

    Precision, recall and F1 of mentions, links, claims and remarks, in all and by class
    or property; Cohen's kappa of modality. Claims are compared when A or B lies in the
    seeds/ of a project, or with --source. Needs no text.

    \b
    Example:  kg agreement seeds/aichi-2017.ann second.ann
    """
    from kg.agreement import agreement as compare

    paths = (Path(files[0]), Path(files[1]))
    project, name = _known_source(paths, source, folder, lang)
    if project is None:
        first, second = (_read(path, None, None) for path in paths)
        found = compare(first, second)
    else:
        one, other = (_interpreted(project, name, path) for path in paths)
        found = compare(one.source.document, other.source.document, (one, other))
        name = one.source.name
    if form == "json":
        record = {"first": files[0], "second": files[1], "source": name or None}
        emit(_json({**record, "agreement": found}), output)
    else:
        prefixes = project.layout.prefixes if project else {}
        emit(_agreement_table(found, prefixes, lang), output)
    if found.stated is None:
        click.echo(wording("agreement-no-claims", lang), err=True)


def _known_source(
    paths: Iterable[Path], source: str | None, folder: str | None, lang: str
) -> tuple[Project | None, str]:
    """The source that is annotated, and its project: as named, else as a file's place tells."""
    from kg.errors import InputError

    if source is not None:
        return open_project(folder, None, lang), source
    for path in (path.resolve() for path in paths):
        if path.parent.name == "seeds" and path.with_suffix(".ttl").is_file():
            try:
                return open_project(str(path.parent.parent), None, lang), path.stem
            except InputError:
                continue  # a folder called seeds that belongs to no project
    return None, ""


def _interpreted(project: Project, name: str, path: Path) -> Statements:
    """What a file states, read as an annotation of a source of the project."""
    from dataclasses import replace

    from kg.interpretation import interpret

    [stated] = project.statements(name)
    reading = project.reading
    document = _read(path, reading.schema.names(), stated.source.length)
    source = replace(stated.source, file=str(path), document=document, text=None)
    found = interpret(source, reading.schema, project.layout.prefixes, reading.known)
    _stop_at_errors(found.findings)
    # The file's own name says nothing about the source.
    return replace(found, source=replace(source, file=stated.source.file))


def _read(path: Path, names: Any, length: int | None) -> Document:
    from kg import brat
    from kg.errors import InputError

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("not-read", path=path, error=error.strerror) from error
    document, findings = brat.read(data, file=str(path), names=names, length=length)
    _stop_at_errors(findings)
    return document


def _stop_at_errors(findings: Iterable[Finding]) -> None:
    """Measure only what has no error, else what cannot be read would count for nothing."""
    from kg.errors import CheckFailed, InputError

    if errors := at_least(findings, "error"):
        unreadable = any(finding.unreadable for finding in errors)
        kind = InputError if unreadable else CheckFailed
        raise kind("nothing-measured", errors, count=len(errors))


def _agreement_table(found: Agreement, prefixes: Any, lang: str) -> str:
    from kg.results import columns
    from kg.terms import compact

    def table(rows: list[list[str]]) -> str:
        return "".join(f"{line}\n" for line in columns(rows, terminal_width()))

    def head(*codes: str) -> list[str]:
        return [wording(code, lang) for code in codes]

    def line(code: str, score: Score) -> list[str]:
        counts = [str(n) for n in (score.both, score.first, score.second)]
        return [wording(code, lang), *counts, *map(_rounded, _ratios(score))]

    stated = found.stated
    rows = [[*head("agreement-measure", "agreement-both", "agreement-first", "agreement-second",
                   "agreement-precision", "agreement-recall"), "F1"],
            line("agreement-mentions", found.mentions.exact),
            line("agreement-overlap", found.mentions.overlap),
            line("agreement-links", found.mentions.links)]  # fmt: skip
    if stated:
        rows += [
            line("agreement-claims", stated.claims.exact),
            line("agreement-relaxed", stated.claims.relaxed),
            line("agreement-remarks", stated.remarks),
        ]
    tables = [table(rows)]
    rows = [head("agreement-class", "agreement-first", "agreement-second", "agreement-mentions",
                 "agreement-overlap", "agreement-links")]  # fmt: skip
    for kind, of in found.classes.items():
        scores = (of.exact, of.overlap, of.links)
        rows.append([kind, str(of.exact.first), str(of.exact.second),
                     *(_rounded(score.f1) for score in scores)])  # fmt: skip
    tables.append("F1\n" + table(rows))
    if stated:
        rows = [head("agreement-property", "agreement-first", "agreement-second",
                     "agreement-claims", "agreement-relaxed")]  # fmt: skip
        for prop, claims in stated.properties.items():
            rows.append([compact(prop, prefixes), str(claims.relaxed.first),
                         str(claims.relaxed.second), _rounded(claims.exact.f1),
                         _rounded(claims.relaxed.f1)])  # fmt: skip
        tables += ["F1\n" + table(rows), table(_modality_rows(stated, lang))]
    return "\n".join(tables)


def _modality_rows(stated: StatementAgreement, lang: str) -> list[list[str]]:
    kappa = stated.modality
    names = ("agreement-modality", "agreement-both", "agreement-first", "agreement-second")
    rows = [[*(wording(name, lang) for name in names), "κ"]]
    for label, counts in kappa.margins.items():
        both = kappa.table.get((label, label), 0)
        rows.append([label, *map(str, (both, *counts)), _rounded(kappa.only(label).value)])
    facts = {"items": kappa.items, "observed": _rounded(kappa.observed)}
    return [*rows, [wording("agreement-any", lang, **facts), "", "", "", _rounded(kappa.value)]]


def _rounded(number: float | None) -> str:
    return _NONE if number is None else f"{number:.3f}"


def _ratios(score: Score) -> tuple[float | None, float | None, float | None]:
    return score.precision, score.recall, score.f1


# -- JSON ------------------------------------------------------------------------------------


def _json(record: Any) -> str:
    return json.dumps(_plain(record), indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """A result as JSON data: what it counts and what follows from the counts."""
    from dataclasses import fields, is_dataclass

    from kg.agreement import Kappa, Score
    from kg.coverage import Share

    match value:
        case Mapping():
            return {getattr(key, "value", key): _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case Kappa():
            pairs = [{"first": one, "second": other, "count": count}
                     for (one, other), count in value.table.items()]  # fmt: skip
            labels = {label: value.only(label).value for label in value.margins}
            return {"items": value.items, "observed": value.observed, "kappa": value.value,
                    "labels": labels, "pairs": pairs}  # fmt: skip
    if not is_dataclass(value):
        return value
    record = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Share):
        record["share"] = value.value
    if isinstance(value, Score):
        record |= zip(("precision", "recall", "f1"), _ratios(value), strict=True)
    return record
