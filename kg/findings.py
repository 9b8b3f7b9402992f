"""Findings: what is wrong in a file, where, and how to mend it, in English and French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Severity = Literal["error", "warning", "info"]
_RANK: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Text:
    """A text of the catalogue, to be said in a language that is not known yet.

    >>> Text("part-subject").words("fr")
    'sujet'
    """

    code: str
    params: tuple[tuple[str, str | Text], ...] = ()

    @classmethod
    def of(cls, code: str, /, **params: object) -> Text:
        """Make a text; ``params`` fill its placeholders."""
        return cls(code, _kept(params))

    def words(self, lang: str = "en") -> str:
        """The text in a language."""
        return wording(self.code, lang, **dict(self.params))

    def __str__(self) -> str:
        return self.words()


def _kept(params: Mapping[str, object]) -> tuple[tuple[str, str | Text], ...]:
    told = {name: v if isinstance(v, Text) else str(v) for name, v in params.items()}
    return tuple(sorted(told.items()))


@dataclass(frozen=True)
class Finding:
    """One problem at one place of one file; findings are ordered by place.

    ``line`` and ``column`` count from 1; 0 means the whole file or line.
    The wording comes from the catalogue ``kg/messages/*.toml``, by ``code``.

    >>> print(Finding.of("empty-file", "seeds/a.ann", severity="warning"))
    seeds/a.ann: empty-file: the file is empty; remove it or annotate something
    """

    file: str
    line: int
    column: int
    code: str
    params: tuple[tuple[str, str | Text], ...] = ()
    severity: Severity = "error"
    unreadable: bool = False

    @classmethod
    def of(
        cls,
        code: str,
        file: str,
        line: int = 0,
        column: int = 0,
        /,
        *,
        severity: Severity = "error",
        unreadable: bool = False,
        **params: object,
    ) -> Finding:
        """Make a finding; ``params`` fill the placeholders of the catalogue's message.

        ``unreadable`` marks a file that could not be read at all (exit code 2, not 1).
        """
        return cls(file, line, column, code, _kept(params), severity, unreadable)

    def message(self, lang: str = "en") -> str:
        """The sentence for people, in ``lang`` (``en`` where there is no such translation)."""
        return wording(self.code, lang, **dict(self.params))

    def text(self, lang: str = "en") -> str:
        """The finding as one line, ``file:line:column: code: message``."""
        place = [self.file, *(str(number) for number in (self.line, self.column) if number)]
        return f"{':'.join(place)}: {self.code}: {self.message(lang)}"

    def to_json(self, lang: str = "en") -> dict[str, str | int]:
        """The finding as JSON data."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message(lang),
        }

    def __str__(self) -> str:
        return self.text()

    def __lt__(self, other: Finding) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[object, ...]:
        told = [(name, str(value)) for name, value in self.params]
        return self.file, self.line, self.column, self.code, told, self.severity, self.unreadable


def wording(code: str, lang: str = "en", *, near: object = "", **params: object) -> str:
    """A text of the catalogue with its placeholders filled; English where ``lang`` lacks.

    Args:
        code: of the text.
        lang: its language.
        near: a name that may have been meant, which is asked about at the end.
        params: for the placeholders; a :class:`Text` is said in the same language.

    >>> wording("step-reading", "fr")
    'lecture'
    """
    texts = catalogue()[code]
    told = {name: v.words(lang) if isinstance(v, Text) else v for name, v in params.items()}
    text = texts.get(lang, texts["en"]).format(**told)
    return wording("did-you-mean", lang, text=text, name=near) if near else text


def at_least(findings: Iterable[Finding], severity: Severity) -> list[Finding]:
    """Those findings that are as grave as ``severity`` or graver, in order of place.

    >>> at_least([Finding.of("empty-file", "a.ann", severity="warning")], "error")
    []
    """
    return sorted(f for f in findings if _RANK[f.severity] <= _RANK[severity])


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every message of ``kg/messages/*.toml``: code to language to template.

    >>> sorted(catalogue()["not-utf8"])
    ['en', 'fr']
    """
    import tomllib
    from importlib import resources

    found: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files("kg").joinpath("messages").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            found.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return found
