"""The documentation is true: commands exist, transcripts are real, links lead somewhere."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import kg.cli.asking
import kg.cli.options
from kg.cli import main
from kg.project import Project
from tests.conftest import Run
from tests.corpus import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))
COMMANDS = main.list_commands(click.Context(main))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_QUERY = re.compile(r"\bkg query ([a-z][a-z0-9-]+)|\.query\(\s*\"([a-z][a-z0-9-]+)\"")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def transcripts(text: str) -> list[tuple[str, str]]:
    """Each command ``$ kg …`` of the console blocks with the output shown below it."""
    parts = [
        part for block in blocks(text, "console") for part in re.split(r"^\$ ", block, flags=re.M)
    ]
    told = [part.partition("\n") for part in parts]
    return [(command, output) for command, _, output in told if command.startswith("kg ")]


def parse(command: str) -> str:
    """Read a command line as ``kg`` would, without running it: its command; wrong ones raise."""
    here = main.make_context("kg", shlex.split(command)[1:])
    group: click.Command = main
    while isinstance(group, click.Group) and (
        rest := [*getattr(here, "_protected_args", []), *here.args]
    ):
        name, found, rest = group.resolve_command(here, rest)
        assert name is not None
        assert found is not None
        group, here = found, found.make_context(name, rest, parent=here)
    return here.command_path


def unknown_queries(text: str, known: object) -> set[str]:
    """The stored queries that a text names and the project does not have."""
    named = {one or other for one, other in _QUERY.findall(text)}
    return {name for name in named if name not in known}  # type: ignore[operator]


def dead_links(page: str, folder: Path) -> list[str]:
    """The links of a page to files that are not there."""
    targets = [target.partition("#")[0] for target in _LINK.findall(page)]
    local = [target for target in targets if target and "://" not in target]
    return [target for target in local if not (folder / target).exists()]


@pytest.fixture
def kg_run(
    project: Project, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Run ``kg`` on the real project in memory; no build is needed."""

    def opened(folder: str | None, texts: str | None, lang: str) -> Project:
        found = Project(ROOT, lang=lang)
        found.__dict__.update(reading=project.reading, store=project.store)
        return found

    monkeypatch.setattr(kg.cli.options, "open_project", opened)
    monkeypatch.setattr(kg.cli.asking, "open_project", opened)
    for name in ("KG_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "KG_TEXTS", "KG_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    return run


def shown() -> list[tuple[str, str]]:
    """The transcripts of the README that show an output."""
    return [(command, output) for command, output in transcripts(README) if output]


def test_readme_has_transcripts_and_python() -> None:
    assert len(shown()) >= 3
    assert blocks(README, "python")
    assert "--evidence" in shown()[0][0]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_in_readme_and_its_help_has_an_example(name: str) -> None:
    assert f"`kg {name}" in README
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert f"Example:  kg {name}" in (command.help or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_example_in_help_is_a_valid_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    [example] = re.findall(r"Example:  (kg .*)", command.help or "")
    assert parse(example.partition(" > ")[0]).startswith(f"kg {name}")


@pytest.mark.parametrize("command", [command for command, _ in transcripts(README)])
def test_command_line_in_readme_is_valid(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert command.startswith(parse(command))


@pytest.mark.parametrize(
    "command",
    ["kg ask", "kg query no-such-question", "kg claims --nonsense", "kg export --layer facts"],
)
def test_wrong_command_line_would_be_noticed(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.errors import KgError

    monkeypatch.chdir(ROOT)
    with pytest.raises((click.UsageError, KgError)):
        parse(command)


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_transcript_in_readme_is_real(
    command: str, output: str, kg_run: Callable[..., Run]
) -> None:
    done = kg_run(*shlex.split(command)[1:])
    assert (done.code, done.out) == (0, output.rstrip("\n") + "\n")


def test_help_lists_every_command(run: Callable[..., Run]) -> None:
    done = run("--help")
    assert done.code == 0
    assert all(re.search(rf"^  {name} ", done.out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("block", blocks(README, "python"))
def test_python_in_readme_runs(
    block: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(Project, "store", project.store)
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    assert test.examples
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    assert dead_links(page.read_text(encoding="utf-8"), page.parent) == []


def test_dead_link_would_be_noticed() -> None:
    assert _LINK.findall(README)
    assert dead_links("[here](LICENSE) and [there](docs/no-such-page.md#top)", ROOT) == [
        "docs/no-such-page.md"
    ]


def test_queries_named_in_documents_and_code_exist(project: Project) -> None:
    files = [*PAGES, ROOT / "Makefile", *sorted((ROOT / "kg").rglob("*.py"))]
    assert _QUERY.search(README)
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert unknown_queries(text, project.queries()) == set(), file.name


def test_unknown_query_would_be_noticed(project: Project) -> None:
    text = 'kg query missions, kg query mission-list, project.query("no-such")'
    assert unknown_queries(text, project.queries()) == {"mission-list", "no-such"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_named_in_documents_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / page).read_text(encoding="utf-8")
    told = {
        name
        for words in re.findall(r"(?:`|\$ )make ((?:[a-z]+ ?)+)", text)
        for name in words.split()
    }
    assert {"run", "test"} <= told
    assert told <= targets


def test_licenses_are_the_whole_texts() -> None:
    code = (ROOT / "LICENSE").read_text(encoding="utf-8")
    data = (ROOT / "LICENSES" / "CC-BY-4.0.txt").read_text(encoding="utf-8")
    assert "Apache License" in code
    assert "END OF TERMS AND CONDITIONS" in code
    assert "Creative Commons Attribution 4.0 International Public License" in data
    assert all(f"Section {number} -- " in data for number in range(1, 9))


def test_layers_of_readme_are_those_of_the_program() -> None:
    from kg.formats import LAYERS

    table = re.search(r"^\| layer \|.*?\n\n", README, re.MULTILINE | re.DOTALL)
    assert table is not None
    assert tuple(re.findall(r"^\| (\w+) \|", table[0], re.MULTILINE)[1:]) == LAYERS
