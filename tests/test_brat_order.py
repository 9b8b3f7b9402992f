"""kg format of an annotation: the canonical order, with the ids that the lines have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from kg import brat
from tests.conftest import Run
from tests.corpus import ROOT, VISIT, annotation
from tests.renumbering import renumbered
from tests.test_passages import LINES, MENTIONS, PASSAGES, TEXT

TALK = annotation(TEXT, MENTIONS, LINES + PASSAGES)
REAL = sorted((ROOT / "seeds").glob("*.ann"))


def formatted(text: str) -> str:
    document, findings = brat.read(text.encode(), file="a.ann")
    assert findings == []
    return brat.write(brat.ordered(document)).decode()


@pytest.mark.parametrize("text", [annotation(VISIT), TALK], ids=["visit", "talk"])
def test_the_order_depends_on_the_lines_alone(text: str) -> None:
    once = formatted(text)
    assert formatted(once) == once
    assert sorted(once.splitlines()) == sorted(text.splitlines())
    for seed in range(50):
        lines = text.splitlines(keepends=True)
        Random(seed).shuffle(lines)
        assert formatted("".join(lines)) == once


@pytest.mark.parametrize("seed", range(20))
def test_no_line_gets_another_id(seed: int) -> None:
    text = renumbered(annotation(VISIT), seed)
    assert sorted(formatted(text).splitlines()) == sorted(text.splitlines())


def test_each_line_stands_after_what_it_is_made_of() -> None:
    seen: set[str] = set()
    for line in brat.read(formatted(TALK).encode(), file="a.ann")[0].lines:
        match line:
            case brat_line if brat_line.__class__.__name__ in ("Reference", "Attribute", "Note"):
                assert brat_line.target in seen  # type: ignore[union-attr]
            case brat_line if brat_line.__class__.__name__ == "Relation":
                assert {brat_line.arg1, brat_line.arg2} <= seen  # type: ignore[union-attr]
        seen.add(getattr(line, "id", ""))


def test_mentions_stand_in_the_order_of_the_text() -> None:
    document, _ = brat.read(formatted(annotation(VISIT)).encode(), file="a.ann")
    starts = [mention.fragments[0][0] for mention in document.mentions.values()]
    assert starts == sorted(starts)
    assert len(starts) > 15


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_the_annotations_of_the_project_are_canonical(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert formatted(text) == text


def test_the_command_writes_the_order_and_says_so(tmp_path: Path, run: Callable[..., Run]) -> None:
    file = tmp_path / "visit.ann"
    file.write_text(annotation(VISIT), encoding="utf-8")
    checked = run("format", "--check", str(file))
    assert (checked.code, file.read_text(encoding="utf-8")) == (1, annotation(VISIT))
    assert run("format", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == formatted(annotation(VISIT))
    assert run("format", "--check", str(file)).code == 0


def test_a_file_with_an_error_stays_as_it_is_and_the_others_are_written(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    good, bad = tmp_path / "good.ann", tmp_path / "bad.ann"
    good.write_text(annotation(VISIT), encoding="utf-8")
    broken = annotation(VISIT) + "R99\thasOrganizer Arg1:T2 Arg2:T98\n"
    bad.write_text(broken, encoding="utf-8")
    found = run("format", str(bad), str(good))
    assert found.code == 2
    assert "no line has the id T98" in found.err
    assert bad.read_text(encoding="utf-8") == broken
    assert good.read_text(encoding="utf-8") == formatted(annotation(VISIT))
