"""Words: what the columns, parameters and tags of stored queries are called in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import InputError
from kg.findings import Finding
from kg.layout import Layout

_FILES = (("queries", "core", "words.toml"), ("queries", "words.toml"))
_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>\d+)")


@dataclass(frozen=True)
class Words:
    """The vocabulary of ``words.toml``: for each name a word in English and in French.

    >>> words = Words({"plannedCountry": {"en": "planned country", "fr": "pays prévu"}})
    >>> words.of("plannedCountry", "fr"), words.of("plannedCountry2", "fr")
    ('pays prévu', 'pays prévu 2')
    >>> words.of("plannedStart", "fr") is None
    True
    """

    known: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, layout: Layout) -> Words:
        """The words of a project; those of the core questions may be given again.

        Raises:
            InputError: a file is no TOML, or a name in it lacks a language.
        """
        import tomllib

        found: dict[str, Mapping[str, str]] = {}
        for file in (layout.root.joinpath(*parts) for parts in _FILES):
            if not layout.exists(file):
                continue
            try:
                told = tomllib.loads(layout.text(file))
            except tomllib.TOMLDecodeError as error:
                raise _wrong(layout.name(file), str(error)) from error
            for name, words in told.items():
                if not isinstance(words, dict) or not {"en", "fr"} <= set(words):
                    raise _wrong(layout.name(file), f"[{name}] needs en and fr")
            found |= told
        return cls(found)

    def of(self, name: str, lang: str) -> str | None:
        """The word for a name, with its number if it has one; None where there is none."""
        if words := self.known.get(name):
            return words.get(lang) or words["en"]
        numbered = _NUMBERED.fullmatch(name)
        word = self.of(numbered["name"], lang) if numbered else None
        return None if numbered is None or word is None else f"{word} {numbered['number']}"


def _wrong(file: str, reason: str) -> InputError:
    finding = Finding.of("query-words", file, unreadable=True, reason=reason)
    return InputError(findings=[finding])
