"""The exceptions of ecodip: one short tree, each with the exit code a command ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.findings import Finding


class KgError(Exception):
    """Something a person can mend; ``str()`` says what, where and how.

    >>> KgError("no seeds/ in this folder").exit_code
    2
    """

    exit_code = 2


class InputError(KgError):
    """Input that cannot be used: unreadable, or with problems listed in ``findings``."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class ParameterError(InputError):
    """A parameter of a stored query that cannot be used.

    ``name`` tells which, ``kind`` what is the matter (``missing``, ``unknown``, ``other``,
    ``several``, ``malformed`` or ``surplus``), ``params`` what a message about it needs.
    """

    def __init__(self, message: str, name: str, kind: str, **params: str) -> None:
        super().__init__(message)
        self.name = name
        self.kind = kind
        self.params = params


class CheckFailed(InputError):
    """Readable input that breaks a rule: a violation, a failed gate (exit code 1)."""

    exit_code = 1


class EngineError(KgError):
    """A store or an engine that cannot be reached or refuses to work (exit code 3)."""

    exit_code = 3
