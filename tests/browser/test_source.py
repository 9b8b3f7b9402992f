"""The page of a source whose text is at hand: words, claims and back, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

_VISIT = "/source/visit.en.html"
_AGREEMENT = ".marked a:has-text('memorandum')"


def shown(page: Any) -> list[str]:
    """The words that are marked as those of what was chosen."""
    found: list[str] = page.locator(".marked mark.shown").all_inner_texts()
    return found


def test_a_click_on_words_shows_their_claims_and_escape_closes_them(
    watched: Callable[..., Watched], with_texts: str
) -> None:
    found = watched(with_texts)
    page = found.page
    page.goto(_VISIT)
    place = page.url
    page.locator(_AGREEMENT).first.click()
    panel = page.locator(".place.shown")
    assert panel.count() == 1
    assert "memorandum" in panel.inner_text()
    assert panel.locator("li").count() > 0
    assert page.evaluate("document.activeElement.matches('.place.shown')")
    assert shown(page) == ["memorandum"]
    assert page.url == place  # the text stays where it is
    page.keyboard.press("Escape")
    assert page.locator(".place.shown").count() == 0
    assert page.evaluate(f"document.activeElement.matches({_matched()!r})")
    assert found.complaints == []


def _matched() -> str:
    return ".marked a[href^='#in=']"


def test_the_words_of_a_claim_are_all_shown_in_the_text(
    watched: Callable[..., Watched], with_texts: str
) -> None:
    page = watched(with_texts).page
    page.goto(_VISIT)
    claim = page.locator("ol.claims > .claim", has=page.locator("a.at:has-text('Ada Lee')")).first
    words = claim.locator("a.at").all_inner_texts()
    claim.locator("a.at").first.click()
    assert set(shown(page)) == set(words)
    assert page.locator(".claim.shown").count() == 1


def test_the_close_link_of_a_panel_closes_it(
    watched: Callable[..., Watched], with_texts: str
) -> None:
    page = watched(with_texts).page
    page.goto(_VISIT)
    page.locator(_AGREEMENT).first.click()
    page.locator(".place.shown a.close").click()
    assert page.locator(".place.shown").count() == 0


def test_without_scripts_the_same_ways_are_links(
    watched: Callable[..., Watched], with_texts: str
) -> None:
    page = watched(with_texts, java_script_enabled=False).page
    page.goto(_VISIT)
    page.locator(_AGREEMENT).first.click()
    assert "#in=" in page.url
    panel = page.locator(".place:target")
    assert panel.is_visible()
    panel.locator("a.close").click()
    assert "#char=" in page.url
    assert not panel.is_visible()
    assert page.locator(".marked :target").inner_text() == "memorandum"
