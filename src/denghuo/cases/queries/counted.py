"""What the cases room's tables count: cases handed in, decided, paid, appealed.

A case counts where its subject is at home, so that a league sees its own people also where a
higher office decides; without a home, where the office is.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case as If
from django.db.models import Exists, F, OuterRef, Q, QuerySet, When

from denghuo.cases.models import Appeal, Case, CasePayment, CorrectionRound
from denghuo.cases.queries.items import service_item
from denghuo.platform.public import CountedRows, LocalDay

_BY_ITSELF = ("system", "batch")


def _place(path: str = "") -> If:
    return If(When(**{f"{path}home": ""}, then=F(f"{path}area")), default=F(f"{path}home"))


def _of(path: str, items: Sequence[str]) -> Q:
    """Of some items, or of all. Raises ``ItemNotFoundError``."""
    for code in items:
        service_item(code)
    return Q(**{f"{path}item__in": items}) if items else Q()


def _cases(items: Sequence[str]) -> QuerySet[Case]:
    return Case.objects.filter(_of("", items))


def cases_opened(items: Sequence[str] = ()) -> CountedRows:
    """Cases that got their number, whoever opened them."""
    return CountedRows(
        key="cases.Case",
        rows=lambda: _cases(items),
        at="submitted_at",
        area=_place(),
        subject="subject_id",
        subject_kind=F("subject_kind"),
        label="number",
    )


def cases_decided(items: Sequence[str] = ()) -> CountedRows:
    """First decisions where days were set; ``met``: on the last day or before.

    The days the applicant was asked are not in the limit, so neither are they here.
    """
    return CountedRows(
        key="cases.Case",
        rows=lambda: (
            _cases(items)
            .filter(decided_at__isnull=False, decided_due_on__isnull=False)
            .annotate(decided_day=LocalDay("decided_at"))
        ),
        at="decided_at",
        area=_place(),
        subject="subject_id",
        subject_kind=F("subject_kind"),
        met=Q(decided_day__lte=F("decided_due_on")),
        label="number",
    )


def cases_at_first_go(items: Sequence[str] = ()) -> CountedRows:
    """Decided cases somebody handed in; ``met``: nothing had to be asked for again."""
    return CountedRows(
        key="cases.Case",
        rows=lambda: (
            _cases(items)
            .filter(decided_at__isnull=False)
            .exclude(channel__in=_BY_ITSELF)
            .annotate(asked_again=Exists(CorrectionRound.objects.filter(case=OuterRef("pk"))))
        ),
        at="decided_at",
        area=_place(),
        subject="subject_id",
        subject_kind=F("subject_kind"),
        met=Q(asked_again=False),
        label="number",
    )


def entitled_reached(items: Sequence[str] = ()) -> CountedRows:
    """Cases the house opened by itself for those a sweep found entitled; ``met``: money came."""
    return CountedRows(
        key="cases.Case",
        rows=lambda: _cases(items).filter(channel__in=_BY_ITSELF),
        at="submitted_at",
        area=_place(),
        subject="subject_id",
        subject_kind=F("subject_kind"),
        met=Q(paid_fen__gt=0),
        label="number",
    )


def payments_made(items: Sequence[str] = ()) -> CountedRows:
    """Payments the bank has confirmed; what came back is not among them."""
    return CountedRows(
        key="cases.CasePayment",
        rows=lambda: CasePayment.objects.filter(_of("case__", items), state="paid"),
        at="changed_at",
        area=_place("case__"),
        subject="case__subject_id",
        subject_kind=F("case__subject_kind"),
        amount="amount_fen",
        label="case__number",
    )


def appeals_decided(items: Sequence[str] = ()) -> CountedRows:
    """Appeals that were answered; ``met``: the decision was changed."""
    return CountedRows(
        key="cases.Appeal",
        rows=lambda: Appeal.objects.filter(_of("case__", items), decided_at__isnull=False),
        at="decided_at",
        area=_place("case__"),
        subject="case__subject_id",
        subject_kind=F("case__subject_kind"),
        met=Q(state="changed"),
        label="case__number",
    )
