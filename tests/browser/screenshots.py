"""Pictures of every kind of page, to look at: python -m tests.browser.screenshots [KIND…]."""

from __future__ import annotations

import sys

from tests.browser.chromium import chromium
from tests.browser.pages import KINDS, address
from tests.browser.serving import serving
from tests.corpus import ROOT

_SIZES = {"wide": (1280, 900), "narrow": (390, 844)}


def main(kinds: list[str]) -> None:
    """Write build/screenshots/<kind>-<lang>-<size>-<light or dark>.png."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with serving(ROOT) as origin, chromium() as browser:
        for size, (width, height) in _SIZES.items():
            for scheme, lang in (("light", "en"), ("dark", "fr")):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                for kind in kinds:
                    page.goto(origin + address(kind, lang))
                    name = f"{kind}-{lang}-{size}-{scheme}.png"
                    page.screenshot(path=folder / name, full_page=True)
                context.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(KINDS))
