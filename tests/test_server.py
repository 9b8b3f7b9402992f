"""The server: requests are passed to workers, and whatever becomes of these, answers are whole."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from kg.errors import EngineError, InputError
from kg.findings import Text
from kg.project import Project
from kg.web.exchange import Response
from kg.web.limits import Limits
from kg.web.server.accounts import Accounts
from kg.web.server.frames import Call
from kg.web.server.server import Options
from kg.web.server.worker import frames
from tests.conftest import Run
from tests.corpus import ROOT, Corpus
from tests.serving import LOOKUP, Served, children, serving

DONE = "/sparql?query=SELECT+*+{?x+<https://w3id.org/ecodip%23hasStatus>+?y}"


@pytest.fixture(scope="module")
def served(pristine: Corpus) -> Iterator[Served]:
    with serving(pristine, budget=1e6, target=8000, body=100_000) as found:
        yield found


def test_a_page_and_a_file_come_through_the_worker(served: Served) -> None:
    page = served.ask("/source.en.html")
    assert page.status == 200
    assert page.getheader("Content-Security-Policy")
    assert int(page.getheader("Content-Length") or 0) == len(page.content)  # type: ignore[attr-defined]
    assert served.ask("/static/style.css").getheader("Content-Type") == "text/css; charset=utf-8"
    assert served.ask("/id/loria-trade").status == 303
    assert served.ask("/nowhere.en.html").status == 404


def test_method_query_headers_and_body_reach_the_application(served: Served) -> None:
    path = "/echo?q=%C3%A9t%C3%A9+1&q=2"
    told = served.text(path, method="POST", body=b"abc", X_A="b", Host="example.org:80")
    assert told == "POST|http://example.org:80|été 1|b|3"


def test_two_headers_of_one_name_are_one_list(served: Served) -> None:
    with served.socket() as sock:
        sock.sendall(b"GET /echo HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\n\r\n")
        assert b"|1, 2|" in sock.recv(9999)


def test_head_has_the_length_and_no_body(served: Served) -> None:
    whole = served.ask("/static/style.css")
    with served.socket() as sock:
        sock.sendall(b"HEAD /static/style.css HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: sock.recv(9999), b""))
    assert answer.endswith(b"\r\n\r\n")
    assert f"Content-Length: {whole.getheader('Content-Length')}\r\n".encode() in answer


def test_head_of_a_long_body_has_none_either(served: Served) -> None:
    answer = served.ask("/parts?size=3000000", "HEAD")
    assert (answer.status, answer.content) == (200, b"")  # type: ignore[attr-defined]


def test_other_methods_are_refused_by_the_application(served: Served) -> None:
    answer = served.ask("/id/loria-trade.en.html", "DELETE")
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")


def test_requests_sent_ahead_are_answered_in_order(served: Served) -> None:
    request = b"GET /echo?q=%d HTTP/1.1\r\nHost: a\r\n%b\r\n"
    sent = [request % (i, b"Connection: close\r\n" if i == 9 else b"") for i in range(10)]
    with served.socket() as sock:
        sock.sendall(b"".join(sent))
        answer = b"".join(iter(lambda: sock.recv(9999), b""))
    positions = [answer.find(b"|%d||" % i) for i in range(10)]
    assert positions == sorted(positions)
    assert positions[0] > 0


def test_too_many_requests_ahead_end_the_connection(served: Served) -> None:
    with served.socket() as sock:
        sock.sendall(b"GET /sleep?seconds=0.2 HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
        with pytest.raises(ConnectionResetError):
            sock.recv(9999)


def test_http_1_0_is_answered_and_closed(served: Served) -> None:
    for path, size in ((b"/echo", 10), (b"/parts?size=2000000", 2_000_000)):
        with served.socket() as sock:
            sock.sendall(b"GET %b HTTP/1.0\r\n\r\n" % path)
            answer = b"".join(iter(lambda: sock.recv(99999), b""))
        assert b"chunked" not in answer
        assert len(answer.partition(b"\r\n\r\n")[2]) >= size


def test_a_client_that_waits_for_leave_gets_it(served: Served) -> None:
    with served.socket() as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                     b"Content-Length: 3\r\n\r\n")  # fmt: skip
        assert sock.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"abc")
        assert b"|3" in sock.recv(9999)


def test_an_offer_of_another_protocol_is_passed_over(served: Served) -> None:
    request = b"GET /echo?q=%d HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with served.socket() as sock:
        for number in range(2):
            sock.sendall(request % number)
            assert b"|%d|" % number in sock.recv(9999)


def test_a_long_body_comes_whole(served: Served) -> None:
    answer = served.ask("/parts?size=5000000")
    assert answer.getheader("Transfer-Encoding") == "chunked"
    assert len(answer.content) == 5_000_000  # type: ignore[attr-defined]


def test_a_body_that_breaks_early_is_an_error(served: Served) -> None:
    answer = served.ask("/parts?size=500000&fails=it+broke")
    assert (answer.status, answer.content) == (503, b"the query stopped: it broke\n")  # type: ignore[attr-defined]


def test_a_body_that_breaks_late_never_looks_complete(served: Served) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        served.ask("/parts?size=5000000&fails=it+broke")
    with served.socket() as sock:
        sock.sendall(b"GET /parts?size=5000000&fails=1 HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            list(iter(lambda: sock.recv(99999), b""))


def test_a_fault_of_the_program_is_a_500_and_the_worker_goes_on(served: Served) -> None:
    before = set(served.workers)
    answer = served.ask("/fault")
    assert answer.status == 500
    assert b"a fault of the program" not in answer.content  # type: ignore[attr-defined]
    assert set(served.workers) == before


def test_a_header_of_several_lines_is_never_sent(served: Served) -> None:
    answer = served.ask("/header")
    assert answer.status in (500, 503)
    assert answer.getheader("Set-Cookie") is None


@pytest.mark.parametrize("host", ["a b", 'a"><script>', "a/b?c", "é"])
def test_a_host_that_is_none_is_refused(served: Served, host: str) -> None:
    with served.socket() as sock:
        sock.sendall(b"GET /echo HTTP/1.1\r\nHost: %b\r\n\r\n" % host.encode())
        assert sock.recv(9999).startswith(b"HTTP/1.1 400 ")


def test_parameters_that_are_no_utf_8_are_refused_and_not_mended(served: Served) -> None:
    assert served.ask("/echo?q=%C3%A9").status == 200
    assert served.ask("/echo?q=%E9").status == 400


def test_what_takes_too_long_is_killed_and_said_so(served: Served) -> None:
    began = time.monotonic()
    answer = served.ask("/loop", Accept_Language="fr")
    took = time.monotonic() - began
    assert (answer.status, answer.getheader("Retry-After")) == (503, "2")
    assert answer.getheader("Access-Control-Allow-Origin") == "*"
    assert b"permises" in answer.content  # type: ignore[attr-defined]
    assert 1.9 < took < 2.6
    assert served.text("/echo?q=on").startswith("GET")


def test_a_worker_without_memory_is_said_so(pristine: Corpus) -> None:
    with serving(pristine, memory=64 << 20, seconds=20) as small:
        assert small.text("/memory?bytes=1000") == "1000"
        answer = small.ask("/memory?bytes=900000000")
        assert answer.status == 503
        assert b"(64 MiB)" in answer.content  # type: ignore[attr-defined]
        doubling = "SELECT (STRLEN(?z) AS ?n) { BIND('0123456789' AS ?a0) "
        for i in range(30):
            doubling += f"BIND(CONCAT(?a{i},?a{i}) AS ?a{i + 1}) "
        answer = small.query(doubling + "BIND(?a30 AS ?z) }")
        assert answer.status == 503
        assert b"(64 MiB)" in answer.content  # type: ignore[attr-defined]
        assert small.query(LOOKUP).status == 200


def test_a_crash_is_said_so_and_not_tried_again(served: Served) -> None:
    before = set(served.workers)
    answer = served.ask("/crash")
    assert answer.status == 503
    deadline = time.monotonic() + 5
    while len(served.workers) < 6 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(before - set(served.workers)) == 1
    assert len(served.workers) == 6


def test_a_request_whose_worker_is_killed_is_answered_by_another(served: Served) -> None:
    answers: list[int] = []
    thread = threading.Thread(
        target=lambda: answers.append(served.ask("/sleep?seconds=0.6").status)
    )
    thread.start()
    time.sleep(0.3)
    for pid in served.workers:
        os.kill(pid, signal.SIGKILL)
    thread.join()
    assert answers == [200]


def test_workers_cannot_open_connections(served: Served) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux can deny sockets")
    with closing(socket.create_server(("127.0.0.1", 0))) as canary:
        canary.settimeout(0.5)
        port = canary.getsockname()[1]
        assert served.text(f"/connect?port={port}") == "PermissionError"
        with pytest.raises(TimeoutError):
            canary.accept()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost a\r\n\r\n", 400),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /" + b"a" * 900_000, 414),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 90_000, 431),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n", 413),
        (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n30000\r\n"
         + b"a" * 0x30000, 413),
    ],
)  # fmt: skip
def test_bad_http_is_refused_by_the_front(served: Served, request_: bytes, status: int) -> None:
    with served.socket() as sock:
        sock.sendall(request_)
        answer = b"".join(iter(lambda: sock.recv(9999), b""))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Access-Control-Allow-Origin: *\r\n" in answer


def test_each_client_may_have_so_many_connections(pristine: Corpus) -> None:
    with serving(pristine, connections=8, each=5) as small:
        held = [small.socket() for _ in range(5)]
        one_more = small.socket()
        assert one_more.recv(9999).startswith(b"HTTP/1.1 503 ")
        others = [small.socket("127.0.0.2") for _ in range(2)]
        assert small.ask("/echo?q=1", client="127.0.0.3").status == 503
        for sock in (*held, one_more, *others):
            sock.close()
        time.sleep(0.2)
        assert small.ask("/echo").status == 200


def test_who_has_spent_its_share_must_wait_and_others_need_not(pristine: Corpus) -> None:
    with serving(pristine, budget=1.0, refill=0.1) as strict:
        assert strict.ask("/loop", client="127.0.0.2").status == 503
        refused = strict.query(LOOKUP, client="127.0.0.2")
        assert refused.status == 429
        assert 10 <= int(refused.getheader("Retry-After") or 0) <= 12
        assert refused.getheader("Access-Control-Allow-Origin") == "*"
        assert strict.query(LOOKUP).status == 200


def test_malformed_queries_are_charged_too(pristine: Corpus) -> None:
    with serving(pristine, budget=3.0, refill=0.01) as strict:
        statuses = [strict.query("SELECT", client="127.0.0.2").status for _ in range(5)]
        assert statuses == [400, 400, 400, 400, 429]


def test_a_proxy_that_is_trusted_names_the_client(pristine: Corpus) -> None:
    options = Options(port=0, prefix="/graph", proxies=("127.0.0.1",))
    with serving(pristine, budget=1.0, refill=0.1, options=options) as behind:
        spent = {"X_Forwarded_For": "203.0.113.9, 198.51.100.7", "X_Forwarded_Proto": "https"}
        told = behind.text("/graph/echo", Host="example.org", **spent)
        assert told.startswith("GET|https://example.org/graph|")
        assert behind.ask("/graph/loop", **spent).status == 503
        assert behind.ask("/graph/echo", **spent).status == 429
        assert behind.ask("/graph/echo", X_Forwarded_For="198.51.100.7, 203.0.113.9").status == 200
        # Who is no proxy is believed nothing.
        assert behind.text("/echo", client="127.0.0.2", **spent).startswith("GET|http://")
        moved = behind.ask("/graph/id/loria-trade").getheader("Location")
        assert moved == "/graph/id/loria-trade.en.html"


def test_a_network_is_one_client() -> None:
    accounts = Accounts(Limits())
    one = accounts.of("2001:db8::1")
    assert accounts.of("2001:db8::ffff:2") is one
    assert accounts.of("2001:db8:0:1::1") is not one
    assert accounts.of("::ffff:127.0.0.1") is accounts.of("::ffff:127.0.0.1")
    assert accounts.of("::ffff:127.0.0.1") is not accounts.of("::ffff:127.0.0.2")


def test_a_new_build_is_taken_over(built: Corpus) -> None:
    with serving(built) as found:
        before = found.text(DONE)
        annotation = built.root / "seeds" / "visit.ann"
        annotation.write_text(annotation.read_text().replace("T9 done\n", "T9 planned\n"))
        Project(built.root).build(full=True)
        found.wait_for("web-renewed")
        assert found.told == ["web-renewed"]
        assert found.text(DONE) != before
        time.sleep(0.5)
        assert len(found.nurseries) == 1  # the old nursery has ended


def test_a_build_that_cannot_be_opened_leaves_the_old_one(built: Corpus) -> None:
    with serving(built) as found:
        before = found.text(DONE)
        manifest = built.root / "build" / "manifest.json"
        store = next((built.root / "build").glob("store-*"))
        (store / "CURRENT").write_text("nothing\n")
        manifest.write_text(manifest.read_text() + "\n")
        deadline = time.monotonic() + 20
        while not found.told and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found.told == ["web-not-renewed"]
        assert found.text(DONE) == before


def test_a_nursery_that_dies_is_started_anew(pristine: Corpus) -> None:
    with serving(pristine, seconds=30.0) as found:
        before = found.text("/pid")
        (nursery,) = found.nurseries
        os.kill(nursery, signal.SIGKILL)
        assert found.ask("/echo").status == 200
        found.wait_for("web-nursery-lost")  # until then a worker of it may answer
        assert found.text("/pid") != before
        assert found.told == ["web-nursery-lost"]


def test_a_graph_that_cannot_be_loaded_is_an_error(built: Corpus) -> None:
    store = next((built.root / "build").glob("store-*"))
    (store / "CURRENT").write_text("nothing\n")
    before = children(os.getpid())
    with (
        pytest.raises(
            EngineError, match="the workers did not start: the process that loads the graph"
        ),
        serving(built),
    ):
        pass
    assert children(os.getpid()) == before


def test_a_graph_that_takes_too_long_to_load_is_an_error(
    pristine: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.web.server.generation._PATIENCE", 0.01)
    with pytest.raises(EngineError) as caught, serving(pristine):
        pass
    assert str(caught.value) == "the workers did not start: it takes too long"
    assert caught.value.params["error"] == Text("too-slow")


def test_a_port_in_use_is_said_so(pristine: Corpus, run: Callable[..., Run]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(InputError, match=r"cannot be listened on: .*--port"),
            serving(pristine, options=Options(port=port)),
        ):
            pass
        result = run("serve", "--project", str(pristine.root), "--port", str(port))
    assert result.code == 2
    assert "--port" in result.err
    assert run("serve", "--project", str(pristine.root), "--host", "256.0.0.1").code == 2


def test_a_system_without_fork_is_refused(
    pristine: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    result = run("serve", "--project", str(pristine.root), "--port", "0", "--lang", "fr")
    assert result.code == 2
    assert "kg site" in result.err


def _start(corpus: Corpus, *args: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "kg", "serve", "--project", str(corpus.root), "--port", "0"]
    process = subprocess.Popen(
        [*command, *args], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "http://" in line:
            return process, line.partition("http://127.0.0.1:")[2].partition("/")[0]
    raise AssertionError("it did not start")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_and_ends_cleanly(pristine: Corpus, sign: signal.Signals) -> None:
    process, port = _start(pristine, "--log")
    with process:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        with closing(connection):
            connection.request("GET", "/static/style.css")
            assert connection.getresponse().status == 200
        processes = _family(process.pid)
        assert len(processes) > 4
        process.send_signal(sign)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert "GET /static/style.css 200" in err
        assert "Traceback" not in err.partition("GET /static")[2]
        assert _living(processes) == []


def test_no_process_is_left_when_the_front_is_killed(pristine: Corpus) -> None:
    process, _ = _start(pristine)
    with process:
        processes = _family(process.pid)
        assert len(processes) > 4
        process.kill()
        process.communicate(timeout=20)
        deadline = time.monotonic() + 5
        while _living(processes) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _living(processes) == []


def _family(pid: int) -> list[int]:
    nurseries = children(pid)
    return nurseries + [worker for nursery in nurseries for worker in children(nursery)]


def _living(processes: list[int]) -> list[int]:
    return [pid for pid in processes if _state(pid) != "Z"]


def _state(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


CALL = Call("GET", "/", "", (("accept-language", "fr"),), "http://localhost")


def test_the_first_megabyte_is_sure_before_success_is_said() -> None:
    def breaks() -> Iterator[bytes]:
        yield b"x" * 100
        raise EngineError("query-stopped", error="it broke")

    (whole,) = frames(Response(breaks()), CALL)
    assert whole[5:7] == (503).to_bytes(2, "big")
    assert "la requête s'est arrêtée : it broke" in whole.decode("utf-8", "replace")
    (fine,) = frames(Response(iter([b"x" * 100])), CALL)
    assert fine[5:7] == (200).to_bytes(2, "big")
