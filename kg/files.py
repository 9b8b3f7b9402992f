"""Files: written beside their place and renamed, so that nobody sees half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from kg.errors import InputError


@contextmanager
def replacing(folder: Path, last: str) -> Iterator[Path]:
    """A folder to write in; on success its content moves into ``folder``, ``last`` last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
    except OSError as error:
        raise InputError("not-written", path=folder, error=error.strerror) from error
    try:
        yield staging
        items = sorted(staging.iterdir(), key=lambda item: (item.name == last, item.name))
        with ThreadPoolExecutor() as pool:  # to let go of a large file takes the system a while
            list(pool.map(lambda item: item.replace(folder / item.name), items[:-1]))
        for item in items[-1:]:
            item.replace(folder / item.name)
    except OSError as error:
        raise InputError("not-written", path=folder, error=error.strerror or error) from error
    finally:
        _remove(staging)


def _remove(folder: Path) -> None:
    """Remove a folder, in which a store that is being closed may still write."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def write_file(path: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it; an old file stays whole until then."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
