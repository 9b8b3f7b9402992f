"""Commands that compare claims: ``kg conflicts``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from kg.cli.options import emit, on_project, output_option, terminal_width
from kg.findings import wording

if TYPE_CHECKING:
    from kg.conflicts import Conflict
    from kg.project import Project

# By kind: the code of its name.
_NAMES = {
    "contradiction": "conflict-contradiction",
    "precision": "conflict-precision",
    "succession": "conflict-succession",
    "modality": "conflict-modality",
}


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              help="json: each conflict with both sides, all keys of the claims.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fail-on", type=click.Choice(list(_NAMES)), multiple=True,
              help="Exit code 1 for one of this kind; repeat it for several.")  # fmt: skip
@output_option
@on_project
def conflicts(
    project: Project, form: str, as_json: bool, fail_on: tuple[str, ...], output: str
) -> None:
    """List claims that differ on one matter, side by side, and why they do.

    \b
    contradiction  not both can be right, or the annotation says that they disagree
    precision      one value holds the other: a month and a day of it
    succession     each holds at its own time: two holders of a post
    modality       planned or possible on one side, a fact on the other

    \b
    Example:  kg conflicts --fail-on contradiction
    """
    from kg.conflicts import of

    found = of(project.reading)
    if as_json or form == "json":
        records = [conflict.to_json(project.lang) for conflict in found]
        emit(json.dumps(records, indent=2, ensure_ascii=False) + "\n", output)
    else:
        emit(_table(project, found), output)
        counts = Counter(conflict.kind for conflict in found)
        sums = {kind: counts[kind] for kind in _NAMES}
        click.echo(wording("conflicts", project.lang, **sums), err=True)
    if any(conflict.kind in fail_on for conflict in found):
        raise SystemExit(1)


def _table(project: Project, found: Iterable[Conflict]) -> str:
    from kg.results import columns
    from kg.terms import compact

    lang, prefixes = project.lang, project.layout.prefixes
    heads = ("subject", "predicate", "object", "manner", "place", "words")
    rows = [(wording("conflict", lang), *(wording(f"claim-{name}", lang) for name in heads))]
    for conflict in found:
        name = wording(_NAMES[conflict.kind], lang)
        told = [claim for side in conflict.sides for claim in side]
        is_joint = conflict.subject not in [claim.subject for claim in told]
        for claim in told:
            # Two holders of a post are told of the post, not of their tenures.
            subject = conflict.subject if is_joint else claim.subject or conflict.subject
            said = claim.to_json(lang)["remark"] if claim.remark else ""
            manner = f"{'¬' * claim.negated}{claim.modality}"
            manner += f" · {compact(claim.reporter, prefixes)}" if claim.reporter else ""
            rows.append(
                (
                    name,
                    compact(subject, prefixes),
                    compact(claim.predicate, prefixes) if claim.predicate else "",
                    compact(claim.object, prefixes) if claim.object is not None else said,
                    manner,
                    f"{claim.file}:{claim.line}",
                    " … ".join(span.words for span in claim.spans),
                )
            )
            name = ""  # told once for all claims of the conflict
    return "".join(f"{line}\n" for line in columns(rows, terminal_width()))
