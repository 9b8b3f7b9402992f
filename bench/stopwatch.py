"""Stopwatch: wall time, processor time and memory of this process. Only the standard library."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Stopwatch:
    """Measures the phases of some work.

    >>> watch = Stopwatch()
    >>> with watch.phase("load"):
    ...     found = sum(range(10))
    >>> sorted(watch.facts)
    ['load', 'load_cpu']
    """

    def __init__(self) -> None:
        self.facts: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what is done inside, in seconds."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.facts[name] = time.perf_counter() - wall
        self.facts[f"{name}_cpu"] = time.process_time() - cpu

    def finish(self) -> None:
        """Note the peak of memory so far, and print all that was measured as JSON."""
        self.facts["peak"] = peak()
        sys.stdout.write(json.dumps(self.facts) + "\n")
        sys.stdout.flush()


def peak() -> int:
    """The most memory that this process has held, in bytes.

    On Linux, ``ru_maxrss`` of a new process starts with that of its parent, so the kernel's own
    account of this program is read instead.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
