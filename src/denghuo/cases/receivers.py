"""What the cases room does when another room tells something."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.approving import DECIDED
from denghuo.cases.actions.bulk.telling import tell_decided
from denghuo.cases.actions.paying import follow_orders
from denghuo.cases.actions.reminding import recompute_due_dates
from denghuo.cases.queries.documents import file_may_be_read
from denghuo.platform.public import (
    YEAR_PUBLISHED,
    Actor,
    FileView,
    RunningJob,
    may_read_files,
    on_event,
)

_ABOUT = "cases.Case:"


def _follow(running: RunningJob) -> None:
    """Orders about something else are nobody's here."""
    about = str(running.payload.get("about", ""))
    if not about.startswith(_ABOUT):
        return
    try:
        follow_orders(case_id=UUID(about.removeprefix(_ABOUT)), now=timezone.now())
    except CaseNotFoundError:
        return


@on_event("ledger.order_paid", kind="cases.follow_paid")
def follow_paid(running: RunningJob) -> None:
    """The bank paid."""
    _follow(running)


@on_event("ledger.order_returned", kind="cases.follow_returned")
def follow_returned(running: RunningJob) -> None:
    """The bank gave it back."""
    _follow(running)


@on_event("ledger.order_reissued", kind="cases.follow_reissued")
def follow_reissued(running: RunningJob) -> None:
    """A treasurer sent it again."""
    _follow(running)


@on_event("ledger.order_cancelled", kind="cases.follow_cancelled")
def follow_cancelled(running: RunningJob) -> None:
    """A treasurer took it back before it left."""
    _follow(running)


@on_event("ledger.order_given_up", kind="cases.follow_given_up")
def follow_given_up(running: RunningJob) -> None:
    """It is not tried again."""
    _follow(running)


@on_event(YEAR_PUBLISHED, kind="cases.recompute_due_dates", atomic=False)
def reckon_again(running: RunningJob) -> None:
    """Provisional dates become real ones."""
    recompute_due_dates(year=int(running.payload["year"]), now=timezone.now())


@on_event(DECIDED, kind="cases.tell_decided", atomic=False)
def tell_a_season(running: RunningJob) -> None:
    """Signing for thousands takes a second; telling them takes longer and waits for nobody."""
    tell_decided(
        key=str(running.payload["key"]),
        first=int(running.payload["first"]),
        last=int(running.payload["last"]),
        now=timezone.now(),
    )


@may_read_files
def office_reads_papers(actor: Actor, file: FileView) -> str:
    """Whoever works on a case opens what was handed in with it; the applicant reads of it."""
    return "审核办件材料" if file_may_be_read(actor, file.id) else ""
