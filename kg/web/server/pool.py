"""Pool: which request runs on which worker, and when; keeps good clients served."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from time import monotonic

from kg.web.limits import Limits
from kg.web.server.accounts import Account, Accounts
from kg.web.server.frames import Call
from kg.web.server.generation import Generation
from kg.web.server.job import Job, Refused, Sink
from kg.web.server.link import Link
from kg.web.server.nursery import Plan
from kg.web.server.queue import Queue
from kg.web.server.worker import OUT_OF_MEMORY

SLOW = 0.3  # seconds after which a request counts as slow
_PULSE = 0.05
_LEND = 1.0  # seconds
_MOST, _MOST_EACH = 1000, 250  # requests that wait, of all clients and of one
_ALARM, _ABORT, _KILL = -14, -6, -9  # exit statuses: signals
_OTHERS = (_KILL, -15, 0)  # it was not the request that ended the worker


class Pool:
    """Runs requests on workers.

    Every request gets ``SLOW`` seconds. Those that need more may take half of the workers,
    and one client not all of these; what is beyond that is stopped and waits for its turn. Who
    has spent least goes first. Who has asked for something slow is lent one of the reserve once
    a second at most, until another needs it. So a lookup finds a worker soon, whatever else is
    asked.

    Args:
        plan: what nurseries are told.
        tell: called with a message code and its values when something should be noted.
    """

    def __init__(self, plan: Plan, tell: Callable[..., None]) -> None:
        self.plan = plan
        self.tell = tell
        self.limits: Limits = plan.limits
        self.accounts = Accounts(plan.limits)
        self.generation: Generation | None = None
        workers = self.limits.workers
        self.slots = max(1, workers // 2)  # for slow requests
        self.reserve = workers - self.slots
        self.share = max(1, self.slots - 1)  # of them for one client
        # Quick requests of one client that run at once: more than there are processors, and one
        # that is between two of them, only take their caches from each other.
        self.together = (os.cpu_count() or 1) + 1
        self._generations: set[Generation] = set()
        self._links: set[Link] = set()
        self._idle: list[Link] = []
        self._busy: dict[Link, Job] = {}
        self._dying: dict[tuple[Generation, int], Job] = {}
        self._queue = Queue()
        self._pulse: asyncio.TimerHandle | None = None
        self._closing = False
        self._lent = 0.0  # when a client with something slow had one of the reserve
        self._loan: Job | None = None  # what it asked

    async def start(self) -> Generation:
        """Load the graph and start workers; or replace those that run by such of a new build.

        Requests that run are finished by the worker that has them.

        Raises:
            EngineError: the application cannot be loaded; the old workers go on.
        """
        generation = Generation(self.plan, self)
        self._generations.add(generation)
        await generation.start()
        old, self.generation = self.generation, generation
        if old is not None:
            self._retire(old)
        for link in self._links:
            if link.generation is generation and link.job is None:
                self._idle.append(link)
        self._dispatch()
        return generation

    def _retire(self, generation: Generation) -> None:
        generation.retire()
        for link in [link for link in self._links if link.generation is generation]:
            if link.job is None:
                if link in self._idle:
                    self._idle.remove(link)
                link.close()

    async def close(self) -> None:
        """End all workers."""
        self._closing = True
        if self._pulse is not None:
            self._pulse.cancel()
        for link in self._links:
            link.close()
        for generation in list(self._generations):
            await generation.close()

    def submit(self, call: Call, address: str, sink: Sink) -> Job:
        """Take a request on; the response goes to ``sink``.

        Raises:
            Refused: the client has spent its share, or too many requests wait.
        """
        account = self.accounts.of(address)
        if spent := self._spent(account):
            raise spent
        if len(self._queue.of(account)) >= _MOST_EACH:
            raise Refused(429, "web-too-many", 1)
        if len(self._queue) >= _MOST:
            raise Refused(503, "web-busy", 1)
        job = Job(call, account, monotonic(), sink)
        self._queue.put(job)
        self._dispatch()
        if job.link is None and account.is_light:
            self._call_in()
        if self._pulse is None:
            self._pulse = asyncio.get_running_loop().call_later(_PULSE, self._look)
        return job

    def _spent(self, account: Account) -> Refused | None:
        if wait := account.wait:
            return Refused(429, "web-spent", wait, budget=f"{self.limits.budget:g}")
        return None

    def _call_in(self) -> None:
        """Take back what was lent, for who has asked for nothing slow."""
        loan, self._loan = self._loan, None
        if loan is not None and loan.link is not None and not loan.is_slow and not loan.status:
            loan.preempted = True
            loan.link.is_worn = True  # should it answer first: nothing else is to die with it
            loan.link.kill()

    def cancel(self, job: Job) -> None:
        """Forget a request that nobody waits for any more; what runs long is stopped soon."""
        job.abandon()
        if job.link is None:
            self._queue.drop(job)

    def _next(self) -> Job | None:
        """The job whose turn it is, if any may run now."""
        now = monotonic()
        is_short = len(self._idle) <= self.reserve
        found = self._queue.take(
            now,
            most=self.together,
            lends=not is_short or now - self._lent > _LEND,
            may_be_slow=lambda account: self._slow < self.slots and account.slow < self.share,
        )
        if found is None:
            return None
        job, is_lent = found
        if is_lent and is_short:
            self._lent, self._loan = now, job
        return job

    @property
    def _slow(self) -> int:
        """How many requests run that are known to be slow."""
        return sum(job.is_slow and not job.preempted for job in self._busy.values())

    def _dispatch(self) -> None:
        while self._idle and self._queue:
            job = self._next()
            if job is None:
                return
            link = self._idle.pop()
            job.started = monotonic()
            job.preempted = False
            job.account.running.add(job)
            self._busy[link] = job
            link.start(job)

    def _release(self, link: Link) -> Job:
        job = self._busy.pop(link)
        job.account.running.discard(job)
        job.link = None
        seconds = monotonic() - job.started
        job.account.charge(seconds, job.status in (400, 500))
        return job

    # What happens to links.

    def arrived(self, link: Link) -> None:
        """A worker is there."""
        self._links.add(link)
        if link.generation is self.generation:
            self._idle.append(link)
            self._dispatch()

    def finished(self, link: Link) -> None:
        """A worker has answered."""
        link.resume()
        self._release(link)
        link.job = None
        if link.generation is self.generation and not link.is_worn:
            self._idle.append(link)
            self._dispatch()
        else:
            link.close()

    def lost(self, link: Link) -> None:
        """A worker has gone; what becomes of its job is decided when its status is known."""
        self._links.discard(link)
        if link in self._idle:
            self._idle.remove(link)
        status = link.generation.statuses.pop(link.pid, None)
        if link.job is not None:
            job, link.job = self._release(link), None
            if status is not None:
                self._bury(job, status)
            elif link.generation.is_gone:
                self._bury(job, _KILL)
            else:
                self._dying[link.generation, link.pid] = job

    def died(self, generation: Generation, pid: int, status: int) -> None:
        """A worker ended with this status; its link may still hold what it sent before."""
        job = self._dying.pop((generation, pid), None)
        if job is not None:
            self._bury(job, status)
        elif any(link.pid == pid and link.generation is generation for link in self._links):
            generation.statuses[pid] = status

    def forget(self, generation: Generation) -> None:
        """Nothing is left of a nursery."""
        self._generations.discard(generation)

    def ended(self, generation: Generation) -> None:
        """A nursery has gone, and its workers with it."""
        self._idle = [link for link in self._idle if link.generation is not generation]
        for key in [key for key in self._dying if key[0] is generation]:
            self._bury(self._dying.pop(key), _KILL)
        if generation is self.generation and not self._closing:
            self.tell("web-nursery-lost")
            self.generation = None
            task = asyncio.get_running_loop().create_task(self._again())
            generation.tasks.add(task)

    async def _again(self) -> None:
        from kg.errors import EngineError

        while not self._closing:
            try:
                await self.start()
            except EngineError as error:
                self.tell("web-error", reason=error.words(self.plan.lang))
                await asyncio.sleep(1)
            else:
                return

    def _bury(self, job: Job, status: int) -> None:
        seconds = monotonic() - job.started
        if job.sink is None:
            job.over = True
        elif job.preempted and not job.status:
            self._queue.put(job)
        elif status == _ALARM or seconds >= self.limits.seconds:
            wait = max(1, round(self.limits.seconds))
            limit = f"{self.limits.seconds:g}"
            job.fail(Refused(503, "web-too-long", wait, seconds=limit))
        elif status in (_ABORT, OUT_OF_MEMORY):
            job.account.charge(0, fault=True)
            limit = f"{self.limits.memory >> 20:,}"
            job.fail(Refused(503, "web-memory", 10, limit=limit))
        elif status in _OTHERS and job.tries < self.limits.workers and not job.status:
            job.tries += 1  # all workers may have been killed at once
            self._queue.put(job, first=True)
        else:
            job.account.charge(0, fault=True)
            job.fail(Refused(503, "web-crash", 10))
        self._dispatch()

    # Time.

    def _look(self) -> None:
        now = monotonic()
        for link, job in list(self._busy.items()):
            if not job.is_slow and now - job.started > SLOW:
                job.is_slow = True
            if job.is_slow and not link.is_worn:
                link.is_worn = True
                link.generation.slow_down(link.pid)
            if job.sink is None or now - job.started > self.limits.seconds + 1:
                link.kill()  # nobody waits for it; or its own alarm should have ended it
        self._preempt()
        refused = [(job, why) for job in self._queue if (why := self._refusal(job, now))]
        for job, _ in refused:
            self._queue.drop(job)
        for job, why in refused:  # now: who is told may ask the next, which begins others
            job.fail(why)
        self._dispatch()
        again = self._busy or self._queue or self._dying
        loop = asyncio.get_running_loop()
        self._pulse = loop.call_later(_PULSE, self._look) if again else None

    def _refusal(self, job: Job, now: float) -> Refused | None:
        """Why a request waits no longer, if it has waited for long or its client has spent all."""
        # What was stopped once has waited on a worker before.
        most = self.limits.seconds * (2 if job.is_slow else 1)
        if now - job.arrived > most:
            return self._spent(job.account) or Refused(503, "web-busy", max(1, round(most)))
        return self._spent(job.account)

    def _preempt(self) -> None:
        """Stop slow requests that are beyond what all clients or one of them may have."""
        slow = [(link, job) for link, job in self._busy.items() if job.is_slow]
        stopped = [job for _, job in slow if job.preempted]
        excess = len(slow) - len(stopped) - self.slots
        for link, job in sorted(slow, key=lambda pair: _worth(pair[1])):
            if job.preempted:
                continue
            own = sum(other.account is job.account and not other.preempted for _, other in slow)
            if excess > 0 or own > self.share:
                job.preempted = True
                excess -= 1
                link.kill()


def _worth(job: Job) -> tuple[bool, float, float]:
    """What is stopped first: what no client has seen of yet, of who spent most, the newest."""
    return (bool(job.status), -job.account.spent, -job.started)
