"""Orders: charged once, to the payee's own account, and never sent again by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.actions.pay_orders import (
    FundUnknownError,
    NoteNeededError,
    PayKeyReusedError,
    SameAccountError,
    give_up_order,
)
from denghuo.ledger.actions.refusals import PaymentEntryError
from denghuo.ledger.actions.reversals import ask_reversal
from denghuo.ledger.logic.pay_drafts import PayAmountError, checked_draft, content_of
from denghuo.ledger.logic.pay_states import PayStepError
from denghuo.ledger.logic.payees import AccountNumberError, PersonalAccountError
from denghuo.ledger.models import Entry, PayOrder
from denghuo.ledger.public import (
    AccountNameError,
    BelowFloorError,
    PayState,
    cancel_order,
    entries_about,
    order_payments,
    pay_orders_about,
    reissue,
    reverse_entry,
)
from denghuo.ledger.queries.payments import PayOrderNotFoundError, pay_orders_by_key
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, Actor, NotAllowedError
from tests.ledger.pay_kit import FUND, NOW, books, card, draft, endow, order, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund() -> None:
    endow()


def test_ordering_charges_the_fund_at_once(fund: None) -> None:
    before, _, bank = books()
    [placed] = order()
    assert books() == (before - placed.amount_fen, placed.amount_fen, bank)
    assert placed.state is PayState.ORDERED
    assert pay_orders_about(placed.about) == (placed,)
    [entry] = entries_about(placed.about)
    assert (entry.id, entry.kind, entry.memo) == (placed.entry_id, "pay.ordered", "技能提升补贴")


def test_the_account_number_is_sealed_and_shown_by_its_end(fund: None) -> None:
    [placed] = order()
    assert placed.account_masked == "****" + card(1)[-4:]
    assert card(1) not in str(placed)
    assert card(1) not in repr(draft())
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_no FROM ledger_payorder")
        assert card(1).encode() not in bytes(cursor.fetchone()[0])
    assert PayOrder.objects.get().account_no == card(1)
    assert card(1) not in "".join(AuditEntry.objects.values_list("detail", flat=True))


def test_a_view_of_what_was_written_is_what_is_read_back(fund: None) -> None:
    """Field by field; none for no keys."""
    written = {one.key: one for one in order(7)}
    assert pay_orders_by_key(list(written)) == written
    assert pay_orders_by_key([]) == {}


def test_a_draft_that_was_checked_is_not_checked_again() -> None:
    """It comes back as it is, and means the same payment as the one it was made of."""
    checked = checked_draft(draft())
    assert checked_draft(checked) is checked
    spaced = replace(draft(), bank=f" {draft().bank} ")
    assert content_of(checked_draft(spaced)) == content_of(checked)


def test_the_same_key_is_ordered_once(fund: None) -> None:
    first = order(3)
    assert order(3) == first
    assert [one.key for one in order(5)] == [f"case:{n}" for n in range(1, 6)]
    assert PayOrder.objects.count() == 5
    assert Entry.objects.filter(kind="pay.ordered").count() == 5
    twice = order_payments(actor=SYSTEM, drafts=[draft(9), draft(9)], now=NOW)
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    "other",
    [
        {"amount_fen": 5},
        {"account_no": card(77)},
        {"about": f"cases.Case:{uuid4()}"},
        {"bank": "别的银行"},
    ],
)
def test_the_same_key_with_other_content_is_refused(fund: None, other: dict[str, Any]) -> None:
    order()
    with pytest.raises(PayKeyReusedError):
        order_payments(actor=SYSTEM, drafts=[draft(2), draft(1, **other)], now=NOW)
    assert PayOrder.objects.count() == 1, "all or none"


def test_a_fund_never_pays_more_than_it_has() -> None:
    endow(250_000)
    with pytest.raises(BelowFloorError):
        order(3)
    assert PayOrder.objects.count() == 0
    assert len(order(2)) == 2
    assert books()[0] == 250_000 - 100_001 - 100_002


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"account_name": "王小明"}, AccountNameError),
        ({"account_no": card(1)[:-1] + str((int(card(1)[-1]) + 1) % 10)}, AccountNumberError),
        ({"amount_fen": 0}, PayAmountError),
        ({"amount_fen": -100}, PayAmountError),
        ({"fund": "fund:nothing"}, FundUnknownError),
        ({"fund": "bank:unemployment:150100"}, FundUnknownError),
        ({"payee": SubjectRef("firm", uuid4())}, PersonalAccountError),
    ],
)
def test_what_must_not_be_ordered(
    fund: None, other: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        order_payments(actor=SYSTEM, drafts=[draft(2), draft(1, **other)], now=NOW)
    assert PayOrder.objects.count() == 0


def test_a_resident_orders_nothing(fund: None) -> None:
    citizen = Actor(kind="resident", person=SubjectRef("person", uuid4()))
    with pytest.raises(NotAllowedError):
        order_payments(actor=citizen, drafts=[draft()], now=NOW)


def test_a_cancelled_order_gives_the_fund_its_money_back(fund: None) -> None:
    before = books()[0]
    [placed] = order()
    wang = treasurer()
    with pytest.raises(NoteNeededError):
        cancel_order(actor=wang, order_id=placed.id, reason="  ", now=NOW)
    ended = cancel_order(actor=wang, order_id=placed.id, reason="决定书撤销", now=NOW)
    assert (ended.state, ended.note) == (PayState.CANCELLED, "决定书撤销")
    again = cancel_order(actor=wang, order_id=placed.id, reason="再点一次", now=NOW)
    assert again == ended
    assert books() == (before, 0, before)
    assert [entry.kind for entry in entries_about(placed.about)] == ["pay.ordered", "reversal"]


def test_only_a_treasurer_of_the_area_touches_an_order(fund: None) -> None:
    [placed] = order()
    others = (
        treasurer("包头", "150200"),
        treasurer("旗县", "150102"),
        treasurer("经办", "150100", "officer"),
        treasurer("领导", "150100", "leader"),
    )
    for actor in others:
        with pytest.raises(PayOrderNotFoundError):
            cancel_order(actor=actor, order_id=placed.id, reason="不该行", now=NOW)
    with pytest.raises(PayOrderNotFoundError):
        cancel_order(actor=treasurer(), order_id=uuid4(), reason="没有", now=NOW)


def returned(reason: str) -> PayOrder:
    """An order that a bank gave back, laid into the table step by step."""
    from denghuo.ledger.models import BankFile  # noqa: PLC0415  beside its only use

    [placed] = order()
    file = BankFile.objects.create(
        number="F1", kind="pay", form="fixed", fund=FUND, day=NOW, state="drawing", made_by="x"
    )
    rows = PayOrder.objects.filter(pk=placed.id)
    rows.update(state="in_file", file=file)
    rows.update(state="sent")
    rows.update(state="returned", reason=reason, settled_on=NOW)
    return rows.get()


def test_a_returned_payment_is_ordered_anew_by_a_person_once(fund: None) -> None:
    row = returned("closed_account")
    wang = treasurer()
    given = {"account_name": "乌云·其木格", "bank": "包商路支行", "account_no": card(55)}
    anew = reissue(actor=wang, order_id=row.pk, **given, now=NOW)
    assert (anew.reissue_of, anew.amount_fen, anew.about) == (row.pk, row.amount_fen, row.about)
    assert anew.reference != row.reference
    old = pay_orders_about(row.about)[0]
    assert (old.state, old.reissued_as) == (PayState.REISSUED, anew.id)
    assert reissue(actor=wang, order_id=row.pk, **given, now=NOW) == anew
    with pytest.raises(PayKeyReusedError):
        reissue(actor=wang, order_id=row.pk, **{**given, "account_no": card(56)}, now=NOW)
    assert PayOrder.objects.count() == 2
    with pytest.raises(PayStepError):
        give_up_order(actor=wang, order_id=row.pk, reason="不付了", now=NOW)


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("closed_account", True), ("wrong_name", True), ("frozen_account", False)],
)
def test_the_account_that_cannot_work_is_not_tried_again(
    fund: None, reason: str, refused: bool
) -> None:
    row = returned(reason)
    same = {"account_name": row.account_name, "account_no": card(1), "bank": row.bank}
    if refused:
        with pytest.raises(SameAccountError):
            reissue(actor=treasurer(), order_id=row.pk, **same, now=NOW)
        assert PayOrder.objects.count() == 1
    else:
        assert reissue(actor=treasurer(), order_id=row.pk, **same, now=NOW).reissue_of == row.pk


def test_a_reissue_to_somebody_else_is_refused_and_changes_nothing(fund: None) -> None:
    row = returned("wrong_name")
    with pytest.raises(AccountNameError):
        reissue(
            actor=treasurer(),
            order_id=row.pk,
            account_name="王小明",
            account_no=card(5),
            bank="某行",
            now=NOW,
        )
    row.refresh_from_db()
    assert row.state == PayState.RETURNED


def test_an_order_that_is_not_back_is_not_reissued(fund: None) -> None:
    [placed] = order()
    with pytest.raises(PayStepError):
        reissue(
            actor=treasurer(),
            order_id=placed.id,
            account_name=placed.account_name,
            account_no=card(5),
            bank="某行",
            now=NOW,
        )


def test_giving_up_says_why(fund: None) -> None:
    row = returned("no_such_account")
    ended = give_up_order(actor=treasurer(), order_id=row.pk, reason="本人放弃", now=NOW)
    assert (ended.state, ended.note) == (PayState.GIVEN_UP, "本人放弃")


def test_its_entry_is_not_reversed_behind_its_back(fund: None) -> None:
    [placed] = order()
    with pytest.raises(PaymentEntryError):
        ask_reversal(actor=treasurer(), entry_id=placed.entry_id, reason="弄错了", now=NOW)
    with pytest.raises(PaymentEntryError):
        reverse_entry(
            actor=SYSTEM,
            entry_id=placed.entry_id,
            key="r",
            reason="弄错了",
            on=day_of(NOW),
            now=NOW,
        )
    assert pay_orders_about(placed.about) == (placed,)


@pytest.mark.parametrize(
    "change",
    [
        "amount_fen = 1",
        "account_name = 'x'",
        "about = 'cases.Case:x'",
        "state = 'paid', settled_on = '2026-11-23'",
        "state = 'sent'",
        "key = 'other'",
    ],
)
def test_the_table_itself_refuses(fund: None, change: str) -> None:
    order()
    with (
        pytest.raises(IntegrityError, match="ledger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE ledger_payorder SET {change}")


def test_an_order_is_never_deleted(fund: None) -> None:
    order()
    with (
        pytest.raises(IntegrityError, match="ledger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM ledger_payorder")


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_instant_is_ordered_once(
    in_threads: Callable[..., list[object]],
) -> None:
    endow()
    both = in_threads(lambda: order(20), lambda: order(20), lambda: order(20))
    assert both[0] == both[1] == both[2]
    assert PayOrder.objects.count() == 20
    assert books()[1] == sum(100_000 + number for number in range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_the_last_fen_is_spent_once(in_threads: Callable[..., list[object]]) -> None:
    endow(100_002)
    results = in_threads(*[lambda n=n: order(1, first=n) for n in (1, 2, 1, 2)])
    refused = [one for one in results if isinstance(one, BelowFloorError)]
    placed = PayOrder.objects.count()
    assert placed == 1
    assert len(refused) == 2
    left, on_its_way, _bank = books()
    assert on_its_way in (100_001, 100_002)
    assert left + on_its_way == 100_002


@pytest.mark.django_db(transaction=True)
def test_reissue_by_two_at_once_makes_one(in_threads: Callable[..., list[object]]) -> None:
    endow()
    row = returned("closed_account")

    def again(number: int) -> object:
        return reissue(
            actor=treasurer(),
            order_id=row.pk,
            account_name="乌云其木格",
            account_no=card(number),
            bank="某行",
            now=NOW,
        )

    results = in_threads(lambda: again(60), lambda: again(61))
    assert sum(isinstance(one, PayKeyReusedError) for one in results) == 1
    assert PayOrder.objects.filter(reissue_of=row.pk).count() == 1
