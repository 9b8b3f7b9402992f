"""The pool by itself: what becomes of requests when workers and clients come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kg.web.limits import Limits
from kg.web.server.frames import BODY, BROKEN, END, Call, Head, part
from kg.web.server.job import Job, Refused
from kg.web.server.link import Link
from kg.web.server.nursery import Plan
from kg.web.server.pool import Pool

CALL = Call("GET", "/", "", (), "http://localhost")
ANSWER = Head(200, b"", 3).frame() + part(BODY, b"abc") + part(END)


class Sink:
    """Notes what a client is told, and may do something when it is refused."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.told: list[object] = []
        self.then = then

    def begin(self, head: Head) -> None:
        self.told.append(head.status)

    def body(self, content: bytes) -> None:
        self.told.append(content)

    def end(self) -> None:
        self.told.append("end")

    def fail(self, refused: Refused | None) -> None:
        self.told.append(refused and refused.code)
        self.then()


class Transport:
    """The way to a worker that never answers by itself."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


class Generation:
    """Workers of one build, none of which runs."""

    is_gone = False

    def __init__(self) -> None:
        self.statuses: dict[int, int] = {}
        self.killed: list[int] = []

    def kill(self, pid: int) -> None:
        self.killed.append(pid)

    def slow_down(self, pid: int) -> None:
        """Nothing: it does not run."""


class Stage:
    """A pool with workers that do what the test says."""

    def __init__(self, workers: int) -> None:
        self.pool = Pool(Plan("", "", "", "", "en", Limits(workers=4)), lambda *_, **__: None)
        self.generation: Any = Generation()
        self.pool.generation = self.generation
        self.links = [Link(self.pool, self.generation, pid) for pid in range(workers)]
        for link in self.links:
            link.transport = Transport()  # type: ignore[assignment]

    @classmethod
    def with_one_worker(cls) -> tuple[Stage, Link]:
        """A pool whose only worker has arrived."""
        found = cls(1)
        found.pool.arrived(found.links[0])
        return found, found.links[0]

    def ask(self, sink: Sink, client: str = "1.1.1.1") -> Job:
        return self.pool.submit(CALL, client, sink)


def played(scene: Callable[[], None]) -> None:
    """Run a scene in a loop and a thread of its own: the loop of a browser may run in this one."""

    async def play() -> None:
        scene()

    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(play())).result()


def test_a_worker_has_its_next_request_before_the_answer_is_handed_on() -> None:
    def scene() -> None:
        stage, link = Stage.with_one_worker()
        seen: list[object] = []

        class Watching(Sink):
            def begin(self, head: Head) -> None:
                seen.append(link.job)

        stage.ask(Watching())
        after = stage.ask(Sink(), "2.2.2.2")
        link.data_received(ANSWER)
        assert seen == [after]

    played(scene)


def test_each_client_is_given_its_own_answer_in_whatever_portions_it_comes() -> None:
    def scene() -> None:
        stage, link = Stage.with_one_worker()
        sinks = [Sink() for _ in range(3)]
        for number, sink in enumerate(sinks):
            stage.ask(sink, f"1.1.1.{number}")
        for number in range(3):
            answer = Head(200, b"", 1).frame() + part(BODY, b"%d" % number) + part(END)
            for at in range(len(answer)):
                link.data_received(answer[at : at + 1])
        assert [sink.told for sink in sinks] == [[200, b"%d" % n, "end"] for n in range(3)]

    played(scene)


def test_who_is_refused_may_ask_again_and_nobody_is_answered_twice() -> None:
    def scene() -> None:
        stage = Stage(2)
        again = Sink()
        first, second = Sink(lambda: stage.ask(again)), Sink()
        waiting = [stage.ask(first), stage.ask(second, "2.2.2.2")]
        for job in waiting:
            job.arrived -= 1000
        stage.pool._idle += stage.links  # they arrived, and nothing was handed to them yet
        stage.pool._look()
        assert first.told == second.told == ["web-busy"]
        for link in stage.links:
            if link.job is not None:
                link.data_received(ANSWER)
        assert again.told == [200, b"abc", "end"]
        assert second.told == ["web-busy"]

    played(scene)


def test_nothing_is_begun_on_a_worker_that_is_to_die() -> None:
    def scene() -> None:
        stage, link = Stage.with_one_worker()
        lent = stage.ask(Sink())
        stage.pool._loan = lent
        other = stage.ask(Sink(), "2.2.2.2")  # takes the loan back
        assert stage.generation.killed == [link.pid]
        link.data_received(ANSWER)  # it was faster
        assert other.link is None
        assert link.transport.is_closing()  # type: ignore[union-attr]

    played(scene)


def test_an_answer_that_breaks_off_is_told_so_and_the_worker_goes_on() -> None:
    def scene() -> None:
        stage, link = Stage.with_one_worker()
        broken, whole = Sink(), Sink()
        stage.ask(broken)
        stage.ask(whole, "2.2.2.2")
        link.data_received(Head(200, b"", None).frame() + part(BODY, b"a"))
        link.data_received(part(BROKEN))
        link.data_received(ANSWER)
        assert broken.told == [200, b"a", None]
        assert whole.told == [200, b"abc", "end"]

    played(scene)


def test_a_client_that_has_gone_is_told_nothing() -> None:
    def scene() -> None:
        stage, link = Stage.with_one_worker()
        gone, next_ = Sink(), Sink()
        job = stage.ask(gone)
        stage.ask(next_, "2.2.2.2")
        link.data_received(Head(200, b"", 3).frame())
        stage.pool.cancel(job)
        link.data_received(part(BODY, b"abc") + part(END))
        link.data_received(ANSWER)
        assert gone.told == [200]
        assert next_.told == [200, b"abc", "end"]

    played(scene)
