"""A season is killed at many places of every step; nothing is doubled and nothing lost."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from denghuo.benefits.actions import season_sweeping
from denghuo.benefits.actions.seasons import (
    announce_season,
    pay_season,
    sign_season,
    start_season,
)
from denghuo.benefits.models import Proposal, SampleCheck, Season
from denghuo.benefits.queries.season_figures import CountSum, figures_of
from denghuo.cases.logic.numbers import CaseNumber
from denghuo.cases.models import Case, CasePayment, Decision, Step
from denghuo.ledger.models import PayOrder
from denghuo.ledger.public import balance
from denghuo.platform.public import mark_as_demo
from tests.benefits import season_world as w
from tests.elsewhere import start

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("season_to_kill.py")
PATIENCE_SECONDS = 120
FIRMS = 8
# Where each step dies: the function, which call of it, before or after it has run.
PLACES: dict[str, list[tuple[str, int, str]]] = {
    "sweeping": [("_keep", 2, "before"), ("_proposals", 2, "after"), ("enter", 1, "after")],
    "opening": [("open_cases_in_bulk", 2, "after"), ("progress", 2, "before")],
    "signing": [("approve_in_bulk", 2, "after")],
    "announcing": [("publish_in_bulk", 1, "after"), ("enter", 1, "before")],
    "paying": [
        ("make_payable_in_bulk", 1, "before"),
        ("make_payable_in_bulk", 2, "after"),
        ("place_holds", 1, "after"),
    ],
}


@pytest.fixture(autouse=True)
def _small(data_dir: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows at a time, so that every step has several chunks."""
    monkeypatch.setattr(season_sweeping, "ROWS_PER_CHUNK", 3)
    mark_as_demo(at=w.NOW)


def killed(made: w.SeasonWorld, place: tuple[str, int, str], now: datetime) -> None:
    """Do the present step in a process of its own that dies at the place."""
    name, at, when = place
    worker = start(SCRIPT, str(made.season), name, str(at), when, now.isoformat())
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == -signal.SIGKILL


def survive(made: w.SeasonWorld, state: str, now: datetime = w.NOW) -> None:
    """Killed at every place of the step, one after the other, then let go on to its end."""
    assert made.row.state == state
    for place in PLACES[state]:
        killed(made, place, now)
        assert made.row.state == state
        nothing_is_doubled(made)
    w.work(made, now=now)


def nothing_is_doubled(made: w.SeasonWorld) -> None:
    """At any instant: one live case, one decision, one order for each subject; the fund has paid
    out exactly what was ordered."""
    assert not _repeated(Proposal.objects.filter(season_id=made.season), "entity")
    assert not _repeated(Case.objects.filter(holds_place=True), "subject_id")
    assert not _repeated(Decision.objects.all(), "case_id")
    assert not _repeated(PayOrder.objects.all(), "about")
    serials = sorted(CaseNumber.read(one).serial for one in _numbers())
    assert serials == list(range(1, len(serials) + 1))
    for case in Case.objects.filter(bulk_key=made.key):
        assert Step.objects.filter(case=case).count() == case.version
    ordered = PayOrder.objects.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    assert 10**12 - balance(w.FUND).balance_fen == ordered
    assert CasePayment.objects.count() == PayOrder.objects.count()


def _repeated(rows: object, field: str) -> bool:
    found = rows.values(field).annotate(n=Count("pk")).filter(n__gt=1)  # type: ignore[attr-defined]
    return bool(found.exists())


def _numbers() -> list[str]:
    return list(Case.objects.values_list("number", flat=True))


def test_a_season_killed_at_every_step_pays_everybody_once() -> None:
    made = w.make_world([w.GOOD] * FIRMS)
    go: list[tuple[str, Callable[[], object]]] = [
        (
            "sweeping",
            lambda: start_season(actor=made.officer, season_id=made.season, now=w.NOW),
        ),
        ("opening", lambda: w.judged(made)),
        ("signing", lambda: sign_season(actor=made.signer, season_id=made.season, now=w.NOW)),
        (
            "announcing",
            lambda: announce_season(actor=made.officer, season_id=made.season, now=w.NOW),
        ),
    ]
    for state, step in go:
        step()
        survive(made, state)
    assert w.confirm_all(made) == FIRMS
    assert w.confirm_all(made) == 0
    pay_season(actor=made.officer, season_id=made.season, now=w.AFTER_NOTICE)
    survive(made, "paying", w.AFTER_NOTICE)
    assert made.row.state == "paid_out"
    w.bank(made)
    nothing_is_doubled(made)
    figures = figures_of(made.row)
    whole = CountSum(FIRMS, FIRMS * w.REFUND_FEN)
    assert (figures.proposed, figures.paid, figures.agrees) == (whole, whole, True)
    # Σ ledger = Σ paid = Σ what the bank said it paid.
    paid = PayOrder.objects.filter(state="paid").aggregate(fen=Sum("amount_fen"))["fen"]
    assert 10**12 - balance(w.FUND).balance_fen == paid == figures.paid_fen
    assert SampleCheck.objects.count() == FIRMS
    assert Season.objects.get().counts["approved"] == FIRMS
