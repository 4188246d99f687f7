"""When its day has come nothing that people told, wrote or brought in is left of a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps

from denghuo.cases.actions.clearing import clear_old_papers
from denghuo.cases.actions.desk import add_note
from denghuo.cases.models import (
    Case,
    CaseNote,
    CorrectionItem,
    Decision,
    PayAccount,
    Rating,
    Step,
)
from denghuo.cases.public import (
    ToldFact,
    answer_objection,
    appeal,
    decide,
    decide_appeal,
    make_payable,
    object_to_notice,
    open_case,
    propose,
    rate,
    start_review,
    verify,
)
from tests.cases import world as w
from tests.cases.test_invariants_hands import answer, ask
from tests.cases.test_invariants_money import bank_says
from tests.factories.people import as_resident, make_person

pytestmark = pytest.mark.django_db
TOLD = "呼伦贝尔路十一号"


def lived(world: w.World) -> Case:
    """A case with everything in it: asked, answered, noted, decided, objected to, paid, appealed,
    rated. Every word the people wrote holds ``TOLD``."""
    w.fund()
    office = world.office
    case = open_case(
        actor=world.applicant,
        item=w.SKILL,
        subject=world.subject,
        period="A1",
        facts=[ToldFact("certificate_level", "level_4")],
        answers={"school": TOLD},
        now=w.NOW,
    )
    case = answer(world, ask(world, case), 1)
    CorrectionItem.objects.update(answer=TOLD)
    officer = office.officer
    case = start_review(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    add_note(actor=officer, case_id=case.id, words=TOLD, now=w.NOW)
    case = verify(actor=officer, case_id=case.id, version=case.version, now=w.NOW)
    case = propose(
        actor=officer, case_id=case.id, version=case.version, result="approved", now=w.NOW
    )
    case = decide(
        actor=office.reviewer, case_id=case.id, version=case.version, result="approved", now=w.NOW
    )
    case = w.noticed(world, w.with_account(world, case))
    raised = object_to_notice(
        actor=as_resident(make_person(now=w.NOW)), case_id=case.id, words=TOLD, now=w.NOW
    )
    answer_objection(
        actor=office.second, objection_id=raised, upheld=False, answer="查过了", now=w.NOW
    )
    now = w.AFTER_NOTICE
    case = w.seen(world, case)
    make_payable(actor=officer, case_id=case.id, version=case.version, now=now)
    bank_says("0000")
    case = w.seen(world, case)
    case = appeal(actor=world.applicant, case_id=case.id, version=case.version, words=TOLD, now=now)
    case = decide_appeal(
        actor=office.leader,
        case_id=case.id,
        version=case.version,
        changed=False,
        answer="对",
        now=now,
    )
    rate(actor=world.applicant, case_id=case.id, level=2, words=TOLD, now=now)
    return w.row(case)


def holding(text: str) -> set[str]:
    """The tables of the room in which a row says this, sealed columns opened."""
    found = set()
    for model in apps.get_app_config("cases").get_models():
        for row in model._default_manager.all():
            values = (str(getattr(row, field.attname)) for field in row._meta.concrete_fields)
            if any(text in value for value in values):
                found.add(model.__name__)
    return found


def test_invariant_18_nothing_people_told_is_left_and_the_record_stays() -> None:
    row = lived(w.make_world())
    assert row.clear_on is not None
    told = {"Case", "CorrectionItem", "CaseNote", "Objection", "Appeal", "Rating"}
    assert holding(TOLD) == told, "the test writes into each of them"
    assert "PayAccount" in holding(w.CARD)
    early = w.NOW.replace(year=row.clear_on.year) - timedelta(days=40)
    assert clear_old_papers(now=early) == 0
    later = w.NOW.replace(year=row.clear_on.year + 1)
    assert clear_old_papers(now=later) == 1
    assert holding(TOLD) == holding(w.CARD) == set()
    assert not PayAccount.objects.exists()
    assert not CaseNote.objects.exists()
    assert CorrectionItem.objects.get().words, "what the office asked stays"
    assert Rating.objects.get().level == 2
    assert Decision.objects.count() == 1
    assert Step.objects.filter(case=row, kind="clear").count() == 1
    assert clear_old_papers(now=later) == 0


def test_a_case_whose_day_has_not_come_keeps_all() -> None:
    world = w.make_world()
    case = w.decided(world)
    w.with_account(world, case)
    assert clear_old_papers(now=w.NOW + timedelta(days=9999)) == 0
    assert PayAccount.objects.count() == 1
