"""The check after payment, confirmed by somebody who is a reviewer and nothing else."""

from __future__ import annotations

import pytest

from denghuo.cases.models import Case
from denghuo.cases.public import confirm_audit, open_audit
from tests.cases import world as w

pytestmark = pytest.mark.django_db


def test_a_reviewer_confirms_and_the_case_is_over() -> None:
    w.fund()
    world = w.make_world()
    case = w.payable(world)
    Case.objects.filter(pk=case.id).update(state="paid", paid_fen=case.amount_fen)
    case = w.seen(world, case)
    case = open_audit(
        actor=world.office.officer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
    )
    third = w.staff("third", "reviewer")
    confirm_audit(actor=third, case_id=case.id, version=case.version, now=w.AFTER_NOTICE)
    assert Case.objects.get(pk=case.id).state == "closed"
