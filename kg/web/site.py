"""Site: the pages and data of a graph as files that need no server."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, unquote, urljoin, urlsplit

from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.web.addresses import DATA, HTML, LANGUAGES, Address
from kg.web.exchange import Request, Response

if TYPE_CHECKING:
    from kg.layout import Layout
    from kg.project import Project
    from kg.web.application import Application

MARKER = ".kg-site"
Progress = Callable[[int, int], None]  # files written, files known to be wanted

_BATCH = 32
_REDIRECTS = 3
_LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')
_HOST = "http://site.invalid"


@dataclass(frozen=True)
class Site:
    """What was written: how many files, of how many bytes, and links that lead nowhere."""

    files: int
    size: int
    broken: tuple[tuple[str, str], ...] = ()

    @classmethod
    def write(
        cls,
        project: Project,
        folder: Path,
        *,
        jobs: int | None = None,
        progress: Progress = lambda *_: None,
    ) -> Site:
        """Write all pages, in all languages, with all forms of data, into a folder.

        Everything is written beside the folder, which is replaced in the end: an old site stays
        whole until then, and as it was where anything fails. The same graph gives the same bytes.

        Args:
            project: a project that is built.
            folder: a new or empty one, or one that this wrote before.
            jobs: how many processes; one for each processor unless told.
            progress: told how far it is.

        Raises:
            InputError: the folder holds something else, or cannot be written.
        """
        _own(folder)
        project.store  # noqa: B018 -- built before others look at it
        try:
            with _replacing(folder) as staging:
                found = cls._crawl(project, staging, jobs or os.cpu_count() or 1, progress)
                shutil.copyfile(staging / f"index.{LANGUAGES[0]}.html", staging / "index.html")
                (staging / MARKER).write_text("kg site\n", encoding="utf-8")
        except OSError as error:
            raise InputError("not-written", path=folder, error=error.strerror or error) from error
        return found

    @classmethod
    def _crawl(cls, project: Project, staging: Path, jobs: int, progress: Progress) -> Site:
        given = (project.layout, project.lang, project.texts.folder, staging)
        if jobs == 1:
            return _walk(_Writer(*given), map, progress)
        # A process that is forked would share the open store.
        with ProcessPoolExecutor(jobs, get_context("spawn"), _Writer.begin, given) as pool:
            writer = _Writer(*given)
            return _walk(writer, lambda _, batches: pool.map(_Writer.work, batches), progress)


@dataclass(frozen=True)
class _Written:
    """What became of a path: whether it was written, how many bytes, the paths it links to."""

    path: str
    is_written: bool
    size: int = 0
    links: tuple[str, ...] = ()


class _Writer:
    """Writes the answers to paths into a folder, in this process."""

    _here: ClassVar[_Writer]

    def __init__(self, layout: Layout, lang: str, texts: Path | None, folder: Path) -> None:
        from kg.project import Project
        from kg.web.application import Application

        self.app = Application(Project(layout=layout, texts=texts, lang=lang), is_static=True)
        self._folder = folder

    @classmethod
    def begin(cls, layout: Layout, lang: str, texts: Path | None, folder: Path) -> None:
        """Be ready in a process of a pool."""
        cls._here = cls(layout, lang, texts, folder)

    @classmethod
    def work(cls, paths: Iterable[str]) -> list[_Written]:
        """Write some paths in a process of a pool."""
        return cls._here.write(paths)

    def write(self, paths: Iterable[str]) -> list[_Written]:
        """Write the answers to some paths."""
        return list(map(self._write, paths))

    def _write(self, path: str) -> _Written:
        parts = path.split("/")[1:]
        if any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in parts):
            return _Written(path, False)
        found = self._answer(path)
        if found.status != 200:
            return _Written(path, False)
        file = self._folder.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(found.content)
        is_page = found.type.startswith("text/html")
        links = _links(found.content.decode(), path) if is_page else ()
        return _Written(path, True, len(found.content), tuple(dict.fromkeys(links)))

    def _answer(self, path: str) -> Response:
        """The answer, also where it stands at another address and is no page with links."""
        found = self.app.respond(Request(path))
        for _ in range(_REDIRECTS):
            if found.status not in (302, 303):
                break
            path = _path(found.header("location"), path) or path
            if Address.of(path).form in HTML:
                break
            found = self.app.respond(Request(path))
        return found


def _walk(
    writer: _Writer, mapped: Callable[..., Iterable[list[_Written]]], progress: Progress
) -> Site:
    """Write all that can be reached, a round after the other."""
    starts = set(_starts(writer.app))
    asked = {f"/index.{lang}.html" for lang in LANGUAGES} | starts
    wanted = sorted(asked)
    files = size = 0
    links: dict[str, str] = {}
    failed: set[str] = set()
    while wanted:
        batches = [wanted[i : i + _BATCH] for i in range(0, len(wanted), _BATCH)]
        reached: set[str] = set()
        for done in mapped(writer.write, batches):
            for one in done:
                files, size = files + one.is_written, size + one.size
                if not one.is_written:
                    failed.add(one.path)
                for link in one.links:
                    links[link] = min(one.path, links.get(link, one.path))
                reached.update(one.links)
            progress(files, len(asked))
        wanted = sorted(reached - asked)
        asked.update(wanted)
    broken = sorted((links[path], path) for path in failed if path in links)
    return Site(files, size, tuple(broken))


def _starts(app: Application) -> Iterator[str]:
    """The forms of all that the graph describes and that has a page of its own."""
    subjects = {quad.subject for quad in app.store.quads()}
    for subject in subjects:
        path = app.addresses.path(subject.value) if isinstance(subject, NamedNode) else None
        if path and "#" not in path:
            yield from (Address(path).as_form(form) for form in (*HTML, *DATA))


def _links(page: str, path: str) -> Iterator[str]:
    """The paths of this site that a page links to."""
    for link in _LINK.findall(page):
        if found := _path(unescape(link), path):
            yield found


def _path(link: str, page: str) -> str | None:
    """Where a link of a page leads; None out of the site."""
    if urlsplit(link).scheme or urlsplit(link).netloc:
        return None
    return unquote(urlsplit(urljoin(_HOST + quote(page), link)).path)


def _own(folder: Path) -> None:
    if folder.is_dir() and not (folder / MARKER).is_file() and any(folder.iterdir()):
        raise InputError("site-foreign", folder=folder)
    if folder.exists() and not folder.is_dir():
        raise InputError("site-no-folder", folder=folder)


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A folder beside ``folder`` that takes its place in the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
