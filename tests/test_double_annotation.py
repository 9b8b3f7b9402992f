"""The second annotation of two texts: the figures in the guide are those of the files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.conftest import Run
from tests.corpus import ROOT

GUIDE = (ROOT / "docs" / "annotation-guide.md").read_text(encoding="utf-8")
SECOND = sorted((ROOT / "docs" / "second-annotation").glob("*.ann"))


def test_two_texts_are_annotated_twice() -> None:
    assert [file.stem for file in SECOND] == ["aichi-2017", "french-tech-belgique"]


@pytest.mark.parametrize("name", [file.stem for file in SECOND])
def test_the_guide_tells_the_agreement_of_the_files(name: str, run: Callable[..., Run]) -> None:
    second = ROOT / "docs" / "second-annotation" / f"{name}.ann"
    first = ROOT / "seeds" / f"{name}.ann"
    done = run(
        "agreement", str(first), str(second), "--source", name,
        "--project", str(ROOT), "--format", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    found = json.loads(done.out)["agreement"]
    mentions, stated = found["mentions"], found["stated"]
    measured = [
        mentions["exact"]["f1"],
        mentions["overlap"]["f1"],
        mentions["links"]["f1"],
        stated["claims"]["exact"]["f1"],
        stated["remarks"]["f1"],
        stated["modality"]["kappa"],
    ]
    row = re.search(rf"^\| `{name}` \|(.*)\|$", GUIDE, re.MULTILINE)
    assert row, "the guide has no row for this text"
    assert [cell.strip() for cell in row[1].split("|")] == [f"{value:.3f}" for value in measured]
    assert measured[1] > 0.9
