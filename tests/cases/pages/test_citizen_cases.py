"""My cases: what waits first, the time line, corrections, decisions, doors, money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from denghuo.cases.models import Appeal, Case, CorrectionItem, Document, PayAccount, Rating
from denghuo.cases.public import (
    CaseView,
    Lacking,
    State,
    accept,
    ask_for_correction,
    close_case,
    decide_appeal,
    make_payable,
)
from denghuo.platform.public import record_look_up
from tests.cases import world as w
from tests.cases.pages.counter import ACCOUNT, JPEG, SetClock, applied, page, photo, resident
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
MINE = "/me/cases/"
NOT_YET: dict[str, object] = {**w.ENTITLED, "person_insured_months": 3}


def at(case: CaseView) -> str:
    return f"{MINE}{case.number}/"


def asked(world: w.World, *words: str) -> CaseView:
    """The officer has asked for these."""
    case = w.opened(world)
    return ask_for_correction(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        items=[Lacking(each) for each in words],
        now=w.NOW,
    )


def refused(world: w.World) -> CaseView:
    return w.decided(world, result="refused")


@pytest.fixture
def late(db: None, clock: SetClock) -> w.World:
    """Somebody whose refusal is right: three months insured."""
    return w.make_world(NOT_YET)


# The list


def test_an_empty_list_leads_to_the_services(world: w.World) -> None:
    text = page(resident(world.person).get(MINE))
    assert "还没有办过事" in text
    assert 'href="/services/"' in text


def test_what_waits_for_me_stands_first(known_world: w.World) -> None:
    w.opened(known_world, period="A2")
    case = asked(known_world, "身份证复印件")
    text = page(resident(known_world.person).get(MINE))
    assert text.index("等您办的") < text.index("正在办的")
    assert text.index(case.number) < text.index("正在办的")
    assert "请补材料，2025-09-22 星期一 前" in text


def test_a_refusal_that_can_be_appealed_waits_with_its_last_day(
    late: w.World, clock: SetClock
) -> None:
    refused(late)
    client = resident(late.person)
    assert "不服的话，2025-10-31 星期五 前可以提复查" in page(client.get(MINE))
    clock(w.NOW + timedelta(days=61))
    text = page(resident(late.person).get(MINE))
    assert "等您办的" not in text
    assert "办完的" in text


def test_the_list_asks_the_same_for_one_and_for_many(known_world: w.World) -> None:
    client = resident(known_world.person)
    w.opened(known_world, period="A1")
    client.get(MINE)
    with CaptureQueriesContext(connection) as one:
        client.get(MINE)
    for number in range(2, 12):
        w.opened(known_world, period=f"A{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(MINE)
    assert len(many) == len(one) <= 25


# The time line


def test_done_now_and_next_each_with_a_date(known_world: w.World, clock: SetClock) -> None:
    case = w.opened(known_world)
    text = page(resident(known_world.person).get(at(case)))
    assert "2025-09-01 星期一 10:00" in text
    assert "2025-09-08 星期一，还有 5 个工作日" in text
    assert "受理后 20 个工作日内给结果" in text
    assert "批准的，公示 5 个工作日" in text
    assert text.index('class="done"') < text.index('class="now"') < text.index('class="next"')


def test_overdue_is_said_to_the_applicant(known_world: w.World, clock: SetClock) -> None:
    case = w.accepted(known_world)
    clock(w.NOW + timedelta(days=60))
    client = resident(known_world.person)
    text = page(client.get(at(case)))
    assert 'class="overdue"' in text
    assert "已超" in text
    assert "我们超期了，对不起" in text
    assert "<strong>" in page(client.get(MINE))


def test_a_day_over_a_year_not_published_is_provisional(
    known_world: w.World, clock: SetClock
) -> None:
    # Accepted at the end of a year whose follower is not in the calendar.
    late = w.NOW.replace(year=2026, month=12, day=28)
    clock(late)
    world = w.make_world()
    case = w.accepted(world, now=late)
    assert "（暂定）" in page(resident(world.person).get(at(case)))


def test_another_s_case_is_not_there(known_world: w.World) -> None:
    case = w.opened(known_world)
    stranger = resident(make_person("那仁", now=w.NOW))
    for tail in ("", "receipt/", "correct/", "account/", "withdraw/", "appeal/", "rate/"):
        assert stranger.get(at(case) + tail).status_code == 404, tail
        assert Client().get(at(case) + tail).status_code == 302
    for tail in ("correct/", "account/", "withdraw/", "appeal/", "rate/"):
        posted = {"words": "不是我的", "level": "1", **ACCOUNT}
        assert stranger.post(at(case) + tail, posted).status_code == 404, tail
    assert resident(known_world.person).get(f"{MINE}XX-2025-0000001-1/").status_code == 404
    assert resident(known_world.person).get(f"{MINE}nonsense/").status_code == 404


def test_the_number_may_be_typed_without_dashes(known_world: w.World) -> None:
    case = w.opened(known_world)
    plain = case.number.replace("-", "").lower()
    assert resident(known_world.person).get(f"{MINE}{plain}/").status_code == 200


def test_who_looked_for_this_case_is_shown(known_world: w.World) -> None:
    case = w.verified(known_world)
    record_look_up(
        actor=known_world.office.officer,
        subject=known_world.subject,
        what=("phone",),
        purpose="别的事",
        at=w.NOW,
    )
    text = page(resident(known_world.person).get(at(case)))
    assert "谁看过我的信息" in text
    assert "新城区就业服务中心" in text
    assert "为这件事，还没有人看过" not in text
    assert "手机号" not in text


def test_the_page_of_a_case_has_a_bound(late: w.World) -> None:
    case = refused(late)
    client = resident(late.person)
    client.get(at(case))
    with CaptureQueriesContext(connection) as queries:
        client.get(at(case))
    assert len(queries) <= 40


# Correction


def correction(client: Client, case: CaseView, **typed: object) -> object:
    current = Case.objects.get(pk=case.id)
    return client.post(f"{at(case)}correct/", {"version": current.version, **typed}, follow=True)


def prefix(words: str) -> str:
    return f"p{CorrectionItem.objects.get(words=words).pk.hex}"


def test_asked_for_three_and_answered_in_two_goes(known_world: w.World) -> None:
    case = asked(known_world, "身份证复印件", "证书原件照片", "说明")
    client = resident(known_world.person)
    text = page(client.get(at(case)))
    assert "有 3 样要请您补" in text
    assert "等您的这段时间，不算在办理期限里" in text
    text = page(client.get(f"{at(case)}correct/"))
    assert text.count("<fieldset") == 3
    first = {
        f"{prefix('说明')}-words": "换过名字",
        f"{prefix('证书原件照片')}-file": photo(),
    }
    text = page(correction(client, case, **first))
    assert "这几样收到了" in text
    assert Case.objects.get(pk=case.id).state == State.INCOMPLETE
    text = page(client.get(f"{at(case)}correct/"))
    assert text.count("<fieldset") == 1
    last = {f"{prefix('身份证复印件')}-file": photo("身份证.jpg", JPEG + b"2")}
    text = page(correction(client, case, **last))
    assert "都补齐了" in text
    assert Case.objects.get(pk=case.id).state == State.ACCEPTED
    assert Document.objects.filter(case_id=case.id).count() == 2


def test_a_second_click_answers_nothing_else(known_world: w.World) -> None:
    case = asked(known_world, "身份证复印件", "说明")
    client = resident(known_world.person)
    old = {"version": str(case.version), f"{prefix('说明')}-words": "换过名字"}
    client.post(f"{at(case)}correct/", old)
    response = client.post(f"{at(case)}correct/", old, follow=True)
    assert "刚才补的已经收到了" in page(response)
    assert CorrectionItem.objects.get(words="身份证复印件").answered_at is None


def test_a_correction_with_nothing_in_it_or_a_bad_file_is_refused(known_world: w.World) -> None:
    case = asked(known_world, "身份证复印件")
    client = resident(known_world.person)
    response = correction(client, case)
    assert "还没有填" in page(response)
    bad = {f"{prefix('身份证复印件')}-file": photo("身份证.heic", b"\x00\x00\x00\x18ftypheic")}
    response = correction(client, case, **bad)
    assert "HEIC" in page(response)
    assert Case.objects.get(pk=case.id).state == State.INCOMPLETE


def test_where_nothing_is_asked_the_page_leads_back(known_world: w.World) -> None:
    case = w.opened(known_world)
    response = resident(known_world.person).get(f"{at(case)}correct/", follow=True)
    assert "现在没有要您补的" in page(response)


# Decision and the doors after it


def test_a_refusal_points_to_condition_fact_source_and_door(late: w.World) -> None:
    case = refused(late)
    text = page(resident(late.person).get(at(case)))
    assert "这次没有批准" in text
    assert "要么在职并且交满" in text
    assert "本人失业保险累计缴费月数 <b>3 个月</b> · 来源 社会保险登记 · 2025-09-01" in text
    assert "2025-10-31 星期五以前（含当天），可以在这里提复查" in text
    assert f'href="{at(case)}appeal/"' in text


@pytest.mark.parametrize(("days", "works"), [(60, True), (61, False)])
def test_an_appeal_on_day_sixty_and_on_the_day_after(
    late: w.World, clock: SetClock, days: int, *, works: bool
) -> None:
    case = refused(late)
    clock(w.NOW + timedelta(days=days))
    client = resident(late.person)
    assert (f'href="{at(case)}appeal/"' in page(client.get(at(case)))) is works
    response = client.post(f"{at(case)}appeal/", {"words": "我交了三年"}, follow=True)
    assert Appeal.objects.filter(case_id=case.id).exists() is works
    assert ("收到了" if works else "已经过了") in page(response)


def test_an_appeal_is_made_once_and_shown_with_its_answer(late: w.World) -> None:
    case = refused(late)
    client = resident(late.person)
    response = client.post(f"{at(case)}appeal/", {"words": " "})
    assert response.status_code == 422
    client.post(f"{at(case)}appeal/", {"words": "我交了三年"})
    text = page(client.post(f"{at(case)}appeal/", {"words": "再提一次"}, follow=True))
    assert "您提的复查已经收到了" in text
    assert Appeal.objects.get().words == "我交了三年"
    now = Case.objects.get(pk=case.id)
    w.tell(late.subject, {"person_insured_months": 30})
    decide_appeal(
        actor=late.office.supervisor,
        case_id=case.id,
        version=now.version,
        changed=True,
        answer="查实交满一年，改为批准。",
        now=w.NOW,
    )
    text = page(client.get(at(case)))
    assert "查实交满一年" in text
    assert "批准了。1,500 元" in text


def test_an_approval_says_how_much_and_what_is_missing(known_world: w.World) -> None:
    case = w.decided(known_world)
    text = page(resident(known_world.person).get(at(case)))
    assert "批准了。1,500 元" in text


# Money


def test_the_account_is_the_applicant_s_own_and_never_shown_whole(known_world: w.World) -> None:
    case = w.decided(known_world)
    client = resident(known_world.person)
    url = f"{at(case)}account/"
    wrong = client.post(url, {**ACCOUNT, "holder": "萨仁"})
    assert wrong.status_code == 422
    assert "户名要和办事人一样" in page(wrong)
    text = page(client.post(url, ACCOUNT, follow=True))
    assert f"**** {w.CARD[-4:]}" in text
    assert w.CARD not in text
    assert PayAccount.objects.filter(case_id=case.id, replaced_at__isnull=True).count() == 1
    client.post(url, ACCOUNT)
    assert PayAccount.objects.filter(case_id=case.id, replaced_at__isnull=True).count() == 1


def test_a_payment_on_its_way_is_shown(known_world: w.World) -> None:
    w.fund()
    case = w.payable(known_world)
    text = page(resident(known_world.person).get(at(case)))
    assert "1,500 元" in text
    assert "已下单" in text
    assert "钱已经在路上" in text


def test_where_no_account_is_known_it_is_asked_for(known_world: w.World, clock: SetClock) -> None:
    w.fund()
    case = w.noticed(known_world, w.decided(known_world))
    make_payable(
        actor=known_world.office.officer,
        case_id=case.id,
        version=case.version,
        now=w.AFTER_NOTICE,
    )
    clock(w.AFTER_NOTICE)
    client = resident(known_world.person)
    assert "等申请人确认收款账户" in page(client.get(MINE))
    assert f'href="{at(case)}account/"' in page(client.get(at(case)))
    client.post(f"{at(case)}account/", ACCOUNT)
    assert Case.objects.get(pk=case.id).ordered_fen == 150_000


# Taking back, rating


def test_an_application_is_taken_back_once(known_world: w.World) -> None:
    case = w.opened(known_world)
    client = resident(known_world.person)
    assert "两周后清除" in page(client.get(f"{at(case)}withdraw/"))
    url, posted = f"{at(case)}withdraw/", {"words": "不需要了", "version": str(case.version)}
    assert "撤回了" in page(client.post(url, posted, follow=True))
    assert "已经撤回了" in page(client.post(url, posted, follow=True))
    assert Case.objects.get(pk=case.id).state == State.WITHDRAWN


def test_a_grant_is_declined_until_it_is_ordered(known_world: w.World, clock: SetClock) -> None:
    w.fund()
    case = w.payable(known_world)
    clock(w.AFTER_NOTICE)
    client = resident(known_world.person)
    assert "不要这笔钱" not in page(client.get(at(case))), "it is on its way"
    late = client.post(f"{at(case)}withdraw/", {"words": "", "version": str(case.version)})
    assert late.status_code == 409
    other = w.decided(known_world, period="B")
    assert "不要这笔钱" in page(client.get(at(other)))
    url = f"{at(other)}withdraw/"
    assert "真的不要这笔钱吗" in page(client.get(url))
    posted = {"words": "用不着", "version": str(other.version)}
    assert "这笔钱不付了" in page(client.post(url, posted, follow=True))
    assert Case.objects.get(pk=other.id).state == State.WITHDRAWN


def test_a_page_older_than_the_case_changes_nothing(known_world: w.World) -> None:
    case = w.opened(known_world)
    accept(actor=known_world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    posted = {"words": "", "version": str(case.version)}
    response = resident(known_world.person).post(f"{at(case)}withdraw/", posted)
    assert response.status_code == 409
    assert "刚刚“受理”了这件事" in page(response)
    assert Case.objects.get(pk=case.id).state == State.ACCEPTED


def test_a_rating_comes_after_the_end_and_once(late: w.World, clock: SetClock) -> None:
    client = resident(late.person)
    open_case = refused(late)
    response = client.post(f"{at(open_case)}rate/", {"level": "1"})
    assert response.status_code == 409
    case = close_case(
        actor=late.office.officer,
        case_id=open_case.id,
        version=open_case.version,
        now=w.NOW + timedelta(days=61),
    )
    clock(w.NOW + timedelta(days=61))
    client = resident(late.person)
    assert "说说办得怎么样" in page(client.get(at(case)))
    response = client.post(f"{at(case)}rate/", {"level": "9"})
    assert response.status_code == 422
    client.post(f"{at(case)}rate/", {"level": "1", "words": "太慢"})
    text = page(client.post(f"{at(case)}rate/", {"level": "5"}, follow=True))
    assert "已经评价过了" in text
    assert Rating.objects.get().level == 1


# Documents, receipt


def test_the_receipt_and_the_documents_are_there_later(world: w.World) -> None:
    client = resident(world.person)
    number = applied(client, world.person)
    text = page(client.get(f"{MINE}{number}/receipt/"))
    assert number in text
    assert "2025-09-08 星期一" in text
    text = page(client.get("/me/documents/"))
    paper = Document.objects.get()
    assert "证书.jpg" in text
    assert f'href="/files/{paper.file_id}/"' in text
    assert client.get(f"/files/{paper.file_id}/").status_code == 200
    stranger = resident(make_person("那仁", now=w.NOW))
    assert stranger.get(f"/files/{paper.file_id}/").status_code == 404
    assert "还没有交过材料" in page(stranger.get("/me/documents/"))


def test_what_was_handed_in_is_read_in_the_form_s_words(world: w.World) -> None:
    client = resident(world.person)
    number = applied(client, world.person)
    text = page(client.get(f"{MINE}{number}/"))
    assert "证书编号" in text
    assert "Y0015010233000007" in text
    assert "中级（四级）" in text
