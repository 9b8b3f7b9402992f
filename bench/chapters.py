"""Chapters: what an invented article tells, each as a few sentences with their annotation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from bench.article import Article
from bench.words import Words, day, number
from bench.world import World

_MISSIONS = ("economicMission", "exploratoryMission", "jointMission", "officialMission",
             "stateVisit", "princelyEconomicMission", "tradeFair")  # fmt: skip
_AGREEMENTS = ("contract", "cooperationAgreement", "distributionContract", "importContract",
               "investment", "memorandumOfUnderstanding", "partnershipAgreement")  # fmt: skip
_SECTORS = ("aiAndVirtualReality", "audiovisual", "bigData", "brewing", "chocolate",
            "circularEconomy", "dairy", "eHealth", "finance", "fintech", "legalServices",
            "lifeSciences", "medicalDevices", "sustainableConstruction", "transport")  # fmt: skip
_COUNTS = ("numberOfCompanies", "numberOfContacts", "numberOfContracts", "numberOfStaff")
MEASURES = len(_COUNTS) + 1
"""So many measures a figure can have."""
_QUALIFIERS = (("exact", ""), ("about", ""), ("nearly", "upperBound"), ("moreThan", "lowerBound"),
               ("atLeast", "lowerBound"))  # fmt: skip
_REMARKS = ("the welcome was warm", "the results are useful", "the program was full")
_TARGET = ("startDate", "hasOrganizer", "takesPlaceIn")


class Chapters:
    """Tells an article chapter by chapter.

    Args:
        article: what is written.
        world: whom and what it speaks of.
        rng: chooses what is told.
        errors: the share of chapters with one deliberate error, which a shape finds.
    """

    def __init__(self, article: Article, world: World, rng: Random, errors: float = 0.0) -> None:
        self.article = article
        self.world = world
        self.rng = rng
        self._errors = errors
        self._slips = Random(f"slips of {article.name}")
        self._day = date.fromisoformat(article.issued)
        self.mission: tuple[str, date, date] | None = None

    def _slip(self, *kinds: str) -> str:
        """The deliberate error of this chapter, mostly none."""
        return self._slips.choice(kinds) if self._slips.random() < self._errors else ""

    # -- events ------------------------------------------------------------------------------

    def tell_mission(self, *, short: bool = False) -> None:
        """A mission that took place before the article appeared."""
        say, relate, world, rng = self.article.say, self.article.relate, self.world, self.rng
        slip = self._slip("no kind", "ends before it starts")
        end = self._day - timedelta(days=rng.randint(2, 60))
        start = end - timedelta(days=rng.randint(3, 9))
        if slip == "ends before it starts":
            start, end = end, start
        node = world.named("Mission", "mission")
        mission, agency, city, first = say(
            "The ", node, " of ", world.agency(rng), " went to ", world.city(rng),
            " on ", day(start.isoformat()), ".",
        )  # fmt: skip
        self.article.set("hasStatus", mission, "done")
        if slip != "no kind":
            self.article.set("hasKind", mission, rng.choice(_MISSIONS))
        relate("hasOrganizer", mission, agency)
        relate("takesPlaceIn", mission, city)
        relate("startDate", mission, first)
        self.mission = mission, start, end
        if short:
            self._tell_roles(mission, 1)
            return
        (last,) = say("It ended on ", day(end.isoformat()), ".")
        relate("endDate", mission, last)
        for sector in rng.sample(_SECTORS, rng.randint(1, 3)):
            self.article.set("hasSector", mission, sector)
        (second,) = say(world.agency(rng), " prepared it.")
        relate("hasOrganizer", mission, second)
        (leader,) = say(world.person(rng), " led it.")
        relate("isLedBy", mission, leader)
        self._tell_roles(mission, rng.randint(8, 20))
        self._tell_legs(mission, start, end, rng.randint(0, 3))

    def _tell_roles(self, mission: str, count: int) -> None:
        for _ in range(count):
            kind = self.rng.choice((self.world.company, self.world.person, self.world.agency))
            (participant,) = self.article.say(kind(self.rng), " took part.")
            self.article.relate("hasParticipant", mission, participant)

    def _tell_legs(self, mission: str, start: date, end: date, count: int) -> None:
        before = None
        first, last = min(start, end), max(start, end)
        for number_ in range(count):
            at = min(first + timedelta(days=number_), last).isoformat()
            leg, city, when = self.article.say(
                "The ", self.world.named("Event", "leg"), " in ", self.world.city(self.rng),
                " was on ", day(at), ".",
            )  # fmt: skip
            self.article.set("hasStatus", leg, "done")
            self.article.set("hasKind", leg, "missionLeg")
            self.article.relate("isSubEventOf", leg, mission)
            self.article.relate("takesPlaceIn", leg, city)
            self.article.relate("startDate", leg, when)
            if before is not None:
                self.article.relate("precedes", before, leg)
            before = leg

    def tell_plan(self) -> None:
        """A mission that someone announces."""
        article, world, rng = self.article, self.world, self.rng
        ahead = (self._day + timedelta(days=rng.randint(30, 300))).isoformat()
        speaker, node = world.person(rng), world.named("Mission", "mission")
        who, mission, trigger, when, city, agency = article.say(
            speaker, " said that the ", node, " ", Words("startDate", "should begin on"), " ",
            day(ahead), " in ", world.city(rng), " under ", world.agency(rng), ".",
        )  # fmt: skip
        article.set("hasStatus", mission, "planned")
        article.set("hasKind", mission, rng.choice(_MISSIONS))
        for name, value in zip(_TARGET, (when, agency, city), strict=True):
            if name != "startDate":
                (trigger,) = article.say(Words(name, "So it is planned."))
            roles = ("Subject", mission), ("Object", value), ("Speaker", who)
            article.claim(name, trigger, *roles, modality="plan")

    # -- agreements, figures, posts, offices -------------------------------------------------

    def tell_signing(self, *, parties: int = 2, about_mission: bool = True) -> str:
        """An agreement; the id of its mention is returned."""
        article, rng = self.article, self.rng
        slip = self._slip("one signatory", "kind of another list")
        signed = self._day - timedelta(days=rng.randint(1, 30))
        if about_mission and self.mission is not None:
            signed = self.mission[1]
        node = self.world.named("Agreement", "agreement")
        agreement, when = article.say("The ", node, " was signed on ", day(signed.isoformat()), ".")
        article.set("hasStatus", agreement, "done")
        wrong = slip == "kind of another list"
        article.set("hasKind", agreement, "tradeFair" if wrong else rng.choice(_AGREEMENTS))
        article.relate("signatureDate", agreement, when)
        found = self.world.parties(rng, parties)
        for party in found[: 1 if slip == "one signatory" else parties]:
            (signatory,) = article.say(party, " signed it.")
            article.relate("hasSignatory", agreement, signatory)
        if about_mission and self.mission is not None:
            article.relate("isSignedDuring", agreement, self.mission[0])
            article.set("hasSector", agreement, rng.choice(_SECTORS))
        return agreement

    def tell_figure(self, thing: str, measure: int) -> None:
        """A number about a thing that the article has mentioned, for one of some measures."""
        article, rng = self.article, self.rng
        slip = self._slip("no qualifier", "impossible share")
        share = measure == len(_COUNTS)
        amount = 120 if slip == "impossible share" else rng.randint(1, 90 if share else 5000)
        node = self.world.named("Figure", "figure")
        figure, value = article.say("The ", node, " given is ", number(amount), ".")
        is_share = share or slip == "impossible share"
        article.set("hasMeasure", figure, "shareOfActions" if is_share else _COUNTS[measure])
        article.set("hasUnit", figure, "percent" if is_share else "one")
        qualifier, bound = rng.choice(_QUALIFIERS)
        if slip != "no qualifier":
            article.set("hasQualifier", figure, qualifier)
        article.relate("numericValue", figure, value)
        if bound:
            article.relate(bound, figure, value)
        article.relate("isFigureAbout", figure, thing)

    def tell_tenure(self) -> None:
        """A person in a post, attested on the day of publication."""
        article = self.article
        person, post = self.world.officer(self.rng)
        tenure_ = replace(self.world.named("Tenure", "tenure"), words="serves in")
        holder, tenure, held, when = article.say(
            person, " ", tenure_, " the ", post, " on ", day(article.issued), "."
        )
        article.relate("hasHolder", tenure, holder)
        article.relate("hasPost", tenure, held)
        if self._slip("no date") == "":
            article.relate("attestedDate", tenure, when)

    def tell_office(self) -> None:
        """An office abroad, and one that is denied."""
        article, rng = self.article, self.rng
        company, city = article.say(
            self.world.company(rng), " has an office in ", self.world.city(rng), "."
        )
        article.relate("hasOfficeIn", company, city)
        trigger, other = article.say(
            Words("hasOfficeIn", "There is none in"), " ", self.world.region(rng), "."
        )
        roles = ("Subject", company), ("Object", other)
        article.claim("hasOfficeIn", trigger, *roles, negated=True)

    def tell_remark(self, thing: str) -> None:
        """What someone thinks of a thing that the article has mentioned."""
        speaker, trigger = self.article.say(
            self.world.person(self.rng), " ", Words("Remark", "spoke well of it"), "."
        )
        roles = ("About", thing), ("Speaker", speaker)
        note = f"en: {self.rng.choice(_REMARKS)}"
        self.article.claim("Remark", trigger, *roles, modality="opinion", note=note)
