"""Seasons of the refund at every step: brought in, checked, shown, paid, and waiting for a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from denghuo.benefits.public import ToldAccount, entity_key, learn_accounts
from denghuo.cases.public import answer_objection, object_to_notice
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor
from denghuo.project.demo.case_offices import FUNDS, WHOLE_REGION, Offices, staff_actor
from denghuo.project.demo.casting import Stage, register_codes
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.season_bringing import OfficeTable, bring
from denghuo.project.demo.season_files import (
    COLUMNS,
    DISHONESTY,
    INSURANCE,
    Listed,
    listed_firms,
    office_file,
)
from denghuo.project.demo.season_money import first_and_every, pay_by_bank
from denghuo.project.demo.season_runs import BANK, Hands, Planned, Road, Until, weekday
from denghuo.project.demo.spread import POPULATION, Spread

# When the refund of the contributions of 2023 went out; its text was in force until that year's
# end (library: stable-jobs-refund).
_EARLIER, _EARLIER_ON = "2023", date(2024, 9, 3)
# The last year with a published rule, and the first without.
_PERIOD, _UNRULED = "2024", "2025"
_BASIS = {
    INSURANCE: "《社会保险法》第七十四条",
    DISHONESTY: "人社部发〔2025〕18号第一条",
}
# How many months the fund would last: below two years the small get back 60 %, as in the
# region's report.
_RESERVE = {_EARLIER: 14, _PERIOD: 10, _UNRULED: 10}
# League, how far, and how many days ago it began. No more than a month after the list of the
# dishonest came in, because that list grows old.
_SEASONS = (
    ("1504", Until.PAID_OUT, 31),
    ("1502", Until.PAID_OUT, 31),
    ("1509", Until.PAID_OUT, 25),
    ("1501", Until.ANNOUNCED, 10),
    ("1508", Until.SAMPLING, 6),
    ("1505", Until.OPENED, 6),
    ("1506", Until.PROPOSED, 5),
)
_DAIRY_ACCOUNT = "15990000000001"
_MONEY_COMES_BACK, _AT_THE_BANK = "1502", "1509"
_BROUGHT_DAYS_BEFORE = 1
_OBJECTIONS = (
    ("seeker", "我在这家单位实习过，听说去年裁了不少人，请核实。"),
    ("winner", "名单上的金额是不是写错了？"),
)
_ANSWER = "金额按规定的比例算，和参保记录一致，没有写错。"


def seasons_begin_on() -> date:
    """The day from which offices and funds must be there."""
    return _EARLIER_ON - timedelta(days=14)


def seed_seasons(
    stage: Stage,
    spread: Spread,
    offices: Offices,
    count: int,
    *,
    seed: int,
    tell: Callable[[int, int], None],
) -> int:
    """Each season on its own days; a year before last's, the present one league by league, and
    one whose rule is not published. How many there are."""
    firms = list(listed_firms(stage, spread, count, seed=seed))
    by_league: dict[str, list[Listed]] = {}
    for one in firms:
        by_league.setdefault(one.region[:4], []).append(one)
    planned = [one for one in _SEASONS if one[0] in by_league]
    steps = len(planned) + 2
    region = Region.read(WHOLE_REGION).code
    colleagues = Hands(
        staff_actor("desk-region-officer"),
        staff_actor("desk-region-checker"),
        staff_actor("desk-region-reviewer"),
        offices.supervisor,
    )
    first = Planned(_EARLIER, region, _EARLIER_ON, Until.PAID_OUT, _RESERVE[_EARLIER])
    with transaction.atomic():
        _bring(stage, firms, colleagues, first, years_before=1)
        walk(first, colleagues, offices, now=stage.now)
        tell(1, steps)
        for done, (league, until, days) in enumerate(planned, start=2):
            plan = Planned(
                _PERIOD,
                Region.read(league).code,
                stage.today - timedelta(days=days),
                until,
                _RESERVE[_PERIOD],
                frozenset({demo_id("firm", "dairy")}),
            )
            hands = _hands(offices)
            _bring(stage, by_league[league], hands, plan)
            road = walk(plan, hands, offices, now=stage.now)
            if until is Until.ANNOUNCED:
                _offer_account(road)
                _object(road, league)
            tell(done, steps)
        begun = stage.today - timedelta(days=5)
        unruled = Planned(_UNRULED, region, begun, Until.PROPOSED, _RESERVE[_UNRULED])
        walk(unruled, _hands(offices), offices, now=stage.now)
    tell(steps, steps)
    return steps


def _hands(offices: Offices) -> Hands:
    """The people a visitor may step into."""
    return Hands(
        staff_actor("demo-season"),
        staff_actor("demo-season-checker"),
        staff_actor("demo-season-signer"),
        offices.supervisor,
    )


def walk(plan: Planned, hands: Hands, offices: Offices, *, now: datetime) -> Road:
    """The season as far as its plan says, and its money at the bank and back."""
    road = Road(plan, hands, now=now)
    road.walk()
    if road.ordered:
        back = plan.area.startswith(_MONEY_COMES_BACK)
        answered = not plan.area.startswith(_AT_THE_BANK)
        # Longer ago, and the bank's silence would be a case of its own.
        sent_at = road.at if answered else max(road.at, weekday(day_of(now) - timedelta(days=2)))
        pay_by_bank(
            _funds(plan),
            offices.treasurers,
            come_back=first_and_every(road.with_account) if back else (),
            answered=answered,
            now=sent_at,
        )
    return road


def _funds(plan: Planned) -> list[str]:
    fund = next(iter(FUNDS))
    area = Region(plan.area)
    return [f"fund:{fund}:{one}00" for one in POPULATION if area.contains(Region.read(one))]


def _bring(
    stage: Stage, firms: Sequence[Listed], hands: Hands, plan: Planned, *, years_before: int = 0
) -> None:
    """Two offices' tables, from upload to facts; confirmed by another than who brought them."""
    told_on = plan.started_on - timedelta(days=_BROUGHT_DAYS_BEFORE)
    now = weekday(told_on)
    for office in COLUMNS:
        content = office_file(stage, firms, office, years_before=years_before)
        told = OfficeTable("firm", office, content, _BASIS[office], Region(plan.area))
        bring(told, hands, now=now)


def _offer_account(road: Road) -> None:
    """Where the dairy pays its contributions from: it need only say yes."""
    dairy = EMPLOYERS[0]
    code = register_codes()[dairy.key].text
    learn_accounts(
        actor=road.hands.officer,
        area=Region(road.plan.area),
        subject="firm",
        accounts=[ToldAccount(entity_key("firm", code), dairy.name, _DAIRY_ACCOUNT, BANK)],
        source="社保缴费账户（演示）",
        told_on=day_of(road.at),
        now=road.at,
    )


def _object(road: Road, league: str) -> None:
    """Two people find a line wrong; one has been answered."""
    now = road.at + timedelta(hours=2)
    raised = [
        object_to_notice(actor=_resident(key), case_id=case, words=words, now=now)
        for (key, words), case in zip(_OBJECTIONS, road.with_account, strict=False)
    ]
    for objection in raised[1:]:
        answer_objection(
            actor=staff_actor(f"desk-{league}-officer"),
            objection_id=objection,
            upheld=False,
            answer=_ANSWER,
            now=now + timedelta(hours=1),
        )


def _resident(key: str) -> Actor:
    ref = SubjectRef("person", demo_id("person", key))
    return Actor(kind="resident", person=ref, acting_for=ref, demo=True)
