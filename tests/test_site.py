"""The static site: complete, the same each time, and never written over something else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from kg.errors import InputError
from kg.project import Project
from kg.web.application import Application
from kg.web.exchange import Request, Response
from kg.web.site import MARKER, Site
from tests.conftest import Run
from tests.corpus import ROOT, Corpus

_LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')


@pytest.fixture(scope="module")
def site(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    """The invented project as a site."""
    folder = tmp_path_factory.mktemp("site") / "public"
    return Site.write(Project(pristine.root), folder, jobs=1), folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_link_leads_to_a_file_and_to_a_place_in_it(site: tuple[Site, Path]) -> None:
    found, folder = site
    assert not found.broken
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 100
    ids = {
        page: set(re.findall(r'\bid="([^"]*)"', page.read_text(encoding="utf-8"))) for page in pages
    }
    for page in pages:
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            parts = urlsplit(unescape(link))
            if parts.scheme or parts.netloc:
                continue
            assert not parts.query, (page, link)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), (page.name, link)
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in {unescape(one) for one in ids[target]}, (
                    page.relative_to(folder), link,
                )  # fmt: skip


def test_every_resource_has_a_page_in_each_language_and_its_data(
    site: tuple[Site, Path], pristine: Corpus
) -> None:
    _, folder = site
    app = Application(Project(pristine.root))
    subjects = {quad.subject for quad in app.store.quads()}
    paths = {app.addresses.path(getattr(one, "value", "")) or "#" for one in subjects}
    described = sorted(path for path in paths if "#" not in path)
    assert len(described) > 50
    for path in described:
        for form in ("en.html", "fr.html", "ttl", "jsonld", "nt"):
            assert (folder / f"{path[1:]}.{form}").is_file(), path


def test_inferred_statements_lead_to_a_page_with_their_proof(site: tuple[Site, Path]) -> None:
    _, folder = site
    proofs = sorted((folder / "why").glob("*.fr.html"))
    assert proofs
    for proof in proofs[:20]:
        text = proof.read_text(encoding="utf-8")
        assert 'class="leaf"' in text
        assert 'class="rule"' in text


def test_a_static_page_asks_nothing_of_a_server(site: tuple[Site, Path]) -> None:
    _, folder = site
    for page in folder.rglob("*.html"):
        assert "<form" not in page.read_text(encoding="utf-8"), page


def test_the_first_page_stands_where_servers_and_people_look_for_it(
    site: tuple[Site, Path],
) -> None:
    found, folder = site
    assert (folder / "index.html").read_bytes() == (folder / "index.en.html").read_bytes()
    assert found.files == len(_files(folder)) - 2
    assert found.size > 100_000


def test_the_same_graph_gives_the_same_bytes_whatever_the_hash_seed_and_processes(
    site: tuple[Site, Path], pristine: Corpus, tmp_path: Path
) -> None:
    subprocess.run(
        [sys.executable, "-m", "kg", "site", str(tmp_path / "public"), "--jobs", "2", "--project",
         str(pristine.root), "--lang", "fr", "-q"],
        check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    first, again = _files(site[1]), _files(tmp_path / "public")
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


@pytest.fixture
def only_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that link to nothing but what is not there, so that a site is small."""
    page = b'<a href="nowhere.html">a</a><a href="a/%2e%2e/%2e%2e/b">b</a><a href="#c">c</a>'

    def answered(app: Application, request: Request) -> Response:
        return Response(page) if request.path.startswith("/index.") else Response(status=404)

    monkeypatch.setattr(Application, "respond", answered)
    monkeypatch.setattr("kg.web.site._starts", lambda _: ())


def test_an_old_site_is_replaced(pristine: Corpus, tmp_path: Path, only_home: None) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / MARKER).write_text("")
    (folder / "stale.html").write_text("")
    Site.write(Project(pristine.root), folder, jobs=1)
    assert not (folder / "stale.html").exists()
    assert (folder / "index.html").is_file()
    assert [file.name for file in tmp_path.iterdir()] == ["public"]


def test_a_folder_of_somebody_else_is_left_alone(
    pristine: Corpus, tmp_path: Path, run: object
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="did not write"):
        Site.write(Project(pristine.root), tmp_path, jobs=1)
    with pytest.raises(InputError, match="is no folder"):
        Site.write(Project(pristine.root), tmp_path / "mine.txt", jobs=1)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
    found: Run = run("site", str(tmp_path), "--project", str(pristine.root))  # type: ignore[operator]
    assert found.code == 2
    assert "name a new or empty folder" in found.err


def test_an_old_site_stays_as_it_was_where_writing_fails(
    pristine: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / MARKER).write_text("old")

    def failing(*_: object) -> Response:
        raise OSError("disk full")

    monkeypatch.setattr(Application, "respond", failing)
    with pytest.raises(InputError, match="disk full"):
        Site.write(Project(pristine.root), folder, jobs=1)
    assert _files(folder) == {MARKER: b"old"}
    assert [file.name for file in tmp_path.iterdir()] == ["public"]


def test_a_link_that_leads_nowhere_or_out_of_the_folder_is_told(
    pristine: Corpus, tmp_path: Path, only_home: None
) -> None:
    found = Site.write(Project(pristine.root), tmp_path / "public", jobs=1)
    assert ("/index.en.html", "/nowhere.html") in found.broken
    assert sorted(_files(tmp_path / "public")) == [
        MARKER, "index.en.html", "index.fr.html", "index.html",
    ]  # fmt: skip
    assert [file.name for file in tmp_path.iterdir()] == ["public"]


def test_the_command_tells_what_it_wrote(
    pristine: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: object
) -> None:
    def written(*_: object, **__: object) -> Site:
        return Site(3, 2_500_000, (("/a.en.html", "/b.en.html"),) * 12)

    monkeypatch.setattr(Site, "write", written)
    found: Run = run(  # type: ignore[operator]
        "site", str(tmp_path / "public"), "--project", str(pristine.root)
    )
    assert found.code == 0
    assert found.out.startswith("3 files, 2.5 MB, in ")
    assert found.err.count("/a.en.html links to /b.en.html") == 10
    assert "(+2)" in found.err
