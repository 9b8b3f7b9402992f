"""The command that writes the pages as files: ``kg site``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import on_project, ready
from kg.findings import wording

if TYPE_CHECKING:
    from kg.project import Project

_SHOWN = 10


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes; else by processors.")
@click.option("-q", "--quiet", is_flag=True, help="Tell only what is wrong.")
@on_project
def site(project: Project, folder: Path, jobs: int | None, quiet: bool) -> None:
    """Write all pages and data as files that need no server.

    The pages link to each other by relative links: open DIR/index.html in a browser, or put DIR
    on any web server. DIR is new, empty, or a site that was written before.

    \b
    Example:  kg site public
    """
    from kg.web.site import Site

    ready(project)
    show = not quiet and sys.stderr.isatty()
    with click.progressbar(length=1, file=sys.stderr, hidden=not show) as bar:

        def told(done: int, known: int) -> None:
            bar.length = known
            bar.update(done - bar.pos)

        found = Site.write(project, folder, jobs=jobs, progress=told)
    for page, target in found.broken[:_SHOWN]:
        click.echo(wording("site-broken", project.lang, page=page, target=target), err=True)
    if len(found.broken) > _SHOWN:
        click.echo(f"(+{len(found.broken) - _SHOWN})", err=True)
    if not quiet:
        size = f"{found.size / 1e6:.1f}"
        text = wording("site-written", project.lang, files=found.files, size=size, folder=folder)
        click.echo(text)
