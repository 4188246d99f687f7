"""Invariants 7 to 11: frozen grounds, reasons with facts, a human's sign, look-ups, disputes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from denghuo.cases.actions.turns import CaseChangedError
from denghuo.cases.logic.appeals import AppealTooLateError, NothingToAppealError, SecondAppealError
from denghuo.cases.logic.reasons import (
    AgainstRuleError,
    AmountByRuleError,
    AmountNeededError,
    DisputedFactError,
    ReasonNeededError,
    StillUnknownError,
)
from denghuo.cases.models import Case, Decision, Snapshot, Step
from denghuo.cases.public import (
    CaseView,
    FactsChangedError,
    HandNotAllowedError,
    Judged,
    MoveNotPossibleError,
    SameHandError,
    State,
    ToldFact,
    accept,
    appeal,
    decide,
    decide_appeal,
    open_cases_in_bulk,
    propose,
    start_review,
    verify,
)
from denghuo.cases.queries.case_file import decisions_of
from denghuo.cases.queries.snapshots import evidence_of, is_whole
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, Actor, look_ups_of
from denghuo.policy.public import dispute_fact
from tests.cases import world as w
from tests.cases.seasons import new_cases

pytestmark = pytest.mark.django_db


def test_invariant_7_a_decision_cannot_be_edited_or_deleted() -> None:
    world = w.make_world()
    case = w.decided(world)
    decision = Decision.objects.get(case_id=case.id)
    for table in (Decision, Snapshot, Step):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(case_id=case.id)
    decision.amount_fen = 1
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.save()


def test_invariant_7_facts_and_rule_are_those_of_the_day_and_stay_so() -> None:
    world = w.make_world()
    case = w.decided(world)
    snapshot = Decision.objects.get(case_id=case.id).snapshot
    frozen = evidence_of(snapshot)
    assert frozen.rule_version
    assert len(frozen.policy_digest) == 64
    level = next(fact for fact in frozen.facts if fact.name == "certificate_level")
    assert (level.value, level.source, level.observed_on) == ("level_4", "社会保险登记", w.TODAY)
    # The office corrects its register afterwards: the decision does not notice.
    w.tell(world.subject, {"certificate_level": "level_5"}, now=w.NOW + timedelta(days=1))
    assert evidence_of(Snapshot.objects.get(pk=snapshot.pk)) == frozen
    assert is_whole(snapshot)


def test_invariant_7_a_snapshot_that_was_tampered_with_shows() -> None:
    world = w.make_world()
    w.decided(world)
    row = Snapshot.objects.get()
    row.facts = row.facts.replace("level_4", "level_3")
    assert not is_whole(row)


def test_invariant_7_what_changed_since_the_proposal_is_not_signed() -> None:
    world = w.make_world()
    case = w.proposed(world)
    w.tell(world.subject, {"certificate_level": "level_3"}, now=w.NOW + timedelta(hours=1))
    with pytest.raises(FactsChangedError):
        sign(world, case)


def test_invariant_7_a_decided_case_is_not_worked_on_again() -> None:
    world = w.make_world()
    case = w.decided(world)
    officer = world.office.officer
    with pytest.raises(MoveNotPossibleError):
        verify(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    with pytest.raises(MoveNotPossibleError):
        propose(actor=officer, case_id=case.id, version=case.version, result="refused", now=w.NOW)


def sign(world: w.World, case: CaseView, result: str = "approved") -> CaseView:
    return decide(
        actor=world.office.reviewer,
        case_id=case.id,
        version=case.version,
        result="approved" if result == "approved" else "refused",
        now=w.NOW,
    )


def refuse(world: w.World) -> CaseView:
    return w.decided(world, result="refused")


def test_invariant_8_a_refusal_points_to_condition_fact_source_and_door() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = refuse(world)
    decision = Decision.objects.get(case_id=case.id)
    (reason,) = [one for one in decisions_of(w.row(case))[0].reasons if "asked" in one.condition]
    assert reason.code == "condition:asked_in_time"
    assert reason.basis
    (fact,) = [one for one in reason.facts if one.name == "certificate_on"]
    assert (fact.value, fact.source, fact.observed_on) == (
        "2024-08-31",
        "社会保险登记",
        w.TODAY,
    )
    assert decision.appeal_until == w.TODAY + timedelta(days=60)


def test_invariant_8_the_database_takes_no_refusal_without_a_reason() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = refuse(world)
    decision = Decision.objects.get(case_id=case.id)
    decision.pk, decision.round, decision.reasons_count = None, 2, 0
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.save(force_insert=True)


def test_invariant_8_without_a_rule_the_person_who_judges_names_them_too() -> None:
    # Of certificates of 2026 no rule was found: a person decides, never last year's rule.
    world = w.make_world(certificate_on="2026-01-10")
    case = w.verified(world)
    officer = world.office.officer
    told = {"actor": officer, "case_id": case.id, "version": case.version, "now": w.NOW}
    with pytest.raises(ReasonNeededError):
        propose(**told, result="refused")  # type: ignore[arg-type]
    with pytest.raises(AmountNeededError):
        propose(**told, result="approved")  # type: ignore[arg-type]
    judged = Judged(
        "证书有效", "证书查不到。", "人社部发〔2025〕18号", "证书编号", "查无", "证书库"
    )
    case = propose(**told, result="refused", judged=judged)  # type: ignore[arg-type]
    case = sign(world, case, "refused")
    (reason,) = decisions_of(w.row(case))[0].reasons
    assert (reason.code, reason.facts[0].source) == ("judged", "证书库")


def test_invariant_9_an_automatic_result_is_a_proposal_until_a_human_signs() -> None:
    office = w.make_office(w.HOHHOT)
    opened = open_cases_in_bulk(actor=SYSTEM, item=w.REFUND, key="s", rows=new_cases(1), now=w.NOW)
    row = Case.objects.get(pk=opened.cases[0])
    assert row.state == State.PROPOSED
    assert not Decision.objects.exists()
    for actor in (SYSTEM, office.officer):
        with pytest.raises(HandNotAllowedError):
            decide(actor=actor, case_id=row.pk, version=row.version, result="approved", now=w.NOW)
    assert not Decision.objects.exists()
    world = w.make_world()
    case = w.verified(world)
    with pytest.raises(HandNotAllowedError):
        propose(actor=SYSTEM, case_id=case.id, version=case.version, result="approved", now=w.NOW)


def test_the_result_and_the_amount_are_the_rules() -> None:
    world = w.make_world()
    case = w.verified(world)
    told = {
        "actor": world.office.officer,
        "case_id": case.id,
        "version": case.version,
        "now": w.NOW,
    }
    with pytest.raises(AgainstRuleError):
        propose(**told, result="refused")  # type: ignore[arg-type]
    with pytest.raises(AmountByRuleError):
        propose(**told, result="approved", amount_fen=150_001)  # type: ignore[arg-type]
    poor = w.make_world({"has_skill_certificate": True})
    case = w.verified(poor)
    with pytest.raises(StillUnknownError):
        propose(
            actor=poor.office.officer,
            case_id=case.id,
            version=case.version,
            result="approved",
            now=w.NOW,
        )


def test_what_an_officer_saw_in_papers_fills_what_no_office_knows() -> None:
    facts = {name: value for name, value in w.ENTITLED.items() if name != "certificate_level"}
    world = w.make_world(facts)
    case = w.accepted(world)
    officer = world.office.officer
    case = start_review(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    case = verify(
        actor=officer,
        case_id=case.id,
        version=case.version,
        facts=[ToldFact("certificate_level", "level_3", "document", "证书原件", w.TODAY)],
        now=w.NOW,
    )
    case = propose(
        actor=officer, case_id=case.id, version=case.version, result="approved", now=w.NOW
    )
    assert w.row(case).proposed_fen == 200_000


def test_invariant_10_every_look_names_item_basis_and_purpose_and_can_be_read() -> None:
    world = w.make_world()
    w.decided(world)
    looks = look_ups_of(world.subject).entries
    assert len(looks) == 3  # verified, proposed, signed
    for look in looks:
        assert "certificate_level" in look.what
        assert "技能提升补贴" in look.purpose
        assert "人社部发〔2025〕18号" in look.purpose
        assert look.actor.startswith("staff:")


def dispute(world: w.World, name: str) -> None:
    dispute_fact(
        actor=world.applicant,
        subject=world.subject,
        name=name,
        claimed_value="",
        note="不对",
        now=w.NOW,
    )


def test_invariant_11_a_disputed_fact_cannot_alone_refuse() -> None:
    world = w.make_world(person_insured_months=9)
    dispute(world, "person_insured_months")
    case = w.verified(world)
    with pytest.raises(DisputedFactError, match="缴费月数"):
        propose(
            actor=world.office.officer,
            case_id=case.id,
            version=case.version,
            result="refused",
            now=w.NOW,
        )


def test_invariant_11_disputed_after_the_proposal_is_not_signed_either() -> None:
    world = w.make_world(person_insured_months=9)
    case = w.proposed(world, result="refused")
    dispute(world, "person_insured_months")
    with pytest.raises(FactsChangedError):
        sign(world, case, "refused")


def ask_again(world: w.World, case: CaseView, days: int) -> CaseView:
    return appeal(
        actor=world.applicant,
        case_id=case.id,
        version=case.version,
        words="证书日期登记错了",
        now=w.NOW + timedelta(days=days),
    )


def answered(
    world: w.World, case: CaseView, *, actor: Actor | None = None, changed: bool = True
) -> CaseView:
    return decide_appeal(
        actor=actor or world.office.supervisor,
        case_id=case.id,
        version=case.version,
        changed=changed,
        answer="核对过了",
        now=w.NOW + timedelta(days=61),
    )


def test_an_appeal_on_day_sixty_is_in_time_and_on_day_sixty_one_is_not() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = refuse(world)
    with pytest.raises(AppealTooLateError):
        ask_again(world, case, 61)
    case = ask_again(world, case, 60)
    assert case.state is State.APPEALED
    assert case.due_on == w.TODAY + timedelta(days=120)


def test_the_offices_own_review_is_no_late_door_for_the_applicant() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = refuse(world)
    with pytest.raises(HandNotAllowedError):
        appeal(
            actor=world.applicant,
            case_id=case.id,
            version=case.version,
            words="晚了",
            kind="review",
            now=w.NOW + timedelta(days=100),
        )


def test_nobody_appeals_before_a_decision() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    with pytest.raises(NothingToAppealError):
        ask_again(world, w.opened(world), 1)


def test_a_second_appeal_is_refused_and_the_first_answer_stands() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = answered(world, ask_again(world, refuse(world), 1), changed=False)
    assert case.state is State.CLOSED
    with pytest.raises(SecondAppealError):
        ask_again(world, case, 2)


def test_a_changed_decision_is_a_new_one_and_pays_the_difference() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = ask_again(world, refuse(world), 1)
    w.tell(world.subject, {"certificate_on": "2025-06-10"}, now=w.NOW + timedelta(days=2))
    with pytest.raises(HandNotAllowedError):
        answered(world, case, actor=world.office.second)
    case = answered(world, case)
    assert case.state is State.CHANGED
    assert case.amount_fen == 150_000
    first, second = decisions_of(w.row(case))
    assert (first.result, second.result) == ("refused", "approved")
    assert (first.in_force, second.in_force) == (False, True)
    assert second.as_of == w.TODAY


def test_an_appeal_is_not_answered_by_who_decided() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = ask_again(world, refuse(world), 1)
    both = w.as_other(world.office.reviewer, roles=("supervisor",))
    with pytest.raises(SameHandError):
        answered(world, case, actor=both)


def test_every_action_leaves_one_row_in_the_audit_chain() -> None:
    world = w.make_world()
    case = w.decided(world)
    entity = f"cases.Case:{case.id}"
    actions = list(
        AuditEntry.objects.filter(entity=entity).order_by("seq").values_list("action", flat=True)
    )
    assert actions == [
        f"cases.{verb}"
        for verb in ("open_case", "accept", "start_review", "verify", "propose", "decide")
    ]


def test_a_stale_page_is_told_who_did_what() -> None:
    world = w.make_world()
    old = w.opened(world)
    accept(actor=world.office.second, case_id=old.id, version=old.version, now=w.NOW)
    with pytest.raises(CaseChangedError, match="受理"):
        start_review(actor=world.office.officer, case_id=old.id, version=old.version, now=w.NOW)


def test_invariant_10_an_appeal_is_a_look_too() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = ask_again(world, refuse(world), 1)
    before = look_ups_of(world.subject).total
    answered(world, case, changed=False)
    assert look_ups_of(world.subject).total == before + 1
    look = look_ups_of(world.subject).entries[0]
    assert look.actor == world.office.supervisor.label
    assert "人社部发〔2025〕18号" in look.purpose
