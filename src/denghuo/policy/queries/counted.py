"""What the policy room's tables count: sweeps finished, facts disputed."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q

from denghuo.platform.public import CountedRows
from denghuo.policy.models import FactDispute, SweepRun

# The house's own promise; no rule sets a day for it.
DISPUTE_DAYS_MAX = 15

# A dispute names its subject only; where they live, the people room knows.
disputes_raised = CountedRows(
    key="policy.FactDispute",
    rows=FactDispute.objects.all,
    at="created_at",
    subject="subject_id",
    subject_kind=F("subject_kind"),
    met=Q(answered_at__lte=F("created_at") + timedelta(days=DISPUTE_DAYS_MAX)),
)
sweeps_finished = CountedRows(
    key="policy.SweepRun",
    rows=lambda: SweepRun.objects.filter(kind="sweep", state="done", finished_at__isnull=False),
    at="finished_at",
    area="area",
    label="source_name",
)
