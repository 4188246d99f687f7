"""What comes after a decision: the end, the rating, the check after payment, the appeal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from denghuo.cases.public import (
    CaseView,
    State,
    appeal,
    case_of,
    close_case,
    confirm_audit,
    decide_appeal,
    open_audit,
    rate,
    recover,
)
from denghuo.kernel.clock import day_of
from denghuo.platform.public import SYSTEM, Actor
from denghuo.policy.public import Correction, FactRegistry, answer_dispute, dispute_fact
from denghuo.project.demo.case_clock import Clock, Life
from denghuo.project.demo.case_offices import Desk, Offices
from denghuo.project.demo.season_runs import weekday

_WORDS = ("办得很快，没有跑腿。", "消息说得清楚。", "")
_BAD_WORDS = ("等得太久了。", "同样的材料要了两回。")
# How many days ago the check after payment began and ended.
_CHECKS = {"confirmed": (40, 33), "audited": (12, 0), "recovered": (14, 5)}


def days_before(now: datetime, days: int) -> datetime:
    """In the morning of a weekday so long ago."""
    return weekday(day_of(now - timedelta(days=days)))


class Afterwards:
    """The offices, their clock, and what they do with a case that has been decided."""

    def __init__(self, offices: Offices, registry: FactRegistry, clock: Clock) -> None:
        self.offices = offices
        self.registry = registry
        self.clock = clock
        self.counts: Counter[str] = Counter()
        # Approved and not shown to the public yet, by office and item.
        self.to_be_shown: dict[tuple[str, str], list[Life]] = {}

    def _desk(self, life: Life) -> tuple[Desk, Actor]:
        desk = self.offices.desk(life.held.area)
        return desk, desk.officers[life.plan.order % len(desk.officers)]

    def _fresh(self, life: Life) -> CaseView:
        """As it stands: others have moved it since (a notice, the bank)."""
        return case_of(SYSTEM, life.held.id)

    def _soon(
        self,
        life: Life,
        when: datetime,
        days_max: float,
        deed: Callable[[Life, datetime], None],
        *,
        days_min: float = 0,
    ) -> None:
        """Some days later; on the same day where the plan is in a hurry."""
        days = life.chance.uniform(days_min, days_max)
        self.clock.after(when, 0 if life.plan.quick else days, life.chance, partial(deed, life))

    def _close(self, life: Life, when: datetime) -> None:
        life.case = close_case(actor=SYSTEM, case_id=life.held.id, version=None, now=when)
        if life.plan.rating:
            days = life.chance.uniform(0, 5)
            self.clock.after(when, days, life.chance, lambda at: self._rate(life, at))
        if life.plan.destiny in _CHECKS:
            begun, done = _CHECKS[life.plan.destiny]
            self.clock.at(days_before(self.clock.now, begun), partial(self._audit, life))
            if life.plan.destiny == "recovered":
                self.clock.at(days_before(self.clock.now, done), partial(self._recover, life))
        if life.plan.checked and life.held.paid_fen:
            days = life.chance.uniform(20, 60)
            self.clock.after(when, days, life.chance, lambda at: self._audit(life, at))

    def _rate(self, life: Life, when: datetime) -> None:
        level = life.plan.rating
        words = life.chance.choice(_WORDS if level > 2 else _BAD_WORDS)
        rate(actor=life.applicant, case_id=life.held.id, level=level, words=words, now=when)

    def _audit(self, life: Life, when: datetime) -> None:
        _, officer = self._desk(life)
        life.case = open_audit(
            actor=officer, case_id=life.held.id, version=None, note="按比例抽查", now=when
        )
        if life.plan.destiny not in ("audited", "recovered"):
            days = life.chance.uniform(3, 15)
            self.clock.after(when, days, life.chance, lambda at: self._confirm(life, at))

    def _recover(self, life: Life, when: datetime) -> None:
        """Too much was paid: a case of its own asks for half of it back."""
        life.case = recover(
            actor=self.offices.auditor,
            case_id=life.held.id,
            version=self._fresh(life).version,
            amount_fen=life.held.paid_fen // 2,
            note="核查发现外省已经补过一半，重复了",
            now=when,
        )
        self.counts["recovered"] += 1

    def _confirm(self, life: Life, when: datetime) -> None:
        life.case = confirm_audit(
            actor=self.offices.checker,
            case_id=life.held.id,
            version=self._fresh(life).version,
            note="核查无误",
            now=when,
        )

    def _appeal(self, life: Life, when: datetime) -> None:
        life.case = appeal(
            actor=life.applicant,
            case_id=life.held.id,
            version=life.held.version,
            words="部门的记录不对，请再看一遍。" if life.plan.mistaken else "我觉得应该符合。",
            now=when,
        )
        self.counts["appealed"] += 1
        if life.plan.mistaken:
            self._dispute(life, when)
        if life.plan.destiny != "appealed":
            days = life.chance.uniform(6, 25)
            self.clock.after(when, days, life.chance, lambda at: self._second_look(life, at))

    def _dispute(self, life: Life, when: datetime) -> None:
        """The person says the fact is wrong; the office finds that it was."""
        name = life.plan.mistaken
        right = not life.plan.facts[name]
        dispute = dispute_fact(
            actor=life.applicant,
            subject=life.subject,
            name=name,
            claimed_value="是" if right else "否",
            note="记录和实际不一样",
            now=when,
        )

        def answered(at: datetime) -> None:
            answer_dispute(
                actor=self._desk(life)[1],
                dispute_id=dispute,
                answer="查了原始记录，是旧系统录错了，已经改正。",
                corrected=True,
                correction=Correction(right, self.registry[name].source, day_of(at)),
                registry=self.registry,
                now=at,
            )

        self.clock.after(when, 2, life.chance, answered)

    def _second_look(self, life: Life, when: datetime) -> None:
        changed = bool(life.plan.mistaken)
        # Above the item's sum a second chief signs too.
        for hand in (self.offices.supervisor, self.offices.auditor):
            life.case = decide_appeal(
                actor=hand,
                case_id=life.held.id,
                version=self._fresh(life).version,
                changed=changed,
                answer="部门记录已经更正，符合条件。"
                if changed
                else "复查过了，原决定的事实和依据没有错。",
                now=when,
            )
            if life.held.state is not State.APPEALED:
                break
        self.counts["changed" if changed else "upheld"] += 1
        if changed:
            key = (life.held.area.code, life.plan.item)
            self.to_be_shown.setdefault(key, []).append(life)
