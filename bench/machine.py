"""Machine: on what something was measured."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_OWN = ("ecodip", "pyoxigraph", "rdflib", "owlrl", "pyshacl")


def facts(peers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Processor, memory, versions and day; ``peers`` are names with versions."""
    found = {
        "date": date.today().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory() / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }
    for package in _OWN:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "from its folder"
    return found | {f"peer {name}": number for name, number in peers}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return model[1] if model else platform.processor() or platform.machine()


def _memory() -> int:
    if not hasattr(os, "sysconf"):
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
