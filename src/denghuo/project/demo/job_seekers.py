"""Who looks for work in the demo: the personas, and some hundreds of the population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

from denghuo.employment.public import (
    add_entry,
    answer_held,
    answer_pay,
    answer_what,
    answer_when,
    answer_where,
    choose_work,
    pause_wish,
    publish_wish,
    read_query,
    save_search,
    suggest_occupations,
    withdraw_wish,
    write_about,
)
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.period import add_months
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor
from denghuo.project.demo.case_stations import Stations
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.job_trades import TRADES
from denghuo.project.demo.population import Member
from denghuo.project.demo.residents import RESIDENTS
from denghuo.project.demo.spread import Spread

End = Literal["live", "paused", "withdrawn", "begun"]
# Of a hundred wishes: two said at a counter, six taken back, eight paused, five half told.
_AT_COUNTER, _WITHDRAWN, _PAUSED, _BEGUN = 0.02, 0.06, 0.08, 0.05
_FOUND_BY_FIRMS, _DIGEST, _RESUME = 0.6, 0.3, 0.25
_YOUNGEST, _OLDEST = 18, 60
_REACHES = (10, 20, 20, 30, 50, 100, 300)
_WORDS = tuple(dict.fromkeys(one.wish for one in TRADES if one.wish))
_SKILLS = (
    "会开农机", "会蒙古语", "会用办公软件", "会收银", "会焊接，有焊工证", "有C1驾照",
    "有健康证", "会做饭，有健康证", "会记账", "会直播、剪视频", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One wish on paper. ``about`` empty: no résumé."""

    person: SubjectRef
    home: str
    words: tuple[str, ...]
    pay: str
    reach_km: int
    skills: str
    schooling: int
    years: int
    hours: tuple[str, ...]
    consents: tuple[Literal["job_matching", "found_by_firms", "job_digest"], ...]
    end: End
    at: datetime
    at_counter: bool = False
    about: str = ""
    job: tuple[str, str, int] | None = None
    search: str = ""
    districts: tuple[str, ...] = ()


def resident(person: SubjectRef) -> Actor:
    """Somebody in their own affairs."""
    return Actor(kind="resident", person=person, acting_for=person, demo=True)


def cast_ref(key: str) -> SubjectRef:
    """A persona, or a person made for a firm, by key."""
    return SubjectRef("person", demo_id("person", key))


def persona_wishes(stage: Stage) -> list[Wanted]:
    """Of those a visitor may step into: live, paused, withdrawn, half told."""
    homes = {one.key: stage.region(one.residence).code for one in RESIDENTS}
    both = ("job_matching", "found_by_firms", "job_digest")

    def wanted(key: str, words: tuple[str, ...], pay: str, **more: object) -> Wanted:
        values: dict[str, object] = {
            "reach_km": 50, "skills": "", "schooling": 2, "years": 3, "hours": ("day", "shifts"),
            "consents": both, "end": "live", "at": _at(stage.today, 12, 10),
        }  # fmt: skip
        return Wanted(
            person=cast_ref(key),
            home=homes[key],
            words=words,
            pay=pay,
            **{**values, **more},  # type: ignore[arg-type]
        )

    return [
        wanted(
            "seeker", ("文员", "客服", "直播"), "3000",
            reach_km=300, schooling=4, years=0, skills="会蒙古语，会用办公软件，会剪视频",
            about="今年毕业，学的是新闻，做过校报，愿意从头学。",
            job=("校报编辑部", "采访、排版、拍短视频", 2), search="文员",
            districts=(Region.read("1501").code,),
        ),
        wanted(
            "mother", ("收银员", "保洁", "保姆"), "2500",
            reach_km=20, schooling=1, years=6, hours=("day", "part"), skills="会收银，有健康证",
            about="在服装厂干过六年，手脚麻利。孩子上学，要能接送。",
            job=("服装厂", "缝纫、包装、质检", 6), search="收银员",
        ),
        wanted("welder", ("焊工",), "6000", schooling=2, years=15, skills="有焊工证，会氩弧焊"),
        wanted("electrician", ("电工",), "5500", years=11, skills="有电工证", end="paused"),
        wanted("fitter", ("钳工",), "5500", years=18, end="withdrawn"),
        wanted("winner", ("平面设计师",), "5000", schooling=4, consents=()),
        wanted("long-name", ("放羊",), "", end="begun"),
    ]  # fmt: skip


def make_wishes(
    stage: Stage, spread: Spread, heads: Sequence[Member], count: int, *, seed: int
) -> Iterator[Wanted]:
    """``count`` wishes of grown-ups; the same for a seed and a day."""
    chance = Random(f"{seed}:wishes")
    eldest, youngest = (add_months(stage.today, -12 * one) for one in (_OLDEST, _YOUNGEST))
    fit = [one for one in heads if eldest < one.born_on < youngest]
    for one in chance.sample(fit, min(count, len(fit))):
        yield _wish(stage, spread.codes[one.township], one, chance)


def _wish(stage: Stage, home: str, one: Member, chance: Random) -> Wanted:
    lot = chance.random()
    end: End = "live"
    for share, name in ((_WITHDRAWN, "withdrawn"), (_PAUSED, "paused"), (_BEGUN, "begun")):
        if lot < share:
            end = name  # type: ignore[assignment]
            break
        lot -= share
    words = tuple(chance.sample(_WORDS, chance.choice((1, 1, 2, 3))))
    with_resume = chance.random() < _RESUME
    consents: list[Literal["job_matching", "found_by_firms", "job_digest"]] = ["job_matching"]
    if chance.random() < _FOUND_BY_FIRMS:
        consents.append("found_by_firms")
    if chance.random() < _DIGEST:
        consents.append("job_digest")
    years = chance.randint(0, 20)
    return Wanted(
        person=SubjectRef("person", one.id),
        home=home,
        words=words,
        pay=chance.choice(("", "2000", "2500", "3000", "3500", "4000", "5000")),
        reach_km=chance.choice(_REACHES),
        skills=chance.choice(_SKILLS),
        schooling=chance.choices(range(6), (3, 8, 6, 4, 3, 1))[0],
        years=years,
        hours=chance.choice((("day",), ("day", "shifts"), ("day", "shifts", "night"),
                             ("day", "part"), ("day", "season"))),
        consents=tuple(consents),
        end=end,
        at=_at(stage.today, chance.randint(1, 40), chance.randint(9, 20)),
        at_counter=chance.random() < _AT_COUNTER,
        about="踏实肯干，随时能上班。" if with_resume else "",
        job=("本地的一家厂", f"干{words[0]}这一行", max(1, years)) if with_resume else None,
    )  # fmt: skip


def _at(today: date, days_ago: int, hour: int) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), time(hour), SHANGHAI)


def say_wish(one: Wanted, stations: Stations) -> None:
    """The five answers in their order, and what became of the wish."""
    actor = resident(one.person)
    if one.at_counter:
        actor = stations.act_for(one.person, one.home, one.at)
    view = answer_what(actor=actor, words=one.words, now=one.at)
    for place, work in enumerate(view.works):
        if not work.code:
            code = suggest_occupations(work.words).codes[0]
            choose_work(actor=actor, place=place, code=code, now=one.at)
    answer_where(
        actor=actor, home=one.home, reach_km=one.reach_km, districts=one.districts, now=one.at
    )
    if one.end == "begun":
        return
    answer_pay(actor=actor, pay=one.pay, now=one.at)
    answer_when(actor=actor, hours=one.hours, start_on=None, now=one.at)
    answer_held(
        actor=actor, certificates=(), words=one.skills, schooling=one.schooling,
        years=str(one.years), now=one.at,
    )  # fmt: skip
    publish_wish(actor=actor, consents=one.consents, now=one.at)
    later = one.at + timedelta(hours=3)
    _write_resume(one, actor, later)
    if one.search:
        save_search(actor=actor, query=read_query({"q": one.search}), now=later)
    if one.end == "paused":
        pause_wish(actor=actor, now=later)
    elif one.end == "withdrawn":
        withdraw_wish(actor=actor, now=later)


def _write_resume(one: Wanted, actor: Actor, now: datetime) -> None:
    if one.about:
        write_about(actor=actor, words=one.about, now=now)
    if one.job:
        where, what, years = one.job
        since = max(1960, now.year - years)
        add_entry(
            actor=actor, kind="work", where=where, what=what, since=since, until=None, now=now
        )
