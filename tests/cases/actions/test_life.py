"""A case from submitted to paid and closed, and every way out in between."""

from __future__ import annotations

import pytest

from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.models import CasePayment, Decision, Snapshot, Step
from denghuo.cases.public import State
from denghuo.cases.queries.snapshots import is_whole
from tests.cases import world as w

pytestmark = pytest.mark.django_db


def test_from_submitted_to_ordered() -> None:
    w.fund()
    world = w.make_world()
    case = w.payable(world)
    assert case.state is State.PAYABLE
    assert (case.amount_fen, case.ordered_fen, case.paid_fen) == (150_000, 150_000, 0)
    assert CasePayment.objects.get(case_id=case.id).state == "ordered"
    decision = Decision.objects.get(case_id=case.id)
    assert decision.amount_fen == 150_000
    assert is_whole(decision.snapshot)
    assert decision.snapshot.rule_version
    kinds = list(
        Step.objects.filter(case_id=case.id).order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == [
        "submit", "accept", "start_review", "verify", "propose", "approve", "account", "publish",
        "make_payable", "order",
    ]  # fmt: skip
    assert set(kinds) <= set(STEP_WORDS)
    assert Snapshot.objects.count() == 1
