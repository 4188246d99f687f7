"""The desk's seasons and the firm's arrivals, by buttons alone, without scripts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from denghuo.benefits.actions.season_work import work_season
from denghuo.benefits.models import KnownAccount, SampleCheck, Season
from denghuo.cases.models import Case, PayAccount
from denghuo.cases.public import approve_in_bulk, grounds_of, open_cases_in_bulk
from denghuo.kernel.region import Region
from denghuo.kernel.uscc import Uscc
from denghuo.people.logic.phone import Phone
from denghuo.people.models import Firm
from denghuo.people.public import find_firm_by_uscc, give_mandate, register_firm
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, mark_as_demo
from tests.benefits import offices
from tests.benefits import season_world as w
from tests.benefits.actions.test_seasons import paid_out, underpaid
from tests.cases.test_merged_persons import merge, person_row
from tests.cases.world import card
from tests.factories.people import (
    CHIFENG,
    HOHHOT,
    HOHHOT_XINCHENG,
    id_number,
    make_person,
    make_staff,
    phone,
    uscc,
)
from tests.people import browsers

pytestmark = pytest.mark.django_db(transaction=True)


def browser(login: str, role: str, area: Region = HOHHOT) -> Client:
    return browsers.staff(make_staff(login, roles=(role,), area=area))


@pytest.fixture(autouse=True)
def _own_data(data_dir: Path) -> None:
    """A data folder of each test alone."""


def work(season_id: UUID) -> Season:
    row = Season.objects.get(pk=season_id)
    work_season(season_id, attempt=row.attempt, progress=offices.silent, clock=timezone.now)
    return Season.objects.get(pk=season_id)


def press(client: Client, row: Season, step: str) -> str:
    answer = client.post(f"/desk/seasons/{row.pk}/do/{step}/", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def judge(client: Client, row: Season) -> None:
    for place in SampleCheck.objects.filter(season=row).values_list("place", flat=True):
        answer: Any = client.post(
            f"/desk/seasons/{row.pk}/sample/{place}/", {"verdict": "ok", "reason": ""}
        )
        assert answer.status_code == 302


def test_a_season_by_its_buttons() -> None:
    made = w.make_world([w.GOOD] * 3)
    Season.objects.all().delete()
    officer, checker, signer = (
        browser("desk-officer", "officer"),
        browser("desk-checker", "reviewer"),
        browser("desk-signer", "reviewer"),
    )
    assert "还没有批次" in page(officer, "/desk/seasons/")
    form = {
        "item": "stable-jobs-refund", "period": "2024", "area": HOHHOT.code,
        "as_of": "2025-09-01", "pool_reserve_months": "24",
    }  # fmt: skip
    wrong = officer.post("/desk/seasons/", {**form, "period": "去年"})
    assert wrong.status_code == 422
    assert officer.post("/desk/seasons/", form).status_code == 302
    again = officer.post("/desk/seasons/", form)
    assert "已经有一批了" in again.content.decode()
    row = Season.objects.get()
    assert "开始比对" in page(officer, f"/desk/seasons/{row.pk}/")
    assert "开始比对" not in page(checker, f"/desk/seasons/{row.pk}/")
    assert "正在比对" in press(officer, row, "start")
    row = work(row.pk)
    assert row.state == "proposed"
    text = page(officer, f"/desk/seasons/{row.pk}/")
    assert "3 户" in text
    assert "抽签" in press(checker, row, "draw")
    sample = page(checker, f"/desk/seasons/{row.pk}/sample/1/")
    assert "没有超过规定的裁员率" in sample
    assert "社会保险登记" in sample
    unsaid = checker.post(f"/desk/seasons/{row.pk}/sample/1/", {"verdict": "wrong", "reason": ""})
    assert unsaid.status_code == 422
    assert "还有 3 条没有抽查" in press(checker, row, "finish-sample")
    judge(checker, row)
    press(checker, row, "finish-sample")
    assert work(row.pk).state == "opened"
    # The checker may not sign as well, and says why.
    assert "要三个人" in press(checker, row, "sign")
    press(signer, row, "sign")
    assert work(row.pk).state in {"signed", "signing"}
    assert made.codes


def test_the_fund_is_short_and_the_page_says_so() -> None:
    made = w.make_world(fen=w.REFUND_FEN)
    w.proposed(made)
    text = page(browser("desk", "officer"), f"/desk/seasons/{made.season}/")
    assert "重新冻结资金" in text


def test_another_area_and_another_role_find_nothing() -> None:
    made = w.make_world()
    path = f"/desk/seasons/{made.season}/"
    assert page(browser("elsewhere", "officer", CHIFENG), path, 404)
    assert page(browser("bank", "bank"), path, 404)
    assert browser("elsewhere2", "officer", CHIFENG).post(f"{path}do/start/").status_code == 404
    assert Season.objects.get().state == "draft"


def test_stopping_needs_a_reason_and_exports_are_written_down() -> None:
    made = w.make_world()
    w.proposed(made)
    client = browser("desk", "officer")
    client.post(f"/desk/seasons/{made.season}/stop/", {"reason": " "})
    assert Season.objects.get().state == "proposed"
    answer: Any = client.get(f"/desk/seasons/{made.season}/list.csv")
    table = b"".join(answer.streaming_content).decode()
    assert table.count("900.00") == 5
    assert AuditEntry.objects.filter(action="benefits.export_season").count() == 1
    client.post(f"/desk/seasons/{made.season}/stop/", {"reason": "填错了年份"})
    assert "填错了年份" in page(client, f"/desk/seasons/{made.season}/")


def test_a_station_sees_those_of_its_own_area_who_were_not_reached() -> None:
    made = w.make_world([w.GOOD] * 2)
    far = uscc(777)
    register_firm(
        uscc=far, name="远处的厂", kind="company", region=Region.read("150105"),
        actor=SYSTEM, now=w.NOW,
    )  # fmt: skip
    w.bring(
        made, [(code, *w.GOOD) for code in [*made.codes, far.text]],
        now=w.NOW.replace(hour=3),
    )  # fmt: skip
    w.opened(made)
    w.signed(made)
    station = browser("station", "station", HOHHOT_XINCHENG)
    assert f"/desk/seasons/{made.season}/unreached/" in page(station, "/desk/seasons/")
    text = page(station, f"/desk/seasons/{made.season}/unreached/")
    assert text.count("没有电话，要上门找") == 2
    assert "远处的厂" not in text
    assert "远处的厂" in page(browser("desk", "officer"), f"/desk/seasons/{made.season}/unreached/")
    assert page(browser("cf", "station", CHIFENG), f"/desk/seasons/{made.season}/unreached/", 404)
    assert page(station, f"/desk/seasons/{made.season}/", 404)


def accounts_csv(code: str, name: str = "演示企业1", number: str = "15000012345678") -> bytes:
    return offices.csv_bytes(
        [("统一社会信用代码", "户名", "账号", "开户行"), (code, name, number, "内蒙古银行")]
    )


def bring_accounts(client: Client, content: bytes, subject: str = "firm") -> Any:
    return client.post(
        "/desk/seasons/accounts/",
        {
            "file": SimpleUploadedFile("账户.csv", content),
            "source": "社保局",
            "subject": subject,
        },
    )


def test_one_tap_confirms_the_account_an_office_told(owner: tuple[Client, str]) -> None:
    client, code = owner
    clerk = browser("desk", "officer")
    assert (
        "账户的户名和收款人不一样"
        in bring_accounts(clerk, accounts_csv(code, name="别人的厂")).content.decode()
    )
    assert not KnownAccount.objects.exists()
    assert bring_accounts(clerk, accounts_csv(code)).status_code == 302
    text = page(client, "/benefits/arrivals/")
    assert "尾号 5678" in text
    assert "15000012345678" not in text
    assert "没有超过规定的裁员率" in text
    assert "用来算钱的信息" in text
    for label in facts_of_the_sum():
        assert label in text
    case = Case.objects.get()
    old = client.post(f"/benefits/arrivals/{case.number}/confirm/", {"version": "0"}, follow=True)
    assert not PayAccount.objects.exists()
    assert old.status_code == 200
    for _again in range(2):
        client.post(f"/benefits/arrivals/{case.number}/confirm/", {"version": case.version})
    assert PayAccount.objects.filter(replaced_at__isnull=True).count() == 1
    assert "打到尾号 5678 的账户" in page(client, "/benefits/arrivals/")


def test_nobody_confirms_for_another_firm(owner: tuple[Client, str]) -> None:
    _client, code = owner
    bring_accounts(browser("desk", "officer"), accounts_csv(code))
    case = Case.objects.get()
    stranger = browsers.resident(make_person("巴特尔", now=w.NOW))
    answer = stranger.post(f"/benefits/arrivals/{case.number}/confirm/", {"version": case.version})
    assert answer.status_code in {403, 404}
    assert not PayAccount.objects.exists()
    assert "现在没有正在发的钱" in page(stranger, "/benefits/arrivals/")


def facts_of_the_sum() -> list[str]:
    """The labels of what the one case's sum rests on."""
    found = grounds_of(Case.objects.get().pk)
    assert found is not None
    shown = {fact["name"] for each in found.answer["conditions"] for fact in each["facts"]}
    labels = [one.label for one in found.facts if one.name not in shown and one.value is not None]
    assert labels, "the sum rests on something that no condition asks for"
    return labels


@pytest.fixture
def owner() -> tuple[Client, str]:
    """The browser of somebody who handles a firm's affairs, and the firm's code; its case is
    signed."""
    person = make_person("苏和", now=w.NOW)
    made = w.make_world([w.GOOD])
    found = find_firm_by_uscc(uscc(1))
    assert found is not None
    w.opened(made)
    w.signed(made)
    mandate = give_mandate(
        giver=found.ref,
        scopes=["read", "apply", "money"],
        start_on=w.NOW.date(),
        until_on=None,
        how="legal",
        to_person=person,
        actor=SYSTEM,
        now=w.NOW,
    )
    return browsers.resident(person, mandate_id=mandate), made.codes[0]


def test_differences_are_asked_for_only_after_payment_and_by_the_area() -> None:
    made = w.make_world([w.GOOD] * 2)
    path = f"/desk/seasons/{made.season}/differences/"
    client = browser("desk", "officer")
    assert "没有差别" in page(client, path)
    refused = client.post(path, follow=True).content.decode()
    assert "不能结束" in refused or "没有办完" in refused
    assert client.post(path, {"difference": "x"}, follow=True).status_code == 200
    assert page(browser("elsewhere", "officer", CHIFENG), path, 404)


def reads_for(code: str, *, phone: Phone | None) -> None:
    """Somebody with, or without, a phone reads the firm's letters."""
    found = find_firm_by_uscc(Uscc(code))
    assert found is not None
    give_mandate(
        giver=found.ref,
        scopes=["read"],
        start_on=w.NOW.date(),
        until_on=None,
        how="legal",
        to_person=make_person("苏和", phone=phone, now=w.NOW),
        actor=SYSTEM,
        now=w.NOW,
    )


def test_why_each_was_not_reached_is_told_apart() -> None:
    made = w.make_world([w.GOOD] * 5)
    w.opened(made)
    w.signed(made)
    asked, silent, closed, _nobody, wrong = made.codes
    for code in (asked, closed, wrong):
        reads_for(code, phone=phone())
    reads_for(silent, phone=None)
    Firm.objects.filter(uscc=closed).update(closed_on=w.NOW.date())
    ref = find_firm_by_uscc(Uscc(wrong))
    assert ref is not None
    case = Case.objects.get(subject_id=ref.ref.id)
    w.confirm_all(made)
    PayAccount.objects.exclude(case=case).delete()
    Case.objects.filter(pk=case.pk).update(pay_problem="closed_account")
    text = page(browser("desk", "officer"), f"/desk/seasons/{made.season}/unreached/")
    assert text.count("还没有确认收款账户") == 1
    assert text.count("没有电话，要上门找") == 2
    assert text.count("单位已经注销") == 1
    assert text.count("账户已销户，被银行退回") == 1


def test_accounts_of_persons_are_brought_in_and_offered_like_a_firms() -> None:
    number = id_number(date(1990, 1, 1))
    person = make_person("乌云其木格", number=number, now=w.NOW)
    clerk = browser("desk", "officer")
    said = offices.csv_bytes(
        [("身份证号", "户名", "账号", "开户行"), (number.text, "乌云其木格", card(5), "内蒙古银行")]
    )
    as_firms = bring_accounts(clerk, said)
    assert as_firms.status_code == 200
    assert "名册里没有" in as_firms.content.decode()
    assert bring_accounts(clerk, said, "person").status_code == 302
    known = KnownAccount.objects.get()
    assert (known.subject_kind, known.subject_id, known.tail) == ("person", person, card(5)[-4:])
    assert number.text not in as_firms.content.decode()


def test_a_person_says_yes_also_where_the_case_stands_under_a_merged_record() -> None:
    survivor = make_person("乌云其木格", residence=HOHHOT_XINCHENG, now=w.NOW)
    duplicate = make_person("乌云其木格", now=w.NOW)
    KnownAccount.objects.create(
        subject_kind="person",
        subject_id=survivor,
        account_name="乌云其木格",
        account_no=card(6),
        tail=card(6)[-4:],
        bank="内蒙古银行",
        source="人社局",
        told_on=w.NOW.date(),
        created_at=w.NOW,
    )
    open_cases_in_bulk(
        actor=SYSTEM,
        item="skill-up-subsidy",
        key="k",
        rows=[person_row(0, duplicate)],
        now=w.NOW,
    )
    merge(survivor, duplicate)
    approve_in_bulk(actor=w.person("rev", "reviewer"), key="k", now=w.NOW)
    client = browsers.resident(survivor)
    text = page(client, "/benefits/arrivals/")
    assert f"尾号 {card(6)[-4:]}" in text
    assert "登记在您名下的账户" in text
    case = Case.objects.get()
    said = client.post(
        f"/benefits/arrivals/{case.number}/confirm/", {"version": case.version}, follow=True
    )
    assert "记下了" in said.content.decode(), said.content.decode()
    assert PayAccount.objects.get().tail == card(6)[-4:]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a,b,c,d\n" + "," * 2_000, "第 2 行有 2001 列"),
        ("a,b,c,d\n" + "x" * 10_001 + ",b,c,d", "第 2 行第 1 列的字太多"),
        ("a,b,c,d\n" + "1,2,3,4\n" * 5_001, "最多 5000 行"),
        ("a,b,c\n1,2,3", "读不懂这个文件"),
        ("a,b,c,d\n1,2,3\x00,4", "读不懂这个文件"),
    ],
)
def test_a_list_of_accounts_that_is_none_is_refused_in_words(content: str, why: str) -> None:
    answer = bring_accounts(browser("desk", "officer"), content.encode())
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not KnownAccount.objects.exists()


def test_too_little_paid_is_proposed_by_a_button() -> None:
    mark_as_demo(at=w.NOW)
    made = paid_out([w.GOOD] * 2)
    found = underpaid(made)
    client = browser("desk", "officer")
    path = f"/desk/seasons/{made.season}/differences/"
    assert "少发了，提出补发" in page(client, path)
    said = client.post(path, {"difference": str(found.pk), "what": "more"}, follow=True)
    assert "请另一位同事在办件里签字" in said.content.decode()
    case = found.proposal.case
    assert case is not None
    assert Case.objects.get(pk=case).state == "audit"
    assert "少发了，提出补发" not in page(client, path)
