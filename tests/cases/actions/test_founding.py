"""A second founder of one firm: seen by whoever proposes, granted only with words (journey 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from denghuo.cases.actions.founding import SharedFirmError
from denghuo.cases.models import Step
from denghuo.cases.public import (
    CaseView,
    accept,
    open_case,
    propose,
    start_review,
    verify,
    withdraw,
)
from denghuo.cases.queries.founders import shared_firms
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import appoint
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.factories.people import as_resident, make_firm, make_person

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
FIRM = "敕勒川手工坊"
ENTITLED: dict[str, object] = {
    "key_group": "graduate",
    "venture_registered": True,
    "venture_registered_on": "2024-08-01",
    "venture_is_first": True,
    "venture_open": True,
    "jobs_insured_12m": 0,
    "jobs_lowest_36m": 0,
    "startup_grant_paid": 0,
}


def founder_of(firm: UUID, role: str = "founder") -> UUID:
    """Somebody entitled, who began this firm."""
    person = make_person(residence=w.XINCHENG, now=w.NOW)
    w.tell(SubjectRef("person", person), ENTITLED)
    appoint(
        firm_id=firm,
        person_id=person,
        role=role,
        from_on=date(2024, 8, 1),
        actor=SYSTEM,
        now=w.NOW,
    )
    return person


def asked(person: UUID, office: w.Office) -> CaseView:
    """Asked for by the founder and looked into: ready for a proposal."""
    case = open_case(
        actor=as_resident(person),
        item=w.GRANT,
        subject=SubjectRef("person", person),
        period="",
        now=w.NOW,
    )
    case = accept(actor=office.officer, case_id=case.id, version=case.version, now=w.NOW)
    case = start_review(actor=office.officer, case_id=case.id, version=case.version, now=w.NOW)
    return verify(actor=office.officer, case_id=case.id, version=case.version, now=w.NOW)


def granted(case: CaseView, office: w.Office, note: str = "") -> CaseView:
    """Proposed for approval."""
    return propose(
        actor=office.officer,
        case_id=case.id,
        version=case.version,
        result="approved",
        note=note,
        now=w.NOW,
    )


def test_the_second_founder_is_granted_only_with_words_that_stay_in_the_story() -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    first = granted(asked(founder_of(firm), office), office)
    second = asked(founder_of(firm, "legal_representative"), office)
    for nothing in ("", "  "):
        with pytest.raises(SharedFirmError) as refused:
            granted(second, office, nothing)
    assert first.number in refused.value.sentence
    assert FIRM in refused.value.sentence
    assert refused.value.field == "note"
    why = "两人各出一半，主管科室同意各给一次"
    assert str(granted(second, office, why).state) == "proposed"
    assert why in Step.objects.filter(case=second.id).values_list("note", flat=True)


def test_whoever_founded_alone_or_elsewhere_needs_no_words() -> None:
    office = w.make_office()
    for firm in (make_firm("甲店", now=w.NOW), make_firm("乙店", now=w.NOW)):
        case = asked(founder_of(firm), office)
        assert shared_firms(case) == ()
        assert str(granted(case, office).state) == "proposed"


def test_whoever_only_keeps_its_books_is_no_founder() -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    asked(founder_of(firm, "finance"), office)
    assert shared_firms(asked(founder_of(firm), office)) == ()


def test_another_s_case_that_was_taken_back_counts_no_more() -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    first, second = founder_of(firm), founder_of(firm)
    taken = asked(first, office)
    case = asked(second, office)
    assert [one.number for one in shared_firms(case)] == [taken.number]
    withdraw(actor=as_resident(first), case_id=taken.id, version=taken.version, now=w.NOW)
    assert shared_firms(case) == ()
    assert str(granted(case, office).state) == "proposed"


def test_a_refusal_needs_no_words_about_the_other() -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    asked(founder_of(firm), office)
    late = founder_of(firm)
    w.tell(SubjectRef("person", late), {"venture_is_first": False}, on=date(2025, 9, 1))
    case = asked(late, office)
    case = propose(
        actor=office.officer, case_id=case.id, version=case.version, result="refused", now=w.NOW
    )
    assert str(case.state) == "proposed"


@pytest.mark.django_db(transaction=True)
def test_two_founders_at_the_same_instant_are_each_told_of_the_other(
    in_threads: InThreads,
) -> None:
    # Both asked before either is proposed, so each proposal reads the other's row: no order of
    # the two transactions grants either without words.
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    cases = [asked(founder_of(firm), office) for _ in range(2)]
    results = in_threads(*[lambda one=one: granted(one, office) for one in cases])
    assert [type(one) for one in results] == [SharedFirmError, SharedFirmError]
