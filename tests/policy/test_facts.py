"""Facts in two times: recorded once, superseded, disputed, and read as known on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM
from denghuo.policy.actions.facts import (
    Correction,
    CorrectionNeededError,
    DisputeAnsweredError,
    DisputeOpenError,
    FactNotFoundError,
    NewFact,
    ObservedTooLateError,
    SameValueError,
    WordsNeededError,
    answer_dispute,
    dispute_fact,
    json_value,
    record_facts,
)
from denghuo.policy.logic.fact_values import FactValueError, WhyUnknown, read_value
from denghuo.policy.logic.registry import load_registry
from denghuo.policy.models import FactDispute, FactRecord
from denghuo.policy.queries.facts import disputes_of, facts_of, history_of, open_disputes

REGISTRY = load_registry(
    Path(__file__).with_name("small_registry.yaml").read_text(encoding="utf-8")
)
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def firm() -> SubjectRef:
    return SubjectRef("firm", uuid4())


def tell(subject: SubjectRef, name: str, raw: object, *, at: datetime = NOW) -> int:
    fact = NewFact(subject, name, raw, "社会保险登记", date(2026, 2, 28))
    return record_facts(actor=SYSTEM, facts=[fact], registry=REGISTRY, now=at).written


@pytest.mark.django_db
def test_a_later_word_supersedes_and_the_earlier_is_still_known_as_of_its_day() -> None:
    subject = firm()
    assert tell(subject, "headcount", 30) == 1
    later = NOW + timedelta(days=40)
    assert tell(subject, "headcount", "31", at=later) == 1
    assert facts_of(subject, registry=REGISTRY)["headcount"].known.value == 31
    before = facts_of(subject, registry=REGISTRY, known_on=later - timedelta(seconds=1))
    assert before["headcount"].known.value == 30
    assert facts_of(subject, registry=REGISTRY, known_on=NOW - timedelta(days=1)) == {}
    assert [at for at, _, _ in history_of(subject, "headcount")] == [later, NOW]


@pytest.mark.django_db
def test_telling_the_same_twice_changes_nothing() -> None:
    subject = firm()
    assert [tell(subject, "dishonest", None), tell(subject, "dishonest", False)] == [1, 0]
    assert FactRecord.objects.filter(subject_id=subject.id).count() == 1
    assert facts_of(subject, registry=REGISTRY)["dishonest"].known.value is False


@pytest.mark.django_db
def test_an_unreasonable_value_is_kept_and_is_unknown() -> None:
    subject = firm()
    tell(subject, "headcount", 900_000)
    held = facts_of(subject, registry=REGISTRY)["headcount"]
    assert held.known.value is None
    assert held.known.why is WhyUnknown.ABOVE


@pytest.mark.django_db
def test_one_wrong_fact_refuses_all_of_them() -> None:
    subject = firm()
    good = NewFact(subject, "headcount", 5, "社会保险登记")
    for wrong in (
        NewFact(subject, "headcount", "五", "x"),
        NewFact(subject, "nobody_knows", 1, "x"),
        NewFact(subject, "age", 30, "x"),
    ):
        with pytest.raises(FactValueError):
            record_facts(actor=SYSTEM, facts=[good, wrong], registry=REGISTRY, now=NOW)
    future = NewFact(subject, "headcount", 5, "x", date(2026, 3, 2))
    with pytest.raises(ObservedTooLateError):
        record_facts(actor=SYSTEM, facts=[good, future], registry=REGISTRY, now=NOW)
    assert not FactRecord.objects.filter(subject_id=subject.id).exists()


@pytest.mark.django_db
def test_the_database_itself_keeps_one_current_word() -> None:
    subject = firm()
    tell(subject, "headcount", 1)
    row = FactRecord.objects.get(subject_id=subject.id)
    row.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@given(
    st.one_of(
        st.tuples(st.just("headcount"), st.integers(0, 200_000)),
        st.tuples(st.just("premium_fen"), st.integers(0, 10**11)),
        st.tuples(st.just("rate"), st.integers(0, 10_000).map(lambda n: f"{n / 10_000:.4f}")),
        st.tuples(st.just("dishonest"), st.booleans()),
        st.tuples(st.just("registered_on"), st.dates(date(1950, 1, 1), date(2100, 1, 1))),
    )
)
@settings(max_examples=200)
def test_the_stored_form_reads_back_the_same(told: tuple[str, object]) -> None:
    spec = REGISTRY[told[0]]
    assert read_value(spec, json_value(spec, told[1])) == read_value(spec, told[1])


def test_two_sources_at_once_leave_one_current_word(
    in_threads: Callable[..., list[object]],
) -> None:
    subject = firm()
    results = in_threads(*[lambda n=n: tell(subject, "headcount", n) for n in range(1, 7)])
    assert results == [1] * 6
    rows = FactRecord.objects.filter(subject_id=subject.id, name="headcount")
    assert rows.count() == 6
    assert rows.filter(superseded_at__isnull=True).count() == 1


def object_to(subject: SubjectRef, name: str = "headcount", note: str = "应是 28 人") -> UUID:
    return dispute_fact(
        actor=SYSTEM, subject=subject, name=name, claimed_value="28", note=note, now=NOW
    )


@pytest.mark.django_db
def test_a_dispute_is_seen_answered_once_and_told() -> None:
    subject = firm()
    tell(subject, "headcount", 30)
    dispute = object_to(subject)
    assert facts_of(subject, registry=REGISTRY)["headcount"].disputed
    assert [each.id for each in open_disputes()] == [dispute]
    with pytest.raises(DisputeOpenError):
        object_to(subject)
    with pytest.raises(WordsNeededError):
        answer_dispute(actor=SYSTEM, dispute_id=dispute, answer=" ", now=NOW)
    with pytest.raises(CorrectionNeededError):
        answer_dispute(actor=SYSTEM, dispute_id=dispute, corrected=True, answer="x", now=NOW)
    told = answer_dispute(
        actor=SYSTEM, dispute_id=dispute, corrected=False, answer="已核实，是 30 人", now=NOW
    )
    assert told == subject
    with pytest.raises(DisputeAnsweredError):
        answer_dispute(actor=SYSTEM, dispute_id=dispute, answer="x", now=NOW)
    assert [each.state for each in disputes_of(subject)] == ["upheld"]
    assert not facts_of(subject, registry=REGISTRY)["headcount"].disputed


@pytest.mark.django_db
def test_nobody_disputes_what_is_not_held_about_them() -> None:
    subject = firm()
    tell(subject, "headcount", 30)
    with pytest.raises(FactNotFoundError):
        object_to(firm())
    with pytest.raises(FactNotFoundError):
        object_to(subject, name="premium_fen")
    with pytest.raises(FactNotFoundError):
        answer_dispute(actor=SYSTEM, dispute_id=uuid4(), answer="x", now=NOW)


def test_two_officers_answer_at_once_and_one_is_refused(
    in_threads: Callable[..., list[object]],
) -> None:
    subject = firm()
    tell(subject, "headcount", 30)
    dispute = object_to(subject)

    def answer() -> SubjectRef:
        return answer_dispute(
            actor=SYSTEM,
            dispute_id=dispute,
            corrected=True,
            correction=Correction(28, "社会保险登记", NOW.date()),
            registry=REGISTRY,
            answer="已更正",
            now=NOW,
        )

    results = in_threads(answer, answer, answer)
    assert sum(result == subject for result in results) == 1
    assert sum(isinstance(result, DisputeAnsweredError) for result in results) == 2
    [held] = FactRecord.objects.filter(subject_id=subject.id, superseded_at__isnull=True)
    assert (held.value, held.source) == (28, "社会保险登记")
    [row] = FactDispute.objects.all()
    assert row.correction_id == held.id
    assert Message.objects.filter(to=str(subject)).count() == 1


@pytest.mark.django_db
def test_a_correction_that_corrects_nothing_leaves_nothing() -> None:
    subject = firm()
    tell(subject, "headcount", 30)
    dispute = object_to(subject)

    def correct(raw: object, source: str = "社会保险登记") -> None:
        answer_dispute(
            actor=SYSTEM, dispute_id=dispute, corrected=True, registry=REGISTRY,
            correction=Correction(raw, source, NOW.date()), answer="已更正", now=NOW,
        )  # fmt: skip

    with pytest.raises(SameValueError):
        correct(30)
    with pytest.raises(FactValueError):
        correct("三十")
    with pytest.raises(CorrectionNeededError):
        correct(28, source=" ")
    assert [each.state for each in disputes_of(subject)] == ["open"]
    assert not Message.objects.exists()
    assert FactRecord.objects.count() == 1
