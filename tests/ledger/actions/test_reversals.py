"""Reversal by two persons, within one's own area."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from denghuo.ledger.access import EntryNotFoundError
from denghuo.ledger.actions.refusals import AlreadyReversedError, ReversalOfReversalError
from denghuo.ledger.actions.reversals import (
    ReasonMissingError,
    ReversalAskedError,
    ReversalDecidedError,
    SamePersonError,
    ask_reversal,
    confirm_reversal,
    decline_reversal,
    withdraw_reversal,
)
from denghuo.ledger.models import ReversalRequest
from denghuo.ledger.public import BelowFloorError, EntryView
from denghuo.ledger.queries.entries import entry_of
from denghuo.ledger.queries.reversals import (
    ReversalRequestNotFoundError,
    ReversalRequestView,
    open_requests,
    requests_about,
    reversal_request,
)
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import NotAllowedError
from tests.ledger.books import NOW, give, in_fund, open_books, spend, treasurer

pytestmark = pytest.mark.django_db
MAKER, CHECKER = treasurer(1), treasurer(2)


@pytest.fixture
def entry(db: None) -> EntryView:
    open_books(given_fen=1000)
    return spend(300)


def asked(entry: EntryView, reason: str = "付错了单位") -> ReversalRequestView:
    return ask_reversal(actor=MAKER, entry_id=entry.id, reason=reason, now=NOW)


def test_one_asks_another_confirms(entry: EntryView) -> None:
    request = asked(entry, "  付错了\n单位 ")
    assert (request.reason, request.state_name, in_fund()) == ("付错了 单位", "待复核", 700)
    assert open_requests(CHECKER) == (request,)
    mirror = confirm_reversal(actor=CHECKER, request_id=request.id, now=NOW)
    assert (mirror.reverses, mirror.memo, in_fund()) == (entry.id, "付错了 单位", 1000)
    assert open_requests(CHECKER) == ()
    (after,) = requests_about(entry.id)
    assert (after.state, after.asked_name, after.decided_name) == ("confirmed", "财务1", "财务2")
    said = AuditEntry.objects.filter(entity=f"ledger.Entry:{entry.id}").order_by("seq")
    assert list(said.values_list("action", flat=True)) == [
        "ledger.post",
        "ledger.ask_reversal",
        "ledger.confirm_reversal",
    ]
    with pytest.raises(ReversalDecidedError):
        confirm_reversal(actor=CHECKER, request_id=request.id, now=NOW)
    with pytest.raises(AlreadyReversedError):
        asked(entry)
    with pytest.raises(ReversalOfReversalError):
        asked(mirror)


def test_nobody_confirms_or_declines_their_own(entry: EntryView) -> None:
    request = asked(entry)
    with pytest.raises(SamePersonError):
        confirm_reversal(actor=MAKER, request_id=request.id, now=NOW)
    with pytest.raises(SamePersonError):
        decline_reversal(actor=MAKER, request_id=request.id, answer="不", now=NOW)
    # Nor by a SQL prompt.
    with pytest.raises(DatabaseError), transaction.atomic():
        ReversalRequest.objects.update(state="confirmed", decided_by=MAKER.label)
    assert in_fund() == 700


def test_declined_it_stays_and_may_be_asked_again(entry: EntryView) -> None:
    request = asked(entry)
    with pytest.raises(ReasonMissingError):
        decline_reversal(actor=CHECKER, request_id=request.id, answer=" ", now=NOW)
    declined = decline_reversal(actor=CHECKER, request_id=request.id, answer="没有付错", now=NOW)
    assert (declined.state, declined.answer, in_fund()) == ("declined", "没有付错", 700)
    assert asked(entry).state == "asked"


def test_only_the_asker_takes_it_back(entry: EntryView) -> None:
    request = asked(entry)
    with pytest.raises(ReversalRequestNotFoundError):
        withdraw_reversal(actor=CHECKER, request_id=request.id, now=NOW)
    assert withdraw_reversal(actor=MAKER, request_id=request.id, now=NOW).state == "withdrawn"


def test_one_request_at_a_time(entry: EntryView) -> None:
    asked(entry)
    with pytest.raises(ReversalAskedError):
        ask_reversal(actor=CHECKER, entry_id=entry.id, reason="我也看到了", now=NOW)


def test_a_refused_mirror_leaves_the_request_open(db: None) -> None:
    open_books()
    first = give(500)
    spend(400)
    request = asked(first)
    with pytest.raises(BelowFloorError):
        confirm_reversal(actor=CHECKER, request_id=request.id, now=NOW)
    assert reversal_request(CHECKER, request.id).state == "asked"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "\x07"])
def test_a_reason_is_words(entry: EntryView, reason: str) -> None:
    with pytest.raises(ReasonMissingError):
        asked(entry, reason)


def test_other_areas_and_other_roles(entry: EntryView) -> None:
    with pytest.raises(EntryNotFoundError):
        ask_reversal(actor=treasurer(3, area="150200"), entry_id=entry.id, reason="错", now=NOW)
    request = asked(entry)
    with pytest.raises(ReversalRequestNotFoundError):
        confirm_reversal(actor=treasurer(3, area="150200"), request_id=request.id, now=NOW)
    with pytest.raises(NotAllowedError):
        confirm_reversal(actor=treasurer(3, role="leader"), request_id=request.id, now=NOW)
    assert open_requests(treasurer(3, area="150200")) == ()
    mirror = confirm_reversal(actor=treasurer(3, area="15"), request_id=request.id, now=NOW)
    assert mirror.reverses == entry.id


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once(in_threads: Callable[..., list[object]]) -> None:
    open_books(given_fen=1000)
    request = asked(spend(300))
    found = in_threads(
        *[
            partial(confirm_reversal, actor=treasurer(n), request_id=request.id, now=NOW)
            for n in (2, 3, 4)
        ]
    )
    mirrors = [one for one in found if isinstance(one, EntryView)]
    assert len(mirrors) == 1
    assert sum(isinstance(one, ReversalDecidedError) for one in found) == 2, found
    assert entry_of(mirrors[0].id).reverses is not None
    assert in_fund() == 1000
