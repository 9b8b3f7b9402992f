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

Part = bytes | range
"""A piece of a new file: bytes, or offsets of the old one."""


class Exports:
    """The exports in a folder, which are read and checked while other work goes on.

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

    def __getitem__(self, suffix: str) -> bytes:
        """The content of an export, by the ending of its name.

        Raises:
            EngineError: it cannot be read, or is not the one of its digest.
        """
        return self._found[suffix].result()

    def write(self, suffix: str, folder: Path, parts: Iterable[Part]) -> Future[str]:
        """Write an export anew into another folder, in the background; its SHA-256 comes of it.

        What stays is copied by the system, where it can.
        """
        told = list(parts)
        old, new = self.folder / FILES[suffix], folder / FILES[suffix]
        digest = self._pool.submit(_digest, self[suffix], told)

        def written() -> str:
            if new.exists() and new.samefile(old):
                _write(new, [_bytes(self[suffix], part) for part in told], None)
            else:
                _write(new, told, old)
            return digest.result()

        return self._pool.submit(written)


def _read(file: Path, digests: Mapping[str, str]) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EngineError(f"{file} cannot be read: {error.strerror}") from error
    wanted = digests.get(file.name)
    if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
        raise EngineError(f"{file} is not what was written")
    return content


def _bytes(old: bytes, part: Part) -> bytes:
    return old[part.start : part.stop] if isinstance(part, range) else part


def _digest(old: bytes, parts: Iterable[Part]) -> str:
    found, view = hashlib.sha256(), memoryview(old)
    for part in parts:
        found.update(view[part.start : part.stop] if isinstance(part, range) else part)
    return found.hexdigest()


def _write(new: Path, parts: Iterable[Part], old: Path | None) -> None:
    with FileIO(new, "w") as out, FileIO(old or os.devnull) as source:
        for part in parts:
            if isinstance(part, range):
                _copy(source, out, part)
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
            raise EngineError(f"{source.name} ends too early")
        _put(out, content)
        at += len(content)
