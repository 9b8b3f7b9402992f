"""Serving: the command `kg serve` on a loopback address, for as long as a test needs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.corpus import ROOT

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def serving(project: Path, texts: Path | None = None) -> Iterator[str]:
    """The origin at which a project answers; it is built if need be."""
    command = [sys.executable, "-m", "kg", "serve", "--project", str(project), "--port", "0"]
    command += ["--timeout", "60", "--budget", "100000"]
    command += ["--texts", str(texts)] if texts else []
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as server:
        assert server.stderr is not None
        said = []
        try:
            for line in server.stderr:
                said.append(line)
                if found := _ADDRESS.search(line):
                    yield found[0]
                    return
            raise AssertionError("".join(said))
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=20)
