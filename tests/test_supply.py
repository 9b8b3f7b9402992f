"""The files of others: brought as the lock says, or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from kg.web.asset import asset
from kg.web.supply import Package, Refused, Supply, main


def archive(files: dict[str, bytes]) -> bytes:
    """A package as npm makes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A client that brings the file beside it, as ``npm pack --pack-destination DIR`` does."""
    (tmp_path / "held.tgz").write_bytes(archive({"dist/a.js": b"let a", "dist/b.css": b"b {}"}))
    script = tmp_path / "npm"
    script.write_text(f'#!/bin/sh\ncp "{tmp_path}/held.tgz" "$5/a-1.0.0.tgz"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


@pytest.fixture
def package(npm: Path) -> Package:
    digest = hashlib.sha512(npm.with_name("held.tgz").read_bytes()).digest()
    integrity = f"sha512-{base64.b64encode(digest).decode()}"
    return Package("a", "1.0.0", integrity, ("dist/a.js", "dist/b.css"), "MIT", "Be kind.\n")


def test_files_are_brought_with_the_notice_of_their_license(
    npm: Path, package: Package, tmp_path: Path
) -> None:
    folder = tmp_path / "assets"
    assert list(Supply((package,), str(npm)).bring(folder)) == ["a.js", "b.css", "a.license.txt"]
    assert (folder / "a.js").read_bytes() == b"let a"
    assert (folder / "a.license.txt").read_text() == "a 1.0.0 (MIT)\nBe kind.\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"integrity": "sha512-AAAA"}, "is not what the lock says"),
        ({"files": ("dist/c.js",)}, "has no file dist/c.js"),
    ],
)
def test_what_is_not_as_locked_is_refused_and_nothing_is_written(
    npm: Path, package: Package, tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    folder = tmp_path / "assets"
    wrong = replace(package, **change)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=reason):
        list(Supply((wrong,), str(npm)).bring(folder))
    assert not folder.exists()


def test_a_client_that_fails_or_is_missing_is_told_of(package: Package, tmp_path: Path) -> None:
    for client, reason in (("/bin/false", "did not bring a 1.0.0"), (None, "npm is not installed")):
        with pytest.raises(Refused, match=reason):
            list(Supply((package,), client).bring(tmp_path / "assets"))


def test_without_npm_there_is_a_warning_and_a_release_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(str(tmp_path / "assets")) == 0
    assert "warning: npm is not installed" in capsys.readouterr().err
    assert main(str(tmp_path / "assets"), "--strict") == 1


def test_the_lock_names_versions_and_hashes_and_no_address() -> None:
    packages = (*Supply.locked().packages, *Supply.locked(for_tests=True).packages)
    assert {package.name for package in packages} == {"@zazuko/yasgui", "axe-core"}
    for package in packages:
        assert package.integrity.startswith("sha512-")
        assert package.version[0].isdigit()
        assert package.license


def test_only_files_of_the_folder_are_assets() -> None:
    assert asset("../asset.py") is None
    assert asset(".hidden") is None
    assert asset("nothing.js") is None
