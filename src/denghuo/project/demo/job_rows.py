"""Posts as sources write them: wages in every spelling, words no law lets stand, the same vacancy
told twice. Pure: a seed and a day give the same rows.

The shares are those of the demo's plan: a tenth of the adverts tell of a vacancy another source
tells of too, 4.5 in a hundred name an age, one in a hundred a sex.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from denghuo.project.demo.job_trades import TRADES, Trade

_DOUBLES = 1 / 10
_AGE, _SEX, _FRAUD = 0.045, 0.010, 0.002
_TRIES = 20
_MONTH_DAYS, _MONTH_HOURS = 21.75, 174
_AGES = ("年龄18-45周岁", "年龄50周岁以下", "要求35岁以下", "25-40岁之间", "年轻人优先")
_SEXES = ("限男性", "只招女士", "女士优先", "性别要求：男")
_FRAUDS = (
    "入职前交押金500元，统一保管身份证原件。",
    "在家做单，先垫付货款后返利，需提供短信验证码。",
)
_PERKS = ("缴纳五险", "包吃住", "管一顿午饭", "有班车", "按月发工资", "有全勤奖", "节日有福利")
_PULLS = ("高薪诚聘", "急聘", "直招")
_TAILS = ("（包吃住）", "（缴五险）", "（可倒班）")
_HOURS = ("白班，双休", "单休，白班", "早晚班倒", "月休四天", "上六休一")
_VAGUE = ("面议", "薪资面谈", "待遇从优")
# How a place is called in daily use, and words that are no place.
_NICKNAMES = {"昆都仑区": "昆区", "青山区": "包头青山区", "锡林浩特市": "锡市", "达拉特旗": "达旗"}
_NOWHERE = ("厂区附近", "到岗后分配", "全区各地")


@dataclass(frozen=True, slots=True)
class Hirer:
    """Somebody who hires: ``league`` and ``banner`` are names, ``area`` the banner's code."""

    code: str
    name: str
    section: str
    area: str
    league: str
    banner: str
    town: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One advert before a source has put it into its columns. ``last_on`` may be unsaid."""

    key: str
    code: str
    employer: str
    title: str
    body: str
    wage: str
    place: str
    openings: int
    schooling: str
    last_on: date | None
    area: str


@dataclass(frozen=True, slots=True)
class Teller:
    """A source: ``areas`` are the codes it speaks for (a league's four digits, a banner's six,
    two for the whole region); ``brings_on`` is the day of its list."""

    areas: str
    weight: float
    brings_on: date


def make_rows(
    hirers: Sequence[Hirer], tellers: Sequence[Teller], count: int, *, seed: int
) -> list[list[JobRow]]:
    """``count`` adverts, by teller."""
    chance = Random(f"{seed}:jobs")
    told: list[list[JobRow]] = [[] for _ in tellers]
    by_area = _by_area(tellers)
    vacancies = _vacancies(hirers, chance)
    left = count
    while left:
        hirer, trade = next(vacancies)
        who = by_area(hirer.area)
        first = chance.choices(who, [tellers[one].weight for one in who])[0]
        key = f"{len(told[first]) + 1:05d}"
        row = _row(hirer, trade, key, tellers[first].brings_on, chance)
        told[first].append(row)
        left -= 1
        others = [one for one in who if one != first]
        # So many of the vacancies that a tenth of all adverts are doubles.
        if left and others and chance.random() < _DOUBLES / (1 - _DOUBLES):
            second = chance.choice(others)
            told[second].append(_again(row, f"{len(told[second]) + 1:05d}", chance))
            left -= 1
    return told


def _by_area(tellers: Sequence[Teller]) -> Callable[[str], list[int]]:
    """Which tellers speak for an area, found once for each."""
    found: dict[str, list[int]] = {}

    def of(area: str) -> list[int]:
        if area not in found:
            found[area] = [at for at, one in enumerate(tellers) if area.startswith(one.areas)]
        return found[area]

    return of


def _vacancies(hirers: Sequence[Hirer], chance: Random) -> Iterator[tuple[Hirer, Trade]]:
    """Each hirer looks for a trade once; where all are taken, once more."""
    taken: set[tuple[str, int]] = set()
    weights = [one.weight for one in TRADES]
    while True:
        hirer = chance.choice(hirers)
        for _ in range(_TRIES):
            at = chance.choices(range(len(TRADES)), weights)[0]
            fits = not TRADES[at].sections or hirer.section[:1] in TRADES[at].sections
            if fits and (hirer.code, at) not in taken:
                break
        taken.add((hirer.code, at))
        yield hirer, TRADES[at]


def _row(hirer: Hirer, trade: Trade, key: str, on: date, chance: Random) -> JobRow:
    title, body = chance.choice(trade.titles), _body(hirer, trade, chance)
    lot = chance.random()
    if lot < _SEX:
        body += f"{chance.choice(_SEXES)}。"
    elif lot < _SEX + _AGE:
        body += f"{chance.choice(_AGES)}。"
    elif lot < _SEX + _AGE + _FRAUD:
        body += chance.choice(_FRAUDS)
    return JobRow(
        key=key,
        code=hirer.code,
        employer=hirer.name,
        title=title,
        body=body,
        wage=_wage(trade, chance),
        place=_place(hirer, chance),
        openings=chance.choice((1, 1, 1, 2, 2, 3, 5, 8)),
        schooling=trade.schooling,
        last_on=on + timedelta(days=chance.randint(30, 60)) if chance.random() < 0.2 else None,
        area=hirer.area,
    )


def _body(hirer: Hirer, trade: Trade, chance: Random) -> str:
    work = list(trade.work)
    chance.shuffle(work)
    perks = "，".join(chance.sample(_PERKS, 2))
    asks = trade.asks or "踏实肯干，有无经验都行"
    hours = "" if "倒" in asks or "休" in asks else f"{chance.choice(_HOURS)}。"
    return f"{hirer.name[:-6]}招人：{'；'.join(work)}。{asks}。{hours}{perks}。"


def _again(row: JobRow, key: str, chance: Random) -> JobRow:
    """The same vacancy as another source words it."""
    title = (
        f"{chance.choice(_PULLS)}{row.title}"
        if chance.random() < 0.5
        else f"{row.title}{chance.choice(_TAILS)}"
    )
    return replace(row, key=key, title=title, body=f"{row.body}欢迎来电咨询。")


def _wage(trade: Trade, chance: Random) -> str:
    """What is paid, in one of the ways posts say it; a few in none that can be understood."""
    grade = chance.uniform(0.9, 1.2)
    low, high = (max(2_000, round(one * grade, -2)) for one in (trade.low, trade.high))
    low, high = int(low), int(max(high, low + 300))
    if trade.piece and chance.random() < 0.25:
        return chance.choice(("计件，多劳多得", f"底薪{low}+计件，综合月薪{low}-{high}"))
    ways = (
        (0.34, f"{low}-{high}元/月"),
        (0.10, f"{low}-{high}"),
        (0.10, f"{low / 1000:g}k-{high / 1000:g}k"),
        (0.07, f"月薪{low}元"),
        (0.08, f"{round(low / _MONTH_DAYS, -1):.0f}元/天"),
        (0.04, f"{low / _MONTH_HOURS:.0f}元/小时"),
        (0.05, f"{low * 12 / 10_000:.1f}-{high * 12 / 10_000:.1f}万/年"),
        (0.03, f"{low / 1000:g}-{high / 1000:g}K·13薪"),
        (0.06, f"底薪{low}+提成，综合月薪{low}-{high}"),
        (0.08, chance.choice(_VAGUE)),
        (0.03, f"{low // 25}-{high // 25}"),
        (0.02, f"{high}-{low}元/月"),
    )
    return chance.choices([one for _, one in ways], [share for share, _ in ways])[0]


def _place(hirer: Hirer, chance: Random) -> str:
    lot = chance.random()
    if lot < 0.015:
        return chance.choice(_NOWHERE)
    if lot < 0.10 and hirer.banner in _NICKNAMES:
        return _NICKNAMES[hirer.banner]
    if lot < 0.5:
        return f"{hirer.league}{hirer.banner}"
    return f"{hirer.league}{hirer.banner}{hirer.town}"
