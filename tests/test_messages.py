"""The catalogue of messages: whole in both languages, used, and each problem shown by a test."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from string import Formatter

import pytest

from kg.findings import Finding, catalogue, wording
from tests.corpus import ROOT

FILES = sorted((ROOT / "kg" / "messages").glob("*.toml"))
# Codes put together from a prefix and a name: step-reading, claim-place, …
COMPOSED = (
    "step-", "built-", "claim-", "parameter-", "part-", "query-", "web-en", "web-fr",
    "web-conflict-", "web-filter-", "web-phase-", "web-severity-",
)  # fmt: skip
# What rules say; tests/test_rules.py has a case for each.
RULES = set(tomllib.loads((ROOT / "kg" / "messages" / "rules.toml").read_text(encoding="utf-8")))
# What is raised: tests look for its words.
ERRORS = set(tomllib.loads((ROOT / "kg" / "messages" / "errors.toml").read_text(encoding="utf-8")))
# These, the words of the command line and of explanations; all others are problems.
WORDS = RULES | ERRORS
WORDS |= set(tomllib.loads((ROOT / "kg" / "messages" / "cli.toml").read_text(encoding="utf-8")))
WORDS |= {code for code in catalogue() if code.startswith(("why-", "impact-", "web-", "picture-"))}


@cache
def codes() -> list[str]:
    return [code for file in FILES for code in tomllib.loads(file.read_text(encoding="utf-8"))]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@cache
def sources(folder: str, but: str = "") -> str:
    """All Python of a folder, and its templates and scripts, in one string."""
    files = sorted(f for f in (ROOT / folder).rglob("*") if f.suffix in (".py", ".html", ".js"))
    return "\n".join(f.read_text(encoding="utf-8") for f in files if f.name != but)


@cache
def quoted() -> frozenset[str]:
    """What stands alone between quotes in the program."""
    return frozenset(re.findall(r"""(?<=["'])[a-z0-9-]+(?=["'])""", sources("kg")))


@cache
def shown() -> frozenset[str]:
    """The words of all other tests."""
    return frozenset(re.findall(r"[\w-]+", sources("tests", but="test_messages.py")))


def test_the_catalogue_is_read_whole_and_no_code_stands_twice() -> None:
    assert len(FILES) > 3
    assert [code for code, count in Counter(codes()).items() if count > 1] == []
    assert set(codes()) == set(catalogue())


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_message_has_both_languages_with_the_same_placeholders(code: str) -> None:
    texts = catalogue()[code]
    assert set(texts) == {"en", "fr"}
    english, french = placeholders(texts["en"]), placeholders(texts["fr"])
    # Shapes and rules bring their own words in each language.
    own = {"shape": ("en", "fr"), "contradiction": ("rule", "regle")}.get(code)
    if own:
        assert (english - {own[0]}, french - {own[1]}) == (english & french, english & french)
    else:
        assert english == french
    for text in texts.values():
        assert text == text.strip()
        assert "\n" not in text
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)


@pytest.mark.parametrize("code", sorted(codes()))
def test_french_has_its_own_typography(code: str) -> None:
    french = re.sub(r"\{\w+\}|'[^']*'|https?:|[\w-]+:[\w/.]*\w|sh:", "", catalogue()[code]["fr"])
    assert not re.search(r"[^\W\d][;!?]", french), french


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_code_is_used(code: str) -> None:
    program = sources("kg")
    prefix = next((p for p in COMPOSED if code.startswith(p)), None)
    stem = re.sub(r"(?<=^web-)\w+$", "", prefix or "")
    composed = prefix is not None and re.search(rf"""['"]{stem}['"{{]""", program) is not None
    if code in RULES:
        code = code.removeprefix("rule-")
    assert composed or code in quoted()


@pytest.mark.parametrize("code", sorted(set(codes()) - WORDS))
def test_each_problem_is_raised_by_a_test(code: str) -> None:
    assert code in shown()


@cache
def told() -> str:
    """The texts of all other tests, those in several parts joined."""
    text = sources("tests", but="test_messages.py").replace("\\", "")
    return re.sub(r"""["']\s*\n?\s*r?["']""", "", text)


def runs(code: str) -> list[str]:
    """All three words, or two, that stand together in a message."""
    parts = [part.split() for part, *_ in Formatter().parse(catalogue()[code]["en"])]
    told = [[word.strip(":;,.") for word in words] for words in parts]
    return [" ".join(w[i : i + n]) for n in (3, 2) for w in told for i in range(len(w) - n + 1)]


@cache
def own_runs() -> frozenset[str]:
    """The words that stand together in one message only."""
    times = Counter(run for code in codes() for run in set(runs(code)))
    return frozenset(run for run, count in times.items() if count == 1)


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_each_error_is_raised_by_a_test(code: str) -> None:
    own = own_runs().intersection(runs(code))
    assert code in shown() or any(run in told() for run in own), sorted(own)


def test_no_code_is_used_that_the_catalogue_lacks() -> None:
    used = set(
        re.findall(
            r'(?:\b(?:Finding\.of|_report|wording|stop|at)|(?<!Parameter)Error|Failed)\(\s*"([a-z0-9-]+)"',
            sources("kg"),
        )
    )
    assert len(used) > 20
    assert used <= set(codes())


def test_a_message_is_filled_in_the_language_asked_for() -> None:
    finding = Finding.of("dangling-id", "a.ann", 3, 4, target="T9")
    assert finding.text() == (
        "a.ann:3:4: dangling-id: no line has the id T9; write that line, or the id of another one"
    )
    assert finding.message("fr").startswith("aucune ligne n'a l'identifiant T9")
    assert finding.to_json("fr")["message"] == finding.message("fr")
    assert wording("step-reading", "nl") == "reading"


def test_braces_in_a_value_are_no_placeholders() -> None:
    finding = Finding.of("unknown-line", "a.ann", 1, 1, found="{x} {0} {found}")
    assert "'{x} {0} {found}'" in finding.message()


def test_no_message_holds_a_tab() -> None:
    assert not [code for code in codes() for text in catalogue()[code].values() if "\t" in text]
