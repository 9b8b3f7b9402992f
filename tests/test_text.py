"""Source texts by digest, words by code points, and names that people type."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.names import folded
from kg.names import nearest as nearest_name
from kg.text import Texts, nearest, words_at
from kg.values import plain_date


def test_a_text_is_found_by_its_digest_with_each_line_break_as_it_stands(tmp_path: Path) -> None:
    data = "un\r\ndeux\ntrois\u2028🚢".encode()
    (tmp_path / "any name").write_bytes(data)
    (tmp_path / "folder").mkdir()
    texts = Texts(tmp_path)
    assert list(texts) == [hashlib.sha256(data).hexdigest()]
    assert texts[hashlib.sha256(data).hexdigest()] == "un\r\ndeux\ntrois\u2028🚢"
    assert texts.get("0" * 64) is None


def test_no_folder_holds_no_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TEXTS", raising=False)
    assert len(Texts(None)) == len(Texts.wanted(None)) == len(Texts(tmp_path)) == 0
    with pytest.raises(InputError, match="name the folder of the source texts"):
        Texts(tmp_path / "absent")


def test_the_folder_of_texts_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    monkeypatch.setenv("KG_TEXTS", str(tmp_path))
    assert len(Texts.wanted(None)) == 1
    (tmp_path / "other").mkdir()
    assert len(Texts.wanted(tmp_path / "other")) == 0


@given(st.text(), st.data())
def test_the_nearest_place_holds_the_words_and_no_other_is_nearer(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = text[start:end] or "absent"
    near_to = data.draw(st.integers(0, len(text) + 5))
    found = nearest(text, words, near_to)
    places = [n for n in range(len(text)) if text.startswith(words, n)]
    if not places:
        assert found is None
    else:
        assert found is not None
        assert words_at(text, [found]) == words
        assert abs(found[0] - near_to) == min(abs(n - near_to) for n in places)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Éveil d’Arlon", "eveil d'arlon"), ("Szohod-Mills", "SZOHOD  mills"), ("ﬁrme", "firme")],
)
def test_names_are_compared_without_case_accents_and_typography(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_near_name_is_offered_and_a_far_one_is_not() -> None:
    assert nearest_name("szohod mils", ["Szohod Mills", "Loria"]) == "Szohod Mills"
    assert nearest_name("xyzzy", ["Szohod Mills", "Loria"]) == ""
    assert nearest_name("anything", []) == ""


@given(st.dates())
def test_each_day_there_is_is_a_plain_date(day: object) -> None:
    text = str(day)
    assert plain_date(text)
    assert plain_date(text[:7])
    assert plain_date(text[:4])
    assert not plain_date(text + "Z")
