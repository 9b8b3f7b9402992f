"""A small invented project: the real ontology, shapes and lists, with made-up documents."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from kg.namespaces import Namespace
from kg.web.application import Application
from kg.web.claim_index import ClaimIndex

ROOT = Path(__file__).parent.parent
ECODIP = Namespace("https://w3id.org/ecodip#")
SCHEME = Namespace("https://w3id.org/ecodip/scheme/")

VISIT = """\
Loria Trade opened a mission to Borduria on 4 May 2019.
Ada Lee led it; Loria Trade and Szohod Mills signed a memorandum there.
Almost 40 firms took part. Ada Lee said a second mission would follow in 2020.
"No branch office exists", the agency added.
"""

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ecc: <https://w3id.org/ecodip/core#> .
@prefix ecodip: <https://w3id.org/ecodip#> .
@prefix id: <https://w3id.org/ecodip/id/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/ecodip/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""

# (id, type, words, which occurrence, reference)
MENTIONS = (
    ("T1", "Agency", "Loria Trade", 0, "id:loria-trade"),
    ("T2", "Mission", "mission to Borduria", 0, "id:mission-borduria-2019"),
    ("T3", "Country", "Borduria", 0, "id:borduria"),
    ("T4", "Date", "4 May 2019", 0, "edtf:2019-05-04"),
    ("T5", "Person", "Ada Lee", 0, "id:ada-lee"),
    ("T6", "Mission", "it", 0, "id:mission-borduria-2019"),
    ("T7", "Agency", "Loria Trade", 1, "id:loria-trade"),
    ("T8", "Company", "Szohod Mills", 0, "id:szohod-mills"),
    ("T9", "Agreement", "memorandum", 0, "id:memorandum-2019"),
    ("T10", "Figure", "Almost 40 firms", 0, "id:figure-firms"),
    ("T11", "Number", "40", 0, "decimal:40"),
    ("T12", "Person", "Ada Lee", 1, "id:ada-lee"),
    ("T13", "Mission", "second mission", 0, "id:mission-borduria-2020"),
    ("T14", "Date", "2020", 0, "edtf:2020"),
    ("T15", "startDate", "would follow in", 0, None),
    ("T16", "Agency", "the agency", 0, "id:loria-trade"),
    ("T17", "hasOfficeIn", "No branch office exists", 0, None),
    ("T18", "Remark", "took part", 0, None),
)

LINES = """\
A1	hasStatus T2 done
A2	hasKind T2 exploratoryMission
A3	hasStatus T9 done
A4	hasKind T9 memorandumOfUnderstanding
A5	hasMeasure T10 numberOfCompanies
A6	hasUnit T10 one
A7	hasQualifier T10 nearly
R1	hasOrganizer Arg1:T2 Arg2:T1
R2	takesPlaceIn Arg1:T2 Arg2:T3
R3	startDate Arg1:T2 Arg2:T4
R4	isLedBy Arg1:T6 Arg2:T5
R5	hasSignatory Arg1:T9 Arg2:T7
R6	hasSignatory Arg1:T9 Arg2:T8
R7	isSignedDuring Arg1:T9 Arg2:T6
R8	numericValue Arg1:T10 Arg2:T11
R9	upperBound Arg1:T10 Arg2:T11
R10	isFigureAbout Arg1:T10 Arg2:T6
A8	hasStatus T13 planned
A9	hasKind T13 exploratoryMission
R11	takesPlaceIn Arg1:T13 Arg2:T3
R12	hasParticipant Arg1:T13 Arg2:T12
E1	startDate:T15 Subject:T13 Object:T14 Speaker:T12
A10	Modality E1 plan
E2	hasOfficeIn:T17 Subject:T16 Object:T3 Speaker:T16
A11	Negated E2
E3	Remark:T18 About:T2
#1	AnnotatorNotes E3	en: the turnout was remarked upon
"""

# A second document, for tests on several.
MEMO = "Loria Trade keeps an office in Szohod.\n"
MEMO_MENTIONS = (
    ("T1", "Agency", "Loria Trade", 0, "id:loria-trade"),
    ("T2", "City", "Szohod", 0, "id:szohod"),
)
MEMO_LINES = "R1\thasOfficeIn Arg1:T1 Arg2:T2\n"

AUTHORITY = (
    ("id:ada-lee", "ecodip:Person", "Ada Lee", "Ada Lee", "Ada Lee", ""),
    ("id:borduria", "ecodip:Country", "Borduria", "Bordurie", "Bordurië", 'skos:notation "XB"'),
    ("id:loria", "ecodip:Country", "Loria", "Loria", "Loria", 'skos:notation "XL"'),
    ("id:loria-trade", "ecodip:Agency", "Loria Trade", "Commerce de Loria", "Loria Handel",
     "ecodip:actsFor id:loria"),
    ("id:memorandum-2019", "ecodip:Agreement", "memorandum of 2019", "protocole de 2019",
     "memorandum van 2019", ""),
    ("id:mission-borduria-2019", "ecodip:Mission", "mission to Borduria, 2019",
     "mission en Bordurie, 2019", "missie naar Bordurië, 2019", ""),
    ("id:mission-borduria-2020", "ecodip:Mission", "mission to Borduria, 2020",
     "mission en Bordurie, 2020", "missie naar Bordurië, 2020", ""),
    ("id:figure-firms", "ecodip:Figure", "firms on the mission", "entreprises de la mission",
     "bedrijven op de missie", ""),
    ("id:szohod-mills", "ecodip:Company", "Szohod Mills", "Moulins de Szohod", "Szohod Molens",
     "ecodip:isBasedIn id:szohod"),
    ("id:szohod", "ecodip:City", "Szohod", "Szohod", "Szohod", "ecodip:isWithin id:borduria"),
)  # fmt: skip


# So few shapes that a build takes no time.
FEW = ("shapes.ttl", "evidence.ttl", "core/shapes.ttl", "core/sources.ttl")


class Corpus:
    """A project folder under ``root``, to be changed by a test before it is read."""

    def __init__(self, root: Path, like: Corpus | None = None) -> None:
        self.root = root / "project"
        self.texts = root / "texts"
        if like is not None:
            shutil.copytree(like.root, self.root)
            shutil.copytree(like.texts, self.texts)
            return
        for name in ("ontology", "shapes", "queries"):
            shutil.copytree(ROOT / name, self.root / name)
        (self.root / "seeds").mkdir()
        self.texts.mkdir()
        self.authority.write_text(authority(), encoding="utf-8")
        self.add("visit", VISIT, annotation(VISIT))

    @property
    def authority(self) -> Path:
        return self.root / "seeds" / "authority.ttl"

    def ann(self, slug: str = "visit") -> Path:
        return self.root / "seeds" / f"{slug}.ann"

    def ttl(self, slug: str = "visit") -> Path:
        return self.root / "seeds" / f"{slug}.ttl"

    def add(self, slug: str, text: str, lines: str) -> None:
        """Write a source: text, description and annotation."""
        (self.texts / f"{slug}.txt").write_bytes(text.encode())
        self.ann(slug).write_text(lines, encoding="utf-8")
        self.ttl(slug).write_text(
            PREFIXES
            + f'source:{slug} a ecc:SourceDocument ;\n  dcterms:title "{slug}"@en ;\n'
            + f'  dcterms:identifier "{slug}.txt" ;\n  dcterms:language "en" ;\n'
            + '  dcterms:issued "2019-05-09"^^xsd:date ;\n'
            + f'  schema:sha256 "{hashlib.sha256(text.encode()).hexdigest()}" ;\n'
            + f"  ecc:textLength {len(text)} .\n",
            encoding="utf-8",
        )

    def keep(self, folder: str, *names: str) -> None:
        """Remove the files of a folder, and of folders in it, but for those named."""
        for file in sorted((self.root / folder).rglob("*")):
            name = file.relative_to(self.root / folder).as_posix()
            if file.is_file() and name not in names:
                file.unlink()

    def edit(self, file: Path, old: str, new: str) -> None:
        """Replace the one occurrence of some text in a file."""
        text = file.read_bytes().decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
        file.write_bytes(text.replace(old, new).encode())


def annotation(
    text: str,
    mentions: Iterable[tuple[str, str, str, int, str | None]] = MENTIONS,
    more: str = LINES,
) -> str:
    """The lines of mentions, with the offsets found in ``text``, and more lines after them."""
    lines = []
    for name, kind, words, occurrence, reference in mentions:
        start = -1
        for _ in range(occurrence + 1):
            start = text.index(words, start + 1)
        lines.append(f"{name}\t{kind} {start} {start + len(words)}\t{words}\n")
        if reference:
            lines.append(f"N{name[1:]}\tReference {name} {reference}\t{words}\n")
    return "".join(lines) + more


def authority() -> str:
    """The authority file of the invented project."""
    blocks = [
        f'{node} a {kind} ;\n  skos:prefLabel "{en}"@en , "{fr}"@fr , "{nl}"@nl'
        + (f" ;\n  {more}" if more else "")
        + " .\n"
        for node, kind, en, fr, nl, more in AUTHORITY
    ]
    return PREFIXES + "".join(blocks)


def claim_path(app: Application, slug: str, line_id: str) -> str:
    """The path of the page of a claim, by its source and the line of the annotation."""
    document = app.keep(ClaimIndex).documents[slug]
    (name,) = [claim.name for claim in document.claims if claim.line_id == line_id]
    return f"/source/{slug}/claim/{name}"
