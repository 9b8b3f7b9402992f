"""Sandbox: what a process may still do once it answers strangers."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1  # EPERM
# By machine: its AUDIT_ARCH, and the numbers of socket(2) and io_uring_setup(2), which makes
# sockets too. socketpair(2), accept(2) and what works on open sockets stay allowed.
_CALLS = {"x86_64": (0xC000003E, (41, 425)), "aarch64": (0xC00000B7, (198, 425))}
_STATM = Path("/proc/self/statm")
_X32 = 0x40000000  # the same calls by other numbers, on x86-64


def deny_sockets() -> bool:
    """Forbid this thread and all that it starts to open a socket, for good.

    Returns:
        Whether it is so: Linux on x86-64 or ARM64 only.

    Source: seccomp(2), with a classic BPF program.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _CALLS:
        return False
    arch, calls = _CALLS[machine]
    program = _program(arch, calls)
    code = ctypes.create_string_buffer(b"".join(program))
    # struct sock_fprog: a count, and the address of the instructions, aligned.
    description = ctypes.create_string_buffer(
        struct.pack("@HP", len(program), ctypes.addressof(code))
    )
    if not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    if not _prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(description)):
        return False
    try:
        socket.socket().close()
    except PermissionError:
        return True
    return False


def _program(arch: int, calls: tuple[int, ...]) -> list[bytes]:
    deny = len(calls) + 2  # from the instruction that loads the number

    def step(code: int, then: int, otherwise: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, then, otherwise, value)

    return [
        step(_LOAD, 0, 0, 4),
        step(_EQUAL, 0, deny + 1, arch),
        step(_LOAD, 0, 0, 0),
        step(_AT_LEAST, deny - 1, 0, _X32),
        *(step(_EQUAL, deny - 2 - i, 0, call) for i, call in enumerate(calls)),
        step(_RETURN, 0, 0, _ALLOW),
        step(_RETURN, 0, 0, _DENY),
    ]


def die_with(parent: int) -> bool:
    """Have this process killed when its parent ends, however that ends.

    Args:
        parent: the process that it should be the child of.

    Returns:
        Whether the system does so (Linux).
    """
    if sys.platform != "linux" or not _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
        return False
    if os.getppid() != parent:  # it ended meanwhile
        os.kill(os.getpid(), signal.SIGKILL)
    return True


def slow_down(pid: int, by: int) -> None:
    """Have a process take processor time only when others leave it some; on Linux each thread."""
    try:
        threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        threads = [pid]
    for thread in threads:
        with contextlib.suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, thread, by)


def give_way() -> None:
    """Have this process wait, when it is woken, until what runs then pauses (Linux).

    So a front that hands out requests hands out all it has before a worker takes its processor.

    Source: sched(7), SCHED_BATCH.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def limits_memory() -> bool:
    """Whether :func:`limit_memory` can be kept to here (Linux)."""
    return _STATM.exists()


def limit_memory(more: int) -> None:
    """Allow this process ``more`` bytes of addresses beyond those that it has now.

    Nor does it leave a dump of its memory when it breaks down.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if not limits_memory():
        return
    used = int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + more if most == resource.RLIM_INFINITY else min(most, used + more)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _prctl(option: int, *values: int) -> bool:
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    call.restype = ctypes.c_int
    return int(call(option, *values, *[0] * (4 - len(values)))) == 0
