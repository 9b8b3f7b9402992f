"""Texts: the source texts a user has, found by digest, and the check of words at offsets."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kg.errors import InputError
from kg.findings import Finding

_LIMIT = 50_000_000  # bytes; a larger file is no source text
Fragment = tuple[int, int]


class Texts(Mapping[str, str]):
    """The texts of a folder by the SHA-256 of their files, whatever the files are called.

    Args:
        folder: where to look (not in sub-folders); None for no texts at all.

    Raises:
        InputError: the folder does not exist, or a file in it cannot be read.

    >>> len(Texts(None))
    0
    """

    def __init__(self, folder: Path | None) -> None:
        self._files: dict[str, Path] = {}
        self.folder = folder
        if folder is None:
            return
        if not folder.is_dir():
            raise InputError("no-texts", folder=folder)
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.stat().st_size <= _LIMIT:
                try:
                    digest = hashlib.sha256(file.read_bytes()).hexdigest()
                except OSError as error:
                    raise InputError("not-read", path=file, error=error.strerror) from error
                self._files.setdefault(digest, file)

    @classmethod
    def wanted(cls, folder: Path | str | None) -> Texts:
        """The texts of ``folder``, else of the folder that ``KG_TEXTS`` names, else none."""
        name = folder or os.environ.get("KG_TEXTS")
        return cls(Path(name) if name else None)

    def __getitem__(self, sha256: str) -> str:
        """The text with this digest, each line break as it stands in the file.

        Raises:
            InputError: with one finding, when it is not UTF-8.
        """
        file = self._files[sha256]
        try:
            return file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"0x{error.object[error.start]:02x}"
            finding = Finding.of("not-utf8", str(file), unreadable=True, byte=byte)
            raise InputError(findings=[finding]) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def words_at(text: str, fragments: Sequence[Fragment]) -> str:
    """The words at some offsets (code points, end exclusive), fragments joined by one space.

    >>> words_at("the trade mission", [(0, 3), (10, 17)])
    'the mission'
    """
    return " ".join(text[start:end] for start, end in fragments)


def nearest(text: str, words: str, start: int) -> Fragment | None:
    """Where the words stand nearest to an offset, or None.

    >>> nearest("a b a b a", "b", 6)
    (6, 7)
    """
    before = text.rfind(words, 0, start + len(words))
    after = text.find(words, start)
    found = [at for at in (before, after) if at >= 0]
    if not found:
        return None
    at = min(found, key=lambda place: abs(place - start))
    return at, at + len(words)
