"""Supply: brings the files of others that the pages use, by version and hash, through npm."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "assets.toml"


@dataclass(frozen=True)
class Package:
    """A package of the lock: what it is called, the hash of it, and which of its files are used."""

    name: str
    version: str
    integrity: str
    files: tuple[str, ...]
    license: str
    notice: str = ""
    for_tests: bool = False

    @classmethod
    def of(cls, entry: dict[str, Any]) -> Package:
        """The package that an entry of the lock describes."""
        fields = {key.replace("-", "_"): value for key, value in entry.items()}
        return cls(**{**fields, "files": tuple(fields["files"])})


class Refused(Exception):
    """A package that is not what the lock says, or that cannot be had."""


@dataclass(frozen=True)
class Supply:
    """The packages of a lock, and the npm client that brings them.

    Args:
        packages: those to bring.
        npm: the client; none where the machine lacks it.

    >>> [package.name for package in Supply.locked(for_tests=True).packages]
    ['axe-core']
    """

    packages: tuple[Package, ...]
    npm: str | None = field(default_factory=lambda: shutil.which("npm"))

    @classmethod
    def locked(cls, *, for_tests: bool = False, lock: Path = LOCK) -> Supply:
        """The packages of the lock: those of the pages, or those that only tests use."""
        entries = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
        packages = map(Package.of, entries)
        return cls(tuple(package for package in packages if package.for_tests == for_tests))

    def bring(self, folder: Path) -> Iterator[str]:
        """Put the files into a folder, each package with its notice; their names.

        Raises:
            Refused: npm is missing or fails, or a package is not what the lock says. The folder
                then holds no file of that package that it did not hold before.
        """
        for package in self.packages:
            content = self._content(package)
            folder.mkdir(parents=True, exist_ok=True)
            for name, file in content.items():
                folder.joinpath(name).write_bytes(file)
                yield name

    def _content(self, package: Package) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as place:
            archive = self._archive(package, Path(place))
            digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if f"sha512-{digest}" != package.integrity:
                raise Refused(f"{package.name} {package.version} is not what the lock says")
            found = {}
            with tarfile.open(archive) as packed:
                for path in package.files:
                    if f"package/{path}" not in packed.getnames():
                        raise Refused(f"{package.name} has no file {path}")
                    member = packed.extractfile(f"package/{path}")
                    assert member is not None, path
                    found[Path(path).name] = member.read()
        title = f"{package.name} {package.version} ({package.license})\n"
        first = Path(package.files[0]).name.partition(".")[0]
        found[f"{first}.license.txt"] = f"{title}{package.notice}".encode()
        return found

    def _archive(self, package: Package, place: Path) -> Path:
        if self.npm is None:
            raise Refused("npm is not installed")
        command = [self.npm, "pack", "--silent", "--ignore-scripts"]
        command += ["--pack-destination", str(place), f"{package.name}@{package.version}"]
        try:
            subprocess.run(command, check=True, cwd=place, capture_output=True, timeout=300)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as error:
            raise Refused(f"npm did not bring {package.name} {package.version}: {error}") from error
        return next(place.glob("*.tgz"))


def main(folder: str, *options: str) -> int:
    """Bring the files; warn and go on where that is not possible, unless ``--strict``."""
    supply = Supply.locked(for_tests="--for-tests" in options)
    try:
        for name in supply.bring(Path(folder)):
            print(name)  # noqa: T201
    except Refused as refusal:
        print(f"warning: {refusal}; the pages work without", file=sys.stderr)  # noqa: T201
        return int("--strict" in options)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
