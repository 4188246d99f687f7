"""Facts in two times: recorded once, superseded, disputed, and read as known on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM
from denghuo.policy.actions.disputes import (
    Correction,
    CorrectionNeededError,
    DisputeAnsweredError,
    DisputeOpenError,
    FactNotFoundError,
    SameValueError,
    WordsNeededError,
    answer_dispute,
    dispute_fact,
)
from denghuo.policy.actions.facts import (
    NewFact,
    ObservedTooLateError,
    Recorded,
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


OFFICE, OTHER_OFFICE, OWN = "社会保险登记", "税务征收", "单位填报"


def say(
    subject: SubjectRef, raw: object, source: str, on: date | None, *, at: datetime = NOW
) -> Recorded:
    fact = NewFact(subject, "headcount", raw, source, on)
    return record_facts(actor=SYSTEM, facts=[fact], registry=REGISTRY, now=at)


def held(subject: SubjectRef, at: datetime | None = None) -> tuple[object, str]:
    known = facts_of(subject, registry=REGISTRY, known_on=at)["headcount"].known
    return known.value, known.source


@pytest.mark.django_db
def test_one_s_own_word_never_takes_the_place_of_an_office_s() -> None:
    subject = firm()
    say(subject, 5, OWN, NOW.date())
    say(subject, 30, OFFICE, date(2026, 2, 1))
    assert held(subject) == (30, OFFICE)
    assert say(subject, 5, OWN, NOW.date()) == Recorded(0, 0, outranked=1)
    assert held(subject) == (30, OFFICE)
    # Nor within one call, in whatever order.
    both = [NewFact(subject, "headcount", 31, OFFICE), NewFact(subject, "headcount", 6, OWN)]
    done = record_facts(actor=SYSTEM, facts=both, registry=REGISTRY, now=NOW)
    assert done == Recorded(1, 0, outranked=1)
    assert held(subject) == (31, OFFICE)


@pytest.mark.django_db
def test_where_an_office_has_nothing_usable_the_subject_may_tell() -> None:
    subject = firm()
    say(subject, 900_000, OFFICE, date(2026, 2, 1))
    assert say(subject, 5, OWN, NOW.date()) == Recorded(1, 0)
    assert held(subject) == (5, OWN)


@pytest.mark.django_db
def test_a_late_word_of_an_earlier_day_is_history_from_the_start() -> None:
    subject = firm()
    say(subject, 30, OFFICE, date(2026, 2, 1))
    later = NOW + timedelta(days=3)
    for expected in (Recorded(0, 0, older=1), Recorded(0, 1)):  # the same file sent twice
        assert say(subject, 28, OFFICE, date(2026, 1, 1), at=later) == expected
    assert held(subject) == (30, OFFICE)
    for at in (NOW, later, later + timedelta(days=1)):
        assert held(subject, at) == (30, OFFICE)
    told = history_of(subject, "headcount")
    assert [(at, on) for at, _, on in told] == [
        (later, date(2026, 1, 1)),
        (NOW, date(2026, 2, 1)),
    ]
    # Another office speaks for itself, and a day that is not named is today's.
    assert say(subject, 29, OTHER_OFFICE, date(2025, 12, 1), at=later).written == 1
    assert say(subject, 27, OTHER_OFFICE, None, at=later).written == 1


@pytest.mark.django_db
def test_two_months_in_one_file_in_the_wrong_order() -> None:
    subject = firm()
    days = [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2026, 1, 1)]
    facts = [NewFact(subject, "headcount", day.month, OFFICE, day) for day in days]
    done = record_facts(actor=SYSTEM, facts=facts, registry=REGISTRY, now=NOW)
    assert done == Recorded(written=1, unchanged=1, older=2)
    assert held(subject) == (2, OFFICE)
    again = record_facts(actor=SYSTEM, facts=facts[::-1], registry=REGISTRY, now=NOW)
    assert again == Recorded(written=0, unchanged=4)
    assert FactRecord.objects.filter(subject_id=subject.id).count() == 3


@pytest.mark.django_db
def test_a_clock_behind_another_s_writes_after_it() -> None:
    """Two servers' clocks: the later writer's may show the earlier time."""
    subject = firm()
    say(subject, 30, OFFICE, None, at=NOW + timedelta(seconds=2))
    assert say(subject, 31, OFFICE, None) == Recorded(1, 0)
    assert held(subject) == (31, OFFICE)
    assert held(subject, NOW + timedelta(seconds=2)) == (31, OFFICE)


@pytest.mark.django_db
def test_a_correction_stands_though_its_day_is_earlier() -> None:
    subject = firm()
    tell(subject, "headcount", 30)
    dispute = object_to(subject)
    answer_dispute(
        actor=SYSTEM, dispute_id=dispute, corrected=True, registry=REGISTRY, answer="已更正",
        correction=Correction(28, OFFICE, date(2026, 1, 31)), now=NOW,
    )  # fmt: skip
    assert held(subject) == (28, OFFICE)


def test_whoever_comes_first_an_office_s_word_stands(
    in_threads: Callable[..., list[object]],
) -> None:
    """Both have seen that nothing is held; what is decided is decided beside what is."""
    for day in range(1, 9):
        subject = firm()
        results = in_threads(
            lambda subject=subject, day=day: say(subject, day, OWN, None),
            lambda subject=subject, day=day: say(subject, 30, OFFICE, date(2026, 2, day)),
            lambda subject=subject, day=day: say(subject, day, OWN, None),
        )
        assert all(isinstance(result, Recorded) for result in results), results
        assert held(subject) == (30, OFFICE)


def test_files_with_the_same_subjects_never_wait_for_each_other(
    in_threads: Callable[..., list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("denghuo.policy.actions.facts.CHUNK_ROWS", 3)
    names = ["headcount", "premium_fen", "rate"]
    subjects = [firm() for _ in range(12)]

    def file(number: int) -> Recorded:
        order = list(subjects)
        Random(number).shuffle(order)
        chosen = names if number % 2 else names[::-1][:2]
        facts = [NewFact(each, name, "0.5" if name == "rate" else number, OFFICE)
                 for each in order for name in chosen]  # fmt: skip
        return record_facts(actor=SYSTEM, facts=facts, registry=REGISTRY, now=NOW)

    results = in_threads(*[lambda number=number: file(number) for number in range(6)])
    assert all(isinstance(result, Recorded) for result in results), results
    standing = FactRecord.objects.filter(superseded_at__isnull=True)
    assert standing.count() == len(subjects) * len(names)


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
