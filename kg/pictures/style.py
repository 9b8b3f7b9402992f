"""Style: the colors of pictures that stand alone, taken from the style sheets of the pages."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_COLOR = re.compile(r"--([\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\)")
_USE = re.compile(r"var\(--([\w-]+)\)")
_RULE = re.compile(r"[^{}]+\{[^{}]*\}")
_SHEETS = ("style.css", "pictures.css")


@cache
def _sheet(name: str) -> str:
    text = resources.files("kg").joinpath("web", "static", name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@cache
def colors() -> dict[str, tuple[str, str]]:
    """The colors of the pages by name: in light and in dark pages.

    >>> {"paper", "ink", "land"} <= set(colors())
    True
    """
    found = (match for name in _SHEETS for match in _COLOR.findall(_sheet(name)))
    return {name: (light, dark) for name, light, dark in found}


@cache
def standalone(*, page: bool = False) -> str:
    """Rules for a picture in a file of its own, light and dark, with plain colors.

    Programs other than browsers know no variables, so that none are left.

    Args:
        page: also the rules for the text and table around the picture.
    """
    rules = [rule.strip() for rule in _RULE.findall(_sheet("pictures.css"))]
    wanted = [rule for rule in rules if ":root" not in rule and (page or rule.startswith(".p-"))]
    if page:
        wanted.insert(0, "body { color: var(--ink); background: var(--paper); }")
    light, dark = ("\n".join(_with(rule, place) for rule in wanted) for place in (0, 1))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _with(rule: str, place: int) -> str:
    return _USE.sub(lambda found: colors()[found[1]][place], " ".join(rule.split()))
