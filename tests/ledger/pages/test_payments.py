"""The payments desk as its people use it: whoever makes, whoever releases, whoever only reads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.access import pay_readers
from denghuo.ledger.actions import bank_files
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.logic.pay_states import PayState
from denghuo.ledger.models import BankFile, PayOrder, ReturnFile
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor
from tests.ledger.pay_kit import (
    FIXED,
    FUND,
    LATER,
    NOW,
    answered,
    card,
    endow,
    order,
    return_file,
    rows_of,
    sent_file,
    treasurer,
)
from tests.places.actor_at_hand import at_hand

pytestmark = pytest.mark.django_db
As = Callable[[Actor], Client]


@pytest.fixture
def as_(settings: Settings, client: Client) -> Iterator[As]:
    """``as_(actor)``: the test client, acting for somebody from now on."""
    settings.MIDDLEWARE = [
        "tests.places.actor_at_hand.ActorAtHand" if "ActorMiddleware" in name else name
        for name in settings.MIDDLEWARE
    ]
    endow()

    def act(actor: Actor) -> Client:
        at_hand.append(actor)
        return client

    yield act
    at_hand.clear()


def text(answer: Any) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_orders_are_listed_masked_and_found(as_: As) -> None:
    one, other = order(2)
    wang = as_(treasurer())
    page = text(wang.get("/desk/payments/"))
    assert one.reference in page
    assert "****" + card(1)[-4:] in page
    assert card(1) not in page
    assert "2,000.03 元" in page, "the sum of what was found"
    found = text(wang.post("/desk/payments/", {"q": one.reference.lower()}, follow=True))
    assert one.reference in found
    assert other.reference not in found
    assert one.reference not in text(wang.get("/desk/payments/", {"state": "paid"}))
    for nonsense in ({"state": "?"}, {"page": "x" * 50}, {"page": "-1"}, {"file": "x"}):
        assert wang.get("/desk/payments/", nonsense).status_code == 200


def test_only_the_treasury_and_its_leaders_look(as_: As) -> None:
    [placed] = order()
    paths = (
        "/desk/payments/",
        "/desk/payments/export.csv",
        "/desk/payments/files/",
        f"/desk/payments/orders/{placed.id}/",
    )
    outsiders = [
        treasurer("经办", "150100", "officer"),
        treasurer("运维", "150100", "operator"),
    ]
    assert not pay_readers(Actor(kind="resident", person=SubjectRef("person", uuid4())))
    for actor in outsiders:
        for path in paths:
            assert as_(actor).get(path).status_code == 404, (actor.name, path)
    baotou = as_(treasurer("包头", "150200"))
    assert baotou.get(paths[-1]).status_code == 404
    assert placed.reference not in text(baotou.get(paths[0]))
    leader = as_(treasurer("领导", "150100", "leader"))
    for path in paths:
        assert leader.get(path).status_code == 200
    page = text(leader.get("/desk/payments/"))
    assert "生成代发文件" not in page
    assert leader.get(f"{paths[-1]}cancel/").status_code == 404
    assert leader.get("/desk/payments/files/new/").status_code == 404


def test_looking_at_an_order_is_a_look_at_the_payee(as_: As) -> None:
    [placed] = order()
    wang = treasurer()
    as_(wang).get(f"/desk/payments/orders/{placed.id}/")
    look = AuditEntry.objects.get(action="look_up")
    assert (look.actor, look.subject) == (wang.label, str(placed.payee))


def test_an_order_is_cancelled_with_a_reason(as_: As) -> None:
    [placed] = order()
    wang = as_(treasurer())
    path = f"/desk/payments/orders/{placed.id}/cancel/"
    assert wang.get(path).status_code == 200
    empty = wang.post(path, {"reason": ""})
    assert empty.status_code == 422
    assert PayOrder.objects.get().state == "ordered"
    assert wang.post(path, {"reason": "决定撤销"}).status_code == 302
    page = text(wang.get(f"/desk/payments/orders/{placed.id}/"))
    assert "已撤销" in page
    assert "决定撤销" in page
    assert f"{path}" not in page


def test_a_file_is_made_by_one_released_by_another_and_downloaded(as_: As) -> None:
    order(3)
    wang, li = treasurer("王会计"), treasurer("李会计")
    form = text(as_(wang).get("/desk/payments/files/new/"))
    assert re.search(rf'<option value="{FUND}">150100000000 失业保险基金：3 笔', form), form
    made = as_(wang).post("/desk/payments/files/new/", {"fund": FUND, "form": FIXED})
    file = BankFile.objects.get()
    path = f"/desk/payments/files/{file.pk}/"
    assert made["Location"] == path
    own = text(as_(wang).get(path))
    assert "另一位" in own
    assert "核对无误" not in own
    refused = as_(wang).post(f"{path}release/", {"sha256": file.sha256})
    assert refused.status_code == 403
    assert "另一位" in text(refused)
    assert as_(li).get(f"{path}download/").status_code == 409
    page = text(as_(li).get(path))
    assert file.sha256 in page
    assert as_(li).post(f"{path}release/", {"sha256": "0" * 64}).status_code == 409
    assert as_(li).post(f"{path}release/", {"sha256": file.sha256}).status_code == 302
    bytes_ = as_(li).get(f"{path}download/")
    assert bytes_["Content-Disposition"] == f'attachment; filename="{file.number}.txt"'
    assert card(1).encode() in b"".join(bytes_)
    assert "未答复" not in text(as_(li).get(path))
    assert "银行还没有答复 3 笔" in text(as_(li).get(path))
    assert "银行还没有答复 3 笔" in text(as_(li).get("/desk/payments/files/"))
    empty = as_(wang).get("/desk/payments/files/new/")
    assert "没有待发的付款" in text(empty)
    late = as_(wang).post("/desk/payments/files/new/", {"fund": FUND, "form": FIXED})
    assert late.status_code == 422


def test_a_file_is_dropped_or_finished(as_: As) -> None:
    order(2)
    wang = treasurer()
    file_id = bank_files._claim(wang, FUND, FIXED, orders=(), limit=9, now=NOW)
    path = f"/desk/payments/files/{file_id}/"
    assert "接着生成" in text(as_(wang).get(path))
    as_(wang).post(f"{path}finish/")
    assert BankFile.objects.get().state == "made"
    as_(wang).post(f"{path}drop/")
    assert "作废" in text(as_(wang).get(path))
    assert set(PayOrder.objects.values_list("state", flat=True)) == {"ordered"}


def upload(client: Client, bytes_: bytes, name: str = "hp.txt") -> Any:
    return client.post("/desk/payments/returns/new/", {"file": SimpleUploadedFile(name, bytes_)})


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("denghuo.ledger.pages.bank_files.timezone.now", lambda: LATER)


def test_an_answer_is_brought_read_and_its_errors_shown(as_: As, tomorrow: None) -> None:
    file = sent_file(3)
    rows = rows_of(file)
    answers = [
        (*rows[0], "0000", ""),
        (*rows[1], "E102", ""),
        (rows[2][0], 5, "0000", ""),
        ("<b>X</b>", 7, "0000", ""),
    ]
    wang = as_(treasurer())
    done = upload(wang, return_file(FIXED, answers, batch=file.number))
    received = ReturnFile.objects.get()
    path = f"/desk/payments/returns/{received.pk}/"
    assert done["Location"] == path
    assert "正在读入" in text(wang.get(path))
    read_return_file(return_id=received.pk, now=LATER)
    page = text(wang.get(path))
    assert "有 2 行要您处理" in page
    assert "没有这个付款单号" in page
    assert "&lt;b&gt;X" in page
    assert rows[0][0] not in page, "paid rows are not shown until asked for"
    assert rows[0][0] in text(wang.get(path, {"outcome": ""}))
    back = text(wang.get(path, {"outcome": "returned"}))
    assert rows[1][0] in back
    assert rows[0][0] not in back
    unasked = text(wang.get("/desk/payments/files/"))
    assert "还没有答复 1 笔" in unasked, "one row was refused for its sum, so it still waits"
    again = upload(wang, return_file(FIXED, answers, batch=file.number))
    assert again["Location"] == path
    assert "账户已销户" in text(wang.get("/desk/payments/", {"state": "returned"}))


def test_an_answer_with_nothing_wrong_shows_its_rows_at_once(as_: As, tomorrow: None) -> None:
    file = sent_file(2)
    rows = rows_of(file)
    wang = as_(treasurer())
    content = return_file(FIXED, [(*row, "0000", "") for row in rows], batch=file.number)
    done = upload(wang, content)
    read_return_file(return_id=ReturnFile.objects.get().pk, now=LATER)
    page = text(wang.get(done["Location"]))
    assert rows[0][0] in page
    assert "没有这样的行" in text(wang.get(done["Location"], {"outcome": "errors"}))


def test_an_order_says_what_it_waits_for(as_: As) -> None:
    wang, li = treasurer("王会计"), treasurer("李会计")
    [placed] = order()
    path = f"/desk/payments/orders/{placed.id}/"
    assert "等基金财务人员放进代发文件" in text(as_(wang).get(path))
    as_(wang).post("/desk/payments/files/new/", {"fund": FUND, "form": FIXED})
    assert "等另一位同事核对后放行" in text(as_(wang).get(path))
    file = BankFile.objects.get()
    as_(li).post(f"/desk/payments/files/{file.pk}/release/", {"sha256": file.sha256})
    file.refresh_from_db()
    page = text(as_(wang).get(path))
    assert "等银行答复" in page
    assert f"最晚 {file.answer_by:%Y-%m-%d}" in page
    bank_files.mark_unanswered(now=LATER.replace(month=12))
    assert "用查询文件问银行" in text(as_(wang).get(path))


def test_a_broken_answer_is_refused_beside_its_field(as_: As, tomorrow: None) -> None:
    file = sent_file(1)
    good = return_file(FIXED, [(*row, "0000", "") for row in rows_of(file)], batch=file.number)
    wang = as_(treasurer())
    for bytes_ in (good[:-20], b"%PDF-1.7", good.replace(b"0000E", b"0000F")[:100]):
        refused = upload(wang, bytes_)
        assert refused.status_code == 422
    assert "一笔也没有记账" in text(upload(wang, good[:-20]))
    assert ReturnFile.objects.count() == 0
    baotou = as_(treasurer("包头", "150200"))
    assert upload(baotou, good).status_code == 422


def test_a_returned_payment_is_reissued_from_its_page(as_: As) -> None:
    answered(sent_file(1), ["E101"])
    [placed] = PayOrder.objects.all()
    wang = as_(treasurer())
    path = f"/desk/payments/orders/{placed.pk}/"
    page = text(wang.get(path))
    assert "银行把钱退回来了" in page
    assert "户名不符" in page
    given = {"account_name": "王小明", "account_no": card(70), "bank": "某行"}
    refused = wang.post(f"{path}reissue/", given)
    assert refused.status_code == 422
    assert "户名和收款人不一样" in text(refused)
    wrong = wang.post(f"{path}reissue/", {**given, "account_no": "62"})
    assert wrong.status_code == 422
    good = {**given, "account_name": "乌云·其木格"}
    done = wang.post(f"{path}reissue/", good)
    anew = PayOrder.objects.get(state=PayState.ORDERED)
    assert done["Location"] == f"/desk/payments/orders/{anew.pk}/"
    assert wang.post(f"{path}reissue/", good)["Location"] == done["Location"], "pressed twice"
    assert "这是重开的一笔" in text(wang.get(done["Location"]))
    assert PayOrder.objects.count() == 2


def test_a_returned_payment_is_given_up(as_: As) -> None:
    answered(sent_file(1), ["E101"])
    [placed] = PayOrder.objects.all()
    wang = as_(treasurer())
    wang.post(f"/desk/payments/orders/{placed.pk}/give-up/", {"reason": "本人放弃"})
    placed.refresh_from_db()
    assert placed.state == "given_up"
    late = wang.post(f"/desk/payments/orders/{placed.pk}/cancel/", {"reason": "晚了"})
    assert late.status_code == 422


def test_unknown_payments_are_asked_after(as_: As) -> None:
    sent_file(2)
    bank_files.mark_unanswered(now=LATER.replace(month=12))
    wang = as_(treasurer())
    assert "银行没有答复" in text(wang.get("/desk/payments/"))
    form = text(wang.get("/desk/payments/files/new/", {"kind": "query"}))
    assert "2 笔" in form
    made = wang.post("/desk/payments/files/new/?kind=query", {"fund": FUND, "form": FIXED})
    assert "查询文件" in text(wang.get(made["Location"]))
    [one, _] = PayOrder.objects.all()
    assert "不能重发" in text(wang.get(f"/desk/payments/orders/{one.pk}/"))


def test_the_export_shows_no_account_and_is_written_down(as_: As) -> None:
    order(2)
    answer = as_(treasurer()).get("/desk/payments/export.csv", {"state": "ordered"})
    rows = list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))
    assert rows[0][0] == "付款单号"
    assert len(rows) == 3
    assert {row[5] for row in rows[1:]} == {"1000.01", "1000.02"}
    assert not [cell for row in rows[1:] for cell in row if cell == card(1)]
    trace = AuditEntry.objects.get(action="ledger.export_payments")
    assert '"rows":2' in trace.detail.replace(" ", "")


def test_pages_of_nothing(as_: As) -> None:
    wang = as_(treasurer())
    assert "没有这样的付款" in text(wang.get("/desk/payments/"))
    assert "还没有文件" in text(wang.get("/desk/payments/files/"))
    assert "没有到期未答复" in text(wang.get("/desk/payments/files/new/", {"kind": "query"}))
    for path in ("orders", "files", "returns"):
        assert wang.get(f"/desk/payments/{path}/{uuid4()}/").status_code == 404
