"""What has happened before the visitor comes: looks at data, letters, a dispute, a merge.

Looks and letters carry the days they would have happened on; the chain of the audit keeps the
order in which the rows were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import give_consent, person_of
from denghuo.platform.public import Actor, Channel, Contact, record_look_up, send_message
from denghuo.policy.public import answer_dispute, dispute_fact
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.identities import demo_id, email
from denghuo.project.demo.residents import RESIDENTS

# Who was looked at: days ago, by which desk, which fields, why.
_LOOKS = (
    ("founder", 41, "officer", ("name", "id_number"), "核对创业补助"),
    ("founder", 40, "reviewer", ("name", "policy_facts"), "复核创业补助"),
    ("founder", 6, "officer", ("phone",), "电话回访"),
    ("elder", 12, "station", ("name", "id_number", "born_on"), "代办老人补贴"),
    ("elder", 3, "station", ("name", "residence"), "上门服务登记"),
    ("mother", 27, "officer", ("name", "policy_facts"), "核定失业保险金"),
    ("electrician", 9, "officer", ("name", "policy_facts"), "核对技能证书"),
    ("partner", 55, "officer", ("name", "policy_facts"), "核对担保贷款贴息"),
)
# To whom: days ago, what, title, body, where to.
_LETTERS = (
    ("founder", 40, "welcome", "您的信息已经登记", "以后办事不用再填。", "/me/"),
    ("founder", 13, "grant", "您的店开满一年了", "第一笔创业补助的信息都查到了。", "/benefits/"),
    ("founder", 2, "rent", "房租补贴可以领了", "毕业满五年以后就不能再领。", "/benefits/"),
    ("elder", 12, "welcome", "您的信息已经登记", "便民站按委托书替您办事。", "/me/"),
    ("mother", 27, "benefit", "失业保险金已经核定", "想学手艺，可以报免费培训。", "/benefits/"),
    ("electrician", 9, "skill", "查到您的新证书", "中级电工证可以申请补贴。", "/benefits/"),
    ("welder", 1, "late", "您的证书过了申请的期限", "觉得不对，可以提出来。", "/benefits/"),
    ("seeker", 5, "hostel", "青年驿站还能住两晚", "今年已经住了三晚。", "/benefits/"),
    ("partner", 20, "interest", "这一期可以申请贴息了", "银行的付息清单到了。", "/benefits/"),
)


_BY_EMAIL: tuple[Channel, ...] = ("email",)


def write_history(staff: Mapping[str, Actor], *, now: datetime) -> None:
    """Looks, letters, consents and disputes of the personas."""
    for key, days, desk, what, why in _LOOKS:
        record_look_up(
            actor=staff[desk], subject=_person(key), what=what, purpose=why, at=_ago(now, days)
        )
    for key, days, kind, title, body, link in _LETTERS:
        send_message(
            to=_person(key),
            kind=f"demo.{kind}",
            title=title,
            body=body,
            key=f"demo.{kind}:{key}",
            link=link,
            now=_ago(now, days),
        )
    _letters_to_firms(now)
    for one in RESIDENTS:
        if one.title and one.key not in ("elder", "welder"):
            ref = _person(one.key)
            own = Actor(kind="resident", person=ref, acting_for=ref, demo=True)
            give_consent(person_id=ref.id, purpose="benefit_search", actor=own, now=now)
    _disputes(staff["policy"], now=now)


def _letters_to_firms(now: datetime) -> None:
    """To the clerks, by e-mail too: the address cannot exist, and the port says so."""
    for one in EMPLOYERS:
        if one.clerk:
            send_message(
                to=SubjectRef("person", demo_id("person", f"{one.key}-clerk")),
                kind="demo.season",
                title="稳岗返还的核算开始了",
                body=f"{one.name}上一年度的参保和裁员情况，可以在“我的待遇”里核对。",
                key=f"demo.season:{one.key}",
                channels=_BY_EMAIL,
                contact=Contact(email=email(f"hr-{one.key}")),
                link="/benefits/",
                now=_ago(now, 8),
            )


def _disputes(officer: Actor, *, now: datetime) -> None:
    """One that waits for an officer, one that was answered."""
    partner, founder = _person("partner"), _person("founder")
    dispute_fact(
        actor=Actor(kind="resident", person=partner, acting_for=partner, demo=True),
        subject=partner,
        name="interest_countable",
        claimed_value="13500 元",
        note="银行给我的单子上这一期付了 13,500 元，不是 13,050 元。",
        now=now,
    )
    answered = dispute_fact(
        actor=Actor(kind="resident", person=founder, acting_for=founder, demo=True),
        subject=founder,
        name="jobs_insured_12m",
        claimed_value="3",
        note="我店里有三个人。",
        now=now,
    )
    answer_dispute(
        actor=officer,
        dispute_id=answered,
        corrected=False,
        answer="第三位员工参保还不满 12 个月，满了以后会自动算上。",
        now=now,
    )


def _person(key: str) -> SubjectRef:
    return person_of(demo_id("person", key)).ref


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days, minutes=days * 7)
