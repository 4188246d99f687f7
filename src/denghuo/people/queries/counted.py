"""What the people room's tables count: registrations, mandates, requests to correct."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from denghuo.kernel.masking import mask_name
from denghuo.people.models import CorrectionRequest, Firm, Mandate, Person
from denghuo.platform.public import CountedRows

# The house's own promise; no rule sets a day for it.
CORRECTION_DAYS_MAX = 15


def _masked(values: dict[str, object]) -> str:
    return mask_name(str(values["c_label"] or ""))


# A merged duplicate is not a second person.
persons_registered = CountedRows(
    key="people.Person",
    rows=lambda: Person.objects.filter(merged_into__isnull=True),
    at="created_at",
    area="residence",
    subject="pk",
    subject_kind="person",
    label="name",
    shown=_masked,
)
firms_registered = CountedRows(
    key="people.Firm",
    rows=Firm.objects.all,
    at="created_at",
    area="region",
    subject="pk",
    subject_kind="firm",
    label="name",  # a firm's name is public
)
# The law's own mandates (a legal representative's) are not given by anybody.
mandates_given = CountedRows(
    key="people.Mandate",
    rows=lambda: Mandate.objects.filter(accepted_at__isnull=False).exclude(how="legal"),
    at="accepted_at",
    area=Coalesce("from_person__residence", "from_firm__region"),
    subject=Coalesce("from_person_id", "from_firm_id"),
    subject_kind=Case(When(from_person__isnull=False, then=Value("person")), default=Value("firm")),
)
corrections_asked = CountedRows(
    key="people.CorrectionRequest",
    rows=CorrectionRequest.objects.all,
    at="created_at",
    area="person__residence",
    subject="person_id",
    subject_kind="person",
    met=Q(answered_at__lte=F("created_at") + timedelta(days=CORRECTION_DAYS_MAX)),
    label="person__name",
    shown=_masked,
)
