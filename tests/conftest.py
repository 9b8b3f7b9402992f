"""What all tests share: the project, the texts where they are at hand, an invented corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.project import Project
from kg.store import Store
from tests.corpus import MEMO, MEMO_LINES, MEMO_MENTIONS, ROOT, Corpus, annotation

TEXTS = ROOT.parent / "shared" / "seeds"

skipped: set[str] = set()  # the files that skip themselves as a whole and say why


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        skipped.add(report.nodeid)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fail when a test file holds no test: a check that runs on nothing proves nothing.

    A file that skips itself as a whole is reported as skipped, not as empty.
    """
    config = session.config
    if (
        config.getoption("keyword")
        or config.getoption("markexpr")
        or getattr(config.option, "lf", False)
    ):
        return
    ignored = [Path(name).resolve() for name in config.getoption("ignore") or ()]
    asked = [Path(arg.split("::")[0]).resolve() for arg in config.args]
    collected = {Path(item.path) for item in session.items}
    for file in sorted((ROOT / "tests").glob("test_*.py")):
        wanted = any(file == path or path in file.parents for path in asked)
        wanted = wanted and file not in ignored
        wanted = wanted and file.relative_to(ROOT).as_posix() not in skipped
        if wanted and "::" not in "".join(config.args) and file not in collected:
            pytest.exit(f"{file.name} holds no test", returncode=1)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the terminal's language or on settings of the person who runs it."""
    for name in ("KG_LANG", "KG_PROJECT", "KG_TEXTS", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture(scope="session")
def texts() -> Path:
    """The folder of the source texts; tests that need it are skipped where it is absent."""
    if not TEXTS.is_dir():
        pytest.skip(f"the source texts are not in {TEXTS.relative_to(ROOT.parent)}")
    return TEXTS


@pytest.fixture(scope="session")
def project() -> Project:
    """The real project, its graph assembled once, in memory."""
    found = Project(ROOT)
    found.__dict__["store"] = Store.of(found.assemble().quads)
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An invented project in a folder of its own, free to be changed."""
    return Corpus(tmp_path)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The invented project with a second document, built once; not to be changed."""
    found = Corpus(tmp_path_factory.mktemp("pristine"))
    found.add("memo", MEMO, annotation(MEMO, MEMO_MENTIONS, MEMO_LINES))
    Project(found.root, texts=found.texts).build()
    return found


@pytest.fixture
def built(pristine: Corpus, tmp_path: Path) -> Corpus:
    """A copy of the built invented project, free to be changed."""
    return Corpus(tmp_path, like=pristine)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Run]:
    """Run the command ``kg`` in this process, as ``run("check", "--json")``."""
    from kg.cli import main

    def call(*args: str) -> Run:
        code = 0
        try:
            main(list(args), prog_name="kg")
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return Run(code, out.decode(), err.decode())

    return call


class Run:
    """How a command ended: exit code, standard output, standard error."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err
