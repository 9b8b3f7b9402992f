"""Exports: the files of a build, read in the background, and written anew where little changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from io import FileIO
from pathlib import Path

from kg.build import FILES
from kg.errors import EngineError
from kg.patch.blocks import Part


class Exports:
    """The exports in a folder, which are read and checked while other work goes on.

    They are kept open until the end, so that what is copied of them is what was read, although
    another build may put its own in their place meanwhile.

    Args:
        folder: where they are.
        digests: the SHA-256 of those to be checked, by the name of the file.
    """

    def __init__(self, folder: Path, digests: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._pool = ThreadPoolExecutor(thread_name_prefix="exports")
        self._found = {
            suffix: self._pool.submit(_read, folder / name, digests or {})
            for suffix, name in FILES.items()
        }

    def __enter__(self) -> Exports:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        for found in self._found.values():
            if found.exception() is None:
                found.result()[0].close()

    def __getitem__(self, suffix: str) -> bytes:
        """The content of an export, by the ending of its name.

        Raises:
            EngineError: it cannot be read, or is not the one of its digest.
        """
        return self._found[suffix].result()[1]

    def write(self, suffix: str, folder: Path, parts: Iterable[Part]) -> Future[str]:
        """Write an export anew into another folder, in the background; its SHA-256 comes of it.

        What stays is copied by the system, where it can.
        """
        source, content = self._found[suffix].result()
        told = list(parts)
        digest = self._pool.submit(_digest, content, told)

        def written() -> str:
            _write(folder / FILES[suffix], told, source)
            return digest.result()

        return self._pool.submit(written)


def _read(file: Path, digests: Mapping[str, str]) -> tuple[FileIO, bytes]:
    """An export, open, and its content."""
    try:
        opened = FileIO(file)
        content = opened.readall()
    except OSError as error:
        raise EngineError(
            "unusable-export", reason=f"{file} cannot be read: {error.strerror}"
        ) from error
    wanted = digests.get(file.name)
    if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
        opened.close()
        raise EngineError("unusable-export", reason=f"{file} is not what was written")
    return opened, content


def _digest(old: bytes, parts: Iterable[Part]) -> str:
    found, view = hashlib.sha256(), memoryview(old)
    for part in parts:
        found.update(view[part.start : part.stop] if isinstance(part, range) else part)
    return found.hexdigest()


def _write(new: Path, parts: Iterable[Part], old: FileIO) -> None:
    with FileIO(new, "w") as out:
        for part in parts:
            if isinstance(part, range):
                _copy(old, out, part)
            else:
                _put(out, part)


def _put(out: FileIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[out.write(view) :]


def _copy(source: FileIO, out: FileIO, part: range) -> None:
    at = part.start
    copies = getattr(os, "copy_file_range", None)
    while copies is not None and at < part.stop:
        try:
            count = copies(source.fileno(), out.fileno(), part.stop - at, at)
        except OSError:
            break  # not between these files; what is left is written
        if not count:
            break
        at += count
    source.seek(at)
    while at < part.stop:
        content = source.read(min(part.stop - at, 1 << 24))
        if not content:
            raise EngineError("unusable-export", reason=f"{source.name} ends too early")
        _put(out, content)
        at += len(content)
