"""Residents a visitor may step into: each meets the benefits at another answer.

Days are counted back from the day of the seeding, because facts grow old.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from denghuo.kernel.period import add_months
from denghuo.project.demo import names

Facts = Mapping[str, object]

# What the offices answer about nearly everybody: asked, and nothing there.
ASKED_AND_NOTHING: Facts = {
    "is_graduate": False,
    "employed_insured": False,
    "person_insured_months": 0,
    "drawing_unemployment_benefit": False,
    "has_skill_certificate": False,
    "skill_same_level_paid": False,
    "skill_higher_level_paid": False,
    "certificate_training_paid": False,
    "skill_paid_this_year": 0,
    "skill_paid_ordinary_this_year": 0,
    "courses_subsidised_this_year": 0,
    "startup_courses_this_year": 0,
    "venture_registered": False,
    "startup_grant_paid": 0,
    "contest_winner": False,
    "contest_award_received": False,
    "in_incubator": False,
    "free_desk_same_period": False,
    "rent_years_paid": 0,
    "hostel_nights_this_year": 0,
    "practice_months_used": 0,
    "loans_subsidised_before": 0,
    "has_guaranteed_loan": False,
    "loan_extended": False,
    "interest_period_claimed": False,
}


@dataclass(frozen=True, slots=True)
class Resident:
    """One persona: who they are and what is known of them on a day. ``title`` empty: not shown
    in the chooser (a child, a spouse)."""

    key: str
    name: str
    sex: str
    born_on: Callable[[date], date]
    residence: str
    facts: Callable[[date], Facts]
    title: str = ""
    story: str = ""
    has_phone: bool = True
    elder_mode: bool = False
    language: str = "zh-hans"
    area: str = "1599"


def _aged(years: int, days: int = 100) -> Callable[[date], date]:
    """Somebody who turned ``years`` ``days`` ago."""
    return lambda today: add_months(today - timedelta(days=days), -12 * years)


def _leap_day(_today: date) -> date:
    return date(2000, 2, 29)


def _nothing_known(_today: date) -> Facts:
    return {}


def _founder(today: date) -> Facts:
    return {
        **ASKED_AND_NOTHING,
        "key_group": "graduate",
        "is_graduate": True,
        "graduated_on": date(today.year - 3, 7, 1),
        "venture_registered": True,
        "venture_registered_on": add_months(today, -13),
        "venture_open": True,
        "venture_is_first": True,
        "jobs_insured_12m": 2,
        "jobs_lowest_36m": 1,
        "in_incubator": True,
        "rent_paid_this_year": 420_000,
        "wants_loan": True,
        "loan_asked": 20_000_000,
        "loan_term_months": 24,
        "loan_partners": 1,
        "other_debts": False,
        "has_spouse": False,
    }


def _herder(_today: date) -> Facts:
    return {**ASKED_AND_NOTHING, "wants_training": False, "wants_startup_training": False}


def _mother(_today: date) -> Facts:
    return {
        **ASKED_AND_NOTHING,
        "key_group": "registered_unemployed",
        "drawing_unemployment_benefit": True,
        "person_insured_months": 46,
        "wants_training": True,
        "course_months": 3,
        "has_spouse": True,
    }


def _certified(today: date, *, days_ago: int) -> Facts:
    return {
        **ASKED_AND_NOTHING,
        "key_group": "other",
        "employed_insured": True,
        "person_insured_months": 64,
        "has_skill_certificate": True,
        "certificate_on": today - timedelta(days=days_ago),
        "certificate_level": "level_4",
        "certificate_in_shortage": False,
    }


def asked_on(today: date) -> date:
    """The weekday, a week and a day ago, on which the welder and the fitter applied."""
    day = today - timedelta(days=8)
    while day.isoweekday() > 5:
        day -= timedelta(days=1)
    return day


def _welder_late(today: date) -> Facts:
    """Asked on the day after the last."""
    last = add_months(asked_on(today), -12)
    return _certified(today, days_ago=(today - last).days + 1)


def _fitter_in_time(today: date) -> Facts:
    """Asked on the last day."""
    return _certified(today, days_ago=(today - add_months(asked_on(today), -12)).days)


def _electrician(today: date) -> Facts:
    return _certified(today, days_ago=340)


def _job_seeker(today: date) -> Facts:
    return {
        **ASKED_AND_NOTHING,
        "key_group": "graduate",
        "is_graduate": True,
        "graduated_on": date(today.year, 6, 30) if today.month > 6 else date(today.year - 1, 6, 30),
        "came_to_look": True,
        "hostel_nights_this_year": 3,
        "hostel_nights_asked": 2,
        "wants_practice": True,
    }


def _prize_winner(_today: date) -> Facts:
    return {
        **{name: value for name, value in ASKED_AND_NOTHING.items() if name != "contest_winner"},
        "contest_winner": True,
        "contest_landed": True,
        "key_group": "online_merchant",
    }


def _borrower(today: date) -> Facts:
    """One person who is founder, spouse and helps another founder along."""
    return {
        **ASKED_AND_NOTHING,
        "key_group": "returned_migrant",
        "venture_registered": True,
        "venture_registered_on": add_months(today, -49),
        "venture_open": True,
        "venture_is_first": True,
        "jobs_insured_12m": 5,
        "jobs_lowest_36m": 3,
        "startup_grant_paid": 3_000_000,
        "has_guaranteed_loan": True,
        "loans_subsidised_before": 1,
        "earlier_loans_repaid_on_time": True,
        "loan_contract_on": add_months(today, -20),
        "loan_rate": "4.35",
        "loan_lpr": "3.10",
        "interest_countable": 1_305_000,
        "interest_own_part": 652_500,
        "took_other_job": False,
        "has_spouse": True,
        "spouse_other_debts": False,
    }


RESIDENTS = (
    Resident(
        "founder", "萨如拉", "female", _aged(26), "150105", _founder,
        title="返乡开店的大学毕业生",
        story="在赛罕区开了一年多的奶茶店，雇了两个人。第一笔创业补助的信息各部门都有，不用她跑；"
        "再多一名参保满一年的员工，就能再领一笔。房租补贴已经申请，赛罕区请她补一样东西。",
    ),
    Resident(
        "elder", "巴图", "male", _aged(78), "152525200000", _herder,
        title="没有手机的老牧民",
        story="七十八岁，住在苏木里，没有手机。苏木便民站的娜仁拿着他签字的委托书替他办。",
        has_phone=False, elder_mode=True,
    ),
    Resident(
        "mother", "李秀兰", "female", _aged(34), "150421", _mother,
        title="带着孩子找工作的母亲",
        story="单位撤了，正领失业保险金，想学一门手艺。女儿六岁，她是监护人，可以替女儿办事。",
    ),
    Resident("daughter", "王雨桐", "female", _aged(6), "150421", _nothing_known),
    Resident(
        "welder", "王志强", "male", _aged(41), "150203", _welder_late,
        title="晚了一天的焊工",
        story="考到中级焊工证，过了一年零一天才申请技能提升补贴，没有批准。决定上写着哪一条没过、"
        "依据、到哪里说理；他可以提复查。",
    ),
    Resident(
        "fitter", "赵国柱", "male", _aged(44), "150203", _fitter_in_time,
        title="赶上最后一天的钳工",
        story="和焊工同一天申请，证书正好一年：当天还算数。补贴批准了，等着公示和付款。",
    ),
    Resident(
        "electrician", "刘永胜", "male", _aged(36), "150602", _electrician,
        title="证书还没过期的电工",
        story="中级电工证 340 天，单位一直交失业保险，还来得及申请技能提升补贴。",
    ),
    Resident(
        "seeker", "包浩然", "male", _aged(23), "150502", _job_seeker,
        title="来找工作的应届毕业生",
        story="今年毕业，来呼和浩特看机会。青年驿站免费住了三晚，还想再住两晚。",
    ),
    Resident(
        "winner", "云诗涵", "female", _aged(29), "150102", _prize_winner,
        title="拿了全国奖、还没评估的创业者",
        story="项目得了全国银奖，也在本地登记了，就差一次评估。评估之前谁也不能说行或不行。",
    ),
    Resident(
        "partner", "高建国", "male", _aged(45), "150802", _borrower,
        title="又是老板、又是丈夫、又带徒弟",
        story="自己开着合作社，妻子开着小饭馆，还在带一个刚起步的年轻人。担保贷款正在还，能贴息。",
    ),
    Resident("partner-wife", "韩玉兰", "female", _aged(43), "150802", _nothing_known),
    Resident(
        "long-name", names.LONGEST, "male", _leap_day, "152202", _nothing_known,
        title="名字有十四个字、闰日出生的人",
        story="名字长，没有姓，生日是 2 月 29 日。哪儿都还没有他的信息：从第一个问题开始。",
        language="mn",
    ),
    Resident(
        "permit", "陈颖", "female", _aged(31), "150202", _nothing_known,
        title="持港澳居民居住证的人",
        story="证件号以 81 开头，和身份证一样用。各部门还没查到她的信息。",
        area="8199",
    ),
)  # fmt: skip
