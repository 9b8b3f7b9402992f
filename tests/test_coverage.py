"""Coverage: what of a text carries claims, what does not, and what is left out on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg import brat
from kg.claims import FACT, Claim, Span, Statements
from kg.coverage import SHOWN_WORDS, Coverage, Passage, Share, coverage
from kg.findings import wording
from kg.namespaces import RDF
from kg.project import Project
from kg.sources import Source
from tests.conftest import Run
from tests.corpus import ROOT, Corpus

Place = tuple[int, int]
THING = NamedNode("https://example.org/thing")


def stating(text: str | None, lines: str = "", *evidence: Place, kind: bool = False) -> Statements:
    """A source with these annotation lines, and one claim for each place of evidence."""
    document, findings = brat.read(lines.encode(), file="a.ann")
    assert not [f for f in findings if f.severity == "error"]
    source = Source(THING, "seeds/a.ann", "fr", "", len(text or ""), (), (), document, text)
    claims = tuple(
        Claim(
            id=THING,
            source=THING,
            subject=THING,
            predicate=RDF.type if kind else THING,
            object=Literal("x"),
            modality=FACT,
            negated=False,
            speaker=None,
            valid=None,
            about=(),
            spans=(Span(start, end, ""),),
            remark=(),
            file="seeds/a.ann",
            line=1,
            verified=True,
        )
        for start, end in evidence
    )
    return Statements(source, claims, (), {})


def mention(text: str, words: str, note: str = "", number: int = 1) -> str:
    """The line of a Text mention of some words, with a note on it."""
    start = text.index(words)
    line = f"T{number}\tText {start} {start + len(words)}\t{words}\n"
    return line + (f"#{number}\tAnnotatorNotes T{number}\t{note}\n" if note else "")


def split(text: str) -> list[str]:
    """The sentences of a text, seen as the gaps of an annotation that has nothing."""
    return [text[gap.start : gap.end] for gap in coverage(stating(text)).gaps]


def unmarked(text: str, lines: str = "") -> list[tuple[str, str]]:
    """Kind and words of what stands in no mention."""
    found = coverage(stating(text, lines)).unmarked
    return [(one.kind, text[one.start : one.end]) for one in found]


# -- sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ada vient. Bob part.", ["Ada vient.", "Bob part."]),
        ("Ada vient ! Et Bob ? Oui… Il part", ["Ada vient !", "Et Bob ?", "Oui…", "Il part"]),
        ("M. Arlen et Mme. Brandt ont signé.", ["M. Arlen et Mme. Brandt ont signé."]),
        ("J. Arlen signe la p. 3 du texte.", ["J. Arlen signe la p. 3 du texte."]),
        ("La loi n° 12 vise 10.000 vis. 3,5 tonnes.",
         ["La loi n° 12 vise 10.000 vis.", "3,5 tonnes."]),
        ("De la bière, etc. Le reste suit.", ["De la bière, etc.", "Le reste suit."]),
        ("La région... en bref.", ["La région... en bref."]),
        ("hub.arlen vend. Bien.", ["hub.arlen vend.", "Bien."]),
        ("« Il part. » Elle reste.", ["« Il part. »", "Elle reste."]),
        ("Il part. « Elle reste. »", ["Il part.", "« Elle reste. »"]),
        ("Un titre\nUne phrase sans fin\n\nune autre", ["Un titre", "Une phrase sans fin",
                                                        "une autre"]),
        ("le 1\ner mai et\r\nle 2 mai", ["le 1\ner mai et\r\nle 2 mai"]),
        ("Secteurs :\n- la bière (Arlen)\n- le jeu\n1/ le vin\n2) l'eau",
         ["Secteurs :", "la bière (Arlen)", "le jeu", "le vin", "l'eau"]),
        ("Question    Le lundi, Ada vient.\tFin", ["Question", "Le lundi, Ada vient.", "Fin"]),
        ("…\n\n – \n “ ”", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_is_split_into_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(st.text(alphabet="AbÉ é.!?…»«\"' \n\t\r-1/2(", max_size=60))
def test_sentences_stand_in_order_apart_and_hold_every_letter(text: str) -> None:
    found = [(gap.start, gap.end) for gap in coverage(stating(text)).gaps]
    flat = [place for sentence in found for place in sentence]
    assert flat == sorted(flat)
    assert all(start < end for start, end in found)
    inside = {place for start, end in found for place in range(start, end)}
    outside = "".join(c for place, c in enumerate(text) if place not in inside)
    assert not {"A", "É", "é"} & set(outside)  # marks such as "1/" or "b)" may stand outside


# -- shares -------------------------------------------------------------------------------------

TWO = "Ada signe. Bob dort bien."


def test_shares_are_those_counted_by_hand() -> None:
    found = coverage(stating(TWO, mention(TWO, "Bob"), (4, 9)))
    assert found.sentences == Share(1, 2)
    # "Adasigne." whole, and "Bob" of "Bobdortbien."
    assert found.characters == Share(9 + 3, 9 + 12)
    assert found.gaps == (Passage(11, 25, "Bob dort bien.", "sentence"),)
    assert (found.aside, found.excepted, found.unmarked) == (0, 0, ())


def test_what_kind_a_thing_is_covers_no_sentence() -> None:
    assert coverage(stating(TWO, "", (0, 3), kind=True)).sentences == Share(0, 2)
    assert coverage(stating(TWO, "", (0, 3))).sentences == Share(1, 2)


def test_evidence_that_touches_a_sentence_from_outside_does_not_cover_it() -> None:
    assert coverage(stating(TWO, "", (10, 11))).sentences == Share(0, 2)
    assert coverage(stating(TWO, "", (9, 11))).sentences == Share(1, 2)


def test_nothing_is_covered_whole() -> None:
    found = coverage(stating(""))
    assert (found.sentences.value, found.characters.value) == (1.0, 1.0)


@pytest.mark.parametrize("note", ["furniture: button", "document: its number"])
def test_furniture_and_document_facts_are_no_part_of_the_text(note: str) -> None:
    found = coverage(stating(TWO, mention(TWO, "Bob dort bien", note), (4, 9)))
    assert found.sentences == Share(1, 1)
    assert found.characters == Share(9, 9)
    assert (found.aside, found.gaps) == (1, ())


def test_furniture_within_a_sentence_leaves_the_rest_of_it() -> None:
    found = coverage(stating(TWO, mention(TWO, "Bob", "furniture: logo")))
    assert found.gaps[1] == Passage(15, 25, "dort bien.", "sentence")
    assert found.characters == Share(0, 9 + 9)


def test_furniture_is_a_text_mention_with_a_note_that_begins_so() -> None:
    person = "T1\tPerson 11 14\tBob\n#1\tAnnotatorNotes T1\tfurniture: logo\n"
    assert coverage(stating(TWO, person)).characters == Share(3, 21)
    other = mention(TWO, "Bob dort bien", "no furniture: button")
    assert coverage(stating(TWO, other)).aside == 0


def test_an_exception_is_listed_apart_with_its_reason() -> None:
    found = coverage(stating(TWO, mention(TWO, "dort", "no statement: a turn of phrase"), (4, 9)))
    assert found.sentences == Share(1, 1)
    assert found.exceptions == (Passage(15, 19, "dort", "exception", "a turn of phrase"),)
    assert (found.excepted, found.gaps) == (1, ())


def test_an_exception_within_a_sentence_that_carries_a_claim_is_about_its_words_only() -> None:
    found = coverage(stating(TWO, mention(TWO, "Ada", "no statement: why"), (4, 9)))
    assert found.sentences == Share(1, 2)
    assert (found.excepted, len(found.exceptions)) == (0, 1)


def test_a_text_is_needed() -> None:
    with pytest.raises(ValueError, match=r"seeds/a\.ann"):
        coverage(stating(None))


@settings(deadline=None)
@given(
    st.text(alphabet="AbÉ é.!? \n19", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=4),
)
def test_shares_lie_between_0_and_1_and_gaps_are_the_rest(
    text: str, places: list[tuple[int, int]]
) -> None:
    evidence = [(start, start + length) for start, length in places]
    found = coverage(stating(text, "", *evidence))
    for share in (found.sentences, found.characters):
        assert 0 <= share.covered <= share.total
        assert 0 <= share.value <= 1
    assert found.sentences.total - found.sentences.covered == len(found.gaps)
    assert (found.characters.value == 1) == (not found.gaps)


@settings(deadline=None)
@given(st.text(alphabet="AbÉ é.!? \n19", max_size=60))
def test_no_gap_is_left_once_each_is_covered(text: str) -> None:
    first = coverage(stating(text))
    gaps = [(gap.start, gap.end) for gap in first.gaps]
    lines = "".join(
        f"T{n}\tText {one.start} {one.end}\t{'x' * (one.end - one.start)}\n"
        for n, one in enumerate(first.unmarked, 1)
    )
    second = coverage(stating(text, lines, *gaps))
    assert (second.gaps, second.unmarked) == ((), ())
    assert second.sentences.value == second.characters.value == 1


# -- names, numbers, dates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La ville de Norvik dort.", [("name", "Norvik")]),
        ("On voit l'Arlen, d’Osthaven et qu'Ida.",
         [("name", "Arlen"), ("name", "Osthaven"), ("name", "Ida")]),
        ("L'Arlen dort.", [("name", "Arlen")]),
        ("N'oublions rien, aujourd'hui.", []),
        ("On voit Ada Lee et Saint-Arlen.", [("name", "Ada Lee"), ("name", "Saint-Arlen")]),
        ("NRW dort. TechArlen dort.", [("name", "NRW"), ("name", "TechArlen")]),
        ("Les vins. Le bois et les vins.", []),
        ("Inex dort. Puis Inex part.", [("name", "Inex"), ("name", "Inex")]),
        ("il vend 10.000 vis, 2/3 du bois et 80 % du vin",
         [("number", "10.000"), ("number", "2/3"), ("number", "80")]),
        ("ils ont deux vélos et une soixantaine de vis",
         [("number", "deux"), ("number", "soixantaine")]),
        ("Sixty firms, of which seven left", [("number", "seven")]),
        ("du 3 au 5 mai 2019, le 1er juin et le 23/02/2021",
         [("number", "3"), ("date", "5 mai 2019"), ("date", "1er juin"), ("date", "23/02/2021")]),
        ("on 4 May 2019 they may march, in 2020",
         [("date", "4 May 2019"), ("date", "2020")]),
        ("1/ le vin", []),
        ("la loi n°369 et 215M€", [("number", "369"), ("number", "215")]),
    ],
)  # fmt: skip
def test_names_numbers_and_dates_in_no_mention_are_listed(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert unmarked(text) == expected


def test_what_stands_in_any_mention_is_not_listed() -> None:
    text = "Inex dort en 2020. Puis Inex part vers Norvik."
    lines = mention(text, "Inex dort") + mention(text, "2020", number=2)
    assert unmarked(text, lines) == [("name", "Inex"), ("name", "Norvik")]
    trigger = f"T3\tstartDate {text.index('part')} {len(text) - 1}\tpart vers Norvik\n"
    assert unmarked(text, lines + trigger) == [("name", "Inex")]


def test_a_passage_is_shown_by_few_words() -> None:
    text = "On parle de tant de choses ici que nul ne sait."
    [gap] = coverage(stating(text)).gaps
    assert gap.words == "On parle de tant de …"
    names = " ".join(f"Ada{'x' * n}" for n in range(12))
    [name] = coverage(stating(f"voici {names}")).unmarked
    assert len(name.words.removesuffix(" …").split()) == SHOWN_WORDS


# -- the command --------------------------------------------------------------------------------


@pytest.fixture
def sleepy(corpus: Corpus) -> Corpus:
    """The invented project with a second text that is hardly annotated."""
    text = "Loria Trade sleeps. Norvik wakes in 2031.\nShare this page\nAsk your dean\n"
    lines = mention(text, "Share this page", "furniture: button") + mention(
        text, "Ask", "no statement: addressed to the reader", 2
    )
    corpus.add("sleepy", text, lines)
    return corpus


def on(corpus: Corpus) -> tuple[str, ...]:
    return ("--project", str(corpus.root), "--texts", str(corpus.texts))


def test_the_invented_project_is_covered(corpus: Corpus, run: Callable[..., Run]) -> None:
    found = run("coverage", *on(corpus), "--fail-under", "100")
    assert (found.code, found.err) == (0, "")
    assert "visit   100.0 % (5/5)" in found.out
    assert "Sentences that carry no claim: 0" in found.out


def test_gaps_and_exceptions_are_listed(sleepy: Corpus, run: Callable[..., Run]) -> None:
    found = run("coverage", *on(sleepy))
    assert (found.code, found.err) == (0, "")
    assert "sleepy  0.0 % (0/2)" in found.out
    assert "  sleepy 0–19  Loria Trade sleeps.\n" in found.out
    assert "  sleepy 36–40  2031\n" in found.out
    assert "  sleepy 58–61  Ask — addressed to the reader\n" in found.out
    assert "Share" not in found.out


def test_json_holds_the_same(sleepy: Corpus, run: Callable[..., Run]) -> None:
    found = json.loads(run("coverage", *on(sleepy), "--format", "json").out)
    [one, other] = found["sources"]
    assert (one["source"], other["source"]) == ("sleepy", "visit")
    assert one["sentences"] == {"covered": 0, "total": 2, "share": 0.0}
    assert [gap["start"] for gap in one["gaps"]] == [0, 20]
    assert [(p["kind"], p["words"]) for p in one["unmarked"]] == [
        ("name", "Trade"), ("date", "2031"),
    ]  # fmt: skip
    assert one["exceptions"][0]["reason"] == "addressed to the reader"
    assert (one["aside"], one["excepted"]) == (1, 1)
    assert found["total"]["sentences"] == {"covered": 5, "total": 7, "share": 5 / 7}


def test_a_share_below_the_least_ends_with_1(sleepy: Corpus, run: Callable[..., Run]) -> None:
    found = run("coverage", *on(sleepy), "--fail-under", "50")
    assert found.code == 1
    assert found.err == (
        "sleepy: 0.0 % (0/2) of the sentences carry a claim; 50 % is the least asked for\n"
    )
    assert run("coverage", *on(sleepy), "--fail-under", "50", "--source", "visit").code == 0
    assert run("coverage", *on(sleepy), "--fail-under", "0").code == 0


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_coverage_without_the_text_ends_with_2(
    lang: str, corpus: Corpus, run: Callable[..., Run]
) -> None:
    found = run("coverage", "--project", str(corpus.root), "--lang", lang)
    assert (found.code, found.out) == (2, "")
    assert "seeds/visit.ann: text-missing: " in found.err
    assert "--texts DIR" in found.err


def test_an_unknown_source_ends_with_2(corpus: Corpus, run: Callable[..., Run]) -> None:
    found = run("coverage", *on(corpus), "--source", "vist")
    assert (found.code, found.out) == (2, "")
    assert "did you mean 'visit'?" in found.err


def test_an_annotation_with_errors_is_not_measured(sleepy: Corpus, run: Callable[..., Run]) -> None:
    sleepy.edit(sleepy.ann(), "R3\tstartDate Arg1:T2 Arg2:T4", "R3\tstartDate Arg1:T2 Arg2:T99")
    found = run("coverage", *on(sleepy))
    assert (found.code, found.out) == (1, "")
    assert "dangling-id" in found.err
    assert "problems: 1; nothing is measured" in found.err
    assert run("coverage", *on(sleepy), "--source", "sleepy").code == 0


def test_a_source_that_cannot_be_read_is_not_passed_over(
    corpus: Corpus, run: Callable[..., Run]
) -> None:
    corpus.ttl().unlink()
    found = run("coverage", *on(corpus))
    assert (found.code, found.out) == (1, "")
    assert "no-description" in found.err


def test_coverage_speaks_french(sleepy: Corpus, run: Callable[..., Run]) -> None:
    found = run("coverage", *on(sleepy), "--lang", "fr", "--fail-under", "99.5")
    for code in ("coverage-source", "coverage-total", "coverage-sentences", "coverage-characters",
                 "coverage-excepted", "coverage-aside"):  # fmt: skip
        assert wording(code, "fr") in found.out
    for code, count in (("coverage-gaps", 2), ("coverage-unmarked", 2), ("coverage-exceptions", 1)):
        assert wording(code, "fr", count=count) in found.out
    facts = {"source": "sleepy", "share": "0.0 % (0/2)", "least": "99.5 %"}
    assert found.err == wording("coverage-below", "fr", **facts) + "\n"


# -- the real texts -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(texts: Path) -> dict[str, tuple[str, Coverage]]:
    """Text and coverage of each real source."""
    stated = Project(ROOT, texts=texts).statements()
    return {one.source.name: (one.source.text or "", coverage(one)) for one in stated}


def test_nearly_every_sentence_of_the_real_texts_carries_a_claim(
    real: dict[str, tuple[str, Coverage]],
) -> None:
    assert len(real) >= 5
    for name, (_, found) in real.items():
        assert found.sentences.total > 10, name
        assert found.sentences.value >= 0.95, (name, found.gaps)
        assert found.characters.value >= 0.99, (name, found.gaps)
        assert len(found.unmarked) <= 1, (name, found.unmarked)


def test_every_sentence_of_the_real_texts_is_counted_once(
    real: dict[str, tuple[str, Coverage]],
) -> None:
    for name, (text, found) in real.items():
        bare = split(text)
        assert len(bare) == found.sentences.total + found.aside + found.excepted, name
        assert found.sentences.total - found.sentences.covered == len(found.gaps), name
        assert all(one.reason for one in found.exceptions), name


def test_output_shows_few_words_of_the_real_texts(texts: Path, run: Callable[..., Run]) -> None:
    found = run("coverage", "--project", str(ROOT), "--texts", str(texts))
    assert found.code == 0
    shown = [line.partition("  ")[2] for line in found.out.splitlines() if "–" in line]
    assert all(len(words.split(" — ")[0].split()) <= SHOWN_WORDS + 1 for words in shown)
