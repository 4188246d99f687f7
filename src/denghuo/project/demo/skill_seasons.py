"""The skill subsidy that arrives by itself: whoever the register of certificates names is paid.

Most of a year's cases go this way: three offices' tables, one list, one signature for each case,
one notice for each office, one file to the bank. Nothing is written past the rooms' doors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from denghuo.kernel.region import Region
from denghuo.kernel.spreadsheet import table_lines
from denghuo.policy.public import FactSpec
from denghuo.project.demo.case_offices import WHOLE_REGION, Offices, staff_actor
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.learners import HOME_LEAGUE, Learner, Round, day_of_round
from denghuo.project.demo.season_bringing import OfficeTable, bring
from denghuo.project.demo.season_runs import Hands, Planned, Until, weekday
from denghuo.project.demo.season_seeding import walk

ITEM = "skill-up-subsidy"
_INSURANCE, _CERTIFICATES, _PAYMENTS = "社会保险登记", "人力资源证书库", "补贴发放台账"
_COLUMNS = {
    _INSURANCE: ("person_insured_months", "employed_insured", "drawing_unemployment_benefit"),
    _CERTIFICATES: (
        "has_skill_certificate", "certificate_on", "certificate_level", "certificate_in_shortage",
    ),
    _PAYMENTS: (
        "skill_same_level_paid", "skill_higher_level_paid", "certificate_training_paid",
        "skill_paid_this_year", "skill_paid_ordinary_this_year",
    ),
}  # fmt: skip
_BASIS = {
    _INSURANCE: "《社会保险法》第七十四条",
    _CERTIFICATES: "人社部发〔2025〕18号第二条",
    _PAYMENTS: "人社部发〔2025〕18号第二条",
}
_AREAS = {Round.FIRST: WHOLE_REGION, Round.SECOND: WHOLE_REGION, Round.SHOWN: HOME_LEAGUE}


def seed_skill_seasons(stage: Stage, offices: Offices, learners: Sequence[Learner]) -> int:
    """Each season that has anybody on its list. How many there are."""
    hands = Hands(
        staff_actor("desk-region-officer"),
        staff_actor("desk-region-checker"),
        staff_actor("desk-region-reviewer"),
        offices.supervisor,
    )
    made = 0
    for which, area in _AREAS.items():
        began = day_of_round(which, stage.today)
        listed = [one for one in learners if one.round is which]
        if began is None or not listed:
            continue
        plan = Planned(
            f"{began.year}",
            Region.read(area).code,
            began,
            Until.ANNOUNCED if which is Round.SHOWN else Until.PAID_OUT,
            kept_waiting=frozenset(one.member.id for one in listed if not one.with_account),
            item=ITEM,
        )
        told_at = weekday(began - timedelta(days=1))
        for office in _COLUMNS:
            content = _table(stage, listed, office)
            table = OfficeTable("person", office, content, _BASIS[office], Region(plan.area))
            bring(table, hands, now=told_at)
        walk(plan, hands, offices, now=stage.now)
        made += 1
    return made


def _table(stage: Stage, learners: Sequence[Learner], office: str) -> bytes:
    """The office's table as CSV."""
    specs = [stage.registry[name] for name in _COLUMNS[office]]
    headings = ["身份证号", "姓名", *(spec.labels.zh for spec in specs)]
    rows = ([one.member.id_number.text, one.member.name, *_cells(specs, one)] for one in learners)
    return "".join(table_lines([headings, *rows])).encode()


def _cells(specs: Sequence[FactSpec], one: Learner) -> list[str]:
    told = one.facts_then()
    return [_cell(spec, told[spec.name]) for spec in specs]


def _cell(spec: FactSpec, value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return spec.values[str(value)].zh if spec.values else str(value)
