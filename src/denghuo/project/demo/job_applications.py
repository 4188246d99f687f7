"""Posts of the firms a visitor may step into, and applications in every state there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

from denghuo.employment.public import (
    ApplicationView,
    FeedRow,
    accept,
    apply,
    decline,
    invite,
    lapse_offers,
    look_at,
    offer,
    publish_post,
    refuse,
    withdraw,
)
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.job_seekers import cast_ref, resident

Fate = Literal[
    "sent", "seen", "interview", "offered", "hired", "refused", "declined", "lapsed", "withdrawn"
]
_PUBLISHED_DAYS_AGO = 20
_PARTS = ("phone", "wish", "resume")
_REASONS = (
    "experience_short", "skills_missing", "schedule_mismatch", "another_chosen",
    "interview_not_passed",
)  # fmt: skip
_FATES: tuple[tuple[Fate, int], ...] = (
    ("sent", 6), ("seen", 5), ("interview", 3), ("offered", 1), ("refused", 6), ("withdrawn", 2),
    ("declined", 1), ("hired", 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """A post a firm tells of itself."""

    firm: str
    title: str
    body: str
    wage: str
    place: str
    openings: int = 1
    schooling: int = 0
    years: int = 0


OPENINGS = (
    Opening("dairy", "挤奶工", "每天两次挤奶和消毒，记好台账。包吃住，新人有师傅带，月休四天。",
            "4500-6000元/月", "呼和浩特市土默特左旗", 8),
    Opening("dairy", "行政文员", "收发文件，接待来访，做表格。会用办公软件，白班，双休。",
            "3000-4000元/月", "呼和浩特市土默特左旗", 1, 3),
    Opening("dairy", "质检员", "原奶取样检验，填写记录。白班，单休，缴纳五险。",
            "4000-5500元/月", "呼和浩特市土默特左旗", 2, 3, 1),
    Opening("machines", "焊工", "钢结构下料和焊接，看得懂图纸。须持焊工证，白班。",
            "6500-9000元/月", "包头市昆都仑区", 2, 0, 3),
    Opening("printer", "包装工", "装订、打包、贴签，坐着干活。白班，管午饭。",
            "3200-4200元/月", "包头市昆都仑区", 6),
    Opening("logistics", "仓管员", "出入库登记，按月盘点。会用办公软件，单休。",
            "3500-4500元/月", "鄂尔多斯市东胜区", 4, 2),
    Opening("supermarket", "收银员", "扫码收款，核对小票。早晚班倒，离小学近。",
            "2600-3400元/月", "赤峰市红山区", 5),
    Opening("supermarket", "营业员", "理货、补货、贴价签，招呼顾客。早晚班倒。",
            "2600-4000元/月", "赤峰市红山区", 6),
)  # fmt: skip
# Who of those a visitor may step into applied for what, and how far it came.
_CAST: tuple[tuple[str, int, Fate], ...] = (
    ("seeker", 1, "interview"), ("seeker", 7, "refused"), ("seeker", 5, "sent"),
    ("mother", 6, "offered"), ("mother", 4, "withdrawn"), ("mother", 7, "seen"),
    ("welder", 3, "hired"),
)  # fmt: skip


class Applicants:
    """The firms' desks, their posts, and who applies for them."""

    def __init__(self, *, today: date, now: datetime, seed: int) -> None:
        self._today, self._now = today, now
        self._chance = Random(f"{seed}:applications")
        self._desks: dict[str, Actor] = {}
        self._posts: list[int] = []

    def publish(self) -> None:
        """The firms' own posts, some weeks ago."""
        at = self._at(_PUBLISHED_DAYS_AGO)
        for order, one in enumerate(OPENINGS, 1):
            row = FeedRow(
                key=f"own-{order}", employer_uscc="", employer="", title=one.title, body=one.body,
                wage=one.wage, place=one.place, openings=one.openings, schooling=one.schooling,
                years=one.years,
            )  # fmt: skip
            firm_id = demo_id("firm", one.firm)
            self._posts.append(
                publish_post(actor=self._desk(one.firm), firm_id=firm_id, row=row, now=at)
            )

    def apply_all(self, people: Sequence[SubjectRef], count: int) -> int:
        """Those of the personas, one of each fate, and others up to ``count``; how many."""
        done = 0
        for who, post, fate in self._plans(people, count):
            self._live(who, post, fate, days_ago=3 + done % 12)
            done += 1
        # Offers nobody answered in their days end by themselves.
        lapse_offers(now=self._now)
        return done

    def _plans(
        self, people: Sequence[SubjectRef], count: int
    ) -> Iterator[tuple[SubjectRef, int, Fate]]:
        for key, at, fate in _CAST:
            yield cast_ref(key), at, fate
        rest = list(people)
        certain: tuple[Fate, ...] = ("seen", "declined", "lapsed", "hired", "offered", "refused")
        for who, fate in zip(rest, certain, strict=False):
            yield who, 0, fate
        if len(rest) > len(certain):
            # Waits at one firm and is taken at another: the first becomes obsolete.
            yield rest[len(certain)], 5, "seen"
            yield rest[len(certain)], 0, "hired"
        left = count - len(_CAST) - len(certain) - 2
        for who in rest[len(certain) + 1 :][: max(0, left)]:
            post = self._chance.choice((0, 0, 2, 4, 5, 6, 7))
            fates = [fate for fate, _ in _FATES]
            yield who, post, self._chance.choices(fates, [weight for _, weight in _FATES])[0]

    def _live(self, who: SubjectRef, post: int, fate: Fate, *, days_ago: int) -> None:
        """One application, deed by deed, a day between."""
        at, applicant = self._at(days_ago), resident(who)
        desk = self._desk(OPENINGS[post].firm)
        view = apply(actor=applicant, post_id=self._posts[post], parts=_PARTS, now=at)
        if fate == "sent":
            return
        if fate == "withdrawn":
            withdraw(actor=applicant, application_id=view.id, now=at + timedelta(hours=5))
            return
        view = look_at(actor=desk, application_id=view.id, now=at + timedelta(hours=3))
        if fate != "seen":
            self._decide(desk, applicant, view, fate, at + timedelta(days=1))

    def _decide(
        self, desk: Actor, applicant: Actor, view: ApplicationView, fate: Fate, at: datetime
    ) -> None:
        if fate == "refused":
            reason = self._chance.choice(_REASONS)
            refuse(actor=desk, application_id=view.id, version=view.version, reason=reason, now=at)
            return
        view = invite(
            actor=desk,
            application_id=view.id,
            version=view.version,
            at=self._now + timedelta(days=2),
            place="公司一楼人事科",
            note="带上身份证，路费自理。",
            now=at,
        )
        if fate == "interview":
            return
        days = 1 if fate == "lapsed" else 14
        start = self._today + timedelta(days=10)
        view = offer(
            actor=desk,
            application_id=view.id,
            version=view.version,
            start_on=start,
            days=days,
            now=at + timedelta(hours=4),
        )
        if fate == "hired":
            accept(actor=applicant, application_id=view.id, now=at + timedelta(hours=20))
        elif fate == "declined":
            decline(actor=applicant, application_id=view.id, now=at + timedelta(hours=20))

    def _desk(self, firm: str) -> Actor:
        """The firm's own program: its people were given their mandates only today."""
        if firm not in self._desks:
            self._desks[firm] = Actor(
                kind="program",
                acting_for=SubjectRef("firm", demo_id("firm", firm)),
                scopes=frozenset(("read", "apply")),
                key_id=demo_id("key", firm),
                demo=True,
            )
        return self._desks[firm]

    def _at(self, days_ago: int) -> datetime:
        return datetime.combine(self._today - timedelta(days=days_ago), time(11), SHANGHAI)
