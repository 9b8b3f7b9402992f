"""Worker: answers one request at a time, and dies of one that takes too much."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol
from urllib.parse import parse_qsl

from kg.errors import KgError
from kg.web.addresses import LANGUAGES
from kg.web.exchange import Request, Response, preferred, status_of
from kg.web.limits import Limits
from kg.web.server.frames import BROKEN, END, Call, Head, part, pieces

STACK = 256 << 20  # deep nesting of a query ends in an error, not in a crash
SURE = 1 << 20  # bytes of a body that are made before it is called a success
OUT_OF_MEMORY = 71  # exit code
_HOST = re.compile(r"https?://[\w.:\[\]-]*(?:/[\w./~-]*)?")
_CORS = (("Access-Control-Allow-Origin", "*"),)


class Answers(Protocol):
    """What answers requests: an application."""

    def respond(self, request: Request, /) -> Response:
        """Answer one request."""


def work(sock: socket.socket, app: Answers, limits: Limits) -> None:
    """Answer requests that come over a socket until it is closed.

    To be run in a process of its own: the deadline, SIGALRM by its default action, ends it.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.stack_size(STACK)
    # The main thread has the stack of the process, whose size is not ours to choose.
    thread = threading.Thread(target=_loop, args=(sock, app, limits.seconds))
    thread.start()
    thread.join()


def _loop(sock: socket.socket, app: Answers, seconds: float) -> None:
    stream = sock.makefile("rb")
    try:
        while call := Call.read(stream):
            signal.setitimer(signal.ITIMER_REAL, seconds)
            for data in frames(answer(call, app), call):
                sock.sendall(data)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (BrokenPipeError, ConnectionResetError):
        return  # the front wants no more of it


def answer(call: Call, app: Answers) -> Response:
    """The response of an application; a fault of ours is a 500, its traceback on stderr."""
    if not _HOST.fullmatch(call.origin):
        return _plain(400, "This Host header is none.\n")
    headers: dict[str, str] = {}
    for name, value in call.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    try:
        query = tuple(parse_qsl(call.query, keep_blank_values=True, errors="strict"))
    except ValueError:
        return _plain(400, "The parameters of this address are not UTF-8.\n")
    request = Request(call.path, query, call.method, headers, call.body, call.origin)
    try:
        response = app.respond(request)
        prefix = call.origin.partition("://")[2].partition("/")[2]
        return _below(prefix, response) if prefix else response
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- whatever it is, the client is told and we go on
        traceback.print_exc(file=sys.stderr)
        return _plain(500, "Something went wrong in the server; it was noted there.\n")


def _below(prefix: str, response: Response) -> Response:
    """The response with its ``Location`` below the path that a proxy shows us at."""
    headers = tuple(
        (name, f"/{prefix}{value}" if name == "Location" and value.startswith("/") else value)
        for name, value in response.headers
    )
    return replace(response, headers=headers)


def frames(response: Response, call: Call) -> Iterator[bytes]:
    """The response to a request as frames, in portions to be sent.

    Guarantees: a body that fails in its first megabyte is answered as an error; one that fails
    later ends in a frame that says so.

    >>> call = Call("GET", "/", "", (), "http://localhost")
    >>> [data[:1] for data in frames(Response(b"x"), call)]
    [b'H']
    """
    is_head = call.method == "HEAD"
    if isinstance(response.body, bytes):
        yield _whole(response, response.body, is_head)
        return
    parts = iter(response.body)
    try:
        start, ended = _start(parts)
    except KgError as error:
        languages = ",".join(value for name, value in call.headers if name == "accept-language")
        text = error.words(preferred(languages, LANGUAGES) or LANGUAGES[0])
        yield _whole(_plain(status_of(error), f"{text}\n"), None, is_head)
        return
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- see above
        traceback.print_exc(file=sys.stderr)
        yield _whole(_plain(500, "The answer broke off.\n"), None, is_head)
        return
    if ended:
        yield _whole(response, start, is_head)
        return
    yield _head(response, None)
    if is_head:
        yield part(END)
        return
    yield from pieces(start)
    yield from _rest(parts)


def _start(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first megabyte of a body, and whether that is all of it."""
    found = bytearray()
    for content in parts:
        found += content
        if len(found) > SURE:
            return bytes(found), False
    return bytes(found), True


def _rest(parts: Iterable[bytes]) -> Iterator[bytes]:
    try:
        for content in parts:
            yield from pieces(content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- see above
        traceback.print_exc(file=sys.stderr)
        yield part(BROKEN)
        return
    yield part(END)


def _whole(response: Response, body: bytes | None, is_head: bool) -> bytes:
    content = response.content if body is None else body
    sent = () if is_head else pieces(content)
    return b"".join((_head(response, len(content)), *sent, part(END)))


def _head(response: Response, length: int | None) -> bytes:
    lines = [f"Content-Type: {response.type}\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in response.headers]
    fields = "".join(lines)
    if fields.count("\n") != len(lines) or fields.count("\r") != len(lines) or "\0" in fields:
        raise ValueError(f"a header of several lines: {fields!r}")
    return Head(response.status, fields.encode("latin-1"), length).frame()


def _plain(status: int, text: str) -> Response:
    return Response(text.encode(), "text/plain; charset=utf-8", status, _CORS)
