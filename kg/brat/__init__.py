"""Read and write annotation files: a strict subset of the brat stand-off format.

The layers, each using only those below it::

    brat           bytes <-> Document
    brat.checks    problems across lines
    brat.order     the canonical order of lines
    brat.names     names against those of the ontology
    brat.document  all lines, with views
    brat.forms     the form of one line
    brat.lines     the types of lines
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kg.brat.checks import check
from kg.brat.document import Document
from kg.brat.forms import FORMS, own_id, problem, shown
from kg.brat.lines import Line
from kg.brat.names import Names
from kg.brat.order import ordered
from kg.collector import collector_paused
from kg.errors import InputError
from kg.findings import Finding

__all__ = ["MOST_FINDINGS", "Document", "Names", "ordered", "read", "write"]

MOST_FINDINGS = 20_000
"""So many problems of one file are listed; a file with more is not an annotation file."""

_BOM = b"\xef\xbb\xbf"
_CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
"""Tab and line feed have a meaning; form feed can stand in a text; carriage return is apart."""

_BAD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


def read(
    data: bytes, *, file: str, names: Names | None = None, length: int | None = None
) -> tuple[Document, list[Finding]]:
    r"""Read an annotation file and report all its problems in one pass, in order of place.

    Never raises on content, and takes time and memory in proportion to the size. The document
    holds each line that has the right form, also where it has another problem (a dangling
    target, an unknown name); use it only if there is no error among the findings.

    Args:
        data: the bytes of the file.
        file: its name, for the findings.
        names: the allowed types, roles and values; None checks the grammar only.
        length: the number of code points of the text that the spans point into, if known.

    >>> data = b"T1\tPerson 0 3\tAda\nN1\tReference T2 id:ada\tAda\n"
    >>> document, findings = read(data, file="seeds/a.ann")
    >>> document.mentions["T1"].words
    'Ada'
    >>> print(*findings)
    seeds/a.ann:2:14: dangling-id: no line has the id T2; write that line, or the id of another one
    """
    lines: list[Line] = []
    unread: set[str] = set()
    with collector_paused():
        findings = list(islice(_scan(data, file, lines, unread), MOST_FINDINGS + 1))
        document = Document(tuple(lines))
        if len(findings) <= MOST_FINDINGS:
            checks = check(document, file=file, names=names, length=length, unread=unread)
            findings += islice(checks, MOST_FINDINGS + 1 - len(findings))
    if len(findings) > MOST_FINDINGS:
        findings[MOST_FINDINGS:] = [Finding.of("too-many-findings", file, count=MOST_FINDINGS)]
    findings.sort()
    return document, findings


def write(document: Document) -> bytes:
    r"""The file of a document; what was read without a finding comes out byte for byte.

    Raises:
        InputError: a part of a line holds what would not be read back, such as a line break.

    >>> data = b"T1\tPerson 0 3\tAda\nN1\tReference T1 id:ada\t\tAda\n"
    >>> write(read(data, file="a.ann")[0]) == data
    True
    """
    texts = []
    for line in document.lines:
        text = str(line)
        form = FORMS.get(text[:1])
        if form is None or not form.whole.fullmatch(text) or "\n" in text or "\r" in text:
            raise InputError("line-form", line=line.line, text=shown(text))
        if _BAD.search(text):
            raise InputError("line-control", line=line.line, text=shown(text))
        texts.append(f"{text}\n")
    return "".join(texts).encode("utf-8")


def _scan(data: bytes, file: str, lines: list[Line], unread: set[str]) -> Iterator[Finding]:
    """Problems of single lines; appends what could be read, and the ids of what could not."""
    if data.startswith(_BOM):
        yield Finding.of("byte-order-mark", file, 1, 1)
        data = data.removeprefix(_BOM)
    if not data:
        yield Finding.of("empty-file", file, severity="warning")
        return
    text = data.decode("utf-8", "surrogateescape")
    suspect = len(data.translate(None, _CONTROLS)) != len(data) or not _encodable(text)
    if "\r" in text:
        yield _carriage_return(text, file)
        text = text.replace("\r\n", "\n")
    raws = text.split("\n")
    if raws[-1]:
        yield Finding.of("no-final-newline", file, len(raws), len(raws[-1]) + 1)
    else:
        raws.pop()
    for number, raw in enumerate(raws, 1):
        if suspect and (bad := _BAD.search(raw)):
            yield _bad_character(bad, file, number)
        else:
            form = FORMS.get(raw[:1])
            if form and (match := form.whole.fullmatch(raw)):
                lines.append(form.build(number, *match.groups()))
                continue
            if found := problem(raw):
                yield Finding.of(found.code, file, number, found.column, **found.params)
        if identifier := own_id(raw):
            unread.add(identifier)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _carriage_return(text: str, file: str) -> Finding:
    place = text.index("\r")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return Finding.of("carriage-return", file, line, column, count=text.count("\r"))


def _bad_character(bad: re.Match[str], file: str, line: int) -> Finding:
    character = ord(bad[0])
    if character >= 0xD800:
        return Finding.of("not-utf8", file, line, bad.start() + 1, byte=hex(character - 0xDC00))
    name = f"U+{character:04X}"
    return Finding.of("control-character", file, line, bad.start() + 1, character=name)
