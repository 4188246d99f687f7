"""Invariants 3, 4 and 13: three hands, one asking, and somebody else's hand by mandate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.accepting import NothingAskedError, SecondRoundError
from denghuo.cases.actions.desk import assign, declare_relation, end_relation
from denghuo.cases.actions.reviewing import send_back
from denghuo.cases.actions.turns import CaseChangedError, NoteNeededError
from denghuo.cases.logic.signing import RelatedHandError, ResultDiffersError, ThirdSignNeededError
from denghuo.cases.models import CorrectionItem, Decision
from denghuo.cases.public import (
    CaseView,
    HandNotAllowedError,
    Lacking,
    MoveNotPossibleError,
    SameHandError,
    State,
    Supplied,
    accept,
    answer_correction,
    ask_for_correction,
    decide,
    open_case,
    propose,
    start_review,
    verify,
    withdraw,
)
from denghuo.people.public import NoMandateError
from denghuo.platform.models.messages import Message
from denghuo.platform.public import Actor
from tests.cases import world as w

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]


def sign(case: CaseView, actor: Actor, result: str = "approved") -> CaseView:
    return decide(
        actor=actor,
        case_id=case.id,
        version=case.version,
        result="approved" if result == "approved" else "refused",
        now=w.NOW,
    )


def test_invariant_3_the_maker_does_not_check() -> None:
    world = w.make_world()
    maker = w.staff("both", "officer", "reviewer")
    case = w.accepted(world)
    case = start_review(actor=maker, case_id=case.id, version=case.version, now=w.NOW)
    case = verify(actor=maker, case_id=case.id, version=case.version, now=w.NOW)
    case = propose(actor=maker, case_id=case.id, version=case.version, result="approved", now=w.NOW)
    with pytest.raises(SameHandError):
        sign(case, maker)
    with pytest.raises(SameHandError):
        send_back(actor=maker, case_id=case.id, version=case.version, note="改", now=w.NOW)
    assert sign(case, world.office.reviewer).state is State.APPROVED


def test_invariant_3_an_officer_does_not_decide_at_all() -> None:
    world = w.make_world()
    case = w.proposed(world)
    with pytest.raises(HandNotAllowedError):
        sign(case, w.staff("another", "officer"))


def test_invariant_3_nor_does_anybody_in_a_declared_relation() -> None:
    world = w.make_world()
    case = w.proposed(world)
    declare_relation(actor=world.office.reviewer, subject=world.subject, relation="kin", now=w.NOW)
    with pytest.raises(RelatedHandError, match="近亲属"):
        sign(case, world.office.reviewer)
    with pytest.raises(CaseNotFoundError):
        end_of_own(world.office.reviewer)
    assert sign(case, world.office.second).state is State.APPROVED


def end_of_own(actor: Actor) -> None:
    from denghuo.cases.models import Recusal  # noqa: PLC0415

    assert actor.staff_id is not None
    row = Recusal.objects.get(staff_id=actor.staff_id)
    end_relation(
        actor=replace(actor, roles=actor.roles | {"supervisor"}), recusal_id=row.pk, now=w.NOW
    )


def test_invariant_3_a_recused_officer_cannot_become_the_owner() -> None:
    world = w.make_world()
    case = w.accepted(world)
    officer = world.office.officer
    case = assign(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    declare_relation(actor=officer, subject=world.subject, relation="spouse", now=w.NOW)
    assert w.row(case).owner_id is None
    with pytest.raises(RelatedHandError):
        assign(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    with pytest.raises(RelatedHandError):
        start_review(actor=officer, case_id=case.id, version=case.version, now=w.NOW)


def test_invariant_3_above_the_sum_a_third_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    world = w.make_world()
    case = w.proposed(world)
    lower_the_limit(monkeypatch, 100_000)
    case = sign(case, world.office.reviewer)
    assert case.state is State.PROPOSED
    assert not Decision.objects.exists()
    with pytest.raises(SameHandError):
        sign(case, w.as_other(world.office.reviewer, roles=("reviewer", "supervisor")))
    with pytest.raises(ThirdSignNeededError):
        sign(case, world.office.second)
    case = sign(case, world.office.supervisor)
    decision = Decision.objects.get()
    assert case.state is State.APPROVED
    assert decision.signed_by == world.office.reviewer.staff_id
    assert decision.second_by == world.office.supervisor.staff_id


def lower_the_limit(monkeypatch: pytest.MonkeyPatch, fen: int) -> None:
    from denghuo.cases.logic.items import Basis, ThirdSign  # noqa: PLC0415
    from denghuo.cases.queries import items as shipped  # noqa: PLC0415

    item = replace(shipped.service_item(w.SKILL), third_sign=ThirdSign(fen, Basis("试", "assumed")))
    monkeypatch.setattr(shipped, "items", lambda: {w.SKILL: item})


def test_invariant_3_a_checker_agrees_or_sends_back_and_never_turns_it_round() -> None:
    world = w.make_world()
    case = w.proposed(world)
    with pytest.raises(ResultDiffersError):
        sign(case, world.office.reviewer, "refused")
    case = send_back(
        actor=world.office.reviewer,
        case_id=case.id,
        version=case.version,
        note="证书等级再看一下",
        now=w.NOW,
    )
    assert case.state is State.IN_REVIEW


@pytest.mark.django_db(transaction=True)
def test_invariant_3_two_signers_at_once_leave_one_decision(in_threads: InThreads) -> None:
    world = w.make_world()
    case = w.proposed(world)
    results = in_threads(
        lambda: sign(case, world.office.reviewer), lambda: sign(case, world.office.second)
    )
    assert sorted(type(one).__name__ for one in results) == ["CaseChangedError", "CaseView"]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_invariant_3_approved_while_withdrawn_is_one_or_the_other(in_threads: InThreads) -> None:
    world = w.make_world()
    case = w.proposed(world)
    results = in_threads(
        lambda: sign(case, world.office.reviewer),
        lambda: withdraw(actor=world.applicant, case_id=case.id, version=case.version, now=w.NOW),
    )
    assert sorted(type(one).__name__ for one in results) == ["CaseChangedError", "CaseView"]
    state = w.row(case).state
    assert state in {State.APPROVED, State.WITHDRAWN}
    assert Decision.objects.exists() == (state == State.APPROVED)


@pytest.mark.django_db(transaction=True)
def test_two_officers_save_at_once_and_the_second_reads_who_was_first(
    in_threads: InThreads,
) -> None:
    world = w.make_world()
    case = w.opened(world)
    results = in_threads(
        lambda: accept(
            actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW
        ),
        lambda: ask(world, case),
    )
    (changed,) = [one for one in results if isinstance(one, CaseChangedError)]
    assert "娜仁" in changed.sentence
    assert w.row(case).version == case.version + 1


def test_a_double_click_changes_nothing_and_gets_the_case() -> None:
    world = w.make_world()
    case = w.opened(world)
    once = accept(actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    twice = accept(actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    assert once == twice
    with pytest.raises(CaseChangedError):
        accept(actor=world.office.second, case_id=case.id, version=case.version, now=w.NOW)


def ask(world: w.World, case: CaseView, *words: str, actor: Actor | None = None) -> CaseView:
    return ask_for_correction(
        actor=actor or world.office.officer,
        case_id=case.id,
        version=case.version,
        items=[Lacking(one) for one in words or ("社保卡照片",)],
        note="原来的看不清",
        now=w.NOW,
    )


def answer(world: w.World, case: CaseView, count: int) -> CaseView:
    waiting = CorrectionItem.objects.filter(
        round__case_id=case.id, answered_at__isnull=True
    ).order_by("position")
    return answer_correction(
        actor=world.applicant,
        case_id=case.id,
        version=case.version,
        answers=[Supplied(one.pk, "已补") for one in waiting[:count]],
        now=w.NOW,
    )


def test_invariant_4_everything_missing_is_asked_for_once_and_answered_in_parts() -> None:
    world = w.make_world()
    case = ask(world, w.opened(world), "一", "二", "三")
    assert case.state is State.INCOMPLETE
    case = answer(world, case, 2)
    assert case.state is State.INCOMPLETE
    assert case.due_on is None
    case = answer(world, case, 1)
    assert case.state is State.ACCEPTED
    assert case.due_on is not None


def test_invariant_4_a_second_round_needs_a_supervisor_who_says_why() -> None:
    world = w.make_world()
    case = answer(world, ask(world, w.opened(world)), 1)
    with pytest.raises(SecondRoundError):
        ask(world, case, "又一样")
    case = ask(world, case, "又一样", actor=world.office.supervisor)
    assert case.state is State.INCOMPLETE
    with pytest.raises(MoveNotPossibleError):
        ask(world, case, "同时再要", actor=world.office.supervisor)


def test_invariant_4_an_asking_says_what() -> None:
    world = w.make_world()
    case = w.opened(world)
    for words in ([" "], [str(n) for n in range(21)]):
        with pytest.raises(NothingAskedError):
            ask(world, case, *words)


def test_invariant_13_nobody_acts_for_another_without_a_mandate() -> None:
    world = w.make_world()
    station = w.staff("station", "station")
    with pytest.raises(NoMandateError):
        open_case(actor=station, item=w.SKILL, subject=world.subject, period="A1", now=w.NOW)
    stranger = w.make_world().applicant
    with pytest.raises(NoMandateError):
        open_case(actor=stranger, item=w.SKILL, subject=world.subject, period="A1", now=w.NOW)
    case = w.opened(world)
    for actor in (station, stranger):
        with pytest.raises(CaseNotFoundError):
            withdraw(actor=actor, case_id=case.id, version=case.version, now=w.NOW)
    with pytest.raises(NoMandateError):
        withdraw(actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW)


def test_invariant_13_the_person_gets_a_message_on_each_step() -> None:
    world = w.make_world()
    w.fund()
    w.payable(world)
    kinds = set(Message.objects.filter(to=str(world.subject)).values_list("kind", flat=True))
    assert {"cases.submitted", "cases.accepted", "cases.approved", "cases.published"} <= kinds


def test_invariant_3_who_looked_and_who_proposed_are_makers_both() -> None:
    """Two people made it: neither may check, each for their own part."""
    world = w.make_world()
    looked, proposing = (w.staff("both", "officer", "reviewer") for _ in range(2))
    case = w.accepted(world)
    case = start_review(actor=looked, case_id=case.id, version=case.version, now=w.NOW)
    case = verify(actor=looked, case_id=case.id, version=case.version, now=w.NOW)
    case = propose(
        actor=proposing, case_id=case.id, version=case.version, result="approved", now=w.NOW
    )
    for maker in (looked, proposing):
        with pytest.raises(SameHandError):
            sign(case, maker)
        with pytest.raises(SameHandError):
            send_back(actor=maker, case_id=case.id, version=case.version, note="改", now=w.NOW)
    assert sign(case, world.office.reviewer).state is State.APPROVED


def test_invariant_3_the_related_neither_look_into_it_nor_propose() -> None:
    """A relation declared half way through keeps away from every step that is left."""
    world = w.make_world()
    officer, second = world.office.officer, world.office.second
    case = w.accepted(world)
    case = start_review(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    declare_relation(actor=officer, subject=world.subject, relation="kin", now=w.NOW)
    with pytest.raises(RelatedHandError):
        verify(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    case = verify(actor=second, case_id=case.id, version=case.version, now=w.NOW)
    with pytest.raises(RelatedHandError):
        propose(actor=officer, case_id=case.id, version=case.version, result="approved", now=w.NOW)
    assert w.row(case).proposed_by == ""


def test_invariant_4_even_a_supervisor_says_why_it_is_asked_again() -> None:
    world = w.make_world()
    case = answer(world, ask(world, w.opened(world)), 1)
    with pytest.raises(NoteNeededError):
        ask_for_correction(
            actor=world.office.supervisor,
            case_id=case.id,
            version=case.version,
            items=[Lacking("又一样")],
            note=" ",
            now=w.NOW,
        )
    assert w.row(case).state == State.ACCEPTED
