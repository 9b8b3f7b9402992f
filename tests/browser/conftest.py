"""What the tests in a browser share: the server, the browser, and pages that tell their faults."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import chromium, installed
from tests.browser.serving import serving
from tests.corpus import ROOT, Corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages of the real project are served, out of a build of its own."""
    if installed() is None:
        pytest.skip("Chromium is not installed")
    folder = tmp_path_factory.mktemp("served")
    for name in ("seeds", "ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="session")
def browser(origin: str) -> Iterator[Browser]:
    """One browser for all tests of a process."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def with_texts(browser: Browser, pristine: Corpus) -> Iterator[str]:
    """Where the invented project is served, whose texts are at hand."""
    with serving(pristine.root, pristine.texts) as found:
        yield found


@dataclass
class Watched:
    """A page, what its console complained of, and what it asked of other machines."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: Browser, origin: str) -> Iterator[Callable[..., Watched]]:
    """Open a page with options of its context, as ``watched(java_script_enabled=False)``."""
    contexts = []

    def opened(site: str = origin, **options: Any) -> Watched:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        found = Watched(context.new_page())

        def asked(request: Any) -> None:
            if not request.url.startswith((f"{site}/", "data:", "blob:")):
                found.strangers.append(request.url)

        def told(message: Any) -> None:
            # That a page of its own status 400 is one, is no complaint.
            is_status = message.text.startswith("Failed to load resource") and (
                message.location["url"] == found.page.url
            )
            if message.type in ("error", "warning") and not is_status:
                found.complaints.append(f"{message.text} ({message.location['url']})")

        context.on("request", asked)
        found.page.on("console", told)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield opened
    for context in contexts:
        context.close()
