"""What applicants did for their cases: for the count of errands saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from denghuo.cases.models import Case, FormDraft, Step
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef

CASES_MAX = 5_000
_AT_ONCE = 500
# Steps of the applicant's own side; made by staff they were made for somebody at the counter.
APPLICANT_STEPS = frozenset({"submit", "answer", "answer_part", "account", "withdraw", "appeal"})


@dataclass(frozen=True, slots=True)
class ApplicantStep:
    """One thing the applicant did, or had done at a counter."""

    at: datetime
    by_staff: bool


@dataclass(frozen=True, slots=True)
class CaseErrands:
    """One case as far as its applicant's trouble goes. ``draft`` is what the audit chain calls
    its form; empty where nothing was filled in. ``decided_on`` is None while it is undecided."""

    case: UUID
    number: str
    item: str
    area: str
    subject: SubjectRef
    decided_on: date | None
    draft: str
    steps: tuple[ApplicantStep, ...]
    last_step: int


def touched_cases(*, after: int, until: datetime, many: int) -> tuple[int, list[UUID]]:
    """Cases with a step numbered above ``after`` and made by ``until``: how far this look came,
    and which they are. The same ``after`` comes back when there is nothing more."""
    rows = list(
        Step.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "case_id", "at")[:many]
    )
    # Numbers are given before rows are committed: what is younger is left for the next look,
    # so that a slow transaction's steps are not passed by.
    settled = []
    for row in rows:
        if row[2] > until:
            break
        settled.append(row)
    last = settled[-1][0] if settled else after
    return last, list(dict.fromkeys(case for _number, case, _at in settled))


def errands_of(case_ids: Iterable[UUID]) -> list[CaseErrands]:
    """What was done for these cases; three looks for each five hundred."""
    wanted = list(dict.fromkeys(case_ids))
    if len(wanted) > CASES_MAX:
        raise ValueError(f"at most {CASES_MAX} cases at once")
    found: list[CaseErrands] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += _errands(wanted[start : start + _AT_ONCE])
    return found


def _errands(wanted: list[UUID]) -> list[CaseErrands]:
    drafts = dict(FormDraft.objects.filter(case__in=wanted).values_list("case_id", "pk"))
    steps: dict[UUID, list[ApplicantStep]] = {}
    last: dict[UUID, int] = {}
    for number, case, kind, at, by in (
        Step.objects.filter(case__in=wanted)
        .order_by("pk")
        .values_list("pk", "case_id", "kind", "at", "by")
    ):
        last[case] = number
        if kind in APPLICANT_STEPS and by != "system":
            by_staff = by.startswith("staff:")
            steps.setdefault(case, []).append(ApplicantStep(at, by_staff))
    return [
        CaseErrands(
            case=row.pk,
            number=row.number,
            item=row.item,
            area=row.home or row.area,
            subject=SubjectRef("firm" if row.subject_kind == "firm" else "person", row.subject_id),
            decided_on=day_of(row.decided_at) if row.decided_at else None,
            draft=f"cases.form_draft:{drafts[row.pk]}" if row.pk in drafts else "",
            steps=tuple(steps.get(row.pk, ())),
            last_step=last.get(row.pk, 0),
        )
        for row in Case.objects.filter(pk__in=wanted).order_by("pk")
    ]
