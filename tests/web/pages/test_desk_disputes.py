"""Disputes at the desk: seen in one's area, corrected from the source, told, traced."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM, look_ups_of
from denghuo.policy.public import (
    NewFact,
    dispute_fact,
    dispute_of,
    facts_of,
    open_disputes,
    record_facts,
    registry,
)
from tests.factories.people import CHIFENG, HOHHOT, make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db

FACT = "staff_count"
UPHELD = {"result": "upheld", "answer": "社保系统里就是 30 人。"}
CORRECTED = {
    "result": "corrected", "value": "28", "source": "社会保险登记",
    "observed_on": "2026-11-01", "answer": "您说得对。",
}  # fmt: skip


def disputed(subject: SubjectRef, name: str = FACT, value: object = 30) -> UUID:
    now = timezone.now()
    fact = NewFact(subject, name, value, "社会保险登记")
    record_facts(actor=SYSTEM, facts=[fact], registry=registry(), now=now)
    return dispute_fact(
        actor=SYSTEM, subject=subject, name=name, claimed_value="28 人", note="工资单上是 28 人",
        now=now,
    )  # fmt: skip


@pytest.fixture
def firm() -> SubjectRef:
    return SubjectRef("firm", make_firm("草原恒泰乳业"))


@pytest.fixture
def checker() -> Client:
    return browsers.staff(make_staff("checker", roles=("officer",), area=HOHHOT))


def test_a_dispute_waits_in_the_queue_of_its_area(checker: Client, firm: SubjectRef) -> None:
    dispute_id = disputed(firm)
    page = checker.get("/desk/disputes/").content.decode()
    assert "草原恒泰乳业" in page
    assert "今天提的" in page
    other = browsers.staff(make_staff("other", roles=("officer",), area=CHIFENG))
    assert "草原恒泰乳业" not in other.get("/desk/disputes/").content.decode()
    assert other.get(f"/desk/disputes/{dispute_id}/").status_code == 404
    assert other.post(f"/desk/disputes/{dispute_id}/", UPHELD).status_code == 404
    assert dispute_of(dispute_id).state == "open"  # type: ignore[union-attr]
    assert look_ups_of(firm).total == 0


@pytest.mark.parametrize("role", ["station", "policy_officer", "operator", "leader", "bank"])
def test_others_do_not_check_facts(role: str, firm: SubjectRef) -> None:
    dispute_id = disputed(firm)
    clerk = browsers.staff(make_staff("clerk", roles=(role,), area=HOHHOT))
    assert clerk.get("/desk/disputes/").status_code == 404
    assert clerk.get(f"/desk/disputes/{dispute_id}/").status_code == 404
    assert Client().get("/desk/disputes/").status_code == 302


def test_the_look_is_written_down_before_the_value_is_shown(
    checker: Client, firm: SubjectRef
) -> None:
    dispute_id = disputed(firm)
    page = checker.get(f"/desk/disputes/{dispute_id}/").content.decode()
    assert "30 人" in page
    assert "工资单上是 28 人" in page
    [look] = look_ups_of(firm).entries
    assert look.what == (f"policy_facts.{FACT}",)
    assert look.purpose.startswith("核实您说不对的“")


def test_a_correction_becomes_the_fact_and_the_firm_is_told(
    checker: Client, firm: SubjectRef
) -> None:
    dispute_id = disputed(firm)
    assert checker.post(f"/desk/disputes/{dispute_id}/", CORRECTED).status_code == 302
    held = facts_of(firm, registry=registry())[FACT]
    assert (held.known.value, held.known.source, held.disputed) == (28, "社会保险登记", False)
    assert held.known.observed_on.isoformat() == "2026-11-01"  # type: ignore[union-attr]
    [message] = Message.objects.filter(to=str(firm))
    assert "您说得对" in message.body
    assert message.link == "/benefits/disputes/"
    assert open_disputes() == []
    done = checker.get(f"/desk/disputes/{dispute_id}/").content.decode()
    assert "已更正" in done


def test_upheld_with_words_changes_no_fact(checker: Client, firm: SubjectRef) -> None:
    dispute_id = disputed(firm)
    assert checker.post(f"/desk/disputes/{dispute_id}/", UPHELD).status_code == 302
    held = facts_of(firm, registry=registry())[FACT]
    assert (held.known.value, held.disputed) == (30, False)
    assert "社保系统里就是 30 人" in Message.objects.get(to=str(firm)).body


def test_an_amount_is_typed_in_yuan(checker: Client, firm: SubjectRef) -> None:
    dispute_id = disputed(firm, "unemployment_premium_paid", 18_640_000)
    form = {**CORRECTED, "value": "180,000.50", "source": "税务征收"}
    assert checker.post(f"/desk/disputes/{dispute_id}/", form).status_code == 302
    held = facts_of(firm, registry=registry())["unemployment_premium_paid"]
    assert held.known.value == 18_000_050


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": ""}, "更正要写正确的数"),
        ({"source": ""}, "请写在哪里查到的"),
        ({"observed_on": ""}, "请写来源是哪一天的"),
        ({"observed_on": "2999-01-01"}, "还没有到"),
        ({"value": "二十八"}, "读不懂"),
        ({"value": "-5"}, "不能是这个数"),
        ({"value": "30"}, "和原来的一样"),
        ({"answer": ""}, "请写一句答复"),
        ({"result": ""}, "请选核对结果"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    checker: Client, firm: SubjectRef, change: dict[str, str], sentence: str
) -> None:
    dispute_id = disputed(firm)
    answer = checker.post(f"/desk/disputes/{dispute_id}/", {**CORRECTED, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert dispute_of(dispute_id).state == "open"  # type: ignore[union-attr]
    assert facts_of(firm, registry=registry())[FACT].known.value == 30
    assert not Message.objects.exists()
    if "answer" not in change:
        assert "您说得对" in page


@pytest.mark.django_db(transaction=True)
def test_two_officers_answer_at_once(in_threads: Callable[..., list[object]]) -> None:
    firm = SubjectRef("firm", make_firm())
    dispute_id = disputed(firm)
    hands = [
        browsers.staff(make_staff(f"hand{n}", roles=("reviewer",), area=HOHHOT)) for n in range(3)
    ]
    answers = in_threads(
        *[lambda hand=hand: hand.post(f"/desk/disputes/{dispute_id}/", CORRECTED).status_code
          for hand in hands]
    )  # fmt: skip
    assert sorted(answers) == [302, 422, 422]  # type: ignore[type-var]
    assert Message.objects.count() == 1
    assert facts_of(firm, registry=registry())[FACT].known.value == 28


def test_the_queue_is_searched_filtered_sorted_and_exported(
    checker: Client, firm: SubjectRef
) -> None:
    person = SubjectRef("person", make_person("乌云其木格"))
    disputed(firm)
    disputed(person, "is_graduate", value=True)
    both = checker.get("/desk/disputes/").content.decode()
    assert "草原恒泰乳业" in both
    assert "乌云其木格" not in both  # a person's name is masked in a list
    firms = checker.get("/desk/disputes/?kind=firm").content.decode()
    assert "草原恒泰乳业" in firms
    assert "共 1 条" in firms
    asked = {"q": "没有", "kind": "firm"}
    found = checker.post("/desk/disputes/", asked, follow=True)
    assert "没有这样的异议" in found.content.decode()
    assert "没有" not in unquote(found.redirect_chain[0][0])
    assert "kind=firm" in found.redirect_chain[0][0]
    newest = checker.get("/desk/disputes/?sort=new").content.decode()
    assert newest.index("草原恒泰乳业") > newest.index('scope="row"')
    table = checker.get("/desk/disputes/?format=csv&kind=firm").content.decode("utf-8-sig")
    assert table.splitlines()[1].startswith("草原恒泰乳业,")
