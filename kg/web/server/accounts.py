"""Accounts: what each client has spent of the time of the workers."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.web.limits import Limits

if TYPE_CHECKING:
    from kg.web.server.job import Job

FREE = 0.05  # seconds of each request that are not charged: pages and lookups cost nothing
_STEPS = 4  # of standing, to a second
FAULT = 1.0  # seconds that a malformed query or a killed worker costs beside its time
_KEPT = 10_000


class Account:
    """One client: what it has spent, what it has running and waiting.

    Args:
        limits: of the server.
        clock: seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.clock = clock
        self.waiting: deque[Job] = deque()
        self.parked: deque[Job] = deque()
        self.running: set[Job] = set()
        self.is_known = False  # a request of it was answered at once
        self._spent = 0.0
        self._at = clock()

    @property
    def spent(self) -> float:
        """Seconds that are not forgotten yet."""
        now = self.clock()
        self._spent = max(0.0, self._spent - (now - self._at) * self.limits.refill)
        self._at = now
        return self._spent

    def charge(self, seconds: float, fault: bool = False) -> None:
        """Note what a request took."""
        cost = max(0.0, seconds - FREE) + FAULT * fault
        if not cost:
            self.is_known = True
        else:
            self._spent = self.spent + cost

    @property
    def wait(self) -> int:
        """Seconds until it may ask again; 0 where it may ask now."""
        over = self.spent - self.limits.budget
        return math.ceil(over / self.limits.refill) + 1 if over > 0 else 0

    @property
    def slow(self) -> int:
        """How many of its requests run that are known to be slow."""
        return sum(job.is_slow and not job.preempted for job in self.running)

    @property
    def quick(self) -> int:
        """How many of its requests run that are not known to be slow."""
        return sum(not job.is_slow for job in self.running)

    @property
    def is_light(self) -> bool:
        """Whether it has asked for nothing slow."""
        return not self.parked and not self.slow

    def standing(self, now: float) -> tuple[int, bool, int]:
        """Who goes first: the least of these, by what was spent and is being spent.

        Between equals, those go first of whom it is known that they ask for little.
        """
        spent = self.spent if self._spent else 0.0
        spent += sum(now - job.started for job in self.running)
        return (int(_STEPS * spent), not self.is_known, len(self.running))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is known of it that would be missed."""
        return not (self.running or self.waiting or self.parked or self.spent)


class Accounts:
    """The accounts by client.

    >>> accounts = Accounts(Limits(budget=10, refill=1))
    >>> accounts.of("127.0.0.1").charge(12)
    >>> accounts.of("127.0.0.1").wait > 0, accounts.of("127.0.0.2").wait
    (True, 0)
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._by_name: dict[str, Account] = {}

    def of(self, address: str) -> Account:
        """The account of a client; addresses of one IPv6 network (/64) are one client."""
        name = _network(address) if ":" in address else address
        found = self._by_name.get(name)
        if found is None:
            if len(self._by_name) >= _KEPT:
                self._by_name = {k: v for k, v in self._by_name.items() if not v.is_idle}
            found = self._by_name[name] = Account(self.limits)
        return found


def _network(address: str) -> str:
    try:
        whole = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if whole.ipv4_mapped:
        return str(whole.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(whole) >> 64 << 64, 64)))
