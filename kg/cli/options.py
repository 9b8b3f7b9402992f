"""What the commands share: options, the project they work on, how they report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.findings import wording

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.project import Progress, Project

LANGUAGES = ("en", "fr")
_SHOWN = 50
_BUILD_STEPS = 4
_F = TypeVar("_F", bound=Callable[..., Any])


def default_language() -> str:
    """French where the terminal is French, else English."""
    names = ("KG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((value for name in names if (value := os.environ.get(name))), "en")
    return "fr" if wanted.startswith("fr") else "en"


def on_project(command: _F) -> _F:
    """Give a command ``--project``, ``--texts`` and ``--lang``, and hand it the project."""
    import functools

    @functools.wraps(command)
    def run(project: str | None, texts: str | None, lang: str, **options: Any) -> Any:
        return command(open_project(project, texts, lang), **options)

    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), default=default_language,
                     help="Language of labels and messages."),
        click.option("--texts", type=click.Path(), envvar="KG_TEXTS", metavar="DIR",
                     help="Folder of the source texts, found by digest, to verify spans."),
        click.option("--project", type=click.Path(), envvar="KG_PROJECT", metavar="DIR",
                     help="Project folder; else the one around the working folder."),
    ):  # fmt: skip
        run = option(run)
    return run  # type: ignore[return-value]


def open_project(project: str | None, texts: str | None, lang: str) -> Project:
    """The project that the options mean."""
    from kg.project import Project

    return Project(project, texts=texts, lang=lang)


def output_option(command: _F) -> _F:
    """Give a command ``--output``; ``-`` is standard output."""
    option = click.option(
        "-o", "--output", default="-", metavar="FILE", help="Where to write; - is stdout."
    )
    return option(command)


def emit(content: str | bytes, output: str = "-") -> None:
    """Write a result to a file (whole or not at all) or to standard output."""
    data = content.encode() if isinstance(content, str) else content
    if output != "-":
        from kg.files import write_file

        try:
            write_file(Path(output), data)
        except OSError as error:
            from kg.errors import InputError

            raise InputError("not-written", path=output, error=error.strerror) from error
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough; nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress_bar(lang: str, *, hidden: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error, only where that is a terminal."""
    show = not hidden and sys.stderr.isatty()
    with click.progressbar(
        length=_BUILD_STEPS, file=sys.stderr, hidden=not show, item_show_func=lambda item: item,
        show_eta=False,
    ) as bar:  # fmt: skip
        yield lambda step: bar.update(1, wording(f"step-{step}", lang))


def ready(project: Project) -> None:
    """Build the graph where there is none yet; say so where it is older than its sources."""
    if not project.is_built:
        click.echo(wording("first-build", project.lang), err=True)
        with progress_bar(project.lang) as progress:
            project.build(progress)
    elif project.is_stale:
        click.echo(wording("stale", project.lang), err=True)


def terminal_width() -> int | None:
    """How wide tables may be: the terminal's width; no limit where output goes elsewhere."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def colored() -> bool | None:
    """No color where ``NO_COLOR`` is set (https://no-color.org), else click decides."""
    return False if os.environ.get("NO_COLOR") else None


def explain(error: KgError, *, lang: str) -> None:
    """Tell a person on standard error what went wrong: each finding, then the sum of it."""
    findings = getattr(error, "findings", ())
    grave = [f for f in findings if f.severity == "error"] or list(findings)
    for finding in grave[:_SHOWN]:
        click.echo(finding.text(lang), err=True)
    if len(grave) > _SHOWN:
        click.echo(f"(+{len(grave) - _SHOWN})", err=True)
    if error.code:
        click.secho(f"kg: {error.words(lang)}", fg="red", err=True, color=colored())
