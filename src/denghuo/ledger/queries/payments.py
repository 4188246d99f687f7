"""Payment orders as rooms above and the desk see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.access import payments_in_sight
from denghuo.ledger.logic.pay_drafts import TAIL_DIGITS, CheckedDraft, masked_account
from denghuo.ledger.logic.pay_states import (
    REASON_NAMES,
    STATE_NAMES,
    PayState,
    ReturnReason,
)
from denghuo.ledger.models import PayOrder
from denghuo.platform.public import Actor, one_of

ORDERS_PER_PAGE = 50
_CHUNK = 500
_ENDED_UNPAID = (PayState.REISSUED, PayState.GIVEN_UP, PayState.CANCELLED)


class PayOrderNotFoundError(RefusalError):
    """No such order, or not one this actor may see."""

    code = "ledger.pay_order_not_found"
    template = "没有找到这笔付款，或者它不在您负责的地区。"
    status = 404


@dataclass(frozen=True, slots=True)
class PayOrderView:
    """One payment order. The account number is masked; nobody above the ledger needs it whole.

    ``reason`` says why the money came back, ``reissue_of`` which returned order this one
    replaces and ``reissued_as`` which one replaces it. ``settled_on`` is the bank's day.
    """

    id: UUID
    key: str
    reference: str
    about: str
    payee: SubjectRef
    payee_name: str
    account_name: str
    account_masked: str
    bank: str
    amount_fen: int
    fund: str
    area: str
    purpose: str
    state: PayState
    reason: ReturnReason | None
    note: str
    entry_id: int
    file_id: UUID | None
    reissue_of: UUID | None
    reissued_as: UUID | None
    made_by: str
    ordered_at: datetime
    settled_on: date | None
    changed_at: datetime

    @property
    def state_name(self) -> str:
        """In the words of the desk, in the reader's language."""
        return _(STATE_NAMES[self.state])

    @property
    def reason_name(self) -> str:
        """Why it came back, empty where it did not."""
        return _(REASON_NAMES[self.reason]) if self.reason else ""


@dataclass(frozen=True, slots=True)
class PayOrderPage:
    """One page of orders, newest first."""

    entries: tuple[PayOrderView, ...]
    page: int
    pages: int
    total: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many orders stand in a state, and how much they are."""

    count: int
    sum_fen: int


def pay_order(order_id: UUID) -> PayOrderView:
    """For the house's own use, without a reader. Raises ``PayOrderNotFoundError``."""
    found = views_of(PayOrder.objects.filter(pk=order_id))
    if not found:
        raise PayOrderNotFoundError
    return found[0]


def pay_order_seen(actor: Actor, order_id: UUID) -> PayOrderView:
    """Raises ``PayOrderNotFoundError`` also where it is not the actor's to see."""
    if not PayOrder.objects.filter(payments_in_sight(actor), pk=order_id).exists():
        raise PayOrderNotFoundError
    return pay_order(order_id)


def pay_orders_about(about: str) -> tuple[PayOrderView, ...]:
    """All orders about something, oldest first. Who may see it is the caller's to decide."""
    return tuple(views_of(PayOrder.objects.filter(about=about).order_by("entry_id")))


def ordered_about(abouts: Iterable[str]) -> Mapping[str, int]:
    """Fen ordered for each of these; what was taken back or given up does not count.

    What the bank gave back does: a treasurer sends it again, and until then it is owed once.
    """
    rows = PayOrder.objects.filter(about__in=one_of(sorted(set(abouts)), text=True))
    sums = rows.exclude(state__in=_ENDED_UNPAID).order_by("about").values_list("about")
    return dict(sums.annotate(fen=Sum("amount_fen")))


def pay_orders_by_key(keys: Sequence[str]) -> dict[str, PayOrderView]:
    """Those of the keys that were ordered."""
    if not keys:
        return {}
    return {
        view.key: view
        for view in views_of(PayOrder.objects.filter(key__in=one_of(keys, text=True)))
    }


def orders_matching(
    actor: Actor,
    *,
    state: str = "",
    fund: str = "",
    about: str = "",
    reason: str = "",
    file_id: UUID | None = None,
    text: str = "",
) -> QuerySet[PayOrder]:
    """Orders in the actor's sight. ``text`` is a reference, or part of a name."""
    rows = PayOrder.objects.filter(payments_in_sight(actor))
    for field, value in (("state", state), ("fund", fund), ("about", about), ("reason", reason)):
        if value:
            rows = rows.filter(**{field: value})
    if file_id is not None:
        rows = rows.filter(file_id=file_id)
    if text:
        rows = rows.filter(
            Q(reference=text.strip().upper()) | Q(payee_name__icontains=text.strip())
        )
    return rows


def list_pay_orders(rows: QuerySet[PayOrder], *, page: int = 1) -> PayOrderPage:
    """One page of what ``orders_matching`` found."""
    sums = rows.aggregate(total=Count("id"), fen=Sum("amount_fen"))
    total = int(sums["total"])
    pages = max(1, -(-total // ORDERS_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * ORDERS_PER_PAGE
    some = rows.order_by("-created_at", "reference")[start : start + ORDERS_PER_PAGE]
    return PayOrderPage(tuple(views_of(some)), page, pages, total, int(sums["fen"] or 0))


def each_pay_order(rows: QuerySet[PayOrder]) -> Iterator[PayOrderView]:
    """Every order found, in pieces: for exports."""
    ids = list(rows.order_by("-created_at", "reference").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        some = {
            view.id: view
            for view in views_of(PayOrder.objects.filter(pk__in=ids[start : start + _CHUNK]))
        }
        yield from (some[one] for one in ids[start : start + _CHUNK])


def orders_by_state(actor: Actor) -> dict[PayState, StateSum]:
    """How many orders in sight stand in each state."""
    rows = PayOrder.objects.filter(payments_in_sight(actor)).values("state")
    found = rows.annotate(count=Count("id"), fen=Sum("amount_fen"))
    return {PayState(row["state"]): StateSum(row["count"], row["fen"]) for row in found}


def waiting_by_fund(actor: Actor, state: PayState) -> dict[str, StateSum]:
    """Orders in sight that stand in a state, by the fund that pays them."""
    rows = PayOrder.objects.filter(payments_in_sight(actor), state=state).values("fund")
    found = rows.annotate(count=Count("id"), fen=Sum("amount_fen")).order_by("fund")
    return {row["fund"]: StateSum(row["count"], row["fen"]) for row in found}


def funds_of_orders(actor: Actor) -> list[str]:
    """Funds from which orders in sight are paid."""
    rows = PayOrder.objects.filter(payments_in_sight(actor))
    return list(rows.order_by("fund").values_list("fund", flat=True).distinct())


def views_of(rows: Iterable[PayOrder]) -> list[PayOrderView]:
    """Views of rows, with the orders that replace them. The sealed number is not opened."""
    if isinstance(rows, QuerySet):
        rows = rows.defer("account_no")
    rows = list(rows)
    replaced: dict[UUID, UUID] = {}
    returned = [row.pk for row in rows if row.state == PayState.REISSUED]
    for start in range(0, len(returned), _CHUNK):
        later = PayOrder.objects.filter(reissue_of__in=returned[start : start + _CHUNK])
        replaced.update(later.values_list("reissue_of_id", "pk"))
    return [_view(row, replaced.get(row.pk)) for row in rows]


def ordered_view(
    draft: CheckedDraft,
    *,
    id: UUID,  # noqa: A002  the view's own name for it
    reference: str,
    area: str,
    entry_id: int,
    reissue_of: UUID | None,
    made_by: str,
    at: datetime,
) -> PayOrderView:
    """An order in the moment it was written, without reading it back."""
    return PayOrderView(
        id=id,
        key=draft.key,
        reference=reference,
        about=draft.about,
        payee=draft.payee,
        payee_name=draft.payee_name,
        account_name=draft.account_name,
        account_masked=masked_account(draft.account_no[-TAIL_DIGITS:]),
        bank=draft.bank,
        amount_fen=draft.amount_fen,
        fund=draft.fund,
        area=area,
        purpose=draft.purpose,
        state=PayState.ORDERED,
        reason=None,
        note="",
        entry_id=entry_id,
        file_id=None,
        reissue_of=reissue_of,
        reissued_as=None,
        made_by=made_by,
        ordered_at=at,
        settled_on=None,
        changed_at=at,
    )


def _view(row: PayOrder, reissued_as: UUID | None) -> PayOrderView:
    return PayOrderView(
        id=row.pk,
        key=row.key,
        reference=row.reference,
        about=row.about,
        payee=SubjectRef.read(row.payee),
        payee_name=row.payee_name,
        account_name=row.account_name,
        account_masked=masked_account(row.account_tail),
        bank=row.bank,
        amount_fen=row.amount_fen,
        fund=row.fund,
        area=row.area,
        purpose=row.purpose,
        state=PayState(row.state),
        reason=ReturnReason(row.reason) if row.reason else None,
        note=row.note,
        entry_id=row.entry_id,
        file_id=row.file_id,
        reissue_of=row.reissue_of_id,
        reissued_as=reissued_as,
        made_by=row.made_by,
        ordered_at=row.created_at,
        settled_on=row.settled_on,
        changed_at=row.changed_at,
    )
