"""One subject looked back on: a late rule, a late fact, and nobody outside the area."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firm_of
from denghuo.platform.public import SYSTEM, look_ups_of
from denghuo.policy.public import NewFact, record_facts, registry
from tests.factories.people import (
    CHIFENG,
    HOHHOT,
    id_number,
    make_firm,
    make_person,
    make_staff,
)
from tests.people import browsers

pytestmark = pytest.mark.django_db

FACTS: dict[str, object] = {
    "firm_kind": "enterprise", "insured_average": "42.00", "laid_off_count": 2,
    "unemployment_premium_paid": 18_640_000, "unemployment_months_paid": 12,
    "dishonest": False, "zombie": False, "size_class": "small",
    "contribution_year_ends_on": date(2024, 12, 31), "pool_reserve_months": 24,
}  # fmt: skip


def tell(subject: SubjectRef, *, days_ago: int, **changed: object) -> None:
    record_facts(
        actor=SYSTEM,
        facts=[
            NewFact(subject, name, value, "社会保险登记")
            for name, value in (changed or FACTS).items()
        ],
        registry=registry(),
        now=timezone.now() - timedelta(days=days_ago),
    )


@pytest.fixture
def checker() -> Client:
    return browsers.staff(make_staff("checker", roles=("reviewer",), area=HOHHOT))


@pytest.fixture
def firm() -> SubjectRef:
    return SubjectRef("firm", make_firm("草原恒泰乳业"))


def asked(firm: SubjectRef, *, days_ago: int = 10, **more: str) -> dict[str, str]:
    return {
        "number": firm_of(firm.id).uscc.text,
        "known_before": (timezone.localdate() - timedelta(days=days_ago)).isoformat(),
        "as_of": "2025-09-01",
        "purpose": "年度复核",
        **more,
    }


def test_a_fact_that_came_late_is_owed(checker: Client, firm: SubjectRef) -> None:
    tell(firm, days_ago=30)
    tell(firm, days_ago=5, unemployment_premium_paid=20_000_000)
    page = checker.post("/desk/look-back/", asked(firm)).content.decode()
    assert "失业保险稳岗返还" in page
    assert "资料后来变了" in page
    assert "规定后来才公布" not in page
    assert "该补 12,240.00 元" in page  # 90 % of the 13,600.00 that came late
    assert "没有变化的" in page
    [look] = look_ups_of(firm).entries
    assert (look.what, look.purpose) == (("policy_facts",), "年度复核")
    table = checker.post("/desk/look-back/", asked(firm, format="csv")).content.decode("utf-8-sig")
    assert "该补 12,240.00 元" in table
    assert "资料后来变了" in table


def test_what_was_paid_too_much_is_asked_back(checker: Client, firm: SubjectRef) -> None:
    tell(firm, days_ago=30)
    tell(firm, days_ago=5, laid_off_count=40)
    page = checker.post("/desk/look-back/", asked(firm)).content.decode()
    assert "该收回 167,760.00 元" in page


def test_before_anything_was_known_somebody_looks_at_what_was_paid(
    checker: Client, firm: SubjectRef
) -> None:
    tell(firm, days_ago=5)
    page = checker.post("/desk/look-back/", asked(firm)).content.decode()
    assert "请核对当时付过没有" in page


def test_where_nothing_changed_the_page_says_so(checker: Client, firm: SubjectRef) -> None:
    tell(firm, days_ago=30)
    page = checker.post("/desk/look-back/", asked(firm)).content.decode()
    assert "没有变化：当时和现在的结果一样" in page


def test_another_area_s_firm_is_not_found(firm: SubjectRef) -> None:
    tell(firm, days_ago=30)
    other = browsers.staff(make_staff("other", roles=("officer",), area=CHIFENG))
    answer = other.post("/desk/look-back/", asked(firm))
    assert answer.status_code == 422
    assert "不在您负责的范围里" in answer.content.decode()
    assert "草原恒泰乳业" not in answer.content.decode()
    assert look_ups_of(firm).total == 0


def test_a_person_is_found_by_their_number_and_masked(checker: Client) -> None:
    number = id_number()
    person = SubjectRef("person", make_person("乌云其木格", number=number))
    form = {**asked_for(number.text)}
    page = checker.post("/desk/look-back/", form).content.decode()
    assert "没有变化" in page
    assert "乌云其木格" not in page
    assert look_ups_of(person).total >= 1


def asked_for(number: str) -> dict[str, str]:
    return {
        "number": number,
        "known_before": (timezone.localdate() - timedelta(days=9)).isoformat(),
        "as_of": timezone.localdate().isoformat(),
        "purpose": "年度复核",
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "123"}, "身份证"),
        ({"known_before": "2999-01-01"}, "今天以前"),
        ({"known_before": ""}, "请写日期"),
        ({"purpose": ""}, "请写为什么查"),
    ],
)
def test_what_cannot_be_asked_is_said(
    checker: Client, firm: SubjectRef, change: dict[str, str], sentence: str
) -> None:
    answer = checker.post("/desk/look-back/", {**asked(firm), **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_it_is_for_those_who_check_facts() -> None:
    for role in ("station", "policy_officer", "operator"):
        clerk = browsers.staff(make_staff(f"clerk-{role}", roles=(role,), area=HOHHOT))
        assert clerk.get("/desk/look-back/").status_code == 404
