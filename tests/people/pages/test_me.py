"""My details, who looked, corrections, consents: my own and nobody else's."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.persons import (
    merge_duplicates,
)
from denghuo.people.models import Consent, CorrectionRequest, Mandate, Person
from denghuo.people.public import appoint, person_in_full
from denghuo.platform.public import SYSTEM, record_look_up
from tests.factories.people import NOW, as_staff, make_firm, make_person, make_staff, phone
from tests.people import browsers

pytestmark = pytest.mark.django_db


def looked_at(person_id: UUID, times: int = 1) -> None:
    clerk = as_staff(make_staff())
    for _number in range(times):
        person_in_full(person_id, actor=clerk, purpose="窗口代办", what=("name", "phone"))


def test_my_details_are_masked_everywhere() -> None:
    person_id = make_person(phone=phone(12345678))
    row = Person.objects.get(pk=person_id)
    client = browsers.resident(person_id)
    for path in ("/me/", "/me/mandates/", "/me/act-for/", "/me/looks/", "/me/consents/"):
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert (row.id_number or "none") not in page
        assert (row.phone or "none") not in page
    page = client.get("/me/").content.decode()
    assert "120****5678" in page
    assert f"159901********{(row.id_number or '')[-4:]}" in page


def test_pages_of_mine_lead_others_to_sign_in_and_staff_to_nothing(client: Client) -> None:
    clerk = browsers.staff(make_staff())
    for path in (
        "/me/", "/me/looks/", "/me/looks.csv", "/me/mandates/", "/me/consents/",
        "/me/correction/", "/me/act-for/", "/me/mandates/give/", "/me/family/ask/",
    ):  # fmt: skip
        assert client.get(path).headers["Location"].startswith("/sign-in/?next=")
        assert clerk.get(path).status_code == 404


def test_who_looked_says_office_person_time_facts_and_reason() -> None:
    person_id = make_person()
    client = browsers.resident(person_id)
    assert "还没有人看过" in client.get("/me/looks/").content.decode()
    looked_at(person_id)
    page = client.get("/me/looks/").content.decode()
    for words in ("新城区就业服务中心", "娜仁", "姓名、手机号", "窗口代办"):
        assert words in page


def test_no_name_of_the_code_is_shown_to_a_reader() -> None:
    person_id = make_person()
    record_look_up(
        actor=as_staff(make_staff()),
        subject=SubjectRef("person", person_id),
        what=("name", "venture_registered_on", "graduated_on", "policy_facts.key_group"),
        purpose="benefits",
        at=NOW,
    )
    page = browsers.resident(person_id).get("/me/looks/").content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "姓名、其他登记信息、核对政策要用的信息<" in row
    assert "核对能享受的政策" in row
    assert "benefits" not in row


def test_looking_at_my_own_page_is_no_look() -> None:
    person_id = make_person()
    client = browsers.resident(person_id)
    client.get("/me/")
    assert "还没有人看过" in client.get("/me/looks/").content.decode()


def test_the_list_has_pages_and_forgives_nonsense() -> None:
    person_id = make_person()
    looked_at(person_id, times=51)
    client = browsers.resident(person_id)
    assert "第 1 页，共 2 页" in client.get("/me/looks/?page=x").content.decode()
    assert "第 2 页，共 2 页" in client.get("/me/looks/?page=99999").content.decode()


def test_the_export_is_mine_and_runs_no_formula() -> None:
    person_id, other = make_person(), make_person("张伟")
    record_look_up(
        actor=as_staff(make_staff()),
        subject=SubjectRef("person", person_id),
        what=("name",),
        purpose="=cmd|' /C calc'!A0",
    )
    answer = browsers.resident(person_id).get("/me/looks.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["时间", "哪个单位", "谁", "看了什么", "为什么"]
    assert rows[1][4].startswith("'=cmd")
    # The same address opened by somebody else gives their own, which is empty.
    theirs = browsers.resident(other).get(f"/me/looks.csv?person={person_id}")
    assert len(list(csv.reader(io.StringIO(theirs.content.decode("utf-8-sig"))))) == 1


def test_looks_at_a_merged_duplicate_are_told_as_well() -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    looked_at(duplicate)
    merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    assert "窗口代办" in browsers.resident(survivor).get("/me/looks/").content.decode()


def test_a_firms_looks_are_shown_while_acting_for_it() -> None:
    boss = make_person("张伟")
    firm = SubjectRef("firm", make_firm("草原恒泰乳业", legal_representative=boss))
    record_look_up(
        actor=as_staff(make_staff()), subject=firm, what=("headcount",), purpose="稳岗返还核对"
    )
    client = browsers.resident(boss, mandate_id=Mandate.objects.get().pk)
    page = client.get("/me/looks/").content.decode()
    assert "草原恒泰乳业" in page
    assert "稳岗返还核对" in page
    own = browsers.resident(boss).get("/me/looks/").content.decode()
    assert "稳岗返还核对" not in own


def test_saying_that_something_is_wrong() -> None:
    person_id = make_person()
    client = browsers.resident(person_id)
    page = client.get("/me/correction/?field=residence").content.decode()
    [chosen] = re.findall(r"<input[^>]* checked[^>]*>", page)
    assert 'value="residence"' in chosen
    empty = client.post("/me/correction/", {"field": "residence", "words": ""})
    assert empty.status_code == 422
    assert "请写一句" in empty.content.decode()
    for _twice in range(2):
        client.post("/me/correction/", {"field": "residence", "words": "搬到了回民区"})
    assert CorrectionRequest.objects.count() == 1
    page = client.get("/me/").content.decode()
    assert "搬到了回民区" in page
    assert "等待核对" in page


def test_consent_page_gives_and_takes_back() -> None:
    client = browsers.resident(make_person())
    client.post("/me/consents/activity_tips/", {"give": "1"})
    assert Consent.objects.get().withdrawn_at is None
    assert "收回同意" in client.get("/me/consents/").content.decode()
    client.post("/me/consents/activity_tips/", {"give": "0"})
    assert Consent.objects.get().withdrawn_at is not None
    assert client.post("/me/consents/everything/", {"give": "1"}).status_code == 404


def test_short_messages_are_on_until_the_person_says_no() -> None:
    client = browsers.resident(make_person())
    assert "不要发短信" in client.get("/me/consents/").content.decode()
    client.post("/me/texts/", {"give": "0"})
    page = client.get("/me/consents/").content.decode()
    assert "发短信给我" in page
    assert "不要发短信" not in page


def test_pages_turned_in_a_row_are_told_as_one_look() -> None:
    person_id, clerk = make_person(), as_staff(make_staff())

    def look(purpose: str, day: int, hour: int) -> None:
        record_look_up(
            actor=clerk,
            subject=SubjectRef("person", person_id),
            what=("name",),
            purpose=purpose,
            at=datetime(2026, 11, day, hour, tzinfo=UTC),
        )

    # By Beijing time 17:00 UTC is the next day.
    for purpose, day, hour in (
        ("代办", 20, 1), ("代办", 20, 2), ("代办", 20, 3), ("更正", 20, 4), ("代办", 20, 5),
        ("代办", 20, 17),
    ):  # fmt: skip
        look(purpose, day, hour)
    client = browsers.resident(person_id)
    looks = client.get("/me/looks/").context["looks"]
    assert [each.times for each in looks.looks] == [1, 1, 1, 3]
    assert looks.total == 6
    assert "这天连着 3 次" in client.get("/me/looks/").content.decode()
    rows = client.get("/me/looks.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 7, "the table keeps every one"


def test_a_firm_is_named_once_with_all_one_is_in_it() -> None:
    person_id = make_person()
    firm = make_firm("敕勒川乳品", legal_representative=person_id)
    appoint(
        firm_id=firm, person_id=person_id, role="founder", from_on=NOW.date(), actor=SYSTEM, now=NOW
    )
    page = browsers.resident(person_id).get("/me/").content.decode()
    assert page.count("敕勒川乳品") == 1
    assert "创办人、法定代表人" in page
