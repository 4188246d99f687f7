"""The year of cases in the seeded region: what must hold of every one of them."""

from __future__ import annotations

from django.db.models import F, Sum

from denghuo.cases.models import Case, Decision, Step
from denghuo.ledger.models import PayOrder
from denghuo.measures.models import ErrandCount
from tests.project.demo.conftest import NOW, Seeded


def test_there_are_cases_and_some_have_been_paid(seeded: Seeded) -> None:
    applied = Case.objects.filter(bulk_key__isnull=True)
    assert 0 < applied.count() <= seeded.summary["办件"]
    assert Case.objects.filter(paid_fen__gt=0).exists()


def test_nobody_checked_what_they_proposed(seeded: Seeded) -> None:
    assert Decision.objects.exists()
    for one in Decision.objects.filter(kind="first"):
        assert one.proposed_by != f"staff:{one.signed_by}"


def test_nothing_is_paid_beyond_what_was_granted(seeded: Seeded) -> None:
    assert not Case.objects.filter(paid_fen__gt=F("amount_fen")).exists()
    assert not Case.objects.filter(paid_fen__gt=F("ordered_fen")).exists()


def test_cases_and_orders_say_the_same_sum(seeded: Seeded) -> None:
    told = Case.objects.aggregate(fen=Sum("paid_fen"))["fen"]
    assert told == PayOrder.objects.filter(state="paid").aggregate(fen=Sum("amount_fen"))["fen"]


def test_steps_have_no_gap_and_lie_in_the_past(seeded: Seeded) -> None:
    for case in Case.objects.all():
        steps = list(Step.objects.filter(case=case).order_by("seq").values_list("seq", "at"))
        assert [seq for seq, _ in steps] == list(range(1, case.version + 1))
        assert [at for _, at in steps] == sorted(at for _, at in steps)
        assert steps[-1][1] <= NOW


def test_every_decided_case_has_its_errands_counted(seeded: Seeded) -> None:
    decided = set(Case.objects.filter(decision__isnull=False).values_list("pk", flat=True))
    assert set(ErrandCount.objects.values_list("case", flat=True)) == decided
