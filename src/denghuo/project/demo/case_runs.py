"""A year of applications, lived through the doors: each deed at its hour, one after the other.

A heap of deeds stands for the clock. Whatever would happen after now has not happened, so what
lies on the desks today lies there for the reason it would in an office: it came last week, or
nobody has looked at it. Nothing is written past a door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from denghuo.cases.public import (
    Lacking,
    NoticeOpenError,
    Supplied,
    ToldFact,
    accept,
    answer_correction,
    ask_for_correction,
    confirm_account,
    decide,
    make_payable,
    open_case,
    propose,
    publish_notice,
    read_case,
    start_review,
    transfer,
    verify,
    withdraw,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.platform.public import SYSTEM, Actor
from denghuo.policy.public import (
    FactRegistry,
    NewFact,
    record_facts,
)
from denghuo.project.demo.case_after import Afterwards, days_before
from denghuo.project.demo.case_clock import Clock, Life
from denghuo.project.demo.case_offices import Offices
from denghuo.project.demo.case_plans import Plan
from denghuo.project.demo.case_stations import Stations
from denghuo.project.demo.identities import bank_card

# Cards of the applicants lie beside those of nobody else.
_FIRST_CARD = 1_000_000
_BANK = "内蒙古银行（演示）"
_MISTAKEN_SOURCE = "盟市旧业务系统（演示）"
_LACKING = (
    Lacking("证件照片不清楚，请重新拍一张", "wrong"),
    Lacking("缺一份近三个月的缴费证明"),
    Lacking("营业地址和登记的不一样，请说明"),
    Lacking("收款账户的开户行没有写全", "wrong"),
)


# Where a case goes that stood with its league already.
OTHER_OFFICES = ("1501", "1502")


class Year(Afterwards):
    """All applications of a year and the offices that work on them."""

    def __init__(
        self,
        offices: Offices,
        stations: Stations,
        registry: FactRegistry,
        clock: Clock,
        *,
        first_day: datetime,
    ) -> None:
        super().__init__(offices, registry, clock)
        self.stations = stations
        self.lives: dict[UUID, Life] = {}
        # Ordered and not in a file yet, by what the treasurer looks through each week.
        self.ordered: list[Life] = []
        self._weekly(first_day)

    def take_in(self, plans: Sequence[Plan]) -> None:
        """Everybody who will ask."""
        for plan in plans:
            self.clock.at(plan.at, partial(self._open, plan))

    def _open(self, plan: Plan, when: datetime) -> None:
        life = Life(plan, plan.chance)
        if plan.mistaken:
            self._office_says(life, when)
        on = day_of(when)
        told = [ToldFact(name, plan.facts[name], observed_on=on) for name in plan.told]
        hand = self.stations.hand_of(life, when)
        life.case = open_case(
            actor=hand,
            item=plan.item,
            subject=life.subject,
            period=plan.period,
            channel=plan.channel,
            area=Region(plan.home),
            form_version="1",
            answers={name: plan.facts[name] for name in plan.told},
            facts=told,
            now=when,
        )
        self.lives[life.held.id] = life
        self.counts["opened"] += 1
        if plan.destiny == "transferred":
            self._soon(life, when, 2, self._transfer)
            return
        if plan.with_account:
            self._account(life, when, hand=hand)
        if plan.withdrawn:
            self._soon(life, when, 2, self._withdraw)
        elif plan.corrected:
            self._soon(life, when, 3, self._ask)
        else:
            self._soon(life, when, 4, self._accept)

    def _transfer(self, life: Life, when: datetime) -> None:
        """The wrong office: to its league's, which has yet to take it over."""
        _, officer = self._desk(life)
        here = life.held.area
        others = (Region.read(here.code[:4]), *map(Region.read, OTHER_OFFICES))
        life.case = transfer(
            actor=officer,
            case_id=life.held.id,
            version=life.held.version,
            area=next(one for one in others if one != here),
            note="参保地不在这里",
            now=when,
        )

    def _office_says(self, life: Life, when: datetime) -> None:
        """An old register has it wrong; on appeal it will be put right."""
        name = life.plan.mistaken
        raw = life.plan.facts[name]
        fact = NewFact(life.subject, name, raw, _MISTAKEN_SOURCE, day_of(when))
        record_facts(actor=SYSTEM, facts=[fact], registry=self.registry, now=when)

    def _account(self, life: Life, when: datetime, *, hand: Actor | None = None) -> None:
        life.accounts += 1
        life.case = confirm_account(
            actor=hand or life.applicant,
            case_id=life.held.id,
            version=self._fresh(life).version,
            account_name=life.plan.member.name,
            account_no=bank_card(_FIRST_CARD + life.plan.order * 10 + life.accounts),
            bank=_BANK,
            now=when,
        )

    def _withdraw(self, life: Life, when: datetime) -> None:
        life.case = withdraw(
            actor=life.applicant,
            case_id=life.held.id,
            version=life.held.version,
            note="想晚点再办",
            now=when,
        )

    def _ask(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        life.case = ask_for_correction(
            actor=officer,
            case_id=life.held.id,
            version=life.held.version,
            items=life.chance.sample(_LACKING, life.chance.choice((1, 1, 2))),
            now=when,
        )
        if life.plan.destiny == "asked":
            return  # the applicant has not answered yet
        days = life.chance.lognormvariate(1.4, 0.6)
        self.clock.after(when, days, life.chance, lambda at: self._answer(life, at))

    def _answer(self, life: Life, when: datetime) -> None:
        file = read_case(actor=life.applicant, case_id=life.held.id, now=when)
        asked = [one.id for one in file.rounds[-1].items if one.answered_at is None]
        life.case = answer_correction(
            actor=life.applicant,
            case_id=life.held.id,
            version=file.case.version,
            answers=[Supplied(one, "已经补上，请看。") for one in asked],
            now=when,
        )
        self._later(life, when)

    def _accept(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        life.case = accept(actor=officer, case_id=life.held.id, version=life.held.version, now=when)
        self._later(life, when)

    def _later(self, life: Life, when: datetime) -> None:
        """The review begins soon; one case in twenty-five is forgotten for six weeks."""
        if life.plan.destiny == "late":
            return  # it still lies there
        if life.plan.late:
            self._soon(life, when, 55, self._review, days_min=38)
        else:
            self._soon(life, when, 6, self._review)

    def _review(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        life.case = start_review(
            actor=officer, case_id=life.held.id, version=life.held.version, now=when
        )
        self._soon(life, when, 2, self._verify)

    def _verify(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        on, basis = day_of(when), life.held.item.legal_basis.text
        life.case = verify(
            actor=officer,
            case_id=life.held.id,
            version=life.held.version,
            facts=[
                ToldFact(name, value, "staff", "部门核对记录", on, basis)
                for name, value in life.plan.facts.items()
                if name != life.plan.mistaken
            ],
            now=when,
        )
        self._soon(life, when, 1, self._propose)

    def _propose(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        life.case = propose(
            actor=officer,
            case_id=life.held.id,
            version=life.held.version,
            result="refused" if life.plan.refused else "approved",
            now=when,
        )
        self._soon(life, when, 3, self._decide)

    def _decide(self, life: Life, when: datetime) -> None:
        """The checker; above the item's sum the case is still proposed and a chief signs too."""
        desk, _ = self._desk(life)
        for hand in (desk.reviewer, desk.supervisor):
            life.case = decide(
                actor=hand,
                case_id=life.held.id,
                version=life.held.version,
                result="refused" if life.plan.refused else "approved",
                now=when,
            )
            if life.held.decided_at is not None:
                break
        self.counts["refused" if life.plan.refused else "approved"] += 1
        if not life.plan.refused:
            key = (life.held.area.code, life.plan.item)
            self.to_be_shown.setdefault(key, []).append(life)
        elif life.plan.destiny == "appealed":
            self.clock.at(days_before(self.clock.now, 3), partial(self._appeal, life))
        elif life.plan.appealed:
            days = life.chance.uniform(3, 40)
            self.clock.after(when, days, life.chance, lambda at: self._appeal(life, at))
        else:
            self.clock.after(when, 62, life.chance, lambda at: self._close(life, at))

    def _weekly(self, when: datetime) -> None:
        """Every Tuesday's notice: what was approved since the last, office by office."""
        for (area, _), lives in sorted(self.to_be_shown.items()):
            if not lives:
                continue
            publish_notice(
                actor=self.offices.desks[area].officers[0],
                case_ids=[one.held.id for one in lives],
                title=f"{lives[0].held.item.names}拟发放名单（{day_of(when):%Y-%m-%d}）",
                now=when,
            )
            for life in lives:
                self.clock.after(when, 9, life.chance, partial(self._payable, life))
        self.to_be_shown = {}
        self.clock.at(when + timedelta(days=7), self._weekly)

    def _payable(self, life: Life, when: datetime) -> None:
        try:
            life.case = make_payable(actor=SYSTEM, case_id=life.held.id, version=None, now=when)
        except NoticeOpenError:  # a long holiday: the notice lasts longer
            self.clock.after(when, 3, life.chance, lambda at: self._payable(life, at))
            return
        if life.held.pay_problem:
            days = life.chance.uniform(4, 30)
            self.clock.after(when, days, life.chance, lambda at: self._say_account(life, at))
        else:
            self.ordered.append(life)

    def _say_account(self, life: Life, when: datetime) -> None:
        self._account(life, when)
        self.ordered.append(life)

    def paid(self, life: Life, when: datetime) -> None:
        """The bank has said so."""
        self.counts["paid"] += 1
        self.clock.after(when, 1, life.chance, lambda at: self._close(life, at))

    def returned(self, life: Life, when: datetime, again: Callable[[Life, datetime], None]) -> None:
        """The bank gave it back: the person says another account, a treasurer sends it again."""
        self.counts["returned"] += 1
        if life.plan.destiny == "returned":
            return  # nobody has said another account yet

        def corrected(at: datetime) -> None:
            self._account(life, at)
            self.clock.after(at, 1, life.chance, lambda then: again(life, then))

        self.clock.after(when, life.chance.uniform(2, 20), life.chance, corrected)
