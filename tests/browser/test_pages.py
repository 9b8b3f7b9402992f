"""Every kind of page in a real browser: no fault, no stranger, no barrier, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from kg.web.addresses import Address
from kg.web.routes import ROUTES
from tests.browser.pages import KINDS, address
from tests.corpus import ROOT

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

_AXE = ROOT / ".assets" / "axe.min.js"
_WIDE = {"width": 1280, "height": 900}
_NARROW = {"width": 390, "height": 844}


def test_every_kind_of_page_has_an_address_to_be_tested_at() -> None:
    paths = [Address.of(address(kind, "en").partition("?")[0]).path for kind in KINDS]
    patterns = [pattern for pattern, _ in ROUTES]
    lacking = [p for p in patterns if not any(re.fullmatch(p, path) for path in paths)]
    assert lacking == []


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_without_complaint_and_asks_no_other_machine(
    watched: Callable[..., Watched], kind: str, lang: str
) -> None:
    found = watched(viewport=_WIDE)
    response = found.page.goto(address(kind, lang), wait_until="networkidle")
    assert response is not None
    assert response.status == (400 if kind.endswith("-error") else 200)
    assert found.complaints == []
    assert found.strangers == []
    assert found.page.title()
    assert found.page.locator("html").get_attribute("lang") == lang
    assert found.page.locator("h1").count() == 1
    # Words of the other language, codes of messages and gaps of templates are no text for people.
    text = found.page.locator("body").inner_text()
    assert not re.search(r"\bweb-[a-z]+(-[a-z]+)*\b|\{\w*\}|\bNone\b(?! of)|\bundefined\b", text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_a_telephone(watched: Callable[..., Watched], kind: str) -> None:
    page = watched(viewport=_NARROW).page
    page.goto(address(kind, "fr"))
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= _NARROW["width"], f"{wide} px"


def _faults(page: Any, **options: Any) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{fault['id']} ({fault['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_serious_fault(watched: Callable[..., Watched], kind: str) -> None:
    if not _AXE.is_file():
        pytest.skip("axe-core was not brought; make assets")
    page = watched(viewport=_WIDE, bypass_csp=True).page
    page.goto(address(kind, "en"))
    page.add_script_tag(path=_AXE)
    contrast = {"runOnly": ["color-contrast"]}
    assert _faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert _faults(page, **contrast) == []
    page.set_viewport_size(_NARROW)
    assert _faults(page, **contrast) == []
    page.emulate_media(color_scheme="light")
    assert _faults(page) == []
    # What is folded away counts too.
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert _faults(page) == []


def test_axe_would_find_a_fault(watched: Callable[..., Watched]) -> None:
    if not _AXE.is_file():
        pytest.skip("axe-core was not brought; make assets")
    page = watched(bypass_csp=True).page
    page.goto(address("marks", "en"))
    page.add_script_tag(path=_AXE)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in fault for fault in _faults(page))


def test_a_stranger_and_a_complaint_would_be_noticed(watched: Callable[..., Watched]) -> None:
    found = watched()
    found.page.goto(address("marks", "en"))
    found.page.evaluate("fetch('https://elsewhere.invalid/').catch(() => {})")
    found.page.wait_for_function("true")
    found.page.wait_for_timeout(100)
    assert found.complaints  # the policy forbids it


def test_a_request_to_another_machine_would_be_noticed(watched: Callable[..., Watched]) -> None:
    """The tests above assert that there is none; so the watch itself is tested."""
    asks = "new Image().src = 'http://127.0.0.2:9/x.png'"
    open_ = watched(bypass_csp=True)
    open_.page.goto("/index.en.html")
    with open_.page.expect_request("http://127.0.0.2:9/x.png"):
        open_.page.evaluate(asks)
    assert open_.strangers == ["http://127.0.0.2:9/x.png"]


def test_the_policy_of_the_pages_keeps_them_from_asking_others(
    watched: Callable[..., Watched],
) -> None:
    found = watched()
    found.page.goto("/index.en.html")
    with found.page.expect_event("requestfailed") as failed:
        found.page.evaluate("new Image().src = 'http://127.0.0.2:9/x.png'")
    assert failed.value.failure == "csp"
    assert any("Content Security Policy" in said for said in found.complaints)
