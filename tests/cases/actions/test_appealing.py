"""An appeal's answer: as many signatures as its sum needs, and claims that end with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from denghuo.cases.actions.claims import ClaimAppealedError
from denghuo.cases.actions.pending import (
    ChangePendingError,
    NothingPendingError,
    return_change,
)
from denghuo.cases.logic.items import Basis, ThirdSign
from denghuo.cases.logic.signing import ResultDiffersError, ThirdSignNeededError
from denghuo.cases.models import Appeal, Case, CaseFact, Decision, PendingDecision, Snapshot
from denghuo.cases.public import (
    CaseView,
    FactsChangedError,
    HandNotAllowedError,
    SameHandError,
    State,
    appeal,
    close_case,
    decide_appeal,
    open_audit,
    recover,
)
from denghuo.cases.queries import items as shipped
from denghuo.cases.queries.snapshots import is_whole
from denghuo.platform.models.messages import Message
from denghuo.platform.public import Actor
from tests.cases import world as w
from tests.cases.test_invariants_money import paid_case

pytestmark = pytest.mark.django_db
LATER = w.NOW + timedelta(days=2)


def limit(monkeypatch: pytest.MonkeyPatch, fen: int) -> None:
    """Above this sum a third signs."""
    item = replace(shipped.service_item(w.SKILL), third_sign=ThirdSign(fen, Basis("试", "assumed")))
    known = {**shipped.items(), w.SKILL: item}
    monkeypatch.setattr(shipped, "items", lambda: known)


def appealed(world: w.World) -> CaseView:
    """Refused for its date; the register was wrong, and is put right after the appeal."""
    case = w.decided(world, result="refused")
    case = appeal(
        actor=world.applicant, case_id=case.id, version=case.version, words="日期错了", now=w.NOW
    )
    w.tell(world.subject, {"certificate_on": "2025-06-10"}, now=w.NOW + timedelta(days=1))
    return case


def late_world() -> w.World:
    return w.make_world(certificate_on="2024-08-31")


def answer(case: CaseView, actor: Actor, *, changed: bool = True) -> CaseView:
    return decide_appeal(
        actor=actor,
        case_id=case.id,
        version=case.version,
        changed=changed,
        answer="核对过了",
        now=LATER,
    )


def back(case: CaseView, actor: Actor) -> CaseView:
    return return_change(
        actor=actor, case_id=case.id, version=case.version, note="再查一下", now=LATER
    )


def test_invariant_3_above_the_sum_an_appeal_takes_two_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = late_world()
    case = appealed(world)
    limit(monkeypatch, 149_999)
    case = answer(case, world.office.supervisor)
    assert (case.state, case.amount_fen) == (State.APPEALED, 0)
    assert Decision.objects.count() == 1
    assert Appeal.objects.get().state == "open"
    with pytest.raises(SameHandError):
        answer(case, world.office.supervisor)
    with pytest.raises(ThirdSignNeededError):
        answer(case, world.office.second)
    case = answer(case, world.office.leader)
    assert (case.state, case.amount_fen) == (State.CHANGED, 150_000)
    made = Decision.objects.get(round=2)
    assert made.signed_by == world.office.supervisor.staff_id
    assert made.second_by == world.office.leader.staff_id
    assert is_whole(made.snapshot)
    assert PendingDecision.objects.get().state == "signed"


def test_at_the_sum_one_supervisor_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    world = late_world()
    case = appealed(world)
    limit(monkeypatch, 150_000)
    assert answer(case, world.office.supervisor).state is State.CHANGED
    assert not PendingDecision.objects.exists()


def test_a_reviewer_may_sign_first_and_never_last_nor_one_who_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = late_world()
    case = appealed(world)
    with pytest.raises(HandNotAllowedError):
        answer(case, world.office.second)
    limit(monkeypatch, 1)
    for hand in (world.office.reviewer, world.office.officer):
        with pytest.raises(SameHandError):
            answer(case, hand)
    with pytest.raises(HandNotAllowedError):
        answer(case, w.staff("only", "officer"))
    case = answer(case, world.office.second)
    assert case.state is State.APPEALED
    assert answer(case, world.office.supervisor).state is State.CHANGED


def test_what_three_signed_for_is_not_undone_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 10**9)
    world = w.make_world()
    case = w.decided(world)
    case = appeal(
        actor=world.office.second,
        case_id=case.id,
        version=case.version,
        words="证书有疑问",
        kind="review",
        now=w.NOW,
    )
    w.tell(world.subject, {"has_skill_certificate": False}, now=w.NOW + timedelta(days=1))
    limit(monkeypatch, 149_999)
    told = {"case_id": case.id, "changed": True, "answer": "查不到", "now": LATER}
    case = decide_appeal(
        actor=world.office.supervisor,
        version=case.version,
        result="refused",
        **told,  # type: ignore[arg-type]
    )
    assert (case.state, case.amount_fen) == (State.APPEALED, 150_000)
    case = decide_appeal(
        actor=world.office.leader,
        version=case.version,
        result="refused",
        **told,  # type: ignore[arg-type]
    )
    assert (case.amount_fen, Decision.objects.get(round=2).reasons_count) == (0, 1)


def test_the_last_signs_what_the_first_saw_or_sends_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = late_world()
    case = appealed(world)
    limit(monkeypatch, 1)
    with pytest.raises(NothingPendingError):
        back(case, world.office.leader)
    case = answer(case, world.office.supervisor)
    with pytest.raises(ChangePendingError):
        answer(case, world.office.leader, changed=False)
    w.tell(world.subject, {"certificate_level": "level_3"}, now=LATER)
    with pytest.raises(ResultDiffersError, match=r"1,?500"):
        answer(case, world.office.leader)
    with pytest.raises(SameHandError):
        back(case, world.office.supervisor)
    with pytest.raises(SameHandError):
        back(case, world.office.reviewer)
    case = back(case, world.office.leader)
    assert (case.state, PendingDecision.objects.get().state) == (State.APPEALED, "returned")
    case = answer(case, world.office.supervisor)
    assert answer(case, world.office.leader).amount_fen == 200_000
    assert Snapshot.objects.count() == 3


def test_grounds_that_changed_without_the_sum_are_not_signed_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = late_world()
    case = appealed(world)
    limit(monkeypatch, 1)
    case = answer(case, world.office.supervisor)
    w.tell(world.subject, {"person_insured_months": 40}, now=LATER)
    with pytest.raises(FactsChangedError):
        answer(case, world.office.leader)


def clawed_back(world: w.World, fen: int = 50_000) -> CaseView:
    """Paid 1,500; 500 asked back by a case of its own; closed; appealed against."""
    w.fund()
    case = paid_case(world)
    now = w.AFTER_NOTICE
    case = open_audit(actor=world.office.officer, case_id=case.id, version=case.version, now=now)
    case = recover(
        actor=world.office.supervisor,
        case_id=case.id,
        version=case.version,
        amount_fen=fen,
        note="多发",
        now=now,
    )
    case = close_case(actor=world.office.officer, case_id=case.id, version=case.version, now=now)
    return appeal(
        actor=world.applicant, case_id=case.id, version=case.version, words="没有多发", now=now
    )


def claim(about: CaseView) -> Case:
    return Case.objects.get(item="claw-back-person", about=about.id)


def raised_again(world: w.World, case: CaseView) -> CaseView:
    return decide_appeal(
        actor=world.office.leader,
        case_id=case.id,
        version=case.version,
        changed=True,
        answer="证书是真的",
        now=w.AFTER_NOTICE + timedelta(days=1),
    )


def test_an_appeal_that_grants_the_money_again_ends_the_claim_for_it() -> None:
    world = w.make_world()
    case = raised_again(world, clawed_back(world))
    assert (case.state, case.amount_fen, case.recover_fen) == (State.CLOSED, 150_000, 0)
    ended = claim(case)
    assert (ended.state, ended.in_work, ended.holds_place) == ("withdrawn", False, False)
    assert ended.clear_on is not None
    assert Message.objects.filter(kind="cases.claim_dropped").count() == 1
    said = Message.objects.get(kind="cases.appeal_decided")
    assert ended.number in said.body


def test_a_claim_already_agreed_to_ends_too_and_one_that_has_run_its_course_stays() -> None:
    world = w.make_world()
    case = clawed_back(world)
    Case.objects.filter(pk=claim(case).pk).update(state="approved")
    raised_again(world, case)
    assert claim(case).state == "withdrawn"
    other = w.make_world()
    case = clawed_back(other)
    Case.objects.filter(pk=claim(case).pk).update(state="closed")
    case = raised_again(other, case)
    assert (claim(case).state, case.amount_fen, case.recover_fen) == ("closed", 150_000, 50_000)
    said = Message.objects.filter(kind="cases.appeal_decided", to=str(other.subject)).get()
    assert "已经退回来的，我们会还给您" in said.body


def test_only_what_is_owed_is_still_asked_for() -> None:
    """Level 5 is worth 1,000: of 700 asked back, 500 remain owed."""
    world = w.make_world()
    case = clawed_back(world, fen=70_000)
    w.tell(world.subject, {"certificate_level": "level_5"}, now=w.AFTER_NOTICE)
    first = claim(case).number
    case = raised_again(world, case)
    assert (case.amount_fen, case.recover_fen) == (100_000, 50_000)
    asks = Case.objects.get(item="claw-back-person", state="submitted")
    assert asks.number != first
    assert CaseFact.objects.get(case=asks).value == 50_000


def test_a_claim_that_is_appealed_itself_is_answered_first() -> None:
    world = w.make_world()
    case = clawed_back(world)
    Case.objects.filter(pk=claim(case).pk).update(state="appealed")
    with pytest.raises(ClaimAppealedError):
        raised_again(world, case)
    assert w.row(case).amount_fen == 100_000
