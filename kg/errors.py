"""The exceptions of ecodip: one short tree, each with the exit code a command ends with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.findings import Finding, Text


class KgError(Exception):
    """Something a person can mend; ``words`` say what, where and how.

    Args:
        code: of the message in ``kg/messages/*.toml``.
        lang: in which ``str()`` says it.
        params: for its placeholders, see :func:`kg.findings.wording`.

    >>> error = KgError("unknown-query", name="misions", near="missions")
    >>> str(error), error.exit_code
    ("no stored query is called 'misions'; did you mean 'missions'?", 2)
    >>> error.words("fr")
    "aucune requête enregistrée ne s'appelle 'misions' ; vouliez-vous dire 'missions' ?"
    """

    exit_code = 2

    def __init__(self, code: str, /, *, lang: str = "en", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.lang = lang
        self.params = params

    def words(self, lang: str) -> str:
        """What is wrong and how to mend it, for people."""
        from kg.findings import wording

        return wording(self.code, lang, **self.params)

    @property
    def text(self) -> Text | str:
        """The same, to be part of another message."""
        from kg.findings import Text

        return Text.of(self.code, **self.params) if self.code else str(self)

    def __str__(self) -> str:
        return self.words(self.lang)

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args), self.__dict__


def _restored(kind: type[KgError], args: tuple[object, ...]) -> KgError:
    """An error as it was pickled, whatever its kind wants to be made of."""
    return kind.__new__(kind, *args)


class InputError(KgError):
    """Input that cannot be used: unreadable, or with problems listed in ``findings``.

    Without a code, the findings say it all.
    """

    def __init__(
        self,
        code: str = "",
        /,
        findings: Iterable[Finding] = (),
        *,
        lang: str = "en",
        **params: object,
    ) -> None:
        super().__init__(code, lang=lang, **params)
        self.findings = tuple(findings)

    def words(self, lang: str) -> str:
        """What is wrong and how to mend it, for people."""
        if self.code:
            return super().words(lang)
        return "\n".join(finding.text(lang) for finding in self.findings)


class ParameterError(InputError):
    """A parameter of a stored query that cannot be used.

    Args:
        kind: what is the matter: ``missing``, ``unknown``, ``other``, ``several``, ``surplus``, or
            the type that a value is not of: ``date``, ``integer`` or ``decimal``.
        name: of the parameter.
        params: for the placeholders of the message about it.
    """

    def __init__(self, kind: str, /, name: str, *, lang: str = "en", **params: object) -> None:
        super().__init__(f"parameter-{kind}", (), lang=lang, name=name, **params)
        self.kind = kind
        self.name = name


class CheckFailed(InputError):
    """Readable input that breaks a rule: a violation, a failed gate (exit code 1)."""

    exit_code = 1


class EngineError(KgError):
    """A store or an engine that cannot be reached or refuses to work (exit code 3)."""

    exit_code = 3
