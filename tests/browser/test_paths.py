"""The ways people go through the pages, by click and by keyboard alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.web.asset import asset

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

_QUERY = "SELECT ?mission { ?mission a ecodip:Mission } ORDER BY ?mission"


def tab_to(page: Any, selector: str, most: int = 400) -> None:
    """Press Tab until the focus is on what a selector means."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def follow(page: Any) -> None:
    """Press Enter and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_home_over_a_search_to_the_words_by_click(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/index.en.html")
    page.get_by_role("searchbox").fill("Seoul")
    page.get_by_role("search").get_by_role("button").click()
    page.locator("main a[href*='id/seoul.']").first.click()
    assert page.locator("h1").inner_text() == "Seoul"
    page.locator("main .cite > summary").first.click()
    quoted = page.locator("main .quote a").first
    words = quoted.inner_text()
    quoted.click()
    assert re.search(r"/source/[\w-]+\.en\.html#char=\d+,\d+$", page.url)
    assert words in page.locator("main").inner_text()
    assert page.evaluate("document.querySelector(':target') !== null")


def test_from_home_over_a_search_to_the_words_by_keyboard(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/index.en.html")
    tab_to(page, "input[type=search]")
    page.keyboard.type("Seoul")
    follow(page)
    tab_to(page, "main a[href*='id/seoul.']")
    follow(page)
    tab_to(page, "main .cite > summary")
    page.keyboard.press("Enter")
    tab_to(page, "main .quote p a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/source/[\w-]+\.en\.html#char=\d+,\d+$"))
    assert page.locator(":target").inner_text().strip()


def test_a_question_is_asked_and_its_rows_are_downloaded_by_click(
    watched: Callable[..., Watched], tmp_path: Path
) -> None:
    page = watched().page
    page.goto("/queries.en.html")
    page.get_by_role("link", name="Which agreements has an actor signed").click()
    page.get_by_label("actor").fill("Région de Bruxelles-Capitale")
    page.get_by_role("button", name="Ask").click()
    shown = page.locator("table.answer tbody tr").count()
    assert shown > 1
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    file = tmp_path / "rows.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as rows:
        assert len(list(csv.DictReader(rows))) == shown


def test_a_question_is_asked_by_keyboard_and_its_rows_are_shown_otherwise(
    watched: Callable[..., Watched],
) -> None:
    page = watched().page
    page.goto("/queries/events-between.en.html")
    tab_to(page, "#f-since")
    page.keyboard.type("05152017")
    tab_to(page, "form.question button")
    follow(page)
    assert "since=2017-05-15" in page.url
    assert page.locator("table.answer tbody tr").count() > 1
    tab_to(page, ".tabs a[href*='view=timeline']")
    follow(page)
    assert page.locator(".picture svg").count() == 1


def test_a_wrong_value_is_told_of_and_mended(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/queries/agreements-of.fr.html?actor=Seool")
    entry = page.get_by_label("acteur")
    assert entry.input_value() == "Seool"
    assert entry.get_attribute("aria-invalid") == "true"
    entry.fill("Séoul")
    entry.press("Enter")
    page.wait_for_selector("table.answer")


def test_a_query_is_written_and_run_by_keyboard(watched: Callable[..., Watched]) -> None:
    found = watched()
    page = found.page
    page.goto("/sparql.en.html")
    editor = ".CodeMirror textarea" if asset("yasgui.min.js") else "#query"
    page.wait_for_selector(".CodeMirror" if asset("yasgui.min.js") else ".editor.live")
    tab_to(page, editor)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("SELECT ?mission { ?mission a ecodip:Missio")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hint, .suggestions li")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" }")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.locator("#query").input_value().strip() == (
        "SELECT ?mission { ?mission a ecodip:Mission }"
    )
    assert page.locator("table.answer tbody tr").count() > 1
    assert found.complaints == []
    assert found.strangers == []


def test_completion_finds_terms_by_their_label(watched: Callable[..., Watched]) -> None:
    found = watched()
    page = found.page
    page.goto("/sparql.fr.html")
    page.wait_for_selector(".CodeMirror, .editor.live")
    page.locator(".CodeMirror, .editor.live #query").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("énoncé")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hint, .suggestions li")
    offered = page.locator(".CodeMirror-hint, .suggestions li").all_inner_texts()
    assert any(text.startswith("ecc:Claim") for text in offered)
    page.wait_for_timeout(300)
    assert found.strangers == []
    assert found.complaints == []


def test_an_error_is_marked_in_the_editor(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/sparql.en.html?query=SELECT * {%0A  ?s foo:bar ?o%0A}")
    page.wait_for_selector(".wrong-place, .numbers .wrong")
    marked = "".join(page.locator(".wrong-place, .numbers .wrong").all_inner_texts())
    assert marked.strip() in ("foo:bar", "2")
    assert page.locator(".listing mark").inner_text() == "foo:bar"


def test_a_query_is_run_without_scripts(watched: Callable[..., Watched]) -> None:
    page = watched(java_script_enabled=False).page
    page.goto("/sparql.en.html")
    page.get_by_label("Query").fill(_QUERY)
    page.get_by_role("button", name="Run").click()
    assert page.get_by_label("Query").input_value() == _QUERY
    assert page.locator("table.answer tbody tr").count() > 1


def test_the_editor_works_where_nothing_was_brought(watched: Callable[..., Watched]) -> None:
    found = watched()
    page = found.page

    def plain(route: Any) -> None:
        answer = route.fetch()
        text = re.sub(r'<(?:link|script)[^>]*href="[^"]*assets/[^>]*>', "", answer.text())
        text = re.sub(r'<script src="[^"]*assets/[^>]*></script>\s*', "", text)
        route.fulfill(response=answer, body=text.replace("yasqe.js", "editor.js"))

    page.route("**/sparql.en.html*", plain)
    page.goto("/sparql.en.html")
    area = page.locator("#query")
    area.fill("SELECT * { ?s a ecodip:Agreem")
    area.press("Control+Space")
    page.wait_for_selector(".suggestions li")
    area.press("Tab")
    area.type(" }")
    assert area.input_value() == "SELECT * { ?s a ecodip:Agreement }"
    area.press("Control+Enter")
    page.wait_for_selector("table.answer")
    assert page.locator(".paint .keyword").first.inner_text() == "SELECT"
    assert found.complaints == []
    assert found.strangers == []


@pytest.mark.parametrize("path", ["/id/seoul", "/queries/missions", "/sparql"])
def test_the_language_is_switched_on_the_same_page(
    watched: Callable[..., Watched], path: str
) -> None:
    page = watched().page
    page.goto(f"{path}.en.html")
    page.get_by_role("link", name="Français").click()
    assert page.url.endswith(f"{path}.fr.html")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("link", name="English").press("Enter")
    page.wait_for_url(f"**{path}.en.html")


def test_the_command_is_copied(watched: Callable[..., Watched]) -> None:
    page = watched(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto("/queries/missions.en.html")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#curl").inner_text()
    assert copied.startswith("curl http://127.0.0.1:")
