"""Queue: the requests that wait, and whose turn it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kg.web.server.accounts import Account

if TYPE_CHECKING:
    from kg.web.server.job import Job

_NONE: deque[Job] = deque()


class Queue:
    """Requests that wait: of each client those of which nothing is known, and those known to be
    slow, which were stopped and begin again.
    """

    def __init__(self) -> None:
        self._accounts: dict[Account, None] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Job]:
        return iter([job for account in self._accounts for job in self.of(account)])

    @staticmethod
    def of(account: Account) -> list[Job]:
        """What waits of one client."""
        return [*account.waiting, *account.parked]

    def put(self, job: Job, *, first: bool = False) -> None:
        """Have a request wait, behind the others of its client or before them."""
        waiting = job.account.parked if job.is_slow else job.account.waiting
        if first:
            waiting.appendleft(job)
        else:
            waiting.append(job)
        self._accounts[job.account] = None
        self._size += 1

    def drop(self, job: Job) -> None:
        """Have a request wait no longer, if it does."""
        for waiting in (job.account.waiting, job.account.parked):
            if job in waiting:
                waiting.remove(job)
                self._size -= 1

    def take(
        self, now: float, *, most: int, lends: bool, may_be_slow: Callable[[Account], bool]
    ) -> tuple[Job, bool] | None:
        """Take out the request whose turn it is: of the client that stands best.

        Args:
            now: the time.
            most: requests of one client that run at once, beside those known to be slow.
            lends: whether a client that has asked for something slow may have its turn.
            may_be_slow: whether a client may run what is known to be slow.

        Returns:
            The request, and whether its client has asked for something slow; None where nobody may
            have a turn.
        """
        best: tuple[float, ...] | None = None
        chosen = None
        is_lent = False
        for account in list(self._accounts):
            if not account.waiting and not account.parked:
                del self._accounts[account]
                continue
            waiting = account.waiting if account.quick < most else _NONE
            if account.parked and may_be_slow(account):
                waiting = account.parked
            if waiting and (lends or account.is_light):
                key = (*account.standing(now), waiting[0].arrived)
                if best is None or key < best:
                    best, chosen, is_lent = key, waiting, not account.is_light
        if chosen is None:
            return None
        self._size -= 1
        return chosen.popleft(), is_lent
