"""Services: found by words and by who; the answer comes before the form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from denghuo.policy.public import dispute_fact
from tests.cases import world as w
from tests.cases.pages.counter import SERVICE, SetClock, applied, begin, page, resident

pytestmark = pytest.mark.django_db


def test_the_list_is_found_by_words_and_by_who() -> None:
    client = Client()
    text = page(client.get("/services/"))
    assert "技能提升补贴" in text
    assert "失业保险稳岗返还" in text
    assert "退回多领的款项" not in text
    text = page(client.get("/services/", {"q": "技能 证书"}))
    assert "技能提升补贴" in text
    assert "创业房租补贴" not in text
    text = page(client.get("/services/", {"who": "firm"}))
    assert "失业保险稳岗返还" in text
    assert "技能提升补贴" not in text
    assert "没有找到" in page(client.get("/services/", {"q": "不存在的事" * 30}))
    assert client.get("/services/", {"who": "robot"}).status_code == 200


def test_without_signing_in_the_page_says_what_it_is(clock: SetClock) -> None:
    text = page(Client().get(SERVICE))
    for words in ("我能办吗", "要带什么", "去哪办", "多久", "不服怎么办"):
        assert words in text
    assert 'href="/sign-in/?next=%2Fservices%2Fskill-up-subsidy%2F"' in text
    assert 'href="/benefits/questions/?policy=skill-up-subsidy"' in text
    assert "受理后 20 个工作日内给结果" in text
    assert "这个天数还没有跟主管部门核实过" in text
    assert "以前办这件事大约要跑 2 趟、填 3 张表" in text


def test_who_is_entitled_reads_yes_and_how_much(known_world: w.World) -> None:
    text = page(resident(known_world.person).get(SERVICE))
    assert "您符合条件。补贴金额 1,500 元" in text
    assert "开始办" in text
    assert "有 2 条部门已经有了" in text
    assert "填表大约 3 分钟" in text


def test_who_is_late_reads_why_and_may_still_apply(known_world: w.World, clock: SetClock) -> None:
    # The certificate is of 10 June: a year later to the day is in time, the day after is not.
    clock(w.NOW + timedelta(days=282))
    assert "办不了" not in page(resident(known_world.person).get(SERVICE))
    clock(w.NOW + timedelta(days=283))
    text = page(resident(known_world.person).get(SERVICE))
    assert "申请期已经过了" in text
    assert "我还是要申请" in text
    assert 'href="/benefits/facts/certificate_on/dispute/"' in text


def test_one_step_away_says_which(db: None, clock: SetClock) -> None:
    world = w.make_world(person_insured_months=11)
    text = page(resident(world.person).get(SERVICE))
    assert "还差一点" in text
    assert "这样就符合" in text


def test_what_is_disputed_refuses_nobody(db: None, clock: SetClock) -> None:
    world = w.make_world(skill_same_level_paid=True)
    client = resident(world.person)
    assert "您已经领过一次" in page(client.get(SERVICE))
    dispute_fact(
        actor=world.applicant,
        subject=world.subject,
        name="skill_same_level_paid",
        claimed_value="没有",
        note="没领过",
        now=w.NOW,
    )
    text = page(client.get(SERVICE))
    assert "正在核实" in text
    assert "办不了" not in text


def test_what_is_missing_is_named(world: w.World) -> None:
    text = page(resident(world.person).get(SERVICE))
    assert "还不知道：" in text


def test_what_was_begun_and_what_is_on_its_way_is_said(world: w.World) -> None:
    client = resident(world.person)
    begin(client)
    text = page(client.get(SERVICE))
    assert "您填了一半，都存着" in text
    assert "接着填" in text
    number = applied(client, world.person)
    text = page(client.get(SERVICE))
    assert f"您已经在办这件事：编号 {number}" in text


def test_what_arrives_by_itself_has_no_form(clock: SetClock) -> None:
    text = page(Client().get("/services/stable-jobs-refund/"))
    assert "不用申请" in text
    assert "/start/" not in text


def test_a_firm_s_item_is_not_for_a_person(world: w.World) -> None:
    client = resident(world.person)
    text = page(client.get("/services/stable-jobs-refund/"))
    assert "这项是给单位办的" in text
    response = begin(client, "stable-jobs-refund")
    assert response.status_code == 409
    assert "这项服务是给单位办的" in page(response)


def test_the_page_of_a_service_asks_few_questions_of_the_database(known_world: w.World) -> None:
    client = resident(known_world.person)
    client.get(SERVICE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(SERVICE)
    assert len(queries) <= 25
