"""Nursery: loads an application once, forks workers of it, and forks anew what dies."""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from kg.web.limits import Limits
from kg.web.server import sandbox
from kg.web.server.warming import warm
from kg.web.server.worker import STACK, Answers, work

# Messages between front and nursery: a letter, and two numbers.
MESSAGE = struct.Struct("!cIi")
READY, WORKER, DEAD = b"R", b"W", b"D"  # to the front: what is denied; a process; its status
KILL, SLOW, RETIRE = b"K", b"S", b"Q"  # from the front: a process; the same; no more forks
_SOCKETS_DENIED, _MEMORY_LIMITED = 1, 2  # the value of READY
_NICE = 3  # of what is slow: all else goes first
_HEAP = 128 << 20  # bytes of addresses that malloc(3) reserves for a thread
_HASTE = 0.1  # seconds that a worker lives at least, unless something is very wrong


@dataclass(frozen=True)
class Plan:
    """What a nursery is told: which application to load, and the limits.

    Args:
        app: ``module:function``, called with this plan; it returns an application.
        root: folder of the project.
        build: where its graph is.
        texts: folder of the source texts; empty for none.
        lang: language of messages.
        limits: for each worker.
    """

    app: str
    root: str
    build: str
    texts: str
    lang: str
    limits: Limits

    def argument(self, control: int) -> str:
        """For the command line of a nursery that is controlled over this descriptor."""
        return json.dumps({**asdict(self), "control": control, "front": os.getpid()})

    def load(self) -> Answers:
        """The application."""
        module, _, function = self.app.partition(":")
        found: Answers = getattr(importlib.import_module(module), function)(self)
        return found


def application(plan: Plan) -> Answers:
    """The application of the project, its graph opened, or in memory where it is not too large."""
    from kg.layout import Layout
    from kg.project import Project
    from kg.web.application import Application

    layout = Layout(Path(plan.root), Path(plan.build))
    project = Project(texts=plan.texts or None, lang=plan.lang, layout=layout)
    return Application.loaded(project, plan.limits)


def lacking(kept: int) -> list[str]:
    """The codes of messages that say what the system does not keep workers from.

    >>> lacking(0), lacking(3)
    (['web-serving-sockets', 'web-serving-memory'], [])
    """
    bits = {"web-serving-sockets": _SOCKETS_DENIED, "web-serving-memory": _MEMORY_LIMITED}
    return [code for code, bit in bits.items() if not kept & bit]


class Nursery:
    """Keeps workers alive.

    Args:
        control: to the front: workers go out over it, commands come in.
        app: what the workers run.
        limits: for each worker.
    """

    def __init__(self, control: socket.socket, app: Answers, limits: Limits) -> None:
        self.control = control
        self.app = app
        self.limits = limits
        self.born: dict[int, float | None] = {}  # when; None where it was replaced already
        self.retired = False

    def run(self) -> None:
        """Fork, watch and fork again, until the front goes."""
        wake, poke = socket.socketpair()
        poke.setblocking(False)
        signal.set_wakeup_fd(poke.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noted)
        with wake, poke:
            try:
                self._watch(wake)
            finally:
                signal.set_wakeup_fd(-1)
                for pid in self.born:
                    os.kill(pid, signal.SIGKILL)

    def _watch(self, wake: socket.socket) -> None:
        self._tell(READY, 0, self._restrict())
        for _ in range(self.limits.workers):
            self._fork()
        while self.born or not self.retired:
            ready, _, _ = select.select([wake, self.control], [], [])
            if wake in ready:
                wake.recv(4096)
                self._bury()
            if self.control in ready and not self._obey():
                return

    def _restrict(self) -> int:
        """Give up what no worker may do; bits say what the system keeps to."""
        denied = _SOCKETS_DENIED if sandbox.deny_sockets() else 0
        return denied | (_MEMORY_LIMITED if sandbox.limits_memory() else 0)

    def _fork(self) -> None:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._be_worker(theirs, ours, parent)
            finally:
                os._exit(0)
        self.born[pid] = time.monotonic()
        socket.send_fds(self.control, [MESSAGE.pack(WORKER, pid, 0)], [ours.fileno()])
        ours.close()
        theirs.close()

    def _be_worker(self, sock: socket.socket, other: socket.socket, parent: int) -> None:
        sandbox.die_with(parent)
        sandbox.give_way()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        other.close()
        self.control.close()
        # Two threads, one that answers and one that asks, take addresses for stack and heap.
        sandbox.limit_memory(self.limits.memory + 2 * (STACK + _HEAP))
        work(sock, self.app, self.limits)

    def _bury(self) -> None:
        while self.born:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            born = self.born.pop(pid)
            self._tell(DEAD, pid, os.waitstatus_to_exitcode(status))
            if born is not None:
                self._replace(born)

    def _replace(self, born: float) -> None:
        if not self.retired:
            time.sleep(max(0.0, born + _HASTE - time.monotonic()))
            self._fork()

    def _obey(self) -> bool:
        data = self.control.recv(MESSAGE.size)
        if len(data) < MESSAGE.size:
            return False
        kind, pid, _ = MESSAGE.unpack(data)
        if kind == RETIRE:
            self.retired = True
        elif pid in self.born and kind == KILL:
            os.kill(pid, signal.SIGKILL)
            born, self.born[pid] = self.born[pid], None
            if born is not None:
                self._replace(born)  # at once: on a busy machine dying takes its time
        elif pid in self.born:
            sandbox.slow_down(pid, _NICE)
        return True

    def _tell(self, kind: bytes, pid: int, status: int) -> None:
        self.control.sendall(MESSAGE.pack(kind, pid, status))


def _noted(_signal: int, _frame: FrameType | None) -> None:
    """Nothing: the wakeup descriptor tells of it."""


def main(argument: str) -> int:
    """Run a nursery; see :meth:`Plan.argument`."""
    from kg.errors import KgError

    told: dict[str, Any] = json.loads(argument)
    sandbox.die_with(told.pop("front"))
    control = socket.socket(fileno=told.pop("control"))
    plan = Plan(**{**told, "limits": Limits(**told["limits"])})
    try:
        app = plan.load()
        warm(app)
    except KgError as error:
        from kg.cli.options import explain

        explain(error, lang=plan.lang)
        return error.exit_code
    gc.collect()
    gc.freeze()  # so that collections in workers copy no page that all of them share
    try:
        Nursery(control, app, plan.limits).run()
    except (BrokenPipeError, ConnectionResetError):
        return 0  # the front has gone; the workers die with us
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
