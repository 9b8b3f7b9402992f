"""Peers: the engines that are compared, the work they are given, and where they are installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus import ROOT

ENVIRONMENTS = ROOT / ".bench"


class NotAvailable(Exception):
    """A peer that cannot be installed here; the message says why."""


@dataclass(frozen=True)
class Engine:
    """A program that does some work.

    Args:
        name: what the table calls it.
        module: the module of :mod:`bench.engines`.
        peer: the package in whose environment it runs; None for this project's own.
        options: more arguments.
        lacks: what it cannot do, so that its answer may lack something; nothing for most.
        known: local name of a shape to why this engine is known to find too much with it.
    """

    name: str
    module: str
    peer: str | None = None
    options: tuple[str, ...] = ()
    lacks: str = ""
    known: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Work:
    """One kind of work: which files are read, and by which engines; ours is the first."""

    name: str
    task: str
    files: tuple[str, str]
    engines: tuple[Engine, ...]


OURS = Engine("ecodip", "ecodip")
_PYSHACL = Engine("pyshacl", "pyshacl", "pyshacl")
_RUDOF = (
    Engine("pyrudof", "pyrudof", "pyrudof", known={
        "S46-start": "it takes no xsd:nonNegativeInteger to be at least an xsd:integer",
    }),
    Engine("pyrudof (SPARQL mode)", "pyrudof", "pyrudof", ("--sparql",)),
)  # fmt: skip
WORKS = (
    Work("reasoning", "reasoning", ("facts", "ontology"), (
        OURS,
        Engine("owlrl", "owlrl", "owlrl"),
        Engine("reasonable", "reasonable", "reasonable", lacks="property chains"),
    )),
    Work("validation, core shapes", "validation", ("data", "core"), (OURS, _PYSHACL, *_RUDOF)),
    Work("validation, all shapes", "validation", ("data", "shapes"), (OURS, _PYSHACL, *_RUDOF)),
)  # fmt: skip
PEERS = tuple(dict.fromkeys(e.peer for work in WORKS for e in work.engines if e.peer))


def python(peer: str | None) -> Path:
    """The interpreter of a peer's environment; a new environment is made where it is needed.

    Raises:
        NotAvailable: the peer cannot be installed.
    """
    if peer is None:
        return Path(sys.executable)
    folder = ENVIRONMENTS / peer
    pinned = ROOT / "requirements" / f"bench-{peer}.txt"
    mark, digest = folder / "done", hashlib.sha256(pinned.read_bytes()).hexdigest()
    binary = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (mark.exists() and mark.read_text() == digest):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _install(folder, binary, pinned)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            raise NotAvailable(f"{peer} cannot be installed: {said[-1]}") from error
        mark.write_text(digest)
    return binary


def version(peer: str) -> str:
    """The pinned version of a peer."""
    lines = (ROOT / "requirements" / f"bench-{peer}.txt").read_text().splitlines()
    return next(line.split("==")[1].split()[0] for line in lines if line.startswith(f"{peer}=="))


def _install(folder: Path, binary: Path, pinned: Path) -> None:
    wanted = ("--no-deps", "--require-hashes", "-r", str(pinned))
    if uv := shutil.which("uv"):
        venv.create(folder)
        _call(uv, "pip", "install", "-q", "--python", str(binary), *wanted)
    else:
        venv.create(folder, with_pip=True)
        quiet = ("-q", "--disable-pip-version-check")
        _call(str(binary), "-m", "pip", "install", *quiet, *wanted)


def _call(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- ours
